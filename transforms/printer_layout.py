"""Breaking one logical line of source text at brackets and operators.

The printer describes a line as a list of text and `Group` objects; a group is a place where the
line may be broken. Before (one line, wider than allowed):

    y = scale * np.dot(weights, inputs) + offset - correction

After:

    y = (
        scale * np.dot(weights, inputs)
        + offset
        - correction
    )

The method is Wadler's (P. Wadler, "A prettier printer", 2003) with the line-by-line greed of
D. Oppen ("Prettyprinting", 1980): what fits stays on one line, outer groups break before inner
ones, and of two groups side by side the later one breaks first. A broken group has two shapes,
those of PEP 8 and of the common formatters: all items on one indented line, or one item a line.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

WIDTH: Final = 100
INDENT: Final = 4

# Breaking `x[0]` or `f(a, b)` saves little: groups up to this width stay whole beside wider ones.
_SMALL: Final = 10
_EMPTY: Final = 2


class Group:
    """Items between two brackets, on one line or broken over several.

    Args:
        open: The opening bracket; empty when `soft`.
        items: One document per item. In a chain of operators an item begins with its operator.
        close: The closing bracket; empty when `soft`.
        sep: What stands between two items, "," or "" (then items are divided by a space).
        comma: When a comma follows the last item: "never", "always", or where the group is
            "broken" to one item a line.
        soft: Round brackets appear only where the group is broken.
        tall: When broken, never put all items on one line.
    """

    __slots__ = ("close", "comma", "flat", "inline", "items", "open", "sep", "soft", "tall")

    def __init__(
        self,
        open: str,
        items: Sequence[Doc],
        close: str,
        *,
        sep: Literal[",", ""] = ",",
        comma: Literal["never", "broken", "always"] = "broken",
        soft: bool = False,
        tall: bool = False,
    ) -> None:
        self.open, self.items, self.close = open, items, close
        self.sep, self.comma, self.soft, self.tall = sep, comma, soft, tall
        # The texts are made once, here: fitting asks for them at every level of nesting.
        self.inline = f"{sep} ".join(map(flat, items)) + ("," if comma == "always" else "")
        self.flat = open + self.inline + close

    @property
    def last_comma(self) -> str:
        """What follows the last item when each has a line of its own."""
        several = self.comma == "broken" and len(self.items) > 1
        return "," if several or self.comma == "always" else ""

    def hard(self) -> Group:
        """The same group with its round brackets always there."""
        comma = "never" if self.sep == "" else self.comma
        return Group("(", self.items, ")", sep=self.sep, comma=comma, tall=self.tall)


Doc = list[str | Group]


def flat(doc: Doc) -> str:
    """The document as one unbroken line."""
    return "".join(part if isinstance(part, str) else part.flat for part in doc)


def wrap(doc: Doc, indent: int, width: int = WIDTH) -> str:
    """The document as text, broken where it is wider than `width`.

    Args:
        doc: One logical line.
        indent: Columns of white space before it; the result includes them.
        width: The greatest number of columns wanted. Text that has no group to break at (a name, a
            string) may still be wider.

    Returns:
        One or more lines, without a line feed at the end.
    """
    layout = _Layout(indent, width)
    layout.place(doc, indent, 0)
    return "".join(layout.text)


class _Layout:
    """The text written so far and the column at which it ends."""

    def __init__(self, indent: int, width: int) -> None:
        self.text = [" " * indent]
        self.column = indent
        self.width = width

    def write(self, text: str) -> None:
        self.text.append(text)
        self.column += len(text)

    def newline(self, indent: int) -> None:
        self.text.append("\n" + " " * indent)
        self.column = indent

    def fits(self, length: int) -> bool:
        return self.column + length <= self.width

    def place(self, doc: Doc, indent: int, tail: int) -> None:
        """Write `doc`; `tail` columns of other text must fit behind it on its last line."""
        widest = max((len(part.flat) for part in doc if isinstance(part, Group)), default=0)
        whole = _SMALL if widest > _SMALL else _EMPTY
        for position, part in enumerate(doc):
            if isinstance(part, str):
                self.write(part)
            elif len(part.flat) <= whole or self.fits(
                len(part.flat) + _until_break(doc[position + 1 :], tail, whole)
            ):
                self.write(part.flat)
            else:
                self.broken(part, indent)

    def broken(self, group: Group, indent: int) -> None:
        """Write `group` over several lines, between brackets."""
        self.write("(" if group.soft else group.open)
        inner = indent + INDENT
        self.newline(inner)
        if not group.tall and self.fits(len(group.inline)):
            self.write(group.inline)
        else:
            self.one_a_line(group, inner)
        self.newline(indent)
        self.write(")" if group.soft else group.close)

    def one_a_line(self, group: Group, indent: int) -> None:
        """Write the items of `group` on lines of their own; the brackets are there already."""
        last = len(group.items) - 1
        for position, item in enumerate(group.items):
            if position:
                self.newline(indent)
            sep = group.sep if position < last else group.last_comma
            only = item[0] if len(item) == 1 else ""
            # Beside a comma (or alone) a chain of operators needs no brackets of its own.
            bare = isinstance(only, Group) and only.soft and only.sep == ""
            if bare and (group.sep == "," or last == 0) and not self.fits(len(flat(item) + sep)):
                assert isinstance(only, Group)
                self.one_a_line(only, indent)
            else:
                self.place(item, indent, len(sep))
            self.write(sep)


def _until_break(doc: Doc, tail: int, whole: int) -> int:
    """Columns to the next place where the line could be broken: a group wider than `whole`."""
    length = 0
    for part in doc:
        if isinstance(part, str):
            length += len(part)
        elif len(part.flat) <= whole:
            length += len(part.flat)
        else:
            return length + len("(" if part.soft else part.open)
    return length + tail
