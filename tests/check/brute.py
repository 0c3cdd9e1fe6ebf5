"""What is true of a function of one number: it is run on rationals very close to a point.

The plain Python function is run on exact numbers at x and at x +- t for two tiny t.  What differs
by more than such steps can explain is a jump; difference quotients are rounded to the fraction with
a small denominator next to them.  Nothing of the checker but its rational numbers is used.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import inf
from typing import Any

import numpy as np

from fpad.check.plain import Plain, run
from fpad.check.rational import Q, Undefined
from fpad.transforms.errors import CertificateError

STEPS = (Fraction(1, 2**600), Fraction(1, 2**1200))
DENOMINATOR = 10**9


class Unclear(Exception):
    """Running the function does not tell."""


def truth(f: Callable[..., Any], x: Any) -> tuple[Any, ...]:
    """The verdict and its numbers: (verdict, derivative) or (verdict, left, right).

    Raises:
        Unclear: the function has no rational values here, or asks for undefined ones.
    """
    try:
        with np.errstate(all="ignore"):
            f(float(x))
    except ArithmeticError:
        return ("UNDEFINED",)
    g = Plain(None).function(f)

    def value(at: Fraction) -> Fraction | None:
        try:
            y = np.asarray(run(g, (Q(at),), {}), dtype=object).item()
        except (Undefined, ZeroDivisionError, CertificateError) as error:
            raise Unclear from error
        return y.value if isinstance(y, Q) else Fraction(y)

    at = Fraction(x)
    base = value(at)
    if base is None:
        return ("UNDEFINED",)
    slopes: list[Any] = []
    for side in (-1, 1):
        values = [value(at + side * t) for t in STEPS]
        if None in values:
            return ("UNDEFINED",)
        first, second = (v - base for v in values if v is not None)
        if 2 * abs(second) > abs(first):
            return ("DISCONTINUOUS",)
        quotient = side * second / STEPS[1]
        steep = abs(quotient) > 2**100
        slopes.append(inf if steep and quotient > 0 else -inf if steep else near(quotient))
    if slopes[0] == slopes[1] and isinstance(slopes[0], Fraction):
        return ("DIFFERENTIABLE", slopes[0])
    return ("NOT_DIFFERENTIABLE", *slopes)


def near(x: Any) -> Any:
    """The fraction with a small denominator next to x."""
    return x.limit_denominator(DENOMINATOR) if isinstance(x, Fraction) else x


def told(report: Any) -> tuple[Any, ...]:
    """What a report says, in the same form."""
    match str(report.verdict):
        case "DIFFERENTIABLE":
            return ("DIFFERENTIABLE", near(report.derivative[0]))
        case "NOT_DIFFERENTIABLE":
            return ("NOT_DIFFERENTIABLE", *map(near, report.slopes))
        case verdict:
            return (verdict,)
