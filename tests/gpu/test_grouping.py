"""Grouping into kernels: nothing is computed otherwise than before, and what can be fused is."""

from __future__ import annotations

import operator
import random
from typing import Any

import numpy as np
import pytest

from fpad import runtime as fp
from fpad.transforms.check import check_program
from fpad.transforms.cupy_kernels import (
    MISSING,
    Kernel,
    kernel_definitions,
    kernels,
    text_of,
    to_cupy,
)
from fpad.transforms.emit import emit_module
from fpad.transforms.errors import TransformError
from fpad.transforms.inference import Inference
from fpad.transforms.ir import (
    Call,
    Const,
    Copy,
    Do,
    For,
    Func,
    Let,
    Load,
    Note,
    Origin,
    Pop,
    Program,
    Push,
    Range,
    Return,
    Statement,
    Store,
    walk,
)
from fpad.transforms.kernel_parts import MOST_ARRAYS
from fpad.transforms.kinds import ARRAY, FLOAT, INTS, UNKNOWN_ARRAY, Kind, Num
from fpad.transforms.statements import Options
from tests.transforms import level2, random_funcs
from tests.transforms.level2 import note

ADD, SUB, MUL, DIV = operator.add, operator.sub, operator.mul, operator.truediv
X = np.array([0.5, -1.5, 2.0])
W = np.array([[1.0], [-2.0]])


def func(params: str, *body: Statement, kinds: tuple[Kind, ...] = (), name: str = "f") -> Func:
    names = tuple(params.split())
    return Func(name, names, body, kinds or (ARRAY,) * len(names))


def program(*funcs: Func) -> Program:
    return Program(funcs[0].name, {f.name: f for f in funcs})


def as_a_kernel_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kernels compute on operands that are broadcast together first, as on the device."""
    plain = level2.call

    def call(program: Program, func: Func, args: Any) -> Any:
        if isinstance(func, Kernel):
            arrays = [k for k, a in enumerate(args) if isinstance(a, np.ndarray)]
            whole = np.broadcast_arrays(*(args[k] for k in arrays))
            args = list(args)
            for k, a in zip(arrays, whole, strict=True):
                args[k] = a
        return plain(program, func, args)

    monkeypatch.setattr(level2, "call", call)


@pytest.fixture
def same(monkeypatch):
    """Checks that a grouped program does what the program does, and gives its kernels."""
    as_a_kernel_runs(monkeypatch)

    def check(p: Program, *args: Any) -> list[Kernel]:
        grouped = check_program(to_cupy(check_program(p)))
        before = level2.observe(lambda *a: level2.interpret(p, *a), args)
        after = level2.observe(lambda *a: level2.interpret(grouped, *a), args)
        assert before == after
        assert not isinstance(before[0], type), before[0]
        return kernels(grouped)

    return check


def targets(kernel: Kernel) -> list[str]:
    return [s.target for s in kernel.body if isinstance(s, Let)]


def test_a_module_as_it_is_printed():
    line = Origin("file.py", "f", 3, 4, "y = np.sin(x * x) / s", 1)
    f = func(
        "x s",
        Let("t", MUL, ("x", "x"), origin=line),
        Let("t2", np.sin, ("t",), origin=line),
        Let("y", DIV, ("t2", "s"), origin=line),
        Let("z", np.sum, ("y",)),
        Return(("z", "t")),
        kinds=(ARRAY, FLOAT),
    )
    grouped = to_cupy(program(f))
    options = Options(alias="cp", library="cupy")
    text = emit_module(grouped, Inference(grouped).func, options).text
    assert text.endswith(
        "def f_kernel_1(x, s):\n"
        "    t = x * x\n"
        "    y = cp.sin(t) / s\n"
        "    return t, y\n"
        "\n\n"
        "def f(x, s):\n"
        "    t, y = f_kernel_1(x, s)\n"
        "    z = cp.sum(y)\n"
        "    return z, t\n"
    )
    (definition,) = kernel_definitions(grouped)
    assert definition == (
        "cp.ElementwiseKernel(\n"
        '    "T x, float64 s",\n'
        '    "T t, T y",\n'
        '    """\n'
        "        t = x * x;\n"
        "        const T t2 = sin(t);\n"
        "        y = t2 / T(s);\n"
        '        """,\n'
        '    "f_kernel_1",\n'
        "    preamble=fp.PRELUDE,\n"
        '    options=("--fmad=false",),\n'
        ")\n"
    )


