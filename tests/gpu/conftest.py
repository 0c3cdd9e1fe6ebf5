"""The stand-in for CuPy, in the place of CuPy for one test."""

import sys
from collections.abc import Iterator
from types import ModuleType

import pytest

from fpad.runtime import gpu
from fpad.transforms import pipeline
from fpad.transforms.load import PREFIX
from tests.gpu import host, standin


@pytest.fixture
def cupy_standin(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """`import cupy` gives the stand-in, also in modules that were generated with CuPy before."""
    host.gxx()
    monkeypatch.setattr(pipeline, "CHECKED", True)
    monkeypatch.setitem(sys.modules, "cupy", standin.module())
    kept = {n: m for n, m in sys.modules.items() if n.startswith(PREFIX)}
    for name in kept:
        del sys.modules[name]
    gpu._rounding.cache_clear()
    yield sys.modules["cupy"]
    gpu._rounding.cache_clear()
    for name in [n for n in sys.modules if n.startswith(PREFIX)]:
        del sys.modules[name]
    sys.modules.update(kept)
