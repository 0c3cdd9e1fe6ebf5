"""Ints of many examples are those of Python, or an exception says why not."""

from __future__ import annotations

import itertools
import operator
from typing import Any

import numpy as np
import pytest

import fpad
from fpad import runtime as fp

OPERATORS: dict[str, Any] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "**": operator.pow,
    "//": operator.floordiv,
    "%": operator.mod,
    "<<": operator.lshift,
    ">>": operator.rshift,
}
NUMBERS = [0, 1, -1, 2, -3, 7, 62, 63, 64, 2**31, -(2**31) + 1, 2**62, 2**63 - 1, -(2**63)]


@pytest.mark.parametrize("op", OPERATORS)
def test_pairs(op: str) -> None:
    for a, b in itertools.product(NUMBERS, repeat=2):
        _check_pair(op, a, b)


def _check_pair(op: str, a: int, b: int) -> None:
    if op in ("**", "<<") and abs(b) > 100:
        return  # Python would make a number of as many bits
    try:
        want = OPERATORS[op](a, b)
    except (ZeroDivisionError, ValueError) as wanted:
        with pytest.raises(type(wanted)):
            fp.whole(op, np.array([a, 1]), np.array([b, 1]))
        want = None
    if isinstance(want, int) and not -(2**63) <= want < 2**63:
        with pytest.raises(fpad.InputError, match="64 bits"):
            fp.whole(op, np.array([a, 1]), np.array([b, 1]))
    elif want is not None:
        got = fp.whole(op, np.array([a, 1]), np.array([b, 1]))
        assert got[0] == want
        assert got.dtype.kind == ("f" if isinstance(want, float) else "i")
    # what is not used may be anything
    used = np.array([False, True])
    got = fp.whole(op, np.array([a, 1]), np.array([b, 1]), used)
    assert got[1] == OPERATORS[op](1, 1)


def test_floats_without_their_fractions() -> None:
    assert fp.whole_of(np.array([1.7, -1.7, 2.0**62])).tolist() == [1, -1, 2**62]
    assert fp.whole_of(np.array([True, False])).tolist() == [1, 0]
    used = np.array([True, False])
    for x, error in ((np.nan, ValueError), (np.inf, OverflowError), (1e30, fpad.InputError)):
        with pytest.raises(error):
            fp.whole_of(np.array([1.0, x]))
        assert fp.whole_of(np.array([1.0, x]), used)[0] == 1
