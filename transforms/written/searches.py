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


def _between(lo: Any, hi: Any, size: Any) -> Any:
    if lo < 0:
        raise ValueError("lo must be non-negative")
    return lo, (size if hi is None else hi)


def left_by_comparing(a: Any, x: Any, lo: Any = 0, hi: Any = None, *, key: Any = None) -> Any:
    """`bisect.bisect_left`, two values at a time."""
    lo, hi = _between(lo, hi, len(a))
    while lo < hi:
        middle = (lo + hi) // 2
        there = a[middle] if key is None else key(a[middle])
        before = there < x
        if before:
            lo = middle + 1
        else:
            hi = middle
    return lo


def right_by_comparing(a: Any, x: Any, lo: Any = 0, hi: Any = None, *, key: Any = None) -> Any:
    """`bisect.bisect_right`, two values at a time."""
    lo, hi = _between(lo, hi, len(a))
    while lo < hi:
        middle = (lo + hi) // 2
        there = a[middle] if key is None else key(a[middle])
        before = x < there
        if before:
            hi = middle
        else:
            lo = middle + 1
    return lo


BY_COMPARING: dict[Any, Any] = {
    bisect.bisect: right_by_comparing,
    bisect.bisect_left: left_by_comparing,
    bisect.bisect_right: right_by_comparing,
}
WRITTEN: dict[Any, Any] = {
    bisect.bisect: bisect_right,
    bisect.bisect_left: bisect_left,
    bisect.bisect_right: bisect_right,
}
