"""Special functions that NumPy does not have, with all their derivatives.

Each takes the order of the derivative, so that it is closed under differentiation.
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np

from fpad.runtime.arrays import is_array

_SHIFT = 16


@cache
def _bernoulli(n: int) -> Fraction:
    """The n-th Bernoulli number, B(1) = -1/2."""
    if n == 0:
        return Fraction(1)
    total = sum((math.comb(n + 1, k) * _bernoulli(k) for k in range(n)), Fraction(0))
    return -total / (n + 1)


def _like(out: Any, x: Any) -> Any:
    """An array for an array, a NumPy scalar for one, a Python float for a Python number."""
    if is_array(x):
        return out.astype(x.dtype, copy=False) if x.dtype.kind == "f" else out
    if isinstance(x, np.generic):
        return (x.dtype if x.dtype.kind == "f" else np.dtype(np.float64)).type(out[()])
    return float(out)


def digamma(x: Any, n: int = 0) -> Any:
    """The n-th derivative of the digamma function: of log(gamma(x)) the derivative n + 1.

    The argument is moved up by the recurrence psi(x) = psi(x + 1) - 1 / x until the asymptotic
    series has the digits of a double (Abramowitz and Stegun, 6.3 and 6.4).  What is far below 0 is
    reflected first (6.3.7, 6.4.7); at -inf there is no limit.
    """
    z = np.array(x, np.float64)
    sign, factor = (-1.0) ** (n + 1), float(math.factorial(n))
    total = np.zeros_like(z)
    far = z < -_SHIFT
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        if far.any():
            reflected = -sign * digamma(np.where(far, 1.0 - z, 1.0), n) - _cotangent(z, n)
            return _like(np.where(far, reflected, digamma(np.where(far, 1.0, z), n)), x)
        while (low := z < _SHIFT + n).any():
            total = np.where(low, total + sign * factor / z ** (n + 1), total)
            z = np.where(low, z + 1.0, z)
        series = factor / (2.0 * z ** (n + 1))
        for k in range(1, 11):
            term = _bernoulli(2 * k) * math.factorial(2 * k + n - 1)
            series = series + float(term / math.factorial(2 * k)) / z ** (2 * k + n)
        leading = -np.log(z) if n == 0 else math.factorial(n - 1) / z**n
    return _like(total + sign * (leading + series), x)


def digamma_step(x: Any, d: Any, n: int = 0) -> Any:
    """`digamma(x + d, n) - digamma(x, n)`, with all digits where d is small beside x.

    Above 0 each term of the recurrence and of the asymptotic series is a power of x, whose step is
    x**-m * expm1(-m * log1p(d / x)).  Below 0 both ends are reflected: where d is whole, the poles
    of both are one, and cancel.  Where 0 lies between the ends it is the difference.
    """
    z, step = np.broadcast_arrays(np.array(x, np.float64), np.array(d, np.float64))
    whole = (np.maximum(z, z + step) < 0.5) & (step == np.floor(step))
    plain = ((z < 0.0) | (z + step < 0.0)) & ~whole
    sign, factor = (-1.0) ** (n + 1), float(math.factorial(n))

    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        difference = digamma(z + step, n) - digamma(z, n) if plain.any() else z
        if whole.any():
            up, down = np.where(whole, 1.0 - z, 1.0), np.where(whole, -step, 0.0)
            difference = np.where(whole, -sign * digamma_step(up, down, n), difference)
            plain = plain | whole
        z, step = np.where(plain, 1.0, z), np.where(plain, 0.0, step)
        total = np.zeros_like(z)
        while (low := np.minimum(z, z + step) < _SHIFT + n).any():
            ratio = np.log1p(step / z)
            total = np.where(low, total + sign * factor * _power_step(z, ratio, n + 1), total)
            z = np.where(low, z + 1.0, z)
        ratio = np.log1p(step / z)
        series = factor / 2.0 * _power_step(z, ratio, n + 1)
        for k in range(1, 11):
            term = _bernoulli(2 * k) * math.factorial(2 * k + n - 1)
            part = float(term / math.factorial(2 * k))
            series = series + part * _power_step(z, ratio, 2 * k + n)
        leading = -ratio if n == 0 else math.factorial(n - 1) * _power_step(z, ratio, n)
        out = np.where(plain, difference, total + sign * (leading + series))
    return _like(out, x if is_array(x) or not hasattr(d, "dtype") else d)


def _power_step(z: Any, ratio: Any, m: int) -> Any:
    """(z + d)**-m - z**-m, given the ratio log1p(d / z)."""
    return np.expm1(-m * ratio) / z**m


def _cotangent(x: Any, n: int) -> Any:
    """The n-th derivative of pi / tan(pi x): a polynomial of the cotangent."""
    cotangent = 1.0 / np.tan(math.pi * (x - np.floor(x)))
    powers = [0.0, math.pi]
    for _ in range(n):
        slopes = [k * c for k, c in enumerate(powers)][1:]
        powers = [0.0] * (len(slopes) + 2)
        for k, c in enumerate(slopes):
            powers[k] -= math.pi * c
            powers[k + 2] -= math.pi * c
    return sum(c * cotangent**k for k, c in enumerate(powers))


def sinc_slope(x: Any, n: int = 1) -> Any:
    """The n-th derivative of np.sinc: sin(pi x) / (pi x), 1 at 0."""
    z = np.array(x, np.float64)
    small = np.abs(z) < 1.0
    near, far = np.where(small, z, 0.0), np.where(small, 1.0, z)
    series = np.zeros_like(z)
    for k in range((n + 1) // 2, n // 2 + 16):
        c = math.factorial(2 * k) / (math.factorial(2 * k + 1) * math.factorial(2 * k - n))
        series = series + (-1) ** k * c * math.pi ** (2 * k) * near ** (2 * k - n)
    value = np.sinc(far)
    for k in range(1, n + 1):
        turned = math.pi ** (k - 1) * _turned_sine(math.pi * far, k)
        value = (turned - k * value) / far
    return _like(np.where(small, series, value), x)


def arctanh_slope(x: Any, n: int = 1) -> Any:
    """The n-th derivative of np.arctanh, n > 0: (n - 1)! p(x) / (1 - x * x)**n.

    Between the ends all terms of the polynomial p, every second one of (1 + x)**n, have one sign.
    At the ends it is infinite.
    """
    z = x if hasattr(x, "dtype") else np.float64(x)
    powers = range((n + 1) % 2, n + 1, 2)
    poly = sum(math.factorial(n - 1) * math.comb(n, k) * z**k for k in powers)
    out = np.divide(poly, ((1.0 - z) * (1.0 + z)) ** n)
    return out if hasattr(x, "dtype") else float(out)


def _turned_sine(t: Any, k: int) -> Any:
    """The k-th derivative of the sine: sin(t + k pi / 2), without the sum, which loses digits."""
    wave = np.cos(t) if k % 2 else np.sin(t)
    return -wave if k % 4 >= 2 else wave


def bessel_i(x: Any, n: int = 0) -> Any:
    """The modified Bessel function of the first kind of integer order n.

    By its power series, whose terms have one sign, and for large arguments by the asymptotic
    series (Abramowitz and Stegun, 9.6.10 and 9.7.1).
    """
    z = np.minimum(np.abs(np.array(x, np.float64)), 1e4)  # where it is infinite
    n = abs(n)
    far = z > 30.0 + n * n
    near = np.where(far, 0.0, z)
    term = (near / 2.0) ** n / math.factorial(n)
    total, k = term, 0
    while (np.abs(term) > 1e-17 * np.abs(total)).any():
        k += 1
        term = term * (near / 2.0) ** 2 / (k * (k + n))
        total = total + term
    with np.errstate(over="ignore", invalid="ignore"):
        big = np.where(far, z, 31.0 + n * n)
        series, part = np.ones_like(big), np.ones_like(big)
        for k in range(1, 30):
            part = -part * (4 * n * n - (2 * k - 1) ** 2) / (k * 8.0 * big)
            series = np.where(np.abs(part) < np.abs(series), series + part, series)
        value = np.where(far, np.exp(big) / np.sqrt(2.0 * math.pi * big) * series, total)
    odd = np.where(np.array(x, np.float64) < 0.0, -1.0 if n % 2 else 1.0, 1.0)
    return _like(value * odd, x)
