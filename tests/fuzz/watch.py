"""A program that notes its choices: which way each test went, which piece each operation took.

    if x > 0.3:                      if _seen(x > 0.3):
        y = np.maximum(x, y)             y = _piece(np.maximum, x, y)

Two runs with the same notes ran through one smooth piece, so differences between them are those of
a smooth function. This is done on the text, without fpad, so that a wrong record cannot hide a
wrong derivative.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

import numpy as np

PIECEWISE = {"maximum", "minimum", "abs", "clip", "max", "min", "round", "sort", "argmax", "sign"}
ORDERING = {"sorted", "heapify", "heappush", "heappop", "heappushpop", "heapreplace", "nsmallest"}
"""Functions that compare the values of lists that they are given."""
MODULES = {"np", "math"}


class Watch(ast.NodeTransformer):
    """Wraps comparisons and piecewise operations."""

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        self.generic_visit(node)
        return _wrapped("_seen", node)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        if name in ORDERING:
            node.args.insert(0, function)
            node.func = ast.Name("_order", ast.Load())
            return node
        if name not in PIECEWISE:
            return node
        if isinstance(function, ast.Attribute) and not (
            isinstance(function.value, ast.Name) and function.value.id in MODULES
        ):
            node.args.insert(0, function.value)  # a method: the array is what it looks at
            name = f"method {name}"
        elif isinstance(function, ast.Attribute):
            node.args.insert(0, function)
            node.func = ast.Name("_piece", ast.Load())
            return node
        else:
            node.args.insert(0, function)
            node.func = ast.Name("_piece", ast.Load())
            return node
        node.args.insert(0, ast.Constant(name.split()[1]))
        node.func = ast.Name("_method", ast.Load())
        return node


def _wrapped(name: str, node: ast.expr) -> ast.expr:
    return ast.Call(ast.Name(name, ast.Load()), [node], [])


class Notes:
    """What a watched module writes its choices to."""

    def __init__(self) -> None:
        self.choices: list[Any] = []

    def seen(self, test: Any) -> Any:
        """Notes a test or a mask."""
        self.choices.append(np.asarray(test).tolist())
        return test

    def piece(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Notes which argument, or which entry, an operation picks; a tie is a piece of its own."""
        result = function(*args, **kwargs)
        values = [args[0], *args[1:]]
        name = function.__name__
        if name in ("abs", "absolute"):
            values, picked = [args[0]], 0.0
        else:
            picked = result
        if name in ("max", "min", "amax", "amin") and len(args) == 1:
            axis = kwargs.get("axis")
            picked = np.expand_dims(result, axis) if axis is not None else result
        for value in values:
            parts = value if isinstance(value, list | tuple) else [value]
            for part in parts:
                self.choices.append(np.sign(np.real(np.asarray(part) - picked)).tolist())
        return result

    def method(self, name: str, array: Any, *args: Any, **kwargs: Any) -> Any:
        """Notes what a method of an array picks, or how a list is put in order."""
        if isinstance(array, list):
            return self.order(getattr(array, name), array, **kwargs)
        return self.piece(getattr(np, name), array, *args, **kwargs)

    def order(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Notes in which order the values of a list stand, and the others that it is given."""
        lists = [list(a) for a in args if isinstance(a, list)]
        values = [*(lists[0] if lists else []), *(a for a in args if not isinstance(a, list | int))]
        keys = list(map(kwargs.get("key") or (lambda v: v), values))
        self.choices.append(sorted(range(len(keys)), key=keys.__getitem__))
        own = () if getattr(function, "__self__", None) is args[0] else args
        return function(*own, **kwargs)


def watched(text: str, name: str) -> tuple[dict[str, Any], Notes]:
    """The namespace of a module of a name whose functions note their choices."""
    notes = Notes()
    tree = ast.fix_missing_locations(Watch().visit(ast.parse(text)))
    namespace: dict[str, Any] = {
        "__name__": name,  # a dataclass looks its module up
        "_seen": notes.seen,
        "_piece": notes.piece,
        "_method": notes.method,
        "_order": notes.order,
    }
    exec(compile(tree, "<watched>", "exec"), namespace)
    return namespace, notes
