"""`Derivative.explain`: what is said about generated code is what the code does."""

from __future__ import annotations

import inspect
import json
import math
import re
import statistics
from collections import Counter
from typing import Any

import numpy as np
import pytest

import fpad
from tests.programs import PROGRAMS
from tests.programs.registry import Program
from tests.situations import MARKED, sampled


def line_of(function: Any, text: str) -> int:
    """The number of the only line of a function that holds a text."""
    lines, first = inspect.getsourcelines(function)
    (found,) = [k for k, line in enumerate(lines) if text in line]
    return first + found


def variable(explanation: fpad.Explanation, name: str) -> Any:
    (found,) = [v for v in explanation.variables if v.name == name]
    return found


def saved(explanation: fpad.Explanation, name: str) -> Any:
    (found,) = [s for s in explanation.saved if s.name == name]
    return found


# ---------------------------------------------------------------- variables


def many_kinds(x, a, n, data):
    t = x * a
    count = len(data)
    steps = np.floor(x)
    half = 0.5
    scaled = data * half
    unused = t * t  # noqa: F841
    y = 0.0
    for i in range(n):
        y = y + np.sin(t) * scaled[i]
    return y * steps + count


def test_active_variables_and_the_way_through_them() -> None:
    e = fpad.grad(many_kinds, wrt=("x", "a")).explain(0.5, 2.0, 2, np.ones(3))
    t = variable(e, "t")
    assert t.status == "active"
    assert [k.line for k in t.depends] == [line_of(many_kinds, "t = x * a")]
    assert [k.text for k in t.reaches] == [
        "y = y + np.sin(t) * scaled[i]",
        "return y * steps + count",
    ]
    assert t.reaches[0].variable == "y"
    assert "from x and a" in t.reason
    assert variable(e, "x").reason.startswith("differentiated")
    assert variable(e, "y").status == "active"


def test_what_is_not_active_says_why() -> None:
    e = fpad.grad(many_kinds).explain(0.5, 2.0, 2, np.ones(3))
    reasons = {v.name: v.reason for v in e.variables if v.status == "inactive"}
    assert reasons["n"] == reasons["count"] == reasons["i"] == "an integer"
    assert reasons["a"] == reasons["data"] == "an argument that is not differentiated"
    assert reasons["half"] == "a constant"
    assert reasons["scaled"] == "does not depend on x"
    line = line_of(many_kinds, "np.floor")
    assert reasons["steps"] == f"from x only through np.floor on line {line}, whose derivative is 0"


def test_a_variable_that_never_reaches_the_result_is_unused() -> None:
    e = fpad.grad(many_kinds).explain(0.5, 2.0, 2, np.ones(3))
    unused = variable(e, "unused")
    assert (unused.status, unused.reaches) == ("unused", ())
    assert "never reaches the result" in unused.reason


def inner(v, scale):
    w = v * scale
    return w * w


def calls(x, b):
    return inner(x, 2.0) + inner(3.0, b)


def test_called_functions_are_taken_together_over_their_calls() -> None:
    e = fpad.grad(calls).explain(1.5, 2.0)
    lines = {(v.function, v.name): v.status for v in e.variables}
    assert lines["inner", "v"] == "active"
    assert lines["inner", "scale"] == "inactive"
    assert lines["inner", "w"] == "active"
    e = fpad.grad(calls, wrt=(0, 1)).explain(1.5, 2.0)
    assert {v.status for v in e.variables if v.function == "inner"} == {"active"}


def first_or_second(v, which):
    return v * v if which == "square" else 2.0


def specialised_twice(x):
    return first_or_second(x, "square") + first_or_second(x, "constant")


def test_a_function_that_is_specialised_twice_is_told_once() -> None:
    e = fpad.grad(specialised_twice).explain(1.5)
    (v,) = [v for v in e.variables if v.function == "first_or_second" and v.name == "v"]
    assert v.status == "active"


def leaves_of_a_dict(params, x):
    h = params["w"] * x + params["b"]
    return h * h


def test_parts_of_structures_are_called_as_the_user_writes_them() -> None:
    e = fpad.grad(leaves_of_a_dict).explain({"w": 2.0, "b": 1.0}, 3.0)
    assert {v.name for v in e.variables} == {"params['w']", "params['b']", "x", "h"}
    assert "from params['w'] and params['b']" in variable(e, "h").reason


def with_aux(x):
    y = x * x
    z = y * x
    return y, z


def test_only_the_differentiated_output_counts() -> None:
    e = fpad.grad(with_aux, has_aux=True).explain(2.0)
    assert variable(e, "y").status == "active"
    assert variable(e, "z").status == "unused"


