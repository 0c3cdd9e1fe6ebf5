"""Which choices of a bounded execution exact arithmetic makes too, at the point and next to it.

    np.maximum(a, b)      where |a - b| > error(a) + error(b)
    np.floor(a)           where no integer is within error(a) of a

A bound of 0 says that a number is exact and the same everywhere near the point (`filtered` gives
what varies a bound that is not 0), so constants may tie.  A handler gives the entries that are
certain, and the piece that was taken.
"""

from __future__ import annotations

import builtins
import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.check.bounds import SLACK, Bounded, error_of, value_of
from fpad.runtime.reduce import _last

Certain = tuple[Any, Any]
Handler = Callable[..., Certain]
CHOICES: dict[Any, Handler] = {}


def choice(*ops: Any) -> Callable[[Handler], Handler]:
    """Declare the handler of operations."""

    def register(handler: Handler) -> Handler:
        for op in ops:
            CHOICES[op] = handler
        return handler

    return register


def _parts(x: Any) -> tuple[Any, Any]:
    """The numbers in double precision, and how far they are off; integers may be large."""
    value = np.asarray(value_of(x))
    error = x.error if isinstance(x, Bounded) else 0.0
    wide = np.asarray(value, np.float64)
    if value.dtype.kind in "iu" and np.any(np.abs(wide) > 2.0**53):
        error = error + np.abs(wide) * 2.0**-52
    return wide, error


def apart(a: Any, b: Any) -> Any:
    """Where a and b are certainly different, or both the same constants everywhere."""
    (va, ea), (vb, eb) = _parts(a), _parts(b)
    error = ea + eb
    far = np.abs(va - vb) > error * SLACK
    if np.all(far):
        return far
    return far | ((error == 0) & ~np.isnan(va) & ~np.isnan(vb))


@choice(operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne)
@choice(np.less, np.less_equal, np.greater, np.greater_equal, np.equal, np.not_equal)
def _comparison(y: Any, a: Any, b: Any) -> Certain:
    if a is b:  # asks whether it is NaN
        return np.isfinite(error_of(a)), y
    return apart(a, b), y


@choice(np.maximum, np.minimum, np.fmax, np.fmin)
def _larger(y: Any, a: Any, b: Any) -> Certain:
    if a is b:  # either is the other
        return np.isfinite(error_of(a)), np.isfinite(y)
    return apart(a, b), np.greater_equal(value_of(a), value_of(b))


@choice(builtins.abs, np.abs, np.fabs, math.fabs, np.sign, fp.sign)
def _sign(y: Any, a: Any) -> Certain:
    return apart(a, 0.0), np.sign(value_of(a))


@choice(np.sqrt, math.sqrt, np.cbrt)
def _root(y: Any, a: Any) -> Certain:
    return apart(a, 0.0), np.greater(value_of(a), 0)


if hasattr(math, "cbrt"):
    choice(math.cbrt)(_root)


@choice(fp.div0)
def _quotient(y: Any, a: Any, b: Any) -> Certain:
    return apart(b, 0.0), np.equal(value_of(b), 0)


@choice(np.arcsin, np.arccos, math.asin, math.acos)
def _arc(y: Any, a: Any) -> Certain:
    return apart(a, 1.0) & apart(a, -1.0), np.zeros(np.shape(y))


@choice(operator.pow, builtins.pow, np.power, math.pow, fp.ipow)
def _power(y: Any, a: Any, b: Any) -> Certain:
    """Integers that are known make polynomials, or quotients of them; others want a > 0."""
    n = np.asarray(value_of(b))
    whole = (n == np.trunc(n)) & (np.asarray(error_of(b)) == 0)
    positive = np.greater(value_of(a), 0)
    return whole | (apart(a, 0.0) & positive), np.where(whole, 2, positive)


@choice(fp.power_slope)
def _power_slope(y: Any, a: Any, b: Any, n: Any = 1, m: Any = 0) -> Certain:
    return apart(a, 0.0), np.sign(value_of(a))


@choice(np.clip)
def _clip(y: Any, a: Any, low: Any = None, high: Any = None) -> Certain:
    certain, label = True, 0
    for bound, way in ((low, 1), (high, 2)):
        if value_of(bound) is not None:
            certain = certain & apart(a, bound)
            label = label + way * np.greater(value_of(a), value_of(bound))
    if low is not None and high is not None:
        certain = certain & apart(low, high)
    return certain, label


@choice(np.where, fp.where)
def _where(y: Any, c: Any, a: Any, b: Any) -> Certain:
    known = np.asarray(error_of(c)) == 0
    return known & np.where(value_of(c), _told(a), _told(b)), None


def _told(x: Any) -> Any:
    """Where a truth value or an integer is known; numbers have bounds that say so."""
    if not isinstance(x, Bounded) or np.asarray(x.value).dtype.kind == "f":
        return np.True_
    return np.asarray(x.error) == 0


