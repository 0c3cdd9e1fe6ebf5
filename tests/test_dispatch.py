"""Calls of derivatives find the code for their arguments, and notice what has changed since."""

import math
import types

import numpy as np
import pytest

import fpad
from fpad.derivative import RUNNERS

GAIN = 2.0
TABLE = {"w": np.array([1.0, 2.0]), "b": 0.5}


def helper(x):
    return x * x


def square(x, s):
    return helper(x) * s


def scaled(x):
    return x * GAIN


def from_table(x):
    return np.sum(TABLE["w"] * x) + TABLE["b"] * x


def total(p):
    return np.sum(p["a"] * p["b"])


def anything(x, option=None):
    return np.sum(x * x) if option is None else np.sum(x * option)


def function(f: types.FunctionType) -> types.FunctionType:
    """A function of its own with the same text, whose globals may be changed."""
    return types.FunctionType(f.__code__, dict(f.__globals__), f.__name__, f.__defaults__)


def twice(d, *args):
    """The same from the call that derives, the general way and the runner."""
    first = d(*args)
    assert len(d._runners) >= 1
    ran = d._runners[0](args)
    np.testing.assert_equal(ran, first)
    again = d(*args)
    np.testing.assert_equal(again, first)
    assert type(again) is type(first)
    return again


def test_numbers() -> None:
    d = fpad.grad(square)
    assert twice(d, 3.0, 2.0) == 12.0
    assert twice(d, np.float64(3.0), 2.0) == 12.0
    assert type(d(3.0, 2.0)) is float
    assert type(d(np.float32(3.0), 2.0)) is np.float32
    assert type(d(3, 2.0)) is float  # an int counts as float64 under wrt
    assert d(3.0, 2) == 12.0


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.dtype(">f8")])
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3)])
def test_arrays(shape, dtype) -> None:
    x = np.ones(shape, dtype)
    got = twice(fpad.grad(anything), x, None)
    assert type(got) is np.ndarray
    assert got.shape == shape
    assert got.dtype == dtype
    assert got.flags.writeable
    np.testing.assert_array_equal(got, 2.0 * np.ones(shape))


def test_a_runner_is_not_used_for_other_arguments() -> None:
    d = fpad.grad(anything)
    a64, a32, ints = np.ones(2), np.ones(2, np.float32), np.ones(2, int)
    for _ in range(3):
        assert d(a64).dtype == np.float64
        assert d(a32).dtype == np.float32
        assert d(ints).dtype == np.float64
        assert type(d(2.0)) is float
        assert type(d(np.array(2.0))) is np.ndarray
        np.testing.assert_array_equal(d(a64, 3.0), [3.0, 3.0])
        np.testing.assert_array_equal(d(a64, None), [2.0, 2.0])
        np.testing.assert_array_equal(d(a64, a64), a64)
    assert len(d._runners) <= RUNNERS


def test_statics_count_by_value() -> None:
    def f(x, mode, flag):
        if mode == "double":
            x = x + x
        return x * 3.0 if flag else x

    d = fpad.grad(f)
    for _ in range(2):
        assert d(1.0, "double", True) == 6.0
        assert d(1.0, "single", True) == 3.0
        assert d(1.0, "single", False) == 1.0
        assert d(1.0, "double", False) == 2.0


def test_functions_count_by_identity() -> None:
    def apply(x, f):
        return f(x)

    d = fpad.grad(apply)
    for _ in range(2):
        assert d(0.0, math.sin) == 1.0
        assert d(0.0, math.exp) == 1.0
        assert d(2.0, helper) == 4.0


def test_dicts_of_arrays() -> None:
    d = fpad.grad(total)
    p = {"a": np.array([1.0, 2.0]), "b": np.array([3.0, 4.0])}
    got = twice(d, p)
    assert list(got) == ["a", "b"]
    np.testing.assert_array_equal(got["a"], p["b"])
    turned = d({"b": p["b"], "a": p["a"]})
    assert list(turned) == ["b", "a"]
    np.testing.assert_array_equal(turned["a"], p["b"])
    more = d({**p, "c": np.ones(3)})
    np.testing.assert_array_equal(more["c"], np.zeros(3))
    mixed = d({"a": p["a"].astype(np.float32), "b": p["b"]})
    assert (mixed["a"].dtype, mixed["b"].dtype) == (np.float32, np.float64)
    numbers = d({"a": 2.0, "b": p["b"]})
    assert type(numbers["a"]) is float
    scalars = d({"a": np.array(2.0), "b": np.array(3.0)})
    assert type(scalars["a"]) is np.ndarray
    assert scalars["a"].shape == ()
    with pytest.raises(fpad.TransformError, match="has no part 'b'"):
        d({"a": p["a"]})
    np.testing.assert_array_equal(d(p)["a"], p["b"])


def test_other_structures() -> None:
    def f(pair, items):
        return pair[0] * items[1] + np.sum(pair[1]) * items[0]

    d = fpad.grad(f, wrt=("pair", "items"))
    for _ in range(3):
        got = d((2.0, np.ones(2)), [3.0, 4.0])
        assert got[0][0] == 4.0
        np.testing.assert_array_equal(got[0][1], [3.0, 3.0])
        assert got[1] == [2.0, 2.0]
        got = d((2.0, 5.0), [np.array(3.0), 4.0])
        assert type(got[1][0]) is np.ndarray


