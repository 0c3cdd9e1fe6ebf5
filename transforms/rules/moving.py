"""Rules of operations that move, repeat or leave out entries: each is given by its transpose.

y = np.roll(x, 1)        ->   bx = np.roll(by, -1)
y = np.repeat(x, 3)      ->   bx = fp.unrepeat(by, 3, x)
y = np.delete(x, 2)      ->   bx = fp.unmove(by, x, np.delete, (2,))
"""

from __future__ import annotations

from functools import reduce
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.kinds import Kind, Num, StaticKind, join_num
from fpad.transforms.rules.core import Drawn, general, is_none, linear, numbers
from fpad.transforms.rules.linear import first_array
from fpad.transforms.rules.trace import f, traced

_op: Any

# ---------------------------------------------------------------- turned round

linear(
    np.flip,
    lambda by, y, m, axis=None: np.flip(by, axis),
    kind=first_array,
    rounds=False,
    view="always",
    examples=((Drawn(4),), (Drawn(2, 3),), (Drawn(2, 3), 1), (Drawn(2, 3, 2), (0, -1))),
)
for _op in (np.fliplr, np.flipud):
    _run = traced(_op)
    linear(
        _op,
        lambda by, y, m, flip=_run: flip(by),
        kind=first_array,
        names=("m",),
        defaults={},
        rounds=False,
        view="always",
        examples=((Drawn(2, 3),),),
    )
linear(
    np.rot90,
    lambda by, y, m, k=1, axes=(0, 1): np.rot90(by, -k, axes),
    kind=first_array,
    rounds=False,
    view="always",
    examples=((Drawn(2, 3),), (Drawn(2, 3), 3), (Drawn(2, 3, 2), 1, (1, 2))),
)


def _negated(shift: Any) -> Any:
    return tuple(-s for s in shift) if isinstance(shift, tuple) else -shift


linear(
    np.roll,
    lambda by, y, a, shift, axis=None: np.roll(by, _negated(shift), axis),
    kind=first_array,
    rounds=False,
    examples=(
        (Drawn(4), 1),
        (Drawn(2, 3), -2),
        (Drawn(2, 3), 1, 1),
        (Drawn(2, 3), (1, 2), (0, 1)),
    ),
)
linear(
    np.moveaxis,
    lambda by, y, a, source, destination: np.moveaxis(by, destination, source),
    kind=first_array,
    rounds=False,
    view="always",
    examples=((Drawn(2, 3, 4), 0, -1), (Drawn(2, 3, 4), (0, 1), (2, 0))),
)
linear(
    np.rollaxis,
    lambda by, y, a, axis, start=0: f.unmove(by, a, np.rollaxis, (axis, start)),
    kind=first_array,
    rounds=False,
    view="always",
    examples=((Drawn(2, 3, 4), 2), (Drawn(2, 3, 4), 0, 2)),
)


# ---------------------------------------------------------------- more axes


def _at_least(rank: int) -> Any:
    def kind(*arys: Any) -> Kind:
        (num,) = {k.num for k in numbers(arys[:1])}
        own = arys[0].rank if isinstance(arys[0], Num) and arys[0].array else 0
        return Num(True, num, None if own is None else max(own, rank))

    return kind


for _rank, _op in enumerate((np.atleast_1d, np.atleast_2d, np.atleast_3d), 1):
    linear(
        _op,
        lambda by, y, a: f.reshape_like(by, a),
        kind=_at_least(_rank),
        rounds=False,
        view="maybe",
        examples=((0.5,), (Drawn(3),), (Drawn(2, 3),), (Drawn(2, 1, 2),), (Drawn(),)),
    )


# ---------------------------------------------------------------- repeated

REPEATED: tuple[tuple[Any, ...], ...] = (
    (Drawn(3), 2),
    (Drawn(2, 3), 2),
    (Drawn(2, 3), 3, 0),
    (Drawn(2, 3), np.array([2, 0, 1]), -1),
    (0.5, 3),
)


def _repeated_kind(a: Any, repeats: Any, axis: Any = None) -> Kind:
    num = numbers(a)[0].num
    return Num(True, num, 1 if is_none(axis) else first_array(a).rank)  # type: ignore[attr-defined]


linear(
    np.repeat,
    lambda by, y, a, repeats, axis=None: f.unrepeat(by, repeats, a, axis),
    kind=_repeated_kind,
    rounds=False,
    examples=REPEATED,
)
linear(
    fp.unrepeat,
    lambda by, y, g, repeats, like, axis=None: np.repeat(by, repeats, axis),
    kind=lambda g, repeats, like, axis=None: Num(like.array, g.num, like.rank),
    shape_only=frozenset((2,)),
    examples=(
        (Drawn(6), 2, Drawn(3)),
        (Drawn(6, 3), 3, Drawn(2, 3), 0),
        (Drawn(2, 3), np.array([2, 0, 1]), Drawn(2, 3), -1),
    ),
)
TILED: tuple[tuple[Any, ...], ...] = (
    (Drawn(3), 2),
    (Drawn(3), (2, 1)),
    (Drawn(2, 3), (2,)),
    (Drawn(2, 3), (1, 2, 3)),
    (0.5, 3),
)


