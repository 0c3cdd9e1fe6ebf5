"""Functions of the library that compute exactly and round once, beside formulas for their slopes.

y = fp.valued(sum(xs) / len(xs), fp.exact(statistics.mean, xs))
"""

from __future__ import annotations

from typing import Any

import numpy as np


def exact(function: Any, *args: Any) -> float:
    """What a function of the library gives that computes exactly and rounds once."""
    plain = (a.tolist() if isinstance(a, np.ndarray) else a for a in args)
    return function(*plain)  # type: ignore[no-any-return]


def valued(formula: Any, value: Any) -> Any:
    """The value; its derivative is that of the formula, which it is but for the last bits."""
    return value
