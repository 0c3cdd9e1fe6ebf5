"""Operations with several results, and those that are known once the sizes of arrays are.

a, b = np.split(x, 2)      n = np.shape(x)[0] // 2;  a = x[0:n];  b = x[n:2 * n]
np.ndim(x)                 no statement, if the number of axes is known
r, = np.nonzero(m)         r = fp.nonzero(m, 0)
np.ndindex(2, n)           a loop over range(2 * n)
"""

from __future__ import annotations

import itertools
import operator
import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeGuard

import numpy as np

from fpad import runtime as fp
from fpad.transforms import objects
from fpad.transforms.abstract import (
    Held,
    Partial,
    Static,
    Structure,
    Value,
    Woven,
    is_array,
    is_grown,
    is_number,
    known_value,
    literal,
    to_python,
)
from fpad.transforms.arranging import whole_list
from fpad.transforms.closures import Closure
from fpad.transforms.describing import describe
from fpad.transforms.ir import Const, Do, Operand, Slice
from fpad.transforms.iteration import items_of
from fpad.transforms.kinds import INT, Num, ShapeKind
from fpad.transforms.known_lengths import length_of
from fpad.transforms.variants import VARIANTS, given, rank_of
from fpad.transforms.writer import refuse
from fpad.transforms.written import array_iterators
from fpad.transforms.written.arrays import (
    vectorized,
    vectorized_cores,
    vectorized_floats,
    vectorized_rest,
)

if TYPE_CHECKING:
    from fpad.transforms.library import Library

Args = Sequence[Value]
Keywords = dict[str, Value]


