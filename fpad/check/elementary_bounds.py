"""Bounds of rounding errors of elementary functions: roots, powers, exponentials, sines.

    y = exp(a)      |y - exp(a)| <= y (exp(error(a)) - 1)  +  8 ulp(y)

NumPy's functions are held to 4 ulps by its own tests (numpy/_core/tests/test_umath_accuracy.py,
with the errors of the data there), those of the C library are found within 2 (Zimmermann, Accuracy
of Mathematical Functions, 2021); `ULPS` is twice the larger.  Results below the normal numbers may
be flushed to zero.
"""

from __future__ import annotations

import builtins
import math
import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.check.bounds import SLACK, Handler, bound, error_of, own, size_of, unit, value_of

ELEMENTARY: dict[Any, Handler] = {}
"""Handlers that rely on that; `bound_run` by itself computes with balls instead."""
ULPS = 8
FEW = 64
"""Up to so many entries are compared with exact powers."""


def _tiny(y: Any) -> float:
    """The smallest normal number of the type."""
    dtype = np.asarray(y).dtype
    return float(np.finfo(dtype).tiny) if dtype.kind == "f" else math.inf


def library(y: Any) -> Any:
    """The error of a function of the library with result y."""
    return np.abs(y) * (2 * ULPS * unit(y)[0]) + _tiny(y)


def _declare(names: str, change: Callable[[Any, Any, Any], Any]) -> None:
    """Declare functions of `math` and NumPy; change(y, |A| or A, error): for an error of A."""

    def handler(y: Any, a: Any) -> Any:
        return change(y, np.asarray(value_of(a), float), np.asarray(error_of(a))) + library(y)

    for name in names.split():
        ops = [getattr(module, name) for module in (np, math) if hasattr(module, name)]
        ELEMENTARY.update(dict.fromkeys(ops, handler))


def _elementary(*ops: Any) -> Callable[[Handler], Handler]:
    def register(handler: Handler) -> Handler:
        ELEMENTARY.update(dict.fromkeys(ops, handler))
        return handler

    return register


def _relative(y: Any, t: Any) -> Any:
    """|y exp(s) - y| for |s| <= t, where y is within `ULPS` of the value."""
    return (np.abs(y) * (1 + 4 * ULPS * unit(y)[0]) + _tiny(y)) * np.expm1(t)


def _inside(least: Any, bounded: Any) -> Any:
    """The bound where `least`, a distance to the end of the domain, is positive."""
    return np.where(least > 0, bounded, math.inf)


def _nearer(a: Any, e: Any) -> Any:
    """How small |a| may be."""
    return np.abs(a) - e


LOG = {"log": 1.0, "log2": math.log(2.0), "log10": math.log(10.0)}

_declare("exp", lambda y, a, e: _relative(y, e))
_declare("exp2", lambda y, a, e: _relative(y, e * math.log(2.0)))
_declare("expm1", lambda y, a, e: np.exp(a) * SLACK * np.expm1(e))
for _name, _scale in LOG.items():
    _declare(_name, lambda y, a, e, c=_scale: _inside(a - e, e / (a - e) / c))  # type: ignore[misc]
_declare("log1p", lambda y, a, e: _inside(1 + a - e - 1e-15, e / (1 + a - e - 1e-15)))
_declare("sin cos arctan atan tanh arcsinh asinh", lambda y, a, e: e)
_declare("sinh cosh", lambda y, a, e: np.cosh(np.abs(a) + e) * SLACK * e)
_declare("cbrt", lambda y, a, e: _inside(_nearer(a, e), e / np.cbrt(_nearer(a, e)) ** 2))


@_elementary(np.tan, math.tan)
def _tangent(y: Any, a: Any) -> Any:
    """The slope is 1 + tan**2; within e of A it stays below four times that if e is small."""
    e = np.asarray(error_of(a))
    slope = 1 + np.square(np.asarray(y, float))
    return np.where(e * slope < 0.1, 4 * e * slope, math.inf) + library(y)


@_elementary(np.arcsin, math.asin, np.arccos, math.acos)
def _arc(y: Any, a: Any) -> Any:
    """The slope is 1 / sqrt(1 - a**2), and largest where |a| is."""
    e = np.asarray(error_of(a))
    least = 1 - size_of(a) - e * SLACK - 1e-15
    return _inside(least, e / np.sqrt(np.abs(least))) + library(y)


@bound(np.sqrt, math.sqrt)
def _root(y: Any, a: Any) -> Any:
    """|sqrt(a) - sqrt(A)| <= error(a) / sqrt(A), and sqrt(error(a)) where A is 0."""
    e = np.asarray(error_of(a))
    slope = np.divide(e, y) * (1 + 4 * unit(y)[0])
    return np.where(np.asarray(y) > 0, slope, np.sqrt(e)) + own(y)


@_elementary(np.logaddexp)
def _logarithm_of_sum(y: Any, a: Any, b: Any) -> Any:
    """The slopes are between 0 and 1, and add up to 1; of large numbers the larger is taken."""
    larger = np.maximum(size_of(a), size_of(b))
    return np.maximum(error_of(a), error_of(b)) + library(y) + 2 * ULPS * unit(y)[0] * larger


@_elementary(fp.logistic)
def _logistic(y: Any, a: Any) -> Any:
    return error_of(a) / 4 + 2 * library(y)


# ---------------------------------------------------------------- powers


@bound(operator.pow, builtins.pow, fp.ipow)
def _power(y: Any, a: Any, b: Any) -> Any:
    """NumPy writes x**2 and x**-1 as products and quotients."""
    return _any_power(y, a, b, (0, 1, 2, -1) if isinstance(y, np.ndarray) else ())


@bound(np.power, math.pow)
def _called_power(y: Any, a: Any, b: Any) -> Any:
    return _any_power(y, a, b, ())


def _any_power(y: Any, a: Any, b: Any, rounded_once: tuple[int, ...]) -> Any:
    """Integer powers of any base; others of positive ones."""
    n = value_of(b)
    if np.ndim(n) or n != np.trunc(n) or abs(n) > 2**20 or np.any(error_of(b)):
        return _real_power(y, a, b)
    n = int(n)
    x, e = size_of(a), np.asarray(error_of(a))
    if n < 0:
        least = np.asarray(x - e)
        change = np.where(least > 0, -n * e * least ** float(n - 1), math.inf)
    else:
        change = n * e * (x + e) ** float(max(n - 1, 0))
    if n in rounded_once:
        return change * SLACK + own(y)
    if np.size(y) > FEW or abs(n) > FEW:
        return change * SLACK + library(y)
    return change * SLACK + np.vectorize(_distance, otypes=[float])(value_of(a), y, n)


def _distance(x: float, y: float, n: int) -> float:
    """|y - x**n|, rounded up."""
    if not (math.isfinite(x) and math.isfinite(y)) or (n < 0 and x == 0):
        return math.inf
    return math.nextafter(float(abs(Fraction(float(y)) - Fraction(float(x)) ** n)), math.inf)


def _real_power(y: Any, a: Any, b: Any) -> Any:
    """x**p = exp(p log x): log x moves by -log(1 - e/x) at most."""
    x, e = np.asarray(value_of(a), float), np.asarray(error_of(a))
    step = -np.log1p(-e / x)
    t = size_of(b) * step + error_of(b) * (np.abs(np.log(x)) + step)
    return _inside(np.where(x > 0, x - e, 0.0), _relative(y, t * SLACK)) + library(y)
