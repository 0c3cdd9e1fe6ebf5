# ruff: noqa: SIM108
"""Programs over floats: the numerical methods of a first course, in the style of its textbooks."""

import math

import numpy as np

from tests.programs.registry import case, kink, program

LEGENDRE_NODES = (
    (-0.7745966692414834, 5.0 / 9.0),
    (0.0, 8.0 / 9.0),
    (0.7745966692414834, 5.0 / 9.0),
)


@program(case(2.0), case(0.3), case(7.0), case(3))
def newton_square_root(a):
    """Heron's method, a fixed number of steps."""
    x = 0.5 * (1.0 + a)
    for _ in range(7):
        x = 0.5 * (x + a / x)
    return x


@program(case(2.0, 1.5), case(9.0, 1.0), wrt=(0, 1))
def newton_cube_root_until_converged(a, start):
    x = start
    step = 1.0
    while abs(step) > 1e-13:
        step = (x * x * x - a) / (3.0 * x * x)
        x = x - step
    return x + 0.01 * start


@program(case(0.9, 0.3), case(2.5, 0.05), wrt=("mean_anomaly", "e"))
def kepler(mean_anomaly, e):
    big_e = mean_anomaly
    for _ in range(8):
        f = big_e - e * math.sin(big_e) - mean_anomaly
        df = 1.0 - e * math.cos(big_e)
        big_e -= f / df
    return big_e


@program(case(0.7), case(-1.2), case(0.0))
def horner(x):
    p = 0.0
    for c in (2.0, -1.0, 0.5, 3.0):
        p = p * x + c
    return p


@program(case(0.7, np.array([2.0, -1.0, 0.5, 3.0])), case(0.7, np.array([])), wrt=(0, 1))
def horner_over_array(x, coefficients):
    p = 0.0 * x
    for c in coefficients:
        p = p * x + c
    return p


# Each midpoint is a fixed convex combination of the bracket, so the derivative of the branches that
# are taken is that combination for lo and hi, and zero for the target.
@program(
    kink(1.0, 2.0, 2.0, slope=(0.58203125, 0.41796875, 0.0)),
    kink(0.0, 2.0, 2.0, slope=(0.29296875, 0.70703125, 0.0)),
    wrt=(0, 1, 2),
)
def bisection(lo, hi, target):
    for _ in range(7):
        mid = 0.5 * (lo + hi)
        if mid * mid > target:
            hi = mid
        else:
            lo = mid
    return 0.5 * (lo + hi)


@program(case(2.0), case(5.5))
def bisection_then_newton(target):
    lo = 0.0
    hi = 3.0
    for _ in range(20):
        mid = 0.5 * (lo + hi)
        if mid * mid > target:
            hi = mid
        else:
            lo = mid
    x = 0.5 * (lo + hi)
    x = x - (x * x - target) / (2.0 * x)
    return x - (x * x - target) / (2.0 * x)


@program(case(0.0, 1.0, 0.7), case(0.0, -0.4, 1.3), wrt=(1, 2))
def rk4_scalar(t, y, k, steps=5):
    h = 0.2
    for _ in range(steps):
        k1 = -k * y + math.sin(t)
        k2 = -k * (y + 0.5 * h * k1) + math.sin(t + 0.5 * h)
        k3 = -k * (y + 0.5 * h * k2) + math.sin(t + 0.5 * h)
        k4 = -k * (y + h * k3) + math.sin(t + h)
        y = y + h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
        t = t + h
    return y


@program(case(1.0, 0.0, 0.9), case(0.3, -0.8, 2.0, n=4), wrt=("q", "p", "omega"))
def verlet(q, p, omega, n=9):
    dt = 0.1
    a = -omega * omega * q
    for _ in range(n):
        q = q + dt * p + 0.5 * dt * dt * a
        new = -omega * omega * q - 0.1 * q * q * q
        p = p + 0.5 * dt * (a + new)
        a = new
    return 0.5 * p * p + 0.5 * omega * omega * q * q + 0.3 * q * p


