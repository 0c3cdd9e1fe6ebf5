"""How a statement is refused while it is specialised: reason and remedy; its place is known."""

from __future__ import annotations

from typing import NoReturn


class Refused(Exception):
    """A statement that is refused: reason and remedy; the place is the statement's.

    `error`: what the user's program raises there.
    """

    def __init__(self, reason: str, remedy: str, error: BaseException | None = None) -> None:
        super().__init__(reason, remedy)
        self.reason = reason
        self.remedy = remedy
        self.error = error


class NumberAsKey(Refused):
    """A structure is indexed with a number that is not known while the code is written."""


def refuse(reason: str, remedy: str, error: BaseException | None = None) -> NoReturn:
    """Refuse the statement that is being specialised, where the program raises `error`."""
    if reason.startswith(("a ", "an ")):
        reason = reason[0].upper() + reason[1:]
    raise Refused(reason, remedy, error)
