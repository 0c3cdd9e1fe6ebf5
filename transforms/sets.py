"""Sets: what is in them is known while the code is written, or they are tables without values.

    seen = set()                        i = fp.slot((seen_keys,), (k,))
    seen.add(k)                 ->      seen_keys = fp.with_key(seen_keys, k, i)
    if m in seen: ..                    ..

A loop over a table runs in the order that Python's set of these ints has.  Once something has been
taken out of it only what needs no order is done with it: sorted, min, max, len, in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fpad import runtime as fp
from fpad.transforms import arranging, grown, tables
from fpad.transforms.abstract import (
    Static,
    Structure,
    Thinned,
    Value,
    held,
    is_grown,
    to_python,
)
from fpad.transforms.describing import describe
from fpad.transforms.iteration import items_of
from fpad.transforms.refusing import refuse
from fpad.transforms.tables import class_of_dict, is_table

if TYPE_CHECKING:
    from fpad.transforms.library import Library

Args = Sequence[Value]
Keywords = dict[str, Value]
Method = Callable[["Library", Structure, Args, Keywords], Value]
_NONE = Static(None)


def is_set_table(value: Value) -> bool:
    """Is it a set of what only the run tells?"""
    return is_table(value) and issubclass(class_of_dict(value), set)


def ordered(w: Library, value: Value, any_order: bool = False) -> Value:
    """The members of such a set in Python's order, as a list; any other value as it is."""
    if not is_set_table(value):
        return value
    assert isinstance(value, Structure)
    keys = replace(value.items[0], make=tuple)  # type: ignore[type-var]
    assert isinstance(keys, Structure)
    if class_of_dict(value) is Thinned:
        if not any_order:
            refuse(
                "A loop runs over a set from which something was taken out.",
                "sort it: sorted(..).",
            )
        return keys
    columns = tuple(h.atom for h in held(keys))
    return arranging.picked(w, keys, arranging.positions(w, fp.set_order, columns))


def _known(base: Structure, items: Sequence[Value], w: Library) -> Structure:
    return replace(w.members(base.make, items), ident=base.ident)


def _add(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
    if tables.at_run_time(w, base, args[0]):
        w.change(base, tables.with_item(w, base, args[0], tables.NOTHING))
    elif to_python(args[0]) is None:
        w.key(args[0])
        refuse(f"{describe(args[0])} is put into a set.", "put ints, or tuples of ints there.")
    else:
        w.change(base, _known(base, (*base.items, args[0]), w))
    return _NONE


def _remove(strict: bool) -> Method:
    def take(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
        if not tables.at_run_time(w, base, args[0]):
            known = to_python(args[0])
            rest = [v for v in base.items if to_python(v) != known]
            if known is None or (strict and len(rest) == len(base.items)):
                refuse(f"{describe(args[0])} is taken out of a set.", "test with in first.")
            w.change(base, replace(_known(base, rest, w), make=Thinned))
            return _NONE
        if base.ident in w.iterated:
            refuse("A set gets smaller while a loop runs over it.", "loop over list(s).")
        if not strict:
            refuse(
                "What only the run tells is discarded from a set, if it is there.",
                "test with in first, and use remove.",
            )
        if not is_table(base) and not base.items:
            refuse("Something is taken out of an empty set.", "test with in first.")
        table = tables.table_of(w, base, args[0])
        place = tables.place_of(w, table, args[0])
        rest_ = tables.without(w, table, place)
        w.change(w.now(base), replace(rest_, make=tables.table_class(Thinned)))
        return _NONE

    return take


def _update(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
    for a in args:
        items = items_of(w, ordered(w, a), at_once=True)
        if items is None:
            refuse(f"A set takes in {describe(a)}.", "add its values one by one, in a loop.")
        for v in items:
            _add(w, w.now(base), (v,), {})
    return _NONE


def _cleared(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
    w.change(base, replace(base, make=set, keys=(), items=()))
    return _NONE


def _copied(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
    return replace(base, ident=w.new_ident())


_METHODS: dict[str, Method] = {
    "add": _add,
    "clear": _cleared,
    "copy": _copied,
    "discard": _remove(False),
    "remove": _remove(True),
    "update": _update,
}


def method_of(name: str) -> Method | None:
    """The method of that name of a set."""
    return _METHODS.get(name)


def made(w: Library, make: type, args: Args) -> Value:
    """set(..) and frozenset(..)."""
    if not args:
        return w.members(make, ())
    value = args[0]
    if is_set_table(value):
        assert isinstance(value, Structure)
        return replace(value, ident=w.new_ident())
    items = items_of(w, value, False, True)
    if items is not None and all(to_python(v) is not None for v in items):
        return w.members(make, items)
    if make is not set:
        refuse(f"frozenset is given {describe(value)}.", "use a set.")
    whole = arranging.whole_list(w, value) if items is None else grown.grown(w, tuple, items)
    if any(tables.key_atoms(v) is None for v in _rows(whole)):
        refuse(
            "A set is made of values that are not known while the code is written.",
            "make it of ints, or tuples of ints.",
        )
    columns = tuple(h.atom for h in held(whole))
    keys = arranging.picked(w, whole, arranging.positions(w, fp.first_places, columns))
    return tables.of_keys(replace(keys, make=list), w.new_ident())


def _rows(whole: Structure) -> list[Any]:
    assert is_grown(whole)
    return [grown.row_of(whole.items[0])]
