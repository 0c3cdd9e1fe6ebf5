"""A branch record as text: the source with what was chosen at each place.

model.py:6
if x > i:
^~~~~~~~
trip 0   yes, 1.5 from the boundary
trip 1   yes, 0.5 from the boundary
trip 2   no, -0.5 from the boundary
"""

from __future__ import annotations

import math
import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from fpad.marks import underline
from fpad.words import piece

if TYPE_CHECKING:
    from fpad.records import BranchRecord, Choice, Difference, Nearest

WIDTH = 96
KINDS = 4
"""Up to so many different labels of an array are counted; of more the array itself is shown."""


ORDERS = ("numpy.sort", "numpy.argsort", "numpy.partition")
"""Operations whose label is where the entries of the result come from."""


def places(record: BranchRecord) -> list[list[Choice]]:
    """The choices of each place in the source, in the order of the source."""
    found: dict[tuple[Any, ...], list[Choice]] = {}
    for c in record.choices:
        s = c.site
        found.setdefault((s.file, s.line, s.column, s.ordinal, c.op), []).append(c)
    files = list(dict.fromkeys(key[0] for key in found))
    return [found[k] for k in sorted(found, key=lambda k: (files.index(k[0]), *k[1:]))]


def trace_text(record: BranchRecord, limit: int = 8, nearest: int = 3) -> str:
    """The text of a record.

    Args:
        record: the record.
        limit: how many trips of a place are shown; those nearest to a boundary are among them.
        nearest: how many entries nearest to a boundary are named at the end; for that the program
            runs again.
    """
    count = len(record.choices)
    lines = [f"{count} choice{'' if count == 1 else 's'}, path {record.path[:12]}"]
    before = ("", 0)
    for same in places(record):
        here = (same[0].site.file, same[0].site.line)
        if here != before:
            lines += ["", *text_lines(same)]
        before = here
        lines += [*mark_lines(same), *indented(_rows(same, limit))]
    found = record.nearest(nearest) if nearest else ()
    if found:
        lines += ["", "  Nearest to a boundary:", *indented(_near(found))]
    return "\n".join(lines)


def text_lines(same: Sequence[Choice]) -> list[str]:
    """A line of the source: file and number, and its text."""
    s = same[0].site
    return [f"  {s.file}:{s.line}", f"      {s.text}"]


def mark_lines(same: Sequence[Choice]) -> list[str]:
    """Carets below the line."""
    s = same[0].site
    mark = underline(s.file, s.line, s.column, s.text, same[0].op)
    return [f"      {mark}"] if mark else []


def indented(lines: Iterable[str]) -> list[str]:
    """Lines below a place; long ones are wrapped."""
    return [
        out
        for line in lines
        for out in textwrap.wrap(
            line, WIDTH, initial_indent=" " * 8, subsequent_indent=" " * 10, drop_whitespace=True
        )
    ]


def said(choice: Choice) -> str:
    """What was chosen, and how far the boundary is: "yes, 0.5 from the boundary"."""
    label = np.asarray(choice.label)
    if label.ndim == 0:
        text = piece(choice.op, int(label))
        far = distance(choice)
        return text if far is None else f"{text}, {away(far[1])}"
    counts = Counter(label.ravel().tolist())
    if not counts:
        return "no entries"
    if choice.op in ORDERS:
        text = f"order {_short(label)}"
    elif len(counts) <= KINDS:
        parts = [f"{piece(choice.op, k)} ({n} of {label.size})" for k, n in sorted(counts.items())]
        text = ", ".join(parts)
    else:
        text = f"pieces {_short(label)}"
    far = distance(choice)
    return text if far is None else f"{text}; entry {list(far[0])} is {away(far[1])}"


def _short(label: np.ndarray) -> str:
    return np.array2string(label, threshold=12, edgeitems=4).replace("\n", "")


def distance(choice: Choice) -> tuple[tuple[int, ...], float] | None:
    """Index and switch of the entry nearest to its boundary; None where no distance is known."""
    switch = np.asarray(choice.switch, dtype=np.float64)
    size = np.abs(switch)
    if size.size == 0 or np.all(np.isnan(size)):
        return None
    at = np.unravel_index(int(np.nanargmin(size)), switch.shape)
    return tuple(map(int, at)), float(switch[at])


