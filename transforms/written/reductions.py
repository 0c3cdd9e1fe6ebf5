"""Reductions of NumPy that are not operations of the table."""

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
    elif isinstance(axis, tuple) and np.ndim(weights) != np.ndim(a):
        last = tuple(range(-len(axis), 0))
        total = np.sum(weights)
        mean = np.sum(np.moveaxis(a, axis, last) * weights, last) / total
        if keepdims:
            mean = np.expand_dims(mean, axis)
        total = np.zeros_like(mean) + total
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


WRITTEN: dict[Any, Any] = {
    np.ptp: ptp,
    np.average: average,
    np.count_nonzero: count_nonzero,
}
for _name in ("trapezoid", "trapz"):
    if hasattr(np, _name):
        WRITTEN[getattr(np, _name)] = trapezoid
