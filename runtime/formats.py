"""Floating-point formats as constants, and exact rounding to them.

A format is described by its constants alone; the kernels of :mod:`fpad.runtime.rounding` and of
``kernels/round.cuh`` are specialised on them, so a new format is one entry in `FORMATS`::

    >>> format_of("bf16").maxfin
    3.3895313892515355e+38
    >>> format_of("float8_e4m3fn").overflow_from     # 464 is a tie and goes to 448
    464.00000000000006
    >>> exact_round(Fraction(1, 3), format_of("float8_e5m2"))
    Fraction(5, 16)

Precision and largest finite value are independent of each other: float8_e4m3fn keeps one code of
its top binade for NaN, so its largest value is 448 where (p, emax) alone would say 480.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Literal, TypeAlias, get_args

Subnormal = Literal["gradual", "flush", "nearest_normal"]
Overflow = Literal["ieee", "saturate", "nan", "raise"]


@dataclass(frozen=True)
class Format:
    """A binary floating-point format whose values are all float64 values.

    The finite values are ``k * 2**(e - p + 1)`` with integers ``|k| < 2**p`` and
    ``emin <= e <= emax``, as far as their magnitude does not exceed `maxfin`.

    Attributes:
        name: The canonical name, as ml_dtypes and NumPy spell it.
        p: Bits of the significand, the hidden one included.
        emin: Exponent of the smallest normal value, 2**emin.
        emax: Exponent of the top binade.
        maxfin: The largest finite value.
        inf: Whether the format has infinities.
        nan: Whether the format has a NaN.
        negzero: Whether zero has a sign.
        subnormal: What happens below 2**emin.
        overflow: What happens above `maxfin`: "ieee" is an infinity, or NaN where there is none;
            "saturate" is `maxfin` with the sign of the operand, also for an infinite operand.

    Raises:
        ValueError: If the constants contradict each other or leave float64.
    """

    name: str
    p: int
    emin: int
    emax: int
    maxfin: float
    inf: bool = True
    nan: bool = True
    negzero: bool = True
    subnormal: Subnormal = "gradual"
    overflow: Overflow = "ieee"

    def __post_init__(self) -> None:
        if not 2 <= self.p <= 53:
            raise ValueError(f"{self.name}: precision p = {self.p} is not in 2..53")
        if self.emin - self.p + 1 < -1074 or not self.emin <= self.emax <= 1023:
            raise ValueError(
                f"{self.name}: exponents {self.emin}..{self.emax} with p = {self.p} leave float64"
            )
        top = self.maxfin / 2.0**self.emax
        if not 1 <= top < 2 or not (top * 2.0 ** (self.p - 1)).is_integer():
            raise ValueError(
                f"{self.name}: maxfin = {self.maxfin!r} has no {self.p}-bit significand "
                f"in the binade of 2**{self.emax}"
            )
        for field, value, choices in (
            ("subnormal", self.subnormal, get_args(Subnormal)),
            ("overflow", self.overflow, get_args(Overflow)),
        ):
            if value not in choices:
                raise ValueError(f"{self.name}: {field} = {value!r} is none of {choices}")

    @property
    def quantum(self) -> float:
        """The smallest positive subnormal value, the spacing of values below 2**(emin + 1)."""
        return math.ldexp(1.0, self.emin - self.p + 1)

    @property
    def overflow_to(self) -> float:
        """What a positive operand beyond the range becomes.

        Raises:
            OverflowError: If the format's policy is to raise.
        """
        if self.overflow == "raise":
            raise OverflowError(f"the operand is outside the range of {self.name}")
        if self.overflow == "saturate":
            return self.maxfin
        return math.inf if self.overflow == "ieee" and self.inf else math.nan

    @property
    def overflow_from(self) -> float:
        """The smallest float64 whose rounding to nearest even exceeds `maxfin`; inf for float64.

        Overflow is decided after rounding on the grid continued above `maxfin` (IEEE 754-2019,
        section 4.3.1): the midpoint above `maxfin` is a tie, which stays if `maxfin` is even.
        """
        ulp = Fraction(2) ** (self.emax - self.p + 1)
        midpoint = Fraction(self.maxfin) + ulp / 2
        if self.p == 53:
            return math.inf  # the midpoint is no float64: only the infinities lie above maxfin
        even = Fraction(self.maxfin) / ulp % 2 == 0
        # float() is exact here: the midpoint has p + 1 bits.
        return math.nextafter(float(midpoint), math.inf) if even else float(midpoint)


def ieee(exponent_bits: int, p: int, name: str) -> Format:
    """The IEEE 754 format with the given exponent width and precision (2019, section 3.3)."""
    emax = 2 ** (exponent_bits - 1) - 1
    return Format(name, p, 1 - emax, emax, math.ldexp(2 - 2.0 ** (1 - p), emax))


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        fmt.name: fmt
        for fmt in (
            ieee(11, 53, "float64"),
            ieee(8, 24, "float32"),
            ieee(8, 8, "bfloat16"),
            ieee(5, 11, "float16"),
            ieee(5, 3, "float8_e5m2"),
            # Open Compute Project 8-bit formats, revision 1.0, table 1: no infinities, and only
            # the all-ones code is NaN.
            Format("float8_e4m3fn", p=4, emin=-6, emax=8, maxfin=448.0, inf=False),
        )
    }
)

ALIASES: Mapping[str, str] = MappingProxyType(
    {"fp64": "float64", "fp32": "float32", "bf16": "bfloat16", "fp16": "float16"}
)

FormatLike: TypeAlias = str | Format


def format_of(fmt: FormatLike) -> Format:
    """The format of that name, or the format itself.

    Args:
        fmt: A name of `FORMATS`, an alias ("fp64", "fp32", "bf16", "fp16"), or a Format.

    Raises:
        ValueError: If no format has that name. Names that several formats go by ("fp8", "e4m3")
            are refused too.
        TypeError: If `fmt` is neither a string nor a Format.
    """
    if isinstance(fmt, Format):
        return fmt
    if not isinstance(fmt, str):
        raise TypeError(f"a format is a name or a Format, not {fmt!r} ({type(fmt).__name__})")
    found = FORMATS.get(ALIASES.get(fmt, fmt))
    if found is None:
        choices = ", ".join(FORMATS)
        aliases = ", ".join(f"{short} = {name}" for short, name in ALIASES.items())
        raise ValueError(f"unknown float format {fmt!r}; choose one of {choices} ({aliases})")
    return found


def exact_round(q: Fraction, fmt: Format) -> Fraction | float:
    """Round an exact rational to the nearest value of a format, ties to even.

    Args:
        q: The number to round.
        fmt: The format.

    Returns:
        The value as a Fraction. Where it overflows: plus or minus infinity or NaN as a float, or
        the largest value as a Fraction where the format saturates. Zero has no sign here.

    Raises:
        OverflowError: If `q` overflows and the format's policy is to raise.
        ValueError: If the format's subnormals are not gradual.
    """
    require_gradual(fmt)
    if q == 0:
        return Fraction(0)
    num, den = abs(q.numerator), q.denominator
    # 2**e <= |q| < 2**(e + 1): the bit lengths give e up to one, a comparison decides.
    e = num.bit_length() - den.bit_length()
    if num << max(-e, 0) < den << max(e, 0):
        e -= 1
    shift = max(e, fmt.emin) - fmt.p + 1
    num, den = num << max(-shift, 0), den << max(shift, 0)
    k, rest = divmod(num, den)
    if 2 * rest > den or (2 * rest == den and k % 2):
        k += 1
    value = Fraction(k) * Fraction(2) ** shift
    if value > fmt.maxfin:
        beyond = fmt.overflow_to
        if not math.isfinite(beyond):
            return beyond if q > 0 else -beyond
        value = Fraction(beyond)
    return value if q > 0 else -value


def require_gradual(fmt: Format) -> None:
    """Raise ValueError unless the format's subnormals are gradual, the one policy so far."""
    if fmt.subnormal != "gradual":
        raise ValueError(
            f"{fmt.name}: rounding with subnormal = {fmt.subnormal!r} is not supported"
        )
