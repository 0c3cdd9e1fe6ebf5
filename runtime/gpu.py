"""What generated CuPy code imports, as `from fpad.runtime import gpu as fp`.

Every helper of `fpad.runtime` is here too.  Most work on CuPy arrays as they are, through NumPy's
dispatch; those that make arrays, or look at their memory, are replaced.  What is no CuPy array is
handed to the helper of `fpad.runtime`.  Importing this module does not import CuPy.

CuPy has no scalars: a single element, or the sum of all, is an array without axes that may be a
view.  `element` makes copies of such views, so what NumPy guarantees for its scalars holds.
"""

from __future__ import annotations

import functools
import pathlib
from collections.abc import Callable
from typing import Any

import numpy as np

from fpad import runtime
from fpad.runtime.errors import InputError
from fpad.runtime.formats import FORMATS, FormatLike, format_of

_KERNELS = pathlib.Path(__file__).parent / "kernels"
PRELUDE = "".join(
    (_KERNELS / name).read_text(encoding="utf-8") for name in ("round.cuh", "prelude.cuh")
)
"""CUDA C++ in front of every kernel: the roundings, and operations of NumPy that C++ lacks."""

OPTIONS = ("--fmad=false",)
"""No multiply and add in one: every operation of a kernel rounds, as on the CPU."""


def __getattr__(name: str) -> Any:
    if name not in runtime.__all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(runtime, name)


def _on_device(x: Any) -> bool:
    return type(x).__module__.partition(".")[0] == "cupy"


# ---------------------------------------------------------------- kernels

_INT64 = range(-(2**63), 2**63)
_DTYPES = {"I": (np.dtype(np.int64).char,), "U": ("d", "f", "e")}


class Fused:
    """An elementwise kernel with the same computation by array operations beside it.

    The kernel runs where it gives the values and dtypes of the array operations: on CuPy arrays of
    floats that are all float64 or all float32, with numbers that do not change this.  Anything
    else (mixed precision, float16, NumPy arrays, no array at all) is left to the array operations.

    Attributes:
        kernel: the cupy.ElementwiseKernel.
        steps: the array operations.
    """

    def __init__(self, kernel: Any, steps: Callable[..., Any]) -> None:
        functools.update_wrapper(self, steps)
        self.kernel, self.steps = kernel, steps
        self._types = tuple(map(_type, kernel.in_params))

    def __call__(self, *args: Any) -> Any:
        """Compute: by the kernel if the arguments are fit for it, else by the array operations."""
        ready = self.arguments(args)
        return self.steps(*args) if ready is None else self.kernel(*ready)

    def arguments(self, args: tuple[Any, ...]) -> list[Any] | None:
        """The arguments for the kernel, or None if the array operations have to do it."""
        precision: set[str] = set()
        found = False
        for t, x in zip(self._types, args, strict=True):
            there = _on_device(x)
            found |= there
            if t == "T":
                precision.add(x.dtype.name if there else "none")
            elif t in _DTYPES and not (there and x.dtype.char in _DTYPES[t]):
                return None
        if not found or len(precision) > 1 or not precision <= {"float64", "float32"}:
            return None
        single = "float32" in precision
        ready = []
        for t, x in zip(self._types, args, strict=True):
            value = x if len(t) == 1 else _number(x, t, single)
            if value is None:
                return None
            ready.append(value)
        return ready


def _type(parameter: Any) -> str:
    """T: an array of floats, of the precision of all these; I: of integers; U: of any floats.

    Else the name of the type of a number or a mask.
    """
    if parameter.dtype is not None:
        return str(parameter.dtype.name)
    letter = parameter.ctype
    return "T" if letter in "TSRFQ" else "I" if letter in "IJKLMN" else "U"


def _number(x: Any, t: str, single: bool) -> Any:
    """The argument x for a parameter of type t, or None if NumPy's promotion would see more in it.

    `single`: the arrays of the kernel are float32.  A number of Python takes their type, one of
    NumPy or CuPy that is wider does not.
    """
    own = type(x)
    if own is float or own is int or own is bool:
        fits = t == {float: "float64", int: "int64", bool: "bool"}[own]
        return x if fits and (own is not int or x in _INT64) else None
    if not (_on_device(x) or isinstance(x, np.generic)):
        return None
    dtype = x.dtype
    if t == "float64" and dtype.kind == "f" and dtype.itemsize <= (4 if single else 8):
        return x if dtype.name == t else x.astype(np.float64)
    return x if dtype.name == t and (t == "bool" or not single) else None


def fused(kernel: Any) -> Callable[[Callable[..., Any]], Fused]:
    """Put a cupy.ElementwiseKernel in the place of a function of array operations."""
    return functools.partial(Fused, kernel)


@functools.cache
def _rounding(name: str) -> Any:
    """The kernel that rounds an array; of any dtype whose values are float64 values."""
    import cupy

    body = f"y = fp_round_{name}(double(x))"
    return cupy.ElementwiseKernel(
        "T x", "float64 y", body, f"fp_round_{name}", preamble=PRELUDE, options=OPTIONS
    )


