"""Functions at points where numbers are not rational, with what the checker must say.

The derivatives are computed by python-flint at 300 bits, from formulas written for this purpose.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Real:
    """A function at a point.

    Attributes:
        f: the function.
        at: the point: a number or a tuple of numbers, which make an array.
        gradient: (flint's ball type, entries of the point) -> the derivative.
        procedure: that must decide; None for any.
    """

    f: Callable[..., Any]
    at: Any
    gradient: Callable[..., list[Any]]


REALS: list[Real] = []


def real(at: Any) -> Callable[[Callable[..., list[Any]]], Callable[..., list[Any]]]:
    """List the gradient's function under the name of the one that stands before it."""

    def add(gradient: Callable[..., list[Any]]) -> Callable[..., list[Any]]:
        f = globals()[gradient.__name__.removesuffix("_slope")]
        REALS.append(Real(f, at, gradient))
        return gradient

    return add


def exponential(x: Any) -> Any:
    return np.exp(x)


@real(1.0)
@real(-0.3)
@real(700.0)
@real(-740.0)
def exponential_slope(arb: Any, x: Any) -> list[Any]:
    return [x.exp()]


def root(x: Any) -> Any:
    return np.sqrt(x)


@real(2.0)
@real(1e-300)
def root_slope(arb: Any, x: Any) -> list[Any]:
    return [1 / (2 * x.sqrt())]


def near_integer(x: Any) -> Any:
    """exp(pi sqrt(163)) is an integer to 12 digits after the point."""
    return abs(np.exp(4 * np.arctan(1.0) * np.sqrt(x)) - 262537412640768744)


@real(163.0)
def near_integer_slope(arb: Any, x: Any) -> list[Any]:
    turn = arb.pi() * x.sqrt()
    return [-turn.exp() * arb.pi() / (2 * x.sqrt())]


def sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


@real(0.3)
@real(-5.0)
def sigmoid_slope(arb: Any, x: Any) -> list[Any]:
    s = 1 / (1 + (-x).exp())
    return [s * (1 - s)]


def hyperbolic(x: Any) -> Any:
    return np.tanh(x) * np.cosh(x / 2)


@real(0.7)
def hyperbolic_slope(arb: Any, x: Any) -> list[Any]:
    h = x / 2
    return [h.cosh() / x.cosh() ** 2 + x.tanh() * h.sinh() / 2]


def gelu(x: Any) -> Any:
    return 0.5 * x * (1 + math.erf(x / np.sqrt(2.0)))


@real(0.7)
@real(-1.5)
def gelu_slope(arb: Any, x: Any) -> list[Any]:
    density = (-x * x / 2).exp() / (2 * arb.pi()).sqrt()
    return [(1 + (x / arb(2).sqrt()).erf()) / 2 + x * density]


def length(x: Any) -> Any:
    return np.linalg.norm(x)


@real((1.0, 2.0))
@real((3.0, 0.0, -1.0))
def length_slope(arb: Any, *x: Any) -> list[Any]:
    n = sum((v * v for v in x), arb(0)).sqrt()
    return [v / n for v in x]


def diagonal(x: Any) -> Any:
    return np.hypot(x[0], x[1])


@real((1.0, 1.0))
def diagonal_slope(arb: Any, *x: Any) -> list[Any]:
    return length_slope(arb, *x)


def logsumexp(x: Any) -> Any:
    m = np.max(x)
    return m + np.log(np.sum(np.exp(x - m)))


@real((1.0, 2.0, 0.5))
@real((1.0, 2.0, 2.0))
@real((0.25, 0.25, 0.25, 0.25))
def logsumexp_slope(arb: Any, *x: Any) -> list[Any]:
    total = sum((v.exp() for v in x), arb(0))
    return [v.exp() / total for v in x]


def cross_entropy(x: Any) -> Any:
    z = x - np.max(x)
    return np.log(np.sum(np.exp(z))) - z[1]


@real((1.0, 2.0, 0.5))
@real((2.0, 2.0, 0.5))
def cross_entropy_slope(arb: Any, *x: Any) -> list[Any]:
    p = logsumexp_slope(arb, *x)
    return [v - (k == 1) for k, v in enumerate(p)]


def chain_of_roots(x: Any) -> Any:
    return np.sqrt(1 + np.sqrt(2 + np.sqrt(x)))


@real(3.0)
def chain_of_roots_slope(arb: Any, x: Any) -> list[Any]:
    a = x.sqrt()
    b = (2 + a).sqrt()
    c = (1 + b).sqrt()
    return [1 / (8 * a * b * c)]


def layer_norm(x: Any) -> Any:
    z = (x - np.mean(x)) / np.sqrt(np.var(x) + 1e-5)
    return z[0] * 2 + z[1] ** 2


@real((0.5, -1.0, 2.0))
def layer_norm_slope(arb: Any, *x: Any) -> list[Any]:
    n = len(x)
    mean = sum(x, arb(0)) / n
    far = [v - mean for v in x]
    r = (sum((v * v for v in far), arb(0)) / n + arb(1e-5)).sqrt()
    z = [v / r for v in far]
    weights = [arb(2), 2 * z[1], arb(0)]
    both = sum((w * v for w, v in zip(weights, z, strict=True)), arb(0)) / n
    one = sum(weights, arb(0)) / n
    return [(w - one - v * both) / r for w, v in zip(weights, z, strict=True)]


def gaussian(x: Any) -> Any:
    data = np.array([0.5, 1.5, -0.25])
    return -np.sum(((data - x[0]) / np.exp(x[1])) ** 2) / 2 - 3 * x[1]


@real((0.1, 0.3))
def gaussian_slope(arb: Any, mean: Any, scale: Any) -> list[Any]:
    data = [arb(v) for v in (0.5, 1.5, -0.25)]
    shrunk = (-2 * scale).exp()
    far = [v - mean for v in data]
    return [sum(far, arb(0)) * shrunk, sum((v * v for v in far), arb(0)) * shrunk - 3]


def powers(x: Any) -> Any:
    return 2.0**x + x**0.1 + x**x


@real(0.5)
@real(3.0)
def powers_slope(arb: Any, x: Any) -> list[Any]:
    p = arb(0.1)
    return [arb(2).log() * arb(2) ** x + p * x ** (p - 1) + x**x * (x.log() + 1)]


def waves(x: Any) -> Any:
    return np.sin(x) * np.cos(3 * x) + np.tan(x) + np.arctan(x) + np.arcsin(x / 4)


@real(0.9)
def waves_slope(arb: Any, x: Any) -> list[Any]:
    y = 3 * x
    inner = 1 / (1 + x * x) + 1 / (4 * (1 - x * x / 16).sqrt())
    return [x.cos() * y.cos() - 3 * x.sin() * y.sin() + 1 / x.cos() ** 2 + inner]


def logarithms(x: Any) -> Any:
    return np.log(x) + np.log2(x) + np.log10(x) + np.log1p(x) + np.expm1(x) + np.exp2(x)


@real(0.9)
@real(7.0)
def logarithms_slope(arb: Any, x: Any) -> list[Any]:
    bases = 1 + 1 / arb(2).log() + 1 / arb(10).log()
    return [bases / x + 1 / (1 + x) + x.exp() + arb(2).log() * arb(2) ** x]


def angle(x: Any) -> Any:
    return np.arctan2(x[0], x[1])


@real((1.0, 2.0))
@real((1.0, -2.0))
@real((-1.0, -2.0))
@real((-1.0, 0.25))
def angle_slope(arb: Any, y: Any, x: Any) -> list[Any]:
    n = x * x + y * y
    return [x / n, -y / n]


def gamma_functions(x: Any) -> Any:
    return math.lgamma(x) + math.gamma(x)


@real(2.5)
def gamma_functions_slope(arb: Any, x: Any) -> list[Any]:
    return [x.digamma() * (1 + x.gamma())]
