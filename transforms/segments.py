"""What is saved where: the stretch of a function or of a loop body between two places."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

Wants: TypeAlias = "dict[str, frozenset[str]]"
VALUE = frozenset(("value",))


SHAPE = frozenset(("shape",))


def want(wants: Wants, x: str, modes: frozenset[str]) -> None:
    """Note that more of a name is wanted."""
    wants[x] = wants.get(x, frozenset()) | modes


def values_of(wants: Wants) -> frozenset[str]:
    """Names whose value is wanted."""
    return frozenset(x for x, modes in wants.items() if "value" in modes)


@dataclass
class Segment:
    """Where a name is read between two of its definitions: node numbers, by what is read."""

    start: int | None
    values: list[int] = field(default_factory=list)
    shapes: list[int] = field(default_factory=list)
    post: bool = False

    @property
    def needed(self) -> bool:
        """Is the name read at all?"""
        return bool(self.values or self.shapes)

    def ask(self, j: int, modes: frozenset[str]) -> None:
        """Node j reads the value, the shape or both."""
        if "value" in modes:
            self.values.append(j)
        if "shape" in modes:
            self.shapes.append(j)


@dataclass(frozen=True)
class Later:
    """Names overwritten after node j of a block, or behind it; `last`: where nodes do so last."""

    last: Mapping[str, int]
    j: int
    outer: Container[str]

    def __contains__(self, x: object) -> bool:
        return self.last.get(x, -1) > self.j or x in self.outer  # type: ignore[call-overload]


@dataclass(frozen=True)
class Inner:
    """Names overwritten after a place in a loop: by the next trip or later, unless restored."""

    own: frozenset[str]
    later: Container[str]
    restored: frozenset[str]

    def __contains__(self, x: object) -> bool:
        return x not in self.restored and (x in self.own or x in self.later)
