"""Expressions that loop over a generator, as functions with a loop.

    s = sum(v * v for v in steps(x, n))         def found():
                                                    out = []
                                        ->          for v in steps(x, n): out.append(v * v)
                                                    return out
                                                s = sum(found())

That is done for comprehensions over generators, for what `islice`, `takewhile`, `zip` and
`enumerate` make of one where a call or an assignment to several targets asks for it, and for
`next(..)` of a generator that is made on the spot.  What is inside a lambda stays where it is: it
has variables of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gast

from fpad import runtime as fp
from fpad.transforms.own_names import renamed
from fpad.transforms.sentinels import is_until
from fpad.transforms.taken_names import names_used

if TYPE_CHECKING:
    from fpad.transforms.generators import Consumers

_COMPREHENSIONS = (gast.ListComp, gast.SetComp, gast.DictComp)
_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")


class Hoist(gast.NodeTransformer):  # type: ignore[misc]
    """Lifts what one statement computes by looping over generators out of it."""

    def __init__(self, work: Consumers) -> None:
        self.work, self.nodes = work, work.nodes
        self.made: list[Any] = []

    def lifted(self, s: Any) -> list[Any]:
        """The functions that a statement is to call; they come before it."""
        if isinstance(s, gast.While):  # its test is evaluated again and again
            return []
        if isinstance(s, gast.Assign) and self._takes_apart(s.targets):
            s.value = self._all_of(s.value) or s.value
        for part in s._fields:
            value = getattr(s, part, None)
            if part in _BLOCKS or value is None or (part == "iter" and self._is_loop(s)):
                continue
            if isinstance(value, list):
                setattr(s, part, [self.visit(v) if isinstance(v, gast.AST) else v for v in value])
            elif isinstance(value, gast.AST):
                setattr(s, part, self.visit(value))
        return self.made

    def _takes_apart(self, targets: list[Any]) -> bool:
        """Does an assignment ask for all values, as `*_, last = islice(steps(x), n)` does?"""
        return all(isinstance(t, gast.Tuple | gast.List) for t in targets)

    def _is_loop(self, s: Any) -> bool:
        """Does a loop run over the generator itself?"""
        found = self.work.taken_apart(s) if isinstance(s, gast.For) else None
        return found is not None and self.work.is_source(found.values)

    def visit_Lambda(self, node: Any) -> Any:
        """A function, which has variables of its own."""
        return node

    def visit_GeneratorExp(self, node: Any) -> Any:
        """One that no call asks for: its values are asked for later."""
        return node

    def _comprehension(self, node: Any) -> Any:
        if not self._loops_over_one(node):
            return node
        if isinstance(node, gast.DictComp):
            return self._filled(node, gast.Dict([], []))
        made = self._filled(node, gast.List([], gast.Load()))
        if isinstance(node, gast.SetComp):
            return self.nodes.call(self.nodes.constant(set, node), [made], node)
        return made

    visit_ListComp = visit_SetComp = visit_DictComp = _comprehension

    def visit_Call(self, node: Any) -> Any:
        """A call: what it is given is asked for by it."""
        first = node.args[0] if node.args else None
        if self.work.is_builtin(node.func, next) and len(node.args) in (1, 2):
            plain = isinstance(first, gast.GeneratorExp)
            if isinstance(first, gast.Call):  # of what a variable holds, the rest counts too
                plain = self.work.is_source(first) or self._arranges_one(first)
            simple = all(isinstance(a, gast.Constant | gast.Name) for a in node.args[1:])
            if plain and simple:
                return self._next(node)
        node.func = self.visit(node.func)
        node.args = [self._given(a) for a in node.args]
        for k in node.keywords:
            k.value = self._given(k.value)
        return node

    def _given(self, node: Any) -> Any:
        names = names_used(node)
        made = self._all_of(node)
        if made is None:
            return self.visit(node)
        n = self.nodes
        begun = n.call(n.constant(fp.begun, made), [], made)
        read = [n.name(v, made) for v in sorted(names & self.work.bound)]
        sources = gast.copy_location(gast.Tuple(read, gast.Load()), made)
        return n.call(n.constant(fp.asked_ahead, made), [begun, sources, made], made)

    def _all_of(self, node: Any) -> Any:
        """A list of all values of what loops over a generator; None if it is something else."""
        if isinstance(node, gast.GeneratorExp) and self._loops_over_one(node):
            return self._filled(node, gast.List([], gast.Load()))
        if isinstance(node, gast.Call) and self._arranges_one(node):
            return self._listed(node)
        return None

    def _loops_over_one(self, node: Any) -> bool:
        """Does a comprehension run over a generator?"""
        return any(
            self.work.loops_over(part) or is_until(self.work, part.iter) for part in node.generators
        )

    def _arranges_one(self, node: Any) -> bool:
        """Is it what zip, islice and the like make of a generator?"""
        if not self.work.library(node.func):
            return False
        at = gast.copy_location(gast.Constant(None, None), node)
        loop = gast.copy_location(gast.For(at, node, [], [], None), node)
        found = self.work.taken_apart(loop)
        return found is not None and found.values is not node and self.work.is_source(node)

    # ------------------------------------------------------------ the functions

    def _filled(self, node: Any, empty: Any) -> Any:
        """A call of the function that makes a comprehension."""
        n, out = self.nodes, self.nodes.fresh("out")
        node = renamed(node, n.fresh)
        if isinstance(node, gast.DictComp):
            place = gast.Subscript(n.name(out, node), node.key, gast.Store())
            put = gast.Assign([gast.copy_location(place, node)], node.value, None)
        else:
            append = gast.Attribute(n.name(out, node), "append", gast.Load())
            append = gast.copy_location(append, node)
            put = gast.Expr(n.call(append, [node.elt], node))
        body = self._loops(node, [gast.copy_location(put, node)])
        first = n.assign(out, gast.copy_location(empty, node), node)
        return self._called([first, *body, n.returns(n.name(out, node), node)], node)

    def _listed(self, node: Any) -> Any:
        """A call of the function that puts what a call gives into a list."""
        n, out, item = self.nodes, self.nodes.fresh("out"), self.nodes.fresh("item")
        append = gast.copy_location(gast.Attribute(n.name(out, node), "append", gast.Load()), node)
        put = n.does(n.call(append, [n.name(item, node)], node), node)
        loop = gast.copy_location(gast.For(n.target(item, node), node, [put], [], None), node)
        first = n.assign(out, gast.copy_location(gast.List([], gast.Load()), node), node)
        return self._called([first, loop, n.returns(n.name(out, node), node)], node)

    def _next(self, node: Any) -> Any:
        """A call of the function that returns the first value."""
        n, (values, *default) = self.nodes, node.args
        if isinstance(values, gast.GeneratorExp):
            made = renamed(values, n.fresh)
            body = self._loops(made, [n.returns(made.elt, node)])
        else:
            item = n.fresh("item")
            found = [n.returns(n.name(item, node), node)]
            body = [gast.For(n.target(item, node), values, found, [], None)]
            body = [gast.copy_location(body[0], node)]
        if default:
            body.append(n.returns(default[0], node))
        else:
            stop = gast.Raise(n.call(n.constant(StopIteration, node), [], node), None)
            body.append(gast.copy_location(stop, node))
        return self._called(body, node)

    def _loops(self, node: Any, body: list[Any]) -> list[Any]:
        """The loops of a comprehension around a block."""
        for part in reversed(node.generators):
            for test in reversed(part.ifs):
                body = [self.nodes.when(test, body, node)]
            loop = gast.For(part.target, part.iter, body, [], None)
            body = [gast.copy_location(loop, node)]
        return body

    def _called(self, body: list[Any], node: Any) -> Any:
        n, name = self.nodes, self.nodes.fresh("found")
        self.made.append(n.define(name, [], body, node))
        return n.call(n.name(name, node), [], node)
