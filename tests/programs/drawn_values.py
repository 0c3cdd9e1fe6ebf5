"""Programs that draw some of the values they are given: bootstraps, shuffles, samples."""

from __future__ import annotations

import random

import numpy as np

from tests.programs.registry import case, program

X = np.array([0.3, -0.2, 0.5, 1.1, -0.7])


@program(case(X))
def bootstrap_interval(data):
    rng = np.random.RandomState(12)
    stats = []
    for _ in range(6):
        sample = rng.choice(data, size=len(data), replace=True)
        stats.append(np.mean(sample) / (np.std(sample, ddof=1) + 1e-3))
    low, high = np.percentile(stats, [2.5, 97.5])
    return high - low


@program(case(X))
def in_another_order(x):
    rng = np.random.default_rng(2)
    y = rng.permutation(x)
    z = x.copy()
    rng.shuffle(z)
    m = np.outer(x, x)
    rng.shuffle(m)
    w = [v**2 for v in x]
    rng.shuffle(w)
    pair = [x[0], 2.0 * x[1]]
    rng.shuffle(pair)
    return y[0] * z[1] + m[0, 1] + w[0] * 3.0 + pair[0] * w[1]


@program(case(X))
def some_of_several(x):
    rng = np.random.default_rng(5)
    one = rng.choice(x)
    two = rng.choice([x[0], x[1], 3.0], 2, replace=False)
    four = rng.choice(x, size=(2, 2), p=np.ones(len(x)) / len(x))
    signs = rng.choice([-1, 1], size=3)
    return one**2 + two[0] * two[1] + np.sum(four**2) * signs[0]


@program(case(X))
def with_the_module_random(x):
    rng = random.Random(4)
    xs = list(x)
    rng.shuffle(xs)
    a = rng.sample(xs, 2)
    b = rng.choices(xs, k=3)
    c = rng.choice(xs)
    order = list(range(len(xs)))
    rng.shuffle(order)
    some = rng.sample(range(10), 3)
    return xs[0] * a[0] + b[1] * b[2] * a[1] + c**2 + x[order[0]] * some[0]
