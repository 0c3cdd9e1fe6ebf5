"""The published conventions at special points, as one table.

Each row is a function, a point, the slope that every mode must return there, and (where given) the
second derivative along a direction of ones. `tests/test_conventions.py` runs it, and finds
rules with a boundary that have no row here or in the tables that `ELSEWHERE` names.
"""

from __future__ import annotations

import importlib.util
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

NAN, INF = math.nan, math.inf
_SINE_FAR = 0.00303073244037602
LOG2, HALF = math.log(2.0), math.sqrt(0.5)
TIE23 = np.array([[1.0, 4.0, 4.0], [1.0, 2.0, 4.0]])
LATE_TIE = np.array([[1.0, 4.0], [4.0, 2.0]])


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        body: An expression over x, y (and n, np, math), or statements that end in a return.
        at: The arguments; those that are listed in `slope` are differentiated.
        slope: The expected gradient of the sum of the result, one entry per argument of wrt.
        second: The expected product of the Hessian with ones, likewise, or None.
        forms: "f" runs float arguments as floats, "a" runs them as arrays of shape () and (2,).
    """

    body: str
    at: tuple[Any, ...]
    slope: tuple[Any, ...]
    second: tuple[Any, ...] | None = None
    forms: str = "fa"


def row(body: str, at: Any, slope: Any, second: Any = None, forms: str = "fa") -> Row:
    """A row; single arguments and slopes are written bare."""

    def tupled(value: Any) -> Any:
        return value if isinstance(value, tuple) or value is None else (value,)

    return Row(body, tupled(at), tupled(slope), tupled(second), forms)


def a(*entries: Any) -> Any:
    """A float64 array of one dimension."""
    return np.array(entries, dtype=np.float64)


TABLE = [
    # The first operand takes a tie.
    row("np.maximum(x, 0.0)", 0.0, 1.0, 0.0),
    row("np.maximum(x, 0.0)", -0.0, 1.0),
    row("np.maximum(x, 0)", 0.0, 1.0),
    row("np.maximum(0.0, x)", 0.0, 0.0, 0.0),
    row("np.minimum(x, 0.0)", 0.0, 1.0, 0.0),
    row("np.minimum(0.0, x)", 0.0, 0.0, 0.0),
    row("np.maximum(x, x)", 2.0, 1.0),
    row("np.minimum(x, x)", 2.0, 1.0),
    row("np.maximum(x * x, x)", 1.0, 2.0, 2.0),
    row("np.maximum(x, x * x)", 1.0, 1.0, 0.0),
    row("np.minimum(x, x * x)", 1.0, 1.0, 0.0),
    row("np.maximum(x, y)", (2.0, 2.0), (1.0, 0.0), (0.0, 0.0)),
    row("np.minimum(x, y)", (2.0, 2.0), (1.0, 0.0), (0.0, 0.0)),
    row("np.maximum(y, x)", (2.0, 2.0), (0.0, 1.0)),
    row("np.maximum(x, y) * x", (2.0, 2.0), (4.0, 0.0), (2.0, 0.0)),
    row(
        "np.maximum(x, y)",
        (a(1.0, 2.0).reshape(2, 1), a(1.0, 2.0).reshape(1, 2)),
        (a(1.0, 2.0).reshape(2, 1), a(0.0, 1.0).reshape(1, 2)),
    ),
    row("np.maximum(x, 0.0) - np.maximum(-x, 0.0)", 0.0, 2.0),
    row("np.maximum(0.0, x) - np.maximum(0.0, -x)", 0.0, 0.0),
    row("np.maximum(x, 0.0)", NAN, NAN),
    row("np.maximum(0.0, x)", NAN, NAN),
    row("np.minimum(x, 0.0)", NAN, NAN),
    row("np.minimum(0.0, x)", NAN, NAN),
    row("np.maximum(x, 0.0)", INF, 1.0),
    row("np.maximum(x, 0.0)", -INF, 0.0),
    row("max(x, 0.0)", 0.0, 1.0, 0.0, "f"),
    row("max(0.0, x)", 0.0, 0.0, 0.0, "f"),
    row("min(x, 0.0)", 0.0, 1.0, 0.0, "f"),
    row("min(0.0, x)", 0.0, 0.0, 0.0, "f"),
    row("max(x, 1.0, x * x)", 1.0, 1.0, 0.0, "f"),
    row("max(x * x, x, 1.0)", 1.0, 2.0, 2.0, "f"),
    row("min(1.0, x, x * x)", 1.0, 0.0, 0.0, "f"),
    row("min(2.0, x * x, x)", 1.0, 2.0, 2.0, "f"),
    row("max(x, y)", (2.0, 2.0), (1.0, 0.0), None, "f"),
    row("min(y, x)", (2.0, 2.0), (0.0, 1.0), None, "f"),
    row("max(x, 0.0)", -0.0, 1.0, None, "f"),
    row("max(-0.0, x)", 0.0, 0.0, None, "f"),
    # The first extreme entry takes all.
    row("np.max(x)", a(2.0, 5.0, 5.0), a(0.0, 1.0, 0.0), a(0.0, 0.0, 0.0)),
    row("np.max(x) ** 2", a(2.0, 5.0, 5.0), a(0.0, 10.0, 0.0), a(0.0, 2.0, 0.0)),
    row("np.min(x)", a(1.0, 1.0, 3.0), a(1.0, 0.0, 0.0)),
    row("x.max()", a(0.0, 0.0, 0.0), a(1.0, 0.0, 0.0)),
    row("x.min()", a(0.0, -0.0), a(1.0, 0.0)),
    row("np.max(x)", LATE_TIE, [[0.0, 1.0], [0.0, 0.0]]),
    row("np.max(x)", np.asfortranarray(LATE_TIE), [[0.0, 1.0], [0.0, 0.0]]),
    row("np.max(x)", LATE_TIE.T, [[0.0, 1.0], [0.0, 0.0]]),
    row("np.max(x, axis=0)", TIE23, [[1.0, 1.0, 1.0], [0.0, 0.0, 0.0]]),
    row("np.max(x, axis=1)", TIE23, [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    row("np.max(x, axis=-1, keepdims=True)", TIE23, [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    row("np.max(x, axis=1) ** 2", TIE23, [[0.0, 8.0, 0.0], [0.0, 0.0, 8.0]]),
    row("np.min(x, axis=0)", TIE23, [[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]]),
    row("x.min(axis=1)", TIE23, [[1.0, 0.0, 0.0], [1.0, 0.0, 0.0]]),
    row("x.max(axis=0) * y", (TIE23, 2.0), ([[2.0, 2.0, 2.0], [0.0, 0.0, 0.0]], 9.0)),
    # where: the selected one only, at every order.
    row("np.where(x > 0.0, x * x, -x)", 0.0, -1.0, 0.0),
    row("np.where(x >= 0.0, x * x, -x)", 0.0, 0.0, 2.0),
    row("np.where(x > 0.0, np.log(x), 0.0)", a(-1, 0, 4), a(0, 0, 0.25), a(0, 0, -0.0625)),
    row("np.where(x <= 0.0, 0.0, np.log(x))", a(-1, 0, 4), a(0, 0, 0.25), a(0, 0, -0.0625)),
    row("np.where(x > 0.0, np.log(x), x)", 0.0, 1.0, 0.0),
    row("np.where(x > 0.0, np.sqrt(x), 0.0)", a(-1, 0, 4), a(0, 0, 0.25), a(0, 0, -0.03125)),
    row("np.where(x > 0.0, 1.0 / x, x)", a(0.0, 2.0), a(1.0, -0.25), a(0.0, 0.25)),
    row("np.where(x > 0.0, x**-2.0, 2.0 * x)", a(0.0, 1.0), a(2.0, -2.0), a(0.0, 6.0)),
    row("np.where(x < 700.0, np.exp(x), 1.0)", a(800.0, 0.0), a(0.0, 1.0), a(0.0, 1.0)),
    row(
        "np.where(x == 0.0, 1.0, np.sin(x) / x)",
        a(0.0, 1.0),
        a(0.0, math.cos(1.0) - math.sin(1.0)),
        a(0.0, math.sin(1.0) - 2.0 * math.cos(1.0)),
    ),
    row(
        "np.where(x > 0.0, np.where(x > 1.0, np.log(x) * x, np.log(x)),"
        " np.where(x == 0.0, x, 1.0 / x))",
        a(-2.0, 0.0, 0.5, 2.0),
        a(-0.25, 1.0, 2.0, LOG2 + 1.0),
        a(-0.25, 0.0, -4.0, 0.5),
    ),
    row(
        "np.where(x > 0.0, np.log(np.where(x > 0.0, x, 1.0)), 0.0)",
        a(-1.0, 0.0, 4.0),
        a(0.0, 0.0, 0.25),
        a(0.0, 0.0, -0.0625),
    ),
    row(
        "np.sum(np.where(x > 0.0, np.log(x) * y, 0.0))",
        (a(0.0, 2.0), 3.0),
        (a(0.0, 1.5), LOG2),
        (a(0.0, -0.75 + 0.5), 0.5),
    ),
    row(
        "np.where(n > 0.0, np.log(x), 0.0)",
        (a(0.0, 1.0, 2.0), np.array([[-1.0, 1.0, 1.0], [-1.0, -1.0, 1.0]])),
        a(0.0, 1.0, 1.0),
        a(0.0, -1.0, -0.5),
    ),
    row(
        "np.where(n > 0.0, np.log(x), 0.0)",
        (np.array([[0.0, 1.0], [0.0, 2.0]]), a(-1.0, 1.0)),
        np.array([[0.0, 1.0], [0.0, 0.5]]),
        np.array([[0.0, -1.0], [0.0, -0.25]]),
    ),
    row(
        "np.where(n > 0.0, x, np.log(x))",
        (np.array([[0.0, 0.0], [1.0, 2.0]]), np.array([[1.0], [-1.0]])),
        np.array([[1.0, 1.0], [1.0, 0.5]]),
        np.array([[0.0, 0.0], [-1.0, -0.25]]),
    ),
    row(
        "np.where(n > 0.0, np.log(y) * x, x)",
        (a(1.0, 2.0), 0.0, a(-1.0, -1.0)),
        (a(1.0, 1.0), 0.0),
        (a(0.0, 0.0), 0.0),
    ),
    row(
        "t = np.log(x)\ns = t * x + 1.0 / x\nreturn np.where(x > 0.0, s, x)",
        a(0.0, 2.0),
        a(1.0, LOG2 + 0.75),
        a(0.0, 0.75),
    ),
    row(
        "keep = x > 0.0\nt = np.log(x)\nx = x * 1.0\nreturn np.where(keep, t, 0.0) * x",
        a(0.0, 2.0),
        a(0.0, LOG2 + 1.0),
        a(0.0, 0.5),
    ),
    row(
        "s = 0.0 * x\n"
        "for k in range(2):\n"
        "    t = np.log(x)\n"
        "    s = s + np.where(x > 0.0, t * t, x)\n"
        "return s",
        a(0.0, 2.0),
        a(2.0, 2.0 * LOG2),
        a(0.0, 1.0 - LOG2),
    ),
    row(
        "for k in range(2):\n    x = np.where(x > 0.0, np.exp(np.log(x)), 2.0 * x)\nreturn x",
        a(0.0, 2.0, -1.0),
        a(4.0, 1.0, 4.0),
        a(0.0, 0.0, 0.0),
    ),
    row("np.where(x > 0.0, helper(x), 0.0)", a(0.0, 2.0), a(0.0, 0.5), a(0.0, -0.25)),
    row("t = np.log(x)\nreturn np.where(t > 0.0, t, 0.0)", a(0.0, 2.0), a(0.0, 0.5), a(0.0, -0.25)),
    row("x if x > 0.0 else 0.0", 0.0, 0.0, 0.0, "f"),
    row("x if x >= 0.0 else 0.0", 0.0, 1.0, 0.0, "f"),
    row("x * x if x > 1.0 else 2.0 * x - 1.0", 1.0, 2.0, 0.0, "f"),
    # clip lets the value pass at a bound.
    row("np.clip(x, 0.0, 1.0)", 0.0, 1.0, 0.0),
    row("np.clip(x, 0.0, 1.0)", 1.0, 1.0, 0.0),
    row("np.clip(x, 0.0, 1.0)", a(-1.0, 0.0, 0.5, 1.0, 2.0), a(0.0, 1.0, 1.0, 1.0, 0.0)),
    row("np.clip(x, 1.0, 1.0)", 1.0, 1.0),
    row("np.clip(x, 0.0, None)", a(-1.0, 0.0, 1.0), a(0.0, 1.0, 1.0)),
    row("np.clip(x, None, 0.0)", a(-1.0, 0.0, 1.0), a(1.0, 1.0, 0.0)),
    row("x.clip(0.0, 1.0)", a(0.0, 1.0, 3.0), a(1.0, 1.0, 0.0)),
    row("np.clip(x, y, 2.0)", (1.0, 1.0), (1.0, 0.0)),
    row("np.clip(x, y, 2.0)", (0.5, 1.0), (0.0, 1.0)),
    row("np.clip(x, 0.0, y)", (1.0, 1.0), (1.0, 0.0)),
    row("np.clip(x, 0.0, y)", (3.0, 1.0), (0.0, 1.0)),
    row("np.clip(x * x, 0.0, 4.0)", 2.0, 4.0, 2.0),
    row("np.clip(x, 0.0, 1.0)", NAN, NAN),
    # abs and sign at zero.
    row("np.abs(x)", 0.0, 0.0, 0.0),
    row("np.abs(x)", -0.0, 0.0, 0.0),
    row("abs(x)", 0.0, 0.0, 0.0),
    row("np.absolute(x)", a(-2.0, 0.0, 3.0), a(-1.0, 0.0, 1.0)),
    row("np.abs(x)", NAN, NAN),
    row("np.abs(x)", -INF, -1.0),
    row("np.sign(x)", 0.0, 0.0, 0.0),
    row("np.sign(x)", a(-2.0, 0.0, 3.0), a(0.0, 0.0, 0.0)),
    row("np.sign(x) * x", 0.0, 0.0, 0.0),
    row("np.abs(x) * x", 0.0, 0.0, 0.0),
    row("np.abs(x) ** 2", 0.0, 0.0, 0.0),
    # Roots at zero.
    row("np.sqrt(x)", 0.0, 0.0, 0.0),
    row("math.sqrt(x)", 0.0, 0.0, 0.0, "f"),
    row("x**0.5", 0.0, 0.0, 0.0),
    row("x**0.25", 0.0, 0.0, 0.0),
    row("x**1.5", 0.0, 0.0, 0.0),
    row("x * np.sqrt(x)", 0.0, 0.0, 0.0),
    row("np.sqrt(x * x)", 0.0, 0.0, 0.0),
    row("np.sqrt(x + y)", (0.0, 0.0), (0.0, 0.0)),
    row("np.sqrt(np.sum(x * x))", a(0.0, 0.0, 0.0), a(0.0, 0.0, 0.0), a(0.0, 0.0, 0.0)),
    row("x**y", (0.0, 0.5), (0.0, 0.0)),
    row("np.sqrt(x)", a(0.0, 4.0), a(0.0, 0.25), a(0.0, -0.03125)),
    row("np.sqrt(x)", INF, 0.0),
    row("np.sqrt(x)", -1.0, NAN),
    row("np.sqrt(x)", NAN, NAN),
    # Powers.
    row("x**0", 0.0, 0.0, 0.0),
    row("x**0", 2.0, 0.0, 0.0),
    row("x**0", -1.0, 0.0, 0.0),
    row("x**0.0", 0.0, 0.0, 0.0),
    row("x**n", (0.0, 0), 0.0, 0.0),
    row("x**n", (0.0, 0.0), 0.0, 0.0),
    row("x**n", (-3.0, 2), -6.0, 2.0),
    row("x**n", (-3.0, 2.0), -6.0, 2.0),
    row("x**n", (0.0, 1.0), 1.0, 0.0),
    row("x**n", (0.0, 3), 0.0, 0.0),
    row("x**n", (a(0, 2, -2, 0), a(0.5, 0, 2, 3)), a(0, 0, -4, 0), a(0, 0, 2, 0)),
    row("0.0**x", 2.0, 0.0, 0.0),
    row("0**x", 0.5, 0.0, 0.0),
    row("x**y", (2.0, 0.0), (0.0, LOG2)),
    row("x**y", (0.0, 2.0), (0.0, 0.0)),
    row("x**2", 0.0, 0.0, 2.0),
    row("x**2", -3.0, -6.0, 2.0),
    row("x**2.0", 0.0, 0.0, 2.0),
    row("x**2.0", -3.0, -6.0, 2.0),
    row("x**3", 0.0, 0.0, 0.0),
    row("x**3", -2.0, 12.0, -12.0),
    row("x**3.0", -2.0, 12.0, -12.0),
    row("x**1", 0.0, 1.0, 0.0),
    row("x**1", -2.0, 1.0, 0.0),
    row("x**1.0", 0.0, 1.0, 0.0),
    row("x**-1", -2.0, -0.25, -0.25),
    row("x**-2", -2.0, 0.25, 0.375),
    row("np.power(x, 2)", -3.0, -6.0, 2.0),
    row("x**2", NAN, NAN),
    row("x**0.5", NAN, NAN),
    # Remainders and floors at a jump: the right piece.
    row("x % 2.0", 2.0, 1.0, 0.0),
    row("x % 2.0", -2.0, 1.0, 0.0),
    row("x % y", (2.0, 2.0), (1.0, -1.0)),
    row("x % y", (-1.0, 3.0), (1.0, 1.0)),
    row("2.5 % x", 1.25, -2.0),
    row("x // 2.0", 2.0, 0.0, 0.0),
    row("x // 2.0 * x", 3.0, 1.0, 0.0),
    # Products with zeros have their true derivative.
    row("np.prod(x)", a(2.0, 0.0, 3.0), a(0.0, 6.0, 0.0), a(3.0, 5.0, 2.0)),
    row("np.prod(x)", a(2.0, 0.0, 0.0), a(0.0, 0.0, 0.0), a(0.0, 2.0, 2.0)),
    row("np.sum(np.cumprod(x))", a(2.0, 0.0, 3.0), a(1.0, 8.0, 0.0), a(4.0, 6.0, 2.0)),
    row("math.prod(x)", a(2.0, 0.0, 3.0), a(0.0, 6.0, 0.0), a(3.0, 5.0, 2.0)),
    row(
        "np.linalg.det(x)", np.array([[1.0, 2.0], [2.0, 4.0]]), np.array([[4.0, -2.0], [-2.0, 1.0]])
    ),
    row("np.linalg.det(x)", np.zeros((3, 3)), np.zeros((3, 3)), np.zeros((3, 3))),
    # The deviation of a constant, and norms at zero: kinks with slope 0.
    row("np.std(x)", a(2.0, 2.0), a(0.0, 0.0), a(0.0, 0.0)),
    row("x.std(axis=0)", np.ones((2, 2)), np.zeros((2, 2)), np.zeros((2, 2))),
    row("np.linalg.norm(x)", a(0.0, 0.0), a(0.0, 0.0), a(0.0, 0.0)),
    row("np.linalg.norm(x, axis=1)", np.zeros((2, 2)), np.zeros((2, 2))),
    # Sorting and medians: the stable permutation.
    row("np.sort(x) * y", (a(1.0, 1.0), a(2.0, 3.0)), (a(2.0, 3.0), a(1.0, 1.0))),
    row("np.sort(x)[0]", a(2.0, 1.0, 1.0), a(0.0, 1.0, 0.0)),
    row("np.median(x)", a(1.0, 1.0, 1.0), a(0.0, 1.0, 0.0)),
    row("np.median(x)", a(1.0, 1.0), a(0.5, 0.5)),
    row("max(x)", a(2.0, 5.0, 5.0), a(0.0, 1.0, 0.0)),
    row("np.sum(np.maximum.accumulate(x))", a(1.0, 1.0, 0.0), a(3.0, 0.0, 0.0)),
    # sinc at 0, and further steps and signs.
    row("np.sinc(x)", 0.0, 0.0, -(math.pi**2) / 3.0),
    row("np.heaviside(x, 0.5)", 0.0, 0.0, 0.0),
    row("np.copysign(x, 1.0)", 0.0, 0.0),
    row("np.copysign(x, -1.0)", 2.0, -1.0),
    row("np.fmod(x, 2.0)", 2.0, 1.0),
    row("np.nan_to_num(x)", a(NAN, 1.0), a(0.0, 1.0)),
    row("np.arccosh(x)", 1.0, 0.0, 0.0),
    # Outside the domain, and at infinity, IEEE.
    row("np.log(x)", 0.0, INF),
    row("np.log(x)", a(0.0, 1.0), a(INF, 1.0)),
    row("np.log(x)", INF, 0.0),
    row("np.log(x)", NAN, NAN),
    row("1.0 / x", 0.0, -INF, None, "a"),
    row("np.exp(x)", 1000.0, INF),
    row("np.exp(x)", -1000.0, 0.0),
    row("np.exp(x)", -INF, 0.0),
    row("np.tanh(x)", 1000.0, 0.0, 0.0),
    row("np.tanh(x)", -INF, 0.0),
    row("np.tanh(x)", NAN, NAN),
    row("np.sin(x)", NAN, NAN),
]
_AT_HALF = 2.0 * math.exp(0.5)
_AT = a(-1.0, -0.0, 0.5, 1.0, 1.5)
_STEPS = {
    "np.floor": a(-1, 0, 0, 1, 1),
    "np.ceil": a(-1, 0, 1, 1, 2),
    **dict.fromkeys(("np.trunc", "np.fix"), a(-1, 0, 0, 1, 1)),
    **dict.fromkeys(("np.rint", "np.round", "np.around"), a(-1, 0, 0, 1, 2)),
    "math.floor": a(-1, 0, 0, 1, 1),
    "math.ceil": a(-1, 0, 1, 1, 2),
    **dict.fromkeys(("math.trunc", "int"), a(-1, 0, 0, 1, 1)),
    "round": a(-1, 0, 0, 1, 2),
}
_COMPARED = {
    **{"<": ("less", 0.0), "<=": ("less_equal", 1.0), ">": ("greater", 0.0)},
    **{">=": ("greater_equal", 1.0), "==": ("equal", 1.0), "!=": ("not_equal", 0.0)},
}
TABLE += [
    # Steps have slope 0, also where they jump; so have comparisons.
    *(row(f"{f}(x) * x", _AT, y) for f, y in _STEPS.items() if f.startswith("np.")),
    *(
        row(f"{f}(x) * x", _AT[k].item(), y[k].item(), None, "f")
        for f, y in _STEPS.items()
        for k in (2, 3)
        if not f.startswith("np.")
    ),
    *(row(f"(x {sign} 1.0) * x", a(1.0), a(slope)) for sign, (_, slope) in _COMPARED.items()),
    *(row(f"np.{name}(x, 1.0) * x", a(1.0), a(slope)) for name, slope in _COMPARED.values()),
    row("np.floor_divide(x, 2.0) * x", a(2.0), a(1.0)),
    row("np.remainder(x, 2.0)", 2.0, 1.0, 0.0),
    row("math.fmod(x, y)", (2.0, 1.0), (1.0, -2.0), (0.0, 0.0), "f"),
    row("math.remainder(x, y)", (1.5, 1.0), (1.0, -2.0), (0.0, 0.0), "f"),
    # Absolute values, roots and arcs by their other names.
    row("np.fabs(x)", a(-2.0, 0.0, 3.0), a(-1.0, 0.0, 1.0), a(0.0, 0.0, 0.0)),
    row("math.fabs(x)", 0.0, 0.0, 0.0, "f"),
    row("math.copysign(x, 1.0)", 0.0, 0.0, 0.0, "f"),
    row("np.copysign(x, y)", (0.0, -1.0), (0.0, 0.0), (0.0, 0.0)),
    row("np.cbrt(x)", a(0.0, 8.0, -8.0), a(0.0, 1 / 12, 1 / 12), a(0.0, -1 / 144, 1 / 144)),
    row("math.cbrt(x)", 0.0, 0.0, 0.0, "f"),
    row("pow(x, 0.5)", 0.0, 0.0, 0.0),
    row("math.pow(x, y)", (0.0, 0.5), (0.0, 0.0), (0.0, 0.0), "f"),
    row("np.power(x, y)", (0.0, 0.5), (0.0, 0.0), (0.0, 0.0)),
    row("np.arcsin(x)", a(-1.0, 0.0, 1.0), a(0.0, 1.0, 0.0), a(0.0, 0.0, 0.0)),
    row("np.arccos(x)", a(-1.0, 0.0, 1.0), a(0.0, -1.0, 0.0), a(0.0, 0.0, 0.0)),
    row("math.asin(x)", 1.0, 0.0, 0.0, "f"),
    row("math.acos(x)", -1.0, 0.0, 0.0, "f"),
    row("math.acosh(x)", 1.0, 0.0, 0.0, "f"),
    row("np.hypot(x, y)", (0.0, 0.0), (0.0, 0.0), (0.0, 0.0)),
    row("math.hypot(x, y)", (0.0, 0.0), (0.0, 0.0), (0.0, 0.0), "f"),
    row("np.arctan2(x, y)", (0.0, 0.0), (0.0, 0.0), (0.0, 0.0)),
    row("np.arctan2(x, y)", (0.0, -1.0), (-1.0, 0.0), (-1.0, -1.0)),
    row("math.atan2(x, y)", (0.0, 0.0), (0.0, 0.0), (0.0, 0.0), "f"),
    # Ties by other names.
    row("np.fmax(x, y)", (2.0, 2.0), (1.0, 0.0), (0.0, 0.0)),
    row("np.fmin(x, y)", (2.0, 2.0), (1.0, 0.0), (0.0, 0.0)),
    row("np.fmax(x, y)", (NAN, 2.0), (0.0, 1.0)),
    row("np.fmin(x, y)", (2.0, NAN), (1.0, 0.0)),
    row("np.amax(x)", a(2.0, 5.0, 5.0), a(0.0, 1.0, 0.0)),
    row("np.amin(x)", a(1.0, 1.0, 3.0), a(1.0, 0.0, 0.0)),
    row("x[np.argmax(x)]", a(2.0, 5.0, 5.0), a(0.0, 1.0, 0.0)),
    row("x[np.argmin(x)]", a(1.0, 1.0, 3.0), a(1.0, 0.0, 0.0)),
    row("x[np.nanargmax(x)]", a(2.0, NAN, 5.0, 5.0), a(0.0, 0.0, 1.0, 0.0)),
    row("x[np.nanargmin(x)]", a(2.0, NAN, 2.0, 5.0), a(1.0, 0.0, 0.0, 0.0)),
    row("x * np.searchsorted(np.array([0.0, 1.0]), x)", 1.0, 1.0, 0.0),
    row("x * np.digitize(x, np.array([0.0, 1.0]))", 1.0, 2.0, 0.0),
    row("x[np.argsort(x)] * y", (a(1.0, 1.0), a(2.0, 3.0)), (a(2.0, 3.0), a(1.0, 1.0))),
    row("np.partition(x, 1)[0]", a(1.0, 1.0), a(1.0, 0.0)),
    row("np.quantile(x, 0.5)", a(1.0, 1.0, 1.0), a(0.0, 1.0, 0.0)),
    row("np.percentile(x, 25.0)", a(1.0, 1.0, 1.0), a(0.5, 0.5, 0.0)),
    # The deviation of a constant that doubles do not hold: its value is rounding, not 0.
    row("np.std(x)", np.full(3, 0.1), np.zeros(3), np.zeros(3)),
    row("x.std(axis=1)", np.full((2, 7), 0.7), np.zeros((2, 7)), np.zeros((2, 7))),
    # Of a matrix of which one triangle is read only that one has a slope.
    row("np.sum(np.linalg.cholesky(x))", np.eye(2), [[0.5, 0.0], [1.0, 0.5]]),
    row("np.linalg.norm(x, 2)", np.zeros((2, 3)), np.zeros((2, 3))),
    row("np.linalg.norm(x, 'nuc')", np.zeros((2, 2)), np.zeros((2, 2))),
    # Symmetric functions of equal eigenvalues.
    row("np.sum(np.linalg.eigvalsh(x) ** 2)", np.eye(2), 2.0 * np.eye(2)),
    # At infinity the limit, where there is one.
    row("np.logaddexp(x, y)", (INF, 1.0), (1.0, 0.0), (0.0, 0.0)),
    row("np.logaddexp(x, y)", (-INF, 1.0), (0.0, 1.0), (0.0, 0.0)),
    row("np.logaddexp2(x, y)", (1.0, INF), (0.0, 1.0), (0.0, 0.0)),
    row("np.logaddexp(x, y)", (1e200, 1e200), (0.5, 0.5), (0.0, 0.0)),
    row("np.hypot(x, y)", (-INF, 1.0), (-1.0, 0.0), (0.0, 0.0)),
    row("np.arctan2(x, y)", (INF, 1.0), (0.0, 0.0)),
    row("np.arctan2(x, y)", (INF, INF), (0.0, 0.0)),
    *(
        row(f"{f}(x)", x, 0.0, 0.0, "fa" if f.startswith("np.") else "f")
        for f in ("np.arctan", "np.arcsinh", "np.cbrt", "math.atan", "math.asinh", "math.cbrt")
        for x in (INF, -INF)
    ),
    *(row(f"math.{f}(x)", x, 0.0, 0.0, "f") for f in ("erf", "erfc") for x in (INF, -INF)),
    row("np.arccosh(x)", INF, 0.0, 0.0),
    row("math.acosh(x)", INF, 0.0, 0.0, "f"),
    row("math.gamma(x)", INF, INF, None, "f"),
    row("np.i0(x)", a(1e300, -1e300), a(INF, -INF)),
    row("np.arctan(x)", a(1e100, -1e308), a(1e-200, 0.0), a(-2e-300, 0.0)),
    row("np.arcsinh(x)", a(1e200, -1e100), a(1e-200, 1e-100), a(0.0, 1e-200)),
    row("np.arccosh(x)", a(1e200, 1e100), a(1e-200, 1e-100), a(0.0, -1e-200)),
    row("np.cbrt(x)", -1e300, 1e-200 / 3.0, 0.0),
    row("np.linalg.norm(x)", a(1.0, INF, -2.0), a(0.0, 1.0, 0.0), a(0.0, 0.0, 0.0)),
    row(
        "np.linalg.norm(x, axis=0)",
        np.array([[1.0, 3.0], [-INF, 4.0]]),
        [[0.0, 0.6], [-1.0, 0.8]],
    ),
    row("np.linalg.norm(x)", a(1.0, INF, NAN), a(NAN, NAN, NAN)),
    row("np.linalg.norm(x, 3)", a(1.0, -INF, 2.0), a(0.0, -1.0, 0.0), a(0.0, 0.0, 0.0)),
    row("np.linalg.norm(x, -1)", a(INF, 2.0, 2.0), a(0.0, 0.25, 0.25)),
    # Of infinite operands that tie each has the same share, as the quarter turn of arctan2 says.
    row("np.logaddexp(x, y)", (INF, INF), (0.5, 0.5), (0.0, 0.0)),
    row("np.logaddexp(x, y)", (-INF, -INF), (0.5, 0.5), (0.0, 0.0)),
    row("np.logaddexp2(x, y)", (INF, INF), (0.5, 0.5), (0.0, 0.0)),
    row("np.logaddexp(x, y)", (NAN, INF), (NAN, NAN)),
    row("np.hypot(x, y)", (INF, -INF), (HALF, -HALF), (0.0, 0.0)),
    row("math.hypot(x, y)", (INF, INF), (HALF, HALF), None, "f"),
    row("np.linalg.norm(x)", a(INF, 1.0, -INF), a(HALF, 0.0, -HALF)),
    row("np.linalg.norm(x, 2.5)", a(INF, 1.0, -INF), a(0.5**0.6, 0.0, -(0.5**0.6))),
    # A norm of negative order is 0 where an entry is: a kink, as of the smallest size.
    row("np.linalg.norm(x, -1)", a(0.0, 1.0, 2.0), a(0.0, 0.0, 0.0), a(0.0, 0.0, 0.0)),
    row("np.linalg.norm(x, -2.5)", a(0.0, 0.0, 2.0), a(0.0, 0.0, 0.0), a(0.0, 0.0, 0.0)),
    row("np.linalg.norm(x, -np.inf)", a(0.0, 1.0, 2.0), a(0.0, 0.0, 0.0), a(0.0, 0.0, 0.0)),
    row("np.arctan2(x, y)", (1.0, -INF), (0.0, 0.0)),
    row("np.arctan(x)", -INF, 0.0, None),
    row("np.arcsinh(x)", INF, 0.0, None),
    row("np.cbrt(x)", -INF, 0.0, None),
    row("1.0 / x", INF, 0.0, 0.0),
    # The ends of an area function, and powers of 0 that are infinite: slopes are infinite too.
    row("np.arctanh(x)", a(-1.0, 0.5, 1.0), a(INF, 4 / 3, INF)),
    row("np.arctanh(x)", 1.0, INF),
    row("np.arctanh(x)", a(1 - 2.0**-53, 1e-200), a(2.0**52, 1.0), a(2.0**105, 2e-200)),
    row("0.0 ** x", a(-1.0, 0.0, 2.0), a(-INF, 0.0, 0.0), a(INF, 0.0, 0.0)),
    row("np.power(0.0, x)", -1.0, -INF, INF),
    row("n ** x", (a(-1.0, 2.0, 0.0), a(0.0, 0.0, 0.0)), a(-INF, 0.0, 0.0), a(INF, 0.0, 0.0)),
    # Far out, where 1 is lost in a sum, or a quarter of a turn.
    row("1e20 * np.expm1(x)", -40.0, 1e20 * math.exp(-40.0), 1e20 * math.exp(-40.0)),
    row("1e200 * np.sinc(x)", 1e200, math.cos(math.pi * 1e200)),
    row("1e200 * np.sinc(x)", -1e200, -math.cos(math.pi * 1e200)),
]
if importlib.util.find_spec("scipy") is not None:
    TABLE += [
        row("special.cbrt(x)", 0.0, 0.0, 0.0),
        row("special.entr(x)", 0.0, 0.0, 0.0),
        row("special.rel_entr(x, y)", (0.0, 2.0), (0.0, 0.0), (-0.5, -0.5)),
        row("special.kl_div(x, y)", (0.0, 2.0), (0.0, 1.0), (-0.5, -0.5)),
        row("special.xlogy(x, y)", (0.0, 0.0), (0.0, 0.0), (0.0, 0.0)),
        row("special.xlog1py(x, y)", (0.0, -1.0), (0.0, 0.0), (0.0, 0.0)),
        row("special.xlogy(2.0, x)", a(0.0, 1.0, INF), a(INF, 2.0, 0.0)),
        row("special.xlogy(x, 0.0)", a(0.0, 1.0, -1.0), a(0.0, -INF, -INF)),
        row("special.xlogy(x, -1.0)", a(0.0, 1.0), a(NAN, NAN)),
        row("special.xlog1py(2.0, x)", a(-1.0, 0.0), a(INF, 2.0)),
        row("special.rel_entr(0.5, x)", a(0.0, 0.5), a(-INF, -1.0)),
        row("special.rel_entr(x, 0.0)", a(0.0, 0.5), a(0.0, INF)),
        row("special.kl_div(0.5, x)", a(0.0, 0.5), a(-INF, 0.0)),
        row("special.kl_div(0.0, x)", a(0.0, 0.5), a(1.0, 1.0), a(0.0, 0.0)),
        row("special.sindg(x)", a(90.0, 180.0, 1e6), a(0.0, -math.pi / 180, _SINE_FAR)),
        row("special.cosdg(x)", a(180.0, 90.0), a(0.0, -math.pi / 180)),
        row("special.i0e(x)", 0.0, 0.0),
        row("special.spence(x)", 0.0, 0.0),
        row("special.boxcox(x, 0.5)", 0.0, 0.0),
        row("special.boxcox(x, 1.0)", 0.0, 1.0),
        row("special.expn(2, x)", 0.0, 0.0),
        row("special.hyp2f1(1.0, 1.0, 2.5, x)", 1.0, 0.0),
        # Polynomials, of which the formula has the next function where that is infinite.
        row("special.hyp2f1(-2.0, 1.5, -3.0, x)", 1.0, 2.25, 1.25),
        row("special.hyp2f1(0.0, 1.5, 2.5, x)", a(1.0, 3.0), a(0.0, 0.0), a(0.0, 0.0)),
        row("special.hyp2f1(1.5, -1.0, 2.5, x)", a(1.0, 3.0), a(-0.6, -0.6), a(0.0, 0.0)),
        row("special.hyp1f1(0.0, 1.5, x)", 1e5, 0.0, 0.0),
        row("special.hyp1f1(-1.0, -2.0, x)", a(0.0, 1e5), a(0.5, 0.5), a(0.0, 0.0)),
        row("special.hyp1f1(-2.0, -2.0, x)", a(0.0, 3.0), a(1.0, 4.0), a(1.0, 1.0)),
        row("special.hyp1f1(-1.0, 0.0, x)", a(0.5), a(NAN)),
        row("special.hyp0f1(0.0, x)", a(0.5), a(NAN), a(NAN)),
        row("special.hyp2f1(1.0, 1.0, 2.0, x)", 1.0, INF),
        row(
            "special.hyp1f1(n, np.array([-2.0, 2.0, -3.0]), x)",
            (a(0.5, 0.5, 0.5), a(-1.0, -1.0, 0.0)),
            a(0.5, -0.5, 0.0),
            a(0.0, 0.0, 0.0),
        ),
        row("special.huber(1.5, x)", a(-INF, 0.0, INF), a(-1.5, 0.0, 1.5), a(0.0, 1.0, 0.0)),
        # One-sided at the ends; 0 where the slope is infinite.
        row("special.gammainc(1, x)", 0.0, 1.0, -1.0),
        row("special.gammaincc(2, x)", 0.0, 0.0, -1.0),
        row("special.gammainc(0.5, x)", 0.0, 0.0),
        row("special.gammainc(2.5, x)", INF, 0.0, 0.0),
        row("special.betainc(1, 3, x)", 0.0, 3.0, -6.0),
        row("special.betainc(3, 2, x)", 1.0, 0.0, -12.0),
        row("special.betainc(0.5, 1000, x)", a(0.0, 1.0), a(0.0, 0.0)),
        # Far out, where the closed slope is a difference that cancels.
        row("1e16 * special.erfcx(x)", 1e8, -1.0 / math.sqrt(math.pi), 2e-8 / math.sqrt(math.pi)),
        row("1e16 * special.dawsn(x)", -1e8, -0.5, -1e-8),
        row("special.erfcx(x)", INF, 0.0, 0.0),
        row("1e12 * special.i0e(x)", 1e8, -0.19947114094873313),
        row("1e300 * special.i1e(x)", 1e200, -0.19947114020071635),
        row("1e300 * special.k1e(x)", 1e200, -0.6266570686577501),
        # The largest take all, and alike, as those of logaddexp.
        row("special.logsumexp(x)", a(1.0, INF, 2.0), a(0.0, 1.0, 0.0), a(0.0, 0.0, 0.0)),
        row("special.logsumexp(x)", a(-INF, -INF), a(0.5, 0.5), a(0.0, 0.0)),
        row("special.logsumexp(x)", a(-INF, 1.0), a(0.0, 1.0), a(0.0, 0.0)),
        row("special.dawsn(x)", -INF, 0.0, 0.0),
        row("special.spence(x)", 1.0, -1.0, 0.5),
        row("special.ellipk(x)", 0.0, math.pi / 8, 9 * math.pi / 64),
        row("special.ellipe(x)", 0.0, -math.pi / 8, -3 * math.pi / 64),
        row("special.expit(x)", a(-INF, INF, 800.0, -800.0), a(0.0, 0.0, 0.0, 0.0)),
        *(row(f"special.{f}(x)", a(-INF, INF), a(0, 0), a(0, 0)) for f in ("erf", "erfc", "ndtr")),
        *(row(f"special.{f}(x)", a(-INF, INF), a(0, 0), a(0, 0)) for f in ("cbrt",)),
        row("special.log_ndtr(x)", a(-INF, -1e200, INF), a(INF, 1e200, 0.0)),
        row("special.log_ndtr(x)", a(-1e200, INF), a(1e200, 0.0), a(-1.0, 0.0)),
        row("special.stdtr(3.0, x)", a(-INF, 1e200, INF), a(0.0, 0.0, 0.0), a(0.0, 0.0, 0.0)),
        row("special.expi(x)", a(-INF, 0.5, INF), a(0.0, _AT_HALF, INF)),
        row("special.expi(x)", a(-INF, 0.5), a(0.0, _AT_HALF), a(0.0, -_AT_HALF)),
        row("special.exp1(x)", INF, 0.0, 0.0),
        *(row(f"special.{f}(x)", a(1e100, INF), a(INF, INF)) for f in ("gamma", "factorial")),
        row("special.rgamma(x)", a(0.0, -1.0, -2.0, INF), a(1.0, -1.0, 2.0, 0.0)),
        row("special.rgamma(x)", 0.0, 1.0, 2.0 * np.euler_gamma),
        row("special.betaln(np.inf, x)", 2.0, -INF),
        row("1e9 * special.betaln(x, 2.0)", 1e9, -1.999999999, 2e-9),
        row("1e20 * special.betaln(x, 1e-20)", 2.0, 1.0 - math.pi**2 / 6.0),
        row("special.beta(x, 2.0)", 0.0, -INF),
        row("special.poch(x, 2.0)", INF, INF),
        row("special.poch(x, 0.5)", INF, 0.0, 0.0),
        row("special.binom(x, 2.0)", INF, INF),
        row("special.factorial(x)", a(-2.0, -0.5), a(0.0, 0.0), a(0.0, 0.0)),
        row("special.inv_boxcox(x, 0.5)", INF, INF),
        row("special.inv_boxcox(x, 2.0)", -0.5, 0.0, 0.0),
        row("special.eval_jacobi(1, 0.5, 1.5, x)", a(-2.0, INF), a(2.0, 2.0), a(0.0, 0.0)),
        # Roots at 0 have the coded slope 0, at each order; poles are infinite.
        *(
            row(f"special.{f}({v}, x)", 0.0, 0.0, 0.0)
            for f in ("jv", "iv", "ive")
            for v in (0.5, 1.5)
        ),
        row("special.jv(-0.5, x)", 0.0, -INF),
        *(
            row(f"special.{f}x)", 0.0, INF)
            for f in ("y0(", "y1(", "yn(2, ", "yv(0, ", "yv(0.5, ", "yv(-2.5, ", "expi(")
        ),
        row("special.expi(x)", -0.0, -INF),
        *(row(f"special.{f}x)", 0.0, -INF) for f in ("k0e(", "k1e(", "kve(0.5, ", "kve(2, ")),
        row("special.expn(0, x)", a(1.0, INF), a(-2.0 / math.e, 0.0), a(5.0 / math.e, 0.0)),
        row("special.expn(1, x)", a(1.0, INF), a(-1.0 / math.e, 0.0), a(2.0 / math.e, 0.0)),
        row("special.betaln(x, 2.0)", INF, 0.0, 0.0),
        row("special.beta(x, 2.0)", INF, 0.0, 0.0),
        row("special.beta(x, -0.5)", 0.5, -2.0 * math.pi),
        row("special.logit(x)", a(0.0, 0.5), a(INF, 4.0)),
        row("special.pseudo_huber(1.5, x)", a(-INF, 1e200, INF), a(-1.5, 1.5, 1.5), a(0, 0, 0)),
        row("special.pseudo_huber(x, -2.0)", a(0.0, 1e-200), a(2.0, 2.0), a(-2.0, -2.0)),
        row("1e25 * special.ellipk(x)", -1e10, 5.949609912611339e10, 8.674414868502037),
        row("special.ellipk(x)", -INF, 0.0, 0.0),
        row("1e16 * special.ellipe(x)", -1e10, -4.999999996900195e10, -2.4999999954752927),
        row("special.ellipe(x)", -INF, 0.0, 0.0),
        # Beyond the ends of a row, the digits of one more step far out, and both poles below 0.
        row("special.binom(x, 3.0)", 1e8, 4999999900000000.0, 99999999.0),
        row("special.poch(x, 2.0)", a(-1e20, 1e8), a(-2e20, 200000001.0), a(2.0, 2.0)),
        row("special.poch(x, -1.0)", a(-INF, -1e20), a(0.0, -1e-40), a(0.0, -2e-60)),
        row("special.poch(2.0, x)", a(-2.0, -3.0), a(-INF, INF)),
        row("special.poch(x, -3.0)", a(1.0, 2.0, 3.0), a(-INF, INF, -INF)),
        row("special.beta(x, 2.0)", a(-2.0, -5.0), a(0.75, 0.0225), a(1.75, 0.01525)),
        row("special.beta(x, 2.5)", a(-2.0, -1.0, 0.0), a(-INF, INF, -INF)),
        *(row(f"special.iv({v}, x)", 0.0, s) for v, s in ((-0.5, -INF), (-1.5, INF), (-2.5, -INF))),
        # Polynomials, of which formulas with gamma functions have poles.
        row(
            "special.poch(x, 2.0)", a(-2.0, -1.0, 0.0, 4.0), a(-3.0, -1.0, 1.0, 9.0), a(2, 2, 2, 2)
        ),
        row("special.poch(x, 3.0)", a(-4.0, -2.0, 0.0), a(26.0, 2.0, 2.0), a(-18.0, -6.0, 6.0)),
        row("special.binom(x, 3.0)", a(0.0, 1.0, 4.0), a(1 / 3, -1 / 6, 13 / 3), a(-1.0, 0.0, 3.0)),
        row("special.binom(5.0, x)", a(-1.0, 6.0, 7.0), a(1 / 6, -1 / 6, 1 / 42)),
        row("special.log_ndtr(x)", a(-1e8, 40.0), a(1e8, 0.0)),
        row("special.log_ndtr(x)", a(-1e4, 40.0), a(10000.000099999998, 0.0)),
        row("1e20 * special.expit(x)", 40.0, 1e20 * math.exp(-40.0), -1e20 * math.exp(-40.0)),
        row("1e20 * special.log_expit(x)", 40.0, 1e20 * math.exp(-40.0)),
        row("special.erf(x)", a(-INF, 0.0, INF), a(0.0, 2 / math.sqrt(math.pi), 0.0)),
    ]
INFINITE = [
    ("np.arctanh(x)", 1.0, INF),
    ("np.arctanh(x)", -1.0, -INF),
    ("math.gamma(x)", INF, INF),
    ("np.i0(x)", -1e300, INF),
    ("special.gamma(x)", INF, INF),
    ("special.factorial(x)", 1e100, INF),
    ("special.expi(x)", INF, INF),
    ("special.expi(x)", 1e20, INF),
    ("special.log_ndtr(x)", -INF, -1.0),
    ("special.logit(x)", 0.0, -INF),
    ("special.poch(x, 2.0)", INF, 2.0),
    ("special.binom(x, 2.0)", INF, 1.0),
    ("special.inv_boxcox(x, 0.5)", INF, 0.5),
    ("special.beta(x, 2.0)", 0.0, INF),
    ("special.jv(-0.5, x)", 0.0, INF),
    *(
        (f"special.{f}x)", 0.0, -INF)
        for f in ("y0(", "y1(", "yn(2, ", "yv(0, ", "yv(0.5, ", "yv(-2.5, ", "expi(")
    ),
    ("special.expi(x)", -0.0, -INF),
    *((f"special.{f}x)", 0.0, INF) for f in ("k0e(", "k1e(", "kve(0.5, ", "kve(2, ")),
]
"""Functions, points where the slope is infinite, and the second derivative there."""
ELSEWHERE = {
    "np.linalg.pinv": "tests/test_decompositions.py: what has not full rank is refused",
}
"""Operations whose special points are refusals, and the tests of these."""
