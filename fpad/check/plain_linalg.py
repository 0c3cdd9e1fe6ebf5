"""Functions of numpy.linalg on arrays of rational numbers, by elimination; no compiler takes part.

solve([[2, 1], [1, 3]], [1, 0])     [Q(3/5), Q(-1/5)]
inv([[1, 2], [2, 4]])               four numbers without a value
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from fpad.check.rational import Q, number

Rows = list[list[Fraction | None]]


def _rows(a: Any) -> Rows:
    return [[v.value if isinstance(v, Q) else number(v) for v in row] for row in a]


def _array(rows: Rows, shape: tuple[int, ...]) -> Any:
    out = np.empty(shape, object)
    for k, v in enumerate(v for row in rows for v in row):
        out.flat[k] = Q(v)
    return out


def _eliminated(a: Rows, b: Rows) -> tuple[Fraction, Rows] | None:
    """(The determinant of a, the solution of a x = b), by Gauss and Jordan.

    The solution is empty if a is singular; None: an entry of a has no value.
    """
    if any(v is None for row in a for v in row):
        return None
    rows: list[list[Any]] = [[*row, *right] for row, right in zip(a, b, strict=True)]
    n, det = len(rows), Fraction(1)
    for k in range(n):
        at = next((i for i in range(k, n) if rows[i][k]), None)
        if at is None:
            return Fraction(0), []
        if at != k:
            rows[k], rows[at], det = rows[at], rows[k], -det
        pivot = rows[k][k]
        det *= pivot
        rows[k] = [v if v is None else v / pivot for v in rows[k]]
        for i in range(n):
            if i != k and rows[i][k]:
                factor = rows[i][k]
                rows[i] = [
                    None if v is None or w is None else v - factor * w
                    for v, w in zip(rows[i], rows[k], strict=True)
                ]
    return det, [row[n:] for row in rows]


def _stacked(a: Any) -> tuple[Any, tuple[int, ...]]:
    """The matrices of a stack, and the axes in front of them.

    Raises:
        LinAlgError: they are not square, as NumPy says it.
    """
    a = np.asarray(a, object)
    if a.ndim < 2 or a.shape[-1] != a.shape[-2]:
        raise np.linalg.LinAlgError("Last 2 dimensions of the array must be square")
    return a.reshape(-1, *a.shape[-2:]), a.shape[:-2]


def det(a: Any) -> Any:
    """`numpy.linalg.det`."""
    stack, lead = _stacked(a)
    found = [_eliminated(_rows(m), [[] for _ in m]) for m in stack]
    out = _array([[None if f is None else f[0] for f in found]], lead)
    return out if lead else out.item()


def solve(a: Any, b: Any) -> Any:
    """`numpy.linalg.solve`; a matrix without an inverse gives numbers without a value."""
    stack, lead = _stacked(a)
    b = np.asarray(b, object)
    right = b[:, None] if b.ndim == 1 else b
    whole = np.broadcast_shapes(lead, right.shape[:-2])
    n, m = right.shape[-2:]
    stack = np.broadcast_to(stack.reshape(*lead, n, n), (*whole, n, n)).reshape(-1, n, n)
    right = np.broadcast_to(right, (*whole, n, m)).reshape(-1, n, m)
    rows: Rows = []
    for one, of in zip(stack, right, strict=True):
        found = _eliminated(_rows(one), _rows(of))
        rows += found[1] if found is not None and found[1] else [[None] * m for _ in range(n)]
    out = _array(rows, (*whole, n, m))
    return out[..., 0] if b.ndim == 1 else out


def inv(a: Any) -> Any:
    """`numpy.linalg.inv`."""
    return solve(a, np.eye(np.shape(a)[-1], dtype=int))


def matrix_power(a: Any, n: int) -> Any:
    """`numpy.linalg.matrix_power`."""
    if n == 0:
        return _array(_rows(np.eye(len(a), dtype=int)), np.shape(a))
    return functools.reduce(np.matmul, [inv(a) if n < 0 else a] * abs(n))


def multi_dot(arrays: Any) -> Any:
    """`numpy.linalg.multi_dot`."""
    return functools.reduce(np.dot, arrays)


def tensorinv(a: Any, ind: int = 2) -> Any:
    """`numpy.linalg.tensorinv`."""
    shape = np.shape(a)
    return inv(np.reshape(a, (math.prod(shape[:ind]), -1))).reshape(shape[ind:] + shape[:ind])


def tensorsolve(a: Any, b: Any) -> Any:
    """`numpy.linalg.tensorsolve`."""
    shape = np.shape(a)[np.ndim(b) :]
    return solve(np.reshape(a, (-1, math.prod(shape))), np.ravel(b)).reshape(shape)


LINALG: dict[Any, Callable[..., Any]] = {
    np.linalg.det: det,
    np.linalg.inv: inv,
    np.linalg.matrix_power: matrix_power,
    np.linalg.multi_dot: multi_dot,
    np.linalg.solve: solve,
    np.linalg.tensorinv: tensorinv,
    np.linalg.tensorsolve: tensorsolve,
}
"""Function of NumPy -> what does the same with rational numbers."""
