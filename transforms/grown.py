"""Lists of a length that only the run tells.

    path = [s]                          path = fp.rows((s,))
    while s > tol:                      while s > tol:
        s = step(s)             ->          s = step(s)
        path.append(s)                      path = fp.appended((path, s))
    return path[-1] + sum(path)         return fp.plain(path[-1], path) + sum(path)

Such a list is a structure with the one part EACH, and every leaf of that is an array whose rows are
the values; a list of pairs is two arrays.  So arrays are all that the passes behind see.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms import alternatives, blanks, duplicating, forms, places, stacking, texts
from fpad.transforms.abstract import (
    Arena,
    Either,
    Held,
    Member,
    Place,
    Static,
    Structure,
    Unknown,
    Value,
    held,
    idents,
    is_array,
    is_grown,
    kind_of_value,
    literal,
)
from fpad.transforms.describing import describe
from fpad.transforms.heap import Row, without_idents
from fpad.transforms.ir import Atom, Const, Do, Load, Operand, Slice, Store
from fpad.transforms.kinds import BOOL, EACH, INT, Kind, Num, join, join_num
from fpad.transforms.refusing import refuse

if TYPE_CHECKING:
    from fpad.transforms.operations import Operations
    from fpad.transforms.writer import Writer


def rows_kind(kind: Kind) -> Kind:
    """The kind of the array whose rows are of this kind."""
    if kind == texts.TEXT:
        return texts.TEXTS
    assert isinstance(kind, Num)
    if not kind.array:
        return Num(True, kind.num, 1)
    return Num(True, kind.num, None if kind.rank is None else kind.rank + 1)


def row_kind(kind: Kind) -> Kind:
    """The kind of a row of an array."""
    if kind == texts.TEXTS:
        return texts.TEXT
    assert isinstance(kind, Num)
    if kind.rank == 1:
        return Num(False, kind.num)
    return Num(True, kind.num, None if kind.rank is None else kind.rank - 1)


def row_of(pattern: Value) -> Value:
    """What a row of the arrays of a list is like."""
    if isinstance(pattern, Held):
        return replace(pattern, kind=row_kind(pattern.kind))
    parts = tuple(map(row_of, pattern.parts))
    return pattern.with_parts(parts) if parts else pattern


def empty_text(kind: Num) -> str:
    """What `fp.no_rows` is told for an array of this kind."""
    axes = "..." if kind.rank is None else "," * (kind.rank - 1)
    return f"{kind.num}[{axes}]"


def first_leaf(base: Structure) -> Held:
    """An array with a row for each value."""
    leaf = next(held(base), None)
    if leaf is None:
        refuse(f"{describe(base)} holds nothing that is a number.", "count with a number.")
    return leaf


def are_numbers(values: Sequence[Structure]) -> bool:
    """Are these lists of numbers, some of them of unknown length?"""

    def is_number(value: Value) -> bool:
        return isinstance(value, Held) and isinstance(value.kind, Num)

    def alone(value: Structure) -> bool:
        if not is_grown(value):
            return bool(value.items) and all(is_number(v) and not is_array(v) for v in value.items)
        (part,) = value.items
        return is_number(part) and part.kind.rank == 1  # type: ignore[attr-defined]

    return any(map(is_grown, values)) and all(map(alone, values))


def length(w: Writer, base: Value) -> Held:
    """len(base)."""
    assert isinstance(base, Structure)
    return w.let(None, builtins.len, (first_leaf(base).atom,), INT)


def _each(value: Value, leaf: Callable[[Held], Held]) -> Value:
    if isinstance(value, Held):
        return leaf(value)
    parts = value.parts
    return value.with_parts(tuple(_each(p, leaf) for p in parts)) if parts else value


def part_at(w: Writer, part: Value, index: Operand) -> Value:
    """What the arrays of a list, or some of them, hold for one of its values."""

    def leaf(h: Held) -> Held:
        if h.kind == texts.TEXTS:
            return w.let(None, fp.letter, (h.atom, index), texts.TEXT)
        assert isinstance(h.kind, Num)
        if not isinstance(h.atom, str):
            refuse(f"{describe(part)} is indexed.", "put the values into an array.")
        kind = row_kind(h.kind)
        assert isinstance(kind, Num)
        target = w.fresh.temp()
        w.emit(Load(target, h.atom, index, w.origin))
        row = w.wrote(target, kind)
        if kind.array:
            w.rows[target] = h.atom, index
        return w.let(None, fp.plain, (row.atom, h.atom), kind) if not kind.array else row

    row = blanks.decided(_each(part, leaf))
    return without_idents(row)  # a change of it would not reach the list


def item(w: Writer, base: Structure, index: Operand, variable: str | None = None) -> Value:
    """base[index], of an int."""
    value = part_at(w, base.items[0], index)
    if isinstance(value, Structure) and issubclass(value.make, list | dict):
        return places.placed(w, base, index, value)
    return value


def section(w: Writer, base: Structure, index: Slice, make: Any = None) -> Structure:
    """base[lower:upper:step], a list of its own."""

    def leaf(h: Held) -> Held:
        assert isinstance(h.atom, str)
        if h.kind == texts.TEXTS:
            bounds = (index.lower, index.upper, index.step)
            return w.let(None, fp.texts_between, (h.atom, *bounds), texts.TEXTS)
        target = w.fresh.temp()
        w.emit(Load(target, h.atom, index, w.origin))
        return w.wrote(target, h.kind)

    ident = w.new_ident() if (make or base.make) is list else None
    part = _each(base.items[0], leaf)
    places.note_parts(w, part, base.items[0])
    return Structure(make or base.make, (EACH,), (part,), ident, places.anywhere(base))


# ---------------------------------------------------------------- making them


def template(values: Sequence[Value], context: str = "A list") -> Value:
    """What stands for all the values: leaves have the kind of a row's array, and no place yet."""
    known = [texts.pattern(v) for v in values if not isinstance(v, Unknown)]
    known = texts.unified(forms.widened(known))
    if not known:
        return Static(None)
    first = known[0]
    groups = alternatives.sorts(known)
    if groups is not None:
        inner = [v[0] if v[0] == blanks.NONE else template(v, context) for v in groups]
        return blanks.pattern(known, rows_kind, inner)
    if isinstance(first, Held) or (isinstance(first, Static) and isinstance(first.value, bool)):
        kind: Kind | None = None
        for v in known:
            k = BOOL if isinstance(v, Static) and isinstance(v.value, bool) else kind_of_value(v)
            kind = k if kind is None else join(kind, k) if k is not None else None
            if not isinstance(kind, Num) and kind != texts.TEXT:
                refuse(
                    f"{context} of unknown length holds {describe(first)} and {describe(v)}.",
                    "let it hold values of one kind.",
                )
        assert kind is not None
        return Held("", rows_kind(kind))
    for v in known:
        if not _like(v, first) or (isinstance(first, Static) and v != first):
            refuse(
                f"{context} of unknown length holds {describe(first)} and {describe(v)}.",
                "let it hold values of one kind.",
            )
    if not first.parts:
        return first
    columns = [[v.parts[k] for v in known] for k in range(len(first.parts))]
    parts = tuple(template(_column(c), context) for c in columns)
    whole = first.with_parts(parts)
    return replace(whole, ident=None) if isinstance(whole, Structure) else whole


