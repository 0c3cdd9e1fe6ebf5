"""Objects of subclasses of list, dict, tuple, UserList and UserDict: objects that hold one.

    class Params(dict): ..          p is the object {"_contents": d}, and d the dict {"w": x}
    p = Params(w=x)
    p["b"] = y                      d is {"w": x, "b": y} from here on
    p.rate = z                      p is the object {"_contents": d, "rate": z}
    len(p), p.items(), {**p}        those of d

Methods that the class defines come first, as with any object.  What none defines is done with the
list or dict inside, which has an identity of its own; so it may grow, change and be shared like any
other (`UserList` and `UserDict` hold it in `data` already).
"""

from __future__ import annotations

import copy
import functools
import math
import operator
import types
from collections import Counter, OrderedDict, UserDict, UserList, defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import (
    accumulate,
    chain,
    combinations,
    compress,
    cycle,
    dropwhile,
    filterfalse,
    islice,
    pairwise,
    permutations,
    product,
    starmap,
    takewhile,
    zip_longest,
)
from typing import TYPE_CHECKING, Any

from fpad import runtime as fp
from fpad.transforms import own_dicts, texts
from fpad.transforms.abstract import (
    UNKNOWN,
    Held,
    Member,
    Static,
    Structure,
    Value,
    has_unknown,
    known_value,
    to_python,
)
from fpad.transforms.class_parts import base_of, class_of, in_class, key_of
from fpad.transforms.describing import describe
from fpad.transforms.ir import Operand, Slice, Store
from fpad.transforms.kinds import OWN_DICT, OwnDict
from fpad.transforms.refusing import refuse
from fpad.transforms.subscripts import position
from fpad.transforms.table_keys import known_key
from fpad.transforms.tables import at_run_time, is_dict, is_table

if TYPE_CHECKING:
    from fpad.transforms.library import Library

Args = Sequence[Value]
Keywords = dict[str, Value]
_NONE = Static(None)


# ---------------------------------------------------------------- what an object holds


def contents(w: Library, value: Value) -> Value | None:
    """The list, dict or tuple that an object holds; None if it is no such object."""
    cls = class_of(value)
    if cls is None or base_of(cls) is None:
        return None
    key = key_of(cls)
    if isinstance(value, Member):
        return w.arenas.attribute(w, value, key)
    if isinstance(value, Static):
        return w.outer_attribute(value.value, key)
    assert isinstance(value, Structure)
    if key not in value.keys:
        return None
    return w.usable("What it holds", value.items[value.keys.index(key)])


def plain(w: Library, value: Value, *names: str) -> Value:
    """What an object holds, if its class leaves these methods as they are; else the value."""
    if isinstance(value, Structure) and value.make is OwnDict:
        return own_dicts.now(w, value)
    cls = class_of(value)
    if cls is None or base_of(cls) is None or any(in_class(cls, n)[0] is not None for n in names):
        return value
    found = contents(w, value)
    return value if found is None else found


def spread(w: Library, value: Value) -> Value:
    """The value, lists of such objects as lists of what these hold: what NumPy makes arrays of."""
    if class_of(value) is not None:
        return plain(w, value, "__iter__", "__getitem__", "__len__", "__array__")
    if not isinstance(value, Structure) or value.make not in (list, tuple):
        return value
    items = tuple(spread(w, v) for v in value.items)
    same = all(a is b for a, b in zip(items, value.items, strict=True))
    return value if same else value.with_parts(items)


def begun(cls: type, w: Library) -> dict[str, Value]:
    """What a new object of a class holds before its `__init__` runs."""
    base = base_of(cls)
    if base is None or issubclass(base, UserList | UserDict):
        return {}
    return {key_of(cls): w.call(w.fresh("value"), base, (), {})}


# ---------------------------------------------------------------- methods that no class defines

