"""What heapq, sorted, min and max do with values that a method of theirs compares.

All of them give positions.  Heaps are those of Python, value by value: `heapq`'s functions compare
the same pairs, and a loop over the list that holds a heap sees the same order.
"""

from __future__ import annotations

from typing import Any


def sorted_positions(keys: Any, reverse: Any) -> Any:
    """The positions of the keys in ascending order; those of equal keys stay in theirs."""
    order: list[int] = []
    for k in range(len(keys)):
        at = len(order)
        while at > 0:
            before = keys[order[at - 1]]
            moves = before < keys[k] if reverse else keys[k] < before
            if not moves:
                break
            at -= 1
        order.insert(at, k)
    return order


def best_position(keys: Any, largest: Any) -> Any:
    """The position of the first key that is the largest, or the smallest."""
    best = 0
    for k in range(1, len(keys)):
        better = keys[k] > keys[best] if largest else keys[k] < keys[best]
        if better:
            best = k
    return best


def _towards_root(keys: Any, at: Any, first: Any, k: Any) -> None:
    new = at[k]
    while k > first:
        parent = (k - 1) // 2
        before = keys[new] < keys[at[parent]]
        if not before:
            break
        at[k] = at[parent]
        k = parent
    at[k] = new


def _towards_leaves(keys: Any, at: Any, first: Any) -> None:
    k, end, new = first, len(at), at[first]
    child = 2 * k + 1
    while child < end:
        if child + 1 < end:
            before = keys[at[child]] < keys[at[child + 1]]
            if not before:
                child += 1
        at[k] = at[child]
        k = child
        child = 2 * k + 1
    at[k] = new
    _towards_root(keys, at, first, k)


def heapify(keys: Any) -> Any:
    """`heapq.heapify`."""
    at = list(range(len(keys)))
    for k in range(len(at) // 2 - 1, -1, -1):
        _towards_leaves(keys, at, k)
    return at


def heappush(keys: Any) -> Any:
    """`heapq.heappush` of the last key."""
    at = list(range(len(keys)))
    _towards_root(keys, at, 0, len(at) - 1)
    return at


def heappop(keys: Any) -> Any:
    """`heapq.heappop`; what it gives comes first, then the heap."""
    at = list(range(len(keys)))
    last = at.pop()
    if len(at) == 0:
        return [last]
    first = at[0]
    at[0] = last
    _towards_leaves(keys, at, 0)
    return [first, *at]


def heapreplace(keys: Any) -> Any:
    """`heapq.heapreplace` by the last key; what it gives comes first, then the heap."""
    at = list(range(len(keys)))
    new = at.pop()
    first = at[0]
    at[0] = new
    _towards_leaves(keys, at, 0)
    return [first, *at]


def heappushpop(keys: Any) -> Any:
    """`heapq.heappushpop` of the last key; what it gives comes first, then the heap."""
    at = list(range(len(keys)))
    new = at.pop()
    before = keys[at[0]] < keys[new] if len(at) > 0 else False
    first = new
    if before:
        first = at[0]
        at[0] = new
        _towards_leaves(keys, at, 0)
    return [first, *at]


HEAPED = {f.__name__: f for f in (heapify, heappush, heappop, heapreplace, heappushpop)}
"""What gives the positions of a heap after a function of heapq, by its name."""
