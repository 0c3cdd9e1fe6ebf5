"""Calls of library functions for which functions of `written` stand.

    y = np.linalg.multi_dot([a, b, c])      t = multi_dot(a, b, c)      # def multi_dot(arrays): ..
                                            y = fp.library(t, np.linalg.multi_dot, ((a, b, c),))

The second line is written for those whose value, written out, would be rounded otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fpad import runtime as fp
from fpad.transforms import arranging
from fpad.transforms.abstract import Held, Iterated, Structure, Value, Woven, has_unknown
from fpad.transforms.ir import Const, Operand
from fpad.transforms.iteration import items_of
from fpad.transforms.kinds import Num
from fpad.transforms.refusing import refuse
from fpad.transforms.written import is_rounded_otherwise, is_written_in

if TYPE_CHECKING:
    from fpad.transforms.library import Library


def _listed(w: Library, value: Value) -> Value:
    """A list of the values that an iterator gives; anything else as it is."""
    if isinstance(value, Woven) and value.how == "once":
        return arranging.made_list(w, arranging.whole_list(w, value))
    if isinstance(value, Structure) and value.make is Iterated:
        return w.sequence(list, items_of(w, value) or ())
    return value


def call_written(
    w: Library,
    variable: str,
    f: Any,
    written: Callable[..., Any],
    args: Any,
    kwargs: dict[str, Value],
    own: tuple[Any, dict[str, Value]] | None = None,
) -> Value:
    """The result of a library function, by the function that stands for it.

    Numbers that are known (an axis, a degree) are told to it.  `own`: the arguments of the library
    function, where it has others, and rounds otherwise.
    """
    args = [_listed(w, a) for a in args]
    before, w.by_value = w.by_value, True
    count = len(w.refused)
    try:
        result = w.user_call(variable, written, args, kwargs)
    finally:
        w.by_value = before
    inside = [r for r in w.refused[count:] if is_written_in(r.file)]
    if inside:  # the user sees the call
        w.refused[count:] = [r for r in w.refused[count:] if r not in inside]
        refuse(inside[0].reason, inside[0].remedy)
    if has_unknown(result) or (own is None and not is_rounded_otherwise(f)):
        return result
    return _valued(w, result, f, *(own or (args, kwargs)), None)


def _valued(
    w: Library, value: Value, f: Any, args: Any, kwargs: dict[str, Value], at: Hashable
) -> Value:
    """The result with the numbers that the library itself gives."""
    if isinstance(value, Structure):
        pairs = zip(value.keys, value.items, strict=True)
        parts = tuple(_valued(w, v, f, args, kwargs, k) for k, v in pairs)
        return replace(value, items=parts)
    if not isinstance(value, Held) or not isinstance(value.kind, Num):
        return value
    operands: tuple[Operand, ...] = tuple(w.operand(v, f) for v in (*args, *kwargs.values()))
    given = (value.atom, Const(f), operands, tuple(map(Const, kwargs)), Const(at))
    return w.let(None, fp.library, given, value.kind)
