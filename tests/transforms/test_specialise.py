"""Specialised programs compute what Python computes: control flow, structures, arrays."""

import math
from collections import namedtuple
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from fpad.transforms import ir
from fpad.transforms.effects import visible
from fpad.transforms.errors import TransformError
from tests.programs import PROGRAMS
from tests.transforms.execution import define
from tests.transforms.specialised import (
    agrees,
    compare,
    in_place_is_provable,
    run,
    special,
    special_by_value,
    statements,
)

V = np.array([0.7, 1.3, 0.9])
Pair = namedtuple("Pair", "a b")


@pytest.mark.parametrize(
    ("program", "case"),
    [
        pytest.param(
            p,
            c,
            marks=pytest.mark.slow if p.ported or p.everyday or j % 4 else (),
            id=f"{p.name}-{k}",
        )
        for j, p in enumerate(PROGRAMS)
        if p.exact
        for k, c in enumerate(p.cases)
    ],
)
def test_corpus(program: Any, case: Any) -> None:
    args, kwargs = case.fresh()
    try:
        made = special_by_value(program.function, *args, **kwargs)
    except TransformError:
        assert program.may_refuse
        return
    made = replace(made, program=visible(made.program))
    if program.may_refuse and not in_place_is_provable(made):
        return
    args, kwargs = case.fresh()
    compare(made, program.function, *args, **kwargs)


# ---------------------------------------------------------------- structures in control flow

CONTROL = {
    "nested swap": """
def f(x, y, n):
    (a, b), c = (y, x), n
    (a, b), c = (c, a), b
    return a * 2 + b * 3 + c * 5
""",
    "a name overwritten while a structure refers to it": """
def f(x, y, n):
    p = (x, y)
    x = x + 1
    y = y * 2
    q = p
    p = (y, x)
    return p[0] + q[0] * p[1] + q[1]
""",
    "a structure from one of two arms": """
def f(x, y, n):
    p = (x, 2.0) if n > 2 else (x * x, x)
    q = {"a": p, "b": x}
    if y > 0:
        q = {"a": (x, x), "b": p[0]}
    return q["a"][0] * q["a"][1] + q["b"]
""",
    "a structure carried by a loop": """
def f(x, y, n):
    state = (x, {"k": 0, "v": y})
    for i in range(n):
        a, d = state
        state = (d["v"] * 0.5, {"k": d["k"] + i, "v": a})
    return state
""",
    "a structure carried by a while that breaks": """
def f(x, y, n):
    st = (x, 0)
    while st[1] < n:
        st = (st[0] * 1.5, st[1] + 1)
        if st[0] > 2.0:
            break
    return st
""",
    "names swapped in an endless loop": """
def f(x, y, n):
    while True:
        x, y = y, x * 0.5
        if x < 0.1:
            break
        c = x
    return x + y, c
""",
    "a loop whose body always leaves": """
def f(x, y, n):
    while n > 0:
        n = n - 1
        return x, (y, n)
    return y, (x, n)
""",
    "a flag tested after the loop it is set in": """
def f(x, y, n):
    done = False
    for i in range(n):
        if x > 2.0:
            done = True
            break
        x = x * 1.5
    return (x, 1.0) if done else (y, x)
""",
    "a loop over a tuple, with break and else": """
def f(x, y, n):
    total = 0.0
    for a in (1.0, 2.0, x):
        for b in range(3):
            if total > n:
                break
            total = total + a * b * x
        else:
            continue
        break
    else:
        total = -total
    return total
""",
    "a loop over a tuple, with return": """
def f(x, y, n):
    for a in (1.0, 2.0, 3.0):
        if x * a > n:
            return x * a
        x = x + a
    return -x
""",
    "a loop over values that it overwrites": """
def f(x, y, n):
    for x in (y, x, x + y):
        y = y + x
    return x, y
""",
    "enumerate, zip and reversed over structures": """
def f(x, y, n):
    s = 0.0
    for i, (a, b) in enumerate(zip((x, y, 2.0), [y, 1.0]), start=1):
        s = s + i * a - b
    for a in reversed((x, y)):
        s = s * a
    return s
""",
    "ranges backwards": """
def f(x, y, n):
    for i in reversed(range(n)):
        x = x * 0.5 + i
    for i in range(n, -1, -2):
        y = y + i * x
    return x, y, i
""",
    "a range whose bound is overwritten": """
def f(x, y, n):
    for i in range(n):
        n = n + 2
        x = x * n
        i = i * 10
    return x, n
""",
    "an index into a list from a range": """
def f(x, y, n):
    r = [x, y, x * y]
    s = 0.0
    for i in range(len(r)):
        s = s + r[i] * r[-i - 1]
        for j in range(2):
            s = s * r[j]
    return s
""",
    "a list that grows in a loop over a tuple": """
def f(x, y, n):
    r = []
    for k in (1.0, 2.0, 3.0):
        r.append(x * k)
    append = r.append
    append(y)
    return r, len(r), sum(r)
""",
    "a dict that is filled": """
def f(x, y, n):
    d = {}
    d["a"] = x
    d["b"] = d["a"] * 2
    d["a"] += 1.0
    for k, v in d.items():
        if k == "b":
            x = x * v
    for k in d:
        x = x + d[k]
    return d, x, d.get("c", y), list(d.values())
""",
    "membership": """
def f(x, y, n):
    if n in (1, 3):
        return x
    if "a" in {"a": 1} and "b" not in "xyz" and 2 in (2, 5):
        x = x * 2
    return x * x
""",
    "chained comparisons and truth values as numbers": """
def f(x, y, n):
    return (x < y < 3.0) * x + (1 if x < y and not y > 2 else 0) + True * y
""",
    "sums and repetitions of tuples": """
def f(x, y, n):
    p = (x,) + (y, 2.0)
    p += (n,)
    q = [0.0] * 3 + [x]
    return p, q, p[1:], q[::-1], p[-1]
""",
    "augmented names": """
def f(x, y, n):
    s = 1
    s += x
    s **= 2
    s //= 1.5
    s %= 2
    n -= 1
    return s, n
""",
    "a name that one arm leaves undefined": """
def f(x, y, n):
    if n > 2:
        p = (x, y)
        k = 3
    if n > 2:
        return p[0] * k
    return y
""",
    "a name that is read before it has a value": """
def f(x, y, n):
    for i in range(n):
        if i > 0:
            x = x + k
        k = True
    if n == 2:
        return late
    late = x
    return late
""",
    "a name of another kind in each arm, not read after": """
def f(x, y, n):
    if n > 2:
        t = (x, y)
        s = t[0]
    else:
        t = None
        s = y
    t = s * 2
    return t
""",
    "tests of what is not there": """
def f(x, y, n):
    z = None
    if z is None and x is not None:
        z = y
    if isinstance(z, (int, tuple)) or isinstance(n, str):
        return undefined_name
    return z
""",
}
LIBRARY = {
    "lengths": "len('abc') + len({'a': x}) + len(range(3)) + len(zip_) * x",
    "conversions": "float(n), int(x), bool(n), float('2.5'), np.float32(x), round(x)",
    "sequences": "tuple(range(3)), list((x, n)), list({'a': x}), tuple(), tuple(enumerate([x]))",
    "dicts": "dict(a=x, b=n), dict({'a': x}, b=1), {'a': x}.get('b', n), {'a': x}.copy()",
    "texts": "'abc'[1], 'a' + 'b', 'a' in 'abc', 'aB'.lower(), 'x' == 'y', 'x' != n",
    "identities": "x is None, np is np, math.sin is not math.cos, None is None",
    "logarithms": "math.log(x, 2.0), math.pow(x, 2.0), np.log(x), math.pi, np.inf, np.newaxis",
    "signs": "-x, +x, abs(-x), -n, not n, ~n, x // 1, x % 2, divmod_",
    "chosen functions": "(math.sin if True else math.cos)(x), (lambda_ or math.cos)(x)",
}


