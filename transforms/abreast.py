"""zip and enumerate of arrays beside values that no array can hold, as texts or functions.

    for v, name in zip(x, ("a", "b")):      fp.at_least(x, 2)
        p[name] = v                 ->      p_a = x[0]
                                            p_b = x[1]

The loop is written out, for as many values as are known.  An array that is shorter is refused when
the program runs, where Python would stop early.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fpad import runtime as fp
from fpad.transforms import grown, tables
from fpad.transforms.abstract import (
    Held,
    Static,
    Structure,
    Value,
    View,
    Woven,
    is_array,
    is_grown,
    literal,
)
from fpad.transforms.ir import Atom, Const, Do
from fpad.transforms.iteration import remaining, viewed
from fpad.transforms.refusing import Refused

if TYPE_CHECKING:
    from fpad.transforms.body import Body


@dataclass(frozen=True)
class Rows:
    """Values that stand beside each other: how many there are, and those of the k-th trip."""

    count: int
    at: Callable[[int], Value]


def rows(w: Body, value: Value) -> Rows | None:
    """How to write out a loop over a value; None if that is not needed, or not known how."""
    if not isinstance(value, Woven) or value.how not in ("zip", "enumerate"):
        return None
    leaves = list(_leaves(value))
    known = [v for v in leaves if _is_known(v)]
    long = [v for v in leaves if not _is_known(v)]
    if not known or not long or not any(map(_odd, known)):
        return None
    if not all(is_array(v) or is_grown(v) for v in long):
        return None
    n = min(len(_items(v)) for v in known)
    for v in long:
        atom: Atom = v.atom if isinstance(v, Held) else grown.first_leaf(v).atom  # type: ignore[arg-type]
        w.emit(Do(fp.at_least, (atom, Const(n)), (), w.origin))
    hidden = {id(v): w.hold(v) for v in long}

    def at(k: int) -> Value:
        return _at(w, value, k, hidden)

    return Rows(n, at)


def _leaves(value: Value) -> Sequence[Value]:
    if isinstance(value, Woven) and value.how == "zip":
        return [leaf for v in value.of for leaf in _leaves(v)]
    if isinstance(value, Woven) and value.how == "enumerate":
        return _leaves(value.of[0])
    return [value]


def _is_known(value: Value) -> bool:
    if isinstance(value, Static):
        return isinstance(value.value, str)
    if not isinstance(value, Structure) or is_grown(value) or tables.is_view(value):
        return False
    return value.make in (list, tuple, View) or issubclass(value.make, dict)


def _items(value: Value) -> Sequence[Value]:
    if isinstance(value, Static):
        return [literal(c) for c in value.value]
    assert isinstance(value, Structure)
    if value.make is View:
        (base,) = value.items
        assert isinstance(base, Structure)
        return viewed(base, value.keys[0])
    return remaining(value)


def _odd(value: Value) -> bool:
    """Are there values among them that no array holds?"""
    try:
        grown.template(_items(value))
    except Refused:
        return True
    return isinstance(value, Static)


def _at(w: Body, value: Value, k: int, hidden: dict[int, str]) -> Value:
    if isinstance(value, Woven):
        if value.how == "zip":
            parts = tuple(_at(w, v, k, hidden) for v in value.of)
        else:
            inner, start = value.of
            number = w.operator(None, operator.add, (start, literal(k)))
            parts = (number, _at(w, inner, k, hidden))
        return Structure(tuple, tuple(range(len(parts))), parts)
    if id(value) not in hidden:
        return _items(value)[k]
    now = w.env[hidden[id(value)]]
    if isinstance(now, Structure):
        return grown.item(w, now, Const(k))
    assert isinstance(now, Held)
    return w.element(None, now, Const(k))
