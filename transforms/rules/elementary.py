"""Rules of further functions of numbers, of NumPy and of `math`: angles, areas, remainders.

y = np.sinc(x)           ->   bx = by * fp.sinc_slope(x)
y = np.logaddexp(a, b)   ->   ba = by * fp.logistic(fp.difference(a, b)), ..
y = math.lgamma(x)       ->   bx = by * fp.digamma(x)
"""

from __future__ import annotations

import builtins
import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.kinds import BOOL, FLOAT, INT, Kind, Num
from fpad.transforms.rules.core import (
    Drawn,
    constant,
    elementwise,
    elementwise_kind,
    like_first,
    linear,
    same_kind,
)
from fpad.transforms.rules.definitions import elementary as defined
from fpad.transforms.rules.definitions import special
from fpad.transforms.rules.definitions.by_name import SOURCES
from fpad.transforms.rules.definitions.common import pi
from fpad.transforms.rules.definitions.constants import scalars_close
from fpad.transforms.rules.reductions import _builtin_sum
from fpad.transforms.rules.steps import _TRUNC, distance_to_integer, step
from fpad.transforms.rules.trace import f, m, traced
from fpad.transforms.rules.transcendental import LN2, real

_op: Any
_kind: Any
_names: Any
TWO_OVER_ROOT_PI = 2.0 / math.sqrt(math.pi)
FAR = 1e30
"""Where exp(-x) is 0 and the logarithm of x is not infinite."""


def _float(*_: Any, **__: Any) -> Kind:
    return FLOAT


def scalar(op: Callable[..., Any], slope: Callable[..., Any], **facts: Any) -> None:
    """Declare a function of `math`."""
    elementwise(op, slope, kind=_float, names=("x",), defaults={}, **facts)


# ---------------------------------------------------------------- areas

real(
    "arcsinh",
    lambda lib, g, y, x: g * f.lorentzian(x, 0.5),
    "asinh",
    definition=lambda c, x: c.log1p(x + x * x / (1 + c.sqrt(1 + x * x))),
)
real(
    "arccosh",
    lambda lib, g, y, x: f.div0(f.div0(g, lib.sqrt(x - 1.0)), lib.sqrt(x + 1.0)),
    "acosh",
    definition=lambda c, x: c.log1p(x - 1 + c.sqrt((x - 1) * (x + 1))),
    domain=(1.1, 3.0),
    piece=lambda x: x > 1,
    switch=lambda x: x - 1,
    strata=((1.0,),),
)
real(
    "arctanh",
    lambda lib, g, y, x: g / ((1.0 - x) * (1.0 + x)) if lib is m else g * f.arctanh_slope(x),
    "atanh",
    definition=lambda c, x: (c.log1p(x) - c.log1p(-x)) / 2,
    domain=(-0.9, 0.9),
)
elementwise(
    fp.arctanh_slope,
    lambda g, y, x, n=1: g * f.arctanh_slope(x, n + 1),
    definition=defined.arctanh_slope,
    domain=(-0.9, 0.9),
    examples=((Drawn(4),), (0.5,), (Drawn(2, 3), 2)),
)


# ---------------------------------------------------------------- angles in degrees

for _ops, _factor, _turns in (
    ((np.deg2rad, np.radians, math.radians), math.pi / 180.0, 1),
    ((np.rad2deg, np.degrees, math.degrees), 180.0 / math.pi, -1),
):
    for _op in _ops:
        elementwise(
            _op,
            lambda g, y, x, factor=_factor: g * factor,
            definition=lambda c, x, turns=_turns: x * (pi(c) / 180) ** turns,
            names=("x",),
            defaults={},
            kind=_float if _op.__class__ is not np.ufunc else elementwise_kind,
        )


# ---------------------------------------------------------------- sums of exponentials

