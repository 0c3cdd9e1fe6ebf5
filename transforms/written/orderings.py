"""The comparisons that functools.total_ordering adds to a class, each from the one it has."""

from __future__ import annotations

from typing import Any


def gt_from_lt(self: Any, other: Any) -> Any:
    """A > b from a < b."""
    return not self < other and self != other


def le_from_lt(self: Any, other: Any) -> Any:
    """A <= b from a < b."""
    return self < other or self == other


def ge_from_lt(self: Any, other: Any) -> Any:
    """A >= b from a < b."""
    return not self < other


def ge_from_le(self: Any, other: Any) -> Any:
    """A >= b from a <= b."""
    return not self <= other or self == other


def lt_from_le(self: Any, other: Any) -> Any:
    """A < b from a <= b."""
    return self <= other and self != other


def gt_from_le(self: Any, other: Any) -> Any:
    """A > b from a <= b."""
    return not self <= other


def lt_from_gt(self: Any, other: Any) -> Any:
    """A < b from a > b."""
    return not self > other and self != other


def ge_from_gt(self: Any, other: Any) -> Any:
    """A >= b from a > b."""
    return self > other or self == other


def le_from_gt(self: Any, other: Any) -> Any:
    """A <= b from a > b."""
    return not self > other


def le_from_ge(self: Any, other: Any) -> Any:
    """A <= b from a >= b."""
    return not self >= other or self == other


def gt_from_ge(self: Any, other: Any) -> Any:
    """A > b from a >= b."""
    return self >= other and self != other


def lt_from_ge(self: Any, other: Any) -> Any:
    """A < b from a >= b."""
    return not self >= other


_ADDED: dict[str, Any] = {
    f"_{f.__name__}": f
    for f in (
        *(gt_from_lt, le_from_lt, ge_from_lt, ge_from_le, lt_from_le, gt_from_le),
        *(lt_from_gt, ge_from_gt, le_from_gt, le_from_ge, gt_from_ge, lt_from_ge),
    )
}


def added(f: Any) -> Any | None:
    """What a method means that total_ordering has added; None of any other."""
    code = getattr(f, "__code__", None)
    if code is None or getattr(f, "__module__", "") != "functools":
        return None
    return _ADDED.get(code.co_name)
