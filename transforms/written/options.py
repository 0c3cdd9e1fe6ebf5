"""Functions of NumPy with options that their rules do not have, written out.

np.diff(x, prepend=0.0)          np.diff(np.concatenate(([0.0], x)))
np.reshape(x, (2, 3), order="F") np.transpose(np.reshape(np.transpose(x), (3, 2)))
np.linspace(a, b, 5, endpoint=False)    np.arange(5) * ((b - a) / 5) + a
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from fpad import runtime as fp


def _beside(value: Any, a: Any, axis: Any) -> Any:
    """What is put before or behind an array along an axis; a number takes one place."""
    if np.ndim(value) == 0:
        return np.zeros_like(np.take(a, [0], axis)) + value
    return value


def extreme_from(
    extreme: Any, a: Any, initial: Any, axis: Any = None, keepdims: Any = False
) -> Any:
    """`numpy.max` or `numpy.min` with an initial value, which is all that an empty array has."""
    if np.size(a) == 0:
        return np.sum(a, axis, keepdims=keepdims) + initial
    found = extreme(a, axis, keepdims=keepdims)
    if extreme is np.max:
        return np.maximum(found, initial)
    return np.minimum(found, initial)


def diff(a: Any, n: Any = 1, axis: Any = -1, prepend: Any = None, append: Any = None) -> Any:
    """`numpy.diff` with what stands before and behind."""
    parts = [a]
    if prepend is not None:
        parts = [_beside(prepend, a, axis), *parts]
    if append is not None:
        parts = [*parts, _beside(append, a, axis)]
    return np.diff(np.concatenate(parts, axis), n, axis)


def cross(
    a: Any, b: Any, axisa: Any = -1, axisb: Any = -1, axisc: Any = -1, axis: Any = None
) -> Any:
    """`numpy.cross` of vectors along other axes than the last."""
    if axis is not None:
        axisa, axisb, axisc = axis, axis, axis
    out = np.cross(np.moveaxis(a, axisa, -1), np.moveaxis(b, axisb, -1))
    if np.shape(a)[axisa] == 2 and np.shape(b)[axisb] == 2:
        return out  # of vectors in a plane there is one entry, and no axis
    return np.moveaxis(out, -1, axisc)


def take(a: Any, indices: Any, axis: Any = None, mode: Any = "raise") -> Any:
    """`numpy.take` with indices that are clipped or wrapped."""
    count = np.size(a) if axis is None else np.shape(a)[axis]
    if mode == "clip":
        return np.take(a, np.clip(indices, 0, count - 1), axis)
    if mode == "wrap":
        return np.take(a, np.mod(indices, count), axis)
    return np.take(a, indices, axis)


def reshape(a: Any, shape: Any, order: Any = "C", copy: Any = None) -> Any:
    """`numpy.reshape` by columns, or as a copy."""
    if copy is not None:
        if copy is not True:
            raise NotImplementedError("copy=False asks where entries lie in memory: leave it out")
        a = np.array(a)
    if order == "C":
        return np.reshape(a, shape)
    if order != "F":
        raise NotImplementedError("orders 'A' and 'K' ask where entries lie in memory: give 'F'")
    if np.ndim(shape) == 0:
        return np.reshape(np.transpose(a), shape)
    return np.transpose(np.reshape(np.transpose(a), shape[::-1]))


def ravel(a: Any, order: Any = "C") -> Any:
    """`numpy.ravel` by columns."""
    if order == "C":
        return np.ravel(a)
    if order != "F":
        raise NotImplementedError("orders 'A' and 'K' ask where entries lie in memory: give 'F'")
    return np.ravel(np.transpose(a))


def flatten(x: Any, order: Any = "C") -> Any:
    """The method `flatten` of an array, by columns."""
    return np.array(ravel(x, order))


def pad_with(array: Any, pad_width: Any, mode: Any = "constant", constant_values: Any = 0) -> Any:
    """`numpy.pad` with a number that has a derivative."""
    inside = np.pad(np.ones_like(array), pad_width)
    return np.where(inside == 1.0, np.pad(array, pad_width), constant_values)


def cholesky(a: Any, upper: Any = False) -> Any:
    """`numpy.linalg.cholesky` of the upper triangle."""
    if not upper:
        return np.linalg.cholesky(a)
    return np.swapaxes(np.linalg.cholesky(np.swapaxes(a, -1, -2)), -1, -2)


def item(x: Any, *index: Any) -> Any:
    """`x.item(i)`, `x.item(i, j)`: an entry, by its place in C order or by its indices."""
    if len(index) > 1:
        return fp.item(x[index])
    if np.ndim(index[0]) == 1:
        return fp.item(x[index[0]])
    return fp.item(np.ravel(x)[index[0]])


def var(
    a: Any,
    axis: Any = None,
    ddof: Any = 0,
    keepdims: Any = False,
    *,
    where: Any = True,
    mean: Any = None,
    correction: Any = None,
) -> Any:
    """`numpy.var` of some entries, or about a mean that is given."""
    if correction is not None:
        ddof = correction
    if mean is None:
        mean = np.mean(a, axis, keepdims=True, where=where)
    far = np.subtract(a, mean)
    total = np.sum(far * far, axis, keepdims=keepdims, where=where)
    count = np.sum(np.broadcast_to(where, np.shape(a)), axis, keepdims=keepdims)
    count = np.maximum(count - ddof, 0)
    return total / np.asarray(count).astype(fp.dtype(total))


def std(
    a: Any,
    axis: Any = None,
    ddof: Any = 0,
    keepdims: Any = False,
    *,
    where: Any = True,
    mean: Any = None,
    correction: Any = None,
) -> Any:
    """`numpy.std` of some entries, or about a mean that is given."""
    return np.sqrt(var(a, axis, ddof, keepdims, where=where, mean=mean, correction=correction))


def argsort(a: Any, axis: Any = -1, kind: Any = None, stable: Any = None) -> Any:
    """`numpy.argsort`, stable or not."""
    if stable:
        return np.argsort(a, axis, kind="stable")
    return np.argsort(a, axis, kind=kind)


def sort(a: Any, axis: Any = -1, kind: Any = None, stable: Any = None) -> Any:
    """`numpy.sort`, stable or not: the numbers are the same."""
    return np.sort(a, axis)


def linspace(
    start: Any,
    stop: Any,
    num: Any = 50,
    endpoint: Any = True,
    retstep: Any = False,
    dtype: Any = None,
    axis: Any = 0,
) -> Any:
    """`numpy.linspace` without the end, along another axis, or with the step."""
    pieces = num - 1 if endpoint else num
    step = np.subtract(stop, start) / pieces
    if endpoint:
        out = np.linspace(start, stop, num)
    else:
        at = np.arange(num)
        if np.ndim(step) > 0:
            at = np.reshape(at, (-1,) + (1,) * np.ndim(step))
        out = at.astype(np.asarray(step).dtype) * step + start
    if axis != 0:
        out = np.moveaxis(out, 0, axis)
    if dtype is not None:
        if fp.fixed("bool", np.issubdtype, (dtype, np.integer)):
            out = np.floor(out)
        out = out.astype(dtype)
    return (out, step) if retstep else out


def nan_to_num(
    x: Any, copy: Any = True, nan: Any = 0.0, posinf: Any = None, neginf: Any = None
) -> Any:
    """`numpy.nan_to_num` with what stands for NaN and the infinities."""
    if not copy:
        raise NotImplementedError("np.nan_to_num with copy=False writes its argument: leave it out")
    out = np.where(np.isnan(x), nan, np.nan_to_num(x))
    if posinf is not None:
        out = np.where(np.isposinf(x), posinf, out)
    if neginf is not None:
        out = np.where(np.isneginf(x), neginf, out)
    return out


def full_like(a: Any, fill_value: Any, dtype: Any = None, *, shape: Any = None) -> Any:
    """`numpy.full_like` of another shape."""
    return np.full(shape, fill_value).astype(np.asarray(a).dtype if dtype is None else dtype)


def ones_like(a: Any, dtype: Any = None, *, shape: Any = None) -> Any:
    """`numpy.ones_like` of another shape."""
    return np.ones(shape).astype(np.asarray(a).dtype if dtype is None else dtype)


def zeros_like(a: Any, dtype: Any = None, *, shape: Any = None) -> Any:
    """`numpy.zeros_like` of another shape."""
    return np.zeros(shape).astype(np.asarray(a).dtype if dtype is None else dtype)


def array(
    object: Any, dtype: Any = None, *, copy: Any = True, order: Any = "K", ndmin: Any = 0
) -> Any:
    """`numpy.array` in a memory order."""
    if copy is not True and copy is not None:
        raise NotImplementedError("copy=False asks where entries lie in memory: use np.asarray")
    if copy is None:
        out = np.asarray(object) if dtype is None else np.asarray(object, dtype)
    else:
        out = np.array(object) if dtype is None else np.array(object, dtype)
    if np.ndim(out) < ndmin:
        out = np.reshape(out, (1,) * (ndmin - np.ndim(out)) + np.shape(out))
    return out if order == "K" else np.copy(out, order=order)


def asarray(a: Any, dtype: Any = None, *, order: Any = None, copy: Any = None) -> Any:
    """`numpy.asarray` in a memory order, or as a copy."""
    if copy is not True and copy is not None:
        raise NotImplementedError("copy=False asks where entries lie in memory: leave it out")
    if copy is True:
        return array(a, dtype, order="K" if order is None else order)
    out = np.asarray(a) if dtype is None else np.asarray(a, dtype)
    if order == "F":
        return np.asfortranarray(out)
    return np.ascontiguousarray(out) if order == "C" else out


def astype(
    x: Any,
    dtype: Any,
    order: Any = "K",
    casting: Any = "unsafe",
    subok: Any = True,
    copy: Any = True,
) -> Any:
    """The method `astype`, as a copy or not."""
    return x.astype(dtype) if copy else np.asarray(x, dtype)


def pinv(a: Any, rcond: Any = None, hermitian: Any = False, *, rtol: Any = None) -> Any:
    """`numpy.linalg.pinv` by the later name of its bound."""
    return np.linalg.pinv(a, rcond if rtol is None else rtol, hermitian)


OPTIONS: dict[Any, tuple[frozenset[str], Callable[..., Any]]] = {
    np.diff: (frozenset(("prepend", "append")), diff),
    np.cross: (frozenset(("axisa", "axisb", "axisc", "axis")), cross),
    np.take: (frozenset(("mode",)), take),
    np.reshape: (frozenset(("order", "copy")), reshape),
    np.ravel: (frozenset(("order",)), ravel),
    np.linalg.cholesky: (frozenset(("upper",)), cholesky),
    np.linalg.pinv: (frozenset(("rtol",)), pinv),
    np.var: (frozenset(("where", "mean", "correction")), var),
    np.std: (frozenset(("where", "mean", "correction")), std),
    np.sort: (frozenset(("stable",)), sort),
    np.argsort: (frozenset(("stable",)), argsort),
    np.linspace: (frozenset(("endpoint", "retstep", "dtype", "axis")), linspace),
    np.nan_to_num: (frozenset(("copy", "nan", "posinf", "neginf")), nan_to_num),
    np.full_like: (frozenset(("shape",)), full_like),
    np.ones_like: (frozenset(("shape",)), ones_like),
    np.zeros_like: (frozenset(("shape",)), zeros_like),
    np.array: (frozenset(("copy", "order", "ndmin")), array),
    np.asarray: (frozenset(("copy", "order")), asarray),
    fp.astype: (frozenset(("copy", "order", "casting", "subok")), astype),
    fp.flatten: (frozenset(("order",)), flatten),
}
"""Function -> the keywords that its rule does not have, and what stands for it with them."""
ROUNDED_OTHERWISE = {np.var, np.std}
