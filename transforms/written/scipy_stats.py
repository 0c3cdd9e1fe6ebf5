"""Densities and distribution functions of scipy.stats, known by the class and the method.

It is loaded only where SciPy is, by whoever calls these.
"""

from __future__ import annotations

import math
import sys
from typing import Any

import numpy as np

from fpad.transforms.written import scipy_stats_further

special: Any = sys.modules["scipy.special"]

HALF_LOG_TWO_PI = 0.5 * math.log(2.0 * math.pi)

# ---------------------------------------------------------------- continuous, by log-densities


def norm_logpdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """`scipy.stats.norm.logpdf`, written out."""
    z = (x - loc) / scale
    return -0.5 * z * z - HALF_LOG_TWO_PI - np.log(scale)


def norm_pdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """`scipy.stats.norm.pdf`, written out."""
    return np.exp(norm_logpdf(x, loc, scale))


def norm_cdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """`scipy.stats.norm.cdf`, written out."""
    return special.ndtr((x - loc) / scale)


def norm_logcdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """`scipy.stats.norm.logcdf`, written out."""
    return special.log_ndtr((x - loc) / scale)


def norm_sf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """`scipy.stats.norm.sf`, written out."""
    return special.ndtr((loc - x) / scale)


def norm_logsf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """`scipy.stats.norm.logsf`, written out."""
    return special.log_ndtr((loc - x) / scale)


