"""Carets stand under the operation, whatever is around it."""

from __future__ import annotations

import linecache

import pytest

from fpad.marks import span, underline


@pytest.mark.parametrize(
    ("line", "column", "op", "marked"),
    [
        ("    y = np.maximum(x, 0.0) * s", 9, "numpy.maximum", "np.maximum(x, 0.0)"),
        ("    y = f(np.abs(x), 1)", 11, "numpy.absolute", "np.abs(x)"),
        ("    y = x.max() + 1", 9, "numpy.max", "x.max()"),
        ("    if x[1:] > 0:", 5, "if", "if x[1:] > 0"),
        ("    while {k: 1}[k] < n: n -= 1", 5, "while", "while {k: 1}[k] < n"),
        ("    for k in range(3):", 5, "for", "for k in range(3)"),
        ("    y = (a if x > 0 else b) * 2", 10, "if", "a if x > 0 else b"),
        ("    y = g(a if x else b, c)", 11, "if", "a if x else b"),
        ("    m = x[x > 0.5]", 11, "operator.gt", "x > 0.5"),
        ("    y = x // 2 + 1", 9, "operator.floordiv", "x // 2"),
        ("    y = (x + 1) % 3 * k", 9, "operator.mod", "(x + 1) % 3"),
        ("    ü = ä ** 0.5, ö", 9, "operator.pow", "ä ** 0.5"),
    ],
)
def test_what_is_marked(line: str, column: int, op: str, marked: str) -> None:
    text = f"def f(x):\n{line}\n" + ("        pass\n" if line.endswith(":") else "")
    linecache.cache["<marks>"] = (len(text), None, text.splitlines(keepends=True), "<marks>")
    at, end = span("<marks>", 2, column, line.strip(), op)
    assert line.strip()[at:end] == marked
    shown = underline("<marks>", 2, column, line.strip(), op)
    assert shown == " " * at + "^" + "~" * (len(marked) - 1)


def test_wide_characters_take_two_columns() -> None:
    text = "def f(x):\n    長 = abs(x)\n"
    linecache.cache["<wide>"] = (len(text), None, text.splitlines(keepends=True), "<wide>")
    assert underline("<wide>", 2, 9, "長 = abs(x)", "builtins.abs") == "     ^~~~~~"


def test_places_that_are_not_in_the_text() -> None:
    assert span("no such file", 3, 5, "abs(x)", "builtins.abs") == (0, 0)
    assert underline("no such file", 3, 5, "abs(x)", "builtins.abs") == ""
    text = "def f(x:\n    return x % 2\n"  # a file that was changed since
    linecache.cache["<broken>"] = (len(text), None, text.splitlines(keepends=True), "<broken>")
    at, end = span("<broken>", 2, 12, "return x % 2", "operator.mod")
    assert "return x % 2"[at:end] == "x"
