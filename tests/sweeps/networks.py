"""The networks of Lee, Park and Aiken (2023) as plain Python, and what is true of them.

Parameters run through M = {-2, .., 2}; `relu0` and `relu1` are the spellings whose slope at 0 is 0
and 1 (see tests/check/theory.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from tests.check.theory import relu0, relu1, relu_half, relu_where0, relu_where1

M = (-2, -1, 0, 1, 2)


@dataclass(frozen=True)
class Row:
    """A network and the numbers of its sweep.

    Attributes:
        f: the network.
        over: its parameters; the number of entries of those that are vectors.
        total, ndf, inc: points, those without derivative, those with a wrong one.
        bound, theorem: on (ndf + inc) / total.
        mismatch: points where the criterion of touched adjoints disagrees with the truth.
        clarke: points where AD is outside of the Clarke subdifferential.
    """

    f: Callable[..., Any]
    over: dict[str, int | None]
    total: int
    ndf: int
    inc: int
    bound: Fraction | None
    theorem: str | None
    mismatch: int | None = 0
    clarke: int = 0

    @property
    def spaces(self) -> dict[str, Any]:
        return {n: M if k is None else (M, (k,)) for n, k in self.over.items()}


ROWS: list[Row] = []


def row(over: str, total: int, ndf: int, inc: int, *rest: Any) -> Callable[..., Any]:
    names = {n.split(":")[0]: int(n.split(":")[1]) if ":" in n else None for n in over.split()}

    def add(f: Callable[..., Any]) -> Callable[..., Any]:
        ROWS.append(Row(f, names, total, ndf, inc, *rest))
        return f

    return add


F = Fraction


@row("w1 b1 w2 b2", 625, 147, 0, F(2, 5), "B2")
def two_layers_0(w1: Any, b1: Any, w2: Any, b2: Any) -> Any:
    return relu0(w2 * relu0(w1 * 1 + b1) + b2)


@row("w1 b1 w2 b2", 625, 147, 0, F(2, 5), "B2")
def two_layers_1(w1: Any, b1: Any, w2: Any, b2: Any) -> Any:
    return relu1(w2 * relu1(w1 * 1 + b1) + b2)


@row("w1 b1 w2 b2", 625, 147, 0, F(2, 5), "B2")
def two_layers_half(w1: Any, b1: Any, w2: Any, b2: Any) -> Any:
    return relu_half(w2 * relu_half(w1 * 1 + b1) + b2)


@row("w1 b1 w2 b2", 625, 147, 0, F(2, 5), "B2")
def two_layers_where(w1: Any, b1: Any, w2: Any, b2: Any) -> Any:
    return relu_where1(w2 * relu_where0(w1 * 1 + b1) + b2)


def relu_if(x: Any) -> Any:
    if x > 0:
        return x
    return 0.0


@row("w1 b1 w2 b2", 625, 147, 0, F(2, 5), "B2")
def two_layers_if(w1: Any, b1: Any, w2: Any, b2: Any) -> Any:
    return relu_if(w2 * relu_if(w1 * 1 + b1) + b2)


@row("w1 b1 w2 b2", 625, 147, 0, F(2, 5), "B2")
def two_layers_builtin(w1: Any, b1: Any, w2: Any, b2: Any) -> Any:
    return max(0.0, w2 * max(w1 * 1 + b1, 0.0) + b2)


@row("w b1 b2", 125, 45, 0, F(2, 5), "B2")
def difference(w: Any, b1: Any, b2: Any) -> Any:
    return relu0(w + b1) - relu0(-w + b2)


@row("w b:3", 625, 305, 0, F(3, 5), "B2")
def three_neurons(w: Any, b: Any) -> Any:
    return np.sum(relu0(w + b))


@row("w b:3", 625, 305, 0, F(3, 5), "B2")
def three_neurons_loop(w: Any, b: Any) -> Any:
    total = 0.0
    for j in range(3):
        total = total + relu1(w + b[j])
    return total


@row("w", 5, 0, 1, F(2, 5), "N1", 1, 1)
def identity_0(w: Any) -> Any:
    return relu0(w) - relu0(-w)


@row("w", 5, 0, 1, F(2, 5), "N1", 1, 1)
def identity_1(w: Any) -> Any:
    return relu1(w) - relu1(-w)


@row("w", 5, 0, 0, F(2, 5), "N1", 1, 0)
def identity_half(w: Any) -> Any:
    return relu_half(w) - relu_half(-w)


@row("w1 w2", 25, 4, 0, F(1, 5), "N1")
def product(w1: Any, w2: Any) -> Any:
    return w2 * relu0(w1)


@row("w1 w2", 25, 4, 0, F(2, 5), "N1", 13)
def two_layers_without(w1: Any, w2: Any) -> Any:
    return relu0(w2 * relu0(w1))


@row("w1 w2", 25, 4, 2, F(3, 5), "N1", 13, 2)
def identity_of_product(w1: Any, w2: Any) -> Any:
    h = w2 * relu0(w1)
    return relu0(h) - relu0(-h)


def hardsigmoid(x: Any) -> Any:
    """Slope 0 at both kinks."""
    return np.minimum(1.0, np.maximum(0.0, (x + 3) / 6))


def hardsigmoid_where(x: Any) -> Any:
    inner = (x > -3) & (x < 3)
    return np.where(inner, (x + 3) / 6, np.where(x >= 3, 1.0, 0.0))


# Over M, two examples +-3: both kinks are touched at w = 0, where the true slope is 1/6.
@row("w", 5, 0, 1, F(4, 5), "N1", 1, 1)
def hardsigmoids(w: Any) -> Any:
    return np.sum(hardsigmoid(np.array([3.0, -3.0]) + w))


@row("w", 5, 0, 1, F(4, 5), "N1", 1, 1)
def hardsigmoids_where(w: Any) -> Any:
    return np.sum(hardsigmoid_where(np.array([3.0, -3.0]) + w))