# ---------------------------------------------------------------- what is moved where


def test_what_reads_nothing_of_the_run_stands_in_front(same):
    f = func(
        "x w",
        Let("a", MUL, ("x", "x")),
        Let("n", len, ("w",)),
        Note("a comment"),
        Let("b", ADD, ("a", "n")),
        Return(("b",)),
    )
    (kernel,) = same(program(f), X, W)
    assert targets(kernel) == ["a", "b"]
    assert kernel.params == ("x", "n")


def test_what_needs_the_run_stands_behind_and_ends_it_for_its_readers(same):
    f = func(
        "x",
        Let("a", MUL, ("x", "x")),
        Let("s", np.sum, ("a",)),
        Let("b", ADD, ("a", "x")),
        Let("c", DIV, ("b", "s")),
        Let("d", SUB, ("c", "x")),
        Return(("d", "b")),
    )
    first, second = same(program(f), X)
    assert (targets(first), targets(second)) == (["a", "b"], ["c", "d"])


def test_a_run_goes_on_behind_a_run_that_it_does_not_need(same):
    """b joins a, across the product that c waits for."""
    f = func(
        "x w",
        Let("a", MUL, ("x", "x")),
        Let("u", np.matmul, ("w", "a")),
        Let("c", ADD, ("u", Const(1.0))),
        Let("b", ADD, ("a", "x")),
        Let("d", np.sum, ("b",)),
        Let("e", MUL, ("c", "d")),
        Return(("e", "a")),
    )
    parts = same(program(f), X, np.ones((2, 3)))
    assert sorted(map(targets, parts)) == [["a", "b"], ["c", "e"]]


def test_what_an_adjoint_needs_is_not_kept_for_it(same):
    """1 - y * y is computed with the adjoint, not by the kernel that has y."""
    f = func(
        "x by w",
        Let("t", MUL, ("x", "x")),
        Let("y", np.tanh, ("t",)),
        Let("z", np.matmul, ("w", "y")),
        Let("by2", np.matmul, ("by", "w"), role="adjoint"),
        Let("t2", MUL, ("y", "y"), role="adjoint"),
        Let("t3", SUB, (Const(1.0), "t2"), role="adjoint"),
        Let("bt", MUL, ("by2", "t3"), role="adjoint"),
        Return(("z", "bt")),
    )
    first, second = same(program(f), X, np.ones(2), np.ones((2, 3)))
    assert (targets(first), targets(second)) == (["t", "y"], ["t2", "t3", "bt"])


def test_a_part_that_feeds_one_kernel_is_computed_in_it(same):
    f = func(
        "x w",
        Let("a", MUL, ("x", "x")),
        Let("b", ADD, ("a", Const(1.0))),
        Let("n", np.sum, ("w",)),
        Let("m", np.sum, ("n",)),
        Let("u", np.matmul, ("w", "x")),
        Let("v", MUL, ("u", "u")),
        Let("c", ADD, ("b", "m")),
        Return(("c", "v")),
    )
    (kernel,) = same(program(f), X, np.ones((2, 3)))
    assert targets(kernel) == ["a", "b", "c"]


def test_names_that_are_assigned_again(same):
    f = func(
        "x",
        Let("a", MUL, ("x", "x")),
        Copy("b", "a"),
        Let("t", ADD, ("b", "x")),
        Copy("b", "t"),
        Let("a2", SUB, ("a", "b")),
        Copy("x", "a2"),
        Copy("a", "b"),
        Let("t", MUL, ("a", "x")),
        Return(("x", "a", "b", "t")),
    )
    (kernel,) = same(program(f), X)
    assert len(targets(kernel)) == 4


