"""Lists, dicts and sets outside that a function changes, as classes that fpad can read.

Most methods are calls of one function of `runtime.outer` (see `outer_containers`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fpad import runtime as fp

MEANS: dict[Any, tuple[Any, ...]] = {}
"""Method -> the function of the runtime, its name in Python, and the kind of the result."""


def _means(op: Callable[..., Any], method: str, *kind: str) -> Any:
    def stands_for(itself: Any, *args: Any) -> Any:
        return op(itself.of, method, *kind, *args)

    MEANS[stands_for] = (op, method, *kind)
    return stands_for


def _changes(method: str) -> Any:
    return _means(fp.outer_changed, method)


def _gives(method: str, kind: str = "any") -> Any:
    return _means(fp.outer_value, method, kind)


class Outer:
    """What all of them have.

    Attributes:
        of: the list, dict or set itself; `stands_for`: its class.
    """

    of: Any
    stands_for: type
    __len__ = _gives("__len__", "int")
    __contains__ = _gives("__contains__", "bool")
    clear = _changes("clear")
    remove = _changes("remove")

    def __bool__(self) -> Any:
        return len(self) > 0


class OuterList(Outer):
    """A list or deque."""

    __getitem__ = _gives("__getitem__")
    __setitem__ = _changes("__setitem__")
    __delitem__ = _changes("__delitem__")
    append = _changes("append")
    appendleft = _changes("appendleft")
    insert = _changes("insert")
    pop = _gives("pop")
    popleft = _gives("popleft")
    sort = _changes("sort")
    reverse = _changes("reverse")
    count = _gives("count", "int")
    index = _gives("index", "int")
    _all = _means(fp.outer_values, "__iter__")

    def __iter__(self) -> Any:
        return iter(self._all())

    def extend(self, more: Any) -> None:
        """Put several values at the end."""
        for value in more:
            self.append(value)

    def __iadd__(self, more: Any) -> Any:
        self.extend(more)
        return self


class OuterDict(Outer):
    """A dict, Counter or defaultdict."""

    __getitem__ = _gives("__getitem__")
    __setitem__ = _changes("__setitem__")
    __delitem__ = _changes("__delitem__")
    get = _gives("get")
    pop = _gives("pop")
    values = _means(fp.outer_values, "values")

    def setdefault(self, key: Any, default: Any = None) -> Any:
        """The value under a key, which it gets if there is none."""
        if key not in self:
            self[key] = default
        return self[key]

    def update(self, other: Any = (), **more: Any) -> None:
        """Take in others."""
        for key, value in dict(other, **more).items():
            self[key] = value


class OuterSet(Outer):
    """A set."""

    add = _changes("add")
    discard = _changes("discard")

    def update(self, more: Any) -> None:
        """Put several values in."""
        for value in more:
            self.add(value)
