"""Functions of `statistics` and `math` that round an exact result once.

    y = statistics.stdev(xs)        y = fp.valued(formula, fp.exact(statistics.stdev, xs))

No formula in floats gives the same last bits, so the value is that of the library, and the
derivative that of the formula beside it (`written.samples`).
"""

from __future__ import annotations

import math
import statistics

from fpad import runtime as fp
from fpad.transforms.kinds import FLOAT
from fpad.transforms.rules.core import constant, general

general(
    fp.valued,
    [lambda dx, y, formula, value: dx, None],
    [lambda by, y, formula, value: by, None],
    kind=lambda formula, value: FLOAT,
    definition=lambda c, formula, value: formula,
    examples=((0.5, 0.5),),
)

constant(
    fp.exact,
    ("function", "data", "more"),
    kind=lambda *_: FLOAT,
    examples=((statistics.mean, (0.5, 1.5, 2.0)), (math.dist, (0.5, 1.5), (2.0, 0.1))),
)
