"""The functions of the theory's tables, as plain Python, with what is true of them.

Lee, Yu, Rival, Yang (2020) for what AD returns; Khan and Barton (2013), Griewank (2013) and exact
one-sided limits for what is differentiable.  `relu` comes in the spellings whose slope at 0 is 0, 1
and 1/2.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import inf
from typing import Any

import numpy as np


def relu0(x: Any) -> Any:
    return np.maximum(0, x)


def relu1(x: Any) -> Any:
    return np.maximum(x, 0)


def relu_half(x: Any) -> Any:
    return (x + abs(x)) / 2


def relu_where0(x: Any) -> Any:
    return np.where(x > 0, x, 0.0)


def relu_where1(x: Any) -> Any:
    return np.where(x >= 0, x, 0.0)


@dataclass(frozen=True)
class Row:
    """A function of one variable at a point.

    Attributes:
        f: the function.
        at: the point.
        verdict: the verdict, by its first letters.
        ad: what generated code returns; None where it is not compared.
        numbers: the derivative, or the slopes from the left and from the right.
        cause: of the wrong piece.
    """

    f: Callable[..., Any]
    at: Any
    verdict: str
    ad: float | None
    numbers: Any = None
    cause: str = ""


ROWS: list[Row] = []


def row(
    verdict: str, ad: float | None, numbers: Any = None, cause: str = "", at: Any = 0.0
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def add(f: Callable[..., Any]) -> Callable[..., Any]:
        ROWS.append(Row(f, at, verdict, ad, numbers, cause))
        return f

    return add


# 1(c): what AD returns at 0, and whether that is the derivative.


@row("DIFF", 0.0, 1, "kink")
def t1_slope_0(x: Any) -> Any:
    return relu0(x) - relu0(-x)


@row("DIFF", 2.0, 1, "kink")
def t1_slope_1(x: Any) -> Any:
    return relu1(x) - relu1(-x)


@row("DIFF", 1.0, 1)
def t1_slope_half(x: Any) -> Any:
    return relu_half(x) - relu_half(-x)


@row("DIFF", 0.0, 1, "kink")
def t1_where_0(x: Any) -> Any:
    return relu_where0(x) - relu_where0(-x)


@row("DIFF", 2.0, 1, "kink")
def t1_where_1(x: Any) -> Any:
    return relu_where1(x) - relu_where1(-x)


@row("DIFF", 1.0, 0, "kink")
def t2_slope_0(x: Any) -> Any:
    return x - relu0(x) + relu0(-x)


@row("DIFF", -1.0, 0, "kink")
def t2_slope_1(x: Any) -> Any:
    return x - relu1(x) + relu1(-x)


@row("DIFF", 0.0, 0)
def t2_slope_half(x: Any) -> Any:
    return x - relu_half(x) + relu_half(-x)


@row("DIFF", 1.0, 1)
@row("DIFF", 1.0, 1, at=1.25)
def t3_max_of_itself(x: Any) -> Any:
    return np.maximum(x, x)


@row("DIFF", 1.0, 1)
def t3_computed_twice(x: Any) -> Any:
    return np.maximum(2 * x, x + x) / 2


@row("DIFF", 0.0, 0)
@row("DIFF", 0.0, 0, at=3.5)
def t4_root_of_zero(x: Any) -> Any:
    return np.sqrt(0 * x)


@row("DIFF", 0.0, 1, "kink")
@row("DIFF", 1.0, 1, at=0.5)
def t5_hole_filled(x: Any) -> Any:
    if x == 0:
        return 0
    else:
        return x


@row("DIFF", 0.0, 2, "kink", at=1.0)
@row("DIFF", 6.0, 6, at=3.0)
def t6_hole_filled(x: Any) -> Any:
    if x == 1:
        return 1
    else:
        return x * x


@row("DIFF", 0.0, 0)
@row("DIFF", 2.0, 2, at=2.0)
def t7_half_square(x: Any) -> Any:
    return relu0(x) ** 2 / 2


# 15(b), D0: zero adjoints prove nothing behind a kink that is not Lipschitz.


@row("NOT", 0.0, (-1, 1))
def product_of_roots(x: Any) -> Any:
    return np.sqrt(abs(x)) * np.sqrt(abs(x))


@row("DIFF", 0.0, 1, "kink")
def cube_of_cube_root(x: Any) -> Any:
    return np.cbrt(x) ** 3


@row("NOT", 0.0, (-1, 1))
def times_sign(x: Any) -> Any:
    return x * np.sign(x)


@row("NOT", 0.0, (-1, 0))
def times_floor(x: Any) -> Any:
    return x * np.floor(x)


# 15(b), D2.


@row("DIFF", 0.0, 1, "kink")
def quotient_with_hole(x: Any) -> Any:
    return 1 if x == 0 else (x**5 + x**6) / x**5


@row("DIFF", 0.0, 1, "kink")
def absolute_quotient(x: Any) -> Any:
    return 0 if x == 0 else abs(x**6) / x**5


@row("DISC", 0.0)
def step_of_power(x: Any) -> Any:
    return 1.0 if x**7 > 0 else 0.0 * x


@row("NOT", 0.0, (0, 1))
def rectified_quotient(x: Any) -> Any:
    return 0 if x == 0 else relu0(x**7) / x**6


@row("NOT", 0.0, (-1, 1))
def root_of_square(x: Any) -> Any:
    return np.sqrt(x * x)


@row("DIFF", 0.0, 0)
def root_of_fourth_power(x: Any) -> Any:
    return np.sqrt(x**4)


@row("NOT", 0.0, (-inf, inf))
def root_of_abs(x: Any) -> Any:
    return np.sqrt(abs(x))


@row("UNKNOWN", 0.0)
def endless_near_the_point(x: Any) -> Any:
    if x <= 0:
        return 0.0
    while x < 1:
        x *= 2
    return x


# 15(c), D2.


@row("NOT", 0.0, (-1, 1))
def absolute(x: Any) -> Any:
    return abs(x)


@row("DIFF", 0.0, 0)
def signed_square(x: Any) -> Any:
    return x * abs(x)


@row("DIFF", 0.0, 0)
def relu_squared(x: Any) -> Any:
    return relu0(x) ** 2


@row("DISC", 0.0)
def hole_elsewhere(x: Any) -> Any:
    if x == 0:
        return 1
    else:
        return x


@row("DIFF", 0.0, 1, "kink")
def positive_square(x: Any) -> Any:
    if x**2 > 0:
        return x
    else:
        return 0.0


@row("DIFF", 0.0, 0)
def two_parabolas(x: Any) -> Any:
    if x > 0:
        return x**2
    else:
        return -(x**2)


@row("NOT", 3.0, (0, 3), at=Fraction(1, 3))
@row("DIFF", 3.0, 0, "flip", at=1 / 3)
def kink_at_a_third(x: Any) -> Any:
    if x >= 1 / 3:
        return 3 * x - 1
    else:
        return 0.0


@row("DISC", 0.0)
def step(x: Any) -> Any:
    if x >= 0:
        return 1.0
    else:
        return 0.0 * x


@row("DIFF", 0.0, 0)
def cubed_abs(x: Any) -> Any:
    return abs(x) ** 3


@row("UNDEF", None)
def cancelled(x: Any) -> Any:
    return x**2 / x


@row("NOT", 1.0, (0, 1))
def decimals_exactly(x: Any) -> Any:
    return relu0(x + 1 / 10 + 2 / 10 - 3 / 10)


@row("DIFF", 1.0, 1)
def decimals_stored(x: Any) -> Any:
    return relu0(x + (0.1 + 0.2 - 0.3))


@row("NOT", 1.0, (0, 1), at=Fraction(1, 10))
@row("DIFF", 1.0, 1, at=0.1)
def decimals_as_inputs(x: Any) -> Any:
    return relu0(x + 2 / 10 - 3 / 10)


# More of the same kind, by hand.


@row("DIFF", 1.0, 1)
def sign_decides(x: Any) -> Any:
    return x if np.sign(x) == 0 else x * 1.0


@row("UNDEF", None)
def half_line(x: Any) -> Any:
    return np.sqrt(x)


@row("UNDEF", None)
def half_line_of_power(x: Any) -> Any:
    return x**1.5


@row("NOT", 0.0, (inf, inf))
def cube_root(x: Any) -> Any:
    return np.cbrt(x)


@row("DISC", 0.0)
def pole_with_value(x: Any) -> Any:
    return 0.0 if x == 0 else 1 / x


@row("NOT", 0.5, (0, Fraction(1, 2)))
def exponential_kink(x: Any) -> Any:
    return np.maximum(np.exp(x) - 1, 0) / 2


@row("DIFF", 1.0, 1)
def clipped_inside(x: Any) -> Any:
    return np.clip(x, -1.0, 1.0)


@row("NOT", 1.0, (1, 0), at=1.0)
def clipped_at_the_bound(x: Any) -> Any:
    return np.clip(x, -1.0, 1.0)


@row("NOT", 1.0, (1, -1), at=1.0)
def smallest_so_far(x: Any) -> Any:
    best = np.inf
    for k in range(3):
        best = min(best, x + k * (1 - x))
    return best


@row("DISC", 1.0, at=2.0)
def remainder(x: Any) -> Any:
    return x % 2.0


@row("DIFF", 0.0, 0)
def truncated(x: Any) -> Any:
    return float(int(x))


@row("DISC", 0.0, at=1.0)
def truncated_at_a_jump(x: Any) -> Any:
    return float(int(x))


@row("UNKNOWN", 0.0)
def pieces_pile_up(x: Any) -> Any:
    return 0.0 if x == 0 else x * x * np.floor(1 / x)


@row("UNKNOWN", None, at=0.5)
def unproved_zero(x: Any) -> Any:
    return np.maximum(math.gamma(x) ** 2 - 4 * math.atan(1.0), 0.0)


# 15(b), 15(c), D1: several variables.


@dataclass
class Several:
    """A function of an array at a point.

    Attributes:
        f, at: the function and the point.
        verdict: how it begins.
        gradient: of DIFF.
        inner: gradients of pieces that certainly meet there; None: not looked at.
        clarke: is what AD returns in the Clarke gradient; "any": not looked at.
    """

    f: Callable[..., Any]
    at: tuple[Any, ...]
    verdict: str
    gradient: tuple[Any, ...] | None = None
    inner: set[tuple[Any, ...]] | None = None
    clarke: Any = "any"


SEVERAL: list[Several] = []


def several(
    at: tuple[Any, ...],
    verdict: str,
    gradient: tuple[Any, ...] | None = None,
    inner: set[tuple[Any, ...]] | None = None,
    clarke: Any = "any",
) -> Callable[[Any], Any]:
    def add(f: Callable[..., Any]) -> Callable[..., Any]:
        SEVERAL.append(Several(f, at, verdict, gradient, inner, clarke))
        return f

    return add


@several((0.0, 0.0), "DIFF", (0, 0), {(0, 0), (0, 1), (0, -1)})
def parabola_under_a_roof(v: Any) -> Any:
    return relu1(v[0] ** 2 - np.where(v[1] >= 0, v[1], -v[1]))


@several((0.0, 0.0), "DIFF", (0, 0), {(0, 0), (0, 1), (0, -1)}, True)
def parabola_under_abs(v: Any) -> Any:
    return relu1(v[0] ** 2 - abs(v[1]))


@several((0.0, 0.0), "NOT", None, {(0, 0), (1, 1000), (1, -1000)}, True)
def narrow_cone(v: Any) -> Any:
    return relu0(v[0] - 1000 * abs(v[1]))


@several((0.0, 0.0), "DIFF", (0, 0), {(0, 0)}, True)
@several((1.0, 0.0), "NOT", None, {(0, 1), (0, -1)}, True)
@several((1.0, -2.0), "DIFF", (2, -1))
def product_with_abs(v: Any) -> Any:
    return v[0] * abs(v[1])


@several((0.0, 0.0), "DIFF", (0, 0), {(0, 0)})
@several((3.0, 1.0), "DIFF", (0, 0))
def vanishing_sum(v: Any) -> Any:
    x, y = v[0], v[1]
    return abs(x + y) + abs(x - y) - 2 * np.maximum(abs(x), abs(y))


@several((2.0, 2.0), "DIFF", (1, 1), {(1, 1)}, False)
@several((2.0, 1.0), "DIFF", (1, 1))
def sum_of_extremes(v: Any) -> Any:
    return np.maximum(v[0], v[1]) + np.minimum(v[0], v[1])


@several((0.0, 0.0), "NOT", None, None, None)
@several((3.0, 4.0), "DIFF", (Fraction(3, 5), Fraction(4, 5)))
def length(v: Any) -> Any:
    return np.hypot(v[0], v[1])


@several((0.0, 0.0), "DIFF", (0, 0))
def length_times_zero(v: Any) -> Any:
    return v[0] * np.hypot(v[0], v[1])


@several((0.0, 0.0), "NOT")
def norm(v: Any) -> Any:
    return np.linalg.norm(v)


@several((0.0, 0.0), "DIFF", (0, 0))
def root_times_zero(v: Any) -> Any:
    return v[0] * np.sqrt(v[0] ** 2 + v[1] ** 2)


@several((1.0, 1.0), "NOT", None, {(1, 0), (0, 1)})
@several((1.0, 2.0), "DIFF", (0, 1))
def largest(v: Any) -> Any:
    return np.max(v) + 0 * np.max(v[:1] * np.array([1.0, 2.0]))


@several((0.0, 0.0), "DISC")
def parabola_trap(v: Any) -> Any:
    return 1 if v[1] == v[0] * v[0] and v[0] != 0 else 0


@several((0.0, 0.0), "NOT", None, {(0, 0), (1, 0)})
@several((0.0, 2.0), "NOT")
def kinked_by_if(v: Any) -> Any:
    k = 1 if v[0] > 0 else 0
    return k * v[0]


@several((0.0, 0.0), "NOT", None, {(1, 1), (-1, 1)}, True)
def abs_and_line(v: Any) -> Any:
    return abs(v[0]) + v[1]


@several((0.0, 0.0), "UNDEF")
@several((1.0, -1.0), "UNDEF")
@several((2.0, 2.0), "DIFF", (Fraction(1, 4), Fraction(1, 4)))
def half_plane(v: Any) -> Any:
    return np.sqrt(v[0] + v[1])


@several((0.0, 0.0), "UNDEF")
def thin_gap(v: Any) -> Any:
    """Undefined between the axis and a parabola only: no straight line meets it."""
    if v[1] >= v[0] * v[0] or v[1] <= 0:
        return abs(v[0])
    return np.sqrt(-1 - v[0])


@several((0.0, 0.0), "NOT")
def cubic_quotient(v: Any) -> Any:
    return 0.0 * v[0] if v[0] == 0 and v[1] == 0 else v[0] ** 3 / (v[0] ** 2 + v[1] ** 2)


@several((0.0, 0.0), "DISC")
def quadratic_quotient(v: Any) -> Any:
    return 0.0 * v[0] if v[0] == 0 and v[1] == 0 else v[0] * v[1] / (v[0] ** 2 + v[1] ** 2)


@several((0.0, 0.0), "UNKNOWN")
def quartic_quotient(v: Any) -> Any:
    """Differentiable; that a quotient of small numbers is small is not proved."""
    r = v[0] ** 2 + v[1] ** 2
    return 0.0 * v[0] if r == 0 else v[0] ** 2 * v[1] ** 2 / r


@several((0.0, 0.0), "NOT")
def root_of_product(v: Any) -> Any:
    """Its abs is glued with gradient 0, but must not be taken for the product itself."""
    return np.sqrt(abs(v[0] * v[1]))


@several((0.0, 0.0), "NOT")
@several((1.0, 1.0), "DISC")
def times_floor_of_another(v: Any) -> Any:
    return np.floor(v[0]) * v[1]


@several((0.0, 1.0), "DIFF", (1, 1))
def hole_filled(v: Any) -> Any:
    return v[0] + v[1] if v[0] != 0 else v[1]


@several((0.0, 0.0), "NOT")
@several((0.0, 1.0), "DISC")
def hole_filled_askew(v: Any) -> Any:
    return v[0] + v[1] if v[0] != 0 else 2 * v[1]


@several((0.0, 0.0), "DIFF", (1, 1))
def quotient_with_line(v: Any) -> Any:
    return v[1] if v[0] == 0 else v[1] + (v[0] ** 5 + v[0] ** 6) / v[0] ** 5 - 1


@several((1.0, 1.0), "DIFF", (1, 1))
def sum_of_sorted(v: Any) -> Any:
    return np.sort(v)[0] + np.sort(v)[1]


@several((1.0, 1.0), "NOT")
def least_of_sorted(v: Any) -> Any:
    return np.sort(v)[0]


@several((0.0, 0.0), "DIFF", (0, 0))
@several((0.0, 1.0), "NOT")
def guard_of_a_product(v: Any) -> Any:
    return v[0] * v[1] if v[0] * v[1] > 0 else 0.0 * v[0]


@several((0.0, 0.0, 0.0), "NOT")
@several((0.0, 1.0, 0.0), "NOT", None, {(1, 1, 0), (0, 1, 0), (0, 1, 1), (1, 1, 1)})
@several((1.0, 1.0, 1.0), "DIFF", (1, 1, 1))
def three_rectified(v: Any) -> Any:
    return np.sum(np.maximum(v, 0))
