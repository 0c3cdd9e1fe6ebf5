"""Zeros that normal forms and separation bounds prove, and signs that balls find."""

from __future__ import annotations

import math
import random
from fractions import Fraction
from typing import Any

import pytest

from fpad.check.exact import HoleReached
from fpad.check.reals import Effort, Real, enclosure, is_integer, real, root, sign, spending
from fpad.check.separation import smallest
from fpad.check.structure import rational, simplest, vanishes

flint = pytest.importorskip("flint", reason="ball arithmetic is python-flint's")

F = Fraction
ONE = F(1)


def of(name: str, *operands: Any) -> Any:
    return real(name, *operands)


PI = 4 * of("arctan", ONE)
E = of("exp", ONE)
X, Y = of("tanh", F(2, 3)), of("log", F(7))
ZEROS = [
    E * of("exp", F(-1)) - 1,
    E**3 - of("exp", F(3)),
    root(F(2), 2) * root(F(3), 2) - root(F(6), 2),
    root(F(12), 2) - 2 * root(F(3), 2),
    root(F(2), 3) ** 3 - 2,
    of("exp", X) * of("exp", Y) - of("exp", X + Y),
    of("exp", Y) - 7,
    of("exp", Y / 2) - root(F(7), 2),
    of("log", F(12)) - 2 * of("log", F(2)) - of("log", F(3)),
    of("log", of("exp", X)) - X,
    of("sin", X) ** 2 + of("cos", X) ** 2 - 1,
    of("sin", 2 * X) - 2 * of("sin", X) * of("cos", X),
    of("sin", X + Y) - of("sin", X) * of("cos", Y) - of("cos", X) * of("sin", Y),
    of("tan", X) - of("sin", X) / of("cos", X),
    of("cosh", X) ** 2 - of("sinh", X) ** 2 - 1,
    of("tanh", X) * of("cosh", X) - of("sinh", X),
    of("sin", PI),
    of("cos", PI / 3) - F(1, 2),
    of("sin", 7 * PI / 4) + root(F(1, 2), 2),
    of("tan", PI / 4) - 1,
    of("arccos", X) + of("arcsin", X) - PI / 2,
    of("expm1", X) + 1 - of("exp", X),
    of("log1p", X) - of("log", 1 + X),
    of("log2", F(8)) - 3,
    of("log10", F(1000)) - 3,
    of("exp2", X) - of("pow", F(2), X),
    1 - E / (E + root(F(2), 2)) - root(F(2), 2) / (E + root(F(2), 2)),
    of("log", of("exp", X) + of("exp", Y)) - Y - of("log", 1 + of("exp", X - Y)),
    1 / (1 + of("exp", -X)) + 1 / (1 + of("exp", X)) - 1,
]
NOT_ZERO = [
    of("exp", PI * root(F(163), 2)) - 262537412640768744,
    E - F(271828182845904523536, 10**20),
    of("sin", F(22)) - of("sin", F(44, 2) + F(1, 10**30)),
    root(F(2), 2) + root(F(3), 2) - root(F(10), 2),
    of("log", F(2) + F(1, 10**40)) - of("log", F(2)),
    of("cos", of("exp", F(-60))) - 1,
]


@pytest.mark.parametrize("k", range(len(ZEROS)))
def test_identities(k: int) -> None:
    assert vanishes(ZEROS[k])
    assert sign(ZEROS[k]) == 0


@pytest.mark.parametrize("k", range(len(NOT_ZERO)))
def test_near_misses(k: int) -> None:
    assert not vanishes(NOT_ZERO[k])
    assert sign(NOT_ZERO[k]) == (1 if enclosure(NOT_ZERO[k], 600) > 0 else -1)


def grown(rng: random.Random, depth: int) -> Any:
    """A random number, made of few parts so that they cancel."""
    if depth == 0:
        return rng.choice((ONE, F(2), F(1, 2), X, Y, E, PI, root(F(2), 2), root(F(3), 2)))
    a, b = grown(rng, depth - 1), grown(rng, rng.randrange(depth))
    match rng.randrange(9):
        case 0 | 1:
            return a + b
        case 2 | 3:
            return a - b
        case 4:
            return a * b
        case 5:
            return a / (b * b + 1)
        case 6:
            return of(rng.choice(("exp", "sin", "cos", "tanh")), a)
        case 7:
            return of("log", a * a + 2)
    return root(a * a + 1, 2)


def test_what_vanishes_is_zero() -> None:
    """No form without terms is the form of a number that is not zero."""
    rng = random.Random(5)
    zeros = 0
    with spending(Effort(work=10**9)):
        for _ in range(300):
            a, b = grown(rng, 3), grown(rng, 2)
            for x in (a, a - b, a * a - b * b - (a - b) * (a + b), of("exp", a) - of("exp", b)):
                if isinstance(x, Real) and vanishes(x):
                    zeros += 1
                    assert enclosure(x, 2000).contains(0)
    assert zeros > 250


def test_separation() -> None:
    nested = root(5 + 2 * root(F(6), 2), 2) - root(F(2), 2) - root(F(3), 2)
    assert smallest(nested, 10**4) is not None
    assert sign(nested) == 0
    assert sign(nested + F(1, 10**60)) == 1
    assert smallest(nested + E, 10**4) is None
    golden = (1 + root(F(5), 2)) / 2
    assert sign(golden * golden - golden - 1) == 0
    assert sign(root(golden**8 - 1, 3) ** 3 - golden**8 + 1) == 0


def test_whole_parts() -> None:
    assert math.floor(E * 100) == 271
    assert math.floor(-E) == -3
    six = root(F(2), 2) * root(F(3), 2) * root(F(6), 2)
    assert is_integer(six)
    assert math.floor(six) == 6
    assert not is_integer(E)
    assert rational(six) == 6
    assert rational(E) is None
    assert rational(of("sin", PI / 6)) == F(1, 2)
    assert simplest(F(314, 100), F(315, 100)) == F(22, 7)
    rng = random.Random(1)
    for _ in range(300):
        low = F(rng.randrange(-50, 50), rng.randrange(1, 50))
        high = low + F(rng.randrange(1, 30), rng.randrange(30, 900))
        found = simplest(low, high)
        assert low <= found <= high
        assert all(math.floor(high * d) < low * d for d in range(1, found.denominator))


def test_limits() -> None:
    unknown = of("rgamma", F(1, 2)) ** 2 * PI - 1  # zero, but no form says so
    with spending(Effort(bits=1024)), pytest.raises(HoleReached, match="transcendental_zero"):
        sign(unknown)
    with spending(Effort(work=10)), pytest.raises(HoleReached, match="too_many_bits"):
        sign(of("sin", X) - of("sin", Y / 2) + of("exp", X * Y))
    with pytest.raises(HoleReached, match="too_many_bits"):
        math.floor(of("exp", F(10**6)))
