"""How many entries an array has, where the statements right before tell.

cuts = np.cumsum([n, m, m])         3
inner = cuts[:-1]                   2
places = np.array([n, n + m])       2
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from fpad.transforms.ir import (
    Const,
    Copy,
    Let,
    Load,
    Operand,
    Slice,
    Statement,
    blocks,
    targets,
    walk,
)

if TYPE_CHECKING:
    from fpad.transforms.writer import Writer

_AS_LONG = frozenset(
    (np.array, np.asarray, np.cumsum, np.copy, np.sort, np.flip, np.abs, np.negative)
)
"""Operations whose result has as many entries as their first operand, if that has one axis."""


def length_of(w: Writer, operand: Operand) -> int | None:
    """The number of entries of an array with one axis; None: it is not known here."""
    return _length(w.out, operand)


def _length(before: Sequence[Statement], operand: Operand) -> int | None:
    if isinstance(operand, tuple):
        return len(operand)
    for k in reversed(range(len(before)) if isinstance(operand, str) else ()):
        s: Any = before[k]
        if operand not in targets(s):
            if any(operand in targets(inner) for b in blocks(s) for inner in walk(b)):
                return None
            continue
        earlier = before[:k]
        match s:
            case Copy(value=value):
                return _length(earlier, value)
            case Let(op=op, args=(of, *rest)) if op in _AS_LONG and not rest and not s.kwargs:
                return _length(earlier, of)
            case Load(base=base, index=Slice() as index):
                return _part(_length(earlier, base), index)
        return None
    return None


def _part(length: int | None, index: Slice) -> int | None:
    bounds = (index.lower, index.upper, index.step)
    if length is None or not all(isinstance(o, Const) for o in bounds):
        return None
    return len(range(length)[slice(*(o.value for o in bounds if isinstance(o, Const)))])
