"""docs/rules.md and its pictures are what the table of rules says."""

from __future__ import annotations

import functools
import math
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

pytest.importorskip("scipy", reason="the page has its functions")

from fpad.transforms.rule_formulas import call, formulas, meaning
from fpad.transforms.rule_page import VERSION, file_of, page
from fpad.transforms.rule_pictures import picture
from fpad.transforms.rules import RULES

DOCS = Path(__file__).parents[1] / "docs"
made = functools.cache(page)


def entries() -> dict[str, str]:
    """Title -> what stands below it."""
    parts = re.split(r"^### (.+)$", made()[0], flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_the_page_is_current() -> None:
    """Whole for the NumPy that it was made with."""
    written = (DOCS / "rules.md").read_text()
    text, pictures = made()
    assert f"with NumPy {VERSION}:" in text
    if f"with NumPy {VERSION}:" in written:
        assert written == text, "run make rules-table"
        assert {p.name for p in (DOCS / "rules").glob("*.svg")} == set(pictures)
        for name, drawn in pictures.items():
            assert (DOCS / "rules" / name).read_text() == drawn, "run make rules-table"


def test_formulas_are_what_the_rules_write() -> None:
    assert call(RULES[np.tanh]) == "y = np.tanh(x)"
    (tanh,) = formulas(RULES[np.tanh])
    assert (tanh.operand, tanh.adjoint) == ("x", "bx = by * (1.0 - y * y)")
    assert tanh.tangent == "dy = dx * (1.0 - y * y)"
    a, b = formulas(RULES[np.linalg.solve])
    assert b.adjoint == "bb = np.linalg.solve(np.swapaxes(a, -1, -2), by)"
    assert a.tangent == "dy = -np.linalg.solve(a, da @ y)"
    assert meaning(RULES[np.hypot]) == "sqrt(a * a + b * b)"
    assert meaning(RULES[np.logaddexp]) == "a + log1p(exp(b - a))"
    assert meaning(RULES[math.erf]) == (
        "2 / sqrt(pi) * x * exp(-x * x) * hyper((1,), (3/2,), x * x)"
    )
    assert meaning(RULES[math.erfc]) == (
        "exp(-x * x) * hyperu(1/2, 1/2, x * x) / sqrt(pi) if x > 0, "
        "else 1 - 2 / sqrt(pi) * x * exp(-x * x) * hyper((1,), (3/2,), x * x)"
    )
    assert meaning(RULES[np.linalg.inv]) is None


@pytest.mark.parametrize("form", ["elementwise", "linear", "general"])
def test_every_operand_with_a_derivative_has_a_formula(form: str) -> None:
    for rule in RULES.values():
        if rule.form == form and not rule.variadic:
            wanted = [rule.names[k] for k, m in enumerate(rule.adjoints) if m is not None]
            assert len(formulas(rule)) == len(wanted), call(rule)


def test_special_points_and_conventions_are_said() -> None:
    said = entries()
    assert "at 0: 0, slope 0;" in said["np.sqrt"]
    assert "at (0, 0): 0, slopes 1 and 0;" in said["np.maximum"]
    assert "of equal entries the first takes all" in said["np.max"]
    assert "the true derivative" in said["np.prod"]
    assert "Townsend" in RULES_SOURCE["svd"]
    assert "Digital Library" in said["special.jv"]


RULES_SOURCE = {r.op.__name__: r.source for r in RULES.values() if r.source}


def test_every_function_entry_by_entry_has_a_picture() -> None:
    _, pictures = made()
    for title, body in entries().items():
        section = made()[0].partition(f"### {title}\n")[0].rpartition("\n## ")[2]
        if "ntry by entry" in section.partition("\n")[0]:
            assert "![" in body, title
    for drawn in pictures.values():
        root = ElementTree.fromstring(drawn)
        assert root.tag.endswith("svg")
        assert len(drawn) < 15_000


def test_a_picture_shows_the_function_and_its_slope() -> None:
    drawn = picture(RULES[np.maximum])
    assert drawn is not None
    assert drawn.count('stroke-dasharray="5 3"') == 2  # a panel for each operand
    assert drawn == picture(RULES[np.maximum])
    dashed = [line for line in drawn.split("\n") if "dasharray" in line]
    assert all(line.count("M") == 2 for line in dashed)  # the slope jumps, so its line is broken
    assert file_of("a + b") == "add.svg"
