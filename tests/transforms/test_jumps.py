"""Level 0 -> level 1: the same results and effects for every shape of jump, and the normal form."""

import sys

import pytest

from fpad.transforms import ir
from fpad.transforms.errors import TransformError
from fpad.transforms.ir import Const
from fpad.transforms.jumps import normalise, unjump
from tests.parts import first_half
from tests.transforms.execution import agree, observed
from tests.transforms.random_programs import program

SHAPES = {
    "continue": """
def f(n):
    s = 0
    for i in range(n):
        if i % 3 == 1:
            continue
        s = s + e(i)
    return s
""",
    "continue last": """
def f(n):
    for i in range(n):
        e(i)
        if e(i > 1):
            continue
""",
    "continue in nested ifs": """
def f(n):
    s = 0
    for i in range(n):
        if i % 2 == 0:
            if i > 2:
                continue
            s = s + e(10 * i)
        elif i == 5:
            continue
        else:
            s = s - 1
        s = s + e(i)
    return s
""",
    "break": """
def f(n):
    for i in range(n):
        if i == 3:
            break
        e(i)
    return i
""",
    "break two deep": """
def f(n):
    done = False
    for i in range(n):
        for j in range(n):
            if i * j >= 4:
                done = True
                break
            e((i, j))
        if done:
            break
        e(i)
    return i, j
""",
    "break and continue in one if": """
def f(n):
    s = 0
    for i in range(n):
        if i > 2:
            if s > 6:
                break
            s = s + 3
        else:
            if s > 1:
                s = s - 1
                continue
            s = s + 2
        e((i, s))
        s = s + 1
    return s
""",
    "break, continue and return in one if": """
def f(n):
    s = 0
    for i in range(n):
        if i % 2:
            if i == 3:
                continue
            if i == 5:
                break
            if i == 7:
                return e("seven")
            s = s + 1
        elif s > 2:
            return e(s)
        else:
            s = s + 2
        e((i, s))
    return s
""",
    "early returns": """
def f(n):
    if n > 4:
        if n > 5:
            return e("more")
        n = n + 1
    elif n > 2:
        return e("some")
    else:
        n = n - 1
    e(n)
    if n < 0:
        return
    return n
""",
    "return in both arms": """
def f(n):
    if n > 2:
        return e(1)
    else:
        return e(2)
    return e(3)
""",
    "return in nested ifs on both sides": """
def f(n):
    if n % 2:
        if n > 3:
            return e(3)
        e("odd")
    else:
        if n > 4:
            return e(4)
        e("even")
    e("after")
    if n > 1:
        e("more")
        return e(n)
""",
    "return in a loop": """
def f(n):
    for i in range(n):
        if e(i) == 3:
            return i * 10
    return -1
""",
    "return in loops in loops": """
def f(n):
    for i in range(n):
        for j in range(n):
            for k in range(2):
                if i * j + k == 5:
                    return e((i, j, k))
                e(k)
            e(("j", j))
        e(("i", i))
    e("none")
""",
    "returns at two depths": """
def f(n):
    s = 1
    for i in range(n):
        while s < 20:
            s = s * 2
            if s == 16 and i:
                return e(s)
        if i == 4:
            return e((i, s))
        s = s - 17
    return s
""",
    "return in two loops": """
def f(n):
    for i in range(n):
        if i == 5:
            return e("first")
    for i in range(n):
        if i == 3:
            return e("second")
    return e("none")
""",
    "return of one name": """
def f(n):
    y = 1
    for i in range(n):
        y = y * 2
        if y > 10:
            return y
        e(y)
    y = y + 1
    return y
""",
    "return of the loop variable": """
def f(n):
    for v in range(n):
        if v == 2:
            return v
    v = 7
    return v
""",
    "return under a loop in an arm": """
def f(n):
    if n > 1:
        for i in range(n):
            if e(i) == 4:
                return i
        e("through")
    else:
        e("small")
    return n
""",
    "loop at the end of an arm": """
def f(n):
    if n > 1:
        for i in range(n):
            if e(i) == 4:
                return i
    else:
        return e("small")
""",
    "for else": """
def f(n):
    for i in range(n):
        if i == 3:
            break
        e(i)
    else:
        e("else")
    return n
""",
    "for else without break": """
def f(n):
    for i in range(n):
        e(i)
    else:
        e("else")
    return n
""",
    "for else with break and return": """
def f(n):
    for i in range(n):
        if i == 3:
            break
        if n == 3:
            return e("returned")
    else:
        e("else")
        if n == 0:
            return e("zero")
    return e("after")
""",
    "for else that jumps": """
def f(n):
    for i in range(n):
        for j in range(n):
            if j == 3:
                break
            if i == 6:
                return e("six")
        else:
            if i == 1:
                continue
            if i == 2:
                break
        e((i, j))
    else:
        e("else")
    return n
""",
    "for else that returns": """
def f(n):
    for i in range(n):
        if i == 3:
            break
    else:
        return e("else")
    return e("broke")
""",
    "for else without break that returns": """
def f(n):
    for i in range(n):
        if i == 3:
            return e("inside")
    else:
        return e("else")
    return e("never")
""",
    "while": """
def f(n):
    while n > 0 and e(n) != 4:
        n = n - 1
    return n
""",
    "while else": """
def f(n):
    k = 0
    while k < n:
        k = k + 1
        if k == 4:
            break
        if k % 2:
            continue
        e(k)
    else:
        e("else")
    return k
""",
    "while true": """
def f(n):
    k = 0
    while True:
        e(k)
        if k >= n:
            break
        k = k + 2
        if k % 4:
            continue
        e("four")
    return k
""",
    "while true with returns": """
def f(n):
    while 1:
        n = n - 1
        if n == 2:
            return e("two")
        if n < 0:
            return e("end")
    else:
        e("never")
    return e("dead")
""",
    "while true in a loop": """
def f(n):
    for i in range(n):
        while True:
            if i == 3:
                return e("three")
            if e(i) < 9:
                break
    else:
        return e("else")
""",
    "while true with break and return": """
def f(n):
    while True:
        n = n - 1
        if n == 3:
            return e("three")
        if n < 1:
            break
        e(n)
    e("after")
""",
    "flag as the test of a while": """
def f(n):
    going = True
    k = 0
    while going:
        k = k + 1
        going = k < n
        e(going)
    return k
""",
    "code after jumps": """
def f(n):
    for i in range(n):
        e(i)
        if i > 1:
            break
            e("dead")
        continue
        e("dead too")
    return n
    e("dead as well")
    for i in range(n):
        return 3
""",
    "zero trips": """
def f(n):
    i = "before"
    for i in range(n - 7):
        e(i)
    return i
""",
    "loop variable after the loop": """
def f(n):
    for i in range(n):
        i = i * 10
    return i
""",
    "names of the header assigned inside": """
def f(n):
    xs = [n, 1]
    for v in xs:
        xs = [v]
        e(v)
    for xs in xs:
        e(xs)
    if n:
        n = n - 1
        e(n)
    else:
        n = 5
    return n, xs
""",
    "swaps": """
def f(n):
    a, b, c = 1, 2, 3
    for i in range(n):
        a, b = b, a
        b, c, a = a, b, c
        if a == i:
            continue
        e((a, b, c))
    return a, b, c
""",
    "names like the flags": """
def f(result):
    returned = skip = 1
    for stop in range(result):
        for broke in range(stop):
            if broke == 2:
                return returned
            if broke == 1:
                break
        else:
            if stop % 2:
                continue
        e((stop, skip))
    return result
""",
    "one value for all returns": """
def f(n):
    if n > 3:
        return 0.5
    for i in range(n):
        if i == 1:
            return 0.5
    return 0.5
""",
    "nothing": """
def f(n):
    pass
""",
    "unbound in one arm": """
def f(n):
    if n > 3:
        t = 1
        if n > 5:
            return e(t)
    e("before")
    return t
""",
    "continue alone": """
def f(n):
    for i in range(n):
        if e(i) > 2:
            e("more")
            continue
        else:
            continue
    return i
""",
    "and, or and conditional expressions around jumps": """
def f(n):
    for i in range(n):
        if i and (i > 3 or n > 5):
            return e(i if n < 7 else -i)
        x = n and i or -1
        e(x)
""",
}


