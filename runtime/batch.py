"""Many examples in one array: what code that `fpad.vmap` has written calls.

A *batched* array has a first axis that counts examples.  NumPy broadcasts from the last axis, so
what has fewer axes than its neighbours gets new ones behind the first.
"""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

from fpad.runtime.errors import InputError


def batch_size(*arrays: Any) -> int:
    """How many examples the batched arguments hold, one of which may be all there is to ask.

    Of a tape, that of what was pushed last.

    Raises:
        InputError: there are only tapes, and nothing was pushed.
    """
    for x in arrays:
        while type(x) is list and x:
            x = x[-1]
        if type(x) is not list and x is not None:  # None: nothing lies there on this way
            return len(x)
    raise InputError("vmap: nothing is there that tells how many examples there are")


def equally_many(*arrays: Any) -> None:
    """Check that all arguments that are mapped over hold equally many examples.

    Raises:
        InputError: they do not.
    """
    sizes = sorted({len(x) for x in arrays})
    if len(sizes) > 1:
        raise InputError(
            f"vmap: arguments that are mapped over have {', '.join(map(str, sizes))} "
            "entries along their axes: give them equally many"
        )


def some_examples(n: int) -> None:
    """Check that there is an example to tell the shape of results.

    Raises:
        InputError: there is none.
    """
    if n == 0:
        raise InputError(
            "vmap: there are no examples, and one is needed to tell the shape of a result"
        )


def rank_of(batched: tuple[Any, ...], single: tuple[Any, ...] = ()) -> int:
    """The rank that one example has once these operands are broadcast together."""
    ranks = [np.ndim(x) - 1 for x in batched] + [np.ndim(x) for x in single]
    return max(ranks)


def lifted(x: Any, rank: int) -> Any:
    """The batched array with as many axes behind the first that an example has this rank."""
    missing = rank + 1 - x.ndim
    return x if missing <= 0 else x.reshape(x.shape[:1] + (1,) * missing + x.shape[1:])


def for_each(x: Any, n: int) -> Any:
    """The same x for each of n examples, as a view that may not be written."""
    return np.broadcast_to(x, (n, *np.shape(x)))


def flat_examples(x: Any) -> Any:
    """Each example as one row."""
    return x.reshape(len(x), math.prod(x.shape[1:]))


def example_shape(x: Any) -> tuple[int, ...]:
    """The shape of one example."""
    return tuple(np.shape(x)[1:])


def example_axis(axis: int, x: Any, more: int = 0) -> int:
    """An axis of the examples in x as one of the batch; `more`: axes that they are about to get.

    Raises:
        AxisError: NumPy's, where an example has no such axis.
    """
    ndim = x.ndim - 1 + more
    if not -ndim <= axis < ndim:
        raise np.exceptions.AxisError(axis, ndim)
    return axis + 1 if axis >= 0 else axis


def enough_axes(x: Any, least: int) -> None:
    """Check that an example has so many axes: counted from the end, the next is the examples'.

    Raises:
        AxisError: NumPy's, for the axis -least.
    """
    if x.ndim - 1 < least:
        raise np.exceptions.AxisError(-least, x.ndim - 1)


def out_axis(x: Any, axis: int) -> None:
    """Check that the results of all examples have the axis that out_axes asks for.

    Raises:
        InputError: they have not.
    """
    if not -x.ndim <= axis < x.ndim:
        raise InputError(
            f"vmap: out_axes is {axis}, and a result has {x.ndim} axes with that of the examples"
        )


def one_like(x: Any) -> Any:
    """Zeros with the shape and the dtype of one example, to be read for these only."""
    return np.broadcast_to(np.zeros((), x.dtype), x.shape[1:])


def shape_with(n: int, shape: Any) -> tuple[int, ...]:
    """The shape of n examples of a shape, which may be an int."""
    return (n, *shape) if isinstance(shape, tuple | list) else (n, shape)


