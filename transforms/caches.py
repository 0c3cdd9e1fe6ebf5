"""Functions that keep their results (functools.cache), as the functions that they keep them for.

    @functools.cache                    def fib(n, x):
    def fib(n, x):              ->          ..
        ..

A result that is kept would miss the derivatives of the call that asks for it again; the function
itself gives the same value, and each call has its own derivatives.  It must not have effects, which
Python lets happen once for each argument.  What calls itself and is told apart by ints and texts
only keeps its results here too (`kept_results`).
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import gast

from fpad import runtime as fp
from fpad.transforms.abstract import Held, Static, Value
from fpad.transforms.ir import Apply
from fpad.transforms.kinds import BOOL, INT
from fpad.transforms.refusing import refuse

if TYPE_CHECKING:
    from fpad.transforms.iterators import Args, Handler, Keywords
    from fpad.transforms.library import Library
    from fpad.transforms.source import Source

MAKERS = (functools.cache, functools.lru_cache)
"""What makes a function keep its results."""


def inside(func: Any) -> Any | None:
    """The function whose results this one keeps; None if it keeps none."""
    if hasattr(func, "cache_info") and hasattr(func, "__wrapped__"):
        return func.__wrapped__
    return None


def is_cache(source: Source, decorator: Any) -> bool:
    """Is this decorator functools.cache, or functools.lru_cache(..)?"""
    if isinstance(decorator, gast.Call):
        decorator = decorator.func
    return _named(source, decorator) in MAKERS


def _named(source: Source, node: Any) -> Any:
    """What a dotted name stands for outside the function; None if it is not known."""
    if isinstance(node, gast.Attribute):
        return getattr(_named(source, node.value), node.attr, None)
    if isinstance(node, gast.Name) and node.id not in source.locals:
        return source.globals.get(node.id)
    return None


def _keeps(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """Whether results are kept for these arguments (see `kept_results`)."""
    return Static(all(map(_is_key, args)) and w.may_keep())


def _is_key(value: Value) -> bool:
    if isinstance(value, Held):
        return value.kind in (INT, BOOL)
    return isinstance(value, Static) and (
        value.value is None or isinstance(value.value, str | bool)
    )


def _uncached(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """The call of a function whose results are not kept here: it may change nothing."""
    itself, f, *given = args
    changes, begun = w.changes, len(w.out)
    result = w.apply(Apply(variable, variable, (), (), w.origin), f, given, {})
    # What calls itself is being written, so that it is not known whether something happens there.
    if w.changes != changes or (itself == Static(False) and w.happens(w.out[begun:])):
        refuse(
            "A function keeps its results (functools.cache) and has effects, which happen once for "
            "each argument.",
            "leave the cache out, or let ints and texts tell its calls apart.",
        )
    return result


KEEPING: dict[Any, Handler] = {fp.keeps: _keeps, fp.uncached: _uncached}
