r"""Texts that only the run tells, and lists of them.

    line = f"{k}: {x[k]:.3f}"               line = fp.text("{}: {:.3f}", (k, t))
    lines.append(line)              ->      lines = fp.text_appended((lines, line))
    print("\n".join(lines))                 print(fp.text_of("\n", lines))

A list of texts of unknown length is one object where a list of numbers is an array (see `grown`).
A text that is known where it meets one that is not is one of these.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import TYPE_CHECKING

from fpad import runtime as fp
from fpad.transforms.abstract import Either, Held, Static, Structure, Value, is_grown, operand_of
from fpad.transforms.ir import Const, Operand, Slice
from fpad.transforms.kinds import BOOL, EACH, INT, OpaqueKind
from fpad.transforms.refusing import refuse

if TYPE_CHECKING:
    from fpad.transforms.library import Library
    from fpad.transforms.operations import Operations
    from fpad.transforms.writer import Writer

TEXT = OpaqueKind(str)
TEXTS = OpaqueKind(fp.Texts)


def is_told_later(value: Value) -> bool:
    """Is it a text that only the run tells?"""
    return isinstance(value, Held) and value.kind == TEXT


def is_list(value: Value) -> bool:
    """Does it stand for the texts of a list of unknown length?"""
    return isinstance(value, Held) and value.kind == TEXTS


def text(value: Value) -> Held | None:
    """The value as something held, if it is a text."""
    if isinstance(value, Static) and isinstance(value.value, str):
        return Held(Const(value.value), TEXT)
    return value if isinstance(value, Held) and value.kind == TEXT else None


def unified(values: Sequence[Value], always: bool = False) -> list[Value]:
    """Texts that meet, one of which only the run tells: none of them is known any more.

    `always`: also if all of them are known.
    """
    found = [text(v) for v in values]
    if None in found or not (always or any(map(is_told_later, values))):
        return list(values)
    return [h for h in found if h is not None]


def either(value: Value) -> tuple[Operand, Operand] | None:
    """The texts of which it is one, and which, if these are known."""
    if not isinstance(value, Either):
        return None
    names = [v.value for v in value.options if isinstance(v, Static) and isinstance(v.value, str)]
    return (Const(tuple(names)), value.which.atom) if len(names) == len(value.options) else None


def pattern(value: Value) -> Value:
    """What stands for a value among those of a list of unknown length."""
    return Held("", TEXT) if either(value) is not None else value


def with_texts(pattern: Value, like: Value) -> Value:
    """What stands for some values of a list, with texts where those of another list have them."""
    if is_list(like) and text(pattern) is not None:
        return Held("", TEXTS)
    if type(pattern) is not type(like) or len(pattern.parts) != len(like.parts):
        return pattern
    parts = zip(pattern.parts, like.parts, strict=True)
    inner = tuple(with_texts(a, b) for a, b in parts)
    return pattern.with_parts(inner) if inner else pattern


def sought(w: Writer, how: str, base: Structure, args: Sequence[Value]) -> Value:
    """base.index(text) or base.count(text) of a list of texts."""
    found = text(args[0]) if len(args) == 1 else None
    part = base.items[0]
    if found is None or not isinstance(part, Held):
        refuse(f"{how} of a list of texts is given other arguments.", "give it a text.")
    return w.let(None, fp.text_sought, (Const(how), part.atom, found.atom), INT)


def place_among(w: Writer, keys: Sequence[object], key: Value) -> Held | None:
    """Where a text stands among texts that are known; None if these are none."""
    if not is_told_later(key) or not keys or not all(isinstance(k, str) for k in keys):
        return None
    assert isinstance(key, Held)
    return w.let(None, fp.text_place, (Const(tuple(keys)), key.atom), INT)


def settled(w: Writer, value: Value) -> Value:
    """The value for a list of unknown length: what is one of several texts is one from here on."""
    found = either(value)
    if found is not None:
        return w.let(None, fp.letter, found, TEXT)
    if isinstance(value, Structure) and value.make in (tuple, dict) and not is_grown(value):
        return value.with_parts(tuple(settled(w, v) for v in value.parts))
    return value


def atoms(values: Sequence[Value]) -> tuple[Operand, ...]:
    """The operands of `fp.texts` for texts."""
    found = [text(v) for v in values]
    return tuple(h.atom if h else either(v) or () for h, v in zip(found, values, strict=True))


def operated(
    w: Operations, variable: str | None, op: object, args: Sequence[Value]
) -> Value | None:
    """A sum of texts, or a text repeated; None if it is neither, or known."""
    found = [text(a) for a in args]
    if op in (operator.add, fp.iadd) and None not in found and any(map(is_told_later, args)):
        return w.formatted(variable, "{}{}", args)
    if op in (operator.mul, fp.imul) and any(found):
        base, count = (found[0], args[1]) if found[0] is not None else (found[1], args[0])
        if base is not None and isinstance(count, Held) and count.kind == INT:
            parts = (Const("__mul__"), base.atom, (count.atom,))
            return w.let(variable, fp.text_method, parts, TEXT)
    return None


def called(
    w: Library, variable: str, base: Held, name: str, args: Sequence[Value], named: object
) -> Value:
    """base.name(*args) of a text that only the run tells."""
    operands = [operand_of(a) for a in args]
    if named or None in operands:
        refuse(f"The method {name} of a text is given what is no text.", "use an f-string.")
    return w.let(variable, fp.text_method, (Const(name), base.atom, tuple(operands)), METHODS[name])  # type: ignore[arg-type]


METHODS = {
    **dict.fromkeys(("startswith", "endswith", "isdigit", "isalpha", "isalnum", "isspace"), BOOL),
    **dict.fromkeys(("isnumeric", "isdecimal", "isupper", "islower", "isidentifier"), BOOL),
    **dict.fromkeys(("count", "find", "rfind", "index", "rindex"), INT),
    **dict.fromkeys(("ljust", "rjust", "center", "zfill", "replace", "expandtabs"), TEXT),
    **dict.fromkeys(("lower", "upper", "title", "capitalize", "strip", "lstrip", "rstrip"), TEXT),
}
"""What the methods of a text give."""


def letters(w: Writer, value: Held) -> Structure:
    """The letters of a text that only the run tells, as a list of unknown length."""
    found = w.let(None, fp.letters, (value.atom,), TEXTS)
    return Structure(tuple, (EACH,), (found,))


def part(w: Writer, variable: str | None, base: Operand, index: Operand) -> Value:
    """base[index] of a text; it or the index is known only when the program runs."""
    if isinstance(index, Slice):
        bounds = (index.lower, index.upper, index.step)
        return w.let(variable, fp.text_between, (base, *bounds), TEXT)
    return w.let(variable, fp.letter, (base, index), TEXT)


def joined(w: Library, variable: str, separator: str, value: Value) -> Value | None:
    """separator.join(value); None if it is something else than texts."""
    from fpad.transforms.iteration import items_of  # which reads lists of texts itself

    items = items_of(w, value, at_once=True)
    if items is not None and all(text(v) is not None for v in items):
        template = separator.replace("{", "{{").replace("}", "}}").join(["{}"] * len(items))
        return w.formatted(variable, template, items)
    listed = w.listed(value) if items is None else None
    part = listed.items[0] if listed is not None else None
    if isinstance(part, Held) and part.kind == TEXTS:
        return w.let(variable, fp.text_of, (Const(separator), part.atom), TEXT)
    return None
