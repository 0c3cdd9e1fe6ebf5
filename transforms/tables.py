"""Dicts with keys that only the run tells: an array of the keys, and arrays of the values.

    d = {}                              i = fp.slot((d_keys,), (k,))
    d[k] = v                    ->      d_keys = fp.with_key(d_keys, k, i)
    y = d[m] if m in d else 0.0         d_values = fp.put((d_values, v), i)
                                        ..

Keys are numbers, texts, tuples of these, or tuples of an unknown number of ints, which are rows;
where one stands has no derivative, but a float key has that is read in a loop.  A dict becomes such
a table where it is given a key that is not known while the code is written: a structure of two
lists of one length (see `grown`).  Its order is that of Python, as new keys are put behind the
others.  Members of sets are numbers, or tuples of them: their order follows from their hashes.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn

from fpad import runtime as fp
from fpad.transforms import groups, grown, identities, texts, vectors
from fpad.transforms.abstract import (
    Defaulting,
    Held,
    Member,
    Mixed,
    Queue,
    Structure,
    Table,
    Thinned,
    Uneven,
    Value,
    View,
    held,
    idents,
    is_array,
    is_grown,
    literal,
)
from fpad.transforms.describing import describe
from fpad.transforms.heap import as_member, read_only
from fpad.transforms.ir import Atom, Const, Slice
from fpad.transforms.kinds import EACH, INT, Counting, Kind, Num
from fpad.transforms.refusing import refuse
from fpad.transforms.table_keys import key_atoms, known_key, num_of, same_keys, told, widened_key

if TYPE_CHECKING:
    from fpad.transforms.body import Body


PARTS = ("keys", "values")
"""What a table is made of."""


@functools.cache
def table_class(of: type) -> type[Table]:
    """What stands for a dict of this class."""
    return type(of.__name__, (Table,), {"of": of})


def is_table(value: Value) -> bool:
    """Is it a dict with keys that only the run tells?"""
    return isinstance(value, Structure) and issubclass(value.make, Table)


def is_dict(value: Value) -> bool:
    """Is it a dict of either sort?"""
    return is_keyed(value) and not issubclass(class_of_dict(value), set | frozenset)


def is_keyed(value: Value) -> bool:
    """Is it a dict or a set, of either sort?"""
    sorts = (dict, set, frozenset)
    return is_table(value) or (isinstance(value, Structure) and issubclass(value.make, sorts))


def class_of_dict(value: Value) -> type:
    """The class that a dict of either sort has in the user's program."""
    assert isinstance(value, Structure)
    made: Any = value.make
    return made.of if issubclass(made, Table) else made  # type: ignore[no-any-return]


def at_run_time(w: Body, base: Value, key: Value) -> bool:
    """Does only the run tell which part of the dict this key means?"""
    if is_table(base):
        return True
    if not is_keyed(base) or w.tries or key_atoms(key, not is_dict(base)) is None:
        return False
    return any(h.known is None for h in held(key))


# ---------------------------------------------------------------- dicts as tables


def as_table(base: Structure, grouped: bool = False) -> Structure | None:
    """A dict as the two lists that a table is made of; None if its keys are no ints.

    `grouped`: its values are lists, and there are `Groups` of them.
    """
    if is_table(base):
        return base
    members = issubclass(base.make, set | frozenset)
    keys = list(base.items) if members else [known_key(k) for k in base.keys]
    items = tuple(keys) if members else base.items
    if isinstance(base.make, type) and issubclass(base.make, Thinned):
        items = tuple(map(known_key, base.make.log))
    if any(key_atoms(k, members) is None or not same_keys(k, keys[0]) for k in keys):
        return None
    positions = tuple(range(len(keys)))
    values: Structure | None = Structure(list, tuple(range(len(items))), items)
    if grouped:
        values = groups.of_known(items)
    if values is None:
        return None
    if members:
        values = replace(values, items=tuple(map(told, items)))
    lists = (Structure(list, positions, tuple(map(told, keys))), values)
    make = set if issubclass(base.make, Thinned) else base.make
    return Structure(table_class(make), PARTS, lists, base.ident)


