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

from fpad.check.cones import dot, solution
from fpad.check.plain import Plain, run
from fpad.check.rational import Q, Undefined, number
from fpad.check.values import in_floats, mapped, numbers_in
from fpad.runtime.formats import format_of
from fpad.transforms.errors import CertificateError

if TYPE_CHECKING:
    from fpad.check.certificate import Certificate

STEPS = (Fraction(1, 2**4800), Fraction(1, 2**9600))  # square and cube roots are rational
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
    verdict = claims["verdict"]
    if verdict == "UNKNOWN":
        raise CertificateError("the verdict is UNKNOWN: nothing is claimed that could be checked")
    holds = CHECKS.get((certificate.kind, verdict))
    if holds is None or (claims["reason"] is None) is (verdict == "UNDEFINED"):
        return False
    try:
        f = _Function(claims, function, args, keywords)
    except RecursionError as error:
        raise CertificateError("an object that holds itself cannot be copied") from error
    if verdict == "UNDEFINED":
        return holds(f, claims)
    try:
        return f.at_point(claims) and f(()) == claims["value"] and holds(f, claims)
    except (Undefined, ZeroDivisionError) as error:
        raise CertificateError(
            "a number without a value is divided by, compared or converted on the way; whether "
            "it matters the plain function cannot tell"
        ) from error


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
    if claims["reason"] != "domain_boundary" or value is None or value != claims["value"]:
        return False
    if len(f.point) == 1:
        return any(not any(f.has_value((side * t,)) for t in STEPS) for side in (1, -1))
    arc = _witness(claims, "arc")
    return not any(f.has_value(_at(arc, t)) for t in STEPS)


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
    return claims["slopes"] is None and _differentiable(f, claims)


def _alike(f: _Function, claims: Mapping[str, Any]) -> bool:
    """Both sides have the slope that is the derivative."""
    g, slopes = claims["derivative"], claims["slopes"]
    return slopes is not None and g is not None and {*slopes} == {*g} and _differentiable(f, claims)


def _differentiable(f: _Function, claims: Mapping[str, Any]) -> bool:
    g = claims["derivative"]
    n = len(f.point)
    if g is None or len(g) != n:
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
    if slopes is None or len(f.point) != 1:
        raise CertificateError("only verdicts in one variable can be re-checked")
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
    if slopes is None or len(f.point) != 1:
        raise CertificateError("only verdicts in one variable can be re-checked")
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


def _witness(claims: Mapping[str, Any], name: str) -> Any:
    """What the claims are to be re-checked with.

    Raises:
        CertificateError: there is nothing.
    """
    found = claims["witness"].get(name)
    if not found:
        raise CertificateError("the proof names no arcs along which it could be re-checked")
    return found


def _one_gradient(f: _Function, claims: Mapping[str, Any]) -> bool:
    """The gradients of the pieces agree along the arcs that lie in them."""
    g, found = claims["derivative"], claims["witness"].get("cells")
    if found is None or claims["slopes"] is not None or not _differentiable(f, claims):
        return False
    for arc, row in found:
        slope = dot(row, arc[0])
        if slope != dot(g, arc[0]) or not _has_slope(f, arc, slope):
            return False
    return True


def _no_gradient(f: _Function, claims: Mapping[str, Any]) -> bool:
    """F has these slopes along these arcs, and no gradient has them."""
    arcs = _witness(claims, "arcs")
    finite = [(arc[0], slope) for arc, slope in arcs if isinstance(slope, Fraction)]
    lines, slopes = [d for d, _ in finite], [v for _, v in finite]
    if len(finite) == len(arcs) and solution(lines, slopes, len(f.point)) is not None:
        return False
    return all(_has_slope(f, arc, slope) for arc, slope in arcs)


def _another_limit(f: _Function, claims: Mapping[str, Any]) -> bool:
    """F stays away from its value along an arc."""
    quotients = _quotients(f, _witness(claims, "arc"))
    if quotients is None:
        return False
    first, second = (q * t for q, t in zip(quotients, STEPS, strict=True))
    return 2 * abs(second) > abs(first)


CHECKS: dict[tuple[str, str], Callable[[_Function, Mapping[str, Any]], bool]] = {
    ("domain", "UNDEFINED"): _undefined,
    ("D0", "DIFFERENTIABLE"): _smooth,
    ("D2", "DIFFERENTIABLE"): _alike,
    ("D2", "NOT_DIFFERENTIABLE"): _not_differentiable,
    ("D2", "DISCONTINUOUS"): _discontinuous,
    **dict.fromkeys((("Dp", "DIFFERENTIABLE"), ("D1", "DIFFERENTIABLE")), _one_gradient),
    **{(kind, "NOT_DIFFERENTIABLE"): _no_gradient for kind in ("Dn", "LD", "arc")},
    **{(kind, "DISCONTINUOUS"): _another_limit for kind in ("Dn", "LD", "arc")},
}
"""Which claims a procedure can have made, and how they are checked: (kind, verdict) -> check."""
