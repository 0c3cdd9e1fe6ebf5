"""Functions of one variable that are polynomials between finitely many breakpoints.

    relu: breaks (0,)  pieces 0, t  at 0: value 0, coded slope g0

Everything is exact.  What cannot be said this way raises `NotPiecewise`: a proof is then missing,
not wrong.
"""

from __future__ import annotations

import itertools
import math
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from fpad.sweeps import polynomials as poly
from fpad.sweeps.polynomials import Univariate

MOST_BREAKS = 64


class NotPiecewise(Exception):
    """The function is not known to be piecewise polynomial."""


@dataclass(frozen=True)
class Piecewise:
    """A function.

    Attributes:
        breaks: ascending.
        pieces: the polynomials between them, one more than there are breaks.
        at: the value at each break, and the slope that derivative code has there.
    """

    breaks: tuple[Fraction, ...]
    pieces: tuple[Univariate, ...]
    at: tuple[tuple[Fraction, Fraction], ...]

    def seen(self, t: Fraction) -> tuple[Fraction, Fraction]:
        """The value and the coded slope at a point."""
        if t in self.breaks:
            return self.at[self.breaks.index(t)]
        piece = self.piece(t)
        return poly.value_at(piece, t), poly.value_at(poly.slope_of(piece), t)

    def piece(self, t: Fraction) -> Univariate:
        """The polynomial around a point that is no break."""
        return self.pieces[sum(1 for b in self.breaks if b < t)]

    @property
    def continuous(self) -> bool:
        """Has it one limit at every break, which is its value?"""
        return all(
            poly.value_at(self.pieces[k], t) == v == poly.value_at(self.pieces[k + 1], t)
            for k, (t, (v, _)) in enumerate(zip(self.breaks, self.at, strict=True))
        )

    def slopes(self, k: int) -> tuple[Fraction, Fraction]:
        """The slopes to the left and to the right of a break."""
        left, right = (poly.slope_of(p) for p in self.pieces[k : k + 2])
        return poly.value_at(left, self.breaks[k]), poly.value_at(right, self.breaks[k])

    def simplified(self) -> Piecewise:
        """Without the breaks at which nothing happens."""
        kept = [
            k
            for k, t in enumerate(self.breaks)
            if self.pieces[k] != self.pieces[k + 1]
            or self.at[k] != (poly.value_at(self.pieces[k], t), self.slopes(k)[0])
        ]
        return Piecewise(
            tuple(self.breaks[k] for k in kept),
            (self.pieces[0], *(self.pieces[k + 1] for k in kept)),
            tuple(self.at[k] for k in kept),
        )

    def along(self, a: Fraction, b: Fraction) -> Piecewise:
        """The function g with g(a * t + b) = f(t)."""
        pieces = [poly.shifted(p, a, b) for p in self.pieces]
        breaks = [a * t + b for t in self.breaks]
        at = [(v, slope / a) for v, slope in self.at]
        if a < 0:
            pieces, breaks, at = pieces[::-1], breaks[::-1], at[::-1]
        return Piecewise(tuple(breaks), tuple(pieces), tuple(at))

    def zero_boundary(self) -> set[Fraction]:
        """The boundary of the set of its zeros."""
        out = set()
        for k, t in enumerate(self.breaks):
            beside = (self.pieces[k] == (), self.pieces[k + 1] == ())
            if (self.at[k][0] == 0 or any(beside)) and not (all(beside) and self.at[k][0] == 0):
                out.add(t)
        for k, p in enumerate(self.pieces):
            if p:
                out |= set(_roots(p, *self._ends(k)))
        return out

    def _ends(self, k: int) -> tuple[Fraction | None, Fraction | None]:
        """The ends of piece k; None where there is none."""
        return (
            self.breaks[k - 1] if k else None,
            self.breaks[k] if k < len(self.breaks) else None,
        )


@dataclass(frozen=True)
class Truth:
    """A truth value that depends on one variable: as `Piecewise`."""

    breaks: tuple[Fraction, ...]
    pieces: tuple[bool, ...]
    at: tuple[bool, ...]

    def seen(self, t: Fraction) -> bool:
        """Does it hold at a point?"""
        return self.at[self.breaks.index(t)] if t in self.breaks else self.piece(t)

    def piece(self, t: Fraction) -> bool:
        """Does it hold around a point that is no break?"""
        return self.pieces[sum(1 for b in self.breaks if b < t)]


def polynomial(p: Univariate) -> Piecewise:
    """A polynomial."""
    return Piecewise((), (p,), ())


