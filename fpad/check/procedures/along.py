"""f along arcs through the point, as germs: its limit there, and its slope.

    along(case, [[1, 0]])                 x0 + t * (1, 0)
    along(case, [[1, 0], [0, 2]])         x0 + t * (1, 0) + t**2 * (0, 2)

What a germ decides holds on a whole interval (0, eps) of the arc.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from fpad.check.exact import Exact, Hole, HoleReached, LimitReached
from fpad.check.germ import Germ, RootNeeded, Scale, Undecided
from fpad.check.inputs import entries
from fpad.check.procedures.case import Case, Slope, result_near
from fpad.check.reals import Scalar, sign
from fpad.check.runs import GermRun

MOST_TERMS = 512
MOST_UNPROVED_TERMS = 64
MOST_TRIPS = 2048
MOST_ROOTS = 64

Arc = Sequence[Sequence[Scalar | int]]
"""The coefficients of t, of t**2, .. of a polynomial without constant term."""


@dataclass
class Side:
    """What f does along an arc: `hole` if it has no value there, or it is not known.

    Attributes:
        slope: d f / d t at 0.
        continuous: is the value at the point the limit.
        oscillates: does something on the way, so that slopes next to the point may have no limit.
    """

    hole: Hole | None = None
    slope: Slope = Fraction(0)
    continuous: bool = True
    oscillates: bool = False


def along(case: Case, arc: Arc) -> Side:
    """The limit and the slope of f along an arc, from its germ there."""
    scale = Scale()
    while True:
        try:
            return _germ(case, arc, scale)
        except RootNeeded as needed:
            scale = Scale(scale.terms, scale.root * needed.n)
            if scale.root > MOST_ROOTS:
                return Side(Hole("too_many_bits"))
        except LimitReached as reached:
            return Side(Hole(reached.reason))
        except HoleReached as reached:
            return Side(reached.hole)
        except Undecided as undecided:
            if scale.vague:
                return Side(Hole(f"no_exact_rule: {scale.vague[0]}"))
            degree = undecided.degree
            most, reason = MOST_TERMS, "too_many_bits"
            if degree is None:
                most, reason = MOST_UNPROVED_TERMS, "transcendental_zero"
            if scale.terms >= most or (degree or 0) >= most:
                return Side(Hole(reason))
            scale = Scale(max(2 * scale.terms, (degree or 0) + 2), scale.root)


def _germ(case: Case, arc: Arc, scale: Scale) -> Side:
    s, limits, point = case.subject, case.limits, case.point
    run = GermRun(limits.bits, point.run.longest + MOST_TRIPS)
    inputs = [scale.input(x, [Fraction(1) * c[k] for c in arc]) for k, x in enumerate(entries(s))]
    y = result_near(case, inputs, run)
    change: Any = y if isinstance(y, Hole) else y - point.value
    if isinstance(change, Hole):
        return Side(change)
    if not isinstance(change, Germ):
        assert isinstance(change, Exact)
        jump = change.value
        return Side(None, _infinity(jump), False) if jump else Side()
    for order in range(min(change.low, 0), scale.root + 1):
        c = change.coefficient(order)
        if order == scale.root:
            return Side(None, c, oscillates=scale.oscillates)
        if c:
            return Side(None, _infinity(c), order > 0, scale.oscillates)
    raise AssertionError


def _infinity(c: Scalar) -> float:
    return math.inf if sign(c) > 0 else -math.inf
