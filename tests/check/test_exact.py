"""Exact numbers: arithmetic, holes, infinities, the core functions, germs."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fpad.check.core import Core
from fpad.check.exact import Exact, Hole, HoleReached, Infinite, LimitReached, lift
from fpad.check.germ import Germ, RootNeeded, Scale, Undecided
from fpad.check.tape import Tape
from fpad.check.taylor import coefficients, exact_root

HALF = Exact(Fraction(1, 2))
CORE = Core()


def test_floats_and_integers_count_as_the_rationals_they_are() -> None:
    assert (HALF + 0.1).value == Fraction(1, 2) + Fraction(0.1)
    assert (1 / Exact(Fraction(3))).value == Fraction(1, 3)
    assert (np.float32(0.1) * HALF).value == Fraction(float(np.float32(0.1))) / 2
    assert (np.array([1, 2]) / Exact(Fraction(3)))[1].value == Fraction(2, 3)
    assert (Exact(Fraction(-7, 2)) // 1).value == -4
    assert (Exact(Fraction(-7, 2)) % 2).value == Fraction(1, 2)


def test_no_exact_number_becomes_a_float() -> None:
    for convert in (float, int, math.sqrt, np.float64):
        with pytest.raises(TypeError):
            convert(HALF)
    with pytest.raises(TypeError):
        np.zeros(1)[0] = HALF


def test_holes_spread_and_the_worse_one_wins() -> None:
    undefined, unknown = Exact(Fraction(1)) / 0, Hole("no_exact_rule: numpy.exp")
    assert undefined.undefined
    assert (undefined * 0).reason == "domain"
    assert (unknown + undefined).reason == "domain"
    assert (undefined + unknown).reason == "domain"
    assert (HALF - unknown).reason == unknown.reason
    with pytest.raises(HoleReached):
        bool(unknown > 0)


def test_infinities_are_compared_and_nothing_else() -> None:
    germ = Scale().input(Fraction(0), [Fraction(1)])
    for x in (HALF, germ, 1 / germ, Tape().input(Fraction(5))):
        for top, sign in ((Infinite(1), 1), (Infinite(-1), -1)):
            assert (x < top) is (sign > 0)
            assert (top > x) is (sign > 0)
            assert isinstance(x + top, Hole)
    assert lift(math.inf) == Infinite(1)
    assert lift(-math.inf) == -Infinite(1)


@pytest.mark.parametrize(
    ("name", "at"),
    [
        *(("exp", 0), ("expm1", 0), ("log", 1), ("log1p", 0), ("sin", 0), ("cos", 0), ("tan", 0)),
        *(("sinh", 0), ("cosh", 0), ("tanh", 0), ("arctan", 0), ("arcsin", 0)),
    ],
)
def test_rational_taylor_coefficients(name: str, at: int) -> None:
    found = coefficients(name, [Fraction(at)], 16)
    assert all(isinstance(c, Fraction) for c in found)
    h = 1 / 16
    total = sum(float(c) * h**k for k, c in enumerate(found))
    assert total == pytest.approx(getattr(np, name)(at + h), rel=1e-14)
    x = Tape().input(Fraction(at))
    y = getattr(CORE, name)(x)
    assert (y.value, y.tape.edges[y.node][0][1]) == tuple(found[:2])


@pytest.mark.parametrize(
    ("name", "x", "value"),
    [
        ("sqrt", Fraction(9, 4), Fraction(3, 2)),
        ("cbrt", Fraction(-27, 8), Fraction(-3, 2)),
        ("exp2", -3, Fraction(1, 8)),
        ("log2", Fraction(1, 8), -3),
        ("log10", 1000, 3),
        ("arccos", 1, 0),
    ],
)
def test_rational_values(name: str, x: Any, value: Any) -> None:
    assert getattr(CORE, name)(x).value == value


@pytest.mark.parametrize(
    ("name", "x"), [("log", 0), ("log1p", -1), ("sqrt", -1), ("arcsin", 2), ("log2", -4)]
)
def test_outside_the_domain(name: str, x: int) -> None:
    assert getattr(CORE, name)(x).undefined


@pytest.mark.parametrize("name", ["exp", "sqrt", "log", "sin", "cbrt", "arctan"])
def test_irrational_values_take_balls(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fpad.check.taylor.available", lambda: False)
    assert getattr(CORE, name)(2).reason == "no_exact_rule"
    assert CORE.pow(2, 0.1).reason == "no_exact_rule"


def test_powers() -> None:
    assert CORE.pow(4, 0.5).value == 2
    assert CORE.pow(4, -1.5).value == Fraction(1, 8)
    assert CORE.pow(0, 0).value == 1
    assert CORE.pow(-8, -3).value == Fraction(-1, 512)
    assert CORE.pow(0, -1).undefined
    assert CORE.pow(-8, 0.5).undefined
    with pytest.raises(LimitReached):
        CORE.pow(3, 10**9)


@given(st.fractions(max_denominator=10**6), st.sampled_from([2, 3, 5]))
def test_exact_roots(x: Fraction, n: int) -> None:
    x = abs(x) if n == 2 else x
    assert exact_root(x**n, n) == x
    if x and exact_root(x**n * 2, n) is not None:
        raise AssertionError("the root of twice a power is irrational")


def test_touched_boundaries_are_counted() -> None:
    tape = Tape()
    x = tape.input(Fraction(0))
    y = x * 1
    assert x == x
    assert tape.touches == 0
    assert x == y
    assert tape.touches == 1
    assert not x > 0
    assert tape.touches == 2
    assert x < 1
    assert tape.touches == 2
    (x + 2).floor()
    assert tape.touches == 3


def test_adjoints_of_everything_in_one_sweep() -> None:
    tape = Tape()
    x, y = tape.input(Fraction(3)), tape.input(Fraction(2))
    p = x * y
    z = p / y - p * p
    adjoints = tape.adjoints({z.node: Fraction(1)})
    assert adjoints[p.node] == Fraction(1, 2) - 12
    assert adjoints[x.node] == 1 - 2 * 3 * 4
    assert adjoints[y.node] == -2 * 2 * 9


# ---------------------------------------------------------------- germs

few = settings(max_examples=40, deadline=None)
small = st.fractions(min_value=-3, max_value=3, max_denominator=4)
polynomials = st.lists(small, min_size=1, max_size=4)


def germ_of(coefficients: list[Fraction], x: Any) -> Any:
    out: Any = Exact(Fraction(0))
    for c in reversed(coefficients):
        out = out * x + c
    return out


def at(coefficients: list[Fraction], t: Fraction) -> Fraction:
    return sum((c * t**k for k, c in enumerate(coefficients)), Fraction(0))


def sign(x: Fraction) -> int:
    return (x > 0) - (x < 0)


def sign_near(x: Any) -> int:
    return int(x > 0) - int(x < 0)


T = Fraction(1, 2**80)


@few
@given(polynomials, polynomials, polynomials, st.sampled_from([-1, 1]))
def test_signs_of_rational_germs(
    p: list[Fraction], q: list[Fraction], r: list[Fraction], side: int
) -> None:
    """The sign of p/q - r is that of its values very close to the point."""
    s = Scale(terms=4).input(Fraction(0), [Fraction(side)])
    x = side * T
    if not any(q):
        assert (germ_of(p, s) / germ_of(q, s)).undefined
        return
    exact = at(p, x) / at(q, x) - at(r, x)
    for terms in (2, 4, 8, 16, 32):
        s = Scale(terms).input(Fraction(0), [Fraction(side)])
        try:
            found = sign_near(germ_of(p, s) / germ_of(q, s) - germ_of(r, s))
        except Undecided:
            continue
        assert found == sign(exact)
        return
    raise AssertionError("a rational germ stays undecided")


@few
@given(polynomials, st.sampled_from([-1, 1]))
def test_zero_is_proved_by_the_degree(p: list[Fraction], side: int) -> None:
    """1/(1 + x) * (1 + x) is 1: no truncation can hide it, no truncation can pretend it."""
    s = Scale(16).input(Fraction(0), [Fraction(side)])
    q = 1 / (1 + s)
    assert (q * (1 + s) - 1) == 0
    assert ((q * germ_of(p, s)) * (1 + s) - germ_of(p, s)) == 0
    with pytest.raises(Undecided):
        bool(Scale(8).series(0, [Fraction(0)] * 8, 8, 40, 0, Fraction(1)) == 0)


@few
@given(polynomials, st.sampled_from([2, 3]))
def test_roots_of_powers(p: list[Fraction], n: int) -> None:
    s = Scale(16).input(Fraction(0), [Fraction(1)])
    x = germ_of(p, s)
    if not isinstance(x, Germ):
        return
    power = x
    for _ in range(n - 1):
        power = power * x
    root = power.root(n)
    assert root == (abs(x) if n == 2 else x)


@few
@given(polynomials)
def test_square_roots_of_series(p: list[Fraction]) -> None:
    """The square of the series of a root is the germ, as far as it is known."""
    s = Scale(12).input(Fraction(0), [Fraction(1)])
    x = 1 + s * germ_of(p, s)
    if isinstance(x, Germ):
        y = x.root(2)
        back = y * y - x
        assert not isinstance(back, Germ) or not back.coefficients


def test_roots_that_need_a_finer_scale() -> None:
    s = Scale().input(Fraction(0), [Fraction(1)])
    with pytest.raises(RootNeeded) as needed:
        (s * s * s).root(2)
    assert needed.value.n == 2
    fine = Scale(8, root=2).input(Fraction(0), [Fraction(1)])
    assert (fine * fine * fine).root(2).low == 3


def test_floors_of_germs() -> None:
    s = Scale().input(Fraction(2), [Fraction(-1)])
    assert s.floor().value == 1
    assert (-s).floor().value == -2
    assert (s + Fraction(1, 2)).floor().value == 2
    assert (1 / (s - 2)).floor().reason == "accumulating_pieces"


def test_composed_series() -> None:
    s = Scale(10).input(Fraction(0), [Fraction(1)])
    u = s + 3 * s * s
    e = CORE.exp(u)
    x = 2.0**-8
    total = sum(float(c) * x ** (e.low + k) for k, c in enumerate(e.coefficients))
    assert total == pytest.approx(math.exp(x + 3 * x * x), rel=1e-13)
    assert CORE.log(-s).undefined
    with pytest.raises(RootNeeded):
        CORE.log(s)
    slow = CORE.log(Scale(10, 4).input(Fraction(0), [Fraction(1)]))
    assert (slow.coefficients, slow.known) == ((), -1)
