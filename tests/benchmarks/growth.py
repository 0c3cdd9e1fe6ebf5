"""What grows with what: deriving with the program, a gradient with trips, memory with the saves.

Each row is a cost per unit at the largest size over that at a smaller one: 1 is linear growth.
"""

from __future__ import annotations

import importlib.util
import pathlib
import random
import sys
import tempfile
import time
import tracemalloc
import types
from collections.abc import Callable
from typing import Any

import numpy as np

import fpad
from tests.benchmarks.calls import generated
from tests.benchmarks.measure import Row, Times, in_turns

# ---------------------------------------------------------------- programs of a given length

Lines = list[str]


def _term(r: random.Random, names: Lines) -> str:
    a, b = r.choice(names[-20:]), r.choice(names)
    forms = (f"{a} * {b}", f"{a} + 0.5 * {b}", f"math.sin({a})", f"{a} / (1.0 + {b} * {b})")
    return r.choice((*forms, f"{a} - {b}"))


def straight(n: int) -> str:
    """One operation after the other, on all that there is so far."""
    r, names = random.Random(1), ["x", "y"]
    lines = ["def f(x, y):"]
    for k in range(n):
        lines.append(f"    v{k} = {_term(r, names)}")
        names.append(f"v{k}")
    return "\n".join([*lines, f"    return {names[-1]}"])


def one_loop(n: int) -> str:
    """All statements in the body of one loop; every fourth changes what trips hand on."""
    r, names = random.Random(1), ["a", "b", "c"]
    lines = ["def f(x, y):", "    a = x", "    b = y", "    c = x * y", "    for _ in range(3):"]
    for k in range(n):
        if k % 4:
            lines.append(f"        v{k} = {_term(r, names)}")
            names.append(f"v{k}")
        else:
            lines.append(f"        {r.choice('abc')} = math.sin({names[-1]})")
    return "\n".join([*lines, "    return a + b + c"])


