"""Verdicts in several variables against brute force, and what the pieces are made of."""

from __future__ import annotations

import random
from collections import Counter
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import fpad
from fpad.check import Verdict
from fpad.check.polynomial import (
    combined,
    common,
    divided,
    leading,
    part,
    product,
    quotient,
    squares,
    substituted,
)
from fpad.transforms.errors import CertificateError
from tests.check.brute_several import truth
from tests.check.random_several import point, program
from tests.transforms.execution import define


def examine(text: str, x: list[int]) -> str:
    """Compare verdict, derivative and pieces with brute force, and re-check the certificate."""
    report = fpad.check(define(text), np.array(x, float))
    if report.verdict is Verdict.UNKNOWN:
        assert report.reason
        return "UNKNOWN"
    assert (report.verdict, report.derivative) == truth(text, [Fraction(v) for v in x])
    assert report.pieces_inner <= (report.pieces_outer or report.pieces_inner)
    if report.derivative is not None and report.clarke is not None and report.pieces_inner:
        assert report.lipschitz
    try:
        assert report.verify()
    except CertificateError:
        return "not re-checked"
    return "settled"


@pytest.mark.parametrize("stratum", [0, 1, 2])
@pytest.mark.parametrize("count", [8, pytest.param(40, marks=pytest.mark.slow)])
def test_random_programs(stratum: int, count: int) -> None:
    rng = random.Random(stratum)
    outcomes: Counter[str] = Counter()
    for _ in range(count):
        n = rng.randint(2, 4)
        text, x = program(rng, stratum, n), point(rng, n)
        try:
            outcomes[examine(text, x)] += 1
        except Exception as error:
            error.add_note(f"x = {x}\n{text}")
            raise
    assert outcomes["UNKNOWN"] <= 0.05 * count
    assert outcomes["settled"] >= 0.9 * count


def test_networks_without_biases() -> None:
    """3-3-1 networks at integer points: many touch several kinks, some of them twice."""
    rng = random.Random(3)
    verdicts: Counter[str] = Counter()
    for _ in range(40):
        W = [[rng.randint(-1, 1) for _ in range(3)] for _ in range(3)]
        w = [rng.randint(-1, 1) for _ in range(3)]
        text = (
            "import numpy as np\n\n\ndef f(v):\n"
            f"    W, w = np.array({W}), np.array({w})\n"
            "    return w @ np.maximum(W @ v, 0) + 0 * v[0]\n"
        )
        x = [rng.randint(-1, 1) for _ in range(3)]
        report = fpad.check(define(text), np.array(x, float))
        assert (report.verdict, report.derivative) == truth(text, [Fraction(v) for v in x])
        assert report.clarke is not None
        verdicts[report.verdict] += 1
    assert verdicts["NOT_DIFFERENTIABLE"] > 10
    assert verdicts["DIFFERENTIABLE"] > 10


def test_many_kinks() -> None:
    """Ten kinks through one point: most of the sign patterns are empty."""
    rows = np.array([[1.0, k] for k in range(10)])

    def f(v: Any) -> Any:
        return np.sum(abs(rows @ v)) * v[0]

    def bent(v: Any) -> Any:
        return np.sum(abs(rows @ v))

    assert fpad.check(f, np.zeros(2)).derivative == (0, 0)
    report = fpad.check(bent, np.zeros(2))
    assert report.verdict is Verdict.NOT_DIFFERENTIABLE
    assert len(report.pieces_inner) == 20
    assert report.pieces_outer == report.pieces_inner
    assert report.clarke


def test_too_many_cells() -> None:
    """Lines still refute; what they do not refute is UNKNOWN, and says so."""
    rng = np.random.default_rng(0)
    rows = rng.integers(-9, 9, (40, 6)).astype(float)

    def bent(v: Any) -> Any:
        return np.sum(abs(rows @ v))

    def flat(v: Any) -> Any:
        return np.sum(abs(rows @ v)) - np.sum(np.maximum(rows @ v, -(rows @ v)))

    assert fpad.check(bent, np.zeros(6), max_cells=50).verdict is Verdict.NOT_DIFFERENTIABLE
    report = fpad.check(flat, np.zeros(6), max_cells=50)
    assert (report.verdict, report.reason) == (Verdict.UNKNOWN, "too_many_cells")


