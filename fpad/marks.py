"""Carets under an operation in a line of source.

y = np.maximum(x, 0.0) * s
    ^~~~~~~~~~~~~~~~~~
"""

from __future__ import annotations

import ast
import linecache
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

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
    end = _operator_end(file, line, column, op) - 1 - start
    return at, end if at < end <= len(text) else at + _extent(text[at:], op)


def _operator_end(file: str, line: int, column: int, op: str) -> int:
    """The column behind an expression with an operator, "x > 0" or "x // 2"; 0: there is none."""
    if not op.startswith("operator."):
        return 0
    lines = linecache.getlines(file)
    try:
        found = _operators("".join(lines)).get((line, column), ())
    except (SyntaxError, ValueError, RecursionError):
        return 0
    sign = _SIGNS.get(op.removeprefix("operator."), ast.cmpop)
    ends = [end for kinds, last, end in found if last == line and issubclass(kinds, sign)]
    return max(ends, default=0)


_SIGNS: Mapping[str, type[ast.AST]] = {
    "mod": ast.Mod,
    "floordiv": ast.FloorDiv,
    "pow": ast.Pow,
}


@lru_cache(maxsize=16)
def _operators(text: str) -> Mapping[tuple[int, int], list[tuple[type[ast.AST], int, int]]]:
    """Line and column -> what expressions with operators begin there: sign, last line, end."""
    lines = text.splitlines()
    out: dict[tuple[int, int], list[tuple[type[ast.AST], int, int]]] = {}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.BinOp):
            sign: ast.AST = node.op
        elif isinstance(node, ast.Compare):
            sign = node.ops[0]
        else:
            continue
        assert isinstance(node, ast.expr)
        last, offset = node.end_lineno or node.lineno, node.end_col_offset or 0
        begin = len(lines[node.lineno - 1].encode()[: node.col_offset].decode()) + 1
        end = len(lines[last - 1].encode()[:offset].decode()) + 1
        out.setdefault((node.lineno, begin), []).append((type(sign), last, end))
    return out


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
