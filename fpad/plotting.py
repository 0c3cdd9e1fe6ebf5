"""`fpad.plot_kinks`: where on a line or a plane a function has no derivative, or AD is wrong."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from fpad.pages import KinkMap

LINE, PLANE = 401, 61
"""Samples along an axis, if nothing is said."""

# Colours that differ in lightness too, and a shape for each kind: colour is not all that tells.
MARKS: Mapping[str, tuple[str, str]] = {
    "wrong": ("X", "#d1242f"),
    "kink": ("o", "#9a6700"),
    "jump": ("s", "#8250df"),
    "undefined": ("D", "#57606a"),
    "unknown": ("P", "#0969da"),
    "between": ("v", "#bf8700"),
    "harmless": (".", "#1a7f37"),
    "unasked": (".", "#8c959f"),
}
"""Kind of spot -> marker, colour."""


def plot_kinks(
    f: Callable[..., Any],
    *args: Any,
    wrt: Any = 0,
    span: Any = None,
    along: Any = None,
    samples: int | None = None,
    precision: Any = None,
    seed: Any = None,
    keywords: Mapping[str, Any] | None = None,
    max_checks: int = 200,
    ax: Any = None,
    progress: bool | None = None,
) -> Any:
    """Draw f on a line or a plane, and mark where it has no derivative, or where AD is wrong.

    f is sampled in floats with a record of its choices.  Where two neighbouring samples ran
    through different pieces, the place between them is refined by bisection to two adjacent
    floats; where the distance to a boundary has a minimum of 0 between samples of one piece (as
    that of sqrt(x * x) has at 0), the minimum is looked for.  What holds at these places is what
    `fpad.check` says there.  Two pieces that meet between two neighbouring samples and part again
    are not seen: take more samples.

    Args:
        f: the function; its output has shape (), or `seed` is given.
        args: the point in the middle, as for `fpad.check`.  One number under wrt (shape () or
            (1,)) makes a line, two numbers (two arguments, or shape (2,)) a plane, unless `along`
            is given.
        wrt: what runs, as for `fpad.grad`.
        span: (low, high) of the number that runs; of two numbers ((low, high), (low, high)), or
            one pair for both.  By default 1 to either side of the point, more where that is small
            beside the point.  With `along` it is the span of the coordinates t, (-1, 1).
        along: directions in the structure and shape of the wrt argument, for a function of any
            number of numbers: a list of one (the line w + t d) or of two (a plane).
        samples: places along each axis; by default 401 on a line and 61 on a plane.
        precision: the float format of the code, as for `fpad.check`.
        seed: the cotangent of an output that is not a single number.
        keywords: values of parameters that are given by keyword only.
        max_checks: how many places `fpad.check` is asked about; the others are drawn in grey.
        ax: the matplotlib Axes to draw into; by default new ones.
        progress: a progress bar on the standard error; None: on a terminal, after two seconds.

    Returns:
        The Axes.

    Raises:
        MissingExtra: matplotlib is not installed.
        InputError: there are more than two numbers under wrt, or a span is empty.
    """
    pyplot = _pyplot()
    from fpad.pages import kink_map
    from fpad.pages.space import Space, spans_of

    if isinstance(along, np.ndarray) and along.dtype != object:
        along = [along]
    space = Space(f, args, keywords, wrt, precision, seed, along)
    spans = spans_of(span, space)
    count = samples if samples is not None else LINE if len(spans) == 1 else PLANE
    found = kink_map(space, spans, count, max_checks, progress)
    if ax is None:
        _, ax = pyplot.subplots(layout="constrained")
    (_draw_line if len(spans) == 1 else _draw_plane)(found, ax)
    _mark(found, ax)
    ax.set_title(getattr(f, "__name__", "f"))
    return ax


def _pyplot() -> Any:
    try:
        from matplotlib import pyplot
    except ImportError:
        from fpad.transforms.errors import MissingExtra

        raise MissingExtra("plot", "fpad.plot_kinks") from None
    return pyplot


def _draw_line(found: KinkMap, ax: Any) -> None:
    """The graph, piece by piece: a line is not drawn across a jump, and pieces alternate."""
    (x,) = found.axes
    edges = np.flatnonzero(np.diff(found.pieces)) + 1
    blocks = np.split(np.arange(len(x)), edges)
    cuts = sorted(s.at[0] for s in found.spots)
    colours = ("#0969da", "#54aeff")
    for k, block in enumerate(blocks):
        at, y = x[block], found.values[block]
        if found.pieces[block[0]] < 0:
            continue
        ends = _ends(found, cuts, block)
        at = np.concatenate([*ends[0][0], at, *ends[1][0]])
        y = np.concatenate([*ends[0][1], y, *ends[1][1]])
        ax.plot(at, y, color=colours[k % 2], linewidth=1.5, zorder=2)
    ax.set_xlabel(found.space.names[0])
    ax.set_ylabel("f")
    ax.grid(visible=True, alpha=0.25)
    ax.margins(x=0.01)


def _ends(found: KinkMap, cuts: Sequence[float], block: np.ndarray) -> Any:
    """The function next to the cuts on both sides of a block of samples of one piece."""
    (x,) = found.axes
    out: list[Any] = []
    for inside, outside in ((block[0], block[0] - 1), (block[-1], block[-1] + 1)):
        if not 0 <= outside < len(x):
            out.append(([], []))
            continue
        low, high = sorted((x[inside], x[outside]))
        near = [c for c in cuts if low <= c <= high]
        if not near:
            out.append(([], []))
            continue
        cut = near[-1] if outside > inside and len(near) == 1 else near[0]
        step = np.nextafter(cut, x[inside])
        value = found.space.sample([step]).value
        out.append(([[step]], [[value]]) if math.isfinite(value) else ([], []))
    return out


def _draw_plane(found: KinkMap, ax: Any) -> None:
    """The pieces as areas of their own shade, with level lines of the function."""
    from matplotlib.colors import ListedColormap

    x, y = found.axes
    shades = [
        "#d8dee4",
        "#f6f8fa",
        "#eaeef2",
        "#c8d1da",
        "#dff0e4",
        "#e4ecfa",
        "#fbefdc",
        "#f3e6f6",
    ]
    numbers = np.where(found.pieces < 0, -1, found.pieces % len(shades))
    colours = ListedColormap(["#ffffff", *shades])
    ax.pcolormesh(
        x, y, numbers.T, cmap=colours, vmin=-1.5, vmax=len(shades) - 0.5, shading="nearest"
    )
    finite = np.isfinite(found.values)
    if finite.any() and np.ptp(found.values[finite]) > 0:
        levels = np.ma.masked_invalid(found.values.T)
        ax.contour(x, y, levels, 12, colors="#57606a", linewidths=0.6, alpha=0.6)
    ax.set_xlabel(found.space.names[0])
    ax.set_ylabel(found.space.names[1])


def _mark(found: KinkMap, ax: Any) -> None:
    from fpad.pages.kink_map import MEANING

    for k, kind in enumerate(reversed(list(MEANING))):
        spots = [s for s in found.spots if s.kind == kind]
        if not spots:
            continue
        marker, colour = MARKS[kind]
        if len(found.axes) == 1:
            at = [s.at[0] for s in spots]
            height = [_height(found, s.at) for s in spots]
        else:
            at, height = [s.at[0] for s in spots], [s.at[1] for s in spots]
        ax.plot(
            *(at, height),
            linestyle="none",
            marker=marker,
            color=colour,
            markeredgecolor="white",
            markeredgewidth=0.5,
            markersize=5 if marker == "." else 8 if len(found.axes) == 1 else 6,
            label=f"{MEANING[kind]} ({len(spots)})",
            zorder=3 + k,
            clip_on=False,
        )
    if found.spots:
        ax.legend(fontsize="small", framealpha=0.9)


def _height(found: KinkMap, at: tuple[float, ...]) -> float:
    """Where a spot of a line is drawn: on the graph, at the bottom where f is undefined."""
    value = found.space.sample(at).value
    if math.isfinite(value):
        return value
    finite = found.values[np.isfinite(found.values)]
    return float(finite.min()) if finite.size else 0.0
