"""What classes that are written in Python have, looked up as Python does.

class_of(p)                     Particle, of an object that is a structure of its attributes
in_class(Particle, "step")      the function, and the class among the bases that has it

A derivation relies on what it has found so: see `Found`, and `noting`, which tells of each.
"""

from __future__ import annotations

import functools
import types
from collections import Counter, OrderedDict, UserDict, UserList, defaultdict, deque, namedtuple
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import Any

from fpad.transforms.abstract import Held, Member, Static, Structure, Value, is_grown
from fpad.transforms.closures import Closure
from fpad.transforms.kinds import CONTENTS, held_by, is_namedtuple, is_object, meant
from fpad.transforms.live import Guard, is_trusted
from fpad.transforms.written.abstract_bases import METHODS

_NOTE: ContextVar[Callable[[Guard], None] | None] = ContextVar("_NOTE", default=None)


class Found(Guard):
    """A class has this very thing under a name, and the classes before it have nothing.

    `value` is where that stands: the first class that was asked, by its place in the order of
    resolution, the dicts from there on, and what the last one holds.
    """

    @property
    def key(self) -> tuple[int, str]:
        """What tells it from other guards."""
        return id(self.container), f"{self.name} of class {self.value[0]}"

    def holds(self) -> bool:
        """Is it still so?"""
        _, (*before, last), found = self.value
        return last.get(self.name) is found and not any(self.name in d for d in before)

    def written(self, name: Callable[[Any], str]) -> str:
        """That it holds, as an expression."""
        _, (*before, last), found = self.value
        parts = [f"{name(last)}.get({self.name!r}) is {name(found)}"]
        return " and ".join(parts + [f"{self.name!r} not in {name(d)}" for d in before])


def _looked(cls: type, name: str, after: type | None) -> Found:
    """That a lookup finds again what it finds now."""
    mro = cls.__mro__
    first = mro.index(after) + 1 if after is not None else 0
    dicts = [c.__dict__ for c in mro[first:]]
    last = next((i for i, d in enumerate(dicts) if name in d), len(dicts) - 1)
    return Found(cls, name, (first, tuple(dicts[: last + 1]), dicts[last].get(name)))


@contextmanager
def noting(note: Callable[[Guard], None]) -> Iterator[None]:
    """Tell of everything that is looked up in classes here."""
    token = _NOTE.set(note)
    try:
        yield
    finally:
        _NOTE.reset(token)


def class_of(value: Value) -> Any:
    """The class of a value whose methods are written in Python; None if there is none."""
    if isinstance(value, Member):
        return meant(value.cls)
    if isinstance(value, Structure):
        make = meant(value.make)
        written = is_object(make) or (is_namedtuple(make) and _has_methods(make))
        return make if written and not issubclass(make, Closure) else None
    cls: Any = type(value.value) if isinstance(value, Static) else None
    return cls if cls is not None and is_object(cls) else None


def _has_methods(cls: type) -> bool:
    """Has a class of namedtuples more to it than its fields?"""
    made = _OF_NAMEDTUPLES.union(cls._fields)  # type: ignore[attr-defined]
    return any(
        n not in made for c in cls.__mro__ if c is not tuple for n in c.__dict__ if n[0] != "_"
    )


_OF_NAMEDTUPLES = frozenset(namedtuple("_", ()).__dict__)


def slot_of(name: str) -> str:
    """The attribute that keeps what a cached property has computed; None until then."""
    return f"_{name}_kept"


def cached_names(cls: type) -> list[str]:
    """The cached properties of a class."""
    found = {n: v for c in reversed(cls.__mro__) for n, v in c.__dict__.items()}
    return [n for n, v in found.items() if isinstance(v, functools.cached_property)]


def with_slots(value: Value) -> Value:
    """The value, with the attributes that keep what cached properties will have computed.

    An object that is given to an entry has none; what its own dict has is an attribute of it.
    """
    if not isinstance(value, Structure) or is_grown(value):
        return value
    parts = tuple(map(with_slots, value.items))
    if not is_object(value.make):
        return value.with_parts(parts)
    slots = [slot_of(n) for n in cached_names(value.make) if n not in value.keys]
    if not slots:
        return value.with_parts(parts)
    return replace(value, keys=(*value.keys, *slots), items=(*parts, *(Static(None),) * len(slots)))


def settled_slots(value: Value) -> Value:
    """The value at the end: what only some ways have computed is computed again when it is read."""
    if not isinstance(value, Structure) or not is_object(value.make):
        return value
    slots = set(map(slot_of, cached_names(value.make)))
    parts = [
        Static(None) if k in slots and not isinstance(v, Held | Structure) else v
        for k, v in zip(value.keys, value.items, strict=True)
    ]
    return value.with_parts(tuple(parts))


def without_slot(cls: type, key: Any) -> Any:
    """The cached property that an attribute keeps the value of; any other key as it is."""
    return {slot_of(n): n for n in cached_names(cls)}.get(key, key) if is_object(cls) else key


def in_class(cls: Any, name: str, after: type | None = None) -> tuple[Any, Any]:
    """What a class, or one of its bases, has under a name, and which of them.

    What list, dict and the like have themselves is no part of it (see `holding`).
    """
    found, owner = _found(cls, name, after)
    note = _NOTE.get()
    if note is not None and not is_trusted(cls):
        note(_looked(cls, name, after))
    return found, owner


def is_open(cls: Any) -> bool:
    """Does a class say itself what attributes its objects have?"""
    return any(in_class(cls, n)[0] is not None for n in ("__getattr__", "__getattribute__"))


def _found(cls: Any, name: str, after: type | None) -> tuple[Any, Any]:
    mro = cls.__mro__
    for owner in mro[mro.index(after) + 1 :] if after is not None else mro:
        if name in owner.__dict__ and owner is not object:
            found = owner.__dict__[name]
            if owner in _CONTAINERS:
                return None, None
            if owner.__module__ == "collections.abc":
                found = METHODS.get(owner, {}).get(name) if base_of(cls) is None else None
                if isinstance(found, types.FunctionType):
                    return found, owner
                continue
            if not isinstance(found, types.MemberDescriptorType):  # a slot
                return found, owner
    return None, None


def is_generic(f: Any) -> bool:
    """Is it a function, or method, that singledispatch has made?"""
    if isinstance(f, functools.singledispatchmethod):
        return True
    made = isinstance(f, types.FunctionType) and f.__code__.co_filename == functools.__file__
    return made and hasattr(f, "dispatch") and hasattr(f, "registry")


def is_generated(function: Any) -> bool:
    """Is it a method that a dataclass was given?"""
    return isinstance(function, types.FunctionType) and function.__code__.co_filename == "<string>"


_WRITTEN = (UserList, UserDict)
_CONTAINERS = (list, dict, tuple, OrderedDict, Counter, defaultdict, deque, *_WRITTEN)


def base_of(cls: Any) -> Any:
    """The list, dict or tuple, UserList or UserDict that objects of a class are; None if none."""
    if not isinstance(cls, type):
        return None
    return next((c for c in _WRITTEN if issubclass(cls, c)), None) or held_by(cls)


def key_of(cls: Any) -> str:
    """The key of what objects of such a class hold."""
    return "data" if issubclass(cls, _WRITTEN) else CONTENTS