# ---------------------------------------------------------------- saved values


def repeated_sine(x, n):
    for _ in range(n):
        x = np.sin(x) * 1.01
    return np.sum(x)


def test_a_loop_saves_one_array_a_trip() -> None:
    e = fpad.grad(repeated_sine).explain(np.ones(7), 50)
    (s,) = e.saved
    line = line_of(repeated_sine, "np.sin")
    assert (s.name, s.line, s.what, s.held, s.each) == ("x", line, "value", "tape", "trip")
    assert (s.copied, s.count, s.bytes) == (False, 50, 50 * 7 * 8)
    assert [(r.line, r.operation) for r in s.readers] == [(line, "np.cos")]
    assert e.saved_bytes == 49 * 7 * 8  # the first one is the argument
    assert e.measured


def test_single_precision_is_half_the_bytes() -> None:
    (s,) = fpad.grad(repeated_sine).explain(np.ones(7, np.float32), 50).saved
    assert s.bytes == 50 * 7 * 4


def filled(x, n):
    y = np.zeros(n)
    for i in range(n):
        y[i] = x * i
    return np.sum(y)


def test_a_write_that_nobody_reads_back_saves_nothing() -> None:
    e = fpad.grad(filled).explain(2.0, 9)
    assert e.saved == ()
    assert e.saved_bytes == 0


def recurrence(x, n):
    y = np.ones(n + 1)
    for i in range(n):
        y[i + 1] = y[i] * x
    return y[n]


def test_writes_in_a_loop_save_the_part_that_is_read() -> None:
    e = fpad.grad(recurrence).explain(1.1, 20)
    s = saved(e, "y[i]")
    assert (s.count, s.bytes) == (20, 20 * 8)
    assert e.saved_bytes == 20 * 8


def overwritten(x, n):
    y = x * 2.0
    for i in range(n):
        x = np.sin(y)
        y[i] = x[i]
    return np.sum(y)


def test_a_copy_names_the_write_that_forced_it() -> None:
    e = fpad.grad(overwritten).explain(np.ones(4), 3)
    s = saved(e, "y")
    line = line_of(overwritten, "y[i] = x[i]")
    assert (s.copied, s.count, s.bytes) == (True, 3, 3 * 4 * 8)
    (copy,) = [c for c in e.copies if c.what == "saved"]
    assert [p.line for p in copy.forced_by] == [line]
    assert f"line {line} writes into it" in copy.reason


def only_shapes(x, s):
    y = x
    for _ in range(3):
        y = y + s
    return np.sum(y)


def test_a_shape_takes_no_memory() -> None:
    e = fpad.grad(only_shapes, wrt=("x", "s")).explain(np.ones(5), np.ones(1))
    assert e.saved
    assert {s.what for s in e.saved} == {"shape"}
    assert e.saved_bytes == 0
    assert sum(s.bytes for s in e.saved) == 0


def helper(a):
    h = np.tanh(a)
    return h * h


def through_a_call(x):
    y = x
    for _ in range(3):
        y = helper(y)
    return np.sum(y)


def test_what_a_call_hands_on_is_counted_over_all_calls() -> None:
    e = fpad.grad(through_a_call).explain(np.ones(6))
    s = saved(e, "h")
    assert (s.function, s.held, s.each) == ("helper", "residuals", "call")
    assert (s.count, s.bytes) == (3, 3 * 6 * 8)
    assert s.line == line_of(helper, "np.tanh")
    # The residuals on the tape of the loop hold the same arrays: they are not told twice.
    assert {s.held for s in e.saved} == {"residuals"}
    assert e.saved_bytes == sum(s.bytes for s in e.saved)


def straight(x):
    e = np.exp(x)
    return np.sum(e * e)


def test_values_that_are_still_in_their_variable_are_listed() -> None:
    e = fpad.grad(straight).explain(np.ones(6))
    s = saved(e, "e")
    assert (s.held, s.each, s.count, s.bytes) == ("variable", "once", 1, 48)


def nested_loop(x, n):
    for i in range(n):
        for _ in range(i):
            x = x * x * 0.5
    return x


def test_the_trip_counts_of_inner_loops() -> None:
    e = fpad.grad(nested_loop).explain(0.9, 5)
    assert saved(e, "x").count == 10


def test_nothing_is_run_without_arguments(capsys) -> None:
    def loud(x):
        print("called")
        return np.sum(np.sin(x))

    e = fpad.grad(loud).explain()
    assert capsys.readouterr().out == ""
    assert not e.measured
    assert e.saved_bytes is None
    assert {(s.count, s.bytes) for s in e.saved} <= {(None, None)}


