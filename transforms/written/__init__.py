"""Operations that are written out in others: plain functions that stand for library calls.

    spread = np.ptp(x)            spread = ptp(x)        # def ptp(a, axis=None, keepdims=False): ..
    y = scipy.optimize.rosen(x)   y = rosen(x)

They are differentiated like functions of the user's, so they need no rule.  What is not imported
here, as SciPy, is known by module and name.
"""

from __future__ import annotations

import os
import types
from collections.abc import Callable
from typing import Any, cast

from fpad.transforms.written import (
    arrays,
    grids,
    matrices,
    missing,
    numbers,
    reductions,
    scipy_,
    statistics,
)

_TABLES: tuple[dict[Any, Any], ...] = (
    arrays.WRITTEN,
    grids.WRITTEN,
    matrices.WRITTEN,
    missing.WRITTEN,
    numbers.WRITTEN,
    reductions.WRITTEN,
    statistics.WRITTEN,
)
WRITTEN: dict[Any, Any] = {k: v for table in _TABLES for k, v in table.items()}


def written_out(f: Any) -> types.FunctionType | None:
    """The function that stands for a library function; None if none does."""
    try:
        found = WRITTEN.get(f)
    except TypeError:  # not hashable
        return None
    if found is not None:
        return cast("types.FunctionType", found)
    module = str(getattr(f, "__module__", "") or "")
    if module.startswith("scipy."):
        package = ".".join(module.split(".")[:2])
        return cast(
            "types.FunctionType | None",
            scipy_.WRITTEN.get((package, str(getattr(f, "__name__", "")))),
        )
    return None


def is_written(f: Callable[..., Any]) -> bool:
    """Is it one of these functions?"""
    return str(getattr(f, "__module__", "")).startswith(__name__ + ".")


def is_written_in(file: str) -> bool:
    """Is it a file of these functions?"""
    return os.path.dirname(file) == _FOLDER


_FOLDER = os.path.dirname(__file__)

__all__ = ["WRITTEN", "is_written", "is_written_in", "written_out"]
