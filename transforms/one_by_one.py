"""Generators that are asked for one value in each trip of a loop, as loops over them.

    it = newton(f, x0)                  for k, x in zip(range(n), newton(f, x0)):
    for k in range(n):          ->          ..
        x = next(it)
        ..

    while abs(x) > tol:                 the same, which ends where the test does not hold
        x = next(it)

That is done where nothing else is done with the generator, and its value is the first thing that
happens in a trip.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import gast

if TYPE_CHECKING:
    from fpad.transforms.generators import Consumers


def settled(work: Consumers, body: list[Any]) -> list[Any]:
    """The statements of a block, in which such loops run over their generators."""
    if body and not work.is_builtin(work.nodes.name("zip", body[0]), zip):
        return body
    for k, s in enumerate(body):
        name = _made(work, s)
        if name is None:
            continue
        for j in range(k + 1, len(body)):
            if not _asks(work, body[j], name) or _count(work.function, name) != 2:
                continue
            before, call = _with_arguments(work, s)
            loop = _loop(work, body[j], call, name)
            return settled(work, [*body[:k], *before, *body[k + 1 : j], *loop, *body[j + 1 :]])
    return body


def _made(work: Consumers, s: Any) -> str | None:
    """The variable that a statement gives a generator to."""
    plain = isinstance(s, gast.Assign) and len(s.targets) == 1 and work.is_sure(s.value)
    return s.targets[0].id if plain and isinstance(s.targets[0], gast.Name) else None


def _count(function: Any, name: str) -> int:
    return sum(isinstance(n, gast.Name) and n.id == name for n in gast.walk(function))


def _asks(work: Consumers, s: Any, name: str) -> bool:
    """Is it a loop each trip of which begins with `x = next(name)`?"""
    if not isinstance(s, gast.For | gast.While) or (isinstance(s, gast.While) and s.orelse):
        return False
    first = s.body[0]
    if not isinstance(first, gast.Assign | gast.AugAssign | gast.AnnAssign) or not first.value:
        return False
    calls = [n for n in gast.walk(first) if isinstance(n, gast.Call)]
    asked = [n for n in calls if _is_next(work, n, name)]
    # Nothing else is called before it: all other calls are given its value.
    others = all(any(m is asked[0] for m in gast.walk(n)) for n in calls) if asked else False
    counted = isinstance(s, gast.While) or (
        isinstance(s.iter, gast.Call) and work.is_builtin(s.iter.func, range)
    )
    return others and counted


def _is_next(work: Consumers, call: Any, name: str) -> bool:
    """Is it next(name)?"""
    one = len(call.args) == 1 and not call.keywords and work.is_builtin(call.func, next)
    return one and isinstance(call.args[0], gast.Name) and call.args[0].id == name


def _with_arguments(work: Consumers, s: Any) -> tuple[list[Any], Any]:
    """What the generator is given, evaluated where it is made; and the call."""
    n, call, before = work.nodes, copy.deepcopy(s.value), []
    for k, a in enumerate(call.args):
        if not isinstance(a, gast.Constant | gast.Lambda):
            name = n.fresh("given")
            before.append(n.assign(name, a, s))
            call.args[k] = n.name(name, s)
    for keyword in call.keywords:
        name = n.fresh("given")
        before.append(n.assign(name, keyword.value, s))
        keyword.value = n.name(name, s)
    return before, call


class _Given(gast.NodeTransformer):  # type: ignore[misc]
    """Puts a variable in place of what next gives."""

    def __init__(self, work: Consumers, name: str, item: str) -> None:
        self.work, self.name, self.item = work, name, item

    def visit_Call(self, node: Any) -> Any:
        """A call."""
        if _is_next(self.work, node, self.name):
            return self.work.nodes.name(self.item, node)
        return self.generic_visit(node)


def _loop(work: Consumers, s: Any, call: Any, name: str) -> list[Any]:
    """The loop, over the generator."""
    n, item, first = work.nodes, work.nodes.fresh("item"), s.body[0]
    first.value = _Given(work, name, item).visit(first.value)
    if isinstance(s, gast.For):
        parts = [s.target, n.target(item, s)]
        s.target = gast.copy_location(gast.Tuple(parts, gast.Store()), s)
        s.iter = n.call(n.name("zip", s), [s.iter, call], s)
        return [s]
    loop = gast.copy_location(gast.For(n.target(item, s), call, s.body, [], None), s)
    loop.while_test = s.test
    return [loop]
