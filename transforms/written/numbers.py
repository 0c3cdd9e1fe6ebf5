"""Products of what a loop runs through."""

from __future__ import annotations

import math
from typing import Any


def prod(iterable: Any, *, start: Any = 1) -> Any:
    """`math.prod`, written out."""
    out = start
    for x in iterable:
        out = out * x
    return out


WRITTEN: dict[Any, Any] = {math.prod: prod}
