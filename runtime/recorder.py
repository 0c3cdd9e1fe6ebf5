"""Collects the choices of one run: which branch was taken where, and how far away the other was.

What is noted down is kept as it is; `fpad.records` reads it when somebody asks.
"""

from __future__ import annotations

from typing import Any

from fpad.runtime.arrays import is_array

OPERANDS = object()
"""Stands in the place of a label whose rule computes it, of (operation, args, kwargs) in that of
the switch."""
Raw = tuple[str, Any, Any, tuple[str, ...], tuple[int, ...]]
"""(site, label or `OPERANDS`, switch, call path, iteration), in the order of execution."""


class Recorder:
    """What generated code writes its choices to; sites are keys of the module's table of sites.

    Attributes:
        choices: one `Raw` for each choice made.
        calls: the sites of the calls on the way to here, the outermost first.
        iteration: the trip of each enclosing loop, the outermost first.
        trips: how many trips of each of them have begun.
    """

    __slots__ = ("calls", "choices", "iteration", "trips")

    def __init__(self) -> None:
        self.choices: list[Raw] = []
        self.calls: tuple[str, ...] = ()
        self.iteration: tuple[int, ...] = ()
        self.trips: list[int] = []


def recorder() -> Recorder:
    """A new, empty recorder."""
    return Recorder()


def choice(record: Recorder, site: str, label: Any, switch: Any = None) -> None:
    """Record which piece was taken at a site, and the unrounded distance to the next piece.

    Arrays must not be written afterwards by anybody: `noted` gives one that nobody else has.
    """
    record.choices.append((site, label, switch, record.calls, record.iteration))


def chosen(record: Recorder, site: str, op: Any, /, *args: Any, **kwargs: Any) -> None:
    """Record the operands of an operation that chooses; as for `choice`, nobody writes them."""
    noted = op, args, kwargs
    record.choices.append((site, OPERANDS, noted, record.calls, record.iteration))


def noted(x: Any) -> Any:
    """What x holds now: a copy of an array, which the program or its caller may write later."""
    return x.copy() if is_array(x) else x


def loop(record: Recorder) -> None:
    """A loop begins."""
    record.iteration = (*record.iteration, 0)
    record.trips.append(0)


def ask(record: Recorder) -> None:
    """The innermost loop, a while, asks whether there is a next trip: it counts to that."""
    record.iteration = (*record.iteration[:-1], record.trips[-1])


def trip(record: Recorder) -> None:
    """The next trip of the innermost loop begins."""
    trips = record.trips
    record.iteration = (*record.iteration[:-1], trips[-1])
    trips[-1] += 1


def end(record: Recorder, site: str) -> None:
    """The innermost loop is over; the number of its trips is a choice."""
    record.iteration = record.iteration[:-1]
    record.choices.append((site, record.trips.pop(), None, record.calls, record.iteration))


def call(record: Recorder, site: str) -> None:
    """A function is called at this site."""
    record.calls = (*record.calls, site)


def back(record: Recorder) -> None:
    """The function has returned."""
    record.calls = record.calls[:-1]


def truth(test: Any) -> bool:
    """The truth value of a test, as `if` takes it."""
    return bool(test)


def distance(a: Any, b: Any) -> Any:
    """The difference of two numbers; None, for a test that compares other things."""
    try:
        return a - b
    except TypeError:
        return None
