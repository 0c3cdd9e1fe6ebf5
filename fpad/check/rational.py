"""Rational numbers for running plain Python functions exactly; shares nothing with the compiler.

    Q(1/3) * 0.5        Q(1/6): a float counts as the rational number that it is
    Q(0) ** -1          undefined; an undefined number may be dropped by np.where, never compared

NumPy calls the methods `sqrt`, `exp`, .. of the entries of object arrays; those that have no
rational value raise `CertificateError`, as does every conversion to a float.
"""

from __future__ import annotations

import contextlib
import math
import operator
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np

from fpad.transforms.errors import CertificateError

MOST_BITS = 1 << 18
"""Of a numerator or denominator: longer ones take seconds for a single operation."""


MOST_WORK = 2 * 10**7
"""What operations may cost together, the cost of a short one being 1: half a minute."""


class Work:
    """Counts what operations cost."""

    left = float("inf")

    @classmethod
    def spend(cls, bits: int) -> None:
        """Count an operation on numbers of so many bits.

        Raises:
            CertificateError: there was too much to do.
        """
        cls.left -= 1 + (bits >> 9) ** 2 / 2
        if cls.left < 0:
            raise CertificateError("re-checking takes too many operations on long numbers")


@contextlib.contextmanager
def limited_work() -> Iterator[None]:
    """Within, operations may not cost more than `MOST_WORK` together."""
    before, Work.left = Work.left, MOST_WORK
    try:
        yield
    finally:
        Work.left = before


class Irrational(CertificateError):
    """A function of the program has no rational value."""


class Beyond:
    """Computes what has no rational value, where something does (`fpad.check.verify_reals`)."""

    compute: ClassVar[Callable[..., Any] | None] = None


def _beyond(message: str, name: str, *operands: Any) -> Any:
    """The value of a function that is not rational.

    Raises:
        Irrational: nothing computes it.
    """
    if Beyond.compute is None:
        raise Irrational(message)
    return Beyond.compute(name, *operands)


def _bits(x: Any) -> int:
    if not isinstance(x, Fraction):
        return 0
    return max(x.numerator.bit_length(), x.denominator.bit_length())


class Undefined(Exception):
    """A number without a value is compared, or is the result."""


def number(x: Any) -> Fraction | None:
    """The rational number that a Python or NumPy number is.

    Raises:
        CertificateError: it is infinite or NaN.
    """
    if isinstance(x, Fraction):
        return x
    if isinstance(x, bool | np.bool_ | int | np.integer):
        return Fraction(int(x))
    if isinstance(x, float | np.floating):
        if not math.isfinite(x):
            raise CertificateError("an infinity or NaN takes part in the arithmetic")
        return Fraction(float(x))
    return None


def _binary(f: Callable[[Fraction, Fraction], Fraction], swap: bool) -> Callable[[Any, Any], Any]:
    def method(self: Any, other: Any) -> Any:
        if isinstance(other, Q):
            o = other.value
            if o is None:
                return other
        else:
            o = number(other)
            if o is None:
                return NotImplemented
        if self.value is None:
            return self
        try:
            result = f(o, self.value) if swap else f(self.value, o)
        except ZeroDivisionError:
            return Q(None)
        bits = _bits(result)
        Work.spend(bits)
        if bits > MOST_BITS:
            raise CertificateError(f"a rational number takes more than {MOST_BITS} bits")
        return Q(result)

    return method


def _power(a: Any, b: Any) -> Any:
    if not (isinstance(a, Fraction) and isinstance(b, Fraction)):
        whole = isinstance(b, Fraction) and b.denominator == 1
        if not whole and (a < 0 or (a == 0 and b < 0)):
            raise ZeroDivisionError
        return _beyond("a power is not rational", "pow", a, b)
    if b.denominator == 1:
        if abs(b) * (a.numerator.bit_length() + a.denominator.bit_length() - 2) > 2 * MOST_BITS:
            raise CertificateError("a power takes too many bits")
        return a ** int(b)
    if a < 0 or (a == 0 and b < 0):
        raise ZeroDivisionError
    p, q = (_whole_root(k, b.denominator) for k in (a.numerator, a.denominator))
    if p is None or q is None:
        return _beyond("a power has no rational value next to the point", "pow", a, b)
    return Fraction(p, q) ** b.numerator


