"""Definitions of special functions in the core scalar operations.

    erf(x)             2 / sqrt(pi) * x * exp(-x * x) * 1F1(1; 3/2; x * x)
    eval_legendre(n, x)    2F1(-n, n + 1; 1; (1 - x) / 2)

Nearly all of them are hypergeometric: one core operation, `c.hyper(over, under, z)`, is the series
sum_k prod (a)_k / prod (b)_k * z**k / k!, and `c.hyperu(a, b, z)` Tricomi's function.  A series
that ends is exact on rationals; where a series alternates it is turned by Kummer's transformation
into one that does not, so that floats lose nothing.  Numbers in brackets are equations of the
Digital Library of Mathematical Functions (2010), which defines the functions so.
"""

from __future__ import annotations

from fractions import Fraction
from math import factorial
from typing import Any

from fpad.transforms.rules.definitions.common import HALF, near, pi, root_pi, whole

# ---------------------------------------------------------------- gamma functions


def gamma(c: Any, x: Any) -> Any:
    """[5.2.1]."""
    return 1 / c.rgamma(x)


def polygamma(c: Any, n: Any, x: Any) -> Any:
    """(-1)**(n + 1) n! zeta(n + 1, x), or digamma(x) if n is 0 [5.15.1, 25.11.12]."""
    n = whole(n)
    if n == 0:
        return c.digamma(x)
    return (-1) ** (n + 1) * factorial(n) * c.zeta(n + 1, x)


def digamma(c: Any, x: Any, n: Any = 0) -> Any:
    """The derivative of order n of digamma."""
    return polygamma(c, n, x)


def digamma_step(c: Any, x: Any, d: Any, n: Any = 0) -> Any:
    """What the derivative of order n of digamma is at x + d, less what it is at x."""
    return polygamma(c, n, x + d) - polygamma(c, n, x)


def beta(c: Any, a: Any, b: Any) -> Any:
    """[5.12.1]."""
    return c.rgamma(a + b) / (c.rgamma(a) * c.rgamma(b))


def betaln(c: Any, a: Any, b: Any) -> Any:
    """The logarithm of beta."""
    return c.lgamma(a) + c.lgamma(b) - c.lgamma(a + b)


def binom(c: Any, n: Any, k: Any) -> Any:
    """[1.2.6]."""
    return c.rgamma(k + 1) * (c.rgamma(n - k + 1) / c.rgamma(n + 1))


def poch(c: Any, z: Any, m: Any) -> Any:
    """[5.2.5]."""
    return c.rgamma(z) / c.rgamma(z + m)


# ---------------------------------------------------------------- error functions


def erf(c: Any, x: Any) -> Any:
    """[7.11.4]."""
    return 2 / root_pi(c) * x * c.exp(-x * x) * c.hyper((1,), (Fraction(3, 2),), x * x)


def erfc(c: Any, x: Any) -> Any:
    """[7.11.5] where x is positive: a difference would lose the digits."""
    if x > 0:
        return c.exp(-x * x) * erfcx(c, x)
    return 1 - erf(c, x)


def erfcx(c: Any, x: Any) -> Any:
    """[7.11.5]."""
    if x > 0:
        return c.hyperu(HALF, HALF, x * x) / root_pi(c)
    return c.exp(x * x) * (1 - erf(c, x))


def erfi(c: Any, x: Any) -> Any:
    """[7.11.4], of an imaginary number."""
    return 2 / root_pi(c) * x * c.hyper((HALF,), (Fraction(3, 2),), x * x)


def dawsn(c: Any, x: Any) -> Any:
    """[7.5.1]."""
    return x * c.exp(-x * x) * c.hyper((HALF,), (Fraction(3, 2),), x * x)


def erfcinv(c: Any, x: Any) -> Any:
    """[7.17.1]."""
    return c.erfinv(1 - x)


def ndtr(c: Any, x: Any) -> Any:
    """The distribution of a normal number."""
    return erfc(c, -x / c.sqrt(2)) / 2


def ndtri(c: Any, x: Any) -> Any:
    """The inverse of `ndtr`."""
    return c.sqrt(2) * c.erfinv(2 * x - 1)


def log_ndtr(c: Any, x: Any) -> Any:
    """The logarithm of `ndtr`."""
    if x > 0:
        return c.log1p(-ndtr(c, -x))
    return c.log(erfcx(c, -x / c.sqrt(2)) / 2) - x * x / 2


