"""Rules of scipy.special, declared when SciPy has been imported by whoever calls it.

y = special.gammaln(x)  ->   bx = by * fp.digamma(x)
y = special.ndtr(x)     ->   bx = by * (fp.gaussian(x, 0.5) * 0.3989422804014327)
"""

from __future__ import annotations

import math
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

from fpad.transforms.rules import scipy_special_further as further
from fpad.transforms.rules.arithmetic import number
from fpad.transforms.rules.core import BOUND, RULES, Drawn, elementwise
from fpad.transforms.rules.definitions.by_name import BOUNDS, DEFINITIONS, SOURCES
from fpad.transforms.rules.elementary import FAR, times_digamma
from fpad.transforms.rules.trace import Traced, f

OVER_ROOT_PI = 1.0 / math.sqrt(math.pi)
NORMAL = 1.0 / math.sqrt(2.0 * math.pi)
ROOT_HALF = math.sqrt(0.5)


NAMES: list[str] = []
"""The functions that have been declared."""


def declare(special: ModuleType) -> None:
    """Put the rules of this module into the table, once."""
    if special.gamma in RULES:
        return
    s: Any = Traced(special)

    def function(name: str, *slopes: Callable[..., Any] | None, **facts: Any) -> None:
        """Declare special.name; of an operand whose slope is None no closed one is known."""
        NAMES.append(name)
        names = tuple("abcd"[: len(slopes)]) if len(slopes) > 1 else ("x",)
        elementwise(
            getattr(special, name),
            *slopes,
            **{
                "names": names,
                "defaults": {},
                "domain": (0.3, 2.0),
                "definition": DEFINITIONS.get(name),
                "source": SOURCES.get(name, ""),
                "bound": BOUNDS.get(name, BOUND),
                "unknown": frozenset(k for k, slope in enumerate(slopes) if slope is None),
                **facts,
            },
        )

    _gammas(function, s)
    _errors(function, s)
    _bessel(function, s)
    _entropies(function)
    further.declare(function, s)


