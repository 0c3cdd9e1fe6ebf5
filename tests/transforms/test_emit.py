"""Statements, comments and modules: text, and what the text computes."""

import math
import operator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import fpad
from fpad import runtime as fp
from fpad.transforms.emit import Options, emit_function, emit_module
from fpad.transforms.ir import (
    Attr,
    Break,
    Call,
    Const,
    Copy,
    Do,
    For,
    Func,
    If,
    Leaf,
    Let,
    Load,
    Node,
    Note,
    Origin,
    Pack,
    Parameter,
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
)
from fpad.transforms.kinds import ARRAY
from fpad.transforms.pipeline import written
from fpad.transforms.printer import to_source
from tests.transforms.level2 import (
    ADD,
    ALL,
    KINDS,
    MUL,
    NONE,
    PLAIN,
    entry,
    line,
    loaded,
    note,
    program_of,
)


@pytest.mark.parametrize(
    ("statement", "text"),
    [
        (Load("z", "a", "i"), "z = a[i]"),
        (Store("a", ("i", ALL), "x"), "a[i, :] = x"),
        (StoreAdd("a", "i", "x"), "a[i] += x"),
        (StoreAdd("a", (Const(0), Slice("i", NONE, NONE)), "x"), "a[0, i:] += x"),
        (StoreAdd("a", Const(...), "b"), "a += b"),
        (StoreAdd("a", "k", "x"), "fp.add_at(a, k, x)"),
        (StoreAdd("a", "unknown", "x"), "fp.add_at(a, unknown, x)"),
        (StoreAdd("a", ("k", "i"), "x"), "fp.add_at(a, (k, i), x)"),
        (StoreAdd("a", (ALL, "m"), "x"), "fp.add_at(a, np.s_[:, m], x)"),
        (StoreAdd("a", (("i", "i"), Const(0)), "x"), "fp.add_at(a, ([i, i], 0), x)"),
        (Push("tape", "x"), "tape.append(x)"),
        (Pop("z", "tape"), "z = tape.pop()"),
        (Pack("z", "tuple", ("x", "y")), "z = x, y"),
        (Pack("z", "dict", ("x",), (Const("w"),)), 'z = {"w": x}'),
        (Pack("z", "list", ("x", "y")), "z = [x, y]"),
        (Unpack(("x", "y"), "z"), "x, y = z"),
        (Attr("z", "x", "real"), "z = x.real"),
        (Call((), "f", ("x",)), "f(x)"),
        (Call(("z",), "f", ("x", ("i", "i"))), "z = f(x, (i, i))"),
        (Call(("x", "z"), "f", ()), "x, z = f()"),
        (Note("the reverse sweep"), "# the reverse sweep\npass"),
        (Do(fp.scalar_output, ("x",)), "fp.scalar_output(x)"),
        (If("c", (Copy("x", "y"),)), "if c:\n    x = y"),
        (If("c", (), (Copy("x", "y"),)), "if not c:\n    x = y"),
        (
            For("i", Range(("n",)), (If("c", (Break(),), (Copy("x", "y"),)),)),
            "for i in range(n):\n    if c:\n        break\n    x = y",
        ),
        (For("i", Range(("n",)), ()), "for i in range(n):\n    pass"),
        (For("i", Range((Const(1), "n"), "n_i"), ()), "for i in range(1, n)[:n_i]:\n    pass"),
        (
            For("_", Range(("n",), "n_i", True), ()),
            "for _ in reversed(range(n)[:n_i]):\n    pass",
        ),
    ],
)
def test_statements(statement: Statement, text: str) -> None:
    assert line(statement, kinds=KINDS) == text


def test_residuals_of_one_value() -> None:
    body = (Pack("r", "tuple", ("x",)), Unpack(("y",), "r"), Return(("y", "r")))
    _, f = loaded(program_of(Func("f", ("x",), body)))
    assert f(2.0) == (2.0, (2.0,))


def test_elif() -> None:
    one, two, three = ((Copy("x", Const(float(k))),) for k in range(3))
    found = line(If("c", one, (If("m", two, three),)))
    assert found == "if c:\n    x = 0.0\nelif m:\n    x = 1.0\nelse:\n    x = 2.0"


def test_a_negated_test_is_not_negated_twice() -> None:
    found = line(Let("t1", operator.not_, ("c",)), If("t1", (), (Copy("x", "y"),)))
    assert found == "if c:\n    x = y"


