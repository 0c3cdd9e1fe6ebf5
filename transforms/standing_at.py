"""What a cursor is (see `cursors`), and what must not happen to the list that it reads.

An iterator of Python over a list that has come to its end stays there when the list gets longer;
a cursor, which compares its place with the length, would go on.  So a list may only get longer or
shorter where its cursors are known to have values left.
"""

from __future__ import annotations

from fpad.transforms.abstract import Env, Structure, Value, is_grown, known_value
from fpad.transforms.heap import held_at
from fpad.transforms.refusing import refuse
from fpad.transforms.written.cursors import Cursor, Part, Zipped
from fpad.transforms.written.frames import Frame


def is_cursor(value: Value) -> bool:
    """Is it an iterator that knows where it stands?"""
    return isinstance(value, Structure) and value.make in (Cursor, Part, Zipped)


def is_asked(value: Value) -> bool:
    """Is it an iterator that knows where it stands, or a generator that is asked one by one?"""
    return isinstance(value, Structure) and (
        value.make in (Cursor, Part, Zipped)
        or (isinstance(value.make, type) and issubclass(value.make, Frame))
    )


def check_unread(env: Env, values: Structure) -> None:
    """Refuse to make a list longer or shorter that a cursor may have come to the end of."""
    for _, found in held_at(env):
        if found.make is not Cursor or "at" not in found.keys:
            continue
        of, at = found.items[found.keys.index("values")], found.items[found.keys.index("at")]
        if not isinstance(of, Structure) or of.ident != values.ident:
            continue
        known = known_value(at)
        if is_grown(of) or known is None or known[0] is None or known[0] >= len(of.items):
            refuse(
                "A list gets longer or shorter that an iterator may have come to the end of.",
                "make a list of what is left first: rest = list(it).",
            )