def _gammas(function: Callable[..., None], s: Any) -> None:
    def psi(x: Any) -> Any:
        """Digamma, held back where it is infinite: a product with 0 is 0 there."""
        return f.digamma(np.minimum(x, FAR))

    def reflected(x: Any) -> Any:
        """The slope of 1 / gamma(x) below 1/2, also where digamma has poles [DLMF 5.5.3]."""
        turn = math.pi * x
        return s.gamma(1.0 - x) * (np.cos(turn) - np.sin(turn) / math.pi * f.digamma(1.0 - x))

    def half_turns(x: Any) -> Any:
        """X less the next even number: sin(pi x) of what is far out has digits too."""
        return x - 2.0 * np.round(x / 2.0)

    def sine(x: Any) -> Any:
        """sin(pi x), 0 at whole numbers between -2 and 2."""
        turn = np.round(x)
        return (1.0 - 2.0 * (turn % 2.0)) * np.sin(math.pi * (x - turn))

    def signed(y: Any, x: Any, rest: Any) -> Any:
        """The sign of y = gamma(x) * rest at a pole, as its slope needs it, over that of y.

        The slope goes to one infinity from both sides, y to two, and SciPy has any of them.
        """
        pole = np.logical_and(np.isinf(y), np.logical_and(x <= 0.0, x == np.floor(x)))
        turn = 1.0 - 2.0 * (f.where(pole, x, 0.0) % 2.0)
        return f.stop_gradient(f.where(pole, turn * f.sign(rest) * f.sign(y), 1.0))

    def of_inverse(y: Any, x: Any) -> Any:
        low = x < 0.5
        below, above = f.where(low, x, 0.0), f.where(low, 1.0, x)
        return f.where(low, reflected(below), -y * psi(above))

    def over_gamma(
        y: Any,
        more: Any,
        x: Any,
        rest: Callable[..., Any],
        *operands: Any,
        step: Any = None,
        whole: Any = False,
    ) -> Any:
        """The slope y * (more - digamma(x)) of y = rest(*operands) / gamma(x).

        At the poles of digamma y is 0, and beside them the digits cancel at the second order.
        `step` gives the difference of the operands, held where there is a pole, all digits; where
        `whole` holds, poles of both of its parts are one.
        """
        pole = np.logical_and(x < 0.25, np.logical_and(x > -150.0, abs(x - np.round(x)) < 0.25))
        pole = np.logical_and(pole, np.logical_not(whole))
        below, above = f.where(pole, x, 0.0), f.where(pole, 1.0, x)
        factor = rest(*(f.where(pole, operand, 0.5) for operand in operands))
        held = f.where(pole, y, 0.0) * f.where(pole, more, 0.0)
        away = (f.where(pole, 1.0, operand) for operand in operands)
        difference = more - psi(above) if step is None else step(*away)
        return f.where(pole, held + factor * reflected(below), y * difference)

    function("gamma", lambda g, y, x: g * times_digamma(y, x))
    function("gammaln", lambda g, y, x: g * f.digamma(x))
    function("digamma", lambda g, y, x: g * f.digamma(x, 1))
    function("rgamma", lambda g, y, x: g * of_inverse(y, x))
    function(
        "polygamma",
        None,
        lambda g, y, n, x: g * (f.digamma(x, int(n) + 1) if number(n) else s.polygamma(n + 1, x)),
        names=("n", "x"),
        examples=((1, Drawn(3)), (2, Drawn(2, 2))),
    )

    def of_factorial(y: Any, n: Any) -> Any:
        """SciPy has 0 for all that is below 0."""
        below = n < 0.0
        return f.where(below, 0.0, times_digamma(y, f.where(below, 0.0, n) + 1.0))

    function("factorial", lambda g, y, n: g * of_factorial(y, n), names=("n",))

    def of_beta(y: Any, a: Any, b: Any) -> Any:
        def step(a: Any, b: Any) -> Any:
            return -f.digamma_step(a, np.minimum(b, FAR))

        both = lambda a, b: s.gamma(a) * s.gamma(b)  # noqa: E731
        whole = np.logical_and(np.maximum(a, a + b) < 0.5, b == np.floor(b))
        slope = over_gamma(y, psi(a), a + b, both, a, b, step=step, whole=whole)
        return slope * signed(y, a, f.sign(s.gamma(b)) * s.rgamma(a + b))

    def of_betaln(a: Any, b: Any) -> Any:
        """digamma(a) - digamma(a + b), which goes to 0 with a."""
        far = a > FAR
        return f.where(far, 0.0, -f.digamma_step(f.where(far, 1.0, a), f.where(far, 1.0, b)))

    function(
        "betaln", lambda g, y, a, b: g * of_betaln(a, b), lambda g, y, a, b: g * of_betaln(b, a)
    )
    function(
        "beta", lambda g, y, a, b: g * of_beta(y, a, b), lambda g, y, a, b: g * of_beta(y, b, a)
    )

    def of_binom(y: Any, more: Any, n: Any, k: Any, step: Any = None) -> Any:
        """More, less digamma(n - k + 1): k of n are n - k of n."""
        return over_gamma(
            y, more, n - k + 1.0, lambda n, k: s.poch(k + 1.0, n - k), n, k, step=step
        )

    def reflected_binom(y: Any, n: Any, k: Any, by_n: bool) -> Any:
        """The slope where n - k + 1 is below 0, of beta(n + 1, k - n) sin(pi (k - n)) / pi."""
        u, turned = k - n, half_turns(k) - half_turns(n)
        beta, across, along = s.beta(n + 1.0, u), sine(turned) / math.pi, sine(turned + 0.5)
        if by_n:
            slope = beta * (f.digamma_step(u, n + 1.0 - u) * across - along)
        else:
            slope = beta * (f.digamma_step(k + 1.0, -n - 1.0) * across + along)
        return f.where(np.isnan(y), y, slope)

    def of_binom_by_n(y: Any, n: Any, k: Any) -> Any:
        """Far out as n**k / gamma(k + 1)."""
        far = n > FAR
        beyond = np.logical_and(n - k < -0.5, n > -0.5)
        held = np.logical_or(far, beyond)
        power = f.power_slope(f.where(far, n, 1.0), k) * s.rgamma(k + 1.0)
        out = reflected_binom(
            f.where(beyond, y, 1.0), f.where(beyond, n, 1.0), f.where(beyond, k, 3.0), True
        )
        near, less = f.where(held, 1.0, n), f.where(held, 1.0, k)
        step = lambda n, k: f.digamma_step(n - k + 1.0, k)  # noqa: E731
        inside = of_binom(y, psi(near + 1.0), near, less, step)
        return f.where(far, power, f.where(beyond, out, inside))

    def of_binom_by_k(y: Any, n: Any, k: Any) -> Any:
        """Of k beyond n by the reflection, and below 0, as n - k of n are as many."""
        above = np.logical_and(n - k < -0.5, k > -0.5)
        under = np.logical_and(n - k > -0.5, k < -0.5)
        beyond = np.logical_or(above, under)
        out = reflected_binom(
            f.where(beyond, y, 1.0),
            f.where(beyond, n, 1.0),
            f.where(above, k, f.where(under, n - k, 3.0)),
            False,
        )
        inner = np.logical_and(n - k > -0.5, k > -0.5)
        m, j = f.where(inner, n, 1.0), f.where(inner, k, 1.0)
        inside = y * f.digamma_step(j + 1.0, m - 2.0 * j)
        rest = np.logical_not(np.logical_or(beyond, inner))
        m, j = f.where(rest, n, 1.0), f.where(rest, k, 1.0)
        both = of_binom(y, 0.0, m, m - j) - of_binom(y, 0.0, m, j)
        out = f.where(under, -out, out)
        return f.where(beyond, out, f.where(inner, inside, both))

    function(
        "binom",
        lambda g, y, n, k: g * of_binom_by_n(y, n, k),
        lambda g, y, n, k: g * of_binom_by_k(y, n, k),
    )

    def of_poch(y: Any, z: Any, m: Any) -> Any:
        """Far out as z**m; of a polynomial, m being whole, the poles cancel below 0."""
        far = abs(z) > FAR
        power = f.power_slope(f.where(far, z, 1.0), m)
        near = f.where(far, 1.0, z)
        both = np.logical_and(np.maximum(near, near + m) < 0.5, m == np.floor(m))
        low = np.logical_and(near < 0.5, np.logical_not(both))
        pole = reflected_poch(y, f.where(low, near, 0.25), f.where(low, m, 0.5))
        plain = y * f.digamma_step(f.where(low, 1.0, near), f.where(low, 1.0, m))
        return f.where(far, power, f.where(low, pole, plain))

    def reflected_poch(y: Any, z: Any, m: Any) -> Any:
        """The slope below 0, where y is 0 at poles of gamma(z).

        Where z + m is below 0 too it is that of poch(1 - z - m, m) sin(pi z) / sin(pi (z + m)).
        """
        end = z + m
        under = end < 0.5
        first, last = f.where(under, z, 0.25), f.where(under, end, 0.25)
        move = f.where(under, m, 0.0)
        over = sine(half_turns(first) + half_turns(move))
        ratio = sine(half_turns(first)) / over
        turning = math.pi * sine(half_turns(move)) / (over * over)
        step = f.digamma_step(1.0 - last, move)
        out = s.poch(1.0 - last, move) * (turning - step * ratio)
        high = f.where(under, 1.0, end)
        zero = s.gamma(high) * reflected(f.where(under, 0.25, z))
        return f.where(under, out, y * psi(high) + zero)

    function(
        "poch",
        lambda g, y, z, m: g * (of_poch(y, z, m) * signed(y, z + m, s.rgamma(z))),
        lambda g, y, z, m: g * (times_digamma(y, z + m) * signed(y, z + m, s.rgamma(z))),
        names=("z", "m"),
    )


