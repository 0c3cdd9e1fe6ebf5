"""What generators that are asked for one value at a time have in common (see `frames`)."""

from __future__ import annotations

from typing import Any


class Frame:
    """A generator that is asked by `next` and `send`; a subclass has a method for each step.

    Attributes:
        at: 0 in front of the first statement, k at the k-th yield, -1 behind the last statement.
        value: what was yielded last; returned: what the generator has returned.
        ends: the states where a step may end, by the one where it begins.
    """

    at: int
    value: Any
    returned: Any
    ends: dict[int, set[int]]

    def __iter__(self) -> Any:
        return self

    def __next__(self) -> Any:
        if not stepped(self, None):
            raise StopIteration
        return self.value

    def send(self, value: Any) -> Any:
        """Go on to the next yield; the one that the generator is at gives `value`."""
        if self.at == 0 and value is not None:
            raise TypeError("can't send non-None value to a just-started generator")
        if not stepped(self, value):
            raise StopIteration
        return self.value

    def close(self) -> None:
        """There are no more values."""
        self.at = -1


class Listing(Frame):
    """The values of a list, an array or a tuple, one at a time."""

    ends = {0: {0, -1}}  # noqa: RUF012 (nobody changes it)

    def __init__(self, values: Any) -> None:
        self.value = None
        self.returned = None
        self.values = values
        self.place = 0
        self.at = 0

    def step_0(self, sent: Any) -> None:
        """Go on to the next value."""
        if self.place >= len(self.values):
            self.at = -1
            return
        self.value = self.values[self.place]
        self.place = self.place + 1


class Counted(Frame):
    """The numbers that enumerate gives."""

    ends = {0: {0}}  # noqa: RUF012

    def __init__(self, start: Any) -> None:
        self.value = None
        self.returned = None
        self.number = start
        self.at = 0

    def step_0(self, sent: Any) -> None:
        """Go on to the next number."""
        self.value = self.number
        self.number = self.number + 1


class Definition:
    """A generator whose class is made where it is called first.

    It stands among the constants of a function, as functions of the runtime do.
    """

    __name__ = "generator"

    def __init__(self, name: str, parts: Any) -> None:
        self.name = name
        self.parts = parts
        self.made: type[Frame] | None = None

    def __call__(self, *args: Any, **kwargs: Any) -> Frame:
        """A generator in front of its first statement."""
        raise NotImplementedError


def begun(definition: Definition, *args: Any, **kwargs: Any) -> Frame:
    """A generator in front of its first statement; what it is given is said in `framing`."""
    raise NotImplementedError


def asked(values: Any) -> Frame:
    """What gives these values one at a time."""
    return values if isinstance(values, Frame) else Listing(values)


def stepped(it: Any, sent: Any) -> bool:
    """Go on; is there another value?"""
    if it.at < 0:
        return False
    begun, ends = it.at, it.ends[it.at]
    getattr(it, f"step_{begun}")(sent)
    if len(ends) == 1:
        (it.at,) = ends
    return bool(it.at >= 0)
