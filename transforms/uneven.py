"""Lists of lists of several lengths, of which only the run tells how many there are.

    rows = [[1.0]]                      rows is a table: under k the k-th list
    for k in range(n):          ->      for k in range(n):
        rows.append(f(rows[k]))             rows[k + 1] = f(rows[k])

Lists of one length are the rows of an array (`grown`).  Where a list of unknown length holds lists
of other lengths, or where one of them gets longer, it becomes a table of lists (`tables`, `groups`)
whose keys are 0, 1, 2, ..  That is found out on the way: the function is then written again, and
the list becomes a table in front of the loops in which it changes.
"""

from __future__ import annotations

import builtins
import operator
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms import groups, grown, tables, vectors
from fpad.transforms.abstract import (
    Groups,
    Held,
    Place,
    Static,
    Structure,
    Uneven,
    Value,
    held,
    is_grown,
    known_value,
    literal,
)
from fpad.transforms.describing import describe
from fpad.transforms.heap import Row, changed, held_at, is_own
from fpad.transforms.ir import Const, Do, Operand, Slice
from fpad.transforms.kinds import EACH, INT, Num
from fpad.transforms.refusing import refuse

if TYPE_CHECKING:
    from fpad.transforms.body import Body
    from fpad.transforms.library import Library
    from fpad.transforms.subscripts import Subscripts

Args = Sequence[Value]
Keywords = dict[str, Value]
_NONE = Static(None)
_REMEDY = "loop over its lists: for row in rows: .."


class Several(Exception):
    """A variable holds lists of several lengths: write the function again."""

    def __init__(self, variable: str) -> None:
        super().__init__(variable)
        self.variable = variable


def is_uneven(value: Value) -> bool:
    """Is it a list of lists of several lengths?"""
    return tables.is_table(value) and tables.class_of_dict(value) is Uneven


def holds_lists(value: Value) -> bool:
    """Is it a list of lists, which may be of several lengths?"""
    if not isinstance(value, Structure) or value.make is not list:
        return False
    return all(map(groups.is_list, value.items))


def meets_vectors(values: Sequence[Value]) -> bool:
    """Are these lists of vectors, some of which are tables, and some not?"""
    tables_ = [is_uneven(v) for v in values]
    return any(tables_) and not all(tables_) and all(map(_of_vectors, values))


def _of_vectors(value: Value) -> bool:
    if is_uneven(value):
        return vectors.are_entries(value.parts[1].parts[1])
    return vectors.holds_vectors(value)


# ---------------------------------------------------------------- becoming one


def asked(w: Body, base: Structure) -> None:
    """A list in a list of unknown length gets another length: what holds it has to allow that."""
    ident = base.ident.of if isinstance(base.ident, Place) else base.ident
    if ident is None:
        guessed(w, base)
        return
    for variable, value in sorted(w.env.items()):
        if isinstance(value, Structure) and value.ident == ident and variable not in w.uneven:
            raise Several(variable)


def guessed(w: Body, base: Structure) -> None:
    """A list gets longer that was one of several known ones, which one only the run tells."""
    for variable, value in sorted(w.env.items()):
        if not isinstance(value, Structure) or is_grown(value) or not value.items:
            continue
        if value.ident is not None and holds_lists(value) and variable not in w.uneven:
            raise Several(variable)


def prepare(w: Body) -> None:
    """Make tables of the lists that get lists of several lengths, in front of a loop."""
    for variable in sorted(w.env if w.every_list else w.uneven & w.env.keys()):
        value = w.env[variable]
        empty = isinstance(value, Structure) and not value.items  # it may hold anything later
        if variable in w.uneven or not empty:
            _prepare(w, variable)
    for (_, path), value in list(held_at(w.env)) if w.every_list else ():
        if path and value.items and is_own(value.ident):  # of an object, say
            _become(w, value)


def met(w: Body) -> None:
    """At the end of a way: make tables of the lists that meet lists of other lengths there."""
    if not w.dead and (w.every_list or w.recursive):  # others may be told their numbers
        given(w)


