"""Checks of rounded programs and of narrow types."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import fpad
from fpad.runtime.formats import exact_round, format_of
from fpad.transforms.errors import CertificateError
from tests.check.random_piecewise import program
from tests.transforms.execution import define


def polynomial(x: Any) -> Any:
    return (0.1 + x) * x / 3


@pytest.mark.parametrize("fmt", ["bfloat16", "float16", "float32", "float8_e5m2", "float8_e4m3fn"])
def test_inputs_and_literals_are_those_of_the_format(fmt: str) -> None:
    report = fpad.check(polynomial, 0.7, precision=fmt)
    tenth, x = (exact_round(Fraction(v), format_of(fmt)) for v in (0.1, 0.7))
    assert report.derivative == ((tenth + 2 * x) / 3,)
    assert report.rounding_ok
    assert report.correct
    assert 0 < report.rounding_bound[0] < 1
    assert report.ulp_error[0] < 4
    assert report.verify()


def test_single_precision_arrays() -> None:
    def f(v: Any) -> Any:
        return np.mean(v * v * 0.1) + np.sum(v) / 3

    report = fpad.check(f, np.array([0.7, 0.3, -0.1], np.float32))
    assert report.ad.dtype == np.float32
    assert report.correct
    assert report.ulp_error.max() < 4
    assert report.rounding_bound.max() < 1e-6


def test_what_rounds_away_is_a_flip() -> None:
    def f(x: Any) -> Any:
        return np.maximum(x + 1.0, 1.0) * 2.0

    report = fpad.check(f, 2.0**-12, precision="bfloat16")
    assert report.derivative == (2,)
    assert report.path_flipped is False
    report = fpad.check(f, -(2.0**-12), precision="bfloat16")
    assert report.derivative == (0,)
    assert report.ad == 2.0
    assert report.wrong_piece_cause == {"flip"}
    assert report.rounding_ok


def test_literal_of_a_kink_is_the_rounded_one() -> None:
    """At 0.1 in bfloat16 the tie is with the rounded literal, in the value and in the slope."""

    def f(x: Any) -> Any:
        return np.minimum(x, 0.1) + (x if x > 0.1 else 2.0 * x - 0.1)

    report = fpad.check(f, 0.1, precision="bfloat16")
    assert (report.ad, report.ad_exact) == (3.0, (3,))
    assert report.slopes == (3, 1)


@pytest.mark.parametrize("fmt", ["bfloat16", "float32"])
def test_random_programs(fmt: str) -> None:
    """Rounded derivative code is within the bound of the exact slope of its own path."""
    rng = random.Random(fmt)
    proved = 0
    for _ in range(40):
        text, x = program(rng, 0), rng.choice((0.1, 0.3, -0.7, 1.5))
        if "np.inf" in text.rpartition("def f")[2]:
            continue
        report = fpad.check(define(text), x, precision=fmt)
        if report.verdict in ("UNKNOWN", "UNDEFINED") or not np.isfinite(report.ad):
            continue
        assert report.rounding_ok is not False, text
        proved += report.rounding_ok is True
        try:
            assert report.verify()
        except CertificateError:
            continue
    assert proved >= 20


HALVES = np.linspace(0.5, 1.0, 260)  # more than `filtered.MANY`
LEVEL = 0.1001  # 0.1 in eight bits


def above(x: Any, y: Any) -> Any:
    return np.sum(np.maximum(x, y))


def above_literal(x: Any) -> Any:
    return np.sum(np.where(x >= 0.1, x * x, 0.02 * x))


def above_level(x: Any) -> Any:
    return np.sum(np.maximum(x, LEVEL))


@pytest.mark.parametrize(("f", "rest"), [(above, (0.1,)), (above_literal, ()), (above_level, ())])
def test_arguments_and_globals_are_rounded_before_bounds_are_asked(f: Any, rest: Any) -> None:
    """Numbers that the format cannot tell apart tie, at many points and in large arrays too."""
    x = HALVES.copy()
    x[7] = 0.1001
    options = {"precision": "bfloat16"}
    wanted = fpad.check(f, x[7], *rest, **options)
    assert wanted.verdict in ("NOT_DIFFERENTIABLE", "DISCONTINUOUS")
    assert fpad.check(f, x, *rest, **options).verdict == wanted.verdict
    many = fpad.check(f, x, *rest, batch=True, **options)
    assert many[7].verdict == wanted.verdict
    assert many.verdict[7] == {"NOT_DIFFERENTIABLE": 1, "DISCONTINUOUS": 2}[wanted.verdict.value]
    assert not np.any(many.verdict[8:])


def scaled_by_level(x: Any) -> Any:
    return x * LEVEL


def test_derivatives_at_many_points_are_those_of_rounded_numbers() -> None:
    many = fpad.check(scaled_by_level, HALVES, batch=True, precision="bfloat16")
    assert set(many.derivative) == {0.10009765625}
    assert fpad.check(scaled_by_level, 0.5, precision="bfloat16").derivative == (
        Fraction(0.10009765625),
    )
