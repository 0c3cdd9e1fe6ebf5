"""Carets under an operation in a line of source.

y = np.maximum(x, 0.0) * s
    ^~~~~~~~~~~~~~~~~~
"""

from __future__ import annotations

import linecache
import unicodedata

BLOCKS = ("if", "while", "for", "while trips")
"""Choices of statements: what is marked is the head of the statement."""


def underline(file: str, line: int, column: int, text: str, op: str) -> str:
    """Carets to be shown below `text`, "" if the place is not in it.

    Line and column count from 1; `text` is the source line without its indentation; `op` is the
    public dotted name of the operation, or "if", "while", "for".
    """
    at, end = span(file, line, column, text, op)
    if end <= at:
        return ""
    margin = "".join("  " if _wide(c) else "\t" if c == "\t" else " " for c in text[:at])
    return margin + "^" + "~" * (end - at - 1)


def span(file: str, line: int, column: int, text: str, op: str) -> tuple[int, int]:
    """First and last position (exclusive) of an operation in `text`; (0, 0) if it is not there."""
    start = linecache.getline(file, line).find(text)
    at = column - 1 - start
    if not text or start < 0 or not 0 <= at < len(text):
        return 0, 0
    return at, at + _extent(text[at:], op)


def _wide(c: str) -> bool:
    return unicodedata.east_asian_width(c) in "WF"


def _extent(text: str, op: str) -> int:
    """How many characters to mark: a call to its closing bracket, a statement to its colon."""
    statement = op in BLOCKS
    head = statement and text.startswith(("if", "elif", "while", "for"))
    depth = 0
    for k, c in enumerate(text):
        if c in "([{":
            depth += 1
        elif c in ")]}":
            depth -= 1
            if depth < 0:  # around what is marked
                return max(k, 1)
            if depth == 0 and not statement:
                return k + 1
        elif depth == 0:
            if (head and c == ":") or (statement and not head and c == ","):
                return k
            if not statement and not (c.isalnum() or c in "._"):
                return max(k, 1)
    return len(text)
