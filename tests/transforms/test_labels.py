"""Labels that derivative code reads, instead of computing them again: the text and the numbers."""

import operator
from typing import Any

import numpy as np
import pytest

import fpad
from fpad import runtime as fp
from fpad.transforms.ir import Const, Copy, Do, Func, If, Let, Return, Statement, Store, walk
from fpad.transforms.kinds import ARRAY, BOOL, Num
from fpad.transforms.labels import labels_read

VECTOR = Num(True, "float", 1)


def once(x):
    return np.sum(np.abs(x))


def clipped(x):
    return np.sum(np.maximum(x, 0.25) * np.minimum(x, 1.0))


def written_between(x):
    y = np.sin(x)
    total = np.sum(np.abs(y) * y)
    y *= 3.0
    return total + np.sum(np.abs(y) * y)


def in_a_branch(x):
    if x[0] > 0.0:
        return np.sum(np.abs(x) ** 3)
    return np.sum(np.abs(x))


def in_a_loop(x):
    total = 0.0
    for k in range(3):
        x = np.abs(x) - 0.3 * k
        total = total + np.sum(x * x)
    return total


def the_slope_itself(x):
    return np.abs(x) + 0.0


X = np.array([0.75, -0.5, 1.5, -2.0])


@pytest.mark.parametrize("f", [once, clipped, written_between, in_a_branch, in_a_loop])
def test_a_record_changes_no_number(f: Any) -> None:
    wanted = fpad.grad(f)(X)
    got, record = fpad.grad(f, record=True)(X.copy())
    assert got.tobytes() == wanted.tobytes()
    labels = [np.copy(c.label) for c in record.choices]
    got[...] = 77.0  # by the caller, whose array it is
    np.testing.assert_equal([c.label for c in record.choices], labels)
    second, _ = fpad.hvp(f, record=True)(X.copy(), vector=np.ones(4))
    assert second.tobytes() == fpad.hvp(f)(X, vector=np.ones(4)).tobytes()


def test_a_label_is_computed_once() -> None:
    d = fpad.grad(once, record=True)
    d(X)
    assert d.source.count("np.sign(x)") == 1
    assert fpad.grad(once).source.count("np.sign(x)") == 1


def test_the_result_of_a_derivative_is_no_label() -> None:
    tangent = np.ones(4)
    (_, dy), record = fpad.jvp(the_slope_itself, record=True)(X, tangent=tangent)
    dy[...] = 77.0
    assert np.asarray(record.choices[0].label).tolist() == [1, -1, 1, -1]


def label(*, of: str = "x") -> tuple[Statement, ...]:
    return (
        Let("t1", np.sign, (of,), role="record"),
        Do(fp.choice, ("record", Const("f:1 numpy.absolute"), "t1", of), role="record"),
    )


def func(*body: Statement) -> Func:
    kinds = {"x": VECTOR, "i": BOOL}
    return Func("f", ("x", "record", "i"), body, tuple(kinds.get(p, ARRAY) for p in ("x", "i")))


def signs(f: Func) -> int:
    kinds = dict.fromkeys(("x", "y", "t1", "t2", "bx"), VECTOR)
    new = labels_read(f, kinds)
    return sum(isinstance(s, Copy) and s.value == "t1" for s in walk(new.body))


AGAIN = Let("t2", np.sign, ("x",), role="adjoint")
USE = Let("bx", operator.mul, (Const(2.0), "t2"), role="adjoint")
RETURN = Return(("bx", "record"))


@pytest.mark.parametrize(
    ("body", "shared"),
    [
        pytest.param((*label(), AGAIN, USE, RETURN), 1, id="shared"),
        pytest.param((*label(of="y"), AGAIN, USE, RETURN), 0, id="of something else"),
        pytest.param(
            (*label(), Store("x", Const(0), Const(1.0)), AGAIN, USE, RETURN), 0, id="written"
        ),
        pytest.param(
            (*label(), Let("x", np.sin, ("x",)), AGAIN, USE, RETURN), 0, id="another value"
        ),
        pytest.param((If("i", label(), ()), AGAIN, USE, RETURN), 0, id="on some ways only"),
        pytest.param((*label(), If("i", (AGAIN, USE), (AGAIN, USE)), RETURN), 0, id="later"),
        pytest.param((*label(), AGAIN, Return(("t2", "record"))), 0, id="returned"),
        pytest.param(
            (*label(), AGAIN, USE, Store("t2", Const(0), Const(1.0)), RETURN), 0, id="written later"
        ),
    ],
)
def test_when_a_label_is_read(body: tuple[Statement, ...], shared: int) -> None:
    assert signs(func(*body)) == shared
