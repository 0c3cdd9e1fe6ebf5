"""One-sided neighbourhoods as numbers: series in s, where x = x0 + s**q or x0 - s**q, s > 0 small.

    scale = Scale();  x = scale.input(Fraction(0), [Fraction(-1)])      -s
    x * x > 0                                               True: the leading coefficient is 1
    (x**5 + x**6) / x**5                                    1 - s, exactly

A comparison that a germ decides holds on a whole interval (0, eps).  A series keeps the order up to
which its coefficients are known; "no nonzero coefficient so far" is zero only if that is proved.
Proof is the degree: the germ of a rational function p/q that is known to vanish up to an order
beyond the degree of p is zero.  Where no degree is known (roots that do not come out even, exp) the
form does it: how the germ was computed from s, as a `Real` with a symbol.  Otherwise, or where the
order is too low, `Undecided` asks for more coefficients.

Coefficients are fractions or reals; a leading one is certainly not zero.  A germ without any is
O(s**known), and need be no series at all: `poles` has such ones.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, ClassVar

from fpad.check.exact import ZERO, Exact, Hole, HoleReached, LimitReached
from fpad.check.reals import SYMBOL, Scalar, is_certain, is_integer, is_nil, real, same, sign
from fpad.check.structure import vanishes
from fpad.check.taylor import NoValue, product, quotient, root_of, root_value

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
        vague: names of functions of which nothing but a bound is known (see `bounded_by`).
        oscillates: are there some among them without a limit.
    """

    def __init__(self, terms: int = 8, root: int = 1) -> None:
        self.terms = terms
        self.root = root
        self.vague: list[str] = []
        self.oscillates = False
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
        form: Any = x0
        for k, c in enumerate(powers, 1):
            coefficients += [*[Fraction(0)] * (self.root - 1), c]
            form = form + c * SYMBOL ** (self.root * k)
        return self.series(0, coefficients, math.inf, None, 0, form)

    def bounded_by(self, order: int, form: Any) -> Any:
        """Something that is at most a multiple of s**order, of which no coefficient is known."""
        return self.series(order, (), order, None, 0, form)

    def series(
        self,
        low: int,
        coefficients: Sequence[Scalar],
        known: Order,
        top: int | None,
        bottom: int,
        form: Any,
    ) -> Any:
        """The germ sum(coefficients[k] * s**(low + k)) + O(s**known), in normal form.

        Args:
            low: order of the first coefficient.
            coefficients: the coefficients.
            known: the order from which on nothing is known.
            top: a bound of the degree of p where the germ is p/q; None if it is not rational.  A
                series that ends needs none.
            bottom: a bound of the degree of q.
            form: how it was computed from s.
        """
        first, last = 0, len(coefficients)
        open_ = last and not is_nil(coefficients[0]) and not is_certain(coefficients[0])
        if open_ and vanishes(form):
            return ZERO
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
            if (top is not None and known > top) or (top is None and vanishes(form)):
                return ZERO
            return Germ(self, int(known), (), known, top, bottom, form)
        elif last - first > self.terms:
            last = first + self.terms
            known = low + last
        return Germ(self, low + first, tuple(coefficients[first:last]), known, top, bottom, form)


