"""Expression trees to text with the fewest parentheses that keep the tree.

    BinOp(BinOp(a, Add, b), Mult, Subscript(c, Tuple([Slice(1), Slice(step=2)])))
    ->  (a + b) * c[1:, ::2]

    Attribute(Constant(1), "real"), BinOp(UnaryOp(USub, a), Pow, Constant(2))
    ->  (1).real, (-a)**2

Every method of `astunparse.Unparser` for expressions is here anew: that class parenthesises each
operation and prints the subscript above with brackets that are no syntax.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fpad.transforms.printer_base import BasePrinter, Level, kind, level, parenthesised
from fpad.transforms.printer_layout import Doc, Group


def _chain(items: Sequence[Doc]) -> Group:
    """Operands, each but the first with its operator in front."""
    return Group("", items, "", sep="", comma="never", soft=True)


def _hugs(node: Any) -> bool:
    """Whether `**` stands without spaces beside this operand: a name, a number, an attribute."""
    while kind(node) in ("Attribute", "UnaryOp"):
        node = node.value if kind(node) == "Attribute" else node.operand
    return kind(node) in ("Name", "Constant")


class ExpressionPrinter(BasePrinter):
    """Operators, calls, displays, comprehensions, subscripts, functions and patterns."""

    def _display(self, nodes: Sequence[Any]) -> list[Doc]:
        return [self.doc(node, Level.TEST) for node in nodes]

    # Operators

    def _BinOp(self, node: Any) -> None:
        own = level(node)
        if own == Level.POWER:
            self.expr(node.left, Level.AWAIT)
            # In a**b**c the neighbour of the first operator is b.
            power = kind(node.right) == "BinOp" and level(node.right) == own
            neighbour = node.right.left if power else node.right
            self.write("**" if _hugs(node.left) and _hugs(neighbour) else " ** ")
            self.expr(node.right, Level.FACTOR)
            return
        items: list[Doc] = []
        # A loop, not a recursion: sums of derivative code are long and lean to the left.
        while kind(node) == "BinOp" and level(node) == own:
            items.append([f"{self.binop[kind(node.op)]} ", *self.doc(node.right, own + 1)])
            node = node.left
        self.write(_chain([self.doc(node, own), *reversed(items)]))

    def _UnaryOp(self, node: Any) -> None:
        self.write("not " if kind(node.op) == "Not" else self.unop[kind(node.op)])
        self.expr(node.operand, level(node))

    def _BoolOp(self, node: Any) -> None:
        word = kind(node.op).lower()
        first, *rest = [self.doc(value, level(node) + 1) for value in node.values]
        self.write(_chain([first, *([f"{word} ", *doc] for doc in rest)]))

    def _Compare(self, node: Any) -> None:
        items = [self.doc(node.left, Level.BIT_OR)]
        for op, right in zip(node.ops, node.comparators, strict=True):
            items.append([f"{self.cmpops[kind(op)]} ", *self.doc(right, Level.BIT_OR)])
        self.write(_chain(items))

    def _IfExp(self, node: Any) -> None:
        test, orelse = self.doc(node.test, Level.OR), self.doc(node.orelse, Level.TEST)
        self.write(_chain([self.doc(node.body, Level.OR), ["if ", *test], ["else ", *orelse]]))

    def _NamedExpr(self, node: Any) -> None:
        self.expr(node.target, Level.ATOM)
        self.write(" := ")
        self.expr(node.value, Level.TEST)

    def _Await(self, node: Any) -> None:
        self.write("await ")
        self.expr(node.value, Level.ATOM)

    def _Yield(self, node: Any) -> None:
        self.write("yield")
        if node.value is not None:
            self.write(" ")
            self.expr(node.value, Level.TUPLE)

    def _YieldFrom(self, node: Any) -> None:
        self.write("yield from ")
        self.expr(node.value, Level.TEST)

    # Functions

    def _Lambda(self, node: Any) -> None:
        self.write("lambda")
        for position, item in enumerate(self.arguments(node.args)):
            self.parts += [", " if position else " ", *item]
        self.write(": ")
        self.expr(node.body, Level.TEST)

    def arguments(self, node: Any) -> list[Doc]:
        """The parameters of a function; gast makes Name nodes of them."""
        posonly = getattr(node, "posonlyargs", [])
        positional = [*posonly, *node.args]
        defaults = [None] * (len(positional) - len(node.defaults)) + node.defaults
        items: list[Doc] = []
        for count, (name, default) in enumerate(zip(positional, defaults, strict=True), start=1):
            items.append(self._parameter(name, default))
            if count == len(posonly):
                items.append(["/"])
        if node.vararg is not None:
            items.append(["*", *self._parameter(node.vararg)])
        elif node.kwonlyargs:
            items.append(["*"])
        for name, default in zip(node.kwonlyargs, node.kw_defaults, strict=True):
            items.append(self._parameter(name, default))
        if node.kwarg is not None:
            items.append(["**", *self._parameter(node.kwarg)])
        return items

    def _parameter(self, node: Any, default: Any = None) -> Doc:
        doc: Doc = [node.arg if hasattr(node, "arg") else node.id]
        annotation = getattr(node, "annotation", None)
        if annotation is not None:
            doc += [": ", *self.doc(annotation, Level.TEST)]
        if default is not None:
            doc += ["=" if annotation is None else " = ", *self.doc(default, Level.TEST)]
        return doc

    def _Call(self, node: Any) -> None:
        self.expr(node.func, Level.ATOM)
        if len(node.args) == 1 and not node.keywords and kind(node.args[0]) == "GeneratorExp":
            self.expr(node.args[0], Level.ATOM)  # its own brackets are the call's
        else:
            self.write(Group("(", self.call_arguments(node.args, node.keywords), ")"))

    def call_arguments(self, args: Sequence[Any], keywords: Sequence[Any]) -> list[Doc]:
        """The arguments of a call, or the bases of a class."""
        items = self._display(args)
        for keyword in keywords:
            if keyword.arg is None:
                items.append(["**", *self.doc(keyword.value, Level.BIT_OR)])
            else:
                items.append([f"{keyword.arg}=", *self.doc(keyword.value, Level.TEST)])
        return items

    # Displays and comprehensions

    def _Tuple(self, node: Any) -> None:
        if not node.elts:
            self.write("()")
            return
        comma: Any = "always" if len(node.elts) == 1 else "broken"
        self.write(Group("", self._display(node.elts), "", comma=comma, soft=True))

    def _List(self, node: Any) -> None:
        self.write(Group("[", self._display(node.elts), "]"))

    def _Set(self, node: Any) -> None:
        # `{}` is a dict, and the name `set` may mean something else.
        self.write(Group("{", self._display(node.elts), "}") if node.elts else "{*()}")

    def _Dict(self, node: Any) -> None:
        items: list[Doc] = []
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                items.append(["**", *self.doc(value, Level.BIT_OR)])
            else:
                items.append([*self.doc(key, Level.TEST), ": ", *self.doc(value, Level.TEST)])
        self.write(Group("{", items, "}", tall=True))

    def _comprehension_in(self, brackets: str, element: Doc, generators: Sequence[Any]) -> None:
        items = [element]
        for part in generators:
            target, source = self.doc(part.target, Level.TUPLE), self.doc(part.iter, Level.OR)
            items.append(["async for " if part.is_async else "for ", *target, " in ", *source])
            items += [["if ", *self.doc(test, Level.OR)] for test in part.ifs]
        self.write(Group(brackets[0], items, brackets[1], sep="", comma="never"))

    def _ListComp(self, node: Any) -> None:
        self._comprehension_in("[]", self.doc(node.elt, Level.TEST), node.generators)

    def _SetComp(self, node: Any) -> None:
        self._comprehension_in("{}", self.doc(node.elt, Level.TEST), node.generators)

    def _GeneratorExp(self, node: Any) -> None:
        self._comprehension_in("()", self.doc(node.elt, Level.TEST), node.generators)

    def _DictComp(self, node: Any) -> None:
        element = [*self.doc(node.key, Level.TEST), ": ", *self.doc(node.value, Level.TEST)]
        self._comprehension_in("{}", element, node.generators)

    def _Starred(self, node: Any) -> None:
        self.write("*")
        self.expr(node.value, Level.BIT_OR)

    # Atoms and what follows them

    def _Name(self, node: Any) -> None:
        self.write(node.id)

    def _Attribute(self, node: Any) -> None:
        value = getattr(node.value, "value", None) if kind(node.value) == "Constant" else None
        # `1.real` is no syntax; brackets for every number read better than a space for some.
        number = isinstance(value, int | float | complex) and not isinstance(value, bool)
        doc = self.doc(node.value, Level.ATOM)
        self.parts += [parenthesised(doc)] if number and level(node.value) == Level.ATOM else doc
        self.write(f".{node.attr}")

    def _Subscript(self, node: Any) -> None:
        self.expr(node.value, Level.ATOM)
        index = node.slice
        if kind(index) == "Tuple" and index.elts:
            comma: Any = "always" if len(index.elts) == 1 else "broken"
            self.write(Group("[", self._display(index.elts), "]", comma=comma))
        else:
            self.write(Group("[", [self.doc(index, Level.TEST)], "]", comma="never"))

    def _Slice(self, node: Any) -> None:
        if node.lower is not None:
            self.expr(node.lower, Level.TEST)
        self.write(":")
        if node.upper is not None:
            self.expr(node.upper, Level.TEST)
        if node.step is not None:
            self.write(":")
            self.expr(node.step, Level.TEST)

    # Patterns of `match`

    def _MatchValue(self, node: Any) -> None:
        self.expr(node.value, Level.TEST)

    def _MatchSingleton(self, node: Any) -> None:
        self.write(repr(node.value))

    def _MatchSequence(self, node: Any) -> None:
        self.write(Group("[", self._display(node.patterns), "]"))

    def _MatchStar(self, node: Any) -> None:
        self.write(f"*{node.name or '_'}")

    def _MatchMapping(self, node: Any) -> None:
        items: list[Doc] = []
        for key, part in zip(node.keys, node.patterns, strict=True):
            items.append([*self.doc(key, Level.TEST), ": ", *self.doc(part, Level.TEST)])
        if node.rest is not None:
            items.append([f"**{node.rest}"])
        self.write(Group("{", items, "}"))

    def _MatchClass(self, node: Any) -> None:
        self.expr(node.cls, Level.ATOM)
        items = self._display(node.patterns)
        for name, part in zip(node.kwd_attrs, node.kwd_patterns, strict=True):
            items.append([f"{name}=", *self.doc(part, Level.TEST)])
        self.write(Group("(", items, ")"))

    def _MatchOr(self, node: Any) -> None:
        first, *rest = [self.doc(part, Level.ATOM) for part in node.patterns]
        self.write(_chain([first, *(["| ", *doc] for doc in rest)]))

    def _MatchAs(self, node: Any) -> None:
        if node.pattern is not None:
            self.expr(node.pattern, Level.BIT_OR)
            self.write(" as ")
        self.write(node.name or "_")
