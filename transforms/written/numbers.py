"""Functions of `math` that NumPy has under other names, and products of what loops run through."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from fpad import runtime as fp


def prod(iterable: Any, *, start: Any = 1) -> Any:
    """`math.prod`, written out."""
    out = start
    for x in iterable:
        out = out * x
    return out


def modf(x: Any) -> Any:
    """`math.modf`, written out: the fraction, and what is in front of it."""
    whole = float(np.trunc(x))
    return x - whole, whole


def frexp(x: Any) -> Any:
    """`math.frexp`, written out: the exponent is an integer, and has no derivative."""
    exponent = fp.fixed("int", math.frexp, (x,), (), 1)
    return math.ldexp(x, -exponent), exponent


def frexp_of_arrays(x: Any) -> Any:
    """`numpy.frexp`, written out."""
    if np.ndim(x) == 0:
        exponent = fp.fixed("int", np.frexp, (x,), (), 1)
    else:
        exponent = fp.fixed("int[...]", np.frexp, (x,), (), 1)
    return np.ldexp(x, -exponent), exponent


def nextafter(x: Any, y: Any) -> Any:
    """`math.nextafter`, written out."""
    return float(np.nextafter(float(x), float(y)))


def ulp(x: Any) -> Any:
    """`math.ulp`, written out."""
    return float(np.spacing(np.abs(float(x))))


WRITTEN: dict[Any, Any] = {
    math.frexp: frexp,
    math.modf: modf,
    math.nextafter: nextafter,
    math.prod: prod,
    math.ulp: ulp,
    np.frexp: frexp_of_arrays,
}