def given(w: Body) -> None:
    """Make tables of the lists that variables hold, if these hold lists of several lengths."""
    for variable in sorted(w.uneven & w.env.keys()):
        _prepare(w, variable)


def _prepare(w: Body, variable: str) -> None:
    value = w.env[variable]
    if isinstance(value, Structure) and value.ident is not None:
        _become(w, value)
    elif isinstance(value, Structure):
        w.env[variable] = _as_table(w, value)


def _become(w: Body, value: Structure) -> None:
    """A list becomes a table wherever it is held, if it is one of lists or vectors."""
    new = _as_table(w, value)
    if new is not value:
        w.env = {v: changed(x, value.ident, new) for v, x in w.env.items()}


def _as_table(w: Body, value: Structure) -> Structure:
    lists = value
    if w.every_list and vectors.holds_vectors(value):
        lists = vectors.as_lists(w, value)
    return replace(_table(w, lists), ident=value.ident) if holds_lists(lists) else value


def _table(w: Body, base: Structure) -> Structure:
    """The list as a table."""
    cls = tables.table_class(Uneven)
    if is_grown(base):
        return _even(w, base)
    n = len(base.items)
    keys = Structure(list, tuple(range(n)), tuple(map(literal, range(n))))
    none = groups.of_known(())
    assert none is not None
    if not base.items:
        return Structure(cls, tables.PARTS, (keys, none))
    counted = replace(grown.grown(w, list, keys.items), ident=None)
    lists: Structure = none
    for k, row in enumerate(base.items):
        lists = groups.put(w, lists, Held(Const(k), INT), row)
    return Structure(cls, tables.PARTS, (counted, lists))


def _even(w: Body, base: Structure) -> Structure:
    """A list of lists of one length as a table."""
    (row,) = base.items
    assert isinstance(row, Structure)
    n = grown.length(w, base)
    counted = w.let(None, fp.counted, (n.atom,), Num(True, "int", 1))
    keys = Structure(list, (EACH,), (counted,))

    def flat(value: Value) -> Value:
        if isinstance(value, Held):
            assert isinstance(value.kind, Num)
            rank = None if value.kind.rank is None else value.kind.rank - 1
            return w.let(None, fp.flat_rows, (value.atom,), Num(True, value.kind.num, rank))
        parts = value.parts
        return value.with_parts(tuple(map(flat, parts))) if parts else value

    if is_grown(row):
        first = grown.first_leaf(base)
        owner = w.let(None, fp.owners, (first.atom,), Num(True, "int", 1))
        lists: tuple[Value, ...] = (flat(row.items[0]),)
        parts = (Structure(list, (EACH,), (owner,)), Structure(list, (EACH,), lists))
    else:  # lists of a known length: one after the other
        owner_kind = Num(True, "int", 1)
        width = len(row.items)
        if width == 0:
            none = groups.of_known(())
            assert none is not None
            return Structure(tables.table_class(Uneven), tables.PARTS, (keys, none))
        many = [Structure(list, (EACH,), (v,)) for v in row.items]
        whole = replace(grown.joined(w, tuple, many), make=list)
        own = [Structure(list, (EACH,), (counted,)) for _ in many]
        owners = replace(grown.joined(w, tuple, own), make=list)
        order = w.let(None, fp.interleaved, (counted.atom, Const(width)), owner_kind)
        parts = (_taken(w, owners, order), _taken(w, whole, order))
    made = Structure(Groups, groups.PARTS, parts)
    return Structure(tables.table_class(Uneven), tables.PARTS, (keys, made))


def _taken(w: Body, values: Structure, order: Held) -> Structure:
    return groups.picked(w, values, order.atom)


def appending(w: Body, base: Structure, value: Value) -> Structure | None:
    """The list as a table, if a list is put into it and all are to be tables."""
    if is_uneven(base):
        return base
    if not w.every_list:
        return None
    if vectors.is_vector(value) and (not base.items or vectors.holds_vectors(base)):
        return replace(_table(w, vectors.as_lists(w, base)), ident=base.ident)
    if not groups.is_list(value) or not holds_lists(base):
        return None
    return replace(_table(w, base), ident=base.ident)


