"""What generators that are asked for one value at a time have in common (see `frames`)."""

from __future__ import annotations

import enum
from typing import Any


class _Named:
    """What stands among the constants of a function, as functions of the runtime do."""

    __name__ = "state"

    def __call__(self) -> None:
        """It is only compared."""
        raise NotImplementedError


MOST_YIELDS = 32


class State(_Named, enum.Enum):
    """Where a generator is: at its beginning, at the k-th yield, or at its end.

    UNSET is what variables hold that have no value yet.
    """

    _ignore_ = ["k"]  # noqa: RUF012
    UNSET = -2
    END = -1
    BEGUN = 0
    for k in range(1, MOST_YIELDS + 1):
        locals()[f"AT_{k}"] = k


class Frame:
    """A generator that is asked by `next` and `send`; a subclass has a method for each step.

    Attributes:
        at: the state.
        value: what was yielded last; returned: what the generator has returned.
        endless: can no step see the end?
    """

    at: State
    value: Any
    returned: Any
    endless = False

    def __iter__(self) -> Any:
        return self

    def __next__(self) -> Any:
        if not stepped(self, None):
            raise StopIteration
        return self.value

    def send(self, value: Any) -> Any:
        """Go on to the next yield; the one that the generator is at gives `value`."""
        if not stepped(self, value):
            raise StopIteration
        return self.value

    def close(self) -> None:
        """There are no more values."""
        self.at = State.END


class Listing(Frame):
    """The values of a list, an array or a tuple, one at a time."""

    def __init__(self, values: Any) -> None:
        self.value = State.UNSET
        self.returned = None
        self.values = values
        self.place = 0
        self.at = State.BEGUN

    def step_0(self, sent: Any) -> None:
        """Go on to the next value."""
        if self.place >= len(self.values):
            self.at = State.END
            return
        self.value = self.values[self.place]
        self.place = self.place + 1


class Counted(Frame):
    """The numbers that enumerate gives."""

    endless = True

    def __init__(self, start: Any) -> None:
        self.value = State.UNSET
        self.returned = None
        self.number = start
        self.at = State.BEGUN

    def step_0(self, sent: Any) -> None:
        """Go on to the next number."""
        self.value = self.number
        self.number = self.number + 1


class Ranged(Frame):
    """The numbers of a range that goes up."""

    def __init__(self, start: Any, stop: Any, by: Any) -> None:
        self.value = State.UNSET
        self.returned = None
        self.following = start
        self.stop = stop
        self.by = by
        self.at = State.BEGUN

    def step_0(self, sent: Any) -> None:
        """Go on to the next number."""
        if self.following >= self.stop:
            self.at = State.END
            return
        self.value = self.following
        self.following = self.following + self.by


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


def given(value: Any) -> Any:
    """The value of a variable, which has one."""
    return value


def stepped(it: Any, sent: Any) -> bool:
    """Go on; is there another value?"""
    if it.at is State.END:
        return False
    getattr(it, f"step_{it.at.value}")(sent)
    return it.at is not State.END
