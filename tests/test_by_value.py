"""Functions that are refused without the values of their ints are derived with them."""

import operator

import numpy as np
import pytest

import fpad
from tests.programs.small_plants import dosing

X = np.arange(6.0)


def in_parts(x, n, weights=None):
    parts = np.split(x, n)
    return sum(p.sum() ** 2 * (i + 1) for i, p in enumerate(parts))


def plain(x, n):
    return np.sum(x) * n


def never(x, n):
    return np.sum(x.no_such_thing) * n


def layers(x, config):
    table = {f"w{i}": x**i for i in range(config["n"])}
    return sum(table.values()) * config["rate"]


def expected(n):
    sums = np.repeat(X.reshape(n, -1).sum(1), 6 // n)
    return 2.0 * sums * np.repeat(np.arange(1, n + 1), 6 // n)


def test_each_value_has_its_own_code():
    d = fpad.grad(in_parts)
    for n in (2, 3, 2, 6, 3):
        np.testing.assert_allclose(d(X, n), expected(n))
        np.testing.assert_allclose(d(X, n=n), expected(n))
    assert len(set(d.sources.values())) > 1


def test_seeds_and_orders():
    for n in (2, 3):
        value, slope = fpad.vjp(in_parts)(X, n, cotangent=2.0)
        assert value == in_parts(X, n)
        np.testing.assert_allclose(slope, 2.0 * expected(n))
        hessian = fpad.jvp(fpad.grad(in_parts))(X, n, tangent=np.ones(6))[1]
        np.testing.assert_allclose(hessian, fpad.grad(in_parts)(np.ones(6), n))


def test_ints_in_structures():
    d = fpad.grad(layers)
    assert d(2.0, {"n": 3, "rate": 0.5}) == pytest.approx(0.5 * (1 + 4.0))
    assert d(2.0, {"n": 4, "rate": 0.5}) == pytest.approx(0.5 * (1 + 4.0 + 12.0))


def test_code_is_shared_where_values_do_not_matter():
    d = fpad.grad(plain)
    for n in (2, 3):
        np.testing.assert_allclose(d(X, n), np.full(6, float(n)))
    assert len(d.sources) == 1


def test_what_no_value_helps_is_refused_as_it_was():
    with pytest.raises(fpad.TransformError, match="no_such_thing"):
        fpad.grad(never)(X, 3)


PARTS = {"0.0": 3, "-0.0": 2, "3.5": 6}


def parted(x, w):
    """Into how many parts, a float and its sign tell."""
    return sum(
        w * p.sum() + p.sum() ** 2 * (i + 1) for i, p in enumerate(np.split(x, PARTS[str(w)]))
    )


def test_floats_count_where_nothing_else_helps():
    given = {0.0: ("oral", 2.0), 1.5: ("drip", 1.0, 0.5)}
    for times in ((0.5, 2.0), (0.5, 1.0), (2.0, 0.25)):
        samples = [(t, 0.8) for t in times]
        fpad.testing.check_grads(dosing, (0.7, given, samples), wrt=0, order=1)


def test_zeros_of_two_signs_are_two_values():
    d = fpad.grad(parted)
    for w in (0.0, -0.0, 3.5, 0.0, -0.0):
        n = PARTS[str(w)]
        slopes = 2.0 * X.reshape(n, -1).sum(1) * np.arange(1, n + 1) + w
        np.testing.assert_allclose(d(X, w), np.repeat(slopes, 6 // n))


def test_what_is_differentiated_or_rounded_does_not_count():
    for d in (fpad.grad(parted, wrt=(0, 1)), fpad.grad(parted, precision="bfloat16")):
        with pytest.raises(fpad.TransformError):
            d(X, 3.5)


RANKS = {"+": (1, operator.add), "*": (2, operator.mul)}


def _postfix(text):
    out, stack = [], []
    for word in text.split():
        if word in RANKS:
            while stack and RANKS[stack[-1]][0] >= RANKS[word][0]:
                out.append(stack.pop())
            stack.append(word)
        elif word == "x":
            out.append(("variable", word))
        else:
            out.append(float(word))
    while stack:
        out.append(stack.pop())
    return out


def calculated(x, text):
    values = []
    for word in _postfix(text):
        if isinstance(word, tuple):
            values.append(x)
        elif isinstance(word, float):
            values.append(word)
        else:
            b, a = values.pop(), values.pop()
            values.append(RANKS[word][1](a, b))
    return values[0]


def test_ints_outside_are_told_by_their_values(monkeypatch):
    d = fpad.grad(calculated)
    assert d(1.5, "2 * x + x * x") == 2 + 2 * 1.5
    assert d(1.5, "2 + x * x") == 2 * 1.5
    monkeypatch.setitem(RANKS, "+", (3, operator.add))  # now it binds more than * does
    assert calculated(1.5, "2 + x * x") == (2 + 1.5) * 1.5
    assert d(1.5, "2 + x * x") == 2 + 2 * 1.5
    fpad.testing.check_grads(calculated, (1.5, "2 * x + x * x"))


class Rate:
    def __init__(self, value):
        self.value = value

    def __call__(self, x):
        return self.value * x

    def of(self, other):
        return Rate(other) if isinstance(other, float) else other


def by_class(x, k):
    return Rate(x).of(k)(x) ** 2


def test_the_class_of_a_float_is_checked_where_it_decides():
    d = fpad.grad(by_class)
    assert d(1.5, 2.0) == pytest.approx(2 * 1.5 * 2.0**2)
    assert d(1.5, np.float64(2.0)) == pytest.approx(2 * 1.5 * 2.0**2)
    for f in (by_class, d):
        with pytest.raises(TypeError, match="float32' object is not callable"):
            f(1.5, np.float32(2.0))
    assert "a float is asked whether it is float" in d.source
