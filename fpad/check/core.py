"""The core scalar operations, in exact arithmetic: what the definitions of all rules are made of.

core.exp(Exact(0))          Exact(1)
core.exp(Exact(1))          a real number; without python-flint Hole("no_exact_rule")
core.sqrt(germ of s**4)     germ of s**2
core.select(x > 0, x, 0)    x or 0; a hole where the condition is one
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from fpad.check.dual import Dual
from fpad.check.exact import ZERO, Exact, Hole, HoleReached, Infinite, LimitReached, lift
from fpad.check.germ import Germ
from fpad.check.poles import LOGARITHMS, at_pole, logarithm
from fpad.check.reals import Real, same
from fpad.check.tape import Var
from fpad.check.taylor import MAX_EXPONENT, SMOOTH, NoValue, coefficients, root_value, value

MAX_FACTORIAL = 1000


class Core:
    """The operations that a definition may use, on exact numbers.

    Args:
        max_bits: powers that would take more bits raise `LimitReached`.
    """

    def __init__(self, max_bits: int = 10**5) -> None:
        self.max_bits = max_bits

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name not in SMOOTH:
            raise AttributeError(f"exact arithmetic has no {name}")
        return lambda *operands: self._smooth(name, *operands)

    def _smooth(self, name: str, *operands: Any) -> Any:
        """The value of a smooth function, with all that the kind of number carries."""
        *parameters, x = map(_number, operands)
        if any(type(p) is not Exact for p in parameters) or isinstance(x, Hole | Infinite):
            return _worst((*parameters, x))
        f = SMOOTH[name]
        low = f.low is not None and (x < f.low or (not f.closed and x == f.low))
        if low or (f.high is not None and (x > f.high or (not f.closed and x == f.high))):
            return Hole("domain" if f.defined else "no_exact_rule")
        given = [p.value for p in parameters]
        try:
            if type(x) is Exact:
                return Exact(value(name, *given, x.value))
            if not isinstance(x, Germ):
                return x.image(*coefficients(name, [*given, x.value], 2), (name, *given))
            if x.coefficients and x.low < 0:
                return at_pole(self, name, x)
            at = x.coefficient(0)
            if name in LOGARITHMS and at == f.low:
                return logarithm(name, x)
            if f.closed and same(at * at, Fraction(1)):
                return self._at_end(name, x, at > 0)
            if (f.low is not None and at <= f.low) or (f.high is not None and at >= f.high):
                return Hole("no_exact_rule")
            taylor = coefficients(name, [*given, at], max(x.scale.terms, 2))
            return x.compose(taylor, at, name, given)
        except NoValue:
            return Hole("no_exact_rule")

    def _at_end(self, name: str, x: Any, right: bool) -> Any:
        """Arcsin or arccos of a germ that tends to 1 or -1: roots of its distance from there."""
        angle = 2 * self.arcsin(self.sqrt((1 - (x if right else -x)) / 2))
        half = 2 * self.arctan(1)
        if name == "arcsin":
            return half - angle if right else angle - half
        return angle if right else 2 * half - angle

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
        """The angle of (b, a)."""
        x, y = _number(b), _number(a)
        hole = Hole.add(x, y)
        if isinstance(hole, Hole):
            return hole
        if type(x) is Exact and type(y) is Exact and not y.value and x.value >= 0:
            return ZERO
        if x > 0:
            return self.arctan(y / x)
        half = 2 * self.arctan(1)
        if x < 0:
            return self.arctan(y / x) + (2 * half if y >= 0 else -2 * half)
        if y == 0:
            return Hole("no_exact_rule")
        return (half if y > 0 else -half) - self.arctan(x / y)

    def within(self, x: Any, radius: Any) -> Any:
        """There is no rational limit.

        Raises:
            HoleReached: always, so that an iteration need not begin.
        """
        raise HoleReached(Hole("no_exact_rule"))

    def rgamma(self, x: Any) -> Any:
        """1 / gamma(x): rational at integers."""
        x = _number(x)
        n = _small_integer(x)
        if n is not None:
            return Exact(Fraction(1, math.factorial(n - 1))) if n > 0 else ZERO
        return self._smooth("rgamma", x)

    def hyper(self, over: Any, under: Any, z: Any) -> Any:
        """The hypergeometric series; a polynomial where a number of `over` is -n."""
        z = _number(z)
        over, under = tuple(map(_number, over)), tuple(map(_number, under))
        whole = [_small_integer(a) for a in over]
        ends = [n for n in whole if n is not None and n <= 0]
        pole = any(isinstance(b, Hole) or (b <= 0 and b.near().is_integer()) for b in under)
        if pole or isinstance(z, Hole):
            return _worst((*over, *under, z))
        if not ends:
            most = len(under) + 1
            if len(over) > most or (len(over) == most and not z < 1):
                return Hole("no_exact_rule")
            return self._smooth("hyper", len(over), *over, *under, z)
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
        if isinstance(a, Infinite) or isinstance(b, Infinite):
            return Hole("no_exact_rule")
        if type(b) is not Exact or isinstance(b.value, Real):
            return self.exp(b * self.log(a)) if a > 0 else Hole("no_exact_rule")
        p: Fraction = b.value
        if p.denominator == 1:
            return self._integer_power(a, int(p))
        if a < 0:
            return Hole("domain")
        if isinstance(a, Dual) and not a.value and p > 0:
            return a.power(p)
        if a == 0:
            return Hole("domain") if p < 0 else ZERO
        vanishing = isinstance(a, Germ) and (not a.coefficients or a.low != 0)
        if p.denominator <= MAX_EXPONENT:
            root = self._root(a, p.denominator)
            return root if isinstance(root, Hole) else self._integer_power(root, p.numerator)
        return Hole("no_exact_rule") if vanishing else self.exp(b * self.log(a))

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
        try:
            y = root_value(x.value, n)
        except NoValue:
            return Hole("no_exact_rule")
        return x.image(y, 1 / (n * y ** (n - 1)), n) if x.varies() else Exact(y)


def _number(x: Any) -> Any:
    number = lift(x)
    return Hole("no_exact_rule") if number is None else number


def _worst(operands: Any) -> Hole:
    """What a function gives that is not rational: nothing, or the hole among its operands."""
    holes = [x for x in operands if isinstance(x, Hole)]
    return next((h for h in holes if h.undefined), Hole("no_exact_rule"))


def _small_integer(x: Any) -> int | None:
    """The integer that a constant is, if it is none that makes a product long."""
    if type(x) is not Exact or not isinstance(x.value, Fraction) or x.value.denominator != 1:
        return None
    return int(x.value) if abs(x.value) <= MAX_FACTORIAL else None
