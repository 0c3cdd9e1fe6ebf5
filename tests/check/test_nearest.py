"""Distances of choices in units of the inputs: certified ones hold wherever they are tried."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import fpad
from fpad.records import BranchRecord
from fpad.transforms.rules import RULES

ULP = 2.0**-52


def square(x):
    return x if x * x > 2.0 else 0.0


def piecewise(x):
    y = np.maximum(x, 0.3) * np.exp(x)
    s = np.sum(np.where(y > 1.0, y, -y))
    if s > 2.0:
        s = s - np.tanh(s)
    return s + np.max(y) + np.sum(np.floor(3.0 * y)) + np.sum(np.sort(x) * x)


def powers(x):
    return np.sum(np.abs(x**2 - 1.0) + np.clip(x**3, -0.5, 0.75))


def doubling(x):
    s = 1.0
    while s < np.sum(x):
        s = s * 1.5
    return s * x[0]


def waves(x):
    t = np.sin(3.0 * x) / (1.5 + np.cos(x))
    return np.sum(np.maximum(t, np.roll(t, 1))) + np.median(x) + np.argmax(t) * x[0]


def multiples(x):
    return np.mod(x[0], 0.3) + x[1] % x[2] + x[1] // 0.7 + np.linalg.norm(x) + np.std(x)


def network(x):
    W = np.linspace(-1.0, 1.0, 12).reshape(3, 4)
    V = np.cos(np.arange(4.0))
    h = np.maximum(x @ W + 0.05, 0.0)
    return np.maximum(np.tanh(h) @ V, 0.0)


def steps(x):
    k = np.searchsorted(np.array([0.25, 0.5, 1.5]), x)
    return np.sum(k * x) + np.sum(np.digitize(x, [0.1, 0.6]) * x) + round(x[0]) + int(x[1] * 5.0)


def distances(x):
    m = x[x > 0.4]
    return np.sum(m) + np.partition(x, 1)[1] + np.maximum.accumulate(x)[1] + np.log(np.sum(x * x))


def angles(x):
    t = np.hypot(x[0] - 0.5, x[1]) + np.copysign(x[2], x[0] - 0.4) + np.fmod(x[1], 0.35)
    return t + round(3.0 * x[2]) + np.arctan2(x[0], x[1]) + np.sqrt(x[2]) + np.trunc(5.0 * x[1])


PROGRAMS = [angles, piecewise, powers, doubling, waves, multiples, network, steps, distances]


def test_of_a_square() -> None:
    """sqrt(2) is 1.865e15 units from 1; a bound may be less, and never more."""
    (near,) = fpad.record(square)(1.0)[1].nearest()
    assert near.certified
    assert 1e15 < near.ulps <= (math.sqrt(2.0) - 1.0) / ULP
    _, record = fpad.grad(square, record=True)(1.0)
    assert record.nearest()[0].ulps == near.ulps
    _, record = fpad.record(square)(math.sqrt(2.0) * (1.0 + 1e-12))
    (near,) = record.nearest()
    assert near.certified
    assert 0.99 * 1e-12 / ULP * math.sqrt(2.0) / 2.0 < near.ulps < 1.01e-12 / ULP * math.sqrt(2.0)


def test_what_rounding_hides_is_not_certified() -> None:
    """1 unit above sqrt(2) the square is 4e-16 above 2, which a rounding may have made."""
    (near,) = fpad.record(square)(math.sqrt(2.0))[1].nearest()
    assert near.switch > 0.0
    assert not near.certified
    assert near.ulps <= 1.0
    (near,) = fpad.record(lambda x: np.maximum(x, 1.0))(np.array([1.0]))[1].nearest()
    assert (near.ulps, near.certified) == (0.0, False)


@pytest.mark.parametrize("f", PROGRAMS, ids=lambda f: f.__name__)
def test_nothing_flips_within_a_certified_distance(f: Any) -> None:
    """At the corners and inside of the box around the inputs the path is the same."""
    rng = np.random.default_rng(5)
    certified = 0
    for _ in range(6):
        x = rng.uniform(0.05, 1.2, 3)
        _, record = fpad.record(f)(x.copy())
        (near,) = record.nearest()
        others = [e.ulps for e in record.nearest(8)]
        assert all(near.ulps <= 1.05 * ulps or math.isnan(ulps) for ulps in others)
        if not near.certified:
            continue
        certified += 1
        box = math.floor(near.ulps) * np.spacing(x)
        for k in range(12):
            d = np.sign(rng.uniform(-1, 1, 3)) if k % 2 else rng.uniform(-1.0, 1.0, 3)
            _, other = fpad.record(f)(x + d * box)
            assert other.path == record.path
    assert certified >= 4


@pytest.mark.parametrize("f", PROGRAMS, ids=lambda f: f.__name__)
def test_certified_distances_are_not_much_too_small(f: Any) -> None:
    """Some input that is a hundred times further away takes another path."""
    x = np.array([0.47, 0.83, 0.31])
    _, record = fpad.record(f)(x.copy())
    (near,) = record.nearest()
    assert near.certified
    box = min(100.0 * near.ulps * ULP, 1.0) * x
    rng = np.random.default_rng(6)
    with np.errstate(all="ignore"):
        signs = [np.sign(rng.uniform(-1, 1, 3)) for _ in range(16)]
        paths = {fpad.record(f)(x + sign * box)[1].path for sign in signs}
    assert paths - {record.path}


def test_conditional_distances_in_order() -> None:
    _, record = fpad.record(piecewise)(np.array([0.1, 0.5, 0.9]))
    found = record.nearest(6)
    assert all(e.certified for e in found)
    assert [e.ulps for e in found] == sorted(e.ulps for e in found)
    assert found == () or found[0].choice.op == "numpy.floor"
    assert record.nearest(2)[0].ulps == pytest.approx(found[0].ulps, rel=1e-9)


def test_what_does_not_depend_on_the_inputs_never_flips() -> None:
    def f(x):
        return x * max(3, 2) + (x if len("abc") > 2 else 0.0) + np.maximum(np.ones(2), 0.5)[0]

    _, record = fpad.record(f)(0.5)
    assert {(e.ulps, e.certified) for e in record.nearest(9)} == {(math.inf, True)}


def test_float32_counts_in_its_own_units() -> None:
    x = np.array([1.0, -0.5], np.float32)
    _, record = fpad.record(lambda x: np.sum(np.maximum(x, 0.75)))(x)
    first, second = record.nearest(2)
    assert first.certified
    assert 0.99 * 0.25 * 2.0**23 < first.ulps <= 0.25 * 2.0**23
    assert first.index == (0,)
    assert 0.99 * 1.25 * 2.0**24 < second.ulps <= 1.25 * 2.0**24


def inverse(x):
    return np.arctanh(x)


@pytest.fixture
def ruled() -> Iterator[None]:
    """`inverse` has a rule of a user."""
    fpad.rule(inverse, partials=lambda g, y, x: g / (1.0 - x * x))
    yield
    del RULES[inverse]


@pytest.mark.usefixtures("ruled")
def test_estimates_say_so() -> None:
    """What a user's rule computes has no bound; the slope is 1 / (1 - x*x)."""
    _, record = fpad.record(lambda x: np.maximum(inverse(x), 0.1))(np.array([0.5]))
    (near,) = record.nearest()
    assert not near.certified
    want = near.switch * 0.75 / np.spacing(0.5)
    assert near.ulps == pytest.approx(want, rel=1e-3)


