"""`fpad.check`: the executions of a function at a point, put together into a report.

a = what the generated code returned      i = the exact derivative along its path      g = f'(x)
a - g = (a - i) rounding + (i - g) the wrong piece
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from fpad.check.batch import check_batch
from fpad.check.certificate import Certificate
from fpad.check.cones import in_hull
from fpad.check.decisions import Decision, sign_of
from fpad.check.enclosed_report import enclosed_report
from fpad.check.exact import Exact, Hole, HoleReached, LimitReached
from fpad.check.filtered import enclosed, exceeds, is_large
from fpad.check.generated import Gradient, gradient_of, is_outside, nothing, tangents
from fpad.check.inputs import entries, finite
from fpad.check.numbers import Number, sign_of_number, told, told_or_none
from fpad.check.point import PointRun, Unproved
from fpad.check.procedures import (
    PROCEDURES,
    Case,
    ExactPoint,
    Limits,
    Outcome,
    Point,
    decide,
    run_at_point,
)
from fpad.check.reals import Scalar, differ, spending
from fpad.check.report import Kink, Report, as_float
from fpad.check.rounding import rounding
from fpad.check.runs import EffectReached, FloatRun
from fpad.check.subject import Subject, about, scalar_of, subject
from fpad.check.verdict import Verdict
from fpad.runtime.errors import InputError
from fpad.transforms.interpret import StepLimit, interpret
from fpad.transforms.ir import Statement


def check(
    f: Callable[..., Any],
    *args: Any,
    wrt: Any = 0,
    precision: Any = None,
    seed: Any = None,
    batch: Any = False,
    procedures: Collection[str] | None = None,
    max_cells: int = 4096,
    max_steps: int = 10**6,
    max_bits: int = 10**5,
) -> Any:
    """Decide whether f is differentiable at a point, over the reals, and whether AD is right there.

    Inputs count as the rational numbers that they are: 0.1 is the stored double, Fraction(1, 10)
    is a tenth (the generated code is given the float nearest to it).  A quotient in the source,
    1 / 10, is exact.

    Args:
        f: the function; a Derivative checks its next derivative.
        args: the point: floats, ints, fractions, arrays (of fractions too), structures.
        wrt: what to differentiate by, as for `fpad.grad`.
        precision: the float format of the generated code that is judged.
        seed: the cotangent of an output that is not a single number; its structure and shape.  Of
            a jvp it is the tangent: what is checked is the derivative along it.
        batch: True: the first axis of the arguments under wrt counts points, all other arguments
            are the same for all of them; or the names of all arguments that have such an axis.
        procedures: names of the procedures to try; None tries all of `PROCEDURES`.
        max_cells: pieces of the function that may be told apart next to the point.
        max_steps: statements that an exact execution may run.
        max_bits: bits that an exact number may take.

    Returns:
        A `Report`, or a `BatchReport`.

    Raises:
        InputError: an argument cannot be differentiated by, or the output is no real number.
        TransformError: f uses something that fpad refuses.
    """
    chosen = PROCEDURES if procedures is None else tuple(procedures)
    for name in chosen:
        if name not in PROCEDURES:
            raise InputError(f"procedures: there is no {name!r}, there are {', '.join(PROCEDURES)}")
    if batch is not False:
        options = {
            "wrt": wrt,
            "precision": precision,
            "seed": seed,
            "procedures": procedures,
            "max_cells": max_cells,
            "max_steps": max_steps,
            "max_bits": max_bits,
        }
        return check_batch(check, f, args, batch, options)
    limits = Limits(max_steps, max_bits, max_cells)
    return check_call(f, args, {}, wrt, precision, seed, chosen, limits)


def check_call(
    f: Callable[..., Any],
    args: tuple[Any, ...],
    keywords: Mapping[str, Any],
    wrt: Any = 0,
    precision: Any = None,
    seed: Any = None,
    chosen: Collection[str] = tuple(PROCEDURES),
    limits: Limits | None = None,
) -> Report:
    """`check` of a call with arguments by keyword too."""
    limits = limits or Limits()
    with spending(limits.effort):
        return _checked(f, args, keywords, wrt, precision, seed, chosen, limits)


def _checked(
    f: Callable[..., Any],
    args: tuple[Any, ...],
    keywords: Mapping[str, Any],
    wrt: Any,
    precision: Any,
    seed: Any,
    chosen: Collection[str],
    limits: Limits,
) -> Report:
    named, seed = tangents(f, seed)
    s = subject(f, args, wrt, precision, {**keywords, **named})
    if is_large(s) and finite(s) and "D0" in chosen:
        found = enclosed(s, wrt, seed, limits)
        report = None
        if found is not None:
            report = enclosed_report(s, wrt, seed, gradient_of(s, wrt, seed, None), found, limits)
        if report is not None:
            return report
        if exceeds(s, limits):
            gradient = gradient_of(s, wrt, seed, None)
            point = ExactPoint(PointRun(limits.bits), Hole("too_many_steps"))
            outcome = decide(Case(s, seed, point, limits), chosen)
            return _report(s, wrt, seed, gradient, None, point, outcome, None, limits)
    floats, failed, ended = _in_floats(s, seed, limits)
    runs = ended and (floats is not None or finite(s))
    gradient = gradient_of(s, wrt, seed, failed) if runs else nothing(s)
    if not finite(s):
        values = [v for k in s.wrt for v in np.ravel(s.floats[k])]
        reason = "nan_input" if any(math.isnan(v) for v in values) else "domain"
        point = ExactPoint(PointRun(limits.bits), Hole(reason))
        outcome = Outcome(Verdict.UNDEFINED, "domain", reason)
        return _report(s, wrt, seed, gradient, floats, point, outcome, None, limits)
    point = run_at_point(s, seed, limits)
    provable = point.hole is None or not point.hole.undefined
    if provable and id(failed) in point.run.holes:
        point = ExactPoint(
            point.run, Hole("domain")
        )  # Python refuses, whether the value is used or not
    outcome = decide(Case(s, seed, point, limits), chosen)
    exact = _along_floats(s, seed, point, floats, limits)
    return _report(s, wrt, seed, gradient, floats, point, outcome, exact, limits)


def _in_floats(
    s: Subject, seed: Any, limits: Limits
) -> tuple[FloatRun | None, Statement | None, bool]:
    """The float execution, None if it failed (Python divides by zero, say), and where it did.

    The last is False if it did not end: then the generated code would not either.
    """
    run = FloatRun()
    try:
        args = [v.copy() if isinstance(v, np.ndarray) else v for v in s.floats]
        results = interpret(s.program, args, run, limits.steps)
    except StepLimit:
        return None, run.current, False
    except EffectReached:
        return None, None, True
    except (ArithmeticError, ValueError) as error:
        if finite(s) and not is_outside(error, run.current):
            raise  # the function itself is called wrongly
        return None, run.current, True
    if seed is None:
        scalar_of(results, s.result, None)  # what else it is, is told before anything is derived
    return run, None, True


def same_path(a: Sequence[Decision], b: Sequence[Decision]) -> bool:
    """Did two executions decide alike?"""
    return len(a) == len(b) and not any(x.differs(y) for x, y in zip(a, b, strict=True))


def _along_floats(
    s: Subject, seed: Any, point: Point, floats: FloatRun | None, limits: Limits
) -> tuple[Scalar, ...] | None:
    """The exact derivative along the path of the float execution."""
    if floats is None or (point.hole is not None and point.hole.undefined):
        return None
    if point.hole is None and same_path(point.run.decisions, floats.decisions):
        pairs = zip(point.run.decisions, floats.decisions, strict=True)
        if all(np.array_equal(d.on_kink, _zeros(d, f)) for d, f in pairs if d.varies is not None):
            gradient: tuple[Scalar, ...] | None = point.gradient
            return gradient
    try:
        return run_at_point(s, seed, limits, floats.decisions).gradient
    except Unproved:
        return None


def _zeros(d: Decision, floats: Decision) -> Any:
    """The entries of a choice that sit on their boundary in floats, and depend on the inputs."""
    return (floats.switches == 0) & d.varies


# ---------------------------------------------------------------- the report


def _report(
    s: Subject,
    wrt: Any,
    seed: Any,
    gradient: Gradient,
    floats: FloatRun | None,
    point: Point,
    outcome: Outcome,
    exact: tuple[Scalar, ...] | None,
    limits: Limits,
) -> Report:
    g = outcome.derivative
    defined = point.hole is None
    flipped = None
    if defined and floats is not None:
        flipped = not same_path(point.run.decisions, floats.decisions)
    wrong = _differ(exact, g)
    cause = set()
    if _differ(point.gradient, g):
        cause.add("kink")
    if flipped and wrong is not None and _differ(exact, point.gradient):
        cause.add("flip")
    ok, ulps, bound = rounding(s, wrt, seed, gradient, exact, limits.steps)
    kinks, blocked = _kinks(point, floats, flipped)
    unknown = outcome.verdict is Verdict.UNKNOWN
    clarke = _clarke(outcome, exact)
    return Report(
        verdict=outcome.verdict,
        procedure=outcome.procedure,
        reason=outcome.reason,
        value=told(point.value) if defined else None,
        value_float=gradient.value,
        ad=gradient.ad,
        ad_exact=told_or_none(exact),
        derivative=told(g),
        derivative_float=None if g is None else np.array([as_float(v) for v in told(g)]),
        correct=_correct(outcome.verdict, wrong, ok),
        wrong_piece=wrong,
        wrong_piece_cause=frozenset(cause) if wrong else frozenset(),
        path_flipped=flipped,
        rounding_ok=ok,
        ulp_error=ulps,
        rounding_bound=bound,
        continuous=outcome.continuous,
        lipschitz=outcome.lipschitz,
        strictly_differentiable=outcome.strictly_differentiable,
        pieces_inner=told_or_none(outcome.pieces_inner) or frozenset(),
        pieces_outer=told_or_none(outcome.pieces_outer),
        clarke=clarke,
        slopes=told(outcome.slopes),
        kinks=kinks,
        events=(),
        record=gradient.record,
        blocked_by=blocked if unknown else (),
        certificate=_certificate(s, seed, point, outcome),
        _source=(s.function, s.original, s.named),
        _about=about(s, seed),
    )


def _correct(verdict: Verdict, wrong: bool | None, ok: bool | None) -> bool | None:
    """A derivative exists, AD is on its piece, and only rounding away from it."""
    if verdict is Verdict.UNKNOWN:
        return None
    if verdict is not Verdict.DIFFERENTIABLE or wrong or ok is False:
        return False
    return None if wrong is None or ok is None else True


def _clarke(outcome: Outcome, exact: tuple[Scalar, ...] | None) -> bool | None:
    """Is the exact AD value in the convex hull of the pieces' gradients?"""
    if exact is None or not outcome.lipschitz:
        return None
    try:
        if in_hull(exact, outcome.pieces_inner):
            return True
        outer = outcome.pieces_outer
        return None if outer is None or in_hull(exact, outer) else False
    except (HoleReached, LimitReached):
        return None


