"""Lists of lists, as people write them who do without NumPy: matrices, tables, triangles, paths."""

from __future__ import annotations

import math

import numpy as np

from tests.programs.registry import case, program

L3 = [[2.0, 0.5, -0.3], [0.4, 3.0, 0.2], [0.1, -0.6, 1.5]]
S3 = [[4.0, 0.5, -0.3], [0.5, 3.0, 0.2], [-0.3, 0.2, 2.5]]
B3 = np.array([1.0, -0.5, 2.0])
V = np.array([0.3, 1.2, -0.7, 0.4])
A3 = np.array([[2.0, 0.5, -0.3], [0.4, 3.0, 0.2], [0.1, -0.6, 1.5]])


# ---------------------------------------------------------------- lists of vectors


@program(case(A3))
def orthonormal_basis(a):
    basis = []
    for v in a:
        w = v - sum(np.dot(v, b) * b for b in basis)
        if np.linalg.norm(w) > 1e-10:
            basis.append(w / np.linalg.norm(w))
    return np.array(basis)


@program(case(A3))
def orthonormal_basis_in_place(a):
    basis = []
    for v in a:
        w = v.copy()
        for b in basis:
            w -= np.dot(v, b) * b
        basis.append(w / np.linalg.norm(w))
    return np.array(basis)


@program(case(A3))
def last_times_first(a):
    rows = [a[0]]
    for v in a:
        s = rows[-1] * rows[0]
        for u in rows[1:]:
            s = s + u * v
        rows.append(s + v)
    return np.array(rows)


@program(case(A3))
def rows_that_are_halved_and_prolonged(a):
    rows = []
    for v in a:
        new = [u * 0.5 + v for u in rows]
        rows = new + [v * v]
    return np.array(rows)


# ---------------------------------------------------------------- integers that become floats


@program(case(0.7, 3))
def int_matrix_filled(x, n):
    M = [[0] * n for _ in range(n)]
    for i in range(n):
        for j in range(n):
            M[i][j] = x**i * (j + 1)
    return M[0][1] + M[n - 1][n - 1] * M[1][0]


@program(case(V))
def int_matrix_of_array(v):
    n = len(v)
    M = [[0 for j in range(n)] for i in range(n)]
    for i in range(n):
        for j in range(n):
            M[i][j] = v[i] * v[j]
    return sum(sum(r) for r in M) + M[1][2]


@program(case(A3, np.array(S3)), wrt=(0, 1))
def matmul_arrays_py(A, B):
    n, m, p = len(A), len(B), len(B[0])
    C = [[0] * p for _ in range(n)]
    for i in range(n):
        for j in range(p):
            for k in range(m):
                C[i][j] += A[i][k] * B[k][j]
    return np.array(C)


