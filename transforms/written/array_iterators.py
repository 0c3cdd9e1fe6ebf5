"""`numpy.nditer` as a class of which fpad sees the attributes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from fpad import runtime as fp

WRITABLE = ("readwrite", "writeonly")
FLAGS = ("c_index", "multi_index", "refs_ok", "zerosize_ok")
"""What an iterator may be asked for."""
OPERAND_FLAGS = ("allocate", "no_broadcast", "readonly", *WRITABLE)


class Iterated:
    """`numpy.nditer`, written out: it goes through arrays in C order, in step.

    Attributes:
        operands: the arrays, those included that it has made.
        seen: these in the shape that it runs over.
    """

    def __init__(self, op: Any, op_flags: Any = None, order: Any = "K") -> None:
        given = list(op) if isinstance(op, list | tuple) else [op]
        writes = [False for _ in given]
        if op_flags is not None:
            each = op_flags if isinstance(op_flags[0], list | tuple) else [op_flags for _ in given]
            writes = [any(how in WRITABLE for how in hows) for hows in each]
        whole: Any = 0
        for x in given:
            if x is not None:
                whole = whole + np.zeros_like(x)
        operands, seen = [], []
        for x, w in zip(given, writes, strict=True):
            if x is None:
                new = np.zeros_like(whole)
                operands.append(new)
                seen.append(new)
            elif w or len(given) == 1:
                operands.append(np.asarray(x))
                seen.append(operands[-1])
            else:
                operands.append(np.asarray(x))
                seen.append(np.broadcast_to(operands[-1], np.shape(whole)))
        self.operands, self.seen = tuple(operands), tuple(seen)
        self.shape = np.shape(whole)
        self.nop, self.ndim = len(given), np.ndim(whole)
        self.iterindex, self.itersize = 0, np.size(whole)
        if order != "C":
            for x in self.operands:  # they are refused where their entries lie in another order
                self.itersize = self.itersize + 0 * np.size(fp.in_order(x))

    @property
    def finished(self) -> Any:
        """Has it gone through all entries?"""
        return self.iterindex >= self.itersize

    @property
    def multi_index(self) -> Any:
        """Where it is, an index for each axis."""
        return np.unravel_index(self.iterindex, self.shape)

    @property
    def index(self) -> Any:
        """The number of the entry where it is."""
        return self.iterindex

    @property
    def value(self) -> Any:
        """The entries where it is."""
        at = (*np.unravel_index(self.iterindex, self.shape), ...)
        seen = self.seen
        if len(seen) == 1:
            return seen[0][at]
        if len(seen) == 2:
            return seen[0][at], seen[1][at]
        if len(seen) == 3:
            return seen[0][at], seen[1][at], seen[2][at]
        return tuple([x[at] for x in seen])

    def __getitem__(self, k: Any) -> Any:
        at = (*np.unravel_index(self.iterindex, self.shape), ...)
        return self.seen[0][at] if len(self.seen) == 1 else self.seen[k][at]

    def __setitem__(self, k: Any, v: Any) -> None:
        at = np.unravel_index(self.iterindex, self.shape)
        if len(self.seen) == 1:
            self.seen[0][at] = v
        else:
            self.seen[k][at] = v

    def __len__(self) -> Any:
        return len(self.operands)

    def __iter__(self) -> Iterator[Any]:
        while self.iterindex < self.itersize:
            yield self.value
            self.iterindex += 1

    def iternext(self) -> Any:
        """Go on; is there something left?"""
        self.iterindex += 1
        return self.iterindex < self.itersize

    def reset(self) -> None:
        """Begin again."""
        self.iterindex = 0

    def close(self) -> None:
        """What was written is in the arrays already."""

    def __enter__(self) -> Iterated:
        return self

    def __exit__(self, *about: Any) -> None:
        self.close()


WRITTEN: dict[Any, Any] = {np.nditer: Iterated}
"""The class that stands for NumPy's."""
