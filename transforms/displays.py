"""Displays, comprehensions and calls -> level 0: what is made of several expressions.

    [a, *b]                     t1 = [a];  t2 = list(b);  t3 = t1 + t2
    f(*args, k=v)               t1 = {"k": v};  t2 = fp.apply(f, t1, args)
    [v * v for v in x if v]     t1 = [];  for v2 in list(x):  if v2:  t1 = t1 + [v2 * v2]

A comprehension is a loop over what can be written out: how many values there are is known while
the code is written, or it is refused there.  Its variables are its own.  A generator expression is
an iterator over the list.
"""

from __future__ import annotations

import operator
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

import gast

from fpad import runtime as fp
from fpad.transforms.closures import may_change, nested
from fpad.transforms.errors import TransformError
from fpad.transforms.expressions import FORMS, Expressions
from fpad.transforms.ir import Apply, Atom, Break, Const, Copy, For, If, Let, Pack, Store
from fpad.transforms.own_names import with_own_names
from fpad.transforms.source import Source
from fpad.transforms.taken_names import names_used


def _makes_empty_lists(node: Any) -> bool:
    """Is it [[] for _ in values], which are filled later?"""
    plain = isinstance(node, gast.ListComp) and len(node.generators) == 1
    if not plain or node.generators[0].ifs:
        return False
    return isinstance(node.elt, gast.List) and not node.elt.elts


