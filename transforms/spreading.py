"""Numbers that need not be broadcast, and shapes read off values that are there anyway.

    t = 1.0 + e                             b = by / fp.count(e)
    t2 = np.log(t)                          bt = b / (1.0 + e)
    b = by / fp.count(t2)        ->
    b2 = fp.broadcast(b, t2)
    bt = b2 / t

    t = y * np.log(p)
    b = fp.broadcast(by, t)      ->      b = fp.broadcast(by, fp.like(y, p))

Derivative code only.  A number gives the same beside an array as an array of nothing but it, and
where a shape alone is read, any value of that shape will do: an argument, a variable of the user,
or what is computed in any case.  `simplify.dead` removes what is left over.
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.copies import is_temporary
from fpad.transforms.ir import (
    Atom,
    Block,
    Const,
    Copy,
    For,
    Fresh,
    Func,
    Let,
    Load,
    Operand,
    Statement,
    While,
    all_names,
    blocks,
    defined,
    reads,
    walk,
    with_blocks,
)
from fpad.transforms.kinds import Kind, Num
from fpad.transforms.liveness import Before, Have, both, certain, certain_in
from fpad.transforms.shapes import SCALAR, Shape, Shapes, broadcast
from fpad.transforms.sharing import is_array

Kinds = Mapping[str, Kind]
Environments = Mapping[int, Mapping[str, Shape]]
"""By identity of the statement: the shapes of all names in front of it."""

_DERIVED = frozenset(("adjoint", "tangent", "recompute"))
SPREADING = frozenset(
    (
        *(operator.add, operator.sub, operator.mul, operator.truediv),
        *(np.add, np.subtract, np.multiply, np.divide, np.where, fp.where),
    )
)
"""Operations that broadcast a number to the shape of what it meets."""
_SHAPE_READERS = {fp.broadcast: 1, fp.unbroadcast: 1, fp.spread: 1, fp.count: 0}
"""Operations of derivative code, with the operand of which they read the shape and no more."""


MOST = 3
"""Names that are looked at for one shape."""


def is_derived(s: Statement) -> bool:
    """Was the statement written by differentiation?"""
    return getattr(s, "role", "primal") in _DERIVED


class _Known(Shapes):
    """Shapes of all names in front of each statement that may be tidied."""

    def __init__(self, func: Func, kinds: Kinds) -> None:
        self.before: dict[int, dict[str, Shape]] = {}
        self._broadcast = {
            s.target for s in walk(func.body) if isinstance(s, Let) and s.op is fp.broadcast
        }
        super().__init__(func, kinds)

    def _let(self, s: Let, env: dict[str, Shape]) -> Shape:
        spreads = s.op in SPREADING and any(a in self._broadcast for a in s.args)
        if is_derived(s) and (spreads or s.op in _SHAPE_READERS):
            self.before[id(s)] = dict(env)
        return super()._let(s, env)


def plain_shapes(func: Func, kinds: Kinds) -> Func:
    """Numbers that are not broadcast, and shapes read off values that are there anyway."""
    readers = [s for s in walk(func.body) if isinstance(s, Let) and s.op in _SHAPE_READERS]
    if not any(map(is_derived, readers)):
        return func
    shapes = _Known(func, kinds).before
    func = replace(func, body=_Broadcasts(shapes).block(func.body, {}))
    body = _Readers(func, kinds, shapes).block(func.body, frozenset(func.params))
    return replace(func, body=body)


class _Broadcasts:
    """Removes broadcasts in front of operations that broadcast themselves.

    What is broadcast to a shape fits that shape, so it gives the same beside an array that has it.
    """

    def __init__(self, shapes: Environments) -> None:
        self._shapes = shapes

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
            elif isinstance(s, Let) and s.op in SPREADING and is_derived(s):
                s = self._spread(s, known)
            elif isinstance(s, Let) and s.op is fp.broadcast and self._has_the_shape(s):
                s = Copy(s.target, s.args[0], s.origin, s.role)
            known = _without(known, changed)
            if isinstance(s, Let) and s.op is fp.broadcast and isinstance(s.args[0], str | Const):
                known[s.target] = s.args[0]
            out.append(s)
        return tuple(out)

    def _has_the_shape(self, s: Let) -> bool:
        """Has what is broadcast the shape already?"""
        env = self._shapes.get(id(s), {})
        shapes = [_shape(o, env) for o in s.args]
        return shapes[0] is not None and shapes[0] == shapes[1]

    def _spread(self, s: Let, known: Mapping[str, Atom]) -> Let:
        """The statement with a number in place of an array of nothing but it."""
        env = self._shapes.get(id(s), {})
        for k, a in enumerate(s.args):
            if not isinstance(a, str) or a not in known:
                continue
            others = [_shape(o, env) for j, o in enumerate(s.args) if j != k]
            if None in others:
                continue
            meets = broadcast(x for x in others if x is not None)
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

    def __init__(self, func: Func, kinds: Kinds, shapes: Environments) -> None:
        self._kinds = kinds
        self._shapes = shapes
        self._order = {p: k for k, p in enumerate(func.params)}
        self._fresh = Fresh(all_names(func))
        self._times = _reads_of_values(func.body)
        self._kept = self._times.keys() | self._order.keys()

    def block(self, block: Block, given: Have) -> Block:
        """`given`: names certainly assigned before the block."""
        before = Before(map(certain, block), given)
        out: list[Statement] = []
        for k, s in enumerate(block):
            have = before.at(k)
            if blocks(s):
                inside = have
                if isinstance(s, For):
                    inside = both(have, (s.target,))
                elif isinstance(s, While):
                    inside = both(have, certain_in(s.pre))
                starts = (have, inside, have) if isinstance(s, While) else (inside, inside)
                inner = zip(blocks(s), starts, strict=True)
                s = with_blocks(s, tuple(self.block(b, start) for b, start in inner))
            elif isinstance(s, Let) and s.op in _SHAPE_READERS and is_derived(s):
                s = self._reader(s, have, out)
            out.append(s)
        return tuple(out)

    def _reader(self, s: Let, have: Have, out: list[Statement]) -> Statement:
        env = self._shapes.get(id(s), {})
        k = _SHAPE_READERS[s.op]
        like = s.args[k]
        if not isinstance(like, str) or env.get(like, SCALAR) == SCALAR:
            return s  # the type of a number matters too
        same = [
            n
            for n, shape in env.items()
            if shape == env[like] and n in have and n in self._kept and self._alike(n, like)
        ]
        if s.op is fp.unbroadcast and s.args[0] in same:
            return Copy(s.target, s.args[0], s.origin, s.role)
        best = min(same, key=self._rank, default=like)
        if not same and (found := self._cover(like, env, have)):
            best = found[0]
            for other in found[1:]:
                t = self._fresh.temp()
                out.append(Let(t, fp.like, (best, other), (), s.origin, s.role))
                best = t
            return replace(s, args=(*s.args[:k], best, *s.args[k + 1 :]))
        if like in same and self._rank(best)[:3] == self._rank(like)[:3]:
            return s
        return replace(s, args=(*s.args[:k], best, *s.args[k + 1 :]))

    def _cover(self, like: str, env: Mapping[str, Shape], have: Have) -> list[str]:
        """A few names whose shapes, broadcast together, are that of `like`; none if it is kept."""
        if like in self._kept or not is_array(self._kinds.get(like)):
            return []
        wanted, found = env[like], list[str]()
        while wanted and len(found) < MOST:
            parts = {
                n: len(shape & wanted)
                for n, shape in env.items()
                if n in have and n in self._kept and shape <= env[like] and shape & wanted
            }
            if not parts:
                return []
            best = min(parts, key=lambda n: (-parts[n], self._rank(n)))
            found.append(best)
            wanted -= env[best]
        return [] if wanted else found

    def _alike(self, n: str, like: str) -> bool:
        """Are both arrays of one rank?"""
        a, b = self._kinds.get(n), self._kinds.get(like)
        return isinstance(a, Num) and isinstance(b, Num) and (a.array, a.rank) == (b.array, b.rank)

    def _rank(self, n: str) -> tuple[int, int, int, str]:
        """Arguments first, then names of the user, then what is used anyway."""
        if n in self._order:
            return 0, self._order[n], 0, n
        sort = 2 if is_temporary(n) else 1
        return sort, 0, -self._times[n] if sort == 2 else 0, n


def _reads_of_values(block: Block) -> Counter[str]:
    """How often each name is read for its value by statements that are needed for more than shapes.

    Whichever way the statements run; what is missing here is certainly read for its shape alone.
    """
    found: Counter[str] = Counter()
    makers: dict[str, list[Statement]] = {}
    todo: list[Statement] = []
    for s in walk(block):
        if isinstance(s, Let | Copy | Load):
            makers.setdefault(s.target, []).append(s)
        else:
            todo.append(s)
    while todo:
        s = todo.pop()
        skipped = None
        if isinstance(s, Let) and s.op in _SHAPE_READERS and is_derived(s):
            skipped = s.args[_SHAPE_READERS[s.op]]
        for n in reads(s):
            if n != skipped:
                todo += makers.pop(n, ())
                found[n] += 1
    return found
