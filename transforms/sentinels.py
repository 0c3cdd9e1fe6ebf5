"""Loops over what `iter(function, sentinel)` gives, as while loops.

for block in iter(lambda: list(islice(it, 2)), []):     while block := list(islice(it, 2)):
    ..                                              ->      ..
for x in iter(step, None): ..                           while (x := step()) is not None: ..
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import gast

from fpad.transforms.loop_bodies import jumps

if TYPE_CHECKING:
    from fpad.transforms.generators import Consumers

_EMPTY = {"list": gast.List, "tuple": gast.Tuple}


def is_until(work: Consumers, values: Any) -> bool:
    """Is it iter(function, sentinel)?"""
    two = isinstance(values, gast.Call) and len(values.args) == 2 and not values.keywords
    return two and work.is_builtin(values.func, iter)


def asking(work: Consumers, s: Any) -> list[Any]:
    """The loop as one that calls the function in each trip."""
    n, (function, sentinel) = work.nodes, s.iter.args
    before, called = [], _body(function)
    if called is None:
        name = n.fresh("function")
        before.append(n.assign(name, function, s))
        called = n.call(n.name(name, s), [], s)
    body, item = s.body, s.target
    if not isinstance(item, gast.Name):
        item = n.target(n.fresh("item"), s)
        taken = gast.Assign([s.target], n.name(item.id, s), None)
        body = [gast.copy_location(taken, s), *body]
    value = gast.copy_location(gast.NamedExpr(item, called), s)
    if isinstance(sentinel, gast.Constant) and sentinel.value is None:
        test: Any = n.compared(value, gast.IsNot(), sentinel, s)
    elif _is_empty(work, called, sentinel):
        test = value
    else:
        kept = sentinel
        if not isinstance(sentinel, gast.Constant | gast.UnaryOp):
            name = n.fresh("sentinel")
            before.append(n.assign(name, sentinel, s))
            kept = n.name(name, s)
        equal = n.compared(value, gast.Eq(), kept, s)
        test = gast.copy_location(gast.UnaryOp(gast.Not(), equal), s)
    orelse = s.orelse if jumps(s.body) else []
    loop = gast.copy_location(gast.While(test, body, orelse), s)
    return [*before, loop, *(s.orelse if not orelse else ())]


def _body(function: Any) -> Any:
    """What a lambda without parameters computes."""
    if not isinstance(function, gast.Lambda):
        return None
    a = function.args
    if a.args or a.posonlyargs or a.kwonlyargs or a.vararg or a.kwarg:
        return None
    return copy.deepcopy(function.body)


def _is_empty(work: Consumers, called: Any, sentinel: Any) -> bool:
    """Is a list made that is compared with the empty one, or a tuple?"""
    if not isinstance(called, gast.Call) or not isinstance(sentinel, gast.List | gast.Tuple):
        return False
    make = getattr(called.func, "id", "")
    known = {"list": list, "tuple": tuple}.get(make)
    same = known is not None and isinstance(sentinel, _EMPTY[make]) and not sentinel.elts
    return same and work.is_builtin(called.func, known)
