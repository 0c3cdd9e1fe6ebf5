"""The interpreter of level 2: every statement, domains other than floats, and its limits."""

import math
import operator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import fpad
from fpad import runtime as fp
from fpad.transforms import ir
from fpad.transforms.interpret import Domain, StepLimit, interpret
from fpad.transforms.ir import Const, Func, Program
from fpad.transforms.kinds import kind_of
from fpad.transforms.specialise import specialise
from tests.transforms.execution import define

log: list[Any] = []


def note(*args: Any, **kwargs: Any) -> None:
    log.append((args, kwargs))


def run(*body: Any, params: tuple[str, ...] = (), args: Any = (), **options: Any) -> list[Any]:
    """The results of a function of these statements."""
    func = Func("f", params, body)
    return interpret(Program("f", {"f": func}), args, **options)


def returned(*values: Any) -> ir.Return:
    return ir.Return(values)


def test_operands() -> None:
    index = (ir.Slice(Const(1), Const(None), "k"), Const(Ellipsis), Const(None))
    x = np.arange(6.0)
    (y,) = run(ir.Load("y", "x", index), returned("y"), params=("x", "k"), args=(x, 2))
    assert y.base is x
    assert np.array_equal(y, x[1::2, ..., None])
    (z,) = run(
        ir.Let("z", np.sum, (("a", ("b", Const(3))),), (("axis", Const(0)),)),
        returned("z"),
        params=("a", "b"),
        args=((1, 2), 5),
    )
    assert np.array_equal(z, np.sum(((1, 2), (5, 3)), axis=0))


def test_effects_stores_and_results() -> None:
    log.clear()
    x = np.zeros(3)
    results = run(
        ir.Note("a comment"),
        ir.Store("x", Const(0), Const(2.0)),
        ir.StoreAdd("x", ("i",), Const(1.0)),
        ir.Do(note, ("x", Const("text")), (("end", Const("")),)),
        ir.Copy("y", "x"),
        returned("y", Const(None), "x"),
        params=("x", "i"),
        args=(x, np.array([1, 1, 2])),
    )
    assert results[0] is results[2] is x
    assert results[1] is None
    assert x.tolist() == [2.0, 2.0, 1.0]
    assert log == [((x, "text"), {"end": ""})]


def test_tapes_and_residuals() -> None:
    assert run(
        ir.Let("t", fp.tape, ()),
        ir.Push("t", Const(1)),
        ir.Push("t", "x"),
        ir.Pop("a", "t"),
        ir.Pop("b", "t"),
        ir.Pack("r", "f", ("a", "b", "t")),
        ir.Unpack(("c", "d", "u"), "r"),
        returned("d", "c", "u"),
        params=("x",),
        args=(2.0,),
    ) == [1, 2.0, []]


def loop(**options: Any) -> list[Any]:
    """The values of the index of a loop that leaves at 30."""
    body = (
        ir.Let("s", operator.add, ("out", ("i",))),
        ir.Copy("out", "s"),
        ir.Let("c", operator.ge, ("i", Const(30))),
        ir.If("c", (ir.Break(),)),
    )
    loop = ir.For("i", ir.Range(("a", "b", "c"), **options), body)
    (out,) = run(
        ir.Copy("out", Const(())),
        loop,
        returned("out"),
        params=("a", "b", "c"),
        args=(0, 50, 10),
    )
    return list(out)


def test_ranges() -> None:
    assert loop() == [0, 10, 20, 30]
    assert loop(count=Const(2)) == [0, 10]
    assert loop(count=Const(3), reverse=True) == [20, 10, 0]
    assert loop(reverse=True) == [40]


def test_a_while_evaluates_what_is_before_its_test_each_time() -> None:
    assert run(
        ir.Copy("k", Const(0)),
        ir.While(
            (ir.Let("t", operator.lt, ("k", "n")), ir.Do(note, ("k",))),
            "t",
            (ir.Let("u", operator.add, ("k", Const(1))), ir.Copy("k", "u")),
        ),
        returned("k", "t"),
        params=("n",),
        args=(3,),
    ) == [3, False]


def test_calls() -> None:
    g = Func("g", ("a", "b"), (returned("b", "a", Const(7)),))
    f = Func("f", ("x",), (ir.Call(("p", "q", "r"), "g", ("x", Const(1))), returned("p", "q", "r")))
    assert interpret(Program("f", {"f": f, "g": g}), ["x"]) == [1, "x", 7]
    with pytest.raises(TypeError, match="f takes 1 values, not 2"):
        interpret(Program("f", {"f": f, "g": g}), [1, 2])


def test_a_name_without_a_value() -> None:
    with pytest.raises(UnboundLocalError, match="'y'"):
        run(ir.If("c", (ir.Copy("y", Const(1)),)), returned("y"), params=("c",), args=(False,))


def test_a_limit_of_steps() -> None:
    endless = (ir.While((), Const(True), (ir.Copy("x", Const(1)),)), returned("x"))
    with pytest.raises(StepLimit):
        run(*endless, limit=1000)
    assert run(ir.Copy("x", Const(1)), returned("x"), limit=1) == [1]


