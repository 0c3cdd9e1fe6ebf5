"""Rules of matmul and dot: each is linear in each factor.

y = X @ w            ->   bw = fp.matmul_right(by, X, w)
y = np.dot(a, b)     ->   ba = fp.dot_left(by, b, a)
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.kinds import Kind, Num, join_num
from fpad.transforms.rules.core import Drawn, array_kind, like_first, linear, numbers
from fpad.transforms.rules.trace import f, traced

MATMUL: tuple[tuple[Any, ...], ...] = (
    (Drawn(2, 3), Drawn(3, 4)),
    (Drawn(3), Drawn(3)),
    (Drawn(2, 3), Drawn(3)),
    (Drawn(3), Drawn(3, 4)),
    (Drawn(5, 2, 3), Drawn(3, 4)),
    (Drawn(5, 2, 3), Drawn(3)),
    (Drawn(3), Drawn(5, 3, 4)),
    (Drawn(5, 2, 3), Drawn(5, 3, 4)),
    (Drawn(2, 1, 2, 3), Drawn(5, 3, 4)),
    (Drawn(2, 3), Drawn(5, 3, 4)),
    (Drawn(0, 3), Drawn(3, 4)),
    (Drawn(2, 0), Drawn(0, 4)),
)
DOT: tuple[tuple[Any, ...], ...] = (
    (0.5, 1.5),
    (0.5, Drawn(2, 3)),
    (Drawn(2, 3), 0.5),
    (Drawn(), Drawn(3)),
    *MATMUL[:6],
    (Drawn(3), Drawn(5, 3, 4)),
    (Drawn(2, 3), Drawn(5, 3, 4)),
    (Drawn(2, 2, 3), Drawn(5, 3, 4)),
    (Drawn(0, 3), Drawn(3, 4)),
)


def _with_product(op: Callable[..., Any], a: Any, b: Any) -> Drawn:
    """Something of the shape of op(a, b)."""
    return Drawn(*np.shape(op(*(np.zeros(getattr(x, "shape", ())) for x in (a, b)))))


def _product_kind(rank_of: Callable[[int, int], int]) -> Callable[..., Kind]:
    """The kind of a matrix product, for what its rank is; that of two vectors is a number."""

    def kind(a: Any, b: Any) -> Kind:
        nums = numbers(a, b)
        num = join_num(nums[0].num, nums[-1].num)
        arrays = [k for k in (a, b) if isinstance(k, Num) and k.array]
        ranks = [k.rank for k in arrays if k.rank]  # one of rank 0 may be a number
        if len(ranks) < 2:
            return Num(True, num)
        if ranks in ([1, 1], [0, 0]):
            return Num(False, num)
        return Num(True, num, rank_of(*ranks))

    return kind


def _rank_of_matmul(a: int, b: int) -> int:
    """All axes but the last two are those of examples, a vector has none."""
    return max(a, b) - (1 in (a, b))


def _rank_of_dot(a: int, b: int) -> int:
    """One axis of each is summed over, all others stay; what has no axis only multiplies."""
    return a + b if 0 in (a, b) else a + b - 2


def _like_third(g: Any, other: Any, like: Any) -> Kind:
    """The cotangent of a factor is like the factor."""
    return Num(like.array, g.num, like.rank) if isinstance(like, Num) else array_kind(g)


def _product(
    ops: tuple[Callable[..., Any], ...],
    left: Callable[..., Any],
    right: Callable[..., Any],
    rank_of: Callable[[int, int], int],
    examples: tuple[tuple[Any, ...], ...],
) -> None:
    """A bilinear product and its two transposes, closed under differentiation."""
    first, second, product = traced(left), traced(right), traced(ops[0])
    for op in ops:
        linear(
            op,
            lambda by, y, a, b: first(by, b, a),
            lambda by, y, a, b: second(by, a, b),
            kind=_product_kind(rank_of),
            examples=examples,
        )
    shape_only = frozenset((2,))
    linear(
        left,
        lambda by, y, g, b, a: product(by, b),
        lambda by, y, g, b, a: second(g, by, b),
        kind=_like_third,
        shape_only=shape_only,
        examples=tuple((_with_product(ops[0], a, b), b, a) for a, b in examples),
    )
    linear(
        right,
        lambda by, y, g, a, b: product(a, by),
        lambda by, y, g, a, b: first(g, by, a),
        kind=_like_third,
        shape_only=shape_only,
        examples=tuple((_with_product(ops[0], a, b), a, b) for a, b in examples),
    )


_product((operator.matmul, np.matmul), fp.matmul_left, fp.matmul_right, _rank_of_matmul, MATMUL)
_product((np.dot,), fp.dot_left, fp.dot_right, _rank_of_dot, DOT)
linear(
    fp.imatmul,
    lambda by, y, a, b: f.matmul_left(by, b, a),
    lambda by, y, a, b: f.matmul_right(by, a, b),
    kind=like_first,
    examples=((Drawn(2, 3), Drawn(3, 3)),),
)
