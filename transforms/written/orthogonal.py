"""Orthogonal polynomials of numpy.polynomial: values, columns, fits, nodes of quadrature."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.polynomial import chebyshev, hermite, hermite_e, laguerre, legendre

from fpad import runtime as fp
from fpad.transforms.written.polynomials import in_columns, least

# ---------------------------------------------------------------- orthogonal ones, by Clenshaw


def chebyshev_value(x: Any, c: Any, tensor: Any = True) -> Any:
    """`numpy.polynomial.chebyshev.chebval`, written out."""
    c = in_columns(c, x, tensor)
    n = len(c)
    last, out = c[-1] + x * 0.0, c[-1] * 0.0 + x * 0.0
    for k in range(2, n + 1):
        last, out = c[-k] - out + 2.0 * x * last, last
    return last - out * x


def legendre_value(x: Any, c: Any, tensor: Any = True) -> Any:
    """`numpy.polynomial.legendre.legval`, written out."""
    c = in_columns(c, x, tensor)
    first, second = c[-1] + x * 0.0, c[-1] * 0.0 + x * 0.0
    for k in range(len(c) - 1, 0, -1):
        first, second = c[k - 1] - second * (k / (k + 1.0)) + first * x * ((2 * k - 1.0) / k), first
    return first


def hermite_value(x: Any, c: Any, tensor: Any = True) -> Any:
    """`numpy.polynomial.hermite.hermval`, written out."""
    c = in_columns(c, x, tensor)
    first, second = c[-1] + x * 0.0, c[-1] * 0.0 + x * 0.0
    for k in range(len(c) - 1, 0, -1):
        first, second = c[k - 1] - second * (2.0 * k) + 2.0 * x * first, first
    return first


def hermite_e_value(x: Any, c: Any, tensor: Any = True) -> Any:
    """`numpy.polynomial.hermite_e.hermeval`, written out."""
    c = in_columns(c, x, tensor)
    first, second = c[-1] + x * 0.0, c[-1] * 0.0 + x * 0.0
    for k in range(len(c) - 1, 0, -1):
        first, second = c[k - 1] - second * (1.0 * k) + x * first, first
    return first


def laguerre_value(x: Any, c: Any, tensor: Any = True) -> Any:
    """`numpy.polynomial.laguerre.lagval`, written out."""
    c = in_columns(c, x, tensor)
    first, second = c[-1] + x * 0.0, c[-1] * 0.0 + x * 0.0
    for k in range(len(c) - 1, 0, -1):
        first, second = c[k - 1] - second * (k / (k + 1.0)) + first * (2 * k - 1.0 - x) / k, first
    return first


# ---------------------------------------------------------------- columns of values, and fits


def chebyshev_columns(x: Any, deg: Any) -> Any:
    """`numpy.polynomial.chebyshev.chebvander`, written out for vectors."""
    x = np.asarray(x) + 0.0
    out = np.ones((len(x), deg + 1))
    if deg > 0:
        out[:, 1] = x
    for k in range(2, deg + 1):
        out[:, k] = 2.0 * x * out[:, k - 1] - out[:, k - 2]
    return out


def legendre_columns(x: Any, deg: Any) -> Any:
    """`numpy.polynomial.legendre.legvander`, written out for vectors."""
    x = np.asarray(x) + 0.0
    out = np.ones((len(x), deg + 1))
    if deg > 0:
        out[:, 1] = x
    for k in range(2, deg + 1):
        out[:, k] = (out[:, k - 1] * x * (2 * k - 1.0) - out[:, k - 2] * (k - 1.0)) / k
    return out


def hermite_columns(x: Any, deg: Any) -> Any:
    """`numpy.polynomial.hermite.hermvander`, written out for vectors."""
    x = np.asarray(x) + 0.0
    out = np.ones((len(x), deg + 1))
    if deg > 0:
        out[:, 1] = 2.0 * x
    for k in range(2, deg + 1):
        out[:, k] = 2.0 * x * out[:, k - 1] - out[:, k - 2] * (2.0 * (k - 1))
    return out


def hermite_e_columns(x: Any, deg: Any) -> Any:
    """`numpy.polynomial.hermite_e.hermevander`, written out for vectors."""
    x = np.asarray(x) + 0.0
    out = np.ones((len(x), deg + 1))
    if deg > 0:
        out[:, 1] = x
    for k in range(2, deg + 1):
        out[:, k] = out[:, k - 1] * x - out[:, k - 2] * (k - 1.0)
    return out


def chebyshev_fit(x: Any, y: Any, deg: Any, rcond: Any = None) -> Any:
    """`numpy.polynomial.chebyshev.chebfit`, written out."""
    return least(chebyshev_columns(x, deg), np.asarray(y), rcond, None)[0]


def legendre_fit(x: Any, y: Any, deg: Any, rcond: Any = None) -> Any:
    """`numpy.polynomial.legendre.legfit`, written out."""
    return least(legendre_columns(x, deg), np.asarray(y), rcond, None)[0]


# ---------------------------------------------------------------- nodes and weights


def _nodes(rule: Any, n: Any) -> Any:
    return fp.fixed("float[:]", rule, (n,), (), 0), fp.fixed("float[:]", rule, (n,), (), 1)


def leggauss(deg: Any) -> Any:
    """`numpy.polynomial.legendre.leggauss`."""
    return _nodes(legendre.leggauss, deg)


def hermgauss(deg: Any) -> Any:
    """`numpy.polynomial.hermite.hermgauss`."""
    return _nodes(hermite.hermgauss, deg)


def hermegauss(deg: Any) -> Any:
    """`numpy.polynomial.hermite_e.hermegauss`."""
    return _nodes(hermite_e.hermegauss, deg)


def laggauss(deg: Any) -> Any:
    """`numpy.polynomial.laguerre.laggauss`."""
    return _nodes(laguerre.laggauss, deg)


def chebgauss(deg: Any) -> Any:
    """`numpy.polynomial.chebyshev.chebgauss`."""
    return _nodes(chebyshev.chebgauss, deg)


def chebpts1(npts: Any) -> Any:
    """`numpy.polynomial.chebyshev.chebpts1`."""
    return fp.fixed("float[:]", chebyshev.chebpts1, (npts,))


def chebpts2(npts: Any) -> Any:
    """`numpy.polynomial.chebyshev.chebpts2`."""
    return fp.fixed("float[:]", chebyshev.chebpts2, (npts,))


WRITTEN: dict[Any, Any] = {
    chebyshev.chebfit: chebyshev_fit,
    chebyshev.chebgauss: chebgauss,
    chebyshev.chebpts1: chebpts1,
    chebyshev.chebpts2: chebpts2,
    chebyshev.chebval: chebyshev_value,
    chebyshev.chebvander: chebyshev_columns,
    hermite.hermgauss: hermgauss,
    hermite.hermval: hermite_value,
    hermite.hermvander: hermite_columns,
    hermite_e.hermegauss: hermegauss,
    hermite_e.hermeval: hermite_e_value,
    hermite_e.hermevander: hermite_e_columns,
    laguerre.laggauss: laggauss,
    laguerre.lagval: laguerre_value,
    legendre.legfit: legendre_fit,
    legendre.leggauss: leggauss,
    legendre.legval: legendre_value,
    legendre.legvander: legendre_columns,
}
ROUNDED_OTHERWISE = {f for f in WRITTEN if f.__name__.endswith(("val", "vander", "fit"))}
