"""Keys that only the run tells: numbers, texts, tuples of these, and rows of ints.

d[k] = v                    k is one number
d["a", t] = v               a text and a number, each with a list of its own
d[tuple(row)] = v           a row of a matrix of ints
"""

from __future__ import annotations

from typing import Any

from fpad.transforms import identities, texts
from fpad.transforms.abstract import Held, Structure, Value, is_grown, literal
from fpad.transforms.ir import Atom
from fpad.transforms.kinds import Num, is_namedtuple


def key_atoms(value: Value, member: bool = False) -> tuple[Atom, ...] | None:
    """The numbers and texts that a key is made of; None if it is none, and no tuple of them.

    `member`: it is one of a set.
    """
    if (word := texts.text(value)) is not None:
        return (word.atom,)
    if isinstance(value, Held) and isinstance(value.kind, Num):
        good = value.kind.num in ("int", "float")
        return (value.atom,) if good and not value.kind.array else None
    found = identities.key_of(value)
    if found is not None:
        return found
    if not isinstance(value, Structure) or not equals_tuples(value.make):
        return None
    if is_grown(value):
        (row,) = value.items
        if isinstance(row, Held) and isinstance(row.kind, Num) and row.kind.num == "int":
            return (row.atom,)
        return None
    if member and not all(isinstance(v, Held) for v in value.items):
        return None
    parts = [key_atoms(v, member) for v in value.items]
    return None if None in parts or not parts else tuple(a for p in parts for a in p or ())


def equals_tuples(make: type) -> bool:
    """Is it tuple, or a namedtuple that is equal to a tuple of its parts?"""
    own = ("__eq__", "__hash__")
    return make is tuple or (
        is_namedtuple(make) and all(getattr(make, n) is getattr(tuple, n) for n in own)
    )


def same_keys(a: Value, b: Value) -> bool:
    """Are two keys made of the same parts?"""
    if identities.is_itself(a) or identities.is_itself(b):
        return identities.same_sort(a, b)
    if isinstance(a, Structure) and isinstance(b, Structure):
        if is_grown(a) or is_grown(b):
            return is_grown(a) and is_grown(b)
        return len(a.items) == len(b.items) and all(map(same_keys, a.items, b.items))
    words = [texts.text(v) is not None or texts.is_list(v) for v in (a, b)]
    return all(words) or (not any(words) and isinstance(a, Held) and isinstance(b, Held))


def told(value: Value) -> Value:
    """A key or value whose texts are told by the run, as others come."""
    if isinstance(value, Structure):
        plain = equals_tuples(value.make) and not is_grown(value)
        return value.with_parts(tuple(map(told, value.parts))) if plain else value
    return texts.text(value) or value


def known_key(key: Any) -> Value:
    """A key that is known, as a value."""
    if isinstance(key, tuple):
        make = type(key) if equals_tuples(type(key)) else tuple
        return Structure(make, tuple(range(len(key))), tuple(map(known_key, key)))
    return literal(key)


def widened_key(known: Value, key: Value) -> Value:
    """A key that is known, as a float where another one is a float there."""
    if isinstance(known, Structure):
        return known.with_parts(tuple(map(widened_key, known.parts, key.parts)))
    if num_of(known) != "int" or num_of(key) != "float":
        return known
    assert isinstance(known, Held)
    assert known.known is not None
    return literal(float(known.known.value))


def num_of(value: Value) -> str:
    """Is it an int or a float, or an array of them: "int", "float"; "" if it is no number."""
    return value.kind.num if isinstance(value, Held) and isinstance(value.kind, Num) else ""
