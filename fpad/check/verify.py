"""Re-checks a certificate by running the plain Python function on rational numbers.

Neither the IR nor the rules nor the interpreter take part.  A claim about a limit is checked at two
steps t far below everything that doubles can express: with t' = t**2, a remainder that tends to 0
has shrunk by more than half, one that does not has not.
"""

from __future__ import annotations

import inspect
import math
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from fpad.check import verify_reals
from fpad.check.certificate import EVIDENCE
from fpad.check.cones import dot, solution
from fpad.check.numbers import Ball
from fpad.check.plain import Plain, run
from fpad.check.rational import Irrational, Q, Undefined, limited_work, number
from fpad.check.values import in_floats, mapped, numbers_in
from fpad.runtime.formats import format_of
from fpad.transforms.errors import CertificateError

if TYPE_CHECKING:
    from fpad.check.certificate import Certificate

STEPS = (Fraction(1, 2**2400), Fraction(1, 2**4800))  # square and cube roots are rational
DIRECTIONS = 12


def verify(
    certificate: Certificate,
    function: Callable[..., Any],
    args: Sequence[Any],
    keywords: Mapping[str, Any] | None = None,
) -> bool:
    """Do the claims of the certificate hold, as far as the function can be run?

    Raises:
        CertificateError: they cannot be checked.
    """
    claims = certificate.claims
    held = _verify(certificate, function, args, keywords or {})
    if not held and claims.get("precision") is not None:
        raise CertificateError(
            f"the plain function does not bear the claims out; it may round other literals to "
            f"{claims['precision']} than the generated code does"
        )
    return held


def _verify(
    certificate: Certificate,
    function: Callable[..., Any],
    args: Sequence[Any],
    keywords: Mapping[str, Any],
) -> bool:
    claims = certificate.claims
    if claims["verdict"] == "UNKNOWN":
        raise CertificateError("the verdict is UNKNOWN: nothing is claimed that could be checked")
    holds = CHECKS.get((certificate.kind, claims["verdict"]))
    if holds is None or not _fits(certificate.kind, claims):
        return False
    try:
        f = _Function(claims, function, args, keywords)
    except RecursionError as error:
        raise CertificateError("an object that holds itself cannot be copied") from error
    if claims["function"] != getattr(function, "__name__", repr(function)):
        return False
    with limited_work():
        if claims["verdict"] == "UNDEFINED":
            try:
                return holds(f, claims)
            except Irrational:
                with verify_reals.in_digits():
                    return holds(f, claims)
        if any(isinstance(v, Ball) for v in _numbers(claims)):
            return verify_reals.holds(f, certificate.kind, claims, _directions)
        try:
            return f.at_point(claims) and f(()) == claims["value"] and holds(f, claims)
        except Irrational:
            return verify_reals.holds(f, certificate.kind, claims, _directions)
        except (Undefined, ZeroDivisionError) as error:
            raise CertificateError(
                "a number without a value is divided by, compared or converted on the way; "
                "whether it matters the plain function cannot tell"
            ) from error


def _fits(kind: str, claims: Mapping[str, Any]) -> bool:
    """Does the certificate claim what its procedure tells together with its verdict, no more?"""
    reason, point = claims["reason"], claims["point"]
    words = {None} if claims["verdict"] != "UNDEFINED" else {"domain", "domain_boundary"}
    if point is None:
        words = {"domain", "nan_input"}
    without = point is None or reason == "domain"
    return (
        reason in words
        and (claims["value"] is None) is without
        and (claims["derivative"] is None) is (claims["verdict"] != "DIFFERENTIABLE")
        and (claims["slopes"] is None) is (kind != "D2")
        and set(claims["witness"]) <= {EVIDENCE.get(kind)}
    )


def _numbers(claims: Mapping[str, Any]) -> Iterator[Any]:
    """Value, derivative, slopes, and what the witness says."""
    yield claims["value"]
    yield from claims["derivative"] or ()
    yield from claims["slopes"] or ()
    for arcs in claims["witness"].values():
        for arc, slope in arcs:
            yield from (v for c in arc for v in c)
            yield slope


