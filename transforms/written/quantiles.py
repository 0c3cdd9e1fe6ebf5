"""Quantiles of NumPy: several at once, by other methods, and without what is NaN."""

from __future__ import annotations

from typing import Any

import numpy as np

PLOTTED: dict[str, tuple[float, float]] = {
    "linear": (1.0, 1.0),
    "hazen": (0.5, 0.5),
    "weibull": (0.0, 0.0),
    "median_unbiased": (1 / 3, 1 / 3),
    "normal_unbiased": (3 / 8, 3 / 8),
    "interpolated_inverted_cdf": (0.0, 1.0),
}
"""Methods that interpolate: the two constants of their plotting positions (Hyndman, Fan 1996)."""


STEPPED = ("inverted_cdf", "averaged_inverted_cdf", "closest_observation")
"""Methods that take an entry, or the mean of two."""


def _at(n: Any, q: Any, method: Any) -> Any:
    """The rank that a quantile of n sorted entries has, not an integer where it lies between."""
    if method in PLOTTED:
        a, b = PLOTTED[method]
        at = n * q + (a + q * (1.0 - a - b)) - 1.0
    elif method == "inverted_cdf":
        at = np.ceil(n * q) - 1.0
    elif method == "averaged_inverted_cdf":
        at = (np.ceil(n * q) + np.floor(n * q + 1.0)) / 2.0 - 1.0
    elif method == "closest_observation":
        at = np.round(n * q) - 1.0  # the even one of two
    else:
        at = (n - 1) * q
    return np.minimum(np.maximum(at, 0.0), n - 1.0)


def _between(n: Any, q: Any, method: Any) -> Any:
    """Two ranks and how far between them the quantile of n sorted entries lies."""
    at = (n - 1) * q if method == "linear" else _at(n, q, method)
    low = np.floor(at)
    high = np.ceil(at)
    if method == "lower":
        share = np.zeros_like(at)
    elif method == "higher":
        share = np.ones_like(at)
    elif method == "midpoint":
        share = np.full_like(at, 0.5)
    elif method == "nearest":
        share = np.where(np.round(at) == low, 0.0, 1.0)
    elif method in PLOTTED or method in STEPPED:
        share = at - low
    else:
        raise NotImplementedError(f"quantiles with method={method!r} have no derivative")
    return low.astype(int), high.astype(int), share


def rows_along(a: Any, axis: Any) -> Any:
    """The array with the axes that are taken together as one, the last."""
    if axis is None:
        return np.ravel(a)
    if isinstance(axis, int):
        return np.moveaxis(a, axis, -1)
    moved = np.moveaxis(a, axis, tuple(range(-len(axis), 0)))
    kept = np.ndim(a) - len(axis)
    count = 1
    for k in range(kept, np.ndim(a)):
        count = count * np.shape(moved)[k]
    return np.reshape(moved, (*np.shape(moved)[:kept], count))


def quantiles(
    a: Any, q: Any, axis: Any = None, keepdims: Any = False, method: Any = "linear", scale: Any = 1
) -> Any:
    """`numpy.quantile` and `numpy.percentile` (scale 100), written out."""
    rank = np.ndim(a)
    rows = np.sort(rows_along(a, axis), -1)
    q = np.asarray(q) * 1.0
    low, high, share = _between(np.shape(rows)[-1], q / scale, method)
    out = rows[..., low] * (1.0 - share) + rows[..., high] * share
    more = np.ndim(q)
    if more > 0:
        out = np.moveaxis(out, tuple(range(-more, 0)), tuple(range(more)))
    if not keepdims:
        return out
    if axis is None:
        return np.reshape(out, np.shape(q) + (1,) * rank)
    axes = (axis,) if isinstance(axis, int) else axis
    if more > 0:
        axes = tuple([k + more if k >= 0 else k for k in axes])
    return np.expand_dims(out, axes)


