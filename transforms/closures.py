"""Functions inside functions: what they take from outside becomes parameters of their own.

    def f(x, a):                        def g(y, *, a, x): return y * a + x
        def g(y):                ->     def f(x, a):
            return y * a + x                return g(x * x, a=a, x=x)
        return g(x * x)

The value of such a function is a structure of what it takes; so it can be passed on, kept in a
list and differentiated through.  What is taken must not be assigned again after the definition,
where Python would look at the later value.
"""

from __future__ import annotations

import ast
import builtins
import functools
import inspect
import re
import types
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import gast

from fpad.transforms.errors import TransformError
from fpad.transforms.source import Source
from fpad.transforms.taken_names import free_inside, name_of, names_taken, parameters_of, stored

_FAR = 10**6
"""More columns than a line has: so copies of a definition have places of their own."""


class Closure:
    """Base of the classes of functions inside functions; `nested` says which.

    Instances are never made: a class stands for the structure of what its function takes.
    """

    nested: Nested


@dataclass(frozen=True)
class Nested:
    """A function inside a function.

    Attributes:
        source: the function with what it takes as keyword-only parameters.
        taken: the names of these; `defaulted`: those of its own that have a default.
        place: the file, line and column of its text, which tell it from others.
        late: what it takes and is assigned again later, if it was handed to a call: it must not
            outlive the call.
        known: the defaults that are constants.
        make: the class that stands for its structure.
        called: its `__name__`; None: not known.
    """

    source: Source = field(compare=False)
    taken: tuple[str, ...]
    defaulted: tuple[str, ...]
    place: tuple[str, int, int]
    late: tuple[str, ...]
    known: Mapping[str, Any] = field(compare=False)
    make: type = field(compare=False)
    called: str | None = field(default=None, compare=False)

    @property
    def keys(self) -> tuple[str, ...]:
        """What the parts of its structure are called."""
        return (*self.taken, *(f"{name} by default" for name in self.defaulted))

    def __call__(self, *parts: Any) -> Any:
        """The Python function, given its parts."""
        n = len(self.taken)
        named = dict(zip(self.taken, parts[:n], strict=True))
        defaults = dict(zip(self.defaulted, parts[n:], strict=True))
        function = self.source.function
        own = inspect.Signature(
            [p for p in self.source.signature.parameters.values() if p.name not in self.taken]
        )

        def closure(*args: Any, **kwargs: Any) -> Any:
            bound = own.bind(*args, **kwargs)
            late = {k: v for k, v in defaults.items() if k not in bound.arguments}
            return function(*bound.args, **bound.kwargs, **late, **named)

        return closure


def nested(
    outer: Source, node: Any, immediate: bool = False, own: Mapping[str, str | None] | None = None
) -> tuple[Nested, list[Any]]:
    """The function that a def or lambda inside another function is, and its default expressions.

    Args:
        outer: the function around.
        node: gast.FunctionDef or gast.Lambda.
        immediate: is it handed to a call, which may be over before anything else is assigned?
        own: variables of comprehensions around it, and what the user calls them; None: it is
            the list that holds one's value.

    Raises:
        TransformError: it takes a variable that is assigned again later.
    """
    name = getattr(node, "name", "anonymous")
    own = own or {}
    free = free_inside(node)
    taken = tuple(sorted((free & outer.locals) | (free & own.keys())))
    again = (own.get(name) for name in taken)  # every trip of the comprehension assigns these
    late = (*(name for name in again if name is not None), *_assigned_later(outer, node, taken))
    if late and not immediate:
        raise TransformError([outer.refusal(node, *assigned_again(late[0], outer.name))])
    tree, defaulted, defaults = _with_parameters(node, name, taken)
    function = _function(outer, tree)
    called = _called(outer, node)
    function.__name__ = called or name  # which the program may ask for
    code = function.__code__
    source = replace(
        outer,
        function=function,
        code=code,
        name=name,
        tree=tree,
        params=tuple(inspect.signature(function).parameters),
        locals=frozenset((*code.co_varnames, *code.co_cellvars, name)),
        bound=False,
        receiver=None,
    )
    make = type(name, (Closure,), {})
    place = (outer.file, node.lineno, node.col_offset + _FAR * getattr(node, "copied", 0))
    pairs = zip(defaulted, defaults, strict=True)
    known = {n: d.value for n, d in pairs if isinstance(d, gast.Constant)}
    made = Nested(source, taken, defaulted, place, late, known, make, called)
    make.nested = made  # type: ignore[attr-defined]
    return made, defaults


def _called(outer: Source, node: Any) -> str | None:
    """The `__name__` of a function, as its text says; None if a decorator may give it another."""
    if isinstance(node, gast.Lambda):
        return "<lambda>"
    text = outer.lines[node.lineno - 1] if 0 < node.lineno <= len(outer.lines) else ""
    found = re.match(r"\s*def\s+(\w+)\s*\(", text)
    return found[1] if found and not any(_names(outer, d) for d in node.decorator_list) else None


def _names(outer: Source, decorator: Any) -> bool:
    """May a decorator give the function itself another name, as `functools.wraps` does?"""
    call = decorator.func if isinstance(decorator, gast.Call) else decorator
    if isinstance(call, gast.Name) and call.id in outer.locals:
        return False  # it may give another function, but what it sets of this one is refused
    return not isinstance(call, gast.Name) or outer.globals.get(call.id) is functools.wraps


def _assigned_later(outer: Source, node: Any, taken: tuple[str, ...]) -> tuple[str, ...]:
    """What is assigned after the definition, or again and again in a loop around it."""
    inside = {id(s) for loop in _loops_around(outer, node) for s in stored((loop,))}
    mine = [s for s in stored(outer.tree.body) if not hasattr(s, "copied")]  # see `mutual`
    later = {name_of(s) for s in mine if _behind(s, node) or id(s) in inside}
    return tuple(name for name in taken if name in later)


