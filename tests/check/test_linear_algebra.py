"""Programs with linear algebra: verdicts where NumPy raises, and certificates."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from numpy.linalg import solve

import fpad
from fpad.transforms.errors import CertificateError


def matrix(x: Any) -> Any:
    return np.array([[x, 2.0], [2.0, 4.0]])


def inverse(x: Any) -> Any:
    return np.linalg.inv(matrix(x))[0, 1]


def solution(x: Any) -> Any:
    return solve(matrix(x), np.array([1.0, 2.0 * x])) @ np.array([1.0, 3.0])


def solutions(x: Any) -> Any:
    many = np.linalg.solve(np.stack([matrix(x), np.eye(2)]), np.ones((2, 2)) * x)
    return np.sum(many * np.arange(8).reshape(2, 2, 2))


def power(x: Any) -> Any:
    return np.linalg.matrix_power(matrix(x), -2)[1, 1] + np.linalg.matrix_power(matrix(x), 3)[0, 1]


def chain(x: Any) -> Any:
    return np.linalg.multi_dot([matrix(x), np.linalg.inv(matrix(x)), matrix(x)])[0, 0]


def tensors(x: Any) -> Any:
    whole = np.linalg.tensorsolve(matrix(x), np.array([1.0, x]))
    return np.sum(whole) + np.linalg.tensorinv(matrix(x), 1)[0, 0]


def determinant(x: Any) -> Any:
    return np.linalg.det(matrix(x)) + x


def logarithm(x: Any) -> Any:
    return np.linalg.slogdet(matrix(x))[1]


def factor(x: Any) -> Any:
    return np.linalg.cholesky(matrix(x))[0, 0]


SOLVED = [inverse, solution, solutions, power, chain, tensors]


@pytest.mark.parametrize("f", SOLVED)
def test_what_solves_is_undefined_where_numpy_raises(f: Callable[..., Any]) -> None:
    with pytest.raises(np.linalg.LinAlgError):
        f(1.0)
    report = fpad.check(f, 1.0)
    assert (report.verdict.value, report.reason) == ("UNDEFINED", "domain")
    assert np.isnan(report.ad)
    assert report.verify()


@pytest.mark.parametrize("f", [*SOLVED, determinant])
def test_certificates(f: Callable[..., Any]) -> None:
    report = fpad.check(f, 3.0)
    assert (report.verdict.value, report.wrong_piece) == ("DIFFERENTIABLE", False)
    assert report.verify()
    claims = dict(report.certificate.claims, value=report.value + Fraction(1, 7))  # type: ignore[operator]
    assert not type(report.certificate)(report.certificate.kind, claims).verify(f, 3.0)


def test_a_determinant_has_a_derivative_where_the_matrix_is_singular() -> None:
    report = fpad.check(determinant, 1.0)
    assert report.derivative == (5,)
    assert report.wrong_piece is False
    assert report.verify()


@pytest.mark.parametrize(("f", "at"), [(logarithm, 1.0), (factor, 1.0), (factor, 0.5)])
def test_logarithms_and_factors_of_singular_and_indefinite_matrices(f: Any, at: float) -> None:
    report = fpad.check(f, at)
    assert (report.verdict.value, report.reason) == ("UNDEFINED", "domain")
    with pytest.raises(CertificateError):
        report.verify()


def test_a_matrix_that_is_no_square_is_the_error_of_numpy() -> None:
    with pytest.raises(np.linalg.LinAlgError, match="square"):
        fpad.check(lambda x: np.linalg.inv(np.ones((2, 3)) * x)[0, 0], 2.0)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.linalg.pinv(matrix(x))[0, 0],
        lambda x: np.linalg.eigh(np.array([[x, 0.0], [0.0, 1.0]]))[1][0, 0],
        lambda x: np.linalg.eigvalsh(np.array([[x, 0.0], [0.0, 1.0]]))[0],
    ],
)
def test_nothing_is_proved_where_an_operation_has_no_derivative(f: Callable[..., Any]) -> None:
    with pytest.raises(fpad.InputError):
        fpad.grad(f)(1.0)
    report = fpad.check(f, 1.0)
    assert report.verdict.value in ("UNKNOWN", "NOT_DIFFERENTIABLE")
    assert np.isnan(report.ad)
    assert not report.correct
