"""Operations that move entries, and those that sum what others move.

y = np.roll(x, 1)          the operation itself, on ids: what it does not fill stays empty
y = fp.untake(by, k, x)    its adjoint takes: positions taken by it say what is summed where
y = np.diff(x)             neighbours
"""

from __future__ import annotations

import builtins
import math
import operator
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.sparsity.facts import (
    PATTERNS,
    Traced,
    Use,
    axes_of,
    ids_of,
    plain,
    pointwise,
    reduced,
    traced_in,
)
from fpad.transforms.sparsity.sets import Ids


def same(use: Use) -> Ids | None:
    """The entries of the operands, in their order, whatever shape they are given."""
    first, *others = use.operands()
    if others:
        return None
    if np.size(first.ids) != math.prod(use.shape):
        return np.broadcast_to(first.ids, use.shape).copy()
    return np.array(first.ids).reshape(use.shape)


_NO_COPIES = frozenset(("dtype", "order", "copy", "out", "casting", "subok"))


def move(use: Use) -> Ids | None:
    """The operation itself, on ids: what is neither moved nor repeated is zero, the empty set."""

    def ids(x: Any) -> Any:
        if isinstance(x, tuple | list):
            return type(x)([ids(part) for part in x])
        return ids_of(x)

    args = [ids(a) if use.moved(k) else plain(a) for k, a in enumerate(use.args)]
    static = {k: plain(v) for k, v in use.kwargs.items() if k not in _NO_COPIES}
    return np.asarray(use.rule.op(*args, **static)).astype(np.int64)


def arrayed(use: Use) -> Ids | None:
    """np.array, also of displays; types and memory orders do not matter."""

    def ids(x: Any) -> Any:
        return [ids(part) for part in x] if isinstance(x, tuple | list) else ids_of(x)

    return np.array(ids(use.args[0])).astype(np.int64).reshape(use.shape)


def pad(use: Use) -> Ids | None:
    """Entries are moved or repeated, in the modes that do nothing else."""
    mode = use.bound("mode", "constant")
    if mode not in ("constant", "edge", "wrap", "reflect", "symmetric", "empty"):
        return None
    if use.kwargs.get("reflect_type", "even") != "even" or len(use.operands()) > 1:
        return None
    width = plain(use.args[1])
    return np.pad(ids_of(use.args[0]), width, "constant" if mode == "empty" else mode)


# ---------------------------------------------------------------- sums


def gathered(use: Use) -> Ids | None:
    """A sum: its adjoint only spreads, so spread positions say which entries are summed where."""
    size = math.prod(use.shape)
    positions: Any = np.arange(1, size + 1).reshape(use.shape) if use.shape else 1
    owner, members = [], []
    for k, a in enumerate(use.args):
        if not use.moved(k) or not any(t.ids is not None for t in traced_in(a)):
            continue
        if not isinstance(a, Traced):
            return None
        operands = [plain(v) for v in use.args]
        static = {n: plain(v) for n, v in use.kwargs.items() if n not in _NO_COPIES}
        spread = use.rule.adjoints[k](positions, use.y, *operands, **static)  # type: ignore[misc]
        owner.append(np.broadcast_to(spread, np.shape(a.ids)).ravel().astype(np.int64))
        members.append(np.ravel(a.ids))
    to, ids = np.concatenate(owner), np.concatenate(members)
    return use.sets.gather(to[to > 0] - 1, ids[to > 0], size).reshape(use.shape)


def unbroadcast(use: Use) -> Ids | None:
    """The sum over the axes of a broadcast."""
    t = use.args[0]
    have, want = np.shape(plain(t)), use.shape
    if have == want:
        return ids_of(t)
    return reduced(use, ids_of(t), want)


def add_up(use: Use) -> Ids | None:
    """np.sum and np.mean along axes."""
    x, axis = use.args[0], use.bound("axis")
    if len(use.operands()) != 1 or not isinstance(x, Traced):
        return None
    ids = np.asarray(ids_of(x))
    axes = axes_of(ids.ndim, axis)
    return use.sets.reduce(ids, axes).reshape(use.shape)


