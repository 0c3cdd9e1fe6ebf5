"""Definitions of numpy.linalg's solutions and factors: elimination, Cholesky, Gram and Schmidt.

    solve(c, a, b)      elimination; the pivot is the first entry of a column that may be divided by
    cholesky(c, a)      row by row
    qr(c, a)            columns made orthogonal one after the other, R signed as Householder's is

They work on object arrays of any numbers, a stack of matrices one by one.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable
from typing import Any

import numpy as np

from fpad.transforms.rules.definitions.common import near

Matrix = Any
SMALL = 8
"""Up to this size determinants are expanded: without division, and so of singular matrices too."""


def table(rows: int, columns: int, entry: Callable[[int, int], Any]) -> Matrix:
    """An object array of these entries."""
    out = np.empty((rows, columns), object)
    for i in range(rows):
        for j in range(columns):
            out[i, j] = entry(i, j)
    return out


def identity(n: int) -> Matrix:
    """The identity of this size."""
    return table(n, n, lambda i, j: int(i == j))


def inner(a: Any, b: Any) -> Any:
    """The sum of the products of two sequences of numbers."""
    out: Any = 0
    for x, y in zip(a, b, strict=True):
        out = out + x * y
    return out


def product(a: Matrix, b: Matrix) -> Matrix:
    """The product of two matrices."""
    return table(a.shape[0], b.shape[1], lambda i, j: inner(a[i], b[:, j]))


def stacked(f: Callable[..., Any], ranks: int = 1) -> Callable[..., Any]:
    """f(c, matrix, ..) of stacks: of each matrix among the first `ranks` operands."""

    @functools.wraps(f)
    def run(c: Any, *operands: Any, **static: Any) -> Any:
        given = [np.asarray(a, object) for a in operands[:ranks]]
        rest = operands[ranks:]
        lead = np.broadcast_shapes(*(a.shape[:-2] for a in given))
        if not lead:
            return f(c, *given, *rest, **static)
        given = [np.broadcast_to(a, lead + a.shape[-2:]) for a in given]
        results = [f(c, *(a[k] for a in given), *rest, **static) for k in np.ndindex(lead)]
        return joined(results, lead)

    return run


def joined(results: list[Any], lead: tuple[int, ...]) -> Any:
    """Results of one shape as one object array, with these axes in front."""
    shape = np.shape(results[0]) if isinstance(results[0], np.ndarray) else ()
    out = np.empty((len(results), *shape), object)
    for k, result in enumerate(results):
        out[k] = result
    return out.reshape(lead + shape)


# ---------------------------------------------------------------- elimination


def _eliminated(c: Any, a: Matrix, b: Matrix) -> tuple[Matrix, Matrix, int]:
    """Upper triangle, right-hand sides, and the sign of the exchanges of rows.

    A row is exchanged where its pivot is smaller than one below it: floats lose least so, and a
    zero is never divided by unless the matrix is singular.
    """
    n, sign = a.shape[0], 1
    a, b = a.copy(), b.copy()
    for k in range(n):
        best = _pivot(a[k:, k])
        if best:
            a[[k, k + best]], b[[k, k + best]] = a[[k + best, k]], b[[k + best, k]]
            sign = -sign
        for i in range(k + 1, n):
            if _is_zero(a[i, k]):
                continue
            factor = a[i, k] / a[k, k]
            a[i, k:] = a[i, k:] - factor * a[k, k:]
            b[i] = b[i] - factor * b[k]
    return a, b, sign


def _pivot(column: Any) -> int:
    """The position of the largest entry, as far as the numbers can be compared in size.

    Which one is taken changes the order of the operations only, never what is computed.
    """
    sizes = [abs(near(x)) for x in column]
    return max(range(len(sizes)), key=lambda k: (sizes[k], -k), default=0)


def _is_zero(x: Any) -> bool:
    return isinstance(x, int) and x == 0


def _solved(c: Any, a: Matrix, b: Matrix) -> Matrix:
    """Elimination with exchanges of rows, and back substitution."""
    u, y, _ = _eliminated(c, a, b)
    n = len(u)
    x = np.empty_like(y)
    for k in range(n - 1, -1, -1):
        total = y[k]
        for j in range(k + 1, n):
            total = total - u[k, j] * x[j]
        x[k] = total / u[k, k]
    return x


def _columns(f: Callable[..., Any]) -> Callable[..., Any]:
    run = stacked(f, 2)

    @functools.wraps(f)
    def of(c: Any, a: Any, b: Any) -> Any:
        b = np.asarray(b, object)
        if b.ndim == 1:
            return run(c, a, b[:, None])[..., 0]
        return run(c, a, b)

    return of


def _inverse(c: Any, a: Matrix) -> Matrix:
    """Elimination with exchanges of rows, of the identity."""
    return _solved(c, a, identity(len(a)))


solve = _columns(_solved)
inv = stacked(_inverse)


def _determinant(c: Any, a: Matrix) -> Any:
    """By expansion along the first row, of all minors of the last rows; if large, elimination."""
    n = len(a)
    if n > SMALL:
        u, _, sign = _eliminated(c, a, identity(n))
        out: Any = sign
        for k in range(n):
            out = out * u[k, k]
        return out
    minors: dict[tuple[int, ...], Any] = {(): 1}
    for size in range(1, n + 1):
        row = a[n - size]
        larger: dict[tuple[int, ...], Any] = {}
        for columns in itertools.combinations(range(n), size):
            total: Any = 0
            for k, j in enumerate(columns):
                term = row[j] * minors[columns[:k] + columns[k + 1 :]]
                total = total - term if k % 2 else total + term
            larger[columns] = total
        minors = larger
    return minors[tuple(range(n))]


def _logarithm(c: Any, a: Matrix) -> Any:
    """The logarithm of the size of the determinant."""
    return c.log(abs(_determinant(c, a)))


det = stacked(_determinant)
log_det = stacked(_logarithm)


def _sign_of(c: Any, a: Matrix) -> Any:
    """The sign of the determinant."""
    d = _determinant(c, a)
    return c.select(d < 0, -1, c.select(d > 0, 1, 0))


sign_det = stacked(_sign_of)


def _cofactors(c: Any, a: Matrix) -> Matrix:
    """The determinants of all minors, with their signs."""

    def entry(i: int, j: int) -> Any:
        small = np.delete(np.delete(a, i, 0), j, 1)
        d = _determinant(c, small)
        return -d if (i + j) % 2 else d

    return table(len(a), len(a), entry)


cofactor = stacked(_cofactors)


# ---------------------------------------------------------------- factors


def _cholesky(c: Any, a: Matrix, upper: Any = False) -> Matrix:
    """Cholesky's factor by the one without roots, row by row; a zero pivot leaves no factor."""
    if upper:
        return _cholesky(c, a.T).T
    n = len(a)
    unit = table(n, n, lambda i, j: 0)
    pivots: list[Any] = []
    for i in range(n):
        left: list[Any] = []  # the row times the pivots
        for j in range(i):
            left.append(a[i, j] - inner(left, unit[j, :j]))
            unit[i, j] = left[j] / pivots[j]
        pivots.append(a[i, i] - inner(left, unit[i, :i]))
    roots = [c.sqrt(p) + 0 * (1 / p) for p in pivots]
    return table(n, n, lambda i, j: roots[i] if i == j else unit[i, j] * roots[j] if j < i else 0)


