"""Rules of lists of a length that only the run tells: all move entries, and are exact.

They copy; but a list holds its arrays themselves, so a write into one of these is seen in the list.
That is why they say that they may share memory: such a write is then refused.
"""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.kinds import INT, Kind, Num, StaticKind, join_num
from fpad.transforms.rules.core import Drawn, Entries, constant, general, linear, numbers
from fpad.transforms.rules.library import kind_of_text
from fpad.transforms.rules.trace import f, traced

_sum = traced(np.sum)


def _num(*kinds: Any) -> str:
    found = [k.num for k in numbers(*kinds)]
    return reduce(join_num, found) if found else "float"


def _rows_kind(items: Any) -> Num:
    """An array with one more axis than the items."""
    if not isinstance(items, tuple):
        return Num(True, "float", 1)
    ranks = {(k.rank if k.array else 0) for k in items if isinstance(k, Num)}
    rank = ranks.pop() if len(ranks) == 1 else None
    return Num(True, _num(*items), None if rank is None else rank + 1)


def appended_kind(pair: Any) -> Kind:
    """The kind of rows with another one behind them."""
    values, item = pair
    inner = _rows_kind((item,))
    rank = inner.rank if inner.rank is not None else getattr(values, "rank", None)
    return Num(True, join_num(values.num, inner.num), rank)


def _joined_kind(parts: Any) -> Kind:
    ranks = {k.rank for k in numbers(parts)} - {None}  # what is put together has one rank
    return Num(True, _num(parts), ranks.pop() if len(ranks) == 1 else None)


def _no_rows_kind(kind: Any) -> Kind:
    assert isinstance(kind, StaticKind)
    return kind_of_text(kind.value)


def _one_less(values: Num) -> Num:
    return Num(True, values.num, None if values.rank is None else values.rank - 1)


