"""Which of a list's values come first, or are put together: positions that only the run tells.

    order = fp.ordered((keys,), False)        order = sorted(range(n), key=keys.__getitem__)
    k = fp.best((keys,), True)              k = max(range(n), key=keys.__getitem__)
    pairs = fp.arranged("combinations", (n,), 2)

Keys are given as columns: tuples are compared by the first column, then the second, and so on.
The values themselves are taken by `picked`, and only they have a derivative.
"""

from __future__ import annotations

import heapq
import itertools
from typing import Any

import numpy as np

from fpad.runtime.rows import _memory, _taken, is_plain

Columns = tuple[Any, ...]


def picked(values: Any, index: Any) -> Any:
    """The rows at these positions, as a list of its own."""
    found = values[index]
    if not is_plain(values):
        return found
    memory = _memory(len(found), found.shape[1:], found.dtype, True)
    memory[:] = found
    return _taken(memory, len(found))


def _keys(columns: Columns) -> list[Any]:
    """What Python compares; None stands for what it cannot compare, where it gets so far."""
    lists = [c.tolist() for c in columns if c is not None]
    if columns[-1] is None:
        lists.append([_PAYLOAD] * len(lists[0]))
    return lists[0] if len(lists) == 1 else list(zip(*lists, strict=True))


class _Payload:
    """What stands behind the keys, and must not be compared."""

    __slots__ = ()

    def __lt__(self, other: object) -> bool:
        raise TypeError("keys are equal, and what stands behind them cannot be compared")

    __gt__ = __lt__

    def __eq__(self, other: object) -> bool:
        return False

    __hash__ = object.__hash__


_PAYLOAD = _Payload()


def _positions(found: Any) -> Any:
    return np.array(list(found), dtype=np.int64)


def ordered(columns: Columns, reverse: bool) -> Any:
    """The positions of the keys in ascending order; those of equal keys stay in theirs."""
    keys = _keys(columns)
    return _positions(sorted(range(len(keys)), key=keys.__getitem__, reverse=bool(reverse)))


def best(columns: Columns, largest: bool) -> int:
    """The position of the first key that is the largest, or the smallest.

    Raises:
        ValueError: there are no keys.
    """
    keys = _keys(columns)
    choose: Any = max if largest else min
    if not keys:
        raise ValueError(f"{choose.__name__}() arg is an empty sequence")
    return int(choose(range(len(keys)), key=keys.__getitem__))


_ARRANGING: dict[str, Any] = {
    "combinations": lambda sizes, k: itertools.combinations(range(sizes[0]), k),
    "combinations_with_replacement": lambda sizes, k: itertools.combinations_with_replacement(
        range(sizes[0]), k
    ),
    "permutations": lambda sizes, k: itertools.permutations(range(sizes[0]), k),
    "product": lambda sizes, k: itertools.product(*(range(n) for n in sizes), repeat=k),
}


def arranged(how: str, sizes: tuple[int, ...], k: int) -> Any:
    """What a function of itertools makes of positions: a row for each tuple that it gives."""
    rows = list(_ARRANGING[how](sizes, k))
    width = len(sizes) * k if how == "product" else k
    return np.array(rows, dtype=np.int64).reshape(len(rows), width)


def runs(columns: Columns) -> Any:
    """Where the runs of equal keys start, and the number of keys behind them."""
    keys = _keys(columns)
    starts = [k for k in range(len(keys)) if not k or keys[k] != keys[k - 1]]
    return _positions([*starts, len(keys)])


# ---------------------------------------------------------------- heaps


class _Entry:
    """A value of a heap: its key, and where it lay."""

    __slots__ = ("at", "key")

    def __init__(self, at: int, key: Any) -> None:
        self.at = at
        self.key = key

    def __lt__(self, other: _Entry) -> bool:
        return bool(self.key < other.key)


def _entries(columns: Columns) -> list[_Entry]:
    return [_Entry(k, key) for k, key in enumerate(_keys(columns))]


def later_by(at: int | None, by: int) -> int | None:
    """The number of an object behind `by` others; None: there is no object."""
    return None if at is None else at + by


def heaped(how: str, columns: Columns) -> Any:
    """Where the values of a heap lie after a function of heapq; the one it gives comes first.

    A value that it puts into the heap is the last one.

    Raises:
        IndexError: the heap is empty.
    """
    heap = _entries(columns)
    first: list[_Entry] = []
    if how == "heapify":
        heapq.heapify(heap)
    elif how == "heappop":
        first = [heapq.heappop(heap)]
    else:
        last = heap.pop()
        given = getattr(heapq, how)(heap, last)
        first = [] if how == "heappush" else [given]
    return _positions(e.at for e in (*first, *heap))


def _listed(values: Any) -> Any:
    return values.tolist() if hasattr(values, "tolist") else list(values)


def index_of(values: Any, sought: Any, *bounds: int) -> int:
    """`values.index(sought, *bounds)`.

    Raises:
        ValueError: Python's own, where the number is not there.
    """
    return _listed(values).index(sought, *bounds)  # type: ignore[no-any-return]


def occurrences(values: Any, sought: Any) -> int:
    """`values.count(sought)`."""
    return _listed(values).count(sought)  # type: ignore[no-any-return]


def without_one(values: Any, k: int) -> Any:
    """The positions of the rows that are left when the k-th is taken out.

    Raises:
        IndexError: Python's own, where there is none.
    """
    n = len(values)
    if not -n <= k < n:
        raise IndexError("list index out of range")
    return np.delete(np.arange(n), k)


def without_slice(values: Any, lower: int | None, upper: int | None, step: int | None) -> Any:
    """The positions of the rows that are left when a slice is taken out."""
    return np.delete(np.arange(len(values)), slice(lower, upper, step))


def slice_end(values: Any, lower: int, upper: int | None) -> int:
    """Where the rows begin that stay behind a slice when others take its place."""
    start, stop, _ = slice(lower, upper).indices(len(values))
    return max(start, stop)
