"""Many points at once: every verdict is that of the point alone."""

from __future__ import annotations

import math
import pickle
import random
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import fpad
from fpad.check import BatchReport, Verdict
from fpad.check.batch import CODES
from fpad.check.lanes import Lanes
from fpad.runtime.errors import InputError
from fpad.transforms.errors import TransformError
from tests.check import random_piecewise, random_several
from tests.transforms.execution import define


def around(points: Any, ulps: int = 2) -> np.ndarray:
    """The points and the floats next to them."""
    out = []
    for x in points:
        low = high = float(x)
        out.append(low)
        for _ in range(ulps):
            low, high = math.nextafter(low, -math.inf), math.nextafter(high, math.inf)
            out += [low, high]
    return np.array(out)


def agrees(found: BatchReport, f: Any, points: Any, *rest: Any, **named: Any) -> None:
    """Each point has the verdict and the numbers that it has alone."""
    assert len(found) == len(points)
    for k, x in enumerate(points):
        one = fpad.check(f, x, *rest, **named)
        known = list(Verdict)[found.verdict[k]]
        if one.verdict == "UNKNOWN":
            assert known in ("UNKNOWN", "DIFFERENTIABLE")
            continue
        assert known == one.verdict
        assert found.correct[k] == {True: 1, False: 0, None: -1}[one.correct]
        assert found.wrong_piece[k] == {True: 1, False: 0, None: -1}[one.wrong_piece]
        ad = np.ravel(found.ad[k])
        if one.derivative is None:
            assert np.all(np.isnan(found.derivative[k]))
            continue
        slopes = np.ravel(found.derivative[k])
        exact = one.derivative_float
        eps = np.finfo(found.ad.dtype).eps
        scale = np.maximum(np.abs(exact), 1e-300)
        if one.rounding_bound is not None and one.correct:
            bound = np.maximum(one.rounding_bound, 8 * eps * scale)
            assert np.all(np.abs(ad - exact) <= bound * 4)
            assert np.all(np.abs(slopes - exact) <= bound * 4)


def piecewise(x: Any) -> Any:
    y = x * x if x > 0.5 else abs(x) - 1.0
    return np.maximum(y, 0.3 * x) + x**3


def looping(x: Any) -> Any:
    y = abs(x)
    while y < 3.0:
        y = y * y + 1.0
    return y


def elementary(x: Any) -> Any:
    if x > 0:
        return math.log(x) * math.sqrt(x)
    return math.exp(x) - 1.0


def clipped(x: Any) -> Any:
    return np.clip(x, -1.0, 2.0) * np.sign(x)


def stepped(x: Any) -> Any:
    return x * np.floor(x) + np.trunc(2.0 * x)


def tied(x: Any) -> Any:
    return max(x, 2.0 * x, 1.0) + np.minimum(x, x)


def counted(x: Any) -> Any:
    n = 0
    while x > 1:
        x = x / 2
        n += 1
    return x + n


def summed(x: Any) -> Any:
    total = 0.0
    for i in range(int(min(abs(x), 3.0)) + 1):
        total = total + x * i
    return total


def stopping(x: Any) -> Any:
    for i in range(5):
        if x * i >= 2.0:
            break
        x = x + 0.25
    return x


def rooted(x: Any) -> Any:
    return np.sqrt(x * x + 1.0) + np.cbrt(x - 1.0)


def guarded(x: Any) -> Any:
    return np.where(x != 0, x * x / np.where(x != 0, x, 1.0), 0.0)


