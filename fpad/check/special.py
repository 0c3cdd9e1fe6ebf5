"""Operations that need more than a definition or NumPy's own work on object arrays.

New arrays, conversions, truth values, extremes over several entries: handlers (operations, *args,
**kwargs) -> value, by operation.
"""

from __future__ import annotations

import builtins
import math
import numbers
import operator
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.check.evaluate import Operations, holes_in, lifted, truth
from fpad.check.exact import ZERO, Exact, Hole, HoleReached, Infinite, Nan, lift
from fpad.check.reals import is_integer
from fpad.transforms.rules import rule_of

Handler = Callable[..., Any]
SPECIAL: dict[Any, Handler] = {}


def _handles(*ops: Any) -> Callable[[Handler], Handler]:
    def register(handler: Handler) -> Handler:
        for op in ops:
            SPECIAL[op] = handler
        return handler

    return register


def _integer(x: Any) -> int:
    """The integer that an exact constant is.

    Raises:
        HoleReached: it is a hole, or no constant.
    """
    if isinstance(x, int | np.integer):
        return int(x)
    if type(x) is Exact and is_integer(x.value):
        return math.floor(x.value)
    if isinstance(x, Exact) and not isinstance(x, Hole) and not x.varies():
        near = x.near()
        if near.is_integer():
            return int(near)
    raise HoleReached(x if isinstance(x, Hole) else Hole("no_exact_rule"))


# ---------------------------------------------------------------- conversions


@_handles(
    fp.round_bfloat16,
    fp.round_float16,
    fp.round_float32,
    fp.round_float64,
    fp.round_float8_e4m3fn,
    fp.round_float8_e5m2,
    np.float64,
    np.float32,
    np.float16,
)
def _same(run: Operations, x: Any) -> Any:
    """Over the reals nothing is rounded."""
    return lifted(x, exact_ints=True)


@_handles(builtins.float, fp.item, fp.element)
def _single(run: Operations, x: Any) -> Any:
    x = lifted(x, exact_ints=True)
    return x.item() if isinstance(x, np.ndarray) else x


def _to_integer(op: Any) -> Handler:
    def convert(run: Operations, x: Any, *rest: Any) -> Any:
        rule = rule_of(op)
        assert rule is not None
        if isinstance(x, np.ndarray):
            x = x.item()
        return _integer(run.pointwise(rule, (x, *rest), {}))

    return convert


_op: Any
for _op in (builtins.int, math.trunc, math.floor, math.ceil):
    SPECIAL[_op] = _to_integer(_op)


@_handles(builtins.round)
def _round(run: Operations, x: Any, ndigits: Any = None) -> Any:
    if ndigits is None:
        return _to_integer(builtins.round)(run, x)
    rule = rule_of(builtins.round)
    assert rule is not None
    return run.pointwise(rule, (x, ndigits), {})


@_handles(np.int64, np.int32, np.intp)
def _cast_to_int(run: Operations, x: Any) -> Any:
    rule = rule_of(np.trunc)
    assert rule is not None
    whole = run.pointwise(rule, (x,), {})
    if isinstance(whole, np.ndarray):
        return np.array([_integer(v) for v in whole.ravel()], np.int64).reshape(whole.shape)
    return np.int64(_integer(whole))


@_handles(np.bool_, builtins.bool, operator.truth, fp.truth)
def _to_bool(run: Operations, x: Any) -> Any:
    if isinstance(x, np.ndarray) and x.ndim:
        return np.array([truth(v) for v in x.ravel()], bool).reshape(x.shape)
    return truth(x)


@_handles(fp.astype)
def _astype(run: Operations, x: Any, dtype: Any) -> Any:
    kind = np.dtype(dtype).kind
    if kind == "f":
        return lifted(x, exact_ints=True) if not isinstance(x, np.ndarray) else x.copy()
    return _to_bool(run, x) if kind == "b" else _cast_to_int(run, x)


@_handles(fp.seed)
def _seed(run: Operations, t: Any, like: Any) -> Any:
    return lifted(t, exact_ints=True)


@_handles(builtins.isinstance)
def _isinstance(run: Operations, x: Any, cls: Any) -> Any:
    """A real number is a float, whichever NumPy type it had; that it is no other is not known."""
    classes = cls if isinstance(cls, tuple) else (cls,)
    if not isinstance(x, Exact):
        return isinstance(x, cls)
    if {float, numbers.Real, numbers.Number, object} & set(classes):
        return True
    if set(classes) <= {int, str, bool, list, tuple, dict, np.ndarray}:
        return False
    raise HoleReached(Hole("no_exact_rule"))