@pytest.mark.slow
def test_dozens_of_kinks() -> None:
    rng = np.random.default_rng(3)
    X = rng.integers(-3, 4, (40, 5)).astype(float)
    y = np.where(rng.uniform(size=40) < 0.6, 1.0, -1.0)

    def hinge(w: Any, b: Any) -> Any:
        return np.mean(np.maximum(0.0, 1.0 - y * (X @ w + b)))

    report = fpad.check(hinge, np.zeros(5), 1.0)
    assert report.verdict is Verdict.NOT_DIFFERENTIABLE
    assert report.lipschitz
    assert report.verify()


def test_arguments_of_several_kinds() -> None:
    def f(p: Any, s: Any) -> Any:
        return abs(p["a"] - s) + abs(p["b"][0] - p["a"]) - np.maximum(p["a"], s)

    at = {"a": Fraction(1, 3), "b": [0.25]}
    report = fpad.check(f, at, Fraction(1, 3), wrt=("p", "s"))
    assert report.verdict is Verdict.NOT_DIFFERENTIABLE
    assert report.pieces_inner == {(1, -1, -1), (0, -1, 0)}
    assert report.verify()


def test_procedures_can_be_chosen() -> None:
    def f(v: Any) -> Any:
        return abs(v[0]) + v[1]

    at = np.zeros(2)
    for names in (("LD",), ("Dn",), ("D0", "arc", "LD")):
        report = fpad.check(f, at, procedures=names)
        assert report.verdict is Verdict.NOT_DIFFERENTIABLE
        assert report.verify()
    assert fpad.check(f, at, procedures=("D0", "D2")).verdict is Verdict.UNKNOWN


def steep(v: Any) -> Any:
    return np.cbrt(v[0]) + v[1]


def hidden_pole(v: Any) -> Any:
    return v[1] if v[0] == v[1] else v[1] + (v[0] - v[1]) ** 2 / (v[0] - v[1])


def open_on_one_side(v: Any) -> Any:
    return v[0] * v[1] / abs(v[0]) if v[0] != 0 else 0.0 * v[1]


def on_a_conic(v: Any) -> Any:
    x, y = v
    return y if (y + x) ** 2 == x - 3 * y else y + x


def on_a_surface(v: Any) -> Any:
    x, y, z = v
    return z + y if z == x * y else z


def along_a_surface(v: Any) -> Any:
    x, y, z = v
    return z + x * y if z == x * y else z


def on_a_curve(v: Any) -> Any:
    x, y, z = v
    return z + x if z * z + z == x * y and x * x + x == z + y else z


def along_a_curve(v: Any) -> Any:
    x, y, z = v
    return z + x - y if z * z + z == x * y and x * x + x == z + y else z


def where_surfaces_meet(v: Any) -> Any:
    x, y, z = v
    meet = z * z + z == x * y and x * x + x == z + y and x + z == 2 * y + x * x
    return z + x if meet else z


@pytest.mark.parametrize(
    ("f", "at", "verdict"),
    [
        (along_a_surface, (0.0, 0.0, 0.0), "DIFFERENTIABLE"),
        (along_a_curve, (0.0, 0.0, 0.0), "DIFFERENTIABLE"),
        (where_surfaces_meet, (0.0, 0.0, 0.0), "DIFFERENTIABLE"),
        (steep, (0.0, 0.0), "NOT_DIFFERENTIABLE"),
        (open_on_one_side, (0.0, 0.0), "NOT_DIFFERENTIABLE"),
        (open_on_one_side, (0.0, 1.0), "DISCONTINUOUS"),
        (hidden_pole, (1.0, 2.0), "DIFFERENTIABLE"),
    ],
)
def test_by_hand(f: Any, at: Any, verdict: str) -> None:
    report = fpad.check(f, np.array(at))
    assert report.verdict == verdict
    assert report.verify()


