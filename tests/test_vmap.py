"""`fpad.vmap`: a mapped function gives what a loop over the examples gives, to the last digits."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import fpad

RNG = np.random.default_rng(7)


def weighted_sine(x, w):
    s = 0.0
    for i in range(len(w)):
        s = s + w[i] * x[i]
    if s > 0.3:
        s = np.sin(s)
    return s


def scaled_columns(x):
    return np.sum(x * x, axis=0) / np.max(x)


def product(a, b):
    return a @ b


def halvings(x):
    n = 0
    while x > 1.0:
        x = x / 2.0
        n += 1
    return x * n


def squares_in_place(x):
    y = np.zeros(3)
    for i in range(3):
        y[i] = x[i] ** 2
    y[1:] *= x[0]
    return y


def roots_until_small(x):
    for _ in range(10):
        x = math.sqrt(x) + 0.1
        if x < 1.2:
            break
    return x


def first_entries(x, k):
    s = 0.0
    for i in range(k):
        s += x[i]
    return s


def four_ways(x):
    if x[0] > 0:
        if x[1] > 0:
            return x[0] * x[1]
        return -x[0]
    return x[1]


def views_of_views(x):
    y = x.reshape(2, 2).T
    return np.trace(y @ y) + np.linalg.det(y)


def one_entry(x, i):
    return x[i] * 2.0


def written_by_some(x):
    y = x.copy()
    if x[0] > 0:
        y[1] = 5.0
    else:
        y[:2] = x[0]
    return y


def set_by_some_in_a_loop(x):
    last = 1.0
    for i in range(3):
        if x[i] > 0:
            last = x[i] * last
            if last > 0.5:
                x[i] = last
    return last + np.sum(x)


def interpolated(x):
    return np.interp(x, np.array([0.0, 1.0, 2.0]), np.array([1.0, 3.0, 2.0]))


def helper(a, b):
    return np.tanh(a) * b if a > 0 else b * 2.0


def calls_for_some(x):
    return helper(x[0], x[1]) + helper(x[1], x[0])


def spread_rows(x):
    return (x - x.mean(axis=0)) / (1.0 + x.std(axis=0)) + np.linalg.norm(x)


def solved(a, b):
    return np.linalg.solve(a @ a.T + np.eye(3), b)


def slopes_between(x, v):
    return np.gradient(v, x, edge_order=2)


def arms_of_their_own(x):
    if np.all(x > 0.3):
        a = x[1:] * 2.0
        return np.sum(a * a * x[0])
    c = np.outer(x, x)
    d = c * c
    return np.sum(d * np.sin(c))


def position_of_one(x, k):
    i, j = np.unravel_index(k, x.shape)
    return x[i, j] * x[j, i] + np.take(x, np.ravel_multi_index((j, i), x.shape, order="F"))


STEPS = np.array([[0.0, 0.3, 0.7, 1.6], [0.0, 0.5, 1.0, 1.5], [1.0, 1.1, 1.3, 1.4]])


CASES: list[tuple[Callable[..., Any], tuple[Any, ...], Any]] = [
    (weighted_sine, (RNG.normal(size=(6, 3)), RNG.normal(size=3)), (0, None)),
    (weighted_sine, (RNG.normal(size=(6, 3)), RNG.normal(size=(6, 3))), 0),
    (scaled_columns, (RNG.normal(size=(4, 3, 2)),), 0),
    (product, (RNG.normal(size=(4, 3)), RNG.normal(size=(3, 2))), (0, None)),
    (product, (RNG.normal(size=(2, 3)), RNG.normal(size=(5, 3))), (None, 0)),
    (product, (RNG.normal(size=(4, 2, 3)), RNG.normal(size=(4, 3))), 0),
    (product, (RNG.normal(size=(4, 3)), RNG.normal(size=(4, 3))), 0),
    (halvings, (RNG.uniform(0.5, 9, size=7),), 0),
    (squares_in_place, (RNG.normal(size=(4, 3)),), 0),
    (roots_until_small, (RNG.uniform(1, 4, size=5),), 0),
    (first_entries, (RNG.normal(size=(4, 6)), np.array([0, 3, 6, 2])), 0),
    (four_ways, (RNG.normal(size=(8, 2)),), 0),
    (views_of_views, (RNG.normal(size=(3, 4)),), 0),
    (one_entry, (RNG.normal(size=4), np.array([3, 1, 1])), (None, 0)),
    (one_entry, (RNG.normal(size=(3, 4)), np.array([3, 1, 1])), 0),
    (written_by_some, (RNG.normal(size=(6, 3)),), 0),
    (set_by_some_in_a_loop, (RNG.normal(size=(6, 3)),), 0),
    (interpolated, (RNG.uniform(0, 2, size=4),), 0),
    (calls_for_some, (RNG.normal(size=(5, 2)),), 0),
    (spread_rows, (RNG.normal(size=(3, 4, 2)),), 0),
    (slopes_between, (STEPS, RNG.normal(size=(3, 4))), 0),
    (slopes_between, (STEPS, RNG.normal(size=4)), (0, None)),
    (arms_of_their_own, (RNG.uniform(0.1, 1.2, size=(8, 3)),), 0),
    (position_of_one, (RNG.normal(size=(4, 3, 3)), np.array([0, 5, 7, 2])), 0),
    (solved, (RNG.normal(size=(4, 3, 3)), RNG.normal(size=(4, 3))), 0),
]
IDS = [f"{f.__name__}-{k}" for k, (f, _, _) in enumerate(CASES)]


def one_by_one(args: tuple[Any, ...], axes: Any) -> list[tuple[Any, ...]]:
    """The arguments of each example."""
    axes = axes if isinstance(axes, tuple) else (axes,) * len(args)
    n = next(a.shape[k] for a, k in zip(args, axes, strict=True) if k is not None)
    return [
        tuple(
            a if k is None else _scalar(np.take(a, j, axis=k))
            for a, k in zip(args, axes, strict=True)
        )
        for j in range(n)
    ]


def _scalar(x: Any) -> Any:
    return x.item() if np.ndim(x) == 0 else np.array(x)


@pytest.mark.parametrize(("f", "args", "axes"), CASES, ids=IDS)
def test_a_mapped_function_is_a_loop_over_the_examples(f: Any, args: Any, axes: Any) -> None:
    before = [a.copy() for a in args]
    got = fpad.vmap(f, axes)(*args)
    want = np.stack(
        [
            np.asarray(f(*[np.copy(a) if np.ndim(a) else a for a in each]))
            for each in one_by_one(args, axes)
        ]
    )
    np.testing.assert_allclose(got, want, rtol=1e-13)
    assert got.shape == want.shape
    for a, b in zip(args, before, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(("f", "args", "axes"), CASES, ids=IDS)
def test_both_orders_of_mapping_and_differentiating(f: Any, args: Any, axes: Any) -> None:
    each = one_by_one(args, axes)
    shape = np.shape(f(*[np.copy(a) if np.ndim(a) else a for a in each[0]]))
    by = RNG.normal(size=(len(each), *shape))
    single = fpad.vjp(f)
    want = np.stack([single(*e, cotangent=_scalar(b))[1] for e, b in zip(each, by, strict=True)])
    _, inside = fpad.vmap(fpad.vjp(f), axes)(*args, cotangent=by)
    np.testing.assert_allclose(inside, want, rtol=1e-11, atol=1e-13)
    _, outside = fpad.vjp(fpad.vmap(f, axes))(*args, cotangent=by)
    same = axes if isinstance(axes, tuple) else (axes,)
    total = want.sum(axis=0) if same[0] is None else want
    np.testing.assert_allclose(outside, total, rtol=1e-11, atol=1e-13)
    dx = RNG.normal(size=args[0].shape)
    _, moved = fpad.jvp(fpad.vmap(f, axes))(*args, tangent=dx)
    assert np.sum(moved * by) == pytest.approx(np.sum(outside * dx), rel=1e-10, abs=1e-12)


def test_hessians_of_what_some_examples_set() -> None:
    """Blocks of seeds through arms whose names have different shapes, or none in the other arm."""
    x = RNG.uniform(0.1, 1.2, size=(6, 3))
    hessian = fpad.hessian(arms_of_their_own)
    want = np.stack([hessian(each) for each in x])
    np.testing.assert_allclose(fpad.vmap(hessian)(x), want, rtol=1e-12, atol=1e-14)


def test_axes_of_arguments_and_results() -> None:
    x, w = RNG.normal(size=(3, 5)), RNG.normal(size=3)
    want = np.array([weighted_sine(x[:, k], w) for k in range(5)])
    np.testing.assert_allclose(fpad.vmap(weighted_sine, (1, None))(x, w), want)
    np.testing.assert_allclose(fpad.vmap(weighted_sine, {"x": -1})(x, w), want)
    squares = fpad.vmap(squares_in_place, 1, out_axes=1)(x)
    np.testing.assert_allclose(squares, fpad.vmap(squares_in_place)(x.T.copy()).T)


def test_a_mapped_function_shows_its_axes() -> None:
    assert repr(fpad.vmap(product)) == "fpad.vmap(product)"
    mapped = fpad.vmap(product, (0, None), out_axes=-1)
    assert repr(mapped) == "fpad.vmap(product, in_axes=(0, None), out_axes=-1)"


def pair(p):
    return {"sum": np.sum(p["W"]), "b": p["b"] * 2.0}


def test_structures_have_an_axis_for_each_entry() -> None:
    p = {"W": RNG.normal(size=(4, 2, 2)), "b": RNG.normal(size=3)}
    got = fpad.vmap(pair, ({"W": 0, "b": None},), {"sum": 0, "b": None})(p)
    np.testing.assert_allclose(got["sum"], p["W"].sum(axis=(1, 2)))
    np.testing.assert_array_equal(got["b"], p["b"] * 2.0)


def loss(w, x, y):
    return (np.tanh(x @ w) - y) ** 2


def test_one_gradient_for_each_example() -> None:
    w, x, y = RNG.normal(size=3), RNG.normal(size=(6, 3)), RNG.normal(size=6)
    got = fpad.vmap(fpad.grad(loss), (None, 0, 0))(w, x, y)
    want = np.stack([fpad.grad(loss)(w, x[k], float(y[k])) for k in range(6)])
    np.testing.assert_allclose(got, want, rtol=1e-12)


def test_what_is_wrong_with_the_axes_is_said() -> None:
    x = np.ones((3, 2))
    with pytest.raises(fpad.InputError, match="equally many"):
        fpad.vmap(product)(x, np.ones((4, 2)))
    with pytest.raises(fpad.InputError, match="single number"):
        fpad.vmap(product)(x, 2.0)
    with pytest.raises(fpad.InputError, match="maps no parameter"):
        fpad.vmap(product, None)
    with pytest.raises(fpad.InputError, match="no parameter"):
        fpad.vmap(product, {"c": 0})
    with pytest.raises(fpad.InputError, match="has 2 axes"):
        fpad.vmap(product, (5, None))(x, x)
    with pytest.raises(fpad.InputError, match="different for each"):
        fpad.vmap(scaled_columns, out_axes=None)(np.ones((2, 2, 2)))


@pytest.mark.parametrize("axis", [3, -4])
def test_an_axis_of_results_that_is_not_there(axis: int) -> None:
    x = np.ones((2, 3, 2))
    for mapped in (
        fpad.vmap(scaled_columns, out_axes=axis),
        fpad.jvp(fpad.vmap(scaled_columns, out_axes=axis)),
    ):
        more = {"tangent": x} if "jvp" in repr(mapped) else {}
        text = f"vmap: out_axes is {axis}, and a result has 2 axes with that of the examples"
        with pytest.raises(fpad.InputError, match=text):
            mapped(x, **more)
    nested = fpad.vmap(fpad.vmap(scaled_columns, out_axes=axis))
    with pytest.raises(fpad.InputError, match="out_axes is"):
        nested(np.ones((4, 2, 3, 2)))


def prints_for_some(x):
    if x > 0:
        print(x)
    return x * 2.0


def grows_for_some(x):
    out = []
    for i in range(3):
        if x[i] > 0:
            out.append(x[i])
    return sum(out)


def other_shape_for_some(x):
    y = x[:1] if x[0] > 0 else x[:2]
    return y * 2.0


def test_what_cannot_be_done_for_some_examples_is_refused() -> None:
    with pytest.raises(fpad.TransformError, match="effect"):
        fpad.vmap(prints_for_some)(np.ones(3))
    with pytest.raises(fpad.TransformError, match="for some examples only"):
        fpad.vmap(grows_for_some)(np.ones((2, 3)))
    with pytest.raises(fpad.InputError, match="shape"):
        fpad.vmap(other_shape_for_some)(np.array([[1.0, 2.0, 3.0], [-1.0, 2.0, 3.0]]))


def arm_smaller_than_the_condition(x, w):
    return np.where(w > 1.3, 0.5, x)


def functions_in_a_list(v):
    s = v.sum()
    for f in [lambda z: np.sin(z), lambda z: 0.6 * z * z]:
        s = f(s)
    return s


def test_what_the_fuzzer_has_found() -> None:
    w, x = np.array([-0.6, 0.1, 1.4]), np.array([0.1, 0.2])
    mapped = fpad.vmap(fpad.vjp(arm_smaller_than_the_condition), (0, None))
    np.testing.assert_allclose(mapped(x, w, cotangent=np.ones((2, 3)))[1], [2.0, 2.0])
    many = np.array([[0.2, -1.0], [0.3, 0.4]])
    got = fpad.vmap(fpad.grad(functions_in_a_list))(many)
    want = np.stack([fpad.grad(functions_in_a_list)(v) for v in many])
    np.testing.assert_allclose(got, want)


GENERATOR = np.random.default_rng(0)


def draws(x):
    return x * GENERATOR.normal()


def draws_in_a_helper(x):
    return draws(x) + 1.0


def test_draws_are_refused() -> None:
    """A loop over the examples would draw for each of them."""
    for f in (draws, draws_in_a_helper, fpad.grad(draws)):
        with pytest.raises(fpad.TransformError, match="drawn once for all"):
            fpad.vmap(f)(np.ones(3))
    assert fpad.jacobian(draws, mode="forward")(1.0) != 0.0  # one primal, one draw


def checked(x):
    if x < 0:
        raise ValueError("negative")
    return np.sqrt(x)


def test_an_exception_of_one_example_is_raised() -> None:
    np.testing.assert_allclose(fpad.vmap(checked)(np.array([1.0, 4.0])), [1.0, 2.0])
    with pytest.raises(ValueError, match="negative"):
        fpad.vmap(checked)(np.array([1.0, -4.0]))


@pytest.mark.parametrize("n", [0, 1])
def test_no_examples_and_one(n: int) -> None:
    x = np.ones((n, 3))
    assert fpad.vmap(squares_in_place)(x).shape == (n, 3)
    assert fpad.vmap(fpad.grad(loss), (None, 0, 0))(np.ones(3), x, np.ones(n)).shape == (n, 3)


def hooked_by_a_variable(x, size):
    y = fpad.on_adjoint(x * x, lambda by: np.clip(by, -size, size))
    return np.sum(y * np.sum(x))


def test_hooks_are_mapped_too() -> None:
    x, sizes = RNG.normal(size=(3, 2)), np.array([0.1, 0.5, 9.0])
    one = fpad.grad(hooked_by_a_variable)
    want = np.stack([one(a, float(s)) for a, s in zip(x, sizes, strict=True)])
    np.testing.assert_allclose(fpad.vmap(one)(x, sizes), want, rtol=1e-12)
    many = fpad.vjp(fpad.vmap(hooked_by_a_variable))
    np.testing.assert_allclose(many(x, sizes, cotangent=np.ones(3))[1], want, rtol=1e-12)


def hessian_of_rosenbrock(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def test_mapped_functions_are_mapped_again_without_a_loop() -> None:
    x, w = RNG.normal(size=(4, 3, 5)), RNG.normal(size=5)
    twice = fpad.vmap(fpad.vmap(fpad.grad(loss), (None, 0, None)), (None, 0, None))
    want = [[fpad.grad(loss)(w, a, 0.5) for a in row] for row in x]
    np.testing.assert_allclose(twice(w, x, 0.5), want, rtol=1e-12)
    hessians = fpad.vmap(fpad.hessian(hessian_of_rosenbrock))
    one = fpad.hessian(hessian_of_rosenbrock)
    np.testing.assert_allclose(hessians(x[0]), [one(a) for a in x[0]], rtol=1e-12)
    for derivative in (twice, hessians):
        assert "example_room" not in derivative.source
