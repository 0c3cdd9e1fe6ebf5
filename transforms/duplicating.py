"""Copies of lists of a length that only the run tells.

ys = xs[:]                  ys = fp.row_kept(xs)        # so that ys[0] = v is not seen in xs
zs = states[:]              no statement, of arrays: both lists hold the same ones
ms = copy.deepcopy(m)       the arrays of all that is in it are copied

What need not be a copy after all is none in the end (`list_copies`).
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fpad import runtime as fp
from fpad.transforms.abstract import Held, Member, Structure, Value
from fpad.transforms.kinds import Num

if TYPE_CHECKING:
    from fpad.transforms.writer import Writer


def shallow(w: Writer, base: Structure, make: Any = list) -> Structure:
    """A list, or tuple, of its own with the same values."""
    part = _numbers_copied(w, base.items[0])
    ident = w.new_ident() if make is list else None
    return replace(base, make=make, items=(part,), ident=ident)


def _numbers_copied(w: Writer, part: Value) -> Value:
    """The arrays, those of numbers copied: what lies in lists stays what it is."""
    if isinstance(part, Held):
        return _copied(w, part) if isinstance(part.kind, Num) and part.kind.rank == 1 else part
    if isinstance(part, Structure) and not issubclass(part.make, tuple):
        return part
    parts = part.parts
    return part.with_parts(tuple(_numbers_copied(w, p) for p in parts)) if parts else part


def deep(w: Writer, part: Value) -> Value:
    """The arrays, all of them copied."""
    if isinstance(part, Held):
        return _copied(w, part)
    parts = part.parts
    return part.with_parts(tuple(deep(w, p) for p in parts)) if parts else part


def shifted(w: Writer, part: Value, by: Mapping[type, Held]) -> Value:
    """The value with so much larger numbers of objects in arenas."""
    if isinstance(part, Member) and part.cls in by:
        at = w.let(None, operator.add, (part.at.atom, by[part.cls].atom), part.at.kind)
        return Member((at,), part.cls)
    parts = part.parts
    return part.with_parts(tuple(shifted(w, p, by) for p in parts)) if parts else part


def _copied(w: Writer, value: Held) -> Held:
    return w.let(None, fp.row_kept, (value.atom,), value.kind)