def _between(breaks: Sequence[Fraction]) -> list[Fraction]:
    """A point of each interval."""
    if not breaks:
        return [Fraction(0)]
    inner = [(a + b) / 2 for a, b in itertools.pairwise(breaks)]
    return [breaks[0] - 1, *inner, breaks[-1] + 1]


def _merged(parts: Sequence[Any], more: Sequence[Fraction] = ()) -> list[Fraction]:
    """The breaks of several functions together.

    Raises:
        NotPiecewise: there are too many.
    """
    breaks = sorted({t for p in parts for t in p.breaks} | set(more))
    if len(breaks) > MOST_BREAKS:
        raise NotPiecewise
    return breaks


def combined(
    parts: Sequence[Piecewise],
    pieces: Callable[..., Univariate],
    at: Callable[..., tuple[Fraction, Fraction]],
) -> Piecewise:
    """A function computed from several: what it is between breaks, and (value, slope) at them."""
    breaks = _merged(parts)
    return Piecewise(
        tuple(breaks),
        tuple(pieces(*(p.piece(t) for p in parts)) for t in _between(breaks)),
        tuple(at(*(p.seen(t) for p in parts)) for t in breaks),
    )


def total(parts: Sequence[Piecewise]) -> Piecewise:
    """The sum of several functions."""

    def at(*seen: tuple[Fraction, Fraction]) -> tuple[Fraction, Fraction]:
        return sum((v for v, _ in seen), Fraction(0)), sum((s for _, s in seen), Fraction(0))

    def pieces(*ps: Univariate) -> Univariate:
        out: Univariate = ()
        for p in ps:
            out = poly.sum_of(out, p)
        return out

    return combined(parts, pieces, at)


def product(f: Piecewise, g: Piecewise) -> Piecewise:
    """The product of two functions."""
    return combined(
        (f, g),
        poly.product_of,
        lambda a, b: (a[0] * b[0], a[0] * b[1] + b[0] * a[1]),
    )


COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


LOGIC: dict[str, Callable[..., bool]] = {
    "and": lambda a, b: a and b,
    "or": lambda a, b: a or b,
    "not": lambda a: not a,
}


def test(f: Piecewise, comparison: str) -> Truth:
    """Where f compares with 0 like this."""
    holds = COMPARISONS[comparison]
    zeros = [r for k, p in enumerate(f.pieces) for r in _roots(p, *f._ends(k))]
    breaks = _merged((f,), zeros)
    return Truth(
        tuple(breaks),
        tuple(holds(poly.value_at(f.piece(t), t), 0) for t in _between(breaks)),
        tuple(holds(f.seen(t)[0], 0) for t in breaks),
    )


def logic(kind: str, *parts: Truth) -> Truth:
    """`and`, `or` and `not`."""
    combine = LOGIC[kind]
    breaks = _merged(parts)
    return Truth(
        tuple(breaks),
        tuple(combine(*(p.piece(t) for p in parts)) for t in _between(breaks)),
        tuple(combine(*(p.seen(t) for p in parts)) for t in breaks),
    )


def choice(condition: Truth, f: Piecewise, g: Piecewise) -> Piecewise:
    """F where the condition holds, else g."""
    breaks = _merged((condition, f, g))
    return Piecewise(
        tuple(breaks),
        tuple((f if condition.piece(t) else g).piece(t) for t in _between(breaks)),
        tuple((f if condition.seen(t) else g).seen(t) for t in breaks),
    )


def _roots(p: Univariate, low: Fraction | None, high: Fraction | None) -> list[Fraction]:
    """The zeros of a polynomial inside an open interval; none of the zero polynomial.

    Raises:
        NotPiecewise: they may be irrational.
    """
    if len(p) <= 1:
        return []
    shift = next(k for k, c in enumerate(p) if c)  # t**shift divides it
    found = [Fraction(0)] if shift else []
    p = p[shift:]
    if len(p) == 2:
        found.append(-p[0] / p[1])
    elif len(p) == 3:
        c, b, a = p
        d = b * b - 4 * a * c
        if d >= 0:
            root = Fraction(math.isqrt(d.numerator), math.isqrt(d.denominator))
            if root * root != d:
                raise NotPiecewise
            found += [(-b - root) / (2 * a), (-b + root) / (2 * a)]
    elif len(p) > 3:
        raise NotPiecewise
    return [t for t in found if (low is None or low < t) and (high is None or t < high)]
