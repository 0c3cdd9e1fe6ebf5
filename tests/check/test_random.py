"""Verdicts on random piecewise programs against brute force: none may be wrong."""

from __future__ import annotations

import random
from collections import Counter
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import fpad
from fpad.transforms.errors import CertificateError
from tests.check.brute import Unclear, told, truth
from tests.check.random_piecewise import program
from tests.transforms.execution import define

POINTS = (0.0, 0.0, 1.0, -1.0, 0.5, 2.0, 0.1, Fraction(1, 3))


def examine(text: str, x: Any) -> str:
    """Compare everything a report claims with brute force; what could be compared."""
    f = define(text)
    report = fpad.check(f, x)
    if report.verdict == "UNKNOWN":
        assert report.reason or report.blocked_by
        return "UNKNOWN"
    try:
        expected = truth(f, x)
    except Unclear:
        return "unclear"
    assert told(report) == expected
    defined = np.isfinite(report.ad) and report.verdict != "UNDEFINED"
    assert report.rounding_ok is not False or not defined
    try:
        assert report.verify()
    except CertificateError:
        return "unclear"
    return "settled"


@pytest.mark.parametrize("stratum", [0, 1, 2])
@pytest.mark.parametrize("count", [30, pytest.param(120, marks=pytest.mark.slow)])
def test_random_programs(stratum: int, count: int) -> None:
    rng = random.Random(stratum)
    outcomes: Counter[str] = Counter()
    for _ in range(count):
        text, x = program(rng, stratum), rng.choice(POINTS)
        try:
            outcomes[examine(text, x)] += 1
        except Exception as error:
            error.add_note(f"x = {x}\n{text}")
            raise
    assert outcomes["UNKNOWN"] <= (0.05, 0.05, 0.4)[stratum] * count
    assert outcomes["settled"] >= (0.75, 2 / 3, 0.25)[stratum] * count
