"""How far a sweep is: a bar with rate and time left, where there is a terminal and rich."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any, Self


class Progress:
    """A bar on the standard error.

    Args:
        points: all points.
        done: those that were done before.
        wanted: show it; None: if the standard error is a terminal and rich is there.
    """

    def __init__(self, points: int, done: int, wanted: bool | None) -> None:
        self._points = points
        self._done = done
        self._bar: Any = None
        self._task: Any = None
        if wanted is None:
            wanted = sys.stderr.isatty()
        if wanted:
            self._bar = _bar()

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
            self._task = self._bar.add_task(
                "sweep", total=self._points, completed=self._done, rate=""
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def advance(self, points: int) -> None:
        """So many more points are done."""
        self._done += points
        if self._bar is not None:
            speed = self._bar.tasks[0].speed
            rate = "" if speed is None else f"{speed:,.0f} points/s"
            self._bar.update(self._task, completed=self._done, rate=rate)


def _bar() -> Any:
    """The bar; None without rich: a sweep does not fail for it."""
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
