"""Keys that are one of several texts, whichever way was taken.

    key = "high" if v > 0.5 else "low"      key = fp.letter(("high", "low"), k)
    d[key].append(v)                  ->    d is a table from here on: see `tables`

What is done with one thing or another is done to each of them under a test (`choices`).  With the
parts of a dict that may be of any kind that is right; of a dict or set that gets its keys on the
way, or makes what is missing, the keys are told by the run.  So is the name in getattr(obj, name)
if one of the texts is no attribute (see `named_attributes`).
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

from fpad.transforms import tables, texts
from fpad.transforms.abstract import Defaulting, Member, Method, Static, Structure, Value, is_grown
from fpad.transforms.class_parts import class_of, is_open
from fpad.transforms.ir import Apply, Const, Let, Load, Operand, Statement, Store, StoreAdd, names
from fpad.transforms.kinds import Counting

if TYPE_CHECKING:
    from fpad.transforms.body import Body


def settle(w: Body, s: Statement) -> None:
    """Let a key of such a dict, or such a name, in the statement be told by the run."""
    base, key = _asked(w, s)
    if isinstance(s, Apply) and _names_what_is_missing(w, s):
        key = s.args[1]
    elif key is None or base is None or not _gets_keys(base):
        return
    for name in names(key):
        value = w.env.get(name)
        if value is not None and _is_several(value):
            w.env[name] = texts.settled(w, value)


def _is_several(value: Value) -> bool:
    """Is it one of several texts, or a tuple with such a part?"""
    if isinstance(value, Structure) and value.make is tuple and not is_grown(value):
        return any(map(_is_several, value.items))
    return texts.either(value) is not None


def _asked(w: Body, s: Statement) -> tuple[Value | None, Operand | None]:
    """What may be a dict, and its key."""
    match s:
        case Load(base=base, index=index) | Store(base=base, index=index):
            return w.env.get(base), index
        case StoreAdd(base=base, index=index):
            return w.env.get(base), index
        case Let(op=operator.contains, args=(str(base), key)):
            return w.env.get(base), key
        case Apply(func=func, args=(key, *_)):
            method = w.env.get(func)
            return (method.base, key) if isinstance(method, Method) else (None, None)
    return None, None


_NAMED = (Static(getattr), Static(hasattr))


def _names_what_is_missing(w: Body, s: Apply) -> bool:
    """Is one of several texts no attribute of an object, as Python's exception says then?"""
    base, value = (*(w.env.get(a) if isinstance(a, str) else None for a in s.args), None, None)[:2]
    found = texts.either(value) if value is not None else None
    if found is None or not isinstance(base, Structure | Member) or w.read(s.func) not in _NAMED:
        return False
    cls = class_of(base)
    if cls is None or is_open(cls):
        return False
    keys = (w.arenas.element(w, base) if isinstance(base, Member) else base).keys
    known, _ = found
    assert isinstance(known, Const)
    return any(n not in keys and not hasattr(cls, n) for n in known.value)


def _gets_keys(base: Value) -> bool:
    """Is it a dict or a set that is empty, makes what is missing, or whose keys the run tells?"""
    if not isinstance(base, Structure) or not tables.is_keyed(base):
        return False
    makes = issubclass(tables.class_of_dict(base), Defaulting | Counting)
    return tables.is_table(base) or makes or not base.items
