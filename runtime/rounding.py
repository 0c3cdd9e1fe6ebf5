"""Rounding to a float format, nearest even, with float64 values before and after.

Generated code writes every rounding down::

    t = fp.round_bfloat16(x * w)
    y = fp.round_bfloat16(t + b)

A Python number gives a Python float, a NumPy scalar gives ``np.float64``, an array gives a new
float64 array. One kernel per format, specialised on the format's constants; it rounds float64
once, never by way of a narrower type, which would round twice.

How it rounds. Write ``e`` for the exponent of x, 2**e <= abs(x) < 2**(e+1), or emin below that.
The values of the format near x are the multiples of q = 2**(e-p+1). With S = 1.5 * 2**(e+53-p),
``(x + S) - S`` is x rounded to a multiple of q, ties to even:

- Float64 values from 2**(e+53-p) to 2**(e+54-p) are exactly q apart, and x + S lies between them
  because abs(x) < 2**(e+1) <= 2**(e+52-p) for p <= 51. So the addition, an IEEE operation, rounds
  x + S to a multiple of q, in a tie to the even one.
- S = 3 * 2**51 * q is an even multiple of q: subtracting it keeps even multiples even.
- The subtraction is exact, since its operands lie in one binade (Sterbenz, 1974).
- A result of zero has lost the sign of x, which is put back.

A multiple that was rounded up to 2**(e+1) is a value of the format too. Overflow is a comparison
of x itself with a constant, and NaN passes through. (Dekker's splitting, 1971, saves finding e but
does not decide ties: Boldo, 2006.)

Intermediate results are normal float64 numbers, zeros or x itself, and nothing overflows on the
way: neither flush-to-zero, which other libraries switch on in the process, nor ``np.seterr``
changes anything.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from math import copysign, frexp
from typing import Any, Protocol, overload

import numpy as np
from numpy.typing import NDArray

from fpad.runtime.formats import FORMATS, Format, FormatLike, format_of, require_gradual

__all__ = [
    "round_bfloat16",
    "round_float8_e4m3fn",
    "round_float8_e5m2",
    "round_float16",
    "round_float32",
    "round_float64",
    "round_to",
    "rounder",
]

Carrier = NDArray[np.float64]

# Elements per pass, so that operand, result and scratch stay in the second-level cache.
BLOCK = 16384

_FLOAT64, _INT64 = np.dtype(np.float64), np.dtype(np.int64)
# 0-d arrays: a ufunc takes them faster than Python numbers, which matters on short arrays.
_EXPONENT = np.array(0x7FF0_0000_0000_0000, _INT64)
_SMALLEST, _ONE = 5e-324, 1.0


class Rounder(Protocol):
    """What `rounder` returns."""

    @overload
    def __call__(self, x: np.generic, /) -> np.float64: ...
    @overload
    def __call__(self, x: NDArray[Any], /) -> Carrier: ...
    @overload
    def __call__(self, x: float, /) -> float: ...


def round_to(x: Any, fmt: FormatLike) -> Any:
    """Round to the nearest value of a format, ties to even.

    Args:
        x: A Python number, a NumPy scalar or an array of any dtype whose values are float64
            values. Integers and booleans are converted to float64 first.
        fmt: A format or its name.

    Returns:
        A Python float, an ``np.float64`` or a new float64 array of the shape of `x`.

    Raises:
        ValueError: If the format is unknown or has a policy that has no kernel.
        TypeError: If `x` is complex, wider than float64, masked, or no number.
    """
    return _rounder(format_of(fmt))(x)


def rounder(fmt: FormatLike) -> Rounder:
    """The rounding function of a format: ``rounder("bfloat16") is round_bfloat16``.

    Raises:
        ValueError: If the format is unknown or has a policy that has no kernel.
    """
    return _rounder(format_of(fmt))


@functools.lru_cache(maxsize=256)
def _rounder(fmt: Format) -> Rounder:
    kernel: Any = _identity if fmt == FORMATS["float64"] else _kernel(fmt)
    kernel.__name__ = kernel.__qualname__ = f"round_{fmt.name}"  # pickle finds it by this name
    kernel.__doc__ = (
        f"Round to the nearest {fmt.name} value, ties to even; see `round_to` for what it takes."
    )
    rounder: Rounder = kernel
    return rounder


def _kernel(fmt: Format) -> Callable[[Any], Any]:
    """The rounding function of a format narrower than float64, specialised on its constants."""
    _require_kernel(fmt)
    limit, beyond = fmt.overflow_from, fmt.overflow_to
    # S by the exponent that frexp gives, one above e and between -1073 and 1024: a list in which
    # Python's negative indices count from the end. Entries above emax + 1 are never read.
    shifts = [0.0] * 2098
    for exponent in range(-1073, fmt.emax + 2):
        shifts[exponent] = math.ldexp(1.5, max(exponent - 1, fmt.emin) + 53 - fmt.p)
    array = _array_kernel(fmt)

    def kernel(x: Any) -> Any:
        if type(x) is float:
            if -limit < x < limit:
                shift = shifts[frexp(x)[1]]
                return (x + shift) - shift or x * 0.0
            return copysign(beyond, x) if x == x else x
        return _convert(x, kernel, array)

    return kernel


def _array_kernel(fmt: Format) -> Callable[[Carrier], Carrier]:
    """The same rounding in whole-array passes."""
    limit, beyond = np.array(fmt.overflow_from), np.array(fmt.overflow_to)
    lowest, highest = np.array(2.0**fmt.emin), np.array(2.0**fmt.emax)
    top = float(highest)
    factor = np.array(math.ldexp(1.5, 53 - fmt.p))

    def block(x: Carrier, y: Carrier, shift: Carrier) -> None:
        # 2**e is x without its sign and fraction; 0 for subnormal x, infinite for NaN.
        np.bitwise_and(x.view(_INT64), _EXPONENT, out=shift.view(_INT64))
        # Nothing below 2**emax <= maxfin overflows, and then four passes are saved.
        large = np.maximum.reduce(shift) >= top
        if large:
            np.minimum(shift, highest, out=shift)
        np.maximum(shift, lowest, out=shift)
        np.multiply(shift, factor, out=shift)
        np.add(x, shift, out=y)
        np.subtract(y, shift, out=y)
        if large:
            np.copyto(y, beyond, where=np.abs(x) >= limit)
        np.copysign(y, x, out=y)

    def array(x: Carrier) -> Carrier:
        if not (x.flags.c_contiguous or x.flags.f_contiguous):
            x = x.copy(order="K")
        result = np.empty_like(x)
        # Both are dense with equal strides, so flattening in memory order makes views.
        source, target = x.ravel(order="K"), result.ravel(order="K")
        if x.size <= BLOCK:
            if x.size:
                block(source, target, np.empty(x.size))
            return result
        shift = np.empty(BLOCK)
        for start in range(0, x.size, BLOCK):
            part = source[start : start + BLOCK]
            block(part, target[start : start + BLOCK], shift[: part.size])
        return result

    if fmt == FORMATS["float32"]:
        return functools.partial(_cast_to_float32, otherwise=array)
    return array


def _cast_to_float32(x: Carrier, *, otherwise: Callable[[Carrier], Carrier]) -> Carrier:
    """Round to float32 with the processor's own conversion, a single correct rounding."""
    # Under flush-to-zero or denormals-are-zero it would lose the subnormal values of float32.
    if _SMALLEST * _ONE == 0.0:
        return otherwise(x)
    with np.errstate(all="ignore"):
        return x.astype(np.float32).astype(np.float64)