def _tiled_kind(A: Any, reps: Any) -> Kind:
    of = first_array(A) if not isinstance(A, Num) or A.array else Num(True, A.num, 0)
    wanted = len(reps) if isinstance(reps, tuple) else 1
    known = isinstance(reps, tuple) or (isinstance(reps, Num) and not reps.array)
    rank = max(of.rank, wanted) if known and of.rank is not None else None  # type: ignore[attr-defined]
    return Num(True, numbers(A)[0].num, rank)


linear(
    np.tile,
    lambda by, y, A, reps: f.untile(by, reps, A),
    kind=_tiled_kind,
    rounds=False,
    examples=TILED,
)
linear(
    fp.untile,
    lambda by, y, g, reps, like: np.tile(by, reps),
    kind=lambda g, reps, like: Num(like.array, g.num, like.rank),
    shape_only=frozenset((2,)),
    examples=(
        (Drawn(6), 2, Drawn(3)),
        (Drawn(1, 4, 9), (1, 2, 3), Drawn(2, 3)),
        (Drawn(3), 3, 0.5),
    ),
)


# ---------------------------------------------------------------- diagonals and triangles


for _op in (np.tril, np.triu):
    _run = traced(_op)
    linear(
        _op,
        lambda by, y, m, k=0, part=_run: f.unbroadcast(part(by, k), m),
        names=("m", "k"),
        defaults={"k": 0},
        kind=first_array,
        rounds=False,
        examples=((Drawn(3, 3),), (Drawn(2, 3), 1), (Drawn(2, 3, 2), -1)),
    )


def _diag_kind(v: Any, k: Any = None) -> Kind:
    rank = {1: 2, 2: 1}.get(v.rank or 0) if isinstance(v, Num) else None
    return Num(True, numbers(v)[0].num, rank)


linear(
    np.diag,
    lambda by, y, v, k=0: f.undiag(by, v, k),
    kind=_diag_kind,
    rounds=False,
    view="maybe",
    readonly=True,
    examples=((Drawn(3),), (Drawn(2), -1), (Drawn(2, 3),), (Drawn(3, 2), 1)),
)
linear(
    fp.undiag,
    lambda by, y, g, like, k=0: np.diag(by, k),
    kind=lambda g, like, k=None: Num(True, g.num, like.rank),
    rounds=False,
    shape_only=frozenset((1,)),
    examples=((Drawn(3, 3), Drawn(3)), (Drawn(3), Drawn(3, 4), 1), (Drawn(4, 4), Drawn(3), 1)),
)
linear(
    np.diagflat,
    lambda by, y, v, k=0: f.reshape_like(np.diagonal(by, k), v),
    kind=lambda v, k=None: Num(True, numbers(v)[0].num, 2),
    rounds=False,
    examples=((Drawn(3),), (Drawn(2, 2), -1)),
)
DIAGONAL: tuple[tuple[Any, ...], ...] = (
    (Drawn(3, 3),),
    (Drawn(2, 3), 1),
    (Drawn(3, 2), -1),
    (Drawn(2, 3, 4), 0, 0, 2),
)


def _diagonal_kind(a: Any, offset: Any = None, axis1: Any = None, axis2: Any = None) -> Kind:
    rank = a.rank if isinstance(a, Num) else None
    return Num(True, numbers(a)[0].num, rank and rank - 1)


linear(
    np.diagonal,
    lambda by, y, a, offset=0, axis1=0, axis2=1: f.undiagonal(by, a, offset, axis1, axis2),
    kind=_diagonal_kind,
    rounds=False,
    view="always",
    readonly=True,
    examples=DIAGONAL,
)
linear(
    fp.undiagonal,
    lambda by, y, g, like, offset=0, axis1=0, axis2=1: np.diagonal(by, offset, axis1, axis2),
    kind=lambda g, like, *_, **__: Num(True, g.num, like.rank),
    rounds=False,
    shape_only=frozenset((1,)),
    examples=((Drawn(3), Drawn(3, 3)), (Drawn(3, 2), Drawn(2, 3, 4), 0, 0, 2)),
)


def _trace_kind(a: Any, offset: Any = None, axis1: Any = None, axis2: Any = None) -> Kind:
    num = numbers(a)[0].num
    num = "int" if num == "bool" else num
    rank = a.rank if isinstance(a, Num) else None
    return Num(rank != 2, num, rank - 2 if rank is not None and rank > 2 else None)


linear(
    np.trace,
    lambda by, y, a, offset=0, axis1=0, axis2=1: f.untrace(by, a, offset, axis1, axis2),
    kind=_trace_kind,
    examples=DIAGONAL,
)
linear(
    fp.untrace,
    lambda by, y, g, like, offset=0, axis1=0, axis2=1: np.trace(by, offset, axis1, axis2),
    kind=lambda g, like, *_, **__: Num(True, g.num, like.rank),
    rounds=False,
    shape_only=frozenset((1,)),
    examples=((0.5, Drawn(3, 3)), (Drawn(3), Drawn(2, 3, 4), 0, 0, 2)),
)


