"""Derivative code tidied: what is written, and the same bits as without."""

import operator
from typing import Any

import numpy as np
import pytest

import fpad
from fpad import runtime as fp
from fpad.transforms import pipeline
from fpad.transforms.copies import copies
from fpad.transforms.emit import emit_function
from fpad.transforms.ir import (
    Block,
    Const,
    Copy,
    For,
    Func,
    Let,
    Load,
    Range,
    Return,
    Slice,
    StoreAdd,
)
from fpad.transforms.kinds import ARRAY, FLOAT, INT, Kind, Num
from fpad.transforms.printer import to_source
from fpad.transforms.simplify import dead
from fpad.transforms.tidy import second_names, tidy
from tests.oracles import same_bits
from tests.programs import Program
from tests.situations import MARKED, Situation, refusable, sampled

VECTOR = Num(True, "float", 1)


def adjoint(target: str, op: Any, *args: Any) -> Let:
    return Let(target, op, args, role="adjoint")


def tidied(*statements: Any, kinds: dict[str, Kind] | None = None) -> Block:
    """What is left of the statements, of a function of two floats a, b and an array x."""
    given = {"a": FLOAT, "b": FLOAT, "x": VECTOR, **(kinds or {})}
    func = Func("f", ("a", "b", "x"), statements, (FLOAT, FLOAT, VECTOR))
    return dead(copies(tidy(func, given))).body


# ---------------------------------------------------------------- sums


@pytest.mark.parametrize(
    ("op", "args", "became"),
    [
        (operator.add, ("a", "t1"), Let("u", operator.sub, ("a", "b"), role="adjoint")),
        (operator.add, ("t1", "a"), Let("u", operator.sub, ("a", "b"), role="adjoint")),
        (operator.sub, ("a", "t1"), Let("u", operator.add, ("a", "b"), role="adjoint")),
    ],
)
def test_opposites(op: Any, args: Any, became: Let) -> None:
    block = tidied(adjoint("t1", operator.neg, "b"), adjoint("u", op, *args), Return(("u",)))
    assert block == (became, Return(("u",)))


def test_a_sign_moves_out_of_a_product_that_ends_in_a_sum() -> None:
    block = tidied(
        adjoint("t1", operator.neg, "b"),
        adjoint("t2", operator.mul, "t1", Const(0.5)),
        adjoint("t3", operator.truediv, "t2", "a"),
        adjoint("u", operator.add, "a", "t3"),
        Return(("u",)),
        kinds=dict.fromkeys(("t1", "t2", "t3", "u"), FLOAT),
    )
    half, part, total, _ = block
    assert half == adjoint(half.target, operator.mul, "b", Const(0.5))
    assert part == adjoint(part.target, operator.truediv, half.target, "a")
    assert total == adjoint("u", operator.sub, "a", part.target)


@pytest.mark.parametrize("also", ["t1", "t2"])
def test_a_sign_stays_in_a_product_that_is_read_elsewhere(also: str) -> None:
    product = adjoint("t2", operator.mul, "t1", "b")
    block = tidied(
        adjoint("t1", operator.neg, "a"),
        product,
        adjoint("u", operator.add, "a", "t2"),
        Return(("u", also)),
    )
    assert (product in block) == (also == "t2")


@pytest.mark.parametrize("both", [True, False])
def test_equal_negative_terms(both: bool) -> None:
    block = tidied(
        adjoint("t1", operator.neg, "a"),
        adjoint("t2", operator.neg, "a"),
        adjoint("u", operator.add if both else operator.sub, "t1", "t2" if both else "a"),
        Return(("u",)),
        kinds={"t1": FLOAT, "t2": FLOAT},
    )
    if both:
        assert block[-2] in (
            adjoint("u", operator.mul, Const(2.0), "t1"),
            adjoint("u", operator.mul, Const(2.0), "t2"),
        )
    else:
        assert block == (adjoint("u", operator.mul, Const(-2.0), "a"), Return(("u",)))


def test_an_opposite_is_not_used_after_the_name_was_given_another_value() -> None:
    negate = adjoint("t1", operator.neg, "c")
    added = adjoint("u", operator.add, "a", "t1")
    given = Copy("c", "b", role="adjoint")
    again = adjoint("c", np.sin, "a")
    block = tidied(given, negate, again, added, Return(("u", "c")), kinds={"c": FLOAT})
    assert added in block


def test_an_opposite_is_not_used_after_memory_was_written() -> None:
    negate = adjoint("t1", operator.neg, "x")
    write = StoreAdd("x", Const(0), Const(1.0), role="adjoint")
    added = adjoint("u", operator.add, "x", "t1")
    assert added in tidied(negate, write, added, Return(("u",)))


def test_equal_terms() -> None:
    block = tidied(
        adjoint("t1", operator.mul, "a", "b"),
        adjoint("t2", operator.mul, "a", "b"),
        adjoint("u", operator.add, "t1", "t2"),
        Return(("u",)),
        kinds={"t1": FLOAT, "t2": FLOAT},
    )
    assert block[1:] == (adjoint("u", operator.mul, Const(2.0), "t1"), Return(("u",)))


