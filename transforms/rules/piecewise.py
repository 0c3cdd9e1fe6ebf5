"""Rules of operations that choose: maxima, selection, clipping.

    y = np.maximum(a, 0.0)   ->   ba = fp.gate(by, a >= 0.0, a < 0.0)
    y = np.where(c, a, b)    ->   ba = fp.where(c, by, 0.0);  bb = fp.where(c, 0.0, by)

The slope at a boundary is the one of the piece that the operation takes.
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
from fpad.transforms.kinds import Kind, Num, broadcast_rank, join_num
from fpad.transforms.rules.core import (
    Drawn,
    Entries,
    elementwise,
    elementwise_kind,
    general,
    numbers,
    same_kind,
)
from fpad.transforms.rules.trace import f, traced

# ---------------------------------------------------------------- extremes of two operands

elementwise(
    np.maximum,
    lambda g, y, a, b: f.gate(g, a >= b, a < b),
    lambda g, y, a, b: f.gate(g, a < b, a >= b),
    kind=same_kind,
    rounds=False,
    definition=lambda c, a, b: c.select(a >= b, a, b),
    piece=lambda a, b: a >= b,
    switch=lambda a, b: a - b,
    lipschitz=True,
    strata=((0.0, 0.0), (1.0, 1.0)),
)
elementwise(
    np.minimum,
    lambda g, y, a, b: f.gate(g, a <= b, a > b),
    lambda g, y, a, b: f.gate(g, a > b, a <= b),
    kind=same_kind,
    rounds=False,
    definition=lambda c, a, b: c.select(a <= b, a, b),
    piece=lambda a, b: a <= b,
    switch=lambda a, b: a - b,
    lipschitz=True,
    strata=((0.0, 0.0), (1.0, 1.0)),
)


def _ignoring_nan(op: Any, compare: Callable[[Any, Any], Any]) -> None:
    """fmax, fmin: the other operand where one is NaN."""

    def first(a: Any, b: Any) -> Any:
        return np.logical_or(compare(a, b), b != b)

    elementwise(
        op,
        lambda g, y, a, b: f.where(first(a, b), g, 0.0),
        lambda g, y, a, b: f.where(first(a, b), 0.0, g),
        kind=same_kind,
        rounds=False,
        definition=lambda c, a, b: c.select(compare(a, b), a, b),
        piece=first,
        switch=lambda a, b: a - b,
        lipschitz=True,
        strata=((0.0, 0.0), (1.0, 1.0)),
    )


_ignoring_nan(np.fmax, operator.ge)
_ignoring_nan(np.fmin, operator.le)


def _extreme(op: Any, beats: Callable[[Any, Any], Any]) -> None:
    """Builtin max and min, of operands, one display or a vector: a later one must beat the best."""
    run = traced(op)

    def is_vector(xs: tuple[Any, ...]) -> bool:
        return len(xs) == 1 and not isinstance(xs[0], tuple)

    def position(x: Any, y: Any) -> Any:
        """Where y comes from: the first entry that equals it, or the first one, if that is NaN."""
        return np.argmax(x == y)

    def operands(xs: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(xs[0]) if len(xs) == 1 else xs

    def contests(xs: tuple[Any, ...]) -> list[tuple[Any, Any]]:
        """Entry k: does operand k + 1 beat all before it, and the best of these."""
        out, best = [], xs[0]
        for k, x in enumerate(xs[1:], 2):
            won = beats(x, best)
            out.append((won, best))
            best = f.where(won, x, best) if k < len(xs) else best
        return out

    def wins(xs: tuple[Any, ...]) -> list[Any]:
        return [won for won, _ in contests(xs)]

    def slope(k: int, g: Any, xs: tuple[Any, ...]) -> Any:
        won = wins(xs)
        term = g if k == 0 else f.where(won[k - 1], g, 0.0)
        for later in won[k:]:
            term = f.where(later, 0.0, term)
        return term

    def pick(values: tuple[Any, ...], xs: tuple[Any, ...]) -> Any:
        return reduce(
            lambda best, w: f.where(w[0], w[1], best),
            zip(wins(xs), values[1:], strict=True),
            values[0],
        )

    def tangent(k: int, g: Any, y: Any, *xs: Any) -> Any:
        if is_vector(xs):
            return f.pick(g, position(xs[0], y))
        return pick(g, operands(xs)) if len(xs) == 1 else slope(k, g, xs)

    def adjoint(k: int, g: Any, y: Any, *xs: Any) -> Any:
        if is_vector(xs):
            return f.place(g, position(xs[0], y), xs[0])
        if len(xs) > 1:
            return slope(k, g, xs)
        entries = operands(xs)
        return Entries(lambda j: slope(j, g, entries))

    def label(*xs: Any) -> Any:
        if is_vector(xs):
            return position(xs[0], run(xs[0]))
        out: Any = 0
        for k, won in enumerate(wins(operands(xs)), 1):
            out = f.where(won, k, out)
        return out

    def switch(*xs: Any) -> Any:
        """The narrowest contest: the best so far less its challenger."""
        if is_vector(xs):
            return f.gap(xs[0] if beats(1, 0) else -xs[0])
        xs = operands(xs)
        return reduce(
            lambda least, d: f.where(abs(d) < abs(least), d, least),
            [best - x for (_, best), x in zip(contests(xs), xs[1:], strict=True)] or [math.inf],
        )

    def definition(c: Any, *xs: Any) -> Any:
        """One operand after the other: the best so far, or the next if it beats that."""
        return reduce(lambda best, x: c.select(beats(x, best), x, best), operands(xs))

    def kind(*kinds: Any) -> Kind:
        """An entry of a vector is a number."""
        found = same_kind(*kinds)
        vector = len(kinds) == 1 and isinstance(kinds[0], Num)
        return Num(False, found.num) if vector and isinstance(found, Num) else found

    general(
        op,
        [tangent],
        [adjoint],
        variadic=True,
        conventions=("of equal operands the first takes all",),
        kind=kind,
        rounds=False,
        definition=definition,
        piece=label,
        switch=switch,
        lipschitz=True,
        strata=((0.0, 0.0), (1.0, 1.0)),
        examples=(
            (0.5, 1.5),
            (1.5, 0.5, -1.0),
            (-1.0, 0.5, 1.5),
            ((0.5, 1.5, 1.0),),
            ((0.5,),),
            (Drawn(4),),
        ),
    )


_extreme(builtins.max, operator.gt)
_extreme(builtins.min, operator.lt)


# ---------------------------------------------------------------- selection


MASK = np.array([[True, False, True], [False, False, True]])


def where_kind(condition: Any, x: Any, y: Any) -> Kind:
    """fp.where keeps scalars scalars."""
    a, b = numbers(x)[0], numbers(y)[0]
    nums = numbers(condition, x, y)
    return Num(any(k.array for k in nums), join_num(a.num, b.num), broadcast_rank(nums))


def array_where_kind(condition: Any, x: Any, y: Any) -> Kind:
    """np.where always makes an array."""
    nums = numbers(condition, x, y)
    return Num(True, join_num(numbers(x)[0].num, numbers(y)[0].num), broadcast_rank(nums))


for _op, _kind in ((np.where, array_where_kind), (fp.where, where_kind)):
    elementwise(
        _op,
        None,
        lambda g, y, condition, a, b: f.where(condition, g, 0.0),
        lambda g, y, condition, a, b: f.where(condition, 0.0, g),
        joint=frozenset((1, 2)),
        conventions=("what is not selected has slope 0, also where its own is infinite or NaN",),
        kind=_kind,
        rounds=False,
        definition=lambda c, condition, a, b: c.select(condition, a, b),
        piece=lambda condition, a, b: condition,
        examples=((MASK, Drawn(2, 3), Drawn(3)), (MASK[0], Drawn(2, 1), 0.5), (True, 0.5, -0.5)),
    )


elementwise(
    fp.gate,
    lambda g, y, t, holds, fails: f.gate(g, holds, fails),
    kind=elementwise_kind,
    rounds=False,
    definition=lambda c, t, holds, fails: c.select(holds, t, 0),
    examples=(
        (Drawn(2, 3), MASK, ~MASK),
        (Drawn(3), MASK, ~MASK),
        (0.5, True, False),
        (0.5, False, True),
    ),
)


def _clip_low(g: Any, y: Any, a: Any, a_min: Any = None, a_max: Any = None) -> Any:
    """By the lower bound: it takes a's place, and the upper bound does not take its own."""
    if a_min is None:
        return f.zeros_like(g)
    takes = a < a_min
    if a_max is not None:
        takes = np.logical_and(takes, a_min <= a_max)
    return f.where(takes, g, 0.0)