def joined(w: Library, a: Value, b: Value) -> Structure | None:
    """The list a + b, if it is a table."""
    if not isinstance(a, Structure) or not isinstance(b, Structure):
        return None
    if w.every_list and any(is_uneven(v) and _of_vectors(v) for v in (a, b)):
        both = [
            _table(w, vectors.as_lists(w, v)) if vectors.holds_vectors(v) else v for v in (a, b)
        ]
        of_vectors = all(is_uneven(v) and _of_vectors(v) for v in both)
        made = concatenated(w, both[0], both[1]) if of_vectors else None
        return made and replace(made, ident=w.new_ident())
    if is_uneven(a) or is_uneven(b):
        both = [_table(w, v) if not is_uneven(v) and holds_lists(v) else v for v in (a, b)]
        if not all(map(is_uneven, both)):
            return None
        return _sharing(w, concatenated(w, both[0], both[1]), (a, b))
    if is_grown(b) or not b.items or not (holds_lists(b) or vectors.holds_vectors(b)):
        return None
    whole = appending(w, a, b.items[0])
    if whole is None:
        return None
    hidden = w.hold(replace(whole, ident=w.new_ident()))
    for row in b.items:
        own = w.env[hidden]
        assert isinstance(own, Structure)
        _append(w, own, (row,), {})
    filled = w.env.pop(hidden)
    w.kept.discard(hidden)
    assert isinstance(filled, Structure)
    return filled if _of_vectors(filled) else _sharing(w, filled, (a,))


def unfilled(w: Body, n: Held) -> Structure:
    """As many empty lists."""
    none = groups.of_known(())
    assert none is not None
    counted = w.let(None, fp.counted, (n.atom,), Num(True, "int", 1))
    keys = Structure(list, (EACH,), (counted,))
    return Structure(tables.table_class(Uneven), tables.PARTS, (keys, none), w.new_ident())


# ---------------------------------------------------------------- what is done with them


def _place(w: Body, base: Structure, index: Value) -> Held:
    """Where a list stands."""
    if not (isinstance(index, Held) and index.kind == INT):
        refuse(f"A list is indexed with {describe(index)}.", "index it with an int.")
    if not base.items[0].parts:
        error = IndexError("list index out of range")
        refuse(f"This raises IndexError: {error}.", "test the length first.", error)
    return w.let(None, fp.wrapped, (index.atom, tables.size(w, base).atom), INT)


def load(w: Subscripts, base: Structure, index: Operand) -> Value:
    """rows[k]."""
    if isinstance(index, Slice):
        return _section(w, base, w.index(index))
    return tables.value_at(w, base, _place(w, base, w.read(index)))


def _section(w: Body, base: Structure, index: Operand) -> Structure:
    """rows[lower:upper:step], in a list of its own."""
    counted = w.let(None, fp.counted, (tables.size(w, base).atom,), Num(True, "int", 1))
    made = at_places(w, base, w.element(None, counted, index))
    if _of_vectors(base):
        return made
    return replace(made, ident=Row(base.ident, None, w.new_ident()))  # it holds the same lists


def at_places(w: Body, base: Structure, places: Held) -> Structure:
    """The lists at some places, in a list of its own."""
    owner, rows = base.items[1].parts
    (h,) = owner.parts
    assert isinstance(h, Held)
    n = w.let(None, builtins.len, (places.atom,), INT)
    counted = w.let(None, fp.counted, (n.atom,), Num(True, "int", 1))
    index = w.let(None, fp.members_of, (h.atom, places.atom), Num(True, "int", 1))
    own = w.let(None, fp.places_of, (h.atom, places.atom), Num(True, "int", 1))
    parts = (Structure(list, (EACH,), (own,)), groups.picked(w, rows, index.atom))
    made = Structure(Groups, groups.PARTS, parts)
    keys = Structure(list, (EACH,), (counted,))
    return Structure(tables.table_class(Uneven), tables.PARTS, (keys, made), w.new_ident())


