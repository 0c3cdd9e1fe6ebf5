"""Every row of the table of conventions, in every mode; rows of floats are run on arrays too."""

from __future__ import annotations

import ast
import builtins
import functools
import importlib
import importlib.util
import math
import operator
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import fpad
from fpad.transforms.rules import ARRAY_METHODS, RULES, rule_of
from tests.convention_table import ELSEWHERE, INFINITE, TABLE, Row


def runs() -> list[Any]:
    """Every row in every form it is run in: floats, arrays of shape () and of shape (2,)."""
    found = []
    for number, entry in enumerate(TABLE):
        text = entry.body.replace("\n", "; ")
        text = f"{text} at {', '.join(str(v).replace(chr(10), '') for v in entry.at)}"
        if any(isinstance(value, np.ndarray) for value in entry.at):
            found.append(pytest.param(number, None, id=text))
            continue
        if "f" in entry.forms:
            found.append(pytest.param(number, "float", id=f"{text} [float]"))
        if "a" in entry.forms:
            found.append(pytest.param(number, (), id=f"{text} [0-d]"))
            found.append(pytest.param(number, (2,), id=f"{text} [1-d]"))
    return found


@pytest.fixture(scope="session")
def functions(tmp_path_factory: pytest.TempPathFactory) -> list[Callable[..., Any]]:
    """The function of each row, in a file so that its source can be read; equal rows share one."""
    lines = ["import math", "import numpy as np", "", "def helper(v):", "    return np.log(v)", ""]
    lines += ["from scipy import special"] if any("special." in r.body for r in TABLE) else []
    first: dict[tuple[Any, ...], int] = {}
    for number, entry in enumerate(TABLE):
        if first.setdefault((entry.body, parameters(entry)), number) != number:
            continue
        body = entry.body if "return" in entry.body else f"return {entry.body}"
        names = parameters(entry)
        lines += ["", f"def row_{number}({', '.join(names)}):"]
        lines += [f"    {line}" for line in body.split("\n")]
    path = Path(tmp_path_factory.mktemp("conventions")) / "convention_rows.py"
    path.write_text("\n".join(lines) + "\n")
    spec = importlib.util.spec_from_file_location("convention_rows", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return [getattr(module, f"row_{first[r.body, parameters(r)]}") for r in TABLE]


@functools.cache
def derived(f: Callable[..., Any], wrt: tuple[int, ...], *modes: str) -> Callable[..., Any]:
    """A Derivative of a composition of modes, innermost first: one for all points and forms."""
    for mode in modes:
        f = getattr(fpad, mode)(f, wrt)
    return f


def parameters(entry: Row) -> tuple[str, ...]:
    """x, then y where it is differentiated too, then n."""
    names = ("x", "y")[: len(entry.slope)]
    return (*names, "n")[: len(entry.at)]


def in_form(value: Any, form: Any) -> Any:
    """A number of a row as a float, or as an array of the form's shape; ints are left alone."""
    if form is None or isinstance(value, (int, np.ndarray)):
        return value if isinstance(value, (int, np.ndarray)) else np.float64(value).item()
    return float(value) if form == "float" else np.full(form, value)


def expected_in_form(value: Any, form: Any) -> Any:
    """The expectation that belongs to `in_form`."""
    return np.asarray(value) if form in (None, "float") else np.full(form, value)


def agree(result: Any, expected: Any, form: Any) -> None:
    """Fails unless every part is what the table says; NaN equals NaN, to a few ulps."""
    assert len(result) == len(expected)
    for got, want in zip(result, expected, strict=True):
        np.testing.assert_allclose(got, expected_in_form(want, form), rtol=4e-15, atol=1e-15)


@pytest.mark.parametrize(("number", "form"), runs())
@pytest.mark.parametrize("mode", ["grad", "jvp"])
def test_slopes(functions: list[Callable[..., Any]], number: int, form: Any, mode: str) -> None:
    entry, f = TABLE[number], functions[number]
    args = tuple(in_form(value, form) for value in entry.at)
    wrt = tuple(range(len(entry.slope)))
    with np.errstate(all="ignore"):
        y = np.asarray(f(*args))
        if mode == "grad":
            seed = np.ones(y.shape) if y.ndim else 1.0
            value, result = derived(f, wrt, "vjp")(*args, cotangent=seed)
            np.testing.assert_array_equal(value, y)
            agree(result, entry.slope, form)
            if y.ndim == 0:
                agree(derived(f, wrt, "grad")(*args), entry.slope, form)
            return
        derivative = derived(f, wrt, "jvp")
        for k, want in enumerate(entry.slope):
            tangents = [np.zeros(np.shape(arg)) for arg in args[: len(wrt)]]
            want = expected_in_form(want, form)
            if y.shape == np.shape(args[k]):  # elementwise: all entries at once
                tangents[k] = np.ones(y.shape)
                dy = derivative(*args, tangent=tuple(map(as_seed, tangents, args)))[1]
                np.testing.assert_allclose(dy, want, rtol=4e-15, atol=1e-15)
                continue
            for index in np.ndindex(np.shape(args[k])):
                tangents[k] = np.zeros(np.shape(args[k]))
                tangents[k][index] = 1.0
                dy = derivative(*args, tangent=tuple(map(as_seed, tangents, args)))[1]
                np.testing.assert_allclose(np.sum(dy), want[index], rtol=4e-15, atol=1e-15)


def as_seed(tangent: Any, like: Any) -> Any:
    """A float where the argument is one."""
    return tangent if isinstance(like, np.ndarray) else float(tangent)


@pytest.mark.parametrize(
    ("number", "form"),
    [run for run in runs() if TABLE[run.values[0]].second is not None and run.values[1] != ()],
)
@pytest.mark.parametrize("mode", ["grad", "jvp"])
def test_second_slopes(
    functions: list[Callable[..., Any]], number: int, form: Any, mode: str
) -> None:
    entry, f = TABLE[number], functions[number]
    args = tuple(in_form(value, form) for value in entry.at)
    wrt = tuple(range(len(entry.slope)))
    along = tuple(as_seed(np.ones(np.shape(arg)), arg) for arg in args[: len(wrt)])
    with np.errstate(all="ignore"):
        y = np.asarray(f(*args))
        seed = np.ones(y.shape) if y.ndim else 1.0
        if mode == "jvp":
            seeds = {"cotangent": seed, "tangent": along}
            second = derived(f, wrt, "vjp", "jvp")(*args, **seeds)[1][1]
        else:
            seeds = {"cotangent": seed, "cotangent_2": (seed * 0.0, along)}
            second = derived(f, wrt, "vjp", "vjp")(*args, **seeds)[1]
    agree(second, entry.second, form)


@pytest.mark.parametrize(("body", "at", "want"), INFINITE, ids=str)
def test_second_slopes_where_the_slope_is_infinite(
    tmp_path: Path, body: str, at: float, want: float
) -> None:
    """Without a seed that is 0: the product of both is no number."""
    if body.startswith("special"):
        pytest.importorskip("scipy")
    lines = ["import math", "import numpy as np", "from scipy import special"]
    lines = lines[: 3 if body.startswith("special") else 2]
    lines += ["def f(x):", f"    return {body}", "def total(x):", f"    return np.sum({body})"]
    path = tmp_path / "infinite_slope.py"
    path.write_text("\n".join(lines) + "\n")
    spec = importlib.util.spec_from_file_location("infinite_slope", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with np.errstate(all="ignore"):
        if body.startswith("math."):
            assert fpad.grad(fpad.grad(module.f))(at) == want
            return
        x, gradient = np.array([at]), fpad.grad(module.total)
        np.testing.assert_array_equal(fpad.jvp(gradient)(x, tangent=np.ones(1))[1], [want])
        np.testing.assert_array_equal(fpad.jacobian(gradient, mode="reverse")(x), [[want]])


def logarithm(x: float) -> float:
    return math.log(x)


def quotient(x: float) -> float:
    return 1.0 / x


@pytest.mark.parametrize("mode", ["grad", "value_and_grad"])
def test_python_floats_raise_as_python_does(mode: str) -> None:
    """math.log and float division raise where NumPy returns an infinity; neither is swapped."""
    with pytest.raises((ValueError, ZeroDivisionError)):
        getattr(fpad, mode)(logarithm)(0.0)
    with pytest.raises(ZeroDivisionError):
        getattr(fpad, mode)(quotient)(0.0)


# ---------------------------------------------------------------- no rule without a row

OPERATORS: dict[type, Callable[..., Any]] = {
    **{ast.Pow: operator.pow, ast.Mod: operator.mod, ast.FloorDiv: operator.floordiv},
    **{ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge},
    **{ast.Eq: operator.eq, ast.NotEq: operator.ne},
}


def operations(text: str) -> set[Any]:
    """What an expression, or the body of a function, calls: by name, by operator, as a method."""
    found: set[Any] = set()
    for node in ast.walk(ast.parse(text.replace("return ", ""))):
        if isinstance(node, ast.BinOp):
            found.add(OPERATORS.get(type(node.op)))
        elif isinstance(node, ast.Compare):
            found |= {OPERATORS.get(type(op)) for op in node.ops}
        elif isinstance(node, ast.Call):
            found.add(named(ast.unparse(node.func)))
    return found


def named(path: str) -> Any:
    """The function that a dotted name stands for in a row."""
    first, *rest = path.split(".")
    if not rest:
        return getattr(builtins, first, None)
    if first == "x":
        return ARRAY_METHODS[rest[0]].op
    found: Any = np if first == "np" else math
    if first == "special":
        found = importlib.import_module("scipy.special")
    for name in rest:
        found = getattr(found, name, None)
    return found


def test_every_operation_with_special_points_has_a_row() -> None:
    """Of those that programs call; what derived code calls is in tests/transforms/rules."""
    covered = set().union(*(operations(entry.body) for entry in TABLE), map(named, ELSEWHERE))
    rules = {id(rule): rule for rule in map(rule_of, covered) if rule is not None}
    rules |= {id(rule): rule for rule in RULES.values()}
    missing = {
        f"{getattr(rule.op, '__module__', '')}.{rule.op.__name__}"
        for rule in rules.values()
        if (rule.strata or rule.conventions or rule.switch)
        and rule.op not in covered
        and not str(getattr(rule.op, "__module__", None)).startswith("fpad.")
    }
    assert not missing
