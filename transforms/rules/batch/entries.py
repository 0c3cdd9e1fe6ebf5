"""Operations on numbers and on arrays entry by entry, for many examples at once."""

from __future__ import annotations

import builtins
import math
import operator
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.rules.batch.core import BatchRule, Case, Each, Operand, as_each, batch, known
from fpad.transforms.rules.trace import Sym, f

ON_ARRAYS: dict[Callable[..., Any], Callable[..., Any]] = {
    builtins.abs: np.absolute,
    builtins.bool: np.bool_,
    builtins.int: np.int64,
    operator.not_: np.logical_not,
    math.pow: np.power,
    math.trunc: np.trunc,
}
"""What takes the place of operations on Python's numbers."""
for _name, _numpy in (
    *((n, n) for n in ("sin", "cos", "tan", "exp", "expm1", "exp2", "log", "log1p", "log2")),
    *((n, n) for n in ("log10", "sqrt", "cbrt", "sinh", "cosh", "tanh", "fabs", "fmod", "hypot")),
    *((n, n) for n in ("copysign", "degrees", "radians", "isfinite", "isinf", "isnan", "ldexp")),
    *((f"a{n}", f"arc{n}") for n in ("sin", "cos", "tan", "sinh", "cosh", "tanh")),
    ("atan2", "arctan2"),
):
    ON_ARRAYS[getattr(math, _name)] = getattr(np, _numpy)


def pointwise(op: Callable[..., Any]) -> BatchRule:
    """Entry by entry: operands get the axes that they lack."""
    scalar_only = op not in ON_ARRAYS and getattr(op, "__module__", "") == "math"
    op = ON_ARRAYS.get(op, op)

    def rule(c: Case, *xs: Operand, **static: Any) -> Sym | None:
        if scalar_only or any(
            isinstance(v, Each | tuple) for v in (*static.values(), *_displays(xs))
        ):
            return None
        return c.emit(op, *c.lifts(*xs), **static)

    return rule


def _displays(xs: Iterable[Operand]) -> list[Operand]:
    return [x for x in xs if isinstance(x, tuple)]


@batch(builtins.float, fp.plain, fp.item, fp.element)
def _itself(c: Case, op: Any, x: Each, *_: Any) -> Any:
    return x.v


@batch(builtins.sum)
def _python_sum(c: Case, op: Any, x: Operand, start: Any = 0) -> Any:
    if isinstance(x, tuple):
        total = as_each(start)
        rank = c.rank(start, *x)
        out: Any = c.lift(total, rank)
        for item in x:
            out = (
                c.lift(item, rank) + out
                if out is total.v and out == 0
                else out + c.lift(item, rank)
            )
        return out
    out = c.emit(np.sum, x.v, axis=1)
    return out if not isinstance(start, Each) and start == 0 else None


@batch(builtins.round)
def _rounded(c: Case, op: Any, x: Each, digits: Any = None) -> Any:
    if digits is None:
        return c.emit(np.int64, c.emit(np.rint, x.v))
    return c.emit(np.round, x.v, digits) if known(digits) else None


@batch(builtins.max, builtins.min)
def _python_extreme(c: Case, op: Any, *xs: Operand) -> Any:
    """The first of the extreme ones, as Python has it; of one array, the first that is extreme."""
    if len(xs) == 1 and isinstance(xs[0], tuple):
        xs = xs[0]
    elif len(xs) == 1:
        return c.emit(np.max if op is builtins.max else np.min, xs[0].v, axis=1)
    lifted = c.lifts(*xs)
    out = lifted[0]
    for x in lifted[1:]:
        out = f.where(x > out if op is builtins.max else x < out, x, out)
    return out
