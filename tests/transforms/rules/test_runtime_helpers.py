"""What generated code calls at run time, where walking the table does not show it."""

from __future__ import annotations

import math
import operator
import warnings
from typing import Any

import numpy as np
import pytest

from fpad import runtime as fp

F32 = np.float32
X = np.array([[1.5, -2.0, 0.25], [4.0, 0.5, -1.0]])


def outcome(f: Any, *args: Any) -> Any:
    """The value, or the type and text of what is raised."""
    try:
        return f(*args)
    except Exception as error:
        return type(error), str(error)


UPDATES = [
    (fp.iadd, operator.iadd),
    (fp.isub, operator.isub),
    (fp.imul, operator.imul),
    (fp.itruediv, operator.itruediv),
    (fp.ifloordiv, operator.ifloordiv),
    (fp.imod, operator.imod),
    (fp.ipow, operator.ipow),
]
LEFT: list[Any] = [
    X,
    X.T,
    np.asfortranarray(X),
    X[:, ::2],
    X.astype(F32),
    np.array([[1, 2, 3], [4, 5, 6]]),
    np.array(2.5),
    np.zeros((0, 3)),
    3.5,
    3,
    F32(2.5),
    np.float64(2.5),
]
RIGHT: list[Any] = [2, 0.5, F32(0.5), np.array([1.0, 2.0, 3.0]), X, np.array([1, 2, 3]), X.T]


