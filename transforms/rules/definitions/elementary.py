"""Definitions of what is an expression in the elementary functions, and of sinc."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import factorial
from typing import Any

from fpad.transforms.rules.definitions.common import HALF, pi, whole

# ---------------------------------------------------------------- sums of exponentials, entropies


def logaddexp(c: Any, a: Any, b: Any) -> Any:
    """The logarithm of exp(a) + exp(b)."""
    return a + c.log1p(c.exp(b - a))


def logaddexp2(c: Any, a: Any, b: Any) -> Any:
    """The binary logarithm of 2**a + 2**b."""
    return a + c.log1p(c.exp2(b - a)) / c.log(2)


def _times_log(c: Any, a: Any, argument: Any) -> Any:
    """A log(argument), and 0 where both are."""
    return a * 0 if argument == 0 and a == 0 else a * c.log(argument)


def xlogy(c: Any, a: Any, b: Any) -> Any:
    """A log b."""
    return _times_log(c, a, b)


def xlog1py(c: Any, a: Any, b: Any) -> Any:
    """A log(1 + b)."""
    return a * 0 if b == -1 and a == 0 else a * c.log1p(b)


def rel_entr(c: Any, a: Any, b: Any) -> Any:
    """A log(a / b)."""
    return a * 0 if a == 0 else _times_log(c, a, a / b)


def entr(c: Any, x: Any) -> Any:
    """-x log x."""
    return -rel_entr(c, x, 1)


def kl_div(c: Any, a: Any, b: Any) -> Any:
    """A relative entropy that is nowhere negative."""
    return rel_entr(c, a, b) - a + b


def boxcox(c: Any, x: Any, lmbda: Any) -> Any:
    """Box and Cox (1964)."""
    return c.log(x) if lmbda == 0 else c.expm1(lmbda * c.log(x)) / lmbda


def inv_boxcox(c: Any, x: Any, lmbda: Any) -> Any:
    """The inverse of `boxcox`."""
    return c.exp(x) if lmbda == 0 else c.exp(c.log1p(lmbda * x) / lmbda)


def pseudo_huber(c: Any, delta: Any, r: Any) -> Any:
    """A smooth loss function: delta**2 (sqrt(1 + (r / delta)**2) - 1), without cancellation."""
    square = r * r / (delta * delta)
    return delta * delta * square / (c.sqrt(1 + square) + 1)


def huber(c: Any, delta: Any, r: Any) -> Any:
    """Huber (1964)."""
    size = abs(r)
    return c.select(size <= delta, r * r / 2, delta * (size - delta / 2))


# ---------------------------------------------------------------- sinc


def sinc(c: Any, x: Any) -> Any:
    """sin(pi x) / (pi x), smooth through 0 [10.16.1]."""
    return c.hyper((), (Fraction(3, 2),), -(pi(c) * x) * (pi(c) * x) / 4)


def sinc_slope(c: Any, x: Any, n: Any = 1) -> Any:
    """The derivative of order n of sinc: the integral of (pi t)**n cos(pi x t + n pi / 2)."""
    n = whole(n)
    half, odd = divmod(n, 2)
    z = -(pi(c) * x) * (pi(c) * x) / 4
    front = (-1) ** (half + odd) * pi(c) ** n
    a = Fraction(n + 1 + odd, 2)
    series = c.hyper((a,), (HALF + odd, a + 1), z) / (n + 1 + odd)
    return front * pi(c) * x * series if odd else front * series


def arctanh_slope(c: Any, x: Any, n: Any = 1) -> Any:
    """The derivative of order n - 1 of 1 / (1 - x * x), by partial fractions."""
    n = whole(n)
    return factorial(n - 1) * (1 / (1 - x) ** n - (-1) ** n / (1 + x) ** n) / 2


def in_degrees(name: str) -> Callable[[Any, Any], Any]:
    """A function of an angle in degrees."""
    return lambda c, x: getattr(c, name)(x * (pi(c) / 180))
