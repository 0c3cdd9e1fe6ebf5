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

    def of_inverse(y: Any, x: Any) -> Any:
        low = x < 0.5
        below, above = f.where(low, x, 0.0), f.where(low, 1.0, x)
        return f.where(low, reflected(below), -y * psi(above))

    def over_gamma(
        y: Any, more: Any, x: Any, rest: Callable[..., Any], *operands: Any, step: Any = None
    ) -> Any:
        """The slope y * (more - digamma(x)) of y = rest(*operands) / gamma(x).

        At the poles of digamma y is 0, and beside them the digits cancel at the second order.
        `step` gives the difference of the operands, held where there is a pole, all digits.
        """
        pole = np.logical_and(x < 0.25, np.logical_and(x > -150.0, abs(x - np.round(x)) < 0.25))
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
        return over_gamma(y, psi(a), a + b, both, a, b, step=step)

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

    def of_binom(y: Any, more: Any, n: Any, k: Any) -> Any:
        """More, less digamma(n - k + 1): k of n are n - k of n."""
        return over_gamma(y, more, n - k + 1.0, lambda n, k: s.poch(k + 1.0, n - k), n, k)

    def of_binom_by_n(y: Any, n: Any, k: Any) -> Any:
        """Far out as n**k / gamma(k + 1)."""
        far = n > FAR
        power = f.power_slope(f.where(far, n, 1.0), k) * s.rgamma(k + 1.0)
        near = f.where(far, 1.0, n)
        return f.where(far, power, of_binom(y, psi(near + 1.0), near, k))

    function(
        "binom",
        lambda g, y, n, k: g * of_binom_by_n(y, n, k),
        lambda g, y, n, k: g * (of_binom(y, 0.0, n, n - k) - of_binom(y, 0.0, n, k)),
    )

    def of_poch(y: Any, z: Any, m: Any) -> Any:
        """Of a polynomial, m being whole, the poles of both digammas cancel below 0."""
        far = z > FAR  # as z**m
        power = f.power_slope(f.where(far, z, 1.0), m)
        return f.where(far, power, of_poch_near(y, f.where(far, 1.0, z), m))

    def of_poch_near(y: Any, z: Any, m: Any) -> Any:
        both = np.logical_and(np.maximum(z, z + m) < 0.5, m == np.floor(m))
        low = np.logical_and(z < 0.5, np.logical_not(both))
        first, last = f.where(both, z, 0.0), f.where(both, z + m, 0.0)
        poly = y * (f.digamma(1.0 - last) - f.digamma(1.0 - first))
        end, start = f.where(both, 1.0, z + m), f.where(both, 1.0, z)
        pole = y * psi(end) + s.gamma(f.where(low, end, 1.0)) * reflected(f.where(low, z, 0.0))
        plain = y * (psi(end) - psi(f.where(low, 1.0, start)))
        return f.where(both, poly, f.where(low, pole, plain))

    function(
        "poch",
        lambda g, y, z, m: g * of_poch(y, z, m),
        lambda g, y, z, m: g * times_digamma(y, z + m),
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
    function("logit", lambda g, y, x: g / x + g / (1.0 - x), domain=(0.2, 0.8))


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
    for name, sign in (("jv", -1.0), ("iv", 1.0)):
        of = getattr(s, name)
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
    """Where a logarithm meets a zero the coded slope is 0."""
    function("xlogy", lambda g, y, a, b: g * f.log0(b), lambda g, y, a, b: g * f.div0(a, b))
    function(
        "xlog1py",
        lambda g, y, a, b: g * f.log0(b + 1.0),
        lambda g, y, a, b: g * f.div0(a, b + 1.0),
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
        return f.where(a == 0, at_zero, f.log0(f.div0(a, b)) + more)

    first: dict[str, Any] = {
        "piece": lambda a, b: a != 0,
        "switch": lambda a, b: a,
        "strata": ((0.0, 1.0), (0.0, 2.0)),
    }
    function(
        "rel_entr",
        lambda g, y, a, b: g * slope(a, b, 1.0),
        lambda g, y, a, b: -g * f.div0(a, b),
        **first,
    )
    function(
        "kl_div",
        lambda g, y, a, b: g * slope(a, b, 0.0),
        lambda g, y, a, b: g * (1.0 - f.div0(a, b)),
        **first,
    )
