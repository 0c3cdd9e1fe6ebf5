"""Arguments of NumPy's functions, as their rules and what is written out have them.

np.sort(x, order=None)               np.sort(x)
np.reshape(x, (2, 3), "F")           np.reshape(x, (2, 3), order="F")
np.sum(x, 0, np.float64)             np.sum(x, 0, dtype=np.float64)

What NumPy's signature has by default is left out where the rule does not have it; what stands in
a place that the rule gives to something else is named.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Sequence
from typing import Any

import numpy as np

from fpad.transforms.abstract import Value, known_value
from fpad.transforms.rules import rule_of
from fpad.transforms.special import special
from fpad.transforms.written import written_out


def plain_arguments(
    f: Any, args: Sequence[Value], kwargs: dict[str, Value]
) -> tuple[Sequence[Value], dict[str, Value]]:
    """The arguments of a call of f; those of anything but a function of NumPy's as they are."""
    params, names = _signature(f), _names(f)
    if not params or names is None:
        return args, kwargs
    for k in range(1, len(args)):
        own = params[k].name if k < len(params) else None
        here = names[k] if k < len(names) else None
        if own is not None and own != here and (here is None or here in _named(f)):
            named = {p.name: a for p, a in zip(params[k:], args[k:], strict=False)}
            if len(named) == len(args) - k and not named.keys() & kwargs.keys():
                args, kwargs = args[:k], {**named, **kwargs}
            break
    found = {p.name: p.default for p in params}
    left = {n: v for n, v in kwargs.items() if n in names or n not in found or not _is(v, found[n])}
    return args, left


def _is(value: Value, default: Any) -> bool:
    """Is it what stands for an argument that is not given?"""
    known = known_value(value)
    if known is None or default is inspect.Parameter.empty:
        return False
    return known[0] is default or (type(known[0]) is type(default) and known[0] == default)


@functools.lru_cache(maxsize=1024)
def _signature(f: Any) -> tuple[inspect.Parameter, ...]:
    """The parameters of a function that has them by position and by name; else none."""
    if isinstance(f, np.ufunc):
        return ()
    try:
        params = tuple(inspect.signature(f).parameters.values())
    except (TypeError, ValueError):  # written in C, without a signature
        return ()
    many = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return () if any(p.kind in many for p in params) else params


@functools.lru_cache(maxsize=1024)
def _named(f: Any) -> frozenset[str]:
    return frozenset(p.name for p in _signature(f))


@functools.lru_cache(maxsize=1024)
def _names(f: Any) -> tuple[str, ...] | None:
    """What the rule of f, or the function that stands for it, calls its arguments."""
    rule = rule_of(f)
    if rule is not None:
        return None if rule.variadic else (*rule.names, *rule.keywords)
    written = None if special(f) is not None else written_out(f)
    if written is None:
        return None
    params = inspect.signature(written).parameters.values()
    return (
        None if any(p.kind is p.VAR_POSITIONAL for p in params) else tuple(p.name for p in params)
    )
