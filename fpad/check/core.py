"""The core scalar operations, in exact arithmetic: what the definitions of all rules are made of.

    core.exp(Exact(0))          Exact(1): one of the few points where exp is rational
    core.exp(Exact(1))          Hole("no_exact_rule")
    core.sqrt(germ of s**4)     germ of s**2
    core.select(x > 0, x, 0)    x or 0; a hole where the condition is one

Elementary functions are known at the points where value and slope are rational.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from fpad.check.dual import Dual
from fpad.check.exact import ZERO, Exact, Hole, HoleReached, Infinite, LimitReached, lift
from fpad.check.germ import Germ, exact_root
from fpad.check.tape import Var

MAX_EXPONENT = 1 << 14
MAX_FACTORIAL = 1000
UNKNOWN = frozenset(("lgamma", "digamma", "zeta", "erfinv", "hyperu", "bessel_y"))
"""Core operations that have no rational values worth knowing."""


class Core:
    """The operations that a definition may use, on exact numbers.

    Args:
        max_bits: powers that would take more bits raise `LimitReached`.
    """

    def __init__(self, max_bits: int = 10**5) -> None:
        self.max_bits = max_bits

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name in UNKNOWN:
            return lambda *operands: _worst(operands)
        if name not in ELEMENTARY:
            raise AttributeError(f"exact arithmetic has no {name}")
        entry = ELEMENTARY[name]
        return lambda x: _elementary(entry, _number(x))

    def select(self, condition: Any, a: Any, b: Any) -> Any:
        """`a` where the condition holds, `b` elsewhere; entry by entry for arrays."""
        if any(isinstance(v, np.ndarray) for v in (condition, a, b)):
            return np.frompyfunc(self.select, 3, 1)(condition, a, b)
        if isinstance(condition, Hole):
            return condition
        return a if condition else b

    def floor(self, x: Any) -> Any:
        """The largest integer that is not above x."""
        return _number(x).floor()

    def sqrt(self, x: Any) -> Any:
        """The square root."""
        return self._root(_number(x), 2)

    def cbrt(self, x: Any) -> Any:
        """The real cube root."""
        return self._root(_number(x), 3)

    def arctan2(self, a: Any, b: Any) -> Any:
        """The angle of (b, a): rational on the positive half axis alone."""
        x, y = _number(b), _number(a)
        hole = Hole.add(x, y)
        if isinstance(hole, Hole):
            return hole
        if type(x) is Exact and type(y) is Exact and not y.value and x.value >= 0:
            return ZERO
        return self.arctan(y / x) if x > 0 else Hole("no_exact_rule")

    def within(self, x: Any, radius: Any) -> Any:
        """There is no rational limit.

        Raises:
            HoleReached: always, so that an iteration need not begin.
        """
        raise HoleReached(Hole("no_exact_rule"))

    def rgamma(self, x: Any) -> Any:
        """1 / gamma(x): rational at integers."""
        x = _number(x)
        if type(x) is Exact and x.value.denominator == 1 and x.value <= MAX_FACTORIAL:
            n = int(x.value)
            return Exact(Fraction(1, math.factorial(n - 1))) if n > 0 else ZERO
        return _worst((x,))

    def hyper(self, over: Any, under: Any, z: Any) -> Any:
        """The hypergeometric series, if it ends: a number of `over` is no positive integer."""
        z = _number(z)
        over, under = tuple(map(_number, over)), tuple(map(_number, under))
        ends = [int(a.value) for a in over if type(a) is Exact and _counts_down(a.value)]
        pole = any(isinstance(b, Hole) or (b <= 0 and b.near().is_integer()) for b in under)
        if not ends or pole or isinstance(z, Hole):
            return _worst((*over, *under, z))
        total: Any = Exact(Fraction(1))
        term = total
        for k in range(-max(ends)):
            for a in over:
                term = term * (a + k)
            for b in under:
                term = term / (b + k)
            term = term * z / (k + 1)
            total = total + term
        return total

    def pow(self, a: Any, b: Any) -> Any:
        """The power a**b over the reals; b must be a constant unless a is 1."""
        a, b = _number(a), _number(b)
        if isinstance(a, Hole) or isinstance(b, Hole):
            return Hole.add(a, b)
        if type(b) is not Exact or isinstance(a, Infinite):
            return Hole("no_exact_rule")
        p: Fraction = b.value
        if p.denominator == 1:
            return self._integer_power(a, int(p))
        if a < 0:
            return Hole("domain")
        if isinstance(a, Dual) and not a.value and p > 0:
            return a.power(p)
        if a == 0:
            return Hole("domain") if p < 0 else ZERO
        root = self._root(a, p.denominator) if p.denominator <= MAX_EXPONENT else None
        if root is None or isinstance(root, Hole):
            return Hole("no_exact_rule")
        return self._integer_power(root, p.numerator)

    def _integer_power(self, a: Any, n: int) -> Any:
        if n < 0:
            return 1 / self._integer_power(a, -n)
        if n > 1 and n * a.bits() > self.max_bits * 64:
            raise LimitReached("too_many_bits")
        out: Any = Exact(Fraction(1))
        while n:
            if n & 1:
                out = out * a
            n >>= 1
            if n:
                a = a * a
                if a.bits() > self.max_bits:
                    raise LimitReached("too_many_bits")
        return out

    def _root(self, x: Any, n: int) -> Any:
        """The n-th root; at 0 its slope is infinite, which touches a boundary and is coded 0."""
        if isinstance(x, Hole | Infinite):
            return x if isinstance(x, Hole) else Hole("no_exact_rule")
        if n % 2 == 0 and x < 0:
            return Hole("domain")
        if isinstance(x, Dual) and not x.value:
            return x.power(Fraction(1, n))
        if x == 0:
            return x.image(Fraction(0), None, n) if isinstance(x, Var) else ZERO
        if isinstance(x, Germ):
            return x.root(n)
        y = exact_root(x.value, n)
        if y is None:
            return Hole("no_exact_rule")
        return x.image(y, 1 / (n * y ** (n - 1)), n)


def _number(x: Any) -> Any:
    number = lift(x)
    return Hole("no_exact_rule") if number is None else number


def _worst(operands: Any) -> Hole:
    """What a function gives that is not rational: nothing, or the hole among its operands."""
    holes = [x for x in operands if isinstance(x, Hole)]
    return next((h for h in holes if h.undefined), Hole("no_exact_rule"))


def _counts_down(a: Fraction) -> bool:
    return a.denominator == 1 and -MAX_FACTORIAL <= a <= 0


# ---------------------------------------------------------------- elementary functions


@dataclass(frozen=True)
class Elementary:
    """An elementary function with the one point where value and slopes are rational.

    Attributes:
        at: the point.
        series: n -> the first n Taylor coefficients there; None where they are not rational.
        low, high: the ends of the domain.
        closed: do the ends belong to it.
        rational: more points with a rational value, as a function to the value or None.
    """

    at: Fraction = Fraction(0)
    series: Callable[[int], Sequence[Fraction]] | None = None
    low: Fraction | None = None
    high: Fraction | None = None
    closed: bool = False
    rational: Callable[[Fraction], Fraction | None] = lambda x: None


def _elementary(f: Elementary, x: Any) -> Any:
    """The value of an elementary function, with all that the kind of number carries."""
    if isinstance(x, Hole | Infinite):
        return x if isinstance(x, Hole) else Hole("no_exact_rule")
    if f.low is not None and (x < f.low or (not f.closed and x == f.low)):
        return Hole("domain")
    if f.high is not None and x > f.high:
        return Hole("domain")
    if isinstance(x, Germ):
        if f.series is None or (x.coefficients and x.low < 0) or x.coefficient(0) != f.at:
            return Hole("no_exact_rule")
        return x.compose(f.series(max(x.scale.terms, 2)), f.at)
    if x.value == f.at and f.series is not None:
        y, slope = f.series(2)
        return x.image(y, slope, f)
    known = f.rational(x.value)
    if known is None or x.varies():
        return Hole("no_exact_rule")
    return Exact(known)


def _exponential(n: int) -> list[Fraction]:
    return [Fraction(1, math.factorial(k)) for k in range(n)]


def _part(n: int, first: int, alternating: bool) -> list[Fraction]:
    """Every other coefficient of exp: sin, cos and their hyperbolic relatives."""
    signs = (1, -1) if alternating else (1, 1)
    return [
        signs[k // 2 % 2] * c if k % 2 == first else Fraction(0)
        for k, c in enumerate(_exponential(n))
    ]


def _over(a: Sequence[Fraction], b: Sequence[Fraction]) -> list[Fraction]:
    """The quotient of two series of the same length; b[0] is 1."""
    out: list[Fraction] = []
    for k, c in enumerate(a):
        out.append(c - sum((out[i] * b[k - i] for i in range(k)), Fraction(0)))
    return out


def _logarithm(n: int) -> list[Fraction]:
    return [Fraction(0), *(Fraction((-1) ** (k + 1), k) for k in range(1, n))]


def _arctangent(n: int) -> list[Fraction]:
    return [Fraction((-1) ** (k // 2), k) if k % 2 else Fraction(0) for k in range(n)]


def _arcsine(n: int) -> list[Fraction]:
    return [
        Fraction(math.comb(k - 1, k // 2), 4 ** (k // 2) * k) if k % 2 else Fraction(0)
        for k in range(n)
    ]


def _exp2(x: Fraction) -> Fraction | None:
    small = x.denominator == 1 and abs(x) <= MAX_EXPONENT
    return Fraction(2) ** int(x) if small else None


def _log(base: int) -> Callable[[Fraction], Fraction | None]:
    def log(x: Fraction) -> Fraction | None:
        size = max(x.numerator, x.denominator)
        n = round(math.log(size, base)) * (1 if x >= 1 else -1)
        return Fraction(n) if Fraction(base) ** n == x else None

    return log


_ZERO, _ONE = Fraction(0), Fraction(1)
ELEMENTARY: dict[str, Elementary] = {
    "exp": Elementary(series=_exponential),
    "expm1": Elementary(series=lambda n: [_ZERO, *_exponential(n)[1:]]),
    "exp2": Elementary(rational=_exp2),
    "log": Elementary(_ONE, _logarithm, low=_ZERO),
    "log1p": Elementary(series=_logarithm, low=-_ONE),
    "log2": Elementary(low=_ZERO, rational=_log(2)),
    "log10": Elementary(low=_ZERO, rational=_log(10)),
    "sin": Elementary(series=lambda n: _part(n, 1, True)),
    "cos": Elementary(series=lambda n: _part(n, 0, True)),
    "tan": Elementary(series=lambda n: _over(_part(n, 1, True), _part(n, 0, True))),
    "sinh": Elementary(series=lambda n: _part(n, 1, False)),
    "cosh": Elementary(series=lambda n: _part(n, 0, False)),
    "tanh": Elementary(series=lambda n: _over(_part(n, 1, False), _part(n, 0, False))),
    "arctan": Elementary(series=_arctangent),
    "arcsin": Elementary(series=_arcsine, low=-_ONE, high=_ONE, closed=True),
    "arccos": Elementary(
        low=-_ONE, high=_ONE, closed=True, rational=lambda x: _ZERO if x == 1 else None
    ),
}
