"""Test functions of optimisation, as collections of benchmarks state them.

The classes follow the manner of SciPy's global benchmarks: a problem is an object that counts its
evaluations and holds its constants.
"""

import math

import numpy as np
from numpy import cos, exp, pi, sin, sqrt

from tests.programs.registry import case, program

X2 = np.array([0.6, -1.3])
X4 = np.array([0.4, 1.2, -0.7, 0.9])
X6 = np.array([0.3, 0.2, 0.5, 0.4, 0.1, 0.8])


class Benchmark:
    """The base of the problems: a dimension and a count of evaluations."""

    def __init__(self, dimensions=2):
        self.N = dimensions
        self.nfev = 0


class Ackley(Benchmark):
    """SciPy, benchmarks/go_benchmark_functions/go_funcs_A.py, Ackley01."""

    def fun(self, x, *args):
        self.nfev += 1
        u = np.sum(x**2)
        v = np.sum(cos(2 * pi * x))
        return -20.0 * exp(-0.2 * sqrt(u / self.N)) - exp(v / self.N) + 20.0 + exp(1.0)


@program(case(X2))
def ackley(x):
    return Ackley().fun(x)


@program(case(X4), case(np.array([1.2, 0.9])))
def rosen(x):
    """SciPy, scipy.optimize.rosen."""
    x = np.asarray(x)
    here, following = x[:-1], x[1:]
    valley = following - here**2.0
    return 100.0 * np.sum(valley**2.0, axis=0) + np.sum((1.0 - here) ** 2.0, axis=0)


@program(case(X4))
def rosen_der(x):
    """SciPy, scipy.optimize.rosen_der: the gradient written out with slices."""
    slope = np.zeros_like(x)
    valley = x[1:] - x[:-1] ** 2
    slope[:-1] -= 400 * x[:-1] * valley + 2 * (1 - x[:-1])
    slope[1:] += 200 * valley
    return slope


@program(case(X4))
def griewank(x):
    """SciPy, go_funcs_G.py, Griewank."""
    i = np.arange(1.0, np.size(x) + 1.0)
    return np.sum(x**2 / 4000) - np.prod(np.cos(x / np.sqrt(i))) + 1


@program(case(X4))
def levy(x):
    """SciPy, go_funcs_L.py, Levy03."""
    y = 1 + (x - 1) / 4
    v = np.sum((y[:-1] - 1) ** 2 * (1 + 10 * sin(pi * y[1:]) ** 2))
    z = (y[-1] - 1) ** 2
    return sin(pi * y[0]) ** 2 + v + z


@program(case(np.array([3.0, 4.5, 2.6, 8.1])))
def paviani(x):
    """SciPy, go_funcs_P.py, Paviani."""
    return np.sum(np.log(x - 2) ** 2.0 + np.log(10.0 - x) ** 2.0) - np.prod(x) ** 0.2


@program(case(X2), case(np.array([4.5, -6.2])))
def penalty(x):
    """SciPy, go_funcs_P.py, Penalty01: a penalty outside of a box."""
    a, k, m = 5.0, 100.0, 4.0
    xx = abs(x)
    u = np.where(xx > a, k * (xx - a) ** m, 0.0)
    y = 1.0 + (x + 1.0) / 4.0
    s = 10.0 * sin(pi * y[0]) ** 2
    s += np.sum((y[:-1] - 1.0) ** 2 * (1.0 + 10.0 * sin(pi * y[1:]) ** 2))
    return np.sum(u) + pi / 30.0 * (s + (y[-1] - 1) ** 2.0)


@program(case(np.array([2.0, 3.5])), case(np.array([6.5, 1.2])), case(np.array([4.0, 8.0])))
def zimmerman(x):
    """SciPy, go_funcs_Z.py, Zimmerman: constraints as penalties, each a local function."""

    first, second = x

    def objective():
        return 9.0 - first - second

    def penalised(violation, direction=None):
        direction = violation if direction is None else direction
        return 100.0 * (1.0 + violation) * np.sign(direction)

    circle = (first - 3.0) ** 2.0 + (second - 2.0) ** 2.0 - 16.0
    hyperbola = first * second - 14.0
    return max(
        objective(),
        penalised(circle),
        penalised(hyperbola),
        penalised(-first, first),
        penalised(-second, second),
    )


