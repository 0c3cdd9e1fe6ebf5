"""Derivative code as a careful programmer writes it: the same numbers, with less ado.

    t1 = -bs                                bx = bx - bs
    bx = bx + t1                    ->      by = 2.0 * (bt * x)
    t2 = bt * x; t3 = bt * x
    by = t2 + t3

    t4 = np.log(t)                          t5 = b / fp.count(t)
    t5 = fp.broadcast(b / fp.count(t4), t4) b2 = t5 / t
    b2 = t5 / t

A last pass before printing.  It touches derivative code only, never the user's own statements, and
changes no value: a - b is a + (-b), and 2 a is a + a, in every IEEE format; a number need not be
broadcast before it meets an array of that shape; and where only a shape is read, any value of that
shape will do.  `simplify.dead` removes what is left over.
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.ir import (
    Atom,
    Block,
    Call,
    Const,
    Copy,
    Do,
    For,
    Func,
    Let,
    Load,
    Operand,
    Pop,
    Push,
    Slice,
    Statement,
    Store,
    StoreAdd,
    While,
    blocks,
    defined,
    reads,
    rewrite,
    targets,
    walk,
    with_blocks,
)
from fpad.transforms.kinds import FLOAT, Kind, Num
from fpad.transforms.liveness import assigned, assigned_after
from fpad.transforms.rules.core import rule_of
from fpad.transforms.shapes import SCALAR, Shape, Shapes
from fpad.transforms.simplify import dead, is_temporary

Kinds = Mapping[str, Kind]

_DERIVED = frozenset(("adjoint", "tangent", "recompute"))
_SPREADING = frozenset(
    (
        *(operator.add, operator.sub, operator.mul, operator.truediv),
        *(np.add, np.subtract, np.multiply, np.divide, np.where, fp.where),
    )
)
"""Operations that broadcast a number to the shape of what it meets."""
_MIXING = frozenset((operator.add, operator.sub, operator.mul, operator.truediv, operator.pow))
"""Operations on a float and an int that give a float."""
_SELECTING = frozenset((np.where, fp.where, fp.select))
_SHAPE_READERS = {fp.broadcast: 1, fp.unbroadcast: 1, fp.count: 0}
"""Operations of derivative code, with the operand of which they read the shape and no more."""


def tidy(func: Func, kinds: Kinds) -> Func:
    """The function with its derivative code tidied; kinds are those of its names."""
    func = _without_ones(func, kinds)
    func = _plain_shapes(func, kinds)
    func = replace(func, body=_sums(func.body, kinds))
    return _owned_arrays(func, kinds)


def second_names(func: Func) -> frozenset[str]:
    """Names of derivative code that are only other names for what has a good name already."""
    kept = set(func.params)
    for s in walk(func.body):
        if isinstance(s, Copy) and isinstance(s.value, str) and is_temporary(s.value):
            kept.add(s.target)
        elif not _is_derived(s):
            kept |= set(targets(s))
    return defined(*func.body) - kept


def _is_derived(s: Statement) -> bool:
    return getattr(s, "role", "primal") in _DERIVED


# ---------------------------------------------------------------- shapes


class _Known(Shapes):
    """Shapes of all names in front of each statement that may be tidied."""

    def __init__(self, func: Func, kinds: Kinds) -> None:
        self.before: dict[int, dict[str, Shape]] = {}
        super().__init__(func, kinds)

    def _let(self, s: Let, env: dict[str, Shape]) -> Shape:
        if _is_derived(s) and (s.op in _SPREADING or s.op in _SHAPE_READERS):
            self.before[id(s)] = dict(env)
        return super()._let(s, env)


def _plain_shapes(func: Func, kinds: Kinds) -> Func:
    """Numbers that are not broadcast, and shapes read off values that are there anyway."""
    readers = [s for s in walk(func.body) if isinstance(s, Let) and s.op in _SHAPE_READERS]
    if not any(map(_is_derived, readers)):
        return func
    func = replace(func, body=_Broadcasts(func, kinds).block(func.body, {}))
    body = _Readers(func, kinds).block(func.body, frozenset(func.params))
    return replace(func, body=body)


class _Broadcasts:
    """Removes broadcasts in front of operations that broadcast themselves.

    What is broadcast to a shape fits that shape, so it gives the same beside an array that has it.
    """

    def __init__(self, func: Func, kinds: Kinds) -> None:
        self._shapes = _Known(func, kinds)

    def block(self, block: Block, known: Mapping[str, Atom]) -> Block:
        """`known`: name -> the number that it is a broadcast of, while both are what they were."""
        known = dict(known)
        out: list[Statement] = []
        for s in block:
            changed = defined(s)
            if isinstance(s, For | While):
                known = _without(known, changed)
            if blocks(s):
                s = with_blocks(s, tuple(self.block(b, known) for b in blocks(s)))
            elif isinstance(s, Let) and s.op in _SPREADING and _is_derived(s):
                s = self._spread(s, known)
            known = _without(known, changed)
            if isinstance(s, Let) and s.op is fp.broadcast and isinstance(s.args[0], str | Const):
                known[s.target] = s.args[0]
            out.append(s)
        return tuple(out)

    def _spread(self, s: Let, known: Mapping[str, Atom]) -> Let:
        """The statement with a number in place of an array of nothing but it."""
        env = self._shapes.before.get(id(s), {})
        for k, a in enumerate(s.args):
            if not isinstance(a, str) or a not in known:
                continue
            others = [_shape(o, env) for j, o in enumerate(s.args) if j != k]
            if None in others:
                continue
            meets = frozenset[str]().union(*(x for x in others if x is not None))
            if meets == env.get(a):
                return replace(s, args=(*s.args[:k], known[a], *s.args[k + 1 :]))
        return s


def _shape(o: Operand, env: Mapping[str, Shape]) -> Shape | None:
    if isinstance(o, Const):
        return SCALAR if isinstance(o.value, int | float) else None
    return env.get(o) if isinstance(o, str) else None


def _without(known: Mapping[str, Any], changed: frozenset[str]) -> dict[str, Any]:
    return {n: v for n, v in known.items() if n not in changed and v not in changed}


class _Readers:
    """Reads shapes off arguments and named values rather than off values made for that."""

    def __init__(self, func: Func, kinds: Kinds) -> None:
        self._kinds = kinds
        self._shapes = _Known(func, kinds)
        self._order = {p: k for k, p in enumerate(func.params)}
        needed = dead(replace(func, body=rewrite(func.body, _shape_unread)))
        self._times = Counter(n for s in walk(needed.body) for n in reads(s))
        self._kept = set(func.params) | defined(*needed.body)

    def block(self, block: Block, have: frozenset[str]) -> Block:
        """`have`: names certainly assigned before the block."""
        out: list[Statement] = []
        for s in block:
            after = assigned_after(s, have)
            if blocks(s):
                inside = have
                if isinstance(s, For):
                    inside |= {s.target}
                elif isinstance(s, While):
                    inside = assigned(s.pre, have)
                starts = (have, inside, have) if isinstance(s, While) else (inside, inside)
                inner = zip(blocks(s), starts, strict=True)
                s = with_blocks(s, tuple(self.block(b, start) for b, start in inner))
            elif isinstance(s, Let) and s.op in _SHAPE_READERS and _is_derived(s):
                s = self._reader(s, have)
            out.append(s)
            have = after
        return tuple(out)

    def _reader(self, s: Let, have: frozenset[str]) -> Statement:
        env = self._shapes.before.get(id(s), {})
        k = _SHAPE_READERS[s.op]
        like = s.args[k]
        if not isinstance(like, str) or like not in env:
            return s
        same = [
            n
            for n, shape in env.items()
            if shape == env[like] and n in have and n in self._kept and self._alike(n, like)
        ]
        if s.op is fp.unbroadcast and s.args[0] in same:
            return Copy(s.target, s.args[0], s.origin, s.role)
        best = min(same, key=self._rank, default=like)
        if like in same and self._rank(best)[0] == self._rank(like)[0]:
            return s
        return replace(s, args=(*s.args[:k], best, *s.args[k + 1 :]))

    def _alike(self, n: str, like: str) -> bool:
        """Are both arrays, or both numbers?  That decides the type of what is summed to one."""
        a, b = self._kinds.get(n), self._kinds.get(like)
        return isinstance(a, Num) and isinstance(b, Num) and (a.array, a.rank) == (b.array, b.rank)

    def _rank(self, n: str) -> tuple[int, int, int, str]:
        """Arguments first, then names of the user, then what is used anyway."""
        if n in self._order:
            return 0, self._order[n], 0, n
        sort = 2 if is_temporary(n) else 1
        return sort, 0, -self._times[n] if sort == 2 else 0, n


def _shape_unread(s: Statement) -> tuple[Statement, ...]:
    if not (isinstance(s, Let) and s.op in _SHAPE_READERS and _is_derived(s)):
        return (s,)
    k = _SHAPE_READERS[s.op]
    return (replace(s, args=(*s.args[:k], Const(0.0), *s.args[k + 1 :])),)


# ---------------------------------------------------------------- sums


@dataclass
class _Values:
    """What names hold in a block: equal numbers mean equal values, `negated` whose negative."""

    numbers: dict[Any, int] = field(default_factory=dict)
    of: dict[str, int] = field(default_factory=dict)
    negated: dict[str, tuple[str, int]] = field(default_factory=dict)
    count: int = 0

    def number(self, o: Operand) -> Any:
        """Equal for operands that certainly are the same value now."""
        if isinstance(o, str):
            if o not in self.of:
                self.set(o)
            return self.of[o]
        if isinstance(o, tuple):
            return tuple(map(self.number, o))
        if isinstance(o, Slice):
            return "slice", *map(self.number, (o.lower, o.upper, o.step))
        value = o.value
        plain = value is None or isinstance(value, bool | int | float | str)
        return type(value).__name__, repr(value) if plain else id(value)

    def set(self, name: str, key: Any = None) -> None:
        """The name gets a new value, that of `key` if that has been seen."""
        self.negated.pop(name, None)
        if key is None or key not in self.numbers:
            self.count += 1
        if key is not None:
            self.of[name] = self.numbers.setdefault(key, self.count)
        else:
            self.of[name] = self.count

    def held(self, key: Any) -> str | None:
        """A name that holds the value of `key` now, if it has been seen."""
        number = self.numbers.get(key)
        return next((n for n, k in self.of.items() if k == number), None)

    def opposite(self, o: Operand) -> str | None:
        """The name whose negative the operand is, if it still holds what it held."""
        if not isinstance(o, str) or o not in self.negated:
            return None
        name, number = self.negated[o]
        return name if self.of.get(name) == number else None


def _sums(block: Block, kinds: Kinds) -> Block:
    """Write `a + (-b)` as `a - b` and `a + a` as `2.0 * a`; call a function of numbers once."""
    values = _Values()
    out: list[Statement] = []
    for s in block:
        if blocks(s):
            s = with_blocks(s, tuple(_sums(b, kinds) for b in blocks(s)))
            values = _Values()
        elif isinstance(s, Store | StoreAdd | Call | Do):
            values = _Values()
        elif isinstance(s, Let) and rule_of(s.op) is not None:
            kwargs = tuple((k, values.number(v)) for k, v in s.kwargs)
            key = s.op, values.number(s.args), kwargs
            if _is_derived(s):
                s = _sum(s, kinds, values)
                again = (
                    values.held(key) if _is_function(s) and kinds.get(s.target) == FLOAT else None
                )
                if again is not None:
                    out.append(Copy(s.target, again, s.origin, s.role))
                    values.set(s.target, key)
                    continue
            if s.op is operator.neg and isinstance(s.args[0], str):
                held = s.args[0], values.number(s.args[0])
                values.set(s.target, key)
                if held[0] != s.target:
                    values.negated[s.target] = held
            else:
                values.set(s.target, key)
        elif isinstance(s, Copy):
            number = values.number(s.value) if isinstance(s.value, str) else None
            values.set(s.target)
            if number is not None:
                values.of[s.target] = number
        else:
            for t in targets(s):
                values.set(t)
        out.append(s)
    return tuple(out)


def _is_function(s: Let) -> bool:
    """Is it printed as a call, of a function without effects?"""
    return isinstance(s.op, np.ufunc) or getattr(s.op, "__module__", "") == "math"


def _sum(s: Let, kinds: Kinds, values: _Values) -> Let:
    if s.op not in (operator.add, operator.sub):
        return s
    a, b = s.args
    other = values.opposite(b)
    if other is not None:
        op: Callable[..., Any] = operator.sub if s.op is operator.add else operator.add
        return replace(s, op=op, args=(a, other))
    if s.op is operator.sub:
        return s
    other = values.opposite(a)
    if other is not None:
        return replace(s, op=operator.sub, args=(b, other))
    kind = kinds.get(str(a))
    same = isinstance(a, str) and isinstance(b, str) and values.number(a) == values.number(b)
    if same and isinstance(kind, Num) and kind.num == "float":
        return replace(s, op=operator.mul, args=(Const(2.0), a))
    return s


# ---------------------------------------------------------------- ones, and arrays for sure


def _without_ones(func: Func, kinds: Kinds) -> Func:
    """Scalars are not multiplied by the cotangent 1.0 of a gradient that is differentiated."""
    values: dict[str, set[Any]] = {}
    for s in walk(func.body):
        one = isinstance(s, Copy) and _is_one(s.value) and _is_derived(s)
        for t in targets(s):
            values.setdefault(t, set()).add(one)
    ones = {t for t, found in values.items() if found == {True}} - set(func.params)
    if not ones:
        return func
    floats = _floats(func, kinds)

    def unit(o: Operand) -> bool:
        return o in ones or _is_one(o)

    def number(o: Operand) -> bool:
        return o in floats if isinstance(o, str) else isinstance(getattr(o, "value", None), float)

    def simpler(s: Statement) -> tuple[Statement, ...]:
        if not (isinstance(s, Let) and _is_derived(s)):
            return (s,)
        if s.op in (operator.mul, operator.truediv) and unit(s.args[1]) and number(s.args[0]):
            return (Copy(s.target, s.args[0], s.origin, s.role),)
        if s.op is operator.mul and unit(s.args[0]) and number(s.args[1]):
            return (Copy(s.target, s.args[1], s.origin, s.role),)
        return (s,)

    return replace(func, body=rewrite(func.body, simpler))


def _is_one(o: Operand) -> bool:
    return isinstance(o, Const) and type(o.value) is float and o.value == 1.0


def _floats(func: Func, kinds: Kinds) -> set[str]:
    """Scalars that certainly are floats: ints may hide where an int and a float meet."""
    statements = list(walk(func.body))
    named = set(func.params) | {t for s in statements for t in targets(s)}
    floats = {n for n in named if kinds.get(n) == FLOAT}
    floats |= {s.tape for s in statements if isinstance(s, Push)}

    def certain(o: Operand) -> bool:
        if not isinstance(o, str):
            return isinstance(getattr(o, "value", None), float)
        kind = kinds.get(o)
        return o in floats or (isinstance(kind, Num) and kind.array and kind.num == "float")

    while True:
        wrong: set[str] = set()
        for s in statements:
            match s:
                case Let(op=op, args=args):
                    if isinstance(op, np.ufunc) or getattr(op, "__module__", "") == "math":
                        good = True
                    elif op in _MIXING:
                        good = any(map(certain, args))
                    else:
                        good = all(map(certain, args[op in _SELECTING :]))
                case Copy(value=v):
                    good = certain(v)
                case Load(base=b):
                    kind = kinds.get(b)
                    good = isinstance(kind, Num) and kind.num == "float"
                case Push(tape=tape, value=v):
                    if not certain(v):
                        wrong.add(tape)
                    continue
                case Pop(tape=tape):
                    good = tape in floats
                case _:
                    good = False
            if not good:
                wrong |= set(targets(s))
        if not wrong & floats:
            return floats
        floats -= wrong


def _owned_arrays(func: Func, kinds: Kinds) -> Func:
    """What has an axis is an array: nothing has to be made one."""

    def simpler(s: Statement) -> tuple[Statement, ...]:
        if isinstance(s, Let) and s.op is fp.asarray and isinstance(s.args[0], str):
            kind = kinds.get(s.args[0])
            if isinstance(kind, Num) and kind.array and kind.rank:
                return (Copy(s.target, s.args[0], s.origin, s.role),)
        return (s,)

    return replace(func, body=rewrite(func.body, simpler))
