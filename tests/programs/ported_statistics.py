"""Statistics: densities, likelihoods, estimators and samplers."""

import math

import numpy as np

from tests.programs.registry import case, program

DATA = np.array([0.9, 1.3, 0.4, 2.1, 1.7])
TIMES = np.array([1.0, 2.5, 3.0, 4.2])
DESIGN = np.array([[1.0, 0.2], [1.0, -0.5], [1.0, 1.1], [1.0, 0.7]])


@program(case({"mu": 0.2, "tau": 0.8, "theta": np.array([0.5, -0.1, 0.9])}))
def eight_schools(params):
    """Gelman and others, Bayesian Data Analysis, section 5.5, with three of the schools."""
    y = np.array([28.0, 8.0, -3.0]) / 15.0
    s = np.array([15.0, 10.0, 16.0]) / 15.0
    mu, tau, theta = params["mu"], params["tau"], params["theta"]

    def normal_lpdf(x, loc, scale):
        return -0.5 * ((x - loc) / scale) ** 2 - np.log(scale) - 0.5 * np.log(2 * np.pi)

    lp = normal_lpdf(mu, 0.0, 5.0) + np.log(tau)
    lp += np.sum(normal_lpdf(theta, mu, tau))
    lp += np.sum(normal_lpdf(y, theta, s))
    return lp


@program(case(np.array([0.2, 0.7])))
def poisson_regression(beta):
    """McCullagh and Nelder, Generalized Linear Models, 1989, chapter 6; lgamma of the counts."""
    counts = [1, 0, 3, 2]
    loglik = 0.0
    for x, k in zip(DESIGN, counts):
        eta = x @ beta
        loglik += k * eta - math.exp(eta) - math.lgamma(k + 1)
    return loglik


@program(case(np.array([0.1, 0.4])))
def reweighted_least_squares(beta):
    """McCullagh and Nelder, 1989, section 2.5: Fisher scoring until the deviance settles."""
    y = np.array([1.0, 0.0, 1.0, 0.0])
    deviance, last = 1.0, np.inf
    it = 0
    while abs(last - deviance) > 1e-6 and it < 3:
        mu = 1 / (1 + np.exp(-DESIGN @ beta))
        w = mu * (1 - mu)
        information = DESIGN.T @ (w[:, None] * DESIGN)
        beta = beta + np.linalg.solve(information, DESIGN.T @ (y - mu))
        last, deviance = deviance, -2 * np.sum(y * np.log(mu) + (1 - y) * np.log(1 - mu))
        it += 1
    return deviance


@program(case(0.8, 1.5), wrt=("scale", "shape"))
def weibull_survival(scale, shape):
    """Klein and Moeschberger, Survival Analysis, 2003, section 12.2, with censored times."""
    observed = [True, False, True, True]
    ll = 0.0
    for t, event in zip(TIMES, observed):
        z = (t / scale) ** shape
        if event:
            ll += math.log(shape / scale) + (shape - 1) * math.log(t / scale)
        ll -= z
    return ll


@program(case(np.array([0.9, 1.3, 0.4, 2.1])))
def sample_moments(x):
    """SciPy, scipy.stats.skew and kurtosis, and numpy.std with one degree of freedom less."""
    m = x.mean()
    m2, m3, m4 = [np.mean((x - m) ** k) for k in (2, 3, 4)]
    return np.array([x.std(ddof=1), m3 / m2**1.5, m4 / m2**2 - 3])


def welford(values):
    count, mean, m2 = 0, 0.0, 0.0
    for v in values:
        count += 1
        delta = v - mean
        mean += delta / count
        m2 += delta * (v - mean)
        variance = m2 / count
    return mean, variance


@program(case(DATA), case(list(DATA)))
def running_variance(x):
    """Welford, Note on a method for calculating corrected sums of squares, 1962."""
    mean, variance = welford(x)
    return variance / mean


@program(case(DATA, 0.4), wrt=("x", "h"))
def kernel_density(x, h):
    """Silverman, Density Estimation, 1986, (2.2a)."""
    grid = np.linspace(0.0, 2.0, 3)
    u = (grid[:, np.newaxis] - x) / h
    return np.exp(-0.5 * u**2).sum(axis=1) / (len(x) * h * np.sqrt(2 * np.pi))