def test_precision_counts_as_rounding() -> None:
    """What bfloat16 rounds away may be what decides."""
    f = fpad.round_to(lambda x: np.maximum(x + 1.0, 1.0), "bfloat16")
    (near,) = fpad.record(f)(2.0**-12)[1].nearest()
    assert not near.certified
    (near,) = fpad.record(f)(0.5)[1].nearest()
    assert near.certified
    assert near.ulps <= 0.5 / np.spacing(0.5)


DRAWN: list[float] = []


def draws(x):
    return np.maximum(x, np.random.random())  # noqa: NPY002


def prints(x):
    print("once")
    return np.maximum(x, 0.25)


def appends(x):
    DRAWN.append(1.0)
    return np.maximum(x, 0.25)


def writes(x):
    y = np.abs(x)
    x[0] = 9.0
    return np.sum(y)


def test_effects_do_not_happen_again(capsys: pytest.CaptureFixture[str]) -> None:
    np.random.seed(3)  # noqa: NPY002
    _, record = fpad.record(draws)(0.5)
    state = np.random.get_state()[2]  # noqa: NPY002
    (near,) = record.nearest()
    assert math.isnan(near.ulps)
    assert np.random.get_state()[2] == state  # noqa: NPY002
    _, record = fpad.record(prints)(0.5)
    assert record.nearest()[0].certified
    assert capsys.readouterr().out == "once\n"
    x = np.array([1.0, -2.0])
    _, record = fpad.record(writes)(x)
    assert record.nearest()[0].certified
    assert x.tolist() == [1.0, -2.0]


