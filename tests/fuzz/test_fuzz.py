"""A few random programs; `make fuzz` tries more."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fpad.transforms.rules.core import RULES
from tests.fuzz import owners
from tests.fuzz.__main__ import Result, effort, tried
from tests.fuzz.generate import GROUPS, source
from tests.fuzz.shrink import shrink
from tests.fuzz.watch import watched

SEEDS = range(15)
CHUNK = 15


def results(seeds: range, folder: Path) -> list[Result]:
    return [
        tried(source(seed), folder, f"fuzz_{seed}", seed, *effort(seed), seconds=300)
        for seed in seeds
    ]


@pytest.mark.parametrize("first", SEEDS[::CHUNK])
def test_random_programs_are_right_or_refused(first: int, tmp_path: Path) -> None:
    found = results(range(first, first + CHUNK), tmp_path)
    wrong = [f"seed {r.seed}: {r.message}" for r in found if r.verdict == "wrong"]
    assert not wrong, "\n".join(wrong)
    # Most can be compared; a fuzz that only meets refusals would prove nothing.
    assert sum(r.verdict == "right" for r in found) >= CHUNK // 3


def about_owners(seeds: range, folder: Path) -> list[Result]:
    texts = [(seed, owners.source(seed)) for seed in seeds]
    return [tried(t, folder, f"owners_{n}", n, 1, 0, seconds=300) for n, t in texts]


def test_objects_that_change(tmp_path: Path) -> None:
    found = about_owners(range(6), tmp_path)
    wrong = [f"seed {r.seed}: {r.message}" for r in found if r.verdict == "wrong"]
    assert not wrong, "\n".join(wrong)
    assert sum(r.verdict == "right" for r in found) >= 3


@pytest.mark.slow
@pytest.mark.parametrize("first", range(1000, 1200, CHUNK))
def test_more_objects_that_change(first: int, tmp_path: Path) -> None:
    found = about_owners(range(first, first + CHUNK), tmp_path)
    assert not [r for r in found if r.verdict == "wrong"]


@pytest.mark.slow
@pytest.mark.parametrize("first", range(1000, 2000, CHUNK))
def test_more_random_programs(first: int, tmp_path: Path) -> None:
    wrong = [r for r in results(range(first, first + CHUNK), tmp_path) if r.verdict == "wrong"]
    assert not wrong


def test_the_generator_is_deterministic_and_covers_the_language() -> None:
    texts = [source(seed) for seed in range(800)]
    assert texts[:200] == [source(seed) for seed in range(200)]
    together = "".join(texts)
    often = (
        "while True:",
        "break",
        "continue",
        "elif ",
        "else:",
        "helper_0(",
        "return ",
        "lambda ",
    )
    for construct in often:
        assert together.count(construct) > 20, construct
    for construct in (
        *("] *= ", " += ", "np.where(", "np.maximum(", "enumerate(", "zip(", ".values()", ":= "),
        *("match ", "assert ", "raise ", "print(", "def g", "[::2]", "[1:]", "~(", ", *r", "del "),
        *(" @ ", ".T", "axis=", "np.stack(", "np.concatenate(", "float32", "(lambda", " for k"),
    ):
        assert construct in together, construct
    groups = {g for g in GROUPS if GROUPS[g] > 0}
    assert len(groups) > 15


def test_watched_programs_note_their_choices() -> None:
    text = """
import numpy as np
def program(x, v):
    s = np.maximum(x, v[0]) + np.max(v) + abs(x) + v.max()
    return s if -1.0 < x < 2.0 else sum(e for e in v if e > x)
"""
    namespace, notes = watched(text, "watched")

    def choices(x: float, *v: float) -> list[object]:
        notes.choices.clear()
        namespace["program"](x, np.array(v))
        return list(notes.choices)

    here = choices(0.5, 0.2, 0.9)
    assert here == choices(0.6, 0.3, 0.8)
    for other in (
        *(choices(0.5, 0.7, 0.9), choices(0.5, 0.2, 0.1), choices(-0.5, -0.7, 0.9)),
        *(choices(2.5, 0.2, 0.9), choices(0.5, 0.5, 0.9)),
    ):
        assert other != here
    assert choices(3.0, 0.2, 0.9) != choices(3.0, 0.2, 4.0)


def test_shrinking_keeps_what_fails_and_nothing_else() -> None:
    text = next(t for t in map(source, range(200)) if "helper_0(" in t and " += " in t)

    def fails(candidate: str) -> bool:
        return " += " in candidate and "def program" in candidate

    smallest = shrink(text, fails)
    assert fails(smallest)
    assert len(smallest) < len(text) / 3


MUTANT = """
import numpy as np
def program(x, v):
    return np.sum(np.tanh(v * x)) + np.sum(v)
POINTS = [((0.5, np.array([0.2, 0.9])), {})]
WRT = (0, 1)
"""


@pytest.mark.parametrize(
    ("maps", "message"), [(("tangents", "adjoints"), "jvp"), (("adjoints",), "adjoint")]
)
def test_a_wrong_rule_is_found(
    maps: tuple[str, ...], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tried(MUTANT, tmp_path, "fuzz_right", 0, 2, 3).verdict == "right"
    right, other = RULES[np.tanh], RULES[np.sin]
    wrong = replace(right, **{name: getattr(other, name) for name in maps})
    monkeypatch.setitem(RULES, np.tanh, wrong)
    result = tried(MUTANT, tmp_path, "fuzz_wrong", 0, 2, 3)
    assert result.verdict == "wrong"
    assert result.message.startswith(f"AssertionError: {message}")


def test_what_a_program_prints_and_raises_is_compared(tmp_path: Path) -> None:
    text = """
import numpy as np
def program(x):
    print(f"{x:.2f}")
    if x > 1.0:
        raise ValueError(f"stop {x}")
    return x * x
POINTS = [((0.5,), {}), ((1.5,), {})]
WRT = (0,)
"""
    assert tried(text, tmp_path, "fuzz_stop", 0, 2, 3).verdict == "right"
    other = text.replace('raise ValueError(f"stop {x}")', "raise ValueError()")
    assert tried(other, tmp_path, "fuzz_other", 0, 2, 3).verdict == "right"
