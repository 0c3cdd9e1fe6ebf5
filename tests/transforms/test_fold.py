"""Folding: what moves, what must not, and bit equality on random functions."""

import ast
import operator
from dataclasses import replace
from typing import Any

import gast
import numpy as np
import pytest

from fpad import runtime as fp
from fpad.transforms.emit import Options, emit_module
from fpad.transforms.ir import (
    Break,
    Call,
    Const,
    Copy,
    Do,
    For,
    Func,
    If,
    Let,
    Load,
    Origin,
    Pop,
    Push,
    Range,
    Return,
    Slice,
    Statement,
    Store,
    StoreAdd,
    Unpack,
    While,
)
from fpad.transforms.kinds import ARRAY, BOOL, FLOAT, INT, Kind
from fpad.transforms.printer import BlankLine, Comment
from tests.transforms.level2 import ADD, DIV, MUL, SUB, interpret, loaded, note, observe, program_of
from tests.transforms.random_funcs import CALLEE, arguments, made

KINDS: dict[str, Kind] = dict.fromkeys("xyzuvpq", FLOAT)
KINDS |= dict.fromkeys((f"t{k}" for k in range(1, 10)), FLOAT)
KINDS |= {"a": ARRAY, "b": ARRAY, "c": BOOL, "n": INT, "i": INT}
LINE = Origin("f.py", "f", 1, 1, "y = x * x", 1)
OTHER = Origin("f.py", "f", 2, 1, "z = x", 2)


def body(*statements: Statement, kinds: Any = KINDS, **options: Any) -> str:
    """The printed body of a function of these statements."""
    func = Func("f", ("x", "y", "a", "b", "c", "n"), statements)
    text, _ = loaded(program_of(func, CALLEE), kinds, **options)
    lines = text.split("def f(", 1)[1].splitlines()[1:]
    return "\n".join(line[4:] for line in lines)


def r(*values: Any) -> Return:
    return Return(values)


def test_a_line_of_the_user_comes_back() -> None:
    found = body(
        Let("t1", MUL, ("x", "x")), Let("t2", np.sin, ("t1",)), Let("z", DIV, ("t2", "y")), r("z")
    )
    assert found == "z = np.sin(x * x) / y\nreturn z"


def test_variables_of_the_user_stay() -> None:
    statements = (
        Let("t1", MUL, ("x", "x")),
        Let("v", ADD, ("t1", "y")),
        Let("t2", SUB, ("v", "x")),
    )
    assert body(*statements, r("t2")) == "v = x * x + y\nreturn v - x"
    kept = body(*statements, r("t2"), user=frozenset({"t2"}))
    assert kept == "v = x * x + y\nt2 = v - x\nreturn t2"


def test_the_words_of_a_line_are_names_of_the_user() -> None:
    line = replace(LINE, text="t1 = x * x")
    found = body(
        Let("t1", MUL, ("x", "x"), (), line), Let("t2", ADD, ("t1", "y"), (), line), r("t2")
    )
    assert found == "t1 = x * x\nreturn t1 + y"


def test_what_is_used_twice_or_later_stays() -> None:
    found = body(Let("t1", MUL, ("x", "x")), Let("z", ADD, ("t1", "t1")), r("z"))
    assert found == "t1 = x * x\nz = t1 + t1\nreturn z"
    loop = For("i", Range(("n",)), (Let("t2", ADD, ("x", "t1")), Copy("x", "t2")))
    assert body(Let("t1", MUL, ("y", "y")), loop, r("x")).startswith(
        "t1 = y * y\nfor i in range(n):"
    )


def test_assignment_to_an_own_operand_folds_back() -> None:
    assert body(Let("t1", np.sin, ("x",)), Copy("x", "t1"), r("x")) == "x = np.sin(x)\nreturn x"
    found = body(Let("t1", MUL, ("x", "y")), Let("t2", ADD, ("z", "t1")), Copy("z", "t2"), r("z"))
    assert found == "z = z + x * y\nreturn z"