@pytest.mark.parametrize("shape", SHAPES)
def test_same_results_and_effects(shape: str) -> None:
    agree(SHAPES[shape], *[(n,) for n in range(9)])


@pytest.mark.parametrize("seed", first_half(range(200)))
def test_random_programs(seed: int) -> None:
    agree(program(seed), *[(n, x) for n in (0, 1, 3, 6) for x in (0.0, 1.5)])


def statements(text: str) -> list[ir.Statement]:
    _, flat = agree(text, (3,))
    return list(ir.walk(flat.body))


def test_a_jump_out_of_a_plain_if_needs_no_flag() -> None:
    for shape in ("continue", "break", "return in both arms"):
        found = ir.defined(*statements(SHAPES[shape]))
        assert not {"skip", "stop", "returned", "result"} & found - {"result"}, shape


def test_flags_only_where_both_arms_may_go_on() -> None:
    found = ir.defined(*statements(SHAPES["break and continue in one if"]))
    assert {"skip", "stop"} <= found
    assert "returned" not in found


def test_nothing_is_copied() -> None:
    """Every call of the program stands once in the normal form."""
    for text in SHAPES.values():
        raw, flat = agree(text, (3,))
        before = [s for s in ir.walk(raw.body) if isinstance(s, ir.Apply)]
        after = [s for s in ir.walk(flat.body) if isinstance(s, ir.Apply)]
        assert len(after) <= len(before)
        assert len(set(after)) == len(after)


