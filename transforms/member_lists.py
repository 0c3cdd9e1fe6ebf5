"""Lists that the objects of an arena hold, each with a length of its own.

    class Node:                         owner, rows = [], []            # of all Node.children
        def __init__(self, v):          all_node_v.append(v);  all_node_children.append(count)
            self.v = v
            self.children = []    ->
    a.children.append(b)                owner.append(all_node_children[a]);  rows.append(b)
    for c in a.children: ..             for c in fp.picked(rows, fp.members(owner, ..)): ..

What objects of an arena hold is copied there, and stays as it is (`arenas`).  Where a list that one
of them holds is changed, or another gets one of another length, all lists that are this attribute
of an object of this class get a number, and lie one behind the other in a table (`groups`), which
is an arena of its own: so the attribute is a member of it.  What is read there is a list that is
changed through the table, and a list that two objects hold is one list.

That lists need a table is found out on the way; all functions are written again then.

What a variable holds is such a list, which is read from the table once.  Where another list of the
table changes, or ways meet that disagree, it holds the number again, and reads the list when it is
asked.  Lists, objects and calls get the number.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fpad import runtime as fp
from fpad.transforms import duplicating, groups, grown, tables
from fpad.transforms.abstract import (
    Held,
    Member,
    Structure,
    Uneven,
    Unusable,
    Value,
    is_grown,
    literal,
)
from fpad.transforms.heap import Row, changed, is_own
from fpad.transforms.ir import Atom, Const, Do
from fpad.transforms.kinds import INT
from fpad.transforms.refusing import refuse

if TYPE_CHECKING:
    from fpad.transforms.writer import Writer


class MemberLists(Uneven):
    """Base of the classes that stand for all lists that are one attribute of objects of a class.

    Attributes:
        of: the class.
        attribute: its attribute.
    """

    of: type
    attribute: str


class Listed(Exception):
    """Lists that objects hold need a table: write all functions again."""

    def __init__(self, lists: type[MemberLists]) -> None:
        super().__init__(lists)
        self.lists = lists


@functools.cache
def lists_of(cls: type, attribute: str) -> type[MemberLists]:
    """What stands for the lists that are this attribute of objects of the class."""
    name = f"{cls.__name__}_{attribute}"
    return type(name, (MemberLists,), {"of": cls, "attribute": attribute})


def are_lists(cls: Any) -> bool:
    """Is it such a class?"""
    return isinstance(cls, type) and issubclass(cls, MemberLists)


def is_table(value: Value) -> bool:
    """Is it the table of such lists?"""
    return tables.is_table(value) and are_lists(tables.class_of_dict(value))


def table(cls: type, ident: int) -> Structure:
    """A table without lists."""
    none = groups.of_known(())
    assert none is not None
    parts = (Structure(list, (), ()), none)
    return Structure(tables.table_class(cls), tables.PARTS, parts, ident)


def size(w: Writer, base: Structure) -> Held:
    """How many lists there are."""
    return tables.size(w, base) if base.items[0].parts else Held(Const(0), INT)  # type: ignore[arg-type]


def entered(w: Writer, cls: type, base: Structure, value: Value) -> Value:
    """A list that gets into an object, as a member of the table; another value as it is."""
    if not groups.is_list(value):
        return value
    assert isinstance(value, Structure)
    if not is_own(value.ident):  # somebody else may hold it, and change it
        refuse(
            "A list that was given to a function, or read elsewhere, is put into an object whose "
            "lists change.",
            groups.COPY,
        )
    place = size(w, base)
    keys, lists = base.items
    assert isinstance(keys, Structure)
    assert isinstance(lists, Structure)
    if keys.items:
        keys = replace(grown.appended(w, keys, place), ident=None)
    else:
        keys = replace(grown.grown(w, list, (literal(0),)), ident=None)
    lists = groups.added(w, lists, place, value)  # type: ignore[arg-type]
    new = base.with_parts((keys, lists))
    w.change(base, new, resized=False, seen=False)
    here = replace(value, ident=Row(base.ident, place, w.new_ident(), cls))
    w.env = {v: changed(x, value.ident, here) for v, x in w.env.items()}
    return Member((place,), cls)


def opened(w: Writer, value: Value) -> Value:
    """What an object holds, in which members of tables of lists are the lists."""
    if isinstance(value, Member) and are_lists(value.cls):
        row = groups.read(w, w.arenas.of(w, value.cls), value.at)  # type: ignore[arg-type]
        return replace(row, ident=replace(row.ident, of=value.cls))  # type: ignore[type-var]
    parts = value.parts
    return value.with_parts(tuple(opened(w, p) for p in parts)) if parts else value


def looped_over(w: Writer) -> dict[str, Structure]:
    """Lists of tables that loops run over, by the hidden variables that hold them."""
    held = {h: w.env.get(h) for h in sorted(w.kept)}
    return {h: v for h, v in held.items() if isinstance(v, Structure) and isinstance(v.ident, Row)}


def keep_lengths(w: Writer, before: Mapping[str, Structure]) -> None:
    """Write at the end of a trip that no list has got longer or shorter that a loop runs over."""
    for hidden, value in before.items():
        now = value if w.dead else w.env[hidden]
        if now is value or isinstance(now, Unusable):
            continue
        sizes = (_length(w, v) for v in (opened(w, now), value))
        w.emit(Do(fp.steady, tuple(sizes), (), w.origin))


def _length(w: Writer, value: Value) -> Atom:
    return grown.length(w, value).atom if is_grown(value) else Const(len(value.parts))


def shifted(w: Writer, base: Structure, by: Mapping[type, Held]) -> Structure:
    """The table, in which members of arenas have so much larger numbers."""
    keys, lists = base.items
    owner, rows = lists.parts
    return base.with_parts((keys, lists.with_parts((owner, duplicating.shifted(w, rows, by)))))


def with_another_length(element: Structure, record: Structure) -> type[MemberLists] | None:
    """The lists that an attribute of objects is, if an object has one of another length."""
    for name, there, new in zip(element.keys, element.items, record.items, strict=False):
        both = groups.is_list(there) and groups.is_list(new)
        if both and there.keys != new.keys and not is_grown(there):  # type: ignore[attr-defined]
            return lists_of(element.make, name)
    return None