@_handles(fp.dtype)
def _dtype(run: Operations, x: Any) -> Any:
    return np.dtype(np.float64)


# ---------------------------------------------------------------- new arrays


def _filled(op: Callable[..., Any]) -> Handler:
    def make(run: Operations, *args: Any, **kwargs: Any) -> Any:
        return lifted(op(*args, **kwargs))

    return make


for _op in (np.zeros, np.ones, np.eye, np.identity):
    SPECIAL[_op] = _filled(_op)


def _filled_like(number: int) -> Handler:
    def make(run: Operations, a: Any, dtype: Any = None) -> Any:
        if dtype is not None and np.dtype(dtype).kind != "f":
            return np.full(np.shape(a), number, dtype)
        if not isinstance(a, np.ndarray):
            return lift(number)
        return lifted(np.full(a.shape, float(number)))

    return make


SPECIAL[np.zeros_like] = SPECIAL[fp.zeros_like] = SPECIAL[fp.like] = _filled_like(0)
SPECIAL[np.ones_like] = _filled_like(1)


@_handles(fp.text)
def _text(run: Operations, template: Any, values: Any) -> Any:
    return template.format(*map(_shown, values))


@_handles(fp.percent)
def _percent(run: Operations, template: Any, values: Any) -> Any:
    if isinstance(values, tuple):
        return template % tuple(map(_shown, values))
    return template % _shown(values)


def _shown(value: Any) -> Any:
    """A value as it is printed."""
    return float(value.value) if isinstance(value, Exact) else value


@_handles(np.empty)
def _empty(run: Operations, shape: Any, dtype: Any = None) -> Any:
    out = np.empty(shape, object)
    out.fill(Hole("no_exact_rule"))
    return out


@_handles(np.empty_like)
def _empty_like(run: Operations, a: Any, dtype: Any = None) -> Any:
    return _empty(run, np.shape(a))


@_handles(np.full, np.full_like)
def _full(run: Operations, like: Any, fill_value: Any, dtype: Any = None) -> Any:
    if dtype is not None and np.dtype(dtype).kind != "f":
        raise HoleReached(Hole("no_exact_rule"))
    out = np.empty(np.shape(like) if isinstance(like, np.ndarray) else like, object)
    out[...] = fill_value
    return out


@_handles(np.arange)
def _arange(
    run: Operations, start: Any, stop: Any = None, step: Any = None, dtype: Any = None
) -> Any:
    if dtype is not None and np.dtype(dtype).kind != "f":
        raise HoleReached(Hole("no_exact_rule"))
    if stop is None:
        start, stop = 0, start
    step = 1 if step is None else step
    steps: Any = lift(start)
    count = max(_integer(-run.core.floor((steps - stop) / step)), 0)
    return _array([start + step * k for k in range(count)])


@_handles(np.linspace)
def _linspace(run: Operations, start: Any, stop: Any, num: Any = 50) -> Any:
    last = max(num - 1, 1)
    return _array([start + (stop - start) * Fraction(k, last) for k in range(num)])


def _array(entries: Sequence[Any]) -> np.ndarray:
    """Entries, numbers or arrays of one shape, as an object array."""
    if entries and isinstance(entries[0], np.ndarray):
        return np.stack(entries)
    out = np.empty(len(entries), object)
    for k, v in enumerate(entries):
        out[k] = lift(v)
    return out


@_handles(np.asarray)
def _as_array(run: Operations, x: Any, dtype: Any = None) -> Any:
    """An array of exact numbers is handed on: writes through one name are seen by the other."""
    same = isinstance(x, np.ndarray) and x.dtype.kind == "O"
    return x if same and (dtype is None or np.dtype(dtype).kind == "f") else _array_of(x, dtype)


@_handles(np.array)
def _make_array(run: Operations, x: Any, dtype: Any = None) -> Any:
    return _array_of(x, dtype)


def _array_of(x: Any, dtype: Any) -> Any:
    if dtype is not None and np.dtype(dtype).kind != "f":
        raise HoleReached(Hole("no_exact_rule"))
    out = np.array(_scalars(lifted(x, exact_ints=True)), dtype=object)
    return out


def _scalars(x: Any) -> Any:
    """A display with the entries of 0-d arrays in place of these, which NumPy would keep."""
    if isinstance(x, list | tuple):
        return list(map(_scalars, x))
    return x[()] if isinstance(x, np.ndarray) and not x.ndim else x


