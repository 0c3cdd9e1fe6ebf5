"""Tapes that are filled together become one tape of tuples: the last step before printing.

    x_tape = []                              tape = []
    y_tape = []                              for i in range(n):
    for i in range(n):                           y = x * x
        x_tape.append(x)                         tape.append((x, y))
        y = x * x                   ->           x = np.sin(y) * x
        y_tape.append(y)                     for x, y in reversed(tape):
        x = np.sin(y) * x                        bx = bx + ..
    for _ in range(n):
        y = y_tape.pop()
        x = x_tape.pop()
        bx = bx + ..

A push waits for the last one that it stands with, as long as its value keeps its name; a pop goes
to the first one, as long as nobody looks at the name in between.  Where a loop of the whole
function, run once, only counts what another one has pushed, it runs over the tape instead.
Tapes that leave the function, as residuals do, stay as they are.
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from fpad import runtime as fp
from fpad.transforms.folded import Folded, operands
from fpad.transforms.ir import (
    Block,
    Break,
    Const,
    Copy,
    For,
    Let,
    Operand,
    Pop,
    Push,
    Range,
    Slice,
    Statement,
    While,
    blocks,
    has_break,
    targets,
    walk,
    with_blocks,
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


def bundled(body: Block, fresh: Callable[[str], str]) -> Block:
    """The folded body of a function with tapes that are filled together made one."""
    while True:
        # Pushes and pops that have been moved bound how far others may be: one group at a time.
        groups = _groups(_Uses(body).private())
        group = next((g for g in groups if len(g) > 1), None)
        if group is None:
            return _over_tapes(body)
        body = _as_one(body, group, fresh("tape"))


# ---------------------------------------------------------------- names in folded statements


def _targets(s: Statement) -> tuple[str, ...]:
    return s.targets if isinstance(s, PopAll | OverTape) else targets(s)


def _names(o: Any) -> Iterator[str]:
    if isinstance(o, str):
        yield o
    elif isinstance(o, Folded):
        yield from o.reads
    elif isinstance(o, Slice):
        yield from _names((o.lower, o.upper, o.step))
    elif isinstance(o, tuple):
        for part in o:
            yield from _names(part)


def _read(s: Statement) -> Iterator[str]:
    """Names that the statement itself reads, with repetition."""
    return _names(s.values if isinstance(s, PushAll) else operands(s))


def _mentioned(s: Statement) -> Counter[str]:
    """How often each name is bound or read in the statement and inside it."""
    found: Counter[str] = Counter()
    for q in walk((s,)):
        found.update(_targets(q))
        found.update(_read(q))
    return found


def _leaves(s: Statement) -> bool:
    """May the loop be left in the statement?"""
    return isinstance(s, Break) or has_break((s,))


# ---------------------------------------------------------------- tapes


@dataclass(frozen=True)
class _Tape:
    """A tape that is pushed to and popped from in one place each: blocks and positions there."""

    name: str
    pushes: Block
    push: int
    pops: Block
    pop: int


class _Uses:
    """Where the tapes of a function are pushed to and popped from."""

    def __init__(self, body: Block) -> None:
        self._made: list[str] = []
        self._pushes: dict[str, list[tuple[Block, int]]] = {}
        self._pops: dict[str, list[tuple[Block, int]]] = {}
        self._times: Counter[str] = Counter()
        self._all: dict[str, tuple[Block, int]] = {}
        self._block(body)

    def _block(self, block: Block) -> None:
        for k, s in enumerate(block):
            self._times.update(_targets(s))
            self._times.update(_read(s))
            if isinstance(s, Let) and s.op is fp.tape:
                self._made.append(s.target)
            elif isinstance(s, Push):
                self._pushes.setdefault(s.tape, []).append((block, k))
            elif isinstance(s, Pop):
                self._pops.setdefault(s.tape, []).append((block, k))
            elif isinstance(s, PushAll):
                self._all[s.tape] = block, k
            for b in blocks(s):
                self._block(b)

    def private(self) -> list[_Tape]:
        """Tapes that are made, pushed to and popped from once in the text, and nothing else."""
        out = []
        for t in self._made:
            pushes, pops = self._pushes.get(t, ()), self._pops.get(t, ())
            if len(pushes) == len(pops) == 1 and self._times[t] == 3:
                out.append(_Tape(t, *pushes[0], *pops[0]))
        return sorted(out, key=lambda tape: tape.push)

    def together(self) -> dict[str, tuple[Block, int]]:
        """Where tapes of tuples are pushed to."""
        return self._all


def _groups(tapes: list[_Tape]) -> Iterator[list[_Tape]]:
    """Tapes whose pushes may be done by the last of them, and their pops by the first of them."""
    together: dict[tuple[int, int], list[_Tape]] = {}
    for tape in tapes:
        together.setdefault((id(tape.pushes), id(tape.pops)), []).append(tape)
    for found in together.values():
        while found:
            group: list[_Tape] = []
            for tape in found:
                if _may_join(group, tape):
                    group.append(tape)
            yield group
            found = [tape for tape in found if tape not in group]


def _may_join(group: list[_Tape], new: _Tape) -> bool:
    every = [*group, new]
    last, first = max(t.push for t in every), min(t.pop for t in every)
    return all(_may_wait(t, last) and _may_hurry(t, first) for t in every)


def _may_wait(tape: _Tape, last: int) -> bool:
    """May the push be done at position `last` of its block?"""
    push = tape.pushes[tape.push]
    assert isinstance(push, Push)
    if tape.push == last:
        return True
    between = tape.pushes[tape.push + 1 : last]
    kept = isinstance(push.value, str | Const) and push.value not in _bound(between)
    return kept and not any(tape.name in _mentioned(s) or _leaves(s) for s in between)


def _may_hurry(tape: _Tape, first: int) -> bool:
    """May the pop be done at position `first` of its block?"""
    pop = tape.pops[tape.pop]
    assert isinstance(pop, Pop)
    between = tape.pops[first : tape.pop]
    seen = {pop.target, tape.name}
    return not any(seen & _mentioned(s).keys() or _leaves(s) for s in between)


def _as_one(body: Block, group: list[_Tape], name: str) -> Block:
    """The body with one tape of tuples in the place of a group."""
    order = sorted(group, key=lambda t: t.push)
    gone = {t.name for t in group}
    first = min(group, key=lambda t: t.pop).name
    values = tuple(t.pushes[t.push].value for t in order)  # type: ignore[attr-defined]
    bound = tuple(t.pops[t.pop].target for t in order)  # type: ignore[attr-defined]
    made: list[str] = []

    def block(b: Block) -> Block:
        out: list[Statement] = []
        for s in b:
            if isinstance(s, Let) and s.op is fp.tape and s.target in gone:
                if not made:
                    out.append(replace(s, target=name))
                made.append(s.target)
            elif isinstance(s, Push) and s.tape in gone:
                if s.tape == order[-1].name:
                    out.append(PushAll(name, values))
            elif isinstance(s, Pop) and s.tape in gone:
                if s.tape == first:
                    out.append(PopAll(name, bound))
            else:
                out.append(with_blocks(s, tuple(map(block, blocks(s)))) if blocks(s) else s)
        return tuple(out)

    return block(body)


# ---------------------------------------------------------------- loops over tapes


def _over_tapes(body: Block) -> Block:
    """Loops over tapes in the place of loops that count, at the top level of the function."""
    uses = _Uses(body)
    tapes: dict[str, tuple[Block, int]] = {t.name: (t.pushes, t.push) for t in uses.private()}
    tapes |= uses.together()
    out: list[Statement] = []
    for k, s in enumerate(body):
        found = _over(s, body[:k], tapes) if isinstance(s, For) else None
        out.append(s if found is None else found)
    return _without_counts(tuple(out))


def _over(s: For, before: Block, tapes: Mapping[str, tuple[Block, int]]) -> OverTape | None:
    """The loop as one over the tape that it empties, one entry in a trip."""
    if s.orelse or any(s.target in _mentioned(q) for q in s.body):
        return None
    for j, q in enumerate(s.body):
        if isinstance(q, Pop | PopAll) and q.tape in tapes:
            bound = (q.target,) if isinstance(q, Pop) else q.targets
            head = s.body[:j]
            free = not any(set(bound) & _mentioned(h).keys() or _leaves(h) for h in head)
            if free and _fills(before, tapes[q.tape], s):
                return OverTape(q.tape, bound, (*head, *s.body[j + 1 :]))
        if _leaves(q):
            return None
    return None


def _fills(before: Block, push: tuple[Block, int], back: For) -> bool:
    """Is there one push for each trip of `back`, made by a loop in front of it?"""
    block, at = push
    if not isinstance(back.iterable, Range) or any(map(_leaves, block[:at])):
        return False
    for k, s in enumerate(before):
        if isinstance(s, For | While) and s.body is block:
            count = back.iterable.count
            if count is None and len(back.iterable.args) == 1:
                count = back.iterable.args[0]
            if isinstance(count, str) and _counts(count, before[:k], block, before[k + 1 :]):
                return True
            return (
                isinstance(s, For)
                and not has_break(s.body)
                and isinstance(s.iterable, Range)
                and (s.iterable.args, s.iterable.count) == (back.iterable.args, back.iterable.count)
                and not set(_names(s.iterable.args)) & _bound(before[k:])
            )
    return False


def _bound(block: Block) -> set[str]:
    return {t for q in walk(block) for t in _targets(q)}


def _counts(n: str, before: Block, body: Block, after: Block) -> bool:
    """Does n hold how many trips the loop with this body has begun?"""
    begins = [q for q in walk(before) if n in _targets(q)]
    steps = [k for k, q in enumerate(body) if n in _targets(q)]
    return (
        len(begins) == len(steps) == 1
        and begins[0] in before
        and isinstance(begins[0], Copy)
        and begins[0].value == Const(0)
        and _is_step(body[steps[0]], n)
        and not any(map(_leaves, body[: steps[0]]))
        and not any(n in _bound((q,)) for q in body if not isinstance(q, Let | Copy))
        and n not in _bound(after)
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
        times.update(_read(q))
        for t in _targets(q):
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
