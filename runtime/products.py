"""The two transposes of matmul and dot: the cotangent of the left and of the right factor.

Together with the product they are closed under differentiation: each is bilinear, and its own
transposes are the other two.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from fpad.runtime.arrays import unbroadcast


def _aligned(x: Any, other: Any) -> Any:
    """The vector x; the product itself, which would tell, need not have been computed.

    Raises:
        ValueError: the other vector has another length.
    """
    if x.shape != other.shape:
        raise ValueError(f"vectors of shapes {x.shape} and {other.shape} are multiplied")
    return x


def _rows(x: Any) -> Any:
    """All rows of x, in one matrix; there may be none, or rows of nothing."""
    return x.reshape(math.prod(x.shape[:-1]), x.shape[-1])


def matmul_left(g: Any, b: Any, a: Any) -> Any:
    """The cotangent of a in a @ b, given g of a @ b; of a only the shape is read."""
    if a.ndim == 1 and b.ndim == 1:
        return g * _aligned(b, a)
    if b.ndim == 1:
        return unbroadcast(g[..., None] * b, a)
    if a.ndim == 1:
        return unbroadcast((g[..., None, :] @ b.swapaxes(-1, -2))[..., 0, :], a)
    return unbroadcast(g @ b.swapaxes(-1, -2), a)


def matmul_right(g: Any, a: Any, b: Any) -> Any:
    """The cotangent of b in a @ b, given g of a @ b; of b only the shape is read."""
    if a.ndim == 1 and b.ndim == 1:
        return g * _aligned(a, b)
    if a.ndim == 1:
        return unbroadcast(a[:, None] * g[..., None, :], b)
    if b.ndim == 1:
        return _rows(a).swapaxes(0, 1) @ g.reshape(-1)
    if b.ndim == 2 and a.ndim > 2:  # one product instead of a sum over the stacked ones
        return _rows(a).swapaxes(0, 1) @ _rows(g)
    return unbroadcast(a.swapaxes(-1, -2) @ g, b)


def dot_left(g: Any, b: Any, a: Any) -> Any:
    """The cotangent of a in np.dot(a, b), given g of the product; of a only the shape is read."""
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return unbroadcast(g * b, a)
    if a.ndim <= 2 and b.ndim <= 2:
        return matmul_left(g, b, a)
    # Each axis of b but the one summed over stands at the end of g, in order.
    summed = b.ndim - 2 if b.ndim > 1 else 0
    others = [k for k in range(b.ndim) if k != summed]
    return np.tensordot(g, b, axes=(list(range(a.ndim - 1, a.ndim - 1 + len(others))), others))


def dot_right(g: Any, a: Any, b: Any) -> Any:
    """The cotangent of b in np.dot(a, b), given g of the product; of b only the shape is read."""
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return unbroadcast(g * a, b)
    if a.ndim <= 2 and b.ndim <= 2:
        return matmul_right(g, a, b)
    lead = list(range(a.ndim - 1))
    out = np.tensordot(a, g, axes=(lead, lead))
    return np.moveaxis(out, 0, -2) if b.ndim > 1 else out
