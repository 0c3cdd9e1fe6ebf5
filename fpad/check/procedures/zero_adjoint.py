"""D0: x sits on no kink, or on Lipschitz kinks with zero adjoints alone.

Every decision that x does not sit on is constant near x, so f is there a composition of smooth
functions and of the kinks that x sits on.  A kink whose pieces are glued with bounded slopes moves
by O(|h|) under a step h; with a zero adjoint it moves the result by o(|h|).  (Continuity would not
be enough: sqrt(|x|) * sqrt(|x|) at 0.)
"""

from __future__ import annotations

from fpad.check.procedures.case import Case, Outcome
from fpad.check.verdict import Verdict


def zero_adjoint(case: Case) -> Outcome | None:
    """DIFFERENTIABLE with the derivative of the path at the point, or nothing."""
    point = case.point
    if point.blocking or point.gradient is None:
        return None
    g = tuple(point.gradient)
    pieces = frozenset((g,))
    return Outcome(
        *(Verdict.DIFFERENTIABLE, "D0", None, g, None, True, True),
        strictly_differentiable=True,
        pieces_inner=pieces,
        pieces_outer=pieces,
    )
