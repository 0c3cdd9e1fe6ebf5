"""The numbers in arguments of plain Python: structures, arrays and objects, gone through alike.

Shares nothing with the compiler, so that what is re-checked does not lean on what is checked.
"""

from __future__ import annotations

import copy
import dataclasses
import types
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

_NO_OBJECTS = (types.ModuleType, type, np.generic, np.ndarray)


def is_static(value: Any) -> bool:
    """Is it nothing that can be differentiated by, and has no parts?"""
    return isinstance(value, bool | str) or value is None or callable(value)


def is_object(value: Any) -> bool:
    """Is it an object with attributes, which are its parts?"""
    return hasattr(value, "__dict__") and not isinstance(value, _NO_OBJECTS)


def parts(value: Any) -> dict[Any, Any] | None:
    """The parts of a structure or object by key, in order; None of what has none."""
    if isinstance(value, dict):
        return dict(value)
    if isinstance(value, list | tuple):
        return dict(enumerate(value))
    return dict(vars(value)) if is_object(value) else None


def rebuilt(value: Any, new: dict[Any, Any]) -> Any:
    """A structure or object like `value`, with other parts."""
    if isinstance(value, dict):
        return type(value)(new) if type(value) is dict else _filled(copy.copy(value), new)
    if isinstance(value, list | tuple):
        items = list(new.values())
        return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)
    out = copy.copy(value)
    for name, part in new.items():
        object.__setattr__(out, name, part)
    return out


def _filled(table: Any, new: dict[Any, Any]) -> Any:
    table.update(new)
    return table


def counts(value: Any, key: Any) -> bool:
    """Does an integer in this part count as a real number: no size or counter of an object?"""
    if not is_object(value) or isinstance(value, types.SimpleNamespace):
        return True
    fields = {f.name: f.type for f in dataclasses.fields(value)} if _is_dataclass(value) else {}
    return key in fields and fields[key] not in (int, "int")


def _is_dataclass(value: Any) -> bool:
    return dataclasses.is_dataclass(value) and not isinstance(value, type)


def mapped(f: Callable[[Any], Any], value: Any) -> Any:
    """The value with f(number) in place of every number that it is differentiated by."""
    if is_static(value):
        return value
    if isinstance(value, np.ndarray):
        out = np.empty(value.shape, object)
        for k, v in enumerate(value.ravel()):
            out.flat[k] = f(v)
        return out
    inside = parts(value)
    if inside is None:
        return f(value)
    return rebuilt(
        value,
        {
            k: v if isinstance(v, int) and not counts(value, k) else mapped(f, v)
            for k, v in inside.items()
        },
    )


def numbers_in(value: Any) -> list[Any]:
    """These numbers, in order."""
    found: list[Any] = []

    def keep(v: Any) -> Any:
        found.append(v)
        return v

    mapped(keep, value)
    return found


def in_floats(value: Any) -> Any:
    """The value with floats in place of fractions, in memory of its own."""
    if isinstance(value, Fraction):
        return float(value)
    if isinstance(value, np.ndarray):
        return value.astype(float) if value.dtype.kind == "O" else value.copy()
    inside = None if is_static(value) else parts(value)
    if inside is None:
        return value
    return rebuilt(value, {k: in_floats(v) for k, v in inside.items()})
