"""What mapped code calls, mapped again: examples of examples, and the Jacobian of each example."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.rules.batch.core import (
    Case,
    Each,
    Operand,
    as_each,
    batch,
    batched,
    known,
    plain,
    single,
)
from fpad.transforms.rules.trace import f

_ALL = slice(None)


@single(fp.batch_size)
def _batch_size(c: Case, op: Any, *arrays: Operand) -> Any:
    first = as_each(arrays[0])
    return c.emit(np.size, first.v, 1) if first.batched else c.emit(op, first.v)


@single(fp.example_shape)
def _example_shape(c: Case, op: Any, x: Each) -> Any:
    return f.example_shape(_one(c, x))


@single(fp.example_sizes)
def _example_sizes(c: Case, op: Any, x: Each, shape: Any) -> Any:
    return None if batched(shape) else c.emit(op, _one(c, x), plain(shape))


@single(fp.rank_of)
def _rank_of(c: Case, op: Any, inner: Operand, rest: Operand = ()) -> Any:
    if not isinstance(inner, tuple) or not isinstance(rest, tuple):
        return None
    return c.emit(op, *(tuple(_one(c, as_each(x)) for x in group) for group in (inner, rest)))


@batch(fp.for_each)
def _for_each(c: Case, op: Any, x: Each, n: Operand) -> Any:
    n = as_each(n)
    return None if n.batched else c.emit(np.swapaxes, c.emit(op, x.v, n.v), 0, 1)


@batch(fp.lifted)
def _lifted(c: Case, op: Any, x: Each, rank: Any) -> Any:
    if not isinstance(rank, int) or x.rank is None:
        return None
    missing = max(0, rank + 1 - x.rank)
    return x.v[(_ALL, _ALL, *(None,) * missing)] if missing else c.emit(np.asarray, x.v)


@batch(fp.flat_examples)
def _flat_examples(c: Case, op: Any, x: Each) -> Any:
    if x.rank is None or x.rank > 3:
        return None
    sizes = [c.emit(np.size, x.v, k) for k in range(1, x.rank + 1)]
    last: Any = 1
    for size in sizes[1:]:
        last = size if isinstance(last, int) else c.emit(operator.mul, last, size)
    return c.emit(np.reshape, x.v, (c.n, sizes[0], last))


def _one(c: Case, x: Each) -> Any:
    """An array with the shape and the dtype of one example."""
    return c.emit(fp.one_like, x.v) if x.batched else x.v


@single(fp.one_like)
def _one_like(c: Case, op: Any, x: Each) -> Any:
    return c.emit(op, _one(c, x))


@single(fp.basis)
def _basis(c: Case, op: Any, x: Each, before: Any = 0, after: Any = 0) -> Any:
    counts = [k.v if isinstance(k, Each) else k for k in (before, after)]
    return c.emit(op, _one(c, x), *counts)


@single(fp.no_slope)
def _no_slope(c: Case, op: Any, y: Operand, x: Operand) -> Any:
    return c.emit(op, _one(c, as_each(y)), _one(c, as_each(x)))


@batch(fp.row_blocks)
def _row_blocks(c: Case, op: Any, rows: Operand, before: Any, of: Operand) -> Any:
    """The examples stand last while rows are cut out."""
    if not known(before):
        return None
    turned = c.emit(np.moveaxis, c.every(rows), 0, -1)
    return c.emit(np.moveaxis, c.emit(op, turned, before, _one(c, as_each(of))), -1, 0)


@batch(fp.column_blocks)
def _column_blocks(c: Case, op: Any, columns: Operand, before: Any, of: Operand) -> Any:
    """The examples stand behind the columns, which get behind all."""
    if not known(before):
        return None
    turned = c.emit(np.swapaxes, c.every(columns), 0, 1)
    return c.emit(op, turned, before, _one(c, as_each(of)))


@batch(fp.unrow_blocks)
def _unrow_blocks(c: Case, op: Any, block: Operand, before: Any, of: Operand, rows: Operand) -> Any:
    if not known(before):
        return None
    turned, like = (c.emit(np.moveaxis, c.every(x), 0, -1) for x in (block, rows))
    return c.emit(np.moveaxis, c.emit(op, turned, before, _one(c, as_each(of)), like), -1, 0)


@batch(fp.uncolumn_blocks)
def _uncolumn_blocks(
    c: Case, op: Any, block: Operand, before: Any, of: Operand, columns: Operand
) -> Any:
    if not known(before):
        return None
    like = c.emit(np.swapaxes, c.every(columns), 0, 1)
    return c.emit(np.swapaxes, c.emit(op, c.every(block), before, _one(c, as_each(of)), like), 0, 1)
