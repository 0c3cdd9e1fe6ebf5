"""Every kernel of the tests compiles for real devices, by NVRTC, without one (make gpu-compile)."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest

import fpad
from fpad.runtime import gpu
from fpad.runtime.formats import FORMATS
from fpad.transforms.cupy_kernels import MISSING
from fpad.transforms.rules import RULES
from fpad.transforms.scope import home
from tests.gpu import host, nvrtc, test_cuda_text
from tests.gpu.programs import EXAMPLES

pytestmark = pytest.mark.nvrtc

VARIANTS: list[tuple[str, dict[str, Any]]] = [
    ("grad", {}),
    ("jvp", {}),
    ("grad", {"precision": "bfloat16"}),
    ("value_and_grad", {"precision": "float8_e4m3fn"}),
]


def generated(example: Any, what: str, options: dict[str, Any]) -> list[gpu.Fused]:
    """The kernels of the module that is generated for a derivative."""
    derivative = getattr(fpad, what)(example.function, example.wrt, backend="cupy", **options)
    derivative.derive(*example.arguments(64))
    assert derivative._latest is not None
    module = sys.modules[derivative._latest.derived.call.__module__]
    return [v for v in vars(module).values() if isinstance(v, gpu.Fused)]


@pytest.mark.parametrize(("what", "options"), VARIANTS, ids=lambda v: str(v))
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.name)
def test_kernels_of_generated_modules(example, what, options):
    """As CuPy compiles them."""
    made = generated(example, what, options)
    assert made
    for f in made:
        source = nvrtc.elementwise_source(f.kernel, "float64")
        assert nvrtc.compile_cuda(source, "sm_90")


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.name)
def test_arrays_of_several_axes_in_single_precision(example):
    for f in generated(example, "grad", {}):
        source = nvrtc.elementwise_source(f.kernel, "float32", ndim=3)
        assert nvrtc.compile_cuda(source, "sm_90")


@pytest.mark.parametrize(
    ("precision", "architecture"),
    [*(("float64", a) for a in nvrtc.ARCHITECTURES), ("float32", "sm_90")],
)
def test_every_operation(precision, architecture):
    bodies = [test_cuda_text.body(k) for k in range(len(test_cuda_text.CASES))]
    assert nvrtc.compile_cuda(nvrtc.plain_source(bodies, precision), architecture)


@pytest.mark.parametrize("architecture", nvrtc.ARCHITECTURES)
def test_kernels_of_their_own(architecture):
    bodies = []
    for k, example in enumerate(EXAMPLES):
        for j, (what, options) in enumerate(VARIANTS):
            for f in generated(example, what, options):
                inputs, outputs = (
                    tuple((p.ctype if p.dtype is None else p.dtype.name, p.name) for p in params)
                    for params in (f.kernel.in_params, f.kernel.out_params)
                )
                name = f"{f.kernel.name}_{k}_{j}"
                bodies.append(host.Body(name, inputs, outputs, f.kernel.operation))
    assert nvrtc.compile_cuda(nvrtc.plain_source(bodies, "float64"), architecture)


@pytest.mark.parametrize("name", FORMATS)
def test_kernels_that_round(name):
    for precision in ("float16", "int64"):  # and whatever else converts to double
        source = nvrtc.elementwise_source(gpu._rounding(name), precision)
        assert nvrtc.compile_cuda(source, "sm_90")


def test_names_of_python_that_mean_something_in_cuda():
    import cupy

    text = test_cuda_text.text_of_names()
    kernel = cupy.ElementwiseKernel(
        text.in_params, text.out_params, "\n".join(text.lines), text.name, preamble=gpu.PRELUDE
    )
    assert nvrtc.compile_cuda(nvrtc.elementwise_source(kernel, "float64"), "sm_90")


def test_multiplication_and_addition_are_not_contracted():
    """Each rounds on its own; without the option NVRTC makes one operation of them."""
    body = host.Body("axpy", (("T", "a"), ("T", "x"), ("T", "y")), (("T", "z"),), "z = a * x + y;")
    ptx = nvrtc.compile_cuda(nvrtc.plain_source([body], "float64"), "compute_75").decode()
    assert "mul.rn.f64" in ptx
    assert "fma." not in ptx


def test_an_error_shows_the_line_of_the_body():
    body = host.Body("bad", (("T", "x"),), (("T", "y"),), "y = sinn(x);")
    with pytest.raises(AssertionError, match="sinn"):
        nvrtc.compile_cuda(nvrtc.plain_source([body], "float64"), "sm_90")


def test_operations_that_cupy_has():
    """What has a rule and is not refused has a namesake in CuPy."""
    import cupy

    lacking = set()
    for op in RULES:
        where = home(op)
        if where is not None and where[0] == "numpy":
            found: Any = cupy
            for part in where[1].split("."):
                found = getattr(found, part, None)
            if found is None:
                lacking.add(where[1])
    assert lacking == MISSING


def test_helpers_use_functions_that_cupy_has():
    """Through NumPy's dispatch a helper reaches CuPy's function of the same name only."""
    import cupy

    for name in (
        *("broadcast_to", "zeros_like", "empty_like", "reshape", "where", "shape", "ndim", "size"),
        *("argmax", "argmin", "take_along_axis", "put_along_axis", "expand_dims", "tensordot"),
        *("moveaxis", "copyto", "add", "power", "logical_or", "shares_memory", "asarray"),
    ):
        assert hasattr(np, name)
        assert hasattr(cupy, name)
