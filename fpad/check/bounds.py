"""Bounds of rounding errors, operation by operation.

    c = a * b       error of c:   |a| error(b) + |b| error(a) + error(a) error(b)  +  u |c| + eta

u is half an ulp of 1, eta the smallest subnormal (Wilkinson, 1986; Higham, 2002, section 3.3).
Choices are those of the float execution: the bound is of the distance to the exact result along the
same path.  A handler gets the float result and the bounded operands.
"""

from __future__ import annotations

import builtins
import math
import operator
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from fpad import runtime as fp

SLACK = 1.0 + 1e-6
"""Covers the rounding of the bounds themselves, sums of up to 1e9 terms included."""

Handler = Callable[..., Any]


@dataclass(frozen=True)
class Bounded:
    """A float or an array of floats, with a bound of the error of each."""

    value: Any
    error: Any


def value_of(x: Any) -> Any:
    """The floats without their bounds; looks inside displays."""
    if isinstance(x, tuple | list):
        return type(x)(map(value_of, x))
    return x.value if isinstance(x, Bounded) else x


def error_of(x: Any) -> Any:
    """The bounds: 0 for what is exact."""
    if isinstance(x, tuple | list):
        return type(x)(map(error_of, x))
    if isinstance(x, Bounded):
        return x.error
    return np.zeros(np.shape(x)) if isinstance(x, np.ndarray) else 0.0


def bounded(value: Any, error: Any) -> Any:
    """The value with its bound, in memory of its own; truth values and integers are exact."""
    array = np.asarray(value)
    if array.dtype.kind != "f":
        return value
    error = np.broadcast_to(np.asarray(error, np.float64), array.shape).copy()
    error[~np.isfinite(array)] = math.inf
    error[np.isnan(error)] = math.inf
    return Bounded(value, error if isinstance(value, np.ndarray) else error[()])


def unit(*values: Any) -> tuple[float, float]:
    """Half an ulp of 1, and the smallest subnormal, of the coarsest type among the values."""
    infos = [np.finfo(d) for v in values if (d := np.asarray(v).dtype).kind == "f"]
    infos = infos or [np.finfo(np.float64)]
    return max(float(i.eps) for i in infos) / 2, max(float(i.smallest_subnormal) for i in infos)


# ---------------------------------------------------------------- bounds by operation

BOUNDS: dict[Any, Handler] = {}


def _bound(*ops: Any) -> Callable[[Handler], Handler]:
    def register(handler: Handler) -> Handler:
        for op in ops:
            BOUNDS[op] = handler
        return handler

    return register


def _times(a: Any, b: Any) -> Any:
    """The product of two bounds, where nothing times infinity is nothing."""
    return np.where((np.asarray(a) == 0) | (np.asarray(b) == 0), 0.0, np.multiply(a, b))


def _size(x: Any) -> Any:
    return np.abs(value_of(x))


def _own(y: Any) -> Any:
    """The rounding of one operation."""
    u, eta = unit(y)
    return u * np.abs(y) + eta


@_bound(operator.add, np.add, fp.iadd, operator.sub, np.subtract, fp.isub)
def _sum(y: Any, a: Any, b: Any) -> Any:
    return error_of(a) + error_of(b) + _own(y)


@_bound(operator.mul, np.multiply, fp.imul)
def _product(y: Any, a: Any, b: Any) -> Any:
    ea, eb = error_of(a), error_of(b)
    return _times(_size(a), eb) + _times(_size(b), ea) + _times(ea, eb) + _own(y)


@_bound(np.square)
def _square(y: Any, a: Any) -> Any:
    return _product(y, a, a)


@_bound(operator.truediv, np.divide, fp.divide, fp.itruediv)
def _quotient(y: Any, a: Any, b: Any) -> Any:
    """|a/b - A/B| <= (error(a) + |A/B| error(b)) / (|B| - error(b)) for floats A, B."""
    least = _size(b) - error_of(b)
    u, _ = unit(y)
    change = error_of(a) + _times(np.abs(y) * (1 + 2 * u), error_of(b))
    return np.where(least > 0, np.divide(change, np.where(least > 0, least, 1.0)), math.inf) + _own(
        y
    )


@_bound(np.reciprocal)
def _reciprocal(y: Any, b: Any) -> Any:
    return _quotient(y, 1.0, b)


