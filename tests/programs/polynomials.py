"""Programs with polynomials, quantiles, borders and quadratures, as people write them."""

import numpy as np
from numpy.polynomial import Polynomial
from numpy.polynomial import polynomial as P
from numpy.polynomial.chebyshev import chebval
from numpy.polynomial.legendre import leggauss, legval

from tests.programs.registry import case, program

X5 = np.array([0.3, 0.9, 1.4, 2.2, 2.9])
Y5 = np.array([1.1, 0.4, 2.0, -0.5, 1.6])
M53 = np.random.default_rng(8).normal(size=(5, 3))


@program(case(X5, Y5), wrt=(0, 1))
def trend(t, y):
    slope, intercept = np.polyfit(t, y, 1)
    detrended = y - (slope * t + intercept)
    return np.sum(detrended**2) + slope


@program(case(X5, Y5), wrt=(0, 1))
def smooth_curve(t, y):
    p = np.poly1d(np.polyfit(t, y, 3))
    return p(1.7) + p.deriv()(0.5) - p.integ()(1.0)


@program(case(X5, Y5), wrt=(0, 1))
def fitted_in_its_domain(t, y):
    p = Polynomial.fit(t, y, 2)
    return p(1.1) + p.deriv()(0.4) + np.sum(p.convert().coef)


@program(case(X5, Y5), wrt=(0, 1))
def weighted_fit(t, y):
    c, covariance = np.polyfit(t, y, 1, w=1.0 / t, cov=True)
    return c[0] / np.sqrt(covariance[0, 0])


@program(case(np.array([2.0, -9.0, 4.0, 6.0])))
def largest_root(c):
    r = np.roots(c)
    return np.max(r) * np.polyval(np.polyder(c), np.min(r))


@program(case(np.array([1.0, 2.5, -1.0])))
def from_its_roots(zeros):
    c = np.poly(zeros)
    q, rest = np.polydiv(c, np.array([1.0, zeros[0] + 0.5]))
    return np.polymul(q, c)[:4] + np.polysub(c, q) + np.sum(rest)


@program(case(0.8, 2.0), wrt=(0, 1))
def gauss_quadrature(a, b):
    nodes, weights = leggauss(7)
    x = 0.5 * (b - a) * nodes + 0.5 * (a + b)
    return 0.5 * (b - a) * np.sum(weights * np.exp(-x) * np.sin(x))


@program(case(X5, Y5), wrt=(0, 1))
def series(x, c):
    p = Polynomial(c)
    both = chebval(x / 3.0, c) * legval(x / 3.0, c[:3])
    return both + P.polyval(x, c) * P.polyval(0.5, P.polyder(c)) + (p * p - 2.0)(x / 2.0)


@program(case(M53))
def spread_of_columns(m):
    q75, q25 = np.percentile(m, [75, 25], axis=0)
    return (m - np.median(m, axis=0)) / (q75 - q25)


@program(case(M53))
def quantile_loss(m):
    level = np.quantile(m, np.linspace(0.1, 0.9, 3), axis=1, method="linear")
    return np.sum(level**2) + np.percentile(m, 40, method="lower")


@program(case(np.array([1.0, np.nan, 3.0, 2.0])), second=False)
def middle_of_what_is_there(x):
    return np.nanmedian(x[2:]) + np.nanpercentile(x[2:], 30) + np.nanmax(x[2:])


@program(case(M53))
def bordered(m):
    a = np.pad(m, 1, "mean")
    b = np.pad(m, ((1, 1), (1, 1)), "linear_ramp", end_values=1.0)
    return a * b + np.pad(m, 1, "reflect", reflect_type="odd") * np.pad(m, 1, "maximum")


@program(case(np.random.default_rng(9).normal(size=(2, 3, 2)), M53[:2, :2]), wrt=(0, 1))
def contracted_with_dots(s, a):
    return np.einsum("...ij,jk->...ik", s, a) + np.einsum(s, [0, 1, 2], a, [2, 3], [0, 1, 3])


@program(case(X5, Y5), wrt=(0, 1))
def periodic_table(x, values):
    angles = np.array([0.0, 1.0, 2.5, 4.0, 5.0])
    return np.interp(x * 3.0, angles, values, period=2.0 * np.pi) / (x + np.finfo(float).eps)
