"""Functions of the module dataclasses.

d = asdict(p)                   no statement: a dict of the fields; arrays are copied
for f in fields(p): ..          known one by one
q = replace(p, x=y)             Point(x=y, v=p.v)
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from fpad.transforms import objects
from fpad.transforms.abstract import Static, Structure, Value, is_grown
from fpad.transforms.class_parts import class_of
from fpad.transforms.describing import describe
from fpad.transforms.kinds import is_namedtuple
from fpad.transforms.refusing import refuse

if TYPE_CHECKING:
    from fpad.transforms.library import Library

Args = Sequence[Value]
Keywords = dict[str, Value]


def _names(value: Value) -> list[str] | None:
    """The names of the fields of an object of a dataclass; None of anything else."""
    cls = class_of(value)
    if cls is None or not dataclasses.is_dataclass(cls):
        return None
    return [f.name for f in dataclasses.fields(cls)]


def _taken_apart(pack: Callable[[Library, list[str], list[Value]], Value]) -> Any:
    """Asdict and astuple: what `pack` makes of the fields, inside lists and dicts too."""

    def convert(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
        if len(args) != 1 or kwargs or _names(args[0]) is None:
            shown = describe(args[0]) if args else "nothing"
            refuse(f"A dataclass is asked for; it is given {shown}.", "give it one object.")
        return one(w, args[0])

    def one(w: Library, value: Value) -> Value:
        names = _names(value)
        if names is not None:
            parts = [one(w, objects.attribute(w, value, n)) for n in names]
            return pack(w, names, parts)
        if isinstance(value, Structure) and class_of(value) is None and not is_grown(value):
            if value.make in (list, tuple):
                return w.sequence(value.make, [one(w, v) for v in value.items])
            if value.make is dict:
                items = tuple(one(w, v) for v in value.items)
                return Structure(dict, value.keys, items, w.new_ident())
            if is_namedtuple(value.make):
                return value.with_parts(tuple(one(w, v) for v in value.items))
        return w.call(w.fresh("value"), copy.deepcopy, (value,), {})

    return convert


def _dict(w: Library, names: list[str], parts: list[Value]) -> Value:
    return Structure(dict, tuple(names), tuple(parts), w.new_ident())


def _fields(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """dataclasses.fields(of an object or a class)."""
    of = args[0]
    is_class = isinstance(of, Static) and isinstance(of.value, type)
    cls: Any = of.value if isinstance(of, Static) and is_class else class_of(of)
    if cls is None or not dataclasses.is_dataclass(cls):
        refuse(f"dataclasses.fields is given {describe(of)}.", "give it a dataclass.")
    return w.sequence(tuple, [Static(f) for f in dataclasses.fields(cls)])


def _replaced(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """dataclasses.replace(base, ..)."""
    base = args[0]
    cls: Any = class_of(base)
    if cls is None or not dataclasses.is_dataclass(cls):
        refuse(f"dataclasses.replace is given {describe(base)}.", "give it a dataclass.")
    fields = dataclasses.fields(cls)
    fixed = [f.name for f in fields if not f.init and f.name in kwargs]
    if fixed:
        refuse(f"{fixed[0]} of {describe(base)} is no argument.", "set it afterwards.")
    names = [f.name for f in fields if f.init and f.name not in kwargs]
    old = {n: objects.attribute(w, base, n) for n in names}
    return objects.construct(w, cls, (), {**old, **kwargs})


FUNCTIONS: dict[Any, Callable[[Library, str, Args, Keywords], Value]] = {
    dataclasses.asdict: _taken_apart(_dict),
    dataclasses.astuple: _taken_apart(lambda w, names, parts: w.sequence(tuple, parts)),
    dataclasses.fields: _fields,
    dataclasses.replace: _replaced,
    dataclasses.is_dataclass: lambda w, variable, args, kwargs: Static(
        _names(args[0]) is not None
        or (isinstance(args[0], Static) and dataclasses.is_dataclass(args[0].value))
    ),
}
