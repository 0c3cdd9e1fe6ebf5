"""Reductions of NumPy, and the methods of its ufuncs, that are not operations of the table."""

from __future__ import annotations

from typing import Any

import numpy as np


def ptp(a: Any, axis: Any = None, keepdims: Any = False) -> Any:
    """`numpy.ptp`, written out."""
    return np.max(a, axis, keepdims=keepdims) - np.min(a, axis, keepdims=keepdims)


def average(
    a: Any, axis: Any = None, weights: Any = None, returned: Any = False, *, keepdims: Any = False
) -> Any:
    """`numpy.average`, written out."""
    if weights is None:
        mean = np.mean(a, axis, keepdims=keepdims)
        total = np.zeros_like(mean) + np.size(a) / np.size(mean)
    elif axis is not None and np.ndim(weights) == 1 and np.ndim(a) != 1:
        turned = np.moveaxis(a, axis, -1)
        total = np.sum(weights)
        mean = np.sum(turned * weights, -1) / total
        if keepdims:
            mean = np.expand_dims(mean, axis)
        total = np.zeros_like(mean) + total
    else:
        total = np.sum(weights, axis, keepdims=keepdims)
        mean = np.sum(a * weights, axis, keepdims=keepdims) / total
    if returned:
        return mean, total
    return mean


def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: Any = -1) -> Any:
    """`numpy.trapezoid`, written out."""
    y = np.moveaxis(y, axis, -1)
    if x is None:
        width = dx
    elif np.ndim(x) == 1:
        width = np.diff(x)
    else:
        width = np.diff(np.moveaxis(x, axis, -1))
    return np.sum(width * (y[..., 1:] + y[..., :-1]) / 2.0, -1)


def count_nonzero(a: Any, axis: Any = None, *, keepdims: Any = False) -> Any:
    """`numpy.count_nonzero`, written out."""
    return np.sum(np.not_equal(a, 0), axis, keepdims=keepdims)


# ---------------------------------------------------------------- methods of ufuncs


def _entry_by_entry(ufunc: Any, array: Any, axis: Any, keepdims: Any) -> Any:
    """The method `reduce` of a ufunc, in the order in which NumPy applies it."""
    if axis is None:
        entries = np.ravel(array)
    elif isinstance(axis, int):
        entries = np.moveaxis(array, axis, 0)
    else:
        turned = np.moveaxis(array, axis, tuple(range(len(axis))))
        entries = np.reshape(turned, (-1, *np.shape(turned)[len(axis) :]))
    total = entries[0]
    for k in range(1, len(entries)):
        total = ufunc(total, entries[k])
    if keepdims:
        return (
            np.reshape(total, (1,) * np.ndim(array))
            if axis is None
            else np.expand_dims(total, axis)
        )
    return total


def logaddexp_reduce(array: Any, axis: Any = 0, keepdims: Any = False) -> Any:
    """`numpy.logaddexp.reduce`, written out."""
    return _entry_by_entry(np.logaddexp, array, axis, keepdims)


def subtract_reduce(array: Any, axis: Any = 0, keepdims: Any = False) -> Any:
    """`numpy.subtract.reduce`, written out."""
    return _entry_by_entry(np.subtract, array, axis, keepdims)


def ufunc_outer(ufunc: Any, a: Any, b: Any) -> Any:
    """The method `outer` of a ufunc."""
    return ufunc(np.reshape(a, np.shape(a) + (1,) * np.ndim(b)), b)


METHODS: dict[Any, Any] = {
    (np.add, "reduce"): np.sum,
    (np.multiply, "reduce"): np.prod,
    (np.maximum, "reduce"): np.max,
    (np.minimum, "reduce"): np.min,
    (np.logical_and, "reduce"): np.all,
    (np.logical_or, "reduce"): np.any,
    (np.logaddexp, "reduce"): logaddexp_reduce,
    (np.subtract, "reduce"): subtract_reduce,
    (np.add, "accumulate"): np.cumsum,
    (np.multiply, "accumulate"): np.cumprod,
}
"""What a method of a ufunc means; the axis of all of them is 0 unless it is given."""

WRITTEN: dict[Any, Any] = {
    np.ptp: ptp,
    np.average: average,
    np.count_nonzero: count_nonzero,
}
for _name in ("trapezoid", "trapz"):
    if hasattr(np, _name):
        WRITTEN[getattr(np, _name)] = trapezoid