# By the difference of the operands, which is small where they are large: a - y would lose it.
elementwise(
    np.logaddexp,
    lambda g, y, a, b: g * f.logistic(f.difference(a, b)),
    lambda g, y, a, b: g * f.logistic(f.difference(b, a)),
    definition=defined.logaddexp,
    names=("a", "b"),
    defaults={},
)
elementwise(
    np.logaddexp2,
    lambda g, y, a, b: g * f.logistic(f.difference(a, b) * LN2),
    lambda g, y, a, b: g * f.logistic(f.difference(b, a) * LN2),
    definition=defined.logaddexp2,
    names=("a", "b"),
    defaults={},
)

elementwise(
    np.i0,
    lambda g, y, x: g * f.bessel_i(x, 1),
    kind=lambda x: Num(True, "float", x.rank),
    definition=special.bessel_i,
    source=SOURCES["iv"],
)
elementwise(
    fp.bessel_i,
    lambda g, y, x, n=0: g * (0.5 * (f.bessel_i(x, n - 1) + f.bessel_i(x, n + 1))),
    definition=special.bessel_i,
    source=SOURCES["iv"],
    examples=((Drawn(2, 3),), (0.5, 1), (Drawn(3), 2)),
)
elementwise(np.sinc, lambda g, y, x: g * f.sinc_slope(x), definition=defined.sinc, bound=(8.0, 8.0))
elementwise(
    fp.sinc_slope,
    lambda g, y, x, n=1: g * f.sinc_slope(x, n + 1),
    definition=defined.sinc_slope,
    bound=(8.0, 128.0),
    examples=((Drawn(4),), (0.5,), (Drawn(2, 3), 2)),
)


# ---------------------------------------------------------------- gamma and error functions


def times_digamma(y: Any, x: Any) -> Any:
    """The slope of a gamma function y; where that is infinite or 0, far out, y in its place."""
    far = x > FAR
    return f.where(far, y, f.where(far, 1.0, y) * f.digamma(f.where(far, 1.0, x)))


scalar(
    math.lgamma,
    lambda g, y, x: g * f.digamma(x),
    definition=lambda c, x: c.lgamma(x),
    source=SOURCES["gamma"],
    domain=(0.3, 3.0),
)
scalar(
    math.gamma,
    lambda g, y, x: g * times_digamma(y, x),
    definition=special.gamma,
    source=SOURCES["gamma"],
    domain=(0.3, 3.0),
)
elementwise(
    fp.digamma,
    lambda g, y, x, n=0: g * f.digamma(x, n + 1),
    definition=special.digamma,
    source=SOURCES["polygamma"],
    domain=(0.6, 3.0),
    examples=((Drawn(4),), (0.5,), (Drawn(2, 3), 1)),
)
elementwise(
    fp.digamma_step,
    lambda g, y, x, d, n=0: g * f.digamma_step(x, d, n + 1),
    lambda g, y, x, d, n=0: g * f.digamma(x + d, n + 1),
    definition=special.digamma_step,
    source=SOURCES["polygamma"],
    domain=(0.6, 3.0),
    examples=((Drawn(4), Drawn(4)), (0.5, 0.25), (Drawn(2, 3), 1.5, 1)),
)
scalar(
    math.erf,
    lambda g, y, x: g * (TWO_OVER_ROOT_PI * f.gaussian(x)),
    definition=special.erf,
    source=SOURCES["erf"],
)
scalar(
    math.erfc,
    lambda g, y, x: -g * (TWO_OVER_ROOT_PI * f.gaussian(x)),
    definition=special.erfc,
    source=SOURCES["erfc"],
)


# ---------------------------------------------------------------- remainders, signs, steps

