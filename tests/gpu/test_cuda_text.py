"""Every operation with a CUDA text: the text, run by g++, against the operation itself.

Exact ones have to agree bit for bit, also on NaN, infinities, subnormal numbers and signed zeros;
the others within `ULPS` units in the last place.
"""

from __future__ import annotations

import ctypes
import itertools
import math
import operator
from typing import Any

import numpy as np
import pytest

from fpad import runtime as fp
from fpad.transforms.cuda_text import SPELLINGS, KernelText, Spelling, kernel_text, spelling_of
from fpad.transforms.inference import infer
from fpad.transforms.ir import Const, Func, Let, Operand, Return
from fpad.transforms.kinds import ARRAY, BOOL, BOOLS, FLOAT, INT, INTS, UNKNOWN_ARRAY, Kind
from fpad.transforms.rules import RULES
from tests.gpu import host
from tests.gpu.compare import ULPS, assert_same, ulps

KINDS: dict[str, Kind] = {
    **{"x": ARRAY, "y": ARRAY, "z": ARRAY, "c": BOOLS, "d": BOOLS, "k": INTS},
    **{"s": FLOAT, "m": INT, "b": BOOL, "u": UNKNOWN_ARRAY},
}


def operands(*values: Any) -> tuple[Operand, ...]:
    """Names stay names, everything else is a constant."""
    return tuple(v if isinstance(v, str) else Const(v) for v in values)


def kernel(op: Any, args: tuple[Operand, ...]) -> Func:
    """A kernel of one operation."""
    params = tuple(dict.fromkeys(a for a in args if isinstance(a, str)))
    kinds = tuple(KINDS[p] for p in params)
    return Func("k", params, (Let("out", op, args), Return(("out",))), kinds)


def _cases() -> list[tuple[Any, tuple[Operand, ...]]]:
    out: list[tuple[Any, tuple[Operand, ...]]] = []
    for op, entry in SPELLINGS.items():
        if isinstance(entry, Spelling):
            numbers, truths = iter("xyz"), iter("cd")
            out.append((op, tuple(next(truths if t == "b" else numbers) for t in entry.operands)))
    for b in (0, 0.0, 0.5, 1, 1.0, 2, 2.0, -1, -1.0, 3, -0.5, 2.5, "s", "m", "y", "k"):
        out.append((operator.pow, operands("x", b)))
    out += [(operator.pow, operands(2.0, "x")), (operator.pow, operands("s", "x"))]
    out += [(fp.power_slope, operands("x", b)) for b in (0, 0.5, 1, 2, -1, 3.0, "s", "y")]
    out += [
        (np.clip, operands("x", *b)) for b in ((-0.5, 0.75), ("y", "z"), (None, 0.5), ("s", "m"))
    ]
    out += [(np.clip, operands("x", 0, None)), (fp.log0, operands("x", 0)), (fp.log0, ("x",))]
    out += [(fp.base_log, ("x", "y")), (fp.base_log, operands("x", -0.5))]
    out += [(fp.gaussian, operands("x", c)) for c in (1.0, 0.5)]
    out += [(fp.lorentzian, operands("x", p)) for p in (1.0, 0.5)]
    out += [(fp.arctanh_slope, ("x",)), (fp.arctanh_slope, operands("x", 1))]
    out += [(np.round, ("x",)), (np.around, operands("x", 0))]
    # Numbers without a shape, integers and truth values among the operands.
    for op in (operator.add, operator.mul, np.maximum, operator.truediv, fp.div0, np.arctan2):
        out += [(op, operands("x", o)) for o in (2.5, -3, "s", "m", "k", "c", "b")]
        out += [(op, operands(o, "x")) for o in (0.1, 7, "s", "m", "k", "c")]
        out += [(op, operands("k", 2.5)), (op, operands("k", "s"))]
    out += [(np.where, operands("c", *ab)) for ab in (("x", 0.0), (1, "x"), ("s", "x"), ("k", "x"))]
    out += [(fp.where, operands("c", 0.0, math.nan)), (fp.where, operands("b", "x", "y"))]
    out += [(fp.where, operands("c", math.inf, -math.inf)), (np.sin, ("k",)), (np.sqrt, ("k",))]
    out += [(operator.lt, operands("x", 0.1)), (operator.ge, ("x", "k")), (operator.lt, ("k", "x"))]
    out += [(operator.and_, ("c", "b")), (operator.mul, ("c", "x"))]
    return out