def _column(values: list[Value]) -> list[Value]:
    """Parts of tuples; texts among them that differ are told by the run."""
    return values if all(v == values[0] for v in values) else texts.unified(values, always=True)


def _with_zeros(w: Writer, value: Value) -> Value:
    """A complex array whose imaginary part has a place and a shape, also where it is nothing."""
    if not isinstance(value, Structure) or not forms.is_complex(value):
        return value
    real, imag = value.items
    if not isinstance(real, Held) or not isinstance(imag, Held) or imag.atom != Const(0.0):
        return value
    if not isinstance(real.kind, Num) or not real.kind.array:
        return value
    zeros = w.let(None, fp.zeros_like, (real.atom,), imag.kind)
    return replace(value, items=(real, zeros))


def grown(w: Writer, make: Any, values: Sequence[Value], like: Sequence[Value] = ()) -> Structure:
    """The list of these values, as one that may grow; `like`: the patterns of lists it joins."""
    values = values if make is Arena else w.pooled(values)
    values = [_with_zeros(w, v) for v in forms.widened([settled(w, v) for v in values])]
    values = texts.unified(values, always=any(map(texts.is_list, like)))
    whole = template(values)
    for other in like:
        whole = texts.with_texts(whole, other)
    twice = places.repeats(values)
    give_up(w, values)

    def fill(pattern: Value, parts: Sequence[Value]) -> Value:
        if isinstance(pattern, Held):
            if not parts:
                refuse("An empty list of unknown length is used.", "put a value into it first.")
            if pattern.kind == texts.TEXTS:
                return w.let(None, fp.texts, (texts.atoms(parts),), pattern.kind)
            atoms = tuple(_atom(p) for p in parts)
            return w.let(None, fp.rows, (atoms,), pattern.kind)
        if isinstance(pattern, Either) and not all(map(blanks.is_blank, parts)):
            if any(isinstance(p, Either) for p in parts):
                refuse("A list of unknown length holds what may be None.", "decide which first.")
            own = [alternatives.option_of(pattern.options, p) or 0 for p in parts]
            which = w.let(None, fp.rows, (tuple(map(Const, own)),), pattern.which.kind)
            columns = []
            for k, option in enumerate(pattern.options):
                some = [p for p, j in zip(parts, own, strict=True) if j == k]
                full = [p if j == k else some[0] for p, j in zip(parts, own, strict=True) if some]
                columns.append(fill(option, full))
            return Either((which, *columns))
        inner = tuple(fill(p, [v.parts[k] for v in parts]) for k, p in enumerate(pattern.parts))
        return pattern.with_parts(inner) if inner else pattern

    ident = w.new_ident() if make in (list, Arena) else None
    return Structure(make, (EACH,), (fill(whole, values),), ident, twice)


def settled(w: Writer, value: Value) -> Value:
    """The value as one of a list of unknown length."""
    return texts.settled(w, alternatives.settled(value))


def _atom(value: Value) -> Atom:
    if isinstance(value, Held):
        return value.atom
    if isinstance(value, Unknown):
        refuse("What is put into this list depends on itself.", "compute it before the loop.")
    assert isinstance(value, Static)
    return Const(value.value)


def give_up(w: Writer, values: Sequence[Value]) -> None:
    """What is put into such a list is copied there: nobody may change it any more."""
    found = {i for v in values for i in idents(v)}
    if any(isinstance(i, Row) for i in found):
        refuse(
            "A list that was read from a dict is put into a list.", "put a copy there: list(..)."
        )
    w.give_up({i for i in found if not isinstance(i, Place)})


def appended(w: Writer, base: Structure, value: Value) -> Structure:
    """The list with one more value."""
    if base.make is not Arena:
        (value,) = w.pooled((value,))
    twice = places.adding(w, base, value)
    value = settled(w, value)
    base = w.now(base)
    base = base.with_parts((opened(w, base, base.items[0], value),))
    if isinstance(value, Structure):
        value = fitted(w, base.items[0], value)
    give_up(w, (value,))
    value = _with_zeros(w, forms.complex_of(value)) if forms.is_complex(base.items[0]) else value

    def put(atoms: tuple[Atom, Atom], kind: Kind) -> Held:
        if not isinstance(kind, Num):
            return w.let(None, fp.text_appended, (atoms,), kind)
        op = fp.appended if kind.rank == 1 else fp.row_appended
        return w.let(None, op, (atoms,), kind)

    return replace(base, items=(combined(w, base.items[0], value, put),), twice=twice)


def opened(w: Writer, base: Structure, part: Value, value: Value) -> Value:
    """The arrays of a list, or some of them, for a value that may be of another sort."""
    return _told(w, base, alternatives.opened(w, part, value, next(held(base), None)), value)


def _told(w: Writer, base: Structure, old: Value, new: Value) -> Value:
    """The parts of a list, with a list of texts where all were one text and now another comes."""
    if isinstance(old, Static) and isinstance(old.value, str) and old != new and texts.text(new):
        parts = (Const(old.value), first_leaf(base).atom)
        return w.let(None, fp.texts_filled, parts, texts.TEXTS)
    if type(old) is not type(new) or len(old.parts) != len(new.parts) or not old.parts:
        return old
    pairs = zip(old.parts, new.parts, strict=True)
    return old.with_parts(tuple(_told(w, base, a, b) for a, b in pairs))


def rows_at(w: Writer, column: Held, index: Operand) -> Held:
    """What an array of a list, or a list of texts, holds at some positions."""
    op = fp.texts_picked if column.kind == texts.TEXTS else fp.picked
    return w.let(None, op, (column.atom, index), column.kind)


def combined(
    w: Writer, old: Value, new: Value, put: Callable[[tuple[Atom, Atom], Kind], Held]
) -> Value:
    """The arrays of a list after `put` has put a value into each, given (array, value)."""
    if new == blanks.NONE and isinstance(old, Held | Member) and not texts.is_list(old):
        old = blanks.opened(w, old, 1)
    if isinstance(old, Held):
        if isinstance(new, Static) and isinstance(new.value, bool):
            new = Held(Const(new.value), BOOL)
        if old.kind == texts.TEXTS:
            new = texts.text(new) or new
        fits = isinstance(new, Held) and isinstance(old.kind, Num) == isinstance(new.kind, Num)
        if not isinstance(new, Held) or not fits:
            sort = "numbers" if isinstance(old.kind, Num) else "texts"
            refuse(
                f"{describe(new)} is put into a list of {sort} of unknown length.",
                "let it hold values of one kind.",
            )
        kind = join(old.kind, rows_kind(new.kind))
        assert kind is not None
        return put((old.atom, new.atom), kind)
    if isinstance(old, Either) and not blanks.is_blank(new):
        return blanks.appended(w, old, new, lambda a, b: combined(w, a, b, put))
    if not _like(old, new) or (not old.parts and old != new):
        refuse(
            f"A list of unknown length holds {describe(old)} and {describe(new)}.",
            "let it hold values of one kind.",
        )
    parts = tuple(combined(w, a, b, put) for a, b in zip(old.parts, new.parts, strict=True))
    return old.with_parts(parts) if parts else old


def joined(w: Writer, make: Any, parts: Sequence[Structure]) -> Structure:
    """The lists, one behind the other."""
    some = [p for p in parts if p.items]
    like = [p.items[0] for p in some if is_grown(p)]
    like += [template(texts.unified(p.items, always=True)) for p in some if not is_grown(p)]
    many = [p if is_grown(p) else grown(w, make, p.items, like) for p in some]
    if len(many) == 1:
        return duplicating.shallow(w, many[0], make)
    template([row_of(p.items[0]) for p in many])

    sizes = [first_leaf(p) for p in many]

    def put(values: Sequence[Value]) -> Value:
        values = blanks.alike(w, values, sizes)
        first = values[0]
        if any(isinstance(v, Held) != isinstance(first, Held) for v in values):
            refuse(f"Lists of {describe(first)} and of other texts are joined.", "use one loop.")
        if isinstance(first, Held):
            kinds = [v.kind for v in values if isinstance(v, Held)]
            kind = kinds[0]
            for k in kinds[1:]:
                kind = join(kind, k)  # type: ignore[assignment]
            atoms = tuple(v.atom for v in values if isinstance(v, Held))
            op = fp.texts_joined if kind == texts.TEXTS else fp.joined
            return w.let(None, op, (atoms,), kind)
        if any(type(v) is not type(first) or len(v.parts) != len(first.parts) for v in values):
            refuse("Lists are joined, one of which holds None.", "fill it first.")
        inner = tuple(put([v.parts[k] for v in values]) for k in range(len(first.parts)))
        return first.with_parts(inner) if inner else first

    ident = w.new_ident() if make is list else None
    twice = places.joined(w, many)
    return Structure(make, (EACH,), (put([p.items[0] for p in many]),), ident, twice)


def is_copied(value: Value) -> bool:
    """Is it copied into a list: a number, an array, or a tuple of these?"""
    if any(not isinstance(h.kind, Num) for h in held(value)):
        return False
    plain = not isinstance(value, Structure) or value.make is tuple or forms.is_complex(value)
    return plain and (forms.is_complex(value) or all(map(is_copied, value.parts)))


