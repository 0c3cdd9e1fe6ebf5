"""Library functions called as they are, their derivatives being known otherwise."""

from __future__ import annotations

from typing import Any


def _called(f: Any, args: tuple[Any, ...], names: tuple[str, ...], at: Any) -> Any:
    n = len(args) - len(names)
    out = f(*args[:n], **dict(zip(names, args[n:], strict=True)))
    return out if at is None else out[at]


def library(
    same: Any, f: Any, args: tuple[Any, ...], names: tuple[str, ...] = (), at: Any = None
) -> Any:
    """What f(*args) gives, or its part `at`; the last arguments have these names.

    `same` is that number too, up to rounding, made of operations that have derivatives: of it only
    the shape is read, and the derivative is its.
    """
    return _called(f, args, names, at)


def fixed(
    kind: str, f: Any, args: tuple[Any, ...], names: tuple[str, ...] = (), at: Any = None
) -> Any:
    """What f(*args) gives, or its part `at`, which no derivative goes through.

    `kind` says what that is: "int" is a number, "float[:, :]" an array with two axes.
    """
    return _called(f, args, names, at)


def limit(kind: str, make: Any, args: tuple[Any, ...], name: str) -> Any:
    """A number of np.finfo or np.iinfo (`make`) of a dtype: "eps", "max", .."""
    value = getattr(make(*args), name)
    return float(value) if kind == "float" else int(value)