# ---------------------------------------------------------------- other domains


class Rationals(Domain):
    """Exact fractions, with a record of what was asked."""

    def __init__(self) -> None:
        self.trace: list[str] = []

    def constant(self, value: Any) -> Any:
        return Fraction(value) if isinstance(value, float) else value

    def apply(self, s: ir.Let, args: Any, kwargs: Any) -> Any:
        if s.op is math.sin:
            raise ValueError(f"no exact rule at line {s.origin.line}")
        return super().apply(s, args, kwargs)

    def test(self, value: Any, s: Any) -> bool:
        self.trace.append(f"{type(s).__name__}: {bool(value)}")
        return bool(value)

    def integer(self, value: Any, s: Any) -> int:
        return int(value)

    def load(self, base: Any, index: Any, s: Any) -> Any:
        return super().load(base, index, s)

    def enter(self, s: Any, trip: int) -> None:
        self.trace.append(f"{s.func if isinstance(s, ir.Call) else type(s).__name__} {trip}")

    def leave(self, s: Any) -> None:
        self.trace.append("end")


HELPERS = """
def half(x):
    return x / 2
def f(x, n):
    for _ in range(n):
        x = half(x) + 0.1
        if x < 1:
            break
    while x < 5.0:
        x = x * x + 1
    return x, math.sin(x) if x > 100 else -x
"""


def test_a_domain_of_its_own() -> None:
    f = define(HELPERS, math=math)
    program = specialise(f, [kind_of(1.0), kind_of(1)]).program
    domain = Rationals()
    results = interpret(program, [Fraction(3), 2], domain)
    tenth = Fraction(0.1)
    x = (Fraction(3, 2) + tenth) / 2 + tenth
    while x < 5:
        x = x * x + 1
    assert results == [x, -x]
    assert all(type(r) is Fraction for r in results)
    assert domain.trace == [
        *("For 0", "half 0", "end", "If: False"),
        *("For 1", "half 0", "end", "If: True", "end"),
        *("While: True", "While 0", "While: True", "While 1", "While: True", "While 2"),
        *("While: False", "end", "If: False"),
    ]
    with pytest.raises(ValueError, match="line 11"):
        interpret(program, [Fraction(10**6), 0], Rationals())


def test_a_domain_sees_every_store_and_step() -> None:
    class Seen(Domain):
        def __init__(self) -> None:
            self.kinds: list[str] = []

        def step(self, s: ir.Statement) -> None:
            self.kinds.append(type(s).__name__)

        def store(self, base: Any, index: Any, value: Any, s: Any) -> None:
            base[index] = -value

        def store_add(self, base: Any, index: Any, value: Any, s: Any) -> None:
            base[index] += 10 * value

        def do(self, s: Any, args: Any, kwargs: Any) -> None:
            self.kinds.append(f"{s.op.__name__}{tuple(args)}")

    f = define("def f(x):\n    x[0] = 1.0\n    x[1] += 2.0\n    print(3)\n    return x\n")
    domain = Seen()
    x = np.zeros(2)
    interpret(specialise(f, [kind_of(x)]).program, [x], domain)
    assert x.tolist() == [-1.0, 20.0]
    assert domain.kinds == ["Store", "StoreAdd", "Do", "print(3,)"]


def test_a_number_that_is_added_to_is_a_new_number() -> None:
    body = (ir.StoreAdd("y", ir.Const(...), "x"), ir.Return(("y",)))
    program = ir.Program("f", {"f": ir.Func("f", ("y", "x"), body)})
    assert interpret(program, [Fraction(1, 2), Fraction(1, 3)]) == [Fraction(5, 6)]
    y = np.array(0.5)
    assert interpret(program, [y, 1.0])[0] is y
    assert y == 1.5


# ---------------------------------------------------------------- derived programs


def test_derived_programs_run_like_their_text() -> None:
    text = """
def f(x, v, n):
    s = x
    for i in range(n):
        if s > 2.0:
            break
        s = s * np.sum(v * v) + v[i]
    return s * x
"""
    f = define(text, np=np)
    args = (0.7, np.array([0.5, 1.1, -0.3]), 3)
    for made in (fpad.vjp(f, (0, 1)), fpad.grad(fpad.grad(f))):
        seeds = {"cotangent": 2.0} if made.request.what == "vjp" else {}
        expected = made(*args, **seeds)
        derived = made._latest.derived
        flat = dict(zip(("x", "v", "n"), args, strict=True))
        values = []
        for p in derived.program.main.params:
            name = next(
                q.name for q in derived.boundary.parameters if p in map(str, ir.leaves(q.tree))
            )
            values.append(flat.get(name, seeds.get(name, 1.0)))
        results = interpret(derived.program, values)
        leaves: list[Any] = []
        todo = [expected]
        while todo:
            part = todo.pop(0)
            todo[:0] = part if isinstance(part, tuple) else []
            leaves += [] if isinstance(part, tuple) else [part]
        assert len(leaves) == len(results)
        for a, b in zip(leaves, results, strict=True):
            assert np.array_equal(a, b)
