"""The command line: what it prints, how it reads values, and how it fails."""

import io
import json
import os
import pathlib
import pty
import re
import subprocess
import sys

import numpy as np
import pytest

import fpad
from fpad.cli import main
from fpad.cli.problems import UsageError
from fpad.cli.values import parse
from fpad.transforms.dump import dump

ROOT = pathlib.Path(__file__).resolve().parent.parent

MODEL = """\
import numpy as np

import fpad

GAIN = 2.0
print("imported")


def helper(a):
    if a > 1.0:
        return a * GAIN
    return a * a


def f(x, s):
    y = np.sin(x * x) / s
    return y


def steps(x: float):
    y = 0.0
    for i in range(3):
        if y > 10.0:
            break
        y = y + helper(x)
    return y


def loss(params, x, rate=0.1):
    h = np.maximum(x @ params["w"] + params["b"], 0.0)
    return np.sum(h * h) * rate


def identity(x):
    print("called")
    return np.maximum(0, x) - np.maximum(0, -x)


def bad(x):
    y = [v * v for v in x]
    z = {v for v in x}
    return np.sum(y)


def crashes(x):
    return x[5] * 2.0


def by_name(x, *, scale=1.0):
    return x * scale


def several(x, *rest):
    return x * rest[0]


@fpad.grad
def made(x):
    return x * x * x


class Net:
    @staticmethod
    def energy(x):
        return np.sum(x * x)
"""


