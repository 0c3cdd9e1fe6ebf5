"""Objects: attributes, methods and operators of classes that are written in Python.

    p = Particle(x, 1.0)            p is the object {"x": x, "v": 1.0}: no statement
    p.step(0.1)                     t = step(x, 1.0, 0.1);  p.x is t from here on
    q = p + other                   q = p.__add__(other)

An object that a function makes or is given is a structure of its attributes, with an identity (see
`heap`).  An object outside the function stays what it is: what it holds is read at each call.
"""

from __future__ import annotations

import dataclasses
import functools
import operator
import types
from collections import namedtuple
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fpad import runtime as fp
from fpad.transforms import complexes, texts
from fpad.transforms.abstract import (
    UNKNOWN,
    Bound,
    Member,
    Static,
    Structure,
    Unknown,
    Value,
    literal,
)
from fpad.transforms.closures import Closure
from fpad.transforms.describing import describe
from fpad.transforms.kinds import is_frozen, is_namedtuple, is_object
from fpad.transforms.sets import ordered
from fpad.transforms.tables import listing, of_keys_only, view
from fpad.transforms.writer import refuse
from fpad.transforms.written.attributes import first_read

if TYPE_CHECKING:
    from fpad.transforms.library import Library

Args = Sequence[Value]
Keywords = dict[str, Value]


def class_of(value: Value) -> Any:
    """The class of a value whose methods are written in Python; None if there is none."""
    if isinstance(value, Member):
        return value.cls
    if isinstance(value, Structure):
        make = value.make
        written = is_object(make) or (is_namedtuple(make) and _has_methods(make))
        return make if written and not issubclass(make, Closure) else None
    cls: Any = type(value.value) if isinstance(value, Static) else None
    return cls if cls is not None and is_object(cls) else None


def _has_methods(cls: type) -> bool:
    """Has a class of namedtuples more to it than its fields?"""
    made = set(namedtuple("_", ()).__dict__) | set(cls._fields)  # type: ignore[attr-defined]
    return any(
        n not in made for c in cls.__mro__ if c is not tuple for n in c.__dict__ if n[0] != "_"
    )


def attribute(w: Library, base: Value, name: str, after: type | None = None) -> Value:
    """base.name of an object; `after`: what super() sees of it inside the class `after`."""
    cls = class_of(base)
    found, owner = in_class(cls, name, after)
    if isinstance(found, property):
        if found.fget is None:
            refuse(f"The property {name} cannot be read.", "give it a getter.")
        return w.call(w.fresh("value"), found.fget, (base,), {})
    keys = w.arenas.element(w, base).keys if isinstance(base, Member) else ()
    if isinstance(base, Member) and name in keys and after is None:
        return w.usable(f"The attribute {name}", w.arenas.attribute(w, base, name))
    if isinstance(base, Structure) and name in base.keys and after is None:
        return w.usable(f"The attribute {name}", base.items[base.keys.index(name)])
    if isinstance(found, functools.cached_property) and slot_of(name) in (*keys, *_keys(base)):
        args = (base, Static(found.func), Static(slot_of(name)))
        return w.user_call(w.fresh("value"), first_read, args, {})
    if isinstance(base, Static) and owner is None:
        return w.outer_attribute(base.value, name)
    if owner is None and name == "__init__" and after is not None:
        return Static(_begun)  # that of object
    if owner is None:
        shown = ", ".join(map(str, base.keys if isinstance(base, Structure) else keys))
        refuse(
            f"{describe(base)} has no attribute {name} here; it has {shown or 'none'}.",
            "set it on every way that leads here.",
        )
    if isinstance(found, staticmethod):
        return Static(found.__func__)
    if isinstance(found, classmethod):
        return Static(types.MethodType(found.__func__, cls))
    if isinstance(found, types.FunctionType):
        return Bound((base,), found)
    if isinstance(base, Static) and name in getattr(base.value, "__dict__", {}):
        return w.outer_attribute(base.value, name)
    if hasattr(type(found), "__get__"):
        refuse(
            f"The attribute {name} of {describe(base)} is made by a {type(found).__name__}.",
            "use a plain attribute, a method or a property.",
        )
    return w.outer.value(owner, name, found)


