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

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import NamedTuple

from fpad.transforms.ir import Block, Statement, blocks, with_blocks
from fpad.transforms.tape_loops import over_tapes
from fpad.transforms.tape_uses import Places, PopAll, PushAll, Seen, Tape, Uses


def bundled(body: Block, fresh: Callable[[str], str]) -> Block:
    """The folded body of a function with tapes that are filled together made one."""
    seen = Seen()
    return over_tapes(_Bundles(body, seen).made(fresh), seen)


class _Group:
    """Tapes whose pushes may be done by the last of them, and their pops by the first of them."""

    def __init__(self) -> None:
        self.tapes: list[Tape] = []
        self.latest = sys.maxsize
        self._last, self._first, self._earliest = -1, sys.maxsize, -1

    def join(self, tape: Tape, reach: _Reach) -> None:
        """Take a tape in, if all pushes can still wait, and all pops hurry, for each other."""
        last, first = max(self._last, reach.push), min(self._first, reach.pop)
        latest, earliest = min(self.latest, reach.latest), max(self._earliest, reach.earliest)
        if last <= latest and earliest <= first:
            self.tapes.append(tape)
            self._last, self.latest, self._first, self._earliest = last, latest, first, earliest


class _Reach(NamedTuple):
    """Where a tape is pushed to and popped from, and where that may be done as well."""

    push: int
    latest: int
    pop: int
    earliest: int


class _Pair:
    """The tapes that are pushed to in one block and popped from in another, in order of the pushes.

    The first `alone` of them join with none that follows.
    """

    def __init__(self, blocks: tuple[int, int], tapes: list[Tape]) -> None:
        self.blocks = blocks
        self.tapes = tapes
        self.alone = 0
        self.group: list[Tape] | None = None


class _Bundles:
    """Makes one group of tapes after the other one tape.

    Pushes and pops that have been moved bound how far others may be, but only those of the same
    names in the same blocks: what is known of the others stays.
    """

    def __init__(self, body: Block, seen: Seen) -> None:
        uses = Uses(body)
        self._blocks = uses.blocks
        self._made = uses.made
        self._seen = seen
        self._places: dict[int, Places] = {}
        self._reaches: dict[str, _Reach] = {}
        together: dict[tuple[int, int], list[Tape]] = {}
        for tape in uses.private():
            together.setdefault((tape.pushes, tape.pops), []).append(tape)
        self._pairs = [
            _Pair(pair, sorted(tapes, key=self._line)) for pair, tapes in together.items()
        ]
        for pair in self._pairs:
            self._find(pair)

    def made(self, fresh: Callable[[str], str]) -> Block:
        """The body with all its groups made."""
        while ready := [pair for pair in self._pairs if pair.group]:
            self._make(min(ready, key=lambda pair: self._line(pair.tapes[0])), fresh("tape"))
        numbers = {id(b): k for k, b in enumerate(self._blocks)}
        return self._rebuilt(self._blocks[0], numbers)

    def _block(self, b: int) -> Places:
        if b not in self._places:
            self._places[b] = Places(self._blocks[b], self._seen)
        return self._places[b]

    def _line(self, tape: Tape) -> tuple[int, int]:
        """Tapes are taken in the order of their pushes."""
        return self._block(tape.pushes).line(tape.push), tape.order

    def _reach(self, tape: Tape) -> _Reach:
        if tape.name not in self._reaches:
            pushes, pops = self._block(tape.pushes), self._block(tape.pops)
            self._reaches[tape.name] = _Reach(
                *(pushes.at[id(tape.push)], pushes.latest(tape)),
                *(pops.at[id(tape.pop)], pops.earliest(tape)),
            )
        return self._reaches[tape.name]

    def _find(self, pair: _Pair) -> None:
        """Find the first group of several tapes, if there is one."""
        pair.group = None
        while pair.alone < len(pair.tapes):
            group = _Group()
            for k in range(pair.alone, len(pair.tapes)):
                tape = pair.tapes[k]
                reach = self._reach(tape)
                if reach.push > group.latest:
                    break  # and so it is for all that follow
                group.join(tape, reach)
            if len(group.tapes) > 1:
                pair.group = group.tapes
                return
            pair.alone += 1

    def _make(self, pair: _Pair, name: str) -> None:
        """One tape of tuples in the place of a group."""
        group = pair.group
        assert group is not None
        gone = {t.name for t in group}
        kept = min(group, key=lambda t: t.order).name
        last, first = group[-1], min(group, key=lambda t: self._reach(t).pop)
        new: dict[int, Statement | None] = dict.fromkeys(id(t.push) for t in group)
        new |= dict.fromkeys(id(t.pop) for t in group)
        new[id(last.push)] = PushAll(name, tuple(t.push.value for t in group))
        new[id(first.pop)] = PopAll(name, tuple(t.pop.target for t in group))
        for t in group:
            s = self._made[t.name][1]
            new[id(s)] = replace(s, target=name) if t.name == kept else None
        changed = {*pair.blocks, *(self._made[t][0] for t in gone)}
        for b in changed:
            self._block(b).replace(new)
        pair.tapes = [t for t in pair.tapes if t.name not in gone]
        moved = {t.pop.target for t in group}
        for other in self._pairs:
            if not changed.isdisjoint(other.blocks):
                self._look_again(other, moved)

    def _look_again(self, pair: _Pair, moved: set[str]) -> None:
        """Something has happened in the blocks of the pair; these names are bound elsewhere now."""
        hit = [t.name for t in pair.tapes if not moved.isdisjoint(_names_of(t))]
        for name in hit:
            self._reaches.pop(name, None)
        if hit:
            pair.alone = 0
        self._find(pair)

    def _rebuilt(self, block: Block, numbers: Mapping[int, int]) -> Block:
        places = self._places.get(numbers[id(block)])
        out: list[Statement] = []
        for s in block if places is None else places.block:
            if blocks(s):
                s = with_blocks(s, tuple(self._rebuilt(b, numbers) for b in blocks(s)))
            out.append(s)
        return tuple(out)


def _names_of(tape: Tape) -> tuple[str, ...]:
    """The names that bound where the tape is pushed to and popped from."""
    value = tape.push.value
    return (value, tape.pop.target) if isinstance(value, str) else (tape.pop.target,)