def _whole_root(k: int, n: int) -> int | None:
    """The n-th root of an integer, if it is an integer: Newton's method from above."""
    if k.bit_length() <= n:
        return k if k < 2 else None
    r = 1 << (k.bit_length() // n + 1)
    while r and (s := ((n - 1) * r + k // r ** (n - 1)) // n) < r:
        r = s
    return r if r**n == k else None


def _floor_quotient(a: Fraction, b: Fraction) -> Fraction:
    return Fraction(a // b)


def _compare(test: Callable[[Any, Any], bool]) -> Callable[[Any, Any], Any]:
    def method(self: Any, other: Any) -> Any:
        if isinstance(other, Q):
            Work.spend(_bits(self.known()))
            return test(self.known(), other.known())
        if isinstance(other, float | np.floating) and math.isinf(other):
            self.known()
            return test(0.0, float(other))
        Work.spend(0)
        o = number(other)
        return NotImplemented if o is None else test(self.known(), o)

    return method


class Q:
    """A rational number, or no value at all."""

    __slots__ = ("value",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, value: Fraction | None) -> None:
        self.value = value

    def known(self) -> Fraction:
        """The value.

        Raises:
            Undefined: there is none.
        """
        if self.value is None:
            raise Undefined
        return self.value

    __add__ = _binary(operator.add, swap=False)
    __radd__ = _binary(operator.add, swap=True)
    __sub__ = _binary(operator.sub, swap=False)
    __rsub__ = _binary(operator.sub, swap=True)
    __mul__ = _binary(operator.mul, swap=False)
    __rmul__ = _binary(operator.mul, swap=True)
    __truediv__ = _binary(operator.truediv, swap=False)
    __rtruediv__ = _binary(operator.truediv, swap=True)
    __floordiv__ = _binary(_floor_quotient, swap=False)
    __rfloordiv__ = _binary(_floor_quotient, swap=True)
    __mod__ = _binary(operator.mod, swap=False)
    __rmod__ = _binary(operator.mod, swap=True)
    __pow__ = _binary(_power, swap=False)
    __rpow__ = _binary(_power, swap=True)
    __lt__ = _compare(operator.lt)
    __le__ = _compare(operator.le)
    __gt__ = _compare(operator.gt)
    __ge__ = _compare(operator.ge)
    __eq__ = _compare(operator.eq)
    __ne__ = _compare(operator.ne)

    def __divmod__(self, other: Any) -> Any:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> Any:
        return other // self, other % self

    def __neg__(self) -> Q:
        return Q(None if self.value is None else -self.value)

    def __pos__(self) -> Q:
        return self

    def __abs__(self) -> Q:
        return Q(None if self.value is None else abs(self.value))

    def __bool__(self) -> bool:
        return bool(self.known())

    def __floor__(self) -> int:
        return math.floor(self.known())

    def __ceil__(self) -> int:
        return math.ceil(self.known())

    def __trunc__(self) -> int:
        return math.trunc(self.known())

    def __int__(self) -> int:
        return int(self.known())

    def __round__(self, digits: int | None = None) -> Any:
        return round(self.known()) if digits is None else Q(round(self.known(), digits))

    def __float__(self) -> float:
        raise CertificateError("a function of the program needs floats; it has no exact rule")

    def rint(self) -> Q:
        """The nearest integer, to even."""
        return Q(Fraction(round(self.known())))

    def sqrt(self) -> Q:
        """The square root."""
        if self.value is not None and self.value < 0:
            return Q(None)
        return self._root(2)

    def cbrt(self) -> Q:
        """The cube root."""
        return self._root(3)

    def hypot(self, other: Any) -> Any:
        """The length of (self, other)."""
        return (self * self + other * other).sqrt()

    def conjugate(self) -> Q:
        """The number itself."""
        return self

    def _root(self, n: int) -> Q:
        if self.value is None:
            return self
        x: Any = abs(self.value)
        p, q = (
            (_whole_root(k, n) for k in (x.numerator, x.denominator))
            if isinstance(x, Fraction)
            else (None, None)
        )
        if p is None or q is None:
            message = "a root has no rational value next to the point"
            return Q(_beyond(message, "root", self.value, n))
        return Q(Fraction(p, q) * (-1 if self.value < 0 else 1))

    def __repr__(self) -> str:
        return f"Q({self.value})"


def _at(name: str, point: int, value: int, inside: Callable[[Fraction], bool]) -> None:
    """A function that is rational at one point only."""

    def method(self: Q) -> Q:
        if self.value is None or not inside(self.value):
            return Q(None)
        x: Any = self.value
        if isinstance(x, Fraction) and x == point:
            return Q(Fraction(value))
        message = f"{name} has no rational value next to the point"
        return Q(_beyond(message, name, self.value))

    setattr(Q, name, method)


for _name, _x, _y in (
    *(("exp", 0, 1), ("expm1", 0, 0), ("sin", 0, 0), ("cos", 0, 1), ("tan", 0, 0)),
    *(("sinh", 0, 0), ("cosh", 0, 1), ("tanh", 0, 0), ("arctan", 0, 0)),
):
    _at(_name, _x, _y, lambda x: True)
_at("log", 1, 0, lambda x: x > 0)
_at("log2", 1, 0, lambda x: x > 0)
_at("log10", 1, 0, lambda x: x > 0)
_at("exp2", 0, 1, lambda x: True)
_at("log1p", 0, 0, lambda x: x > -1)
_at("arccos", 1, 0, lambda x: abs(x) <= 1)
_at("arcsin", 0, 0, lambda x: abs(x) <= 1)
