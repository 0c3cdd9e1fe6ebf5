"""Loops over iterators that know where they stand (see `cursors`), as loops that ask them.

    for v in it:                            while more(it):
        ..                          ->          v = take(it)
                                                ..

So the body may read the iterator too, and what a break leaves is there for whoever reads it next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fpad.transforms.abstract import Static, Value
from fpad.transforms.ir import Apply, For, While
from fpad.transforms.written import cursors as written

if TYPE_CHECKING:
    from fpad.transforms.loops import Loops


def as_while(w: Loops, s: For, it: Value) -> While:
    """A loop over a cursor, as one that asks for a value in each trip."""
    names = [
        w.hold_as(name, value)
        for name, value in (
            ("source", it),
            ("more", Static(written.more)),
            ("take", Static(written.take)),
        )
    ]
    w.kept |= set(names)
    source, more, take = names
    some = w.fresh("some")
    test = Apply(some, more, (source,), (), s.origin)
    first = Apply(s.target, take, (source,), (), s.origin)
    return While((test,), some, (first, *s.body), s.orelse, s.origin)
