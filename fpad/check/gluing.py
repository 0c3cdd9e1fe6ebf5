"""Are the pieces that meet at a point glued: is f continuous everywhere next to it?

    x if x > 0 else 0 * y               glued: x and 0 are equal where x == 0
    x if x > 0 else y                   continuous at 0, and nowhere else on x == 0

Two pieces meet next to the point only where the guards of both hold, those that are strict weakly.
There their values must be equal: the difference of the two polynomials must vanish when variables
are replaced by what the equations among these conditions say of them.  A function that is glued of
finitely many smooth pieces is Lipschitz next to the point (Scholtes).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

from fpad.check import polynomial
from fpad.check.cones import direction
from fpad.check.exact import HoleReached, LimitReached
from fpad.check.pieces import Piece
from fpad.check.polynomial import Polynomial
from fpad.check.reals import Scalar

MOST_PIECES = 64
"""All pairs of so many pieces are compared."""

Conditions = dict[frozenset[object], tuple[Polynomial, frozenset[int]]]
"""Polynomials and the signs that they may have, by a name that multiples share."""


def glued(pieces: Sequence[Piece], size: int) -> bool:
    """Is it proved that any two pieces have one value where they meet?

    Args:
        pieces: all that may meet at the point.
        size: how many variables there are.
    """
    if len(pieces) > MOST_PIECES or any(p.poly is None or p.hole is not None for p in pieces):
        return False
    try:
        return all(_meet(p, q, size) for p, q in combinations(pieces, 2))
    except (HoleReached, LimitReached):  # a coefficient that is not rational
        return False


def _meet(p: Piece, q: Piece, size: int) -> bool:
    """Have two pieces one value where they meet?"""
    gap = polynomial.combined(p.poly, q.poly, Fraction(1), Fraction(-1))
    conditions: Conditions = {}
    for g in (*p.guards, *q.guards):
        if g.poly is not None:
            _add(conditions, g.poly, g.signs | {0})
    while gap:
        found = _solved(conditions)
        if found is None:
            return _vanishes(gap, conditions, size)
        variable, value = found
        gap = polynomial.substituted(gap, variable, value)
        replaced: Conditions = {}
        for poly, signs in conditions.values():
            other = polynomial.substituted(poly, variable, value)
            if other:
                _add(replaced, other, signs)
        conditions = replaced
    return gap is not None


def _add(conditions: Conditions, poly: Polynomial, signs: frozenset[int]) -> None:
    """One condition more."""
    lead = poly[min(poly)]
    key = frozenset((m, c / lead) for m, c in poly.items())
    if lead < 0:
        poly, signs = {m: -c for m, c in poly.items()}, frozenset(-s for s in signs)
    if polynomial.squares(poly):
        signs &= {0, 1}
    known = conditions.get(key)
    conditions[key] = (poly, signs if known is None else signs & known[1])


def _solved(conditions: Conditions) -> tuple[int, Polynomial] | None:
    """(A variable, what it is) by an equation that is linear in it, or where squares are zero."""
    for poly, signs in conditions.values():
        if signs != {0}:
            continue
        if len(poly) == 1 or polynomial.squares(poly):
            alone = next((m[0] for m in poly if len(set(m)) == 1), None)
            if alone is not None:
                return alone, {}
        for m, c in poly.items():
            if len(m) == 1 and sum(m[0] in other for other in poly) == 1:
                return m[0], {other: -v / c for other, v in poly.items() if other != m}
    return None


def _vanishes(gap: Polynomial, conditions: Conditions, size: int) -> bool:
    """Is the difference zero for all steps that the linear conditions allow?"""
    if not polynomial.linear(gap) or () in gap:
        return False

    def row(poly: Polynomial) -> list[Scalar]:
        return [poly.get((k,), Fraction(0)) for k in range(size)]

    weak = [
        [v * s for v in row(poly)]
        for poly, signs in conditions.values()
        for s in (1, -1)
        if -s not in signs and polynomial.linear(poly)
    ]
    return all(direction([[s * v for v in row(gap)]], weak, size=size) is None for s in (1, -1))