@pytest.mark.parametrize("f", [on_a_conic, on_a_surface, on_a_curve])
def test_curves_that_no_polynomial_follows(f: Any) -> None:
    """Another slope along the tangent of a smooth curve; no rational arc in it is known."""
    report = fpad.check(f, np.zeros(3 if f is not on_a_conic else 2))
    assert report.verdict is Verdict.NOT_DIFFERENTIABLE
    assert (report.procedure, report.correct, report.clarke) == ("Dn", False, None)
    with pytest.raises(fpad.CertificateError, match="names no arcs"):
        report.verify()


def test_a_vague_number_that_decides() -> None:
    """What is compared with a quotient of small numbers is not known, nor whether f is defined."""

    def f(v: Any) -> Any:
        if v[0] == 0:
            return abs(v[1])
        q = (v[1] * v[1] + v[0]) * v[1] / v[0]
        return abs(v[1]) if q < 5 else np.sqrt(-1 - v[1])

    report = fpad.check(f, np.zeros(2))
    assert report.verdict in (Verdict.UNKNOWN, Verdict.UNDEFINED)


def test_polynomials() -> None:
    a = {(0,): Fraction(1), (0, 1): Fraction(2)}
    assert product(a, a) == {(0, 0): 1, (0, 0, 1): 4, (0, 0, 1, 1): 4}
    assert common({(0, 0): Fraction(1), (0, 0, 1): Fraction(4)}) == (0, 0)
    assert quotient(a, (0,)) == {(): 1, (1,): 2}
    assert quotient(a, (1,)) is None
    assert squares({(0, 0): Fraction(3), (): Fraction(1)})
    assert not squares(a)
    assert part(a, (Fraction(2), Fraction(3)), 2) == 12
    parabola = {(1,): Fraction(1), (0, 0): Fraction(-1)}
    zero, one = Fraction(0), Fraction(1)
    assert leading(parabola, [(one, zero), (zero, one)]) == 0
    assert leading(parabola, [(one, zero), (zero, 2 * one)]) == 1
    assert leading(parabola, [(one, zero)]) == -1


def unbounded_quotient_compared(v: Any) -> Any:
    """Which way the comparison goes next to 0 nobody knows; the value is known either way."""
    ratio = v[0] / v[1] if v[1] != 0 else 0.0
    return v[0] * v[1] if ratio > 1 else v[0] * v[1] * 2 + 0 * ratio


def bounded_below(v: Any) -> Any:
    ratio = np.where(v[1] != 0, v[0] / v[1], 0.0)
    return v[0] ** 2 / (1 + ratio**2) + 3 * v[1]


def cancelled(v: Any) -> Any:
    return 0 * v[0] if v[0] == v[1] else (v[0] - v[1]) ** 2 / (v[1] - v[0])


def square_of_a_sum(v: Any) -> Any:
    return v[0] + v[1] if (v[0] - 2 * v[1]) ** 2 > 0 else 3 * v[1]


def sum_of_squares_of_sums(v: Any) -> Any:
    return v[0] if (v[0] - v[1]) ** 2 + 2 * (v[0] + v[1]) ** 2 > 0 else v[1]


def product_of_sums(v: Any) -> Any:
    return v[0] if (v[0] - v[1]) * (v[0] + v[1]) > 0 else v[0] + (v[0] ** 2 - v[1] ** 2)


@pytest.mark.parametrize(
    ("f", "verdict", "derivative"),
    [
        (unbounded_quotient_compared, "DIFFERENTIABLE", (0, 0)),
        (bounded_below, "UNKNOWN", None),
        (cancelled, "DIFFERENTIABLE", (-1, 1)),
        (square_of_a_sum, "DIFFERENTIABLE", (1, 1)),
        (sum_of_squares_of_sums, "DIFFERENTIABLE", (1, 0)),
        (product_of_sums, "DIFFERENTIABLE", (1, 0)),
    ],
)
def test_small_quotients_and_squares(f: Any, verdict: str, derivative: Any) -> None:
    report = fpad.check(f, np.zeros(2))
    assert report.verdict == verdict
    assert report.derivative == derivative
    if verdict != "UNKNOWN":
        assert report.verify()


