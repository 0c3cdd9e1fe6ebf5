"""Attributes, methods, and calls of what is neither an operation of the table nor user code.

n = len(p)           no statement, if p is a tuple, list or dict
for k, v in d.items()
s = x.sum(axis=0)    Let(np.sum, (x,), axis=0)
h.append(v)          no statement: h has one more part from here on
print(x)             Do
"""

from __future__ import annotations

import operator
import types
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.abstract import (
    UNKNOWN,
    Held,
    Method,
    Static,
    Steps,
    Structure,
    Unknown,
    Value,
    Woven,
    describe,
    has_unknown,
    is_number,
    is_shape,
    known_value,
    literal,
    operand_of,
)
from fpad.transforms.closures import Closure, Nested
from fpad.transforms.ir import Apply, Attr, Const, Do
from fpad.transforms.iteration import items_of
from fpad.transforms.kinds import BOOL, Num, is_namedtuple
from fpad.transforms.operations import Operations, called
from fpad.transforms.resolve import Outside
from fpad.transforms.rules import ARRAY_ATTRIBUTES, ARRAY_METHODS, rule_of
from fpad.transforms.subscripts import attempt, position
from fpad.transforms.writer import refuse

Args = Sequence[Value]
Keywords = dict[str, Value]


class Library(Operations):
    """Gives attributes and calls their meaning."""

    outer: Outside

    def user_call(self, variable: str, func: Any, args: Args, kwargs: Keywords) -> Value:
        """The result of calling a Python function."""
        raise NotImplementedError

    # ------------------------------------------------------------ attributes

    def attribute(self, s: Attr, base: Value) -> Value:
        """The value of base.name."""
        match base:
            case Unknown():
                return UNKNOWN
            case Held(kind=Num()):
                if s.name in ARRAY_ATTRIBUTES:
                    return self.operation(s.target, ARRAY_ATTRIBUTES[s.name], (base,), {})
                if s.name in ARRAY_METHODS:
                    return Method((base,), s.name, s.base)
                refuse(
                    f"There is no derivative rule for the attribute {s.name} of an array.",
                    "write it with NumPy functions that have one.",
                )
            case Structure(make=make, items=items):
                if is_namedtuple(make) and s.name in make._fields:
                    return self.usable("This part", items[make._fields.index(s.name)])
                if s.name in _STRUCTURE_METHODS.get(make, {}):
                    return Method((base,), s.name, s.base)
                refuse(
                    f"The attribute {s.name} of a {make.__name__} is not supported.",
                    "index it, or loop over it.",
                )
            case Static(value=v) if v is None or isinstance(v, str | bool):
                return attempt(getattr, [v, s.name])
            case Static(value=v):
                return self.outer.attribute(v, s.name)
        refuse(
            f"The attribute {s.name} of {describe(base)} is not known while the code is written.",
            f"pass {s.name} as an argument of its own.",
        )

    # ------------------------------------------------------------ calls

    def apply(self, s: Apply, func: Value, args: Args, kwargs: Keywords) -> Value:
        """The result of a call."""
        match func:
            case Unknown():
                return UNKNOWN
            case Method(of=(Structure() as base,), name=name, variable=variable):
                now = self.env.get(variable)
                if isinstance(now, Structure) and now.ident == base.ident is not None:
                    base = now  # it has been changed since the method was looked up
                return _STRUCTURE_METHODS[base.make][name](self, variable, base, args, kwargs)
            case Method(of=(base,), name=name):
                m = ARRAY_METHODS[name]
                rest = args
                if m.packs and len(args) > 1:
                    rest = (self.sequence(tuple, args),)
                implied = {k: literal(v) for k, v in m.keywords.items()}
                return self.operation(s.target, m.op, (base, *rest), {**implied, **kwargs})
            case Static(value=f):
                return self.call(s.target, f, args, kwargs)
            case Structure(make=make) if issubclass(make, Closure):
                return self.call_closure(s.target, make.nested, func.items, args, kwargs)
        refuse(f"{describe(func)} is called.", "call a function.")

    def call(self, variable: str, f: Any, args: Args, kwargs: Keywords) -> Value:
        """The result of calling something known."""
        special = _special(f)
        if special is not None:
            if any(map(has_unknown, (*args, *kwargs.values()))):
                return UNKNOWN
            return special(self, variable, args, kwargs)
        if rule_of(f) is not None:
            strange = [isinstance(a, Static) and isinstance(a.value, str) for a in args]
            if f in (float, int, bool) and any(strange):
                return attempt(f, [v[0] for v in map(known_value, args) if v is not None])
            return self.operation(variable, f, args, kwargs)
        if is_namedtuple(f):
            return _make_namedtuple(f, args, kwargs)
        if isinstance(f, types.BuiltinMethodType) and isinstance(f.__self__, str):
            known = [known_value(a) for a in args]
            if None not in known:
                return attempt(f, [v[0] for v in known if v is not None])
        return self.user_call(variable, f, args, kwargs)

    def call_closure(
        self, variable: str, made: Nested, parts: Args, args: Args, kwargs: Keywords
    ) -> Value:
        """The result of calling a function inside a function."""
        raise NotImplementedError

    def fail(self, error: Value, *args: Value) -> None:
        """Raise an exception; nothing comes after it."""
        cls = error.value if isinstance(error, Static) else None
        if isinstance(error, Unknown) or any(map(has_unknown, args)):
            self.dead = True
            return
        if not isinstance(cls, BaseException) and not (
            isinstance(cls, type) and issubclass(cls, BaseException)
        ):
            refuse(f"{describe(error)} is raised.", "raise an exception: ValueError(..).")
        operands = []
        for a in args:
            if isinstance(a, Structure) and not _prints_as_tuple(a):
                refuse(f"An exception is made with {describe(a)}.", "give it a text.")
            operands.append(self.operand(a, cls))
        self.emit(Do(fp.fail, (Const(cls), *operands), (), self.origin))
        self.dead = True

    def write_print(self, args: Args, kwargs: Keywords) -> Value:
        """print(..), once, in its place."""
        operands = []
        for a in (*args, *kwargs.values()):
            if isinstance(a, Structure) and not _prints_as_tuple(a):
                refuse(f"{describe(a)} is printed.", "print its parts.")
            operands.append(self.operand(a, print))
        keywords = zip(kwargs, operands[len(args) :], strict=True)
        self.emit(Do(print, tuple(operands[: len(args)]), tuple(keywords), self.origin))
        return Static(None)