def branches(n: int) -> str:
    """One if of five statements after the other, in one loop."""
    lines = ["def f(x, y):", "    a = x", "    b = y", "    for _ in range(3):"]
    for k in range(n // 5):
        lines += [
            f"        if a > {k % 7 / 7.0}:",
            "            a = math.sin(a) * b",
            "        else:",
        ]
        lines += ["            b = b + a * 0.5", f"        w{k} = a * b", f"        b = b + w{k}"]
    return "\n".join([*lines, "    return a + b"])


def mixed(n: int) -> str:
    """Loops, branches, entries that are stored, and calls of helpers, 20 statements of each."""
    r, names = random.Random(1), ["x", "y"]
    helpers, lines = Lines(), ["def f(x, y):", "    w = np.zeros(8)", "    s = x * y"]
    for k in range(0, n, 80):
        helpers += [f"def helper{k}(a, b):", "    c = a * b"]
        helpers += [f"    c = math.sin(c) + {j}.0 * a" for j in range(17)]
        helpers += ["    return c if c > 0.1 else a", ""]
        for j in range(20):
            lines.append(f"    v{k + j} = {_term(r, names)}")
            names.append(f"v{k + j}")
        lines.append("    for _ in range(3):")
        lines += [f"        s = math.sin(s) + {r.choice(names)} * 0.1" for _ in range(19)]
        for j in range(5):
            lines += [f"    if s > 0.{j}:", f"        s = s * {names[-1]}", "    else:"]
            lines.append(f"        s = s + {r.choice(names)}")
        for j in range(10):
            lines += [f"    w[{j % 8}] = s * y + w[{r.randrange(8)}]", f"    s = s + w[{j % 8}]"]
        lines.append(f"    s = s + helper{k}(s, {r.choice(names)})")
    return "\n".join([*helpers, *lines, "    return s"])


PROGRAMS = (straight, one_loop, branches, mixed)
SIZES = (125, 250, 500, 1000, 2000)


def _function(text: str, folder: str, name: str) -> types.FunctionType:
    """The function f of a module with this text."""
    file = pathlib.Path(folder, f"{name}.py")
    file.write_text(f"import math\n\nimport numpy as np\n\n\n{text}\n", encoding="utf-8")
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.f


def deriving() -> list[Row]:
    """Seconds of the processor for a gradient, by the number of statements."""
    out = []
    with tempfile.TemporaryDirectory() as folder:
        for program in PROGRAMS:
            per_statement = []
            for n in SIZES:
                f = _function(program(n), folder, f"{program.__name__}_{n}")
                start = time.process_time()
                fpad.grad(f, wrt=(0, 1)).derive(0.3, 0.7)
                per_statement.append((time.process_time() - start) / n * 1e3)
            each = ", ".join(
                f"{n}: {ms * n / 1e3:.2f} s, {ms:.2f} ms each"
                for n, ms in zip(SIZES, per_statement, strict=True)
            )
            growth = per_statement[-1] / per_statement[1]
            name = f"derive {SIZES[-1]} statements, {program.__name__}: per statement, over 250"
            out.append(Row(name, None, growth, "x", detail=each))
    return out


# ---------------------------------------------------------------- running


def steps(x, n):
    """A loop of n trips on numbers."""
    s = x
    for _ in range(n):
        s = s * 0.99 + np.sin(s) * 0.01
    return s


def updates(x, n, m):
    """Updates of m entries of an array of n."""
    y = np.zeros(n)
    y[0] = x
    for i in range(m):
        y[i + 1] = y[i] * 0.99 + 0.01
    return y[m]


def growing_array(x, n):
    """An array that goes through n trips."""
    for _ in range(n):
        x = np.sin(x) * 1.01
    return np.sum(x)


def rows_updated(x, n):
    """One row of a matrix is overwritten in each trip, and was needed."""
    y = np.zeros((n, 1000))
    y[:] = x
    for i in range(n):
        y[i] = np.sin(y[i]) * 1.01
    return np.sum(y)


def running() -> list[Row]:
    """Cost of a trip and of an update, by their number and by the size of the array."""
    counts = (100, 1000, 10000)
    trips = _times(steps, {str(n): (n,) for n in counts})
    sizes = (3000, 30000, 300000)
    runs = {f"{n} {m}": (n, m) for n in sizes for m in (500, 2500)}
    writes = _times(updates, runs)
    each = [writes.difference(f"{n} 2500", f"{n} 500") / 2000 for n in sizes]
    return [
        _growth("a trip of a loop", counts, [trips.median(str(n)) / n for n in counts]),
        _growth("y[i] = .. in an array of n", sizes, each),
    ]


def _times(f: Any, runs: dict[str, tuple[int, ...]]) -> Times:
    derivative = fpad.grad(f)
    derivative(0.5, *next(iter(runs.values())))
    direct, one = generated(derivative)
    actions = {name: lambda args=args: direct(0.5, *args, **one) for name, args in runs.items()}
    return in_turns(actions, rounds=25)


def _growth(what: str, sizes: tuple[int, ...], seconds: list[float]) -> Row:
    cost = [s * 1e6 for s in seconds]
    each = ", ".join(f"n = {n}: {us:.2f} us" for n, us in zip(sizes, cost, strict=True))
    name = f"gradient of {what}: n = {sizes[-1]} over {sizes[0]}"
    return Row(name, None, cost[-1] / cost[0], "x", detail=each)


def memory() -> list[Row]:
    """What a gradient holds at most beyond primal and adjoint, in arrays of 8000 bytes a trip."""
    x = np.linspace(0.1, 1.0, 1000)
    saved = _held(fpad.grad(growing_array), x)
    every, primal = _held(fpad.grad(rows_updated), x), _held(rows_updated, x)
    parts = f"{every:.2f} rows in all, {primal:.2f} of the primal and as many of the adjoint"
    return [
        Row("x = np.sin(x) * 1.01: arrays saved in a trip", 1, saved, "arrays"),
        Row(
            "y[i] = np.sin(y[i]) * 1.01: rows saved in a trip",
            1,
            every - 2 * primal,
            "rows",
            detail=parts,
        ),
    ]


def _held(f: Callable[..., object], x: np.ndarray) -> float:
    """By how many arrays like x the most that a call holds grows in a trip."""
    f(x, 2)
    few, many = (_peak(lambda n=n: f(x, n)) for n in (100, 300))
    return (many - few) / 200 / x.nbytes


def _peak(action: Callable[[], object]) -> int:
    """The most bytes that are held at once."""
    tracemalloc.start()
    try:
        action()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def growth() -> list[Row]:
    """All of it."""
    return [*deriving(), *running(), *memory()]
