"""Special functions, quadrature, series and sequences, in the manner of numerical recipes."""

import math

import numpy as np

from tests.programs.registry import case, program


def gamma_series(a, x, tolerance=1e-14, terms=60):
    """The sum of x**n / (a (a + 1) .. (a + n))."""
    denominator = a
    term = total = 1.0 / a
    for _ in range(terms):
        denominator += 1.0
        term *= x / denominator
        total += term
        if abs(term) < tolerance * abs(total):
            return total
    raise ArithmeticError(f"no convergence for a = {a}")


def gamma_fraction(a, x, tolerance=1e-14, terms=60):
    """Lentz's evaluation of the continued fraction of the complement."""

    def away_from_zero(v, tiny=1e-300):
        return tiny if abs(v) < tiny else v

    partial = x + 1.0 - a
    upper, lower = 1e300, 1.0 / partial
    value = lower
    for n in range(1, terms + 1):
        numerator = n * (a - n)
        partial += 2.0
        lower = 1.0 / away_from_zero(numerator * lower + partial)
        upper = away_from_zero(partial + numerator / upper)
        factor = upper * lower
        value *= factor
        if abs(factor - 1.0) < tolerance:
            break
    else:
        raise ArithmeticError(f"no convergence for a = {a}")
    return value


@program(case(1.2, 2.5), case(4.0, 2.5), wrt="x")
def incomplete_gamma(x, a):
    """Numerical Recipes, 2nd ed., section 6.2 (gammp): a series or a continued fraction."""
    if x < 0.0 or a <= 0.0:
        raise ValueError("bad arguments")
    scale = math.exp(a * math.log(x) - x - math.lgamma(a))
    if x < a + 1.0:
        return scale * gamma_series(a, x)
    else:
        return 1.0 - scale * gamma_fraction(a, x)


@program(case(0.4), case(-3.0))
def error_function(x):
    """Abramowitz and Stegun, 7.1.6: a series, ended when its terms no longer count."""
    total = term = x
    n = 0
    while abs(term) > 1e-17 * abs(total):
        n += 1
        term *= 2 * x * x / (2 * n + 1)
        total += term
        if n > 80:
            break
    return 2 / math.sqrt(math.pi) * math.exp(-x * x) * total


@program(case(0.5), case(1.7))
def bessel_j0_series(x):
    """Abramowitz and Stegun, 9.1.10: the ratio of successive terms."""
    term, total, k = 1.0, 1.0, 1
    while k < 12:
        term *= -(x * x) / (4 * k * k)
        total += term
        k += 1
    return total


@program(case(0.9, 0.3), wrt=("k", "phi"))
def elliptic_agm(k, phi):
    """Abramowitz and Stegun, 17.6: the arithmetic-geometric mean, stopped when it has met."""
    a, b = 1.0, math.sqrt(1.0 - k * k)
    while abs(a - b) > 1e-9:
        a, b = (a + b) / 2, math.sqrt(a * b)
    return math.pi / (2 * a) * math.cos(phi)


@program(case(0.3, 5), case(0.3, 1), case(0.3, 0))
def legendre(x, n):
    """Numerical Recipes, 2nd ed., section 6.8 (plgndr with m = 0)."""
    if n == 0:
        return 1.0 + 0.0 * x
    p0, p1 = 1.0, x
    for l in range(2, n + 1):
        p0, p1 = p1, ((2 * l - 1) * x * p1 - (l - 1) * p0) / l
    return p1


@program(case(np.array([0.4, -0.3, 0.8, 0.1]), 0.6), wrt=("c", "x"))
def clenshaw(c, x):
    """Numerical Recipes, 2nd ed., section 5.8 (chebev): the recurrence run downwards."""
    last = before = 0.0
    for coefficient in c[:0:-1]:
        last, before = 2.0 * x * last - before + coefficient, last
    return x * last - before + 0.5 * c[0]