def _differ(a: Sequence[Scalar] | None, b: Sequence[Scalar] | None) -> bool | None:
    try:
        return None if a is None or b is None else differ(a, b)
    except LimitReached:
        return None


def _kinks(
    point: Point, floats: FloatRun | None, flipped: bool | None
) -> tuple[tuple[Kink, ...], tuple[Kink, ...]]:
    """(All kinks, those that keep D0 from a verdict)."""
    others = floats.decisions if floats is not None else []
    decisions = point.run.decisions
    same = 0
    while same < min(len(others), len(decisions)) and (
        others[same].statement is decisions[same].statement
    ):
        same += 1
    found: list[Kink] = []
    blocked: list[Kink] = []
    blocking = {id(t) for t in point.blocking}
    for t in point.run.touches:
        if t.at is None:
            continue  # the execution stopped here
        other = others[t.order] if t.order is not None and t.order < same else None
        kink = _kink(t.at, t.index, other, Fraction(0), told_or_none(point.adjoint(t)))
        found.append(kink)
        if id(t) in blocking:
            blocked.append(kink)
    if flipped:
        told = {(t.order, t.index) for t in point.run.touches}
        for at, (d, other) in enumerate(zip(decisions[:same], others[:same], strict=True)):
            for k in d.differing(other) if d.shape == other.shape else ():
                if (at, d.index(k)) in told or (d.op in ("if", "while") and d.switches is None):
                    continue  # told as a kink, or with the comparison that it tests
                switch = d.switch(d.index(k))
                exact = told_or_none(switch.value) if type(switch) is Exact else None
                found.append(_kink(d, d.index(k), other, exact, None))
    return tuple(found), tuple(blocked)


def _kink(
    d: Decision,
    index: tuple[int, ...],
    other: Decision | None,
    switch: Number | None,
    adjoint: Number | None,
) -> Kink:
    o = d.origin
    in_floats: Any = None if other is None else other.switch(index)
    return Kink(
        file=o.file,
        line=o.line,
        column=o.column,
        text=o.text,
        op=d.op,
        call_path=d.calls,
        iteration=d.trips,
        index=index,
        switch=switch,
        switch_float=math.nan if in_floats is None else float(in_floats),
        adjoint=adjoint,
        sign_exact=0 if switch is None else sign_of_number(switch),
        sign_float=sign_of(in_floats),
    )


def _certificate(s: Subject, seed: Any, point: Point, outcome: Outcome) -> Certificate:
    claims: dict[str, Any] = {
        **about(s, seed),
        "verdict": outcome.verdict.value,
        "point": entries(s) if finite(s) else None,
        "value": point.value if point.hole is None else None,
        "derivative": None if outcome.derivative is None else list(outcome.derivative),
        "slopes": None if outcome.slopes is None else list(outcome.slopes),
        "reason": outcome.reason,
        "witness": told_or_none(dict(outcome.witness)) or {},
    }
    return Certificate(outcome.procedure, told(claims))
