"""Objects outside a function that lists and dicts outside hold, and that it sets attributes of.

    METER = Meter()                     METERS[0] is METER: what is set under one name is read
    METERS = [METER, Meter()]           under the other, so the items of the list are looked at
    def f(x):                           one by one, each an object outside of its own
        METER.n = x
        return x * METERS[0].n

A list of objects is otherwise read as a structure of what its objects hold, which is right as long
as none of them is set: a derivation relies on that (`Without`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from fpad.transforms.kinds import children, is_object
from fpad.transforms.live import Guard, fetch
from fpad.transforms.structures import leaf_name


class SetInLists(Exception):
    """An object is set that a list holds which was read as a structure: write all again."""


@dataclass(frozen=True, eq=False)
class Part:
    """An item of a list, tuple or dict outside, as something that `fetch` reads."""

    container: Any = field(repr=False)
    name: str
    key: Any

    @property
    def label(self) -> str:
        """What to call it."""
        above = self.container.label if isinstance(self.container, Part) else self.name
        return leaf_name(above, self.key)

    @property
    def value(self) -> Any:
        """The item now; None if there is none."""
        try:
            return fetch(self.container, self.name)[self.key]
        except (LookupError, TypeError):
            return None


class Shape(Guard):
    """A list, tuple or dict outside still has as many items, under the same keys."""

    @property
    def key(self) -> tuple[int, str]:
        """What tells it from other guards."""
        return id(self.container), f"shape of {self.name}"

    def holds(self) -> bool:
        """Is it still so?"""
        return bool(shape(fetch(self.container, self.name)) == self.value)


class Without(Guard):
    """A list, tuple or dict outside still holds none of these objects."""

    @property
    def key(self) -> tuple[int, str]:
        """What tells it from other guards."""
        return id(self.container), f"objects in {self.name}"

    def holds(self) -> bool:
        """Is it still so?"""
        return not _holds(fetch(self.container, self.name), self.value)


class SharedObjects:
    """What a program reads of lists of objects outside, and which objects it sets.

    `every`: are all lists of objects looked at one by one?
    """

    def __init__(self, every: bool = False) -> None:
        self.every = every
        self.of_objects = False
        self._set: dict[int, Any] = {}
        self._whole: dict[tuple[int, str], tuple[Any, str]] = {}
        self._parts: dict[tuple[int, str, Any], Part] = {}

    def note_set(self, owner: Any) -> None:
        """Note that an object outside is set.

        Raises:
            SetInLists: a list that was read as a whole holds it.
        """
        if id(owner) in self._set or isinstance(owner, type):
            return
        self._set[id(owner)] = owner
        if any(_holds(fetch(*where), self._set) for where in self._whole.values()):
            self._whole.clear()
            raise SetInLists

    def apart(self, container: Any, name: str, value: Any) -> bool:
        """Is a list, tuple or dict outside to be looked at item by item?"""
        if not any(True for _ in _objects(value, set())):
            return False
        self.of_objects = True
        if self.every or _holds(value, self._set):
            return True
        self._whole[id(container), name] = container, name
        return False

    def part(self, container: Any, name: str, key: Any) -> Part:
        """Where an item is read."""
        where = id(container), name, key
        return self._parts.setdefault(where, Part(container, name, key))

    def shape(self, container: Any, name: str, value: Any) -> Guard:
        """That a list, tuple or dict still has the same keys."""
        return Shape(container, name, shape(value))

    def guards(self) -> list[Guard]:
        """What a derivation relies on: what was read as a whole holds nothing that is set."""
        if not self._set:
            return []
        return [Without(*where, self._set) for where in self._whole.values()]


def shape(value: Any) -> Any:
    """The class and the keys of a list, tuple or dict."""
    if not isinstance(value, list | tuple | dict):
        return None
    return type(value), tuple(value) if isinstance(value, dict) else len(value)


def _holds(value: Any, idents: Collection[int]) -> bool:
    """Does a structure hold one of the objects with these ids?"""
    return any(id(found) in idents for found in _objects(value, set()))


def _objects(value: Any, seen: set[int]) -> Iterator[Any]:
    """The objects in a structure, and in these."""
    if not isinstance(value, list | tuple | dict) and not is_object(type(value)):
        return
    if id(value) in seen:
        return
    seen.add(id(value))
    if is_object(type(value)):
        yield value
    for item in children(value)[1]:
        yield from _objects(item, seen)
