"""Iterators among the values of a function: what is left of them, and which they are."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from fpad.transforms.abstract import (
    Iterated,
    Rest,
    Stream,
    Structure,
    Value,
    Woven,
)
from fpad.transforms.heap import Row
from fpad.transforms.refusing import refuse


def left(value: Structure) -> list[tuple[int, Value]]:
    """What an iterator has left, with its position."""
    pairs = zip(value.keys, value.items, strict=True)
    return [(k, v) for k, v in pairs if not isinstance(k, Stream)]


def bare(value: Value) -> Value:
    """The value with iterators that do not know where they come from, for another function."""
    parts = value.parts
    if isinstance(value, Structure) and isinstance(value.ident, Row):
        refuse(
            "A list that was read from a dict goes from one function to another.",
            "hand over a copy: list(d[k]), or change it where the dict is.",
        )
    if isinstance(value, Structure) and value.make is Iterated:
        items = tuple(bare(v) for _, v in left(value))
        return Structure(Iterated, tuple(range(len(items))), items)
    if isinstance(value, Woven) and value.how == "once":
        return Structure(Rest, (0,), (bare(value.of[0]),))
    return value.with_parts(tuple(map(bare, parts))) if parts else value


def stream(value: Value) -> int | None:
    """What tells this iterator from others; None: it is none."""
    if isinstance(value, Woven):
        return value.ident
    if isinstance(value, Structure) and value.make is Iterated:
        stream = value.keys[-1]
        assert isinstance(stream, Stream)
        if value.items[-1] != stream.lists:
            refuse(
                "A list changes while an iterator over it is not used up.",
                "make a list of the values first: list(..).",
            )
        return stream.ident
    return None


def listed(value: Value) -> Value:
    """What an iterator that is not begun runs over, for a loop that asks for it at once."""
    return value.parts[0] if isinstance(value, Structure) and value.make is Rest else value


def iterators(value: Value) -> Iterator[int]:
    """The iterators in a value."""
    ident = stream(value)
    if ident is not None:
        yield ident
    for part in value.parts:
        yield from iterators(part)


def without(value: Value, gone: Collection[int], rest: Value) -> Value:
    """The value after these iterators have been used."""
    own = value.ident if isinstance(value, Woven) else None
    if isinstance(value, Structure) and value.make is Iterated:
        own = value.keys[-1].ident
    if own in gone:
        return rest
    parts = value.parts
    return value.with_parts(tuple(without(p, gone, rest) for p in parts)) if parts else value
