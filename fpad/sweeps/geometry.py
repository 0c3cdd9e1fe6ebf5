"""Exact questions about directions: is a <a_i, d> > 0 for all i possible?

Fourier-Motzkin elimination on integers.  By Gordan's theorem (1873) the answer also says whether a
point is a convex combination of others.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import lru_cache

Vector = tuple[int, ...]
MOST_ROWS = 4000


class TooMany(Exception):
    """The elimination would take too many inequalities."""


def primitive(row: Sequence[int | Fraction]) -> Vector:
    """The shortest integer vector of the same direction."""
    denominator = math.lcm(*(Fraction(x).denominator for x in row))
    whole = [int(x * denominator) for x in row]
    g = math.gcd(*whole)
    return tuple(x // g for x in whole) if g > 1 else tuple(whole)


def feasible(rows: Iterable[Sequence[int | Fraction]]) -> bool:
    """Is there a direction whose product with every row is positive?

    Raises:
        TooMany: it is not known.
    """
    return _feasible(frozenset(map(primitive, rows)))


@lru_cache(maxsize=1 << 16)
def _feasible(rows: frozenset[Vector]) -> bool:
    while rows:
        if any(not any(r) for r in rows) or any(tuple(-x for x in r) in rows for r in rows):
            return False
        if len(rows) <= 2:
            return True
        width = len(next(iter(rows)))
        # The variable that makes the fewest inequalities.
        counts = []
        for j in range(width):
            up = sum(1 for r in rows if r[j] > 0)
            down = sum(1 for r in rows if r[j] < 0)
            if up or down:
                counts.append((up * down - up - down, j))
        _, j = min(counts)
        up_rows = [r for r in rows if r[j] > 0]
        down_rows = [r for r in rows if r[j] < 0]
        kept = {r for r in rows if not r[j]}
        if len(up_rows) * len(down_rows) + len(kept) > MOST_ROWS:
            raise TooMany
        for p in up_rows:
            for q in down_rows:
                kept.add(primitive([a * -q[j] + b * p[j] for a, b in zip(p, q, strict=True)]))
        rows = frozenset(kept)
    return True


def in_hull(point: Sequence[Fraction], corners: Iterable[Sequence[Fraction]]) -> bool:
    """Is a point a convex combination of corners?

    Raises:
        TooMany: it is not known.
    """
    rows = [[c - p for c, p in zip(corner, point, strict=True)] for corner in corners]
    if any(not any(r) for r in rows):
        return True
    return not feasible(rows)
