"""Lists of lists of several lengths: tables that grow row by row, buckets, triangles."""

from __future__ import annotations

import math

import numpy as np

from tests.programs.registry import case, program

V = np.array([0.3, 0.7, 1.2, 1.9])
W = np.array([1.0, 0.4, 0.3, 0.8])


@program(case(0.7, 5))
def pascal(x, n):
    T = [[1.0]]
    for i in range(1, n):
        row = [1.0]
        for j in range(1, i):
            row.append(T[i - 1][j - 1] + T[i - 1][j] * x)
        row.append(1.0)
        T.append(row)
    total = 0.0
    for r in T:
        for v in r:
            total += v * x
    return total


@program(case(0.7, 5))
def pascal2(x, n):
    rows = []
    for i in range(n):
        row = [x] * (i + 1)
        for j in range(1, i):
            row[j] = rows[i - 1][j - 1] + rows[i - 1][j] * x
        rows.append(row)
    return sum(rows[-1])


@program(case(0.1, 1.3, 4))
def romberg(a, b, n):
    f = lambda t: math.exp(-t) * math.sin(t)
    R = []
    h = b - a
    R.append([0.5 * h * (f(a) + f(b))])
    for i in range(1, n):
        h = h / 2
        s = 0.0
        for k in range(1, 2**i, 2):
            s += f(a + k * h)
        R.append([0.5 * R[i - 1][0] + h * s])
        for j in range(1, i + 1):
            R[i].append(R[i][j - 1] + (R[i][j - 1] - R[i - 1][j - 1]) / (4**j - 1))
    return R[n - 1][n - 1]


@program(case(0.1, 1.3, 4))
def romberg2(a, b, n):
    f = lambda t: math.exp(-t) * math.sin(t)
    r = [[0.0] * (i + 1) for i in range(n)]
    h = b - a
    r[0][0] = 0.5 * h * (f(a) + f(b))
    for i in range(1, n):
        h /= 2
        r[i][0] = 0.5 * r[i - 1][0] + h * sum(f(a + k * h) for k in range(1, 2**i, 2))
        for j in range(1, i + 1):
            r[i][j] = r[i][j - 1] + (r[i][j - 1] - r[i - 1][j - 1]) / (4**j - 1)
    return r[-1][-1]


@program(case(0.1, 1.3, 1e-8))
def romberg_rows(a, b, tol):
    f = lambda t: math.exp(-t) * math.sin(t)
    h = b - a
    prev = [0.5 * h * (f(a) + f(b))]
    n = 1
    while True:
        h = h / 2
        n *= 2
        row = [0.5 * prev[0] + h * sum(f(a + k * h) for k in range(1, n, 2))]
        for j in range(len(prev)):
            row.append(row[j] + (row[j] - prev[j]) / (4 ** (j + 1) - 1))
        if abs(row[-1] - prev[-1]) < tol or n > 64:
            return row[-1]
        prev = row


@program(case(V, W, 0.5))
def neville_table(xs, ys, t):
    n = len(xs)
    Q = [[y] for y in ys]
    for i in range(1, n):
        for j in range(1, i + 1):
            Q[i].append(
                ((t - xs[i - j]) * Q[i][j - 1] - (t - xs[i]) * Q[i - 1][j - 1])
                / (xs[i] - xs[i - j])
            )
    return Q[-1][-1]


@program(case(V, W))
def divdiff(xs, ys):
    n = len(xs)
    table = [list(ys)]
    for k in range(1, n):
        prev = table[-1]
        table.append([(prev[i + 1] - prev[i]) / (xs[i + k] - xs[i]) for i in range(n - k)])
    coef = [col[0] for col in table]
    total = 0.0
    for c, k in zip(coef, range(n)):
        p = 1.0
        for i in range(k):
            p *= 0.3 - xs[i]
        total += c * p
    return total


@program(case(V, 0.4))
def casteljau(pts, t):
    pts = list(pts)
    while len(pts) > 1:
        pts = [(1 - t) * pts[i] + t * pts[i + 1] for i in range(len(pts) - 1)]
    return pts[0]


