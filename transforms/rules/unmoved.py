"""Rules of NumPy functions without derivative: bits, counts, positions, windows, questions.

n = np.bincount(k)          nothing
h = np.hanning(5)           nothing
m = np.isin(k, [1, 2])      nothing
"""

from __future__ import annotations

import math
from functools import reduce
from typing import Any

import numpy as np

from fpad.transforms.kinds import BOOL, INT, Kind, Num, StaticKind, broadcast_rank, join_num
from fpad.transforms.rules.core import constant, dtype_num, is_none, numbers
from fpad.transforms.rules.definitions import constants
from fpad.transforms.rules.trace import f

_op: Any
_definition: Any


def _spread_kind(num: str | None) -> Any:
    """The kind of what is computed entry by entry; None: of the numbers of the operands."""

    def kind(*operands: Any, **_: Any) -> Kind:
        nums = numbers(*operands)
        own = num or reduce(join_num, (k.num for k in nums))
        return Num(any(k.array for k in nums), own, broadcast_rank(nums))

    return kind


def _like_first_kind(num: str) -> Any:
    def kind(first: Any, *_: Any, **__: Any) -> Kind:
        k = numbers(first)[0]
        own = k if isinstance(first, Num) else Num(True, num)
        return Num(own.array, num, own.rank)

    return kind


# ---------------------------------------------------------------- entry by entry

BITS = ((np.array([3, 1, 4]), 2), (np.array([3, 1]), np.array([1, 2])))

for _op in (np.bitwise_and, np.bitwise_or, np.bitwise_xor, np.left_shift, np.right_shift):
    constant(_op, ("x1", "x2"), kind=_spread_kind(None), examples=BITS)
for _op in (np.gcd, np.lcm):
    constant(_op, ("x1", "x2"), kind=_spread_kind("int"), examples=BITS)
constant(np.invert, ("x",), kind=_spread_kind(None), examples=((np.array([3, 0]),),))
constant(
    np.spacing,
    ("x",),
    kind=_spread_kind("float"),
    undefined="it asks for the float format",
)
constant(
    np.angle, ("z", "deg"), kind=_like_first_kind("float"), rounds=True, definition=constants.angle
)
constant(np.imag, ("val",), kind=_like_first_kind("float"), definition=constants.zero)
for _op, _definition in ((np.isreal, constants.always), (np.iscomplex, constants.never)):
    constant(_op, ("x",), kind=_like_first_kind("bool"), definition=_definition)
constant(
    np.isin,
    ("element", "test_elements", "assume_unique", "invert", "kind"),
    kind=lambda element, *_, **__: Num(True, "bool", getattr(element, "rank", None)),
    definition=constants.isin,
)
if hasattr(np, "bitwise_count"):  # NumPy 2
    constant(np.bitwise_count, ("x",), kind=_spread_kind("int"), examples=((np.array([3, 0]),),))
for _op in (np.iscomplexobj, np.isrealobj):
    constant(_op, ("x",), kind=lambda x: BOOL, shape_only=frozenset((0,)))
constant(
    np.array_equiv,
    ("a1", "a2"),
    kind=lambda a1, a2: BOOL,
    definition=constants.array_equiv,
)


# ---------------------------------------------------------------- positions


def _position_kind(a: Any, axis: Any = None, keepdims: Any = None, **__: Any) -> Kind:
    rank = a.rank if isinstance(a, Num) else None
    if keepdims is not None and keepdims != StaticKind(False):
        return Num(True, "int", rank)
    if is_none(axis):
        return INT
    return Num(rank is None or rank > 1, "int", rank and (rank - 1 or None))


for _op, _sign in ((np.nanargmax, 1), (np.nanargmin, -1)):
    constant(
        _op,
        ("a", "axis"),
        ("keepdims",),
        kind=_position_kind,
        piece=lambda a, axis=None, *, keepdims=False, op=_op: op(a, axis, keepdims=keepdims),
        switch=lambda a, axis=None, *, keepdims=False, s=_sign: f.gap(
            f.where(a == a, a if s > 0 else -a, -math.inf), axis, keepdims
        ),
        strata=((np.zeros(2),), (np.ones(3),)),
    )
constant(
    np.argpartition,
    ("a", "kth", "axis", "kind"),
    kind=lambda a, kth, axis=-1, kind=None: Num(True, "int", None if is_none(axis) else a.rank),
    defaults={"axis": -1, "kind": "introselect"},
    examples=((np.array([0.5, -1.5, 2.0]), 1),),
)
constant(
    np.lexsort,
    ("keys", "axis"),
    kind=lambda keys, axis=None: Num(True, "int"),
    examples=(((np.array([3, 1, 2]), np.array([1, 1, 0])),),),
)


# ---------------------------------------------------------------- grids and windows

for _op in (np.hanning, np.hamming, np.blackman, np.bartlett):
    constant(
        _op,
        ("M",),
        kind=lambda M: Num(True, "float", 1),
        rounds=True,
        definition=getattr(constants, _op.__name__),
        examples=((5,),),
    )


def _indices_kind(dimensions: Any, dtype: Any = None, sparse: Any = None) -> Kind:
    rank = len(dimensions) + 1 if isinstance(dimensions, tuple) else None
    rank = getattr(dimensions, "rank", None) if rank is None else rank - 1
    return Num(True, dtype_num(dtype, "int"), None if rank is None else rank + 1)


constant(np.indices, ("dimensions", "dtype"), kind=_indices_kind, examples=(((2, 3),),))
constant(
    np.tri,
    ("N", "M", "k", "dtype"),
    kind=lambda N, M=None, k=None, dtype=None: Num(True, dtype_num(dtype, "float"), 2),
    examples=((3, 2, 1),),
)
