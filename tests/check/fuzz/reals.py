"""Binary floats of very many bits: m * 2**e.

Sums and products are exact as long as they fit; what had to be rounded says by how much, and a sum
that is smaller than the errors of its terms is zero.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

try:  # its products of thousands of bits take a tenth of the time
    from flint import fmpz as whole
except ImportError:
    whole = int

SLACK = 500
"""Errors are taken to be so many bits larger than they are, so that Newton's method ends."""


class Precision:
    """How many bits numbers have."""

    bits = 5_000


class Real:
    """The number m * 2**e.

    Attributes:
        error: its error is below 2**error; None where nothing has been rounded.
    """

    __slots__ = ("e", "error", "m")

    def __init__(self, m: Any, e: int = 0, error: int | None = None) -> None:
        if m.__class__ is int:
            m = whole(m)
        extra = m.bit_length() - Precision.bits
        if extra > 0:
            if (m & -m).bit_length() <= extra:
                error = e + extra if error is None else max(error, e + extra) + 1
            m, e = m >> extra, e + extra
        self.m, self.e, self.error = m, e, error

    @property
    def top(self) -> int:
        """The number is below 2**top."""
        return self.m.bit_length() + self.e

    def __add__(self, other: Any) -> Real:
        o = other if other.__class__ is Real else real(other)
        if not self.m:
            return o
        if not o.m:
            return self
        a, b, e = self.m, o.m, self.e
        if e > o.e:
            a, e = a << (e - o.e), o.e
        elif e < o.e:
            b <<= o.e - e
        m = a + b
        if self.error is None:
            error = o.error
        else:
            error = self.error if o.error is None else max(self.error, o.error) + 1
        if error is not None and m.bit_length() + e < error + SLACK:
            return NIL
        return Real(m, e, error)

    def __mul__(self, other: Any) -> Real:
        o = other if other.__class__ is Real else real(other)
        if not self.m or not o.m:
            return NIL
        return Real(self.m * o.m, self.e + o.e, self._relative(o, 0))

    def _relative(self, o: Real, by: int) -> int | None:
        """The error of a product; of a quotient, whose divisor is o, `by` is -2 o.top + 2."""
        if self.error is None and o.error is None:
            return None
        errors = []
        if self.error is not None:
            errors.append(self.error + o.top)
        if o.error is not None:
            errors.append(o.error + self.top)
        return max(errors) + 1 + by

    def __truediv__(self, other: Any) -> Real:
        o = real(other)
        if not self.m:
            return NIL
        shift = max(Precision.bits + o.m.bit_length() - self.m.bit_length(), 0)
        q, r = divmod(self.m << shift, o.m)
        e, error = self.e - o.e - shift, self._relative(o, 2 - 2 * o.top)
        if r:
            error = e if error is None else max(error, e) + 1
        return Real(q, e, error)

    def __neg__(self) -> Real:
        return Real(-self.m, self.e, self.error)

    def __sub__(self, other: Any) -> Real:
        o = other if other.__class__ is Real else real(other)
        return self + Real(-o.m, o.e, o.error) if o.m else self

    def __rsub__(self, other: Any) -> Real:
        return real(other) - self

    def __rtruediv__(self, other: Any) -> Real:
        return real(other) / self

    __radd__ = __add__
    __rmul__ = __mul__

    def __pow__(self, n: int) -> Real:
        out = ONE
        for _ in range(n):
            out = out * self
        return out

    def __abs__(self) -> Real:
        return self if self.m >= 0 else -self

    def __bool__(self) -> bool:
        return bool(self.m)

    def __lt__(self, other: Any) -> bool:
        return (self - other).m < 0

    def __gt__(self, other: Any) -> bool:
        return (self - other).m > 0

    def __le__(self, other: Any) -> bool:
        return (self - other).m <= 0

    def __ge__(self, other: Any) -> bool:
        return (self - other).m >= 0

    def __eq__(self, other: Any) -> bool:
        return not (self - other).m

    def root(self, n: int) -> Real:
        """The n-th root of a positive number."""
        low = (self.m & -self.m).bit_length() - 1
        m, e = self.m >> low, self.e + low
        if self.error is None and e % n == 0:
            r = whole_root(m, n)
            if r**n == m:
                return Real(r, e // n)
        shift = max(n * Precision.bits - m.bit_length(), 0)
        shift += (e - shift) % n
        r = Real(whole_root(m << shift, n), (e - shift) // n)
        error = r.e if self.error is None else max(r.e, r.top + self.error - self.top + 1) + 1
        return Real(r.m, r.e, error)

    def floor(self) -> int:
        """The floor."""
        return int(self.m << self.e if self.e >= 0 else self.m >> -self.e)

    def round(self) -> int:
        """The nearest integer, to even."""
        below = self.floor()
        rest = self - below - HALF
        return below + (rest.m > 0 or (not rest.m and below % 2))

    def __float__(self) -> float:
        if not self.m:
            return 0.0
        extra = max(self.m.bit_length() - 60, 0)
        try:
            return math.ldexp(float(int(self.m >> extra)), self.e + extra)
        except OverflowError:
            return math.inf if self.m > 0 else -math.inf

    def __hash__(self) -> int:
        low = (self.m & -self.m).bit_length()
        return hash((int(self.m >> low), self.e + low))

    def fraction(self) -> Fraction:
        """The fraction with a small denominator next to it."""
        m = int(self.m)
        q = Fraction(m * 2**self.e if self.e >= 0 else Fraction(m, 2**-self.e))
        return q.limit_denominator(10**30)

    def __repr__(self) -> str:
        return f"Real({float(self)})"


def real(x: Any) -> Real:
    """The number that x is."""
    if isinstance(x, Real):
        return x
    if isinstance(x, int):
        return Real(int(x))
    if hasattr(x, "lo"):  # a ball: what it is compared with is not known any better
        return (real(x.lo) + real(x.hi)) * HALF
    x = Fraction(x)
    if x.denominator & (x.denominator - 1) == 0:
        return Real(x.numerator, 1 - x.denominator.bit_length())
    return Real(x.numerator) / Real(x.denominator)


NIL, ONE, HALF = Real(0), Real(1), Real(1, -1)


def whole_root(k: Any, n: int) -> Any:
    """The floor of the n-th root."""
    if whole is not int:
        return whole(k).root(n)
    if n == 2:
        return math.isqrt(k)
    r = 1 << (k.bit_length() // n + 1)
    while (s := ((n - 1) * r + k // r ** (n - 1)) // n) < r:
        r = s
    return r