def test_two_names_of_one_result_are_one_array(same):
    """What is written under one name is seen under the other."""
    f = func(
        "x",
        Let("a", MUL, ("x", "x")),
        Let("b", ADD, ("a", "x")),
        Copy("c", "b"),
        Store("c", Const(0), Const(7.0)),
        Let("d", ADD, ("b", Const(0.0))),
        Return(("b", "c", "d")),
    )
    assert len(same(program(f), X)) == 1


def test_one_name_for_two_things_keeps_two_kernels_apart(same):
    """The first t is not the one that comes from the tape."""
    f = func(
        "x",
        Let("tape", fp.tape, ()),
        Push("tape", "x"),
        Let("t", ADD, ("x", Const(1.0))),
        Let("y", MUL, ("t", "x")),
        Pop("t", "tape"),
        Let("a", ADD, ("t", "y")),
        Let("b", MUL, ("a", "a")),
        Return(("b",)),
    )
    assert [targets(k) for k in same(program(f), X)] == [["t", "y"], ["a", "b"]]


def test_writes_end_a_run(same):
    f = func(
        "x",
        Let("v", fp.own, ("x",)),
        Let("a", MUL, ("v", "v")),
        Store("v", Const(0), Const(2.0)),
        Let("b", MUL, ("v", "v")),
        Let("c", ADD, ("a", "b")),
        Do(note, ("c",)),
        Let("d", ADD, ("c", "a")),
        Let("e", ADD, ("d", "b")),
        Return(("e",)),
    )
    assert [targets(k) for k in same(program(f), X)] == [["b", "c"], ["d", "e"]]


def test_tapes_keep_their_order(same):
    f = func(
        "x",
        Let("tape", fp.tape, ()),
        Push("tape", "x"),
        Let("a", MUL, ("x", "x")),
        Push("tape", "a"),
        Let("b", ADD, ("a", "x")),
        Pop("p", "tape"),
        Pop("q", "tape"),
        Let("c", MUL, ("b", "p")),
        Let("d", SUB, ("c", "q")),
        Return(("d", "b")),
    )
    assert [targets(k) for k in same(program(f), X)] == [["a", "b"], ["c", "d"]]


def test_loops_have_runs_of_their_own(same):
    f = func(
        "x",
        Let("y", MUL, ("x", Const(1.0))),
        For(
            "i",
            Range((Const(3),)),
            (
                Let("t", MUL, ("y", "x")),
                Let("t2", ADD, ("t", "i")),
                Copy("y", "t2"),
            ),
        ),
        Return(("y",)),
    )
    (kernel,) = same(program(f), X)
    assert kernel.params == ("y", "x", "i")
    assert text_of(kernel).in_params == "T y, T x, int64 i_"


def test_a_result_that_nothing_reads_is_not_computed(same):
    f = func(
        "x",
        Let("a", MUL, ("x", "x")),
        Let("idle", np.exp, ("a",)),
        Let("b", ADD, ("a", "x")),
        Return(("b",)),
    )
    (kernel,) = same(program(f), X)
    assert targets(kernel) == ["a", "b"]


# ---------------------------------------------------------------- shapes


def test_results_of_two_shapes_are_two_kernels(same):
    f = func(
        "x w",
        Let("a", MUL, ("x", "x")),
        Let("b", ADD, ("a", "x")),
        Let("c", MUL, ("b", "w")),
        Let("d", ADD, ("c", "w")),
        Return(("b", "d")),
    )
    first, second = same(program(f), X, W)
    assert (targets(first), targets(second)) == (["a", "b"], ["c", "d"])


def test_a_smaller_part_is_computed_with_what_alone_needs_it(same):
    f = func(
        "x w",
        Let("a", MUL, ("x", "x")),
        Let("b", ADD, ("a", "x")),
        Let("c", MUL, ("b", "w")),
        Return(("c",)),
    )
    (kernel,) = same(program(f), X, W)
    assert targets(kernel) == ["a", "b", "c"]


def test_a_mask_that_is_larger_than_what_it_selects_from_stays_out(same):
    """fp.select reduces such a mask."""
    f = func(
        "x w",
        Let("m", operator.gt, ("w", "x")),
        Let("s", fp.select, ("m", "x")),
        Let("t", MUL, ("s", "x")),
        Let("u", ADD, ("t", "x")),
        Return(("u",)),
    )
    (kernel,) = same(program(f), X, W)
    assert targets(kernel) == ["t", "u"]