def test_a_redefined_operand_stays_in_front() -> None:
    found = body(
        Let("t1", MUL, ("x", "x")), Let("t2", ADD, ("x", Const(1.0))), Copy("x", "t2"),
        Let("z", ADD, ("t1", "x")), r("z"),
    )  # fmt: skip
    assert found == "t1 = x * x\nx = x + 1.0\nz = t1 + x\nreturn z"


def test_a_swap_stays_a_swap() -> None:
    found = body(Copy("t1", "x"), Copy("x", "y"), Copy("y", "t1"), r("x", "y"))
    assert found == "t1 = x\nx = y\ny = t1\nreturn x, y"


@pytest.mark.parametrize(
    ("between", "moves"),
    [
        ((), True),
        ((Store("b", Const(0), "x"),), False),
        ((StoreAdd("b", Const(0), "x"),), False),
        ((Do(note, ("x",)),), False),
        ((Call(("v",), "g", ("x", "b")),), False),
        ((If("c", (Store("b", Const(0), "x"),)),), False),
        ((Let("u", MUL, ("x", "y")),), True),
        ((Push("tape", "x"),), True),
        ((Pop("u", "tape"),), True),
    ],
)
def test_an_element_is_read_before_what_may_change_it(between: Any, moves: bool) -> None:
    head = Let("tape", fp.tape, ()), Push("tape", "x")
    found = body(*head, Load("t1", "a", Const(0)), *between, Let("z", ADD, ("t1", "y")), r("z"))
    assert ("z = a[0] + y" in found) == moves
    assert ("t1 = a[0]" in found) != moves


@pytest.mark.parametrize("between", [Store("b", Const(0), "x"), Do(note, ("x",))])
def test_only_what_cannot_fail_moves_over_an_effect(between: Statement) -> None:
    safe = body(Let("t1", MUL, ("x", "y")), between, Let("z", ADD, ("t1", "y")), r("z"))
    assert "z = x * y + y" in safe
    risky = body(Let("t1", DIV, ("x", "y")), between, Let("z", ADD, ("t1", "y")), r("z"))
    assert risky.startswith("t1 = x / y")


def test_calls_keep_their_order() -> None:
    def calls(first: str, second: str) -> str:
        return body(
            Call(("t1",), "g", ("x", "a")), Call(("t2",), "g", ("y", "a")),
            Let("z", ADD, (first, second)), r("z"),
        )  # fmt: skip

    assert calls("t1", "t2") == "t1 = g(x, a)\nz = t1 + g(y, a)\nreturn z"
    assert calls("t2", "t1") == "t1 = g(x, a)\nz = g(y, a) + t1\nreturn z"
    found = body(
        Call(("t1",), "g", ("x", "a")),
        Load("t2", "a", Const(0)),
        Let("z", MUL, ("t1", "t2")),
        r("z"),
    )
    assert found == "t1 = g(x, a)\nz = t1 * a[0]\nreturn z"


def test_a_conditional_call_is_an_effect() -> None:
    arms = (Call(("t1",), "g", ("x", "a"), LINE),), (Copy("t1", Const(0.0), LINE),)
    found = body(
        Let("t2", DIV, ("x", "y")), If("c", *arms, LINE), Let("z", SUB, ("t1", "t2")), r("z")
    )
    assert found.startswith("t2 = x / y\n")


def test_copies_of_several_results_are_not_made() -> None:
    found = body(
        Unpack(("t1", "t2"), "p"), Copy("x", "t1"), Let("t3", ADD, ("y", "t2")), Copy("y", "t3"),
        r("x", "y"), kinds=KINDS | {"p": ARRAY},
    )  # fmt: skip
    assert found == "x, t2 = p\ny = y + t2\nreturn x, y"
    taken = body(
        Unpack(("t1", "t2"), "p"), Let("z", ADD, ("x", "t2")), Copy("x", "t1"), r("x", "z")
    )
    assert taken == "t1, t2 = p\nz = x + t2\nx = t1\nreturn x, z"


