"""Syntax trees to readable source text.

Before, a tree (gast or ast; `Comment` and `BlankLine` are statements of ours):

    Assign([x], BinOp(BinOp(a, Add, b), Mult, Subscript(c, Tuple([Slice(1), Slice(step=2)]))))
    Comment("the residual"), Return(UnaryOp(USub, Name(x)))

After:

    x = (a + b) * c[1:, ::2]
    # the residual
    return -x

`ast.parse(to_source(tree))` is `tree` again, comments and blank lines apart. The exceptions are
trees that no text parses to: a negative constant comes back as the operator - on a positive one, a
NaN as a call of `float` (so a tree that holds one must not bind that name), a tuple constant as a
tuple display.

The text has no more parentheses than the grammar asks for (`printer_expressions`); lines that are
too long are broken at brackets and operators (`printer_layout`). The printer is an
`astunparse.Unparser`; replaced here is what that class prints wrongly, unreadably or not at all:
comments, blank lines, tuples, `except*`, pattern matching, type parameters.
"""

from __future__ import annotations

import ast
import io
from collections.abc import Sequence
from typing import Any

from fpad.transforms import printer_literals as literals
from fpad.transforms.printer_base import Level, kind
from fpad.transforms.printer_expressions import ExpressionPrinter
from fpad.transforms.printer_layout import INDENT, WIDTH, Doc, Group, wrap

__all__ = ["BlankLine", "Comment", "to_source", "to_source_map"]


class Comment(ast.stmt):
    """A statement that prints as one `# text` line per line of `text`."""

    _fields = ("text",)
    _field_types = {"text": str}  # noqa: RUF012 (the name and form that ast.AST reads)

    def __init__(self, text: str = "") -> None:
        self.text = text


class BlankLine(ast.stmt):
    """A statement that prints as an empty line (not at the start of a file, nor at its end)."""

    _fields = ()


def to_source(tree: ast.AST | Sequence[ast.AST], *, width: int = WIDTH) -> str:
    """Print a syntax tree.

    Args:
        tree: A module, statement or expression, or a sequence of statements, of gast or of ast.
            A block of comments alone gets a `pass`.
        width: Lines wider than this are broken where they can be.

    Returns:
        The text, ending in a line feed (empty for an empty module).

    Raises:
        TypeError: A constant has no literal (see `printer_literals.constant`), or a node is none
            of the language's.
        ValueError: An f-string cannot be written for this version of Python.
    """
    return to_source_map(tree, width=width)[0]


def to_source_map(
    tree: ast.AST | Sequence[ast.AST], *, width: int = WIDTH
) -> tuple[str, list[tuple[int, ast.AST]]]:
    """Print a syntax tree and say where each statement went.

    Args:
        tree: As in `to_source`.
        width: As in `to_source`.

    Returns:
        The text, and a pair (line, node) for every statement and comment in the order of the text.
        Lines count from 1; a definition is at its `def` or `class`, not at its decorators.

    Raises:
        TypeError: As in `to_source`.
        ValueError: As in `to_source`.
    """
    printer = _Printer(tree if isinstance(tree, ast.AST) else list(tree), width)
    return "".join(f"{line}\n" for line in printer.lines), printer.line_map


_DEFINITIONS = frozenset(["FunctionDef", "AsyncFunctionDef", "ClassDef"])