def away(switch: float) -> str:
    """A switch value in words."""
    if switch == 0:
        return "exactly on the boundary"
    return f"{switch:.6g} from the boundary"


def when(choice: Choice) -> str:
    """The trips and calls in which a choice was made; "" outside of loops and calls."""
    trips = f"trip {', '.join(map(str, choice.iteration))}" if choice.iteration else ""
    calls = f"called at {' > '.join(choice.call_path)}" if choice.call_path else ""
    return ", ".join(filter(None, (calls, trips)))


def _rows(same: Sequence[Choice], limit: int) -> list[str]:
    """A row for each time that a place was reached; of many, the first and the nearest."""
    shown = list(range(len(same)))
    if len(same) > limit:
        far = [distance(c) for c in same]
        order = sorted(shown, key=lambda k: math.inf if (d := far[k]) is None else abs(d[1]))
        first = shown[: (limit + 1) // 2]
        rest = [k for k in order if k not in first][: limit - len(first)]
        shown = sorted([*first, *rest])
    rows = [(when(same[k]), said(same[k])) for k in shown]
    width = max(len(w) for w, _ in rows)
    out = [f"{w.ljust(width)}  {text}" if width else text for w, text in rows]
    if len(shown) < len(same):
        out.append(f".. {len(same) - len(shown)} more; {_counted(same)}")
    return out


def _counted(same: Sequence[Choice]) -> str:
    """How often each piece was taken, over all trips and entries."""
    counts = Counter(k for c in same for k in np.ravel(c.label).tolist())
    parts = [
        f"{piece(same[0].op, k)} {'once' if n == 1 else f'{n} times'}"
        for k, n in counts.most_common(KINDS)
    ]
    return f"in all {', '.join(parts)}{', ..' if len(counts) > KINDS else ''}"


def _near(found: Sequence[Nearest]) -> list[str]:
    out = []
    for n in found:
        c = n.choice
        entry = f", entry {list(n.index)}" if n.index else ""
        moment = when(c)
        moment = f", {moment}" if moment else ""
        out.append(f"{n.switch:.6g}  {c.op} at line {c.site.line}{moment}{entry}{_far(n)}")
    return out


def _far(n: Nearest) -> str:
    """How far the arguments may move, if that is known."""
    if math.isnan(n.ulps):
        return ""
    if n.ulps == 0:
        return "; an argument that moves at all may flip it"
    if not n.certified:
        return f"; about {n.ulps:.3g} ulps of the arguments away"
    if math.isinf(n.ulps):
        return "; no argument moves it"
    return f"; safe while no argument moves by {n.ulps:.3g} ulps"


def diff_text(differences: Sequence[Difference], other: str, limit: int = 8) -> str:
    """What another execution chose differently.

    Args:
        differences: of `BranchRecord.diff`, the first one first.
        other: what the other execution is called ("in bfloat16").
        limit: how many are shown.
    """
    if not differences:
        return f"The same choices {other}: it is the same piece of the function."
    n = len(differences)
    lines = [f"{n} choice{' is' if n == 1 else 's are'} different {other}. Where they part:"]
    for d in differences[:limit]:
        c = d.here or d.there
        assert c is not None
        moment = when(c)
        rows = [f"{moment}:"] if moment else []
        rows += [f"here:  {'not reached' if d.here is None else _at(d.here, d.indices)}"]
        rows += [f"there: {'not reached' if d.there is None else _at(d.there, d.indices)}"]
        lines += ["", *text_lines([c]), *mark_lines([c]), *indented(rows)]
    if n > limit:
        lines += ["", f"  .. and {n - limit} more."]
    return "\n".join(lines)


def _at(choice: Choice, indices: Sequence[tuple[int, ...]]) -> str:
    """A choice, or of an array the entry that differs first."""
    label = np.asarray(choice.label)
    if not indices or not label.ndim:
        return said(choice)
    index = indices[0]
    switch = np.asarray(choice.switch, dtype=np.float64)
    far = float(switch[index]) if switch.shape == label.shape else math.nan
    text = f"entry {list(index)} {piece(choice.op, int(label[index]))}"
    text += "" if math.isnan(far) else f", {away(far)}"
    return text if len(indices) == 1 else f"{text}; {len(indices)} entries differ"
