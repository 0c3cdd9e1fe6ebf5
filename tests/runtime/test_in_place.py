"""What the runtime knows of indices and memory."""

from typing import Any

import numpy as np
import pytest

from fpad import runtime as fp

S = slice
ROWS = np.array([1, 1, 2])
MASK = np.array([True, False, True])
WRITTEN: list[tuple[tuple[int, ...], Any]] = [
    ((5,), np.array([0, 2, 0])),
    ((5,), (np.array([[0, -5], [1, 0]]),)),
    ((5,), np.array([3, 1])),
    ((5,), np.array([], int)),
    ((3, 4), (S(None), np.array([1, 1, -3]))),
    ((3, 4), (np.array([0, 0, 1]), ROWS)),
    ((3, 4), (np.array([[0], [0]]), ROWS)),
    ((3, 4), (MASK, np.array([1, 1]))),
    ((3, 4), (MASK, 0)),
    ((3, 4), MASK),
    ((3, 4, 5), (np.array([0, 0]), S(None), np.array([1, 1]))),
    ((3, 4, 5), (1, S(None), ROWS)),
    ((3, 4, 5), (S(None), 1, ROWS)),
    ((3, 4, 5), (Ellipsis, ROWS, 2)),
    ((3, 4, 5), (Ellipsis, 0, ROWS)),
    ((3, 4, 5), (None, ROWS, Ellipsis)),
    ((3, 4, 5), (ROWS, None, np.array([0, 0, 0]), S(1, 4))),
    ((0, 4), (S(None), ROWS)),
]


@pytest.mark.parametrize(("shape", "index"), WRITTEN)
def test_what_is_written_last_counts(shape: tuple[int, ...], index: Any) -> None:
    like = np.zeros(shape)
    t = np.random.default_rng(1).normal(size=like[index].shape)
    order = np.arange(t.size).reshape(t.shape)
    written = np.full(shape, -1)
    written[index] = order
    wanted = np.where(np.isin(order, written), t, 0.0)
    assert np.array_equal(fp.keep_last(t, index, like), wanted)


@pytest.mark.parametrize(
    "bounds", [(None, None, None), (1, None, None), (None, None, -1), (4, 0, -2)]
)
def test_an_entry_of_a_slice(bounds: tuple[Any, Any, Any]) -> None:
    x = np.arange(12).reshape(6, 2)
    part = x[slice(*bounds)]
    for k in range(-len(part), len(part)):
        assert np.array_equal(x[fp.within(x, 0, *bounds, k)], part[k])
    for k in (len(part), -len(part) - 1):
        with pytest.raises(IndexError):
            fp.within(x, 0, *bounds, k)


def test_views_and_copies() -> None:
    x = np.arange(6.0).reshape(2, 3)
    assert fp.shares(x.ravel(), x)
    assert fp.shares(x.T, x)
    assert fp.shares(x, x)
    assert not fp.shares(x.T.ravel(), x)
    assert not fp.shares(x[0, 0], x)
    assert not fp.shares(2.0, x)
    assert fp.shares(np.array(1.0)[()], np.array(1.0)) is False
