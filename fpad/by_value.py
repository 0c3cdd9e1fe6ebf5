"""Functions that are derived for the values of the numbers they are given.

    def f(x, k=3):
        folds = np.array_split(x, k)    # how many results there are, only the value of k tells

    def g(x, events):
        for t, what in sorted(events, key=first):   # in which order they come, only the times tell

Values do not belong to what code is derived for; but where it is refused without those of its ints,
it is derived with them, anew for others, and else with those of its floats too.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from fpad.transforms.kinds import FLOAT, Kind, NodeKind, children
from fpad.transforms.told import INTS, told

NUMBERS = INTS | {FLOAT}


@dataclass(frozen=True)
class ByValue:
    """What counts by its value.

    Attributes:
        kinds: the kinds of the parameters in which something does.
        sorts: the kinds of the single numbers in them that do.
    """

    kinds: Mapping[str, Kind]
    sorts: frozenset[Kind]

    def told(self, values: Mapping[str, Any]) -> dict[str, Kind]:
        """The kinds, with the numbers that count by their values."""
        kinds = self.kinds.items()
        return {n: told(k, values[n], self.sorts) if n in values else k for n, k in kinds}

    def counting(self, values: Mapping[str, Any]) -> tuple[Hashable, ...]:
        """The numbers that count, in order."""
        found: list[Hashable] = []
        for n, kind in self.kinds.items():
            if n in values:
                self._collect(kind, values[n], found)
        return tuple(found)

    def _collect(self, kind: Kind, value: Any, found: list[Hashable]) -> None:
        if kind in self.sorts:
            if type(value) is int:
                found.append(value)
            elif type(value) is float:
                found.append((value, math.copysign(1.0, value)))  # 0.0 and -0.0 are two
        elif isinstance(kind, NodeKind):
            for k, v in zip(kind.items, children(value)[1], strict=True):
                self._collect(k, v, found)
