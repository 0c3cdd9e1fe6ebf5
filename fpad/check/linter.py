"""Is every coded derivative an intensional one?  Rules, one by one, at ties, zeros and kinks.

    np.maximum with slopes (1, 1) at a tie      at (0.0, 0.0) along (1, 1): slope 2.0, derivative 1
    np.sqrt with the slope inf at 0             at (0.0): the slope inf is not finite

A derivative D p is intensional (Lee, Yu, Rival, Yang 2020) if it is that of the pieces of some
representation of p by analytic pieces.  Then along every analytic curve c, D p(c(s)) c'(s) is the
derivative of p(c(s)) for almost all s: the chain rule holds for intensional derivatives, and those
of a function of one variable are almost everywhere its derivative.  So a rule is tried on lines
through its special points that stay where operands are tied: at generic s its slope along the line
must be the derivative of p along it, and wherever p has a value the slope must be finite.  On an
isolated point every finite slope is intensional, and none is found wrong.

Values along lines are computed with exact germs (`fpad.check.germ`) and compared to 1e-12; where a
function has no exact values, with extrapolated differences.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from fpad.check.lint_points import EXACT, Point, chooses, close, points
from fpad.runtime.errors import RuleError
from fpad.transforms.errors import TransformError
from fpad.transforms.noting import op_name
from fpad.transforms.rules import RULES, rule_of
from fpad.transforms.rules.core import Rule

GENERIC = (37 / 512, -29 / 512, 83 / 256)
"""Steps along a line: dyadic, so that ties stay ties, and next to no boundary that has a name."""


@dataclass(frozen=True)
class Finding:
    """A slope that no representation by analytic pieces has.

    Attributes:
        op: public name of the operation.
        operands: where.
        along: the direction, the entries of all operands in order; () if it does not matter.
        problem: what is wrong.
    """

    op: str
    operands: tuple[Any, ...]
    along: tuple[float, ...]
    problem: str

    def __str__(self) -> str:
        at = ", ".join(repr(a.tolist() if isinstance(a, np.ndarray) else a) for a in self.operands)
        along = f" along ({', '.join(f'{d:g}' for d in self.along)})" if self.along else ""
        return f"{self.op} at ({at}){along}: {self.problem}"


def lint_rules(ops: Iterable[Any] | None = None) -> tuple[Finding, ...]:
    """What is wrong with the rules of these operations, or of all in the table.

    Rules that users declared are in the table; those for modules that nobody has imported are not.

    Raises:
        RuleError: an operation has no rule.
    """
    if ops is None:
        rules = list(RULES.values())
    else:
        found = [(op, rule_of(op)) for op in ops]
        for op, rule in found:
            if rule is None:
                raise RuleError(f"{op_name(op)} has no rule: declare it with fpad.rule")
        rules = [rule for _, rule in found if rule is not None]
    return tuple(finding for rule in rules for finding in lint(rule))


def lint(rule: Rule) -> list[Finding]:
    """What is wrong with one rule, at most one finding for each point."""
    return list(findings(rule))


def findings(rule: Rule) -> Iterator[Finding]:
    """What is wrong with one rule, as it is found."""
    if rule.facts.get("straight_through") or rule.facts.get("computed"):
        return  # a rounding is read as the identity; what was computed does not vary alone
    if rule.form == "constant" and rule.piece is None:
        return  # what only counts has no slopes
    tried = False
    for args, kwargs in points(rule):
        point = Point(rule, args, dict(kwargs))
        if point.finite(point.value):
            tried = True
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found = next(_problems(point), None)
            if found is not None:
                yield found
    if not tried and "user" in rule.facts:
        reason = "it has no finite value where it was tried: give its rule `strata` or `examples`"
        yield Finding(op_name(rule.op), (), (), reason)


def _problems(point: Point) -> Iterator[Finding]:
    def finding(problem: str, along: Any = (), there: Point = point) -> Finding:
        return Finding(
            op_name(point.rule.op), there.args, tuple(float(v) + 0.0 for v in along), problem
        )

    rule = point.rule
    y = point.value
    try:
        gradients = [point.cotangents(k) for k in range(y.size)]
    except RuleError as error:
        yield finding(str(error))
        return
    except (TransformError, TypeError, ValueError, ArithmeticError) as error:
        if "user" in rule.facts:
            yield finding(f"the rule fails: {error}")
        return  # equal eigenvalues are refused where they are met
    for g in gradients:
        if not np.all(np.isfinite(g)):
            yield finding(f"the slope {g[~np.isfinite(g)][0]:g} is not finite")
            return
    for d in point.directions():
        slope = point.slope(d)
        by_rows = np.array([g @ d for g in gradients]).reshape(y.shape)
        if not np.all(np.isfinite(slope)):
            yield finding("the slope is not finite", d)
        elif not close(slope, by_rows, EXACT):
            yield finding(f"the tangent is {_shown(slope)}, by cotangents {_shown(by_rows)}", d)
        there = [point.moved(d, s) for s in GENERIC]
        wrong = [(w, p) for p in there[: 1 + chooses(rule)] if (w := _wrong(p, d)) is not None]
        if wrong and any(_wrong(p, d) for p in there if p is not wrong[0][1]):
            yield finding(wrong[0][0], d, wrong[0][1])
        stratum = point.touched()
        if stratum is not None and all(p.touched() == stratum for p in there):
            here = _wrong(point, d)
            if here is not None:
                yield finding(here, d)


def _wrong(point: Point, d: Any) -> str | None:
    """How the slope along a line is not the derivative along it."""
    if not point.finite(point.value):
        return None
    known = point.derivative(d)
    if known is None:
        return None
    want, tolerance = known
    got = point.slope(d)
    if close(got, want, tolerance):
        return None
    return f"slope {_shown(got)}, derivative {_shown(want)}"


def _shown(y: Any) -> str:
    flat = np.ravel(y)
    return f"{flat[0]:g}" if flat.size == 1 else "[" + ", ".join(f"{v:g}" for v in flat[:4]) + "]"
