"""Slice objects and ranges as things that are indexed, or that one indexes with.

    part = slice(i, i + 2)              no statement: a structure of the three bounds
    y = x[part]                 ->      y = x[i:i + 2]
    for k in range(n)[::-1]     ->      for k in reversed(range(n))

A slice whose bounds are known is that slice object.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from fpad.transforms.abstract import Held, Static, Steps, Structure, Value, known_value, literal
from fpad.transforms.describing import describe
from fpad.transforms.ir import Const, Operand, Slice
from fpad.transforms.kinds import Num
from fpad.transforms.refusing import refuse

if TYPE_CHECKING:
    from fpad.transforms.reading import Reading

PARTS = ("start", "stop", "step")


def slice_of(bounds: Sequence[Value]) -> Static | Structure:
    """The slice object with these bounds, or of these arguments."""
    known = [known_value(b) for b in bounds]
    if None not in known:
        return Static(slice(*(k[0] for k in known if k is not None)))
    none = Static(None)
    start, stop, step = (none, *bounds, none) if len(bounds) == 1 else (*bounds, none)[:3]
    for b in (start, stop, step):
        whole = isinstance(b, Held) and isinstance(b.kind, Num) and b.kind.num != "float"
        if b != none and not whole:
            refuse(f"A slice is bounded by {describe(b)}.", "use ints.")
    return Structure(slice, PARTS, (start, stop, step))


def is_slice(value: Value | None) -> bool:
    """Is it a slice object with bounds that only the run tells?"""
    return isinstance(value, Structure) and value.make is slice


def opened(w: Reading, index: Operand) -> Operand:
    """An index of level 1; a slice is written as it is between brackets."""
    value = w.env.get(index) if isinstance(index, str) else None
    if isinstance(value, Static) and isinstance(value.value, slice):
        return Slice(*map(Const, (value.value.start, value.value.stop, value.value.step)))
    if value is None or not is_slice(value):
        return index
    return Slice(*(_operand(w, v) for v in value.parts))


def _operand(w: Reading, value: Value) -> Operand:
    known = known_value(value)
    return w.hold_as("bound", value) if known is None else Const(known[0])


def of_range(base: Steps, index: Slice, bounds: Sequence[Value]) -> Steps | None:
    """A slice of a range that is a range again, if it is known which; else None."""
    numbers = [known_value(a) for a in base.args]
    known = [known_value(b) for b in bounds]
    if None not in numbers and None not in known and not base.reverse:
        part = range(*(n[0] for n in numbers if n))[slice(*(k[0] for k in known if k))]
        return Steps(tuple(map(literal, (part.start, part.stop, part.step))))
    if [k and k[0] for k in known] in ([None, None, -1], [None, None, None]):
        return replace(base, reverse=base.reverse != (known[2] == (-1,)))
    return None