cholesky = stacked(_cholesky)


def factors(c: Any, a: Matrix) -> tuple[Matrix, Matrix]:
    """Q and R of a matrix, cut to the smaller side.

    Columns are made orthogonal twice, which keeps floats orthogonal to the last digits (Giraud and
    others, 2005).
    """
    m, n = a.shape
    k = min(m, n)
    q, r = table(m, k, lambda i, j: 0), table(k, n, lambda i, j: 0)
    for j in range(k):
        v = a[:, j]
        for _ in range(2):
            for i in range(j):
                along = inner(q[:, i], v)
                v = v - along * q[:, i]
        q[:, j] = v / c.sqrt(inner(v, v))
    q = signed_like(q, np.linalg.qr(nearby(a))[0])
    for i in range(k):
        for j in range(i, n):
            r[i, j] = inner(q[:, i], a[:, j])
    return q, r


def signed_like(v: Matrix, found: Any) -> Matrix:
    """Columns with the signs of those that LAPACK finds for the nearest floats: a convention."""
    out = v.copy()
    for k in range(v.shape[1]):
        if float(np.dot(nearby(v[:, k]), found[:, k])) < 0:
            out[:, k] = -v[:, k]
    return out


def nearby(a: Any) -> Any:
    """The floats nearest to numbers of any kind."""
    return np.array([near(x) for x in a.flat], float).reshape(a.shape)


def _packed_factors(c: Any, a: Matrix, full: Any = False) -> Any:
    """Columns made orthogonal one after the other, twice (Gram and Schmidt)."""
    q, r = factors(c, a)
    return np.concatenate([q.ravel(), r.ravel()])


qr = stacked(_packed_factors)


# ---------------------------------------------------------------- least squares


def _pseudo_inverse(c: Any, a: Matrix, _: Any = None, hermitian: Any = False) -> Matrix:
    """Of full rank: by the normal equations of the side that is shorter."""
    if hermitian:  # only the lower triangle is read
        a = np.where(np.tri(len(a), dtype=bool), a, a.T)
    m, n = a.shape
    if m < n:
        return _pseudo_inverse(c, a.T).T
    gram = product(a.T, a)
    if _determinant(c, gram) == 0:
        raise ValueError("not of full rank")
    return _solved(c, gram, a.T.copy())


pinv = stacked(_pseudo_inverse)


def _least(c: Any, a: Matrix, b: Matrix) -> Matrix:
    """The solution of least squares and least length, by the normal equations."""
    return product(_pseudo_inverse(c, a), b)


def least_squares(c: Any, a: Any, b: Any, rcond: Any = None) -> Any:
    """The solution of least squares and least length, by the normal equations."""
    return _columns(_least)(c, a, b)


# ---------------------------------------------------------------- exponentials


def _exponential(c: Any, a: Matrix) -> Matrix:
    """The series of the matrix over 2**k, squared k times (Moler and Van Loan, 2003, method 3)."""
    n = len(a)
    c.within(0, 0)  # or the numbers have no limits
    size: Any = 0
    for entry in a.flat:
        size = size + abs(entry)
    halvings = max(0, int(np.ceil(np.log2(max(near(size), 1e-300)))) + 2)
    small = a / 2**halvings
    total = term = identity(n)
    terms = 24
    for k in range(1, terms + 1):
        term = product(term, small) / k
        total = total + term
    # What is left out: less than twice its first term, in the norm that adds all sizes.
    left: Any = 2 * (size / 2**halvings) ** (terms + 1)
    for k in range(1, terms + 2):
        left = left / k
    total = table(n, n, lambda i, j: c.within(total[i, j], left))
    for _ in range(halvings):
        total = product(total, total)
    return total


expm = stacked(_exponential)
