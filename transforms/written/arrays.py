"""Operations of NumPy that take arrays apart, join them, or choose between them."""

from __future__ import annotations

from typing import Any

import numpy as np

from fpad import runtime as fp

TOGETHER = type(np.broadcast_arrays(np.zeros(1)))
"""What arrays of one shape are put into: a tuple, a list before NumPy 2."""


def column_stack(tup: Any) -> Any:
    """`numpy.column_stack`, written out."""
    columns = [np.reshape(v, (-1, 1)) if np.ndim(v) < 2 else v for v in tup]
    return np.concatenate(columns, 1)


def dstack(tup: Any) -> Any:
    """`numpy.dstack`, written out."""
    return np.concatenate([np.atleast_3d(v) for v in tup], 2)


def block(arrays: Any) -> Any:
    """`numpy.block`, written out."""
    if not isinstance(arrays, list):
        return np.atleast_1d(arrays)
    if isinstance(arrays[0], list):
        return np.concatenate([np.atleast_2d(block(row)) for row in arrays], -2)
    return np.concatenate([np.atleast_1d(v) for v in arrays], -1)


def select(condlist: Any, choicelist: Any, default: Any = 0.0) -> Any:
    """`numpy.select`, written out."""
    out = np.where(condlist[-1], choicelist[-1], default)
    for condition, choice in reversed(list(zip(condlist[:-1], choicelist[:-1], strict=True))):
        out = np.where(condition, choice, out)
    return out


def choose(a: Any, choices: Any, mode: Any = "raise") -> Any:
    """`numpy.choose`, written out."""
    if mode == "clip":
        a = np.clip(a, 0, len(choices) - 1)
    elif mode == "wrap":
        a = np.mod(a, len(choices))
    elif np.any(np.less(a, 0)) or np.any(np.greater_equal(a, len(choices))):
        raise ValueError("invalid entry in choice array")
    out = choices[0]
    for k in range(1, len(choices)):
        out = np.where(np.equal(a, k), choices[k], out)
    return out


def piecewise(x: Any, condlist: Any, funclist: Any, *args: Any, **kw: Any) -> Any:
    """`numpy.piecewise`, written out."""
    x = np.asarray(x)  # a mask selects from an array without axes too
    out = np.zeros_like(x)
    taken = np.zeros_like(x, dtype=bool)
    for condition in condlist:
        taken = np.logical_or(taken, condition)
    masks = list(condlist)
    if len(funclist) == len(condlist) + 1:
        masks = [*masks, np.logical_not(taken)]
    for mask, f in zip(masks, funclist, strict=True):
        if callable(f):
            out[mask] = f(x[mask], *args, **kw)
        else:
            out[mask] = f
    return out