def _keys(base: Value) -> tuple[Any, ...]:
    return base.keys if isinstance(base, Structure) else ()


def slot_of(name: str) -> str:
    """The attribute that keeps what a cached property has computed; None until then."""
    return f"_{name}_kept"


def cached_names(cls: type) -> list[str]:
    """The cached properties of a class."""
    found = {n: v for c in reversed(cls.__mro__) for n, v in c.__dict__.items()}
    return [n for n, v in found.items() if isinstance(v, functools.cached_property)]


def in_class(cls: Any, name: str, after: type | None = None) -> tuple[Any, Any]:
    """What a class, or one of its bases, has under a name, and which of them."""
    mro = cls.__mro__
    for owner in mro[mro.index(after) + 1 :] if after is not None else mro:
        if name in owner.__dict__ and owner is not object:
            found = owner.__dict__[name]
            if not isinstance(found, types.MemberDescriptorType):  # a slot
                return found, owner
    return None, None


def set_attribute(w: Library, base: Value, name: str, value: Value) -> None:
    """base.name = value."""
    cls = class_of(base)
    if cls is None or is_namedtuple(cls):
        refuse(f"The attribute {name} of {describe(base)} is set.", "set attributes of objects.")
    found, _ = in_class(cls, name)
    if isinstance(found, property):
        if found.fset is None:
            refuse(f"The property {name} cannot be set.", "give it a setter.")
        w.call(w.fresh("value"), found.fset, (base, value), {})
        return
    if complexes.set_part(w, base, name, value):
        return
    if is_frozen(cls):
        refuse(
            f"{cls.__name__} is frozen: its attributes cannot be set.",
            "make a new one, or use dataclasses.replace.",
        )
    if isinstance(base, Static):
        w.set_outer(base.value, name, value)
        return
    if isinstance(base, Member):
        w.arenas.set_attribute(w, base, name, value)
        return
    assert isinstance(base, Structure)
    w.change(base, with_attribute(base, name, value))


def with_attribute(base: Structure, name: str, value: Value) -> Structure:
    """The object with another value of an attribute."""
    if name not in base.keys:
        return replace(base, keys=(*base.keys, name), items=(*base.items, value))
    k = base.keys.index(name)
    return replace(base, items=(*base.items[:k], value, *base.items[k + 1 :]))


# ---------------------------------------------------------------- making objects


def construct(w: Library, cls: Any, args: Args, kwargs: Keywords) -> Value:
    """cls(*args, **kwargs)."""
    if cls is complexes.Complex:
        return Structure(cls, ("real", "imag"), tuple(args))
    if cls is types.SimpleNamespace:
        return Structure(cls, tuple(kwargs), tuple(kwargs.values()), w.new_ident())
    if cls.__new__ is not object.__new__ or type(cls).__call__ is not type.__call__:
        refuse(f"{cls.__name__} makes its objects in a way of its own.", "give it an __init__.")
    kept = tuple(map(slot_of, cached_names(cls)))
    made = Structure(cls, kept, (Static(None),) * len(kept), w.new_ident())
    hidden = w.fresh("made")
    w.env[hidden] = made
    w.kept.add(hidden)
    params = getattr(cls, "__dataclass_params__", None)
    init, owner = in_class(cls, "__init__")
    generated = params is not None and params.init and owner is _dataclass_of(cls)
    if generated and not hasattr(init, "__fpad_written__") and _is_generated(init):
        _fill(w, made, cls, args, kwargs)
    elif init is not None:
        done = w.call(w.fresh("value"), init, (made, *args), kwargs)
        if isinstance(done, Unknown):  # an argument is known in a later round, and so is the object
            w.kept.discard(hidden)
            w.env.pop(hidden)
            return UNKNOWN
    elif args or kwargs:
        refuse(f"{cls.__name__}() takes no arguments.", "give it an __init__.")
    w.kept.discard(hidden)
    return w.arenas.entered(w, w.env.pop(hidden))


def _dataclass_of(cls: type) -> type | None:
    return next((c for c in cls.__mro__ if "__dataclass_params__" in c.__dict__), None)


def _is_generated(init: Any) -> bool:
    return isinstance(init, types.FunctionType) and init.__code__.co_filename == "<string>"


