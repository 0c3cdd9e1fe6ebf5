"""Which operands certainly hold one and the same number (value numbering of straight-line code).

    t1 = i + 1                  t1: 3
    t2 = M[t1]
    t3 = i + 1                  t3: 3, the number that t1 holds
    i = n                       i: 4
    t4 = i + 1                  t4: 5

Names that are written once, as those of temporaries are, keep their number for good; a variable
gets another one at every block boundary, behind which it may have been written on another way.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from fpad.transforms.ir import Const, Copy, Let, Operand, Statement, targets

_PURE = (operator.add, operator.sub, operator.mul, operator.floordiv, operator.mod, operator.neg)


class Numbering:
    """The numbers of level-2 operands where the code is written just now.

    Args:
        once: is this a name that is written once?
        new: gives a number that was not given before.
    """

    def __init__(self, once: Callable[[str], bool], new: Callable[[], int]) -> None:
        self._once = once
        self._new = new
        self._of: dict[str, int] = {}
        self._made: dict[tuple[Any, ...], int] = {}

    def number(self, o: Operand) -> int:
        """The number of an operand: equal numbers mean equal values."""
        if isinstance(o, Const):
            key = (type(o.value), repr(o.value))
            if key not in self._made:
                self._made[key] = self._new()
            return self._made[key]
        if not isinstance(o, str):
            return self._new()
        if o not in self._of:
            self._of[o] = self._new()
        return self._of[o]

    def note(self, s: Statement) -> None:
        """Number what a statement defines."""
        plain = isinstance(s, Let) and s.op in _PURE and not s.kwargs
        if isinstance(s, Let) and plain and all(isinstance(a, str | Const) for a in s.args):
            key = (s.op, *map(self.number, s.args))
            if key not in self._made:
                self._made[key] = self._new()
            self._of[s.target] = self._made[key]
        elif isinstance(s, Copy):
            self._of[s.target] = self.number(s.value)
        else:
            for t in targets(s):
                self._of[t] = self._new()

    def forget(self, name: str | None = None) -> None:
        """A name, or all that are written more than once, may hold anything from here on."""
        if name is not None:
            self._of[name] = self._new()
            return
        self._of = {n: k for n, k in self._of.items() if self._once(n)}

    def reset(self, last: int) -> None:
        """Numbers behind this one are about to be given again."""
        self._of = {n: k for n, k in self._of.items() if k <= last}
        self._made = {e: k for e, k in self._made.items() if k <= last}