@_bound(fp.div0)
def _quotient_or_zero(y: Any, a: Any, b: Any) -> Any:
    zero = (np.asarray(value_of(b)) == 0) & (np.asarray(error_of(b)) == 0)
    return np.where(zero, 0.0, _quotient(y, a, b))


@_bound(np.sqrt, math.sqrt)
def _root(y: Any, a: Any) -> Any:
    """|sqrt(a) - sqrt(A)| <= error(a) / sqrt(A), and sqrt(error(a)) where A is 0."""
    e = np.asarray(error_of(a))
    safe = np.where(np.asarray(y) > 0, y, 1.0)
    return np.where(np.asarray(y) > 0, e / safe * SLACK, np.sqrt(e)) + _own(y)


@_bound(operator.neg, np.negative, operator.pos, np.positive)
@_bound(np.abs, np.fabs, builtins.abs, math.fabs)
def _same(y: Any, a: Any) -> Any:
    return error_of(a)


@_bound(np.sign, fp.sign, np.floor, np.ceil, np.trunc, np.rint)
def _constant(y: Any, *args: Any) -> Any:
    return 0.0


@_bound(operator.pow, np.power, builtins.pow, math.pow, fp.ipow)
def _power(y: Any, a: Any, b: Any) -> Any:
    """Integer powers: the library's own error is computed exactly, entry by entry."""
    n = value_of(b)
    if np.ndim(n) or not abs(n) <= 64 or n != int(n) or np.any(error_of(b)):
        return math.inf
    n = int(n)
    x, e = np.abs(value_of(a)), np.asarray(error_of(a))
    if n < 0:
        least = x - e
        safe = np.where(least > 0, least, 1.0)
        change = np.where(least > 0, -n * _times(e, safe ** float(n - 1)), math.inf)
    else:
        change = _times(float(n) * e, (x + e) ** float(max(n - 1, 0)))
    own = np.vectorize(lambda v, w: _distance(v, w, n), otypes=[float])(value_of(a), y)
    return change * SLACK + own


def _distance(x: float, y: float, n: int) -> float:
    """|y - x**n|, rounded up."""
    if not (math.isfinite(x) and math.isfinite(y)) or (n < 0 and x == 0):
        return math.inf
    return math.nextafter(float(abs(Fraction(float(y)) - Fraction(float(x)) ** n)), math.inf)


# Roundings to a format: the error of each is known exactly.
@_bound(
    fp.round_bfloat16,
    fp.round_float16,
    fp.round_float32,
    fp.round_float64,
    fp.round_float8_e4m3fn,
    fp.round_float8_e5m2,
    np.float64,
    np.float32,
    np.float16,
)
def _rounded(y: Any, a: Any) -> Any:
    wide = np.asarray(y, np.float64)
    return error_of(a) + np.abs(wide - value_of(a)) * SLACK


@_bound(fp.astype, fp.seed)
def _converted(y: Any, a: Any, like: Any) -> Any:
    return _rounded(y, a)


@_bound(np.full_like)
def _full_like(y: Any, like: Any, a: Any) -> Any:
    return _rounded(y, a)


# ---------------------------------------------------------------- choices


@_bound(np.maximum, np.fmax)
def _maximum(y: Any, a: Any, b: Any) -> Any:
    return np.where(np.greater_equal(value_of(a), value_of(b)), error_of(a), error_of(b))


@_bound(np.minimum, np.fmin)
def _minimum(y: Any, a: Any, b: Any) -> Any:
    return np.where(np.less_equal(value_of(a), value_of(b)), error_of(a), error_of(b))


@_bound(np.where, fp.where)
def _where(y: Any, c: Any, a: Any, b: Any) -> Any:
    return np.where(value_of(c), error_of(a), error_of(b))


@_bound(fp.gate)
def _gate(y: Any, t: Any, holds: Any, fails: Any) -> Any:
    return np.where(value_of(holds), error_of(t), 0.0)


@_bound(fp.select)
def _select(y: Any, mask: Any, t: Any) -> Any:
    return fp.select(value_of(mask), error_of(t))


