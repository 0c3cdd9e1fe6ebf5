"""Lists that something is put into, or taken out of, at an index that only the run tells.

    v = xs.pop(k)               v = fp.plain(xs[k], xs);  xs = fp.picked(xs, fp.without_one(xs, k))
    del xs[i:j]                 xs = fp.picked(xs, fp.without_slice(xs, i, j, None))
    xs.insert(k, v)     ->      xs = fp.joined((xs[:k], fp.rows((v,)), xs[k:]))
    xs[i:j] = ys                xs = fp.joined((xs[:i], ys, xs[max(i, j):]))

A list of known length becomes one of unknown length (see `grown`) for that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from fpad import runtime as fp
from fpad.transforms import duplicating, grown, places
from fpad.transforms.abstract import Held, Place, Static, Structure, Value, is_grown, known_value
from fpad.transforms.describing import describe
from fpad.transforms.heap import is_own
from fpad.transforms.ir import Atom, Const, Operand, Slice
from fpad.transforms.kinds import INT, Num
from fpad.transforms.refusing import refuse

if TYPE_CHECKING:
    from fpad.transforms.library import Library

_POSITIONS = Num(True, "int", 1)
_NONE = Const(None)


def at_run_time(w: Library, base: Structure, index: Value) -> bool:
    """Is this done to a list of unknown length, or at an index that only the run tells?"""
    return is_grown(base) or w.told_at_run_time(base, index)


def ready(w: Library, base: Structure) -> Structure:
    """The list as one of unknown length."""
    if is_grown(base):
        return base
    w.change(base, replace(grown.grown(w, list, base.items), ident=base.ident))
    return w.now(base)


def _int(index: Value) -> Atom:
    if isinstance(index, Held) and isinstance(index.kind, Num) and index.kind.num == "int":
        return index.atom
    if isinstance(index, Static) and index.value is None:
        return _NONE
    refuse(f"A list is indexed with {describe(index)}.", "index it with an int.")


def taken(w: Library, base: Structure, index: Value) -> Value:
    """list.pop(index)."""
    base, k = ready(w, base), _int(index)
    value = _own(w, base, grown.item(w, base, k))
    known = known_value(index)
    if known in ((-1,), (0,)):  # at the ends no memory is moved
        rest = Slice(_NONE, Const(-1), _NONE) if known == (-1,) else Slice(Const(1), _NONE, _NONE)
        w.change(base, replace(grown.section(w, base, rest), ident=base.ident))
        return value
    _keep(w, base, w.let(None, fp.without_one, (grown.first_leaf(base).atom, k), _POSITIONS).atom)
    return value


def _own(w: Library, base: Structure, value: Value) -> Value:
    """What is taken out of a list, a list of its own if nobody else has it in hand."""
    row = value.ident if isinstance(value, Structure) else None
    if not isinstance(row, Place):
        return value
    assert isinstance(value, Structure)
    if not is_own(base.ident) or base.twice or any(_may_hold(v, base) for v in w.env.values()):
        return replace(value, ident=None)
    parts = tuple(duplicating.deep(w, p) if is_grown(value) else p for p in value.items)
    return replace(value, items=parts, ident=w.new_ident())


def _may_hold(value: Value, base: Structure) -> bool:
    """Is a list of the list in it, or another list of such lists?"""
    if isinstance(value, Structure):
        if isinstance(value.ident, Place) and value.ident.of == base.ident:
            return True
        if is_grown(value) and value.ident != base.ident:
            return any(True for _ in _lists(value.items[0]))
    return any(_may_hold(p, base) for p in value.parts)


def _lists(value: Value) -> Iterator[Structure]:
    if isinstance(value, Structure) and not issubclass(value.make, tuple):
        yield value
    for part in value.parts:
        yield from _lists(part)


def _keep(w: Library, base: Structure, positions: Operand) -> None:
    """What is left of a list."""

    def left(value: Value) -> Value:
        if isinstance(value, Held):
            return grown.rows_at(w, value, positions)
        parts = value.parts
        return value.with_parts(tuple(map(left, parts))) if parts else value

    part = left(base.items[0])
    w.change(base, replace(base, items=(part,), twice=places.anywhere(base)))


def deleted(w: Library, base: Structure, bounds: Sequence[Value]) -> None:
    """Del base[lower:upper:step]."""
    base = ready(w, base)
    operands = (grown.first_leaf(base).atom, *map(_int, bounds))
    _keep(w, base, w.let(None, fp.without_slice, operands, _POSITIONS).atom)


def inserted(w: Library, base: Structure, index: Value, value: Value) -> None:
    """list.insert(index, value)."""
    base, k = ready(w, base), _int(index)
    one = w.sequence(tuple, (value,))
    if known_value(index) == (0,):
        _join(w, base, (one, base))
    else:
        front = grown.section(w, base, Slice(_NONE, k, _NONE), tuple)
        _join(w, base, (front, one, grown.section(w, base, Slice(k, _NONE, _NONE), tuple)))


def replaced(w: Library, base: Structure, bounds: Sequence[Value], more: Structure) -> None:
    """base[lower:upper] = more."""
    base = ready(w, base)
    lower, upper, step = map(_int, bounds)
    if step not in (_NONE, Const(1)):
        refuse("Every so many values of a list are assigned.", "assign them one by one.")
    start, stop = Const(0) if lower == _NONE else lower, upper
    if lower != _NONE:  # values are put in front of the lower bound where the upper one is less
        ends = w.let(None, fp.slice_end, (grown.first_leaf(base).atom, lower, upper), INT)
        stop = ends.atom
    front = grown.section(w, base, Slice(_NONE, start, _NONE), tuple)
    back: list[Structure] = []
    if stop != _NONE:
        back = [grown.section(w, base, Slice(stop, _NONE, _NONE), tuple)]
    _join(w, base, (front, more, *back))


def _join(w: Library, base: Structure, parts: Sequence[Structure]) -> None:
    new = grown.joined(w, tuple, parts)
    w.change(base, replace(new, make=base.make, ident=base.ident, twice=places.anywhere(base)))
