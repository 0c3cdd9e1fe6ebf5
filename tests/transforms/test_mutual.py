"""Functions inside a function that use those defined behind them."""

import ast

import gast
import numpy as np
import pytest

import fpad
from fpad.transforms.mutual import with_mutual


def rewritten(text):
    tree = gast.parse(text).body[0]
    return ast.unparse(gast.gast_to_ast(with_mutual(tree)))


def test_the_definition_behind_comes_inside():
    text = """
def f(x):
    def even(k):
        return k == 0 or odd(k - 1)
    def odd(k):
        return k > 0 and even(k - 1)
    return even(x)
"""
    assert "def even(k):\n\n        def odd(k):\n            return k > 0 and even" in rewritten(
        text
    )


@pytest.mark.parametrize(
    "text",
    [
        "def f(x):\n    def g(k):\n        return k\n    def h(k):\n        return g(k)\n"
        "    return h(x)",
        "def f(x):\n    def g(k):\n        y = 1\n        return h(k)\n    y = 2\n"
        "    def h(k):\n        return y\n    return g(x)",
        "def f(x):\n    def g(k):\n        return h(k)\n    def h(k, s=x):\n        return s\n"
        "    return g(x)",
    ],
    ids=["nothing behind", "another variable of that name", "a default that is computed"],
)
def test_what_stays(text):
    tree = gast.parse(text).body[0]
    assert rewritten(text) == ast.unparse(gast.gast_to_ast(tree))


def three(x):
    def a(k, s):
        return s if k == 0 else b(k - 1, s * x)

    def b(k, s):
        return s if k == 0 else c(k - 1, s + x)

    def c(k, s):
        return s if k == 0 else a(k - 1, np.sin(s))

    return a(7, x)


def test_three_by_turns():
    fpad.testing.check_grads(three, (0.7,))


def captured(x):
    def first(k):
        y = 3.0
        return second(k) * y

    y = 2.0 * x

    def second(k):
        return y * k

    return first(x)


def test_a_variable_of_the_same_name_is_not_taken_for_another():
    with pytest.raises(fpad.TransformError, match="is assigned again later"):
        fpad.grad(captured)(1.5)
