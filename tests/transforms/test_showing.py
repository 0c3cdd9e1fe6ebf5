"""What messages show is what the program shows, once, whatever is derived."""

import contextlib
import io

import numpy as np
import pytest

import fpad
from tests.programs import PROGRAMS

TOLD = [p for p in PROGRAMS if p.function.__module__.endswith(".messages")]


def output(call):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        call()
    return out.getvalue()


@pytest.mark.parametrize("program", TOLD, ids=lambda p: p.function.__name__)
def test_the_same_is_printed(program):
    (x,), _ = program.cases[0].fresh()
    f = program.function
    dx = [1.0] * len(x) if isinstance(x, list) else np.ones_like(x)
    expected = output(lambda: f(x))
    assert output(lambda: fpad.grad(f)(x)) == expected
    assert output(lambda: fpad.jvp(f)(x, tangent=dx)) == expected
    assert output(lambda: fpad.jvp(fpad.grad(f))(x, tangent=dx)) == expected


def raising(x):
    values = [2.0 * v for v in x]
    if values[0] > 0.0:
        raise ValueError("too large", values, {"first": values[0]})
    return values[0]


def test_an_exception_holds_what_it_was_given():
    with pytest.raises(ValueError, match="too large") as found:
        fpad.grad(raising)(np.array([1.0, 2.0]))
    assert found.value.args == ("too large", [2.0, 4.0], {"first": 2.0})


def cell(x):
    print({"f": lambda: x[0]})
    return x[0]


def test_a_function_is_not_shown():
    with pytest.raises(fpad.TransformError, match="A message shows the function"):
        fpad.grad(cell)(np.array([1.0, 2.0]))
