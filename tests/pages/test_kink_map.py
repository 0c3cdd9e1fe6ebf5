"""Where pieces meet on a line or a plane, and what the checker says there."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import fpad
from fpad.check import Verdict
from fpad.pages import kink_map
from fpad.pages.kink_map import MEANING, KinkMap
from fpad.pages.search import between, simplest
from fpad.pages.space import Space, spans_of
from fpad.runtime.errors import InputError
from tests.pages import functions as f

# Not aligned with the kinks: what sits on a sample is found without a search.
ODD = [(-1.0, 0.9371)]


def along_line(function, span=ODD, samples=101, **options) -> KinkMap:
    return kink_map(Space(function, (0.125,)), span, samples, **options)


def spots(found: KinkMap) -> list[tuple[float, str]]:
    return [(s.at[0], s.kind) for s in found.spots]


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (f.hinges, [(-0.5, "wrong"), (0.0, "kink"), (1 / 3, "between")]),
        (f.stairs, [(k / 4, "jump") for k in range(-4, 4)]),
        (f.touching, [(0.3, "kink")]),
        (f.seamless, [(0.5, "harmless")]),
        (f.half, [(0.0, "undefined")]),
        (f.smooth, []),
    ],
)
def test_a_line(function, expected) -> None:
    found = along_line(function)
    assert [kind for _, kind in spots(found)] == [kind for _, kind in expected]
    np.testing.assert_allclose([at for at, _ in spots(found)], [at for at, _ in expected], 1e-15)
    assert found.unasked == 0
    for spot in found.spots:
        assert spot.report is not None
        assert spot.report.verdict == fpad.check(function, spot.at[0]).verdict


def test_kinks_are_adjacent_floats() -> None:
    """1/3 is no float: its neighbours are on different sides, and both derivatives are right."""
    (spot,) = [s for s in along_line(f.hinges).spots if s.kind == "between"]
    around = (np.nextafter(1 / 3, 0), 1 / 3, np.nextafter(1 / 3, 1))
    neighbours = [fpad.check(f.hinges, v) for v in around]
    assert all(r.verdict is Verdict.DIFFERENTIABLE for r in neighbours)
    assert spot.at[0] in (1 / 3, np.nextafter(1 / 3, 1))
    assert len({r.derivative for r in neighbours}) == 2


def test_an_isolated_point() -> None:
    assert spots(along_line(f.isolated)) == [(0.25, "jump")]
    assert spots(along_line(f.isolated, [(-1.0, 1.0)], 9)) == [(0.25, "jump")]


def test_many_kinks_between_two_samples() -> None:
    """Changes that come and go between two samples are told apart where the ends differ."""
    found = along_line(f.stairs, [(0.05, 2.3)], 2)
    assert spots(found) == [(k / 4, "jump") for k in range(1, 10)]


def test_most_are_left_unasked_where_there_are_many() -> None:
    found = along_line(f.stairs, [(-10.0, 10.03)], 101, max_checks=7)
    kinds = [kind for _, kind in spots(found)]
    assert kinds.count("jump") == 7
    assert kinds.count("unasked") == found.unasked == len(kinds) - 7
    assert len(kinds) == 81


def test_a_plane() -> None:
    space = Space(f.curved, (0.1, 0.2), wrt=("x", "y"))
    assert space.names == ("x", "y")
    found = kink_map(space, [(-1.0, 0.93), (-1.0, 1.07)], 9, max_checks=1000)
    assert len({s.at for s in found.spots}) == len(found.spots)
    assert set(found.kinds()) == {"wrong", "kink"}
    for spot in found.spots:
        x, y = spot.at
        assert x == 0.0 or x == y or abs(x) < 1e-300
        assert spot.kind == ("kink" if x == y else "wrong")
    assert len(np.unique(found.pieces)) == 4
    values = [[f.curved(x, y) for y in found.axes[1]] for x in found.axes[0]]
    np.testing.assert_array_equal(found.values, values)


def test_a_point_of_a_plane_that_no_line_of_samples_meets() -> None:
    space = Space(f.cone, (np.array([0.1, 0.2]),))
    assert space.names == ("x[0]", "x[1]")
    found = kink_map(space, [(-1.0, 0.93), (-1.0, 1.07)], 9)
    assert [(s.at, s.kind) for s in found.spots] == [((0.0, 0.25), "kink")]


def test_a_line_through_many_numbers() -> None:
    w, x = np.array([1.0, -1.0, 0.5]), np.array([[1.0, 2.0, 0.0], [0.0, 1.0, 2.0]])
    space = Space(f.weighted, (w, x), {"bias": 0.5}, along=[np.array([1.0, 0.0, 0.0])])
    assert (space.names, space.center) == (("t",), (0.0,))
    found = kink_map(space, [(-1.0, 1.3)], 50)
    ((at, kind),) = spots(found)
    assert kind == "kink"
    assert at == pytest.approx(0.5, abs=1e-15)
    assert space.numbers((at,)) == space.numbers((0.5,)) == [1.5, -1.0, 0.5]
    plane = Space(f.weighted, (w, x), along=[np.eye(3)[0], np.eye(3)[2]])
    assert plane.names == ("s", "t")
    assert plane.slopes((1.0, 2.0, 3.0)) == (1.0, 3.0)


def test_structures_and_formats() -> None:
    def of_dict(p):
        return np.maximum(p["a"], 0.0) * p["b"] + abs(p["b"])

    space = Space(of_dict, ({"a": 0.5, "b": -0.5},))
    assert space.names == ("p_a", "p_b")
    assert space.sample((1.0, 2.0)).value == 4.0
    single = Space(f.smooth, (np.float32(0.5),))
    assert single.call([0.1])[0][0] == np.float32(0.1)
    assert single.sample([0.1]).at == (float(np.float32(0.1)),)
    narrow = kink_map(Space(f.touching, (np.float32(0.5),)), ODD, 101)
    assert {float(np.float32(s.at[0])) for s in narrow.spots} == {s.at[0] for s in narrow.spots}
    coarse = Space(f.hinges, (0.5,), precision="bfloat16")
    assert coarse.report([0.1]).certificate.claims["precision"] == "bfloat16"


def test_what_cannot_be_drawn() -> None:
    with pytest.raises(InputError, match=r"there are 3 numbers .* give wrt= .* or along="):
        Space(f.cone, (np.zeros(3),))
    with pytest.raises(InputError, match="along= takes one direction or two, not 3"):
        Space(f.cone, (np.zeros(2),), along=[np.zeros(2)] * 3)
    with pytest.raises(InputError, match=r"a direction in x has shape \(3,\).*\(2,\)"):
        Space(f.cone, (np.zeros(2),), along=[np.zeros(3)])
    with pytest.raises(InputError, match=r"the span of x is from 1\.0 to 1\.0"):
        along_line(f.smooth, [(1.0, 1.0)])
    with pytest.raises(InputError, match="samples=1"):
        along_line(f.smooth, samples=1)


def doubled(x: Any) -> Any:
    while x < 1.0:
        x = 2.0 * x
    return x


def test_functions_that_do_not_end_next_to_the_point_are_not_sampled() -> None:
    space = Space(doubled, (0.75,))
    with pytest.raises(InputError, match=r"at x = -0\.25 the function has not ended"):
        kink_map(space, [(-0.25, 1.75)], 9)
    found = kink_map(space, [(0.1, 1.0)], 9)
    assert {spot.kind for spot in found.spots} == {"jump"}
    report = fpad.check(doubled, 0.75)
    assert report.correct
    assert "The pieces near the point" not in report.to_html()


def test_functions_with_effects_are_not_sampled() -> None:
    def told(x):
        print("told")
        return x

    with pytest.raises(InputError, match=r"the function calls builtins\.print on line \d+"):
        Space(told, (0.5,))

    def drawn(x):
        return x * np.random.rand()  # noqa: NPY002

    with pytest.raises(InputError, match=r"the function calls \S*rand on line \d+"):
        Space(drawn, (0.5,))


def test_spans() -> None:
    line = Space(f.smooth, (0.5,))
    plane = Space(f.curved, (100.0, -1.0), wrt=(0, 1))
    assert spans_of(None, line) == [(-0.5, 1.5)]
    assert spans_of(None, plane) == [(68.0, 132.0), (-2.0, 0.0)]
    assert spans_of((0, 1), plane) == [(0.0, 1.0), (0.0, 1.0)]
    assert spans_of([(0, 1), (2, 3)], plane) == [(0.0, 1.0), (2.0, 3.0)]
    with pytest.raises(InputError, match="or such a pair for each of x, y"):
        spans_of([(0, 1)], plane)


@pytest.mark.parametrize(
    ("low", "high"), [(0.0, 1.0), (-1.0, 1.0), (-5e-324, 0.0), (1.0, 1e300), (-2.0, -1.0)]
)
def test_bisection_counts_floats(low: float, high: float) -> None:
    steps = 0
    while (middle := between(low, high)) not in (low, high):
        assert low < middle < high
        low = middle
        steps += 1
    assert steps <= 64
    assert math.nextafter(low, math.inf) == high


def test_simple_numbers() -> None:
    assert simplest(-0.1, 0.3) == 0.0
    assert simplest(0.28, 0.33) in (0.3, 0.31)
    assert 1000 <= simplest(1000.0, 1000.01) <= 1000.01
    assert next(iter(MEANING)) == "wrong"
