"""Programs of the corpus, read in doubles and in balls: what NumPy computes, or a reason."""

from __future__ import annotations

import contextlib
import copy
from typing import Any

import numpy as np
import pytest

import fpad
from fpad.check.balls import Balls
from fpad.check.doubles import Doubles
from fpad.check.exact import Exact, Hole, HoleReached
from fpad.check.readings import Reading
from fpad.transforms.errors import FpadError, TransformError
from fpad.transforms.interpret import StepLimit, interpret
from fpad.transforms.ir import leaves
from fpad.transforms.kinds import kind_of
from fpad.transforms.specialise import specialise
from fpad.transforms.structures import flatten
from tests.programs import PROGRAMS, Program
from tests.situations import THOROUGH
from tests.transforms.specialised import bound

pytest.importorskip("flint", reason="ball arithmetic is python-flint's")

STEPS = 20_000
REASONS = (
    *("undecided", "domain", "nan_input", "no_exact_rule: infinity"),
    *(
        f"no_exact_rule: {name}"
        for name in (
            *("fpad.runtime.contexts.drawn", "fpad.runtime.contexts.positions_drawn"),
            *("fpad.runtime.tables.slot", "fpad.runtime.memory.class_number"),
            *("fpad.runtime.library.fixed", "fpad.runtime.showing.shown"),
            *("fpad.runtime.decompositions.rest", "numpy.linalg.matrix_rank", "numpy.copysign"),
            *("fpad.runtime.order.running", "fpad.runtime.memory.text", "_operator.invert"),
            *("Store", "operator.invert", "builtins.print", "fpad.runtime.contexts.itself"),
            *("dict.__getitem__", "fpad.runtime.outer.outer_value"),
            "fpad.runtime.tables.first_places",
            "tests.programs.decorating.deeper",
        )
    ),
)
"""Why a program has no result in other numbers: draws, what is outside, keys, texts, signs of
zeros, ranks, truth
values that are Python's or NumPy's, writes into arrays without axes, what prints, and locks."""
MARKS = {
    k: () if k % 40 == 1 else pytest.mark.slow if k % 8 == 1 else THOROUGH
    for k in range(len(PROGRAMS))
}
READ = [
    pytest.param(p, id=p.name, marks=MARKS[k])  # type: ignore[arg-type]
    for k, p in enumerate(PROGRAMS)
]


def flat(program: Program) -> tuple[Any, list[Any]] | None:
    """The program of a function, and its flat arguments; None where its kinds do not settle it."""
    values = bound(program.function, copy.deepcopy(program.cases[0].args), {})
    try:
        made = specialise(program.function, {n: kind_of(v) for n, v in values.items()})
    except (TransformError, TypeError):
        return None
    main = made.program.main
    assert main.boundary is not None
    given: dict[str, Any] = {}
    for p in main.boundary.parameters:
        if p.use == "argument":
            given.update(
                zip(map(str, leaves(p.tree)), flatten(values[p.name], p.tree), strict=True)
            )
    for live in made.live:
        given.update(zip(live.leaves, flatten(live.read(), live.tree), strict=True))
    return made.program, [given[n] for n in main.params]


def numbers(results: list[Any]) -> list[float]:
    """The floats and integers among the results, in order."""
    out: list[float] = []
    for x in results:
        if isinstance(x, bool | int | float | Exact | np.generic | np.ndarray):
            entries = np.asarray(x, object).ravel() if isinstance(x, Exact) else np.ravel(x)
            for entry in entries:
                if isinstance(entry, Hole):
                    raise HoleReached(entry)
                if isinstance(entry, Exact | bool | int | float | np.number | np.bool_):
                    out.append(entry.near() if isinstance(entry, Exact) else float(entry))
    return out


@pytest.mark.parametrize("program", READ)
@pytest.mark.parametrize("bits", [None, 128], ids=["doubles", "balls"])
def test_the_corpus_is_read(program: Program, bits: int | None, capsys: Any) -> None:
    found = flat(program)
    if found is None:
        return
    ir, args = found
    with np.errstate(all="ignore"):
        try:
            want = numbers(interpret(ir, copy.deepcopy(args), limit=STEPS))
        except (StepLimit, ArithmeticError, FpadError):
            return  # the program does not end, or asks to be derived again
        system = Doubles() if bits is None else Balls(bits)
        reading = Reading(system)
        precision = system.precision() if isinstance(system, Balls) else contextlib.nullcontext()
        got, reason = want, None
        with precision:
            try:
                inputs = [reading.numbers(a) for a in args]
                got = numbers(interpret(ir, inputs, reading, limit=STEPS))
            except HoleReached as reached:
                reason = reached.hole.reason
    assert reason is None or reason in REASONS
    narrow = any(getattr(a, "dtype", None) in (np.float32, np.float16) for a in args)
    np.testing.assert_allclose(got, want, rtol=1e-5 if narrow else 1e-9, atol=1e-9)


def turned_truth(v: Any) -> Any:
    s = np.sum(v)
    return s * 2.0 if ~(s > 0) else s * 5.0


def added_truths(v: Any) -> Any:
    return ((np.sum(v) > 0) + (v[0] > 0)) * v[1]


def test_a_copy_by_plus_is_not_written() -> None:
    report = fpad.check(written_afterwards, np.array([1.0, 3.0]))
    assert report.value == report.value_float == 83
    assert report.correct
    report = fpad.check(written_under_two_names, np.array([1.0, 3.0]))
    assert report.value == report.value_float == 54
    assert report.correct
    report = fpad.check(indexed_like_an_array, np.array([1.0, 3.0]))
    assert report.correct


def written_afterwards(v: Any) -> Any:
    w = v * v
    q = +w
    w[0] = 2.0
    return np.sum(q * w)


def written_under_two_names(x: Any) -> Any:
    y = x * x
    z = np.asarray(y)
    z[0] = y[1] * x[1]
    return np.sum(y * x)


@pytest.mark.parametrize("function", [turned_truth, added_truths])
def test_truth_values_of_python_and_numpy_differ(function: Any) -> None:
    report = fpad.check(function, np.array([1.0, 2.0]))
    assert report.verdict == "UNKNOWN"
    assert report.reason is not None
    assert report.reason.startswith("no_exact_rule: operator.")


def indexed_like_an_array(x: Any) -> Any:
    return np.sum(x)[..., None][0] * x[1]
