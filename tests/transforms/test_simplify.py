"""Dead statements and second names: what goes, what stays, equal results on random functions."""

import operator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from fpad import runtime as fp
from fpad.transforms import check as checking
from fpad.transforms.check import check, check_program
from fpad.transforms.copies import copies, is_temporary
from fpad.transforms.ir import (
    Block,
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
    Note,
    Pack,
    Pop,
    Program,
    Push,
    Range,
    Return,
    Slice,
    Statement,
    Store,
    StoreAdd,
    Unpack,
    While,
    walk,
)
from fpad.transforms.simplify import dead, effects, simplify
from tests.transforms.level2 import ADD, MUL, interpret, note, observe, program_of
from tests.transforms.random_funcs import CALLEE, arguments, made

TAPE = Let("tape", fp.tape, ())


@pytest.fixture(autouse=True)
def _note_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """`note`, the effect of these tests, has no rule."""
    known = checking._known
    monkeypatch.setattr(checking, "_known", lambda op: op is note or known(op))


def func(*statements: Statement) -> Func:
    return Func("f", ("x", "y", "a", "n"), statements)


def living(*statements: Statement, program: Program | None = None) -> Block:
    """What `dead` leaves of the statements; both are at level 2."""
    before = check(func(*statements), 2, program)
    known = None if program is None else effects(program)
    after = check(dead(before, known), 2, program)
    assert dead(after, known) is after
    return after.body


def r(*values: Any) -> Return:
    return Return(values)


def test_unread_values_go() -> None:
    chain = (Let("t1", MUL, ("x", "x")), Load("t2", "a", Const(0)), Let("t3", ADD, ("t1", "t2")))
    assert living(*chain, r("x")) == (r("x"),)
    assert living(*chain, r("t3")) == (*chain, r("t3"))
    assert living(Pack("t1", "tuple", ("x", "y")), Unpack(("p", "q"), "t1"), r("x")) == (r("x"),)


def test_a_value_that_is_overwritten_unread_goes() -> None:
    last = Let("z", ADD, ("x", "y"))
    assert living(Let("z", MUL, ("x", "x")), last, r("z")) == (last, r("z"))
    kept = (Let("z", MUL, ("x", "x")), If("x", (last,)), r("z"))
    assert living(*kept) == kept


def test_counters_go_round_the_loop() -> None:
    count = (Let("t1", ADD, ("k", Const(1))), Copy("k", "t1"))
    work = (Let("t2", MUL, ("z", "x")), Copy("z", "t2"))
    start = (Copy("k", Const(0)), Copy("z", "x"))
    loop = For("i", Range(("n",)), (*count, *work))
    assert living(*start, loop, r("z")) == (start[1], replace(loop, body=work), r("z"))
    assert living(*start, loop, r("z", "k")) == (*start, loop, r("z", "k"))


def test_a_break_counts_only_in_a_loop_that_stays() -> None:
    test = Let("t1", operator.gt, ("x", Const(2.0)))
    leave = If("t1", (Break(),))
    assert living(For("i", Range(("n",)), (test, leave)), r("x")) == (r("x"),)
    work = (Let("t2", MUL, ("z", "x")), Copy("z", "t2"))
    kept = (Copy("z", "x"), For("i", Range(("n",)), (*work, test, leave)), r("z"))
    assert living(*kept) == kept


def test_what_a_break_carries_out_stays() -> None:
    stop = If("x", (Copy("z", Const(2.0)), Break()), (Copy("z", Const(3.0)),))
    kept = (Copy("z", "y"), For("i", Range(("n",)), (stop,)), r("z"))
    assert living(*kept) == kept


def test_empty_ifs_and_loops_go() -> None:
    pre = (Let("t1", operator.lt, ("x", "y")),)
    idle = (
        If("x", (Note("nothing"),), (Let("t2", MUL, ("x", "x")),)),
        For("i", Range(("n",)), (Let("t3", MUL, ("x", "i")),)),
        While(pre, "t1", (Let("t4", MUL, ("x", "x")),)),
    )
    assert living(*idle, r("x")) == (r("x"),)
    last = For("i", Range(("n",)), (Let("t3", MUL, ("x", "x")),))
    assert living(last, r("x", "i")) == (replace(last, body=()), r("x", "i"))


