"""What a function gives that contextlib.contextmanager has made of a generator."""

from __future__ import annotations

from typing import Any


class Managed:
    """A manager whose generator stands at its one yield: a value, and a call to leave it by."""

    def __init__(self, value: Any, left: Any) -> None:
        self.value = value
        self.left = left

    def __enter__(self) -> Any:
        return self.value

    def __exit__(self, *_: Any) -> None:
        self.left()
