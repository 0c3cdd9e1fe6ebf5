"""Functions of germs that have a pole, and logarithms of germs that tend to 0.

    arctan(1 / s)       pi / 2 - arctan(s), a series
    exp(-1 / s)         O(s**n) for every n
    sin(1 / s)          O(1), without a limit
    log(s)              O(s**-1), and less: O(t**(-1/4)) where s is a fourth root of t

What is bounded only may vanish in the end: s**2 * sin(1 / s) has the slope 0 at 0.  It has no sign,
so nothing is decided by it.  All of these but sine and cosine, with algebraic functions, are in a
Hardy field: they have limits, and if f tends to f(x) with a finite slope, so does the slope of f.
"""

from __future__ import annotations

from typing import Any

from fpad.check.exact import Hole
from fpad.check.germ import Germ, RootNeeded
from fpad.check.reals import real

FLAT = 1 << 20
"""An order that no quotient gets near."""
FINE = 4
"""A logarithm counts as s**-1, where s**FINE is the distance from the point."""
LOGARITHMS = frozenset(("log", "log2", "log10", "log1p"))


def at_pole(core: Any, name: str, x: Germ) -> Any:
    """The function of a germ that tends to infinity; a hole where nothing is known."""
    up = x > 0
    match name:
        case "arctan":
            right = 2 * core.arctan(1)
            return (right if up else -right) - core.arctan(1 / x)
        case "tanh":
            e = core.exp(-2 * x if up else 2 * x)
            return (1 - e) / (1 + e) if up else (e - 1) / (1 + e)
        case "exp" | "exp2" if not up:
            return x.scale.bounded_by(FLAT, real(name, x.form))
        case "expm1" if not up:
            return core.exp(x) - 1
        case "sin" | "cos":
            x.scale.vague.append(name)
            x.scale.oscillates = True
            return x.scale.bounded_by(0, real(name, x.form))
        case _ if name in LOGARITHMS:
            return logarithm(name, x)
    return Hole("no_exact_rule")


def logarithm(name: str, x: Germ) -> Any:
    """The logarithm of a germ that tends to 0 or to infinity.

    Raises:
        RootNeeded: it is too large for the scale.
    """
    if x.scale.root % FINE:
        raise RootNeeded(FINE)
    x.scale.vague.append(name)
    return x.scale.bounded_by(-1, real(name, x.form))
