"""What moves, repeats, takes and joins entries, and its transposes, for many examples at once."""

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
    fixed,
    flat,
    known,
    plain,
)
from fpad.transforms.rules.trace import f

_ALL = slice(None)


def _is_rank(x: Operand, least: int = 0) -> bool:
    """Is it one operand, of a known rank?"""
    return isinstance(x, Each) and x.rank is not None and x.rank >= least


# ---------------------------------------------------------------- turned round


@batch(np.flipud, np.fliplr)
def _flipped(c: Case, op: Any, m: Each) -> Any:
    return c.emit(np.flip, m.v, axis=1 if op is np.flipud else 2)


@batch(np.rot90)
def _rot90(c: Case, op: Any, m: Each, k: Any = 1, axes: Any = (0, 1)) -> Any:
    return c.emit(op, m.v, k, c.axis(m, axes)) if known(k) and fixed(axes) else None


@batch(np.rollaxis)
def _rollaxis(c: Case, op: Any, a: Each, axis: Any, start: Any = 0) -> Any:
    return (
        c.emit(op, a.v, c.axis(a, axis), start + 1 if start >= 0 else start)
        if known(axis, start)
        else None
    )


@batch(np.matrix_transpose)
def _matrix_transpose(c: Case, op: Any, x: Each) -> Any:
    c.at_least(x, 2)
    return c.emit(op, x.v)


@batch(np.real, np.asarray_chkfinite, np.asfortranarray)
def _as_it_is(c: Case, op: Any, x: Each) -> Any:
    return c.emit(op, x.v) if x.rank else None


@batch(np.atleast_1d, np.atleast_2d, np.atleast_3d)
def _at_least(c: Case, op: Any, x: Each) -> Any:
    index: dict[tuple[Any, Any], tuple[Any, ...]] = {
        (np.atleast_1d, 0): (_ALL, None),
        (np.atleast_2d, 0): (_ALL, None, None),
        (np.atleast_2d, 1): (_ALL, None),
        (np.atleast_3d, 0): (_ALL, None, None, None),
        (np.atleast_3d, 1): (_ALL, None, _ALL, None),
        (np.atleast_3d, 2): (_ALL, _ALL, _ALL, None),
    }
    if x.rank is None:
        return None
    return x.v[index[op, x.rank]] if (op, x.rank) in index else c.emit(np.asarray, x.v)


# ---------------------------------------------------------------- joined


@batch(np.hstack, np.vstack)
def _stacked(c: Case, op: Any, arrays: Operand) -> Any:
    if not isinstance(arrays, tuple):
        return None
    parts = [as_each(x) for x in arrays]
    least = 1 if op is np.hstack else 2
    if any(x.rank is None for x in parts):
        return None
    axis = 2 if op is np.hstack and max(x.rank or 0 for x in parts) > 1 else 1
    return c.emit(np.concatenate, tuple(_with_rank(c, x, least) for x in parts), axis=axis)


def _with_rank(c: Case, x: Each, least: int) -> Any:
    """The operand for each example, with new axes in front until it has this rank."""
    full = c.whole(x)
    return c.lift(full, max(least, x.rank or 0))


@batch(np.append)
def _appended(c: Case, op: Any, a: Operand, values: Operand, axis: Any = None) -> Any:
    if axis is None:
        return c.emit(np.concatenate, tuple(c.every(flat(c, x)) for x in (a, values)), axis=1)
    if not fixed(axis):
        return None
    return c.emit(np.concatenate, (c.every(a), c.every(values)), axis=c.axis(a, axis))


def _joined(c: Case, g: Operand, arrays: tuple[Operand, ...], axis: int) -> Any:
    """The arrays that g is joined of, with the axes that vstack and hstack give them, and where.

    None: their ranks are not known, and some may be given axes.
    """
    rank, ranks = as_each(g).rank, [as_each(x).rank for x in arrays]
    if rank is None or None in ranks:
        if any(r is not None and r < 2 for r in ranks):
            return None
        return tuple(map(c.every, arrays)), c.axis(arrays[0], axis)
    at = axis + rank if axis < 0 else min(axis, rank - 1)
    return tuple(_with_rank(c, as_each(x), rank) for x in arrays), at + 1


