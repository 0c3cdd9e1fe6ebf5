"""Which operands are taken to have the shape of the result: gradients need no unbroadcast there."""

import operator

import numpy as np
import pytest

import fpad
from fpad.transforms.ir import Const, Copy, For, Func, Let, Range, Return, While
from fpad.transforms.kinds import ARRAY, Kind
from fpad.transforms.shapes import Shapes


def grows(x: np.ndarray) -> np.ndarray:
    return np.stack([x, x])


def after_a_loop(a):
    x = a
    for _ in range(1):
        z = x * 2.0
        x = np.stack([x, x])
    return np.sum(z * x)


def in_an_inner_loop(a):
    x = a
    total = 0.0
    for _ in range(2):
        y = x * 1.0
        for _ in range(2):
            total = total + np.sum(y * x)
            x = np.stack([x, x])
        x = x[0, 0]
    return total


def in_the_test_of_a_while(a):
    x = a
    z = a
    while np.sum(x * 0.0) + x.ndim < 2.0:
        z = x * 3.0
        x = np.stack([x, x])
    return np.sum(z * x)


@pytest.mark.parametrize("f", [after_a_loop, in_an_inner_loop, in_the_test_of_a_while])
def test_shapes_that_change_from_trip_to_trip(f):
    a = np.array([0.5, -1.5, 2.0])
    step = 1e-6
    want = [(f(a + step * e) - f(a - step * e)) / (2 * step) for e in np.eye(3)]
    assert np.allclose(fpad.grad(f)(a), want, rtol=1e-7)


def test_operands_of_equal_shape():
    """{x} and {x} are equal, {x, w} may be larger than either."""
    y = Let("y", operator.mul, ("x", Const(2.0)))
    z = Let("z", operator.add, ("y", "x"))
    u = Let("u", operator.mul, ("z", "w"))
    kinds: dict[str, Kind] = dict.fromkeys("xwyzu", ARRAY)
    shapes = Shapes(Func("f", ("x", "w"), (y, z, u, Return(("u",))), (ARRAY, ARRAY)), kinds)
    assert [shapes.same(s) for s in (y, z, u)] == [{0}, {0, 1}, set()]


def test_a_while_leaves_after_its_statements_before_the_test():
    """t is of the shape that x has at the end, z of the one that it had a trip ago."""
    t = Let("t", operator.mul, ("x", Const(2.0)))
    z = Let("z", operator.mul, ("x", Const(3.0)))
    both = Let("u", operator.add, ("t", "z"))
    loop = While((t,), "stop", (z, Let("v", grows, ("x",)), Copy("x", "v")))
    kinds: dict[str, Kind] = dict.fromkeys("xtzuv", ARRAY)
    shapes = Shapes(Func("f", ("x", "stop"), (loop, both, Return(("u",))), (ARRAY, ARRAY)), kinds)
    assert shapes.same(both) == set()


def test_a_loop_that_changes_no_shape_keeps_what_is_known():
    y = Let("y", operator.mul, ("x", Const(2.0)))
    z = Let("z", operator.add, ("y", "x"))
    loop = For("i", Range((Const(3),)), (y, Copy("x", "y")))
    kinds: dict[str, Kind] = dict.fromkeys("xyz", ARRAY)
    shapes = Shapes(Func("f", ("x",), (loop, z, Return(("z",))), (ARRAY,)), kinds)
    assert shapes.same(y) == {0}
    assert shapes.same(z) <= {0, 1}
