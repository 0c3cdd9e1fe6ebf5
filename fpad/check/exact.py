"""Numbers that are never rounded, and what stands where there is none.

    Exact(1/3) + 0.5       Exact(5/6): a float counts as the rational number that it is
    Exact(1) / 0           Hole("domain"): the value is not defined
    Hole(..) * 0           Hole: nothing makes a hole good again, but `where` may not select it

`Exact` is a constant.  Its subclasses depend on the inputs: `tape.Var` remembers how, `germ.Germ`
is a whole one-sided neighbourhood.  All of them live in object arrays and mix with ints and floats;
an operation is carried out by the operand of the higher `rank`.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Hashable
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np

from fpad.check.reals import Real, Scalar, is_nil, order, power


class HoleReached(Exception):
    """A decision, an index or the result of the program depends on a hole."""

    def __init__(self, hole: Hole) -> None:
        super().__init__(hole.reason)
        self.hole = hole


class LimitReached(Exception):
    """A limit of the caller's: `reason` is one of the strings of `Report.reason`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def _arithmetic(name: str, swap: bool) -> Callable[[Any, Any], Any]:
    def method(self: Any, other: Any) -> Any:
        o = other if isinstance(other, Exact) else lift(other)
        if o is None:
            return NotImplemented
        a, b = (o, self) if swap else (self, o)
        return getattr(o if o.rank > self.rank else self, name)(a, b)

    return method


def _comparison(test: Callable[[int, int], bool]) -> Callable[[Any, Any], Any]:
    def method(self: Any, other: Any) -> Any:
        o = other if isinstance(other, Exact) else lift(other)
        if o is None:
            return NotImplemented
        return (o if o.rank > self.rank else self).answer(test, self, o)

    return method


class Exact:
    """A constant, rational or real, and the arithmetic that all exact numbers share."""

    __slots__ = ("value",)
    rank: ClassVar[int] = 0

    def __init__(self, value: Scalar) -> None:
        self.value = value

    # What a subclass carries out: the operands are any exact numbers of at most its rank.

    @staticmethod
    def add(a: Any, b: Any) -> Any:
        """The sum a + b."""
        return Exact(a.value + b.value)

    @staticmethod
    def sub(a: Any, b: Any) -> Any:
        """The difference a - b."""
        return Exact(a.value - b.value)

    @staticmethod
    def mul(a: Any, b: Any) -> Any:
        """The product a * b."""
        if is_nil(a.value) or is_nil(b.value):
            return ZERO
        return Exact(a.value * b.value)

    @staticmethod
    def div(a: Any, b: Any) -> Any:
        """The quotient a / b."""
        hole = no_divisor(b.value)
        return Exact(a.value / b.value) if hole is None else hole

    @staticmethod
    def compare(a: Any, b: Any) -> int:
        """The sign of a - b."""
        return order(a.value, b.value)

    @classmethod
    def answer(cls, test: Callable[[int, int], bool], a: Any, b: Any) -> Any:
        """What a comparison says, given as a test of the sign of a - b against 0."""
        return test(cls.compare(a, b), 0)

    def image(self, value: Scalar, slope: Scalar | None, function: Hashable) -> Any:
        """A function of the number: its value and slope; the name tells functions apart."""
        return Exact(value)

    def negate(self) -> Any:
        """The number with the other sign."""
        return Exact(-self.value)

    def floor(self) -> Any:
        """The largest integer that is not above."""
        return Exact(Fraction(math.floor(self.value)))

    def near(self) -> float:
        """The nearest float, about: for orders of operations that do not change what is computed.

        Of a number that depends on the inputs it is the value at the point.
        """
        try:
            return float(self.value)
        except OverflowError:
            return math.inf if self.value > 0 else -math.inf

    def varies(self) -> bool:
        """Is there more to the number than a value?"""
        return self.rank > 0

    def bits(self) -> int:
        """How many bits the number takes; real ones take as many as they are asked for."""
        if isinstance(self.value, Real):
            return 0
        return self.value.numerator.bit_length() + self.value.denominator.bit_length()

    __add__ = _arithmetic("add", swap=False)
    __radd__ = _arithmetic("add", swap=True)
    __sub__ = _arithmetic("sub", swap=False)
    __rsub__ = _arithmetic("sub", swap=True)
    __mul__ = _arithmetic("mul", swap=False)
    __rmul__ = _arithmetic("mul", swap=True)
    __truediv__ = _arithmetic("div", swap=False)
    __rtruediv__ = _arithmetic("div", swap=True)
    __lt__ = _comparison(operator.lt)
    __le__ = _comparison(operator.le)
    __gt__ = _comparison(operator.gt)
    __ge__ = _comparison(operator.ge)
    __eq__ = _comparison(operator.eq)
    __ne__ = _comparison(operator.ne)

    def __neg__(self) -> Any:
        return self.negate()

    def __pos__(self) -> Any:
        return self

    def __abs__(self) -> Any:
        return self if self >= 0 else -self

    def __bool__(self) -> bool:
        return bool(self != 0)

    def __pow__(self, n: Any) -> Any:
        """An integer power, by squaring."""
        return power(self, n, ONE) if isinstance(n, int) else NotImplemented

    def __floordiv__(self, other: Any) -> Any:
        return floor(self / other)

    def __rfloordiv__(self, other: Any) -> Any:
        return floor(other / self)

    def __mod__(self, other: Any) -> Any:
        return self - other * floor(self / other)

    def __rmod__(self, other: Any) -> Any:
        return other - self * floor(other / self)

    # Without these a subclass of float semantics would creep in through NumPy.
    __float__ = None
    __int__ = None
    __index__ = None
    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Exact({self.value})"