_OPERATORS: dict[str, Callable[..., Any]] = {
    **{
        f"__{op.__name__.strip('_')}__": op
        for op in (operator.add, operator.mul, operator.or_, operator.contains)
    },
    **{
        f"__{op.__name__}__": op
        for op in (operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge)
    },
    "__ior__": fp.ior,
    "__iadd__": fp.iadd,
    "__imul__": fp.imul,
}
_SWAPPED = {"__radd__": operator.add, "__rmul__": operator.mul, "__ror__": operator.or_}
_CALLED = {"__len__": len, "__iter__": iter, "__reversed__": reversed}
_BASES = (list, dict, OrderedDict, Counter, defaultdict, deque, tuple, UserList, UserDict)
_FUNCTIONS = (types.MethodDescriptorType, types.WrapperDescriptorType, types.FunctionType)
_NAMES: dict[Any, str] = {
    f: name
    for cls in (*_BASES, set, frozenset, str)
    for name in dir(cls)
    if isinstance(f := getattr(cls, name), _FUNCTIONS) and f is not getattr(object, name, None)
}
"""The methods of classes, which may be called with the object in front: dict.get(d, k)."""


def method(cls: Any, name: str) -> Any | None:
    """The method of list, dict, .. that an object of a class has under a name."""
    found = getattr(base_of(cls), name, None)
    return found if isinstance(found, _FUNCTIONS) and found in _NAMES else None


def hook(cls: Any, name: str) -> Any | None:
    """The `__getattr__` or `__setattr__` of a class, its own or a method of list or dict."""
    found, _ = in_class(cls, name)
    own = isinstance(found, types.FunctionType) or (
        isinstance(found, _FUNCTIONS) and found in _NAMES
    )
    return found if own else None


def attribute_hidden(w: Library, value: Value, name: str) -> bool | None:
    """Has an object an attribute that `__getattr__` or its items give?  None: neither may."""
    cls = class_of(value)
    keys = value.keys if isinstance(value, Structure) else ()
    if cls is None or hasattr(cls, name) or name in keys:
        return None
    if OWN_DICT not in keys and hook(cls, "__getattr__") is None:
        return None
    inside = contents(w, value) if base_of(cls) is not None else None
    known = isinstance(inside, Structure) and issubclass(inside.make, dict)
    if known and name in inside.keys:  # type: ignore[union-attr]
        return True
    if known and OWN_DICT in keys:
        return False
    refuse(
        f"Whether {describe(value)} has the attribute {name} is for its __getattr__ to say.",
        "ask with in whether it is a key, or handle it where the object is made.",
    )


def is_asked_first(args: Args, name: str) -> bool:
    """Does the method of a list or dict on the left come before those of what is on the right?"""
    first, second = map(class_of, args)
    if first is None or in_class(first, name)[0] is not None or method(first, name) is None:
        return False
    above = isinstance(second, type) and issubclass(second, first) and second is not first
    return not above and (second is None or base_of(second) is not None)


def called(w: Library, variable: str, f: Any, args: Args, kwargs: Keywords) -> Value | None:
    """The result of list.append(base, ..) and its sisters; None if f is none of them."""
    name = _NAMES.get(f) if isinstance(f, _FUNCTIONS) else None
    if name is None or not args:
        return None
    base, *rest = args
    if has_unknown(base):
        return UNKNOWN
    hidden = w.hold(base)
    try:
        if name in _OWN:
            return _OWN[name](w, base, rest, kwargs)
        return _done(w, variable, name, base, rest, kwargs)
    finally:
        w.kept.discard(hidden)
        w.env.pop(hidden, None)


def _done(w: Library, variable: str, name: str, base: Value, rest: Args, kwargs: Keywords) -> Value:
    inside = contents(w, base)
    own = base if inside is None else inside
    others = [plain(w, v) for v in rest]
    _unless_overridden(base, name)
    if name in _OPERATORS:
        result = w.operator(None, _OPERATORS[name], (own, *others))
        if name.startswith("__i"):
            return w.now(base) if isinstance(base, Structure) else base
        return _wrapped(w, base, name, result)
    if name in _SWAPPED:
        return _wrapped(w, base, name, w.operator(None, _SWAPPED[name], (*others, own)))
    if name in _CALLED:
        return w.call(variable, _CALLED[name], (own, *others), kwargs)
    if isinstance(own, Static) and isinstance(own.value, str):
        return w.call(variable, getattr(own.value, name), rest, kwargs)
    if isinstance(own, Held) and own.kind == texts.TEXT:
        return texts.called(w, variable, own, name, rest, kwargs)
    found = w.library_method(own, name)
    if found is None:
        refuse(f"The method {name} of {describe(base)} is not supported.", "write it out.")
    done: Value = found(w, own, rest, kwargs)
    return done


