"""Polynomials of NumPy: numpy.polyfit and its relatives, and those of numpy.polynomial."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.polynomial import polynomial

from fpad import runtime as fp

# ---------------------------------------------------------------- highest power first


def polyval(p: Any, x: Any) -> Any:
    """`numpy.polyval`, written out."""
    y = np.zeros_like(x)
    for c in p:
        y = y * x + c
    return y


def polyder(p: Any, m: Any = 1) -> Any:
    """`numpy.polyder`, written out."""
    p = np.asarray(p)
    for _ in range(m):
        n = len(p) - 1
        p = p[:-1] * np.arange(n, 0, -1)
    return p


def polyint(p: Any, m: Any = 1, k: Any = None) -> Any:
    """`numpy.polyint`, written out."""
    p = np.asarray(p)
    for j in range(m):
        if k is None:
            last = 0.0
        elif np.ndim(k) == 0:
            last = k
        else:
            last = k[j]
        p = np.append(p / np.arange(len(p), 0, -1), last)
    return p


def polyadd(a1: Any, a2: Any) -> Any:
    """`numpy.polyadd`, written out."""
    longer = max(len(a1), len(a2))
    return np.pad(a1, (longer - len(a1), 0)) + np.pad(a2, (longer - len(a2), 0))


def polysub(a1: Any, a2: Any) -> Any:
    """`numpy.polysub`, written out."""
    longer = max(len(a1), len(a2))
    return np.pad(a1, (longer - len(a1), 0)) - np.pad(a2, (longer - len(a2), 0))


def polymul(a1: Any, a2: Any) -> Any:
    """`numpy.polymul`, written out."""
    return np.convolve(a1, a2)


def polydiv(u: Any, v: Any) -> Any:
    """`numpy.polydiv`, written out."""
    r = np.asarray(u) + 0.0
    w = np.asarray(v) + 0.0
    n = len(w) - 1
    steps = len(r) - n
    q = np.zeros(max(steps, 1))
    for k in range(steps):
        d = r[k] / w[0]
        q[k] = d
        r[k : k + n + 1] -= d * w
    while len(r) > 1 and np.allclose(r[0], 0, rtol=1e-14):
        r = r[1:].copy()
    return q, r


def poly(seq_of_zeros: Any) -> Any:
    """`numpy.poly`, written out."""
    zeros = seq_of_zeros
    if np.ndim(zeros) == 2:
        zeros = fp.eigvals(zeros)
    out = np.ones(1)
    for z in zeros:
        out = np.convolve(out, np.array([1.0, -z]))
    return out


def roots(p: Any) -> Any:
    """`numpy.roots`, for roots that are real."""
    return fp.roots(np.asarray(p))


def least(lhs: Any, y: Any, rcond: Any, w: Any) -> Any:
    """The coefficients with which the columns of lhs come nearest to y, and the scaled columns."""
    rhs = y + 0.0
    if w is not None:
        lhs = lhs * np.expand_dims(w, 1)
        rhs = rhs * w if np.ndim(y) == 1 else rhs * np.expand_dims(w, 1)
    scale = np.sqrt(np.sum(lhs * lhs, 0))
    lhs = lhs / scale
    c = fp.least_squares(lhs, rhs, rcond)
    c = c / scale if np.ndim(y) == 1 else c / np.expand_dims(scale, 1)
    return c, lhs, rhs, scale


def polyfit(
    x: Any,
    y: Any,
    deg: Any,
    rcond: Any = None,
    full: Any = False,
    w: Any = None,
    cov: Any = False,
) -> Any:
    """`numpy.polyfit`, written out."""
    if full:
        raise NotImplementedError(
            "np.polyfit with full=True has no derivative: use np.linalg.lstsq"
        )
    x = np.asarray(x)
    y = np.asarray(y)
    powers = np.vander(x, deg + 1)
    c, lhs, rhs, scale = least(powers, y, rcond, w)
    if not cov:
        return c
    base = np.linalg.inv(lhs.T @ lhs) / np.outer(scale, scale)
    if cov == "unscaled":
        return c, base
    left = rhs - lhs @ (c * scale)
    return c, base * (np.sum(left * left) / (len(x) - deg - 1))


def vander(x: Any, N: Any = None, increasing: Any = False) -> Any:
    """`numpy.vander`, written out."""
    x = np.asarray(x)
    if np.ndim(x) != 1:
        raise NotImplementedError("np.vander is given an array that has not one axis")
    count = len(x) if N is None else N
    ones = np.ones_like(x) + np.zeros(1, int)  # in the type of x and of ints together
    out = np.repeat(ones[:, None], count, 1)
    for k in range(1, count):
        out[:, k] = out[:, k - 1] * x
    if increasing:
        return out
    return out[:, ::-1]


# ---------------------------------------------------------------- lowest power first


def in_columns(c: Any, x: Any, tensor: Any) -> Any:
    """Coefficients in columns, for every entry of x."""
    c = np.asarray(c) + 0.0
    if tensor and np.ndim(c) > 1 and np.ndim(x) > 0:
        return np.reshape(c, np.shape(c) + (1,) * np.ndim(x))
    return c


def power_value(x: Any, c: Any, tensor: Any = True) -> Any:
    """`numpy.polynomial.polynomial.polyval`, written out."""
    c = in_columns(c, x, tensor)
    out = c[-1] + x * 0.0
    for k in range(2, len(c) + 1):
        out = c[-k] + out * x
    return out


def power_slopes(c: Any, m: Any = 1, scl: Any = 1) -> Any:
    """`numpy.polynomial.polynomial.polyder`, written out."""
    c = np.asarray(c) + 0.0
    for _ in range(m):
        c = c[1:] * np.arange(1, len(c)) * scl
    return c


def power_integral(c: Any, m: Any = 1, k: Any = None, lbnd: Any = 0, scl: Any = 1) -> Any:
    """`numpy.polynomial.polynomial.polyint`, written out."""
    c = np.asarray(c) + 0.0
    for j in range(m):
        raised = np.append(0.0, c * scl / np.arange(1, len(c) + 1))
        if k is None:
            last = 0.0
        elif np.ndim(k) == 0:
            last = k
        else:
            last = k[j]
        c = np.append(last - power_value(lbnd, raised), raised[1:])
    return c


def power_sum(c1: Any, c2: Any) -> Any:
    """`numpy.polynomial.polynomial.polyadd`, written out."""
    longer = max(len(c1), len(c2))
    return np.pad(c1, (0, longer - len(c1))) + np.pad(c2, (0, longer - len(c2)))


def power_difference(c1: Any, c2: Any) -> Any:
    """`numpy.polynomial.polynomial.polysub`, written out."""
    longer = max(len(c1), len(c2))
    return np.pad(c1, (0, longer - len(c1))) - np.pad(c2, (0, longer - len(c2)))


def power_product(c1: Any, c2: Any) -> Any:
    """`numpy.polynomial.polynomial.polymul`, written out."""
    return np.convolve(c1, c2)


def power_from_roots(roots: Any) -> Any:
    """`numpy.polynomial.polynomial.polyfromroots`, written out."""
    out = np.ones(1)
    for z in roots:
        out = np.convolve(out, np.array([-z, 1.0]))
    return out


def power_roots(c: Any) -> Any:
    """`numpy.polynomial.polynomial.polyroots`, for roots that are real."""
    return np.sort(fp.roots(np.flip(np.asarray(c))))


def power_columns(x: Any, deg: Any) -> Any:
    """`numpy.polynomial.polynomial.polyvander`, written out for vectors."""
    return vander(x, deg + 1, True)


def power_fit(x: Any, y: Any, deg: Any, rcond: Any = None, full: Any = False, w: Any = None) -> Any:
    """`numpy.polynomial.polynomial.polyfit`, written out."""
    if full or np.ndim(deg) > 0:
        raise NotImplementedError("polyfit with full=True or chosen degrees has no derivative")
    return least(vander(x, deg + 1, True), np.asarray(y), rcond, w)[0]


WRITTEN: dict[Any, Any] = {
    np.poly: poly,
    np.polyadd: polyadd,
    np.polyder: polyder,
    np.polydiv: polydiv,
    np.polyfit: polyfit,
    np.polyint: polyint,
    np.polymul: polymul,
    np.polysub: polysub,
    np.polyval: polyval,
    np.roots: roots,
    np.vander: vander,
    polynomial.polyadd: power_sum,
    polynomial.polyder: power_slopes,
    polynomial.polyfit: power_fit,
    polynomial.polyfromroots: power_from_roots,
    polynomial.polyint: power_integral,
    polynomial.polymul: power_product,
    polynomial.polyroots: power_roots,
    polynomial.polysub: power_difference,
    polynomial.polyval: power_value,
    polynomial.polyvander: power_columns,
}
ROUNDED_OTHERWISE = {
    *(np.poly, np.polydiv, np.polyfit),
    *(polynomial.polyfit, polynomial.polyfromroots, polynomial.polyint, polynomial.polyroots),
}
