"""Which operands certainly have the shape of the result, without knowing any shape.

A shape is described by the set of unknown base shapes that are broadcast together.  Broadcasting
is commutative, associative and idempotent, so equal sets mean equal shapes:

    y = x * 2.0      y: {x}         operand 0 has the shape of y
    z = y + x        z: {x}         both operands have the shape of z: no unbroadcast needed
    u = z * w        u: {x, w}      neither is known to

Scalars have the empty set.  The analysis is flow-sensitive; where two different descriptions meet
(after an if, around a loop) the name gets a new base shape.
"""

from __future__ import annotations

from collections.abc import Mapping

from fpad import runtime as fp
from fpad.transforms.ir import (
    Block,
    Const,
    Copy,
    For,
    Func,
    If,
    Let,
    Operand,
    While,
    blocks,
    targets,
)
from fpad.transforms.kinds import Kind, Num
from fpad.transforms.rules.core import rule_of

Shape = frozenset[str]
SCALAR: Shape = frozenset()

_LIKE_FIRST = (fp.zeros_like, fp.copy, fp.like)
_LIKE_SECOND = (fp.unbroadcast, fp.broadcast, fp.reshape_like)


class Shapes:
    """Runs the analysis; `same(s)` answers for a Let of the function (by identity)."""

    def __init__(self, func: Func, kinds: Mapping[str, Kind]) -> None:
        self._kinds = kinds
        self._same: dict[int, frozenset[int]] = {}
        self._counter = 0
        env = {p: self._base(p) for p in func.params}
        self._block(func.body, env)

    def same(self, s: Let) -> frozenset[int]:
        """Positions of the operands of `s` that have the shape of its result."""
        return self._same.get(id(s), frozenset())

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

    def _let(self, s: Let, env: dict[str, Shape]) -> Shape:
        rule = rule_of(s.op)
        if rule is not None and rule.pointwise:
            shapes = [self._shape(a, env) for a in s.args]
            known = [x for x in shapes if x is not None]
            if len(known) == len(shapes):
                result = frozenset[str]().union(*known)
                self._same[id(s)] = frozenset(k for k, x in enumerate(shapes) if x == result)
                return result
        else:
            like = 0 if s.op in _LIKE_FIRST else 1 if s.op in _LIKE_SECOND else None
            if like is not None:
                found = self._shape(s.args[like], env)
                if found is not None:
                    return found
        self._same.pop(id(s), None)
        return self._base(s.target)

    def _block(self, block: Block, env: dict[str, Shape]) -> None:
        for s in block:
            match s:
                case Let():
                    env[s.target] = self._let(s, env)
                case Copy(target=t, value=v):
                    found = self._shape(v, env)
                    env[t] = self._base(t) if found is None else found
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
            if n in carried or (n not in env and shape & symbols):
                env[n] = self._base(n)
            else:
                env.setdefault(n, shape)
