"""Products of arrays and functions of matrices, for many examples at once."""

from __future__ import annotations

import operator
from dataclasses import replace
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
)
from fpad.transforms.rules.trace import f


@batch(np.matmul, operator.matmul)
def _matmul(c: Case, op: Any, a: Operand, b: Operand) -> Any:
    a, b = as_each(a), as_each(b)
    match a.rank, b.rank:
        case 1, 1 if a.batched and b.batched:
            return c.emit(np.matmul, a.v[:, None, :], b.v[:, :, None])[:, 0, 0]
        case 1, 1:
            return c.emit(np.matmul, *((a.v, b.v) if a.batched else (b.v, a.v)))
        case 1, 2 if a.batched and b.batched:
            return c.emit(np.matmul, a.v[:, None, :], b.v)[:, 0]
        case 2, 1 if a.batched and b.batched:
            return c.emit(np.matmul, a.v, b.v[:, :, None])[:, :, 0]
        case 2, 1 if b.batched:
            return c.emit(np.matmul, b.v, _turned(c, a).v)
        case 1, 2 if b.batched:
            return c.emit(np.matmul, a.v, b.v)
        case (int(), int()):
            return (
                c.emit(np.matmul, *c.lifts(a, b))
                if min(a.rank, b.rank) > 1
                else c.emit(np.matmul, a.v, b.v)
                if max(a.rank, b.rank) == 2
                else None
            )
    return None


@batch(np.dot)
def _dot(c: Case, op: Any, a: Operand, b: Operand) -> Any:
    ranks = [x.rank for x in map(as_each, (a, b)) if x.rank is not None]
    if len(ranks) < 2 or max(ranks) > 2:
        return None
    if 0 in ranks:
        return c.emit(operator.mul, *c.lifts(a, b))
    return _matmul(c, op, a, b)


def _turned(c: Case, x: Each) -> Each:
    """The transposed matrix."""
    return x.turned or Each(c.emit(np.swapaxes, x.v, -1, -2), x.batched, 2, x)


def _outer_product(a: Each, b: Each) -> Any:
    return a.v[..., :, None] * b.v[..., None, :]


def _times(c: Case, by: Each, other: Each, like: Each) -> Any:
    """A number times a vector, which must be as long as another."""
    product = c.emit(operator.mul, *c.lifts(replace(by, rank=0), other))
    return f.broadcast(product, c.every(like))


@batch(fp.matmul_left, fp.dot_left)
def _matmul_left(c: Case, op: Any, by: Operand, b: Operand, a: Operand) -> Any:
    """The cotangent of the first factor."""
    by, a, b = map(as_each, (by, a, b))
    if not by.batched and not b.batched:
        by = c.whole(by)
    match a.rank, b.rank:
        case 1, 1:
            return _times(c, by, b, a)
        case 2, 1:
            return _outer_product(by, b)
        case 1, 2:
            return _matmul(c, np.matmul, b, Each(by.v, by.batched, 1))
        case 2, 2:
            return _matmul(c, np.matmul, Each(by.v, by.batched, 2), _turned(c, b))
    return None


@batch(fp.matmul_right, fp.dot_right)
def _matmul_right(c: Case, op: Any, by: Operand, a: Operand, b: Operand) -> Any:
    """The cotangent of the second factor."""
    by, a, b = map(as_each, (by, a, b))
    if not by.batched and not a.batched:
        by = c.whole(by)
    match a.rank, b.rank:
        case 1, 1:
            return _times(c, by, a, b)
        case 2, 1:
            return _matmul(c, np.matmul, _turned(c, a), Each(by.v, by.batched, 1))
        case 1, 2:
            return _outer_product(a, by)
        case 2, 2:
            return _matmul(c, np.matmul, _turned(c, a), Each(by.v, by.batched, 2))
    return None


@batch(np.outer)
def _outer(c: Case, op: Any, a: Operand, b: Operand) -> Any:
    return _outer_product(flat(c, a), flat(c, b))


@batch(fp.outer_left)
def _outer_left(c: Case, op: Any, g: Operand, other: Operand, like: Operand) -> Any:
    """The cotangent of the first factor."""
    out = _matmul(c, np.matmul, Each(c.every(g), True, 2), flat(c, other))
    return out if as_each(like).rank == 1 else f.reshape_like(out, c.every(like))


@batch(fp.outer_right)
def _outer_right(c: Case, op: Any, g: Operand, other: Operand, like: Operand) -> Any:
    """The cotangent of the second factor."""
    out = _matmul(c, np.matmul, flat(c, other), Each(c.every(g), True, 2))
    return out if as_each(like).rank == 1 else f.reshape_like(out, c.every(like))


