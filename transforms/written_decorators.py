"""Decorators of functions that call themselves, inside a function: written out in their place.

    def f(z):                               def f(z):
        @memoized                               fib_memo = {}
        def fib(k):                             def fib(*args):
            return fib(k - 1) + ..      ->          if args not in fib_memo: ..
        ..                                              fib_memo[args] = fib_within(*args)
                                                    return fib_memo[args]
    def memoized(f):                            def fib_within(k):
        memo = {}                                   return fib(k - 1) + ..
        def wrapper(*args): ..
        return wrapper

Inside such a function its name means the decorated one, so that is a pair of functions that call
each other (see `mutual`).  A decorator is written out if it makes some variables and one function,
and returns that; of any other decorator the function is refused where it is lowered.
"""

from __future__ import annotations

import copy
import linecache
import types
from typing import Any

import gast

from fpad.transforms.cells import bound, taken
from fpad.transforms.definition import definition
from fpad.transforms.errors import TransformError
from fpad.transforms.outside import Outside

_FUNCTIONS = (gast.FunctionDef, gast.Lambda)


def with_decorators(tree: Any, outside: Outside) -> set[str]:
    """Write such decorators out in a definition, which is changed; returns its new names.

    `tree.decorators` says which functions the names of these were taken for.
    """
    tree.decorators = {}
    made: set[str] = set()
    for function in [n for n in gast.walk(tree) if isinstance(n, gast.FunctionDef)]:
        body: list[Any] = []
        for s in function.body:
            new = _written(tree, function, s, outside) if _is_asked(s) else None
            body += [s] if new is None else new
            if new is not None and function is tree:
                made |= {n for part in new for n in names_bound(part)}
        function.body = body
    return made


def holds(decorators: dict[str, Any], outside: Outside) -> bool:
    """Do the names of decorators that were written out still mean the same?"""
    return all(_meant(outside, name) is f for name, f in decorators.items())


def _meant(outside: Outside, name: str) -> Any:
    return outside.value(gast.Name(name, gast.Load(), None, None))


def _is_asked(s: Any) -> bool:
    if not isinstance(s, gast.FunctionDef) or len(s.decorator_list) != 1:
        return False
    itself = any(isinstance(n, gast.Name) and n.id == s.name for b in s.body for n in gast.walk(b))
    return itself and isinstance(s.decorator_list[0], gast.Name)


def names_bound(s: Any) -> set[str]:
    """The variables that a statement assigns."""
    if isinstance(s, gast.FunctionDef):
        return {s.name}
    stored = (n for n in gast.walk(s) if isinstance(n, gast.Name))
    return {n.id for n in stored if isinstance(n.ctx, gast.Store)}


def _written(tree: Any, around: Any, s: Any, outside: Outside) -> list[Any] | None:
    """The statements that stand for the decorated definition; None if they cannot be written."""
    (decorator,) = s.decorator_list
    found = _definition(tree, around, decorator.id, outside)
    parts = None if found is None else _taken_apart(found)
    if found is None or parts is None:
        return None
    before, wrapper = parts
    every = {n.id for n in gast.walk(tree) if isinstance(n, gast.Name)}
    every |= {n.name for n in gast.walk(tree) if isinstance(n, gast.FunctionDef)}

    def fresh(name: str) -> str:
        while name in every:
            name += "_"
        every.add(name)
        return name

    own = [t for b in before for t in sorted(names_bound(b))]
    new = {name: fresh(f"{s.name}_{name}") for name in own}
    new[found.args.args[0].id] = fresh(f"{s.name}_within")
    new[wrapper.name] = s.name
    if not can_be_renamed([*before, wrapper], wrapper, set(new)):
        return None
    free = taken(found) - bound(found)
    if free & (bound(tree) | bound(around)) and not _is_inside(around, decorator.id):
        return None  # they mean something else there
    inner = copy.copy(s)
    inner.name, inner.decorator_list = new[found.args.args[0].id], []
    wrapper.name, wrapper.decorator_list = s.name, []
    known = fresh(f"{s.name}_decorator")
    target = gast.Name(known, gast.Store(), None, None)
    kept = gast.Assign([target], gast.Name(decorator.id, gast.Load(), None, None), None)
    out = [kept, *(renamed(b, new) for b in before), renamed(wrapper, new)]
    out = [placed(part, decorator) for part in out]
    if not _is_inside(around, decorator.id):
        tree.decorators[decorator.id] = _meant(outside, decorator.id)
    return [*out, inner]