linear(
    fp.rows,
    lambda by, y, items: Entries(lambda j: by[j]),
    kind=_rows_kind,
    rounds=False,
    view="maybe",
    examples=(((0.5, 1.5, -0.5),), ((Drawn(3), Drawn(3)),)),
)
linear(
    fp.float_rows,
    lambda by, y, items: Entries(lambda j: by[j]),
    kind=lambda items: replace(_rows_kind(items), num="float"),
    rounds=False,
    view="maybe",
    examples=(((0.5, 1.5, -0.5),), ((Drawn(3), Drawn(3)),)),
)
constant(fp.no_rows, ("kind",), kind=_no_rows_kind)
linear(
    fp.appended,
    lambda by, y, pair: Entries(lambda j: by[:-1] if j == 0 else by[-1]),
    kind=appended_kind,
    rounds=False,
    view="maybe",
    examples=(((Drawn(3), 0.5),), ((Drawn(2, 3), Drawn(3)),)),
)
linear(
    fp.row_appended,
    lambda by, y, pair: Entries(  # the memory of by is handed on: the row has its own
        lambda j: f.part_of(by, (pair[0],), 0) if j == 0 else f.copy(by[-1])
    ),
    kind=appended_kind,
    rounds=False,
    view="maybe",
    examples=(((Drawn(2, 3), Drawn(3)),),),
)
linear(
    fp.joined,
    lambda by, y, parts: Entries(lambda j: f.part_of(by, parts, j)),
    kind=_joined_kind,
    rounds=False,
    view="maybe",
    examples=(((Drawn(3), Drawn(2)),), ((Drawn(2, 3), Drawn(1, 3)),)),
)
linear(
    fp.columns,
    lambda by, y, parts, depth: Entries(lambda j: by[..., j]),
    None,
    kind=lambda parts, depth: _rows_kind(parts),
    rounds=False,
    view="maybe",
    examples=(((Drawn(3), Drawn(3)), 1), ((Drawn(2, 3), Drawn(2, 3)), 2)),
)
linear(
    fp.turned,
    lambda by, y, values: f.turned(by),
    kind=lambda values: values,
    rounds=False,
    examples=((Drawn(2, 3),),),
)
linear(
    fp.part_of,
    lambda by, y, g, parts, j: f.place_part_of(by, g, parts, j),
    kind=lambda g, parts, j: Num(True, g.num, g.rank),
    rounds=False,
    view="always",
    shape_only=frozenset((1,)),
    examples=((Drawn(5), (Drawn(3), Drawn(2)), 1), (Drawn(3, 2), (Drawn(0), Drawn(3, 2)), 1)),
)
linear(
    fp.place_part_of,
    lambda by, y, v, g, parts, j: f.part_of(by, parts, j),
    kind=lambda v, g, parts, j: Num(True, v.num, g.rank),
    rounds=False,
    shape_only=frozenset((1, 2)),
    examples=((Drawn(2), Drawn(5), (Drawn(3), Drawn(2)), 1),),
)
linear(
    fp.holding,
    lambda by, y, values, item: by,
    None,
    kind=lambda values, item: Num(True, join_num(values.num, item.num), values.rank),
    rounds=False,
    view="maybe",
    shape_only=frozenset((1,)),
    examples=((Drawn(3), 0.5),),
)
constant(fp.blank, ("which", "kind"), kind=lambda which, kind: _no_rows_kind(kind))
constant(
    fp.all_chosen, ("values", "axes", "sort"), kind=lambda values, axes, sort: Num(True, "int")
)
constant(fp.sorts_renumbered, ("numbers", "which"), kind=lambda numbers, which: which)
_POSITIONS = Num(True, "int", 1)
constant(fp.counted, ("n",), kind=lambda n: _POSITIONS)
constant(fp.owners, ("values",), kind=lambda values: _POSITIONS)
constant(fp.interleaved, ("counted", "width"), kind=lambda counted, width: _POSITIONS)
constant(fp.wrapped, ("k", "n"), kind=lambda k, n: INT)
linear(
    fp.flat_rows,
    lambda by, y, values: f.reshape_like(by, values),
    kind=lambda values: _one_less(values),
    rounds=False,
    view="maybe",
    examples=((Drawn(2, 3),), (Drawn(2, 3, 2),)),
)
linear(
    fp.room,
    lambda by, y, values, which, item: f.sized_as(by, values),
    None,
    None,
    kind=lambda values, which, item: Num(True, join_num(values.num, item.num), values.rank),
    rounds=False,
    view="maybe",
    shape_only=frozenset((1, 2)),
    examples=((np.zeros(3), np.zeros(3), 0.5), (Drawn(2, 3), np.zeros(2), Drawn(3))),
)
linear(
    fp.sized_as,
    lambda by, y, g, like: f.sized_as(by, g),
    None,
    kind=lambda g, like: Num(True, g.num, like.rank),
    rounds=False,
    view="maybe",
    shape_only=frozenset((1,)),
    examples=((Drawn(3), Drawn(3)), (Drawn(2, 3), Drawn(2, 3))),
)
constant(fp.blank_row, ("values",), kind=lambda values: _one_less(values))
general(
    fp.replaced,
    (
        lambda dx, y, values, k, item: f.replaced(dx, k, f.zeros_like(item)),
        None,
        lambda dx, y, values, k, item: f.replaced(f.zeros_like(y), k, dx),
    ),
    (
        lambda by, y, values, k, item: f.replaced(by, k, f.zeros_like(item)),
        None,
        lambda by, y, values, k, item: by[k],
    ),
    kind=lambda values, k, item: Num(True, join_num(values.num, item.num), values.rank),
    rounds=False,
    view="maybe",
    examples=((Drawn(3, 2), 1, Drawn(2)),),
)
linear(
    fp.row_kept,
    lambda by, y, row: by,
    kind=lambda row: row,
    rounds=False,
    examples=((Drawn(3),), (Drawn(2, 3),)),
)
linear(
    fp.as_rows,
    lambda by, y, values: by,
    kind=lambda values: Num(True, "float"),
    rounds=False,
    view="maybe",
    examples=((Drawn(3),),),
)
linear(
    fp.repeated,
    lambda by, y, item, n: _sum(by, axis=0),
    None,
    kind=lambda item, n: _rows_kind((item,)),
    rounds=False,
    view="maybe",
    examples=((0.5, 2), (Drawn(3), 3)),
)
linear(
    fp.plain,
    lambda by, y, row, values: by,
    None,
    kind=lambda row, values: Num(False, row.num),
    rounds=False,
    shape_only=frozenset((1,)),
    examples=((0.5, Drawn(3)),),
)
linear(
    fp.to_rows,
    lambda by, y, values: by,
    kind=lambda values: Num(True, values.num, values.rank),
    rounds=False,
    examples=((Drawn(3),), (Drawn(2, 3),)),
)
linear(
    fp.floats,
    lambda by, y, values: by,
    kind=lambda values: Num(True, "float", values.rank),
    rounds=False,
    view="maybe",
    examples=((Drawn(3),), (Drawn(2, 3),)),
)
