"""Attributes that are computed when they are first read."""

from __future__ import annotations

from typing import Any


def first_read(self: Any, compute: Any, slot: Any) -> Any:
    """`functools.cached_property`: the value, which is kept in an attribute that is None first."""
    if getattr(self, slot) is None:
        setattr(self, slot, compute(self))
    return getattr(self, slot)
