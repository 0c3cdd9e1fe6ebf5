"""Statements that print tapes of tuples, and where the tapes of a function are used.

    tape.append((x, y))                          PushAll
    x, y = tape.pop()                            PopAll
    for x, y in reversed(tape): ..               OverTape

A block that is being rewritten answers who binds or mentions a name where; each statement is looked
at once, so what is asked costs no more than the answer.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fpad import runtime as fp
from fpad.transforms.folded import Folded, operands
from fpad.transforms.ir import (
    Block,
    Break,
    Const,
    If,
    Let,
    Operand,
    Pop,
    Push,
    Slice,
    Statement,
    blocks,
    targets,
)


@dataclass(frozen=True)
class PushAll(Statement):
    """`tape.append((a, b))`, for printing only."""

    tape: str
    values: tuple[Operand, ...]


@dataclass(frozen=True)
class PopAll(Statement):
    """`a, b = tape.pop()`, for printing only."""

    tape: str
    targets: tuple[str, ...]


@dataclass(frozen=True)
class OverTape(Statement):
    """`for a, b in reversed(tape): body`, for printing only."""

    tape: str
    targets: tuple[str, ...]
    body: Block


def bound_by(s: Statement) -> tuple[str, ...]:
    """Names that the statement itself binds."""
    return s.targets if isinstance(s, PopAll | OverTape) else targets(s)


def names_in(o: Any) -> Iterator[str]:
    """The names inside an operand, folded ones included, with repetition."""
    if isinstance(o, str):
        yield o
    elif isinstance(o, Folded):
        yield from o.reads
    elif isinstance(o, Slice):
        yield from names_in((o.lower, o.upper, o.step))
    elif isinstance(o, tuple):
        for part in o:
            yield from names_in(part)


def read_by(s: Statement) -> Iterator[str]:
    """Names that the statement itself reads, with repetition."""
    return names_in(s.values if isinstance(s, PushAll) else operands(s))


@dataclass(frozen=True)
class Inside:
    """Names that a statement binds, and names that it binds or reads, with all that is inside it.

    `leaves`: may it leave the loop in which it stands?
    """

    bound: frozenset[str]
    mentioned: frozenset[str]
    leaves: bool


class Seen:
    """What is known of statements, by identity: looked at once however often it is asked."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Statement, Inside]] = {}

    def __call__(self, s: Statement) -> Inside:
        """What is known of a statement."""
        found = self._known.get(id(s))
        if found is None:
            inner = [self(q) for b in blocks(s) for q in b]
            bound = frozenset(bound_by(s)).union(*(q.bound for q in inner))
            mentioned = bound.union(read_by(s), *(q.mentioned for q in inner))
            leaves = isinstance(s, If) and any(q.leaves for q in inner)
            inside = Inside(bound, mentioned, leaves or isinstance(s, Break))
            found = self._known[id(s)] = s, inside
        return found[1]


@dataclass(frozen=True, eq=False)
class Tape:
    """A tape that is pushed to and popped from in one place each: blocks and statements there.

    `order`: which of the tapes of the function it is.
    """

    name: str
    order: int
    pushes: int
    push: Push
    pops: int
    pop: Pop


