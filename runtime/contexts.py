"""Context managers that a derivative enters and leaves, and what it does not do: handle exceptions.

    fp.enter(np.errstate, divide="ignore")          with np.errstate(divide="ignore"):
    y = a / b                                           y = a / b
    fp.leave()

`managed` functions leave what they have entered where an exception goes through them.
"""

from __future__ import annotations

import functools
import importlib
import threading
import types
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import numpy as np


class _Open(threading.local):
    """The managers that are open in a thread, the innermost last."""

    def __init__(self) -> None:
        self.managers: list[AbstractContextManager[Any]] = []
        self.given: Any = None


_OPEN = _Open()


def enter(make: Callable[..., AbstractContextManager[Any]], *args: Any, **kwargs: Any) -> None:
    """The start of `with make(*args, **kwargs):`."""
    manager = make(*args, **kwargs)
    _OPEN.given = manager.__enter__()
    _OPEN.managers.append(manager)


def leave() -> None:
    """The end of the with statement that was entered last."""
    _OPEN.managers.pop().__exit__(None, None, None)


def itself(manager: AbstractContextManager[Any]) -> AbstractContextManager[Any]:
    """The manager that a with statement finds made already."""
    return manager


def constructed(
    cls: type, names: tuple[str, ...], values: tuple[Any, ...], *args: Any, **kwargs: Any
) -> Any:
    """An object of a class, which has some attributes before its __init__ is called."""
    make: Any = cls
    made = make.__new__(make)
    for name, value in zip(names, values, strict=True):
        setattr(made, name, value)
    make.__init__(made, *args, **kwargs)
    return made


def managed(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, which leaves what it has entered where it raises."""

    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        managers = _OPEN.managers
        depth = len(managers)
        try:
            return function(*args, **kwargs)
        except BaseException as error:
            while len(managers) > depth:
                managers.pop().__exit__(type(error), error, error.__traceback__)
            raise

    return run


class unhandled:
    """A try statement: no handler runs for what is raised inside it, and the exception says so.

    Args:
        place: where the statement is.
        classes: the exceptions that the user's program handles there.
    """

    def __init__(self, place: str, *classes: type[BaseException]) -> None:
        self._place = place
        self._classes = classes

    def __enter__(self) -> None:
        """Nothing happens."""

    def __exit__(
        self,
        cls: type[BaseException] | None,
        error: BaseException | None,
        traceback: types.TracebackType | None,
    ) -> None:
        """Tell whoever catches the exception that the user's program would have gone on."""
        if isinstance(error, self._classes) and error is not None:
            error.add_note(
                f"The try statement in {self._place} was left without running its handlers or its "
                "finally block: a derivative is that of what is computed when nothing is raised. "
                "Instead: test with an if for what is handled there."
            )


def given() -> Any:
    """What a context manager gives to the name after `as`; generated code never asks."""


def entering(method: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """The manager that a method of an object makes for a with statement."""
    return method(*args, **kwargs)


def given_int() -> int:
    """What the manager has given that was entered last, which must be an int."""
    if not isinstance(_OPEN.given, int):
        raise TypeError("a context manager has given something else than an int")
    return int(_OPEN.given)


def caught(cls: type[BaseException], *args: Any) -> BaseException:
    """The exception that a handler is for."""
    return cls(*args)


def lacks(cls: type[LookupError], base: Any, key: Any) -> bool:
    """Does base[key] raise this?"""
    try:
        base[key]
    except cls:
        return True
    return False


def imported(module: str, package: str | None, name: str | None) -> Any:
    """What an import statement in a function gives."""
    found = importlib.import_module(module, package if module.startswith(".") else None)
    if name is None:
        return importlib.import_module(package) if package else found
    return getattr(found, name)


def drawn(name: str, owner: Any, *args: Any, **kwargs: Any) -> Any:
    """`owner.name(*args, **kwargs)`: a draw from a generator, or the time."""
    return getattr(owner, name)(*args, **kwargs)


def positions_drawn(name: str, owner: Any, n: int, *args: Any, **kwargs: Any) -> Any:
    """Where the values stand that `owner.name(values, ..)` gives, of n values."""
    positions = list(range(n))
    if name == "shuffle":
        owner.shuffle(positions)
        return np.array(positions, dtype=int)
    return np.array(getattr(owner, name)(positions, *args, **kwargs), dtype=int)


def ran(*values: Any) -> None:
    """Nothing: says that these values are computed though nothing may need them.

    Inside a try statement the computation itself matters, as it may raise.
    """
