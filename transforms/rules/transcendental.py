"""Rules of the elementary functions, of NumPy and of `math`.

    y = np.tanh(x)    ->    bx = by * (1.0 - y * y)
    y = math.sqrt(x)  ->    bx = fp.div0(by, 2.0 * y)

`np.exp` and `math.exp` are different functions: a slope uses the library of its operation.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np

from fpad.transforms.kinds import FLOAT, Kind
from fpad.transforms.rules.core import elementwise, elementwise_kind
from fpad.transforms.rules.trace import f, m

LN2, LN10 = math.log(2.0), math.log(10.0)


def _float(*_: Any, **__: Any) -> Kind:
    return FLOAT


def real(name: str, slope: Callable[..., Any], math_name: str | None = None, **facts: Any) -> None:
    """Declare np.name and its namesake in `math`: slope(lib, g, y, x) = g * dy/dx.

    `lib` is the library of the operation; `facts["definition"]` defaults to the core function of
    this name.
    """
    facts.setdefault("definition", lambda c, x: getattr(c, name)(x))
    elementwise(getattr(np, name), lambda g, y, x: slope(np, g, y, x), **facts)
    facts["kind"] = _float
    elementwise(getattr(math, math_name or name), lambda g, y, x: slope(m, g, y, x), **facts)


def divide(lib: Any, a: Any, b: Any) -> Any:
    """Divide as the library does: NumPy gives inf where Python raises."""
    return operator.truediv(a, b) if lib is m else np.divide(a, b)


real("exp", lambda lib, g, y, x: g * y)
real("expm1", lambda lib, g, y, x: g * lib.exp(x))  # y + 1 loses all digits far below 0
real("exp2", lambda lib, g, y, x: g * (y * LN2))
elementwise(
    np.log,
    lambda g, y, x: np.divide(g, x),
    definition=lambda c, x: c.log(x),
    domain=(0.1, 3.0),
)
elementwise(
    math.log,
    lambda g, y, x, base=None: g / x if base is None else g / (x * m.log(base)),
    lambda g, y, x, base=None: -g * y / (base * m.log(base)),
    kind=_float,
    definition=lambda c, x, base=None: c.log(x) if base is None else c.log(x) / c.log(base),
    domain=(0.1, 3.0),
    examples=((0.5,), (0.7, 2.5), (2.5, 0.7)),
)
real("log1p", lambda lib, g, y, x: divide(lib, g, 1.0 + x), domain=(-0.9, 3.0))
real("log2", lambda lib, g, y, x: divide(lib, g, x * LN2), domain=(0.1, 3.0))
real("log10", lambda lib, g, y, x: divide(lib, g, x * LN10), domain=(0.1, 3.0))

real("sin", lambda lib, g, y, x: g * lib.cos(x))
real("cos", lambda lib, g, y, x: -g * lib.sin(x))
real("tan", lambda lib, g, y, x: g * (1.0 + y * y), domain=(-1.2, 1.2))
real("sinh", lambda lib, g, y, x: g * lib.cosh(x))
real("cosh", lambda lib, g, y, x: g * lib.sinh(x))
real("tanh", lambda lib, g, y, x: g * (1.0 - y * y))
real("arctan", lambda lib, g, y, x: g * f.lorentzian(x), "atan")

# Roots, and the arcs at their ends: the slope there is infinite, the coded one 0.
real(
    "sqrt",
    lambda lib, g, y, x: f.div0(g, 2.0 * y),
    domain=(0.1, 3.0),
    piece=lambda x: x != 0,
    switch=lambda x: x,
    strata=((0.0,),),
)
real(
    "cbrt",
    lambda lib, g, y, x: f.div0(f.div0(g, y), 3.0 * y),
    domain=(0.1, 3.0),
    piece=lambda x: x != 0,
    switch=lambda x: x,
    strata=((0.0,),),
)
for _name, _sign in (("arcsin", 1.0), ("arccos", -1.0)):
    real(
        _name,
        lambda lib, g, y, x, s=_sign: f.div0(g if s > 0 else -g, lib.sqrt((1.0 - x) * (1.0 + x))),
        _name.replace("arc", "a"),
        domain=(-0.9, 0.9),
        piece=lambda x: x * x < 1,
        switch=lambda x: 1 - x * x,
        strata=((-1.0,), (1.0,)),
    )


# Lengths and angles: at the origin there is no slope, the coded one is 0.
def _norm_slope(k: int, g: Any, y: Any, *xs: Any) -> Any:
    others = (*xs[:k], *xs[k + 1 :])
    return g * f.cosine(xs[k], others[0] if len(others) == 1 else m.hypot(*others))


def _norm_piece(*xs: Any) -> Any:
    return reduce(np.logical_or, [x != 0 for x in xs])


def _norm_switch(*xs: Any) -> Any:
    return reduce(operator.add, [f.where(x < 0, -x, x) for x in xs])


for _op, _kind, _examples in (
    (np.hypot, elementwise_kind, ()),
    (math.hypot, _float, ((0.5, -1.5), (0.5,), (0.5, 1.0, -2.0))),
):
    elementwise(
        _op,
        _norm_slope,
        variadic=True,
        kind=_kind,
        definition=lambda c, *xs: c.sqrt(sum(x * x for x in xs)),
        piece=_norm_piece,
        switch=_norm_switch,
        lipschitz=True,
        strata=((0.0, 0.0),),
        examples=_examples,
    )


def _angle(op: Callable[..., Any], norm: Callable[..., Any], kind: Callable[..., Kind]) -> None:
    def by_first(g: Any, y: Any, a: Any, b: Any) -> Any:
        return g * f.div0(f.cosine(b, a), norm(a, b))

    def by_second(g: Any, y: Any, a: Any, b: Any) -> Any:
        return -g * f.div0(f.cosine(a, b), norm(a, b))

    elementwise(
        op,
        by_first,
        by_second,
        kind=kind,
        definition=lambda c, a, b: c.arctan2(a, b),
        piece=lambda a, b: np.logical_or(b > 0, a >= 0),
        switch=lambda a, b: a,
        strata=((0.0, 0.0), (0.0, -1.0)),
    )


_angle(np.arctan2, np.hypot, elementwise_kind)
_angle(math.atan2, m.hypot, _float)