@program(case(np.stack([V, W], 1), 0.4))
def casteljau_xy(pts, t):
    beta = [p for p in pts]
    while len(beta) > 1:
        beta = [(1 - t) * a + t * b for a, b in zip(beta[:-1], beta[1:])]
    return beta[0][0] * beta[0][1]


@program(case(V, W, 0.4))
def casteljau_tuple(xs, ys, t):
    pts = [(x, y) for x, y in zip(xs, ys)]
    while len(pts) > 1:
        new = []
        for i in range(len(pts) - 1):
            x = (1 - t) * pts[i][0] + t * pts[i + 1][0]
            y = (1 - t) * pts[i][1] + t * pts[i + 1][1]
            new.append((x, y))
        pts = new
    return pts[0][0] + 2.0 * pts[0][1]


@program(case(V, 0.4))
def casteljau_rec(pts, t):
    if len(pts) == 1:
        return pts[0]
    new = [(1 - t) * pts[i] + t * pts[i + 1] for i in range(len(pts) - 1)]
    return casteljau_rec(new, t)


@program(
    case(
        V,
    )
)
def triangle_sum(xs):
    tri = []
    for i in range(len(xs)):
        tri.append([xs[j] * xs[i] for j in range(i + 1)])
    best = tri[-1]
    for i in range(len(tri) - 2, -1, -1):
        best = [tri[i][j] + max(best[j], best[j + 1]) for j in range(i + 1)]
    return best[0]


@program(case(0.7, 5))
def stirling_rows(x, n):
    rows = [[1.0]]
    for i in range(1, n):
        prev = rows[-1]
        rows.append([1.0] + [prev[j - 1] + x * prev[j] for j in range(1, i)] + [x])
    return sum(rows[-1])


@program(case(0.4, 4))
def jacobi_rows(x, n):
    rows = [[x]]
    for i in range(n):
        rows = rows + [[v * 0.5 for v in rows[-1]] + [x * i]]
    return sum(rows[-1]) + rows[1][0]


@program(case(0.4, 4))
def bernoulli(x, n):
    A = [[0.0] * (m + 1) for m in range(n)]
    for m in range(n):
        A[m][0] = x / (m + 1)
        for j in range(m, 0, -1):
            A[m][j] = A[m - 1][j - 1] * x + j
    return A[n - 1][n - 1] * x


@program(
    case(
        V,
    )
)
def lower(xs):
    n = len(xs)
    L = [[0.0] * (i + 1) for i in range(n)]
    for i in range(n):
        for j in range(i + 1):
            s = sum(L[i][k] * L[j][k] for k in range(j))
            a = xs[i] * xs[j] + (2.0 if i == j else 0.0)
            if i == j:
                L[i][j] = math.sqrt(a - s)
            else:
                L[i][j] = (a - s) / L[j][j]
    return sum(sum(row) for row in L) + L[n - 1][0]


@program(case(V[:2].copy(), V))
def fwd(layers, xs):
    acts = [[float(v) for v in xs]]
    for w in layers:
        prev = acts[-1]
        acts.append([math.tanh(sum(prev) * w + k) for k in range(len(prev) - 1)])
    return acts[-1][0] * acts[1][0]


@program(
    case(
        V,
    )
)
def buckets(xs):
    b = [[] for _ in range(3)]
    for i, x in enumerate(xs):
        b[i % 3].append(x * x)
    return sum(len(r) * sum(r) for r in b)


@program(case(V, 3))
def buckets_n(xs, m):
    b = [[] for _ in range(m)]
    for i in range(len(xs)):
        b[i % m].append(xs[i] * (i + 1))
    t = 0.0
    for r in b:
        for v in r:
            t += v * v / len(r)
    return t


@program(
    case(
        V,
    )
)
def sublists(xs):
    out = []
    for i in range(len(xs)):
        out.append(list(xs[: i + 1]))
    return sum(max(r) * r[0] for r in out)


@program(
    case(
        V,
    )
)
def stackpop(xs):
    st = [[xs[0]]]
    for i in range(1, len(xs)):
        top = st[-1]
        st.append(top + [xs[i]])
    last = st.pop()
    return sum(last) * len(st) + st[-1][0]