def unified(values: Sequence[Value], always: bool = False) -> Sequence[Value]:
    """Dicts that meet, one of which is a table, as tables; all others as they are.

    `always`: those of numbers are tables if they have other keys, whatever these are.
    """
    values = _all_members(_all_uneven(values))
    if not all(map(is_keyed, values)):
        return values
    dicts = [v for v in values if isinstance(v, Structure)]
    sets = not any(map(is_dict, dicts)) and len({(v.make, v.items) for v in dicts}) > 1
    if (
        sets
        and all(identities.of_objects(v) or v.items == () for v in dicts)
        and any(v.items for v in dicts)
    ):
        return values  # one of several sets of a few objects
    if not sets and not any(map(is_table, dicts)) and not _with_other_keys(dicts, always):
        return values
    grouped = any(is_table(v) and groups.is_groups(v.items[1]) for v in dicts)
    grouped = grouped or (_of_lists(dicts) and not any(map(is_table, dicts)))
    tables = [t for v in dicts if (t := as_table(v, grouped)) is not None]
    if len(tables) < len(dicts):
        return values
    if any(class_of_dict(v) is Mixed for v in dicts):
        tables = [mixed(t) for t in tables]
    return tables if len({t.make for t in tables}) == 1 else values


def _is_uneven(value: Value) -> bool:
    return is_table(value) and class_of_dict(value) is Uneven


def _all_uneven(values: Sequence[Value]) -> Sequence[Value]:
    """Lists that meet, as lists of lists of several lengths if one is."""
    if not any(map(_is_uneven, values)):
        return values
    found = [v if _is_uneven(v) else _uneven(v) for v in values]
    return values if None in found else [v for v in found if v is not None]


def _all_members(values: Sequence[Value]) -> Sequence[Value]:
    """Lists of objects that meet, as their numbers if they may be several, or one is a number."""
    found = list(map(as_member, values))
    if any(map(is_member_list, values)) or len(set(found)) > 1:
        return found if all(map(is_member_list, found)) else values
    return values


def is_member_list(value: Value) -> bool:
    """Is it the list of an object, by its number?"""
    return isinstance(value, Member) and issubclass(value.cls, Uneven)


def _uneven(value: Value) -> Structure | None:
    """A list of lists as a table; None if it is none whose lists are known one by one."""
    if not isinstance(value, Structure) or value.make is not list or is_grown(value):
        return None
    lists = groups.of_known(value.items)
    positions = tuple(range(len(value.items)))
    keys = Structure(list, positions, tuple(map(literal, positions)))
    return lists and Structure(table_class(Uneven), PARTS, (keys, lists), value.ident)


def _with_other_keys(dicts: Sequence[Structure], always: bool) -> bool:
    """Are these dicts of numbers, texts or lists, one of which has keys that another has not?"""
    if not all(map(is_dict, dicts)) or len({frozenset(v.keys) for v in dicts}) == 1:
        return False
    numbers = all(isinstance(x, Held) and isinstance(x.kind, Num) for v in dicts for x in v.items)
    if all(texts.text(x) is not None for v in dicts for x in v.items):
        return True
    named = any(isinstance(k, str) for v in dicts for k in v.keys)
    if named and all(issubclass(v.make, Defaulting | Counting) for v in dicts):
        named = False  # they are asked for keys that they have not: the others are parts
    if named and always:  # arrays of several shapes have no rows in one table
        return numbers and not any(is_array(h) for v in dicts for h in held(v))
    return not named and (numbers or _of_lists(dicts))


def _of_lists(dicts: Sequence[Structure]) -> bool:
    """Are their values lists of known length?"""
    items = [x for v in dicts if is_dict(v) for x in v.items]
    return bool(items) and all(groups.is_list(x) and not is_grown(x) for x in items)


def mixed(table: Structure) -> Structure:
    """A set whose order is not known: the log is what may ever have been in it."""
    return replace(table, make=table_class(Mixed))


