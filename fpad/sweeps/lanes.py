"""Exact numbers of many points at once: integers times one common rational unit.

    Lanes(array([-4, 3]), Fraction(1, 8), 4)        -1/2, 3/8

The integers are 64 bits wide as long as a bound on their size proves that 63 suffice, and Python's
beyond; quotients that differ from point to point are fractions.  Nothing is ever rounded.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

LARGEST = 1 << 62
"""Integers up to here are added without overflow in 64 bits."""

BITS, FRACTION = "bits", "fraction"
"""How numbers were kept exact: in machine integers, or some of them in Python's."""


class Lanes:
    """A number for each point.

    Attributes:
        k: the integers; fractions behind a division.
        unit: what one of them counts; positive.
        top: no integer is larger.
    """

    __slots__ = ("k", "top", "unit")

    def __init__(self, k: np.ndarray, unit: Fraction, top: int) -> None:
        self.k = k
        self.unit = unit
        self.top = top

    @property
    def wide(self) -> bool:
        """Are these Python's numbers?"""
        return self.k.dtype.kind == "O"

    def take(self, at: Any) -> Lanes:
        """The numbers of some of the points."""
        return Lanes(self.k[at], self.unit, self.top)

    def values(self) -> list[Fraction]:
        """The numbers as fractions."""
        return [Fraction(k) * self.unit for k in self.k.tolist()]

    def scaled(self, c: Fraction) -> Lanes:
        """The numbers times a constant other than 0."""
        return Lanes(self.k if c > 0 else -self.k, self.unit * abs(c), self.top)

    def nonzero(self) -> np.ndarray:
        """Where the number is not 0."""
        return np.asarray(self.k != 0, bool)

    def sign(self) -> np.ndarray:
        """The signs as small integers."""
        return np.asarray(self.k > 0, np.int8) - np.asarray(self.k < 0, np.int8)


def constant(c: Fraction, size: int) -> Lanes:
    """The same number everywhere."""
    k = np.full(size, (c > 0) - (c < 0), np.int64)
    return Lanes(k, abs(c) or Fraction(1), int(c != 0))


def among(numbers: Sequence[Fraction], which: np.ndarray) -> Lanes:
    """Everywhere one of a few numbers."""
    unit = Fraction(0)
    for c in numbers:
        unit = common(unit, abs(c))
    unit = unit or Fraction(1)
    table = [int(c / unit) for c in numbers]
    top = max(map(abs, table), default=0)
    return Lanes(np.array(table, np.int64 if top < LARGEST else object)[which], unit, top)


def common(a: Fraction, b: Fraction) -> Fraction:
    """The largest unit of which both are multiples."""
    return Fraction(
        math.gcd(a.numerator * b.denominator, b.numerator * a.denominator),
        a.denominator * b.denominator,
    )


def _times(k: np.ndarray, factor: int, wide: bool) -> np.ndarray:
    if wide and k.dtype.kind != "O":
        k = k.astype(object)
    # Without Python's integers a factor this large has only zeros to multiply.
    return k if factor == 1 or (factor >= LARGEST and not wide) else k * factor


def aligned(*numbers: Lanes) -> tuple[list[np.ndarray], Fraction, int]:
    """Integers of one unit, the unit, and a bound on each of them."""
    unit = numbers[0].unit
    for x in numbers[1:]:
        unit = unit if x.unit == unit else common(unit, x.unit)
    factors = [1 if x.unit == unit else int(x.unit / unit) for x in numbers]
    top = max(x.top * f for x, f in zip(numbers, factors, strict=True))
    if 2 * top >= LARGEST:
        for x in numbers:
            _tighten(x)
        top = max(x.top * f for x, f in zip(numbers, factors, strict=True))
    wide = 2 * top >= LARGEST or any(x.wide for x in numbers)
    return [_times(x.k, f, wide) for x, f in zip(numbers, factors, strict=True)], unit, top


def _tighten(x: Lanes) -> None:
    """Look how large the integers really are."""
    if not x.wide and x.k.size:
        x.top = min(x.top, int(np.abs(x.k).max()))


def add(a: Lanes, b: Lanes) -> Lanes:
    """The sums."""
    (p, q), unit, top = aligned(a, b)
    return Lanes(p + q, unit, 2 * top)


def sub(a: Lanes, b: Lanes) -> Lanes:
    """The differences."""
    (p, q), unit, top = aligned(a, b)
    return Lanes(p - q, unit, 2 * top)


def mul(a: Lanes, b: Lanes) -> Lanes:
    """The products."""
    top = a.top * b.top
    if top >= LARGEST:
        _tighten(a)
        _tighten(b)
        top = a.top * b.top
    wide = top >= LARGEST or a.wide or b.wide
    return Lanes(_times(a.k, 1, wide) * _times(b.k, 1, wide), a.unit * b.unit, top)


def div(a: Lanes, b: Lanes) -> Lanes:
    """The quotients; 0 where the divisor is."""

    def quotient(p: Any, q: Any) -> Fraction:
        return Fraction(p) / Fraction(q) if q else Fraction(0)

    k = np.frompyfunc(quotient, 2, 1)(a.k.astype(object), b.k.astype(object))
    return Lanes(np.asarray(k, object), a.unit / b.unit, LARGEST)


def where(condition: np.ndarray, a: Lanes, b: Lanes) -> Lanes:
    """A where the condition holds, else b."""
    (p, q), unit, top = aligned(a, b)
    return Lanes(np.where(condition, p, q), unit, top)


def compare(a: Lanes, c: Fraction) -> tuple[np.ndarray, np.ndarray]:
    """(Where a > c, where a == c)."""
    if not c:
        return np.asarray(a.k > 0, bool), np.asarray(a.k == 0, bool)
    k = c / a.unit
    if a.wide:
        return np.asarray(a.k > k, bool), np.asarray(a.k == k, bool)
    low = math.floor(k)
    if abs(low) >= LARGEST:  # further away than any of them
        return np.full(a.k.shape, low < 0), np.zeros(a.k.shape, bool)
    equal = a.k == low if k == low else np.zeros(a.k.shape, bool)
    return a.k > low, equal


def equal(a: Lanes, b: Lanes) -> np.ndarray:
    """Where both are the same."""
    (p, q), _, _ = aligned(a, b)
    return np.asarray(p == q, bool)
