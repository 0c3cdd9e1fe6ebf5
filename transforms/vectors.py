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
there too is refused.  Arrays with more axes are vectors whose entries have their other lengths
beside them.
"""

from __future__ import annotations

import builtins
import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from fpad import runtime as fp
from fpad.transforms.abstract import Held, Structure, Value, is_grown, literal
from fpad.transforms.ir import Const, Load, Slice
from fpad.transforms.kinds import EACH, INT, Num, ShapeKind

if TYPE_CHECKING:
    from fpad.transforms.body import Body as Writer

_ALL = Slice(Const(None), Const(None), Const(None))
_NEW = Const(None)


class Entry(tuple[float]):
    """Stands for a number in one of the arrays of a list, with all lengths but the first of that.

    `rank`: how many axes the arrays have.
    """

    rank: int = 1


@functools.cache
def _entry(rank: int) -> type[Entry]:
    return type("tuple", (Entry,), {"rank": rank})


def is_vector(value: Value) -> bool:
    """Is it an array with axes?"""
    return isinstance(value, Held) and isinstance(value.kind, Num) and bool(value.kind.rank)


def _rank(value: Value) -> int:
    assert isinstance(value, Held)
    assert isinstance(value.kind, Num)
    assert value.kind.rank is not None
    return value.kind.rank


def are_vectors(values: Sequence[Value]) -> bool:
    """Is there one, and nothing else but others with as many axes?"""
    return bool(values) and all(map(is_vector, values)) and len(set(map(_rank, values))) == 1


def holds_vectors(value: Value) -> bool:
    """Is it a list of arrays?"""
    if not isinstance(value, Structure) or value.make is not list:
        return False
    if is_grown(value):
        (rows,) = value.items
        return is_vector(rows) and _rank(rows) > 1
    return are_vectors(value.items)


def are_entries(value: Value, rank: int | None = None) -> bool:
    """Are these the entries of the arrays of a table? `rank`: of arrays with so many axes."""
    first = value.parts[0] if is_grown(value) else None
    found = first.make if isinstance(first, Structure) and issubclass(first.make, Entry) else None
    return found is not None and rank in (None, found.rank)


def entered(w: Writer, value: Value) -> Value:
    """An array as a list of its entries; what has no axes as it is."""
    if not is_vector(value):
        return value
    rank, flat = _rank(value), value
    if rank > 1:
        flat = w.operator(None, np.reshape, (value, literal(-1)))
    assert isinstance(flat, Held)
    n = w.let(None, builtins.len, (flat.atom,), INT)
    kind = Num(True, "int", 1)
    lengths = [w.let(None, fp.repeated, (d.atom, n.atom), kind) for d in _lengths(w, value, 1)]
    return _entries(rank, w.element(None, flat, (_ALL, _NEW)), lengths)


def _lengths(w: Writer, value: Value, first: int) -> list[Held]:
    """How long the axes of an array are, from one on."""
    assert isinstance(value, Held)
    rank = _rank(value)
    if rank == first:
        return []
    shape = w.let(None, np.shape, (value.atom,), ShapeKind(rank))
    found = []
    for axis in range(first, rank):
        target = w.fresh.temp()
        w.emit(Load(target, str(shape.atom), Const(axis), w.origin))
        found.append(w.wrote(target, INT))
    return found


def as_lists(w: Writer, value: Structure) -> Structure:
    """A list of arrays as one of lists of entries."""
    if not is_grown(value):
        return value.with_parts(tuple(entered(w, v) for v in value.items))
    (rows,) = value.items
    assert isinstance(rows, Held)
    rank = _rank(rows) - 1
    flat: Value = rows
    n = w.let(None, builtins.len, (rows.atom,), INT)
    if rank > 1:
        flat = w.operator(None, np.reshape, (rows, _tuple(n, literal(-1))))
    assert isinstance(flat, Held)
    lengths: list[Value] = []
    for d in _lengths(w, rows, 2):
        (size,) = _lengths(w, flat, 1)
        lengths.append(w.operator(None, np.full, (_tuple(n, size), d)))
    entries = _entries(rank, w.element(None, flat, (_ALL, _ALL, _NEW)), lengths)
    return value.with_parts((entries,))


def _tuple(*values: Value) -> Structure:
    return Structure(tuple, tuple(range(len(values))), values)


def _entries(rank: int, rows: Value, lengths: Sequence[Value]) -> Structure:
    return Structure(
        list, (EACH,), (Structure(_entry(rank), tuple(range(rank)), (rows, *lengths)),)
    )


def restored(w: Writer, value: Structure) -> Value:
    """What is read from a table: the array, if it is a list of entries of one."""
    if not are_entries(value):
        return value
    rows, *lengths = value.items[0].parts
    assert isinstance(rows, Held)
    vector = w.element(None, rows, (_ALL, Const(0)))
    if not lengths:
        return vector
    sizes: list[Value] = [literal(-1)]
    for h in lengths:
        assert isinstance(h, Held)
        target = w.fresh.temp()
        w.emit(Load(target, str(h.atom), Const(0), w.origin))
        sizes.append(w.let(None, fp.plain, (w.wrote(target, INT).atom, h.atom), INT))
    return w.operator(None, np.reshape, (vector, _tuple(*sizes)))
