"""What a value is called in a message."""

from __future__ import annotations

from fpad import runtime as fp
from fpad.transforms.abstract import (
    Bound,
    Either,
    Held,
    Iterated,
    Member,
    Method,
    Partial,
    Static,
    Steps,
    Structure,
    Table,
    Value,
    View,
    Woven,
    is_grown,
)
from fpad.transforms.closures import Closure
from fpad.transforms.kinds import (
    Num,
    OpaqueKind,
    ShapeKind,
)
from fpad.transforms.written.outer import Outer

_NUMBERS = {"float": "a float", "int": "an int", "bool": "a bool", "any": "a number"}


_ARRAYS = {"float": "floats", "int": "ints", "bool": "bools", "any": "numbers"}


def python_name(value: Value) -> str:
    """A value in a message of Python's own."""
    return "'NoneType' object" if value == Static(None) else describe(value)


def describe(value: Value) -> str:
    """A value in a message."""
    match value:
        case Held(kind=Num(array=array, num=num)):
            return f"an array of {_ARRAYS[num]}" if array else _NUMBERS[num]
        case Held(kind=ShapeKind()):
            return "a shape"
        case Held(kind=OpaqueKind(cls=cls)):
            return f"an object of class {cls.__name__}"
        case Static(value=v) if v is None or isinstance(v, str | bool):
            return repr(v)
        case Static(value=v):
            return str(getattr(v, "__name__", None) or f"an object of class {type(v).__name__}")
        case Structure(make=make, items=items):
            if issubclass(make, Closure):
                return f"the function {make.__name__}"
            if make is Partial and items[0] == Static(fp.call_method):
                return f"the method {items[2].value}"  # type: ignore[attr-defined]
            if issubclass(make, Outer):
                return f"{make.__name__}, a {make.stands_for.__name__} outside that is changed"
            if make in (Iterated, Partial):
                return "an iterator" if make is Iterated else "a functools.partial"
            if is_grown(value) or issubclass(make, Table):
                return f"a {make.__name__} of unknown length"
            if make is slice:
                return "a slice"
            if make is View:
                return f"the {value.keys[0]} of a dict"
            return f"a {make.__name__} of {len(items)}"
        case Either(of=(_, *options)):
            return " or ".join(map(describe, options))
        case Member(cls=cls):
            return f"a {cls.__name__}"
        case Steps():
            return "a range"
        case Woven(how="once"):
            return "an iterator"
        case Woven(how=how):
            return f"{how}(..)"
        case Bound(func=func):
            return f"the method {func.__name__}"
        case Method(name=name):
            return f"the method {name}"
    return "a value"