def test_augmented_assignment_is_for_numbers() -> None:
    def update(kinds: Any) -> str:
        return line(Let("t1", fp.iadd, ("x", "y")), Copy("x", "t1"), kinds=kinds)

    assert update(KINDS) == "x += y"
    assert update(KINDS | {"x": ARRAY}) == "x = fp.iadd(x, y)"
    assert update({}) == "x = fp.iadd(x, y)"


# ---------------------------------------------------------------- comments

SIN = Origin("f.py", "f", 2, 5, "y = np.sin(x * x) / s", 1)
NEXT = Origin("f.py", "f", 3, 5, "z = y * y", 2)


def adjoint(target: str, origin: Origin, role: str = "adjoint") -> Let:
    return Let(target, MUL, ("x", "y"), (), origin, role)


def test_a_line_stands_once_above_its_adjoint() -> None:
    moved = replace(SIN, column=9)
    found = line(
        adjoint("bz", NEXT), adjoint("by", SIN), adjoint("bt", moved), adjoint("bx", SIN)
    ).splitlines()
    assert [row for row in found if row.startswith("#")] == ["# " + NEXT.text, "# " + SIN.text]
    assert found.index("# " + SIN.text) == 2
    assert "#" not in line(adjoint("by", SIN), comments=False)


def test_restores_belong_to_what_follows() -> None:
    found = line(Pop("y", "tape"), adjoint("bx", SIN), Pop("x", "tape"), adjoint("by", SIN))
    assert found.startswith("# y = np.sin(x * x) / s\ny = tape.pop()\n")
    assert found.count("#") == 1


def test_a_line_that_stands_there_needs_no_comment() -> None:
    primal = replace(adjoint("y", SIN), role="primal")
    assert "#" not in line(adjoint("dy", SIN, "tangent"), primal)
    assert "# y = np.sin(x * x) / s\ndy = " in line(adjoint("dy", SIN, "tangent"))
    assert "# y = np.sin(x * x) / s\nbx = " in line(primal, adjoint("bx", SIN))


def test_tangents_of_adjoints_stand_under_one_comment() -> None:
    mixed = (adjoint("by", SIN), adjoint("dby", SIN, "tangent"), adjoint("bx", SIN))
    assert line(*mixed).count("#") == 1
    primal = (adjoint("dy", SIN, "tangent"), replace(adjoint("y", SIN), role="primal"))
    assert line(*primal, *mixed).splitlines()[2] == "# " + SIN.text


def test_lines_of_several_rows() -> None:
    text = "y = (x\n     + y)"
    assert line(adjoint("bx", replace(SIN, text=text))).startswith("# y = (x\n#      + y)\nbx")


# ---------------------------------------------------------------- modules


def test_only_what_is_used_is_imported() -> None:
    def head(*statements: Statement, **options: Any) -> str:
        func = Func("f", ("x",), (*statements, Return(("x",))))
        return emit_module(program_of(func), None, Options(**options)).text.split("\n\n\n")[0]

    assert head() == "def f(x):\n    return x\n"
    everything = (
        Let("a", np.sin, ("x",)), Let("b", math.sin, ("x",)), Let("c", fp.copy, ("x",)),
    )  # fmt: skip
    assert head(*everything) == "import math\n\nimport numpy as np\nfrom fpad import runtime as fp"
    assert head(everything[0], alias="numpy") == "import numpy"
    assert head(everything[0], alias="cp", library="cupy") == "import cupy as cp"
    assert head(header=("made from f",)).startswith("# made from f\n")


def test_local_names_hide_nothing() -> None:
    names = ("np", "math", "fp", "range", "abs", "len")
    body = (
        Let("a", np.sin, ("np",)), Let("b", math.exp, ("math",)), Let("c", abs, ("abs",)),
        Let("d", fp.zeros_like, ("fp",)), Copy("s", Const(0)),
        For("k", Range((Const(3),)), (Let("t1", ADD, ("s", "k")), Copy("s", "t1"))),
        Let("u", fp.iadd, ("range", "len")), Return(("a", "b", "c", "d", "s", "u")),
    )  # fmt: skip
    text, f = loaded(program_of(Func("f", names, body)))
    assert "import numpy as np2\n" in text
    assert "import builtins\nimport math as math2\n" in text
    assert f(0.5, 0.25, 9.0, 1.0, -2.0, 3.0) == (np.sin(0.5), math.exp(0.25), 2.0, 0.0, 3, 4.0)


