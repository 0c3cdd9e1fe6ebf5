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


def stencil(u, k):
    for _ in range(3):
        u[1:-1] += k * (u[2:] - 2.0 * u[1:-1] + u[:-2])
    return np.sum(u * u * u)


def staggered(u, k):
    d = u[3:] * k - u[1:-2] * u[2:-1]
    return np.sum(d * u[:-3])


def ends(u, k):
    """The same in other parts: one entry from the front may be all, or nothing."""
    return np.sum(u[:1] * u) + np.sum(u[-2:] * u[:2]) + k * np.sum(u[5:] * u[-1:])


def every_other(u, k):
    return np.sum(u[::2] * u[::2] * k) + np.sum(u[::-1] * u)


@pytest.mark.parametrize("f", [stencil, staggered, ends, every_other])
@pytest.mark.parametrize("n", range(8))
def test_parts_of_arrays_of_every_length(f, n):
    u, k = np.cos(np.arange(n) + 0.3), 0.3
    try:
        f(u.copy(), k)
    except ValueError:  # parts that do not fit
        with pytest.raises(ValueError, match="broadcast"):
            fpad.grad(f, wrt=(0, 1))(u, k)
        return
    bu, bk = fpad.grad(f, wrt=(0, 1))(u, k)
    h = 1e-6
    want = [(f(u + h * e, k) - f(u - h * e, k)) / (2 * h) for e in np.eye(n)]
    assert np.allclose(bu, np.array(want), rtol=1e-7, atol=1e-8)
    assert np.allclose(
        bk, (f(u.copy(), k + h) - f(u.copy(), k - h)) / (2 * h), rtol=1e-7, atol=1e-8
    )
    dy = fpad.jvp(f, wrt=(0, 1))(u, k, tangent=(u + 1.0, 2.0))[1]
    assert np.allclose(dy, np.sum(bu * (u + 1.0)) + 2.0 * bk)


def softmax(z, y):
    e = np.exp(z - np.max(z, axis=1, keepdims=True))
    return np.sum(y * np.log(e / np.sum(e, axis=1, keepdims=True)))


def normalised(z, y):
    d = z - np.mean(z, axis=(0, 1), keepdims=True)
    return np.sum(d / np.sqrt(np.mean(d * d, keepdims=True) + 0.1) * y)


def crossed(z, y):
    """Broadcast with sums over other axes than its own, y is stretched."""
    return np.sum(np.sum(z, axis=0, keepdims=True) * np.sum(y, axis=1, keepdims=True) * z)


def of_another_shape(z, y):
    """The sum of y is as long as y, not as z."""
    return np.sum(z * np.sum(y * y, axis=0, keepdims=True))


KEPT = [
    *[((2, 3), (2, 3)), ((2, 3), (1, 3)), ((1, 3), (2, 3)), ((2, 1), (2, 3)), ((1, 1), (2, 3))],
    ((0, 3), (1, 3)),
]


@pytest.mark.parametrize(
    ("f", "shapes"),
    [  # there is no mean of nothing
        (f, shapes)
        for f in (softmax, normalised, crossed, of_another_shape)
        for shapes in KEPT
        if f is not normalised or 0 not in shapes[0]
    ],
)
def test_reductions_that_keep_their_axes(f, shapes):
    rng = np.random.default_rng(3)
    z, y = (rng.normal(size=s) for s in shapes)
    bz, by = fpad.grad(f, wrt=(0, 1))(z, y)
    dz, dy = rng.normal(size=z.shape), rng.normal(size=y.shape)
    h = 1e-5
    want = (f(z + h * dz, y + h * dy) - f(z - h * dz, y - h * dy)) / (2 * h)
    assert (bz.shape, by.shape) == shapes
    assert np.allclose(np.sum(bz * dz) + np.sum(by * dy), want, rtol=1e-7, atol=1e-8)
    assert np.allclose(
        fpad.jvp(f, wrt=(0, 1))(z, y, tangent=(dz, dy))[1], want, rtol=1e-7, atol=1e-8
    )


def test_what_is_known_shortens_gradients():
    rng = np.random.default_rng(3)
    slope = fpad.grad(stencil)
    slope(rng.normal(size=6), 0.3)
    assert "unbroadcast" not in slope.source
    assert "like" not in slope.source
    slope = fpad.grad(softmax)
    slope(rng.normal(size=(2, 3)), rng.normal(size=(2, 3)))
    assert "fp.like(z, y)" in slope.source
    assert all("#" in line for line in slope.source.splitlines() if "np.log" in line)
