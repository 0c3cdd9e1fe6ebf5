"""copy.copy and copy.deepcopy.

q = copy.copy(p)        no statement: q is another list, dict or object of the same parts
r = copy.deepcopy(p)    arrays are copied:  r_w = np.copy(p_w)
"""

from __future__ import annotations

import copy
from collections.abc import Hashable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from fpad.transforms import duplicating, holding, member_lists, own_dicts, queues, rings
from fpad.transforms.abstract import (
    Bound,
    Either,
    Groups,
    Held,
    Iterated,
    Member,
    Queue,
    Static,
    Structure,
    Value,
    View,
    Woven,
    is_array,
    is_grown,
    is_itself,
)
from fpad.transforms.class_parts import class_of
from fpad.transforms.closures import Closure
from fpad.transforms.describing import describe
from fpad.transforms.iterators import Args, Handler, Keywords
from fpad.transforms.kinds import OpaqueKind
from fpad.transforms.tables import is_table
from fpad.transforms.writer import refuse

if TYPE_CHECKING:
    from fpad.transforms.library import Library


def _own_way(w: Library, value: Value, name: str) -> Value | None:
    """What an object of a class says that its copy is."""
    cls = class_of(value)
    found = getattr(cls, name, None)
    if found is None:
        special = ("__reduce_ex__", "__getstate__", "__setstate__")
        odd = [n for n in special if getattr(cls, n, None) is not getattr(object, n, None)]
        if cls is not None and odd:
            refuse(f"{cls.__name__} says in {odd[0]} what its copy is.", f"give it a {name}.")
        return None
    rest = () if name == "__copy__" else (w.sequence(dict, ()),)
    return w.call(w.fresh("value"), found, (value, *rest), {})


def _refuse_streams(value: Value) -> None:
    once = isinstance(value, Structure) and value.make in (Iterated, View, Groups)
    if once or isinstance(value, Woven | Either):
        refuse(f"{describe(value)} is copied.", "copy what it is made of.")
    if isinstance(value, Static) and class_of(value) is not None:
        refuse(
            f"{describe(value)}, which lives outside the function, is copied.",
            "pass it as an argument.",
        )
    if isinstance(value, Held) and isinstance(value.kind, OpaqueKind):
        refuse(f"{describe(value)} is copied.", "copy its numbers.")


def _shallow(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """copy.copy(value)."""
    value = own_dicts.now(w, args[0])
    _refuse_streams(value)
    found = _own_way(w, value, "__copy__")
    if found is not None:
        return found
    if isinstance(value, Member):
        keys = w.arenas.element(w, value).keys
        parts = tuple(w.arenas.attribute(w, value, k) for k in keys)
        return w.arenas.entered(w, Structure(value.cls, keys, parts, w.new_ident()))
    if is_array(value):
        return w.operation(variable, np.copy, (value,), {})
    if is_table(value):
        _refuse_streams(value.parts[1])
    if isinstance(value, Structure) and holding.contents(w, value) is not None:
        return holding.duplicate(w, value)
    if isinstance(value, Structure) and value.make is Queue:
        return queues.copied(w, value)
    if isinstance(value, Structure) and is_grown(value) and value.make is list:
        return duplicating.shallow(w, value)
    if isinstance(value, Structure) and value.ident is not None:
        return replace(value, ident=w.new_ident())
    if isinstance(value, Structure) and not issubclass(value.make, tuple):
        return replace(value, ident=w.new_ident())
    return value


def _deep(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """copy.deepcopy(value); what is one thing in the value is one thing in the copy."""
    seen: dict[Hashable, Value] = {}

    def one(value: Value) -> Value:
        if isinstance(value, Structure) and value.make is Groups:
            return value
        value = own_dicts.now(w, value)
        _refuse_streams(value)
        found = _own_way(w, value, "__deepcopy__")
        if found is not None:
            return found
        if isinstance(value, Held) and is_array(value):
            if value.atom not in seen:
                seen[value.atom] = w.operation(None, np.copy, (value,), {})
            return seen[value.atom]
        if isinstance(value, Member):
            return duplicating.shifted(w, value, later)
        if isinstance(value, Bound):
            return value.with_parts(tuple(map(one, value.of)))
        if not isinstance(value, Structure):
            return value
        if is_itself(value) or issubclass(value.make, Closure):  # a function is its own copy
            return value
        if value.ident is not None and value.ident in seen:
            return seen[value.ident]
        new = value
        if not is_grown(value):
            new = value.with_parts(tuple(map(one, value.items)))
        else:
            part = duplicating.shifted(w, value.items[0], later)
            new = value.with_parts((duplicating.deep(w, part),))
        if not issubclass(value.make, tuple):
            new = replace(new, ident=w.new_ident())
        if value.ident is not None:
            seen[value.ident] = new
        return new

    later: dict[type, Held] = {}
    if any(True for m in _members(args[0])):
        later = _arenas_doubled(w)
    copied = one(rings.whole(w, args[0]))
    return rings.renamed(copied, {i: v.ident for i, v in seen.items() if isinstance(v, Structure)})


def _members(value: Value) -> Iterator[Member]:
    if isinstance(value, Member):
        yield value
    for part in value.parts:
        yield from _members(part)


def _arenas_doubled(w: Library) -> dict[type, Held]:
    """Put copies of all objects in arenas behind these; how far behind them, for each class."""
    whole = {cls: w.arenas.of(w, cls) for cls in w.arenas.names}
    whole = {cls: a for cls, a in whole.items() if is_grown(a) or member_lists.is_table(a)}
    for cls in whole:
        if hasattr(cls, "__deepcopy__"):
            refuse(f"{cls.__name__} says in __deepcopy__ what its copy is.", "write that out.")
    later = {cls: n for cls in whole if (n := w.arenas.size(w, cls)) is not None}
    for arena in whole.values():
        shifted = w.arenas.shifted(w, arena, later)
        copied = shifted.with_parts(tuple(duplicating.deep(w, p) for p in shifted.items))
        more = w.arenas.joined(w, arena, copied)
        w.change(arena, replace(more, ident=arena.ident), resized=False)
    return later


COPYING: dict[Any, Handler] = {copy.copy: _shallow, copy.deepcopy: _deep}
