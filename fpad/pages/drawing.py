"""A map of kinks as SVG: the graph of a function of one variable, the pieces of one of two."""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fpad.pages.kink_map import MEANING

if TYPE_CHECKING:
    from fpad.pages.kink_map import KinkMap, Spot

WIDTH, HEIGHT = 640.0, 340.0
LEFT, RIGHT, TOP, BOTTOM = 56.0, 16.0, 14.0, 40.0
SHADES = 8
"""How many colours pieces have."""

SHAPES = {
    "wrong": '<path d="M-5-5 5 5M-5 5 5-5"/>',
    "kink": '<circle r="4.5"/>',
    "jump": '<rect x="-4" y="-4" width="8" height="8"/>',
    "undefined": '<path d="M0-6 6 0 0 6-6 0z"/>',
    "unknown": '<path d="M-5 0H5M0-5V5"/>',
    "between": '<path d="M-5-4H5L0 5z"/>',
    "harmless": '<circle r="2.5"/>',
    "unasked": '<circle r="2"/>',
}
"""Kind of spot -> its shape around (0, 0)."""


@dataclass(frozen=True)
class Scale:
    """From coordinates to the picture."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Where a coordinate is in the picture."""
        part = (value - self.low) / (self.high - self.low)
        return self.start + part * (self.end - self.start)


def drawing(found: KinkMap, slopes: Sequence[tuple[str, float]] = ()) -> str:
    """The picture.

    Args:
        found: what is drawn.
        slopes: (class, slope) of lines through the point: what AD returned, the derivative.
    """
    one = len(found.axes) == 1
    x = Scale(found.axes[0][0], found.axes[0][-1], LEFT, WIDTH - RIGHT)
    if one:
        y = Scale(*_range(found), HEIGHT - BOTTOM, TOP)
        parts = [*_ticks(x, y), *_graph(found, x, y), *_lines(found, slopes, x, y)]
    else:
        y = Scale(found.axes[1][0], found.axes[1][-1], HEIGHT - BOTTOM, TOP)
        parts = [*_areas(found, x, y), *_ticks(x, y)]
    parts += _spots(found, x, y)
    parts += _point(found, x, y)
    names = [*found.space.names, *(["f"] if one else [])]
    said = f"{'graph' if one else 'pieces'} of the function over {', '.join(found.space.names)}"
    return (
        f'<svg class="map" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" aria-label="{said}">'
        f"{''.join(parts)}"
        f'<text class="name" x="{WIDTH - RIGHT:g}" y="{HEIGHT - 6:g}" text-anchor="end">'
        f"{html.escape(names[0])}</text>"
        f'<text class="name" x="4" y="{TOP + 8:g}">{html.escape(names[1])}</text></svg>'
        f"{legend(found)}"
    )


def legend(found: KinkMap) -> str:
    """The shapes that are in the picture, with their number."""
    items = []
    for kind in found.kinds():
        n = sum(s.kind == kind for s in found.spots)
        shape = f'<svg viewBox="-8 -8 16 16"><g class="{kind}">{SHAPES[kind]}</g></svg>'
        items.append(f"<li>{shape}{MEANING[kind]} <b>{n}</b></li>")
    return f'<ul class="legend">{"".join(items)}</ul>'


def _range(found: KinkMap) -> tuple[float, float]:
    """Lowest and highest value, with a margin."""
    finite = found.values[np.isfinite(found.values)]
    if not finite.size:
        return -1.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    margin = 0.08 * (high - low) or max(1.0, abs(low)) * 0.5
    return low - margin, high + margin


def _ticks(x: Scale, y: Scale) -> Iterator[str]:
    for t in ticks(x.low, x.high):
        at = x(t)
        yield f'<path class="grid" d="M{at:.1f} {y.start:g}V{y.end:g}"/>'
        yield _tick(at, y.start + 16, "middle", t)
    for t in ticks(y.low, y.high):
        at = y(t)
        yield f'<path class="grid" d="M{x.start:g} {at:.1f}H{x.end:g}"/>'
        yield _tick(x.start - 6, at + 4, "end", t)


def _tick(x: float, y: float, anchor: str, value: float) -> str:
    return f'<text class="tick" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{value:g}</text>'


def ticks(low: float, high: float, wanted: int = 5) -> list[float]:
    """Round numbers between two numbers."""
    size = 10.0 ** math.floor(math.log10((high - low) / wanted))
    step = next(s * size for s in (1, 2, 5, 10) if (high - low) / (s * size) <= wanted)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(k * step, 12) for k in range(first, last + 1)]


