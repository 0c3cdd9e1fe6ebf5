"""Rules of numpy.linalg.

y = np.linalg.inv(a)        ->   ba = -(y.T @ by @ y.T)
y = np.linalg.solve(a, b)   ->   bb = np.linalg.solve(a.T, by);  ba = -fp.solve_outer(bb, y)
y = np.linalg.det(a)        ->   ba = by * fp.cofactor(a)

`cholesky` and `eigh` read one triangle of their operand, so only that triangle has a derivative.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.kinds import Kind, Num
from fpad.transforms.rules.core import Drawn, constant, general, is_none, linear
from fpad.transforms.rules.linear import first_array
from fpad.transforms.rules.reductions import _mean_kind, spread
from fpad.transforms.rules.trace import f, traced

det, inv, solve = traced(np.linalg.det), traced(np.linalg.inv), traced(np.linalg.solve)


def turned(a: Any) -> Any:
    """The transposes of a stack of matrices."""
    return np.swapaxes(a, -1, -2)


MATRIX = np.array([[2.0, -0.5, 0.25], [0.75, 1.5, -0.5], [0.5, 1.0, 1.75]])
DEFINITE = np.array([[2.0, 0.5, 0.25], [0.5, 1.5, -0.5], [0.25, -0.5, 1.75]])
STACK = np.stack([MATRIX, 2.0 * MATRIX.T])

# ---------------------------------------------------------------- norms


def _norm_slope(
    by: Any, y: Any, x: Any, ord: Any = None, axis: Any = None, keepdims: Any = False
) -> Any:
    return spread(f.div0(by, y), x, axis, keepdims) * x


def _norm_tangent(
    dx: Any, y: Any, x: Any, ord: Any = None, axis: Any = None, keepdims: Any = False
) -> Any:
    return f.div0(np.sum(dx * x, axis, keepdims=keepdims), y)


def _norm_switch(x: Any, ord: Any = None, axis: Any = None, keepdims: Any = False) -> Any:
    return np.max(abs(x), axis, keepdims=keepdims)


def _norm_kind(x: Any, ord: Any = None, axis: Any = None, keepdims: Any = None) -> Kind:
    if not is_none(ord):
        raise TypeError("only the default norm is an operation")
    return _mean_kind(x, axis, keepdims=keepdims)


general(
    np.linalg.norm,
    [_norm_tangent],
    [_norm_slope],
    kind=_norm_kind,
    piece=lambda x, ord=None, axis=None, keepdims=False: _norm_switch(x, ord, axis, keepdims) != 0,
    switch=_norm_switch,
    strata=((np.zeros(2),), (np.zeros((2, 2)),)),
    examples=(
        (Drawn(3),),
        (Drawn(2, 3),),
        (Drawn(2, 3), None, 1),
        (Drawn(2, 3), None, -1, True),
        (Drawn(2, 3, 4), None, (0, 2)),
        (Drawn(2, 3), None, None, True),
    ),
)


# ---------------------------------------------------------------- determinants and inverses


def _number_kind(a: Any, *_: Any) -> Kind:
    rank = a.rank if isinstance(a, Num) else None
    return Num(rank != 2, "float", rank - 2 if rank is not None and rank > 2 else None)


def _each(by: Any, a: Any) -> Any:
    """The cotangent of a number for each matrix, for all its entries."""
    return f.spread(by, a, (-2, -1))


general(
    np.linalg.det,
    [lambda dx, y, a: np.sum(dx * f.cofactor(a), (-2, -1))],
    [lambda by, y, a: _each(by, a) * f.cofactor(a)],
    kind=_number_kind,
    examples=((Drawn(3, 3),), (Drawn(2, 2, 2),), (Drawn(1, 1),), (np.ones((3, 3)),)),
)


def _signed(g: Any, a: Any) -> Any:
    """The cotangents of the entries of cofactors, times the slopes of these determinants."""
    small = f.minors(a)
    return f.spread(f.alternate(g), small, (-2, -1)) * f.cofactor(small)


general(
    fp.cofactor,
    [lambda dx, y, a: f.alternate(np.sum(f.minors(dx) * f.cofactor(f.minors(a)), (-2, -1)))],
    [lambda by, y, a: f.unminors(_signed(by, a), a)],
    kind=first_array,
    examples=((Drawn(3, 3),), (Drawn(2, 2, 2),), (np.ones((3, 3)),)),
)
linear(
    fp.minors,
    lambda by, y, a: f.unminors(by, a),
    kind=lambda a: Num(True, a.num, a.rank and a.rank + 2),
    rounds=False,
    examples=((Drawn(3, 3),), (Drawn(2, 2, 2),), (Drawn(1, 1),)),
)
linear(
    fp.unminors,
    lambda by, y, g, like: f.minors(by),
    kind=lambda g, like: Num(True, g.num, like.rank),
    shape_only=frozenset((1,)),
    examples=((Drawn(3, 3, 2, 2), Drawn(3, 3)), (Drawn(2, 2, 2, 1, 1), Drawn(2, 2, 2))),
)
linear(
    fp.alternate,
    lambda by, y, g: f.alternate(by),
    kind=first_array,
    rounds=False,
    examples=((Drawn(3, 3),),),
)
general(
    np.linalg.inv,
    [lambda dx, y, a: -(y @ dx @ y)],
    [lambda by, y, a: -(turned(y) @ by @ turned(y))],
    kind=first_array,
    examples=((MATRIX,), (STACK,)),
)


def _solved_kind(a: Any, b: Any) -> Kind:
    rank = b.rank if isinstance(a, Num) and a.rank == 2 and isinstance(b, Num) else None
    return Num(True, "float", rank)


general(
    np.linalg.solve,
    [
        lambda dx, y, a, b: -solve(a, dx @ y),
        lambda dx, y, a, b: solve(a, dx),
    ],
    [
        lambda by, y, a, b: -f.solve_outer(solve(turned(a), by), y),
        lambda by, y, a, b: solve(turned(a), by),
    ],
    kind=_solved_kind,
    examples=((MATRIX, Drawn(3)), (MATRIX, Drawn(3, 2)), (STACK, Drawn(2, 3, 2))),
)
linear(
    fp.solve_outer,
    lambda by, y, g, x: by @ x,
    lambda by, y, g, x: turned(by) @ g,
    kind=lambda g, x: Num(True, "float", 2 if g.rank == 1 else g.rank),
    examples=((Drawn(3), Drawn(3)), (Drawn(3, 2), Drawn(3, 2)), (Drawn(2, 3, 2), Drawn(2, 3, 2))),
)


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
    kind=first_array,
    examples=((DEFINITE,), (np.stack([DEFINITE, 2.0 * DEFINITE]),)),
)


def _rotated(dx: Any, v: Any, UPLO: Any) -> Any:
    """The symmetric matrix in the base of the eigenvectors."""
    return turned(v) @ _symmetric(dx, UPLO == "L") @ v


def _inverse_gaps(a: Any, UPLO: Any) -> Any:
    """1 / (w[j] - w[i]), and 0 on the diagonal."""
    w = f.distinct(eigvalsh(a, UPLO))
    return f.div0(1.0, w[..., None, :] - w[..., :, None])


eigvalsh = traced(np.linalg.eigvalsh)


def _values_tangent(dx: Any, y: Any, a: Any, UPLO: Any = "L") -> Any:
    return np.diagonal(_rotated(dx, f.eigenvectors(a, UPLO), UPLO), 0, -2, -1)


def _values_adjoint(by: Any, y: Any, a: Any, UPLO: Any = "L") -> Any:
    v = f.eigenvectors(a, UPLO)
    return _of_triangle((v * by[..., None, :]) @ turned(v), UPLO == "L")


general(
    np.linalg.eigvalsh,
    [_values_tangent],
    [_values_adjoint],
    kind=lambda a, UPLO=None: Num(True, "float", a.rank and a.rank - 1),
    examples=((DEFINITE,), (DEFINITE + np.triu(MATRIX, 1), "U")),
)


def _vectors_tangent(dx: Any, y: Any, a: Any, UPLO: Any = "L") -> Any:
    return y @ (_inverse_gaps(a, UPLO) * _rotated(dx, y, UPLO))


def _vectors_adjoint(by: Any, y: Any, a: Any, UPLO: Any = "L") -> Any:
    return _of_triangle(y @ (_inverse_gaps(a, UPLO) * (turned(y) @ by)) @ turned(y), UPLO == "L")


general(
    fp.eigenvectors,
    [_vectors_tangent],
    [_vectors_adjoint],
    kind=first_array,
    examples=((DEFINITE,), (DEFINITE, "U")),
)
general(
    fp.distinct,
    [lambda dx, y, w: dx],
    [lambda by, y, w: by],
    kind=first_array,
    rounds=False,
    view="always",
    examples=((np.array([0.5, 1.0, 2.5]),),),
)
general(
    fp.log_det,
    [lambda dx, y, a: np.sum(dx * turned(inv(a)), (-2, -1))],
    [lambda by, y, a: _each(by, a) * turned(inv(a))],
    kind=_number_kind,
    examples=((MATRIX,), (STACK,)),
)
constant(fp.sign_det, ("a",), kind=_number_kind, piece=lambda a: f.sign_det(a))