def _weights(a: Any, weights: Any, axis: Any) -> Any:
    """One weight for each entry, as rows; those of one axis, or of some, count for all others."""
    if np.ndim(weights) == np.ndim(a):
        return rows_along(np.asarray(weights) + np.zeros(np.shape(a)), axis)
    at = (axis,) if isinstance(axis, int) else axis
    turned = np.moveaxis(a, at, tuple(range(-len(at), 0)))
    return np.reshape(np.broadcast_to(weights, np.shape(turned)), np.shape(rows_along(a, axis)))


def weighted_quantiles(
    a: Any,
    q: Any,
    weights: Any,
    axis: Any = None,
    keepdims: Any = False,
    scale: Any = 1,
    skips: Any = False,
) -> Any:
    """With weights, by the one method that NumPy has for them: they choose an entry."""
    if np.ndim(q) > 0:
        return np.stack(
            [weighted_quantiles(a, one, weights, axis, keepdims, scale, skips) for one in q]
        )
    rows = rows_along(a, axis)
    order = np.argsort(rows, -1, kind="stable")
    rows = np.take_along_axis(rows, order, -1)
    heavy = np.take_along_axis(_weights(a, weights, axis), order, -1)
    if skips:
        heavy = np.where(np.isnan(rows), 0.0, heavy)
    below = np.cumsum(heavy, -1)
    below = below / below[..., -1:]
    count = np.sum(np.logical_or(below < q / scale, below == 0.0), -1, keepdims=True)
    place = np.minimum(count, np.shape(rows)[-1] - 1)
    out = np.sum(np.take_along_axis(rows, place, -1), -1)
    if not skips:
        out = np.where(np.isnan(rows[..., -1]), np.nan, out)
    if not keepdims:
        return out
    return np.reshape(out, (1,) * np.ndim(a)) if axis is None else np.expand_dims(out, axis)


def nanquantile(
    a: Any, q: Any, axis: Any = None, keepdims: Any = False, method: Any = "linear", scale: Any = 1
) -> Any:
    """`numpy.nanquantile`, written out for one q: NaN is sorted to the end, and not counted."""
    rank = np.ndim(a)
    rows = rows_along(a, axis)
    there = np.sum(np.logical_not(np.isnan(rows)), -1, keepdims=True)
    none = np.zeros_like(np.sum(rows, -1, keepdims=True)) + np.nan  # of no entries, NaN is taken
    rows = np.sort(np.concatenate((rows, none), -1), -1)
    low, high, share = _between(np.maximum(there, 1), q / scale, method)
    first = np.take_along_axis(rows, low, -1)
    last = np.take_along_axis(rows, high, -1)
    out = np.sum(first * (1.0 - share) + last * share, -1)
    if not keepdims:
        return out
    if axis is None:
        return np.reshape(out, (1,) * rank)
    return np.expand_dims(out, axis)


def nanmedian(a: Any, axis: Any = None, *, keepdims: Any = False) -> Any:
    """`numpy.nanmedian`, written out."""
    return nanquantile(a, 0.5, axis, keepdims)


def nan_quantile(
    a: Any,
    q: Any,
    axis: Any = None,
    *,
    method: Any = "linear",
    keepdims: Any = False,
    weights: Any = None,
) -> Any:
    """`numpy.nanquantile`, written out."""
    return _nan_quantiles(a, q, axis, method, keepdims, weights, 1)


def nan_percentile(
    a: Any,
    q: Any,
    axis: Any = None,
    *,
    method: Any = "linear",
    keepdims: Any = False,
    weights: Any = None,
) -> Any:
    """`numpy.nanpercentile`, written out."""
    return _nan_quantiles(a, q, axis, method, keepdims, weights, 100)


def _nan_quantiles(
    a: Any, q: Any, axis: Any, method: Any, keepdims: Any, weights: Any, scale: Any
) -> Any:
    if weights is not None:
        return weighted_quantiles(a, q, weights, axis, keepdims, scale, True)
    if np.ndim(q) > 0:
        return np.stack([nanquantile(a, one, axis, keepdims, method, scale) for one in q])
    return nanquantile(a, q, axis, keepdims, method, scale)


WRITTEN: dict[Any, Any] = {
    np.nanmedian: nanmedian,
    np.nanpercentile: nan_percentile,
    np.nanquantile: nan_quantile,
}
ROUNDED_OTHERWISE = set(WRITTEN)
