"""Rules of products and sums along an axis, of variances, and of what they need.

y = np.prod(x)      ->   bx = fp.spread(by, x) * (fp.exclusive(x) * fp.exclusive(x, None, True))
y = np.cumsum(x)    ->   bx = np.flip(np.cumsum(np.flip(by)))
y = np.std(x)       ->   bx = fp.spread(fp.div0(by, y * n * varies), x) * (x - np.mean(x))

Factors are left out rather than divided out: a product with zeros has its true derivative.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.kinds import Kind, Num
from fpad.transforms.rules.core import Drawn, general, is_none, like_first, linear
from fpad.transforms.rules.reductions import (
    EXAMPLES,
    _mean_kind,
    _sum_kind,
    spread,
)
from fpad.transforms.rules.trace import f

# ---------------------------------------------------------------- products


def _others(a: Any, axis: Any) -> Any:
    """The product of all other entries of the group."""
    return f.exclusive(a, axis) * f.exclusive(a, axis, True)


def _prod_tangent(dx: Any, y: Any, a: Any, axis: Any = None, *, keepdims: Any = False) -> Any:
    return np.sum(dx * _others(a, axis), axis, keepdims=keepdims)


def _prod_adjoint(by: Any, y: Any, a: Any, axis: Any = None, *, keepdims: Any = False) -> Any:
    return spread(by, a, axis, keepdims) * _others(a, axis)


ZEROS = "zeros among the factors: the true derivative; factors are left out, not divided out"
general(
    np.prod,
    [_prod_tangent],
    [_prod_adjoint],
    conventions=(ZEROS,),
    kind=_sum_kind,
    examples=EXAMPLES,
)


def _flat_kind(a: Any, axis: Any = None) -> Kind:
    """Of the rank of the operand; without an axis it is flattened."""
    num = _sum_kind(a).num  # type: ignore[attr-defined]
    return Num(True, num, 1 if is_none(axis) else a.rank if isinstance(a, Num) else None)


CUMULATIVE: tuple[tuple[Any, ...], ...] = (
    (Drawn(4),),
    (Drawn(2, 3),),
    (Drawn(2, 3, 2), 1),
    (Drawn(3, 4), -1),
    (Drawn(0),),
    (Drawn(1), 0),
)


def _cumsum(by: Any, axis: Any) -> Any:
    return np.flip(np.cumsum(np.flip(by, axis), axis), axis)


linear(
    np.cumsum,
    lambda by, y, a, axis=None: (
        f.reshape_like(_cumsum(by, 0), a) if axis is None else _cumsum(by, axis)
    ),
    kind=_flat_kind,
    examples=CUMULATIVE,
)


def _cumprod_tangent(dx: Any, y: Any, a: Any, axis: Any = None) -> Any:
    if axis is None:
        dx, a, axis = np.ravel(dx), np.ravel(a), 0
    grown = dx * f.exclusive(a, axis)
    return grown + a * f.carry(grown, a, axis)


def _cumprod_adjoint(by: Any, y: Any, a: Any, axis: Any = None) -> Any:
    by = f.reshape_like(by, a) if axis is None else by
    return f.exclusive(a, axis) * (by + f.carry(a * by, a, axis, True))


general(
    np.cumprod,
    [_cumprod_tangent],
    [_cumprod_adjoint],
    conventions=(ZEROS,),
    kind=_flat_kind,
    examples=CUMULATIVE,
)


def _back(reverse: Any) -> bool:
    return not reverse


general(
    fp.exclusive,
    [
        lambda dx, y, x, axis=None, reverse=False: f.carry(dx * y, x, axis, reverse),
    ],
    [
        lambda by, y, x, axis=None, reverse=False: y * f.carry(by, x, axis, _back(reverse)),
    ],
    kind=lambda x, axis=None, reverse=None: like_first(x),
    examples=((Drawn(4),), (Drawn(2, 3), 0, True), (Drawn(2, 3), (0, 1)), (0.5,)),
)
general(
    fp.carry,
    [
        lambda dg, y, g, x, axis=None, reverse=False: f.carry(dg, x, axis, reverse),
        lambda dx, y, g, x, axis=None, reverse=False: f.carry(dx * y, x, axis, reverse),
    ],
    [
        lambda by, y, g, x, axis=None, reverse=False: f.carry(by, x, axis, _back(reverse)),
        lambda by, y, g, x, axis=None, reverse=False: f.carry(by, x, axis, _back(reverse)) * y,
    ],
    kind=lambda g, x, axis=None, reverse=None: like_first(x),
    examples=(
        (Drawn(4), Drawn(4)),
        (Drawn(2, 3), Drawn(2, 3), 0, True),
        (Drawn(2, 3), Drawn(2, 3), (0, 1)),
        (0.5, 1.5),
    ),
)

# ---------------------------------------------------------------- variances


def _weighed(by: Any, a: Any, axis: Any, keepdims: Any) -> Any:
    """The cotangent of a reduction, times the distance of each entry from the mean."""
    return spread(by, a, axis, keepdims) * (a - np.mean(a, axis, keepdims=True))


def _freedom(a: Any, axis: Any, ddof: Any) -> Any:
    n = f.count(a, axis)
    return n if isinstance(ddof, int) and ddof == 0 else n - ddof


def _var_tangent(
    dx: Any, y: Any, a: Any, axis: Any = None, *, ddof: Any = 0, keepdims: Any = False
) -> Any:
    moved = dx * (a - np.mean(a, axis, keepdims=True))
    return np.sum(moved, axis, keepdims=keepdims) * (2.0 / _freedom(a, axis, ddof))


def _var_adjoint(
    by: Any, y: Any, a: Any, axis: Any = None, *, ddof: Any = 0, keepdims: Any = False
) -> Any:
    return _weighed(by * (2.0 / _freedom(a, axis, ddof)), a, axis, keepdims)


def _size(y: Any, a: Any, axis: Any, ddof: Any, keepdims: Any) -> Any:
    """The deviation times the degrees of freedom; 0 of a constant, whose y is mere rounding."""
    varies = np.max(a, axis, keepdims=keepdims) != np.min(a, axis, keepdims=keepdims)
    return y * _freedom(a, axis, ddof) * varies


def _std_tangent(
    dx: Any, y: Any, a: Any, axis: Any = None, *, ddof: Any = 0, keepdims: Any = False
) -> Any:
    moved = np.sum(dx * (a - np.mean(a, axis, keepdims=True)), axis, keepdims=keepdims)
    return f.div0(moved, _size(y, a, axis, ddof, keepdims))


def _std_adjoint(
    by: Any, y: Any, a: Any, axis: Any = None, *, ddof: Any = 0, keepdims: Any = False
) -> Any:
    return _weighed(f.div0(by, _size(y, a, axis, ddof, keepdims)), a, axis, keepdims)


def _range(a: Any, axis: Any = None, *, ddof: Any = 0, keepdims: Any = False) -> Any:
    """The largest less the smallest entry: 0 just where the deviation is."""
    return np.max(a, axis, keepdims=keepdims) - np.min(a, axis, keepdims=keepdims)


def _spread_kind(a: Any, axis: Any = None, *, ddof: Any = None, keepdims: Any = None) -> Kind:
    return _mean_kind(a, axis, keepdims=keepdims)


SPREAD: tuple[tuple[Any, ...], ...] = (
    *(e for e in EXAMPLES if e not in ((0.75,),) and repr(e) != "(Drawn(),)"),
    (Drawn(5), None, {"ddof": 1}),
    (Drawn(3, 4), 0, {"ddof": 1, "keepdims": True}),
)

general(np.var, [_var_tangent], [_var_adjoint], kind=_spread_kind, examples=SPREAD)
general(
    np.std,
    [_std_tangent],
    [_std_adjoint],
    conventions=("where all entries are equal: slope 0",),
    kind=_spread_kind,
    piece=lambda a, axis=None, *, ddof=0, keepdims=False: (
        _range(a, axis, ddof=ddof, keepdims=keepdims) != 0
    ),
    switch=_range,
    strata=((np.zeros(2),), (np.ones((2, 2)),), (np.full(3, 0.1),)),
    examples=SPREAD,
)