def test_a_name_is_not_assigned_before_a_break_that_shows_it() -> None:
    inner = (Pop("t1", "tape"), If("c", (Break(),), (Copy("x", "t1"),)))
    found = body(Let("tape", fp.tape, ()), For("i", Range(("n",)), inner), r("x"))
    assert "t1 = tape.pop()" in found
    assert "x = t1" in found


def test_contributions_of_one_line_are_one_expression() -> None:
    one = Let("bx", MUL, ("y", "x"), (), LINE, "adjoint")
    more: list[Any] = [
        Let("t1", MUL, ("y", "z"), (), LINE, "adjoint"),
        Let("t2", ADD, ("bx", "t1"), (), LINE, "adjoint"),
        Copy("bx", "t2", LINE, "adjoint"),
    ]
    assert body(one, *more, r("bx")) == "# y = x * x\nbx = y * x + y * z\nreturn bx"
    apart = body(replace(one, origin=OTHER), *more, r("bx"), comments=False)
    assert apart == "bx = y * x\nbx = bx + y * z\nreturn bx"
    mine = body(*(replace(s, role="primal") for s in (one, *more)), r("bx"))
    assert mine == "bx = y * x\nbx = bx + y * z\nreturn bx"


def test_conditional_expressions_come_back() -> None:
    def choice(then: Any, orelse: Any, test: str = "c", target: str = "z") -> str:
        return body(If(test, (then,), (orelse,), LINE), r(target))

    left, right = Let("z", MUL, ("x", "y"), (), LINE), Copy("z", Const(0.0), LINE)
    assert choice(left, right) == "z = x * y if c else 0.0\nreturn z"
    assert choice(left, replace(right, value="c")) == "z = c and x * y\nreturn z"
    assert choice(replace(right, value="c"), left) == "z = c or x * y\nreturn z"
    elsewhere = choice(replace(left, origin=OTHER), right)
    assert elsewhere == "if c:\n    z = x * y\nelse:\n    z = 0.0\nreturn z"
    temporary = replace(left, target="t1"), replace(right, target="t1")
    assert choice(*temporary, target="t1") == "return x * y if c else 0.0"


def test_chains_of_and() -> None:
    second = Let("t3", operator.lt, ("y", "x"), (), LINE)
    third = Let("t2", operator.lt, ("x", Const(9.0)), (), LINE)
    inner = (second, If("t3", (third,), (Copy("t2", "t3", LINE),), LINE))
    found = body(
        Let("t1", operator.lt, ("x", "y"), (), LINE),
        If("t1", inner, (Copy("t2", "t1", LINE),), LINE),
        If("t2", (Copy("x", "y"),)),
        r("x"),
        kinds=KINDS | dict.fromkeys(("t1", "t2", "t3"), BOOL),
    )
    assert found.startswith("if x < y and y < x and x < 9.0:\n    x = y\n")


def test_nothing_that_may_fail_enters_an_arm() -> None:
    kinds = KINDS | {"t1": FLOAT}
    selected = Let("z", fp.where, ("c", "t1", Const(0.0)))
    safe = body(Let("t1", MUL, ("x", "y")), selected, r("z"), kinds=kinds)
    assert safe == "z = x * y if c else 0.0\nreturn z"
    risky = body(Let("t1", DIV, ("x", "y")), selected, r("z"), kinds=kinds)
    assert risky == "t1 = x / y\nz = t1 if c else 0.0\nreturn z"
    test = body(
        Let("t1", DIV, ("x", "y")), Let("z", fp.where, ("t1", "x", "y")), r("z"), kinds=kinds
    )
    assert test == "z = x if x / y else y\nreturn z"


