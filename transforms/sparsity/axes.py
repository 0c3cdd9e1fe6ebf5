"""Operations that mix all entries along an axis, or of a matrix.

y = np.sort(x, axis=1)     y[i, j] on all of x[i, :]
y = np.linalg.inv(a)       y[n, i, j] on all of a[n]
"""

from __future__ import annotations

from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.sparsity.facts import PATTERNS, Use, axes_of, ids_of, plain, reduced
from fpad.transforms.sparsity.sets import Ids


def along(use: Use) -> Ids | None:
    """All entries along an axis, for every entry of the result that belongs to these."""
    axis = use.bound("axis")
    out: Any = 0
    for t in use.operands():
        ids = np.asarray(t.ids)
        if ids.ndim == 0:
            out = use.sets.union(out, np.broadcast_to(ids, use.shape))
            continue
        axes = axes_of(ids.ndim, axis)
        found = use.sets.reduce(ids, axes)
        if len(use.shape) == ids.ndim:  # it keeps its axes
            found = np.expand_dims(found, axes)
        out = use.sets.union(out, np.broadcast_to(found, use.shape))
    return np.array(out)


def placed(use: Use) -> Ids | None:
    """`fp.place`: somewhere along the axes that were reduced."""
    axis, keepdims = use.bound("axis"), use.bound("keepdims", False)
    return np.array(fp.spread(ids_of(use.args[0]), plain(use.args[2]), axis, keepdims))


def directed(use: Use) -> Ids | None:
    """`fp.direction`: each entry, and the norm that it belongs to."""
    x, y = use.args[:2]
    axis, keepdims = use.bound("axis"), use.bound("keepdims", False)
    own, length = ids_of(x), ids_of(y)
    out = np.broadcast_to(own, use.shape)
    return np.array(use.sets.union(out, fp.spread(length, plain(x), axis, keepdims)))


def matrices(use: Use) -> Ids | None:
    """All entries of each matrix of a stack."""
    first = next((a for k, a in enumerate(use.args) if use.moved(k)), None)
    lead = np.shape(plain(first))[:-2]
    if use.shape[: len(lead)] != lead:
        return None
    out: Any = 0
    for t in use.operands():
        if np.shape(t.value)[:-2] != lead and lead:
            return None
        ids = np.asarray(t.ids)
        found = use.sets.reduce(ids, tuple(range(len(lead), ids.ndim)))
        found = found.reshape(lead + (1,) * (len(use.shape) - len(lead)))
        out = use.sets.union(out, np.broadcast_to(found, use.shape))
    return np.array(out)


def vectors(use: Use) -> Ids | None:
    """np.cross of vectors along the last axis, and its transposes."""
    if use.kwargs or any(np.ndim(plain(a)) == 0 for a in use.args):
        return None
    shape = use.shape
    out: Any = 0
    for t in use.operands():
        ids = use.sets.reduce(np.asarray(t.ids), (np.ndim(t.ids) - 1,))[..., None]
        wide = np.broadcast_shapes(ids.shape, (1,) * len(shape))
        if np.broadcast_shapes(wide, shape) == shape:
            found = np.broadcast_to(ids, shape)
        else:  # of a vector that was broadcast
            rows = np.broadcast_to(ids, (*ids.shape[:-1], shape[-1]))
            found = reduced(use, rows, shape)
        out = use.sets.union(out, found)
    return np.array(out)


# ---------------------------------------------------------------- the table

_ALONG = (
    *(np.max, np.min, np.amax, np.amin, np.prod, np.cumsum, np.cumprod, np.sort, np.partition),
    *(np.std, np.var, np.median, np.percentile, np.quantile, np.linalg.norm),
    *(fp.carry, fp.exclusive, fp.gap, fp.dft_cos, fp.dft_sin, fp.pick),
    *(np.take_along_axis, fp.untake_along_axis),
)
_MATRICES = (
    *(np.linalg.cholesky, np.linalg.det, np.linalg.inv, np.linalg.eigvalsh, np.linalg.pinv),
    *(np.linalg.solve, fp.cofactor, fp.log_det, fp.solve_many, fp.solve_outer),
)
PLACED_ANYWHERE = frozenset((along, placed))
"""Patterns that do not depend on the positions that an operation is given."""
PATTERNS |= dict.fromkeys(_ALONG, along)
PATTERNS |= dict.fromkeys(_MATRICES, matrices)
PATTERNS |= dict.fromkeys((np.cross, fp.cross_left, fp.cross_right), vectors)
PATTERNS[fp.place] = placed
PATTERNS[fp.direction] = directed
