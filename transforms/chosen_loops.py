"""Loops over one thing or another, one of which is an iterator.

    for v in xs if up else reversed(xs): ..  ->  for v in xs if up else list(reversed(xs)): ..

An iterator and a list have no common form.  A list of the values is the same to a loop that changes
nothing of what they come from.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gast

_LAZY = ("enumerate", "filter", "map", "reversed", "zip")


def with_lists(loop: Any) -> Any:
    """What a for statement runs over, with lists of what is chosen and gives values once."""
    chosen = loop.iter
    if not isinstance(chosen, gast.IfExp) or not any(map(_is_lazy, _arms(chosen))):
        return chosen
    names = {n.id for n in gast.walk(chosen) if isinstance(n, gast.Name)}
    if any(_root(n) in names for s in loop.body for n in gast.walk(s) if _may_change(n)):
        return chosen
    return _listed(chosen)


def _arms(node: Any) -> Iterator[Any]:
    for arm in (node.body, node.orelse):
        yield from _arms(arm) if isinstance(arm, gast.IfExp) else (arm,)


def _is_lazy(node: Any) -> bool:
    return isinstance(node, gast.Call) and getattr(node.func, "id", None) in _LAZY


def _may_change(node: Any) -> bool:
    """Is something stored in a part of it, or a method of it called?"""
    if isinstance(node, gast.Subscript | gast.Attribute):
        return not isinstance(node.ctx, gast.Load)
    return isinstance(node, gast.Call) and isinstance(node.func, gast.Attribute)


def _root(node: Any) -> str | None:
    node = node.func if isinstance(node, gast.Call) else node
    while isinstance(node, gast.Subscript | gast.Attribute):
        node = node.value
    return getattr(node, "id", None)


def _listed(node: Any) -> Any:
    if isinstance(node, gast.IfExp):
        made = gast.IfExp(node.test, _listed(node.body), _listed(node.orelse))
        return gast.copy_location(made, node)
    if not _is_lazy(node):
        return node
    make = gast.copy_location(gast.Constant(list, None), node)
    return gast.copy_location(gast.Call(make, [node], []), node)
