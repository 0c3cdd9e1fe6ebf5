r"""Texts that are read like files, and tables in them: all is known while the code is written.

    rows = csv.DictReader(io.StringIO(TABLE))       # TABLE: "name,mass\na,2\nb,3\n"
    for row in rows:                        ->      total = 2.0 * x
        total += float(row["mass"]) * x             total = total + 3.0 * x

What gives its lines or rows one by one is an iterator over all of them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fpad.transforms.abstract import Structure, Value, from_python, to_python
from fpad.transforms.iterators import Args, Handler, Keywords, arguments, constant, known_items
from fpad.transforms.refusing import refuse

if TYPE_CHECKING:
    from fpad.transforms.library import Library


def _lines(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """io.StringIO(text), which is only read."""
    text, newline = arguments("StringIO", args, kwargs, "initial_value", "newline")
    if text is None:
        refuse("A StringIO is written.", "put the parts into a list, and join them.")
    known = constant(text, "", "The text of a StringIO")
    return _iterator(w, io.StringIO(known, constant(newline, "\n", "newline")))


def _rows(make: Callable[..., Iterable[Any]]) -> Handler:
    """csv.reader(lines, ..) and csv.DictReader(lines, ..)."""

    def handle(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
        name = f"csv.{make.__name__}"
        lines = [to_python(v) for v in known_items(w, args[0], name)]
        rest = [to_python(v) for v in args[1:]]
        named = {k: to_python(v) for k, v in kwargs.items()}
        if None in lines or None in rest or None in named.values():
            refuse(
                f"What {name} is given is not known while the code is written.", "read it before."
            )
        given = [k[0] for k in lines if k is not None]
        more = [k[0] for k in rest if k is not None]
        try:
            return _iterator(w, make(given, *more, **{k: v[0] for k, v in named.items() if v}))
        except (csv.Error, TypeError) as error:
            refuse(f"This raises {type(error).__name__}: {error}.", "correct it.", error)

    return handle


def _iterator(w: Library, values: Iterable[Any]) -> Value:
    return w.iterator([_own(w, from_python(v)) for v in values])


def _own(w: Library, value: Value) -> Value:
    """A row, which may be changed."""
    return replace(value, ident=w.new_ident()) if isinstance(value, Structure) else value


TEXT_FILES: dict[Any, Handler] = {
    io.StringIO: _lines,
    csv.reader: _rows(csv.reader),
    csv.DictReader: _rows(csv.DictReader),
}
