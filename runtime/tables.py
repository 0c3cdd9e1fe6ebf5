"""Dicts with keys that only the run tells, as arrays of keys and of values.

    i = fp.slot((keys,), (k,))              d[k] = v
    keys = fp.with_key(keys, k, i)
    values = fp.put((values, v), i)
    v = values[fp.position((keys,), (k,))]  v = d[k]

A key is a number, a text, a row of ints, or a tuple of these with an array for each.  The slot of a
key is where it stands, or the end of the arrays.  Rows of keys are never written again, so the
memory that they lie in keeps the places of all keys in a dict of Python: looking one up takes no
longer in a large one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from fpad.runtime.errors import InputError
from fpad.runtime.rows import SMALLEST, _memory, _memory_of, _taken, appended, is_plain
from fpad.runtime.texts import Texts

Columns = tuple[Any, ...]
Key = tuple[Any, ...]


class _Places:
    """Where the keys stand in memory: of the first `known` rows."""

    def __init__(self, memories: tuple[Any, ...]) -> None:
        self.memories = memories
        self.known = 0
        self.table: dict[Any, int] = {}

    def up_to(self, n: int) -> dict[Any, int]:
        """The places of the first n rows, and of others perhaps."""
        if self.known < n:
            rows = (m[self.known : n] for m in self.memories)
            for k, key in enumerate(_keys(rows), self.known):
                self.table[key] = k
            self.known = n
        return self.table


def _places(columns: Columns) -> dict[Any, int]:
    n = len(columns[0])
    memories = tuple(c.memory if type(c) is Texts else _memory_of(c) for c in columns)
    if not all(hasattr(m, "places") for m in memories):
        return {key: k for k, key in enumerate(_keys(columns))}
    first = memories[0]
    found: _Places | None = first.places
    same = found is not None and all(map(_is, found.memories, memories))
    if found is None or not same:
        found = first.places = _Places(memories)
    return found.up_to(n)


def _keys(columns: Iterable[Any]) -> Iterator[Key]:
    """The keys in arrays of their parts; a row of an array is a tuple."""
    return zip(*map(parts_of, columns), strict=True)


def parts_of(column: Any) -> list[Any]:
    """What keys have of an array: its numbers, or its rows as tuples."""
    if isinstance(column, list):  # of texts
        return column
    found = column.tolist()
    return found if column.ndim == 1 else list(map(tuple, found))


def _is(a: Any, b: Any) -> bool:
    return a is b


def _plain_key(key: Key) -> Key:
    return tuple(k if type(k) is int else _plain(k) for k in key)


def _plain(k: Any) -> Any:
    """The number or text as Python has it, by which it is found again."""
    if type(k) is str:
        return k
    if getattr(k, "ndim", 0):
        return tuple(k.tolist())
    number = k if type(k) is float else k.item() if hasattr(k, "item") else int(k)
    if number != number:
        raise InputError("a key of a dict is NaN, which is equal to no key: test for it first")
    return number


def slot(columns: Columns, key: Key) -> int:
    """Where a key stands, or the number of keys if it is none of them."""
    n = len(columns[0])
    k = _places(columns).get(_plain_key(key), n)
    return min(k, n)


def position(columns: Columns, key: Key) -> int:
    """Where a key stands.

    Raises:
        KeyError: it is none of them.
    """
    k = slot(columns, key)
    if k == len(columns[0]):
        raise KeyError(*key if len(key) == 1 else (key,))
    return k


def present(columns: Columns, key: Key) -> int:
    """Where a key stands while a loop runs over the dict.

    Raises:
        InputError: it is none of them, and the dict would get longer.
    """
    k = slot(columns, key)
    if k == len(columns[0]):
        raise InputError(
            "a dict gets a new key while a loop runs over it: loop over a copy of it, list(d)"
        )
    return k


def with_key(keys: Any, key: Any, at: int) -> Any:
    """The keys, with this one at the end if it is not among them."""
    return appended((keys, key)) if at == len(keys) else keys


def keys_before(by: Any, keys: Any, at: int) -> Any:
    """The cotangent of the keys that were there before `with_key`."""
    return by[:-1] if at == len(keys) else by


def keys_after(dx: Any, keys: Any, at: int) -> Any:
    """`keys_before` transposed: a zero for the key that `with_key` puts there, if it does."""
    return np.append(dx, dx.dtype.type(0)) if at == len(keys) else dx


def key_put(by: Any, keys: Any, at: int) -> Any:
    """The cotangent of the key that `with_key` puts there, if it does."""
    return by[-1] if at == len(keys) else by.dtype.type(0)


def put(pair: tuple[Any, Any], at: int) -> Any:
    """The rows, with another one at a place, or behind them.

    Args:
        pair: (rows, row): an array, and what its rows are like.
        at: the place, or the number of rows.

    Raises:
        InputError: the row has another shape.
    """
    values, item = pair
    n = len(values)
    longer = appended(pair)
    if at == n:
        return longer
    if not isinstance(longer, np.ndarray):  # on a device
        room = longer[:n].copy()
        room[at] = item
        return room
    memory = _memory(max(SMALLEST, n), longer.shape[1:], longer.dtype, is_plain(longer))
    memory[:n] = longer[:n]
    memory[at] = item
    return _taken(memory, n)


def kept(g: Any, values: Any, at: int) -> Any:
    """What `put` leaves of the rows that were there: zeros where another one was put."""
    if at == len(values):
        return g[:-1]
    out = g.copy()
    out[at] = 0
    return out


def unkept(g: Any, values: Any, at: int) -> Any:
    """`kept` transposed: zeros at the place that was left out."""
    if at == len(values):
        return np.concatenate([g, np.zeros((1, *g.shape[1:]), g.dtype)])
    out = g.copy()
    out[at] = 0
    return out


def members(owner: Any, place: int) -> Any:
    """The positions of the values that belong to a place."""
    return np.nonzero(owner == place)[0]


def member(owner: Any, place: int, k: int) -> int:
    """The position of the k-th value that belongs to a place.

    Raises:
        IndexError: it has fewer.
    """
    return int(np.nonzero(owner == place)[0][k])


def members_of(owner: Any, places: Any) -> Any:
    """The positions of the values that belong to some places, place by place."""
    return np.concatenate([np.zeros(0, np.int64), *(members(owner, p) for p in places)])


def places_of(owner: Any, places: Any) -> Any:
    """For each of these the number of its place among these places."""
    return np.repeat(np.arange(len(places)), [np.count_nonzero(owner == p) for p in places])


def even(owner: Any, n: int) -> None:
    """An array is about to be made of n lists.

    Raises:
        ValueError: they have several lengths.
    """
    if len({int(np.count_nonzero(owner == k)) for k in range(n)}) > 1:
        raise ValueError("setting an array element with a sequence: lists of several lengths")


def others(owner: Any, place: int) -> Any:
    """The positions of the values that belong to other places."""
    return np.nonzero(owner != place)[0]


def closed(owner: Any, place: int) -> Any:
    """The places, once there is nothing at one of them and those behind it have moved up."""
    return owner - (owner > place)


def set_order(columns: Columns) -> Any:
    """The positions of the members of a set, put there one by one, in the order that it has."""
    lists = list(map(parts_of, columns))
    keys = lists[0] if len(lists) == 1 else list(zip(*lists, strict=True))
    at = {key: k for k, key in enumerate(keys)}
    members = set()
    for key in keys:
        members.add(key)
    return np.array([at[key] for key in members], dtype=np.int64)


def first_places(columns: Columns) -> Any:
    """The positions of the keys that are not among those before them."""
    keys = _keys(columns)
    found: dict[Any, int] = {}
    for k, key in enumerate(keys):
        found.setdefault(key, k)
    return np.array(list(found.values()), dtype=np.int64)


def last_places(columns: Columns) -> Any:
    """For each key, in the order in which they come first, the last position where it stands."""
    keys = _keys(columns)
    found: dict[Any, int] = {}
    for k, key in enumerate(keys):
        found[key] = k
    return np.array(list(found.values()), dtype=np.int64)
