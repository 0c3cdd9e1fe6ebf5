"""Lists of arrays whose length only the run tells, beside each other: np.stack, np.concatenate.

    np.concatenate([f(r) for r in x], axis=1)      t = fp.flat_rows(np.moveaxis(rows, 2, 1))
                                            ->     t = np.copy(np.moveaxis(t, 0, 1), order="C")

`rows` is the array of all values, one a row, that such a list is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.abstract import Held, Value, known_value, literal
from fpad.transforms.kinds import Num
from fpad.transforms.refusing import refuse

if TYPE_CHECKING:
    from fpad.transforms.operations import Operations


def stacked(
    w: Operations,
    variable: str | None,
    op: Any,
    rows: Value,
    rest: Sequence[Value],
    kwargs: dict[str, Value],
) -> Value:
    """The values of a list of unknown length beside each other: axes of one array."""
    given = known_value(rest[0] if rest else kwargs.get("axis", literal(0)))
    kind = rows.kind if isinstance(rows, Held) else None
    rank = kind.rank if isinstance(kind, Num) else None
    plain = not set(kwargs) - {"axis"} and len(rest) < 2
    if op is np.stack and plain and given == (0,):
        return w.operation(variable, np.array, (rows,), {})
    if given is None or rank is None or not plain:
        refuse(
            f"{op.__name__} is given a list of unknown length.",
            "use np.array(..), and reshape that.",
        )
    axis = given[0]
    if op is np.stack or (op is np.vstack and rank == 2):
        if axis == 0:
            return w.operation(variable, np.array, (rows,), {})
        return _in_order(w, variable, _moved(w, None, rows, 0, axis))
    if rank < 2:
        refuse(f"{op.__name__} is given a list of numbers.", "use np.array(..).")
    if op is np.hstack:
        axis = min(rank - 2, 1)
    axis %= rank - 1
    front = _moved(w, None, rows, axis + 1, 1) if axis else rows
    flat = w.operation(None if axis else variable, fp.flat_rows, (front,), {})
    if not axis:
        return w.operation(variable, np.array, (flat,), {})
    return _in_order(w, variable, _moved(w, None, flat, 0, axis))


def _in_order(w: Operations, variable: str | None, x: Value) -> Value:
    """A copy as it lies in memory: sums go by that."""
    return w.operation(variable, np.copy, (x,), {"order": literal("C")})


def _moved(w: Operations, variable: str | None, x: Value, at: int, to: int) -> Value:
    return w.operation(variable, np.moveaxis, (x, literal(at), literal(to)), {})
