"""Comprehensions whose lists are put into one: a comprehension with one more loop.

    list(chain.from_iterable([v] * n for v, n in runs))     [w for v, n in runs for w in [v] * n]
    list(chain(*[row[1:] for row in rows]))             ->  [w for row in rows for w in row[1:]]
    sum([[v, v * v] for v in xs], [])                       [w for v in xs for w in [v, v * v]]

A list that holds lists of several lengths would have to be made in between.
"""

from __future__ import annotations

import builtins
import itertools
from typing import Any

import gast

from fpad.transforms.outside import Outside
from fpad.transforms.yields import Nodes

_COMPREHENSIONS = gast.ListComp | gast.GeneratorExp


def flattened(tree: Any, outside: Outside, bound: set[str], nodes: Nodes) -> None:
    """Rewrite such calls in a definition; `bound`: the names that it binds."""
    _Flatten(outside, bound, nodes).visit(tree)


class _Flatten(gast.NodeTransformer):  # type: ignore[misc]
    def __init__(self, outside: Outside, bound: set[str], nodes: Nodes) -> None:
        self.outside, self.bound, self.nodes = outside, bound, nodes

    def visit_Call(self, node: Any) -> Any:
        """A call, after those inside it."""
        self.generic_visit(node)
        if node.keywords or not node.args:
            return node
        first, *rest = node.args
        chained = isinstance(node.func, gast.Attribute) and node.func.attr == "from_iterable"
        if not rest and chained and self._is(node.func.value, itertools.chain):
            return self._lists_of(first) or node
        if not rest and isinstance(first, gast.Starred) and self._is(node.func, itertools.chain):
            return self._lists_of(first.value) or node
        if len(rest) == 1 and _is_empty(rest[0]) and self._is(node.func, builtins.sum):
            made = self._lists_of(first)
            return node if made is None else self._listed(made)
        return node

    def _is(self, func: Any, wanted: Any) -> bool:
        root = func
        while isinstance(root, gast.Attribute):
            root = root.value
        own = isinstance(root, gast.Name) and root.id in self.bound
        return not own and self.outside.value(func) is wanted

    def _lists_of(self, node: Any) -> Any:
        """An iterator over what the lists hold that a comprehension makes; None: it is no such."""
        if not isinstance(node, _COMPREHENSIONS) or any(g.is_async for g in node.generators):
            return None
        n, name = self.nodes, self.nodes.fresh("value")
        inner = gast.comprehension(n.target(name, node), node.elt, [], 0)
        generators = [*node.generators, gast.copy_location(inner, node.elt)]
        made = gast.copy_location(gast.GeneratorExp(n.name(name, node), generators), node)
        if isinstance(node, gast.GeneratorExp):
            return made
        return n.call(n.constant(iter, node), [self._listed(made)], node)

    def _listed(self, made: Any) -> Any:
        if isinstance(made, gast.Call):  # iter of a list
            return made.args[0]
        return gast.copy_location(gast.ListComp(made.elt, made.generators), made)


def _is_empty(node: Any) -> bool:
    return isinstance(node, gast.List) and not node.elts
