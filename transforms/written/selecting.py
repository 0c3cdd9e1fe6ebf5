"""Functions of NumPy that choose entries, put some in, or make sets of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from fpad import runtime as fp


def compress(condition: Any, a: Any, axis: Any = None) -> Any:
    """`numpy.compress`, written out."""
    return np.take(a, np.flatnonzero(condition), axis)


def compressed(a: Any, condition: Any, axis: Any = None) -> Any:
    """The method `compress` of an array."""
    return np.take(a, np.flatnonzero(condition), axis)


def extract(condition: Any, arr: Any) -> Any:
    """`numpy.extract`, written out."""
    return np.take(np.ravel(arr), np.flatnonzero(condition))


def insert(arr: Any, obj: Any, values: Any, axis: Any = None) -> Any:
    """`numpy.insert`, written out: entries of both, in the places that NumPy itself gives them."""
    if axis is None:
        arr = np.ravel(arr)
        axis = 0
    places = np.arange(np.shape(arr)[axis])
    more = np.asarray(values).astype(np.asarray(arr).dtype)
    if np.ndim(arr) == 1:
        more = np.ravel(more)
        count = np.size(more)
        if np.ndim(obj) == 1:
            count = np.size(np.asarray(obj))
            more = np.resize(more, (count,))
    else:
        row = np.take(arr, 0, axis)
        if np.ndim(obj) == 1:
            count = np.size(np.asarray(obj))
            more = np.broadcast_to(more, np.shape(np.take(arr, np.zeros(count, dtype=int), axis)))
        else:
            count = 1
            more = np.expand_dims(np.broadcast_to(more, np.shape(row)), axis)
    new = len(places) + np.arange(count)
    at = fp.fixed("int[:]", np.insert, (places, obj, new))
    return np.take(np.concatenate((arr, more), axis), at, axis)


def trim_zeros(filt: Any, trim: Any = "fb") -> Any:
    """`numpy.trim_zeros`, written out for vectors."""
    there = np.flatnonzero(filt)
    first = 0
    last = len(filt)
    if len(there) == 0:
        last = 0
    else:
        if "f" in trim or "F" in trim:
            first = there[0]
        if "b" in trim or "B" in trim:
            last = there[-1] + 1
    return filt[first:last]


def sliding_windows(x: Any, window_shape: Any, axis: Any = None) -> Any:
    """`numpy.lib.stride_tricks.sliding_window_view`, written out: entries, not a view."""
    if axis is None:
        axis = tuple(range(len(window_shape)))
    elif np.ndim(axis) == 0:
        axis = (axis,)
    for k, width in zip(axis, window_shape, strict=True):
        starts = np.arange(np.shape(x)[k] - width + 1)
        entries = np.take(x, starts[:, None] + np.arange(width), k)
        x = np.moveaxis(entries, k + 1 if k >= 0 else k, -1)
    return x


def is_outside(sequence: Any, index: Any) -> Any:
    """Has a list or an array no such entry?"""
    return index < -len(sequence) or index >= len(sequence)


# ---------------------------------------------------------------- sets


def unique(
    ar: Any,
    return_index: Any = False,
    return_inverse: Any = False,
    return_counts: Any = False,
) -> Any:
    """`numpy.unique`, written out: of equal entries the first is taken."""
    ar = np.asarray(ar)
    at = fp.fixed("int[:]", np.unique, (ar, True), (), 1)
    values = np.take(ar, at)
    out = [values]
    if return_index:
        out.append(at)
    if return_inverse:
        out.append(fp.fixed("int[...]", np.unique, (ar, False, True), (), 1))
    if return_counts:
        out.append(fp.fixed("int[:]", np.unique, (ar, False, False, True), (), 1))
    if len(out) == 1:
        return values
    return tuple(out)


def union1d(ar1: Any, ar2: Any) -> Any:
    """`numpy.union1d`, written out."""
    return unique(np.concatenate((np.ravel(ar1), np.ravel(ar2))))


def intersect1d(ar1: Any, ar2: Any) -> Any:
    """`numpy.intersect1d`, written out."""
    at = fp.fixed("int[:]", np.intersect1d, (ar1, ar2, False, True), (), 1)
    return np.take(ar1, at)


def setdiff1d(ar1: Any, ar2: Any) -> Any:
    """`numpy.setdiff1d`, written out."""
    own = unique(ar1)
    return own[np.logical_not(np.isin(own, ar2))]


def setxor1d(ar1: Any, ar2: Any) -> Any:
    """`numpy.setxor1d`, written out."""
    a, b = unique(ar1), unique(ar2)
    one = a[np.logical_not(np.isin(a, b))]
    other = b[np.logical_not(np.isin(b, a))]
    return np.sort(np.concatenate((one, other)))


# ---------------------------------------------------------------- positions


def _pair(f: Any, args: Any) -> Any:
    return fp.fixed("int[:]", f, args, (), 0), fp.fixed("int[:]", f, args, (), 1)


def tril_indices(n: Any, k: Any = 0, m: Any = None) -> Any:
    """`numpy.tril_indices`."""
    return _pair(np.tril_indices, (n, k, m))


def triu_indices(n: Any, k: Any = 0, m: Any = None) -> Any:
    """`numpy.triu_indices`."""
    return _pair(np.triu_indices, (n, k, m))


def tril_indices_from(arr: Any, k: Any = 0) -> Any:
    """`numpy.tril_indices_from`."""
    return _pair(np.tril_indices, (np.shape(arr)[0], k, np.shape(arr)[1]))


def triu_indices_from(arr: Any, k: Any = 0) -> Any:
    """`numpy.triu_indices_from`."""
    return _pair(np.triu_indices, (np.shape(arr)[0], k, np.shape(arr)[1]))


def diag_indices(n: Any, ndim: Any = 2) -> Any:
    """`numpy.diag_indices`, written out."""
    return (np.arange(n),) * ndim


def diag_indices_from(arr: Any) -> Any:
    """`numpy.diag_indices_from`, written out."""
    return (np.arange(np.shape(arr)[0]),) * np.ndim(arr)


def ravel_multi_index(multi_index: Any, dims: Any, mode: Any = "raise", order: Any = "C") -> Any:
    """`numpy.ravel_multi_index`, written out."""
    out = 0
    at = range(len(dims))
    for axis in at if order == "C" else at[::-1]:
        k, n = multi_index[axis], dims[axis]
        how = mode if isinstance(mode, str) else mode[axis]
        if how == "clip":
            k = np.clip(k, 0, n - 1)
        elif how == "wrap":
            k = np.mod(k, n)
        elif np.any(np.less(k, 0)) or np.any(np.greater_equal(k, n)):
            raise ValueError("invalid entry in coordinates array")
        out = out * n + k
    return out


def fromfunction(function: Any, shape: Any, *, dtype: Any = float, **kwargs: Any) -> Any:
    """`numpy.fromfunction`, written out."""
    grid = np.indices(shape, dtype)
    return function(*[grid[k] for k in range(len(shape))], **kwargs)


# ---------------------------------------------------------------- windows, histograms, running sums


def kaiser(M: Any, beta: Any) -> Any:
    """`numpy.kaiser`, written out."""
    far = (np.arange(0.0, M) - (M - 1) / 2.0) / ((M - 1) / 2.0)
    return np.i0(beta * np.sqrt(1.0 - far * far)) / np.i0(beta)


def histogram_bin_edges(a: Any, bins: Any = 10, range: Any = None) -> Any:
    """`numpy.histogram_bin_edges`, written out for given numbers of bins."""
    if isinstance(bins, str):
        raise NotImplementedError(f"bins={bins!r} has no derivative: give a number of bins")
    if np.ndim(bins) == 1:
        return np.asarray(bins)
    if range is None:
        first, last = np.min(a), np.max(a)
    else:
        first, last = range
    if first == last:
        first, last = first - 0.5, last + 0.5
    return np.linspace(first, last, bins + 1)


def histogram(
    a: Any, bins: Any = 10, range: Any = None, density: Any = None, weights: Any = None
) -> Any:
    """`numpy.histogram`, written out: the counts have no derivative, weights and edges have."""
    edges = histogram_bin_edges(a, bins, range)
    if weights is None:
        counts = fp.fixed("int[:]", np.histogram, (a, bins, range), (), 0)
    else:
        entries = np.ravel(a)
        last = len(edges) - 2
        at = np.searchsorted(edges, entries, "right") - 1
        at = np.where(entries == edges[-1], last, at)
        inside = np.logical_and(entries >= edges[0], entries <= edges[-1])
        kept = np.where(inside, np.ravel(weights), 0.0)
        counts = np.bincount(np.clip(at, 0, last), kept, last + 1)
    if density:
        counts = counts / np.diff(edges) / np.sum(counts)
    return counts, edges


def cumulative_sum(x: Any, *, axis: Any = None, include_initial: Any = False) -> Any:
    """`numpy.cumulative_sum`, written out."""
    axis = 0 if axis is None else axis
    out = np.cumsum(x, axis)
    if include_initial:
        out = np.concatenate((np.expand_dims(np.take(np.zeros_like(x), 0, axis), axis), out), axis)
    return out


def cumulative_prod(x: Any, *, axis: Any = None, include_initial: Any = False) -> Any:
    """`numpy.cumulative_prod`, written out."""
    axis = 0 if axis is None else axis
    out = np.cumprod(x, axis)
    if include_initial:
        out = np.concatenate((np.expand_dims(np.take(np.ones_like(x), 0, axis), axis), out), axis)
    return out


def unwrap(p: Any, discont: Any = None, axis: Any = -1, *, period: Any = 2.0 * np.pi) -> Any:
    """`numpy.unwrap`, written out: how many periods are added has no derivative."""
    turned = np.moveaxis(p, axis, -1)
    given = fp.fixed("float[...]", np.unwrap, (turned, discont, -1, period), ("period",))
    added = given - fp.fixed("float[...]", np.asarray, (turned,))
    length = fp.fixed("float", float, (period,))
    moved = np.round(added / length) * (period - length)  # 0, with the slope of the periods
    return np.moveaxis(turned + added + moved, -1, axis)


def apply_over_axes(func: Any, a: Any, axes: Any) -> Any:
    """`numpy.apply_over_axes`, written out."""
    if np.ndim(axes) == 0:
        axes = (axes,)
    for k in axes:
        out = func(a, k)
        a = out if np.ndim(out) == np.ndim(a) else np.expand_dims(out, k)
    return a


def float_power(x1: Any, x2: Any) -> Any:
    """`numpy.float_power`, written out."""
    return np.power(x1 * 1.0, x2 * 1.0)


def vecdot(x1: Any, x2: Any, *, axis: Any = -1) -> Any:
    """`numpy.vecdot`, written out."""
    return np.sum(x1 * x2, axis)


def matvec(x1: Any, x2: Any) -> Any:
    """`numpy.matvec`, written out."""
    return np.sum(x1 * np.expand_dims(x2, -2), -1)


def vecmat(x1: Any, x2: Any) -> Any:
    """`numpy.vecmat`, written out."""
    return np.sum(np.expand_dims(x1, -1) * x2, -2)


def as_type(x: Any, dtype: Any) -> Any:
    """`numpy.astype`, written out."""
    return x.astype(dtype)


def real_if_close(a: Any, tol: Any = 100) -> Any:
    """`numpy.real_if_close` of real numbers."""
    return np.asanyarray(a)


def row_stack(tup: Any) -> Any:
    """`numpy.row_stack`, written out."""
    return np.vstack(tup)


_BY_NAME: dict[str, Any] = {
    "apply_over_axes": apply_over_axes,
    "astype": as_type,
    "compress": compress,
    "cumulative_prod": cumulative_prod,
    "cumulative_sum": cumulative_sum,
    "diag_indices": diag_indices,
    "diag_indices_from": diag_indices_from,
    "extract": extract,
    "float_power": float_power,
    "fromfunction": fromfunction,
    "histogram": histogram,
    "histogram_bin_edges": histogram_bin_edges,
    "insert": insert,
    "intersect1d": intersect1d,
    "kaiser": kaiser,
    "matvec": matvec,
    "ravel_multi_index": ravel_multi_index,
    "real_if_close": real_if_close,
    "row_stack": row_stack,
    "setdiff1d": setdiff1d,
    "setxor1d": setxor1d,
    "tril_indices": tril_indices,
    "tril_indices_from": tril_indices_from,
    "trim_zeros": trim_zeros,
    "triu_indices": triu_indices,
    "triu_indices_from": triu_indices_from,
    "union1d": union1d,
    "unique": unique,
    "unwrap": unwrap,
    "vecdot": vecdot,
    "vecmat": vecmat,
}
WRITTEN: dict[Any, Any] = {getattr(np, n): f for n, f in _BY_NAME.items() if hasattr(np, n)}
"""Some of these are new in NumPy 2, some are gone in later ones."""
ROUNDED_OTHERWISE = {
    getattr(np, n)
    for n in ("float_power", "histogram", "kaiser", "matvec", "unwrap", "vecdot", "vecmat")
    if hasattr(np, n)
}
