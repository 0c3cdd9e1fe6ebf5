"""Augmented assignment: `base[index] += value` over repeated entries, `y += e` as a function."""

from __future__ import annotations

import operator
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
    """base[index] += value, accumulating over entries that the index names more than once."""
    if once(index):
        base[index] += value
    else:
        np.add.at(base, index, value)


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
