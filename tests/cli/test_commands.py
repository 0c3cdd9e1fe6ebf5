"""The command line: what `fpad show` and `fpad check` print."""

import json
import pathlib
import re
import sys

import numpy as np
import pytest

import fpad
from fpad.transforms.dump import dump
from tests.cli.model import load

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
    status, out, err = run("check", f"{model}:quiet_identity", "--at", "x=0.0")
    report = fpad.check(load(model).quiet_identity, 0.0)
    assert status == report.exit_code == 1
    assert out == f"{report}\n"
    assert err == "imported\n"
    assert run("check", f"{model}:quiet_identity", "--at", "x=1.0")[0] == 0


def test_what_a_function_prints_is_kept_out_of_the_output(model, run) -> None:
    status, out, err = run("check", f"{model}:identity", "--at", "x=0.0")
    assert status == 3
    assert "builtins.print" in out
    assert "called" in err


def test_check_json_is_the_whole_report(model, run) -> None:
    status, out, _ = run("check", f"{model}:quiet_identity", "--at", "x=0.0", "--json")
    assert status == 1
    told = json.loads(out)
    assert told["verdict"] == "DIFFERENTIABLE"
    assert told["derivative"] == ["1/1"]
    report = type(fpad.check(load(model).quiet_identity, 0.0)).from_json(out)
    assert report.wrong_piece
    assert report.wrong_piece_cause == {"kink"}


def test_check_takes_wrt_precision_defaults_and_rest(model, run) -> None:
    status, out, _ = run("check", f"{model}:f", "--at", "x=0.0; s=2.0", "--wrt", "s", "--json")
    assert status == 0, out
    at = "params={'w': [2.0], 'b': 0.5}; x=[3.0]"
    assert run("check", f"{model}:loss", "--at", at, "--wrt", "x")[0] in (0, 3)
    status, out, _ = run("check", f"{model}:several", "--at", "x=3.0; rest=(2.0,)", "--json")
    assert json.loads(out)["derivative"] == ["2/1"]
    _, out, _ = run("check", f"{model}:by_name", "--at", "x=3.0; scale=2.5", "--json")
    assert json.loads(out)["derivative"] == ["5/2"]
    _, out, _ = run("check", f"{model}:pair", "--at", "x=3.0", "--seed", "[1.0, 10.0]", "--json")
    assert json.loads(out)["derivative"] == ["21/1"]
    _, out, _ = run("check", f"{model}:steps", "--at", "x=0.7", "--precision", "bfloat16", "--json")
    assert json.loads(out)["value"] is not None


@pytest.mark.parametrize(("what", "start"), [("jacobian", "f"), ("hessian", "f_grad_x")])
def test_show_prints_the_products_that_make_a_sparse_matrix(model, run, what, start) -> None:
    pytest.importorskip("scipy.sparse")
    status, out, err = run("show", f"{model}:f", "--what", what, "--sparse", "--at", "x=1.5;s=2.0")
    assert (status, err) == (0, "imported\n")
    assert f"def {start}_compressed(x, s, *, seeds):" in out


def test_sparse_is_of_a_matrix(model, run) -> None:
    status, _, err = run("show", f"{model}:f", "--what", "jvp", "--sparse")
    assert status == 2
    assert "--sparse is of a matrix, and --what jvp makes none" in err
    status, _, err = run("show", f"{model}:f", "--what", "jacobian", "--sparse", "--backend=cupy")
    assert status == 2
    assert "use the NumPy backend" in err


def test_check_writes_sarif(model, run, tmp_path) -> None:
    file = tmp_path / "found.sarif"
    line = ("check", f"{model}:quiet_identity", "--at", "x=0.0")
    status, out, _ = run(*line, "--sarif", str(file))
    assert (status, out) == (1, run(*line)[1])
    (result,) = json.loads(file.read_text())["runs"][0]["results"]
    assert result["ruleId"] == "wrong-derivative"
    assert result["locations"][0]["physicalLocation"]["region"]["snippet"]["text"] in out
    status, out, err = run(*line, "--sarif", str(tmp_path))
    assert (status, out) == (2, "")
    assert "--sarif" in err
    assert "cannot be written: Is a directory" in err


def test_check_of_many_points(model, run, tmp_path) -> None:
    points = tmp_path / "points.npz"
    np.savez(points, x=np.array([1.0, 0.0, -1.0, 0.0]))
    line = ("check", f"{model}:quiet_identity", "--at", str(points), "--batch")
    sarif, page = tmp_path / "found.sarif", tmp_path / "page.html"
    status, out, _ = run(*line, "--sarif", str(sarif), "--html", str(page))
    f = load(model).quiet_identity
    found = fpad.check(f, np.array([1.0, 0.0, -1.0, 0.0]), batch=True)
    assert status == found.exit_code == 1
    assert out == f"{found}\n\npoint 1: {fpad.check(f, 0.0)}\n"
    (log,) = json.loads(sarif.read_text())["runs"]
    assert [r["ruleId"] for r in log["results"]] == ["wrong-derivative"] * 2
    assert log["properties"] == {"checked": 4, "told": 2}
    assert "quiet_identity at x = 0" in page.read_text()
    told = json.loads(run(*line, "--json")[1])
    assert told["verdict"] == ["DIFFERENTIABLE"] * 4
    status, out, _ = run("check", f"{model}:quiet_identity", "--at", "x=[1.0, 2.0]", "--batch")
    assert status == 0
    assert "point" not in out.replace("2 points", "")
    status, _, err = run("check", f"{model}:by_name", "--at", "x=[1.0]; scale=2.0", "--batch")
    assert status == 2
    assert "which a check of many points cannot do" in err
