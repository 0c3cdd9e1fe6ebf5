"""Calls that once went wrong: what each of them found is said beside it."""

from typing import Any

import numpy as np

import fpad
from tests.oracles import same_bits


def squares_by_row(x: Any, w: float) -> Any:
    s = 0.0
    for i in range(len(x)):
        s = s + np.sum(x[i] * w * x[i])
    return s


def test_a_call_with_arrays_of_another_rank_is_derived_for_again() -> None:
    # Code for vectors, in which x[i] is a number, was run for matrices.
    gradient = fpad.grad(squares_by_row, (0, 1))
    for x in (np.array([1.0, 2.0]), np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([3.0])):
        for _ in range(2):
            assert same_bits(gradient(x, 3.0), (6.0 * x, float(np.sum(x * x))))


def squares_of_entry(p: Any) -> Any:
    return squares_by_row(p["x"], 1.5)


def test_a_call_with_a_dict_of_arrays_of_another_rank_is_derived_for_again() -> None:
    gradient = fpad.grad(squares_of_entry)
    for x in (np.array([1.0, 2.0]), np.array([[1.0, 2.0], [3.0, 4.0]])):
        for _ in range(2):
            assert same_bits(gradient({"x": x})["x"], 3.0 * x)
