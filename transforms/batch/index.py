"""Indices of one example as indices of the batch.

x[i, 2:]        x[:, i, 2:]              the same index for all
x[k, :]         x[examples, k, :]        k: an int for each example; examples = np.arange(n)
x[rows]         x[examples[:, None], rows]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from fpad.transforms.ir import Const, Operand, Slice, names
from fpad.transforms.kinds import Kind, Num

_ALL = Slice(Const(None), Const(None), Const(None))


def batch_index(
    index: Operand,
    kinds: Mapping[str, Kind],
    batched: Callable[[str], bool],
    examples: Callable[[int], str],
) -> Operand | None:
    """The index for the whole batch; None where NumPy has no single index for it.

    Args:
        index: the index of one example.
        kinds: of the names in it, for one example.
        batched: does the name differ from example to example?
        examples: the name of 0, 1, .. n - 1, with so many axes behind.
    """
    parts = index if isinstance(index, tuple) else (index,)
    differ = [any(map(batched, names(p))) for p in parts]
    arrays = [_is_array(p, kinds) for p in parts]
    if not any(differ):
        if any(arrays):
            # Numbers count as arrays beside arrays; apart from each other they go to the front.
            at = [k for k, p in enumerate(parts) if arrays[k] or _is_number(p, kinds)]
            if at[-1] - at[0] + 1 != len(at):
                return None
        return (_ALL, *parts)
    if any(d and isinstance(p, Slice | tuple) for d, p in zip(differ, parts, strict=True)):
        return None
    if not any(arrays):
        return (examples(0), *parts)
    first = kinds.get(str(parts[0]))
    if differ[0] and sum(arrays) == 1 and arrays[0] and isinstance(first, Num):
        plain = all(isinstance(p, Slice) or p == Const(Ellipsis) for p in parts[1:])
        if plain and first.rank is not None and first.num == "int":
            return (examples(first.rank), *parts)
    return None


def _is_array(part: Operand, kinds: Mapping[str, Kind]) -> bool:
    if isinstance(part, Const):
        return isinstance(part.value, np.ndarray | list)
    if isinstance(part, str):
        kind = kinds.get(part)
        return not isinstance(kind, Num) or kind.array
    return isinstance(part, tuple)


def _is_number(part: Operand, kinds: Mapping[str, Kind]) -> bool:
    if isinstance(part, Const):
        return isinstance(part.value, int | np.integer)
    return isinstance(part, str) and not _is_array(part, kinds)