def _errors(function: Callable[..., None], s: Any) -> None:
    function("erf", lambda g, y, x: g * (2.0 * OVER_ROOT_PI * f.gaussian(x)))
    function("erfc", lambda g, y, x: -g * (2.0 * OVER_ROOT_PI * f.gaussian(x)))
    function("erfinv", lambda g, y, x: g * (0.5 / OVER_ROOT_PI * np.exp(y * y)), domain=(-0.8, 0.8))
    function(
        "erfcinv", lambda g, y, x: -g * (0.5 / OVER_ROOT_PI * np.exp(y * y)), domain=(0.3, 1.7)
    )
    function("ndtr", lambda g, y, x: g * (NORMAL * f.gaussian(x, 0.5)))
    function("ndtri", lambda g, y, x: g * (np.exp(0.5 * y * y) / NORMAL), domain=(0.2, 0.8))

    def hazard(y: Any, x: Any) -> Any:
        """The density over exp(y): below 0 both are tiny, and their common factor is left out."""
        far, low = x < -further.CANCELS_SQUARED, x < 0
        series = -f.where(far, x, 0.0) - 1.0 / f.where(far, x, -1.0)
        near = f.where(np.logical_and(low, x >= -further.CANCELS_SQUARED), x, 0.0)
        below = 2.0 * NORMAL / s.erfcx(near * -ROOT_HALF)
        above = NORMAL * f.gaussian(f.where(low, 0.0, x), 0.5) * np.exp(-f.where(low, 0.0, y))
        return f.where(far, series, f.where(low, below, above))

    function("log_ndtr", lambda g, y, x: g * hazard(y, x))
    # Not 1 - y and 1 - exp(y), which lose all digits where x is large.
    function("expit", lambda g, y, x: g * (y * s.expit(-x)))
    function("log_expit", lambda g, y, x: g * s.expit(-x))
    function("logit", lambda g, y, x: np.divide(g, x) + np.divide(g, 1.0 - x), domain=(0.2, 0.8))