def _fill(w: Library, made: Structure, cls: Any, args: Args, kwargs: Keywords) -> None:
    """What the __init__ of a dataclass does."""
    fields = [f for f in dataclasses.fields(cls) if f.init]
    plain = [f.name for f in fields if not f.kw_only]
    if len(args) > len(plain) or not set(kwargs) <= {f.name for f in fields} - set(
        plain[: len(args)]
    ):
        refuse(
            f"{cls.__name__}() is given other arguments than it has fields.",
            f"give it {', '.join(f.name for f in fields)}.",
        )
    given = dict(zip(plain, args, strict=False)) | kwargs
    values: Keywords = {}
    for f in dataclasses.fields(cls):
        if f.name in given:
            values[f.name] = given[f.name]
        elif f.default is not dataclasses.MISSING:
            values[f.name] = (
                w.outer.value(cls, f.name, f.default)
                if not isinstance(f.default, int | float | str | None)
                else literal(f.default)
            )
        elif f.default_factory is not dataclasses.MISSING:
            values[f.name] = w.call(w.fresh("value"), f.default_factory, (), {})
        elif f.init:
            refuse(f"{cls.__name__}() is given no {f.name}.", "give it.")
    filled = made
    for name, value in values.items():
        filled = with_attribute(filled, name, value)
    w.change(made, filled)
    after, _ = in_class(class_of(made), "__post_init__")
    if after is not None:
        w.call(w.fresh("value"), after, (w.now(made),), {})


def made_by_dataclass(w: Library, init: Any, args: Args, kwargs: Keywords) -> bool:
    """Write what the __init__ that a dataclass was given does, called by super(); is it one?"""
    if not _is_generated(init) or init.__name__ != "__init__" or not args:
        return False
    base, *rest = args
    mro = getattr(class_of(base), "__mro__", ())
    cls = next((c for c in mro if c.__dict__.get("__init__") is init), None)
    if cls is None or not isinstance(base, Structure):
        return False
    _fill(w, base, cls, rest, kwargs)
    return True


def same_if_one(op: Any, args: Args) -> bool:
    """Is it == or != of two objects that are equal only to themselves?"""
    classes = [class_of(a) for a in args]
    return op in (operator.eq, operator.ne) and all(
        c is not None and in_class(c, "__eq__")[0] is None for c in classes
    )


# ---------------------------------------------------------------- operators

_TWO = {
    operator.add: "add",
    operator.sub: "sub",
    operator.mul: "mul",
    operator.truediv: "truediv",
    operator.floordiv: "floordiv",
    operator.mod: "mod",
    operator.pow: "pow",
    operator.matmul: "matmul",
}
_ONE = {
    operator.neg: "__neg__",
    operator.pos: "__pos__",
    abs: "__abs__",
    operator.invert: "__invert__",
    len: "__len__",
    float: "__float__",
}
_COMPARED = {
    operator.eq: ("__eq__", "__eq__"),
    operator.ne: ("__ne__", "__ne__"),
    operator.lt: ("__lt__", "__gt__"),
    operator.gt: ("__gt__", "__lt__"),
    operator.le: ("__le__", "__ge__"),
    operator.ge: ("__ge__", "__le__"),
}
_IN_PLACE = {
    fp.iadd: operator.add,
    fp.isub: operator.sub,
    fp.imul: operator.mul,
    fp.itruediv: operator.truediv,
    fp.ifloordiv: operator.floordiv,
    fp.imod: operator.mod,
    fp.ipow: operator.pow,
    fp.imatmul: operator.matmul,
}


