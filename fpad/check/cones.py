"""Cones in exact arithmetic: is there a direction that a system of linear conditions allows.

    direction([[1, 0], [1, -1000]])           some d with d0 > 0 and d0 > 1000 * d1
    direction([[1, 0]], equal=[[0, 1]])       some d with d0 > 0 and d1 = 0
    in_hull(g, gradients)                     is g a convex combination

Everything else that is asked about pieces is asked in this form.  The systems have few variables
and few conditions, and are degenerate through and through (every condition is tight at 0), so they
are solved by the simplex method with Bland's rule, on integers, or on real numbers where rows are
not multiples of rational ones.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from fractions import Fraction
from typing import Any

from fpad.check.reals import Real, Scalar, is_nil, same
from fpad.check.structure import rational

Row = Sequence[Any]
Direction = tuple[Scalar, ...]


def direction(
    strict: Sequence[Row], weak: Sequence[Row] = (), equal: Sequence[Row] = (), size: int = 0
) -> Direction | None:
    """Some d with a . d > 0, b . d >= 0, c . d == 0 for all rows a, b, c; None if there is none.

    Args:
        strict: rows a.
        weak: rows b.
        equal: rows c.
        size: how many variables there are; needed where there are no rows.
    """
    n = next((len(r) for rows in (strict, weak, equal) for r in rows), size)
    basis = kernel(equal, n)
    if not strict:
        return (Fraction(0),) * n
    above, beside = ([[dot(r, b) for b in basis] for r in rows] for rows in (strict, weak))
    found = _maximum(above, beside, len(basis))
    if found is None:
        return None
    return tuple(
        sum((t * b[k] for t, b in zip(found, basis, strict=True)), Fraction(0)) for k in range(n)
    )


def _maximum(strict: list[list[Any]], weak: list[list[Any]], n: int) -> list[Scalar] | None:
    """Some d as in `direction`, without equations.

    Maximises t <= 1 over a . d >= t and b . d >= 0, d = p - q with p, q >= 0, from d = 0, t = 0.
    The table is one of integers over a common denominator, the last pivot (Edmonds): every quotient
    by it is exact.  (Of real numbers every quotient is.)
    """
    size = 2 * n + 1
    table = [[*(-v for v in a), *a, 1] for a in map(_whole, strict)]
    table += [[*(-v for v in b), *b, 0] for b in map(_whole, weak)]
    table.append([0] * (size - 1) + [1])
    m = len(table)
    rows = [[*r, *(int(j == k) for j in range(m)), int(k == m - 1)] for k, r in enumerate(table)]
    cost: list[Any] = [0] * (size - 1) + [-1] + [0] * (m + 1)
    basic = list(range(size, size + m))
    below: Any = 1
    whole = all(isinstance(v, int) for r in rows for v in r)
    if not whole:
        rows = [list(map(_scalar, r)) for r in rows]
        cost = list(map(_scalar, cost))
    while True:
        enter = next((j for j in range(size + m) if cost[j] < 0), None)
        if enter is None:
            break
        leave = -1
        for k, r in enumerate(rows):
            if r[enter] > 0 and (leave < 0 or _sooner(r, rows[leave], enter, basic, k, leave)):
                leave = k
        if leave < 0:  # t is bounded, so this cannot be
            raise ArithmeticError("an unbounded system")
        row = rows[leave]
        pivot = row[enter]
        for r in (*rows, cost):
            if r is not row:
                factor = r[enter]
                for j, v in enumerate(row):
                    top = r[j] * pivot - factor * v
                    r[j] = top // below if whole else _simple(top / below)
        below = pivot
        basic[leave] = enter
    values = {v: r[-1] / _scalar(below) for v, r in zip(basic, rows, strict=True)}
    if not values.get(size - 1):
        return None
    zero = Fraction(0)
    return [values.get(k, zero) - values.get(n + k, zero) for k in range(n)]


def _sooner(
    r: list[Any], other: list[Any], enter: int, basic: list[int], k: int, best: int
) -> bool:
    """Is the ratio of row k the smaller one; of equal ones the smaller variable leaves (Bland)."""
    gap = r[-1] * other[enter] - other[-1] * r[enter]
    return gap < 0 or (gap == 0 and basic[k] < basic[best])


def _whole(row: Sequence[Any]) -> list[Any]:
    """A positive multiple of a row, in integers if there is one."""
    row = _turned(row)
    if any(isinstance(v, Real) for v in row):
        return row
    fractions = [Fraction(v) for v in row]
    scale = math.lcm(*(v.denominator for v in fractions)) if fractions else 1
    whole = [int(v * scale) for v in fractions]
    common = math.gcd(*whole) or 1
    return [v // common for v in whole]


def _turned(row: Sequence[Any]) -> list[Any]:
    """A positive multiple of a row, of rational numbers where that is seen."""
    row = [_simple(v) for v in row]
    lead = next((v for v in row if isinstance(v, Real)), None)
    return row if lead is None else [_simple(v / abs(lead)) for v in row]


def _simple(x: Any) -> Any:
    """The number, as a fraction if it is seen to be one."""
    if type(x) is Fraction:
        return x
    if not isinstance(x, Real):
        return Fraction(x)
    if same(x, Fraction(0)):
        return Fraction(0)
    exact = rational(x)
    return x if exact is None else exact


def kernel(rows: Sequence[Row], n: int) -> list[Direction]:
    """A basis of the d with row . d == 0 for all rows."""
    reduced, pivots = _reduced(rows, n)
    basis: list[Direction] = []
    for free in (k for k in range(n) if k not in pivots):
        d = [Fraction(0)] * n
        d[free] = Fraction(1)
        for row, k in zip(reduced, pivots, strict=True):
            d[k] = -row[free]
        basis.append(tuple(d))
    return basis


def _reduced(rows: Sequence[Row], n: int) -> tuple[list[list[Any]], list[int]]:
    """(The reduced rows of a matrix that are not zero, the columns of their leading ones)."""
    out: list[list[Any]] = []
    pivots: list[int] = []
    for row in rows:
        r = [_simple(v) for v in row]
        for done, k in zip(out, pivots, strict=True):
            if not is_nil(r[k]):
                r = [_simple(a - r[k] * b) for a, b in zip(r, done, strict=True)]
        lead = next((k for k, v in enumerate(r) if v), None)
        if lead is None:
            continue
        r = [_simple(v / r[lead]) for v in r]
        for j, done in enumerate(out):
            if not is_nil(done[lead]):
                out[j] = [_simple(a - done[lead] * b) for a, b in zip(done, r, strict=True)]
        out.append(r)
        pivots.append(lead)
    return out, pivots


def rank(rows: Sequence[Row], n: int) -> int:
    """How many of the rows are independent."""
    return len(_reduced(rows, n)[1])


def solution(rows: Sequence[Row], right: Sequence[Any], n: int) -> Direction | None:
    """Some d with row . d == right for all rows; None if there is none."""
    reduced, pivots = _reduced([[*r, b] for r, b in zip(rows, right, strict=True)], n + 1)
    if n in pivots:
        return None
    d = [Fraction(0)] * n
    for row, k in zip(reduced, pivots, strict=True):
        d[k] = row[n]
    return tuple(d)


def in_hull(point: Row, corners: Collection[Row]) -> bool:
    """Is the point a convex combination of the corners?  If not, a plane is between them."""
    differences = [[c - p for c, p in zip(corner, point, strict=True)] for corner in corners]
    return direction(differences, size=len(point)) is None if differences else False


def dot(a: Row, b: Row) -> Any:
    """The inner product."""
    pairs = [(x, y) for x, y in zip(a, b, strict=True) if not (_nil(x) or _nil(y))]
    return sum((_scalar(x) * y for x, y in pairs), Fraction(0))


def _nil(x: Any) -> bool:
    return not isinstance(x, Real) and not x


def _scalar(x: Any) -> Any:
    return x if isinstance(x, Real) else Fraction(x)
