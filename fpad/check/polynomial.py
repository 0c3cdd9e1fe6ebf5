"""Small polynomials in the steps from the point, one step for each variable.

{(): 2, (0,): 1, (0, 1, 1): -3}          2 + d0 - 3 * d0 * d1**2

Numbers that are such polynomials are known entirely: two that are computed in different ways can
be told to be one.  Larger ones are not worth it: None stands for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from math import isqrt
from typing import TypeAlias

from fpad.check.reals import Scalar

Monomial: TypeAlias = tuple[int, ...]
Polynomial: TypeAlias = dict[Monomial, Scalar]
MOST_TERMS = 40
MOST_FACTORS = 24


def constant(value: Scalar) -> Polynomial:
    """The polynomial that is a number."""
    return {(): value} if value else {}


def combined(a: Polynomial | None, b: Polynomial | None, s: Scalar, t: Scalar) -> Polynomial | None:
    """S * a + t * b."""
    if a is None or b is None:
        return None
    out = {m: s * c for m, c in a.items()} if s else {}
    for m, c in b.items():
        total = out.get(m, 0) + t * c
        if total:
            out[m] = total
        else:
            out.pop(m, None)
    return out if len(out) <= MOST_TERMS else None


def product(a: Polynomial | None, b: Polynomial | None) -> Polynomial | None:
    """The product a * b."""
    if a is None or b is None:
        return None
    if len(a) * len(b) > 4 * MOST_TERMS:
        return None
    out: Polynomial = {}
    for p, c in a.items():
        for q, e in b.items():
            m = tuple(sorted(p + q))
            if len(m) > MOST_FACTORS:
                return None
            total = out.get(m, 0) + c * e
            if total:
                out[m] = total
            else:
                del out[m]
    return out if len(out) <= MOST_TERMS else None


def substituted(a: Polynomial, variable: int, value: Polynomial) -> Polynomial | None:
    """A with a polynomial in the place of a variable."""
    out: Polynomial | None = {}
    for m, c in a.items():
        term: Polynomial | None = {tuple(v for v in m if v != variable): c}
        for _ in range(m.count(variable)):
            term = product(term, value)
        out = combined(out, term, Fraction(1), Fraction(1))
    return out


def common(a: Polynomial) -> Monomial:
    """The greatest monomial that divides all terms."""
    terms = iter(a)
    out = list(next(terms, ()))
    for m in terms:
        rest = list(m)
        kept = []
        for v in out:
            if v in rest:
                rest.remove(v)
                kept.append(v)
        out = kept
    return tuple(out)


def quotient(a: Polynomial, m: Monomial, c: Scalar = Fraction(1)) -> Polynomial | None:
    """The polynomial a / (c * m); None if that is none."""
    out: Polynomial = {}
    for term, coefficient in a.items():
        rest = list(term)
        for v in m:
            if v not in rest:
                return None
            rest.remove(v)
        out[tuple(rest)] = coefficient / c
    return out


def divided(a: Polynomial, b: Polynomial) -> Polynomial | None:
    """The polynomial a / b; None if that is none."""
    lead = max(b, key=_rank)
    out: Polynomial = {}
    rest: Polynomial | None = dict(a)
    while rest:
        m = max(rest, key=_rank)
        term = quotient({m: rest[m]}, lead, b[lead])
        if term is None or len(out) == MOST_TERMS:
            return None
        out |= term
        rest = combined(rest, product(term, b), Fraction(1), Fraction(-1))
    return None if rest is None else out


def _rank(m: Monomial) -> tuple[int, Monomial]:
    """An order of monomials that products keep: by degree, then by variables."""
    return len(m), tuple(-v for v in m)


def order(a: Polynomial) -> int:
    """The lowest degree of a term."""
    return min(map(len, a), default=MOST_FACTORS)


def squares(a: Polynomial) -> bool:
    """Is every term a positive number times a square?"""
    return all(c > 0 and all(m.count(v) % 2 == 0 for v in m) for m, c in a.items())


def powers(m: Monomial) -> Iterator[tuple[int, int]]:
    """The variables of a monomial and their exponents."""
    for v in sorted(set(m)):
        yield v, m.count(v)


def root(x: Scalar) -> Fraction | None:
    """The square root of a positive number, if both are fractions."""
    if not isinstance(x, Fraction):
        return None
    p, q = isqrt(x.numerator), isqrt(x.denominator)
    return Fraction(p, q) if p * p == x.numerator and q * q == x.denominator else None


def linear(a: Mapping[Monomial, Scalar]) -> bool:
    """Has it no terms of a higher degree than one?"""
    return all(len(m) <= 1 for m in a)


def part(a: Polynomial, d: Sequence[Scalar], degree: int) -> Scalar:
    """The terms of a degree, at d."""
    total: Scalar = Fraction(0)
    for m, c in a.items():
        if len(m) == degree:
            for v in m:
                c *= d[v]
            total += c
    return total


def leading(a: Polynomial, arc: Sequence[Sequence[Scalar]]) -> Scalar:
    """The first coefficient that is not zero of a(t * arc[0] + t**2 * arc[1] + ..); 0 of zero."""
    total: dict[int, Scalar] = {}
    for m, c in a.items():
        terms = {0: c}
        for v in m:
            step = {k: w[v] for k, w in enumerate(arc, 1) if w[v]}
            new: dict[int, Scalar] = {}
            for i, p in terms.items():
                for j, q in step.items():
                    new[i + j] = new.get(i + j, Fraction(0)) + p * q
            terms = new
        for k, p in terms.items():
            total[k] = total.get(k, Fraction(0)) + p
    return next((total[k] for k in sorted(total) if total[k]), Fraction(0))
