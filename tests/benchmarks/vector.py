"""Vector code on 1e6 doubles: generated gradients against what memory allows, and autograd.

No gradient can be had in less time than it takes to write its arrays, and to read once the values
that the forward sweep saved for it.  So its time is compared with that or with the time of the
function itself, whichever is longer.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import types
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import autograd
import numpy as np

import fpad
from fpad.transforms.ir import Func, Let, reads, targets, walk
from tests.benchmarks.calls import generated
from tests.benchmarks.measure import Row, in_turns
from tests.benchmarks.scalar import with_autograd
from tests.benchmarks.vector_programs import PROGRAMS, VectorProgram

ROUNDS = 15


KEEP = {"MALLOC_TRIM_THRESHOLD_": str(2**31), "MALLOC_MMAP_THRESHOLD_": str(2**31)}
"""Tells the allocator of glibc to give no memory back to the system."""


def vector() -> list[Row]:
    """Medians over the twelve programs, with the value of each.

    Above 16 MB the allocator of glibc gives memory back and asks for it again; then new pages cost
    more than the arithmetic.  So the medians are also taken in a process that keeps its memory.
    """
    rows = _vector()
    if sys.platform == "linux":
        with tempfile.NamedTemporaryFile(suffix=".json") as file:
            line = [sys.executable, "-m", "tests.benchmarks", "vector-kept", "--json", file.name]
            subprocess.run(line, check=True, capture_output=True, env={**os.environ, **KEEP})
            kept = [Row(**row) for row in json.load(file)]
        rows[2:2] = kept
    return rows


def vector_kept() -> list[Row]:
    """The medians in a process that was started with `KEEP`."""
    return [replace(row, name=f"{row.name}, memory kept", limit=None) for row in _vector()[:2]]


def _vector() -> list[Row]:
    costs, gains = zip(*map(_compare, PROGRAMS), strict=True)
    names = [p.name for p in PROGRAMS]
    rows = [
        Row("vector code: gradient / max(primal, memory)", 3, statistics.median(costs), "x"),
        Row("vector code: autograd / gradient", 1.3, statistics.median(gains), "x", True),
    ]
    for name, cost, gain in zip(names, costs, gains, strict=True):
        rows.append(Row(f"  {name}", None, cost, "x", detail=f"autograd / gradient {gain:.2f}"))
    return rows


def _compare(program: VectorProgram) -> tuple[float, float]:
    f, args = program.function, program.args
    derivative = fpad.grad(f, wrt=program.wrt)
    theirs = autograd.grad(with_autograd(f), argnum=program.wrt)
    for ours, other in zip(derivative(*args), theirs(*args), strict=True):
        np.testing.assert_allclose(ours, other, rtol=1e-9, atol=1e-12)
    direct, one = generated(derivative)
    gradients = [np.shape(args[k]) for k in program.wrt]
    saved = saved_arrays(derivative, args)

    def memory() -> None:
        for array in [np.empty(shape) for shape in gradients]:  # all there at once, as returned
            array.fill(0.0)
        for array in saved:
            array.sum()

    times = in_turns(
        {
            "primal": lambda: f(*args),
            "memory": memory,
            "gradient": lambda: direct(*args, **one),
            "autograd": lambda: theirs(*args),
        },
        rounds=ROUNDS,
    )
    cost = min(times.ratio("gradient", "primal"), times.ratio("gradient", "memory"))
    return cost, times.ratio("autograd", "gradient")


def saved_arrays(derivative: Any, args: tuple[Any, ...]) -> list[np.ndarray]:
    """The values of the forward sweep, arguments too, that the generated adjoint reads."""
    direct, one = generated(derivative)
    found: dict[str, Any] = {}

    def watch(frame: types.FrameType, event: str, value: Any) -> None:
        if event == "return" and frame.f_code is direct.__code__:
            found.update(frame.f_locals)

    sys.setprofile(watch)
    try:
        direct(*args, **one)
    finally:
        sys.setprofile(None)
    names = set(_read_by_adjoint(derivative._latest.derived.program.main))
    arrays = [found[n] for n in sorted(names & found.keys())]
    tapes = [item for a in arrays if isinstance(a, list) for item in a]
    return [a for a in [*arrays, *tapes] if isinstance(a, np.ndarray)]


def _read_by_adjoint(func: Func) -> Iterator[str]:
    """Names of the forward sweep that are read by statements of the adjoint."""
    own = {t for s in walk(func.body) if _is_adjoint(s) for t in targets(s)}
    for s in walk(func.body):
        if _is_adjoint(s) and not (isinstance(s, Let) and s.target.endswith("_like")):
            yield from (n for n in reads(s) if n not in own)


def _is_adjoint(s: Any) -> bool:
    return getattr(s, "role", "primal") == "adjoint"
