"""Programs with dicts whose keys only the run tells, with defaultdict, Counter and deque."""

from __future__ import annotations

import heapq
import math
from collections import Counter, OrderedDict, defaultdict, deque
from functools import cache, lru_cache

import numpy as np

from tests.programs.registry import case, program

X = np.array([0.3, 1.2, 0.7, 2.1])
L = [3, 1, 3, 2]
GRAPH = {0: [1, 2], 1: [3], 2: [3], 3: []}
TEXT = "the cat and the dog and the bird"


@program(case(0.7, 6))
def memo_fib(x, n):
    memo = {}

    def fib(k):
        if k in memo:
            return memo[k]
        if k < 2:
            return x * k
        memo[k] = fib(k - 1) + x * fib(k - 2)
        return memo[k]

    return fib(n)


def fib_arg(n, x, memo):
    if n in memo:
        return memo[n]
    if n <= 1:
        result = x**n
    else:
        result = fib_arg(n - 1, x, memo) + math.sin(x) * fib_arg(n - 2, x, memo)
    memo[n] = result
    return result


@program(case(0.7, 6))
def memo_fib_argument(x, n):
    return fib_arg(n, x, {})


def fib_def(n, x, memo=None):
    if memo is None:
        memo = {}
    if n in memo:
        return memo[n]
    if n <= 2:
        return x
    memo[n] = fib_def(n - 1, x, memo) + 0.5 * fib_def(n - 2, x, memo)
    return memo[n]


@program(case(0.7, 6))
def memo_fib_default(x, n):
    return fib_def(n, x)


@program(case(0.7, 6))
def fib_lru(x, n):
    @lru_cache(maxsize=None)
    def fib(k):
        if k < 2:
            return x if k else 1.0
        return fib(k - 1) * 0.5 + fib(k - 2) * x

    return fib(n)


@cache
def legendre(n, x):
    if n == 0:
        return 1.0
    if n == 1:
        return x
    return ((2 * n - 1) * x * legendre(n - 1, x) - (n - 1) * legendre(n - 2, x)) / n


@program(case(0.3, 5))
def cached_legendre(x, n):
    return legendre(n, x)


@program(case(0.4, 5))
def catalan_table(x, n):
    C = {0: 1.0}
    for i in range(1, n + 1):
        C[i] = 0.0
        for j in range(i):
            C[i] += C[j] * C[i - 1 - j] * x
    return C[n]


@program(case(X, np.array([0, 1, 0, 2])))
def group_sums(x, labels):
    sums = {}
    for v, l in zip(x, labels):
        if l in sums:
            sums[l] += v
        else:
            sums[l] = v
    return sum(s**2 for s in sums.values())


@program(case(X, [0, 1, 0, 2]))
def group_sums_get(x, labels):
    totals = {}
    for i, l in enumerate(labels):
        totals[l] = totals.get(l, 0.0) + x[i]
    return sum(v * v for v in totals.values())


@program(case(X, np.array([0, 1, 0, 2])))
def group_default(x, labels):
    sums = defaultdict(float)
    counts = defaultdict(int)
    for v, l in zip(x, labels):
        sums[l] += v
        counts[l] += 1
    return sum((sums[k] / counts[k]) ** 2 for k in sums)


@program(case(X))
def moving_average(x):
    window = deque(maxlen=3)
    out = []
    for v in x:
        window.append(v)
        out.append(sum(window) / len(window))
    return sum(o**2 for o in out)


@program(case(X, 2))
def moving_average_n(x, n):
    window = deque([], n)
    total = 0.0
    result = 0.0
    for v in x:
        if len(window) == n:
            total -= window.popleft()
        window.append(v)
        total += v
        result += (total / len(window)) ** 2
    return result


@program(case(X))
def bfs(x):
    dist = {0: x[0]}
    queue = deque([0])
    while queue:
        u = queue.popleft()
        for v in GRAPH[u]:
            if v not in dist:
                dist[v] = dist[u] + x[v] ** 2
                queue.append(v)
    return sum(dist.values())