def expit(c: Any, x: Any) -> Any:
    """The logistic function."""
    return 1 / (1 + c.exp(-x))


# ---------------------------------------------------------------- Bessel functions


def jv(c: Any, v: Any, x: Any) -> Any:
    """[10.16.9]."""
    series = c.hyper((), (v + 1,), -x * x / 4)
    return c.pow(x / 2, v) * c.rgamma(v + 1) * series


def iv(c: Any, v: Any, x: Any) -> Any:
    """(x / 2)**v rgamma(v + 1) hyper((), (v + 1,), x * x / 4) [10.39.9]."""
    if near(v) < 0 and near(v) == round(near(v)):
        v = -v
    return c.pow(x / 2, v) * c.rgamma(v + 1) * c.hyper((), (v + 1,), x * x / 4)


def kve(c: Any, v: Any, x: Any) -> Any:
    """[10.39.6], without the factor exp(-x)."""
    v = abs(v)
    return root_pi(c) * c.pow(2 * x, v) * c.hyperu(v + HALF, 2 * v + 1, 2 * x)


def kv(c: Any, v: Any, x: Any) -> Any:
    """[10.39.6]."""
    return c.exp(-x) * kve(c, v, x)


def ive(c: Any, v: Any, x: Any) -> Any:
    """exp(-|x|) times the modified Bessel function [10.39.9]."""
    return c.exp(-abs(x)) * iv(c, v, x)


def bessel_i(c: Any, x: Any, n: Any = 0) -> Any:
    """The modified Bessel function of an integer order."""
    return iv(c, whole(n), x)


def yv(c: Any, v: Any, x: Any) -> Any:
    """[10.2.3]."""
    return c.bessel_y(v, x)


# ---------------------------------------------------------------- integrals


def gammainc(c: Any, a: Any, x: Any) -> Any:
    """[8.5.1]."""
    return c.pow(x, a) * c.exp(-x) * c.rgamma(a + 1) * c.hyper((1,), (a + 1,), x)


def gammaincc(c: Any, a: Any, x: Any) -> Any:
    """[8.5.3]."""
    return c.pow(x, a) * c.exp(-x) * c.rgamma(a) * c.hyperu(1, a + 1, x)


def betainc(c: Any, a: Any, b: Any, x: Any) -> Any:
    """[8.17.8]."""
    front = c.pow(x, a) * c.pow(1 - x, b) / (a * beta(c, a, b))
    return front * c.hyper((a + b, 1), (a + 1,), x)


def stdtr(c: Any, df: Any, t: Any) -> Any:
    """Student's distribution (1908), 1/2 at 0, as a series in t * t / (df + t * t)."""
    front = c.rgamma(df / 2) / (c.rgamma((df + 1) / 2) * c.sqrt(pi(c) * df))
    square = t * t / df
    tail = c.hyper((HALF * df + HALF, 1), (Fraction(3, 2),), square / (1 + square))
    return HALF + t * front * c.pow(1 + square, -(df + 1) / 2) * tail


def _euler(c: Any) -> Any:
    return -c.digamma(1)


def expi(c: Any, x: Any) -> Any:
    """[6.6.1]."""
    return _euler(c) + c.log(abs(x)) + x * c.hyper((1, 1), (2, 2), x)


def expn(c: Any, n: Any, x: Any) -> Any:
    """[8.19.1, 8.5.3]."""
    return c.pow(x, n - 1) * c.exp(-x) * c.hyperu(n, n, x)


def spence(c: Any, z: Any) -> Any:
    """(1 - z) hyper((1, 1, 1), (2, 2), 1 - z) near 1 [25.12.1], else by [25.12.3, 25.12.6]."""
    if z < HALF:
        return pi(c) * pi(c) / 6 - c.log(z) * c.log(1 - z) - spence(c, 1 - z)
    if z > Fraction(3, 2):
        half = c.log(z) * c.log(z) / 2
        return -half - spence(c, 1 / z)
    return (1 - z) * c.hyper((1, 1, 1), (2, 2), 1 - z)


# ---------------------------------------------------------------- elliptic integrals


def ellipk(c: Any, m: Any) -> Any:
    """[19.5.1]."""
    return pi(c) / 2 * c.hyper((HALF, HALF), (1,), m)


def ellipe(c: Any, m: Any) -> Any:
    """[19.5.2]."""
    return pi(c) / 2 * c.hyper((-HALF, HALF), (1,), m)
