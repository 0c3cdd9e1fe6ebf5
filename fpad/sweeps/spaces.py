"""The points of a sweep: finite sets of values, one for each number that is swept over.

    {"w": "float8_e4m3fn", "b": ("float8_e4m3fn", (3,)), "u": (-1, 0, 1)}

Points are numbered: the last number changes fastest, as in `itertools.product`.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from fpad.runtime.errors import InputError
from fpad.runtime.formats import Format, format_of
from fpad.sweeps import lanes as ln
from fpad.sweeps.lanes import Lanes

MOST_VALUES = 1 << 17


class Values(ABC):
    """A finite set of numbers, in ascending order."""

    @property
    @abstractmethod
    def count(self) -> int:
        """How many there are; of float64 more than `len` can say."""

    @abstractmethod
    def lanes(self, which: np.ndarray) -> Lanes:
        """The numbers at these places."""

    @abstractmethod
    def told(self) -> str:
        """What tells this set from others."""

    def __getitem__(self, k: int) -> Fraction:
        return self.lanes(np.array([k])).values()[0]

    def floats(self, which: np.ndarray) -> np.ndarray:
        """The numbers at these places as floats, which they are."""
        return np.array([float(v) for v in self.lanes(which).values()])


@dataclass(frozen=True)
class Listed(Values):
    """Numbers that are written down.

    Attributes:
        table: integers, ascending.
        unit: what one of them counts.
    """

    table: np.ndarray
    unit: Fraction

    @classmethod
    def of(cls, numbers: Iterable[Fraction]) -> Listed:
        """A set of numbers, each counted once."""
        ordered = sorted(set(numbers))
        unit = Fraction(0)
        for v in ordered:
            unit = ln.common(unit, abs(v))
        unit = unit or Fraction(1)
        whole = [int(v / unit) for v in ordered]
        fits = max(map(abs, whole)) < ln.LARGEST
        return cls(np.array(whole, np.int64 if fits else object), unit)

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.table)

    def lanes(self, which: np.ndarray) -> Lanes:
        """The numbers at these places."""
        return Lanes(self.table[which], self.unit, int(np.abs(self.table[[0, -1]]).max()))

    def floats(self, which: np.ndarray) -> np.ndarray:
        """The numbers at these places as floats."""
        return np.asarray(np.array([float(int(k) * self.unit) for k in self.table])[which])

    def told(self) -> str:
        """All of them."""
        return f"{self.unit} {self.table.tolist()}"


@dataclass(frozen=True)
class Counted(Values):
    """The finite values of a format that has too many to write down; both zeros are one.

    Magnitudes are counted from 0 in steps of the format: 2**(p - 1) of them in each binade.
    """

    fmt: Format

    @property
    def largest(self) -> int:
        """The number of the largest magnitude."""
        fmt = self.fmt
        per_binade = 1 << (fmt.p - 1)
        significand = int(math.ldexp(fmt.maxfin, fmt.p - 1 - fmt.emax))
        return (fmt.emax - fmt.emin) * per_binade + significand

    @property
    def count(self) -> int:
        """How many there are."""
        return 2 * self.largest + 1

    def lanes(self, which: np.ndarray) -> Lanes:
        """The numbers at these places."""
        per_binade = 1 << (self.fmt.p - 1)
        k = [self._integer(int(n) - self.largest, per_binade) for n in which]
        top = self._integer(self.largest, per_binade)
        dtype = np.int64 if top < ln.LARGEST else object
        return Lanes(np.array(k, dtype), Fraction(self.fmt.quantum), top)

    def _integer(self, n: int, per_binade: int) -> int:
        """How many times the smallest positive number a value is."""
        binade = max(abs(n) // per_binade - 1, 0)
        whole = (abs(n) - binade * per_binade) << binade
        return whole if n >= 0 else -whole

    def told(self) -> str:
        """The format."""
        return repr(self.fmt)


def values_of(fmt: Format) -> Values:
    """The finite values of a format.

    Raises:
        InputError: they are not known.
    """
    if fmt.subnormal != "gradual":
        raise InputError(f"over: subnormal = {fmt.subnormal!r} of {fmt.name} is not supported")
    counted = Counted(fmt)
    if counted.count > MOST_VALUES:
        return counted
    return Listed.of(counted.lanes(np.arange(counted.count)).values())


@dataclass(frozen=True)
class Part:
    """One parameter.

    Attributes:
        name: its name.
        shape: None for a number.
        values: what each of its entries runs through.
    """

    name: str
    shape: tuple[int, ...] | None
    values: Values

    @property
    def size(self) -> int:
        """How many entries it has."""
        return 1 if self.shape is None else math.prod(self.shape)

    def argument(self, entries: Sequence[Fraction]) -> Any:
        """The parameter with these entries."""
        if self.shape is None:
            return float(entries[0])
        return np.array([float(v) for v in entries]).reshape(self.shape)


def part(name: str, given: Any, default: Any = None) -> Part:
    """A parameter as `over` describes it.

    Args:
        name: its name.
        given: its values, and its shape if it is an array.
        default: what it has without; of an array it says the shape.

    Raises:
        InputError: it describes none.
    """
    shape: tuple[int, ...] | None = None
    if isinstance(default, np.ndarray) and default.ndim:
        shape = default.shape
    if isinstance(given, tuple) and len(given) == 2 and _is_shape(given):
        given, wanted = given
        shape = (wanted,) if isinstance(wanted, int) else tuple(wanted)
        if any(n < 1 for n in shape):
            raise InputError(f"over: {name} has no entries")
    if isinstance(given, str | Format):
        try:
            return Part(name, shape, values_of(format_of(given)))
        except ValueError as error:
            raise InputError(f"over: {name}: {error}") from None
    if not isinstance(given, Iterable):
        raise InputError(
            f"over: {name} is a format, numbers, or (a format or numbers, shape), not {given!r}"
        )
    return Part(name, shape, _numbers(name, given))


def _is_shape(given: tuple[Any, Any]) -> bool:
    """Is it (values, shape), and not two values?"""
    return not isinstance(given[0], int | float | Fraction | np.number)


def _numbers(name: str, given: Iterable[Any]) -> Values:
    values = set()
    for v in given:
        try:
            number = Fraction(v.item() if isinstance(v, np.generic) else v)
            exact = Fraction(float(number)) == number
        except (TypeError, ValueError, OverflowError):
            raise InputError(f"over: {name}: {v!r} is no finite number") from None
        if not exact:
            raise InputError(f"over: {name}: {v!r} is no float, so no machine number")
        values.add(number)
    if not values:
        raise InputError(f"over: {name} has no values")
    return Listed.of(values)


@dataclass(frozen=True)
class Space:
    """All points."""

    parts: tuple[Part, ...]

    @property
    def columns(self) -> list[Values]:
        """For each number that is swept over, its values."""
        return [p.values for p in self.parts for _ in range(p.size)]

    @property
    def total(self) -> int:
        """How many points there are."""
        return math.prod(v.count for v in self.columns)

    def digits(self, numbers: np.ndarray) -> list[np.ndarray]:
        """Of points with these numbers, which value each column has."""
        out = []
        rest = numbers
        for values in reversed(self.columns):
            n = values.count
            rest, digit = rest // n, rest % n
            out.append(digit.astype(np.intp) if n < 1 << 62 else digit)
        return out[::-1]

    def lanes(self, numbers: np.ndarray) -> list[Lanes]:
        """The points with these numbers, exactly."""
        pairs = zip(self.columns, self.digits(numbers), strict=True)
        return [values.lanes(digit) for values, digit in pairs]

    def points(self, numbers: np.ndarray) -> np.ndarray:
        """The points with these numbers as floats, which they are, one a row."""
        pairs = zip(self.columns, self.digits(numbers), strict=True)
        columns = [values.floats(digit) for values, digit in pairs]
        return np.stack(columns, axis=1) if columns else np.zeros((len(numbers), 0))

    def arguments(self, number: int) -> dict[str, Any]:
        """The point with this number: a value for each parameter."""
        digits = [int(d[0]) for d in self.digits(np.array([number], _integers(self.total)))]
        entries = [v[d] for v, d in zip(self.columns, digits, strict=True)]
        out = {}
        for p in self.parts:
            out[p.name] = p.argument(entries[: p.size])
            entries = entries[p.size :]
        return out


def _integers(total: int) -> Any:
    return np.int64 if total < 1 << 62 else object


def space_of(over: Mapping[str, Any], defaults: Mapping[str, Any]) -> Space:
    """The points that `over` describes.

    Args:
        over: the values by parameter.
        defaults: the defaults of parameters.

    Raises:
        InputError: it describes none.
    """
    if not over:
        raise InputError("over: give the parameters to sweep over, as over={'w': 'float8_e4m3fn'}")
    return Space(tuple(part(name, given, defaults.get(name)) for name, given in over.items()))
