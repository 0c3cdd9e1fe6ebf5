"""Parts of dicts: looked up, set, deleted, and made where they are missing.

    d = {"w": x}                    no statement
    v = d["w"]                      v is x
    c = defaultdict(float)          c is {}
    c["k"] += x                     c is {"k": t} after t = 0.0 + x

    d[k] = v                        of a key that only the run tells: see `tables`

What a missing key means is part of the class of a dict: `Defaulting` classes stand for defaultdict,
one for each factory, and `Counting` for Counter.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fpad import runtime as fp
from fpad.transforms import groups, ragged, table_keys, tables, texts
from fpad.transforms.abstract import (
    UNKNOWN,
    Defaulting,
    Held,
    Static,
    Structure,
    Value,
    held,
    is_array,
    literal,
    to_python,
)
from fpad.transforms.describing import describe
from fpad.transforms.ir import Apply, Const
from fpad.transforms.kinds import BOOL, Counting, Num
from fpad.transforms.refusing import NumberAsKey, refuse
from fpad.transforms.subscripts import position
from fpad.transforms.tables import class_of_dict, is_dict, is_table

if TYPE_CHECKING:
    from fpad.transforms.library import Library

Args = Sequence[Value]
Keywords = dict[str, Value]
Method = Callable[["Library", Structure, Args, Keywords], Value]


def with_items(base: Structure, table: dict[Any, Value]) -> Structure:
    """The dict with other items."""
    return replace(base, keys=tuple(table), items=tuple(table.values()))


def items_in(base: Structure) -> dict[Any, Value]:
    """The items of a dict that are known one by one."""
    return dict(zip(base.keys, base.items, strict=True))


# ---------------------------------------------------------------- missing keys


def makes(base: Structure) -> bool:
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


def absent(w: Library, base: Structure, key: Any) -> Value:
    """What base[key] is where the key is missing: refused, or not known yet."""
    shown = ", ".join(repr(k) for k in base.keys) or "nothing"
    reason, remedy = f"{describe(base)} has no part {key!r}; it has {shown}.", "check the key."
    if w.unsettled:  # a value for it may have been stored that is not known yet
        w.vague.append(w.refusal(reason, remedy))
        return UNKNOWN
    refuse(reason, remedy, KeyError(key))


# ---------------------------------------------------------------- parts


def _is_no_key(base: Structure, key: Value) -> bool:
    """Is it a number, where all keys are known to be texts?"""
    number = isinstance(key, Held) and isinstance(key.kind, Num) and not key.kind.array
    return number and not is_table(base) and all(isinstance(k, str) for k in base.keys)


def load(w: Library, base: Structure, key: Value) -> Value:
    """base[key]."""
    if _is_no_key(base, key) and not makes(base) and base.items:
        return absent(w, base, describe(key))
    if tables.at_run_time(w, base, key):
        return _looked_up(w, base, key)
    place = None if is_table(base) or makes(base) else texts.place_among(w, base.keys, key)
    if place is not None:
        return ragged.picked(w, base.items, place.atom)
    shown = describe(base)
    k = w.key(key, shown[0].upper() + shown[1:])
    where = position(base, k)
    if where is not None:
        return w.usable("This part", base.items[where])
    if not makes(base):
        return absent(w, base, k)
    value = _default(w, base)
    if issubclass(base.make, Defaulting):
        base = w.now(base)
        w.change(base, with_items(base, {**items_in(base), k: value}))
    return value


def _looked_up(w: Library, base: Structure, key: Value) -> Value:
    """base[key] of a key that only the run tells."""
    if not makes(base) and not is_table(base) and not base.items:
        return absent(w, base, describe(key))
    if not makes(base):
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
        return chosen(w, table, place, lambda: literal(0))
    return unless_there(w, base, table, key, place, lambda now: _default(w, now))


def unless_there(
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
    let_go(w, here, at)
    return value


def chosen(w: Library, table: Structure, place: Held, default: Callable[[], Value]) -> Value:
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
    let_go(w, here, out)
    return value


def let_go(w: Library, *hidden: str) -> None:
    """Forget hidden variables."""
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
    if where is None and not makes(base):
        refuse(f"{describe(base)} has no part {k!r}.", "assign it first.", KeyError(k))
    old = _default(w, base) if where is None else w.usable("This part", base.items[where])
    if isinstance(old, Held) and is_array(old):
        old = w.own_name(old)
    value = w.operator(None, fp.iadd, (old, value))
    base = w.now(base)
    w.change(base, with_items(base, {**items_in(base), k: value}))


def _add_at_run_time(w: Library, base: Structure, key: Value, value: Value) -> None:
    if not is_table(base) and not base.items:
        if not makes(base):
            absent(w, base, describe(key))
            return
        new = w.operator(None, fp.iadd, (_default(w, base), value))
        base = w.now(base)
        w.change(base, tables.with_item(w, base, key, new))
        return
    table = tables.table_of(w, base, key)
    if groups.is_groups(table.items[1]):
        w.operator(None, fp.iadd, (load(w, base, key), value))
        return
    if not makes(base):
        place = tables.place_of(w, table, key)
        old = tables.value_at(w, table, place)
        if isinstance(old, Held) and is_array(old):
            rows = next(held(table.items[1]))
            w.write(rows, place.atom, value, adding=True)
            return
    else:
        place = tables.slot_of(w, table, key)
        old = chosen(w, table, place, lambda: _default(w, base))
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
    if is_dict(base) and _is_no_key(base, key):
        return Static(False)
    if not tables.at_run_time(w, base, key):
        unknown = isinstance(key, Structure) and any(h.known is None for h in held(key))
        if unknown and w.tries and table_keys.key_atoms(key) is not None:
            raise NumberAsKey("A key is known only at run time.", "use a list.")
        return _known_to_contain(base, to_python(key))
    if not is_table(base) and not isinstance(key, Structure):
        return None
    if tables.as_table(base) is None:
        return None
    if not is_table(base) and ragged.methods_of_objects(base.items):
        place = tables.slot_in_known(w, base, key)
        return w.let(None, operator.lt, (place.atom, Const(len(base.keys))), BOOL)
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
        take_at_run_time(w, base, key)
        return
    k = w.key(key)
    where = position(base, k)
    if where is None:
        refuse(f"{describe(base)} has no such part.", "test with in first.", KeyError(k))
    without(w, base, where)


def without(w: Library, base: Structure, k: int) -> Value:
    """Take the k-th part out of the dict."""
    rest = items_in(base)
    taken = rest.pop(base.keys[k])
    w.change(base, with_items(base, rest))
    return w.usable("This part", taken)


def take_at_run_time(w: Library, base: Structure, key: Value) -> Value:
    """Take a key that only the run tells out of the dict."""
    table = tables.table_of(w, base, key)
    place = tables.place_of(w, table, key)
    value = tables.value_at(w, table, place)
    if base.ident in w.iterated:
        refuse("A dict gets shorter while a loop runs over it.", "loop over list(d).")
    w.change(w.now(base), tables.without(w, table, place))
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
