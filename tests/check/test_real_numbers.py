"""Programs whose numbers are not rational: verdicts, and what is not decided."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import fpad
from fpad.check import Ball, Report, Verdict
from tests.check.reals import REALS, Real

flint = pytest.importorskip("flint", reason="ball arithmetic is python-flint's")


def verdict(f: Any, *args: Any, **options: Any) -> tuple[str, str | None]:
    report = fpad.check(f, *args, **options)
    return report.verdict.value, report.reason


@pytest.mark.parametrize("row", REALS, ids=lambda r: f"{r.f.__name__}-{r.at}")
def test_derivative(row: Real) -> None:
    """Within the ball that flint computes from a formula; AD is right, in all senses."""
    at = np.array(row.at) if isinstance(row.at, tuple) else row.at
    report = fpad.check(row.f, at)
    assert report.verdict is Verdict.DIFFERENTIABLE
    before = flint.ctx.prec
    flint.ctx.prec = 300
    try:
        wanted = row.gradient(flint.arb, *map(flint.arb, np.ravel(at).tolist()))
        for found, ball in zip(report.derivative or (), wanted, strict=True):
            lo, hi = (found.lo, found.hi) if isinstance(found, Ball) else (found, found)
            low, high = (flint.arb(flint.fmpq(v.numerator, v.denominator)) for v in (lo, hi))
            assert not ball < low
            assert not ball > high
            assert hi - lo <= abs(hi) / 2**90
    finally:
        flint.ctx.prec = before
    assert report.correct is True
    assert report.wrong_piece is False
    assert not report.path_flipped
    assert report.exit_code == 0
    again = Report.from_json(report.to_json())
    assert again.to_json() == report.to_json()
    assert (again.value, again.derivative) == (report.value, report.derivative)


def test_the_nearest_float() -> None:
    (e,) = fpad.check(lambda x: np.exp(x), 1.0).derivative or ()
    assert isinstance(e, Ball)
    assert float(e) == math.e
    assert Fraction(math.e) not in e
    assert e.hi - e.lo < Fraction(1, 2**100)


def test_without_flint_the_reason_names_the_operation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fpad.check.taylor.available", lambda: False)
    monkeypatch.setattr("fpad.check.render.available", lambda: False)
    report = fpad.check(lambda x: np.exp(x), 1.0)
    assert (report.verdict, report.reason) == (Verdict.UNKNOWN, "no_exact_rule: numpy.exp")
    assert "fpad[check]" in str(report)


# ---------------------------------------------------------------- kinks


def test_kinks_that_structure_shows() -> None:
    def same(x: Any) -> Any:
        return abs(np.exp(x) - np.exp(x))

    def inverse(x: Any) -> Any:
        return abs(np.exp(x) * np.exp(-x) - 1)

    def root(x: Any) -> Any:
        return abs(np.sqrt(x) ** 2 - 2)

    def roots(x: Any) -> Any:
        return abs(np.sqrt(x) * np.sqrt(3 * x / 2) - np.sqrt(6.0))

    assert fpad.check(same, 1.0).derivative == (0,)
    assert fpad.check(inverse, 1.0).derivative == (0,)
    assert fpad.check(root, 2.0).slopes == (-1, 1)
    left, right = fpad.check(roots, 2.0).slopes or (0, 0)
    assert float(right) == pytest.approx(math.sqrt(1.5), rel=1e-15)
    assert float(left) == -float(right)


def test_slopes_that_are_not_rational() -> None:
    def scaled(x: Any) -> Any:
        return np.sqrt(2 * x * x)

    def end(x: Any) -> Any:
        return np.arccos(1 - x * x)

    for f in (scaled, end):
        report = fpad.check(f, 0.0)
        assert report.verdict is Verdict.NOT_DIFFERENTIABLE
        left, right = report.slopes or (0, 0)
        assert float(right) == math.sqrt(2)
        assert float(left) == -math.sqrt(2)


def test_a_kink_between_sigmoids() -> None:
    def gap(x: Any) -> Any:
        s = 1 / (1 + np.exp(-x))
        return np.maximum(s[0] - s[1], 0)

    def squared(x: Any) -> Any:
        return gap(x) ** 2

    report = fpad.check(gap, np.array([0.5, 0.5]))
    assert report.verdict is Verdict.NOT_DIFFERENTIABLE
    assert len(report.pieces_inner) == 2
    report = fpad.check(squared, np.array([0.5, 0.5]))
    assert (report.procedure, report.derivative, report.correct) == ("D0", (0, 0), True)


def test_a_zero_that_is_not_proved_is_no_verdict() -> None:
    def f(x: Any) -> Any:
        return abs(math.gamma(x) ** 2 - 4 * math.atan(1.0))

    assert verdict(f, 0.5) == ("UNKNOWN", "transcendental_zero")
    assert verdict(f, 0.5000000001)[0] == "DIFFERENTIABLE"


def test_roots_are_decided_by_their_separation() -> None:
    def nested(x: Any) -> Any:
        return abs(np.sqrt(5 + 2 * np.sqrt(x)) - np.sqrt(2.0) - np.sqrt(3.0))

    report = fpad.check(nested, 6.0)
    assert report.verdict is Verdict.NOT_DIFFERENTIABLE
    assert report.value == 0


# ---------------------------------------------------------------- sizes and limits


def test_sizes() -> None:
    def twice(x: Any) -> Any:
        return np.exp(np.exp(x))

    def inverse(x: Any) -> Any:
        return 1 / np.exp(np.exp(x))

    assert verdict(twice, 2.0) == ("DIFFERENTIABLE", None)
    assert verdict(twice, 30.0) == ("UNKNOWN", "too_many_bits")
    assert verdict(twice, 2000.0) == ("UNKNOWN", "too_many_bits")
    report = fpad.check(twice, 8.0)
    assert (report.verdict, report.correct) == (Verdict.DIFFERENTIABLE, False)  # inf in floats
    report = fpad.check(inverse, 20.0)  # below all floats, and no fraction of few bits
    (g,) = report.derivative or ()
    assert isinstance(g, Ball)
    assert g.lo == Fraction(-1, 2**100_000)
    assert (g.hi, float(g)) == (0, 0.0)