def _ndim(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    rank = rank_of(args[0]) if len(args) == 1 and not kwargs else None
    return literal(rank) if rank is not None else w.operation(variable, np.ndim, args, kwargs)


# ---------------------------------------------------------------- parts of an array


def _number(w: Library, op: Any, *operands: Operand) -> Operand:
    """An int, computed now if it can be."""
    if all(isinstance(o, Const) for o in operands):
        return Const(op(*(o.value for o in operands)))  # type: ignore[union-attr]
    return w.let(None, op, operands, INT).atom


def _atom(value: Value) -> Operand:
    if isinstance(value, Held) and isinstance(value.kind, Num) and value.kind.num == "int":
        return value.atom
    refuse(f"An array is split at {describe(value)}.", "give ints.")


def _bounds(w: Library, array: Held, where: Value, axis: int, even: bool) -> list[Operand]:
    """The places where the parts begin and end."""
    count = known_value(where)
    shape = w.let(None, np.shape, (array.atom,), ShapeKind(rank_of(array)))
    length = w.element(None, shape, Const(axis)).atom
    if isinstance(where, Structure):
        return [Const(0), *map(_atom, where.items), length]
    cuts = length_of(w, where.atom) if isinstance(where, Held) and is_array(where) else None
    if cuts is not None:
        places = [w.element(None, where, Const(k)).atom for k in range(cuts)]  # type: ignore[arg-type]
        return [Const(0), *places, length]
    if count is None or not isinstance(count[0], int):
        refuse(
            f"An array is split into parts whose number is {describe(where)}, not known while the "
            "code is written.",
            "write the number as a constant.",
        )
    if even or count[0] < 1:
        w.emit(Do(fp.equal_parts, (length, Const(count[0])), (), w.origin))
    if count[0] < 1:
        return [Const(0), length]
    size = _number(w, operator.floordiv, length, Const(count[0]))
    more = Const(0) if even else _number(w, operator.mod, length, Const(count[0]))
    bounds: list[Operand] = [Const(0)]
    for k in range(1, count[0]):
        start = _number(w, operator.mul, size, Const(k)) if k > 1 else size
        if not even:
            start = _number(w, operator.add, start, _number(w, min, Const(k), more))
        bounds.append(start)
    return [*bounds, length]


def _split(name: str, axis: int | None, even: bool = True) -> Callable[..., Value]:
    def take(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
        names = ("ary", "indices_or_sections", *(("axis",) if axis is None else ()))
        array, where, *rest = given(name, names, args, kwargs, axis=0)
        if isinstance(array, Structure):
            array = w.array(array)
        along = known_value(rest[0]) if rest else (axis,)
        if not isinstance(array, Held) or along is None or not isinstance(along[0], int):
            refuse(f"{name} is given {describe(array)}.", "give an array and a constant axis.")
        k = along[0]
        if name == "hsplit" and rank_of(array) == 1:
            k = 0
        whole: tuple[Operand, ...] = (Slice(Const(None), Const(None), Const(None)),)
        rank = rank_of(array)
        k = k if rank is None or k >= 0 else k + rank
        lead, behind = whole * k, whole * (-k - 1)
        if k < 0:
            lead = (Const(Ellipsis),)
        bounds = _bounds(w, array, where, k, even)
        parts: list[Value] = []
        for a, b in itertools.pairwise(bounds):
            part: Operand = Slice(a, b, Const(None))
            parts.append(w.element(None, array, (*lead, part, *behind) if lead else part))
        return w.sequence(list, parts)

    return take


# ---------------------------------------------------------------- several results


def _positions(w: Library, array: Value) -> Structure:
    """A vector of positions for each axis: np.nonzero."""
    if isinstance(array, Structure):
        array = w.array(array)
    rank = rank_of(array)
    if rank is None or rank == 0:
        refuse(
            f"The positions in {describe(array)} are asked for, whose number of axes is not known.",
            "use a mask, or np.flatnonzero.",
        )
    found = [w.operation(None, fp.nonzero, (array, literal(k)), {}) for k in range(rank)]
    return w.sequence(tuple, found)


def _nonzero(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    return _positions(w, given("nonzero", ("a",), args, kwargs)[0])


def _where(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    if len(args) == 1 and not kwargs:
        return _positions(w, args[0])
    return w.operation(variable, np.where, args, kwargs)


def _both(first: Any, second: Any) -> Callable[..., Value]:
    """Two operations on the same operands, as a tuple."""

    def take(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
        return w.sequence(tuple, [w.operation(None, op, args, kwargs) for op in (first, second)])

    return take


def _unravel(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """np.unravel_index(k, shape) for a shape whose length is known."""
    names = ("indices", "shape", "order")
    index, shape, order = given("unravel_index", names, args, kwargs, order="C")
    sizes = None if is_number(shape) else items_of(w, shape)
    if sizes is None:
        refuse(
            f"unravel_index is given {describe(shape)}; its length is not known while the code is "
            "written.",
            "write the shape as a tuple.",
        )
    index = w.array(index) if isinstance(index, Structure) else index
    how = () if known_value(order) == ("C",) else (order,)
    each = (literal(k) for k in range(len(sizes)))
    found = [w.operation(None, fp.unraveled, (index, shape, k, *how), {}) for k in each]
    return w.sequence(tuple, found)


def _many(op: Any) -> Callable[..., Value]:
    """np.atleast_1d(a, b): one result for each argument."""

    def take(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
        if len(args) == 1:
            return w.operation(variable, op, args, kwargs)
        return w.sequence(tuple, [w.operation(None, op, (a,), {}) for a in args])

    return take


def _callable(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    value = args[0]
    if isinstance(value, Static):
        return Static(callable(value.value))
    return Static(isinstance(value, Structure) and issubclass(value.make, Closure))


def _modf(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """The fraction, and what is cut off."""
    whole = w.operation(None, np.trunc, args, kwargs)
    return w.sequence(tuple, [w.operation(None, np.subtract, (*args, whole), {}), whole])


# ---------------------------------------------------------------- loops over indices


def _ndindex(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """np.ndindex(2, n), np.ndindex(x.shape)."""
    if len(args) == 1 and not is_number(args[0]):
        items = items_of(w, args[0])
        if items is None:
            refuse(
                f"ndindex is given {describe(args[0])} of unknown length.",
                "give it ints, or the shape of an array whose number of axes is known.",
            )
        args = items
    return Woven("ndindex", tuple(args))


def _ndenumerate(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    (array,) = given("ndenumerate", ("arr",), args, kwargs)
    return Woven("ndenumerate", (w.array(array) if isinstance(array, Structure) else array,))


def _nditer(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """np.nditer(x), to read; the entries must lie in C order in memory, as it goes by that.

    Of several arrays, or with flags, it is an object of the class that stands for it.
    """
    none = Static(None)
    names = ("op", "flags", "op_flags", "order")
    array, flags, op_flags, order = given(
        "nditer", names, args, kwargs, flags=None, op_flags=None, order="K"
    )
    _check_flags(flags, array_iterators.FLAGS)
    _check_flags(op_flags, array_iterators.OPERAND_FLAGS)
    if isinstance(array, Structure) or (flags, op_flags) != (none, none):
        about = {"op_flags": op_flags, "order": order}
        return objects.construct(w, array_iterators.Iterated, (array,), about)
    known = known_value(order)
    if known is None or known[0] != "C":
        array = w.operation(None, fp.in_order, (array,), {})
    return Woven("nditer", (array,))


def _check_flags(value: Value, known: Sequence[str]) -> None:
    """Refuse flags of nditer that change what it gives."""
    told = to_python(value)
    flags = () if told is None or told[0] is None else told[0]
    each = [f for hows in flags for f in ([hows] if isinstance(hows, str) else hows)]
    if told is None or not set(each) <= set(known):
        refuse("nditer is given other flags.", f"leave all out but {', '.join(known)}.")


def _vectorize(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """np.vectorize(f), a partial of the function that stands for it."""
    kinds = to_python(kwargs.pop("otypes", Static(None)))
    if kinds is None or kinds[0] not in (None, [float], [np.float64], "d"):
        refuse("The otypes of vectorize are no floats.", "leave them out.")
    signature = known_value(kwargs.pop("signature", Static(None)))
    excluded = to_python(kwargs.pop("excluded", Static(None)))
    kwargs.pop("cache", None)
    kwargs.pop("doc", None)
    (f,) = given("vectorize", ("pyfunc",), args, kwargs)
    if signature is None:
        refuse("The signature of vectorize is not known.", "write it as a constant.")
    if excluded is None:
        refuse("What vectorize excludes is not known.", "write it as a constant.")
    how = vectorize_stands_for(w, f, kinds[0] is None, signature[0], excluded[0] or ())
    return Structure(Partial, ("func", *range(len(how[1]))), (Static(how[0]), *how[1]))


def vectorize_stands_for(
    w: Library, f: Value, any_type: bool, signature: str | None, excluded: Iterable[int | str]
) -> tuple[Any, tuple[Value, ...]]:
    """The function that does what np.vectorize(f) does, and its first arguments."""
    if signature is None:
        plain = vectorized if any_type else vectorized_floats
        if not excluded:
            return plain, (f,)
        rest = [Static(e) if isinstance(e, str) else literal(e) for e in sorted(excluded, key=str)]
        return vectorized_rest, (f, Static(plain), w.sequence(tuple, rest))
    if excluded:
        refuse("vectorize has a signature, and excludes arguments.", "write a loop.")
    given_, _, results = signature.replace(" ", "").partition("->")
    cores = [part.split(",") if part else [] for part in _CORES.findall(given_)]
    names = [w.sequence(tuple, [Static(name) for name in part]) for part in cores]
    many = len(_CORES.findall(results))
    count = literal(many) if many > 1 else Static(None)
    return vectorized_cores, (f, w.sequence(tuple, names), count)


_CORES = re.compile(r"\(([^)]*)\)")
"""The axes of one argument in a signature such as "(n),(n)->()"."""


def _block(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """np.block of lists in lists: they are joined along the last axis, the one before it, .."""
    (arrays,) = given("block", ("arrays",), args, kwargs)

    def depth(v: Value) -> int:
        return 1 + depth(v.items[0]) if _is_list(v) else 0

    def rank(v: Value, around: int) -> int:
        if _is_list(v):
            return max(rank(part, around + 1) for part in v.items)
        own = rank_of(v)
        if own is None:
            refuse("np.block is given an array of unknown rank.", "use np.concatenate.")
        return max(own, around)

    def joined(v: Value, name: str | None) -> Value:
        if _is_list(v):
            parts = w.sequence(list, [joined(part, None) for part in v.items])
            return w.operation(name, np.concatenate, (parts, literal(-depth(v))), {})
        more = w.sequence(tuple, [literal(k) for k in range(whole - (rank_of(v) or 0))])
        array = w.operation(None if more.items else name, np.array, (v,), {})
        return w.operation(name, np.expand_dims, (array, more), {}) if more.items else array

    whole = rank(arrays, 0)
    return joined(arrays, variable)


def _is_list(v: Value) -> TypeGuard[Structure]:
    return isinstance(v, Structure) and v.make is list and not is_grown(v) and bool(v.items)


def _fromiter(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    values, dtype = given("fromiter", ("iter", "dtype"), args, kwargs, dtype=float)
    items = items_of(w, values, at_once=True)
    whole = whole_list(w, values) if items is None else w.sequence(list, items)
    return w.operation(variable, np.array, (whole, dtype), {})


TAKING: dict[Any, Callable[..., Value]] = {
    **VARIANTS,
    callable: _callable,
    np.block: _block,
    np.array_split: _split("array_split", None, even=False),
    np.atleast_1d: _many(np.atleast_1d),
    np.atleast_2d: _many(np.atleast_2d),
    np.atleast_3d: _many(np.atleast_3d),
    np.divmod: _both(np.floor_divide, np.remainder),
    np.dsplit: _split("dsplit", 2),
    np.hsplit: _split("hsplit", 1),
    np.modf: _modf,
    np.fromiter: _fromiter,
    np.ndenumerate: _ndenumerate,
    np.ndim: _ndim,
    np.ndindex: _ndindex,
    np.nditer: _nditer,
    np.nonzero: _nonzero,
    np.split: _split("split", None),
    np.unravel_index: _unravel,
    np.vsplit: _split("vsplit", 0),
    np.vectorize: _vectorize,
    np.where: _where,
}
