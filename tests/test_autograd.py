"""Gradients beside those of autograd: one text each, in two modules whose np differs."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import fpad

autograd = pytest.importorskip("autograd", exc_type=ImportError)

TEXTS = (
    *("np.sin(x) * np.cos(x)", "np.tan(x)", "np.exp(x) / (1 + x**2)", "np.expm1(x)", "np.exp2(x)"),
    *("np.log(2 + x)", "np.log1p(x)", "np.log2(3 + x)", "np.log10(3 + x)", "np.sqrt(2 + x)"),
    *("np.sinh(x)", "np.cosh(x)", "np.tanh(x)", "np.arcsin(x / 2)", "np.arccos(x / 2)"),
    *("np.arctan(x)", "np.arcsinh(x)", "np.arccosh(3 + x)", "np.arctanh(x / 2)", "np.abs(x)"),
    *("np.arctan2(x, 2 + x**2)", "np.maximum(x, 0.1)", "np.minimum(x, 0.1)", "np.square(x)"),
    *("np.logaddexp(x, 2 * x)", "np.where(x > 0, x**3, -x)", "np.clip(x, -0.5, 0.5)", "np.sinc(x)"),
    *(
        "np.power(2 + x, 1.5)",
        "(2 + x) ** x",
        "np.reciprocal(2 + x)",
        "np.fabs(x)",
        "np.negative(x)",
    ),
    *("np.sum(x, axis=0) ** 2", "np.mean(x, axis=1, keepdims=True) * x", "np.prod(x, axis=1)"),
    *("np.var(x, axis=0)", "np.std(x, axis=1)", "np.max(x, axis=0)", "np.min(x, axis=1)"),
    *("np.cumsum(x, axis=1) ** 2", "np.diff(x, axis=1) ** 2", "np.sort(x[0]) * np.arange(3.0)"),
    *("np.dot(x, x.T)", "x @ x.T @ x", "np.outer(x[0], x[1]) ** 2", "np.inner(x, x)"),
    *("np.tensordot(x, x, axes=([1], [1]))", "np.einsum('ij,kj->ik', x, x**2)", "np.kron(x, x)"),
    *("np.reshape(x, (3, 2)) * 2 + np.ravel(x)[0]", "np.transpose(x) ** 2", "np.swapaxes(x, 0, 1)"),
    *(
        "np.roll(x, 1, axis=1) * x",
        "np.flipud(x) * x",
        "np.rot90(x) ** 2",
        "np.tile(x, (2, 1)) ** 2",
    ),
    *("np.repeat(x, 2, axis=0) ** 2", "np.concatenate([x, x**2])", "np.stack([x, x**3])"),
    *("np.vstack([x, 2 * x]) ** 2", "np.hstack([x, x * x])", "np.pad(x, 1, mode='constant') ** 2"),
    *("np.triu(x) * x", "np.tril(x) * x", "np.diag(x[0]) * 2.0", "np.trace(x @ x.T)"),
    *("x[0] * x[1, ::-1]", "x[:, [0, 0, 2]] ** 2", "x[x > 0] ** 3", "np.squeeze(x[None]) * x"),
    *("np.expand_dims(x, 1) * x", "np.linalg.det(x @ x.T + EYE)", "np.linalg.inv(x @ x.T + EYE)"),
    *("np.linalg.solve(x @ x.T + EYE, x)", "np.linalg.norm(x)", "np.linalg.norm(x, axis=1)"),
    *("np.linalg.cholesky(x @ x.T + EYE)", "np.linalg.eigh(x @ x.T + EYE)[0]", "np.nan_to_num(x)"),
    *(
        "np.linalg.slogdet(x @ x.T + EYE)[1]",
        "np.linalg.pinv(x)",
        "np.dot(x, W) ** 2",
    ),
    *(
        "np.cross(x[0], x[1]) * x[0]",
        "np.linalg.svd(x, full_matrices=False)[1]",
        "np.atleast_2d(x[0]) ** 2",
    ),
)
X = np.array([[0.3, -0.7, 0.9], [-0.2, 0.6, 0.4]])
HEAD = """\
import {module} as np

EYE = 2.0 * np.eye(2)
W = np.array([0.2, 0.5, 0.3])

"""


def functions(folder: Path, name: str, module: str) -> Any:
    """The module in which each text is a function, of the sum of its entries."""
    lines = [
        f"def f{k}(x):\n    y = {text}\n    return np.sum(y * y)\n" for k, text in enumerate(TEXTS)
    ]
    path = folder / f"{name}.py"
    path.write_text(HEAD.format(module=module) + "\n\n".join(lines))
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    made = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any]:
    folder = tmp_path_factory.mktemp("texts")
    return functions(folder, "of_fpad", "numpy"), functions(folder, "of_autograd", "autograd.numpy")


@pytest.mark.parametrize("k", range(len(TEXTS)), ids=TEXTS)
def test_gradient(both: tuple[Any, Any], k: int) -> None:
    ours, theirs = (getattr(module, f"f{k}") for module in both)
    found = fpad.grad(ours)(X.copy())
    np.testing.assert_allclose(found, autograd.grad(theirs)(X.copy()), rtol=1e-9, atol=1e-12)
    assert found.shape == X.shape


@pytest.mark.parametrize("k", range(0, 30), ids=TEXTS[:30])
def test_second_derivatives(both: tuple[Any, Any], k: int) -> None:
    ours, theirs = (getattr(module, f"f{k}") for module in both)
    v = np.cos(X)
    found = fpad.hvp(ours)(X.copy(), vector=v)
    expected = autograd.hessian_vector_product(theirs)(X.copy(), v)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)
