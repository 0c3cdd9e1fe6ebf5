"""Sets: what is in them is known while the code is written, or they are tables without values.

    seen = set()                        i = fp.slot((seen_keys,), (k,))
    seen.add(k)                 ->      seen_keys = fp.with_key(seen_keys, k, i)
    if m in seen: ..                    ..

A loop over a table runs in the order that Python's set of these numbers has, which depends on what
was ever put there and taken out.  So the values of such a table are a log: the keys as long as
nothing was taken out.  A loop over what several sets were made into (`Mixed`) runs in the order
that does not depend on the past, and raises when the program runs if there is none.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fpad import runtime as fp
from fpad.transforms import (
    ahead,
    arranging,
    grown,
    identities,
    set_algebra,
    table_keys,
    tables,
    texts,
)
from fpad.transforms.abstract import (
    Mixed,
    Static,
    Structure,
    Thinned,
    Value,
    View,
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
    members, past = value.items
    assert isinstance(members, Structure)
    assert isinstance(past, Structure)
    if any_order or any(map(identities.is_itself, members.items)):
        return replace(members, make=tuple)
    if any(texts.is_list(part) for part in (members, *members.items)):
        refuse(
            "A loop runs over a set of texts, whose order differs from run to run.",
            "sort it: sorted(..), or use a tuple.",
        )
    keys = replace(tables.ready_list(w, members), make=tuple)
    whole = keys if past.parts == members.parts else tables.ready_list(w, past)
    columns, log = (tuple(h.atom for h in held(v)) for v in (keys, whole))
    if class_of_dict(value) is Mixed:
        found = arranging.positions(w, fp.certain_order, log, columns)
    elif log == columns:
        found = arranging.positions(w, fp.set_order, columns)
    else:
        found = arranging.positions(w, fp.replayed, log, columns)
    return arranging.picked(w, keys, found)


def _known(base: Structure, items: Sequence[Value], w: Library) -> Structure:
    return replace(w.members(base.make, items), ident=base.ident)


def _add(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
    if tables.at_run_time(w, base, args[0]):
        w.change(base, tables.with_item(w, base, args[0], _NONE))
    elif to_python(args[0]) is None:
        identities.ask(w, args[0])
        w.key(args[0])
        refuse(
            f"{describe(args[0])} is put into a set.", "put numbers, or tuples of numbers there."
        )
    else:
        new = _known(base, (*base.items, args[0]), w)
        known = to_python(args[0])
        if len(new.items) > len(base.items) and issubclass(base.make, Thinned) and known:
            new = replace(new, make=_thinned(base, known))
        w.change(base, new)
    return _NONE


@functools.cache
def _with_log(log: tuple[Any, ...]) -> type[Thinned]:
    return type("set", (Thinned,), {"log": log})


def _thinned(base: Structure, key: tuple[Any]) -> type:
    """The class of a set that is known, from which this was taken out."""
    if base.make is Mixed:
        return Mixed
    if issubclass(base.make, Thinned):
        return _with_log((*base.make.log, *key))
    known = [to_python(v) for v in base.items]
    return _with_log((*(k[0] for k in known if k is not None), *key))


def _remove(strict: bool) -> Method:
    def take(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
        if not tables.at_run_time(w, base, args[0]):
            known = to_python(args[0])
            if known is None:
                w.key(args[0])
            rest = [v for v in base.items if to_python(v) != known]
            if known is None or (strict and len(rest) == len(base.items)):
                refuse(f"{describe(args[0])} is taken out of a set.", "test with in first.")
            w.change(base, replace(_known(base, rest, w), make=_thinned(base, known)))
            return _NONE
        if base.ident in w.iterated:
            refuse("A set gets smaller while a loop runs over it.", "loop over list(s).")
        if not is_table(base) and not base.items:
            if not strict:
                return _NONE
            refuse("Something is taken out of an empty set.", "test with in first.")
        table = tables.table_of(w, base, args[0])
        find = tables.place_of if strict else tables.slot_of
        place = find(w, table, args[0])
        w.change(w.now(base), tables.without_member(w, table, place, args[0]))
        return _NONE

    return take


def _as_set(w: Library, value: Value) -> Structure:
    """The values that something runs over, as a set."""
    if set_algebra.is_set(value):
        assert isinstance(value, Structure)
        return value
    found = made(w, set, (value,))
    assert isinstance(found, Structure)
    return found


def of_keys(w: Library, op: Any, args: Args) -> Args:
    """The operands of an operator on the keys of a dict: what a view of keys does, a set does.

    What is computed of keys may be given any values to run over beside them: d.keys() - names.
    """
    if not any(map(_is_keys, args)):
        return args
    if op in set_algebra.TESTS:
        return [_as_set(w, a) if _is_keys(a) else a for a in args]
    return [_as_set(w, a) for a in args] if op in set_algebra.RESULTS else args


def _is_keys(value: Value) -> bool:
    return isinstance(value, Structure) and value.make is View and value.keys == ("keys",)


def _result(op: Any) -> Method:
    """The methods union, intersection, difference and symmetric_difference."""

    def compute(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
        found: Value = base
        for a in args:
            found = w.operator(None, op, (found, _as_set(w, a)))
        return found if args else _copied(w, base, (), {})

    return compute


def _changed(op: Any) -> Method:
    """The methods that change a set by another: difference_update, .."""

    def change(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
        for a in args:
            new = w.operator(None, op, (w.now(base), _as_set(w, a)))
            assert isinstance(new, Structure)
            w.change(w.now(base), replace(new, ident=base.ident))
        return _NONE

    return change


def _test(method: str, how: str) -> Method:
    """The methods issubset, issuperset and isdisjoint."""

    def test(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
        pair = (base, _as_set(w, args[0]))
        if not any(map(is_table, pair)):
            known = [to_python(replace(v, make=set)) for v in pair]
            if known[0] is not None and known[1] is not None:
                return Static(bool(getattr(known[0][0], method)(known[1][0])))
        return set_algebra.test(w, how, *pair)

    return test


def _update(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
    for a in args:
        ahead.before_filling(w, base, a)
        items = items_of(w, a, False, at_once=True)
        if items is None:
            _changed(operator.or_)(w, w.now(base), (a,), {})
            continue
        for v in items:
            _add(w, w.now(base), (v,), {})
    return _NONE


def _pop(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
    if is_table(base) or len(base.items) != 1:
        refuse(
            "What a set gives with pop depends on all that was ever put there.",
            "take a certain one: k = min(s), s.remove(k).",
        )
    w.change(base, replace(base, make=set, keys=(), items=()))
    return base.items[0]


def _cleared(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
    w.change(base, replace(base, make=set, keys=(), items=()))
    return _NONE


def _copied(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
    table = tables.mixed(base) if is_table(base) else base  # its order may be another one
    return replace(table, ident=w.new_ident())


_METHODS: dict[str, Method] = {
    "add": _add,
    "clear": _cleared,
    "copy": _copied,
    "difference": _result(operator.sub),
    "difference_update": _changed(operator.sub),
    "discard": _remove(False),
    "intersection": _result(operator.and_),
    "intersection_update": _changed(operator.and_),
    "isdisjoint": _test("isdisjoint", "isdisjoint"),
    "issubset": _test("issubset", "le"),
    "issuperset": _test("issuperset", "ge"),
    "pop": _pop,
    "remove": _remove(True),
    "symmetric_difference": _result(operator.xor),
    "symmetric_difference_update": _changed(operator.xor),
    "union": _result(operator.or_),
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
        return replace(tables.mixed(value), ident=w.new_ident())
    items = items_of(w, value, False, True)
    few = identities.set_of(w, make, items) if items is not None else None
    if few is not None:
        return few
    if items is not None and all(to_python(v) is not None for v in items):
        return w.members(make, items)
    if make is not set:
        refuse(f"frozenset is given {describe(value)}.", "use a set.")
    whole = arranging.whole_list(w, value) if items is None else grown.grown(w, tuple, items)
    if any(table_keys.key_atoms(v, member=True) is None for v in _rows(whole)):
        refuse(
            "A set is made of values that are not known while the code is written.",
            "make it of numbers, or tuples of numbers.",
        )
    columns = tuple(h.atom for h in held(whole))
    keys = arranging.picked(w, whole, arranging.positions(w, fp.first_places, columns))
    return tables.of_keys(replace(keys, make=list), w.new_ident())


def _rows(whole: Structure) -> list[Any]:
    assert is_grown(whole)
    return [grown.row_of(whole.items[0])]
