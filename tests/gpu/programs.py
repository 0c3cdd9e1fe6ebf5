"""A dozen programs as users write them for a GPU, with arguments of any size and precision."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Make = Callable[[int, np.random.Generator], tuple[Any, ...]]


@dataclass(frozen=True)
class Example:
    """A function, arguments for about n entries, and what it is differentiated by."""

    function: Callable[..., Any]
    make: Make
    wrt: int | tuple[int, ...] = 0

    @property
    def name(self) -> str:
        return self.function.__name__

    def arguments(self, n: int, dtype: str = "float64", seed: int = 0) -> tuple[Any, ...]:
        values = self.make(n, np.random.default_rng(seed))
        return tuple(_cast(v, dtype) for v in values)


def _cast(v: Any, dtype: str) -> Any:
    return v.astype(dtype) if isinstance(v, np.ndarray) and v.dtype.kind == "f" else v


EXAMPLES: list[Example] = []


def example(make: Make, wrt: int | tuple[int, ...] = 0) -> Callable[..., Any]:
    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        EXAMPLES.append(Example(function, make, wrt))
        return function

    return register


def side(n: int, columns: int) -> int:
    return max(2, n // columns)


@example(lambda n, r: (r.normal(size=n), 2.0), wrt=(0, 1))
def sine_quotient(x, s):
    t = x * x
    y = np.sin(t) / s
    return np.sum(y)


@example(lambda n, r: (r.normal(size=n), r.integers(0, 2, n).astype(float)))
def logistic_loss(z, y):
    return np.mean(np.maximum(z, 0.0) - y * z + np.log1p(np.exp(-np.abs(z))))


@example(lambda n, r: (r.normal(size=n), 0.1, 1.5), wrt=(0, 1, 2))
def gaussian_log_density(x, m, s):
    z = (x - m) / s
    return np.sum(-0.5 * z * z) - x.size * np.log(s)


@example(lambda n, r: (2.0 * r.normal(size=n),))
def gelu(x):
    inner = 0.7978845608028654 * (x + 0.044715 * x**3)
    return np.sum(0.5 * x * (1.0 + np.tanh(inner)))


@example(lambda n, r: (r.normal(size=n), r.normal(size=n), 0.8))
def huber(prediction, target, delta):
    e = prediction - target
    a = np.abs(e)
    return np.mean(np.where(a <= delta, 0.5 * e * e, delta * (a - 0.5 * delta)))


@example(lambda n, r: (r.uniform(80, 120, n), r.uniform(90, 110, n), 0.2, 0.01, 1.3), wrt=(0, 2, 3))
def option_price(spot, strike, volatility, rate, time):
    deviation = volatility * np.sqrt(time)
    d1 = (np.log(spot / strike) + (rate + 0.5 * volatility * volatility) * time) / deviation
    d2 = d1 - deviation
    n1 = 0.5 * (1.0 + np.tanh(0.7978845608 * (d1 + 0.044715 * d1 * d1 * d1)))
    n2 = 0.5 * (1.0 + np.tanh(0.7978845608 * (d2 + 0.044715 * d2 * d2 * d2)))
    return np.sum(spot * n1 - strike * np.exp(-rate * time) * n2)


@example(
    lambda n, r: (r.normal(size=(side(n, 64), 64)), r.normal(size=64), r.normal(size=64)),
    wrt=(0, 1, 2),
)
def layer_norm(x, scale, shift):
    centred = x - np.mean(x, axis=1, keepdims=True)
    variance = np.mean(centred * centred, axis=1, keepdims=True)
    y = centred / np.sqrt(variance + 1e-5) * scale + shift
    return np.sum(y * y)


@example(
    lambda n, r: (
        0.1 * r.normal(size=(64, 32)),
        0.1 * r.normal(size=32),
        0.1 * r.normal(size=32),
        r.normal(size=(side(n, 64), 64)),
        r.normal(size=side(n, 64)),
    ),
    wrt=(0, 1, 2),
)
def two_layers(w1, b1, w2, x, y):
    h = np.maximum(x @ w1 + b1, 0.0)
    e = np.tanh(h @ w2) - y
    return np.mean(e * e)


@example(
    lambda n, r: (r.normal(size=(side(n, 16), 16)), np.eye(16)[r.integers(0, 16, side(n, 16))])
)
def cross_entropy(logits, targets):
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    log_sum = np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    return -np.sum(targets * (shifted - log_sum)) / logits.shape[0]


@example(lambda n, r: (r.uniform(-1, 1, n), r.normal(size=8)), wrt=(0, 1))
def horner(x, c):
    y = np.zeros_like(x)
    for k in range(8):
        y = y * x + c[k]
    return np.sum(y * y)


@example(lambda n, r: (r.normal(size=n), r.normal(size=n), 0.05), wrt=(0, 1))
def pendulums(q, p, dt):
    for _ in range(6):
        p = p - dt * np.sin(q)
        q = q + dt * p
    return np.sum(0.5 * p * p + 1.0 - np.cos(q))


@example(lambda n, r: (r.normal(size=n), r.normal(size=n), r.choice([-1.0, 1.0], n), 0.1))
def clipped_hinge(w, x, y, penalty):
    margin = np.clip(y * w * x, -2.0, 2.0)
    return np.mean(np.maximum(0.0, 1.0 - margin)) + penalty * np.sum(w * w)
