"""Calls at special points, to be compared with other libraries: ties, zeros, ends, infinities.

A name stands for operands, as in `calls_table`; below it are expressions in x and y, separated by
two blanks.  `tests/test_jax.py` compares fpad's slopes with those of JAX and autograd at every
entry on which these two agree; `CHOSEN` says where fpad's published convention is another.
"""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np

from tests.calls_table import Call

INF = math.inf
_LINE = np.array([0.0, -0.0, 1.0, -1.0, 0.5, 2.0, INF, -INF])
POINTS: dict[str, tuple[Any, ...]] = {
    "a line": (_LINE,),
    "half a line": (np.array([0.0, 0.5, 1.0, 2.0, INF]),),
    "the ends": (np.array([-1.0, 0.0, 1.0]),),
    "a grid": (np.repeat([0.0, 1.0, -1.0], 3), np.tile([0.0, 1.0, -1.0], 3)),
    "positive bases": (np.repeat([0.0, 1.0, 2.0], 3), np.tile([0.0, 1.0, 2.0], 3)),
    "far out": (np.array([INF, -INF, INF, 1.0, 1.0]), np.array([1.0, 1.0, -1.0, INF, -INF])),
    "zeros": (np.zeros(3),),
    "one zero": (np.array([2.0, 0.0, 3.0]),),
    "two zeros": (np.array([2.0, 0.0, 0.0, 3.0]),),
    "ties": (np.array([1.0, 3.0, 3.0, 1.0]),),
    "equal": (np.full(4, 0.1),),
    "one infinity": (np.array([1.0, INF, 2.0]),),
    "a singular matrix": (np.array([[1.0, 2.0], [2.0, 4.0]]),),
    "a zero matrix": (np.zeros((2, 2)),),
    "the unit matrix": (np.eye(3),),
    "half NaN": (np.array([1.0, np.nan, 2.0]),),
}
_TEXTS = {
    "a line": """
np.sin(x)  np.tanh(x)  np.arctan(x)  np.arcsinh(x)  np.exp(x)  np.expm1(x)  np.exp2(x)
np.square(x)  np.abs(x)  np.sign(x)  np.floor(x)  np.ceil(x)  np.rint(x)  np.reciprocal(x)
np.sinc(x)  np.cosh(x)  np.sinh(x)  np.cbrt(x)  x ** 2  x ** 3  x ** 0  x ** 1  x ** -1  x ** 2.0
2.0 ** x  1 / x  np.logaddexp(x, 0.0)  np.logaddexp2(1.0, x)  np.maximum(x, 0.0)
np.minimum(1.0, x)  np.clip(x, -1.0, 1.0)  np.where(x > 0, x, 0.0)  np.where(x == 0, 1.0, x ** 2)
np.mod(x, 2.0)  np.fmod(x, 1.0)  np.hypot(x, 1.0)  np.arctan2(x, 1.0)  np.arctan2(1.0, x)
np.copysign(x, 1.0)  np.heaviside(x, 0.5)  np.nan_to_num(x)  np.abs(x) ** 3  np.abs(x) * x
np.where(x > 1, np.log(x), x)
""",
    "half a line": """
np.sqrt(x)  np.log(x)  np.log1p(x)  x ** 0.5  x ** 1.5  x * np.sqrt(x)  0.0 ** x
""",
    "the ends": "np.arcsin(x)  np.arccos(x)  np.arctanh(x)",
    "a grid": """
np.maximum(x, y)  np.minimum(x, y)  np.fmax(x, y)  np.hypot(x, y)  np.arctan2(x, y)  x * y
np.logaddexp(x, y)  np.where(x > y, x, y)  np.copysign(x, y)  np.clip(x, y, 1.0)
""",
    "positive bases": "x ** y  np.power(x, y)",
    "far out": "np.maximum(x, y)  np.logaddexp(x, y)  np.hypot(x, y)  np.arctan2(x, y)  x + y",
    "zeros": """
np.prod(x)  np.cumprod(x)  np.std(x)  np.var(x)  np.linalg.norm(x)  np.linalg.norm(x, 1)
np.linalg.norm(x, 3)  np.max(x)  np.sort(x)  np.median(x)  np.sqrt(np.sum(x * x))
np.linalg.norm(x) ** 2
""",
    "one zero": """
np.prod(x)  np.cumprod(x)  np.prod(x) ** 2  np.linalg.norm(x)  np.linalg.norm(x, 1)
np.linalg.norm(x, 3)  np.where(x == 0, 0.0, x * np.log(x))  np.vander(x)
""",
    "two zeros": "np.prod(x)  np.cumprod(x)  np.min(x)  np.max(x)  np.linalg.norm(x, np.inf)",
    "ties": """
np.max(x)  np.min(x)  np.ptp(x)  np.sort(x)  np.median(x)  np.quantile(x, 0.3)
np.maximum.accumulate(x)  np.linalg.norm(x, np.inf)  np.nanmax(x)
np.exp(x - np.max(x))  np.partition(x, 1)  np.maximum(x, x[::-1])  np.max(x, initial=3.0)
""",
    "equal": "np.std(x)  np.max(x)  np.sort(x)  np.median(x)",
    "one infinity": """
np.sum(x)  np.prod(x)  np.cumprod(x)  np.cumsum(x)  np.max(x)  np.sort(x)  np.median(x)
np.logaddexp(x, x[::-1])
""",
    "a singular matrix": "np.linalg.det(x)  np.linalg.norm(x)  np.linalg.norm(x, 2)",
    "a zero matrix": "np.linalg.det(x)  np.linalg.norm(x)  np.linalg.norm(x, 1)",
    "the unit matrix": """
np.linalg.det(x)  np.linalg.inv(x)  np.linalg.slogdet(x)[1]  np.linalg.norm(x, 1)
""",
    "half NaN": "np.nansum(x)  np.nanmean(x)  np.nanprod(x)  np.nanmax(x)  np.nancumsum(x)",
}
TIE = "of tied operands the first takes all; theirs share"
CORNER = "the slope of an absolute value at 0 is 0; JAX's is 1"
STEEP = "a root, and an arc at its end, has slope 0; theirs is infinite"
BOUND = "at a bound the value passes through; theirs is a half or 0"
CHOSEN: dict[str, dict[str, tuple[str, tuple[int, ...]]]] = {
    "a line": {
        "np.cbrt(x)": (STEEP, (0, 1)),
        "np.maximum(x, 0.0)": (TIE, (0, 1)),
        "np.minimum(1.0, x)": (TIE, (2,)),
        "np.copysign(x, 1.0)": (CORNER, (0, 1)),
    },
    "half a line": {"np.sqrt(x)": (STEEP, (0,)), "x ** 0.5": (STEEP, (0,))},
    "the ends": {"np.arcsin(x)": (STEEP, (0, 2)), "np.arccos(x)": (STEEP, (0, 2))},
    "a grid": {
        "np.maximum(x, y)": (TIE, (0, 4, 8, 9, 13, 17)),
        "np.minimum(x, y)": (TIE, (0, 4, 8, 9, 13, 17)),
        "np.copysign(x, y)": (CORNER, (0, 1, 2)),
        "np.clip(x, y, 1.0)": (BOUND, (0, 3, 4, 5, 8, 9, 10, 13, 16, 17)),
    },
    "zeros": {
        "np.linalg.norm(x, 1)": (CORNER, (0, 1, 2)),
        "np.max(x)": (TIE, (0, 1, 2)),
    },
    "one zero": {"np.linalg.norm(x, 1)": (CORNER, (1,))},
    "two zeros": {"np.min(x)": (TIE, (1, 2))},
    "ties": {
        "np.max(x)": (TIE, (1, 2)),
        "np.min(x)": (TIE, (0, 3)),
        "np.ptp(x)": (TIE, (0, 1, 2, 3)),
        "np.maximum.accumulate(x)": (TIE, (1, 2)),
        "np.nanmax(x)": (TIE, (1, 2)),
        "np.exp(x - np.max(x))": (TIE, (1, 2)),
    },
    "equal": {"np.max(x)": (TIE, (0, 1, 2, 3))},
    "a zero matrix": {"np.linalg.norm(x, 1)": (CORNER + "; and columns are tied", (0, 1, 2, 3))},
    "the unit matrix": {"np.linalg.norm(x, 1)": (TIE, tuple(range(9)))},
}
"""Why fpad's slopes are others than those on which JAX and autograd agree, and at which entries."""


def points() -> list[Call]:
    """All calls of the table."""
    return [
        Call(part.strip(), on)
        for on, text in _TEXTS.items()
        for part in re.split(r"\s{2,}|\n", text)
        if part.strip()
    ]
