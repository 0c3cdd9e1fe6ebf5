"""Programs with sets, dicts of lists, graphs and groups that only the run tells."""

from __future__ import annotations

import bisect
import copy
import heapq
import math
import operator
from collections import defaultdict, deque, namedtuple
from functools import lru_cache, partial, reduce
from itertools import groupby

import numpy as np

from tests.programs.registry import case, program

X = np.array([0.3, 1.2, 0.7, 2.1])
L = [3, 1, 3, 2]
X5 = np.array([0.713, 1.327, 0.441, 2.117, 0.933])
W5 = np.abs(np.outer(X5, X5)[::-1] + np.arange(25).reshape(5, 5) % 7 * 0.3)
EDGES = [(0, 1), (0, 2), (1, 2), (1, 3), (2, 3), (3, 4)]


@program(case(X, {0: [1, 2], 1: [3], 2: [3], 3: []}))
def dfs_visited(x, graph):
    visited = set()
    stack = [0]
    total = 0.0
    while stack:
        u = stack.pop()
        if u in visited:
            continue
        visited.add(u)
        total = total * 0.5 + x[u]
        for v in graph[u]:
            if v not in visited:
                stack.append(v)
    return total


@program(case(X, [[1, 2], [3], [3], []]))
def dfs_recursive(x, adj):
    seen = set()

    def visit(u):
        if u in seen:
            return 0.0
        seen.add(u)
        s = x[u]
        for v in adj[u]:
            s += 0.5 * visit(v)
        return s

    return visit(0)


@program(case([[0.0, 2.0, 9.0], [2.0, 0.0, 3.0], [9.0, 3.0, 0.0]]))
def prim(w):
    n = len(w)
    in_tree = {0}
    total = 0.0
    while len(in_tree) < n:
        best = None
        for i in in_tree:
            for j in range(n):
                if j not in in_tree and (best is None or w[i][j] < best[0]):
                    best = (w[i][j], j)
        total += best[0]
        in_tree.add(best[1])
    return total


@program(case(X, np.array([1.0, 2.0, 3.0])))
def lru_distance(x, y):
    @lru_cache(None)
    def d(i, j):
        c = abs(x[i] - y[j])
        if i == 0 and j == 0:
            return c
        if i == 0:
            return c + d(0, j - 1)
        if j == 0:
            return c + d(i - 1, 0)
        return c + min(d(i - 1, j), d(i, j - 1), d(i - 1, j - 1))

    return d(len(x) - 1, len(y) - 1)


@program(case(np.array([[0.1, 0.2], [1.0, 1.1], [0.3, 0.1], [1.2, 0.8]]), np.array([0, 1, 0, 1])))
def class_means_unique(x, y):
    means = {}
    for c in np.unique(y):
        means[c] = np.mean(x[y == c], axis=0)
    loss = 0.0
    for xi, yi in zip(x, y):
        loss += np.sum((xi - means[yi]) ** 2)
    return loss


@program(case(np.array([[0.1, 0.2], [1.0, 1.1], [0.3, 0.1], [1.2, 0.8]]), 2))
def kmeans_dict(x, k):
    centers = {i: x[i] for i in range(k)}
    for _ in range(2):
        clusters = {i: [] for i in range(k)}
        for p_ in x:
            j = min(centers, key=lambda i: np.sum((p_ - centers[i]) ** 2))
            clusters[j].append(p_)
        centers = {i: sum(c) / len(c) for i, c in clusters.items()}
    return np.sum(centers[0] * centers[1])


@program(case(X, [0, 1, 0, 1]))
def centroid_counts(x, labels):
    sums = defaultdict(lambda: 0.0)
    counts = defaultdict(lambda: 0)
    for i in range(len(labels)):
        sums[labels[i]] += x[i]
        counts[labels[i]] += 1
    return sum((sums[l] / counts[l]) ** 3 for l in sums.keys())


@program(case(X, 3))
def ewma_deque(x, n):
    buf = deque(maxlen=n)
    out = []
    for v in x:
        buf.append(v)
        m = sum(buf) / len(buf)
        var = sum((b - m) ** 2 for b in buf) / len(buf)
        out.append(m + math.sqrt(var + 1.0))
    return np.mean(out)


