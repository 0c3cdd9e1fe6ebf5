"""Variables that functions inside a function share with it, as lists of one value.

    def f(v):                           def f(v):
        count = 0                           count = [0]
        def g(x):                           def g(x):
            nonlocal count          ->          count[0] += 1
            count += 1                          return x * x
            return x * x                    s = sum(g(x) for x in v)
        s = sum(g(x) for x in v)            return s / count[0]
        return s / count

Python keeps such a variable in a cell, which is all that a list of one value is.  That is done for
variables that a function inside assigns (`nonlocal`), or takes although they are assigned again
after its definition; any other is a value that the function inside is given (`closures`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import gast

from fpad.transforms.taken_names import pattern_name

_FUNCTIONS = (gast.FunctionDef, gast.Lambda)
COMPREHENSIONS = (gast.ListComp, gast.SetComp, gast.DictComp, gast.GeneratorExp)
_KEEPING = ("append", "insert", "extend", "setdefault", "update")
"""Methods that keep what they are given."""


def with_cells(tree: Any) -> Any:
    """The definition of a function, which is changed, with cells where it needs them."""
    for function in [n for n in gast.walk(tree) if isinstance(n, gast.FunctionDef)]:
        shared = sorted(_shared(function) - awkward(function))
        if shared:
            _Cells(function, shared).write()
    return tree


# ---------------------------------------------------------------- which variables


def _parameters(args: Any) -> set[str]:
    every = [*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg]
    return {a.id for a in every if a is not None}


def _body(function: Any) -> list[Any]:
    return function.body if isinstance(function.body, list) else [function.body]


def _own(function: Any) -> Iterator[Any]:
    """The nodes of a function, without those of functions and classes inside it."""
    todo = list(_body(function))
    while todo:
        node = todo.pop()
        yield node
        if not isinstance(node, (*_FUNCTIONS, gast.ClassDef)):
            todo += gast.iter_child_nodes(node)


def _outer_names(function: Any) -> set[str]:
    """What a function says is assigned elsewhere."""
    kinds = (gast.Nonlocal, gast.Global)
    return {name for n in _own(function) if isinstance(n, kinds) for name in n.names}


def _inner_targets(function: Any) -> set[int]:
    """The names that comprehensions bind, by identity."""
    found = [n for n in _own(function) if isinstance(n, COMPREHENSIONS)]
    return {id(m) for n in found for part in n.generators for m in gast.walk(part.target)}


def _assigned(function: Any) -> dict[str, list[Any]]:
    """The names that a function assigns, and where."""
    out: dict[str, list[Any]] = {}
    inner = _inner_targets(function)
    for n in _own(function):
        if isinstance(n, gast.Name) and isinstance(n.ctx, gast.Store) and id(n) not in inner:
            out.setdefault(n.id, []).append(n)
        if isinstance(n, gast.FunctionDef | gast.ClassDef):
            out.setdefault(n.name, []).append(n)
        by_pattern = pattern_name(n)
        if by_pattern is not None:
            out.setdefault(by_pattern, []).append(n)
    return out


def bound(function: Any) -> set[str]:
    """The variables that are a function's own."""
    return (_parameters(function.args) | set(_assigned(function))) - _outer_names(function)


def _inside(function: Any) -> list[Any]:
    """The functions directly inside a function, and the methods of classes there."""
    own = list(_own(function))
    classes = [n for n in own if isinstance(n, gast.ClassDef)]
    methods = [m for c in classes for m in c.body if isinstance(m, gast.FunctionDef)]
    return [*(n for n in own if isinstance(n, _FUNCTIONS)), *methods]


def taken(function: Any) -> set[str]:
    """What a function, and those inside it, take from around it."""
    inner = {n.id for n in _own(function) if isinstance(n, gast.Name)}
    return (inner | set[str]().union(*map(taken, _inside(function)))) - bound(function)


def _assigns(function: Any) -> set[str]:
    """What a function, and those inside it, assign in the function around."""
    own = {x for n in _own(function) if isinstance(n, gast.Nonlocal) for x in n.names}
    deeper = set[str]().union(*map(_assigns, _inside(function))) - bound(function)
    return own | deeper


def _shared(function: Any) -> set[str]:
    """The variables of a function that functions inside it assign, or see change."""
    own = bound(function)
    stored = _assigned(function)
    loops = [n for n in _own(function) if isinstance(n, gast.For | gast.While)]
    brief = brief_among(_own(function))
    out: set[str] = set()
    for g in _inside(function):
        out |= _assigns(g) & own
        if id(g) in brief:
            continue
        around = [n for loop in loops if any(m is g for m in gast.walk(loop)) for n in [loop]]
        again = {id(m) for loop in around for m in gast.walk(loop)}
        end = (g.end_lineno, g.end_col_offset)
        for name in taken(g) & own:
            places = stored.get(name, [])
            if any((n.lineno, n.col_offset) > end or id(n) in again for n in places):
                out.add(name)
    return out


def brief_among(nodes: Iterable[Any]) -> set[int]:
    """Lambdas that a call is over before anything else is assigned: called, or handed to it."""
    out: set[int] = set()
    for n in nodes:
        if isinstance(n, gast.Call):
            out.add(id(n.func))
            keeps = isinstance(n.func, gast.Attribute) and n.func.attr in _KEEPING
            given = [*n.args, *(k.value for k in n.keywords)]
            out |= {id(a) for a in given if isinstance(a, gast.Lambda) and not keeps}
    return out


