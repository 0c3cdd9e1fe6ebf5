"""Augmented assignment: `base[index] += value` over repeated entries, `y += e` as a function."""

from __future__ import annotations

import math
import operator
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from fpad.runtime.arrays import is_array

_BASIC = (int, np.integer, slice, type(None), type(Ellipsis))


def once(index: Any) -> bool:
    """Does the index certainly name every entry at most once?"""
    if isinstance(index, tuple):
        return all(isinstance(i, _BASIC) and not isinstance(i, bool) for i in index)
    if isinstance(index, _BASIC):
        return True
    return getattr(index, "dtype", None) == np.bool_


def add_at(base: Any, index: Any, value: Any) -> None:
    """base[index] += value, accumulating over entries that the index names more than once.

    On a device the order in which CuPy adds to one entry is not determined.
    """
    if once(index):
        base[index] += value
    elif isinstance(base, np.ndarray):
        if not _added_flat(base, index, value):
            np.add.at(base, index, value)
    else:  # CuPy's arrays do not take ufunc.at of NumPy's ufuncs
        sys.modules[type(base).__module__.partition(".")[0]].add.at(base, index, value)


FLAT_FROM = 1000
"""So many entries are added through one index of all axes, which costs some microseconds."""


def _added_flat(base: Any, index: Any, value: Any) -> bool:
    """Carry out the addition on the entries in a row, if one axis is indexed by one array.

    NumPy is several times faster there than along several axes; the sums have the same order.
    """
    parts = index if isinstance(index, tuple) else (index,)
    k = len(parts) - 1
    rows = parts[k]
    if base.ndim < 2 or not base.flags.c_contiguous or not isinstance(rows, np.ndarray):
        return False
    front = all(isinstance(p, slice) and p == slice(None) for p in parts[:k])
    if rows.dtype.kind not in "iu" or not front or k >= base.ndim:
        return False
    shape, m = base.shape, base.shape[k]
    whole = (*shape[:k], *rows.shape, *shape[k + 1 :])
    if math.prod(whole) < FLAT_FROM or rows.min() < -m or rows.max() >= m:
        return False  # the last two are NumPy's error
    lead, rest = math.prod(shape[:k]), math.prod(shape[k + 1 :])
    at = np.arange(lead)[:, None] * m + np.mod(rows.astype(np.intp, copy=False).ravel(), m)
    if rest != 1:
        at = at[..., None] * rest + np.arange(rest)
    np.add.at(base.reshape(-1), at.ravel(), np.broadcast_to(value, whole).ravel())
    return True


def keep_last(t: Any, index: Any, like: Any) -> Any:
    """What of t = like[index] counts after `like[index] = ..`: the rest is zero.

    Where an index names an entry more than once, NumPy keeps what is written there last.

    Args:
        t: an array of the shape of like[index].
        index: what the array was written with.
        like: an array; only its shape is read.

    Returns:
        t itself if no entry is named twice, else a new array.
    """
    if once(index):
        return t
    kept, place = _last(index if isinstance(index, tuple) else (index,), like.shape)
    if kept is None:
        return t
    shape = (*kept.shape, *(1,) * (t.ndim - place - kept.ndim))
    return np.where(kept.reshape(shape), t, np.zeros((), t.dtype))


def _last(parts: tuple[Any, ...], shape: tuple[int, ...]) -> tuple[Any, int]:
    """Which entries of the arrays in an index, broadcast, come last; the first axis of theirs.

    The first is None if no entry of the array that is indexed is named twice.
    """
    taken = sum(_axes(p) for p in parts)
    columns: list[Any] = []
    sizes: list[int] = []
    places: list[tuple[int, int]] = []
    axis = out = 0
    for k, p in enumerate(parts):
        if p is Ellipsis:
            axis += len(shape) - taken
            out += len(shape) - taken
        elif p is None or isinstance(p, slice):
            axis += p is not None
            out += 1
        else:
            found = [] if isinstance(p, int | np.integer) else _entries(p)
            columns += found
            sizes += shape[axis : axis + len(found)]
            axis += max(len(found), 1)
            places.append((k, out))
    together = places[-1][0] - places[0][0] == len(places) - 1
    where: Any = 0
    for column, n in zip(columns, sizes, strict=True):
        where = where * n + column % max(n, 1)
    _, last = np.unique(where.ravel()[::-1], return_index=True)
    if len(last) == where.size:
        return None, 0
    kept = np.zeros_like(where.ravel(), dtype=bool)
    kept[where.size - 1 - last] = True
    return kept.reshape(where.shape), places[0][1] if together else 0


def _axes(part: Any) -> int:
    """How many axes of an array a part of an index picks from."""
    if part is None or part is Ellipsis:
        return 0
    return part.ndim if getattr(part, "dtype", None) == np.bool_ else 1


def _entries(part: Any) -> list[Any]:
    """The indices along each axis that an array or a list in an index names."""
    array = part if is_array(part) else np.asarray(part)
    return list(array.nonzero()) if array.dtype == np.bool_ else [array]


def _pure(
    plain: Callable[[Any, Any], Any], ufunc: np.ufunc, sign: str
) -> Callable[[Any, Any], Any]:
    """The value that `y sign= e` leaves in y, as a function that changes nothing."""

    def update(y: Any, e: Any) -> Any:
        if not is_array(y):
            return plain(y, e)
        if ufunc is np.power:  # the operator takes short cuts for some exponents
            out = y.copy(order="K")
            out **= e
            return out
        return ufunc(y, e, out=np.empty_like(y))

    update.__name__ = update.__qualname__ = "i" + plain.__name__.strip("_")
    update.__doc__ = (
        f"The value of y after `y {sign}= e`, as a new array of y's shape and dtype.\n\n"
        "Raises what the statement raises: where e does not broadcast to y's shape, or its\n"
        f"numbers do not fit y's dtype.  For a scalar y it is `y {sign} e`."
    )
    return update


iadd = _pure(operator.add, np.add, "+")
isub = _pure(operator.sub, np.subtract, "-")
imul = _pure(operator.mul, np.multiply, "*")
itruediv = _pure(operator.truediv, np.true_divide, "/")
ifloordiv = _pure(operator.floordiv, np.floor_divide, "//")
imod = _pure(operator.mod, np.remainder, "%")
ipow = _pure(operator.pow, np.power, "**")
imatmul = _pure(operator.matmul, np.matmul, "@")
iand = _pure(operator.and_, np.bitwise_and, "&")
ior = _pure(operator.or_, np.bitwise_or, "|")
ixor = _pure(operator.xor, np.bitwise_xor, "^")
ilshift = _pure(operator.lshift, np.left_shift, "<<")
irshift = _pure(operator.rshift, np.right_shift, ">>")
