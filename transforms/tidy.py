"""Derivative code as a careful programmer writes it: the same numbers, with less ado.

    t1 = -bs                            bx = bx - bs * x
    bx = bx + t1 * x                    t2 = bt * x
    t2 = bt * x                         bt = 2.0 * t2
    t3 = bt * x               ->        bu = bt * math.cos(x)
    bt = t2 + t3
    t4 = 1.0 * math.cos(x)
    bu = bt * t4

A last pass before printing.  It touches derivative code only, never the user's own statements, and
changes no value: a - b c is a + (-b) c, and 2 a is a + a, in every IEEE format.  `simplify.dead`
removes what is left over.
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.copies import copies, is_temporary
from fpad.transforms.ir import (
    Block,
    Call,
    Const,
    Copy,
    Do,
    Fresh,
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
    all_names,
    blocks,
    defined,
    reads,
    rewrite,
    targets,
    walk,
    with_blocks,
)
from fpad.transforms.kinds import FLOAT, Kind, Num
from fpad.transforms.rules.core import rule_of
from fpad.transforms.spreading import is_derived, plain_shapes

Kinds = Mapping[str, Kind]

_MIXING = frozenset((operator.add, operator.sub, operator.mul, operator.truediv, operator.pow))
"""Operations on a float and an int that give a float."""
_ODD = frozenset((operator.mul, operator.truediv, np.multiply, np.divide, fp.divide))
"""Operations that change sign with each of their operands."""
_SELECTING = frozenset((np.where, fp.where, fp.select))


def tidy(func: Func, kinds: Kinds, in_passing: bool = True) -> Func:
    """The function with its derivative code tidied; kinds are those of its names.

    `in_passing`: parts of arrays need no copy for one operation.  Kernels may move it past a write.
    """
    func = plain_shapes(_without_ones(copies(func), kinds), kinds)
    func = replace(func, body=_Sums(func, kinds).block(func.body))
    times = Counter(n for s in walk(func.body) for n in reads(s))
    if in_passing:
        func = replace(func, body=_read_in_passing(func.body, times))
    return _owned_arrays(func, kinds)


def second_names(func: Func) -> frozenset[str]:
    """Names of derivative code that are only other names for what has a good name already."""
    kept = set(func.params)
    for s in walk(func.body):
        if isinstance(s, Copy) and isinstance(s.value, str) and is_temporary(s.value):
            kept.add(s.target)
        elif not is_derived(s):
            kept |= set(targets(s))
    return defined(*func.body) - kept


# ---------------------------------------------------------------- sums


@dataclass
class _Values:
    """What names hold in a block: equal numbers mean equal values, `negated` whose negative."""

    numbers: dict[Any, int] = field(default_factory=dict)
    of: dict[str, int] = field(default_factory=dict)
    names: dict[int, set[str]] = field(default_factory=dict)
    order: dict[str, int] = field(default_factory=dict)
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
        self.hold(name, self.count if key is None else self.numbers.setdefault(key, self.count))

    def hold(self, name: str, number: int) -> None:
        """The name holds this value now."""
        self.order.setdefault(name, len(self.order))
        if name in self.of:
            self.names[self.of[name]].discard(name)
        self.of[name] = number
        self.names.setdefault(number, set()).add(name)

    def held(self, key: Any) -> str | None:
        """A name that holds the value of `key` now, if it has been seen."""
        names = self.names.get(self.numbers.get(key, -1), ())
        return min(names, key=lambda n: self.order[n], default=None)

    def negate(self, name: str, o: Operand) -> None:
        """The name holds the negative of the operand."""
        if isinstance(o, str) and o != name:
            self.negated[name] = o, self.number(o)

    def opposite(self, o: Operand) -> str | None:
        """The name whose negative the operand is, if it still holds what it held."""
        if not isinstance(o, str) or o not in self.negated:
            return None
        name, number = self.negated[o]
        return name if self.of.get(name) == number else None


def _is_function(s: Let) -> bool:
    """Does the operation give the same again for the same operands?"""
    rule = rule_of(s.op)
    return rule is not None and not rule.effect


class _Sums:
    """Writes `a + (-b) * c` as `a - b * c` and `a + a` as `2.0 * a`; calls functions once."""

    def __init__(self, func: Func, kinds: Kinds) -> None:
        self._kinds = dict(kinds)
        self._fresh = Fresh(all_names(func))
        self._times = Counter(n for s in walk(func.body) for n in reads(s))

    def block(self, block: Block) -> Block:
        """Rewrite one block, and those inside it; values are known from block to block only."""
        values = _Values()
        absorbed = self._absorbed(block)
        out: list[Statement] = []
        for s in block:
            if blocks(s):
                s = with_blocks(s, tuple(map(self.block, blocks(s))))
                values = _Values()
            elif isinstance(s, Store | StoreAdd | Call | Do):
                values = _Values()
            elif isinstance(s, Let) and _is_function(s):
                key = s.op, values.number(s.args), tuple((k, values.number(v)) for k, v in s.kwargs)
                if is_derived(s):
                    again = values.held(key) if self._is_called(s) else None
                    if again is not None:
                        s = Copy(s.target, again, s.origin, s.role)
                    elif s.target in absorbed:
                        s = self._outside(s, values, out)
                    else:
                        s = _sum(s, self._kinds, values)
                values.set(s.target, key)
                if isinstance(s, Let) and s.op is operator.neg:
                    values.negate(s.target, s.args[0])
            elif isinstance(s, Copy):
                number = values.number(s.value) if isinstance(s.value, str) else None
                values.set(s.target)
                if number is not None:
                    values.hold(s.target, number)
            else:
                for t in targets(s):
                    values.set(t)
            out.append(s)
        return tuple(out)

    def _is_called(self, s: Let) -> bool:
        """Is it printed as a call, of a function of numbers without effects?"""
        called = isinstance(s.op, np.ufunc) or getattr(s.op, "__module__", "") == "math"
        return called and self._kinds.get(s.target) == FLOAT

    def _absorbed(self, block: Block) -> set[str]:
        """Products and quotients that are only read to be added or subtracted in the end."""
        out: set[str] = set()
        for s in reversed(block):
            if isinstance(s, StoreAdd) and is_derived(s):
                out |= (
                    {s.value} if isinstance(s.value, str) and self._times[s.value] == 1 else set()
                )
            elif isinstance(s, Let) and is_derived(s):
                ends = s.op in (operator.add, operator.sub)
                if ends or (s.op in _ODD and s.target in out):
                    out |= {n for n in reads(s) if s.args.count(n) == self._times[n] == 1}
        return out

    def _outside(self, s: Let, values: _Values, out: list[Statement]) -> Let:
        """(-a) * b as -(a * b): the sign is for the sum in which it ends."""
        if s.op not in _ODD or len(s.args) != 2:
            return _sum(s, self._kinds, values)
        a, b = s.args
        first, second = values.opposite(a), values.opposite(b)
        if first is not None and is_temporary(str(a)):
            a = first
        elif second is not None and is_temporary(str(b)):
            b = second
        else:
            return s
        t = self._fresh.temp()
        key = s.op, values.number((a, b)), ()
        out.append(replace(s, target=t, args=(a, b)))
        values.set(t, key)
        if s.target in self._kinds:
            self._kinds[t] = self._kinds[s.target]
        return Let(s.target, operator.neg, (t,), (), s.origin, s.role)


def _sum(s: Let, kinds: Kinds, values: _Values) -> Let:
    if s.op not in (operator.add, operator.sub):
        return s
    a, b = s.args
    first, second = values.opposite(a), values.opposite(b)
    if s.op is operator.add:
        if _same(a, b, kinds, values):
            return replace(s, op=operator.mul, args=(Const(2.0), a))
        if second is not None:
            if first is not None and _same(first, second, kinds, values):
                return replace(s, op=operator.mul, args=(Const(-2.0), first))
            return replace(s, op=operator.sub, args=(a, second))
        if first is not None:
            return replace(s, op=operator.sub, args=(b, first))
    elif second is not None:
        return replace(s, op=operator.add, args=(a, second))
    elif first is not None and _same(first, b, kinds, values):
        return replace(s, op=operator.mul, args=(Const(-2.0), b))
    return s


def _same(a: Operand, b: Operand, kinds: Kinds, values: _Values) -> bool:
    """Do both certainly hold the same floats?"""
    kind = kinds.get(b) if isinstance(b, str) else None
    known = isinstance(kind, Num) and kind.num == "float"
    return known and isinstance(a, str) and values.number(a) == values.number(b)


# ---------------------------------------------------------------- ones, and arrays for sure


def _without_ones(func: Func, kinds: Kinds) -> Func:
    """Scalars are not multiplied by the cotangent 1.0 of a gradient that is differentiated."""
    values: dict[str, set[Any]] = {}
    for s in walk(func.body):
        one = isinstance(s, Copy) and _is_one(s.value) and is_derived(s)
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
        if not (isinstance(s, Let) and is_derived(s)):
            return (s,)
        if s.op in (operator.mul, operator.truediv) and unit(s.args[1]) and number(s.args[0]):
            return (Copy(s.target, s.args[0], s.origin, s.role),)
        if s.op is operator.mul and unit(s.args[0]) and number(s.args[1]):
            return (Copy(s.target, s.args[1], s.origin, s.role),)
        return (s,)

    return copies(replace(func, body=rewrite(func.body, simpler)))


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


def _read_in_passing(block: Block, times: Mapping[str, int]) -> Block:
    """A part of an array is not copied for one operation that is done before memory is written."""
    waiting: set[str] = set()
    plain: set[str] = set()
    for s in block:
        if isinstance(s, Let):
            rule = rule_of(s.op)
            if rule is not None and rule.pointwise and rule.view == "never":
                plain |= waiting & {n for n in reads(s) if s.args.count(n) == times[n] == 1}
            if s.op is fp.copy and is_derived(s):
                waiting.add(s.target)
        elif not isinstance(s, Copy | Load | Pop | Push):
            waiting.clear()
    out: list[Statement] = []
    for s in block:
        if blocks(s):
            s = with_blocks(s, tuple(_read_in_passing(b, times) for b in blocks(s)))
        elif isinstance(s, Let) and s.op is fp.copy and s.target in plain:
            s = Copy(s.target, s.args[0], s.origin, s.role)
        out.append(s)
    return tuple(out)


def _owned_arrays(func: Func, kinds: Kinds) -> Func:
    """What has an axis is an array: nothing has to be made one."""

    def simpler(s: Statement) -> tuple[Statement, ...]:
        if isinstance(s, Let) and s.op is fp.asarray and isinstance(s.args[0], str):
            kind = kinds.get(s.args[0])
            if isinstance(kind, Num) and kind.array and kind.rank:
                return (Copy(s.target, s.args[0], s.origin, s.role),)
        return (s,)

    return replace(func, body=rewrite(func.body, simpler))