def called(w: Library, variable: str, f: Any, args: Args, kwargs: Keywords) -> Value | None:
    """A function that asks for all vectors of such a list; None if it is something else."""
    first = args[0] if args else None
    if not isinstance(first, Structure) or not is_uneven(first) or f not in _WHOLE:
        return None
    groups_ = first.items[1]
    if not vectors.are_entries(groups_.parts[1]):
        return None
    none = Const(None)
    if f in (reversed, list) and len(args) == 1 and not kwargs:
        step = Const(-1) if f is reversed else none
        return _section(w, first, Slice(none, none, step))
    if not vectors.are_entries(groups_.parts[1], rank=1):
        refuse("Arrays of several shapes are put into one.", "write it as a loop over them.")
    n = tables.size(w, first)
    counted = w.let(None, fp.counted, (n.atom,), Num(True, "int", 1))
    ordered = at_places(w, first, counted).items[1]
    whole = ordered.parts[1]
    assert isinstance(whole, Structure)
    vector = vectors.restored(w, whole)
    if f in (np.concatenate, np.hstack):
        return w.operation(variable, np.array, (vector,), {})
    owner = next(held(ordered.parts[0]))
    w.emit(Do(fp.even, (owner.atom, n.atom), (), w.origin))
    shape = w.sequence(tuple, (n, literal(-1)))
    matrix = w.operation(None, np.reshape, (vector, shape), {})
    return w.operation(variable, np.array, (matrix, *args[1:]), kwargs)


_WHOLE = (reversed, list, np.concatenate, np.hstack, np.array, np.asarray, np.vstack)


def concatenated(w: Body, a: Structure, b: Structure) -> Structure:
    """A table with the lists of both."""
    if not a.items[0].parts or not b.items[0].parts:
        return b if not a.items[0].parts else a
    n, more = (tables.size(w, x).atom for x in (a, b))
    total = w.let(None, operator.add, (n, more), INT)
    counted = w.let(None, fp.counted, (total.atom,), Num(True, "int", 1))
    (first, rows), (second, more_rows) = (x.items[1].parts for x in (a, b))
    parts: list[Value] = [first, rows]
    if is_grown(second) and is_grown(more_rows):
        (own,) = second.parts
        assert isinstance(own, Held)
        owner: Value = w.let(None, operator.add, (own.atom, n), own.kind)
        owners = Structure(list, (EACH,), (owner,))
        parts = [_behind(w, v, x) for v, x in zip(parts, (owners, more_rows), strict=True)]
    keys = Structure(list, (EACH,), (counted,))
    return a.with_parts((keys, a.items[1].with_parts(tuple(parts))))


def _behind(w: Body, a: Value, b: Value) -> Value:
    assert isinstance(a, Structure)
    assert isinstance(b, Structure)
    both = [a, b] if a.items else [b]
    return replace(grown.joined(w, tuple, both), make=list)


def _sharing(w: Body, made: Structure, sources: Sequence[Structure]) -> Structure:
    """A list that holds the lists of others as well, which are only read until it changes.

    If somebody else may change these, it is only read itself.
    """
    ident = w.new_ident()
    own = all(is_own(v.ident) for v in sources)
    for v in sources:
        if v.ident is None or isinstance(v.ident, Row):
            continue
        groups.stale(w, v.ident)  # the lists that were read there
        if own:
            there = replace(w.now(v), ident=Row(ident, None, w.new_ident()))
            w.env = {n: changed(x, v.ident, there) for n, x in w.env.items()}
        else:
            w.give_up({v.ident})
    return replace(made, ident=ident if own else None)


def store(w: Library, base: Structure, index: Operand, value: Value) -> None:
    """rows[k] = value."""
    if isinstance(index, Slice):
        _store_section(w, base, index, value)
        return
    place = _place(w, base, w.read(index))
    lists = base.items[1]
    assert isinstance(lists, Structure)
    lists = groups.put(w, lists, place, vectors.entered(w, value))
    base = w.now(base)
    w.change(base, base.with_parts((base.items[0], lists)))


