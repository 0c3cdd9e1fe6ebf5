"""Functions of NumPy and math that refuse objects, on rational numbers; no compiler takes part.

heaviside(Q(1/3), Q(1/2))           Q(1)
interp(Q(1/3), [0, 1], [0, 3])      Q(1)
"""

from __future__ import annotations

import builtins
import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from fpad.check.rational import Q, Undefined, number


def _q(x: Any) -> Q:
    if isinstance(x, Q):
        return x
    if isinstance(x, np.ndarray) and x.ndim == 0:
        return _q(x.item())
    value = number(x)
    if value is None:
        raise TypeError(f"{x!r} is no number")
    return Q(value)


def _each(f: Callable[..., Any]) -> Callable[..., Any]:
    """The function entry by entry; a single result is no array."""

    def run(*args: Any) -> Any:
        out = np.frompyfunc(f, len(args), 1)(*args)
        if isinstance(out, np.ndarray) and out.size and all(type(v) is bool for v in out.flat):
            return out.astype(bool)
        return out

    return run


def _special(x: Any, test: Callable[[float], bool]) -> bool:
    """Of infinities and NaN, which stay floats; a number without a value is none of them."""
    if isinstance(x, Q):
        x.known()
        return False
    return test(float(x))


def _heaviside(x: Any, middle: Any) -> Any:
    x = _q(x)
    if x.value is None:
        return x
    return _q(middle) if x == 0 else Q(Fraction(x > 0))


def _copysign(x: Any, sign: Any) -> Q:
    sign = _q(sign)
    if sign == 0:
        raise Undefined  # of zeros without a sign there is no telling
    return abs(_q(x)) if sign > 0 else -abs(_q(x))


def _fmod(x: Any, y: Any) -> Q:
    x, y = _q(x), _q(y)
    if x.value is None or not y.value:
        return Q(None)
    rest: Q = x - math.trunc(x / y) * y
    return rest


def _modf(x: Any) -> tuple[Q, Q]:
    x = _q(x)
    whole = Q(Fraction(math.trunc(x)))
    return x - whole, whole


def _pi() -> Any:
    """A number beyond the rationals."""
    return 4 * Q(Fraction(1)).arctan()  # type: ignore[attr-defined]


def _arctan2(y: Any, x: Any) -> Any:
    x, y = _q(x), _q(y)
    if x > 0:
        return (y / x).arctan()
    if x < 0:
        return (y / x).arctan() + (_pi() if y >= 0 else -_pi())
    return Q(Fraction(0)) if y == 0 else (_pi() if y > 0 else -_pi()) / 2


def _sinc(x: Any) -> Any:
    x = _q(x)
    if x == 0:
        return Q(Fraction(1))
    y = _pi() * x
    return y.sin() / y


def _isclose(a: Any, b: Any, rtol: Any = 1e-5, atol: Any = 1e-8) -> Any:
    return _each(lambda u, v: bool(abs(_q(u) - v) <= _q(atol) + _q(rtol) * abs(_q(v))))(a, b)


def _nan_to_num(x: Any) -> Any:
    return _each(lambda v: v if isinstance(v, Q) else _q(float(np.nan_to_num(v))))(x)


def interp(x: Any, xp: Any, fp: Any) -> Any:
    """`numpy.interp` without its options."""
    xs, ys = [_q(v) for v in np.ravel(xp)], [_q(v) for v in np.ravel(fp)]

    def one(v: Any) -> Q:
        v = _q(v)
        above = builtins.sum(bool(u <= v) for u in xs)
        if above == 0:
            return ys[0]
        if above == len(xs):
            return ys[-1]
        a, b = xs[above - 1], xs[above]
        y: Q = ys[above - 1] + (ys[above] - ys[above - 1]) / (b - a) * (v - a)
        return y

    return _each(one)(x)


def searchsorted(a: Any, v: Any, side: str = "left") -> Any:
    """`numpy.searchsorted` in an array that is sorted."""
    bounds = [_q(u) for u in np.ravel(a)]

    def one(x: Any) -> int:
        x = _q(x)
        return builtins.sum(bool(u < x or (side == "right" and u == x)) for u in bounds)

    return _positions(one, v)


def digitize(x: Any, bins: Any, right: bool = False) -> Any:
    """`numpy.digitize` into bins that increase or decrease."""
    bounds = [_q(u) for u in np.ravel(bins)]
    up = len(bounds) < 2 or bool(bounds[0] <= bounds[-1])

    def one(v: Any) -> int:
        v = _q(v)
        if up:
            return builtins.sum(bool(u < v or (not right and u == v)) for u in bounds)
        return builtins.sum(bool(u > v or (right and u == v)) for u in bounds)

    return _positions(one, x)


def _positions(one: Callable[[Any], int], x: Any) -> Any:
    out = np.frompyfunc(one, 1, 1)(x)
    return out.astype(np.int64) if isinstance(out, np.ndarray) else out


def _named(*libraries: Any, **functions: Callable[..., Any]) -> dict[Any, Callable[..., Any]]:
    return {
        getattr(lib, name): f
        for name, f in functions.items()
        for lib in libraries
        if hasattr(lib, name)
    }


PLAIN: dict[Any, Callable[..., Any]] = {
    **_named(np, interp=interp, searchsorted=searchsorted, digitize=digitize),
    **_named(np, heaviside=_each(_heaviside), isclose=_isclose, nan_to_num=_nan_to_num),
    **_named(
        *(np, math),
        isnan=_each(lambda x: _special(x, math.isnan)),
        isinf=_each(lambda x: _special(x, math.isinf)),
        isfinite=_each(lambda x: not _special(x, lambda v: not math.isfinite(v))),
        copysign=_each(_copysign),
        fmod=_each(_fmod),
    ),
    np.arctan2: _each(_arctan2),
    math.atan2: _arctan2,
    np.sinc: _each(_sinc),
    math.modf: _modf,
    math.hypot: lambda *v: builtins.sum((_q(a) * a for a in v), Q(Fraction(0))).sqrt(),
    np.divmod: lambda a, b: (a // b, a % b),
}
"""Function of NumPy or math -> what does the same with rational numbers."""