def test_many_results_are_given_by_several_kernels(same):
    count = MOST_ARRAYS + 10
    body = [Let("v0", MUL, ("x", "x"))]
    body += [Let(f"v{k}", ADD, (f"v{k - 1}", "x")) for k in range(1, count)]
    f = func("x", *body, Return(tuple(s.target for s in body)))
    made = same(program(f), X)
    assert len(made) == 2
    for kernel in made:
        last = kernel.body[-1]
        assert len(kernel.params) + len(last.values) <= MOST_ARRAYS


# ---------------------------------------------------------------- types and names


def test_what_has_no_text_stays_outside(same):
    f = func(
        "x k u",
        Let("a", MUL, ("x", "x")),
        Let("j", MUL, ("k", "k")),
        Let("v", ADD, ("u", "u")),
        Let("b", ADD, ("a", "j")),
        Return(("b", "v")),
        kinds=(ARRAY, INTS, UNKNOWN_ARRAY),
    )
    (kernel,) = same(program(f), X, np.array([1, 2, 3]), X)
    assert targets(kernel) == ["a", "b"]
    assert text_of(kernel).in_params == "T x, I j"


def test_a_name_with_integers_here_and_floats_elsewhere(same):
    """The kernel takes floats for m, so at run time integers go the way of the array operations."""
    f = func(
        "x k",
        Copy("m", "k"),
        Let("t", MUL, ("m", "m")),
        Let("a", ADD, ("x", "t")),
        Copy("m", "x"),
        Let("t", MUL, ("m", "m")),
        Let("b", ADD, ("a", "t")),
        Return(("b",)),
        kinds=(ARRAY, INTS),
    )
    for kernel in same(program(f), X, np.array([2**40, 3, 5])):
        assert text_of(kernel).in_params.startswith("T m, T ")


def test_updates_of_scalars_are_made_pure():
    """An array without axes, CuPy's scalar, would be written in place by `y += e`."""
    f = func("s", Let("y", fp.iadd, ("s", Const(1.0))), Return(("y",)), kinds=(FLOAT,))
    (let,) = [s for s in to_cupy(program(f)).main.body if isinstance(s, Let)]
    assert let.op is operator.add
    array = func("x", Let("y", fp.iadd, ("x", Const(1.0))), Return(("y",)))
    (let,) = [s for s in to_cupy(program(array)).main.body if isinstance(s, Let)]
    assert let.op is fp.iadd


def test_elements_are_copies_where_arrays_are_written():
    """CuPy's are views."""
    body = [Load("v", "x", Const(0)), Store("x", Const(0), Const(2.0)), Return(("v",))]
    kinds = (Num(True, "float", 1),)
    written = func("x", *body, kinds=kinds)
    ops = [s.op for s in to_cupy(program(written)).main.body if isinstance(s, Let)]
    assert ops == [fp.element]
    only_read = func("x", body[0], body[2], kinds=kinds)
    assert not any(isinstance(s, Let) for s in to_cupy(program(only_read)).main.body)


def test_names_of_kernels_clash_with_nothing(same):
    g = func("x", Let("a", MUL, ("x", "x")), Return(("a",)), name="f_kernel_1")
    f = func(
        "x",
        Call(("a",), "f_kernel_1", ("x",)),
        Let("b", MUL, ("a", "a")),
        Let("c", ADD, ("b", "a")),
        Return(("c",)),
    )
    (kernel,) = same(program(f, g), X)
    assert kernel.name == "f_kernel_1_2"


def test_every_function_of_a_program_is_grouped(same):
    g = func("x", Let("a", MUL, ("x", "x")), Let("b", ADD, ("a", "x")), Return(("b",)), name="g")
    f = func("x", Call(("a",), "g", ("x",)), Return(("a",)))
    (kernel,) = same(program(f, g), X)
    assert kernel.name == "g_kernel_1"