@program(case({0: {1: 1.0, 2: 4.0}, 1: {2: 2.0, 3: 5.5}, 2: {3: 1.0}, 3: {}}, 0, 3))
def dijkstra_ints(graph, start, goal):
    dist = {start: 0.0}
    queue = [(0.0, start)]
    while queue:
        d, u = heapq.heappop(queue)
        if u == goal:
            return d
        if d > dist[u]:
            continue
        for v, w in graph[u].items():
            nd = d + w
            if v not in dist or nd < dist[v]:
                dist[v] = nd
                heapq.heappush(queue, (nd, v))
    return dist[goal]


@program(case({(0, 0): 2.0, (0, 1): 1.0, (1, 1): 3.0, (2, 0): 0.5}, X[:3]))
def sparse_matvec(A, v):
    out = {}
    for (i, j), a in A.items():
        out[i] = out.get(i, 0.0) + a * v[j]
    return sum(val**2 for val in out.values())


@program(case(X, 4))
def sparse_tridiag(x, n):
    A = {}
    for i in range(n):
        A[i, i] = 2.0 + x[i]
        if i > 0:
            A[i, i - 1] = -x[i - 1]
            A[i - 1, i] = -1.0
    v = [1.0] * n
    for _ in range(3):
        new = [0.0] * n
        for (i, j), a in A.items():
            new[i] += a * v[j]
        v = new
    return sum(v)


@program(case(0.85, {0: [1, 2], 1: [2], 2: [0], 3: [0, 2]}, 4))
def pagerank_default(d, links, iters):
    n = len(links)
    ranks = {p: 1 / n for p in links}
    for _ in range(iters):
        nr = defaultdict(float)
        for page, outs in links.items():
            share = ranks[page] / len(outs)
            for o in outs:
                nr[o] += share
        ranks = {p: (1 - d) / n + d * nr[p] for p in links}
    return max(ranks.values()) + ranks[0] ** 2


@program(case({"the": 0.3, "cat": 1.2, "and": 0.5, "dog": 2.0, "bird": 0.1}))
def word_scores(weights):
    counts = Counter(TEXT.split())
    total = sum(counts.values())
    return (
        sum(weights[w] * c / total for w, c in counts.items()) + counts["cat"] * weights["cat"] ** 2
    )


@program(case(X))
def counter_acc(x):
    c = Counter()
    for i, v in enumerate(x):
        c[i % 2] += v
    return c[0] * c[1] + c.total() if hasattr(c, "total") else c[0]


@program(case({"a": 1.0, "b": 2.0}))
def ordered(p):
    od = OrderedDict()
    od["x"] = p["a"] * p["b"]
    od["y"] = p["b"] ** 2
    od.move_to_end("x")
    k, v = od.popitem()
    return v * 2 + sum(od.values())


@program(case(X))
def inverse_index(x):
    best = {}
    for i in range(len(x)):
        best[i] = max(x[: i + 1])
    return sum(best[k] * k for k in sorted(best))


@program(case([2.0, 3.0, 1.5], [60, 100, 120], [10, 20, 30], 50))
def knapsack_memo(scale, values, weights, cap):
    memo = {}

    def solve(i, w):
        if i == len(values):
            return 0.0
        if (i, w) in memo:
            return memo[(i, w)]
        best = solve(i + 1, w)
        if weights[i] <= w:
            best = max(best, values[i] * scale[i] + solve(i + 1, w - weights[i]))
        memo[(i, w)] = best
        return best

    return solve(0, cap)


@program(case(0.3, 4, 3))
def binomial_memo(x, n, k):
    cache_ = {}

    def b(n, k):
        if k == 0 or k == n:
            return 1.0
        if (n, k) not in cache_:
            cache_[n, k] = x * b(n - 1, k - 1) + (1 - x) * b(n - 1, k)
        return cache_[n, k]

    return b(n, k)


