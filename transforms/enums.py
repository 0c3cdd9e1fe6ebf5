"""Members of enumerations: looked up by name or by value, combined, and asked about.

Tone["ACES"]  Tone(2)           the member, no statement
Perm.R | Perm.W                 the flag that is both
Level.HIGH * x                  2 * x, of an IntEnum
"""

from __future__ import annotations

import enum
import operator
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from fpad.transforms.abstract import Static, Value, to_python
from fpad.transforms.describing import describe
from fpad.transforms.refusing import refuse
from fpad.transforms.subscripts import attempt

if TYPE_CHECKING:
    from fpad.transforms.library import Library

_OF_FLAGS = (operator.or_, operator.and_, operator.xor, operator.invert, operator.contains)


def is_enum(value: Any) -> bool:
    """Is it a class of enumerations?"""
    return isinstance(value, enum.EnumMeta)


def _known(args: Sequence[Value], of: str) -> list[Any]:
    known = [to_python(a) for a in args]
    if None in known:
        shown = ", ".join(map(describe, args))
        refuse(
            f"Which member of {of} is meant by {shown} is not known while the code is written.",
            "pass the member as an argument, or compare with each.",
        )
    return [k[0] for k in known if k is not None]


def load(w: Library, cls: Any, key: Value) -> Value:
    """cls[key], the member of that name."""
    return attempt(operator.getitem, [cls, *_known((key,), cls.__name__)])


def called(w: Library, cls: Any, args: Sequence[Value]) -> Value:
    """cls(value), the member of that value."""
    return attempt(cls, _known(args, cls.__name__))


def operated(op: Any, args: Sequence[Value]) -> Value | None:
    """An operator on flags; None if they are no flags."""
    values = [a.value for a in args if isinstance(a, Static)]
    if op not in _OF_FLAGS or len(values) < len(args):
        return None
    return attempt(op, values) if all(isinstance(v, enum.Flag) for v in values) else None
