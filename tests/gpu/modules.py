"""Derivatives for CuPy: their generated modules, the kernels in them, and what these compute."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import fpad
from fpad.runtime import gpu
from fpad.transforms.cuda_text import KernelText
from fpad.transforms.cupy_kernels import Kernel, kernels, to_cupy
from fpad.transforms.ir import Const, Let, Return
from tests.gpu import host
from tests.gpu.programs import Example


def derivative(example: Example, what: str, **options: Any) -> Any:
    """A derivative of an example."""
    return getattr(fpad, what)(example.function, wrt=example.wrt, **options)


def seeds(example: Example, what: str, n: int, dtype: str) -> dict[str, Any]:
    """The tangent that jvp wants; nothing for the others."""
    if what != "jvp":
        return {}
    wrt = example.wrt if isinstance(example.wrt, tuple) else (example.wrt,)
    tangents = tuple(example.arguments(n, dtype, seed=7)[k] for k in wrt)
    return {"tangent": tangents if isinstance(example.wrt, tuple) else tangents[0]}


def derived(made: Any, args: tuple[Any, ...]) -> Any:
    """What was derived for arguments like these: text, program and loaded function."""
    made.derive(*args)
    return made._latest.derived


def kernels_of(made: Any, args: tuple[Any, ...]) -> list[Kernel]:
    """The kernels of a derivative, for whatever back end it is; no CuPy is needed."""
    return kernels(to_cupy(derived(made, args).program))


def module(entry: Any) -> ModuleType:
    """The generated module."""
    return sys.modules[entry.call.__module__]


def fused(entry: Any) -> dict[str, gpu.Fused]:
    """The kernels of a generated module by name."""
    found = vars(module(entry)).items()
    return {name: f for name, f in found if isinstance(f, gpu.Fused)}


@contextmanager
def without_kernels(entry: Any) -> Iterator[None]:
    """The array operations of a generated module alone, one launch each."""
    scope = vars(module(entry))
    before = fused(entry)
    scope.update({name: f.steps for name, f in before.items()})
    try:
        yield
    finally:
        scope.update(before)


def body_of(text: KernelText) -> host.Body:
    """A kernel's text for the host."""
    return host.Body(text.name, text.inputs, text.outputs, "\n".join(text.lines))


def numpy_function(kernel: Kernel) -> Callable[..., tuple[Any, ...]]:
    """What the kernel's statements compute, on NumPy arrays."""

    def run(*args: Any) -> tuple[Any, ...]:
        env = dict(zip(kernel.params, args, strict=True))
        for s in kernel.body:
            if isinstance(s, Let):
                operands = (a.value if isinstance(a, Const) else env[a] for a in s.args)
                env[s.target] = s.op(*operands)
        last = kernel.body[-1]
        assert isinstance(last, Return)
        return tuple(env[n] for n in last.values)

    return run
