"""The table of theory (c) for networks with machine-representable parameters, and its family."""

import itertools
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import fpad
from tests.check.theory import relu0
from tests.sweeps.networks import ROWS, M, Row


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.f.__name__)
def test_the_table(row: Row) -> None:
    s = fpad.sweep(row.f, over=row.spaces)
    assert (s.total, s.ndf, s.inc, s.unknown) == (row.total, row.ndf, row.inc, 0)
    assert (s.bound, s.bound_theorem) == (row.bound, row.theorem)
    assert s.fraction == Fraction(row.ndf + row.inc, row.total)
    assert s.bound is None or s.fraction <= s.bound
    assert s.b4_mismatch == row.mismatch
    assert s.clarke_failures == row.clarke
    assert s.exact_by == "bits"


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_tightness(n: int) -> None:
    def f(w: Any, b: Any) -> Any:
        return np.sum(relu0(w + b))

    s = fpad.sweep(f, over={"w": M, "b": (M, (n,))})
    m = len(M)
    assert s.fraction == 1 - (1 - Fraction(1, m)) ** n
    assert s.bound == Fraction(n, m) <= 2 * s.fraction


def test_sets_of_the_identity() -> None:
    row = next(r for r in ROWS if r.f.__name__ == "identity_of_product")
    s = fpad.sweep(row.f, over=row.spaces)
    wrong = {tuple(p) for p in s.points("incorrect")}
    kinks = {tuple(p) for p in s.points("nondifferentiable")}
    assert wrong == {(1.0, 0.0), (2.0, 0.0)}
    assert kinks == {(0.0, w2) for w2 in (-2.0, -1.0, 1.0, 2.0)}
    assert s.points("all").tolist() == [list(map(float, p)) for p in itertools.product(M, M)]
