"""The blocks that a sweep is cut into, and what a worker does with one.

A block is a pure function of the task and its number, so that it does not matter where, when and
how often it is done.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fpad.sweeps.plan import Plan
from fpad.sweeps.settling import settle
from fpad.sweeps.spaces import Space

BLOCK = 1 << 16
MOST_BITS = 62


@dataclass(frozen=True)
class Task:
    """What all blocks share.

    Attributes:
        plan: the function; None if it is no graph: all points are left open.
        space: the points.
        samples: how many points are drawn; None: all points, each once.
        seed: of the draws.
        max_cells: sign patterns that are walked at a point.
        block: points in a block.
    """

    plan: Plan | None
    space: Space
    samples: int | None = None
    seed: int = 0
    max_cells: int = 4096
    block: int = BLOCK

    @property
    def points(self) -> int:
        """How many points are looked at."""
        return self.space.total if self.samples is None else self.samples

    @property
    def blocks(self) -> int:
        """How many blocks there are."""
        return -(-self.points // self.block)

    def range(self, block: int) -> range:
        """The positions of the points of a block among all that are looked at."""
        return range(block * self.block, min((block + 1) * self.block, self.points))

    def numbers(self, block: int) -> np.ndarray:
        """The numbers of the points of a block."""
        start, stop = self.range(block).start, self.range(block).stop
        if self.samples is None:
            return np.arange(start, stop, dtype=np.int64)
        # Draws of a block depend on its number only; of huge spaces column by column.
        rng = np.random.Generator(np.random.Philox(key=self.seed, counter=[0, 0, 0, block]))
        if self.space.total < 1 << MOST_BITS:
            return rng.integers(self.space.total, size=stop - start)
        out = np.zeros(stop - start, object)
        for values in self.space.columns:
            n = values.count
            drawn = rng.integers(n, size=stop - start, dtype=np.uint64)
            out = out * n + drawn.astype(object)
        return out

    def points_at(self, positions: np.ndarray) -> np.ndarray:
        """The points at these positions among those that are looked at, one a row."""
        if self.samples is None:
            return self.space.points(positions)
        out = np.zeros((len(positions), len(self.space.columns)))
        for block in np.unique(positions // self.block):
            here = positions // self.block == block
            numbers = self.numbers(int(block))[positions[here] % self.block]
            out[here] = self.space.points(numbers)
        return out


@dataclass(frozen=True)
class Done:
    """A block that is done.

    Attributes:
        block: its number.
        states: a byte for each point (see `settling`).
        open: the positions in the block of the points that are not settled.
        wide: did numbers take more than 63 bits.
    """

    block: int
    states: bytes
    open: tuple[int, ...]
    wide: bool


def work(task: Task, block: int) -> Done:
    """Do a block."""
    numbers = task.numbers(block)
    if task.plan is None:
        return Done(block, bytes(len(numbers)), tuple(range(len(numbers))), False)
    lanes = task.space.lanes(numbers)
    settled = settle(task.plan, lanes, len(numbers), task.max_cells)
    return Done(block, settled.states.tobytes(), tuple(settled.open.tolist()), settled.wide)
