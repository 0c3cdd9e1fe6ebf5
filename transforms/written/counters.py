"""`itertools.count` and `cycle` as classes, for what asks them for one value at a time."""

from __future__ import annotations

import itertools
from typing import Any


class Count:
    """`itertools.count`, written out."""

    def __init__(self, start: Any = 0, step: Any = 1) -> None:
        self.value = start
        self.step = step

    def __iter__(self) -> Any:
        return self

    def __next__(self) -> Any:
        value = self.value
        self.value = value + self.step
        return value


class Cycle:
    """`itertools.cycle`, written out, of values that are known one by one."""

    def __init__(self, values: Any) -> None:
        self.values = tuple(values)
        self.begun = 0

    def __iter__(self) -> Any:
        return self

    def __next__(self) -> Any:
        value = self.values[self.begun % len(self.values)]
        self.begun = self.begun + 1
        return value


COUNTERS: dict[Any, type] = {itertools.count: Count, itertools.cycle: Cycle}
