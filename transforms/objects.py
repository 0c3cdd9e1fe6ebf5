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
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fpad.transforms import caches, complexes, holding, lookups, own_dicts, publishing
from fpad.transforms.abstract import (
    UNKNOWN,
    Bound,
    Member,
    Partial,
    Static,
    Structure,
    Unknown,
    Value,
    literal,
)
from fpad.transforms.class_parts import (
    base_of,
    cached_names,
    class_of,
    in_class,
    is_generated,
    slot_of,
)
from fpad.transforms.describing import describe
from fpad.transforms.kinds import CONTENTS, OWN_DICT, is_frozen, is_namedtuple, is_object
from fpad.transforms.kinds import holding as holding_class
from fpad.transforms.live import is_trusted, owns
from fpad.transforms.source import read
from fpad.transforms.writer import refuse
from fpad.transforms.written.attributes import first_read

if TYPE_CHECKING:
    from fpad.transforms.library import Library

Args = Sequence[Value]
Keywords = dict[str, Value]


def attribute(w: Library, base: Value, name: str, after: type | None = None) -> Value:
    """base.name of an object; `after`: what super() sees of it inside the class `after`."""
    cls = class_of(base)
    if name == OWN_DICT and not isinstance(base, Static):
        return own_dicts.of(w, base)
    found, owner = in_class(cls, name, after)
    if isinstance(found, property):
        if found.fget is None:
            refuse(f"The property {name} cannot be read.", "give it a getter.")
        return w.call(w.fresh("value"), found.fget, (base,), {})
    got = _of_descriptor(found, "__get__")
    if got is not None and hasattr(type(found), "__set__"):  # it comes before attributes
        return w.call(w.fresh("value"), got, _own(w, owner, name, found, base, cls), {})
    if isinstance(base, Static) and after is None and not _is_of_class(w, base.value, name):
        return w.outer_attribute(base.value, name)
    keys = w.arenas.element(w, base).keys if isinstance(base, Member) else ()
    if isinstance(base, Member) and name in keys and after is None:
        return w.usable(f"The attribute {name}", w.arenas.attribute(w, base, name))
    if isinstance(base, Structure) and OWN_DICT in base.keys and after is None:
        inside = holding.contents(w, base)
        if isinstance(inside, Unknown):
            return UNKNOWN
        if isinstance(inside, Structure) and name in inside.keys:
            return w.usable(f"The attribute {name}", inside.items[inside.keys.index(name)])
    if isinstance(base, Structure) and name in base.keys and after is None:
        return w.usable(f"The attribute {name}", base.items[base.keys.index(name)])
    if isinstance(found, functools.cached_property) and slot_of(name) in (*keys, *_keys(base)):
        args = (base, Static(found.func), Static(slot_of(name)))
        return w.user_call(w.fresh("value"), first_read, args, {})
    if owner is None and name == "__class__":
        return Static(cls)
    builtin = holding.method(cls, name) if owner is None else None
    if builtin is not None:
        return Bound((base,), builtin)
    if owner is None and name in _OF_OBJECT and after is not None:
        return Bound((base,), _OF_OBJECT[name])
    fallback = holding.hook(cls, "__getattr__")
    if isinstance(base, Static) and owner is None and fallback is None:
        return w.outer_attribute(base.value, name)
    if owner is None and fallback is not None and after is None:
        return w.call(w.fresh("value"), fallback, (base, Static(name)), {})
    if owner is None:
        shown = ", ".join(map(str, base.keys if isinstance(base, Structure) else keys))
        refuse(
            f"{describe(base)} has no attribute {name} here; it has {shown or 'none'}.",
            "set it on every way that leads here.",
        )
    if caches.inside(found) is not None:
        return Bound((base,), found)
    if isinstance(found, staticmethod):
        return Static(found.__func__)
    if isinstance(found, classmethod):
        return Static(types.MethodType(found.__func__, cls))
    if isinstance(found, types.FunctionType | functools.singledispatchmethod | _IN_C):
        return Bound((base,), found)
    if got is not None:
        return w.call(w.fresh("value"), got, _own(w, owner, name, found, base, cls), {})
    if isinstance(found, functools.partialmethod):
        method = Bound((base,), found.func)
        given = [_constant(v) for v in found.args]
        named = {k: _constant(v) for k, v in found.keywords.items()}
        keys = ("func", *range(len(given)), *named)
        return Structure(Partial, keys, (method, *given, *named.values()))
    if hasattr(type(found), "__get__"):
        refuse(
            f"The attribute {name} of {describe(base)} is made by a {type(found).__name__}.",
            "use a plain attribute, a method or a property.",
        )
    if isinstance(base, Static) and after is None:
        return w.outer_attribute(base.value, name)
    now = w.set_before(owner, name)
    return w.outer.value(owner, name, found) if now is None else now


