"""The language: one table, from a construct of Python to what becomes of it.

    def f(x):                       model.py:2
        y = 2j * x                      y = 2j * x
        return (yield y)                    ^
                                      Complex numbers are not supported.
                                      Instead: compute with the real and the imaginary part.
                                    model.py:3
                                        return (yield y) ...

`fence(source)` walks a function and raises all its refusals together.  What is accepted here is
lowered (`lower`), and jumps are then rewritten (`jumps`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import gast

from fpad.transforms.errors import TransformError
from fpad.transforms.source import Source
from fpad.transforms.yields import is_generator, own_nodes


@dataclass(frozen=True)
class Accepted:
    """Part of the language."""


@dataclass(frozen=True)
class Rewritten:
    """Part of the language, and gone after a pass."""

    by: str
    into: str


@dataclass(frozen=True)
class Refused:
    """Not part of the language.  `inside`: statements within it are looked at too."""

    reason: str
    remedy: str
    inside: bool = False


@dataclass(frozen=True)
class Within:
    """Occurs only inside a construct that is refused itself."""

    construct: type


@dataclass(frozen=True)
class Absent:
    """Not in the body of a Python 3 function."""


Verdict: TypeAlias = "Accepted | Rewritten | Refused | Within | Absent"
Construct: TypeAlias = "type | tuple[type, str]"

_OK = Accepted()
_NONE = Absent()
_BRANCHES = Rewritten("lower", "if")
_LOOP = Rewritten("lower", "a loop")
_GROUP = Refused(
    "Groups of exceptions cannot be handled inside a differentiated function.",
    "test the condition with an if, or handle the exception around the call of the derivative.",
    inside=True,
)
_COROUTINE = Refused(
    "Coroutines are not supported.", "make it a plain function and await around its call."
)
_GENERATOR = Refused(
    "A generator that is not just called, is sent values, or yields inside with or try, is not "
    "supported.",
    "collect the values in a list and return the list.",
)
_TEMPLATE = Refused(
    "Template strings are not supported.", "make the string outside and pass it as an argument."
)

TABLE: Mapping[Construct, Verdict] = {
    # definitions
    gast.FunctionDef: _OK,
    (gast.FunctionDef, "decorated"): Rewritten("lower", "a call"),
    gast.AsyncFunctionDef: _COROUTINE,
    gast.Lambda: _OK,
    gast.ClassDef: _OK,
    gast.TypeAlias: Refused(
        "Type aliases inside a function are not supported.", "define it at the top of the file."
    ),
    gast.arguments: _OK,
    # statements
    gast.Return: Rewritten("jumps", "one return at the end"),
    gast.Assign: _OK,
    gast.AnnAssign: _OK,
    gast.AugAssign: _OK,
    gast.For: _OK,
    gast.While: _OK,
    gast.If: _OK,
    gast.Break: Rewritten("jumps", "a break at the end of the loop's body"),
    gast.Continue: Rewritten("jumps", "if"),
    gast.Expr: _OK,
    gast.Pass: Rewritten("lower", "nothing"),
    gast.Delete: _OK,
    (gast.Delete, "part"): Refused("Attributes cannot be deleted.", "set it to None."),
    gast.Raise: _OK,
    gast.Assert: _BRANCHES,
    gast.Global: Refused(
        "Global variables cannot be assigned.", "return the value and assign it in the caller."
    ),
    gast.Nonlocal: Refused(
        "Variables of the function around cannot be assigned.",
        "return the value and assign it in the caller.",
    ),
    gast.Import: Rewritten("lower", "an assignment"),
    gast.ImportFrom: Rewritten("lower", "an assignment"),
    gast.With: Rewritten("lower", "effects on every way out"),
    gast.AsyncWith: _COROUTINE,
    gast.AsyncFor: _COROUTINE,
    gast.Try: Rewritten("lower", "if"),
    gast.TryStar: _GROUP,
    gast.Match: _BRANCHES,
    gast.match_case: _OK,
    gast.MatchValue: _OK,
    gast.MatchSingleton: _OK,
    gast.MatchOr: _OK,
    gast.MatchAs: _OK,
    gast.MatchSequence: _BRANCHES,
    gast.MatchMapping: _BRANCHES,
    gast.MatchClass: _BRANCHES,
    gast.MatchStar: _OK,
    # expressions
    gast.Constant: _OK,
    (gast.Constant, "bytes"): Refused("Bytes are not supported.", "use a str."),
    gast.Name: _OK,
    gast.BinOp: _OK,
    gast.UnaryOp: _OK,
    gast.Compare: _OK,
    (gast.Compare, "chained"): _BRANCHES,
    gast.BoolOp: _BRANCHES,
    gast.IfExp: _BRANCHES,
    gast.Call: _OK,
    gast.keyword: _OK,
    gast.Attribute: _OK,
    gast.Subscript: _OK,
    gast.Slice: _OK,
    gast.Tuple: _OK,
    gast.List: _OK,
    gast.Dict: _OK,
    gast.Starred: _OK,
    gast.Set: _OK,
    gast.ListComp: _LOOP,
    gast.SetComp: _LOOP,
    gast.DictComp: _LOOP,
    gast.GeneratorExp: _LOOP,
    gast.NamedExpr: Rewritten("lower", "an assignment in front"),
    gast.Await: _COROUTINE,
    gast.Yield: _GENERATOR,
    gast.YieldFrom: _GENERATOR,
    gast.JoinedStr: _OK,
    gast.FormattedValue: _OK,
    # operators
    **dict.fromkeys(
        (
            *(gast.Add, gast.Sub, gast.Mult, gast.MatMult, gast.Div, gast.Mod, gast.Pow),
            *(gast.LShift, gast.RShift, gast.BitOr, gast.BitXor, gast.BitAnd, gast.FloorDiv),
            *(gast.Invert, gast.Not, gast.UAdd, gast.USub, gast.And, gast.Or),
            *(gast.Eq, gast.NotEq, gast.Lt, gast.LtE, gast.Gt, gast.GtE),
            *(gast.Is, gast.IsNot, gast.In, gast.NotIn, gast.Load, gast.Store),
        ),
        _OK,
    ),
    # parts of refused constructs
    gast.comprehension: _OK,
    gast.ExceptHandler: _OK,
    gast.alias: _OK,
    gast.withitem: _OK,
    gast.Del: _OK,
    **dict.fromkeys((gast.TypeVar, gast.ParamSpec, gast.TypeVarTuple), Within(gast.TypeAlias)),
    # gast 0.6 does not know them
    **(
        {gast.TemplateStr: _TEMPLATE, gast.Interpolation: Within(gast.TemplateStr)}
        if hasattr(gast, "TemplateStr")
        else {}
    ),
    # roots, and what only Python 2 had
    **dict.fromkeys(
        (
            *(gast.Module, gast.Interactive, gast.Expression, gast.FunctionType, gast.Suite),
            *(gast.Print, gast.Exec, gast.Repr, gast.AugLoad, gast.AugStore, gast.Param),
            gast.type_ignore,
        ),
        _NONE,
    ),
}


def construct(node: Any, *, root: bool = False) -> Construct:
    """The row of the table for a node; `root`: it is the function itself."""
    cls = type(node)
    match node:
        case gast.FunctionDef():
            special = "decorated" if node.decorator_list and not root else ""
        case gast.Constant():
            kind = type(node.value).__name__
            special = kind if kind == "bytes" else ""
        case gast.Compare():
            special = "chained" if len(node.ops) > 1 else ""
        case gast.Delete():
            parts = (gast.Name, gast.Subscript)
            special = "" if all(isinstance(t, parts) for t in node.targets) else "part"
        case _:
            special = ""
    return (cls, special) if special else cls


def fence(source: Source) -> None:
    """Let a function through that is written in the language.

    Raises:
        TransformError: with every construct of the function that is refused, in source order.
    """
    found = sorted(
        (source.refusal(node, verdict.reason, verdict.remedy) for node, verdict in _find(source)),
        key=lambda refusal: (refusal.line, refusal.column),
    )
    if found:
        raise TransformError(found)


def _find(source: Source) -> Iterator[tuple[Any, Refused]]:
    """The refused nodes with their verdicts."""
    verdict = TABLE[construct(source.tree, root=True)]
    if isinstance(verdict, Refused):
        yield source.tree, verdict
    todo = list(source.tree.body)
    methods = _yields_of_methods(source.tree)  # looked at where they are called
    while todo:
        node = todo.pop()
        verdict = TABLE[construct(node)]
        if isinstance(verdict, Refused) and id(node) not in methods:
            yield node, verdict
            if not verdict.inside:
                continue
        todo += gast.iter_child_nodes(node)


def _yields_of_methods(tree: Any) -> set[int]:
    """The yields of methods of classes inside a function."""
    classes = [n for n in gast.walk(tree) if isinstance(n, gast.ClassDef)]
    made = [m for c in classes for m in c.body if is_generator(m)]
    kinds = (gast.Yield, gast.YieldFrom)
    return {id(n) for m in made for n in own_nodes(m.body) if isinstance(n, kinds)}
