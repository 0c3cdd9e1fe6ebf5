"""How far a long computation is: a bar with rate and time left, on a terminal that has rich."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any, Self


class Progress:
    """A bar on the standard error.

    Args:
        points: all points.
        done: those that were done before.
        wanted: show it; None: if the standard error is a terminal and rich is there.
        what: the word in front of the bar.
        unit: what is counted.
        after: seconds before it is shown.
    """

    def __init__(
        self,
        points: int,
        done: int = 0,
        wanted: bool | None = None,
        what: str = "sweep",
        unit: str = "points",
        after: float = 0.0,
    ) -> None:
        self._points = points
        self._done = done
        self._what, self._unit = what, unit
        self._start = time.monotonic() + after
        self._bar: Any = None
        self._task: Any = None
        self._wanted = sys.stderr.isatty() if wanted is None else wanted

    def __enter__(self) -> Self:
        self._show()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def advance(self, points: int = 1) -> None:
        """So many more points are done."""
        self._done += points
        if self._bar is None:
            self._show()
        if self._bar is not None:
            speed = self._bar.tasks[0].speed
            rate = "" if speed is None else f"{speed:,.0f} {self._unit}/s"
            self._bar.update(self._task, completed=self._done, rate=rate)

    def _show(self) -> None:
        """Begin to show the bar, if it is time."""
        if not self._wanted or time.monotonic() < self._start:
            return
        self._bar = _bar()
        self._wanted = self._bar is not None
        if self._bar is not None:
            self._bar.start()
            self._task = self._bar.add_task(
                self._what, total=self._points, completed=self._done, rate=""
            )


def _bar() -> Any:
    """The bar; None without rich: nothing fails for it."""
    try:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Rich
    except ImportError:
        return None
    return Rich(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        console=Console(file=sys.stderr),
    )
