"""Operations that Python refuses next to the point, though their result is not used there.

Found by a random program: `1 / (6 - 3 * x)` in an arm that np.where does not take raises on the
line x == 2 for Python's floats, so that the function has no value there.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import fpad


def found(x: Any, y: Any) -> Any:
    if y == 0:
        return x
    return np.where(False, 1 / (6 - 3 * x), 3)


def looks_smooth(x: Any, y: Any) -> Any:
    if y == 0:
        return 3.0
    return np.where(False, 1 / (6 - 3 * x), 3)


def on_a_plane_across(x: Any, y: Any) -> Any:
    if y == x - 2:
        return 3.0
    return np.where(False, 1 / (6 - 3 * x), 3)


def function_of_math(x: Any, y: Any) -> Any:
    if y == 0:
        return 3.0
    return np.where(x > 5, math.log(x - 2), 3)


def whole_part(x: Any, y: Any) -> Any:
    return np.where(x >= 2, 1 / (x // 2), 3) + 0 * y


@pytest.mark.parametrize(
    "f",
    [found, looks_smooth, on_a_plane_across, function_of_math, whole_part],
    ids=lambda f: f.__name__,
)
def test_nothing_is_claimed(f: Callable[..., Any]) -> None:
    report = fpad.check(f, 2, 0, wrt=(0, 1))
    assert report.verdict in ("UNKNOWN", "UNDEFINED")
    assert report.correct is not True
    with pytest.raises((ZeroDivisionError, ValueError)):
        f(2.0 if f is not whole_part else 1.0, 0.5)


def used(x: Any, y: Any) -> Any:
    if y == 0:
        return 3.0
    return 0 * (1 / (6 - 3 * x)) + 3


def test_what_is_used_has_no_value() -> None:
    report = fpad.check(used, 2, 0, wrt=(0, 1))
    assert (report.verdict, report.reason) == ("UNDEFINED", "domain_boundary")


def of_an_array(a: Any) -> Any:
    if a[1] == 0:
        return 3.0
    return np.where(a[0] > 5, 1 / (a[0] - 2), 3)


def not_refused_at_the_point(x: Any, y: Any) -> Any:
    return np.where(np.abs(x) > 0, x / np.abs(x) * x, 0) + y


def test_numpy_goes_on() -> None:
    assert fpad.check(of_an_array, np.array([2.0, 0.0])).verdict == "DIFFERENTIABLE"
    assert fpad.check(not_refused_at_the_point, 0, 0, wrt=(0, 1)).verdict == "NOT_DIFFERENTIABLE"
