"""Rules of absolute values and of steps: sign, floor, ceil, rounding to integers.

y = np.abs(x)      ->   bx = by * np.sign(x)
y = np.floor(x)    ->   nothing: the slope is 0 between the jumps, and coded 0 at them
"""

from __future__ import annotations

import builtins
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.kinds import FLOAT, INT, Kind
from fpad.transforms.rules.core import (
    constant,
    elementwise,
    elementwise_kind,
    is_none,
    same_kind,
)
from fpad.transforms.rules.trace import f

# ---------------------------------------------------------------- absolute values


def _abs(op: Any, sign: Callable[[Any], Any], kind: Callable[..., Kind]) -> None:
    elementwise(
        op,
        lambda g, y, x: g * sign(x),
        kind=kind,
        rounds=False,
        definition=lambda c, x: c.select(x >= 0, x, -x),
        piece=sign,  # at 0 the slope is a third one
        switch=lambda x: x,
        lipschitz=True,
        strata=((0.0,),),
    )


_abs(np.abs, np.sign, same_kind)
_abs(np.fabs, np.sign, elementwise_kind)
_abs(builtins.abs, f.sign, same_kind)
_abs(math.fabs, f.sign, lambda *_: FLOAT)


# ---------------------------------------------------------------- steps


def distance_to_integer(x: Any) -> Any:
    """How far x is above the nearest integer."""
    return x - (2 * x + 1) // 2


def _nearest(c: Any, x: Any) -> Any:
    """The nearest integer, in a tie the even one."""
    t = c.floor((2 * x + 1) / 2)
    return c.select(2 * (t - x) == 1, t - (t - 2 * c.floor(t / 2)), t)


def truncated(c: Any, x: Any, *_: Any) -> Any:
    """The definition of a float without its fraction."""
    return c.select(x >= 0, c.floor(x), -c.floor(-x))


def _int_kind(*kinds: Any, **_: Any) -> Kind:
    return INT


def step(*ops: Callable[..., Any], **facts: Any) -> None:
    """Declare operations that are constant between jumps; their value tells the pieces apart."""
    facts = {"kind": same_kind, "strata": ((0.0,), (1.0,)), **facts}
    for op in ops:
        constant(op, ("x",), pointwise=True, **facts)


_FLOOR: dict[str, Any] = {
    "definition": lambda c, x: c.floor(x),
    "piece": lambda x: x // 1,
    "switch": distance_to_integer,
}
_CEIL: dict[str, Any] = {
    "definition": lambda c, x: -c.floor(-x),
    "piece": lambda x: -(-x // 1),
    "switch": distance_to_integer,
}
_TRUNC: dict[str, Any] = {
    "definition": truncated,
    "piece": lambda x: f.where(x >= 0, x // 1, -(-x // 1)),
    "switch": lambda x: f.where(abs(x) < 1, abs(x) - 1, distance_to_integer(x)),
    "strata": ((-1.0,), (1.0,)),
}
_RINT: dict[str, Any] = {
    "definition": _nearest,
    "piece": np.rint,
    "switch": lambda x: x - x // 1 - 0.5,
    "strata": ((0.5,), (1.5,)),
}
_SIGN: dict[str, Any] = {
    "definition": lambda c, x: c.select(x > 0, 1, c.select(x < 0, -1, 0)),
    "piece": f.sign,
    "switch": lambda x: x,
    "strata": ((0.0,),),
}
step(np.floor, **_FLOOR)
step(np.ceil, **_CEIL)
step(np.trunc, **_TRUNC)
step(np.rint, **_RINT)
step(np.sign, fp.sign, **_SIGN)
step(math.floor, kind=_int_kind, **_FLOOR)
step(math.ceil, kind=_int_kind, **_CEIL)
step(math.trunc, builtins.int, kind=_int_kind, **_TRUNC)


def _rounded(c: Any, x: Any, decimals: int = 0) -> Any:
    scale = 10**decimals
    return _nearest(c, x * scale) / scale if decimals else _nearest(c, x)


def _round_switch(a: Any, decimals: Any = 0) -> Any:
    """How far a is from the nearest jump, which is half way between two results."""
    scale = 10**decimals
    return (a * scale - (a * scale) // 1 - 0.5) / scale


for _op in (np.round, np.around):
    constant(
        _op,
        ("a", "decimals"),
        kind=same_kind,
        pointwise=True,
        rounds=True,
        definition=_rounded,
        piece=lambda a, decimals=0: np.round(a, decimals),
        switch=_round_switch,
        strata=((0.5,), (1.5,)),
    )


def _builtin_round_kind(number: Any, ndigits: Any = None) -> Kind:
    """`round(x)` is an int, `round(x, n)` is like x."""
    return INT if is_none(ndigits) else same_kind(number)


constant(
    builtins.round,
    ("number", "ndigits"),
    kind=_builtin_round_kind,
    pointwise=True,
    rounds=True,
    definition=lambda c, x, ndigits=None: _rounded(c, x, ndigits or 0),
    piece=lambda number, ndigits=None: np.round(number, ndigits or 0),
    switch=lambda number, ndigits=None: _round_switch(number, ndigits or 0),
    strata=((0.5,), (1.5,)),
)
