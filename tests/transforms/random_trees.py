"""Random syntax trees that a parser could have made: `ast.parse(ast.unparse(t))` is `t`."""

import ast
import random
import sys

UNARY = [ast.USub, ast.UAdd, ast.Invert, ast.Not]
BINARY = [
    *(ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.MatMult, ast.Pow),
    *(ast.LShift, ast.RShift, ast.BitOr, ast.BitXor, ast.BitAnd),
]
COMPARE = [
    *(ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE),
    *(ast.Is, ast.IsNot, ast.In, ast.NotIn),
]
NAMES = ["x", "y", "alpha", "np", "a_rather_long_name", "i"]
NUMBERS = [0, 1, 7, 10**30, 0.0, 1.5, 1e-300, 1e400, 2j, 1e400j, True, False]
STRINGS = [
    "",
    "it's",
    'a "b"',
    "'\"",
    "{}",
    "{x}",
    "\\",
    "line\nline",
    "\t\0\x7f",
    "é€",
    "'''",
    '"""',
]
OTHERS = [None, ..., b"", b"'\"", b"\x00\\\xff"]
# Python 3.11 can write few strings inside the braces of an f-string, and no number but plain ones.
PLAIN_STRINGS = ["", "k", "it s", "{x}"]


class _Canonical(ast.NodeTransformer):
    """Early 3.12 parsers end the format of an f-string in an empty constant."""

    def visit_JoinedStr(self, node):
        self.generic_visit(node)
        node.values = [v for v in node.values if getattr(v, "value", None) != ""]
        return node


def dump(tree):
    """The tree as text, to compare trees by."""
    return ast.dump(_Canonical().visit(tree))


