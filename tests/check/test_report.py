"""What a report says: its fields, its JSON, its text, and the arguments of `check`."""

from __future__ import annotations

import inspect
import json
import math
from collections import namedtuple
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import fpad
import fpad.check as package
from fpad.check import Report, Verdict
from fpad.check.checker import check_call
from fpad.runtime.errors import InputError
from tests.check.theory import ROWS

BY_NAME = {r.f.__name__: r.f for r in ROWS}


def relu_pair(x: Any) -> Any:
    return np.maximum(0, x) - np.maximum(0, -x)


def hinge(b: Any, w: Any, X: Any, y: Any) -> Any:
    return np.mean(np.maximum(0.0, 1.0 - y * (X @ w + b)))


def samples(n: int = 569) -> tuple[Any, Any]:
    rng = np.random.default_rng(3)
    return rng.standard_normal((n, 30)), np.where(rng.uniform(size=n) < 0.6, 1.0, -1.0)


def test_wrong_piece() -> None:
    report = fpad.check(relu_pair, 0.0)
    assert report.verdict is Verdict.DIFFERENTIABLE
    assert report.verdict == "DIFFERENTIABLE"
    assert report.derivative == (1,)
    assert report.derivative_float.tolist() == [1.0]
    assert (report.ad, report.ad_exact) == (0.0, (0,))
    assert report.wrong_piece is True
    assert report.wrong_piece_cause == {"kink"}
    assert report.correct is False
    assert report.rounding_ok is True
    assert report.path_flipped is False
    assert report.slopes == (1, 1)
    assert report.clarke is False
    assert report.pieces_inner == report.pieces_outer == {(Fraction(1),)}
    assert report.strictly_differentiable
    assert report.exit_code == 1
    assert [k.adjoint for k in report.kinks] == [1, -1]
    assert {k.op for k in report.kinks} == {"numpy.maximum"}
    assert all(
        (k.switch, k.switch_float, k.sign_exact, k.sign_float) == (0, 0.0, 0, 0)
        for k in report.kinks
    )


def test_hinge_with_hundreds_of_samples_on_the_hinge() -> None:
    """At w = 0 and b = 1 every sample of the positive class sits on the hinge."""
    X, y = samples()
    report = fpad.check(hinge, 1.0, np.zeros(30), X, y)
    positive = int(np.sum(y > 0))
    assert report.verdict is Verdict.NOT_DIFFERENTIABLE
    assert report.slopes == (Fraction(569 - 2 * positive, 569), Fraction(569 - positive, 569))
    assert len(report.kinks) == positive > 300
    assert report.lipschitz
    assert report.clarke
    assert report.ad == pytest.approx(float(report.slopes[1]))
    assert report.rounding_ok
    assert "times)" in str(report)
    assert Report.from_json(report.to_json()).to_json() == report.to_json()


def test_hinge_away_from_the_hinge() -> None:
    X, y = samples(40)
    w = np.linspace(-1.0, 1.0, 30)
    report = fpad.check(hinge, 0.25, w, X, y)
    assert report.correct
    assert report.procedure == "D0"
    assert abs(report.ad - report.derivative_float[0]) <= report.rounding_bound[0] < 1e-13


@pytest.mark.parametrize("row", ROWS, ids=lambda r: f"{r.f.__name__}-{r.at}")
def test_json_is_lossless(row: Any) -> None:
    report = fpad.check(row.f, row.at)
    again = Report.from_json(report.to_json())
    assert again.to_json() == report.to_json()
    assert str(again) == str(report)
    assert again.record == report.record
    assert (again.kinks, again.slopes, again.exit_code) == (
        report.kinks,
        report.slopes,
        report.exit_code,
    )
    raw = json.loads(report.to_json())
    assert raw["verdict"] == report.verdict.value
    if report.derivative is not None:
        assert raw["derivative"] == [f"{v.numerator}/{v.denominator}" for v in report.derivative]


Pair = namedtuple("Pair", "left right")


@pytest.mark.parametrize(
    "at",
    [
        {"a": np.array([1.0, 2.0]), "b": [0.5, 3]},
        [np.float32(1.5), np.ones((2, 1), np.float32)],
        (1.0, {"k": (2.0,)}),
    ],
)
def test_structures(at: Any) -> None:
    def f(p: Any) -> Any:
        total = 0.0
        parts = p.values() if isinstance(p, dict) else p
        for part in parts:
            if isinstance(part, dict):
                total = total + part["k"][0] ** 2
            elif isinstance(part, list):
                total = total + part[0] * part[1]
            else:
                total = total + np.sum(part * part)
        return total

    report = fpad.check(f, at)
    assert report.correct
    assert type(report.ad) is type(at)
    again = Report.from_json(report.to_json())
    assert repr(again.ad) == repr(report.ad)


