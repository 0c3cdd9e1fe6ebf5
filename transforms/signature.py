"""The Python signature of an entry function, and its structured arguments and results.

    Boundary((Parameter("params", .., Node(dict, ("W", "b"), (Leaf("params_W"), Leaf("params_b")))),
              Parameter("by", KEYWORD_ONLY, Leaf("by"), 1.0)),
             result=Node(dict, ("W", "b"), (Leaf("bW"), Leaf("bb"))))

is printed as

    def f_grad(params, *, by=1.0):
        params_W = params["W"]
        params_b = params["b"]
        ...
        return {"W": bW, "b": bb}
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import gast

from fpad import runtime as fp
from fpad.transforms.ir import (
    Attr,
    Boundary,
    Const,
    Copy,
    Fixed,
    Fresh,
    Func,
    Leaf,
    Let,
    Load,
    Node,
    Parameter,
    Return,
    Statement,
    Tree,
    Unpack,
    all_names,
    leaves,
)
from fpad.transforms.kinds import CONTENTS, EACH, ITSELF, is_namedtuple, meant
from fpad.transforms.liveness import live_before
from fpad.transforms.scope import call, display, name
from fpad.transforms.spelling import Spelling
from fpad.transforms.structures import depth, records


def arguments(func: Func, spelling: Spelling) -> Any:
    """The parameter list: of the boundary where there is one, else the flat parameters.

    Flat parameters that no parameter of the boundary holds (lifted globals) become keyword-only.
    """
    if func.boundary is None:
        return _arguments([name(p) for p in func.params], [], None, [], [], None, [])
    named = {a for p in func.boundary.parameters for a in leaves(p.tree)}
    lifted = tuple(
        Parameter(p, inspect.Parameter.KEYWORD_ONLY, Leaf(p)) for p in func.params if p not in named
    )
    before: list[Any] = []
    args: list[Any] = []
    only: list[Any] = []
    defaults: list[Any] = []
    only_defaults: list[Any] = []
    rest: dict[int, Any] = {}
    for p in (*func.boundary.parameters, *lifted):
        default = spelling.constant(p.default) if p.has_default else None
        if p.how == inspect.Parameter.KEYWORD_ONLY:
            only.append(name(p.name))
            only_defaults.append(default)
        elif p.how in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD):
            rest[p.how] = name(p.name)
        else:
            target = before if p.how == inspect.Parameter.POSITIONAL_ONLY else args
            target.append(name(p.name))
            if default is not None:
                defaults.append(default)
    variable = rest.get(inspect.Parameter.VAR_POSITIONAL)
    keywords = rest.get(inspect.Parameter.VAR_KEYWORD)
    return _arguments(args, before, variable, only, only_defaults, keywords, defaults)


def _arguments(*fields: Any) -> Any:
    args, before, variable, only, only_defaults, keywords, defaults = fields
    return gast.arguments(args, before, variable, only, only_defaults, keywords, defaults)


def is_flat(func: Func) -> bool:
    """Do the flat parameters and results make the same signature, so that calls can be flat?"""
    if func.boundary is None:
        return True
    plain = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    parameters, result = func.boundary.parameters, func.boundary.result
    if tuple(p.name for p in parameters) != func.params:
        return False
    if not all(p.how in plain and p.tree == Leaf(p.name) for p in parameters):
        return False
    if isinstance(result, Leaf):
        return True
    items = result.items if isinstance(result, Node) and result.make is tuple else ()
    return len(items) > 1 and all(isinstance(item, Leaf) for item in items)


# ---------------------------------------------------------------- taking arguments apart


def prologue(func: Func) -> tuple[Statement, ...]:
    """Statements that give the flat parameters their values from the structured ones.

    Parts that nothing reads are left out.
    """
    if func.boundary is None:
        return ()
    needed = live_before(func.body, frozenset())
    fresh = Fresh(all_names(func) | {p.name for p in func.boundary.parameters})
    return tuple(
        s for p in func.boundary.parameters for s in _taken_apart(p.name, p.tree, needed, fresh)
    )


def _taken_apart(
    value: str, tree: Tree, needed: frozenset[str], fresh: Fresh
) -> Iterator[Statement]:
    if isinstance(tree, Leaf):
        if isinstance(tree.atom, str) and tree.atom != value and tree.atom in needed:
            yield Copy(tree.atom, value)
        return
    if not isinstance(tree, Node) or needed.isdisjoint(leaves(tree)):
        return
    parts = [item.atom if isinstance(item, Leaf) else None for item in tree.items]
    if tree.keys == (EACH,):
        inner = records(tree)
        if inner is None:
            yield Let(str(next(leaves(tree))), fp.as_rows, (value,))
        for k, part in enumerate(leaves(inner) if inner is not None else ()):
            if part in needed:
                yield Let(str(part), fp.as_column, (value, Const(k)))
        return
    plain = tree.make in (tuple, list) and ITSELF not in tree.keys and len(parts) > 1
    if plain and needed.issuperset(map(str, parts)):
        yield Unpack(tuple(str(part) for part in parts), value)
        return
    # A part with the name of the whole comes last.
    for k in sorted(range(len(parts)), key=lambda k: parts[k] == value):
        item = tree.items[k]
        if needed.isdisjoint(leaves(item)):
            continue
        if tree.keys[k : k + 1] == (ITSELF,):
            yield Copy(str(parts[k]), value)
            continue
        target = parts[k]
        if target is None:
            target = fresh(_part_name(value, tree.keys[k] if tree.keys else k))
        assert isinstance(target, str)
        yield _part(target, value, tree, k)
        if not isinstance(item, Leaf):
            yield from _taken_apart(target, item, needed, fresh)


def _part(target: str, value: str, tree: Node, k: int) -> Statement:
    if is_namedtuple(tree.make):
        return Attr(target, value, tree.make._fields[k])
    if issubclass(tree.make, dict):
        return Load(target, value, Const(tree.keys[k]))
    if issubclass(tree.make, tuple | list):
        return Load(target, value, Const(k))
    if tree.keys[k] == CONTENTS:
        return Let(target, fp.contents, (value,))
    return Attr(target, value, str(tree.keys[k]))


def _part_name(value: str, key: Any) -> str:
    wanted = f"{value}_{key}"
    return wanted if wanted.isidentifier() else f"{value}_item"


# ---------------------------------------------------------------- putting results together


def result(s: Return, boundary: Boundary | None, spelling: Spelling) -> Any:
    """What a Return returns: a bare value, a tuple, or the structure of the boundary."""
    values = [spelling.operand(v) for v in s.values]
    if boundary is None:
        return values[0] if len(values) == 1 else display(values) if values else None
    if len(list(leaves(boundary.result))) != len(values):
        raise AssertionError(f"{len(values)} results for the structure {boundary.result}")
    return _packed(boundary.result, iter(values), spelling)


def _packed(tree: Tree, values: Iterator[Any], spelling: Spelling) -> Any:
    if isinstance(tree, Leaf):
        return next(values)
    if isinstance(tree, Fixed):
        return spelling.constant(tree.value)
    make = tree.make
    if tree.keys == (EACH,):
        whole = _listed(tree, values, spelling)
        return whole if make is list else call(spelling.scope.located(make), [whole])
    items = [_packed(item, values, spelling) for item in tree.items]
    if is_namedtuple(make):
        return call(spelling.scope.located(make), [], zip(make._fields, items, strict=True))
    if issubclass(make, dict):
        whole = gast.Dict([spelling.constant(k) for k in tree.keys], items)
        return whole if make is dict else call(spelling.scope.located(make), [whole])
    if issubclass(make, tuple | list):
        whole = display(items, as_list=issubclass(make, list))
        return whole if make in (tuple, list) else call(spelling.scope.located(make), [whole])
    named = [(str(k), v) for k, v in zip(tree.keys, items, strict=True) if k != ITSELF]
    return call(spelling.scope.located(fp.made), [spelling.scope.located(meant(make))], named)


def _listed(tree: Node, values: Iterator[Any], spelling: Spelling) -> Any:
    """The list that arrays stand for (see `grown`)."""
    inner = records(tree)
    if inner is None:
        deep = depth(tree) or 1
        more = [spelling.constant(deep)] if deep > 1 else []
        return call(spelling.scope.located(fp.values_of), [next(values), *more])
    columns = display([next(values) for _ in inner.items])
    make = spelling.scope.located(inner.make)
    return call(spelling.scope.located(fp.records_of), [make, columns])
