"""Dicts: their methods, and parts that are looked up, set and deleted.

    d = {"w": x}                    no statement; nor has any of these one:
    d.update(b=y)                   d is {"w": x, "b": y} from here on, under all its names
    v = d.pop("w")                  v is x
    c = defaultdict(float)          c is {}
    c["k"] += x                     c is {"k": t} after t = 0.0 + x

    d[k] = v                        of a key that only the run tells: see `tables`

What a missing key means is part of the class of a dict: `Defaulting` classes stand for defaultdict,
one for each factory, and `Counting` for Counter.
"""

from __future__ import annotations

import functools
import operator
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fpad import runtime as fp
from fpad.transforms import abreast, arranging, groups, grown, ragged, tables
from fpad.transforms.abstract import (
    UNKNOWN,
    Counting,
    Defaulting,
    Held,
    Static,
    Structure,
    Value,
    View,
    held,
    is_array,
    literal,
    to_python,
)
from fpad.transforms.describing import describe
from fpad.transforms.ir import Apply, Const, Slice
from fpad.transforms.iteration import items_of
from fpad.transforms.kinds import BOOL
from fpad.transforms.refusing import NumberAsKey, refuse
from fpad.transforms.subscripts import position
from fpad.transforms.tables import class_of_dict, is_dict, is_table
from fpad.transforms.written.updates import added_all, updated

if TYPE_CHECKING:
    from fpad.transforms.library import Library

__all__ = ["is_dict"]

Args = Sequence[Value]
Keywords = dict[str, Value]
Method = Callable[["Library", Structure, Args, Keywords], Value]


def with_items(base: Structure, table: dict[Any, Value]) -> Structure:
    """The dict with other items."""
    return replace(base, keys=tuple(table), items=tuple(table.values()))


def items_in(base: Structure) -> dict[Any, Value]:
    """The items of a dict that are known one by one."""
    return dict(zip(base.keys, base.items, strict=True))


@functools.cache
def defaulting(factory: Value) -> type[Defaulting]:
    """What stands for a defaultdict with this factory."""
    return type("defaultdict", (Defaulting,), {"factory": factory})


# ---------------------------------------------------------------- missing keys


def _makes(base: Structure) -> bool:
    """Does the dict have a value for a key that is missing?"""
    cls = class_of_dict(base)
    return issubclass(cls, Counting) or (
        issubclass(cls, Defaulting) and cls.factory != Static(None)
    )


def _default(w: Library, base: Structure) -> Value:
    """The value for a key that is missing."""
    cls = class_of_dict(base)
    if issubclass(cls, Counting):
        return literal(0)
    variable = w.fresh("value")
    assert issubclass(cls, Defaulting)
    if cls.factory == Static(float):
        return literal(0.0)
    if cls.factory in (Static(int), Static(bool)):
        return literal(0) if cls.factory == Static(int) else Static(False)
    return w.apply(Apply(variable, variable, (), (), w.origin), cls.factory, (), {})


def _absent(w: Library, base: Structure, key: Any) -> Value:
    shown = ", ".join(repr(k) for k in base.keys) or "nothing"
    reason, remedy = f"{describe(base)} has no part {key!r}; it has {shown}.", "check the key."
    if w.unsettled:  # a value for it may have been stored that is not known yet
        w.vague.append(w.refusal(reason, remedy))
        return UNKNOWN
    refuse(reason, remedy, KeyError(key))


# ---------------------------------------------------------------- parts


def load(w: Library, base: Structure, key: Value) -> Value:
    """base[key]."""
    if tables.at_run_time(w, base, key):
        return _looked_up(w, base, key)
    shown = describe(base)
    k = w.key(key, shown[0].upper() + shown[1:])
    where = position(base, k)
    if where is not None:
        return w.usable("This part", base.items[where])
    if not _makes(base):
        return _absent(w, base, k)
    value = _default(w, base)
    if issubclass(base.make, Defaulting):
        base = w.now(base)
        w.change(base, with_items(base, {**items_in(base), k: value}))
    return value


def _looked_up(w: Library, base: Structure, key: Value) -> Value:
    """base[key] of a key that only the run tells."""
    if not _makes(base) and not is_table(base) and not base.items:
        return _absent(w, base, describe(key))
    if not _makes(base):
        if is_table(base):
            return tables.value_at(w, base, tables.place_of(w, base, key))
        if all(groups.is_list(v) and v.parts == () for v in base.items):
            w.change(base, tables.table_of(w, base, key))  # to be filled
            return _looked_up(w, w.now(base), key)
        return ragged.picked(w, base.items, tables.place_in_known(w, base, key).atom)
    if not is_table(base) and not base.items:
        value = _default(w, base)
        if issubclass(class_of_dict(base), Defaulting):
            base = w.now(base)
            w.change(base, tables.with_item(w, base, key, value))
            return _looked_up(w, w.now(base), key) if groups.is_list(value) else value
        return value
    table = tables.table_of(w, base, key)
    place = tables.slot_of(w, table, key)
    if issubclass(class_of_dict(base), Counting):
        return _chosen(w, table, place, lambda: literal(0))
    return _unless_there(w, base, table, key, place, lambda now: _default(w, now))