def test_order_of_several_arguments() -> None:
    def f(x: Any, y: Any, z: Any) -> Any:
        return np.sum(x) * 2 + y * 3 + z * 5

    at = (np.ones(2), 1.0, 1.0)
    assert fpad.check(f, *at, wrt=("z", "x")).derivative == (5, 2, 2)
    assert fpad.check(f, *at, wrt=-2).derivative == (3,)
    assert fpad.check(f, *at, wrt=("y",)).ad == (3.0,)
    with pytest.raises(InputError, match="no such parameter"):
        fpad.check(f, *at, wrt="w")


def test_seed() -> None:
    def f(v: Any) -> Any:
        return v * np.maximum(v, 0)

    at, seed = np.array([0.0, 1.0, -1.0]), np.array([1.0, 2.0, 3.0])
    report = fpad.check(f, at, seed=seed)
    assert report.derivative == (0, 4, 0)
    assert report.value == 2
    assert report.value_float == 2.0
    assert report.verify()
    with pytest.raises(InputError):
        fpad.check(f, at)


def test_derivative_of_a_derivative() -> None:
    def f(x: Any) -> Any:
        return np.maximum(x, 0) ** 2 / 2

    report = fpad.check(fpad.grad(f), 0.0)
    assert report.verdict is Verdict.NOT_DIFFERENTIABLE
    assert report.slopes == (0, 1)
    assert fpad.check(fpad.grad(f), 1.0).derivative == (1,)
    assert fpad.check(fpad.grad(fpad.grad(BY_NAME["cubed_abs"])), 0.0).slopes == (-6, 6)


def test_fractions_and_floats_are_different_points() -> None:
    def f(x: Any) -> Any:
        return abs(3 * x - 1)

    assert fpad.check(f, Fraction(1, 3)).verdict is Verdict.NOT_DIFFERENTIABLE
    report = fpad.check(f, 1 / 3)
    assert report.derivative == (-3,)
    # In floats 3 * x - 1 is 0: abs takes its coded slope there.
    assert report.wrong_piece_cause == {"flip"} or report.ad == -3.0
    exact = fpad.check(f, np.array([Fraction(1, 3), Fraction(1, 2)], object), seed=np.ones(2))
    assert exact.verdict is Verdict.NOT_DIFFERENTIABLE
    assert exact.pieces_inner == {(3, 3), (-3, 3)}
    assert exact.kinks[0].index == (0,)


def test_abs_at_a_rounded_zero() -> None:
    """The slope that derivative code takes is that of the float operand, which is exactly 0."""

    def f(x: Any) -> Any:
        return abs((x + 1.0) - 1.0)

    report = fpad.check(f, 2.0**-60)
    assert report.derivative == (1,)
    assert (report.ad, report.ad_exact) == (0.0, (0,))
    assert report.wrong_piece
    assert report.rounding_ok
    assert report.correct is False


def test_undefined() -> None:
    def f(x: Any) -> Any:
        return np.sqrt(x) + np.log(x)

    assert fpad.check(f, -1.0).reason == "domain"
    assert fpad.check(f, math.nan).reason == "nan_input"
    assert fpad.check(f, math.inf).reason == "domain"
    assert fpad.check(BY_NAME["half_line"], 0.0).reason == "domain_boundary"
    report = fpad.check(BY_NAME["cancelled"], 0.0)
    assert (report.exit_code, report.value, report.correct) == (3, None, False)
    assert math.isnan(report.ad)


def np_hypot(v: Any) -> Any:
    return np.hypot(v[0], v[1])


def test_unknown_says_why() -> None:
    assert fpad.check(BY_NAME["unproved_zero"], 0.5).reason == "transcendental_zero"
    assert fpad.check(BY_NAME["endless_near_the_point"], 0.0).reason == "accumulating_pieces"
    for procedures, reason in ((("D0",), "norm_at_zero"), (("D0", "Dp"), "norm_at_zero")):
        report = fpad.check(np_hypot, np.zeros(2), procedures=procedures)
        assert (report.verdict, report.reason) == (Verdict.UNKNOWN, reason)
    assert fpad.check(iterated, 1.0, max_steps=20).reason == "too_many_steps"
    assert fpad.check(iterated, 1.5, max_bits=1000).reason == "too_many_bits"
    report = fpad.check(relu_pair, 0.0, procedures=("D0",))
    assert report.verdict is Verdict.UNKNOWN
    assert len(report.blocked_by) == 2
    with pytest.raises(InputError, match="no 'D7'"):
        fpad.check(relu_pair, 0.0, procedures=("D7",))


def iterated(x: Any) -> Any:
    for _ in range(30):
        x = x * x / 3
    return x


