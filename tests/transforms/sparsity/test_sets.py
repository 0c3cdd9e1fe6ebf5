"""Sets that are kept once: unions and gathered unions are those of Python's sets."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from fpad.transforms.sparsity import sets as module
from fpad.transforms.sparsity.sets import IndexSets


def members(sets: IndexSets, ids: Any) -> list[set[int]]:
    ends, numbers = sets.rows(ids)
    return [set(numbers[a:b].tolist()) for a, b in itertools.pairwise(ends)]


@pytest.mark.parametrize("many", [0, 3, 4096])
def test_unions_are_those_of_sets(many: int, monkeypatch: Any) -> None:
    monkeypatch.setattr(module, "MANY", many)
    rng = np.random.default_rng(many)
    sets = IndexSets(9)
    known = np.arange(10)
    for _ in range(40):
        a, b = rng.choice(known, (2, 3)), rng.choice(known, 3)
        got = sets.union(a, b)
        want = [x | y for x, y in zip(members(sets, a), 2 * members(sets, b), strict=True)]
        assert members(sets, got) == want
        single = sets.union(int(a[0, 0]), int(b[0]))
        assert single == got[0, 0] or members(sets, single)[0] == want[0]
        owner = rng.integers(0, 4, 6)
        gathered = sets.gather(owner, a, 5)
        groups = zip(owner.tolist(), members(sets, a), strict=True)
        united: list[set[int]] = [set() for _ in range(5)]
        for k, found in groups:
            united[k] |= found
        assert members(sets, gathered) == united
        known = np.concatenate([known, got.ravel(), gathered])
    contents = members(sets, np.arange(len(sets)))
    assert len({frozenset(c) for c in contents}) == len(contents)  # each is kept once


def test_axes_are_united() -> None:
    sets = IndexSets(60)
    ids = np.arange(1, 61).reshape(3, 20, 1)
    got = members(sets, sets.reduce(ids, (1,)))
    assert got == [set(range(20)), set(range(20, 40)), set(range(40, 60))]
    assert sets.reduce(ids[:, :0], (1, 2)).tolist() == [0, 0, 0]
    np.testing.assert_array_equal(sets.reduce(ids, ()), ids)


def test_too_much_is_everything(monkeypatch: Any) -> None:
    monkeypatch.setattr(module, "LIMIT", 30)
    sets = IndexSets(10)
    found = sets.union(np.arange(1, 10), np.arange(2, 11))
    (more,) = members(sets, sets.gather(np.zeros(9, int), found, 1))
    assert more == set(range(10))


def test_sets_with_the_same_mark_are_told_apart() -> None:
    sets = IndexSets(6)
    sets._mark[:] = 1  # every set of a size looks the same
    a = sets.union(np.array([1, 2, 3, 1]), np.array([4, 5, 6, 4]))
    assert members(sets, a) == [{0, 3}, {1, 4}, {2, 5}, {0, 3}]
    assert members(sets, sets.union(np.array([2, 1]), np.array([3, 4]))) == [{1, 2}, {0, 3}]
