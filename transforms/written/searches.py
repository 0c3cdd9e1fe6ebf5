"""The functions of bisect, which search in what is sorted."""

from __future__ import annotations

import bisect
from typing import Any

import numpy as np


def bisect_left(a: Any, x: Any) -> Any:
    """`bisect.bisect_left`, written out."""
    return int(np.searchsorted(a, x, "left"))


def bisect_right(a: Any, x: Any) -> Any:
    """`bisect.bisect_right`, written out."""
    return int(np.searchsorted(a, x, "right"))


WRITTEN: dict[Any, Any] = {
    bisect.bisect: bisect_right,
    bisect.bisect_left: bisect_left,
    bisect.bisect_right: bisect_right,
}
