"""Loops over tapes in the place of loops that count, the last step before printing.

    for _ in range(n):                           for x, y in reversed(tape):
        x, y = tape.pop()          ->                bx = bx + ..
        bx = bx + ..

That is so where the loop stands at the top level of the function, runs once, and only counts what
another one has pushed.  A counter that nobody reads any more disappears.
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from fpad.transforms.folded import Folded
from fpad.transforms.ir import (
    Block,
    Const,
    Copy,
    For,
    Let,
    Pop,
    Range,
    Statement,
    While,
    blocks,
    has_break,
    walk,
    with_blocks,
)
from fpad.transforms.tape_uses import (
    OverTape,
    Places,
    PopAll,
    Seen,
    Uses,
    bound_by,
    names_in,
    read_by,
)


def over_tapes(body: Block, seen: Seen) -> Block:
    """Loops over tapes in the place of loops that count, at the top level of the function."""
    loops = _Loops(body, seen)
    new = ((loops.over(s, k) if isinstance(s, For) else None) or s for k, s in enumerate(body))
    return _without_counts(tuple(new))


class _Loops:
    """The loops of a body that fill tapes and that empty them, all at its top level."""

    def __init__(self, body: Block, seen: Seen) -> None:
        self._body = body
        self._seen = seen
        self._places = Places(body, seen)
        self._tapes = Uses(body).filled()
        self._loops = {id(s.body): k for k, s in enumerate(body) if isinstance(s, For | While)}

    def over(self, s: For, at: int) -> OverTape | None:
        """The loop at this place as one over the tape that it empties, one entry in a trip."""
        if s.orelse or any(s.target in self._seen(q).mentioned for q in s.body):
            return None
        looked_at: set[str] = set()
        for j, q in enumerate(s.body):
            if isinstance(q, Pop | PopAll) and q.tape in self._tapes:
                bound = (q.target,) if isinstance(q, Pop) else q.targets
                if looked_at.isdisjoint(bound) and self._fills(self._tapes[q.tape], s, at):
                    return OverTape(q.tape, bound, (*s.body[:j], *s.body[j + 1 :]))
            if self._seen(q).leaves:
                return None
            looked_at |= self._seen(q).mentioned
        return None

    def _fills(self, push: tuple[Block, int], back: For, at: int) -> bool:
        """Is there one push for each trip of `back`, made by a loop in front of it?"""
        block, where = push
        k = self._loops.get(id(block), at)
        s = self._body[k]
        if not isinstance(back.iterable, Range) or k >= at:
            return False
        if any(self._seen(q).leaves for q in block[:where]):
            return False
        count = back.iterable.count
        if count is None and len(back.iterable.args) == 1:
            count = back.iterable.args[0]
        if isinstance(count, str) and self._counts(count, k, block, at):
            return True
        return (
            isinstance(s, For)
            and not has_break(s.body)
            and isinstance(s.iterable, Range)
            and (s.iterable.args, s.iterable.count) == (back.iterable.args, back.iterable.count)
            and not any(self._places.setting(n, k, at) for n in names_in(s.iterable.args))
        )

    def _counts(self, n: str, k: int, body: Block, at: int) -> bool:
        """Does n hold, at a place, how many trips the loop with this body, at k, has begun?"""
        begins = self._places.setting(n, 0, k)
        steps = [j for j, q in enumerate(body) if n in bound_by(q)]
        return (
            len(begins) == len(steps) == 1
            and isinstance(begins[0], Copy)
            and begins[0].value == Const(0)
            and _is_step(body[steps[0]], n)
            and not any(self._seen(q).leaves for q in body[: steps[0]])
            and not any(n in self._seen(q).bound for q in body if not isinstance(q, Let | Copy))
            and not self._places.setting(n, k + 1, at)
        )


def _is_step(s: Statement, n: str) -> bool:
    """Is it n = n + 1?"""
    value = s.value.statement if isinstance(s, Copy) and isinstance(s.value, Folded) else s
    return isinstance(value, Let) and value.op is operator.add and value.args == (n, Const(1))


def _without_counts(body: Block) -> Block:
    """The body without counters that nobody reads any more."""
    times: Counter[str] = Counter()
    counters = set()
    for q in _every(body):
        times.update(read_by(q))
        for t in bound_by(q):
            if isinstance(q, Let | Copy) and _is_step(q, t):
                counters.add(t)
    gone = {n for n in counters if times[n] == 1}

    def block(b: Block) -> Block:
        out: list[Statement] = []
        for s in b:
            if isinstance(s, OverTape):
                out.append(replace(s, body=block(s.body)))
            elif blocks(s):
                out.append(with_blocks(s, tuple(map(block, blocks(s)))))
            elif not isinstance(s, Let | Copy) or s.target not in gone:
                out.append(s)
        return tuple(out)

    return block(body) if gone else body


def _every(body: Block) -> Iterator[Statement]:
    for s in body:
        yield from walk((s,))
        if isinstance(s, OverTape):
            yield from _every(s.body)
