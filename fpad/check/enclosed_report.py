"""The report of a point that bounds have decided; exact numbers are made when they are read."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from fpad.check.certificate import Certificate
from fpad.check.filtered import Enclosure
from fpad.check.generated import Gradient
from fpad.check.inputs import entries
from fpad.check.numbers import Ball, Number, told_or_none
from fpad.check.procedures import Limits, run_at_point
from fpad.check.report import Later, Report
from fpad.check.rounding import bound_of, format_at
from fpad.check.subject import Subject, about
from fpad.check.verdict import Verdict

AFFORDABLE = 10**5
"""Programs of so many scalar operations are run on fractions where their exact numbers are read."""


BLOCK = 1 << 14
"""So many numbers are compared at once."""


class _Exact:
    """The exact numbers, made once: fractions where that can be afforded, balls elsewhere."""

    def __init__(self, s: Subject, seed: Any, limits: Limits, e: Enclosure) -> None:
        self._asked = s, seed, limits
        self._enclosure = e
        self._made: tuple[Number, tuple[Number, ...]] | None = None

    def value(self) -> Number:
        """The value of the function."""
        return self._numbers()[0]

    def derivative(self) -> tuple[Number, ...]:
        """Its derivative."""
        return self._numbers()[1]

    def _numbers(self) -> tuple[Number, tuple[Number, ...]]:
        if self._made is None:
            e = self._enclosure
            if e.cost <= AFFORDABLE:
                point = run_at_point(*self._asked)
                if point.hole is None and point.gradient is not None:
                    self._made = told_or_none((point.value, tuple(point.gradient)))
            if self._made is None:
                pairs = zip(e.slopes.tolist(), e.errors.tolist(), strict=True)
                self._made = _ball(e.value, e.value_error), tuple(_ball(m, r) for m, r in pairs)
        return self._made


def _ball(middle: float, radius: float) -> Number:
    m, r = Fraction(middle), Fraction(radius)
    return Ball(m - r, m + r)


def enclosed_report(
    s: Subject, wrt: Any, seed: Any, gradient: Gradient, e: Enclosure, limits: Limits
) -> Report | None:
    """The report: DIFFERENTIABLE; None if the bounds do not tell whether AD is right there."""
    ok, in_ulps, bound = _rounding(s, wrt, seed, gradient, e, limits)
    if ok is None:
        return None
    s.keep()
    exact = _Exact(s, seed, limits, e)
    pieces = Later(lambda: frozenset((exact.derivative(),)))

    def certificate() -> Certificate:
        claims = {
            **about(s, seed),
            "verdict": Verdict.DIFFERENTIABLE.value,
            "point": entries(s),
            "value": exact.value(),
            "derivative": list(exact.derivative()),
            "slopes": None,
            "reason": None,
            "witness": {},
        }
        return Certificate("D0", claims)

    lazy: dict[str, Any] = {
        "value": Later(exact.value),
        "ad_exact": Later(exact.derivative),
        "derivative": Later(exact.derivative),
        "pieces_inner": pieces,
        "pieces_outer": pieces,
        "certificate": Later(certificate),
    }
    return Report(
        verdict=Verdict.DIFFERENTIABLE,
        procedure="D0",
        reason=None,
        value_float=gradient.value,
        ad=gradient.ad,
        derivative_float=e.slopes,
        correct=ok,
        wrong_piece=False,
        wrong_piece_cause=frozenset(),
        path_flipped=False,
        rounding_ok=ok,
        ulp_error=in_ulps,
        rounding_bound=bound,
        continuous=True,
        lipschitz=True,
        strictly_differentiable=True,
        clarke=True,
        slopes=None,
        kinks=(),
        events=(),
        record=gradient.record,
        blocked_by=(),
        _source=(s.function, s.original, s.named),
        _about=about(s, seed),
        **lazy,
    )


def _rounding(
    s: Subject, wrt: Any, seed: Any, gradient: Gradient, e: Enclosure, limits: Limits
) -> tuple[bool | None, Any, Any]:
    """(Is what the code returned within the bound, how many ulps it is off at most, the bound)."""
    a = gradient.array
    in_ulps = Later(lambda: _off(a, e.slopes, e.errors) / ulps(s, e.slopes))
    finite = math.isfinite(np.sum(a)) or bool(np.all(np.isfinite(a)))
    if not finite:
        return False, None, None
    if s.precision is None and e.ratio == 1.0:  # the code did what the bounded run did
        return True, in_ulps, Later(lambda: e.errors + np.abs(a - e.slopes))
    if e.ratio is not None and _within(a, e, e.ratio):
        return True, in_ulps, Later(lambda: e.errors * e.ratio)
    own = bound_of(s, wrt, seed, gradient, limits.steps)
    if own is None or not np.all(_off(a, e.slopes, e.errors) <= own):
        return None, None, None
    return True, in_ulps, own


def _off(a: np.ndarray, slopes: np.ndarray, errors: np.ndarray) -> np.ndarray:
    """How far numbers are from the exact slopes at most."""
    out: np.ndarray = (np.abs(a - slopes) + errors) * (1 + 1e-9)
    return out


def _within(a: np.ndarray, e: Enclosure, ratio: float) -> bool:
    """Are all as near as bounds of the format allow; asked in blocks, which stay in the cache."""
    blocks = (slice(k, k + BLOCK) for k in range(0, len(a), BLOCK))
    return all(
        bool(np.all(_off(a[b], e.slopes[b], e.errors[b]) <= e.errors[b] * ratio)) for b in blocks
    )


def ulps(s: Subject, x: np.ndarray) -> np.ndarray:
    """The units in the last place of numbers under wrt."""
    out = []
    at = 0
    for shape in s.shapes:
        size = math.prod(shape)
        if size:
            p, emin = format_at(s, at)
            _, exponents = np.frexp(np.abs(x[at : at + size]))
            out.append(np.ldexp(1.0, np.maximum(exponents - 1, emin) - p + 1))
        at += size
    return np.concatenate(out) if out else np.zeros(0)
