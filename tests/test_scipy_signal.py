"""Filters of SciPy, distributions with their parameters, and what is said about the rest."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import fpad
from fpad.testing import check_grads

signal = pytest.importorskip("scipy.signal")
stats = pytest.importorskip("scipy.stats")

X = np.array([0.3, -0.2, 0.5, 1.1, -0.7, 0.2, 0.9, -0.4, 0.1])
IMAGE = np.arange(20.0).reshape(5, 4) ** 0.5
KERNEL = np.array([[1.0, 2.0, 1.0], [0.0, 0.5, 0.0], [-1.0, -2.0, -1.0]])


def recursive(c: Any) -> Any:
    x = np.sin(np.arange(12))
    y = signal.lfilter([0.2, 0.3, c[0]], np.concatenate([[1.0], c]), x)
    return np.sum(y**2)


def recursive_along_an_axis(c: Any) -> Any:
    x = np.outer(np.sin(np.arange(6)), c)
    y, held = signal.lfilter([0.2, c[1]], [1.5, c[0]], x, axis=0, zi=np.ones((1, 3)))
    return np.sum(y**2) + np.sum(held)


def designed(x: Any) -> Any:
    b, a = signal.butter(2, 0.3)
    sections = [[1.0, 0.0, 0.5, 1.0, 0.2, 0.1], [0.5, 0.1, 0.0, 1.0, -0.3, 0.2]]
    y = signal.lfilter(b, a, x) * signal.get_window("hamming", 9)
    return np.sum(signal.sosfilt(sections, y) ** 2)


def both_ways(x: Any) -> Any:
    b, a = signal.butter(3, 0.2, btype="low")
    return np.sum(signal.filtfilt(b, a, np.concatenate([x, x * x])) ** 2)


def convolutions(x: Any) -> Any:
    w = np.array([1.0, 0.5, 0.2])
    total = np.sum(signal.correlate(x, w, "same") ** 3) + signal.fftconvolve(x, w)[2]
    for mode in ("full", "same", "valid"):
        total += np.sum(signal.convolve(x, w, mode=mode) ** 2)
    return total


def images(x: Any) -> Any:
    a = signal.convolve2d(x, KERNEL, mode="same", boundary="symm")
    b = signal.convolve2d(x, KERNEL, mode="same", boundary="wrap")
    c = signal.convolve2d(x, KERNEL)
    d = signal.convolve2d(x, KERNEL[:2], mode="valid")
    e = signal.fftconvolve(x, KERNEL[:2, :2], mode="same")
    g = signal.correlate2d(x, KERNEL, mode="same", fillvalue=0.3)
    return np.sum(a**2) + np.sum(b**3) + np.sum(c) + np.sum(d**2) + np.sum(e * a) + np.sum(g * b)


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (recursive, X[:2]),
        (recursive_along_an_axis, X[:3]),
        (designed, X),
        (both_ways, X),
        (convolutions, X),
        (images, IMAGE),
    ],
)
def test_filters(f: Any, x: Any) -> None:
    check_grads(f, (x,), order=2)
    assert fpad.value_and_grad(f)(x)[0] == pytest.approx(f(x), rel=1e-13)


def likelihood(p: Any) -> Any:
    noise = stats.norm(loc=p[0], scale=np.exp(p[1]))
    prior = stats.gamma(2.0, scale=p[2])
    both = stats.multivariate_normal(p[:2], np.eye(2))
    total = noise.logpdf(X).sum() + prior.pdf(1.3) + noise.cdf(0.2) + noise.sf(0.1)
    return total + noise.ppf(0.3) + both.logpdf(X[:2]) + stats.poisson(p[2]).logpmf(3)


def test_distributions_with_their_parameters() -> None:
    check_grads(likelihood, (np.array([0.3, 0.2, 0.5]),), order=2)


def smoothed(x: Any) -> Any:
    return np.sum(signal.savgol_filter(x, 5, 2))


def designed_from_an_argument(x: Any) -> Any:
    b, a = signal.butter(2, x[0])
    return np.sum(signal.lfilter(b, a, x))


@pytest.mark.parametrize(
    ("f", "reason"),
    [
        (smoothed, "There is no derivative rule for scipy.signal"),
        (designed_from_an_argument, "is given what is not known while the code is written"),
    ],
)
def test_what_is_refused_is_said_at_the_call(f: Any, reason: str) -> None:
    with pytest.raises(fpad.TransformError, match=reason) as found:
        fpad.grad(f)(X)
    assert {r.file for r in found.value.refusals} == {__file__}


def raised_and_consumed(x: Any) -> Any:
    try:
        total = float(np.sum(x))
    except ValueError as error:
        raise RuntimeError("no sum") from error
    squares = (v**2 for v in x)
    return sum(squares) * total


def test_the_name_of_an_exception_beside_a_generator() -> None:
    check_grads(raised_and_consumed, (X,), order=2)