@choice(fp.gate)
def _gate(y: Any, t: Any, holds: Any, fails: Any) -> Certain:
    known = (np.asarray(error_of(holds)) == 0) & (np.asarray(error_of(fails)) == 0)
    return known & _told(t), None


@choice(fp.select)
def _select(y: Any, mask: Any, t: Any) -> Certain:
    known = (np.asarray(error_of(mask)) == 0) & _told(t)
    return known if known.shape in ((), np.shape(y)) else np.all(known), None


# ---------------------------------------------------------------- truth values


@choice(operator.not_, np.logical_not, operator.invert, fp.truth)
def _not(y: Any, a: Any) -> Certain:
    value = np.asarray(value_of(a))
    return apart(a, 0.0) if value.dtype.kind == "f" else np.asarray(error_of(a)) == 0, y


@choice(operator.and_, np.logical_and)
def _and(y: Any, a: Any, b: Any) -> Certain:
    return _either(a, b, False), None


@choice(operator.or_, np.logical_or)
def _or(y: Any, a: Any, b: Any) -> Certain:
    return _either(a, b, True), None


def _either(a: Any, b: Any, settles: bool) -> Any:
    """Both are known, or one is that settles it."""
    known = [np.asarray(error_of(v)) == 0 for v in (a, b)]
    alone = [k & (np.asarray(value_of(v)) == settles) for k, v in zip(known, (a, b), strict=True)]
    if any(np.asarray(value_of(v)).dtype != np.bool_ for v in (a, b)):
        return known[0] & known[1]
    return (known[0] & known[1]) | alone[0] | alone[1]


@choice(np.isnan, np.isfinite, np.isinf, math.isnan, math.isfinite, math.isinf)
def _finite(y: Any, a: Any) -> Certain:
    """What has a bound is finite."""
    return np.isfinite(error_of(a)), None


# ---------------------------------------------------------------- steps


def _between(a: Any) -> tuple[Any, Any]:
    v, e = _parts(a)
    return np.nextafter(v - e * SLACK, -math.inf), np.nextafter(v + e * SLACK, math.inf)


def _constant(a: Any) -> Any:
    return np.asarray(error_of(a)) == 0


@choice(np.floor, np.ceil, np.trunc, math.floor, math.ceil, math.trunc, builtins.int, np.int64)
@choice(np.fix)
def _step(y: Any, a: Any) -> Certain:
    low, high = _between(a)
    return (np.floor(low) == np.floor(high)) | _constant(a), y


@choice(np.rint, builtins.round)
def _nearest(y: Any, a: Any) -> Certain:
    """Steps are at odd multiples of a half."""
    low, high = _between(a)
    return (np.floor(2 * low) == np.floor(2 * high)) | _constant(a), y


# ---------------------------------------------------------------- extremes


def _best(a: Any, axis: Any, sign: float) -> Certain:
    """The first largest entry, or smallest for a sign of -1, against all others."""
    v, e = _parts(a)
    v, e = v * sign, np.broadcast_to(e, v.shape)
    if not v.ndim:
        return np.isfinite(v), 0
    v, e = _last(v, axis), _last(e, axis)
    at = np.argmax(v, axis=-1)
    k = np.expand_dims(at, -1)
    top, low = np.take_along_axis(v, k, -1), np.take_along_axis(e, k, -1)
    certain = (top - v > (low + e) * SLACK) | ((low + e == 0) & (top >= v))
    certain = certain | (np.arange(v.shape[-1]) == k)
    return np.all(certain, axis=-1) & np.all(np.isfinite(e), axis=-1), at


def _shaped(y: Any, found: Certain) -> Certain:
    certain, label = found
    return np.reshape(certain, np.shape(y)), label


@choice(np.max, np.amax)
def _largest(y: Any, a: Any, axis: Any = None, keepdims: bool = False) -> Certain:
    return _shaped(y, _best(a, axis, 1.0))


@choice(np.min, np.amin)
def _smallest(y: Any, a: Any, axis: Any = None, keepdims: bool = False) -> Certain:
    return _shaped(y, _best(a, axis, -1.0))


@choice(np.argmax, fp.argmax)
def _argmax(y: Any, a: Any, axis: Any = None, keepdims: bool = False) -> Certain:
    return _shaped(y, _best(a, axis, 1.0))


@choice(np.argmin, fp.argmin)
def _argmin(y: Any, a: Any, axis: Any = None, keepdims: bool = False) -> Certain:
    return _shaped(y, _best(a, axis, -1.0))


def _scalars(sign: float) -> Handler:
    def handler(y: Any, *xs: Any) -> Certain:
        entries = list(xs[0]) if len(xs) == 1 and isinstance(xs[0], tuple | list) else list(xs)
        values = np.array([float(value_of(v)) for v in entries])
        errors = np.array([float(error_of(v)) for v in entries])
        return _best(Bounded(values, errors), None, sign)

    return handler


CHOICES[builtins.max], CHOICES[builtins.min] = _scalars(1.0), _scalars(-1.0)
