"""Definitions read in intervals of floats: every result is rounded outwards.

    Interval(0.1, 0.1) + Interval(0.2, 0.2)       Interval(0.3, 0.30000000000000004)

Sums, products and quotients are the smallest intervals there are (Moore, 1966), functions are
widened by `SLACK` units in the last place: more than the libraries of C are off (glibc states at
most 4).  What is not
monotonic, and no wave, is asked of ball arithmetic.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from fpad.check.balls import Ball, Balls
from fpad.check.exact import Hole, lift
from fpad.check.readings import Computed, Open, System

SLACK = 16


def _ends(x: Any) -> tuple[float, float]:
    """The ends of an interval, or of the smallest one that holds a rational constant."""
    if isinstance(x, Interval):
        return x.low, x.high
    return _below(x.value), -_below(-x.value)


def _exact(x: Any) -> tuple[Fraction, Fraction]:
    """The ends of an interval as fractions; a constant is one."""
    if isinstance(x, Interval):
        return Fraction(x.low), Fraction(x.high)
    return x.value, x.value


def _below(x: Fraction) -> float:
    """The largest float that is not above.

    Raises:
        OverflowError: there is none.
    """
    near = float(x)
    return near if Fraction(near) <= x else _down(near)


def _rounded(values: list[Fraction]) -> Any:
    """The smallest interval that holds these numbers, which are exact."""
    try:
        return Interval(_below(min(values)), -_below(-max(values)))
    except OverflowError:
        return Hole("undecided")


def _down(x: float, units: int = 1) -> float:
    for _ in range(units):
        x = math.nextafter(x, -math.inf)
    return x


def _up(x: float, units: int = 1) -> float:
    for _ in range(units):
        x = math.nextafter(x, math.inf)
    return x


def _made(values: list[float], units: int) -> Any:
    """The interval that holds numbers of which these are roundings."""
    if any(map(math.isnan, values)) or math.inf in map(abs, values):
        return Hole("undecided")
    return Interval(_down(min(values), units), _up(max(values), units))


class Interval(Computed):
    """All numbers from `low` to `high`."""

    __slots__ = ("high", "low")

    def __init__(self, low: float, high: float) -> None:
        self.low = low
        self.high = high

    @staticmethod
    def add(a: Any, b: Any) -> Any:
        """The sum a + b."""
        (p, q), (r, s) = _exact(a), _exact(b)
        return _rounded([p + r, q + s])

    @staticmethod
    def sub(a: Any, b: Any) -> Any:
        """The difference a - b."""
        (p, q), (r, s) = _exact(a), _exact(b)
        return _rounded([p - s, q - r])

    @staticmethod
    def mul(a: Any, b: Any) -> Any:
        """The product a * b."""
        (p, q), (r, s) = _exact(a), _exact(b)
        return _rounded([p * r, p * s, q * r, q * s])

    @staticmethod
    def div(a: Any, b: Any) -> Any:
        """The quotient a / b."""
        (p, q), (r, s) = _exact(a), _exact(b)
        if r == s == 0:
            return Hole("domain")
        if r <= 0 <= s:
            return Hole("undecided")
        return _rounded([p / r, p / s, q / r, q / s])

    @staticmethod
    def compare(a: Any, b: Any) -> Any:
        """The sign of a - b, where all numbers have it."""
        (p, q), (r, s) = _ends(a), _ends(b)
        if q < r:
            return -1
        if p > s:
            return 1
        return 0 if p == q == r == s else Open()

    def negate(self) -> Any:
        """The interval with the other sign."""
        return Interval(-self.high, -self.low)

    def __abs__(self) -> Any:
        sizes = abs(self.low), abs(self.high)
        return Interval(0.0 if self.low <= 0 <= self.high else min(sizes), max(sizes))

    def floor(self) -> Any:
        """The largest integer that is not above."""
        return Interval(float(math.floor(self.low)), float(math.floor(self.high)))

    def near(self) -> float:
        """The middle."""
        return self.low + (self.high - self.low) / 2

    def varies(self) -> bool:
        """Has it a width?"""
        return self.low < self.high

    def holds(self, x: Any) -> bool:
        """Is a float or fraction in it?"""
        return bool(Fraction(self.low) <= Fraction(x) <= Fraction(self.high))

    def __repr__(self) -> str:
        return f"Interval({self.low!r}, {self.high!r})"


class Intervals(System):
    """Intervals whose ends are floats."""

    def number(self, x: Any) -> Any:
        """The smallest interval that holds a constant."""
        number = lift(x)
        assert number is not None
        return number if isinstance(number, Interval | Hole) else Interval(*_ends(number))

    def call(self, name: str, *operands: Any) -> Any:
        """A core operation on all numbers of the operands."""
        if name == "floor":
            return operands[0].floor()
        f = RISING.get(name)
        if f is not None:
            try:
                return _made([f(operands[0].low), f(operands[0].high)], SLACK)
            except ValueError:  # a part of the interval is outside of the domain, or all of it
                return Hole("undecided")
        if name in ("sin", "cos"):
            return _wave(name, operands[0])
        return _by_balls(name, operands)

    def union(self, a: Any, b: Any) -> Any:
        """The smallest interval that holds both."""
        return Interval(min(a.low, b.low), max(a.high, b.high))

    def within(self, x: Any, radius: Any) -> Any:
        """The interval widened by a radius."""
        r = max(abs(radius.low), abs(radius.high))
        return Interval(_down(x.low - r), _up(x.high + r))


RISING: dict[str, Callable[[float], float]] = {
    **{
        name: getattr(math, name)
        for name in (
            *("exp", "expm1", "exp2", "log", "log1p", "log2", "log10", "sqrt", "cbrt"),
            *("sinh", "tanh"),
        )
    },
    "arctan": math.atan,
    "arcsin": math.asin,
}


def _wave(name: str, x: Interval) -> Any:
    """The sine or cosine: its extremes where one of its tops may be inside."""
    f = getattr(math, name)
    values = [f(x.low), f(x.high)]
    quarter = 0.25 if name == "sin" else 0.0
    for top, value in ((quarter, 1.0), (quarter + 0.5, -1.0)):
        low, high = x.low / math.tau - top, x.high / math.tau - top
        slack = 1e-9 * (1.0 + abs(low) + abs(high))
        if math.floor(high + slack) >= math.ceil(low - slack):
            values.append(value)
    made = _made(values, SLACK)
    return Interval(max(made.low, -1.0), min(made.high, 1.0))


def _by_balls(name: str, operands: tuple[Any, ...]) -> Any:
    balls = Balls(128)
    with balls.precision():
        out = balls.call(name, *(_as_ball(balls, x) for x in operands))
        if isinstance(out, Hole):
            return out
        low, high = out.value.lower(), out.value.upper()
        return _made([float(low), float(high)], 2)


def _as_ball(balls: Balls, x: Any) -> Any:
    if isinstance(x, tuple):
        return tuple(_as_ball(balls, part) for part in x)
    low, high = balls.number(x.low), balls.number(x.high)
    return Ball(low.value.union(high.value))
