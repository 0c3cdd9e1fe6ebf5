"""The definitions of scipy.special's functions, by the names that SciPy gives them."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from fpad.transforms.rules.definitions import elementary, polynomials, special
from fpad.transforms.rules.definitions.common import HALF

Definition = Callable[..., Any]


def _of_order(of: Definition, v: int) -> Definition:
    return lambda c, x: of(c, v, x)


DEFINITIONS: dict[str, Definition] = {
    "gamma": special.gamma,
    "gammaln": lambda c, x: c.lgamma(x),
    "loggamma": lambda c, z: c.lgamma(z),
    "digamma": lambda c, x: c.digamma(x),
    "rgamma": lambda c, x: c.rgamma(x),
    "polygamma": special.polygamma,
    "factorial": lambda c, n: special.gamma(c, n + 1),
    "betaln": special.betaln,
    "beta": special.beta,
    "binom": special.binom,
    "poch": special.poch,
    "erf": special.erf,
    "erfc": special.erfc,
    "erfcx": special.erfcx,
    "erfi": special.erfi,
    "erfinv": lambda c, x: c.erfinv(x),
    "erfcinv": special.erfcinv,
    "dawsn": special.dawsn,
    "ndtr": special.ndtr,
    "ndtri": special.ndtri,
    "log_ndtr": special.log_ndtr,
    "expit": special.expit,
    "log_expit": lambda c, x: -c.log1p(c.exp(-x)),
    "logit": lambda c, x: c.log(x / (1 - x)),
    "j0": _of_order(special.jv, 0),
    "j1": _of_order(special.jv, 1),
    "jv": special.jv,
    "y0": _of_order(special.yv, 0),
    "y1": _of_order(special.yv, 1),
    "yv": special.yv,
    "yn": special.yv,
    "i0": _of_order(special.iv, 0),
    "i1": _of_order(special.iv, 1),
    "iv": special.iv,
    "i0e": _of_order(special.ive, 0),
    "i1e": _of_order(special.ive, 1),
    "ive": special.ive,
    "k0": _of_order(special.kv, 0),
    "k1": _of_order(special.kv, 1),
    "kv": special.kv,
    "kn": special.kv,
    "k0e": _of_order(special.kve, 0),
    "k1e": _of_order(special.kve, 1),
    "kve": special.kve,
    "xlogy": elementary.xlogy,
    "xlog1py": elementary.xlog1py,
    "entr": elementary.entr,
    "rel_entr": elementary.rel_entr,
    "kl_div": elementary.kl_div,
    "gammainc": special.gammainc,
    "gammaincc": special.gammaincc,
    "betainc": special.betainc,
    "stdtr": special.stdtr,
    "exp1": lambda c, x: special.expn(c, 1, x),
    "expi": special.expi,
    "expn": special.expn,
    "spence": special.spence,
    "hyp2f1": lambda c, a, b, c_, z: c.hyper((a, b), (c_,), z),
    "hyp1f1": lambda c, a, b, x: c.hyper((a,), (b,), x),
    "hyp0f1": lambda c, v, z: c.hyper((), (v,), z),
    "ellipk": special.ellipk,
    "ellipe": special.ellipe,
    "eval_legendre": lambda c, n, x: c.hyper((-n, n + 1), (1,), (1 - x) / 2),
    "eval_chebyt": lambda c, n, x: c.hyper((-n, n), (HALF,), (1 - x) / 2),
    "eval_chebyu": lambda c, n, x: (n + 1) * c.hyper((-n, n + 2), (Fraction(3, 2),), (1 - x) / 2),
    "eval_hermite": polynomials.eval_hermite,
    "eval_hermitenorm": polynomials.eval_hermitenorm,
    "eval_laguerre": lambda c, n, x: c.hyper((-n,), (1,), x),
    "eval_genlaguerre": polynomials.eval_genlaguerre,
    "eval_gegenbauer": polynomials.eval_gegenbauer,
    "eval_jacobi": polynomials.eval_jacobi,
    "expm1": lambda c, x: c.expm1(x),
    "log1p": lambda c, x: c.log1p(x),
    "exp2": lambda c, x: c.exp2(x),
    "exp10": lambda c, x: c.pow(10, x),
    "cbrt": lambda c, x: c.cbrt(x),
    "cosm1": lambda c, x: -2 * c.sin(x / 2) * c.sin(x / 2),
    "sindg": elementary.in_degrees("sin"),
    "cosdg": elementary.in_degrees("cos"),
    "tandg": elementary.in_degrees("tan"),
    "boxcox": elementary.boxcox,
    "inv_boxcox": elementary.inv_boxcox,
    "pseudo_huber": elementary.pseudo_huber,
    "huber": elementary.huber,
}
"""By the names that scipy.special gives them."""

BOUNDS: dict[str, tuple[float, float]] = {
    **dict.fromkeys(("betaln", "eval_legendre", "eval_chebyt", "eval_jacobi"), (8.0, 16.0)),
    "eval_genlaguerre": (8.0, 16.0),
    **dict.fromkeys(("gammainc", "gammaincc"), (32.0, 4.0)),
    **dict.fromkeys(("eval_chebyu", "eval_gegenbauer"), (8.0, 256.0)),
}
"""`Rule.bound` where the series, or SciPy, loses more digits."""

_NIST = "NIST Digital Library of Mathematical Functions (2010), "
_GAMMA = ("gamma", "gammaln", "loggamma", "rgamma", "factorial", "beta", "betaln", "binom", "poch")
_NORMAL = ("erf", "erfc", "erfinv", "erfcinv", "ndtr", "ndtri", "log_ndtr", "erfcx", "erfi")
_SCALED = ("i0e", "i1e", "ive", "k0e", "k1e", "kve")
SOURCES: dict[str, str] = {
    name: _NIST + equation
    for names, equation in (
        (_GAMMA, "5.2.2"),
        (("digamma", "polygamma"), "5.15"),
        (_NORMAL, "7.2.1, 7.10.1"),
        (("dawsn",), "7.2.5"),
        (("j0", "j1", "jv", "y0", "y1", "yv", "yn"), "10.6.1"),
        (("i0", "i1", "iv", "k0", "k1", "kv", "kn", *_SCALED), "10.29.1"),
        (("gammainc", "gammaincc"), "8.2.1, 8.2.2"),
        (("betainc", "stdtr"), "8.17.1"),
        (("exp1", "expi"), "6.2.1"),
        (("spence",), "25.12"),
        (("hyp0f1", "hyp1f1", "hyp2f1"), "16.3.1"),
        (("ellipk", "ellipe"), "19.4"),
        (("ellipkinc", "ellipeinc"), "19.2"),
        (("eval_legendre", "eval_gegenbauer"), "18.9.19"),
        (("eval_jacobi",), "18.9.15"),
        (("eval_chebyt", "eval_chebyu"), "18.9.21, 18.9.19"),
        (("eval_laguerre", "eval_genlaguerre"), "18.9.23"),
        (("eval_hermite", "eval_hermitenorm"), "18.9(iii)"),
    )
    for name in names
} | {
    "expn": "Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 5.1.26",
    "boxcox": "Box and Cox, An analysis of transformations (1964)",
    "inv_boxcox": "Box and Cox, An analysis of transformations (1964)",
    "huber": "Huber, Robust estimation of a location parameter (1964)",
}
"""`Rule.source`, of the slopes."""
