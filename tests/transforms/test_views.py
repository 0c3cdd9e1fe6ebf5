"""Writes that several names see: what is written out, and that nothing changes its meaning."""

import copy
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import fpad
from fpad import runtime as fp
from fpad.transforms.dump import dump
from fpad.transforms.effects import visible
from fpad.transforms.errors import TransformError
from fpad.transforms.ir import Call, Let, Return, Store, walk
from tests.parts import first_half
from tests.transforms.execution import define
from tests.transforms.random_views import Writer
from tests.transforms.specialised import in_place_is_provable, run, special

A = np.random.default_rng(3).uniform(0.3, 1.2, (3, 4))
SEEDS = 75


def rewritten(text: str, *args: Any) -> list[str]:
    """The statements of the entry after the pass, without comments."""
    made = special(define(text), *args)
    program = visible(made.program)
    assert in_place_is_provable(replace(made, program=program))
    lines = dump(program.main).splitlines()[1:]
    return [line.strip() for line in lines if not line.strip().startswith("#")]


def test_a_part_is_read_and_written_where_it_lies() -> None:
    text = """
def f(b, s):
    c = b * 2.0
    row = c[1]
    row[0] = s
    t = row[2]
    c[1, 2] = t * s
    return row
"""
    assert rewritten(text, A, 0.5) == [
        "c = operator.mul(b, 2.0)",
        "row = c[1]",
        "c[1, 0] = s",
        "t = c[1, 2]",
        "t1 = operator.mul(t, s)",
        "c[1, 2] = t1",
        "row = c[1]",
        "return row",
    ]


def test_a_second_name_stands_for_the_first() -> None:
    text = """
def f(x):
    y = x * x
    z = y
    z[0] = 1.0
    return y, z
"""
    assert rewritten(text, np.ones(3)) == [
        "y = operator.mul(x, x)",
        "y[0] = 1.0",
        "return y, y",
    ]


def test_what_may_be_a_view_is_written_back_where_the_other_name_is_read() -> None:
    text = """
def f(x, n):
    y = x * x
    v = y.reshape(-1)
    for i in range(n):
        v[i] = 1.0
    return y
"""
    assert rewritten(text, A, 2) == [
        "y = operator.mul(x, x)",
        "t1 = numpy.reshape(y, -1)",
        "v_shared = fp.shares(t1, y)",
        "t2 = fp.copy(t1)",
        "v = t2",
        "for i in range(n):",
        "v[i] = 1.0",
        "if v_shared:",
        "t3 = fp.reshape_like(v, y)",
        "y[Ellipsis] = t3",
        "return y",
    ]


def test_programs_without_such_writes_are_left_as_they_are() -> None:
    text = """
def f(x):
    y = x * x
    row = y[1:]
    s = np.sum(row)
    y[0] = s
    return y
"""
    made = special(define(text, np=np), A)
    assert visible(made.program).main is made.program.main


def test_a_callee_that_writes_its_argument_is_written_out() -> None:
    text = """
def g(u, s):
    u[0] = s

def f(x):
    y = x * x
    g(y, 1.0)
    return y
"""
    made = special(define(text), np.ones(3))
    program = visible(made.program)
    assert list(program.funcs) == ["f"]
    assert not any(isinstance(s, Call) for s in walk(program.main.body))
    assert [s.base for s in walk(program.main.body) if isinstance(s, Store)] == ["y"]


def test_a_callee_that_calls_itself_returns_what_it_writes() -> None:
    text = """
def g(u, n):
    if n > 0:
        u[n] = 1.0
        g(u, n - 1)

def f(x):
    y = x * x
    g(y[1:], 1)
    return y
"""
    made = special(define(text), np.ones(3))
    program = visible(made.program)
    g = program.funcs["g"]
    assert isinstance(g.body[0], Let)
    assert g.body[0].op is fp.copy
    assert isinstance(g.body[-1], Return)
    assert g.body[-1].values == (g.body[0].target,)
    assert [s.base for s in walk(program.main.body) if isinstance(s, Store)] == ["y"]


REFUSED = {
    "it calls itself, with one array twice": """
def g(u, v, n):
    if n > 0:
        u[n] = v[n - 1]
        g(u, v, n - 1)

def f(x):
    y = x * x
    g(y, y, 2)
    return y
""",
    "it calls itself, and may return what it was given": """
def g(u, n):
    u[0] = 1.0
    if n > 0:
        u = g(u * 2.0, n - 1)
    return u

def f(x):
    y = x * x
    z = g(y, 2)
    return y * z
""",
    "of one array or of another": """
def f(x):
    a = x * 1.0
    b = x * 2.0
    if x[1] > 0.0:
        c = a
    else:
        c = b
    c[0] = 1.0
    return a * b
""",
    "written through a broadcast view": """
def f(x):
    y = x * 1.0
    wide = np.broadcast_to(y, (2, 3))
    row = wide[1]
    row[0] = 2.0
    return y
""",
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_known_is_refused(name: str) -> None:
    f = define(REFUSED[name], np=np)
    args = (np.ones(3), 1)[: f.__code__.co_argcount]
    with pytest.raises(TransformError) as caught:
        fpad.vjp(f)(*args, cotangent=np.ones(3))
    assert all(r.remedy for r in caught.value.refusals)


def random_case(seed: int, forgets: bool = False) -> tuple[Any, tuple[Any, ...]]:
    """A random program and arguments; the memory order of the matrix differs, too."""
    f = define(Writer(seed, forgets).program(), np=np)
    x = A if seed % 2 else np.asfortranarray(A)
    return f, (x, (2, 0, 1)[seed // 3 % 3], (1, 2, 0)[seed // 9 % 3])


@pytest.mark.parametrize("forgets", [False, True])
@pytest.mark.parametrize("first", first_half(range(0, 2 * SEEDS, SEEDS)))
def test_random_programs_keep_their_meaning(first: int, forgets: bool) -> None:
    accepted = 0
    for seed in range(first, first + SEEDS):
        f, args = random_case(seed, forgets)
        made = special(f, *args)
        made = replace(made, program=visible(made.program))
        if not in_place_is_provable(made):
            continue
        accepted += 1
        with np.errstate(all="ignore"):
            wanted = f(*copy.deepcopy(args))
            got = run(made, f, *copy.deepcopy(args))
        # Copies may lie in another order, in which sums are rounded otherwise.
        assert np.isclose(got, wanted, rtol=1e-9, equal_nan=True), seed
    assert accepted > 0.85 * SEEDS


@pytest.mark.parametrize("seed", [0, 3, 5, 8, 10, 216, 1227, 1245])
def test_derivatives_of_random_programs(seed: int) -> None:
    f, (x, n, c) = random_case(seed)
    given = x.copy(order="K")
    value, gradient = fpad.value_and_grad(f)(x, n, c)
    assert np.array_equal(x, given)
    d = np.random.default_rng(seed).normal(size=x.shape)

    def at(h: float) -> float:
        moved = np.empty_like(x)
        moved[...] = given + h * d
        return float(f(moved, n, c))

    slopes = [(at(h) - at(-h)) / (2.0 * h) for h in (1e-4, 5e-5)]
    slope = (4.0 * slopes[1] - slopes[0]) / 3.0
    assert np.isclose(value, at(0.0), rtol=1e-10)
    assert np.isclose(np.sum(gradient * d), slope, rtol=1e-6, atol=1e-6)
    tangent = np.empty_like(x)
    tangent[...] = d
    assert np.isclose(fpad.jvp(f)(x, n, c, tangent=tangent)[1], slope, rtol=1e-6, atol=1e-6)