def _clip_high(g: Any, y: Any, a: Any, a_min: Any = None, a_max: Any = None) -> Any:
    """By the upper bound: the larger of a and the lower bound is above it."""
    takes = a > a_max
    if a_min is not None:
        takes = np.logical_or(takes, a_min > a_max)
    return f.where(takes, g, 0.0)


def _clip_value(g: Any, y: Any, a: Any, a_min: Any = None, a_max: Any = None) -> Any:
    """By the value itself: it passes unless a bound takes its place."""
    if a_min is None and a_max is None:
        return g
    if a_min is None:
        return f.gate(g, a <= a_max, a > a_max)
    if a_max is None:
        return f.gate(g, a >= a_min, a < a_min)
    inside = np.logical_and(a >= a_min, a <= a_max)
    return f.gate(g, inside, np.logical_or(a < a_min, a > a_max))


def _clip_piece(a: Any, a_min: Any = None, a_max: Any = None) -> Any:
    """-1 where the lower bound, 1 where the upper bound takes a's place."""
    below = 0 if a_min is None else f.where(a < a_min, -1, 0)
    return below if a_max is None else f.where(_clip_high(True, None, a, a_min, a_max), 1, below)


def _clip_switch(a: Any, a_min: Any = None, a_max: Any = None) -> Any:
    """The distance to the nearer bound."""
    distances = [a - bound for bound in (a_min, a_max) if bound is not None]
    return reduce(lambda d, e: f.where(abs(d) <= abs(e), d, e), distances)


def _clip_definition(c: Any, a: Any, a_min: Any = None, a_max: Any = None) -> Any:
    t = a if a_min is None else c.select(a < a_min, a_min, a)
    return t if a_max is None else c.select(t > a_max, a_max, t)


elementwise(
    np.clip,
    _clip_value,
    _clip_low,
    _clip_high,
    conventions=("at a bound the value passes through: slope 1",),
    kind=same_kind,
    rounds=False,
    definition=_clip_definition,
    piece=_clip_piece,
    switch=_clip_switch,
    lipschitz=True,
    strata=((0.0, 0.0, 1.0), (1.0, 0.0, 1.0)),
    examples=(
        (Drawn(3, 4), -0.5, 0.75),
        (Drawn(3, 4), Drawn(4), Drawn(3, 1)),
        (Drawn(5), None, 0.5),
        (Drawn(5), -0.5, None),
        (0.25, -0.5, 0.75),
        (1.25, -0.5, 0.75),
    ),
)
