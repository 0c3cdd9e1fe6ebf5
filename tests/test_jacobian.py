"""Jacobians and Hessians: both modes agree with differences, for any structure, at any order."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import fpad
from tests.programs import generators, sundry

X = np.array([0.3, -0.7, 1.1])
W = np.array([1.5, 0.4])
MODES = ("auto", "forward", "reverse")


def bent(x):
    return np.sin(x) * x[0]


def several(x, w):
    return {"a": np.sum(x * x) * w, "b": (x[::2] * w[1], w[0] ** 2)}


def rosenbrock(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def rosenbrock_by_entries(x):
    s = 0.0
    for i in range(len(x) - 1):
        s = s + 100.0 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2
    return s


def two_numbers(x, y):
    return x * y**2, x + y


def settled(x):
    for _ in range(3):
        x = x - 0.1 * np.tanh(x) * x[0]
        if x[1] > 0.5:
            break
    return x


def differences(f: Any, x: Any, h: float = 1e-6) -> Any:
    """Central differences: shape of f(x), then of x."""
    columns = []
    for k in range(x.size):
        e = np.zeros(x.size)
        e[k] = h
        e = e.reshape(x.shape)
        columns.append((np.asarray(f(x + e)) - np.asarray(f(x - e))) / (2 * h))
    return np.stack(columns, axis=-1).reshape(*np.shape(f(x)), *x.shape)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("f", [bent, settled, rosenbrock])
def test_modes_agree_with_differences(f: Any, mode: str) -> None:
    got = fpad.jacobian(f, mode=mode)(X)
    np.testing.assert_allclose(got, differences(f, X), rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("mode", MODES)
def test_structures_hold_structures_of_blocks(mode: str) -> None:
    got = fpad.jacobian(several, wrt=(0, 1), mode=mode)(X, W)
    for k, v in ((0, X), (1, W)):

        def part(t: Any, k: int = k) -> Any:
            return several(*(t if j == k else a for j, a in enumerate((X, W))))

        want = {
            "a": differences(lambda t: part(t)["a"], v),
            "b": [differences(lambda t, j=j: part(t)["b"][j], v) for j in (0, 1)],
        }
        np.testing.assert_allclose(got["a"][k], want["a"], rtol=1e-6, atol=1e-8)
        for j in (0, 1):
            np.testing.assert_allclose(got["b"][j][k], want["b"][j], rtol=1e-6, atol=1e-8)


def along(x: Any, k: int) -> Any:
    return np.max(np.sort(np.exp(x), k) + np.std(x * x, axis=k, keepdims=True), axis=k)


@pytest.mark.parametrize("k", [0, 1, -1])
def test_an_axis_is_one_of_an_example_where_the_point_is_shared(k: int) -> None:
    # In a block of cotangents the point has no axis of the examples: axis 1 was said to be missing.
    x = np.cos(np.arange(12.0)).reshape(3, 4)
    want = differences(lambda x: along(x, k), x)
    for mode in MODES:
        got = fpad.jacobian(along, mode=mode)(x, k)
        np.testing.assert_allclose(got, want, rtol=1e-6, atol=1e-8)


def rows_of_vectors(x):
    return np.linalg.solve(np.vstack([np.exp(x[0]), x[1] + 5.0, x[0] * x[1] - 4.0]), x[1])


def numbers_before_vectors(x):
    return np.hstack([x[0, 0] * x[1, 1], x[1]]) * np.vstack([x[0, 0], x[1, 0] ** 2])


@pytest.mark.parametrize("f", [rows_of_vectors, numbers_before_vectors])
def test_vectors_are_rows_of_what_they_are_joined_to(f: Any) -> None:
    # The part of a block of cotangents was taken with axes that vstack had given to each vector.
    x = np.cos(np.arange(6.0)).reshape(2, 3)
    want = differences(f, x)
    for mode in MODES:
        np.testing.assert_allclose(fpad.jacobian(f, mode=mode)(x), want, rtol=1e-6, atol=1e-8)


def test_numbers_have_numbers_for_blocks() -> None:
    for mode in MODES:
        got = fpad.jacobian(two_numbers, wrt=("x", "y"), mode=mode)(3.0, 2.0)
        assert got == ((4.0, 12.0), (1.0, 1.0))


@pytest.mark.parametrize("f", [rosenbrock, rosenbrock_by_entries])
def test_hessians(f: Any) -> None:
    x = np.linspace(-1.0, 1.2, 6)
    want = differences(fpad.grad(f), x)
    got = fpad.hessian(f)(x)
    np.testing.assert_allclose(got, want, rtol=1e-6, atol=1e-5)
    np.testing.assert_allclose(got, got.T, rtol=1e-12)
    v = np.cos(x)
    np.testing.assert_allclose(fpad.hvp(f)(x, vector=v), got @ v, rtol=1e-12)


@pytest.mark.parametrize("first", MODES)
@pytest.mark.parametrize("second", MODES)
def test_a_jacobian_has_a_jacobian(first: str, second: str) -> None:
    inner = fpad.jacobian(bent, mode=first)
    got = fpad.jacobian(inner, mode=second)(X)
    np.testing.assert_allclose(got, differences(inner, X), rtol=1e-6, atol=1e-8)


def test_single_precision_stays() -> None:
    x = X.astype(np.float32)
    for mode in MODES:
        assert fpad.jacobian(bent, mode=mode)(x).dtype == np.float32


def squared_waves(x: Any) -> Any:
    return np.sum(np.sin(x) ** 2)


def product(x: Any) -> Any:
    return np.prod(x)


def signs(x: Any) -> Any:
    return np.sum(np.heaviside(x, 0.5) ** 2)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.longdouble])
@pytest.mark.parametrize("f", [squared_waves, product, signs])
def test_precision_stays_at_the_second_order(f: Any, dtype: Any) -> None:
    """Cotangents that are numbers of Python's are no float64."""
    x = X.astype(dtype)
    want = fpad.hessian(f)(X)
    for got in (
        fpad.hessian(f)(x),
        fpad.jacobian(fpad.grad(f), mode="reverse")(x),
        fpad.jacobian(fpad.grad(f), mode="forward")(x),
    ):
        assert got.dtype == dtype
        tolerance = max(float(np.finfo(dtype).eps), 1e-15) * 16.0
        np.testing.assert_allclose(got, want, rtol=tolerance, atol=tolerance)
    assert fpad.hvp(f)(x, vector=x).dtype == dtype
    assert fpad.vmap(fpad.grad(f))(np.stack([x, x])).dtype == dtype


