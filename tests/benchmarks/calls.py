"""What a call of a Derivative costs beyond the generated function that it calls."""

from __future__ import annotations

import math

import numpy as np

import fpad
from tests.benchmarks.measure import Row, in_turns


def product(x, y):
    """A gradient of a few multiplications."""
    return math.sin(x) * y


def total(p):
    """A sum of ten arrays."""
    first = p["a"] + p["b"] + p["c"] + p["d"] + p["e"]
    return np.sum(first + p["f"] + p["g"] + p["h"] + p["i"] + p["j"])


def dispatch() -> list[Row]:
    """The time of a call minus that of the generated function alone."""
    params = {name: np.ones(3) for name in "abcdefghij"}
    return [
        Row("dispatch, float arguments", 1, _overhead(product, 1.0, 2.0) * 1e6, "us"),
        Row("dispatch, a dict of ten arrays", 4, _overhead(total, params) * 1e6, "us"),
    ]


def _overhead(f, *args) -> float:
    derivative = fpad.grad(f)
    derivative(*args)
    direct, one = generated(derivative)
    times = in_turns(
        {"call": lambda: derivative(*args), "direct": lambda: direct(*args, **one)},
        rounds=101,
        sample=1e-3,
    )
    return times.difference("call", "direct")


def generated(derivative: fpad.Derivative):
    """The function that a derivative calls, and the keyword arguments that it adds."""
    derived = derivative._latest.derived
    outside = {k: v for live in derived.live for k, v in live.flat(live.read()).items()}
    return derived.call, {**derived.one, **outside}
