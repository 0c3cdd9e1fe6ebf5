"""Functions inside comprehensions that take the comprehension's variables."""

from __future__ import annotations

import math

import numpy as np

from tests.programs.registry import case, program

X = np.array([0.3, 0.7, 1.2, 1.9])


def midpoint(f, a, b, n):
    h = (b - a) / n
    return h * sum(f(a + (i + 0.5) * h) for i in range(n))


@program(case(0.6, 4))
def moments(c, n):
    return sum([midpoint(lambda t: t**k * math.exp(-c * t), 0.0, 1.0, 5) for k in range(n)])


@program(case(X, 3))
def gram_matrix(w, n):
    basis = [lambda t, k=k: t**k for k in range(n)]
    G = np.array([[midpoint(lambda t: p(t) * q(t), 0.0, 1.0, 4) for q in basis] for p in basis])
    return w[:3] @ G @ w[:3] + w[3]


@program(case(X, 0.8))
def nearest_of_each(xs, q):
    found = [sorted(xs, key=lambda v: abs(v - c))[0] for c in (q, 1.0)]
    return found[0] * found[1]


@program(case(X))
def called_at_once(xs):
    return sum((lambda v, w=v: v * w)(2.0) * (lambda v: v * v)(v=v) for v in xs)


@program(case(0.4))
def late_binding(x):
    powers = [lambda t: t**k for k in range(3)]
    return powers[0](x) + 2.0 * powers[2](x * x)


@program(case(0.4))
def late_binding_in_two(x):
    rows = [[lambda t: t * i + j for j in range(2)] for i in range(3)]
    table = {k: lambda t: t * k * x for k in (1, 2)}
    return rows[0][0](x) * rows[1][1](x * x) + table[1](x)


@program(case(0.3))
def late_binding_of_functions(x):
    twice = [lambda t: f(f(t)) for f in (math.sin, math.cos)]
    return twice[0](x) * twice[1](x)


@program(case(0.4))
def names_of_their_own(x):
    inner = [[lambda t: t * k for k in range(3)][0] for k in range(5)]
    sums = [lambda t: t * sum([k for k in range(4)]) for k in range(2)]
    return inner[0](x) * sums[0](x)