@pytest.fixture
def model(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The path of a file with the functions above; the working folder is another."""
    # A name of its own for each test: modules stay imported.
    path = tmp_path / f"model_{tmp_path.name}.py"
    path.write_text(MODEL)
    monkeypatch.setenv("NO_COLOR", "1")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    return str(path)


@pytest.fixture
def run(capsys):
    """Run the command line: (status, standard output, standard error)."""

    def run(*argv: str) -> tuple[int, str, str]:
        capsys.readouterr()
        status = main(argv)
        out, err = capsys.readouterr()
        return status, out, err

    return run


def load(path: str):
    """The module that the command line imported."""
    return sys.modules[pathlib.Path(path).stem]


# ---------------------------------------------------------------- show


def test_show_prints_the_text_of_the_derivative(model, run) -> None:
    status, out, err = run("show", f"{model}:f", "--at", "x=1.5; s=2.0")
    assert (status, err) == (0, "imported\n")
    derivative = fpad.grad(load(model).f)
    derivative(1.5, 2.0)
    assert out == derivative.source.rstrip("\n") + "\n"
    assert "# y = np.sin(x * x) / s" in out


def test_show_runs_nothing(model, run) -> None:
    _, out, err = run("show", f"{model}:identity", "--at", "x=1.0")
    assert "called" not in err
    assert out.count("called") == 1  # in the text


@pytest.mark.parametrize(
    ("what", "signature"),
    [
        ("grad", r"def f_grad_x\(x, s, \*, \w+=1.0\):"),
        ("value_and_grad", r"def f_value_and_grad\(x, s, \*, \w+=1.0\):"),
        ("jvp", r"def f_jvp\(x, s, \*, tangent\):"),
        ("vjp", r"def f_vjp\(x, s, \*, cotangent\):"),
        ("primal", r"def f\(x, s\):"),
    ],
)
def test_what(model, run, what: str, signature: str) -> None:
    status, out, _ = run("show", f"{model}:f", "--what", what, "--at", "x=1.0;s=1.0")
    assert status == 0
    assert re.search(signature, out), out


def test_the_text_shown_is_a_module_that_computes(model, run) -> None:
    _, out, _ = run("show", f"{model}:f", "--at", "x=1.0;s=1.0")
    scope: dict = {}
    exec(out, scope)
    assert scope["f_grad_x"](1.5, 2.0) == fpad.grad(load(model).f)(1.5, 2.0)


def test_wrt_by_name_by_index_and_several(model, run) -> None:
    at = ("--at", "x=1.0;s=1.0")
    by_name = run("show", f"{model}:f", "--wrt", "s", *at)
    assert by_name == run("show", f"{model}:f", "--wrt", "1", *at)[:2] + by_name[2:]
    assert by_name[1] == run("show", f"{model}:f", "--wrt", "-1", *at)[1]
    assert "return bx, bs" in run("show", f"{model}:f", "--wrt", "x,s", *at)[1]
    assert "return bx,\n" in run("show", f"{model}:f", "--wrt", "x,", *at)[1]


def test_precision_and_record_are_visible(model, run) -> None:
    at = ("--at", "x=1.0;s=1.0")
    _, out, _ = run("show", f"{model}:f", "--precision", "bfloat16", *at)
    assert "fp.round_bfloat16(x * x)" in out
    _, out, _ = run("show", f"{model}:f", "--precision", "bf16", *at)
    assert "fp.round_bfloat16(x * x)" in out
    _, out, _ = run("show", f"{model}:steps", "--record")
    assert "record = fp.recorder()" in out


def test_cupy_needs_no_cupy_to_be_shown(model, run) -> None:
    status, out, _ = run("show", f"{model}:f", "--backend", "cupy")
    assert status == 0
    assert "import cupy" in out
    assert "ElementwiseKernel" in out


def test_kinds_come_from_at_then_annotations_then_defaults_then_arrays(model, run) -> None:
    _, arrays, _ = run("show", f"{model}:f")
    assert "fp.unbroadcast" in arrays
    _, floats, _ = run("show", f"{model}:f", "--at", "x=1.0;s=1.0")
    assert "fp.unbroadcast" not in floats
    assert "fp.unbroadcast" in run("show", f"{model}:f", "--at", "x=1.0")[1]  # s is an array
    assert "fp.unbroadcast" not in run("show", f"{model}:steps")[1]
    status, out, _ = run("show", f"{model}:loss", "--at", "params={'w': [[1.0]], 'b': [0.0]}")
    assert status == 0
    assert 'params["w"]' in out


def test_a_derivative_made_by_a_decorator_is_shown_itself(model, run) -> None:
    _, out, _ = run("show", f"{model}:made", "--at", "x=1.0")
    assert "def made_grad_x(x, *, " in out
    _, out, _ = run("show", f"{model}:made", "--what", "grad", "--at", "x=1.0")
    assert "made_grad_x_grad_x" in out


def test_methods_and_modules(model, run, monkeypatch) -> None:
    assert run("show", f"{model}:Net.energy")[0] == 0
    monkeypatch.chdir(pathlib.Path(model).parent)
    monkeypatch.delitem(sys.modules, pathlib.Path(model).stem)
    path = list(sys.path)
    status, out, _ = run("show", f"{pathlib.Path(model).stem}:f", "--at", "x=1.0;s=1.0")
    assert status == 0
    assert "def f_grad_x" in out
    assert sys.path == path


def test_passes(model, run) -> None:
    status, out, _ = run("show", f"{model}:steps", "--passes", "--precision", "bfloat16")
    assert status == 0
    titles = re.findall(r"^# ---- (.*?) -+$", out, re.MULTILINE)
    assert titles == [
        "lowered (level 0)",
        "jumps settled (level 1)",
        "specialised for x: float (level 2)",
        "grad with respect to x",
        "rounded to bfloat16",
        "scalars as IEEE has them",
        "tidied for printing",
        "code",
    ]
    parts = re.split(r"^# ---- .*\n", out, flags=re.MULTILINE)
    assert "break" in parts[1]
    assert "apply helper(x)" in parts[1]
    assert re.search(r"^func helper\(a: float, GAIN: float\):", parts[3], re.MULTILINE)
    assert "# adjoint" in parts[4]
    assert "round_bfloat16" in parts[5]
    _, code, _ = run("show", f"{model}:steps", "--precision", "bfloat16")
    assert parts[-1] == code


def test_passes_for_a_gpu_and_a_record(model, run) -> None:
    _, out, _ = run("show", f"{model}:f", "--passes", "--backend", "cupy", "--record")
    titles = re.findall(r"^# ---- (.*?) -+$", out, re.MULTILINE)
    assert "choices recorded" in titles
    assert titles[-2:] == ["elementwise runs as kernels", "code"]


def test_dump_holds_no_addresses(model, run) -> None:
    _, out, _ = run(
        "show", f"{model}:loss", "--passes", "--record", "--at", "params={'w':[1.0],'b':1.0}"
    )
    assert " at 0x" not in out
    run("show", f"{model}:f")
    assert "0x" not in dump(fpad.jvp(load(model).f).derive(1.0, 2.0)._latest.derived.program)


# ---------------------------------------------------------------- check


def test_check_prints_the_report_and_returns_its_status(model, run) -> None:
    status, out, err = run("check", f"{model}:identity", "--at", "x=0.0")
    report = fpad.check(load(model).identity, 0.0)
    assert status == report.exit_code == 1
    assert out == f"{report}\n"
    assert "called" in err  # what the function prints is kept out of the output
    assert run("check", f"{model}:identity", "--at", "x=1.0")[0] == 0


def test_check_json_is_the_whole_report(model, run) -> None:
    status, out, _ = run("check", f"{model}:identity", "--at", "x=0.0", "--json")
    assert status == 1
    told = json.loads(out)
    assert told["verdict"] == "DIFFERENTIABLE"
    assert told["derivative"] == ["1/1"]
    report = type(fpad.check(load(model).identity, 0.0)).from_json(out)
    assert report.wrong_piece
    assert report.wrong_piece_cause == {"kink"}


def test_check_takes_wrt_precision_defaults_and_rest(model, run) -> None:
    status, out, _ = run("check", f"{model}:f", "--at", "x=0.0; s=2.0", "--wrt", "s", "--json")
    assert status == 0, out
    at = "params={'w': [2.0], 'b': 0.5}; x=[3.0]"
    assert run("check", f"{model}:loss", "--at", at, "--wrt", "x")[0] in (0, 3)
    status, out, _ = run("check", f"{model}:several", "--at", "x=3.0; rest=(2.0,)", "--json")
    assert json.loads(out)["derivative"] == ["2/1"]
    _, out, _ = run("check", f"{model}:steps", "--at", "x=0.7", "--precision", "bfloat16", "--json")
    assert json.loads(out)["value"] is not None


# ---------------------------------------------------------------- values


def values(*texts: str):
    return parse(texts).values


def test_numbers_stay_what_they_are() -> None:
    got = values("a=1; b=1.0; c=-2.5e3; d=True; e=None; f='x;y=1'")
    assert got == {"a": 1, "b": 1.0, "c": -2500.0, "d": True, "e": None, "f": "x;y=1"}
    assert [type(v) for v in got.values()] == [int, float, float, bool, type(None), str]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("[0.0, 1.0]", np.array([0.0, 1.0])),
        ("[0, 1]", np.array([0, 1])),
        ("[0, 1.5]", np.array([0.0, 1.5])),
        ("[[1.0, 2.0], [3.0, 4.0]]", np.array([[1.0, 2.0], [3.0, 4.0]])),
        ("[True, False]", np.array([True, False])),
        ("[]", np.array([])),
        ("[100000000000000000000]", np.array([1e20])),
        ("[1e999, -1e999]", np.array([np.inf, -np.inf])),
    ],
)
def test_lists_of_numbers_are_arrays(text: str, wanted: np.ndarray) -> None:
    got = values(f"x={text}")["x"]
    assert isinstance(got, np.ndarray)
    assert got.dtype == wanted.dtype
    np.testing.assert_array_equal(got, wanted)


def test_other_structures_stay() -> None:
    got = values("x={'w': [1.0], 'k': ([2.0], 'relu'), 'r': [[1.0], [2.0, 3.0]], 's': ['a', 1.0]}")[
        "x"
    ]
    assert isinstance(got["w"], np.ndarray)
    assert isinstance(got["k"], tuple)
    assert isinstance(got["k"][0], np.ndarray)
    assert got["k"][1] == "relu"
    assert [type(part) for part in got["r"]] == [np.ndarray, np.ndarray]
    assert got["s"] == ["a", 1.0]


def test_several_options_and_lines() -> None:
    assert values("x=1", " y = 2 ; z=3") == {"x": 1, "y": 2, "z": 3}
    assert values("x=1\ny=2") == {"x": 1, "y": 2}


def test_files(tmp_path) -> None:
    np.savez(tmp_path / "a.npz", x=np.float32([1.0, 2.0]), n=np.array(3))
    got = values(str(tmp_path / "a.npz"), "y=1.0")
    assert got["x"].dtype == np.float32
    assert got["n"].shape == ()
    assert got["y"] == 1.0
    (tmp_path / "a.json").write_text('{"x": [[1, 2.5]], "n": 3, "p": {"w": [NaN, Infinity]}}')
    got = values(str(tmp_path / "a.json"))
    np.testing.assert_array_equal(got["x"], [[1.0, 2.5]])
    assert type(got["n"]) is int
    np.testing.assert_array_equal(got["p"]["w"], [np.nan, np.inf])


@pytest.mark.parametrize(
    ("text", "reason", "under"),
    [
        ("x=[0.0, 1.0", "was never closed", "[0.0"),
        ("x=1.0; y=[2.0, np.pi]", "np.pi is not a literal", "np.pi"),
        ("x=__import__('os').system('x')", "is not a literal", "__import__"),
        ("x={'a': [open('f')]}", "open('f') is not a literal", "open"),
        ("x=2.0*3", "2.0 * 3 is not a literal", "2.0*3"),
        ("x=[1.0, nan]", "nan is not a literal", "nan"),
        ("x={[1]: 2}", "is not a literal", "{"),
        ("x==1", "this is no value", "x=="),
        ("1.0", "this is no value", "1.0"),
        ("x: int = 1", "this is no value", "x: int"),
        ("x += 1", "this is no value", "x +="),
        ("x=y=1", "two names", "y=1"),
        ("x=1; x=2", "x is given twice", "x=2"),
        ("import os", "this is no value", "import"),
        ("a.b=1", "this is no value", "a.b"),
        ("ä=1; x=[ö]", "ö is not a literal", "ö]"),
        ("", "there is no value", None),
        ("x=" + "1.0 " * 3, "invalid syntax", None),
        ("x=" + "[" * 300 + "]" * 300, "nested", None),
        ("x=" + "9" * 5000, "digits", None),
    ],
)
def test_what_is_no_value_is_pointed_at(text: str, reason: str, under: str | None) -> None:
    with pytest.raises(UsageError) as caught:
        parse([text])
    assert reason in str(caught.value)
    if under is not None:
        place = caught.value.place
        assert place.text == text
        assert text[place.column - 1 :].startswith(under)


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("none.npz", None, "No such file"),
        ("none.json", None, "No such file"),
        ("a.npz", b"not a zip", "cannot be read"),
        ("a.json", b'{"x": [1,,2]}', "Expecting value"),
        ("a.json", b"[1, 2]", "holds no names"),
        ("a.json", b"\xff\xfe\x00", "cannot be read"),
        ("a.json", b"[" * 100_000, "cannot be read"),
    ],
)
def test_files_that_cannot_be_read(tmp_path, name: str, data: bytes | None, reason: str) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(UsageError, match=reason):
        parse([str(tmp_path / name)])


def test_pickles_in_a_file_are_not_loaded(tmp_path) -> None:
    np.savez(tmp_path / "a.npz", x=np.array([print], dtype=object))
    with pytest.raises(UsageError, match="cannot be read"):
        parse([str(tmp_path / "a.npz")])
    np.save(tmp_path / "b.npy", np.ones(2))
    (tmp_path / "b.npy").rename(tmp_path / "b.npz")
    with pytest.raises(UsageError, match="holds no names"):
        parse([str(tmp_path / "b.npz")])


# ---------------------------------------------------------------- errors


def assert_paragraph(err: str) -> None:
    """One paragraph: it names fpad, shows a place with a caret, and holds no traceback."""
    text = err.replace("imported\n", "", 1).rstrip("\n")
    assert text.startswith("fpad: ")
    assert all(line.strip() for line in text.splitlines())
    assert re.search(r"^\s+\^$", text, re.MULTILINE), text
    assert "Traceback" not in text


def caret(err: str) -> tuple[str, str]:
    """The first line that a caret points into: the whole of it, and the part from the caret on."""
    lines = err.splitlines()
    k = next(k for k, line in enumerate(lines) if re.fullmatch(r"\s+\^", line))
    return lines[k - 1].strip(), lines[k - 1][lines[k].index("^") :]


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
        (("check", "{m}:by_name", "--at", "x=1.0;scale=2.0"), "by keyword only", "scale=2.0"),
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
        (("show", "{m}:bad"), "List comprehensions are not supported", "[v * v"),
        (("check", "{m}:bad", "--at", "x=[1.0]"), "List comprehensions are", "[v * v"),
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
    assert "List comprehensions" in err
    assert "Set comprehensions" in err
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


# ---------------------------------------------------------------- help, version, terminal


def test_help_and_version(run, capsys) -> None:
    for argv, words in (
        (["--version"], [fpad.__version__]),
        (["--help"], ["show", "check", "examples:", "fpad check model.py:loss"]),
        (["show", "--help"], ["--passes", "TARGET", "--at", "examples:"]),
        (["check", "--help"], ["--json", "exit status:"]),
    ):
        with pytest.raises(SystemExit) as left:
            main(argv)
        assert left.value.code == 0
        out, err = capsys.readouterr()
        assert err == ""
        assert [word for word in words if word not in out] == []


def test_no_command_is_answered_with_help(run) -> None:
    status, out, err = run()
    assert (status, out) == (2, "")
    assert "examples:" in err


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def coloured(model: str, monkeypatch, *argv: str, **env: str) -> str:
    for name, value in {"NO_COLOR": "", "TERM": "xterm-256color", "COLORTERM": "", **env}.items():
        monkeypatch.setenv(name, value)
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    main(argv)
    return terminal.getvalue()


ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


def test_colours_on_a_terminal_only(model, run, monkeypatch) -> None:
    pytest.importorskip("rich")
    argv = ("show", f"{model}:loss", "--at", "params={'w': [[1.0]], 'b': [0.0]}")
    _, plain, _ = run(*argv)
    text = coloured(model, monkeypatch, *argv)
    assert ESCAPE.search(text)
    assert ESCAPE.sub("", text) == plain  # nothing is wrapped, padded or lost
    assert "\x1b" not in plain
    assert coloured(model, monkeypatch, *argv, NO_COLOR="1") == plain
    assert coloured(model, monkeypatch, *argv, TERM="dumb") == plain


def test_the_verdict_has_a_colour(model, run, monkeypatch) -> None:
    pytest.importorskip("rich")
    argv = ("check", f"{model}:identity", "--at", "x=0.0")
    _, plain, _ = run(*argv)
    text = coloured(model, monkeypatch, *argv)
    assert re.search(r"\x1b\[[0-9;]+mDIFFERENTIABLE\x1b\[0m", text)
    assert ESCAPE.sub("", text) == plain


def test_without_rich_a_terminal_gets_plain_text(model, run, monkeypatch) -> None:
    argv = ("show", f"{model}:f")
    _, plain, _ = run(*argv)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert coloured(model, monkeypatch, *argv) == plain


def command(*argv: str, **options) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(ROOT), **options.pop("env", {})}
    line = [sys.executable, "-m", "fpad", *argv]
    return subprocess.run(line, capture_output=True, text=True, env=env, timeout=120, **options)


def test_as_a_process(model) -> None:
    done = command("show", f"{model}:f", "--at", "x=1.0;s=1.0", env={"NO_COLOR": ""})
    assert done.returncode == 0
    assert "\x1b" not in done.stdout
    assert done.stdout.startswith("import ")
    done = command("check", f"{model}:identity", "--at", "x=0.0")
    assert done.returncode == 1
    done = command("show", f"{model}:nothing")
    assert done.returncode == 2
    assert_paragraph(done.stderr)


def test_a_closed_pipe_is_no_error(model) -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    line = [sys.executable, "-m", "fpad", "show", f"{model}:steps", "--passes"]
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(line, stdout=write, stderr=subprocess.PIPE, text=True, env=env)
    os.close(write)
    assert done.returncode == 0
    assert done.stderr == "imported\n"


def test_names_that_the_terminal_cannot_show(tmp_path) -> None:
    path = tmp_path / "greek.py"
    path.write_text("def f(λ):\n    return λ * λ\n", encoding="utf-8")
    env = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = command("show", f"{path}:f", "--at", "λ=1.0", env={**env, "LC_ALL": "C.UTF-8"})
    assert done.returncode == 0, done.stderr
    assert "\\u03bb * \\u03bb" in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals there")
def test_on_a_real_terminal(model) -> None:
    pytest.importorskip("rich")
    ours, theirs = pty.openpty()
    env = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "NO_COLOR": ""}
    line = [sys.executable, "-m", "fpad", "show", f"{model}:f", "--at", "x=1.0;s=1.0"]
    with subprocess.Popen(line, stdout=theirs, stderr=subprocess.DEVNULL, env=env) as process:
        os.close(theirs)
        shown = b""
        while True:
            try:
                part = os.read(ours, 4096)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            shown += part
        assert process.wait(60) == 0
    os.close(ours)
    text = shown.decode()
    assert ESCAPE.search(text)
    assert "def f_grad_x(x, s, *, " in ESCAPE.sub("", text)
