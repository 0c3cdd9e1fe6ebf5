"""Verdicts on random programs against brute force (`make fuzz-check`), and brute force itself."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from tests.check.fuzz import compare
from tests.check.fuzz.__main__ import main, tried
from tests.check.fuzz.brute import Function, alike, look
from tests.check.fuzz.compare import Wrong, examine, in_hull
from tests.check.fuzz.reals import HALF, NIL, ONE, Real, real
from tests.check.fuzz.strata import STRATA, Made, made

FIRST_THREE = ("kinks", "jumps", "equality")
"""Strata in which hardly any verdict may be UNKNOWN."""


@pytest.mark.parametrize("stratum", STRATA)
@pytest.mark.parametrize("count", [4, pytest.param(60, marks=pytest.mark.slow)])
def test_random_programs(stratum: str, count: int) -> None:
    found = [tried(made(seed, stratum), seed) for seed in range(count)]
    wrong = [f"seed {r.seed}: {r.message}" for r in found if r.kind == "wrong"]
    assert not wrong, "\n".join(wrong)
    kinds = Counter(r.kind for r in found)
    assert kinds["UNKNOWN"] <= (0.05 if stratum in FIRST_THREE else 0.5) * count
    assert (
        kinds["settled"] + kinds["not re-checked"] >= count / 2
    )  # a fuzz that compares nothing would prove nothing


def told(text: str, *point: Any, shape: str = "numbers") -> Any:
    """What brute force sees."""
    return look(Function(f"def f({', '.join('xyzu'[: len(point)])}):\n    {text}\n", point, shape))


@pytest.mark.parametrize(
    ("text", "point", "verdict", "gradient"),
    [
        ("return abs(x)", (0,), "NOT_DIFFERENTIABLE", None),
        ("return np.sqrt(abs(x))", (0,), "NOT_DIFFERENTIABLE", None),
        ("return np.cbrt(x)**3", (0,), "DIFFERENTIABLE", (1,)),
        ("return x if x == 0 else 2 * x", (0,), "DIFFERENTIABLE", (2,)),
        ("return 1.0 if x == 0 else x", (0,), "DISCONTINUOUS", None),
        ("return np.floor(x)", (1,), "DISCONTINUOUS", None),
        ("return np.sqrt(x)", (0,), "UNDEFINED", None),
        ("return x / x", (0,), "UNDEFINED", None),
        ("return np.maximum(x - 1/3, 0)", (Fraction(1, 3),), "NOT_DIFFERENTIABLE", None),
        ("return np.maximum(x + (0.1 + 0.2 - 0.3), 0)", (0,), "DIFFERENTIABLE", (1,)),
        ("return np.maximum(x**2 - abs(y), 0)", (0, 0), "DIFFERENTIABLE", (0, 0)),
        ("return np.maximum(x - 1000 * abs(y), 0)", (0, 0), "NOT_DIFFERENTIABLE", None),
        ("return x * abs(y)", (1, 0), "NOT_DIFFERENTIABLE", None),
        ("return 1.0 if y == x**2 and x != 0 else 0.0", (0, 0), "DISCONTINUOUS", None),
        ("return x if (x - y)**2 == y else 2 * (x - y)", (0, 0), "NOT_DIFFERENTIABLE", None),
        ("return np.hypot(x, y) * x + 3 * y", (0, 0), "DIFFERENTIABLE", (0, 3)),
        ("return x * y / (x**2 + y**2) if x != 0 else 0 * x", (0, 0), "DISCONTINUOUS", None),
        ("return np.sqrt(x + y)", (0, 0), "UNDEFINED", None),
    ],
)
def test_brute_force(text: str, point: Any, verdict: str, gradient: Any) -> None:
    seen = told(text, *point)
    assert seen.verdict == verdict
    assert (seen.gradient is None) == (gradient is None)
    assert gradient is None or alike(seen.gradient or (), gradient)


def test_brute_force_sees_pieces() -> None:
    seen = told("return np.maximum(x**2 - abs(y), 0)", 0, 0)
    assert {tuple(round(float(v)) for v in p) for p in seen.pieces} == {(0, 0), (0, 1), (0, -1)}
    assert seen.lipschitz
    assert not told("return np.cbrt(x)", 0).lipschitz
    assert told("return abs(x) + np.sqrt(x**2 + y**4)", 0, 0).lipschitz
    assert told("return x if x < 0 else 3 * x", 0).slopes == (1, 3)
    assert told("return np.sqrt(abs(x)) if x > 0 else 1.0 + x", 0).slopes == (1, -math.inf)


def test_coded_slopes() -> None:
    """The derivative along the path that floats take, with the slopes of the conventions."""

    def coded(text: str, *point: Any) -> Any:
        names = ", ".join("xyz"[: len(point)])
        f = Function(f"def f({names}):\n    return {text}\n", point, "numbers")
        y = f.coded([float(v) for v in point])
        assert y is not None
        return tuple(v.fraction() for v in y.row)

    assert coded("np.maximum(x, 0) + 2 * np.maximum(0, x) + abs(x)", 0) == (1,)
    assert coded("np.clip(x, 0, 1) + np.sqrt(x) + np.cbrt(x) + np.sign(x)", 0) == (1,)
    assert coded("np.max(np.array([x, y, x]))", 1, 1) == (1, 0)
    assert coded("np.sort(np.array([x, y]))[1]", 1, 1) == (0, 1)
    assert coded("np.maximum(x - 3 * 0.1, 2 * x)", 0.1 + 0.2) == (2,)
    assert coded("(x if x + 0.2 > 0.3 else 5 * x)", Fraction(1, 10)) == (1,)  # floats see more


def test_reals() -> None:
    third = real(Fraction(1, 3))
    assert third * 3 - 1 == 0
    assert third.error is not None
    assert third.error < -4000
    assert (real(0.5) * 3 - Fraction(3, 2)).m == 0
    assert real(2).root(2) ** 2 == 2
    assert real(Fraction(27, 8)).root(3) == 1.5
    assert Real(1, -1000).root(2) == Real(1, -500)
    assert [real(v).floor() for v in (-0.5, 1.5, -2)] == [-1, 1, -2]
    assert [real(v).round() for v in (-0.5, 1.5, 2.5)] == [0, 2, 2]
    assert ONE + Real(1, -900) > 1
    assert float(HALF) == 0.5
    assert len({Real(2), Real(1, 1), Real(4, -1)}) == 1
    assert in_hull((NIL, NIL), [(ONE, ONE), (-ONE, -ONE)])
    assert not in_hull((NIL, ONE), [(ONE, ONE), (-ONE, -ONE), (ONE, -ONE)])


CURVE = """def f(x, y):
    return y if (y + x) ** 2 == x - 3 * y else y + x