def _graph(found: KinkMap, x: Scale, y: Scale) -> Iterator[str]:
    """A line for each piece; the pieces are joined where the function does not jump."""
    (places,) = found.axes
    cuts = {s.at[0]: s for s in found.spots}
    edges = np.flatnonzero(np.diff(found.pieces)) + 1
    for k, block in enumerate(np.split(np.arange(len(places)), edges)):
        if found.pieces[block[0]] < 0:
            continue
        points = [(places[i], found.values[i]) for i in block]
        first, last = int(block[0]), int(block[-1])
        if first > 0:
            points[:0] = _beside(found, cuts, places[first - 1], places[first], True)
        if last + 1 < len(places):
            points += _beside(found, cuts, places[last], places[last + 1], False)
        path = "L".join(f"{x(a):.2f} {y(b):.2f}" for a, b in points if math.isfinite(b))
        if path:
            yield f'<path class="piece p{k % 2}" d="M{path}"/>'


def _beside(
    found: KinkMap, cuts: dict[float, Spot], low: float, high: float, after: bool
) -> list[tuple[float, float]]:
    """The end of a piece next to the cut between two samples."""
    near = sorted(c for c in cuts if low <= c <= high)
    if not near:
        return []
    cut = float(np.nextafter(near[-1], math.inf) if after else np.nextafter(near[0], -math.inf))
    value = found.space.sample([cut]).value
    return [(cut, value)] if math.isfinite(value) else []


def _lines(
    found: KinkMap, slopes: Sequence[tuple[str, float]], x: Scale, y: Scale
) -> Iterator[str]:
    """Straight lines through the point, cut off at the frame."""
    (at,) = found.space.center
    value = found.space.sample([at]).value
    if not math.isfinite(value) or not x.low <= at <= x.high:
        return
    yield (
        f'<clipPath id="frame"><rect x="{x.start:g}" y="{y.end:g}" width="{x.end - x.start:g}" '
        f'height="{y.start - y.end:g}"/></clipPath>'
    )
    reach = 0.3 * (x.high - x.low)
    for css, slope in slopes:
        if math.isfinite(slope):
            ends = [(at + d, value + d * slope) for d in (-reach, reach)]
            path = "L".join(f"{x(a):.2f} {y(b):.2f}" for a, b in ends)
            yield f'<path class="{css}" clip-path="url(#frame)" d="M{path}"/>'


def _areas(found: KinkMap, x: Scale, y: Scale) -> Iterator[str]:
    """Each row of samples as rectangles of one piece."""
    xs, ys = found.axes
    width = (x.end - x.start) / (len(xs) - 1)
    height = (y.start - y.end) / (len(ys) - 1)
    for j, row in enumerate(found.pieces.T):
        edges = np.flatnonzero(np.diff(row)) + 1
        top = max(y(ys[j]) - height / 2, y.end)
        bottom = min(y(ys[j]) + height / 2, y.start)
        for block in np.split(np.arange(len(row)), edges):
            piece = int(row[block[0]])
            if piece < 0:
                continue
            a = max(x(xs[block[0]]) - width / 2, x.start)
            b = min(x(xs[block[-1]]) + width / 2, x.end)
            yield (
                f'<rect shape-rendering="crispEdges" class="a{piece % SHADES}" x="{a:.2f}" '
                f'y="{top:.2f}" width="{b - a:.2f}" height="{bottom - top:.2f}"/>'
            )


def _spots(found: KinkMap, x: Scale, y: Scale) -> Iterator[str]:
    order = list(MEANING)
    height = _height(found, y)
    for s in sorted(found.spots, key=lambda s: -order.index(s.kind)):
        place = ", ".join(f"{n} = {v!r}" for n, v in zip(found.space.names, s.at, strict=True))
        yield (
            f'<g class="{s.kind}" transform="translate({x(s.at[0]):.2f} {height(s.at):.2f})">'
            f"{SHAPES[s.kind]}<title>{MEANING[s.kind]} at {html.escape(place)}</title></g>"
        )


def _point(found: KinkMap, x: Scale, y: Scale) -> Iterator[str]:
    """A ring around the point that was checked."""
    at = found.space.center
    if x.low <= at[0] <= x.high and (len(at) == 1 or y.low <= at[1] <= y.high):
        yield (
            f'<circle class="here" r="9" cx="{x(at[0]):.2f}" cy="{_height(found, y)(at):.2f}">'
            "<title>the point</title></circle>"
        )


def _height(found: KinkMap, y: Scale) -> Callable[[Sequence[float]], float]:
    def height(at: Sequence[float]) -> float:
        value = at[1] if len(at) > 1 else found.space.sample(at).value
        return y(value) if math.isfinite(value) else y.start

    return height
