"""Rules of sorting and of what is taken by position: the stable permutation has the slope.

y = np.sort(x)         ->   bx = fp.untake_along_axis(by, np.argsort(x, kind="stable"), x, -1)
y = np.median(x)       ->   bx = fp.place(0.5 * by, fp.ranked(x, k), x) + ..
y = np.take(x, rows)   ->   bx = fp.untake(by, rows, x)
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.kinds import BOOL, INT, INTS, Kind, Num, broadcast_rank
from fpad.transforms.rules.core import Drawn, constant, general, is_none, linear, numbers
from fpad.transforms.rules.definitions import constants, sums
from fpad.transforms.rules.linear import first_array
from fpad.transforms.rules.reductions import EXAMPLES, _mean_kind
from fpad.transforms.rules.trace import f, m

_op: Any
_names: Any
_definition: Any

# ---------------------------------------------------------------- taken along an axis


def _along_kind(arr: Any, indices: Any, axis: Any = None) -> Kind:
    rank = indices.rank if isinstance(indices, Num) else None
    return Num(True, numbers(arr)[0].num, rank)


linear(
    np.take_along_axis,
    lambda by, y, arr, indices, axis=-1: f.untake_along_axis(by, indices, arr, axis),
    kind=_along_kind,
    rounds=False,
    examples=(
        (Drawn(2, 3), np.array([[2, 0, 1], [0, 0, 2]]), 1),
        (Drawn(2, 3), np.array([[1, 0, 1]]), 0),
        (Drawn(2, 2), np.array([3, 0, 0]), None),
    ),
)
linear(
    fp.untake_along_axis,
    lambda by, y, g, indices, like, axis: np.take_along_axis(by, indices, axis),
    kind=lambda g, indices, like, axis: Num(True, g.num, like.rank),
    shape_only=frozenset((2,)),
    examples=(
        (Drawn(2, 3), np.array([[2, 0, 1], [0, 0, 2]]), Drawn(2, 3), 1),
        (Drawn(3), np.array([3, 0, 0]), Drawn(2, 2), None),
    ),
)


def _taken_kind(a: Any, indices: Any, axis: Any = None) -> Kind:
    """A number where one entry of a vector, or of a flattened array, is taken."""
    num = numbers(a)[0].num
    rank = indices.rank if isinstance(indices, Num) and indices.array else None
    if isinstance(indices, Num) and not indices.array:
        rank = 0
    own = 1 if is_none(axis) else a.rank if isinstance(a, Num) else None
    if rank is None or own is None:
        return Num(True, num)
    total = rank + own - 1
    return Num(total > 0, num, total or None)


linear(
    np.take,
    lambda by, y, a, indices, axis=None: f.untake(by, indices, a, axis),
    kind=_taken_kind,
    rounds=False,
    examples=(
        (Drawn(4), np.array([2, 0, 0])),
        (Drawn(2, 3), 4),
        (Drawn(2, 3), np.array([[0, 2], [1, 1]]), 1),
        (Drawn(2, 3), 1, -1),
    ),
)
linear(
    fp.untake,
    lambda by, y, g, indices, like, axis=None: np.take(by, indices, axis),
    kind=lambda g, indices, like, axis=None: Num(True, g.num, like.rank),
    shape_only=frozenset((2,)),
    examples=(
        (Drawn(3), np.array([2, 0, 0]), Drawn(4)),
        (0.5, 4, Drawn(2, 3)),
        (Drawn(2, 2, 2), np.array([[0, 2], [1, 1]]), Drawn(2, 3), 1),
    ),
)


# ---------------------------------------------------------------- sorted


def _stable(a: Any, axis: Any) -> Any:
    """The stable permutation that sorts."""
    return np.argsort(a, axis, kind="stable")


def apart(a: Any, axis: Any = -1, kind: Any = None) -> Any:
    """How far each entry is from the nearest other one; inf if there is none."""
    rows = np.ravel(a) if axis is None else a
    at = 0 if axis is None else axis
    far = abs(rows - np.take_along_axis(rows, f.neighbour(rows, at), at))
    return f.where(f.count(rows, at) > 1, far, math.inf)


_LAST = object()


def _sorted_kind(num: str | None = None) -> Any:
    def of(a: Any, axis: Any = _LAST, kind: Any = None) -> Kind:
        flat = axis is not _LAST and is_none(axis)
        own = first_array(a)
        assert isinstance(own, Num)
        return Num(True, num or own.num, 1 if flat else own.rank)

    return of


STABLE = "equal entries keep their order: the slopes are those of the stable permutation"
SORTED: tuple[tuple[Any, ...], ...] = (
    (Drawn(4),),
    (Drawn(3, 4),),
    (Drawn(4, 3), 0),
    (Drawn(2, 3), None),
    (Drawn(4), -1, "stable"),
)
TIES = ((np.zeros(2),), (np.array([1.0, 2.0, 1.0, 2.0]),))

general(
    np.sort,
    [lambda dx, y, a, axis=-1, kind=None: np.take_along_axis(dx, _stable(a, axis), axis)],
    [lambda by, y, a, axis=-1, kind=None: f.untake_along_axis(by, _stable(a, axis), a, axis)],
    conventions=(STABLE,),
    kind=_sorted_kind(),
    rounds=False,
    piece=lambda a, axis=-1, kind=None: _stable(a, axis),
    switch=apart,
    strata=TIES,
    examples=SORTED,
)
constant(
    np.argsort,
    ("a", "axis", "kind"),
    kind=_sorted_kind("int"),
    piece=lambda a, axis=-1, kind=None: _stable(a, axis),
    switch=apart,
    strata=TIES,
)
constant(fp.neighbour, ("x", "axis"), kind=lambda x, axis=None: Num(True, "int", x.rank))


# ---------------------------------------------------------------- medians and quantiles


def _between(a: Any, axis: Any, low: Any, high: Any, keepdims: Any) -> Any:
    """How far the entries of these ranks are from those below the first and above the last."""

    def at(k: Any) -> Any:
        return f.pick(a, f.ranked(a, k, axis), axis, keepdims=keepdims)

    below = f.where(low > 0, at(low) - at(low - 1), math.inf)
    above = f.where(high < f.count(a, axis) - 1, at(high + 1) - at(high), math.inf)
    return f.where(below < above, below, above)


def _middle(a: Any, axis: Any) -> tuple[Any, Any]:
    """The ranks of the two entries, or the one, in the middle."""
    n = f.count(a, axis)
    return (n - 1) // 2, n // 2


def _median_tangent(dx: Any, y: Any, a: Any, axis: Any = None, *, keepdims: Any = False) -> Any:
    low, high = (
        f.pick(dx, f.ranked(a, k, axis), axis, keepdims=keepdims) for k in _middle(a, axis)
    )
    return f.where(y == y, 0.5 * low + 0.5 * high, math.nan)


def _median_adjoint(by: Any, y: Any, a: Any, axis: Any = None, *, keepdims: Any = False) -> Any:
    half = 0.5 * f.where(y == y, by, math.nan)
    low, high = (
        f.place(half, f.ranked(a, k, axis), a, axis, keepdims=keepdims) for k in _middle(a, axis)
    )
    return low + high


def _median_piece(a: Any, axis: Any = None, *, keepdims: Any = False) -> Any:
    """Which entries are in the middle, whichever comes first."""
    low, high = (f.ranked(a, k, axis) for k in _middle(a, axis))
    first, last = f.where(low < high, low, high), f.where(low < high, high, low)
    return first * f.count(a, axis) + last


general(
    np.median,
    [_median_tangent],
    [_median_adjoint],
    conventions=(STABLE,),
    kind=_mean_kind,
    piece=_median_piece,
    switch=lambda a, axis=None, *, keepdims=False: _between(a, axis, *_middle(a, axis), keepdims),
    strata=((np.zeros(3),), (np.ones((2, 2)),)),
    examples=EXAMPLES,
)
constant(
    fp.unraveled,
    ("indices", "shape", "axis", "order"),
    kind=lambda indices, shape, axis, order="C": indices,
    examples=((5, (2, 3), 0), (np.array([5, 0, 2]), (2, 3), 1), (np.array([[5], [1]]), (2, 3), 1)),
)
constant(fp.ranked, ("x", "k", "axis"), kind=lambda x, k, axis=None: INT if is_none(axis) else INTS)


def _quantile(op: Any, scale: float) -> None:
    """np.quantile and np.percentile with the linear method, of one number q."""

    def ends(a: Any, q: Any, axis: Any) -> tuple[Any, Any, Any]:
        """The two ranks that the quantile lies between, and how far along it is."""
        at = (f.count(a, axis) - 1) * (q / scale)
        low = m.floor(at)
        return low, low + 1, at - low

    def tangent(dx: Any, y: Any, a: Any, q: Any, axis: Any = None, *, keepdims: Any = False) -> Any:
        low, high, t = ends(a, q, axis)
        first, last = (
            f.pick(dx, f.ranked(a, k, axis), axis, keepdims=keepdims) for k in (low, high)
        )
        return f.where(y == y, (1.0 - t) * first + t * last, math.nan)

    def adjoint(by: Any, y: Any, a: Any, q: Any, axis: Any = None, *, keepdims: Any = False) -> Any:
        low, high, t = ends(a, q, axis)
        by = f.where(y == y, by, math.nan)
        first = f.place((1.0 - t) * by, f.ranked(a, low, axis), a, axis, keepdims=keepdims)
        return first + f.place(t * by, f.ranked(a, high, axis), a, axis, keepdims=keepdims)

    def length(a: Any, q: Any, axis: Any, keepdims: Any) -> Any:
        """The slope by q."""
        low, high, _ = ends(a, q, axis)
        first, last = (
            f.pick(a, f.ranked(a, k, axis), axis, keepdims=keepdims) for k in (low, high)
        )
        return (last - first) * ((f.count(a, axis) - 1) / scale)

    def kind(a: Any, q: Any, axis: Any = None, *, keepdims: Any = None) -> Kind:
        if not isinstance(q, Num) or (q.array and q.rank != 0):
            raise TypeError("q must be one number")
        return _mean_kind(a, axis, keepdims=keepdims)

    def piece(a: Any, q: Any, axis: Any = None, *, keepdims: Any = False) -> Any:
        low, high, _ = ends(a, q, axis)
        return f.ranked(a, low, axis) * f.count(a, axis) + f.ranked(a, high, axis)

    def switch(a: Any, q: Any, axis: Any = None, *, keepdims: Any = False) -> Any:
        low, high, _ = ends(a, q, axis)
        return _between(a, axis, low, high, keepdims)

    general(
        op,
        [
            tangent,
            lambda dq, y, a, q, axis=None, *, keepdims=False: dq * length(a, q, axis, keepdims),
        ],
        [
            adjoint,
            lambda by, y, a, q, axis=None, *, keepdims=False: f.unbroadcast(
                by * length(a, q, axis, keepdims), q
            ),
        ],
        conventions=(STABLE,),
        kind=kind,
        piece=piece,
        switch=switch,
        strata=((np.zeros(3), 0.25 * scale),),
        examples=(
            (Drawn(5), 0.3 * scale),
            (Drawn(3, 4), 0.4 * scale, 1),
            (Drawn(3, 4), 0.15 * scale, 0, {"keepdims": True}),
            (Drawn(2, 3, 2), 0.7 * scale, (0, 2)),
        ),
    )


_quantile(np.quantile, 1.0)
_quantile(np.percentile, 100.0)


# ---------------------------------------------------------------- positions

constant(
    fp.lead,
    ("x", "axis", "sign"),
    kind=lambda x, axis=None, sign=None: x,
    undefined="it measures what was recorded, in floats",
    examples=((Drawn(4), 0, 1), (Drawn(3, 2), 1, -1)),
)
constant(
    fp.above_nearest,
    ("marks", "x"),
    kind=lambda marks, x: x if isinstance(x, Num) else Num(True, "float"),
)
constant(fp.nonzero, ("x", "k"), kind=lambda x, k=None: Num(True, "int", 1))
constant(
    fp.running,
    ("x", "axis", "sign"),
    kind=lambda x, axis=None, sign=None: Num(True, "int", x.rank),
    piece=lambda x, axis=0, sign=1: f.running(x, axis, sign),
    switch=lambda x, axis=0, sign=1: f.lead(x, axis, sign),
    strata=((np.zeros(2),), (np.ones(3),)),
)


def _search_kind(a: Any, v: Any, side: Any = None, sorter: Any = None) -> Kind:
    return Num(v.array, "int", v.rank) if isinstance(v, Num) else INTS


constant(
    np.searchsorted,
    ("a", "v", "side", "sorter"),
    kind=_search_kind,
    piece=lambda a, v, side="left", sorter=None: np.searchsorted(a, v, side, sorter),
    switch=lambda a, v, side="left", sorter=None: f.above_nearest(a, v),
    strata=((np.array([0.0, 1.0]), 1.0), (np.array([1.0, 1.0]), np.array([1.0, 1.0]))),
)
constant(
    np.digitize,
    ("x", "bins", "right"),
    kind=lambda x, bins, right=None: Num(x.array, "int", x.rank),
    piece=lambda x, bins, right=False: np.digitize(x, bins, right),
    switch=lambda x, bins, right=False: f.above_nearest(bins, x),
    strata=((1.0, np.array([0.0, 1.0])), (np.array([0.0, 1.0]), np.array([1.0, 0.0]))),
    definition=sums.digitize,
)
for _op, _name in ((np.flatnonzero, "a"), (np.argwhere, "a")):
    constant(_op, (_name,), kind=lambda a, r=1 + (_op is np.argwhere): Num(True, "int", r))


def _bool_like(*kinds: Any, **_: Any) -> Kind:
    nums = numbers(kinds[:2])
    return Num(any(k.array for k in nums), "bool", broadcast_rank(nums))


_CLOSE = ("a", "b", "rtol", "atol", "equal_nan")
constant(np.isclose, _CLOSE, kind=_bool_like, definition=sums.isclose)
constant(np.allclose, _CLOSE, kind=lambda *_, **__: BOOL, definition=sums.allclose)
for _op, _definition in (
    (np.signbit, constants.signbit),
    (np.isposinf, constants.never),
    (np.isneginf, constants.never),
):
    constant(_op, ("x",), kind=_bool_like, definition=_definition)
constant(np.array_equal, ("a1", "a2", "equal_nan"), kind=lambda *_, **__: BOOL)