def test_quotients_of_polynomials() -> None:
    one, x, y = {(): Fraction(1)}, {(0,): Fraction(1)}, {(1,): Fraction(1)}
    a = combined(x, y, Fraction(1), Fraction(-2))
    b = combined(product(x, y), one, Fraction(3), Fraction(1, 2))
    assert divided(product(a, b), a) == b
    assert divided(product(a, b), b) == a
    assert divided(product(a, b), product(x, x)) is None
    assert divided({}, a) == {}
    assert substituted(product(a, a), 0, {(1,): Fraction(2)}) == {}


def root_of_a_sum(v: Any) -> Any:
    return np.sqrt(np.abs(v[0] - v[1]) + (v[0] + v[1]) ** 2)


def root_times_small(v: Any) -> Any:
    r = np.sqrt(np.abs(v[1]))
    return r * r * v[0] + np.cbrt(v[0] + v[1]) ** 3 + np.linalg.norm(v) ** 2


def cusp(v: Any) -> Any:
    """One piece is a cusp along x == 0."""
    return 2 * v[1] if v[0] ** 2 > v[1] ** 3 else v[1]


@pytest.mark.parametrize(
    ("f", "verdict", "derivative"),
    [
        (root_of_a_sum, "NOT_DIFFERENTIABLE", None),
        (root_times_small, "DIFFERENTIABLE", (1, 1)),
        (cusp, "NOT_DIFFERENTIABLE", None),
    ],
)
def test_roots_and_cusps(f: Any, verdict: str, derivative: Any) -> None:
    report = fpad.check(f, np.zeros(2))
    assert (report.verdict, report.derivative) == (verdict, derivative)


def first_of_three(v):
    w = np.minimum(-v[1], v[2])
    return np.max(np.array([w, w / (2 + v[0]), -v[1]]))


def first_of_three_numbers(v):
    w = np.minimum(-v[1], v[2])
    return max(w, w / (2 + v[0]), -v[1])


def first_of_three_sorted(v):
    w = np.minimum(-v[1], v[2])
    return np.sort(np.array([w / (2 + v[0]), w, -v[1]]))[2]


@pytest.mark.parametrize("f", [first_of_three, first_of_three_numbers, first_of_three_sorted])
def test_of_three_numbers_two_of_one_gradient_are_told_apart(f: Any) -> None:
    """Where v[2] < -v[1] < v[2] / (2 + v[0]) the third is not the first, in a wedge of no angle."""
    report = fpad.check(f, (-1, Fraction(0), Fraction(0)))
    assert report.verdict == "DIFFERENTIABLE"
    assert report.derivative == (0, -1, 0)
    assert report.pieces_outer == {(0, -1, 0), (0, 0, 1)}
    assert not report.strictly_differentiable
    inside = fpad.check(f, (Fraction(-3, 2), Fraction(-3, 2000), Fraction(1, 1000)))
    assert inside.derivative == (Fraction(-1, 250), 0, 2)
    report.verify()


def weighed_orders(v):
    w = np.sort([-1 * v[1], v[2] - 0.5, 0.5 - 1])[1]
    return np.sum(np.sort([w / (2 + v[0]), w, -1 * v[1]]) * [1, 1, 2]) + 2 * v[0]


def test_orders_in_a_wedge_are_pieces() -> None:
    report = fpad.check(weighed_orders, (-1, Fraction(0), Fraction(1, 2)))
    assert report.verdict == "NOT_DIFFERENTIABLE"
    assert report.pieces_outer == {(2, -2, 2), (2, -4, 0), (2, -1, 3)}
    report.verify()
