"""Values that a method of theirs compares: they are put in order by comparing two at a time.

    orders.sort()                   at = sorted_positions(orders, False)    # calls Order.__lt__
                            ->      orders = fp.picked(orders, at)

What stands for an object in a list of unknown length is its number (`arenas`), which says nothing
about its order.  Objects of a class without order are compared by nobody: Python refuses them, and
in tuples looks at them only where all that stands before them is equal.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from fpad.transforms.abstract import Held, Member, Static, Structure, Value, is_grown, is_number
from fpad.transforms.class_parts import class_of, in_class
from fpad.transforms.identities import Address
from fpad.transforms.ir import Operand
from fpad.transforms.kinds import is_namedtuple
from fpad.transforms.refusing import refuse
from fpad.transforms.standing import call_written
from fpad.transforms.written import heaps as written
from fpad.transforms.written import searches

if TYPE_CHECKING:
    from fpad.transforms.iterators import Args, Handler, Keywords
    from fpad.transforms.library import Library


def is_object(value: Value) -> bool:
    """Is it an object of a class written in Python?"""
    cls = class_of(value)
    return cls is not None and not is_namedtuple(cls)


def has_order(value: Value) -> bool:
    """Does a method of an object in it say which of two comes first?"""
    if is_object(value):
        return any(in_class(class_of(value), n)[0] is not None for n in ("__lt__", "__gt__"))
    return any(map(has_order, value.parts))


def in_order(w: Library, keys: Structure, reverse: bool) -> Operand:
    """The positions of the keys in ascending order."""
    return _positions(w, written.sorted_positions, keys, Static(reverse))


def best(w: Library, keys: Structure, largest: bool) -> Operand:
    """The position of the first key that is the largest, or the smallest."""
    found = w.user_call(w.fresh("best"), written.best_position, (_given(keys), Static(largest)), {})
    assert isinstance(found, Held)
    return found.atom


def heaped(w: Library, how: str, keys: Structure) -> Operand:
    """The positions of a heap after a function of heapq (see `fp.heaped`)."""
    return _positions(w, written.HEAPED[how], keys)


def _given(keys: Structure) -> Structure:
    """The keys, which the functions only read."""
    return Structure(tuple, keys.keys, keys.items)


def _positions(w: Library, function: object, keys: Structure, *more: Value) -> Operand:
    found = w.user_call(w.fresh("order"), function, (_given(keys), *more), {})
    if not isinstance(found, Structure) or not is_grown(found):
        refuse("What a method compares is not understood here.", "sort by a number: key=..")
    (at,) = found.parts
    operand: Operand = at.atom  # type: ignore[attr-defined]
    return operand


def compared(value: Value) -> Sequence[Value]:
    """The parts of a value that Python compares one after the other, up to the first object.

    Raises:
        Refused: something else stands behind it, which is compared for one and the same object.
    """
    parts = list(_parts(value))
    first = next((k for k, p in enumerate(parts) if is_object(p)), len(parts))
    if any(not isinstance(p, Static) for p in parts[first + 1 :]):
        refuse(
            "Tuples are compared in which something stands behind an object.",
            "put the object last, or give a key: key=..",
        )
    return parts[:first]


def _parts(value: Value) -> list[Value]:
    if isinstance(value, Structure) and value.make is Address:  # in some order of their own
        return [p.at if isinstance(p, Member) else p for p in value.items]
    inside = isinstance(value, Structure) and value.make is tuple and not is_grown(value)
    return [p for v in value.parts for p in _parts(v)] if inside else [value]


def _found(f: Any) -> Handler:
    """The functions of bisect."""

    def find(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
        if len(args) == 2 and not kwargs and is_number(args[1]):
            return call_written(w, variable, f, searches.WRITTEN[f], args, kwargs)
        return w.user_call(variable, searches.BY_COMPARING[f], args, kwargs)

    return find


SEARCHES: dict[Any, Handler] = {f: _found(f) for f in searches.BY_COMPARING}