def _identity(x: Any) -> Any:
    return x if type(x) is float else _convert(x, float, np.copy)


def _convert(x: Any, scalar: Callable[[Any], Any], array: Callable[[Carrier], Carrier]) -> Any:
    """Round what is not a Python float: convert to float64, round, give the matching kind."""
    if type(x) is np.ndarray and x.dtype == _FLOAT64 and x.ndim:
        return array(x)
    if isinstance(x, np.float64):
        return np.float64(scalar(float(x)))
    if isinstance(x, (int, float)):
        return scalar(float(x))
    if isinstance(x, np.ma.MaskedArray):
        raise TypeError("cannot round a masked array: round its data and restore the mask")
    given = np.asarray(x)
    # A wider type would be rounded twice, by the conversion and by the kernel.
    if not np.can_cast(given.dtype, _FLOAT64):
        raise TypeError(
            f"cannot round {type(x).__name__} of dtype {given.dtype}: its values are not float64"
        )
    if given.ndim:
        return array(given.astype(_FLOAT64, copy=False))
    rounded = np.float64(scalar(float(given)))
    return rounded if isinstance(x, np.generic) else np.array(rounded)


def _require_kernel(fmt: Format) -> None:
    """Refuse policies without a kernel, and constants to which its proof does not apply."""
    require_gradual(fmt)
    if not fmt.negzero:
        raise ValueError(f"{fmt.name}: rounding without a negative zero is not supported")
    if fmt.overflow == "raise":
        raise ValueError(f"{fmt.name}: rounding with overflow = 'raise' is not supported")
    # x + S has the required bits; q is normal; S is too small to push the largest x to infinity.
    if fmt.p > 51 or fmt.emin - fmt.p + 1 < -1022 or fmt.emax + 53 - fmt.p > 968:
        raise ValueError(
            f"{fmt.name}: p = {fmt.p} with exponents {fmt.emin}..{fmt.emax} "
            "leaves no room in float64 to round in"
        )


round_float64 = rounder("float64")
round_float32 = rounder("float32")
round_bfloat16 = rounder("bfloat16")
round_float16 = rounder("float16")
round_float8_e5m2 = rounder("float8_e5m2")
round_float8_e4m3fn = rounder("float8_e4m3fn")
