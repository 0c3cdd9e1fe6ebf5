"""Python's ints, one for each of many examples, in an array of 64 bits.

Python's ints have any size and raise where they are divided by zero; arrays of ints run over and
give 0.  So these operations look: what Python does is done, or an exception says what cannot be.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from fpad.runtime.errors import InputError

_SAFE = 2.0**62
_OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "**": operator.pow,
    "//": operator.floordiv,
    "%": operator.mod,
    "<<": operator.lshift,
    ">>": operator.rshift,
}


def whole(op: str, a: Any, b: Any, holds: Any = True) -> Any:
    """`a op b` for ints.

    Args:
        op: "+", "-", "*", "**", "//", "%", "<<" or ">>".
        a: an int, or one for each example.
        b: the same.
        holds: for which examples the result is used; those of the others may be anything.

    Returns:
        Ints; floats for a power if an exponent is negative.

    Raises:
        ZeroDivisionError: as Python does.
        ValueError: the number of places of a shift is negative, as Python has it.
        InputError: an int needs more than 64 bits.
    """
    function = _OPERATIONS[op]
    if any(np.asarray(x).dtype.kind == "f" for x in (a, b)):
        return function(a, b)  # one of them is a power with a negative exponent
    a, b, holds = np.broadcast_arrays(_ints(a), _ints(b), holds)
    zero: Any = (b == 0) if op in ("//", "%") else (a == 0) & (b < 0) if op == "**" else None
    if zero is not None and np.any(zero & holds):
        raise ZeroDivisionError(
            "0 is raised to a negative power" if op == "**" else "integer division by zero"
        )
    if op in ("//", "%"):
        b = np.where(zero, 1, b)
    if op == "**" and np.any((b < 0) & holds):
        return np.where(zero, 1, a).astype(np.float64) ** b
    if op in ("**", "<<", ">>"):
        if op != "**" and np.any((b < 0) & holds):
            raise ValueError("negative shift count")
        b = np.where(b < 0, 0, b)
    if op == ">>":
        return a >> np.minimum(b, 63)
    with np.errstate(over="ignore", invalid="ignore"):
        wide = a.astype(np.float64)
        size = wide * np.exp2(b) if op == "<<" else function(wide, b.astype(np.float64))
    near = ~(np.abs(size) < _SAFE)
    out = function(np.where(near, 0, a), np.where(near, 1, b))
    for k in zip(*np.nonzero(near & holds), strict=True):
        exact = function(int(a[k]), int(b[k]))
        if not -(2**63) <= exact < 2**63:
            raise InputError(
                f"vmap: {int(a[k])} {op} {int(b[k])} needs more than the 64 bits that the ints of "
                "many examples have: use floats"
            )
        out[k] = exact
    return out


def whole_of(x: Any, holds: Any = True) -> Any:
    """`int(x)`: floats without their fractions, as ints.

    Raises:
        ValueError: a number is NaN, and used.
        OverflowError: it is infinite, as Python has it.
        InputError: it needs more than 64 bits.
    """
    if np.asarray(x).dtype.kind != "f":
        return _ints(x)
    used = np.where(holds, x, 0.0)
    if np.any(np.isnan(used)):
        raise ValueError("cannot convert float NaN to integer")
    if np.any(np.isinf(used)):
        raise OverflowError("cannot convert float infinity to integer")
    if not np.all(np.abs(used) < 2.0**63):
        raise InputError("vmap: an int needs more than 64 bits: use floats")
    return np.where(holds, x, 0.0).astype(np.int64)


def _ints(x: Any) -> Any:
    return np.asarray(x).astype(np.int64, copy=False)
