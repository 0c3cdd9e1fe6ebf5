"""Draws from generators: once, in their place, and saved.

    z = rng.normal(m, s, size=n)        t = rng.standard_normal(n)      # when m or s is a float
                                 ->     z = m + s * t
    u = np.random.rand(3)               u = np.random.rand(3)

A draw has no derivative; so its parameters must not be floats that may vary, but for those that
only move and stretch what is drawn.
"""

from __future__ import annotations

import itertools
import operator
import random
import time
import types
from typing import TYPE_CHECKING, Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.abstract import (
    Held,
    Static,
    Structure,
    Value,
    has_unknown,
    held,
    is_number,
    literal,
)
from fpad.transforms.describing import describe
from fpad.transforms.iterators import Args, Keywords
from fpad.transforms.kinds import Num, OpaqueKind
from fpad.transforms.rules.draws import is_drawn
from fpad.transforms.writer import refuse

if TYPE_CHECKING:
    from fpad.transforms.library import Library

GENERATORS = (np.random.Generator, np.random.RandomState, random.Random)
_MODULES: tuple[types.ModuleType, ...] = (np.random, random, time)
_MOVED = {
    "normal": ("standard_normal", ("loc", "scale")),
    "uniform": ("random", ("low", "high")),
    "exponential": ("standard_exponential", ("scale",)),
}
"""Draws that are others, moved and stretched."""
_MOVED_NUMBERS = {
    "gauss": ("gauss", (0.0, 1.0), ("mu", "sigma")),
    "normalvariate": ("normalvariate", (0.0, 1.0), ("mu", "sigma")),
    "uniform": ("random", (), ("a", "b")),
}
"""The same of Python's own module: what is drawn instead, with which arguments."""


def is_generator(value: Value) -> bool:
    """Is it a generator of random numbers?"""
    if isinstance(value, Static):
        return isinstance(value.value, GENERATORS)
    opaque = isinstance(value, Held) and isinstance(value.kind, OpaqueKind)
    return opaque and issubclass(value.kind.cls, GENERATORS)  # type: ignore[attr-defined]


def is_counter(value: Value) -> bool:
    """Is it an `itertools.count` outside, which gives numbers to everybody?"""
    if isinstance(value, Static):
        return isinstance(value.value, itertools.count)
    opaque = isinstance(value, Held) and isinstance(value.kind, OpaqueKind)
    return opaque and value.kind.cls is itertools.count  # type: ignore[attr-defined]


def owner_of(f: Any) -> Value | None:
    """The module whose function draws; None: it does not."""
    name = str(getattr(f, "__name__", ""))
    for module in _MODULES:
        if is_drawn(name) and getattr(module, name, None) is f:
            return Static(module)
    return None


def draw(
    w: Library, variable: str | None, owner: Value, name: str, args: Args, kwargs: Keywords
) -> Value:
    """The result of owner.name(*args, **kwargs)."""
    if any(map(has_unknown, (owner, *args, *kwargs.values()))):
        refuse("A draw depends on a call that never returns.", "give the recursion an end.")
    if not is_drawn(name):
        refuse(
            f"{name} of a generator of random numbers is not supported inside a function.",
            "call it before, and pass what it gives as an argument.",
        )
    varying = [v for v in (*args, *kwargs.values()) if _varies(v)]
    if name == "seed":
        drawn(w, None, owner, name, args, kwargs)
        return Static(None)
    if name == "choice" and len(args) == 1 and not kwargs:
        return _chosen(w, variable, owner, args[0])
    plain = owner == Static(time) or is_pythons(owner)
    if varying and name in _MOVED and not plain:
        return _moved(w, variable, owner, name, args, kwargs)
    if varying and name in _MOVED_NUMBERS and owner != Static(time):
        return _moved_number(w, variable, owner, name, args, kwargs)
    if varying:
        refuse(
            f"{name} is drawn with {describe(varying[0])}, through which no derivative goes.",
            "draw standard numbers, and compute what is wanted from these.",
        )
    return drawn(w, variable, owner, name, args, kwargs)


