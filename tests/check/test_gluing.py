"""Which user-written branches are glued: then f is Lipschitz, and its Clarke gradient is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import fpad


def parabola(v: Any) -> Any:
    return np.maximum(v[0] ** 2 - np.where(v[1] >= 0, v[1], -v[1]), 0)


def relu(z: Any) -> Any:
    return np.where(z > 0, z, 0.0)


def network(v: Any) -> Any:
    return np.sum(relu(np.array([[1.0, 1.0], [1.0, -1.0], [0.0, 1.0]]) @ v))


def signed_square(v: Any) -> Any:
    return v[0] * v[0] * v[1] if v[0] > 0 else -v[0] * v[0]


def larger_of_three(v: Any) -> Any:
    a, b, c = v[0], v[1], v[0] - v[1]
    if a >= b:
        return a if a >= c else c
    return b if b >= c else c


def beside_a_point(v: Any) -> Any:
    return v[0] if v[0] == 0 else 2 * v[0]


def chosen_by_position(v: Any) -> Any:
    return v[np.argmax(v)]


def on_a_curve(v: Any) -> Any:
    return v[0] ** 2 if v[0] ** 2 > v[1] else v[1]


def squares(v: Any) -> Any:
    return v[0] if v[0] ** 2 + v[1] ** 2 > 0 else v[1]


@pytest.mark.parametrize(
    ("f", "clarke", "strict", "verdict"),
    [
        (parabola, True, False, "DIFFERENTIABLE"),  # and AD is wrong
        (network, True, False, "NOT_DIFFERENTIABLE"),
        (signed_square, True, True, "DIFFERENTIABLE"),
        (larger_of_three, True, False, "NOT_DIFFERENTIABLE"),
        (beside_a_point, False, True, "DIFFERENTIABLE"),
        (chosen_by_position, True, False, "NOT_DIFFERENTIABLE"),
        (on_a_curve, True, False, "NOT_DIFFERENTIABLE"),
        (squares, False, True, "DIFFERENTIABLE"),
    ],
)
def test_glued(f: Any, clarke: bool, strict: bool, verdict: str) -> None:
    report = fpad.check(f, np.zeros(2))
    assert report.verdict == verdict
    assert report.lipschitz
    assert report.continuous
    assert report.clarke is clarke
    assert report.strictly_differentiable is strict


def torn_beside_the_point(v: Any) -> Any:
    """Continuous at 0, not where x is 0 and y is not."""
    return v[0] if v[0] > 0 else v[1]


def torn_on_a_curve(v: Any) -> Any:
    return v[1] if v[0] ** 2 > v[1] else 2 * v[1]


def torn_where_two_meet(v: Any) -> Any:
    if v[0] > 0:
        return v[0] * v[1] if v[1] > 0 else v[0]
    return 0.0 * v[1]


def torn_at_one_sign(v: Any) -> Any:
    return v[1] if v[0] == 0 else v[0] * v[1]


@pytest.mark.parametrize(
    "f", [torn_beside_the_point, torn_on_a_curve, torn_where_two_meet, torn_at_one_sign]
)
def test_not_glued(f: Any) -> None:
    report = fpad.check(f, np.zeros(2))
    assert report.verdict in ("DIFFERENTIABLE", "NOT_DIFFERENTIABLE")
    assert report.continuous
    assert report.lipschitz is None
    assert report.clarke is None
