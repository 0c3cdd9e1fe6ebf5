"""Products with factors left out, and the recurrence that differentiates them: no division.

    exclusive([2, 3, 5])             [1, 2, 6]: the product of what stands before each entry
    exclusive([2, 3, 5], None, True) [15, 5, 1]: of what stands after it
    carry(g, x)                      r[0] = 0,  r[j] = g[j - 1] + x[j - 1] * r[j - 1]

Both are closed under differentiation, so products with zeros have true derivatives at every order.
`axis` is None (all entries, in C order), an int or a tuple of ints.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from fpad.runtime.arrays import dtype_of, is_array, zeros_like
from fpad.runtime.reduce import Axis, _axes, _last


def _back(rows: Any, x: Any, axis: Axis) -> Any:
    """Undo `_last`: the last axis becomes the axes of x again."""
    axes = _axes(x.ndim, axis)
    if axes == (x.ndim - 1,):
        return rows
    kept = tuple(k for k in range(x.ndim) if k not in axes)
    order = kept + axes
    return rows.reshape(tuple(x.shape[k] for k in order)).transpose(tuple(np.argsort(order)))


def exclusive(x: Any, axis: Axis = None, reverse: bool = False) -> Any:
    """The product of all entries before each entry along `axis`; after it if `reverse`."""
    if not is_array(x):
        return zeros_like(x) + 1
    rows = _last(x, axis)
    if reverse:
        rows = rows[..., ::-1]
    out = np.ones_like(rows, dtype=dtype_of(x), subok=False)
    np.cumprod(rows[..., :-1], axis=-1, out=out[..., 1:])
    return _back(out[..., ::-1] if reverse else out, x, axis)


def carry(g: Any, x: Any, axis: Axis = None, reverse: bool = False) -> Any:
    """The recurrence r[j] = g[j - 1] + x[j - 1] * r[j - 1] from r[0] = 0; backwards if `reverse`.

    Args:
        g: what is added; it has the shape of x.
        x: the factors.
        axis: the axes it runs along, as one in C order.
        reverse: r[j] = g[j + 1] + x[j + 1] * r[j + 1], from 0 at the end.
    """
    if not is_array(x):
        return zeros_like(g)
    add, factor = _last(np.broadcast_to(g, x.shape), axis), _last(x, axis)
    if reverse:
        add, factor = add[..., ::-1], factor[..., ::-1]
    out = np.zeros_like(add, dtype=np.result_type(dtype_of(g), x), subok=False)
    out[..., 1:2] = add[..., :1]  # not factor * 0, which is NaN of an infinite factor
    for j in range(2, out.shape[-1]):
        out[..., j] = add[..., j - 1] + factor[..., j - 1] * out[..., j - 1]
    return _back(out[..., ::-1] if reverse else out, x, axis)
