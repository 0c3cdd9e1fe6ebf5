"""Calls of library functions, and counts with weights, in exact arithmetic."""

from __future__ import annotations

from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.check.evaluate import Operations, lifted
from fpad.check.special import SPECIAL

__all__ = ["SPECIAL"]


def _library(run: Operations, same: Any, *_: Any) -> Any:
    """The function as it is written out: what the library gives is rounded."""
    return same


def _bincount(run: Operations, x: Any, weights: Any = None, minlength: Any = 0) -> Any:
    where = np.asarray(x, int)
    length = max(int(minlength), int(where.max(initial=-1)) + 1)
    out = np.zeros(length, object)
    for k, weight in zip(where, np.ones_like(where) if weights is None else weights, strict=True):
        out[k] = out[k] + weight
    return lifted(out, exact_ints=True) if weights is not None else out.astype(int)


SPECIAL[fp.library] = _library
SPECIAL[np.bincount] = _bincount
