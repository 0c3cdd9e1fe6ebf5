"""Colourings: every entry can be read from a product, and regular patterns need few colours."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import sparse as sp

from fpad.transforms.sparsity.colouring import columns, number, star


def symmetric(n: int, density: float, seed: int, diagonal: bool) -> Any:
    rng = np.random.default_rng(seed)
    m = np.triu(rng.random((n, n)) < density, 1)
    m = m | m.T | (np.eye(n, dtype=bool) if diagonal else False)
    return sp.csr_array(m)


@pytest.mark.parametrize("seed", range(12))
def test_columns_of_a_colour_share_no_row(seed: int) -> None:
    rng = np.random.default_rng(seed)
    m = rng.random((rng.integers(1, 30), rng.integers(1, 30))) < rng.uniform(0, 0.5)
    matrix = sp.csr_array(m)
    colours = columns(matrix.indptr, matrix.indices, m.shape[1])
    for c in range(number(colours)):
        assert m[:, colours == c].sum(axis=1).max() <= 1
    assert number(colours) >= m.sum(axis=1).max()


@pytest.mark.parametrize("seed", range(24))
def test_each_entry_of_a_symmetric_matrix_can_be_read(seed: int) -> None:
    m = symmetric(2 + seed, 0.05 + 0.02 * seed, seed, seed % 3 > 0)
    colours = star(m.indptr, m.indices, m.shape[0])
    full = m.toarray()
    for i, j in np.argwhere(full):
        in_row = (full[i] & (colours == colours[j])).sum()
        in_column = (full[:, j] & (colours == colours[i])).sum()
        assert in_row == 1 or (i != j and in_column == 1)


def test_regular_patterns_need_few_colours() -> None:
    n = 60
    i, j = np.indices((n, n))
    for width in (1, 2, 4):
        band = sp.csr_array(abs(i - j) <= width)
        assert number(columns(band.indptr, band.indices, n)) == 2 * width + 1
        assert number(star(band.indptr, band.indices, n)) <= 2 * width + 1
    arrow = sp.csr_array((i == j) | (i == 0) | (j == 0))
    assert number(star(arrow.indptr, arrow.indices, n)) == 2
    assert number(columns(arrow.indptr, arrow.indices, n)) == n
    i, j = np.indices((8, 8))
    line = (abs(i - j) <= 1).astype(int)
    grid = sp.csr_array(np.kron(line, np.eye(8, dtype=int)) | np.kron(np.eye(8, dtype=int), line))
    assert number(columns(grid.indptr, grid.indices, 64)) <= 8
    assert number(star(grid.indptr, grid.indices, 64)) <= 8
    assert number(columns(np.zeros(4, int), np.zeros(0, int), 0)) == 0
