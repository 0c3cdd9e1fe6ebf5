"""Iterators that have a name and are asked once: written where they are asked.

    terms = (x**k for k in count())
    small = takewhile(is_large, terms)      ->      return sum(takewhile(is_large, (x**k for ..)))
    return sum(small)

Python computes nothing of an iterator before it is asked, apart from what it runs over; so this is
done only where nothing but other iterators is made in between, and where making it does nothing.
"""

from __future__ import annotations

import builtins
import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import gast
import numpy as np

from fpad.transforms.outside import Outside

_LAZY = (
    *(builtins.map, builtins.filter, builtins.zip, builtins.enumerate, builtins.iter),
    *(getattr(itertools, name) for name in ("takewhile", "dropwhile", "islice", "accumulate")),
    *(itertools.chain, itertools.starmap, itertools.filterfalse, itertools.pairwise),
    *(itertools.count, itertools.cycle, itertools.repeat, itertools.compress),
)
_EARLY = (
    *(builtins.range, builtins.len, builtins.reversed, np.roll, np.flip, np.arange, np.linspace),
    *(np.array, np.asarray, np.diff, np.cumsum, np.transpose, np.zeros, np.ones),
)
"""What may be called when an iterator is made: nobody sees it."""


def written_where_asked(tree: Any, outside: Outside, bound: set[str], generators: set[str]) -> None:
    """Rewrite a definition; `bound`: the names that it binds, `generators`: functions inside it."""
    uses = Counter(n.id for n in gast.walk(tree) if isinstance(n, gast.Name))
    once = {n for n in bound if uses[n] == 2}
    if once:
        _Writer(outside, bound, generators, once).block(tree.body)


class _Writer:
    def __init__(
        self, outside: Outside, bound: set[str], generators: set[str], once: set[str]
    ) -> None:
        self.outside, self.bound, self.generators, self.once = outside, bound, generators, once

    def block(self, body: list[Any]) -> None:
        """Rewrite the statements of a block, and of those inside it."""
        out: list[Any] = []
        made: dict[str, Any] = {}  # statements that name iterators, right before the next one
        for s in body:
            put = _Put({name: d.value for name, d in made.items()}, self._is_lazy)
            put.into(s)
            made = {name: d for name, d in made.items() if name not in put.found}
            if self._makes(s):
                made[s.targets[0].id] = s
                continue
            if self._is_beside(s, made.values()):
                out.append(s)
                continue
            out += [*made.values(), s]
            made = {}
            for part in _blocks(s):
                self.block(part)
        body[:] = [*out, *made.values()]

    def _makes(self, s: Any) -> bool:
        """Does a statement name an iterator that is asked once?"""
        match s:
            case gast.Assign(targets=[gast.Name(id=name)], value=value) if name in self.once:
                return self._is_lazy(value)
        return False

    def _is_beside(self, s: Any, made: Iterable[Any]) -> bool:
        """Does a statement only give a value to a name that no iterator before it reads?"""
        match s:
            case gast.Assign(targets=[gast.Name(id=name)], value=value) if self._is_quiet(value):
                read = (n.id for d in made for n in gast.walk(d) if isinstance(n, gast.Name))
                return name not in read
        return False

    def _is_lazy(self, node: Any) -> bool:
        """Does a node make an iterator, and nothing else?"""
        match node:
            case gast.GeneratorExp(generators=[first, *_]):
                return not first.is_async and self._is_quiet(first.iter)
            case gast.Call(func=func, args=args, keywords=keywords):
                lazy = any(self._called(func) is f for f in _LAZY) or self._generates(func)
                return lazy and all(map(self._is_quiet, [*args, *(k.value for k in keywords)]))
        return False

    def _called(self, func: Any) -> Any:
        root = func
        while isinstance(root, gast.Attribute):
            root = root.value
        if not isinstance(root, gast.Name) or root.id in self.bound:
            return None
        return self.outside.value(func)

    def _is_early(self, func: Any) -> bool:
        called = self._called(func)
        return any(called is f for f in _EARLY)

    def _generates(self, func: Any) -> bool:
        if isinstance(func, gast.Name) and func.id in self.bound:
            return func.id in self.generators
        return self.outside.generates(func) is True

    def _is_quiet(self, node: Any) -> bool:
        """Does evaluating a node do nothing that is seen elsewhere?"""
        match node:
            case gast.Name() | gast.Constant() | gast.Lambda():
                return True
            case gast.Attribute(value=inner) | gast.Starred(value=inner):
                return self._is_quiet(inner)
            case gast.UnaryOp(operand=inner):
                return self._is_quiet(inner)
            case gast.BinOp(left=left, right=right):
                return self._is_quiet(left) and self._is_quiet(right)
            case gast.Tuple(elts=parts) | gast.List(elts=parts):
                return all(map(self._is_quiet, parts))
            case gast.Subscript(value=inner, slice=index):
                return self._is_quiet(inner) and self._is_quiet(index)
            case gast.Slice(lower=lower, upper=upper, step=step):
                return all(p is None or self._is_quiet(p) for p in (lower, upper, step))
            case gast.Call(func=func, args=args, keywords=named) if self._is_early(func):
                return all(map(self._is_quiet, [*args, *(k.value for k in named)]))
        return self._is_lazy(node)


class _Put(gast.NodeTransformer):  # type: ignore[misc]
    """Puts iterators where they are asked, unless something may have happened before."""

    def __init__(self, made: dict[str, Any], is_lazy: Any) -> None:
        self.made, self.is_lazy = made, is_lazy
        self.found: set[str] = set()
        self.acted = False

    def into(self, s: Any) -> None:
        """Put them into what a statement evaluates first, and once."""
        for part in _EVALUATED.get(type(s), ()):
            if self.made and isinstance(getattr(s, part), gast.AST):
                setattr(s, part, self.visit(getattr(s, part)))

    def visit_Name(self, node: Any) -> Any:
        """The name of an iterator."""
        if self.acted or node.id not in self.made:
            return node
        self.found.add(node.id)
        return self.made[node.id]

    def visit_Call(self, node: Any) -> Any:
        """A call: after it, anything may have happened."""
        self.generic_visit(node)
        self.acted = self.acted or not self.is_lazy(node)
        return node

    def visit_GeneratorExp(self, node: Any) -> Any:
        """A comprehension: only what it runs over is evaluated first, and once."""
        node.generators[0].iter = self.visit(node.generators[0].iter)
        self.acted = self.acted or not isinstance(node, gast.GeneratorExp)
        return node

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp

    def visit_Lambda(self, node: Any) -> Any:
        """A function is not evaluated here."""
        return node

    def visit_IfExp(self, node: Any) -> Any:
        """Of a choice the test is evaluated first."""
        node.test = self.visit(node.test)
        self.acted = True
        return node

    def visit_BoolOp(self, node: Any) -> Any:
        """Of several the first is evaluated."""
        node.values[0] = self.visit(node.values[0])
        self.acted = True
        return node


_EVALUATED: dict[type, tuple[str, ...]] = {
    **dict.fromkeys((gast.Assign, gast.AnnAssign, gast.Expr, gast.Return), ("value",)),
    gast.AugAssign: ("value",),
    gast.For: ("iter",),
    gast.If: ("test",),
    gast.Match: ("subject",),
}


def _blocks(s: Any) -> Iterator[list[Any]]:
    for part in ("body", "orelse", "finalbody"):
        if isinstance(getattr(s, part, None), list):
            yield getattr(s, part)
    for part in (*getattr(s, "handlers", ()), *getattr(s, "cases", ())):
        yield part.body