def like(value: Value, target: Value) -> Value:
    """A dict as a table, if that is what it becomes."""
    if is_member_list(target):
        return as_member(value)
    if _is_uneven(target) and not is_keyed(value):
        return _uneven(value) or value
    if is_table(target) and isinstance(value, Structure) and is_keyed(value):
        table = as_table(value, groups.is_groups(target.parts[1])) or value
        return mixed(table) if class_of_dict(target) is Mixed else table
    return value


def _table(w: Body, base: Structure, key: Value) -> Structure:
    """The dict as a table; it is not empty."""
    lists = not is_table(base) and all(map(groups.is_list, base.items))
    table = as_table(base, lists and is_dict(base))
    if table is None:
        _strange(base, key)
    if not is_table(base):
        keys, values = table.items
        table = table.with_parts(
            (keys.with_parts(tuple(widened_key(k, key) for k in keys.parts)), values)
        )
    if lists:
        w.env = read_only(w.env, {i for v in base.items for i in idents(v)})
    if is_logged(table) and table.items[0] == table.items[1] and not is_grown(table.items[0]):
        keys = _made(w, table.items[0].parts)
        return table.with_parts((keys, keys))
    parts = [v if is_grown(v) or groups.is_groups(v) else _made(w, v.parts) for v in table.items]
    return table.with_parts(tuple(parts))


def is_logged(table: Structure) -> bool:
    """Is it a set, which knows what was ever put into it, and taken out?"""
    return class_of_dict(table) in (set, Mixed)


def _made(w: Body, items: Sequence[Value]) -> Structure:
    return replace(grown.grown(w, list, list(map(told, items))), ident=None)


def _columns(table: Structure) -> tuple[Atom, ...]:
    return tuple(h.atom for h in held(table.items[0]))


def _as_row(w: Body, table: Structure, key: Value) -> Value:
    """The key; a tuple of ints as a row, if keys are tuples of an unknown number of them."""
    pattern = table.items[0].parts[0] if table.items[0].parts else key
    if not is_grown(pattern) or is_grown(key) or key_atoms(key, member=True) is None:
        return key
    if not isinstance(key, Structure) or not all(isinstance(v, Held) for v in key.items):
        return key
    return grown.grown(w, tuple, key.items)


def _atoms(table: Structure, key: Value) -> tuple[Atom, ...]:
    atoms = key_atoms(key, not is_dict(table))
    pattern = table.items[0].parts[0]
    if atoms is None or not same_keys(key, pattern):
        refuse(
            f"A dict of unknown length is indexed with {describe(key)}.",
            "let its keys be numbers, texts, or tuples of these of one length.",
        )
    return atoms


def _place(w: Body, op: Any, table: Structure, key: Value) -> Held:
    return w.let(None, op, (_columns(table), _atoms(table, _as_row(w, table, key))), INT)


# ---------------------------------------------------------------- what is done with them


def size(w: Body, table: Structure) -> Held:
    """How many keys there are."""
    return grown.length(w, table.items[0])


def value_at(w: Body, table: Structure, place: Held) -> Value:
    """The value at a place."""
    values = table.items[1]
    assert isinstance(values, Structure)
    if groups.is_groups(values):
        row = groups.read(w, table, place)
        return vectors.restored(w, row)
    return grown.item(w, values, place.atom)


def element(w: Body, view: Value, index: Held) -> Value:
    """What a loop over a view of a table sees at a place."""
    assert isinstance(view, Structure)
    table = view.items[0]
    assert isinstance(table, Structure)
    keys = table.items[0]
    assert isinstance(keys, Structure)
    name = view.keys[0]
    key = ready_list(w, keys)
    parts = [grown.item(w, key, index.atom)] if name != "values" else []
    if name != "keys":
        parts.append(value_at(w, table, index))
    return parts[0] if len(parts) == 1 else Structure(tuple, (0, 1), tuple(parts))


def ready_list(w: Body, values: Structure) -> Structure:
    """The list as one of unknown length."""
    return values if is_grown(values) else grown.grown(w, list, values.parts)


