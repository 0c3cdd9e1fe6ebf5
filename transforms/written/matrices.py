"""Functions of numpy.linalg with several results, or that are made of others."""

from __future__ import annotations

from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.written.quantiles import rows_along

Determinant: Any = type(np.linalg.slogdet(np.eye(1)))
Symmetric: Any = type(np.linalg.eigh(np.eye(1)))
General: Any = type(np.linalg.eig(np.eye(1)))
Singular: Any = type(np.linalg.svd(np.eye(1)))
Triangular: Any = type(np.linalg.qr(np.eye(1)))


def sum_norm(x: Any, axis: Any = None, keepdims: Any = False) -> Any:
    """The norm of vectors with ord=1."""
    return np.sum(np.abs(x), axis, keepdims=keepdims)


def largest_norm(x: Any, axis: Any = None, keepdims: Any = False) -> Any:
    """With ord=inf."""
    return np.max(np.abs(x), axis, keepdims=keepdims)


def smallest_norm(x: Any, axis: Any = None, keepdims: Any = False) -> Any:
    """With ord=-inf."""
    return np.min(np.abs(x), axis, keepdims=keepdims)


def count_norm(x: Any, axis: Any = None, keepdims: Any = False) -> Any:
    """With ord=0: how many entries are not zero."""
    there = np.not_equal(x, 0.0).astype(np.asarray(1.0 * x).dtype)
    return np.sum(there, axis, keepdims=keepdims)


def small_power_norm(x: Any, ord: Any, axis: Any = None, keepdims: Any = False) -> Any:
    """With ord between 0 and 1."""
    return np.power(np.sum(np.power(np.abs(x), ord), axis, keepdims=keepdims), 1.0 / ord)


def power_norm(x: Any, ord: Any, axis: Any = None, keepdims: Any = False) -> Any:
    """With ord > 1: beside infinite entries, which share the slope, that of the others is 0."""
    sizes = np.abs(x)
    far = np.isinf(sizes)
    powers = np.power(np.where(far, 0.0, sizes), ord)
    norm = np.power(np.sum(powers, axis, keepdims=keepdims), 1.0 / ord)
    count = np.sum(far, axis, keepdims=keepdims)
    limit = np.sum(np.where(far, sizes, 0.0), axis, keepdims=keepdims)
    return np.where(count > 0, limit * np.maximum(count, 1) ** (1.0 / ord - 1.0), norm)


def inverse_power_norm(x: Any, ord: Any, axis: Any = None, keepdims: Any = False) -> Any:
    """With ord < 0: 0 where an entry is, with the slope 0, as it is a kink there."""
    sizes = np.abs(x)
    zero = sizes == 0.0
    powers = np.power(np.where(zero, 1.0, sizes), ord)
    norm = np.power(np.sum(powers, axis, keepdims=keepdims), 1.0 / ord)
    return np.where(np.any(zero, axis, keepdims=keepdims), 0.0, norm)


def column_norm(x: Any) -> Any:
    """The norm of a stack of matrices with ord=1."""
    return np.max(np.sum(np.abs(x), -2), -1)


def least_column_norm(x: Any) -> Any:
    """With ord=-1."""
    return np.min(np.sum(np.abs(x), -2), -1)


def row_norm(x: Any) -> Any:
    """With ord=inf."""
    return np.max(np.sum(np.abs(x), -1), -1)


def least_row_norm(x: Any) -> Any:
    """With ord=-inf."""
    return np.min(np.sum(np.abs(x), -1), -1)


def spectral_norm(x: Any) -> Any:
    """With ord=2: the largest singular value."""
    return np.max(fp.singular_values(x), -1)


def least_singular_value(x: Any) -> Any:
    """With ord=-2."""
    return np.min(fp.singular_values(x), -1)


def nuclear_norm(x: Any) -> Any:
    """With ord="nuc": the sum of the singular values."""
    return np.sum(fp.singular_values(x), -1)


MATRIX_NORMS: dict[Any, Any] = {
    1: column_norm,
    -1: least_column_norm,
    2: spectral_norm,
    -2: least_singular_value,
    np.inf: row_norm,
    -np.inf: least_row_norm,
    "nuc": nuclear_norm,
}


def matrix_norm_of(x: Any, norm: Any, axis: Any, keepdims: Any) -> Any:
    """One of these, along a pair of axes."""
    turned = x if axis is None else np.moveaxis(x, axis, (-2, -1))
    out = norm(turned)
    if keepdims:
        return np.expand_dims(out, (-2, -1) if axis is None else axis)
    return out