def _bessel(function: Callable[..., None], s: Any) -> None:
    def less_at_zero(op: Any, x: Any) -> Any:
        """op(x), but 0 at 0, where it is infinite and what it is added to more so."""
        return f.where(x == 0.0, 0.0, op(f.where(x == 0.0, 1.0, x)))

    function("j0", lambda g, y, x: -g * s.j1(x))
    function("j1", lambda g, y, x: g * (0.5 * (s.j0(x) - s.jv(2, x))))
    function("y0", lambda g, y, x: -g * s.y1(x))
    function("y1", lambda g, y, x: g * (0.5 * (less_at_zero(s.y0, x) - s.yv(2, x))))
    function("i0", lambda g, y, x: g * s.i1(x))
    function(
        "i1", lambda g, y, x: g * (0.5 * (s.i0(x) + s.iv(2, np.clip(x, -1e4, 1e4))))
    )  # NaN far out
    function("k0", lambda g, y, x: -g * s.k1(x))
    function("k1", lambda g, y, x: -g * (0.5 * (s.k0(x) + s.kv(2, x))))
    examples = ((1.5, Drawn(3)), (2, Drawn(2, 2)))
    order: dict[str, Any] = {"names": ("v", "x"), "examples": examples}

    def signed(v: Any, x: Any) -> Any:
        """iv(v, x), whose infinity at 0 SciPy has of one sign for all orders [DLMF 10.30.1]."""
        if number(v):
            sign = s.rgamma(v + 1.0)
            return s.iv(v, x) * f.where(x == 0.0, -1.0, 1.0) if sign < 0.0 else s.iv(v, x)
        pole = np.logical_and(x == 0.0, s.rgamma(v + 1.0) < 0.0)
        return s.iv(v, x) * f.where(pole, -1.0, 1.0)

    for name, sign, of in (("jv", -1.0, s.jv), ("iv", 1.0, signed)):
        function(
            name,
            None,
            lambda g, y, v, x, op=of, c=sign: (
                g * (0.5 * (further.below(op, v, x) + c * further.above(op, v, x)))
            ),
            conventions=(further.ROOT_AT_ZERO,),
            **order,
        )
    function("yv", None, lambda g, y, v, x: g * (0.5 * further.around_a_pole(s.yv, v, x)), **order)
    function("kv", None, lambda g, y, v, x: g * (-0.5 * (s.kv(v - 1, x) + s.kv(v + 1, x))), **order)


def _entropies(function: Callable[..., None]) -> None:
    """Where 0 meets the logarithm of 0, or the quotient by it, the coded slope is 0."""

    def logarithm(a: Any, b: Any) -> Any:
        return np.log(f.where(np.logical_and(a == 0, b == 0), 1.0, b))

    def quotient(a: Any, b: Any) -> Any:
        both = np.logical_and(a == 0, b == 0)
        return f.where(both, 0.0, np.divide(a, f.where(both, 1.0, b)))

    function("xlogy", lambda g, y, a, b: g * logarithm(a, b), lambda g, y, a, b: g * quotient(a, b))
    function(
        "xlog1py",
        lambda g, y, a, b: g * logarithm(a, b + 1.0),
        lambda g, y, a, b: g * quotient(a, b + 1.0),
    )
    function(
        "entr",
        lambda g, y, x: -g * f.where(x == 0, 0.0, f.log0(x) + 1.0),
        **further.AT_ZERO,
    )

    def slope(a: Any, b: Any, more: float) -> Any:
        """log(a / b) + more; 0 where a is 0, but with the slope by b that it has in the limit.

        So mixed second derivatives are -1 / b at a = 0 too, whichever is taken first.
        """
        at_zero = f.stop_gradient(f.log0(b)) - f.log0(b)
        inside = np.log(np.divide(f.where(a == 0, 1.0, a), f.where(a == 0, 1.0, b)))
        return f.where(a == 0, at_zero, inside + more)

    first: dict[str, Any] = {
        "piece": lambda a, b: a != 0,
        "switch": lambda a, b: a,
        "strata": ((0.0, 1.0), (0.0, 2.0)),
    }
    function(
        "rel_entr",
        lambda g, y, a, b: g * slope(a, b, 1.0),
        lambda g, y, a, b: -g * quotient(a, b),
        **first,
    )
    function(
        "kl_div",
        lambda g, y, a, b: g * slope(a, b, 0.0),
        lambda g, y, a, b: g * (1.0 - quotient(a, b)),
        **first,
    )
