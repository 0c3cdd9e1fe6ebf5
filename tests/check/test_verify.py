"""Certificates: re-checked from the plain function; a changed claim does not pass."""

from __future__ import annotations

import contextlib
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
from tests.check.fuzz.compare import checked
from tests.check.fuzz.strata import made
from tests.check.theory import ROWS, SEVERAL, unproved_zero


def claims_something(report: Report) -> bool:
    return report.verdict != "UNKNOWN"


@pytest.mark.parametrize("row", ROWS, ids=lambda r: f"{r.f.__name__}-{r.at}")
def test_rows(row: Any) -> None:
    report = fpad.check(row.f, row.at)
    if not claims_something(report):
        with pytest.raises(CertificateError):
            report.verify()
    else:
        assert report.verify()


@pytest.mark.parametrize("row", SEVERAL, ids=lambda r: f"{r.f.__name__}-{r.at}")
def test_several_variables(row: Any) -> None:
    report = fpad.check(row.f, np.array(row.at))
    if row.verdict == "UNKNOWN":
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
    for name, arcs in witness.items():
        out.append({})
        for k, (arc, slope) in enumerate(arcs):
            rest = arcs[:k], arcs[k + 1 :]
            known = isinstance(slope, Fraction)
            other = slope + tiny if known else 0.0 if slope is None else -slope
            still = [[0 * v for v in c] for c in arc]
            for entry in ([arc, other], [still, slope], [arc, None if known else Fraction(1)]):
                out.append({name: [*rest[0], entry, *rest[1]]})
        others = {"cells", "pieces", "inside", "lines", "curves", "outside"} - {name}
        out += [{other: arcs} for other in others]
        if name in ("lines", "inside", "curves") and len(arcs) > 1:
            out.append({name: arcs[:1]})
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
        return math.erf(x) + np.log1p(x)

    report = fpad.check(f, 0.0)
    assert report.verdict == "DIFFERENTIABLE"
    with pytest.raises(CertificateError, match="needs floats"):
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


def altered(certificate: Certificate) -> list[tuple[str, Certificate]]:
    """Certificates that claim something else; what was changed, and how."""
    claims, kind = dict(certificate.claims), certificate.kind
    out: list[tuple[str, Certificate]] = []

    def add(**other: Any) -> None:
        out.append((str(other)[:200], Certificate(kind, {**claims, **other})))

    n = len(claims["point"] or ())
    zero = [Fraction(0)] * n
    for verdict in ("DIFFERENTIABLE", "NOT_DIFFERENTIABLE", "DISCONTINUOUS", "UNDEFINED"):
        if verdict != claims["verdict"]:
            add(verdict=verdict)
            g = zero if verdict == "DIFFERENTIABLE" else None
            for reason in ("domain", "domain_boundary") if verdict == "UNDEFINED" else (None,):
                add(verdict=verdict, reason=reason, derivative=g)
    for other in ("D0", "D1", "Dp", "D2", "Dn", "LD", "arc", "domain", "none"):
        if other != kind:
            out.append((other, Certificate(other, claims)))
    for reason in (None, "domain", "domain_boundary", "nan_input", "degenerate_guard"):
        if reason != claims["reason"]:
            add(reason=reason)
    for e in (Fraction(1), Fraction(1, 2**60), Fraction(1, 2**2000)):
        if claims["value"] is not None:
            add(value=claims["value"] + e)
        for name in ("derivative", "slopes", "point"):
            for k, v in enumerate(claims[name] or ()):
                changed_one = list(claims[name])
                changed_one[k] = v + e if isinstance(v, Fraction) else -v
                add(**{name: changed_one})
    for name in ("value", "derivative", "slopes", "point"):
        add(**{name: zero if claims[name] is None else None})
    add(slopes=[Fraction(0), Fraction(0)] if claims["slopes"] is None else claims["slopes"][:1])
    add(function="another")
    for witness in changed(claims["witness"]):
        add(witness=witness)
    return out


SEEDS = range(12)


@pytest.mark.parametrize(
    "seed", [*SEEDS, *(pytest.param(k, marks=pytest.mark.slow) for k in range(12, 160))]
)
def test_mutated_certificates_fail(seed: int) -> None:
    m = made(seed)
    report = checked(m)
    if not claims_something(report):
        return
    try:
        assert report.verify()
    except CertificateError:
        return
    for what, mutated in altered(report.certificate):
        again = Certificate.from_json(mutated.to_json())
        with contextlib.suppress(CertificateError):
            assert not dataclasses.replace(report, certificate=again).verify(), what


def entries_by_hand(x: Any) -> Any:
    below = np.where(np.isnan(x), 0.0, x) + np.heaviside(x, 0.5) * x + np.interp(x, [0, 1], [0, 2])
    q, r = divmod(x, 2.0)
    row = np.zeros(3, float)
    row[0] = float(x) * np.float32(0.1)
    row[1:] = np.maximum.accumulate(np.array([-x, x]).astype(np.float64))
    steps = np.array([1.0, 2.0])[np.digitize(x, np.array([-3.0, 5.0])) - 1]
    found = np.searchsorted(np.array([-1.0, 7.0]), x) * x if np.isfinite(x) else 0.0
    return below + 0 * q + r + row.sum() + steps * x + found + np.divmod(x + 1, 3.0)[1]


@pytest.mark.parametrize("x", [0.0, 0.5, np.float32(0.5), np.float64(1.0), Fraction(1, 3)])
def test_functions_that_refuse_objects(x: Any) -> None:
    """What NumPy does not do with objects has a form for rational numbers."""
    report = fpad.check(entries_by_hand, x)
    assert report.verdict != "UNKNOWN"
    assert report.verify()
    claims = dict(report.certificate.claims)
    changed = Certificate(report.certificate.kind, {**claims, "value": claims["value"] + 1})
    assert not dataclasses.replace(report, certificate=changed).verify()


def test_work_is_limited() -> None:
    """Numbers that double their length each trip of a loop do not keep it busy for minutes."""

    def f(x: Any) -> Any:
        for k in range(12):
            x = abs(x - x * x) * (k + 1)
        return x

    report = fpad.check(f, 0.0)
    assert report.verdict == "NOT_DIFFERENTIABLE"
    with pytest.raises(CertificateError, match=r"bits|long"):
        report.verify()
