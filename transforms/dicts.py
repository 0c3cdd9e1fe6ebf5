"""Methods of dicts, and dicts that are made of other things.

    d = {"w": x}                    no statement; nor has any of these one:
    d.update(b=y)                   d is {"w": x, "b": y} from here on, under all its names
    v = d.pop("w")                  v is x
    e = dict(zip(("a", "b"), (x, y)))

Parts are looked up and set in `lookups`, also under keys that only the run tells.
"""

from __future__ import annotations

import functools
import operator
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fpad import runtime as fp
from fpad.transforms import (
    abreast,
    ahead,
    arranging,
    groups,
    grown,
    lookups,
    ragged,
    table_keys,
    tables,
)
from fpad.transforms.abstract import (
    Defaulting,
    Static,
    Structure,
    Value,
    View,
    literal,
)
from fpad.transforms.describing import describe
from fpad.transforms.heap import is_own
from fpad.transforms.ir import Const, Slice
from fpad.transforms.iteration import items_of
from fpad.transforms.kinds import Counting
from fpad.transforms.refusing import refuse
from fpad.transforms.subscripts import position
from fpad.transforms.tables import class_of_dict, is_table
from fpad.transforms.written.updates import added_all, updated

if TYPE_CHECKING:
    from fpad.transforms.library import Library

Args = Sequence[Value]
Keywords = dict[str, Value]
Method = Callable[["Library", Structure, Args, Keywords], Value]


@functools.cache
def defaulting(factory: Value) -> type[Defaulting]:
    """What stands for a defaultdict with this factory."""
    return type("defaultdict", (Defaulting,), {"factory": factory})


# ---------------------------------------------------------------- methods


def _view(name: str) -> Method:
    """dict.items, dict.keys and dict.values, which see what the dict becomes."""
    return lambda w, base, args, kwargs: Structure(View, (name,), (base,))