VECTOR_NORMS: dict[Any, Any] = {
    0: count_norm,
    1: sum_norm,
    np.inf: largest_norm,
    -np.inf: smallest_norm,
}


def matrix_norm(x: Any, *, keepdims: Any = False, ord: Any = "fro") -> Any:
    """`numpy.linalg.matrix_norm`, written out."""
    return np.linalg.norm(x, ord, (-2, -1), keepdims)


def vector_norm(x: Any, *, axis: Any = None, keepdims: Any = False, ord: Any = 2) -> Any:
    """`numpy.linalg.vector_norm`, written out."""
    if axis is None:
        flat = np.linalg.norm(np.ravel(x), ord)
        return np.reshape(flat, (1,) * np.ndim(x)) if keepdims else flat
    if isinstance(axis, int):
        return np.linalg.norm(x, ord, axis, keepdims)
    out = np.linalg.norm(rows_along(x, axis), ord, -1)
    return np.expand_dims(out, axis) if keepdims else out


def cond(x: Any, p: Any = None) -> Any:
    """`numpy.linalg.cond`, written out."""
    if p is None or p == 2:
        s = fp.singular_values(x)
        return s[..., 0] / s[..., -1]
    if p == -2:
        s = fp.singular_values(x)
        return s[..., -1] / s[..., 0]
    return np.linalg.norm(x, p, (-2, -1)) * np.linalg.norm(np.linalg.inv(x), p, (-2, -1))


# ---------------------------------------------------------------- decompositions


def slogdet(a: Any) -> Any:
    """`numpy.linalg.slogdet`, written out."""
    return Determinant(fp.sign_det(a), fp.log_det(a))


def eigh(a: Any, UPLO: Any = "L") -> Any:
    """`numpy.linalg.eigh`, written out."""
    t = fp.eigh(a, UPLO)
    return Symmetric(fp.piece(t, a, "eig", "w"), fp.piece(t, a, "eig", "v"))


def eig(a: Any) -> Any:
    """`numpy.linalg.eig`, written out for real eigenvalues."""
    t = fp.eig(a)
    return General(fp.piece(t, a, "eig", "w"), fp.piece(t, a, "eig", "v"))


def eigvals(a: Any) -> Any:
    """`numpy.linalg.eigvals`, for real eigenvalues."""
    return fp.eigvals(a)


def svd(a: Any, full_matrices: Any = True, compute_uv: Any = True) -> Any:
    """`numpy.linalg.svd`, written out."""
    if not compute_uv:
        return fp.singular_values(a)
    t = fp.svd(a, full_matrices)
    return Singular(
        fp.piece(t, a, "svd", "u"), fp.piece(t, a, "svd", "s"), fp.piece(t, a, "svd", "vh")
    )


def svdvals(x: Any) -> Any:
    """`numpy.linalg.svdvals`, written out."""
    return fp.singular_values(x)


def qr(a: Any, mode: Any = "reduced") -> Any:
    """`numpy.linalg.qr`, written out."""
    if mode == "raw":
        raise ValueError("mode='raw' has no derivative; use mode='reduced'")
    t = fp.qr(a, mode == "complete")
    q, r = fp.piece(t, a, "qr", "q"), fp.piece(t, a, "qr", "r")
    if mode == "r":
        return r
    if mode == "complete":
        more = fp.rest(q, a, "qr")
        q = np.concatenate((q, more), -1)
        zeros = np.zeros_like(np.swapaxes(more, -1, -2) @ a)
        r = np.concatenate((r, zeros), -2)
    return Triangular(q, r)


# ---------------------------------------------------------------- made of others


def solve_vector(a: Any, b: Any) -> Any:
    """`numpy.linalg.solve` of many matrices and one vector."""
    return fp.solve_many(a, b[:, None])[..., 0]


def lstsq(a: Any, b: Any, rcond: Any = None) -> Any:
    """`numpy.linalg.lstsq`, written out."""
    x = fp.least_squares(a, b, rcond)
    given = fp.fixed("float[:]", np.linalg.lstsq, (a, b, rcond), (), 1)
    beside = b - a @ x
    squares = np.reshape(np.sum(beside * beside, 0), -1)[: len(given)]
    left = fp.library(squares, np.linalg.lstsq, (a, b, rcond), (), 1)
    rank = fp.fixed("int", np.linalg.lstsq, (a, b, rcond), (), 2)
    s = fp.library(fp.singular_values(a), np.linalg.lstsq, (a, b, rcond), (), 3)
    return x, left, rank, s


