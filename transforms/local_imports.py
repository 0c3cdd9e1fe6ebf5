"""What a function imports for itself, known while it is read.

def f(x):
    from contextlib import suppress     # suppress is contextlib.suppress wherever f says it
    with suppress(ZeroDivisionError):
        return 1.0 / x
"""

from __future__ import annotations

import types
from collections import Counter
from collections.abc import Iterator
from typing import Any

import gast

from fpad import runtime as fp
from fpad.transforms.taken_names import pattern_name


def imports_in(tree: Any, function: types.FunctionType) -> dict[str, Any]:
    """Name -> value, for names that one import of a definition binds, and nothing else.

    What functions inside it import is theirs.
    """
    times: Counter[str] = Counter()
    found: dict[str, tuple[str, str | None, str | None]] = {}
    package = function.__globals__.get("__package__")
    for node in _own(tree):
        if isinstance(node, gast.Name) and not isinstance(node.ctx, gast.Load):
            times[node.id] += 1
        elif isinstance(node, gast.FunctionDef | gast.AsyncFunctionDef | gast.ClassDef):
            times[node.name] += 1
        elif isinstance(node, gast.ExceptHandler):
            times[str(getattr(node.name, "id", node.name))] += 1
        elif pattern_name(node) is not None:
            times[str(pattern_name(node))] += 1
        elif isinstance(node, gast.Import):
            for a in node.names:
                first = a.name if a.asname else a.name.partition(".")[0]
                found[a.asname or first] = a.name, first, None
                times[a.asname or first] += 1
        elif isinstance(node, gast.ImportFrom):
            module = "." * (node.level or 0) + (node.module or "")
            for a in node.names:
                found[a.asname or a.name] = module, package if node.level else None, a.name
                times[a.asname or a.name] += 1
    values: dict[str, Any] = {}
    for name, args in found.items():
        if times[name] == 1:
            try:
                values[name] = fp.imported(*args)
            except (ImportError, AttributeError, ValueError, TypeError):
                continue  # it is said where the statement is reached
    return values


def _own(tree: Any) -> Iterator[Any]:
    """The nodes of a definition without those of the functions and classes inside it."""
    todo = list(gast.iter_child_nodes(tree))
    while todo:
        node = todo.pop()
        yield node
        if not isinstance(node, _SCOPES):
            todo += gast.iter_child_nodes(node)


_SCOPES = (gast.FunctionDef, gast.AsyncFunctionDef, gast.ClassDef, gast.Lambda)
