"""`fpad sweep`."""

import json
import pathlib

import numpy as np
import pytest

from tests.cli.model import assert_paragraph, caret

NETS = """\
import numpy as np


def neuron(w, b, scale=1.0):
    return np.maximum(0.0, w * scale + b)


def layer(W, b, x):
    return np.sum(np.maximum(W @ x + b, 0.0))


def identity(w):
    print("called")
    return np.maximum(0.0, w) - np.maximum(0.0, -w)


def plain(w):
    return np.maximum(0.0, w) - np.maximum(0.0, -w)


def root(w, u):
    return np.sqrt(abs(w * u))
"""


@pytest.fixture
def nets(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> str:
    path = tmp_path / f"nets_{tmp_path.name}.py"
    path.write_text(NETS)
    monkeypatch.setenv("NO_COLOR", "1")
    return str(path)


def test_counts_are_printed(nets, run) -> None:
    status, out, err = run("sweep", f"{nets}:neuron", "--over", "w=float8_e4m3fn; b=float8_e4m3fn")
    assert (status, err) == (0, "")
    assert "64,009 points" in out
    assert "part of all points   1/253" in out
    assert "bound                1/253 (B2)" in out


def test_json_values_shapes_and_fixed_arguments(nets, run, tmp_path) -> None:
    status, out, _ = run(
        *("sweep", f"{nets}:layer", "--over", "W=[-1, 0, 1]:2x2", "--over", "b=[0, 0.5]:2"),
        *("--at", "x=[1.0, 0.5]", "--json", "--save", str(tmp_path / "r.npz")),
    )
    found = json.loads(out)
    assert status == 0
    assert found["names"] == [f"W[{i}, {j}]" for i in (0, 1) for j in (0, 1)] + ["b[0]", "b[1]"]
    assert found["total"] == 3**4 * 2**2
    assert (found["bound"], found["bound_theorem"]) == ("1", "B2")
    with np.load(tmp_path / "r.npz") as saved:
        assert json.loads(str(saved["summary"])) == found


def test_the_status_says_what_was_found(nets, run) -> None:
    assert run("sweep", f"{nets}:plain", "--over", "w=[-1, 0, 1]")[0] == 1
    assert (
        run("sweep", f"{nets}:root", "--over", "w=[0, 1]; u=[0, 1]", "--max-pointwise", "0")[0] == 3
    )


def test_samples_workers_and_resume(nets, run, tmp_path) -> None:
    path = str(tmp_path / "kept")
    command = ("sweep", f"{nets}:neuron", "--over", "w=float8_e5m2;b=float8_e5m2")
    more = ("--samples", "2000", "--seed", "4", "--workers", "2", "--resume", path)
    status, out, _ = run(*command, *more)
    assert status == 0
    assert "a sample of 2,000 of 61,009 points" in out
    assert "(an estimate)" in out
    assert run(*command, *more)[1] == out
    err = run(*command, "--resume", path)[2]
    assert_paragraph(err)
    assert "of another sweep" in err


@pytest.mark.parametrize(
    ("argv", "reason", "under"),
    [
        (("--over", "w=float9; b=[1]"), "unknown float format 'float9'", "float9"),
        (("--over", "w=[1]; c=[1]"), "no such parameter", None),
        (("--over", "w=[1]; b"), "this says no values", "b"),
        (("--over", "w=[1]; w=[2]"), "w is given twice", "w=[2]"),
        (("--over", "w=[x]; b=[1]"), "is no list of numbers", "[x]"),
        (("--over", "w=[1]"), "b has no value", None),
        (("--over", "w=float32; b=[]"), "has no values", None),
        (("--over", "w=[1]; b=[1]", "--at", "z=1.0"), "there is no parameter z", "z=1.0"),
        (("--over", "w=[1]; b=[1]", "--save", "r.csv"), "name a .npz file", "r.csv"),
        ((), "the following arguments are required: --over", None),
    ],
)
def test_errors(nets, run, argv, reason, under) -> None:
    status, out, err = run("sweep", f"{nets}:neuron", *argv)
    assert (status, out) == (2, "")
    assert_paragraph(err)
    assert reason in err
    if under is not None:
        assert caret(err)[1].startswith(under)
