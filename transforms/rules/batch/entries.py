"""Operations on numbers and on arrays entry by entry, for many examples at once.

    y = math.sin(x) + y        y = np.sin(x) + y                  numbers are entries of an array
    n = n * k                  n = fp.whole("*", n, k)            ints of Python do not run over

What one number does with Python's operators, many do with NumPy's, where both say the same.
Truth values are ints in Python and none in NumPy: what differs is done on ints, or refused.
"""

from __future__ import annotations

import builtins
import math
import operator
from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.rules.batch.core import (
    BATCH,
    BatchRule,
    Case,
    Each,
    Operand,
    Refused,
    as_each,
    batch,
    known,
)
from fpad.transforms.rules.trace import Sym, f

ON_ARRAYS: dict[Callable[..., Any], Callable[..., Any]] = {math.pow: np.power}
"""What takes the place of functions of Python's numbers."""
for _name, _numpy in (
    *((n, n) for n in ("sin", "cos", "tan", "exp", "expm1", "exp2", "log1p", "log2", "log10")),
    *((n, n) for n in ("sqrt", "cbrt", "sinh", "cosh", "tanh", "fabs", "fmod")),
    *((n, n) for n in ("copysign", "degrees", "radians", "isfinite", "isinf", "isnan")),
    *((f"a{n}", f"arc{n}") for n in ("sin", "cos", "tan", "sinh", "cosh", "tanh")),
    ("atan2", "arctan2"),
):
    ON_ARRAYS[getattr(math, _name)] = getattr(np, _numpy)

PARAMETERS: dict[Callable[..., Any], tuple[int, ...]] = {
    np.round: (1,),
    np.around: (1,),
    fp.power_slope: (2, 3),
    fp.log0: (1,),
    fp.base_log: (2,),
    fp.bessel_i: (1,),
    fp.digamma: (1,),
    fp.digamma_step: (2,),
    fp.sinc_slope: (1,),
    fp.arctanh_slope: (1,),
    fp.gaussian: (1, 2),
    fp.lorentzian: (1, 2),
}
"""Operands that say which function it is: NumPy takes one for all entries."""
_WHOLE: dict[Callable[..., Any], str] = {
    operator.add: "+",
    operator.sub: "-",
    operator.mul: "*",
    operator.pow: "**",
    builtins.pow: "**",
    operator.floordiv: "//",
    operator.mod: "%",
    operator.lshift: "<<",
    operator.rshift: ">>",
}
_SMALL = 2**31
"""Sums with such a constant, as those of counters, do not run over in any time."""


def rule_for(op: Callable[..., Any], is_pointwise: bool) -> BatchRule | None:
    """The batch rule of an operation: its own, or that of all that is done entry by entry."""
    own = BATCH.get(op)
    return own if own is not None or not is_pointwise else pointwise(op)


def pointwise(op: Callable[..., Any]) -> BatchRule:
    """Entry by entry: operands get the axes that they lack."""

    def rule(c: Case, *xs: Operand, **static: Any) -> Sym | None:
        if getattr(op, "__module__", "") == "math" or not known(*static.values()):
            return None
        if any(isinstance(x, tuple) for x in xs):
            return None
        if any(as_each(xs[k]).batched for k in PARAMETERS.get(op, ()) if k < len(xs)):
            return None
        return c.emit(op, *c.lifts(*xs), **static)

    return rule


def _real(c: Case, x: Operand) -> Any:
    """A number as `math` sees it: a float. NumPy has small types for functions of small ints."""
    number, x = c.number(x), as_each(x)
    return c.emit(np.float64, number) if x.batched and x.num in ("int", "bool") else number


@batch(*ON_ARRAYS)
def _function(c: Case, op: Any, *xs: Operand) -> Any:
    return c.emit(ON_ARRAYS[op], *(_real(c, x) for x in xs))


for _op in (
    *(np.bitwise_and, np.bitwise_or, np.bitwise_xor, np.bitwise_count, np.invert),
    *(np.left_shift, np.right_shift, np.gcd, np.lcm, np.signbit, np.spacing, np.isclose),
    *(np.isposinf, np.isneginf, np.isreal, np.iscomplex, np.imag, np.angle),
):
    BATCH[_op] = pointwise(_op)