def periodic(x: Any) -> Any:
    return (x % 1.0) * (x // 0.5)


def median(x: Any) -> Any:
    return np.sort(np.stack([x, 1.0 - x, 0.3 * x * x]))[1]


def distance(x: Any) -> Any:
    v = np.stack([x, x - 1.0])
    return np.linalg.norm(v) + np.hypot(x, 1.0) + np.std(v * v)


FUNCTIONS = {
    periodic: (0.0, 0.5, 1.0, -0.5),
    median: (0.5, 0.0, 1.0),
    distance: (0.0, 1.0),
    piecewise: (0.0, 0.5, 1.0, -1.0, 10 / 13),
    looping: (0.0, 1.0, 2**0.5, 3.0),
    elementary: (0.0, 1.0, -1.0, 1e-310),
    clipped: (-1.0, 0.0, 2.0),
    stepped: (0.0, 0.5, 1.0, -1.5),
    tied: (0.0, 0.5, 1.0),
    rooted: (0.0, 1.0),
    counted: (1.0, 2.0, 4.0, 3.0),
    summed: (0.0, 1.0, 2.0, -1.0),
    stopping: (0.75, 1.75, 2.0, 0.0),
    guarded: (0.0, 1.0),
}
EDGES = (np.nan, np.inf, -np.inf, 1e308, -1e308, 1e200, 1e-320, 5e-324, -5e-324)


@pytest.mark.parametrize("f", FUNCTIONS, ids=lambda f: f.__name__)
def test_around_kinks(f: Any) -> None:
    edges = EDGES[6:] if f is counted else EDGES  # infinity is never halved
    points = np.concatenate([around(FUNCTIONS[f]), edges, np.linspace(-2.9, 3.1, 9)])
    agrees(fpad.check(f, points, batch=True), f, points)


@pytest.mark.parametrize("f", [piecewise, clipped, tied], ids=lambda f: f.__name__)
def test_around_kinks_in_float32(f: Any) -> None:
    points = around(FUNCTIONS[f]).astype(np.float32)
    next_to = np.nextafter(points, np.float32(9), dtype=np.float32)
    points = np.concatenate([points, next_to, np.float32(EDGES[:3]), np.float32([3e38, 1e-45])])
    with np.errstate(all="ignore"):
        agrees(fpad.check(f, points, batch=True), f, points)


@pytest.mark.parametrize("stratum", [0, 1, 2])
def test_random_programs(stratum: int) -> None:
    rng = random.Random(stratum + 70)
    for _ in range(5):
        f = define(random_piecewise.program(rng, stratum))
        points = np.concatenate([around((0.0, 1.0), 1), [rng.uniform(-2, 2) for _ in range(3)]])
        try:
            found = fpad.check(f, points, batch=True)
        except TransformError:
            continue
        agrees(found, f, points)


def test_random_programs_of_several_numbers() -> None:
    rng = random.Random(5)
    for _ in range(4):
        f = define(random_several.program(rng, rng.randrange(3), 2))
        rows = np.array([random_several.point(rng, 2) for _ in range(3)], float)
        rows = np.concatenate([rows, rows + 0.1])
        agrees(fpad.check(f, rows, batch=True), f, rows)


def test_nearly_all_are_decided_at_once() -> None:
    """The bounds decide what is more than a few ulps away from a kink."""
    for f in FUNCTIONS.keys() - {summed}:
        points = np.linspace(-2.0, 2.0, 1001) + 1e-7
        lanes = Lanes(f, {"x": points}, ("x",), ("x",), 0, None, None, len(points), 10**6)
        assert lanes.able
        decided = np.concatenate([b.decided for b in lanes.blocks()])
        assert np.mean(decided) > 0.999, f


def test_blocks_cover_all_points(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fpad.check.lanes.NUMBERS_AT_ONCE", 7)
    points = np.linspace(-2.0, 2.0, 41)
    found = fpad.check(piecewise, points, batch=True)
    agrees(found, piecewise, points)


# ---------------------------------------------------------------- what a batch is


def test_rows() -> None:
    def f(v: Any) -> Any:
        return abs(v[0]) * v[1] + np.max(v)

    rows = np.array([[0.0, 1.0], [1.0, 2.0], [3.0, 3.0], [0.0, 0.0], [np.nan, 1.0]])
    found = fpad.check(f, rows, batch=True)
    assert found.ad.shape == found.derivative.shape == found.ulp_error.shape == (5, 2)
    agrees(found, f, rows)


def test_other_arguments_are_shared() -> None:
    def f(x: Any, w: Any) -> Any:
        return np.sum(np.maximum(x * w, 0.0))

    xs, w = np.array([-1.0, 0.0, 2.0]), np.array([1.0, -3.0])
    found = fpad.check(f, xs, w, batch=True)
    assert found.verdict.tolist() == [0, 1, 0]
    assert found.ad.tolist() == [-3.0, found.ad[1], 1.0]


def test_other_arguments_may_be_mapped_too() -> None:
    def f(x: Any, w: Any) -> Any:
        return np.maximum(x * w, 0.0)

    xs, ws = np.array([1.0, 1.0, 0.0]), np.array([2.0, -2.0, 1.0])
    found = fpad.check(f, xs, ws, batch=("x", "w"))
    assert found.verdict.tolist() == [0, 0, 1]
    assert found.derivative[:2].tolist() == [2.0, 0.0]
    assert fpad.check(f, xs, ws, batch="w").verdict.tolist() == [0, 0, 1]


def test_several_wrt_and_structures() -> None:
    def f(p: Any, x: Any) -> Any:
        return np.maximum(p["w"] * x + p["b"], 0.0)

    p = {"w": np.array([1.0, 2.0, -1.0]), "b": np.array([0.5, -2.0, 1.0])}
    found = fpad.check(f, p, 1.0, batch=True)
    assert found.verdict.tolist() == [0, 1, 1]
    assert found.ad["w"].tolist()[0] == 1.0
    assert found.derivative.shape == (3, 2)
    assert np.isnan(found.derivative[1:]).all()
    both = fpad.check(lambda_free, p["w"], p["b"], wrt=(0, 1), batch=True)
    assert [part.shape for part in both.ad] == [(3,), (3,)]
    assert both.derivative[0].tolist() == [0.5, 1.0]


def lambda_free(w: Any, b: Any) -> Any:
    return w * b


def test_vectors_have_a_seed() -> None:
    def f(x: Any) -> Any:
        return np.stack([abs(x), x * x])

    seed = np.array([0.0, 1.0])
    found = fpad.check(f, np.array([0.0, 1.0]), batch=True, seed=seed)
    assert found.derivative.tolist() == [0.0, 2.0]
    seed = np.array([1.0, 0.0])
    assert fpad.check(f, np.array([0.0, 1.0]), batch=True, seed=seed).verdict.tolist() == [1, 0]


def test_formats() -> None:
    points = np.linspace(-2.0, 2.0, 33)
    found = fpad.check(piecewise, points, batch=True, precision="bfloat16")
    for k in (0, 5, 16, 20, 31):
        one = fpad.check(piecewise, points[k], precision="bfloat16")
        assert (list(Verdict)[found.verdict[k]], found.correct[k]) == (one.verdict, one.correct)


def test_lists_integers_and_fractions() -> None:
    assert fpad.check(piecewise, [0.25, 2.0], batch=True).verdict.tolist() == [0, 0]
    assert fpad.check(piecewise, np.array([0, 2, 1]), batch=True).ad.tolist() == [0.3, 16.0, 5.0]

    def f(x: Any) -> Any:
        return np.maximum(3 * x - 1, 0)

    found = fpad.check(f, [Fraction(1, 3), 0.5], batch=True)
    assert found.verdict.tolist() == [CODES[Verdict.NOT_DIFFERENTIABLE], 0]
    assert fpad.check(f, [1 / 3], batch=True).verdict.tolist() == [0]


def test_no_points() -> None:
    found = fpad.check(piecewise, np.zeros(0), batch=True)
    assert len(found) == 0
    assert found.counts == {}
    assert found.exit_code == 0


def test_what_is_refused() -> None:
    with pytest.raises(InputError, match="single number"):
        fpad.check(lambda_free, np.float64(1.0), 1.0, batch=True)
    with pytest.raises(InputError, match="2 and 3 entries"):
        fpad.check(lambda_free, np.zeros(2), np.zeros(3), wrt=(0, 1), batch=True)
    with pytest.raises(InputError, match="no parameter"):
        fpad.check(lambda_free, np.zeros(2), 1.0, batch="z")
    with pytest.raises(InputError, match="shape"):
        fpad.check(vector, np.zeros(2), batch=True)


def vector(x: Any) -> Any:
    return np.stack([x, x])


def test_an_error_says_at_which_point() -> None:
    def f(x: Any) -> Any:
        return np.stack([x, 2.0 * x])[int(x)]

    with pytest.raises(IndexError) as raised:
        fpad.check(f, np.array([0.5, 1.5, 5.0]), batch=True)
    assert raised.value.__notes__ == ["fpad: this is point 2 of the batch"]


def test_points_without_an_end() -> None:
    """One of them does not keep the others from being decided together."""

    def f(x: Any) -> Any:
        while x > 1.0:
            x = x * 0.5 if x < 100.0 else x + 1.0
        return x * x

    points = np.linspace(-2.0, 2.0, 200) + 1e-9
    points[77] = 1000.0
    found = fpad.check(f, points, batch=True, max_steps=2000)
    assert found.counts == {"DIFFERENTIABLE": 199, "UNKNOWN": 1}
    assert found.verdicts[77] == Verdict.UNKNOWN


def test_a_derivative_that_is_wrong_is_not_taken_for_granted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The bounds are those of derivative code; a few exact checks confirm it."""
    from dataclasses import replace

    from fpad.transforms.rules import core

    def f(x: Any) -> Any:
        return np.square(x) * 3.0

    rule = core.RULES[np.square]
    wrong = replace(rule, adjoints=(lambda g, y, x: g * x,))
    monkeypatch.setitem(core.RULES, np.square, wrong)
    found = fpad.check(f, np.linspace(1.0, 2.0, 20), batch=True)
    assert not np.any(found.correct == 1)


def test_what_cannot_be_done_for_many_is_done_one_by_one() -> None:
    """Functions of which no program for many points can be made, or whose bounds tell nothing."""

    def sorts(x: Any) -> Any:
        return np.partition(np.array([x, 1.0 - x, 0.3]), 1)[1]

    def eager(x: Any) -> Any:
        return np.where(x > 0.5, math.log(x), 1.0)

    points = np.array([0.1, 0.3, 0.5, 0.9, -1.0])
    agrees(fpad.check(sorts, points, batch=True), sorts, points)
    agrees(fpad.check(eager, points, batch=True), eager, points)

    def stopped(x: Any) -> Any:
        return fpad.stop_gradient(x) * x

    found = fpad.check(stopped, np.array([1.0, 2.0]), batch=True)
    assert not np.any(found.correct == 1)


# ---------------------------------------------------------------- the report


def test_reports_of_points() -> None:
    points = np.array([-1.0, 0.5, 0.5, 2.0])
    found = fpad.check(piecewise, points, batch=True)
    assert found[1].verdict == Verdict.DISCONTINUOUS
    assert found[1] is found[2]
    assert found[-1].derivative == (16,)
    assert [r.verdict for r in found] == found.verdicts
    with pytest.raises(IndexError):
        found[4]


def test_reports_are_of_the_points_that_were_given() -> None:
    points = np.array([-1.0, 0.25])
    found = fpad.check(piecewise, points, batch=True)
    points[:] = 0.5
    assert found[0].correct


def test_the_same_point_is_decided_once(monkeypatch: pytest.MonkeyPatch) -> None:
    import fpad.check.procedures as procedures
    from fpad.check import checker

    calls = []

    def counted(*args: Any) -> Any:
        calls.append(args)
        return procedures.decide(*args)

    monkeypatch.setattr(checker, "decide", counted)
    found = fpad.check(piecewise, np.full(1000, 0.5), batch=True)
    assert found.counts == {"DISCONTINUOUS": 1000}
    assert len(calls) == 1


def test_words_and_numbers() -> None:
    found = fpad.check(piecewise, np.array([-1.0, 0.5, 2.0, np.nan]), batch=True)
    assert found.counts == {"DIFFERENTIABLE": 2, "DISCONTINUOUS": 1, "UNDEFINED": 1}
    assert found.where("DISCONTINUOUS").tolist() == [1]
    assert found.incorrect.tolist() == [1, 3]
    assert found.exit_code == 1
    assert "4 points" in repr(found)
    assert "DISCONTINUOUS: points 1" in str(found)
    assert fpad.check(piecewise, np.array([-1.0, 2.0]), batch=True).exit_code == 0
    assert fpad.check(piecewise, np.array([-1.0, np.nan]), batch=True).exit_code == 3
    assert found.verdict.dtype == found.correct.dtype == found.wrong_piece.dtype == np.int8


def test_json() -> None:
    found = fpad.check(piecewise, np.array([-1.0, 0.5, np.nan]), batch=True)
    again = BatchReport.from_json(found.to_json())
    for name in ("verdict", "correct", "wrong_piece", "ad", "derivative", "ulp_error"):
        assert np.array_equal(getattr(again, name), getattr(found, name), equal_nan=True)
    with pytest.raises(InputError):
        again[0]
    with pytest.raises(InputError):
        BatchReport.from_json("{}")


def test_reports_can_be_sent() -> None:
    report = fpad.check(np_sum, np.linspace(0.0, 1.0, 300))
    again = pickle.loads(pickle.dumps(report.certificate))
    assert again.claims["derivative"] == report.certificate.claims["derivative"]


def np_sum(x: Any) -> Any:
    return np.sum(x * x)
