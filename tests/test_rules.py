"""Rules of users: calls of their functions are differentiated by the maps, and checked by them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import fpad
from fpad.transforms.rules import RULES


def softplus(x):
    return np.logaddexp(0.0, x)


def reversed_entries(x):
    return np.array(list(x)[::-1])


def energy(x):
    return float(sum(v * v for v in x))


def times(a, b):
    return a * b


def wrong_slope(x):
    return x * x


def wrong_shape(x):
    return x * 3.0


def asks(x):
    return x


def bent_once(x):
    return np.exp(x)


@pytest.fixture(autouse=True)
def _declared() -> Iterator[None]:
    """The table that other tests go through has none of these rules."""
    fpad.rule(softplus, partials=lambda g, y, x: g / (1.0 + np.exp(-x)))
    fpad.rule(reversed_entries, transposes=(lambda by, y, x: by[::-1],))
    fpad.rule(
        energy,
        tangents=(lambda dx, y, x: 2.0 * np.sum(x * dx),),
        adjoints=(lambda by, y, x: by * 2.0 * x,),
        result="number",
    )
    fpad.rule(times, partials=(lambda g, y, a, b: g * b, None))
    fpad.rule(wrong_slope, partials=lambda g, y, x: g * 2.0 * y)
    fpad.rule(wrong_shape, transposes=lambda by, y, x: np.sum(by))
    fpad.rule(asks, partials=lambda g, y, x: g if x > 0 else 0.0)
    fpad.rule(bent_once, partials=lambda g, y, x: g * fpad.stop_gradient(np.exp(x)))
    yield
    rules = softplus, reversed_entries, energy, times, wrong_slope, wrong_shape, asks, bent_once
    for f in rules:
        del RULES[f]


def loss(x):
    return np.sum(softplus(x) * reversed_entries(x)) + energy(x)


X = np.array([0.3, -0.8, 1.7])


def test_calls_are_operations() -> None:
    gradient = fpad.grad(loss)
    assert "softplus(x)" in gradient.derive(X).source
    fpad.testing.check_grads(loss, (X,))


@pytest.mark.parametrize("f", [softplus, reversed_entries, energy])
def test_right_rules_pass(f: Any) -> None:
    fpad.testing.check_rule(f, (X,))


def test_an_operand_without_a_map_is_not_differentiated() -> None:
    def f(a: Any, b: Any) -> Any:
        return times(a, b)

    assert fpad.grad(f, wrt=(0, 1))(2.0, 3.0) == (3.0, 0.0)


def test_a_wrong_slope_is_found() -> None:
    with pytest.raises(AssertionError, match="forward"):
        fpad.testing.check_rule(wrong_slope, (X,))


def test_a_wrong_shape_is_named() -> None:
    def f(x: Any) -> Any:
        return np.sum(wrong_shape(x) ** 2)

    with pytest.raises(fpad.RuleError, match=r"rule of wrong_shape.*operand 0"):
        fpad.grad(f)(X)


def summed_partial(x):
    return x * 2.0


def second_partial(x, y):
    return x * y


def long_tangent(x):
    return np.sum(x)


def declare_wrong_rules() -> None:
    fpad.rule(summed_partial, partials=lambda g, y, x: np.sum(g * 2.0))
    fpad.rule(
        second_partial,
        partials=(lambda g, y, a, b: g * b, lambda g, y, a, b: np.stack([g * a, g * a])),
    )
    fpad.rule(
        long_tangent,
        tangents=(lambda dx, y, x: dx,),
        adjoints=(lambda by, y, x: by * np.ones_like(x),),
    )


def one_wrong(x):
    return summed_partial(x)


def two_wrong(x):
    return second_partial(x, x)


def three_wrong(x):
    return long_tangent(x)


def test_wrong_partials_and_tangents_are_named_with_their_operand() -> None:
    """A sum of all entries would broadcast, and be a wrong derivative without a word."""
    try:
        declare_wrong_rules()
        for f, name, k in (
            (one_wrong, "summed_partial", 0),
            (two_wrong, "second_partial", 1),
            (three_wrong, "long_tangent", 0),
        ):
            said = rf"rule of {name} gives a derivative of shape .* operand {k}"
            with pytest.raises(fpad.RuleError, match=said):
                fpad.jvp(f)(X, tangent=X)
            if f is three_wrong:
                continue
            with pytest.raises(fpad.RuleError, match=said):
                fpad.vjp(f)(X, cotangent=X)
            many = np.stack([X, X])
            with pytest.raises(fpad.RuleError, match=said):
                fpad.vmap(fpad.vjp(f))(many, cotangent=many)
    finally:
        for g in (summed_partial, second_partial, long_tangent):
            RULES.pop(g, None)


def test_what_a_declaration_lacks_is_said() -> None:
    def f(x: Any) -> Any:
        return x

    with pytest.raises(fpad.RuleError, match="partials, or transposes"):
        fpad.rule(f)
    with pytest.raises(fpad.RuleError, match="2 maps for 1"):
        fpad.rule(f, partials=(f, f))
    with pytest.raises(fpad.RuleError, match="has no map"):
        fpad.rule(f, tangents=(None,), adjoints=(None,))
    for tangents, adjoints in (((f, f), (f, None)), ((None, f), (f, f))):
        with pytest.raises(fpad.RuleError, match=r"one map for operand [01]: .* or None for both"):
            fpad.rule(lambda a, b: a * b, tangents=tangents, adjoints=adjoints)
    with pytest.raises(fpad.RuleError, match="has a rule already"):
        fpad.rule(softplus, partials=f)
    with pytest.raises(fpad.RuleError, match="no function"):
        fpad.rule(np.sin, partials=f)
    with pytest.raises(fpad.InputError, match="a function that calls it"):
        fpad.grad(softplus)
    with pytest.raises(fpad.RuleError, match="has no rule"):
        fpad.testing.check_rule(f, (1.0,))


def test_a_map_that_asks_for_a_value_is_named() -> None:
    def f(x: Any) -> Any:
        return asks(x) * 2.0

    with pytest.raises(fpad.RuleError, match="rule of asks for operand 0"):
        fpad.grad(f)(1.0)


def test_a_map_that_raises_is_named() -> None:
    def halved(x: Any) -> Any:
        return x / 2.0

    def f(x: Any) -> Any:
        return halved(x) * 2.0

    fpad.rule(halved, partials=lambda g, y, x: g / math.log(1.0, 1.0))
    try:
        with pytest.raises(fpad.RuleError, match=r"halved for operand 0 fails: .*zero"):
            fpad.grad(f)(1.0)
    finally:
        del RULES[halved]


def test_rules_of_functions_with_integers_are_checked() -> None:
    def powered(x: Any, n: Any) -> Any:
        return x**n

    fpad.rule(powered, partials=(lambda g, y, x, n: g * n * x ** (n - 1), None))
    try:
        for args in ((np.abs(X), 3), (2.0, 3), (np.abs(X), np.array([3, 2, 4]))):
            fpad.testing.check_rule(powered, args)
        with pytest.raises(AssertionError, match="differences give"):
            fpad.testing.check_rule(powered, (np.abs(X), 3.0))
    finally:
        del RULES[powered]


def test_a_gradient_is_stopped() -> None:
    def f(x: Any) -> Any:
        return np.sum(x * fpad.stop_gradient(x))

    np.testing.assert_array_equal(fpad.grad(f)(X), X)
    assert fpad.stop_gradient(X) is X


def test_a_gradient_is_stopped_in_the_map_of_a_rule() -> None:
    """The slope has no slope of its own, and the check of the second order says so."""

    def f(x: Any) -> Any:
        return np.sum(bent_once(x))

    np.testing.assert_array_equal(fpad.grad(f)(X), np.exp(X))
    np.testing.assert_array_equal(fpad.hvp(f)(X, vector=np.ones(3)), np.zeros(3))
    fpad.testing.check_rule(bent_once, (X,), order=1)
    with pytest.raises(AssertionError, match="forward over forward"):
        fpad.testing.check_rule(bent_once, (X,))