# ---------------------------------------------------------------- differences of neighbours

DIFFERENCES: tuple[tuple[Any, ...], ...] = (
    (Drawn(4),),
    (Drawn(5), 2),
    (Drawn(3, 4), 1, 0),
    (Drawn(3, 4), 3),
)


linear(
    np.diff,
    lambda by, y, a, n=1, axis=-1: f.undiff(by, a, n, axis),
    kind=first_array,
    examples=DIFFERENCES,
)
linear(
    fp.undiff,
    lambda by, y, g, like, n=1, axis=-1: np.diff(by, n, axis),
    kind=first_array,
    shape_only=frozenset((1,)),
    examples=((Drawn(3), Drawn(4)), (Drawn(2, 4), Drawn(3, 4), 1, 0), (Drawn(2), Drawn(4), 2)),
)


# ---------------------------------------------------------------- put in, left out, put around


def _joined(*operands: Any) -> str:
    return reduce(join_num, (k.num for k in numbers(*operands)))


append = traced(np.append)
general(
    np.append,
    [
        lambda dx, y, arr, values, axis=None: append(dx, f.zeros_like(values), axis),
        lambda dx, y, arr, values, axis=None: append(f.zeros_like(arr), dx, axis),
    ],
    [
        lambda by, y, arr, values, axis=None: f.part(by, (arr, values), 0, axis),
        lambda by, y, arr, values, axis=None: f.part(by, (arr, values), 1, axis),
    ],
    kind=lambda arr, values, axis=None: Num(
        True, _joined(arr, values), 1 if is_none(axis) else getattr(arr, "rank", None)
    ),
    rounds=False,
    examples=((Drawn(3), 0.5), (Drawn(2, 3), Drawn(2)), (Drawn(2, 3), Drawn(1, 3), 0)),
)
linear(
    np.delete,
    lambda by, y, arr, obj, axis=None: f.unmove(by, arr, np.delete, (obj, axis)),
    kind=lambda arr, obj, axis=None: Num(
        True,
        arr.num,
        1 if is_none(axis) else first_array(arr).rank,  # type: ignore[attr-defined]
    ),
    rounds=False,
    examples=((Drawn(4), 1), (Drawn(3, 4), (0, 2), 1), (Drawn(3, 4), 1, 0), (Drawn(2, 3), 1)),
)
linear(
    np.resize,
    lambda by, y, a, new_shape: f.unmove(by, a, np.resize, (new_shape,)),
    kind=lambda a, new_shape: Num(True, numbers(a)[0].num),
    rounds=False,
    examples=((Drawn(4), (2, 3)), (Drawn(5), 3)),
)
linear(
    fp.unmove,
    lambda by, y, g, like, op, args=(): traced(op)(by, *args),
    kind=lambda g, like, op, args=None: Num(like.array, g.num, like.rank),
    shape_only=frozenset((1,)),
    examples=(
        (Drawn(3), Drawn(4), np.delete, (1,)),
        (Drawn(2, 3), Drawn(2), np.resize, ((2, 3),)),
        (Drawn(4, 2, 3), Drawn(2, 3, 4), np.rollaxis, (2,)),
    ),
)


def _pad_tangent(
    dx: Any, y: Any, array: Any, pad_width: Any, mode: Any = "constant", **_: Any
) -> Any:
    """Constants around it do not move."""
    return np.pad(dx, pad_width, mode)


def _pad_adjoint(
    by: Any, y: Any, array: Any, pad_width: Any, mode: Any = "constant", **_: Any
) -> Any:
    return f.unpad(by, pad_width, array, mode)


def _padded(array: Any, pad_width: Any, mode: Any = None, **_: Any) -> Kind:
    if isinstance(mode, StaticKind) and mode.value not in (None, *MODES):
        raise TypeError(f"no rule for the mode {mode.value}")
    return first_array(array)


MODES = ("constant", "edge", "reflect", "symmetric", "wrap")
general(
    np.pad,
    [_pad_tangent],
    [_pad_adjoint],
    names=("array", "pad_width", "mode"),
    defaults={"mode": "constant"},
    keywords=("constant_values",),
    kind=_padded,
    rounds=False,
    examples=(
        (Drawn(3), 2),
        (Drawn(3), (1, 2), "edge"),
        (Drawn(2, 3), ((1, 0), (0, 2)), {"constant_values": 2}),
        (Drawn(2, 3), 1, "reflect"),
        (Drawn(3), 4, "wrap"),
        (Drawn(3), 2, "symmetric"),
    ),
)
linear(
    fp.unpad,
    lambda by, y, g, pad_width, like, mode="constant": np.pad(by, pad_width, mode),
    kind=lambda g, pad_width, like, mode=None: first_array(like),
    shape_only=frozenset((2,)),
    examples=((Drawn(7), 2, Drawn(3)), (Drawn(4, 5), 1, Drawn(2, 3), "reflect")),
)
linear(
    fp.in_order,
    lambda by, y, x: by,
    kind=first_array,
    rounds=False,
    view="always",
    examples=((Drawn(2, 3),),),
)
