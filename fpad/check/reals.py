"""Real numbers that are not rational, as what they were computed by.

    root = real("root", Fraction(2), Fraction(2));  e = real("exp", Fraction(1))
    root * root                  Fraction(2)
    e - Fraction(2718, 1000)     positive: balls say so
    e * e - real("exp", Fraction(2))    zero: its normal form is

A `Real` is a node of a graph; equal nodes are one.  It has a ball of any precision, as many digits
as a question needs; so signs that are not zero are always found, up to a limit.  That a number is
zero is only ever proved: by its normal form (`fpad.check.structure`), or, where roots and rational
operations made it, by a bound that numbers of that size do not go below (`fpad.check.separation`).
What is neither is "transcendental_zero".

Rational numbers are fractions wherever that is seen.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias
from weakref import WeakValueDictionary

from fpad.check.arb import OPERATIONS, arb, of_fraction

FIRST_BITS = 128
SPARE_BITS = 52
STRUCTURE_BITS = 512
"""More bits are cheaper than a normal form, up to here."""
OUTPUT_BITS = 160
WORK = 6 * 10**6
WORK_OF_A_FUNCTION = 16
_ZERO, _ONE = Fraction(0), Fraction(1)


@dataclass
class Effort:
    """How much may be spent on the reals of one check.

    Attributes:
        bits: the largest precision.
        work: 64-bit words of balls that may be computed.
        size: no number may be larger than 2**size in the report, or in a floor.
        algebra: the normal forms found so far.
    """

    bits: int = 1 << 13
    work: int = WORK
    size: int = 10**5
    algebra: Any = None


_effort: ContextVar[Effort | None] = ContextVar("effort", default=None)


def effort() -> Effort:
    """What may still be spent; outside of `spending` a question may take as much as a check."""
    return _effort.get() or Effort()


@contextmanager
def spending(allowed: Effort) -> Iterator[None]:
    """Within it so much may be spent; a check inside of a check has no allowance of its own."""
    token = _effort.set(_effort.get() or allowed)
    try:
        yield
    finally:
        _effort.reset(token)


def _unproved(reason: str = "transcendental_zero") -> Exception:
    from fpad.check.exact import Hole, HoleReached

    return HoleReached(Hole(reason))


class Real:
    """A real number, or a function of the symbol `s` of a germ.

    Attributes:
        name: "+", "-", "*", "/", "neg", a function of `balls.OPERATIONS`, "root", or "s".
        operands: reals and fractions.
    """

    __slots__ = ("__weakref__", "ball", "bits", "name", "operands", "sign_known")
    name: str
    operands: tuple[Any, ...]
    ball: Any
    bits: int
    sign_known: int | None

    def __add__(self, other: Any) -> Any:
        if not isinstance(other, Real):
            if not isinstance(other, Fraction | int):
                return NotImplemented
            if not other:
                return self
            return real("+", self, Fraction(other))
        if other.name == "neg":
            return self - other.operands[0]
        a, b = (self, other) if id(self) <= id(other) else (other, self)
        return real("+", a, b)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        if self is other:
            return _ZERO
        if isinstance(other, Real):
            if other.name == "neg":
                return self + other.operands[0]
            return real("-", self, other)
        return self + -other if isinstance(other, Fraction | int) else NotImplemented

    def __rsub__(self, other: Any) -> Any:
        if not isinstance(other, Fraction | int):
            return NotImplemented
        return real("-", Fraction(other), self) if other else -self

    def __mul__(self, other: Any) -> Any:
        if not isinstance(other, Real):
            if not isinstance(other, Fraction | int):
                return NotImplemented
            if not other:
                return _ZERO
            if other == 1:
                return self
            return -self if other == -1 else real("*", self, Fraction(other))
        if self is other and self.name == "root" and self.operands[1] == 2:
            return self.operands[0]
        if self.name == "neg":
            return -(self.operands[0] * other)
        if other.name == "neg":
            return -(self * other.operands[0])
        a, b = (self, other) if id(self) <= id(other) else (other, self)
        return real("*", a, b)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        if isinstance(other, Fraction | int):
            return self * (_ONE / other)
        if not isinstance(other, Real):
            return NotImplemented
        if not other:
            raise ZeroDivisionError
        return _ONE if self is other else real("/", self, other)

    def __rtruediv__(self, other: Any) -> Any:
        if not isinstance(other, Fraction | int):
            return NotImplemented
        if not self:
            raise ZeroDivisionError
        return real("/", Fraction(other), self) if other else _ZERO

    def __pow__(self, n: Any) -> Any:
        """An integer power, by squaring."""
        return power(self, n, _ONE) if isinstance(n, int) else NotImplemented

    def __neg__(self) -> Any:
        return self.operands[0] if self.name == "neg" else real("neg", self)

    def __abs__(self) -> Any:
        return self if sign(self) >= 0 else -self

    def __bool__(self) -> bool:
        return sign(self) != 0

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Real | Fraction | int):
            return NotImplemented
        return sign(_difference(self, other)) == 0

    def __lt__(self, other: Any) -> bool:
        return order(self, other) < 0

    def __le__(self, other: Any) -> bool:
        return order(self, other) <= 0

    def __gt__(self, other: Any) -> bool:
        return order(self, other) > 0

    def __ge__(self, other: Any) -> bool:
        return order(self, other) >= 0

    __hash__ = object.__hash__

    def __float__(self) -> float:
        """The nearest float, about."""
        ball = enclosure(self, FIRST_BITS)
        return float(ball.mid()) if ball.is_finite() else math.nan

    def __floor__(self) -> int:
        return _floor(self)

    def __repr__(self) -> str:
        return f"Real({float(self)!r})" if evaluable(self) else "Real(function)"


Scalar: TypeAlias = Fraction | Real
"""A real number."""

_nodes: WeakValueDictionary[Any, Real] = WeakValueDictionary()


def real(name: str, *operands: Any) -> Real:
    """The number that this function gives; it is not simplified."""
    key = (name, *(id(v) if isinstance(v, Real) else v.as_integer_ratio() for v in operands))
    found = _nodes.get(key)
    if found is None:
        found = Real.__new__(Real)
        found.name, found.operands = name, operands
        found.ball, found.bits, found.sign_known = None, 0, None
        _nodes[key] = found
    return found


SYMBOL = real("s")
"""The distance s > 0 from the point, of germs."""


def evaluable(x: Real) -> bool:
    """Is it a number, not a function of s?"""
    stack, seen = [x], set()
    while stack:
        v = stack.pop()
        if v.name == "s":
            return False
        if id(v) not in seen:
            seen.add(id(v))
            stack += [o for o in v.operands if isinstance(o, Real)]
    return True


def power(x: Any, n: int, one: Any) -> Any:
    """An integer power, by squaring."""
    out = one
    factor = x if n >= 0 else 1 / x
    for bit in reversed(range(abs(n).bit_length())):
        out = out * out
        if abs(n) >> bit & 1:
            out = out * factor
    return out


def root(x: Any, n: int) -> Any:
    """The n-th root of a number that has one and is not zero, with its sign."""
    return real("root", x, Fraction(n))


# ---------------------------------------------------------------- signs


def is_nil(x: Any) -> bool:
    """Is it seen to be zero, without asking further?"""
    return type(x) is Fraction and not x


def is_certain(x: Any) -> bool:
    """Is the number seen not to be zero, by a few digits?"""
    if not isinstance(x, Real):
        return bool(x)
    if x.sign_known is None:
        bits = FIRST_BITS
        while bits <= STRUCTURE_BITS:
            ball = enclosure(x, bits)
            if ball > 0 or ball < 0:
                return True
            bits *= 2
    return bool(x.sign_known)


def same(a: Any, b: Any) -> bool:
    """Are the numbers proved to be equal?"""
    from fpad.check.exact import HoleReached

    if a is b:
        return True
    try:
        return bool(a == b)
    except HoleReached:
        return False


def differ(a: Sequence[Any], b: Sequence[Any]) -> bool | None:
    """Are two sequences of numbers different; None if it is not known."""
    from fpad.check.exact import HoleReached

    known = True
    for x, y in zip(a, b, strict=True):
        try:
            if x is not y and x != y:
                return True
        except HoleReached:
            known = False
    return False if known else None


def distinct(rows: Iterable[tuple[Any, ...]]) -> frozenset[tuple[Any, ...]]:
    """The sequences of numbers, those left out that are equal to another one."""
    out: list[tuple[Any, ...]] = []
    for row in dict.fromkeys(rows):
        if all(differ(row, other) is not False for other in out):
            out.append(row)
    return frozenset(out)


def order(a: Any, b: Any) -> int:
    """The sign of a - b.

    Raises:
        HoleReached: it is not found.
    """
    if a is b:
        return 0
    if type(a) is Fraction and type(b) is Fraction:
        return int(a > b) - int(a < b)
    return sign(_difference(a, b))


def _difference(a: Any, b: Any) -> Any:
    return a - (Fraction(b) if isinstance(b, int) else b)


def sign(x: Any) -> int:
    """The sign of a real number.

    Raises:
        HoleReached: it is not found with the precision allowed: "transcendental_zero".
    """
    if not isinstance(x, Real):
        return int(x > 0) - int(x < 0)
    if x.sign_known is None:
        x.sign_known = _sign(x)
    return x.sign_known


def _sign(x: Real) -> int:
    from fpad.check.separation import smallest
    from fpad.check.structure import vanishes

    if x.name == "exp":
        return 1
    limit = effort().bits
    bits, bound, asked = FIRST_BITS, None, False
    while True:
        ball = enclosure(x, bits)
        if ball > 0:
            return 1
        if ball < 0:
            return -1
        if not asked and (bits >= STRUCTURE_BITS or 2 * bits > limit):
            asked = True
            if vanishes(x):
                return 0
            bound = smallest(x, limit)
        if bound is not None and ball.abs_upper() < arb().arb(2) ** -bound:
            return 0
        bits *= 2
        if bits > limit:
            raise _unproved() if ball.is_finite() else _unproved("too_many_bits")


def _floor(x: Real) -> int:
    bits = FIRST_BITS
    while True:
        with _precision(bits):
            ball = _enclosure(x, bits)
            if ball.is_finite():
                if _exponent(ball.abs_upper()) > effort().size:
                    raise _unproved("too_many_bits")
                whole = ball.floor().unique_fmpz()
                if whole is not None:
                    return int(whole)
                whole = (ball + arb().arb(0.5)).floor().unique_fmpz()
                if whole is not None:
                    break
        bits *= 2
        if bits > 2 * effort().size:
            raise _unproved("too_many_bits")
    near = int(whole)
    return near if sign(x - near) >= 0 else near - 1


def is_integer(x: Any) -> bool:
    """Is the number an integer?

    Raises:
        HoleReached: it is not known.
    """
    if isinstance(x, Fraction):
        return x.denominator == 1
    whole = math.floor(x)
    return sign(x - whole) == 0


# ---------------------------------------------------------------- balls


def enclosure(x: Any, bits: int) -> Any:
    """A ball that holds the number, computed with this precision.

    Raises:
        HoleReached: too much was asked.
    """
    with _precision(bits):
        return _enclosure(x, bits) if isinstance(x, Real) else of_fraction(x)


@contextmanager
def _precision(bits: int) -> Iterator[None]:
    flint = arb()
    before = flint.ctx.prec
    flint.ctx.prec = bits
    try:
        yield
    finally:
        flint.ctx.prec = before


def _enclosure(x: Real, bits: int) -> Any:
    left = effort()
    words = bits // 64
    stack = [x]
    while stack:
        v = stack[-1]
        if v.bits >= bits:
            stack.pop()
            continue
        missing = [o for o in v.operands if isinstance(o, Real) and o.bits < bits]
        if missing:
            stack += missing
            continue
        stack.pop()
        left.work -= words if v.name in _RING else WORK_OF_A_FUNCTION * words
        if left.work < 0:
            raise _unproved("too_many_bits")
        operands = [o.ball if isinstance(o, Real) else of_fraction(o) for o in v.operands]
        v.ball, v.bits = _value(v.name, operands), bits
    return x.ball


_RING: dict[str, Callable[..., Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "neg": lambda a: -a,
    "/": lambda a, b: a / b,
}


def _nan() -> Any:
    return arb().arb.nan()


def _value(name: str, operands: list[Any]) -> Any:
    """The function of balls; one that is not finite where nothing is known."""
    ring = _RING.get(name)
    try:
        if ring is not None:
            return ring(*operands)
        if not all(v.is_finite() for v in operands):
            return _nan()
        if name == "root":
            return _root(*operands)
        if name in _SLOW and any(_exponent(v.abs_upper()) > MOST_EXPONENT for v in operands):
            return _nan()
        if name == "hyper":
            over = int(operands[0].unique_fmpz())
            return OPERATIONS[name](operands[1 : 1 + over], operands[1 + over : -1], operands[-1])
        return OPERATIONS[name](*operands)
    except (ArithmeticError, ValueError):
        return _nan()


MOST_EXPONENT = 20
_SLOW = frozenset(("hyper", "hyperu", "bessel_y", "zeta"))
"""Functions that take long where an operand is larger than 2**MOST_EXPONENT."""


def _root(x: Any, n: Any) -> Any:
    k = int(n.unique_fmpz())
    if k % 2 and x < 0:
        return -((-x).root(k))
    return x.root(k)


def _exponent(x: Any) -> int:
    """Some e with |x| < 2**e, of an exact ball; 0 of 0."""
    if x.is_zero():
        return 0
    mantissa, exponent = x.mid().man_exp()
    return int(exponent) + int(mantissa).bit_length() + 1


def bounds(x: Real, digits: int = OUTPUT_BITS) -> tuple[Fraction, Fraction]:
    """Fractions around the number: close to it, compared with its size, unless it is tiny.

    Args:
        x: the number.
        digits: about so many bits of both agree.

    Raises:
        HoleReached: it is too large, or not known well enough.
    """
    size, bits = effort().size, digits
    while True:
        with _precision(bits):
            ball = _enclosure(x, bits)
            top = _exponent(ball.abs_upper()) if ball.is_finite() else size + 1
            if top < -size:
                tiny = Fraction(1, 2**size)
                return _ZERO if ball >= 0 else -tiny, _ZERO if ball <= 0 else tiny
            last = 2 * bits > effort().bits
            if top <= size and (last or _exponent(ball.rad()) < top - digits + SPARE_BITS):
                low, high = ball.lower(), ball.upper()
                return _fraction(low, top - digits), _fraction(high, top - digits, up=True)
        if last or (top > size and ball.is_finite()):
            raise _unproved("too_many_bits")
        bits *= 2


def _fraction(x: Any, last: int, up: bool = False) -> Fraction:
    """A fraction with digits down to 2**last, not above (with `up`: not below) an exact ball."""
    mantissa, exponent = (int(v) for v in x.mid().man_exp())
    drop = last - exponent
    if drop > 0:
        mantissa = -(-mantissa >> drop) if up else mantissa >> drop
        exponent += drop
    return Fraction(mantissa) * Fraction(2) ** exponent
