"""The proof of the levels: every rule fails where it is broken, and says which."""

import operator

import numpy as np
import pytest

from fpad import runtime as fp
from fpad.transforms.check import check, check_program
from fpad.transforms.ir import (
    Apply,
    Attr,
    Boundary,
    Break,
    Call,
    Const,
    Continue,
    Copy,
    Do,
    For,
    Func,
    If,
    Leaf,
    Let,
    Load,
    Note,
    Pack,
    Parameter,
    Pop,
    Program,
    Push,
    Range,
    Return,
    Slice,
    Store,
    StoreAdd,
    Unpack,
    While,
)
from fpad.transforms.kinds import FLOAT

ONE = Const(1)
END = Return(("x",))


def func(*body, params=("x", "n"), **more) -> Func:
    return Func("f", params, body, **more)


LEVEL_0 = func(
    Attr("s", "np", "sin"),
    Apply("y", "s", ("x",), (("out", Const(None)),)),
    Let("x", operator.add, ("x", "y")),
    Pack("d", "dict", ("x",), (Const("k"),)),
    Pack("l", "list", ()),
    Unpack(("a", "b"), "d"),
    For("i", "n", (Continue(), If("i", (Break(),), (END,))), (Copy("n", ONE),)),
    While((), ONE, (Break(),), (END,)),
    Store("y", (Slice(ONE, "n", Const(None)), "i"), "x"),
    StoreAdd("y", "i", "x"),
    Load("z", "y", Const(...)),
    Return(("undefined",)),
    Copy("dead", "x"),
)
LEVEL_1 = func(
    Apply("t", "f", ("x",)),
    For("i", "t", (Copy("y", "i"), If("y", (Copy("z", ONE), Break()), (Copy("w", "y"),)))),
    While((Copy("c", "x"),), "c", (If("c", (), (If("x", (Break(),)),)),)),
    END,
)
LEVEL_2 = func(
    Note("a comment"),
    Let("tape", fp.tape, ()),
    Let("y", np.sin, ("x",), (), role="primal"),
    Do(fp.add_at, ("y", ONE, "x")),
    For("i", Range((Const(0), "n"), count="n", reverse=True), (Push("tape", "y"), Copy("z", "i"))),
    Pop("w", "tape"),
    Pack("r", "f_fwd", ("y", "w")),
    Unpack(("p", "q"), "r"),
    Call(("u", "v"), "g", ("z",)),
    Return(("u", "w")),
    kinds=(FLOAT, FLOAT),
    boundary=Boundary((Parameter("x", 1, Leaf("x")), Parameter("k", 1, Leaf(ONE))), Leaf("u")),
)
CALLEE = Func("g", ("a",), (Return(("a", "a")),))


@pytest.mark.parametrize(
    ("good", "level"), [(LEVEL_0, 0), (LEVEL_1, 0), (LEVEL_1, 1), (LEVEL_2, 2)]
)
def test_good(good, level) -> None:
    assert check(good, level) is good


def test_good_program() -> None:
    program = Program("f", {"f": LEVEL_2, "g": CALLEE})
    assert check_program(program) is program


