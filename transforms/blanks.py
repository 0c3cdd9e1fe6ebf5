"""Lists of unknown length some of whose values are None, as tables that are filled later are.

    memo = [None] * n                   memo_kind = fp.repeated(0, n)
    if memo[k] is None:         ->      if memo_kind[k] == 0:
        memo[k] = f(x)                      memo_or = fp.room(memo_or, memo_kind, t)
                                            memo_or[k] = t;  memo_kind[k] = 1

What stands for all the values is an `Either` whose number is an array: 0 is None, 1 what else it
may be.  The arrays of that have a row for each value, which is read only where there is one; how
large the rows are is known when the first one is put there.  One value of the list is an ordinary
`Either` (see `choices`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

from fpad import runtime as fp
from fpad.transforms import alternatives, texts
from fpad.transforms.abstract import (
    Bound,
    Either,
    Held,
    Member,
    Static,
    Structure,
    Value,
    held,
    is_grown,
)
from fpad.transforms.describing import describe
from fpad.transforms.heap import without_idents
from fpad.transforms.ir import Const, Do, Operand, Store
from fpad.transforms.kinds import INT, Kind, Num, join_num
from fpad.transforms.refusing import refuse

if TYPE_CHECKING:
    from fpad.transforms.writer import Writer

NONE = Static(None)


def is_blank(value: Value) -> bool:
    """Does it stand for values some of which are None?"""
    kind = value.which.kind if isinstance(value, Either) else None
    return isinstance(kind, Num) and kind.array


def pattern(values: Sequence[Value], rows: Callable[[Num], Kind], inner: Sequence[Value]) -> Either:
    """What stands for values of several sorts; `inner`: what stands for those of each."""
    kinds = [v.which.kind for v in values if isinstance(v, Either)]
    first = kinds[0] if kinds else INT
    assert isinstance(first, Num)
    return Either((Held("", rows(first)), *inner))


def decided(value: Value) -> Value:
    """One value of a list; what can only be None is None."""
    if isinstance(value, Either) and not is_blank(value) and len(value.options) == 1:
        return value.options[0]
    if isinstance(value, Structure) and not is_grown(value):
        return value.with_parts(tuple(map(decided, value.items)))
    return value


def certain(w: Writer, part: Value) -> Value:
    """What stands for the values of a list, none of which may be None here: that is checked."""
    if not isinstance(part, Either) or not is_blank(part):
        return part
    if len(part.options) < 2:
        refuse("A list is used as an array that holds None only.", "put numbers into it first.")
    if len(part.options) > 2 or part.options[0] != NONE:
        refuse("A list of values of several sorts is used as an array.", "let it hold numbers.")
    w.emit(Do(fp.no_blanks, (part.which.atom,), (), w.origin))
    return part.options[1]


def plain(w: Writer, base: Value) -> Value:
    """A list, none of whose values may be None here."""
    if not isinstance(base, Structure) or not is_grown(base) or not is_blank(base.items[0]):
        return base
    return base.with_parts((certain(w, base.items[0]),))


def opened(w: Writer, part: Value, axes: int) -> Value:
    """What stands for the values of a list, some of which will be None; it is `axes` lists deep."""
    if is_blank(part):
        return part
    leaf = next(held(part))
    assert isinstance(leaf.kind, Num)
    if not isinstance(part, Held | Member):
        refuse("None is put into a list of unknown length.", "let it hold None from the start.")
    return alternatives.among(w, (NONE, part), 1, leaf, axes)


def alike(w: Writer, parts: Sequence[Value], rows: Sequence[Held]) -> Sequence[Value]:
    """What stands for the values of lists that are joined, of which some hold several sorts.

    `rows`: for each list, an array with a row for each value.
    """
    groups = alternatives.sorts(parts)
    if groups is None or all(p == NONE for p in parts):
        return parts
    firsts = [next((v for v in g if any(held(v))), g[0]) for g in groups]
    out: list[Value] = []
    for part, leaf in zip(parts, rows, strict=True):
        given = part.options if isinstance(part, Either) else (part,)
        table = [alternatives.option_of(firsts, v) or 0 for v in given]
        if not isinstance(part, Either):
            which = alternatives.among(w, (), table[0], leaf).which
        elif table == list(range(len(table))):
            which = part.which
        else:
            args = (tuple(map(Const, table)), part.which.atom)
            which = w.let(None, fp.sorts_renumbered, args, part.which.kind)
        at = dict(zip(table, given, strict=True))
        own = (at[k] if k in at else _blank(w, v, which) for k, v in enumerate(firsts))
        out.append(Either((which, *own)))
    return out


def _blank(w: Writer, pattern: Value, which: Held) -> Value:
    """What stands for the values of one sort in a list that holds none of them."""
    if texts.is_list(pattern):
        return w.let(None, fp.texts_filled, (Const(""), which.atom), texts.TEXTS)
    if isinstance(pattern, Held):
        assert isinstance(pattern.kind, Num)
        if pattern.kind.rank != 1:
            refuse("Lists are joined, one of which holds None and no array.", "fill it first.")
        args = (which.atom, Const(_text(pattern.kind)))
        return w.let(None, fp.blank, args, pattern.kind)
    inside = pattern.parts
    return pattern.with_parts(tuple(_blank(w, p, which) for p in inside)) if inside else pattern


# ---------------------------------------------------------------- room for what is put there


def _text(kind: Num) -> str:
    """What `fp.blank` is told for the rows of an array of this kind."""
    axes = "..." if kind.rank is None else "," * (kind.rank - 1)
    return f"{kind.num}[{axes}]"


def roomed(w: Writer, old: Either, value: Value) -> Either:
    """What stands for the values of a list, with room for such a value."""
    return _roomed(w, old, value)[0]


def _roomed(w: Writer, old: Either, value: Value) -> tuple[Either, int]:
    """The same, and of which sort the value is."""
    k = _sort_of(old, value)
    if value == NONE and k < len(old.options):
        return old, k
    which = old.which
    assert isinstance(which.kind, Num)
    rank = which.kind.rank

    def room(was: Value | None, new: Value) -> Value:
        if isinstance(new, Static) and isinstance(new.value, bool):
            new = Held(Const(int(new.value)), INT)
        if isinstance(new, Held) and isinstance(new.kind, Num):
            kind = new.kind
            more = kind.rank if kind.array else 0
            total = None if rank is None or more is None else rank + more
            own = Num(True, kind.num, total)
            if was is None:
                was = w.let(None, fp.blank, (which.atom, Const(_text(own))), own)
            if not isinstance(was, Held) or not isinstance(was.kind, Num) or was.kind.rank != total:
                _strange(value)
            num = Num(True, join_num(was.kind.num, kind.num), total)
            return w.let(None, fp.room, (was.atom, which.atom, new.atom), num)
        if was is not None and (type(was) is not type(new) or len(was.parts) != len(new.parts)):
            _strange(value)
        if isinstance(was, Member) and isinstance(new, Member) and was.cls is not new.cls:
            _strange(value)
        if not new.parts or is_grown(new) or isinstance(new, Either):
            empty = isinstance(new, Structure) and not new.parts
            if not (isinstance(new, Static) or empty) or was not in (None, without_idents(new)):
                _strange(value)
            return without_idents(new)
        inner = was.parts if was is not None else (None,) * len(new.parts)
        made = new.with_parts(tuple(map(room, inner, new.parts)))
        return replace(made, ident=None) if isinstance(made, Structure) else made

    before = old.options[k] if k < len(old.options) else None
    return Either((which, *old.options[:k], room(before, value), *old.options[k + 1 :])), k


def _sort_of(old: Either, value: Value) -> int:
    """Of which sort a value is; that behind the last one if it is of another."""
    if value == NONE and NONE in old.options:
        return old.options.index(NONE)
    some = [v for v in old.options if v != NONE]
    found = alternatives.option_of(old.options, value)
    if found is not None:
        return found
    if all(map(alternatives.may_be, (*some, value))) and len(old.options) < alternatives.MOST:
        return len(old.options)
    return 1 if some and NONE in old.options else len(old.options)


def _strange(value: Value) -> NoReturn:
    refuse(
        f"{describe(value)} is put into a list of unknown length that holds None and others.",
        "let it hold None and values of one kind.",
    )


# ---------------------------------------------------------------- putting them there


def put_at(w: Writer, old: Either, value: Value, put: Callable[[Value, Value], Value]) -> Either:
    """What stands for the values after one of them has become another; `put` writes arrays."""
    _one(value)
    after, k = _roomed(w, old, value)
    which = put(after.which, Held(Const(k), INT))
    assert isinstance(which, Held)
    parts = list(after.options)
    if parts[k].parts or isinstance(parts[k], Held):
        parts[k] = put(parts[k], value)
    return Either((which, *parts))


def put_entry(
    w: Writer, old: Either, index: Operand, value: Value, put: Callable[[Value, Value], None]
) -> None:
    """Write an entry of a list in a list, where there is room for it."""
    _one(value)
    assert isinstance(old.which.atom, str)
    k = _sort_of(old, value)
    if value != NONE:
        put(old.options[k], value)
    w.emit(Store(old.which.atom, index, Const(k), w.origin))


def appended(w: Writer, old: Either, value: Value, put: Callable[[Value, Value], Value]) -> Either:
    """What stands for the values with another one behind them."""
    _one(value)
    after, k = _roomed(w, old, value)
    which = put(after.which, Held(Const(k), INT))
    assert isinstance(which, Held)
    parts = [
        put(part, value if j == k else _nothing(w, part))
        if part.parts or isinstance(part, Held)
        else part
        for j, part in enumerate(after.options)
    ]
    return Either((which, *parts))


def _nothing(w: Writer, part: Value) -> Value:
    """What lies in arrays where there is None."""
    if isinstance(part, Held):
        assert isinstance(part.kind, Num)
        if part.kind.rank == 1:
            return Held(Const(0), INT)
        rank = None if part.kind.rank is None else part.kind.rank - 1
        return w.let(None, fp.blank_row, (part.atom,), Num(True, part.kind.num, rank))
    parts = part.parts
    return part.with_parts(tuple(_nothing(w, p) for p in parts)) if parts else part


def _one(value: Value) -> None:
    """Refuse what is not one value."""
    if not _is_one(value):
        refuse(f"{describe(value)} is put into a list of unknown length.", "decide which first.")


def _is_one(value: Value) -> bool:
    if isinstance(value, Structure | Bound):
        return all(map(_is_one, value.parts))
    return isinstance(value, Held | Static | Member)