@_bound(np.clip)
def _clip(y: Any, a: Any, low: Any = None, high: Any = None) -> Any:
    e, v = error_of(a), value_of(a)
    if low is not None:
        e = np.where(np.less(v, value_of(low)), error_of(low), e)
        v = np.maximum(v, value_of(low))
    if high is not None:
        e = np.where(np.greater(v, value_of(high)), error_of(high), e)
    return e


@_bound(builtins.max, builtins.min)
def _extreme(y: Any, *xs: Any) -> Any:
    entries = list(xs[0]) if len(xs) == 1 and isinstance(xs[0], tuple | list) else list(xs)
    if any(np.ndim(value_of(v)) for v in entries):
        return math.inf
    return next(error_of(v) for v in entries if value_of(v) == y)


@_bound(np.max, np.amax)
def _largest(y: Any, a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    at = fp.argmax(value_of(a), axis)
    return fp.pick(error_of(a), at, axis, keepdims)


@_bound(np.min, np.amin)
def _smallest(y: Any, a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    at = fp.argmin(value_of(a), axis)
    return fp.pick(error_of(a), at, axis, keepdims)


# ---------------------------------------------------------------- sums and products of arrays


def gamma(n: int, u: float) -> float:
    """The relative error of n roundings of size u, one upon the other."""
    return n * u / (1 - n * u) if n * u < 0.5 else math.inf


def _accumulated(y: Any, op: Callable[[Any], Any], x: Any) -> Any:
    """A sum in any order: n roundings, each of a partial sum of at most sum(|x|)."""
    u, eta = unit(y, value_of(x))
    n = max(np.size(value_of(x)) // max(np.size(y), 1), 1)
    total = op(np.asarray(_size(x), np.float64) + error_of(x))
    return op(np.asarray(error_of(x))) + (gamma(n, u) * total + n * eta if n > 1 else 0.0)


@_bound(np.sum)
def _sum_of(y: Any, a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return _accumulated(y, lambda t: np.sum(t, axis=axis, keepdims=keepdims), a)


@_bound(np.mean)
def _mean_of(y: Any, a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return _sum_of(y, a, axis, keepdims) / fp.count(value_of(a), axis) + _own(y)


@_bound(builtins.sum)
def _builtin_sum(y: Any, xs: Any) -> Any:
    if not isinstance(xs, tuple | list):
        return _accumulated(y, lambda t: np.sum(t, axis=0), xs)
    u, eta = unit(y)
    total = sum(_size(v) + error_of(v) for v in xs)
    return sum(error_of(v) for v in xs) + gamma(len(xs), u) * total + len(xs) * eta


@_bound(fp.unbroadcast)
def _unbroadcast(y: Any, t: Any, like: Any) -> Any:
    return _accumulated(y, lambda v: fp.unbroadcast(v, value_of(like)), t)


@_bound(fp.scatter)
def _scatter(y: Any, g: Any, index: Any, like: Any) -> Any:
    u, eta = unit(y)
    n = max(np.size(value_of(g)), 1)

    def spread(v: Any) -> Any:
        return fp.scatter(np.asarray(v, np.float64), value_of(index), value_of(like))

    total = spread(_size(g) + error_of(g))
    return spread(error_of(g)) + gamma(n, u) * total + n * eta * (total > 0)


def _bilinear(op: Callable[..., Any], operands: int = 2) -> Handler:
    def bound(y: Any, a: Any, b: Any, *like: Any) -> Any:
        u, eta = unit(y, value_of(a), value_of(b))
        n = max(np.size(value_of(a)), np.size(value_of(b)))
        rest = tuple(value_of(v) for v in like)
        va, vb = (np.asarray(_size(v), np.float64) for v in (a, b))
        ea, eb = np.asarray(error_of(a)), np.asarray(error_of(b))
        if not (np.all(np.isfinite(ea)) and np.all(np.isfinite(eb))):
            return math.inf
        grown = op(va + ea, vb + eb, *rest)
        change = op(va, eb, *rest) + op(ea, vb + eb, *rest)
        return change + gamma(n, u) * grown + n * eta

    return bound


for _op in (operator.matmul, np.matmul, np.dot, fp.matmul_left, fp.matmul_right):
    BOUNDS[_op] = _bilinear(_op)
for _op in (fp.dot_left, fp.dot_right):
    BOUNDS[_op] = _bilinear(_op)
