"""How long importing fpad and deriving a function take."""

from __future__ import annotations

import os
import pathlib
import statistics
import subprocess
import sys
import time
import types

import numpy as np

import fpad
from tests.benchmarks.measure import Row

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent

IMPORT = """
import time
import numpy
start, cpu = time.perf_counter(), time.process_time()
import fpad
print(time.perf_counter() - start, time.process_time() - cpu)
"""

FIRST = """
import time
import numpy as np
import fpad
from tests.benchmarks.startup import thirty
start, cpu = time.perf_counter(), time.process_time()
fpad.grad(thirty)(np.ones(5), np.ones(5), 2.0)
print(time.perf_counter() - start, time.process_time() - cpu)
"""


def thirty(x, w, s):
    """A function of thirty statements, of every sort that a model is made of."""
    a = x * w
    b = np.sin(a)
    c = b + s
    d = np.exp(-c * c)
    e = d / (1.0 + d)
    total = 0.0
    for k in range(3):
        u = e * (k + 1.0)
        v = np.tanh(u)
        total = total + np.sum(v * w)
        if total > 10.0:
            total = total * 0.5
    h = np.maximum(e, 0.1)
    m = np.log(np.sqrt(h) + 1.0)
    n = m - np.mean(m)
    p = n * n
    q = np.sum(p)
    r = np.dot(n, w)
    t = np.where(n > 0.0, n, 0.01 * n)
    y = np.abs(t)
    z = np.sum(y * y) + q
    g = z * r
    o = g + total
    aa = o * s
    bb = aa / (1.0 + q)
    cc = np.cos(bb)
    dd = cc * bb
    ee = dd - aa
    ff = ee * 0.1
    return ff + o


Spent = tuple[float, float]
"""Seconds on the clock, and of the processor: less where the machine is busy with other things."""


def import_time() -> list[Row]:
    """What `import fpad` adds to `import numpy`."""
    return [_row("import fpad, over import numpy", 35, [_in_a_process(IMPORT) for _ in range(9)])]


def derive() -> list[Row]:
    """Deriving a function of thirty statements and calling the derivative once."""
    args = np.ones(5), np.ones(5), 2.0

    def derived(f: types.FunctionType) -> Spent:
        start, cpu = time.perf_counter(), time.process_time()
        fpad.grad(f)(*args)
        return time.perf_counter() - start, time.process_time() - cpu

    derived(_copy(thirty))  # loads the compiler
    first, again = [], []
    for _ in range(15):
        function = _copy(thirty)
        first.append(derived(function))
        again.append(derived(function))
    cold = [_in_a_process(FIRST) for _ in range(5)]
    return [
        _row("derive 30 statements, first time", 60, first),
        _row("derive 30 statements, again", 1, again),
        _row("first derivation of a process, with loading the compiler", None, cold),
    ]


def _row(name: str, limit: float | None, spent: list[Spent]) -> Row:
    wall, cpu = (statistics.median(seconds) * 1e3 for seconds in zip(*spent, strict=True))
    return Row(name, limit, wall, "ms", detail=f"{cpu:.3g} ms of the processor")


def _copy(f: types.FunctionType) -> types.FunctionType:
    """A function of its own with the same text: nothing that is known of f is known of it."""
    return types.FunctionType(f.__code__, f.__globals__, f.__name__, f.__defaults__)


def _in_a_process(program: str) -> Spent:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    line = [sys.executable, "-c", program]
    done = subprocess.run(line, capture_output=True, text=True, env=env, check=True, cwd=ROOT)
    wall, cpu = map(float, done.stdout.split())
    return wall, cpu
