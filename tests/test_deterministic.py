"""Deriving twice, in two processes, in two versions of Python, gives the same text.

The text of every program of the corpus is derived with different seeds of `hash`, on which the
order of sets depends.  Where FPAD_OTHER_PYTHON names an interpreter that has fpad's dependencies,
it takes part.
"""

from __future__ import annotations

import hashlib
import json
import os
import pathlib
import subprocess
import sys
import textwrap
from typing import Any

import pytest

import fpad
from tests.programs import PROGRAMS
from tests.programs.registry import Program

ROOT = pathlib.Path(__file__).resolve().parent.parent
SECOND = 4
"""One program in so many is derived twice."""
OTHER = "FPAD_OTHER_PYTHON"


def texts(program: Program) -> dict[str, str]:
    """The texts of the derivatives of a program at its first case; of an error, its words."""
    f, wrt = program.function, program.wrt
    made: dict[str, Any] = {
        "value_and_grad": lambda: fpad.value_and_grad(f, wrt=wrt),
        "jvp": lambda: fpad.jvp(f, wrt=wrt),
        "kernels": lambda: fpad.vjp(f, wrt=wrt, record=True, backend="cupy", precision="bfloat16"),
    }
    if PROGRAMS.index(program) % SECOND == 0:
        made["jvp of vjp"] = lambda: fpad.jvp(fpad.vjp(f, wrt=wrt), wrt=wrt)
    out: dict[str, str] = {}
    for what, make in made.items():
        args, kwargs = program.cases[0].fresh()
        try:
            derivative = make().derive(*args, **kwargs)
        except fpad.FpadError as error:
            out[what] = f"{type(error).__name__}: {error}"
            continue
        out[what] = derivative.source
        if what in ("value_and_grad", "jvp"):
            out[f"{what}, explained"] = derivative.explain().to_json()
    return out


def digests(step: int = 1) -> dict[str, str]:
    """A digest of the texts of every program, or every so many, and derivative."""
    return {
        f"{program.name}, {what}": hashlib.sha256(text.encode()).hexdigest()
        for program in PROGRAMS[::step]
        for what, text in texts(program).items()
    }


def started(interpreter: str, seed: str, step: int = 1) -> subprocess.Popen[str]:
    """Another process that writes the digests."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed}
    code = f"import json, tests.test_deterministic as t; print(json.dumps(t.digests({step})))"
    return subprocess.Popen(
        [interpreter, "-c", code],
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def result(process: subprocess.Popen[str]) -> dict[str, str]:
    out, err = process.communicate(timeout=900)
    assert process.returncode == 0, err
    found: dict[str, str] = json.loads(out.splitlines()[-1])
    return found


def differing(a: dict[str, str], b: dict[str, str]) -> list[str]:
    return sorted(k for k in a.keys() | b.keys() if a.get(k) != b.get(k))


@pytest.mark.parametrize("step", [211, pytest.param(1, marks=pytest.mark.slow)])
def test_two_processes_write_the_same_text(step: int) -> None:
    one, two = (result(p) for p in [started(sys.executable, s, step) for s in ("1", "2")])
    assert len(one) >= 3 * len(PROGRAMS[::step])
    assert differing(one, two) == []


def test_another_python_writes_the_same_text() -> None:
    other = os.environ.get(OTHER)
    if not other:
        pytest.skip(f"{OTHER} names no interpreter")
    one, two = (result(p) for p in [started(sys.executable, "1"), started(other, "3")])
    assert differing(one, two) == []


def test_deriving_twice_writes_the_same_text() -> None:
    for program in PROGRAMS[::197]:
        assert texts(program) == texts(program), program.name


BEFORE = """\
import numpy as np


def helper(a):
    return np.tanh(a) * a


def loss(x, n):
    y = x
    for i in range(n):
        y = helper(y) + x * i
    return np.sum(y * y)
"""
ELSEWHERE = """\
import numpy as np

LIMIT = 3.0


def other(a, b):
    for i in range(3):
        a = a * b + i
    return a if a < LIMIT else b


def helper(a):
    return np.tanh(a) * a


class Unrelated:
    def loss(self, x):
        return x


def loss(x, n):
    y = x
    for i in range(n):
        y = helper(y) + x * i
    return np.sum(y * y)
"""


def test_editing_another_function_moves_nothing(tmp_path: pathlib.Path) -> None:
    code = textwrap.dedent(
        """\
        import sys
        import numpy as np
        import fpad
        sys.path.insert(0, sys.argv[1])
        import model
        for make in (fpad.grad, fpad.jvp, lambda f: fpad.grad(f, record=True, precision="float16")):
            print(make(model.loss).derive(np.ones(3), 2).source)
        """
    )
    told = []
    for k, text in enumerate((BEFORE, ELSEWHERE)):
        folder = tmp_path / str(k)
        folder.mkdir()
        (folder / "model.py").write_text(text)
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, "-c", code, str(folder)],
            env=env,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        told.append(done.stdout)
    assert told[0] == told[1]
    assert "helper_fwd" in told[0]