# ---------------------------------------------------------------- truth values


def _kleene(decides: bool) -> Callable[[Any, Any], Any]:
    """`and` (False decides) and `or` (True decides): an undefined operand may not matter."""

    def combine(a: Any, b: Any) -> Any:
        for v, other in ((a, b), (b, a)):
            if not isinstance(v, Hole) and truth(v) is decides:
                return decides
            if isinstance(v, Hole) and (isinstance(other, Hole) or truth(other) is not decides):
                return v
        return not decides

    return combine


_AND, _OR = _kleene(False), _kleene(True)


def _xor(a: Any, b: Any) -> Any:
    for v in (a, b):
        if isinstance(v, Hole):
            return v
    return truth(a) != truth(b)


def _not(a: Any) -> Any:
    return a if isinstance(a, Hole) else not truth(a)


def _entrywise(f: Callable[..., Any]) -> Handler:
    def run_all(run: Operations, *args: Any) -> Any:
        if any(isinstance(a, np.ndarray) for a in args):
            return np.frompyfunc(f, len(args), 1)(*args)
        return f(*args)

    return run_all


for _ops, _f in (
    ((np.logical_and, operator.and_), _AND),
    ((np.logical_or, operator.or_), _OR),
    ((np.logical_xor, operator.xor), _xor),
    ((np.logical_not, operator.not_, operator.invert), _not),
):
    for _op in _ops:
        SPECIAL[_op] = _entrywise(_f)


def _kind_of_number(real: bool, infinite: bool, nan: bool) -> Handler:
    """isnan, isinf, isfinite: of constants; what is no number elsewhere stays undefined."""

    def one(x: Any) -> Any:
        if isinstance(x, Nan):
            return nan
        if isinstance(x, Hole):
            return x
        return infinite if isinstance(x, Infinite) else real

    return _entrywise(one)


for _op in (np.isnan, math.isnan):
    SPECIAL[_op] = _kind_of_number(False, False, True)
for _op in (np.isinf, math.isinf):
    SPECIAL[_op] = _kind_of_number(False, True, False)
for _op in (np.isfinite, math.isfinite):
    SPECIAL[_op] = _kind_of_number(True, False, False)
SPECIAL[np.nan_to_num] = _entrywise(lambda x: ZERO if isinstance(x, Nan) else x)


def _over_axes(f: Callable[[Sequence[Any]], Any]) -> Handler:
    """A reduction, given what it makes of the entries of one group."""

    def reduce(run: Operations, a: Any, axis: Any = None, *, keepdims: Any = False) -> Any:
        return reduce_groups(a, axis, keepdims, lambda index, group: f(group))

    return reduce


