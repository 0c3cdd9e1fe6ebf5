"""What runs on a CUDA device: transfers, and the kernels of the tests."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import numpy as np

from fpad.runtime import gpu
from tests.gpu import nvrtc
from tests.gpu.test_cuda_text import CASES, arguments, body, kernel


@functools.cache
def available() -> bool:
    """Is there CuPy, and a device that it sees?"""
    try:
        import cupy

        return bool(cupy.cuda.runtime.getDeviceCount())
    except Exception:  # no CuPy, no driver, no device: each has an error of its own
        return False


def to_device(x: Any) -> Any:
    """The arrays in tuples and dicts as CuPy arrays."""
    import cupy

    if isinstance(x, np.ndarray):
        return cupy.asarray(x)
    if isinstance(x, dict):
        return {k: to_device(v) for k, v in x.items()}
    return tuple(map(to_device, x)) if isinstance(x, tuple) else x


def to_host(x: Any) -> Any:
    """The arrays in tuples and dicts as NumPy arrays."""
    if hasattr(x, "get") and hasattr(x, "dtype"):
        return x.get()
    if isinstance(x, dict):
        return {k: to_host(v) for k, v in x.items()}
    return tuple(map(to_host, x)) if isinstance(x, tuple) else x


def rounded(name: str, x: np.ndarray) -> np.ndarray:
    """An array rounded on the device."""
    return np.asarray(to_host(gpu.round_to(to_device(np.ascontiguousarray(x)), name)))


def operations(precision: str) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
    """For every case of `test_cuda_text`: its number, what the device gives, what NumPy gives."""
    import cupy

    numbers = [k for k in range(len(CASES)) if body(k).any_precision or precision == "float64"]
    source = nvrtc.plain_source([body(k) for k in numbers], precision)
    module = cupy.RawModule(code=source, options=("--std=c++17", *gpu.OPTIONS))
    for k in numbers:
        op, args = CASES[k]
        func, made = kernel(op, args), body(k)
        values = arguments(func.params, precision)
        with np.errstate(all="ignore"):
            want = np.asarray(op(*(values[a] if isinstance(a, str) else a.value for a in args)))
        ins = [
            np.asarray(values[p], dtype=made.dtype(t, precision))
            for p, (t, _) in zip(func.params, made.inputs, strict=True)
        ]
        shape = np.broadcast_shapes(*(x.shape for x in ins))
        given = [cupy.asarray(np.ascontiguousarray(np.broadcast_to(x, shape))) for x in ins]
        out = cupy.empty(shape, dtype=made.dtype(made.outputs[0][0], precision))
        function = module.get_function(f"{made.name}_{precision}")
        function((128,), (256,), (*given, out, np.int64(out.size)))
        yield k, out.get(), want