def test_the_test_of_a_loop_stays_with_it() -> None:
    pre = (Let("t1", MUL, ("x", "x")), Let("t2", operator.lt, ("t1", "y")))
    step = (Let("t3", ADD, ("x", "x")), Copy("x", "t3"))
    unread = Let("t4", MUL, ("x", "x"))
    found = living(While((*pre, unread), "t2", step), r("x"))
    assert found == (While(pre, "t2", step), r("x"))


def test_tapes_that_are_only_emptied_go() -> None:
    fill = For("i", Range(("n",)), (Push("tape", "x"),))
    drain = For("i", Range(("n",)), (Pop("t1", "tape"),))
    assert living(TAPE, fill, drain, r("x")) == (r("x"),)
    used = replace(drain, body=(*drain.body, Let("t2", ADD, ("x", "t1")), Copy("x", "t2")))
    assert living(TAPE, fill, used, r("x")) == (TAPE, fill, used, r("x"))
    second = replace(drain, target="j")
    both = (TAPE, fill, fill, used, second, r("x"))
    assert living(*both) == both  # all pops of a tape or none


def test_tapes_that_leave_stay() -> None:
    kept = (TAPE, Push("tape", "x"), Pack("t1", "tuple", ("tape", "x")), r("t1"))
    assert living(*kept) == kept
    received = (Unpack(("tape", "t1"), "a"), Pop("t2", "tape"), r("t1"))
    assert living(*received) == received


def test_effects_stay() -> None:
    kept = (Do(note, ("x",)), For("i", Range(("n",)), (Do(note, ("i",)),)), r("y"))
    assert living(*kept) == kept


@pytest.mark.parametrize("write", [Store, StoreAdd])
def test_writes_count_if_the_memory_is_seen(write: Any) -> None:
    fresh = Let("b", np.ones, (Const(3),))
    change = write("b", Const(0), "x")
    assert living(fresh, change, r("x")) == (r("x"),)
    assert living(fresh, change, r("b")) == (fresh, change, r("b"))
    assert living(write("a", Const(0), "x"), r("y")) == (write("a", Const(0), "x"), r("y"))
    view = Load("c", "b", Slice(Const(1), Const(None), Const(None)))
    through = write("c", Const(0), "x")
    assert living(fresh, view, through, r("b")) == (fresh, view, through, r("b"))
    assert living(fresh, view, through, r("x")) == (r("x"),)
    read = (fresh, change, Load("t1", "b", Const(0)), r("t1"))
    assert living(*read) == read


def test_memory_that_only_dead_names_share_is_not_seen() -> None:
    fresh = (Let("b", np.ones, (Const(3),)), Let("d", np.ones, (Const(3),)))
    other = (Load("t1", "b", Const(0)), Store("b", Const(0), "x"), Copy("t2", "b"))
    assert living(*fresh, *other, r("d")) == (fresh[1], r("d"))


def test_calls_go_if_they_have_no_effect() -> None:
    pure = Func("h", ("p",), (Let("t1", MUL, ("p", "p")), Return(("t1",))))
    through = Func("k", ("p",), (Call(("t1",), "h", ("p",)), Return(("t1",))))
    loud = Func("m", ("p", "q"), (Call(("t1",), "g", ("p", "q")), Return(("t1",))))
    program = program_of(func(r("x")), pure, through, loud, CALLEE)
    assert effects(program) == {"f": False, "h": False, "k": False, "m": True, "g": True}
    for name in ("h", "k"):
        call = Call(("t1",), name, ("x",))
        assert living(call, r("x"), program=program) == (r("x"),)
        assert living(call, r("t1"), program=program) == (call, r("t1"))
        assert living(call, r("x")) == (call, r("x"))  # nothing is known of it
    call = Call(("t1",), "m", ("x", "a"))
    assert living(call, r("x"), program=program) == (call, r("x"))


def test_recursion_has_the_effects_of_its_other_parts() -> None:
    quiet = Func("h", ("p",), (Call(("t1",), "h", ("p",)), Return(("t1",))))
    writes = Func(
        "w", ("p",), (Store("p", Const(0), Const(1.0)), Call(("t1",), "w", ("p",)), r("t1"))
    )
    drains = Func("d", ("p",), (Unpack(("tape", "t1"), "p"), Pop("t2", "tape"), r("t2")))
    found = effects(program_of(quiet, writes, drains))
    assert found == {"h": False, "w": True, "d": True}


