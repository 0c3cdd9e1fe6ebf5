"""Attributes whose names only the run tells.

    f = getattr(self, "on_" + kind)     k = fp.attribute_place(("on_arrive", "on_depart"), ..)
    f(event)                        ->  if k == 0: on_arrive(self, event)  else: ..

What is meant is one of the attributes that the object has and whose names such a text may be: how
it begins and ends is seen where it is put together.
"""

from __future__ import annotations

import operator
import re
import string
import types
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from fpad import runtime as fp
from fpad.transforms import alternatives, objects, ragged, rings
from fpad.transforms.abstract import Held, Member, Static, Structure, Value, is_array, is_number
from fpad.transforms.class_parts import class_of, in_class, is_open
from fpad.transforms.describing import describe
from fpad.transforms.ir import Const, Let, Operand, Statement, defined
from fpad.transforms.kinds import BOOL, INT
from fpad.transforms.refusing import refuse

if TYPE_CHECKING:
    from fpad.transforms.library import Library


def read(w: Library, base: Value, name: Held, default: Sequence[Value]) -> Value:
    """getattr(base, name, *default)."""
    found, others = _names(w, base, name)
    if not found and not default:
        refuse(
            f"No attribute of {describe(base)} is known that a text may name which only the run "
            "tells.",
            "let the text begin with what all such attributes begin with.",
        )
    error = AttributeError(f"{class_of(base)} object has no such attribute")
    tried = (s.region for s in w.scopes() if s.region is not None)
    if not default and any(region.handles(error) for region in tried):
        refuse(
            "Whether an object has an attribute is told by the run, inside a try.",
            "ask with hasattr, or give getattr a default.",
        )
    k = _place(w, base, name, found, others, not default)
    if not found:
        return default[0]
    options: list[Callable[[], Value]] = [
        lambda n=n: objects.attribute(w, w.current(base), n)  # type: ignore[misc]
        for n in found
    ]
    if default:
        options.append(lambda: default[0])
    if all(_is_plain(w, base, n) for n in found):
        values = [read() for read in options]
        if all(is_number(v) and not is_array(v) for v in values):
            return ragged.picked(w, values, k.atom)
        if all(map(_is_own, values)):
            return ragged.one_of(w, values, k.atom)
    return _each(w, base, options, k)


def _is_own(value: Value) -> bool:
    """Is it a function or an object, or nothing that can be changed?"""
    return isinstance(value, Static) or rings.is_function(value) or class_of(value) is not None


def has(w: Library, base: Value, name: Held) -> Value:
    """hasattr(base, name)."""
    found, others = _names(w, base, name)
    k = _place(w, base, name, found, others, False)
    return w.let(None, operator.lt, (k.atom, Const(len(found))), BOOL)


def _place(
    w: Library, base: Value, name: Held, found: list[str], others: list[str], always: bool
) -> Held:
    operands = (Const(class_of(base).__name__), Const(tuple(found)), Const(tuple(others)))
    return w.let(None, fp.attribute_place, (*operands, Const(always), name.atom), INT)


def _names(w: Library, base: Value, name: Held) -> tuple[list[str], list[str]]:
    """The attributes that the text may name, and those that it is taken not to name."""
    cls = class_of(base)
    if not isinstance(base, Structure | Member) or cls is None:
        refuse(
            f"Which attribute of {describe(base)} is read is not known while the code is written.",
            "write it as a literal.",
        )
    if w.may_declare() or is_open(cls):
        refuse(
            "The name of an attribute is not known while the code is written, nor which there are.",
            "set all attributes in __init__.",
        )
    keys = (w.arenas.element(w, base) if isinstance(base, Member) else base).keys
    every = sorted({*dir(cls), *(k for k in keys if isinstance(k, str))})
    pattern = _pattern(w, name.atom, w.out)
    named = [n for n in every if re.fullmatch(pattern, n, re.DOTALL)]
    sure = pattern != _ANY
    found = [n for n in named if not n.startswith("__") and (sure or _may_be_meant(w, cls, n))]
    if len(found) > alternatives.MOST:
        refuse(
            f"A text that only the run tells may name {len(found)} attributes of {describe(base)}.",
            "let it begin with what all that are meant begin with.",
        )
    return found, [n for n in named if n not in found]


def _may_be_meant(w: Library, cls: type, name: str) -> bool:
    """May a text name it of which nothing is known?  Not what is being called."""
    method, _ = in_class(cls, name)
    inside = isinstance(method, types.FunctionType) and w.is_under_way(method)
    return not name.startswith("_") and not inside


def _is_plain(w: Library, base: Value, name: str) -> bool:
    """Does nothing happen when the attribute is read?"""
    found, owner = in_class(class_of(base), name)
    return owner is None or isinstance(found, types.FunctionType)


def _each(w: Library, base: Value, options: Sequence[Callable[[], Value]], k: Held) -> Value:
    """What is read under a test of which it is."""
    here, out = w.hold(base), w.hold(Static(None))

    def read(n: int) -> None:
        w.env[out] = options[n]()

    def put(n: int) -> None:
        if n == len(options) - 1:
            read(n)
            return
        test = w.let(None, operator.eq, (k.atom, Const(n)), BOOL)
        w.branch(test.atom, lambda: read(n), lambda: put(n + 1), w.origin)

    put(0)
    value = w.env.pop(out)
    w.env.pop(here)
    w.kept -= {here, out}
    return value


# ---------------------------------------------------------------- what is known of a text


def _pattern(w: Library, text: Operand, before: Sequence[Statement]) -> str:
    """What the text matches for certain, seen from the statements that make it."""
    if isinstance(text, Const) and isinstance(text.value, str):
        return re.escape(text.value)
    at = next((k for k in reversed(range(len(before))) if text in defined(before[k])), None)
    made = before[at] if at is not None else None
    if not isinstance(made, Let) or made.kwargs or len(made.args) != 2:
        return _ANY
    first, second = made.args
    if made.op is fp.letter and isinstance(first, Const) and type(first.value) is tuple:
        return f"({'|'.join(map(re.escape, first.value))})"
    if made.op is not fp.text or not isinstance(first, Const) or not isinstance(second, tuple):
        return _ANY
    rest = iter(second)
    out: str = ""
    for literal, field, how, conversion in string.Formatter().parse(first.value):
        out += re.escape(literal)
        if field or how or conversion:
            return out + _ANY
        if field is not None:
            out += _pattern(w, next(rest), before[:at])
    return out


_ANY = ".*"
