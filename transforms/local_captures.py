"""Classes inside a function whose methods use its variables: their objects hold these.

    def f(x):                           def f(x):
        log = []                            log = []
        class Meter:                        class Meter:
            def read(self, v):                  def read(self, v):
                log.append(v)      ->               self.log_of_f.append(v)
                return v * x                        return v * self.x_of_f
        return Meter().read(2.0)            return fp.constructed(Meter, ("log_of_f", "x_of_f"),
                                                                  (log, x)).read(2.0)

A variable that is assigned after the definition is a list of one value by then (`cells`), so that
an object sees what becomes of it.  Methods that are given no object, and what a class uses of the
function outside its methods, stay as they are (`local_classes` refuses them), and so does all where
the attributes of objects are looked at as a dict.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import gast

from fpad import runtime as fp
from fpad.transforms.taken_names import free_inside, name_of, parameters_of, stored
from fpad.transforms.yields import own_nodes

_COMPREHENSIONS = (gast.ListComp, gast.SetComp, gast.DictComp, gast.GeneratorExp)
_PLAIN_BASES = ("NamedTuple", "Enum", "IntEnum", "Flag", "IntFlag", "StrEnum")
_ASKED = ("isinstance", "issubclass")


def with_captures(tree: Any) -> None:
    """Rewrite the classes in a function, and those in the functions inside it."""
    if any(_looks_at_all(n) for n in gast.walk(tree)):
        return
    for function in [n for n in gast.walk(tree) if isinstance(n, gast.FunctionDef)]:
        classes = {n.name: n for n in own_nodes(function.body) if isinstance(n, gast.ClassDef)}
        if classes:
            _rewrite(function, classes)


def _looks_at_all(node: Any) -> bool:
    """Does it ask an object for all of its attributes, which are more than the user's then?"""
    if isinstance(node, gast.Name):
        return bool(node.id == "vars")
    return isinstance(node, gast.Attribute) and node.attr in ("__dict__", "getmembers", "__slots__")


def methods(cls: Any) -> list[Any]:
    """The methods of a definition of a class."""
    return [n for n in cls.body if isinstance(n, gast.FunctionDef)]


def _rewrite(function: Any, classes: dict[str, Any]) -> None:
    own = parameters_of(function.args) | {name_of(s) for s in stored(function.body)}
    captured = _captured(own, classes)
    given = {name: sorted(names) for name, names in captured.items() if names}
    if not given:
        return
    for name, cls in classes.items():
        if captured[name] is None:
            continue
        for method in methods(cls):
            itself = _first(method)
            if itself is None:
                continue
            inside = {v: f"{v}_of_{function.name}" for v in given.get(name, ())}
            body = _Renamed(inside, itself, given, function.name, classes)
            method.body = [body.visit(s) for s in method.body]
    made = _Renamed({}, "", given, function.name, classes)
    function.body = [made.visit(s) for s in function.body]


def _captured(own: set[str], classes: dict[str, Any]) -> dict[str, set[str] | None]:
    """What the objects of each class have to hold; None: they cannot hold anything."""
    found: dict[str, set[str] | None] = {}
    uses: dict[str, set[str]] = {}
    for name, cls in classes.items():
        free = [(m, free_inside(m)) for m in methods(cls)]
        taken = set[str]().union(*(names for _, names in free))
        uses[name] = (taken | {getattr(b, "id", "") for b in cls.bases}) & classes.keys()
        found[name] = (taken & own) - classes.keys()
        without = any(_first(m) is None and names & own - classes.keys() for m, names in free)
        if without or _is_special(cls):
            found[name] = None
    changed = True
    while changed:  # what a class makes objects of, and what it is derived from
        changed = False
        for name, others in uses.items():
            mine = found[name]
            more = set[str]().union(*(found[o] or () for o in others))
            if mine is not None and not more <= mine:
                mine |= more
                changed = True
    return found


def _is_special(cls: Any) -> bool:
    bases = {getattr(b, "attr", getattr(b, "id", "")) for b in cls.bases}
    return bool(cls.keywords) or not bases.isdisjoint(_PLAIN_BASES)


def _first(method: Any) -> str | None:
    """What a method calls the object that it is given; None: it is given none, or changes it."""
    names = {getattr(d, "id", getattr(d, "attr", "")) for d in method.decorator_list}
    positional = [*method.args.posonlyargs, *method.args.args]
    if names & {"staticmethod", "classmethod"} or not positional or method.name == "__new__":
        return None
    itself = str(positional[0].id)
    again = any(
        isinstance(n, gast.Name) and n.id == itself and isinstance(n.ctx, gast.Store)
        for n in gast.walk(method)
    )
    return None if again else itself


class _Renamed(gast.NodeTransformer):  # type: ignore[misc]
    """Writes the variables of the function as attributes, and what makes objects of its classes.

    `names`: variable -> attribute; `itself`: the object that has it.
    """

    def __init__(
        self,
        names: dict[str, str],
        itself: str,
        given: dict[str, list[str]],
        where: str,
        classes: dict[str, Any],
    ) -> None:
        self.names = names
        self.itself = itself
        self.given = given
        self.where = where
        self.classes = classes

    def _without(self, bound: Iterable[str]) -> _Renamed:
        bound = set(bound)
        names = {v: a for v, a in self.names.items() if v not in bound}
        given = {c: v for c, v in self.given.items() if c not in bound}
        return _Renamed(names, self.itself, given, self.where, self.classes)

    def visit_Name(self, node: Any) -> Any:
        """A variable of the function."""
        if node.id not in self.names:
            return node
        itself = gast.copy_location(gast.Name(self.itself, gast.Load(), None, None), node)
        return gast.copy_location(gast.Attribute(itself, self.names[node.id], node.ctx), node)

    def visit_Call(self, node: Any) -> Any:
        """An object of one of the classes is made."""
        cls = getattr(node.func, "id", None)
        if cls in _ASKED:
            return self.generic_visit(node)
        found = self.given.get(cls) if isinstance(cls, str) else None
        node = self.generic_visit(node)
        if not found or cls is None:
            return node

        def at(n: Any) -> Any:
            return gast.copy_location(n, node)

        def name(v: str) -> Any:
            return at(gast.Name(v, gast.Load(), None, None))

        keys = gast.Tuple(
            [at(gast.Constant(f"{v}_of_{self.where}", None)) for v in found], gast.Load()
        )
        values = gast.Tuple([self.visit(name(v)) for v in found], gast.Load())
        make = at(gast.Constant(fp.constructed, None))
        return at(gast.Call(make, [name(cls), at(keys), at(values), *node.args], node.keywords))

    def visit_ClassDef(self, node: Any) -> Any:
        """Its methods have been written."""
        return node

    def visit_FunctionDef(self, node: Any) -> Any:
        """A function inside, which may have variables of its own."""
        outside = (*node.args.defaults, *(d for d in node.args.kw_defaults if d is not None))
        for n in outside:
            self.visit(n)
        inner = self._without(parameters_of(node.args) | {name_of(s) for s in stored(node.body)})
        node.body = [inner.visit(s) for s in node.body]
        return node

    def visit_Lambda(self, node: Any) -> Any:
        """The same."""
        node.args.defaults = [self.visit(d) for d in node.args.defaults]
        node.body = self._without(parameters_of(node.args)).visit(node.body)
        return node

    def _comprehension(self, node: Any) -> Any:
        bound = {n.id for part in node.generators for n in stored([part.target])}
        return self._without(bound).generic_visit(node)

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension
