"""Rules of further functions of scipy.special: integrals, scaled ones, orthogonal polynomials.

y = special.gammainc(a, x)      ->   bx = by * np.exp((a - 1) * np.log(x) - x - gammaln(a))
y = special.eval_legendre(n, x) ->   bx = by * special.eval_gegenbauer(n - 1, 1.5, x)

The slopes are those of the Digital Library of Mathematical Functions (2010); operands of which no
closed slope is known (the first of `gammainc`) have none, and are refused where they vary.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np

from fpad.transforms.rules import scipy_hypergeometric as hypergeometric
from fpad.transforms.rules.arithmetic import number
from fpad.transforms.rules.core import Drawn
from fpad.transforms.rules.definitions import elliptic
from fpad.transforms.rules.elementary import FAR
from fpad.transforms.rules.trace import f

ROOT_PI = math.sqrt(math.pi)
ORDERS = ((2, Drawn(3)), (3, Drawn(2, 2)))
CANCELS = 50.0
"""From where on erfcx(x) and dawsn(x) are 1 / x to so many digits that 1 - 2 x y has few."""
CANCELS_SQUARED = 1e5
"""From where on the second term of a series in 1 / x**2 is 1e-10 and the third 1e-20."""
AT_ZERO: dict[str, Any] = {"piece": lambda x: x != 0, "switch": lambda x: x, "strata": ((0.0,),)}
"""A kink, or an infinite slope, where the operand is 0."""


def declare(function: Callable[..., None], s: Any) -> None:
    """Declare them, given how a function of scipy.special is declared, and its functions."""
    _integrals(function, s)
    hypergeometric.declare(function, s)
    _elliptic(function, s)
    _scaled(function, s)
    _polynomials(function, s)
    _elementary(function, s)


def _integrals(function: Callable[..., None], s: Any) -> None:
    # DLMF 8.2, 8.17.1, 6.2, 7.2; of expn Abramowitz and Stegun 5.1.26
    def gamma_density(a: Any, x: Any) -> Any:
        """By logarithms, as powers overflow, but at 0, where these have no slope (x**a has)."""
        end = x == 0
        near, far = f.where(end, x, 0.0), f.where(end, 1.0, np.minimum(x, FAR))
        inside = np.exp((a - 1.0) * np.log(far) - far - s.gammaln(a))
        return f.where(end, f.power_slope(near, a) * np.exp(-near) * s.rgamma(a + 1.0), inside)

    def beta_density(a: Any, b: Any, x: Any) -> Any:
        """Likewise; where `unit` is held back, the powers are 0."""
        end = np.logical_or(x == 0, x == 1)
        near, far = f.where(end, x, 0.0), f.where(end, 0.5, x)
        inside = np.exp((a - 1.0) * np.log(far) + (b - 1.0) * np.log1p(-far) - s.betaln(a, b))
        unit = np.exp(np.minimum(-s.betaln(a, b), 80.0))
        powers = f.power_slope(near, a) / a * (f.power_slope(1.0 - near, b) / b)
        return f.where(end, powers * unit, inside)

    two = {"names": ("a", "x"), "examples": ((1.5, Drawn(3)), (2.0, Drawn(2, 2)))}
    function("gammainc", None, lambda g, y, a, x: g * gamma_density(a, x), **two)
    function("gammaincc", None, lambda g, y, a, x: -g * gamma_density(a, x), **two)
    function(
        "betainc",
        None,
        None,
        lambda g, y, a, b, x: g * beta_density(a, b, x),
        names=("a", "b", "x"),
        domain=(0.2, 0.8),
        examples=((1.5, 2.5, Drawn(3)),),
    )
    function("exp1", lambda g, y, x: -g * (np.exp(-x) / x))

    def exponential_ratio(x: Any) -> Any:
        """By logarithms where the power overflows: its slope is a difference, until both do."""
        far, pole = x > 700.0, x == 0.0
        near, away = f.where(np.logical_or(far, pole), 1.0, x), f.where(far, x, 1.0)
        large = np.exp(away - np.log(np.minimum(away, 716.36)))
        rest = f.where(pole, 1.0 / f.where(pole, x, 1.0), np.exp(near) / near)
        return f.where(far, large, rest)

    def expn_before(n: Any, x: Any) -> Any:
        """expn(n - 1, x), which SciPy has down to the order 0 [DLMF 8.19.5, 8.19.12]."""
        last, first = n == 1, n == 0
        near = x if number(n) else f.where(n < 2, x, 1.0)
        decay = np.exp(-near) / near
        if number(n):
            return decay if last else decay * (1.0 + 1.0 / near) if first else s.expn(n - 1, x)
        low = f.where(first, decay * (1.0 + 1.0 / near), decay)
        return f.where(n < 2, low, s.expn(np.maximum(n - 1, 0), x))

    function("expi", lambda g, y, x: g * exponential_ratio(x))
    function(
        "expn",
        None,
        lambda g, y, n, x: -g * f.where(_both(x == 0.0, n == 2), 0.0, expn_before(n, x)),
        names=("n", "x"),
        conventions=("at x = 0 with n = 2: 0",),
        examples=ORDERS,
    )
    function("erfi", lambda g, y, x: g * (2.0 / ROOT_PI * np.exp(x * x)))

    def asymptotic(far: Any, x: Any, sign: float) -> Any:
        """The asymptotic series of both, less its first term, which is what cancels far out."""
        r = 1.0 / f.where(far, x, 1.0)
        t = sign * 0.5 * r * r
        return t * (1.0 + 3.0 * t * (1.0 + 5.0 * t * (1.0 + 7.0 * t * (1.0 + 9.0 * t))))

    def erfcx_slope(y: Any, x: Any) -> Any:
        far = x > CANCELS
        near = f.where(far, 0.0, x) * y - 1.0 / ROOT_PI
        return 2.0 * f.where(far, asymptotic(far, x, -1.0) / ROOT_PI, near)

    def dawsn_slope(y: Any, x: Any) -> Any:
        far = abs(x) > CANCELS
        return f.where(far, -asymptotic(far, x, 1.0), 1.0 - 2.0 * f.where(far, 0.0, x) * y)

    function("erfcx", lambda g, y, x: g * erfcx_slope(y, x))
    function("dawsn", lambda g, y, x: g * dawsn_slope(y, x))

    def dilogarithm_slope(z: Any) -> Any:
        """log(z) / (1 - z): by its series around 1, where it is 0 / 0; coded 0 at z = 0."""
        near = abs(z - 1.0) < 0.5
        inside, outside = f.where(near, z, 1.0), f.where(near, 2.0, z)
        series = -s.hyp2f1(1.0, 1.0, 2.0, 1.0 - inside)
        return f.where(near, series, f.log0(outside) / (1.0 - outside))

    function(
        "spence",
        lambda g, y, z: g * dilogarithm_slope(z),
        names=("z",),
        **AT_ZERO,
    )
    function("loggamma", lambda g, y, z: g * f.digamma(z), names=("z",))
    function(
        "stdtr",
        None,
        lambda g, y, df, t: (
            g
            * np.exp(s.gammaln((df + 1.0) / 2.0) - s.gammaln(df / 2.0))
            / np.sqrt(math.pi * df)
            * f.lorentzian(t / np.sqrt(df), 0.5) ** (df + 1.0)
        ),
        names=("df", "t"),
        examples=((3.0, Drawn(3)),),
    )


def _elliptic(function: Callable[..., None], s: Any) -> None:
    # The series of DLMF 19.5 by terms, in the parameter m = k**2; what 19.4 has in their place are
    # differences over m, which lose all digits near 0, as the series do far below it.
    unit = {"names": ("m",), "domain": (0.2, 0.8)}
    eighth = math.pi / 8.0

    def by_parts(series: Callable[[Any], Any], difference: Callable[[Any], Any]) -> Any:
        def slope(g: Any, y: Any, m: Any) -> Any:
            far = m < -1.0
            low = np.maximum(f.where(far, m, -1.0), -1e300)
            return g * f.where(far, difference(low), eighth * series(f.where(far, 0.0, m)))

        return slope

    complete = by_parts(
        lambda m: s.hyp2f1(1.5, 1.5, 2.0, m),
        lambda m: (s.ellipe(m) / (1.0 - m) - s.ellipk(m)) / (2.0 * m),
    )
    function("ellipk", complete, **unit)
    complete = by_parts(
        lambda m: -s.hyp2f1(0.5, 1.5, 2.0, m), lambda m: (s.ellipe(m) - s.ellipk(m)) / (2.0 * m)
    )
    ended = complete
    function(
        "ellipe",
        lambda g, y, m: f.where(m == 1.0, 0.0, ended(g, y, m)),
        conventions=("at m = 1: 0",),
        piece=lambda m: m != 1.0,
        switch=lambda m: 1.0 - m,
        strata=((1.0,),),
        **unit,
    )
    both = {"names": ("phi", "m"), "examples": ((Drawn(3), 0.3),)}
    function(
        "ellipkinc",
        lambda g, y, phi, m: g / np.sqrt(1.0 - m * np.sin(phi) ** 2),
        None,
        definition=elliptic.ellipkinc,
        **both,
    )
    function(
        "ellipeinc",
        lambda g, y, phi, m: g * np.sqrt(1.0 - m * np.sin(phi) ** 2),
        None,
        definition=elliptic.ellipeinc,
        **both,
    )


ROOT_AT_ZERO = "at x = 0 with 0 < v < 1: 0"


def _selected(condition: Any, otherwise: Callable[[Any], Any], x: Any) -> Any:
    """0 where the condition holds, also if it is known; the function of x elsewhere."""
    if isinstance(condition, bool):
        return 0.0 if condition else otherwise(x)
    return f.where(condition, 0.0, otherwise(f.where(condition, 1.0, x)))


def _at_zero(x: Any, orders: Any) -> Any:
    """At x = 0, for orders of a kind; not at all if the order is known and of another kind."""
    return orders if orders is False else (x == 0.0 if orders is True else _both(x == 0.0, orders))


def below(op: Any, v: Any, x: Any) -> Any:
    """op(v - 1, x) of a function as x**v: at 0 that is infinite for a root, of coded slope 0."""
    root = 0.0 < v < 1.0 if number(v) else _both(v > 0.0, v < 1.0)
    return _selected(_at_zero(x, root), lambda x: op(v - 1, x), x)


def above(op: Any, v: Any, x: Any) -> Any:
    """op(v + 1, x): nothing at a pole, where it is infinite and op(v - 1, x) more so."""
    pole = bool(v < 0.0 and v != math.floor(v)) if number(v) else _both(v < 0.0, v != np.floor(v))
    return _selected(_at_zero(x, pole), lambda x: op(v + 1, x), x)


def around_a_pole(op: Any, v: Any, x: Any) -> Any:
    """op(v - 1, x) - op(v + 1, x) of a function as x**-abs(v): at 0 the one that is larger."""
    first = bool(v > 0.0) if number(v) else v > 0.0
    last = bool(v < 0.0) if number(v) else v < 0.0
    lower = _selected(_at_zero(x, first), lambda x: op(v - 1, x), x)
    return lower - _selected(_at_zero(x, last), lambda x: op(v + 1, x), x)


def _scaled(function: Callable[..., None], s: Any) -> None:
    # DLMF 10.29, of functions times exp(-|x|) and exp(x)
    def slope(y: Any, x: Any, term: float, near: Callable[[Any], Any]) -> Any:
        """Far out, where `near` is a difference that cancels, by two terms of the expansion."""
        far = abs(x) > 1e6
        away = f.where(far, x, 1.0)
        first = y * ((term / (8.0 * abs(away)) - 0.5) / away)
        return f.where(far, first, near(f.where(far, 1.0, x)))

    def i0e(y: Any, x: Any) -> Any:
        return s.i1e(x) - f.sign(x) * y

    def i1e(y: Any, x: Any) -> Any:
        return 0.5 * (s.i0e(x) + s.ive(2, x)) - f.sign(x) * y

    def k1e(y: Any, x: Any) -> Any:
        return y - 0.5 * (s.k0e(x) + s.kve(2, x))

    def beside_a_pole(y: Any, x: Any) -> Any:
        """Y, but 0 at 0, where it is infinite and what is taken from it more so."""
        return f.where(x == 0.0, 0.0, y)

    function("i0e", lambda g, y, x: g * slope(y, x, -1.0, lambda x: i0e(y, x)), **AT_ZERO)
    function("i1e", lambda g, y, x: g * slope(y, x, 3.0, lambda x: i1e(y, x)))
    function("k0e", lambda g, y, x: g * slope(y, x, 1.0, lambda t: beside_a_pole(y, x) - s.k1e(t)))
    function("k1e", lambda g, y, x: g * slope(y, x, -3.0, lambda t: k1e(beside_a_pole(y, x), t)))
    order = {"names": ("v", "x"), "examples": ((1.5, Drawn(3)), (2, Drawn(2, 2)))}
    function(
        "ive",
        None,
        lambda g, y, v, x: g * (0.5 * (below(s.ive, v, x) + above(s.ive, v, x)) - f.sign(x) * y),
        conventions=(ROOT_AT_ZERO,),
        **order,
    )
    function(
        "kve",
        None,
        lambda g, y, v, x: g * (beside_a_pole(y, x) - 0.5 * (s.kve(v - 1, x) + s.kve(v + 1, x))),
        **order,
    )
    whole = {"names": ("n", "x"), "examples": ORDERS}
    function("kn", None, lambda g, y, n, x: -g * (0.5 * (s.kv(n - 1, x) + s.kv(n + 1, x))), **whole)
    function("yn", None, lambda g, y, n, x: g * (0.5 * around_a_pole(s.yv, n, x)), **whole)


def _polynomials(function: Callable[..., None], s: Any) -> None:
    # DLMF 18.7 and 18.9(iii)
    def jacobi_before(n: Any, alpha: Any, beta: Any, x: Any) -> Any:
        """The polynomial before, 0 before the first: SciPy has NaN outside [-1, 1] there."""
        if number(n):
            return s.eval_jacobi(n - 1, alpha, beta, x) if n != 0 else 0.0
        return f.where(n == 0, 0.0, s.eval_jacobi(f.where(n == 0, 0, n - 1), alpha, beta, x))

    degree = {"names": ("n", "x"), "domain": (-0.8, 0.8), "examples": ORDERS}
    function(
        "eval_legendre", None, lambda g, y, n, x: g * s.eval_gegenbauer(n - 1, 1.5, x), **degree
    )
    function("eval_chebyt", None, lambda g, y, n, x: g * (n * s.eval_chebyu(n - 1, x)), **degree)
    function(
        "eval_chebyu",
        None,
        lambda g, y, n, x: g * (2.0 * s.eval_gegenbauer(n - 1, 2.0, x)),
        **degree,
    )
    function(
        "eval_hermite",
        None,
        lambda g, y, n, x: g * (2 * n * s.eval_hermite(np.maximum(n - 1, 0), x)),
        **degree,
    )
    function(
        "eval_hermitenorm",
        None,
        lambda g, y, n, x: g * (n * s.eval_hermitenorm(np.maximum(n - 1, 0), x)),
        **degree,
    )
    function(
        "eval_laguerre", None, lambda g, y, n, x: -g * s.eval_genlaguerre(n - 1, 1.0, x), **degree
    )
    function(
        "eval_genlaguerre",
        *(None, None),
        lambda g, y, n, alpha, x: -g * s.eval_genlaguerre(n - 1, alpha + 1.0, x),
        names=("n", "alpha", "x"),
        examples=((3, 0.5, Drawn(3)),),
    )
    function(
        "eval_gegenbauer",
        *(None, None),
        lambda g, y, n, alpha, x: g * (2.0 * alpha * s.eval_gegenbauer(n - 1, alpha + 1.0, x)),
        names=("n", "alpha", "x"),
        domain=(-0.8, 0.8),
        examples=((3, 0.5, Drawn(3)), (4, 1.5, Drawn(3))),
    )
    function(
        "eval_jacobi",
        *(None, None, None),
        lambda g, y, n, alpha, beta, x: (
            g * (0.5 * (n + alpha + beta + 1.0) * jacobi_before(n, alpha + 1.0, beta + 1.0, x))
        ),
        names=("n", "alpha", "beta", "x"),
        domain=(-0.8, 0.8),
        examples=((3, 0.5, 1.5, Drawn(3)),),
    )


def _flat(delta: Any, r: Any) -> Any:
    """The slope of sqrt(delta**2 + r**2) delta - delta**2 by delta, in which nothing cancels."""
    size = abs(r)
    far = size > 1e8 * delta
    q = (f.where(far, 0.0, r) / f.where(far, 1.0, delta)) ** 2
    root = np.sqrt(1.0 + q)
    away, narrow = f.where(far, size, 1.0), f.where(far, delta, 0.0)
    outside = away - 2.0 * narrow + 1.5 * narrow * (narrow / away)
    near = f.where(_both(delta == 0.0, r == 0.0), 0.0, q * q / (root * (root + 1.0) ** 2))
    return f.where(far, outside, delta * near)


def _both(first: Any, *conditions: Any) -> Any:
    """Do all conditions hold?"""
    return reduce(np.logical_and, conditions, first)


def _elementary(function: Callable[..., None], s: Any) -> None:
    function("expm1", lambda g, y, x: g * np.exp(x))
    function("log1p", lambda g, y, x: np.divide(g, x + 1.0))
    function("exp2", lambda g, y, x: g * (y * math.log(2.0)))
    function("exp10", lambda g, y, x: g * (y * math.log(10.0)))
    function("cbrt", lambda g, y, x: g * f.div0(f.div0(1.0, y), 3.0 * y), **AT_ZERO)
    function("cosm1", lambda g, y, x: -g * np.sin(x))
    degree = math.pi / 180.0
    function("sindg", lambda g, y, x: g * (degree * s.cosdg(x)))
    function("cosdg", lambda g, y, x: -g * (degree * s.sindg(x)))
    function("tandg", lambda g, y, x: g * (degree * (1.0 + y * y)))

    def of_boxcox(x: Any, lmbda: Any) -> Any:
        steep = _both(x == 0.0, lmbda > 0.0, lmbda < 1.0)
        return f.where(steep, 0.0, np.power(f.where(steep, 1.0, x), lmbda - 1.0))

    function(
        "boxcox",
        lambda g, y, x, lmbda: g * of_boxcox(x, lmbda),
        None,
        names=("x", "lmbda"),
        conventions=("at x = 0 with 0 < lmbda < 1: 0",),
        examples=((Drawn(3), 0.5), (Drawn(3), 0.0)),
    )

    def of_inverse(y: Any, x: Any, lmbda: Any) -> Any:
        """y**(1 - lmbda), where y is a root or infinite as a power of the base."""
        power = lmbda != 0.0
        end = np.logical_and(power, np.logical_or(y == 0.0, y == math.inf))
        base = f.where(end, lmbda * x + 1.0, 1.0)
        exponent = 1.0 / f.where(power, lmbda, 1.0)
        near = f.where(end, 1.0, y) ** (1.0 - lmbda)
        return f.where(end, f.power_slope(base, exponent) / exponent, near)

    function(
        "inv_boxcox",
        lambda g, y, x, lmbda: g * of_inverse(y, x, lmbda),
        None,
        conventions=("at y = 0 with lmbda > 1: 0",),
        names=("x", "lmbda"),
        examples=((Drawn(3), 0.5), (Drawn(3), 0.0)),
    )
    function(
        "pseudo_huber",
        lambda g, y, delta, r: g * _flat(delta, r),
        lambda g, y, delta, r: g * (delta * f.cosine(r, delta)),
        names=("delta", "r"),
        examples=((1.5, Drawn(3)),),
    )
    function(
        "huber",
        lambda g, y, delta, r: g * np.maximum(abs(r) - delta, 0.0),
        lambda g, y, delta, r: g * np.clip(r, -delta, delta),
        names=("delta", "r"),
        examples=((1.5, Drawn(3)),),
    )
