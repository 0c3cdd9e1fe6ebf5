"""Functions of Python that are made of syntax trees while code is written."""

from __future__ import annotations

import ast
import types
from collections.abc import Collection
from dataclasses import replace
from typing import Any

import gast

from fpad.transforms.cells import with_cells
from fpad.transforms.closures import plain
from fpad.transforms.source import Source, parameters, remember


def made_function(
    source: Source, tree: Any, new: Collection[str] = (), defaults: bool = True
) -> types.FunctionType:
    """The function of a tree that was made of that of another function.

    Args:
        source: of the other function.
        tree: the definition.
        new: names that it has got.
        defaults: has it the parameters of the other function, and their defaults?
    """
    func = source.function
    with_cells(tree)
    tree = gast.copy_location(
        gast.FunctionDef(tree.name, _bare(tree.args), tree.body, [], None, None, []), tree
    )
    scope: dict[str, Any] = dict(func.__globals__)
    module = ast.Module([plain(tree)], [])
    exec(compile(ast.fix_missing_locations(module), source.file, "exec"), scope)
    made = scope[tree.name]
    assert isinstance(made, types.FunctionType)
    made.__module__ = func.__module__
    if defaults:
        made.__defaults__, made.__kwdefaults__ = func.__defaults__, func.__kwdefaults__
    code = made.__code__
    remember(
        replace(
            source,
            function=made,
            code=code,
            tree=tree,
            params=parameters(code),
            locals=frozenset((*code.co_varnames, *code.co_cellvars, *new)),
            bound=False,
            receiver=None,
        )
    )
    return made


def _bare(args: Any) -> Any:
    """Parameters without annotations; the defaults of the function are set afterwards."""

    def parameter(p: Any) -> Any:
        return p and gast.copy_location(gast.Name(p.id, gast.Param(), None, None), p)

    return gast.arguments(
        [parameter(p) for p in args.args],
        [parameter(p) for p in args.posonlyargs],
        parameter(args.vararg),
        [parameter(p) for p in args.kwonlyargs],
        [None for _ in args.kwonlyargs],
        parameter(args.kwarg),
        [],
    )
