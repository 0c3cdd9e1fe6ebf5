"""Classes defined inside a function: made once, while the code is written.

    def f(x, y):                        class Point: ..            # as at the top of the file
        class Point:            ->
            ..                          def f(x, y):
        return Point(x, y).norm()           return Point(x, y).norm()

Such a class must not take variables of the function, but for those that its objects hold
(`local_captures`); other classes defined there it may.
"""

from __future__ import annotations

import ast
import types
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import gast

from fpad.transforms.closures import plain
from fpad.transforms.errors import TransformError
from fpad.transforms.source import Source, parameters, remember, settled
from fpad.transforms.taken_names import free_inside

_made: dict[tuple[Any, ...], tuple[type, list[Source]]] = {}
"""The classes by where they are, with their methods: a function is lowered more than once."""


def made(outer: Source, node: Any, classes: Mapping[str, type]) -> type:
    """The class of a definition.

    Args:
        outer: the function around.
        node: gast.ClassDef.
        classes: those defined before it in the function.

    Raises:
        TransformError: it takes variables of the function, or cannot be made.
    """
    key = (outer.code, id(outer.globals), node.lineno, node.col_offset)
    if key not in _made:
        cls = _class(outer, node, classes)
        trees = {n.name: n for n in node.body if isinstance(n, gast.FunctionDef)}
        own = [f for f in _functions(cls) if f.__code__.co_filename == outer.file]
        found = [_source(outer, f, trees[f.__name__]) for f in own if f.__name__ in trees]
        _made[key] = cls, found
    cls, methods = _made[key]
    for source in methods:
        remember(source)
    return cls


def _class(outer: Source, node: Any, classes: Mapping[str, type]) -> type:
    every = [n for n in gast.walk(node) if isinstance(n, gast.FunctionDef | gast.Lambda)]
    deeper = {id(m) for n in every for m in gast.walk(n) if m is not n}
    inside = [n for n in every if id(n) not in deeper]
    own = {id(m) for n in inside for m in gast.walk(n)}
    names = [n for n in gast.walk(node) if isinstance(n, gast.Name) and id(n) not in own]
    stored = {n.id for n in names if not isinstance(n.ctx, gast.Load)}
    used = {n.id for n in names} - stored
    used = used.union(*map(free_inside, inside)) - {node.name, *classes}
    foreign = sorted(used & outer.locals)
    if foreign:
        reason = f"The class {node.name} inside {outer.name} uses {foreign[0]}, a variable of it."
        remedy = "give it to __init__, or define the class at the top of the file."
        raise TransformError([outer.refusal(node, reason, remedy)])
    scope: dict[str, Any] = {**outer.globals, **classes}
    module = ast.Module([ast.fix_missing_locations(plain(node))], [])
    try:
        exec(compile(module, outer.file, "exec"), scope)
    except Exception as error:  # whatever making the class raises in the user's own program
        reason = f"The class {node.name} cannot be made: {error}."
        raise TransformError([outer.refusal(node, reason, "correct it.")]) from error
    cls = scope[node.name]
    assert isinstance(cls, type)
    return cls


def _functions(cls: type) -> Iterator[types.FunctionType]:
    for value in vars(cls).values():
        if isinstance(value, property):
            parts = (value.fget, value.fset)
        else:
            parts = (getattr(value, "__func__", value), None)
        yield from (f for f in parts if isinstance(f, types.FunctionType))


def _source(outer: Source, function: types.FunctionType, tree: Any) -> Source:
    code = function.__code__
    own = gast.FunctionDef(tree.name, tree.args, tree.body, [], tree.returns, None, [])
    cells = zip(code.co_freevars, function.__closure__ or (), strict=True)
    own = gast.copy_location(own, tree)
    new = settled(function, own)
    return replace(
        outer,
        function=function,
        code=code,
        name=tree.name,
        tree=own,
        params=parameters(code),
        locals=frozenset((*code.co_varnames, *code.co_cellvars, *new)),
        cells=dict(cells),
        globals=function.__globals__,
        bound=False,
        receiver=None,
    )
