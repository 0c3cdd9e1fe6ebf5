"""The statements of a block that is being folded, and what others must know to move across them.

    t1 = x * x            mentioned next after it: t1 by the next statement, x by the third
    t2 = np.sin(t1)
    y = t2 / x

Where a name is mentioned next is looked up, so folding costs as much as the block is long.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass

from fpad.transforms.folded import Names
from fpad.transforms.ir import Statement, has_break


@dataclass
class Entry:
    """A statement of the block at hand, and what others must know of it to move across it.

    Attributes:
        s: the statement, the blocks inside it folded.
        own: names that it reads itself, with repetition.
        inner: names read inside it, where nothing is folded into.
        defs: names assigned in it.
        live: names mentioned in it that are live after it.
        grown: columns that folding has added to it.
    """

    s: Statement
    own: list[str]
    inner: Names
    defs: Names
    live: Names
    grown: int = 0

    @property
    def mentioned(self) -> set[str]:
        """All names that it reads or assigns."""
        return {*self.own, *self.inner, *self.defs}


class Entries:
    """The statements of a block, and where each name is mentioned next."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.all: dict[int, Entry] = dict(enumerate(entries))
        self._mentions: dict[str, list[int]] = {}
        for i, e in self.all.items():
            for n in e.mentioned:
                self._mentions.setdefault(n, []).append(i)
        self._exits = [i for i, e in self.all.items() if has_break((e.s,))]

    def following(self, name: str, i: int) -> int | None:
        """The next statement after i that mentions the name."""
        found = self._mentions.get(name, [])
        at = bisect_right(found, i)
        return found[at] if at < len(found) else None

    def leaves_between(self, i: int, k: int) -> bool:
        """May the loop be left between two statements?"""
        return bisect_left(self._exits, k) > bisect_right(self._exits, i)

    def rename(self, i: int, t: str, x: str) -> None:
        """What statement i assigns to t it assigns to x."""
        e = self.all[i]
        before = e.mentioned
        e.defs, e.live = e.defs - {t} | {x}, e.live - {t} | {x}
        for n in before - e.mentioned:
            self._mentions[n].remove(i)
        for n in e.mentioned - before:
            insort(self._mentions[n], i)

    def delete(self, k: int) -> None:
        """Take a statement out; the others keep their places."""
        for n in self.all.pop(k).mentioned:
            self._mentions[n].remove(k)
