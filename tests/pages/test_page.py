"""The page of a report: it is whole, it loads nothing, and its two listings are linked."""

from __future__ import annotations

import html.parser
import pathlib
import re

import numpy as np
import pytest

import fpad
from fpad.check import Report
from fpad.pages.drawing import ticks
from fpad.pages.listing import Mark, blocks
from tests.pages import functions as f

VOID = {"meta", "br", "link", "img"}


class Page(html.parser.HTMLParser):
    """The elements of a page, checked for being closed, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data) -> None:
        self.text += data

    def having(self, name: str, value: str) -> list[dict[str, str | None]]:
        return [a for _, a in self.tags if value in (a.get(name) or "").split()]


@pytest.fixture(scope="module")
def hinges() -> tuple[Report, str]:
    report = fpad.check(f.hinges, -0.5)
    return report, report.to_html()


def test_the_page_loads_nothing(hinges) -> None:
    text = hinges[1]
    page = Page(text)
    for _, attributes in page.tags:
        assert not attributes.keys() & {"src", "href", "action", "data", "srcset"}
    assert "url(" not in text.replace("url(#", "")
    assert "@import" not in text
    assert "http" not in text
    assert text.startswith("<!doctype html>")


def test_the_page_says_what_the_report_says(hinges) -> None:
    report, text = hinges
    page = Page(text)
    assert "hinges at x = -1/2" in page.text
    assert "DIFFERENTIABLE" in page.text
    assert "but the generated derivative is wrong" in page.text
    assert "The derivative is 1." in page.text
    for word in ("Certificate", "D2", "Numbers", "Kinks", "prefers-color-scheme:dark"):
        assert word in text
    claims = page.text[page.text.index('{\n "kind"') :]
    assert '"derivative": [\n   "1/1"\n  ]' in claims
    assert report.record.path[:12] in page.text


def test_lines_that_belong_together_have_one_key(hinges) -> None:
    page = Page(hinges[1])
    rows = [a["data-k"] for tag, a in page.tags if tag == "div" and a.get("data-k")]
    file, first = f.__file__, f.hinges.__code__.co_firstlineno
    for line in (first + 2, first + 3):
        assert rows.count(f"{file}:{line}") >= 2  # in the source, and in the code
    assert rows.count(f"{file}:{first}") == 1
    assert all(row.startswith(file) for row in rows)


def test_kinks_are_marked_in_the_source(hinges) -> None:
    text = hinges[1]
    parts = re.findall(r'<span class="mark[^"]*" title="([^"]*)">([^<]*)</span>', text)
    said = "The point sits exactly on the boundary between two pieces of numpy.maximum."
    assert {t for t, _ in parts} == {said}
    assert "np.maximum" in "".join(p for _, p in parts)
    assert text.count('<div class="note">') == 1


def test_the_picture_of_a_line(hinges) -> None:
    page = Page(hinges[1])
    assert len(page.having("class", "piece")) == 5  # one is a single sample
    assert len(page.having("class", "here")) == 1
    kinds = [k for k in ("wrong", "kink", "between") if page.having("class", k)]
    assert kinds == ["wrong", "kink", "between"]
    correct = Page(fpad.check(f.hinges, 0.5).to_html())
    assert not correct.having("class", "ad")
    for css in ("ad", "true"):
        assert len(page.having("class", css)) == 2  # in the picture and in the legend
    assert "AD is wrong at x = -0.5" in page.text


def test_the_picture_of_a_plane() -> None:
    text = fpad.check(f.curved, 0.5, 0.25, wrt=(0, 1)).to_html()
    page = Page(text)
    areas = {k for k in range(8) if page.having("class", f"a{k}")}
    assert areas == {0, 1, 2, 3}
    assert "no derivative" in page.text
    assert "Generated code" in page.text


def test_functions_that_are_called_are_shown_and_text_is_escaped() -> None:
    page = Page(fpad.check(f.outer, 1.0).to_html())
    assert "def outer(x):" in page.text
    assert "def inner(t):" in page.text
    assert '# <-- "quoted" & escaped' in page.text
    assert "Called through outer:3" in page.text


def test_many_numbers_have_no_picture_and_a_short_table() -> None:
    page = Page(fpad.check(f.weighted, np.ones(170), np.eye(170)).to_html())
    assert not page.having("class", "map")
    assert ".. and 110 more." in page.text
    assert page.text.count('".. 170 in all"') == 2  # the point and the derivative


def test_of_very_many_numbers_none_is_made_exact() -> None:
    page = Page(fpad.check(f.weighted, np.ones(1200), np.ones((1, 1200))).to_html())
    assert "The claims hold more numbers than a page" in page.text
    assert ".. and 1140 more." in page.text


@pytest.mark.parametrize("x", [-1.0, math_nan := float("nan"), float("inf")])
def test_undefined_points(x) -> None:
    page = Page(fpad.check(f.half, x).to_html())
    assert "UNDEFINED" in page.text


def test_a_report_without_its_function() -> None:
    report = fpad.check(f.hinges, 0.0)
    page = Page(Report.from_json(report.to_json()).to_html())
    assert "NOT_DIFFERENTIABLE" in page.text
    assert "np.maximum(x, 0.0)" in page.text  # the place of the kink is known
    assert "Generated code" not in page.text
    assert not page.having("class", "map")


def test_other_arguments_than_numbers() -> None:
    def of_structure(p, n):
        return p["w"] @ p["w"] * n if n > 1 else p["b"]

    page = Page(fpad.check(of_structure, {"w": np.ones(2), "b": 2.0}, 2).to_html())
    assert "Generated code" in page.text
    assert "the derivative" in page.text


def test_of_a_vector_with_a_seed_and_a_format() -> None:
    report = fpad.check(f.touching, np.array([0.5]), seed=np.array([2.0]), precision="bfloat16")
    assert "fp.round_bfloat16" in Page(report.to_html()).text


def test_what_a_function_prints_or_draws_happens_no_more_than_in_a_check(capsys) -> None:
    class Counted:
        calls = 0

        def loss(self, x):
            self.calls += 1
            return np.abs(x)

    counted = Counted()
    report = fpad.check(counted.loss, 0.0)
    calls = counted.calls
    page = Page(report.to_html())
    assert counted.calls == calls
    assert not page.having("class", "map")

    def told(x):
        print("told")
        return np.abs(x)

    report = fpad.check(told, 0.0)
    capsys.readouterr()
    assert not Page(report.to_html()).having("class", "map")
    assert capsys.readouterr().out == ""

    def drawn(x):
        return np.abs(x) + np.random.rand()  # noqa: NPY002

    assert not Page(fpad.check(drawn, 0.0).to_html()).having("class", "map")


def test_the_command_writes_it(tmp_path: pathlib.Path, capsys) -> None:
    from fpad.cli import main

    file = tmp_path / "page.html"
    line = ["check", f"{f.__file__}:hinges", "--at", "x=-0.5", "--html", str(file)]
    assert main(line) == 1
    assert "hinges at x = -1/2" in Page(file.read_text()).text
    assert "hinges at x = -1/2" in capsys.readouterr().out


def test_notebooks_show_reports_records_and_sweeps() -> None:
    report = fpad.check(f.hinges, -0.5)
    page = Page(report._repr_html_())
    assert "hinges at x = -1/2" in page.text
    assert "Generated code" not in page.text
    assert "np.maximum(0, x + 0.5)" in page.text
    record = fpad.record(f.hinges)(-0.5)[1]
    assert Page(record._repr_html_()).text == str(record)
    many = fpad.check(f.hinges, np.array([-0.5, 0.5]), batch=True)
    assert Page(many._repr_html_()).text == str(many)
    sweep = fpad.sweep(f.hinges, over={"x": [-0.5, 0.0, 1.0]})
    assert Page(sweep._repr_html_()).text == str(sweep)


def test_a_file_that_is_gone_or_changed(tmp_path: pathlib.Path) -> None:
    assert blocks([("no such file.py", 3)], {}) == []
    broken = tmp_path / "broken.py"
    broken.write_text("def f(x:\n    return x\n")
    (block,) = blocks([(str(broken), 2)], {str(broken): [Mark(2, 4, 10, "mark", "here")]})
    assert [line.number for line in block.lines] == [2]
    assert 'title="here"' in block.lines[0].html


def test_ticks_are_round_numbers() -> None:
    assert ticks(0.0, 1.0) == [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    assert ticks(-0.5, 1.5) == [-0.5, 0.0, 0.5, 1.0, 1.5]
    assert ticks(1e6, 3e6) == [1e6, 1.5e6, 2e6, 2.5e6, 3e6]
