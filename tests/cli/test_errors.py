"""The command line when something is wrong: one paragraph with a caret, exit status 2."""

import re
import sys

import pytest

from tests.cli.model import assert_paragraph, caret


@pytest.mark.parametrize(
    ("argv", "reason", "under"),
    [
        (("show", "{m}:f", "--precision", "bf17"), "unknown float format 'bf17'", "bf17"),
        (("check", "{m}:f", "--at", "x=1.0", "--precision", "x"), "unknown float format", "x"),
        (("show", "{m}:f", "--wrt", "z"), "has no such parameter (it has: x, s)", "z"),
        (("show", "{m}:f", "--wrt", "2"), "2 positional parameters", "2"),
        (("check", "{m}:f", "--at", "x=1.0;s=1.0", "--wrt", "z"), "no such parameter", "z"),
        (("show", "{m}:f", "--at", "t=1.0"), "there is no parameter t", "t=1.0"),
        (("check", "{m}:f", "--at", "x=1.0"), "there is no value for the parameter s", "f"),
        (("check", "{m}:by_name", "--at", "x=1.0;scael=2.0"), "no parameter scael", "scael=2.0"),
        (("check", "{m}:several", "--at", "x=1.0", "--seed", "[1.0"), "this is no value", "[1.0"),
        (("check", "{m}:several", "--at", "x=1.0", "--seed", "[a]"), "--seed: a is not", "a]"),
        (("show", "{m}:f", "--at", "x=1.0;s=True", "--wrt", "s"), "is True", "s=True"),
        (("show", "{m}:f", "--at", "x=1j"), "is complex", "x=1j"),
        (("check", "{m}:f", "--at", "x=1j; s=1.0"), "is complex", "x=1j"),
        (("show", "{m}:f", "--at", "x=[0.0"), "was never closed", "[0.0"),
        (("show", "{m}:lss"), "has no function lss", "lss"),
        (("show", "{m}:GAIN"), "is not a function", "GAIN"),
        (("show", "{m}:np.sin"), "no Python source", "np.sin"),
        (("check", "{m}:GAIN"), "is not a function", "GAIN"),
        (("show", "{m}:Net"), "is a class", "Net"),
        (("show", "nowhere.py:f"), "nowhere.py does not exist", "nowhere.py"),
        (("show", "no_such_module_here:f"), "there is no module no_such_module_here", "no_such"),
        (("show", "numpy.nothing.here:f"), "there is no module numpy.nothing", "numpy"),
        (("show", "model.py"), "names no function", None),
        (("show", "a-b:f"), "neither a .py file nor the name of a module", "a-b"),
        (("show", "{m}:bad"), "Global variables cannot be assigned", "global calls"),
        (("check", "{m}:bad", "--at", "x=[1.0]"), "Global variables", "global calls"),
        (("sohw", "{m}:f"), "invalid choice: 'sohw'", "sohw"),
        (("show", "{m}:f", "--what", "grd"), "invalid choice: 'grd'", "grd"),
        (("show", "{m}:f", "--frist"), "unrecognized arguments", "--frist"),
        (("show", "{m}:f", "--at"), "expected one argument", "--at"),
        (("show",), "required: TARGET", None),
        (("check", "{m}:f", "--passes"), "unrecognized arguments", "--passes"),
    ],
)
def test_errors(model, run, argv: tuple[str, ...], reason: str, under: str | None) -> None:
    status, out, err = run(*(a.format(m=model) for a in argv))
    assert (status, out) == (2, "")
    assert reason in err
    assert_paragraph(err)
    if under is not None:
        assert caret(err)[1].startswith(under)


def test_all_refusals_of_a_function_at_once(model, run) -> None:
    _, _, err = run("show", f"{model}:bad")
    assert "Global variables" in err
    assert "Bytes are not supported" in err
    assert len(re.findall(r"^\s+\^$", err, re.MULTILINE)) == 2


def test_a_refusal_tells_what_was_assumed(model, run) -> None:
    status, _, err = run("show", f"{model}:loss")
    assert status == 2
    assert "(params, x were taken to be arrays; --at 'params=..' tells another kind)" in err


def test_refusals_that_do_not_depend_on_kinds_tell_no_assumptions(model, run) -> None:
    _, _, err = run("show", f"{model}:bad")
    assert "taken to be" not in err


def test_an_interrupted_command(model, run, monkeypatch) -> None:
    def interrupted(spec: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("fpad.cli.commands.load", interrupted)
    assert run("show", f"{model}:f") == (130, "", "")


def test_functions_with_a_similar_name_are_named(model, run) -> None:
    _, _, err = run("show", f"{model}:lss")
    assert "Instead: it has loss, " in err


@pytest.mark.parametrize(
    ("text", "reason", "under"),
    [
        ("def f(x:\n    return x\n", "SyntaxError", None),
        ("import numpy as np\nx = 1 / 0\n", "ZeroDivisionError: division by zero", "1 / 0"),
        ("import missing_library_of_mine\n", "ModuleNotFoundError", "import"),
        ("import sys\nsys.exit(3)\n", "SystemExit: 3", "sys.exit(3)"),
    ],
)
def test_files_that_cannot_be_imported(tmp_path, run, text: str, reason: str, under) -> None:
    path = tmp_path / f"broken_{tmp_path.name}.py"
    path.write_text(text)
    status, _, err = run("show", f"{path}:f")
    assert status == 2
    assert reason in err
    assert f"broken_{tmp_path.name}.py:" in err
    assert_paragraph(err)
    if under is not None:
        assert caret(err)[1].startswith(under)


def test_a_file_may_import_its_neighbours_and_may_be_called_like_a_library(tmp_path, run) -> None:
    (tmp_path / f"near_{tmp_path.name}.py").write_text("K = 3.0\n")
    path = tmp_path / "random.py"
    path.write_text(f"from near_{tmp_path.name} import K\ndef f(x):\n    return x * K\n")
    assert run("show", f"{path}:f", "--at", "x=1.0")[0] == 0
    import random

    assert hasattr(random, "randint")
    assert str(tmp_path) not in sys.path


def test_errors_while_the_function_runs(model, run) -> None:
    status, _, err = run("check", f"{model}:crashes", "--at", "x=[1.0, 2.0]")
    assert status == 2
    assert "IndexError: index 5 is out of bounds" in err
    assert_paragraph(err)
    assert caret(err)[1].startswith("x[5]")


def test_long_texts_are_cut_around_the_caret(model, run) -> None:
    values = ", ".join(["1.0"] * 200)
    _, _, err = run("show", f"{model}:f", "--at", f"x=[{values}, nan, {values}]")
    line, after = caret(err)
    assert len(line) < 120
    assert line.startswith("...")
    assert after.startswith("nan, 1.0")