def _is_inside(around: Any, name: str) -> bool:
    return any(isinstance(b, gast.FunctionDef) and b.name == name for b in around.body)


def _definition(tree: Any, around: Any, name: str, outside: Outside) -> Any | None:
    """The definition of a decorator, to be changed; None if it is not known."""
    for b in around.body:
        if isinstance(b, gast.FunctionDef) and b.name == name and not b.decorator_list:
            return copy.deepcopy(b)
    if name in bound(tree) | bound(around):
        return None
    f = _meant(outside, name)
    if not isinstance(f, types.FunctionType) or f.__closure__:
        return None
    if f.__globals__ is not outside.function.__globals__:
        return None  # its names may mean something else here
    try:
        lines = tuple(linecache.getlines(f.__code__.co_filename, f.__globals__))
        return gast.ast_to_gast(definition(f, lines))
    except TransformError:
        return None


def _taken_apart(node: Any) -> tuple[list[Any], Any] | None:
    """What a decorator assigns, and the function that it returns; None if it is not that simple."""
    a = node.args
    plain = len(a.args) == 1 and not (a.posonlyargs or a.kwonlyargs or a.vararg or a.kwarg)
    if not plain or a.defaults:
        return None
    body = list(node.body)
    if isinstance(body[0], gast.Expr) and isinstance(body[0].value, gast.Constant):
        del body[0]
    functions = [b for b in body if isinstance(b, gast.FunctionDef)]
    if len(functions) != 1 or not isinstance(body[-1], gast.Return):
        return None
    (wrapper,) = functions
    result = body[-1].value
    if not isinstance(result, gast.Name) or result.id != wrapper.name:
        return None
    at = body.index(wrapper)
    before, behind = body[:at], body[at + 1 : -1]
    assigned = all(isinstance(b, gast.Assign | gast.AnnAssign) for b in before)
    only = assigned and not any(isinstance(n, _FUNCTIONS) for b in before for n in gast.walk(b))
    noted = all(isinstance(b, gast.Assign) and _is_note(b, wrapper.name) for b in behind)
    wrapped = all(_is_wraps(d) for d in wrapper.decorator_list)
    return (before, wrapper) if only and noted and wrapped else None


def _is_note(s: Any, name: str) -> bool:
    """Is it wrapper.something = ..? Nothing else asks for that."""
    return all(
        isinstance(t, gast.Attribute) and isinstance(t.value, gast.Name) and t.value.id == name
        for t in s.targets
    )


def _is_wraps(node: Any) -> bool:
    func = node.func if isinstance(node, gast.Call) else None
    name = func.attr if isinstance(func, gast.Attribute) else getattr(func, "id", "")
    return bool(name == "wraps")


def can_be_renamed(block: list[Any], wrapper: Any, names: set[str]) -> bool:
    """Does no function inside have a variable of its own with one of these names?"""
    inner = [n for b in block for n in gast.walk(b) if isinstance(n, _FUNCTIONS)]
    made = (bound(n) for n in inner if isinstance(n, gast.FunctionDef))
    own = set[str]().union(*made) | {
        n.id
        for part in gast.walk(wrapper)
        if isinstance(part, gast.comprehension | gast.arguments)
        for n in gast.walk(part)
        if isinstance(n, gast.Name) and not isinstance(n.ctx, gast.Load)
    }
    return not own & names


class _Names(gast.NodeTransformer):  # type: ignore[misc]
    def __init__(self, new: dict[str, str]) -> None:
        self.new = new

    def visit_Name(self, node: Any) -> Any:
        """A variable."""
        node.id = self.new.get(node.id, node.id)
        return node

    def visit_Nonlocal(self, node: Any) -> Any:
        """Variables of the decorator that the function assigns."""
        node.names = [self.new.get(n, n) for n in node.names]
        return node


def renamed(node: Any, new: dict[str, str]) -> Any:
    """A part of a definition, which is changed, with other names for variables."""
    return _Names(new).visit(node)


def placed(node: Any, at: Any) -> Any:
    """A part of a definition, as if it stood where another one stands."""
    for n in gast.walk(node):
        gast.copy_location(n, at)
        if hasattr(n, "lineno"):
            n.end_lineno, n.end_col_offset = at.end_lineno, at.end_col_offset
    return node
