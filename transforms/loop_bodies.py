"""The body of a loop as that of a function: what jumps return, and what the two must share.

total += v                          nonlocal total
if v > 1.0: continue                total += v
if v < tol: break           ->      if v > 1.0: return 0
if v < tol: return 1
return 0
"""

from __future__ import annotations

import copy
from typing import Any

import gast

from fpad.transforms.yields import Nodes, own_nodes

ON, OUT, BACK, DONE = 0, 1, 2, 3
"""What the body of a loop says: go on; break; return from the function; there is no more."""
_FUNCTIONS = (gast.FunctionDef, gast.Lambda, gast.ClassDef)
_LOOPS = (gast.For, gast.While)


def jumps(body: list[Any]) -> bool:
    """May a loop with this body end early?"""
    return returns(body) or _breaks(body)


def returns(body: list[Any]) -> bool:
    """Does something in the body of a loop return from the function?"""
    return any(isinstance(n, gast.Return) and not hasattr(n, "done") for n in own_nodes(body))


def _breaks(body: list[Any]) -> bool:
    todo = list(body)
    while todo:
        n = todo.pop()
        if isinstance(n, gast.Break) or hasattr(n, "done"):
            return True
        if isinstance(n, _LOOPS):
            todo += n.orelse
        elif not isinstance(n, _FUNCTIONS):
            todo += gast.iter_child_nodes(n)
    return False


class Body:
    """Makes the body of a loop that of a function; `on`: what it returns to go on, if anything."""

    def __init__(self, nodes: Nodes, on: Any, result: str | None) -> None:
        self.nodes, self.on, self.result = nodes, on, result

    def block(self, body: list[Any], inner: bool = False) -> list[Any]:
        """The statements of a block; `inner`: of a loop inside the body."""
        return [new for s in body for new in self.statement(s, inner)]

    def statement(self, s: Any, inner: bool) -> list[Any]:
        """What a statement becomes."""
        n = self.nodes
        if isinstance(s, _FUNCTIONS) or hasattr(s, "done"):
            return [s]
        if isinstance(s, gast.Continue) and not inner:
            return [n.returns(copy.deepcopy(self.on), s)]
        if isinstance(s, gast.Break) and not inner:
            return [n.returns(n.constant(OUT, s), s)]
        if isinstance(s, gast.Return):
            assert self.result is not None
            value = s.value or n.constant(None, s)
            return [n.assign(self.result, value, s), n.returns(n.constant(BACK, s), s)]
        for part in ("body", "orelse", "finalbody"):
            if isinstance(getattr(s, part, None), list):
                deeper = inner or (isinstance(s, _LOOPS) and part == "body")
                setattr(s, part, self.block(getattr(s, part), deeper))
        for part in (*getattr(s, "handlers", ()), *getattr(s, "cases", ())):
            part.body = self.block(part.body, inner)
        return [s]


def shared_names(function: Any, s: Any, whole: Any) -> set[str]:
    """What the body of a loop assigns and the function around it must see."""
    inner = [n for part in whole.body for n in gast.walk(part)] + list(gast.walk(whole.target))
    body = [*whole.body, whole.target]
    stored = {
        n.id
        for n in _own_of_loop(body)
        if isinstance(n, gast.Name) and isinstance(n.ctx, gast.Store)
    }
    stored |= {n.name for n in own_nodes(whole.body) if isinstance(n, gast.FunctionDef)}
    here = {id(n) for n in inner} | {id(n) for n in gast.walk(s)}
    other = {n.id for n in gast.walk(function) if isinstance(n, gast.Name) and id(n) not in here}
    elsewhere = [n for n in own_nodes(function.body) if isinstance(n, gast.Nonlocal)]
    other |= {name for n in elsewhere for name in n.names}
    return {name for name in stored if name in other or not _set_first(whole, name)}


def _own_of_loop(body: list[Any]) -> list[Any]:
    """The nodes of the body, without what functions and comprehensions inside it bind."""
    inside = {
        id(m)
        for n in own_nodes(body)
        for part in getattr(n, "generators", ())
        for m in gast.walk(part.target)
    }
    return [n for n in own_nodes(body) if id(n) not in inside]


def _set_first(whole: Any, name: str) -> bool:
    """Does each trip of a loop assign a variable before it reads it?"""

    def mentions(node: Any) -> bool:
        return any(
            (isinstance(n, gast.Name) and n.id == name) or getattr(n, "name", None) == name
            for n in gast.walk(node)
        )

    def sets(target: Any) -> bool:
        if isinstance(target, gast.Tuple | gast.List):
            return any(map(sets, target.elts))
        return isinstance(target, gast.Name) and target.id == name

    if sets(whole.target):
        return True
    for s in whole.body:
        if mentions(s):
            if isinstance(s, gast.FunctionDef):
                return s.name == name and not any(map(mentions, s.body))
            plain = isinstance(s, gast.Assign) and any(map(sets, s.targets))
            return plain and not mentions(s.value)
    return False
