"""Iterators among the values of a function: what is left of them, and which they are."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Sequence
from typing import TypeAlias, TypeGuard

from fpad.transforms.abstract import (
    Iterated,
    Rest,
    Stream,
    Structure,
    Value,
    Woven,
    idents,
)
from fpad.transforms.heap import Row
from fpad.transforms.refusing import refuse
from fpad.transforms.summaries import is_argument


def left(value: Structure) -> list[tuple[int, Value]]:
    """What an iterator has left, with its position."""
    pairs = zip(value.keys, value.items, strict=True)
    return [(k, v) for k, v in pairs if not isinstance(k, Stream)]


_NOTHING = Structure(tuple, (), ())
_EARLY, _EARLY_OF_ARRAYS = Stream(-1, _NOTHING), Stream(-2, _NOTHING)
"""Keys behind an iterator that goes from function to function: its values have been computed from
the lists whose idents stand there, and from arrays, before they are asked for."""


Origin: TypeAlias = "Callable[[int], tuple[Collection[Hashable], bool] | None]"
"""Of an iterator whose values are computed early: the idents of what from, and are there arrays?"""


def bare(value: Value, origin: Origin, result: bool = False) -> Value:
    """The value with iterators for another function, where they are others.

    `result`: for the caller; an iterator over a list of the caller's goes as that list.
    """
    parts = value.parts
    if isinstance(value, Structure) and isinstance(value.ident, Row):
        refuse(
            "A list that was read from a dict goes from one function to another.",
            "hand over a copy: list(d[k]), or change it where the dict is.",
        )
    if isinstance(value, Structure) and value.make is Iterated:
        return _bare_values(value, origin, result)
    if isinstance(value, Woven) and value.how == "once":
        found = origin(value.ident) if value.ident is not None else None
        return _marked(Rest, [bare(value.of[0], origin, result)], found)
    return value.with_parts(tuple(bare(p, origin, result) for p in parts)) if parts else value


def bare_inside(value: Value, origin: Origin) -> Value:
    """What is held by an object that has changed, for the caller."""
    if isinstance(value, Woven) or (isinstance(value, Structure) and value.make is Iterated):
        return bare(value, origin, result=True)
    parts = value.parts
    return value.with_parts(tuple(bare_inside(p, origin) for p in parts)) if parts else value


def _bare_values(value: Structure, origin: Origin, result: bool) -> Structure:
    stream = value.keys[-1]
    if not isinstance(stream, Stream) or stream.ident < 0:
        return value
    found, lists = origin(stream.ident), stream.lists.parts
    if result and found is None and len(lists) == 1:
        at = _begun(value, lists[0])
        if at is not None:
            return Structure(Rest, (at,), lists)
    more = {i: None for v in lists for i in idents(v)}
    if more:
        known, arrays = found or ((), False)
        found = tuple(dict.fromkeys([*known, *more])), arrays
    return _marked(Iterated, [bare(v, origin, result) for _, v in left(value)], found)


def _marked(
    make: type, items: Sequence[Value], found: tuple[Collection[Hashable], bool] | None
) -> Structure:
    keys = tuple(range(len(items)))
    if found is None:
        return Structure(make, keys, tuple(items))
    lists = tuple(Structure(list, (), (), ident) for ident in found[0])
    whole = Structure(tuple, tuple(range(len(lists))), lists)
    return Structure(make, (*keys, _EARLY_OF_ARRAYS if found[1] else _EARLY), (*items, whole))


def early(value: Value) -> tuple[Sequence[Value], bool] | None:
    """What an iterator from elsewhere was computed from: lists, and perhaps arrays."""
    if not isinstance(value, Structure) or value.make not in (Iterated, Rest) or not value.keys:
        return None
    last = value.keys[-1]
    if last not in (_EARLY, _EARLY_OF_ARRAYS):
        return None
    return value.items[-1].parts, last == _EARLY_OF_ARRAYS


def _begun(value: Structure, over: Value) -> int | None:
    """How many values of this list, an argument, the iterator has given; None: of another one."""
    if not isinstance(over, Structure) or over.make is not list or not is_argument(over.ident):
        return None
    stays = [v for _, v in left(value)]
    at = len(over.items) - len(stays)
    return at if at >= 0 and list(over.items[at:]) == stays else None


def is_iterated(value: Value) -> TypeGuard[Structure]:
    """Is it an iterator of this function, with known values?"""
    own = value.keys[-1] if isinstance(value, Structure) and value.make is Iterated else None
    return isinstance(own, Stream) and own.ident >= 0


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


def lists_under(value: Value) -> Iterator[Value]:
    """What the iterators run over that go to another function."""
    if isinstance(value, Structure) and value.make is Rest:
        yield value.items[0]
    for part in value.parts:
        yield from lists_under(part)


def lists_in(value: Value) -> Iterator[Value]:
    """The lists, dicts and objects that go to another function, apart from mere idents."""
    if isinstance(value, Structure) and value.ident is not None:
        yield value
    for part in value.parts if early(value) is None else value.parts[:-1]:
        yield from lists_in(part)


def without(value: Value, gone: Collection[int], rest: Value) -> Value:
    """The value after these iterators have been used."""
    own = value.ident if isinstance(value, Woven) else None
    if isinstance(value, Structure) and value.make is Iterated:
        own = value.keys[-1].ident
    if own in gone:
        return rest
    parts = value.parts
    return value.with_parts(tuple(without(p, gone, rest) for p in parts)) if parts else value