def _unless_there(
    w: Library,
    base: Structure,
    table: Structure,
    key: Value,
    place: Held,
    default: Callable[[Structure], Value],
) -> Value:
    """The value of a key, which gets one first where it is missing."""
    if not is_table(base):
        w.change(base, table)
    here, at = w.hold(table), w.hold(place)

    def put() -> None:
        now = w.env[here]
        assert isinstance(now, Structure)
        w.change(now, tables.with_value_at(w, now, key, default(now), place))

    missing = w.let(None, operator.eq, (place.atom, tables.size(w, table).atom), BOOL)
    w.branch(missing.atom, put, lambda: None, w.origin)
    now = w.env[here]
    assert isinstance(now, Structure)
    value = tables.value_at(w, now, place)
    _let_go(w, here, at)
    return value


def _chosen(w: Library, table: Structure, place: Held, default: Callable[[], Value]) -> Value:
    """The value at a place, or another one where no key stands."""
    here, out = w.hold(table), w.hold(Static(None))

    def take() -> None:
        now = w.env[here]
        assert isinstance(now, Structure)
        w.env[out] = tables.value_at(w, now, place)

    def make() -> None:
        w.env[out] = default()

    there = w.let(None, operator.lt, (place.atom, tables.size(w, table).atom), BOOL)
    w.branch(there.atom, take, make, w.origin)
    value = w.env[out]
    _let_go(w, here, out)
    return value


def _let_go(w: Library, *hidden: str) -> None:
    w.kept -= set(hidden)
    for name in hidden:
        del w.env[name]


def store(w: Library, base: Structure, key: Value, value: Value) -> None:
    """base[key] = value."""
    if tables.at_run_time(w, base, key):
        new = tables.with_item(w, base, key, value)
        w.change(w.now(base), new)
        return
    w.change(base, with_items(base, {**items_in(base), w.key(key): value}))


def add(w: Library, base: Structure, key: Value, value: Value) -> None:
    """base[key] += value."""
    if tables.at_run_time(w, base, key):
        _add_at_run_time(w, base, key, value)
        return
    k = w.key(key)
    where = position(base, k)
    if where is None and not _makes(base):
        refuse(f"{describe(base)} has no part {k!r}.", "assign it first.", KeyError(k))
    old = _default(w, base) if where is None else w.usable("This part", base.items[where])
    if isinstance(old, Held) and is_array(old):
        old = w.own_name(old)
    value = w.operator(None, fp.iadd, (old, value))
    base = w.now(base)
    w.change(base, with_items(base, {**items_in(base), k: value}))


def _add_at_run_time(w: Library, base: Structure, key: Value, value: Value) -> None:
    if not is_table(base) and not base.items:
        if not _makes(base):
            _absent(w, base, describe(key))
            return
        new = w.operator(None, fp.iadd, (_default(w, base), value))
        base = w.now(base)
        w.change(base, tables.with_item(w, base, key, new))
        return
    table = tables.table_of(w, base, key)
    if groups.is_groups(table.items[1]):
        w.operator(None, fp.iadd, (load(w, base, key), value))
        return
    if not _makes(base):
        place = tables.place_of(w, table, key)
        old = tables.value_at(w, table, place)
        if isinstance(old, Held) and is_array(old):
            rows = next(held(table.items[1]))
            w.write(rows, place.atom, value, adding=True)
            return
    else:
        place = tables.slot_of(w, table, key)
        old = _chosen(w, table, place, lambda: _default(w, base))
    if any(True for h in held(old) if is_array(h)):
        refuse(
            "An array in a defaultdict is added to, under a key that only the run tells.",
            "test with in first: if k in d: d[k] = d[k] + v, else: d[k] = v.",
        )
    new = w.operator(None, fp.iadd, (old, value))
    w.change(w.now(base), tables.with_value_at(w, table, key, new, place))


def contains(w: Library, base: Structure, key: Value) -> Value | None:
    """Is it a key?  None: what is known of the keys answers it."""
    if not is_table(base) and not base.items:
        return Static(False)
    if not tables.at_run_time(w, base, key):
        unknown = isinstance(key, Structure) and any(h.known is None for h in held(key))
        if unknown and w.tries and tables.key_atoms(key) is not None:
            raise NumberAsKey("A key is known only at run time.", "use a list.")
        return _known_to_contain(base, to_python(key))
    if not is_table(base) and not isinstance(key, Structure):
        return None
    if tables.as_table(base) is None:
        return None
    table = tables.table_of(w, base, key)
    place = tables.slot_of(w, table, key)
    return w.let(None, operator.lt, (place.atom, tables.size(w, table).atom), BOOL)


def _known_to_contain(base: Structure, key: tuple[Any] | None) -> Value | None:
    """Is a key that is known among those that are?"""
    if key is None:
        return None
    if is_dict(base):
        return Static(position(base, key[0]) is not None)
    members = [to_python(v) for v in base.items]
    return None if None in members else Static(key in members)


