"""From a pattern to seeds, and from the products with them to the entries of a Jacobian.

    plan = planned(Layout(..), indptr, indices, mode="auto", symmetric=False)
    products = [J @ seed for seed in plan.seeds(0, plan.colours)]     # in reverse mode seed @ J
    entries of the block (k, j): products.ravel()[plan.blocks[k][j].places]

All entries under wrt are numbered through, and so are those of the real results: the columns and
the rows of one matrix, of which the blocks are parts.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from fpad.transforms.sparsity import colouring


@dataclass(frozen=True)
class Layout:
    """The shapes and float types of the real results, and of the leaves under wrt."""

    ys: tuple[tuple[tuple[int, ...], Any], ...]
    xs: tuple[tuple[tuple[int, ...], Any], ...]


@dataclass(frozen=True, eq=False)
class Part:
    """One block of the matrix: its rows, and where its entries stand among the products."""

    shape: tuple[int, int]
    indptr: Any
    indices: Any
    places: Any


@dataclass(frozen=True, eq=False)
class Plan:
    """How a Jacobian of one pattern is computed.

    Attributes:
        mode: "forward" or "reverse".
        colours: how many products there are.
        colour_of: the colour of each column, in reverse mode of each row; `colours` if it is empty.
        width: entries of one product.
        blocks: for each real result and each leaf under wrt a part of the matrix.
        check: what a product with random numbers must be.
    """

    layout: Layout
    mode: str
    colours: int
    colour_of: Any
    width: int
    blocks: tuple[tuple[Part, ...], ...]
    check: Check

    @property
    def of(self) -> tuple[tuple[tuple[int, ...], Any], ...]:
        """What seeds are made for: the leaves under wrt, in reverse mode the real results."""
        return self.layout.xs if self.mode == "forward" else self.layout.ys

    def seeds(self, begin: int, end: int) -> tuple[Any, ...]:
        """The seeds of some colours, a block for each leaf; that of the check stands last."""
        out = []
        offsets = itertools.pairwise(_offsets(self.of))
        for (shape, dtype), (left, right) in zip(self.of, offsets, strict=True):
            block = np.zeros((end - begin, right - left), dtype)
            colours = self.colour_of[left:right]
            inside = np.flatnonzero((colours >= begin) & (colours < min(end, self.colours)))
            block[colours[inside] - begin, inside] = 1.0
            if end > self.colours:
                block[-1] = self.check.vector[left:right]
            block.flags.writeable = False  # they are kept, and no derivative writes into them
            out.append(block.reshape(end - begin, *shape))
        return tuple(out)


@dataclass(frozen=True, eq=False)
class Check:
    """The product of the whole matrix with the last seed, from the entries that were found."""

    vector: Any
    to: Any
    by: Any
    places: Any

    def wrong(self, products: Any, given: Any, eps: float, unit: float) -> Any:
        """Rows (in reverse mode columns) where the product differs from what was computed.

        Rounding, by `eps` each time, is far below the tolerance, also where all cancels that is of
        the size of `unit`; an entry that the pattern lacks stands out unless it is smaller than its
        row by the root of `eps`.
        """
        with np.errstate(all="ignore"):
            terms = products.ravel()[self.places].astype(np.float64) * self.vector[self.by]
            size = len(given)
            found = np.bincount(self.to, terms, size)
            scale = np.bincount(self.to, np.abs(terms), size) + np.abs(given)
            largest = np.max(scale, initial=0.0, where=np.isfinite(scale))
            tolerance = eps**0.5 * scale + min(1e3 * eps, eps**0.5) * max(largest, unit)
            off = np.abs(found - given) > tolerance
        return np.flatnonzero(off & np.isfinite(scale))


def planned(layout: Layout, indptr: Any, indices: Any, mode: str, symmetric: bool) -> Plan:
    """The plan for a pattern, given by rows.

    Args:
        layout: what the rows and columns belong to.
        indptr: where each row begins among the entries.
        indices: the columns of the entries, ascending in each row.
        mode: "forward", "reverse", or "auto": what needs fewer products.
        symmetric: rows and columns belong to the same entries, and so does the pattern.
    """
    rows, columns = len(indptr) - 1, _offsets(layout.xs)[-1]
    row_of = np.repeat(np.arange(rows), np.diff(indptr))
    if symmetric:
        colours = colouring.star(indptr, indices, columns)
        turned = _read_from_column(row_of, indices, colours)
        at, colour_of = np.where(turned, indices, row_of), np.where(turned, row_of, indices)
        return _plan(
            layout, "forward", colours, rows, colours[colour_of] * rows + at, indptr, indices
        )
    if mode != "reverse":
        colours = colouring.columns(indptr, indices, columns)
        fewest = int(np.max(np.bincount(indices, minlength=1), initial=0))
        if mode == "forward" or 3 * colouring.number(colours) <= 4 * max(fewest, 1):
            places = colours[indices] * rows + row_of
            return _plan(layout, "forward", colours, rows, places, indptr, indices)
    order = np.argsort(indices, kind="stable")
    by_column = np.concatenate(([0], np.cumsum(np.bincount(indices, minlength=columns))))
    of_rows = colouring.columns(by_column.astype(np.int64), row_of[order], rows)
    if mode == "auto" and colouring.number(colours) <= colouring.number(of_rows):
        places = colours[indices] * rows + row_of
        return _plan(layout, "forward", colours, rows, places, indptr, indices)
    places = of_rows[row_of] * columns + indices
    return _plan(layout, "reverse", of_rows, columns, places, indptr, indices)


def _read_from_column(rows: Any, columns: Any, colours: Any) -> Any:
    """Entries of a symmetric matrix of which the row holds another one of the same colour."""
    groups = rows.astype(np.int64) * (colouring.number(colours) + 1) + colours[columns]
    _, group, count = np.unique(groups, return_inverse=True, return_counts=True)
    return count[group] > 1


def _plan(
    layout: Layout, mode: str, colours: Any, width: int, places: Any, indptr: Any, indices: Any
) -> Plan:
    """The plan for colours of the columns, or in reverse mode of the rows."""
    rows = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))
    to, by = (rows, indices) if mode == "forward" else (indices, rows)
    count = colouring.number(colours) if len(indices) else 0
    empty = np.ones(len(colours), bool)
    empty[by] = False
    vector = np.random.default_rng(count).uniform(0.5, 1.5, len(colours))
    vector[::2] *= -1.0
    of = layout.xs if mode == "forward" else layout.ys
    for (_, dtype), (left, right) in zip(of, itertools.pairwise(_offsets(of)), strict=True):
        vector[left:right] = vector[left:right].astype(dtype)
    check = Check(vector, to, by, places)
    blocks = _parts(layout, indptr, indices, places)
    colours = np.where(empty, count, colours)
    return Plan(layout, mode, count, colours, width, blocks, check)


def _parts(layout: Layout, indptr: Any, indices: Any, places: Any) -> tuple[tuple[Part, ...], ...]:
    """The matrix in blocks."""
    row_offsets, column_offsets = _offsets(layout.ys), _offsets(layout.xs)
    out = []
    for top, bottom in itertools.pairwise(row_offsets):
        begin, end = indptr[top], indptr[bottom]
        columns, where = indices[begin:end], places[begin:end]
        rows = np.repeat(np.arange(bottom - top), np.diff(indptr[top : bottom + 1]))
        line = []
        for left, right in itertools.pairwise(column_offsets):
            inside = (columns >= left) & (columns < right)
            counts = np.bincount(rows[inside], minlength=bottom - top)
            starts = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)
            shape = (bottom - top, right - left)
            kept = (columns[inside] - left).astype(np.int32)
            line.append(Part(shape, starts, kept, where[inside]))
        out.append(tuple(line))
    return tuple(out)


def _offsets(of: Sequence[tuple[tuple[int, ...], Any]]) -> list[int]:
    """The numbers of entries in front of each leaf, and of all."""
    sizes = [int(np.prod(shape, dtype=np.int64)) for shape, _ in of]
    return [0, *itertools.accumulate(sizes)]
