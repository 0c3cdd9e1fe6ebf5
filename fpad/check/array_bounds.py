"""Bounds and choices of further operations: remainders, lengths, spreads, sorts, products.

y = np.linalg.norm(x)      |y - norm| <= norm(error(x)) + gamma(n) y       certain where y is not 0
y = np.sort(x)             each entry moves by the largest error at most   certain where none tie
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.check.bounds import (
    BOUNDS,
    SLACK,
    Bounded,
    bilinear,
    bound,
    error_of,
    gamma,
    own,
    size_of,
    unit,
    value_of,
)
from fpad.check.certain import Certain, apart, choice
from fpad.check.elementary_bounds import library


def _wide(x: Any) -> tuple[Any, Any]:
    """Numbers in double precision and their bounds."""
    value = np.asarray(value_of(x), np.float64)
    return value, np.broadcast_to(np.asarray(error_of(x), np.float64), value.shape)


def _per_result(x: Any, y: Any) -> int:
    """How many entries a reduction takes together."""
    return max(1, int(np.size(value_of(x))) // max(1, int(np.size(y))))


# ---------------------------------------------------------------- remainders


def _quotient(a: Any, b: Any) -> tuple[Any, Any]:
    """The quotient, and how far it is off."""
    (va, ea), (vb, eb) = _wide(a), _wide(b)
    q = va / vb
    least = np.abs(vb) - eb
    change = np.where(least > 0, (ea + np.abs(q) * eb * (1 + 1e-15)) / least, math.inf)
    return q, change * SLACK + np.abs(q) * 2.0**-52


@bound(operator.mod, np.remainder, fp.imod)
def _remainder(y: Any, a: Any, b: Any) -> Any:
    """A - B floor(A / B): one rounding, and what A and the multiple of B are off."""
    q, _ = _quotient(a, b)
    return error_of(a) + (np.abs(q) + 1) * error_of(b) + own(y)


@bound(operator.floordiv, np.floor_divide, fp.ifloordiv)
def _whole_quotient(y: Any, a: Any, b: Any) -> Any:
    return 0.0


@choice(operator.mod, np.remainder, fp.imod)
@choice(operator.floordiv, np.floor_divide, fp.ifloordiv)
def _multiple(y: Any, a: Any, b: Any) -> Certain:
    """No multiple of B is near A."""
    q, e = _quotient(a, b)
    low, high = np.nextafter(q - e, -math.inf), np.nextafter(q + e, math.inf)
    constant = (np.asarray(error_of(a)) == 0) & (np.asarray(error_of(b)) == 0)
    return (np.floor(low) == np.floor(high)) | (constant & np.isfinite(q)), np.floor(q)


# ---------------------------------------------------------------- lengths and spreads


@bound(np.hypot, math.hypot)
def _hypotenuse(y: Any, a: Any, b: Any) -> Any:
    return error_of(a) + error_of(b) + library(y)


@bound(fp.cosine)
def _cosine(y: Any, a: Any, b: Any) -> Any:
    """The quotient of a and hypot(a, b)."""
    length = np.hypot(value_of(a), value_of(b))
    return BOUNDS[operator.truediv](y, a, Bounded(length, _hypotenuse(length, a, b)))


@choice(np.hypot, math.hypot, fp.cosine)
def _no_hypotenuse(y: Any, a: Any, b: Any) -> Certain:
    return apart(a, 0.0) | apart(b, 0.0), None


def _length(x: Any, axis: Any, keepdims: bool) -> Any:
    """How far a length is off because its entries are."""
    return np.sqrt(np.sum(np.square(np.asarray(error_of(x))), axis=axis, keepdims=keepdims))


def _euclidean(x: Any, order: Any, axis: Any) -> None:
    """Raise TypeError for other norms."""
    if order is not None or isinstance(axis, tuple | list):
        raise TypeError


@bound(np.linalg.norm)
def _norm(y: Any, x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """Squares of small entries underflow."""
    _euclidean(x, ord, axis)
    n = _per_result(x, y)
    u, _ = unit(y)
    lost = math.sqrt(n * float(np.finfo(np.asarray(y).dtype).tiny))
    moved = _length(x, axis, keepdims) + np.sqrt(n) * 2.0**-500
    return moved + gamma(n + 4, u) * np.abs(y) + lost


@choice(np.linalg.norm)
def _no_length(
    y: Any, x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False
) -> Certain:
    return apart(Bounded(y, np.asarray(_norm(y, x, ord, axis, keepdims))), 0.0), np.greater(y, 0)


@bound(fp.direction)
def _direction(y: Any, x: Any, length: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The quotient by a length."""
    if isinstance(value_of(x), np.ndarray):
        value, error = value_of(length), error_of(length) + 0.0 * value_of(length)
        spread = [fp.spread(np.asarray(v), value_of(x), axis, keepdims) for v in (value, error)]
        length = Bounded(*spread)
    return BOUNDS[operator.truediv](y, x, length)


@bound(np.var)
def _variance(y: Any, x: Any, axis: Any = None, ddof: Any = 0, keepdims: bool = False) -> Any:
    """The mean of squares of distances from the mean."""
    v, e = _wide(x)
    n = _per_result(x, y)
    u, eta = unit(y, value_of(x))

    def mean(t: Any) -> Any:
        return np.mean(t, axis=axis, keepdims=True)

    far = np.abs(v - mean(v))
    off = e + mean(e) + gamma(n + 4, u) * mean(np.abs(v) + e) + 4 * u * (np.abs(v) + e)
    g = gamma(n + 6, u)
    change = np.mean((2 * far + off) * off + g * np.square(far + off), axis=axis, keepdims=keepdims)
    return change * (n / (n - value_of(ddof))) + 4 * eta * n + own(y)


