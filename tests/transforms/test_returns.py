"""Forward halves with several ways out: where each returns, and that nothing is lost there."""

from __future__ import annotations

import math

import pytest

import fpad
from tests.oracles import assert_close


def steps(x, n):
    if n == 0:
        return x
    if n == 1:
        return math.sin(x)
    h = steps(x * 0.9, n // 2)
    if h > 0.5:
        return h * x
    return h * h + x


def with_loops(x, n):
    s = 0.3
    if n > 2:
        for k in range(n):
            if k % 2:  # noqa: SIM108
                s = s * x
            else:
                s = s + math.sin(x)
        return s
    while s < x:
        s = s + 0.2 * with_loops(x, 3)
    return s * x


def set_in_one_way(x, n):
    u = 0.7
    if x > 0.5:
        if n > 1:
            u = math.exp(x)
        y = u * x
    elif n > 2:
        return x * x
    else:
        y = set_in_one_way(x + 1.0, n - 1)
    return y * u


def by_steps(x, n):
    return math.sin(steps(x * 1.1, n)) + x


def by_loops(x, n):
    return math.sin(with_loops(x * 1.1, n)) + x


def by_ways(x, n):
    return math.sin(set_in_one_way(x * 1.1, n)) + x


@pytest.mark.parametrize("f", [steps, with_loops, set_in_one_way, by_steps, by_loops, by_ways])
@pytest.mark.parametrize("x", [0.2, 0.8, 1.4])
@pytest.mark.parametrize("n", range(5))
def test_values(f, x, n):
    h = 1e-4
    want = (8 * (f(x + h, n) - f(x - h, n)) - (f(x + 2 * h, n) - f(x - 2 * h, n))) / (12 * h)
    assert_close(fpad.grad(f)(x, n), want, 1e-9, f.__name__)
    g = fpad.grad(f)
    want = (8 * (g(x + h, n) - g(x - h, n)) - (g(x + 2 * h, n) - g(x - 2 * h, n))) / (12 * h)
    assert_close(fpad.grad(g)(x, n), want, 1e-8, f.__name__)


def text(f, *args):
    slope = fpad.grad(f)
    slope(*args)
    return slope.source


def test_a_return_stands_where_the_way_ends():
    halves = text(steps, 0.8, 4).split("def steps_fwd")[1].split("\ndef ")[0]
    assert halves.count("return ") == 4
    assert "result = " not in halves
    assert " = 0.0\n" not in halves


def test_constants_that_are_read_stay():
    halves = text(set_in_one_way, 0.8, 4).split("def set_in_one_way_fwd")[1].split("\ndef ")[0]
    assert "u = 0.7" in halves


def test_rounded_code_keeps_one_line_for_each_operation():
    slope = fpad.grad(steps, precision="bfloat16")
    slope(0.8, 4)
    assert "return fp.round" not in slope.source
