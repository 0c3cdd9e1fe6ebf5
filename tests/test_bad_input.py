"""Wrong axes, subscripts and shapes: NumPy's own error, at the line of the function."""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import fpad

linalg = pytest.importorskip("scipy.linalg")


def wrong_axis(x):
    y = x * 2.0
    return np.sum(y, axis=3)


def axis_before_the_first(x):
    return np.sum(np.cumsum(x, axis=-2))


def wrong_subscripts(x):
    return np.sum(np.einsum("ij,jk->ik", x, x))


def wrong_product(x):
    w = np.ones(5)
    return np.sum(x @ w)


def wrong_size(x):
    return np.sum(x.reshape(7, 2))


def wrong_index(x):
    return x[10]


def wrong_neighbour(x):
    return np.sum(x + np.ones(7))


def wrong_rank(x):
    return np.linalg.det(x)


def wrong_join(x):
    return np.sum(np.concatenate([x, np.ones((2, 2))]))


def wrong_store(x):
    y = np.zeros(2)
    y[:] = x
    return np.sum(y)


def wrong_taken(x):
    return np.take(x, 12)


def wrong_transpose(x):
    return np.sum(np.transpose(x, (1, 0)) * 2.0)


def wrong_system(x):
    return np.sum(np.linalg.solve(np.ones((2, 2)), x))


def norm_of_a_vector(x):
    return np.linalg.norm(x, "fro")


def wrong_power(x):
    return np.sum(np.linalg.matrix_power(x, 2))


def wrong_parts(x):
    return np.sum(np.split(x, 2)[0])


def wrong_cores(x):
    return np.sum(np.vectorize(lambda a, b: a * b[0], signature="(n),(n)->(n)")(x, np.ones(2)))


def wrong_place(x):
    return np.sum(np.insert(x, 9, 1.0))


def wrong_flat_position(x):
    i, j = np.unravel_index(-1, (2, 3))
    return x[i] * x[j]


def wrong_coordinates(x):
    return np.take(x, np.ravel_multi_index((0, -1), (1, 3))) ** 2


def wrong_number_of_points(x):
    return np.sum(np.linspace(x[0], x[1], -1))


def wrong_number_of_parts(x):
    return np.sum(np.array_split(x, 0)[0])


def indexing_of_no_kind(x):
    return np.sum(np.meshgrid(x, x, indexing="zz")[0])


def wrong_frequencies(x):
    return np.sum(np.cov(np.stack([x, x]), fweights=np.array([1.5, 1.0, 2.0])))


def wrong_out(x):
    total = np.ones(5)
    np.sum(x * 2.0, out=total)
    return np.sum(total)


def indices_of_other_axes(x):
    y = np.stack([x, x])
    np.put_along_axis(y, np.zeros(1, int), 1.0, axis=0)
    return np.sum(y)


def powers_of_a_matrix(x):
    return np.sum(np.vander(np.stack([x, x])))


def inner(x):
    return np.sum(np.stack([x, x], axis=4))


def wrong_in_a_callee(x):
    return inner(x) * 2.0


WRONG = [f for name, f in globals().items() if name.startswith(("wrong", "axis_"))]
X = np.array([1.0, 2.0, 3.0])


def raised(f: Callable[[], Any]) -> Exception:
    with pytest.raises(Exception) as found:  # noqa: PT011
        f()
    return found.value  # type: ignore[return-value]


@pytest.mark.parametrize("f", WRONG)
@pytest.mark.parametrize("mode", ["grad", "jvp", "hvp", "vmap", "vmap of grad"])
def test_the_error_is_that_of_the_function(f: Callable[..., Any], mode: str) -> None:
    want = raised(lambda: f(X))
    many = np.stack([X, X])
    calls: dict[str, Callable[[], Any]] = {
        "grad": lambda: fpad.grad(f)(X),
        "jvp": lambda: fpad.jvp(f)(X, tangent=X),
        "hvp": lambda: fpad.hvp(f)(X, vector=X),
        "vmap": lambda: fpad.vmap(f)(many),
        "vmap of grad": lambda: fpad.vmap(fpad.grad(f))(many),
    }
    got = raised(calls[mode])
    assert type(got) is type(want)
    assert str(got) == str(want)
    lines, first = inspect.getsourcelines(f)
    places = traceback.extract_tb(got.__traceback__)
    assert any(p.filename == __file__ and first < p.lineno < first + len(lines) for p in places)


def solved_by_scipy(x):
    return np.sum(linalg.solve(x, np.ones(2)))


def weighed(x):
    return np.sum(np.histogram(np.array([0.1, 0.9]), bins=2, weights=x[0])[0])


@pytest.mark.parametrize("f", [solved_by_scipy, weighed])
def test_what_numpy_lacks_for_a_type_is_an_error_of_the_input(f: Callable[..., Any]) -> None:
    """SciPy makes doubles of them, and gave an error of the derivative code."""
    x = np.array([[2.0, 1.0], [1.0, 3.0]], np.longdouble)
    for d in (fpad.grad(f), fpad.vmap(fpad.grad(f))):
        with pytest.raises(fpad.InputError, match="give float64"):
            d(x if d.request.what == "grad" else np.stack([x, x]))


def never_real(x):
    return np.insert(x, 9, 1.0)


def test_checks_of_the_output_are_no_effects() -> None:
    got = raised(lambda: fpad.jvp(never_real)(X, tangent=X))
    places = traceback.extract_tb(got.__traceback__)
    assert any(p.filename == __file__ and p.name == "never_real" for p in places)


def prints_and_fails(x):
    print(x[0])
    return x[10]


def test_effects_are_not_repeated_for_a_message(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(IndexError):
        fpad.grad(prints_and_fails)(X)
    assert capsys.readouterr().out == "1.0\n"


def writes_and_fails(x):
    x[0] = 5.0
    return x[10]


def test_arguments_stay_as_they_are() -> None:
    x = X.copy()
    with pytest.raises(IndexError):
        fpad.grad(writes_and_fails)(x)
    np.testing.assert_array_equal(x, X)


def test_what_is_known_to_be_wrong_is_refused() -> None:
    for f, text in (
        (norm_of_a_vector, r"norm cannot be applied to .*'fro'"),
        (indexing_of_no_kind, "indexing of np.meshgrid is neither 'xy' nor 'ij'"),
        (indices_of_other_axes, "np.put_along_axis has indices with other axes"),
        (powers_of_a_matrix, "np.vander is given an array that has not one axis"),
    ):
        with pytest.raises(fpad.TransformError, match=text) as found:
            fpad.grad(f)(X)
        refusal = found.value.refusals[0]
        lines, first = inspect.getsourcelines(f)
        assert refusal.file == __file__
        assert first < refusal.line < first + len(lines)