def slot_of(w: Body, table: Structure, key: Value) -> Held:
    """Where the key stands, or the number of keys."""
    return _place(w, fp.slot, table, key)


def place_of(w: Body, table: Structure, key: Value) -> Held:
    """Where the key stands; KeyError if it does not."""
    return _place(w, fp.position, table, key)


def place_in_known(w: Body, base: Structure, key: Value) -> Held:
    """Where a key stands among those of a dict that are known; KeyError if it does not."""
    return place_of(w, _of_keys(w, base, key), key)


def slot_in_known(w: Body, base: Structure, key: Value) -> Held:
    """The same, or the number of keys."""
    return slot_of(w, _of_keys(w, base, key), key)


def _of_keys(w: Body, base: Structure, key: Value) -> Structure:
    table = as_table(base)
    if table is None:
        _strange(base, key)
    keys = grown.grown(w, list, table.items[0].parts)
    return table.with_parts((keys, table.items[1]))


def _strange(base: Structure, key: Value) -> NoReturn:
    refuse(
        f"{describe(base)} is indexed with {describe(key)} that is known only at run time.",
        "let its keys be numbers, texts, or tuples of these.",
    )


def table_of(w: Body, base: Structure, key: Value) -> Structure:
    """The dict as a table, for a key to be looked up; it is not empty."""
    return _table(w, base, key)


def with_item(w: Body, base: Structure, key: Value, value: Value) -> Structure:
    """The dict after base[key] = value."""
    if not is_table(base) and not base.items:
        keys = _made(w, (key,))
        if issubclass(base.make, set):
            return Structure(table_class(set), PARTS, (keys, keys), base.ident)
        if groups.is_list(value):
            no_lists = groups.of_known(())
            assert no_lists is not None
            values = groups.put(w, no_lists, Held(Const(0), INT), value)
        else:
            values = _made(w, (value,))
        parts = (keys, values)
        return Structure(table_class(base.make), PARTS, parts, base.ident)
    table = _table(w, base, key)
    iterated = base.ident is not None and base.ident in w.iterated
    return with_value_at(
        w, table, key, value, _place(w, fp.present if iterated else fp.slot, table, key)
    )


def with_value_at(w: Body, table: Structure, key: Value, value: Value, place: Held) -> Structure:
    """The table with a value at the place of a key, or behind all others."""
    keys, values = table.items
    key = _as_row(w, table, key)
    if not groups.is_groups(values) and not is_logged(table):
        grown.give_up(w, (value,))

    def put(atoms: tuple[Atom, Atom], kind: Kind) -> Held:
        op = fp.put if isinstance(kind, Num) else fp.text_put
        return w.let(None, op, (atoms, place.atom), kind)

    before = keys
    keys = keys.with_parts((_put_key(w, keys.parts[0], key, place),))
    if is_logged(table):
        if values.parts == before.parts:  # nothing was ever taken out
            return table.with_parts((keys, keys))
        end = _log_end(w, table, place, adding=True)
        return table.with_parts(
            (keys, values.with_parts((_put_key(w, values.parts[0], key, end),)))
        )
    if isinstance(values, Structure) and groups.is_groups(values):
        return table.with_parts((keys, groups.put(w, values, place, value)))
    values = values.with_parts((grown.combined(w, values.parts[0], value, put),))
    return table.with_parts((keys, values))


def _put_key(w: Body, column: Value, key: Value, at: Held) -> Value:
    """The arrays of keys, with this one at their end if that is the place."""
    if isinstance(column, Held) and column.kind == texts.TEXTS:
        word = texts.text(key)
        assert word is not None
        return w.let(None, fp.with_text, (column.atom, word.atom, at.atom), column.kind)
    if isinstance(column, Held):
        assert isinstance(key, Held)
        if num_of(column) == "int" and num_of(key) == "float":
            refuse("A dict with keys that are ints gets one that is a float.", "let all be floats.")
        return w.let(None, fp.with_key, (column.atom, key.atom, at.atom), column.kind)
    if isinstance(column, Structure) and isinstance(key, Structure) and column.make != key.make:
        refuse(
            f"A dict with keys that are {describe(column)} gets {describe(key)}.",
            "let all be of one class.",
        )
    parts = zip(column.parts, key.parts, strict=True)
    return column.with_parts(tuple(_put_key(w, a, b, at) for a, b in parts))


