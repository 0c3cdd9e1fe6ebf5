"""Functions of itertools and functools on lists of a length that only the run tells."""

from __future__ import annotations

import functools
import itertools
from typing import Any


def added_up(values: Any, start: Any) -> Any:
    """`sum` of objects, written out."""
    total = start
    for v in values:
        total = total + v
    return total


def with_keys(keys: Any, value: Any) -> Any:
    """`dict.fromkeys`, written out."""
    return {key: value for key in keys}  # noqa: C420 (it is what this stands for)


def accumulate(values: Any, f: Any) -> Any:
    """`itertools.accumulate` without a first value, written out."""
    out = values[:1]
    if len(values) > 0:
        total = values[0]
        for k in range(1, len(values)):
            total = f(total, values[k])
            out.append(total)
    return out


def accumulate_from(values: Any, f: Any, initial: Any) -> Any:
    """`itertools.accumulate` with a first value, written out."""
    total = initial
    out = [initial]
    for v in values:
        total = f(total, v)
        out.append(total)
    return out


def reduce(f: Any, values: Any) -> Any:
    """`functools.reduce` without a first value, written out."""
    if len(values) == 0:
        raise TypeError("reduce() of empty iterable with no initial value")
    total = values[0]
    for k in range(1, len(values)):
        total = f(total, values[k])
    return total


def reduce_from(f: Any, values: Any, initial: Any) -> Any:
    """`functools.reduce` with a first value, written out."""
    total = initial
    for v in values:
        total = f(total, v)
    return total


def one_behind_the_other(lists: Any) -> Any:
    """The values of all the lists, which may be of several sorts."""
    out = []
    for values in lists:
        for v in values:
            out.append(v)
    return out


def takewhile(f: Any, values: Any) -> Any:
    """`itertools.takewhile`, written out."""
    out = values[:0]
    for v in values:
        if not f(v):
            break
        out.append(v)
    return out


def dropwhile(f: Any, values: Any) -> Any:
    """`itertools.dropwhile`, written out."""
    k = 0
    while k < len(values) and f(values[k]):
        k += 1
    return values[k:]


def keep(f: Any, values: Any) -> Any:
    """`filter`, written out."""
    out = values[:0]
    for v in values:
        if f(v):
            out.append(v)
    return out


def keep_not(f: Any, values: Any) -> Any:
    """`itertools.filterfalse`, written out."""
    out = values[:0]
    for v in values:
        if not f(v):
            out.append(v)
    return out


def is_true(v: Any) -> Any:
    """What `filter(None, ..)` asks."""
    return v != 0


def starmap(f: Any, values: Any) -> Any:
    """`itertools.starmap`, written out."""
    return [f(*v) for v in values]


def compress(values: Any, selectors: Any) -> Any:
    """`itertools.compress`, written out."""
    out = values[:0]
    for v, s in zip(values, selectors, strict=False):
        if s:
            out.append(v)
    return out


def compress_in_turn(values: Any, turn: Any) -> Any:
    """`itertools.compress` with selectors from `itertools.cycle`, written out."""
    out = values[:0]
    for k in range(len(values)):
        if turn[k % len(turn)]:
            out.append(values[k])
    return out


SEQUENCES: dict[Any, Any] = {
    filter: keep,
    functools.reduce: reduce,
    itertools.accumulate: accumulate,
    itertools.compress: compress,
    itertools.dropwhile: dropwhile,
    itertools.filterfalse: keep_not,
    itertools.starmap: starmap,
    itertools.takewhile: takewhile,
}
"""What they stand for, where a list of unknown length is given."""