@program(case(X))
def monotonic_max(x):
    k = 2
    dq = deque()
    res = []
    for i in range(len(x)):
        while dq and dq[0] <= i - k:
            dq.popleft()
        while dq and x[dq[-1]] < x[i]:
            dq.pop()
        dq.append(i)
        if i >= k - 1:
            res.append(x[dq[0]])
    return sum(r**2 for r in res)


@program(case(0.4, 4, 3))
def bspline(x, n, k):
    t = [0.0, 0.1, 0.25, 0.5, 0.6, 0.75, 0.9, 1.0]

    @lru_cache(maxsize=None)
    def B(i, p_):
        if p_ == 0:
            return 1.0 if t[i] <= x < t[i + 1] else 0.0
        a = (x - t[i]) / (t[i + p_] - t[i]) * B(i, p_ - 1)
        b = (t[i + p_ + 1] - x) / (t[i + p_ + 1] - t[i + 1]) * B(i + 1, p_ - 1)
        return a + b

    return sum(B(i, k) * (i + 1) for i in range(n))


@program(case({1: 0.5, 2: -1.0, 0: 2.0}, {0: 1.0, 3: 0.7}), wrt=(0, 1))
def poly_mul(p1, p2):
    res = defaultdict(float)
    for e1, c1 in p1.items():
        for e2, c2 in p2.items():
            res[e1 + e2] += c1 * c2
    return sum(c * 0.7**e for e, c in sorted(res.items()))


@program(case({"x": 1.0, "y": 2.0}))
def sgd_momentum(params):
    velocity = defaultdict(float)
    for step in range(5):
        grads = {"x": 2 * params["x"], "y": params["y"] ** 2}
        for k in params:
            velocity[k] = 0.9 * velocity[k] - 0.1 * grads[k]
        params = {k: v + velocity[k] for k, v in params.items()}
    return params["x"] + params["y"]


@program(case(X, np.array([0, 0, 1, 1])))
def groupby_labels(x, labels):
    total = 0.0
    for k, g in groupby(range(len(x)), key=lambda i: labels[i]):
        total += max(x[i] for i in g) * (k + 1)
    return total


@program(case([("a", 1.0), ("a", 2.0), ("b", 3.0)]))
def groupby_names(rows):
    total = 1.0
    for k, g in groupby(rows, key=lambda r: r[0]):
        total *= sum(v for _, v in g)
    return total


@program(case([("a", 1.0), ("b", 2.0), ("a", 3.0)]))
def groupby_sorted(rows):
    total = 1.0
    for k, g in groupby(sorted(rows, key=operator.itemgetter(0)), key=operator.itemgetter(0)):
        total *= sum(v for _, v in list(g))
    return total


@program(case(0.7))
def expr_eval(x):
    stack = []
    for tok in "x x * 2 x + / sin".split():
        if tok == "x":
            stack.append(x)
        elif tok in {"*", "+", "/"}:
            b = stack.pop()
            a = stack.pop()
            ops = {"*": lambda a, b: a * b, "+": lambda a, b: a + b, "/": lambda a, b: a / b}
            stack.append(ops[tok](a, b))
        elif tok == "sin":
            stack.append(math.sin(stack.pop()))
        else:
            stack.append(float(tok))
    return stack[0]


@program(case(X))
def running_median(x):
    lo, hi = [], []
    total = 0.0
    for v in x:
        heapq.heappush(lo, -v)
        heapq.heappush(hi, -heapq.heappop(lo))
        if len(hi) > len(lo):
            heapq.heappush(lo, -heapq.heappop(hi))
        total += -lo[0] if len(lo) > len(hi) else 0.5 * (hi[0] - lo[0])
    return total


@program(case([5.0, 9.0, 12.0, 13.0]))
def huffman(freqs):
    heap = [(f, i) for i, f in enumerate(freqs)]
    heapq.heapify(heap)
    cost = 0.0
    n = len(heap)
    while len(heap) > 1:
        f1, _ = heapq.heappop(heap)
        f2, _ = heapq.heappop(heap)
        cost += f1 + f2
        heapq.heappush(heap, (f1 + f2, n))
        n += 1
    return cost**2