@program(case(0.8), case(2.4))
def continued_fraction(x):
    k = 9
    value = 2.0 * k + 1.0
    while k > 0:
        k = k - 1
        value = (2 * k + 1) - x * x / value
    return x / value


@program(case(3.2, 0.3), case(2.1, 0.6, 6), case(3.7, 0.41, 0), wrt=(0, 1))
def logistic_map(r, x, n=4):
    for _ in range(n):
        x = r * x * (1.0 - x)
    return x


@program(case(0.2, 1.7), case(1.0, -1.0), wrt=(0, 1))
def simpson(a, b):
    n = 8
    h = (b - a) / n
    total = math.exp(-a * a) + math.exp(-b * b)
    for i in range(1, n):
        x = a + i * h
        if i % 2 == 1:
            weight = 4.0
        else:
            weight = 2.0
        total += weight * math.exp(-x * x)
    return total * h / 3.0


@program(case(1.3, 0.4), wrt=(0, 1))
def gauss_legendre(b, k):
    total = 0.0
    for node, weight in LEGENDRE_NODES:
        x = 0.5 * b * (node + 1.0)
        total = total + weight * np.cos(k * x * x)
    return 0.5 * b * total


def normal_cdf(z):
    """Abramowitz and Stegun 26.2.17 with the sign handled by a branch."""
    u = -z if z < 0.0 else z
    t = 1.0 / (1.0 + 0.2316419 * u)
    p = t * (
        0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429)))
    )
    tail = math.exp(-0.5 * u * u) / math.sqrt(2.0 * math.pi) * p
    if z < 0.0:
        return tail
    return 1.0 - tail


@program(
    case(100.0, 95.0, 0.03, 0.25, 1.0),
    case(80.0, 100.0, 0.01, 0.4, 0.5),
    wrt=("spot", "strike", "rate", "vol", "years"),
)
def black_scholes(spot, strike, rate, vol, years):
    root = vol * math.sqrt(years)
    d1 = (math.log(spot / strike) + (rate + 0.5 * vol * vol) * years) / root
    d2 = d1 - root
    return spot * normal_cdf(d1) - strike * math.exp(-rate * years) * normal_cdf(d2)


@program(case(1.7, 0.6), case(0.4, 3.1), wrt=(0, 1))
def arithmetic_geometric_mean(a, b):
    while abs(a - b) > 1e-14:
        a, b = 0.5 * (a + b), math.sqrt(a * b)
    return a


@program(case(0.8), case(1e-3), case(-2.0))
def exponential_series(x):
    term = 1.0
    total = 1.0
    k = 0
    while True:
        k += 1
        term = term * x / k
        total += term
        if k >= 18:
            break
    return total


@program(case(0.4, 0.9), case(-1.3, 2.2), wrt=(0, 1))
def complex_power_by_hand(re, im):
    zr, zi = 0.0, 0.0
    for _ in range(4):
        zr, zi = zr * zr - zi * zi + 0.2 * re, 2.0 * zr * zi + 0.2 * im
    return zr * zr + zi * zi


