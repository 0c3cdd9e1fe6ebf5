"""Objects that are told apart by being themselves: in sets, as keys, and by their id().

    seen.add(v)                 i = fp.slot((seen_keys,), (v,))         # v is a number
    if id(v) in seen: ..  ->    seen_keys = fp.with_key(seen_keys, v, i)

Objects of an arena are keys by their numbers there, if their class does not say itself what is
equal.  A loop over a set of them runs in the order in which they came, as Python's is that of their
addresses, which no program knows.  What id() gives is a structure of the object, so it is compared
with others of its kind, and is no number.
"""

from __future__ import annotations

import builtins
import functools
import operator
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.abstract import Either, Held, Member, Static, Structure, Value, is_grown
from fpad.transforms.describing import describe
from fpad.transforms.ir import Atom, Const
from fpad.transforms.kinds import BOOL, INT, Standing, is_object
from fpad.transforms.refusing import refuse

if TYPE_CHECKING:
    from fpad.transforms.library import Library
    from fpad.transforms.operations import Operations


MOST = 3
"""A set is not one of several, depending on which objects are the same, if more are put there."""


_CONTAINERS = (list, tuple, set, frozenset)


class Address(Standing):
    """Stands for what id() gives of the one object that is its part."""


def is_itself(value: Value) -> bool:
    """Is it an object of an arena that is equal to itself only, or the id of one?"""
    if isinstance(value, Structure) and value.make is Address:
        return True
    return isinstance(value, Member) and not says_what_is_equal(value.cls)


def says_what_is_equal(cls: type) -> bool:
    """Has the class an __eq__ or __hash__ of its own?"""
    return any(name in c.__dict__ for c in cls.__mro__[:-1] for name in ("__eq__", "__hash__"))


def key_of(value: Value) -> tuple[Atom, ...] | None:
    """The number by which such an object is found."""
    if not is_itself(value):
        return None
    member = value.parts[0] if isinstance(value, Structure) else value
    return (member.at.atom,) if isinstance(member, Member) else None


def same_sort(a: Value, b: Value) -> bool:
    """Are these objects of one class, or ids of such?"""
    if isinstance(a, Structure) and isinstance(b, Structure) and a.make is b.make is Address:
        return same_sort(a.items[0], b.items[0])
    return isinstance(a, Member) and isinstance(b, Member) and a.cls is b.cls


def ask(w: Library, value: Value) -> None:
    """An object gets into a set: it needs an arena, where it is equal to itself only."""
    if isinstance(value, Member):
        w.tell_apart(value.cls)
    if not isinstance(value, Structure) or not is_object(value.make):
        return
    if says_what_is_equal(value.make):
        refuse(
            f"{describe(value)} is put into a set, whose class says itself what is equal.",
            "put a number or a text there that tells it from others.",
        )
    w.arenas.ask(w, value)


def set_of(w: Library, make: type, items: Sequence[Value]) -> Value | None:
    """A set of a few such objects, one of several if some may be one; None: of other values."""
    for v in items:
        ask(w, v)
    if not 1 <= len(items) <= MOST or not all(map(is_itself, items)):
        return None
    first, *rest = items
    options: list[tuple[Value, ...]] = [(first,)]
    which: Held | None = None
    for v in rest:
        same = [_same(w, v, u) for u in items[: items.index(v)] if same_sort(v, u)]
        if same:
            known = functools.reduce(lambda a, b: _or(w, a, b), same)
            new = w.let(None, fp.renumbered, ((Const(len(options)), Const(0)), known.atom), INT)
            which = new if which is None else w.let(None, operator.add, (which.atom, new.atom), INT)
            options += [(*o, v) for o in options]
        else:
            options = [(*o, v) for o in options]
    ident = w.new_ident()
    sets = [Structure(make, tuple(range(len(o))), o, ident) for o in options]
    return sets[0] if which is None else Either((which, *sets))


def _same(w: Operations, a: Value, b: Value) -> Held:
    return w.let(None, operator.eq, (_column(a).atom, _column(b).atom), BOOL)


def _or(w: Operations, a: Held, b: Held) -> Held:
    return w.let(None, operator.or_, (a.atom, b.atom), BOOL)


def of_objects(value: Value) -> bool:
    """Is it a set of a few such objects, as `set_of` makes it?"""
    if not isinstance(value, Structure) or value.make not in (set, frozenset):
        return False
    return bool(value.items) and all(map(is_itself, value.items))


def within(w: Operations, container: Value, item: Value) -> Value | None:
    """Whether a list or tuple holds such an object; None if it is another question."""
    if not isinstance(container, Structure) or container.make not in _CONTAINERS:
        return None
    if container.make in (list, tuple) and not container.items:
        return Static(False)
    own = isinstance(item, Structure) and is_object(item.make)
    if own and not says_what_is_equal(item.make):  # type: ignore[attr-defined]
        w.arenas.ask(w, item)  # type: ignore[arg-type]
    if not is_itself(item):
        return None
    if isinstance(item, Member):
        w.tell_apart(item.cls)
    if is_grown(container):
        if not same_sort(container.items[0], item):
            return None
        args = (_column(container.items[0]), _column(item))
        same = w.operation(None, operator.eq, args, {})
        return w.operation(None, np.any, (same,), {})
    if not container.items or not all(same_sort(v, item) for v in container.items):
        return None
    tests = [_same(w, v, item) for v in container.items]
    return functools.reduce(lambda a, b: _or(w, a, b), tests)


def _column(value: Value) -> Held:
    while not isinstance(value, Held):
        (value,) = value.parts
    return value


def compared(w: Operations, op: Any, args: Sequence[Value]) -> Value | None:
    """Whether two ids are the same; None if it is another question."""
    if op not in (operator.eq, operator.ne) or len(args) != 2:
        return None
    a, b = args
    if not all(isinstance(v, Structure) and v.make is Address for v in args) or not same_sort(a, b):
        return None
    return w.let(None, op, (_column(a).atom, _column(b).atom), BOOL)


def _id(w: Library, variable: str, args: Sequence[Value], kwargs: dict[str, Value]) -> Value:
    (value,) = args
    if isinstance(value, Structure):
        w.arenas.ask(w, value)
    if isinstance(value, Member):
        w.tell_apart(value.cls)
    if not isinstance(value, Member):
        refuse(
            f"id gives an address, which no derivative keeps, of {describe(value)}.",
            "compare with is.",
        )
    return Structure(Address, (0,), (value,))


IDENTITIES: dict[Any, Any] = {builtins.id: _id}
"""Functions that tell objects apart."""