class Uses:
    """Where the tapes of a function are made, pushed to and popped from: blocks and statements."""

    def __init__(self, body: Block) -> None:
        self.blocks: list[Block] = []
        self.made: dict[str, tuple[int, Let]] = {}
        self._pushes: dict[str, list[tuple[int, Push]]] = {}
        self._pops: dict[str, list[tuple[int, Pop]]] = {}
        self._times: Counter[str] = Counter()
        self._all: dict[str, tuple[Block, int]] = {}
        self._block(body)

    def _block(self, block: Block) -> None:
        b = len(self.blocks)
        self.blocks.append(block)
        for k, s in enumerate(block):
            self._times.update(bound_by(s))
            self._times.update(read_by(s))
            if isinstance(s, Let) and s.op is fp.tape:
                self.made.setdefault(s.target, (b, s))
            elif isinstance(s, Push):
                self._pushes.setdefault(s.tape, []).append((b, s))
            elif isinstance(s, Pop):
                self._pops.setdefault(s.tape, []).append((b, s))
            elif isinstance(s, PushAll):
                self._all[s.tape] = block, k
            for inner in blocks(s):
                self._block(inner)

    def private(self) -> list[Tape]:
        """Tapes that are made, pushed to and popped from once in the text, and nothing else."""
        out = []
        for order, t in enumerate(self.made):
            pushes, pops = self._pushes.get(t, ()), self._pops.get(t, ())
            if len(pushes) == len(pops) == 1 and self._times[t] == 3:
                out.append(Tape(t, order, *pushes[0], *pops[0]))
        return out

    def filled(self) -> dict[str, tuple[Block, int]]:
        """Where private tapes and tapes of tuples are pushed to: the block, the place in it."""
        alone = {t.name: (self.blocks[t.pushes], t.push) for t in self.private()}
        places = {n: (b, next(k for k, s in enumerate(b) if s is q)) for n, (b, q) in alone.items()}
        return places | self._all


class Places:
    """A block that is being rewritten: where its statements stand, who mentions a name where.

    Statements that are taken out leave a gap, so that all others keep their places.
    """

    def __init__(self, block: Iterable[Statement], seen: Seen) -> None:
        self._block: list[Statement | None] = list(block)
        self._seen = seen
        self._gaps: list[int] = []
        self.at: dict[int, int] = {}
        self._bound: dict[str, list[int]] = {}
        self._mentioned: dict[str, list[int]] = {}
        self._exits: list[int] = []
        for k, s in enumerate(block):
            self._enter(k, s)
            if seen(s).leaves:
                self._exits.append(k)

    def _enter(self, k: int, s: Statement) -> None:
        self.at[id(s)] = k
        inside = self._seen(s)
        for known, found in ((self._bound, inside.bound), (self._mentioned, inside.mentioned)):
            for n in found:
                insort(known.setdefault(n, []), k)

    @property
    def block(self) -> list[Statement]:
        """The statements as they are now."""
        return [s for s in self._block if s is not None]

    def line(self, s: Statement) -> int:
        """How many statements stand in front of this one."""
        k = self.at[id(s)]
        return k - bisect_left(self._gaps, k)

    def replace(self, new: Mapping[int, Statement | None]) -> None:
        """Put simple statements, or none, in the place of some, which are given by identity."""
        for old, s in new.items():
            k = self.at.pop(old, None)
            if k is None:
                continue
            before = self._block[k]
            assert before is not None
            inside = self._seen(before)
            for known, gone in ((self._bound, inside.bound), (self._mentioned, inside.mentioned)):
                for n in gone:
                    known[n].remove(k)
            self._block[k] = s
            if s is None:
                insort(self._gaps, k)
            else:
                self._enter(k, s)

    def setting(self, n: str, first: int, last: int) -> list[Statement]:
        """The statements of a part of the block that bind a name, themselves or inside."""
        found = self._bound.get(n, [])
        inside = (
            self._block[k] for k in found[bisect_left(found, first) : bisect_left(found, last)]
        )
        return [s for s in inside if s is not None]

    def latest(self, tape: Tape) -> int:
        """The last place to which the push may wait: nothing on the way sets what it pushes."""
        k = self.at[id(tape.push)]
        value = tape.push.value
        if not isinstance(value, str | Const):
            return k
        barriers = [self._exits, self._mentioned.get(tape.name, [])]
        if isinstance(value, str):
            barriers.append(self._bound.get(value, []))
        after = (b[i] for b in barriers if (i := bisect_right(b, k)) < len(b))
        return min(after, default=len(self._block))

    def earliest(self, tape: Tape) -> int:
        """The first place to which the pop may hurry: nobody on the way looks at the name."""
        k = self.at[id(tape.pop)]
        barriers = [self._exits, *(self._mentioned[n] for n in (tape.name, tape.pop.target))]
        before = (b[i - 1] for b in barriers if (i := bisect_left(b, k)))
        return max(before, default=-1) + 1