def told(x):
    print("once")
    return x * x


def test_effects_happen_once(capsys: pytest.CaptureFixture[str]) -> None:
    for mode in MODES:
        fpad.jacobian(told, mode=mode)(X)
        assert capsys.readouterr().out == "once\n"


def test_a_mode_that_is_not_there() -> None:
    with pytest.raises(fpad.InputError, match="mode="):
        fpad.jacobian(bent, mode="sideways")


def test_with_aux() -> None:
    def f(x: Any) -> Any:
        return x * x, np.sum(x)

    f.__module__ = __name__
    for mode in MODES:
        jac, total = fpad.jacobian(f, has_aux=True, mode=mode)(X)
        np.testing.assert_allclose(jac, np.diag(2 * X))
        assert total == pytest.approx(X.sum())


def test_records_of_many_examples_are_refused() -> None:
    """A block of seeds has one primal, but examples have choices each."""
    text = r"record=True with vmap .*: record one example, as fpad\.record\(f\)\(x\[0\]\)"
    with pytest.raises(fpad.InputError, match=text):
        fpad.record(fpad.vmap(bent))
    with pytest.raises(fpad.InputError, match=text):
        fpad.vmap(fpad.record(bent))
    with pytest.raises(fpad.InputError, match=text):
        fpad.vmap(fpad.grad(rosenbrock, record=True))


def makes_its_own(x):
    return np.sum(fpad.grad(rosenbrock)(x))


def test_a_derivative_is_made_outside() -> None:
    with pytest.raises(fpad.TransformError, match="as a global"):
        fpad.grad(makes_its_own)(X)


@pytest.mark.parametrize("mode", MODES)
def test_results_that_depend_on_nothing_and_empty_arguments(mode: str) -> None:
    def steps(x):
        return np.ones(2) * np.floor(x[0])

    np.testing.assert_array_equal(fpad.jacobian(steps, mode=mode)(X), np.zeros((2, 3)))
    assert fpad.jacobian(bent_entries, mode=mode)(np.zeros(0)).shape == (0, 0)
    assert fpad.jacobian(bent_entries, mode=mode)(np.zeros((0, 2))).shape == (0, 2, 0, 2)


def bent_entries(x):
    return np.sin(x) * x


def test_functions_that_call_each_other_and_tapes_of_callees() -> None:
    got = fpad.jacobian(sundry.a_formula_read, mode="forward")(1.7)
    assert got.shape == ()
    twice = fpad.vmap(fpad.hvp(generators.g_enum), (0, None))
    x, v = np.array([0.4, 0.9]), np.array([1.0, -2.0])
    want = [fpad.hvp(generators.g_enum)(a, 4, vector=b) for a, b in zip(x, v, strict=True)]
    np.testing.assert_allclose(twice(x, 4, vector=v), want, rtol=1e-13)
