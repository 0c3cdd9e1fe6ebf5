"""Rules of arithmetic: the operators of the language, their NumPy namesakes, and `y += e`.

t = x ** 2    ->    bx = bt * (2.0 * x)
t = a / b     ->    ba = bt / b;  bb = -bt * t / b
"""

from __future__ import annotations

import builtins
import math
import operator
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.kinds import BOOL, INT, Kind, Num, ShapeKind
from fpad.transforms.rules.core import (
    bool_kind,
    constant,
    elementwise,
    like_first,
    numbers,
    same_kind,
)
from fpad.transforms.rules.steps import distance_to_integer
from fpad.transforms.rules.trace import f


def number(x: Any) -> bool:
    """Is this operand of a rule a number that is known while the code is written?"""
    return isinstance(x, int | float | np.number) and not isinstance(x, bool)


def updated_kind(y: Any, e: Any) -> Kind:
    """Of `y += e`: an array stays what it is, a scalar becomes what y + e is."""
    return y if isinstance(y, Num) and y.array else same_kind(y, e)


def added_kind(a: Any, b: Any) -> Kind:
    """Of a + b: shapes, and tuples beside shapes, are joined."""
    if not isinstance(a, ShapeKind) and not isinstance(b, ShapeKind):
        return same_kind(a, b)
    ranks = [len(k) if isinstance(k, tuple) else getattr(k, "rank", None) for k in (a, b)]
    known = [r for r in ranks if r is not None]
    return ShapeKind(sum(known) if len(known) == len(ranks) else None)


_op: Any
for _op, _kind in (
    (operator.add, added_kind),
    (np.add, same_kind),
    (fp.iadd, updated_kind),
):
    elementwise(
        _op,
        lambda g, y, a, b: g,
        lambda g, y, a, b: g,
        kind=_kind,
        definition=lambda c, a, b: a + b,
        facts={"rational": True},
    )

for _op, _kind in (
    (operator.sub, same_kind),
    (np.subtract, same_kind),
    (fp.isub, updated_kind),
):
    elementwise(
        _op,
        lambda g, y, a, b: g,
        lambda g, y, a, b: -g,
        kind=_kind,
        definition=lambda c, a, b: a - b,
        facts={"rational": True},
    )

for _op, _kind in (
    (operator.mul, same_kind),
    (np.multiply, same_kind),
    (fp.imul, updated_kind),
):
    elementwise(
        _op,
        lambda g, y, a, b: g * b,
        lambda g, y, a, b: g * a,
        kind=_kind,
        definition=lambda c, a, b: a * b,
        facts={"rational": True},
    )

for _op in (operator.truediv, fp.itruediv):
    elementwise(
        _op,
        lambda g, y, a, b: g / b,
        lambda g, y, a, b: -(g / b) * y,
        definition=lambda c, a, b: a / b,
        domain=(0.5, 2.0),
        facts={"rational": True},
    )
# These give inf where Python's division raises; so must the slopes.
for _op, _divide in ((np.divide, np.divide), (fp.divide, f.divide)):
    elementwise(
        _op,
        lambda g, y, a, b, divide=_divide: divide(g, b),
        lambda g, y, a, b, divide=_divide: -divide(g, b) * y,
        names=("a", "b"),
        defaults={},
        definition=lambda c, a, b: a / b,
        domain=(0.5, 2.0),
        facts={"rational": True},
    )

for _op in (operator.neg, np.negative):
    elementwise(
        _op,
        lambda g, y, x: -g,
        kind=same_kind,
        rounds=False,
        definition=lambda c, x: -x,
        facts={"rational": True},
    )

for _op in (operator.pos, np.positive):
    elementwise(
        _op,
        lambda g, y, x: g,
        kind=same_kind,
        rounds=False,
        definition=lambda c, x: x,
        facts={"rational": True},
    )

elementwise(
    np.square,
    lambda g, y, x: g * (2.0 * x),
    kind=same_kind,
    definition=lambda c, x: x * x,
    facts={"rational": True},
)
elementwise(
    np.reciprocal,
    lambda g, y, x: -g * y * y,
    kind=same_kind,
    definition=lambda c, x: 1 / x,
    domain=(0.5, 2.0),
    facts={"rational": True},
)


# ---------------------------------------------------------------- powers


def _power_rule(op: Any, power: Any, kind: Any) -> None:
    """Declare a**b; `power` computes the powers in its slopes."""

    def by_base(g: Any, y: Any, a: Any, b: Any) -> Any:
        if number(b):
            if b == 0:
                return f.zeros_like(g)
            if b == 1:
                return g
            if b == 2:
                return g * (2.0 * a)
            if b < 0 or b > 1:
                return g * (b * power(a, b - 1))
        return g * f.power_slope(a, b)

    def by_exponent(g: Any, y: Any, a: Any, b: Any) -> Any:
        if not number(a):
            return g * (y * f.base_log(a, b))
        if a == 0:  # where y is infinite, the limit of y * log(a)
            return g * f.where(b < 0, -y, y * 0.0)
        return g * (y * math.log(a)) if a > 0 else g * (y * 0.0)

    elementwise(
        op,
        by_base,
        by_exponent,
        kind=kind,
        definition=lambda c, a, b: c.pow(a, b),
        domain=(0.5, 2.0),
        piece=_power_piece,
        switch=lambda a, b: a,
        strata=((0.0, 0.5),),
    )


