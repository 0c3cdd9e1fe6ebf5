"""Lists that hold None first, or in some places: tables of recursions and of dynamic programmes."""

from __future__ import annotations

import math

import numpy as np

from tests.programs.registry import case, program

V = np.array([0.3, 0.7, 1.2, 1.9])
W = np.array([1.0, 0.4, -0.3, 0.8])
M = np.random.default_rng(0).uniform(0.1, 1.0, (3, 4))


@program(case(0.4, 6))
def fib_memo(x, n):
    T = [None] * (n + 1)

    def go(k):
        if k < 2:
            return x * k
        if T[k] is None:
            T[k] = go(k - 1) + math.sin(go(k - 2))
        return T[k]

    return go(n)


@program(case(V * np.array([1.0, 1.3, 1.0, 0.9]), 4))
def rod_cutting(p, n):
    memo = [None] * (n + 1)

    def cut(k):
        if k == 0:
            return 0.0
        if memo[k] is not None:
            return memo[k]
        best = -1e9
        for i in range(1, k + 1):
            best = max(best, p[i - 1] + cut(k - i))
        memo[k] = best
        return best

    return cut(n)


@program(case(M))
def grid_path(C):
    n, m = C.shape
    D = [[None] * m for _ in range(n)]
    for i in range(n):
        for j in range(m):
            best = None
            if i > 0:
                best = D[i - 1][j]
            if j > 0 and (best is None or D[i][j - 1] < best):
                best = D[i][j - 1]
            D[i][j] = C[i, j] + (0.0 if best is None else best)
    return D[n - 1][m - 1]


@program(case(0.4, 5))
def filled_in_order(x, n):
    t = [None] * n
    t[0] = x
    for i in range(1, n):
        t[i] = math.sin(t[i - 1]) + x
    return t[n - 1]


@program(case(V))
def squares_in_a_table(xs):
    out = [None] * len(xs)
    for i, v in enumerate(xs):
        out[i] = v * v
    return sum(out)


@program(case(M.T[:, :2].copy()))
def hidden_states(xs):
    hidden = [None] * len(xs)
    h = np.zeros(2)
    for t in range(len(xs)):
        h = np.tanh(xs[t] + h * np.array([0.5, 0.2]))
        hidden[t] = h
    total = 0.0
    for t in range(len(xs)):
        total += hidden[t].sum() * hidden[t][0]
    return total


@program(case(V, 4))
def paths_with_a_memo(W, n):
    memo = [[None] * (n + 1) for _ in range(n + 1)]

    def f(i, j):
        if i == 0 or j == 0:
            return 1.0
        if memo[i][j] is None:
            memo[i][j] = W[i - 1] * f(i - 1, j) + W[j - 1] * f(i, j - 1)
        return memo[i][j]

    return f(n, n)


@program(case(np.array([1.0, 2.1, 3.2, 1.7, 2.2])))
def matrix_chain(d):
    n = len(d) - 1
    m = [[0.0] * n for _ in range(n)]
    for L in range(2, n + 1):
        for i in range(n - L + 1):
            j = i + L - 1
            m[i][j] = None
            for k in range(i, j):
                q = m[i][k] + m[k + 1][j] + d[i] * d[k + 1] * d[j + 1]
                if m[i][j] is None or q < m[i][j]:
                    m[i][j] = q
    return m[0][n - 1]


@program(case(0.7, 6))
def fewest_coins(x, n):
    best = [None] * (n + 1)
    best[0] = 0.0
    for a in range(1, n + 1):
        for c, w in ((1, x), (3, 2.1 * x), (4, x * x)):
            if a >= c and best[a - c] is not None:
                cand = best[a - c] + w
                if best[a] is None or cand < best[a]:
                    best[a] = cand
    return best[n]


@program(case(np.array([1.0, 0.7, 2.0])))
def knapsack_of_values(v):
    w = [2, 1, 3]
    cap = 5
    best = [None] * (cap + 1)
    best[0] = 0.0
    for i in range(len(w)):
        for c in range(cap, w[i] - 1, -1):
            if best[c - w[i]] is not None:
                cand = best[c - w[i]] + v[i]
                if best[c] is None or cand > best[c]:
                    best[c] = cand
    return max(b for b in best if b is not None)


@program(case(0.4, 5))
def filled_by_a_function(x, n):
    T = [None] * (n + 1)

    def put(k):
        T[k] = x * k

    for i in range(n + 1):
        put(i)
    return sum(T)


@program(case(V))
def counted_from_one(xs):
    a = [None]
    for x in xs:
        a.append(x * x)
    s = 0.0
    for k in range(1, len(a)):
        s += a[k] * k
    return s