def _store_section(w: Library, base: Structure, index: Slice, value: Value) -> None:
    """rows[lower:upper] = values, of vectors."""
    if vectors.holds_vectors(value):
        assert isinstance(value, Structure)
        value = _table(w, vectors.as_lists(w, value))
    none = Const(None)
    bounds = w.index(index)
    assert isinstance(bounds, Slice)
    lower, upper = bounds.lower, bounds.upper
    plain = bounds.step in (none, Const(1)) and base.items[0].parts
    if not (plain and _of_vectors(base) and is_uneven(value) and _of_vectors(value)):
        refuse("A slice of a list of lists of several lengths is assigned.", _REMEDY)
    assert isinstance(value, Structure)
    parts = [value]
    if lower != none:
        parts.insert(0, _section(w, base, Slice(none, lower, none)))
    if upper != none:
        leaf = next(held(base.items[0]))
        start = Const(0) if lower == none else lower
        end = w.let(None, fp.slice_end, (leaf.atom, start, upper), INT)
        parts.append(_section(w, base, Slice(end.atom, none, none)))
    whole = parts[0]
    for more in parts[1:]:
        whole = concatenated(w, whole, more)
    base = w.now(base)
    w.change(base, replace(whole, ident=base.ident))


def _append(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
    (value,) = (vectors.entered(w, a) for a in args)
    if not groups.is_list(value):
        refuse(f"{describe(value)} is put into a list of lists.", "let it hold lists only.")
    keys, lists = base.items
    assert isinstance(keys, Structure)
    assert isinstance(lists, Structure)
    if keys.items:
        place = tables.size(w, base)
        more = replace(grown.appended(w, keys, place), ident=None)
    else:
        place = Held(Const(0), INT)
        more = replace(grown.grown(w, list, (literal(0),)), ident=None)
    lists = groups.put(w, lists, place, value)
    w.change(w.now(base), base.with_parts((more, lists)))  # who holds it may hold a plain list yet
    return _NONE


def _extend(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
    rows = args[0]
    if isinstance(rows, Structure) and is_uneven(rows):
        _extend_by_table(w, base, rows)
        return _NONE
    if not isinstance(rows, Structure) or is_grown(rows) or not holds_lists(rows):
        refuse("A list of lists of several lengths is extended.", "append the lists one by one.")
    for row in rows.items:
        _append(w, w.now(base), (row,), {})
    return _NONE


def _extend_by_table(w: Library, base: Structure, rows: Structure) -> None:
    """rows.extend(more); the lists are in both from then on, and changed through the first."""
    lists = not _of_vectors(rows)
    if lists and (not is_own(rows.ident) or rows.ident == base.ident):
        refuse(
            "A list gets the lists of another one, which somebody else may change.",
            "put copies there: rows += [list(r) for r in more].",
        )
    whole = concatenated(w, base, rows)
    base = w.now(base)
    w.change(base, replace(whole, ident=base.ident))
    if lists:
        groups.stale(w, rows.ident)
        there = replace(rows, ident=Row(base.ident, None, w.new_ident()))
        w.env = {n: changed(x, rows.ident, there) for n, x in w.env.items()}


def _pop(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
    known = known_value(args[0]) if args else (-1,)
    if known != (-1,) or not base.items[0].parts:
        refuse("A list is taken out of the middle of a list of lists.", "take the last one.")
    size = tables.size(w, base)
    last = w.let(None, operator.sub, (size.atom, Const(1)), INT)
    lists = base.items[1]
    assert isinstance(lists, Structure)
    row = groups.members(w, lists, last)
    w.change(base, tables.without(w, base, last))
    found = vectors.restored(w, row)
    return replace(row, ident=w.new_ident()) if found is row else found


_METHODS: dict[str, Callable[..., Value]] = {"append": _append, "extend": _extend, "pop": _pop}


def method_of(name: str) -> Callable[..., Any] | None:
    """The method of that name."""
    return _METHODS.get(name)
