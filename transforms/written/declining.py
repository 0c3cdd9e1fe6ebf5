"""What an operator does where a method gives back NotImplemented on some ways and not on others."""

from __future__ import annotations

from typing import Any


def otherwise(found: Any, method: Any, value: Any, other: Any) -> Any:
    """What the first method has found, or else the second one."""
    if found is NotImplemented:
        return method(value, other)
    return found


def or_identity(found: Any, a: Any, b: Any) -> Any:
    """What the methods have found; what no method compares is equal to itself."""
    if found is NotImplemented:
        return a is b
    return found


def or_failure(found: Any, message: str) -> Any:
    """What the methods have found; it is an error that they have found nothing."""
    if found is NotImplemented:
        raise TypeError(message)
    return found
