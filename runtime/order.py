"""Positions in sorted order, and entries taken along an axis, transposed.

`axis` is None (all entries, in C order), an int, or for `ranked` a tuple of ints.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from fpad.runtime.arrays import dtype_of, is_array
from fpad.runtime.errors import InputError
from fpad.runtime.reduce import Axis, _last
from fpad.runtime.update import add_at


def unraveled(indices: Any, shape: Any, axis: int, order: str = "C") -> Any:
    """Where along this axis entries stand, given where they stand in an array laid out flat."""
    return np.unravel_index(indices, shape, order)[axis]  # type: ignore[call-overload]


def ranked(x: Any, k: Any, axis: Axis = None) -> Any:
    """Where along the flattened reduced axes the entry stands that is k-th in stable order.

    A rank below 0 or beyond the last means the first or the last.
    """
    if not is_array(x):
        return 0
    last = _last(x, axis)
    if not last.shape[-1]:
        return np.zeros(last.shape[:-1], dtype=np.intp)
    k = min(max(int(k), 0), last.shape[-1] - 1)
    return np.argsort(last, axis=-1, kind="stable")[..., k]


def neighbour(x: Any, axis: int | None = -1) -> Any:
    """For each entry of x the position along `axis` of the other entry that is nearest to it."""
    flat = x.reshape(-1) if axis is None else x
    at = 0 if axis is None else axis
    order = np.argsort(flat, axis=at, kind="stable")
    n = flat.shape[at]
    ranks = np.argsort(order, axis=at, kind="stable")
    if n < 2:
        return ranks.reshape(x.shape)
    values = np.take_along_axis(flat, order, at)
    before = np.take_along_axis(order, np.maximum(ranks - 1, 0), at)
    after = np.take_along_axis(order, np.minimum(ranks + 1, n - 1), at)
    below = flat - np.take_along_axis(values, np.maximum(ranks - 1, 0), at)
    above = np.take_along_axis(values, np.minimum(ranks + 1, n - 1), at) - flat
    lower = (ranks == n - 1) | ((ranks > 0) & (below <= above))
    return np.where(lower, before, after).reshape(x.shape)


def untake_along_axis(g: Any, indices: Any, like: Any, axis: int | None) -> Any:
    """What np.take_along_axis(like, indices, axis) did, transposed: entries taken twice add up."""
    flat = np.zeros_like(like, dtype=dtype_of(g), order="C", subok=False)  # reshaped to a view
    out, at = (flat.reshape(-1), 0) if axis is None else (flat, axis % like.ndim)
    shape = [1] * out.ndim
    index: list[Any] = []
    for k in range(out.ndim):
        if k == at:
            index.append(indices)
            continue
        shape[k] = out.shape[k]
        index.append(np.arange(out.shape[k], like=out).reshape(shape))
        shape[k] = 1
    add_at(out, tuple(index), g)
    return flat


def untake(g: Any, indices: Any, like: Any, axis: int | None = None) -> Any:
    """What np.take(like, indices, axis) did, transposed: entries taken twice add up."""
    out = np.zeros_like(like, dtype=dtype_of(g), order="C", subok=False)  # reshaped to a view
    if isinstance(indices, list | tuple):  # one array: a tuple would index one axis after another
        indices = np.asarray(indices)
    if axis is None:
        add_at(out.reshape(-1), indices, g)
    else:
        add_at(out, (slice(None),) * (axis % like.ndim) + (indices,), g)
    return out


def nonzero(x: Any, k: int = 0) -> Any:
    """The positions along axis k of the entries that are not zero."""
    return np.nonzero(x)[k]


def running(x: Any, axis: int = 0, sign: int = 1) -> Any:
    """Where the first largest entry of x up to each place along `axis` stands; smallest: -1."""
    lanes = np.moveaxis(x, axis, 0)
    out = np.zeros(lanes.shape, np.intp)
    best = lanes[0] if len(lanes) else lanes
    for k in range(1, len(lanes)):
        row = lanes[k]
        won = np.asarray(row > best if sign > 0 else row < best, bool) | (row != row)
        won &= np.asarray(best == best, bool)  # the first NaN stays
        best = np.where(won, row, best)
        out[k] = np.where(won, k, out[k - 1])
    return np.moveaxis(out, 0, axis)


def lead(x: Any, axis: int = 0, sign: int = 1) -> Any:
    """How far each entry along `axis` is above the largest before it; smallest: -1; inf: none."""
    lanes = np.moveaxis(x, axis, 0)
    out = np.full(lanes.shape, math.inf)
    best = np.take_along_axis(lanes, np.moveaxis(running(x, axis, sign), axis, 0), 0)
    out[1:] = lanes[1:] - best[:-1]
    return np.moveaxis(out, 0, axis)


def above_nearest(marks: Any, x: Any) -> Any:
    """How far x is above the nearest of these numbers, entry by entry; inf if there are none."""
    ordered = np.sort(np.ravel(marks))
    values = np.asarray(x, float)
    if not ordered.size:
        return np.full(values.shape, math.inf)[()]
    at = np.searchsorted(ordered, values)
    below = values - ordered[np.maximum(at - 1, 0)]
    above = values - ordered[np.minimum(at, ordered.size - 1)]
    return np.where(np.abs(below) <= np.abs(above), below, above)[()]


def in_order(x: Any) -> Any:
    """The array x, whose entries lie in C order in memory.

    Raises:
        InputError: they do not.
    """
    if is_array(x) and not x.flags.c_contiguous:
        raise InputError("np.nditer runs in memory order, which is not C order; say order='C'")
    return x


def taken_from(y: Any, x: Any, axis: int | None) -> Any:
    """Where in x each entry of y stands, of which y is another arrangement along the axis."""
    x = x.ravel() if axis is None else x
    at = 0 if axis is None else axis
    found = np.argsort(x, at, kind="stable")
    ranks = np.argsort(np.argsort(y, at, kind="stable"), at)
    return np.take_along_axis(found, ranks, at)
