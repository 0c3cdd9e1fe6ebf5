"""The operations that `fpad.vmap` writes: axes for examples made, spread and read."""

from __future__ import annotations

from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.kinds import BOOL, INT, Kind, Num, ShapeKind
from fpad.transforms.rules.core import Drawn, constant, linear, numbers
from fpad.transforms.rules.steps import distance_to_integer, truncated
from fpad.transforms.rules.trace import f

_ONLY = frozenset((0,))


def _lifted_kind(x: Any, rank: Any) -> Kind:
    first = numbers(x)[0]
    value = getattr(rank, "value", None)
    return Num(True, first.num, value + 1 if isinstance(value, int) else None)


def _each_kind(x: Any, n: Any) -> Kind:
    first = numbers(x)[0]
    rank = first.rank if first.array else 0
    return Num(True, first.num, None if rank is None else rank + 1)


def _shape_kind(x: Any) -> Kind:
    rank = numbers(x)[0].rank
    return ShapeKind(None if rank is None else rank - 1)


linear(
    fp.lifted,
    lambda by, y, x, rank: f.reshape_like(by, x),
    kind=_lifted_kind,
    rounds=False,
    view="maybe",
    examples=((Drawn(3, 2), 3), (Drawn(3), 2), (Drawn(2, 3), 1)),
)
linear(
    fp.example_of,
    lambda by, y, value, results: by,
    kind=lambda value, results: numbers(value)[0],
    rounds=False,
    view="maybe",
    shape_only=frozenset((1,)),
    examples=((Drawn(2), Drawn(3, 2)), (0.5, Drawn(3))),
)
linear(
    fp.fitting,
    lambda by, y, other, then: by,
    kind=lambda other, then: numbers(other)[0],
    rounds=False,
    view="always",
    shape_only=frozenset((1,)),
    examples=((Drawn(3, 2), Drawn(3, 2)),),
)
linear(
    fp.for_each,
    lambda by, y, x, n: np.sum(by, axis=0),
    kind=_each_kind,
    rounds=False,
    view="always",
    readonly=True,
    examples=((Drawn(2), 3), (0.5, 3), (Drawn(2, 3), 2)),
)
linear(
    fp.flat_examples,
    lambda by, y, x: f.reshape_like(by, x),
    kind=lambda x: Num(True, numbers(x)[0].num, 2),
    rounds=False,
    view="maybe",
    examples=((Drawn(3),), (Drawn(3, 2, 2),)),
)
constant(
    fp.batch_size,
    ("first", "second"),
    variadic=True,
    kind=lambda *_: INT,
    shape_only=_ONLY,
    cost_free=True,
    examples=((Drawn(3, 2),),),
)
constant(
    fp.rank_of,
    ("batched", "single"),
    kind=lambda batched, single=None: INT,
    cost_free=True,
    examples=(((Drawn(3, 2), Drawn(3)), (Drawn(2, 2),)),),
)
constant(
    fp.whole,
    ("op", "a", "b", "holds"),
    kind=lambda op, a, b, holds=None: Num(True, "int", 1),
    examples=(("*", np.array([3, 5]), 2), ("//", np.array([3, 5]), np.array([2, -2]))),
)
constant(
    fp.whole_of,
    ("x", "holds"),
    kind=lambda x, holds=None: Num(True, "int", 1),
    definition=truncated,
    piece=lambda x, holds=None: f.where(x >= 0, x // 1, -(-x // 1)),
    switch=lambda x, holds=None: f.where(abs(x) < 1, abs(x) - 1, distance_to_integer(x)),
    strata=((np.array([-1.0, 1.0]),),),
    pointwise=True,
    examples=((np.array([1.5, -2.25]),),),
)
constant(
    fp.any_example, ("holds",), kind=lambda holds: BOOL, examples=((np.array([True, False]),),)
)
for _op in (fp.most, fp.least):
    constant(_op, ("x",), kind=lambda x: INT, examples=((np.array([3, 5]),),))
constant(
    fp.example_shape,
    ("x",),
    kind=_shape_kind,
    shape_only=_ONLY,
    cost_free=True,
    examples=((Drawn(3, 2),),),
)
constant(
    fp.shape_with,
    ("n", "shape"),
    cost_free=True,
    kind=lambda n, shape: ShapeKind(
        shape.rank + 1
        if isinstance(shape, ShapeKind) and shape.rank is not None
        else len(shape) + 1
        if isinstance(shape, tuple)
        else None
    ),
    examples=((3, (2, 2)), (3, 4)),
)
constant(
    fp.example_axis,
    ("axis", "x", "more"),
    kind=lambda axis, x, more=None: INT,
    shape_only=frozenset((1,)),
    cost_free=True,
    examples=((1, Drawn(3, 2, 2)), (-1, Drawn(3, 2))),
)
constant(
    fp.example_sizes,
    ("x", "shape"),
    cost_free=True,
    kind=lambda x, shape: ShapeKind(
        shape.rank + 1
        if isinstance(shape, ShapeKind) and shape.rank is not None
        else len(shape) + 1
        if isinstance(shape, tuple)
        else None
    ),
    examples=((Drawn(3, 4), (2, -1)), (Drawn(3, 4), 4)),
    shape_only=_ONLY,
)
constant(
    fp.example_room,
    ("x", "n"),
    kind=lambda x, n: _each_kind(x, n),
    shape_only=_ONLY,
    cost_free=True,
    examples=((Drawn(2), 3),),
)
constant(
    fp.one_like,
    ("x",),
    shape_only=_ONLY,
    kind=lambda x: Num(True, x.num, None if x.rank is None else x.rank - 1),
    cost_free=True,
    examples=((Drawn(3, 2),),),
)
constant(
    fp.basis,
    ("x", "before", "after"),
    shape_only=_ONLY,
    kind=lambda x, before=None, after=None: Num(
        True, "float", None if (x.rank is None and x.array) else (x.rank or 0) + 1
    ),
    examples=((Drawn(2), 1, 2), (0.5,)),
)


# ---------------------------------------------------------------- Jacobians


def _block_kind(rows: Any, before: Any, of: Any) -> Kind:
    blocks, leaf = numbers(rows)[0], numbers(of)[0]
    rank = leaf.rank if leaf.array else 0
    known = blocks.rank is not None and rank is not None
    return Num(True, blocks.num, blocks.rank - 1 + rank if known else None)  # type: ignore[operator]


linear(
    fp.row_blocks,
    lambda by, y, rows, before, of: f.unrow_blocks(by, before, of, rows),
    kind=_block_kind,
    rounds=False,
    view="maybe",
    shape_only=frozenset((2,)),
    examples=((Drawn(6, 2), 1, Drawn(2, 2)), (Drawn(3), 2, 0.5)),
)
linear(
    fp.column_blocks,
    lambda by, y, columns, before, of: f.uncolumn_blocks(by, before, of, columns),
    kind=_block_kind,
    rounds=False,
    view="maybe",
    shape_only=frozenset((2,)),
    examples=((Drawn(6, 2), 1, Drawn(2, 2)), (Drawn(3), 2, 0.5)),
)
linear(
    fp.unrow_blocks,
    lambda by, y, block, before, of, rows: f.row_blocks(by, before, of),
    kind=lambda block, before, of, rows: numbers(rows)[0],
    rounds=False,
    shape_only=frozenset((2, 3)),
    examples=((Drawn(2, 2, 2), 1, Drawn(2, 2), Drawn(6, 2)),),
)
linear(
    fp.uncolumn_blocks,
    lambda by, y, block, before, of, columns: f.column_blocks(by, before, of),
    kind=lambda block, before, of, columns: numbers(columns)[0],
    rounds=False,
    shape_only=frozenset((2, 3)),
    examples=((Drawn(2, 2, 2), 1, Drawn(2, 2), Drawn(6, 2)),),
)
constant(
    fp.no_slope,
    ("y", "x"),
    kind=lambda y, x: Num(True, "float"),
    shape_only=frozenset((0, 1)),
    examples=((Drawn(2), Drawn(3)),),
)
