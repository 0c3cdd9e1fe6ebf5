"""Dicts and sets with keys that only the run tells: what is refused, and what their memory does."""

from __future__ import annotations

import heapq
from collections import defaultdict

import numpy as np
import pytest

import fpad
from fpad import runtime as fp
from fpad.runtime.errors import InputError

X = np.array([0.3, 1.2, 0.7, 2.1])
L = np.array([3, 1, 3, 2])


def a_list_read_before_it_changes(x, labels):
    d = defaultdict(list)
    b = d[3]
    for k, v in zip(labels, x, strict=False):
        d[k].append(v)
    return sum(b) + sum(d[1])


def a_list_that_was_put_in(x, labels):
    d = {}
    own = [x[0]]
    d[labels[0]] = own
    own.append(x[1])
    return sum(d[labels[0]])


def a_list_of_a_known_dict(x, labels):
    d = {5: [x[0]], 3: []}
    b = d[5]
    for k in labels:
        if k > 2:
            d[k] = [x[1]]
    d[5].append(x[3])
    return sum(b) + sum(d[3])


def lists_of_two_dicts(x, labels):
    d = defaultdict(list)
    for k, v in zip(labels, x, strict=False):
        d[k].append(v)
    e = d.copy()
    e[3].append(x[0])
    return sum(sum(v) for v in d.values())


def an_array_under_two_names(x, labels):
    d = {}
    z = x * 2.0
    for k in labels:
        d[k] = z
    z[0] = 100.0
    return sum(np.sum(v) for v in d.values())


def keys_of_two_sorts(x, labels):
    d = {"a": x[0]}
    d[labels[0]] = x[1]
    return d["a"]


def tuples_in_tuples_in_a_set(x, labels):
    """Python's order of such a set is not that of the set of the numbers in a row."""
    seen = set()
    for k in labels:
        seen.add(((k, 1), k))
    return sum(x[k] * rank for rank, ((_, _), k) in enumerate(seen))


def a_float_among_ints(x, labels):
    d = {}
    for k, v in zip(labels, x, strict=False):
        d[k] = v
        d[v] = v
    return sum(d)


def a_key_that_is_missing(x, labels):
    d = {}
    return d[labels[0]] * x[0]


def a_table_returned(x, labels):
    d = {}
    for k, v in zip(labels, x, strict=False):
        d[k] = v
    return d


def lists_in_a_heap(x, labels):
    heap = []
    for name in ("a", "b"):
        heapq.heappush(heap, (x[0], [name]))
        heapq.heappush(heap, (x[1], ["c", name]))
    return heap[0][0]


@pytest.mark.parametrize(
    ("f", "reason"),
    [
        (a_list_read_before_it_changes, "b is a list of a dict or list that has changed since"),
        (a_list_that_was_put_in, "own is a list of a dict or list that has changed since"),
        (a_list_of_a_known_dict, "b is a list of a dict or list that has changed since"),
        (lists_of_two_dicts, "A dict of lists is copied, which both have then"),
        (an_array_under_two_names, "writes the memory of z"),
        (keys_of_two_sorts, "let its keys be numbers, texts, or tuples of these"),
        (tuples_in_tuples_in_a_set, "is known only at run time"),
        (a_float_among_ints, "keys that are ints gets one that is a float"),
        (a_key_that_is_missing, "has no part"),
        (a_table_returned, "returns a dict of unknown length"),
        (lists_in_a_heap, "let it hold values of one kind"),
    ],
)
def test_refused(f, reason):
    with pytest.raises(fpad.TransformError, match=reason):
        fpad.grad(f)(X, L)


def grows_in_its_loop(x, labels):
    d = {}
    for k, v in zip(labels, x, strict=False):
        d[k] = v
    total = 0.0
    for k in d:
        d[k + 1] = x[0]
        total += d[k]
    return total


def test_a_dict_that_gets_a_key_while_a_loop_runs_over_it():
    with pytest.raises(RuntimeError):
        grows_in_its_loop(X, L)
    with pytest.raises(fpad.InputError, match="gets a new key while a loop runs over it"):
        fpad.grad(grows_in_its_loop)(X, L)


def looked_up(x, labels, k):
    d = {}
    for i, v in zip(labels, x, strict=False):
        d[i] = v
    return d[k]


def test_a_key_that_is_missing_raises_what_python_raises():
    assert list(fpad.grad(looked_up)(X, L, 3)) == [0.0, 0.0, 1.0, 0.0]
    with pytest.raises(KeyError, match="7"):
        fpad.grad(looked_up)(X, L, 7)


def test_the_places_of_keys_are_those_of_the_rows_that_are_taken():
    """Tables that share memory for a while see their own keys only."""
    keys = fp.with_key(fp.rows((4,)), 7, 1)
    one, other = fp.with_key(keys, 1, 2), fp.with_key(keys, 2, 2)
    assert [fp.slot((one,), (k,)) for k in (4, 7, 1, 2)] == [0, 1, 2, 3]
    assert [fp.slot((other,), (k,)) for k in (4, 7, 1, 2)] == [0, 1, 3, 2]
    assert [fp.slot((keys,), (k,)) for k in (4, 7, 1, 2)] == [0, 1, 2, 2]


def test_a_row_put_into_a_table_leaves_the_table_before_it_alone():
    values = fp.rows((1.0, 2.0))
    changed, longer = fp.put((values, 5.0), 0), fp.put((values, 6.0), 2)
    assert list(values) == [1.0, 2.0]
    assert list(changed) == [5.0, 2.0]
    assert list(longer) == [1.0, 2.0, 6.0]


def test_the_places_of_keys_are_looked_at_once():
    """They stay with the memory of the rows, so a look-up goes through the new keys only."""
    keys = fp.rows((0,))
    tables = set()
    for k in range(1, 2000):
        keys = fp.with_key(keys, k, fp.slot((keys,), (k,)))
        tables.add(id(keys.base.base.places))
    assert fp.slot((keys,), (1999,)) == 1999
    assert keys.base.base.places.known == 2000
    assert len(tables) < 20  # one for each time that the memory was too small


@pytest.mark.parametrize("n", [0, 1, 7, 40])
def test_heaps_lie_as_those_of_python(n):
    rng = np.random.default_rng(n)
    values = rng.integers(0, 10, n).astype(float)
    heap = values.tolist()
    heapq.heapify(heap)
    rows = values[fp.heaped("heapify", (values,))]
    assert list(rows) == heap
    for v in rng.integers(0, 10, 5).astype(float):
        heapq.heappush(heap, v)
        rows = np.append(rows, v)
        rows = rows[fp.heaped("heappush", (rows,))]
        assert list(rows) == heap
    while heap:
        first = heapq.heappop(heap)
        at = fp.heaped("heappop", (rows,))
        assert rows[at[0]] == first
        rows = rows[at[1:]]
        assert list(rows) == heap


def test_sets_are_run_through_in_the_order_of_python():
    rng = np.random.default_rng(0)
    for _ in range(50):
        members = list(dict.fromkeys(rng.integers(-50, 500, 20).tolist()))
        found = set()
        for m in members:
            found.add(m)
        keys = np.array(members)
        assert list(keys[fp.set_order((keys,))]) == list(found)


def test_nan_is_no_key():
    def under_nan(x, v):
        d = {}
        d[x * v] = x
        return d[x * v]

    assert fpad.grad(under_nan)(2.0, 0.5) == 1.0
    with pytest.raises(fpad.InputError, match="is NaN"):
        fpad.grad(under_nan)(np.inf, 0.0)


def test_what_was_taken_out_of_a_set_tells_its_order():
    rng = np.random.default_rng(0)
    for _ in range(50):
        log = rng.integers(-20, 100, 80).tolist()
        found = set()
        for m in log:
            (found.remove if m in found else found.add)(m)
        keys = np.array(sorted(found))
        assert list(keys[fp.replayed((np.array(log),), (keys,))]) == list(found)


def test_an_order_that_is_certain_is_that_of_every_set():
    rng = np.random.default_rng(0)
    told = 0
    for _ in range(300):
        past = rng.choice(rng.choice((6, 8, 12, 40)), rng.integers(1, 6), replace=False)
        keys = rng.permutation(past)[: rng.integers(1, 6)]
        try:
            ordered = keys[fp.certain_order((past,), (keys,))].tolist()
        except InputError:
            continue
        told += 1
        for more in (0, 1):
            found = set(past.tolist() * more)
            for m in keys.tolist():
                found.add(m)
            assert list(found & set(keys.tolist())) == ordered
            found -= set(past.tolist()) - set(keys.tolist())
            assert list(found) == ordered
            assert list(found | {ordered[0]}) == ordered
            assert list(set(found)) == ordered
    assert told > 50
