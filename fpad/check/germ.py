"""One-sided neighbourhoods as numbers: series in s, where x = x0 + s**q or x0 - s**q, s > 0 small.

    scale = Scale();  x = scale.input(Fraction(0), [Fraction(-1)])      -s
    x * x > 0                                               True: the leading coefficient is 1
    (x**5 + x**6) / x**5                                    1 - s, exactly

A comparison that a germ decides holds on a whole interval (0, eps).  A series keeps the order up to
which its coefficients are known; "no nonzero coefficient so far" is zero only if that is proved.
Proof is the degree: the germ of a rational function p/q that is known to vanish up to an order
beyond the degree of p is zero.  Where no degree is known (roots that do not come out even, exp) or
the order is too low, `Undecided` asks for more coefficients.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, ClassVar

from fpad.check.exact import ZERO, Exact, Hole, LimitReached

MOST_PRODUCTS = 3 * 10**6
"""Multiplications of coefficients in one run: some seconds."""

Order = int | float
"""An order of s; infinity for a series that is known to its end."""


class Undecided(Exception):
    """More coefficients may decide.

    Attributes:
        degree: beyond this order a zero is proved; None if no number of coefficients proves it.
    """

    def __init__(self, degree: int | None) -> None:
        super().__init__("more coefficients are needed")
        self.degree = degree


class RootNeeded(Exception):
    """The germ has a root only as a series in s**(1/n)."""

    def __init__(self, n: int) -> None:
        super().__init__(f"a root of order {n} is needed")
        self.n = n


class Scale:
    """What the germs of one run have in common.

    Attributes:
        terms: how many coefficients a series keeps that does not end.
        root: q in x = x0 + s**q.
    """

    def __init__(self, terms: int = 8, root: int = 1) -> None:
        self.terms = terms
        self.root = root
        self._left = MOST_PRODUCTS

    def spend(self, products: int) -> None:
        """Count multiplications of coefficients.

        Raises:
            LimitReached: there were too many.
        """
        self._left -= products
        if self._left < 0:
            raise LimitReached("too_many_steps")

    def input(self, x0: Fraction, powers: Sequence[Fraction]) -> Any:
        """x0 + powers[0] * t + powers[1] * t**2 + .., where t is s**root."""
        coefficients = [x0]
        for c in powers:
            coefficients += [*[Fraction(0)] * (self.root - 1), c]
        return self.series(0, coefficients, math.inf, None, 0)

    def series(
        self, low: int, coefficients: Sequence[Fraction], known: Order, top: int | None, bottom: int
    ) -> Any:
        """The germ sum(coefficients[k] * s**(low + k)) + O(s**known), in normal form.

        Args:
            low: order of the first coefficient.
            coefficients: the coefficients.
            known: the order from which on nothing is known.
            top: a bound of the degree of p where the germ is p/q; None if it is not rational.  A
                series that ends needs none.
            bottom: a bound of the degree of q.
        """
        first, last = 0, len(coefficients)
        while first < last and not coefficients[first]:
            first += 1
        if known == math.inf:
            while first < last and not coefficients[last - 1]:
                last -= 1
            if first == last:
                return ZERO
            pole = max(-(low + first), 0)
            top, bottom = low + last - 1 + pole, pole
            if last - first == 1 and low + first == 0:
                return Exact(coefficients[first])
            if last - first > 4 * self.terms:
                last = first + self.terms
                known = low + last
        elif first == last:
            if top is not None and known > top:
                return ZERO
            return Germ(self, int(known), (), known, top, bottom)
        elif last - first > self.terms:
            last = first + self.terms
            known = low + last
        return Germ(self, low + first, tuple(coefficients[first:last]), known, top, bottom)


class Germ(Exact):
    """A function of small s > 0 (see `Scale.series` for the fields)."""

    __slots__ = ("bottom", "coefficients", "known", "low", "scale", "top")
    rank: ClassVar[int] = 1

    def __init__(
        self,
        scale: Scale,
        low: int,
        coefficients: tuple[Fraction, ...],
        known: Order,
        top: int | None,
        bottom: int,
    ) -> None:
        self.scale = scale
        self.low = low
        self.coefficients = coefficients
        self.known = known
        self.top = top
        self.bottom = bottom

    @property
    def sign(self) -> int:
        """The sign on (0, eps).

        Raises:
            Undecided: no nonzero coefficient is known.
        """
        if not self.coefficients:
            raise Undecided(self.top)
        return 1 if self.coefficients[0] > 0 else -1

    def near(self) -> float:
        """A value of its sign, very small or large where it tends to 0 or has a pole."""
        lead = Exact(self.coefficients[0]).near() if self.coefficients else 0.0
        return lead * math.ldexp(1.0, -64 * max(min(self.low, 8), -8))

    def coefficient(self, order: int) -> Fraction:
        """The coefficient of s**order.

        Raises:
            Undecided: it is not known.
        """
        if order >= self.known:
            raise Undecided(self.top)
        k = order - self.low
        return self.coefficients[k] if 0 <= k < len(self.coefficients) else Fraction(0)

    @staticmethod
    def add(a: Any, b: Any) -> Any:
        """The sum a + b."""
        a, b, scale = _germs(a, b)
        low, known = min(a.low, b.low), min(a.known, b.known)
        end = max(a.low + len(a.coefficients), b.low + len(b.coefficients))
        end = int(min(end, known))
        out = [Fraction(0)] * max(end - low, 0)
        for g in (a, b):
            for k, c in enumerate(g.coefficients, g.low - low):
                if k < len(out):
                    out[k] += c
        if a.top is None or b.top is None:
            return scale.series(low, out, known, None, 0)
        if not a.bottom and not b.bottom:
            return scale.series(low, out, known, max(a.top, b.top), 0)
        top = max(a.top + b.bottom, b.top + a.bottom)
        return scale.series(low, out, known, top, a.bottom + b.bottom)

    @staticmethod
    def sub(a: Any, b: Any) -> Any:
        """The difference a - b."""
        return a + (-b)

    @staticmethod
    def mul(a: Any, b: Any) -> Any:
        """The product a * b."""
        a, b, scale = _germs(a, b)
        if not (a.coefficients or a.known < math.inf) or not (b.coefficients or b.known < math.inf):
            return ZERO
        low, known = a.low + b.low, min(a.known + b.low, b.known + a.low)
        size = len(a.coefficients) + len(b.coefficients) - 1
        scale.spend(len(a.coefficients) * len(b.coefficients))
        out = _product(a.coefficients, b.coefficients, int(min(size, known - low)))
        top = None if a.top is None or b.top is None else a.top + b.top
        return scale.series(low, out, known, top, a.bottom + b.bottom)

    @staticmethod
    def div(a: Any, b: Any) -> Any:
        """The quotient a / b; poles are germs too."""
        a, b, scale = _germs(a, b)
        if not b.coefficients:
            if b.known == math.inf:
                return Hole("domain")
            raise Undecided(b.top)
        if not a.coefficients and a.known == math.inf:
            return ZERO
        low, ends = a.low - b.low, a.known == math.inf and b.known == math.inf
        length = len(a.coefficients) - len(b.coefficients) + 1
        scale.spend(max(length, scale.terms) * len(b.coefficients))
        if ends and length > 0:
            out = _quotient(a.coefficients, b.coefficients, length)
            if tuple(_product(out, b.coefficients, len(a.coefficients))) == a.coefficients:
                return scale.series(low, out, math.inf, None, 0)
        count = int(min(a.known - a.low, b.known - b.low, scale.terms))
        out = _quotient(a.coefficients, b.coefficients, count)
        top = None if a.top is None or b.top is None else a.top + b.bottom
        bottom = 0 if a.top is None or b.top is None else a.bottom + b.top
        return scale.series(low, out, low + count, top, bottom)

    @staticmethod
    def compare(a: Any, b: Any) -> int:
        """The sign of a - b on (0, eps).

        Raises:
            Undecided: the difference may be zero or not.
        """
        if a is b:
            return 0
        difference = a - b
        if isinstance(difference, Germ):
            return difference.sign
        constant: Fraction = difference.value
        return int(constant > 0) - int(constant < 0)

    def negate(self) -> Any:
        """The number with the other sign."""
        c = tuple(-c for c in self.coefficients)
        return Germ(self.scale, self.low, c, self.known, self.top, self.bottom)

    def floor(self) -> Any:
        """The floor, a constant near the point unless there is a pole."""
        if self.coefficients and self.low < 0:
            return Hole("accumulating_pieces")
        base = self.coefficient(0)
        below = base.denominator == 1 and self < base
        return Exact(Fraction(math.floor(base) - below))

    def bits(self) -> int:
        """How many bits the largest coefficient takes."""
        return max((Exact(c).bits() for c in self.coefficients), default=0)

    def compose(self, taylor: Sequence[Fraction], at: Fraction) -> Any:
        """Give sum(taylor[k] * (self - at)**k), a function that is analytic where self tends to.

        Args:
            taylor: `scale.terms` coefficients.
            at: the limit of self, at the point.
        """
        v = self - at
        if not isinstance(v, Germ):
            return Exact(taylor[0])
        out: Any = Exact(taylor[-1])
        for c in reversed(taylor[:-1]):
            out = out * v + c
        cut = v.low * len(taylor)  # what the Taylor coefficients leave out
        out = out if isinstance(out, Germ) else _germ(out, self.scale)
        known = min(out.known, cut)
        kept = out.coefficients[: max(int(known) - out.low, 0)]
        return self.scale.series(min(out.low, int(known)), kept, known, None, 0)

    def root(self, n: int) -> Any:
        """The n-th root of a germ that is positive (n even) or not zero (n odd).

        Raises:
            RootNeeded: it is a series in a root of s.
        """
        if not self.coefficients:
            raise Undecided(self.top)
        lead = exact_root(self.coefficients[0], n)
        if lead is None:
            return Hole("no_exact_rule")
        if self.low % n:
            raise RootNeeded(n // math.gcd(self.low, n))
        self.scale.spend(self.scale.terms * len(self.coefficients))
        ends = self.known == math.inf
        length = (len(self.coefficients) - 1) // n + 1
        count = self.scale.terms if ends else int(min(self.known - self.low, self.scale.terms))
        out = _root(self.coefficients, n, lead, max(count, length if ends else 1))
        low = self.low // n
        power = out[:length]
        for _ in range(n - 1):
            power = _product(power, out[:length], n * (length - 1) + 1)
        if ends and tuple(power) == self.coefficients:
            return self.scale.series(low, out[:length], math.inf, None, 0)
        return self.scale.series(low, out[:count], low + count, None, 0)

    def __repr__(self) -> str:
        terms = [f"{c}*s^{k}" for k, c in enumerate(self.coefficients, self.low) if c]
        more = [] if self.known == math.inf else [f"O(s^{self.known})"]
        return f"Germ({' + '.join(terms + more)})"


def _germ(x: Any, scale: Scale) -> Germ:
    """A constant as a germ."""
    if isinstance(x, Germ):
        return x
    c = (x.value,) if x.value else ()
    return Germ(scale, 0, c, math.inf, 0, 0)


def _germs(a: Any, b: Any) -> tuple[Germ, Germ, Scale]:
    scale = a.scale if isinstance(a, Germ) else b.scale
    return _germ(a, scale), _germ(b, scale), scale


def _product(a: Sequence[Fraction], b: Sequence[Fraction], count: int) -> list[Fraction]:
    """The first coefficients of a product."""
    out = [Fraction(0)] * max(count, 0)
    for i, p in enumerate(a[:count]):
        if p:
            for j, q in enumerate(b[: count - i], i):
                out[j] += p * q
    return out


def _quotient(a: Sequence[Fraction], b: Sequence[Fraction], count: int) -> list[Fraction]:
    """The first coefficients of a quotient; b[0] is not zero."""
    out: list[Fraction] = []
    for k in range(count):
        rest = a[k] if k < len(a) else Fraction(0)
        for i in range(max(0, k - len(b) + 1), k):
            rest -= out[i] * b[k - i]
        out.append(rest / b[0])
    return out


def _root(a: Sequence[Fraction], n: int, lead: Fraction, count: int) -> list[Fraction]:
    """The first coefficients of the n-th root of a, which begins with `lead`.

    y**n = a gives n * a * y' = a' * y, one coefficient after the other.
    """
    out = [lead]
    for k in range(1, count):
        total = Fraction(0)
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
    r = 1 << -(-k.bit_length() // n)
    while True:
        s = ((n - 1) * r + k // r ** (n - 1)) // n
        if s >= r:
            return r
        r = s
