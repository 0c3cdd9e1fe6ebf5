"""Spelling of operations, operands and constants."""

import math
import operator
from typing import Any

import numpy as np
import pytest

from fpad import runtime as fp
from fpad.transforms.emit import emit_module
from fpad.transforms.ir import (
    Const,
    Do,
    Func,
    Let,
    Origin,
    Return,
    Slice,
)
from tests.transforms.execution import bits
from tests.transforms.level2 import (
    ALL,
    NONE,
    line,
    loaded,
    note,
    program_of,
)


def value(op: Any, *args: Any, **kwargs: Any) -> str:
    """How z = op(*args, **kwargs) is written, without `z = `."""
    return line(Let("z", op, args, tuple(kwargs.items()))).removeprefix("z = ")


@pytest.mark.parametrize(
    ("op", "args", "text"),
    [
        (operator.add, ("x", "y"), "x + y"),
        (operator.pow, ("x", Const(-2)), "x**-2"),
        (operator.pow, (Const(-2.0), "x"), "(-2.0)**x"),
        (operator.sub, ("x", Const(-0.0)), "x - -0.0"),
        (operator.matmul, ("a", "b"), "a @ b"),
        (operator.floordiv, ("i", Const(2)), "i // 2"),
        (operator.mod, ("i", Const(2)), "i % 2"),
        (operator.neg, ("x",), "-x"),
        (operator.invert, ("m",), "~m"),
        (operator.and_, ("m", "m"), "m & m"),
        (operator.not_, ("c",), "not c"),
        (operator.ge, ("x", "y"), "x >= y"),
        (operator.is_not, ("x", NONE), "x is not None"),
        (operator.contains, ("a", "x"), "x in a"),
        (operator.getitem, ("a", ("i", Slice(NONE, Const(-1), NONE))), "a[i, :-1]"),
        (operator.getitem, ("a", (Const(...), NONE)), "a[..., None]"),
        (operator.getitem, ("a", Slice(NONE, NONE, Const(2))), "a[::2]"),
        (operator.getitem, ("a", Const((slice(1, None), 0))), "a[1:, 0]"),
        (operator.getitem, ("a", (("i", Const(1)), ALL)), "a[[i, 1], :]"),
        (operator.truth, ("x",), "operator.truth(x)"),
        (np.sin, ("x",), "np.sin(x)"),
        (np.absolute, ("a",), "np.abs(a)"),
        (np.linalg.norm, ("a",), "np.linalg.norm(a)"),
        (math.exp, ("x",), "math.exp(x)"),
        (abs, ("x",), "abs(x)"),
        (max, ("x", "y", Const(0.0)), "max(x, y, 0.0)"),
        (fp.unbroadcast, ("a", "b"), "fp.unbroadcast(a, b)"),
        (fp.tape, (), "[]"),
        (fp.where, ("c", "x", Const(0.0)), "x if c else 0.0"),
        (fp.where, ("m", "a", Const(0.0)), "np.where(m, a, 0.0)"),
        (fp.where, ("c", "unknown", Const(0.0)), "fp.where(c, unknown, 0.0)"),
        (fp.select, ("c", "x"), "x if c else 0.0"),
        (fp.select, ("m", "a"), "fp.select(m, a)"),
        (fp.iadd, ("x", "y"), "x + y"),
        (fp.imul, ("a", "x"), "fp.imul(a, x)"),
        (np.sum, ("a", NONE), "np.sum(a)"),
        (np.sum, ("a", Const(0), NONE), "np.sum(a, axis=0)"),
        (np.sum, ("a", NONE, NONE, NONE, Const(True)), "np.sum(a, keepdims=True)"),
        (np.sum, ("a", (Const(0), Const(1))), "np.sum(a, axis=(0, 1))"),
        (np.reshape, ("a", ("i", Const(-1))), "np.reshape(a, (i, -1))"),
        (np.stack, (("a", "b"), Const(-1)), "np.stack([a, b], axis=-1)"),
        (np.concatenate, (("a", "b"), Const(0)), "np.concatenate([a, b])"),
        (np.array, (((Const(1.0), "x"), ("y", Const(2.0))),), "np.array([[1.0, x], [y, 2.0]])"),
        (np.transpose, ("a",), "a.T"),
        (np.transpose, ("a", (Const(1), Const(0))), "np.transpose(a, axes=(1, 0))"),
        (np.transpose, ("unknown",), "np.transpose(unknown)"),
        (round, ("x", NONE), "round(x)"),
    ],
)
def test_operations(op: Any, args: Any, text: str) -> None:
    role = "adjoint" if op is np.transpose else "primal"
    found = line(Let("z", op, args, role=role))
    assert found == f"z = {text}"


def test_keywords_stay_keywords() -> None:
    assert value(np.sum, "a", axis=NONE) == "np.sum(a, axis=None)"
    assert value(np.zeros, ("i", Const(3)), dtype=Const(np.float32)) == (
        "np.zeros((i, 3), dtype=np.float32)"
    )


def test_the_users_name_of_an_operation() -> None:
    def spelled(op: Any, text: str, alias: str = "np", role: str = "primal") -> str:
        s = Let("z", op, ("a",), (), Origin("f.py", "f", 1, 1, text, 1), role)
        return line(s, alias=alias, comments=False)

    assert spelled(np.absolute, "y = np.absolute(a)") == "z = np.absolute(a)"
    assert spelled(np.absolute, "y = numpy.fabs(a)", "numpy") == "z = numpy.abs(a)"
    assert spelled(np.transpose, "y = np.transpose(a)") == "z = np.transpose(a)"
    assert spelled(np.transpose, "y = a.T") == "z = a.T"
    assert spelled(np.transpose, "y = np.transpose(a)", role="adjoint") == "z = a.T"


CONSTANTS = [
    *(None, True, 0, -7, 10**40, 0.1, -0.0, 5e-324, -1.5e300, math.inf, -math.inf, math.nan),
    *("it's", b"\0", ..., (1, (2.0, -3)), [0, 1], (), 1 + 2j, complex(-0.0, math.inf)),
    *(np.float32(0.1), np.float64(-0.0), np.float16(6e-8), np.float32("nan"), np.float64("-inf")),
    *(np.int64(-3), np.uint8(200), np.bool_(True), np.longdouble(1) / 3),
    *(np.float32, float, int, np.ndarray, np.dtype("float32"), np.dtype(">f8"), np.sin, math.pi),
    *(slice(1, None, -2), range(3), np.arange(3.0), frozenset({1})),
]


@pytest.mark.parametrize("constant", CONSTANTS, ids=repr)
def test_constants_are_exact(constant: Any) -> None:
    func = Func("f", (), (Return((Const(constant),)),))
    text, f = loaded(program_of(func))
    found = f()
    assert type(found) is type(constant)
    assert bits(found) == bits(constant), text


def test_an_object_without_a_name_is_handed_over() -> None:
    table = np.arange(3.0)
    func = Func("f", ("x",), (Let("z", operator.mul, (Const(table), "x")), Return(("z",))))
    emitted = emit_module(program_of(func))
    assert emitted.text.startswith("# value: an object of type ndarray\n")
    assert list(emitted.namespace.values()) == [table]
    local = Func("f", ("note",), (Do(note, ("note",)), Return(("note",))))
    assert "note2(note)" in emit_module(program_of(local)).text
