"""Methods of NumPy's ufuncs that are not operations of the table, written out."""

from __future__ import annotations

from typing import Any

import numpy as np


def _rows(array: Any, axis: Any) -> Any:
    """The array with the axes that are reduced as its first one."""
    if axis is None:
        return np.ravel(array)
    if isinstance(axis, int):
        return np.moveaxis(array, axis, 0)
    turned = np.moveaxis(array, axis, tuple(range(len(axis))))
    return np.reshape(turned, (-1, *np.shape(turned)[len(axis) :]))


def ufunc_reduce(
    ufunc: Any,
    array: Any,
    axis: Any = 0,
    keepdims: Any = False,
    initial: Any = None,
    where: Any = True,
) -> Any:
    """The method `reduce` of a ufunc, in the order in which NumPy applies it."""
    entries = _rows(array, axis)
    if where is not True:
        if initial is None:
            raise TypeError("a reduction with where= needs initial=: give it")
        kept = _rows(np.broadcast_to(where, np.shape(array)), axis)
        total = np.zeros_like(entries[0]) + initial
        for k in range(len(entries)):
            total = np.where(kept[k], ufunc(total, entries[k]), total)
    elif initial is not None:
        total = ufunc(initial, entries[0])
        for k in range(1, len(entries)):
            total = ufunc(total, entries[k])
    else:
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


def ufunc_accumulate(ufunc: Any, array: Any, axis: Any = 0) -> Any:
    """The method `accumulate` of a ufunc."""
    entries = np.moveaxis(array, axis, 0)
    out = np.array(entries)
    for k in range(1, len(entries)):
        out[k] = ufunc(out[k - 1], entries[k])
    return np.moveaxis(out, 0, axis)


def ufunc_reduceat(reduce: Any, array: Any, indices: Any, axis: Any = 0) -> Any:
    """The method `reduceat` of a ufunc: slices reduced, or an entry where one is empty."""
    entries = np.moveaxis(array, axis, 0)
    starts = np.asarray(indices)
    count = len(starts)
    out = np.array(np.take(entries, starts, 0))
    for k in range(count):
        last = starts[k + 1] if k + 1 < count else len(entries)
        if last > starts[k]:
            out[k] = reduce(entries[starts[k] : last], 0)
    return np.moveaxis(out, 0, axis)


def ufunc_outer(ufunc: Any, a: Any, b: Any) -> Any:
    """The method `outer` of a ufunc."""
    return ufunc(np.reshape(a, np.shape(a) + (1,) * np.ndim(b)), b)


def ufunc_at(ufunc: Any, a: Any, indices: Any, b: Any) -> None:
    """The method `at` of a ufunc of two operands, for indices along the first axis."""
    places = _places(indices)
    count = len(places)
    values = np.broadcast_to(b, (count, *np.shape(a)[1:]))
    for k in range(count):
        a[places[k]] = ufunc(a[places[k]], values[k])


def unary_at(ufunc: Any, a: Any, indices: Any) -> None:
    """The method `at` of a ufunc of one operand."""
    places = _places(indices)
    for k in range(len(places)):
        a[places[k]] = ufunc(a[places[k]])


def _places(indices: Any) -> Any:
    if np.ndim(indices) > 1:
        raise NotImplementedError("a ufunc's method at has a derivative along the first axis only")
    return np.atleast_1d(indices)


METHODS: dict[Any, Any] = {
    (np.add, "reduce"): np.sum,
    (np.multiply, "reduce"): np.prod,
    (np.maximum, "reduce"): np.max,
    (np.minimum, "reduce"): np.min,
    (np.logical_and, "reduce"): np.all,
    (np.logical_or, "reduce"): np.any,
    (np.add, "accumulate"): np.cumsum,
    (np.multiply, "accumulate"): np.cumprod,
}
"""What a method of a ufunc means; the axis of all of them is 0 unless it is given."""
