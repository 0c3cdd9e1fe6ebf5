"""The errors of fpad.  `fpad` re-exports them; they live here because imports run one way.

A refused function raises one `TransformError` that shows every refused place:

    model.py:3
        y = {v * v for v in x}
            ^
      Set comprehensions are not supported.
      Instead: write the loop, with a list or a dict.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from fpad.runtime.errors import FpadError, InputError, RuleError

__all__ = [
    "CertificateError",
    "FpadError",
    "InputError",
    "MissingExtra",
    "Refusal",
    "RuleError",
    "TransformError",
]


@dataclass(frozen=True)
class Refusal:
    """One place that is refused.

    Attributes:
        file: the file, or the name under which Python knows the text (`<ipython-input-3-..>`);
            empty where there is no source.
        line: line in the file, from 1; 0 where there is no source.
        column: column in that line, in characters, from 1; 0 where there is no source.
        text: the source line without its indentation.
        reason: what is refused, as a sentence.
        remedy: what to write or do instead, as the rest of the sentence "Instead: ..".
        indent: characters of indentation that `text` lacks.
    """

    file: str
    line: int
    column: int
    text: str
    reason: str
    remedy: str
    indent: int = 0

    @classmethod
    def at(
        cls, file: str, lines: Sequence[str], line: int, offset: int, reason: str, remedy: str
    ) -> Refusal:
        """A refusal in the lines of a file, at a byte offset as Python's syntax trees have it."""
        row = lines[line - 1].rstrip()
        column = len(row.encode()[:offset].decode()) + 1
        text = row.lstrip()
        return cls(file, line, column, text, reason, remedy, len(row) - len(text))

    def __str__(self) -> str:
        lines = []
        if self.line:
            lines.append(f"{self.file}:{self.line}")
        elif self.file:
            lines.append(self.file)
        if self.text:
            lines += [f"    {self.text}", f"    {self._margin()}^"]
        lines.append(f"  {self.reason}")
        if self.remedy:
            lines.append(f"  Instead: {self.remedy}")
        return "\n".join(lines)

    def _margin(self) -> str:
        """Blanks as wide as the text before the column, on a terminal."""
        before = self.text[: max(self.column - 1 - self.indent, 0)]
        wide = [2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in before]
        return "".join("\t" if c == "\t" else " " * w for c, w in zip(before, wide, strict=True))


class TransformError(FpadError):
    """A function that cannot be transformed, with all the places where it is refused.

    Attributes:
        refusals: at least one `Refusal`, in source order.
    """

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        self.refusals = tuple(refusals)
        super().__init__(self.refusals)

    def __str__(self) -> str:
        return "\n\n".join(map(str, self.refusals))


def refusal_at(origin: Any, reason: str, remedy: str) -> Refusal:
    """The refusal of what stands at an origin of the IR."""
    o = origin
    return Refusal(o.file, o.line, o.column, o.text, reason, remedy)


def refused(origin: Any, reason: str, remedy: str) -> TransformError:
    """The error with that one refusal."""
    return TransformError([refusal_at(origin, reason, remedy)])


class CertificateError(FpadError):
    """A certificate does not prove what it claims."""


class MissingExtra(FpadError, ImportError):
    """An optional dependency is not installed.

    Attributes:
        extra: the extra of fpad that brings it.
        wanted_by: what needs it, as the subject of a sentence.
    """

    def __init__(self, extra: str, wanted_by: str) -> None:
        self.extra = extra
        self.wanted_by = wanted_by
        super().__init__(extra, wanted_by)

    def __str__(self) -> str:
        return f'{self.wanted_by} needs an optional dependency: pip install "fpad[{self.extra}]"'
