"""`fpad trace`: which branch was taken where."""

import json
import pathlib
import re

import numpy as np
import pytest

import fpad
from fpad.records import BranchRecord
from fpad.trace_text import diff_text, trace_text
from tests.cli.model import assert_paragraph

TEXT = """\
import numpy as np


def clipped(a):
    if a > 1.0:
        return 2.0 * a
    return a * a


def f(x, *, scale=1.0):
    y = 0.0
    for i in range(3):
        if x > i:
            y = y + np.maximum(x - i, 0.25) * scale
    return y + clipped(x)


def vector(x):
    return np.sum(np.sort(x) * np.where(x > 0, x, 2.0)) + np.floor(x[0])


def long(x):
    for _ in range(100):
        x = x * 1.01 if x < 2.0 else x * 0.7
    return x


def smooth(x):
    return x * x


def sharp(x):
    print("runs")
    return np.maximum(x - 0.3, 0.0)


def fails(x):
    return x[7] * 2.0


@fpad.grad
def made(x):
    return np.abs(x) * x
"""


@pytest.fixture
def file(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> str:
    path = tmp_path / f"traced_{tmp_path.name}.py"
    path.write_text(TEXT.replace("import numpy as np\n", "import fpad\nimport numpy as np\n", 1))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.chdir(tmp_path)
    return path.name


def test_every_choice_stands_below_its_place(file, run) -> None:
    status, out, err = run("trace", f"{file}:f", "--at", "x=1.5; scale=2.0")
    assert (status, err) == (0, "")
    path = fpad.record(_module(file).f)(1.5, scale=2.0)[1].path
    lines = out.splitlines()
    assert re.fullmatch(r".*; safe while no argument moves by [0-9.]+e\+15 ulps", lines[-1])
    assert [line.partition(";")[0] for line in lines] == [
        "f at x = 1.5, scale = 2.0",
        "  result 7.0",
        "",
        f"7 choices, path {path[:12]}",
        "",
        f"  {pathlib.Path(file).resolve()}:6",
        "      if a > 1.0:",
        "      ^~~~~~~~~~",
        "        called at f:5  yes, 0.5 from the boundary",
        "",
        f"  {pathlib.Path(file).resolve()}:13",
        "      for i in range(3):",
        "      ^~~~~~~~~~~~~~~~~",
        "        3 trips",
        "",
        f"  {pathlib.Path(file).resolve()}:14",
        "      if x > i:",
        "      ^~~~~~~~",
        "        trip 0  yes, 1.5 from the boundary",
        "        trip 1  yes, 0.5 from the boundary",
        "        trip 2  no, -0.5 from the boundary",
        "",
        f"  {pathlib.Path(file).resolve()}:15",
        "      y = y + np.maximum(x - i, 0.25) * scale",
        "              ^~~~~~~~~~~~~~~~~~~~~~~",
        "        trip 0  first operand, 1.25 from the boundary",
        "        trip 1  first operand, 0.25 from the boundary",
        "",
        "  Nearest to a boundary:",
        "        0.25  numpy.maximum at line 15, trip 1",
        "        0.5  if at line 14, trip 1",
        "        -0.5  if at line 14, trip 2",
    ]


def test_arrays_are_counted_and_a_line_is_shown_once(file, run) -> None:
    _, out, _ = run("trace", f"{file}:vector", "--at", "x=[1.0, 2.5, -0.25]", "--nearest", "1")
    assert out.count("np.sum(np.sort(x)") == 1
    assert "order [2 0 1]; entry [0] is 1.25 from the boundary" in out
    assert "second operand (1 of 3), first operand (2 of 3)" in out
    assert "step 1, exactly on the boundary" in out
    assert out.splitlines()[-1] == (
        "        0  numpy.floor at line 20; an argument that moves at all may flip it"
    )


def test_of_many_trips_the_nearest_are_among_those_shown(file, run) -> None:
    _, out, _ = run("trace", f"{file}:long", "--at", "x=1.0", "--limit", "4", "--nearest", "1")
    rows = [line.split() for line in out.splitlines() if line.strip().startswith("trip")]
    assert [int(r[1]) for r in rows] == [0, 1, 69, 70]
    assert "no, 0.00676337 from the boundary" in out
    assert ".. 96 more; in all yes 99 times, no once" in out


def test_nearest_is_left_out_if_nobody_asks(file, run) -> None:
    assert "Nearest" not in run("trace", f"{file}:f", "--at", "x=1.5", "--nearest", "0")[1]
    assert "Nearest" not in str(fpad.record(_module(file).f)(1.5)[1])


def test_nothing_is_chosen(file, run) -> None:
    assert run("trace", f"{file}:smooth", "--at", "x=3.0")[1].splitlines()[:2] == [
        "smooth at x = 3.0",
        "  result 9.0",
    ]


def test_the_result_is_that_of_what_is_asked_for(file, run) -> None:
    at = ("--at", "x=3.0")
    assert "  result 6.0\n" in run("trace", f"{file}:smooth", "--what", "grad", *at)[1]
    assert (
        "  result (9.0, 6.0)\n"
        in run("trace", f"{file}:smooth", "--what", "value_and_grad", *at)[1]
    )
    assert "  result 6.0\n" in run("trace", f"{file}:made", *at)[1]


def test_diff_between_formats(file, run) -> None:
    """0.3 is 0.30078125 in bfloat16, and so are numbers near it."""
    status, out, err = run("trace", f"{file}:sharp", "--at", "x=0.3002", "--diff", "bfloat16")
    assert (status, err) == (0, "runs\nruns\n")  # 0: at a tie the first operand is taken
    assert "The same choices in bfloat16: it is the same piece of the function." in out
    status, out, _ = run("trace", f"{file}:sharp", "--at", "x=0.29999", "--diff", "bfloat16")
    assert status == 1
    tail = out.splitlines()[
        out.splitlines().index("1 choice is different in bfloat16. Where they part:") :
    ]
    assert tail[3:] == [
        "      return np.maximum(x - 0.3, 0.0)",
        "             ^~~~~~~~~~~~~~~~~~~~~~~~",
        "        here:  second operand, -1e-05 from the boundary",
        "        there: first operand, exactly on the boundary",
    ]
    same = run(
        "trace", f"{file}:sharp", "--at", "x=0.29999", "--precision", "bfloat16", "--diff", "bf16"
    )
    assert same[0] == 0


def test_diff_between_points(file, run) -> None:
    line = ("trace", f"{file}:f", "--at", "x=1.5; scale=2.0", "--diff")
    status, out, _ = run(*line, "x=0.5")
    assert status == 1
    assert "3 choices are different at x = 0.5. Where they part:" in out
    assert "        there: not reached" in out
    assert run(*line, "x=1.75")[0] == 0
    pathlib.Path("point.json").write_text('{"x": 2.5}')
    assert run(*line, "point.json")[0] == 1


def test_json_holds_all(file, run) -> None:
    status, out, _ = run("trace", f"{file}:long", "--at", "x=1.0", "--diff", "x=1.3", "--json")
    assert status == 1
    told = json.loads(out)
    value, record = fpad.record(_module(file).long)(1.0)
    assert told["result"] == value
    assert BranchRecord.from_json(json.dumps(told["record"])) == record
    near = told["nearest"][0]
    found = record.nearest()[0]
    assert record.choices[near["choice"]].switch == near["switch"] == found.switch
    assert (near["ulps"], near["certified"]) == (found.ulps, found.certified)
    other = fpad.record(_module(file).long)(1.3)[1]
    differences = record.diff(other)
    assert [d["here"] for d in told["diff"]] == [record.choices.index(d.here) for d in differences]
    assert [d["there"]["label"] for d in told["diff"]] == [d.there.label for d in differences]


@pytest.mark.parametrize(
    ("argv", "reason"),
    [
        (("--at", "y=1.0"), "there is no parameter y"),
        ((), "there is no value for the parameter x"),
        (("--at", "x=1.0", "--diff", "float7"), "--diff: unknown float format 'float7'"),
        (("--at", "x=1.0", "--diff", "y=2.0"), "there is no parameter y"),
        (("--at", "x=1.0", "--diff", "x="), "--at: invalid syntax"),
        (("--at", "x=1.0", "--what", "vjp"), "argument --what: invalid choice: 'vjp'"),
    ],
)
def test_errors(file, run, argv: tuple[str, ...], reason: str) -> None:
    status, out, err = run("trace", f"{file}:f", *argv)
    assert (status, out) == (2, "")
    assert_paragraph(err)
    assert reason in err


def test_an_error_of_the_function_is_told_with_its_line(file, run) -> None:
    status, out, err = run("trace", f"{file}:fails", "--at", "x=[1.0]")
    assert (status, out) == (2, "")
    assert_paragraph(err)
    assert "IndexError" in err
    assert "return x[7] * 2.0" in err


def test_text_without_a_file() -> None:
    """Places whose text cannot be found are shown without carets."""
    _, record = fpad.record(sharp_here)(np.array([1.0, 0.0]))
    text = BranchRecord.from_json(record.to_json().replace(__file__, "nowhere.py"))
    shown = trace_text(text)
    assert "  nowhere.py:" in shown
    assert "^" not in shown
    assert "first operand (1 of 2)" in shown.replace("second operand (1 of 2), ", "")
    assert diff_text(record.diff(record), "there") == (
        "The same choices there: it is the same piece of the function."
    )


def sharp_here(x):
    return np.sum(np.maximum(x - 0.3, 0.0))


def _module(file: str):
    import sys

    return sys.modules[pathlib.Path(file).stem]