@program(case(0.9, 12))
def collatz_values(x, n):
    value = {1: x}

    def f(k):
        if k not in value:
            value[k] = x + 0.9 * f(k // 2 if k % 2 == 0 else 3 * k + 1)
        return value[k]

    return f(n)


@program(case(X, [2, 0, 3, 1]))
def permuted_dict(x, perm):
    d = {}
    for i, p_ in enumerate(perm):
        d[p_] = x[i]
    return sum(d[k] * (k + 1) ** 2 for k in range(len(perm)))


@program(case(X))
def polynomial_dict(c):
    poly = {}
    for i, a in enumerate(c):
        poly[i] = a
    sq = {}
    for i, a in poly.items():
        for j, b in poly.items():
            sq[i + j] = sq.get(i + j, 0) + a * b
    return sum(v * 0.5**k for k, v in sq.items())


@program(case(X))
def rotate_deque(x):
    d = deque(x)
    s = 0.0
    for k in range(len(x)):
        s += d[0] * (k + 1)
        d.rotate(1)
    d.appendleft(s)
    return d[0] * d[-1] + d.pop()


@program(case(0.5, 6))
def recurrence_deque(x, n):
    hist = deque([1.0, x], maxlen=2)
    for _ in range(n):
        hist.append(x * hist[-1] + 0.5 * hist[0])
    return hist[-1]


@program(case(X, [1, 2, 2, 1]))
def softmax_groups(x, seg):
    z = {}
    for s, v in zip(seg, x):
        z[s] = z.get(s, 0.0) + math.exp(v)
    return sum(v - math.log(z[s]) for s, v in zip(seg, x))


@program(case(X, L))
def one_table_with_two_names(x, labels):
    d = {}
    e = d
    for l, v in zip(labels, x):
        d[l] = v
    e[labels[0]] = 5.0 * x[1]
    return sum(d.values()) * len(e)


@program(case(X, L))
def tables_copied(x, labels):
    d = {}
    for l, v in zip(labels, x):
        d[l] = v
    e = d.copy()
    f = dict(d)
    for l in labels:
        e[l] = e[l] * 2
    f[99] = x[0]
    d[77] = x[1]
    return sum(d.values()) + 3 * sum(e.values()) + f[99] * len(f) + len(d) * d[77]


@program(case(X, L))
def arrays_in_a_table(x, labels):
    d = {}
    for l in labels:
        if l not in d:
            d[l] = np.zeros(4)
        d[l] += x * l
    g = d[labels[0]]
    return np.sum(g**2) + sum(np.sum(v) for v in d.values())


@program(case(X, L))
def a_table_changed_in_its_loop(x, labels):
    d = {}
    for l, v in zip(labels, x):
        d[l] = v
    total = sum(d.values())
    for k in d:
        d[k] /= total
    for k, v in d.items():
        d[k] = v * v
        d[labels[0]] += 0.1 * v
    return sum(k * v for k, v in d.items())


@program(case(X, L))
def keys_deleted(x, labels):
    d = {}
    for l, v in zip(labels, x):
        d[l] = d.get(l, 0) + v
    del d[labels[1]]
    t = d.pop(labels[3])
    d[labels[1]] = t * 2
    s = 0.0
    for i, (k, v) in enumerate(d.items()):
        s += (i + 1) * k * v
    return s * t


def fill(d, labels, x):
    for l, v in zip(labels, x):
        d[l] = v * v
    return len(d)


@program(case(X, L))
def a_table_filled_by_a_callee(x, labels):
    d = {7: x[0]}
    n = fill(d, labels, x)
    return sum(d.values()) * n + d[7]


@program(case({1: 2.0, 2: 3.0}, 2))
def a_dict_that_was_given(d, k):
    d[k] = d[k] * d[1]
    d[k + 1] = d[1]
    return d[k] + sum(d.values())


class Bank:
    def __init__(self):
        self.accounts = {}

    def deposit(self, k, v):
        self.accounts[k] = self.accounts.get(k, 0.0) + v

    def total(self):
        return sum(v**2 for v in self.accounts.values())


@program(case(X, L))
def an_object_with_a_table(x, labels):
    b = Bank()
    for l, v in zip(labels, x):
        b.deposit(l, v)
    return b.total()


@program(case(X, L))
def keys_set_in_one_branch(x, labels):
    d = {0: 1.0}
    if x[0] > 0:
        d[labels[0]] = x[0]
    else:
        d[5] = x[1]
    if labels[1] in d:
        return d[0]
    return d.get(labels[0], 3.0) * x[2] + d.get(5, x[3])


@program(case(X, L))
def tuples_in_a_table(x, labels):
    d = {}
    for l, v in zip(labels, x):
        n, s = d.get(l, (0, 0.0))
        d[l] = (n + 1, s + v)
    return sum(s / n for n, s in d.values())


@program(case(X, L))
def pairs_as_keys(x, labels):
    d = {}
    for i, l in enumerate(labels):
        for j, m in enumerate(labels):
            d[l, m] = d.get((l, m), 0.0) + x[i] * x[j] ** 2
    return sum((a - 2 * b) * v for (a, b), v in d.items())


@program(case(X, L))
def a_table_sorted(x, labels):
    d = {}
    for l, v in zip(labels, x):
        d[l] = v
    out = 0.0
    for r, (k, v) in enumerate(sorted(d.items(), key=lambda kv: -kv[1])):
        out += (r + 1) * v * k
    best = max(d, key=d.get)
    low = min(d.items(), key=lambda kv: kv[1])[1]
    for k in sorted(d):
        out = out * 0.5 + d[k]
    return out + best * d[best] + low


@program(case(X, L))
def comprehensions_of_dicts(x, labels):
    d = {l: v for l, v in zip(labels, x)}
    e = {k: v * v for k, v in d.items() if k > 1}
    m = {i: x[i] for i in range(len(x))}
    inv = {v: k for k, v in enumerate(labels)}
    return sum(e.values()) + m[2] * m[len(x) - 1] + x[inv[labels[2]]]


@program(case(X, L))
def a_default_that_is_multiplied(x, labels):
    d = defaultdict(lambda: 1.0)
    for l, v in zip(labels, x):
        d[l] *= v
    y = d[55]
    return sum(d.values()) + y * len(d)


@program(case(X, L))
def counts_by_label(x, labels):
    c = Counter(labels)
    t = Counter()
    for l, v in zip(labels, x):
        t[l] += v
    return sum(c[l] * v for l, v in zip(labels, x)) + t.most_common(1)[0][1] ** 2 + c[99]


@program(case(X, L))
def tables_updated(x, labels):
    d = {}
    d.update(zip(labels, x))
    d.update({3: x[0] * 2})
    e = {4: x[1]}
    e.update(d)
    return sum(e.values()) + len(e) + d.setdefault(labels[0], 0.0) + d.setdefault(8, x[3])


@program(case(X, L, 3))
def a_table_made_anew_in_each_step(x, labels, n):
    prob = {}
    for l, v in zip(labels, x):
        prob[l] = v
    for _ in range(n):
        new = {}
        for k, v in prob.items():
            new[k] = new.get(k, 0.0) + 0.5 * v
            new[k + 1] = new.get(k + 1, 0.0) + 0.5 * v * v
        prob = new
    return sum(k * v for k, v in prob.items())


@program(case(X, 3))
def residues(x, n):
    d = {}
    for i in range(40):
        d[i % n] = d.get(i % n, 0.0) + x[i % 4]
    return d[0] * d[1] + d[2] ** 2


@program(case(X, L))
def a_key_that_is_missing(x, labels):
    d = {}
    for l, v in zip(labels, x):
        d[l] = v
    try:
        y = d[2]
    except KeyError:
        y = 0.0
    return y * y


@program(case(X, L))
def what_was_visited(x, labels):
    seen = {}

    def visit(i):
        if labels[i] in seen:
            return seen[labels[i]]
        seen[labels[i]] = x[i] ** 2
        return 0.0

    return sum(visit(i) for i in range(len(labels))) + sum(seen.values())


@program(case(X, L))
def a_queue_of_pairs(x, labels):
    q = deque()
    for l, v in zip(labels, x):
        q.append((l, v))
    q.appendleft((9, x[0]))
    t = 0.0
    while q:
        k, v = q.popleft()
        t = t * 0.5 + k * v
        if k == 3 and len(q) < 3:
            q.append((1, v * v))
    return t
