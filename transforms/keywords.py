"""Keywords that all of NumPy's functions share, as plain calls.

np.add(a, b, out=y)                  y[...] = np.add(a, b)
np.divide(a, b, out=y, where=m)      y[...] = np.where(m, np.divide(a, b), y)
np.sum(x, where=m, initial=1.0)      np.sum(np.where(m, x, 0)) + 1.0
np.multiply(a, b, dtype=float)       np.multiply(a.astype(float), b.astype(float))
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.abstract import (
    Held,
    Static,
    Structure,
    Value,
    is_array,
    known_value,
    literal,
)
from fpad.transforms.describing import describe
from fpad.transforms.fitting import called
from fpad.transforms.ir import Const, Do, Store
from fpad.transforms.rules import ARRAY_METHODS
from fpad.transforms.standing import call_written
from fpad.transforms.writer import refuse
from fpad.transforms.written.options import OPTIONS, extreme_from

if TYPE_CHECKING:
    from fpad.transforms.library import Library

Args = Sequence[Value]
Keywords = dict[str, Value]

_EMPTY: dict[Any, tuple[Any, Any]] = {
    np.sum: (0, operator.add),
    np.prod: (1, operator.mul),
    np.max: (None, np.maximum),
    np.min: (None, np.minimum),
    np.mean: (0, None),
    np.any: (False, np.logical_or),
    np.all: (True, np.logical_and),
}
"""Reductions: what stands for entries that are left out, and how an initial value is joined."""
_SAME = {np.amax: np.max, np.amin: np.min}
"""Other names, which NumPy has as functions of their own."""
_CAST = frozenset(
    (
        *(np.sum, np.prod, np.mean, np.cumsum, np.cumprod, np.var, np.std, np.trace, np.diagonal),
        *(np.nansum, np.nanprod, np.nanmean, np.nancumsum, np.nancumprod, np.nanvar, np.nanstd),
        *(getattr(np, n) for n in ("cumulative_sum", "cumulative_prod") if hasattr(np, n)),
        *(np.cov, np.corrcoef),
    )
)
_IGNORED: dict[str, tuple[Any, ...]] = {
    "casting": ("same_kind", "unsafe", "safe"),
    "order": ("K", "C", "A"),
    "subok": (True, False),
    "optimize": (True, False, "optimal", "greedy"),
    "mode": ("raise",),
}
"""Keywords whose listed values change no number."""
_MODED = frozenset((np.take,))
_NAMED_LIKE_METHODS = {np.clip: ARRAY_METHODS["clip"]}
"""Functions whose operands may have the names too that the method of arrays gives them."""


def is_numpys(f: Any) -> bool:
    """Is this a function of NumPy's, which may have the shared keywords?"""
    return (
        isinstance(f, np.ufunc)
        or f in (fp.flatten, fp.astype)
        or (
            str(getattr(f, "__module__", "") or "").partition(".")[0] == "numpy"
            and not isinstance(f, type)
        )
    )


def _is_none(value: Value | None) -> bool:
    return value is None or (isinstance(value, Static) and value.value is None)