@program(case(np.array([0.21, 0.17, -0.26, 0.31])))
def corana(x):
    """SciPy, go_funcs_C.py, Corana: a quadratic with holes punched into it."""
    value = 0
    for xi, scale in zip(x, [1.0, 1000.0, 10.0, 100.0]):
        centre = 0.2 * np.sign(xi) * np.floor(np.abs(xi) / 0.2 + 0.49999)
        if abs(xi - centre) >= 0.05:
            value += scale * xi * xi
            continue
        value += 0.15 * scale * (centre - 0.05 * np.sign(centre)) ** 2
    return value


@program(case(np.array([0.19, 0.19, 0.11, 0.1])))
def kowalik(x):
    """SciPy, go_funcs_K.py, Kowalik; Kowalik and Morrison, Math. Biosci. 2, 1968."""
    a = np.array([4.0, 2.0, 1.0, 1 / 2.0, 1 / 4.0, 1 / 6.0, 1 / 8.0, 1 / 10.0, 1 / 12.0, 1 / 14.0])
    b = np.asarray([0.1957, 0.1947, 0.1735, 0.16, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235])
    vec = b - (x[0] * (a**2 + a * x[1]) / (a**2 + a * x[2] + x[3]))
    return np.sum(vec**2)


@program(case(X4[:3]), case(np.array([-0.8, 0.4, 0.3])))
def helical_valley(x):
    """Fletcher and Powell, Computer J. 6, 1963; problem 7 of More, Garbow and Hillstrom, 1981."""

    def theta(x1, x2):
        if x1 > 0:
            return np.arctan(x2 / x1) / (2 * pi)
        return np.arctan(x2 / x1) / (2 * pi) + 0.5

    f = [10 * (x[2] - 10 * theta(x[0], x[1])), 10 * (np.hypot(x[0], x[1]) - 1), x[2]]
    return sum(fi**2 for fi in f)


@program(case(X6[:3]), case(X6[:2]))
def watson(x):
    """More, Garbow and Hillstrom, 1981, problem 20, with the first five of its terms."""
    n = len(x)
    total = 0.0
    for i in range(1, 6):
        t = i / 29.0
        s1 = sum((j - 1) * x[j - 1] * t ** (j - 2) for j in range(2, n + 1))
        s2 = sum(x[j - 1] * t ** (j - 1) for j in range(1, n + 1))
        total += (s1 - s2**2 - 1) ** 2
    total += x[0] ** 2 + (x[1] - x[0] ** 2 - 1) ** 2
    return total


@program(case(X4))
def powell_singular(x):
    """More, Garbow and Hillstrom, 1981, problem 13, as a list of residuals."""
    residuals = []
    residuals.append(x[0] + 10 * x[1])
    residuals.append(math.sqrt(5.0) * (x[2] - x[3]))
    residuals.append((x[1] - 2 * x[2]) ** 2)
    residuals.append(math.sqrt(10.0) * (x[0] - x[3]) ** 2)
    return np.array(residuals)


@program(case(X4))
def broyden_tridiagonal(x):
    """More, Garbow and Hillstrom, 1981, problem 30: zeros stand beyond both ends."""
    n = x.size
    f = np.empty(n)
    for k in range(n):
        before = x[k - 1] if k > 0 else 0.0
        after = x[k + 1] if k < n - 1 else 0.0
        f[k] = (3.0 - 2.0 * x[k]) * x[k] - before - 2.0 * after + 1.0
    return f


@program(case(np.array([2.2, 1.57, 0.9])))
def michalewicz(x, m=10):
    """Michalewicz, Genetic Algorithms + Data Structures = Evolution Programs, 1992."""
    return -sum(math.sin(v) * math.sin(i * v * v / math.pi) ** (2 * m) for i, v in enumerate(x, 1))


