"""Errors on the command line: one paragraph with a caret, exit status 2.

fpad: model.py has no function lss
    model.py:lss
             ^
  Instead: it has loss, predict
"""

from __future__ import annotations

import linecache
import os
import traceback
from collections.abc import Iterable
from dataclasses import dataclass

from fpad.runtime.errors import FpadError
from fpad.transforms.errors import Refusal, TransformError
from fpad.transforms.load import PREFIX

WIDTH = 100
"""The longest text that is shown above a caret; of a longer one, the part around the caret."""


@dataclass(frozen=True)
class Place:
    """A text and a column in it, in characters from 1."""

    text: str
    column: int


class UsageError(FpadError):
    """Something on the command line that cannot be used, with the place that is wrong."""

    def __init__(self, reason: str, place: Place, remedy: str = "") -> None:
        self.reason = reason
        self.place = place
        self.remedy = remedy
        super().__init__(reason, place, remedy)

    def __str__(self) -> str:
        if not self.place.text:
            return self.reason
        text, column = _cropped(self.place)
        # Refusal knows how a caret is put under tabs and wide characters.
        shown = Refusal("", 0, column, text, self.reason, self.remedy)
        reason, *rest = str(shown).splitlines()[2:]
        return "\n".join([reason.strip(), *str(shown).splitlines()[:2], *rest])


def paragraph(error: FpadError) -> str:
    """An error as one paragraph: no blank line in it."""
    lines = [*str(error).splitlines(), *getattr(error, "__notes__", ())]
    return "fpad: " + "\n".join(line for line in lines if line.strip())


def placed(error: FpadError, place: Place) -> FpadError:
    """The error with a place, unless it has one of its own."""
    if isinstance(error, UsageError):
        return error
    if isinstance(error, TransformError):
        if any(r.text for r in error.refusals):
            return error
        return UsageError(_reasons(error.refusals), place, error.refusals[0].remedy)
    first, *rest = str(error).splitlines() or [type(error).__name__]
    return UsageError(" ".join([first, *map(str.strip, rest)]), place)


def _reasons(refusals: Iterable[Refusal]) -> str:
    return " ".join(r.reason for r in refusals)


def _cropped(place: Place) -> tuple[str, int]:
    """One line of the text, at most WIDTH characters of it around the column."""
    text = place.text.replace("\n", " ")
    if len(text) <= WIDTH:
        return text, place.column
    start = min(max(place.column - 1 - WIDTH // 2, 0), len(text) - WIDTH)
    end = start + WIDTH
    before, after = "... " if start else "", " ..." if end < len(text) else ""
    return f"{before}{text[start:end]}{after}", place.column - start + len(before)


def generated_file(error: BaseException) -> str:
    """The file of the generated code that an exception left, if it left any."""
    trace, file = error.__traceback__, ""
    while trace is not None:
        if str(trace.tb_frame.f_globals.get("__name__")).startswith(PREFIX):
            file = trace.tb_frame.f_code.co_filename
        trace = trace.tb_next
    return file


def in_file(error: BaseException, file: str) -> UsageError | None:
    """An exception that left a file, with the innermost line of that file."""
    called = type(error).__name__
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        line = error.text or linecache.getline(error.filename, error.lineno)
        where = f"{os.path.basename(error.filename)}:{error.lineno}"
        return UsageError(f"{where}: {called}: {error.msg}", _at(line, (error.offset or 1) - 1))
    frames = traceback.extract_tb(error.__traceback__)
    inside = [f for f in frames if os.path.abspath(f.filename) == os.path.abspath(file)]
    if not file or not inside or inside[-1].lineno is None:
        return None
    frame, number = inside[-1], inside[-1].lineno
    line = linecache.getline(frame.filename, number)
    column = len(line.encode()[: frame.colno or 0].decode(errors="replace"))
    said = f"{called}: {error}" if str(error) else called
    where = f"{os.path.basename(frame.filename)}:{number}"
    return UsageError(f"{where}: {said}", _at(line, column))


def _at(line: str, offset: int) -> Place:
    text = line.strip()
    return Place(text, max(offset - (len(line) - len(line.lstrip())), 0) + 1)