class Germ(Exact):
    """A function of small s > 0 (see `Scale.series` for the fields)."""

    __slots__ = ("bottom", "coefficients", "form", "known", "low", "scale", "top")
    rank: ClassVar[int] = 1

    def __init__(
        self,
        scale: Scale,
        low: int,
        coefficients: tuple[Scalar, ...],
        known: Order,
        top: int | None,
        bottom: int,
        form: Any,
    ) -> None:
        self.scale = scale
        self.low = low
        self.coefficients = coefficients
        self.known = known
        self.top = top
        self.bottom = bottom
        self.form = form

    @property
    def sign(self) -> int:
        """The sign on (0, eps).

        Raises:
            Undecided: no nonzero coefficient is known.
        """
        if not self.coefficients:
            raise Undecided(self.top)
        return sign(self.coefficients[0])

    def near(self) -> float:
        """A value of its sign, very small or large where it tends to 0 or has a pole."""
        lead = Exact(self.coefficients[0]).near() if self.coefficients else 0.0
        return lead * math.ldexp(1.0, -64 * max(min(self.low, 8), -8))

    def coefficient(self, order: int) -> Scalar:
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
        form = a.form + b.form
        if is_nil(form):
            return ZERO
        low, known = min(a.low, b.low), min(a.known, b.known)
        end = max(a.low + len(a.coefficients), b.low + len(b.coefficients))
        end = int(min(end, known))
        out: list[Any] = [Fraction(0)] * max(end - low, 0)
        for g in (a, b):
            for k, c in enumerate(g.coefficients, g.low - low):
                if k < len(out):
                    out[k] += c
        if a.top is None or b.top is None:
            return scale.series(low, out, known, None, 0, form)
        if not a.bottom and not b.bottom:
            return scale.series(low, out, known, max(a.top, b.top), 0, form)
        top = max(a.top + b.bottom, b.top + a.bottom)
        return scale.series(low, out, known, top, a.bottom + b.bottom, form)

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
        out = product(a.coefficients, b.coefficients, int(min(size, known - low)))
        top = None if a.top is None or b.top is None else a.top + b.top
        return scale.series(low, out, known, top, a.bottom + b.bottom, a.form * b.form)

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
        form = _quotient_form(a.form, b.form)
        low, ends = a.low - b.low, a.known == math.inf and b.known == math.inf
        length = len(a.coefficients) - len(b.coefficients) + 1
        scale.spend(max(length, scale.terms) * len(b.coefficients))
        if ends and length > 0:
            out = quotient(a.coefficients, b.coefficients, length)
            if _alike(product(out, b.coefficients, len(a.coefficients)), a.coefficients):
                return scale.series(low, out, math.inf, None, 0, form)
        count = int(min(a.known - a.low, b.known - b.low, scale.terms))
        out = quotient(a.coefficients, b.coefficients, count)
        top = None if a.top is None or b.top is None else a.top + b.bottom
        bottom = 0 if a.top is None or b.top is None else a.bottom + b.top
        return scale.series(low, out, low + count, top, bottom, form)

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
        if isinstance(difference, Hole):
            raise HoleReached(difference)
        return sign(difference.value)

    def negate(self) -> Any:
        """The number with the other sign."""
        c = tuple(-c for c in self.coefficients)
        return Germ(self.scale, self.low, c, self.known, self.top, self.bottom, -self.form)

    def floor(self) -> Any:
        """The floor, a constant near the point unless there is a pole."""
        if self.coefficients and self.low < 0:
            return Hole("accumulating_pieces")
        base = self.coefficient(0)
        below = is_integer(base) and self < base
        return Exact(Fraction(math.floor(base) - below))

    def bits(self) -> int:
        """How many bits the largest coefficient takes."""
        return max((Exact(c).bits() for c in self.coefficients), default=0)

    def compose(
        self, taylor: Sequence[Scalar], at: Scalar, name: str, parameters: Sequence[Scalar]
    ) -> Any:
        """Give sum(taylor[k] * (self - at)**k), a function that is analytic where self tends to.

        Args:
            taylor: `scale.terms` coefficients.
            at: the limit of self, at the point.
            name: of the function.
            parameters: of the function.
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
        form = real(name, *parameters, self.form)
        return self.scale.series(min(out.low, int(known)), kept, known, None, 0, form)

    def root(self, n: int) -> Any:
        """The n-th root of a germ that is positive (n even) or not zero (n odd).

        Raises:
            RootNeeded: it is a series in a root of s.
        """
        if not self.coefficients:
            raise Undecided(self.top)
        try:
            lead = root_value(self.coefficients[0], n)
        except NoValue:
            return Hole("no_exact_rule")
        if self.low % n:
            raise RootNeeded(n // math.gcd(self.low, n))
        self.scale.spend(self.scale.terms * len(self.coefficients))
        ends = self.known == math.inf
        length = (len(self.coefficients) - 1) // n + 1
        count = self.scale.terms if ends else int(min(self.known - self.low, self.scale.terms))
        out = root_of(self.coefficients, n, lead, max(count, length if ends else 1))
        low, form = self.low // n, real("root", self.form, Fraction(n))
        power = out[:length]
        for _ in range(n - 1):
            power = product(power, out[:length], n * (length - 1) + 1)
        if ends and _alike(power, self.coefficients):
            return self.scale.series(low, out[:length], math.inf, None, 0, form)
        return self.scale.series(low, out[:count], low + count, None, 0, form)

    def __repr__(self) -> str:
        terms = [f"{c}*s^{k}" for k, c in enumerate(self.coefficients, self.low) if c]
        more = [] if self.known == math.inf else [f"O(s^{self.known})"]
        return f"Germ({' + '.join(terms + more)})"


def _germ(x: Any, scale: Scale) -> Germ:
    """A constant as a germ."""
    if isinstance(x, Germ):
        return x
    c = (x.value,) if x.value else ()
    return Germ(scale, 0, c, math.inf, 0, 0, x.value)


def _germs(a: Any, b: Any) -> tuple[Germ, Germ, Scale]:
    scale = a.scale if isinstance(a, Germ) else b.scale
    return _germ(a, scale), _germ(b, scale), scale


def _quotient_form(a: Any, b: Any) -> Any:
    """The form of a / b, where b is not zero."""
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a / b
    return real("/", a, b)


def _alike(a: Sequence[Scalar], b: Sequence[Scalar]) -> bool:
    """Are all coefficients proved to be equal?"""
    return len(a) == len(b) and all(map(same, a, b))