@program(case(-2.0, 7.5), wrt=("x1", "x2"))
def branin(x1, x2, a=1.0, b=None, c=None, r=6.0, s=10.0, t=None):
    """Surjanovic and Bingham, Virtual Library of Simulation Experiments, Branin; None defaults."""
    b = 5.1 / (4 * pi**2) if b is None else b
    if c is None:
        c = 5 / pi
    if t is None:
        t = 1 / (8 * pi)
    return a * (x2 - b * x1**2 + c * x1 - r) ** 2 + s * (1 - t) * math.cos(x1) + s


@program(case(np.array([2.7, 3.4])))
def easom(x):
    """SciPy, go_funcs_E.py, Easom."""
    a = (x[0] - pi) ** 2 + (x[1] - pi) ** 2
    return -cos(x[0]) * cos(x[1]) * exp(-a)


def newton_polish(f, df, x, tol=1e-12, maxiter=20):
    for _ in range(maxiter):
        step = f(x) / df(x)
        x = x - step
        if abs(step) < tol:
            break
    return x


@program(case(2.0, 0.4), wrt=("a", "e"))
def kepler_by_newton(a, e):
    """Numerical Recipes, 2nd ed., section 9.4 (rtnewt), for Kepler's equation."""
    root = newton_polish(lambda E: E - e * math.sin(E) - a, lambda E: 1 - e * math.cos(E), x=a)
    return root * a


@program(case(1.5, 0.2))
def bisection(c, tol):
    """Numerical Recipes, 2nd ed., section 9.1 (rtbis), ended with one secant step."""

    def f(x):
        return x**3 - c * x - 1.0

    lo, hi = 1.0, 2.0
    flo = f(lo)
    while hi - lo > tol:
        mid = 0.5 * (lo + hi)
        fmid = f(mid)
        if flo * fmid <= 0:
            hi = mid
        else:
            lo, flo = mid, fmid
    return lo - f(lo) * (hi - lo) / (f(hi) - f(lo))


@program(case({"x": 0.4, "y": -0.3}, {"lr": 0.05, "beta": 0.9}), wrt=("start", "hyper"))
def heavy_ball(start, hyper):
    """Polyak, Some methods of speeding up the convergence of iteration methods, 1964."""
    params = dict(start)
    velocity = {name: 0.0 for name in params}
    for _ in range(3):
        grads = {
            "x": 2 * params["x"] - 1.0 + params["y"],
            "y": params["x"] + 4 * params["y"] ** 3,
        }
        for name, g in grads.items():
            velocity[name] = hyper["beta"] * velocity[name] - hyper["lr"] * g
            params[name] += velocity[name]
    return params["x"] ** 2 + params["x"] * params["y"]


@program(case(np.array([0.8, -0.4]), 0.1), wrt=("x0", "lr"))
def adam(x0, lr, betas=(0.9, 0.999), eps=1e-8, steps=3):
    """Kingma and Ba, Adam: A Method for Stochastic Optimization, 2015, algorithm 1."""
    b1, b2 = betas
    x = x0.copy()
    m, v = np.zeros_like(x), np.zeros_like(x)
    for t in range(1, steps + 1):
        g = np.array([4 * x[0] ** 3 - x[1], 2 * x[1] - x[0]])
        m = b1 * m + (1 - b1) * g
        v = b2 * v + (1 - b2) * g**2
        mhat = m / (1 - b1**t)
        vhat = v / (1 - b2**t)
        x -= lr * mhat / (np.sqrt(vhat) + eps)
    return x[0] ** 4 - x[0] * x[1] + x[1] ** 2


@program(case(1.3), case(0.2))
def golden_section_value(c, tolerance=0.4):
    """Numerical Recipes, 2nd ed., section 10.1 (golden): brackets shrink by the golden ratio."""
    golden = (math.sqrt(5.0) - 1.0) / 2.0

    def f(x):
        return (x - c) ** 2 + 0.1 * x**4

    low, high = -2.0, 3.0
    left, right = high - golden * (high - low), low + golden * (high - low)
    f_left, f_right = f(left), f(right)
    while high - low > tolerance:
        if f_left < f_right:
            high, right, f_right = right, left, f_left
            left = high - golden * (high - low)
            f_left = f(left)
        else:
            low, left, f_left = left, right, f_right
            right = low + golden * (high - low)
            f_right = f(right)
    return min(f_left, f_right)