# ---------------------------------------------------------------- copies, sums, zeros


def writes_its_argument(x, n):
    for i in range(1, n):
        x[i] = x[i] * x[i - 1]
    return np.sum(x)


def test_an_argument_is_copied_because_it_is_written() -> None:
    x = np.arange(1.0, 5.0)
    e = fpad.grad(writes_its_argument).explain(x, 4)
    assert np.array_equal(x, np.arange(1.0, 5.0))
    (copy,) = [c for c in e.copies if c.what == "argument"]
    assert copy.name == "x"
    assert [p.line for p in copy.forced_by] == [line_of(writes_its_argument, "x[i] =")]


def returns_its_argument(x):
    return x * 1.0, x


def test_a_result_is_copied_because_it_is_an_argument() -> None:
    e = fpad.jvp(returns_its_argument).explain(np.ones(3))
    copies = [c for c in e.copies if c.what == "result"]
    assert "x" in {c.name for c in copies}
    assert any("the argument" in c.reason or "of x" in c.reason for c in copies)


def broadcast(x, s):
    return np.sum(np.sin(x * s))


def test_unbroadcast_says_which_operand_and_whether_it_summed() -> None:
    grad = fpad.grad(broadcast, wrt=("x", "s"))
    e = grad.explain(np.ones((4, 3)), np.ones(3))
    (u,) = [u for u in e.unbroadcasts if u.name == "s"]
    assert (u.line, u.count, u.summed) == (line_of(broadcast, "np.sum"), 1, 1)
    assert u.reason == "1 axis, the result has 2"
    e = grad.explain(np.ones(3), np.ones(3))
    assert {(u.name, u.count, u.summed) for u in e.unbroadcasts} == {("x", 1, 0), ("s", 1, 0)}
    assert "the shapes were equal" in str(e)
    assert all("at once" in u.remedy for u in e.unbroadcasts)
    e = fpad.grad(broadcast, wrt=("x", "s")).explain()
    assert {u.reason for u in e.unbroadcasts} == {"how many axes it has is not known"}
    assert all("--at" in u.remedy for u in e.unbroadcasts)


def stencil(x, n):
    s = 0.0
    for i in range(1, n):
        j = i - 1
        s = s + x[j] * x[i]
    return s


def test_index_arithmetic_is_computed_again() -> None:
    e = fpad.grad(stencil).explain(np.arange(5.0), 5)
    assert {r.name for r in e.recomputed} >= {"i - 1", "x[i]"}
    assert e.saved == ()
    assert [(z.name, z.reason) for z in e.zeros] == [
        ("x", f"the loop on line {line_of(stencil, 'for i')} adds to it")
    ]


def lazy(x):
    return np.sum(np.where(x > 0.0, np.sqrt(x), 0.0))


@np.errstate(all="ignore")
def test_selections_of_a_where() -> None:
    e = fpad.grad(lazy).explain(np.array([-1.0, 4.0]))
    assert {(s.name, s.line) for s in e.selected} == {("x > 0.0", line_of(lazy, "np.where"))}


def test_forward_mode_saves_nothing() -> None:
    e = fpad.jvp(repeated_sine).explain(np.ones(7), 5)
    assert (e.what, e.saved, e.measured, e.saved_bytes) == (("jvp",), (), True, 0)
    assert variable(e, "x").status == "active"


def test_derivatives_of_derivatives_are_explained_too() -> None:
    e = fpad.jvp(fpad.grad(repeated_sine)).explain(np.ones(2), 3)
    assert e.what == ("grad", "jvp")
    assert saved(e, "x").count == 3


# ---------------------------------------------------------------- against the text itself


def appended(derivative: fpad.Derivative, args: tuple[Any, ...]) -> Counter[int]:
    """How often values of each size go onto tapes, by running the printed text with a meter."""
    seen: list[Any] = []

    def meter(value: Any) -> Any:
        seen.extend(value if isinstance(value, tuple) else (value,))
        return value

    derivative.derive(*args)
    text = re.sub(r"\.append\((.*)\)$", r".append(meter(\1))", derivative.source, flags=re.M)
    scope: dict[str, Any] = {"meter": meter}
    exec(text, scope)
    scope[derivative._latest.derived.program.entry](*args)
    return Counter(map(entry_bytes, seen))


def entry_bytes(value: Any) -> int:
    if isinstance(value, np.ndarray):
        return 0 if 0 in value.strides else value.nbytes
    return 8


