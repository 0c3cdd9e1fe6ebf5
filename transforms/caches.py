"""Functions that keep their results (functools.cache), as the functions that they keep them for.

    @functools.cache                    def fib(n, x):
    def fib(n, x):              ->          ..
        ..

A result that is kept would miss the derivatives of the call that asks for it again; the function
itself gives the same value, and each call has its own derivatives.  It must not have effects, which
Python lets happen once for each argument.
"""

from __future__ import annotations

import functools
from typing import Any

import gast

from fpad.transforms.source import Source

_MAKERS = (functools.cache, functools.lru_cache)


def inside(func: Any) -> Any | None:
    """The function whose results this one keeps; None if it keeps none."""
    if hasattr(func, "cache_info") and hasattr(func, "__wrapped__"):
        return func.__wrapped__
    return None


def is_cache(source: Source, decorator: Any) -> bool:
    """Is this decorator functools.cache, or functools.lru_cache(..)?"""
    if isinstance(decorator, gast.Call):
        decorator = decorator.func
    return _named(source, decorator) in _MAKERS


def _named(source: Source, node: Any) -> Any:
    """What a dotted name stands for outside the function; None if it is not known."""
    if isinstance(node, gast.Attribute):
        return getattr(_named(source, node.value), node.attr, None)
    if isinstance(node, gast.Name) and node.id not in source.locals:
        return source.globals.get(node.id)
    return None
