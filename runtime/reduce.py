"""Reductions over axes, transposed: spread a reduced array again, pick and place extreme entries.

`axis` is None (all axes), an int or a tuple of ints, as in `np.sum`.
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np

from fpad.runtime.arrays import dtype_of, is_array
from fpad.runtime.slopes import div0

Axis: TypeAlias = "int | tuple[int, ...] | None"


def _axes(ndim: int, axis: Axis) -> tuple[int, ...]:
    """The axes as numbers from 0, in ascending order."""
    if axis is None:
        return tuple(range(ndim))
    axes = axis if isinstance(axis, tuple) else (axis,)
    if ndim == 0 and all(a in (0, -1) for a in axes):
        return ()  # NumPy reduces a number along its first axis, which it does not have
    if not all(-ndim <= a < ndim for a in axes):
        raise np.exceptions.AxisError(next(a for a in axes if not -ndim <= a < ndim), ndim)
    return tuple(sorted(a + ndim if a < 0 else a for a in axes))


def _last(x: Any, axis: Axis) -> Any:
    """X with the reduced axes flattened into one, the last."""
    axes = _axes(x.ndim, axis)
    if axes != (x.ndim - 1,):
        kept = tuple(k for k in range(x.ndim) if k not in axes)
        shape = tuple(x.shape[k] for k in kept)
        x = x.transpose(kept + axes).reshape((*shape, math.prod(x.shape[k] for k in axes)))
    return x


def count(x: Any, axis: Axis = None) -> int:
    """How many entries a reduction of x over `axis` takes together; 1 where there is none.

    A mean is a sum divided by this; the gradient of the mean of nothing is then empty, not 0 / 0.
    """
    shape = np.shape(x)
    return max(1, int(math.prod(shape[k] for k in _axes(len(shape), axis))))


def spread(g: Any, x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Repeat g, a reduction of x over `axis`, over these axes: a read-only view of x's shape."""
    if not is_array(x):
        return g[()] if is_array(g) else g
    if not keepdims and axis is not None:
        axes = _axes(x.ndim, axis)
        shape = tuple(1 if k in axes else n for k, n in enumerate(x.shape))
        g = np.reshape(g, shape)
    return np.broadcast_to(g, x.shape)


def direction(x: Any, y: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Divide x by its norm y over `axis`: 0 where y is 0; beside infinities only these count."""
    if not is_array(x):
        return np.sign(x) if np.isinf(x) else div0(x, abs(x))
    whole = not is_array(y)
    if (y != math.inf) if whole else not np.isinf(y).any():
        return div0(x, y if whole else spread(y, x, axis, keepdims))
    far = np.isinf(x) & np.isinf(spread(y, x, axis, keepdims))
    count = np.sum(far, _axes(x.ndim, axis), keepdims=True)
    unit = np.sign(x) / np.sqrt(np.maximum(count, 1)).astype(x.dtype)
    return np.where(far, unit, div0(x, spread(y, x, axis, keepdims)))


def argmax(x: Any, axis: Axis = None) -> Any:
    """Where along the flattened reduced axes the first largest entry (or NaN) of x stands."""
    return np.argmax(_last(x, axis), axis=-1) if is_array(x) else 0


def argmin(x: Any, axis: Axis = None) -> Any:
    """Where along the flattened reduced axes the first smallest entry (or NaN) of x stands."""
    return np.argmin(_last(x, axis), axis=-1) if is_array(x) else 0


def runner_up(x: Any, axis: Axis = None) -> Any:
    """Where the first largest entry of x stands among all but the one at `argmax`; 0 if none is."""
    if not is_array(x):
        return 0
    last = _last(x, axis)
    if last.shape[-1] < 2:
        return np.zeros(last.shape[:-1], np.intp)
    order = np.argsort(-last, axis=-1, kind="stable")
    first = np.argmax(last, axis=-1)
    return np.where(order[..., 0] == first, order[..., 1], order[..., 0])


def gap(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """How far the largest entry of x along `axis` is above the next one; inf if none is."""
    top = pick(x, argmax(x, axis), axis, keepdims)
    if np.size(x) <= np.size(top):
        return math.inf if not is_array(top) else np.full(top.shape, math.inf)
    return top - pick(x, runner_up(x, axis), axis, keepdims)


def pick(x: Any, where: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """The entries of x at the positions `where` that `argmax` or `argmin` gave."""
    if not is_array(x):
        return x
    last = _last(x, axis)
    if last.shape[-1]:
        out = np.take_along_axis(last, np.expand_dims(where, -1), -1)[..., 0]
    else:  # the median of nothing
        out = np.full_like(last, math.nan, shape=last.shape[:-1])
    if keepdims:
        axes = _axes(x.ndim, axis)
        return out.reshape(tuple(1 if k in axes else n for k, n in enumerate(x.shape)))
    return out if out.ndim else out[()]


def place(g: Any, where: Any, x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Zeros of the shape of x with g at the positions `where`: `pick` transposed.

    Of x only the shape is read; the result has the dtype of g.
    """
    if not is_array(x):
        return g[()] if is_array(g) else g
    axes = _axes(x.ndim, axis)
    kept = tuple(k for k in range(x.ndim) if k not in axes)
    shape = tuple(x.shape[k] for k in kept)
    out = np.zeros_like(x, dtype=dtype_of(g), shape=(*shape, math.prod(x.shape[k] for k in axes)))
    if out.shape[-1]:
        np.put_along_axis(out, np.expand_dims(where, -1), np.reshape(g, (*shape, 1)), -1)
    out = out.reshape(shape + tuple(x.shape[k] for k in axes))
    return out.transpose(tuple(np.argsort(kept + axes)))