def round_to(x: Any, fmt: FormatLike) -> Any:
    """`runtime.round_to`, also of a CuPy array; there only to the formats of `FORMATS`.

    Raises:
        TypeError: x is a CuPy array of complex numbers.
        ValueError: x is a CuPy array and there is no kernel for the format.
    """
    if not _on_device(x):
        return runtime.round_to(x, fmt)
    known = format_of(fmt)
    if FORMATS.get(known.name) != known:
        raise ValueError(f"there is no CUDA kernel that rounds to {known.name}")
    if x.dtype.kind not in "fiub":
        raise TypeError(f"cannot round an array of dtype {x.dtype}: its values are not float64")
    return _rounding(known.name)(x)


def _rounder(name: str) -> Callable[[Any], Any]:
    def rounded(x: Any) -> Any:
        return round_to(x, name)

    rounded.__name__ = rounded.__qualname__ = f"round_{name}"
    rounded.__doc__ = f"Round to the nearest {name} value, ties to even."
    return rounded


round_float64 = _rounder("float64")
round_float32 = _rounder("float32")
round_bfloat16 = _rounder("bfloat16")
round_float16 = _rounder("float16")
round_float8_e5m2 = _rounder("float8_e5m2")
round_float8_e4m3fn = _rounder("float8_e4m3fn")


# ---------------------------------------------------------------- helpers that make arrays


def _like(x: Any, like: Any) -> Any:
    """X as a CuPy array where `like` is one; a number takes the float type of `like`."""
    if _on_device(like) and not _on_device(x):
        import cupy

        number = not isinstance(x, np.ndarray) and like.dtype.kind == "f"
        return cupy.asarray(x, dtype=like.dtype if number else None)
    return x


def unbroadcast(t: Any, like: Any) -> Any:
    """`runtime.unbroadcast`; a Python float where `like` is a Python number."""
    out = runtime.unbroadcast(t, like)
    return out.item() if _on_device(out) and not hasattr(like, "shape") else out


def broadcast(t: Any, like: Any) -> Any:
    """`runtime.broadcast`, on the device where `like` is there."""
    return runtime.broadcast(_like(t, like), like)


def where(c: Any, a: Any, b: Any) -> Any:
    """`runtime.where`; a condition without a shape chooses between arrays too."""
    if any(map(_on_device, (c, a, b))):
        import cupy

        return cupy.where(cupy.asarray(c), a, b)
    return runtime.where(c, a, b)


def gate(g: Any, holds: Any, fails: Any) -> Any:
    """`runtime.gate`."""
    if any(map(_on_device, (g, holds, fails))):
        return where(fails, 0.0, where(holds, g, np.nan))
    return runtime.gate(g, holds, fails)


def scatter(g: Any, index: Any, like: Any) -> Any:
    """`runtime.scatter`."""
    if not _on_device(like):
        return runtime.scatter(g, index, like)
    out = np.zeros_like(like, dtype=getattr(g, "dtype", np.float64))
    runtime.add_at(out, index, g)
    return out


def spread(g: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """`runtime.spread`, on the device where x is there."""
    return runtime.spread(_like(g, x), x, axis, keepdims)


def place(g: Any, where: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """`runtime.place`, on the device where x is there."""
    return runtime.place(_like(g, x), where, x, axis, keepdims)


def place_part(v: Any, g: Any, arrays: Any, j: int, axis: int | None = 0) -> Any:
    """`runtime.place_part`, on the device where g is there."""
    return runtime.place_part(_like(v, g), g, arrays, j, axis)


# ---------------------------------------------------------------- memory


def own(x: Any) -> Any:
    """`runtime.own`: a new array of the entries of x."""
    return x.copy() if _on_device(x) else runtime.own(x)


def asarray(x: Any) -> Any:
    """`runtime.asarray`; a CuPy array is an array."""
    return x if _on_device(x) else runtime.asarray(x)


def element(x: Any) -> Any:
    """`runtime.element`; of an array without axes a copy, because CuPy's elements are views."""
    if not _on_device(x):
        return runtime.element(x)
    if x.shape != ():
        raise InputError(
            f"a part of shape {x.shape} of an array is used after the array was written; "
            "only single elements may be. Take a copy: v = x[i].copy()"
        )
    return x.copy()


def disjoint(*arrays: Any) -> None:
    """`runtime.disjoint`, also for CuPy arrays."""
    import cupy

    runtime.disjoint(*arrays)
    there = [a for a in arrays if _on_device(a)]
    for k, a in enumerate(there):
        if any(cupy.shares_memory(a, b) for b in there[k + 1 :]):
            raise InputError(
                "two arguments share memory and the function writes one of them: pass a copy of one"
            )


def seed(t: Any, like: Any) -> Any:
    """`runtime.seed`: the seed t on the device where its value is, cast to its float type."""
    if not _on_device(like):
        return runtime.seed(t, like)
    import cupy

    shape = getattr(t, "shape", None)
    if (np.shape(t) if shape is None else shape) != like.shape:
        raise InputError(f"a seed has shape {shape}; its value has shape {like.shape}")
    return cupy.asarray(t, dtype=like.dtype if like.dtype.kind == "f" else np.float64)


def real_output(y: Any) -> None:
    """`runtime.real_output`; no entry of a CuPy array is looked at."""
    runtime.real_output(np.empty((), y.dtype) if _on_device(y) else y)


def scalar_output(y: Any) -> None:
    """`runtime.scalar_output`; no entry of a CuPy array is looked at."""
    runtime.scalar_output(np.empty(y.shape, y.dtype) if _on_device(y) and not y.shape else y)
    if _on_device(y):
        real_output(y)