def without(w: Body, table: Structure, place: Held) -> Structure:
    """The table without the key at a place, and its value."""
    none = Const(None)
    after = w.let(None, operator.add, (place.atom, Const(1)), INT)
    parts: list[Value] = []
    for values in table.items:
        assert isinstance(values, Structure)
        if groups.is_groups(values):
            parts.append(groups.dropped(w, values, place, close=True))
            continue
        front = grown.section(w, values, Slice(none, place.atom, none), tuple)
        back = grown.section(w, values, Slice(after.atom, none, none), tuple)
        parts.append(replace(grown.joined(w, tuple, (front, back)), make=list))
    return table.with_parts(tuple(parts))


def _log_end(w: Body, table: Structure, place: Held, adding: bool) -> Held:
    """Where a key is put in the log of a set, if it is."""
    log, keys = (next(held(v)).atom for v in reversed(table.items))
    return w.let(None, fp.log_end, (log, keys, place.atom, Const(adding)), INT)


def without_member(w: Body, table: Structure, place: Held, key: Value) -> Structure:
    """The set without the key at a place; the same if there is none."""
    keys, log = table.items
    after = w.let(None, operator.add, (place.atom, Const(1)), INT)
    args = (next(held(keys)).atom, place.atom, after.atom, Const(None))
    rest = w.let(None, fp.without_slice, args, Num(True, "int", 1))

    def left(column: Value) -> Value:
        if isinstance(column, Held):
            return grown.rows_at(w, column, rest.atom)
        return column.with_parts(tuple(map(left, column.parts)))

    if class_of_dict(table) is set:
        end = _log_end(w, table, place, adding=False)
        log = log.with_parts((_put_key(w, log.parts[0], key, end),))
    return table.with_parts((keys.with_parts((left(keys.parts[0]),)), log))


def of_keys(keys: Structure, ident: int) -> Structure:
    """The set of these keys, which are all different."""
    keys = replace(keys, ident=None)
    return Structure(table_class(set), PARTS, (keys, keys), ident)


def listing(value: Value) -> Value:
    """The keys, values or pairs of a table, and the values of a deque, as a list of them."""
    if isinstance(value, Structure) and value.make is Queue:
        return replace(value.items[0], make=tuple)  # type: ignore[type-var]
    if is_table(value) and class_of_dict(value) is Uneven:
        refuse("The lists of a list of lists are put into one.", "loop over them: for row in rows:")
    if is_table(value) and is_dict(value):
        return replace(value.parts[0], make=tuple)  # type: ignore[type-var]
    if isinstance(value, Structure) and value.make is View and is_table(value.items[0]):
        keys, values = value.items[0].parts
        if groups.is_groups(values) and value.keys[0] != "keys":
            refuse("The lists of a dict are put into one.", "loop over them: for k in d: ..")
        if value.keys[0] == "items":
            pair = Structure(tuple, (0, 1), (keys.parts[0], values.parts[0]))
            return Structure(tuple, (EACH,), (pair,))
        return replace(keys if value.keys[0] == "keys" else values, make=tuple)  # type: ignore[type-var]
    return value


def of_keys_only(value: Value) -> Value:
    """The members of a set that is a table, in some order; any other value as it is."""
    return replace(value.parts[0], make=tuple) if is_table(value) else value  # type: ignore[type-var]


def view(value: Value, name: str = "keys") -> Value:
    """What a loop over a table or a deque runs over."""
    if isinstance(value, Structure) and value.make is Queue:
        return listing(value)
    if is_table(value) and class_of_dict(value) is Uneven:
        name = "values"
    return Structure(View, (name,), (value,)) if is_table(value) and is_dict(value) else value


def is_view(value: Value) -> bool:
    """Is it a view of a table?"""
    return isinstance(value, Structure) and value.make is View and is_table(value.items[0])
