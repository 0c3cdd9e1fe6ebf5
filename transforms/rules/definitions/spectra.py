"""Definitions of eigenvalues and singular values: rotations, and what they leave, enclosed.

    eigh(c, a)       Jacobi's method (1846): rotations until what is beside the diagonal is nothing
    svd(c, a)        the eigenvectors of the smaller Gram matrix, and what the matrix makes of them
    eigvals(c, a)    of any matrix with real ones: Newton's method on the characteristic polynomial

These are limits.  What an iteration leaves bounds the error of its result (Weyl 1912 for values,
Davis and Kahan 1970 for vectors), and `c.within(x, radius)` says so: balls and intervals become
enclosures, floats and jets stay as they are, exact rationals have no value.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.rules.definitions.common import near
from fpad.transforms.rules.definitions.matrices import (
    Matrix,
    cofactor,
    identity,
    inner,
    nearby,
    product,
    signed_like,
    stacked,
    table,
)

FURTHER = 3
"""Rounds after the one that leaves no less than the one before: slopes settle after values."""


def _triangle(a: Matrix, lower: bool) -> Matrix:
    """The symmetric matrix of which one triangle is read."""
    return table(len(a), len(a), lambda i, j: a[(i, j) if (i >= j) == lower else (j, i)])


def _rotated(c: Any, a: Matrix, v: Matrix, p: int, q: int) -> None:
    """Turn rows and columns p and q so that entry (p, q) is zero (Rutishauser, 1966)."""
    if isinstance(a[p, q], int) or (near(a[p, q]) == 0.0 and not a[p, q].varies()):
        return
    apart = (a[q, q] - a[p, p]) / 2
    root = c.sqrt(apart * apart + a[p, q] * a[p, q])
    tangent = a[p, q] / (apart + (root if near(apart) >= 0 else -root))
    cosine = 1 / c.sqrt(1 + tangent * tangent)
    sine = tangent * cosine
    for m, by_rows in ((a, True), (a, False), (v, False)):
        x, y = (m[p].copy(), m[q].copy()) if by_rows else (m[:, p].copy(), m[:, q].copy())
        new_x, new_y = cosine * x - sine * y, sine * x + cosine * y
        if by_rows:
            m[p], m[q] = new_x, new_y
        else:
            m[:, p], m[:, q] = new_x, new_y


def diagonalised(c: Any, a: Matrix) -> tuple[list[Any], Matrix, Any]:
    """Eigenvalues in ascending order, vectors as columns, and the size of what was left."""
    n = len(a)
    c.within(0, 0)  # or the numbers have no limits
    a, v = a.copy(), identity(n)
    before, more = math.inf, FURTHER
    while more:
        for p in range(n):
            for q in range(p + 1, n):
                _rotated(c, a, v, p, q)
        beside = sum(abs(near(a[p, q])) for p in range(n) for q in range(p + 1, n))
        more -= not beside < before / 2
        before = beside
    order = sorted(range(n), key=lambda k: near(a[k, k]))
    left: Any = 0
    for p in range(n):
        for q in range(p + 1, n):
            left = left + 2 * abs(a[p, q])
    return [a[k, k] for k in order], v[:, order], left


def _vectors(c: Any, w: list[Any], v: Matrix, left: Any) -> Matrix:
    """The vectors with the error that what was left may have caused."""
    n = len(w)
    out = v.copy()
    for k in range(n):
        gaps = [abs(w[j] - w[k]) for j in range(n) if j != k]
        gap = min(gaps, key=near) if gaps else 1
        if not gap > 4 * left:
            raise ValueError("the vectors of values this near one another are not determined")
        for i in range(n):
            out[i, k] = c.within(v[i, k], 2 * left / gap)
    return out


def _eigh(c: Any, a: Matrix, UPLO: Any = "L") -> Any:
    """Rotations of Jacobi until what is beside the diagonal is nothing."""
    w, v, left = diagonalised(c, _triangle(a, str(UPLO).upper() == "L"))
    values = table(1, len(w), lambda _, k: c.within(w[k], left))
    found = np.linalg.eigh(nearby(a), UPLO)[1]
    return np.concatenate([values[0], signed_like(_vectors(c, w, v, left), found).ravel()])


def _eigvalsh(c: Any, a: Matrix, UPLO: Any = "L") -> Any:
    """Rotations of Jacobi until what is beside the diagonal is nothing."""
    w, _, left = diagonalised(c, _triangle(a, str(UPLO).upper() == "L"))
    return table(1, len(w), lambda _, k: c.within(w[k], left))[0]


eigh = stacked(_eigh)
eigvalsh = stacked(_eigvalsh)


# ---------------------------------------------------------------- singular values


def _singular(c: Any, a: Matrix) -> tuple[list[Any], Matrix]:
    """Singular values in descending order, and the vectors of the shorter side."""
    m, n = a.shape
    gram = product(a.T, a) if m >= n else product(a, a.T)
    w, v, left = diagonalised(c, gram)
    order = list(range(len(w)))[::-1]
    values = [c.sqrt(c.within(w[k], left)) for k in order]
    return values, _vectors(c, w, v, left)[:, order]


def _svd(c: Any, a: Matrix, full: Any = False) -> Any:
    """Rotations of Jacobi on the Gram matrix of the shorter side."""
    m, n = a.shape
    s, v = _singular(c, a)
    u, _, vh = np.linalg.svd(nearby(a), full_matrices=False)
    v = signed_like(v, vh.T if m >= n else u)
    other = product(a if m >= n else a.T, v)
    other = table(len(other), len(s), lambda i, j: other[i, j] / s[j])
    u, vh = (other, v.T) if m >= n else (v, other.T)
    middle = table(1, len(s), lambda _, k: s[k])[0]
    return np.concatenate([u.ravel(), middle, vh.ravel()])


def _singular_values(c: Any, a: Matrix) -> Any:
    """Rotations of Jacobi on the Gram matrix of the shorter side."""
    s, _ = _singular(c, a)
    return table(1, len(s), lambda _, k: s[k])[0]


svd = stacked(_svd)
singular_values = stacked(_singular_values)


# ---------------------------------------------------------------- real roots


def characteristic(a: Matrix) -> list[Any]:
    """The coefficients of det(x I - a), the highest power first (Faddeev and Leverrier)."""
    n = len(a)
    coefficients: list[Any] = [1]
    m = identity(n)
    for k in range(1, n + 1):
        am = product(a, m)
        trace = inner([am[i, i] for i in range(n)], [1] * n)
        coefficients.append(-trace / k)
        m = am.copy()
        for i in range(n):
            m[i, i] = am[i, i] + coefficients[-1]
    return coefficients


def _value(p: list[Any], x: Any) -> tuple[Any, Any]:
    """A polynomial and its slope (Horner)."""
    y: Any = 0
    slope: Any = 0
    for coefficient in p:
        slope = slope * x + y
        y = y * x + coefficient
    return y, slope


def real_roots(p: list[Any], starts: Any, c: Any) -> list[Any]:
    """The roots, real and simple, next to those that floats find, and in their order.

    From there Newton's method doubles the digits at each step; a root is no further away than the
    degree times the last step (Laguerre, 1880).
    """
    out = []
    c.within(0, 0)  # or the numbers have no limits
    for start in starts:
        x: Any = float(start)
        for _ in range(8):
            y, slope = _value(p, x)
            x = x - y / slope
        y, slope = _value(p, x)
        out.append(c.within(x, len(p) * abs(y / slope)))
    return out


def _array(entries: list[Any]) -> Any:
    return table(1, len(entries), lambda _, k: entries[k])[0]


def roots(c: Any, p: Any) -> Any:
    """The roots of a polynomial, its highest power first; zeros in front or behind count."""
    found = np.roots(nearby(p)).real
    return _array(real_roots(list(p), found, c))


def _eigvals(c: Any, a: Matrix) -> Any:
    """The roots of the characteristic polynomial, by Newton's method."""
    found = np.linalg.eigvals(nearby(a)).real
    return _array(real_roots(characteristic(a), found, c))


