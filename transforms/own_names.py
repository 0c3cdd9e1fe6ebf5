"""The variables of comprehensions, which are their own, also where a lambda takes them.

    [quad(lambda t: t**k, n) for k in ks]       for k2 in ks: .. quad(lambda t: t**k2, n)

    [lambda t: t**k for k in ks]                k3 = [None]
                                                for k2 in ks:
                                                    k3[0] = k2;  .. lambda t: t ** k3[0]

A lambda that is over before the next trip is given the value.  One that is kept sees the variable
itself, as it is when the lambda is called: it becomes a list of one value (see `cells`).
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import gast

from fpad.transforms.cells import COMPREHENSIONS, brief_among, taken


def with_own_names(
    node: Any, fresh: Callable[[str], str]
) -> tuple[Any, dict[str, str], dict[str, str]]:
    """The comprehension with names of its own for its variables.

    The first iterable is evaluated outside: there the names are those of the function.

    Args:
        node: a comprehension or generator expression.
        fresh: makes names.

    Returns:
        The comprehension, {new name: the user's}, {new name: the list that holds its value too}.
    """
    node = copy.deepcopy(node)
    bound = _targets(node)
    new = {name: fresh(name) for name in sorted(bound)}
    first = node.generators[0].iter
    node.generators[0].iter = gast.Constant(None, None)
    kept = list(_kept(node, bound, brief_among(gast.walk(node))))
    seen = set[str]().union(*(taken(made) & names for made, names in kept))
    cells = {name: fresh(name) for name in sorted(seen)}
    for made, names in kept:
        visible = {k: v for k, v in cells.items() if k in names}
        made.body = _Free(visible, _in_list).visit(made.body)
    node = _Free(new, _called).generic_visit(node)
    node.generators[0].iter = first
    own = {name: called for called, name in new.items()}
    return node, own, {new[name]: cell for name, cell in cells.items()}


def renamed(node: Any, fresh: Callable[[str], str]) -> Any:
    """The comprehension, whose variables have names that nothing else has."""
    node = copy.deepcopy(node)
    new = {name: fresh(name) for name in sorted(_targets(node))}
    first = node.generators[0].iter
    node.generators[0].iter = gast.Constant(None, None)
    node = _Free(new, _called).generic_visit(node)
    node.generators[0].iter = first
    return node


def _targets(node: Any) -> set[str]:
    """The variables of a comprehension."""
    inner = (n for part in node.generators for n in gast.walk(part.target))
    return {n.id for n in inner if isinstance(n, gast.Name)}


def _kept(node: Any, names: set[str], brief: set[int]) -> Iterator[tuple[Any, set[str]]]:
    """Lambdas that may be called later, and the variables that are what they see."""
    for child in gast.iter_child_nodes(node):
        own = names - _targets(child) if isinstance(child, COMPREHENSIONS) else names
        if isinstance(child, gast.Lambda) and id(child) not in brief:
            yield child, own
        else:
            yield from _kept(child, own, brief)


def _called(node: Any, name: str) -> Any:
    node.id = name
    return node


def _in_list(node: Any, name: str) -> Any:
    """The only value of a list."""
    zero = gast.copy_location(gast.Constant(0, None), node)
    base = gast.copy_location(gast.Name(name, gast.Load(), None, None), node)
    return gast.copy_location(gast.Subscript(base, zero, node.ctx), node)


class _Free(gast.NodeTransformer):  # type: ignore[misc]
    """Writes variables in another way, but for those that a lambda has as its parameters."""

    def __init__(self, names: dict[str, str], write: Callable[[Any, str], Any]) -> None:
        self.names = names
        self.write = write

    def visit_Name(self, node: Any) -> Any:
        """The variable."""
        return self.write(node, self.names[node.id]) if node.id in self.names else node

    def visit_Lambda(self, node: Any) -> Any:
        """A function, whose parameters are its own; defaults are evaluated around it."""
        a = node.args
        a.defaults = [self.visit(d) for d in a.defaults]
        a.kw_defaults = [d if d is None else self.visit(d) for d in a.kw_defaults]
        every = [*a.posonlyargs, *a.args, *a.kwonlyargs, a.vararg, a.kwarg]
        own = {p.id for p in every if p is not None}
        left = {k: v for k, v in self.names.items() if k not in own}
        node.body = _Free(left, self.write).visit(node.body)
        return node

    def _comprehension(self, node: Any) -> Any:
        """A comprehension, whose variables are its own; the first iterable is of around it."""
        own, first = _targets(node), node.generators[0]
        first.iter = self.visit(first.iter)
        kept, first.iter = first.iter, gast.Constant(None, None)
        left = {k: v for k, v in self.names.items() if k not in own}
        node = _Free(left, self.write).generic_visit(node)
        first.iter = kept
        return node

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension
