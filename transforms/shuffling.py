"""Draws of some of the values that are given: their positions are drawn, and have no derivative.

    y = rng.choice(x, size=n)       k = rng.choice(len(x), size=n);  y = x[k]
    y = rng.permutation(x)     ->   k = rng.permutation(len(x));     y = x[k]
    rng.shuffle(x)                  k = rng.permutation(len(x));     x[:] = x[k]
    y = random.sample(xs, 3)        k = fp.positions_drawn("sample", random, len(xs), 3);  ..

A generator gives the same positions as it gives values.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fpad import runtime as fp
from fpad.transforms import drawing
from fpad.transforms.abstract import (
    Held,
    Static,
    Structure,
    Value,
    has_unknown,
    held,
    is_array,
)
from fpad.transforms.arranging import made_list, picked, whole_list
from fpad.transforms.describing import describe
from fpad.transforms.drawing import drawn, is_pythons
from fpad.transforms.ir import Const, Slice
from fpad.transforms.iterators import Args, Keywords
from fpad.transforms.kinds import Num
from fpad.transforms.writer import refuse

if TYPE_CHECKING:
    from fpad.transforms.library import Library

_POSITIONS = Num(True, "int", 1)
NUMPYS = ("choice", "permutation", "shuffle")
"""Methods of NumPy's generators that take values from what they are given."""
PYTHONS = ("sample", "shuffle", "choices")
"""The same of Python's generators."""


def draw(
    w: Library, variable: str | None, owner: Value, name: str, args: Args, kwargs: Keywords
) -> Value:
    """The result of owner.name(*args, **kwargs)."""
    if args and not any(map(has_unknown, (owner, *args, *kwargs.values()))):
        if name in PYTHONS and is_pythons(owner):
            return _pythons(w, owner, name, args, kwargs)
        if name in NUMPYS and not is_pythons(owner) and _takes_values(name, args[0]):
            return _numpys(w, variable, owner, name, args, kwargs)
    return drawing.draw(w, variable, owner, name, args, kwargs)


def _takes_values(name: str, values: Value) -> bool:
    """Is it a draw of some of the values in an array or list, which have derivatives?"""
    several = is_array(values) or isinstance(values, Structure)
    kinds = [h.kind for h in held(values)] if several else []
    return name == "shuffle" or any(isinstance(k, Num) and k.differentiable for k in kinds)


def _numpys(
    w: Library, variable: str | None, owner: Value, name: str, args: Args, kwargs: Keywords
) -> Value:
    """owner.name(values, ..) of a generator of NumPy's."""
    values, *rest = args
    if "axis" in kwargs or "shuffle" in kwargs:
        refuse(f"{name} is drawn along an axis.", "draw positions, and index with them.")
    count = w.call(w.fresh("value"), len, (values,), {})
    draw = drawn(
        w, None, owner, "permutation" if name == "shuffle" else name, (count, *rest), kwargs
    )
    if name == "shuffle":
        return _put_back(w, values, draw)
    if isinstance(values, Structure):
        values = w.array(values)
    return w.load(variable, values, w.hold_as("k", draw))


def _pythons(w: Library, owner: Value, name: str, args: Args, kwargs: Keywords) -> Value:
    """owner.name(values, ..) of Python's module random, or a generator of its."""
    values, *rest = args
    count = w.call(w.fresh("value"), len, (values,), {})
    operands = [w.operand(v, fp.positions_drawn) for v in (Static(name), owner, count, *rest)]
    named = tuple((k, w.operand(v, fp.positions_drawn)) for k, v in kwargs.items())
    draw = w.let(None, fp.positions_drawn, operands, _POSITIONS, named)
    if name == "shuffle":
        return _put_back(w, values, draw)
    return made_list(w, picked(w, whole_list(w, values), draw.atom))


def _put_back(w: Library, values: Value, positions: Held) -> Value:
    """Write the values back in another order."""
    if is_array(values):
        assert isinstance(values, Held)
        none = Const(None)
        w.write(values, Slice(none, none, none), w.element(None, values, positions.atom))
        return Static(None)
    if not isinstance(values, Structure) or values.make is not list:
        refuse(f"{describe(values)} is shuffled.", "make a list or an array of it.")
    whole = made_list(w, picked(w, whole_list(w, values), positions.atom))
    assert isinstance(whole, Structure)
    w.change(w.now(values), replace(whole, ident=values.ident))
    return Static(None)
