"""Every row of the theory's tables through the public API: verdicts and numbers exactly."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import fpad
from fpad.check import Verdict
from tests.check.theory import ROWS, SEVERAL, Row, Several


def names(row: Row) -> str:
    return f"{row.f.__name__}-{row.at}"


@pytest.mark.parametrize("row", ROWS, ids=names)
def test_row(row: Row) -> None:
    report = fpad.check(row.f, row.at)
    assert report.verdict.startswith(row.verdict)
    if row.ad is not None:
        assert report.ad == row.ad
    match report.verdict:
        case Verdict.DIFFERENTIABLE:
            assert report.derivative == (row.numbers,)
            assert report.wrong_piece is bool(row.cause)
            assert report.wrong_piece_cause == ({row.cause} if row.cause else set())
            assert report.correct is not bool(row.cause)
            assert report.exit_code == (1 if row.cause else 0)
        case Verdict.NOT_DIFFERENTIABLE:
            assert report.slopes == row.numbers
            assert report.derivative is None
            assert report.correct is False
            assert report.exit_code == 1
        case Verdict.DISCONTINUOUS:
            assert report.derivative is None
            assert report.continuous is False
            assert report.exit_code == 1
        case _:
            assert report.derivative is None
            assert report.reason
            assert report.exit_code == 3


@pytest.mark.parametrize("row", SEVERAL, ids=lambda r: f"{r.f.__name__}-{r.at}")
def test_several_variables(row: Several) -> None:
    report = fpad.check(row.f, np.array(row.at))
    assert report.verdict.startswith(row.verdict)
    assert report.derivative == row.gradient
    if row.inner is not None:
        assert report.pieces_inner == row.inner
        assert report.pieces_outer is not None
        assert report.pieces_outer >= row.inner
    if row.clarke != "any":
        assert report.clarke is row.clarke
    if report.verdict is Verdict.UNKNOWN:
        assert report.reason == "degenerate_guard"
        assert report.blocked_by


def test_differentiable_but_not_strictly() -> None:
    """AD is in the Clarke gradient, and wrong, where there is a derivative (Scholtes)."""
    row = next(r for r in SEVERAL if r.f.__name__ == "parabola_under_abs")
    report = fpad.check(row.f, np.array(row.at))
    assert report.strictly_differentiable is False
    assert report.wrong_piece_cause <= {"kink"}


def test_three_readings_of_three_tenths() -> None:
    """Decimals, stored doubles and float evaluation are three different numbers."""
    f = next(r.f for r in ROWS if r.f.__name__ == "decimals_exactly")
    decimal = fpad.check(f, Fraction(0))
    assert decimal.value == 0
    assert decimal.path_flipped
    assert decimal.record.choices[-1].switch == -(2.0**-54)
    g = next(r.f for r in ROWS if r.f.__name__ == "decimals_stored")
    assert fpad.check(g, 0.0).value == Fraction(1, 2**55)


def test_flip_is_told_with_both_distances() -> None:
    f = next(r.f for r in ROWS if r.f.__name__ == "kink_at_a_third")
    report = fpad.check(f, 1 / 3)
    assert report.ad_exact == (3,)
    (kink,) = report.kinks
    assert kink.op == "if"
    assert kink.switch == Fraction(1 / 3) - Fraction(1, 3)
    assert (kink.sign_exact, kink.sign_float) == (-1, 0)
