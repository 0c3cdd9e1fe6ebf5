"""What the derivatives of determinants and eigenvectors are made of; all take stacks of matrices.

cofactor(a)          the slope of np.linalg.det(a), of singular matrices too
minors(a)[i, j]      a without row i and column j
"""

from __future__ import annotations

from typing import Any

import numpy as np

from fpad.runtime.cumulate import exclusive
from fpad.runtime.errors import InputError


def cofactor(a: Any) -> Any:
    """The signed determinants of all minors: the derivative of np.linalg.det(a).

    From a = u s v: the cofactors of s are products of all singular values but one, which need no
    inverse.
    """
    if a.shape[-1] == 0:
        return np.zeros_like(a)
    u, s, v = np.linalg.svd(a)
    others = exclusive(s, -1) * exclusive(s, -1, True)
    sign = np.sign(np.linalg.det(u) * np.linalg.det(v))
    return sign[..., None, None] * ((u * others[..., None, :]) @ v)


def minors(a: Any) -> Any:
    """All minors: entry [.., i, j] is a without row i and column j."""
    keep = _others(a.shape[-1])
    rows = keep[:, None, :, None]
    columns = keep[None, :, None, :]
    return a[..., rows, columns]


def unminors(g: Any, like: Any) -> Any:
    """`minors` transposed: every entry of g is added where it was taken from."""
    out = np.zeros_like(like, dtype=g.dtype)
    keep = _others(like.shape[-1])
    index: Any = (..., keep[:, None, :, None], keep[None, :, None, :])
    np.add.at(out, index, g)
    return out


def alternate(g: Any) -> Any:
    """Entry i, j with the sign of (-1)**(i + j)."""
    n = g.shape[-1]
    return np.where((np.arange(n)[:, None] + np.arange(n)) % 2 == 0, g, -g)


def _others(n: int) -> Any:
    """Row k: the numbers below n without k."""
    numbers = np.arange(max(n - 1, 0))
    return numbers + (numbers >= np.arange(n)[:, None])


def eigenvectors(a: Any, UPLO: Any = "L") -> Any:
    """The eigenvectors that np.linalg.eigh(a) gives."""
    return np.linalg.eigh(a, UPLO)[1]


def distinct(w: Any) -> Any:
    """The eigenvalues w, in ascending order, as they are.

    Raises:
        InputError: two of them agree to the last digits: then none of them has a derivative.
    """
    near = np.diff(w, axis=-1)
    size = np.max(np.abs(w), axis=-1, keepdims=True, initial=0.0)
    where = np.argwhere(near <= 8 * np.finfo(w.dtype).eps * size)
    if len(where):
        k = int(where[0][-1])
        row = w[tuple(where[0][:-1])]
        raise InputError(
            f"eigenvalues {k} and {k + 1} are equal ({row[k]} and {row[k + 1]}): eigenvalues and "
            "eigenvectors have no derivative there"
        )
    return w


def solve_outer(g: Any, y: Any) -> Any:
    """G yᵀ of two matrices, or of two vectors as columns."""
    if g.ndim == 1 or y.ndim == 1:
        return g[..., :, None] * y[..., None, :]
    return g @ y.swapaxes(-1, -2)


def sign_det(a: Any) -> Any:
    """The sign of the determinant of a."""
    return np.linalg.slogdet(a)[0]


def log_det(a: Any) -> Any:
    """The logarithm of the size of the determinant of a."""
    return np.linalg.slogdet(a)[1]
