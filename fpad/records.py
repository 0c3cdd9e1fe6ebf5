"""Branch records: which pieces of a piecewise program one execution ran through.

    def f(x):                        choices of f(np.array([2.0, -1.0])):
        y = np.maximum(x, 0.0)           numpy.maximum  label [1, 0]  switch [2.0, -1.0]
        if np.sum(y) > 1.0:              if             label 1       switch 1.0
            return y[0]
        return 0.0

A *choice* is a piecewise operation, an `if`, or the trips of a loop.  Its *label* names the piece
that was taken; its *switch* is the unrounded distance to the boundary between pieces, so a choice
whose switch is 0 sits on a kink.  Two executions with the same labels ran through the same piece
of the program: their `path` is the same.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from fpad.runtime.errors import InputError

Label: TypeAlias = "int | np.ndarray"
Switch: TypeAlias = "float | np.ndarray"


@contextmanager
def read_as(what: str) -> Iterator[None]:
    """Say what was expected where a text is not what `to_json` wrote.

    Raises:
        InputError: in the place of whatever reading the text raised.
    """
    try:
        yield
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise InputError(f"this text is not {what} as to_json writes one: {error!r}") from None


@dataclass(frozen=True)
class Site:
    """A place in a source file.

    Attributes:
        file: the file, or the name under which Python knows the text.
        function: the name of the function.
        ordinal: which statement of the function this is, so that edits elsewhere move nothing.
        line: line in the file, from 1.
        column: column in that line, in characters, from 1.
        text: the source line without its indentation.
    """

    file: str
    function: str
    ordinal: int
    line: int
    column: int
    text: str


@dataclass(frozen=True, eq=False)
class Choice:
    """One choice of one execution.

    Attributes:
        site: where it stands in the source.
        op: public dotted name of the operation ("numpy.maximum"), or "if", "while", "for".
        label: the piece that was taken, entry by entry: an int, or an int64 array.
        switch: unrounded distance to the boundary; NaN where none is known.
        call_path: the calls on the way from the entry of the program, as "function:ordinal".
        iteration: the trip of each enclosing loop, the outermost first, from 0.
    """

    site: Site
    op: str
    label: Label
    switch: Switch
    call_path: tuple[str, ...] = ()
    iteration: tuple[int, ...] = ()

    @property
    def key(self) -> tuple[Any, ...]:
        """What makes two choices of two executions the same choice; file names do not count."""
        s = self.site
        return (s.function, s.ordinal, self.op, self.call_path, self.iteration)


@dataclass(frozen=True, eq=False)
class Nearest:
    """An entry of a choice and its distance to the boundary."""

    choice: Choice
    index: tuple[int, ...]
    switch: float


@dataclass(frozen=True, eq=False)
class Difference:
    """A choice that two executions made differently, or that only one of them made.

    Attributes:
        here: the choice in the first execution, None where it was not made.
        there: the choice in the second.
        indices: the entries whose labels differ; empty where one side is None or shapes differ.
    """

    here: Choice | None
    there: Choice | None
    indices: tuple[tuple[int, ...], ...] = ()


class BranchRecord:
    """All choices of one execution, in the order in which they were made.

    Attributes:
        choices: the choices.
        path: hexadecimal digest of places and labels: equal where the same piece was taken.  File
            names, lines and switch values do not enter.
    """

    __slots__ = ("choices", "path")

    choices: tuple[Choice, ...]
    path: str

    def __init__(self, choices: Iterable[Choice] = ()) -> None:
        self.choices = tuple(choices)
        self.path = _digest(self.choices)

    @classmethod
    def from_raw(cls, raw: Iterable[tuple[Any, ...]], sites: Mapping[str, Any]) -> BranchRecord:
        """The record of what generated code noted down.

        Args:
            raw: tuples (key of the site, label, switch, call path, iteration); labels are truth
                values or integers, alone or in arrays, or None where the operands left no choice
                (x**2, whose exponent is written down); a missing switch is None; arrays may live
                on a device.
            sites: what the keys stand for: objects with `op` and `origin` (the fields of `Site`).
        """
        return cls(_choice(sites[key], *rest) for key, *rest in raw if rest[0] is not None)

    def nearest(self, n: int = 1) -> tuple[Nearest, ...]:
        """The n entries with the smallest distance to a boundary, nearest first."""
        found: list[Nearest] = []
        for c in self.choices:
            switch = np.asarray(c.switch, dtype=np.float64)
            size = np.abs(switch).ravel()
            for k in np.argsort(size, kind="stable")[:n]:
                if not math.isnan(size[k]):
                    index = tuple(map(int, np.unravel_index(k, switch.shape)))
                    found.append(Nearest(c, index, float(switch[index])))
        found.sort(key=lambda e: abs(e.switch))
        return tuple(found[:n])

    def diff(self, other: BranchRecord) -> tuple[Difference, ...]:
        """What the other execution chose differently, in the order of this execution.

        The first difference is the place where the two executions part.  Choices that only the
        other execution made come last.
        """
        theirs = dict(_numbered(other.choices))
        out = []
        for key, here in _numbered(self.choices):
            there = theirs.pop(key, None)
            if there is None:
                out.append(Difference(here, None))
                continue
            a, b = np.asarray(here.label), np.asarray(there.label)
            if a.shape != b.shape:
                out.append(Difference(here, there))
            elif np.any(a != b):
                indices = tuple(tuple(map(int, i)) for i in np.argwhere(a != b))
                out.append(Difference(here, there, indices))
        return (*out, *(Difference(None, c) for c in theirs.values()))

    def to_json(self) -> str:
        """The record as JSON; `from_json` gives it back, bit for bit."""
        return json.dumps(
            {
                "path": self.path,
                "choices": [
                    {
                        "site": vars(c.site),
                        "op": c.op,
                        "label": _encode(c.label),
                        "switch": _encode(c.switch),
                        "call_path": c.call_path,
                        "iteration": c.iteration,
                    }
                    for c in self.choices
                ],
            }
        )

    @classmethod
    def from_json(cls, text: str) -> BranchRecord:
        """The record that `to_json` wrote."""
        with read_as("a branch record"):
            return cls(
                Choice(
                    Site(**c["site"]),
                    c["op"],
                    _decode(c["label"]),
                    _decode(c["switch"]),
                    tuple(c["call_path"]),
                    tuple(c["iteration"]),
                )
                for c in json.loads(text)["choices"]
            )

    def __len__(self) -> int:
        return len(self.choices)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, BranchRecord) and self.to_json() == other.to_json()

    def __hash__(self) -> int:
        return hash(self.path)

    def __str__(self) -> str:
        from fpad.trace_text import trace_text

        return trace_text(self)

    def _repr_html_(self) -> str:
        import html

        return f"<pre>{html.escape(str(self))}</pre>"

    def __repr__(self) -> str:
        return f"BranchRecord({len(self.choices)} choices, path {self.path[:12]})"


def _choice(
    at: Any, label: Any, switch: Any, call_path: Iterable[str] = (), iteration: Iterable[int] = ()
) -> Choice:
    o = at.origin
    site = Site(o.file, o.function, o.ordinal, o.line, o.column, o.text)
    return Choice(
        site,
        at.op,
        _label(label),
        _switch(switch),
        tuple(c.partition(" ")[0] for c in call_path),
        tuple(map(int, iteration)),
    )


def _label(value: Any) -> Label:
    array = np.array(_host(value)).astype(np.int64)
    return array if array.ndim else int(array)


def _switch(value: Any) -> Switch:
    if value is None:
        return math.nan
    array = np.array(_host(value))
    if array.dtype.kind != "f":
        array = array.astype(np.float64)
    return array if array.ndim else float(array)


def _host(value: Any) -> Any:
    """Fetch an array that lives on a device."""
    return value.get() if not isinstance(value, np.ndarray) and hasattr(value, "get") else value


def _digest(choices: Iterable[Choice]) -> str:
    h = hashlib.sha256()
    for c in choices:
        label = np.ascontiguousarray(np.asarray(c.label, dtype="<i8"))
        h.update(repr((c.key, label.shape)).encode())
        h.update(label.tobytes())
    return h.hexdigest()


def _numbered(choices: Iterable[Choice]) -> Iterator[tuple[tuple[Any, ...], Choice]]:
    """Choices under keys that are unique: a key that comes again is counted."""
    seen: Counter[tuple[Any, ...]] = Counter()
    for c in choices:
        yield (*c.key, seen[c.key]), c
        seen[c.key] += 1


def _encode(value: Any) -> Any:
    """Numbers and arrays as JSON; floats that JSON lacks are written as strings."""
    if isinstance(value, np.ndarray):
        data = [_encode(v) for v in value.ravel().tolist()]
        return {"dtype": value.dtype.str, "shape": value.shape, "data": data}
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)
    return value


def _decode(value: Any) -> Any:
    if isinstance(value, dict):
        data = np.array([_decode(v) for v in value["data"]], dtype=value["dtype"])
        return data.reshape(value["shape"])
    return float(value) if isinstance(value, str) else value
