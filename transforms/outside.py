"""What is known of names that a function does not bind, where its source is read.

A loop over a generator is written in another way than one over a list (see `generators`).  Names of
functions tell; of methods it is asked whether a class in sight has a generator of that name.
"""

from __future__ import annotations

import inspect
import sys
import types
from functools import cached_property
from typing import Any

import gast

from fpad.transforms.local_imports import imports_in
from fpad.transforms.yields import is_generator


class Outside:
    """What is known of the names that a function does not bind, where its source is read."""

    def __init__(self, function: types.FunctionType, tree: Any) -> None:
        code = function.__code__
        self.function = function
        self.cells = dict(zip(code.co_freevars, function.__closure__ or (), strict=True))
        self.around: list[type] | None = None
        self.asked: dict[str, bool | None] = {}
        self._tree = tree

    @classmethod
    def before(cls, function: types.FunctionType, tree: Any) -> Outside:
        """What is known where the tree is about to be rewritten: its classes are those of now."""
        made = cls(function, tree)
        made.classes = [n for n in gast.walk(tree) if isinstance(n, gast.ClassDef)]
        return made

    @cached_property
    def classes(self) -> list[Any]:
        """The classes that the function makes: looked for where it matters, as that takes long."""
        return [n for n in gast.walk(self._tree) if isinstance(n, gast.ClassDef)]

    @cached_property
    def imports(self) -> dict[str, Any]:
        """What the function imports for itself."""
        return imports_in(self._tree, self.function)

    def value(self, node: Any) -> Any:
        """What a dotted name stands for; None if that is not known yet."""
        if isinstance(node, gast.Attribute):
            base = self.value(node.value)
            return getattr(base, node.attr, None) if isinstance(base, types.ModuleType) else None
        if not isinstance(node, gast.Name):
            return None
        if node.id in self.imports:
            return self.imports[node.id]
        if node.id in self.cells:
            try:
                return self.cells[node.id].cell_contents
            except ValueError:
                return None
        scope = self.function.__globals__
        builtins = scope.get("__builtins__", {})
        known = builtins if isinstance(builtins, dict) else vars(builtins)
        return scope.get(node.id, known.get(node.id))

    def generates(self, func: Any) -> bool | None:
        """Is it a generator function? None: perhaps."""
        answer = self._generates(func)
        if isinstance(func, gast.Name):
            self.asked[func.id] = answer
        return answer

    def _generates(self, func: Any) -> bool | None:
        found = self.value(func)
        if found is not None:
            return inspect.isgeneratorfunction(found)
        if isinstance(func, gast.Attribute):
            return None if self.has_method(func.attr) else False
        return None if isinstance(func, gast.Name) else False

    def holds(self, asked: dict[str, bool | None]) -> bool:
        """Are the names still what they were: generators, or none?"""
        return all(
            self._generates(gast.Name(name, gast.Load(), None, None)) == answer
            for name, answer in asked.items()
        )

    def has_method(self, name: str) -> bool:
        """Has one of the classes in sight a generator of this name, or a __next__?"""
        return self.has_generator(name) or self.defines("__next__")

    def defines(self, name: str) -> bool:
        """Has one of the classes in sight a method of this name, written in Python?"""
        if any(name in _methods(made) for made in self.classes):
            return True
        found = (getattr(c, name, None) for c in self._classes_around())
        return any(isinstance(f, types.FunctionType) for f in found)

    def has_generator(self, name: str) -> bool:
        """Has one of the classes in sight a generator of this name?"""
        found = [_methods(made).get(name) for made in self.classes]
        return any(f is not None and is_generator(f) for f in found) or any(
            inspect.isgeneratorfunction(getattr(c, name, None)) for c in self._classes_around()
        )

    def has_iterables(self) -> bool:
        """Has one of the classes in sight a generator `__iter__`, a `__next__`, or only indices?"""
        if self.has_method("__iter__") or any(map(is_by_index, self._classes_around())):
            return True
        if "nditer" in self.function.__code__.co_names:
            return True
        found = [_methods(made).keys() for made in self.classes]
        return any({"__getitem__", "__len__"} <= f and "__iter__" not in f for f in found)

    def _classes_around(self) -> list[type]:
        """The classes, and those of the objects, that the function sees outside."""
        if self.around is None:
            cells = [c.cell_contents for c in self.cells.values() if _is_full(c)]
            some = [*self.function.__globals__.values(), *cells]
            classes = {found if isinstance(found, type) else type(found) for found in some}
            self.around = [c for c in classes if not _is_known(c)]
        return self.around


def is_by_index(cls: type) -> bool:
    """Are objects of the class looped over by their indices, having no `__iter__`?"""
    needed = (getattr(cls, name, None) for name in ("__getitem__", "__len__"))
    return all(isinstance(f, types.FunctionType) for f in needed) and not hasattr(cls, "__iter__")


def _methods(made: gast.ClassDef) -> dict[str, Any]:
    return {n.name: n for n in made.body if hasattr(n, "name")}


def _is_known(cls: type) -> bool:
    """Is it a class of Python's or NumPy's library, whose objects are no user's?"""
    module = cls.__module__.partition(".")[0]
    return module in sys.stdlib_module_names or module in ("numpy", "scipy", "fpad")


def _is_full(cell: types.CellType) -> bool:
    try:
        cell.cell_contents  # noqa: B018
    except ValueError:
        return False
    return True
