"""python-flint's Arb, where it is installed, and its functions by the names of core operations."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import Any

from fpad.transforms.errors import MissingExtra


@cache
def arb() -> Any:
    """python-flint.

    Raises:
        MissingExtra: it is not installed.
    """
    try:
        import flint
    except ImportError as error:
        raise MissingExtra("check", "ball arithmetic") from error
    return flint


@cache
def available() -> bool:
    """Is python-flint installed?"""
    try:
        arb()
    except MissingExtra:
        return False
    return True


def of_fraction(x: Fraction) -> Any:
    """The ball of a rational number, rounded to the precision that is set."""
    return arb().arb(arb().fmpq(x.numerator, x.denominator))


def _cbrt(x: Any) -> Any:
    return -((-x).root(3)) if x < 0 else x.root(3)


MOST_SQUARINGS = 1 << 20


def _power(a: Any, b: Any) -> Any:
    """Arb's power; of a ball with 0 inside it knows integer exponents only as such."""
    whole = b.unique_fmpz() if b.is_exact() and b.is_integer() else None
    if whole is None or abs(whole) > MOST_SQUARINGS or not a.contains(0):
        return a**b if whole is None else a**whole
    out, power, n = arb().arb(1), a, abs(int(whole))
    while n:
        out = out * power if n & 1 else out
        power, n = power * power, n >> 1
    return out if whole >= 0 else 1 / out


def _method(name: str) -> Callable[..., Any]:
    return lambda x: getattr(x, name)()


OPERATIONS: dict[str, Callable[..., Any]] = {
    **{
        name: _method(name)
        for name in (
            *("exp", "expm1", "log", "log1p", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh"),
            *("floor", "rgamma", "lgamma", "digamma", "erfinv"),
        )
    },
    "exp2": lambda x: arb().arb(2) ** x,
    "log2": lambda x: x.log() / arb().arb(2).log(),
    "log10": lambda x: x.log() / arb().arb(10).log(),
    "cbrt": _cbrt,
    "pow": _power,
    "arcsin": _method("asin"),
    "arccos": _method("acos"),
    "arctan": _method("atan"),
    "arctan2": lambda y, x: arb().arb.atan2(y, x),
    "zeta": lambda s, a: s.zeta(a),
    "hyper": lambda over, under, z: z.hypgeom(over, under),
    "hyperu": lambda a, b, z: z.hypgeom_u(a, b),
    "bessel_y": lambda v, x: x.bessel_y(v),
}
