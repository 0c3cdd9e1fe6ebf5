"""What generated code imports, as `from fpad import runtime as fp`: depends on NumPy alone.

Every public name here that generated code may compute with has a rule in `fpad.transforms.rules`,
so generated code can be differentiated again.
"""

from fpad.runtime.arrays import (
    broadcast,
    copy,
    like,
    reshape_like,
    scatter,
    select,
    tape,
    unbroadcast,
    where,
    zeros_like,
)
from fpad.runtime.memory import asarray, disjoint, element, own, real_output, scalar_output
from fpad.runtime.rounding import (
    round_bfloat16,
    round_float8_e4m3fn,
    round_float8_e5m2,
    round_float16,
    round_float32,
    round_float64,
    round_to,
)
from fpad.runtime.update import (
    add_at,
    iadd,
    ifloordiv,
    imatmul,
    imod,
    imul,
    ipow,
    isub,
    itruediv,
)

__all__ = [
    "add_at",
    "asarray",
    "broadcast",
    "copy",
    "disjoint",
    "element",
    "iadd",
    "ifloordiv",
    "imatmul",
    "imod",
    "imul",
    "ipow",
    "isub",
    "itruediv",
    "like",
    "own",
    "real_output",
    "reshape_like",
    "round_bfloat16",
    "round_float8_e4m3fn",
    "round_float8_e5m2",
    "round_float16",
    "round_float32",
    "round_float64",
    "round_to",
    "scalar_output",
    "scatter",
    "select",
    "tape",
    "unbroadcast",
    "where",
    "zeros_like",
]