def floor(x: Any) -> Any:
    """The floor of any exact number, a hole of a hole; of arrays entry by entry."""
    if isinstance(x, np.ndarray):
        return np.frompyfunc(floor, 1, 1)(x)
    number = lift(x)
    assert number is not None
    return number.floor()


class Infinite(Exact):
    """Plus or minus infinity, written in the program as a bound: it can only be compared."""

    __slots__ = ("sign",)
    rank: ClassVar[int] = 2

    def __init__(self, sign: int) -> None:
        self.sign = sign

    @staticmethod
    def add(a: Any, b: Any) -> Any:
        """Nothing: infinities take no part in arithmetic."""
        return Hole("no_exact_rule: infinity")

    sub = mul = div = add

    def floor(self) -> Any:
        """Nothing."""
        return Hole("no_exact_rule: infinity")

    def near(self) -> float:
        """The infinity."""
        return self.sign * math.inf

    @staticmethod
    def compare(a: Any, b: Any) -> int:
        """Infinities are beyond every number."""
        x = a.sign if isinstance(a, Infinite) else 0
        y = b.sign if isinstance(b, Infinite) else 0
        return int(x > y) - int(x < y)

    def negate(self) -> Any:
        """The other infinity."""
        return Infinite(-self.sign)

    def bits(self) -> int:
        """No digits."""
        return 0

    def __repr__(self) -> str:
        return "Infinite(+)" if self.sign > 0 else "Infinite(-)"


class Hole(Exact):
    """No value.

    Attributes:
        reason: "domain" (the value is not defined over the reals), "nan_input", or "no_exact_rule"
            and other reasons why it is not known, as in `Report.reason`.
        origin: the statement that made the hole, once it is known.
    """

    __slots__ = ("origin", "reason")
    rank: ClassVar[int] = 3

    def __init__(self, reason: str, origin: Any = None) -> None:
        self.reason = reason
        self.origin = origin

    @property
    def undefined(self) -> bool:
        """Is there no value at all (or is it only unknown)?"""
        return self.reason in ("domain", "nan_input")

    @staticmethod
    def add(a: Any, b: Any) -> Any:
        """The worse of the holes: where one operand has no value, the result has none."""
        first, second = isinstance(a, Hole), isinstance(b, Hole)
        return b if second and (not first or (b.undefined and not a.undefined)) else a

    sub = mul = div = add

    @staticmethod
    def compare(a: Any, b: Any) -> int:
        """Holes cannot be compared.

        Raises:
            HoleReached: always.
        """
        raise HoleReached(Hole.add(a, b))

    def negate(self) -> Any:
        """The hole itself."""
        return self

    def floor(self) -> Any:
        """The hole itself."""
        return self

    def near(self) -> float:
        """There is none."""
        return math.nan

    def bits(self) -> int:
        """No digits."""
        return 0

    def __repr__(self) -> str:
        return f"Hole({self.reason!r})"


class Nan(Hole):
    """NaN, written in the program: as a result there is no value.

    Comparisons of it have outcomes in floats, which no exact rule gives: what is decided by one is
    not known.
    """

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__("domain")


ZERO = Exact(Fraction(0))
ONE = Exact(Fraction(1))


def no_divisor(value: Scalar) -> Hole | None:
    """The hole that a quotient by this number is, if it is zero, or may be."""
    try:
        return None if value else Hole("domain")
    except HoleReached as reached:
        hole: Hole = reached.hole
        return hole


def lift(x: Any) -> Exact | None:
    """The exact number that a Python or NumPy number is; None if x is no number.

    Infinities are `Infinite`, NaN is a hole.
    """
    if isinstance(x, Exact):
        return x
    if isinstance(x, Fraction | Real):
        return Exact(x)
    if isinstance(x, bool | np.bool_ | int | np.integer):
        return Exact(Fraction(int(x)))
    if isinstance(x, float | np.floating):
        if math.isfinite(x):
            return Exact(Fraction(float(x)))
        return Nan() if math.isnan(x) else Infinite(1 if x > 0 else -1)
    return None