def reduce_groups(
    a: Any, axis: Any, keepdims: bool, f: Callable[[tuple[int, ...], list[Any]], Any]
) -> Any:
    """f(index of the result, entries in C order) for each group of entries along the axes."""
    if not isinstance(a, np.ndarray):
        return f((), [a])
    axes = range(a.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    axes = tuple(sorted(int(k) % a.ndim for k in axes))
    kept = tuple(k for k in range(a.ndim) if k not in axes)
    shape = tuple(a.shape[k] for k in kept)
    rows = a.transpose(kept + axes).reshape((*shape, -1)) if a.size else a.reshape((*shape, 0))
    out = np.empty(shape, object)
    for index in np.ndindex(shape):
        out[index] = f(index, list(rows[index]))
    if keepdims:
        return out.reshape(tuple(1 if k in axes else n for k, n in enumerate(a.shape)))
    return out if shape else out[()]


def _any(decides: bool) -> Callable[[Sequence[Any]], Any]:
    combine = _kleene(decides)

    def over(group: Sequence[Any]) -> Any:
        out: Any = not decides
        for v in group:
            out = combine(out, v)
        return out

    return over


SPECIAL[np.any], SPECIAL[np.all] = _over_axes(_any(True)), _over_axes(_any(False))


# ---------------------------------------------------------------- extremes


def extreme_position(values: Sequence[Any], sign: int) -> int:
    """Where the first largest (sign 1) or smallest (sign -1) number stands.

    Raises:
        HoleReached: one of them is a hole.
    """
    hole = holes_in(list(values))
    if hole is not None:
        raise HoleReached(hole)
    best = 0
    for k in range(1, len(values)):
        if values[k] > values[best] if sign > 0 else values[k] < values[best]:
            best = k
    return best


def _extreme(op: Any, sign: int, position: bool) -> Handler:
    def choose(run: Operations, a: Any, axis: Any = None, keepdims: Any = False) -> Any:
        def pick(index: tuple[int, ...], group: list[Any]) -> Any:
            try:
                best = run.position(extreme_position(run.plain(group), sign))
            except HoleReached as reached:
                if position:
                    raise
                return reached.hole
            value = run.chosen(op, index, group, best)
            return best if position else value

        out = reduce_groups(lifted(a, exact_ints=True), axis, keepdims, pick)
        return np.array(out, np.intp)[()] if position else out

    return choose


for _op, _sign in ((np.max, 1), (np.min, -1), (np.amax, 1), (np.amin, -1)):
    SPECIAL[_op] = _extreme(_op, _sign, position=False)
for _op, _sign in (
    *((np.argmax, 1), (np.argmin, -1), (fp.argmax, 1), (fp.argmin, -1)),
    *((np.nanargmax, 1), (np.nanargmin, -1)),
):
    SPECIAL[_op] = _extreme(_op, _sign, position=True)


def _builtin_extreme(op: Any, sign: int) -> Handler:
    def choose(run: Operations, *xs: Any) -> Any:
        values = list(xs[0]) if len(xs) == 1 else list(xs)
        values = [v.item() if isinstance(v, np.ndarray) else v for v in lifted(values, True)]
        try:
            best = run.position(extreme_position(run.plain(values), sign))
        except HoleReached as reached:
            return reached.hole
        return run.chosen(op, (), values, best)

    return choose


# ---------------------------------------------------------------- products


@_handles(np.vdot)
def _vdot(run: Operations, a: Any, b: Any) -> Any:
    return np.sum(lifted(np.ravel(a), True) * lifted(np.ravel(b), True))


@_handles(np.linalg.norm)
def _norm(run: Operations, x: Any, ord: Any = None, axis: Any = None, keepdims: Any = False) -> Any:
    """The root is watched where it is 0."""
    x = lifted(x, exact_ints=True)
    return run.length(np.sum(x * x, axis, keepdims=keepdims))


# ---------------------------------------------------------------- order statistics


def _ranks(q_of: Callable[[int, Any], Any]) -> Callable[..., Any]:
    """The entries around a rank, weighted: `q_of` gives the rank among n entries."""

    def reduce(run: Operations, a: Any, axis: Any, keepdims: Any, q: Any) -> Any:
        def pick(index: tuple[int, ...], group: list[Any]) -> Any:
            hole = holes_in(group)
            if hole is not None:
                return hole
            ordered = sorted(group)
            at = q_of(len(group), q)
            low = _integer(run.core.floor(at))
            t = at - low
            high = ordered[min(low + 1, len(ordered) - 1)]
            return ordered[low] + t * (high - ordered[low])

        return reduce_groups(lifted(a, exact_ints=True), axis, keepdims, pick)

    return reduce


_at_quantile = _ranks(lambda n, q: lift(q) * (n - 1))  # type: ignore[operator]


@_handles(np.median)
def _median(run: Operations, a: Any, axis: Any = None, keepdims: Any = False) -> Any:
    return _at_quantile(run, a, axis, keepdims, Fraction(1, 2))


@_handles(np.quantile)
def _quantile(run: Operations, a: Any, q: Any, axis: Any = None, keepdims: Any = False) -> Any:
    return _at_quantile(run, a, axis, keepdims, q)


@_handles(np.percentile)
def _percentile(run: Operations, a: Any, q: Any, axis: Any = None, keepdims: Any = False) -> Any:
    return _at_quantile(run, a, axis, keepdims, lift(q) / 100)  # type: ignore[operator]


@_handles(np.var)
def _variance(
    run: Operations, a: Any, axis: Any = None, *, ddof: Any = 0, keepdims: Any = False
) -> Any:
    a = lifted(a, exact_ints=True)
    n = fp.count(a, axis)
    far = a - np.sum(a, axis, keepdims=True) / n
    return np.sum(far * far, axis, keepdims=keepdims) / lift(n - ddof)


@_handles(np.std)
def _deviation(run: Operations, a: Any, axis: Any = None, **static: Any) -> Any:
    """The root is watched where it is 0."""
    return run.length(run.compute(np.var, (a, axis), static))


SPECIAL[builtins.max] = _builtin_extreme(builtins.max, 1)
SPECIAL[builtins.min] = _builtin_extreme(builtins.min, -1)