@program(case(np.array([[1.0, 3.0, 1.0], [1.5, 5.0, 1.2], [4.0, 2.0, 1.1]])))
def grid_dijkstra(cost):
    n, m = cost.shape
    dist = {(0, 0): cost[0, 0]}
    heap = [(cost[0, 0], 0, 0)]
    done = set()
    while heap:
        d, i, j = heapq.heappop(heap)
        if (i, j) in done:
            continue
        done.add((i, j))
        if (i, j) == (n - 1, m - 1):
            return d
        for di, dj in [(1, 0), (0, 1), (-1, 0), (0, -1)]:
            a, b = i + di, j + dj
            if 0 <= a < n and 0 <= b < m:
                nd = d + cost[a, b]
                if nd < dist.get((a, b), float("inf")):
                    dist[(a, b)] = nd
                    heapq.heappush(heap, (nd, a, b))
    return 0.0


@program(case(np.array([[1.0, 3.0, 1.0], [1.5, 5.0, 1.2], [4.0, 2.0, 1.1]])))
def min_path_memo(grid):
    memo = {}

    def go(i, j):
        if i == 0 and j == 0:
            return grid[0, 0]
        if (i, j) in memo:
            return memo[i, j]
        best = float("inf")
        if i > 0:
            best = min(best, go(i - 1, j))
        if j > 0:
            best = min(best, go(i, j - 1))
        memo[i, j] = best + grid[i, j]
        return memo[i, j]

    return go(2, 2)


class Cache:
    def __init__(self, f):
        self.f = f
        self.data = {}

    def __call__(self, n):
        if n not in self.data:
            self.data[n] = self.f(n)
        return self.data[n]


@program(case(0.3, 3))
def cache_object(x, n):
    c = Cache(lambda k: x**k)
    return sum(c(i) * c(i + 1) for i in range(n))


def memoize(f):
    cache = {}

    def wrapper(*args):
        if args not in cache:
            cache[args] = f(*args)
        return cache[args]

    return wrapper


@program(case(0.3, 5))
def memo_decorator(x, n):
    @memoize
    def power(k):
        return x**k

    return power(n) + power(n) * power(2)


@program(case(X, [(0, 1), (1, 2), (2, 3), (3, 0)]))
def graph_laplacian(x, edges):
    nbrs = defaultdict(list)
    for a, b in edges:
        nbrs[a].append(b)
        nbrs[b].append(a)
    return sum((x[i] - sum(x[j] for j in nbrs[i]) / len(nbrs[i])) ** 2 for i in range(len(x)))


@program(case(X))
def reduce_dict(x):
    acc = reduce(lambda d, iv: {**d, iv[0]: iv[1] ** 2}, enumerate([x[0], x[1]]), {})
    return acc[0] * acc[1]


@program(case(X))
def chainmap_like(x):
    base = {"a": x[0], "b": x[1]}
    over = {"b": x[2]}
    merged = {**base, **over}
    m2 = base | over
    return merged["b"] * m2["a"] + sum(merged.values())


@program(case(X, 2))
def heap_k(x, k):
    heap = []
    for v in x:
        if len(heap) < k:
            heapq.heappush(heap, v)
        elif v > heap[0]:
            heapq.heapreplace(heap, v)
    return sum(heap)


@program(case(X))
def interp_bisect(x):
    xs = [0.0, 1.0, 2.0, 3.0]
    t = 0.0
    for v in x:
        i = bisect.bisect_right(xs, v) - 1
        w = (v - xs[i]) / (xs[i + 1] - xs[i])
        t += (1 - w) * i**2 + w * (i + 1) ** 2
    return t