@program(
    case(
        V,
    )
)
def augment(xs):
    T = [[0.0] * (i + 1) for i in range(len(xs))]
    for i in range(len(xs)):
        for j in range(i + 1):
            T[i][j] += xs[i] * xs[j]
            T[i][0] *= 1.5
    return sum(T[-1]) + T[1][1]


def fill_fn(T, x, n):
    for i in range(n):
        T.append([x * (i + j) for j in range(i + 1)])


@program(case(0.4, 4))
def helper(x, n):
    T = []
    fill_fn(T, x, n)
    return sum(T[-1]) * T[0][0] + T[1][1]


def make(x, n):
    T = [[x]]
    for i in range(n):
        T.append([v * x for v in T[-1]] + [1.0])
    return T


@program(case(0.4, 4))
def caller(x, n):
    T = make(x, n)
    return sum(T[-1]) * len(T)


@program(case(0.1, 1.0, 3))
def clenshaw(a, b, n):
    T = []
    for k in range(n + 1):
        h = (b - a) / 2**k
        T.append([0.0] * (k + 1))
        T[k][0] = h * sum(math.sin(a + (i + 0.5) * h) for i in range(2**k))
        for j in range(1, k + 1):
            T[k][j] = T[k][j - 1] + (T[k][j - 1] - T[k - 1][j - 1]) / (4**j - 1)
    return T[n][n]


@program(
    case(
        V,
    )
)
def pairs_rows(xs):
    rows = [[(xs[0], 1.0)]]
    for i in range(1, len(xs)):
        rows.append([(a * xs[i], b + 1.0) for a, b in rows[-1]] + [(xs[i], 0.5)])
    return sum(a * b for a, b in rows[-1])


@program(
    case(
        V,
    )
)
def swap_last(xs):
    rows = [[xs[0]]]
    for i in range(1, len(xs)):
        rows.append([v + xs[i] for v in rows[i - 1]] + [xs[i]])
        rows[i][0] = rows[i][0] * 2.0
    return rows[-1][0] * rows[-1][-1] + rows[0][0]


@program(case(V, 3))
def bucket_sort(xs, m):
    b = [[] for _ in range(m)]
    for v in xs:
        b[min(int(v * m / 2.0), m - 1)].append(v)
    out = []
    for r in b:
        for v in sorted(r):
            out.append(v)
    return out[0] * 2 + out[-1] * out[1]


@program(case(W, 4))
def adjacency(w, n):
    adj = [[] for _ in range(n)]
    edges = [(0, 1), (1, 2), (0, 2), (2, 3)]
    for k, (a, b) in enumerate(edges):
        adj[a].append((b, w[k]))
        adj[b].append((a, w[k]))
    dist = [1e9] * n
    dist[0] = 0.0
    for _ in range(n):
        for u in range(n):
            for v, c in adj[u]:
                if dist[u] + c < dist[v]:
                    dist[v] = dist[u] + c
    return dist[n - 1]


@program(
    case(
        V,
    )
)
def levels(xs):
    L = [[], []]
    for i in range(len(xs)):
        if xs[i] > 0.8:
            L[1].append(xs[i])
        else:
            L[0].append(xs[i])
    return sum(L[0]) * sum(L[1])


@program(case(0.4, 4))
def pascal_print(x, n):
    t = [[1.0]]
    for i in range(1, n):
        t.append([1.0] + [t[-1][j] + x * t[-1][j + 1] for j in range(len(t[-1]) - 1)] + [x])
    s = 0.0
    for i, row in enumerate(t):
        for j, v in enumerate(row):
            s += v * (i + j)
    return s


@program(case(0.4, 4))
def polys(x, n):
    P = [[1.0], [0.0, x]]
    for k in range(2, n):
        a = [0.0] + [2 * x * c for c in P[k - 1]]
        for j in range(len(P[k - 2])):
            a[j] -= P[k - 2][j]
        P.append(a)
    return sum(P[-1])


