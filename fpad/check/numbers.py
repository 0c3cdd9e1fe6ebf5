"""The numbers in a report: fractions where they are rational, balls where they are not.

Ball(1/3, 1/2)                    some number from 1/3 to 1/2; float() is the one nearest the middle
Numbers(3, make)                  three numbers, of which each is made when it is read
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias, overload


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