def is_pythons(owner: Value) -> bool:
    """Is it the module `random`, or a generator of its?"""
    if isinstance(owner, Static):
        return owner.value is random or isinstance(owner.value, random.Random)
    assert isinstance(owner, Held)
    assert isinstance(owner.kind, OpaqueKind)
    return issubclass(owner.kind.cls, random.Random)


def _chosen(w: Library, variable: str | None, owner: Value, values: Value) -> Value:
    """random.choice(values), which is values[random.randrange(len(values))].

    That of NumPy's generators is values[rng.choice(len(values))], or a number below values.
    """
    if is_number(values):
        return drawn(w, variable, owner, "choice", (values,), {})
    pythons = is_pythons(owner)
    if not pythons and isinstance(values, Structure):
        values = w.array(values)  # it is one to NumPy
    number = w.call(w.fresh("value"), len, (values,), {})
    k = drawn(w, None, owner, "randrange" if pythons else "choice", (number,), {})
    assert isinstance(k, Held)
    return w.load(variable, values, w.hold(k))


def _moved_number(
    w: Library, variable: str | None, owner: Value, name: str, args: Args, kwargs: Keywords
) -> Value:
    """A draw of one standard number, moved and stretched in the same last bits."""
    unit, of, names = _MOVED_NUMBERS[name]
    given = dict(zip(names, args, strict=False)) | kwargs
    low, scale = (given.get(n, literal(v)) for n, v in zip(names, (0.0, 1.0), strict=True))
    z = drawn(w, None, owner, unit, tuple(map(literal, of)), {})
    if name == "uniform":
        scale = w.operator(None, operator.sub, (scale, low))
        return w.operator(variable, operator.add, (low, w.operator(None, operator.mul, (scale, z))))
    return w.operator(variable, operator.add, (low, w.operator(None, operator.mul, (z, scale))))


def drawn(
    w: Library, variable: str | None, owner: Value, name: str, args: Args, kwargs: Keywords
) -> Held:
    """Write the draw as it is."""
    operands = [w.operand(v, fp.drawn) for v in (Static(name), owner, *args)]
    named = {k: w.operand(v, fp.drawn) for k, v in kwargs.items()}
    kind = w.kind_of_operation(fp.drawn, operands, named, (owner, *args, *kwargs.values()))
    return w.let(variable, fp.drawn, operands, kind, tuple(named.items()))


def _varies(value: Value) -> bool:
    return any(
        isinstance(h.kind, Num) and h.kind.differentiable and h.known is None for h in held(value)
    )


def _moved(
    w: Library, variable: str | None, owner: Value, name: str, args: Args, kwargs: Keywords
) -> Value:
    """A draw of standard numbers, moved and stretched."""
    standard, names = _MOVED[name]
    given = dict(zip((*names, "size"), args, strict=False)) | kwargs
    numbers = [given.get(n, literal(1.0 if n in ("scale", "high") else 0.0)) for n in names]
    size = {k: v for k, v in given.items() if k not in names}
    arrays = any(isinstance(v, Held) and isinstance(v.kind, Num) and v.kind.array for v in numbers)
    if set(size) - {"size"} or (arrays and "size" not in size):
        refuse(
            f"{name} is drawn with an array of parameters.",
            f"draw {standard}(size) and compute what is wanted from it.",
        )
    unit = "random_sample" if _is_old(owner) and standard == "random" else standard
    z = drawn(w, None, owner, unit, (), size)
    if len(numbers) == 1:
        return w.operator(variable, operator.mul, (numbers[0], z))
    low, scale = numbers
    if name == "uniform":
        scale = w.operator(None, operator.sub, (scale, low))
    return w.operator(variable, operator.add, (low, w.operator(None, operator.mul, (scale, z))))


def _is_old(owner: Value) -> bool:
    """Is it numpy.random itself, or a RandomState?"""
    if isinstance(owner, Static):
        return owner.value is np.random or isinstance(owner.value, np.random.RandomState)
    assert isinstance(owner, Held)
    assert isinstance(owner.kind, OpaqueKind)
    return issubclass(owner.kind.cls, np.random.RandomState)