class Displays(Expressions, ABC):
    """Writes expressions that are made of several.

    Attributes:
        own: the names that variables of comprehensions have here, and what the user calls them;
            None for those of the lists in `cells`.
        cells: the lists that hold the values of some of them, for the lambdas that see them.
    """

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self.own: dict[str, str | None] = {}
        self.cells: dict[str, str] = {}

    def made(self, target: str | None, func: Any, args: tuple[Atom, ...], node: Any) -> str:
        """Write target = func(*args), for a function that is known."""
        name, target = self._copy(None, Const(func), node), target or self.fresh.temp()
        self.out.append(Apply(target, name, args, (), self.origin(node)))
        return target

    def pack(
        self, target: str | None, kind: str, items: list[Atom], keys: list[Atom], node: Any
    ) -> str:
        """Write target = a tuple, list or dict of items."""
        target = target or self.fresh.temp()
        self.out.append(Pack(target, kind, tuple(items), tuple(keys), self.origin(node)))
        return target

    # ------------------------------------------------------------ calls

    def _call(self, target: str | None, node: Any) -> str:
        known = isinstance(node.func, gast.Lambda)
        func = self.function(None, node.func, True) if known else self.name(node.func)
        starred = any(isinstance(a, gast.Starred) for a in node.args)
        if starred or any(k.arg is None for k in node.keywords):
            runs = self._runs(tuple, node.args, node)
            pairs = [(k.arg and gast.Constant(k.arg, None), k.value) for k in node.keywords]
            named = self._table(None, pairs, node)
            return self.made(target, fp.apply, (func, named, *runs), node)
        if isinstance(node.func, gast.Name) and node.func.id == "super" and not node.args:
            own = ("__class__", *self.source.params[:1])
            node.args[:] = [gast.copy_location(_named(n), node) for n in own]
        if self._asks_one_by_one(node):
            return self._quantified(target, node)
        atoms = tuple(self._given(a) for a in node.args)
        kwargs = tuple((k.arg, self._given(k.value)) for k in node.keywords)
        target = target or self.fresh.temp()
        self.out.append(Apply(target, func, atoms, kwargs, self.origin(node)))
        return target

    def _asks_one_by_one(self, node: Any) -> bool:
        """Is it any(..) or all(..) of a generator that calls functions, which Python may not do?"""
        if not isinstance(node.func, gast.Name) or node.func.id not in ("any", "all"):
            return False
        if len(node.args) != 1 or not isinstance(node.args[0], gast.GeneratorExp):
            return False
        name, made = node.func.id, node.args[0]
        shadowed = {*self.source.locals, *self.source.cells, *self.source.globals}
        calls = any(
            isinstance(n, gast.Call)
            for e in (made.elt, *made.generators[0].ifs)
            for n in gast.walk(e)
        )
        return calls and len(made.generators) == 1 and name not in shadowed

    def _quantified(self, target: str | None, node: Any) -> str:
        """Write target = any(.. for ..) or all(.. for ..), which ends where the answer is known."""
        is_any, made = node.func.id == "any", self._with_own_names(node.args[0])
        target, origin = target or self.fresh.temp(), self.origin(node)
        self.out.append(Copy(target, Const(not is_any), origin))
        part = made.generators[0]
        values = self.made(None, fp.listed, (self.atom(part.iter),), part.iter)
        simple = isinstance(part.target, gast.Name)
        name = str(part.target.id) if simple else self.fresh.temp()

        def ask() -> None:
            test = self.atom(made.elt)
            stop = (Copy(target, Const(is_any), origin), Break(origin))
            arms = (stop, ()) if is_any else ((), stop)
            self.out.append(If(test, arms[0], arms[1], origin))

        def body() -> None:
            self._bind(part.target, name)
            self._if_all(part.ifs, ask)

        self.out.append(For(name, values, self.within(body), (), origin))
        return target

    def function(self, target: str | None, node: Any, immediate: bool = False) -> str:
        """Write target = a function that is defined here."""
        made, defaults = nested(self.source, node, immediate, self.own)
        parts = (*made.taken, *map(self.atom, defaults))
        target = target or self.fresh.temp()
        self.out.append(Let(target, made, parts, origin=self.origin(node)))
        return target

    def _lambda(self, target: str | None, node: Any) -> str:
        return self.function(target, node)

    def _given(self, node: Any) -> Atom:
        """An argument; what would generate its values one by one gives a list of them."""
        if isinstance(node, gast.Lambda):
            return self.function(None, node, immediate=True)
        if isinstance(node, gast.GeneratorExp):
            return self._generator(None, node)
        return self.atom(node)

    # ------------------------------------------------------------ displays

    def _tuple(self, target: str | None, node: Any) -> str:
        return self._sequence(target, tuple, node.elts, node)

    def _list(self, target: str | None, node: Any) -> str:
        return self._sequence(target, list, node.elts, node)

    def _sequence(self, target: str | None, make: type, elements: list[Any], node: Any) -> str:
        """Write target = a tuple or list of elements, some of which stand for several."""
        if not any(isinstance(e, gast.Starred) for e in elements):
            return self.pack(target, make.__name__, [self.atom(e) for e in elements], [], node)
        runs = self._runs(make, elements, node)
        if len(runs) == 1:
            return self._copy(target, runs[0], node)
        return self.made(target, fp.runs_joined, tuple(runs), node)

    def _runs(self, make: type, elements: list[Any], node: Any) -> list[str]:
        """Tuples or lists of the elements: one for each star, and for what is between."""
        runs: list[str] = []
        plain: list[Atom] = []

        def close() -> None:
            if plain:
                runs.append(self.pack(None, make.__name__, list(plain), [], node))
                plain.clear()

        for e in elements:
            if isinstance(e, gast.Starred):
                close()
                # A star asks for all values now.
                runs.append(self.made(None, make, (self._given(e.value),), node))
            else:
                plain.append(self.atom(e))
        close()
        return runs

    def _slice(self, target: str | None, node: Any) -> str:
        """A slice beside a star, in an index that is a tuple as any other."""
        return self.made(target, slice, self.bounds(node), node)

    def _set(self, target: str | None, node: Any) -> str:
        return self.made(target, set, (self._sequence(None, tuple, node.elts, node),), node)

    def _dict(self, target: str | None, node: Any) -> str:
        return self._table(target, list(zip(node.keys, node.values, strict=True)), node)

    def _table(self, target: str | None, pairs: list[tuple[Any, Any]], node: Any) -> str:
        """Write target = a dict; without a key a value is a dict whose items are taken over."""
        parts: list[Atom] = []
        keys: list[Atom] = []
        values: list[Atom] = []

        def close() -> None:
            if keys or not parts:
                parts.append(self.pack(None, "dict", list(values), list(keys), node))
                keys.clear()
                values.clear()

        for key, value in pairs:
            if key is None:
                close()
                parts.append(self.atom(value))
            else:
                keys.append(self.atom(key))
                values.append(self.atom(value))
        if len(parts) == 0:
            return self.pack(target, "dict", values, keys, node)
        if keys:
            close()
        return self.made(target, fp.merged, tuple(parts), node)

    # ------------------------------------------------------------ comprehensions

    def _comprehension(self, target: str | None, node: Any) -> str:
        """A loop that puts one value after the other into a list, or a dict."""
        if _makes_empty_lists(node):
            return self.made(target, fp.empty_lists, (self.atom(node.generators[0].iter),), node)
        node = self._with_own_names(node)
        of = "dict" if isinstance(node, gast.DictComp) else "list"
        out = self.pack(None, of, [], [], node)
        self._generate(out, node, 0)
        return self._copy(target, out, node)

    def _set_comprehension(self, target: str | None, node: Any) -> str:
        return self.made(target, set, (self._comprehension(None, node),), node)

    def _generate(self, out: str, node: Any, k: int) -> None:
        """The loops from the k-th on."""
        if k == len(node.generators):
            self._put(out, node)
            return
        part = node.generators[k]
        values = self.made(None, fp.listed, (self.atom(part.iter),), part.iter)
        simple = isinstance(part.target, gast.Name)
        name = str(part.target.id) if simple else self.fresh.temp()

        def body() -> None:
            self._bind(part.target, name)
            self._if_all(part.ifs, lambda: self._generate(out, node, k + 1))

        self.out.append(For(name, values, self.within(body), (), self.origin(part.iter)))

    def _with_own_names(self, node: Any) -> Any:
        """The comprehension, whose variables are its own; what a lambda keeps is in a list."""
        node, names, cells = with_own_names(node, self.fresh)
        self.own |= {**names, **dict.fromkeys(cells.values())}
        self.cells |= cells
        for cell in cells.values():
            self.pack(cell, "list", [Const(None)], [], node)
        return node

    def _bind(self, target: Any, name: str) -> None:
        """Write target = the name, which is what a loop of a comprehension is at."""
        if not isinstance(target, gast.Name):
            self.assign(target, name)
        for n in gast.walk(target):
            if isinstance(n, gast.Name) and n.id in self.cells:
                self.out.append(Store(self.cells[n.id], Const(0), n.id, self.origin(target)))

    def _if_all(self, tests: list[Any], write: Any) -> None:
        if not tests:
            write()
            return
        test = self.atom(tests[0])
        inner = self.within(lambda: self._if_all(tests[1:], write))
        self.out.append(If(test, inner, (), self.origin(tests[0])))

    def _put(self, out: str, node: Any) -> None:
        if isinstance(node, gast.DictComp):
            key = self.atom(node.key)
            self.out.append(Store(out, key, self.atom(node.value), self.origin(node)))
            return
        last = self.pack(None, "list", [self.atom(node.elt)], [], node)
        self._let(out, operator.add, (out, last), node)

    def _generator(self, target: str | None, node: Any, later: bool = False) -> str:
        """An iterator over values that are all evaluated here, and what they are computed from.

        `later`: they are not asked for by what is given the iterator.
        """
        used = names_used(node) & self.source.locals
        rest = (node.elt, *node.generators[0].ifs, *node.generators[1:])
        inner = used & set().union(*map(names_used, rest))
        names = [*sorted(inner), *sorted(used - inner)]
        loads = (gast.Name(n, gast.Load(), None, None) for n in names)
        read = [self.atom(gast.copy_location(n, node)) for n in loads]
        sources = self.pack(None, "tuple", read, [], node)
        begun = self.made(None, fp.begun, (), node)
        values = self._comprehension(None, node)
        return self.made(
            target, fp.once, (values, begun, sources, Const(later), Const(len(inner))), node
        )

    def _alone(self, target: str | None, node: Any) -> str:
        """A generator expression whose values are asked for later, where they must be the same."""
        if may_change(self.source, node):
            reason = "What a generator expression uses may change before its values are asked for."
            remedy = "write it as a list: [.. for .. in ..]."
            raise TransformError([self.source.refusal(node, reason, remedy)])
        return self._generator(target, node, later=True)

    @abstractmethod
    def assign(self, target: Any, value: Atom) -> None:
        """Write target = value, whose value has been evaluated already."""

    forms: Mapping[type, Any] = {
        **FORMS,
        gast.Call: _call,
        gast.Lambda: _lambda,
        gast.Tuple: _tuple,
        gast.Slice: _slice,
        gast.List: _list,
        gast.Dict: _dict,
        gast.Set: _set,
        gast.SetComp: _set_comprehension,
        gast.ListComp: _comprehension,
        gast.DictComp: _comprehension,
        gast.GeneratorExp: _alone,
    }


def _named(name: str) -> Any:
    return gast.Name(name, gast.Load(), None, None)