def _get(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
    default = args[1] if len(args) > 1 else kwargs.get("default", Static(None))
    if is_table(base) and groups.is_groups(base.items[1]) and _is_empty(default):
        default = w.sequence(list, ())  # loops run over either
    if tables.at_run_time(w, base, args[0]):
        if not is_table(base) and not base.items:
            return default
        if not is_table(base) and ragged.methods_of_objects(base.items):
            place = tables.slot_in_known(w, base, args[0])
            return ragged.one_of_methods(w, (*base.items, default), place.atom)
        table = tables.table_of(w, base, args[0])
        if not is_table(base) and groups.is_groups(table.items[1]) and is_own(base.ident):
            w.change(base, table)  # so that it is known where its lists are
            table = w.now(table)
        return lookups.chosen(w, table, tables.slot_of(w, table, args[0]), lambda: default)
    k = position(base, w.key(args[0]))
    return default if k is None else w.usable("This part", base.items[k])


def _is_empty(value: Value) -> bool:
    """Is it the empty tuple?"""
    return isinstance(value, Structure) and value.make is tuple and not value.items


def _setdefault(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
    key, default = args[0], (*args, Static(None))[1]
    if not tables.at_run_time(w, base, key):
        k = w.key(key)
        if position(base, k) is None:
            w.change(base, lookups.with_items(base, {**lookups.items_in(base), k: default}))
        return _get(w, w.now(base), args[:1], {})
    if not is_table(base) and not base.items:
        w.change(base, tables.with_item(w, base, key, default))
        return lookups.load(w, w.now(base), key)
    table = tables.table_of(w, base, key)
    place = tables.slot_of(w, table, key)
    return lookups.unless_there(w, base, table, key, place, lambda now: default)


def _update(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
    counts = issubclass(class_of_dict(base), Counting)
    for a in args:
        ahead.before_filling(w, base, a)
        pairs = _pairs(w, a, counts)
        if pairs is None:
            rows = Structure(View, ("items",), (a,)) if is_table(a) else a
            whole: Value = arranging.made_list(w, arranging.whole_list(w, rows))
            function = added_all if counts else updated
            if counts and not is_table(a):
                whole = _with_ones(w, whole)
            hidden = w.hold(base)
            w.user_call(w.fresh("value"), function, (base, whole), {})
            base = w.env[hidden]  # type: ignore[assignment]
            lookups.let_go(w, hidden)
            continue
        for key, value in pairs:
            (lookups.add if counts else lookups.store)(w, w.now(base), key, value)
    for name, value in kwargs.items():
        (lookups.add if counts else lookups.store)(w, w.now(base), Static(name), value)
    return Static(None)


def _with_ones(w: Library, whole: Value) -> Value:
    """Keys whose number only the run tells, each with the number that it counts."""
    size = grown.length(w, whole).atom
    ones = w.let(None, fp.repeated, (Const(1), size), arranging.POSITIONS)
    return whole.with_parts((w.sequence(tuple, (whole.parts[0], ones)),))


def _pairs(w: Library, value: Value, counts: bool) -> Sequence[tuple[Value, Value]] | None:
    """Keys and values that are known one by one; None if only the run tells how many there are."""
    if isinstance(value, Structure) and issubclass(value.make, dict):
        return [(table_keys.known_key(k), v) for k, v in lookups.items_in(value).items()]
    beside = abreast.rows(w, value)
    found = (
        items_of(w, value, at_once=True)
        if beside is None
        else list(map(beside.at, range(beside.count)))
    )
    if found is None:
        return None
    if counts:
        return [(k, literal(1)) for k in found]
    out: list[tuple[Value, Value]] = []
    for pair in found:
        two = items_of(w, pair)
        if two is None or len(two) != 2:
            refuse(f"A dict is made of {describe(pair)}.", "give it pairs.")
        out.append((two[0], two[1]))
    return out


def _take(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
    if tables.at_run_time(w, base, args[0]):
        if len(args) > 1:
            refuse(
                "A key that only the run tells is taken out of a dict, if it is there.",
                "test with in first.",
            )
        return lookups.take_at_run_time(w, base, args[0])
    key = w.key(args[0])
    k = position(base, key)
    if k is None and len(args) > 1:
        return args[1]
    if k is None:
        refuse(f"This raises KeyError: {key!r}.", "give pop a default.", KeyError(key))
    return lookups.without(w, base, k)


def _last(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
    last = _known_bool(kwargs.get("last", args[0] if args else None))
    if is_table(base):
        refuse("popitem of a dict of unknown length.", "keep the keys in a list.")
    if not base.keys:
        error = KeyError("dictionary is empty")
        refuse("This raises KeyError: the dict is empty.", "test it first.", error)
    k = len(base.keys) - 1 if last else 0
    return w.sequence(tuple, (table_keys.known_key(base.keys[k]), lookups.without(w, base, k)))


def _known_bool(value: Value | None) -> bool:
    if value is None:
        return True
    if not isinstance(value, Static) or not isinstance(value.value, bool):
        refuse("Which end of a dict is meant is not known here.", "write last=True or last=False.")
    return value.value


def _moved(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
    """OrderedDict.move_to_end."""
    if is_table(base):
        refuse("A key of a dict of unknown length is moved.", "make a new dict in that order.")
    last = _known_bool(kwargs.get("last", args[1] if len(args) > 1 else None))
    key = w.key(args[0])
    if position(base, key) is None:
        lookups.absent(w, base, key)
        return Static(None)
    rest = lookups.items_in(base)
    own = {key: rest.pop(key)}
    w.change(base, lookups.with_items(base, {**rest, **own} if last else {**own, **rest}))
    return Static(None)


def _cleared(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
    w.change(base, replace(base, make=class_of_dict(base), keys=(), items=()))
    return Static(None)


def _copied(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
    _without_lists(base)
    return replace(base, ident=w.new_ident())


def _without_lists(base: Structure) -> None:
    if is_table(base) and groups.is_groups(base.items[1]):
        refuse("A dict of lists is copied, which both have then.", "use copy.deepcopy.")


def _total(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
    """Counter.total."""
    whole = tables.listing(Structure(View, ("values",), (base,)))
    return w.call(w.fresh("value"), sum, (whole,), {})


def _most_common(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
    """Counter.most_common: sorted by the counts; what was counted first comes first."""
    named: Keywords = {"key": Static(operator.itemgetter(1)), "reverse": Static(True)}
    whole = Structure(View, ("items",), (base,))
    found = w.call(w.fresh("value"), sorted, (whole,), named)
    n = args[0] if args else kwargs.get("n", Static(None))
    if n == Static(None):
        return found
    hidden, index = w.hold_as("found", found), w.hold_as("n", n)
    part = w.load(None, found, Slice(Const(None), index, Const(None)))
    del w.env[hidden], w.env[index]
    return part


_DICT: dict[str, Method] = {
    **{name: _view(name) for name in ("items", "keys", "values")},
    "__getitem__": lambda w, base, args, kwargs: lookups.load(w, base, args[0]),
    "get": _get,
    "setdefault": _setdefault,
    "update": _update,
    "pop": _take,
    "popitem": _last,
    "clear": _cleared,
    "copy": _copied,
}
_MORE: tuple[tuple[type, dict[str, Method]], ...] = (
    (OrderedDict, {"move_to_end": _moved}),
    (Counting, {"most_common": _most_common, "total": _total}),
)


def method_of(make: Any, name: str) -> Method | None:
    """The method of that name of a dict of this class."""
    own = {n: m for base, methods in _MORE if issubclass(make, base) for n, m in methods.items()}
    return own.get(name) or _DICT.get(name)


# ---------------------------------------------------------------- making them


def made(w: Library, make: type, args: Args, kwargs: Keywords) -> Value:
    """A new dict of these pairs, or of a dict, and of what is named."""
    out = Structure(make, (), (), w.new_ident())
    if len(args) == 1 and not kwargs and is_table(args[0]) and make is not Counting:
        assert isinstance(args[0], Structure)
        _without_lists(args[0])
        return replace(args[0], make=tables.table_class(make), ident=out.ident)
    hidden = w.hold(out)
    _update(w, out, args, kwargs)
    value = w.env[hidden]
    lookups.let_go(w, hidden)
    return value


def made_default(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """defaultdict(factory, ..)."""
    factory, *rest = args or (Static(None),)
    if not isinstance(factory, Static):
        refuse(
            f"A defaultdict makes its values by {describe(factory)}, which takes values from "
            "around it.",
            "use a dict, and test with in first.",
        )
    return made(w, defaulting(factory), rest, kwargs)
