"""Programs with functions of scipy.linalg, scipy.integrate, scipy.special and scipy.stats."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from fpad.testing import check_grads
from fpad.transforms.rules.core import RULES, rule_of
from tests.transforms.rules import test_table

linalg = pytest.importorskip("scipy.linalg")
integrate = pytest.importorskip("scipy.integrate")
special = pytest.importorskip("scipy.special")
stats = pytest.importorskip("scipy.stats")

P = np.array([[2.0, 0.5, 0.25], [0.5, 1.5, -0.5], [0.25, -0.5, 1.75]])
A = np.array([[2.0, 0.5, 0.25], [0.75, -1.5, -0.5], [0.5, 1.0, 0.25]])
T = np.random.default_rng(4).normal(size=(5, 3))
B = np.array([0.3, -1.2, 0.8])
X = np.array([0.3, 0.9, 1.4, 1.1, 0.6])


def gaussian_process(x: Any, y: Any, length: Any) -> Any:
    distance = (x[:, None] - x[None, :]) / length
    k = np.exp(-0.5 * distance**2) + 0.1 * np.eye(len(x))
    low = linalg.cholesky(k, lower=True)
    alpha = linalg.cho_solve((low, True), y)
    return 0.5 * y @ alpha + np.sum(np.log(np.diag(low))) + 0.5 * len(x) * np.log(2 * np.pi)


def factored(p: Any, b: Any) -> Any:
    x = linalg.cho_solve(linalg.cho_factor(p), b) + linalg.solve(p, b, assume_a="pos")
    return x + linalg.lu_solve(linalg.lu_factor(p), b) + linalg.lu_solve(linalg.lu_factor(p), b, 1)


def triangular(a: Any, b: Any) -> Any:
    up = linalg.solve_triangular(a, b) + linalg.solve_triangular(a, b, trans="T")
    p, low, upper = linalg.lu(a)
    return up * linalg.solve_triangular(a, b, lower=True, unit_diagonal=True) @ (p @ low + upper)


def vibrations(k: Any, m: Any) -> Any:
    w, modes = linalg.eigh(k, m @ m.T + np.eye(3))
    values, vectors = linalg.eigh(k)
    return w * modes[0] + values @ vectors**2 + linalg.eigvalsh(k)


def factors(t: Any) -> Any:
    u, s, vh = linalg.svd(t, full_matrices=False)
    q, r = linalg.qr(t, mode="economic")
    return (u * s) @ vh * np.sum(q @ r) + u[:, :1] * vh[:1] + linalg.norm(t) * linalg.pinv(t).T


def flow(a: Any, b: Any) -> Any:
    return linalg.expm(0.5 * a) @ b * linalg.det(a) + linalg.inv(a) @ b


def structured(x: Any, b: Any) -> Any:
    whole = linalg.block_diag(linalg.toeplitz(b), linalg.circulant(x[:2]))
    banded = np.array([x, x + 4.0, x])
    return whole @ linalg.solve_banded((1, 1), banded, x) + linalg.hankel(x)[0]


def balanced(a: Any, b: Any) -> Any:
    x = linalg.solve_sylvester(a, a @ a + 3.0 * np.eye(3), np.outer(b, b))
    low = linalg.solve_discrete_lyapunov(0.1 * a, np.eye(3))
    return x + low + linalg.solve_continuous_lyapunov(a @ a.T, np.eye(3))


def areas(y: Any, x: Any) -> Any:
    whole = integrate.simpson(y, x=x) + integrate.simpson(y[:4], dx=0.5)
    running = integrate.cumulative_trapezoid(y, x, initial=0)
    return whole * running + integrate.trapezoid(y, x)


def area_under(a: Any, b: Any) -> Any:
    value, _ = integrate.fixed_quad(lambda t: np.exp(-t * t) * a, a, b, n=6)
    return value


def likelihood(mu: Any, sigma: Any) -> Any:
    data = np.array([0.4, -1.0, 2.2])
    tails = stats.norm.sf(0.5, mu, sigma) + stats.norm.cdf(0.1, loc=mu) * stats.norm.ppf(0.3, mu)
    heavy = np.sum(stats.t.logpdf(data, 3, loc=mu, scale=sigma))
    return -np.sum(stats.norm.logpdf(data, mu, sigma)) + tails - heavy


def waiting(rate: Any, shape: Any) -> Any:
    times = np.array([0.4, 1.0, 2.2])
    both = stats.gamma.logpdf(times, shape, scale=rate) + stats.expon.logpdf(times, scale=rate)
    return both + stats.lognorm.pdf(times, shape) + stats.gamma.cdf(times, 2.0, scale=rate)


def counted(mu: Any, p: Any) -> Any:
    counts = np.array([0, 2, 3])
    both = stats.poisson.logpmf(counts, mu) + stats.binom.logpmf(counts, 4, p)
    return both + stats.beta.logpdf(p, mu + 1.0, 2.0) + stats.bernoulli.pmf(1, p)


def extremes(loc: Any, scale: Any, shape: Any) -> Any:
    data = np.array([-0.4, 1.0, 2.2])
    ends = stats.gumbel_r.logpdf(data, loc, scale) + stats.gumbel_l.logpdf(data, loc, scale)
    halves = stats.halfnorm.logpdf(data, loc, scale) + stats.halfcauchy.logpdf(data, loc, scale)
    return ends + halves + stats.skewnorm.logpdf(data, shape, loc, scale)


def lifetimes(shape: Any, scale: Any, p: Any) -> Any:
    times = np.array([1.4, 2.0, 3.2])
    tails = stats.pareto.logpdf(times, shape, 0.1, scale) + stats.f.logpdf(
        times, shape, p, 0, scale
    )
    ageing = stats.weibull_min.logpdf(times, shape, 0, scale) + stats.rayleigh.logpdf(
        times, p, scale
    )
    turns = stats.vonmises.logpdf(times, shape, p) + stats.invgamma.logpdf(times, shape, p, scale)
    tries = stats.nbinom.logpmf(2, shape, p) + stats.geom.logpmf(np.array([1, 2, 4]), p)
    shares = stats.dirichlet.logpdf(np.array([0.2, 0.3, 0.5]), np.stack([shape, scale, p]))
    return tails + ageing + turns + tries + shares


def mixture(x: Any, p: Any) -> Any:
    one = stats.multivariate_normal.logpdf(x, np.zeros(3), p)
    other = stats.multivariate_normal.logpdf(x, mean=np.ones(3), cov=2.0)
    return special.logsumexp(np.stack([one, other]), axis=0, b=np.array([[0.3], [0.7]]))


def points_on_a_line(x: Any, p: Any) -> Any:
    p = p[0, 0] ** 2 + 0.5
    one = stats.multivariate_normal.logpdf(x, cov=p) + stats.multivariate_normal.logpdf(x, p, 2.0)
    return one + stats.multivariate_normal.logpdf(x[0])


def attention(t: Any) -> Any:
    weights = special.softmax(t @ t.T / np.sqrt(3.0), axis=1)
    return weights @ t + special.log_softmax(t, axis=1)


def quadratures(a: Any) -> Any:
    x, w = special.roots_legendre(5)
    y, v, mass = special.roots_hermite(6, mu=True)
    total = np.sum(w * np.exp(a * x)) + np.sum(v * np.cos(a * y)) / mass
    for n in range(2, 4):
        x, w = special.roots_sh_legendre(n)
        total += w @ np.sin(a * x)
    return total


PROGRAMS: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
    (gaussian_process, (X, np.sin(X), 0.7)),
    (factored, (P, B)),
    (triangular, (A, B)),
    (vibrations, (P, A)),
    (factors, (T,)),
    (flow, (A, B)),
    (quadratures, (0.7,)),
    (structured, (X, B)),
    (balanced, (A, B)),
    (areas, (X, np.array([0.0, 0.4, 1.0, 1.3, 2.0]))),
    (area_under, (0.3, 1.7)),
    (likelihood, (0.3, 1.4)),
    (waiting, (0.8, 1.7)),
    (counted, (1.3, 0.4)),
    (extremes, (-1.3, 1.4, 0.6)),
    (lifetimes, (1.3, 0.7, 0.4)),
    (mixture, (T, P)),
    (points_on_a_line, (T[:, 0].copy(), P)),
    (attention, (T,)),
]


@pytest.mark.parametrize(("f", "args"), PROGRAMS, ids=[f.__name__ for f, _ in PROGRAMS])
def test_programs(f: Callable[..., Any], args: Any) -> None:
    check_grads(f, args, wrt=tuple(range(len(args))), order=1)


@pytest.mark.slow
@pytest.mark.parametrize(("f", "args"), PROGRAMS, ids=[f.__name__ for f, _ in PROGRAMS])
def test_programs_to_second_order(f: Callable[..., Any], args: Any) -> None:
    check_grads(f, args, wrt=tuple(range(len(args))), order=2)


rule_of(special.gamma)  # declares the rules of both modules
rule_of(linalg.expm)
OF_SCIPY = sorted(
    n
    for module in (special, linalg)
    for n in dir(module)
    if isinstance(getattr(module, n), np.ufunc | type(linalg.expm)) and getattr(module, n) in RULES
)


@pytest.mark.parametrize("name", OF_SCIPY)
def test_rules(name: str) -> None:
    """In both modes, and to second order, as those of NumPy."""
    rule = RULES[getattr(special, name, None) or getattr(linalg, name)]
    test_table.test_both_modes(rule)
    test_table.test_second_order(rule)