class _Function:
    """The function of the numbers under wrt; None where it has no value."""

    def __init__(
        self,
        claims: Mapping[str, Any],
        function: Callable[..., Any],
        args: Sequence[Any],
        keywords: Mapping[str, Any],
    ) -> None:
        if isinstance(function, types.MethodType):
            args, function = (function.__self__, *args), function.__func__
        if not inspect.isfunction(function):
            raise CertificateError("only plain Python functions can be run on fractions")
        fmt = claims.get("precision")
        self._plain = Plain(None if fmt is None else format_of(fmt))
        bound = inspect.signature(function).bind(*args, **keywords)
        bound.apply_defaults()
        self._original = function
        self._function = self._plain.function(function)
        self._given, self._seed, self._wrt = bound, claims["seed"], claims["wrt"]
        self.point = [v for n in self._wrt for v in numbers_in(bound.arguments[n])]

    def at_point(self, claims: Mapping[str, Any]) -> bool:
        """Are the arguments those of the certificate?"""
        exact = [self._plain.literal(v) for v in self.point]
        exact = [v.value if isinstance(v, Q) else number(v) for v in exact]
        return exact == list(claims["point"] or ())

    def __call__(self, moved: Sequence[Fraction]) -> Fraction | None:
        """The value at the point plus `moved`.

        Raises:
            Undefined, ZeroDivisionError: a number without a value is asked for.
            CertificateError: the function cannot be run.
        """
        step = iter(moved) if moved else None
        values = dict(self._given.arguments)
        for name, value in values.items():
            if name in self._wrt:
                values[name] = self._shifted(value, step)
            else:
                values[name] = self._plain.number(value)
        bound = inspect.BoundArguments(self._given.signature, values)
        return self._single(run(self._function, bound.args, bound.kwargs))

    def has_value(self, moved: Sequence[Fraction]) -> bool:
        """Is there a value at the point plus `moved`?"""
        try:
            return self(moved) is not None
        except (Undefined, ZeroDivisionError):
            return False

    def raises(self) -> bool:
        """Does Python refuse to compute the function in floats, for a division by zero say?"""
        arguments = {n: in_floats(v) for n, v in self._given.arguments.items()}
        bound = inspect.BoundArguments(self._given.signature, arguments)
        try:
            with np.errstate(all="ignore"):
                self._original(*bound.args, **bound.kwargs)
        except (ArithmeticError, ValueError):
            return True
        return False

    def _shifted(self, value: Any, step: Iterator[Fraction] | None) -> Any:
        """An argument under wrt, moved."""

        def moved(v: Any) -> Any:
            x = self._plain.literal(v)
            x = x if isinstance(x, Q) else Q(number(x))
            return x if step is None else x + next(step)

        return mapped(moved, value)

    def _single(self, result: Any) -> Fraction | None:
        if self._seed is None:
            values = [np.asarray(result, dtype=object).item()]
            weights: list[Any] = [1]
        else:
            values, weights = numbers_in(result), numbers_in(self._seed)
        total: Any = Q(Fraction(0))
        for v, w in zip(values, weights, strict=True):
            total = total + v * self._plain.literal(w)
        found: Fraction | None = total.value
        return found


def _undefined(f: _Function, claims: Mapping[str, Any]) -> bool:
    if claims["point"] is None:
        floats = [v for v in f.point if isinstance(v, float | np.floating)]
        nan = any(math.isnan(v) for v in floats)
        reason = "nan_input" if nan else "domain"
        return claims["reason"] == reason and (nan or any(math.isinf(v) for v in floats))
    if not f.at_point(claims):
        return False
    if claims["reason"] == "domain":
        return not f.has_value(()) or f.raises()
    value = f(())
    if value is None or not verify_reals.agrees(value, claims["value"]):
        return False
    if len(f.point) == 1:
        return any(not any(f.has_value((side * t,)) for t in STEPS) for side in (1, -1))
    return all(
        slope is None and not any(f.has_value(_at(arc, t)) for t in STEPS)
        for arc, slope in _arcs(claims)
    )