def pairs():
    """(level, broken function, words of the message)."""
    y = Copy("y", "x")
    stop = If("x", (Break(),))
    yield 0, func(Call(("y",), "g", ()), END), "not a statement of level 0"
    yield 0, func(Push("x", "n"), END), "not a statement of level 0"
    yield 0, func(y, params=("x", "x")), "two parameters of one name"
    yield 0, func(Break(), END), "a jump outside a loop"
    yield 0, func(For("i", "x", (y,), (Continue(),)), END), "a jump outside a loop"
    yield 0, func(While((Break(),), "x", ()), END), "a jump"
    yield 0, func(For("i", "x", (While((END,), "x", ()),)), END), "before the test of a while"
    yield 0, func(Return(("x", "x"))), "one value"
    yield 0, func(For("i", Range(("n",)), ()), END), "over an atom"
    yield 0, func(Copy("a b", "x"), END), "not a name: 'a b'"
    yield 0, func(Copy("if", "x"), END), "not a name: 'if'"
    yield 0, func(Copy("y", 3.0), END), "not an operand: 3.0"
    yield 0, func(Let("y", abs, (("x", [1]),)), END), "not an operand"
    yield 0, func(Load("y", "x", Slice(ONE, 2, ONE)), END), "not an operand: 2"
    yield 0, func(Store("x", 2, "n"), END), "not an operand: 2"
    yield 0, func(If(("x", "n"), ()), END), "not an operand"
    yield 0, func(Let("y", "sin", ("x",)), END), "cannot be called"
    yield 0, func(Pack("y", "set", ("x",)), END), "not a kind of display"
    yield 0, func(Pack("y", "dict", ("x",)), END), "keys do not fit"
    yield 0, func(Pack("y", "list", ("x",), (ONE,)), END), "keys do not fit"
    yield 0, func(Unpack(("y", "y"), "x"), END), "defines a name twice"
    yield 0, func(Copy("y", "x", role="secondary"), END), "not a role"
    yield 1, func(Continue(), END), "not a statement of level 1"
    yield 1, func(y), "does not end with a return"
    yield 1, func(), "does not end with a return"
    yield 1, func(If("x", (END,)), END), "a return that is not the last"
    yield 1, func(END, END), "a return that is not the last"
    yield 1, func(For("i", "x", (END,)), END), "a return that is not the last"
    yield 1, func(For("i", "x", (Break(), y)), END), "not in tail position"
    yield 1, func(For("i", "x", (stop, y)), END), "not in tail position"
    yield 1, func(For("i", "x", (y,), (y,)), END), "a loop with an else"
    yield 1, func(While((), "x", (y,), (y,)), END), "a loop with an else"
    yield 1, func(Let("x", abs, ("x",)), END), "defines one of its own operands"
    yield 1, func(Unpack(("x", "y"), "x"), END), "defines one of its own operands"
    yield 1, func(Apply("y", "y", ("x",)), END), "defines one of its own operands"
    yield 1, func(If("x", (Copy("x", ONE),)), END), "assigned inside: ['x']"
    yield 1, func(If("x", (), (For("x", "n", ()),)), END), "assigned inside: ['x']"
    yield 1, func(For("i", "x", (Copy("x", ONE),)), END), "assigned inside: ['x']"
    yield 1, func(For("x", "x", ()), END), "assigned inside: ['x']"
    yield 1, func(While((), "x", (Copy("x", ONE),)), END), "in its body: ['x']"
    yield 2, func(Attr("y", "x", "T"), END), "not a statement of level 2"
    yield 2, func(Apply("y", "x", ()), END), "not a statement of level 2"
    yield 2, func(For("i", "x", ()), END), "over a Range"
    yield 2, func(For("i", Range(()), ()), END), "one to three"
    yield 2, func(For("i", Range((("x",),)), ()), END), "not an operand"
    yield 2, func(For("i", Range(("n",)), (Copy("n", ONE),)), END), "assigned inside: ['n']"
    yield 2, func(For("i", Range((ONE,), "n"), (Copy("n", ONE),)), END), "assigned inside: ['n']"
    yield 2, func(Pack("y", "dict", ("x",), (ONE,)), END), "keys do not fit"
    yield 2, func(Copy("y", "np"), END), "not a name of the function: np"
    yield 2, func(Let("y", open, ("x",)), END), "without a rule"
    yield 2, func(Do(print, ("x", "z")), END), "not a name of the function: z"
    yield 2, func(Copy("y", "z"), Copy("z", "x"), END), "before any path defines it: z"
    yield 2, func(If("x", (Copy("z", "n"),), (Copy("y", "z"),)), END), "defines it: z"
    yield 2, func(While((Copy("y", "z"),), "y", ()), Copy("z", "x"), END), "defines it: z"
    yield 2, func(Call(("x",), "g", ("x",)), END), "defines one of its own operands"
    yield 2, func(END, kinds=(FLOAT,)), "as many kinds"
    boundary = Boundary((Parameter("x", 1, Leaf("w")),), Leaf("x"))
    yield 2, func(END, boundary=boundary), "no parameter"


PAIRS = list(pairs())


@pytest.mark.parametrize(("level", "broken", "words"), PAIRS, ids=range(len(PAIRS)))
def test_broken(level, broken, words) -> None:
    with pytest.raises(AssertionError) as caught:
        check(broken, level)
    assert words in str(caught.value)
    assert str(caught.value).startswith("f: ")


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (Call(("y",), "h", ("x",)), "does not have"),
        (Call(("y", "z"), "g", ("x", "n")), "do not fit the parameters"),
        (Call(("y",), "g", ("x",)), "do not fit the results"),
    ],
)
def test_broken_calls(call, words) -> None:
    program = Program("f", {"f": func(call, END), "g": CALLEE})
    with pytest.raises(AssertionError, match=words):
        check_program(program)
    assert check(func(call, END), 2)


@pytest.mark.parametrize(
    "body",
    [
        (If("x", (Copy("y", "n"),)), Copy("z", "y")),
        (For("i", Range(("n",)), (Copy("y", "n"),)), Copy("z", "y"), Copy("w", "i")),
        (For("i", Range(("n",)), (If("i", (Copy("z", "y"),)), Copy("y", "i"))),),
        (While((Copy("c", "n"),), "c", (Copy("y", "c"),)), Copy("z", "y")),
    ],
)
def test_names_that_some_path_defines_pass(body) -> None:
    check(func(*body, END), 2)