def matrix_power(a: Any, n: Any) -> Any:
    """`numpy.linalg.matrix_power`, written out as NumPy multiplies."""
    if np.ndim(a) < 2:
        return np.linalg.inv(a)  # which NumPy refuses too
    if n == 0:
        return np.zeros_like(a) + np.identity(np.shape(a)[-1]).astype(np.asarray(a).dtype)
    if n < 0:
        a = np.linalg.inv(a)
        n = -n
    if n == 1:
        return a + 0.0
    if n == 2:
        return a @ a
    if n == 3:
        return a @ a @ a
    z = a
    first = True
    out = a
    while n > 0:
        if n % 2 == 1:
            out = z if first else out @ z
            first = False
        n = n // 2
        if n > 0:
            z = z @ z
    return out


def multi_dot(arrays: Any) -> Any:
    """`numpy.linalg.multi_dot`, written out."""
    out = arrays[0]
    for a in arrays[1:]:
        out = np.dot(out, a)
    return out


def tensorsolve(a: Any, b: Any, axes: Any = None) -> Any:
    """`numpy.linalg.tensorsolve`, written out."""
    if axes is not None:
        for k in axes:
            a = np.moveaxis(a, k, -1)
    rank = np.ndim(b)
    shape = np.shape(a)[rank:]
    flat = np.reshape(a, (np.size(b), -1))
    return np.reshape(np.linalg.solve(flat, np.ravel(b)), shape)


def tensorinv(a: Any, ind: Any = 2) -> Any:
    """`numpy.linalg.tensorinv`, written out."""
    size = 1
    for k in range(ind):
        size = size * np.shape(a)[k]
    shape = np.shape(a)[ind:] + np.shape(a)[:ind]
    return np.reshape(np.linalg.inv(np.reshape(a, (size, -1))), shape)


# ---------------------------------------------------------------- other names


def trace(x: Any, *, offset: Any = 0) -> Any:
    """`numpy.linalg.trace`, written out."""
    return np.trace(x, offset, -2, -1)


def diagonal(x: Any, *, offset: Any = 0) -> Any:
    """`numpy.linalg.diagonal`, written out."""
    return np.diagonal(x, offset, -2, -1)


def matmul(x1: Any, x2: Any) -> Any:
    """`numpy.linalg.matmul`, written out."""
    return np.matmul(x1, x2)


def matrix_transpose(x: Any) -> Any:
    """`numpy.linalg.matrix_transpose`, written out."""
    return np.swapaxes(x, -1, -2)


def outer(x1: Any, x2: Any) -> Any:
    """`numpy.linalg.outer`, written out."""
    return np.outer(x1, x2)


def tensordot(x1: Any, x2: Any, *, axes: Any = 2) -> Any:
    """`numpy.linalg.tensordot`, written out."""
    return np.tensordot(x1, x2, axes)


def cross(x1: Any, x2: Any) -> Any:
    """`numpy.linalg.cross`, written out."""
    return np.cross(x1, x2)


def vecdot(x1: Any, x2: Any, *, axis: Any = -1) -> Any:
    """`numpy.linalg.vecdot`, written out."""
    return np.sum(x1 * x2, axis)


WRITTEN: dict[Any, Any] = {
    np.linalg.cond: cond,
    np.linalg.eig: eig,
    np.linalg.eigh: eigh,
    np.linalg.eigvals: eigvals,
    np.linalg.lstsq: lstsq,
    np.linalg.matrix_power: matrix_power,
    np.linalg.multi_dot: multi_dot,
    np.linalg.qr: qr,
    np.linalg.slogdet: slogdet,
    np.linalg.svd: svd,
    np.linalg.tensorinv: tensorinv,
    np.linalg.tensorsolve: tensorsolve,
}
ROUNDED_OTHERWISE: set[Any] = {np.linalg.multi_dot}
if hasattr(np.linalg, "vecdot"):
    ROUNDED_OTHERWISE.update((np.linalg.vecdot, np.linalg.vector_norm))
for _name, _f in (
    ("cross", cross),
    ("diagonal", diagonal),
    ("matmul", matmul),
    ("matrix_transpose", matrix_transpose),
    ("outer", outer),
    ("tensordot", tensordot),
    ("trace", trace),
    ("vecdot", vecdot),
    ("matrix_norm", matrix_norm),
    ("vector_norm", vector_norm),
    ("svdvals", svdvals),
):
    if hasattr(np.linalg, _name):  # NumPy 2
        WRITTEN.setdefault(getattr(np.linalg, _name), _f)
