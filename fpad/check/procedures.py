"""The decision procedures: what the exact executions of a program prove about it at a point.

    domain   f(x) has no value, or has none on one side of x                    UNDEFINED
    D0       x sits on no kink; or on Lipschitz kinks with zero adjoint only    DIFFERENTIABLE
    D2       one variable: the germs of f on both sides of x                    all verdicts

Whatever they do not prove is UNKNOWN.  D0 rests on this: every decision that x does not sit on is
constant near x, so f is there a composition of smooth functions and of the kinks that x sits on.  A
kink whose pieces are glued with bounded slopes moves by O(|h|) under a step h; with a zero adjoint
it moves the result by o(|h|).  (Continuity would not be enough: sqrt(|x|) * sqrt(|x|) at 0.)  D2
rests on the sign of a germ being the sign on a whole interval.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from fpad.check.exact import Exact, Hole, HoleReached, Infinite, LimitReached, lift
from fpad.check.germ import Germ, RootNeeded, Scale, Undecided
from fpad.check.inputs import entries, placed
from fpad.check.point import PointRun, Touch
from fpad.check.runs import GermRun
from fpad.check.subject import Subject, scalar_of
from fpad.check.tape import Var
from fpad.check.verdict import Verdict
from fpad.transforms.interpret import StepLimit, interpret

PROCEDURES = ("D0", "D2")
MOST_TERMS = 512
MOST_UNPROVED_TERMS = 64
MOST_TRIPS = 2048
MOST_ROOTS = 64

FAILURES = (TypeError, ValueError, AttributeError, LookupError, NameError, ArithmeticError)
"""What Python or NumPy raise where exact numbers do not fit, or the exact path leads nowhere."""

Slope = Fraction | float
"""A slope of one side; infinite where the difference quotients are."""


@dataclass(frozen=True)
class Limits:
    """How far an execution may go."""

    steps: int = 10**6
    bits: int = 10**5


@dataclass
class Point:
    """The exact execution at the point.

    Attributes:
        run: its decisions and kinks; as far as it came.
        hole: why there is no value; None if there is one.
        value: the value.
        gradient: the exact derivative along its path, with coded slopes at kinks; an entry is None
            where a coded slope is not known exactly.
        adjoints: by node.
    """

    run: PointRun
    hole: Hole | None = None
    value: Fraction = Fraction(0)
    gradient: tuple[Fraction, ...] | None = None
    adjoints: dict[int, Fraction] = field(default_factory=dict)

    def adjoint(self, touch: Touch) -> Fraction | None:
        """The adjoint of a kink; None for a comparison."""
        if touch.node is None or self.hole is not None:
            return None
        return self.adjoints.get(touch.node, Fraction(0))

    @property
    def blocking(self) -> list[Touch]:
        """The kinks for which D0 does not hold."""
        return [t for t in self.run.touches if not t.lipschitz or self.adjoint(t) != 0]


@dataclass
class Outcome:
    """What a procedure proved; fields as in `Report`."""

    verdict: Verdict
    procedure: str = "none"
    reason: str | None = None
    derivative: tuple[Fraction, ...] | None = None
    slopes: tuple[Slope, Slope] | None = None
    continuous: bool | None = None
    lipschitz: bool | None = None
    strictly_differentiable: bool | None = None
    pieces: tuple[tuple[Fraction, ...], ...] | None = None


def run_at_point(s: Subject, seed: Any, limits: Limits, along: Any = None) -> Point:
    """Execute the program exactly at its arguments."""
    run = PointRun(limits.bits, along)
    inputs = [run.tape.input(v) for v in entries(s)]
    try:
        results = interpret(s.program, placed(s, inputs), run, limits.steps)
        y = scalar_of(results, s.result, seed)
    except HoleReached as reached:
        return Point(run, reached.hole)
    except (StepLimit, RecursionError):
        return Point(run, Hole("too_many_steps"))
    except LimitReached as reached:
        return Point(run, Hole(reached.reason))
    except FAILURES:
        return Point(run, Hole(run.rule_missing()))
    if isinstance(y, Infinite):
        return Point(run, Hole("domain"))
    if isinstance(y, Hole):
        return Point(run, y)
    y = lift(y)
    if y is None:
        return Point(run, Hole("no_exact_rule"))
    adjoints = run.tape.adjoints({y.node: Fraction(1)}) if isinstance(y, Var) else {}
    unknown = any(adjoints.get(node) for node in run.uncoded)
    gradient = tuple(adjoints.get(v.node, Fraction(0)) for v in inputs)
    return Point(run, None, y.value, None if unknown else gradient, adjoints)


def decide(
    s: Subject, seed: Any, point: Point, limits: Limits, procedures: Collection[str]
) -> Outcome:
    """The verdict at a point, given the exact execution there."""
    if point.hole is not None:
        if point.hole.undefined:
            return Outcome(Verdict.UNDEFINED, "domain", point.hole.reason)
        return Outcome(Verdict.UNKNOWN, reason=point.hole.reason)
    if "D0" in procedures and not point.blocking and point.gradient is not None:
        g = point.gradient
        return Outcome(Verdict.DIFFERENTIABLE, "D0", None, g, None, True, True, True, (g,))
    if "D2" in procedures and s.size == 1:
        return _one_variable(s, seed, point, limits)
    lengths = any(t.at is not None and t.at.op.endswith(".hypot") for t in point.blocking)
    return Outcome(Verdict.UNKNOWN, reason="norm_at_zero" if lengths else None)


# ---------------------------------------------------------------- one variable


@dataclass
class Side:
    """What f does on one side: `hole` if it has no value there or it is not known."""

    hole: Hole | None = None
    slope: Slope = Fraction(0)
    continuous: bool = True


def _one_variable(s: Subject, seed: Any, point: Point, limits: Limits) -> Outcome:
    left, right = (_side(s, seed, point, side, limits) for side in (-1, 1))
    for side in (left, right):
        if side.hole is not None and side.hole.undefined:
            return Outcome(Verdict.UNDEFINED, "domain", "domain_boundary")
    for side in (left, right):
        if side.hole is not None:
            return Outcome(Verdict.UNKNOWN, reason=side.hole.reason)
    slopes = (left.slope, right.slope)
    if not (left.continuous and right.continuous):
        return Outcome(Verdict.DISCONTINUOUS, "D2", None, None, slopes, False, False, False, None)
    finite = [v for v in slopes if isinstance(v, Fraction)]
    bounded = len(finite) == 2
    pieces = tuple({(v,) for v in finite}) if bounded else None
    if bounded and slopes[0] == slopes[1]:
        g = (finite[0],)
        return Outcome(Verdict.DIFFERENTIABLE, "D2", None, g, slopes, True, True, True, pieces)
    return Outcome(
        Verdict.NOT_DIFFERENTIABLE, "D2", None, None, slopes, True, bounded, False, pieces
    )


def _side(s: Subject, seed: Any, point: Point, side: int, limits: Limits) -> Side:
    """The limit and the slope of f on one side, from its germ there."""
    scale = Scale()
    while True:
        try:
            return _germ(s, seed, point, side, scale, limits)
        except RootNeeded as needed:
            scale = Scale(scale.terms, scale.root * needed.n)
            if scale.root > MOST_ROOTS:
                return Side(Hole("too_many_bits"))
        except Undecided as undecided:
            degree = undecided.degree
            most, reason = MOST_TERMS, "too_many_bits"
            if degree is None:
                most, reason = MOST_UNPROVED_TERMS, "transcendental_zero"
            if scale.terms >= most or (degree or 0) >= most:
                return Side(Hole(reason))
            scale = Scale(max(2 * scale.terms, (degree or 0) + 2), scale.root)


def _germ(s: Subject, seed: Any, point: Point, side: int, scale: Scale, limits: Limits) -> Side:
    (x,) = entries(s)
    run = GermRun(limits.bits, point.run.longest + MOST_TRIPS)
    try:
        results = interpret(s.program, placed(s, [scale.input(x, side)]), run, limits.steps)
        y = scalar_of(results, s.result, seed)
        change = y - point.value
    except HoleReached as reached:
        return Side(reached.hole)
    except (StepLimit, RecursionError):
        return Side(Hole("accumulating_pieces"))
    except LimitReached as reached:
        return Side(Hole(reached.reason))
    except FAILURES:
        return Side(Hole(run.rule_missing()))
    if isinstance(change, Hole | Infinite):
        return Side(change if isinstance(change, Hole) else Hole("domain"))
    if not isinstance(change, Germ):
        jump = change.value if isinstance(change, Exact) else Fraction(change)
        if jump:
            return Side(None, side * _infinity(jump), False)
        return Side()
    for order in range(min(change.low, 0), scale.root + 1):
        c = change.coefficient(order)
        if order == scale.root:
            return Side(None, side * c)
        if c:
            return Side(None, side * _infinity(c), order > 0)
    raise AssertionError


def _infinity(sign: Fraction) -> float:
    return math.inf if sign > 0 else -math.inf
