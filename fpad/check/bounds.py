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
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from fpad import runtime as fp

SLACK = 1.0 + 1e-6
"""Covers the rounding of the bounds themselves, sums of up to 1e9 terms included."""
LEAST = 2.0**-960
"""Bounds in double precision that are not 0 are kept above it: products of subnormal numbers take a
hundred times as long, and would round to 0."""
FLOATS = ((np.float64, 52, -960), (np.float32, 23, -149), (np.float16, 10, -24))
"""Type, bits behind the point, exponent of the smallest number (of a double: `LEAST`)."""

Handler = Callable[..., Any]


@dataclass(frozen=True)
class Bounded:
    """A float or an array of floats, with a bound of the error of each."""

    value: Any
    error: Any


def value_of(x: Any) -> Any:
    """The floats without their bounds; looks inside displays."""
    if type(x) is Bounded:
        return x.value
    if isinstance(x, tuple | list):
        return type(x)(map(value_of, x))
    return x


def error_of(x: Any) -> Any:
    """The bounds: 0 for what is exact."""
    if type(x) is Bounded:
        return x.error
    if isinstance(x, tuple | list):
        return type(x)(map(error_of, x))
    return np.zeros(np.shape(x)) if isinstance(x, np.ndarray) else 0.0


def bounded(value: Any, error: Any) -> Any:
    """The value with its bound, in memory of its own; truth values and integers are exact."""
    if type(value) is float:
        error = float(error)
        known = math.isfinite(value) and not math.isnan(error)
        return Bounded(value, error if known else math.inf)
    array = np.asarray(value)
    if array.dtype.kind != "f":
        return value
    found = np.asarray(error, np.float64)
    if found.shape != array.shape:
        found = np.full(array.shape, found)
    if not math.isfinite(np.sum(array)) or math.isnan(np.sum(found)):
        found = np.asarray(found + 0.0 * array)
        found = np.where(np.isnan(found), math.inf, found)
    return Bounded(value, found if isinstance(value, np.ndarray) else found[()])


_UNITS = {np.dtype(t): (2.0**-p / 2, 2.0**least) for t, p, least in FLOATS}


def unit(*values: Any) -> tuple[float, float]:
    """Half an ulp of 1, and what underflow loses at most, of the coarsest type among the values.

    Of types that are wider than a double nothing is known: their bounds are infinite.
    """
    if len(values) == 1 and (known := _UNITS.get(_dtype(values[0]))):
        return known
    found = [_UNITS.get(d, (math.inf, math.inf)) for v in values if (d := _dtype(v)).kind == "f"]
    return max(found, default=_UNITS[np.dtype(float)])


def _dtype(value: Any) -> Any:
    return value.dtype if hasattr(value, "dtype") else np.asarray(value).dtype


# ---------------------------------------------------------------- bounds by operation

BOUNDS: dict[Any, Handler] = {}


def bound(*ops: Any) -> Callable[[Handler], Handler]:
    """Declare the handler of operations."""

    def register(handler: Handler) -> Handler:
        for op in ops:
            BOUNDS[op] = handler
        return handler

    return register


def size_of(x: Any) -> Any:
    """The absolute values."""
    return np.abs(value_of(x))


def own(y: Any) -> Any:
    """The rounding of one operation."""
    u, eta = unit(y)
    return np.abs(y) * u + eta


def _error(x: Any) -> Any:
    """As `error_of`, but a number for all entries of what is exact."""
    return x.error if isinstance(x, Bounded) else 0.0


@bound(operator.add, np.add, fp.iadd, operator.sub, np.subtract, fp.isub)
def _sum(y: Any, a: Any, b: Any) -> Any:
    return _error(a) + _error(b) + own(y)


@bound(operator.mul, np.multiply, fp.imul)
def _product(y: Any, a: Any, b: Any) -> Any:
    """Nothing times what has no bound, and so may have no value, has no bound either."""
    error = own(y)
    if isinstance(b, Bounded):
        error = error + (size_of(a) + _error(a)) * b.error
    if isinstance(a, Bounded):
        error = error + size_of(b) * a.error
    return error


@bound(np.square)
def _square(y: Any, a: Any) -> Any:
    return _product(y, a, a)


@bound(operator.truediv, np.divide, fp.divide, fp.itruediv)
def _quotient(y: Any, a: Any, b: Any) -> Any:
    """|a/b - A/B| <= (error(a) + |A/B| error(b)) / (|B| - error(b)) for floats A, B."""
    if not isinstance(b, Bounded):
        return np.divide(_error(a), size_of(b)) + own(y)
    least = np.asarray(size_of(b) - b.error)
    u, _ = unit(y)
    change = _error(a) + np.abs(y) * (1 + 2 * u) * b.error
    return np.where(least > 0, np.divide(change, least), math.inf) + own(y)


@bound(np.reciprocal)
def _reciprocal(y: Any, b: Any) -> Any:
    return _quotient(y, 1.0, b)