@bound(np.std)
def _deviation(y: Any, x: Any, axis: Any = None, ddof: Any = 0, keepdims: bool = False) -> Any:
    change = _variance(y, x, axis, ddof, keepdims) + 4 * unit(y)[0] * np.square(y)
    return np.where(np.square(y) > change, np.divide(change, y), math.inf) + own(y)


@choice(np.std)
def _no_deviation(
    y: Any, x: Any, axis: Any = None, ddof: Any = 0, keepdims: bool = False
) -> Certain:
    e = np.asarray(_deviation(y, x, axis, ddof, keepdims))
    return np.isfinite(e) & apart(Bounded(y, e), 0.0), np.greater(y, 0)


# ---------------------------------------------------------------- sums along an axis, sorts


@bound(np.cumsum)
def _running_sum(y: Any, x: Any, axis: Any = None) -> Any:
    v, e = _wide(x)
    n = v.size if axis is None else v.shape[axis]
    u, eta = unit(y, value_of(x))
    return np.cumsum(e + gamma(n, u) * (np.abs(v) + e), axis=axis) + n * eta


def _collected(op: Callable[..., Any]) -> None:
    """Declare an operation that adds up entries, none of them turned in sign."""

    def handler(y: Any, x: Any, *rest: Any, **named: Any) -> Any:
        v, e = _wide(x)
        others = tuple(value_of(r) for r in rest)
        u, eta = unit(y, value_of(x))
        n = int(np.max(op(np.ones(v.shape), *others, **named), initial=1.0))
        total = op(np.abs(v) + e, *others, **named)
        moved = op(np.array(e), *others, **named)
        return moved + (gamma(n, u) * total + n * eta * (total > 0) if n > 1 else 0.0)

    bound(op)(handler)


for _op in (fp.untake_along_axis, fp.untake, fp.unrepeat, fp.untile, np.trace):
    _collected(_op)


@bound(np.diff)
def _difference(y: Any, a: Any, n: int = 1, axis: int = -1) -> Any:
    if n != 1:
        raise TypeError
    _, e = _wide(a)
    e = np.moveaxis(e, axis, -1)
    return np.moveaxis(e[..., 1:] + e[..., :-1], -1, axis) + own(y)


@bound(np.pad)
def _padded(y: Any, a: Any, width: Any, mode: str = "constant", **named: Any) -> Any:
    """What is put there is exact."""
    if mode != "constant" or any(isinstance(v, Bounded) for v in named.values()):
        raise TypeError
    return np.pad(_wide(a)[1], width)


@bound(np.linspace)
def _even(y: Any, start: Any, stop: Any, num: int = 50, **named: Any) -> Any:
    """The start and a multiple of a quotient."""
    u, eta = unit(y)
    sizes = size_of(start) + size_of(stop)
    return error_of(start) + error_of(stop) + 8 * u * (sizes + np.max(np.abs(y))) + eta


@bound(np.sort)
def _sorted(y: Any, a: Any, axis: Any = -1, kind: Any = None) -> Any:
    """The k-th smallest entry moves by no more than the entry that moves most."""
    _, e = _wide(a)
    if axis is None:
        return np.max(e, initial=0.0)
    return np.broadcast_to(np.max(e, axis=axis, keepdims=True, initial=0.0), e.shape)


@choice(np.sort, np.argsort)
def _order(y: Any, a: Any, axis: Any = -1, kind: Any = None) -> Certain:
    """No two entries that follow one another tie, unless they are constants."""
    v, e = _wide(a)
    if axis is None:
        v, e, axis = v.ravel(), e.ravel(), 0
    at = np.argsort(v, axis=axis, kind="stable")
    v, e = np.take_along_axis(v, at, axis), np.take_along_axis(e, at, axis)
    v, e = np.moveaxis(v, axis, -1), np.moveaxis(e, axis, -1)
    both = e[..., 1:] + e[..., :-1]
    gaps = np.diff(v, axis=-1)
    certain = np.all((gaps > both * SLACK) | ((both == 0) & (gaps >= 0)), axis=-1, keepdims=True)
    certain = np.broadcast_to(certain & np.all(np.isfinite(e), axis=-1, keepdims=True), v.shape)
    return np.moveaxis(certain, -1, axis), at


# ---------------------------------------------------------------- products of arrays


@bound(np.einsum)
def _einstein(y: Any, subscripts: str, *xs: Any) -> Any:
    def product(*factors: Any) -> Any:
        return np.einsum(subscripts, *factors)

    if len(xs) == 2:
        return bilinear(product, counted=True)(y, *xs)
    (x,) = xs
    v, e = np.asarray(size_of(x), np.float64), np.asarray(error_of(x))
    u, eta = unit(y, value_of(x))
    n = int(np.max(product(np.ones(v.shape)), initial=1.0))
    return product(e + gamma(n, u) * (v + e)) + n * eta


def _declare(*ops: Callable[..., Any]) -> None:
    for op in ops:
        BOUNDS[op] = bilinear(op, counted=True)


_declare(
    *(np.outer, fp.outer_left, fp.outer_right, np.inner, fp.inner_left, fp.inner_right),
    *(np.vdot, fp.vdot_left, fp.vdot_right),
    *(np.tensordot, fp.tensordot_left, fp.tensordot_right),
)