def awkward(function: Any) -> set[str]:
    """Variables that are bound by more than assignments and loops: they stay as they are."""
    out: set[str] = set()
    for n in _own(function):
        match n:
            case gast.FunctionDef() | gast.ClassDef():
                out.add(n.name)
            case gast.NamedExpr() | gast.withitem():
                target = n.target if isinstance(n, gast.NamedExpr) else n.optional_vars
                found = gast.walk(target) if target is not None else ()
                out |= {m.id for m in found if isinstance(m, gast.Name)}
            case gast.ExceptHandler(name=gast.Name(id=name)):
                out.add(name)
            case gast.alias():
                out.add((n.asname or n.name).partition(".")[0])
            case gast.Delete():
                out |= {m.id for m in gast.walk(n) if isinstance(m, gast.Name)}
            case gast.Match():
                names = (getattr(m, "name", None) for m in gast.walk(n))
                out |= {name for name in names if isinstance(name, str)}
    return out


# ---------------------------------------------------------------- writing them


class _Cells(gast.NodeTransformer):  # type: ignore[misc]
    """Puts the values of some variables of a function into lists."""

    def __init__(self, function: Any, shared: list[str]) -> None:
        self.function = function
        self.shared = set(shared)
        self.taken = {n.id for n in gast.walk(function) if isinstance(n, gast.Name)}

    def write(self) -> None:
        """Rewrite the function."""
        function = self.function
        given = _parameters(function.args)
        first = {name: self._first(name) for name in sorted(self.shared - given)}
        function.body = [self.visit(s) for s in function.body]
        head: list[Any] = []
        for name in sorted(self.shared):
            s = first.get(name)
            if s is not None:  # `count = 0` becomes `count = [0]`
                s.targets = [self._name(name, s, gast.Store())]
                s.value = gast.copy_location(gast.List([s.value], gast.Load()), s.value)
                continue
            at = function.body[0]
            none = gast.copy_location(gast.Constant(None, None), at)
            value = self._name(name, at, gast.Load()) if name in given else none
            made = gast.copy_location(gast.List([value], gast.Load()), at)
            target = self._name(name, at, gast.Store())
            head.append(gast.copy_location(gast.Assign([target], made, None), at))
        function.body = [*head, *function.body]

    def _first(self, name: str) -> Any:
        """The plain assignment of the variable that comes before all that mentions it."""
        for s in self.function.body:
            if any(isinstance(n, gast.Name) and n.id == name for n in gast.walk(s)):
                plain = isinstance(s, gast.Assign) and len(s.targets) == 1
                plain = plain and isinstance(s.targets[0], gast.Name) and s.targets[0].id == name
                inner = plain and any(
                    isinstance(n, gast.Name) and n.id == name for n in gast.walk(s.value)
                )
                return s if plain and not inner else None
        return None

    def _name(self, name: str, at: Any, context: Any) -> Any:
        return gast.copy_location(gast.Name(name, context, None, None), at)

    def visit_Name(self, node: Any) -> Any:
        """The variable: the only value of its list."""
        if node.id not in self.shared or isinstance(node.ctx, gast.Param):
            return node
        zero = gast.copy_location(gast.Constant(0, None), node)
        base = self._name(node.id, node, gast.Load())
        return gast.copy_location(gast.Subscript(base, zero, node.ctx), node)

    def visit_For(self, node: Any) -> Any:
        """A loop that runs over the variable."""
        moves: list[Any] = []
        for n in gast.walk(node.target):
            if isinstance(n, gast.Name) and n.id in self.shared:
                each = f"{n.id}_now"
                while each in self.taken:
                    each += "_"
                self.taken.add(each)
                value = self._name(each, n, gast.Load())
                target = self._name(n.id, n, gast.Store())
                moves.append(gast.copy_location(gast.Assign([target], value, None), node.target))
                n.id = each
        node.body = [*moves, *node.body]
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: Any) -> Any:
        """An annotation says nothing of a list."""
        if isinstance(node.target, gast.Name) and node.target.id in self.shared:
            if node.value is None:
                return gast.copy_location(gast.Pass(), node)
            node = gast.copy_location(gast.Assign([node.target], node.value, None), node)
        return self.generic_visit(node)

    def visit_Nonlocal(self, node: Any) -> Any:
        """It is a list that everybody sees."""
        node.names = [n for n in node.names if n not in self.shared]
        return node if node.names else gast.copy_location(gast.Pass(), node)

    def _scope(self, node: Any, bound: set[str], parts: list[str]) -> Any:
        """A function or comprehension, some of whose names are its own."""
        outer, self.shared = self.shared, self.shared - bound
        for part in parts:
            value = getattr(node, part)
            many = isinstance(value, list)
            setattr(node, part, [self.visit(v) for v in value] if many else self.visit(value))
        self.shared = outer
        return node

    def _function(self, node: Any) -> Any:
        a = node.args
        a.defaults = [self.visit(d) for d in a.defaults]
        a.kw_defaults = [d if d is None else self.visit(d) for d in a.kw_defaults]
        return self._scope(node, bound(node), ["body"])

    visit_FunctionDef = visit_Lambda = _function

    def _comprehension(self, node: Any) -> Any:
        targets = [n for part in node.generators for n in gast.walk(part.target)]
        own = {n.id for n in targets if isinstance(n, gast.Name)}
        if not own & self.shared:
            return self.generic_visit(node)
        first = node.generators[0]
        first.iter = self.visit(first.iter)  # in the scope around
        kept, first.iter = first.iter, gast.copy_location(gast.Constant(0, None), first.iter)
        parts = [n for n in ("elt", "key", "value") if hasattr(node, n)]
        node = self._scope(node, own, [*parts, "generators"])
        first.iter = kept
        return node

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension
