"""Definitions of operations without derivative: tests of entries, positions, windows.

Tests are made entry by entry (`each`).  Windows have their values over the reals: NumPy's are
rounded, and must not be taken for exact.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from fpad.transforms.rules.definitions.common import pi

Definition = Callable[..., Any]


def each(test: Callable[[Any, Any], Any]) -> Definition:
    """A definition (c, x, ..) of arrays, given that of an entry."""

    def run(c: Any, x: Any, *_: Any, **__: Any) -> Any:
        if isinstance(x, np.ndarray):
            return np.frompyfunc(lambda v: test(c, v), 1, 1)(x)
        return test(c, x)

    run.__doc__ = test.__doc__
    return run


def _is_negative(c: Any, x: Any) -> Any:
    """X < 0; zeros of floats have a sign, and reals have not."""
    if x == 0:
        raise ValueError("the sign of a zero")
    return x < 0


def _angle(c: Any, x: Any) -> Any:
    """Half a turn for negative numbers, else 0."""
    return c.select(x < 0, pi(c), 0)


signbit = each(_is_negative)
angle = each(_angle)
never = each(lambda c, x: False)
always = each(lambda c, x: True)
zero = each(lambda c, x: 0)


def isin(c: Any, element: Any, test_elements: Any, *_: Any, **__: Any) -> Any:
    """Is an entry equal to one of those?"""
    among = np.ravel(np.asarray(test_elements, object))
    return each(lambda c, x: any(bool(x == v) for v in among))(c, element)


def array_equiv(c: Any, a1: Any, a2: Any) -> bool:
    """Are all entries equal, broadcast together?"""
    same = np.asarray(a1, object) == np.asarray(a2, object)
    return all(map(bool, np.ravel(np.asarray(same, object))))


def scalars_close(c: Any, a: Any, b: Any, *, rel_tol: Any = None, abs_tol: Any = 0) -> Any:
    """|a - b| <= max(rel_tol max(|a|, |b|), abs_tol)."""
    rel_tol = Fraction(1, 10**9) if rel_tol is None else rel_tol
    sizes = abs(a), abs(b)
    most = rel_tol * (sizes[0] if sizes[0] > sizes[1] else sizes[1])
    return abs(a - b) <= (most if most > abs_tol else abs_tol)


def window(entry: Callable[[Any, Any, int], Any]) -> Definition:
    """The window of M points whose entry k is `entry(c, turn, ..)`, where turn = k / (M - 1)."""

    def run(c: Any, M: Any) -> Any:
        n = int(M)
        out = np.empty(max(n, 0), object)
        for k in range(n):
            out[k] = 1 if n == 1 else entry(c, Fraction(k, n - 1), n)
        return out

    return run


def _wave(c: Any, turn: Fraction, times: int) -> Any:
    return c.cos(2 * times * pi(c) * turn)


hanning = window(lambda c, t, n: (1 - _wave(c, t, 1)) / 2)
hamming = window(lambda c, t, n: Fraction(54, 100) - Fraction(46, 100) * _wave(c, t, 1))
blackman = window(
    lambda c, t, n: Fraction(42, 100) - _wave(c, t, 1) / 2 + Fraction(8, 100) * _wave(c, t, 2)
)
bartlett = window(lambda c, t, n: 1 - abs(2 * t - 1))