@program(case(X))
def histogram_soft(x):
    bins = defaultdict(float)
    for v in x:
        b = int(v // 0.5)
        frac = v / 0.5 - b
        bins[b] += 1 - frac
        bins[b + 1] += frac
    return sum(c**2 for c in bins.values())


@program(case(X))
def event_queue(x):
    events = [(1.0, 0), (0.5, 1), (2.0, 2)]
    heapq.heapify(events)
    state = x[0]
    t = 0.0
    while events:
        when, kind = heapq.heappop(events)
        state = state * math.exp(-(when - t)) + x[kind + 1]
        t = when
        if kind == 0 and t < 1.5:
            heapq.heappush(events, (t + 0.7, 2))
    return state


@program(case(X, np.array([0, 1, 0, 2])))
def group_lists(x, labels):
    groups = defaultdict(list)
    for v, l in zip(x, labels):
        groups[l].append(v)
    total = 0.0
    for l in groups:
        m = sum(groups[l]) / len(groups[l])
        total += sum((v - m) ** 2 for v in groups[l])
    return total


@program(case(X))
def dict_setdefault(x):
    d = {}
    for i, v in enumerate(x):
        d.setdefault(i % 2, []).append(v)
    return sum(sum(g) ** 2 for g in d.values())


@program(case(X, np.array([0, 0, 1, 1])))
def runs_of_labels(x, labels):
    total = 0.0
    for k, g in groupby(zip(labels, x), key=lambda p: p[0]):
        total += sum(v for _, v in g) ** 2
    return total


@program(case(X, ["a", "b", "a", "c"]))
def group_by_name(x, names):
    groups = defaultdict(list)
    for v, n in zip(x, names):
        groups[n].append(v)
    return sum(max(g) * len(g) for g in groups.values())


@program(case(X))
def values_beside_texts(x):
    params = dict(zip(["a", "b", "c", "d"], x))
    fs = [np.sin, np.cos, np.exp]
    s = sum(f(v) for f, v in zip(fs, x))
    for i, (n, v) in enumerate(zip("abcd", x)):
        params[n] = params[n] * v + i
    x[1] = 0.0
    return s * params["a"] + params["d"] * params["b"] + x[1]


@program(case(X))
def an_array_written_beside_texts(x):
    y = x.copy()
    t = 0.0
    for n, v in zip(("a", "b", "c"), y):
        y[2] = t + v
        t += y[2] * (2 if n == "b" else 1)
        if t > 4.0:
            break
    return t * y[2]


@program(case(X, [0, 2, 0, 1]))
def means_of_classes(x, y):
    t = 0.0
    for c in sorted(set(y)):
        pts = [v for v, l in zip(x, y) if l == c]
        t = 2 * t + sum(pts) / len(pts)
    for c in set(y):
        t = t * 0.5 + x[c]
    return t * len(set(y))


@program(case(X, np.array([0, 2, 0, 1])))
def classes_of_an_array(x, y):
    t = 0.0
    for c in set(y):
        t = t * 0.5 + np.mean(x[y == c])
    return t + max(set(y)) * x[0]


@program(case(X, {0: {1: 1.0, 2: 4.0}, 1: {2: 2.0, 3: 5.5}, 2: {3: 1.0}, 3: {}}), wrt=1)
def dijkstra_unvisited(x, graph):
    dist = {v: float("inf") for v in graph}
    dist[0] = 0.0
    unvisited = set(graph)
    while unvisited:
        u = min(unvisited, key=lambda v: dist[v])
        unvisited.remove(u)
        for v, w in graph[u].items():
            if v in unvisited and dist[u] + w < dist[v]:
                dist[v] = dist[u] + w
    return dist[3] ** 2


@program(case(X, 3))
def sets_of_ints(x, n):
    s = {1, 2}
    s.add(3)
    s.discard(2)
    a = set()
    for i in range(n):
        a.add(i * 10)
        a.add(i)
    return sum(x[i] for i in sorted(s)) * len(a)


@program(case(X, {0: [1, 2], 1: [3], 2: [3], 3: []}))
def a_stack_and_a_set(x, graph):
    visited = set()
    stack = [0]
    total = 0.0
    while stack:
        u = stack.pop()
        visited.add(u)
        for v in graph[u]:
            if v not in visited:
                stack.append(v)
        total = total * 0.5 + x[u]
    return total


def mean(v):
    return sum(v) / len(v)


@program(case(X, L))
def variances_of_groups(x, labels):
    d = defaultdict(list)
    for l, v in zip(labels, x):
        d[l].append(v)
    t = 0.0
    for k, g in d.items():
        m = mean(g)
        for v in g:
            t += (v - m) ** 2 * k
    return t


@program(case(X, np.array(L)))
def groups_begun_by_a_test(x, labels):
    d = {}
    for i in range(len(x)):
        if labels[i] not in d:
            d[labels[i]] = []
        d[labels[i]].append(x[i])
    return sum(max(g) * len(g) for g in d.values()) + sum(d[3]) ** 2


@program(case(X, np.array(L)))
def groups_begun_by_a_list(x, labels):
    d = {}
    for l, v in zip(labels, x):
        if l in d:
            d[l].append(v)
        else:
            d[l] = [v]
    for k in sorted(d):
        d[k].append(2.0 * x[0])
    return sum(np.mean(d[k]) ** 2 for k in d)


@program(case(X, np.array(L)))
def groups_of_pairs(x, labels):
    d = defaultdict(list)
    for l, v in zip(labels, x):
        d[l].append((v, l))
    del d[1]
    d[7] += [(x[0], 2), (x[1], 3)]
    return sum(a * b for k in d for a, b in d[k])


@program(case(X, 2))
def buckets(x, k):
    buckets = {i: [] for i in range(k)}
    for i, v in enumerate(x):
        buckets[i % k].append(v)
    return sum(sum(b) ** 2 for b in buckets.values())


@program(case(X, np.array(L)))
def deep_copies_of_groups(x, labels):
    d = defaultdict(list)
    for l, v in zip(labels, x):
        d[l].append(v)
    e = copy.deepcopy(d)
    e[3].append(x[0])
    d[1].append(x[0] ** 2)
    return sum(sum(v) ** 2 for v in d.values()) + sum(sum(v) for v in e.values())


@program(case(X5))
def dijkstra_with_get(x):
    edges = [
        (0, 1, x[0]),
        (0, 2, x[1]),
        (1, 2, x[2]),
        (1, 3, x[3]),
        (2, 3, x[4]),
        (3, 4, x[0] * x[1]),
    ]
    g = {}
    for u, v, w in edges:
        g.setdefault(u, []).append((v, w))
        g.setdefault(v, []).append((u, w))
    dist = {0: 0.0}
    pq = [(0.0, 0)]
    seen = set()
    while pq:
        d, u = heapq.heappop(pq)
        if u in seen:
            continue
        seen.add(u)
        for v, w in g.get(u, []):
            nd = d + w
            if v not in dist or nd < dist[v]:
                dist[v] = nd
                heapq.heappush(pq, (nd, v))
    return sum((k * v for k, v in dist.items()))


@program(case(X5))
def lists_of_two_dicts_read(x):
    g = {}
    h = {}
    for i, v in enumerate(x):
        g.setdefault(int(v * 2) % 2, []).append(v)
        h.setdefault(int(v * 3) % 2, []).append(v * v)
    a = g[0]
    h[0].append(x[0])
    return sum(a) * sum(h[0]) + sum(g[1])


@program(case(X5))
def dict_written_in_loop_over_lists(x):
    g = {}
    for i, v in enumerate(x):
        g.setdefault(int(v * 2) % 2, []).append(i)
    d = {}
    for k in sorted(g):
        for j in g[k]:
            d[j] = d.get(j, 0.0) + x[j] * (k + 1)
    return sum(v * v for v in d.values())


@program(case(X5))
def known_graph_read_and_changed(x):
    g = {0: [1, 2], 1: [2], 2: []}
    k = int(x[0] * 1.5)
    t = 0.0
    for v in g.get(k, []):
        t += x[v]
    g[0].append(4)
    for v in g[0]:
        t += x[v] ** 2
    for u in g:
        t += len(g[u]) * x[u]
    return t


@program(case(X5))
def dijkstra_of_adjacency_lists(x):
    adj = [[] for _ in range(5)]
    for k, (u, v) in enumerate(EDGES):
        adj[u].append((v, x[k % 5]))
        adj[v].append((u, x[k % 5]))
    dist = [math.inf] * 5
    dist[0] = 0.0
    pq = [(0.0, 0)]
    while pq:
        d, u = heapq.heappop(pq)
        if d > dist[u]:
            continue
        for v, w in adj[u]:
            if dist[u] + w < dist[v]:
                dist[v] = dist[u] + w
                heapq.heappush(pq, (dist[v], v))
    return sum((d * d for d in dist))


@program(case(X5))
def neighbours(x):
    adj = [[] for _ in range(5)]
    for u, v in EDGES:
        adj[u].append(v)
        adj[v].append(u)
    t = 0.0
    for u in range(5):
        for v in adj[u]:
            t += x[u] * x[v] ** 2
    return t


@program(case(X5))
def neighbours_of_all(x):
    n = len(x)
    adj = [[] for _ in range(n)]
    for u, v in EDGES:
        adj[u].append(v)
        adj[v].append(u)
    t = 0.0
    for u in range(n):
        for v in adj[u]:
            t += x[u] * x[v] ** 2
    return t


@program(case(X5))
def sums_of_bins(x):
    bins = [[] for _ in range(3)]
    for v in x:
        bins[int(v * 2) % 3].append(v)
    return sum(((k + 1) * sum(b) ** 2 for k, b in enumerate(bins)))


@program(case(X5))
def bucket_sort(x):
    n = len(x)
    b = [[] for _ in range(n)]
    for v in x:
        b[int(n * v / 3)].append(v)
    out = []
    for c in b:
        out.extend(sorted(c))
    return sum((i * v * v for i, v in enumerate(out)))


@program(case(W5))
def dijkstra_of_matrix(w):
    n = len(w)
    adj = [[] for _ in range(n)]
    for i in range(n):
        for j in range(n):
            if i != j and w[i, j] < 1.5:
                adj[i].append((j, w[i, j]))
    dist = [math.inf] * n
    dist[0] = 0.0
    pq = [(0.0, 0)]
    while pq:
        d, u = heapq.heappop(pq)
        if d > dist[u]:
            continue
        for v, c in adj[u]:
            if dist[u] + c < dist[v]:
                dist[v] = dist[u] + c
                heapq.heappush(pq, (dist[v], v))
    return sum((d * d for d in dist if d < 100))


class Table:
    def __init__(self, **columns):
        self.columns = dict(columns)

    def __len__(self):
        return len(next(iter(self.columns.values())))

    def rows(self):
        names = list(self.columns)
        for i in range(len(self)):
            yield {n: self.columns[n][i] for n in names}

    def group_by(self, *keys):
        groups = defaultdict(list)
        for row in self.rows():
            groups[tuple(row[k] for k in keys)].append(row)
        return GroupBy(groups)


class GroupBy:
    AGGREGATES = {"sum": sum, "max": max, "mean": lambda v: sum(v) / len(v)}

    def __init__(self, groups):
        self.groups = groups

    def aggregate(self, **wanted):
        out = {}
        for key in sorted(self.groups):
            rows = self.groups[key]
            out[key] = {
                name: self.AGGREGATES[how]([row[column] for row in rows])
                for name, (column, how) in wanted.items()
            }
        return out


REGIONS = ["north", "south", "north", "west", "south"]
AMOUNTS = np.array([1.0, 2.5, 3.0, 4.0, 5.5])


@program(case(1.3, REGIONS, AMOUNTS))
def aggregates_of_groups(x, regions, amounts):
    table = Table(region=regions, amount=amounts * x)
    found = table.group_by("region").aggregate(total=("amount", "sum"), top=("amount", "max"))
    out = 0.0
    for (region,), row in found.items():
        out = 0.5 * out + row["total"] * row["top"] + len(region)
    return out


def collected(x, regions, amounts):
    groups = defaultdict(list)
    for i in range(len(amounts)):
        groups[regions[i]].append(amounts[i] * x)
    return groups


def northern(groups, power=1):
    return sum(v**power for v in groups["north"])


Named = namedtuple("Named", "groups power")


@program(case(1.3, REGIONS, AMOUNTS))
def groups_handed_on(x, regions, amounts):
    held = GroupBy(collected(x, regions, amounts))
    total = sum(held.groups["south"]) + northern(held.groups, 2)
    named = Named(collected(x * x, regions, amounts), 3)
    total += northern(*named) + operator.itemgetter("north")(named.groups)[1]
    total += partial(northern, held.groups)(power=2)
    first = reduce(lambda groups, k: groups, [1, 2], held.groups)
    return total * first["west"][0] + sum(map(northern, [held.groups]))
