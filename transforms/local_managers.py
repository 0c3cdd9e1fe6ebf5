"""Managers that a function makes of a generator inside it.

    @contextmanager                 with scaled(2.0) as s:          by, old = 2.0, env["scale"]
    def scaled(by):                     y = y * s            ->     env["scale"] = old * by
        old = env["scale"]                                          s = env["scale"]
        env["scale"] = old * by                                     try: y = y * s
        try: yield env["scale"]                                     finally: env["scale"] = old
        finally: env["scale"] = old

They are written out where they are entered (`managers`), in the same function or one inside it, so
what they take from around them means the same there.
"""

from __future__ import annotations

import contextlib
from typing import Any

import gast

from fpad.transforms.cells import bound, taken
from fpad.transforms.outside import Outside
from fpad.transforms.yields import own_nodes


def found_in(tree: Any, around: Any, func: Any, outside: Outside) -> Any | None:
    """The definition of a manager inside a function; None if there is none.

    Args:
        tree: the whole function.
        around: the function in it that enters the manager.
        func: what it calls, a name.
        outside: what names mean outside.
    """
    name = func.id
    places = [f for f in gast.walk(tree) if isinstance(f, gast.FunctionDef)]
    defined = [
        (f, s) for f in places for s in own_nodes(f.body) if getattr(s, "name", None) == name
    ]
    stored = [
        n
        for n in gast.walk(tree)
        if isinstance(n, gast.Name) and n.id == name and not isinstance(n.ctx, gast.Load)
    ]
    if len(defined) != 1 or stored:
        return None
    ((parent, node),) = defined
    if not isinstance(node, gast.FunctionDef) or len(node.decorator_list) != 1:
        return None
    if outside.value(node.decorator_list[0]) is not contextlib.contextmanager:
        return None
    if parent is around:
        return node
    nonlocals = any(isinstance(n, gast.Nonlocal) for n in gast.walk(node))
    inside = [f for f in places if f is not parent and any(m is around for m in gast.walk(f))]
    hidden = set[str]().union(*(bound(f) for f in inside if f is not tree))
    return None if nonlocals or (taken(node) - bound(node)) & hidden else node


def is_local_class(tree: Any, name: str) -> bool:
    """Is it a class inside the function whose managers leave every block alike?

    They look at no exception, and let all of them through.
    """
    nodes = list(gast.walk(tree))
    classes = [n for n in nodes if isinstance(n, gast.ClassDef) and n.name == name]
    stored = [n for n in nodes if isinstance(n, gast.Name) and n.id == name]
    if len(classes) != 1 or any(not isinstance(n.ctx, gast.Load) for n in stored):
        return False
    methods = {n.name: n for n in classes[0].body if isinstance(n, gast.FunctionDef)}
    if not {"__enter__", "__exit__"} <= methods.keys():
        return False
    left = methods["__exit__"]
    positional = [*left.args.posonlyargs, *left.args.args]
    told = {p.id for p in (*positional[1:], left.args.vararg) if p is not None}
    inside = [n for s in left.body for n in gast.walk(s)]
    returned = [n.value for n in inside if isinstance(n, gast.Return) and n.value is not None]
    return not any(isinstance(n, gast.Name) and n.id in told for n in inside) and all(
        isinstance(v, gast.Constant) and not v.value for v in returned
    )


def arguments(node: Any, call: Any, tree: Any) -> dict[str, Any] | None:
    """Parameter -> the expression that it is given, or its default; None if that is not known."""
    args = node.args
    positional = [p.id for p in (*args.posonlyargs, *args.args)]
    if args.vararg or args.kwarg or any(isinstance(a, gast.Starred) for a in call.args):
        return None
    given = dict(zip(positional, call.args, strict=False))
    named = {k.arg: k.value for k in call.keywords}
    names = [*positional, *(p.id for p in args.kwonlyargs)]
    if len(call.args) > len(positional) or not named.keys() <= set(names) - given.keys():
        return None
    late = dict(zip(positional[len(positional) - len(args.defaults) :], args.defaults, strict=True))
    late |= {
        p.id: d for p, d in zip(args.kwonlyargs, args.kw_defaults, strict=True) if d is not None
    }
    given |= named
    for name in names:
        if name not in given:
            if name not in late or not _stays(late[name], tree):
                return None
            given[name] = late[name]
    return {name: given[name] for name in names}


def _stays(default: Any, tree: Any) -> bool:
    """Does a default mean the same wherever it is looked at?"""
    if isinstance(default, gast.Constant):
        return True
    if not isinstance(default, gast.Name):
        return False
    stored = [
        n
        for n in gast.walk(tree)
        if isinstance(n, gast.Name) and n.id == default.id and isinstance(n.ctx, gast.Store)
    ]
    return not stored


class Unused(gast.NodeTransformer):  # type: ignore[misc]
    """Takes definitions of managers out of a function that nothing mentions any more."""

    def __init__(self, tree: Any, written: list[Any]) -> None:
        used = {n.id for n in gast.walk(tree) if isinstance(n, gast.Name)}
        self.out = {id(d) for d in written if d.name not in used}

    def visit_FunctionDef(self, node: Any) -> Any:
        """A definition."""
        if id(node) in self.out:
            return gast.copy_location(gast.Pass(), node)
        return self.generic_visit(node)
