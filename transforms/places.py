"""Lists in lists of a length that only the run tells: which places they have, and what is written.

    M = [[0] * n for _ in range(n)]     M = ..                          # one array, of ints
    M[i][j] = x                 ->      M = fp.holding(M, x);  t = M[i];  t[j] = x
    M[i], M[k] = M[k], M[i]             t1 = M[k];  t2 = fp.row_kept(M[i]);  M[i] = t1;  M[k] = t2
    for p in points: p[0] += x          p_0 = points_0[k];  p_0 = p_0 + x;  points_0[k] = p_0

A list that is read from another one has a `Place` for an ident: it says where it was read.  Lists
of numbers are views of the array of the whole, so an entry that is written is written for all; of
lists with a known number of parts, and of objects, what is written is put back into the arrays.

Python's lists hold references: where one gets another place, or two, its array is copied.  Then
it must not be written through one place and read at the other, and that is refused: `Place.there`
and `Structure.twice` say what is not where it was.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Hashable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fpad import runtime as fp
from fpad.transforms import blanks, grown
from fpad.transforms.abstract import (
    Either,
    Held,
    Place,
    Structure,
    Unusable,
    Value,
    held,
    idents,
    is_grown,
)
from fpad.transforms.describing import describe
from fpad.transforms.heap import changed, held_at
from fpad.transforms.ir import Const, Load, Operand
from fpad.transforms.kinds import BOOL, INT, Num, join_num
from fpad.transforms.refusing import refuse

if TYPE_CHECKING:
    from fpad.transforms.writer import Writer

_SOMEWHERE = frozenset((0,))
_OUTDATED = "a list in a list, of which one was written since"


def is_row(value: Value) -> bool:
    """Was it read from a list of unknown length, so that a change of it is one of that list?"""
    return isinstance(value, Structure) and isinstance(value.ident, Place)


def placed(w: Writer, base: Structure, index: Operand, value: Structure) -> Structure:
    """What was read as base[index], with the place that it has."""
    number = w.numbering.number(index)
    if isinstance(base.ident, Place):
        r = base.ident
        at = None if r.at is None else (*r.at, number)
        return replace(value, ident=replace(r, index=(*r.index, index), at=at))
    return replace(value, ident=Place(base.ident, (index,), (number,)))


class RowsWritten(Exception):
    """A function writes a list in a list that it is given, at an index that only the run tells.

    It is specialised again, and takes such lists as rows where they are read (`Summary.rowed`).
    """


def _outermost(w: Writer, row: Place) -> Structure | None:
    """The list that a row is in."""
    if row.of is None:
        return None
    return next((s for _, s in held_at(w.env) if s.ident == row.of), None)


def _known(w: Writer, row: Place) -> bool:
    """Do the operands still hold what they held when the row was read?"""
    return row.at is not None and tuple(map(w.numbering.number, row.index)) == row.at


def _each_row(w: Writer, of: Hashable, make: Callable[[Structure, Place], Value]) -> None:
    """Replace all that was read from a list."""

    def one(value: Value) -> Value:
        if isinstance(value, Structure) and isinstance(value.ident, Place) and value.ident.of == of:
            return make(value, value.ident)
        parts = value.parts
        if not parts:
            return value
        after = tuple(map(one, parts))
        same = all(a is b for a, b in zip(parts, after, strict=True))
        return value if same else value.with_parts(after)

    if of is not None:
        w.env = {v: one(x) for v, x in w.env.items()}


def displaced(w: Writer, of: Hashable) -> None:
    """The places in a list are others from here on: it was sliced, or joined with another."""
    _each_row(w, of, lambda value, row: replace(value, ident=replace(row, at=None)))


def _outdate(w: Writer, of: Hashable, but: Place | None) -> None:
    """A list in the list is written: copies of what may be the same one are not up to date."""

    def one(value: Structure, row: Place) -> Value:
        view = is_grown(value) and row.there
        return value if view or row == but else Unusable(_OUTDATED, "")

    _each_row(w, of, one)


def outdated(w: Writer, base: Structure) -> None:
    """Something else has written lists in this one."""
    if not isinstance(base.ident, Place):
        _outdate(w, base.ident, None)


def _check_once(target: Structure | None) -> None:
    if target is not None and target.twice:
        refuse(
            "A list stands at several places of a list of unknown length, and is written.",
            "put copies there: M[i] = list(M[k]).",
        )


def _check_there(row: Place) -> None:
    if not row.there:
        refuse(
            "A list is written that was read from another list, which has another one in its "
            "place by now.",
            "write it before, or read it again.",
        )


# ---------------------------------------------------------------- entries of a list in a list


def before_entry(w: Writer, base: Structure, value: Value) -> None:
    """Prepare for base[index] = value of a base that is a view of the whole."""
    row = base.ident
    assert isinstance(row, Place)
    _check_there(row)
    w.note_changed(row.of)  # what was given is watched from the next round on, as it is needed here
    target = _outermost(w, row)
    _check_once(target)
    if _wider(base.items[0], value):
        if target is None or not _known(w, row):
            refuse("A float is put into a list of integers in a list.", "start with 0.0.")
        _widen(w, target, len(row.index) + 1, value)


def after_entry(w: Writer, base: Structure) -> None:
    """An entry of a base that is a view of the whole has been written."""
    row = base.ident
    assert isinstance(row, Place)
    w.note_changed(row.of)
    _outdate(w, row.of, row)


def _wider(old: Value, new: Value) -> bool:
    """Does a value need another type of numbers than the arrays have that it is put into?"""
    if isinstance(old, Either) or blanks.NONE in (old, new):
        return isinstance(old, Held) or not (new == blanks.NONE or isinstance(new, Either))
    if isinstance(old, Held) and isinstance(new, Held):
        assert isinstance(old.kind, Num)
        return isinstance(new.kind, Num) and join_num(old.kind.num, new.kind.num) != old.kind.num
    return any(map(_wider, old.parts, new.parts))


def _widen(w: Writer, target: Structure, depth: int, new: Value) -> None:
    """Make the arrays of a list hold what is put into it, that many lists deep."""
    deep = depth

    def one(value: Value, new: Value, depth: int) -> Value:
        if depth:
            return value.with_parts((one(value.parts[0], new, depth - 1),))
        if new == blanks.NONE:
            return blanks.opened(w, value, deep)
        if isinstance(value, Either):
            return value if isinstance(new, Either) else blanks.roomed(w, value, new)
        if isinstance(value, Held) and isinstance(new, Held):
            if not _wider(value, new):
                return value
            assert isinstance(value.kind, Num)
            assert isinstance(new.kind, Num)
            kind = replace(value.kind, num=join_num(value.kind.num, new.kind.num))
            return w.let(None, fp.holding, (value.atom, new.atom), kind)
        if len(value.parts) != len(new.parts):
            return value
        return value.with_parts(
            tuple(one(a, b, 0) for a, b in zip(value.parts, new.parts, strict=True))
        )

    after = one(target, new, depth)
    assert isinstance(after, Structure)
    w.env = {v: changed(x, target.ident, after) for v, x in w.env.items()}

    def again(value: Structure, r: Place) -> Value:
        if is_grown(value) and r.there and _known(w, r):
            return replace(value, items=(_inner(w, after, r.index),))
        return Unusable(_OUTDATED, "") if is_grown(value) else value

    _each_row(w, target.ident, again)


def _inner(w: Writer, value: Value, index: Sequence[Operand]) -> Value:
    """What stands for all values of the list at these indices."""
    for k in index:
        value = _at(w, value.parts[0], k)
    return value.parts[0]


def _at(w: Writer, value: Value, index: Operand) -> Value:
    if isinstance(value, Held):
        assert isinstance(value.atom, str)
        assert isinstance(value.kind, Num)
        target = w.fresh.temp()
        w.emit(Load(target, value.atom, index, w.origin))
        return w.wrote(target, grown.row_kind(value.kind))
    parts = value.parts
    return value.with_parts(tuple(_at(w, p, index) for p in parts)) if parts else value


# ---------------------------------------------------------------- lists as a whole


def replacing(w: Writer, base: Structure, index: Operand, value: Structure) -> Structure:
    """Prepare for base[index] = value, a list: what was read from there keeps what it holds.

    Returns the base with what is known of its places then.
    """
    number = w.numbering.number(index)
    twice = base.twice - {number}
    row = value.ident
    if isinstance(row, Place):
        if row.of == base.ident and row.of is not None:
            if not row.gone and row.at != (number,):
                twice |= {row.at[0] if row.at is not None and len(row.at) == 1 else 0}
        else:
            twice |= _shared(w, row)

    def kept(other: Structure, r: Place) -> Value:
        gone = r.gone or (r.there and r.at == (number,))
        after = replace(r, there=False, gone=gone)
        return replace(_copied(w, other) if is_grown(other) and r.there else other, ident=after)

    _each_row(w, base.ident, kept)
    now = next((s for _, s in held_at(w.env) if s.ident == base.ident), base)
    return replace(now, twice=twice)


def adding(w: Writer, base: Structure, value: Value) -> frozenset[int]:
    """What the places of a list are like after a list is put behind its end."""
    if isinstance(value, Structure) and isinstance(value.ident, Place):
        row = value.ident
        if row.of != base.ident or row.of is None:
            return base.twice | _shared(w, row)
        return base.twice | _SOMEWHERE
    return base.twice | (_SOMEWHERE if _is_elsewhere(value) else frozenset())


def _is_elsewhere(value: Value) -> bool:
    """May what is put into a list be in another one, or in the same one, already?

    Whatever got into such a list has no ident any more, so a loop that puts it there again sees it.
    """
    if not isinstance(value, Structure) or not issubclass(value.make, tuple | list | dict):
        return False  # what objects hold is told apart by their arenas
    if value.ident is None and issubclass(value.make, list | dict):
        return True
    return any(map(_is_elsewhere, value.parts))


def _shared(w: Writer, row: Place) -> frozenset[int]:
    """What is read from one list is put into another one too."""
    target = _outermost(w, row)
    if target is None:
        refuse(
            "A list is put into another one that was read from a list, which others may hold.",
            "put a copy there: list(..).",
        )
    after = replace(target, twice=target.twice | _SOMEWHERE)
    w.env = {v: changed(x, target.ident, after) for v, x in w.env.items()}
    return _SOMEWHERE


def _copied(w: Writer, value: Structure) -> Structure:
    def leaf(v: Value) -> Value:
        if isinstance(v, Held):
            return w.let(None, fp.row_kept, (v.atom,), v.kind)
        return v.with_parts(tuple(map(leaf, v.parts))) if v.parts else v

    return replace(value, items=tuple(map(leaf, value.items)))


def change_row(w: Writer, base: Structure, new: Structure) -> None:
    """What was read from a list becomes another: so it does in the list."""
    row = base.ident
    assert isinstance(row, Place)
    target = _outermost(w, row)
    if target is None:
        if not w.rowed:
            raise RowsWritten
        w.note_changed(row.of)  # an argument is watched from the start in the next round
        refuse(
            f"{describe(base)} is changed that may be seen outside of this function.",
            "make a new one and return it.",
        )
    _check_there(row)
    _check_once(target)
    if not _known(w, row):
        refuse(
            f"{describe(base)} is changed, whose place in a list is not known any more.",
            "read it again by its index, and change that.",
        )
    new = grown.fitted(w, base, new)
    if _wider(base, new):
        _widen(w, target, len(row.index), new)
        base, target = w.now(base), _outermost(w, row) or target
    grown.put_row(w, _inner(w, target, row.index[:-1]), base, new, row.index[-1])
    w.note_changed(row.of)
    if is_grown(new):
        new = replace(new, items=(_inner(w, target, row.index),))
    w.env = {v: changed(x, row, replace(new, ident=row)) for v, x in w.env.items()}
    _outdate(w, row.of, row)


# ---------------------------------------------------------------- lists made of parts of others


def anywhere(base: Structure) -> frozenset[int]:
    """What is known of the places of a list made of the values of another one."""
    return _SOMEWHERE if base.twice else base.twice


def repeats(values: Sequence[Value]) -> frozenset[int]:
    """The same for a list of values: does one stand at two places?"""
    found = [i for v in values for i in idents(v)]
    again = len(found) > len(set(found)) or any(map(_is_elsewhere, values))
    return _SOMEWHERE if again else frozenset()


def note_parts(w: Writer, part: Value, whole: Value) -> None:
    """Note that the arrays of a list hold values of another one."""
    if isinstance(part, Held) and isinstance(whole, Held):
        w.parts_of[part.atom] = w.parts_of.get(whole.atom, whole.atom)
    for a, b in zip(part.parts, whole.parts, strict=True):
        note_parts(w, a, b)


def joined(w: Writer, parts: Sequence[Structure]) -> frozenset[int]:
    """What is known of the places of a list made of the values of several."""
    if any(p.twice for p in parts):
        return _SOMEWHERE
    if all(_numbers(p.items[0]) for p in parts):
        return frozenset()  # of numbers
    origins = [w.parts_of.get(h.atom, h.atom) for p in parts for h in list(held(p))[:1]]
    return _SOMEWHERE if len(origins) > len(set(origins)) else frozenset()


def _numbers(part: Value) -> bool:
    """Are the values that it stands for numbers?"""
    return isinstance(part, Held) and isinstance(part.kind, Num) and part.kind.rank == 1


def same_row(w: Writer, a: Value, b: Value, op: Any) -> Held | None:
    """`a is b`, or `a is not b`, of what was read from one list: have they one place there?"""
    x = a.ident if isinstance(a, Structure) else None
    y = b.ident if isinstance(b, Structure) else None
    if not (isinstance(x, Place) and isinstance(y, Place) and x.of == y.of):
        return None
    target = _outermost(w, x)
    known = _known(w, x) and _known(w, y) and x.there and y.there
    if target is None or target.twice or not known or len(x.index) != 1 or len(y.index) != 1:
        return None
    n = w.let(None, len, (next(held(target)).atom,), INT)
    apart = w.let(None, operator.sub, (x.index[0], y.index[0]), INT)
    apart = w.let(None, operator.mod, (apart.atom, n.atom), INT)
    test = operator.eq if op is operator.is_ else operator.ne
    return w.let(None, test, (apart.atom, Const(0)), BOOL)


def handed(w: Writer, values: Sequence[Value], changes: AbstractSet[Hashable]) -> list[Value]:
    """The arguments of a call that changes what has these idents.

    A list of numbers in a list is given as a copy: what it becomes is put back after the call.
    """
    given = {i for v in values for i in idents(v)}
    for ident in given:
        others = given - {ident}
        if isinstance(ident, Place) and (
            (ident.of in given and changes & {ident, ident.of})
            or (ident in changes and any(isinstance(o, Place) and o.of == ident.of for o in others))
        ):
            refuse(
                "A list, and what is in it, are handed to a function that changes one of them.",
                "hand it the list and the index.",
            )
    rows = [is_grown(v) and is_row(v) and v.ident in changes for v in values]  # type: ignore[attr-defined]
    return [_copied(w, v) if row else v for v, row in zip(values, rows, strict=True)]  # type: ignore[arg-type]