def delete(w: Library, base: Structure, key: Value) -> None:
    """Del base[key]."""
    if tables.at_run_time(w, base, key):
        _take_at_run_time(w, base, key)
        return
    k = w.key(key)
    where = position(base, k)
    if where is None:
        refuse(f"{describe(base)} has no such part.", "test with in first.", KeyError(k))
    _without(w, base, where)


def _without(w: Library, base: Structure, k: int) -> Value:
    rest = items_in(base)
    taken = rest.pop(base.keys[k])
    w.change(base, with_items(base, rest))
    return w.usable("This part", taken)


def _take_at_run_time(w: Library, base: Structure, key: Value) -> Value:
    table = tables.table_of(w, base, key)
    place = tables.place_of(w, table, key)
    value = tables.value_at(w, table, place)
    if base.ident in w.iterated:
        refuse("A dict gets shorter while a loop runs over it.", "loop over list(d).")
    w.change(w.now(base), tables.without(w, table, place))
    return value


# ---------------------------------------------------------------- methods


def _view(name: str) -> Method:
    """dict.items, dict.keys and dict.values, which see what the dict becomes."""
    return lambda w, base, args, kwargs: Structure(View, (name,), (base,))


def _get(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
    default = args[1] if len(args) > 1 else kwargs.get("default", Static(None))
    if tables.at_run_time(w, base, args[0]):
        if not is_table(base) and not base.items:
            return default
        table = tables.table_of(w, base, args[0])
        return _chosen(w, table, tables.slot_of(w, table, args[0]), lambda: default)
    k = position(base, w.key(args[0]))
    return default if k is None else w.usable("This part", base.items[k])


def _setdefault(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
    key, default = args[0], (*args, Static(None))[1]
    if not tables.at_run_time(w, base, key):
        k = w.key(key)
        if position(base, k) is None:
            w.change(base, with_items(base, {**items_in(base), k: default}))
        return _get(w, w.now(base), args[:1], {})
    if not is_table(base) and not base.items:
        w.change(base, tables.with_item(w, base, key, default))
        return load(w, w.now(base), key)
    table = tables.table_of(w, base, key)
    place = tables.slot_of(w, table, key)
    return _unless_there(w, base, table, key, place, lambda now: default)


def _update(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
    counts = issubclass(class_of_dict(base), Counting)
    for a in args:
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
            _let_go(w, hidden)
            continue
        for key, value in pairs:
            (add if counts else store)(w, w.now(base), key, value)
    for name, value in kwargs.items():
        (add if counts else store)(w, w.now(base), Static(name), value)
    return Static(None)


def _with_ones(w: Library, whole: Value) -> Value:
    """Keys whose number only the run tells, each with the number that it counts."""
    size = grown.length(w, whole).atom
    ones = w.let(None, fp.repeated, (Const(1), size), arranging.POSITIONS)
    return whole.with_parts((w.sequence(tuple, (whole.parts[0], ones)),))


def _pairs(w: Library, value: Value, counts: bool) -> Sequence[tuple[Value, Value]] | None:
    """Keys and values that are known one by one; None if only the run tells how many there are."""
    if isinstance(value, Structure) and issubclass(value.make, dict):
        return [(tables.known_key(k), v) for k, v in items_in(value).items()]
    beside = abreast.rows(w, value)
    found = items_of(w, value) if beside is None else list(map(beside.at, range(beside.count)))
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
        return _take_at_run_time(w, base, args[0])
    key = w.key(args[0])
    k = position(base, key)
    if k is None and len(args) > 1:
        return args[1]
    if k is None:
        refuse(f"This raises KeyError: {key!r}.", "give pop a default.", KeyError(key))
    return _without(w, base, k)


def _last(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
    last = _known_bool(kwargs.get("last", args[0] if args else None))
    if is_table(base):
        refuse("popitem of a dict of unknown length.", "keep the keys in a list.")
    if not base.keys:
        error = KeyError("dictionary is empty")
        refuse("This raises KeyError: the dict is empty.", "test it first.", error)
    k = len(base.keys) - 1 if last else 0
    return w.sequence(tuple, (tables.known_key(base.keys[k]), _without(w, base, k)))


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
        _absent(w, base, key)
        return Static(None)
    rest = items_in(base)
    own = {key: rest.pop(key)}
    w.change(base, with_items(base, {**rest, **own} if last else {**own, **rest}))
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
    "__getitem__": lambda w, base, args, kwargs: load(w, base, args[0]),
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
    _let_go(w, hidden)
    return value


def displayed(w: Library, pairs: Sequence[tuple[Value, Value]]) -> Value:
    """{key: value, ..}."""
    out = Structure(dict, (), (), w.new_ident())
    for key, value in pairs:
        if tables.at_run_time(w, out, key):
            out = tables.with_item(w, out, key, value)
        else:
            out = with_items(out, {**items_in(out), w.key(key): value})
    return out


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
