"""Slopes that vanish at infinity, with all their derivatives: bell-shaped curves.

Written out, the derivative of exp(-x * x) or 1 / (1 + x * x) has a factor x, which makes 0 * inf of
the limit 0.  Each function here takes the order of the derivative, so that it is closed under
differentiation.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from fpad.runtime.arrays import is_array

_FAR = 64.0
"""From where on exp(-x * x / 2) is 0 in every format, with any power of x as a factor."""


def gaussian(x: Any, c: float = 1.0, n: int = 0) -> Any:
    """The n-th derivative of exp(-c * x * x), for c = 1 or 1/2.

    The orders follow from f' = -2 c x f (Abramowitz and Stegun, 22.7.13).
    """
    number = _is_number(x)
    if n == 0:
        if number:
            return math.exp(-c * (x * x))
        with np.errstate(over="ignore"):
            return np.exp(-c * (x * x))
    z = np.clip(x, -_FAR, _FAR)
    before, value = 0.0, np.exp(-c * (z * z))
    for k in range(n):
        before, value = value, -2.0 * c * (z * value + float(k) * before)
    return float(value) if number else value


def lorentzian(x: Any, p: float = 1.0, n: int = 0) -> Any:
    """The n-th derivative of (1 + x * x)**-p, for p = 1 or 1/2.

    The orders follow from (1 + x * x) f' = -2 p x f (Abramowitz and Stegun, 22.7.3); no square in
    them overflows.
    """
    number = _is_number(x)
    if number and n == 0:
        return 1.0 / (1.0 + x * x) if p == 1.0 else 1.0 / math.hypot(1.0, x)
    with np.errstate(over="ignore"):
        square = np.multiply(x, x)
        inverse = 1.0 / (1.0 + square)
    value = inverse if p == 1.0 else _inverse_root(x, square)
    if n:
        far = np.abs(x) > 1.0
        turned = 1.0 / np.where(far, x, _one(inverse))
        outside = turned / (1.0 + turned * turned)
        ratio = np.where(far, outside, np.where(far, _one(inverse), x) * inverse)
    before: Any = 0.0
    for k in range(n):
        step = 2.0 * (p + k) * ratio * value + k * (k - 1 + 2.0 * p) * inverse * before
        before, value = value, -step
    if is_array(x):
        return value
    return float(value) if number else value[()]


def _inverse_root(x: Any, square: Any) -> Any:
    """1 / sqrt(1 + x * x), given the square; 1 / abs(x) where that is infinite."""
    over = np.isinf(square)
    value = 1.0 / np.sqrt(1.0 + square)
    if over.any():
        value = np.where(over, 1.0 / np.where(over, np.abs(x), _one(value)), value)
    return value


def _one(like: Any) -> Any:
    return like.dtype.type(1)


def _is_number(x: Any) -> bool:
    """Is x a number of Python's?"""
    return not is_array(x) and not isinstance(x, np.generic)
