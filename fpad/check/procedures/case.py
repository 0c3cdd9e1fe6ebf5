"""What the procedures are asked about, and what they answer.

A procedure is a function Case -> Outcome; it gives None where it does not apply.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Protocol

import numpy as np

from fpad.check.exact import Hole, HoleReached, Infinite, LimitReached, Nan, lift
from fpad.check.generated import is_math
from fpad.check.inputs import entries, placed
from fpad.check.numbers import told
from fpad.check.pieces import Exploration
from fpad.check.point import PointRun, Touch
from fpad.check.reals import Effort, Scalar, same, spending
from fpad.check.runs import LocalRun
from fpad.check.subject import Subject, scalar_of
from fpad.check.tape import Var
from fpad.check.verdict import Verdict
from fpad.transforms.interpret import StepLimit, interpret
from fpad.transforms.noting import op_name

FAILURES = (TypeError, ValueError, AttributeError, LookupError, NameError, ArithmeticError)
"""What Python or NumPy raise where exact numbers do not fit, or the exact path leads nowhere."""

Slope = Scalar | float
"""A slope of one side; an infinite float where the difference quotients are."""
Gradient = tuple[Scalar, ...]
NUMBERS_IN_A_CELL = 100


@dataclass(frozen=True)
class Limits:
    """How far executions may go.

    Attributes:
        steps: statements of one execution.
        bits: of one number.
        cells: executions of different pieces.
        precision: bits of the balls that tell the signs of numbers which are not rational.
    """

    steps: int = 10**6
    bits: int = 10**5
    cells: int = 4096
    precision: int = 1 << 13

    @property
    def entries(self) -> int:
        """How many numbers all executions of pieces together may compute."""
        return NUMBERS_IN_A_CELL * self.cells

    @property
    def effort(self) -> Effort:
        """What may be spent on numbers that are not rational."""
        return Effort(self.precision, size=self.bits)


class Point(Protocol):
    """An execution at the point, in whatever numbers.

    Attributes:
        run: its decisions and kinks; as far as it came.
        hole: why there is no value; None if there is one.
        value: the value.
        gradient: the derivative along its path, with coded slopes at kinks; None where a coded
            slope is not known.
    """

    run: PointRun
    hole: Hole | None
    value: Any
    gradient: Any

    def adjoint(self, touch: Touch) -> Any:
        """The adjoint of a kink; None for a comparison."""

    @property
    def blocking(self) -> list[Touch]:
        """The kinks for which D0 does not hold."""


@dataclass
class ExactPoint:
    """The execution at the point in exact numbers; see `Point`."""

    run: PointRun
    hole: Hole | None = None
    value: Scalar = Fraction(0)
    gradient: Gradient | None = None
    adjoints: dict[int, Scalar] = field(default_factory=dict)

    def adjoint(self, touch: Touch) -> Scalar | None:
        """The adjoint of a kink; None for a comparison."""
        if touch.node is None or self.hole is not None:
            return None
        return self.adjoints.get(touch.node, Fraction(0))

    @property
    def blocking(self) -> list[Touch]:
        """The kinks for which D0 does not hold."""
        return [t for t in self.run.touches if not t.lipschitz or not self._still(t)]

    def _still(self, touch: Touch) -> bool:
        """Is the adjoint proved to be zero?"""
        adjoint = self.adjoint(touch)
        return adjoint is not None and same(adjoint, Fraction(0))


@dataclass
class Case:
    """A function at a point.

    Attributes:
        subject: the function and its arguments.
        seed: the cotangent of an output that is not a single number.
        point: the execution there.
        limits: how far further executions may go.
        exploration: its pieces, once they were asked for.
    """

    subject: Subject
    seed: Any
    point: Point
    limits: Limits
    exploration: Exploration | None = None

    @property
    def size(self) -> int:
        """How many variables there are."""
        return self.subject.size

    @property
    def lipschitz(self) -> bool:
        """Is f made of smooth functions and Lipschitz kinks alone, next to the point?

        It has a value then everywhere next to the point, and is Lipschitz there.
        """
        return all(t.lipschitz for t in self.point.run.touches)


@dataclass
class Outcome:
    """What a procedure proved; fields as in `Report`.

    Attributes:
        witness: what a proof can be re-checked with, as JSON can hold it.
    """

    verdict: Verdict
    procedure: str = "none"
    reason: str | None = None
    derivative: Gradient | None = None
    slopes: tuple[Slope, Slope] | None = None
    continuous: bool | None = None
    lipschitz: bool | None = None
    strictly_differentiable: bool | None = None
    pieces_inner: frozenset[Gradient] = frozenset()
    pieces_outer: frozenset[Gradient] | None = None
    witness: Mapping[str, Any] = field(default_factory=dict)

    @property
    def decides(self) -> bool:
        """Is it a verdict?"""
        return self.verdict is not Verdict.UNKNOWN


def unknown(reason: str) -> Outcome:
    """The outcome of a procedure that could not decide."""
    return Outcome(Verdict.UNKNOWN, reason=reason)


def run_at_point(
    s: Subject, seed: Any, limits: Limits, along: Sequence[Any] | None = None
) -> ExactPoint:
    """Execute the program exactly at its arguments."""
    with spending(limits.effort):
        return _run_at_point(s, seed, limits, along)


def _run_at_point(s: Subject, seed: Any, limits: Limits, along: Sequence[Any] | None) -> ExactPoint:
    run = PointRun(limits.bits, along)
    inputs = [run.tape.input(v) for v in entries(s)]
    y = result_of(s, seed, inputs, run, limits, "too_many_steps")
    if isinstance(y, Hole):
        return ExactPoint(run, y)
    try:
        told(y.value)
    except HoleReached as reached:
        return ExactPoint(run, reached.hole)
    adjoints = run.tape.adjoints({y.node: Fraction(1)}) if isinstance(y, Var) else {}
    unknown = any(not same(adjoints.get(node, Fraction(0)), Fraction(0)) for node in run.uncoded)
    gradient = tuple(adjoints.get(v.node, Fraction(0)) for v in inputs)
    return ExactPoint(run, None, y.value, None if unknown else gradient, adjoints)


def result_near(case: Case, inputs: Sequence[Any], run: LocalRun) -> Any:
    """The result of the program for numbers next to the point, or the hole that is in its place.

    There is a hole, too, where Python may refuse an operation whose result is not used, as that of
    an arm of np.where: at the point itself it is known whether it does.
    """
    y = result_of(case.subject, case.seed, inputs, run, case.limits, "accumulating_pieces")
    if isinstance(y, Hole):
        return y
    s, at_point = case.subject, case.point.run.holes
    own = any(not isinstance(s.floats[k], np.ndarray | np.generic) for k in s.wrt)
    for statement in run.outside:
        if id(statement) not in at_point and (own or is_math(statement)):
            return Hole(f"no_exact_rule: {op_name(statement.op)}")
    return y


def result_of(
    s: Subject, seed: Any, inputs: Sequence[Any], run: Any, limits: Limits, endless: str
) -> Any:
    """The result of the program for these numbers, or the hole that is in its place.

    Args:
        s: the program.
        seed: the cotangent of an output that is not a single number.
        inputs: the numbers that it is differentiated by.
        run: the domain.
        limits: how long it may run.
        endless: the reason if it does not end.
    """
    try:
        results = interpret(s.program, placed(s, inputs), run, limits.steps)
        y = lift(scalar_of(results, s.result, seed))
    except HoleReached as reached:
        if isinstance(reached.hole, Nan):
            return Hole(run.rule_missing())
        return Hole(reached.hole.reason)  # what would have come after it is not known
    except (StepLimit, RecursionError):
        return Hole(endless)
    except LimitReached as reached:
        return Hole(reached.reason)
    except FAILURES:
        return Hole(run.rule_missing())
    if y is None:
        return Hole("no_exact_rule")
    return Hole("domain") if isinstance(y, Infinite) else y
