"""The numbers of a report, and cones of directions."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy.optimize import linprog

from fpad.check import Ball
from fpad.check.certificate import decode, encode
from fpad.check.cones import direction, dot, in_hull, kernel, rank, solution
from fpad.check.numbers import Numbers

HALF = Fraction(1, 2)


def test_balls() -> None:
    ball = Ball(Fraction(1, 3), HALF)
    assert float(ball) == 5 / 12
    assert Fraction(2, 5) in ball
    assert HALF in ball
    assert 1 not in ball
    assert decode(encode({"x": [ball]})) == {"x": [ball]}
    assert len({ball, Ball(Fraction(1, 3), HALF)}) == 1


def test_numbers_are_made_once_and_when_read() -> None:
    made = []

    def make(k: int) -> Fraction:
        made.append(k)
        return Fraction(k, 2)

    numbers = Numbers(4, make)
    assert (len(numbers), made) == (4, [])
    assert numbers[1] == HALF
    assert numbers[-1] == Fraction(3, 2)
    assert numbers[1:3] == (HALF, 1)
    assert made == [1, 3, 2]
    assert numbers == (0, HALF, 1, Fraction(3, 2))
    assert (0, HALF, 1, Fraction(3, 2)) == numbers
    assert numbers != (0, HALF, 1)
    assert hash(numbers) == hash(tuple(numbers))
    assert sorted(made) == [0, 1, 2, 3]
    assert decode(encode(numbers)) == numbers
    with pytest.raises(IndexError):
        numbers[4]


def system(rng: random.Random) -> tuple[list[Any], list[Any], list[Any], int]:
    n = rng.randint(1, 4)
    parts = [
        [[rng.randint(-2, 2) for _ in range(n)] for _ in range(rng.randint(*bounds))]
        for bounds in ((1, 6), (0, 4), (0, 2))
    ]
    return (*parts, n)  # type: ignore[return-value]


def test_directions_against_scipy() -> None:
    rng = random.Random(2)
    found = 0
    for _ in range(300):
        strict, weak, equal, n = system(rng)
        d = direction(strict, weak, equal, n)
        if d is not None:
            found += 1
            assert all(dot(r, d) > 0 for r in strict)
            assert all(dot(r, d) >= 0 for r in weak)
            assert all(dot(r, d) == 0 for r in equal)
        above = -np.array([*strict, *weak], float)
        limits = np.array([-1.0] * len(strict) + [0.0] * len(weak))
        sides = {"A_eq": np.array(equal, float), "b_eq": np.zeros(len(equal))} if equal else {}
        told = linprog(np.zeros(n), above, limits, bounds=[(None, None)] * n, **sides)
        assert (told.status == 0) == (d is not None)
    assert 50 < found < 250


def test_narrow_cone() -> None:
    rows = [[1, -(10**6)], [-1, 10**6 + 1], [0, 1]]
    d = direction(rows)
    assert d is not None
    assert all(dot(r, d) > 0 for r in rows)
    assert direction([[1, 0], [-1, 0]]) is None
    assert direction([[1, 1]], equal=[[1, 0], [0, 1]]) is None


def test_linear_algebra() -> None:
    assert solution([[1, 1], [1, -1]], [2, 0], 2) == (1, 1)
    assert solution([[1, 1], [2, 2]], [2, 0], 2) is None
    assert rank([[1, 2], [2, 4]], 2) == 1
    assert all(dot([1, 1, 0], d) == 0 for d in kernel([[1, 1, 0]], 3))
    assert len(kernel([], 3)) == 3


@pytest.mark.parametrize(
    ("point", "corners", "inside"),
    [
        ((0, 0), [(1, 0), (-1, 0)], True),
        ((0, 1), [(1, 0), (-1, 0)], False),
        ((HALF,), [(0,), (1,)], True),
        ((2,), [(0,), (1,)], False),
        ((2,), [(2,)], True),
        ((1, 1), [(0, 0), (3, 0), (0, 3)], True),
        ((2, 2), [(0, 0), (3, 0), (0, 3)], False),
        ((0,), [], False),
    ],
)
def test_hulls(point: Any, corners: Any, inside: bool) -> None:
    assert in_hull(point, corners) is inside
