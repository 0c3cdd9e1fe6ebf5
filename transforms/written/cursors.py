"""Iterators over lists as objects that know where they stand, and what `islice` makes of one."""

from __future__ import annotations

from typing import Any


class Cursor:
    """`iter(values)`, written out; `at` is None where nobody knows how far it has been read."""

    def __init__(self, values: Any) -> None:
        self.values = values
        self.at = 0

    def __iter__(self) -> Any:
        return self

    def __next__(self) -> Any:
        if not more(self):
            raise StopIteration
        return take(self)


class Part:
    """The next `left` values of a cursor, read from the cursor itself."""

    def __init__(self, of: Any, left: int) -> None:
        self.of = of
        self.left = left

    def __iter__(self) -> Any:
        return self

    def __next__(self) -> Any:
        if not more(self):
            raise StopIteration
        return take(self)


class Zipped:
    """`zip(*parts)` of cursors and generators."""

    def __init__(self, parts: Any) -> None:
        self.parts = parts

    def __iter__(self) -> Any:
        return self

    def __next__(self) -> Any:
        if not more(self):
            raise StopIteration
        return take(self)


def more(it: Any) -> bool:
    """Has it another value?  What this is for a program is said in `cursors`."""
    raise NotImplementedError


def take(it: Any) -> Any:
    """Its next value."""
    raise NotImplementedError


def skip(it: Any, n: int) -> None:
    """Ask for the next n values, or for all that are left."""
    for _ in range(n):
        next(it, None)


def all_of(it: Any) -> list[Any]:
    """All values that it has left."""
    out = []
    while more(it):
        out.append(take(it))
    return out
