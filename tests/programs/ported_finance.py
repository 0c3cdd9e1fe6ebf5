"""Option prices, rates and risk."""

import math
from functools import partial, reduce

import numpy as np

from tests.programs.registry import case, program


def norm_cdf(x):
    return 0.5 * (1.0 + math.erf(x / math.sqrt(2.0)))


@program(case(100.0, 105.0, 0.5, 0.02, 0.25), wrt=("S", "K", "T", "r", "sigma"))
def black_scholes(S, K, T, r, sigma, kind="call"):
    """Hull, Options, Futures, and Other Derivatives, section 15.8."""
    d1 = (math.log(S / K) + (r + sigma**2 / 2) * T) / (sigma * math.sqrt(T))
    d2 = d1 - sigma * math.sqrt(T)
    if kind == "call":
        return S * norm_cdf(d1) - K * math.exp(-r * T) * norm_cdf(d2)
    elif kind == "put":
        return K * math.exp(-r * T) * norm_cdf(-d2) - S * norm_cdf(-d1)
    raise ValueError(f"unknown kind of option: {kind!r}")


def cnd(d):
    A1, A2, A3, A4, A5 = 0.31938153, -0.356563782, 1.781477937, -1.821255978, 1.330274429
    K = 1.0 / (1.0 + 0.2316419 * abs(d))
    poly = K * (A1 + K * (A2 + K * (A3 + K * (A4 + K * A5))))
    value = 0.39894228040143267794 * np.exp(-0.5 * d * d) * poly
    if d > 0:
        value = 1.0 - value
    return value


@program(case(95.0, 0.3), case(110.0, 0.2), wrt=("spot", "vol"))
def black_scholes_polynomial(spot, vol, strike=100.0, rate=0.01, years=1.0):
    """Abramowitz and Stegun, 26.2.17, as the Black-Scholes samples of GPU toolkits use it."""
    root = np.sqrt(years)
    d1 = (np.log(spot / strike) + (rate + 0.5 * vol * vol) * years) / (vol * root)
    discount = np.exp(-rate * years)
    return spot * cnd(d1) - strike * discount * cnd(d1 - vol * root)


@program(case(100.0, 0.3, 0.05), wrt=("S0", "sigma", "r"))
def american_put(S0, sigma, r, K=104.0, T=1.0, n=4):
    """Cox, Ross and Rubinstein, Option pricing: a simplified approach, 1979."""
    dt = T / n
    up = math.exp(sigma * math.sqrt(dt))
    down = 1 / up
    p = (math.exp(r * dt) - down) / (up - down)
    disc = math.exp(-r * dt)
    values = [max(K - S0 * up**j * down ** (n - j), 0.0) for j in range(n + 1)]
    for level in range(n - 1, -1, -1):
        for j in range(level + 1):
            hold = disc * (p * values[j + 1] + (1 - p) * values[j])
            values[j] = max(hold, K - S0 * up**j * down ** (level - j))
    return values[0]


@program(case(np.array([0.2, -0.5]), 100.0, 0.25), wrt=("z", "S0", "sigma"))
def asian_option_path(z, S0, sigma, r=0.03, dt=0.5, K=98.0):
    """Glasserman, Monte Carlo Methods in Financial Engineering, 2003, 7.2.1: a path's payoff."""
    S = S0
    path = []
    for zi in z:
        S = S * np.exp((r - 0.5 * sigma**2) * dt + sigma * np.sqrt(dt) * zi)
        path.append(S)
    average = sum(path) / len(path)
    payoff = average - K if average > K else 0.0
    return np.exp(-r * dt * len(path)) * payoff


@program(case(100.0, 0.2), wrt=("S0", "sigma"))
def monte_carlo_call(S0, sigma, K=101.0, r=0.02, T=1.0, seed=11, n=6):
    """Glasserman, 2003, section 1.1.2, with antithetic draws."""
    rng = np.random.RandomState(seed)
    z = rng.standard_normal(n)
    z = np.concatenate((z, -z))
    ST = S0 * np.exp((r - 0.5 * sigma**2) * T + sigma * np.sqrt(T) * z)
    return math.exp(-r * T) * np.maximum(ST - K, 0).mean()


@program(case(0.3, 2.0, 0.04, -0.6), wrt=("v0", "kappa", "theta", "rho"))
def heston_path(v0, kappa, theta, rho, xi=0.3, dt=0.1):
    """Heston, 1993, discretised by full truncation (Lord, Koekkoek and van Dijk, 2010)."""
    z = np.array([[0.3, -1.1], [-2.4, 0.5], [0.7, 0.2]])
    logS, v = 0.0, v0
    for z1, z2 in z:
        w = rho * z1 + np.sqrt(1 - rho**2) * z2
        vplus = max(v, 0.0)
        logS += -0.5 * vplus * dt + np.sqrt(vplus * dt) * z1
        v += kappa * (theta - vplus) * dt + xi * np.sqrt(vplus * dt) * w
    return np.exp(logS) + v