def summed(use: Use) -> Ids | None:
    """Python's sum of a display, or of the entries of an array along its first axis."""
    x = use.args[0]
    if isinstance(x, tuple | list):
        return pointwise(use)
    if not isinstance(x, Traced) or len(use.operands()) != 1:
        return None
    return use.sets.reduce(np.asarray(ids_of(x)), (0,))


def diff(use: Use) -> Ids | None:
    """np.diff: neighbours along an axis."""
    n, axis = use.bound("n", 1), use.bound("axis", -1)
    if set(use.kwargs) - {"n", "axis"} or len(use.args) > 3:
        return None
    return _differences(use, np.asarray(ids_of(use.args[0])), n, axis)


def undiff(use: Use) -> Ids | None:
    """Its transpose: zeros around, and neighbours again."""
    n, axis = use.bound("n", 1), use.bound("axis", -1)
    g = np.asarray(ids_of(use.args[0]))
    width = [(0, 0)] * g.ndim
    width[axis] = (n, n)
    return _differences(use, np.pad(g, width), n, axis)


def _differences(use: Use, ids: Any, n: int, axis: int) -> Ids:
    ids = np.moveaxis(ids, axis, 0)
    for _ in range(n):
        ids = use.sets.union(ids[1:], ids[:-1])
    return np.moveaxis(ids, 0, axis)


# ---------------------------------------------------------------- the table

_MOVES = (
    *(operator.getitem, fp.broadcast, fp.for_each, fp.reshape_like, fp.flat, fp.flatten, fp.spread),
    *(fp.part, fp.place_part, fp.undiag, fp.undiagonal, fp.untrace, fp.picked, fp.minors),
    *(fp.rows, fp.float_rows, fp.as_rows, fp.joined, fp.part_of, fp.place_part_of, fp.repeated),
    *(fp.turned, fp.flat_rows, fp.columns, fp.row_appended, fp.appended, fp.row_kept, fp.replaced),
    *(fp.put, fp.kept, fp.unkept),
    *(np.broadcast_to, np.concatenate, np.delete, np.diag, np.diagflat, np.diagonal),
    *(np.expand_dims, np.flip, np.fliplr, np.flipud, np.hstack, np.matrix_transpose, np.moveaxis),
    *(np.ravel, np.repeat, np.reshape, np.resize, np.roll, np.rollaxis, np.rot90, np.squeeze),
    *(np.stack, np.swapaxes, np.take, np.tile, np.transpose, np.tril, np.triu),
    *(np.vstack, np.append, np.atleast_1d, np.atleast_2d, np.atleast_3d),
)
_SAME = (
    *(fp.astype, fp.copy, fp.own, fp.seed, fp.select, fp.asarray, fp.element, fp.item, fp.in_order),
    *(fp.floats, fp.plain, fp.holding, fp.to_rows, fp.keep_last, fp.alternate, fp.ruled),
    *(fp.library, fp.hooked, fp.answered, fp.room, fp.sized_as, fp.lifted, fp.flat_examples),
    *(fp.example_of, builtins.float),
    *(np.copy, np.real, np.full, np.full_like),
)
_ARRAYS = (
    *(np.array, np.asanyarray, np.asarray, np.asarray_chkfinite, np.ascontiguousarray),
    np.asfortranarray,
)
_SUMS = (
    *(math.fsum, np.trace, np.bincount, fp.scatter, fp.unmove, fp.unpad),
    *(fp.unrepeat, fp.untile, fp.untake, fp.unminors),
)
PATTERNS |= dict.fromkeys(_MOVES, move)
PATTERNS |= dict.fromkeys(_SAME, same)
PATTERNS |= dict.fromkeys(_ARRAYS, arrayed)
PATTERNS |= dict.fromkeys(_SUMS, gathered)
PATTERNS |= dict.fromkeys((np.sum, np.mean), add_up)
PATTERNS |= {builtins.sum: summed, np.pad: pad, fp.unbroadcast: unbroadcast}
PATTERNS |= {np.diff: diff, fp.undiff: undiff}
