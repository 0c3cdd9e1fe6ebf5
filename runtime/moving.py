"""Operations that move, repeat or leave out entries, transposed.

Of the operand called `like` only the shape is read.  The results are new arrays.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from fpad.runtime.arrays import dtype_of, is_array


def _scalar_like(out: Any, like: Any) -> Any:
    """A scalar where `like` is one."""
    return out if is_array(like) else out.reshape(())[()]


def unrepeat(g: Any, repeats: Any, like: Any, axis: int | None = None) -> Any:
    """Sum what np.repeat(like, repeats, axis) repeated."""
    shape = np.shape(like)
    if axis is None:
        shape, axis = (math.prod(shape),), 0
    axis %= len(shape)
    g = np.asarray(g)
    if np.size(repeats) == 1:
        wide = (*shape[: axis + 1], int(np.reshape(repeats, ())), *shape[axis + 1 :])
        out = g.reshape(wide).sum(axis=axis + 1)
    else:
        out = np.zeros_like(g, shape=shape)
        index: Any = (slice(None),) * axis + (np.repeat(np.arange(shape[axis]), repeats),)
        np.add.at(out, index, g)
    return _scalar_like(out.reshape(np.shape(like)), like)


def untile(g: Any, reps: Any, like: Any) -> Any:
    """Sum the copies that np.tile(like, reps) made."""
    counts = tuple(reps) if isinstance(reps, tuple | list | np.ndarray) else (reps,)
    shape = np.shape(like)
    n = max(len(counts), len(shape))
    counts = (1,) * (n - len(counts)) + tuple(map(int, counts))
    padded = (1,) * (n - len(shape)) + shape
    pairs = tuple(k for pair in zip(counts, padded, strict=True) for k in pair)
    out = np.asarray(g).reshape(pairs).sum(axis=tuple(range(0, 2 * n, 2)))
    return _scalar_like(out.reshape(shape), like)


def undiff(g: Any, like: Any, n: int = 1, axis: int = -1) -> Any:
    """What np.diff(like, n, axis) did, transposed: differences of g with zeros around it."""
    width = [(0, 0)] * g.ndim
    width[axis] = (n, n)
    out = np.diff(np.pad(g, width), n, axis)
    return -out if n % 2 else out


def undiagonal(g: Any, like: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """Zeros of the shape of `like` with g on its diagonal, where np.diagonal reads it."""
    out = np.zeros_like(like, dtype=dtype_of(g))
    last = np.moveaxis(out, (axis1, axis2), (-2, -1))
    rows, columns = _diagonal(last.shape[-2:], offset)
    last[..., rows, columns] = g
    return out


def untrace(g: Any, like: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """Zeros of the shape of `like` with g in every entry that np.trace adds up."""
    return undiagonal(np.asarray(g)[..., None], like, offset, axis1, axis2)


def undiag(g: Any, like: Any, k: int = 0) -> Any:
    """What np.diag(like, k) did, transposed: of a vector the diagonal, of a matrix a matrix."""
    return np.diag(g, k).copy() if like.ndim == 1 else undiagonal(g, like, k)


def _diagonal(shape: Any, offset: int) -> tuple[Any, Any]:
    rows, columns = shape
    start = max(-offset, 0)
    r = np.arange(start, max(min(rows, columns - offset), start))
    return r, r + offset


def unmove(g: Any, like: Any, op: Any, args: tuple[Any, ...] = ()) -> Any:
    """What op(like, *args) did, transposed, for an op that moves or repeats entries.

    Every entry of g is added where the entry of `like` stands that op took it from.
    """
    shape = np.shape(like)
    source = op(np.arange(math.prod(shape)).reshape(shape), *args)
    g = np.asarray(g)
    out = np.zeros_like(g, shape=(math.prod(shape),))
    np.add.at(out, source.ravel(), g.ravel())
    return _scalar_like(out.reshape(shape), like)


def unpad(g: Any, pad_width: Any, like: Any, mode: str = "constant") -> Any:
    """What np.pad(like, pad_width, mode) did, transposed; constants are left out."""
    if mode != "constant":
        return unmove(g, like, np.pad, (pad_width, mode))
    widths = np.broadcast_to(pad_width, (like.ndim, 2)).tolist()
    shape = zip(widths, like.shape, strict=True)
    return g[tuple(slice(before, before + n) for (before, _), n in shape)].copy()
