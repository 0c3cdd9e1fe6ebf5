"""Operations of NumPy on grids: interpolation, spacing, slopes."""

from __future__ import annotations

from typing import Any

import numpy as np

SLOPES = type(np.gradient(np.zeros((2, 2))))
"""What the gradients along several axes are put into: a tuple, a list before NumPy 2."""
GRIDS: Any = type(np.meshgrid(np.zeros(1)))
"""What the grids of several axes are put into: a tuple, a list before NumPy 2."""


def interp(
    x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None
) -> Any:
    """`numpy.interp`, written out."""
    xp, fp = np.asarray(xp), np.asarray(fp)
    if isinstance(x, list | tuple):
        x = np.asarray(x)
    if period is not None:
        width = np.abs(period)
        x, xp = x % width, xp % width
        order = np.argsort(xp)
        xp, fp = xp[order], fp[order]
        xp = np.concatenate((xp[-1:] - width, xp, xp[:1] + width))
        fp = np.concatenate((fp[-1:], fp, fp[:1]))
    k = np.clip(np.searchsorted(xp, x, side="right") - 1, 0, len(xp) - 2)
    slope = (fp[k + 1] - fp[k]) / (xp[k + 1] - xp[k])
    inside = slope * (x - xp[k]) + fp[k]
    low = fp[0] if left is None else left
    high = fp[-1] if right is None else right
    return np.where(x < xp[0], low, np.where(x > xp[-1], high, inside))


def meshgrid(*xi: Any, copy: Any = True, sparse: Any = False, indexing: Any = "xy") -> Any:
    """`numpy.meshgrid`, written out."""
    if indexing not in ("xy", "ij"):
        raise NotImplementedError("indexing of np.meshgrid is neither 'xy' nor 'ij'")
    n = len(xi)
    order = list(range(n))
    if indexing == "xy" and n > 1:
        order = [1, 0, *order[2:]]
    along = [
        np.reshape(x, (1,) * at + (-1,) + (1,) * (n - 1 - at))
        for x, at in zip(xi, order, strict=True)
    ]
    if not sparse:
        whole = along[0]
        for part in along[1:]:
            whole = whole + part
        along = [np.broadcast_to(part, np.shape(whole)) for part in along]
    return GRIDS([np.copy(part) for part in along] if copy else along)


def geomspace(
    start: Any, stop: Any, num: Any = 50, endpoint: Any = True, dtype: Any = None, axis: Any = 0
) -> Any:
    """`numpy.geomspace`, written out."""
    ratio = np.log(stop / start)
    share = np.linspace(0.0, 1.0, num, endpoint=endpoint)
    out = start * np.exp(np.reshape(share, (-1,) + (1,) * np.ndim(ratio)) * ratio)
    out = np.moveaxis(out, 0, axis) if axis != 0 else out
    return out if dtype is None else out.astype(dtype)


def logspace(
    start: Any,
    stop: Any,
    num: Any = 50,
    endpoint: Any = True,
    base: Any = 10.0,
    dtype: Any = None,
    axis: Any = 0,
) -> Any:
    """`numpy.logspace`, written out."""
    out = np.power(base, np.linspace(start, stop, num, endpoint=endpoint, axis=axis))
    return out if dtype is None else out.astype(dtype)


def _slope(f: Any, spacing: Any, axis: Any, edge_order: Any) -> Any:
    """The differences of `numpy.gradient` along one axis, divided by the spacing."""
    y = np.moveaxis(f, axis, -1)
    if np.ndim(spacing) == 0:
        inside = (y[..., 2:] - y[..., :-2]) / (2.0 * spacing)
        first, last = spacing, spacing
        start_at = (-1.5 / spacing, 2.0 / spacing, -0.5 / spacing)
        end_at = (0.5 / spacing, -2.0 / spacing, 1.5 / spacing)
    else:
        step = np.diff(spacing)
        back, on = step[:-1], step[1:]
        if np.all(step == step[0]):  # the same differences, rounded as NumPy rounds these
            bend = (y[..., 1:-1] - y[..., :-2]) / back - (y[..., 2:] - y[..., 1:-1]) / on
            inside = (y[..., 2:] - y[..., :-2]) / (back + on) + (on - back) * bend / (back + on)
        else:
            inside = (
                -on / (back * (back + on)) * y[..., :-2]
                + (on - back) / (back * on) * y[..., 1:-1]
                + back / (on * (back + on)) * y[..., 2:]
            )
        first, last = step[0], step[-1]
        h, k = step[1], step[-2]
        start_at = (
            -(2.0 * first + h) / (first * (first + h)),
            (first + h) / (first * h),
            -first / (h * (first + h)),
        )
        end_at = (
            last / (k * (k + last)),
            -(last + k) / (k * last),
            (2.0 * last + k) / (last * (k + last)),
        )
    if edge_order == 1:
        start = (y[..., 1] - y[..., 0]) / first
        end = (y[..., -1] - y[..., -2]) / last
    else:
        start = start_at[0] * y[..., 0] + start_at[1] * y[..., 1] + start_at[2] * y[..., 2]
        end = end_at[0] * y[..., -3] + end_at[1] * y[..., -2] + end_at[2] * y[..., -1]
    out = np.concatenate([start[..., None], inside, end[..., None]], -1)
    if np.ndim(spacing) > 0:
        out = out.astype(np.asarray(1.0 * f).dtype)
    return np.moveaxis(out, -1, axis)


def gradient(f: Any, *varargs: Any, axis: Any = None, edge_order: Any = 1) -> Any:
    """`numpy.gradient`, written out: one result for each axis."""
    axes = axis
    if axis is None:
        axes = tuple(range(np.ndim(f)))
    elif np.ndim(axis) == 0:
        axes = (axis,)
    spacings = varargs
    if len(varargs) == 0:
        spacings = (1.0,) * len(axes)
    elif len(varargs) == 1 and np.ndim(varargs[0]) == 0:
        spacings = varargs * len(axes)
    slopes = [_slope(f, h, along, edge_order) for h, along in zip(spacings, axes, strict=True)]
    return slopes[0] if len(axes) == 1 else SLOPES(slopes)


WRITTEN: dict[Any, Any] = {
    np.geomspace: geomspace,
    np.interp: interp,
    np.logspace: logspace,
    np.meshgrid: meshgrid,
}
ROUNDED_OTHERWISE = {np.geomspace, np.interp}
