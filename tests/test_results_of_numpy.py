"""What functions of NumPy give: several arrays in what NumPy puts them, views, initial values."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import fpad
from fpad import runtime as fp
from tests.called import written

SEVERAL = (
    "np.meshgrid(x, y)",
    "np.meshgrid(x, y, indexing='ij', sparse=True)",
    "np.broadcast_arrays(x, y[:, None])",
    "np.split(x * y, 2)",
    "np.vectorize(lambda a, b: (a * b, a + 1.0) if a > b else (b, a))(x, y)",
    "np.linalg.slogdet(np.outer(x, y) + np.eye(4))",
    "np.modf(x * y + 0.1)",
)


@pytest.fixture(scope="module")
def functions(tmp_path_factory: pytest.TempPathFactory) -> list[Callable[..., Any]]:
    """One function for each text, in a file with source."""
    return written(tmp_path_factory.mktemp("several"), [(text, 2) for text in SEVERAL])


@pytest.mark.parametrize("k", range(len(SEVERAL)), ids=SEVERAL)
def test_they_are_in_what_numpy_puts_them_in(functions: list[Any], k: int) -> None:
    f = functions[k]
    x, y = np.array([1.0, 2.0, 0.5, 3.0]), np.array([0.5, 4.0, 1.5, 2.5])
    dx, dy = np.cos(x), np.sin(y)
    plain = f(x, y)
    value, tangent = fpad.jvp(f, wrt=(0, 1))(x, y, tangent=(dx, dy))
    assert type(value) is type(tangent) is type(plain)
    up, down = f(x + 1e-6 * dx, y + 1e-6 * dy), f(x - 1e-6 * dx, y - 1e-6 * dy)
    for v, p, t, a, b in zip(value, plain, tangent, up, down, strict=True):
        np.testing.assert_array_equal(v, p)
        np.testing.assert_allclose(t, (a - b) / 2e-6, rtol=1e-7, atol=1e-8)
    seed = type(plain)(tangent) if type(plain) in (tuple, list) else type(plain)(*tangent)
    _, bars = fpad.vjp(f, wrt=(0, 1))(x, y, cotangent=seed)
    inner = sum(float(np.sum(t * t)) for t in tangent)
    assert float(np.dot(bars[0], dx) + np.dot(bars[1], dy)) == pytest.approx(inner, rel=1e-12)


def test_a_view_that_einsum_gives_is_one(tmp_path: Path) -> None:
    """What is written into it is written into the array; a diagonal is refused."""
    text = "def f(x):\n    z = x * 1.0\n    np.einsum('ij->ji', z)[0] = 2.0\n    return z * x\n"
    text += "def g(x):\n    z = x * 1.0\n    np.einsum('ii->i', z)[:] = 2.0\n    return z * x\n"
    (tmp_path / "views.py").write_text("import numpy as np\n" + text)
    space: dict[str, Any] = {}
    exec(compile("import numpy as np\n" + text, str(tmp_path / "views.py"), "exec"), space)
    x = np.arange(4.0).reshape(2, 2) + 1.0
    value, dy = fpad.jvp(space["f"])(x, tangent=np.ones((2, 2)))
    np.testing.assert_array_equal(value, space["f"](x))
    np.testing.assert_array_equal(dy, [[2.0, 4.0], [2.0, 8.0]])
    with pytest.raises(fpad.TransformError, match="memory"):
        fpad.jvp(space["g"])(x, tangent=x)


def largest(x, axis):
    return np.sum(np.max(x, axis, initial=0.5) + np.amin(x, axis, initial=0.5))


@pytest.mark.parametrize("axis", [0, 1, None])
def test_an_empty_array_has_its_initial_value(axis: Any) -> None:
    x = np.zeros((2, 0), np.float32)
    value, slope = fpad.value_and_grad(largest)(x, axis)
    assert value == largest(x, axis)
    assert slope.shape == x.shape
    assert slope.dtype == x.dtype


def kept(x):
    return np.hypot.reduce(x, axis=1, initial=x[0, 0], where=x > 0.0)


def test_a_reduction_of_what_is_kept() -> None:
    x, dx = np.array([[0.5, -1.0, 2.0], [1.0, 3.0, -0.5]]), np.ones((2, 3))
    value, dy = fpad.jvp(kept)(x, tangent=dx)
    np.testing.assert_array_equal(value, kept(x))
    np.testing.assert_allclose(dy, (kept(x + 1e-6 * dx) - kept(x - 1e-6 * dx)) / 2e-6, rtol=1e-8)


def twice(x):
    return x


def test_a_value_of_the_library_has_the_shape_of_what_its_derivative_is_of() -> None:
    """Else the derivative is of another function, and wrong without a word."""
    with pytest.raises(fpad.RuleError, match="shape"):
        fp.library(np.ones(3), twice, (np.ones((3, 1)),))