# ---------------------------------------------------------------- second names


def renamed(*statements: Statement) -> Block:
    """What `copies` makes of the statements; both are at level 2."""
    return check(copies(check(func(*statements), 2)), 2).body


def test_a_copy_goes_where_both_names_hold() -> None:
    body = (Copy("t1", "y"), Let("z", MUL, ("t1", "x")), Let("w", ADD, ("t1", "z")), r("w"))
    assert renamed(*body) == (Let("z", MUL, ("y", "x")), Let("w", ADD, ("y", "z")), r("w"))
    chain = (Copy("t1", "y"), Copy("t2", "t1"), Let("z", MUL, ("t2", "t1")), r("z"))
    assert renamed(*chain) == (Let("z", MUL, ("y", "y")), r("z"))


def test_a_copy_stays_where_its_value_is_assigned() -> None:
    body = (Copy("t1", "y"), Let("y", MUL, ("t1", "x")), Let("z", ADD, ("t1", "y")), r("z"))
    assert renamed(*body) == body
    loop = For("i", Range(("n",)), (Let("z", ADD, ("t1", "x")), Copy("y", "z")))
    looped = (Copy("t1", "y"), loop, r("y"))
    assert renamed(*looped) == looped
    header = (Copy("t1", "y"), If("t1", (Copy("y", Const(0.0)),)), r("y"))
    assert renamed(*header) == header


def test_variables_and_results_keep_their_names() -> None:
    mine = (Copy("v", "y"), Let("z", MUL, ("v", "x")), r("z"))
    assert renamed(*mine) == mine
    result = (Copy("t1", "y"), r("t1"))
    assert renamed(*result) == result


def test_a_name_that_is_set_to_what_it_is_stays_unset() -> None:
    back = (Copy("t1", "y"), Copy("y", "t1"), Let("z", MUL, ("t1", "x")), r("z"))
    assert renamed(*back) == (Let("z", MUL, ("y", "x")), r("z"))


def test_arms_join() -> None:
    arm = (Copy("t1", "y"), Let("z", MUL, ("t1", "x")))
    after = Let("w", ADD, ("t1", "z"))
    both = (If("x", arm, (Copy("t1", "x"), Copy("z", "x"))), after, r("w"))
    assert after in renamed(*both)  # t1 is one or the other
    inner = (Copy("t1", "y"), If("x", (Let("z", MUL, ("t1", "x")),), (Copy("z", "t1"),)), r("z"))
    assert renamed(*inner)[0] == If("x", (Let("z", MUL, ("y", "x")),), (Copy("z", "y"),))


def test_names_of_temporaries() -> None:
    for name in ("t1", "t12", "bt3", "dbt1", "t1_2", "x_saved", "y_like2", "by_seed"):
        assert is_temporary(name)
    for name in ("t", "bt", "t1x", "x", "saved", "theta1", "x_tape", "T1"):
        assert not is_temporary(name)


# ---------------------------------------------------------------- random functions

PASSES: dict[str, Any] = {
    "dead": lambda p: replace(p, funcs={**p.funcs, "f": dead(p.main, effects(p))}),
    "dead, calls unknown": lambda p: replace(p, funcs={**p.funcs, "f": dead(p.main)}),
    "copies": lambda p: replace(p, funcs={**p.funcs, "f": copies(p.main)}),
    "simplify": simplify,
}


@pytest.mark.parametrize("seed", range(80))
def test_random_functions_keep_results_and_effects(seed: int) -> None:
    program, _ = made(seed, fails=False)
    check_program(program)
    args = arguments(seed)
    expected = observe(lambda *a: interpret(program, *a), args)
    for name, run in PASSES.items():
        after = check_program(run(program))
        assert observe(lambda *a, p=after: interpret(p, *a), args) == expected, name


def test_random_functions_become_shorter() -> None:
    before = after = 0
    for seed in range(60):
        program, _ = made(seed, fails=False)
        before += len(list(walk(program.main.body)))
        after += len(list(walk(simplify(program).main.body)))
    assert after < 0.7 * before
