"""What `Derivative.explain` gives: facts about generated code, as data, as text and as JSON.

    variables                                   one per variable of the user
        h      active    from w on line 6, to the result on line 8
    saved                                       one per value that the reverse sweep needs
        h      line 6    read by np.multiply on line 6    3 times    192 B

Nothing here computes: `explain` and `why` fill it in, `measure` counts.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

FORMAT = "fpad.explanation"
VERSION = 1
CROP = 40
"""The longest piece of a source line that the text shows."""


@dataclass(frozen=True)
class Place:
    """A line of the user's program.

    Attributes:
        line: its number, 0 where code has no line of the user.
        text: the source of the statement.
    """

    line: int
    text: str


@dataclass(frozen=True)
class Link(Place):
    """A step on the way: the variable that this line gives a value, empty where it has no name."""

    variable: str


@dataclass(frozen=True)
class Reader(Place):
    """What reads a saved value: the operation of the adjoint of this line."""

    operation: str


@dataclass(frozen=True)
class Finding:
    """A fact about one line.

    Attributes:
        function: the function of the user that the line stands in.
        name: the variable, or the expression where the value has no name.
        line: the line of the user's program, 0 where there is none.
        text: the source of that line.
        reason: why so, in words.
    """

    function: str
    name: str
    line: int
    text: str
    reason: str


@dataclass(frozen=True)
class Variable(Finding):
    """A variable, and whether derivatives go through it.

    Attributes:
        status: "active": it varies with an input and the result with it; "unused": it varies, but
            the result does not; "inactive": it does not vary.
        depends: the way from an input to it; of a long one the end.
        reaches: the way from it to the result; of a long one the beginning.
    """

    status: str
    depends: tuple[Link, ...] = ()
    reaches: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Saved(Finding):
    """A value of the forward sweep that the reverse sweep needs; `line` is where it was made.

    Attributes:
        what: "value", or "shape" where only that is kept.
        held: "tape" (a list that the loop appends to), "residuals" (what a call hands on), or
            "variable" (it is still in its variable).
        each: how often: "trip" of a loop, "call" of the function, or "once".
        copied: is it a copy, because its memory is written later.
        readers: what needs it.
        count: how many were saved, None where nothing was run.
        bytes: of all of them together; a number counts 8, a shape nothing.
    """

    what: str
    held: str
    each: str
    copied: bool
    readers: tuple[Reader, ...] = ()
    count: int | None = None
    bytes: int | None = None


@dataclass(frozen=True)
class Copied(Finding):
    """A copy that the derivative makes and the function does not.

    Attributes:
        what: "argument", "result", "saved", "adjoint" or "tangent".
        forced_by: the lines that made it necessary.
    """

    what: str
    forced_by: tuple[Place, ...] = ()


@dataclass(frozen=True)
class Unbroadcast(Finding):
    """A sum to the shape of an operand, because equal shapes could not be proved.

    Attributes:
        remedy: what can be done about it.
        count: how often it was run, None where nothing was run.
        summed: how often the shapes differed, so that there was something to sum.
    """

    remedy: str
    count: int | None = None
    summed: int | None = None


@dataclass(frozen=True)
class Recomputed(Finding):
    """Something that the reverse sweep computes again; `name` is the expression."""


@dataclass(frozen=True)
class Zeros(Finding):
    """An array of zeros that an adjoint starts with; `name` is the variable it belongs to."""


@dataclass(frozen=True)
class Selected(Finding):
    """An `fp.select`: what lies outside the condition of a `where` is dropped."""


@dataclass(frozen=True)
class Explanation:
    """Why the code of a derivative is as it is.

    Attributes:
        function: the name of the user's function.
        file: the file that it stands in.
        line: the line of its `def`.
        what: the transforms in order: `("grad",)`, `("grad", "jvp")`.
        wrt: the parameters that are differentiated.
        measured: was the code run at example arguments, so that counts and bytes are known.
        saved_bytes: the memory of all saved values together, where several share one array
            counted once, and without that of arguments; None where nothing was run.
    """

    function: str
    file: str
    line: int
    what: tuple[str, ...]
    wrt: tuple[str, ...]
    measured: bool
    variables: tuple[Variable, ...]
    saved: tuple[Saved, ...]
    copies: tuple[Copied, ...]
    unbroadcasts: tuple[Unbroadcast, ...]
    recomputed: tuple[Recomputed, ...]
    zeros: tuple[Zeros, ...]
    selected: tuple[Selected, ...]
    saved_bytes: int | None = None

    def to_json(self) -> str:
        """The same as JSON; docs/explain.md says what the keys mean."""
        return json.dumps({"format": FORMAT, "version": VERSION, **asdict(self)}, indent=2)

    def __str__(self) -> str:
        head = f"{' of '.join(reversed(self.what)) or 'primal'} of {self.function}"
        if self.wrt:
            head += f", with respect to {', '.join(self.wrt)}"
        where = f"{os.path.basename(self.file)}:{self.line}"
        sections = [
            f"{head}  ({where})",
            *self._variable_sections(),
            _section(self._saved_title(), self._saved_rows()),
            _section("copied", _rows(self.copies)),
            _section("summed to the shape of an operand", self._unbroadcast_rows()),
            _section("computed again in the reverse sweep", _rows(self.recomputed)),
            _section("zeros that adjoints start with", _rows(self.zeros)),
            _section(
                "selected: a condition chooses, and no NaN comes through", self._selected_rows()
            ),
        ]
        return "\n\n".join(s for s in sections if s)

    # ---------------------------------------------------------------- rows of the text

    def _variable_sections(self) -> list[str]:
        """A section for each function; variables with the same reason share a row."""
        functions = list(dict.fromkeys(v.function for v in self.variables))
        out: list[str] = []
        for function in functions:
            groups: dict[tuple[str, str], list[str]] = {}
            for v in self.variables:
                if v.function == function:
                    groups.setdefault((v.status, v.reason), []).append(v.name)
            rows: list[Sequence[str]] = []
            for told, names in groups.items():
                first, *rest = _lines(names)
                rows += [(first, *told), *((line, "") for line in rest)]
            out.append(_section(f"variables of {function}", rows))
        return out

    def _saved_title(self) -> str:
        if not self.saved or self.saved_bytes is None:
            return "saved for the reverse sweep"
        return f"saved for the reverse sweep: {size(self.saved_bytes)} of memory in all"

    def _saved_rows(self) -> list[Sequence[str]]:
        rows: list[Sequence[str]] = []
        for s in self.saved:
            amount = ["", ""]
            if s.count is not None and s.bytes is not None:
                times = {1: "once"}.get(s.count, f"{s.count} times")
                amount = [times, "no bytes" if s.what == "shape" else size(s.bytes)]
            elif s.each != "once":
                amount[0] = f"each {s.each}"
            rows.append((_cropped(s.name), _line(s), _cropped(s.text), s.reason, *amount))
        return rows

    def _selected_rows(self) -> list[Sequence[str]]:
        """One row for each line, with the first of its conditions."""
        lines: dict[int, Selected] = {}
        for s in self.selected:
            lines.setdefault(s.line, s)
        return [(_cropped(s.name), _line(s), _cropped(s.text)) for s in lines.values()]

    def _unbroadcast_rows(self) -> list[Sequence[str]]:
        rows: list[Sequence[str]] = []
        for u in self.unbroadcasts:
            told = u.reason
            if u.count is not None:
                told += f"; {_run(u.count, u.summed or 0)}"
            rows.append((_cropped(u.name), _line(u), _cropped(u.text), told))
        remedies = dict.fromkeys(u.remedy for u in self.unbroadcasts if u.remedy)
        return [*rows, *((f"({r})",) for r in remedies)]


def _run(count: int, summed: int) -> str:
    if not count:
        return "not run"
    if not summed:
        return "the shapes were equal"
    return "summed" if summed == count else f"summed {summed} times of {count}"


def size(count: int) -> str:
    """A number of bytes for people: 800 B, 8.0 kB, 1.2 MB."""
    if count < 1000:
        return f"{count} B"
    value = float(count)
    for unit in ("kB", "MB", "GB"):
        value /= 1000.0
        if value < 999.95:
            return f"{value:.1f} {unit}"
    return f"{value / 1000.0:.1f} TB"


def _line(f: Finding) -> str:
    return f"line {f.line}" if f.line else ""


def _cropped(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= CROP else f"{text[: CROP - 3]}..."


def _lines(names: Sequence[str]) -> list[str]:
    """Names with commas, on lines that are not too long."""
    lines = [""]
    for k, name in enumerate(names):
        part = name if k == len(names) - 1 else f"{name},"
        if lines[-1] and len(lines[-1]) + len(part) + 1 > CROP // 2:
            lines.append(part)
        else:
            lines[-1] = f"{lines[-1]} {part}".strip()
    return lines


def _rows(findings: Iterable[Finding]) -> list[Sequence[str]]:
    return [(_cropped(f.name), _line(f), _cropped(f.text), f.reason) for f in findings]


def _section(title: str, rows: list[Sequence[str]]) -> str:
    """A title and rows in columns; equal rows once, a row of one cell is a remark."""
    if not rows:
        return ""
    rows = list(dict.fromkeys(map(tuple, rows)))
    full = [r for r in rows if len(r) > 1]
    count = max((len(r) for r in full), default=0)
    widths = [max((len(r[k]) for r in full if len(r) > k), default=0) for k in range(count)]
    out = [title]
    for row in rows:
        if len(row) == 1:
            out.append(f"  {row[0]}")
            continue
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False) if width]
        out.append(f"  {'  '.join(cells)}".rstrip())
    return "\n".join(out)
