"""Generators inside a function that are asked one by one, as functions that make their frames.

    def filtered(x, a):                     def filtered(x, a):
        def ema():                              def ema():
            s = 0.0                                 return begun(Definition, a=a)
            while True:             ->
                v = yield s
                s += a * (v - s)

The class of the frame (see `frames`) takes the variables around that the generator reads as further
parameters, so these must be assigned once.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import gast

from fpad.transforms.frames import Unframed, parts_of
from fpad.transforms.written import frames as written
from fpad.transforms.yields import own_nodes

if TYPE_CHECKING:
    from fpad.transforms.generators import Consumers


def maker(work: Consumers, tree: Any) -> Any | None:
    """The function that makes the frames of a generator; None: it has none."""
    a = tree.args
    if a.vararg or a.kwarg:
        return None
    around = _read_from_around(work.function, tree)
    if around is None:
        return None
    try:
        parts = parts_of(tree, work.outside, around)
    except Unframed:
        return None
    n, at = work.nodes, tree.body[0]
    own = [p.id for p in (*a.posonlyargs, *a.args, *a.kwonlyargs)]
    given = {name: n.name(name, at) for name in (*own, *around)}
    definition = n.constant(written.Definition(tree.name, parts), at)
    made = copy.copy(tree)
    made.body = [n.returns(n.call(n.constant(written.begun, at), [definition], at, **given), at)]
    return made


def _read_from_around(function: Any, tree: Any) -> tuple[str, ...] | None:
    """The variables of the function around that a generator reads; None if they may change."""
    inner = [n for s in tree.body for n in gast.walk(s) if isinstance(n, gast.Name)]
    parameters = [
        p for args in _arguments(tree) for p in (*args.posonlyargs, *args.args, *args.kwonlyargs)
    ]
    own = {n.id for n in inner if not isinstance(n.ctx, gast.Load)} | {p.id for p in parameters}
    own |= {s.name for s in own_nodes(tree.body) if isinstance(s, gast.FunctionDef | gast.ClassDef)}
    read = {n.id for n in inner} - own
    stored: dict[str, int] = {}
    for name in _parameters(function):
        stored[name] = 1
    kinds = gast.FunctionDef | gast.ClassDef
    inside = {id(n) for n in gast.walk(tree)}
    loops = [n for n in gast.walk(function) if isinstance(n, gast.For | gast.While)]
    looped = {id(m) for loop in loops for m in gast.walk(loop)}
    for n in gast.walk(function):
        if id(n) in inside or n is function:
            continue
        named = n.name if isinstance(n, kinds) else None
        if isinstance(n, gast.Name) and isinstance(n.ctx, gast.Store | gast.Del):
            named = n.id
        if named is not None:
            stored[named] = stored.get(named, 0) + (2 if id(n) in looped else 1)
    found = sorted(read & stored.keys())
    return tuple(found) if all(stored[v] == 1 for v in found) else None


def _arguments(tree: Any) -> list[Any]:
    functions = gast.FunctionDef | gast.Lambda
    return [tree.args, *(n.args for n in own_nodes(tree.body) if isinstance(n, functions))]


def _parameters(function: Any) -> list[str]:
    a = function.args
    found = [*a.posonlyargs, *a.args, *a.kwonlyargs, a.vararg, a.kwarg]
    return [p.id for p in found if p is not None]