def _null_vector(c: Any, a: Matrix, w: Any) -> Any:
    """The vector that a - w I makes nothing of, of length 1: cofactors of its longest row."""
    n = len(a)
    moved = a.copy()
    for k in range(n):
        moved[k, k] = a[k, k] - w
    adjugate = cofactor(c, moved)
    row = max(range(n), key=lambda k: sum(near(x) ** 2 for x in adjugate[k]))
    length = c.sqrt(inner(adjugate[row], adjugate[row]))
    return adjugate[row] / length


def _basis(c: Any, a: Matrix, values: list[Any], found: Any) -> Matrix:
    columns = np.stack([_null_vector(c, a, w) for w in values], axis=-1)
    return signed_like(columns, found)


def _eig(c: Any, a: Matrix) -> Any:
    """The roots of the characteristic polynomial, and cofactors as vectors."""
    found, v = np.linalg.eig(nearby(a))
    values = real_roots(characteristic(a), found.real, c)
    return np.concatenate([_array(values), _basis(c, a, values, v.real).ravel()])


def eigenbasis(c: Any, a: Any, w: Any) -> Any:
    """The eigenvectors in the order of the eigenvalues w."""
    found = fp.eigenbasis(nearby(a), nearby(w))
    return _basis(c, a, real_roots(characteristic(a), nearby(w), c), found)


eigvals = stacked(_eigvals)
eig = stacked(_eig)
