"""What messages show: lists, dicts and objects are put together when the program runs.

    us = [..]               # a list of unknown length: an array
    print("u:", us)         ->      print("u:", fp.shown(("rows", list, ("leaf", us))))

A message shows what the value is at that moment, so the structure is made anew for it, and may call
the methods `__str__`, `__repr__` and `__format__` that the user's class has.
"""

from __future__ import annotations

import collections
from typing import TYPE_CHECKING

from fpad import runtime as fp
from fpad.transforms import groups
from fpad.transforms.abstract import (
    Defaulting,
    Held,
    Member,
    Queue,
    Static,
    Structure,
    Value,
    held,
    is_grown,
    operand_of,
)
from fpad.transforms.closures import Closure
from fpad.transforms.describing import describe
from fpad.transforms.forms import is_complex
from fpad.transforms.ir import Const, Operand
from fpad.transforms.kinds import Counting, Num, OpaqueKind, Standing, is_object, meant
from fpad.transforms.refusing import refuse
from fpad.transforms.tables import class_of_dict, is_table
from fpad.transforms.written.outer import Outer

if TYPE_CHECKING:
    from fpad.transforms.operations import Operations


def is_put_together(value: Value) -> bool:
    """Is it something that exists only in its parts, and that a message can show whole?"""
    if isinstance(value, Member):
        return True
    return isinstance(value, Structure) and not _is_tuple_of_operands(value)


def _is_tuple_of_operands(value: Structure) -> bool:
    return (
        value.make is tuple
        and not is_grown(value)
        and all(
            _is_tuple_of_operands(v) if isinstance(v, Structure) else operand_of(v) is not None
            for v in value.items
        )
    )


def shown(w: Operations, value: Value) -> Operand:
    """The operand that a message is given for a value."""
    return w.let(None, fp.shown, (_form(w, value, ()),), OpaqueKind(object)).atom


def _form(w: Operations, value: Value, inside: tuple[type, ...]) -> Operand:
    """How the value is put together (see `fp.shown`); `inside`: the classes it is an object in."""
    match value:
        case Member(cls=cls):
            if cls in inside:
                refuse(f"{describe(value)} that may hold itself is shown.", "show its parts.")
            element = w.arenas.element(w, value)
            items = tuple(w.arenas.attribute(w, value, k) for k in element.keys)
            return _parts(w, cls, element.keys, items, (*inside, cls))
        case Structure(make=make, items=(Held(atom=atom),)) if issubclass(make, Outer):
            return (Const("leaf"), atom)
        case Structure() if is_complex(value):
            return (Const("complex"), *(_form(w, v, inside) for v in value.items))
        case Structure() if is_table(value) and not groups.is_groups(value.items[1]):
            make = class_of_dict(value)
            keys = _form(w, value.items[0], inside)
            if issubclass(make, set | frozenset):
                return (Const("listed"), Const(make), keys)
            return (*_dict_of(value, make), keys, _form(w, value.items[1], inside))
        case Structure(make=make, items=(part,)) if is_grown(value):
            if next(held(part), None) is not None:
                return (Const("rows"), Const(make), _form(w, part, inside))
        case Structure(make=make, items=items) if make is Queue:
            return (Const("deque"), *(_form(w, v, inside) for v in items))
        case Structure(make=make, keys=keys, items=items):
            if issubclass(make, set | frozenset):
                whole = _parts(w, list, tuple(range(len(items))), items, inside)
                return (Const("listed"), Const(make), whole)
            if issubclass(make, Defaulting | Counting):
                both = (tuple(map(Static, keys)), items)
                lists = (_parts(w, list, keys, part, inside) for part in both)
                return (*_dict_of(value, make), *lists)
            plain = issubclass(make, tuple | list | dict) or is_object(meant(make))
            if plain and not issubclass(make, Closure | Standing):
                return _parts(w, meant(make), keys, items, (*inside, make))
        case Held(atom=atom, kind=kind) if isinstance(kind, Num) or operand_of(value) is not None:
            return (Const("leaf"), atom)
        case Static(value=v):
            return (Const("known"), Const(v))
    refuse(f"A message shows {describe(value)}.", "show its parts.")


def _dict_of(value: Value, make: type) -> tuple[Operand, ...]:
    """How a dict of two lists is put together, but for the lists."""
    if issubclass(make, Defaulting):
        factory = make.factory.value if isinstance(make.factory, Static) else None
        if not isinstance(factory, type | None):
            refuse(f"A message shows {describe(value)}.", "show dict(..) of it.")
        return (Const("default"), Const(factory))
    return (Const("dict"), Const(collections.Counter if issubclass(make, Counting) else make))


def _parts(
    w: Operations,
    make: type,
    keys: tuple[object, ...],
    items: tuple[Value, ...],
    inside: tuple[type, ...],
) -> Operand:
    forms = tuple(_form(w, v, inside) for v in items)
    return (Const("parts"), Const(make), tuple(map(Const, keys)), forms)
