"""Iterators over arrays unpacked into names, and stars between other arguments."""

import math

import numpy as np

from tests.programs.registry import case, program

V = np.array([0.51, 0.73, 0.22])


@program(case(V))
def parameters_from_logarithms(logs):
    height, length, noise = map(np.exp, logs)
    (i, first), (j, second), (k, _) = enumerate(logs)
    return height * math.exp(-length) + noise**2 + first * second * (i + 2 * j + 3 * k)


@program(case(V, 2.9), wrt=(0, 1))
def iterators_of_many_kinds(x, a):
    n = int(a) + 1
    p, q, r = (x[k] ** 2 for k in range(n))
    (b, c), (d, e), pair = zip(x, x**3, strict=True)
    u, v, w = reversed(x)
    at = iter(x)
    f, g, h = at

    def scaled():
        for value in x:
            yield value * a

    k, *rest = scaled()
    return p * q - r + b * c - d * e * pair[0] + u * v**2 - w + f * g * h + k * sum(rest)


def _flux(density, velocity, pressure, gamma):
    energy = pressure / (gamma - 1.0) + 0.5 * density * velocity**2
    return np.stack([density * velocity, velocity * (energy + pressure)])


@program(case(np.array([[1.0, 1.3], [0.4, 0.2], [2.0, 1.7]]), 1.4), wrt=(0, 1))
def star_before_another_argument(primitives, gamma):
    waves = np.stack([primitives[0], primitives[1] * gamma, primitives[2]])
    return np.sum(_flux(*waves, gamma) * _flux(waves[0], *primitives[1:], gamma=1.3))


@program(case(V))
def stars_on_both_sides(x):
    def weighted(a, b, c, d):
        return a + 2.0 * b + 3.0 * c * d

    return weighted(*x[:2], *x[1:]) * weighted(x[1], *x) + weighted(x[0], *x[:2] ** 2, x[2])


@program(case(V))
def blocks_of_rows_and_columns(x):
    whole, kept = np.outer(x, x) + np.diag(x), np.array([True, False, True])
    inner = np.ix_([0, 2], [0, 2])
    blocks = np.block(
        [[whole[inner], 2.0 * whole[np.ix_(kept, kept)]], [np.eye(2), whole[inner].T]]
    )
    return np.sum(blocks @ blocks)


def _leg(a, b, c, d, scale=2.0, shift=3.0):
    return a * b * scale + c * d * shift


@program(case(np.array([[0.3, 0.5], [0.7, 0.2], [0.4, 0.9]])))
def stars_beside_defaults(points):
    legs = zip(points, np.roll(points, -1, axis=0), strict=True)
    total = sum(_leg(*p, *q) for p, q in legs)
    return total * _leg(*points.ravel()) + _leg(points[0, 0], points[0, 1], *points[2])


@program(case(np.sin(np.arange(1.0, 13.0))))
def split_at_sums_of_sizes(x):
    def parts(v, *sizes):
        return np.split(v, np.cumsum(sizes))

    shapes = [(2, 2), (3,), (5,)]
    sizes = [int(np.prod(s)) for s in shapes]
    pieces = np.split(x, np.cumsum(sizes)[:-1])
    w, b, c = [p.reshape(s) for p, s in zip(pieces, shapes, strict=True)]
    first, second, third, last = parts(x, 3, 4, 4)
    return np.sum(w @ w) + b @ b + c[0] * c[1] + first @ first * np.sum(second) * third[0] * last[0]


@program(case(np.array([[0.3, 0.5], [0.7, 0.2], [0.4, 0.9]])))
def start_and_end_around_rows(waypoints, start=(1.0, 2.0), end=(3.0, 4.0)):
    places = [start, *waypoints, end]
    total = 0.0
    for here, there in zip(places[:-1], places[1:], strict=True):
        (a, b), (c, d) = here, there
        total += math.hypot(a - c, b - d) * a * d
    longer = [(0.0, 1.0)]
    longer.extend(waypoints)
    return total + sum(p[0] * q[1] for p, q in zip(longer, longer[1:], strict=False))
