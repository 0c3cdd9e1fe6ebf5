r"""The ground of the printer: precedence, the current line, constants and f-strings.

    f'{table["key"]:>{width}}'    the quotes are those that the insides leave free
    f"{"\n".join(lines)}"         from Python 3.12 on (PEP 701); refused before

An operand that binds less tightly (`Level`) than its operation asks for gets parentheses. What is
written goes to `parts`, the current line as a document of `printer_layout`, which decides later
where the line breaks.
"""

from __future__ import annotations

import ast
import enum
import sys
from collections.abc import Callable, Sequence
from typing import Any, Final

import astunparse

from fpad.transforms import printer_literals as literals
from fpad.transforms.printer_layout import Doc, Group, flat


class Level(enum.IntEnum):
    """How tightly an expression binds, from an assignment expression to an atom."""

    NAMED = 0
    YIELD = 1
    TUPLE = 2
    TEST = 3
    OR = 4
    AND = 5
    NOT = 6
    COMPARE = 7
    BIT_OR = 8
    BIT_XOR = 9
    BIT_AND = 10
    SHIFT = 11
    SUM = 12
    TERM = 13
    FACTOR = 14
    POWER = 15
    AWAIT = 16
    ATOM = 17


# By the class of the node or, for operations, of the operator; everything else is an atom.
_LEVELS: Final = {
    "NamedExpr": Level.NAMED,
    "Yield": Level.YIELD,
    "YieldFrom": Level.YIELD,
    "Lambda": Level.TEST,
    "IfExp": Level.TEST,
    "Or": Level.OR,
    "And": Level.AND,
    "Not": Level.NOT,
    "Compare": Level.COMPARE,
    "BitOr": Level.BIT_OR,
    "BitXor": Level.BIT_XOR,
    "BitAnd": Level.BIT_AND,
    "LShift": Level.SHIFT,
    "RShift": Level.SHIFT,
    "Add": Level.SUM,
    "Sub": Level.SUM,
    "Mult": Level.TERM,
    "MatMult": Level.TERM,
    "Div": Level.TERM,
    "FloorDiv": Level.TERM,
    "Mod": Level.TERM,
    "UAdd": Level.FACTOR,
    "USub": Level.FACTOR,
    "Invert": Level.FACTOR,
    "Pow": Level.POWER,
    "Await": Level.AWAIT,
    "MatchOr": Level.BIT_OR,
}

# From 3.12 on (PEP 701) the braces of an f-string may hold any quotes and backslashes.
_FREE_FSTRINGS: Final = sys.version_info >= (3, 12)


class _QuoteClash(Exception):
    """A string inside an f-string cannot be written with the quotes that are left."""


def kind(node: Any) -> str:
    """The name of a node's class, which gast and ast share."""
    return type(node).__name__


def level(node: Any) -> int:
    """The level of an expression as it is printed without parentheses."""
    name = kind(node)
    if name in ("BinOp", "BoolOp", "UnaryOp"):
        return _LEVELS[kind(node.op)]
    if name == "Tuple":
        return Level.TUPLE if node.elts else Level.ATOM
    if name == "MatchAs":
        return Level.TEST if node.pattern is not None else Level.ATOM
    if name == "Constant" and isinstance(node.value, int | float | complex):
        return Level.FACTOR if literals.constant(node.value)[0] == "-" else Level.ATOM
    return _LEVELS.get(name, Level.ATOM)


def parenthesised(doc: Doc) -> Group:
    """A document in round brackets, which a soft group already has within itself."""
    if len(doc) == 1 and isinstance(doc[0], Group) and doc[0].soft:
        return doc[0].hard()
    return Group("(", [doc], ")", sep="", comma="never")


