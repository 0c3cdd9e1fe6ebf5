"""Shapes and masks: broadcasting undone, selection that NaN does not leak through, zeros.

A *scalar* is a Python or NumPy scalar, an *array* has a shape and is no NumPy scalar.  Array
functions are called through NumPy's dispatch, so arrays of another library stay where they are.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from fpad.runtime.rows import copied, is_plain


def is_array(x: Any) -> bool:
    """Is x an array (0-d arrays are, NumPy scalars are not)?"""
    return isinstance(x, np.ndarray) or (hasattr(x, "shape") and not isinstance(x, np.generic))


def dtype_of(x: Any) -> Any:
    """The dtype of an array that holds x: float64 for Python numbers, object for other numbers."""
    found = getattr(x, "dtype", None)
    if found is not None:
        return found
    return np.float64 if isinstance(x, float | int) else np.dtype(object)


def _excess(shape: tuple[int, ...], wanted: tuple[int, ...]) -> tuple[int, tuple[int, ...]]:
    """How broadcasting made `shape` of `wanted`: number of new leading axes, and stretched axes."""
    lead = len(shape) - len(wanted)
    axes = tuple(k for k, n in enumerate(wanted, lead) if n == 1 and lead >= 0 and shape[k] != 1)
    return lead, axes


def unbroadcast(t: Any, like: Any) -> Any:
    """Sum t over the axes along which `like` was broadcast.

    Args:
        t: scalar or array of the shape that `like` was broadcast to.
        like: scalar or array; only its shape is read.

    Returns:
        t itself where the shapes agree, else a new array of the shape of `like` and the dtype of t
        (a Python float where `like` is a Python number).

    Raises:
        ValueError: `like` does not broadcast to the shape of t.
    """
    have, want = getattr(t, "shape", ()), getattr(like, "shape", ())
    if have == want:
        return t
    lead, axes = _excess(have, want)
    if lead < 0:
        raise ValueError(f"shape {want} was not broadcast to shape {have}")
    if lead == 0 or axes:
        out = t.sum(axis=tuple(range(lead)) + axes, keepdims=True)
        out = out.reshape(out.shape[lead:])
    else:
        out = t.sum(axis=tuple(range(lead)))
    if getattr(out, "shape", ()) != want:
        raise ValueError(f"shape {want} was not broadcast to shape {have}")
    if isinstance(out, np.generic) and not hasattr(like, "shape"):
        return out.item()
    return out


def broadcast(t: Any, like: Any) -> Any:
    """Give t the shape of `like`: t itself where it has that shape, else a read-only view.

    A number of Python's takes the float type of `like`, as in sums and products.
    """
    shape = getattr(like, "shape", ())
    if getattr(t, "shape", ()) == shape:
        return t
    if type(t) is float and like.dtype.kind == "f":
        t = like.dtype.type(t)
    return np.broadcast_to(t, shape)


def zeros_like(x: Any) -> Any:
    """Zero of the shape of x and of its float type; numbers that are no floats give float64.

    A Python number gives 0.0, a NumPy scalar a NumPy scalar, an array a new array.  A tape or
    residuals (a list or tuple of these) have a zero for every entry.
    """
    if isinstance(x, np.generic):
        return x.dtype.type(0) if x.dtype.kind in "fc" else 0.0
    if not hasattr(x, "shape"):
        if isinstance(x, list | tuple):
            return type(x)(map(zeros_like, x))
        return 0.0 if isinstance(x, float | int) else 0
    return np.zeros_like(x) if x.dtype.kind in "fcO" else np.zeros_like(x, dtype=np.float64)


def copy(x: Any) -> Any:
    """A new array of the same entries in the same memory order; a scalar is returned as it is."""
    if is_array(x):
        return copied(x) if is_plain(x) else x.copy(order="K")
    return x


_ZERO = bytes(64)


def like(x: Any, y: Any = None) -> Any:
    """Something with the shape and dtype of x that holds no memory of that size.

    It keeps shapes alive where entries are not needed any more.  With y it has the shape that x and
    y broadcast to, and the dtype of x.  None, which a variable may hold on one way, stays None.
    """
    if x is None:
        return None
    shape = getattr(x, "shape", ())
    if y is not None and getattr(y, "shape", ()) != shape:
        shape = np.broadcast_shapes(shape, getattr(y, "shape", ()))
    elif not is_array(x):
        return x.dtype.type(0) if isinstance(x, np.generic) else type(x)(0)
    if type(x) is np.ndarray and x.dtype.kind != "O":
        return np.ndarray(shape, x.dtype, _ZERO, 0, (0,) * len(shape))
    return np.broadcast_to(np.zeros_like(x, shape=()), shape)


def reshape_like(g: Any, x: Any) -> Any:
    """Lay g out, in C order, with the shape of x; a scalar where x is one."""
    if is_array(x):
        return g if getattr(g, "shape", None) == x.shape else np.reshape(g, x.shape)
    return g.reshape(())[()] if is_array(g) else g


_BITS: dict[Any, Any] = {
    np.dtype(np.float64): np.dtype(np.int64),
    np.dtype(np.float32): np.dtype(np.int32),
}
_LONG = 1024


def _keep(mask: Any, t: Any) -> Any:
    """Keep t where the mask holds, 0 elsewhere: np.where(mask, t, 0), for arrays.

    Long arrays are masked as bits, -1 or 0: that has no branches, and takes a seventh of the time
    on a mask without pattern.
    """
    ints = _BITS.get(t.dtype) if type(t) is np.ndarray and t.size >= _LONG else None
    if ints is not None and type(mask) is np.ndarray and mask.dtype == np.bool_:
        bits = mask.astype(ints)
        np.negative(bits, out=bits)
        fits = mask.shape == t.shape
        return np.bitwise_and(bits, t.view(ints), out=bits if fits else None).view(t.dtype)
    dtype = getattr(t, "dtype", None)
    return np.where(mask, t, 0 if dtype is None or dtype.kind == "O" else dtype.type(0))


def _is_zero(x: Any) -> bool:
    """Is x the Python float 0.0 (not -0.0, which has other bits)?"""
    return type(x) is float and x == 0.0 and math.copysign(1.0, x) > 0.0


def where(c: Any, a: Any, b: Any) -> Any:
    """np.where; on scalars `a if c else b`, which keeps the number that was chosen as it is."""
    if not (is_array(c) or is_array(a) or is_array(b)):
        return a if c else b
    if _is_zero(b) and is_array(a):
        return _keep(c, a)
    if _is_zero(a) and is_array(b) and type(c) is np.ndarray and c.dtype == np.bool_:
        return _keep(~c, b)
    return np.where(c, a, b)


def gate(g: Any, holds: Any, fails: Any) -> Any:
    """Let g pass where `holds`, 0 where `fails`, NaN where neither: something compared was NaN."""
    if not (is_array(holds) or is_array(fails) or is_array(g)):
        return g if holds else 0.0 if fails else math.nan
    if type(holds) is not np.ndarray or not is_array(g):
        return np.where(fails, 0.0, np.where(holds, g, math.nan))
    out, known = _keep(holds, g), np.logical_or(holds, fails)
    return out if known.all() else np.where(known, out, math.nan)


def select(mask: Any, t: Any) -> Any:
    """Keep t where the mask holds, 0 elsewhere, whatever t holds there (NaN and inf are dropped).

    Along axes where the mask is larger than t, one entry of the mask that holds is enough.  The
    result has the shape and dtype of t, and may be t itself.
    """
    if not is_array(t):
        return t if (mask.any() if is_array(mask) else mask) else zeros_like(t)
    if not is_array(mask):
        return t if mask else np.zeros_like(t)
    lead, axes = _excess(mask.shape, t.shape)
    if axes:
        mask = mask.any(axis=axes, keepdims=True)
    if lead > 0:
        mask = mask.any(axis=tuple(range(lead)))
    return _keep(mask, t)


def scatter(g: Any, index: Any, like: Any) -> Any:
    """Zeros of the shape of `like` with g added at `index`: what indexing `like` does, transposed.

    Entries that the index names more than once receive the sum.
    """
    from fpad.runtime.update import add_at

    out = np.zeros_like(like, dtype=dtype_of(g))
    add_at(out, index, g)
    return out


def tape() -> list[Any]:
    """A new tape: a list that is appended to and popped from."""
    return []


def astype(x: Any, dtype: Any) -> Any:
    """`x.astype(dtype)`: a new array, or NumPy scalar."""
    return x.astype(dtype) if hasattr(x, "astype") else np.dtype(dtype).type(x)


def dtype(x: Any) -> Any:
    """`x.dtype`."""
    return x.dtype


def flatten(x: Any, order: str = "C") -> Any:
    """`x.flatten()`: the entries in C order, always a new array; by columns it is written out."""
    return x.flatten(order)


def flat(x: Any) -> Any:
    """The entries of x in C order, for `x.flat`: what is written to them is written to x, too."""
    return x.reshape(-1)


def along(a: Any) -> Any:
    """0, 1, ..: the indices of the diagonal of a matrix."""
    return np.arange(min(a.shape))


def item(x: Any) -> Any:
    """`x.item()`: the only entry of x as a Python number."""
    return x.item()
