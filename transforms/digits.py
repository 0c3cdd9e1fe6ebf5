"""Texts of the digits of ints, and numbers of texts: what bits are reversed with.

k = int(f"{i:0{n}b}"[::-1], 2)      t = fp.text("{:0{}b}", (i, n))
                              ->    t = fp.text_between(t, None, None, -1)
                                    k = fp.int_of(t, 2)
bin(i)                              fp.text("{:#b}", (i,))
for c in t                          c runs through fp.letters(t), a list of texts
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms import texts
from fpad.transforms.abstract import Held, Value, known_value, literal, operand_of
from fpad.transforms.describing import describe
from fpad.transforms.iterators import Args, Handler, Keywords, arguments
from fpad.transforms.kinds import FLOAT, INT
from fpad.transforms.refusing import refuse
from fpad.transforms.subscripts import attempt

if TYPE_CHECKING:
    from fpad.transforms.library import Library


def _number(cls: type) -> Handler:
    """int(text), int(text, 2), float(text); of a number it is an operation."""

    def convert(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
        if not args:
            return literal(cls())
        if texts.text(args[0]) is None:
            return w.operation(variable, cls, args, kwargs)
        text, base = arguments(cls.__name__, args, kwargs, "x", "base")
        given = [text] if base is None else [text, base]
        known = [known_value(v) for v in given if v is not None]
        if None not in known:
            return attempt(cls, [v[0] for v in known if v is not None])
        operands = [operand_of(v) for v in given if v is not None]
        if None in operands:
            refuse(f"{cls.__name__} is given {describe(args[0])}.", "give it a text and an int.")
        op, kind = (fp.int_of, INT) if cls is int else (fp.float_of, FLOAT)
        return w.let(variable, op, operands, kind)  # type: ignore[arg-type]

    return convert


def _in_base(template: str) -> Handler:
    """bin(i), oct(i), hex(i)."""

    def write(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
        if len(args) != 1 or kwargs or not _is_int(args[0]):
            refuse("What is no int is written in digits.", "give it one int.")
        return w.formatted(variable, template, args)

    return write


def _binary(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """np.binary_repr(i, width)."""
    number, width = arguments("binary_repr", args, kwargs, "num", "width")
    given = [v for v in (number, width) if v is not None]
    if not given or not all(map(_is_int, given)):
        refuse("binary_repr is given other arguments than ints.", "give it ints.")
    known = [known_value(v) for v in given]
    if None not in known:
        return attempt(np.binary_repr, [v[0] for v in known if v is not None])
    operands = [operand_of(v) for v in given]
    return w.let(variable, fp.binary_repr, operands, texts.TEXT)  # type: ignore[arg-type]


def _is_int(value: Value) -> bool:
    return isinstance(value, Held) and value.kind == INT


DIGITS: dict[Any, Handler] = {
    int: _number(int),
    float: _number(float),
    bin: _in_base("{:#b}"),
    oct: _in_base("{:#o}"),
    hex: _in_base("{:#x}"),
    np.binary_repr: _binary,
}
