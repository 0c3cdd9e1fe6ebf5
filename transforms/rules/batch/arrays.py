"""Shapes, reductions and rearrangements of arrays, for many examples at once."""

from __future__ import annotations

import builtins
import operator
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.rules.batch.core import (
    Case,
    Each,
    Operand,
    batch,
    batched,
    fixed,
    known,
    plain,
    single,
)
from fpad.transforms.rules.trace import f


@single(np.shape)
def _shape(c: Case, op: Any, x: Each) -> Any:
    return f.example_shape(x.v)


@single(builtins.len)
def _len(c: Case, op: Any, x: Each) -> Any:
    return c.emit(np.size, x.v, 1)


@single(np.ndim)
def _ndim(c: Case, op: Any, x: Each) -> Any:
    return c.emit(operator.sub, c.emit(np.ndim, x.v), 1)


@single(np.size)
def _size(c: Case, op: Any, x: Each, axis: Any = None) -> Any:
    if axis is not None:
        return c.emit(np.size, x.v, c.axis(x, axis)) if fixed(axis) else None
    return c.emit(np.size, f.flat_examples(x.v), 1)


@single(fp.dtype, fp.last_pivot)
def _dtype(c: Case, op: Any, x: Each) -> Any:
    return c.emit(op, x.v)


@single(fp.longer)
def _longer(c: Case, op: Any, a: Each, axis: Any) -> Any:
    return c.emit(op, a.v, axis) if known(axis) and axis < 0 else None


@single(fp.any_example, fp.most, fp.least)
def _of_all(c: Case, op: Any, x: Each) -> Any:
    return c.emit(op, x.v)


@single(fp.count)
def _count(c: Case, op: Any, x: Each, axis: Any = None) -> Any:
    if not fixed(axis):
        return None
    return f.count(f.flat_examples(x.v), 1) if axis is None else f.count(x.v, c.axis(x, axis))


@batch(np.zeros_like, np.ones_like, np.empty_like, fp.zeros_like, fp.copy, fp.own)
def _alike(c: Case, op: Any, x: Each, **kw: Any) -> Any:
    return c.emit(op, x.v, **kw) if known(*kw.values()) else None


@batch(np.copy, np.array, np.asarray, np.asanyarray, np.ascontiguousarray, fp.asarray)
def _array(c: Case, op: Any, x: Operand, **kw: Any) -> Any:
    if not known(*kw.values()):
        return None
    if isinstance(x, tuple):
        stacked = _stacked(c, x)
        return stacked if stacked is None or not kw else c.emit(np.array, stacked, **kw)
    made = c.emit(op, x.v, **kw)
    return f.copy(made) if x.rank == 0 else made  # an array made of a number is new


def _stacked(c: Case, items: tuple[Operand, ...]) -> Any:
    """A display of numbers, arrays or displays of these as one batched array."""
    parts = [_stacked(c, x) if isinstance(x, tuple) else c.every(x) for x in items]
    return None if any(p is None for p in parts) else c.emit(np.stack, tuple(parts), axis=1)


@batch(fp.like)
def _like(c: Case, op: Any, x: Each, y: Any = None) -> Any:
    return c.emit(op, x.v) if y is None else c.emit(op, *c.lifts(x, y))


@batch(fp.astype)
def _astype(c: Case, op: Any, x: Each, dtype: Any, **kw: Any) -> Any:
    dtype = dtype.v if isinstance(dtype, Each) else dtype
    return c.emit(op, x.v, dtype, **kw)


# ---------------------------------------------------------------- reductions


