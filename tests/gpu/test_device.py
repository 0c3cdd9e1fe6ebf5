"""On a CUDA device: kernels and generated modules against NumPy.  Skipped where there is none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fpad.runtime import rounding
from fpad.runtime.formats import FORMATS
from tests.gpu import host, test_cuda_text
from tests.gpu.compare import ULPS, assert_same, ulps
from tests.gpu.device import available, operations, rounded, to_device, to_host
from tests.gpu.modules import derivative, derived, fused, seeds, without_kernels
from tests.gpu.programs import EXAMPLES, Example
from tests.runtime.rounding_cases import ROUND, assert_same_values, cases

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not available(), reason="no CUDA device, or no CuPy"),
]

SIZE = 10_000
# Sums are added up in another order there, and elementary functions differ in the last places.
CLOSE = {"float64": 1e-10, "float32": 1e-3}


@pytest.mark.parametrize("precision", host.PRECISIONS)
def test_every_operation(precision):
    """Exact ones to the bit, the others within `ULPS`."""
    for number, got, want in operations(precision):
        case = test_cuda_text.CASES[number]
        name = test_cuda_text.name_of(case)
        if test_cuda_text.is_exact(number):
            op = case[0]
            assert_same(test_cuda_text.settled(op, got), test_cuda_text.settled(op, want), name)
        else:
            assert got.dtype == want.dtype, name
            assert ulps(got, want) <= ULPS, name


@pytest.mark.parametrize("name", ROUND)
def test_roundings_on_every_value_and_midpoint(name):
    points, expected = cases(name)
    assert_same_values(rounded(name, points), expected, points)


@pytest.mark.parametrize("name", FORMATS)
def test_roundings_of_any_bits(name):
    bits = np.random.default_rng(11).integers(-(2**63), 2**63, 200_000).view(np.float64)
    assert_same_values(rounded(name, bits), rounding.rounder(name)(bits), bits)


def both(example: Example, what: str, dtype: str, **options: Any) -> tuple[Any, Any, Any]:
    args = example.arguments(SIZE, dtype)
    extra = seeds(example, what, SIZE, dtype)
    want = derivative(example, what, **options)(*args, **extra)
    made = derivative(example, what, backend="cupy", **options)
    got = made(*to_device(args), **to_device(extra))
    return to_host(got), want, made


def leaves(result: Any) -> list[np.ndarray]:
    return [np.asarray(v) for v in (result if isinstance(result, tuple) else (result,))]


@pytest.mark.parametrize("dtype", CLOSE)
@pytest.mark.parametrize("what", ["grad", "jvp"])
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.name)
def test_derivatives(example, what, dtype):
    got, want, _ = both(example, what, dtype)
    for g, w in zip(leaves(got), leaves(want), strict=True):
        assert g.shape == w.shape
        assert g.dtype == w.dtype or what == "jvp"
        size = float(np.max(np.abs(w), initial=1.0))
        np.testing.assert_allclose(g, w, rtol=CLOSE[dtype], atol=CLOSE[dtype] * size)


@pytest.mark.parametrize("precision", ["bfloat16", "float8_e4m3fn"])
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.name)
def test_rounded_derivatives(example, precision):
    """A last bit decides a rounding now and then: nearly all entries are equal."""
    got, want, _ = both(example, "grad", "float32", precision=precision)
    for g, w in zip(leaves(got), leaves(want), strict=True):
        assert (g.dtype, g.shape) == (w.dtype, w.shape)
        if g.ndim:
            assert np.mean((g == w) | (np.isnan(g) & np.isnan(w))) >= 0.99


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.name)
def test_kernels_give_what_the_array_operations_give(example):
    """CuPy's own kernels, one for each operation, against the fused ones."""
    args = to_device(example.arguments(SIZE))
    made = derivative(example, "grad", backend="cupy")
    entry = derived(made, args)
    assert fused(entry)
    got = to_host(made(*args))
    with without_kernels(entry):
        want = to_host(made(*args))
    for g, w in zip(leaves(got), leaves(want), strict=True):
        assert (g.dtype, g.shape) == (w.dtype, w.shape)
        size = float(np.max(np.abs(w), initial=1.0))
        np.testing.assert_allclose(g, w, rtol=1e-12, atol=1e-12 * size)