def ediff1d(ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    """`numpy.ediff1d`, written out."""
    out = np.diff(np.ravel(ary))
    dtype = np.asarray(ary).dtype
    if to_begin is not None:
        out = np.concatenate((np.ravel(np.asarray(to_begin)).astype(dtype), out))
    if to_end is not None:
        out = np.concatenate((out, np.ravel(np.asarray(to_end)).astype(dtype)))
    return out


def apply_along_axis(func1d: Any, axis: Any, arr: Any, *args: Any, **kwargs: Any) -> Any:
    """`numpy.apply_along_axis`, written out."""
    turned = np.moveaxis(arr, axis, -1)
    rows = np.reshape(turned, (-1, np.shape(arr)[axis]))
    first = func1d(rows[0], *args, **kwargs)
    count = len(rows)
    if np.ndim(first) == 0:
        out = np.full(count, first)
        whole = fp.fixed("bool", np.issubdtype, (out.dtype, np.integer))
        for k in range(1, count):
            value = func1d(rows[k], *args, **kwargs)
            if whole and isinstance(value, float):
                raise TypeError("np.apply_along_axis makes integers of all results: give floats")
            out[k] = value
        return np.reshape(out, np.shape(turned)[:-1])
    table = np.repeat(np.expand_dims(first, 0), count, 0)
    for k in range(1, count):
        table[k] = func1d(rows[k], *args, **kwargs)
    table = np.reshape(table, np.shape(turned)[:-1] + np.shape(first))
    own, at = np.ndim(first), axis % np.ndim(arr)
    return np.moveaxis(table, tuple(range(-own, 0)), tuple(range(at, at + own)))


def vectorized(pyfunc: Any, *args: Any, **kwargs: Any) -> Any:
    """What `numpy.vectorize(pyfunc)` does with arrays.

    The function is called with numbers of Python, and before that with the first entries: what it
    gives there says of what type the result is.
    """
    if kwargs:
        return vectorized_rest(pyfunc, vectorized, (), *args, **kwargs)
    together = np.broadcast_arrays(*args)
    flat = [np.ravel(a) for a in together]
    first = pyfunc(*[a[0] for a in flat])
    if isinstance(first, tuple):
        return _several_results(pyfunc, first, flat, np.shape(together[0]))
    out = np.full(np.size(flat[0]), first)
    whole = fp.fixed("bool", np.issubdtype, (out.dtype, np.integer))
    for k in range(np.size(flat[0])):
        value = pyfunc(*[a[k].item() for a in flat])
        if whole and isinstance(value, float):
            raise TypeError("np.vectorize makes integers of all results: give otypes=[float]")
        out[k] = value
    return np.reshape(out, np.shape(together[0]))


def _several_results(pyfunc: Any, first: Any, flat: Any, shape: Any) -> Any:
    """An array for each result of a function that returns a tuple."""
    outs = tuple([np.full(np.size(flat[0]), value) for value in first])
    for k in range(np.size(flat[0])):
        values = pyfunc(*[a[k].item() for a in flat])
        for out, value in zip(outs, values, strict=True):
            if fp.fixed("bool", np.issubdtype, (out.dtype, np.integer)) and isinstance(
                value, float
            ):
                raise TypeError("np.vectorize makes integers of all results: give otypes=[float]")
            out[k] = value
    return tuple([np.reshape(out, shape) for out in outs])


def vectorized_floats(pyfunc: Any, *args: Any, **kwargs: Any) -> Any:
    """What `numpy.vectorize(pyfunc, otypes=[float])` does with arrays."""
    if kwargs:
        return vectorized_rest(pyfunc, vectorized_floats, (), *args, **kwargs)
    together = np.broadcast_arrays(*args)
    flat = [np.ravel(a) for a in together]
    out = np.zeros(np.size(flat[0]))
    for k in range(np.size(flat[0])):
        out[k] = pyfunc(*[a[k].item() for a in flat])
    return np.reshape(out, np.shape(together[0]))


def vectorized_rest(pyfunc: Any, how: Any, excluded: Any, *args: Any, **kwargs: Any) -> Any:
    """What `numpy.vectorize(pyfunc, excluded=..)` does: how(f, *arrays), f of what has entries."""
    places = [k for k in range(len(args)) if k not in excluded]
    names = [name for name in kwargs if name not in excluded]

    def of_entries(*entries: Any) -> Any:
        last = len(places)
        whole = [entries[places.index(k)] if k in places else args[k] for k in range(len(args))]
        named = {
            name: entries[last + names.index(name)] if name in names else kwargs[name]
            for name in kwargs
        }
        return pyfunc(*whole, **named)

    return how(of_entries, *[args[k] for k in places], *[kwargs[name] for name in names])


def vectorized_cores(pyfunc: Any, cores: Any, count: Any, *args: Any) -> Any:
    """What `numpy.vectorize(pyfunc, signature=..)` does.

    Args:
        pyfunc: the function.
        cores: the names of the last axes of each argument, which it takes.
        count: how many results it has; None for one that is no tuple.
        args: the arguments.
    """
    sizes: dict[str, Any] = {}
    for a, names in zip(args, cores, strict=True):
        if np.ndim(a) < len(names):
            raise ValueError("an argument does not have enough dimensions for all core dimensions")
        for k, name in enumerate(names):
            size = np.shape(a)[k - len(names)]
            if name in sizes and sizes[name] != size:
                raise ValueError("inconsistent size for core dimension")
            sizes[name] = size
    total = np.zeros(())
    for a, names in zip(args, cores, strict=True):
        total = total + np.zeros(np.shape(a)[: np.ndim(a) - len(names)])
    rows = []
    for a, names in zip(args, cores, strict=True):
        core = np.shape(a)[np.ndim(a) - len(names) :]
        wide = np.broadcast_to(a, np.shape(total) + core)
        rows.append(np.reshape(wide, (np.size(total), *core)))
    if count is None:
        out = np.array([pyfunc(*[part[k] for part in rows]) for k in range(np.size(total))])
        return np.reshape(out, np.shape(total) + np.shape(out)[1:])
    columns: Any = tuple([[] for _ in range(count)])
    for k in range(np.size(total)):
        results = pyfunc(*[part[k] for part in rows])
        for j in range(count):
            columns[j].append(results[j])
    outs = [np.array(column) for column in columns]
    return tuple([np.reshape(out, np.shape(total) + np.shape(out)[1:]) for out in outs])


def broadcast_arrays(*args: Any) -> Any:
    """`numpy.broadcast_arrays`, written out."""
    total = args[0]
    for a in args[1:]:
        total = total + a
    return TOGETHER([np.broadcast_to(a, np.shape(total)) for a in args])


WRITTEN: dict[Any, Any] = {
    np.apply_along_axis: apply_along_axis,
    np.block: block,
    np.broadcast_arrays: broadcast_arrays,
    np.choose: choose,
    np.column_stack: column_stack,
    np.dstack: dstack,
    np.ediff1d: ediff1d,
    np.piecewise: piecewise,
    np.select: select,
}
