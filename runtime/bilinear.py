"""The cotangents of the factors of NumPy's products.

`.._left(g, b, a)` is that of a, `.._right(g, a, b)` that of b, given g of the product; of the last
operand only the shape is read.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from fpad.runtime.arrays import is_array, reshape_like, unbroadcast
from fpad.runtime.errors import InputError


def outer_left(g: Any, b: Any, a: Any) -> Any:
    """Of a in np.outer(a, b)."""
    return reshape_like(g @ np.ravel(b), a)


def outer_right(g: Any, a: Any, b: Any) -> Any:
    """Of b in np.outer(a, b)."""
    return reshape_like(np.ravel(a) @ g, b)


def vdot_left(g: Any, b: Any, a: Any) -> Any:
    """Of a in np.vdot(a, b)."""
    return reshape_like(g * b, a)


def vdot_right(g: Any, a: Any, b: Any) -> Any:
    """Of b in np.vdot(a, b)."""
    return reshape_like(g * a, b)


def inner_left(g: Any, b: Any, a: Any) -> Any:
    """Of a in np.inner(a, b)."""
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return unbroadcast(g * b, a)
    g, lead = np.asarray(g), a.ndim - 1
    return np.tensordot(g, b, (list(range(lead, g.ndim)), list(range(b.ndim - 1))))


def inner_right(g: Any, a: Any, b: Any) -> Any:
    """Of b in np.inner(a, b)."""
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return unbroadcast(g * a, b)
    lead = list(range(a.ndim - 1))
    return np.tensordot(np.asarray(g), a, (lead, lead))


def _axes(a: Any, b: Any, axes: Any) -> tuple[list[int], list[int]]:
    """The axes that np.tensordot sums over, of a and of b, from 0."""
    if isinstance(axes, int | np.integer):
        return list(range(a.ndim - int(axes), a.ndim)), list(range(int(axes)))
    pair = [[k] if isinstance(k, int | np.integer) else list(k) for k in axes]
    return [k % a.ndim for k in pair[0]], [k % b.ndim for k in pair[1]]


def _unmixed(product: Any, kept: list[int], summed: list[int]) -> Any:
    """Put axes that stand in the order `kept`, `summed` back in their places."""
    return product.transpose(np.argsort(kept + summed)) if kept + summed else product


def tensordot_left(g: Any, b: Any, a: Any, axes: Any = 2) -> Any:
    """Of a in np.tensordot(a, b, axes)."""
    of_a, of_b = _axes(a, b, axes)
    kept = [k for k in range(a.ndim) if k not in of_a]
    others = [k for k in range(b.ndim) if k not in of_b]
    g = np.asarray(g)
    out = np.tensordot(g, b, (list(range(len(kept), g.ndim)), others))
    ranks = np.argsort(of_b)  # the axes left over of b are in b's order
    return _unmixed(out, kept, [of_a[k] for k in ranks])


def tensordot_right(g: Any, a: Any, b: Any, axes: Any = 2) -> Any:
    """Of b in np.tensordot(a, b, axes)."""
    of_a, of_b = _axes(a, b, axes)
    kept = [k for k in range(a.ndim) if k not in of_a]
    others = [k for k in range(b.ndim) if k not in of_b]
    g = np.asarray(g)
    out = np.tensordot(g, a, (list(range(len(kept))), kept))
    ranks = np.argsort(of_a)
    return _unmixed(out, others, [of_b[k] for k in ranks])


def _blocks(g: Any, a: Any, b: Any) -> tuple[Any, Any, Any, int]:
    """The product np.kron(a, b) with an axis of a beside each of b, and the two with these axes."""
    n = max(np.ndim(a), np.ndim(b))
    shapes = [(1,) * (n - np.ndim(x)) + np.shape(x) for x in (a, b)]
    pairs = tuple(k for pair in zip(*shapes, strict=True) for k in pair)
    wide_a = tuple(k for m in shapes[0] for k in (m, 1))
    wide_b = tuple(k for m in shapes[1] for k in (1, m))
    return np.reshape(g, pairs), wide_a, wide_b, n


def kron_left(g: Any, b: Any, a: Any) -> Any:
    """Of a in np.kron(a, b)."""
    blocks, _, wide, n = _blocks(g, a, b)
    return reshape_like((blocks * np.reshape(b, wide)).sum(axis=tuple(range(1, 2 * n, 2))), a)


def kron_right(g: Any, a: Any, b: Any) -> Any:
    """Of b in np.kron(a, b)."""
    blocks, wide, _, n = _blocks(g, a, b)
    return reshape_like((blocks * np.reshape(a, wide)).sum(axis=tuple(range(0, 2 * n, 2))), b)


def _whole(g: Any, n: int, m: int, mode: str) -> Any:
    """The cotangent of the full convolution of n and m entries, given that of a part of it."""
    start = {"full": 0, "same": (min(n, m) - 1) // 2, "valid": min(n, m) - 1}[mode]
    out = np.zeros_like(g, shape=(n + m - 1,))
    out[start : start + len(g)] = g
    return out


def convolve_left(g: Any, v: Any, a: Any, mode: str = "full") -> Any:
    """Of a in np.convolve(a, v, mode)."""
    return np.correlate(_whole(g, len(a), len(v), mode), v, "valid")


def convolve_right(g: Any, a: Any, v: Any, mode: str = "full") -> Any:
    """Of v in np.convolve(a, v, mode)."""
    return np.correlate(_whole(g, len(a), len(v), mode), a, "valid")


def _lags(g: Any, a: Any, v: Any, mode: str) -> Any:
    """The cotangent of the full correlation; numpy turns it round where v is longer."""
    if len(v) > len(a):
        return _whole(g[::-1], len(v), len(a), mode)[::-1]
    return _whole(g, len(a), len(v), mode)


def correlate_left(g: Any, v: Any, a: Any, mode: str = "valid") -> Any:
    """Of a in np.correlate(a, v, mode)."""
    return np.convolve(_lags(g, a, v, mode), v, "full")[len(v) - 1 : len(v) - 1 + len(a)]


def correlate_right(g: Any, a: Any, v: Any, mode: str = "valid") -> Any:
    """Of v in np.correlate(a, v, mode)."""
    return np.correlate(_lags(g, a, v, mode)[::-1], a[::-1], "valid") if is_array(v) else g


def cross_left(g: Any, b: Any, a: Any) -> Any:
    """Of a in np.cross(a, b), of vectors with three entries."""
    _three(a, b)
    return unbroadcast(np.cross(b, g), a)


def cross_right(g: Any, a: Any, b: Any) -> Any:
    """Of b in np.cross(a, b)."""
    _three(a, b)
    return unbroadcast(np.cross(g, a), b)


def _three(a: Any, b: Any) -> None:
    if np.shape(a)[-1] != 3 or np.shape(b)[-1] != 3:
        raise InputError(
            "the derivative of np.cross is of vectors with three entries: with two, write "
            "a[0] * b[1] - a[1] * b[0]"
        )
