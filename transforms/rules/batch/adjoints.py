"""What derivative code calls, for many examples at once."""

from __future__ import annotations

from typing import Any

from fpad import runtime as fp
from fpad.transforms.rules.batch.core import Case, Operand, as_each, axis_of, batch, known
from fpad.transforms.rules.trace import f


@batch(fp.seed)
def _seed(c: Case, op: Any, seed: Operand, like: Operand) -> Any:
    return c.emit(op, c.every(seed), c.every(like))


@batch(fp.unbroadcast)
def _unbroadcast(c: Case, op: Any, t: Operand, like: Operand) -> Any:
    t, like = as_each(t), as_each(like)
    rank = c.rank(t, like)
    if t.rank is not None and t.rank == like.rank:
        return c.emit(op, c.every(t), c.every(like))
    full = c.whole(like)
    summed = c.emit(op, c.lift(c.whole(t), rank), c.lift(full, rank))
    return f.reshape_like(summed, full.v)


@batch(fp.broadcast)
def _broadcast(c: Case, op: Any, t: Operand, like: Operand) -> Any:
    rank = c.rank(t, like)
    return c.emit(op, c.lift(t, rank), c.lift(c.whole(like), rank))


@batch(fp.select)
def _select(c: Case, op: Any, mask: Operand, x: Operand) -> Any:
    rank = c.rank(mask, x)
    full = c.whole(x)
    kept = c.emit(op, c.lift(c.whole(mask), rank), c.lift(full, rank))
    same = isinstance(rank, int) and full.rank == rank
    return kept if same else f.reshape_like(kept, full.v)


@batch(fp.iadd, fp.isub, fp.imul, fp.itruediv, fp.ifloordiv, fp.imod, fp.ipow)
def _updated(c: Case, op: Any, y: Operand, e: Operand) -> Any:
    """An array keeps its shape."""
    y = as_each(y)
    return c.emit(op, c.every(y), c.lift(e, c.rank(y, e)))


@batch(fp.spread)
def _spread(
    c: Case, op: Any, g: Operand, x: Operand, axis: Any = None, keepdims: Any = False
) -> Any:
    """The sum's transpose: along all axes of an example, or along some."""
    if not known(axis, keepdims):
        return None
    full = c.whole(x)
    if axis is not None:
        return c.emit(op, c.every(g), full.v, axis_of(axis), keepdims=keepdims)
    rank = c.rank(g, full)
    return f.broadcast(c.lift(c.whole(g), rank), full.v)


@batch(fp.place, fp.pick)
def _placed(c: Case, op: Any, g: Operand, where: Operand, *x: Operand, **kw: Any) -> Any:
    return None
