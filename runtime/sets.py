"""Sets of ints, and of tuples of ints, whose members stand in arrays.

    s.remove(k)                 log = fp.with_key(log, k, ..);  keys = keys[..]
    for k in s: ..              for k in keys[fp.replayed((log,), (keys,))]: ..
    s & t                       fp.picked(fp.joined((s, t)), fp.set_result("and", (s,), (t,)))

The order of a set of Python depends on what was ever put into it and taken out: a log of that tells
it.  Where there is none, the order is told if it does not depend on the past.
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from fpad.runtime.errors import InputError
from fpad.runtime.tables import parts_of

Columns = tuple[Any, ...]

_RESULTS: dict[str, Callable[[Any, Any], Any]] = {
    "and": operator.and_,
    "or": operator.or_,
    "sub": operator.sub,
    "xor": operator.xor,
}
_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "le": operator.le,
    "lt": operator.lt,
    "ge": operator.ge,
    "gt": operator.gt,
    "isdisjoint": set.isdisjoint,
}


def _keys(columns: Columns) -> list[Any]:
    lists = list(map(parts_of, columns))
    return lists[0] if len(lists) == 1 else list(zip(*lists, strict=True))


def _positions(found: Any) -> Any:
    return np.array(found, dtype=np.int64)


def log_end(log: Any, keys: Any, at: int, adding: bool) -> int:
    """Where a key stands in a log after it is added, or taken out: at its end, or nowhere (-1)."""
    changes = bool(at == len(keys)) is adding  # NumPy has truth values of its own
    return len(log) if changes else -1


def replayed(log: Columns, columns: Columns) -> Any:
    """The positions of the members in Python's order, which the log tells.

    A key in the log was taken out if it was in the set, and else put there.
    """
    members: set[Any] = set()
    for key in _keys(log):
        if key in members:
            members.remove(key)
        else:
            members.add(key)
    at = {key: k for k, key in enumerate(_keys(columns))}
    return _positions([at[key] for key in members])


def certain_order(past: Columns, columns: Columns) -> Any:
    """The positions of the members in Python's order, if that is the same whatever happened.

    Args:
        past: what may ever have been in the set.
        columns: the members.

    Raises:
        InputError: it is not.
    """
    keys, ever = _keys(columns), sorted(set(_keys(past)))
    if len(keys) > 1 and not (len(columns) == 1 and _always_sorted(ever, len(keys))):
        raise InputError(
            "a loop runs over a set that several sets were made into, whose order depends on its "
            "past: sort it, for k in sorted(s)"
        )
    return _positions(sorted(range(len(keys)), key=keys.__getitem__))


def _always_sorted(ever: list[int], count: int) -> bool:
    """Has Python so many of these in order, in tables of every size that there may be?

    No two of them have one place in any, so that it does not matter what was taken out.
    """
    size = 8
    while 5 * count >= 3 * (size - 1):
        size *= 2
    while ever[0] >= 0 and size <= ever[-1]:
        places = [k % size for k in ever]
        if any(a >= b for a, b in itertools.pairwise(places)):
            return False
        size *= 2
    return ever[0] >= 0


def set_result(how: str, a: Columns, b: Columns) -> Any:
    """The positions, in the keys of a and then those of b, of what a set operation gives."""
    first, second = _keys(a), _keys(b)
    found = _RESULTS[how](set(first), set(second))
    at: dict[Any, int] = {}
    for k, key in enumerate((*first, *second)):
        at.setdefault(key, k)
    return _positions([k for key, k in at.items() if key in found])


def set_test(how: str, a: Columns, b: Columns) -> bool:
    """What a comparison of two sets gives."""
    return bool(_TESTS[how](set(_keys(a)), set(_keys(b))))
