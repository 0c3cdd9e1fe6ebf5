"""Methods of NumPy's ufuncs, as plain calls.

np.add.reduce(x)            np.sum(x, 0)
np.hypot.reduce(x)          a loop over the entries
np.add.at(x, rows, v)       x[rows] += v, where repeated rows add up
np.multiply.at(x, k, v)     a loop over the entries of k
"""

from __future__ import annotations

import operator
import types
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.abstract import Held, Static, Structure, Value, literal, operand_of
from fpad.transforms.fitting import called
from fpad.transforms.ir import StoreAdd
from fpad.transforms.keywords import as_array, target_of
from fpad.transforms.kinds import Num
from fpad.transforms.standing import call_written
from fpad.transforms.writer import refuse
from fpad.transforms.written.ufuncs import (
    METHODS,
    ufunc_accumulate,
    ufunc_at,
    ufunc_outer,
    ufunc_reduce,
    ufunc_reduceat,
    unary_at,
)

if TYPE_CHECKING:
    from fpad.transforms.library import Library

Args = Sequence[Value]
Keywords = dict[str, Value]

_ANY: dict[str, Callable[..., Any]] = {
    "accumulate": ufunc_accumulate,
    "outer": ufunc_outer,
    "reduce": ufunc_reduce,
}
"""Methods that are written out for every ufunc of two operands, unless they mean something else."""


def ufunc_method(w: Library, variable: str, f: Any, args: Args, kwargs: Keywords) -> Value | None:
    """The result of np.add.reduce(..) and its relatives; None: f is no such method."""
    if not isinstance(f, types.BuiltinMethodType) or not isinstance(f.__self__, np.ufunc):
        return None
    ufunc, name = f.__self__, f.__name__
    if name == "at":
        return _at(w, variable, f, args)
    if name == "accumulate" and ufunc in (np.maximum, np.minimum):
        return _running(w, variable, ufunc, args, kwargs)
    means = METHODS.get((ufunc, name))
    if means is not None:
        if len(args) < 2 and "axis" not in kwargs:
            kwargs = {**kwargs, "axis": literal(0)}
        return w.call(variable, means, args, kwargs)
    if ufunc.nin != 2 or ufunc.nout != 1 or ufunc.signature is not None:
        refuse(f"{called(ufunc)}.{name} has no derivative rule.", "write it as a loop.")
    array, *rest = [as_array(w, args[0]), *args[1:]]
    if name == "reduceat":
        reduce = METHODS.get((ufunc, "reduce"), ufunc.reduce)
        return call_written(w, variable, f, ufunc_reduceat, (Static(reduce), array, *rest), kwargs)
    written = _ANY[name]
    return call_written(w, variable, f, written, (Static(ufunc), array, *rest), kwargs)


def _running(w: Library, variable: str, ufunc: Any, args: Args, kwargs: Keywords) -> Value:
    """The largest, or smallest, entry so far."""
    array = as_array(w, args[0])
    axis = args[1] if len(args) > 1 else kwargs.get("axis", literal(0))
    sign = literal(1 if ufunc is np.maximum else -1)
    where = w.operation(None, fp.running, (array, axis, sign), {})
    return w.operation(variable, np.take_along_axis, (array, where, axis), {})


def _at(w: Library, variable: str, f: Any, args: Args) -> Value:
    """np.add.at(x, index, v): entries that the index names twice receive both."""
    ufunc = f.__self__
    base, index = args[0], args[1]
    if len(args) != ufunc.nin + 1 or ufunc.nin > 2 or ufunc.nout != 1:
        refuse(f"{called(ufunc)}.at has no derivative rule.", "write a loop.")
    target_of(w, f, base)
    if isinstance(index, Structure) and index.make is list:
        index = w.array(index)
    if ufunc.nin == 1:
        return call_written(w, variable, f, unary_at, (Static(ufunc), base, index), {})
    value = as_array(w, args[2])
    if ufunc not in (np.add, np.subtract):
        return call_written(w, variable, f, ufunc_at, (Static(ufunc), base, index, value), {})
    if ufunc is np.subtract:
        value = w.operation(None, operator.neg, (value,), {})
    at = operand_of(index)
    amount, kind = operand_of(value), base.kind if isinstance(base, Held) else None
    if at is None or amount is None or not isinstance(kind, Num) or kind.num != "float":
        refuse("An entry is added to what is no array of floats.", "make the array of floats.")
    assert isinstance(base, Held)
    assert isinstance(base.atom, str)
    w.emit(StoreAdd(base.atom, at, amount, w.origin))
    return Static(None)
