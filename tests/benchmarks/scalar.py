"""Scalar code: generated code against the function itself, and against autograd."""

from __future__ import annotations

import math
import statistics
import types
from collections.abc import Callable

import autograd
import autograd.numpy
import numpy as np

import fpad
from tests.benchmarks.calls import generated
from tests.benchmarks.measure import Row, in_turns

# ---------------------------------------------------------------- with NumPy's functions


def np_20(x, y):
    """Twenty operations."""
    a = x * y + 0.5
    b = np.sin(a) * np.exp(-x)
    c = b / (1.0 + a * a)
    d = np.sqrt(c * c + 1.0) - np.cos(y)
    e = np.tanh(d) * x + b
    return e * e - np.log(1.0 + d * d)


def np_loop(x, y):
    """A loop of scalar operations: 100 in all."""
    s = 0.0
    for k in range(10):
        t = x * y + s
        s = s + np.sin(t) * np.exp(-t * t)
        s = s / (1.0 + s * s) + 0.1 * k
    return s


def np_branches(x, y):
    """Branches and a loop: about 60 operations."""
    s = x
    for _ in range(10):
        if s > y:
            s = s * 0.7 + np.cos(s)
        elif s > 0.0:
            s = s * 1.1 - np.tanh(y) * 0.5
        else:
            s = s * s + y
    return s * s


# ---------------------------------------------------------------- with the functions of math


def math_20(x, y):
    """Twenty operations."""
    a = x * y + 0.5
    b = math.sin(a) * math.exp(-x)
    c = b / (1.0 + a * a)
    d = math.sqrt(c * c + 1.0) - math.cos(y)
    e = math.tanh(d) * x + b
    return e * e - math.log(1.0 + d * d)


def math_loop(x, y):
    """A loop of scalar operations: 100 in all."""
    s = 0.0
    for k in range(10):
        t = x * y + s
        s = s + math.sin(t) * math.exp(-t * t)
        s = s / (1.0 + s * s) + 0.1 * k
    return s


def math_branches(x, y):
    """Branches and a loop: about 60 operations."""
    s = x
    for _ in range(10):
        if s > y:
            s = s * 0.7 + math.cos(s)
        elif s > 0.0:
            s = s * 1.1 - math.tanh(y) * 0.5
        else:
            s = s * s + y
    return s * s


WITH_NUMPY = (np_20, np_loop, np_branches)
WITH_MATH = (math_20, math_loop, math_branches)
AT = (0.7, 1.3)


def scalar() -> list[Row]:
    """Gradients in both arguments, of functions of 20 operations and more."""
    rows = []
    for kind, functions, faster in (("np", WITH_NUMPY, 25), ("math", WITH_MATH, 100)):
        costs, gains = zip(*map(_compare, functions), strict=True)
        names = [f.__name__ for f in functions]
        rows += [
            Row(
                f"scalar code, {kind} functions: gradient / primal",
                3,
                statistics.median(costs),
                "x",
                detail=_each(names, costs),
            ),
            Row(
                f"scalar code, {kind} functions: autograd / gradient",
                faster,
                statistics.median(gains),
                "x",
                at_least=True,
                detail=_each(names, gains),
            ),
        ]
    return rows


def _compare(f: Callable[..., float]) -> tuple[float, float]:
    derivative = fpad.grad(f, wrt=("x", "y"))
    ours = derivative(*AT)
    theirs = autograd.grad(with_autograd(f), argnum=(0, 1))
    np.testing.assert_allclose(ours, theirs(*AT), rtol=1e-12)
    direct, one = generated(derivative)
    times = in_turns(
        {
            "primal": lambda: f(*AT),
            "gradient": lambda: direct(*AT, **one),
            "autograd": lambda: theirs(*AT),
        },
        sample=1e-3,
    )
    return times.ratio("gradient", "primal"), times.ratio("autograd", "gradient")


def with_autograd(f: Callable[..., float]) -> Callable[..., float]:
    """The function on autograd's wrappers in the place of NumPy and of math."""
    scope = {**f.__globals__, "np": autograd.numpy, "math": autograd.numpy}
    return types.FunctionType(f.__code__, scope, f.__name__, f.__defaults__)


def _each(names: list[str], values: tuple[float, ...]) -> str:
    return ", ".join(f"{n} {v:.3g}" for n, v in zip(names, values, strict=True))
