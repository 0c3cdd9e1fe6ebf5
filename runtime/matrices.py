"""What the derivatives of determinants and solutions are made of; all take stacks of matrices.

cofactor(a)          the slope of np.linalg.det(a), of singular matrices too
minors(a)[i, j]      a without row i and column j
"""

from __future__ import annotations

from typing import Any

import numpy as np

from fpad.runtime.cumulate import exclusive
from fpad.runtime.update import add_at


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
    add_at(out, index, g)
    return out


def alternate(g: Any) -> Any:
    """Entry i, j with the sign of (-1)**(i + j)."""
    n = g.shape[-1]
    return np.where((np.arange(n)[:, None] + np.arange(n)) % 2 == 0, g, -g)


def _others(n: int) -> Any:
    """Row k: the numbers below n without k."""
    numbers = np.arange(max(n - 1, 0))
    return numbers + (numbers >= np.arange(n)[:, None])


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


def solve_many(a: Any, b: Any) -> Any:
    """np.linalg.solve of stacks of matrices, broadcast together."""
    return np.linalg.solve(a, b)
