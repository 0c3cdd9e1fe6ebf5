"""Dicts that take in pairs whose number only the run tells."""

from __future__ import annotations

from typing import Any


def updated(table: Any, pairs: Any) -> None:
    """`table.update(pairs)`, written out."""
    for key, value in pairs:
        table[key] = value


def added_all(table: Any, pairs: Any) -> None:
    """`table.update(counts)` of a Counter, written out."""
    for key, value in pairs:
        table[key] += value