@program(case(np.array([0.5, 1.2, 2.0])))
def dirichlet_log_density(alpha):
    """Johnson, Kotz and Balakrishnan, Continuous Multivariate Distributions, chapter 49."""
    x = np.array([0.2, 0.5, 0.3])
    log_beta = sum(lanczos_gammaln(a) for a in alpha) - lanczos_gammaln(sum(alpha))
    return np.sum((alpha - 1) * np.log(x)) - log_beta


def lanczos_gammaln(xx):
    cof = [76.18009172947146, -86.50532032941677, 24.01409824083091]
    cof += [-1.231739572450155, 0.1208650973866179e-2, -0.5395239384953e-5]
    y = xx
    tmp = xx + 5.5
    tmp -= (xx + 0.5) * math.log(tmp)
    ser = 1.000000000190015
    for c in cof:
        y += 1
        ser += c / y
    return -tmp + math.log(2.5066282746310005 * ser / xx)


@program(case(2.3), case(0.7))
def log_gamma(x):
    """Numerical Recipes, 2nd ed., section 6.1 (gammln); Lanczos, 1964."""
    return lanczos_gammaln(x)


@program(case(np.array([[1.0, 0.3], [0.3, 0.8]]), np.array([0.1, 0.5])), wrt=("cov", "mean"))
def multivariate_normal(cov, mean):
    """SciPy, scipy.stats.multivariate_normal: a Cholesky factor, its diagonal, a solve."""
    x = np.array([0.7, -0.2])
    L = np.linalg.cholesky(cov)
    z = np.linalg.solve(L, x - mean)
    return -0.5 * z @ z - np.log(np.diag(L)).sum() - len(x) / 2 * np.log(2 * np.pi)


@program(case(np.array([0.4, -0.3]), 0.15), wrt=("q", "eps"))
def hamiltonian_trajectory(q, eps, steps=3):
    """Neal, MCMC using Hamiltonian dynamics, 2011, figure 2: the energy's error of a trajectory."""

    def U(q):
        return 0.5 * q[0] ** 2 + (q[1] - q[0] ** 2) ** 2

    def grad_U(q):
        inner = q[1] - q[0] ** 2
        return np.array([q[0] - 4 * q[0] * inner, 2 * inner])

    p = np.array([0.5, -1.0])
    start = U(q) + np.sum(p**2) / 2
    p = p - eps * grad_U(q) / 2
    for i in range(steps):
        q = q + eps * p
        if i != steps - 1:
            p = p - eps * grad_U(q)
    p = -(p - eps * grad_U(q) / 2)
    return min(1.0, np.exp(start - U(q) - np.sum(p**2) / 2)) + q[0]


@program(case(1.0, 0.4), wrt=("variance", "length"))
def gaussian_process_regression(variance, length, noise=0.1):
    """Rasmussen and Williams, Gaussian Processes for Machine Learning, 2006, algorithm 2.1."""
    x, y = TIMES[:3], DATA[:3]

    def kernel(a, b):
        return variance * np.exp(-0.5 * np.subtract.outer(a, b) ** 2 / length**2)

    K = kernel(x, x) + noise**2 * np.eye(len(x))
    L = np.linalg.cholesky(K)
    alpha = np.linalg.solve(L.T, np.linalg.solve(L, y))
    return -0.5 * y @ alpha - np.sum(np.log(np.diag(L))) - len(x) / 2 * np.log(2 * np.pi)


@program(case(DATA, 1.2), wrt=("x", "loc"))
def huber_location(x, loc, k=0.62):
    """Huber, Robust estimation of a location parameter, 1964: weights recomputed."""
    for _ in range(3):
        r = x - loc
        w = np.ones_like(r)
        far = np.abs(r) > k
        w[far] = k / np.abs(r[far])
        loc = np.sum(w * x) / np.sum(w)
    return loc


@program(case(DATA, np.array([1.0, 1.5, 0.2, 1.9, 2.2])), wrt=(0, 1))
def correlation(x, y):
    """SciPy, scipy.stats.pearsonr: centred, scaled to norm one, then a product."""
    xm, ym = x - x.mean(), y - np.mean(y)
    normxm, normym = np.linalg.norm(xm), np.linalg.norm(ym)
    r = np.dot(xm / normxm, ym / normym)
    return max(min(r, 1.0), -1.0)
