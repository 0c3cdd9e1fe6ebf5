"""What generated code imports, as `from fpad import runtime as fp`: depends on NumPy alone.

Every public name here that generated code may compute with has a rule in `fpad.transforms.rules`,
so generated code can be differentiated again.
"""

from fpad.runtime.arrays import (
    astype,
    broadcast,
    copy,
    dtype,
    flatten,
    item,
    like,
    reshape_like,
    scatter,
    select,
    tape,
    unbroadcast,
    where,
    zeros_like,
)
from fpad.runtime.join import part, place_part
from fpad.runtime.memory import asarray, disjoint, element, own, real_output, scalar_output
from fpad.runtime.products import dot_left, dot_right, matmul_left, matmul_right
from fpad.runtime.reduce import argmax, argmin, count, gap, pick, place, runner_up, spread
from fpad.runtime.rounding import (
    round_bfloat16,
    round_float8_e4m3fn,
    round_float8_e5m2,
    round_float16,
    round_float32,
    round_float64,
    round_to,
)
from fpad.runtime.slopes import div0, log0, power_slope, sign
from fpad.runtime.update import add_at, iadd, ifloordiv, imatmul, imod, imul, ipow, isub, itruediv

__all__ = [
    "add_at",
    "argmax",
    "argmin",
    "asarray",
    "astype",
    "broadcast",
    "copy",
    "count",
    "disjoint",
    "div0",
    "dot_left",
    "dot_right",
    "dtype",
    "element",
    "flatten",
    "gap",
    "iadd",
    "ifloordiv",
    "imatmul",
    "imod",
    "imul",
    "ipow",
    "isub",
    "item",
    "itruediv",
    "like",
    "log0",
    "matmul_left",
    "matmul_right",
    "own",
    "part",
    "pick",
    "place",
    "place_part",
    "power_slope",
    "real_output",
    "reshape_like",
    "round_bfloat16",
    "round_float8_e4m3fn",
    "round_float8_e5m2",
    "round_float16",
    "round_float32",
    "round_float64",
    "round_to",
    "runner_up",
    "scalar_output",
    "scatter",
    "select",
    "sign",
    "spread",
    "tape",
    "unbroadcast",
    "where",
    "zeros_like",
]
