"""Rules of positions that only the run tells, and of the values that are taken from there.

y = fp.picked(x, index)     ->      bx = fp.untake(by, index, x, 0)
"""

from __future__ import annotations

import bisect

import numpy as np

from fpad import runtime as fp
from fpad.transforms.kinds import INT, Num
from fpad.transforms.rules.core import Drawn, constant, linear
from fpad.transforms.rules.trace import f

_POSITIONS = Num(True, "int", 1)


def _picked_kind(values: Num, index: Num) -> Num:
    ranks = (values.rank, index.rank)
    return Num(True, values.num, None if None in ranks else sum(ranks) - 1)  # type: ignore[arg-type]


linear(
    fp.picked,
    lambda by, y, values, index: f.untake(by, index, values, 0),
    None,
    kind=_picked_kind,
    rounds=False,
    view="maybe",
    positions=frozenset((1,)),
    examples=(
        (Drawn(4), np.array([2, 0, 0])),
        (Drawn(2, 3), np.array([1, 0])),
        (Drawn(3), np.array([[2, 0], [1, 1]])),
    ),
)
constant(
    fp.ordered,
    ("columns", "reverse"),
    kind=lambda columns, reverse: _POSITIONS,
    piece=lambda columns, reverse: f.ordered(columns, reverse),
)
constant(
    fp.best,
    ("columns", "largest"),
    kind=lambda columns, largest: INT,
    piece=lambda columns, largest: f.best(columns, largest),
)
constant(fp.later_by, ("at", "by"), kind=lambda at, by: INT)
for _op in (bisect.bisect_left, bisect.bisect_right):
    constant(
        _op,
        ("a", "x", "lo", "hi"),
        kind=lambda a=None, x=None, lo=None, hi=None: INT,
        defaults={},
        examples=(((0.5, 1.5), 1.0),),
    )
constant(
    fp.index_of,
    ("values", "sought", "start", "stop"),
    kind=lambda *_: INT,
    defaults={},
    examples=(((0.5, 1.5), 1.5),),
)
constant(
    fp.occurrences,
    ("values", "sought"),
    kind=lambda values, sought: INT,
    examples=(((0.5, 1.5), 1.5),),
)
constant(
    fp.without_one,
    ("values", "k"),
    kind=lambda values, k: _POSITIONS,
    examples=((Drawn(3), 1),),
)
constant(
    fp.without_slice,
    ("values", "lower", "upper", "step"),
    kind=lambda values, lower, upper, step: _POSITIONS,
    examples=((Drawn(4), 1, 3, None),),
)
constant(
    fp.slice_end,
    ("values", "lower", "upper"),
    kind=lambda values, lower, upper: INT,
    examples=((Drawn(4), 1, 3),),
)
constant(
    fp.runs,
    ("columns",),
    kind=lambda columns: _POSITIONS,
    piece=lambda columns: f.runs(columns),
)
constant(fp.arranged, ("how", "sizes", "k"), kind=lambda how, sizes, k: Num(True, "int", 2))

constant(
    fp.heaped,
    ("how", "columns"),
    kind=lambda how, columns: _POSITIONS,
    piece=lambda how, columns: f.heaped(how, columns),
)
