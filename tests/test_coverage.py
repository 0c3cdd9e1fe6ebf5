"""docs/coverage.md is what the table of rules says, and names every public function."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import fpad
from fpad.transforms.coverage import DIFFERENTIATED, MODULES, page, statuses
from fpad.transforms.unsupported import GROUPS

FILE = Path(__file__).parents[1] / "docs" / "coverage.md"
VERSION = np.__version__.rpartition(".")[0]


def named(text: str) -> dict[str, dict[str, str]]:
    """Module -> name -> the title it stands under."""
    found: dict[str, dict[str, str]] = {}
    for section in text.split("\n## ")[1:]:
        module, _, body = section.partition("\n")
        parts = re.findall(r"\*\*(.+?)\*\*[^\n]*\n\n([^\n]*)\n", body)
        found[module] = {n: title for title, names in parts for n in re.findall(r"`(.+?)`", names)}
    return found


def test_the_page_is_current() -> None:
    """Whole for the NumPy that it was made with; else what both versions have is said alike."""
    pytest.importorskip("scipy")
    written, made = FILE.read_text(), page()
    if f"NumPy {VERSION}." in written:
        assert written == made, "run make coverage-table"
    before, now = named(written), named(made)
    assert set(before) == set(now)
    for module in before:
        both = before[module].keys() & now[module].keys()
        assert len(both) > 0
        assert {n: before[module][n] for n in both} == {n: now[module][n] for n in both}


@pytest.mark.parametrize("module", ["numpy", "numpy.ndarray", "numpy.linalg", "numpy.random"])
def test_nothing_is_unknown(module: str) -> None:
    assert not [n for n, s in statuses(module).items() if "no rule for it yet" in s]


def test_most_of_numpy_is_differentiated() -> None:
    found = [s for m in MODULES for s in statuses(m).values()]
    assert found.count(DIFFERENTIATED) > 300


def refused_by_name(x: float) -> float:
    return float(np.sum(np.histogram2d(np.ones(3) * x, np.ones(3))[0]))


def test_a_refusal_says_why_and_what_to_do() -> None:
    (group,) = [g for g in GROUPS if "histogram2d" in g.names]
    with pytest.raises(fpad.TransformError) as error:
        fpad.grad(refused_by_name)(1.0)
    assert group.reason in str(error.value)
    assert group.remedy in str(error.value)
