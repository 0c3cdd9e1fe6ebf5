"""What a derivative call does to what it was given: nothing; and how its leaves are typed."""

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import fpad
from tests.oracles import assert_close, assert_like, same_bits
from tests.programs import loops

V3 = np.array([0.7, 1.3, 0.9])


def writes_then_fails(x, i):
    x[0] = x[1] * 2.0
    x *= 3.0
    return x[i] * x[0]


def fills_then_fails(x, s):
    for k in range(5):
        x[k] = x[k] * s
    return np.sum(x)


def shape_mismatch(p, y):
    w = p["w"]
    h = w * 2.0
    h[0] = y[0]
    return np.dot(h, y)


@pytest.mark.parametrize(
    ("function", "args", "error"),
    [
        (writes_then_fails, (V3, 7), IndexError),
        (fills_then_fails, (V3, 0.5), IndexError),
        (shape_mismatch, ({"w": V3}, np.array([1.0, 2.0])), ValueError),
    ],
)
def test_arguments_are_untouched_when_the_function_raises(
    function: Callable[..., Any], args: tuple[Any, ...], error: type[Exception]
) -> None:
    given = copy.deepcopy(args)
    with pytest.raises(error):
        function(*copy.deepcopy(args))
    tangent = copy.deepcopy(given[0])
    attempts: list[tuple[Any, dict[str, Any]]] = [
        (fpad.grad(function), {}),
        (fpad.value_and_grad(function), {}),
        (fpad.jvp(function), {"tangent": tangent}),
        (fpad.vjp(function), {"cotangent": 1.0}),
        (fpad.jvp(fpad.grad(function)), {"tangent": tangent}),
        (fpad.vjp(fpad.grad(function)), {"cotangent": tangent}),
    ]
    for attempt, seeds in attempts:
        before = copy.deepcopy((given, seeds))
        with pytest.raises(error):
            attempt(*given, **seeds)
        assert same_bits((given, seeds), before)


def weighted(a, b):
    return np.sum(a * b * b)


@pytest.mark.parametrize(
    "leaf",
    [
        0.5,
        2,
        np.float64(0.5),
        np.float32(0.5),
        np.array(0.5),
        np.array(0.5, dtype=np.float32),
        np.array([0.5]),
        np.array([[0.5]], dtype=np.float32),
        np.array([], dtype=np.float64),
        np.array([], dtype=np.float32),
        np.array([1, 2]),
        np.array(3),
        np.zeros((0, 2)),
    ],
    ids=lambda leaf: f"{type(leaf).__name__}-{getattr(leaf, 'dtype', '')}-{np.shape(leaf)}",
)
def test_a_gradient_leaf_has_its_arguments_type(leaf: Any) -> None:
    for other in (1.5, np.array(1.5), np.array([[[1.5]], [[2.5]]])):
        pair = fpad.grad(weighted, (0, 1))(leaf, other)
        assert_like(pair, (leaf, other), "gradient")
        assert_like(fpad.grad(weighted)(leaf, other), leaf, "gradient")
        expected = np.broadcast_to(np.asarray(other, float) ** 2, np.broadcast(leaf, other).shape)
        size = np.shape(leaf)
        total = expected
        while total.ndim > len(size):
            total = total.sum(axis=0)
        axes = tuple(k for k, n in enumerate(size) if n == 1 and total.shape[k] != 1)
        assert_close(pair[0], total.sum(axis=axes, keepdims=True), 1e-7, "gradient")


def static_leaves(p, scale):
    x = p["x"] if p["on"] else p["y"]
    return np.sum(p["f"](x)) * scale


def test_static_leaves_come_back_as_none() -> None:
    p = {"x": V3.copy(), "y": 2.0, "on": True, "label": "a", "f": np.sin, "nothing": None}
    g = fpad.grad(static_leaves)(p, 3.0)
    assert list(g) == list(p)
    assert [g[k] for k in ("on", "label", "f", "nothing")] == [None] * 4
    assert g["y"] == 0.0
    assert type(g["y"]) is float
    assert_close(g["x"], 3.0 * np.cos(V3), 1e-15, "gradient")
    tangent = {"x": V3.copy(), "y": 0.0, "on": None, "label": None, "f": None, "nothing": None}
    _, dy = fpad.jvp(static_leaves)(p, 3.0, tangent=tangent)
    assert dy == pytest.approx(3.0 * float(np.cos(V3) @ V3), rel=1e-14)


def test_a_seed_is_cast_to_its_leaf() -> None:
    x = np.array([0.5, 2.0], dtype=np.float32)
    _, dy = fpad.jvp(weighted)(x, 2.0, tangent=np.array([1, 2]))
    assert dy == pytest.approx(12.0)
    _, bx = fpad.vjp(weighted)(x, 2.0, cotangent=3)
    assert_like(bx, x, "cotangent")
    assert_close(bx, np.array([12.0, 12.0]), 1e-6, "cotangent")


def writes_first(a, b):
    a[0] = a[1] * a[2]
    return np.sum(a * b)


def test_one_array_passed_twice_and_written_is_right_or_refused() -> None:
    """Through either name the plain call sees the write; a derivative that copies one would not."""
    x = V3.copy()
    before = x.copy()
    plain = before.copy()
    expected = writes_first(plain, plain)
    try:
        value, _ = fpad.value_and_grad(writes_first, (0, 1))(x, x)
    except fpad.FpadError:
        value = expected
    assert value == expected
    assert same_bits(x, before)


