"""The slopes that rules write into derivative code, in exact arithmetic, against floats."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import fpad
from fpad.check import Verdict
from fpad.check.coded import coded_slope
from fpad.check.evaluate import Operations
from fpad.check.exact import ONE, Exact, HoleReached, lift
from fpad.transforms.noting import op_name
from fpad.transforms.rules import RULES, Rule

RULES_AT = [
    (rule, at)
    for rule in RULES.values()
    if rule.pointwise and not rule.variadic and rule.definition is not None
    for at in (rule.strata or ())
    if all(isinstance(v, float) for v in at)
]


@pytest.mark.parametrize(
    ("rule", "at"), RULES_AT, ids=lambda v: op_name(v.op) if isinstance(v, Rule) else str(v)
)
def test_slopes_on_strata(rule: Rule, at: tuple[float, ...]) -> None:
    """Where both are known they are equal."""
    exact = [lift(v) for v in at]
    with np.errstate(all="ignore"):
        y = rule.op(*at)
    try:
        value = Operations(10**5).compute(rule.op, exact, {})
    except HoleReached:
        return
    for k, slope in enumerate(rule.adjoints):
        if slope is None or type(value) is not Exact:
            continue
        found = coded_slope(rule, k, ONE, value, exact, {})
        with np.errstate(all="ignore"):
            wanted = np.asarray(slope(1.0, y, *at)).item()
        if found is not None and math.isfinite(wanted):
            assert float(found) == pytest.approx(wanted, rel=1e-12, abs=1e-300)


@pytest.mark.parametrize(
    ("f", "n"),
    [
        (lambda x: abs(x[0]) ** 1.5, 1),
        (lambda x: np.copysign(x[0], 1.0) * x[0], 1),
        (lambda x: np.hypot(x[0], x[1]) ** 2, 2),
        (lambda x: np.hypot(x[0], x[1]) * x[0], 2),
        (lambda x: np.linalg.norm(x) ** 2, 3),
        (lambda x: np.std(x - 1) ** 2, 3),
        (lambda x: np.where(x[0] > 0, x[0], 0.5 * x[0]) * np.tanh(x[0]), 1),
        (lambda x: np.maximum(x[0], 0.0) ** 1.5 * np.exp(x[0]), 1),
    ],
)
def test_right_at_zero(f: Any, n: int) -> None:
    report = fpad.check(f, np.zeros(n))
    assert report.verdict is Verdict.DIFFERENTIABLE
    assert report.derivative == (0,) * n
    assert (report.wrong_piece, report.correct) == (False, True)


def test_ties_along_an_axis_that_is_kept() -> None:
    def f(x: Any) -> Any:
        rows = x.reshape(2, 2)
        return np.sum((rows - np.max(rows, axis=1, keepdims=True)) ** 2)

    report = fpad.check(f, np.ones(4))
    assert report.verdict is Verdict.DIFFERENTIABLE
    assert [k.switch_float for k in report.kinks] == [0.0, 0.0]
