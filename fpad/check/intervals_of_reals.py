"""Real numbers enclosed by balls, for re-checking certificates; shares nothing with the checker.

    with beyond_rationals(2048):
        Q(Fraction(1)).exp()        e to 600 digits, instead of CertificateError

Within, what has no rational value next to the point has an interval.  A comparison that the digits
do not tell raises `CertificateError`: nothing is taken for zero.
"""

from __future__ import annotations

import contextlib
import operator
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from fpad.check.rational import Beyond
from fpad.transforms.errors import CertificateError, MissingExtra

MOST_OPERATIONS = 2 * 10**5


def flint() -> Any:
    """python-flint.

    Raises:
        CertificateError: it is not installed.
    """
    try:
        import flint as found
    except ImportError as error:
        raise CertificateError(str(MissingExtra("check", "balls"))) from error
    return found


@contextlib.contextmanager
def beyond_rationals(bits: int) -> Iterator[None]:
    """Within it, functions have values where these are not rational."""
    ctx = flint().ctx
    before, ctx.prec = ctx.prec, bits
    kept, Beyond.compute = Beyond.compute, computed
    left, Interval.left = Interval.left, MOST_OPERATIONS
    try:
        yield
    finally:
        ctx.prec, Beyond.compute, Interval.left = before, kept, left


def ball(x: Any) -> Any:
    """The ball of a number."""
    if isinstance(x, Interval):
        return x.ball
    f = Fraction(x)
    return flint().arb(flint().fmpq(f.numerator, f.denominator))


def _binary(f: Callable[[Any, Any], Any], swap: bool) -> Callable[[Any, Any], Any]:
    def method(self: Any, other: Any) -> Any:
        if not isinstance(other, Interval | Fraction | int):
            return NotImplemented
        a, b = (other, self) if swap else (self, other)
        if f is operator.truediv and not b:
            raise ZeroDivisionError
        return Interval(f(ball(a), ball(b)))

    return method


def _compare(test: Callable[[int], bool]) -> Callable[[Any, Any], Any]:
    def method(self: Any, other: Any) -> Any:
        if not isinstance(other, Interval | Fraction | int):
            return NotImplemented
        return test(Interval(ball(self) - ball(other)).sign())

    return method


class Interval:
    """A number of which a ball is known."""

    __slots__ = ("ball",)
    __hash__ = None  # type: ignore[assignment]
    left = MOST_OPERATIONS

    def __init__(self, value: Any) -> None:
        Interval.left -= 1
        if not value.is_finite() or Interval.left < 0:
            raise CertificateError("a number on the way is not known well enough")
        self.ball = value

    def sign(self) -> int:
        """The sign.

        Raises:
            CertificateError: the digits do not tell.
        """
        if self.ball > 0:
            return 1
        if self.ball < 0:
            return -1
        if self.ball.is_zero():
            return 0
        raise CertificateError("whether a number that is not rational is zero, digits cannot tell")

    __add__ = _binary(operator.add, swap=False)
    __radd__ = _binary(operator.add, swap=True)
    __sub__ = _binary(operator.sub, swap=False)
    __rsub__ = _binary(operator.sub, swap=True)
    __mul__ = _binary(operator.mul, swap=False)
    __rmul__ = _binary(operator.mul, swap=True)
    __truediv__ = _binary(operator.truediv, swap=False)
    __rtruediv__ = _binary(operator.truediv, swap=True)
    __lt__ = _compare(lambda s: s < 0)
    __le__ = _compare(lambda s: s <= 0)
    __gt__ = _compare(lambda s: s > 0)
    __ge__ = _compare(lambda s: s >= 0)
    __eq__ = _compare(lambda s: s == 0)
    __ne__ = _compare(lambda s: s != 0)

    def __floordiv__(self, other: Any) -> Any:
        return (self / other).__floor__()

    def __rfloordiv__(self, other: Any) -> Any:
        return (other / self).__floor__()

    def __mod__(self, other: Any) -> Any:
        return self - other * (self // other)

    def __rmod__(self, other: Any) -> Any:
        return other - self * (other // self)

    def __neg__(self) -> Interval:
        return Interval(-self.ball)

    def __abs__(self) -> Interval:
        return Interval(abs(self.ball))

    def __bool__(self) -> bool:
        return self.sign() != 0

    def __floor__(self) -> int:
        whole = self.ball.floor().unique_fmpz()
        if whole is None:
            raise CertificateError("whether a number that is not rational is whole is not told")
        return int(whole)

    def __ceil__(self) -> int:
        return -Interval(-self.ball).__floor__()

    def __trunc__(self) -> int:
        whole: int = self.__floor__() if self.sign() >= 0 else self.__ceil__()
        return whole

    __int__ = __trunc__

    def __round__(self) -> int:
        whole: int = (self + Fraction(1, 2)).__floor__()  # no tie: ties are rational
        return whole


def computed(name: str, *operands: Any) -> Any:
    """The value of a function.

    Raises:
        CertificateError: there is none, or it is not known.
    """
    f = FUNCTIONS.get(name)
    if f is None:
        raise CertificateError(f"{name} has no value that could be told in intervals")
    try:
        return Interval(f(*map(ball, operands)))
    except (ArithmeticError, ValueError, AttributeError) as error:
        raise CertificateError(f"{name} has no value here") from error


def _power(a: Any, b: Any) -> Any:
    whole = b.unique_fmpz() if b.is_exact() and b.is_integer() else None
    if whole is None or not a.contains(0) or abs(whole) > 64:
        return a**b
    out = flint().arb(1)
    for _ in range(abs(int(whole))):
        out = out * a
    return out if whole >= 0 else 1 / out


def _root(x: Any, n: Any) -> Any:
    k = int(n.unique_fmpz())
    return -((-x).root(k)) if x < 0 and k % 2 else x.root(k)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "root": _root,
    "pow": _power,
    "exp2": lambda x: flint().arb(2) ** x,
    "log2": lambda x: x.log() / flint().arb(2).log(),
    "log10": lambda x: x.log() / flint().arb(10).log(),
    "arcsin": lambda x: x.asin(),
    "arccos": lambda x: x.acos(),
    "arctan": lambda x: x.atan(),
    **{
        name: operator.methodcaller(name)
        for name in (
            *("exp", "expm1", "log", "log1p", "sin", "cos", "tan", "sinh", "cosh", "tanh"),
            *("erf", "erfc", "gamma", "lgamma"),
        )
    },
}
