"""Collects the choices of one run: which branch was taken where, and how far away the other was."""

from __future__ import annotations

from typing import Any

Raw = tuple[str, Any, Any, tuple[str, ...], tuple[int, ...]]
"""(site, label, switch, call path, iteration), in the order of execution."""


class Recorder:
    """What generated code writes its choices to; sites are keys of the module's table of sites.

    Attributes:
        choices: one `Raw` for each choice made.
    """

    __slots__ = ("_calls", "_iteration", "_trips", "choices")

    def __init__(self) -> None:
        self.choices: list[Raw] = []
        self._calls: list[str] = []
        self._iteration: list[int] = []
        self._trips: list[int] = []

    def choice(self, site: str, label: Any, switch: Any) -> None:
        """Record a choice; arrays are kept, so they must not be written afterwards."""
        self.choices.append((site, label, switch, tuple(self._calls), tuple(self._iteration)))

    def loop(self) -> None:
        """A loop begins."""
        self._iteration.append(0)
        self._trips.append(0)

    def ask(self) -> None:
        """The innermost loop, a while, asks whether there is a next trip: it counts to that."""
        self._iteration[-1] = self._trips[-1]

    def trip(self) -> None:
        """The next trip of the innermost loop begins."""
        self._iteration[-1] = self._trips[-1]
        self._trips[-1] += 1

    def end(self, site: str) -> None:
        """The innermost loop is over; the number of its trips is a choice."""
        self._iteration.pop()
        self.choice(site, self._trips.pop(), None)

    def call(self, site: str) -> None:
        """A function is called."""
        self._calls.append(site)

    def back(self) -> None:
        """The function has returned."""
        self._calls.pop()


def recorder() -> Recorder:
    """A new, empty recorder."""
    return Recorder()


def choice(record: Recorder, site: str, label: Any, switch: Any = None) -> None:
    """Record which piece was taken at a site, and the unrounded distance to the next piece."""
    record.choice(site, label, switch)


def loop(record: Recorder) -> None:
    """A loop begins."""
    record.loop()


def ask(record: Recorder) -> None:
    """The innermost loop asks whether there is a next trip."""
    record.ask()


def trip(record: Recorder) -> None:
    """The next trip of the innermost loop begins."""
    record.trip()


def end(record: Recorder, site: str) -> None:
    """The innermost loop is over."""
    record.end(site)


def call(record: Recorder, site: str) -> None:
    """A function is called at this site."""
    record.call(site)


def back(record: Recorder) -> None:
    """The function has returned."""
    record.back()


def truth(test: Any) -> bool:
    """The truth value of a test, as `if` takes it."""
    return bool(test)


def distance(a: Any, b: Any) -> Any:
    """The difference of two numbers; None, for a test that compares other things."""
    try:
        return a - b
    except TypeError:
        return None
