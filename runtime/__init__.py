"""What generated code imports, as `from fpad import runtime as fp`: depends on NumPy alone.

Every public name here that generated code may compute with has a rule in `fpad.transforms.rules`,
so generated code can be differentiated again.
"""

from typing import Any

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
    "broadcast",
    "copy",
    "iadd",
    "ifloordiv",
    "imatmul",
    "imod",
    "imul",
    "ipow",
    "isub",
    "itruediv",
    "like",
    "reshape_like",
    "scatter",
    "select",
    "tape",
    "unbroadcast",
    "where",
    "zeros_like",
]


def __getattr__(name: str) -> Any:
    """The roundings (`round_bfloat16`, ..) load when the first one is asked for."""
    if name.startswith("round_"):
        from fpad.runtime import rounding

        value = getattr(rounding, name)
        globals()[name] = value
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
