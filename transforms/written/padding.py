"""`numpy.pad` with the modes that compute what they put around the array."""

from __future__ import annotations

from typing import Any

import numpy as np


def _pairs(value: Any, rank: Any) -> Any:
    """A pair for each axis, of what stands for all axes or both sides."""
    if np.ndim(value) == 0:
        return [(value, value)] * rank
    if np.ndim(value) == 1:
        if len(value) == 1:
            return [(value[0], value[0])] * rank
        return [(value[0], value[1])] * rank
    if len(value) == 1:
        return [(value[0][0], value[0][1])] * rank
    return [(pair[0], pair[1]) for pair in value]


def _ramp(edge: Any, end: Any, count: Any) -> Any:
    """The entries from the end value to the one before the edge, along the first axis."""
    steps = np.reshape(np.arange(count), (-1,) + (1,) * (np.ndim(edge) - 1))
    return end + (edge - end) * (steps / max(count, 1))


def _statistic(part: Any, mode: Any) -> Any:
    if mode == "mean":
        return np.mean(part, 0, keepdims=True)
    if mode == "median":
        return np.median(part, 0, keepdims=True)
    if mode == "maximum":
        return np.max(part, 0, keepdims=True)
    return np.min(part, 0, keepdims=True)


def _around(y: Any, before: Any, after: Any, mode: Any, stat: Any, ends: Any) -> Any:
    """One axis, the first, with what comes before and after it."""
    n = np.shape(y)[0]
    if mode == "empty":
        left, right = y[:1] * 0.0, y[:1] * 0.0
    elif mode == "linear_ramp":
        left = _ramp(y[:1], ends[0], before)
        right = np.flip(_ramp(y[-1:], ends[1], after), 0)
        return np.concatenate((left, y, right), 0)
    elif mode == "constant":
        left, right = np.full_like(y[:1], ends[0]), np.full_like(y[:1], ends[1])
    elif stat is None:
        left = _statistic(y, mode)
        right = left
    else:
        left = _statistic(y[: stat[0]], mode)
        right = _statistic(y[n - min(stat[1], n) :], mode)
    return np.concatenate((np.repeat(left, before, 0), y, np.repeat(right, after, 0)), 0)


def pad(
    array: Any,
    pad_width: Any,
    mode: Any = "constant",
    *,
    stat_length: Any = None,
    end_values: Any = 0,
    reflect_type: Any = "even",
) -> Any:
    """`numpy.pad`, one axis after the other."""
    if reflect_type != "even":
        return _odd(array, pad_width, mode)
    rank = np.ndim(array)
    y = array
    widths, ends = _pairs(pad_width, rank), _pairs(end_values, rank)
    stats = [None] * rank if stat_length is None else _pairs(stat_length, rank)
    for k in range(rank):
        turned = np.moveaxis(y, k, 0)
        before, after = widths[k]
        y = np.moveaxis(_around(turned, before, after, mode, stats[k], ends[k]), 0, k)
    return y


def _odd(array: Any, pad_width: Any, mode: Any) -> Any:
    """Reflected through the edges: 2 * edge - mirrored, again and again.

    Two reflections move by a period, and add twice what is between first and last entry.
    """
    rank = np.ndim(array)
    y = array
    widths = _pairs(pad_width, rank)
    for k in range(rank):
        turned = np.moveaxis(y, k, 0)
        before, after = widths[k]
        n = np.shape(turned)[0]
        between = 1 if mode == "symmetric" else 2  # the edge is repeated, or it is not
        period = max(2 * n - 2, 1) if between == 2 else 2 * n
        at = np.arange(before + n + after) - before
        place, turn = at % period, at // period
        back = place >= n
        column = (-1,) + (1,) * (rank - 1)
        entries = turned[np.where(back, 2 * n - between - place, place)]
        first, last = turned[:1], turned[n - 1 :]
        mirrored = np.where(np.reshape(back, column), 2.0 * last - entries, entries)
        y = np.moveaxis(mirrored + np.reshape(turn, column) * (2.0 * (last - first)), 0, k)
    return y
