"""D2: f of one variable has the germs of both sides, which decide everything."""

from __future__ import annotations

from fpad.check.exact import HoleReached
from fpad.check.procedures.along import along
from fpad.check.procedures.case import Case, Outcome, unknown
from fpad.check.verdict import Verdict


def one_variable(case: Case) -> Outcome | None:
    """The verdict from the limits and slopes on both sides; the sign of a germ holds near x."""
    if case.size != 1:
        return None
    sides = [along(case, [[side]]) for side in (-1, 1)]
    for side in sides:
        if side.hole is not None and side.hole.undefined:
            return Outcome(Verdict.UNDEFINED, "domain", "domain_boundary")
    for side in sides:
        if side.hole is not None:
            return unknown(side.hole.reason)
    left, right = sides
    slopes = (-left.slope, right.slope)
    if not (left.continuous and right.continuous):
        return Outcome(Verdict.DISCONTINUOUS, "D2", None, None, slopes, False, False, False)
    finite = [v for v in slopes if not isinstance(v, float)]
    bounded = len(finite) == 2
    try:
        alike = bounded and finite[0] == finite[1]
    except HoleReached as reached:
        return unknown(reached.hole.reason)
    if left.oscillates or right.oscillates:  # so may the slopes next to the point
        verdict = Verdict.DIFFERENTIABLE if alike else Verdict.NOT_DIFFERENTIABLE
        derivative = (finite[0],) if alike else None
        return Outcome(verdict, "D2", None, derivative, slopes, True)
    if alike:
        g = (finite[0],)
        one = frozenset((g,))
        return Outcome(Verdict.DIFFERENTIABLE, "D2", None, g, slopes, True, True, True, one, one)
    inner = frozenset((v,) for v in finite) if bounded else frozenset()
    return Outcome(
        *(Verdict.NOT_DIFFERENTIABLE, "D2", None, None, slopes, True, bounded, False),
        pieces_inner=inner,
        pieces_outer=inner if bounded else None,
    )