def _is_of_class(w: Library, value: Any, name: str) -> bool:
    """Is an attribute of an object outside what its class makes of it, a method say?"""
    found, owner = in_class(type(value), name)
    if owns(value, name) or (owner is not None and not hasattr(type(found), "__get__")):
        return False
    if owner is not None or holding.hook(type(value), "__getattr__") is not None:
        w.without_own(value, name)
    return True


def _of_descriptor(found: Any, name: str) -> types.FunctionType | None:
    """The `__get__` or `__set__` of a descriptor of a class that is written in Python."""
    if not is_object(type(found)) or is_trusted(type(found)):
        return None
    method = getattr(type(found), name, None)
    return method if isinstance(method, types.FunctionType) else None


def _own(w: Library, owner: Any, name: str, found: Any, base: Value, cls: Any) -> Args:
    return w.outer.value(owner, name, found), base, Static(cls)


def raw(w: Library, base: Value, name: str) -> Value:
    """What an object has under a name itself, whatever its class has there."""
    if isinstance(base, Member):
        return w.usable(f"The attribute {name}", w.arenas.attribute(w, base, name))
    assert isinstance(base, Structure)
    return w.usable(f"The attribute {name}", base.items[base.keys.index(name)])


def _constant(value: Any) -> Value:
    if not isinstance(value, int | float | str | None):
        refuse("A partialmethod is given something else than numbers and texts.", "write a method.")
    return literal(value)


def _keys(base: Value) -> tuple[Any, ...]:
    return base.keys if isinstance(base, Structure) else ()


def set_attribute(w: Library, base: Value, name: str, value: Value) -> None:
    """base.name = value."""
    cls = class_of(base)
    if isinstance(base, Static) and is_object(base.value) and _is_plain_class(base.value):
        w.set_outer(base.value, name, value)
        return
    if isinstance(base, Static) and isinstance(base.value, types.FunctionType):
        w.set_outer(base.value, name, value)
        return
    if cls is None or is_namedtuple(cls):
        refuse(f"The attribute {name} of {describe(base)} is set.", "set attributes of objects.")
    found, owner = in_class(cls, name)
    if isinstance(found, property):
        if found.fset is None:
            refuse(f"The property {name} cannot be set.", "give it a setter.")
        w.call(w.fresh("value"), found.fset, (base, value), {})
        return
    put = _of_descriptor(found, "__set__")
    if put is not None:
        w.call(w.fresh("value"), put, (*_own(w, owner, name, found, base, cls)[:2], value), {})
        return
    if complexes.set_part(w, base, name, value):
        return
    own = holding.hook(cls, "__setattr__")
    if own is not None and not is_frozen(cls):
        w.call(w.fresh("value"), own, (base, Static(name), value), {})
        return
    if is_frozen(cls):
        refuse(
            f"{cls.__name__} is frozen: its attributes cannot be set.",
            "make a new one, or use dataclasses.replace.",
        )
    set_raw(w, base, name, value)


def _is_plain_class(cls: type) -> bool:
    """Are attributes of the class itself set as Python does it?"""
    return type(cls).__setattr__ is type.__setattr__ and not is_trusted(cls)


def set_raw(w: Library, base: Value, name: str, value: Value) -> None:
    """object.__setattr__(base, name, value)."""
    if isinstance(base, Static):
        w.set_outer(base.value, name, value)
        return
    if name == OWN_DICT:
        _share_dict(w, base, value)
        return
    inside = holding.contents(w, base) if OWN_DICT in _keys(base) else None
    if isinstance(inside, Structure):
        lookups.store(w, inside, Static(name), value)
        return
    if isinstance(base, Member):
        w.arenas.set_attribute(w, base, name, value)
        return
    assert isinstance(base, Structure)
    w.change(base, with_attribute(base, name, value))


def _share_dict(w: Library, base: Value, value: Value) -> None:
    """`self.__dict__ = self`: the attributes are the items of the dict."""
    inside = holding.contents(w, base)
    itself = isinstance(base, Structure) and isinstance(value, Structure)
    itself = itself and base.ident is not None and base.ident == value.ident  # type: ignore[attr-defined]
    if not itself or not isinstance(inside, Structure) or not issubclass(inside.make, dict):
        refuse(
            f"The __dict__ of {describe(base)} becomes {describe(value)}.",
            "set the attributes one by one, or let a subclass of dict have itself there.",
        )
    assert isinstance(base, Structure)
    w.change(base, with_attribute(base, OWN_DICT, Static(True)))


