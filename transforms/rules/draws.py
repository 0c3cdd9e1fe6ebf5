"""Random draws and clocks: effects that give a value, which is saved and never asked for again.

x = rng.normal(size=3)      Let(fp.drawn, ("normal", rng), size=3)      no derivative
t = time.perf_counter()     Let(fp.drawn, ("perf_counter", time))
k = next(serial)            Let(fp.drawn, ("__next__", serial))     # serial = itertools.count()
n = len(LOG)                Let(fp.outer_value, (LOG, "__len__", "int"))   # see `outer_containers`
"""

from __future__ import annotations

import random
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.kinds import (
    Kind,
    NodeKind,
    Num,
    OpaqueKind,
    ShapeKind,
    StaticKind,
    broadcast_rank,
)
from fpad.transforms.rules.core import constant, numbers

FLOATS = {
    **dict.fromkeys(("random", "random_sample", "standard_normal", "standard_exponential"), 0),
    **dict.fromkeys(("exponential", "chisquare", "rayleigh", "standard_t", "weibull"), 1),
    **dict.fromkeys(("normal", "uniform", "gamma", "beta", "lognormal", "laplace", "gumbel"), 2),
    **dict.fromkeys(("logistic", "vonmises", "wald", "f"), 2),
    "triangular": 3,
}
"""Draws of floats: where the size stands among the arguments."""
INTS = {
    **{"integers": 2, "randint": 2, "poisson": 1, "binomial": 2, "geometric": 1, "choice": 1},
    "permutation": 1,
}
"""Draws of ints, likewise."""
DIMENSIONS = ("rand", "randn")
"""Draws whose arguments are the lengths of the axes."""
NUMBERS = {
    **dict.fromkeys(("gauss", "normalvariate", "expovariate", "betavariate"), "float"),
    **dict.fromkeys(("gammavariate", "lognormvariate", "vonmisesvariate"), "float"),
    **dict.fromkeys(("time", "perf_counter", "monotonic", "process_time"), "float"),
    "randrange": "int",
    "__next__": "int",  # of a counter outside, as numbers for names are drawn
}
"""What gives one number of this class."""
MAKERS = {
    "default_rng": np.random.Generator,
    "RandomState": np.random.RandomState,
    "Random": random.Random,
}
"""What makes a generator."""
CHOICES = ("choice", "shuffle", "sample", "choices")
"""What takes one of the values that it is given."""
SEEDS = ("seed",)
"""What begins a generator anew, and gives None."""


def is_drawn(name: str) -> bool:
    """Is the draw of this name known here?"""
    return any(name in t for t in (FLOATS, INTS, DIMENSIONS, NUMBERS, MAKERS, SEEDS, CHOICES))


def draw_kind(name: Any, owner: Any, *args: Any, **kwargs: Any) -> Kind:
    """The kind of what is drawn."""
    name = name.value if isinstance(name, StaticKind) else name
    if name in MAKERS:
        return OpaqueKind(MAKERS[name])
    if name in SEEDS:
        return OpaqueKind(type(None))
    if name in NUMBERS:
        return Num(False, NUMBERS[name])
    if name in DIMENSIONS:
        return Num(True, "float", len(args)) if args else Num(False, "float")
    if name == "permutation":  # of a number below which, or of what is given
        own = args[0] if args and isinstance(args[0], Num) and args[0].array else None
        return Num(True, "int" if own is None else own.num, 1 if own is None else own.rank)
    table = FLOATS if name in FLOATS else INTS
    num = "float" if name in FLOATS else "int"
    if name == "choice":
        (num, *_) = {k.num for k in numbers(args[:1])}
    at = table[name]
    size = kwargs.get("size", args[at] if len(args) > at else None)
    if isinstance(size, NodeKind):
        return Num(True, num, len(size.items))
    if isinstance(size, tuple):
        return Num(True, num, len(size))
    if isinstance(size, ShapeKind):
        return Num(True, num)
    if isinstance(size, Num):
        return Num(True, num, None if size.array else 1)
    given = numbers(args[:at], *(v for k, v in kwargs.items() if k != "size"))
    array = any(k.array for k in given)
    return Num(array, num, broadcast_rank(given) if array else None)


constant(
    fp.drawn,
    ("name", "owner"),
    undefined="it draws",
    kind=draw_kind,
    variadic=True,
    effect=True,
    examples=(("standard_normal", np.random.default_rng(0)),),
)
constant(
    fp.given_int,
    (),
    undefined="it asks a context manager",
    kind=lambda *_, **__: Num(False, "int"),
    effect=True,
    examples=(),
)
constant(
    fp.positions_drawn,
    ("name", "owner", "n"),
    undefined="it draws",
    kind=lambda *_, **__: Num(True, "int", 1),
    variadic=True,
    effect=True,
    examples=(("sample", random.Random(0), 4, 2),),
)


def _outer_kind(of: Kind, method: Kind, kind: Any, *_: Kind) -> Kind:
    what = kind.value if isinstance(kind, StaticKind) else kind
    if isinstance(what, Num):  # of a constant: a rank
        return Num(True, "float")
    if isinstance(what, type):
        return OpaqueKind(what)
    return OpaqueKind(str) if what == "str" else Num(False, what)


def _outer_kinds(of: Kind, method: Kind, kind: Any, *_: Kind) -> Kind:
    return Num(True, str(getattr(kind, "value", kind)), 1)


constant(
    fp.outer_value,
    ("of", "method", "kind"),
    undefined="it asks what is outside",
    kind=_outer_kind,
    variadic=True,
    effect=True,
    examples=(([1.0, 2.0], "__len__", "int"),),
)
constant(
    fp.outer_values,
    ("of", "method", "kind"),
    undefined="it asks what is outside",
    kind=_outer_kinds,
    variadic=True,
    effect=True,
    examples=(([1.0, 2.0], "__iter__", "float"),),
)
