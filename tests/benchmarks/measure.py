"""Times that can be compared: several functions are run in turns, and medians are taken."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Action = Callable[[], object]


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        name: what was measured.
        limit: what was asked for.
        measured: what was found.
        unit: "ms", "us", or "x" for a ratio.
        at_least: the limit is a lower one.
        detail: what the number was made of.
    """

    name: str
    limit: float | None
    measured: float
    unit: str
    at_least: bool = False
    detail: str = ""

    @property
    def asked(self) -> str:
        """The limit in words."""
        if self.limit is None:
            return "-"
        return f"{'>=' if self.at_least else '<='} {self.limit:g} {self.unit}"

    @property
    def met(self) -> bool | None:
        """Is the measured value within the limit?"""
        if self.limit is None:
            return None
        return self.measured >= self.limit if self.at_least else self.measured <= self.limit


class Times:
    """Seconds per call of each function, one value for each round."""

    def __init__(self, samples: Mapping[str, list[float]]) -> None:
        self._samples = samples

    def median(self, name: str) -> float:
        """The median time of a function, in seconds."""
        return statistics.median(self._samples[name])

    def ratio(self, a: str, b: str) -> float:
        """The median, over the rounds, of the time of a over that of b."""
        pairs = zip(self._samples[a], self._samples[b], strict=True)
        return statistics.median([x / y for x, y in pairs])

    def difference(self, a: str, b: str) -> float:
        """The median, over the rounds, of the time of a minus that of b, in seconds."""
        pairs = zip(self._samples[a], self._samples[b], strict=True)
        return statistics.median([x - y for x, y in pairs])


def in_turns(actions: Mapping[str, Action], rounds: int = 25, sample: float = 2e-3) -> Times:
    """Run each function in every round, often enough that a round takes `sample` seconds of it."""
    counts = {name: _count(action, sample) for name, action in actions.items()}
    samples: dict[str, list[float]] = {name: [] for name in actions}
    enabled = gc.isenabled()
    gc.disable()
    try:
        for _ in range(rounds):
            for name, action in actions.items():
                samples[name].append(_time(action, counts[name]))
    finally:
        if enabled:
            gc.enable()
    return Times(samples)


def _count(action: Action, sample: float) -> int:
    action()
    once = min(_time(action, 1) for _ in range(3))
    return max(1, min(100_000, round(sample / max(once, 1e-8))))


def _time(action: Action, count: int) -> float:
    start = time.perf_counter()
    for _ in range(count):
        action()
    return (time.perf_counter() - start) / count
