"""Kinds that say what the ints in a value are, for code that is written for these only."""

from __future__ import annotations

from typing import Any

from fpad.transforms.kinds import INT, Kind, NodeKind, StaticKind, children


def tells_ints(kind: Kind) -> bool:
    """Does a kind say what some ints are?"""
    if isinstance(kind, NodeKind):
        return any(map(tells_ints, kind.items))
    return isinstance(kind, StaticKind) and type(kind.value) is int


def told(kind: Kind, value: Any) -> Kind:
    """The kind of a value, with the ints inside by their values."""
    if kind == INT and type(value) is int:
        return StaticKind(value)
    if not isinstance(kind, NodeKind):
        return kind
    _, items = children(value)
    parts = tuple(told(k, v) for k, v in zip(kind.items, items, strict=True))
    return NodeKind(kind.make, kind.keys, parts, kind.ident)
