"""Rules of operations that gather entries: counts with weights, partial sorting, and plain copies.

y = np.bincount(k, w)       ->   bw = by[k]
y = np.partition(x, 2)      ->   bx = fp.untake_along_axis(by, fp.taken_from(y, x, -1), x, -1)
y = np.ascontiguousarray(x) ->   bx = by
"""

from __future__ import annotations

from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.kinds import Kind, Num
from fpad.transforms.rules.core import (
    Drawn,
    constant,
    elementwise,
    general,
    is_none,
    linear,
    numbers,
)
from fpad.transforms.rules.linear import _array_kind, first_array
from fpad.transforms.rules.ordering import STABLE, _sorted_kind, apart
from fpad.transforms.rules.trace import f

_op: Any

# ---------------------------------------------------------------- counted


def _counted_kind(x: Any, weights: Any = None, minlength: Any = None) -> Kind:
    return Num(True, "int" if is_none(weights) else "float", 1)


linear(
    np.bincount,
    None,
    lambda by, y, x, weights=None, minlength=0: by[np.array(x) if isinstance(x, tuple) else x],
    kind=_counted_kind,
    examples=(
        (np.array([0, 2, 2, 1]), Drawn(4)),
        (np.array([0, 2, 2, 1]), Drawn(4), 6),
    ),
)


# ---------------------------------------------------------------- partly sorted

general(
    np.partition,
    [
        lambda dx, y, a, kth, axis=-1, kind="introselect": np.take_along_axis(
            dx, f.taken_from(y, a, axis), axis
        )
    ],
    [
        lambda by, y, a, kth, axis=-1, kind="introselect": f.untake_along_axis(
            by, f.taken_from(y, a, axis), a, axis
        )
    ],
    conventions=(STABLE,),
    kind=lambda a, kth, axis=-1, kind=None: _sorted_kind()(a, axis),
    rounds=False,
    piece=lambda a, kth, axis=-1, kind="introselect": np.argsort(a, axis, kind="stable"),
    switch=lambda a, kth, axis=-1, kind="introselect": apart(a, axis),
    strata=((np.zeros(2), 1), (np.array([1.0, 2.0, 1.0, 2.0]), 2)),
    examples=((Drawn(5), 2), (Drawn(3, 4), 1, 0), (Drawn(3, 4), 1)),
)
constant(
    fp.taken_from,
    ("y", "x", "axis"),
    kind=lambda y, x, axis=None: Num(True, "int", getattr(y, "rank", None)),
    examples=((np.array([0.5, 2.0, 1.0]), np.array([2.0, 0.5, 1.0]), -1),),
)


# ---------------------------------------------------------------- as they are

for _op, _view in ((np.asanyarray, "maybe"), (np.asarray_chkfinite, "maybe")):
    linear(
        _op,
        lambda by, y, a, dtype=None: f.reshape_like(by, a),
        kind=lambda a, dtype=None: _array_kind(a, dtype),
        rounds=False,
        view=_view,
        examples=((Drawn(2, 3),), (0.5,)),
    )
for _op in (np.ascontiguousarray, np.asfortranarray):
    linear(
        _op,
        lambda by, y, a, dtype=None: f.reshape_like(by, a),
        kind=lambda a, dtype=None: Num(True, numbers(a)[0].num, getattr(a, "rank", None) or None),
        rounds=False,
        view="maybe",
        examples=((Drawn(2, 3),),),
    )
elementwise(
    np.nextafter,
    lambda g, y, x1, x2: g,
    None,
    names=("x1", "x2"),
    defaults={},
    undefined="it asks for the float format",
)
elementwise(
    np.conjugate,
    lambda g, y, x: g,
    kind=first_array,
    rounds=False,
    definition=lambda c, x: x,
    facts={"rational": True},
)
linear(
    np.real,
    lambda by, y, val: f.reshape_like(by, val),
    kind=lambda val: val if isinstance(val, Num) else first_array(val),
    rounds=False,
    view="always",
    examples=((Drawn(2, 3),),),
)
if hasattr(np, "matrix_transpose"):  # NumPy 2
    linear(
        np.matrix_transpose,
        lambda by, y, x: np.swapaxes(by, -1, -2),
        kind=first_array,
        rounds=False,
        view="always",
        examples=((Drawn(2, 3),), (Drawn(2, 3, 4),)),
    )
