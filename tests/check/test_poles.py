"""Functions of what tends to infinity at the point: limits, slopes, and what oscillates."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import fpad

pytest.importorskip("flint")
HALF = math.pi / 2
SMOOTH: list[tuple[Callable[[Any], Any], float]] = []
KINKED: list[tuple[Callable[[Any], Any], float, float]] = []
OPEN: list[Callable[[Any], Any]] = []


def smooth(slope: float) -> Callable[..., Any]:
    return lambda f: SMOOTH.append((f, slope)) or f


def kinked(left: float, right: float) -> Callable[..., Any]:
    return lambda f: KINKED.append((f, left, right)) or f


def unknown(f: Callable[[Any], Any]) -> Callable[[Any], Any]:
    OPEN.append(f)
    return f


@smooth(0.0)
def flat(x: Any) -> Any:
    return np.exp(-1 / x**2) if x != 0 else 0.0


@smooth(0.0)
def bump(x: Any) -> Any:
    return np.where(x > 0, np.exp(-1 / np.where(x > 0, x, 1.0)), 0.0)


@smooth(0.0)
def flat_quotient(x: Any) -> Any:
    return np.sin(np.exp(-1 / x**2)) / x**3 if x != 0 else 0.0


@smooth(1.0)
def flat_and_more(x: Any) -> Any:
    return x + math.expm1(-1 / abs(x)) + 1 if x != 0 else 0.0


@smooth(0.0)
def squared_logarithm(x: Any) -> Any:
    return 0.0 if x == 0 else x * x * np.log(abs(x))


@smooth(0.0)
def logarithm_at_infinity(x: Any) -> Any:
    return x**3 * np.log1p(1 / x**2) if x else 0.0


@smooth(0.0)
def squared_angle(x: Any) -> Any:
    return x * x * np.arctan(1 / x) if x != 0 else 0.0


@smooth(0.0)
def squared_wave(x: Any) -> Any:
    return x**2 * np.sin(1 / x) if x != 0 else 0.0


@smooth(2.0)
def cubed_wave(x: Any) -> Any:
    return x**3 * math.cos(1 / x) + 2 * x if x != 0 else 0.0


@kinked(-HALF, HALF)
def angle(x: Any) -> Any:
    return x * np.arctan(1 / x) if x != 0 else 0.0


@kinked(-1.0, 1.0)
def kink_under_tanh(x: Any) -> Any:
    return x * np.tanh(1 / x) if x != 0 else 0.0


@kinked(-1.0, 1.0)
def kink_and_flat(x: Any) -> Any:
    return abs(x) + (np.exp(-1 / x**2) if x != 0 else 0.0)


@kinked(-1.0, 1.0)
def kink_and_wave(x: Any) -> Any:
    return abs(x) + x**2 * np.sin(1 / x) if x != 0 else 0.0


@kinked(math.inf, math.inf)  # it jumps too
def jump_under_arctan(x: Any) -> Any:
    return np.arctan(1 / x) if x != 0 else 0.0


@unknown
def wave(x: Any) -> Any:
    return np.sin(1 / x) if x != 0 else 0.0


@unknown
def damped_wave(x: Any) -> Any:
    return x * np.sin(1 / x) if x != 0 else 0.0


@unknown
def decided_by_a_wave(x: Any) -> Any:
    return x**2 * max(np.sin(1 / x), 0.0) if x != 0 else 0.0


@unknown
def quotient_of_waves(x: Any) -> Any:
    return x**2 / np.cos(1 / x) if x != 0 else 0.0


@unknown
def decided_by_what_is_flat(x: Any) -> Any:
    return (1.0 if np.exp(-1 / x**2) > 0 else 2.0) if x != 0 else 1.0


@unknown
def quotient_of_flat_ones(x: Any) -> Any:
    return np.exp(-2 / x**2) / np.exp(-1 / x**2) if x != 0 else 0.0


@unknown
def growing(x: Any) -> Any:
    return np.exp(1 / x**2) if x != 0 else 0.0


@pytest.mark.parametrize(("f", "slope"), SMOOTH, ids=lambda v: getattr(v, "__name__", ""))
def test_smooth(f: Any, slope: float) -> None:
    report = fpad.check(f, 0.0)
    assert report.verdict == "DIFFERENTIABLE", report.reason
    assert report.derivative == (slope,)
    assert report.correct == (slope == 0.0)  # the piece at the point is a constant
    strictly = None if "wave" in f.__name__ else True
    assert report.strictly_differentiable is report.lipschitz is strictly
    assert report.pieces_inner == (frozenset(((slope,),)) if strictly else frozenset())
    assert report.verify()


@pytest.mark.parametrize(("f", "left", "right"), KINKED, ids=lambda v: getattr(v, "__name__", ""))
def test_kinked(f: Any, left: float, right: float) -> None:
    report = fpad.check(f, 0.0)
    wanted = "DISCONTINUOUS" if math.isinf(left) else "NOT_DIFFERENTIABLE"
    assert report.verdict == wanted, report.reason
    assert tuple(map(float, report.slopes)) == pytest.approx((left, right))
    if "wave" in f.__name__:
        assert report.lipschitz is report.clarke is None
        assert not report.pieces_inner
    assert report.verify()


@pytest.mark.parametrize("f", OPEN, ids=lambda f: f.__name__)
def test_unknown(f: Any) -> None:
    report = fpad.check(f, 0.0)
    assert report.verdict == "UNKNOWN"
    assert report.correct is None
    assert report.reason == "transcendental_zero" or report.reason.startswith("no_exact_rule: ")