def test_inputs_that_were_overwritten_are_not_measured() -> None:
    x = np.array([0.9, -2.0])
    _, record = fpad.record(powers)(x)
    before = record.nearest()[0]
    x[0] = 1.5
    after = record.nearest()[0]
    assert before.certified
    assert not after.certified
    assert math.isnan(after.ulps)
    x[0] = 0.9
    assert record.nearest()[0].ulps == before.ulps


def test_records_without_their_run() -> None:
    import copy
    import pickle

    _, record = fpad.grad(powers, record=True)(np.array([0.9, 0.2]))
    for other in (
        BranchRecord.from_json(record.to_json()),
        pickle.loads(pickle.dumps(record)),
        copy.deepcopy(record),
    ):
        assert other == record
        assert math.isnan(other.nearest()[0].ulps)
        assert not other.nearest()[0].certified
        assert other.nearest()[0].switch == min(
            (float(v) for c in record.choices for v in np.ravel(c.switch)), key=abs
        )


class Layer:
    def __init__(self, w: float) -> None:
        self.w = w

    def apply(self, x: Any) -> Any:
        return np.maximum(self.w * x, 0.5)


def test_methods_closures_keywords_and_structures() -> None:
    layer = Layer(2.0)
    _, record = fpad.record(layer.apply)(np.array([0.5]))
    assert record.nearest()[0].certified

    def outer(t: float) -> Any:
        def inner(p, *, b=0.25):
            return np.sum(np.maximum(p["w"] * t, b)) + abs(p["c"][0])

        return inner

    p = {"w": np.array([0.5, 1.0]), "c": [0.75, 2.0]}
    for kwargs in ({}, {"b": 0.5}):
        _, record = fpad.record(outer(3.0))(p, **kwargs)
        assert record.nearest()[0].certified
        _, record = fpad.grad(outer(3.0), record=True)(p, **kwargs)
        assert record.nearest()[0].certified


def test_what_fails_where_slopes_are_asked_for() -> None:
    """A quotient that is not selected, of a number that is always 0."""

    def f(x):
        return np.where(x - x != 0.0, 1.0 / np.sign(x - x), abs(x))

    with np.errstate(all="ignore"):
        _, record = fpad.record(f)(np.float64(0.5))
    assert not record.nearest()[0].certified


def test_recursion_and_loops() -> None:
    def halved(x, depth):
        return x if depth == 0 or x < 0.1 else halved(x * 0.5, depth - 1)

    def f(x):
        s = halved(x, 5)
        for k in range(3):
            s = s + abs(s - 0.01 * k)
        return s

    _, record = fpad.record(f)(0.9)
    near = record.nearest(12)
    assert near[0].certified
    assert len({e.choice.iteration for e in near}) > 1