def test_results_belong_to_the_caller() -> None:
    d = fpad.grad(total)
    p = {"a": np.array([1.0, 2.0]), "b": np.array([3.0, 4.0])}
    first = d(p)
    first["a"][:] = 0.0
    np.testing.assert_array_equal(p["b"], [3.0, 4.0])
    second = d(p)
    assert second is not first
    np.testing.assert_array_equal(second["a"], [3.0, 4.0])


def test_a_helper_that_is_rebound() -> None:
    f = function(square)
    d = fpad.grad(f)
    assert twice(d, 3.0, 2.0) == 12.0

    def helper(x):
        return x * x * x

    f.__globals__["helper"] = helper
    assert d(3.0, 2.0) == 54.0
    assert twice(d, 3.0, 2.0) == 54.0
    assert fpad.grad(f)(3.0, 2.0) == 54.0
    f.__globals__["helper"] = square.__globals__["helper"]
    assert d(3.0, 2.0) == 12.0
    del f.__globals__["helper"]
    with pytest.raises(fpad.TransformError):
        d(3.0, 2.0)


def test_data_outside_is_read_at_each_call() -> None:
    f = function(scaled)
    d = fpad.grad(f)
    assert twice(d, 1.0) == 2.0
    f.__globals__["GAIN"] = 5.0
    assert d(1.0) == 5.0
    f.__globals__["GAIN"] = np.float64(6.0)
    assert d(1.0) == 6.0
    f.__globals__["GAIN"] = 7
    assert d(1.0) == 7.0
    assert twice(d, 1.0) == 7.0
    f.__globals__["GAIN"] = np.array(8.0)
    assert d(1.0) == 8.0
    f.__globals__["GAIN"] = 9.0
    assert d(1.0) == 9.0


def test_structures_outside_are_read_at_each_call() -> None:
    f = function(from_table)
    d = fpad.grad(f)
    assert twice(d, 1.0) == 3.5
    f.__globals__["TABLE"] = {"w": np.array([1.0, 1.0, 1.0]), "b": 1.0}
    assert d(1.0) == 4.0
    f.__globals__["TABLE"]["b"] = 2.0
    assert d(1.0) == 5.0
    f.__globals__["TABLE"] = {"b": 0.0, "w": 2.0}
    assert d(1.0) == 2.0


def test_closures_of_one_factory() -> None:
    def make(k, inner):
        def f(x):
            return inner(x) * k

        return f

    one, other = make(2.0, math.sin), make(3.0, math.exp)
    assert fpad.grad(one)(0.0) == 2.0
    assert fpad.grad(other)(0.0) == 3.0
    assert fpad.grad(one)(1.0) == 2.0 * math.cos(1.0)
    assert fpad.grad(other)(1.0) == 3.0 * math.exp(1.0)


def test_a_function_with_other_code_or_defaults() -> None:
    def f(x, k=2.0):
        return x * k

    def g(x, k=2.0):
        return x * x * k

    assert fpad.grad(f)(3.0) == 2.0
    f.__defaults__ = (5.0,)
    assert fpad.grad(f)(3.0) == 5.0
    f.__code__ = g.__code__
    assert fpad.grad(f)(3.0) == 30.0


def test_one_function_derived_in_several_ways() -> None:
    x = 1.0 + 2.0**-20
    assert fpad.grad(helper)(x) == 2.0 * x
    assert fpad.grad(helper, precision="bfloat16")(x) == 2.0
    assert fpad.value_and_grad(helper)(x) == (x * x, 2.0 * x)
    gradient, record = fpad.grad(helper, record=True)(x)
    assert gradient == 2.0 * x
    assert record.choices == ()
    assert fpad.grad(square, wrt="s")(3.0, 1.0) == 9.0
    assert fpad.grad(square, wrt="x")(3.0, 1.0) == 6.0


def test_calls_with_keywords_and_seeds() -> None:
    d = fpad.grad(square)
    assert d(3.0, s=2.0) == d(x=3.0, s=2.0) == d(3.0, 2.0) == 12.0
    j = fpad.jvp(square)
    for _ in range(2):
        assert j(3.0, 2.0, tangent=1.0) == (18.0, 12.0)
        assert j(3.0, s=2.0, tangent=1.0) == (18.0, 12.0)
    with pytest.raises(TypeError, match="tangent"):
        j(3.0, 2.0)
    with pytest.raises(TypeError, match="missing"):
        d(3.0)
    with pytest.raises(TypeError, match="too many"):
        d(3.0, 2.0, 1.0)


def test_parameters_that_are_left_out() -> None:
    def f(x, k=2.0, options=(3.0, "double")):
        y = x * k * options[0]
        return y + y if options[1] == "double" else y

    d = fpad.grad(f, wrt=("x", "k"))
    assert twice(d, 1.0) == (12.0, 6.0)
    assert twice(d, 1.0, 5.0) == (30.0, 6.0)
    assert twice(d, 1.0, 5.0, (1.0, "single")) == (5.0, 1.0)
    assert d(1.0) == (12.0, 6.0)
    assert d(1.0, options=(1.0, "single")) == (2.0, 1.0)


def test_derive_needs_no_seed() -> None:
    assert "def square_jvp(x, s, *, tangent)" in fpad.jvp(square).derive(1.0, 2.0).source
    assert "def square_vjp(x, s, *, cotangent)" in fpad.vjp(square).derive(1.0, 2.0).source
