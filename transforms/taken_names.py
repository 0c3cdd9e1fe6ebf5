"""Names in syntax trees: what a part takes from around it, and what it assigns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gast

_FUNCTIONS = (gast.FunctionDef, gast.Lambda)
_COMPREHENSIONS = (gast.ListComp, gast.SetComp, gast.DictComp, gast.GeneratorExp)


def parameters_of(args: Any) -> set[str]:
    """The names of the parameters."""
    every = [*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg]
    return {a.id for a in every if a is not None}


def free_inside(node: Any) -> set[str]:
    """Names that the body of a function takes from around it, its own name apart."""
    body = node.body if isinstance(node.body, list) else [node.body]
    bound = parameters_of(node.args) | {name_of(n) for n in stored(body)}
    taken = set[str]().union(*map(names_taken, body))
    return taken - bound - {getattr(node, "name", "")}


def names_taken(node: Any) -> set[str]:
    """Names in a node that neither a function nor a comprehension inside it binds."""
    if isinstance(node, gast.Name):
        return {node.id}
    children = gast.iter_child_nodes(node)
    if isinstance(node, _FUNCTIONS):
        outside = [*node.args.defaults, *(d for d in node.args.kw_defaults if d is not None)]
        return set[str]().union(free_inside(node), *map(names_taken, outside))
    found = set[str]().union(*map(names_taken, children))
    if isinstance(node, _COMPREHENSIONS):
        found -= {n.id for part in node.generators for n in stored([part.target])}
    return found


def names_used(node: Any) -> set[str]:
    """The same, without those that the node itself assigns (`:=`)."""
    own = {n.target.id for n in gast.walk(node) if isinstance(n, gast.NamedExpr)}
    return names_taken(node) - own


def stored(block: Any) -> Iterator[Any]:
    """What assigns a name in the statements, functions and comprehensions inside them apart."""
    todo = list(block)
    while todo:
        node = todo.pop()
        named = isinstance(node, gast.FunctionDef) or pattern_name(node) is not None
        if named or (isinstance(node, gast.Name) and isinstance(node.ctx, gast.Store)):
            yield node
        if not isinstance(node, _FUNCTIONS + _COMPREHENSIONS):
            todo += gast.iter_child_nodes(node)


def name_of(node: Any) -> str:
    """The name that a statement of `stored` assigns."""
    return pattern_name(node) or str(node.id if isinstance(node, gast.Name) else node.name)


def pattern_name(node: Any) -> str | None:
    """The name that a pattern itself binds: `case x`, `case [*rest]`, `case {**rest}`."""
    if isinstance(node, gast.MatchAs | gast.MatchStar):
        return str(node.name) if node.name else None
    rest = node.rest if isinstance(node, gast.MatchMapping) else None
    return str(rest) if rest else None