def with_attribute(base: Structure, name: str, value: Value) -> Structure:
    """The object with another value of an attribute."""
    if name not in base.keys:
        return replace(base, keys=(*base.keys, name), items=(*base.items, value))
    k = base.keys.index(name)
    return replace(base, items=(*base.items[:k], value, *base.items[k + 1 :]))


# ---------------------------------------------------------------- making objects


def construct(
    w: Library, cls: Any, args: Args, kwargs: Keywords, first: Mapping[str, Value] | None = None
) -> Value:
    """cls(*args, **kwargs); `first`: attributes that the object has before it is made."""
    if cls is complexes.Complex:
        return Structure(cls, ("real", "imag"), tuple(args))
    if cls is types.SimpleNamespace:
        return Structure(cls, tuple(kwargs), tuple(kwargs.values()), w.new_ident())
    holds = base_of(cls)
    new = new_of(cls)
    if type(cls).__call__ is not type.__call__ or (new is None and not _is_plainly_made(cls)):
        refuse(f"{cls.__name__} makes its objects in a way of its own.", "give it an __init__.")
    if new is not None:
        return made_by_new(w, cls, new, args, kwargs)
    kept = tuple(map(slot_of, cached_names(cls)))
    begun = holding.begun(cls, w)
    if CONTENTS in begun and issubclass(holds, tuple):
        begun = {CONTENTS: w.call(w.fresh("value"), tuple, args, {})}
    make = holding_class(cls) if CONTENTS in begun else cls
    begun |= first or {}
    items = (*begun.values(), *(Static(None),) * len(kept))
    made = Structure(make, (*begun, *kept), items, w.new_ident())
    hidden = w.fresh("made")
    w.env[hidden] = made
    w.kept.add(hidden)
    w.making.add(made.ident)  # nobody else sees what becomes of it
    params = getattr(cls, "__dataclass_params__", None)
    init, owner = in_class(cls, "__init__")
    generated = params is not None and params.init and owner is _dataclass_of(cls)
    if generated and not hasattr(init, "__fpad_written__") and is_generated(init):
        _fill(w, made, cls, args, kwargs)
    elif init is not None:
        first, second = _halves(w, cls, init)
        done = w.call(w.fresh("value"), first, (made, *args), kwargs)
        if isinstance(done, Unknown):  # an argument is known in a later round, and so is the object
            w.making.discard(made.ident)
            w.kept.discard(hidden)
            w.env.pop(hidden)
            return UNKNOWN
        if second is not None:
            w.making.discard(made.ident)
            w.env[hidden] = w.arenas.entered(w, w.env[hidden])
            w.call(w.fresh("value"), second, (w.env[hidden], *done.parts), {})
    elif holds is not None and not issubclass(holds, tuple):
        w.call(w.fresh("value"), holds.__init__, (made, *args), kwargs)
    elif (args or kwargs) and holds is None:
        refuse(f"{cls.__name__}() takes no arguments.", "give it an __init__.")
    w.kept.discard(hidden)
    w.making.discard(made.ident)
    return w.arenas.entered(w, w.env.pop(hidden))


def _halves(w: Library, cls: Any, init: Any) -> tuple[Any, Any]:
    """What is called to make an object, and what is called when it is in its arena."""
    plain = cls in w.arenas.names and isinstance(init, types.FunctionType)
    found = publishing.halves(read(init)) if plain else None
    return (init, None) if found is None else found


def new_of(cls: Any) -> types.FunctionType | None:
    """The `__new__` that a class, or one above it, has of its own."""
    found, _ = in_class(cls, "__new__")
    function = getattr(found, "__func__", None)
    own = isinstance(function, types.FunctionType) and not is_generated(function)
    return function if own else None


def _is_plainly_made(cls: Any) -> bool:
    return cls.__new__ in (object.__new__, getattr(base_of(cls), "__new__", None))


def made_by_new(w: Library, cls: Any, new: Any, args: Args, kwargs: Keywords) -> Value:
    """What the `__new__` of a class gives, after its `__init__` if it is one of its objects."""
    made = w.call(w.fresh("value"), new, (Static(cls), *args), kwargs)
    init, _ = in_class(cls, "__init__")
    if class_of(made) is not cls or init is None:
        return made
    hidden = w.hold(made)
    w.call(w.fresh("value"), init, (made, *args), kwargs)
    w.kept.discard(hidden)
    return w.env.pop(hidden)