@program(case(1.2, 0.7), case(-0.6, 2.5), wrt=("y", "x"))
def operators(x, y):
    a = x + y - -x
    b = +a * y / (x * x + 1.0)
    c = b**2 + y**1.5 + 2.0**x
    d = (c % 3.7) + (c // 3.7) * y
    return d - x**3 / y


@program(case(0.3), case(1.1))
def every_elementary_function(x):
    y = np.exp(x) * np.log(1.0 + x) + np.sqrt(x)
    z = np.sin(y) + np.cos(x) * np.tan(0.5 * x)
    w = math.exp(-x) + math.log(x) + math.sqrt(1.0 + x) + math.sin(x) * math.cos(x) + math.tan(x)
    return np.tanh(z) + math.tanh(w) * y


@program(case(0.5, 0.2), case(1.9, 0.2), case(3.5, -0.3), wrt=(0, 1))
def hermite_spline(x, tension):
    if x < 1.0:
        y0, y1, m0, m1, t = 0.0, 1.0, 0.5, tension, x
    elif x < 2.0:
        y0, y1, m0, m1, t = 1.0, 0.3, tension, -tension, x - 1.0
    else:
        y0, y1, m0, m1, t = 0.3, -0.4, -tension, 0.1, (x - 2.0) / 2.0
    h00 = (1.0 + 2.0 * t) * (1.0 - t) ** 2
    h10 = t * (1.0 - t) ** 2
    h01 = t**2 * (3.0 - 2.0 * t)
    h11 = t**2 * (t - 1.0)
    return h00 * y0 + h10 * m0 + h01 * y1 + h11 * m1


@program(
    case(0.6, 1.4),
    case(2.2, 0.1),
    case(0.5, 0.6),
    kink(0.5, 0.5, slope=(1.5 * math.exp(0.5), 1.25 * math.exp(0.5))),
    wrt=(0, 1),
)
def boolean_operators(x, y):
    if (x > 1.0 and y < 1.0) or not x < 2.0:
        z = x * y * y
    elif 0.0 < y < 1.0 and x != y:
        z = math.sin(x) - y
    else:
        z = x * math.exp(y)
    flag = x > y
    return z + (2.0 * x if flag or z > 100.0 else y * z)


@program(
    kink(0.0, slope=0.0),
    kink(1.5, slope=1.0),
    kink(-1.5, slope=0.01),
)
def leaky_relu_by_conditional_expression(x):
    return x if x > 0.0 else (0.01 * x if x < 0.0 else 0.0)


@program(kink(0.5, 0.5, slope=(1.0, 0.0)), kink(0.2, 0.9, slope=(0.0, 1.0)), wrt=(0, 1))
def larger_by_builtin(a, b):
    return max(a, b) + 0.0 * min(a, b)


@program(kink(3.0, slope=3.0), kink(-3.0, slope=-3.0), kink(0.5, slope=0.5), kink(1.0, slope=1.0))
def huber(r):
    delta = 3.0
    if abs(r) <= delta:
        return 0.5 * r * r
    return delta * (abs(r) - 0.5 * delta)


@program(case(0.3), case(12.0), case(-7.5))
def wrap_angle(theta):
    while theta > math.pi:
        theta -= 2.0 * math.pi
    while theta < -math.pi:
        theta += 2.0 * math.pi
    return theta * theta


@program(
    case(np.array(0.7)), case(np.float64(0.7)), case(0.7), case(np.array(0.7, dtype=np.float32))
)
def zero_dimensional(x):
    y = x * x
    z = np.sin(y) + y
    return z * x + 1.0


@program(case(2, 0.5), case(2.0, 0.5), wrt=(0, 1))
def integer_under_wrt(n, x):
    return n * n * x + x**2


@program(case(1.3, 2), case(1.3, 0), case(-0.7, 3), case(1.1, -2))
def integer_exponent(x, n):
    return x**n + 3.0 * x


@program(case(0.6, 1.1, 0.3), wrt=(-1, 0))
def negative_index(x, y, z):
    return x * y * z + math.sin(x * z)


@program(case(0.7), case(1.6))
def constants_of_many_types(x):
    y = 2 * x + 1
    z = True * y - 3 / 4
    return z * y // 1000 + z * z / 7 + x * 2**3


@program(case(1.0, 2.0), wrt=1)
def unused_argument(x, y):
    z = x * y
    return x * 3.0


@program(case(0.4), case(5.0))
def constant_result(x):
    y = x * x
    return 3.0


@program(case(0.4), case(-2.0))
def identity(x):
    return x


@program(case(0.8, 0.3), wrt=(0, 1))
def returns_tuple(x, y):
    s = math.sin(x * y)
    return s * x, s + y * y
