"""Lists, dicts and sets outside a function that it changes: logs, counters, tables of timings."""

from __future__ import annotations

from typing import Any

import numpy as np

from fpad.runtime.errors import InputError
from fpad.runtime.rows import rows

_CLASSES: dict[str, tuple[type, ...]] = {
    "bool": (bool, np.bool_),
    "int": (int, np.integer),
    "float": (float, int, np.floating, np.integer),
    "str": (str,),
}


def outer_changed(of: Any, method: str, *args: Any) -> None:
    """Call a method that changes a list, dict or set outside.

    Arrays get there as they are now: what becomes of them later is not seen there.
    """
    getattr(of, method)(*map(_own, args))


def outer_put(of: Any, method: str, *args: Any) -> None:
    """The same where floats are read of it: what may vary is not put there."""
    outer_changed(of, method, *args)


def outer_value(of: Any, method: str, kind: Any, *args: Any) -> Any:
    """What a method of a list, dict or set outside gives.

    Args:
        of: the list, dict or set.
        method: the name of the method.
        kind: "bool", "int", "float", "str" or a class that it is, or the rank of an array of
            floats that it is.
        args: what the method is given.

    Raises:
        InputError: it gives something else.
    """
    value = getattr(of, method)(*args)
    fits = (
        isinstance(value, np.ndarray) and value.ndim == kind and value.dtype.kind == "f"
        if isinstance(kind, int)
        else isinstance(value, _CLASSES[kind] if isinstance(kind, str) else kind)
    )
    if not fits or (isinstance(value, bool | np.bool_) and kind in ("int", "float")):
        name = kind if isinstance(kind, str) else getattr(kind, "__name__", "array")
        raise InputError(f"a {type(of).__name__} outside the function holds {value!r}, no {name}")
    return value.copy() if isinstance(value, np.ndarray) else value


def outer_values(of: Any, method: str, kind: str, *args: Any) -> np.ndarray:
    """The numbers in a list, a part of it, or in the values of a dict, outside: an array of them.

    Raises:
        InputError: there are other things in it.
    """
    values = list(getattr(of, method)(*args))
    if not all(
        isinstance(v, _CLASSES[kind]) and not isinstance(v, bool | np.bool_) for v in values
    ):
        raise InputError(
            f"a {type(of).__name__} outside the function holds other things than {kind}"
        )
    found: np.ndarray = rows(tuple(values))
    return found


def _own(value: Any) -> Any:
    return value.copy() if isinstance(value, np.ndarray) else value