def shared(w: Library, variable: str, f: Any, args: Args, kwargs: Keywords) -> Value | None:
    """The result of a call that has one of these keywords; None: it has none."""
    if isinstance(f, np.ufunc) and len(args) > f.nin:
        if len(args) > f.nin + f.nout:
            refuse(f"{called(f)} is given {len(args)} arguments.", f"it takes {f.nin}.")
        return shared(w, variable, f, args[: f.nin], {**kwargs, "out": args[f.nin]})
    method = _NAMED_LIKE_METHODS.get(f)
    if method is not None and args and not kwargs.keys().isdisjoint(method.renamed):
        rest, named = method.call(tuple(args[1:]), kwargs, literal)
        return w.call(variable, f, (args[0], *rest), named)
    f, left = _SAME.get(f, f), dict(kwargs)
    for name, values in _IGNORED.items():
        known = known_value(left[name]) if name in left else None
        plain = isinstance(f, np.ufunc) or name in ("optimize",) or f in _MODED
        if plain and known is not None and known[0] in values:
            del left[name]
    out, where = left.pop("out", None), None
    if isinstance(f, np.ufunc) or f in _EMPTY:
        where = left.pop("where", None)
        if isinstance(where, Static) and where.value is True:
            where = None
    initial = left.pop("initial", None) if f in _EMPTY else None
    dtype = left.pop("dtype", None) if isinstance(f, np.ufunc) or f in _CAST else None
    if len(left) == len(kwargs):
        options = OPTIONS.get(f)
        if options is None or options[0].isdisjoint(kwargs):
            return None
        args = [as_array(w, a) if k == 0 else a for k, a in enumerate(args)]
        return call_written(w, variable, f, options[1], args, kwargs)
    target = None if _is_none(out) else target_of(w, f, out)
    if not _is_none(dtype):
        args = _cast(w, f, args, dtype)
    if f in _EMPTY:
        result = _reduced(w, f, args, left, where, initial)
    else:
        result = w.call(w.fresh("value"), f, args, left)
        if where is not None:
            if target is None:
                refuse(
                    f"{called(f)} with where= leaves entries unset.",
                    "give out=, or select with np.where.",
                )
            result = w.call(w.fresh("value"), np.where, (where, result, w.env[target]), {})
    if target is None:
        return result
    if not isinstance(f, np.ufunc) and f is not np.clip:
        made, there = as_array(w, result), w.env[target]
        assert isinstance(made, Held)
        assert isinstance(there, Held)
        w.emit(Do(fp.same_shape, (made.atom, there.atom), (), w.origin))
    store = Store(target, Const(Ellipsis), Const(None), w.origin)
    w.store(store, w.env[target], result)
    return w.env[target]


def target_of(w: Library, f: Any, out: Value | None) -> str:
    """The variable that holds the array which out= names."""
    if isinstance(out, Structure) and len(out.items) == 1:
        out = out.items[0]
    found = [v for v, x in w.env.items() if x == out and v in w.locals]
    if not found or not isinstance(out, Held) or not is_array(out):
        refuse(
            f"out= of {called(f)} is {'a value' if out is None else describe(out)} without a name.",
            "give it the array by its name, or assign the result: y[1:] = np.sin(x).",
        )
    return found[0]


def _cast(w: Library, f: Any, args: Args, dtype: Value | None) -> Args:
    """The operands in the dtype that the operation is carried out in."""
    known = known_value(dtype) if dtype is not None else None
    if known is None or np.dtype(known[0]).kind not in "fiu":
        refuse(f"The dtype of {called(f)} is not known.", "name a dtype: dtype=np.float64.")
    count = f.nin if isinstance(f, np.ufunc) else 1
    assert dtype is not None
    return [
        w.operation(None, fp.astype, (as_array(w, a), dtype), {}) if k < count else a
        for k, a in enumerate(args)
    ]


def as_array(w: Library, value: Value) -> Value:
    """A display as the array that it makes; anything else as it is."""
    return w.array(value) if isinstance(value, Structure) else value


def _reduced(
    w: Library, f: Any, args: Args, kwargs: Keywords, where: Value | None, initial: Value | None
) -> Value:
    """A reduction that leaves entries out, or starts with a value."""
    fill, join = _EMPTY[f]
    array, *rest = [as_array(w, args[0]), *args[1:]]
    if where is not None:
        empty = literal(fill) if fill is not None else initial
        if empty is None:
            refuse(f"{called(f)} with where= needs initial=.", "give it, as NumPy asks for it.")
        kept = w.operation(None, np.where, (where, array, empty), {})
        if f is np.mean:
            blank = w.operation(None, np.zeros_like, (array,), {})
            mask = w.operation(
                None,
                np.logical_or,
                (where, w.operation(None, np.not_equal, (blank, blank), {})),
                {},
            )
            total = w.operation(None, np.sum, (kept, *rest), dict(kwargs))
            count = w.operation(None, np.sum, (mask, *rest), dict(kwargs))
            dtype = w.operation(None, fp.dtype, (total,), {})
            count = w.operation(None, fp.astype, (count, dtype), {})
            return w.operation(None, operator.truediv, (total, count), {})
        array = kept
    if f in (np.max, np.min) and initial is not None and not _is_none(initial):
        extreme = Static(f), array, initial
        return call_written(w, w.fresh("value"), f, extreme_from, (*extreme, *rest), kwargs)
    result = w.operation(w.fresh("value"), f, (array, *rest), kwargs)
    if initial is None or _is_none(initial):
        return result
    if join is None:
        refuse(f"{called(f)} has no initial value.", "leave it out.")
    return w.operation(None, join, (result, initial), {})
