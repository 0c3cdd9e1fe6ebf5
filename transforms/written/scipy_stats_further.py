"""More log-densities of scipy.stats: of scales, times, counts and directions.

It is loaded only where SciPy is, by whoever calls these.
"""

from __future__ import annotations

import math
import sys
from typing import Any

import numpy as np

special: Any = sys.modules["scipy.special"]

LOG_TWO_PI = math.log(2.0 * math.pi)


def gumbel_r_logpdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """`scipy.stats.gumbel_r.logpdf`, written out."""
    z = (x - loc) / scale
    return -z - np.exp(-z) - np.log(scale)


def gumbel_l_logpdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """`scipy.stats.gumbel_l.logpdf`, written out."""
    z = (x - loc) / scale
    return z - np.exp(z) - np.log(scale)


def halfnorm_logpdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """`scipy.stats.halfnorm.logpdf`, written out."""
    z = (x - loc) / scale
    inside = 0.5 * math.log(2.0 / math.pi) - 0.5 * z * z - np.log(scale)
    return np.where(z < 0.0, -np.inf, inside)


def halfcauchy_logpdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """`scipy.stats.halfcauchy.logpdf`, written out."""
    z = (x - loc) / scale
    return np.where(z < 0.0, -np.inf, math.log(2.0 / math.pi) - np.log1p(z * z) - np.log(scale))


def rayleigh_logpdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """`scipy.stats.rayleigh.logpdf`, written out."""
    z = (x - loc) / scale
    return np.where(z < 0.0, -np.inf, np.log(z) - 0.5 * z * z - np.log(scale))


def pareto_logpdf(x: Any, b: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """`scipy.stats.pareto.logpdf`, written out."""
    z = (x - loc) / scale
    return np.where(z < 1.0, -np.inf, np.log(b) - (b + 1.0) * np.log(z) - np.log(scale))


def weibull_min_logpdf(x: Any, c: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """`scipy.stats.weibull_min.logpdf`, written out."""
    z = (x - loc) / scale
    inside = np.log(c) + special.xlogy(c - 1.0, z) - np.power(z, c) - np.log(scale)
    return np.where(z < 0.0, -np.inf, inside)


def invgamma_logpdf(x: Any, a: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """`scipy.stats.invgamma.logpdf`, written out."""
    z = (x - loc) / scale
    inside = -(a + 1.0) * np.log(z) - special.gammaln(a) - 1.0 / z - np.log(scale)
    return np.where(z < 0.0, -np.inf, inside)


def f_logpdf(x: Any, dfn: Any, dfd: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """`scipy.stats.f.logpdf`, written out."""
    z = (x - loc) / scale
    n, m = dfn / 2.0, dfd / 2.0
    weights = n * np.log(dfn) + m * np.log(dfd) - (n + m) * np.log(dfd + dfn * z)
    inside = weights + special.xlogy(n - 1.0, z) - special.betaln(n, m) - np.log(scale)
    return np.where(z < 0.0, -np.inf, inside)


def skewnorm_logpdf(x: Any, a: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """`scipy.stats.skewnorm.logpdf`, written out."""
    z = (x - loc) / scale
    normal = -0.5 * z * z - 0.5 * LOG_TWO_PI - np.log(scale)
    return math.log(2.0) + normal + special.log_ndtr(a * z)


def vonmises_logpdf(x: Any, kappa: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """`scipy.stats.vonmises.logpdf`, written out."""
    z = (x - loc) / scale
    inside = kappa * special.cosm1(z) - np.log(special.i0e(kappa))
    return inside - LOG_TWO_PI - np.log(scale)


def nbinom_logpmf(k: Any, n: Any, p: Any, loc: Any = 0) -> Any:
    """`scipy.stats.nbinom.logpmf`, written out."""
    z = k - loc
    ways = special.gammaln(n + z) - special.gammaln(z + 1.0) - special.gammaln(n)
    return ways + n * np.log(p) + special.xlog1py(z, -p)


def geom_logpmf(k: Any, p: Any, loc: Any = 0) -> Any:
    """`scipy.stats.geom.logpmf`, written out."""
    return special.xlog1py(k - loc - 1.0, -p) + np.log(p)


def dirichlet_logpdf(x: Any, alpha: Any) -> Any:
    """`scipy.stats.dirichlet.logpdf`, written out, of a point with all its entries."""
    if np.ndim(x) > 1:
        raise NotImplementedError("dirichlet.logpdf of several points has no derivative")
    if len(x) != len(alpha):
        x = np.append(x, 1.0 - np.sum(x))
    norm = np.sum(special.gammaln(alpha)) - special.gammaln(np.sum(alpha))
    return np.sum(special.xlogy(alpha - 1.0, x)) - norm
