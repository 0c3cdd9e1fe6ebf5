"""Where choices change along a segment: brackets between samples, refined to adjacent floats.

    samples   o-----o-----o-----o         paths  A A B B
                        ^^                       the last float of A, the first float of B

A choice whose switch only touches its boundary (sqrt(x * x) at 0) changes no path between samples;
where the distance to a boundary has a minimum between samples, that is looked for as well.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from fpad.pages.space import Sample

STEPS = 70
"""Halvings of a bracket: more than the 64 bits of a float."""
DEPTH = 12
"""Changes of path that are told apart between two samples: 2**DEPTH at most."""
TOUCH = 80
"""Steps of the search for a point where a boundary is touched."""

Run = Callable[[float], Sample]


@dataclass(frozen=True)
class Bracket:
    """Two adjacent floats with different choices."""

    low: float
    high: float
    before: Sample
    after: Sample

    @property
    def sides(self) -> set[tuple[float, ...]]:
        """The coordinates of both."""
        return {self.before.at, self.after.at}

    @property
    def place(self) -> tuple[float, ...]:
        """The coordinates of the one that sits on the boundary; of the second if none does."""
        return (self.before if self.before.on_boundary else self.after).at


def changes(run: Run, a: Sample, b: Sample, low: float, high: float) -> Iterator[Bracket]:
    """The brackets between two places, in order."""
    yield from _changes(run, a, b, low, high, DEPTH)


def _changes(
    run: Run, a: Sample, b: Sample, low: float, high: float, depth: int
) -> Iterator[Bracket]:
    if a.same_piece(b) or depth == 0:
        return
    found = bisect(run, a, b, low, high)
    yield from _changes(run, a, found.before, low, found.low, depth - 1)
    yield found
    yield from _changes(run, found.after, b, found.high, high, depth - 1)


def bisect(run: Run, a: Sample, b: Sample, low: float, high: float) -> Bracket:
    """Adjacent floats, the choices of the first one other than those of b."""
    for _ in range(STEPS):
        middle = between(low, high)
        if middle in (low, high):
            break
        m = run(middle)
        if m.same_piece(b):
            high, b = middle, m
        else:
            low, a = middle, m
    return Bracket(low, high, a, b)


def between(low: float, high: float) -> float:
    """The float in the middle of those between two floats, counted, not measured."""
    return _float((_ordinal(low) + _ordinal(high)) // 2)


def _ordinal(x: float) -> int:
    """The position of a float in the order of all floats."""
    bits = int(np.float64(x).view(np.int64))
    return bits if bits >= 0 else -(bits & 0x7FFF_FFFF_FFFF_FFFF)


def _float(ordinal: int) -> float:
    bits = ordinal if ordinal >= 0 else (-ordinal) | (1 << 63)
    return float(np.uint64(bits).view(np.float64))


# ---------------------------------------------------------------- touches

FLAT = 0.6
"""A distance that touches 0 between three samples is at most so many of its second difference at
the middle one: 1/8 of a square, 1/2 of an absolute value."""


def distances(sample: Sample) -> np.ndarray:
    """|switch| of every entry of every choice."""
    assert sample.record is not None
    parts = [np.ravel(np.abs(np.asarray(c.switch, float))) for c in sample.record.choices]
    return np.concatenate(parts) if parts else np.zeros(0)


def may_touch(before: Sample, here: Sample, after: Sample) -> np.ndarray:
    """Which distances may touch 0 near the middle one of three samples; () on different pieces."""
    if here.record is None or not (before.same_piece(here) and after.same_piece(here)):
        return np.zeros(0, bool)
    a, b, c = map(distances, (before, here, after))
    with np.errstate(invalid="ignore"):
        lower = (b <= a) & (b <= c) & (a + c > 2 * b)
        return np.asarray(lower & (b <= FLAT * (a + c - 2 * b)))


def touches(run: Run, samples: Sequence[Sample], places: Sequence[float]) -> Iterator[float]:
    """Places between samples of one piece where a boundary is touched."""
    seen: set[float] = set()
    for k in range(1, len(samples) - 1):
        for column in np.flatnonzero(may_touch(*samples[k - 1 : k + 2])):
            far = distance_of(int(column), samples[k])

            def distance(t: float, far: Callable[[Sample], float] = far) -> float:
                return far(run(t))

            at, left = lowest(distance, *places[k - 1 : k + 2])
            if left == 0 and at not in seen:
                seen.add(at)
                yield at


def distance_of(column: int, like: Sample) -> Callable[[Sample], float]:
    """Distance number `column` of a sample; 0 on another piece: there the boundary is."""

    def far(s: Sample) -> float:
        if s.record is None or not s.same_piece(like):
            return 0.0
        return float(distances(s)[column])

    return far


def lowest(
    distance: Callable[[float], float], low: float, middle: float, high: float
) -> tuple[float, float]:
    """A place where a distance is least between two places, and the distance there."""
    best = distance(middle)
    simple = simplest(low, high)
    if simple != middle and (there := distance(simple)) < best:
        low, high = (middle, high) if simple > middle else (low, middle)
        middle, best = simple, there
    for _ in range(TOUCH):
        left, right = (low + middle) / 2, (middle + high) / 2
        if best == 0 or not low < left < middle < right < high:
            break
        dl, dr = distance(left), distance(right)
        if dl < best:
            high, middle, best = middle, left, dl
        elif dr < best:
            low, middle, best = middle, right, dr
        else:
            low, high = left, right
    return middle, best


def simplest(low: float, high: float) -> float:
    """A decimal of few digits between two floats: 0 if it is between them."""
    if low <= 0 <= high:
        return 0.0
    size = math.floor(math.log10(high - low))
    for digits in (-size - 1, -size, -size + 1):
        step = round((low + high) / 2, digits)
        if low <= step <= high:
            return step
    return (low + high) / 2
