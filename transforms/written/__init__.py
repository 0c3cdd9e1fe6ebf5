"""Operations that are written out in others: plain functions that stand for library calls.

    spread = np.ptp(x)            spread = ptp(x)        # def ptp(a, axis=None, keepdims=False): ..
    y = scipy.optimize.rosen(x)   y = rosen(x)

They are differentiated like functions of the user's, so they need no rule.  What is not imported
here, as SciPy, is known by module and name.
"""

from __future__ import annotations

import os
import sys
import types
from collections.abc import Callable
from typing import Any, cast

from fpad.transforms.written import (
    array_iterators,
    arrays,
    classes,
    grids,
    mappings,
    matrices,
    missing,
    numbers,
    options,
    orthogonal,
    placing,
    polynomials,
    quantiles,
    reductions,
    samples,
    scipy_,
    scipy_linalg,
    scipy_signal,
    searches,
    selecting,
    statistics,
)

_MODULES = (
    arrays,
    grids,
    matrices,
    missing,
    numbers,
    orthogonal,
    placing,
    polynomials,
    quantiles,
    reductions,
    samples,
    searches,
    selecting,
    statistics,
)
WRITTEN: dict[Any, Any] = {k: v for module in _MODULES for k, v in module.WRITTEN.items()}
WRITTEN.update(classes.FUNCTIONS)
SCIPY = (scipy_, scipy_linalg, scipy_signal)
"""Modules of functions of SciPy, which are known by package and name."""


def _scipy_name(f: Any) -> tuple[str, str] | None:
    """Package and name of a function of SciPy's."""
    module = str(getattr(f, "__module__", "") or "")
    if not module.startswith("scipy."):
        return None
    return ".".join(module.split(".")[:2]), str(getattr(f, "__name__", ""))


def written_out(f: Any) -> types.FunctionType | None:
    """The function that stands for a library function; None if none does."""
    try:
        found = WRITTEN.get(f)
    except TypeError:  # not hashable
        return None
    if found is not None:
        return cast("types.FunctionType", found)
    name = _scipy_name(f)
    if name is None:
        return None
    found = next((part.WRITTEN[name] for part in SCIPY if name in part.WRITTEN), None)
    return cast("types.FunctionType | None", found)


ROUNDED_OTHERWISE: frozenset[Any] = frozenset().union(
    *(getattr(module, "ROUNDED_OTHERWISE", ()) for module in (*_MODULES, options))
)


def stands_for(cls: Any) -> type | None:
    """The class that stands for a class of the library; None if none does."""
    if not isinstance(cls, type):
        return None
    parts = (classes, mappings, array_iterators)
    return next((part.WRITTEN[cls] for part in parts if cls in part.WRITTEN), None)


def is_rounded_otherwise(f: Any) -> bool:
    """Does the library round it otherwise than the function does that stands for it?"""
    name = _scipy_name(f)
    if name is None:
        return f in ROUNDED_OTHERWISE
    return any(name in part.ROUNDED_OTHERWISE for part in SCIPY)


def distribution_method(cls: Any, f: Any) -> tuple[Any, types.FunctionType] | None:
    """The method f of a distribution of scipy.stats, and the function that stands for it."""
    stats = sys.modules.get("scipy.stats")
    if stats is None or not str(getattr(cls, "__module__", "")).startswith("scipy.stats."):
        return None
    from fpad.transforms.written import scipy_stats

    method = str(getattr(f, "__name__", ""))
    found = scipy_stats.WRITTEN.get((cls.__name__, method))
    own = getattr(stats, cls.__name__.removesuffix("_gen"), None)
    return None if found is None or type(own) is not cls else (getattr(own, method), found)


def frozen_distribution(distribution: Any) -> types.FunctionType | None:
    """What stands for a call of a distribution of scipy.stats, which fixes its parameters."""
    module = str(getattr(type(distribution), "__module__", ""))
    if not module.startswith("scipy.stats.") or not type(distribution).__name__.endswith("_gen"):
        return None
    from fpad.transforms.written import scipy_stats

    return cast("types.FunctionType", scipy_stats.frozen)


def is_written(f: Callable[..., Any]) -> bool:
    """Is it one of these functions?"""
    return str(getattr(f, "__module__", "")).startswith(__name__ + ".")


def is_written_in(file: str) -> bool:
    """Is it a file of these functions?"""
    return os.path.dirname(file) == _FOLDER


_FOLDER = os.path.dirname(__file__)

__all__ = [
    "SCIPY",
    "WRITTEN",
    "distribution_method",
    "frozen_distribution",
    "is_written",
    "is_written_in",
    "stands_for",
    "written_out",
]
