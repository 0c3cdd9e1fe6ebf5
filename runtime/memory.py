"""Ownership of memory, and checks that can only be made when the program runs."""

from __future__ import annotations

import inspect
import itertools
import logging
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from fpad.runtime.arrays import is_array, zeros_like
from fpad.runtime.errors import InputError


def own(x: Any) -> np.ndarray:
    """A new array of the entries of x, also for a scalar: memory that may be written in place."""
    return np.array(x)


def asarray(x: Any) -> np.ndarray:
    """Make x an array; x itself if it is one."""
    return np.asarray(x)


def element(x: Any) -> Any:
    """x, if it is a single number.

    Raises:
        InputError: x is an array: then the program goes on using a view of memory that it has
            written in between, which fpad reads as a copy.
    """
    if isinstance(x, np.ndarray):
        raise InputError(
            f"a part of shape {x.shape} of an array is used after the array was written; "
            "only single elements may be. Take a copy: v = x[i].copy()"
        )
    return x


def shares(view: Any, base: Any) -> bool:
    """Is what was made of `base` by indexing or rearranging it a view of its memory, no copy?"""
    if not is_array(view) or not is_array(base):
        return False
    if isinstance(view, np.ndarray) and isinstance(base, np.ndarray):
        return bool(np.may_share_memory(view, base))
    library = sys.modules[type(view).__module__.partition(".")[0]]
    return bool(library.may_share_memory(view, base))


def within(x: Any, axis: int, lower: Any, upper: Any, step: Any, k: int) -> int:
    """Which position along an axis of x entry k of the slice lower:upper:step is.

    Raises:
        IndexError: the slice has no such entry.
    """
    picked = range(x.shape[axis])[slice(lower, upper, step)]
    if not -len(picked) <= k < len(picked):
        raise IndexError(f"index {k} is out of bounds for axis {axis} with size {len(picked)}")
    return picked[k]


def disjoint(*arrays: Any) -> None:
    """Nothing, if the arrays share no memory.

    Raises:
        InputError: two arguments overlap, one of which the function writes.
    """
    for k, a in enumerate(arrays):
        for b in arrays[k + 1 :]:
            if (
                isinstance(a, np.ndarray)
                and isinstance(b, np.ndarray)
                and np.may_share_memory(a, b)
                and np.shares_memory(a, b)
            ):
                raise InputError(
                    "two arguments share memory and the function writes one of them: "
                    "pass a copy of one"
                )


def seed(t: Any, like: Any) -> Any:
    """The tangent or cotangent t of `like`: of its shape, cast to its float type.

    Raises:
        InputError: t has another shape, or holds no real numbers.
    """
    if type(t) is not float:
        given_dtype = getattr(t, "dtype", None) or np.asarray(t).dtype
        if given_dtype.kind not in "fiub":
            raise InputError(f"a seed holds no real numbers: {t!r}")
    shape, given = getattr(like, "shape", ()), np.shape(t)
    if given != shape:
        raise InputError(f"a seed has shape {given}; its value has shape {shape}")
    dtype = getattr(like, "dtype", None)
    if dtype is None:
        return float(t)
    if dtype.kind != "f":
        dtype = np.dtype(np.float64)
    if isinstance(like, np.generic):
        return dtype.type(t)
    known = getattr(t, "dtype", None)  # of a list there is none, which equals the type of a double
    return t if known is not None and known == dtype else np.asarray(t, dtype=dtype)


def fail(error: Any, /, *args: Any, **named: Any) -> None:
    """`raise error(*args, **named) from cause`; one that is made already is raised as it is."""
    causes = [named.pop("cause")] if "cause" in named else []
    made = error(*args, **named) if isinstance(error, type) else error
    if causes:
        raise made from causes[0]
    raise made


def parts(x: Any, n: int) -> None:
    """Nothing, if x has n entries along its first axis, to be unpacked into n names.

    Raises:
        ValueError: Python's own, where it has more or fewer.
    """
    if len(x) > n:
        raise ValueError(f"too many values to unpack (expected {n})")
    if len(x) < n:
        raise ValueError(f"not enough values to unpack (expected {n}, got {len(x)})")


def at_least(x: Any, n: int) -> None:
    """Nothing, if x has n entries along its first axis or more.

    Raises:
        InputError: it has fewer.
    """
    if len(x) < n:
        raise InputError(
            f"zip is given {len(x)} numbers beside {n} values that no array can hold: give as many"
        )


