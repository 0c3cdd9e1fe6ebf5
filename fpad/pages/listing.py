"""Source and generated code as HTML, line by line, with marks in the lines.

Line(number, html, key)        lines of the two listings that belong together have the same key
"""

from __future__ import annotations

import ast
import html
import io
import keyword
import linecache
import os
import tokenize
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fpad.transforms.ir import Origin

Key = tuple[str, int]
"""A line of a source file: what both listings know."""


@dataclass(frozen=True)
class Mark:
    """A part of a source line that stands out.

    Attributes:
        line: its number.
        start, end: positions in the line, from 0, end exclusive.
        css: the class of the mark.
        note: what is said of it.
    """

    line: int
    start: int
    end: int
    css: str
    note: str


@dataclass(frozen=True)
class Line:
    """A line of a listing: its number, its text as HTML, and the source line it belongs to."""

    number: int
    html: str
    key: Key | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Block:
    """Consecutive lines of one file, the definition of a function."""

    file: str
    lines: tuple[Line, ...]


def blocks(places: Iterable[Key], marks: Mapping[str, Sequence[Mark]]) -> list[Block]:
    """The functions that the places are in, in the order of the places; fpad's own are left out.

    Args:
        places: lines of source files.
        marks: file -> its marks.
    """
    own = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    by_file: dict[str, set[int]] = {}
    for file, line in places:
        inside = os.path.abspath(file).startswith((own, os.path.realpath(own)))
        if line > 0 and not inside:
            by_file.setdefault(file, set()).add(line)
    out = []
    for file, wanted in by_file.items():
        text = "".join(linecache.getlines(file))
        if not text:
            continue
        shown = _highlighted(text, marks.get(file, ()))
        for first, last in _functions(text, wanted):
            notes: dict[int, list[str]] = {}
            for m in marks.get(file, ()):
                notes.setdefault(m.line, []).append(m.note)
            lines = tuple(
                Line(n, shown[n - 1], (file, n), tuple(dict.fromkeys(notes.get(n, ()))))
                for n in range(first, last + 1)
            )
            out.append(Block(file, lines))
    return out


def generated(text: str, origins: Mapping[int, Origin]) -> tuple[Line, ...]:
    """The lines of a generated module."""
    shown = _highlighted(text, ())
    keys: list[Key | None] = []
    for n in range(1, len(shown) + 1):
        o = origins.get(n)
        keys.append((o.file, o.line) if o is not None and o.line else None)
    plain = text.splitlines()
    for k in reversed(range(len(keys) - 1)):  # a comment belongs to what it precedes
        if keys[k] is None and plain[k].lstrip().startswith("#"):
            keys[k] = keys[k + 1]
    for k in range(1, len(keys)):  # a statement goes on in the next line
        if keys[k] is None and k + 1 not in origins and plain[k].startswith(" "):
            keys[k] = keys[k - 1]
    return tuple(Line(n, s, k) for n, (s, k) in enumerate(zip(shown, keys, strict=True), 1))


def _functions(text: str, wanted: set[int]) -> list[tuple[int, int]]:
    """First and last lines of the functions that these lines are in."""
    try:
        tree = ast.parse(text)
    except SyntaxError:  # a file that was changed since
        return [(n, n) for n in sorted(wanted)]
    spans = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            decorators = getattr(node, "decorator_list", [])
            first = min([node.lineno, *(d.lineno for d in decorators)])
            spans.append((first, node.end_lineno or node.lineno))
    found = set()
    for n in wanted:
        around = [s for s in spans if s[0] <= n <= s[1]]
        found.add(min(around, key=lambda s: s[1] - s[0]) if around else (n, n))
    merged: list[tuple[int, int]] = []
    for first, last in sorted(found):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged


# ---------------------------------------------------------------- colours


def _highlighted(text: str, marks: Iterable[Mark]) -> list[str]:
    """Each line as HTML: words in classes, marks around them."""
    lines = text.splitlines() or [""]
    classes = [[""] * len(line) for line in lines]
    for css, (row, start), (last, end) in _tokens(text):
        for n in range(row, last + 1):
            low = start if n == row else 0
            high = end if n == last else len(lines[n - 1])
            for k in range(low, min(high, len(lines[n - 1]))):
                classes[n - 1][k] = css
    marked: dict[int, list[Mark]] = {}
    for m in marks:
        marked.setdefault(m.line, []).append(m)
    return [
        _line(line, css, marked.get(n, ()))
        for n, (line, css) in enumerate(zip(lines, classes, strict=True), 1)
    ]


def _line(text: str, classes: Sequence[str], marks: Sequence[Mark]) -> str:
    """One line: runs of characters of the same class and in the same marks."""
    out = []
    k = 0
    while k < len(text):
        inside = [m for m in marks if m.start <= k < m.end]
        end = k + 1
        while (
            end < len(text)
            and classes[end] == classes[k]
            and [m for m in marks if m.start <= end < m.end] == inside
        ):
            end += 1
        css = " ".join(
            dict.fromkeys([*([classes[k]] if classes[k] else []), *(m.css for m in inside)])
        )
        part = html.escape(text[k:end])
        if inside:
            note = html.escape("; ".join(dict.fromkeys(m.note for m in inside)))
            out.append(f'<span class="{css}" title="{note}">{part}</span>')
        else:
            out.append(f'<span class="{css}">{part}</span>' if css else part)
        k = end
    return "".join(out)


def _tokens(text: str) -> list[tuple[str, tuple[int, int], tuple[int, int]]]:
    """(class, start, end) of the words of a text that have a colour."""
    out = []
    before = ""
    try:
        for t in tokenize.generate_tokens(io.StringIO(text).readline):
            if t.type == tokenize.COMMENT:
                out.append(("c", t.start, t.end))
            elif t.type == tokenize.STRING or tokenize.tok_name[t.type].startswith("FSTRING"):
                out.append(("s", t.start, t.end))
            elif t.type == tokenize.NUMBER:
                out.append(("n", t.start, t.end))
            elif t.type == tokenize.NAME and keyword.iskeyword(t.string):
                out.append(("k", t.start, t.end))
            elif t.type == tokenize.NAME and before in ("def", "class"):
                out.append(("d", t.start, t.end))
            before = t.string
    except (tokenize.TokenError, SyntaxError):
        pass
    return out
