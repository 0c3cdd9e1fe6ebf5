"""Two readings of definitions: IEEE double precision, and exact rationals."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np


class Floats:
    """The core scalar operations on Python floats."""

    exp, expm1, exp2 = math.exp, math.expm1, math.exp2
    log, log1p, log2, log10 = math.log, math.log1p, math.log2, math.log10
    sqrt, cbrt, pow = math.sqrt, math.cbrt, math.pow
    sin, cos, tan = math.sin, math.cos, math.tan
    arcsin, arccos, arctan, arctan2 = math.asin, math.acos, math.atan, math.atan2
    sinh, cosh, tanh = math.sinh, math.cosh, math.tanh

    @staticmethod
    def floor(x: float) -> float:
        return float(math.floor(x))

    @staticmethod
    def select(condition: Any, a: Any, b: Any) -> Any:
        return a if condition else b


class Rationals:
    """The core scalar operations that keep rationals rational; the others are refused."""

    @staticmethod
    def floor(x: Fraction) -> Fraction:
        return Fraction(math.floor(x))

    @staticmethod
    def select(condition: Any, a: Any, b: Any) -> Any:
        return a if condition else b

    @staticmethod
    def pow(a: Fraction, b: Fraction) -> Fraction:
        if Fraction(b).denominator != 1:
            raise TypeError("an irrational power")
        return Fraction(a) ** int(b)


def rational(x: Any) -> Any:
    """The exact value of a number, or of every entry of an array, inside tuples too."""
    if isinstance(x, tuple):
        return tuple(map(rational, x))
    if isinstance(x, np.ndarray) and x.dtype.kind == "f":
        out = np.empty(x.shape, object)
        for index, entry in np.ndenumerate(x):
            out[index] = Fraction(float(entry))
        return out
    return Fraction(x) if isinstance(x, float) else x