def operated(w: Library, op: Any, args: Args) -> Value | None:
    """An operator on objects, which is a call of one of their methods; None if it is not one."""
    classes = [class_of(a) for a in args]
    plain = isinstance(op, types.BuiltinFunctionType | types.FunctionType | type)
    if not any(classes) or not plain:
        return None
    if complexes.Complex in classes:
        found = complexes.operated(w, op, args)
        if found is not None:
            return found
    if op in _IN_PLACE:
        changed = complexes.in_place(w, op, _IN_PLACE[op], args)
        if changed is not None:
            return changed
        name = f"__i{_TWO[_IN_PLACE[op]]}__"
        if classes[0] is not None and in_class(classes[0], name)[0] is not None:
            return method_called(w, args[0], name, args[1:])
        op = _IN_PLACE[op]
    if op is operator.contains and classes[0] is not None:
        if in_class(classes[0], "__contains__")[0] is None:
            refuse(
                f"Whether something is in {describe(args[0])} is asked.", "give it __contains__."
            )
        return w.call(
            w.fresh("value"), bool, (method_called(w, args[0], "__contains__", args[1:]),), {}
        )
    if op in _ONE and in_class(classes[0], _ONE[op])[0] is not None:
        return method_called(w, args[0], _ONE[op], ())
    names = (f"__{_TWO[op]}__", f"__r{_TWO[op]}__") if op in _TWO else _COMPARED.get(op)
    if names is None or len(args) != 2:
        return None
    for value, other, cls, name in zip(args, args[::-1], classes, names, strict=True):
        if cls is not None:
            found, _ = in_class(cls, name)
            if isinstance(found, types.FunctionType) and not _is_generated(found):
                return method_called(w, value, name, (other,))
    return None


def item(w: Library, base: Value, key: Value) -> Value | None:
    """base[key] of an object; None if it is none that can be indexed."""
    cls = class_of(base)
    if cls is None or in_class(cls, "__getitem__")[0] is None:
        return None
    return method_called(w, base, "__getitem__", (key,))


def looped(w: Library, value: Value) -> Value:
    """What a loop over an object runs over; what is no object stays as it is."""
    value = ordered(w, view(value))
    if texts.is_told_later(value):
        return texts.letters(w, value)  # type: ignore[arg-type]
    cls = class_of(value)
    if cls is None or is_namedtuple(cls):
        return value
    if cls is complexes.Complex:
        return complexes.entries(value)  # type: ignore[arg-type]
    if in_class(cls, "__iter__")[0] is None:
        error = TypeError(f"'{cls.__name__}' object is not iterable")
        refuse(f"{describe(value)} is looped over, or taken apart.", "give it __iter__.", error)
    found = method_called(w, value, "__iter__", ())
    if class_of(found) is not None:
        return w.all_values(found)
    return found


def asked(w: Library, value: Value) -> Value:
    """What a test of an object tests; what is no object stays as it is."""
    value = of_keys_only(listing(value))
    cls = class_of(value)
    if cls is None or is_namedtuple(cls):
        return value
    if in_class(cls, "__bool__")[0] is not None:
        return method_called(w, value, "__bool__", ())
    if in_class(cls, "__len__")[0] is not None:
        return w.operator(None, operator.ne, (method_called(w, value, "__len__", ()), literal(0)))
    return Static(True)


def set_item(w: Library, base: Value, key: Value, value: Value) -> bool:
    """base[key] = value of an object; False if it is none of that kind."""
    cls = class_of(base)
    if cls is None or in_class(cls, "__setitem__")[0] is None:
        return False
    method_called(w, base, "__setitem__", (key, value))
    return True


def _setattr(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    base, name, value = args
    set_attribute(w, base, _name(name), value)
    return Static(None)


def _name(name: Value) -> str:
    if not isinstance(name, Static) or not isinstance(name.value, str):
        refuse("The name of an attribute is not known while the code is written.", "write it out.")
    return name.value


def _replaced(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """dataclasses.replace(base, ..)."""
    base = args[0]
    if not isinstance(base, Structure) or not dataclasses.is_dataclass(base.make):
        refuse(f"dataclasses.replace is given {describe(base)}.", "give it a dataclass.")
    names = [f.name for f in dataclasses.fields(base.make) if f.init]
    old = {n: base.items[base.keys.index(n)] for n in names if n in base.keys}
    return construct(w, base.make, (), {**old, **kwargs})


def _begun() -> None:
    """What `super().__init__()` calls where no class above has one."""


FUNCTIONS: dict[Any, Callable[[Library, str, Args, Keywords], Value]] = {
    _begun: lambda w, variable, args, kwargs: Static(None),
    setattr: _setattr,
    dataclasses.replace: _replaced,
}
"""Functions that mean something on objects."""


def method_called(w: Library, base: Value, name: str, args: Args) -> Value:
    """What a method of an object gives."""
    method = attribute(w, base, name)
    assert isinstance(method, Bound)
    return w.call(w.fresh("value"), method.func, (base, *args), {})
