"""Rules of the slopes that other rules write: closed, and finite at every order.

q = fp.div0(a, b)          ->   ba = fp.div0(bq, b);  bb = -fp.div0(bq * q, b)
c = fp.cosine(a, b)        ->   ba = bc * (fp.cosine(b, a) * fp.div0(fp.cosine(b, a), r)), ..
y = fp.gaussian(x)         ->   bx = by * fp.gaussian(x, 1.0, 1)
s = fp.power_slope(a, b)   ->   ba = bs * fp.power_slope(a, b, 2, 0)
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.runtime.slopes import falling_slope
from fpad.transforms.rules.core import Drawn, elementwise
from fpad.transforms.rules.definitions.common import whole
from fpad.transforms.rules.trace import f


def _div0(c: Any, a: Any, b: Any) -> Any:
    return c.select(b == 0, 0 * a, a / c.select(b == 0, 1, b))


elementwise(
    fp.div0,
    lambda g, y, a, b: f.div0(g, b),
    lambda g, y, a, b: -f.div0(g * y, b),
    definition=_div0,
    domain=(0.5, 2.0),
    piece=lambda a, b: b != 0,
    switch=lambda a, b: b,
    strata=((1.0, 0.0),),
)


def _turn(a: Any, b: Any) -> Any:
    """Give b / hypot(a, b)**2, the slope of the angle by a."""
    return f.div0(f.cosine(b, a), np.hypot(a, b))


elementwise(
    fp.cosine,
    lambda g, y, a, b: g * (f.cosine(b, a) * _turn(a, b)),
    lambda g, y, a, b: -g * (y * _turn(a, b)),
    definition=lambda c, a, b: _div0(c, a, c.sqrt(a * a + b * b)),
    domain=(0.5, 2.0),
    conventions=("where one is infinite, that of the infinite ones as if they were 1",),
    piece=lambda a, b: np.logical_or(a != 0, b != 0),
    switch=lambda a, b: f.where(a < 0, -a, a) + f.where(b < 0, -b, b),
    strata=((0.0, 0.0),),
)
elementwise(
    fp.difference,
    lambda g, y, a, b: g,
    lambda g, y, a, b: -g,
    definition=lambda c, a, b: a - b,
)
elementwise(
    fp.logistic,
    lambda g, y, t: g * (y * f.logistic(-t)),
    definition=lambda c, t: 1 / (1 + c.exp(-t)),
)


def _gaussian(c: Any, x: Any, p: Any = 1.0, n: Any = 0) -> Any:
    """Hermite's polynomials times the bell."""
    before, value = 0, c.exp(-p * x * x)
    for k in range(whole(n)):
        before, value = value, -2 * p * (x * value + k * before)
    return value


def _lorentzian(c: Any, x: Any, p: Any = 1.0, n: Any = 0) -> Any:
    """Gegenbauer's polynomials of x / sqrt(1 + x * x) times the bell."""
    twice, square = whole(2 * p), 1 + x * x
    before, value = 0, 1 / (square if twice == 2 else c.sqrt(square))
    for k in range(whole(n)):
        step = (twice + 2 * k) * x * value + k * (k - 1 + twice) * before
        before, value = value, -step / square
    return value


_BELLS: tuple[tuple[Any, ...], ...] = (
    *((Drawn(4), 1.0), (0.5, 0.5), (Drawn(2, 3), 1.0, 1), (0.5, 0.5, 1)),
    *((Drawn(4), 0.5, 2), (Drawn(2), 1.0, 3)),
)
elementwise(
    fp.gaussian,
    lambda g, y, x, c=1.0, n=0: g * f.gaussian(x, c, n + 1),
    definition=_gaussian,
    source="Abramowitz and Stegun (1964), 22.7.13",
    examples=_BELLS,
)
elementwise(
    fp.lorentzian,
    lambda g, y, x, p=1.0, n=0: g * f.lorentzian(x, p, n + 1),
    definition=_lorentzian,
    source="Abramowitz and Stegun (1964), 22.7.3",
    examples=_BELLS,
)


def _log0(c: Any, a: Any, n: int = 0) -> Any:
    safe = c.select(a > 0, a, 1)
    value = c.log(safe) if n == 0 else (-1) ** (n - 1) * math.factorial(n - 1) / safe**n
    return c.select(a > 0, value, 0)


elementwise(
    fp.log0,
    lambda g, y, a, n=0: g * f.log0(a, n + 1),
    definition=_log0,
    domain=(0.5, 2.0),
    piece=lambda a, n=0: a > 0,
    switch=lambda a, n=0: a,
    strata=((0.0,),),
    examples=((Drawn(2, 3),), (0.5,), (Drawn(2, 3), 1), (0.5, 2)),
)


def _base_log(c: Any, a: Any, b: Any, n: int = 0) -> Any:
    if a == 0 and b < 0:
        raise ValueError("an infinite logarithm")
    return _log0(c, a, n)


elementwise(
    fp.base_log,
    lambda g, y, a, b, n=0: g * f.base_log(a, b, n + 1),
    None,
    definition=_base_log,
    domain=(0.5, 2.0),
    piece=lambda a, b, n=0: a > 0,
    switch=lambda a, b, n=0: a,
    strata=((0.0, 1.0),),
    examples=((Drawn(2, 3), Drawn(3)), (0.5, 1.5), (Drawn(2, 3), 0.5, 1), (0.5, 1.5, 2)),
)


def _power_slope(c: Any, a: Any, b: Any, n: int = 1, m: int = 0) -> Any:
    """With 1 in place of a base that has no power or no logarithm."""
    safe = c.select(a == 0 if m == 0 else a <= 0, 1, a)
    factors = [math.comb(m, j) * falling_slope(b, n, j) for j in range(m + 1)]
    total = factors[m]
    if m > 0:
        log = c.log(safe)
        total = sum(factor * log ** (m - j) for j, factor in enumerate(factors))
    value = total * c.pow(safe, b - n)
    if m > 0:
        return c.select(a <= 0, 0, value)
    return c.select(a == 0, c.select(b == n, math.factorial(n), 0), value)


elementwise(
    fp.power_slope,
    lambda g, y, a, b, n=1, m=0: g * f.power_slope(a, b, n + 1, m),
    lambda g, y, a, b, n=1, m=0: g * f.power_slope(a, b, n, m + 1),
    definition=_power_slope,
    domain=(0.5, 2.0),
    piece=lambda a, b, n=1, m=0: a != 0,
    switch=lambda a, b, n=1, m=0: a,
    strata=((0.0, 0.5),),
    examples=(
        (Drawn(2, 3), Drawn(3)),
        (0.5, 1.5),
        (Drawn(2, 3), 0.5),
        (Drawn(2, 3), Drawn(3), 2, 1),
        (0.5, 1.5, 2, 1),
    ),
)
