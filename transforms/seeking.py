"""Where a number stands in a list, and how often, when only the run tells.

    k = xs.index(max(xs))           k = fp.index_of((xs_0, xs_1, xs_2), max((xs_0, xs_1, xs_2)))
    n = path.count(0.0)             n = fp.occurrences(path, 0.0)

What is found has no derivative.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from fpad.transforms.abstract import Held, Structure, Value, is_grown, is_number, known_value
from fpad.transforms.kinds import INT, Num

if TYPE_CHECKING:
    from fpad.transforms.library import Library


def sought(
    w: Library, op: Callable[..., Any], base: Structure, args: Sequence[Value]
) -> Value | None:
    """op(values, number, *bounds); None if it is known, or nothing of numbers."""
    if is_grown(base):
        row = base.items[0]
        if not (isinstance(row, Held) and isinstance(row.kind, Num) and row.kind.rank == 1):
            return None
    elif not base.items or not all(map(_is_scalar, base.items)):
        return None
    if not all(map(_is_scalar, args)):
        return None
    if None not in map(known_value, (*base.items, *args)):
        return None
    operands = [w.operand(v, op) for v in (base, *args)]
    return w.let(None, op, operands, INT)


def _is_scalar(value: Value) -> bool:
    if not is_number(value):
        return False
    return not (isinstance(value, Held) and isinstance(value.kind, Num) and value.kind.array)
