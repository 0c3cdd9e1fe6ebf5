"""Functions of NumPy with options that their rules do not have, written out.

np.diff(x, prepend=0.0)          np.diff(np.concatenate(([0.0], x)))
np.reshape(x, (2, 3), order="F") np.transpose(np.reshape(np.transpose(x), (3, 2)))
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
    return np.moveaxis(out, -1, axisc)


def take(a: Any, indices: Any, axis: Any = None, mode: Any = "raise") -> Any:
    """`numpy.take` with indices that are clipped or wrapped."""
    count = np.size(a) if axis is None else np.shape(a)[axis]
    if mode == "clip":
        return np.take(a, np.clip(indices, 0, count - 1), axis)
    if mode == "wrap":
        return np.take(a, np.mod(indices, count), axis)
    return np.take(a, indices, axis)


def reshape(a: Any, shape: Any, order: Any = "C") -> Any:
    """`numpy.reshape` by columns."""
    if order == "C":
        return np.reshape(a, shape)
    if order != "F":
        raise NotImplementedError("order='A' asks where entries lie in memory: give 'C' or 'F'")
    if np.ndim(shape) == 0:
        return np.reshape(np.transpose(a), shape)
    return np.transpose(np.reshape(np.transpose(a), shape[::-1]))


def ravel(a: Any, order: Any = "C") -> Any:
    """`numpy.ravel` by columns."""
    if order == "C":
        return np.ravel(a)
    if order != "F":
        raise NotImplementedError("order='A' asks where entries lie in memory: give 'C' or 'F'")
    return np.ravel(np.transpose(a))


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


OPTIONS: dict[Any, tuple[frozenset[str], Callable[..., Any]]] = {
    np.diff: (frozenset(("prepend", "append")), diff),
    np.cross: (frozenset(("axisa", "axisb", "axisc", "axis")), cross),
    np.take: (frozenset(("mode",)), take),
    np.reshape: (frozenset(("order",)), reshape),
    np.ravel: (frozenset(("order",)), ravel),
    np.linalg.cholesky: (frozenset(("upper",)), cholesky),
}
"""Function -> the keywords that its rule does not have, and what stands for it with them."""
