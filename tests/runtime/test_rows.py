"""Rows of lists of unknown length: of which class their numbers are, and what fits among them."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from fpad import runtime as fp
from fpad.runtime.errors import InputError

A, B = Fraction(1, 3), Fraction(2, 7)


def table(n: int) -> Any:
    """Rows of zeros that are Python's, as `[[0.0] * n]` is."""
    return fp.rows((fp.repeated(0.0, n),))


def test_python_numbers_stay_pythons() -> None:
    rows = table(2)
    fp.mixed(rows[0], 0.5)
    rows[0][1] = 0.5
    assert type(fp.plain(rows[0][1], rows[0])) is float


def test_numpys_numbers_make_all_of_them_numpys() -> None:
    rows = table(2)
    fp.mixed(rows[0], np.float64(0.5))
    rows[0][1] = 0.5
    assert type(fp.plain(rows[0][1], rows[0])) is np.float64


def test_a_number_that_does_not_fit_is_refused() -> None:
    rows = fp.rows((np.zeros(2, np.float32),))
    fp.mixed(rows[0], np.float32(0.1))
    for item in (0.1, np.float64(0.1)):
        with pytest.raises(InputError, match="begin it with numbers of one type"):
            fp.mixed(rows[0], item)


def test_fractions_stay_fractions() -> None:
    rows = fp.rows((A, B))
    longer = fp.appended((rows, A))
    assert longer.tolist() == [A, B, A]
    assert fp.floats(longer) is longer
    assert fp.float_rows((A, B)).tolist() == [A, B]
    assert fp.holding(rows, B) is rows
    assert fp.holding(np.zeros(1, int), B).tolist() == [0]
    assert fp.values_of(fp.as_rows([A, B])) == [A, B]


def test_lists_in_a_list_have_one_length() -> None:
    table = fp.rows((fp.rows((1.0, 2.0)),))
    with pytest.raises(InputError, match="have to have one shape"):
        fp.joined((table, fp.rows((fp.rows((1.0,)),))))
    with pytest.raises(InputError, match="have to have one shape"):
        fp.fits(table, fp.rows((1.0,)))
