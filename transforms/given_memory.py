"""Which functions of a program write arrays that they are given, and not only their own.

    def filled(n):                  def bump(acc, v):
        out = np.zeros(n)               row = acc[0]
        out[0] = 1.0                    row[1] += v         # writes acc
        return out                      return acc

What may be a view of an argument counts as the argument.
"""

from __future__ import annotations

from collections.abc import Callable

from fpad.transforms.ir import Call, Copy, Func, Let, Load, Store, StoreAdd, walk
from fpad.transforms.kinds import Num
from fpad.transforms.memory_classes import AUGMENTED
from fpad.transforms.rules.core import rule_of

FuncOf = Callable[[str], "Func | None"]


def writes_given(name: str, func_of: FuncOf, seen: frozenset[str] = frozenset()) -> bool:
    """May the function of this name write the memory of an argument?  So may one not known yet."""
    func = func_of(name)
    if func is None:
        return True
    pairs = zip(func.params, func.kinds, strict=True)
    given = {p for p, k in pairs if not isinstance(k, Num) or k.array}
    body, count = list(walk(func.body)), -1
    while len(given) != count:
        count = len(given)
        for s in body:
            given |= _shared(s, given)
    return any(_writes(s, given, func_of, seen | {name}) for s in body)


def _shared(s: object, given: set[str]) -> set[str]:
    """What the statement defines that may share memory with these."""
    match s:
        case Copy(target=target, value=value) if value in given:
            return {target}
        case Load(target=target, base=base) if base in given:
            return {target}
        case Let(target=target, op=op, args=args) if any(a in given for a in args):
            rule = rule_of(op)
            return {target} if rule is None or rule.view != "never" else set()
        case Call(targets=targets, args=args) if any(a in given for a in args):
            return set(targets)
    return set()


def _writes(s: object, given: set[str], func_of: FuncOf, seen: frozenset[str]) -> bool:
    match s:
        case Store(base=base) | StoreAdd(base=base):
            return base in given
        case Let(op=op, args=(base, *_)) if op in AUGMENTED:
            return base in given
        case Call(func=name, args=args) if name not in seen and any(a in given for a in args):
            return writes_given(name, func_of, seen)
    return False