_TOLD = frozenset(("__getitem__", "__setitem__", "__delitem__", "__iter__", "__contains__"))


def _unless_overridden(base: Value, name: str) -> None:
    """Refuse methods of UserDict and UserList that call others, which the class has of its own."""
    cls = class_of(base)
    if cls is None or not issubclass(base_of(cls) or object, UserList | UserDict):
        return
    own = [n for n in sorted(_TOLD - {name}) if in_class(cls, n)[0] is not None]
    if own and not name.startswith("__"):
        refuse(
            f"{name} of a {cls.__name__} calls {own[0]}, which is its own.",
            "write it out with a loop.",
        )


def _wrapped(w: Library, base: Value, name: str, result: Value) -> Value:
    """The list that an operator gives: of a UserList it is one too, by its own class."""
    cls = class_of(base)
    again = name in ("__add__", "__radd__", "__mul__", "__rmul__", "__getitem__", "__or__", "copy")
    own = cls is not None and issubclass(cls, UserList | UserDict | OrderedDict)
    return w.call(w.fresh("value"), cls, (result,), {}) if own and again else result


def _init(w: Library, base: Value, args: Args, kwargs: Keywords) -> Value:
    """What `super().__init__(..)` does: the list or dict is filled."""
    cls = class_of(base)
    kind = base_of(cls)
    if kind is None:
        refuse(f"__init__ of {describe(base)} is called again.", "make a new one.")
    make: Any = {UserList: list, UserDict: dict}.get(kind, kind)
    if issubclass(make, tuple):  # what is in it was given to __new__
        return _NONE
    given = tuple(plain(w, a, "__iter__") for a in args if a != _NONE or make is kind)
    new = w.call(w.fresh("value"), make, given, kwargs)
    assert isinstance(new, Structure)
    inside = contents(w, base)
    if inside is None:
        own = w.call(w.fresh("value"), make, (), {})
        w.raw_attribute(base, key_of(cls), own)
        inside = contents(w, w.current(base))
    assert isinstance(inside, Structure)
    if kind is UserDict and in_class(cls, "__setitem__")[0] is not None:
        if is_table(new):
            refuse(f"A {cls.__name__} is made of a dict of unknown length.", "set its items.")
        for k, value in zip(new.keys, new.items, strict=True):
            pair = known_key(k), value
            now = w.current(base)
            w.call(w.fresh("value"), in_class(cls, "__setitem__")[0], (now, *pair), {})
        return _NONE
    if is_dict(inside) and inside.items:
        found = w.library_method(inside, "update")
        assert found is not None
        found(w, inside, (new,), {})
        return _NONE
    w.change(inside, replace(new, ident=inside.ident))
    return _NONE


def item(w: Library, base: Value, key: Value) -> Value:
    """base[key], by list or dict."""
    own = contents(w, base)
    own = base if own is None else own
    missing, _ = in_class(class_of(base), "__missing__") if class_of(base) else (None, None)
    if missing is not None and isinstance(own, Structure) and is_dict(own):
        if at_run_time(w, own, key):
            refuse(
                f"A key of {describe(base)} is known only at run time, and may be missing.",
                "test with in, and set what is missing.",
            )
        known = to_python(key)
        if known is not None and position(own, known[0]) is None:
            return w.call(w.fresh("value"), missing, (base, key), {})
    hidden = w.hold(key)
    value = w.load(None, own, hidden)
    w.kept.discard(hidden)
    w.env.pop(hidden, None)
    return _wrapped(w, base, "__getitem__", value) if _is_slice(key) else value


def _is_slice(key: Value) -> bool:
    known = known_value(key)
    given = isinstance(key, Structure) and key.make is slice
    return given or (known is not None and isinstance(known[0], slice))


def _get_item(w: Library, base: Value, args: Args, kwargs: Keywords) -> Value:
    return item(w, base, args[0])