@bound(fp.div0)
def _quotient_or_zero(y: Any, a: Any, b: Any) -> Any:
    zero = (np.asarray(value_of(b)) == 0) & (np.asarray(error_of(b)) == 0)
    return np.where(zero, 0.0, _quotient(y, a, b))


@bound(operator.neg, np.negative, operator.pos, np.positive)
@bound(np.abs, np.fabs, builtins.abs, math.fabs)
def _same(y: Any, a: Any) -> Any:
    return error_of(a)


@bound(np.sign, fp.sign, np.floor, np.ceil, np.trunc, np.rint)
def _constant(y: Any, *args: Any) -> Any:
    return 0.0


# Roundings to a format: the error of each is known exactly.
@bound(
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


@bound(fp.astype, fp.seed)
def _converted(y: Any, a: Any, like: Any) -> Any:
    return _rounded(y, a)


@bound(np.full_like)
def _full_like(y: Any, like: Any, a: Any) -> Any:
    return _rounded(y, a)


# ---------------------------------------------------------------- choices


@bound(np.maximum, np.fmax)
def _maximum(y: Any, a: Any, b: Any) -> Any:
    return np.where(np.greater_equal(value_of(a), value_of(b)), error_of(a), error_of(b))


@bound(np.minimum, np.fmin)
def _minimum(y: Any, a: Any, b: Any) -> Any:
    return np.where(np.less_equal(value_of(a), value_of(b)), error_of(a), error_of(b))


@bound(np.where, fp.where)
def _where(y: Any, c: Any, a: Any, b: Any) -> Any:
    return np.where(value_of(c), error_of(a), error_of(b))


@bound(fp.gate)
def _gate(y: Any, t: Any, holds: Any, fails: Any) -> Any:
    return np.where(value_of(holds), error_of(t), 0.0)


@bound(fp.select)
def _select(y: Any, mask: Any, t: Any) -> Any:
    return fp.select(value_of(mask), error_of(t))


@bound(np.clip)
def _clip(y: Any, a: Any, low: Any = None, high: Any = None) -> Any:
    e, v = error_of(a), value_of(a)
    if low is not None:
        e = np.where(np.less(v, value_of(low)), error_of(low), e)
        v = np.maximum(v, value_of(low))
    if high is not None:
        e = np.where(np.greater(v, value_of(high)), error_of(high), e)
    return e


@bound(builtins.max, builtins.min)
def _extreme(y: Any, *xs: Any) -> Any:
    entries = list(xs[0]) if len(xs) == 1 and isinstance(xs[0], tuple | list) else list(xs)
    if any(np.ndim(value_of(v)) for v in entries):
        return math.inf
    return next(error_of(v) for v in entries if value_of(v) == y)


@bound(np.max, np.amax)
def _largest(y: Any, a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    at = fp.argmax(value_of(a), axis)
    return fp.pick(error_of(a), at, axis, keepdims)


@bound(np.min, np.amin)
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
    if n == 1:
        return op(np.asarray(error_of(x)))
    total = op(np.asarray(size_of(x), np.float64) + error_of(x))
    return op(np.asarray(error_of(x))) + gamma(n, u) * total + n * eta


@bound(np.sum)
def _sum_of(y: Any, a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return _accumulated(y, lambda t: np.sum(t, axis=axis, keepdims=keepdims), a)


@bound(np.mean)
def _mean_of(y: Any, a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return _sum_of(y, a, axis, keepdims) / fp.count(value_of(a), axis) + own(y)


@bound(builtins.sum)
def _builtin_sum(y: Any, xs: Any) -> Any:
    if not isinstance(xs, tuple | list):
        return _accumulated(y, lambda t: np.sum(t, axis=0), xs)
    u, eta = unit(y)
    total = sum(size_of(v) + error_of(v) for v in xs)
    return sum(error_of(v) for v in xs) + gamma(len(xs), u) * total + len(xs) * eta


@bound(fp.unbroadcast)
def _unbroadcast(y: Any, t: Any, like: Any) -> Any:
    return _accumulated(y, lambda v: fp.unbroadcast(v, value_of(like)), t)


@bound(fp.scatter)
def _scatter(y: Any, g: Any, index: Any, like: Any) -> Any:
    u, eta = unit(y)
    n = max(np.size(value_of(g)), 1)

    def spread(v: Any) -> Any:
        return fp.scatter(np.asarray(v, np.float64), value_of(index), value_of(like))

    total = spread(size_of(g) + error_of(g))
    return spread(error_of(g)) + gamma(n, u) * total + n * eta * (total > 0)


def bilinear(op: Callable[..., Any], counted: bool = False) -> Handler:
    """|AB - ab| <= |A| f + e (|B| + f) for factors within e and f of A and B, and what sums round.

    Products of bounds are computed in the format of the result, and widened by what they round.

    Args:
        op: the product.
        counted: it is no product of matrices, and how many terms it adds up is to be counted.
    """

    def handler(y: Any, a: Any, b: Any, *like: Any, **named: Any) -> Any:
        rest = tuple(value_of(v) for v in like)
        if named:
            return bilinear(partial(op, **named), counted)(y, a, b, *like)
        terms = _terms(op, y, value_of(a), value_of(b), rest, counted)
        u, eta = unit(y, value_of(a), value_of(b))
        g = gamma(terms, u)
        lost, (ea, eb) = _finite(op, (a, b), rest)
        (va, ea, na), (vb, eb, nb) = _factors(y, (a, b), (ea, eb), terms)
        if ea is not None and eb is not None:
            change = op(va, eb + g * (vb + eb), *rest) + op(ea, (1 + g) * (vb + eb), *rest)
        elif eb is not None:
            change = op(va, (1 + g) * eb + g * vb, *rest)
        elif ea is not None:
            change = op((1 + g) * ea + g * va, vb, *rest)
        else:
            change = g * op(va, vb, *rest)
        for n, *sizes in ((na, vb, eb), (nb, va, ea), (na * nb,)):
            if n:
                largest = sum((float(np.max(v, initial=0.0)) for v in sizes if v is not None), 1.0)
                lost = lost + 4 * n * terms * largest
        coarse = va.dtype == np.float32
        change *= (1 + 6 * max(g, gamma(terms + 8, 2.0**-24) if coarse else 0.0)) * SLACK
        change += 4 * terms * (eta + (_TINY if coarse else 0.0)) + lost
        return np.asarray(change, np.float64)

    return handler


_TINY = float(np.finfo(np.float32).tiny)
_LARGE = 2**18
"""Bounds of products of so many terms in all are computed in single precision."""
_USUAL = 2.0**40


def _factors(y: Any, factors: Sequence[Any], errors: Sequence[Any], terms: int) -> list[Any]:
    """What bounds of a product are made of, as coarse as the result, or coarser and faster."""
    narrow = np.asarray(y).dtype == np.float32
    if narrow or terms * np.size(y) >= _LARGE:
        found = [_factor(x, e, np.float32) for x, e in zip(factors, errors, strict=True)]
        if narrow or all(1 / _USUAL < np.max(v, initial=0.0) < _USUAL for v, _, _ in found):
            return found
    return [_factor(x, e, np.float64) for x, e in zip(factors, errors, strict=True)]


def _factor(x: Any, e: Any, dtype: Any) -> tuple[Any, Any, float]:
    """(Sizes, bounds or None, what these leave out of an entry at most), in a format."""
    value, e = np.asarray(value_of(x)), np.asarray(e)
    lost = _TINY if value.dtype != dtype and dtype == np.float32 else 0.0
    size = np.abs(value) if value.dtype == dtype else np.abs(value.astype(dtype))
    if not any(e.strides):  # the same one for all entries
        return size, None, lost + (float(e.item(0)) if e.size else 0.0)
    if e.dtype == dtype:
        return size, e, lost
    return size, (e * SLACK).astype(dtype), _TINY


def _finite(
    op: Callable[..., Any], factors: tuple[Any, Any], rest: tuple[Any, ...]
) -> tuple[Any, list[Any]]:
    """(Infinity where a product takes a factor without bound, the bounds of the other factors)."""
    out: list[Any] = []
    lost: Any = 0.0
    for k, x in enumerate(factors):
        e = x.error if isinstance(x, Bounded) else 0.0
        e = np.asarray(e)
        if e.size and math.isinf(np.max(e) if any(e.strides) else e.item(0)):
            marked = [np.ones(np.shape(value_of(v))) for v in factors]
            marked[k] = np.isinf(e) * 1.0
            lost = lost + np.where(op(marked[0], marked[1], *rest) > 0, math.inf, 0.0)
            e = np.where(np.isinf(e), 0.0, e)
        out.append(e)
    return lost, out


def _terms(
    op: Callable[..., Any], y: Any, a: Any, b: Any, rest: tuple[Any, ...], counted: bool
) -> int:
    """How many products are added up in an entry of the result, at most."""
    sizes = [max(np.size(v), 1) for v in (a, b, y)]
    if (
        not counted and np.ndim(a) <= 2 and np.ndim(b) <= 2
    ):  # (m, k) by (k, n): mk kn / mn is the square of k
        return math.isqrt(sizes[0] * sizes[1] // sizes[2]) + 1
    return int(np.max(op(np.ones(np.shape(a)), np.ones(np.shape(b)), *rest), initial=1.0))


for _op in (
    *(operator.matmul, np.matmul, np.dot),
    *(fp.matmul_left, fp.matmul_right, fp.dot_left, fp.dot_right),
):
    BOUNDS[_op] = bilinear(_op)
WIDENED = frozenset((np.matmul, operator.matmul, np.dot, fp.matmul_left, fp.matmul_right))
"""Operations whose handlers give bounds, in memory of their own, that need no more slack."""
