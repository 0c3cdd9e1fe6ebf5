"""Tapes that become one, and loops over them: the text, and that it is still right."""

from __future__ import annotations

import copy
import math
from typing import Any

import numpy as np
import pytest

import fpad
from fpad import entry
from fpad.transforms import statements
from tests.oracles import assert_close, random_like, same_bits
from tests.programs import Program
from tests.situations import MARKED, sampled


def two_values(x, n):
    for _ in range(n):
        y = math.sin(x)
        x = y * y * x + 0.1
    return x


def nested(x, n):
    for _ in range(n):
        for _ in range(n):
            x = math.sin(x) * 0.5 + 0.3
        x = x * x + 0.1
    return x


def left_before_the_push(x, n):
    for i in range(n):
        y = math.sin(x)
        if y > 0.9:
            break
        x = y * x * 1.5 + 0.1 * i
    return x


def counted(x, n):
    k = 0
    while k < n:
        k = k + 1
        x = math.sin(x) * k
    return x * k


def state_in_between(w, n):
    h = 0.1
    for _ in range(n):
        h = math.tanh(w * h + 0.2)
    return h


def two_loops(x, n):
    for _ in range(n):
        x = math.sin(x)
    for _ in range(n):
        x = x * x + 0.2
    return x


@pytest.mark.parametrize(
    "f", [two_values, nested, left_before_the_push, counted, state_in_between, two_loops]
)
@pytest.mark.parametrize("n", [0, 1, 4])
def test_values(f, n):
    step = 1e-4
    want = (
        8 * (f(0.8 + step, n) - f(0.8 - step, n)) - (f(0.8 + 2 * step, n) - f(0.8 - 2 * step, n))
    ) / (12 * step)
    assert_close(fpad.grad(f)(0.8, n), want, 1e-9, f.__name__)
    second = fpad.jvp(fpad.grad(f))(0.8, n, tangent=1.0)[1]
    assert_close(fpad.grad(fpad.grad(f))(0.8, n), second, 1e-11, f.__name__)


def text(f):
    slope = fpad.grad(f)
    slope(0.8, 3)
    return slope.source


def test_one_tape_and_a_loop_over_it():
    assert "tape.append((x, y, t3))" in text(two_values)
    assert "for x, y, t3 in reversed(tape):" in text(two_values)
    assert ".pop()" not in text(two_values)


def test_a_tape_that_several_runs_of_a_loop_fill_is_popped():
    assert "= x_tape.pop()" in text(nested)
    assert "in reversed(range(n)):" in text(nested)


def test_pushes_stand_before_the_way_out():
    assert "tape.append((x, t3, y))\n        if t3:\n            break" in text(
        left_before_the_push
    )
    assert "for x, t3, y in reversed(tape):" in text(left_before_the_push)


def test_a_count_of_the_program_is_no_count_of_trips():
    assert "k = k + 1" in text(counted)
    assert "for x, k in reversed(tape):" in text(counted)


def test_a_state_is_read_before_it_is_restored():
    assert text(state_in_between).count(".append(") == 1
    assert "h = h_tape.pop()" in text(state_in_between)


def test_a_loop_runs_over_the_tape_that_its_own_loop_filled():
    assert text(two_loops).count("in reversed(") == 2
    assert ".pop()" not in text(two_loops)


def _in_brief(param: Any) -> bool:
    return param.id.startswith(("loops.", "calls."))


@pytest.mark.parametrize(
    "program",
    [p for p in MARKED if _in_brief(p)] + sampled([p for p in MARKED if not _in_brief(p)], 6),
)
def test_steps_before_printing_change_nothing(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reverse over the first derivative that fits, with the steps and without, to the last bit."""
    args, kwargs = program.cases[0].fresh()
    results = []
    for plain in (False, True):
        if plain:
            monkeypatch.setattr(statements, "bundled", lambda body, fresh: body)
            monkeypatch.setattr(statements, "early", lambda body, summarise: body)
        entry._derivations.clear()
        first = fpad.vjp(program.function, program.wrt)
        try:
            with np.errstate(all="ignore"):
                y = program.function(*copy.deepcopy(args), **copy.deepcopy(kwargs))
                by = random_like(y, np.random.default_rng(1))
                second = fpad.vjp(first, program.wrt)
                seeds = {"cotangent": by}
                out = first(*copy.deepcopy(args), **copy.deepcopy(kwargs), **seeds)
                seeds["cotangent_2"] = random_like(out, np.random.default_rng(2))
                results.append(
                    (out, second(*copy.deepcopy(args), **copy.deepcopy(kwargs), **seeds))
                )
        except (fpad.TransformError, fpad.InputError):
            results.append(None)
    entry._derivations.clear()
    assert results[0] is None or same_bits(results[0], results[1])