@batch(np.sum, np.mean, np.prod, np.max, np.min, np.amax, np.amin, np.any, np.all)
@batch(np.std, np.var, np.argmax, np.argmin, np.median, fp.argmax, fp.argmin)
@batch(np.nanargmax, np.nanargmin)
def _reduction(c: Case, op: Any, x: Operand, axis: Any = None, **kw: Any) -> Any:
    if not isinstance(x, Each) or not fixed(axis) or not known(*kw.values()):
        return None
    if axis is not None:
        return c.emit(op, x.v, axis=c.axis(x, axis), **kw)
    if kw.get("keepdims") and op not in _POSITIONS and x.rank:
        return c.emit(op, x.v, axis=tuple(range(1, x.rank + 1)), **kw)
    if kw.pop("keepdims", False):
        return None
    return c.emit(op, f.flat_examples(x.v), axis=1, **kw)


_POSITIONS = (np.argmax, np.argmin, np.nanargmax, np.nanargmin, fp.argmax, fp.argmin)
"""Reductions along one axis, or all."""


@batch(np.cumsum, np.cumprod)
def _cumulation(c: Case, op: Any, x: Operand, axis: Any = None, **kw: Any) -> Any:
    if not isinstance(x, Each) or not fixed(axis) or not known(*kw.values()):
        return None
    if axis is None:
        return c.emit(op, f.flat_examples(x.v), axis=1, **kw)
    return c.emit(op, x.v, axis=c.axis(x, axis), **kw)


@batch(np.sort, np.argsort)
def _sorted(c: Case, op: Any, x: Operand, axis: Any = -1, **kw: Any) -> Any:
    if not isinstance(x, Each) or not fixed(axis) or not known(*kw.values()):
        return None
    if axis is None:
        return c.emit(op, f.flat_examples(x.v), axis=1, **kw)
    return c.emit(op, x.v, axis=c.axis(x, axis), **kw)


@batch(np.partition, np.argpartition)
def _partitioned(c: Case, op: Any, x: Operand, kth: Any, axis: Any = -1) -> Any:
    if not isinstance(x, Each) or not fixed(axis) or not known(kth):
        return None
    if axis is None:
        return c.emit(op, f.flat_examples(x.v), kth, axis=1)
    return c.emit(op, x.v, kth, axis=c.axis(x, axis))


@batch(np.percentile, np.quantile)
def _quantile(c: Case, op: Any, x: Operand, q: Any, axis: Any = None, **kw: Any) -> Any:
    if not isinstance(x, Each) or not fixed(axis) or not known(q, *kw.values()) or np.ndim(q):
        return None
    if axis is None:
        return None if kw.get("keepdims") else c.emit(op, f.flat_examples(x.v), q, axis=1)
    return c.emit(op, x.v, q, axis=c.axis(x, axis), **kw)


@batch(np.searchsorted)
def _searched(c: Case, op: Any, a: Operand, v: Operand, **kw: Any) -> Any:
    same = not batched(a) and isinstance(a, Each) and known(*kw.values())
    return c.emit(op, a.v, v.v, **kw) if same and isinstance(v, Each) else None


@batch(np.diff)
def _diff(c: Case, op: Any, x: Operand, n: Any = 1, axis: Any = -1) -> Any:
    if not isinstance(x, Each) or not known(n) or not fixed(axis):
        return None
    return c.emit(op, x.v, n, axis=c.axis(x, axis))


@batch(np.flip)
def _flip(c: Case, op: Any, x: Operand, axis: Any = None) -> Any:
    if axis is None and isinstance(x, Each) and x.rank is not None:
        axis = tuple(range(x.rank))
    if not isinstance(x, Each) or axis is None or not fixed(axis):
        return None
    return c.emit(op, x.v, axis=c.axis(x, axis))


# ---------------------------------------------------------------- shapes made anew


@batch(np.reshape)
def _reshape(c: Case, op: Any, x: Operand, shape: Any, **kw: Any) -> Any:
    if kw or not isinstance(x, Each) or batched(shape):
        return None
    if isinstance(shape, Each):
        return c.emit(op, x.v, f.example_sizes(x.v, shape.v))
    sizes = shape if isinstance(shape, tuple) else (shape,)
    if all(isinstance(n, int) and n >= 0 for n in sizes):
        return c.emit(op, x.v, (c.n, *sizes))
    return c.emit(op, x.v, f.example_sizes(x.v, tuple(plain(n) for n in sizes)))