@batch(fp.part)
def _part(c: Case, op: Any, g: Operand, arrays: Operand, j: Any, axis: Any = 0) -> Any:
    if not known(j, axis) or not isinstance(arrays, tuple):
        return None
    if axis is not None:
        joined = _joined(c, g, arrays, axis)
        if joined is None:
            return None
        taken = c.emit(op, c.every(g), joined[0], j, joined[1])
        same = as_each(arrays[j]).rank == as_each(g).rank
        return taken if same else f.reshape_like(taken, c.every(arrays[j]))
    rows = tuple(c.every(flat(c, x)) for x in arrays)
    return f.reshape_like(c.emit(op, c.every(g), rows, j, 1), c.every(arrays[j]))


@batch(fp.place_part)
def _place_part(
    c: Case, op: Any, v: Operand, g: Operand, arrays: Operand, j: Any, axis: Any = 0
) -> Any:
    if not known(j, axis) or not isinstance(arrays, tuple) or axis is None:
        return None
    joined = _joined(c, g, arrays, axis)
    return None if joined is None else c.emit(op, c.every(v), c.every(g), joined[0], j, joined[1])


# ---------------------------------------------------------------- repeated


@batch(np.repeat)
def _repeat(c: Case, op: Any, a: Each, repeats: Any, axis: Any = None) -> Any:
    if batched(repeats) or not known(axis):
        return None
    if axis is None:
        return c.emit(op, flat(c, a).v, plain(repeats), 1)
    return c.emit(op, a.v, plain(repeats), c.axis(a, axis))


@batch(fp.unrepeat)
def _unrepeat(c: Case, op: Any, g: Operand, repeats: Any, like: Operand, axis: Any = None) -> Any:
    if batched(repeats) or not known(axis):
        return None
    if axis is None:
        rows = c.emit(op, c.every(g), plain(repeats), c.every(flat(c, like)), 1)
        return f.reshape_like(rows, c.every(like))
    return c.emit(op, c.every(g), plain(repeats), c.every(like), c.axis(like, axis))


def _tiles(x: Operand, reps: Any) -> tuple[Any, ...] | None:
    """How often along each axis of the batch; None where that is not known."""
    if not known(reps) or not _is_rank(x):
        return None
    reps = reps if isinstance(reps, tuple) else (reps,)
    return (1, *(1,) * (x.rank - len(reps)), *reps)


@batch(np.tile)
def _tile(c: Case, op: Any, x: Each, reps: Any) -> Any:
    tiles = _tiles(x, reps)
    return None if tiles is None else c.emit(op, c.lift(x, len(tiles) - 1), tiles)


@batch(fp.untile)
def _untile(c: Case, op: Any, g: Operand, reps: Any, like: Operand) -> Any:
    tiles = _tiles(like, reps)
    if tiles is None:
        return None
    full = c.whole(like)
    out = c.emit(op, c.every(g), tiles, c.lift(full, len(tiles) - 1))
    return out if full.rank == len(tiles) - 1 else f.reshape_like(out, full.v)


def _widths(x: Operand, width: Any) -> Any:
    """Widths for each axis of the batch; None where they are not known."""
    if not known(width) or not _is_rank(x, 1):
        return None
    if not isinstance(width, tuple):
        pairs: Any = ((width, width),) * x.rank
    elif not isinstance(width[0], tuple):
        pairs = (width if len(width) == 2 else width * 2,) * x.rank
    else:
        pairs = width * x.rank if len(width) == 1 else width
    return ((0, 0), *pairs)


@batch(np.pad)
def _pad(c: Case, op: Any, x: Each, width: Any, mode: Any = "constant", **kw: Any) -> Any:
    widths = _widths(x, width)
    if widths is None or not known(mode) or any(isinstance(v, tuple | Each) for v in kw.values()):
        return None
    return c.emit(op, x.v, widths, mode, **kw)


@batch(fp.unpad)
def _unpad(c: Case, op: Any, g: Operand, width: Any, like: Operand, mode: Any = "constant") -> Any:
    widths = _widths(like, width)
    return c.emit(op, c.every(g), widths, c.every(like), mode) if widths and known(mode) else None


# ---------------------------------------------------------------- taken


@batch(np.take)
def _take(c: Case, op: Any, a: Operand, indices: Any, axis: Any = None) -> Any:
    if batched(indices) or not known(axis) or not isinstance(a, Each):
        return None
    if axis is None:
        return c.emit(op, flat(c, a).v, plain(indices), 1)
    return c.emit(op, a.v, plain(indices), c.axis(a, axis))


