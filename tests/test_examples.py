"""The examples do what they say.  Times, which a busy machine spoils, are left to `make demo`."""

import importlib.util
import os
import pathlib
import re
import subprocess
import sys
import types

import numpy as np
import pytest

import fpad

ROOT = pathlib.Path(__file__).resolve().parent.parent

pytest.importorskip("sklearn")
pytest.importorskip("scipy")


def example(name: str) -> types.ModuleType:
    spec = importlib.util.spec_from_file_location(f"examples_{name}", ROOT / f"examples/{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_logistic_regression() -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    line = [sys.executable, ROOT / "examples" / "logistic_regression.py"]
    done = subprocess.run(line, capture_output=True, text=True, env=env, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    assert done.stdout.count("checked: ") == 5
    assert "def loss_grad_theta(theta, X, y, *, by=1.0, C):" in done.stdout
    assert "fp.round_bfloat16(X @ w)" in done.stdout
    assert "fpad.check says NOT_DIFFERENTIABLE" in done.stdout
    assert re.search(r"left of b = 1 the slope is -145, to the right of it 212\.", done.stdout)


def test_logistic_regression_fails_when_a_result_is_wrong(capsys) -> None:
    module = example("logistic_regression")
    with pytest.raises(SystemExit) as left:
        module.require(False, "two and two are five")
    assert left.value.code == "FAILED: two and two are five"
    module.require(True, "two and two are four")
    assert capsys.readouterr().out == "checked: two and two are four\n"


def test_the_network_learns_and_its_gradient_is_that_by_hand() -> None:
    module = example("mlp_digits")
    x, x_test, labels, labels_test = module.digits()
    gradient = fpad.grad(module.loss, wrt="params")
    params = module.train(gradient, x, labels, np.random.default_rng(0))
    assert np.mean(module.predict(params, x_test) == labels_test) >= 0.97
    batch = x[:50], labels[:50]
    ours, hand = gradient(params, *batch), module.gradient_by_hand(params, *batch)
    assert list(ours) == list(params)
    for name in params:
        np.testing.assert_allclose(ours[name], hand[name], rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", ["logistic_regression", "mlp_digits", "bratu", "kinks"])
def test_importing_an_example_runs_nothing(name: str, capsys) -> None:
    example(name)
    assert capsys.readouterr().out == ""


def test_bratu(capsys: pytest.CaptureFixture[str]) -> None:
    example("bratu").main()
    assert capsys.readouterr().out.count("checked: ") == 2


def test_kinks(capsys: pytest.CaptureFixture[str], tmp_path: pathlib.Path) -> None:
    example("kinks").main(tmp_path)
    out = capsys.readouterr().out
    assert "NOT_DIFFERENTIABLE, there is no derivative here" in out
    assert "6 of 16 entries have a left and a right slope" in out
    assert "NOT_DIFFERENTIABLE" in (tmp_path / "kinks.html").read_text(encoding="utf-8")