@program(case(V, W))
def divided(xs, ys):
    n = len(xs)
    t = [[0.0 for _ in range(n - k)] for k in range(n)]
    for i in range(n):
        t[0][i] = ys[i]
    for k in range(1, n):
        for i in range(n - k):
            t[k][i] = (t[k - 1][i + 1] - t[k - 1][i]) / (xs[i + k] - xs[i])
    return sum(row[0] for row in t)


@program(
    case(
        V,
    )
)
def nn_zip(xs):
    tri = [[xs[0]]]
    for v in xs[1:]:
        last = tri[-1]
        tri.append([a + b * v for a, b in zip([0.0] + last, last + [0.0])])
    return sum(a * b for a, b in zip(tri[-1], tri[-2]))


@program(case(V, 0.1))
def while_rows(xs, tol):
    rows = [list(xs)]
    while len(rows[-1]) > 1:
        r = rows[-1]
        rows.append([0.5 * (r[i] + r[i + 1]) for i in range(len(r) - 1)])
    return rows[-1][0] * rows[0][0] + len(rows)


# Vectors of several lengths.


@program(case(np.sin(np.arange(1.0, 13.0) ** 2).reshape(4, 3), W), wrt=(0, 1))
def householder_vectors_in_a_list(a, b):
    r = np.array(a)
    vectors = []
    for k in range(a.shape[1]):
        v = r[k:, k].copy()
        v[0] += (1.0 if v[0] >= 0 else -1.0) * np.linalg.norm(v)
        v = v / np.linalg.norm(v)
        r[k:, k:] = r[k:, k:] - 2 * np.outer(v, v @ r[k:, k:])
        vectors.append(v)
    c = b.copy()
    for k, v in enumerate(vectors):
        c[k:] -= 2 * v * (v @ c[k:])
    z = c**2
    for k in range(len(vectors) - 1, -1, -1):
        v = vectors[k]
        z[k:] = z[k:] - 2 * v * (v @ z[k:])
    return np.sum(z**3)


@program(case(V, 3))
def differences_of_differences_in_a_list(x, n):
    rows = [x**2]
    for _ in range(n):
        rows.append(np.diff(rows[-1]) * rows[0][0])
    return sum(k * row[0] ** 2 for k, row in enumerate(rows)) + rows.pop()[-1] * len(rows)


@program(case(V, 3))
def tails_in_a_comprehension(x, n):
    tails = [x[k:] ** 2 for k in range(n)]
    tails[1] = x * tails[0]
    return sum(tail[-1] * tail.sum() for tail in tails)


@program(case(np.cos(np.arange(8.0)), 0.15, 3), wrt=(0, 1))
def details_of_a_wavelet_transform(x, lam, levels):
    coeffs = []
    a = x
    for _ in range(levels):
        coeffs.append((a[::2] - a[1::2]) * 0.7)
        a = (a[::2] + a[1::2]) * 0.7
    coeffs.append(a)
    coeffs = coeffs[::-1]
    shrunk = [coeffs[0]] + [np.sign(c) * np.maximum(np.abs(c) - lam, 0) for c in coeffs[1:]]
    flat = np.concatenate(shrunk)
    total = 0.0
    for c in reversed(shrunk):
        total = total * c[0] + c[-1]
    return np.sum(flat**2 * (1 + np.arange(len(flat)))) + total


@program(case(np.array([0.3, 0.9, 1.4, 0.2, 0.7, 1.1]), np.array([1.2, 0.4, 0.8, 0.5, 1.6, 0.9])))
def design_beside_visits(y, dose):
    """Arrays of several lengths in one list, and a table that NumPy makes of others."""
    groups = np.repeat(np.arange(3), [1, 3, 2])
    visit = np.concatenate([np.arange(n) for n in np.bincount(groups)])
    design = np.c_[np.ones_like(y), dose, dose * (groups % 2)]
    total = 0.0
    for g in np.unique(groups):
        rows = np.flatnonzero(groups == g)
        total += design[rows].sum() * (1 + visit[rows].sum()) + y[rows] @ dose[rows]
    return total
