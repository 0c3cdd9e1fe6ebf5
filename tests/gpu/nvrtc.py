"""Compiles CUDA C++ with NVRTC where there is neither a device nor a driver.

CuPy writes the source around the body of an ElementwiseKernel when it is called, which needs a
device; here it is asked for by the private functions of the version that the extra gpu-compile
pins.
"""

from __future__ import annotations

import functools
import pathlib
from typing import Any

import numpy as np

from fpad.runtime import gpu
from tests.gpu import host

# Full code generation for an H200 and a B200; and the oldest one that CUDA 12.9 compiles for.
ARCHITECTURES = ("sm_90", "compute_75", "sm_100")

_HEADERS = "".join(
    f"#include <cupy/{name}>\n"
    for name in ("complex.cuh", "carray.cuh", "atomics.cuh", "math_constants.h")
)
_ARRAY, _INDEXER = 1, 2  # kinds of arguments of a kernel


@functools.cache
def include_dirs() -> tuple[str, ...]:
    """The headers of CuPy, of CCCL that it holds, and of the CUDA runtime."""
    import cupy
    from cuda.pathfinder import find_nvidia_header_directory

    base = pathlib.Path(cupy.__file__).parent / "_core" / "include"
    found = [base, *(base / "cupy" / "_cccl" / name for name in ("libcudacxx", "thrust", "cub"))]
    runtime = find_nvidia_header_directory("cudart")
    return tuple(str(d) for d in (*found, runtime) if d is not None and pathlib.Path(d).is_dir())


def compile_cuda(source: str, architecture: str) -> bytes:
    """The binary, or PTX for compute_xx; an error has NVRTC's log.

    Every warning is one of ours or of CuPy's headers; those are none of our business.
    """
    from cupy_backends.cuda.libs import nvrtc

    options = (
        f"--gpu-architecture={architecture}",
        "--std=c++17",
        "-default-device",
        *gpu.OPTIONS,
        *(f"-I{d}" for d in include_dirs()),
    )
    program = nvrtc.createProgram(source, "kernel.cu", (), ())
    try:
        nvrtc.compileProgram(program, options)
        made = (nvrtc.getCUBIN if architecture.startswith("sm_") else nvrtc.getPTX)(program)
    except nvrtc.NVRTCError as error:
        log = nvrtc.getProgramLog(program)
        raise AssertionError(f"{error}\n{log}\n{source}") from None
    finally:
        nvrtc.destroyProgram(program)
    return made if isinstance(made, bytes) else made.encode()


def elementwise_source(kernel: Any, precision: str, ndim: int = 1) -> str:
    """What CuPy compiles for arrays of floats of this precision."""
    import cupy
    from cupy._core import _carray, _kernel

    def dtype(p: Any) -> np.dtype:
        if p.dtype is not None:
            return np.dtype(p.dtype)
        return np.dtype("int64" if p.ctype in "IJKLMN" else precision)

    given = tuple(map(dtype, kernel.in_params))
    ins, outs, types = _kernel._decide_params_type(kernel.in_params, kernel.out_params, given, ())
    infos = [
        _kernel._ArgInfo(_ARRAY, cupy.ndarray, np.dtype(t), ndim, ndim == 1, True)
        for t in (*ins, *outs)
    ]
    indexer = getattr(_carray, "_Indexer32", None) or _carray.Indexer
    infos.append(_kernel._ArgInfo(_INDEXER, indexer, None, ndim, True, True))
    code = _kernel._get_elementwise_kernel_code(
        tuple(infos), types, kernel.params, kernel.operation, kernel.name, kernel.preamble
    )
    return _HEADERS + code


def plain_source(bodies: list[host.Body], precision: str) -> str:
    """The same bodies as kernels of their own, in one source."""
    return gpu.PRELUDE + "\n" + "\n".join(_plain(body, precision) for body in bodies) + "\n"


def _plain(body: host.Body, precision: str) -> str:
    text = host.cpp(body, precision)
    loop = "for (long long _i = 0; _i < _n; ++_i) {"
    strided = (
        "for (long long _i = blockIdx.x * (long long)blockDim.x + threadIdx.x; _i < _n;\n"
        "       _i += (long long)gridDim.x * blockDim.x) {"
    )
    assert loop in text
    return text.replace(loop, strided).replace('extern "C" void', 'extern "C" __global__ void')
