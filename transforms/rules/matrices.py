"""Rules of numpy.linalg.

y = np.linalg.inv(a)        ->   ba = -(y.T @ by @ y.T)
y = np.linalg.solve(a, b)   ->   bb = np.linalg.solve(a.T, by);  ba = -fp.solve_outer(bb, y)
y = np.linalg.det(a)        ->   ba = by * fp.cofactor(a)
"""

from __future__ import annotations

from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.kinds import Kind, Num
from fpad.transforms.rules.core import Drawn, constant, general, is_none, linear
from fpad.transforms.rules.definitions import matrices as defined
from fpad.transforms.rules.linear import first_array
from fpad.transforms.rules.reductions import _mean_kind, spread
from fpad.transforms.rules.trace import f, traced

det, inv, solve = traced(np.linalg.det), traced(np.linalg.inv), traced(np.linalg.solve)


def turned(a: Any) -> Any:
    """The transposes of a stack of matrices."""
    return np.swapaxes(a, -1, -2)


MATRIX = np.array([[2.0, -0.5, 0.25], [0.75, 1.5, -0.5], [0.5, 1.0, 1.75]])
DEFINITE = np.array([[2.0, 0.5, 0.25], [0.5, 1.5, -0.5], [0.25, -0.5, 1.75]])
STACK = np.stack([MATRIX, 2.0 * MATRIX.T])

# ---------------------------------------------------------------- norms


def _norm_slope(
    by: Any, y: Any, x: Any, ord: Any = None, axis: Any = None, keepdims: Any = False
) -> Any:
    return spread(by, x, axis, keepdims) * f.direction(x, y, axis, keepdims)


def _norm_tangent(
    dx: Any, y: Any, x: Any, ord: Any = None, axis: Any = None, keepdims: Any = False
) -> Any:
    return np.sum(dx * f.direction(x, y, axis, keepdims), axis, keepdims=keepdims)


def _norm_switch(x: Any, ord: Any = None, axis: Any = None, keepdims: Any = False) -> Any:
    return np.max(abs(x), axis, keepdims=keepdims)


def _norm_kind(x: Any, ord: Any = None, axis: Any = None, keepdims: Any = None) -> Kind:
    if not is_none(ord):
        raise TypeError("only the default norm is an operation")
    return _mean_kind(x, axis, keepdims=keepdims)


general(
    np.linalg.norm,
    [_norm_tangent],
    [_norm_slope],
    conventions=(
        "where the norm is 0: slope 0",
        "beside infinite entries: those of the others 0",
    ),
    kind=_norm_kind,
    piece=lambda x, ord=None, axis=None, keepdims=False: _norm_switch(x, ord, axis, keepdims) != 0,
    switch=_norm_switch,
    strata=((np.zeros(2),), (np.zeros((2, 2)),)),
    examples=(
        (Drawn(3),),
        (Drawn(2, 3),),
        (Drawn(2, 3), None, 1),
        (Drawn(2, 3), None, -1, True),
        (Drawn(2, 3, 4), None, (0, 2)),
        (Drawn(2, 3), None, None, True),
    ),
)


def _direction(c: Any, x: Any, y: Any, axis: Any = None, keepdims: Any = False) -> Any:
    lengths = np.broadcast_to(np.asarray(fp.spread(y, x, axis, keepdims), object), np.shape(x))
    safe = np.frompyfunc(lambda r: c.select(r == 0, 1, r), 1, 1)(lengths)
    return np.asarray(x, object) / safe


general(
    fp.direction,
    [
        lambda dx, u, x, y, axis=None, keepdims=False: f.div0(dx, f.spread(y, x, axis, keepdims)),
        lambda dy, u, x, y, axis=None, keepdims=False: (
            -u * f.spread(f.div0(dy, y), x, axis, keepdims)
        ),
    ],
    [
        lambda bu, u, x, y, axis=None, keepdims=False: f.div0(bu, f.spread(y, x, axis, keepdims)),
        lambda bu, u, x, y, axis=None, keepdims=False: (
            -f.div0(np.sum(bu * u, axis, keepdims=keepdims), y)
        ),
    ],
    kind=lambda x, y, axis=None, keepdims=None: Num(x.array, "float", x.rank),
    definition=_direction,
    facts={"computed": (1,)},  # the norm, of the first
    domain=(0.5, 2.0),
    examples=(
        (Drawn(3), 1.5),
        (Drawn(2, 3), Drawn(2), 1),
        (Drawn(2, 3), Drawn(2, 1), -1, True),
        (Drawn(2, 3, 4), Drawn(3), (0, 2)),
    ),
)


# ---------------------------------------------------------------- determinants and inverses


def _number_kind(a: Any, *_: Any) -> Kind:
    rank = a.rank if isinstance(a, Num) else None
    return Num(rank != 2, "float", rank - 2 if rank is not None and rank > 2 else None)


def _each(by: Any, a: Any) -> Any:
    """The cotangent of a number for each matrix, for all its entries."""
    return f.spread(by, a, (-2, -1))


general(
    np.linalg.det,
    [lambda dx, y, a: np.sum(dx * f.cofactor(a), (-2, -1))],
    [lambda by, y, a: _each(by, a) * f.cofactor(a)],
    definition=defined.det,
    conventions=("of singular matrices too: the true derivative, by cofactors",),
    kind=_number_kind,
    examples=((Drawn(3, 3),), (Drawn(2, 2, 2),), (Drawn(1, 1),), (np.ones((3, 3)),)),
)


def _signed(g: Any, a: Any) -> Any:
    """The cotangents of the entries of cofactors, times the slopes of these determinants."""
    small = f.minors(a)
    return f.spread(f.alternate(g), small, (-2, -1)) * f.cofactor(small)


general(
    fp.cofactor,
    [lambda dx, y, a: f.alternate(np.sum(f.minors(dx) * f.cofactor(f.minors(a)), (-2, -1)))],
    [lambda by, y, a: f.unminors(_signed(by, a), a)],
    definition=defined.cofactor,
    bound=(64.0, 128.0),
    kind=first_array,
    examples=((Drawn(3, 3),), (Drawn(2, 2, 2),), (np.ones((3, 3)),)),
)
linear(
    fp.minors,
    lambda by, y, a: f.unminors(by, a),
    kind=lambda a: Num(True, a.num, a.rank and a.rank + 2),
    rounds=False,
    examples=((Drawn(3, 3),), (Drawn(2, 2, 2),), (Drawn(1, 1),)),
)
linear(
    fp.unminors,
    lambda by, y, g, like: f.minors(by),
    kind=lambda g, like: Num(True, g.num, like.rank),
    shape_only=frozenset((1,)),
    examples=((Drawn(3, 3, 2, 2), Drawn(3, 3)), (Drawn(2, 2, 2, 1, 1), Drawn(2, 2, 2))),
)
linear(
    fp.alternate,
    lambda by, y, g: f.alternate(by),
    kind=first_array,
    rounds=False,
    examples=((Drawn(3, 3),),),
)
general(
    np.linalg.inv,
    [lambda dx, y, a: -(y @ dx @ y)],
    [lambda by, y, a: -(turned(y) @ by @ turned(y))],
    definition=defined.inv,
    kind=first_array,
    examples=((MATRIX,), (STACK,)),
)


def _solved_kind(a: Any, b: Any) -> Kind:
    rank = b.rank if isinstance(a, Num) and a.rank == 2 and isinstance(b, Num) else None
    return Num(True, "float", rank)


general(
    np.linalg.solve,
    [
        lambda dx, y, a, b: -solve(a, dx @ y),
        lambda dx, y, a, b: solve(a, dx),
    ],
    [
        lambda by, y, a, b: -f.solve_outer(solve(turned(a), by), y),
        lambda by, y, a, b: solve(turned(a), by),
    ],
    definition=defined.solve,
    kind=_solved_kind,
    examples=((MATRIX, Drawn(3)), (MATRIX, Drawn(3, 2)), (STACK, Drawn(2, 3, 2))),
)
solve_many = f.solve_many


def _many_kind(a: Any, b: Any) -> Kind:
    ranks = [k.rank if isinstance(k, Num) else None for k in (a, b)]
    return Num(True, "float", None if None in ranks else max(ranks))  # type: ignore[type-var]


general(
    fp.solve_many,
    [
        lambda dx, y, a, b: -solve_many(a, dx @ y),
        lambda dx, y, a, b: solve_many(a, f.broadcast(dx, y)),
    ],
    [
        lambda by, y, a, b: f.unbroadcast(-f.solve_outer(solve_many(turned(a), by), y), a),
        lambda by, y, a, b: f.unbroadcast(solve_many(turned(a), by), b),
    ],
    definition=defined.solve,
    kind=_many_kind,
    examples=((STACK, Drawn(2, 3, 2)), (STACK, Drawn(3, 2)), (MATRIX, Drawn(2, 3, 2))),
)
linear(
    fp.solve_outer,
    lambda by, y, g, x: by @ x,
    lambda by, y, g, x: turned(by) @ g,
    kind=lambda g, x: Num(True, "float", 2 if g.rank == 1 else g.rank),
    examples=((Drawn(3), Drawn(3)), (Drawn(3, 2), Drawn(3, 2)), (Drawn(2, 3, 2), Drawn(2, 3, 2))),
)


general(
    fp.log_det,
    [lambda dx, y, a: np.sum(dx * turned(inv(a)), (-2, -1))],
    [lambda by, y, a: _each(by, a) * turned(inv(a))],
    definition=defined.log_det,
    kind=_number_kind,
    examples=((MATRIX,), (STACK,)),
)
constant(
    fp.sign_det,
    ("a",),
    kind=_number_kind,
    definition=defined.sign_det,
    piece=lambda a: f.sign_det(a),
    switch=lambda a: np.linalg.det(a),
    strata=((np.zeros((2, 2)),), (np.ones((2, 2)),)),
)
