"""What derivative code calls, for many examples at once."""

from __future__ import annotations

from typing import Any

from fpad import runtime as fp
from fpad.transforms.rules.batch.core import (
    Case,
    Each,
    Operand,
    as_each,
    batch,
    fixed,
    flat,
    known,
    plain,
)
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


@batch(fp.gate)
def _gate(c: Case, op: Any, g: Operand, holds: Operand, fails: Operand) -> Any:
    """Both conditions are of one comparison, and the examples have their own."""
    return c.emit(op, *c.lifts(g, c.whole(holds), c.whole(fails)))


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
    if not fixed(axis) or not known(keepdims):
        return None
    full = c.whole(x)
    if axis is not None:
        return c.emit(op, c.every(g), full.v, c.axis(x, axis), keepdims=keepdims)
    rank = c.rank(g, full)
    return f.broadcast(c.lift(c.whole(g), rank), full.v)


@batch(fp.direction)
def _direction(
    c: Case, op: Any, x: Operand, y: Operand, axis: Any = None, keepdims: Any = False
) -> Any:
    if not fixed(axis) or not known(keepdims):
        return None
    full, lengths = c.whole(x), c.whole(y)
    if axis is not None:
        return c.emit(op, full.v, lengths.v, c.axis(x, axis), keepdims)
    if full.rank is None or keepdims:
        return None
    return c.emit(op, full.v, lengths.v, tuple(range(1, full.rank + 1)), False)


@batch(fp.pick)
def _pick(
    c: Case, op: Any, x: Operand, where: Operand, axis: Any = None, keepdims: Any = False
) -> Any:
    if not known(axis, keepdims) or (axis is None and keepdims):
        return None
    if axis is None:
        return c.emit(op, c.every(flat(c, x)), c.every(where), 1)
    return c.emit(op, c.every(x), c.every(where), c.axis(x, axis), keepdims=keepdims)


@batch(fp.place)
def _place(
    c: Case,
    op: Any,
    g: Operand,
    where: Operand,
    x: Operand,
    axis: Any = None,
    keepdims: Any = False,
) -> Any:
    if not known(axis, keepdims) or (axis is None and keepdims):
        return None
    if axis is None:
        rows = c.emit(op, c.every(g), c.every(where), c.every(flat(c, x)), 1)
        return rows if as_each(x).rank == 1 else f.reshape_like(rows, c.every(x))
    return c.emit(op, c.every(g), c.every(where), c.every(x), c.axis(x, axis), keepdims=keepdims)


@batch(fp.carry)
def _carry(c: Case, op: Any, g: Operand, x: Operand, axis: Any = None, reverse: Any = False) -> Any:
    at = _all_axes(c, x, axis)
    return (
        None
        if at is None or not known(reverse)
        else c.emit(op, c.every(g), c.every(x), at, reverse)
    )


@batch(fp.exclusive)
def _exclusive(c: Case, op: Any, x: Operand, axis: Any = None, reverse: Any = False) -> Any:
    at = _all_axes(c, x, axis)
    return None if at is None or not known(reverse) else c.emit(op, c.every(x), at, reverse)


def _all_axes(c: Case, x: Operand, axis: Any) -> Any:
    """The axes of the batch for those of an example, all if none is given; None if not known."""
    if axis is not None:
        return c.axis(x, axis) if known(axis) else None
    rank = as_each(x).rank
    return tuple(range(1, rank + 1)) if rank else None


@batch(fp.dft_cos, fp.dft_sin)
def _transform(c: Case, op: Any, x: Each, axis: Any = -1) -> Any:
    return c.emit(op, x.v, c.axis(x, axis)) if fixed(axis) else None


@batch(fp.ruled)
def _ruled(c: Case, op: Any, term: Operand, like: Operand, name: Any, k: Any) -> Any:
    return c.emit(op, c.every(term), c.every(like), name, k)


@batch(fp.ruled_entries)
def _ruled_entries(
    c: Case, op: Any, term: Operand, g: Operand, like: Operand, name: Any, k: Any
) -> Any:
    term, g, like = c.whole(term), c.whole(g), c.whole(like)
    rank = c.rank(term, g, like)
    out = c.emit(op, *(c.lift(x, rank) for x in (term, g, like)), name, k)
    return out if isinstance(rank, int) and term.rank == rank else f.reshape_like(out, term.v)


@batch(fp.answered)
def _answered(c: Case, op: Any, given: Operand, by: Operand) -> Any:
    return c.emit(op, c.every(given), c.every(by))


@batch(fp.hooked)
def _hooked(c: Case, op: Any, x: Operand, taken: Any, hook: Any) -> Any:
    return c.emit(op, c.every(x), plain(taken), hook=hook) if known(hook) else None


@batch(fp.stop_gradient)
def _stopped(c: Case, op: Any, x: Each) -> Any:
    return c.emit(op, x.v)
