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
from fpad.transforms.abstract import (
    Either,
    Held,
    Member,
    Static,
    Structure,
    Value,
    held,
    is_grown,
    kind_of_value,
)
from fpad.transforms.describing import describe
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


def options(values: Sequence[Value]) -> list[Value] | None:
    """What the values of a list may be besides None; None: none of them is."""
    if not any(v == NONE or isinstance(v, Either) for v in values):
        return None
    found: list[Value] = []
    for v in values:
        found += v.options if isinstance(v, Either) else (v,)
    return [v for v in found if v != NONE]


def pattern(values: Sequence[Value], rows: Callable[[Num], Kind], inner: Value | None) -> Either:
    """What stands for values some of which are None; `inner`: for all others."""
    kinds = [v.which.kind for v in values if isinstance(v, Either)]
    first = kinds[0] if kinds else INT
    assert isinstance(first, Num)
    which = Held("", rows(first))
    return Either((which, NONE) if inner is None else (which, NONE, inner))


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
    which = w.let(None, fp.all_given, (leaf.atom, Const(axes)), Num(True, "int", axes))
    return Either((which, NONE, part))


def alike(w: Writer, parts: Sequence[Value]) -> Sequence[Value]:
    """What stands for the values of lists that are joined, some of which may be None in one."""
    if not any(map(is_blank, parts)):
        return parts
    opened_ = [p if p == NONE else opened(w, p, 1) for p in parts]
    inner = next((p.options[1] for p in opened_ if isinstance(p, Either) and p.options[1:]), None)
    if inner is None:
        return opened_

    def rows(pattern: Value, which: Held) -> Value:
        if isinstance(pattern, Held):
            assert isinstance(pattern.kind, Num)
            if pattern.kind.rank != 1:
                refuse("Lists are joined, one of which holds None and no array.", "fill it first.")
            text = Const(_text(pattern.kind))
            return w.let(None, fp.blank, (which.atom, text), pattern.kind)
        inside = pattern.parts
        return pattern.with_parts(tuple(rows(p, which) for p in inside)) if inside else pattern

    return [
        Either((p.which, NONE, rows(inner, p.which)))
        if isinstance(p, Either) and not p.options[1:]
        else p
        for p in opened_
    ]


# ---------------------------------------------------------------- room for what is put there


def _text(kind: Num) -> str:
    """What `fp.blank` is told for the rows of an array of this kind."""
    axes = "..." if kind.rank is None else "," * (kind.rank - 1)
    return f"{kind.num}[{axes}]"


def roomed(w: Writer, old: Either, value: Value) -> Either:
    """What stands for the values of a list, with room for such a value."""
    if value == NONE:
        return old
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
            if was is not None and was != new:
                _strange(value)
            if not isinstance(new, Static):
                _strange(value)
            return new
        before = was.parts if was is not None else (None,) * len(new.parts)
        made = new.with_parts(tuple(map(room, before, new.parts)))
        return replace(made, ident=None) if isinstance(made, Structure) else made

    inner = old.options[1] if len(old.options) > 1 else None
    return Either((which, NONE, room(inner, value)))


def _strange(value: Value) -> NoReturn:
    refuse(
        f"{describe(value)} is put into a list of unknown length that holds None and others.",
        "let it hold None and values of one kind.",
    )


# ---------------------------------------------------------------- putting them there


def put_at(w: Writer, old: Either, value: Value, put: Callable[[Value, Value], Value]) -> Either:
    """What stands for the values after one of them has become another; `put` writes arrays."""
    _one(value)
    after = roomed(w, old, value)
    which = put(after.which, Held(Const(int(value != NONE)), INT))
    assert isinstance(which, Held)
    parts = list(after.options)
    if value != NONE:
        parts[1] = put(parts[1], value)
    return Either((which, *parts))


def put_entry(
    w: Writer, old: Either, index: Operand, value: Value, put: Callable[[Value, Value], None]
) -> None:
    """Write an entry of a list in a list, where there is room for it."""
    _one(value)
    assert isinstance(old.which.atom, str)
    if value != NONE:
        put(old.options[1], value)
    w.emit(Store(old.which.atom, index, Const(int(value != NONE)), w.origin))


def appended(w: Writer, old: Either, value: Value, put: Callable[[Value, Value], Value]) -> Either:
    """What stands for the values with another one behind them."""
    _one(value)
    after = roomed(w, old, value)
    which = put(after.which, Held(Const(int(value != NONE)), INT))
    assert isinstance(which, Held)
    parts = list(after.options)
    if len(parts) > 1:
        new = value if value != NONE else _nothing(w, parts[1])
        parts[1] = put(parts[1], new)
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
    known = isinstance(value, Member) or kind_of_value(value) is not None
    if isinstance(value, Either) or not known:
        refuse(f"{describe(value)} is put into a list of unknown length.", "decide which first.")
