"""Binary floats of very many bits: m * 2**e.

Sums and products are exact as long as they fit; what had to be rounded says so, and a difference of
such numbers that is smaller than their errors is zero.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

SLACK = 500
"""The last bits of a rounded number are nobody's."""


class Precision:
    """How many bits numbers have."""

    bits = 5_000


class Real:
    """The number m * 2**e.

    Attributes:
        exact: has nothing been rounded.
    """

    __slots__ = ("e", "exact", "m")

    def __init__(self, m: int, e: int = 0, exact: bool = True) -> None:
        extra = m.bit_length() - Precision.bits
        if extra > 0:
            low = (m & -m).bit_length() - 1
            exact = exact and low >= extra
            m, e = m >> extra, e + extra
        self.m, self.e, self.exact = m, e, exact

    def __add__(self, other: Any) -> Real:
        o = real(other)
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
        if self.exact and o.exact:
            return Real(m, e)
        if m.bit_length() < max(a.bit_length(), b.bit_length()) - Precision.bits + SLACK:
            return NIL
        return Real(m, e, False)

    def __mul__(self, other: Any) -> Real:
        o = real(other)
        if not self.m or not o.m:
            return NIL
        return Real(self.m * o.m, self.e + o.e, self.exact and o.exact)

    def __truediv__(self, other: Any) -> Real:
        o = real(other)
        if not self.m:
            return NIL
        shift = max(Precision.bits + o.m.bit_length() - self.m.bit_length(), 0)
        q, r = divmod(self.m << shift, o.m)
        return Real(q, self.e - o.e - shift, self.exact and o.exact and not r)

    def __neg__(self) -> Real:
        return Real(-self.m, self.e, self.exact)

    def __sub__(self, other: Any) -> Real:
        return self + (-real(other))

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
        if self.exact and e % n == 0:
            r = whole_root(m, n)
            if r**n == m:
                return Real(r, e // n)
        shift = max(n * Precision.bits - m.bit_length(), 0)
        shift += (e - shift) % n
        return Real(whole_root(m << shift, n), (e - shift) // n, False)

    def floor(self) -> int:
        """The floor."""
        return self.m << self.e if self.e >= 0 else self.m >> -self.e

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
            return math.ldexp(float(self.m >> extra), self.e + extra)
        except OverflowError:
            return math.inf if self.m > 0 else -math.inf

    def __hash__(self) -> int:
        low = (self.m & -self.m).bit_length()
        return hash((self.m >> low, self.e + low))

    def fraction(self) -> Fraction:
        """The fraction with a small denominator next to it."""
        q = Fraction(self.m * 2**self.e if self.e >= 0 else Fraction(self.m, 2**-self.e))
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


def whole_root(k: int, n: int) -> int:
    """The floor of the n-th root."""
    if n == 2:
        return math.isqrt(k)
    r = 1 << (k.bit_length() // n + 1)
    while (s := ((n - 1) * r + k // r ** (n - 1)) // n) < r:
        r = s
    return r