@pytest.mark.parametrize(("pure", "statement"), UPDATES, ids=lambda f: f.__name__)
def test_updates_are_augmented_assignment_without_its_effect(pure: Any, statement: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        for y in LEFT:
            for e in RIGHT:
                before = np.array(y)
                target = y.copy(order="K") if isinstance(y, np.ndarray) else y
                got, want = outcome(pure, y, e), outcome(statement, target, e)
                if isinstance(want, tuple):
                    assert got == want
                    continue
                assert type(got) is type(want)
                assert getattr(got, "dtype", None) == getattr(want, "dtype", None)
                np.testing.assert_array_equal(got, want)
                np.testing.assert_array_equal(y, before)
                if isinstance(got, np.ndarray) and got.size:
                    assert not np.shares_memory(got, y)
                    assert got.strides == want.strides


def test_update_whose_operands_overlap() -> None:
    y = np.arange(5.0)
    want = y.copy()
    want[1:] += want[:-1]
    np.testing.assert_array_equal(fp.iadd(y[1:], y[:-1]), want[1:])


@pytest.mark.parametrize(
    "index",
    [
        1,
        -1,
        np.int64(0),
        slice(None, None, 2),
        (0, slice(1, None)),
        (..., 1),
        np.array([0, 0, 1]),
        (np.array([0, 0]), np.array([2, 2])),
        (slice(None), np.array([1, 1, 0])),
        X > 0,
        np.array([True, False]),
        True,
    ],
    ids=str,
)
def test_add_at_counts_every_mention(index: Any) -> None:
    value = np.full(np.shape(X[index]), 1.5)
    base, want = X.copy(), X.copy()
    for where in np.ndindex(value.shape):
        mask = np.zeros(X.size)
        mask[np.arange(X.size).reshape(X.shape)[index][where]] = 1.5
        want += mask.reshape(X.shape)
    fp.add_at(base, index, value)
    np.testing.assert_allclose(base, want, rtol=1e-15)
    np.testing.assert_allclose(fp.scatter(value, index, X), want - X, rtol=1e-15)


@pytest.mark.parametrize(
    ("shape", "index"),
    [
        ((30, 50), np.s_[:, np.arange(-40, 40) % 7 - 3]),
        ((50, 30), np.arange(60) % 50 - 50),
        ((5, 6, 70), np.s_[:, np.arange(24).reshape(4, 6) % 6]),
        ((40, 30), np.s_[np.arange(900).reshape(30, 30) % 40, 3]),
    ],
)
def test_add_at_of_many_entries_is_that_of_numpy(shape: Any, index: Any) -> None:
    rng = np.random.default_rng(0)
    want = rng.normal(size=shape)
    value = rng.normal(size=want[index].shape)
    for base in (want.copy(), np.asfortranarray(want), want.astype(np.float32)):
        plain = base.copy()
        np.add.at(plain, index, value)
        fp.add_at(base, index, value)
        np.testing.assert_array_equal(base, plain)
        assert base.dtype == plain.dtype
    with pytest.raises(IndexError, match="out of bounds"):
        fp.add_at(want, np.s_[:, np.full(100, shape[1])], 1.0)


@pytest.mark.parametrize(
    ("have", "want"), [((3,), (2,)), ((3,), (2, 3)), ((2, 3), (2,)), ((1,), (3,)), ((), (3,))]
)
def test_unbroadcast_refuses_shapes_that_broadcasting_never_made(have: Any, want: Any) -> None:
    with pytest.raises(ValueError, match="was not broadcast"):
        fp.unbroadcast(np.ones(have), np.ones(want))


def test_unbroadcast_returns_what_needs_nothing() -> None:
    for t, like in ((X, X + 1), (2.5, 1), (F32(1), np.array(1.0))):
        assert fp.unbroadcast(t, like) is t


def test_unbroadcast_gives_a_python_number_a_python_number() -> None:
    assert type(fp.unbroadcast(X.astype(F32), 2)) is float
    assert type(fp.unbroadcast(X.astype(F32), F32(2))) is F32


@pytest.mark.parametrize("junk", [math.nan, math.inf])
def test_select_and_where_drop_what_is_not_chosen(junk: float) -> None:
    t = np.array([1.0, junk], F32)
    mask = np.array([True, False])
    for got in (fp.select(mask, t), fp.where(mask, t, 0.0), fp.where(~mask, 0.0, t)):
        np.testing.assert_array_equal(got, np.array([1.0, 0.0]))
        assert got.dtype == F32
    assert fp.select(False, junk) == 0.0
    assert fp.where(True, 2, junk) == 2
    assert isinstance(fp.where(True, 2, junk), int)


LONG = np.random.default_rng(1).standard_normal((40, 60))
LONG[::7, ::5] = math.nan
LONG[::5, ::7] = -math.inf
LONG[3] = -0.0


@pytest.mark.parametrize("dtype", [np.float64, F32, np.float16, ">f8"])
@pytest.mark.parametrize(
    "turn", [lambda x: x, lambda x: x.T, lambda x: x[::-1, :], lambda x: x[1:2]]
)
def test_selection_of_long_arrays_is_numpys(dtype: Any, turn: Any) -> None:
    t = turn(LONG.astype(dtype))
    whole = turn(np.random.default_rng(2).random(LONG.shape) < 0.5)
    for mask in (whole, whole[:1], whole[:, :1], np.broadcast_to(whole, (2, *whole.shape))):
        zero = t.dtype.type(0)
        for got, want in (
            (fp.where(mask, t, 0.0), np.where(mask, t, zero)),
            (fp.where(mask, 0.0, t), np.where(mask, zero, t)),
            (fp.where(mask, t, -0.0), np.where(mask, t, -zero)),
            (fp.where(mask, t, t + 1), np.where(mask, t, t + 1)),
            (fp.gate(t, mask, ~mask), np.where(mask, t, zero)),
            (fp.gate(t, mask, mask), np.where(mask, t, t.dtype.type(math.nan))),
        ):
            assert got.dtype == want.dtype
            np.testing.assert_array_equal(got, want)
            np.testing.assert_array_equal(np.signbit(got), np.signbit(want))
        if mask.ndim == t.ndim and whole.shape == t.shape:
            np.testing.assert_array_equal(fp.select(mask, t), np.where(mask, t, zero))


def test_masks_that_hold_no_truth_values_are_numpys_too() -> None:
    mask = np.arange(LONG.size).reshape(LONG.shape) % 3
    np.testing.assert_array_equal(fp.where(mask, LONG, 0.0), np.where(mask, LONG, 0.0))
    np.testing.assert_array_equal(fp.where(mask, 0.0, LONG), np.where(mask, 0.0, LONG))


def test_gate_of_scalars() -> None:
    assert fp.gate(2.5, True, False) == 2.5
    assert fp.gate(math.nan, False, True) == 0.0
    assert math.isnan(fp.gate(2.5, False, False))


def test_select_where_any_entry_of_a_larger_mask_holds() -> None:
    mask = np.array([[[True, False, False], [False, False, False]]])
    np.testing.assert_array_equal(fp.select(mask, np.ones((2, 1))), [[1.0], [0.0]])
    np.testing.assert_array_equal(fp.select(mask, np.ones(3)), [1.0, 0.0, 0.0])
    assert fp.select(mask, 2.5) == 2.5


@pytest.mark.parametrize(
    ("x", "dtype"),
    [
        (X.astype(F32), F32),
        (np.arange(3), float),
        (X > 0, float),
        (F32(2), F32),
        (np.array(1), float),
    ],
)
def test_zeros_like_are_floats(x: Any, dtype: Any) -> None:
    zero = fp.zeros_like(x)
    assert np.shape(zero) == np.shape(x)
    assert np.asarray(zero).dtype == dtype
    assert not np.any(zero)


def test_copy_keeps_the_memory_order_and_like_holds_nothing() -> None:
    for x in (X, X.T, np.asfortranarray(X)):
        assert fp.copy(x).strides == x.strides
        assert not np.shares_memory(fp.copy(x), x)
        hollow = fp.like(x)
        assert (hollow.shape, hollow.dtype, set(hollow.strides)) == (x.shape, x.dtype, {0})
    assert fp.copy(2.5) == 2.5
    assert repr(fp.like(3.5)) == "0.0"


# ---------------------------------------------------------------- slopes at their special points


@pytest.mark.parametrize(
    ("a", "b", "n", "m", "want"),
    [
        (0.0, 0.5, 1, 0, 0.0),
        (0.0, 1.5, 2, 0, 0.0),
        (0.0, 1.0, 1, 0, 1.0),
        (0.0, 3.0, 3, 0, 6.0),
        (0.0, 0.0, 1, 0, 0.0),
        (5e-324, 0.0, 1, 0, 0.0),
        (-2.0, 3.0, 1, 0, 12.0),
        (-2.0, 3, 2, 0, -12.0),
        (-2.0, 2.0, 1, 1, 0.0),
        (0.0, 2.0, 0, 1, 0.0),
        (math.nan, 2.0, 1, 0, math.nan),
        (1e-300, -1.5, 1, 0, -math.inf),
        (0.0, -1.0, 1, 0, -math.inf),
    ],
)
def test_power_slope_at_special_points(a: Any, b: Any, n: int, m: int, want: float) -> None:
    inside = a > 0.0 or b >= 0.0
    with warnings.catch_warnings():
        warnings.simplefilter("error" if inside and not math.isinf(want) else "ignore")
        got = fp.power_slope(a, b, n, m)
        assert type(got) is float
        np.testing.assert_array_equal(got, want)
        arrays = fp.power_slope(np.array([a, 2.0]), b, n, m)
        np.testing.assert_array_equal(arrays, [want, fp.power_slope(2.0, b, n, m)])
        assert fp.power_slope(np.array([a, 2.0], F32), b, n, m).dtype == F32


def test_roots_have_slope_0_at_0_without_warning() -> None:
    b = np.array([0.0, 2.0], F32)
    got = fp.div0(np.array([3.0, 3.0], F32), b)
    np.testing.assert_array_equal(got, [0.0, 1.5])
    assert got.dtype == F32
    assert fp.div0(3.0, 0.0) == 0.0
    np.testing.assert_array_equal(fp.div0(np.ones(2), 0.0), [0.0, 0.0])
    assert math.isnan(fp.div0(1.0, math.nan))
    np.testing.assert_array_equal(
        fp.log0(np.array([-1.0, 0.0, 1.0, math.nan])), [0, 0, 0, math.nan]
    )


def test_logarithms_of_bases_are_infinite_where_the_power_is() -> None:
    a, b = np.array([-1.0, 0.0, 0.0, 0.0, 1.0], F32), np.array([-1, -1, 0, 2, 2], F32)
    for n, pole in ((0, -math.inf), (1, math.inf), (2, -math.inf)):
        got = fp.base_log(a, b, n)
        np.testing.assert_array_equal(got, fp.log0(a, n) + np.array([0, pole, 0, 0, 0], F32))
        assert got.dtype == F32
        assert fp.base_log(0.0, -1.0, n) == pole
        assert fp.base_log(0.0, 1.0, n) == 0.0
        np.testing.assert_array_equal(fp.base_log(0.0, b, n), [pole, pole, 0.0, 0.0, 0.0])
        assert fp.base_log(F32(0.0), F32(-1.0), n) == pole
    assert fp.base_log(2.0, np.ones((2, 3))).shape == (2, 3)


def test_slopes_of_the_area_function_at_every_order() -> None:
    x = np.array([-0.9, -0.4, 0.0, 0.3, 0.7, -1.0, 1.0])
    for n in range(1, 7):
        with np.errstate(divide="ignore"):
            parts = (1.0 - x) ** -n - (-1) ** n * (1.0 + x) ** -n
            got = fp.arctanh_slope(x, n)
        np.testing.assert_allclose(got, math.factorial(n - 1) / 2 * parts, rtol=1e-14)
    assert fp.arctanh_slope(1e-200, 2) == 2e-200
    for kind in (F32, np.float64, np.float16):
        assert type(fp.arctanh_slope(kind(0.5))) is kind
    assert type(fp.arctanh_slope(0.5)) is float
    assert fp.arctanh_slope(np.longdouble([0.1]))[0] * (1 - np.longdouble(0.1) ** 2) == 1.0


def test_division_that_does_not_raise() -> None:
    with np.errstate(all="ignore"):
        assert fp.divide(1.0, 0.0) == math.inf
        assert math.isnan(fp.divide(0.0, 0))
        np.testing.assert_array_equal(fp.divide(X, 0.0), X * math.inf)
    assert type(fp.divide(1.0, 2.0)) is float


# ---------------------------------------------------------------- positions of extreme entries


@pytest.mark.parametrize("axis", [None, 0, -1, (0, 1), (2, 0), (0, 1, 2)])
@pytest.mark.parametrize("keepdims", [False, True])
def test_pick_and_place_take_the_first_extreme(axis: Any, keepdims: bool) -> None:
    x = np.array([[[1.0, 3.0], [3.0, 0.0]], [[3.0, 3.0], [2.0, 0.0]]])
    for position, reduce, sign in ((fp.argmax, np.max, 1), (fp.argmin, np.min, -1)):
        where = position(x, axis)
        y = reduce(x, axis=axis, keepdims=keepdims)
        np.testing.assert_array_equal(fp.pick(x, where, axis, keepdims), y)
        hits = fp.place(np.ones_like(y) if np.ndim(y) else 1.0, where, x, axis, keepdims)
        assert np.sum(hits) == np.size(y)
        np.testing.assert_array_equal(np.sum(hits * x, axis=axis, keepdims=keepdims), y)
        if axis is None:  # first in C order, whatever the memory order
            assert np.flatnonzero(hits) == np.argmax(sign * x)
            turned = np.asfortranarray(x)
            np.testing.assert_array_equal(fp.place(1.0, position(turned, None), turned), hits)


def test_gap_is_the_distance_to_the_next_piece() -> None:
    assert fp.gap(np.array([1.0, 4.0, 2.5])) == 1.5
    assert fp.gap(np.array([4.0, 4.0])) == 0.0
    assert fp.gap(np.array([4.0])) == math.inf
    assert fp.gap(2.0) == math.inf
    np.testing.assert_array_equal(fp.gap(X, 1), [1.25, 3.5])
    np.testing.assert_array_equal(fp.gap(X[:1], 0), [math.inf] * 3)


@pytest.mark.parametrize("n", [0, 1, 2, 3])
def test_digamma_far_below_zero(n: int) -> None:
    """It goes on as the recurrence says, which takes for ever from there; -inf has no limit."""
    x = np.array([-17.75, -20.3, -40.125])
    step = (-1.0) ** n * float(math.factorial(n)) / x ** (n + 1)
    np.testing.assert_allclose(fp.digamma(x + 1.0, n) - fp.digamma(x, n), step, rtol=1e-6, atol=0)
    assert math.isnan(fp.digamma(-math.inf, n))
    assert fp.digamma(-1e9 - 0.25, n) == pytest.approx(fp.digamma(-1e9 - 1.25, n), rel=1e-6)


@pytest.mark.parametrize("n", [0, 1, 2])
def test_a_step_of_digamma_has_all_digits(n: int) -> None:
    """By 1 it is what the recurrence says, however small beside x; a small one is a slope."""
    x = np.array([1e-3, 0.7, 15.0, 17.5, 1e5, 1e12])
    want = (-1.0) ** n * float(math.factorial(n)) / x ** (n + 1)
    np.testing.assert_allclose(fp.digamma_step(x, 1.0, n), want, rtol=1e-14)
    np.testing.assert_allclose(fp.digamma_step(x + 1.0, -1.0, n), -want, rtol=1e-11)
    tiny = 1e-20 * fp.digamma(x, n + 1)
    np.testing.assert_allclose(fp.digamma_step(x, 1e-20, n), tiny, rtol=1e-13, atol=0.0)
    below = np.array([-0.5, -30.25, 0.5])
    far = fp.digamma(below + 1.75, n) - fp.digamma(below, n)
    np.testing.assert_allclose(fp.digamma_step(below, 1.75, n), far, rtol=1e-12)


def test_a_step_of_digamma_has_the_type_of_its_operands() -> None:
    assert type(fp.digamma_step(2.0, 1.0)) is float
    assert fp.digamma_step(F32(2.0), F32(1.0)).dtype == F32
    assert fp.digamma_step(2.0, np.ones(3, F32)).dtype == F32
    assert fp.digamma_step(np.ones((2, 1)), np.ones(3)).shape == (2, 3)


def test_cosine_and_logistic_at_infinity() -> None:
    """The limits, without a warning; scalars stay scalars."""
    half = math.sqrt(0.5)
    rows = [(-math.inf, 3.0, -1.0), (3.0, math.inf, 0.0), (0.0, 0.0, 0.0), (3.0, -4.0, 0.6)]
    rows += [(math.inf, -math.inf, half), (-math.inf, -math.inf, -half)]
    rows += [(math.nan, math.inf, math.nan), (math.inf, math.nan, math.nan)]
    a, b, want = np.transpose(rows)
    np.testing.assert_allclose(fp.cosine(a, b), want, rtol=1e-15)
    np.testing.assert_allclose([fp.cosine(*r[:2]) for r in rows], want, rtol=1e-15)
    assert type(fp.cosine(math.inf, 1.0)) is float
    assert fp.cosine(a.astype(F32), b.astype(F32)).dtype == F32
    assert fp.cosine(F32(math.inf), F32(2.0)).dtype == F32
    got = fp.difference(np.array([math.inf, -math.inf, 2.0, math.nan]), np.array([math.inf] * 4))
    np.testing.assert_array_equal(got, [0.0, -math.inf, -math.inf, math.nan])
    assert fp.difference(-math.inf, -math.inf) == 0.0
    assert fp.difference(2.5, -math.inf) == math.inf
    t = np.array([-math.inf, -800.0, 0.0, 800.0, math.inf, math.nan])
    np.testing.assert_allclose(fp.logistic(t), [0.0, 0.0, 0.5, 1.0, 1.0, math.nan])
    assert fp.logistic(-1e4) == 0.0
    assert type(fp.logistic(0.5)) is float
    assert fp.logistic(t.astype(F32)).dtype == F32


@pytest.mark.parametrize("name", ["gaussian", "lorentzian"])
@pytest.mark.parametrize("c", [1.0, 0.5])
def test_bells_are_derivatives_of_one_another(name: str, c: float) -> None:
    """Each order is the slope of the one before; at infinity, and far out, all of them vanish."""
    bell = getattr(fp, name)
    x, h = np.array([-70.0, -3.0, -1.0, -0.4, 0.0, 1e-9, 0.7, 1.5, 20.0]), 1e-3
    plain = np.exp(-c * x * x) if name == "gaussian" else (1.0 + x * x) ** -c
    np.testing.assert_allclose(bell(x, c), plain, rtol=1e-15)
    for n in range(6):
        weights = {1: 45.0 / 60.0, 2: -9.0 / 60.0, 3: 1.0 / 60.0}
        slope = sum(w * (bell(x + k * h, c, n) - bell(x - k * h, c, n)) for k, w in weights.items())
        np.testing.assert_allclose(bell(x, c, n + 1), slope / h, rtol=1e-9, atol=1e-9)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for n in range(6):
            far = np.array([-math.inf, -1e308, 1e308, math.inf, math.nan])
            got = bell(far, c, n)
            np.testing.assert_allclose(got, [0, 0, 0, 0, math.nan], atol=1e-300)
            np.testing.assert_array_equal(got, [bell(float(v), c, n) for v in far])
            assert type(bell(0.5, c, n)) is float
            assert type(bell(F32(0.5), c, n)) is F32
            assert type(bell(np.float64(0.5), c, n)) is np.float64
            assert bell(np.float32([0.5, 1e30]), c, n).dtype == F32
            assert bell(np.array(0.5), c, n).shape == ()
    assert fp.lorentzian(1e100, 1.0, 1) == pytest.approx(-2e-300, rel=1e-15)
    assert fp.lorentzian(-1e200, 0.5) == pytest.approx(1e-200, rel=1e-15)
    assert fp.lorentzian(np.array([-1e200]), 0.5) == pytest.approx(1e-200, rel=1e-15)
    assert fp.lorentzian(5e-324, 1.0, 1) == -1e-323


def test_carry_has_no_product_with_the_zero_that_it_starts_from() -> None:
    x = np.array([math.inf, 1.0, math.inf])
    np.testing.assert_array_equal(fp.carry(np.ones(3), x), [0.0, 1.0, 2.0])
    np.testing.assert_array_equal(fp.carry(x, x, None, True), [math.inf, math.inf, 0.0])
    np.testing.assert_array_equal(fp.carry(np.ones(1), x[:1]), [0.0])