def test_terms_that_only_look_equal() -> None:
    added = adjoint("u", operator.add, "t1", "t2")
    block = tidied(
        Copy("c", "a", role="adjoint"),
        adjoint("t1", np.stack, ("c", "b")),
        adjoint("c", np.sin, "c"),
        adjoint("t2", np.stack, ("c", "b")),
        added,
        Return(("u",)),
        kinds={"c": FLOAT, "t1": VECTOR, "t2": VECTOR},
    )
    assert added in block


def test_integers_are_not_doubled() -> None:
    added = adjoint("u", operator.add, "n", "n")
    assert added in tidied(Copy("n", Const(3)), added, Return(("u",)), kinds={"n": INT})


def test_statements_of_the_user_stay() -> None:
    primal = (Let("t1", operator.neg, ("b",)), Let("u", operator.add, ("a", "t1")))
    assert tidied(*primal, Return(("u",))) == (*primal, Return(("u",)))


def test_a_function_of_a_number_is_called_once() -> None:
    block = tidied(
        Let("t1", np.cos, ("a",)),
        adjoint("t2", np.cos, "a"),
        adjoint("u", operator.mul, "t1", "t2"),
        Return(("u",)),
        kinds={"t1": FLOAT, "t2": FLOAT},
    )
    assert block[1] == adjoint("u", operator.mul, "t1", "t1")


def test_a_function_of_an_array_may_be_called_twice() -> None:
    """Two names for one array are for the passes that know who writes it."""
    again = adjoint("t2", np.cos, "x")
    block = tidied(
        Let("t1", np.cos, ("x",)),
        again,
        Return(("t1", "t2")),
        kinds={"t1": VECTOR, "t2": VECTOR},
    )
    assert again in block


# ---------------------------------------------------------------- ones


def test_no_multiplication_by_one() -> None:
    block = tidied(
        Copy("by", Const(1.0), role="adjoint"),
        adjoint("t1", operator.mul, "by", "a"),
        adjoint("t2", operator.truediv, "t1", "by"),
        adjoint("u", operator.mul, "t2", "b"),
        Return(("u",)),
        kinds={"by": FLOAT, "t1": FLOAT, "t2": FLOAT},
    )
    assert block == (adjoint("u", operator.mul, "a", "b"), Return(("u",)))


def test_one_makes_a_float_of_an_integer_and_a_new_array() -> None:
    one = Copy("by", Const(1.0), role="adjoint")
    made = adjoint("t1", operator.mul, "by", "n")
    hidden = Copy("n", Const(3))  # where it meets a float, its kind is that of both
    known = {"by": FLOAT, "n": FLOAT, "t1": FLOAT}
    assert made in tidied(one, hidden, made, Return(("t1",)), kinds=known)
    array = adjoint("t1", operator.mul, "by", "x")
    assert array in tidied(one, array, Return(("t1",)), kinds={"by": FLOAT, "t1": VECTOR})


def test_a_one_that_is_not_always_one() -> None:
    made = adjoint("t1", operator.mul, "by", "a")
    block = tidied(
        Copy("by", Const(1.0), role="adjoint"),
        For("i", Range((Const(3),)), (made, Copy("by", "t1", role="adjoint"))),
        Return(("by",)),
        kinds={"by": FLOAT, "t1": FLOAT, "i": INT},
    )
    assert made in next(s for s in block if isinstance(s, For)).body


# ---------------------------------------------------------------- shapes


def test_numbers_are_not_broadcast() -> None:
    block = tidied(
        adjoint("t1", fp.broadcast, "b", "x"),
        adjoint("u", operator.mul, "t1", "x"),
        Return(("u",)),
        kinds={"t1": VECTOR, "u": VECTOR},
    )
    assert block == (adjoint("u", operator.mul, "b", "x"), Return(("u",)))


def test_numbers_are_broadcast_to_what_another_operand_does_not_have() -> None:
    spread = adjoint("t1", fp.broadcast, "b", "x")
    used = adjoint("u", operator.mul, "t1", "a")
    block = tidied(spread, used, Return(("u",)), kinds={"t1": VECTOR, "u": VECTOR})
    assert block == (spread, used, Return(("u",)))


def test_numbers_are_broadcast_where_they_change_in_between() -> None:
    spread = adjoint("t1", fp.broadcast, "c", "x")
    block = tidied(
        Copy("c", "b", role="adjoint"),
        spread,
        adjoint("c", np.sin, "c"),
        adjoint("u", operator.mul, "t1", "x"),
        Return(("u", "c")),
        kinds={"t1": VECTOR, "u": VECTOR, "c": FLOAT},
    )
    assert adjoint("u", operator.mul, "t1", "x") in block


