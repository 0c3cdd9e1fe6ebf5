"""Interpreted scalar loops of the sort that people write: gradient against primal."""

from __future__ import annotations

import math
import statistics

import numpy as np

import fpad
from tests.benchmarks.calls import generated
from tests.benchmarks.measure import Row, in_turns

# ---------------------------------------------------------------- without branches


def newton(a, b):
    """Newton's method for x ** 3 + a * x = b, a fixed number of steps."""
    x = b
    for _ in range(12):
        f = x * x * x + a * x - b
        slope = 3.0 * x * x + a
        x = x - f / slope
    return x


def pendulum(angle, damping):
    """A damped pendulum by the classical method of Runge and Kutta."""
    h = 0.05
    q, p = angle, 0.0
    for _ in range(20):
        k1, l1 = p, -math.sin(q) - damping * p
        q2, p2 = q + 0.5 * h * k1, p + 0.5 * h * l1
        k2, l2 = p2, -math.sin(q2) - damping * p2
        q3, p3 = q + 0.5 * h * k2, p + 0.5 * h * l2
        k3, l3 = p3, -math.sin(q3) - damping * p3
        q4, p4 = q + h * k3, p + h * l3
        k4, l4 = p4, -math.sin(q4) - damping * p4
        q = q + h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
        p = p + h / 6.0 * (l1 + 2.0 * l2 + 2.0 * l3 + l4)
    return q


def chebyshev(x, c):
    """A series by the recurrence of the polynomials."""
    before, now = 1.0, x
    s = c + c * c * x
    for k in range(2, 30):
        before, now = now, 2.0 * x * now - before
        s = s + now * c / (k * k)
    return s


def horner(x, c):
    """A polynomial, its coefficients made on the way."""
    s = c
    for k in range(30):
        s = s * x + c / (k + 1.0)
    return s


def brownian(rate, volatility):
    """A geometric Brownian path with given increments, and its mean."""
    s, mean, h = 1.0, 0.0, 1.0 / 30.0
    for k in range(30):
        increment = math.sin(12.9898 * k) * 0.2
        s = s * math.exp((rate - 0.5 * volatility * volatility) * h + volatility * increment)
        mean = mean + s
    return mean / 30.0


def logistic_map(x, r):
    """A recurrence with NumPy's functions."""
    s = 0.0
    for _ in range(20):
        x = r * x * (1.0 - x)
        s = s + np.log(np.abs(r - 2.0 * r * x) + 0.1)
    return s / 20.0


def tridiagonal(main, off):
    """Thomas' algorithm on arrays, entry by entry."""
    n = 12
    c, d, x = np.zeros(n), np.zeros(n), np.zeros(n)
    c[0] = off / main
    d[0] = 1.0 / main
    for i in range(1, n):
        m = main - off * c[i - 1]
        c[i] = off / m
        d[i] = (1.0 - off * d[i - 1]) / m
    x[n - 1] = d[n - 1]
    for i in range(n - 2, -1, -1):
        x[i] = d[i] - c[i] * x[i + 1]
    return x[0] + x[n // 2]


# ---------------------------------------------------------------- with branches


def collatz(x, a):
    """Three branches, taken by what the trips before have made."""
    s = 0.0
    for k in range(30):
        if x > 2.0:
            x = x * 0.5 + a
        elif x > 1.0:
            x = 3.0 * x - a * x
        else:
            x = x + a
            s = s + x * k
    return s + x


def bisection(a, b):
    """A while loop with a test, and a step of Newton's at its end."""
    low, high = 0.0, 4.0
    while high - low > 1e-6:
        mid = 0.5 * (low + high)
        if mid * mid * mid + a * mid > b:
            high = mid
        else:
            low = mid
    x = 0.5 * (low + high)
    return x - (x * x * x + a * x - b) / (3.0 * x * x + a)


def escape(x, y):
    """Nested loops; the inner one is left by a break."""
    total = 0.0
    for k in range(6):
        u, v = x * (k + 1.0), y
        for _ in range(10):
            u, v = u * u - v * v + x, 2.0 * u * v + y
            if u * u + v * v > 4.0:
                break
        total = total + u * u + v * v
    return total


PLAIN = (newton, pendulum, chebyshev, horner, brownian, logistic_map, tridiagonal)
BRANCHING = (collatz, bisection, escape)
AT = {
    newton: (1.5, 2.0),
    pendulum: (0.8, 0.1),
    chebyshev: (0.3, 0.7),
    horner: (0.7, 1.1),
    brownian: (0.05, 0.2),
    logistic_map: (0.3, 3.7),
    tridiagonal: (4.0, 1.1),
    collatz: (3.7, 0.3),
    bisection: (1.5, 2.0),
    escape: (0.21, 0.13),
}


def loops() -> list[Row]:
    """Gradients in both arguments."""
    out = []
    for what, functions, limit in (("", PLAIN, 4), (" with branches", BRANCHING, 5)):
        ratios = [_ratio(f) for f in functions]
        found = zip(functions, ratios, strict=True)
        each = ", ".join(f"{f.__name__} {r:.3g}" for f, r in found)
        name = f"interpreted scalar loops{what}: gradient / primal"
        out.append(Row(name, limit, statistics.median(ratios), "x", detail=each))
    return out


def _ratio(f) -> float:
    derivative = fpad.grad(f, wrt=(0, 1))
    args = AT[f]
    derivative(*args)
    direct, one = generated(derivative)
    actions = {"primal": lambda: f(*args), "gradient": lambda: direct(*args, **one)}
    return in_turns(actions, sample=1e-3).ratio("gradient", "primal")
