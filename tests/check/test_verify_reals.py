"""Certificates of numbers that are not rational: intervals bear them out, but no changed ones."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import fpad
from fpad.check import Ball, Certificate
from fpad.transforms.errors import CertificateError
from tests.check.reals import REALS, Real

pytest.importorskip("flint", reason="ball arithmetic is python-flint's")

FLOATS_ALONE = ("gelu", "gamma_functions")
"""Functions of the library that take nothing but floats."""


def point(row: Real) -> Any:
    return np.array(row.at) if isinstance(row.at, tuple) else row.at


def moved(v: Any, by: Fraction) -> Any:
    """Another number, as close as the digits of a ball."""
    shift = by * max(1, abs(v.hi)) if isinstance(v, Ball) else by
    return Ball(v.lo + shift, v.hi + shift) if isinstance(v, Ball) else v + shift


def changed(claims: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Claims of which one is another, or says little."""
    tiny = Fraction(1, 2**90)
    yield {**claims, "value": moved(claims["value"], tiny)}
    for name in ("derivative", "slopes"):
        for k, v in enumerate(claims[name] or ()):
            if isinstance(v, float):
                continue
            for new in (moved(v, tiny), moved(v, -tiny), Ball(Fraction(-9), Fraction(9))):
                numbers = list(claims[name])
                numbers[k] = new
                yield {**claims, name: numbers}
    for verdict in ("DIFFERENTIABLE", "NOT_DIFFERENTIABLE", "DISCONTINUOUS", "UNDEFINED"):
        if verdict != claims["verdict"]:
            yield {**claims, "verdict": verdict}


def fails(certificate: Certificate, f: Any, at: Any) -> bool:
    try:
        return not certificate.verify(f, at)
    except CertificateError:
        return True


@pytest.mark.parametrize("row", REALS, ids=lambda r: f"{r.f.__name__}-{r.at}")
def test_derivatives(row: Real) -> None:
    report = fpad.check(row.f, point(row))
    if row.f.__name__ in FLOATS_ALONE:
        with pytest.raises(CertificateError):
            report.verify()
        return
    assert report.verify()
    certificate = Certificate.from_json(report.certificate.to_json())
    assert certificate.verify(row.f, point(row))
    if math.prod(np.shape(row.at)) < 3:
        for claims in changed(dict(certificate.claims)):
            assert fails(dataclasses.replace(certificate, claims=claims), row.f, point(row)), claims


def scaled(x: Any) -> Any:
    return np.sqrt(2 * x * x) + np.exp(x)


def end(x: Any) -> Any:
    return np.arccos(1 - x * x)


def steep(x: Any) -> Any:
    return np.sqrt(abs(x)) * np.exp(1.0)


def jump(x: Any) -> Any:
    return np.exp(x) if x > 0 else np.exp(x - 1)


@pytest.mark.parametrize("f", [scaled, end, steep, jump])
def test_slopes(f: Any) -> None:
    report = fpad.check(f, 0.0)
    assert report.verdict in ("NOT_DIFFERENTIABLE", "DISCONTINUOUS")
    assert report.verify()
    for claims in changed(dict(report.certificate.claims)):
        assert fails(dataclasses.replace(report.certificate, claims=claims), f, 0.0), claims


def test_several_variables() -> None:
    def gap(x: Any) -> Any:
        return np.maximum(x[0] - x[1], 0) * np.exp(x[0]) + np.tanh(x[1])

    def step(x: Any) -> Any:
        return np.where(x[0] > x[1], np.exp(x[0]), 0.5)

    for f in (gap, step):
        report = fpad.check(f, np.array([0.5, 0.5]))
        assert report.verdict in ("NOT_DIFFERENTIABLE", "DISCONTINUOUS")
        assert report.verify()
        claims = {**report.certificate.claims, "witness": {}}
        assert fails(dataclasses.replace(report.certificate, claims=claims), f, np.full(2, 0.5))


def test_identities_cannot_be_told_by_digits() -> None:
    def f(x: Any) -> Any:
        return np.maximum(np.exp(x) - np.exp(x), 0.0)

    report = fpad.check(f, 1.0)
    assert report.verdict == "DIFFERENTIABLE"
    with pytest.raises(CertificateError, match="digits"):
        report.verify()


def test_exponents_of_many_digits() -> None:
    def f(x: Any) -> Any:
        return x**0.1

    report = fpad.check(f, 1.0)
    assert (report.value, report.derivative) == (1, (Fraction(0.1),))
    assert report.verify()


@pytest.mark.parametrize(
    ("f", "at", "verdict"),
    [
        (lambda x: np.arcsin(x), 1.0, "UNDEFINED"),
        (lambda x: np.sqrt(x) + np.exp(x), 0.0, "UNDEFINED"),
        (lambda x: x**0.3, 0.0, "UNDEFINED"),
        (lambda x: np.sinc(x), 0.5, "DIFFERENTIABLE"),
        (lambda x: np.sinc(x), 0.0, "DIFFERENTIABLE"),
        (lambda x: math.atan2(x, -2.0), 1.0, "DIFFERENTIABLE"),
        (lambda x: np.arctan2(1.0, x), 0.0, "DIFFERENTIABLE"),
        (lambda x: np.arctan2(x, -1.0), 0.0, "DISCONTINUOUS"),
        (lambda x: math.modf(x)[0] + 2 * math.modf(x)[1], 2.0, "DISCONTINUOUS"),
    ],
)
def test_edges_angles_and_parts(f: Any, at: float, verdict: str) -> None:
    report = fpad.check(f, at)
    assert report.verdict == verdict
    assert report.verify()
    claims = report.certificate.claims
    for new in changed(claims):
        assert fails(Certificate(report.certificate.kind, new), f, at)