@program(case(10.0, 0.05), wrt=("price", "rate"))
def implied_volatility(price, rate):
    """Manaster and Koehler, 1982: Newton's method on the price, until it agrees."""

    def price_and_vega(sigma, S=100.0, K=100.0, T=1.0):
        root_t = math.sqrt(T)
        d1 = (math.log(S / K) + (rate + 0.5 * sigma**2) * T) / (sigma * root_t)
        vega = S * root_t * math.exp(-0.5 * d1 * d1) / math.sqrt(2 * math.pi)
        c = S * norm_cdf(d1) - K * math.exp(-rate * T) * norm_cdf(d1 - sigma * root_t)
        return c, vega

    sigma = 0.3
    while True:
        c, vega = price_and_vega(sigma)
        diff = c - price
        if abs(diff) < 1e-10:
            return sigma
        sigma = sigma - diff / vega


def npv(rate, flows):
    return sum(cf / (1 + rate) ** t for t, cf in enumerate(flows))


@program(case([-100.0, 30.0, 40.0, 60.0]))
def internal_rate_of_return(flows):
    """numpy-financial, irr and npv: the root of the present value, by secants."""
    r0, r1 = 0.05, 0.1
    f0, f1 = npv(r0, flows), npv(r1, flows)
    n = 0
    while abs(f1) > 1e-9 and n < 8:
        r0, r1 = r1, r1 - f1 * (r1 - r0) / (f1 - f0)
        f0, f1 = f1, npv(r1, flows)
        n += 1
    return r1


@program(case([0.02, 0.025, 0.03]), case([0.01]))
def bootstrap_curve(swap_rates):
    """Hull, section 4.7: discount factors one after the other, collected in a list."""
    factors = []
    for s in swap_rates:
        annuity = sum(factors)
        factors.append((1 - s * annuity) / (1 + s))
    zero = [-math.log(d) / (k + 1) for k, d in enumerate(factors)]
    return zero[-1] + 0.1 * factors[-1]


@program(case(np.array([0.03, -0.02, 0.01, 1.5]), np.array([0.5, 2.0, 7.0])), wrt=(0, 1))
def nelson_siegel(beta, tau):
    """Nelson and Siegel, Parsimonious modeling of yield curves, J. Business 60, 1987."""
    b0, b1, b2, lam = beta
    x = tau / lam
    loading = -np.expm1(-x) / x
    return b0 + b1 * loading + b2 * (loading - np.exp(-x))


@program(case(np.array([0.2, 0.5, 0.3])))
def portfolio_risk(weights):
    """Markowitz, Portfolio selection, 1952; McNeil, Frey and Embrechts, 2005, section 6.3."""
    cov = np.array([[0.04, 0.01, 0.0], [0.01, 0.09, 0.02], [0.0, 0.02, 0.16]])
    vol = np.sqrt(weights @ cov @ weights)
    contributions = weights * (cov @ weights) / vol
    shares = contributions / contributions.sum()
    return {"volatility": vol, "concentration": np.sum(shares**2)}


@program(case([0.02, -0.01, 0.03]), case([0.05]))
def compound_growth(returns):
    """Bacon, Practical Portfolio Performance Measurement, 2008: linked returns by a reduction."""
    total = reduce(lambda wealth, r: wealth * (1 + r), returns, 1.0)
    return total ** (1 / len(returns)) - 1


@program(case(100.0, 0.2, 0.03), wrt=("S", "vol", "rate"))
def call_spread(S, vol, rate):
    """Hull, section 12.3: one pricer, its strikes bound by functools.partial."""
    price = partial(black_scholes, S, T=1.0, r=rate, sigma=vol)
    return price(95.0) - price(K=110.0) + 0.5 * price(K=90.0, kind="put")


@program(case(0.25, 0.04), wrt=("sigma", "r"))
def implicit_finite_differences(sigma, r, K=1.0, n=5, steps=2):
    """Wilmott, Howison and Dewynne, The Mathematics of Financial Derivatives, 1995, chapter 8."""
    S = np.linspace(0.5, 1.5, n)
    dS, dt = S[1] - S[0], 0.25
    V = np.maximum(S - K, 0.0)
    a = 0.5 * dt * (r * S / dS - (sigma * S / dS) ** 2)
    b = 1 + dt * ((sigma * S / dS) ** 2 + r)
    c = -0.5 * dt * (r * S / dS + (sigma * S / dS) ** 2)
    for _ in range(steps):
        d = V.copy()
        beta = b.copy()
        for i in range(1, n):
            m = a[i] / beta[i - 1]
            beta[i] -= m * c[i - 1]
            d[i] -= m * d[i - 1]
        V[-1] = d[-1] / beta[-1]
        for i in range(n - 2, -1, -1):
            V[i] = (d[i] - c[i] * V[i + 1]) / beta[i]
    return V[2] + 0.5 * V[3]