def same_shape(value: Any, out: Any) -> None:
    """Nothing, if the array `out` has the shape of what a reduction puts there.

    Raises:
        ValueError: it has another shape; an operation on entries would spread its result.
    """
    if np.shape(value) != np.shape(out):
        raise ValueError(
            f"output parameter has shape {np.shape(out)}, and the result {np.shape(value)}"
        )


def all_given(values: Any, n: int, least: int = -1) -> None:
    """Nothing, if there are n values or more: for each of the parameters one.

    Nor if there are only those that have no defaults, or not even these, which is another error.

    Raises:
        InputError: defaults would stand for some of those that have them.
    """
    if least < len(values) < n:
        raise InputError(
            f"{len(values)} arguments after a star are given to a function that takes {n}: "
            "give also those that have defaults"
        )


def apply(f: Any, named: dict[str, Any], *runs: tuple[Any, ...]) -> Any:
    """`f(*runs[0], *runs[1], .., **named)`."""
    return f(*itertools.chain.from_iterable(runs), **named)


def runs_joined(first: Any, *others: Any) -> Any:
    """The lists or tuples, one behind the other."""
    return sum(others, start=first)


def merged(*tables: dict[Any, Any]) -> dict[Any, Any]:
    """A dict with the items of all; where a key comes again, its last value."""
    return {k: v for table in tables for k, v in table.items()}


def listed(values: Any) -> list[Any]:
    """The values that a comprehension runs over."""
    return list(values)


def is_sequence(x: Any, least: int, more: bool) -> bool:
    """Does it fit a pattern of so many parts, or more?"""
    fits = isinstance(x, Sequence) and not isinstance(x, str | bytes | bytearray)
    return fits and (len(x) >= least if more else len(x) == least)


def is_mapping(x: Any, keys: tuple[Any, ...]) -> bool:
    """Does it fit a pattern with these keys?"""
    return isinstance(x, Mapping) and all(k in x for k in keys)


def matched(x: Any, cls: type, k: int) -> Any:
    """What the k-th part of a pattern of a class is for."""
    names = getattr(cls, "__match_args__", None)
    return x if names is None else getattr(x, names[k])


def begun() -> None:
    """Where the values of a generator expression begin to be computed."""


def once(values: list[Any], begun: None, sources: tuple[Any, ...], later: bool, n: int) -> Any:
    """An iterator over the values, as a generator expression is; they are computed from sources.

    Each value is computed from the first n of these, and the others give what the loop runs over.
    """
    return iter(values)


def each_of(generator: Any) -> Any:
    """A generator function as one that calls `each` with every value that it yields."""
    return _instead_of_yields(generator, False)


def until_of(generator: Any) -> Any:
    """The same; it ends where `each` returns something else than 0, and returns that."""
    return _instead_of_yields(generator, True)


def _instead_of_yields(generator: Any, ends: bool) -> Any:
    def run(*args: Any, each: Any, **kwargs: Any) -> int:
        for value in generator(*args, **kwargs):
            code = each(value)
            if ends and code:
                return int(code)
        return 0

    return run


def begun_with(sources: tuple[Any, ...]) -> None:
    """Where the values of a generator begin to be computed from these."""


def asked_once(begun: None, fresh: bool, values: list[Any]) -> Any:
    """An iterator over what a generator has put into a list since `begun`, if that is known.

    `fresh`: are all values new?
    """
    return iter(values)


def asked_ahead(begun: None, sources: tuple[Any, ...], values: list[Any]) -> Any:
    """The same, of what has been computed from `sources` since `begun`."""
    return iter(values)


def indexed(values: Any) -> Any:
    """What a loop runs over, with places for its values: lists and arrays as they are."""
    return values if isinstance(values, list | tuple | np.ndarray) else list(values)


def generates(function: Any) -> bool:
    """Is it a generator function?"""
    return inspect.isgeneratorfunction(function)


def iterating(value: Any) -> Any:
    """What gives an iterator over an object."""
    return getattr(value, "__iter__", None)


def keeps(*args: Any) -> bool:
    """Do these arguments tell kept results apart?"""
    return all(a is None or isinstance(a, int | str) for a in args)


def uncached(itself: bool, f: Any, *args: Any) -> Any:
    """The result of a function whose results are not kept; `itself`: it calls itself."""
    return f(*args)


