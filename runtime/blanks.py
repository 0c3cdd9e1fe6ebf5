"""Lists of a length that only the run tells, some of whose values are None.

    kind = fp.repeated(0, n)            memo = [None] * n
    rows = fp.blank(kind, "float[]")
    rows = fp.room(rows, kind, v)       memo[k] = v
    rows[k] = v;  kind[k] = 1

`kind` says of each value whether it is None.  The others have a row each, which holds zeros where
there is None; until the first value comes nobody knows how large these rows are.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from fpad.runtime.errors import InputError
from fpad.runtime.rows import (
    _FLOATS,
    _PLAIN,
    SMALLEST,
    _memory,
    _ragged,
    _taken,
    holding,
    is_plain,
)


def blank(which: Any, kind: str) -> Any:
    """Rows where all values are None; "float[]" for numbers, "int[,]" for vectors of ints."""
    dtype = _FLOATS.get(kind.partition("[")[0], np.float64)
    which = np.asarray(which)
    axes = kind.count(",") + 1 - which.ndim
    shape = (*which.shape[1:], *(0,) * axes)
    memory = _memory(max(SMALLEST, len(which)), shape, dtype, not axes)
    memory[:] = 0
    return _taken(memory, len(which))


def room(values: Any, which: Any, item: Any) -> Any:
    """The rows as they have to be for the item to be put among them.

    Raises:
        InputError: there are rows of another shape.
    """
    own = getattr(item, "shape", ())
    shape = (*which.shape, *own)
    if values.shape == shape:
        return holding(values, item)
    if values.size:
        raise _ragged(values.shape[which.ndim :], own)
    plain = type(item) in _PLAIN or is_plain(item)
    dtype = getattr(item, "dtype", np.asarray(item).dtype)
    memory = _memory(max(SMALLEST, len(which)), shape[1:], dtype, plain)
    memory[:] = 0
    return _taken(memory, len(which))


def sized_as(g: Any, like: Any) -> Any:
    """A cotangent of the rows that `room` was given, which may have had none."""
    return g if g.shape == like.shape else np.zeros_like(like, dtype=g.dtype)


def blank_row(values: Any) -> Any:
    """A row for None."""
    return np.zeros(values.shape[1:], values.dtype)


def all_chosen(values: Any, axes: int, sort: int) -> Any:
    """What says that all of the values are of one sort: its number for each."""
    return np.full(values.shape[:axes], sort, np.int64)


def sorts_renumbered(numbers: tuple[int, ...], which: Any) -> Any:
    """What says of which sort each value is, with other numbers."""
    return np.asarray(numbers, np.int64)[which]


def no_blanks(which: Any) -> None:
    """Check that none of the values is None.

    Raises:
        InputError: one is.
    """
    if not np.all(which):
        raise InputError("a list that still holds None is used as one of numbers")