"""
"""On the curve, which no variable solves, f has other slopes; points come onto it by rounding."""
POWER = """def f(x):
    w = (3 * x) ** 2
    return (((w * w) ** 2) ** 2) ** 2
"""
"""A polynomial whose slope is 2**60: large, and no root."""


@pytest.mark.parametrize(
    ("text", "point", "verdict"),
    [(CURVE, (0, 0), "NOT_DIFFERENTIABLE"), (POWER, (-1,), "DIFFERENTIABLE")],
)
def test_brute_force_tells_small_from_nothing(
    text: str, point: tuple[int, ...], verdict: str
) -> None:
    assert look(Function(text, point, "numbers")).verdict == verdict


KINK = """def f(x, y):
    return np.maximum(x, 0) * 2 + y
"""
GLUED = """def f(x, y):
    return (x if x == 0 else 3 * x) + y
"""
HEAD = "import numpy as np\n\n\n"


@pytest.mark.parametrize(
    ("text", "changes"),
    [(KINK, {"verdict": fpad_verdict}) for fpad_verdict in ("DIFFERENTIABLE", "DISCONTINUOUS")]
    + [
        (KINK, {"clarke": False}),
        (KINK, {"continuous": False}),
        (KINK, {"lipschitz": False}),
        (KINK, {"strictly_differentiable": True}),
        (KINK, {"pieces_outer": frozenset({(Fraction(2), Fraction(1))})}),
        (KINK, {"pieces_inner": frozenset({(Fraction(3), Fraction(1))})}),
        (KINK, {"ad_exact": (Fraction(0), Fraction(1))}),
        (KINK, {"value": Fraction(1, 10**9)}),
        (KINK, {"correct": None}),
        (GLUED, {"verdict": "NOT_DIFFERENTIABLE", "derivative": None}),
        (GLUED, {"derivative": (Fraction(3), Fraction(1) + Fraction(1, 2**40))}),
        (GLUED, {"correct": True}),
        (GLUED, {"wrong_piece": False}),
        (GLUED, {"strictly_differentiable": False}),
    ],
)
def test_wrong_claims_are_found(
    text: str, changes: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    m = Made(HEAD + text, (0, 0), "numbers", "kinks")
    assert examine(m) == "settled"
    report = compare.checked(m)
    if "verdict" in changes:
        changes = {**changes, "verdict": type(report.verdict)(changes["verdict"])}
    monkeypatch.setattr(compare, "checked", lambda _: replace(report, **changes))
    with pytest.raises(Wrong):
        examine(m)


def test_programs_are_the_same_every_time_and_touch_kinks() -> None:
    programs = [made(seed) for seed in range(400)]
    assert programs[:50] == [made(seed) for seed in range(50)]
    assert {len(m.point) for m in programs} == {1, 2, 3, 4}
    touched = []
    for m in programs:
        _, run = Function(m.text, m.exact, m.shape).run((NIL,) * len(m.point))
        touched.append(sum(not v for v, _ in run.guards))
    assert sum(n > 1 for n in touched) > 100
    assert max(touched) >= 8


def test_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["3", "--first", "16", "--stratum", "floors"]) == 0
    out = capsys.readouterr().out
    assert "3 programs" in out
    assert "floors" in out
