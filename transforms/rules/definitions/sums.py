"""Definitions of transforms and sums: the sum of Fourier as it stands, products, orders."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from fpad.transforms.rules.definitions.common import near, pi
from fpad.transforms.rules.definitions.matrices import inner


def _dft(name: str, sign: int) -> Any:
    """sum_k x[k] f(2 pi j k / n), times a sign."""

    def transform(c: Any, x: Any, axis: Any = -1) -> Any:
        """The sum of Fourier as it stands."""
        x = np.asarray(x, object)
        n = x.shape[axis]
        f = getattr(c, name)
        waves = [f(2 * pi(c) * k / n) for k in range(n)]
        rows = np.moveaxis(x, axis, -1)
        out = np.empty(rows.shape, object)
        for index in np.ndindex(rows.shape[:-1]):
            for j in range(n):
                total = inner(rows[index], [waves[j * k % n] for k in range(n)])
                out[index][j] = sign * total
        return np.moveaxis(out, -1, axis)

    return transform


dft_cos, dft_sin = _dft("cos", 1), _dft("sin", -1)


def digitize(c: Any, x: Any, bins: Any, right: Any = False) -> Any:
    """How many bins are below each entry, or not above, where they ascend; else of the others."""
    ascending = near(bins[0]) <= near(bins[-1])

    def place(v: Any) -> int:
        below = sum(bool(b < v if right == ascending else b <= v) for b in bins)
        return below if ascending else len(bins) - below

    return np.frompyfunc(place, 1, 1)(x)


def isclose(
    c: Any, a: Any, b: Any, rtol: Any = None, atol: Any = None, equal_nan: Any = False
) -> Any:
    """|a - b| <= atol + rtol |b|, entry by entry; the defaults are the decimals NumPy names."""
    rtol = Fraction(1, 10**5) if rtol is None else rtol
    atol = Fraction(1, 10**8) if atol is None else atol

    def close(x: Any, y: Any) -> Any:
        return abs(x - y) <= atol + rtol * abs(y)

    if not any(isinstance(x, np.ndarray) for x in (a, b)):
        return close(a, b)
    return np.frompyfunc(close, 2, 1)(a, b)


def allclose(
    c: Any, a: Any, b: Any, rtol: Any = None, atol: Any = None, equal_nan: Any = False
) -> bool:
    """Are all entries close?"""
    close = isclose(c, a, b, rtol, atol)
    return all(map(bool, np.ravel(np.asarray(close, object))))
