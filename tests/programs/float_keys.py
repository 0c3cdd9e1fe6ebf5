"""Dicts whose keys are floats, or rows of ints, that only the run tells."""

import math
from collections import defaultdict

import numpy as np

from tests.programs.registry import case, program

RATES = np.array([0.02, 0.025, 0.03])
TIMES = np.array([0.5, 1.0, 2.5, 4.0])


class Curve:
    """Discount factors at some times."""

    def __init__(self):
        self.points = {0.0: 1.0}

    def add(self, t, factor):
        self.points[t] = factor

    def at(self, t):
        if t in self.points:
            return self.points[t]
        times = sorted(self.points)
        for a, b in zip(times, times[1:]):
            if a < t < b:
                w = (t - a) / (b - a)
                return self.points[a] ** (1 - w) * self.points[b] ** w
        return self.points[times[-1]]


@program(case(RATES))
def bootstrapped_curve(rates):
    curve, annuity = Curve(), 0.0
    for k, r in enumerate(rates):
        factor = (1 - r * annuity) / (1 + r)
        curve.add(float(k + 1), factor)
        annuity += factor
    return curve.at(2.5) + curve.at(1.0) * curve.at(7.0)


@program(case(0.7, TIMES), case(-0.3, TIMES[:1]))
def history_by_time(x, times):
    seen = {}
    for t in times:
        seen[t] = x * math.exp(-t)
        x = x + seen[t] ** 2
    return sum(t * v for t, v in seen.items()) + seen[times[0]] + len(seen)


@program(case(TIMES, 0.7))
def keys_that_vary(times, x):
    """What is read from a key has its derivative."""
    heights = {}
    for t in times:
        heights[t * t] = x * t
    total = 0.0
    for u in heights:
        total += np.sqrt(u) * heights[u]
    return total + max(heights) * min(heights)


@program(case(np.array([0.4, 0.9, 0.4, 1.3, 0.9]), 0.3), wrt=1)
def keys_that_come_again(xs, a):
    sums = {}
    for k, x in enumerate(xs):
        sums[x] = sums.get(x, a) * 0.5 + k
    return sum(u * v for u, v in sums.items()) + len(sums) * a


@program(case(np.array([0.4, 0.9, 0.4, 1.3]), 0.3), wrt=1)
def lists_under_floats(xs, a):
    groups = {}
    for k, x in enumerate(xs):
        groups.setdefault(x, []).append(a * k + x)
    return sum(key * sum(values) for key, values in groups.items())


@program(case(0.6, 3))
def keys_of_an_int_and_a_float(x, n):
    memo = {}

    def at(k, t):
        if k == 0:
            return math.sin(t)
        if (k, t) not in memo:
            memo[(k, t)] = at(k - 1, t) + t * at(k - 1, 0.5 * t)
        return memo[(k, t)]

    return at(n, x) + at(n - 1, 0.5 * x)


@program(case(0.6, TIMES))
def an_int_among_the_first_keys(x, times):
    table = {0: x, 1: x * x}
    for t in times:
        table[t] = table.get(t, 1.0) * x + t
    return sum(k * v for k, v in table.items())


@program(case(0.6, TIMES))
def taken_out_again(x, times):
    table = {t: x * t for t in times}
    first = table.pop(times[0])
    del table[times[-1]]
    return first * sum(table.values()) + sum(table)


@program(case(0.6, TIMES, True), case(0.6, TIMES, False))
def keys_in_two_arms(x, times, late):
    table = {}
    if late:
        table[times[1]] = x
    else:
        table[times[0] + x] = x * x
    total = 0.0
    for t, v in table.items():
        total += t * v
    return total


PLACES = np.array([[0.3, 1.2], [0.9, 1.4], [2.2, 0.4], [0.5, 1.9], [2.6, 0.1]])


@program(case(PLACES, 1.0), case(PLACES[:1], 0.5))
def cells_of_neighbours(places, size):
    """Tuples of as many ints as the places have coordinates."""
    cells = defaultdict(list)
    for k, p in enumerate(places):
        cells[tuple(int(c // size) for c in p)].append(k)
    energy = 0.0
    for (i, j), members in cells.items():
        for di in (-1, 0, 1):
            for dj in (-1, 0, 1):
                for other in cells.get((i + di, j + dj), []):
                    for k in members:
                        if k < other:
                            energy += 1.0 / (1.0 + np.sum((places[k] - places[other]) ** 2))
    return energy + np.sum(places[0])


@program(case(PLACES, 1.0))
def voxels(places, size):
    grid = {}
    for p in places:
        key = tuple(np.floor(p / size).astype(int))
        if key not in grid:
            grid[key] = 0.0
        grid[key] += p[0] * p[1]
    return sum(v * v for v in grid.values()) + grid.get((0, 1), 0.5) + len(grid)


@program(case(PLACES))
def first_of_each_cell(places):
    seen, total = set(), 0.0
    for p in places:
        key = tuple(np.floor(p).astype(int))
        if key in seen:
            continue
        seen.add(key)
        total += p[0] * len(seen)
    for rank, (i, _) in enumerate(seen):
        total += places[i, 1] * rank
    return total
