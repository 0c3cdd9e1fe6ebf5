"""Rules of operations without derivative (shapes, new arrays), and of conversions.

n = len(x)          nothing
t = np.full(3, x)   ->   bx = fp.unbroadcast(bt, x)
t = float(x)        ->   bx = fp.reshape_like(bt, x)
"""

from __future__ import annotations

import builtins
import operator
from functools import reduce
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.kinds import (
    BOOL,
    FLOAT,
    INT,
    DtypeKind,
    Kind,
    Num,
    OpaqueKind,
    ShapeKind,
    TapeKind,
    broadcast_rank,
    join_num,
)
from fpad.transforms.rules.core import (
    Drawn,
    constant,
    dtype_num,
    elementwise,
    general,
    is_none,
    like_first,
    linear,
    numbers,
    rank_of_shape,
)
from fpad.transforms.rules.trace import f, traced

SHAPE_ONLY = frozenset((0,))

# ---------------------------------------------------------------- shapes

_op: Any
for _op in (np.ndim, builtins.len):
    constant(_op, ("a",), kind=lambda a: INT, shape_only=SHAPE_ONLY, cost_free=True)


def zeros_kind(x: Kind) -> Kind:
    """Floats of the shape of x; of a tape or residuals, zeros for every entry."""
    return Num(x.array, "float", x.rank) if isinstance(x, Num) else x


constant(
    np.size, ("a", "axis"), kind=lambda a, axis=None: INT, shape_only=SHAPE_ONLY, cost_free=True
)


def _shape_kind(a: Any) -> Kind:
    rank = (a.rank if a.array else 0) if isinstance(a, Num) else None
    return ShapeKind(rank)


constant(
    fp.along,
    ("a",),
    kind=lambda a: Num(True, "int", 1),
    shape_only=SHAPE_ONLY,
    cost_free=True,
    examples=((Drawn(2, 3),),),
)
constant(np.shape, ("a",), kind=_shape_kind, shape_only=SHAPE_ONLY, cost_free=True)
constant(
    fp.dtype,
    ("x",),
    kind=lambda x: DtypeKind(np.dtype, x.num if isinstance(x, Num) else "any"),
    shape_only=SHAPE_ONLY,
    cost_free=True,
)


def _like_kinds(x: Any, y: Any = None) -> Kind:
    first = like_first(x)
    if is_none(y) or not isinstance(first, Num):
        return first
    other = like_first(y)
    assert isinstance(other, Num)
    return Num(first.array or other.array, first.num, broadcast_rank((first, other)))


constant(
    fp.like,
    ("x", "y"),
    kind=_like_kinds,
    shape_only=frozenset((0, 1)),
    cost_free=True,
    defaults={"y": None},
)
constant(fp.tape, (), kind=TapeKind)


# ---------------------------------------------------------------- new arrays


def _new_kind(shape: Any, dtype: Any = None, num: str = "float") -> Num:
    return Num(True, dtype_num(dtype, num), rank_of_shape(shape))


def _square_kind(n: Any, dtype: Any = None) -> Kind:
    return Num(True, dtype_num(dtype, "float"), 2)


for _op in (np.zeros, np.ones, np.empty):
    constant(_op, ("shape", "dtype"), kind=_new_kind)
constant(
    np.eye,
    ("N", "M", "k", "dtype"),
    kind=lambda N, M=None, k=None, dtype=None: _square_kind(N, dtype),
)
constant(np.identity, ("n", "dtype"), kind=_square_kind)


def _like_kind(a: Any, dtype: Any = None) -> Kind:
    num = dtype_num(dtype, reduce(join_num, (k.num for k in numbers(a))))
    return Num(True, num, a.rank if isinstance(a, Num) else None)


for _op in (np.zeros_like, np.ones_like, np.empty_like):
    constant(_op, ("a", "dtype"), kind=_like_kind, shape_only=SHAPE_ONLY)
constant(fp.zeros_like, ("x",), kind=zeros_kind, shape_only=SHAPE_ONLY)

linear(
    np.full,
    None,
    lambda by, y, shape, fill_value, dtype=None: f.unbroadcast(by, fill_value),
    kind=lambda shape, fill_value, dtype=None: _new_kind(shape, dtype, numbers(fill_value)[0].num),
    rounds=False,
    examples=(((2, 3), 0.5), (4, 1.5), ((2, 3), Drawn(3))),
)
linear(
    np.full_like,
    None,
    lambda by, y, a, fill_value, dtype=None: f.unbroadcast(by, fill_value),
    kind=lambda a, fill_value, dtype=None: _like_kind(a, dtype),
    rounds=False,
    shape_only=SHAPE_ONLY,
    examples=((Drawn(2, 3), 0.5), (Drawn(2, 3), Drawn(3))),
)


# ---------------------------------------------------------------- ranges

arange = traced(np.arange)
linspace = traced(np.linspace)


