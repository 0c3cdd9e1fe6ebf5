"""A derivative leaves in the objects that it is given what the function itself leaves there."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import fpad


class Grid:
    """An object with a number, and with what it computes when it is first read."""

    def __init__(self, n: int) -> None:
        self.n = n
        self.kept: list[float] = [0.25]

    @functools.cached_property
    def weights(self) -> list[float]:
        return [0.5 * k for k in range(self.n)]

    @functools.cached_property
    def total(self) -> float:
        return sum(self.weights)

    @functools.cached_property
    def memo(self) -> dict[str, float]:
        return {}


def numbers(x: Any, g: Any) -> Any:
    g.w = [0.5 * k for k in range(g.n)]
    g.w.append(2.0)
    return x[0] * len(g.w)


def active_numbers(x: Any, g: Any) -> Any:
    w = [x[0] * k for k in range(g.n)]
    w.append(x[1])
    g.w = w
    return x[0] * w[2]


def pairs(x: Any, g: Any) -> Any:
    g.w = [(0.5 * k, x[0]) for k in range(g.n)]
    return x[0] * len(g.w)


def lists(x: Any, g: Any) -> Any:
    g.w = [[0.5 * k for k in range(2 + g.n)] for _ in range(g.n)]
    return x[0] * len(g.w)


def arrays(x: Any, g: Any) -> Any:
    g.w = tuple(x * k for k in range(g.n))
    return x[0] * len(g.w)


def dicts(x: Any, g: Any) -> Any:
    g.w = [{"a": k} for k in range(g.n)]
    return x[0] * len(g.w)


def inside(x: Any, g: Any) -> Any:
    g.w = {"a": [x[0] * k for k in range(g.n)], "b": None}
    g.nothing = None
    return x[0] * len(g.w)


def given(x: Any, g: Any) -> Any:
    g.kept.append(1.5)
    return x[0] * len(g.kept)


def cached(x: Any, g: Any) -> Any:
    return x[0] * g.total + x[1] * g.weights[1]


def cached_and_changed(x: Any, g: Any) -> Any:
    g.weights.append(2.0)
    return x[0] * len(g.weights)


@pytest.mark.parametrize(
    "f",
    [
        *(numbers, active_numbers, pairs, lists, arrays, dicts, inside, given),
        *(cached, cached_and_changed),
    ],
)
def test_objects_are_left_as_python_leaves_them(f: Callable[..., Any]) -> None:
    x, mine, pythons = np.array([1.5, -2.0]), Grid(3), Grid(3)
    derivative = fpad.value_and_grad(f)
    for _ in range(2):
        value, gradient = derivative(x, mine)
        assert value == pytest.approx(f(x, pythons))
        assert str(vars(mine)) == str(vars(pythons))  # the types too
    h = 1e-6 * np.eye(2)
    ends = [[f(x + s * d, Grid(3)) for s in (1, -1)] for d in h]
    if f not in (given, cached_and_changed):  # which count how often they are called
        assert gradient == pytest.approx([(a - b) / 2e-6 for a, b in ends], abs=1e-6)


def test_what_some_ways_only_have_computed_is_computed_again() -> None:
    def f(x: Any, g: Any) -> Any:
        return x * g.total if x > 1.0 else x

    derivative = fpad.grad(f)
    g = Grid(3)
    assert (derivative(0.5, g), derivative(2.0, g), g.n) == (1.0, 1.5, 3)
    g = Grid(4)
    assert g.total == 3.0
    assert derivative(2.0, g) == 3.0


def test_what_is_computed_in_a_loop() -> None:
    def f(x: Any, g: Any) -> Any:
        out = 0.0
        for k in range(len(x)):
            out = out + g.total * x[k] ** 2
        return out * g.total

    g = Grid(3)
    assert fpad.grad(f)(np.array([1.5, -2.0]), g) == pytest.approx([6.75, -9.0])
    assert vars(g)["total"] == 1.5


def counted(f: Callable[..., Any]) -> Any:
    """A decorator that counts calls, and keeps the last result."""

    @functools.wraps(f)
    def wrapper(*args: Any) -> Any:
        wrapper.calls += 1  # type: ignore[attr-defined]
        wrapper.last = f(*args)  # type: ignore[attr-defined]
        return wrapper.last  # type: ignore[attr-defined]

    wrapper.calls, wrapper.last = 0, 0.0  # type: ignore[attr-defined]
    return wrapper


@counted
def square(x: Any) -> Any:
    return x * x


def test_attributes_of_functions() -> None:
    def f(x: Any) -> Any:
        return square(x[0]) + square(x[1]) * square.calls

    square.calls = 0
    derivative = fpad.grad(f)
    assert derivative(np.array([1.0, 2.0])) == pytest.approx([2.0, 8.0])
    assert (square.calls, square.last) == (2, 4.0)
    assert derivative(np.array([1.0, 2.0])) == pytest.approx([2.0, 16.0])
    assert fpad.grad(square)(3.0) == 6.0
    assert square.calls == 5
