"""Rules of singular values, of Q R, and of what least squares are made of.

t = fp.svd(a)             ->   ba = .. of all three parts at once (see runtime.decompositions)
t = fp.qr(a)              ->   ba = .. of both
y = np.linalg.pinv(a)     ->   ba = -Y^T bY Y^T + (I - A Y) bY^T Y Y^T + Y^T Y bY^T (I - Y A)

Vectors that belong to equal singular values have no derivative, nor have in matrices that are not
square those that belong to zeros: there the call is refused by name, unless they are not used.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.kinds import Kind, Num
from fpad.transforms.rules.core import Drawn, constant, general
from fpad.transforms.rules.definitions import matrices, spectra
from fpad.transforms.rules.eigen import EQUAL_VALUES, column, diagonal, packed_kind, parts_of, row
from fpad.transforms.rules.linear import first_array
from fpad.transforms.rules.matrices import MATRIX, STACK, turned
from fpad.transforms.rules.trace import f, traced

inv, pinv = traced(np.linalg.inv), traced(np.linalg.pinv)

TALL = np.array([[2.0, -0.5], [0.75, 1.5], [0.5, 1.0]])
WIDE = np.array([[1.5, -0.5, 0.25], [0.5, 1.0, -0.75]])
SYMMETRIC = np.array([[2.0, 0.5, -0.4], [0.5, -1.5, 0.3], [-0.4, 0.3, 1.0]])
SHAPES = ((MATRIX,), (TALL,), (WIDE,), (STACK,))

# ---------------------------------------------------------------- singular values
# Townsend, Differentiating the singular value decomposition (2016).


def _over(s: Any, a: Any, axis: int, used: Any) -> Any:
    """1 / s for the vectors of the longer side, which their span does not fill; 0 for the other."""
    return row(f.div0(f.longer(a, axis), f.positive(s, f.longer(a, axis) * used)))


def _squares_apart(s: Any) -> Any:
    """1 / (s[j]**2 - s[i]**2), and 0 on the diagonal."""
    return f.div0(1.0, (row(s) - column(s)) * (row(s) + column(s)))


def _svd_tangent(dx: Any, y: Any, a: Any, full: Any = False) -> Any:
    u, s, vh = parts_of(y, a, "svd")
    v = turned(vh)
    inner, s = turned(u) @ dx @ v, f.distinct(s, None, None, "singular value")
    gaps = _squares_apart(s)
    right, left = dx @ v, turned(dx) @ u
    du = u @ (gaps * (inner * row(s) + column(s) * turned(inner)))
    dv = v @ (gaps * (column(s) * inner + turned(inner) * row(s)))
    du = du + (right - u @ (turned(u) @ right)) * _over(s, a, -2, u)
    dv = dv + (left - v @ (turned(v) @ left)) * _over(s, a, -1, v)
    return f.packed((du, diagonal(inner), turned(dv)), a, "svd")


def _svd_adjoint(by: Any, y: Any, a: Any, full: Any = False) -> Any:
    (u, s, vh), (bu, bs, bvh) = parts_of(y, a, "svd"), parts_of(by, a, "svd")
    v, bv = turned(vh), turned(bvh)
    bs = f.alike(bs, s, "singular value")
    apart = f.distinct(s, bu, bv, "singular value")
    gaps, at_u, at_v = _squares_apart(apart), turned(u) @ bu, turned(v) @ bv
    inner = (gaps * (at_u - turned(at_u))) * row(s) + column(s) * (gaps * (at_v - turned(at_v)))
    beside_u = (bu - u @ at_u) * _over(s, a, -2, bu)
    beside_v = (bv - v @ at_v) * _over(s, a, -1, bv)
    return (u @ inner + u * row(bs) + beside_u) @ vh + u @ turned(beside_v)


general(
    fp.svd,
    [_svd_tangent],
    [_svd_adjoint],
    definition=spectra.svd,
    source="Townsend, Differentiating the singular value decomposition (2016)",
    conventions=(EQUAL_VALUES,),
    kind=lambda a, full=None: packed_kind(a, a),
    examples=(*SHAPES, (TALL, True)),
)


def _singular_tangent(dx: Any, y: Any, a: Any) -> Any:
    t = f.svd(a)
    u, vh = f.piece(t, a, "svd", "u"), f.piece(t, a, "svd", "vh")
    return np.sum((turned(u) @ dx) * vh, -1) * f.sign(y)


def _singular_adjoint(by: Any, y: Any, a: Any) -> Any:
    t = f.svd(a)
    u, vh = f.piece(t, a, "svd", "u"), f.piece(t, a, "svd", "vh")
    return (u * row(f.alike(by * f.sign(y), y, "singular value"))) @ vh


general(
    fp.singular_values,
    [_singular_tangent],
    [_singular_adjoint],
    definition=spectra.singular_values,
    source="Townsend, Differentiating the singular value decomposition (2016)",
    conventions=(EQUAL_VALUES, "of a value that is 0: 0, as of any norm"),
    kind=lambda a: packed_kind(a, a),
    examples=SHAPES,
)
constant(
    fp.longer,
    ("a", "axis"),
    kind=lambda a, axis: Num(False, "float"),
    shape_only=frozenset((0,)),
    examples=((TALL, -2), (TALL, -1)),
)
constant(
    fp.last_pivot,
    ("a",),
    kind=lambda a: Num(True, "float", 2),
    shape_only=frozenset((0,)),
    examples=((TALL,), (WIDE,), (MATRIX,)),
)


# ---------------------------------------------------------------- Q R
# Walter and Lehmann, Algorithmic differentiation of linear algebra functions (2010); where the
# matrix is wide, Q is that of its first columns.


def _square(a: Any, r: Any) -> Any:
    """The index of the first columns, as many as there are rows of r."""
    return (..., slice(None, f.count(r, -2)))


def _leading(a: Any, r: Any) -> Any:
    """The first columns of r, with 1 for the last pivot where nothing depends on it.

    Q' dA R^-1 is antisymmetric below the diagonal, and there it takes the pivots before its column;
    so Q has a derivative at a square matrix whose last pivot is 0, as shifted Q R has.
    """
    first, last = r[_square(a, r)], f.last_pivot(a)
    return first + last * (1.0 - first)


def _qr_tangent(dx: Any, y: Any, a: Any, full: Any = False) -> Any:
    q, r = parts_of(y, a, "qr")
    first = _square(a, r)
    c = dx[first] @ inv(_leading(a, r))
    at = turned(q) @ c
    low = np.tril(at, -1)
    dq = q @ (low - turned(low)) + c - q @ at
    return f.packed((dq, np.triu(turned(q) @ (dx - dq @ r))), a, "qr")


def _qr_adjoint(by: Any, y: Any, a: Any, full: Any = False) -> Any:
    (q, r), (bq, br) = parts_of(y, a, "qr"), parts_of(by, a, "qr")
    first, br = _square(a, r), np.triu(br)
    bq = bq - q @ (br @ turned(r))
    at = turned(q) @ bq
    bc = q @ np.tril(at - turned(at), -1) + bq - q @ at
    return q @ br + f.scatter(bc @ turned(inv(_leading(a, r))), first, a)


general(
    fp.qr,
    [_qr_tangent],
    [_qr_adjoint],
    definition=matrices.qr,
    source=("Walter and Lehmann, Algorithmic differentiation of linear algebra functions (2010)"),
    kind=lambda a, full=None: packed_kind(a, a),
    examples=(*SHAPES, (TALL, True)),
)


# ---------------------------------------------------------------- what completes a basis

general(
    fp.rest,
    [lambda dx, y, u, a, how: -(u @ (turned(dx) @ f.free(y)))],
    [lambda by, y, u, a, how: -(y @ (turned(f.unturned(by, y)) @ u))],
    undefined="its columns may be turned in any way",
    kind=lambda u, a, how: first_array(u),
    examples=((np.array([[0.6, -0.8], [0.8, 0.6]]), np.eye(2), "svd"),),
)


# ---------------------------------------------------------------- pseudo-inverses
# Golub and Pereyra, The differentiation of pseudo-inverses (1973), eq. 4.12.


def _lower(a: Any, hermitian: Any) -> Any:
    """The symmetric matrix of which the lower triangle is read, if one is."""
    return np.tril(a) + turned(np.tril(a, -1)) if hermitian else a


def _pinv_tangent(dx: Any, y: Any, a: Any, rcond: Any = None, hermitian: Any = False) -> Any:
    a, dx = f.full_rank(_lower(a, hermitian)), _lower(dx, hermitian)
    dt = turned(dx)
    beside = y @ turned(y) @ (dt - (dt @ a) @ y)
    return (dt - y @ (a @ dt)) @ turned(y) @ y + beside - y @ dx @ y


def _pinv_adjoint(by: Any, y: Any, a: Any, rcond: Any = None, hermitian: Any = False) -> Any:
    a, bt = f.full_rank(_lower(a, hermitian)), turned(by)
    beside = (bt - a @ (y @ bt)) @ y @ turned(y)
    out = turned(y) @ y @ (bt - (bt @ y) @ a) + beside - turned(y) @ by @ turned(y)
    return np.tril(out) + np.tril(turned(out), -1) if hermitian else out


general(
    np.linalg.pinv,
    [_pinv_tangent],
    [_pinv_adjoint],
    definition=matrices.pinv,
    source="Golub and Pereyra, The differentiation of pseudo-inverses (1973), eq. 4.12",
    conventions=("not of full rank: refused by name at the call",),
    kind=lambda a, rcond=None, hermitian=False: first_array(a),
    examples=(*SHAPES, (SYMMETRIC, None, True)),
)


def _least_tangent(dx: Any, y: Any, a: Any, b: Any, rcond: Any = None) -> Any:
    p, dt = pinv(f.full_rank(a)), turned(dx)
    wide = dt @ (turned(p) @ y)
    return p @ (turned(p) @ (dt @ (b - a @ y))) - p @ (dx @ y) + (wide - p @ (a @ wide))


def _least_adjoint(by: Any, y: Any, a: Any, b: Any, rcond: Any = None) -> Any:
    p = pinv(f.full_rank(a))
    at = turned(p) @ by
    beside = f.solve_outer(b - a @ y, p @ at) - f.solve_outer(at, y)
    return beside + f.solve_outer(turned(p) @ y, by - p @ (a @ by))


general(
    fp.least_squares,
    [
        _least_tangent,
        lambda dx, y, a, b, rcond=None: pinv(a) @ dx,
    ],
    [
        _least_adjoint,
        lambda by, y, a, b, rcond=None: turned(pinv(a)) @ by,
    ],
    definition=matrices.least_squares,
    source="Golub and Pereyra, The differentiation of pseudo-inverses (1973), eq. 4.12",
    conventions=("not of full rank: refused by name at the call",),
    kind=lambda a, b, rcond=None: first_array(b),
    examples=(
        (TALL, Drawn(3)),
        (TALL, Drawn(3, 2)),
        (WIDE, Drawn(2)),
        (MATRIX, Drawn(3)),
    ),
)


def _rank_kind(A: Any, *_: Any, **__: Any) -> Kind:
    rank = A.rank if isinstance(A, Num) else None
    return Num(rank not in (1, 2), "int", rank - 2 if rank is not None and rank > 2 else None)


constant(
    np.linalg.matrix_rank,
    ("A", "tol", "hermitian"),
    kind=_rank_kind,
    undefined="it counts what rounding does not explain",
)
