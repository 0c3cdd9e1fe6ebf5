"""Every row of the theory's tables through the public API: verdicts and numbers exactly."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import fpad
from fpad.check import Verdict
from tests.check.theory import ROWS, SEVERAL, Row


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


@pytest.mark.parametrize(("f", "at", "gradient"), SEVERAL)
def test_several_variables(f: Any, at: Any, gradient: Any) -> None:
    """D0 decides what it can; the rest is UNKNOWN, with the kinks that blocked it."""
    report = fpad.check(f, np.array(at))
    if gradient is None:
        assert report.verdict is Verdict.UNKNOWN
        assert report.blocked_by
        assert report.correct is None
    else:
        assert report.verdict is Verdict.DIFFERENTIABLE
        assert report.derivative == gradient
        assert report.correct in (True, None)


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
