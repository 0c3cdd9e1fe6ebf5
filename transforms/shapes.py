"""Which operands certainly have the shape of the result, without knowing any shape.

A shape is described by the set of unknown base shapes that are broadcast together.  Broadcasting
is commutative, associative and idempotent, so equal sets mean equal shapes:

    y = x * 2.0      y: {x}         operand 0 has the shape of y
    z = y + x        z: {x}         both operands have the shape of z: no unbroadcast needed
    u = z * w        u: {x, w}      neither is known to
    a = x[2:]        a: {x[2 less]}
    b = x[1:-1]      b: {x[2 less]} parts of equal length are equal: as stencils need it

Scalars have the empty set.  The analysis is flow-sensitive; where two different descriptions meet
(after an if, around a loop) the name gets a new base shape.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from fpad import runtime as fp
from fpad.transforms.ir import (
    Block,
    Const,
    Copy,
    For,
    Func,
    If,
    Let,
    Load,
    Operand,
    Slice,
    Store,
    StoreAdd,
    While,
    blocks,
    names,
    targets,
)
from fpad.transforms.kinds import INT, Kind, Num
from fpad.transforms.rules.core import rule_of


@dataclass(frozen=True)
class Section:
    """The shape of what an index takes of an array; the index in a form that tells lengths."""

    of: Shape
    index: tuple[Any, ...]


@dataclass(frozen=True)
class Reduced:
    """The shape of a reduction that keeps its axes, as ones: broadcast with `of` it is `of`."""

    of: Shape
    how: Operand


Shape: TypeAlias = "frozenset[str | Section | Reduced]"
SCALAR: Shape = frozenset()

_LIKE_FIRST = frozenset(
    (fp.zeros_like, fp.copy, fp.own, fp.asarray, np.zeros_like, np.ones_like, np.empty_like)
)
_LIKE_SECOND = frozenset(
    (fp.unbroadcast, fp.broadcast, fp.reshape_like, fp.select, fp.seed, fp.spread)
)
_REDUCING = frozenset((np.sum, np.mean, np.prod, np.max, np.min, np.amax, np.amin, np.any, np.all))
_IN_PLACE = frozenset((fp.iadd, fp.isub, fp.imul, fp.itruediv))


def _length(part: Slice) -> tuple[Any, ...] | None:
    """How many entries of an axis a slice takes, for slices with constant bounds.

    x[a:-b] takes a + b entries less than there are, and none if there are fewer.
    """
    bounds = (part.lower, part.upper, part.step)
    values = tuple(b.value for b in bounds if isinstance(b, Const))
    if len(values) < 3 or not all(v is None or type(v) is int for v in values):
        return None
    lower, upper, step = values
    if step in (None, 1) and (lower or 0) >= 0 and (upper is None or upper < 0):
        return "less", (lower or 0) - (upper or 0)
    return "slice", lower, upper, step


def _sections(index: Operand, kinds: Mapping[str, Kind]) -> tuple[Any, ...] | None:
    """The parts of an index, equal for indices that take parts of equal shapes; None: unknown."""
    out: list[Any] = []
    for part in index if isinstance(index, tuple) else (index,):
        found: Any = None
        if isinstance(part, Slice):
            found = _length(part)
        elif isinstance(part, Const) and (part.value is None or part.value is Ellipsis):
            found = repr(part.value)
        elif isinstance(part, Const):
            found = "one" if type(part.value) is int else None
        elif kinds.get(str(part)) == INT:
            found = "one"
        if found is None:
            return None
        out.append(found)
    return tuple(out)


def broadcast(shapes: Iterable[Shape]) -> Shape:
    """What arrays of these shapes broadcast to."""
    every: Shape = SCALAR.union(*shapes)
    absorbed = {s for s in every if isinstance(s, Reduced) and s.of <= every - {s}}
    return every - absorbed


def _mentions(shape: Shape, symbols: set[str]) -> bool:
    """Is the shape described by one of the symbols?"""
    return any(s in symbols if isinstance(s, str) else _mentions(s.of, symbols) for s in shape)


class Shapes:
    """Runs the analysis; `same(s)` and `fits(s)` answer for statements of the function."""

    def __init__(self, func: Func, kinds: Mapping[str, Kind]) -> None:
        self._kinds = kinds
        self._same: dict[int, frozenset[int]] = {}
        self._fits: set[int] = set()
        self._counter = 0
        env = {p: self._base(p) for p in func.params}
        self._block(func.body, env)

    def same(self, s: Let) -> frozenset[int]:
        """Positions of the operands of `s` that have the shape of its result."""
        return self._same.get(id(s), frozenset())

    def fits(self, s: Store | StoreAdd) -> bool:
        """Has the value the shape of the part of the array that it is written to?"""
        return id(s) in self._fits

    def _base(self, name: str) -> Shape:
        kind = self._kinds.get(name)
        if isinstance(kind, Num) and not kind.array:
            return SCALAR
        self._counter += 1
        return frozenset((f"{name}#{self._counter}",))

    def _shape(self, o: Operand, env: dict[str, Shape]) -> Shape | None:
        if isinstance(o, str):
            return env.get(o)
        if isinstance(o, Const) and isinstance(o.value, int | float):
            return SCALAR
        return None

    def _has_axes(self, o: Operand) -> bool:
        """Is it an array for certain, whose shape no update in place can change?"""
        kind = self._kinds.get(o) if isinstance(o, str) else None
        return isinstance(kind, Num) and kind.array and bool(kind.rank)

    def _let(self, s: Let, env: dict[str, Shape]) -> Shape:
        rule = rule_of(s.op)
        if s.op in _IN_PLACE and self._has_axes(s.args[0]):
            found = self._shape(s.args[0], env)
            if found is not None:
                both = found == self._shape(s.args[1], env)
                self._same[id(s)] = frozenset((0, 1) if both else (0,))
                return found
        if rule is not None and rule.pointwise:
            shapes = [self._shape(a, env) for a in s.args]
            known = [x for x in shapes if x is not None]
            if len(known) == len(shapes):
                result = broadcast(known)
                self._same[id(s)] = frozenset(k for k, x in enumerate(shapes) if x == result)
                return result
        else:
            found = self._preserved(s, env)
            if found is not None:
                return found
        self._same.pop(id(s), None)
        return self._base(s.target)

    def _preserved(self, s: Let, env: dict[str, Shape]) -> Shape | None:
        """The shape of the operand that gives its shape to the result, if there is one."""
        if s.op in _LIKE_FIRST:
            return self._shape(s.args[0], env)
        if s.op in _LIKE_SECOND:
            return self._shape(s.args[1], env)
        if s.op is fp.like:
            found = [self._shape(a, env) for a in s.args]
            known = [x for x in found if x is not None]
            return broadcast(known) if len(known) == len(found) else None
        if s.op in _REDUCING:
            return self._reduced(s, env)
        return None

    def _reduced(self, s: Let, env: dict[str, Shape]) -> Shape | None:
        static = dict(s.kwargs)
        axis = static.get("axis", s.args[1] if len(s.args) > 1 else Const(None))
        of = self._shape(s.args[0], env)
        if not of or static.get("keepdims") != Const(True) or any(names(axis)):
            return None
        return frozenset((Reduced(of, axis),))

    def _section(self, base: str, index: Operand, env: dict[str, Shape]) -> Shape | None:
        """The shape of base[index], if it can be told from that of base."""
        of, sections = env.get(base, SCALAR), _sections(index, self._kinds)
        return None if of == SCALAR or sections is None else frozenset((Section(of, sections),))

    def _load(self, s: Load, env: dict[str, Shape]) -> Shape:
        kind = self._kinds.get(s.target)
        found = self._section(s.base, s.index, env)
        if found is None or not (isinstance(kind, Num) and kind.array):
            return self._base(s.target)
        return found

    def _store(self, s: Store | StoreAdd, env: dict[str, Shape]) -> None:
        found = self._section(s.base, s.index, env)
        if found is not None and self._shape(s.value, env) == found:
            self._fits.add(id(s))
        else:
            self._fits.discard(id(s))

    def _block(self, block: Block, env: dict[str, Shape]) -> None:
        for s in block:
            match s:
                case Let():
                    env[s.target] = self._let(s, env)
                case Copy(target=t, value=v):
                    found = self._shape(v, env)
                    env[t] = self._base(t) if found is None else found
                case Load(target=t):
                    env[t] = self._load(s, env)
                case Store() | StoreAdd():
                    self._store(s, env)
                case If():
                    arms = [dict(env), dict(env)]
                    for b, arm in zip((s.then, s.orelse), arms, strict=True):
                        self._block(b, arm)
                    for n in sorted(set(arms[0]) | set(arms[1])):
                        a, c = arms[0].get(n), arms[1].get(n)
                        env[n] = a if a is not None and a == c else self._base(n)
                case For() | While():
                    self._loop(s, env)
                case _:
                    for t in targets(s):
                        env[t] = self._base(t)

    def _loop(self, s: For | While, env: dict[str, Shape]) -> None:
        """Names whose shape may change from trip to trip get a base shape of their own."""
        if isinstance(s, For):
            env[s.target] = SCALAR
        carried: dict[str, str] = {}
        changed = True
        while changed:
            changed = False
            inner = dict(env)
            for b in blocks(s):
                self._block(b, inner)
            for n in sorted(env):
                if inner[n] != env[n] and n not in carried:
                    self._counter += 1
                    carried[n] = f"~{n}#{self._counter}"
                    env[n] = frozenset((carried[n],))
                    changed = True
        # The symbols stand for shapes at the start of a trip, which is over.
        symbols = set(carried.values())
        for n, shape in inner.items():
            if n in carried or (n not in env and _mentions(shape, symbols)):
                env[n] = self._base(n)
            else:
                env.setdefault(n, shape)