def test_operations_that_cupy_lacks_are_refused_together(monkeypatch):
    monkeypatch.setattr("fpad.transforms.cupy_kernels.MISSING", frozenset({"sinh", "tan"}))
    line = Origin("file.py", "f", 7, 4, "y = np.sinh(x)", 1)
    f = func(
        "x",
        Let("a", np.sinh, ("x",), origin=line),
        Let("b", np.tan, ("a",)),
        Return(("b",)),
    )
    with pytest.raises(TransformError) as caught:
        to_cupy(program(f))
    assert [r.reason for r in caught.value.refusals] == ["CuPy has no sinh", "CuPy has no tan"]
    assert caught.value.refusals[0].line == 7
    assert "sinh" not in MISSING


# ---------------------------------------------------------------- random functions


@pytest.mark.parametrize("block", range(5))
def test_random_functions_with_writes_and_effects(block, monkeypatch):
    """Where the function itself does not fail: what nothing reads is not computed."""
    as_a_kernel_runs(monkeypatch)
    fused = 0
    for seed in range(100 * block, 100 * (block + 1)):
        made, _ = random_funcs.made(seed, fails=False)
        grouped = check_program(to_cupy(made))
        args = random_funcs.arguments(seed)
        before = level2.observe(lambda *a, p=made: level2.interpret(p, *a), args)
        after = level2.observe(lambda *a, p=grouped: level2.interpret(p, *a), args)
        assert before == after or isinstance(before[0], type), seed
        fused += sum(len(k.body) - 1 for k in kernels(grouped))
    assert fused > 100


def straight_line(seed: int) -> tuple[Func, tuple[Any, ...]]:
    """Elementwise statements over arrays of several shapes, with copies, sums and views between."""
    draw = random.Random(seed)
    params = ["x", "w", "v", "s"]
    args = (X, W, np.array([[0.25, 4.0, -3.0], [1.0, -0.0, 0.5]]), 0.75)
    arrays, scalars = ["x", "w", "v"], ["s"]
    body: list[Statement] = []
    for k in range(draw.randrange(4, 22)):
        a, b = draw.choice(arrays), draw.choice([*arrays, *scalars])
        # Names are used again, also those of parameters.
        name = draw.choice([f"n{k}", f"n{k}", *arrays[-3:]])
        match draw.randrange(8):
            case 0 | 1 | 2:
                made = Let(f"t{k}", draw.choice((ADD, SUB, MUL, np.maximum)), (a, b))
                body += [made, Copy(name, f"t{k}")]
            case 3:
                op = draw.choice((np.negative, np.abs, np.square, fp.round_bfloat16))
                body += [Let(f"t{k}", op, (a,)), Copy(name, f"t{k}")]
            case 4:
                mask = f"m{k}"
                body += [
                    Let(mask, draw.choice((operator.gt, operator.le)), (a, b)),
                    Let(f"t{k}", fp.where, (mask, a, draw.choice(arrays))),
                    Copy(name, f"t{k}"),
                ]
            case 5:
                body += [Let(f"s{k}", np.sum, (a,))]
                scalars.append(f"s{k}")
                continue
            case 6:
                name = name if name != a else f"n{k}"
                body += [Copy(name, a)]
            case _:
                body += [Load(f"t{k}", a, Const(0)), Copy(name, f"t{k}")]
        arrays.append(name)
    kept = [n for n in dict.fromkeys([*arrays, *scalars]) if draw.random() < 0.4]
    kinds = (ARRAY, ARRAY, ARRAY, FLOAT)
    return Func("f", tuple(params), (*body, Return(tuple(kept or ["x"]))), kinds), args


@pytest.mark.parametrize("block", range(5))
def test_random_straight_lines_of_several_shapes(block, same):
    """Values, dtypes and shapes, and which results share memory."""
    fused = 0
    for seed in range(200 * block, 200 * (block + 1)):
        f, args = straight_line(seed)
        p = program(f)
        with np.errstate(all="ignore"):
            try:
                level2.interpret(p, *args)
            except (ValueError, IndexError):
                continue  # shapes that do not fit
        made = same(p, *args)
        fused += sum(len(k.body) - 1 for k in made)
        for kernel in made:
            assert all(isinstance(s, Let | Return) for s in walk(kernel.body))
            text_of(kernel)
    assert fused > 300