def test_overlapping_views_of_one_array_are_right_or_refused() -> None:
    base = np.array([0.7, 1.3, 0.9, 0.4])
    before = base.copy()
    plain = base.copy()
    expected = writes_first(plain[:3], plain[1:])
    try:
        value, _ = fpad.value_and_grad(writes_first, (0, 1))(base[:3], base[1:])
    except fpad.FpadError:
        value = expected
    assert value == expected
    assert same_bits(base, before)


def test_read_only_arguments() -> None:
    x = V3.copy()
    x.flags.writeable = False
    g = fpad.grad(weighted)(x, 2.0)
    assert g.flags.writeable
    assert_close(g, np.full(3, 4.0), 1e-15, "gradient")


def test_results_of_two_calls_share_no_memory() -> None:
    d = fpad.grad(weighted, (0, 1))
    x = V3.copy()
    first, second = d(x, x), d(x, x)
    kept = copy.deepcopy(first)
    for leaf in second:
        leaf += 100.0
    assert same_bits(first, kept)
    assert same_bits(x, V3)


def half_power(x: float) -> float:
    return (x**1.5 + 1.0) * 2.0


@pytest.mark.parametrize("d", [fpad.grad, fpad.value_and_grad])
def test_a_power_that_python_makes_complex_is_refused(d: Any) -> None:
    assert np.isfinite(np.sum(d(half_power)(2.0)))
    with pytest.raises(fpad.InputError, match="negative number was raised to a power"):
        d(half_power)(-1.0)
    with pytest.raises(fpad.InputError, match="complex"):
        fpad.jvp(half_power)(-1.0, tangent=1.0)
    with pytest.raises(fpad.InputError, match="complex"):
        fpad.vjp(half_power)(-1.0, cotangent=1.0)
    report = fpad.check(half_power, -1.0)
    assert report.verdict == fpad.Verdict.UNDEFINED


def rows(x: Any, y: Any, scale: float) -> Any:
    return np.sum(np.tanh(x * y) * scale)


@pytest.mark.parametrize(
    ("x", "y", "wrt", "dtype"),
    [
        (np.float32, np.float32, ("x", "y"), np.float32),
        (np.float16, np.float16, ("x", "y"), np.float16),
        (np.float64, np.float64, ("x", "y"), np.float64),
        (np.float32, np.float64, ("x", "y"), np.float64),
        (np.float32, np.float32, ("x", "scale"), np.float64),
    ],
)
def test_the_arithmetic_is_done_in_the_type_of_the_arguments(
    x: Any, y: Any, wrt: Any, dtype: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []
    plain = fpad.runtime.unbroadcast

    def watched(t: Any, like: Any) -> Any:
        seen.append(t.dtype)
        return plain(t, like)

    monkeypatch.setattr(fpad.runtime, "unbroadcast", watched)
    slope = fpad.grad(rows, wrt=wrt)
    for call in (lambda *a: slope(*a), lambda *a: slope(a[0], a[1], scale=a[2])):
        for _ in range(2):
            got = call(np.ones(3, x), np.ones(3, y), 2.0)
            assert got[0].dtype == x
    assert set(seen) == {np.dtype(dtype)}


@pytest.mark.parametrize("make", [fpad.grad, fpad.value_and_grad, fpad.jvp, fpad.vjp, fpad.record])
@pytest.mark.parametrize("args", [(0.7, -1), (0.7, 0), (50.0, 9), (0.7, 100), (-50.0, 3)])
def test_exceptions_of_the_function_are_raised_as_they_are(make: Any, args: Any) -> None:
    f = loops.checked_on_the_way
    with pytest.raises(Exception) as wanted:  # noqa: PT011
        f(*args)
    seeds = {fpad.jvp: {"tangent": 1.0}, fpad.vjp: {"cotangent": 1.0}}.get(make, {})
    with pytest.raises(type(wanted.value)) as got:
        make(f)(*args, **seeds)
    assert got.value.args == wanted.value.args
    assert fpad.check(f, *args).verdict in (fpad.Verdict.UNDEFINED, fpad.Verdict.UNKNOWN)


def counted(function):
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)

    return wrapper


@counted
def scaled_sum(x, y, k=2):
    return np.sum(x**k) * y


@pytest.mark.parametrize(
    ("wrt", "expected"), [(0, [6.0, 6.0]), (1, 2.0), ((1, 0), (2.0, [6.0, 6.0]))]
)
def test_wrt_counts_into_the_arguments_that_a_wrapper_hands_on(wrt, expected):
    got = fpad.grad(scaled_sum, wrt=wrt)(np.ones(2), 3.0)
    for g, e in zip(
        *((got, expected) if isinstance(wrt, tuple) else ([got], [expected])), strict=True
    ):
        np.testing.assert_array_equal(g, e)
    np.testing.assert_array_equal(fpad.grad(scaled_sum)(np.ones(2), y=3.0, k=3), [9.0, 9.0])
    assert fpad.check(scaled_sum, np.ones(2), 3.0, wrt=wrt).correct


def test_wrt_counts_past_named_parameters():
    def product(a, b, *more):
        return a * b * sum(more)

    assert fpad.grad(product, wrt=(1, 3))(2.0, 3.0, 4.0, 5.0) == (18.0, 6.0)
    with pytest.raises(TypeError, match="more_1"):
        fpad.grad(product, wrt=3)(2.0, 3.0, 4.0)