def norm_ppf(q: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """`scipy.stats.norm.ppf`, written out."""
    return special.ndtri(q) * scale + loc


def expon_logpdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """`scipy.stats.expon.logpdf`, written out."""
    z = (x - loc) / scale
    return np.where(z < 0.0, -np.inf, -z - np.log(scale))


def expon_pdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """`scipy.stats.expon.pdf`, written out."""
    z = (x - loc) / scale
    return np.where(z < 0.0, 0.0, np.exp(-z) / scale)


def expon_cdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """`scipy.stats.expon.cdf`, written out."""
    z = (x - loc) / scale
    return np.where(z < 0.0, 0.0, -np.expm1(-z))


def expon_sf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """`scipy.stats.expon.sf`, written out."""
    z = (x - loc) / scale
    return np.where(z < 0.0, 1.0, np.exp(-z))


def gamma_logpdf(x: Any, a: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """`scipy.stats.gamma.logpdf`, written out."""
    z = (x - loc) / scale
    return special.xlogy(a - 1.0, z) - z - special.gammaln(a) - np.log(scale)


def gamma_pdf(x: Any, a: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """`scipy.stats.gamma.pdf`, written out."""
    return np.exp(gamma_logpdf(x, a, loc, scale))


def gamma_cdf(x: Any, a: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """`scipy.stats.gamma.cdf`, written out."""
    return special.gammainc(a, (x - loc) / scale)


def beta_logpdf(x: Any, a: Any, b: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """`scipy.stats.beta.logpdf`, written out."""
    z = (x - loc) / scale
    inside = special.xlog1py(b - 1.0, -z) + special.xlogy(a - 1.0, z)
    return inside - special.betaln(a, b) - np.log(scale)


def beta_pdf(x: Any, a: Any, b: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """`scipy.stats.beta.pdf`, written out."""
    return np.exp(beta_logpdf(x, a, b, loc, scale))


def t_logpdf(x: Any, df: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """`scipy.stats.t.logpdf`, written out."""
    z = (x - loc) / scale
    norm = special.gammaln((df + 1.0) / 2.0) - special.gammaln(df / 2.0)
    tail = (df + 1.0) / 2.0 * np.log1p(z * z / df)
    return norm - 0.5 * np.log(math.pi * df) - tail - np.log(scale)


def t_pdf(x: Any, df: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """`scipy.stats.t.pdf`, written out."""
    return np.exp(t_logpdf(x, df, loc, scale))


def t_cdf(x: Any, df: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """`scipy.stats.t.cdf`, written out."""
    return special.stdtr(df, (x - loc) / scale)


def chi2_logpdf(x: Any, df: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """`scipy.stats.chi2.logpdf`, written out."""
    return gamma_logpdf(x, df / 2.0, loc, 2.0 * scale)


def chi2_pdf(x: Any, df: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """`scipy.stats.chi2.pdf`, written out."""
    return np.exp(chi2_logpdf(x, df, loc, scale))


def lognorm_logpdf(x: Any, s: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """`scipy.stats.lognorm.logpdf`, written out."""
    z = np.log((x - loc) / scale)
    return -0.5 * (z / s) ** 2 - np.log(s) - z - HALF_LOG_TWO_PI - np.log(scale)


def lognorm_pdf(x: Any, s: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """`scipy.stats.lognorm.pdf`, written out."""
    return np.exp(lognorm_logpdf(x, s, loc, scale))


def lognorm_cdf(x: Any, s: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """`scipy.stats.lognorm.cdf`, written out."""
    return special.ndtr(np.log((x - loc) / scale) / s)


def uniform_logpdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """`scipy.stats.uniform.logpdf`, written out."""
    z = (x - loc) / scale
    inside = np.logical_and(z >= 0.0, z <= 1.0)
    return np.where(inside, -np.log(scale), -np.inf)


def uniform_pdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """`scipy.stats.uniform.pdf`, written out."""
    z = (x - loc) / scale
    inside = np.logical_and(z >= 0.0, z <= 1.0)
    return np.where(inside, 1.0 / scale, 0.0)


def laplace_logpdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """`scipy.stats.laplace.logpdf`, written out."""
    return -np.abs((x - loc) / scale) - math.log(2.0) - np.log(scale)


def laplace_pdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """`scipy.stats.laplace.pdf`, written out."""
    return np.exp(laplace_logpdf(x, loc, scale))


def logistic_logpdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """`scipy.stats.logistic.logpdf`, written out."""
    z = -np.abs((x - loc) / scale)
    return z - 2.0 * np.log1p(np.exp(z)) - np.log(scale)


def logistic_pdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """`scipy.stats.logistic.pdf`, written out."""
    return np.exp(logistic_logpdf(x, loc, scale))


def logistic_cdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """`scipy.stats.logistic.cdf`, written out."""
    return special.expit((x - loc) / scale)


def cauchy_logpdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """`scipy.stats.cauchy.logpdf`, written out."""
    z = (x - loc) / scale
    return -np.log1p(z * z) - math.log(math.pi) - np.log(scale)


def cauchy_pdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """`scipy.stats.cauchy.pdf`, written out."""
    return np.exp(cauchy_logpdf(x, loc, scale))


def cauchy_cdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """`scipy.stats.cauchy.cdf`, written out."""
    return 0.5 + np.arctan((x - loc) / scale) / math.pi


# ---------------------------------------------------------------- discrete


def poisson_logpmf(k: Any, mu: Any, loc: Any = 0) -> Any:
    """`scipy.stats.poisson.logpmf`, written out."""
    k = k - loc
    return special.xlogy(k, mu) - special.gammaln(k + 1.0) - mu


def poisson_pmf(k: Any, mu: Any, loc: Any = 0) -> Any:
    """`scipy.stats.poisson.pmf`, written out."""
    return np.exp(poisson_logpmf(k, mu, loc))


def binom_logpmf(k: Any, n: Any, p: Any, loc: Any = 0) -> Any:
    """`scipy.stats.binom.logpmf`, written out."""
    k = k - loc
    ways = special.gammaln(n + 1.0) - special.gammaln(k + 1.0) - special.gammaln(n - k + 1.0)
    return ways + special.xlogy(k, p) + special.xlog1py(n - k, -p)


def binom_pmf(k: Any, n: Any, p: Any, loc: Any = 0) -> Any:
    """`scipy.stats.binom.pmf`, written out."""
    return np.exp(binom_logpmf(k, n, p, loc))


def bernoulli_logpmf(k: Any, p: Any, loc: Any = 0) -> Any:
    """`scipy.stats.bernoulli.logpmf`, written out."""
    return binom_logpmf(k, 1, p, loc)


def bernoulli_pmf(k: Any, p: Any, loc: Any = 0) -> Any:
    """`scipy.stats.bernoulli.pmf`, written out."""
    return np.exp(binom_logpmf(k, 1, p, loc))


# ---------------------------------------------------------------- several numbers at once


def multivariate_normal_logpdf(x: Any, mean: Any = None, cov: Any = 1) -> Any:
    """`scipy.stats.multivariate_normal.logpdf`, written out, of a covariance of full rank."""
    x = np.asarray(x)
    if np.ndim(x) < 2 and np.ndim(cov) < 2 and (mean is None or np.ndim(mean) == 0):
        x = np.expand_dims(x, -1)  # points on a line
    if np.ndim(cov) < 2:
        variances = np.zeros(np.shape(x)[-1]) + cov
        cov = np.diag(variances)
    far = x if mean is None else x - mean
    low = np.linalg.cholesky(cov)
    z = np.linalg.solve(low, np.transpose(far))
    logdet = np.sum(np.log(np.diagonal(low)))
    return -0.5 * np.sum(z * z, 0) - logdet - HALF_LOG_TWO_PI * len(cov)


def multivariate_normal_pdf(x: Any, mean: Any = None, cov: Any = 1) -> Any:
    """`scipy.stats.multivariate_normal.pdf`, written out."""
    return np.exp(multivariate_normal_logpdf(x, mean, cov))


# ---------------------------------------------------------------- with their parameters


class Frozen:
    """A distribution of scipy.stats whose parameters are given once."""

    def __init__(self, distribution: Any, args: Any, named: Any) -> None:
        self.distribution = distribution
        self.args = args
        self.named = named

    def pdf(self, x: Any) -> Any:
        """The density."""
        return self.distribution.pdf(x, *self.args, **self.named)

    def logpdf(self, x: Any) -> Any:
        """The logarithm of the density."""
        return self.distribution.logpdf(x, *self.args, **self.named)

    def pmf(self, k: Any) -> Any:
        """The probability of a number."""
        return self.distribution.pmf(k, *self.args, **self.named)

    def logpmf(self, k: Any) -> Any:
        """The logarithm of the probability of a number."""
        return self.distribution.logpmf(k, *self.args, **self.named)

    def cdf(self, x: Any) -> Any:
        """The probability of what is smaller."""
        return self.distribution.cdf(x, *self.args, **self.named)

    def logcdf(self, x: Any) -> Any:
        """The logarithm of the probability of what is smaller."""
        return self.distribution.logcdf(x, *self.args, **self.named)

    def sf(self, x: Any) -> Any:
        """The probability of what is larger."""
        return self.distribution.sf(x, *self.args, **self.named)

    def logsf(self, x: Any) -> Any:
        """The logarithm of the probability of what is larger."""
        return self.distribution.logsf(x, *self.args, **self.named)

    def ppf(self, q: Any) -> Any:
        """The value below which is this much."""
        return self.distribution.ppf(q, *self.args, **self.named)


def frozen(distribution: Any, *args: Any, **named: Any) -> Any:
    """`distribution(*args, **named)`, as `scipy.stats.norm(loc, scale)` is."""
    return Frozen(distribution, args, named)


_CLASSES = {
    **dict.fromkeys(("norm", "expon", "gamma", "beta", "t", "chi2", "lognorm", "uniform")),
    **dict.fromkeys(("laplace", "logistic", "cauchy", "poisson", "binom", "bernoulli")),
    "multivariate_normal": None,
    **dict.fromkeys(("gumbel_r", "gumbel_l", "halfnorm", "halfcauchy", "rayleigh", "pareto")),
    **dict.fromkeys(("weibull_min", "invgamma", "f", "skewnorm", "vonmises", "nbinom", "geom")),
    "dirichlet": None,
}
WRITTEN: dict[tuple[str, str], Any] = {
    (f"{name}_gen", f.removeprefix(f"{name}_")): found
    for name in _CLASSES
    for f, found in [*globals().items(), *vars(scipy_stats_further).items()]
    if f.startswith(f"{name}_") and callable(found)
}
"""By the class of the distribution and the name of the method."""
