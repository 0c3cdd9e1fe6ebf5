"""Re-checks a certificate where numbers are not rational: the plain function, run on intervals.

A slope g is borne out if the quotients at steps t, below everything that doubles can express, and
t**2 come near it: by less than t**(1/3), or at least so that the second is nearer.  Decisions that
hang on an identity (max(exp(x) - exp(x), 0)) cannot be re-checked in digits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from fractions import Fraction
from typing import Any

from fpad.check.cones import kernel
from fpad.check.intervals_of_reals import ball, beyond_rationals, flint
from fpad.check.numbers import Ball
from fpad.check.rational import Undefined
from fpad.transforms.errors import CertificateError

BITS = 4800
STEPS = (Fraction(1, 2**1200), Fraction(1, 2**2400))
NARROW = Fraction(1, 2**64)
NEAR = 2.0**-100

Function = Callable[[Sequence[Any]], Any]
Arc = Sequence[Sequence[Any]]


def holds(f: Any, kind: str, claims: Mapping[str, Any], directions: Any) -> bool:
    """Do the claims of a certificate hold, as far as digits can tell?

    Args:
        f: from a step away from the point to the value there, on rational numbers or intervals.
        kind: of the certificate.
        claims: what it says.
        directions: number of variables -> the directions in which a derivative is tried.

    Raises:
        CertificateError: they do not.
    """
    check = CHECKS.get((kind, claims["verdict"]))
    if check is None:
        raise CertificateError("claims of this sort are re-checked on rational numbers alone")
    with in_digits():
        try:
            base = f(())
            return (
                f.at_point(claims)
                and base is not None
                and _is(base, claims["value"])
                and check(f, claims, directions)
            )
        except (Undefined, ZeroDivisionError) as error:
            raise CertificateError("a number without a value is asked for on the way") from error


def in_digits() -> AbstractContextManager[None]:
    """Within, functions without a rational value give intervals."""
    return beyond_rationals(BITS)


def agrees(value: Any, claim: Any) -> bool:
    """Is a value the one that is claimed, as far as digits tell?"""
    if isinstance(value, Fraction) and isinstance(claim, Fraction):
        return value == claim
    return isinstance(claim, Fraction | Ball) and _is(value, claim)


def _claimed(x: Any) -> Any:
    """The ball of a number that is claimed; one that is not narrow claims nothing.

    Raises:
        CertificateError: it is wide.
    """
    if not isinstance(x, Ball):
        return ball(x)
    if x.hi - x.lo > NARROW * max(abs(x.hi), abs(x.lo)) and max(abs(x.hi), abs(x.lo)) > NARROW**64:
        raise CertificateError("a number is claimed with few digits only")
    return ball(x.lo).union(ball(x.hi))


def _is(x: Any, claim: Any) -> bool:
    return bool(ball(x).overlaps(_claimed(claim)))


def _near(quotients: Sequence[Any], claim: Any) -> bool:
    """Do the quotients come as near to a slope as they ought to?"""
    size = 1 + abs(claim).abs_upper()
    if any(ball(q).rad() > size * NEAR for q in quotients):
        raise CertificateError("a quotient is known to few digits only")
    first, second = ((ball(q) - claim).abs_lower() for q in quotients)
    if second > size * NEAR:
        return False
    return bool(second <= size * ball(STEPS[1]).root(3) or 2 * second <= first)


def _quotients(f: Function, arc: Arc) -> list[Any] | None:
    base = f(())
    out = []
    for t in STEPS:
        parts = zip(*arc, strict=True)
        y = f([sum((Fraction(c) * t**k for k, c in enumerate(p, 1)), Fraction(0)) for p in parts])
        if y is None:
            return None
        out.append((y - base) / t)
    return out


def _has_slope(f: Function, arc: Arc, slope: Any) -> bool:
    quotients = _quotients(f, arc)
    if quotients is None or slope is None:
        return False
    if isinstance(slope, float):
        first, second = quotients
        up = second > 0 if slope > 0 else second < 0
        steep = up and abs(second) >= 2 * abs(first)
        return bool(steep and _small([q * t for q, t in zip(quotients, STEPS, strict=True)]))
    claim = _claimed(slope)
    return _near(quotients, claim)


def _small(changes: Sequence[Any]) -> bool:
    """Do changes of f at the two steps tend to 0?"""
    first, second = (abs(c) for c in changes)
    return bool(2 * second <= first)


def _jumps(f: Function, arc: Arc) -> bool:
    quotients = _quotients(f, arc)
    if quotients is None:
        return False
    return not _small([q * t for q, t in zip(quotients, STEPS, strict=True)])


def _differentiable(f: Any, claims: Mapping[str, Any], directions: Any) -> bool:
    g, n = claims["derivative"], len(f.point)
    if len(g) != n:
        return False
    gradient = [_claimed(v) for v in g]
    for d in directions(n):
        quotients = _quotients(f, [d])
        along = sum((c * v for c, v in zip(gradient, d, strict=True)), flint().arb(0))
        if quotients is None or not _near(quotients, along):
            return False
    return True


def _alike(f: Any, claims: Mapping[str, Any], directions: Any) -> bool:
    slopes, g = claims["slopes"], claims["derivative"]
    return {*slopes} == {*g} and len(slopes) == 2 and _differentiable(f, claims, directions)


def _one_gradient(f: Any, claims: Mapping[str, Any], directions: Any) -> bool:
    arcs = _arcs(claims)
    return all(_has_slope(f, arc, slope) for arc, slope in arcs) and _differentiable(
        f, claims, directions
    )


def _two_slopes(f: Any, claims: Mapping[str, Any], directions: Any) -> bool:
    slopes = claims["slopes"]
    if len(f.point) != 1 or len(slopes) != 2:
        return False
    finite = [_claimed(v) for v in slopes if not isinstance(v, float)]
    if len(finite) == 2 and finite[0].overlaps(finite[1]):
        return False
    left, right = slopes
    return _has_slope(f, [[-1]], _opposite(left)) and _has_slope(f, [[1]], right)


def _opposite(v: Any) -> Any:
    return Ball(-v.hi, -v.lo) if isinstance(v, Ball) else -v


def _jump(f: Any, claims: Mapping[str, Any], directions: Any) -> bool:
    slopes = claims["slopes"]
    if len(f.point) != 1 or len(slopes) != 2:
        return False
    sides = [(1, slopes[1]), (-1, _opposite(slopes[0]))]
    jumps = [isinstance(v, float) and _jumps(f, [[s]]) for s, v in sides]
    return any(jumps) and all(
        j or _has_slope(f, [[s]], v) for j, (s, v) in zip(jumps, sides, strict=True)
    )


def _arcs(claims: Mapping[str, Any]) -> list[Any]:
    arcs = [a for arcs in claims["witness"].values() for a in arcs]
    if not arcs:
        raise CertificateError("the proof names no arcs along which it could be re-checked")
    return arcs


def _no_gradient(f: Any, claims: Mapping[str, Any], directions: Any) -> bool:
    """F has slopes along the arcs, of which some combination is 0 for every gradient, not here."""
    arcs = _arcs(claims)
    if not all(_has_slope(f, arc, slope) for arc, slope in arcs):
        return False
    if any(isinstance(slope, float) for _, slope in arcs):
        return True
    lines = [arc[0] for arc, _ in arcs]
    slopes = [_claimed(slope) for _, slope in arcs]
    columns = list(zip(*lines, strict=True))
    for weights in kernel(columns, len(lines)):
        total = sum((ball(w) * v for w, v in zip(weights, slopes, strict=True)), flint().arb(0))
        if not total.contains(0):
            return True
    return False


def _another_limit(f: Any, claims: Mapping[str, Any], directions: Any) -> bool:
    return all(slope is None and _jumps(f, arc) for arc, slope in _arcs(claims))


CHECKS: dict[tuple[str, str], Callable[..., bool]] = {
    ("D0", "DIFFERENTIABLE"): _differentiable,
    ("D2", "DIFFERENTIABLE"): _alike,
    ("D2", "NOT_DIFFERENTIABLE"): _two_slopes,
    ("D2", "DISCONTINUOUS"): _jump,
    **dict.fromkeys((("Dp", "DIFFERENTIABLE"), ("D1", "DIFFERENTIABLE")), _one_gradient),
    **{(kind, "NOT_DIFFERENTIABLE"): _no_gradient for kind in ("Dn", "LD", "arc")},
    **{(kind, "DISCONTINUOUS"): _another_limit for kind in ("Dn", "LD", "arc")},
}
