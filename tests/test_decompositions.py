"""Decompositions at special points: what has no derivative is refused, the rest is right."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import fpad
from fpad.testing import check_grads

RNG = np.random.default_rng(2)
REPEATED = np.diag([2.0, 2.0, 1.0])
THIN = RNG.normal(size=(4, 2)) @ RNG.normal(size=(2, 3))
TALL = RNG.normal(size=(4, 3))


def first_vector(a: Any) -> Any:
    return np.linalg.svd(a)[0][:, 0] @ np.array([1.0, 2.0, 3.0])


def first_eigenvector(a: Any) -> Any:
    return np.linalg.eigh(a)[1][:, 0] @ np.array([1.0, 2.0, 3.0])


def last_eigenvector(a: Any) -> Any:
    return np.sum(np.linalg.eigh(a)[1][:, 0] ** 4)


def one_of_two_values(a: Any) -> Any:
    return np.linalg.eigvalsh(a)[2]


def sum_of_squares(a: Any) -> Any:
    return np.sum(np.linalg.eigvalsh(a) ** 2) + np.sum(np.linalg.svd(a, compute_uv=False) ** 2)


def largest_component(a: Any) -> Any:
    u, s, vh = np.linalg.svd(a, full_matrices=False)
    return np.sum(np.abs(u[:, 0] * s[0])) + vh[0, 0] ** 2


def completed(a: Any) -> Any:
    return np.linalg.svd(a)[0][0, 3]


def projected(a: Any) -> Any:
    u = np.linalg.svd(a)[0]
    return np.sum((u[:, 3:] @ u[:, 3:].T)[0] ** 2)


def solution(a: Any) -> Any:
    return np.sum(np.linalg.lstsq(a, np.ones(4), rcond=None)[0])


@pytest.mark.parametrize("f", [first_vector, first_eigenvector, one_of_two_values])
def test_equal_values_are_refused_by_name(f: Any) -> None:
    a = REPEATED if f is not first_eigenvector else np.diag([2.0, 1.0, 1.0])
    with pytest.raises(fpad.InputError, match="are equal"):
        fpad.grad(f)(a)


def test_equal_values_do_no_harm_where_they_are_not_used_or_used_alike() -> None:
    got = fpad.grad(last_eigenvector)(REPEATED)
    assert np.all(np.isfinite(got))
    np.testing.assert_allclose(fpad.grad(sum_of_squares)(REPEATED), 4.0 * REPEATED, rtol=1e-13)


def test_values_that_are_zero_do_no_harm_where_they_are_not_used() -> None:
    assert np.linalg.matrix_rank(THIN) == 2
    step, direction = 1e-6, RNG.normal(size=(4, 3))
    change = largest_component(THIN + step * direction) - largest_component(THIN - step * direction)
    slope = np.sum(fpad.grad(largest_component)(THIN) * direction)
    assert slope == pytest.approx(change / (2.0 * step), rel=1e-7)


def test_columns_that_complete_a_basis() -> None:
    """Any turn of them is as good: a result that depends on it is refused."""
    both = RNG.normal(size=(5, 3))
    with pytest.raises(fpad.InputError, match="full_matrices"):
        fpad.jvp(completed)(both, tangent=both)

    def turned(a: Any) -> Any:
        return np.linalg.svd(a)[0][0, 3]

    with pytest.raises(fpad.InputError, match="full_matrices"):
        fpad.grad(turned)(both)
    check_grads(projected, (both,), modes=("reverse",), order=1)


def test_least_squares_without_full_rank_are_refused() -> None:
    with pytest.raises(fpad.InputError, match="full rank"):
        fpad.grad(solution)(THIN)


@pytest.mark.parametrize("f", [largest_component, solution])
def test_single_precision_is_kept(f: Any) -> None:
    single = TALL.astype(np.float32)
    got = fpad.grad(f)(single)
    assert got.dtype == np.float32
    np.testing.assert_allclose(got, fpad.grad(f)(TALL), rtol=2e-4, atol=1e-5)


def _shifted(x):
    """A symmetric matrix minus one of its eigenvalues: the last pivot is 0 up to rounding."""
    t = np.array([[1.0 + x, x * x], [x * x, 2.0 - x]])
    d = (t[0, 0] - t[1, 1]) / 2
    shift = t[1, 1] - t[1, 0] ** 2 / (d + np.copysign(np.sqrt(d * d + t[1, 0] ** 2), d))
    return t, shift


def shifted_step(x):
    t, shift = _shifted(x)
    q, r = np.linalg.qr(t - shift * np.eye(2))
    s = r @ q + shift * np.eye(2)
    return s[1, 1] + s[0, 0] ** 2


def shifted_basis(x):
    t, shift = _shifted(x)
    q, r = np.linalg.qr(t - shift * np.eye(2))
    return q[0, 1] * q[1, 0] + r[0, 1] * 2


def dependent_column(x, more=0.0):
    a = np.array([[1.0, x, 0.0], [x * x, 2.0, 0.0], [0.5, x, 0.0]])
    a[:, 2] = a[:, 0] * x + a[:, 1] * 2 + more * np.array([1.0, 0.3, -0.5])
    q, r = np.linalg.qr(a)
    return q[0, 2] ** 2 + np.sum((r @ q) ** 2) + r[0, 2] * r[1, 1]


@pytest.mark.parametrize(
    ("f", "args"),
    [
        (shifted_step, (0.7,)),
        (shifted_basis, (0.7,)),
        (dependent_column, (0.7,)),
        (dependent_column, (0.7, 1e-10)),
        (dependent_column, (0.7, 1e-6)),
    ],
    ids=lambda v: getattr(v, "__name__", str(v)),
)
def test_qr_where_the_last_pivot_is_zero(f, args):
    """Q depends on the pivots before it only, so there is a derivative: of any order."""
    fpad.testing.check_grads(f, args, order=2, wrt=0)
