"""Lists under keys that only the run tells: all their values in one list, with whose they are.

    d = defaultdict(list)               owner = fp.appended((owner, i))
    d[k].append(v)              ->      rows = fp.appended((rows, v))
    total = sum(d[m])                   total = sum(fp.picked(rows, fp.members(owner, j)))

`owner` says for each value at which place of the table (see `tables`) its list stands.  A list that
was read from such a dict is changed through the dict, as long as no ways meet and no loop begins or
ends; once the dict has changed otherwise, the list is read again: `Row` idents see to that.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from fpad import runtime as fp
from fpad.transforms import grown
from fpad.transforms.abstract import (
    Groups,
    Held,
    Structure,
    Unusable,
    Value,
    idents,
    is_grown,
    literal,
)
from fpad.transforms.heap import Row, as_member, changed, held_at, read_only
from fpad.transforms.ir import Atom, Operand
from fpad.transforms.kinds import EACH, INT, Num
from fpad.transforms.refusing import refuse

if TYPE_CHECKING:
    from fpad.transforms.body import Body
    from fpad.transforms.library import Library

PARTS = ("owner", "rows")
"""What they are made of."""
_POSITIONS = Num(True, "int", 1)
COPY = "put a copy there: list(..)."
_STALE = Unusable("a list of a dict or list that has changed since it was read", "")


def is_list(value: Value) -> bool:
    """Is it a list, which may get longer?"""
    return isinstance(value, Structure) and value.make is list


def is_groups(value: Value) -> bool:
    """Are these the lists of a table?"""
    return isinstance(value, Structure) and value.make is Groups


def _known(items: Sequence[Value]) -> Structure:
    return Structure(list, tuple(range(len(items))), tuple(items))


def of_known(lists: Sequence[Value]) -> Structure | None:
    """Lists that are known value by value, as those of a table."""
    if not all(is_list(v) and not is_grown(v) for v in lists):
        return None
    owner = [literal(k) for k, v in enumerate(lists) for _ in v.parts]
    return Structure(Groups, PARTS, (_known(owner), _known([p for v in lists for p in v.parts])))


def _ready(w: Body, groups: Structure) -> Structure:
    """The lists, in arrays unless there are no values yet."""
    parts = [
        p if is_grown(p) or not p.parts else replace(grown.grown(w, list, p.parts), ident=None)
        for p in groups.items
    ]
    return groups.with_parts(tuple(parts))


def picked(w: Body, whole: Value, index: Atom) -> Structure:
    """The values at some positions of a list."""

    def take(value: Value) -> Value:
        if isinstance(value, Held):
            return grown.rows_at(w, value, index)
        parts = value.parts
        return value.with_parts(tuple(map(take, parts))) if parts else value

    return Structure(list, (EACH,), (take(whole.parts[0]),))


def members(w: Body, groups: Structure, place: Held) -> Structure:
    """The list at a place."""
    owner, rows = _ready(w, groups).items
    if not is_grown(rows):
        return _known(())
    (h,) = owner.parts
    assert isinstance(h, Held)
    index = w.let(None, fp.members, (h.atom, place.atom), _POSITIONS)
    return picked(w, rows, index.atom)


def put(w: Body, groups: Structure, place: Held, value: Value) -> Structure:
    """The lists, with another one at a place."""
    if not is_list(value):
        refuse("A dict of lists is given something else.", "let all its values be lists.")
    assert isinstance(value, Structure)
    if isinstance(value.ident, Row):
        refuse("A list of a dict is put under another key, or into another dict.", COPY)
    grown.give_up(w, value.parts)
    w.env = read_only(w.env, set(idents(value)))
    return added(w, dropped(w, groups, place), place, value)


def added(w: Body, groups: Structure, place: Held, value: Structure) -> Structure:
    """The lists, with one at a place where there is none."""
    if not is_grown(value) and not value.items:
        return groups
    new = value if is_grown(value) else grown.grown(w, list, value.items)
    one = w.let(None, fp.repeated, (place.atom, grown.length(w, new).atom), _POSITIONS)
    owner = Structure(list, (EACH,), (one,))
    parts: list[Value] = []
    for before, more in zip(groups.items, (owner, new), strict=True):
        assert isinstance(before, Structure)
        both = [before, more] if before.items else [more]
        parts.append(replace(grown.joined(w, tuple, both), make=list))
    return groups.with_parts(tuple(parts))


def appended(w: Body, groups: Structure, place: Held, value: Value) -> Structure:
    """The lists, one of them with one more value."""
    parts: list[Value] = []
    for before, v in zip(_ready(w, groups).items, (place, value), strict=True):
        assert isinstance(before, Structure)
        more = grown.appended(w, before, v) if is_grown(before) else grown.grown(w, list, (v,))
        parts.append(replace(more, ident=None))
    return groups.with_parts(tuple(parts))


def dropped(w: Body, groups: Structure, place: Held, close: bool = False) -> Structure:
    """The lists without that at a place; `close`: those behind it move there."""
    groups = _ready(w, groups)
    owner, rows = groups.items
    if not is_grown(rows):
        return groups
    (h,) = owner.parts
    assert isinstance(h, Held)
    index = w.let(None, fp.others, (h.atom, place.atom), _POSITIONS)
    left = picked(w, owner, index.atom)
    if close:
        (own,) = left.parts
        assert isinstance(own, Held)
        left = left.with_parts((w.let(None, fp.closed, (own.atom, place.atom), _POSITIONS),))
    return groups.with_parts((left, picked(w, rows, index.atom)))


# ---------------------------------------------------------------- lists that were read


def read(w: Body, table: Structure, place: Held) -> Structure:
    """The list at a place, which knows where it comes from."""
    groups = table.items[1]
    assert isinstance(groups, Structure)
    return replace(members(w, groups, place), ident=Row(table.ident, place, w.new_ident()))


def has_row(value: Value) -> bool:
    """Is a list in it that was read from a table?"""
    return any(isinstance(i, Row) for i in idents(value))


def handed(values: Sequence[Value]) -> list[Value]:
    """Arguments of a call, in which lists that were read from dicts are only read."""

    def inside(value: Value) -> bool:
        return is_groups(value) or any(map(inside, value.parts))

    if any(map(inside, values)):  # the call may change the table
        return list(values)

    def one(value: Value) -> Value:
        value = as_member(value)
        if isinstance(value, Structure) and isinstance(value.ident, Row):
            value = replace(value, ident=None)
        return value.with_parts(tuple(map(one, value.parts))) if value.parts else value

    return list(map(one, values))


def _comes_from(row: Row, table: Hashable) -> bool:
    """Was it read from this table, or from what was read there? From which is not always known."""
    of = row.table
    return of in (None, table) or (isinstance(of, Row) and _comes_from(of, table))


def stale(w: Body, table: Hashable) -> None:
    """Lists that were read from a table are not what it holds now."""

    def one(value: Value) -> Value:
        if isinstance(value, Structure) and isinstance(value.ident, Row):
            if table is not None and not _comes_from(value.ident, table):
                return value
            number = as_member(value)  # it is read again where it is used
            return _STALE if number is value else number
        parts = value.parts
        return value.with_parts(tuple(map(one, parts))) if parts else value

    w.env = {v: one(x) if has_row(x) else x for v, x in w.env.items()}


def written_back(w: Library, base: Structure, new: Structure, value: Value | None = None) -> None:
    """A list that was read from a table becomes another, there too; `value`: by appending it."""
    row, holder, groups = _holder(w, base)
    if value is not None:
        groups = appended(w, groups, row.place, value)
    else:
        groups = put(w, groups, row.place, replace(new, ident=None))
    _changed_to(w, row, holder, new, groups)


def _holder(w: Body, base: Structure) -> tuple[Row, Structure, Structure]:
    """Where a list was read, and the table that holds it."""
    row = base.ident
    assert isinstance(row, Row)
    holder = None
    if row.place is not None:
        holder = next((s for _, s in held_at(w.env) if s.ident == row.table), None)
    if holder is None or row.place is None:
        w.note_changed(row.table)  # an argument is watched from the start in the next round
        refuse(
            "A list that was read from a dict or list is changed.",
            "change it there: d[k].append(..).",
        )
    groups = holder.items[1]
    assert isinstance(groups, Structure)
    return row, holder, groups


def entry_stored(w: Library, base: Structure, index: Operand, value: Value) -> None:
    """base[index] = value of a list that was read from a table: in the values of all of them."""
    row, holder, groups = _holder(w, base)
    owner, rows = groups.items
    (h,) = owner.parts
    assert isinstance(h, Held)
    assert isinstance(rows, Structure)
    at = w.let(None, fp.member, (h.atom, row.place.atom, index), INT)
    part = grown.put_at(w, rows.items[0], at.atom, value)
    after = groups.with_parts((owner, rows.with_parts((part,))))
    _changed_to(w, row, holder, members(w, after, row.place), after)


def _changed_to(w: Library, row: Row, holder: Structure, new: Structure, groups: Structure) -> None:
    """The table has other lists, and the one that was read has become another with them."""
    spare = w.new_ident()
    own = replace(new, ident=spare)
    w.env = {v: changed(x, row, own) for v, x in w.env.items()}
    w.change(holder, holder.with_parts((holder.items[0], groups)))
    own = replace(new, ident=row)
    w.env = {v: changed(x, spare, own) for v, x in w.env.items()}