def _arange_kind(start: Any, stop: Any = None, step: Any = None, *, dtype: Any = None) -> Kind:
    num = reduce(join_num, (k.num for k in numbers(start, stop, step)))
    return Num(True, dtype_num(dtype, num), 1)


def _arange_start(
    dx: Any, y: Any, start: Any, stop: Any = None, step: Any = None, *, dtype: Any = None
) -> Any:
    """All entries move with the start; a lone argument is the stop, which moves none."""
    return f.zeros_like(y) if stop is None else f.broadcast(dx, y)


def _arange_start_adjoint(
    by: Any, y: Any, start: Any, stop: Any = None, step: Any = None, *, dtype: Any = None
) -> Any:
    return f.zeros_like(start) if stop is None else f.unbroadcast(by, start)


general(
    np.arange,
    [
        _arange_start,
        lambda dx, y, start, stop, step=None, *, dtype=None: f.zeros_like(y),
        lambda dx, y, start, stop, step, *, dtype=None: dx * arange(np.size(y)),
    ],
    [
        _arange_start_adjoint,
        lambda by, y, start, stop, step=None, *, dtype=None: f.zeros_like(stop),
        lambda by, y, start, stop, step, *, dtype=None: f.unbroadcast(
            by * arange(np.size(y)), step
        ),
    ],
    kind=_arange_kind,
    examples=((2.5,), (0.25, 3.1), (0.25, 3.1, 0.6), (0.25, 3.1, 0.6, {"dtype": float})),
)


def _linspace_kind(start: Any, stop: Any, num: Any = None) -> Kind:
    ends = numbers(start, stop)
    rank = broadcast_rank(ends) if any(k.array for k in ends) else 0
    return Num(True, "float", None if rank is None else rank + 1)


def _linspace_adjoint(weights: Any, by: Any, x: Any, num: Any) -> Any:
    """The entries of each column of `by`, weighted and summed."""
    return f.reshape_like(np.dot(weights, np.reshape(by, (num, -1))), x)


general(
    np.linspace,
    [
        lambda dx, y, start, stop, num=50: linspace(dx, 0.0, num),
        lambda dx, y, start, stop, num=50: linspace(0.0, dx, num),
    ],
    [
        lambda by, y, start, stop, num=50: _linspace_adjoint(
            linspace(1.0, 0.0, num), by, start, num
        ),
        lambda by, y, start, stop, num=50: _linspace_adjoint(
            linspace(0.0, 1.0, num), by, stop, num
        ),
    ],
    kind=_linspace_kind,
    examples=((0.25, 1.5, 4), (Drawn(3), Drawn(3), 5)),
)


# ---------------------------------------------------------------- conversions


def _cast_kind(num: str) -> Any:
    return lambda x: Num(x.array, num)


for _op in (np.float64, np.float32, np.float16):
    elementwise(
        _op,
        lambda g, y, x: g,
        kind=_cast_kind("float"),
        rounds=False,
        facts={"straight_through": True},
    )
_INTS = (np.int64, np.int32, np.int16, np.int8, np.intp)
for _op in dict.fromkeys((*_INTS, np.bool_)):
    constant(
        _op,
        ("x",),
        kind=_cast_kind("bool" if _op is np.bool_ else "int"),
        pointwise=True,
        undefined="it keeps the last digits only" if _op in (np.int8, np.int16) else "",
    )

linear(
    builtins.float,
    lambda by, y, x: f.reshape_like(by, x),
    kind=lambda x: FLOAT,
    rounds=False,
    examples=((0.5,), (Drawn(),)),
)
linear(
    fp.item,
    lambda by, y, x: f.reshape_like(by, x),
    kind=lambda x: Num(False, x.num),
    rounds=False,
    examples=((Drawn(),), (Drawn(1, 1),)),
)
linear(
    fp.astype,
    lambda by, y, x, dtype: by,
    kind=lambda x, dtype: Num(x.array, dtype_num(dtype, x.num), x.rank),
    rounds=False,
    examples=((Drawn(2, 3), np.float64), (Drawn(2, 3), "float64")),
)
constant(
    fp.class_number,
    ("x", "classes"),
    undefined="it asks for the class of an object",
    kind=lambda x, classes: INT,
    shape_only=SHAPE_ONLY,
    cost_free=True,
    examples=((0.5, (float, np.float64)),),
)
constant(
    fp.letter,
    ("text", "k"),
    kind=lambda text, k: OpaqueKind(str),
    examples=(("abc", 1),),
)
constant(
    operator.contains,
    ("container", "item"),
    undefined="it asks for equal objects",
    kind=lambda container, item: BOOL,
    examples=((frozenset((0.5, 1.5)), 0.5),),
)
constant(
    builtins.isinstance,
    ("x", "cls"),
    kind=lambda x, cls: BOOL,
    shape_only=SHAPE_ONLY,
    cost_free=True,
    examples=((0.5, float), (Drawn(2), (int, np.ndarray))),
)