@batch(np.ravel, fp.flatten)
def _ravel(c: Case, op: Any, x: Operand, *order: Any, **kw: Any) -> Any:
    if kw or order or not isinstance(x, Each):
        return None
    return f.copy(f.flat_examples(x.v)) if op is fp.flatten else f.flat_examples(x.v)


@batch(fp.reshape_like)
def _reshape_like(c: Case, op: Any, x: Each, like: Operand) -> Any:
    return c.emit(op, c.every(x), c.every(like))


@batch(np.transpose)
def _transpose(c: Case, op: Any, x: Operand, axes: Any = None) -> Any:
    if not isinstance(x, Each) or not known(axes) or x.rank is None:
        return None
    if axes is None:
        axes = tuple(reversed(range(x.rank)))
    return c.emit(op, x.v, (0, *(c.axis(x, a) % (x.rank + 1) for a in axes)))


@batch(np.swapaxes, np.moveaxis)
def _two_axes(c: Case, op: Any, x: Operand, a: Any, b: Any) -> Any:
    return (
        c.emit(op, x.v, c.axis(x, a), c.axis(x, b)) if fixed(a, b) and isinstance(x, Each) else None
    )


@batch(np.expand_dims, np.squeeze)
def _one_axis(c: Case, op: Any, x: Operand, axis: Any = None) -> Any:
    if axis is None or not fixed(axis) or not isinstance(x, Each):
        return None
    more = 0 if op is np.squeeze else len(axis) if isinstance(axis, tuple) else 1
    return c.emit(op, x.v, c.axis(x, axis, more))


@batch(np.broadcast_to)
def _broadcast_to(c: Case, op: Any, x: Each, shape: Any) -> Any:
    if batched(shape):
        return None
    if isinstance(shape, Each):
        rank: Any = None
        sizes: Any = f.shape_with(c.n, shape.v)
        rank = c.emit(builtins.len, shape.v)
    else:
        parts = shape if isinstance(shape, tuple) else (shape,)
        rank, sizes = len(parts), (c.n, *(s.v if isinstance(s, Each) else s for s in parts))
    return c.emit(op, c.lift(x, rank), sizes)


@batch(np.stack, np.concatenate)
def _joined(c: Case, op: Any, arrays: Operand, axis: Any = 0, **kw: Any) -> Any:
    if kw or not fixed(axis) or not isinstance(arrays, tuple):
        return None
    if axis is None:
        return c.emit(op, tuple(f.flat_examples(c.every(x)) for x in arrays), axis=1)
    return c.emit(op, tuple(map(c.every, arrays)), axis=c.axis(arrays[0], axis, op is np.stack))


@batch(np.roll)
def _roll(c: Case, op: Any, x: Operand, shift: Any, axis: Any = None) -> Any:
    if not isinstance(x, Each) or batched(shift):
        return None
    shift = shift.v if isinstance(shift, Each) else shift
    if axis is None:
        rolled = c.emit(op, f.flat_examples(x.v), shift, 1)
        return rolled if x.rank == 1 else f.reshape_like(rolled, x.v)
    return c.emit(op, x.v, shift, c.axis(x, axis)) if fixed(axis) else None


@batch(np.tril, np.triu)
def _triangle(c: Case, op: Any, x: Operand, *k: Any) -> Any:
    return c.emit(op, x.v, *k) if known(*k) and isinstance(x, Each) and (x.rank or 0) > 1 else None


@batch(np.diagonal, np.trace)
def _diagonal(c: Case, op: Any, x: Operand, offset: Any = 0, axis1: Any = 0, axis2: Any = 1) -> Any:
    if not known(offset) or not fixed(axis1, axis2) or not isinstance(x, Each):
        return None
    return c.emit(op, x.v, offset, c.axis(x, axis1), c.axis(x, axis2))