def example_sizes(x: Any, shape: Any) -> tuple[int, ...]:
    """The shape of a batch whose examples get a shape, in which one size may be -1."""
    sizes = tuple(shape) if isinstance(shape, tuple | list) else (shape,)
    if -1 in sizes:
        rest = math.prod(n for n in sizes if n != -1)
        sizes = tuple(math.prod(x.shape[1:]) // max(1, rest) if n == -1 else n for n in sizes)
    return (len(x), *sizes)


def example_room(x: Any, n: int) -> Any:
    """Zeros for n results like x."""
    return np.zeros((n, *np.shape(x)), dtype=getattr(x, "dtype", type(x)))


def example_of(value: Any, results: Any) -> Any:
    """The result of one example, which is about to be put beside the others.

    Raises:
        InputError: it has another shape than theirs.
    """
    if np.shape(value) != results.shape[1:]:
        raise InputError(
            f"vmap: a result has the shape {results.shape[1:]} for some examples and "
            f"{np.shape(value)} for others"
        )
    return value


def fitting(other: Any, then: Any) -> Any:
    """What an example has that does not take an arm, beside what it would have in the arm.

    Raises:
        InputError: they have different shapes, so that examples would have.
    """
    unset = math.prod(other.shape[1:]) == 1 and bool(np.all(np.isnan(other)))
    if other.shape != then.shape and not unset:
        raise InputError(
            f"vmap: an array would have the shape {then.shape[1:]} for some examples and "
            f"{other.shape[1:]} for others"
        )
    return other


def any_example(holds: Any) -> bool:
    """Does it hold for one of the examples?"""
    return bool(np.any(holds))


def most(x: Any) -> int:
    """The largest of the ints of all examples; 0 without examples."""
    return int(np.max(x)) if len(x) else 0


def least(x: Any) -> int:
    """The smallest of the ints of all examples; 0 without examples."""
    return int(np.min(x)) if len(x) else 0


@functools.cache
def keep_memory() -> None:
    """Let the process keep the memory of arrays of up to some MB for the next ones, once.

    A block of seeds makes many arrays of some 100 kB.  The C library of Linux gives memory of that
    size back as soon as it lies at the end of the heap, and gets it page by page again, which costs
    more than what is computed there, until a larger array has been freed: so one is, untouched.
    """
    np.empty(1 << 20)


def basis(x: Any, before: int = 0, after: int = 0) -> Any:
    """Seeds, one unit vector for each entry of x, between so many that are zero.

    Returns:
        An array of shape (before + x.size + after, *x.shape).
    """
    keep_memory()
    size = int(np.size(x))
    dtype = getattr(x, "dtype", np.float64)
    rows = np.eye(before + size + after, size, -before, dtype=dtype)
    return rows.reshape((len(rows), *np.shape(x)))


def row_blocks(rows: Any, before: int, y: Any) -> Any:
    """The block of a Jacobian whose rows belong to the entries of y: shape y.shape + rest."""
    part = rows[before : before + np.size(y)]
    return part.reshape((*np.shape(y), *part.shape[1:]))


def unrow_blocks(block: Any, before: int, y: Any, rows: Any) -> Any:
    """`row_blocks` transposed: zeros but for the rows of y."""
    out = np.zeros_like(rows)
    size = np.size(y)
    out[before : before + size] = np.reshape(block, (size, *rows.shape[1:]))
    return out


def column_blocks(columns: Any, before: int, x: Any) -> Any:
    """The block of a Jacobian whose columns belong to x, from tangents: shape rest + x.shape."""
    part = np.moveaxis(columns[before : before + np.size(x)], 0, -1)
    return part.reshape((*part.shape[:-1], *np.shape(x)))


def uncolumn_blocks(block: Any, before: int, x: Any, columns: Any) -> Any:
    """`column_blocks` transposed: zeros but for the tangents of x."""
    out = np.zeros_like(columns)
    size = np.size(x)
    flat = np.reshape(block, (*columns.shape[1:], size))
    out[before : before + size] = np.moveaxis(flat, -1, 0)
    return out


def no_slope(y: Any, x: Any) -> Any:
    """The block of a Jacobian where y does not depend on x: zeros of shape y.shape + x.shape."""
    dtype = np.result_type(y, x)
    shape = (*np.shape(y), *np.shape(x))
    return np.zeros(shape, dtype if dtype.kind == "f" else np.float64)
