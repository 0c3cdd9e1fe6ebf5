"""Rules of the hypergeometric functions of scipy.special [DLMF 16.3.1].

z = special.hyp1f1(a, b, x)  ->   bx = bz * (a / b * special.hyp1f1(a + 1, b + 1, x))

Where a parameter over the line is 0 or a whole number below it they are polynomials, which have
slopes everywhere, also where the formula meets poles of the next function.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np

from fpad.transforms.rules.arithmetic import number
from fpad.transforms.rules.core import Drawn
from fpad.transforms.rules.trace import f


def declare(function: Callable[..., None], s: Any) -> None:
    """Declare them, given how a function of scipy.special is declared, and its functions."""

    def slope(g: Any, op: Any, over: tuple[Any, ...], under: Any, z: Any, also: Any = False) -> Any:
        """Of op(*over, under, z), 0 where `also` holds.

        A parameter 0 makes it 1, and -1 linear in z: SciPy has infinities for the next ones then,
        where `under` is whole too, or far out.  (A parameter that is `under` cancels in 2F1.)
        """
        factor = reduce(operator.mul, over, 1.0)
        if number(under):
            factor = factor / under if under != 0 else factor * math.nan
        else:
            factor = np.divide(factor, under)
        kept = [_all(len(over) > 1, _equal(a, under)) for a in over]
        flat = _any(also, *(_all(_equal(a, 0), _not(k)) for a, k in zip(over, kept, strict=True)))
        line = _any(*(_all(_equal(a, -1), _not(k)) for a, k in zip(over, kept, strict=True)))
        ended = _any(flat, line)
        if flat is True or ended is True:
            return f.zeros_like(g) if flat is True else g * _where(flat, 0.0, factor)
        over = tuple(_where(ended, 1.0, a + 1.0) for a in over)
        rest = op(*over, _where(ended, 1.0, under + 1.0), _where(ended, 0.0, z))
        return g * _where(flat, 0.0, _where(line, factor, factor * rest))

    def at_one(a: Any, b: Any, c: Any, z: Any) -> Any:
        """Is z an end at which the function is finite and its slope is not?"""
        more = c - a - b
        inside = _all(_true(more > 0), _true(more <= 1))
        ends = _any(*(_all(_true(p <= 0), _equal(p, np.floor(p))) for p in (a, b)))
        return _all(_equal(z, 1), inside, _not(ends))

    function(
        "hyp2f1",
        *(None, None, None),
        lambda g, y, a, b, c, z: slope(g, s.hyp2f1, (a, b), c, z, at_one(a, b, c, z)),
        names=("a", "b", "c", "z"),
        conventions=("at z = 1 with 0 < c - a - b <= 1, but of polynomials: 0",),
        domain=(0.1, 0.6),
        examples=((0.5, 1.5, 2.5, Drawn(3)),),
    )
    function(
        "hyp1f1",
        *(None, None),
        lambda g, y, a, b, x: slope(g, s.hyp1f1, (a,), b, x),
        names=("a", "b", "x"),
        examples=((0.5, 1.5, Drawn(3)),),
    )
    function(
        "hyp0f1",
        None,
        lambda g, y, v, z: slope(g, s.hyp0f1, (), v, z),
        names=("v", "z"),
        examples=((1.5, Drawn(3)),),
    )


# Conditions, some of which are known while the code is written.


def _true(condition: Any) -> Any:
    """The condition, as a bool if it is known."""
    return bool(condition) if isinstance(condition, np.bool_) else condition


def _equal(a: Any, b: Any) -> Any:
    return _true(a == b)


def _not(condition: Any) -> Any:
    return not condition if isinstance(condition, bool) else np.logical_not(condition)


def _all(*conditions: Any) -> Any:
    """Do all of them hold?"""
    if any(c is False for c in conditions):
        return False
    rest = [c for c in conditions if c is not True]
    return reduce(np.logical_and, rest) if rest else True


def _any(*conditions: Any) -> Any:
    """Does one of them hold?"""
    return _not(_all(*map(_not, conditions)))


def _where(condition: Any, first: Any, last: Any) -> Any:
    if isinstance(condition, bool):
        return first if condition else last
    return f.where(condition, first, last)
