"""What it costs to note the choices down, beside the gradient without: vector code and a loop."""

from __future__ import annotations

import itertools
import statistics
from typing import Any

import numpy as np

import fpad
from tests.benchmarks.measure import Row, in_turns


def _relu(x: Any) -> Any:
    return np.maximum(0.0, x)


def network(W1, b1, W2, b2, W3, b3, X, y):
    """784-256-64-10 with relu: two choices for each example and hidden unit."""
    h = _relu(X @ W1 + b1)
    h = _relu(h @ W2 + b2)
    return np.sum((h @ W3 + b3 - y) ** 2)


def three_choices(x):
    """Little arithmetic between choices."""
    return np.sum(np.maximum(x, 0.0) * np.abs(x - 1.0) + np.where(x > 2.0, x, x * x))


def clipped(x):
    """A choice among three pieces, and one between sums."""
    y = np.clip(x * x - 1.0, -0.5, 2.0)
    return np.sum(y * np.sin(x)) if np.sum(y) > 0.0 else np.sum(y)


def distance(x):
    """One choice and nothing else: a label, which the gradient has too, and a copy of x."""
    return np.sum(np.abs(x))


def hinge(x):
    """As little, with another label."""
    return np.sum(np.maximum(x, 0.0))


def loop(x):
    """Numbers only: two choices and a trip for a few operations."""
    s = 0.0
    for k in range(1000):
        if x > k * 0.001:
            s += max(x, 0.5)
        else:
            s -= abs(x)
    return s


def _parameters(rng: np.random.Generator) -> tuple[Any, ...]:
    sizes, batch = (784, 256, 64, 10), 64
    out: list[Any] = []
    for a, b in itertools.pairwise(sizes):
        out += [rng.normal(size=(a, b)) / np.sqrt(a), rng.normal(size=b)]
    out += [rng.normal(size=(batch, sizes[0])), rng.normal(size=(batch, sizes[-1]))]
    return tuple(v.astype(np.float32) for v in out)


def records() -> list[Row]:
    """Ratios of the gradient with its record to the gradient alone; nobody reads the record."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=10**6)
    ratios = [
        _ratio("784-256-64-10 relu net, batch 64", network, _parameters(rng), tuple(range(6))),
        _ratio("three choices, 1e6 entries", three_choices, (x,), 0),
        _ratio("three choices, 1e3 entries", three_choices, (x[:1000],), 0),
        _ratio("clip and if, 1e6 entries", clipped, (x,), 0),
        _ratio("abs alone, 1e6 entries", distance, (x,), 0),
        _ratio("maximum alone, 1e6 entries", hinge, (x,), 0),
    ]
    median = statistics.median(row.measured for row in ratios)
    head = Row("vector code: gradient with its record / gradient", 1.5, median, "x")
    return [head, *ratios, _ratio("loop over numbers", loop, (0.3,), 0)]


def _ratio(name: str, f: Any, args: tuple[Any, ...], wrt: Any) -> Row:
    plain, recording = fpad.grad(f, wrt), fpad.grad(f, wrt, record=True)
    times = in_turns({"plain": lambda: plain(*args), "recording": lambda: recording(*args)})
    return Row(f"  {name}", None, times.ratio("recording", "plain"), "x")
