"""The attributes of an object as a dict: obj.__dict__ and vars(obj).

    self.__dict__.update(kw)        self.rate = kw["rate"]; ..
    for k, v in vars(p).items()     known one by one
    p.__dict__["v"] = x             p.v = x

Such a dict is a structure of its object, so it sees what the object becomes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from fpad.transforms import objects
from fpad.transforms.abstract import Member, Static, Structure, Value
from fpad.transforms.class_parts import cached_names, class_of
from fpad.transforms.describing import describe
from fpad.transforms.kinds import CONTENTS, OWN_DICT, OwnDict
from fpad.transforms.refusing import refuse

if TYPE_CHECKING:
    from fpad.transforms.library import Library

Args = Sequence[Value]
Keywords = dict[str, Value]


def of(w: Library, base: Value) -> Value:
    """base.__dict__."""
    cls = class_of(base)
    plain = isinstance(base, Structure | Member) and cls is not None
    if not plain or cached_names(cls) or not hasattr(cls, "__dict__") or _slots(cls):
        refuse(f"The __dict__ of {describe(base)} is read.", "read the attributes by their names.")
    if isinstance(base, Structure) and OWN_DICT in base.keys:
        return base
    return Structure(OwnDict, ("of",), (base,))


def _slots(cls: Any) -> bool:
    return any("__slots__" in c.__dict__ for c in cls.__mro__ if c.__module__ != "builtins")


def is_own(value: Value) -> bool:
    """Is it such a dict?"""
    return isinstance(value, Structure) and value.make is OwnDict


def now(w: Library, value: Value) -> Value:
    """What is in such a dict now, as a plain one; any other value as it is."""
    if not isinstance(value, Structure) or value.make is not OwnDict:
        return value
    (base,) = value.items
    element = w.arenas.element(w, base) if isinstance(base, Member) else base
    if not isinstance(element, Structure) or w.may_declare():  # some it may have got later
        refuse("Which attributes an object has is not known here.", "set all of them in __init__.")
    keys = tuple(k for k in element.keys if k != CONTENTS)
    items = tuple(objects.raw(w, base, k) for k in keys)
    return Structure(dict, keys, items)


def store(w: Library, value: Structure, key: Value, new: Value) -> None:
    """obj.__dict__[key] = new."""
    if not isinstance(key, Static) or not isinstance(key.value, str):
        refuse("The name of an attribute is not known while the code is written.", "write it out.")
    objects.set_raw(w, w.current(value.items[0]), key.value, new)


def _update(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
    more = w.call(w.fresh("value"), dict, args, kwargs)
    if not isinstance(more, Structure) or more.make is not dict:
        refuse("Attributes are set from a dict of unknown length.", "set them one by one.")
    for key, value in zip(more.keys, more.items, strict=True):
        store(w, base, Static(key), value)
    return Static(None)


def _setdefault(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
    if kwargs or len(args) not in (1, 2):
        refuse("setdefault is given other arguments than it takes.", "check them.")
    key, default = (*args, Static(None))[:2]
    there = now(w, base)
    assert isinstance(there, Structure)
    if not isinstance(key, Static) or key.value not in there.keys:
        store(w, base, key, default)
    return objects.raw(w, w.current(base.items[0]), key.value)  # type: ignore[attr-defined]


def method_of(name: str) -> Callable[..., Value] | None:
    """The method of that name of such a dict."""
    if name in ("update", "setdefault"):
        return _update if name == "update" else _setdefault
    if name not in ("get", "items", "keys", "values", "copy", "__getitem__"):
        return None

    def read(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
        whole = now(w, base)
        found = w.library_method(whole, name)
        done: Value = found(w, whole, args, kwargs)
        return done

    return read


def _vars(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    if len(args) != 1 or class_of(args[0]) is None:
        refuse("vars is given no object.", "read the variables by their names.")
    return of(w, args[0])


FUNCTIONS: dict[Any, Callable[[Library, str, Args, Keywords], Value]] = {vars: _vars}
