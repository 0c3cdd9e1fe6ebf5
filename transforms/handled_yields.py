"""Yields in handlers of exceptions: they are done behind the try statement.

    try:                                way = 0
        number = float(line)            try: number = float(line)
    except ValueError:          ->      except ValueError: way = 1
        yield None                      if way == 1: yield None
    else:                           else: yield number
        yield number

What a handler or an else does is not guarded by the statement itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gast

if TYPE_CHECKING:
    from fpad.transforms.yields import Nodes

_BLOCKS = ("body", "orelse", "finalbody")
_SCOPES = (gast.FunctionDef, gast.ClassDef, gast.Lambda)


def behind(body: list[Any], nodes: Nodes) -> list[Any]:
    """The statements of a generator, with such handlers behind their try statements."""
    return [new for s in body for new in _statement(s, nodes)]


def _statement(s: Any, nodes: Nodes) -> list[Any]:
    if isinstance(s, _SCOPES):
        return [s]
    for part in _BLOCKS:
        if isinstance(getattr(s, part, None), list):
            setattr(s, part, behind(getattr(s, part), nodes))
    for part in (*getattr(s, "handlers", ()), *getattr(s, "cases", ())):
        part.body = behind(part.body, nodes)
    return _split(s, nodes) if isinstance(s, gast.Try) and _can_be_split(s) else [s]


def _can_be_split(s: Any) -> bool:
    later = [*(h for h in s.handlers), *s.orelse]
    if s.finalbody or _has(s.body, gast.Yield | gast.YieldFrom):
        return False
    if not _has(later, gast.Yield | gast.YieldFrom):
        return False
    for h in s.handlers:
        inside = [n for b in h.body for n in gast.walk(b)]
        name = getattr(h.name, "id", h.name)
        again = any(isinstance(n, gast.Raise) and n.exc is None for n in inside)
        if again or any(isinstance(n, gast.Name) and n.id == name for n in inside):
            return False
    return True


def _has(body: list[Any], what: Any) -> bool:
    return any(isinstance(n, what) for s in body for n in gast.walk(s))


def _split(s: Any, nodes: Nodes) -> list[Any]:
    way = nodes.fresh("way")

    def took(k: int) -> Any:
        return nodes.assign(way, nodes.constant(k, s), s)

    rest = s.orelse
    for k in range(len(s.handlers), 0, -1):
        h = s.handlers[k - 1]
        same = nodes.compared(nodes.name(way, s), gast.Eq(), nodes.constant(k, s), s)
        rest = [nodes.when(same, h.body, s, rest)]
        h.body, h.name = [took(k)], None
    s.orelse = []
    return [took(0), s, *rest]
