"""What definitions share: numbers that they need, and numbers that only steer them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

HALF = Fraction(1, 2)


def near(x: Any) -> float:
    """About the size of a number of any kind, with its sign."""
    of = getattr(x, "near", None)
    return float(x if of is None else of())


def whole(n: Any) -> int:
    """The integer that an order or degree is.

    Raises:
        ValueError: it is none.
    """
    out = round(near(n))
    if out != near(n) or getattr(n, "varies", bool)():
        raise ValueError("a degree that is no integer, or not known to be one")
    return out


def pi(c: Any) -> Any:
    """The ratio of a circle's circumference to its diameter."""
    return 4 * c.arctan(1)


def root_pi(c: Any) -> Any:
    """The square root of pi."""
    return c.sqrt(pi(c))