def _vanishes(remainders: Sequence[Fraction | None]) -> bool:
    """Do remainders at the two steps look like those of something that tends to 0?"""
    first, second = remainders
    return first is not None and second is not None and 2 * abs(second) <= abs(first)


def _at(arc: Sequence[Sequence[Any]], t: Fraction) -> list[Fraction]:
    """The step t * arc[0] + t**2 * arc[1] + .."""
    return [
        sum((Fraction(c) * t**k for k, c in enumerate(parts, 1)), Fraction(0))
        for parts in zip(*arc, strict=True)
    ]


def _quotients(f: _Function, arc: Sequence[Sequence[Any]]) -> list[Fraction] | None:
    """The quotients (f(x + h(t)) - f(x)) / t at the two steps t; None where f has no value."""
    base = f(())
    out = []
    for t in STEPS:
        y = f(_at(arc, t))
        if y is None or base is None:
            return None
        out.append((y - base) / t)
    return out


def _smooth(f: _Function, claims: Mapping[str, Any]) -> bool:
    """There are no sides to tell apart."""
    return _differentiable(f, claims)


def _alike(f: _Function, claims: Mapping[str, Any]) -> bool:
    """Both sides have the slope that is the derivative."""
    g, slopes = claims["derivative"], claims["slopes"]
    return {*slopes} == {*g} and len(slopes) == 2 and _differentiable(f, claims)


def _differentiable(f: _Function, claims: Mapping[str, Any]) -> bool:
    g = claims["derivative"]
    n = len(f.point)
    if len(g) != n:
        return False
    for d in _directions(n):
        quotients = _quotients(f, [d])
        along = sum((a * b for a, b in zip(g, d, strict=True)), Fraction(0))
        if quotients is None or not _vanishes([q - along for q in quotients]):
            return False
    return True


def _directions(n: int) -> Iterator[list[int]]:
    """Coordinate directions and others, both ways; the same ones every time."""
    chosen = [[int(j == k) for j in range(n)] for k in range(min(n, DIRECTIONS))]
    if n > 1:
        state = 1
        for _ in range(DIRECTIONS):
            d = []
            for _ in range(n):
                state = (state * 1103515245 + 12345) % 2**31
                d.append((state >> 16) % 7 - 3)
            chosen.append(d)
    for d in chosen:
        yield d
        yield [-v for v in d]


def _not_differentiable(f: _Function, claims: Mapping[str, Any]) -> bool:
    slopes = claims["slopes"]
    if len(f.point) != 1 or len(slopes) != 2:
        return False
    if slopes[0] == slopes[1] and isinstance(slopes[0], Fraction):
        return False
    return all(_has_slope(f, [[s]], s * v) for s, v in ((-1, slopes[0]), (1, slopes[1])))


def _has_slope(f: _Function, arc: Sequence[Sequence[Any]], slope: Fraction | float) -> bool:
    """Is this the slope along an arc, and is f continuous there?"""
    quotients = _quotients(f, arc)
    if quotients is None:
        return False
    first, second = quotients
    if isinstance(slope, Fraction):
        return _vanishes((first - slope, second - slope))
    grows = abs(second) >= 2 * abs(first) > 0 and (second > 0) == (slope > 0)
    return grows and _vanishes([q * t for q, t in zip(quotients, STEPS, strict=True)])


def _discontinuous(f: _Function, claims: Mapping[str, Any]) -> bool:
    """On one side f stays away from its value, on the other it has its slope or does so too."""
    slopes = claims["slopes"]
    if len(f.point) != 1 or len(slopes) != 2:
        return False
    jumps = [_jumps(f, side, slope) for side, slope in ((-1, slopes[0]), (1, slopes[1]))]
    pairs = zip((-1, 1), slopes, jumps, strict=True)
    return any(jumps) and all(j or _has_slope(f, [[s]], s * v) for s, v, j in pairs)


