"""Rules of operations that only move entries: each is given by its transpose.

y = np.transpose(x)        ->   bx = np.transpose(by)
y = np.stack([a, b])       ->   ba = by[0];  bb = by[1]
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.kinds import INT, Kind, Num, StaticKind, element_kind, join_num
from fpad.transforms.rules.core import (
    Drawn,
    Entries,
    dtype_num,
    is_none,
    like_first,
    linear,
    numbers,
    rank_of_shape,
)
from fpad.transforms.rules.trace import f

LIKE_1 = frozenset((1,))


def first_array(first: Any, *_: Any, **__: Any) -> Kind:
    """An array of the numbers and the rank of the first operand."""
    kind = numbers(first)[0]
    return Num(True, kind.num, kind.rank) if isinstance(first, Num) else Num(True, kind.num)


# ---------------------------------------------------------------- axes and shapes


def inverse(axes: Any) -> Any:
    """The permutation that undoes `axes`."""
    if axes is None:
        return None
    if isinstance(axes, tuple) and all(isinstance(a, int) for a in axes):
        n = len(axes)
        return tuple(sorted(range(n), key=lambda k: axes[k] % n))
    raise TypeError("the axes of a transpose must be written as numbers")


linear(
    np.transpose,
    lambda by, y, a, axes=None: (
        np.transpose(by) if axes is None else np.transpose(by, inverse(axes))
    ),
    kind=first_array,
    rounds=False,
    view="always",
    examples=((Drawn(2, 3),), (Drawn(3),), (Drawn(2, 3, 4), (2, 0, 1)), (Drawn(2, 3), (-1, 0))),
)
linear(
    np.swapaxes,
    lambda by, y, a, axis1, axis2: np.swapaxes(by, axis1, axis2),
    kind=first_array,
    rounds=False,
    view="always",
    examples=((Drawn(2, 3, 4), 0, -1),),
)


def _reshaped_kind(a: Any, shape: Any) -> Kind:
    return Num(True, numbers(a)[0].num, rank_of_shape(shape) or None)


def _flat_kind(a: Any, **_: Any) -> Kind:
    return Num(True, numbers(a)[0].num, 1)


linear(
    np.reshape,
    lambda by, y, a, shape: f.reshape_like(by, a),
    kind=_reshaped_kind,
    rounds=False,
    view="maybe",
    examples=((Drawn(2, 3), (3, 2)), (Drawn(2, 3), -1), (Drawn(1), ()), (0.5, (1, 1))),
)
linear(
    np.ravel,
    lambda by, y, a: f.reshape_like(by, a),
    kind=_flat_kind,
    rounds=False,
    view="maybe",
    examples=((Drawn(2, 3),), (0.5,)),
)
linear(
    fp.flatten,
    lambda by, y, x: f.reshape_like(by, x),
    kind=_flat_kind,
    rounds=False,
    examples=((Drawn(2, 3),),),
)
linear(
    fp.flat,
    lambda by, y, x: f.reshape_like(by, x),
    kind=_flat_kind,
    rounds=False,
    view="always",
    examples=((Drawn(2, 3),), (Drawn(3),)),
)


def _expanded_kind(a: Any, axis: Any) -> Kind:
    """One axis more for each that is named."""
    more = len(axis) if isinstance(axis, tuple) else 1 if axis == INT else None
    rank = _display_rank(a)
    return Num(True, numbers(a)[0].num, None if None in (more, rank) else rank + more or None)  # type: ignore[operator]


def _squeezed_kind(a: Any, axis: Any = None) -> Kind:
    rank = _display_rank(a) if axis == INT else None
    return Num(True, numbers(a)[0].num, rank - 1 or None if rank else None)


def _broadcast_kind(array: Any, shape: Any) -> Kind:
    return Num(True, numbers(array)[0].num, rank_of_shape(shape) or None)


linear(
    np.expand_dims,
    lambda by, y, a, axis: f.reshape_like(by, a),
    kind=_expanded_kind,
    rounds=False,
    view="always",
    examples=((Drawn(2, 3), 1), (Drawn(2, 3), (0, -1))),
)
linear(
    np.squeeze,
    lambda by, y, a, axis=None: f.reshape_like(by, a),
    kind=_squeezed_kind,
    rounds=False,
    view="always",
    examples=((Drawn(2, 1, 3),), (Drawn(1, 3, 1), 0), (Drawn(1, 1),)),
)
linear(
    fp.reshape_like,
    lambda by, y, g, x: f.reshape_like(by, g),
    kind=lambda g, x: Num(x.array, g.num, x.rank),
    rounds=False,
    view="maybe",
    shape_only=LIKE_1,
    examples=((Drawn(2, 3), Drawn(6)), (Drawn(1, 1), 0.5)),
)
linear(
    np.broadcast_to,
    lambda by, y, array, shape: f.unbroadcast(by, array),
    kind=_broadcast_kind,
    rounds=False,
    view="always",
    readonly=True,
    examples=((Drawn(3), (2, 3)), (0.5, (2, 3)), (Drawn(2, 1), (4, 2, 3))),
)
linear(
    fp.broadcast,
    lambda by, y, t, like: f.unbroadcast(by, t),
    kind=lambda t, like: Num(t.array or like.array, t.num, like.rank),
    rounds=False,
    view="maybe",
    readonly=True,
    shape_only=LIKE_1,
    examples=((Drawn(3), Drawn(2, 3)), (0.5, Drawn(2, 3)), (0.5, 1.5), (Drawn(2), Drawn(2))),
)
linear(
    fp.unbroadcast,
    lambda by, y, t, like: f.broadcast(by, t),
    kind=lambda t, like: Num(like.array, t.num, like.rank),
    view="maybe",
    shape_only=LIKE_1,
    examples=((Drawn(2, 3), Drawn(3)), (Drawn(2, 3), 0.5), (Drawn(2), Drawn(2)), (0.5, 1.5)),
)


# ---------------------------------------------------------------- joining and picking apart


def _at(j: int, axis: int) -> Any:
    """The index of entry j along `axis`."""
    if axis == 0:
        return j
    return (*[slice(None)] * axis, j) if axis > 0 else (..., j, *[slice(None)] * (-axis - 1))


def _joined_kind(rank: Callable[[int], int], least: int = 0) -> Callable[..., Kind]:
    """The kind of arrays put together, given the rank of an array made of them all.

    `least`: so many axes are given to each of the arrays first.
    """

    def kind(arrays: Any, axis: Any = 0) -> Kind:
        whole = 2 if is_none(axis) else _display_rank(arrays, least)
        num = reduce(join_num, (k.num for k in numbers(arrays)))
        return Num(True, num, None if whole is None else rank(whole))

    return kind


linear(
    np.stack,
    lambda by, y, arrays, axis=0: Entries(lambda j: by[_at(j, axis)]),
    kind=_joined_kind(lambda whole: whole),
    rounds=False,
    examples=(
        ((Drawn(2, 3), Drawn(2, 3)),),
        ((Drawn(2), Drawn(2), Drawn(2)), 1),
        ((Drawn(2, 3), Drawn(2, 3)), -2),
        ((0.5, 1.5),),
    ),
)
linear(
    np.concatenate,
    lambda by, y, arrays, axis=0: Entries(lambda j: f.part(by, arrays, j, axis)),
    kind=_joined_kind(lambda whole: whole - 1),
    rounds=False,
    examples=(
        ((Drawn(2, 3), Drawn(1, 3)),),
        ((Drawn(2), Drawn(0), Drawn(3)), 0),
        ((Drawn(2, 3), Drawn(2, 1)), -1),
        ((Drawn(2, 3), Drawn(4)), None),
    ),
)
linear(
    np.vstack,
    lambda by, y, tup: Entries(lambda j: f.part(by, tup, j, 0)),
    kind=_joined_kind(lambda whole: max(whole - 1, 2), 2),
    rounds=False,
    examples=(((Drawn(3), Drawn(2, 3)),), ((Drawn(2, 2, 2), Drawn(1, 2, 2)),), ((0.5, 1.5),)),
)
linear(
    np.hstack,
    lambda by, y, tup: Entries(lambda j: f.part(by, tup, j, 1)),
    kind=_joined_kind(lambda whole: max(whole - 1, 1), 1),
    rounds=False,
    examples=(((Drawn(3), Drawn(2)),), ((Drawn(2, 3), Drawn(2, 1)),), ((0.5, Drawn(2)),)),
)
linear(
    fp.part,
    lambda by, y, g, arrays, j, axis=0: f.place_part(by, g, arrays, j, axis),
    kind=lambda g, arrays, j, axis=None: Num(True, g.num),
    rounds=False,
    view="maybe",
    shape_only=LIKE_1,
    examples=(
        (Drawn(3, 3), (Drawn(2, 3), Drawn(1, 3)), 1, 0),
        (Drawn(5), (Drawn(2), Drawn(3)), 0, 1),
        (Drawn(3, 3), (Drawn(3), Drawn(2, 3)), 0, 0),
        (Drawn(2, 3), (Drawn(3), Drawn(3)), 1, 0),
        (Drawn(10), (Drawn(2, 3), Drawn(4)), 1, None),
    ),
)
linear(
    fp.place_part,
    lambda by, y, v, g, arrays, j, axis=0: f.part(by, arrays, j, axis),
    kind=lambda v, g, arrays, j, axis=None: Num(True, v.num),
    rounds=False,
    shape_only=frozenset((1, 2)),
    examples=(
        (Drawn(1, 3), Drawn(3, 3), (Drawn(2, 3), Drawn(1, 3)), 1, 0),
        (Drawn(2), Drawn(5), (Drawn(2), Drawn(3)), 0, 1),
        (Drawn(3), Drawn(3, 3), (Drawn(3), Drawn(2, 3)), 0, 0),
        (Drawn(4), Drawn(10), (Drawn(2, 3), Drawn(4)), 1, None),
    ),
)


def entries(by: Any, display: Any) -> Any:
    """The cotangents of a display, nested as it is, given the cotangent of its array."""

    def entry(j: int) -> Any:
        return entries(by[j], display[j]) if isinstance(display[j], tuple) else by[j]

    return Entries(entry)


def _array_kind(object: Any, dtype: Any = None) -> Kind:
    """The numbers of the display or array, unless a dtype is given."""
    num = reduce(join_num, (k.num for k in numbers(object)), "bool")
    return Num(True, dtype_num(dtype, num), _display_rank(object))


def _display_rank(o: Any, least: int = 0) -> int | None:
    """The rank of an array made of a display, or of an array; `least`: of its entries."""
    if isinstance(o, tuple):
        inner = {None if r is None else max(r, least) for r in map(_display_rank, o)}
        rank = inner.pop() if len(inner) == 1 else None
        return None if rank is None else rank + 1
    if isinstance(o, Num):
        return o.rank if o.array else 0
    return None


for _op, _view in ((np.array, "never"), (np.asarray, "maybe")):
    linear(
        _op,
        lambda by, y, object, dtype=None: (
            entries(by, object) if isinstance(object, tuple) else f.reshape_like(by, object)
        ),
        names=("a" if _op is np.asarray else "object", "dtype"),
        kind=_array_kind,
        rounds=False,
        view=_view,
        examples=(
            ((0.5, 1.5, -0.5),),
            (((0.5, 1.5), (-0.5, 1.0)),),
            ((Drawn(3), Drawn(3)),),
            (Drawn(2, 3),),
            (0.5,),
        ),
    )
linear(
    np.copy,
    lambda by, y, a, *, order="K": by,
    kind=first_array,
    rounds=False,
    examples=((Drawn(2, 3),), (Drawn(),)),
)
linear(
    fp.copy, lambda by, y, x: by, kind=like_first, rounds=False, examples=((Drawn(2, 3),), (0.5,))
)


def _getitem_kind(a: Any, b: Any) -> Kind:
    """The kind of a[b], from the kind of b: None for what has none, a slice."""
    parts: list[Any] = []
    for part in b if isinstance(b, tuple) else (b,):
        value = part.value if isinstance(part, StaticKind) else part
        if part is None or isinstance(value, slice):
            parts.append(":")
        else:
            parts.append(value if value is None or isinstance(value, Num) else "..")
    base = a if isinstance(a, Num) else Num(True, reduce(join_num, (k.num for k in numbers(a))))
    return element_kind(base, parts)


linear(
    operator.getitem,
    lambda by, y, a, b: f.scatter(by, b, a),
    kind=_getitem_kind,
    rounds=False,
    view="maybe",
    examples=(
        (Drawn(3), 1),
        (Drawn(3, 4), (slice(1, None), -1)),
        (Drawn(3, 4), (..., None, 0)),
        (Drawn(4), np.array([0, 2, 0])),
        (Drawn(2, 2), np.array([[True, False], [True, True]])),
    ),
)
linear(
    fp.scatter,
    lambda by, y, g, index, like: by[index],
    kind=lambda g, index, like: Num(True, numbers(g)[0].num, numbers(like)[0].rank),
    rounds=True,
    shape_only=frozenset((2,)),
    examples=(
        (0.5, 1, Drawn(3)),
        (Drawn(2), (slice(1, None), -1), Drawn(3, 4)),
        (Drawn(3), np.array([0, 2, 0]), Drawn(4)),
    ),
)
linear(
    fp.keep_last,
    lambda by, y, t, index, like: f.keep_last(by, index, like),
    kind=lambda t, index, like: t,
    rounds=False,
    view="maybe",
    shape_only=frozenset((2,)),
    examples=(
        (Drawn(3), np.array([0, 2, 0]), Drawn(4)),
        (Drawn(2, 3), (slice(None), np.array([1, 1, 0])), Drawn(2, 4)),
        (Drawn(3, 2), (np.array([1, 1, -1]), slice(None), 0), Drawn(2, 2, 4)),
    ),
)
linear(
    fp.select,
    None,
    lambda by, y, mask, t: f.select(mask, by),
    kind=lambda mask, t: t,
    rounds=False,
    view="maybe",
    examples=(
        (np.array([True, False, True]), Drawn(3)),
        (np.array([[True, False, True], [False, False, True]]), Drawn(2, 1)),
        (np.array([[True, False], [False, False]]), Drawn(2)),
        (np.array([True, False]), 0.5),
        (False, 0.5),
        (True, Drawn(2)),
    ),
)
