"""Lists that get what a generator expression computes from them, as loops that append.

    xs.extend(f(xs[-1], t) for t in ts)         for t2 in ts:
                                        ->          xs.append(f(xs[-1], t2))

    seen.update(x for x in xs if x not in seen)     for x2 in xs:
                                                ->      if x2 not in seen:
                                                            seen.update([x2])

Python asks for one value after the other, and each sees what has come before it.  Where a variable
that the list is reached by is not read in the expression, its values are computed beforehand.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gast

from fpad.transforms.outside import Outside
from fpad.transforms.own_names import renamed
from fpad.transforms.taken_names import names_used
from fpad.transforms.yields import Nodes


def filled(tree: Any, outside: Outside, nodes: Nodes, inside: set[str], bound: set[str]) -> None:
    """Rewrite such statements in a definition.

    `inside`: the generator functions in it; `bound`: all names that it binds.
    """
    _Fill(outside, nodes, inside, bound).visit(tree)


class _Fill(gast.NodeTransformer):  # type: ignore[misc]
    def __init__(self, outside: Outside, nodes: Nodes, inside: set[str], bound: set[str]) -> None:
        self.bound = bound
        self.outside, self.nodes, self.inside = outside, nodes, inside
        self.own = {name for name in ("extend", "update", "__iadd__") if outside.defines(name)}

    def visit_Expr(self, s: Any) -> Any:
        """A call of extend."""
        call = s.value
        extends = isinstance(call, gast.Call) and isinstance(call.func, gast.Attribute)
        if not extends or call.func.attr not in {"extend", "update"} - self.own:
            return s
        plain = len(call.args) == 1 and not call.keywords
        if plain and call.func.attr == "update":
            return self._updated(call, s)
        return self._loop(call.func.value, call.args[0], s) if plain else s

    def visit_AugAssign(self, s: Any) -> Any:
        """An augmented assignment."""
        if not isinstance(s.op, gast.Add) or "__iadd__" in self.own:
            return s
        return self._loop(s.target, s.value, s)

    def _maps(self, call: Any) -> bool:
        """Is it map(method, values)?"""
        named = isinstance(call.func, gast.Name) and call.func.id not in self.bound
        plain = len(call.args) == 2 and not any(isinstance(a, gast.Starred) for a in call.args)
        method = plain and isinstance(call.args[0], gast.Attribute)
        return named and method and self.outside.value(call.func) is map

    def _generates(self, func: Any) -> bool:
        """Is it a generator function inside, or may it be a generator method?"""
        if isinstance(func, gast.Attribute):
            return self.outside.has_generator(func.attr)
        return isinstance(func, gast.Name) and func.id in self.inside

    def _updated(self, call: Any, s: Any) -> Any:
        """A dict or a set that gets what a generator expression computes."""
        base, values = call.func.value, call.args[0]
        if not isinstance(values, gast.GeneratorExp):
            return s
        if not _finds(gast.dump(_read(base)), _asked_later(values)):
            return self._named(call, s)
        return self._loop(base, values, s, "update")

    def _named(self, call: Any, s: Any) -> Any:
        """The dict that an object holds under a name, so that it is seen where it is read."""
        base, values = call.func.value, call.args[0]
        if not isinstance(base, gast.Attribute):
            return s
        n, name = self.nodes, self.nodes.fresh("held")
        call.args = [_Replaced(gast.dump(base), lambda at: n.name(name, at)).visit(values)]
        call.func.value = n.name(name, base)
        return [n.assign(name, base, s), s]

    def _loop(self, base: Any, values: Any, s: Any, method: str = "append") -> Any:
        n, root = self.nodes, _root(base)
        first: list[Any] = []
        if root is None:
            return s
        if isinstance(values, gast.GeneratorExp):
            if not any(root in names_used(part) for part in _asked_later(values)):
                return s
            values = renamed(values, n.fresh)
            body, generators = values.elt, values.generators
        elif isinstance(values, gast.Call) and self._maps(values):
            item, func = n.fresh("item"), n.fresh("func")
            first = [n.assign(func, values.args[0], s)]
            body = n.call(n.name(func, s), [n.name(item, s)], s)
            generators = [gast.comprehension(n.target(item, s), values.args[1], [], 0)]
        elif isinstance(values, gast.Call) and self._generates(values.func):
            item = n.fresh("item")
            body = n.name(item, s)
            generators = [gast.comprehension(n.target(item, s), values, [], 0)]
        else:
            return s
        holder = gast.copy_location(_read(base), s)
        fill = gast.copy_location(gast.Attribute(holder, method, gast.Load()), s)
        if method == "update":
            body = gast.copy_location(gast.List([body], gast.Load()), s)
        block = [n.does(n.call(fill, [body], s), s)]
        for part in reversed(generators):
            for test in reversed(part.ifs):
                block = [n.when(test, block, s)]
            block = [gast.copy_location(gast.For(part.target, part.iter, block, [], None), s)]
        return [*first, *block]


class _Replaced(gast.NodeTransformer):  # type: ignore[misc]
    """Something else in the place of an attribute, which is known by its dump."""

    def __init__(self, wanted: str, make: Callable[[Any], Any]) -> None:
        self.wanted, self.make = wanted, make

    def visit_Attribute(self, node: Any) -> Any:
        """An attribute, or what is inside."""
        return self.make(node) if gast.dump(node) == self.wanted else self.generic_visit(node)


def _asked_later(values: Any) -> list[Any]:
    """The parts of a generator expression that are computed when it is asked for values."""
    later = [values.elt, *(p for g in values.generators for p in (*g.ifs, g.target))]
    return [*later, *(g.iter for g in values.generators[1:])]


def _finds(wanted: str, parts: list[Any]) -> bool:
    """Is something, known by its dump, read in one of the parts?"""
    return any(gast.dump(node) == wanted for part in parts for node in gast.walk(part))


def _root(base: Any) -> str | None:
    """The variable that a list is reached by; None if it is reached otherwise."""
    while isinstance(base, gast.Attribute):
        base = base.value
    return base.id if isinstance(base, gast.Name) else None


def _read(base: Any) -> Any:
    """The same place, to be read."""
    if isinstance(base, gast.Attribute):
        return gast.Attribute(base.value, base.attr, gast.Load())
    return gast.Name(base.id, gast.Load(), None, None)