def repeated(w: Writer, base: Structure, count: Value) -> Structure:
    """[value] * count, of a value that is copied."""
    if len(base.items) != 1 or is_grown(base):
        refuse(
            f"{describe(base)} is repeated, how often is not known while the code is written.",
            "repeat a list of one value, or use np.tile.",
        )
    assert isinstance(count, Held)
    whole = template(base.items)
    give_up(w, base.items)

    def put(pattern: Value, value: Value) -> Value:
        if isinstance(pattern, Held):
            return w.let(None, fp.repeated, (_atom(value), count.atom), pattern.kind)
        if isinstance(pattern, Either) and value == blanks.NONE:
            return pattern.with_parts((put(pattern.which, Held(Const(0), INT)), blanks.NONE))
        parts = zip(pattern.parts, value.parts, strict=True)
        inner = tuple(put(a, b) for a, b in parts)
        return pattern.with_parts(inner) if inner else pattern

    ident = w.new_ident() if base.make is list else None
    return Structure(base.make, (EACH,), (put(whole, base.items[0]),), ident)


def stored(w: Writer, base: Structure, index: Operand, value: Value) -> Structure:
    """The list after base[index] = value."""
    (value,) = w.pooled((value,))
    if places.is_row(base):
        places.before_entry(w, base, value)
        base = w.now(base)
        put_row(w, base.items[0], None, value, index)
        places.after_entry(w, base)
        return base
    if isinstance(value, Structure):
        value = fitted(w, base.items[0], value)
        base = places.replacing(w, base, index, value)
    give_up(w, (value,))
    rows = isinstance(value, Structure) and issubclass(value.make, list | dict)
    if rows and not blanks.is_blank(base.items[0]):
        base = replace(base, items=(_wide(w, base.items[0], value),))
        put_row(w, base.items[0], None, value, index)
        return base
    part = opened(w, base, base.items[0], value)
    return replace(base, items=(put_at(w, part, index, value),))


def _wide(w: Writer, old: Value, new: Value) -> Value:
    """The arrays as they have to be to hold the value."""
    found = number(new)
    if isinstance(old, Held) and found is not None:
        assert isinstance(old.kind, Num)
        assert isinstance(found.kind, Num)
        kind = replace(old.kind, num=join_num(old.kind.num, found.kind.num))
        return w.let(None, fp.holding, (old.atom, found.atom), kind)
    if not old.parts or not _like(old, new):
        return old
    parts = zip(old.parts, new.parts, strict=True)
    return old.with_parts(tuple(_wide(w, a, b) for a, b in parts))


def put_row(w: Writer, whole: Value, was: Value | None, new: Value, index: Operand) -> None:
    """Write whole[index] = new; `was`: what is there, so that only what changes is written."""
    found = number(new)
    if isinstance(whole, Held) and found is not None:
        if isinstance(was, Held) and was.atom == found.atom:
            return
        assert isinstance(whole.kind, Num)
        assert isinstance(whole.atom, str)
        check = fp.mixed if whole.kind.rank == 1 else fp.fits
        w.emit(Do(check, (whole.atom, found.atom), (), w.origin))
        w.emit(Store(whole.atom, index, found.atom, w.origin))
        return
    if isinstance(whole, Either) and was is not None and was == new:
        return
    if isinstance(whole, Either) and not blanks.is_blank(new):
        blanks.put_entry(w, whole, index, new, lambda a, b: put_row(w, a, None, b, index))
        return
    if not _like(whole, new) or (not whole.parts and whole != new):
        refuse(
            f"A list of unknown length holds {describe(whole)} and {describe(new)}.",
            "let it hold values of one kind.",
        )
    before = was.parts if was is not None else (None,) * len(whole.parts)
    for a, b, c in zip(whole.parts, before, new.parts, strict=True):
        put_row(w, a, b, c, index)


def fitted(w: Writer, pattern: Value, value: Structure) -> Structure:
    """The list as one of unknown length, if that is what the others are."""
    if is_grown(pattern) and not is_grown(value) and value.make is list and value.items:
        return grown(w, list, value.items)
    return value


def number(value: Value) -> Held | None:
    """What is held, if it is a number or an array; True and False are numbers too."""
    if isinstance(value, Static) and isinstance(value.value, bool):
        return Held(Const(value.value), BOOL)
    return value if isinstance(value, Held) and isinstance(value.kind, Num) else None


