"""Colours for the columns of a sparse matrix, so that few products with it give all of its entries.

    A = [a . . b]      columns 0, 1, 2 have no row in common: one colour, the seed (1, 1, 1, 0).
        [. c . .]      A @ seed = (a, c, d) and A @ (0, 0, 0, 1) = (b, 0, e) hold all entries
        [. . d e]

`columns` is for any matrix (A. R. Curtis, M. J. D. Powell, J. K. Reid, On the estimation of sparse
Jacobian matrices, 1974), `star` for symmetric ones, where an entry may be read from its own row or
from its column (T. F. Coleman, J. J. More, Estimation of sparse Hessian matrices and graph coloring
problems, 1984; called star colouring by A. H. Gebremedhin, F. Manne, A. Pothen, What color is your
Jacobian?, 2005).  Both are greedy; colours that are taken are bits of Python's integers, so
colouring costs time in proportion to the number of entries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np


def columns(indptr: Any, indices: Any, count: int) -> Any:
    """A colour for each column: two columns of one colour have no row in common.

    Args:
        indptr: where each row begins among the entries, as in scipy.sparse.
        indices: the columns of the entries.
        count: the number of columns.

    Returns:
        The colours, an integer array; columns without entries have colour 0.
    """
    rows, at = _turned(indptr, indices, count)
    needed = int(np.max(np.diff(indptr), initial=0))
    places = [rows[at[k] : at[k + 1]].tolist() for k in range(count)]

    def greedy(order: Any) -> Any:
        colours = np.zeros(count, np.int64)
        taken = [0] * (len(indptr) - 1)
        for c in order:
            used = 0
            for r in places[c]:
                used |= taken[r]
            bit = ~used & (used + 1)
            colours[c] = bit.bit_length() - 1
            for r in places[c]:
                taken[r] |= bit
        return colours

    return _best(greedy, _orders(indptr, indices, at, rows, count), needed)


def star(indptr: Any, indices: Any, count: int) -> Any:
    """A colour for each row and column of a symmetric matrix.

    Every entry (i, j) is the only one of its row whose column has the colour of j, or the only one
    of its column whose row has the colour of i; diagonal entries are the former.
    """
    near = [
        [c for c in indices[indptr[k] : indptr[k + 1]].tolist() if c != k] for k in range(count)
    ]

    def greedy(order: Any) -> Any:
        return _star(near, order, count)

    turned, at = _turned(indptr, indices, count)
    return _best(greedy, _orders(indptr, indices, at, turned, count), 1)


def _star(near: list[list[int]], order: Any, count: int) -> Any:
    """Star colouring in one order.

    A colour is refused for v if an edge could then be read from neither of its ends: `seen[w]` are
    the colours of the neighbours of w; `locked[w]` those of neighbours that have another neighbour
    of the colour of w, so that only w's own row is left to read that edge from.
    """
    colours = [-1] * count
    seen, locked = [0] * count, [0] * count
    times: list[dict[int, int]] = [{} for _ in range(count)]
    first: list[dict[int, int]] = [{} for _ in range(count)]
    for v in order:
        used, own = seen[v], times[v]
        for w in near[v]:
            colour = colours[w]
            if colour >= 0:
                used |= locked[w]
                if own[colour] > 1:
                    used |= seen[w]
        bit = ~used & (used + 1)
        c = colours[v] = bit.bit_length() - 1
        for w in near[v]:
            colour = colours[w]
            if colour >= 0 and own[colour] > 1:
                locked[w] |= bit
            again = times[w].get(c, 0)
            times[w][c] = again + 1
            seen[w] |= bit
            if again == 0:
                first[w][c] = v
            elif colour >= 0:
                locked[v] |= 1 << colour
                locked[first[w][c]] |= 1 << colour
    return np.array(colours, np.int64)


def _turned(indptr: Any, indices: Any, count: int) -> tuple[Any, Any]:
    """The rows of the entries by columns, and where each column begins among them."""
    rows = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))
    order = np.argsort(indices, kind="stable")
    at = np.concatenate(([0], np.cumsum(np.bincount(indices, minlength=count)))).astype(np.int64)
    return rows[order], at


def _orders(indptr: Any, indices: Any, at: Any, rows: Any, count: int) -> Iterator[Any]:
    """Orders to try: that of the columns, and those with the most neighbours first."""
    yield range(count)
    lengths = np.concatenate(([0], np.cumsum(np.diff(indptr)[rows])))
    yield np.argsort(-(lengths[at[1:]] - lengths[at[:-1]]), kind="stable").tolist()


def _best(greedy: Callable[[Any], Any], orders: Iterator[Any], needed: int) -> Any:
    """The colours of the order that needs the fewest; `needed`: no colouring has fewer."""
    best: Any = None
    for order in orders:
        found = greedy(order)
        if best is None or number(found) < number(best):
            best = found
        if number(best) <= needed:
            break
    return best


def number(colours: Any) -> int:
    """How many colours there are."""
    return int(np.max(colours, initial=-1)) + 1
