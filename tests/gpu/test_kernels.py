"""Whole kernels of derivatives: their bodies, run by g++, against the same statements on NumPy.

Equal bit for bit where every operation is exact or a rounding, in both precisions.  Where there is
an elementary function, it may differ in its last places, and what is computed from it accordingly.
"""

from __future__ import annotations

import ctypes
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from fpad.transforms.cuda_text import KernelText
from fpad.transforms.cupy_kernels import Kernel, text_of
from fpad.transforms.kinds import Num
from tests.gpu import host
from tests.gpu.compare import assert_same
from tests.gpu.modules import body_of, derivative, kernels_of, numpy_function
from tests.gpu.programs import EXAMPLES

FORMATS = ["bfloat16", "float16", "float32", "float8_e5m2", "float8_e4m3fn"]
VARIANTS: list[tuple[str, str, dict[str, Any]]] = [
    ("grad", "grad", {}),
    ("jvp", "jvp", {}),
    *((name, "grad", {"precision": name}) for name in FORMATS),
]
SIZE = 500

Found = tuple[str, Kernel, KernelText]


def _found() -> list[Found]:
    out: list[Found] = []
    for example in EXAMPLES:
        for label, what, options in VARIANTS:
            made = derivative(example, what, **options)
            for kernel in kernels_of(made, example.arguments(8)):
                name = f"{kernel.name}_{label}"
                out.append((name, kernel, replace(text_of(kernel), name=name)))
    return out


@pytest.fixture(scope="module")
def found() -> list[Found]:
    return _found()


@pytest.fixture(scope="module")
def library(found) -> ctypes.CDLL:
    host.gxx()
    return host.compiled(body_of(text) for _, _, text in found)


def arguments(kernel: Kernel, precision: str) -> list[Any]:
    rng = np.random.default_rng(3)
    made: list[Any] = []
    for kind in kernel.kinds:
        assert isinstance(kind, Num)
        match kind.array, kind.num:
            case True, "float":
                made.append((2.0 * rng.normal(size=SIZE)).astype(precision))
            case True, "int":
                made.append(rng.integers(-9, 9, SIZE))
            case True, _:
                made.append(rng.random(SIZE) < 0.5)
            case False, "float":
                made.append(float(rng.uniform(0.1, 2.0)))
            case False, "int":
                made.append(int(rng.integers(1, 9)))
            case _:
                made.append(True)
    return made


def both(library: Any, item: Found, precision: str) -> list[tuple[np.ndarray, np.ndarray]]:
    _, kernel, text = item
    args = arguments(kernel, precision)
    with np.errstate(all="ignore"):
        want = [np.asarray(v) for v in numpy_function(kernel)(*args)]
    got = host.run(library, body_of(text), args, precision)
    return [(g, np.broadcast_to(w, g.shape)) for g, w in zip(got, want, strict=True)]


@pytest.mark.parametrize("precision", host.PRECISIONS)
def test_exact_kernels_give_the_bits_of_numpy(library, found, precision):
    exact = [item for item in found if item[2].exact]
    assert len(exact) > 50
    for item in exact:
        for got, want in both(library, item, precision):
            assert_same(got, want, item[0])


@pytest.mark.parametrize("precision", host.PRECISIONS)
def test_kernels_with_elementary_functions(library, found, precision):
    others = [item for item in found if not item[2].exact]
    assert len(others) > 50
    for item in others:
        rounded = any("fp_round_" in line for line in item[2].lines)
        if rounded and precision == "float32":
            continue  # rounded values are float64
        for got, want in both(library, item, precision):
            assert (got.dtype, got.shape) == (want.dtype, want.shape), item[0]
            if rounded or got.dtype == bool:
                equal = (got == want) | ((got != got) & (want != want))
                assert np.mean(equal) >= 0.995, item[0]
                continue
            finite = np.isfinite(want)
            assert np.array_equal(np.isfinite(got), finite), item[0]
            size = float(np.max(np.abs(want[finite]), initial=1.0))
            rtol = 1e-13 if got.dtype == np.float64 else 2e-5
            np.testing.assert_allclose(
                got[finite], want[finite], rtol=rtol, atol=rtol * size, err_msg=item[0]
            )
