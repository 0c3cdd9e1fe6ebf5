"""Golden texts: what is generated is what was read, runs, and is about as long as by hand."""

from __future__ import annotations

import copy
import os
import pathlib
import subprocess
import sys
import types
from typing import Any

import numpy as np
import pytest

from tests.golden import GOLDENS, Golden, registry
from tests.golden.__main__ import main
from tests.golden.registry import FOLDER, LIMIT, statements
from tests.gpu import host, standin
from tests.oracles import assert_close

ROOT = pathlib.Path(__file__).resolve().parent.parent


@pytest.fixture(params=GOLDENS, ids=lambda g: g.name)
def golden(request: pytest.FixtureRequest) -> Golden:
    found = request.param
    assert isinstance(found, Golden)
    return found


def test_text(golden: Golden) -> None:
    assert golden.generate() == golden.file.read_text(encoding="utf-8"), (
        "read the difference, then: python -m tests.golden --update"
    )


def test_every_text_has_a_program() -> None:
    assert {p.stem for p in FOLDER.glob("*.txt")} == {g.name for g in GOLDENS}


def run(golden: Golden) -> Any:
    """What the text as it is kept returns, with NumPy arrays."""
    module: dict[str, Any] = {}
    exec(compile(golden.file.read_text(encoding="utf-8"), golden.file.name, "exec"), module)
    *_, function = (v for v in module.values() if isinstance(v, types.FunctionType))
    args, seed = copy.deepcopy((golden.args, golden.seed))
    if golden.derivative.request.backend == "cupy":
        args, seed = standin.to_device(args), standin.to_device(seed)
    return standin.to_host(function(*args, **seed))


def test_values(golden: Golden, monkeypatch: pytest.MonkeyPatch) -> None:
    if golden.derivative.request.backend == "cupy":
        host.gxx()
        monkeypatch.setitem(sys.modules, "cupy", standin.module())
    with np.errstate(divide="ignore", invalid="ignore"):
        got = run(golden)
        want = golden.by_hand(*copy.deepcopy(golden.args), **copy.deepcopy(golden.seed))
    if golden.derivative.request.record:
        (got, record), (want, choices) = got, want
        assert [(label, switch, at) for _, label, switch, _, at in record.choices] == choices
    assert_close(got, want, 1e-12, golden.name)


def test_length(golden: Golden) -> None:
    text = golden.file.read_text(encoding="utf-8")
    assert statements(text) <= LIMIT * golden.statements_by_hand()


def test_texts_are_the_same_in_another_process() -> None:
    for seed in ("1", "271828"):
        env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed}
        line = [sys.executable, "-m", "tests.golden"]
        done = subprocess.run(line, capture_output=True, text=True, env=env, cwd=ROOT, timeout=300)
        assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


def test_update(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "FOLDER", tmp_path)
    assert main(["ripple_grad"]) == 1
    assert "+    return bx\n" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []
    assert main(["--update", "ripple_grad"]) == 0
    capsys.readouterr()
    assert main(["ripple_grad"]) == 0
    assert capsys.readouterr().out == ""
    (tmp_path / "ripple_grad.txt").write_text("nothing\n")
    assert main(["ripple_grad"]) == 1
    assert "-nothing\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("import numpy as np\n", 0),
        ('def f(x):\n    """Doc."""\n    y = x; z = y\n    return z\n', 2),
        ("if x:\n    y = 1\nelif z:\n    pass\nelse:\n    for i in x:\n        f(i)\n", 6),
        ("while True:\n    # a comment\n    break\n", 2),
    ],
)
def test_statements_are_counted(text: str, count: int) -> None:
    assert statements(text) == count
