"""Everything that a report claims, against what brute force saw."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

import fpad
from fpad.transforms.errors import CertificateError
from tests.check.fuzz.brute import Function, Seen, alike, look, near
from tests.check.fuzz.numbers import Endless, Undefined
from tests.check.fuzz.reals import NIL, ONE, real
from tests.check.fuzz.strata import Made
from tests.transforms.execution import define

CLOSE = 1e-6
MOST_CORNERS = 9


class Wrong(AssertionError):
    """A report claims what is not so."""


def arguments(m: Made, exact: bool = True) -> tuple[Any, ...]:
    """The arguments of f: as they are, or the floats next to them."""
    values = [v if exact else float(v) for v in m.point]
    if m.shape == "array":
        whole = any(isinstance(v, Fraction) and v.denominator != 1 for v in values)
        return (np.array(values, dtype=object if whole else float),)
    return tuple(v if isinstance(v, Fraction) else float(v) for v in values)


def checked(m: Made) -> Any:
    """The report."""
    wrt = 0 if m.shape == "array" or len(m.point) == 1 else tuple(range(len(m.point)))
    return fpad.check(define(m.text), *arguments(m), wrt=wrt)


def examine(m: Made) -> str:
    """Compare; what became of it: settled, not re-checked, UNKNOWN with its reason, or unclear.

    Raises:
        Wrong: a claim is refuted.
    """
    report = checked(m)
    if report.verdict == "UNKNOWN":
        expect(bool(report.reason), "UNKNOWN without a reason")
        expect(report.correct is None, "UNKNOWN and correct")
        return f"UNKNOWN: {report.reason}"
    f = Function(m.text, m.exact, m.shape)
    try:
        try:
            _judge(m, f, report, look(f, _arcs(report)))
        except Wrong:
            _judge(m, f, report, look(f, _arcs(report), deep=True))
    except (Undefined, Endless):
        return "unclear"
    again = type(report).from_json(report.to_json())
    for name in ("verdict", "derivative", "slopes", "pieces_outer", "ad_exact", "value"):
        expect(getattr(again, name) == getattr(report, name), f"{name} is lost in JSON")
    try:
        expect(report.verify(), "verify() is False")
    except CertificateError:
        return "not re-checked"
    return "settled"


def expect(holds: Any, message: str) -> None:
    if not holds:
        raise Wrong(message)


def _arcs(report: Any) -> list[Any]:
    """The arcs that the certificate names."""
    found = report.certificate.claims["witness"].values()
    return [arc for arcs in found for arc, _ in arcs]


def raises(m: Made) -> bool:
    """Does Python refuse the function in floats."""
    try:
        with np.errstate(all="ignore"):
            define(m.text)(*arguments(m, exact=False))
    except ArithmeticError:
        return True
    return False


def _judge(m: Made, f: Function, report: Any, seen: Seen) -> None:
    verdict = "UNDEFINED" if raises(m) else seen.verdict
    told = str(report.verdict.value)
    jumps = verdict == "DISCONTINUOUS" and report.continuous is None
    if not (told == "NOT_DIFFERENTIABLE" and jumps):  # both are true, the one was proved
        expect(told == verdict, f"{told} ({report.procedure}), but seen {verdict}")
    if told == "UNDEFINED":
        return
    expect(near(report.value, seen.value), f"value {float(report.value)}, seen {float(seen.value)}")
    expect((report.derivative is not None) == (told == "DIFFERENTIABLE"), "derivative")
    if told == "DIFFERENTIABLE":
        expect(
            alike(report.derivative, seen.gradient),
            f"derivative {_text(report.derivative)}, but seen {_text(seen.gradient)}",
        )
    if report.slopes is not None:
        expect(
            alike(report.slopes, seen.slopes),
            f"slopes {_text(report.slopes)}, seen {_text(seen.slopes)}",
        )
    expect(report.continuous in (None, seen.continuous), f"continuous {report.continuous}")
    smooth = seen.lipschitz and seen.continuous and not seen.torn
    expect(report.lipschitz in (None, smooth), f"lipschitz {report.lipschitz}")
    _pieces(report, seen)
    _ad(m, f, report, seen)


def _pieces(report: Any, seen: Seen) -> None:
    """The gradients next to the point."""
    if not seen.lipschitz or not seen.continuous:
        return
    inner, outer = report.pieces_inner, report.pieces_outer
    for p in inner:
        expect(any(alike(p, q) for q in seen.pieces), f"piece {_text(p)} is not seen")
    for q in seen.pieces if outer is not None else ():
        expect(any(alike(p, q) for p in outer), f"piece {_text(q)} is left out")
    one = report.verdict == "DIFFERENTIABLE" and len(seen.pieces) <= 1
    strict = report.strictly_differentiable
    expect(strict in (None, one), f"strictly_differentiable {strict}, {len(seen.pieces)} seen")
    if report.clarke is not None and len(seen.pieces) <= MOST_CORNERS:
        inside = in_hull(report.ad_exact, seen.pieces)
        expect(report.clarke is inside, f"clarke {report.clarke}")


def _ad(m: Made, f: Function, report: Any, seen: Seen) -> None:
    """What AD gave, and whether it is right."""
    y = f.coded([float(v) for v in m.point])
    exact = report.ad_exact
    if y is None:
        return
    if exact is not None:
        expect(alike(exact, y.row), f"ad_exact {_text(exact)}, but {_text(y.row)} by hand")
        ad = np.array([v for a in _flat(report.ad) for v in a])
        want = np.array([float(v) for v in exact])
        scale = CLOSE * (1 + np.abs(want).max())
        expect(bool((np.abs(ad - want) < scale).all()), f"ad {ad}, ad_exact {want}")
        expect(report.rounding_ok is not False, "rounding_ok is False")
    if report.verdict != "DIFFERENTIABLE":
        expect(report.correct is False, f"correct {report.correct}")
        return
    right = alike(y.row, seen.gradient or ())
    expect(report.wrong_piece in (None, not right), f"wrong_piece {report.wrong_piece}")
    expect((report.wrong_piece is None) == (exact is None), "wrong_piece without ad_exact")
    expect(report.correct in (None, right), f"correct {report.correct}")
    if report.rounding_ok is not None and exact is not None:
        expect(report.correct is not None, "correct is None")


def _flat(ad: Any) -> list[np.ndarray]:
    parts = ad if isinstance(ad, tuple) else (ad,)
    return [np.ravel(a) for a in parts]


def _text(row: Any) -> str:
    return "None" if row is None else f"({', '.join(f'{float(v):g}' for v in row)})"


def in_hull(point: Sequence[Any], corners: Sequence[Sequence[Any]]) -> bool:
    """Is the point a convex combination of the corners: of n + 1 of them (Caratheodory)?"""
    if any(alike(point, c) for c in corners):
        return True
    n = len(point)
    for count in range(2, min(n + 1, len(corners)) + 1):
        for some in itertools.combinations(corners, count):
            weights = _weights(point, some)
            if weights is not None and min(weights) >= 0:
                return True
    return False


def _weights(point: Sequence[Any], corners: Sequence[Sequence[Any]]) -> list[Any] | None:
    """Weights with sum 1 whose combination of the corners is the point; None if not just one.

    Corners are seen at steps from the point, so what is small is 0.
    """
    rows = [[real(v) for v in (*(c[k] for c in corners), point[k])] for k in range(len(point))]
    rows.append([ONE] * (len(corners) + 1))
    pivots = 0
    for k in range(len(corners)):
        lead = next((r for r in range(pivots, len(rows)) if not near(rows[r][k], 0)), None)
        if lead is None:
            return None
        rows[pivots], rows[lead] = rows[lead], rows[pivots]
        rows[pivots] = [v / rows[pivots][k] for v in rows[pivots]]
        for r in range(len(rows)):
            if r != pivots:
                factor = rows[r][k]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[pivots], strict=True)]
        pivots += 1
    if not all(near(r[-1], 0) for r in rows[pivots:]):
        return None
    weights = [r[-1] for r in rows[:pivots]]
    return [NIL if near(w, 0) else w for w in weights]
