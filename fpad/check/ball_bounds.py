"""Bounds of the error of any operation, from its definition in ball arithmetic.

The operands are balls around the floats; the definition gives a ball that holds the exact result,
whatever the library that computed the float is worth.  One entry takes some microseconds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from fpad.check.arb import arb, available
from fpad.check.balls import Ball, Balls
from fpad.check.bounds import error_of, value_of
from fpad.check.exact import Exact, Hole, HoleReached, LimitReached
from fpad.check.readings import Reading
from fpad.transforms.rules import rule_of

BITS = 96
MOST_ENTRIES = 1 << 15
MOST_ENTRIES_TOGETHER = 1 << 10
"""Of an operation on whole arrays, whose definition may take many steps for each of them."""


def ball_bound(
    op: Callable[..., Any], y: Any, args: Sequence[Any], kwargs: Mapping[str, Any]
) -> Any:
    """The distance of each float of a result from the exact one; infinite where it is not known."""
    rule = rule_of(op)
    if rule is None or rule.effect or not available() or isinstance(y, tuple | list):
        return math.inf
    sizes = [np.size(value_of(a)) for a in args if not isinstance(a, tuple | list)]
    if max([np.size(y), *sizes]) > (MOST_ENTRIES if rule.pointwise else MOST_ENTRIES_TOGETHER):
        return math.inf
    run = Reading(Balls(BITS))
    with run.system.precision():  # type: ignore[attr-defined]
        try:
            named = {k: _balls(v) for k, v in kwargs.items()}
            exact = run.compute(op, [_balls(a) for a in args], named)
        except (HoleReached, LimitReached, TypeError, ValueError, AttributeError, LookupError):
            return math.inf
        except ArithmeticError:
            return math.inf
        if not isinstance(y, np.ndarray):
            return _distance(exact, y)
        if not isinstance(exact, np.ndarray) or exact.shape != y.shape:
            return math.inf
        pairs = zip(exact.ravel(), y.ravel(), strict=True)
        return np.array([_distance(b, v) for b, v in pairs]).reshape(y.shape)


def _balls(a: Any) -> Any:
    """An operand with a ball around each float."""
    if isinstance(a, tuple | list):
        return type(a)(map(_balls, a))
    value, error = value_of(a), error_of(a)
    if isinstance(value, np.ndarray):
        if value.dtype.kind != "f":
            return value
        out = np.empty(value.shape, object)
        for k, (v, e) in enumerate(zip(value.ravel(), error.ravel(), strict=True)):
            out.flat[k] = _ball(float(v), float(e))
        return out
    return _ball(float(value), float(error)) if isinstance(value, float | np.floating) else value


def _ball(value: float, error: float) -> Any:
    if not (math.isfinite(value) and math.isfinite(error)):
        return Hole("undecided")
    return Ball(arb().arb(value, error))


def _distance(exact: Any, y: Any) -> float:
    """How far a float is from any number of a ball, at most."""
    if isinstance(exact, Hole) or not math.isfinite(y):
        return math.inf
    ball = exact.value if isinstance(exact, Ball) else None
    if ball is None:
        if not isinstance(exact, Exact):
            return math.inf
        ball = Balls(BITS).number(exact).value
    far = (ball - arb().arb(float(y))).abs_upper()
    return math.nextafter(float(far), math.inf) if far.is_finite() else math.inf