def test_a_flag_that_nothing_reads_is_not_set() -> None:
    found = ir.defined(*statements(SHAPES["while true with returns"]))
    assert "returned" not in found
    assert "result" in found


def test_the_only_return_stays() -> None:
    _, flat = agree("def f(x):\n    y = x + 1\n    return y * y\n", (3,))
    assert isinstance(flat.body[-1], ir.Return)
    assert "result" not in ir.all_names(flat)


def test_returns_of_one_name_need_no_result() -> None:
    _, flat = agree(SHAPES["return of one name"], (3,), (5,))
    assert flat.body[-1] == ir.Return(("y",), flat.body[-1].origin)  # type: ignore[attr-defined]
    assert "result" not in ir.all_names(flat)


def test_tests_of_flags_have_no_text() -> None:
    """So a record of choices can tell them from choices of the program."""
    _, flat = agree(SHAPES["return in loops in loops"], (3,))
    flags = [s for s in ir.walk(flat.body) if isinstance(s, ir.If) and s.test == "returned"]
    choices = [s for s in ir.walk(flat.body) if isinstance(s, ir.If) and s.test != "returned"]
    assert len(flags) == 3
    assert all(s.origin.text == "" and s.origin.line > 0 for s in flags)
    assert all(s.origin.text for s in choices)


def test_many_early_returns_do_not_grow() -> None:
    rows = "".join(f"    if n == {k}:\n        return e({k})\n" for k in range(60))
    text = f"def f(n):\n{rows}    return n\n"
    raw, flat = agree(text, (0,), (30,), (59,), (99,))
    assert len(list(ir.walk(flat.body))) <= len(list(ir.walk(raw.body))) + 2


def test_too_many_early_returns_are_refused() -> None:
    rows = "".join(
        f"    if n == {k}:\n        return {k}\n" for k in range(sys.getrecursionlimit())
    )
    with pytest.raises(TransformError, match="nested too deeply") as caught:
        agree(f"def f(n):\n{rows}    return n\n")
    assert caught.value.refusals[0].text == "def f(n):"


def test_normalise_copies_what_is_assigned_inside() -> None:
    body = (
        ir.For("i", ir.Range(("n", "i")), (ir.Copy("n", Const(3)),)),
        ir.Let("x", max, ("x", "i")),
        ir.Unpack(("x", "y"), "x"),
        ir.Copy("y", "y"),
        ir.Return(("x",)),
    )
    out = normalise(ir.Func("f", ("n", "x", "i"), body)).body
    assert out == (
        ir.Copy("i2", "i"),
        ir.Copy("n2", "n"),
        ir.For("i", ir.Range(("n2", "i2")), (ir.Copy("n", Const(3)),)),
        ir.Let("t1", max, ("x", "i")),
        ir.Copy("x", "t1"),
        ir.Unpack(("t2", "y"), "x"),
        ir.Copy("x", "t2"),
        ir.Return(("x",)),
    )


def test_a_loop_that_never_ends_returns_nothing_else() -> None:
    loop = ir.While((), Const(True), (ir.Copy("x", Const(1)),))
    flat = unjump(ir.Func("f", ("x",), (loop, ir.Return(("x",)))))
    assert flat.body == (loop, ir.Return((Const(None),)))


def test_the_comparison_sees_a_difference() -> None:
    """`agree` would be worthless if effects or results could differ unseen."""
    log: list[int] = []

    def logs(value: int) -> int:
        log.append(value)
        return value

    quiet = observed(lambda v: v, log, (1,))
    assert observed(logs, log, (1,)) != quiet
    assert observed(lambda v: 0.0 * v, log, (1,)) != observed(lambda v: -0.0 * v, log, (1,))
    assert observed(lambda v: v / 0, log, (1,)) != quiet
