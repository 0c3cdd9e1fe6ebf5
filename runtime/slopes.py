"""Slopes of roots, powers and absolute values: finite wherever the operation itself is defined.

Where the slope of an operation is infinite (a root at 0) or has no value (abs at 0) the coded
slope is 0.  Each function here is closed under differentiation, so this holds at every order.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np

from fpad.runtime.arrays import is_array, zeros_like


def sign(x: Any) -> Any:
    """Give -1, 0 or 1 by the sign of x, NaN for NaN."""
    if is_array(x) or isinstance(x, np.generic):
        return np.sign(x)
    return 1.0 if x > 0 else -1.0 if x < 0 else 0.0 if x == 0 else x


def div0(a: Any, b: Any) -> Any:
    """Divide a by b, but give 0 where b is 0."""
    if not is_array(b):
        return a / b if b != 0 else zeros_like(a)
    zero = b == 0
    if not zero.any():
        return a / b
    q = a / np.where(zero, b.dtype.type(1), b)
    return np.where(zero, q.dtype.type(0), q)


def cosine(a: Any, b: Any) -> Any:
    """Divide a by hypot(a, b): 0 where both are 0; where one is infinite only infinities count."""
    if not is_array(a) and not is_array(b):
        if math.isinf(a) or math.isinf(b):
            a, b = _far(a), _far(b)
        r = np.hypot(a, b) if isinstance(a, np.generic) else math.hypot(a, b)
        return div0(a, r)
    far = np.isinf(a) | np.isinf(b)
    if far.any():
        a, b = np.where(far, _far(a), a), np.where(far, _far(b), b)
    return div0(a, np.hypot(a, b))


def _far(a: Any) -> Any:
    """The sign of an infinity, 0 for what is finite."""
    if is_array(a):
        return np.where(np.isfinite(a), a.dtype.type(0), np.sign(a))
    return sign(a) if math.isinf(a) else 0.0 * a


def difference(a: Any, b: Any) -> Any:
    """Subtract b from a; an infinity from itself is 0."""
    if not is_array(a) and not is_array(b):
        return a - b if a != b else 0.0 if type(a) is float else type(a)(0)
    with np.errstate(invalid="ignore"):
        out = np.subtract(a, b)
    if np.isnan(out).any():
        out = np.where(np.equal(a, b), out.dtype.type(0), out)
    return out


def logistic(t: Any) -> Any:
    """Compute 1 / (1 + exp(-t)), of which no power overflows."""
    if not is_array(t) and not isinstance(t, np.generic):
        e = math.exp(-abs(t))
        return (e if t < 0 else 1.0) / (1.0 + e)
    e = np.exp(-np.abs(t))
    out = np.where(t < 0, e, e.dtype.type(1)) / (1 + e)
    return out if is_array(t) else out[()]


def log0(a: Any, n: int = 0) -> Any:
    """The n-th derivative of the logarithm where a > 0, 0 where a <= 0."""
    if is_array(a) or isinstance(a, np.generic):
        off = a <= 0
        safe = np.where(off, a.dtype.type(1), a)
        out = np.log(safe) if n == 0 else _log_factor(n) / safe**n
        out = np.where(off, out.dtype.type(0), out)
        return out if is_array(a) else out[()]
    if a <= 0:
        return 0.0
    return math.log(a) if n == 0 else _log_factor(n) / float(a) ** n


def base_log(a: Any, b: Any, n: int = 0) -> Any:
    """`log0(a, n)`, but infinite where a = 0 and b < 0.

    `y * base_log(a, b)` is the slope of y = a**b with respect to b: 0 at a = 0 where y is finite,
    and at a < 0, where b is an integer that cannot vary.
    """
    out, zero = log0(a, n), a == 0
    if zero.any() if is_array(zero) else zero:
        infinite, pole = -_log_factor(n + 1) * math.inf, zero & (b < 0)
        if not is_array(pole):
            return type(out)(infinite) if pole else out
        return np.where(pole, infinite, out if is_array(out) else np.zeros_like(b * 1.0))
    if is_array(b) and np.shape(out) != b.shape:
        return np.broadcast_arrays(out, b)[0].copy()
    return out


def _log_factor(n: int) -> float:
    return float((-1) ** (n - 1) * math.factorial(n - 1))


def power_slope(a: Any, b: Any, n: int = 1, m: int = 0) -> Any:
    """The derivative of a**b, n times with respect to a and m times with respect to b.

    Finite wherever a**b is: for integer b it is the derivative of the polynomial, also at a <= 0;
    a**0 has slope 0, and where a = 0 < b < n the coded slope is 0.  For a <= 0 the derivatives with
    respect to b are 0.
    """
    if m == 0 and n == 1 and type(a) is float and a > 0.0 and isinstance(b, float | int):
        try:
            return b * a ** (b - 1.0)
        except OverflowError:
            return b * math.inf if b else 0.0
    factor = _falling(b, n)
    coded = (a == 0) & (b >= 0)
    idle = coded | ((factor == 0) if m == 0 else (a < 0))
    if m == 0 and is_array(a) and not idle.any():
        return factor * a ** (b - float(n))
    base = np.where(idle, 1.0, a) if not hasattr(a, "dtype") else np.where(idle, a.dtype.type(1), a)
    power = np.power(base, b - float(n))
    if m == 0:
        out = factor * power
        at_zero = (b == n) * float(math.factorial(n))
    else:
        log = np.log(base)
        out = sum(math.comb(m, j) * falling_slope(b, n, j) * log ** (m - j) for j in range(m + 1))
        out = np.where(a < 0, 0.0 * np.power(a, b), out * power)
        at_zero = 0.0
    out = np.where(coded, at_zero, out).astype(out.dtype, copy=False)
    if is_array(a) or is_array(b):
        return out
    return out[()] if hasattr(a, "dtype") or hasattr(b, "dtype") else out.item()


def _falling(b: Any, n: int) -> Any:
    """The product b (b - 1) .. (b - n + 1)."""
    out = 1.0
    for k in range(n):
        out = out * (b - float(k))
    return out


@cache
def falling_coefficients(n: int, m: int) -> tuple[int, ...]:
    """Coefficients, highest first, of the m-th derivative of b (b - 1) .. (b - n + 1) by b."""
    poly = [1]
    for k in range(n):
        poly = [a - k * b for a, b in zip([*poly, 0], [0, *poly], strict=True)]
    for _ in range(m):
        poly = [c * (len(poly) - 1 - j) for j, c in enumerate(poly[:-1])]
    return tuple(poly)


def falling_slope(b: Any, n: int, m: int) -> Any:
    """The m-th derivative of b (b - 1) .. (b - n + 1) by b."""
    out: Any = 0
    for c in falling_coefficients(n, m):
        out = out * b + c
    return out


def divide(a: Any, b: Any) -> Any:
    """Divide as IEEE does: inf or nan where Python's floats raise ZeroDivisionError."""
    if isinstance(b, float | int) and not b:
        return np.divide(a, b)
    return a / b
