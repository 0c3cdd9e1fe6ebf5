"""What becomes of an operation when it is done for many examples at once.

    y = np.sum(x, axis=0)      y = np.sum(x, axis=1)                     x holds examples
    y = a @ x                  y = np.matmul(x, np.swapaxes(a, -1, -2))  x holds vectors
    y = x[i]                   y = x[:, i]

A batch rule is a function (case, *operands, **keywords) -> symbol of the batched result, for
operands of which at least one is batched.  Operands are `Each`, tuples of these for displays, and
Python values for constants.  `None` as a result: not for these operands; they are looped over.
Entry by entry operations need no rule of their own: NumPy's broadcasting does them.
"""

from __future__ import annotations

import builtins
import inspect
import math
import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from fpad import runtime as fp
from fpad.transforms.rules.trace import Builder, Sym, f


@dataclass(frozen=True)
class Each:
    """An operand: its symbol, whether it is batched, the rank of one example where it is known.

    `turned`: the matrix that it is the transpose of.
    """

    v: Any
    batched: bool
    rank: int | None
    turned: Each | None = None


Operand: TypeAlias = Any
BatchRule: TypeAlias = "Callable[..., Sym | None]"
BATCH: dict[Callable[..., Any], BatchRule] = {}
SINGLE: dict[Callable[..., Any], BatchRule] = {}
"""Operations whose result is the same for all examples, as shapes are."""
ON_ARRAYS: dict[Callable[..., Any], Callable[..., Any]] = {
    builtins.abs: np.absolute,
    builtins.bool: np.bool_,
    builtins.int: np.int64,
    operator.not_: np.logical_not,
    math.pow: np.power,
    math.trunc: np.trunc,
}
"""What takes the place of operations on Python's numbers."""
SAME_MEMORY = frozenset(
    (
        *(np.reshape, np.ravel, np.asarray, np.asanyarray),
        *(fp.asarray, fp.reshape_like, fp.unbroadcast, fp.broadcast),
    )
)
"""Operations that are a view of the batch where they are one of an example: the axis of the
examples is no part of what they join."""
for _name, _numpy in (
    *((n, n) for n in ("sin", "cos", "tan", "exp", "expm1", "exp2", "log", "log1p", "log2")),
    *((n, n) for n in ("log10", "sqrt", "cbrt", "sinh", "cosh", "tanh", "fabs", "fmod", "hypot")),
    *((n, n) for n in ("copysign", "degrees", "radians", "isfinite", "isinf", "isnan", "ldexp")),
    *((f"a{n}", f"arc{n}") for n in ("sin", "cos", "tan", "sinh", "cosh", "tanh")),
    ("atan2", "arctan2"),
):
    ON_ARRAYS[getattr(math, _name)] = getattr(np, _numpy)


class NoRule(Exception):
    """The rule is not for these operands."""


def as_each(x: Operand) -> Each:
    """An operand as one: constants are the same for all examples.

    Raises:
        NoRule: it is a display.
    """
    if isinstance(x, tuple):
        raise NoRule
    return x if isinstance(x, Each) else Each(x, False, int(np.ndim(x)))


@dataclass(frozen=True)
class Case:
    """What batch rules write with: `n` examples."""

    builder: Builder
    n: Any

    def rank(self, *operands: Operand) -> Any:
        """The rank of one example of the operands broadcast together: an int, or a symbol."""
        all_ = list(map(as_each, operands))
        if all(x.rank is not None for x in all_):
            return max(x.rank or 0 for x in all_)
        batched = tuple(x.v for x in all_ if x.batched)
        return f.rank_of(batched, tuple(x.v for x in all_ if not x.batched))

    def lift(self, x: Operand, rank: Any) -> Any:
        """The operand with axes behind the first, so that examples have this rank."""
        x = as_each(x)
        if not x.batched or (isinstance(rank, int) and x.rank == rank):
            return x.v
        return f.lifted(x.v, rank)

    def lifts(self, *operands: Operand) -> list[Any]:
        """The operands so that they broadcast as one example of each does."""
        all_ = list(map(as_each, operands))
        if sum(x.batched or x.rank != 0 for x in all_) < 2:
            return [x.v for x in all_]  # the others are numbers
        rank = self.rank(*operands)
        return [self.lift(x, rank) for x in operands]

    def every(self, x: Operand) -> Any:
        """The operand with an axis for examples, whether it was batched or not."""
        x = as_each(x)
        if x.batched:
            return x.v
        return Sym(self.builder.emit(fp.for_each, x.v, self.n).name, self.builder)


