"""When two values are of one form, so that one place can hold either."""

from __future__ import annotations

from collections.abc import Sequence

from fpad.transforms import texts
from fpad.transforms.abstract import (
    Above,
    Bound,
    Either,
    Held,
    Inside,
    Member,
    Method,
    Partial,
    Static,
    Steps,
    Structure,
    Value,
    View,
    Woven,
)
from fpad.transforms.ir import Const
from fpad.transforms.kinds import BOOL, join, same_layout
from fpad.transforms.tables import class_of_dict, is_table, unified
from fpad.transforms.written.complex_ import Complex


def alike(a: Value, b: Value) -> bool:
    """Can these be one thing where ways meet?"""
    a, b = texts.unified((a, b))
    x, y = number(a), number(b)
    if x is not None or y is not None:
        return x is not None and y is not None and join(x.kind, y.kind) is not None
    if isinstance(a, Static) or isinstance(b, Static):
        return a == b
    if isinstance(a, Structure) and isinstance(b, Structure) and a.make in (list, tuple):
        return a.make is b.make and (a.make is list or len(a.items) == len(b.items))
    a, b = unified((a, b))
    if is_table(a) and is_table(b):
        return class_of_dict(a) is class_of_dict(b)
    return type(a) is type(b) and same_form(a, b)


def number(value: Value) -> Held | None:
    """The value as something held; True and False are numbers where they meet others."""
    if isinstance(value, Static) and isinstance(value.value, bool):
        return Held(Const(value.value), BOOL, Const(value.value))
    return value if isinstance(value, Held) else None


def is_complex(value: Value) -> bool:
    """Is it a complex number or array?"""
    return isinstance(value, Structure) and value.make is Complex


def widened(values: Sequence[Value]) -> list[Value]:
    """The values; where numbers meet complex ones, they are complex with no imaginary part."""
    if not any(map(is_complex, values)):
        return list(values)
    return [complex_of(v) for v in values]


def complex_of(value: Value) -> Value:
    """A number as a complex one; the place of its imaginary part is left open if it is an array."""
    h = number(value)
    if h is None:
        return value
    return Structure(Complex, ("real", "imag"), (h, Held(Const(0.0), h.kind)))


def same_form(a: Value, b: Value) -> bool:
    """Do two values have the same parts under the same keys?"""
    match a, b:
        case Structure(), Structure():
            whole = a.make is Partial or a.make is View  # it is what its first part is
            return same_layout(a, b) and (not whole or alike(a.items[0], b.items[0]))
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
