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

import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from fpad.choices import Choice, Key, Raw, Site, decode, digest, encode
from fpad.runtime.errors import InputError

if TYPE_CHECKING:
    from fpad.check.nearest import Reach

Measure: TypeAlias = "Callable[[tuple[Choice, ...], int], list[Reach] | None]"
__all__ = ["BranchRecord", "Choice", "Difference", "Nearest", "Site", "read_as"]


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


@dataclass(frozen=True, eq=False)
class Nearest:
    """An entry of a choice and its distance to the boundary.

    Attributes:
        choice: the choice.
        index: which entry of it.
        switch: the distance to the boundary, as it was recorded.
        ulps: so many units in the last place may all float arguments move at once, each by its
            own unit; NaN where that is not known.
        certified: it is a lower bound, of exact arithmetic on any such arguments: this choice does
            not flip, unless another one flips first.  Otherwise it is an estimate, by the slopes
            of the switch at the point.
    """

    choice: Choice
    index: tuple[int, ...]
    switch: float
    ulps: float = math.nan
    certified: bool = False


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

    __slots__ = ("_choices", "_measure", "_path", "_raw")

    def __init__(self, choices: Iterable[Choice] = ()) -> None:
        self._choices: tuple[Choice, ...] | None = tuple(choices)
        self._path: str | None = None
        self._raw: Raw | None = None
        self._measure: Measure | None = None

    @classmethod
    def from_raw(
        cls,
        raw: Iterable[tuple[Any, ...]],
        sites: Mapping[str, Any],
        measure: Measure | None = None,
    ) -> BranchRecord:
        """The record of what generated code noted down; nothing is read before it is asked for.

        Args:
            raw: what was noted, as `fpad.choices.Raw` takes it.
            sites: what the keys in it stand for.
            measure: tells how far the choices are from flipping, where the run can be repeated.
        """
        record = cls()
        record._choices, record._raw, record._measure = None, Raw(raw, sites), measure
        return record

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The choices, in the order in which they were made."""
        if self._choices is None:
            assert self._raw is not None
            self._choices = self._raw.choices()
        return self._choices

    @property
    def path(self) -> str:
        """Hexadecimal digest of places and labels, equal where the same piece was taken."""
        if self._path is None:
            raw = self._raw
            found = ((c.key, c.label) for c in self._choices or ())
            self._path = digest(found) if raw is None else raw.digest()
        return self._path

    def nearest(self, n: int = 1) -> tuple[Nearest, ...]:
        """The n entries that are nearest to their boundary, by how far the arguments must move.

        The record of a run whose arguments are still what they were is measured: the program runs
        again, without its effects, in floats that carry bounds.  Where that cannot be, as for a
        record from JSON or a program that draws numbers, `ulps` is NaN, and the entries with the
        smallest switches are given.  What has no switch, as the trips of a for, is not among them.
        """
        reach = self._measure(self.choices, n) if self._measure is not None else None
        found: list[tuple[tuple[bool, float, float], Nearest]] = []
        for c, r in zip(self.choices, reach or (None,) * len(self.choices), strict=True):
            switch = np.asarray(c.switch, dtype=np.float64)
            size = np.abs(switch).ravel()
            ulps = np.full(size.shape, math.nan) if r is None else r.ulps.ravel()
            for k in np.lexsort((size, ulps, np.isnan(ulps)))[:n]:
                if not math.isnan(size[k]):
                    index = tuple(map(int, np.unravel_index(k, switch.shape)))
                    sure = r is not None and bool(r.certified.ravel()[k])
                    near = Nearest(c, index, float(switch[index]), float(ulps[k]), sure)
                    found.append(((math.isnan(ulps[k]), near.ulps, float(size[k])), near))
        order = sorted(range(len(found)), key=lambda k: _comparable(found[k][0]))
        return tuple(found[k][1] for k in order[:n])

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
                        "label": encode(c.label),
                        "switch": encode(c.switch),
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
                    decode(c["label"]),
                    decode(c["switch"]),
                    tuple(c["call_path"]),
                    tuple(c["iteration"]),
                )
                for c in json.loads(text)["choices"]
            )

    def __reduce__(self) -> Any:
        """Copies and pickles hold the choices, not the run."""
        return BranchRecord, (self.choices,)

    def __len__(self) -> int:
        return len(self.choices)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, BranchRecord)
            and len(self) == len(other)
            and all(a.equals(b) for a, b in zip(self.choices, other.choices, strict=True))
        )

    def __hash__(self) -> int:
        return hash(self.path)

    def __str__(self) -> str:
        from fpad.trace_text import trace_text

        return trace_text(self, nearest=0)

    def _repr_html_(self) -> str:
        import html

        return f"<pre>{html.escape(str(self))}</pre>"

    def __repr__(self) -> str:
        return f"BranchRecord({len(self.choices)} choices, path {self.path[:12]})"


def _comparable(key: tuple[bool, float, float]) -> tuple[bool, float, float]:
    """A key without NaN, which has no order."""
    unknown, ulps, size = key
    return unknown, 0.0 if unknown else ulps, size


def _numbered(choices: Iterable[Choice]) -> Iterator[tuple[Key, Choice]]:
    """Choices under keys that are unique: a key that comes again is counted."""
    seen: Counter[Key] = Counter()
    for c in choices:
        yield (*c.key, seen[c.key]), c
        seen[c.key] += 1
