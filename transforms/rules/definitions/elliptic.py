"""Definitions of the incomplete elliptic integrals, by Carlson's symmetric ones.

    F(phi, m)     sin(phi) R_F(cos(phi)**2, 1 - m sin(phi)**2, 1)                 [DLMF 19.25(i)]
    E(phi, m)     F(phi, m) - m / 3 sin(phi)**3 R_D(the same three)               [DLMF 19.25(i)]

R_F and R_D are limits: each duplication brings the three operands four times nearer to their mean,
and what a series around the mean leaves out is bounded (Carlson, Numerical computation of real or
complex elliptic integrals, 1995).
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from fpad.transforms.rules.definitions.common import pi
from fpad.transforms.rules.definitions.special import ellipe, ellipk

DUPLICATIONS = 14


def _duplicated(c: Any, x: Any, y: Any, z: Any) -> tuple[Any, Any, Any, Any]:
    """Three operands after DUPLICATIONS steps, and what R_D collects on the way."""
    collected: Any = 0
    for k in range(DUPLICATIONS):
        p, q, r = c.sqrt(x), c.sqrt(y), c.sqrt(z)
        mean = p * q + p * r + q * r
        collected = collected + Fraction(1, 4**k) / (r * (z + mean))
        x, y, z = (x + mean) / 4, (y + mean) / 4, (z + mean) / 4
    return x, y, z, collected


def first_kind(c: Any, x: Any, y: Any, z: Any) -> Any:
    """R_F(x, y, z)."""
    x, y, z, _ = _duplicated(c, x, y, z)
    mean = (x + y + z) / 3
    p, q = (mean - x) / mean, (mean - y) / mean
    r = -(p + q)
    second, third = p * q - r * r, p * q * r
    series = 1 - second / 10 + third / 14 + second * second / 24 - 3 * second * third / 44
    apart = abs(p) + abs(q) + abs(r)
    return c.within(series / c.sqrt(mean), _power(apart, 6) / c.sqrt(mean))


def second_kind(c: Any, x: Any, y: Any, z: Any) -> Any:
    """R_D(x, y, z)."""
    x, y, z, collected = _duplicated(c, x, y, z)
    mean = (x + y + 3 * z) / 5
    p, q = (mean - x) / mean, (mean - y) / mean
    r = -(p + q) / 3
    rr, pq = r * r, p * q
    second, third = pq - 6 * rr, (3 * pq - 8 * rr) * r
    fourth, fifth = 3 * (pq - rr) * rr, pq * rr * r
    series = 1 - 3 * second / 14 + third / 6 + 9 * second * second / 88 - 3 * fourth / 22
    series = series - 9 * second * third / 52 + 3 * fifth / 26
    scale = Fraction(1, 4**DUPLICATIONS) / (mean * c.sqrt(mean))
    left = 4 * _power(abs(p) + abs(q) + abs(r), 6) * scale
    return c.within(series * scale + 3 * collected, left)


def _power(x: Any, n: int) -> Any:
    out = x
    for _ in range(n - 1):
        out = out * x
    return out


def _by_halves(
    complete: Callable[[Any, Any], Any], of: Callable[[Any, Any, Any, Any, Any], Any]
) -> Callable[[Any, Any, Any], Any]:
    """(c, phi, m): an integral up to any angle, by that up to a quarter turn at most."""

    def integral(c: Any, phi: Any, m: Any) -> Any:
        """Carlson's symmetric integrals, by duplication."""
        turns = c.floor(phi / pi(c) + Fraction(1, 2))
        rest = phi - turns * pi(c)
        s, cosine = c.sin(rest), c.cos(rest)
        part = of(c, s, m, cosine * cosine, 1 - m * s * s)
        if turns == 0:
            return part
        return part + 2 * turns * complete(c, m)

    return integral


ellipkinc = _by_halves(ellipk, lambda c, s, m, x, y: s * first_kind(c, x, y, 1))
ellipeinc = _by_halves(
    ellipe,
    lambda c, s, m, x, y: (
        s * first_kind(c, x, y, 1) - m / 3 * (s * s * s) * second_kind(c, x, y, 1)
    ),
)