class _Printer(ExpressionPrinter):
    """Statements. A logical line is laid out when the next one begins."""

    _Print = _Exec = _Repr = None  # Python 2

    def __init__(self, tree: ast.AST | list[ast.AST], width: int) -> None:
        self.lines: list[str] = []
        self.line_map: list[tuple[int, ast.AST]] = []
        self.parts: Doc = []
        self._width = width
        self._line_indent = 0
        self._blank = 0  # empty lines to come before the next line
        self._starting: ast.AST | None = None  # the statement whose first line is the next one
        super().__init__(tree, io.StringIO())
        self._flush()

    def fill(self, text: str = "") -> None:
        """Begin a logical line."""
        self._flush()
        if self.lines:
            self.lines += [""] * self._blank
        self._blank = 0
        self._line_indent = self._indent * INDENT
        if self._starting is not None:
            self.line_map.append((len(self.lines) + 1, self._starting))
            self._starting = None
        self.write(text)

    def _flush(self) -> None:
        if self.parts:
            self.lines += wrap(self.parts, self._line_indent, self._width).split("\n")
            self.parts = []

    def dispatch(self, tree: Any) -> None:
        """Print a node, or a list of statements."""
        if isinstance(tree, list):
            self._suite(tree)
        elif isinstance(tree, ast.expr):
            self.expr(tree, Level.TEST)
        else:
            method = getattr(self, "_" + kind(tree), None)
            if method is None:
                raise TypeError(f"no way to print {tree!r}")
            if isinstance(tree, ast.stmt):
                self._starting = tree
            method(tree)

    # Blocks

    def _suite(self, body: list[Any]) -> None:
        """The statements of a block, definitions set off by blank lines as PEP 8 has them."""
        previous: Any = None
        for position, node in enumerate(body):
            if isinstance(node, BlankLine):
                self._blank += 1
                continue
            if previous is not None:
                self._blank = max(self._blank, self._gap(previous, body[position:]))
            self.dispatch(node)
            previous = node
        if self._indent and all(isinstance(node, Comment | BlankLine) for node in body):
            self._blank = 0
            self.fill("pass")

    def _gap(self, previous: Any, rest: list[Any]) -> int:
        """How many blank lines follow a statement; comments belong to what they precede."""
        if isinstance(previous, Comment):
            return 0
        if kind(previous) not in _DEFINITIONS:
            after = next((node for node in rest if not isinstance(node, Comment)), None)
            if kind(after) not in _DEFINITIONS:
                # The head of a module: its docstring and its imports.
                head = _is_text(previous) or (_is_import(previous) and not _is_import(after))
                return 1 if head and not self._indent else 0
        return 1 if self._indent else 2

    def _block(self, body: list[Any]) -> None:
        self.enter()
        self._suite(body)
        self.leave()

    def _orelse(self, body: list[Any], keyword: str = "else") -> None:
        if body:
            self.fill(keyword)
            self._block(body)

    def _Module(self, node: Any) -> None:
        self._suite(node.body)

    _Interactive = _Suite = _Module

    def _Expression(self, node: Any) -> None:
        self.fill()
        self.expr(node.body, Level.TEST)

    def _Comment(self, node: Comment) -> None:
        self._flush()
        for line in literals.comment(node.text, first_lines=len(self.lines) < 2):
            self.fill(line)

    # Simple statements

    def _Expr(self, node: Any) -> None:
        self.fill()
        if _is_text(node):
            self.write("u" if getattr(node.value, "kind", None) == "u" else "")
            self.write(literals.docstring(node.value.value))
        else:
            self.expr(node.value, Level.YIELD)

    def _Assign(self, node: Any) -> None:
        self.fill()
        for target in node.targets:
            self.expr(target, Level.TUPLE)
            self.write(" = ")
        self.expr(node.value, Level.YIELD)

    def _AnnAssign(self, node: Any) -> None:
        # `(x): int` annotates without declaring x; gast's Name is not the Name that astunparse asks
        # for.
        bracketed = kind(node.target) == "Name" and not node.simple
        self.fill("(" if bracketed else "")
        self.expr(node.target, Level.ATOM)
        self.write("): " if bracketed else ": ")
        self.expr(node.annotation, Level.TEST)
        if node.value is not None:
            self.write(" = ")
            self.expr(node.value, Level.YIELD)

    def _Return(self, node: Any) -> None:
        self.fill("return")
        if getattr(node, "value", None) is not None:
            self.write(" ")
            self.expr(node.value, Level.TUPLE)

    def _ImportFrom(self, node: Any) -> None:
        self.fill(f"from {'.' * (node.level or 0)}{node.module or ''} import ")
        self.write(
            Group("", [self.captured(self._alias, name) for name in node.names], "", soft=True)
        )

    def _TypeAlias(self, node: Any) -> None:
        self.fill("type ")
        self.expr(node.name, Level.ATOM)
        self._type_parameters(node)
        self.write(" = ")
        self.expr(node.value, Level.TEST)

    # Compound statements

    def _If(self, node: Any) -> None:
        self.fill("if ")
        self._test_and_body(node)
        while len(node.orelse) == 1 and kind(node.orelse[0]) == "If":
            self._starting = node = node.orelse[0]
            self.fill("elif ")
            self._test_and_body(node)
        self._orelse(node.orelse)

    def _While(self, node: Any) -> None:
        self.fill("while ")
        self._test_and_body(node)
        self._orelse(node.orelse)

    def _test_and_body(self, node: Any) -> None:
        # The condition of a statement is where `:=` needs no parentheses.
        self.expr(node.test, Level.NAMED if kind(node.test) == "NamedExpr" else Level.TEST)
        self._block(node.body)

    def _For(self, node: Any, keyword: str = "for") -> None:
        self.fill(f"{keyword} ")
        self.expr(node.target, Level.TUPLE)
        self.write(" in ")
        self.expr(node.iter, Level.TUPLE)
        self._block(node.body)
        self._orelse(node.orelse)

    def _AsyncFor(self, node: Any) -> None:
        self._For(node, "async for")

    def _withitem(self, node: Any) -> None:
        # `with (a, b):` would be two managers, `with ((a, b)):` is one tuple.
        doc = self.doc(node.context_expr, Level.TEST)
        lone_tuple = kind(node.context_expr) == "Tuple" and node.optional_vars is None
        self.parts += ["(", *doc, ")"] if lone_tuple else doc
        if node.optional_vars is not None:
            self.write(" as ")
            self.expr(node.optional_vars, Level.TEST)

    def _Try(self, node: Any) -> None:
        self._try(node, "except")

    def _TryStar(self, node: Any) -> None:
        self._try(node, "except*")

    def _try(self, node: Any, keyword: str) -> None:
        self.fill("try")
        self._block(node.body)
        for handler in node.handlers:
            self.fill(keyword)
            if handler.type is not None:
                self.write(" ")
                self.expr(handler.type, Level.TEST)
            if handler.name is not None:
                self.write(f" as {getattr(handler.name, 'id', handler.name)}")
            self._block(handler.body)
        self._orelse(node.orelse)
        self._orelse(node.finalbody, "finally")

    def _Match(self, node: Any) -> None:
        self.fill("match ")
        self.expr(node.subject, Level.TEST)
        self.enter()
        for case in node.cases:
            self.fill("case ")
            self.expr(case.pattern, Level.TEST)
            if case.guard is not None:
                self.write(" if ")
                self.expr(case.guard, Level.TEST)
            self._block(case.body)
        self.leave()

    # Definitions

    def _FunctionDef(self, node: Any, keyword: str = "def") -> None:
        self._decorators(node)
        self.fill(f"{keyword} {node.name}")
        self._type_parameters(node)
        self.write(Group("(", self.arguments(node.args), ")"))
        if getattr(node, "returns", None) is not None:
            self.write(" -> ")
            self.expr(node.returns, Level.TEST)
        self._block(node.body)

    def _AsyncFunctionDef(self, node: Any) -> None:
        self._FunctionDef(node, "async def")

    def _ClassDef(self, node: Any) -> None:
        self._decorators(node)
        self.fill(f"class {node.name}")
        self._type_parameters(node)
        if node.bases or node.keywords:
            self.write(Group("(", self.call_arguments(node.bases, node.keywords), ")"))
        self._block(node.body)

    def _decorators(self, node: Any) -> None:
        self._starting = None
        for decorator in getattr(node, "decorator_list", []):
            self.fill("@")
            self.expr(decorator, Level.TEST)
        self._starting = node

    def _type_parameters(self, node: Any) -> None:
        parameters = getattr(node, "type_params", None)
        if parameters:
            self.write(Group("[", [self._type_parameter(part) for part in parameters], "]"))

    def _type_parameter(self, node: Any) -> Doc:
        stars = {"TypeVar": "", "TypeVarTuple": "*", "ParamSpec": "**"}[kind(node)]
        doc: Doc = [stars + node.name]
        for mark, field in ((": ", "bound"), (" = ", "default_value")):
            if getattr(node, field, None) is not None:
                doc += [mark, *self.doc(getattr(node, field), Level.TEST)]
        return doc


def _is_import(node: Any) -> bool:
    return kind(node) in ("Import", "ImportFrom")


def _is_text(node: Any) -> bool:
    """Whether a statement is a bare string: a docstring, or it serves as a comment."""
    return kind(node) == "Expr" and kind(node.value) == "Constant" and type(node.value.value) is str
