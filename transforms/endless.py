"""Generator expressions that never end, as generator functions.

    for v in (x**k for k in count()):           def terms():
        if v < tol:                                 for k in count():
            break                       ->              yield x**k
        total += v                              for v in terms():
                                                    ..

What asks for their values stops (see `generators`); no list can be made of them.
"""

from __future__ import annotations

from typing import Any

import gast

from fpad.transforms.yields import Nodes, never_ends

_BLOCKS = ("body", "orelse", "finalbody")


def named(tree: Any, nodes: Nodes) -> None:
    """Rewrite the generator expressions of a definition that never end."""
    tree.body = _block(tree.body, nodes)


def _block(body: list[Any], nodes: Nodes) -> list[Any]:
    out: list[Any] = []
    for s in body:
        work = _Named(nodes)
        for part in s._fields:
            value = getattr(s, part, None)
            if part in _BLOCKS and isinstance(value, list):
                setattr(s, part, _block(value, nodes))
            elif isinstance(value, gast.AST) and not isinstance(s, gast.While):
                setattr(s, part, work.visit(value))
        for part in (*getattr(s, "handlers", ()), *getattr(s, "cases", ())):
            part.body = _block(part.body, nodes)
        out += [*work.made, s]
    return out


class _Named(gast.NodeTransformer):  # type: ignore[misc]
    """Gives names to the generator expressions that a statement evaluates itself."""

    def __init__(self, nodes: Nodes) -> None:
        self.nodes = nodes
        self.made: list[Any] = []
        self.names: list[Any] = []

    def visit_Lambda(self, node: Any) -> Any:
        """What is in a function of its own stays there."""
        return node

    def visit_ListComp(self, node: Any) -> Any:
        """Of a comprehension, what it runs over is evaluated outside."""
        first = node.generators[0]
        first.iter = self.visit(first.iter)
        return node

    visit_SetComp = visit_DictComp = visit_ListComp

    def visit_GeneratorExp(self, node: Any) -> Any:
        """A generator expression, unless it ends."""
        first = node.generators[0]
        first.iter = self.visit(first.iter)
        again = isinstance(first.iter, gast.Call) and first.iter.func in self.names
        if first.is_async or not (again or never_ends(first.iter)):
            return node
        body = [self.nodes.does(gast.copy_location(gast.Yield(node.elt), node), node)]
        for part in reversed(node.generators):
            for test in reversed(part.ifs):
                body = [self.nodes.when(test, body, test)]
            loop = gast.For(part.target, part.iter, body, [], None)
            body = [gast.copy_location(loop, node)]
        name = self.nodes.fresh("values")
        self.made.append(self.nodes.define(name, [], body, node))
        self.names.append(self.nodes.name(name, node))
        return self.nodes.call(self.names[-1], [], node)
