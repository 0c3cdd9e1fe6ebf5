"""Generator expressions that are asked where they stand: loops.

    yield from (f(i) for i in rows if i < j)        for i2 in rows:
                                              ->        if i2 < j:
                                                            yield f(i2)

    for v in (f(i) for i in rows): y += v           for i2 in rows:
                                                        v = f(i2); y += v

So what they use is what it is when a value is asked for, as in Python.  A loop that is left by a
break, or has an else, stays as it is, if there is more than one loop to leave.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

import gast

from fpad.transforms.yields import Nodes

_SCOPES = gast.Lambda | gast.GeneratorExp | gast.ListComp | gast.SetComp | gast.DictComp
Code = list[Any]


def unwrapped(tree: Any, nodes: Nodes) -> None:
    """Rewrite such statements in a definition and in those inside it."""
    _Unwrap(nodes).visit(tree)


class _Unwrap(gast.NodeTransformer):  # type: ignore[misc]
    def __init__(self, nodes: Nodes) -> None:
        self.nodes = nodes

    def visit_Expr(self, node: Any) -> Any:
        """An expression as a statement."""
        made = node.value.value if isinstance(node.value, gast.YieldFrom) else None
        if not _is_plain(made):
            return node

        def write(value: Any) -> Code:
            return [self.nodes.does(gast.copy_location(gast.Yield(value), node), node)]

        return self._loops(made, write)

    def visit_For(self, node: Any) -> Any:
        """A for loop, after those inside it."""
        self.generic_visit(node)
        if not _is_plain(node.iter):
            return node
        if len(node.iter.generators) > 1 and (node.orelse or _leaves(node.body)):
            return node

        def write(value: Any) -> Code:
            assigned = gast.Assign([node.target], value, None)
            return [gast.copy_location(assigned, node), *node.body]

        return self._loops(node.iter, write, node.orelse)

    def _loops(self, made: Any, write: Callable[[Any], Code], orelse: Sequence[Any] = ()) -> Any:
        """The loops of a generator expression, around what is done with a value."""
        bound = {
            n.id for g in made.generators for n in gast.walk(g.target) if isinstance(n, gast.Name)
        }
        rename = _Rename({name: self.nodes.fresh(name) for name in sorted(bound)})
        body = write(rename.visit(made.elt))
        for k, g in reversed(list(enumerate(made.generators))):
            for test in reversed(g.ifs):
                body = [self.nodes.when(rename.visit(test), body, test)]
            over = g.iter if k == 0 else rename.visit(g.iter)
            loop = gast.For(rename.visit(g.target), over, body, list(orelse), None)
            body = [gast.copy_location(loop, made)]
        return body


class _Rename(gast.NodeTransformer):  # type: ignore[misc]
    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

    def visit_Name(self, node: Any) -> Any:
        """A variable."""
        new = copy.copy(node)
        new.id = self.names.get(node.id, node.id)
        return new


def _is_plain(node: Any) -> bool:
    """Is it a generator expression that binds no names but its own, and has no scopes inside?"""
    return (
        isinstance(node, gast.GeneratorExp)
        and not any(g.is_async for g in node.generators)
        and not any(
            n is not node and isinstance(n, (_SCOPES, gast.NamedExpr, gast.Await))
            for n in gast.walk(node)
        )
    )


def _leaves(body: Code) -> bool:
    """Does a body leave the loop around it?"""
    for s in body:
        if isinstance(s, gast.Break):
            return True
        if isinstance(s, gast.FunctionDef | gast.ClassDef | gast.For | gast.While):
            if not isinstance(s, gast.For | gast.While) or not _leaves(s.orelse):
                continue
            return True
        parts = (getattr(s, name, []) for name in ("body", "orelse", "finalbody"))
        inner = [*parts, *(h.body for h in getattr(s, "handlers", []))]
        inner += [case.body for case in getattr(s, "cases", [])]
        if any(map(_leaves, inner)):
            return True
    return False
