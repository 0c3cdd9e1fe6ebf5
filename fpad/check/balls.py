"""Definitions read in ball arithmetic (python-flint's Arb): proved enclosures, to many digits.

    run = Reading(Balls(200))
    run.compute(special.jv, (1, run.numbers(0.5)), {})      [0.24226.. +/- 1e-61]

Johansson, Arb: efficient arbitrary-precision midpoint-radius interval arithmetic (2017).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fpad.check.arb import OPERATIONS, arb, of_fraction
from fpad.check.exact import Hole, lift
from fpad.check.readings import Computed, Open, System
from fpad.check.reals import enclosure


def _ball(x: Any) -> Any:
    """The ball that a number is, or that holds a rational constant."""
    return x.value if isinstance(x, Ball) else of_fraction(x.value)


def _made(value: Any) -> Any:
    return Ball(value) if value.is_finite() else Hole("undecided")


class Ball(Computed):
    """All numbers within a radius of a midpoint."""

    __slots__ = ()

    def __init__(self, value: Any) -> None:
        self.value = value

    @staticmethod
    def add(a: Any, b: Any) -> Any:
        """The sum a + b."""
        return _made(_ball(a) + _ball(b))

    @staticmethod
    def sub(a: Any, b: Any) -> Any:
        """The difference a - b."""
        return _made(_ball(a) - _ball(b))

    @staticmethod
    def mul(a: Any, b: Any) -> Any:
        """The product a * b."""
        return _made(_ball(a) * _ball(b))

    @staticmethod
    def div(a: Any, b: Any) -> Any:
        """The quotient a / b."""
        divisor = _ball(b)
        if divisor.is_zero():
            return Hole("domain")
        return _made(_ball(a) / divisor)

    @staticmethod
    def compare(a: Any, b: Any) -> Any:
        """The sign of a - b, where all numbers of the balls have it."""
        x, y = _ball(a), _ball(b)
        if x < y:
            return -1
        if x > y:
            return 1
        return 0 if x.is_exact() and y.is_exact() else Open()

    def negate(self) -> Any:
        """The ball with the other sign."""
        return Ball(-self.value)

    def __abs__(self) -> Any:
        return Ball(abs(self.value))

    def floor(self) -> Any:
        """The largest integer that is not above."""
        return Ball(self.value.floor())

    def near(self) -> float:
        """The midpoint."""
        return float(self.value.mid())

    def varies(self) -> bool:
        """Has it a radius?"""
        return not self.value.is_exact()

    def __repr__(self) -> str:
        return f"Ball({self.value})"


class Balls(System):
    """Real balls of this many bits.

    Raises:
        MissingExtra: python-flint is not installed.
    """

    def __init__(self, bits: int = 128) -> None:
        arb()
        self.bits = bits

    @contextmanager
    def precision(self) -> Iterator[None]:
        """Within it all balls are computed with the bits of this system."""
        before = arb().ctx.prec
        arb().ctx.prec = self.bits
        try:
            yield
        finally:
            arb().ctx.prec = before

    def number(self, x: Any) -> Any:
        """The ball of a constant; floats are exact."""
        number = lift(x)
        assert number is not None
        if isinstance(number, Ball | Hole):
            return number
        return Ball(enclosure(number.value, self.bits))

    def call(self, name: str, *operands: Any) -> Any:
        """The function of Arb."""
        plain = [[p.value for p in x] if isinstance(x, tuple) else x.value for x in operands]
        return _made(OPERATIONS[name](*plain))

    def union(self, a: Any, b: Any) -> Any:
        """The smallest ball that holds both."""
        return Ball(a.value.union(b.value))

    def within(self, x: Any, radius: Any) -> Any:
        """The ball widened by a radius."""
        return Ball(x.value + arb().arb(0, radius.value.abs_upper()))
