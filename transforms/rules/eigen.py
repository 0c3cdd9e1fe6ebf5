"""Rules of triangular factors and of eigenvalues, and of decompositions as one array.

y = np.linalg.cholesky(a)     ->   ba = the lower triangle of Y^-T sym(Y^T bY) Y^-1
t = fp.eigh(a)                ->   ba = .. of both its parts at once (see runtime.decompositions)
w = np.linalg.eigvalsh(a)     ->   ba = (v * bw) @ v.T

`cholesky` and `eigh` read one triangle of their operand, so only that triangle has a derivative.
Vectors that belong to equal eigenvalues or singular values have none: there the call is refused by
name, unless they are not used; equal values may be used by symmetric functions.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.kinds import Kind, Num
from fpad.transforms.rules.core import Drawn, Entries, general, linear
from fpad.transforms.rules.definitions import matrices, spectra
from fpad.transforms.rules.linear import first_array
from fpad.transforms.rules.matrices import DEFINITE, MATRIX, turned
from fpad.transforms.rules.trace import f, traced

inv, solve = traced(np.linalg.inv), traced(np.linalg.solve)


EQUAL_VALUES = (
    "equal eigenvalues or singular values: refused by name at the call, unless the result is a "
    "symmetric function of them"
)


def row(w: Any) -> Any:
    """Rows of the vectors w."""
    return w[..., None, :]


def column(w: Any) -> Any:
    """Columns of the vectors w."""
    return w[..., :, None]


def diagonal(a: Any) -> Any:
    """The diagonals of a stack of matrices."""
    return np.diagonal(a, 0, -2, -1)


# ---------------------------------------------------------------- triangles of symmetric matrices


def _symmetric(a: Any, lower: bool = True) -> Any:
    """The symmetric matrix of which one triangle is read."""
    if lower:
        return np.tril(a) + turned(np.tril(a, -1))
    return np.triu(a) + turned(np.triu(a, 1))


def _of_triangle(g: Any, lower: bool = True) -> Any:
    """The cotangent of the triangle that is read, given that of the whole matrix."""
    if lower:
        return np.tril(g) + np.tril(turned(g), -1)
    return np.triu(g) + np.triu(turned(g), 1)


def _half(a: Any) -> Any:
    """The lower triangle, with half of the diagonal."""
    return 0.5 * (np.tril(a) + np.tril(a, -1))


def _cholesky_adjoint(by: Any, y: Any, a: Any) -> Any:
    back = inv(y)
    inner = _half(turned(y) @ by)
    return _of_triangle(turned(back) @ (0.5 * (inner + turned(inner))) @ back)


general(
    np.linalg.cholesky,
    [
        lambda dx, y, a: y @ _half(inv(y) @ _symmetric(dx) @ turned(inv(y))),
    ],
    [_cholesky_adjoint],
    definition=matrices.cholesky,
    source="Murray, Differentiation of the Cholesky decomposition (2016)",
    conventions=("one triangle is read, and only that one has a derivative",),
    kind=first_array,
    examples=((DEFINITE,), (np.stack([DEFINITE, 2.0 * DEFINITE]),)),
)


# ---------------------------------------------------------------- several parts in one array

PARTS = {"svd": ("u", "s", "vh"), "qr": ("q", "r"), "eig": ("w", "v")}


def _piece_kind(t: Any, a: Any, how: Any, name: Any) -> Kind:
    rank = t.rank if isinstance(t, Num) else None
    return Num(True, "float", rank and rank + (name.value not in ("s", "w")))


def packed_kind(parts: Any, a: Any, how: Any = None) -> Kind:
    """A vector for each matrix in a."""
    return Num(True, "float", a.rank - 1 if isinstance(a, Num) and a.rank else None)


def parts_of(t: Any, a: Any, how: str) -> list[Any]:
    """The parts of a decomposition."""
    return [f.piece(t, a, how, name) for name in PARTS[how]]


linear(
    fp.packed,
    lambda by, y, parts, a, how: Entries(lambda j: f.piece(by, a, how, PARTS[how][j])),
    kind=packed_kind,
    rounds=False,
    shape_only=frozenset((1,)),
    examples=(
        ((Drawn(3, 2), Drawn(2), Drawn(2, 2)), Drawn(3, 2), "svd"),
        ((Drawn(2, 3), Drawn(2, 3, 3)), Drawn(2, 3, 3), "eig"),
    ),
)
linear(
    fp.piece,
    lambda by, y, t, a, how, name: f.unpiece(by, a, how, name),
    kind=_piece_kind,
    rounds=False,
    shape_only=frozenset((1,)),
    examples=(
        (Drawn(12), Drawn(3, 2), "svd", "u"),
        (Drawn(12), Drawn(3, 2), "svd", "s"),
        (Drawn(2, 12), Drawn(2, 3, 3), "eig", "v"),
    ),
)
linear(
    fp.unpiece,
    lambda by, y, g, a, how, name: f.piece(by, a, how, name),
    kind=lambda g, a, how, name: packed_kind(g, a),
    rounds=False,
    shape_only=frozenset((1,)),
    examples=((Drawn(3, 2), Drawn(3, 2), "svd", "u"), (Drawn(2, 3), Drawn(2, 3, 3), "eig", "w")),
)


# ---------------------------------------------------------------- eigenvalues, symmetric
# Giles, An extended collection of matrix derivative results (2008), 3.1.


def _rotated(dx: Any, v: Any, UPLO: Any) -> Any:
    """The symmetric matrix in the base of the eigenvectors."""
    return turned(v) @ _symmetric(dx, UPLO == "L") @ v


def _inverse_gaps(w: Any) -> Any:
    """1 / (w[j] - w[i]), and 0 on the diagonal."""
    return f.div0(1.0, row(w) - column(w))


def _eigh_tangent(dx: Any, y: Any, a: Any, UPLO: Any = "L") -> Any:
    w, v = parts_of(y, a, "eig")
    turn = _rotated(dx, v, UPLO)
    dv = v @ (_inverse_gaps(f.distinct(w)) * turn)
    return f.packed((diagonal(turn), dv), a, "eig")


def _eigh_adjoint(by: Any, y: Any, a: Any, UPLO: Any = "L") -> Any:
    (w, v), (bw, bv) = parts_of(y, a, "eig"), parts_of(by, a, "eig")
    gaps = _inverse_gaps(f.distinct(w, bv))
    back = (v @ (gaps * (turned(v) @ bv)) + v * row(f.alike(bw, w))) @ turned(v)
    return _of_triangle(back, UPLO == "L")


general(
    fp.eigh,
    [_eigh_tangent],
    [_eigh_adjoint],
    definition=spectra.eigh,
    source="Giles, An extended collection of matrix derivative results (2008), 3.1",
    conventions=(EQUAL_VALUES,),
    kind=lambda a, UPLO=None: packed_kind(a, a),
    examples=((DEFINITE,), (DEFINITE, "U"), (np.stack([DEFINITE, 2.0 * DEFINITE]),)),
)


def _basis(a: Any, UPLO: Any) -> Any:
    return f.piece(f.eigh(a, UPLO), a, "eig", "v")


def _values_adjoint(by: Any, y: Any, a: Any, UPLO: Any = "L") -> Any:
    v = _basis(a, UPLO)
    return _of_triangle((v * row(f.alike(by, y))) @ turned(v), UPLO == "L")


general(
    np.linalg.eigvalsh,
    [lambda dx, y, a, UPLO="L": diagonal(_rotated(dx, _basis(a, UPLO), UPLO))],
    [_values_adjoint],
    definition=spectra.eigvalsh,
    source="Giles, An extended collection of matrix derivative results (2008), 3.1",
    conventions=(EQUAL_VALUES,),
    kind=lambda a, UPLO=None: packed_kind(a, a),
    examples=((DEFINITE,), (DEFINITE + np.triu(MATRIX, 1), "U")),
)


def _alike(op: Any, example: Any) -> None:
    """What is handed on as it is, after a check: its tangent and cotangent are as well."""
    general(
        op,
        [lambda dx, y, w, *_, **__: dx],
        [lambda by, y, w, *_, **__: by],
        names=("w", "g", "h", "what")[: 4 if op is fp.distinct else 2],
        defaults={} if op is fp.alike else {"g": None, "h": None, "what": "eigenvalue"},
        definition=lambda c, w, *_, **__: w,
        kind=lambda w, *_, **__: first_array(w),
        rounds=False,
        view="always",
        examples=(example,),
    )


_alike(fp.distinct, (np.array([0.5, 1.0, 2.5]),))
_alike(fp.positive, (np.array([2.5, 1.0, 0.5]),))
_alike(fp.full_rank, (MATRIX,))
_alike(fp.free, (np.zeros((3, 0)),))


def _checked(op: Any, example: Any) -> None:
    """Likewise, of a cotangent and what it belongs to."""
    general(
        op,
        [lambda dx, y, g, w, what=None: dx],
        [lambda by, y, g, w, what=None: by],
        definition=lambda c, g, *_, **__: g,
        kind=lambda g, w, what=None: first_array(g),
        rounds=False,
        view="always",
        examples=(example,),
    )


_checked(fp.alike, (Drawn(3), np.array([0.5, 1.0, 2.5])))
_checked(fp.unturned, (np.ones((3, 1)), np.ones((3, 1))))


# ---------------------------------------------------------------- eigenvalues, of any matrix
# Giles (2008), 3.1; the vectors keep the length 1, as those of LAPACK have.

OTHER = np.array([[2.0, 0.5, 0.25], [0.75, -1.5, -0.5], [0.5, 1.0, 0.25]])


def _turning(dx: Any, v: Any) -> Any:
    """The matrix in the base of the eigenvectors."""
    return solve(v, dx @ v)


def _kept_long(dv: Any, v: Any) -> Any:
    """Vectors without their parts along those of v."""
    return dv - v * np.sum(v * dv, -2, keepdims=True)


def _eig_tangent(dx: Any, y: Any, a: Any) -> Any:
    w, v = parts_of(y, a, "eig")
    turn = _turning(dx, v)
    dv = v @ (_inverse_gaps(f.distinct(w)) * turn)
    return f.packed((diagonal(turn), _kept_long(dv, v)), a, "eig")


def _eig_adjoint(by: Any, y: Any, a: Any) -> Any:
    (w, v), (bw, bv) = parts_of(y, a, "eig"), parts_of(by, a, "eig")
    gaps = _inverse_gaps(f.distinct(w, bv))
    inner = gaps * (turned(v) @ _kept_long(bv, v)) @ turned(v)
    return solve(turned(v), inner + column(f.alike(bw, w)) * turned(v))


general(
    fp.eig,
    [_eig_tangent],
    [_eig_adjoint],
    definition=spectra.eig,
    source="Giles, An extended collection of matrix derivative results (2008), 3.1",
    conventions=(EQUAL_VALUES,),
    kind=lambda a: packed_kind(a, a),
    examples=((OTHER,), (np.stack([OTHER, DEFINITE]),)),
)


def _eigvals_adjoint(by: Any, y: Any, a: Any) -> Any:
    v = f.eigenbasis(a, y)
    return solve(turned(v), column(f.alike(by, y)) * turned(v))


general(
    fp.eigvals,
    [lambda dx, y, a: diagonal(_turning(dx, f.eigenbasis(a, y)))],
    [_eigvals_adjoint],
    definition=spectra.eigvals,
    source="Giles, An extended collection of matrix derivative results (2008), 3.1",
    conventions=(EQUAL_VALUES,),
    kind=lambda a: packed_kind(a, a),
    examples=((OTHER,), (np.stack([OTHER, DEFINITE]),)),
)


def _basis_tangent(dx: Any, y: Any, a: Any, w: Any) -> Any:
    return _kept_long(y @ (_inverse_gaps(f.distinct(w)) * _turning(dx, y)), y)


def _basis_adjoint(by: Any, y: Any, a: Any, w: Any) -> Any:
    gaps = _inverse_gaps(f.distinct(w, by))
    return solve(turned(y), gaps * (turned(y) @ _kept_long(by, y)) @ turned(y))


general(
    fp.eigenbasis,
    [_basis_tangent, None],
    [_basis_adjoint, None],
    definition=spectra.eigenbasis,
    source="Giles, An extended collection of matrix derivative results (2008), 3.1",
    conventions=(EQUAL_VALUES,),
    kind=lambda a, w: first_array(a),
    facts={"computed": (1,)},  # the eigenvalues, of the first
    examples=((DEFINITE, np.linalg.eigvals(DEFINITE)),),
)


# ---------------------------------------------------------------- roots of polynomials


def _powers(p: Any, r: Any, order: int) -> Any:
    """A row for each root: the derivatives of this order of its powers, the highest first."""
    e = arange(f.count(p) - 1, -1, -1)
    factor = 1.0 if order == 0 else e
    return factor * column(r) ** np.maximum(e - order, 0)


def _slope_there(p: Any, r: Any) -> Any:
    return np.sum(_powers(p, f.distinct(r, None, None, "root"), 1) * p, -1)


arange = traced(np.arange)
general(
    fp.roots,
    [lambda dx, y, p: -np.sum(_powers(p, y, 0) * dx, -1) / _slope_there(p, y)],
    [lambda by, y, p: -np.sum(_powers(p, y, 0) * column(by / _slope_there(p, y)), -2)],
    definition=spectra.roots,
    kind=lambda p: Num(True, "float", 1),
    examples=((np.array([2.0, -9.0, 4.0, 6.0]),), (np.array([1.0, -3.0, 2.0, 0.0]),)),
)
