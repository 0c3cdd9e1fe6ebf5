"""`fpad.testing.check_grads`: right derivatives pass, wrong ones are named."""

from __future__ import annotations

import math
import operator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

import fpad
from fpad.testing import check_grads
from fpad.transforms.rules.core import RULES

RNG = np.random.default_rng(4)


def model(params: Any, x: Any, n: int = 2) -> Any:
    y = np.tanh(x @ params["W"]) + params["b"]
    for _ in range(n):
        y = y * np.sin(y)
    return np.sum(y * y), y


def scalar(x: float, y: float) -> float:
    return math.sin(x * y) / (1.0 + x * x)


def written(x: Any, w: float) -> Any:
    x[1:] *= w * x[:-1]
    return x * w


def tied(params: Any, x: Any) -> Any:
    """The identity in params["a"], but not for automatic differentiation where x is 0."""
    a = params["a"] * x
    return np.sum(np.maximum(a, -a) * params["b"] + a * a)


def crossing(x: Any) -> Any:
    return np.maximum(x, 0.0) - np.maximum(-x, 0.0)


def narrow(x: float) -> float:
    """Bends where the argument changes by a few thousandths."""
    return math.tanh(400.0 * (x - 0.5003)) / 400.0 + math.sin(x)


def near_kinks(x: float) -> float:
    """Smooth at 0.3, with kinks nearby."""
    return sum(max(x - 0.301 - 0.002 * k, 0.0) for k in range(9)) + x * x


@pytest.mark.parametrize(
    ("f", "args", "kwargs"),
    [
        (scalar, (0.7, -0.4), {}),
        (narrow, (0.5,), {}),
        (near_kinks, (0.3,), {}),
        (model, ({"W": RNG.normal(size=(3, 2)), "b": RNG.normal(size=2)}, np.ones((2, 3))), {}),
        (model, ({"W": np.ones((1, 1)), "b": 0.3}, np.ones((1, 1)), 3), {}),
        (model, ({"W": np.ones((1, 1)), "b": 0.3}, np.ones((1, 1))), {"n": 1}),
        (written, (np.array([0.3, 0.9, -1.2]), 1.1), {}),
        (written, (np.zeros(0), 1.1), {}),
        (scalar, (np.float32(0.7), np.float32(0.2)), {}),
    ],
)
def test_right_derivatives_pass(f: Any, args: Any, kwargs: Any) -> None:
    before = [np.copy(a) for a in args if isinstance(a, np.ndarray)]
    check_grads(f, args, kwargs=kwargs)
    for a, old in zip((a for a in args if isinstance(a, np.ndarray)), before, strict=True):
        np.testing.assert_array_equal(a, old)


def test_a_third_order() -> None:
    check_grads(scalar, (0.7, -0.4), order=3)


def test_a_wrong_tangent_is_named() -> None:
    with pytest.raises(AssertionError, match=r"^crossing, forward mode: entry 0 of the result is "):
        check_grads(crossing, (0.0,))


def test_a_wrong_entry_of_a_gradient_is_named() -> None:
    x = np.array([0.5, 0.0, 2.0])
    text = r"^crossing, reverse mode: the derivative with respect to x\[1\] is .*, differences give"
    with pytest.raises(AssertionError, match=text):
        check_grads(crossing, (x,), modes=("reverse",))


def test_a_kink_is_not_taken_for_a_wrong_derivative() -> None:
    params = {"a": np.array([0.0, 1.0]), "b": np.ones(2)}
    with pytest.raises(AssertionError, match="do not settle here: a kink or a jump is near"):
        check_grads(tied, (params, np.ones(2)), wrt="params")


def test_one_argument_is_chosen() -> None:
    check_grads(scalar, (0.7, -0.4), wrt=1)
    check_grads(scalar, (0.7, -0.4), wrt=("y", "x"), modes=("reverse",))


@pytest.mark.parametrize(
    ("args", "more", "message"),
    [
        ((1, 2), {}, "no argument holds floats"),
        ((0.7, 0.2), {"modes": ("sideways",)}, "there is no 'sideways'"),
    ],
)
def test_what_cannot_be_checked(args: Any, more: Any, message: str) -> None:
    with pytest.raises(fpad.InputError, match=message):
        check_grads(scalar, args, **more)


def test_it_is_found_from_the_package() -> None:
    assert fpad.testing.check_grads is check_grads


def stars(y, *theta, scale=1.0):
    a, b = theta
    return y * a * b**2 * scale


def test_arguments_under_a_star():
    check_grads(stars, (1.0, 2.0, 3.0), kwargs={"scale": 2.0})
    check_grads(stars, (1.0, 2.0, 3.0), wrt=("y", "theta"))
    check_grads(stars, (1.0, 2.0, 3.0), wrt="theta", order=1)


@dataclass
class Spring:
    """An argument that is an object."""

    name: str
    stiffness: float
    rest: np.ndarray


def energy(springs, x):
    total = 0.0
    for s in springs:
        total = total + s.stiffness * np.sum((x - s.rest) ** 2)
    return total


def weighed(params):
    powers = params["w"] ** params["n"]
    return np.sum(powers) * params["k"][0][1] + params["k"][1] ** 2


def test_integers_among_what_is_differentiated_by() -> None:
    params = {"w": np.array([0.5, 2.0]), "n": 3, "k": [np.array([2, 5]), 0.5], "name": "cubes"}
    check_grads(weighed, (params,), order=2)


def test_attributes_of_objects_are_differentiated_by() -> None:
    springs = [Spring("a", 1.5, np.array([1.0, 2.0])), Spring("b", 0.5, np.array([0.3, 0.2]))]
    fpad.testing.check_grads(energy, (springs, np.array([0.5, 0.1])))
    fpad.testing.check_grads(energy, (springs, np.array([0.5, 0.1])), wrt=0)


def stiff(spring, x):
    return spring.stiffness * x


def test_wrong_derivatives_by_attributes_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = RULES[operator.mul]
    wrong = replace(rule, adjoints=(lambda g, y, a, b: g * b * 1.1, rule.adjoints[1]))
    monkeypatch.setitem(RULES, operator.mul, wrong)
    spring = Spring("a", 1.5, np.array([1.0, 2.0]))
    with pytest.raises(AssertionError, match="reverse"):
        check_grads(stiff, (spring, 3.0), modes=("reverse",), order=1)


def test_wrt_counts_into_star_arguments():
    def wrapper(*args):
        return np.sum(args[0] ** 2) * args[1]

    check_grads(wrapper, (np.ones(2), 3.0), wrt=(0, 1))
    check_grads(wrapper, (np.ones(2), 3.0), wrt=1)