def test_shapes_are_read_off_arguments() -> None:
    block = tidied(
        Let("t1", np.exp, ("x",)),
        Let("t2", operator.mul, ("t1", "a")),
        adjoint("u", fp.count, "t2"),
        Return(("u",)),
        kinds={"t1": VECTOR, "t2": VECTOR},
    )
    assert block == (adjoint("u", fp.count, "x"), Return(("u",)))


def test_shapes_are_not_read_off_what_may_not_be_there() -> None:
    """The loop may make no trip."""
    trip = (Let("e", np.exp, ("z",)), Let("y", np.add, ("e", "e")))
    block = tidied(
        Let("z", np.matmul, ("x", "x")),
        Let("y", np.negative, ("z",)),
        For("i", Range((Const(2),)), trip),
        Let("t2", operator.mul, ("z", "a")),
        adjoint("u", fp.count, "t2"),
        Return(("u", "y")),
        kinds={"z": ARRAY, "e": ARRAY, "y": ARRAY, "t2": ARRAY, "i": INT},
    )
    assert block[-2] == adjoint("u", fp.count, "y")


def test_sums_that_sum_nothing() -> None:
    block = tidied(
        adjoint("t1", operator.mul, "x", "a"),
        adjoint("u", fp.unbroadcast, "t1", "x"),
        Return(("u",)),
        kinds={"t1": VECTOR, "u": VECTOR},
    )
    assert block == (
        adjoint("t1", operator.mul, "x", "a"),
        Copy("u", "t1", role="adjoint"),
        Return(("u",)),
    )


def test_what_has_an_axis_is_an_array() -> None:
    kept = adjoint("u", fp.asarray, "t1")
    block = tidied(adjoint("t1", np.exp, "x"), kept, Return(("u",)), kinds={"t1": VECTOR})
    assert kept not in block
    assert kept in tidied(adjoint("t1", np.exp, "x"), kept, Return(("u",)), kinds={"t1": ARRAY})


VIEW = Load("t1", "x", Slice(Const(1), Const(None), Const(None)), role="adjoint")
COPIED = adjoint("t2", fp.copy, "t1")
USED = adjoint("t3", operator.mul, "t2", "a")
WRITE = StoreAdd("x", Const(0), "a", role="adjoint")
PARTS: dict[str, Kind] = {"t1": VECTOR, "t2": VECTOR, "t3": VECTOR}


def test_a_part_that_is_read_in_passing_is_not_copied() -> None:
    block = tidied(VIEW, COPIED, USED, WRITE, Return(("t3",)), kinds=PARTS)
    assert block == (VIEW, adjoint("t3", operator.mul, "t1", "a"), WRITE, Return(("t3",)))


@pytest.mark.parametrize(
    "block",
    [
        (VIEW, COPIED, WRITE, USED, Return(("t3",))),
        (VIEW, COPIED, USED, WRITE, Return(("t3", "t2"))),
        (VIEW, COPIED, WRITE, Return(("t2",))),
        (VIEW, COPIED, adjoint("t3", np.transpose, "t2"), WRITE, Return(("t3",))),
    ],
    ids=["written first", "read again", "returned", "seen through a view"],
)
def test_a_part_that_is_kept_is_copied(block: Block) -> None:
    assert COPIED in tidied(*block, kinds=PARTS)


def test_negative_contributions_are_subtracted() -> None:
    block = tidied(
        adjoint("t1", operator.neg, "b"),
        adjoint("t2", operator.mul, "t1", "a"),
        StoreAdd("x", Const(0), "t2", role="adjoint"),
        Return(("x",)),
        kinds={"t1": FLOAT, "t2": FLOAT},
    )
    text = to_source(emit_function(Func("f", ("a", "b", "x"), block), {"a": FLOAT, "b": FLOAT}))
    assert "    x[0] -= b * a\n" in text


def test_second_names() -> None:
    func = Func(
        "f",
        ("a",),
        (
            Copy("b", "a", role="adjoint"),
            Copy("c", "a"),
            Copy("d", "t1", role="adjoint"),
            Return(("b",)),
        ),
    )
    assert second_names(func) == {"b"}


# ---------------------------------------------------------------- the same bits


@pytest.mark.parametrize(
    "program", [*MARKED[::8], *sampled([p for k, p in enumerate(MARKED) if k % 8], 1)]
)
def test_bits(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each derivative returns, bit for bit, what it returns untidied."""
    case = program.cases[0]
    s = Situation(program, case)
    with refusable(program), np.errstate(all="ignore"):
        given, named = case.fresh()
        result = fpad.vjp(program.function, wrt=program.wrt)(*given, cotangent=s.by, **named)
        monkeypatch.setattr(pipeline, "tidy", lambda func, kinds, in_passing: func)
        monkeypatch.setattr("fpad.entry._derivations", {})
        given, named = case.fresh()
        plain = fpad.vjp(program.function, wrt=program.wrt)(*given, cotangent=s.by, **named)
        assert same_bits(result, plain)