@program(case([1.0, -0.5, 0.25, 2.0], 0.7), wrt=("c", "x"))
def horner_with_derivatives(c, x):
    """Numerical Recipes, 2nd ed., section 5.3 (ddpoly): the value and derivatives in one sweep."""
    taylor = [c[-1]] + [0.0] * 2
    for coefficient in reversed(c[:-1]):
        for order in (2, 1):
            taylor[order] = taylor[order] * x + taylor[order - 1]
        taylor[0] = taylor[0] * x + coefficient
    return sum(math.factorial(order) * value for order, value in enumerate(taylor))


def trapezoids(f, a, b, n):
    h = (b - a) / n
    return h * (0.5 * (f(a) + f(b)) + sum(f(a + i * h) for i in range(1, n)))


@program(case(0.2, 1.1, 1.4), wrt=("a", "b", "w"))
def romberg(a, b, w, levels=3):
    """Romberg, 1955; Numerical Recipes, 2nd ed., section 4.3."""
    R = np.zeros((levels, levels))
    for i in range(levels):
        R[i, 0] = trapezoids(lambda x: math.exp(-x) * math.sin(w * x), a, b, 2**i)
        for j in range(1, i + 1):
            R[i, j] = R[i, j - 1] + (R[i, j - 1] - R[i - 1, j - 1]) / (4**j - 1)
    return R[-1, -1]


@program(case(0.0, 2.0, 1.5), wrt=("a", "b", "k"))
def adaptive_simpson(a, b, k, tol=1e-3):
    """Lyness, Notes on the adaptive Simpson quadrature routine, J. ACM 16, 1969: a stack."""

    def f(x):
        return math.exp(-k * x * x)

    total = 0.0
    stack = [(a, b, tol)]
    while stack:
        lo, hi, eps = stack.pop()
        mid = 0.5 * (lo + hi)
        whole = (hi - lo) / 6 * (f(lo) + 4 * f(mid) + f(hi))
        left = (mid - lo) / 6 * (f(lo) + 4 * f(0.5 * (lo + mid)) + f(mid))
        right = (hi - mid) / 6 * (f(mid) + 4 * f(0.5 * (mid + hi)) + f(hi))
        if abs(left + right - whole) < 15 * eps:
            total += left + right + (left + right - whole) / 15
        else:
            stack.append((lo, mid, eps / 2))
            stack.append((mid, hi, eps / 2))
    return total


@program(case(0.8))
def aitken_acceleration(x):
    """Numerical Recipes, 2nd ed., section 5.1: partial sums in a list, Aitken's process on them."""
    partial_sums = [0.0]
    for n in range(6):
        partial_sums.append(partial_sums[-1] + (-1) ** n * x ** (2 * n + 1) / (2 * n + 1))
    while len(partial_sums) >= 3:
        partial_sums = [
            s2 - (s2 - s1) ** 2 / (s2 - 2 * s1 + s0)
            for s0, s1, s2 in zip(partial_sums, partial_sums[1:], partial_sums[2:])
        ]
    return partial_sums[-1]


@program(case(3.2, 0.3), wrt=("r", "x"))
def lyapunov_exponent(r, x, n=3):
    """May, Simple mathematical models with very complicated dynamics, Nature 261, 1976."""
    total = 0.0
    for _ in range(n):
        total += math.log(abs(r - 2 * r * x))
        x = r * x * (1 - x)
    return total / n


@program(case(np.array([0.2, 0.9, 1.7]), np.array([1.0, 0.4, -0.3]), 1.1), wrt=(0, 1, 2))
def barycentric_lagrange(nodes, values, x):
    """Berrut and Trefethen, Barycentric Lagrange interpolation, SIAM Review 46, 2004, (4.2)."""
    weights = np.ones(len(nodes))
    for j in range(len(nodes)):
        for k in range(len(nodes)):
            if k != j:
                weights[j] /= nodes[j] - nodes[k]
    quotient = weights / (x - nodes)
    return quotient @ values / quotient.sum()


@program(case(0.7, 0.2), wrt=("x", "y"))
def continued_fraction_tangent(x, y, n=8):
    """Lambert, 1768, as in Abramowitz and Stegun, 4.3.94; evaluated from its end."""
    value = 0.0
    for k in range(2 * n - 1, 0, -2):
        value = x * x / (k - value)
    return value / x + y * value
