"""np.r_ and np.c_: arrays, numbers and ranges that are joined by an index.

np.r_[0:k, k + 1:n]         np.hstack((np.arange(0, k, 1), np.arange(k + 1, n, 1)))
np.r_[0:1:5j]               np.linspace(0, 1, 5)
np.r_[A, row[None]]         np.concatenate((A, row[None])): along the first axis, whatever the rank
np.c_[x, y]                 np.column_stack((x, y))
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

JOINS = {id(np.c_), id(np.r_)}


def joined(w: Library, variable: str, base: object, index: Operand) -> Value:
    """base[index], of np.r_ or np.c_."""
    parts = index if isinstance(index, tuple) else (index,)
    values = [_range(w, p) if isinstance(p, Slice) else w.read(p) for p in parts]
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


def _range(w: Library, part: Slice) -> Value:
    """The numbers from one bound to the other; an imaginary step says how many."""
    start, stop, step = (w.read(o) for o in (part.lower, part.upper, part.step))
    if stop == Static(None):
        refuse("A range in np.r_ has no end.", "give it one.")
    start = literal(0) if start == Static(None) else start
    step = literal(1) if step == Static(None) else step
    if is_complex(step):
        known = known_value(step.parts[1])
        if known is None:
            refuse("How many numbers a range in np.r_ has is not known.", "use np.linspace.")
        count = literal(int(abs(known[0])))
        return w.call(w.fresh("range"), np.linspace, (start, stop, count), {})
    return w.call(w.fresh("range"), np.arange, (start, stop, step), {})