@pytest.mark.parametrize("name", LIBRARY)
def test_library(name: str) -> None:
    text = f"def f(x, n, zip_=(1, 2), divmod_=3, lambda_=math.tan):\n    return {LIBRARY[name]}\n"
    agrees(define(text, math=math, np=np), 1.3, 2)


def test_print_happens_once_and_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    f = define("def f(x):\n    print('x', x, (x, 1), sep=';')\n    print()\n    return x\n")
    made = special(f, 2.0)
    assert capsys.readouterr().out == ""
    run(made, f, 2.0)
    assert capsys.readouterr().out == "x;2.0;(2.0, 1)\n\n"


CALLS = [(1.3, 0.7, 3), (0.2, -1.7, 0), (-0.6, 2.2, 2), (2.5, 0.05, 5), (1.0, 1.0, 1)]


@pytest.mark.parametrize("name", CONTROL)
def test_control_flow_over_structures(name: str) -> None:
    f = define(CONTROL[name], math=math)
    made = special(f, *CALLS[0])
    for call in CALLS:
        compare(made, f, *call)


def test_a_structure_that_is_not_joined_costs_nothing() -> None:
    f = define("def f(x, y):\n    p = (x, {'k': y})\n    q = p\n    return q[1]['k'] * p[0]\n")
    made = agrees(f, 2.0, 3.0)
    assert [type(s) for s in made.program.main.body] == [ir.Let, ir.Return]


def test_an_unrolled_loop_has_no_test_unless_it_can_break() -> None:
    f = define("def f(x):\n    for a in (1.0, 2.0):\n        x = x * a\n    return x\n")
    assert not statements(agrees(f, 1.5).program.main, ir.If | ir.For)


# ---------------------------------------------------------------- tests decided early


def test_namedtuples() -> None:
    def f(p: Any) -> Any:
        q = Pair(p.b, p.a)
        a, b = q
        return Pair(a * b, b=q.a), p[0]

    agrees(f, Pair(1.0, V))


def test_min_max_sum_of_structures() -> None:
    def f(x: Any, y: Any) -> Any:
        return max(x, y, 2.0) + min([x, y]) + max((x, 1.0)) + sum([x, y, 1.0]) + abs(x)

    agrees(f, 1.0, -3.0)


def test_branches_that_are_not_taken_are_not_typed() -> None:
    def f(x: Any, mode: Any = "a") -> Any:
        if mode == "a":
            return x
        if mode.upper() == "B":
            return x * 2
        return x["no such part"]

    agrees(f, 1.0)
    agrees(f, 1.0, "b")
    with pytest.raises(TransformError, match="indexed"):
        special(f, 1.0, "c")


def test_isinstance_is_decided_where_all_values_of_the_kind_agree() -> None:
    def f(x: Any) -> Any:
        if isinstance(x, np.ndarray):
            return np.sum(x)
        if isinstance(x, list | tuple):
            return x[0]
        if isinstance(x, float):
            return x * 2
        return x

    for value in (1.0, 1, V, [2.0], (3,), np.float64(2.0), np.float32(2.0)):
        agrees(f, value)
