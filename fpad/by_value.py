"""Functions that are derived for the values of the ints they are given.

    def f(x, k=3):
        folds = np.array_split(x, k)    # how many results there are, only the value of k tells

The values of ints do not belong to what code is derived for; but where it is refused without them,
it is derived with them, anew for others.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from fpad.transforms.kinds import INT, Kind, NodeKind, children
from fpad.transforms.told import told


def with_values(kinds: Mapping[str, Kind], values: Mapping[str, Any]) -> dict[str, Kind]:
    """The kinds, with ints that count by their values."""
    return {n: told(k, values[n]) if n in values else k for n, k in kinds.items()}


def ints_in(kinds: Mapping[str, Kind], values: Mapping[str, Any]) -> tuple[Hashable, ...]:
    """The ints that count, in order."""
    found: list[Hashable] = []
    for n, kind in kinds.items():
        if n in values:
            _collect(kind, values[n], found)
    return tuple(found)


def _collect(kind: Kind, value: Any, found: list[Hashable]) -> None:
    if kind == INT and type(value) is int:
        found.append(value)
    elif isinstance(kind, NodeKind):
        for k, v in zip(kind.items, children(value)[1], strict=True):
            _collect(k, v, found)
