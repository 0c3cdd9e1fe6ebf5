"""Kernels on the host: their CUDA text, compiled by g++ as plain C++ and run on NumPy arrays.

The loop around the body is what CuPy writes around it: inputs are constants, outputs references.
"""

from __future__ import annotations

import ctypes
import functools
import hashlib
import os
import pathlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from fpad.runtime import gpu
from fpad.transforms.cuda_text import FLOAT_LETTERS, INTEGER_LETTERS

# IEEE operations as they are written: no contraction, nothing reassociated.
OPTIONS = ("-std=c++17", "-O1", "-ffp-contract=off", "-fPIC", "-shared")
WARNINGS = ("-Wall", "-Wextra", "-Werror", "-Wno-unused")

TYPES = {"float64": "double", "float32": "float", "int64": "long long", "bool": "bool"}
PRECISIONS = ("float64", "float32")


@dataclass(frozen=True)
class Body:
    """What a cupy.ElementwiseKernel is made of; the types of parameters as CuPy spells them."""

    name: str
    inputs: tuple[tuple[str, str], ...]
    outputs: tuple[tuple[str, str], ...]
    text: str

    @property
    def letter(self) -> str:
        """The name of the type of arrays of floats."""
        types = [t for t, _ in (*self.inputs, *self.outputs)]
        return next((t for t in types if t in FLOAT_LETTERS), "")

    @property
    def letters(self) -> set[str]:
        """The names of types that are chosen at each call."""
        return {t for t, _ in (*self.inputs, *self.outputs) if len(t) == 1}

    @property
    def any_precision(self) -> bool:
        """Does it take arrays of floats of either precision?"""
        return not self.letters <= set(INTEGER_LETTERS)

    def dtype(self, t: str, precision: str) -> str:
        if len(t) > 1:
            return t
        return "int64" if t in INTEGER_LETTERS else precision


def gxx() -> str:
    """The path of g++; without one the test is skipped, or fails where g++ is required."""
    path = shutil.which("g++")
    if path is None:
        if os.environ.get("FPAD_REQUIRE_GXX") == "1":
            pytest.fail("FPAD_REQUIRE_GXX is set and there is no g++")
        pytest.skip("no g++")
    return path


def cpp(body: Body, precision: str) -> str:
    """The C++ function `name_precision` that runs a body over arrays of one length."""
    parameters, lines = [], []
    for k, (t, n) in enumerate((*body.inputs, *body.outputs)):
        ctype = TYPES[body.dtype(t, precision)]
        const = "const " if k < len(body.inputs) else ""
        reference = "" if const else "&"
        parameters.append(f"{const}{ctype}* _p{k}")
        lines.append(f"    {const}{ctype} {reference}{n} = _p{k}[_i];")
    for t in sorted(body.letters):
        lines.insert(0, f"    typedef {TYPES[body.dtype(t, precision)]} {t};")
    return "\n".join(
        [
            f'extern "C" void {body.name}_{precision}({", ".join(parameters)}, long long _n) {{',
            "  for (long long _i = 0; _i < _n; ++_i) {",
            *lines,
            body.text,
            "  }",
            "}",
        ]
    )


def compiled(bodies: Iterable[Body]) -> ctypes.CDLL:
    """One library with every body in both precisions."""
    functions = [cpp(b, p) for b in bodies for p in PRECISIONS]
    return _library(gpu.PRELUDE + "\n" + "\n".join(functions) + "\n")


@functools.cache
def _folder() -> pathlib.Path:
    return pathlib.Path(tempfile.mkdtemp(prefix="fpad-host-"))


@functools.cache
def _library(text: str) -> ctypes.CDLL:
    stem = _folder() / hashlib.sha256(text.encode()).hexdigest()[:16]
    source, library = stem.with_suffix(".cpp"), stem.with_suffix(".so")
    source.write_text(text)
    command = [gxx(), *OPTIONS, *WARNINGS, "-o", str(library), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, f"{done.stderr[:4000]}\n{text}"
    return ctypes.CDLL(str(library))


def run(library: ctypes.CDLL, body: Body, args: Sequence[Any], precision: str) -> list[np.ndarray]:
    """The outputs of a body for NumPy arrays and numbers, broadcast together."""
    ins = [
        np.asarray(x, dtype=body.dtype(t, precision))
        for x, (t, _) in zip(args, body.inputs, strict=True)
    ]
    shape = np.broadcast_shapes(*(x.shape for x in ins))
    ins = [np.ascontiguousarray(np.broadcast_to(x, shape)) for x in ins]
    outs = [np.empty(shape, dtype=body.dtype(t, precision)) for t, _ in body.outputs]
    function = library[f"{body.name}_{precision}"]
    function.restype = None
    pointers = [ctypes.c_void_p(x.ctypes.data) for x in (*ins, *outs)]
    function(*pointers, ctypes.c_longlong(int(np.prod(shape))))
    return outs