def put_at(w: Writer, part: Value, index: Operand, value: Value, in_place: bool = True) -> Value:
    """The arrays of a list, or some of them, after one of its values has been put there.

    `in_place`: the arrays are written if they hold numbers, else others take their place.
    """

    def put(old: Value, new: Value) -> Value:
        if new == blanks.NONE and isinstance(old, Held | Member):
            old = blanks.opened(w, old, 1)
        if isinstance(new, Static) and isinstance(new.value, bool):
            new = Held(Const(new.value), BOOL)
        if texts.is_list(old):
            new = texts.text(new) or new
        if isinstance(old, Held) and isinstance(new, Held):
            if texts.is_list(old) and texts.text(new) is not None:
                return w.let(None, fp.text_replaced, (old.atom, index, new.atom), texts.TEXTS)
            if not isinstance(old.kind, Num) or not isinstance(new.kind, Num):
                refuse("A text and a number are in one list.", "let it hold values of one kind.")
            num = join_num(old.kind.num, new.kind.num)
            if w.rows.get(str(new.atom)) == (old.atom, index):
                return old  # it was changed in place
            if is_array(new) or not in_place:  # not its entries, but the array itself
                kind = Num(True, num, old.kind.rank)
                return w.let(None, fp.replaced, (old.atom, index, new.atom), kind)
            kind = Num(True, num, old.kind.rank)
            old = w.let(None, fp.holding, (old.atom, new.atom), kind)
            assert isinstance(old.atom, str)
            w.emit(Store(old.atom, index, new.atom, w.origin))
            return old
        if isinstance(old, Either) and not blanks.is_blank(new):
            return blanks.put_at(w, old, new, put)
        if not _like(old, new) or (not old.parts and old != new):
            refuse(
                f"A list of unknown length holds {describe(old)} and {describe(new)}.",
                "let it hold values of one kind.",
            )
        parts = tuple(put(a, b) for a, b in zip(old.parts, new.parts, strict=True))
        return old.with_parts(parts) if parts else old

    return put(part, value)


def _like(a: Value, b: Value) -> bool:
    """Are these of one form, looking no further than their own class?"""
    if type(a) is not type(b) or len(a.parts) != len(b.parts):
        return False
    if isinstance(a, Structure) and isinstance(b, Structure):
        return a.make is b.make and a.keys == b.keys
    return not isinstance(a, Member) or a.cls is b.cls  # type: ignore[attr-defined]


def array_of(w: Operations, base: Structure) -> Held:
    """The array of the values of the list."""
    value = blanks.certain(w, base.items[0])
    if isinstance(value, Structure) and value.make in (list, tuple) and not is_grown(value):
        columns = w.sequence(tuple, value.items)
        value = w.operation(None, np.stack, (columns,), {"axis": literal(1)})
    if isinstance(value, Structure) and is_grown(value):
        value = value.items[0]
    if not isinstance(value, Held) or texts.is_list(value):
        refuse(f"{describe(base)} is used as an array.", "let it hold numbers or arrays.")
    return value


def operated(
    w: Operations, variable: str | None, op: Any, args: Sequence[Value], kwargs: dict[str, Value]
) -> Value:
    """An operation of the table, on arrays in place of such lists."""
    arrays = [array_of(w, a) if isinstance(a, Structure) and is_grown(a) else a for a in args]
    first, *rest = arrays
    rank = first.kind.rank if isinstance(first, Held) and isinstance(first.kind, Num) else None
    if op in (builtins.max, builtins.min) and len(args) == 1 and not kwargs:
        largest = w.operation(variable, np.max if op is builtins.max else np.min, (first,), {})
        assert isinstance(largest, Held)
        assert isinstance(first, Held)
        return w.let(None, fp.plain, (largest.atom, first.atom), largest.kind)
    if op is builtins.sum and isinstance(first, Held) and rank == 1:
        total = w.operation(variable, op, (first, *rest), kwargs)
        if not rest and isinstance(total, Held):
            assert isinstance(first.kind, Num)
            return w.let(None, fp.plain, (total.atom, first.atom), row_kind(first.kind))
        return total
    if op in _STACKS and is_grown(args[0]):
        return stacking.stacked(w, variable, op, first, rest, kwargs)
    return w.operation(variable, op, (first, *rest), kwargs)


_STACKS = (np.stack, np.vstack, np.hstack, np.concatenate)
