"""Lists of vectors of several lengths, of which only the run tells how many there are.

    vs = []                             the numbers of all vectors in one array, and whose they are
    for k in range(n):          ->      rows = fp.joined((rows, v));  owner = ..
        vs.append(f(a[k:, k]))
    for k, v in enumerate(vs):          v = fp.picked(rows, fp.members(owner, k))[:, 0]
        b[k:] -= v * (v @ b[k:])

Vectors of one length are the rows of an array (`grown`).  Where the run finds other lengths, the
function is derived again (`lengths`), and such a list is a table of lists (`uneven`) then, whose
values are marked as entries of vectors.  They are arrays with one number each: numbers of a list
have memory of their own, these may share it with the vectors, so that a write that is to be seen
there too is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fpad.transforms.abstract import Held, Structure, Value, is_grown
from fpad.transforms.ir import Const, Slice
from fpad.transforms.kinds import EACH, Num

if TYPE_CHECKING:
    from fpad.transforms.body import Body as Writer

_ALL = Slice(Const(None), Const(None), Const(None))
_NEW = Const(None)


class Entry(tuple[float]):
    """Stands for a number in one of the vectors of a list."""


Entry.__name__ = "tuple"


def is_vector(value: Value) -> bool:
    """Is it an array with one axis?"""
    return isinstance(value, Held) and isinstance(value.kind, Num) and value.kind.rank == 1


def are_vectors(values: Sequence[Value]) -> bool:
    """Is there one, and nothing else?"""
    return bool(values) and all(map(is_vector, values))


def holds_vectors(value: Value) -> bool:
    """Is it a list of vectors?"""
    if not isinstance(value, Structure) or value.make is not list:
        return False
    if is_grown(value):
        (rows,) = value.items
        return isinstance(rows, Held) and isinstance(rows.kind, Num) and rows.kind.rank == 2
    return are_vectors(value.items)


def are_entries(value: Value) -> bool:
    """Are these the entries of the vectors of a table?"""
    first = value.parts[0] if is_grown(value) else None
    return isinstance(first, Structure) and first.make is Entry


def entered(w: Writer, value: Value) -> Value:
    """A vector as a list of its entries; what is no vector as it is."""
    if not is_vector(value):
        return value
    assert isinstance(value, Held)
    return _entries(w.element(None, value, (_ALL, _NEW)))


def as_lists(w: Writer, value: Structure) -> Structure:
    """A list of vectors as one of lists of entries."""
    if not is_grown(value):
        return value.with_parts(tuple(entered(w, v) for v in value.items))
    (rows,) = value.items
    assert isinstance(rows, Held)
    return value.with_parts((_entries(w.element(None, rows, (_ALL, _ALL, _NEW))),))


def _entries(rows: Value) -> Structure:
    return Structure(list, (EACH,), (Structure(Entry, (0,), (rows,)),))


def restored(w: Writer, value: Structure) -> Value:
    """What is read from a table: the vector, if it is a list of entries of one."""
    first = value.items[0] if is_grown(value) else None
    if not isinstance(first, Structure) or first.make is not Entry:
        return value
    (rows,) = first.items
    assert isinstance(rows, Held)
    return w.element(None, rows, (_ALL, Const(0)))
