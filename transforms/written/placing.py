"""Functions and methods of NumPy that write into the array they are given."""

from __future__ import annotations

from typing import Any

import numpy as np


def put(a: Any, ind: Any, v: Any, mode: Any = "raise") -> Any:
    """`numpy.put`, written out."""
    flat = np.ravel(np.asarray(ind))
    if mode == "clip":
        flat = np.clip(flat, 0, np.size(a) - 1)
    elif mode == "wrap":
        flat = np.mod(flat, np.size(a))
    values = v
    if np.ndim(v) > 0:
        values = np.resize(v, (len(flat),))
    if np.ndim(a) == 1:
        a[flat] = values
    else:
        whole = np.ravel(a).copy()
        whole[flat] = values
        a[...] = np.reshape(whole, np.shape(a))


def place(arr: Any, mask: Any, vals: Any) -> Any:
    """`numpy.place`, written out."""
    mask = np.not_equal(mask, 0)
    if np.ndim(vals) == 0:
        arr[mask] = vals
    else:
        arr[mask] = np.resize(vals, (np.sum(mask),))


def putmask(a: Any, mask: Any, values: Any) -> Any:
    """`numpy.putmask`, written out."""
    mask = np.not_equal(mask, 0)
    if np.ndim(values) == 0:
        a[mask] = values
    else:
        a[mask] = np.resize(values, np.shape(a))[mask]


def copyto(dst: Any, src: Any, casting: Any = "same_kind", where: Any = True) -> Any:
    """`numpy.copyto` with a mask, written out."""
    dst[...] = np.where(where, src, dst)


def fill_diagonal(a: Any, val: Any, wrap: Any = False) -> Any:
    """`numpy.fill_diagonal`, written out."""
    if wrap:
        raise NotImplementedError("np.fill_diagonal with wrap=True has no derivative")
    n = min(np.shape(a)[0], np.shape(a)[-1])
    k = np.arange(n)
    if np.ndim(val) > 0:
        val = np.resize(val, (n,))
    a[(k,) * np.ndim(a)] = val


def put_along_axis(arr: Any, indices: Any, values: Any, axis: Any) -> Any:
    """`numpy.put_along_axis`, written out."""
    if axis is None:
        put(arr, indices, values)
    else:
        rank = np.ndim(arr)
        if np.ndim(indices) != rank:
            raise NotImplementedError("np.put_along_axis has indices with other axes")
        index = [
            np.reshape(np.arange(np.shape(arr)[k]), (1,) * k + (-1,) + (1,) * (rank - 1 - k))
            for k in range(rank)
        ]
        index[axis] = indices
        arr[tuple(index)] = values


def sort_in_place(a: Any, axis: Any = -1, kind: Any = None) -> Any:
    """The method `sort` of an array."""
    a[...] = np.sort(a, axis)


def partition_in_place(a: Any, kth: Any, axis: Any = -1) -> Any:
    """The method `partition` of an array."""
    a[...] = np.partition(a, kth, axis)


WRITTEN: dict[Any, Any] = {
    np.place: place,
    np.put: put,
    np.put_along_axis: put_along_axis,
    np.putmask: putmask,
}
