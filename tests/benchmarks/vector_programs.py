"""Twelve programs on 1e6 doubles, named; each is differentiated with respect to `wrt`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

N = 1_000_000
SIDE = 1_000


@dataclass(frozen=True)
class VectorProgram:
    """A function with its arguments; `wrt` are positions."""

    function: Callable[..., Any]
    args: tuple[Any, ...]
    wrt: tuple[int, ...]

    @property
    def name(self) -> str:
        """The name of the function."""
        return self.function.__name__


def sum_of_squares(x):
    return np.sum(x * x)


def gaussian(x, m):
    d = x - m
    return np.sum(np.exp(-d * d))


def polynomial(x):
    return np.sum(((0.3 * x - 1.2) * x + 0.7) * x + 2.0)


def logistic(w, y):
    return np.sum(np.log(1.0 + np.exp(-w * y)))


def relu_product(x, y):
    return np.sum(np.maximum(x, 0.0) * y)


def distance(x, y):
    d = x - y
    return np.sqrt(np.sum(d * d))


def standardised(x, y):
    d = x - np.mean(x)
    v = np.mean(d * d)
    return np.sum(d / np.sqrt(v + 1e-5) * y)


def softmax_loss(z, y):
    e = np.exp(z - np.max(z, axis=1, keepdims=True))
    p = e / np.sum(e, axis=1, keepdims=True)
    return -np.sum(y * np.log(p + 1e-12))


def rosenbrock(x):
    a = x[:-1]
    b = x[1:] - a * a
    c = 1.0 - a
    return np.sum(100.0 * b * b + c * c)


def heat(u):
    for _ in range(4):
        inner = u[1:-1] + 0.2 * (u[2:] - 2.0 * u[1:-1] + u[:-2])
        u = np.concatenate((u[:1], inner, u[-1:]))
    return np.sum(u * u)


def affine_rows(x, w, b):
    return np.sum(np.tanh(x * w + b))


def trigonometric(x, y):
    r = np.sqrt(x * x + y * y)
    return np.sum(np.sin(r) * np.cos(x) / (1.0 + r))


def _programs() -> tuple[VectorProgram, ...]:
    rng = np.random.default_rng(0)

    def normal(*shape: int) -> np.ndarray:
        return rng.normal(size=shape)

    rows = normal(SIDE, SIDE)
    return (
        VectorProgram(sum_of_squares, (normal(N),), (0,)),
        VectorProgram(gaussian, (normal(N), 0.3), (0, 1)),
        VectorProgram(polynomial, (normal(N),), (0,)),
        VectorProgram(logistic, (normal(N), normal(N)), (0,)),
        VectorProgram(relu_product, (normal(N), normal(N)), (0, 1)),
        VectorProgram(distance, (normal(N), normal(N)), (0, 1)),
        VectorProgram(standardised, (normal(N), normal(N)), (0,)),
        VectorProgram(softmax_loss, (normal(SIDE, SIDE), abs(rows)), (0,)),
        VectorProgram(rosenbrock, (normal(N),), (0,)),
        VectorProgram(heat, (normal(N),), (0,)),
        VectorProgram(affine_rows, (rows, normal(SIDE), normal(SIDE)), (0, 1, 2)),
        VectorProgram(trigonometric, (normal(N), normal(N)), (0, 1)),
    )


PROGRAMS = _programs()
