"""Library functions called as they are, their derivatives being known otherwise."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from fpad.runtime.errors import RuleError
from fpad.runtime.rows import as_given


def _called(f: Any, args: tuple[Any, ...], names: tuple[str, ...], at: Any) -> Any:
    n = len(args) - len(names)
    args = tuple(map(as_given, args))
    out = f(*args[:n], **dict(zip(names, args[n:], strict=True)))
    return out if at is None else out[at]


def library(
    same: Any, f: Any, args: tuple[Any, ...], names: tuple[str, ...] = (), at: Any = None
) -> Any:
    """What f(*args) gives, or its part `at`; the last arguments have these names.

    `same` is that number too, up to rounding, made of operations that have derivatives: of it only
    the shape is read, and the derivative is its.

    Raises:
        RuleError: they have different shapes, so the derivative would be of another function.
    """
    out = _called(f, args, names, at)
    if np.shape(out) != np.shape(same):
        name = getattr(f, "__name__", str(f))
        raise RuleError(
            f"{name} has the shape {np.shape(out)}, and what its derivative is made of has "
            f"{np.shape(same)}: this is a defect of fpad; write the call in another way"
        )
    return out


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


# ---------------------------------------------------------------- facts that SciPy gives


def scipy_linalg(name: str, at: int | None, *args: Any) -> Any:
    """A result of a function of scipy.linalg, which is imported by whoever called it."""
    out = getattr(sys.modules["scipy.linalg"], name)(*args)
    return out if at is None else out[at]


def scipy_nodes(name: str, n: Any) -> Any:
    """The nodes and weights of a function of scipy.special, imported by whoever called it."""
    return getattr(sys.modules["scipy.special"], name)(n)


def legendre_nodes(n: Any) -> Any:
    """The nodes and weights of scipy.integrate.fixed_quad."""
    return sys.modules["scipy.special"].roots_legendre(n)


def lu_order(a: Any) -> Any:
    """The permutation matrix that scipy.linalg.lu gives."""
    return scipy_linalg("lu", 0, a)


def lu_swaps(a: Any) -> Any:
    """The row that each row is swapped with in scipy.linalg.lu_factor."""
    return scipy_linalg("lu_factor", 1, a)


def swapped(swaps: Any) -> Any:
    """The order of the rows after these swaps, one after the other."""
    order = np.arange(len(swaps))
    for k, other in enumerate(swaps):
        order[[k, other]] = order[[other, k]]
    return order