def _set_item(w: Library, base: Value, args: Args, kwargs: Keywords) -> Value:
    set_item(w, base, *args)
    return _NONE


def set_item(w: Library, base: Value, key: Value, value: Value) -> None:
    """base[key] = value, by list or dict."""
    own = contents(w, base)
    hidden = w.hold(key)
    w.store(Store("", hidden, "", w.origin), base if own is None else own, value)
    w.kept.discard(hidden)
    w.env.pop(hidden, None)


def _delete_item(w: Library, base: Value, args: Args, kwargs: Keywords) -> Value:
    own = contents(w, base)
    hidden = w.hold(args[0])
    w.delete(base if own is None else own, hidden)
    w.kept.discard(hidden)
    w.env.pop(hidden, None)
    return _NONE


def _copied(w: Library, base: Value, args: Args, kwargs: Keywords) -> Value:
    """values.copy(): a plain list or dict, but of UserList and OrderedDict one of the class."""
    own = contents(w, base)
    inside = base if own is None else own
    assert isinstance(inside, Structure)
    found = w.library_method(inside, "copy")
    if found is None:
        refuse(f"{describe(base)} is copied.", "make a new one.")
    return _wrapped(w, base, "copy", found(w, inside, (), {}))


def duplicate(w: Library, base: Structure) -> Structure:
    """copy.copy of such an object: what it holds is copied, attributes are not."""
    key = key_of(class_of(base))
    items = [
        w.call(w.fresh("value"), copy.copy, (v,), {}) if k == key else v
        for k, v in zip(base.keys, base.items, strict=True)
    ]
    return replace(base, items=tuple(items), ident=w.new_ident())


_OWN: dict[str, Callable[[Library, Value, Args, Keywords], Value]] = {
    "__init__": _init,
    "__getitem__": _get_item,
    "__setitem__": _set_item,
    "__delitem__": _delete_item,
    "copy": _copied,
}


# ---------------------------------------------------------------- brackets with a slice in them


def load_slice(w: Library, variable: str | None, base: Value, index: Operand) -> Value | None:
    """base[lower:upper]; None if the class has a method for that, or holds nothing."""
    cls = class_of(base)
    if not isinstance(index, Slice) or cls is None or in_class(cls, "__getitem__")[0] is not None:
        return None
    own = contents(w, base)
    return None if own is None else _wrapped(w, base, "__getitem__", w.load(variable, own, index))


# ---------------------------------------------------------------- arguments of functions

_ALL = range(1000)
_FIRST = (0,)
_SECOND = (1,)
_LOOPED: dict[Any, Sequence[int]] = {
    **dict.fromkeys((len, list, tuple, set, frozenset, dict, OrderedDict, Counter, deque), _FIRST),
    **dict.fromkeys((all, any, sum, sorted, enumerate, reversed, iter, math.prod), _FIRST),
    **dict.fromkeys((math.fsum, fp.listed, fp.enough, fp.empty_lists), _FIRST),
    **dict.fromkeys((accumulate, combinations, cycle, islice, pairwise, permutations), _FIRST),
    **dict.fromkeys((functools.reduce, filter, filterfalse), _SECOND),
    **dict.fromkeys((dropwhile, starmap, takewhile), _SECOND),
    **dict.fromkeys((zip, chain, product, zip_longest, compress, fp.merged), _ALL),
    map: _ALL[1:],
}
"""Which arguments of functions are looped over; min and max of one argument loop over that."""


def iterated(w: Library, f: Any, args: Args) -> Args:
    """The arguments of what makes an iterator, with iterators over the objects among them.

    What is asked for its next value is read as far as it is needed.
    """
    at = _LOOPED.get(f, ())

    def one(value: Value) -> Value:
        cls = class_of(value)
        whole = cls is not None and in_class(cls, "__next__")[0] is None
        return w.looped(value) if whole else value

    return [one(a) if k in at else a for k, a in enumerate(args)]


def given(w: Library, f: Any, args: Args) -> Args:
    """The arguments of a function that is known here, what they hold in place of objects."""
    at = _FIRST if f in (min, max) and len(args) == 1 else _LOOPED.get(f, ())
    return [plain(w, a, "__iter__", "__len__") if k in at else a for k, a in enumerate(args)]