@program(case(np.array([1.5, 2.2, 0.9]), (1, 3, 2), 4))
def knapsack(values, weights, capacity):
    n = len(values)
    best = [[0] * (capacity + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for w in range(capacity + 1):
            best[i][w] = best[i - 1][w]
            if weights[i - 1] <= w:
                best[i][w] = max(best[i][w], best[i - 1][w - weights[i - 1]] + values[i - 1])
    return best[n][capacity]


@program(case(np.array([0.0, 0.5, 1.3]), np.array([1.0, 0.7, 2.0]), 0.4), wrt=(0, 1, 2))
def neville(xs, ys, t):
    n = len(xs)
    p = [[0] * n for _ in range(n)]
    for i in range(n):
        p[i][i] = ys[i]
    for d in range(1, n):
        for i in range(n - d):
            j = i + d
            p[i][j] = ((t - xs[j]) * p[i][j - 1] - (t - xs[i]) * p[i + 1][j]) / (xs[i] - xs[j])
    return p[0][n - 1]


@program(case(0.9, 5))
def three_dim(x, n):
    T = [[[0] * 2 for _ in range(n)] for _ in range(n)]
    for i in range(n):
        for j in range(n):
            T[i][j][0] = x * i
            T[i][j][1] = x**j
    return T[1][2][0] + T[n - 1][n - 1][1]


@program(case(0.9, 6))
def lcs_soft(x, n):
    a = [math.sin(x * k) for k in range(n)]
    b = [math.cos(x * k) for k in range(n)]
    dp = [[0] * (n + 1) for _ in range(n + 1)]
    for i in range(n):
        for j in range(n):
            w = math.exp(-((a[i] - b[j]) ** 2))
            dp[i + 1][j + 1] = max(dp[i][j] + w, dp[i + 1][j] * 0.9, dp[i][j + 1] * 0.9)
    return dp[n][n]


@program(case(np.array([0.3, 1.0, 0.2]), np.array([0.5, 0.9, 0.1, 0.3]), 0.2), wrt=(0, 1, 2))
def soft_edit(a, b, g):
    dp = [[0 for _ in range(len(b) + 1)] for _ in range(len(a) + 1)]
    for i in range(len(a) + 1):
        dp[i][0] = i * g
    for j in range(len(b) + 1):
        dp[0][j] = j * g
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            c = (a[i - 1] - b[j - 1]) ** 2
            opts = [dp[i - 1][j] + g, dp[i][j - 1] + g, dp[i - 1][j - 1] + c]
            dp[i][j] = -math.log(sum(math.exp(-o) for o in opts))
    return dp[-1][-1]


@program(case(0.3, 6))
def catalan_triangle(x, n):
    C = [[0] * (n + 1) for _ in range(n + 1)]
    for i in range(n + 1):
        C[i][0] = 1
        for j in range(1, i + 1):
            C[i][j] = C[i][j - 1] * x + (C[i - 1][j] if j < i else 0)
    return C[n][n]


@program(case(np.array([3.0, 1.5, 2.5, 4.0])))
def matrix_chain(p):
    n = len(p) - 1
    m = [[0] * n for _ in range(n)]
    for length in range(2, n + 1):
        for i in range(n - length + 1):
            j = i + length - 1
            m[i][j] = float("inf")
            for k in range(i, j):
                cost = m[i][k] + m[k + 1][j] + p[i] * p[k + 1] * p[j + 1]
                if cost < m[i][j]:
                    m[i][j] = cost
    return m[0][n - 1]


@program(case(np.array([[3.0, 1.2, 2.0], [0.5, 2.2, 1.0], [2.5, 0.7, 1.6]])))
def max_path_sum(grid):
    dp = [[0] * len(grid[0]) for _ in grid]
    for i, row in enumerate(grid):
        for j, v in enumerate(row):
            best = 0
            if i > 0:
                best = max(best, dp[i - 1][j])
            if j > 0:
                best = max(best, dp[i][j - 1])
            dp[i][j] = best + v
    return dp[-1][-1]


@program(case(0.5, 3))
def tup_int(x, n):
    M = [[0, 0] for i in range(n)]
    for i in range(n):
        M[i][0] = x * i
        M[i][1] = i
    return sum(a * b for a, b in M)


def fill(row, v):
    for j in range(len(row)):
        row[j] = v * j


@program(case(0.5, 3))
def callee_fills_int_row(x, n):
    M = [[0] * n for _ in range(n)]
    for i in range(n):
        fill(M[i], x + i)
    return M[1][2] * M[2][1]


# ---------------------------------------------------------------- rows that change places


@program(case(A3, B3), wrt=(0, 1))
def gauss_lists_of_arrays(A, b):
    n = len(b)
    M = [list(A[i]) + [b[i]] for i in range(n)]
    for k in range(n):
        p = k
        for i in range(k + 1, n):
            if abs(M[i][k]) > abs(M[p][k]):
                p = i
        if p != k:
            M[k], M[p] = M[p], M[k]
        for i in range(k + 1, n):
            f = M[i][k] / M[k][k]
            M[i] = [a - f * c for a, c in zip(M[i], M[k])]
    x = [0.0] * n
    for i in reversed(range(n)):
        x[i] = (M[i][n] - sum(M[i][j] * x[j] for j in range(i + 1, n))) / M[i][i]
    return sum(v * v for v in x)


@program(case(0.5, 3, 2))
def swap_rows_runtime(x, n, p):
    M = [[x * (i + 1) + j for j in range(n)] for i in range(n)]
    M[0], M[p] = M[p], M[0]
    M[0][0] *= 2
    return M[0][0] * M[0][1] + M[p][0]


@program(case(A3, B3), wrt=(0, 1))
def gauss_jordan(A, b):
    n = len(b)
    M = [[A[i][j] for j in range(n)] + [b[i]] for i in range(n)]
    for i in range(n):
        p = i
        while M[p][i] == 0:
            p += 1
        M[i], M[p] = M[p], M[i]
        d = M[i][i]
        for j in range(n + 1):
            M[i][j] /= d
        for r in range(n):
            if r != i:
                f = M[r][i]
                for j in range(n + 1):
                    M[r][j] -= f * M[i][j]
    return [M[i][n] for i in range(n)]


@program(case(np.array([[4.0, 1.0, 0.5], [1.0, 3.0, -0.3], [0.5, -0.3, 5.0]])))
def rref(matrix):
    M = [list(r) for r in matrix]
    lead = 0
    rowCount = len(M)
    columnCount = len(M[0])
    for r in range(rowCount):
        if lead >= columnCount:
            break
        i = r
        while M[i][lead] == 0:
            i += 1
            if i == rowCount:
                i = r
                lead += 1
        M[i], M[r] = M[r], M[i]
        lv = M[r][lead]
        M[r] = [mrx / lv for mrx in M[r]]
        for i in range(rowCount):
            if i != r:
                lv = M[i][lead]
                M[i] = [iv - lv * rv for rv, iv in zip(M[r], M[i])]
        lead += 1
    return sum(map(sum, M)) + matrix[0][0]


def swap(M, i, j):
    M[i], M[j] = M[j], M[i]


@program(case(0.5, 3))
def callee_swaps(x, n):
    M = [[x * i * j for i in range(n)] for j in range(n)]
    r = M[0]
    swap(M, 0, 2)
    M[0][1] = 7.0
    return M[0][1] + M[2][2] * x


@program(case(0.5, 3))
def callee_fills_row(x, n):
    M = [[0.0] * n for _ in range(n)]
    for i in range(n):
        fill(M[i], x + i)
    return M[1][2] * M[2][1]


@program(case(0.5, 3))
def rows_kept_in_loop(x, n):
    M = [[x * i * j for i in range(n)] for j in range(n)]
    prev = M[0]
    s = 0.0
    for i in range(1, n):
        M[i] = [a + b for a, b in zip(M[i], prev)]
        prev = M[i]
        s += sum(prev)
    return s


@program(case(0.5, 3))
def row_then_replaced(x, n):
    M = [[x * (i + 1) + j for j in range(n)] for i in range(n)]
    for i in range(n):
        row = M[i]
        M[i] = [v / row[0] for v in row]
    return M[0][1] + M[1][2]


@program(case(0.5, 3))
def row_reversed(x, n):
    M = [[x * (i + 1) + j for j in range(n)] for i in range(n)]
    M[0].reverse()
    return M[0][0] * x


@program(case(0.5, 3))
def loop_rows_write(x, n):
    M = [[x * (i + 1) + j for j in range(n)] for i in range(n)]
    for row in M:
        row[0] = x * x
        row[1] += row[0]
    for i, row in enumerate(M):
        for j, v in enumerate(row):
            row[j] = v * i
    return M[1][1] + M[2][0]


@program(case(0.5, 3))
def swap_by_tmp(x, n):
    M = [[x * (i + 1) + j for j in range(n)] for i in range(n)]
    tmp = M[0]
    M[0] = M[n - 1]
    M[n - 1] = tmp
    return M[0][1] + M[2][1] ** 2


# ---------------------------------------------------------------- columns, and calls with a star


@program(case(A3))
def transpose_zip(M):
    T = [list(r) for r in zip(*M)]
    return T[0][1] * T[2][0] + T[1][1]


@program(case(A3, np.array(S3)), wrt=(0, 1))
def matmul_arrays_zip(A, B):
    C = [[sum(a * b for a, b in zip(row, col)) for col in zip(*B)] for row in A]
    return sum(sum(r) for r in C)


@program(case(0.5, 4))
def path_of_tuples(v, n):
    t, x = 0.0, 0.0
    path = []
    for _ in range(n):
        path.append((t, x, v))
        t, x, v = t + 0.1, x + 0.1 * v, v - 0.1 * math.sin(x)
    ts, xs, vs = zip(*path)
    return sum(a * b for a, b in zip(xs, vs)) + max(xs) + sum(t * x for t, x, v in path)


@program(case(A3))
def transpose_map_zip(M):
    T = list(map(list, zip(*M)))
    s = 0
    for i in range(len(T)):
        for j in range(len(T[i])):
            s += T[i][j] * M[i][j] * (i + 2 * j)
    return s


@program(case(np.array([0.4, 1.1, -0.3])))
def star_call(v):
    def norm3(x, y, z):
        return math.sqrt(x * x + y * y + z * z)

    U = [2 * t for t in v]
    return norm3(*U) + norm3(*v)


@program(case(0.5, 4))
def matrix_power(x, n):
    def matmul(A, B):
        return [[sum(a * b for a, b in zip(row, col)) for col in zip(*B)] for row in A]

    def identity(size):
        return [[1 if i == j else 0 for j in range(size)] for i in range(size)]

    M = [[math.cos(x), -math.sin(x)], [math.sin(x), 2 * math.cos(x)]]
    result = identity(2)
    while n:
        if n & 1:
            result = matmul(result, M)
        M = matmul(M, M)
        n >>= 1
    return result


@program(case(np.array([[0.1, 0.2], [1.0, 0.4], [0.7, 1.3], [-0.2, 0.9]])))
def pairwise_distances(points):
    n = len(points)
    D = [[0] * n for _ in range(n)]
    for i in range(n):
        for j in range(i + 1, n):
            d = math.dist(points[i], points[j])
            D[i][j] = D[j][i] = d
    return sum(map(sum, D)) / (n * (n - 1))


@program(case(np.array([[0.0, 0.0], [1.0, 2.0], [3.0, 3.0], [4.0, 0.5]]), 0.3), wrt=(0, 1))
def casteljau_array(points, t):
    pts = [tuple(p) for p in points]
    while len(pts) > 1:
        pts = [((1 - t) * a[0] + t * b[0], (1 - t) * a[1] + t * b[1]) for a, b in zip(pts, pts[1:])]
    return pts[0]


# ---------------------------------------------------------------- tables that are returned


@program(case(0.5, 3))
def ret_pairs(x, n):
    out = []
    t = 0.0
    for i in range(n):
        out.append((t, x * t + x**2))
        t += 0.1
    return out


@program(case(0.5, 3))
def ret_lists(x, n):
    out = []
    for i in range(n):
        out.append([x**i, x * i, 1.0])
    return out


@program(case(0.5, 3))
def ret_dict(x, n):
    return {"a": [[x**i * j for j in range(n)] for i in range(n)], "b": [x] * n}


@program(case(np.array(S3)))
def cholesky_rosetta(A):
    L = [[0.0] * len(A) for _ in range(len(A))]
    for i, (Ai, Li) in enumerate(zip(A, L)):
        for j, Lj in enumerate(L[: i + 1]):
            s = sum(Li[k] * Lj[k] for k in range(j))
            Li[j] = math.sqrt(Ai[i] - s) if (i == j) else (1.0 / Lj[j] * (Ai[j] - s))
    return np.array(L)


# ---------------------------------------------------------------- pairs and objects in lists


@program(case(0.5, 3))
def pairs_moved(x, n):
    P = [[x * i, x + i] for i in range(n)]
    for p in P:
        p[0] += 0.1 * p[1]
        p[1] -= 0.1 * p[0]
    return sum(p[0] * p[1] for p in P)


@program(case(0.5, 3))
def pairs_two(x, n):
    P = [[x * i, x + i] for i in range(n)]
    for i in range(n):
        for j in range(n):
            if i != j:
                a = P[i]
                b = P[j]
                a[0] += 0.1 * b[1]
    return P[0][0] + P[1][0]


class B:
    def __init__(self, p, v):
        self.p = p
        self.v = v

    def step(self, dt):
        self.p += dt * self.v
        self.v -= dt * self.p


@program(case(0.5, 3))
def objects_loop(x, n):
    bs = [B(x * i, 1.0 + i) for i in range(n)]
    for _ in range(3):
        for b in bs:
            b.step(0.1)
    return sum(b.p for b in bs)


@program(case(0.5, 3))
def objects_nbody(x, n):
    bs = [B(x * i, 1.0 + i) for i in range(n)]
    for _ in range(2):
        for a in bs:
            f = 0.0
            for b in bs:
                if a is not b:
                    f += b.p - a.p
            a.v += 0.1 * f
        for b in bs:
            b.p += 0.1 * b.v
    return sum(b.p for b in bs)


# ---------------------------------------------------------------- one list at several places


@program(case(0.5, 3), may_refuse=True)
def stale_row_read(x, n):
    M = [[x * (i + 1) + j for j in range(n)] for i in range(n)]
    r = M[0]
    M[0] = [x] * n
    return r[1] * x + M[0][0]


@program(case(0.5, 3), may_refuse=True)
def stale_row_write(x, n):
    M = [[x * (i + 1) + j for j in range(n)] for i in range(n)]
    r = M[0]
    M[0] = [x] * n
    r[0] = 7.0
    return M[0][0] + r[0]


@program(case(0.5, 3), may_refuse=True)
def doubled(x, n):
    M = [[x * (i + 1) + j for j in range(n)] for i in range(n)]
    M[1] = M[0]
    M[0][0] = 7.0 * x
    return M[1][0] + M[0][1]


@program(case(0.5, 3), may_refuse=True)
def shallow(x, n):
    M = [[x * (i + 1) + j for j in range(n)] for i in range(n)]
    A = M[:]
    A[0] = [x * 2] * n
    return M[0][0] + A[0][0]


@program(case(0.5, 3), may_refuse=True)
def shallow2(x, n):
    M = [[x * (i + 1) + j for j in range(n)] for i in range(n)]
    A = M[:]
    A[0][0] = 5 * x
    return M[0][0] + A[0][0]


@program(case(0.5, 3), may_refuse=True)
def other_list(x, n):
    M = [[x * (i + 1) + j for j in range(n)] for i in range(n)]
    N = []
    for r in M:
        N.append(r)
    N[0][0] = 5 * x
    return M[0][0] + N[0][0]


@program(case(0.5, 3), may_refuse=True)
def other_list2(x, n):
    M = [[x * (i + 1) + j for j in range(n)] for i in range(n)]
    N = [r for r in M]
    M[0][0] = 5 * x
    return M[0][0] + N[0][0]


@program(case(0.5, 3), may_refuse=True)
def from_other(x, n):
    M = [[x * (i + 1) + j for j in range(n)] for i in range(n)]
    N = [[x] * n for _ in range(n)]
    N[1] = M[0]
    M[0][0] = 5 * x
    return M[0][0] + N[1][0]


@program(case(0.5, 3), may_refuse=True)
def row_rebound_after_store(x, n):
    M = [[x * (i + 1) + j for j in range(n)] for i in range(n)]
    row = [x] * n
    M[0] = row
    row[1] = 3.0 * x
    return M[0][1]


@program(case(0.5, 3), may_refuse=True)
def append_row_of_self(x, n):
    M = [[x * (i + 1) + j for j in range(n)] for i in range(n)]
    M.append(M[0])
    M[0][0] = 9.0 * x
    return M[3][0] + x


@program(case(0.5, 3), may_refuse=True)
def swap_then_write_row(x, n):
    M = [[x * (i + 1) + j for j in range(n)] for i in range(n)]
    r = M[0]
    M[0], M[1] = M[1], M[0]
    r[0] = 7.0
    return M[0][0] + M[1][0] * x


@program(case(np.array([[1.0, 2.0], [3.0, 4.0]])), may_refuse=True)
def rows_of_array_list(a):
    rows = list(a.copy())
    rows[0], rows[1] = rows[1], rows[0]
    return rows[0][0] * rows[1][1]


@program(case(0.5, 3), may_refuse=True)
def swap_of_arrays(x, n):
    V = [np.array([x * i, 1.0]) for i in range(n)]
    V[0], V[1] = V[1], V[0]
    V[0][0] = 5.0 * x
    return np.sum(V[0] * V[1]) + V[1][0]


@program(case(0.5, 3), may_refuse=True)
def arr_doubled(x, n):
    V = [np.array([x * i, 1.0]) for i in range(n)]
    V[1] = V[0]
    V[0][0] = 5.0 * x
    return V[1][0] + V[2][0]


@program(case(0.5, 3), may_refuse=True)
def arr_appended_self(x, n):
    V = [np.array([x * i, 1.0]) for i in range(n)]
    V.append(V[0])
    V[0][0] = 5.0 * x
    return V[-1][0] + V[2][0]


@program(case(0.5, 3), may_refuse=True)
def same_twice(x, n):
    r = [x] * n
    M = [r, r]
    for i in range(n):
        M.append([x] * n)
    M[0][0] = 5.0 * x
    return M[1][0]


def first(M):
    return M[0]


@program(case(0.5, 3), may_refuse=True)
def callee_row(x, n):
    M = [[x * i for i in range(n)] for _ in range(n)]
    r = first(M)
    M[0] = [5 * x] * n
    return r[1]


@program(case(0.5, 3), may_refuse=True)
def sections_twice(x, n):
    M = [[x * i for i in range(n)] for _ in range(n)]
    M = M[:1] + M[:1]
    M[0][1] = 5 * x
    return M[1][1]


@program(case(0.5, 3), may_refuse=True)
def popped_twice(x, n):
    M = [[x * i for i in range(n)] for _ in range(n)]
    r = M[0]
    M.append(r)
    M.pop(0)
    r[0] = 5 * x
    return M[-1][0]


@program(case(0.5, 3), may_refuse=True)
def insert_front(x, n):
    M = [[x * i for i in range(n)] for _ in range(n)]
    r = M[1]
    M.insert(0, [1.0] * n)
    r[0] = 5 * x
    return M[2][0] + M[1][0]


@program(case(0.5, 3), may_refuse=True)
def callee_swaps_stale(x, n):
    M = [[x * i * j for i in range(n)] for j in range(n)]
    r = M[0]
    swap(M, 0, 2)
    M[2][1] = 7.0 * x
    return r[1]


def setit(M, v):
    M[0][0] = v


@program(case(0.5, 3), may_refuse=True)
def callee_writes_moved(x, n):
    M = [[x * i * j for i in range(n)] for j in range(n)]
    t = M[0]
    M[0] = M[1]
    M[1] = t
    setit(M, 5 * x)
    return t[0] + M[0][0]


@program(case(0.5, 3), may_refuse=True)
def callee_writes_moved2(x, n):
    M = [[x * i * j for i in range(n)] for j in range(n)]
    t = M[1]
    u = M[0]
    M[0] = t
    M[1] = u
    setit(M, 5 * x)
    return t[0]


def double_it(M):
    M[1] = M[0]


@program(case(0.5, 3), may_refuse=True)
def callee_doubles(x, n):
    M = [[x * i * j for i in range(n)] for j in range(n)]
    double_it(M)
    M[0][0] = 5 * x
    return M[1][0]


@program(case(0.5, 3), may_refuse=True)
def row_of_either(x, n):
    M = [[x * i * j for i in range(n)] for j in range(n)]
    N = [[x * i + j for i in range(n)] for j in range(n)]
    r = M[0] if x > 1 else N[1]
    r[0] = 7.0 * x
    return N[1][0] + M[0][0]


# ---------------------------------------------------------------- lists of arrays' entries


@program(case(A3))
def minor_determinant(matrix):
    def minor(m, i, j):
        return [row[:j] + row[j + 1 :] for row in (m[:i] + m[i + 1 :])]

    def det(m):
        if len(m) == 2:
            return m[0][0] * m[1][1] - m[0][1] * m[1][0]
        d = 0
        for c in range(len(m)):
            d += ((-1) ** c) * m[0][c] * det(minor(m, 0, c))
        return d

    return det(matrix.tolist())


@program(case(np.array([[0.0, 0.0], [1.0, 2.0], [3.0, 3.0], [4.0, 0.5]]), 0.3), wrt=(0, 1))
def casteljau_rec(points, t):
    def lerp(p, q):
        return [(1 - t) * a + t * b for a, b in zip(p, q)]

    def rec(ps):
        if len(ps) == 1:
            return ps[0]
        return rec([lerp(ps[i], ps[i + 1]) for i in range(len(ps) - 1)])

    return rec(points.tolist())


def stored(rows, i, j, v):
    rows[i][j] = v


def exchanged(rows, i, j):
    rows[i], rows[j] = rows[j], rows[i]


@program(case(0.7, 2), case(0.7, 0))
def entries_that_a_callee_writes(x, n):
    rows = [[x, 1.0], [2.0, x * x]]
    for i in range(n):
        stored(rows, i, 1 - i, x * i + rows[i][i])
    exchanged(rows, 0, n % 2)
    return rows[0][0] * rows[1][1] + rows[0][1] * rows[1][0]


class Board:
    def __init__(self, rows):
        self.rows = [list(r) for r in rows]

    def put(self, i, j, v):
        self.rows[i][j] = v

    def total(self):
        return sum(sum(r) * k for k, r in enumerate(self.rows, 1))


@program(case(0.7, 2))
def entries_that_a_method_writes(x, n):
    board = Board([[x, 1.0], [2.0, x * x]])
    for i in range(n):
        board.put(i, n - 1 - i, x * i)
    return board.total() ** 2


class _Grid:
    def __init__(self, rows):
        self.rows = [list(r) for r in rows]

    def __getitem__(self, at):
        i, j = at
        return self.rows[i][j]

    def __setitem__(self, at, value):
        i, j = at
        self.rows[i][j] = value

    def put(self, i, j, value):
        self.rows[i][j] = value

    def get(self, i, j):
        return self.rows[i][j]


@program(case(0.7, 2))
def one_method_reads_and_another_writes(x, n):
    grid = _Grid([[x, 1.0], [2.0, x * x]])
    for i in range(n):
        grid.put(i, i, x * i + grid.get(i, 1 - i))
        grid[i, 1 - i] += x * grid[i, i]
    return grid.rows[0][0] * grid.rows[1][1] + grid[0, 1]


def _entry(rows, i, j):
    return rows[i][j]


def _enter(rows, i, j, value):
    rows[i][j] = value


@program(case(0.7, 2))
def one_function_reads_and_another_writes(x, n):
    rows = [[x, 1.0], [2.0, x * x]]
    before = _entry(rows, n - 1, n - 1)
    _enter(rows, n - 1, 0, x * before)
    rows[n - 2][1] = before * rows[n - 1][0]
    return rows[1][0] * rows[0][1] + rows[0][0]


@program(case(np.array([[4.0, 1.0, 0.5], [1.0, 3.0, -0.4], [0.5, -0.4, 2.5]])))
def cyclic_jacobi(A):
    """Jacobi's rotations on lists (Golub, Van Loan, Matrix Computations, section 8.5)."""
    n = len(A)
    a = [[0.5 * (A[i][j] + A[j][i]) for j in range(n)] for i in range(n)]
    for _ in range(30):
        if sum(a[i][j] ** 2 for i in range(n) for j in range(n) if i != j) < 1e-20:
            break
        for p in range(n - 1):
            for q in range(p + 1, n):
                theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
                t = (1 if theta >= 0 else -1) / (abs(theta) + math.sqrt(theta * theta + 1))
                c = 1 / math.sqrt(t * t + 1)
                s = t * c
                for k in range(n):
                    a[k][p], a[k][q] = c * a[k][p] - s * a[k][q], s * a[k][p] + c * a[k][q]
                for k in range(n):
                    a[p][k], a[q][k] = c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k]
    return max(a[i][i] for i in range(n))
