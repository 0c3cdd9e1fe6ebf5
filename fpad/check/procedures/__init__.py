"""The decision procedures: what the exact executions of a program prove about it at a point.

    domain   f(x) has no value, or has none next to x                           UNDEFINED
    D0       x sits on no kink; or on Lipschitz kinks with zero adjoint only    DIFFERENTIABLE
    D2       one variable: the germs of f on both sides of x                    all verdicts
    Dp       several variables: the pieces that meet at x (D1, Dn likewise)     all verdicts
    LD       the slopes of f along lines through x are not those of a gradient  refutes
    arc      the same along curves                                              refutes

Each is sound by itself; they are asked in this order until one decides.  Whatever none of them
proves is UNKNOWN.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from fpad.check.exact import HoleReached, LimitReached
from fpad.check.numbers import told
from fpad.check.procedures.case import (
    Case,
    ExactPoint,
    Limits,
    Outcome,
    Point,
    run_at_point,
    unknown,
)
from fpad.check.procedures.cells import cells
from fpad.check.procedures.one_variable import one_variable
from fpad.check.procedures.rays import arcs, rays
from fpad.check.procedures.zero_adjoint import zero_adjoint
from fpad.check.reals import spending
from fpad.check.verdict import Verdict

__all__ = [
    "PROCEDURES",
    "Case",
    "ExactPoint",
    "Limits",
    "Outcome",
    "Point",
    "decide",
    "run_at_point",
]

Procedure = Callable[[Case], Outcome | None]
PROCEDURES: dict[str, Procedure] = {
    "D0": zero_adjoint,
    "D2": one_variable,
    **dict.fromkeys(("Dp", "D1", "Dn"), cells),
    "LD": rays,
    "arc": arcs,
}
"""By name, in the order in which they are asked; one that has several names is asked once."""


def decide(case: Case, chosen: Collection[str]) -> Outcome:
    """The verdict at a point, given the exact execution there."""
    hole = case.point.hole
    if hole is not None:
        if hole.undefined:
            return Outcome(Verdict.UNDEFINED, "domain", hole.reason)
        return unknown(hole.reason)
    with spending(case.limits.effort):
        return _decide(case, dict.fromkeys(PROCEDURES[n] for n in PROCEDURES if n in chosen))


def _decide(case: Case, procedures: Iterable[Procedure]) -> Outcome:
    reasons: list[str] = []
    for procedure in procedures:
        try:
            outcome = procedure(case)
        except HoleReached as reached:  # the sign of a number that is not rational is not known
            outcome = unknown(reached.hole.reason)
        except LimitReached as reached:
            outcome = unknown(reached.reason)
        if outcome is None:
            continue
        if outcome.decides:
            return _tellable(outcome)
        if outcome.reason is not None:
            reasons.append(outcome.reason)
    return unknown(reasons[0] if reasons else _undecided(case))


def _tellable(outcome: Outcome) -> Outcome:
    """The outcome, if its numbers are of a size that can be told."""
    try:
        told((outcome.derivative, outcome.slopes))
    except HoleReached as reached:
        return unknown(reached.hole.reason)
    return outcome


def _undecided(case: Case) -> str:
    """The reason where no procedure has one."""
    lengths = any(
        t.at is not None and t.at.op.endswith((".hypot", ".norm", ".std"))
        for t in case.point.blocking
    )
    return "norm_at_zero" if lengths else "degenerate_guard"
