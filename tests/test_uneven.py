"""Lists that turn out to have several lengths when a derivative runs."""

from __future__ import annotations

import numpy as np
import pytest

import fpad


def triangle(xs):
    rows = []
    for i in range(len(xs)):
        rows.append([xs[j] * xs[i] for j in range(i + 1)])
    return sum(sum(row) for row in rows)


def shown(xs):
    rows = []
    for i in range(len(xs)):
        print("row", i)
        rows.append([xs[j] for j in range(i + 1)])
    return sum(rows[-1])


def scaled_in_the_list(xs, n):
    tails = []
    for k in range(n):
        tails.append(xs[k:] * 1.0)
    for tail in tails:
        tail *= 2.0
    return sum(np.sum(tail**2) for tail in tails)


def square(xs):
    rows = [[x * y for y in xs] for x in xs]
    return np.sum(np.array(rows) @ np.array(rows))


def test_it_is_derived_again():
    d = fpad.value_and_grad(triangle)
    value, slope = d(np.array([1.0, 2.0, 3.0]))
    assert value == 25.0
    np.testing.assert_allclose(slope, [7.0, 8.0, 9.0])
    assert "fp.members" in d.source
    assert d(np.array([2.0]))[0] == 4.0
    assert fpad.grad(triangle)(np.array([2.0])) == 4.0


def test_effects_do_not_happen_twice(capsys):
    with pytest.raises(fpad.InputError, match="have to have one shape"):
        fpad.grad(shown)(np.array([1.0, 2.0]))
    assert capsys.readouterr().out == "row 0\nrow 1\n"
    assert fpad.grad(shown)(np.array([1.0])) == 1.0  # one row has one length


def test_lists_of_one_length_stay_matrices():
    d = fpad.grad(square)
    d(np.array([1.0, 2.0]))
    assert "fp.members" not in d.source


def test_a_vector_of_such_a_list_is_not_written():
    with pytest.raises(fpad.TransformError, match="may share it, is read afterwards"):
        fpad.grad(scaled_in_the_list)(np.array([1.0, 2.0, 3.0]), 2)
