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

from fpad.transforms.ir import Block, Let, Statement, blocks, with_blocks
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
        self._last, self._latest = -1, sys.maxsize
        self._first, self._earliest = sys.maxsize, -1

    def join(self, tape: Tape, pushes: Places, pops: Places) -> bool:
        """Take a tape in, if all pushes can still wait, and all pops hurry, for each other."""
        last = max(self._last, pushes.at[id(tape.push)])
        first = min(self._first, pops.at[id(tape.pop)])
        latest = min(self._latest, pushes.latest(tape))
        earliest = max(self._earliest, pops.earliest(tape))
        if last > latest or first < earliest:
            return False
        self.tapes.append(tape)
        self._last, self._latest, self._first, self._earliest = last, latest, first, earliest
        return True


class _Bundles:
    """Makes one group of tapes after the other one tape.

    Pushes and pops that have been moved bound how far others may be, but only those that share a
    block with them: what is known of the others stays.
    """

    def __init__(self, body: Block, seen: Seen) -> None:
        uses = Uses(body)
        self._blocks = uses.blocks
        self._made = uses.made
        self._seen = seen
        self._places: dict[int, Places] = {}
        self._pairs: dict[tuple[int, int], list[Tape]] = {}
        for tape in uses.private():
            self._pairs.setdefault((tape.pushes, tape.pops), []).append(tape)
        self._found: dict[tuple[int, int], tuple[tuple[int, int], list[Tape]] | None] = {}

    def made(self, fresh: Callable[[str], str]) -> Block:
        """The body with all its groups made."""
        while True:
            for pair in self._pairs:
                if pair not in self._found:
                    self._found[pair] = self._group(pair)
            ready = [(found, pair) for pair, found in self._found.items() if found]
            if not ready:
                break
            (_, group), pair = min(ready, key=lambda item: item[0][0])
            self._make(pair, group, fresh("tape"))
        numbers = {id(b): k for k, b in enumerate(self._blocks)}
        return self._rebuilt(self._blocks[0], numbers)

    def _block(self, b: int) -> Places:
        if b not in self._places:
            self._places[b] = Places(self._blocks[b], self._seen)
        return self._places[b]

    def _order(self, tape: Tape) -> tuple[int, int]:
        """Tapes are taken in the order of their pushes."""
        return self._block(tape.pushes).at[id(tape.push)], tape.order

    def _group(self, pair: tuple[int, int]) -> tuple[tuple[int, int], list[Tape]] | None:
        """The first group of several tapes, if there is one, behind the turn of the pair."""
        pushes, pops = map(self._block, pair)
        left = sorted(self._pairs[pair], key=self._order)
        turn = self._order(left[0])
        while left:
            group = _Group()
            left = [tape for tape in left if not group.join(tape, pushes, pops)]
            if len(group.tapes) > 1:
                return turn, group.tapes
        return None

    def _make(self, pair: tuple[int, int], group: list[Tape], name: str) -> None:
        """One tape of tuples in the place of a group."""
        pops = self._block(pair[1])
        gone = {t.name for t in group}
        kept = min(group, key=lambda t: t.order).name
        last = group[-1]
        first = min(group, key=lambda t: pops.at[id(t.pop)])
        new: dict[int, Statement | None] = dict.fromkeys(id(t.push) for t in group)
        new |= dict.fromkeys(id(t.pop) for t in group)
        new[id(last.push)] = PushAll(name, tuple(t.push.value for t in group))
        new[id(first.pop)] = PopAll(name, tuple(t.pop.target for t in group))
        homes = {self._made[t] for t in gone}
        for b in homes:
            for s in self._block(b).block:
                if isinstance(s, Let) and s.target in gone:
                    new[id(s)] = replace(s, target=name) if s.target == kept else None
        changed = {*pair, *homes}
        for b in changed:
            self._block(b).replace(new)
        self._pairs[pair] = [t for t in self._pairs[pair] if t.name not in gone]
        if not self._pairs[pair]:
            del self._pairs[pair]
        self._found = {p: g for p, g in self._found.items() if changed.isdisjoint(p)}

    def _rebuilt(self, block: Block, numbers: Mapping[int, int]) -> Block:
        places = self._places.get(numbers[id(block)])
        out: list[Statement] = []
        for s in block if places is None else places.block:
            if blocks(s):
                s = with_blocks(s, tuple(self._rebuilt(b, numbers) for b in blocks(s)))
            out.append(s)
        return tuple(out)
