"""Pictures of functions entry by entry and of their slopes, as small SVG files.

A panel for each operand with a derivative: the value is the line, the slope, which is the rule's
own map and not a difference, is dashed.  Lines are broken where the rule says that another piece
begins.  Coordinates are rounded to a tenth of a pixel, so the last bits of a value rarely show.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from fpad.transforms.rules.core import Drawn, Rule

WIDTH, HEIGHT, MARGIN = 270, 165, 24
LEFT = 38
POINTS = 81
FLAT = 0.15
VALUE, SLOPE, AXIS, TEXT = "#1f4e9c", "#c2500a", "#999999", "#444444"


@dataclass(frozen=True)
class Curve:
    """A function of one operand, the others held.

    Attributes:
        operand: its name.
        held: what the others are, for the caption.
        x, y, slope: the points; NaN where there is none.
        ends, slope_ends: after which points a line is broken: another piece begins, and it jumps.
    """

    operand: str
    held: str
    x: list[float]
    y: list[float]
    slope: list[float]
    ends: frozenset[int]
    slope_ends: frozenset[int]


def picture(rule: Rule) -> str | None:
    """The text of the SVG file; None where the operation cannot be drawn."""
    curves = list(_curves(rule))
    if not curves:
        return None
    width = WIDTH * len(curves)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{HEIGHT}" '
        f'viewBox="0 0 {width} {HEIGHT}" font-family="sans-serif" font-size="10">'
    )
    ground = f'<rect width="{width}" height="{HEIGHT}" fill="#ffffff"/>'
    panels = [line for k, c in enumerate(curves) for line in _panel(c, k * WIDTH)]
    return "\n".join([head, ground, *panels, "</svg>", ""])


# ---------------------------------------------------------------- points


def _curves(rule: Rule) -> Iterator[Curve]:
    count = 2 if rule.variadic else len(rule.adjoints)
    names = ("a", "b") if rule.variadic else rule.names
    low, high = rule.domain
    operands = held_operands(rule, count)
    for k in range(count):
        if not rule.differentiates(k):
            continue
        xs = np.linspace(low, high, POINTS).tolist()
        points = [[*operands[:k], x, *operands[k + 1 :]] for x in xs]
        values = [_at(rule, k, p) for p in points]
        if all(math.isnan(y) for y, _ in values):
            continue
        labels = [_label(rule, p) for p in points]
        held = zip(names, operands, strict=False)
        others = [f"{n} = {_short(v)}" for j, (n, v) in enumerate(held) if j != k]
        ys, slopes = [y for y, _ in values], [s for _, s in values]
        ends = [j for j in range(POINTS - 1) if labels[j] != labels[j + 1]]
        step = xs[1] - xs[0]
        yield Curve(
            names[k],
            ", ".join(others),
            xs,
            ys,
            slopes,
            frozenset(
                j
                for j in ends
                if not abs(ys[j + 1] - ys[j])
                <= 2.0 * step * max(abs(slopes[j]), abs(slopes[j + 1])) + 1e-9
            ),
            frozenset(j for j in ends if not abs(slopes[j + 1] - slopes[j]) <= step),
        )


def held_operands(rule: Rule, count: int) -> list[Any]:
    """A value for each operand: the constants of the first example, else one of the domain."""
    low, high = rule.domain
    inside = round(low + 0.7 * (high - low), 3)
    example = next((e for e in rule.examples if len(e) >= count), (Drawn(),) * count)
    out: list[Any] = []
    for k, x in enumerate(example):
        if isinstance(x, np.ndarray) and x.dtype.kind in "biu":
            out.append(x.flat[0].item())
        elif isinstance(x, Drawn) or (rule.differentiates(k) and not isinstance(x, float)):
            out.append(inside)
        elif not isinstance(x, dict):
            out.append(x)
    return out


def _at(rule: Rule, k: int, operands: Sequence[Any]) -> tuple[float, float]:
    """The value and the slope by operand k."""
    try:
        with np.errstate(all="ignore"):
            y = rule.op(*operands)
            return float(y), float(rule._map(rule.adjoints, k)(1.0, y, *operands))
    except (ArithmeticError, ValueError, TypeError):
        return math.nan, math.nan


def _label(rule: Rule, operands: Sequence[Any]) -> Any:
    try:
        with np.errstate(all="ignore"):
            return None if rule.piece is None else repr(rule.piece(*operands))
    except (ArithmeticError, ValueError, TypeError):
        return None


# ---------------------------------------------------------------- drawing


def _panel(c: Curve, left: int) -> Iterator[str]:
    low, high = _range([*c.y, *c.slope])
    x0, x1 = c.x[0], c.x[-1]

    def across(x: float) -> float:
        return left + LEFT + (x - x0) / (x1 - x0) * (WIDTH - LEFT - MARGIN)

    def up(y: float) -> float:
        return HEIGHT - MARGIN - (y - low) / (high - low) * (HEIGHT - 2 * MARGIN)

    box = (left + LEFT, MARGIN, WIDTH - LEFT - MARGIN, HEIGHT - 2 * MARGIN)
    yield (
        f'<rect x="{box[0]}" y="{box[1]}" width="{box[2]}" height="{box[3]}" '
        f'fill="none" stroke="{AXIS}" stroke-width="0.5"/>'
    )
    axes = ""
    if low < 0 < high:
        axes += f"M{_px(box[0])} {_px(up(0.0))}h{box[2]}"
    if x0 < 0 < x1:
        axes += f"M{_px(across(0.0))} {box[1]}v{box[3]}"
    if axes:
        yield f'<path d="{axes}" stroke="{AXIS}" stroke-width="0.5"/>'
    for ys, ends, color, dash in (
        (c.y, c.ends, VALUE, ""),
        (c.slope, c.slope_ends, SLOPE, ' stroke-dasharray="5 3"'),
    ):
        points = [
            (across(x), up(y)) if math.isfinite(y) and low <= y <= high else None
            for x, y in zip(c.x, ys, strict=True)
        ]
        path = _path(points, ends)
        if path:
            yield f'<path d="{path}" fill="none" stroke="{color}" stroke-width="1.5"{dash}/>'
    ticks = (
        (box[0], HEIGHT - MARGIN + 12, "start", _short(x0)),
        (box[0] + box[2], HEIGHT - MARGIN + 12, "end", _short(x1)),
        (box[0] - 3, box[1] + 8, "end", f"{high:.2g}"),
        (box[0] - 3, HEIGHT - MARGIN, "end", f"{low:.2g}"),
        (box[0] + box[2] // 2, HEIGHT - MARGIN + 12, "middle", c.operand),
        (box[0] + box[2] // 2, MARGIN - 8, "middle", c.held),
    )
    for x, y, anchor, text in ticks:
        if text:
            yield f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{TEXT}">{text}</text>'


def _range(values: Sequence[float]) -> tuple[float, float]:
    """The range that is drawn: of nearly all values, so a pole does not flatten the rest."""
    known = sorted(v for v in values if math.isfinite(v))
    if not known:
        return -1.0, 1.0
    cut = len(known) // 20
    low, high = known[0], known[-1]
    if high - low > 3.0 * (known[-1 - cut] - known[cut]):
        low, high = known[cut], known[-1 - cut]
    if high - low < 1e-9:
        return low - 1.0, high + 1.0
    return low - 0.06 * (high - low), high + 0.06 * (high - low)


def _path(points: Sequence[tuple[float, float] | None], ends: frozenset[int]) -> str:
    """The line through the points that are inside, broken at ends of pieces and at gaps."""
    lines: list[list[tuple[float, float]]] = [[]]
    for j, point in enumerate(points):
        if point is not None:
            lines[-1].append(point)
        if j in ends or point is None:
            lines.append([])
    return "".join(
        ("M" if k == 0 else "L") + f"{_px(x)} {_px(y)}"
        for line in lines
        for k, (x, y) in enumerate(_thinned(line))
    )


def _thinned(line: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The line without points that are off it by less than can be seen (Douglas and Peucker)."""
    if len(line) < 3:
        return line
    (x0, y0), (x1, y1) = line[0], line[-1]
    length = math.hypot(x1 - x0, y1 - y0)
    off = [abs((x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)) / length for x, y in line]
    k = max(range(len(line)), key=lambda j: round(off[j], 6))
    if off[k] < FLAT:
        return [line[0], line[-1]]
    return [*_thinned(line[: k + 1]), *_thinned(line[k:])[1:]]


def _px(x: float) -> str:
    """A coordinate."""
    return f"{x:.1f}".removesuffix(".0")


def _short(x: Any) -> str:
    """A number as it is written at an axis."""
    if isinstance(x, bool) or x is None or isinstance(x, str):
        return str(x)
    return "0" if float(x) == 0 else f"{float(x):.3g}"
