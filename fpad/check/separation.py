"""How small a number that roots and rational operations made can be without being zero.

Write the number as A / B, where A and B are made of integers by + - * and roots: a root of A / B
is root(A B**(k-1)) / B, or A / root(A**(k-1) B).  All conjugates of A are at most u, those of B at
most l, by the triangle inequality; A is an algebraic integer of degree at most D, the product of
the orders of the different roots.  If A is not zero its norm is at least 1, so |A / B| is at least
1 / (u**(D-1) l) (Burnikel, Funke, Mehlhorn, Schirra and Schmitt 2001).
"""

from __future__ import annotations

import math
from typing import Any

from fpad.check.reals import Real

MOST_DEGREE = 1 << 12
SLACK = 1e-6
_RING = frozenset(("+", "-", "*", "/", "neg"))


def smallest(x: Real, limit: int) -> int | None:
    """Some b such that the number is zero or at least 2**-b; None where none below the limit is."""
    sizes: dict[int, tuple[float, float]] = {}
    degree = 1
    stack = [x]
    while stack:
        v = stack[-1]
        if id(v) in sizes:
            stack.pop()
            continue
        if v.name not in _RING and v.name != "root":
            return None
        missing = [o for o in v.operands if isinstance(o, Real) and id(o) not in sizes]
        if missing:
            stack += missing
            continue
        stack.pop()
        if v.name == "root":
            degree *= int(v.operands[1])
            if degree > MOST_DEGREE:
                return None
        sizes[id(v)] = _size(v, [_operand(o, sizes) for o in v.operands])
    u, low = sizes[id(x)]
    bound = (degree - 1) * max(u, 0.0) + max(low, 0.0)
    bound = bound * (1 + SLACK) + 1
    return math.ceil(bound) if bound < limit else None


def _operand(o: Any, sizes: dict[int, tuple[float, float]]) -> tuple[float, float]:
    if isinstance(o, Real):
        return sizes[id(o)]
    return float(o.numerator.bit_length()), float(o.denominator.bit_length())


def _size(v: Real, of: list[tuple[float, float]]) -> tuple[float, float]:
    """Binary logarithms of (u, l), a little too large."""
    a = of[0]
    match v.name:
        case "neg":
            return a
        case "root":
            k = int(v.operands[1])
            if a[0] >= a[1]:
                return _up((a[0] + (k - 1) * a[1]) / k), a[1]
            return a[0], _up(((k - 1) * a[0] + a[1]) / k)
    b = of[1]
    match v.name:
        case "*":
            return _up(a[0] + b[0]), _up(a[1] + b[1])
        case "/":
            return _up(a[0] + b[1]), _up(a[1] + b[0])
    p, q = a[0] + b[1], a[1] + b[0]
    return _up(max(p, q) + 1), _up(a[1] + b[1])


def _up(x: float) -> float:
    return x + abs(x) * SLACK + SLACK
