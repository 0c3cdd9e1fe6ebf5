"""The numbers in a report: fractions where they are rational, balls where they are not.

Ball(1/3, 1/2)                    some number from 1/3 to 1/2; float() is the one nearest the middle
Numbers(3, make)                  three numbers, of which each is made when it is read
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias, overload

from fpad.check.exact import HoleReached
from fpad.check.reals import Real, Scalar, bounds, same
from fpad.check.structure import rational


@dataclass(frozen=True)
class Ball:
    """A real number of which it is known between which fractions it lies."""

    lo: Fraction
    hi: Fraction

    @property
    def middle(self) -> Fraction:
        """The fraction halfway."""
        return (self.lo + self.hi) / 2

    def __float__(self) -> float:
        return float(self.middle)

    def __contains__(self, x: Any) -> bool:
        return bool(self.lo <= x <= self.hi)

    def __str__(self) -> str:
        return f"[{float(self.lo)!r}, {float(self.hi)!r}]"


Number: TypeAlias = Fraction | Ball


class Numbers(Sequence[Number]):
    """A tuple of numbers that are made when they are read: arrays need not become fractions.

    Args:
        length: how many there are.
        make: position -> number.
    """

    __slots__ = ("_known", "_make")

    def __init__(self, length: int, make: Callable[[int], Number]) -> None:
        self._known: list[Number | None] = [None] * length
        self._make = make

    def __len__(self) -> int:
        return len(self._known)

    @overload
    def __getitem__(self, index: int) -> Number: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Number, ...]: ...

    def __getitem__(self, index: int | slice) -> Number | tuple[Number, ...]:
        if isinstance(index, slice):
            return tuple(self[k] for k in range(*index.indices(len(self))))
        found = self._known[index]
        if found is None:
            k = range(len(self))[index]
            found = self._known[k] = self._make(k)
        return found

    def __iter__(self) -> Iterator[Number]:
        return (self[k] for k in range(len(self)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, tuple | Numbers):
            return NotImplemented
        return tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))


def is_exact(x: Number | float) -> bool:
    """Is it a fraction, which can be compared with others for equality?"""
    return isinstance(x, Fraction)


def sign_of_number(x: Number) -> int:
    """The sign; 0 where it is not known."""
    low, high = (x.lo, x.hi) if isinstance(x, Ball) else (x, x)
    return int(low > 0) - int(high < 0)


def number(x: Scalar) -> Number:
    """A number of a report: the fraction that a real number is, or the ball that it lies in.

    Raises:
        HoleReached: it is too large.
    """
    if not isinstance(x, Real):
        return x
    exact = Fraction(0) if same(x, Fraction(0)) else rational(x)
    return Ball(*bounds(x)) if exact is None else exact


def told(value: Any) -> Any:
    """What a report tells: real numbers in structures as fractions and balls.

    Raises:
        HoleReached: one is too large.
    """
    match value:
        case Real():
            return number(value)
        case tuple() | list() | frozenset():
            return type(value)(map(told, value))
        case dict():
            return {k: told(v) for k, v in value.items()}
    return value


def told_or_none(value: Any) -> Any:
    """As `told`; None where a number is too large."""
    try:
        return told(value)
    except HoleReached:
        return None
