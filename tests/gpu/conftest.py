"""The stand-in for CuPy, in the place of CuPy for one test."""

import sys
from collections.abc import Iterator
from types import ModuleType

import pytest

from fpad.runtime import gpu
from fpad.transforms import pipeline
from tests.gpu import host, standin


@pytest.fixture
def cupy_standin(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """`import cupy` gives the stand-in; generated modules that hold it are forgotten again."""
    host.gxx()
    monkeypatch.setattr(pipeline, "CHECKED", True)
    monkeypatch.setitem(sys.modules, "cupy", standin.module())
    before = set(sys.modules)
    gpu._rounding.cache_clear()
    yield sys.modules["cupy"]
    gpu._rounding.cache_clear()
    for name in set(sys.modules) - before:
        if name.startswith("fpad_generated"):
            del sys.modules[name]
