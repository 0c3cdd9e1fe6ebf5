"""Certificates: re-checked from the plain function; a changed claim does not pass."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import fpad
from fpad.check import Certificate, Report
from fpad.check.rational import Q, Undefined
from fpad.transforms.errors import CertificateError
from tests.check.theory import ROWS, SEVERAL, unproved_zero

NOT_RATIONAL = {"exponential_kink"}
"""Rows whose functions have no rational values next to the point."""


def claims_something(report: Report) -> bool:
    return report.verdict != "UNKNOWN"


@pytest.mark.parametrize("row", ROWS, ids=lambda r: f"{r.f.__name__}-{r.at}")
def test_rows(row: Any) -> None:
    report = fpad.check(row.f, row.at)
    if row.f.__name__ in NOT_RATIONAL or not claims_something(report):
        with pytest.raises(CertificateError):
            report.verify()
    else:
        assert report.verify()


ROOTS = {"length", "length_times_zero", "root_times_zero", "half_plane"}


@pytest.mark.parametrize("row", SEVERAL, ids=lambda r: f"{r.f.__name__}-{r.at}")
def test_several_variables(row: Any) -> None:
    report = fpad.check(row.f, np.array(row.at))
    if row.verdict == "UNKNOWN" or (row.f.__name__ in ROOTS and row.verdict == "DIFF"):
        with pytest.raises(CertificateError):
            report.verify()
    else:
        assert report.verify()


@pytest.mark.parametrize("row", SEVERAL, ids=lambda r: f"{r.f.__name__}-{r.at}")
def test_changed_witnesses_fail(row: Any) -> None:
    """An arc, a slope or a gradient of a piece that is another, or one that is left out."""
    at = np.array(row.at)
    certificate = fpad.check(row.f, at).certificate
    for witness in changed(certificate.claims["witness"]):
        claims = {**certificate.claims, "witness": witness}
        mutated = dataclasses.replace(certificate, claims=claims)
        assert fails(Certificate.from_json(mutated.to_json()), row.f, at), witness


def changed(witness: dict[str, Any]) -> list[dict[str, Any]]:
    """Witnesses that are not one."""
    out: list[dict[str, Any]] = []
    tiny = Fraction(1, 10**30)
    for k, (arc, slope) in enumerate(witness.get("arcs", ())):
        arcs = list(witness["arcs"])
        arcs[k] = [arc, slope + tiny if isinstance(slope, Fraction) else -slope]
        out.append({"arcs": list(arcs)})
    if witness.get("arcs"):
        out += [{"arcs": witness["arcs"][:1]}, {}] if len(witness["arcs"]) > 1 else [{}]
    for k, (arc, row) in enumerate(witness.get("cells", ())):
        lead = next(j for j, v in enumerate(arc[0]) if v)
        other = [v + tiny * (j == lead) for j, v in enumerate(row)]
        cells = list(witness["cells"])
        cells[k] = [arc, other]
        out.append({"cells": cells})
    if "arc" in witness:
        out += [{}, {"arc": [[0 * v for v in c] for c in witness["arc"]]}]
    return out


def fails(certificate: Certificate, function: Callable[..., Any], *args: Any) -> bool:
    try:
        return not certificate.verify(function, *args)
    except CertificateError:
        return True


def mutations(claims: dict[str, Any]) -> list[dict[str, Any]]:
    """The claims with one of them changed, in every way that makes another statement."""
    out: list[dict[str, Any]] = []

    def change(**new: Any) -> None:
        out.append({**claims, **new})

    for verdict in ("DIFFERENTIABLE", "NOT_DIFFERENTIABLE", "DISCONTINUOUS", "UNDEFINED"):
        if verdict != claims["verdict"]:
            change(verdict=verdict)
    tiny = Fraction(1, 10**40)
    if claims["value"] is not None:
        change(value=claims["value"] + tiny)
        change(point=[claims["point"][0] + tiny, *claims["point"][1:]])
    for name in ("derivative", "slopes"):
        for k, v in enumerate(claims[name] or ()):
            if isinstance(v, Fraction):
                changed = list(claims[name])
                changed[k] = v + tiny
                change(**{name: changed})
            else:
                changed = list(claims[name])
                changed[k] = -v if claims["verdict"] == "NOT_DIFFERENTIABLE" else None
                if changed[k] is not None:
                    change(**{name: changed})
    return out


@pytest.mark.parametrize("row", ROWS, ids=lambda r: f"{r.f.__name__}-{r.at}")
def test_changed_claims_fail(row: Any) -> None:
    report = fpad.check(row.f, row.at)
    changed = mutations(dict(report.certificate.claims))
    assert changed
    for claims in changed:
        mutated = dataclasses.replace(report.certificate, claims=claims)
        assert fails(mutated, row.f, row.at), claims
    for kind in ("domain", "D0", "D2", "Dp", "Dn", "LD", "none"):
        if kind != report.certificate.kind:
            mutated = dataclasses.replace(report.certificate, kind=kind)
            assert fails(mutated, row.f, row.at)


def test_changed_gradient_of_several_variables_fails() -> None:
    def f(p: Any) -> Any:
        return np.sum(p["w"] * p["w"]) * p["b"][0]

    at = {"w": np.array([1.0, 2.0]), "b": [0.5]}
    report = fpad.check(f, at)
    assert report.verify()
    g = list(report.certificate.claims["derivative"])
    for k in range(3):
        changed = [v + (j == k) * Fraction(1, 10**30) for j, v in enumerate(g)]
        claims = {**report.certificate.claims, "derivative": changed}
        assert fails(Certificate("D0", claims), f, at)
    assert fails(report.certificate, f, {**at, "b": [0.25]})


def test_another_function_does_not_pass() -> None:
    report = fpad.check(lambda x: x * x, 3.0)
    assert report.verify()
    assert not report.certificate.verify(lambda x: x * x + 1, 3.0)
    assert not report.certificate.verify(lambda x: 2 * x + 3, 3.0)
    assert not report.certificate.verify(lambda x: abs(x - 3) + x * x, 3.0)
    assert report.certificate.verify(lambda x: x**2, 3.0)


def helper(x: Any) -> Any:
    return x * (1 / 3) + GLOBAL


GLOBAL = 0.1


def test_what_is_rewritten() -> None:
    """Quotients and powers of integers, sums of literals, globals, closures, helpers, defaults."""
    shift = 0.2

    def f(x: Any, scale: float = 0.3) -> Any:
        y = np.zeros(2)
        y[0] = helper(x) + shift + 2**-1
        y[1] += x / 7
        total = y.sum() * scale
        total /= 3
        return total if total > 0.1 + 0.2 else total + (0.1 + 0.2)

    report = fpad.check(f, 0.5)
    exact = (Fraction(1, 6) + Fraction(0.1) + Fraction(0.2) + Fraction(1, 2) + Fraction(1, 14)) * (
        Fraction(0.3) / 3
    )
    assert report.value == exact + Fraction(0.1) + Fraction(0.2)
    assert report.verify()


def test_what_cannot_be_run() -> None:
    def f(x: Any) -> Any:
        return np.exp(x) + np.log1p(x)

    report = fpad.check(f, 0.0)
    assert report.verdict == "DIFFERENTIABLE"
    with pytest.raises(CertificateError, match="no rational value"):
        report.verify()
    with pytest.raises(CertificateError, match="plain Python functions"):
        fpad.check(fpad.grad(lambda x: x**3), 2.0).verify()
    with pytest.raises(CertificateError, match="UNKNOWN"):
        fpad.check(unproved_zero, 0.5).verify()


def test_report_from_json_needs_the_function() -> None:
    def f(x: Any) -> Any:
        return abs(x)

    report = Report.from_json(fpad.check(f, 0.0).to_json())
    with pytest.raises(CertificateError, match="does not hold the function"):
        report.verify()
    assert report.certificate.verify(f, 0.0)
    assert Certificate.from_json(report.certificate.to_json()) == report.certificate


def test_python_that_raises_is_undefined() -> None:
    def f(x: Any) -> Any:
        unused = 1 / x
        return x * x + 0 * len([unused])

    report = fpad.check(f, 0.0)
    assert report.verdict == "UNDEFINED"
    assert report.verify()


def test_arguments_are_left_alone() -> None:
    def f(x: Any, n: Any, w: Any) -> Any:
        n[0] += 1
        w[0] = w[1]
        return np.sum(x * x) + n[0] + w[0]

    x, n, w = np.array([1.0, 2.0]), np.array([1, 2]), np.array([1.0, 2.0])
    report = fpad.check(f, x, n, w)
    assert report.verify()
    assert (x.tolist(), n.tolist(), w.tolist()) == ([1.0, 2.0], [1, 2], [1.0, 2.0])


def test_rational_numbers() -> None:
    assert (Q(Fraction(1, 3)) + 0.5).value == Fraction(5, 6)
    assert (2 // Q(Fraction(3, 4))).value == 2
    assert (Q(Fraction(1)) / 0).value is None
    assert (0 * (Q(Fraction(1)) / 0)).value is None
    assert (Q(Fraction(4)) ** 0.5).value == 2
    assert (Q(Fraction(-8))).cbrt().value == -2
    assert Q(Fraction(7, 2)) < math.inf
    assert round(Q(Fraction(5, 2))) == 2
    with pytest.raises(Undefined):
        bool(Q(None) > 0)
    with pytest.raises(CertificateError):
        float(Q(Fraction(1)))
    with pytest.raises(CertificateError):
        Q(Fraction(2)).sqrt()
