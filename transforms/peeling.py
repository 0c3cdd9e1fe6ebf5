"""The first trip of a loop stands in front of it, where dicts and objects get what others ask for.

    state = {}                              state = {}
    for i in range(n):                      fp.runs_once((0, n))
        m = state.get("w", 0.0)     ->      m = 0.0                     # i = 0
        state["w"] = m + x                  state_w = m + x             # state has the key w
                                            for i in range(1, n):
                                                state_w = state_w + x

Without that a dict has a key in one trip and not in another, and nobody can say what it holds
behind the loop.  A loop that runs not at all is refused when the program runs.  This is done where
a program is refused otherwise.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fpad import runtime as fp
from fpad.transforms.abstract import Held, Static, Structure, held, is_number
from fpad.transforms.body import Loop
from fpad.transforms.class_parts import class_of
from fpad.transforms.heap import each_held
from fpad.transforms.ir import Atom, Const, Do, For, Operand
from fpad.transforms.kinds import INT, Num

if TYPE_CHECKING:
    from fpad.transforms.abstract import Env
    from fpad.transforms.iteration import Plan
    from fpad.transforms.loops import Loops


def gains(head: Env, ends: Sequence[Env]) -> bool:
    """Does a trip give a dict or an object more keys, or make an object of a number?

    So it does at all of its ends: total = 0 before a loop that adds vectors, of a class, to it.
    """
    numbers = [n for n, v in head.items() if is_number(v)]
    if ends and any(all(_is_object(end, n) for end in ends) for n in numbers):
        return True
    before = {i: s for i, s in each_held(head).items() if _is_keyed(s)}
    after = [each_held(end) for end in ends]
    return bool(after) and any(_more(s, [end.get(i) for end in after]) for i, s in before.items())


def _is_object(env: Env, variable: str) -> bool:
    value = env.get(variable)
    return isinstance(value, Structure) and class_of(value) is not None


def _is_keyed(s: Structure) -> bool:
    return s.ident is not None and (s.make is dict or class_of(s) is not None)


def _more(before: Structure, after: Sequence[Structure | None]) -> bool:
    def keys(s: Structure | None) -> set[Hashable]:
        return set(before.keys if s is None else s.keys)

    return set(before.keys) < set.intersection(*map(keys, after))


def first_trip(w: Loops, s: For, p: Plan) -> tuple[Plan, str]:
    """Write the first trip of a loop over a range; the rest, and the flag of a break."""
    start, stop, step = _bounds(p.args)
    flag, depth = w.fresh("broke"), len(w.loops)
    w.kept.add(flag)
    w.env[flag] = Static(False)
    w.emit(Do(fp.runs_once, (tuple(p.args),), (), s.origin))
    bounds = w.hold(Structure(tuple, (0, 1, 2), tuple(Held(a, INT) for a in (start, stop, step))))
    w.loops.append(Loop(flag=flag))
    w.assign(s.target, p.element(w, Held(start, INT), s.target if s.target in w.users else None))
    w.block(s.body)
    del w.loops[depth:]
    start, stop, step = (h.atom for h in held(w.env[bounds]))
    if isinstance(start, Const) and isinstance(step, Const):
        second: Atom = Const(start.value + step.value)
    else:
        second = w.let(None, operator.add, (start, step), INT).atom
    return replace(p, args=(second, stop, step)[: 2 + (step != Const(1))]), flag


def _bounds(args: tuple[Operand, ...]) -> tuple[Atom, Atom, Atom]:
    found: list[Any] = [Const(0), *args, Const(1)] if len(args) == 1 else [*args, Const(1)]
    return found[0], found[1], found[2]


def unless_broken(w: Loops, s: For, flag: str, rest: Callable[[], None]) -> None:
    """Write the rest of a loop, unless its first trip has broken it off."""
    broke = w.env[flag]
    known = w.truth(broke)
    if known is None:
        go_on = w.let(None, operator.not_, (w.test(broke),), Num(False, "bool"))
        w.branch(go_on.atom, rest, lambda: None, s.origin, keep=False)
    elif not known and not w.dead:
        rest()
