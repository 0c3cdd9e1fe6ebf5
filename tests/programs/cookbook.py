"""Programs of the cookbook with collections, itertools and dicts: chains, tables, filters."""

from __future__ import annotations

import math
import operator
from collections import OrderedDict, defaultdict, deque
from functools import partial
from itertools import combinations, permutations, product

import numpy as np

from tests.programs.registry import case, program

X = np.array([0.3, 1.2, 0.7, 2.1])
L = [3, 1, 3, 2]


@program(case(X, "the cat sat on the mat the end".split()))
def bigram(x, words):
    counts = defaultdict(lambda: defaultdict(float))
    for i, (a, b) in enumerate(zip(words, words[1:])):
        counts[a][b] += x[i % 4]
    ll = 0.0
    for a in counts:
        tot = sum(counts[a].values())
        for b in counts[a]:
            ll += math.log(counts[a][b] / tot)
    return ll


@program(case(X, [0, 1, 1, 0, 2, 1]))
def transition_counts(x, states):
    trans = defaultdict(float)
    for i, (a, b) in enumerate(zip(states, states[1:])):
        trans[(a, b)] += x[i % 4]
    rows = defaultdict(float)
    for (a, b), c in trans.items():
        rows[a] += c
    return sum(math.log(c / rows[a]) for (a, b), c in trans.items())


@program(case(X))
def newton_divided(y):
    xs = [0.0, 1.0, 2.0, 3.0]
    table = {}
    n = len(y)
    for i in range(n):
        table[i, i] = y[i]
    for d in range(1, n):
        for i in range(n - d):
            j = i + d
            table[i, j] = (table[i + 1, j] - table[i, j - 1]) / (xs[j] - xs[i])
    return sum(table[0, k] * 0.5**k for k in range(n))


@program(
    case(
        {(0, 0): 2.0, (0, 1): 1.0, (1, 0): 0.5, (1, 1): 3.0},
        {(0, 0): 1.0, (1, 1): 2.0, (0, 1): 0.3},
    ),
    wrt=(0, 1),
)
def sparse_matmul(A, B):
    C = defaultdict(float)
    for (i, k), a in A.items():
        for (k2, j), b in B.items():
            if k == k2:
                C[i, j] += a * b
    return sum(v**2 for v in C.values()) + C[5, 5]


@program(case({(0, 0): 4.0, (0, 1): 1.0, (1, 0): 1.0, (1, 1): 3.0}, [1.0, 2.0]), wrt=(0, 1))
def jacobi_sparse(A, b):
    n = len(b)
    x = [0.0] * n
    for _ in range(10):
        new = []
        for i in range(n):
            s = sum(v * x[j] for (r, j), v in A.items() if r == i and j != i)
            new.append((b[i] - s) / A[i, i])
        x = new
    return x[0] * x[1]


@program(case({"s": 990.0, "i": 10.0, "r": 0.0}, 0.3))
def sir_history(state, beta):
    history = defaultdict(list)
    s, i, r = state["s"], state["i"], state["r"]
    for t in range(6):
        history["s"].append(s)
        history["i"].append(i)
        inf = beta * s * i / 1000.0
        s, i, r = s - inf, i + inf - 0.1 * i, r + 0.1 * i
    return max(history["i"]) + np.mean(history["s"])


@program(case({"s": 990.0, "i": 10.0}, 0.3, 7))
def sir_history_n(state, beta, n):
    history = {"s": [state["s"]], "i": [state["i"]]}
    for t in range(n):
        s, i = history["s"][-1], history["i"][-1]
        inf = beta * s * i / 1000.0
        history["s"].append(s - inf)
        history["i"].append(i + inf - 0.1 * i)
    return max(history["i"]) + sum(history["s"])


@program(case(0.7))
def dispatch(x):
    ops = {"sin": math.sin, "sq": lambda v: v * v, "half": partial(operator.mul, 0.5)}
    for name in ("sin", "sq", "half", "sin"):
        x = ops[name](x)
    return x


@program(case(X))
def zip_dict(x):
    keys = ("a", "b", "c", "d")
    d = dict(zip(keys, x))
    d2 = {k: v**2 for k, v in d.items()}
    return d2["a"] * d["d"] + sum(d2[k] for k in keys)


@program(case(X))
def sorted_dict_by_value(x):
    d = {i: v for i, v in enumerate(x)}
    ranked = dict(sorted(d.items(), key=lambda kv: kv[1], reverse=True))
    return sum(v * (r + 1) for r, v in enumerate(ranked.values()))


@program(case([1.0, 3.0, 2.0, 5.0, 4.0]))
def lis_weight(a):
    best = {}
    for i, v in enumerate(a):
        best[i] = v + max((best[j] for j in range(i) if a[j] < v), default=0.0)
    return max(best.values())