def _jumps(f: _Function, side: int, slope: Fraction | float) -> bool:
    """Does f stay away from its value on this side, in the direction of an infinite slope?"""
    quotients = _quotients(f, [[side]])
    if quotients is None or isinstance(slope, Fraction):
        return False
    first, second = (q * t for q, t in zip(quotients, STEPS, strict=True))
    return 2 * abs(second) > abs(first) and (side * second > 0) == (slope > 0)


def _arcs(claims: Mapping[str, Any]) -> list[tuple[Any, Any]]:
    """The arcs that the claims are to be re-checked along, and the slopes there.

    Raises:
        CertificateError: there are none.
    """
    arcs = [a for arcs in claims["witness"].values() for a in arcs]
    if not arcs:
        raise CertificateError("the proof names no arcs along which it could be re-checked")
    return arcs


def _one_gradient(f: _Function, claims: Mapping[str, Any]) -> bool:
    """F has the slopes of the gradient along the arcs that lie in its pieces."""
    g, witness = claims["derivative"], claims["witness"]
    if not witness or len(g) != len(f.point):
        return False
    arcs = [a for arcs in witness.values() for a in arcs]
    return all(
        any(arc[0]) and slope == dot(g, arc[0]) and _has_slope(f, arc, slope) for arc, slope in arcs
    ) and _differentiable(f, claims)


def _no_gradient(f: _Function, claims: Mapping[str, Any]) -> bool:
    """F has these slopes along these arcs, and no gradient has them."""
    arcs = _arcs(claims)
    finite = [(arc[0], slope) for arc, slope in arcs if isinstance(slope, Fraction)]
    lines, slopes = [d for d, _ in finite], [v for _, v in finite]
    if not all(any(arc[0]) for arc, _ in arcs) or any(slope is None for _, slope in arcs):
        return False
    if len(finite) == len(arcs) and solution(lines, slopes, len(f.point)) is not None:
        return False
    return all(_has_slope(f, arc, slope) for arc, slope in arcs)


def _no_gradient_on_lines(f: _Function, claims: Mapping[str, Any]) -> bool:
    return all(len(arc) == 1 for arc, _ in _arcs(claims)) and _no_gradient(f, claims)


def _no_gradient_on_curves(f: _Function, claims: Mapping[str, Any]) -> bool:
    return any(len(arc) > 1 for arc, _ in _arcs(claims)) and _no_gradient(f, claims)


def _another_limit(f: _Function, claims: Mapping[str, Any]) -> bool:
    """F stays away from its value along the arcs."""
    for arc, slope in _arcs(claims):
        quotients = _quotients(f, arc)
        if quotients is None or slope is not None:
            return False
        first, second = (q * t for q, t in zip(quotients, STEPS, strict=True))
        if 2 * abs(second) <= abs(first):
            return False
    return True


CHECKS: dict[tuple[str, str], Callable[[_Function, Mapping[str, Any]], bool]] = {
    ("domain", "UNDEFINED"): _undefined,
    ("D0", "DIFFERENTIABLE"): _smooth,
    ("D2", "DIFFERENTIABLE"): _alike,
    ("D2", "NOT_DIFFERENTIABLE"): _not_differentiable,
    ("D2", "DISCONTINUOUS"): _discontinuous,
    **dict.fromkeys((("Dp", "DIFFERENTIABLE"), ("D1", "DIFFERENTIABLE")), _one_gradient),
    ("Dn", "NOT_DIFFERENTIABLE"): _no_gradient,
    ("LD", "NOT_DIFFERENTIABLE"): _no_gradient_on_lines,
    ("arc", "NOT_DIFFERENTIABLE"): _no_gradient_on_curves,
    **{(kind, "DISCONTINUOUS"): _another_limit for kind in ("Dn", "LD", "arc")},
}
"""Which claims a procedure can have made, and how they are checked: (kind, verdict) -> check."""
