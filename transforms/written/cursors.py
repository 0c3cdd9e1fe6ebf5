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


def more(it: Any) -> bool:
    """Has it another value?"""
    if isinstance(it, Part):
        return it.left > 0 and more(it.of)
    return bool(it.at < len(it.values))


def take(it: Any) -> Any:
    """Its next value."""
    if isinstance(it, Part):
        it.left -= 1
        return take(it.of)
    it.at += 1
    return it.values[it.at - 1]
