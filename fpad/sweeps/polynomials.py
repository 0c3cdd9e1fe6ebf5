"""Polynomials with rational coefficients: in many atoms, and in one variable.

    {((3, 1),): 2, (): 1}        2 * (atom 3) + 1
    (1, 0, 2)                    1 + 2 t**2

Two expressions that are equal as polynomials of their atoms have one normal form, so that
`h = w * z`, `-h` and `2 * h + 1` are seen to turn at the same places.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

Monomial = tuple[tuple[int, int], ...]
"""Pairs of an atom and its power, in the order of the atoms."""

Polynomial = Mapping[Monomial, Fraction]
"""The coefficients, none of them 0."""

Univariate = tuple[Fraction, ...]
"""The coefficients from the constant on; the last one is not 0."""

MOST_TERMS = 512


def constant(c: Fraction) -> Polynomial:
    """A constant."""
    return {(): c} if c else {}


def atom(k: int) -> Polynomial:
    """The atom k itself."""
    return {((k, 1),): Fraction(1)}


def plus(a: Polynomial, b: Polynomial, factor: Fraction = Fraction(1)) -> Polynomial:
    """The sum a + factor * b."""
    out = dict(a)
    for m, c in b.items():
        total = out.get(m, Fraction(0)) + factor * c
        if total:
            out[m] = total
        else:
            out.pop(m, None)
    return out


def times(a: Polynomial, b: Polynomial) -> Polynomial | None:
    """The product; None if it has too many terms."""
    if len(a) * len(b) > MOST_TERMS:
        return None
    out: dict[Monomial, Fraction] = {}
    for m, c in a.items():
        for n, d in b.items():
            powers = dict(m)
            for k, e in n:
                powers[k] = powers.get(k, 0) + e
            key = tuple(sorted(powers.items()))
            out[key] = out.get(key, Fraction(0)) + c * d
    return {m: c for m, c in out.items() if c}


def atoms(p: Polynomial) -> list[int]:
    """The atoms in it, in order."""
    return sorted({k for m in p for k, _ in m})


def _leading(p: Polynomial) -> Monomial:
    """The largest monomial in the graded lexicographic order."""
    return max(p, key=lambda m: (sum(e for _, e in m), m))


def normal(p: Polynomial) -> tuple[Polynomial, Fraction, Fraction] | None:
    """(y, a, b) with p = a * y + b, y without constant and with leading coefficient 1."""
    b = p.get((), Fraction(0))
    rest = {m: c for m, c in p.items() if m}
    if not rest:
        return None
    a = rest[_leading(rest)]
    return {m: c / a for m, c in rest.items()}, a, b


def in_terms_of(p: Polynomial, y: Polynomial) -> Univariate | None:
    """The polynomial q with p = q(y); None if there is none.

    Args:
        p: a polynomial.
        y: one without constant and with leading coefficient 1.
    """
    out: dict[int, Fraction] = {}
    powers: list[Polynomial | None] = [constant(Fraction(1)), y]
    top = dict(_leading(y))
    while any(p):
        lead = _leading(p)
        degree = _exponent(lead, top)
        if degree is None:
            return None
        while len(powers) <= degree:
            last = powers[-1]
            powers.append(None if last is None else times(last, y))
        power = powers[degree]
        if power is None:
            return None
        out[degree] = p[lead]
        p = plus(p, power, -p[lead])
    out[0] = p.get((), Fraction(0))
    return trimmed(tuple(out.get(k, Fraction(0)) for k in range(max(out) + 1)))


def _exponent(m: Monomial, of: Mapping[int, int]) -> int | None:
    """The k with m = of**k."""
    powers = dict(m)
    if powers.keys() != of.keys():
        return None
    ratios = {divmod(powers[a], e) for a, e in of.items()}
    if len(ratios) != 1:
        return None
    ((k, rest),) = ratios
    return None if rest else k


# ---------------------------------------------------------------- one variable


def trimmed(p: Univariate) -> Univariate:
    """Without leading zeros."""
    while p and not p[-1]:
        p = p[:-1]
    return p


def sum_of(p: Univariate, q: Univariate) -> Univariate:
    """The sum."""
    n = max(len(p), len(q))
    p, q = (v + (Fraction(0),) * (n - len(v)) for v in (p, q))
    return trimmed(tuple(a + b for a, b in zip(p, q, strict=True)))


def product_of(p: Univariate, q: Univariate) -> Univariate:
    """The product."""
    out = [Fraction(0)] * max(len(p) + len(q) - 1, 0)
    for i, a in enumerate(p):
        for j, b in enumerate(q):
            out[i + j] += a * b
    return trimmed(tuple(out))


def slope_of(p: Univariate) -> Univariate:
    """The derivative."""
    return tuple(k * c for k, c in enumerate(p))[1:]


def value_at(p: Univariate, t: Fraction) -> Fraction:
    """The value at a point."""
    out = Fraction(0)
    for c in reversed(p):
        out = out * t + c
    return out


def shifted(p: Univariate, a: Fraction, b: Fraction) -> Univariate:
    """The polynomial q with q(a * t + b) = p(t)."""
    out: Univariate = ()
    for c in reversed(p):
        out = sum_of(product_of(out, (-b / a, 1 / a)), trimmed((c,)))
    return out
