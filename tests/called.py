"""Calls of the library as functions with source, at operands, with seeds."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

NARROW = {np.float32: 1e-4, np.float16: 3e-2}


def written(folder: Path, texts: Sequence[tuple[str, int]]) -> list[Callable[..., Any]]:
    """A function for each expression and number of operands, in a file with source."""
    lines = ["import math", "import numpy as np"]
    for k, (text, operands) in enumerate(texts):
        lines += ["", "", f"def call_{k}({', '.join('xy'[:operands])}):", f"    return {text}"]
    path = folder / "library_calls.py"
    path.write_text("\n".join(lines) + "\n")
    spec = importlib.util.spec_from_file_location("library_calls", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return [getattr(module, f"call_{k}") for k in range(len(texts))]


def one(x: Any, k: int) -> Any:
    """The operand of an example: a number of Python where it is one."""
    if x.ndim > 1:
        return x[k].copy()
    return x[k].item() if x.dtype.itemsize <= 8 and x.dtype != np.float16 else x[k]


def tolerance(*values: Any) -> float:
    return max(NARROW.get(np.asarray(v).dtype.type, 1e-10) for v in values)


class Case:
    """A function at some operands, with seeds."""

    def __init__(self, f: Callable[..., Any], args: Sequence[Any]) -> None:
        self.f = f
        self.args = list(args)
        with np.errstate(all="ignore"):
            self.value = f(*self.fresh())
        self.wrt = tuple(k for k, x in enumerate(self.args) if np.asarray(x).dtype.kind == "f")
        y = np.asarray(self.value)
        self.smooth = y.dtype.kind == "f" and bool(self.wrt)
        self.by = np.asarray(np.cos(np.arange(y.size) + 1.0).reshape(y.shape), y.dtype)
        if not isinstance(self.value, np.ndarray):
            self.by = float(self.by)
        self.dx = tuple(self.direction(k) for k in self.wrt)
        self.close = tolerance(self.value, *(self.args[k] for k in self.wrt))

    def fresh(self) -> list[Any]:
        return [x.copy() if isinstance(x, np.ndarray) else x for x in self.args]

    def direction(self, k: int) -> Any:
        x = np.asarray(self.args[k])
        d = np.asarray(np.sin(3.0 * np.arange(x.size) + k + 1.0).reshape(x.shape), x.dtype)
        return d if isinstance(self.args[k], np.ndarray) else float(d)

    def moved(self, t: float) -> list[Any]:
        args = self.fresh()
        for k, d in zip(self.wrt, self.dx, strict=True):
            args[k] = args[k] + t * d
        return args
