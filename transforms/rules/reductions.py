"""Rules of reductions over axes: sum, mean, extremes.

y = np.sum(x)            ->   bx = fp.broadcast(by, x)
y = np.mean(x, axis=0)   ->   bx = fp.spread(by / fp.count(x, 0), x, 0)
y = np.max(x, axis=0)    ->   bx = fp.place(.., fp.argmax(x, 0), x, 0)
"""

from __future__ import annotations

import builtins
import math
from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.kinds import INT, Kind, Num, StaticKind, join_num
from fpad.transforms.rules.core import (
    Drawn,
    Entries,
    constant,
    general,
    is_false,
    is_none,
    linear,
    numbers,
)
from fpad.transforms.rules.trace import f


def _reduced(a: Any, axis: Any, keepdims: Any, num: str) -> Kind:
    """A scalar where all axes are reduced away, an array otherwise."""
    if is_none(axis) and is_false(keepdims):
        return Num(False, num)
    rank = a.rank if isinstance(a, Num) else None
    if isinstance(keepdims, StaticKind) and keepdims.value is True:
        return Num(True, num, rank)
    gone = len(axis) if isinstance(axis, tuple) else 1 if axis == INT else None
    if rank is None or gone is None or not is_false(keepdims):
        return Num(True, num)
    return Num(rank > gone, num, rank - gone or None)


def _sum_kind(a: Any, axis: Any = None, *, keepdims: Any = None) -> Kind:
    num = reduce(join_num, (k.num for k in numbers(a)))
    return _reduced(a, axis, keepdims, "int" if num == "bool" else num)


def _mean_kind(a: Any, axis: Any = None, *, keepdims: Any = None) -> Kind:
    return _reduced(a, axis, keepdims, "float")


def _extreme_kind(a: Any, axis: Any = None, *, keepdims: Any = None) -> Kind:
    return _reduced(a, axis, keepdims, reduce(join_num, (k.num for k in numbers(a))))


EXAMPLES: tuple[tuple[Any, ...], ...] = (
    (Drawn(3, 4),),
    (Drawn(5),),
    (Drawn(),),
    (Drawn(2, 3, 4), 1),
    (Drawn(2, 3, 4), -1, {"keepdims": True}),
    (Drawn(2, 3, 4), (0, 2)),
    (Drawn(2, 3, 4), (2, 0), {"keepdims": True}),
    (Drawn(2, 3), None, {"keepdims": True}),
    (0.75,),
)
EMPTY: tuple[tuple[Any, ...], ...] = ((Drawn(0),), (Drawn(0, 3), 0), (Drawn(3, 0), 0))


def spread(by: Any, a: Any, axis: Any, keepdims: Any) -> Any:
    """Repeat the cotangent of a reduction over the reduced axes."""
    if axis is None:
        return f.broadcast(by, a)
    if keepdims is False:
        return f.spread(by, a, axis)
    return f.spread(by, a, axis, keepdims=keepdims)


linear(
    np.sum,
    lambda by, y, a, axis=None, *, keepdims=False: spread(by, a, axis, keepdims),
    kind=_sum_kind,
    examples=EXAMPLES + EMPTY,
)
linear(
    np.mean,
    lambda by, y, a, axis=None, *, keepdims=False: spread(by / f.count(a, axis), a, axis, keepdims),
    kind=_mean_kind,
    examples=(*EXAMPLES, (Drawn(3, 0), 0)),
)


def _extreme(op: Callable[..., Any], position: Callable[..., Any], sign: int) -> None:
    """np.max, np.min: the first extreme entry takes all; where one is NaN its slope is NaN."""

    def keywords(keepdims: Any) -> dict[str, Any]:
        return {} if keepdims is False else {"keepdims": keepdims}

    def tangent(dx: Any, y: Any, a: Any, axis: Any = None, *, keepdims: Any = False) -> Any:
        dy = f.pick(dx, position(a, axis), axis, **keywords(keepdims))
        return f.where(y == y, dy, math.nan)

    def adjoint(by: Any, y: Any, a: Any, axis: Any = None, *, keepdims: Any = False) -> Any:
        by = f.where(y == y, by, math.nan)
        return f.place(by, position(a, axis), a, axis, **keywords(keepdims))

    def switch(a: Any, axis: Any = None, *, keepdims: Any = False) -> Any:
        return f.gap(a if sign > 0 else -a, axis, **keywords(keepdims))

    general(
        op,
        [tangent],
        [adjoint],
        conventions=("of equal entries the first takes all", "where one is NaN: slope NaN"),
        kind=_extreme_kind,
        rounds=False,
        piece=lambda a, axis=None, *, keepdims=False: position(a, axis),
        switch=switch,
        lipschitz=True,
        strata=((np.zeros(2),), (np.ones((2, 2)),)),
        examples=EXAMPLES,
    )


_op: Any
for _op in dict.fromkeys((np.max, np.amax)):
    _extreme(_op, f.argmax, 1)
for _op in dict.fromkeys((np.min, np.amin)):
    _extreme(_op, f.argmin, -1)


def _position_kind(a: Any, axis: Any = None, *, keepdims: Any = None) -> Kind:
    return _reduced(a, axis, keepdims, "int")


