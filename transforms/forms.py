"""When two values are of one form, so that one place can hold either."""

from __future__ import annotations

from fpad.transforms.abstract import (
    Above,
    Bound,
    Either,
    Held,
    Inside,
    Member,
    Method,
    Static,
    Steps,
    Structure,
    Value,
    Woven,
)
from fpad.transforms.ir import Const
from fpad.transforms.kinds import BOOL, join, same_layout


def alike(a: Value, b: Value) -> bool:
    """Can these be one thing where ways meet?"""
    x, y = number(a), number(b)
    if x is not None or y is not None:
        return x is not None and y is not None and join(x.kind, y.kind) is not None
    if isinstance(a, Static) or isinstance(b, Static):
        return a == b
    if isinstance(a, Structure) and isinstance(b, Structure) and a.make in (list, tuple):
        return a.make is b.make and (a.make is list or len(a.items) == len(b.items))
    return type(a) is type(b) and same_form(a, b)


def number(value: Value) -> Held | None:
    """The value as something held; True and False are numbers where they meet others."""
    if isinstance(value, Static) and isinstance(value.value, bool):
        return Held(Const(value.value), BOOL, Const(value.value))
    return value if isinstance(value, Held) else None


def same_form(a: Value, b: Value) -> bool:
    """Do two values have the same parts under the same keys?"""
    match a, b:
        case Structure(), Structure():
            return same_layout(a, b)
        case Either(), Either():
            return len(a.of) == len(b.of) and all(map(alike, a.options, b.options))
        case Inside(), Inside():
            return a.scope is b.scope
        case Steps(), Steps():
            return a.reverse == b.reverse and len(a.args) == len(b.args)
        case Woven(), Woven():
            return a.how == b.how and len(a.of) == len(b.of) and a.ident == b.ident
        case Bound(), Bound():
            return a.func is b.func
        case Above(), Above():
            return a.cls is b.cls
        case Member(), Member():
            return a.cls is b.cls
        case Method(), Method():
            return a.name == b.name and a.variable == b.variable
    return True
