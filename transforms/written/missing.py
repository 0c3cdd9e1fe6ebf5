"""Reductions of NumPy that leave out what is NaN."""

from __future__ import annotations

from typing import Any

import numpy as np


def nansum(a: Any, axis: Any = None, *, keepdims: Any = False) -> Any:
    """`numpy.nansum`, written out."""
    return np.sum(np.where(np.isnan(a), 0.0, a), axis, keepdims=keepdims)


def nanprod(a: Any, axis: Any = None, *, keepdims: Any = False) -> Any:
    """`numpy.nanprod`, written out."""
    return np.prod(np.where(np.isnan(a), 1.0, a), axis, keepdims=keepdims)


def nancumsum(a: Any, axis: Any = None) -> Any:
    """`numpy.nancumsum`, written out."""
    return np.cumsum(np.where(np.isnan(a), 0.0, a), axis)


def nancumprod(a: Any, axis: Any = None) -> Any:
    """`numpy.nancumprod`, written out."""
    return np.cumprod(np.where(np.isnan(a), 1.0, a), axis)


def _count(there: Any, axis: Any, keepdims: Any, total: Any) -> Any:
    """How many entries are no NaN, in the float type of their sum."""
    count = np.asarray(np.sum(there, axis, keepdims=keepdims))
    return count.astype(np.asarray(total / 1.0).dtype)


def nanmean(a: Any, axis: Any = None, *, keepdims: Any = False) -> Any:
    """`numpy.nanmean`, written out."""
    there = np.logical_not(np.isnan(a))
    total = np.sum(np.where(there, a, 0.0), axis, keepdims=keepdims)
    return total / _count(there, axis, keepdims, total)


def nanvar(a: Any, axis: Any = None, *, ddof: Any = 0, keepdims: Any = False) -> Any:
    """`numpy.nanvar`, written out."""
    there = np.logical_not(np.isnan(a))
    far = np.where(there, a - nanmean(a, axis, keepdims=True), 0.0)
    total = np.sum(far * far, axis, keepdims=keepdims)
    return total / (_count(there, axis, keepdims, total) - ddof)


def nanstd(a: Any, axis: Any = None, *, ddof: Any = 0, keepdims: Any = False) -> Any:
    """`numpy.nanstd`, written out."""
    return np.sqrt(nanvar(a, axis, ddof=ddof, keepdims=keepdims))


def nanmax(a: Any, axis: Any = None, *, keepdims: Any = False) -> Any:
    """`numpy.nanmax`, written out."""
    return np.max(np.where(np.isnan(a), -np.inf, a), axis, keepdims=keepdims)


def nanmin(a: Any, axis: Any = None, *, keepdims: Any = False) -> Any:
    """`numpy.nanmin`, written out."""
    return np.min(np.where(np.isnan(a), np.inf, a), axis, keepdims=keepdims)


WRITTEN: dict[Any, Any] = {
    np.nancumprod: nancumprod,
    np.nancumsum: nancumsum,
    np.nanmax: nanmax,
    np.nanmean: nanmean,
    np.nanmin: nanmin,
    np.nanprod: nanprod,
    np.nanstd: nanstd,
    np.nansum: nansum,
    np.nanvar: nanvar,
}