class BasePrinter(astunparse.Unparser):  # type: ignore[misc]
    """Writing, dispatch by precedence, and the leaves of expressions."""

    parts: Doc
    _banned: tuple[str, ...] = ()  # the quotes of the f-strings around the current expression

    def write(self, part: str | Group) -> None:
        """Append to the current line."""
        self.parts.append(part)

    def captured(self, method: Callable[..., None], *args: Any) -> Doc:
        """What a printing method writes, as a document of its own."""
        outer, self.parts = self.parts, []
        try:
            method(*args)
            return self.parts
        finally:
            self.parts = outer

    def doc(self, node: Any, at_least: int) -> Doc:
        """An expression as a document, parenthesised if it binds less tightly than `at_least`."""
        method = getattr(self, "_" + kind(node), None)
        if method is None:
            raise TypeError(f"no way to print {node!r}")
        doc = self.captured(method, node)
        return [parenthesised(doc)] if level(node) < at_least else doc

    def expr(self, node: Any, at_least: int) -> None:
        """Write an expression."""
        self.parts.extend(self.doc(node, at_least))

    def _Constant(self, node: Any) -> None:
        prefix = "u" if getattr(node, "kind", None) == "u" else ""
        if not self._banned and type(node.value) is str and node.value.startswith("\n"):
            self.write(prefix + literals.docstring(node.value))  # a block of text
            return
        if not self._banned or type(node.value) not in (str, bytes):
            self.write(prefix + literals.constant(node.value))
            return
        for text in literals.unescaped(node.value):
            if self._allowed(text):
                self.write(prefix + text)
                return
        raise _QuoteClash

    def _JoinedStr(self, node: Any) -> None:
        self.write(self._quoted("f", node.values))

    def _TemplateStr(self, node: Any) -> None:
        self.write(self._quoted("t", node.values))

    def _FormattedValue(self, node: Any) -> None:
        self.write(self._quoted("f", [node]))

    def _quoted(self, prefix: str, values: Sequence[Any]) -> str:
        """An f-string in the first kind of quotes that its insides leave free."""
        literal = "".join(_literal_parts(values))
        # Quotes that the literal parts would have to escape come last.
        order = sorted(literals.QUOTES, key=lambda quote: quote[0] in literal)
        outer = self._banned
        for quote in order:
            self._banned = (*outer, quote)
            try:
                text = f"{prefix}{quote}{self._filled(values, quote)}{quote}"
            except _QuoteClash:
                continue
            finally:
                self._banned = outer
            if self._allowed(text):
                return text
        if outer:
            raise _QuoteClash
        if not _FREE_FSTRINGS:
            raise ValueError("before Python 3.12 no f-string can hold these quotes or a backslash")
        return f"{prefix}{order[0]}{self._filled(values, order[0])}{order[0]}"

    def _allowed(self, text: str) -> bool:
        """Whether `text` may stand in the braces of the f-strings around it, in every version."""
        if self._banned and "\\" in text:
            return False
        return not any(
            quote in text or ("\n" in text and len(quote) == 1) for quote in self._banned
        )

    def _filled(self, values: Sequence[Any], quote: str, in_format: bool = False) -> str:
        """What stands between the quotes of an f-string."""
        pieces = []
        for value in values:
            if kind(value) == "Constant":
                text = literals.escaped(value.value, quote)
                # A doubled brace is not read as one brace inside a format; an escape is, always.
                left, right = (r"\x7b", r"\x7d") if in_format else ("{{", "}}")
                pieces.append(text.replace("{", left).replace("}", right))
            elif kind(value) in ("FormattedValue", "Interpolation"):
                pieces.append(self._field(value, quote))
            else:
                raise TypeError(f"no way to print {value!r} inside an f-string")
        return "".join(pieces)

    def _field(self, node: Any, quote: str) -> str:
        """A pair of braces with their expression, conversion and format."""
        # Level OR: the colon of a bare lambda would begin the format.
        text = flat(self.doc(node.value, Level.OR))
        written = getattr(node, "str", None)  # a template string keeps the user's spelling
        if written is not None and self._spells(written, text):
            text = written
        if not self._allowed(text):
            raise _QuoteClash
        conversion = "" if node.conversion in (-1, None) else f"!{chr(node.conversion)}"
        form = ""
        if node.format_spec is not None:
            form = ":" + self._filled(node.format_spec.values, quote, in_format=True)
        return f"{{{' ' if text.startswith('{') else ''}{text}{conversion}{form}}}"

    def _spells(self, written: str, text: str) -> bool:
        """Whether `written` is another spelling of the expression that prints as `text`."""
        try:
            tree = ast.parse(f"({written}\n)", mode="eval")
        except (SyntaxError, ValueError):
            return False
        return flat(self.doc(tree.body, Level.OR)) == text


def _literal_parts(values: Sequence[Any]) -> list[str]:
    """The literal text of an f-string, that of its formats too."""
    parts: list[str] = []
    for value in values:
        if kind(value) == "Constant":
            parts.append(value.value)
        elif getattr(value, "format_spec", None) is not None:
            parts += _literal_parts(value.format_spec.values)
    return parts