@program(case(V))
def best_of_two_classes(xs):
    best = [None, None]
    for i, x in enumerate(xs):
        if best[i % 2] is None or best[i % 2] > x:
            best[i % 2] = x
    return best[0] * best[1]


@program(case(V, 4))
def every_other(xs, n):
    t = [None] * n
    for i in range(0, n, 2):
        t[i] = xs[i] * 2
    out = 0.0
    for v in t:
        if v is not None:
            out += v * v
    return out + sum(v for v in t if v is not None)


@program(case(V))
def pairs_in_a_table(xs):
    n = len(xs)
    t = [None] * n
    for i in range(n):
        t[i] = (xs[i], i)
    a, k = t[2]
    return a * k + t[1][0]


@program(case(V, 4))
def memo_of_arrays(x, n):
    T = [None] * (n + 1)

    def g(k):
        if k == 0:
            return x
        if T[k] is None:
            T[k] = np.sin(g(k - 1)) * 1.5
        return T[k]

    return np.sum(g(n) * g(n - 1))


@program(case(V))
def taken_back(xs):
    t = [None] * len(xs)
    for i in range(len(xs)):
        t[i] = xs[i]
    t[1] = None
    s = 0.0
    for i in range(len(xs)):
        if t[i] is None:
            s += 1.0
        else:
            s += t[i] ** 3
    return s


@program(case(V))
def table_of_the_last_round(xs):
    n = len(xs)
    prev = [None] * n
    for rep in range(2):
        cur = [None] * n
        for i in range(n):
            cur[i] = xs[i] if prev[i] is None else prev[i] * xs[i]
        prev = cur
    return sum(prev)


@program(case(V, W))
def distance_of_sequences(xs, ys):
    n, m = len(xs), len(ys)
    D = [[None] * (m + 1) for _ in range(n + 1)]
    for i in range(n + 1):
        D[i][0] = i * 0.5
    for j in range(m + 1):
        D[0][j] = j * 0.5
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            D[i][j] = min(
                D[i - 1][j] + 0.5, D[i][j - 1] + 0.5, D[i - 1][j - 1] + abs(xs[i - 1] - ys[j - 1])
            )
    return D[n][m]


@program(case(V))
def table_as_an_array(xs):
    n = len(xs)
    t = [None] * n
    for i in range(n):
        t[i] = xs[i] ** 2
    a = np.array(t)
    return a @ a + max(t) + t[-1]


@program(case(V))
def table_with_others(xs):
    t = [None] * len(xs)
    for i, v in enumerate(xs):
        t[i] = v * 2
    return sum(a * b for a, b in zip(t, xs)) + sum(t[:2]) + sorted(t)[0]


@program(case(V))
def smallest_of_each(xs):
    t = [None] * 3
    for i in range(3):
        b = None
        for x in xs:
            if x > i - 5 and (b is None or x < b):
                b = x
        t[i] = b
    return t[0] * t[1]


@program(case(V))
def smallest_of_each_appended(xs):
    t = []
    for i in range(len(xs)):
        b = None
        for x in xs:
            if x > 0.5 and (b is None or x < b):
                b = x
        t.append(b)
    return t[0] * 2


@program(case(V))
def taken_out_of_numbers(xs):
    t = [v * v for v in xs]
    for i in range(len(xs)):
        if i % 2 == 0:
            t[i] = None
    s = 0.0
    for v in t:
        s += 1.0 if v is None else v
    return s


@program(
    case(np.random.default_rng(1).uniform(-1.0, 1.0, (4, 2)), np.array([[0.1, 0.3], [0.25, 0.05]]))
)
def viterbi(obs, trans):
    n = len(obs)
    S = 2
    score = [[None] * S for _ in range(n)]
    for s in range(S):
        score[0][s] = obs[0][s]
    for t in range(1, n):
        for s in range(S):
            best = None
            for q in range(S):
                c = score[t - 1][q] + trans[q][s] + obs[t][s]
                if best is None or c > best:
                    best = c
            score[t][s] = best
    return max(score[n - 1])


# LIS-weight dp


@program(case(V))
def lis(w):
    n = len(w)
    best = [None] * n
    for i in range(n):
        b = 0.0
        for j in range(i):
            if w[j] < w[i] and best[j] > b:
                b = best[j]
        best[i] = b + w[i]
    return max(best)


# memo on 2 keys in a list of dict


@program(case(1.5, 5), wrt=0)
def none_appended_to_what_held_numbers(x, n):
    values = [x]
    for i in range(n):
        values.append(x**i)
    for i in range(n):
        values.append(None if i % 2 else i * x)
    return sum(v**2 for v in values if v is not None)
