"""The filter: what bounds decide, the exact procedures decide too; large inputs are quick."""

from __future__ import annotations

import math
import operator
import random
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import fpad
from fpad import runtime as fp
from fpad.check import filtered
from fpad.check.bound_run import BoundRun
from fpad.check.bounds import LEAST, Bounded
from fpad.check.certain import CHOICES, apart
from fpad.check.certified_run import CertifiedRun
from fpad.check.numbers import Ball
from fpad.transforms.ir import NOWHERE, Let
from tests.check import random_piecewise, random_several
from tests.check.theory import ROWS
from tests.transforms.execution import define


@pytest.fixture
def every(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every check asks the bounds first, however small it is."""
    monkeypatch.setattr(filtered, "MANY", 0)
    return


def holds(number: Any, exact: Any) -> bool:
    """May the two be the same number?"""
    if isinstance(number, Ball) or isinstance(exact, Ball):
        (a, b), (c, d) = ((x.lo, x.hi) if isinstance(x, Ball) else (x, x) for x in (number, exact))
        return bool(a <= d and c <= b)
    return bool(number == exact)


def agree(f: Any, *args: Any, **named: Any) -> str:
    """Check with and without the bounds, and compare; the verdict of the exact procedures."""
    before, filtered.MANY = filtered.MANY, 10**9
    try:
        exact = fpad.check(f, *args, **named)
    finally:
        filtered.MANY = before
    report = fpad.check(f, *args, **named)
    if exact.verdict == "UNKNOWN":
        assert report.verdict in ("UNKNOWN", "DIFFERENTIABLE")
        return "UNKNOWN"
    assert report.verdict == exact.verdict
    assert report.correct == exact.correct
    assert report.wrong_piece == exact.wrong_piece
    if exact.derivative is not None:
        pairs = zip(report.derivative, exact.derivative, strict=True)
        assert all(holds(a, b) for a, b in pairs)
        assert holds(report.value, exact.value)
        if report.rounding_bound is not None and exact.rounding_bound is not None:
            assert np.all(report.ulp_error >= exact.ulp_error * (1 - 1e-9))
    return str(exact.verdict.value)


@pytest.mark.parametrize(
    "row", [r for r in ROWS if r.verdict != "UNKNOWN"], ids=lambda r: r.f.__name__
)
def test_theory(row: Any, every: None) -> None:
    agree(row.f, row.at)


@pytest.mark.parametrize("stratum", [0, 1, 2])
@pytest.mark.parametrize("ulps", [0, 1, 3])
def test_random_programs_of_one_number(stratum: int, ulps: int, every: None) -> None:
    """At points, and next to them."""
    rng = random.Random(10 * stratum + ulps)
    for _ in range(6):
        text = random_piecewise.program(rng, stratum)
        x = rng.choice((0.0, 1.0, -1.0, 0.5, 2.0, 0.1))
        for _ in range(ulps):
            x = math.nextafter(x, math.inf)
        agree(define(text), x)


@pytest.mark.parametrize("stratum", [0, 1])
def test_random_programs_of_several_numbers(stratum: int, every: None) -> None:
    rng = random.Random(stratum)
    for _ in range(4):
        text = random_several.program(rng, stratum, 3)
        x = np.array(random_several.point(rng, 3)) + rng.choice((0.0, 0.0, 1e-17, 0.3))
        agree(define(text), x)


# ---------------------------------------------------------------- bounds


def apply(op: Any, *args: Any) -> Any:
    names = tuple(f"a{k}" for k in range(len(args)))
    return BoundRun().apply(Let("y", op, names, (), NOWHERE), args, {})


def dyadic(rng: np.random.Generator, shape: tuple[int, ...], span: int) -> np.ndarray:
    """Numbers with 53 bits, of sizes between 1 and 2**-span."""
    return rng.uniform(-1.0, 1.0, shape) * 2.0 ** -rng.integers(0, span + 1, shape)


def moved(x: np.ndarray, errors: np.ndarray, other: np.ndarray) -> list[Fraction]:
    """Numbers as far away as they may be, so that their products with others all grow."""
    signs = np.copysign(1.0, other).tolist()
    triples = zip(x.tolist(), errors.tolist(), signs, strict=True)
    return [Fraction(v) + int(s) * Fraction(e) for v, e, s in triples]


@pytest.mark.parametrize("span", [0, 30, 200])
@pytest.mark.parametrize("scale", [0, 100, -100])
@pytest.mark.parametrize("known", ["both", "left", "right", "neither"])
def test_bounds_of_large_products(span: int, scale: int, known: str) -> None:
    """They are computed in single precision, and hold for numbers that it does not have."""
    rng = np.random.default_rng(span)
    a, b = dyadic(rng, (72, 64), span) * 2.0**scale, dyadic(rng, (64, 72), span)
    ea = np.zeros(a.shape) if known in ("both", "left") else np.abs(dyadic(rng, a.shape, 60))
    eb = np.zeros(b.shape) if known in ("both", "right") else np.abs(dyadic(rng, b.shape, 60))
    left = a if known in ("both", "left") else Bounded(a, ea)
    right = b if known in ("both", "right") else Bounded(b, eb)
    y = apply(operator.matmul, left, right)
    assert np.all(np.isfinite(y.error))
    if known == "both" and span == 0:
        assert np.all(y.error <= 1e-12 * 2.0**scale)
    for i, j in rng.integers(0, 72, (12, 2)):
        row, column = moved(a[i], ea[i], b[:, j]), moved(b[:, j], eb[:, j], a[i])
        exact = sum((u * v for u, v in zip(row, column, strict=True)), Fraction(0))
        assert abs(exact - Fraction(y.value[i, j])) <= Fraction(y.error[i, j])


FUNCTIONS = {
    "exp": (-30.0, 30.0),
    "expm1": (-5.0, 5.0),
    "exp2": (-30.0, 30.0),
    "log": (1e-3, 50.0),
    "log2": (1e-3, 50.0),
    "log10": (1e-3, 50.0),
    "log1p": (-0.9, 50.0),
    "sin": (-20.0, 20.0),
    "cos": (-20.0, 20.0),
    "tan": (-1.5, 1.5),
    "tanh": (-3.0, 3.0),
    "sinh": (-3.0, 3.0),
    "cosh": (-3.0, 3.0),
    "arctan": (-9.0, 9.0),
    "arcsin": (-0.99, 0.99),
    "arccos": (-0.99, 0.99),
    "arcsinh": (-9.0, 9.0),
    "cbrt": (0.01, 9.0),
    "sqrt": (0.01, 9.0),
}
ARB = {"arctan": "atan", "arcsin": "asin", "arccos": "acos", "arcsinh": "asinh"}


def arb_value(name: str, x: Fraction) -> Any:
    """The function of Arb, to many digits."""
    flint = pytest.importorskip("flint")
    flint.ctx.prec = 200
    ball = flint.arb(flint.fmpq(x.numerator, x.denominator))
    match name:
        case "exp2":
            return flint.arb(2) ** ball
        case "log2" | "log10":
            return ball.log() / flint.arb(int(name[3:])).log()
        case "cbrt":
            return ball.root(3)
        case _:
            return getattr(ball, ARB.get(name, name))()


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("error", [0.0, 1e-12, 1e-3])
def test_elementary_functions_stay_within_their_bounds(name: str, dtype: Any, error: float) -> None:
    rng = np.random.default_rng(len(name))
    x = rng.uniform(*FUNCTIONS[name], 40).astype(dtype)
    y = apply(getattr(np, name), Bounded(x, np.full(x.shape, error)))
    for k, moved in enumerate(rng.uniform(-1, 1, 40)):
        exact = arb_value(name, Fraction(float(x[k])) + Fraction(moved) * Fraction(error))
        distance = abs(exact - float(y.value[k]))
        assert float(distance.upper()) <= y.error[k]
        assert y.error[k] < 1e-2 * max(1.0, abs(float(y.value[k])) * 30) or error == 1e-3


@pytest.mark.parametrize("p", [2, 3, -1, -2, 0, 0.5, 1.5, -0.5, 7])
@pytest.mark.parametrize("size", [5, 200])
def test_powers_stay_within_their_bounds(p: Any, size: int) -> None:
    flint = pytest.importorskip("flint")
    flint.ctx.prec = 200
    rng = np.random.default_rng(size)
    x = rng.uniform(0.1, 3.0, size)
    y = apply(operator.pow, Bounded(x, np.full(size, 1e-9)), p)
    for k in range(size):
        moved = Fraction(float(x[k])) + Fraction(1, 10**9) * rng.integers(-1, 2).item()
        exact = flint.arb(flint.fmpq(moved.numerator, moved.denominator)) ** flint.arb(p)
        assert float(abs(exact - float(y.value[k])).upper()) <= y.error[k] < 1e-4


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(
    "shapes", [((3, 4), (4, 5)), ((4,), (4, 5)), ((2, 3, 4), (4, 5)), ((4,), (4,))]
)
@pytest.mark.parametrize("known", ["both", "left", "right", "uniform"])
def test_products_stay_within_their_bounds(dtype: Any, shapes: Any, known: str) -> None:
    rng = np.random.default_rng(0)
    a, b = (rng.standard_normal(s).astype(dtype) for s in shapes)
    ea, eb = (rng.uniform(0, 1e-6, s) for s in shapes)
    if known == "uniform":
        ea, eb = np.broadcast_to(1e-7, a.shape), np.broadcast_to(1e-6, b.shape)
    left = a if known == "right" else Bounded(a, ea)
    right = b if known == "left" else Bounded(b, eb)
    y = apply(operator.matmul, left, right)
    for _ in range(4):
        moved = [
            _fractions(v, e * rng.choice([-1.0, 1.0], e.shape), isinstance(given, Bounded))
            for v, e, given in ((a, ea, left), (b, eb, right))
        ]
        exact = np.asarray(moved[0] @ moved[1], object)
        found = _fractions(np.asarray(y.value), np.zeros(np.shape(y.value)), False)
        assert np.all(abs(exact - found) <= _fractions(np.asarray(y.error), 0.0, False))
    assert np.max(y.error) < 1e-4


def norm(x: Any) -> Any:
    """Of fractions, to many digits."""
    return Fraction(math.isqrt(int(np.sum(x * x) * 10**60))) / 10**30


def variance(x: Any) -> Any:
    return np.mean((x - np.mean(x)) ** 2)


ARRAYS = {
    "mod": (operator.mod, operator.mod, 2),
    "floordiv": (operator.floordiv, operator.floordiv, 2),
    "cumsum": (np.cumsum, np.cumsum, 1),
    "sort": (np.sort, lambda x: np.array(sorted(x), object), 1),
    "norm": (np.linalg.norm, norm, 1),
    "var": (np.var, variance, 1),
    "outer": (np.outer, np.outer, 2),
    "inner": (np.inner, np.inner, 2),
    "vdot": (np.vdot, lambda a, b: np.sum(a * b), 2),
    "prod": (np.multiply, np.multiply, 2),
    "quotient": (np.divide, np.divide, 2),
}


@pytest.mark.parametrize("name", ARRAYS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("error", [0.0, 1e-9])
def test_operations_on_arrays_stay_within_their_bounds(name: str, dtype: Any, error: float) -> None:
    op, exact, count = ARRAYS[name]
    rng = np.random.default_rng(len(name))
    for _ in range(5):
        xs = [rng.uniform(0.5, 9.0, 6).astype(dtype) * rng.choice([-1, 1]) for _ in range(count)]
        y = CertifiedRun().apply(_let(op, count), [Bounded(x, np.full(6, error)) for x in xs], {})
        shift = [error * rng.choice([-1.0, 1.0], 6) for _ in xs]
        moved = [_fractions(x, e, True) for x, e in zip(xs, shift, strict=True)]
        expected = np.asarray(exact(*moved), object)
        found = _fractions(np.asarray(y.value), 0.0, False)
        bound = np.asarray(y.error)
        assert np.all(np.isfinite(bound))
        assert np.all(abs(expected - found) <= _fractions(bound, 0.0, False) + Fraction(1, 10**29))
        assert np.max(bound) < (1e-3 if dtype == np.float32 else 1e-6)


def _let(op: Any, count: int) -> Let:
    return Let("y", op, tuple(f"a{k}" for k in range(count)), (), NOWHERE)


def _fractions(x: Any, shift: Any, moves: bool) -> Any:
    exact = np.frompyfunc(lambda v: Fraction(float(v)), 1, 1)
    return exact(x) + exact(shift) if moves else exact(x)


def test_remainders_know_where_they_jump() -> None:
    for x, e, certain in (
        (2.5, 0.1, True),
        (2.0, LEAST, False),
        (2.0, 0.0, True),
        (2.4, 0.5, False),
    ):
        found, _ = CHOICES[operator.mod](x % 1.0, Bounded(np.float64(x), e), 1.0)
        assert bool(found) is certain
    found, _ = CHOICES[np.sort](np.sort([1.0, 1.0]), Bounded(np.ones(2), np.array([0.0, LEAST])))
    assert not np.any(found)


def test_what_varies_never_gets_an_exact_bound() -> None:
    """A bound of 0 says that a number is the same everywhere near the point."""
    for x in (0.0, 1e-300, 5e-324, 1.0, 1e308):
        a = Bounded(np.full(3, x), np.full(3, LEAST))
        for op, rest in (
            *((operator.mul, (c,)) for c in (0.0, 0.3, 1e-300)),
            *((operator.pow, (n,)) for n in (1, 2, 3)),
            *((op, ()) for op in (np.square, np.sum, operator.neg, np.abs, np.mean)),
            *((operator.add, (c,)) for c in (0.0, 1.0)),
        ):
            with np.errstate(all="ignore"):
                assert np.all(apply(op, a, *rest).error > 0)


def test_numbers_that_are_off_by_more_are_apart() -> None:
    a = Bounded(np.array([1.0, 1.0, 1.0, np.nan]), np.array([0.1, 0.0, 0.0, 0.0]))
    assert apart(a, 1.05).tolist() == [False, True, True, False]
    assert apart(Bounded(1.0, LEAST), 1.0) == False  # noqa: E712, an array
    assert apart(1.0, 1.0)
    assert not apart(2**60 + 1, Bounded(float(2**60), 0.0))


@pytest.mark.parametrize(
    ("op", "x", "e", "certain"),
    [
        (np.floor, 2.5, 0.4, True),
        (np.floor, 2.5, 0.5, False),
        (np.floor, 3.0, LEAST, False),
        (np.floor, 3.0, 0.0, True),
        (np.ceil, 3.0, LEAST, False),
        (np.rint, 0.5, LEAST, False),
        (np.rint, 0.49999999999999994, LEAST, False),
        (np.rint, 0.25, 0.2, True),
        (np.sqrt, 0.0, LEAST, False),
        (np.abs, 1e-300, 1e-301, True),
        (np.abs, 1e-300, 2e-300, False),
    ],
)
def test_choices_are_certain(op: Any, x: float, e: float, certain: bool) -> None:
    found, _ = CHOICES[op](op(x), Bounded(np.float64(x), e))
    assert bool(found) is certain


# ---------------------------------------------------------------- large programs


def relu(x: Any) -> Any:
    return np.maximum(x, 0.0)


def network(p: Any, X: Any, Y: Any) -> Any:
    h = relu(X @ p["W1"] + p["b1"])
    h = relu(h @ p["W2"] + p["b2"])
    z = h @ p["W3"] + p["b3"]
    return np.mean((z - Y) ** 2)


def classifier(p: Any, X: Any, Y: Any) -> Any:
    h = relu(X @ p["W1"] + p["b1"])
    h = relu(h @ p["W2"] + p["b2"])
    z = h @ p["W3"] + p["b3"]
    s = z - np.max(z, axis=1, keepdims=True)
    return -np.mean(np.sum(Y * (s - np.log(np.sum(np.exp(s), axis=1, keepdims=True))), axis=1))


def parameters(sizes: Any, dtype: Any, batch: int) -> tuple[Any, Any, Any]:
    rng = np.random.default_rng(1)
    p = {}
    for k in range(3):
        scale = math.sqrt(2 / sizes[k])
        p[f"W{k + 1}"] = (rng.standard_normal(sizes[k : k + 2]) * scale).astype(dtype)
        p[f"b{k + 1}"] = (rng.standard_normal(sizes[k + 1]) * 0.1).astype(dtype)
    X = rng.random((batch, sizes[0])).astype(dtype)
    return p, X, np.eye(sizes[3], dtype=dtype)[rng.integers(0, sizes[3], batch)]


@pytest.mark.parametrize("f", [network, classifier])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_large_network_is_decided_by_bounds(f: Any, dtype: Any) -> None:
    args = parameters((784, 256, 64, 10), dtype, 64)
    report = fpad.check(f, *args)
    assert (report.verdict, report.procedure, report.correct) == ("DIFFERENTIABLE", "D0", True)
    assert report.exit_code == 0
    assert report.path_flipped is False
    assert report.rounding_ok
    flat = np.concatenate([np.ravel(v) for v in report.ad.values()])
    assert report.derivative_float.shape == flat.shape
    eps = np.finfo(dtype).eps
    assert np.max(np.abs(report.derivative_float - flat)) < 50 * eps
    assert np.all(np.abs(report.derivative_float - flat) <= report.rounding_bound)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_network_that_both_can_do(dtype: Any, every: None) -> None:
    assert agree(network, *parameters((8, 6, 5, 3), dtype, 2)) == "DIFFERENTIABLE"


@pytest.mark.parametrize("precision", ["bfloat16", "float16", "float32"])
def test_formats(precision: str, every: None) -> None:
    def f(x: Any) -> Any:
        return np.sum(np.maximum(x * x - 0.5, 0.0) * x) / 3

    rng = np.random.default_rng(2)
    for _ in range(5):
        agree(f, rng.standard_normal(6), precision=precision)


def test_an_entry_on_a_kink_is_seen_among_many(every: None) -> None:
    def f(x: Any) -> Any:
        return np.sum(np.abs(x))

    x = np.arange(1.0, 12.0)
    assert fpad.check(f, x).correct
    x[7] = 0.0
    assert fpad.check(f, x).verdict == "NOT_DIFFERENTIABLE"
    x[7] = 5e-324
    assert fpad.check(f, x).correct
    x[7] = np.nan
    assert fpad.check(f, x).reason == "nan_input"


def test_exact_runs_that_are_too_large_are_not_begun() -> None:
    p, X, Y = parameters((784, 256, 64, 10), np.float32, 64)
    p["W1"][:, 3] = 0.0
    p["b1"][3] = 0.0
    report = fpad.check(network, p, X, Y)
    assert (report.verdict, report.reason) == ("UNKNOWN", "too_many_steps")
    assert report.correct is None


def test_the_numbers_are_those_of_the_check() -> None:
    """Also if they are read after the arrays were written."""

    def f(x: Any) -> Any:
        return np.sum(x * x)

    x = np.linspace(-1.0, 1.0, 300)
    before = x.copy()
    report = fpad.check(f, x)
    x[:] = 7.0
    assert report.derivative == tuple(2 * Fraction(v) for v in before)


def test_what_is_left_to_the_exact_run() -> None:
    """Where a coded derivative is what somebody says, the bounds decide nothing."""

    def stopped(x: Any) -> Any:
        return np.sum(fpad.stop_gradient(x) * x)

    report = fpad.check(stopped, np.arange(1.0, 301.0))
    assert report.correct is not True

    def refuses(x: Any) -> Any:
        if x[0] > 0:
            raise ValueError("positive")
        return np.sum(x)

    assert fpad.check(refuses, np.arange(1.0, 301.0)).verdict == "UNDEFINED"


def test_constants_may_tie() -> None:
    """Padding with zeros, and extremes over entries that are switched off."""

    def f(x: Any) -> Any:
        padded = np.concatenate([np.zeros(3), x])
        off = np.maximum(padded - 100.0, 0.0)
        return np.max(off) + np.sum(np.maximum(padded * 1.0, -1.0))

    assert fpad.check(f, np.linspace(0.1, 0.9, 300)).correct


def test_values_that_nobody_reads_may_raise() -> None:
    def f(x: Any) -> Any:
        math.log(x[0])
        return np.sum(x * x)

    x = np.linspace(-1.0, 1.0, 300)
    assert fpad.check(f, x).verdict == "UNDEFINED"


def test_fractions_among_many_inputs(every: None) -> None:
    def f(x: Any) -> Any:
        return np.sum(np.maximum(3 * x - 1, 0))

    x = np.array([Fraction(k, 3) for k in range(2, 12)], object)
    assert fpad.check(f, x).correct
    x[0] = Fraction(1, 3)
    assert fpad.check(f, x).verdict == "NOT_DIFFERENTIABLE"


def test_the_report_of_a_large_point(every: None) -> None:
    def f(x: Any) -> Any:
        return np.sum(x * x)

    x = np.linspace(-1.0, 1.0, 10)
    report = fpad.check(f, x)
    assert report.derivative == tuple(2 * Fraction(v) for v in x)
    assert report.verify()
    again = type(report).from_json(report.to_json())
    assert again.derivative == report.derivative
    assert report.pieces_inner == frozenset((report.derivative,))
    assert fp.count(report.ad) == 10
