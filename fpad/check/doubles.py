"""Definitions read in IEEE double precision: each operation of NumPy's is tested against its own.

Double(1.0) / 3      Double(0.3333333333333333), rounded once, as floats are
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from fpad.check.exact import Hole, HoleReached, lift
from fpad.check.readings import Computed, Operation, System


def _value(x: Any) -> float:
    return float(x.value)


def _made(value: float) -> Any:
    return Hole("domain") if math.isnan(value) else Double(value)


class Double(Computed):
    """A float; a constant beside it is rounded first."""

    __slots__ = ()

    def __init__(self, value: float) -> None:
        self.value = value

    @staticmethod
    def add(a: Any, b: Any) -> Any:
        """The sum a + b."""
        return _made(_value(a) + _value(b))

    @staticmethod
    def sub(a: Any, b: Any) -> Any:
        """The difference a - b."""
        return _made(_value(a) - _value(b))

    @staticmethod
    def mul(a: Any, b: Any) -> Any:
        """The product a * b."""
        return _made(_value(a) * _value(b))

    @staticmethod
    def div(a: Any, b: Any) -> Any:
        """The quotient a / b."""
        divisor = _value(b)
        return _made(_value(a) / divisor) if divisor else Hole("domain")

    @staticmethod
    def compare(a: Any, b: Any) -> int:
        """The sign of a - b."""
        x, y = _value(a), _value(b)
        return int(x > y) - int(x < y)

    def negate(self) -> Any:
        """The number with the other sign."""
        return Double(-_value(self))

    def floor(self) -> Any:
        """The largest integer that is not above."""
        return Double(float(math.floor(_value(self))))

    def near(self) -> float:
        """The float itself."""
        return _value(self)

    def varies(self) -> bool:
        """No."""
        return False

    def __repr__(self) -> str:
        return f"Double({_value(self)})"


class Doubles(System):
    """Python's floats."""

    def number(self, x: Any) -> Any:
        """The nearest float."""
        number = lift(x)
        assert number is not None
        return number if isinstance(number, Double | Hole) else Double(float(number.value))

    def call(self, name: str, *operands: Any) -> Any:
        """The operation of `math`, or a textbook's series or integral."""
        plain = [tuple(map(_value, x)) if isinstance(x, tuple) else _value(x) for x in operands]
        return _made(float(OPERATIONS[name](*plain)))


# ---------------------------------------------------------------- gamma functions


def rgamma(x: float) -> float:
    """1 / gamma(x), 0 at the poles."""
    return 0.0 if x <= 0 and x == math.floor(x) else 1.0 / math.gamma(x)


def _bernoulli() -> list[Fraction]:
    out = [Fraction(1)]
    for n in range(1, 31):
        out.append(-sum((math.comb(n + 1, k) * out[k] for k in range(n)), Fraction(0)) / (n + 1))
    return out


BERNOULLI = [float(b) for b in _bernoulli()]
SHIFT = 16


def digamma(x: float) -> float:
    """By the recurrence up to where the asymptotic series has all digits."""
    if x <= 0:
        return digamma(1.0 - x) - math.pi / math.tan(math.pi * x)
    terms = []
    while x < SHIFT:
        terms.append(-1.0 / x)
        x += 1.0
    terms += [math.log(x), -0.5 / x]
    terms += [-BERNOULLI[2 * k] / (2 * k * x ** (2 * k)) for k in range(1, 11)]
    return math.fsum(terms)


def zeta(s: float, a: float) -> float:
    """Hurwitz's zeta function, s > 1, a > 0, by the formula of Euler and Maclaurin."""
    terms = [(a + k) ** -s for k in range(SHIFT)]
    x = a + SHIFT
    terms += [x ** (1.0 - s) / (s - 1.0), 0.5 * x**-s]
    rising = s
    for k in range(1, 11):
        terms.append(BERNOULLI[2 * k] / math.factorial(2 * k) * rising * x ** (1.0 - s - 2 * k))
        rising *= (s + 2 * k - 1.0) * (s + 2 * k)
    return math.fsum(terms)


