"""sorted, min and max of lists of several lengths, which lie in tables.

    longest = max(rows, key=len)        k = fp.best((lengths,), True);  longest is the k-th list
    for k, row in sorted(d.items())     the same table, its keys and lists in another order

Only their keys are compared: those of a dict are all different, so that it is never asked which of
two lists comes first.  What comes out holds the same lists: it is only read, and until the table
that they lie in changes.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fpad import runtime as fp
from fpad.transforms import arranging, groups, tables, uneven
from fpad.transforms.abstract import Held, Static, Structure, Value, View
from fpad.transforms.heap import Row
from fpad.transforms.ir import Const, Operand
from fpad.transforms.kinds import INT
from fpad.transforms.refusing import refuse

if TYPE_CHECKING:
    from fpad.transforms.library import Library

FUNCTIONS = (sorted, builtins.max, builtins.min, list)
Gather = Callable[..., Value]


def are_lists(value: Value) -> bool:
    """Are these lists, or pairs with lists, of which only the run tells how many there are?"""
    if tables.is_view(value):
        table = value.parts[0]
        return groups.is_groups(table.parts[1]) and value.keys[0] != "keys"  # type: ignore[attr-defined]
    return uneven.is_uneven(value)


def copied(w: Library, over: Value) -> Value:
    """list(over)."""
    n = tables.size(w, _table(over))
    return _rearranged(w, over, w.let(None, fp.counted, (n.atom,), arranging.POSITIONS))


def in_order(w: Library, over: Value, key: Value, reverse: bool, gather: Gather) -> Value:
    """The lists sorted by a key."""
    keys = _keys(w, over, key, "sorted", gather)
    places = w.let(None, fp.ordered, (keys, Const(reverse)), arranging.POSITIONS)
    return _rearranged(w, over, places)


def _rearranged(w: Library, over: Value, places: Held) -> Value:
    """The lists at these places."""
    table = _table(over)
    row = Row(table.ident, None, w.new_ident())
    lists = replace(uneven.at_places(w, table, places), ident=row)
    if not tables.is_view(over) or over.keys[0] == "values":  # type: ignore[attr-defined]
        return lists
    own = arranging.picked(w, tables.ready_list(w, table.items[0]), places.atom)  # type: ignore[arg-type]
    parts = (arranging.made_list(w, own), lists.items[1])
    whole = Structure(table.make, tables.PARTS, parts, row)
    return Structure(View, ("items",), (whole,))


def chosen(w: Library, op: Any, over: Value, key: Value, gather: Gather) -> Value:
    """The first of the lists that is the largest (max), or the smallest (min)."""
    keys = _keys(w, over, key, op.__name__, gather)
    at = w.let(None, fp.best, (keys, Const(op is builtins.max)), INT)
    if tables.is_view(over):
        return tables.element(w, over, at)
    return tables.value_at(w, _table(over), at)


def _table(over: Value) -> Structure:
    table = over.parts[0] if tables.is_view(over) else over
    assert isinstance(table, Structure)
    return table


def _keys(w: Library, over: Value, key: Value, what: str, gather: Gather) -> tuple[Operand, ...]:
    """The arrays that are compared."""
    if key != Static(None):
        return arranging.columns(w, arranging.keys_of(w, over, key, gather), what, with_lists=True)  # type: ignore[arg-type]
    if not tables.is_view(over) or over.keys[0] != "items":  # type: ignore[attr-defined]
        refuse(f"{what} compares lists of several lengths.", "choose by a number: key=len, say.")
    own = tables.ready_list(w, _table(over).items[0])  # type: ignore[arg-type]
    return arranging.columns(w, own, what, with_lists=True)
