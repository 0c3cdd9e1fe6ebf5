"""kernels/round.cuh, compiled for the host by g++, against the NumPy kernels; and flush-to-zero.

Without g++ these tests are skipped; with FPAD_REQUIRE_GXX=1 in the environment they fail.
"""

import contextlib
import ctypes
import math
import os
import pathlib
import platform
import shutil
import subprocess
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from fpad import runtime
from fpad.runtime.formats import FORMATS
from fpad.runtime.rounding import rounder
from tests.runtime.rounding_cases import ROUND, assert_same_values, cases

KERNELS = pathlib.Path(runtime.__path__[0]) / "kernels"
OPTIONS = ["-std=c++17", "-O2", "-ffp-contract=off", "-Wall", "-Wextra", "-Werror", "-shared"]
HOST = r"""
#include "round.cuh"
#define LOOP(name) \
  extern "C" void name(const double* x, double* y, long long n) { \
    for (long long i = 0; i < n; ++i) y[i] = fp_##name(x[i]); \
  }
FUNCTIONS
#if defined(__x86_64__)
#include <xmmintrin.h>
extern "C" unsigned get_csr() { return _mm_getcsr(); }
extern "C" void set_csr(unsigned csr) { _mm_setcsr(csr); }
#endif
"""


@pytest.fixture(scope="module")
def compiler() -> str:
    path = shutil.which("g++")
    if path is None:
        if os.environ.get("FPAD_REQUIRE_GXX") == "1":
            pytest.fail("FPAD_REQUIRE_GXX is set and there is no g++")
        pytest.skip("no g++")
    return path


def compile_host(
    compiler: str, folder: pathlib.Path, *options: str
) -> subprocess.CompletedProcess[str]:
    functions = " ".join(f"LOOP(round_{name})" for name in FORMATS)
    (folder / "host.cpp").write_text(HOST.replace("FUNCTIONS", functions))
    command = [compiler, *OPTIONS, "-fPIC", "-Wno-unused-function", f"-I{KERNELS}", *options]
    return subprocess.run(
        [*command, "-o", str(folder / "host.so"), str(folder / "host.cpp")],
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture(scope="module")
def host(compiler, tmp_path_factory) -> ctypes.CDLL:
    folder = tmp_path_factory.mktemp("host")
    result = compile_host(compiler, folder)
    assert result.returncode == 0, result.stderr
    return ctypes.CDLL(str(folder / "host.so"))


def test_reassociating_compilation_is_refused(compiler, tmp_path):
    result = compile_host(compiler, tmp_path, "-ffast-math")
    assert result.returncode != 0
    assert "it removes roundings" in result.stderr


def host_kernel(host: ctypes.CDLL, name: str) -> Callable[[np.ndarray], np.ndarray]:
    function = host[f"round_{name}"]
    function.restype = None
    function.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_longlong]

    def kernel(x: np.ndarray) -> np.ndarray:
        y = np.empty_like(x)
        function(x.ctypes.data, y.ctypes.data, x.size)
        return y

    return kernel


@pytest.mark.parametrize("name", FORMATS)
def test_device_text_gives_the_bits_of_numpy(host, name):
    rng = np.random.default_rng(11)
    points = [cases(n)[0] for n in ([name] if name in ROUND else ROUND)]
    bits = rng.integers(-(2**63), 2**63, 200_000).view(np.float64)
    x = np.concatenate([*points, bits[~np.isnan(bits)], [math.nan, -math.nan]])
    assert_same_values(host_kernel(host, name)(x), rounder(name)(x), x)


@contextlib.contextmanager
def flush_to_zero(host: ctypes.CDLL) -> Iterator[None]:
    """Subnormal operands and results become zero, as after loading a -ffast-math library."""
    host.get_csr.restype = ctypes.c_uint
    before = host.get_csr()
    host.set_csr(ctypes.c_uint(before | 0x8040))
    try:
        yield
    finally:
        host.set_csr(ctypes.c_uint(before))


@pytest.mark.skipif(platform.machine() != "x86_64", reason="sets the x86 control register")
@pytest.mark.parametrize("name", ROUND)
def test_flush_to_zero_changes_nothing(host, name):
    points, expected = cases(name)
    device = host_kernel(host, name)
    some = points[:: len(points) // 5000 + 1].tolist()
    with flush_to_zero(host):
        assert math.ldexp(1.0, -1000) * 2.0**-50 == 0.0  # it is on
        array, compiled = ROUND[name](points), device(points)
        scalars = [ROUND[name](x) for x in some]
    assert_same_values(array, expected, points)
    assert_same_values(compiled, expected, points)
    assert_same_values(np.array(scalars), expected[:: len(points) // 5000 + 1], np.array(some))