CASES = _cases()


def test_every_operation_of_the_table_is_tried():
    assert {op for op, _ in CASES} == set(SPELLINGS)
    assert set(SPELLINGS) <= set(RULES)


def name_of(case: tuple[Any, tuple[Operand, ...]]) -> str:
    op, args = case
    shown = [a if isinstance(a, str) else repr(a.value) for a in args]
    module = getattr(op, "__module__", "").rpartition(".")[2]
    return f"{module}.{op.__name__}({','.join(shown)})"


def body(number: int) -> host.Body:
    op, args = CASES[number]
    func = kernel(op, args)
    text = kernel_text(func, infer(func))
    return host.Body(f"k{number}", text.inputs, text.outputs, "\n".join(text.lines))


@pytest.fixture(scope="module")
def library() -> ctypes.CDLL:
    host.gxx()
    return host.compiled(body(k) for k in range(len(CASES)))


SPECIAL = [0.0, 5e-324, 1e-310, 1e-40, 2.0**-1022, 1e-30, 0.25, 0.5, 1.0, 1.5, 2.5, 3.0, 1e10, 1e36]
SPECIAL += [1e300, 1.7976931348623157e308, math.inf]


def points(precision: str, count: int) -> list[np.ndarray]:
    """Every tuple of special values, and random numbers of moderate and of any size."""
    rng = np.random.default_rng(5)
    with np.errstate(over="ignore", under="ignore"):
        special = np.array([*SPECIAL, *np.negative(SPECIAL), math.nan]).astype(precision)
    special = np.unique(special.view(f"i{special.itemsize}")).view(precision)
    grid = [
        np.array(column) for column in zip(*itertools.product(special, repeat=count), strict=True)
    ]
    moderate = rng.uniform(-4.0, 4.0, (count, 3000))
    wide = rng.standard_normal((count, 1000)) * 10.0 ** rng.integers(-30, 30, (count, 1000))
    return [
        np.concatenate([g, a.astype(precision), w.astype(precision)])
        for g, a, w in zip(grid, moderate, wide, strict=True)
    ]


def arguments(params: tuple[str, ...], precision: str) -> dict[str, Any]:
    names = [p for p in params if p in ("x", "y", "z")]
    values = dict(zip(names, points(precision, max(1, len(names))), strict=False))
    size = len(next(iter(values.values()), points(precision, 1)[0]))
    rng = np.random.default_rng(6)
    values |= {p: rng.random(size) < 0.5 for p in params if p in ("c", "d")}
    values |= {p: rng.integers(-50, 50, size) for p in params if p == "k"}
    numbers = {"s": 0.3, "m": 3, "b": True}
    return {p: values[p] if p in values else numbers[p] for p in params}


@pytest.mark.parametrize("precision", host.PRECISIONS)
@pytest.mark.parametrize("number", range(len(CASES)), ids=[name_of(c) for c in CASES])
def test_text_computes_what_numpy_computes(library, number, precision):
    op, args = CASES[number]
    func, made = kernel(op, args), body(number)
    if precision == "float32" and not made.any_precision:
        pytest.skip("double whatever the arrays are")
    values = arguments(func.params, precision)
    with np.errstate(all="ignore"):
        want = op(*(values[a] if isinstance(a, str) else a.value for a in args))
    (got,) = host.run(library, made, [values[p] for p in func.params], precision)
    if is_exact(number):
        assert_same(settled(op, got), settled(op, np.asarray(want)), made.text)
    else:
        assert got.dtype == np.asarray(want).dtype
        assert ulps(got, want) <= ULPS, made.text


def is_exact(number: int) -> bool:
    """Does the case's text compute what NumPy computes, to the bit?"""
    op, args = CASES[number]
    func = kernel(op, args)
    return kernel_text(func, infer(func)).exact


def settled(op: Any, y: np.ndarray) -> np.ndarray:
    """Extremes of 0.0 and -0.0 are either, by the processor that NumPy runs on."""
    zero_of_either_sign = op in (np.maximum, np.minimum, np.fmax, np.fmin, np.clip)
    return y + 0.0 if zero_of_either_sign and y.dtype.kind == "f" else y