for _op, _sign in ((np.argmax, 1), (np.argmin, -1)):
    constant(
        _op,
        ("a", "axis"),
        ("keepdims",),
        kind=_position_kind,
        piece=lambda a, axis=None, *, keepdims=False, op=_op: op(a, axis, keepdims=keepdims),
        switch=lambda a, axis=None, *, keepdims=False, s=_sign: f.gap(
            a if s > 0 else -a, axis, keepdims
        ),
        strata=((np.zeros(2),), (np.ones((2, 2)),)),
    )


def _truth_kind(a: Any, axis: Any = None, *, keepdims: Any = None) -> Kind:
    return _reduced(a, axis, keepdims, "bool")


for _op in (np.any, np.all):
    constant(_op, ("a", "axis"), ("keepdims",), kind=_truth_kind)


# ---------------------------------------------------------------- the builtin sum


def _builtin_sum(by: Any, y: Any, iterable: Any) -> Any:
    """Of a display each entry takes the whole; an array is summed over its first axis."""
    if isinstance(iterable, tuple):
        return Entries(lambda j: f.unbroadcast(by, iterable[j]))
    return f.spread(by, iterable, 0)


def _builtin_sum_kind(iterable: Any) -> Kind:
    nums = numbers(iterable)
    num = reduce(join_num, (k.num for k in nums), "int")
    num = "int" if num == "bool" else num
    if isinstance(iterable, Num):  # of an array: its rows are added
        rank = iterable.rank
        return Num(False, num) if rank == 1 else Num(True, num, rank and rank - 1)
    return Num(any(k.array for k in nums), num)


linear(
    builtins.sum,
    _builtin_sum,
    kind=_builtin_sum_kind,
    examples=(((0.5, 1.5, 2.0),), (Drawn(4),), (Drawn(3, 2),), ((Drawn(2, 3), Drawn(3), 1.5),)),
)


# ---------------------------------------------------------------- the transposes

linear(
    fp.spread,
    lambda by, y, g, x, axis=None, keepdims=False: np.sum(by, axis=axis, keepdims=keepdims),
    kind=lambda g, x, *_, **__: Num(True, g.num, x.rank),
    rounds=False,
    view="always",
    readonly=True,
    shape_only=frozenset((1,)),
    examples=(
        (0.5, Drawn(2, 3)),
        (Drawn(2, 4), Drawn(2, 3, 4), 1),
        (Drawn(3), Drawn(2, 3, 4), (0, -1)),
        (Drawn(1, 3, 1), Drawn(2, 3, 4), (0, -1), {"keepdims": True}),
    ),
)
linear(
    fp.pick,
    lambda by, y, x, where, axis=None, keepdims=False: f.place(
        by, where, x, axis, keepdims=keepdims
    ),
    kind=lambda x, where, axis=None, keepdims=None: _extreme_kind(x, axis, keepdims=keepdims),
    rounds=False,
    examples=(
        (Drawn(2, 3), 4),
        (Drawn(2, 3), np.array([1, 0, 1]), 0),
        (Drawn(2, 3, 2), np.array([3, 0]), (1, 2), {"keepdims": True}),
    ),
)
linear(
    fp.place,
    lambda by, y, g, where, x, axis=None, keepdims=False: f.pick(
        by, where, axis, keepdims=keepdims
    ),
    kind=lambda g, where, x, *_, **__: Num(True, numbers(g)[0].num, numbers(x)[0].rank),
    rounds=False,
    shape_only=frozenset((2,)),
    examples=(
        (0.5, 4, Drawn(2, 3)),
        (Drawn(3), np.array([1, 0, 1]), Drawn(2, 3), 0),
        (Drawn(2, 1, 1), np.array([3, 0]), Drawn(2, 3, 2), (1, 2), {"keepdims": True}),
    ),
)
for _op in (fp.argmax, fp.argmin, fp.runner_up):
    constant(_op, ("x", "axis"), kind=lambda x, axis=None: _reduced(x, axis, None, "int"))
constant(
    fp.count,
    ("x", "axis"),
    kind=lambda x, axis=None: INT,
    shape_only=frozenset((0,)),
    cost_free=True,
)


def _gap_tangent(dx: Any, y: Any, x: Any, axis: Any = None, keepdims: Any = False) -> Any:
    first, second = f.argmax(x, axis), f.runner_up(x, axis)
    return f.pick(dx, first, axis, keepdims=keepdims) - f.pick(dx, second, axis, keepdims=keepdims)


def _gap_adjoint(by: Any, y: Any, x: Any, axis: Any = None, keepdims: Any = False) -> Any:
    first, second = f.argmax(x, axis), f.runner_up(x, axis)
    return f.place(by, first, x, axis, keepdims=keepdims) - f.place(
        by, second, x, axis, keepdims=keepdims
    )


general(
    fp.gap,
    [_gap_tangent],
    [_gap_adjoint],
    kind=lambda x, axis=None, keepdims=None: _extreme_kind(x, axis, keepdims=keepdims),
    examples=((Drawn(5),), (Drawn(3, 4), 0), (Drawn(3, 4), -1, True)),
)