# ---------------------------------------------------------------- builtins


def _range(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    if kwargs or not 1 <= len(args) <= 3:
        refuse("range takes one to three ints.", "give it these.")
    numbers = [literal(int(a.value)) if _is_bool(a) else a for a in args]  # type: ignore[attr-defined]
    for a in numbers:
        if not isinstance(a, Held) or not isinstance(a.kind, Num) or a.kind.num == "float":
            refuse(f"range is given {describe(a)}.", "give it ints.")
    return Steps(tuple(numbers))


def _is_bool(value: Value) -> bool:
    return isinstance(value, Static) and isinstance(value.value, bool)


def _len(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    value = args[0] if args else None
    if len(args) == 1 and not kwargs and not is_number(args[0]) and not is_shape(args[0]):
        items = items_of(w, args[0])
        if items is not None:
            return literal(len(items))
        if isinstance(value, Static):
            return attempt(len, [value.value])
    return w.operation(variable, len, args, kwargs)


def _woven(how: str) -> Callable[..., Value]:
    def make(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
        of = tuple(args)
        if how == "enumerate":
            start = kwargs.pop("start", of[1] if len(of) == 2 else literal(0))
            of = (*of[:1], start)
        kwargs.pop("strict", None)
        if kwargs or (how != "zip" and not args) or (how == "reversed" and len(args) != 1):
            refuse(f"These arguments of {how} are not supported.", "leave them out.")
        if how == "reversed" and isinstance(of[0], Steps):
            return replace(of[0], reverse=not of[0].reverse)
        return Woven(how, of)

    return make


def _sequence(make: type) -> Callable[..., Value]:
    def convert(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
        if not args:
            return w.sequence(make, ())
        if make is tuple and is_shape(args[0]):
            return args[0]
        items = items_of(w, args[0])
        if items is None:
            refuse(f"{make.__name__} is given {describe(args[0])}.", "use the array, or index it.")
        return w.sequence(make, items)

    return convert


def _dict(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    table: dict[Any, Value] = {}
    for a in args:
        if not isinstance(a, Structure) or not issubclass(a.make, dict):
            refuse(f"dict is given {describe(a)}.", "write the dict out.")
        table.update(zip(a.keys, a.items, strict=True))
    table.update(kwargs)
    w.idents += 1
    return Structure(dict, tuple(table), tuple(table.values()), w.idents)


def _listed(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """What a comprehension runs over."""
    items = items_of(w, args[0])
    if items is None:
        refuse(
            f"A comprehension runs over {describe(args[0])}; how many values it has is not known "
            "while the code is written.",
            "write it with operations on arrays, or as a loop that adds up or fills an array.",
        )
    return w.sequence(list, items)


def _every(op: Any, least: bool) -> Callable[..., Value]:
    """all(..) or any(..) of truth values; `least`: the answer for none."""

    def decide(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
        items = items_of(w, args[0])
        if items is None:
            refuse(f"{describe(args[0])} is tested as a whole.", "use np.all or np.any.")
        open_: list[Value] = []
        for v in items:
            known = w.truth(v)
            if known is (not least):
                return Static(not least)
            if known is None:
                open_.append(v)
        for v in open_:
            if not (isinstance(v, Held) and v.kind == BOOL):
                refuse(f"{describe(v)} is tested for truth.", "compare it: v != 0.0.")
        if not open_:
            return Static(least)
        result = open_[0]
        for v in open_[1:]:
            result = w.operation(variable, op, (result, v), {})
        return result

    return decide


def _apply(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """f(*args, **named), where the parts of both are known."""
    f, star, named = args
    assert isinstance(star, Structure)
    if not isinstance(named, Structure) or not all(isinstance(k, str) for k in named.keys):
        refuse(f"{describe(named)} is given after **.", "give a dict with names for keys.")
    s = Apply(variable, variable, (), (), w.origin)
    return w.apply(s, f, star.items, dict(zip(named.keys, named.items, strict=True)))


def _enough(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    values, n = args
    known = known_value(n)
    if isinstance(values, Structure) and known is not None and len(values.items) < known[0]:
        refuse(
            f"{describe(values)} is unpacked into at least {known[0]} names.",
            "give no more names than there are values.",
        )
    return Static(None)


_EXAMPLES: dict[tuple[bool, str], tuple[Any, ...]] = {
    (False, "float"): (1.0, np.float64(1.0), np.float32(1.0)),
    (False, "int"): (1, np.int64(1)),
    (False, "bool"): (True, np.bool_(True)),
    (True, "float"): (np.ones(1), np.float64(1.0), np.float32(1.0)),
    (True, "int"): (np.ones(1, int), np.int64(1)),
    (True, "bool"): (np.ones(1, bool), np.bool_(True)),
}


def _isinstance(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """Decided if every value of the kind agrees, else when the program runs."""
    value, cls = args
    classes = [cls, *cls.items] if isinstance(cls, Structure) else [cls]
    known = tuple(c.value for c in classes if isinstance(c, Static))
    match value:
        case Static(value=v):
            return attempt(isinstance, [v, known])
        case Structure(make=make):
            return attempt(issubclass, [make, known])
        case Held(kind=Num(array=array, num=num)) if (array, num) in _EXAMPLES:
            answers = {isinstance(e, known) for e in _EXAMPLES[array, num]}
            if len(answers) == 1:
                return Static(answers.pop())
    return w.operation(variable, isinstance, args, {})


_SPECIAL: dict[Any, Callable[[Library, str, Args, Keywords], Value]] = {
    range: _range,
    len: _len,
    enumerate: _woven("enumerate"),
    zip: _woven("zip"),
    reversed: _woven("reversed"),
    tuple: _sequence(tuple),
    list: _sequence(list),
    dict: _dict,
    isinstance: _isinstance,
    all: _every(operator.and_, True),
    any: _every(operator.or_, False),
    fp.apply: _apply,
    fp.listed: _listed,
    fp.merged: _dict,
    fp.enough: _enough,
    print: lambda w, variable, args, kwargs: w.write_print(args, kwargs),
}


def _special(f: Any) -> Callable[[Library, str, Args, Keywords], Value] | None:
    try:
        return _SPECIAL.get(f)
    except TypeError:  # not hashable
        return None


def _make_namedtuple(cls: Any, args: Args, kwargs: Keywords) -> Value:
    table = dict(zip(cls._fields, args, strict=False)) | kwargs
    for field, value in cls._field_defaults.items():
        table.setdefault(field, literal(value))
    if len(args) > len(cls._fields) or set(table) != set(cls._fields):
        refuse(f"{called(cls)} is given other arguments than it has fields.", "give each one.")
    items = tuple(table[field] for field in cls._fields)
    return Structure(cls, tuple(range(len(items))), items)


def _prints_as_tuple(value: Structure) -> bool:
    return value.make is tuple and all(
        _prints_as_tuple(v) if isinstance(v, Structure) else operand_of(v) is not None
        for v in value.items
    )


# ---------------------------------------------------------------- methods of structures


def _append(w: Library, variable: str, base: Structure, args: Args, kwargs: Keywords) -> Value:
    w.alone(variable, base)
    w.env[variable] = replace(
        base, keys=(*base.keys, len(base.keys)), items=(*base.items, *args[:1])
    )
    return Static(None)


def _copied(w: Library, variable: str, base: Structure, args: Args, kwargs: Keywords) -> Value:
    w.idents += 1
    return replace(base, ident=w.idents)


def _pairs(w: Library, variable: str, base: Structure, args: Args, kwargs: Keywords) -> Value:
    rows = zip(base.keys, base.items, strict=True)
    return w.sequence(tuple, [w.sequence(tuple, (literal(k), v)) for k, v in rows])


def _get(w: Library, variable: str, base: Structure, args: Args, kwargs: Keywords) -> Value:
    k = position(base, w.key(args[0]))
    if k is not None:
        return w.usable("This part", base.items[k])
    return args[1] if len(args) > 1 else Static(None)


_OF_DICTS: dict[str, Callable[..., Value]] = {
    "items": _pairs,
    "keys": lambda w, v, base, args, kwargs: w.sequence(tuple, list(map(literal, base.keys))),
    "values": lambda w, v, base, args, kwargs: w.sequence(tuple, base.items),
    "get": _get,
    "copy": _copied,
}
_STRUCTURE_METHODS: dict[Any, dict[str, Callable[..., Value]]] = {
    dict: _OF_DICTS,
    list: {"append": _append, "copy": _copied},
}
