"""Reductions of NumPy that leave out what is NaN."""

from __future__ import annotations

from typing import Any

import numpy as np


def nansum(
    a: Any, axis: Any = None, *, keepdims: Any = False, initial: Any = None, where: Any = True
) -> Any:
    """`numpy.nansum`, written out."""
    kept = np.where(np.isnan(a), 0.0, a)
    return np.sum(kept, axis, keepdims=keepdims, initial=initial, where=where)


def nanprod(
    a: Any, axis: Any = None, *, keepdims: Any = False, initial: Any = None, where: Any = True
) -> Any:
    """`numpy.nanprod`, written out."""
    kept = np.where(np.isnan(a), 1.0, a)
    return np.prod(kept, axis, keepdims=keepdims, initial=initial, where=where)


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


def nanmean(a: Any, axis: Any = None, *, keepdims: Any = False, where: Any = True) -> Any:
    """`numpy.nanmean`, written out."""
    there = np.logical_and(np.logical_not(np.isnan(a)), where)
    total = np.sum(np.where(there, a, 0.0), axis, keepdims=keepdims)
    return total / _count(there, axis, keepdims, total)


def nanvar(
    a: Any,
    axis: Any = None,
    *,
    ddof: Any = 0,
    keepdims: Any = False,
    where: Any = True,
    mean: Any = None,
    correction: Any = None,
) -> Any:
    """`numpy.nanvar`, written out."""
    if correction is not None:
        ddof = correction
    there = np.logical_and(np.logical_not(np.isnan(a)), where)
    if mean is None:
        mean = nanmean(a, axis, keepdims=True, where=where)
    far = np.where(there, a - mean, 0.0)
    total = np.sum(far * far, axis, keepdims=keepdims)
    return total / (_count(there, axis, keepdims, total) - ddof)


def nanstd(
    a: Any,
    axis: Any = None,
    *,
    ddof: Any = 0,
    keepdims: Any = False,
    where: Any = True,
    mean: Any = None,
    correction: Any = None,
) -> Any:
    """`numpy.nanstd`, written out."""
    return np.sqrt(
        nanvar(a, axis, ddof=ddof, keepdims=keepdims, where=where, mean=mean, correction=correction)
    )


def _none_there(out: Any, a: Any, axis: Any, keepdims: Any) -> Any:
    """NaN where all entries are."""
    return np.where(np.all(np.isnan(a), axis, keepdims=keepdims), np.nan, out)


def nanmax(
    a: Any, axis: Any = None, *, keepdims: Any = False, initial: Any = None, where: Any = True
) -> Any:
    """`numpy.nanmax`, written out."""
    kept = np.where(np.isnan(a), -np.inf, a)
    out = np.max(kept, axis, keepdims=keepdims, initial=initial, where=where)
    return _none_there(out, a, axis, keepdims) if initial is None else out


def nanmin(
    a: Any, axis: Any = None, *, keepdims: Any = False, initial: Any = None, where: Any = True
) -> Any:
    """`numpy.nanmin`, written out."""
    kept = np.where(np.isnan(a), np.inf, a)
    out = np.min(kept, axis, keepdims=keepdims, initial=initial, where=where)
    return _none_there(out, a, axis, keepdims) if initial is None else out


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
