"""np.r_, np.c_, np.mgrid and np.ogrid: an index says what is joined, or which points a grid has.

np.r_[0:k, k + 1:n]         np.hstack((np.arange(0, k, 1), np.arange(k + 1, n, 1)))
np.r_[0:1:5j]               np.linspace(0, 1, 5)
np.r_[A, row[None]]         np.concatenate((A, row[None])): along the first axis, whatever the rank
np.c_[x, y]                 np.column_stack((x, y))
np.mgrid[:m, 0:1:5j]        np.stack(np.meshgrid(np.arange(0, m, 1), np.linspace(0, 1, 5), ..))
np.ogrid[:m, :n]            np.arange(0, m, 1).reshape(-1, 1), np.arange(0, n, 1).reshape(1, -1)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fpad.transforms.abstract import Static, Value, known_value, literal
from fpad.transforms.forms import is_complex
from fpad.transforms.ir import Operand, Slice
from fpad.transforms.refusing import refuse
from fpad.transforms.variants import rank_of

if TYPE_CHECKING:
    from fpad.transforms.library import Library

JOINS = {id(np.c_), id(np.r_), id(np.mgrid), id(np.ogrid)}


def joined(w: Library, variable: str, base: object, index: Operand) -> Value:
    """base[index], of one of them."""
    parts = index if isinstance(index, tuple) else (index,)
    values = [_range(w, p) if isinstance(p, Slice) else w.read(p) for p in parts]
    if base is np.mgrid or base is np.ogrid:
        return _grid(w, variable, base, values, isinstance(index, tuple))
    if any(isinstance(v, Static) and isinstance(v.value, str) for v in values):
        refuse("np.r_ is told by a text how it joins.", "use np.stack or np.concatenate.")
    ranks = [rank_of(v) for v in values]
    axis, flat = (-1, (0, 1, 2)) if base is np.c_ else (0, (0, 1))
    if all(r in flat for r in ranks):
        join = np.column_stack if base is np.c_ else np.hstack
        return w.call(variable, join, (w.sequence(tuple, values),), {})
    # A number is an array of as many axes as the rule says; what has more of them stays as it is.
    if base is np.c_ and None in ranks:
        refuse(
            "How many axes the parts of np.c_ have is not known while the code is written.",
            "use np.column_stack or np.concatenate.",
        )
    values = [
        w.call(w.fresh("part"), np.atleast_1d, (v,), {}) if r == 0 else v
        for v, r in zip(values, ranks, strict=True)
    ]
    return w.call(variable, np.concatenate, (w.sequence(tuple, values),), {"axis": literal(axis)})


def _grid(w: Library, variable: str, base: object, axes: list[Value], several: bool) -> Value:
    """The points of a grid, along each axis those of a range."""
    if not several:
        return axes[0]
    if base is np.ogrid:
        shapes = [[-1 if k == j else 1 for k in range(len(axes))] for j in range(len(axes))]
        sides = [w.sequence(tuple, [literal(n) for n in shape]) for shape in shapes]
        reshaped = [
            w.call(w.fresh("axis"), np.reshape, (a, s), {})
            for a, s in zip(axes, sides, strict=True)
        ]
        return w.sequence(tuple, reshaped)
    full = w.call(w.fresh("grid"), np.meshgrid, axes, {"indexing": literal("ij")})
    return w.call(variable, np.stack, (full,), {})


def _range(w: Library, part: Slice) -> Value:
    """The numbers from one bound to the other; an imaginary step says how many."""
    start, stop, step = (w.read(o) for o in (part.lower, part.upper, part.step))
    if stop == Static(None):
        refuse("A range between brackets has no end.", "give it one.")
    start = literal(0) if start == Static(None) else start
    step = literal(1) if step == Static(None) else step
    if is_complex(step):
        known = known_value(step.parts[1])
        if known is None:
            refuse("How many numbers a range has is not known.", "use np.linspace.")
        count = literal(int(abs(known[0])))
        return w.call(w.fresh("range"), np.linspace, (start, stop, count), {})
    return w.call(w.fresh("range"), np.arange, (start, stop, step), {})
