"""Functions of `math` that run through something."""

from __future__ import annotations

import math
from typing import Any


def dist(p: Any, q: Any) -> Any:
    """`math.dist`, written out."""
    squares = 0.0
    for a, b in zip(p, q, strict=True):
        squares = squares + (a - b) * (a - b)
    return math.sqrt(squares)


def prod(iterable: Any, *, start: Any = 1) -> Any:
    """`math.prod`, written out."""
    out = start
    for x in iterable:
        out = out * x
    return out


def sumprod(p: Any, q: Any, /) -> Any:
    """`math.sumprod`, written out."""
    total = 0.0
    for a, b in zip(p, q, strict=True):
        total = total + a * b
    return total


WRITTEN: dict[Any, Any] = {math.dist: dist, math.prod: prod}
if hasattr(math, "sumprod"):  # Python 3.12
    WRITTEN[math.sumprod] = sumprod