def runs_once(bounds: tuple[int, ...]) -> None:
    """Nothing, if a loop over range(*bounds) runs.

    Raises:
        InputError: it does not, and would leave attributes or keys without a value.
    """
    if not len(range(*bounds)):
        raise InputError(
            "a loop that gives an object attributes, or a dict keys, does not run: set them before"
        )


def empty_lists(values: Any) -> list[list[Any]]:
    """As many empty lists as there are values."""
    return [[] for _ in values]


def left(values: Any) -> None:
    """Nothing, if there is another value to be asked for.

    Raises:
        StopIteration: there is none.
    """
    if not len(values):
        raise StopIteration


def enough(values: list[Any], n: int) -> None:
    """Nothing, if there are n values or more.

    Raises:
        ValueError: Python's own, where there are fewer.
    """
    if len(values) < n:
        raise ValueError(f"not enough values to unpack (expected at least {n}, got {len(values)})")


def logged(name: str, level: str, *args: Any, **kwargs: Any) -> None:
    """Give a message to the logger of that name."""
    getattr(logging.getLogger(name), level)(*args, **kwargs)


def same_length(values: tuple[Any, ...]) -> None:
    """Nothing, if all have one length; an int stands for a value of that length.

    Raises:
        ValueError: as zip(.., strict=True) does, where they have not.
    """
    first, *rest = (v if isinstance(v, int) else len(v) for v in values)
    for k, size in enumerate(rest, start=2):
        if size != first:
            told = "shorter" if size < first else "longer"
            before = "argument 1" if k == 2 else f"arguments 1-{k - 1}"
            raise ValueError(f"zip() argument {k} is {told} than {before}")


def steady(now: int, before: int) -> None:
    """Nothing, if a list that a loop runs over is as long as before its trip.

    Raises:
        InputError: it is not; loops run over lists as long as these were when they began.
    """
    if now != before:
        raise InputError(
            f"a list has {now} values in place of {before} while a loop runs over it; "
            "loop over a copy of it, list(..), or use while"
        )


def text(template: str, values: tuple[Any, ...]) -> str:
    """What an f-string with these values gives."""
    return template.format(*values)


def percent(template: str, values: Any) -> str:
    """What the operator % makes of a template and values."""
    return str(template % values)


def method(name: str, *args: Any, **kwargs: Any) -> Any:
    """What a method of the last argument gives for those before it."""
    *before, base = args
    return getattr(base, name)(*before, **kwargs)


def call_method(base: Any, name: str, *args: Any, **kwargs: Any) -> Any:
    """What a method gives for these arguments."""
    return getattr(base, name)(*args, **kwargs)


def scalar_output(y: Any) -> None:
    """Nothing, if y is a real number or an array of shape ().

    Raises:
        InputError: y has another shape, or holds integers or truth values.
    """
    shape = getattr(y, "shape", ())
    if shape != ():
        raise InputError(
            f"grad needs an output of shape (), this one has shape {shape}: "
            "sum it, index it, or use fpad.vjp with a cotangent"
        )
    real_output(y)


def real_output(y: Any) -> None:
    """Nothing, if y holds real numbers.

    Raises:
        InputError: y holds integers, truth values or complex numbers.
    """
    kind = np.asarray(y).dtype.kind
    if kind != "f":
        what = {"i": "integers", "u": "integers", "b": "truth values", "c": "complex numbers"}
        raise InputError(
            f"the output holds {what.get(kind, 'no numbers')}, which have no derivative: "
            "return real numbers"
        )


def made(cls: Any, **attributes: Any) -> Any:
    """An object of a class with these attributes; its `__init__` is not called.

    Args:
        cls: the class.
        **attributes: values by name; `_contents` of an object of a subclass of list, dict or tuple
            is what it holds, and `__dict__` says that its items are its attributes too.
    """
    make: Any = cls
    contents = attributes.pop("_contents", None)
    out = tuple.__new__(make, contents) if issubclass(make, tuple) else make.__new__(make)
    if isinstance(out, dict):  # of the class itself, whatever its own methods do
        dict.update(out, contents)
    elif isinstance(out, list):
        list.extend(out, contents)
    for name, value in attributes.items():
        object.__setattr__(out, name, out if name == "__dict__" else value)
    return out


