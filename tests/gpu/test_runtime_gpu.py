"""What generated CuPy code imports: fused kernels and their arguments, helpers on the device."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from fpad import runtime as fp
from fpad.runtime import gpu
from fpad.runtime.errors import InputError
from fpad.runtime.formats import FORMATS, Format
from tests.gpu import standin
from tests.gpu.compare import assert_same

D, S = np.array([0.5, -1.5]), np.array([0.5, -1.5], np.float32)


def device(x: Any) -> standin.ndarray:
    return standin.array(x)


def fused(cupy: Any) -> gpu.Fused:
    """The sum of an array of floats, one of integers, numbers and a mask, twice."""

    @gpu.fused(
        cupy.ElementwiseKernel(
            "T x, T y, I k, float64 s, int64 n, bool c",
            "T z",
            "z = x + y + T(k) + T(s) + T(n) + T(c);",
            "f_kernel_1",
            preamble=gpu.PRELUDE,
            options=gpu.OPTIONS,
        )
    )
    def f_kernel_1(x, y, k, s, n, c):
        """The steps."""
        return "steps"

    return f_kernel_1


ARGUMENTS: dict[str, Any] = {"x": D, "y": D, "k": np.array([1, 2]), "s": 0.25, "n": 3, "c": True}


def arguments(**changes: Any) -> list[Any]:
    """The standard arguments, arrays on the device, with some in the place of others."""
    given = {**ARGUMENTS, **changes}
    return [device(v) if isinstance(v, np.ndarray) else v for v in given.values()]


def test_a_fused_kernel_is_its_function(cupy_standin):
    f = fused(cupy_standin)
    assert f.__name__ == "f_kernel_1"
    assert f.__doc__ == "The steps."
    assert f(*arguments()).get().tolist() == [0.5 * 2 + 1 + 4.25, -1.5 * 2 + 2 + 4.25]


@pytest.mark.parametrize(
    "changes",
    [
        {"y": np.array(2.0)},  # no axes
        {"s": np.float64(0.25)},
        {"s": np.float32(0.25)},  # narrower than the arrays
        {"s": np.array(0.25)},
        {"s": np.array(0.25, np.float32)},
        {"n": np.int64(3)},
        {"n": -(2**63)},
        {"c": np.True_},
        {"c": np.array([True, False])},
        {"x": S, "y": S, "k": np.array([1, 2])},
        {"x": S, "y": S, "s": np.float32(0.25)},
        {"x": S, "y": S, "s": np.array(0.25, np.float32)},
    ],
)
def test_the_kernel_runs_where_numpy_gives_its_type(cupy_standin, changes):
    args = arguments(**changes)
    out = fused(cupy_standin)(*args)
    want = "float32" if changes.get("x") is S else "float64"
    assert out.dtype == want


@pytest.mark.parametrize(
    "changes",
    [
        {"y": S},  # mixed precision
        {"x": S},
        {"x": D.astype(np.float16), "y": D.astype(np.float16)},
        {"x": np.array([1, 2]), "y": np.array([1, 2])},
        {"y": 2.0},  # a number in the place of an array
        {"y": np.float64(2.0)},
        {"k": 3},
        {"k": np.array([1, 2], np.int32)},
        {"k": D},
        {"s": 1},  # an integer where a float was expected
        {"s": np.int64(1)},
        {"s": np.array([1, 2])},
        {"n": 2.0},
        {"n": 2**63},
        {"n": np.int32(2)},
        {"n": True},
        {"c": 1},
        {"c": D},
        {"s": None},
        {"x": S, "y": S, "s": np.float64(0.25)},  # float64 for NumPy
        {"x": S, "y": S, "s": np.array(0.25)},
        {"x": S, "y": S, "n": np.int64(3)},
    ],
)
def test_the_array_operations_do_the_rest(cupy_standin, changes):
    assert fused(cupy_standin)(*arguments(**changes)) == "steps"


def test_without_an_array_on_the_device_the_array_operations_compute(cupy_standin):
    assert fused(cupy_standin)(D, D, np.array([1, 2]), 0.25, 3, True) == "steps"
    assert fused(cupy_standin)(0.5, 0.5, 1, 0.25, 3, True) == "steps"


@pytest.mark.parametrize(
    ("x", "runs"),
    [(D, True), (S, True), (S.astype(np.float16), True), (np.array([1, 2]), False), (1.0, False)],
)
def test_arrays_that_are_rounded_first_have_any_precision(cupy_standin, x, runs):
    @gpu.fused(
        cupy_standin.ElementwiseKernel(
            "U x, T y",
            "float64 z",
            "z = fp_round_bfloat16(double(x)) + double(y);",
            "f_kernel_1",
            preamble=gpu.PRELUDE,
            options=gpu.OPTIONS,
        )
    )
    def f_kernel_1(x, y):
        return "steps"

    args = standin.to_device((x, D))
    assert (f_kernel_1.arguments(args) is not None) == runs
    if runs:
        assert f_kernel_1(*args).get().tolist() == (2 * D).tolist()


def test_importing_the_helpers_imports_no_cupy():
    program = "from fpad.runtime import gpu; import sys; print('cupy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "False\n", done.stderr


def test_every_helper_is_there():
    for name in fp.__all__:
        assert callable(getattr(gpu, name)) or name in ("Recorder", "OPERANDS")
    with pytest.raises(AttributeError, match="has no attribute 'no_such_helper'"):
        gpu.no_such_helper  # noqa: B018


# ---------------------------------------------------------------- rounding


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_rounding_on_the_device(cupy_standin, name, dtype):
    x = np.random.default_rng(1).normal(size=200).astype(dtype) * 3.7
    assert_same(getattr(gpu, f"round_{name}")(device(x)).get(), getattr(fp, f"round_{name}")(x))
    assert_same(gpu.round_to(device(x), name).get(), fp.round_to(x, name))


def test_rounding_of_numbers_is_the_runtime_s(cupy_standin):
    assert gpu.round_bfloat16(0.1) == fp.round_bfloat16(0.1)
    assert gpu.round_to(np.float64(0.1), "bf16") == fp.round_bfloat16(0.1)
    assert gpu.round_bfloat16.__name__ == "round_bfloat16"


def test_formats_without_a_kernel_are_refused_on_the_device(cupy_standin):
    narrow = Format("narrow", p=5, emin=-6, emax=7, maxfin=248.0)
    with pytest.raises(ValueError, match="no CUDA kernel that rounds to narrow"):
        gpu.round_to(device(D), narrow)
    with pytest.raises(TypeError, match="cannot round an array of dtype complex128"):
        gpu.round_to(device(D * 1j), "bfloat16")
    with pytest.raises(ValueError, match="unknown float format"):
        gpu.round_to(device(D), "fp8")


# ---------------------------------------------------------------- helpers

M = np.array([[1.0, 2.0], [3.0, 4.0]])
CASES: list[tuple[str, tuple[Any, ...]]] = [
    ("unbroadcast", (M, D)),
    ("broadcast", (D, M)),
    ("where", (D > 0, D, 0.0)),
    ("where", (D > 0, 1.0, 0.0)),
    ("gate", (D, D > 0, D <= 0)),
    ("select", (D > 0, D)),
    ("select", (M > 2, D)),
    ("scatter", (D, np.array([0, 0]), D)),
    ("scatter", (D, slice(None), D)),
    ("spread", (D, M, 0)),
    ("place", (D, np.array([1, 0]), M, 1)),
    ("pick", (M, np.array([1, 0]), 1)),
    ("argmax", (M, 1)),
    ("place_part", (D, np.arange(5.0), (D, D, D[:1]), 1)),
    ("part", (np.arange(5.0), (D, D, D[:1]), 1)),
    ("own", (D,)),
    ("asarray", (D,)),
    ("copy", (D,)),
    ("like", (D,)),
    ("zeros_like", (D,)),
    ("seed", (D, D)),
    ("reshape_like", (M, np.zeros(4))),
    ("matmul_left", (D, M, np.zeros(2))),
    ("matmul_right", (D, M, np.zeros(2))),
    ("dot_left", (D, M, np.zeros(2))),
    ("div0", (D, np.array([0.0, 2.0]))),
    ("cosine", (D, np.array([3.0, np.inf]))),
    ("difference", (D, np.array([3.0, np.inf]))),
    ("logistic", (D,)),
    ("gaussian", (D, 0.5)),
    ("gaussian", (D, 1.0, 2)),
    ("lorentzian", (D,)),
    ("lorentzian", (D, 0.5, 2)),
    ("log0", (D,)),
    ("arctanh_slope", (D, 2)),
    ("base_log", (np.abs(D), D)),
    ("power_slope", (D, 0.5)),
    ("power_slope", (np.abs(D), D)),
    ("sign", (D,)),
    ("iadd", (D, D)),
    ("ipow", (D, 2)),
    ("count", (M, 1)),
    ("flatten", (M,)),
    ("astype", (D, np.float32)),
]


@pytest.mark.parametrize(("name", "args"), CASES, ids=lambda v: v if isinstance(v, str) else "")
def test_helpers_on_the_device(cupy_standin, name, args):
    with np.errstate(all="ignore"):
        want = getattr(fp, name)(*args)
        got = getattr(gpu, name)(*standin.to_device(args))
        on_host = getattr(gpu, name)(*args)
    if isinstance(want, np.ndarray):
        assert isinstance(got, standin.ndarray)
    assert_same(standin.to_host(got), want)
    assert_same(on_host, want)
    assert type(on_host) is type(want)


def test_numbers_become_arrays_where_arrays_are_on_the_device(cupy_standin):
    """And take their precision: a Python number has none of its own."""
    for got in (
        gpu.broadcast(1.0, device(S)),
        gpu.spread(1.0, device(S)),
        gpu.spread(np.float64(1.0), device(S)),
        gpu.place(1.0, device(np.array(1)), device(S)),
        gpu.seed(np.array([1.0, 1.0]), device(S)),
    ):
        assert isinstance(got, standin.ndarray)
        assert (got.dtype, got.shape) == (np.float32, (2,))


def test_a_condition_without_a_shape_chooses_between_arrays(cupy_standin):
    x, y = device(D), device(2 * D)
    assert gpu.where(True, x, y).get().tolist() == D.tolist()
    assert gpu.where(np.False_, x, y).get().tolist() == (2 * D).tolist()
    assert gpu.where(True, 1.0, 2.0) == 1.0
    assert gpu.gate(x, True, False).get().tolist() == D.tolist()


def test_a_sum_for_a_python_number_is_a_python_number(cupy_standin):
    out = gpu.unbroadcast(device(D), 2.0)
    assert type(out) is float
    assert out == -1.0


def test_an_element_is_a_copy(cupy_standin):
    x = device(D)
    v = gpu.element(x[0])
    x[0] = 7.0
    assert float(v) == 0.5
    with pytest.raises(InputError, match=r"a part of shape \(2,\)"):
        gpu.element(x)


def test_shared_memory_on_the_device_is_found(cupy_standin):
    x = device(D)
    gpu.disjoint(x, device(D), 2.0)
    with pytest.raises(InputError, match="share memory"):
        gpu.disjoint(x, x[1:])
    with pytest.raises(InputError, match="share memory"):
        gpu.disjoint(D, D)


@pytest.mark.parametrize(
    ("index", "value"),
    [
        (np.array([0, 0, 1]), np.array([1.0, 2.0, 3.0])),
        (np.array([True, False]), 2.0),
        (slice(0, 2), 2.0),
        (1, 2.0),
    ],
)
def test_adding_at_an_index(cupy_standin, index, value):
    want, got = D.copy(), device(D)
    fp.add_at(want, index, value)
    gpu.add_at(got, *standin.to_device((index, value)))
    assert got.get().tolist() == want.tolist()


def test_checks_of_results_look_at_no_entries(cupy_standin):
    gpu.scalar_output(device(2.0))
    gpu.real_output(device(D))
    with pytest.raises(InputError, match=r"this one has shape \(2,\)"):
        gpu.scalar_output(device(D))
    with pytest.raises(InputError, match="holds integers"):
        gpu.scalar_output(device(2))
    with pytest.raises(InputError, match="holds integers"):
        gpu.real_output(device(np.array([1, 2])))
    with pytest.raises(InputError, match="a seed has shape"):
        gpu.seed(np.ones(3), device(D))