@batch(fp.untake)
def _untake(c: Case, op: Any, g: Operand, indices: Any, like: Operand, axis: Any = None) -> Any:
    if batched(indices) or not known(axis):
        return None
    if axis is None:
        rows = c.emit(op, c.every(g), plain(indices), c.every(flat(c, like)), 1)
        return f.reshape_like(rows, c.every(like))
    return c.emit(op, c.every(g), plain(indices), c.every(like), c.axis(like, axis))


@batch(np.take_along_axis)
def _take_along(c: Case, op: Any, a: Operand, indices: Operand, axis: Any) -> Any:
    if not known(axis):
        return None
    if axis is None:
        return c.emit(op, c.every(flat(c, a)), c.every(indices), 1)
    return c.emit(op, c.every(a), c.every(indices), c.axis(a, axis))


@batch(fp.untake_along_axis)
def _untake_along(c: Case, op: Any, g: Operand, indices: Operand, like: Operand, axis: Any) -> Any:
    if not known(axis):
        return None
    if axis is None:
        rows = c.emit(op, c.every(g), c.every(indices), c.every(flat(c, like)), 1)
        return f.reshape_like(rows, c.every(like))
    return c.emit(op, c.every(g), c.every(indices), c.every(like), c.axis(like, axis))


def _index(index: Operand) -> Any:
    """The index for all examples, if it is one and the axes that it gives stand in its place."""
    parts = index if isinstance(index, tuple) else (index,)
    if batched(parts):
        return None
    arrays = [p for p in parts if isinstance(p, np.ndarray) or (isinstance(p, Each) and p.rank)]
    if arrays and len(parts) > 1:
        return None
    return (_ALL, *map(plain, parts))


@batch(operator.getitem)
def _getitem(c: Case, op: Any, a: Operand, index: Operand) -> Any:
    at = _index(index)
    return None if at is None or not isinstance(a, Each) else c.emit(op, a.v, at)


@batch(fp.scatter)
def _scatter(c: Case, op: Any, g: Operand, index: Operand, like: Operand) -> Any:
    at = _index(index)
    return None if at is None else c.emit(op, c.every(g), at, c.every(like))


@batch(np.diag)
def _diag(c: Case, op: Any, v: Each, k: Any = 0) -> Any:
    return f.copy(c.emit(np.diagonal, v.v, k, 1, 2)) if v.rank == 2 and known(k) else None


@batch(fp.undiag)
def _undiag(c: Case, op: Any, g: Operand, like: Operand, k: Any = 0) -> Any:
    if as_each(like).rank != 2 or not known(k):
        return None
    return f.undiagonal(c.every(g), c.every(like), k, 1, 2)


@batch(fp.undiagonal, fp.untrace)
def _undiagonal(
    c: Case, op: Any, g: Operand, like: Operand, offset: Any = 0, axis1: Any = 0, axis2: Any = 1
) -> Any:
    if not known(offset) or not fixed(axis1, axis2):
        return None
    return c.emit(op, c.every(g), c.every(like), offset, c.axis(like, axis1), c.axis(like, axis2))


@batch(fp.undiff)
def _undiff(c: Case, op: Any, g: Operand, like: Operand, n: Any = 1, axis: Any = -1) -> Any:
    if not known(n) or not fixed(axis):
        return None
    return c.emit(op, c.every(g), c.every(like), n, c.axis(like, axis))


# ---------------------------------------------------------------- filled


@batch(np.full)
def _full(c: Case, op: Any, shape: Any, value: Each) -> Any:
    if batched(shape) or (isinstance(shape, Each) and shape.rank != 0):
        return None
    sizes = shape if isinstance(shape, tuple) else (shape,)
    lifted = c.lift(value, len(sizes))
    return f.copy(c.emit(np.broadcast_to, lifted, (c.n, *map(plain, sizes))))


@batch(np.full_like)
def _full_like(c: Case, op: Any, a: Operand, value: Operand) -> Any:
    return c.emit(op, c.every(a), c.lift(value, c.rank(a)))


@batch(np.linspace)
def _linspace(c: Case, op: Any, start: Operand, stop: Operand, num: Any = 50) -> Any:
    if batched(num):
        return None
    return c.emit(np.moveaxis, c.emit(op, *c.lifts(start, stop), plain(num)), 0, 1)