# ---------------------------------------------------------------- hypergeometric functions

MOST_TERMS = 10**4


def hyper(over: Sequence[float], under: Sequence[float], z: float) -> float:
    """The series, until its terms are nothing.

    Raises:
        HoleReached: that takes too many.
    """
    term, terms = 1.0, [1.0]
    for k in range(MOST_TERMS):
        term *= math.prod(a + k for a in over) / math.prod(b + k for b in under) * z / (k + 1)
        terms.append(term)
        if abs(term) <= 1e-18 * abs(terms[0] + term) and k > abs(z):
            return math.fsum(terms)
    raise HoleReached(Hole("too_many_steps"))


def _exponential_rule(f: Callable[[float], float]) -> float:
    """The integral from 0 to infinity of what falls like exp(-t) (Takahasi and Mori, 1974)."""
    step = 1.0 / 64
    values = []
    for k in range(-6 * 64, 6 * 64):
        s = k * step
        t = math.exp(s - math.exp(-s))
        values.append(f(t) * t * (1.0 + math.exp(-s)))
    return step * math.fsum(values)


def hyperu(a: float, b: float, z: float) -> float:
    """Tricomi's function by its integral, z > 0."""
    if a == 0:
        return 1.0
    if a < 0:
        return math.pow(z, 1.0 - b) * hyperu(a - b + 1.0, 2.0 - b, z)
    whole = _exponential_rule(
        lambda t: math.exp(-t) * (t / z) ** (a - 1.0) * (1.0 + t / z) ** (b - a - 1.0)
    )
    return whole / z * rgamma(a)


NODES, WEIGHTS = np.polynomial.legendre.leggauss(32)


def _panels(f: Callable[[float], float], end: float) -> float:
    """The integral from 0 to `end` by Gauss's rule on panels."""
    count = 16
    half = end / (2 * count)
    return half * math.fsum(
        float(w) * f(half * (2 * panel + 1 + float(x)))
        for panel in range(count)
        for x, w in zip(NODES, WEIGHTS, strict=True)
    )


def bessel_y(v: float, x: float) -> float:
    """The integral of Schlaefli (1873), x > 0."""
    wave = _panels(lambda t: math.sin(x * math.sin(t) - v * t), math.pi)
    back = math.cos(v * math.pi)
    end = math.asinh(60.0 / x) + abs(v)

    def tail(t: float) -> float:
        return (math.exp(v * t) + math.exp(-v * t) * back) * math.exp(-x * math.sinh(t))

    return (wave - _panels(tail, end)) / math.pi


def erfinv(y: float) -> float:
    """Newton's method; the error function of its result is y."""
    if not -1.0 < y < 1.0:
        raise ArithmeticError
    x = y * math.sqrt(math.pi) / 2
    for _ in range(100):
        step = (math.erf(x) - y) * math.sqrt(math.pi) / 2 * math.exp(x * x)
        x -= step / (1.0 + x * step)
        if abs(step) <= 1e-17 * abs(x):
            break
    return x


OPERATIONS: dict[str, Operation] = {
    **{
        name: getattr(math, name)
        for name in (
            *("exp", "expm1", "exp2", "log", "log1p", "log2", "log10", "sqrt", "cbrt", "pow"),
            *("sin", "cos", "tan", "sinh", "cosh", "tanh", "lgamma"),
        )
    },
    "arcsin": math.asin,
    "arccos": math.acos,
    "arctan": math.atan,
    "arctan2": math.atan2,
    "floor": math.floor,
    "rgamma": rgamma,
    "digamma": digamma,
    "zeta": zeta,
    "hyper": hyper,
    "hyperu": hyperu,
    "bessel_y": bessel_y,
    "erfinv": erfinv,
}
