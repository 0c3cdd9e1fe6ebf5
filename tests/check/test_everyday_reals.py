"""Everyday programs with exp, log, tanh and roots: a verdict, and AD is right.

The derivative is compared with that of a complex step, which has no difference to round.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import fpad
from fpad.check import Verdict

pytest.importorskip("flint", reason="ball arithmetic is python-flint's")

RNG = np.random.default_rng(7)
X = RNG.normal(size=(40, 5))
Y = np.where(X @ np.array([1.0, -2.0, 0.5, 0.0, 1.0]) + RNG.normal(size=40) > 0, 1.0, -1.0)
W1, W2 = RNG.normal(size=(6, 4)), RNG.normal(size=(3, 6))
IMAGES, LABELS = RNG.integers(0, 16, size=(12, 6)) / 16.0, RNG.integers(0, 3, size=12)


def logistic_regression(w: Any) -> Any:
    return np.mean(np.log1p(np.exp(-Y * (X @ w)))) + 0.01 * np.sum(w * w)


def perceptron(x: Any) -> Any:
    z = W2 @ np.tanh(W1 @ x)
    return np.log(np.sum(np.exp(z))) - z[1]


def attention(x: Any) -> Any:
    q = x.reshape(3, 2)
    scores = np.exp(q @ q.T / np.sqrt(2.0))
    weights = scores / np.sum(scores, axis=1, keepdims=True)
    return np.sum((weights @ q) ** 2)


def softmax_regression(w: Any) -> Any:
    z = IMAGES @ w.reshape(6, 3)
    return np.mean(np.log(np.sum(np.exp(z), axis=1)) - z[np.arange(12), LABELS])


def mixture(p: Any) -> Any:
    """The negative logarithm of the likelihood of two normal distributions."""
    share = 1 / (1 + np.exp(-p[0]))
    data = X[:10, 0]
    one = np.exp(-((data - p[1]) ** 2) / 2) / np.sqrt(2 * np.pi)
    other = np.exp(-(((data - p[2]) / np.exp(p[3])) ** 2) / 2 - p[3]) / np.sqrt(2 * np.pi)
    return -np.sum(np.log(share * one + (1 - share) * other))


def oscillator(p: Any) -> Any:
    """Heun's method for a damped pendulum."""
    a, v = p[0], p[1]
    for _ in range(12):
        k = -np.sin(a) - 0.1 * v
        b, u = a + 0.1 * v, v + 0.1 * k
        a, v = a + 0.05 * (v + u), v + 0.05 * (k - np.sin(b) - 0.1 * u)
    return a * a + v * v


PROGRAMS: list[tuple[Callable[[Any], Any], Any]] = [
    (logistic_regression, RNG.normal(size=5)),
    (logistic_regression, np.zeros(5)),
    (perceptron, RNG.normal(size=4)),
    (attention, RNG.normal(size=6)),
    (softmax_regression, RNG.normal(size=18)),
    (mixture, np.array([0.3, -0.5, 0.8, 0.2])),
    (oscillator, np.array([1.0, -0.2])),
]


@pytest.mark.parametrize(("f", "at"), PROGRAMS)
def test_right(f: Callable[[Any], Any], at: Any) -> None:
    report = fpad.check(f, at)
    assert report.verdict is Verdict.DIFFERENTIABLE
    assert (report.correct, report.wrong_piece, report.path_flipped) == (True, False, False)
    assert report.derivative_float is not None
    steps = 1e-150j * np.eye(at.size)
    wanted = [f(at + step).imag / 1e-150 for step in steps]
    assert report.derivative_float == pytest.approx(wanted, rel=1e-11, abs=1e-13)


def softplus(x: Any) -> Any:
    return np.maximum(x, 0) + np.log1p(np.exp(-abs(x)))


def stable_cross_entropy(x: Any) -> Any:
    z = x - np.max(x)
    return np.log(np.sum(np.exp(z))) - z[0]


def gated(x: Any) -> Any:
    return np.maximum(x, 0) * (1 / (1 + np.exp(-x)))


@pytest.mark.parametrize(
    ("f", "at", "wanted"),
    [
        (softplus, 0.0, (0.5,)),
        (stable_cross_entropy, np.zeros(4), (-0.75, 0.25, 0.25, 0.25)),
        (stable_cross_entropy, np.array([1.0, 1.0, -3.0]), None),
        (gated, 0.0, "kink"),
    ],
)
def test_kinks_that_matter_and_those_that_do_not(f: Any, at: Any, wanted: Any) -> None:
    report = fpad.check(f, at)
    if wanted == "kink":
        assert report.verdict is Verdict.NOT_DIFFERENTIABLE
        assert report.slopes == (0, 0.5)
        return
    assert report.verdict is Verdict.DIFFERENTIABLE
    if wanted is not None:
        assert report.derivative == wanted
    if f is stable_cross_entropy:
        assert report.correct


def test_a_second_derivative() -> None:
    def f(x: Any) -> Any:
        return np.exp(np.sin(x))

    report = fpad.check(fpad.grad(f), 0.7)
    assert report.correct
    s, c = np.sin(0.7), np.cos(0.7)
    assert report.derivative_float == pytest.approx([np.exp(s) * (c * c - s)], rel=1e-13)


@pytest.mark.parametrize("precision", ["float32", "bfloat16", "float16"])
def test_other_formats(precision: str) -> None:
    def f(x: Any) -> Any:
        return np.exp(np.sin(x)) / (1 + x * x)

    report = fpad.check(f, 0.75, precision=precision)
    assert report.verdict is Verdict.DIFFERENTIABLE
    assert report.correct
    assert report.rounding_bound is not None