class Trees:
    """A seeded source of expressions and statements.

    Args:
        seed: Of the generator.
        minimal: Leave out what the grammar lets stand without parentheses in some places only:
            assignment expressions, stars, attributes of numbers, yields.
    """

    def __init__(self, seed: int, *, minimal: bool = False) -> None:
        self.random = random.Random(seed)
        self.minimal = minimal
        self.in_fstring = 0

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def some(self, make, low: int, high: int, *args) -> list:
        return [make(*args) for _ in range(self.random.randint(low, high))]

    def name(self) -> str:
        return self.random.choice(NAMES)

    # Expressions

    def leaf(self) -> ast.expr:
        if self.chance(0.6):
            return ast.Name(self.name(), ast.Load())
        pool = self.random.choice([NUMBERS, NUMBERS, STRINGS, OTHERS])
        if self.in_fstring and sys.version_info < (3, 12):
            pool = self.random.choice([NUMBERS, PLAIN_STRINGS])
        return ast.Constant(self.random.choice(pool))

    def expr(self, depth: int) -> ast.expr:
        if depth <= 0:
            return self.leaf()
        kinds = [
            *([self.binary] * 6),
            *(self.unary, self.unary, self.boolean, self.compare, self.conditional, self.function),
            *(self.call, self.call, self.attribute, self.subscript, self.subscript),
            *(self.display, self.dictionary, self.comprehension, self.awaited, self.leaf),
        ]
        if not self.minimal:
            kinds += [self.assigned, self.yielded]
            if self.in_fstring < 2:
                kinds.append(self.fstring)
        make = self.random.choice(kinds)
        return make() if make == self.leaf else make(depth - 1)

    def binary(self, depth: int) -> ast.expr:
        op = self.random.choice(BINARY)()
        return ast.BinOp(self.expr(depth), op, self.expr(depth))

    def unary(self, depth: int) -> ast.expr:
        return ast.UnaryOp(self.random.choice(UNARY)(), self.expr(depth))

    def boolean(self, depth: int) -> ast.expr:
        op = self.random.choice([ast.And, ast.Or])()
        return ast.BoolOp(op, self.some(self.expr, 2, 3, depth))

    def compare(self, depth: int) -> ast.expr:
        rest = self.some(self.expr, 1, 2, depth)
        ops = [self.random.choice(COMPARE)() for _ in rest]
        return ast.Compare(self.expr(depth), ops, rest)

    def conditional(self, depth: int) -> ast.expr:
        return ast.IfExp(*(self.expr(depth) for _ in range(3)))

    def function(self, depth: int) -> ast.expr:
        return ast.Lambda(self.arguments(depth - 1, annotated=False), self.expr(depth))

    def arguments(self, depth: int, annotated: bool) -> ast.arguments:
        names = iter("abcdefghijk")

        def parameter() -> ast.arg:
            hint = self.expr(depth) if annotated and self.chance(0.3) else None
            return ast.arg(next(names), hint)

        posonly, args = self.some(parameter, 0, 1), self.some(parameter, 0, 2)
        kwonly = self.some(parameter, 0, 2)
        return ast.arguments(
            posonlyargs=posonly,
            args=args,
            vararg=parameter() if self.chance(0.3) else None,
            kwonlyargs=kwonly,
            kw_defaults=[self.expr(depth) if self.chance(0.5) else None for _ in kwonly],
            kwarg=parameter() if self.chance(0.3) else None,
            defaults=self.some(self.expr, 0, len(posonly) + len(args), depth),
        )

    def elements(self, low: int, depth: int) -> list[ast.expr]:
        items = self.some(self.expr, low, 3, depth)
        if items and not self.minimal and self.chance(0.2):
            items[-1] = ast.Starred(items[-1], ast.Load())
        return items

    def call(self, depth: int) -> ast.expr:
        keywords = [
            ast.keyword(None if self.chance(0.3) and not self.minimal else name, self.expr(depth))
            for name in self.random.sample(NAMES, self.random.randint(0, 2))
        ]
        return ast.Call(self.expr(depth), self.elements(0, depth), keywords)

    def attribute(self, depth: int) -> ast.expr:
        value = self.expr(depth)
        if self.minimal and isinstance(value, ast.Constant):
            value = ast.Name("x", ast.Load())
        return ast.Attribute(value, self.name(), ast.Load())

    def subscript(self, depth: int) -> ast.expr:
        def index() -> ast.expr:
            if self.chance(0.5):
                return self.expr(depth)
            return ast.Slice(*(self.expr(depth) if self.chance(0.5) else None for _ in range(3)))

        several = ast.Tuple(self.some(index, 1, 3), ast.Load())
        return ast.Subscript(self.expr(depth), several if self.chance(0.4) else index(), ast.Load())

    def display(self, depth: int) -> ast.expr:
        make = self.random.choice([ast.Tuple, ast.List, ast.Set])
        if make is ast.Set:
            return ast.Set(self.elements(1, depth))
        return make(self.elements(0, depth), ast.Load())

    def dictionary(self, depth: int) -> ast.expr:
        values = self.some(self.expr, 0, 3, depth)
        bare = not self.minimal
        keys = [None if bare and self.chance(0.2) else self.expr(depth) for _ in values]
        return ast.Dict(keys, values)

    def comprehension(self, depth: int) -> ast.expr:
        def part() -> ast.comprehension:
            tests = self.some(self.expr, 0, 2, depth)
            is_async = int(self.chance(0.2))
            return ast.comprehension(self.target(depth), self.expr(depth), tests, is_async)

        parts = self.some(part, 1, 2)
        make = self.random.choice([ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp])
        if make is ast.DictComp:
            return ast.DictComp(self.expr(depth), self.expr(depth), parts)
        return make(self.expr(depth), parts)

    def awaited(self, depth: int) -> ast.expr:
        return ast.Await(self.expr(depth))

    def assigned(self, depth: int) -> ast.expr:
        return ast.NamedExpr(ast.Name(self.name(), ast.Store()), self.expr(depth))

    def yielded(self, depth: int) -> ast.expr:
        if self.chance(0.3):
            return ast.YieldFrom(self.expr(depth))
        return ast.Yield(self.expr(depth) if self.chance(0.7) else None)

    def fstring(self, depth: int) -> ast.expr:
        return ast.JoinedStr(self.pieces(depth, self.random.randint(0, 3), in_format=False))

    def pieces(self, depth: int, count: int, in_format: bool) -> list[ast.expr]:
        # Two literal pieces in a row or an empty one would be merged by the parser.
        out: list[ast.expr] = []
        for _ in range(count):
            after_field = not out or isinstance(out[-1], ast.FormattedValue)
            nested = self.in_fstring > 0 and sys.version_info < (3, 12)
            if after_field and self.chance(0.5):
                pool = PLAIN_STRINGS[:3] if nested else STRINGS
                out.append(ast.Constant(self.random.choice([text for text in pool if text])))
            else:
                out.append(self.field(depth, in_format))
        return out

    def field(self, depth: int, in_format: bool) -> ast.FormattedValue:
        self.in_fstring += 1
        value = self.expr(min(depth, 2))
        form = None
        if not in_format and self.chance(0.3):
            form = ast.JoinedStr(self.pieces(0, self.random.randint(1, 2), in_format=True))
        self.in_fstring -= 1
        return ast.FormattedValue(value, self.random.choice([-1, ord("r"), ord("s")]), form)

    # Targets and statements

    def target(self, depth: int) -> ast.expr:
        if self.chance(0.2) and depth > 0:
            items = self.some(self.target, 1, 3, depth - 1)
            if self.chance(0.2):
                items[0] = ast.Starred(items[0], ast.Store())
            return self.random.choice([ast.Tuple, ast.List])(items, ast.Store())
        return self.place(depth)

    def place(self, depth: int) -> ast.expr:
        node = self.random.choice([self.attribute, self.subscript])(depth)
        if self.chance(0.5):
            node = ast.Name(self.name(), ast.Load())
        node.ctx = ast.Store()
        return node

    def body(self, depth: int) -> list[ast.stmt]:
        return self.some(self.stmt, 1, 3, depth)

    def stmt(self, depth: int) -> ast.stmt:
        simple = [
            *(self.assign, self.assign, self.augmented, self.annotated, self.returned, self.bare),
            *(self.raised, self.asserted, self.deleted, self.imported, self.word),
        ]
        compound = [
            *(self.branch, self.loop, self.loop, self.managed, self.tried, self.matched),
            *(self.defined, self.defined, self.classed),
        ]
        if sys.version_info >= (3, 12):
            simple.append(self.alias)
        return self.random.choice(compound if depth > 0 and self.chance(0.6) else simple)(depth)

    def assign(self, depth: int) -> ast.stmt:
        return ast.Assign(self.some(self.target, 1, 2, 2), self.expr(3), lineno=1)

    def augmented(self, depth: int) -> ast.stmt:
        return ast.AugAssign(self.place(1), self.random.choice(BINARY)(), self.expr(2))

    def annotated(self, depth: int) -> ast.stmt:
        target = self.place(1)
        simple = int(isinstance(target, ast.Name) and self.chance(0.5))
        value = self.expr(2) if self.chance(0.5) else None
        return ast.AnnAssign(target, self.expr(1), value, simple)

    def returned(self, depth: int) -> ast.stmt:
        return ast.Return(self.expr(3) if self.chance(0.8) else None)

    def bare(self, depth: int) -> ast.stmt:
        return ast.Expr(self.expr(3))

    def raised(self, depth: int) -> ast.stmt:
        exc = self.expr(2) if self.chance(0.8) else None
        return ast.Raise(exc, self.expr(2) if exc is not None and self.chance(0.5) else None)

    def asserted(self, depth: int) -> ast.stmt:
        return ast.Assert(self.expr(2), self.expr(2) if self.chance(0.5) else None)

    def deleted(self, depth: int) -> ast.stmt:
        targets = self.some(self.place, 1, 3, 1)
        for target in targets:
            target.ctx = ast.Del()
        return ast.Delete(targets)

    def imported(self, depth: int) -> ast.stmt:
        names = [
            ast.alias(name, "q" if self.chance(0.3) else None)
            for name in self.random.sample(NAMES, self.random.randint(1, 4))
        ]
        if self.chance(0.5):
            return ast.Import(names)
        level = self.random.randint(0, 2)
        return ast.ImportFrom("m.n" if level == 0 or self.chance(0.5) else None, names, level)

    def word(self, depth: int) -> ast.stmt:
        names = self.random.sample(NAMES, 2)
        words = [ast.Pass(), ast.Break(), ast.Continue(), ast.Global(names), ast.Nonlocal(names)]
        return self.random.choice(words)

    def alias(self, depth: int) -> ast.stmt:
        return ast.TypeAlias(ast.Name("T", ast.Store()), self.type_params(), self.expr(2))

    def type_params(self) -> list:
        makes = [ast.TypeVar, ast.TypeVarTuple, ast.ParamSpec]
        out = []
        for name in self.random.sample(["A", "B", "C"], self.random.randint(0, 2)):
            node = self.random.choice(makes)(name)
            if isinstance(node, ast.TypeVar):
                node.bound = self.expr(1) if self.chance(0.5) else None
            if sys.version_info >= (3, 13):
                node.default_value = self.expr(1) if self.chance(0.3) else None
            out.append(node)
        return out

    def branch(self, depth: int) -> ast.stmt:
        orelse = self.body(depth - 1) if self.chance(0.6) else []
        return ast.If(self.expr(2), self.body(depth - 1), orelse)

    def loop(self, depth: int) -> ast.stmt:
        orelse = self.body(depth - 1) if self.chance(0.2) else []
        if self.chance(0.3):
            return ast.While(self.expr(2), self.body(depth - 1), orelse)
        make = ast.For if self.chance(0.8) else ast.AsyncFor
        return make(self.target(2), self.expr(2), self.body(depth - 1), orelse, lineno=1)

    def managed(self, depth: int) -> ast.stmt:
        def item() -> ast.withitem:
            return ast.withitem(self.expr(2), self.target(1) if self.chance(0.5) else None)

        make = ast.With if self.chance(0.8) else ast.AsyncWith
        return make(self.some(item, 1, 2), self.body(depth - 1), lineno=1)

    def tried(self, depth: int) -> ast.stmt:
        make = ast.Try if self.chance(0.7) else ast.TryStar

        def handler() -> ast.ExceptHandler:
            name = "e" if self.chance(0.5) else None
            return ast.ExceptHandler(self.expr(1), name, self.body(depth - 1))

        handlers = self.some(handler, 1, 2)
        orelse = self.body(depth - 1) if self.chance(0.3) else []
        final = self.body(depth - 1) if self.chance(0.3) else []
        return make(self.body(depth - 1), handlers, orelse, final)

    def matched(self, depth: int) -> ast.stmt:
        cases = [
            ast.match_case(
                self.pattern(2), self.expr(1) if self.chance(0.3) else None, self.body(depth - 1)
            )
            for _ in range(self.random.randint(1, 2))
        ]
        return ast.Match(self.expr(2), cases)

    def pattern(self, depth: int) -> ast.pattern:
        leaves = [
            ast.MatchValue(ast.Constant(self.random.choice([1, 2.5, "text", b"raw"]))),
            ast.MatchValue(ast.UnaryOp(ast.USub(), ast.Constant(3))),
            ast.MatchValue(ast.BinOp(ast.Constant(1), ast.Sub(), ast.Constant(2j))),
            ast.MatchValue(ast.Attribute(ast.Name("C", ast.Load()), "k", ast.Load())),
            ast.MatchSingleton(None),
            ast.MatchAs(None, "v"),
            ast.MatchAs(None, None),
        ]
        if depth == 0 or self.chance(0.3):
            return self.random.choice(leaves)
        inner = self.some(self.pattern, 1, 2, depth - 1)
        name = ast.Name("C", ast.Load())
        return self.random.choice(
            [
                ast.MatchSequence([*inner, ast.MatchStar("rest")]),
                ast.MatchMapping([ast.Constant(k) for k in range(len(inner))], inner, "others"),
                ast.MatchClass(name, inner, ["k"], [self.random.choice(leaves)]),
                ast.MatchOr([leaves[0], *inner]),
                ast.MatchAs(ast.MatchOr([leaves[1], *inner]), "whole"),
                ast.MatchAs(inner[0], "whole"),
            ]
        )

    def defined(self, depth: int) -> ast.stmt:
        node = (ast.FunctionDef if self.chance(0.8) else ast.AsyncFunctionDef)(
            name="f",
            args=self.arguments(2, annotated=True),
            body=self.body(depth - 1),
            decorator_list=self.some(self.expr, 0, 1, 2),
            returns=self.expr(1) if self.chance(0.3) else None,
            lineno=1,
        )
        return self.with_type_params(node)

    def classed(self, depth: int) -> ast.stmt:
        keywords = [ast.keyword("metaclass", self.expr(1))] if self.chance(0.3) else []
        bases, decorators = self.some(self.expr, 0, 2, 1), self.some(self.expr, 0, 1, 2)
        node = ast.ClassDef("C", bases, keywords, self.body(depth - 1), decorators)
        return self.with_type_params(node)

    def with_type_params(self, node: ast.stmt) -> ast.stmt:
        if sys.version_info >= (3, 12):
            node.type_params = self.type_params()
        return node