def test_undefined_arms_of_where_do_not_matter() -> None:
    def f(v: Any) -> Any:
        return np.sum(np.where(v > 0, v / v + np.sqrt(v * v), 2 * v))

    report = fpad.check(f, np.array([4.0, -1.0]))
    assert report.derivative == (1, 2)
    assert report.correct


def test_calls_and_loops_are_told_apart() -> None:
    report = fpad.check(calling, 0.0)
    first = report.kinks[0]
    assert first.call_path == ("calling:1",) or first.call_path[0].startswith("calling:")
    assert first.iteration == (0,)
    assert [k.iteration for k in report.kinks] == [(0,), (1,)]
    assert report.record.choices[0].call_path == first.call_path


def inner(x: Any, k: int) -> Any:
    return abs(x) * k


def calling(x: Any) -> Any:
    total = 0.0
    for k in range(2):
        total = total + inner(x, k + 1)
    return total


def test_text() -> None:
    text = str(fpad.check(relu_pair, 0.0))
    lines = text.splitlines()
    assert lines[0] == "relu_pair at x = 0: DIFFERENTIABLE, but the generated derivative is wrong"
    assert "  The derivative is 1." in lines
    assert "  The generated code returned 0.0." in lines
    source = next(k for k, line in enumerate(lines) if "return np.maximum(0, x)" in line)
    marked = lines[source + 1]
    assert set(marked.strip()) <= {"^", "~"}
    assert lines[source][marked.index("^") :].startswith("np.maximum(0, x)")
    assert len(marked.strip()) == len("np.maximum(0, x)")


@pytest.mark.parametrize(
    ("name", "at", "words"),
    [
        ("absolute", 0.0, "From the left its slope is -1, from the right 1."),
        ("step", 0.0, "the function jumps here"),
        ("cancelled", 0.0, "not defined here, a division by zero"),
        ("half_line", 0.0, "not on both sides of the point"),
        ("unproved_zero", 0.5, "is zero could not be proved"),
        ("root_of_abs", 0.0, "from the left its slope is -infinity, from the right infinity."),
        ("kink_at_a_third", 1 / 3, "Rounding changed the choice of this if"),
        ("signed_square", 0.0, "the result does not depend on it to first order"),
        ("endless_near_the_point", 0.0, "a loop runs ever longer"),
    ],
)
def test_words(name: str, at: float, words: str) -> None:
    text = " ".join(str(fpad.check(BY_NAME[name], at)).split())
    assert words.lower() in text.lower()


def test_value_errors_of_the_function_itself_are_passed_on() -> None:
    def f(v: Any) -> Any:
        return np.sum(v @ np.ones(3))

    with pytest.raises(ValueError, match="matmul"):
        fpad.check(f, np.ones(2))


def test_the_package_is_the_function() -> None:
    assert package(relu_pair, 0.0).verdict == fpad.check(relu_pair, 0.0).verdict
    names = list(inspect.signature(package).parameters)
    assert names == [
        *("f", "args", "wrt", "precision", "seed", "batch", "procedures"),
        *("max_cells", "max_steps", "max_bits"),
    ]
    with pytest.raises(InputError, match="batch"):
        fpad.check(relu_pair, 0.0, batch=True)


def scaled_relu(x, *, scale=1.0):
    return np.maximum(x - scale, 0.0)


def test_parameters_that_are_given_by_keyword_only() -> None:
    """Their values are part of the point: of the verdict, and of what verify runs."""
    report = check_call(scaled_relu, (2.0,), {"scale": 2.0})
    assert report.verdict is Verdict.NOT_DIFFERENTIABLE
    assert report.verify()
    assert report.certificate.verify(scaled_relu, 2.0, scale=2.0)
    assert not report.certificate.verify(scaled_relu, 2.0, scale=1.0)
    by_scale = check_call(scaled_relu, (3.0,), {"scale": 2.0}, wrt="scale")
    assert by_scale.derivative == (-1,)


def test_of_many_numbers_none_is_made_exact_for_a_text() -> None:
    def energy(p: Any) -> Any:
        return np.sum(p["w"] * p["w"]) + np.sum(p["b"])

    p = {"w": np.linspace(0.0, 1.0, 1500), "b": np.ones(10)}
    report = fpad.check(energy, p)
    lazy = [name for name in ("certificate", "derivative") if is_lazy(report, name)]
    text = str(report)
    assert [name for name in ("certificate", "derivative") if is_lazy(report, name)] == lazy
    assert lazy, "checks of so many numbers make exact ones where they are read"
    assert text.startswith("energy with respect to p: DIFFERENTIABLE")
    assert "  The derivative is (0.0, 0.0013342" in text
    assert "  The generated code returned (0.0, 0.0013342" in text
    assert len(text) < 800
    assert report.certificate.claims["function"] == report.about["function"] == "energy"


def is_lazy(report: Report, name: str) -> bool:
    return type(object.__getattribute__(report, name)).__name__ == "Later"