def contents(value: Any) -> Any:
    """What an object of a subclass of list, dict or tuple holds, as a plain one.

    Args:
        value: the object; none of its own methods is called.
    """
    if isinstance(value, dict):
        return dict(dict.items(value))
    return list(list.__iter__(value)) if isinstance(value, list) else tuple.__getitem__(value, _ALL)


_ALL = slice(None)


def structure(make: Any, keys: tuple[Any, ...], values: tuple[Any, ...]) -> Any:
    """A list, dict, namedtuple or object of a class, with these parts.

    Args:
        make: the class.
        keys: keys of a dict, names of attributes; of sequences they are not looked at.
        values: as many values.
    """
    if keys[:1] == ("_contents",):
        return made(make, **dict(zip(keys, values, strict=True)))
    if issubclass(make, dict):
        return make(zip(keys, values, strict=True))
    if issubclass(make, tuple | list):
        return make(*values) if hasattr(make, "_fields") else make(values)
    return made(make, **dict(zip(keys, values, strict=True)))


def holds(which: int, wanted: int, text: str) -> None:
    """Check that a variable holds what is about to be used.

    Raises:
        TypeError: it holds something else, as the text says.
    """
    if which != wanted:
        raise TypeError(text)


def letter(text: Any, k: int) -> Any:
    """`text[k]`: a letter of a text, or one of several texts or classes."""
    return text[k]


def class_number(x: Any, classes: tuple[type, ...]) -> int:
    """Which of these classes x is of.

    Raises:
        TypeError: it is of none of them.
    """
    try:
        return classes.index(type(x))
    except ValueError:
        name = type(x).__name__
        raise TypeError(f"type(..) is asked of a number of class {name}: use isinstance") from None


def renumbered(numbers: tuple[int, ...], which: int | None) -> int | None:
    """The number of a choice among others; None stands for what is not there on this way."""
    return None if which is None else numbers[which]


def apart(*containers: Any) -> None:
    """Check that no list, dict or object that a function changes was given to it twice.

    Raises:
        InputError: two of them are one.
    """
    for k, a in enumerate(containers):
        if any(a is b for b in containers[:k]):
            raise InputError(
                f"one {type(a).__name__} is given twice to a function that changes what it is "
                "given: give it a copy"
            )


def each_once(classes: tuple[type, ...], given: tuple[Any, ...]) -> None:
    """Check that no object of the classes stands at two places in what is given.

    Raises:
        InputError: one does.
    """
    seen: set[int] = set()
    inside: list[int] = []

    def visit(value: Any) -> None:
        if isinstance(value, float | int | str | np.ndarray) or id(value) in inside:
            return
        if type(value) in classes:
            if id(value) in seen:
                raise InputError(
                    f"one {type(value).__name__} stands at two places in the arguments of a "
                    "function that asks which of its objects are one: make the objects inside of it"
                )
            seen.add(id(value))
        parts = value.values() if isinstance(value, dict) else value
        listed = isinstance(value, dict | list | tuple | set | frozenset)
        inside.append(id(value))
        for part in (*(parts if listed else ()), *getattr(value, "__dict__", {}).values()):
            visit(part)
        inside.pop()

    visit(given)


def apart_from(given: tuple[Any, ...], outside: tuple[Any, ...]) -> None:
    """Check that nothing is given to a function that uses it as outside too, and changes it.

    Raises:
        InputError: a list, dict or object is.
    """
    found, seen = list(outside), set()
    while found:
        value = found.pop()
        seen.add(id(value))
        if isinstance(value, list | tuple | dict):
            found += value.values() if isinstance(value, dict) else value
    for a in given:
        if id(a) in seen:
            raise InputError(
                f"one {type(a).__name__} is given to a function that uses it as one outside as "
                "well, and changes it: give it a copy, or use it under one name"
            )


def refill(container: Any, values: Any) -> None:
    """Let a list or dict hold what another one holds."""
    container.clear()
    if isinstance(container, dict):
        container.update(values)
    else:
        container.extend(values)


def set_own(owner: Any, name: str, value: Any, own: Any) -> None:
    """Set an attribute as `object` does, unless the object is not to have one of its own."""
    if not own:
        return
    if isinstance(owner, type):
        setattr(owner, name, value)
    else:
        object.__setattr__(owner, name, value)


def some(seed: Any, residuals: Any) -> Any:
    """The cotangent of residuals; zeros where there is none."""
    return zeros_like(residuals) if seed is None else seed