def test_while_with_a_test_that_folds() -> None:
    pre = (Let("t1", MUL, ("x", "x")), Let("t2", operator.lt, ("t1", "y")))
    step = (Let("t3", ADD, ("x", "x")), Copy("x", "t3"))
    assert body(While(pre, "t2", step), r("x")) == "while x * x < y:\n    x = x + x\nreturn x"
    kept = body(While((*pre, Push("b", "t2")), "t2", step), r("x"))
    assert kept == (
        "while True:\n    t2 = x * x < y\n    b.append(t2)\n    if not t2:\n        break\n"
        "    x = x + x\nreturn x"
    )
    shown = body(While(pre, "t2", (*step, Copy("v", "t1"))), r("x"))
    assert "t1 = x * x\n    if not t1 < y:\n        break\n" in shown


def test_a_test_that_stays_is_not_evaluated_again() -> None:
    loop = While((), "t1", (Copy("x", Const(9.0)), If("c", (Break(),))))
    found = body(Let("t1", operator.lt, ("x", "y")), loop, r("x"), kinds=KINDS | {"t1": BOOL})
    assert found.startswith("t1 = x < y\nwhile t1:\n")


def test_else_after_a_break_stands_beside_it() -> None:
    rest = (Let("t1", ADD, ("x", "y")), Copy("x", "t1"))
    found = body(For("i", Range(("n",)), (If("c", (Break(),), rest),)), r("x"))
    assert found == "for i in range(n):\n    if c:\n        break\n    x = x + y\nreturn x"


def test_lines_do_not_grow_without_end() -> None:
    steps: list[Statement] = [Let("t1", MUL, ("x", "y"))]
    steps += [Let(f"t{k + 1}", ADD, (f"t{k}", "x")) for k in range(1, 60)]
    kinds = KINDS | {f"t{k}": FLOAT for k in range(61)}
    found = body(*steps, Copy("z", "t60"), r("z"), kinds=kinds)
    assert max(map(len, found.splitlines())) <= 88
    assert len(found.splitlines()) < 6
    assert len(body(*steps, Copy("z", "t60"), r("z"), kinds=kinds, width=40).splitlines()) > 6


def test_rounding_is_folded_around_one_operation() -> None:
    rounded = fp.round_bfloat16
    statements = (
        Let("t1", MUL, ("x", "x")), Let("t2", rounded, ("t1",)), Load("t3", "a", Const(0)),
        Let("t4", ADD, ("t2", "t3")), Let("t5", rounded, ("t4",)), Copy("z", "t5"),
        Let("t6", operator.lt, ("z", "x")), If("t6", (Copy("z", "x"),)), r("z"),
    )  # fmt: skip
    found = body(*statements, kinds=KINDS | {"t6": BOOL}, fold=False)
    rounded_lines = "t2 = fp.round_bfloat16(x * x)\nz = fp.round_bfloat16(t2 + a[0])\n"
    assert found == rounded_lines + "if z < x:\n    z = x\nreturn z"


def test_views_are_not_taken_apart() -> None:
    part = Slice(Const(1), Const(None), Const(None))
    found = body(Load("t1", "a", part), Store("t1", Const(0), "x"), r("a"))
    assert found == "a[1:][0] = x\nreturn a"


@pytest.mark.parametrize("seed", range(100))
def test_random_functions_run_the_same(seed: int) -> None:
    program, kinds = made(seed)
    args = arguments(seed)
    expected = observe(lambda *a: interpret(program, *a), args)
    for known in (kinds, None):
        for options in ({}, {"fold": False}, {"temporary": lambda _: False}):
            text, f = loaded(program, known, **options)
            assert observe(f, args) == expected, text


@pytest.mark.parametrize("seed", range(150, 170))
def test_random_functions_parse_back(seed: int) -> None:
    program, kinds = made(seed)
    emitted = emit_module(program, lambda _: kinds, Options())

    class Silent(gast.NodeTransformer):  # type: ignore[misc]
        def visit(self, node: Any) -> Any:
            return None if isinstance(node, Comment | BlankLine) else super().visit(node)

    plain = ast.unparse(ast.fix_missing_locations(gast.gast_to_ast(Silent().visit(emitted.tree))))
    assert ast.dump(ast.parse(emitted.text)) == ast.dump(ast.parse(plain))
