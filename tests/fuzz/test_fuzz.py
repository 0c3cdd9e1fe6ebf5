"""Random programs in the normal run; `python -m tests.fuzz N` tries more and shrinks failures."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.compare import check, load
from tests.fuzz.generate import source
from tests.fuzz.shrink import shrink


@pytest.mark.parametrize("seed", range(45))
def test_random_programs(seed: int, tmp_path: Path) -> None:
    assert not check(load(source(seed), tmp_path, f"fuzz_{seed}"))


@pytest.mark.parametrize("seed", range(15))
def test_random_programs_with_aliases_are_right_or_refused(seed: int, tmp_path: Path) -> None:
    text = source(seed, aliases=True)
    check(load(text, tmp_path, f"fuzz_alias_{seed}"), aliases=True)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1000, 1400))
def test_more_random_programs(seed: int, tmp_path: Path) -> None:
    aliases = seed % 2 == 1
    text = source(seed, aliases=aliases)
    check(load(text, tmp_path, f"fuzz_more_{seed}"), aliases=aliases)


def test_the_generator_is_deterministic_and_covers_the_language() -> None:
    texts = [source(seed, aliases=seed % 2 == 1) for seed in range(60)]
    assert texts == [source(seed, aliases=seed % 2 == 1) for seed in range(60)]
    together = "".join(texts)
    for construct in ("while True:", "break", "continue", "elif ", "else:", "helper_0(", "return "):
        assert together.count(construct) > 5, construct
    for construct in ("[1:3] = ", "[::2] *= ", " += ", "np.where(", "for ek_", "[k_", "p1 = ("):
        assert construct in together, construct


def test_shrinking_keeps_what_fails_and_nothing_else() -> None:
    text = source(37)
    assert "helper_0" in text

    def fails(candidate: str) -> bool:
        return "v[::2] *=" in candidate and "def program" in candidate

    smallest = shrink(text, fails)
    assert fails(smallest)
    assert len(smallest.split("\n")) <= 10
