"""Constructors that put the object that they make elsewhere: a child into its parent, say.

    def __init__(self, v, parent):              def __init__(self, v, parent):
        self.v, self.parent = v, parent             self.v, self.parent = v, parent
        self.children = []            ->            self.children = []
        parent.children.append(self)                return (parent,)
                                                def __init__(self, parent):
                                                    parent.children.append(self)

An object gets into the arena of its class (`arenas`) with the attributes that it has then; what is
put elsewhere is its number there.  So it gets there between the two halves.
"""

from __future__ import annotations

import copy
import types
from typing import Any

import gast

from fpad.transforms.made_functions import made_function
from fpad.transforms.source import Source
from fpad.transforms.written_decorators import names_bound

_made: dict[types.FunctionType, tuple[types.FunctionType, types.FunctionType] | None] = {}


def halves(source: Source) -> tuple[types.FunctionType, types.FunctionType] | None:
    """The two halves of a constructor; None if it does not put the object anywhere.

    The first gives a tuple of what the second takes behind the object.
    """
    func = source.function
    if func not in _made:
        _made[func] = _halves(source)
    return _made[func]


def _halves(source: Source) -> tuple[types.FunctionType, types.FunctionType] | None:
    tree = source.tree
    if not source.params or source.function.__closure__ or _is_special(tree):
        return None
    itself = source.params[0]
    at = next((k for k, s in enumerate(tree.body) if _gives_away(s, itself)), 0)
    if not at:
        return None
    begin, end = copy.deepcopy(tree), copy.deepcopy(tree)
    begin.body, end.body = begin.body[:at], end.body[at:]
    known = {*source.params, *(n for s in begin.body for n in names_bound(s))}
    asked = {n.id for s in end.body for n in gast.walk(s) if isinstance(n, gast.Name)}
    taken = sorted(known & asked - {itself})
    values = [gast.Name(n, gast.Load(), None, None) for n in taken]
    begin.body.append(gast.Return(gast.Tuple(values, gast.Load())))
    parameters = [gast.Name(n, gast.Param(), None, None) for n in (itself, *taken)]
    end.args = gast.arguments(parameters, [], None, [], [], None, [])
    for s in (begin.body[-1], end.args):
        for n in gast.walk(s):
            gast.copy_location(n, tree.body[at])
    first, second = made_function(source, begin), made_function(source, end)
    second.__defaults__ = second.__kwdefaults__ = None
    return first, second


def _is_special(tree: Any) -> bool:
    """Does it return early, or use what belongs to the class?"""
    odd = (gast.Return, gast.Yield, gast.YieldFrom, gast.FunctionDef, gast.Lambda)
    return any(
        (isinstance(n, odd) and n is not tree) or (isinstance(n, gast.Name) and n.id == "super")
        for n in gast.walk(tree)
    )


def _gives_away(s: Any, itself: str) -> bool:
    """Does a statement use the object, and not one of its attributes or methods?"""
    bases = {id(n.value) for n in gast.walk(s) if isinstance(n, gast.Attribute)}
    return any(
        isinstance(n, gast.Name) and n.id == itself and id(n) not in bases for n in gast.walk(s)
    )
