"""Where on a line or a plane a function has no derivative, or AD is wrong: `kink_map`."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from fpad.check.verdict import Verdict
from fpad.pages.search import (
    Bracket,
    changes,
    distance_of,
    lowest,
    may_touch,
    simplest,
    touches,
)
from fpad.pages.space import Sample, Space
from fpad.progress import Progress
from fpad.runtime.errors import InputError

if TYPE_CHECKING:
    from fpad.check.report import Report

WRONG, KINK, JUMP, UNDEFINED, UNKNOWN = "wrong", "kink", "jump", "undefined", "unknown"
BETWEEN, HARMLESS, UNASKED = "between", "harmless", "unasked"

MEANING = {
    WRONG: "AD is wrong",
    KINK: "no derivative",
    JUMP: "jump",
    UNDEFINED: "undefined",
    UNKNOWN: "not proved",
    BETWEEN: "kink between two floats",
    HARMLESS: "pieces meet smoothly",
    UNASKED: "pieces meet, not asked",
}
"""The kinds of spots, worst first."""

WAIT = 2.0
"""Seconds before a progress bar is shown."""
ROUNDS = 3
"""How often a point that touches a boundary is looked for along both coordinates."""
SAME = 1e-6
"""Slopes of adjacent floats that differ by less, relatively, are those of one smooth function."""


@dataclass(frozen=True, eq=False)
class Spot:
    """A place where pieces meet.

    Attributes:
        at: its coordinates.
        kind: a key of `MEANING`.
        report: what `fpad.check` says there; None where it was not asked.
    """

    at: tuple[float, ...]
    kind: str
    report: Report | None


@dataclass(frozen=True, eq=False)
class KinkMap:
    """A function on a line or a plane.

    Attributes:
        space: the line or plane.
        axes: the places of the samples along each coordinate.
        values: what the function returned, one axis of the array for each coordinate.
        pieces: the number of the piece of each sample; -1 where the function is undefined.
        spots: where pieces meet.
        unasked: how many of these `fpad.check` was not asked about.
    """

    space: Space
    axes: tuple[np.ndarray, ...]
    values: np.ndarray
    pieces: np.ndarray
    spots: tuple[Spot, ...]
    unasked: int = field(default=0)

    def kinds(self) -> tuple[str, ...]:
        """The kinds of spots that there are, worst first."""
        there = {s.kind for s in self.spots}
        return tuple(k for k in MEANING if k in there)


def kink_map(
    space: Space,
    spans: Sequence[tuple[float, float]],
    samples: int,
    max_checks: int = 200,
    progress: bool | None = None,
) -> KinkMap:
    """Sample a function, find where pieces meet, and ask the checker there.

    Args:
        space: the line or plane.
        spans: lowest and highest coordinate of each axis.
        samples: how many places there are along an axis.
        max_checks: how many places the checker is asked about.
        progress: show a progress bar; None: on a terminal, after two seconds.
    """
    for (low, high), name in zip(spans, space.names, strict=True):
        if not (math.isfinite(low) and math.isfinite(high) and low < high):
            raise InputError(f"the span of {name} is from {low} to {high}: give (low, high)")
    if samples < 2:
        raise InputError(f"samples={samples}: a line needs two places at least")
    axes = tuple(np.linspace(low, high, samples) for low, high in spans)
    with Progress(samples ** len(axes), 0, progress, "sampling", "points", WAIT) as bar:
        grid = np.empty([samples] * len(axes), object)
        for index in np.ndindex(*grid.shape):
            grid[index] = space.sample([a[i] for a, i in zip(axes, index, strict=True)])
            bar.advance()
    spots, unasked = _spots(space, axes, grid, max_checks, progress)
    pieces = _numbered(grid)
    values = np.array([s.value for s in grid.flat]).reshape(grid.shape)
    return KinkMap(space, axes, values, pieces, tuple(spots), unasked)


def _numbered(grid: np.ndarray) -> np.ndarray:
    """The number of the piece of each sample.

    On a plane one that sits on a boundary is counted to a piece beside it: areas are what is drawn.
    """
    numbers = {path: k for k, path in enumerate(dict.fromkeys(s.path for s in grid.flat if s.path))}
    pieces = np.array([numbers.get(s.path, -1) for s in grid.flat]).reshape(grid.shape)
    if grid.ndim == 2:
        for i, j in np.argwhere([[s.on_boundary for s in row] for row in grid]):
            beside = [(i + a, j + b) for a, b in itertools.product((-1, 0, 1), repeat=2)]
            inside = [k for k in beside if 0 <= k[0] < len(grid) and 0 <= k[1] < len(grid[0])]
            free = [k for k in inside if not grid[k].on_boundary]
            if free:
                pieces[i, j] = pieces[free[0]]
    left = [k for k in np.unique(pieces) if k >= 0]
    return np.where(pieces < 0, -1, np.searchsorted(left, pieces))


def kind_of(report: Report) -> str:
    """The kind of a spot that a report is about."""
    match report.verdict:
        case Verdict.DIFFERENTIABLE if report.correct:
            return HARMLESS
        case Verdict.DIFFERENTIABLE if report.correct is False:
            return WRONG
        case Verdict.NOT_DIFFERENTIABLE:
            return KINK
        case Verdict.DISCONTINUOUS:
            return JUMP
        case Verdict.UNDEFINED:
            return UNDEFINED
    return UNKNOWN


def _spots(
    space: Space,
    axes: tuple[np.ndarray, ...],
    grid: np.ndarray,
    max_checks: int,
    progress: bool | None,
) -> tuple[list[Spot], int]:
    """Where pieces meet, and how many of these places were not asked about."""
    touched = (space.sample(at).at for at in _touched(space, axes, grid))
    single = dict.fromkeys((*_on_samples(grid), *touched))
    met = {b.place: b for b in _met(space, axes, grid) if not single.keys() & b.sides}
    places: list[tuple[float, ...] | Bracket] = [*single, *met.values()]
    asked = _spread(len(places), max_checks)
    asked |= {k for k, p in enumerate(places) if _coordinates(p) == space.center}
    out: dict[tuple[float, ...], Spot] = {}
    with Progress(len(places), 0, progress, "checking", "points", WAIT) as bar:
        for k, place in enumerate(places):
            at = _coordinates(place)
            if k not in asked:
                out.setdefault(at, Spot(at, UNASKED, None))
            elif isinstance(place, Bracket):
                spot = _asked(space, place)
                out[spot.at] = spot
            else:
                out[at] = _judged(space, at)
            bar.advance()
    spots = sorted(out.values(), key=lambda s: s.at)
    return spots, sum(s.kind == UNASKED for s in spots)


def _coordinates(place: tuple[float, ...] | Bracket) -> tuple[float, ...]:
    return place.place if isinstance(place, Bracket) else place


def _judged(space: Space, at: tuple[float, ...]) -> Spot:
    report = space.report(at)
    return Spot(at, kind_of(report), report)


def _spread(count: int, most: int) -> set[int]:
    """At most so many of the first `count` numbers, spread evenly."""
    if count <= most:
        return set(range(count))
    return {k * count // max(most, 1) for k in range(max(most, 0))}


def _asked(space: Space, bracket: Bracket) -> Spot:
    """The worse of the two floats; between two that are both right, what their slopes say."""
    order = list(MEANING)
    sides = (bracket.before, bracket.after)
    found = []
    for sample in sorted(sides, key=lambda s: not s.on_boundary):
        spot = _judged(space, sample.at)
        if sample.on_boundary and order.index(spot.kind) < order.index(UNKNOWN):
            return spot  # it sits on the boundary: the other one does not
        found.append(spot)
    worst = min(found, key=lambda s: order.index(s.kind))
    if worst.kind != HARMLESS:
        return worst
    a, b = (np.array(_slopes(space, s.report), float) for s in found)
    apart = np.abs(a - b) > SAME * np.maximum(1.0, np.maximum(np.abs(a), np.abs(b)))
    values = [s.value for s in sides]
    jump = abs(values[0] - values[1]) > SAME * max(1.0, *map(abs, values))
    return Spot(worst.at, BETWEEN, worst.report) if jump or np.any(apart) else worst


def _slopes(space: Space, report: Report | None) -> tuple[float, ...]:
    """The derivative in the coordinates; there is one where AD is right."""
    assert report is not None
    assert report.derivative is not None
    return space.slopes(report.derivative)


def _on_samples(grid: np.ndarray) -> Iterator[tuple[float, ...]]:
    """Samples that sit on a boundary, which their neighbours on some line do not."""
    on = np.array([s.on_boundary for s in grid.flat]).reshape(grid.shape)
    alone = np.zeros(grid.shape, bool)
    for axis in range(grid.ndim):
        off = np.swapaxes(~on, 0, axis)
        near = np.swapaxes(alone, 0, axis)
        near[1:] |= off[:-1]
        near[:-1] |= off[1:]
    yield from (s.at for s in grid[on & alone])


def _met(space: Space, axes: tuple[np.ndarray, ...], grid: np.ndarray) -> Iterator[Bracket]:
    """Brackets on the segments between neighbouring samples, along each coordinate."""
    for axis, places in enumerate(axes):
        for index in np.ndindex(*grid.shape):
            k = index[axis]
            if k + 1 == len(places):
                continue
            other: tuple[int, ...] = (*index[:axis], k + 1, *index[axis + 1 :])
            a, b = _pair(grid, index, other)
            if a.same_piece(b):
                continue
            fixed = list(a.at)

            def run(t: float, fixed: list[float] = fixed, axis: int = axis) -> Sample:
                return space.sample([*fixed[:axis], t, *fixed[axis + 1 :]])

            yield from changes(run, a, b, float(places[k]), float(places[k + 1]))


def _pair(grid: np.ndarray, here: tuple[int, ...], there: tuple[int, ...]) -> tuple[Sample, Sample]:
    return grid[here], grid[there]


def _touched(
    space: Space, axes: tuple[np.ndarray, ...], grid: np.ndarray
) -> list[tuple[float, ...]]:
    """Places on a boundary that lie between samples of one piece."""
    found: dict[tuple[float, ...], None] = {}
    for axis, places in enumerate(axes):
        for index in np.ndindex(*(n for k, n in enumerate(grid.shape) if k != axis)):
            line = grid[(*index[:axis], slice(None), *index[axis:])]
            fixed = line[0].at

            def at(
                t: float, fixed: tuple[float, ...] = fixed, axis: int = axis
            ) -> tuple[float, ...]:
                return (*fixed[:axis], t, *fixed[axis + 1 :])

            def run(t: float, at: Callable[[float], tuple[float, ...]] = at) -> Sample:
                return space.sample(at(t))

            found.update((at(t), None) for t in touches(run, list(line), places.tolist()))
    if len(axes) == 2:
        found.update(dict.fromkeys(_touched_at_points(space, axes, grid)))
    return list(found)


def _touched_at_points(
    space: Space, axes: tuple[np.ndarray, ...], grid: np.ndarray
) -> Iterator[tuple[float, float]]:
    """Points of a plane where a boundary is touched, as that of a norm is at 0."""
    xs, ys = (a.tolist() for a in axes)
    for i, j in itertools.product(range(1, len(xs) - 1), range(1, len(ys) - 1)):
        here = grid[i, j]
        along_x = may_touch(grid[i - 1, j], here, grid[i + 1, j])
        if not along_x.any():
            continue
        along_y = may_touch(grid[i, j - 1], here, grid[i, j + 1])
        if not along_y.size:
            continue
        for column in np.flatnonzero(along_x & along_y):
            far = distance_of(int(column), here)
            x, y = xs[i], ys[j]
            first = simplest(xs[i - 1], xs[i + 1]), simplest(ys[j - 1], ys[j + 1])
            if far(space.sample(first)) < far(here):
                x, y = first
            for _ in range(ROUNDS):

                def on_row(t: float, y: float = y) -> float:
                    return far(space.sample((t, y)))  # noqa: B023  # called at once

                x, left = lowest(on_row, xs[i - 1], x, xs[i + 1])

                def on_column(t: float, x: float = x) -> float:
                    return far(space.sample((x, t)))  # noqa: B023

                y, left = lowest(on_column, ys[j - 1], y, ys[j + 1])
                if left == 0:
                    yield x, y
                    break