@batch(builtins.bool, operator.not_)
def _truth(c: Case, op: Any, x: Each) -> Any:
    return c.emit(np.bool_ if op is builtins.bool else np.logical_not, c.number(x))


@batch(*_WHOLE)
def _arithmetic(c: Case, op: Any, a: Operand, b: Operand) -> Any:
    """Operators of numbers and arrays; ints and truth values of Python are looked after."""
    a, b = as_each(a), as_each(b)
    if not all(x.rank == 0 and x.num in ("int", "bool") for x in (a, b)):
        return c.emit(op, *c.lifts(a, b))
    if op is operator.add and a.num == b.num == "bool":
        raise Refused(
            "the sum of two truth values is an int in Python, and a truth value in NumPy",
            "write int(a) + int(b), or a or b",
        )
    small = any(isinstance(x.v, int) and abs(x.v) < _SMALL for x in (a, b))
    if op in (operator.add, operator.sub) and small and "bool" not in (a.num, b.num):
        return c.emit(op, a.v, b.v)
    return c.emit(fp.whole, _WHOLE[op], a.v, b.v, *c.masked())


@batch(operator.neg, operator.pos, builtins.abs)
def _signed(c: Case, op: Any, x: Each) -> Any:
    v = c.emit(np.int64, x.v) if x.rank == 0 and x.num == "bool" else x.v
    return c.emit(np.absolute if op is builtins.abs else op, v)


@batch(operator.invert)
def _inverted(c: Case, op: Any, x: Each) -> Any:
    if x.rank == 0 and x.num == "bool":
        raise Refused("~ of a truth value is an int in Python, and not in NumPy", "write not")
    return c.emit(op, x.v)


@batch(math.log)
def _log(c: Case, op: Any, x: Operand, base: Operand = None) -> Any:
    top = c.emit(np.log, _real(c, x))
    if base is None:
        return top
    return c.emit(operator.truediv, top, c.emit(np.log, _real(c, base)))


@batch(math.hypot)
def _hypot(c: Case, op: Any, *xs: Operand) -> Any:
    first, *others = (_real(c, x) for x in xs)
    if not others:
        return c.emit(np.absolute, first)
    return reduce(lambda a, b: c.emit(np.hypot, a, b), others, first)


@batch(math.ldexp)
def _ldexp(c: Case, op: Any, x: Operand, power: Operand) -> Any:
    return c.emit(np.ldexp, _real(c, x), c.number(power))


@batch(builtins.int, math.trunc, math.floor, math.ceil)
def _whole(c: Case, op: Any, x: Each) -> Any:
    v = c.number(x)
    if op in (math.floor, math.ceil):
        v = c.emit(np.floor if op is math.floor else np.ceil, v)
    return c.emit(fp.whole_of, v, *c.masked())


@batch(builtins.float)
def _float(c: Case, op: Any, x: Each) -> Any:
    number = c.number(x)
    return number if x.num == "float" else c.emit(np.float64, number)


@batch(fp.item)
def _item(c: Case, op: Any, x: Each) -> Any:
    return c.number(x)


@batch(fp.plain, fp.element)
def _itself(c: Case, op: Any, x: Each, *_: Any) -> Any:
    return x.v


@batch(fp.class_number)
def _class(c: Case, op: Any, *_: Operand) -> Any:
    raise Refused("the numbers of many examples have no classes of Python", "use isinstance")


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
        return c.emit(fp.whole_of, c.emit(np.rint, c.number(x)), *c.masked())
    return c.emit(np.round, x.v, digits) if known(digits) else None


@batch(builtins.max, builtins.min)
def _python_extreme(c: Case, op: Any, *xs: Operand) -> Any:
    """The first of the extreme ones, as Python has it, which passes over NaN but at the start."""
    largest = op is builtins.max
    if len(xs) == 1 and isinstance(xs[0], tuple):
        xs = xs[0]
    elif len(xs) == 1:
        x = as_each(xs[0])
        if x.rank != 1:
            return None
        v = x.v if x.num in ("int", "bool") else f.where(x.v == x.v, x.v, x.v[:, :1])
        return c.emit(np.max if largest else np.min, v, axis=1)
    if any(as_each(x).rank != 0 for x in xs):
        return None
    out, *others = (as_each(x).v for x in xs)
    for x in others:
        out = f.where(x > out if largest else x < out, x, out)
    return out
