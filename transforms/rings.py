"""What is held, through a function of it, by itself: methods of an object in that same object.

    class Turtle:
        def __init__(self):
            self.x = 0.0
            self.moves = {"F": self.forward}        self is {x, moves: {F: forward of `Itself`}}
    ..
    turtle.moves["F"]()                             forward(turtle)

Inside what it holds, a list, dict or object is an `Itself`, which has nothing but its ident.  Who
reads such a method out of it gets one of the object as it is then.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from fpad.transforms.abstract import (
    Bound,
    Either,
    Env,
    Itself,
    Partial,
    Static,
    Structure,
    Value,
    is_grown,
    is_itself,
)
from fpad.transforms.closures import Closure
from fpad.transforms.refusing import refuse

if TYPE_CHECKING:
    from fpad.transforms.writer import Writer

_Around = frozenset[Hashable]


def is_in(value: Value) -> bool:
    """Is there something in the value that it holds itself?"""
    return is_itself(value) or any(map(is_in, value.parts))


def cut(value: Value, around: _Around = frozenset(), called: bool = False) -> Value:
    """The value, in which functions hold nothing any more that they are held by.

    `around`: what holds the value; `called`: does a function hold it?
    """
    ident = value.ident if isinstance(value, Structure) else None
    if called and ident is not None and ident in around:
        return Structure(Itself, (), (), ident)
    parts = value.parts
    if not parts:
        return value
    called = called or is_function(value)
    inside = around if ident is None else around | {ident}
    new = tuple(cut(p, inside, called) for p in parts)
    if all(a is b for a, b in zip(parts, new, strict=True)):
        return value
    if isinstance(value, Bound) and is_itself(new[0]):
        return Structure(Partial, ("func", 0), (Static(value.func), *new))
    return value.with_parts(new)


def is_function(value: Value) -> bool:
    """Is it a function that holds something?"""
    made = isinstance(value, Structure) and issubclass(value.make, Closure | Partial)
    return made or isinstance(value, Bound)


def whole(
    w: Writer,
    value: Value,
    around: _Around = frozenset(),
    lost: Collection[Hashable] | None = None,
) -> Value:
    """The value, in which everything is what it is now, but what is held by itself.

    `around`: what is there besides; `lost`: what is looked for, if not everything.
    """
    return cut(_whole(w, value, around, lost)) if is_in(value) else value


def _whole(w: Writer, value: Value, around: _Around, lost: Collection[Hashable] | None) -> Value:
    if isinstance(value, Structure) and is_itself(value):
        found = value.ident in around or (lost is not None and value.ident not in lost)
        return value if found else _now(w, value)
    if not is_in(value):
        return value
    ident = value.ident if isinstance(value, Structure) else None
    inside = around if ident is None else around | {ident}
    return value.with_parts(tuple(_whole(w, p, inside, lost) for p in value.parts))


def read(w: Writer, value: Value) -> Value:
    """A value that was read from what holds it: a function is one of what is there now."""
    if isinstance(value, Either):
        options = tuple(read(w, v) for v in value.options)
        same = all(a is b for a, b in zip(options, value.options, strict=True))
        return value if same else value.with_parts((value.which, *options))
    return whole(w, value) if is_function(value) or is_itself(value) else value


def _now(w: Writer, value: Structure) -> Value:
    found = w.holder(value)
    if found is None:
        refuse(
            "A method is read from what an object holds, and which object that is is not known.",
            "let the object be held by a variable, or read the method from it: obj.method.",
        )
    return found


def kept(w: Writer, names: Collection[str]) -> Env:
    """The environment with these variables only, and with what functions in them belong to."""
    env = {v: x for v, x in w.env.items() if v in names}
    dropped = [x for v, x in w.env.items() if v not in names and is_in(x)]
    if not dropped:
        return env
    lost = {i for x in dropped for i in _held(x)} - {i for x in env.values() for i in _held(x)}
    return {v: whole(w, x, lost=lost) for v, x in env.items()}


def handed(w: Writer, values: Sequence[Value]) -> list[Value]:
    """Values on their way to or from a function, with what the functions in them belong to."""
    if not any(map(is_in, values)):
        return list(values)
    along: set[Hashable] = set()
    out: list[Value] = []
    for v in values:
        along |= set(_held(v))
    for v in values:
        new = whole(w, v, frozenset(along))
        along |= set(_held(new))
        out.append(new)
    return out


def _held(value: Value) -> list[Hashable]:
    """The lists, dicts and objects that are there, and not only as `Itself`."""
    found = [i for p in value.parts for i in _held(p)]
    if isinstance(value, Structure) and value.ident is not None and not is_itself(value):
        found.append(value.ident)
    return found


def meets(value: Value, ident: Hashable) -> bool:
    """Is a list, dict or object in the value, and not only as `Itself`?"""
    return ident in _held(value)


def renamed(value: Value, idents: Mapping[Hashable, Hashable]) -> Value:
    """The value, in which what was copied is held by the copy; functions are no copies."""
    if isinstance(value, Structure) and is_itself(value):
        return replace(value, ident=idents.get(value.ident, value.ident))
    closed = isinstance(value, Structure) and issubclass(value.make, Closure)
    if closed or not is_in(value):
        return value
    return value.with_parts(tuple(renamed(p, idents) for p in value.parts))


def blank(value: Value, ident: Hashable) -> Value:
    """The value, in which what has this ident has none where it is `Itself`."""
    if isinstance(value, Structure) and is_itself(value):
        return Structure(Itself, (), ()) if value.ident == ident else value
    if not is_in(value) or is_grown(value):
        return value
    return value.with_parts(tuple(blank(p, ident) for p in value.parts))


def filled(value: Value, new: Value) -> Value:
    """The value, with something in the place of every `Itself` without an ident."""
    if isinstance(value, Structure) and is_itself(value):
        return new if value.ident is None else value
    return value.with_parts(tuple(filled(p, new) for p in value.parts)) if value.parts else value
