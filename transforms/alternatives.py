"""Lists of a length that only the run tells whose values are of several known sorts.

    tape.append(back_of_mul)            tape_kind = fp.appended((tape_kind, 0));  ..
    tape.append(back_of_sin)    ->      tape_kind = fp.appended((tape_kind, 1));  ..
    for back in tape:                   for back_kind in tape_kind:
        back()                              if back_kind == 0: ..  else: ..

Functions, objects of arenas, numbers, arrays, lists and tuples, so also what the nodes of a graph
hold: such values are told apart by a number, and each sort has arrays with a row for every value of
the list, as None and something else have (see `blanks`, of which this is the general case).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fpad import runtime as fp
from fpad.transforms import forms
from fpad.transforms.abstract import (
    Bound,
    Either,
    Held,
    Member,
    Partial,
    Static,
    Structure,
    Value,
    is_grown,
)
from fpad.transforms.closures import Closure
from fpad.transforms.ir import Const
from fpad.transforms.kinds import Num

if TYPE_CHECKING:
    from fpad.transforms.writer import Writer

NONE = Static(None)
MOST = 32
"""A list does not hold values of more different sorts."""


def may_be(value: Value) -> bool:
    """Is it of a sort that values of other sorts may stand beside in one list?"""
    if isinstance(value, Either):
        return all(map(may_be, value.options))
    if isinstance(value, Static):
        return not isinstance(value.value, bool | str | int | float)
    if isinstance(value, Structure):
        if issubclass(value.make, Closure | Partial):
            return True
        return value.make in (tuple, list, set, frozenset) and not is_grown(value)
    return isinstance(value, Member | Bound) or (
        isinstance(value, Held) and isinstance(value.kind, Num)
    )


def settled(value: Value) -> Value:
    """The value for a list of unknown length, where a bound method is a function of its object."""
    if isinstance(value, Bound):
        return Structure(Partial, ("func", 0), (Static(value.func), *value.of))
    if isinstance(value, Structure) and value.make is tuple and not is_grown(value):
        return value.with_parts(tuple(map(settled, value.items)))
    return value


def has_sorts(value: Value) -> bool:
    """Does it hold functions, or values of several sorts?"""
    if isinstance(value, Either):
        return any(map(may_be, value.options[1:])) or any(map(has_sorts, value.options))
    if isinstance(value, Static):
        return callable(value.value)
    return isinstance(value, Structure) and (
        issubclass(value.make, Closure) or any(map(has_sorts, value.items))
    )


def sorts(values: Sequence[Value]) -> list[list[Value]] | None:
    """The values by their sorts, None first; None: they are of one, or no list may hold them all.

    What may be None has one other sort if it is not of those that may stand beside each other.
    """
    groups: list[list[Value]] = []
    for v in values:
        for option in v.options if isinstance(v, Either) else (v,):
            found = next((g for g in groups if forms.alike(g[0], option)), None)
            if found is None:
                groups.append([option])
            else:
                found.append(option)
    groups.sort(key=lambda g: g[0] != NONE)
    some = [g for g in groups if g[0] != NONE]
    several = len(some) > 1 and all(may_be(v) for g in some for v in g)
    if several and len(groups) <= MOST:
        return groups
    if len(some) == len(groups) and not any(isinstance(v, Either) for v in values):
        return None
    rest = [[v for g in some for v in g]] if some else []
    return [*(g for g in groups if g[0] == NONE), *rest]


def option_of(options: Sequence[Value], value: Value) -> int | None:
    """Which of the sorts of a list a value is of; None: it is of another one."""
    every = list(enumerate(options))
    if value == NONE or may_be(value):
        found = [k for k, o in every if may_be(o) and forms.alike(o, value)]
        if not found and value != NONE:  # a list of known length, where others are of another
            found = [k for k, o in every if not may_be(o) and forms.alike(o, value)]
    else:
        found = [k for k, o in every if not may_be(o)]
    return next(iter(found), None)


def opened(w: Writer, old: Value, new: Value, rows: Held | None) -> Value:
    """What stands for the values of a list, where one of another sort is about to get among them.

    `rows`: an array with a row for each of the values.
    """
    if isinstance(old, Either) or rows is None:
        return old
    if not forms.alike(old, new):
        mixed = may_be(old) and may_be(new)
        return among(w, (old,), 0, rows) if mixed else old
    if type(old) is not type(new) or len(old.parts) != len(new.parts) or is_grown(old):
        return old
    pairs = zip(old.parts, new.parts, strict=True)
    return old.with_parts(tuple(opened(w, a, b, rows) for a, b in pairs)) if old.parts else old


def among(w: Writer, options: Sequence[Value], which: int, rows: Held, axes: int = 1) -> Either:
    """What stands for values that are all of one of these sorts, one for each row of an array."""
    kind = Num(True, "int", axes)
    number = w.let(None, fp.all_chosen, (rows.atom, Const(axes), Const(which)), kind)
    return Either((number, *options))
