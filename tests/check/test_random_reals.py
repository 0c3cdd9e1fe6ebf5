"""Verdicts on random programs with elementary functions against brute force in balls."""

from __future__ import annotations

import itertools
import math
import random
from collections import Counter
from typing import Any

import numpy as np
import pytest

import fpad
from fpad.transforms.errors import CertificateError
from tests.check.random_reals import (
    POINTS,
    Unclear,
    Undefined,
    along,
    program,
    program_of_two,
    truth,
)
from tests.transforms.execution import define

pytest.importorskip("flint", reason="ball arithmetic is python-flint's")


def close(a: Any, b: float) -> bool:
    a = float(a)
    return a == b or abs(a - b) <= 1e-9 * (1 + abs(b))


def examine(text: str, at: Any) -> str:
    """Compare what a report claims with brute force."""
    report = fpad.check(define(text), at)
    if report.verdict == "UNKNOWN":
        assert report.reason
        return "UNKNOWN"
    try:
        verdict, value, left, right = truth(text, at)
    except Unclear:
        return "unclear"
    assert report.verdict == verdict
    if value is not None and report.value is not None:
        assert close(report.value, value)
    if report.slopes is not None and left is not None:
        assert all(map(close, report.slopes, (left, right)))
    if report.derivative is not None:
        assert close(report.derivative[0], right)
        if report.correct is not None and math.isfinite(report.ad):
            far = abs(report.ad - right) > 1e-6 * (1 + abs(right))
            assert report.correct is not far or report.wrong_piece or report.rounding_ok is False
    try:
        assert report.verify()
    except CertificateError:
        return "settled, not re-checked"
    return "settled"


@pytest.mark.parametrize("count", [12, pytest.param(200, marks=pytest.mark.slow)])
def test_random_programs(count: int) -> None:
    rng = random.Random(count)
    outcomes: Counter[str] = Counter()
    for _ in range(count):
        at = rng.choice(POINTS)
        text = program(rng, at)
        try:
            outcomes[examine(text, at)] += 1
        except Exception as error:
            error.add_note(f"x = {at}\n{text}")
            raise
    assert outcomes["UNKNOWN"] <= 0.05 * count
    assert outcomes["settled"] + outcomes["settled, not re-checked"] >= 0.9 * count
    assert outcomes["settled"] >= 0.2 * count


DIRECTIONS = [d for d in itertools.product((-3, -1, 0, 1, 2), repeat=2) if any(d)]


def examine_two(text: str, at: Any) -> str:
    """A derivative is the slope in all directions; where there is none no gradient fits them."""
    report = fpad.check(define(text), at, at, wrt=("x", "y"))
    if report.verdict == "UNKNOWN":
        return "UNKNOWN"
    try:
        slopes = along(text, at, DIRECTIONS)
    except (Unclear, Undefined):
        return "unclear"
    known = [(d, s) for d, s in zip(DIRECTIONS, slopes, strict=True) if s is not None]
    if report.derivative is not None:
        g = [float(v) for v in report.derivative]
        assert all(close(np.dot(g, d), s) for d, s in known)
        if report.correct:
            assert np.ravel(report.ad) == pytest.approx(g, rel=1e-6, abs=1e-9)
    else:
        lines, right = np.array([d for d, _ in known]), np.array([s for _, s in known])
        if np.isfinite(right).all() and len(known) == len(DIRECTIONS):
            best = np.linalg.lstsq(lines, right, rcond=None)[0]
            assert abs(lines @ best - right).max() > 1e-9
    return "settled"


@pytest.mark.parametrize("count", [15, pytest.param(200, marks=pytest.mark.slow)])
def test_random_programs_of_two_numbers(count: int) -> None:
    rng = random.Random(count)
    outcomes: Counter[str] = Counter()
    for _ in range(count):
        at = rng.choice((0.0, 1.0, 0.3, -0.5))
        text = program_of_two(rng, at)
        try:
            outcomes[examine_two(text, at)] += 1
        except Exception as error:
            error.add_note(f"x = y = {at}\n{text}")
            raise
    assert outcomes["UNKNOWN"] <= 0.3 * count
    assert outcomes["settled"] >= 0.6 * count