@batch(np.vdot, np.inner)
def _vdot(c: Case, op: Any, a: Operand, b: Operand) -> Any:
    if op is np.inner and (as_each(a).rank, as_each(b).rank) != (1, 1):
        return None
    return _matmul(c, np.matmul, flat(c, a), flat(c, b))


@batch(fp.vdot_left, fp.vdot_right, fp.inner_left, fp.inner_right)
def _vdot_cotangent(c: Case, op: Any, g: Operand, other: Operand, like: Operand) -> Any:
    ranks = (as_each(other).rank, as_each(like).rank)
    if op in (fp.inner_left, fp.inner_right) and ranks != (1, 1):
        return None
    return c.emit(operator.mul, *c.lifts(replace(c.whole(g), rank=0), other))


@batch(np.cross)
def _cross(c: Case, op: Any, a: Operand, b: Operand) -> Any:
    c.at_least(a, 1)
    c.at_least(b, 1)
    return c.emit(op, *c.lifts(a, b))


@batch(np.einsum)
def _einsum(c: Case, op: Any, subscripts: Any, *xs: Operand) -> Any:
    if not isinstance(subscripts, str) or "." in subscripts:
        return None
    inputs, arrow, output = subscripts.replace(" ", "").partition("->")
    if not arrow:
        output = "".join(sorted(k for k in set(inputs) - {","} if inputs.count(k) == 1))
    letter = next(k for k in "ZYXWVUTSRQPONMLKJIHGFEDCBA" if k not in subscripts)
    parts = inputs.split(",")
    marked = [letter + p if batched(x) else p for p, x in zip(parts, xs, strict=True)]
    return c.emit(op, f"{','.join(marked)}->{letter}{output}", *(as_each(x).v for x in xs))


@batch(np.linalg.inv, np.linalg.det, np.linalg.cholesky, np.linalg.eigvalsh, np.linalg.pinv)
@batch(fp.eigh, fp.cofactor, fp.minors, fp.log_det, fp.singular_values, fp.svd, fp.eig, fp.eigvals)
@batch(fp.qr, fp.alternate)
def _matrices(c: Case, op: Any, a: Operand, *rest: Any) -> Any:
    if not isinstance(a, Each) or not known(*rest):
        return None
    c.at_least(a, 2)
    return c.emit(op, a.v, *rest)


@batch(np.linalg.solve)
def _solve(c: Case, op: Any, a: Operand, b: Operand) -> Any:
    a, b = as_each(a), as_each(b)
    if (a.rank, b.rank) == (2, 1):
        if a.batched:
            return c.emit(op, a.v, c.emit(np.expand_dims, c.every(b), -1))[:, :, 0]
        columns = c.emit(op, a.v, c.emit(np.swapaxes, b.v, 0, 1))
        return c.emit(np.swapaxes, columns, 0, 1)
    return c.emit(op, c.every(a), c.every(b)) if (a.rank, b.rank) == (2, 2) else None


@batch(fp.unminors, fp.piece, fp.unpiece)
def _of_stacks(c: Case, op: Any, g: Operand, like: Operand, *which: Any) -> Any:
    return c.emit(op, c.every(g), c.every(like), *which) if known(*which) else None


@batch(fp.packed)
def _packed(c: Case, op: Any, parts: Operand, a: Operand, how: Any) -> Any:
    if not known(how) or not isinstance(parts, tuple):
        return None
    return c.emit(op, tuple(map(c.every, parts)), c.every(a), how)


@batch(fp.solve_many)
def _solve_many(c: Case, op: Any, a: Operand, b: Operand) -> Any:
    rank = c.rank(a, b)
    return c.emit(op, c.lift(c.whole(a), rank), c.lift(c.whole(b), rank))


@batch(fp.solve_outer)
def _solve_outer(c: Case, op: Any, g: Operand, x: Operand) -> Any:
    g, x = c.whole(g), c.whole(x)
    if g.rank == x.rank == 1:
        return _outer_product(g, x)
    return c.emit(op, g.v, x.v) if g.rank == x.rank and g.rank is not None else None


@batch(np.linalg.norm)
def _norm(
    c: Case, op: Any, x: Each, ord: Any = None, axis: Any = None, keepdims: Any = False
) -> Any:
    if not known(ord, keepdims) or not fixed(axis):
        return None
    if axis is None and (x.rank is None or keepdims or (ord is not None and x.rank not in (1, 2))):
        return None
    if axis is None and ord is None:
        return c.emit(op, flat(c, x).v, None, 1)
    at = tuple(range(1, (x.rank or 0) + 1)) if axis is None else c.axis(x, axis)
    return c.emit(op, x.v, ord, at[0] if isinstance(at, tuple) and len(at) == 1 else at, keepdims)