NAMES = (
    *("loops.break_two_loops_deep", "loops.while_with_two_conditions"),
    *("loops.continue_in_nested_ifs", "loops.return_from_nested_loops"),
    *("mutation.parameter_written_in_a_loop", "loops.break_inner_only"),
)


def chosen(name: str) -> Program:
    return next(p for p in PROGRAMS if p.name == name)


@pytest.mark.parametrize("name", NAMES)
def test_counts_are_those_of_the_text_that_is_printed(name: str) -> None:
    program = chosen(name)
    args, _ = program.cases[0].fresh()
    derivative = fpad.grad(program.function, wrt=program.wrt)
    seen = appended(derivative, args)
    told = [s for s in derivative.explain(*args).saved if s.held == "tape"]
    assert sum(seen.values()) == sum(s.count for s in told) > 0
    assert sum(size * n for size, n in seen.items()) == sum(s.bytes for s in told)


# ---------------------------------------------------------------- lines of the user


def with_library_functions(x, w):
    spread = np.ptp(x * w)
    both = np.column_stack([x, w])
    return spread * np.prod(both)


def test_what_library_functions_do_is_told_where_they_are_called() -> None:
    f = with_library_functions
    e = fpad.grad(f).explain(np.array([0.3, 1.2]), np.array([2.0, 0.7]))
    assert {v.function for v in e.variables} == {f.__name__}
    assert [v.name for v in e.variables] == ["x", "w", "spread", "both"]
    inside = [s for s in e.saved if s.line == line_of(f, "np.column_stack")]
    assert inside
    for s in e.saved:
        assert s.text == inspect.getsource(f).splitlines()[s.line - line_of(f, "def ")].strip()


def filled_by(u, x):
    u[:] = np.sin(x)


def with_a_callee_that_writes(x):
    y = np.zeros(3)
    filled_by(y, x)
    return np.sum(y * y)


def test_what_a_callee_writes_is_active() -> None:
    e = fpad.grad(with_a_callee_that_writes).explain(np.ones(3))
    y = variable(e, "y")
    assert y.status == "active"
    assert line_of(filled_by, "u[:]") in [k.line for k in y.depends]


def with_cases(p):
    match p:
        case ("ball", r) if r > 0:  # a volume
            y = 4.0 * r**3
        case (
            _,
            x,
            h,
        ):
            y = x * h
    return y


def test_cases_have_lines_of_their_own() -> None:
    e = fpad.jvp(with_cases).explain(("ball", 0.3))
    r = variable(e, "r")
    assert (r.line, r.text) == (line_of(with_cases, "ball"), 'case ("ball", r) if r > 0:')
    e = fpad.jvp(with_cases).explain(("box", 2.0, 0.3))
    assert variable(e, "h").text.startswith("case (")


# ---------------------------------------------------------------- the whole corpus


def in_the_source(program: Program, finding: Any) -> bool:
    """Is the text of the finding at its line in the file of its function?"""
    functions = [program.function]
    if finding.function in statistics.__all__:  # that module is differentiated as it is
        functions.append(getattr(statistics, finding.function))
    files = [inspect.findsource(f)[0] for f in functions]
    # A long text has its middle left out, and may begin some lines above its part that is meant.
    head = "".join(finding.text.partition(" ... ")[0].split())
    near = [
        "".join("".join(lines[max(finding.line - 8, 0) : finding.line + 30]).split())
        for lines in files
    ]
    return not finding.line or any(head in part for part in near)


@np.errstate(all="ignore")
@pytest.mark.parametrize(
    "program", [*MARKED[::8], *sampled([p for k, p in enumerate(MARKED) if k % 8], 1)]
)
def test_every_program_is_explained(program: Program) -> None:
    args, kwargs = program.cases[0].fresh()
    derivative = fpad.vjp(program.function, wrt=program.wrt)
    try:
        derivative.derive(*args, **kwargs)
    except fpad.TransformError:
        assert program.may_refuse
        return
    before = derivative.source
    e = derivative.explain(*args, **kwargs)
    assert derivative.source == before
    assert json.loads(e.to_json())["version"] == 1
    assert all(len(line) < 240 for line in str(e).splitlines())
    for s in e.saved:
        assert s.count is not None
        # A branch of the reverse sweep that only copies goes when the text is written.
        assert s.readers or s.reason == "not read", s
        assert math.isfinite(s.bytes)
    findings = (*e.variables, *e.saved, *e.copies, *e.unbroadcasts, *e.recomputed, *e.zeros)
    for finding in findings:
        assert in_the_source(program, finding), finding
        assert finding.reason
    assert any(v.status == "active" for v in e.variables) or not e.saved
