"""What a function may do with a list that holds one list at several places.

    row = [x, 0.0];  M = [row, row]
    area(M)                     a call: area reads numbers from M, and gives a number
    clear(M)                    refused: M[0][1] = v would have to write M[1][1] too

The lists in a list of unknown length are rows of one array (`places`), so that one list at two
places is two rows.  That is the same as long as nobody writes one of them, or keeps it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fpad.transforms.abstract import Structure, Value
from fpad.transforms.given_memory import FuncOf, writes_given
from fpad.transforms.kinds import Kind, NodeKind, Num
from fpad.transforms.refusing import refuse

if TYPE_CHECKING:
    from fpad.transforms.instances import Instance


def check(instance: Instance, values: Sequence[Value], func_of: FuncOf) -> None:
    """Refuse a call of a function that does more with such a list than to read numbers."""
    if not any(map(_holds_twice, values)):
        return
    s = instance.summary
    keeps = s.changed or s.written or s.lost or s.forked or s.either or s.touched
    if keeps or not _is_numbers(instance.result) or writes_given(instance.name, func_of):
        refuse(
            "A list that holds one list at several places is handed to a function.",
            "put copies there: M[i] = list(M[k]).",
        )


def _holds_twice(value: Value) -> bool:
    own = isinstance(value, Structure) and bool(value.twice)
    return own or any(map(_holds_twice, value.parts))


def _is_numbers(kind: Kind | None) -> bool:
    if isinstance(kind, NodeKind):
        return kind.make is tuple and all(map(_is_numbers, kind.items))
    return isinstance(kind, Num) and not kind.array
