"""np.concatenate and its relatives, transposed: one part of a joined array."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from fpad.runtime.arrays import dtype_of


def _index(g: Any, arrays: Sequence[Any], j: int, axis: int | None) -> tuple[slice, ...]:
    """The index of arrays[j] in the joined array g.

    An entry of fewer axes than g (vstack, hstack) has axes of length 1 before its own.
    """

    def extent(a: Any) -> int:
        shape = np.shape(a)
        if axis is None:
            return int(math.prod(shape))
        return int(((1,) * (g.ndim - len(shape)) + shape)[at])

    at = 0 if axis is None else axis + g.ndim if axis < 0 else min(axis, g.ndim - 1)
    start = sum(extent(a) for a in arrays[:j])
    return (slice(None),) * at + (slice(start, start + extent(arrays[j])),)


def part(g: Any, arrays: Sequence[Any], j: int, axis: int | None = 0) -> Any:
    """Take from g what stands where arrays[j] stands in `np.concatenate(arrays, axis)`.

    Also of vstack (axis 0) and hstack (axis 1): an axis beyond the last means the last.  Only the
    shapes of `arrays` are read.  The result has the shape of arrays[j], and may be a view of g.
    """
    out = g[_index(g, arrays, j, axis)].reshape(np.shape(arrays[j]))
    return out if hasattr(arrays[j], "shape") else out[()]


def place_part(v: Any, g: Any, arrays: Sequence[Any], j: int, axis: int | None = 0) -> Any:
    """Zeros of the shape of g with v where `part` takes it from: `part` transposed."""
    out = np.zeros_like(g, dtype=dtype_of(v))
    index = _index(g, arrays, j, axis)
    out[index] = np.reshape(v, out[index].shape)
    return out


def equal_parts(length: int, count: int) -> None:
    """Nothing, if an axis of this length can be split into so many parts.

    Raises:
        ValueError: NumPy's own, where the parts have several lengths.
    """
    if count < 1 or length % count:
        raise ValueError("array split does not result in an equal division")