for _op, _kind in ((np.fmod, same_kind), (math.fmod, _float)):
    elementwise(
        _op,
        lambda g, y, a, b: g,
        lambda g, y, a, b: -g * np.trunc(a / b),
        kind=_kind,
        definition=lambda c, a, b: a - b * c.select(a * b >= 0, c.floor(a / b), -c.floor(-(a / b))),
        piece=lambda a, b: f.where(a / b < 0, -(-(a / b) // 1), a / b // 1),
        switch=lambda a, b: f.where(abs(a) < abs(b), abs(a / b) - 1, distance_to_integer(a / b)),
        strata=((2.0, 1.0), (-2.0, 1.0)),
        domain=(0.5, 2.0),
    )


def _remainder(c: Any, a: Any, b: Any) -> Any:
    """What is left of a next to the nearest multiple of b; of two, the even one."""
    nearest = c.floor(a / b + Fraction(1, 2))
    tie = nearest - a / b == Fraction(1, 2)
    odd = nearest / 2 != c.floor(nearest / 2)
    return a - b * c.select(tie, c.select(odd, nearest - 1, nearest), nearest)


elementwise(
    math.remainder,
    lambda g, y, a, b: g,
    lambda g, y, a, b: -g * np.rint((a - y) / b),
    kind=_float,
    definition=_remainder,
    piece=lambda a, b: (a / b + 0.5) // 1,
    switch=lambda a, b: a / b - a / b // 1 - 0.5,
    strata=((1.5, 1.0),),
    domain=(0.5, 2.0),
)


def _with_sign(c: Any, a: Any, b: Any) -> Any:
    """The size of a with the sign of b; zeros of floats have one too, and reals have not."""
    if b == 0:
        raise ValueError("the sign of a zero")
    return c.select(b < 0, -abs(a), abs(a))


def _copysign(op: Callable[..., Any], kind: Callable[..., Kind]) -> None:
    copy = traced(op)
    elementwise(
        op,
        lambda g, y, a, b: g * (f.sign(a) * copy(1.0, b)),
        lambda g, y, a, b: f.zeros_like(g),
        kind=kind,
        rounds=False,
        definition=_with_sign,
        piece=lambda a, b: f.sign(a) * copy(1.0, b),
        switch=lambda a, b: f.where(abs(a) < abs(b), a, b),
        strata=((0.0, 1.0), (0.0, 0.0)),
    )


_copysign(np.copysign, elementwise_kind)
_copysign(math.copysign, _float)
elementwise(
    np.heaviside,
    lambda g, y, a, b: f.zeros_like(g),
    lambda g, y, a, b: f.where(a == 0, g, 0.0),
    rounds=False,
    definition=lambda c, a, b: c.select(a < 0, 0, c.select(a > 0, 1, b)),
    piece=lambda a, b: f.sign(a),
    switch=lambda a, b: a,
    strata=((0.0, 0.5),),
)
step(np.fix, **_TRUNC)
elementwise(
    np.nan_to_num,
    lambda g, y, x: f.where(np.isfinite(x), g, 0.0),
    kind=like_first,
    rounds=False,
    definition=lambda c, x: x,
    names=("x",),
    defaults={},
)
for _op, _kind, _examples in (
    (np.ldexp, elementwise_kind, ((Drawn(3), 2), (0.5, -1), (Drawn(2, 3), np.array([1, 0, -2])))),
    (math.ldexp, _float, ((0.5, 3),)),
):
    _run = traced(_op)
    elementwise(
        _op,
        lambda g, y, x, i, power=_run: power(g, i),
        kind=_kind,
        names=("x", "i"),
        defaults={},
        rounds=False,
        definition=lambda c, x, i: x * c.pow(2, i),
        examples=_examples,
    )


# ---------------------------------------------------------------- sums of displays

linear(
    math.fsum,
    _builtin_sum,
    names=("seq",),
    kind=_float,
    definition=lambda c, seq: builtins.sum(seq),
    examples=(((0.5, 1.5, 2.0),), (Drawn(4),)),
)


# ---------------------------------------------------------------- integers and truth values

for _op, _names in (
    (math.comb, ("n", "k")),
    (math.perm, ("n", "k")),
    (math.factorial, ("n",)),
    (math.isqrt, ("n",)),
    (math.gcd, ("a", "b")),
    (math.lcm, ("a", "b")),
):
    constant(_op, _names, kind=lambda *_: INT, examples=((6, 3)[: len(_names)],))
constant(
    math.isclose,
    ("a", "b"),
    ("rel_tol", "abs_tol"),
    kind=lambda *_, **__: BOOL,
    defaults={},
    definition=scalars_close,
)
