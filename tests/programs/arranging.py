"""Programs that sort, choose from and put together values whose number only the run tells."""

from __future__ import annotations

import copy
import functools
import heapq
import itertools
import math
import operator

import numpy as np

from tests.programs.registry import case, program

X = np.array([0.3, 1.2, 0.7, 2.1])


@program(case(np.array([[2.0, 1.0, 0.5], [4.0, 3.0, 1.0], [1.0, 5.0, 2.0]])))
def determinant_with_pivots(m):
    a = m.copy()
    n = a.shape[0]
    det = 1.0
    for col in range(n):
        pivot = max(range(col, n), key=lambda r: abs(a[r, col]))
        if pivot != col:
            a[[col, pivot]] = a[[pivot, col]]
            det = -det
        det *= a[col, col]
        for r in range(col + 1, n):
            a[r, col:] -= a[r, col] / a[col, col] * a[col, col:]
    return det


@program(case(X))
def weights_by_rank(x):
    order = sorted(range(len(x)), key=lambda i: x[i])
    return sum((k + 1) * x[i] for k, i in enumerate(order))


@program(case(X, np.array([3, 1, 2, 5])))
def samples_in_time_order(x, t):
    pairs = sorted(zip(t, x), key=lambda p: p[0], reverse=True)
    total = 0.0
    for k, (a, b) in enumerate(pairs):
        total += b ** (k + 1) * a
    return total


@program(case([0.3, 1.2, 0.7], 3), case([0.3, 1.2], 0))
def a_list_sorted_in_place(xs, n):
    values = [v * v for v in xs]
    values.sort(key=lambda v: -v)
    for k in range(n):
        values.append(2.0 + k * values[-1])
    values.sort(key=lambda v: math.cos(v))
    first = values[0]
    values.sort(reverse=True)
    return values[0] * 3 + values[1] + first**2


@program(case(X))
def the_largest_with_its_place(x):
    found = []
    for i in range(len(x)):
        found.append((x[i] * math.sin(x[i]), i))
    value, i = max(found)
    low, j = min((v, i) for i, v in enumerate(x))
    return value * (i + 1) + sorted(found)[0][0] + low * (j + 3)


@program(case(X, 2.0), case(X, 0.5))
def the_largest_of_some(x, limit):
    return max((v * v for v in x if v > limit), default=limit) + min(x, key=lambda v: abs(v - 1.0))


@program(case(X))
def energies_of_pairs(x):
    total = 0.0
    for i, j in itertools.combinations(range(len(x)), 2):
        total += 1.0 / abs(x[i] - x[j])
    return total + sum(a * b * c for a, b, c in itertools.combinations(x, 3))


@program(case(X))
def products_and_permutations(x):
    total = sum(math.sin(a - b) for a, b in itertools.product(x, repeat=2))
    total += sum(a * i for a, i in itertools.product(x, range(len(x))))
    total += sum(a * b**2 for a, b in itertools.permutations(x, 2))
    return total + sum(a / b for a, b in itertools.combinations_with_replacement(x, 2))


@program(case(X))
def running_totals(x):
    total = sum(v * v for v in itertools.accumulate(x))
    total += list(itertools.accumulate(x, operator.mul))[-1]
    total += sum(itertools.accumulate(x, lambda a, b: 0.5 * a + b, initial=1.0))
    return total + sum((b - a) ** 2 for a, b in itertools.pairwise(x))


@program(case(X, 2), case(X, 0))
def parts_of_a_stream(x, n):
    total = sum(v * (i + 1) for i, v in enumerate(itertools.chain(x, x[::-1], [1.0, 2.0])))
    total += sum(itertools.islice(x, 1, 3)) + sum(v**2 for v in itertools.islice(x, n))
    return total + sum(a * b for a, b in itertools.zip_longest(x, x[:2], fillvalue=1.5))


@program(case(X))
def filtered_streams(x):
    total = sum(itertools.takewhile(lambda v: v < 2.0, x))
    total += sum(v**2 for v in itertools.dropwhile(lambda v: v < 1.0, x))
    total += sum(filter(lambda v: v > 0.5, x)) * sum(itertools.filterfalse(lambda v: v > 0.5, x))
    total += sum(itertools.compress(x, [1, 0, 1, 0]))
    return total + sum(itertools.starmap(lambda a, b: a * b, zip(x, x[1:])))


@program(case(X))
def folds(x):
    product = functools.reduce(lambda a, b: a * b, x)
    horner = functools.reduce(lambda acc, c: acc * 0.5 + c, reversed(x), 0.0)
    return product + horner**2


@program(case(X))
def signs_by_turns(x):
    return sum(s * v * v for s, v in zip(itertools.cycle((1.0, -1.0)), x))


@program(case(X))
def a_heap_of_values(x):
    heap = []
    for v in x:
        heapq.heappush(heap, v * v)
    heapq.heappushpop(heap, x[0])
    heapq.heapreplace(heap, x[1] * 3.0)
    total, k = 0.0, 1
    while heap:
        total += k * heapq.heappop(heap)
        k += 1
    return total


@program(case(X, np.array([3, 1, 2, 0])))
def tasks_by_priority(x, priorities):
    heap = []
    for i, q in enumerate(priorities):
        heapq.heappush(heap, (int(q), i))
    t = 1.0
    while heap:
        q, i = heapq.heappop(heap)
        t = t * x[i] + q
    return t


@program(case(X))
def merging_the_two_smallest(x):
    heap = [v for v in x]
    heapq.heapify(heap)
    cost = 0.0
    while len(heap) > 1:
        a = heapq.heappop(heap)
        b = heapq.heappop(heap)
        cost += a + b
        heapq.heappush(heap, a + b)
    return cost * heap[0] + sum(heapq.nlargest(2, x)) * sum(v**2 for v in heapq.nsmallest(3, x))


@program(case([1.0, 2.0, 0.5]))
def copies_of_lists(v):
    w = copy.copy(v)
    w[0] = w[1] * v[0]
    d = copy.deepcopy({"a": v, "b": [v, w]})
    d["a"][1] = 3.0 * v[2]
    return sum(w) + d["a"][1] * d["b"][1][0] + d["b"][0][1] * v[1]


@program(case(X))
def copies_of_arrays(x):
    y = copy.copy(x)
    y[0] = x[1] * 2
    z = copy.deepcopy((x, [y]))
    z[1][0][1] *= y[0]
    return np.sum(z[0] * y * x) + z[1][0][1] * y[1]


class Particle:
    def __init__(self, x, v):
        self.x = x
        self.v = v
        self.trace = [x]

    def step(self, dt):
        self.x = self.x + self.v * dt
        self.v = self.v - self.x * dt
        self.trace.append(self.x)


@program(case(0.4))
def copies_of_objects(x):
    p = Particle(x, 1.0)
    q = copy.copy(p)
    q.step(0.1)
    r = copy.deepcopy(q)
    r.step(0.2)
    return p.x * q.x * r.v + sum(p.trace) * sum(r.trace)
