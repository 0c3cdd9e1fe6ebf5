"""Functions of numpy.linalg with several results, or that are made of others."""

from __future__ import annotations

from typing import Any

import numpy as np

from fpad import runtime as fp

Determinant: Any = type(np.linalg.slogdet(np.eye(1)))
Eigen: Any = type(np.linalg.eigh(np.eye(1)))


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
    return np.sum(np.not_equal(x, 0.0), axis, keepdims=keepdims) * 1.0


def power_norm(x: Any, ord: Any, axis: Any = None, keepdims: Any = False) -> Any:
    """With any other ord."""
    return np.power(np.sum(np.power(np.abs(x), ord), axis, keepdims=keepdims), 1.0 / ord)


def column_norm(x: Any) -> Any:
    """The norm of a matrix with ord=1."""
    return np.max(np.sum(np.abs(x), 0))


def row_norm(x: Any) -> Any:
    """With ord=inf."""
    return np.max(np.sum(np.abs(x), 1))


VECTOR_NORMS: dict[Any, Any] = {
    0: count_norm,
    1: sum_norm,
    np.inf: largest_norm,
    -np.inf: smallest_norm,
}
MATRIX_NORMS: dict[Any, Any] = {1: column_norm, np.inf: row_norm}


def slogdet(a: Any) -> Any:
    """`numpy.linalg.slogdet`, written out."""
    return Determinant(fp.sign_det(a), fp.log_det(a))


def eigh(a: Any, UPLO: Any = "L") -> Any:
    """`numpy.linalg.eigh`, written out."""
    return Eigen(np.linalg.eigvalsh(a, UPLO), fp.eigenvectors(a, UPLO))


def matrix_power(a: Any, n: Any) -> Any:
    """`numpy.linalg.matrix_power`, written out."""
    if n < 0:
        return matrix_power(np.linalg.inv(a), -n)
    out = np.identity(np.shape(a)[-1])
    for _ in range(n):
        out = out @ a
    return out


def multi_dot(arrays: Any) -> Any:
    """`numpy.linalg.multi_dot`, written out."""
    out = arrays[0]
    for a in arrays[1:]:
        out = np.dot(out, a)
    return out


WRITTEN: dict[Any, Any] = {
    np.linalg.eigh: eigh,
    np.linalg.matrix_power: matrix_power,
    np.linalg.multi_dot: multi_dot,
    np.linalg.slogdet: slogdet,
}
