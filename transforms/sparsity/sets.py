"""Sets of numbers, each kept once and known by an id, so that an array of ids is an array of sets.

    sets = IndexSets(4)                 # of the numbers 0 .. 3
    a = np.array([1, 2, 3])             # {0}, {1}, {2}: id k + 1 is {k}, id 0 is the empty set
    b = sets.union(a, a[::-1])          # {0, 2}, {1}, {0, 2}: the first and the last id are equal
    sets.rows(b)                        # (array([0, 2, 3, 5]), array([0, 2, 1, 0, 2]))

A whole array is united at once: only pairs of ids that were not met before cost anything.
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np

Ids: TypeAlias = Any
"""An id, or an integer array of ids."""
LIMIT = 100_000_000
"""Numbers that all sets together may hold; further unions are taken to hold everything."""
MANY = 4096
"""From so many sets on they are looked up together, not one by one."""
FEW = 64
"""Two sets with so few numbers together are united in Python."""
_SHIFT = 32


class IndexSets:
    """The sets of the numbers 0 .. size - 1 that were asked for.

    Attributes:
        size: how many numbers there are.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self._start = np.arange(-1, size, dtype=np.int64)
        self._length = np.ones(size + 1, np.int64)
        self._start[0] = self._length[0] = 0
        self._numbers = np.arange(size, dtype=np.int32)
        self._known = size + 1
        self._held = size
        self._pairs: dict[int, int] = {}
        self._recent: dict[int, int] = {}
        self._marks, self._of_mark = np.zeros(1, np.uint64), np.zeros(1, np.int64)
        rng = np.random.default_rng(size)
        self._mark = rng.integers(0, 2**64, size, dtype=np.uint64)
        self._all = 0

    def __len__(self) -> int:
        """How many sets there are: ids are smaller."""
        return self._known

    def everything(self) -> int:
        """The set of all numbers."""
        if not self._all and self.size:
            count = np.array([self.size])
            self._all = int(self._enter(np.arange(self.size, dtype=np.int32), count)[0])
        return self._all

    def union(self, a: Ids, b: Ids) -> Ids:
        """The union of each set of a with that of b, the two broadcast together."""
        if a is b:
            return a
        if type(a) is int and type(b) is int:
            return self._pair(a, b)
        a, b = np.broadcast_arrays(a, b)
        out: Any = np.where(a == 0, b, a)
        open_ = (a != b) & (a != 0) & (b != 0)
        if open_.any():
            a, b = a[open_], b[open_]
            pairs = (np.minimum(a, b) << _SHIFT) | np.maximum(a, b)
            order = np.argsort(pairs)
            pairs = pairs[order]
            new = _first(pairs)
            united = np.empty_like(pairs)
            united[order] = self._united(pairs[new])[np.cumsum(new) - 1]
            out[open_] = united
        return out

    def _pair(self, a: int, b: int) -> int:
        if a == b or b == 0:
            return a
        if a == 0:
            return b
        key = (min(a, b) << _SHIFT) | max(a, b)
        known = self._pairs.get(key)
        if known is None:
            if self._length[a] + self._length[b] > FEW:
                return int(self._united(np.array([key]))[0])
            known = self._pairs[key] = self._few(a, b)
        return known

    def _few(self, a: int, b: int) -> int:
        """The union of two sets with few numbers."""
        first, second = self._content(a), self._content(b)
        both = sorted({*first, *second})
        if both in (first, second):
            return a if both == first else b
        mark = int(self._mark[both].sum())
        id_ = self._recent.get(mark, 0) or int(self._ids_by_mark(np.array([mark], np.uint64))[0])
        if id_ and self._content(id_) == both:
            return id_
        numbers, sizes = np.array(both, np.int32), np.array([len(both)])
        made = self._known
        self._store(numbers, np.zeros(1, np.int64), sizes, np.zeros(1, np.int64))
        if not id_:  # else another set with the same mark
            self._recent[mark] = made
            if len(self._recent) > MANY:
                self._sort_in()
        return made

    def _content(self, id_: int) -> list[int]:
        start = self._start[id_]
        found: list[int] = self._numbers[start : start + self._length[id_]].tolist()
        return found

    def _united(self, pairs: Any) -> Any:
        """The unions of distinct pairs of ids."""
        if len(pairs) > MANY:
            return self._new_unions(pairs)
        keys = pairs.tolist()
        out = np.array([self._pairs.get(key, 0) for key in keys], np.int64)
        new = np.flatnonzero(out == 0)
        if len(new):
            out[new] = made = self._new_unions(pairs[new])
            self._pairs.update(zip((keys[k] for k in new), made.tolist(), strict=True))
        return out

    def _new_unions(self, pairs: Any) -> Any:
        members = np.stack([pairs >> _SHIFT, pairs & ((1 << _SHIFT) - 1)], axis=1)
        return self._grouped(np.repeat(np.arange(len(pairs)), 2), members.ravel(), len(pairs))

    def gather(self, owner: Any, ids: Any, count: int) -> Any:
        """The union of the sets of each owner: owners are 0 .. count - 1, one for each id."""
        owner, ids = np.ravel(owner), np.ravel(ids)
        kept = ids != 0
        distinct = _distinct((owner[kept].astype(np.int64) << _SHIFT) | ids[kept])
        return self._grouped(distinct >> _SHIFT, distinct & ((1 << _SHIFT) - 1), count)

    def reduce(self, ids: Any, axes: tuple[int, ...]) -> Any:
        """The unions along axes, which are left out of the result."""
        kept = tuple(k for k in range(ids.ndim) if k not in axes)
        shape = tuple(ids.shape[k] for k in kept)
        width = math.prod(ids.shape[k] for k in axes)
        rows = ids.transpose(kept + axes).reshape(*shape, width)
        if rows.shape[-1] <= 8:  # a few unions of whole arrays find equal pairs
            out = np.zeros(shape, np.int64)
            for k in range(rows.shape[-1]):
                out = self.union(out, rows[..., k])
            return out
        count = int(np.prod(shape, dtype=np.int64))
        owner = np.repeat(np.arange(count), rows.shape[-1])
        return self.gather(owner, rows, count).reshape(shape)

    def rows(self, ids: Any) -> tuple[Any, Any]:
        """The sets as rows: where each begins among the numbers of all, and these, ascending."""
        ids = np.ravel(ids)
        ends = np.concatenate(([0], np.cumsum(self._length[ids])))
        return ends, self._take(ids)

    def _take(self, ids: Any) -> Any:
        lengths = self._length[ids]
        total = int(lengths.sum())
        before = np.cumsum(lengths) - lengths
        places = np.repeat(self._start[ids] - before, lengths) + np.arange(total)
        return self._numbers[places]

    def _grouped(self, owner: Any, ids: Any, count: int) -> Any:
        """The unions of the sets of each owner; owners ascend."""
        lengths = self._length[ids]
        if self._held + int(lengths.sum()) > LIMIT:
            out = np.zeros(count, np.int64)
            out[owner] = self.everything()
            return out
        numbers = self._take(ids).astype(np.int64)
        keys = _distinct((np.repeat(owner, lengths) << _SHIFT) | numbers)
        sizes = np.bincount(keys >> _SHIFT, minlength=count)
        return self._enter((keys & ((1 << _SHIFT) - 1)).astype(np.int32), sizes)

    def _enter(self, numbers: Any, sizes: Any) -> Any:
        """The ids of sets, given one behind the other; those that are known keep theirs."""
        ends = np.cumsum(sizes)
        starts = ends - sizes
        out = np.zeros(len(sizes), np.int64)
        single = sizes == 1
        out[single] = numbers[starts[single]].astype(np.int64) + 1
        larger = np.flatnonzero(sizes > 1)
        if not len(larger):
            return out
        sums = np.concatenate((np.zeros(1, np.uint64), np.cumsum(self._mark[numbers])))
        marks = (sums[ends] - sums[starts])[larger]
        ids = self._ids_by_mark(marks)
        known = self._equal(numbers, starts[larger], sizes[larger], ids)
        new = np.flatnonzero(~known)
        if len(new):
            order = new[np.argsort(marks[new], kind="stable")]
            first = _first(marks[order])
            ids[order] = self._known + np.cumsum(first) - 1
            entered = order[first]
            self._store(numbers, starts, sizes, larger[entered])
            self._remember(marks[entered], ids[entered])
            unsure = ~self._equal(numbers, starts[larger], sizes[larger], ids)
            for k in np.flatnonzero(unsure).tolist():  # another set with the same mark
                ids[k] = self._known
                self._store(numbers, starts, sizes, larger[k : k + 1])
        out[larger] = ids
        return out

    def _ids_by_mark(self, marks: Any) -> Any:
        """The sets that are known by these marks; 0: none is."""
        if len(marks) > MANY:
            self._sort_in()
        at = np.searchsorted(self._marks, marks)
        at[at == len(self._marks)] = 0
        ids = np.where(self._marks[at] == marks, self._of_mark[at], 0)
        if self._recent:
            for k, mark in enumerate(marks.tolist()):
                ids[k] = ids[k] or self._recent.get(mark, 0)
        return ids

    def _remember(self, marks: Any, ids: Any) -> None:
        """Know sets by their marks; a few of them are sorted in later."""
        self._recent |= zip(marks.tolist(), ids.tolist(), strict=True)
        if len(self._recent) > MANY:
            self._sort_in()

    def _sort_in(self) -> None:
        marks = np.array(list(self._recent), np.uint64)
        ids = np.array(list(self._recent.values()), np.int64)
        marks, ids = np.concatenate((self._marks, marks)), np.concatenate((self._of_mark, ids))
        order = np.argsort(marks, kind="stable")
        self._marks, self._of_mark = marks[order], ids[order]
        self._recent = {}

    def _equal(self, numbers: Any, starts: Any, sizes: Any, ids: Any) -> Any:
        """Which of the given sets are those with these ids?"""
        out = (ids > 0) & (self._length[ids] == sizes)
        k = np.flatnonzero(out)
        if len(k):
            before = np.cumsum(sizes[k]) - sizes[k]
            places = np.repeat(starts[k] - before, sizes[k]) + np.arange(int(sizes[k].sum()))
            out[k] = np.logical_and.reduceat(numbers[places] == self._take(ids[k]), before)
        return out

    def _store(self, numbers: Any, starts: Any, sizes: Any, which: Any) -> None:
        """New sets behind the others, in this order."""
        if not len(which):
            return
        lengths = sizes[which]
        total = int(lengths.sum())
        before = np.cumsum(lengths) - lengths
        places = np.repeat(starts[which] - before, lengths) + np.arange(total)
        end, known = self._held + total, self._known + len(which)
        self._numbers = _room(self._numbers, end)
        self._start, self._length = _room(self._start, known), _room(self._length, known)
        self._numbers[self._held : end] = numbers[places]
        self._start[self._known : known] = self._held + before
        self._length[self._known : known] = lengths
        self._held, self._known = end, known


def _first(ascending: Any) -> Any:
    """Where a number stands for the first time."""
    new = np.ones(len(ascending), bool)
    np.not_equal(ascending[1:], ascending[:-1], out=new[1:])
    return new


def _distinct(keys: Any) -> Any:
    """The numbers in ascending order, each once."""
    keys.sort()
    return keys[_first(keys)]


def _room(a: Any, n: int) -> Any:
    """The array with room for n entries: at least doubled where it has to grow."""
    if len(a) >= n:
        return a
    out = np.zeros(max(n, 2 * len(a)), a.dtype)
    out[: len(a)] = a
    return out
