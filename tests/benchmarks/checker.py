"""The checker on much at once: networks, and many points of a function of one number."""

from __future__ import annotations

import itertools
from functools import partial
from typing import Any

import numpy as np

import fpad
from tests.benchmarks.measure import Row, in_turns

SIZES = (784, 256, 64, 10)
BATCH = 64


def relu(x: Any) -> Any:
    return np.maximum(x, 0.0)


def squares(p: Any, x: Any, y: Any) -> Any:
    """Mean squared error of a network with three layers."""
    h = relu(x @ p["w1"] + p["b1"])
    h = relu(h @ p["w2"] + p["b2"])
    return np.mean((h @ p["w3"] + p["b3"] - y) ** 2)


def entropy(p: Any, x: Any, y: Any) -> Any:
    """Softmax cross entropy of the same."""
    h = relu(x @ p["w1"] + p["b1"])
    h = relu(h @ p["w2"] + p["b2"])
    z = h @ p["w3"] + p["b3"]
    s = z - np.max(z, axis=1, keepdims=True)
    return -np.mean(np.sum(y * (s - np.log(np.sum(np.exp(s), axis=1, keepdims=True))), axis=1))


def _network() -> tuple[Any, Any, Any]:
    rng = np.random.default_rng(0)
    p = {}
    for k, (m, n) in enumerate(itertools.pairwise(SIZES), start=1):
        p[f"w{k}"] = (rng.standard_normal((m, n)) * np.sqrt(2 / m)).astype(np.float32)
        p[f"b{k}"] = (rng.standard_normal(n) * 0.1).astype(np.float32)
    x = rng.random((BATCH, SIZES[0])).astype(np.float32)
    return p, x, np.eye(SIZES[-1], dtype=np.float32)[rng.integers(0, SIZES[-1], BATCH)]


def checker() -> list[Row]:
    """How many gradients a check of a network costs, and how many points are checked a second."""
    args = _network()
    rows = []
    for f in (squares, entropy):
        gradient = fpad.grad(f)
        gradient(*args)
        assert fpad.check(f, *args).correct
        actions = {
            "gradient": partial(gradient, *args),
            "check": partial(fpad.check, f, *args),
        }
        times = in_turns(actions, 15)
        detail = f"{times.median('check') * 1e3:.1f} ms, {times.median('gradient') * 1e3:.2f} ms"
        name = f"check of a network, {f.__name__}, in gradients"
        rows.append(Row(name, 20, times.ratio("check", "gradient"), "x", detail=detail))
    return [*rows, _points()]


def kinked(x: Any) -> Any:
    """A function of one number with an if, abs, a maximum and a power."""
    y = x * x if x > 0.5 else abs(x) - 1.0
    return np.maximum(y, 0.3 * x) + x**3


def _points() -> Row:
    """How many points a second."""
    points = np.linspace(-2.0, 2.0, 10**6) + 1e-9
    fpad.check(kinked, points[:100], batch=True)
    times = in_turns({"check": partial(fpad.check, kinked, points, batch=True)}, 5)
    rate = len(points) / times.median("check") / 1e6
    return Row("check of many points, in millions a second", 1, rate, "M/s", at_least=True)
