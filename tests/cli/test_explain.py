"""`fpad explain` on the command line."""

import json
import re

import pytest

import fpad
from fpad.transforms.explanation import size
from tests.cli.model import assert_paragraph, load
from tests.cli.test_terminal import ESCAPE, coloured


def test_the_text_is_that_of_the_object(model, run) -> None:
    status, out, err = run("explain", f"{model}:f", "--at", "x=1.5; s=2.0")
    assert (status, err) == (0, "imported\n")
    assert out == f"{fpad.grad(load(model).f).explain(1.5, 2.0)}\n"
    first = out.splitlines()[0]
    assert first == f"grad of f, with respect to x  ({model.rpartition('/')[2]}:15)"


def test_columns_are_aligned(model, run) -> None:
    _, out, _ = run("explain", f"{model}:f", "--at", "x=1.5; s=2.0")
    titled = re.search(r"^variables of f\n((?:  .*\n)+)", out, re.MULTILINE)
    assert titled is not None
    starts = {
        re.match(r"  .+?  +(?=active|inactive)", row)[0].__len__() for row in titled[1].splitlines()
    }
    assert len(starts) == 1
    assert all(line == line.rstrip() for line in out.splitlines())


def test_without_values_nothing_is_run(model, run) -> None:
    status, out, err = run("explain", f"{model}:identity")
    assert status == 0
    assert "called" not in err
    assert " B" not in out


def test_with_values_it_is_run_once_and_its_output_kept_apart(model, run) -> None:
    status, out, err = run("explain", f"{model}:identity", "--at", "x=1.0")
    assert status == 0
    assert err.count("called") == 1
    assert "called" not in out


def test_defaults_are_values(model, run) -> None:
    at = "params={'w': [[1.0], [2.0]], 'b': [0.0]}; x=[[3.0, 4.0]]"
    status, out, _ = run("explain", f"{model}:loss", "--at", at, "--json")
    assert status == 0
    told = json.loads(out)
    assert told["measured"]
    assert "params['w']" in {v["name"] for v in told["variables"]}


def test_json_is_the_whole_explanation(model, run) -> None:
    _, out, _ = run("explain", f"{model}:steps", "--at", "x=0.5", "--json")
    told = json.loads(out)
    e = fpad.grad(load(model).steps).explain(0.5)
    assert out == f"{e.to_json()}\n"
    assert (told["format"], told["version"]) == ("fpad.explanation", 1)
    assert list(told) == [
        *("format", "version", "function", "file", "line", "what", "wrt", "measured"),
        *("variables", "saved", "copies", "unbroadcasts", "recomputed", "zeros", "selected"),
        "saved_bytes",
    ]
    assert told["saved_bytes"] == e.saved_bytes
    for v in told["variables"]:
        assert list(v)[:5] == ["function", "name", "line", "text", "reason"]
        assert v["status"] in ("active", "unused", "inactive")


@pytest.mark.parametrize("what", ["value_and_grad", "jvp", "vjp", "primal"])
def test_what(model, run, what: str) -> None:
    status, out, _ = run("explain", f"{model}:f", "--what", what, "--at", "x=1.0;s=1.0")
    assert status == 0
    assert out.startswith(f"{what} of f")
    assert ("saved for" in out) == (what in ("value_and_grad", "vjp"))


def test_wrt_and_precision(model, run) -> None:
    _, out, _ = run("explain", f"{model}:f", "--wrt", "s", "--at", "x=1.0;s=1.0")
    assert "with respect to s " in out
    assert re.search(r"^  x +inactive +an argument that is not differentiated$", out, re.MULTILINE)
    _, out, _ = run("explain", f"{model}:f", "--precision", "bfloat16", "--at", "x=1.0;s=1.0")
    assert out.startswith("bfloat16 of grad of f")


@pytest.mark.parametrize(
    "argv",
    [
        ("{}:missing",),
        ("{}:f", "--wrt", "q"),
        ("{}:f", "--at", "q=1.0"),
        ("{}:bad",),
        ("{}:crashes", "--at", "x=[1.0]"),
        ("{}:f", "--precision", "float7"),
    ],
)
def test_errors_are_one_paragraph_with_a_caret(model, run, argv) -> None:
    status, out, err = run("explain", *(a.format(model) for a in argv))
    assert (status, out) == (2, "")
    assert_paragraph(err)


def test_refusals_are_those_of_show(model, run) -> None:
    """What is refused when it is derived is refused in the same words."""
    assert run("explain", f"{model}:bad")[2] == run("show", f"{model}:bad")[2]


def test_colours_on_a_terminal_only(model, run, monkeypatch) -> None:
    pytest.importorskip("rich")
    _, plain, _ = run("explain", f"{model}:f", "--at", "x=1.0;s=1.0")
    assert ESCAPE.search(plain) is None
    told = coloured(model, monkeypatch, "explain", f"{model}:f", "--at", "x=1.0;s=1.0")
    assert ESCAPE.search(told) is not None
    assert ESCAPE.sub("", told) == plain
    told = coloured(
        model, monkeypatch, "explain", f"{model}:f", "--at", "x=1.0;s=1.0", NO_COLOR="1"
    )
    assert told == plain


@pytest.mark.parametrize(
    ("count", "text"),
    [
        *((0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (24_000, "24.0 kB")),
        *((999_960, "1.0 MB"), (1_500_000, "1.5 MB"), (10**9, "1.0 GB"), (10**12, "1.0 TB")),
    ],
)
def test_sizes(count: int, text: str) -> None:
    assert size(count) == text
