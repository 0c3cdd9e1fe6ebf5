"""The numbers that a function is differentiated by, in and out of its flat arguments."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from fpad.check.exact import Exact
from fpad.check.subject import Subject


def entries(s: Subject) -> list[Fraction]:
    """The numbers, in C order of the arguments in sequence; all of them are finite."""
    out: list[Fraction] = [v.value for k in s.wrt for v in _flat(s.exact[k])]
    return out


def finite(s: Subject) -> bool:
    """Are all of them finite numbers?"""
    if s.precision is None:
        return all(bool(np.all(np.isfinite(s.floats[k]))) for k in s.wrt)
    return all(type(v) is Exact for k in s.wrt for v in _flat(s.exact[k]))


def _flat(value: Any) -> list[Any]:
    return list(value.ravel()) if isinstance(value, np.ndarray) else [value]


def placed(s: Subject, numbers: Sequence[Any]) -> list[Any]:
    """Fresh flat arguments with these numbers in place of the entries."""
    out = [_fresh(v) for v in s.exact]
    rest = iter(numbers)
    for k in s.wrt:
        if isinstance(out[k], np.ndarray):
            for j in range(out[k].size):
                out[k].flat[j] = next(rest)
        else:
            out[k] = next(rest)
    return out


def _fresh(value: Any) -> Any:
    return value.copy() if isinstance(value, np.ndarray) else value