@program(case(X, 3))
def fir_deque(x, n):
    taps = [0.5, 0.3, 0.2]
    state = deque([0.0] * n, maxlen=n)
    out = 0.0
    for v in x:
        state.appendleft(v)
        out += sum(t * s for t, s in zip(taps, state)) ** 2
    return out


@program(case(X))
def undo_stack(x):
    stack = []
    state = {"v": x[0]}
    for v in x[1:]:
        stack.append(dict(state))
        state["v"] = state["v"] * v
    while stack:
        old = stack.pop()
        state["v"] += old["v"]
    return state["v"]


@program(case(np.array([[0.0, 1.0], [2.0, 0.5], [1.5, 1.0]])))
def knn(pts):
    q = pts[0]
    d = sorted((np.sum((p_ - q) ** 2), i) for i, p_ in enumerate(pts[1:]))
    return d[0][0] * (d[0][1] + 1) + d[1][0]


@program(case(np.array([[0.0, 1.0], [2.0, 0.5], [1.5, 1.0]])))
def nearest_by_key(pts):
    c = np.array([0.4, 0.4])
    best = min(pts, key=lambda r: np.sum((r - c) ** 2))
    order = sorted(pts, key=lambda r: r[0])
    return np.sum(best**2) + order[1][1] * order[2][0]


@program(case(X))
def merge_sort(x):
    def sort(a):
        if len(a) <= 1:
            return a
        m = len(a) // 2
        l, r = sort(a[:m]), sort(a[m:])
        out = []
        i = j = 0
        while i < len(l) and j < len(r):
            if l[i] <= r[j]:
                out.append(l[i])
                i += 1
            else:
                out.append(r[j])
                j += 1
        return out + list(l[i:]) + list(r[j:])

    s = sort(list(x))
    return sum(v * (k + 1) for k, v in enumerate(s))


@program(case(X))
def permutation_det(x):
    M = np.array([[x[0], 2.0, 1.0], [0.5, x[1], x[2]], [1.0, x[3], 3.0]])
    det = 0.0
    for perm in permutations(range(3)):
        inv = sum(1 for i, j in combinations(range(3), 2) if perm[i] > perm[j])
        term = (-1) ** inv
        for i in range(3):
            term = term * M[i, perm[i]]
        det += term
    return det


@program(case(X, L))
def members_of_known_sets(x, labels):
    s = {(0, 1), (2, 3), "a"}
    t = {1, 2.5}
    r = x[0] * 2 if (0, 1) in s else x[1]
    r += x[2] if "b" in s else x[3]
    r *= 3 if 1.0 in t else 1
    return r * (2 if labels[1] in {1, 2} else 1) * (5 if labels[0] not in (1, 2) else 1)


@program(case(X, 3))
def tuples_of_a_length_that_is_given(x, k):
    return (
        sum(math.prod(c) for c in combinations(x, k))
        + sum(sum(c) ** 2 for c in product((0.5, 1.5), repeat=k)) * x[0]
    )


@program(case(0.7, 2))
def a_function_that_is_looked_up(x, k):
    ops = {0: math.sin, 1: math.cos, 2: math.exp}
    fs = [np.sin, np.cos, np.sin]
    return ops[k](x) * x + fs[k - 3](x)


@program(case(X, 3))
def pairs_from_permutations(x, n):
    return sum(a * b**2 for a, b, c in permutations(x, n))


@program(case(X, 3))
def permutation_det_n(x, n):
    M = np.outer(x[:3], x[1:]) + np.eye(3)
    det = 0.0
    for perm in permutations(range(n)):
        prod = 1.0
        for i, j in enumerate(perm):
            prod *= M[i, j]
        det += prod
    return det


@program(case(X, L))
def questions_about_a_table(x, labels):
    d = {}
    for l, v in zip(labels, x):
        d[l] = v
    t = 0.0
    if isinstance(d, dict) and not isinstance(d, OrderedDict):
        t += x[0] ** 2
    if 3 in d.keys() and 7 not in d.keys():
        t += d[3]
    if x[0] in d.values():
        t += 1.0
    return t


@program(case(X, L))
def entries_swapped(x, labels):
    d = e = {}
    d[labels[0]], e[labels[1]] = x[0], x[1]
    d[labels[0]], d[labels[1]] = d[labels[1]], d[labels[0]]
    return d[labels[0]] ** 2 + e[labels[1]] * len(d)


@program(case(X, L))
def keys_merged_until_one_is_left(x, labels):
    d = {}
    for i in range(len(labels)):
        if labels[i] in d:
            break
        d[labels[i]] = x[i]
    else:
        d[0] = 1.0
    while len(d) > 1:
        k = max(d)
        v = d.pop(k)
        d[min(d)] += v**2
    return sum(d.values())