def _dataclass_of(cls: type) -> type | None:
    return next((c for c in cls.__mro__ if "__dataclass_params__" in c.__dict__), None)


def _fill(w: Library, made: Structure, cls: Any, args: Args, kwargs: Keywords) -> None:
    """What the __init__ of a dataclass does."""
    every = cls.__dataclass_fields__.values()
    later = [f for f in every if f._field_type is dataclasses._FIELD_INITVAR]  # type: ignore[attr-defined]
    fields = [f for f in every if f.init and (f in later or f in dataclasses.fields(cls))]
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
    for f in (*dataclasses.fields(cls), *later):
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
    handed = [values.pop(f.name) for f in later if f.name in values]
    filled = made
    for name, value in values.items():
        filled = with_attribute(filled, name, value)
    w.change(made, filled)
    after, _ = in_class(class_of(made), "__post_init__")
    if after is not None:
        w.call(w.fresh("value"), after, (w.now(made), *handed), {})


def made_by_dataclass(w: Library, init: Any, args: Args, kwargs: Keywords) -> bool:
    """Write what the __init__ that a dataclass was given does, called by super(); is it one?"""
    if not is_generated(init) or init.__name__ != "__init__" or not args:
        return False
    base, *rest = args
    mro = getattr(class_of(base), "__mro__", ())
    cls = next((c for c in mro if c.__dict__.get("__init__") is init), None)
    if cls is None or not isinstance(base, Structure):
        return False
    _fill(w, base, cls, rest, kwargs)
    return True


def _setattr(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    base, name, value = args
    set_attribute(w, base, _name(name), value)
    return Static(None)


def _name(name: Value) -> str:
    if not isinstance(name, Static) or not isinstance(name.value, str):
        refuse("The name of an attribute is not known while the code is written.", "write it out.")
    return name.value


def _empty(w: Library, cls: Value) -> Value:
    """object.__new__(cls), and those of list and dict."""
    if not isinstance(cls, Static) or not is_object(cls.value):
        refuse(f"object.__new__ is given {describe(cls)}.", "give it a class.")
    kept = tuple(map(slot_of, cached_names(cls.value)))
    begun = holding.begun(cls.value, w)
    make = holding_class(cls.value) if CONTENTS in begun else cls.value
    items = (*begun.values(), *(Static(None),) * len(kept))
    return Structure(make, (*begun, *kept), items, w.new_ident())


def _tuple(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """tuple.__new__(cls, values)."""
    of, *values = args
    made = w.call(variable, tuple, values, {})
    cls: Any = of.value if isinstance(of, Static) else None
    if is_namedtuple(cls) and isinstance(made, Structure) and len(made.items) == len(cls._fields):
        return replace(made, make=cls)
    if not is_object(cls) or not isinstance(made, Structure):
        refuse(f"tuple.__new__ is given {describe(of)}.", "give it a class.")
    return Structure(holding_class(cls), (CONTENTS,), (made,), w.new_ident())


def above_class(w: Library, cls: type, name: str, after: type) -> Value:
    """What super() has under a name in a class method of a class, or in its `__new__`."""
    found, owner = in_class(cls, name, after)
    if name == "__new__" and owner is None:
        base = tuple if is_namedtuple(cls) else base_of(cls)
        return Static(object.__new__ if base is None else base.__new__)
    if owner is None:
        refuse(f"No class above {after.__name__} has {name}.", "check the spelling.")
    if isinstance(found, classmethod):
        return Static(types.MethodType(found.__func__, cls))
    return Static(found.__func__ if isinstance(found, staticmethod) else found)


def _set_raw(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    base, name, value = args
    set_raw(w, base, _name(name), value)
    return Static(None)


_OF_OBJECT: dict[str, Any] = {n: getattr(object, n) for n in ("__init__", "__setattr__")}
"""What super() finds where no class above has it."""
_IN_C = types.MethodDescriptorType | types.WrapperDescriptorType
FUNCTIONS: dict[Any, Callable[[Library, str, Args, Keywords], Value]] = {
    object.__init__: lambda w, variable, args, kwargs: Static(None),
    object.__setattr__: _set_raw,
    object.__new__: lambda w, variable, args, kwargs: _empty(w, args[0]),
    **dict.fromkeys(
        (list.__new__, dict.__new__), lambda w, variable, args, kwargs: _empty(w, args[0])
    ),
    tuple.__new__: _tuple,
    functools.update_wrapper: lambda w, variable, args, kwargs: args[0],
    setattr: _setattr,
}
"""Functions that mean something on objects."""
