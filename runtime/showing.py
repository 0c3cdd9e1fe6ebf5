"""What messages show: lists, dicts and objects that generated code has in parts only."""

from __future__ import annotations

import collections
from typing import Any

from fpad.runtime.memory import structure
from fpad.runtime.rows import plain


def shown(form: tuple[Any, ...]) -> Any:
    """The value that a program has where generated code has its parts.

    Args:
        form: what the value is and what it is made of: `("leaf", number or array)`, `("known",
            value)`, `("complex", real, imag)`, `("parts", class, keys, forms)`, `("rows", class,
            form)` of a list whose leaves have a row for each value, `("listed", class, form)` of
            what is made of a list, `("dict", class, keys, values)`, `("default", factory, keys,
            values)` and `("deque", values, maxlen)`.
    """
    how, *of = form
    return _MAKERS[how](*of)


def _parts(make: Any, keys: tuple[Any, ...], forms: tuple[Any, ...]) -> Any:
    return structure(make, keys, tuple(map(shown, forms)))


def _rows(make: Any, form: tuple[Any, ...]) -> Any:
    return make(shown(_row(form, k)) for k in range(_length(form)))


def _length(form: tuple[Any, ...]) -> int:
    """How many rows the leaves have; -1: there are none."""
    how, *of = form
    if how in ("leaf", "known"):
        return len(of[0]) if how == "leaf" else -1
    inner = of[-1] if how == "parts" else of
    return max((_length(f) for f in inner if isinstance(f, tuple) and f), default=-1)


def _row(form: tuple[Any, ...], k: int) -> tuple[Any, ...]:
    """The form of the value number k, given that of all of them."""
    how, *of = form
    if how == "known":
        return form
    if how == "leaf":
        return how, plain(of[0][k], of[0])
    if how == "parts":
        return how, *of[:-1], tuple(_row(f, k) for f in of[-1])
    return how, *(_row(f, k) if isinstance(f, tuple) else f for f in of)


def _complex(real: tuple[Any, ...], imag: tuple[Any, ...]) -> Any:
    a, b = shown(real), shown(imag)
    return complex(a, b) if isinstance(a, float | int) else a + 1j * b


def _default(factory: Any, keys: tuple[Any, ...], values: tuple[Any, ...]) -> Any:
    return collections.defaultdict(factory, zip(shown(keys), shown(values), strict=True))


_MAKERS: dict[str, Any] = {
    "leaf": lambda value: value,
    "known": lambda value: value,
    "complex": _complex,
    "parts": _parts,
    "rows": _rows,
    "listed": lambda make, form: make(shown(form)),
    "dict": lambda make, keys, values: make(dict(zip(shown(keys), shown(values), strict=True))),
    "default": _default,
    "deque": lambda form, most: collections.deque(shown(form), shown(most)),
}
