"""The statements `y += e` and their kin: the operation of which each stores the result in y."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from fpad import runtime as fp

BITWISE: dict[Any, Callable[[Any, Any], Any]] = {
    fp.ilshift: operator.lshift,
    fp.irshift: operator.rshift,
    fp.iand: operator.and_,
    fp.ior: operator.or_,
    fp.ixor: operator.xor,
}
PLAIN: dict[Any, Callable[[Any, Any], Any]] = {
    fp.iadd: operator.add,
    fp.isub: operator.sub,
    fp.imul: operator.mul,
    fp.itruediv: operator.truediv,
    fp.ifloordiv: operator.floordiv,
    fp.imod: operator.mod,
    fp.ipow: operator.pow,
    fp.imatmul: operator.matmul,
    **BITWISE,
}