@pytest.mark.parametrize(
    ("op", "args"),
    [
        (operator.add, ("k", "k")),  # integers wrap around
        (operator.mul, ("c", 0.5)),  # float64 whatever other arrays are: but not of the array's own
        (np.sin, ("c",)),  # float16
        (operator.lt, ("k", "m")),  # exact in integers
        (operator.lt, ("c", "d")),
        (np.where, ("c", "s", 0.0)),  # s may be a NumPy scalar, whose type counts
        (np.where, ("c", 1, 0)),  # integers
        (np.where, ("x", "x", "y")),  # a number is no truth value
        (operator.add, ("u", "x")),  # any numbers
        (operator.add, ("s", "s")),  # no array
        (operator.add, ("x", 2**60 + 1)),  # not exact in double
        (operator.add, ("x", np.float32(0.1))),  # its type counts
        (fp.power_slope, ("s", "x")),  # computed in float64
        (fp.power_slope, ("x", 0.5, 2)),
        (fp.log0, ("x", 1)),
        (np.clip, ("x", None, None)),
        (np.clip, ("x", 0.0)),
        (np.round, ("x", 2)),
        (fp.iadd, ("x", "y")),  # keeps the shape of its first operand
    ],
)
def test_what_has_another_type_or_shape_stays_out(op, args):
    func = kernel(op, operands(*args))
    kinds = {**infer(func)}
    assert spelling_of(func.body[0], kinds) is None


def test_keywords_stay_out():
    s = Let("out", np.add, ("x", "y"), (("dtype", Const("float32")),))
    assert spelling_of(s, {**KINDS, "out": ARRAY}) is None


NAMES = "double float T I Q N S R i n sin exp y0 threadIdx complex min max register new NULL M_PI "
NAMES += "assert θ ñandú _x __x x__y _ind _raw_x fp_inf ptrdiff_t float16 CArray j1 isnan out W X I"


def text_of_names() -> KernelText:
    """The text of a kernel with all these names, as operands and as results: it sums them up."""
    params = tuple(dict.fromkeys(NAMES.split()))
    rest = [f"{p}r" for p in params[1:]]
    totals = [params[0], *rest]
    body = tuple(
        Let(t, operator.add, (a, b)) for t, a, b in zip(rest, totals, params[1:], strict=False)
    )
    func = Func("θ_kernel_1", params, (*body, Return((rest[-1],))), (ARRAY,) * len(params))
    return kernel_text(func, infer(func))


@pytest.mark.usefixtures("library")
def test_names_of_python_that_mean_something_in_cuda():
    text = text_of_names()
    assert text.name.isascii()
    made = host.Body(text.name, text.inputs, text.outputs, "\n".join(text.lines))
    values = [float(k) for k in range(len(text.inputs))]
    (got,) = host.run(host.compiled([made]), made, values, "float64")
    assert got == sum(values)


def test_arrays_that_are_rounded_first_have_types_of_their_own():
    """An entry of float32 may be rounded beside values that are float64 already."""
    body = (
        Let("a", fp.round_bfloat16, ("x",)),
        Let("b", fp.round_bfloat16, ("y",)),
        Let("c", operator.mul, ("a", "w")),
        Let("d", operator.mul, ("y", "U")),
        Return(("b", "c", "d")),
    )
    func = Func("f_kernel_1", ("x", "y", "w", "U"), body, (ARRAY,) * 4)
    text = kernel_text(func, infer(func))
    assert text.in_params == "V x, T y, T w, T U"
    assert text.lines[0] == "const double a = fp_round_bfloat16(double(x));"


def test_types_of_a_kernel():
    """T meets double: what is double is declared so, and T is converted."""
    body = (
        Let("a", operator.mul, ("x", "s")),
        Let("r", fp.round_bfloat16, ("a",)),
        Let("q", operator.add, ("r", "a")),
        Let("c", operator.gt, ("q", Const(0))),
        Return(("a", "q", "c")),
    )
    func = Func("f_kernel_1", ("x", "s"), body, (ARRAY, FLOAT))
    text = kernel_text(func, infer(func))
    assert (text.in_params, text.out_params) == ("T x, float64 s", "T a, float64 q, bool c")
    assert text.lines == (
        "a = x * T(s);",
        "const double r = fp_round_bfloat16(double(a));",
        "q = r + double(a);",
        "c = q > 0.0;",
    )