def batched(x: Operand) -> bool:
    """Is the operand, or one in this display, batched?"""
    if isinstance(x, tuple):
        return any(map(batched, x))
    return isinstance(x, Each) and x.batched


def pointwise(op: Callable[..., Any]) -> BatchRule:
    """Entry by entry: operands get the axes that they lack."""
    scalar_only = op not in ON_ARRAYS and getattr(op, "__module__", "") == "math"
    op = ON_ARRAYS.get(op, op)

    def rule(c: Case, *xs: Operand, **static: Any) -> Sym | None:
        if scalar_only or any(
            isinstance(v, Each | tuple) for v in (*static.values(), *_displays(xs))
        ):
            return None
        return c.builder.emit(op, *c.lifts(*xs), **static)

    return rule


def _displays(xs: Iterable[Operand]) -> list[Operand]:
    return [x for x in xs if isinstance(x, tuple)]


def batch(*ops: Callable[..., Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare the batch rule of operations; it is given the operation after the case."""

    def declare(rule: Callable[..., Any]) -> Callable[..., Any]:
        for op in ops:
            BATCH[op] = _with(rule, op)
        return rule

    return declare


def single(*ops: Callable[..., Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare how the result that all examples share is computed from batched operands."""

    def declare(rule: Callable[..., Any]) -> Callable[..., Any]:
        for op in ops:
            SINGLE[op] = _with(rule, op)
        return rule

    return declare


def _with(rule: Callable[..., Any], op: Callable[..., Any]) -> BatchRule:
    """The rule of one operation; None for arguments that it does not take."""
    signature = inspect.signature(rule)

    def of(c: Case, *xs: Operand, **static: Any) -> Sym | None:
        try:
            bound = signature.bind(c, op, *xs, **static)
        except TypeError:
            return None
        for name, value in bound.arguments.items():
            if signature.parameters[name].annotation == "Each" and not isinstance(value, Each):
                return None
        try:
            result: Sym | None = rule(*bound.args, **bound.kwargs)
        except NoRule:
            return None
        return result

    return of


def _axis(axis: Any) -> Any:
    """An axis of an example, or several, as axes of the batch."""
    if isinstance(axis, tuple):
        return tuple(map(_axis, axis))
    return axis + 1 if axis >= 0 else axis


def _known(*values: Any) -> bool:
    """Are these Python values?"""
    return not any(isinstance(v, Each) or (isinstance(v, tuple) and not _known(*v)) for v in values)


# ---------------------------------------------------------------- shapes


@single(np.shape)
def _shape(c: Case, op: Any, x: Each) -> Any:
    return f.example_shape(x.v)


@single(builtins.len)
def _len(c: Case, op: Any, x: Each) -> Any:
    return c.builder.emit(np.size, x.v, 1)


@single(np.ndim)
def _ndim(c: Case, op: Any, x: Each) -> Any:
    return op_on(c, operator.sub, c.builder.emit(np.ndim, x.v), 1)


@single(np.size)
def _size(c: Case, op: Any, x: Each, axis: Any = None) -> Any:
    if axis is not None:
        return c.builder.emit(np.size, x.v, _axis(axis)) if _known(axis) else None
    return c.builder.emit(np.size, f.flat_examples(x.v), 1)


@single(fp.dtype)
def _dtype(c: Case, op: Any, x: Each) -> Any:
    return op_on(c, op, x.v)


@single(fp.any_example, fp.most, fp.least)
def _of_all(c: Case, op: Any, x: Each) -> Any:
    return op_on(c, op, x.v)


@single(fp.count)
def _count(c: Case, op: Any, x: Each, axis: Any = None) -> Any:
    if not _known(axis):
        return None
    return f.count(f.flat_examples(x.v), 1) if axis is None else f.count(x.v, _axis(axis))


def op_on(c: Case, op: Callable[..., Any], *xs: Any, **kw: Any) -> Sym:
    """The operation itself."""
    return c.builder.emit(op, *xs, **kw)


@batch(np.zeros_like, np.ones_like, np.empty_like, fp.zeros_like, fp.copy, fp.own)
def _alike(c: Case, op: Any, x: Each, **kw: Any) -> Any:
    return op_on(c, op, x.v, **kw) if _known(*kw.values()) else None


@batch(np.copy, np.array, np.asarray, np.asanyarray, np.ascontiguousarray, fp.asarray)
def _array(c: Case, op: Any, x: Operand, **kw: Any) -> Any:
    if not _known(*kw.values()):
        return None
    if isinstance(x, tuple):
        stacked = _stacked(c, x)
        return stacked if stacked is None or not kw else op_on(c, np.array, stacked, **kw)
    made = op_on(c, op, x.v, **kw)
    return f.copy(made) if x.rank == 0 else made  # an array made of a number is new


def _stacked(c: Case, items: tuple[Operand, ...]) -> Any:
    """A display of numbers, arrays or displays of these as one batched array."""
    parts = [_stacked(c, x) if isinstance(x, tuple) else c.every(x) for x in items]
    return None if any(p is None for p in parts) else op_on(c, np.stack, tuple(parts), axis=1)


@batch(builtins.float, fp.plain, fp.item, fp.element)
def _itself(c: Case, op: Any, x: Each, *_: Any) -> Any:
    return x.v


@batch(fp.like)
def _like(c: Case, op: Any, x: Each, y: Any = None) -> Any:
    return op_on(c, op, x.v) if y is None else op_on(c, op, *c.lifts(x, y))


@batch(fp.astype)
def _astype(c: Case, op: Any, x: Each, dtype: Any, **kw: Any) -> Any:
    dtype = dtype.v if isinstance(dtype, Each) else dtype
    return op_on(c, op, x.v, dtype, **kw)


# ---------------------------------------------------------------- reductions


@batch(np.sum, np.mean, np.prod, np.max, np.min, np.amax, np.amin, np.any, np.all)
@batch(np.std, np.var, np.argmax, np.argmin, np.median, fp.argmax, fp.argmin)
def _reduction(c: Case, op: Any, x: Operand, axis: Any = None, **kw: Any) -> Any:
    if not isinstance(x, Each) or not _known(axis, *kw.values()):
        return None
    if axis is not None:
        return op_on(c, op, x.v, axis=_axis(axis), **kw)
    if kw.pop("keepdims", False):
        return None
    return op_on(c, op, f.flat_examples(x.v), axis=1, **kw)


@batch(np.cumsum, np.cumprod)
def _cumulation(c: Case, op: Any, x: Operand, axis: Any = None, **kw: Any) -> Any:
    if not isinstance(x, Each) or not _known(axis, *kw.values()):
        return None
    if axis is None:
        return op_on(c, op, f.flat_examples(x.v), axis=1, **kw)
    return op_on(c, op, x.v, axis=_axis(axis), **kw)


@batch(np.sort, np.argsort)
def _sorted(c: Case, op: Any, x: Operand, axis: Any = -1, **kw: Any) -> Any:
    if not isinstance(x, Each) or axis is None or not _known(axis, *kw.values()):
        return None
    return op_on(c, op, x.v, axis=_axis(axis), **kw)


@batch(np.diff)
def _diff(c: Case, op: Any, x: Operand, n: Any = 1, axis: Any = -1) -> Any:
    if not isinstance(x, Each) or not _known(n, axis):
        return None
    return op_on(c, op, x.v, n, axis=_axis(axis))


@batch(np.flip)
def _flip(c: Case, op: Any, x: Operand, axis: Any = None) -> Any:
    if axis is None and isinstance(x, Each) and x.rank is not None:
        axis = tuple(range(x.rank))
    if not isinstance(x, Each) or axis is None or not _known(axis):
        return None
    return op_on(c, op, x.v, axis=_axis(axis))


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
    out = op_on(c, np.sum, x.v, axis=1)
    return out if not isinstance(start, Each) and start == 0 else None


@batch(builtins.round)
def _rounded(c: Case, op: Any, x: Each, digits: Any = None) -> Any:
    if digits is None:
        return op_on(c, np.int64, op_on(c, np.rint, x.v))
    return op_on(c, np.round, x.v, digits) if _known(digits) else None


@batch(builtins.max, builtins.min)
def _python_extreme(c: Case, op: Any, *xs: Operand) -> Any:
    """The first of the extreme ones, as Python has it; of one array, the first that is extreme."""
    if len(xs) == 1 and isinstance(xs[0], tuple):
        xs = xs[0]
    elif len(xs) == 1:
        return op_on(c, np.max if op is builtins.max else np.min, xs[0].v, axis=1)
    lifted = c.lifts(*xs)
    out = lifted[0]
    for x in lifted[1:]:
        out = f.where(x > out if op is builtins.max else x < out, x, out)
    return out


# ---------------------------------------------------------------- shapes made anew


@batch(np.reshape)
def _reshape(c: Case, op: Any, x: Operand, shape: Any, **kw: Any) -> Any:
    if kw or not isinstance(x, Each) or batched(shape):
        return None
    if isinstance(shape, Each):
        return op_on(c, op, x.v, f.shape_with(c.n, shape.v))
    sizes = shape if isinstance(shape, tuple) else (shape,)
    return op_on(c, op, x.v, (c.n, *(s.v if isinstance(s, Each) else s for s in sizes)))


@batch(np.ravel, fp.flatten)
def _ravel(c: Case, op: Any, x: Operand, *order: Any, **kw: Any) -> Any:
    if kw or order or not isinstance(x, Each):
        return None
    return f.copy(f.flat_examples(x.v)) if op is fp.flatten else f.flat_examples(x.v)


@batch(fp.reshape_like)
def _reshape_like(c: Case, op: Any, x: Each, like: Operand) -> Any:
    return op_on(c, op, c.every(x), c.every(like))


@batch(np.transpose)
def _transpose(c: Case, op: Any, x: Operand, axes: Any = None) -> Any:
    if not isinstance(x, Each) or not _known(axes) or x.rank is None:
        return None
    if axes is None:
        axes = tuple(reversed(range(x.rank)))
    return op_on(c, op, x.v, (0, *(a % x.rank + 1 for a in axes)))


@batch(np.swapaxes, np.moveaxis)
def _two_axes(c: Case, op: Any, x: Operand, a: Any, b: Any) -> Any:
    return op_on(c, op, x.v, _axis(a), _axis(b)) if _known(a, b) and isinstance(x, Each) else None


@batch(np.expand_dims, np.squeeze)
def _one_axis(c: Case, op: Any, x: Operand, axis: Any = None) -> Any:
    if axis is None or not _known(axis) or not isinstance(x, Each):
        return None
    return op_on(c, op, x.v, _axis(axis))


@batch(np.broadcast_to)
def _broadcast_to(c: Case, op: Any, x: Each, shape: Any) -> Any:
    if batched(shape):
        return None
    if isinstance(shape, Each):
        rank: Any = None
        sizes: Any = f.shape_with(c.n, shape.v)
        rank = c.builder.emit(builtins.len, shape.v)
    else:
        parts = shape if isinstance(shape, tuple) else (shape,)
        rank, sizes = len(parts), (c.n, *(s.v if isinstance(s, Each) else s for s in parts))
    return op_on(c, op, c.lift(x, rank), sizes)


@batch(np.stack, np.concatenate)
def _joined(c: Case, op: Any, arrays: Operand, axis: Any = 0, **kw: Any) -> Any:
    if kw or not _known(axis) or not isinstance(arrays, tuple) or axis is None:
        return None
    return op_on(c, op, tuple(map(c.every, arrays)), axis=_axis(axis))


@batch(np.roll)
def _roll(c: Case, op: Any, x: Operand, shift: Any, axis: Any = None) -> Any:
    if not isinstance(x, Each) or batched(shift):
        return None
    shift = shift.v if isinstance(shift, Each) else shift
    if axis is None:
        rolled = op_on(c, op, f.flat_examples(x.v), shift, 1)
        return rolled if x.rank == 1 else f.reshape_like(rolled, x.v)
    return op_on(c, op, x.v, shift, _axis(axis)) if _known(axis) else None


@batch(np.tril, np.triu)
def _triangle(c: Case, op: Any, x: Operand, *k: Any) -> Any:
    return op_on(c, op, x.v, *k) if _known(*k) and isinstance(x, Each) and x.rank == 2 else None


@batch(np.diagonal, np.trace)
def _diagonal(c: Case, op: Any, x: Operand, offset: Any = 0, axis1: Any = 0, axis2: Any = 1) -> Any:
    if not _known(offset, axis1, axis2) or not isinstance(x, Each):
        return None
    return op_on(c, op, x.v, offset, _axis(axis1), _axis(axis2))


# ---------------------------------------------------------------- products and matrices


@batch(np.matmul, operator.matmul)
def _matmul(c: Case, op: Any, a: Operand, b: Operand) -> Any:
    a, b = as_each(a), as_each(b)
    match a.rank, b.rank:
        case 1, 1 if a.batched and b.batched:
            return op_on(c, np.matmul, a.v[:, None, :], b.v[:, :, None])[:, 0, 0]
        case 1, 1:
            return op_on(c, np.matmul, *((a.v, b.v) if a.batched else (b.v, a.v)))
        case 1, 2 if a.batched and b.batched:
            return op_on(c, np.matmul, a.v[:, None, :], b.v)[:, 0]
        case 2, 1 if a.batched and b.batched:
            return op_on(c, np.matmul, a.v, b.v[:, :, None])[:, :, 0]
        case 2, 1 if b.batched:
            return op_on(c, np.matmul, b.v, _turned(c, a).v)
        case 1, 2 if b.batched:
            return op_on(c, np.matmul, a.v, b.v)
        case (int(), int()):
            return (
                op_on(c, np.matmul, *c.lifts(a, b))
                if min(a.rank, b.rank) > 1
                else op_on(c, np.matmul, a.v, b.v)
                if max(a.rank, b.rank) == 2
                else None
            )
    return None


@batch(np.dot)
def _dot(c: Case, op: Any, a: Operand, b: Operand) -> Any:
    ranks = [x.rank for x in map(as_each, (a, b)) if x.rank is not None]
    if len(ranks) < 2 or max(ranks) > 2:
        return None
    if 0 in ranks:
        return op_on(c, operator.mul, *c.lifts(a, b))
    return _matmul(c, op, a, b)


def _turned(c: Case, x: Each) -> Each:
    """The transposed matrix."""
    return x.turned or Each(op_on(c, np.swapaxes, x.v, -1, -2), x.batched, 2, x)


def _outer_product(a: Each, b: Each) -> Any:
    return a.v[..., :, None] * b.v[..., None, :]


@batch(fp.matmul_left, fp.dot_left)
def _matmul_left(c: Case, op: Any, by: Operand, b: Operand, a: Operand) -> Any:
    """The cotangent of the first factor."""
    by, a, b = map(as_each, (by, a, b))
    if not by.batched and not b.batched:
        return None
    match a.rank, b.rank:
        case 1, 1:
            return op_on(c, operator.mul, *c.lifts(Each(by.v, by.batched, 0), b))
        case 2, 1:
            return _outer_product(by, b)
        case 1, 2:
            return _matmul(c, np.matmul, b, Each(by.v, by.batched, 1))
        case 2, 2:
            return _matmul(c, np.matmul, Each(by.v, by.batched, 2), _turned(c, b))
    return None


@batch(fp.matmul_right, fp.dot_right)
def _matmul_right(c: Case, op: Any, by: Operand, a: Operand, b: Operand) -> Any:
    """The cotangent of the second factor."""
    by, a, b = map(as_each, (by, a, b))
    if not by.batched and not a.batched:
        return None
    match a.rank, b.rank:
        case 1, 1:
            return op_on(c, operator.mul, *c.lifts(Each(by.v, by.batched, 0), a))
        case 2, 1:
            return _matmul(c, np.matmul, _turned(c, a), Each(by.v, by.batched, 1))
        case 1, 2:
            return _outer_product(a, by)
        case 2, 2:
            return _matmul(c, np.matmul, _turned(c, a), Each(by.v, by.batched, 2))
    return None


@batch(np.outer)
def _outer(c: Case, op: Any, a: Operand, b: Operand) -> Any:
    a, b = as_each(a), as_each(b)
    if (a.rank, b.rank) != (1, 1):
        return None
    return a.v[..., :, None] * b.v[..., None, :]


@batch(np.einsum)
def _einsum(c: Case, op: Any, subscripts: Any, *xs: Operand) -> Any:
    if not isinstance(subscripts, str) or "." in subscripts:
        return None
    inputs, arrow, output = subscripts.replace(" ", "").partition("->")
    if not arrow:
        output = "".join(sorted(k for k in set(inputs) - {","} if inputs.count(k) == 1))
    letter = next(k for k in "ZYXWVUTSRQPONMLKJIHGFEDCBA" if k not in subscripts)
    parts = inputs.split(",")
    marked = [letter + p if batched(x) else p for p, x in zip(parts, xs, strict=True)]
    return op_on(c, op, f"{','.join(marked)}->{letter}{output}", *(as_each(x).v for x in xs))


@batch(np.linalg.inv, np.linalg.det, np.linalg.cholesky, np.linalg.eigvalsh, fp.eigh)
def _matrices(c: Case, op: Any, a: Operand, *rest: Any) -> Any:
    return op_on(c, op, a.v, *rest) if isinstance(a, Each) and _known(*rest) else None


@batch(np.linalg.solve)
def _solve(c: Case, op: Any, a: Operand, b: Operand) -> Any:
    a, b = as_each(a), as_each(b)
    if (a.rank, b.rank) == (2, 1):
        if a.batched:
            return op_on(c, op, a.v, op_on(c, np.expand_dims, c.every(b), -1))[:, :, 0]
        columns = op_on(c, op, a.v, op_on(c, np.swapaxes, b.v, 0, 1))
        return op_on(c, np.swapaxes, columns, 0, 1)
    return op_on(c, op, c.every(a), c.every(b)) if (a.rank, b.rank) == (2, 2) else None


# ---------------------------------------------------------------- what derivative code calls


@batch(fp.seed)
def _seed(c: Case, op: Any, seed: Operand, like: Operand) -> Any:
    return op_on(c, op, c.every(seed), c.every(like))


@batch(fp.unbroadcast)
def _unbroadcast(c: Case, op: Any, t: Operand, like: Operand) -> Any:
    t, like = as_each(t), as_each(like)
    rank = c.rank(t, like)
    if t.rank is not None and t.rank == like.rank:
        return op_on(c, op, c.every(t), c.every(like))
    full = Each(c.every(like), True, like.rank)
    summed = op_on(c, op, c.lift(Each(c.every(t), True, t.rank), rank), c.lift(full, rank))
    return f.reshape_like(summed, full.v)


@batch(fp.broadcast)
def _broadcast(c: Case, op: Any, t: Operand, like: Operand) -> Any:
    rank = c.rank(t, like)
    full = Each(c.every(like), True, as_each(like).rank)
    return op_on(c, op, c.lift(t, rank), c.lift(full, rank))


@batch(fp.select)
def _select(c: Case, op: Any, mask: Operand, x: Operand) -> Any:
    rank = c.rank(mask, x)
    full = Each(c.every(x), True, as_each(x).rank)
    whole = Each(c.every(mask), True, as_each(mask).rank)
    kept = op_on(c, op, c.lift(whole, rank), c.lift(full, rank))
    same = isinstance(rank, int) and full.rank == rank
    return kept if same else f.reshape_like(kept, full.v)


@batch(fp.iadd, fp.isub, fp.imul, fp.itruediv, fp.ifloordiv, fp.imod, fp.ipow)
def _updated(c: Case, op: Any, y: Operand, e: Operand) -> Any:
    """An array keeps its shape."""
    y = as_each(y)
    return op_on(c, op, c.every(y), c.lift(e, c.rank(y, e)))


@batch(fp.spread)
def _spread(
    c: Case, op: Any, g: Operand, x: Operand, axis: Any = None, keepdims: Any = False
) -> Any:
    """The sum's transpose: along all axes of an example, or along some."""
    if not _known(axis, keepdims):
        return None
    full = Each(c.every(x), True, as_each(x).rank)
    if axis is not None:
        return op_on(c, op, c.every(g), full.v, _axis(axis), keepdims=keepdims)
    rank = c.rank(g, full)
    return f.broadcast(c.lift(Each(c.every(g), True, as_each(g).rank), rank), full.v)


@batch(fp.place, fp.pick)
def _placed(c: Case, op: Any, g: Operand, where: Operand, *x: Operand, **kw: Any) -> Any:
    return None
