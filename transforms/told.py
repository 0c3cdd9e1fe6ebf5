"""Kinds that say what the numbers in a value are, for code that is written for these only."""

from __future__ import annotations

from typing import Any

from fpad.transforms.kinds import INT, Kind, NodeKind, StaticKind, children

INTS: frozenset[Kind] = frozenset((INT,))


def tells_ints(kind: Kind) -> bool:
    """Does a kind say what some ints are?"""
    if isinstance(kind, NodeKind):
        return any(map(tells_ints, kind.items))
    return isinstance(kind, StaticKind) and type(kind.value) is int


def told(kind: Kind, value: Any, sorts: frozenset[Kind] = INTS) -> Kind:
    """The kind of a value, with the single numbers inside of these kinds by their values."""
    if kind in sorts:
        return StaticKind(value) if type(value) in (int, float) else kind
    if not isinstance(kind, NodeKind):
        return kind
    _, items = children(value)
    parts = tuple(told(k, v, sorts) for k, v in zip(kind.items, items, strict=True))
    return NodeKind(kind.make, kind.keys, parts, kind.ident)