def _loops_around(outer: Source, node: Any) -> list[Any]:
    return [
        n
        for n in gast.walk(outer.tree)
        if isinstance(n, gast.For | gast.While) and any(m is node for m in gast.walk(n))
    ]


def _behind(later: Any, node: Any) -> bool:
    """Does one node stand behind the other in the text?"""
    if not hasattr(later, "lineno"):  # the name in `except .. as error`, which may be anywhere
        return True
    place = (later.lineno, later.col_offset)
    return place > (node.end_lineno, node.end_col_offset)


def may_change(outer: Source, node: Any) -> bool:
    """May what a generator expression uses change before its values are asked for?

    Names that it uses may be assigned later, and anything that is written in place may be seen
    under one of them that is not the function's own; what is its own is watched (see `ahead`).
    """
    names = names_taken(node)
    if _assigned_later(outer, node, tuple(sorted(names))):
        return True
    if not any(_is_data_outside(outer, n) for n in names - outer.locals):
        return False
    again = {id(n) for loop in _loops_around(outer, node) for n in gast.walk(loop)}
    own = _own_objects(outer)
    return any(
        _writes(n, own) and (_behind(n, node) or id(n) in again)
        for n in gast.walk(outer.tree)
        if hasattr(n, "lineno")
    )


def _is_data_outside(outer: Source, name: str) -> bool:
    """Is it something outside the function that may change?"""
    absent = object()
    found = outer.function.__globals__.get(name, getattr(builtins, name, absent))
    fixed = (int, float, str, types.ModuleType)
    return found is absent or not (callable(found) or isinstance(found, fixed))


def _own_objects(outer: Source) -> set[str]:
    """Names that only ever get numbers and new objects: what they hold has no other name."""
    new, other = set[str](), set[str](parameters_of(outer.tree.args))
    for n in gast.walk(outer.tree):
        if isinstance(n, gast.Assign):
            fresh = isinstance(n.value, gast.Constant | gast.BinOp) and len(n.targets) == 1
            (new if fresh else other).update(name_of(s) for s in stored(n.targets))
        elif isinstance(n, gast.For | gast.NamedExpr | gast.AnnAssign):
            other.update(name_of(s) for s in stored([n.target]))
        elif isinstance(n, gast.withitem) and n.optional_vars is not None:
            other.update(name_of(s) for s in stored([n.optional_vars]))
    return new - other


def _writes(node: Any, own: set[str]) -> bool:
    """May the statement or target change something in place that has another name?"""
    if isinstance(node, gast.Subscript | gast.Attribute):
        return not isinstance(node.ctx, gast.Load)
    if isinstance(node, gast.Expr):
        return isinstance(node.value, gast.Call)
    return isinstance(node, gast.AugAssign) and getattr(node.target, "id", None) not in own


def assigned_again(name: str, outer: str) -> tuple[str, str]:
    """Reason and remedy where a function outlives what it takes."""
    return (
        f"{name}, which a function inside {outer} uses, is assigned again later.",
        f"give it another name, or pass {name} to the function as an argument.",
    )


def _with_parameters(
    node: Any, name: str, taken: tuple[str, ...]
) -> tuple[Any, tuple[str, ...], list[Any]]:
    """The definition with keyword-only parameters for what is taken, without its defaults."""
    a = node.args
    positional = [*a.posonlyargs, *a.args]
    late = positional[len(positional) - len(a.defaults) :]
    pairs = [(p.id, d) for p, d in zip(late, a.defaults, strict=True)]
    pairs += [(p.id, d) for p, d in zip(a.kwonlyargs, a.kw_defaults, strict=True) if d is not None]
    none = gast.copy_location(gast.Constant(None, None), node)

    def parameter(n: str) -> Any:
        return gast.copy_location(gast.Name(n, gast.Param(), None, None), node)

    args = gast.arguments(
        [parameter(p.id) for p in a.args],
        [parameter(p.id) for p in a.posonlyargs],
        a.vararg and parameter(a.vararg.id),
        [*(parameter(p.id) for p in a.kwonlyargs), *map(parameter, taken)],
        [*(None if d is None else none for d in a.kw_defaults), *(None for _ in taken)],
        a.kwarg and parameter(a.kwarg.id),
        [none for _ in a.defaults],
    )
    body = node.body
    if isinstance(node, gast.Lambda):
        body = [gast.copy_location(gast.Return(node.body), node.body)]
    tree = gast.FunctionDef(name, args, body, [], None, None, [])
    return gast.copy_location(tree, node), tuple(n for n, _ in pairs), [d for _, d in pairs]


def plain(tree: Any) -> Any:
    """A definition as Python compiles it: it knows no functions among its constants."""
    return _Plain().visit(gast.gast_to_ast(tree))


class _Plain(ast.NodeTransformer):
    """Puts a name in place of a function among the constants."""

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        """A constant."""
        value: Any = node.value
        if not callable(value):
            return node
        return ast.copy_location(ast.Name(str(value.__name__), ast.Load()), node)


def _function(outer: Source, tree: Any) -> types.FunctionType:
    """The function as Python makes it; names of cells around stand for nothing in it."""
    module = ast.Module([plain(tree)], [])
    scope: dict[str, Any] = dict(outer.globals)
    exec(compile(ast.fix_missing_locations(module), outer.file, "exec"), scope)
    function = scope[tree.name]
    assert isinstance(function, types.FunctionType)
    function.__module__ = outer.function.__module__
    return function