def test_functions_that_are_called_come_first() -> None:
    square = Func("g", ("x",), (Let("y", MUL, ("x", "x")), Return(("y",))))
    both = Func("h", ("x",), (Call(("y",), "g", ("x",)), Return(("y", "x"))))
    main = Func(
        "f", ("x",), (Call(("u", "v"), "h", ("x",)), Call(("w",), "g", ("v",)), Return(("u", "w")))
    )
    text, f = loaded(program_of(main, both, square, replace(square, name="unreached")))
    assert [row for row in text.splitlines() if row.startswith("def")] == [
        "def g(x):",
        "def h(x):",
        "def f(x):",
    ]
    assert f(3.0) == (9.0, 9.0)


def test_a_local_variable_with_the_name_of_a_function() -> None:
    square = Func("g", ("x",), (Let("y", MUL, ("x", "x")), Return(("y",))))
    main = Func("f", ("g",), (Call(("f",), "g", ("g",)), Call(("h",), "g", ("f",)), Return(("h",))))
    text, f = loaded(program_of(main, square))
    assert "def g2(x):" in text
    assert f(2.0) == 16.0


@pytest.mark.parametrize("structured", [False, True])
def test_an_entry_that_calls_itself(structured: bool) -> None:
    one = Node(tuple, (0, 1), (Leaf("x"), Leaf("n"))) if structured else Leaf("x")
    parameters = [Parameter("p" if structured else "x", PLAIN, one)]
    if not structured:
        parameters.append(Parameter("n", PLAIN, Leaf("n")))
    recurse = (
        Let("t1", operator.sub, ("n", Const(1))), Call(("t2",), "f", ("x", "t1")),
        Let("y", MUL, ("t2", "x")),
    )  # fmt: skip
    body = (
        Let("c", operator.eq, ("n", Const(0))),
        If("c", (Copy("y", Const(1.0)),), recurse),
        Return(("y",)),
    )
    result = Node(list, (0,), (Leaf("y"),)) if structured else Leaf("y")
    text, f = entry(parameters, result, *body, params=("x", "n"))
    assert ("def f_flat(x, n):" in text) == structured
    assert f((2.0, 5)) == [32.0] if structured else f(2.0, 5) == 32.0


def test_a_recursive_entry_with_a_variable_of_its_name() -> None:
    body = (
        Let("c", operator.eq, ("n", Const(0))),
        If(
            "c",
            (Copy("f", Const(1)),),
            (Let("t1", operator.sub, ("n", Const(1))), Call(("f",), "f", ("t1",))),
        ),
        Return(("f",)),
    )
    _, f = entry((Parameter("n", PLAIN, Leaf("n")),), Leaf("f"), *body)
    assert f(3) == 1


def test_one_function_alone() -> None:
    func = Func("g", ("x",), (Let("y", np.sin, ("x",)), Return(("y",))))
    assert to_source(emit_function(func, {})) == "def g(x):\n    y = np.sin(x)\n    return y\n"


def test_text_is_the_same_every_time() -> None:
    program: Program = program_of(Func("f", ("x",), (Do(note, ("x",)), Return(("x",)))))
    assert emit_module(program).text == emit_module(program).text
    assert "0x" not in emit_module(program).text


def test_a_result_that_does_not_fit_its_structure_is_noticed() -> None:
    with pytest.raises(AssertionError, match="2 results"):
        entry((Parameter("x", PLAIN, Leaf("x")),), Leaf("x"), Return(("x", "x")))


def two_lines(x):
    y = x * x
    return np.sin(y) * x


def test_lines_know_where_they_come_from() -> None:
    derivative = fpad.grad(two_lines).derive(1.0)
    entry = derivative._latest
    emitted = written(entry.derived.program, derivative.steps(), "numpy", "np")
    assert emitted.text == derivative.source
    first = two_lines.__code__.co_firstlineno
    found: dict[int, list[str]] = {}
    for number, shown in enumerate(emitted.text.splitlines(), 1):
        origin = emitted.origins.get(number)
        if origin is not None and origin.line:
            assert (origin.file, origin.function) == (__file__, "two_lines")
            found.setdefault(origin.line - first, []).append(shown.strip())
    assert found.keys() == {1, 2}
    assert "# y = x * x" in found[1]
    assert "# return np.sin(y) * x" in found[2]
    assert sum(map(len, found.values())) > 4  # what follows the comments as well
