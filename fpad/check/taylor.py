"""Smooth functions of one variable: their values, domains and Taylor coefficients anywhere.

    value("exp", Fraction(0))        Fraction(1)
    value("exp", Fraction(1))        the real number e
    coefficients("exp", Fraction(1), 3)      e, e, e / 2

Where a value is rational it is a fraction; elsewhere it is a real number, which takes balls:
without python-flint there is none.  Functions with parameters (`zeta`, ..) have these in front.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

from fpad.check.arb import available
from fpad.check.reals import Real, is_nil, real, root, same

MAX_EXPONENT = 1 << 14
_ZERO, _ONE = Fraction(0), Fraction(1)


class NoValue(Exception):
    """No number that is known."""


@dataclass(frozen=True)
class Smooth:
    """An analytic function of one variable.

    Attributes:
        series: (parameters and point, n) -> the first n Taylor coefficients there.
        low, high: the ends of the domain; None for none.
        closed: do the ends belong to it.
        defined: is there no value beyond them (or is it only that no rule is known).
        rational: points with a rational value: a function to the value, or None.
    """

    series: Callable[..., Sequence[Any]]
    low: Fraction | None = None
    high: Fraction | None = None
    closed: bool = False
    defined: bool = True
    rational: Callable[[Fraction], Fraction | None] = lambda x: None


def value(name: str, *operands: Any) -> Any:
    """The value of a function.

    Raises:
        NoValue: it takes balls, which are not installed.
    """
    x = operands[-1]
    if isinstance(x, Fraction):
        known = SMOOTH[name].rational(x)
        if known is not None:
            return known
    if name == "exp" and isinstance(x, Real) and x.name == "log":
        return x.operands[0]
    if name == "log" and isinstance(x, Real) and x.name == "exp":
        return x.operands[0]
    if not available():
        raise NoValue
    return real(name, *operands)


def coefficients(name: str, operands: Sequence[Any], n: int) -> list[Any]:
    """The first n Taylor coefficients by the last operand.

    Raises:
        NoValue: they are not known.
    """
    return list(SMOOTH[name].series(*operands, n))


# ---------------------------------------------------------------- series


def product(a: Sequence[Any], b: Sequence[Any], count: int) -> list[Any]:
    """The first coefficients of a product."""
    out: list[Any] = [_ZERO] * max(count, 0)
    for i, p in enumerate(a[:count]):
        if not is_nil(p):
            for j, q in enumerate(b[: count - i], i):
                out[j] += p * q
    return out


def quotient(a: Sequence[Any], b: Sequence[Any], count: int) -> list[Any]:
    """The first coefficients of a quotient; b[0] is not zero."""
    out: list[Any] = []
    for k in range(count):
        rest = a[k] if k < len(a) else _ZERO
        for i in range(max(0, k - len(b) + 1), k):
            rest -= out[i] * b[k - i]
        out.append(rest / b[0])
    return out


def root_of(a: Sequence[Any], n: int, lead: Any, count: int) -> list[Any]:
    """The first coefficients of the n-th root of a, which begins with `lead`.

    y**n = a gives n * a * y' = a' * y, one coefficient after the other.
    """
    out = [lead]
    for k in range(1, count):
        total: Any = _ZERO
        for j in range(1, min(k, len(a) - 1) + 1):
            total += (Fraction(j, n) - (k - j)) * a[j] * out[k - j]
        out.append(total / (k * a[0]))
    return out


def exact_root(x: Fraction, n: int) -> Fraction | None:
    """The n-th root of a rational number (x >= 0 if n is even), if it is rational."""
    sign = -1 if x < 0 else 1
    parts = []
    for k in (abs(x.numerator), x.denominator):
        r = _integer_root(k, n)
        if r**n != k:
            return None
        parts.append(r)
    return sign * Fraction(*parts)


def _integer_root(k: int, n: int) -> int:
    """The floor of the n-th root, by Newton's method from above."""
    if n == 2:
        return math.isqrt(k)
    if k.bit_length() <= n:
        return min(k, 1)
    r = 1 << -(-k.bit_length() // n)
    while True:
        s = ((n - 1) * r + k // r ** (n - 1)) // n
        if s >= r:
            return r
        r = s


def root_value(x: Any, n: int) -> Any:
    """The n-th root of a number that is not zero; rational where that is seen.

    Raises:
        NoValue: it takes balls, which are not installed.
    """
    found = exact_root(x, n) if isinstance(x, Fraction) else None
    if found is not None:
        return found
    if not available():
        raise NoValue
    return root(x, n)


def _integral(first: Any, slopes: Sequence[Any], n: int) -> list[Any]:
    return [first, *(c / k for k, c in enumerate(slopes[: n - 1], 1))][:n]


# ---------------------------------------------------------------- elementary functions


def _exponential(x: Any, n: int, minus: int = 0) -> list[Any]:
    e = value("exp", x)
    out = [e / math.factorial(k) for k in range(n)]
    return [value("expm1", x), *out[1:]] if minus else out


def _power_of_two(x: Any, n: int) -> list[Any]:
    y, base = value("exp2", x), value("log", Fraction(2))
    return [y * base**k / math.factorial(k) for k in range(n)]


def _logarithm(x: Any, n: int, plus: int = 0) -> list[Any]:
    inverse = 1 / (x + plus)
    rest = [Fraction((-1) ** (k + 1), k) * inverse**k for k in range(1, n)]
    return [value("log1p" if plus else "log", x), *rest]


def _in_base(base: int, x: Any, n: int) -> list[Any]:
    unit = value("log", Fraction(base))
    rest = [c / unit for c in _logarithm(x, n)[1:]]
    return [value(f"log{base}", x), *rest]


def _wave(odd: str, even: str, turn: int, x: Any, n: int) -> list[Any]:
    """F with f' = g and g' = turn * f."""
    f, g = value(odd, x), value(even, x)
    out = []
    for k in range(n):
        out.append(f / math.factorial(k))
        f, g = g, turn * f
    return out


def _sine(x: Any, n: int) -> list[Any]:
    return _wave("sin", "cos", -1, x, n)


def _cosine(x: Any, n: int) -> list[Any]:
    f, g = value("cos", x), -value("sin", x)
    return [(f, g, -f, -g)[k % 4] / math.factorial(k) for k in range(n)]


def _hyperbolic(odd: str, even: str) -> Callable[..., list[Any]]:
    return partial(_wave, odd, even, 1)


def _ratio(name: str, top: Callable[..., Any], bottom: Callable[..., Any]) -> Callable[..., Any]:
    def series(x: Any, n: int) -> list[Any]:
        out = quotient(top(x, n), bottom(x, n), n)
        return [value(name, x), *out[1:]]

    return series


def _arctangent(x: Any, n: int) -> list[Any]:
    slopes = quotient([_ONE], [1 + x * x, 2 * x, _ONE], n)
    return _integral(value("arctan", x), slopes, n)


def _arcsine(name: str, sign: int, x: Any, n: int) -> list[Any]:
    """Inside of the domain."""
    under = [1 - x * x, -2 * x, -_ONE]
    if same(under[0], _ZERO):
        return [value(name, x), None][:n]
    slopes = quotient([Fraction(sign)], root_of(under, 2, root_value(under[0], 2), n), n)
    return _integral(value(name, x), slopes, n)


def _at(point: int, result: int) -> Callable[[Fraction], Fraction | None]:
    return lambda x: Fraction(result) if x == point else None


def _exp2(x: Fraction) -> Fraction | None:
    small = x.denominator == 1 and abs(x) <= MAX_EXPONENT
    return Fraction(2) ** int(x) if small else None


def _log(base: int) -> Callable[[Fraction], Fraction | None]:
    def log(x: Fraction) -> Fraction | None:
        if x <= 0:
            return None
        size = max(x.numerator, x.denominator)
        n = round(math.log(size, base)) * (1 if x >= 1 else -1)
        return Fraction(n) if Fraction(base) ** n == x else None

    return log


# ---------------------------------------------------------------- higher functions


def _rising(a: Any, k: int) -> Any:
    out: Any = _ONE
    for j in range(k):
        out = out * (a + j)
    return out


def _log_gamma(x: Any, n: int) -> list[Any]:
    return _integral(value("lgamma", x), _digamma(x, max(n - 1, 1)), n)


def _digamma(x: Any, n: int) -> list[Any]:
    rest = [(-1) ** (k + 1) * value("zeta", Fraction(k + 1), x) for k in range(1, n)]
    return [value("digamma", x), *rest]


def _one_over_gamma(x: Any, n: int) -> list[Any]:
    """F' = -digamma * f."""
    slopes = _digamma(x, max(n - 1, 1))
    out = [value("rgamma", x)]
    for k in range(n - 1):
        total = sum((slopes[j] * out[k - j] for j in range(k + 1)), _ZERO)
        out.append(-total / (k + 1))
    return out[:n]


def _zeta(s: Any, x: Any, n: int) -> list[Any]:
    return [
        (-1) ** k * _rising(s, k) / math.factorial(k) * value("zeta", s + k, x) for k in range(n)
    ]


def _inverse_error(x: Any, n: int) -> list[Any]:
    """Y' = sqrt(pi) / 2 * exp(y**2)."""
    y = [value("erfinv", x)]
    half = root_value(4 * value("arctan", _ONE), 2) / 2
    square = [y[0] * y[0]]
    grown = [value("exp", square[0])]
    for k in range(n - 1):
        y.append(half * grown[k] / (k + 1))
        square.append(sum((y[i] * y[k + 1 - i] for i in range(k + 2)), _ZERO))
        total = sum((j * square[j] * grown[k + 1 - j] for j in range(1, k + 2)), _ZERO)
        grown.append(total / (k + 1))
    return y[:n]


def _hypergeometric(count: Fraction, *rest: Any) -> list[Any]:
    """count: how many of the parameters stand above; then these, those below, z, n."""
    *parameters, z, n = rest
    above = int(count)
    out = []
    for k in range(n):
        factor: Any = Fraction(1, math.factorial(k))
        for j, p in enumerate(parameters):
            factor = factor * _rising(p, k) if j < above else factor / _rising(p, k)
        if is_nil(factor):
            out.append(_ZERO)
        else:
            out.append(factor * value("hyper", count, *(p + k for p in parameters), z))
    return out


def _tricomi(a: Any, b: Any, z: Any, n: int) -> list[Any]:
    return [
        (-1) ** k * _rising(a, k) / math.factorial(k) * value("hyperu", a + k, b + k, z)
        for k in range(n)
    ]


def _second_bessel(v: Any, x: Any, n: int) -> list[Any]:
    """x**2 y'' + x y' + (x**2 - v**2) y = 0."""
    y = value("bessel_y", v, x)
    c = [y, value("bessel_y", v - 1, x) - v / x * y]
    for k in range(n - 2):
        total = (2 * k + 1) * (k + 1) * x * c[k + 1] + (k * k + x * x - v * v) * c[k]
        total += 2 * x * c[k - 1] if k > 0 else _ZERO
        total += c[k - 2] if k > 1 else _ZERO
        c.append(-total / (x * x * (k + 2) * (k + 1)))
    return c[:n]


_sinh, _cosh = _hyperbolic("sinh", "cosh"), _hyperbolic("cosh", "sinh")
SMOOTH: dict[str, Smooth] = {
    "exp": Smooth(_exponential, rational=_at(0, 1)),
    "expm1": Smooth(partial(_exponential, minus=1), rational=_at(0, 0)),
    "exp2": Smooth(_power_of_two, rational=_exp2),
    "log": Smooth(_logarithm, low=_ZERO, rational=_at(1, 0)),
    "log1p": Smooth(partial(_logarithm, plus=1), low=-_ONE, rational=_at(0, 0)),
    "log2": Smooth(partial(_in_base, 2), low=_ZERO, rational=_log(2)),
    "log10": Smooth(partial(_in_base, 10), low=_ZERO, rational=_log(10)),
    "sin": Smooth(_sine, rational=_at(0, 0)),
    "cos": Smooth(_cosine, rational=_at(0, 1)),
    "tan": Smooth(_ratio("tan", _sine, _cosine), rational=_at(0, 0)),
    "sinh": Smooth(_sinh, rational=_at(0, 0)),
    "cosh": Smooth(_cosh, rational=_at(0, 1)),
    "tanh": Smooth(_ratio("tanh", _sinh, _cosh), rational=_at(0, 0)),
    "arctan": Smooth(_arctangent, rational=_at(0, 0)),
    "arcsin": Smooth(partial(_arcsine, "arcsin", 1), -_ONE, _ONE, closed=True, rational=_at(0, 0)),
    "arccos": Smooth(partial(_arcsine, "arccos", -1), -_ONE, _ONE, closed=True, rational=_at(1, 0)),
    "lgamma": Smooth(_log_gamma, low=_ZERO, defined=False),
    "digamma": Smooth(_digamma, low=_ZERO, defined=False),
    "rgamma": Smooth(_one_over_gamma, low=_ZERO, defined=False),
    "zeta": Smooth(_zeta, low=_ZERO, defined=False),
    "erfinv": Smooth(_inverse_error, -_ONE, _ONE, rational=_at(0, 0)),
    "hyper": Smooth(_hypergeometric, rational=_at(0, 1)),
    "hyperu": Smooth(_tricomi, low=_ZERO, defined=False),
    "bessel_y": Smooth(_second_bessel, low=_ZERO, defined=False),
}