def _power_piece(a: Any, b: Any) -> Any:
    """A power has a kink where the base is 0 and the exponent between 0 and 1."""
    if number(b):
        return a != 0 if 0 < b < 1 else None
    if number(a):
        return None if a != 0 else np.logical_or(b >= 1, b <= 0)
    return np.logical_or(a != 0, np.logical_or(b >= 1, b <= 0))


_power_rule(operator.pow, operator.pow, same_kind)
_power_rule(builtins.pow, operator.pow, same_kind)
_power_rule(fp.ipow, operator.pow, updated_kind)
_power_rule(math.pow, operator.pow, lambda *_: Num(False, "float"))
_power_rule(np.power, np.power, same_kind)


# ---------------------------------------------------------------- quotients and remainders

for _op, _kind in (
    (operator.floordiv, same_kind),
    (np.floor_divide, same_kind),
    (fp.ifloordiv, updated_kind),
):
    constant(
        _op,
        ("a", "b"),
        kind=_kind,
        pointwise=True,
        rounds=True,
        definition=lambda c, a, b: c.floor(a / b),
        piece=lambda a, b: a // b,
        switch=lambda a, b: distance_to_integer(a / b),
        strata=((2.0, 1.0), (0.0, 1.0)),
        domain=(0.5, 2.0),
    )

for _op, _kind in (
    (operator.mod, same_kind),
    (np.remainder, same_kind),
    (fp.imod, updated_kind),
):
    elementwise(
        _op,
        lambda g, y, a, b: g,
        lambda g, y, a, b: -g * (a // b),
        kind=_kind,
        definition=lambda c, a, b: a - b * c.floor(a / b),
        piece=lambda a, b: a // b,
        switch=lambda a, b: distance_to_integer(a / b),
        strata=((2.0, 1.0), (0.0, 1.0)),
        domain=(0.5, 2.0),
        facts={"rational": True},
    )


# ---------------------------------------------------------------- truth values

for _ops in (
    (operator.lt, np.less),
    (operator.le, np.less_equal),
    (operator.gt, np.greater),
    (operator.ge, np.greater_equal),
    (operator.eq, np.equal),
    (operator.ne, np.not_equal),
):
    for _op in _ops:
        constant(
            _op,
            ("a", "b"),
            kind=bool_kind,
            pointwise=True,
            definition=lambda c, a, b, compare=_ops[0]: compare(a, b),
            switch=lambda a, b: a - b,
        )

for _op in (operator.is_, operator.is_not):
    constant(
        _op,
        ("a", "b"),
        kind=lambda *_: BOOL,
        undefined="it asks whether two objects are one",
    )
constant(operator.not_, ("a",), kind=lambda *_: BOOL)
constant(builtins.bool, ("x",), kind=lambda *_: BOOL)


def bits_kind(*kinds: Any) -> Kind:
    """Truth values of truth values, integers otherwise."""
    nums = numbers(kinds)
    num = "bool" if all(k.num == "bool" for k in nums) else "int"
    return Num(any(k.array for k in nums), num)


def _shifted_kind(*kinds: Any) -> Kind:
    return Num(any(k.array for k in numbers(kinds)), "int")


for _op in (operator.and_, operator.or_, operator.xor):
    constant(_op, ("a", "b"), kind=bits_kind, pointwise=True, examples=((True, False), (6, 3)))
constant(
    operator.invert,
    ("a",),
    kind=lambda a: a if a.array else INT,
    pointwise=True,
    examples=((np.array([True, False]),), (6,)),
)
for _op in (operator.lshift, operator.rshift):
    constant(_op, ("a", "b"), kind=_shifted_kind, pointwise=True, examples=((6, 1),))
for _op in (np.logical_and, np.logical_or, np.logical_xor):
    constant(_op, ("x1", "x2"), kind=bool_kind, pointwise=True)
constant(np.logical_not, ("x",), kind=bool_kind, pointwise=True)
for _op in (np.isnan, np.isfinite, np.isinf):
    constant(_op, ("x",), kind=bool_kind, pointwise=True)
for _op in (math.isnan, math.isfinite, math.isinf):
    constant(_op, ("x",), kind=lambda *_: BOOL)


# ---------------------------------------------------------------- roundings, straight through

for _op in (
    fp.round_bfloat16,
    fp.round_float16,
    fp.round_float32,
    fp.round_float64,
    fp.round_float8_e4m3fn,
    fp.round_float8_e5m2,
):
    elementwise(
        _op, lambda g, y, x: g, kind=like_first, rounds=False, facts={"straight_through": True}
    )
