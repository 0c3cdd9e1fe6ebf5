"""Values repeated as often as only the run tells, ranges beside each other, and known ranks."""

import itertools

import numpy as np

from tests.programs.registry import case, program

V = np.array([0.51, 0.73, 0.22, 1.13])


@program(case(V))
def stacked_copies(x):
    count = len(x)
    rows = np.array([x] * count)
    rows[0] *= 2.0
    covariances = np.stack([np.outer(x, x)] * count)
    return np.sum(rows**3) + np.sum(covariances**2 * np.arange(count)[:, None, None])


@program(case(V))
def copies_are_replaced(x):
    doubled = 2.0 * x
    rows = [doubled] * len(x)
    rows[2] = x**2
    pairs = [(x, x[0])] * len(x)
    table = [[0.0] * 2] * len(x)
    table[1] = [x[0], x[1]]
    total = sum(np.sum(a * b) for a, b in pairs) + np.sum(np.array(table) ** 2)
    return np.sum(rows[1] ** 2 * rows[2]) + total


@program(case(V))
def iterators_that_repeat(x):
    total = 0.0
    for _ in itertools.repeat(None, len(x)):
        total = 0.5 * total + x[1]
    weights = itertools.repeat(x[0], len(x))
    return total + sum(w * v**2 for w, v in zip(weights, x, strict=True))


@program(case(V))
def ranges_beside_each_other(x):
    n = len(x)
    elements = list(zip(range(n - 1), range(1, n), strict=True))
    total = sum(x[i] * x[j] for i, j in elements) + elements[1][1] * x[0]
    for i, v, k in zip(range(0, n, 2), x, reversed(range(1, n)), strict=False):
        total += x[i] * v * (k + 1)
    for (i, j), v in zip(enumerate(range(2, 2 * n, 3)), x, strict=False):
        total += x[i] * j * v**2
    for i, j in zip(range(n, n - 3), range(n), strict=False):
        total += x[i] * j
    return total


@program(case(V))
def start_changes_in_the_loop(x):
    start, total = len(x) - 3, 0.0
    for i, v in enumerate(x, start):
        start += 2
        total += v**2 * i * start
    start = 1
    for i, v in zip(range(start, 9), x, strict=False):
        start += 2
        total += v**3 * i * start
    return total


@program(case(V))
def dtype_of_another_array(x):
    def cycle(u):
        if len(u) <= 2:
            u[1] = 2.0 * u[0] ** 2
            return u
        coarse = np.zeros(len(u) // 2, dtype=u.dtype)
        coarse[:] = u[::2]
        u[::2] += cycle(coarse)
        return u

    half = np.empty(len(x) // 2 + 1, x.dtype)
    half[:] = 1.0
    half[1:] = x[:2]
    return np.sum(cycle(x.copy()) ** 2) + np.sum(half**3) + np.sum(np.arange(4).astype(x.dtype) * x)


@program(case(V))
def tiled_rates(x):
    rates = np.tile(x, (4, 1))
    np.fill_diagonal(rates, 0.0)
    np.fill_diagonal(rates, -rates.sum(axis=1))
    shares = np.apply_along_axis(lambda row: row / (1.0 + np.sum(row**2)), 1, rates)
    down, across = np.gradient(shares)
    return np.sum(rates**3) + np.sum(down * across)
