"""Functions that call themselves and write the arrays that they are given."""

import math

import numpy as np

from tests.programs.registry import case, program

V3 = np.array([0.7, 1.3, 0.9])
V4 = np.array([0.7, 1.3, 0.9, 1.1])
V5 = np.array([0.7, 1.3, 0.9, 1.1, 0.4])
V8 = np.array([0.7, 1.3, 0.9, 1.1, 0.4, 0.6, 1.2, 0.8])
A33 = np.array([[0.5, 1.2, 0.7], [1.1, 0.4, 0.9], [0.3, 0.8, 1.3]])


def partition(a, lo, hi):
    p = a[hi]
    i = lo
    for j in range(lo, hi):
        if a[j] < p:
            a[i], a[j] = a[j], a[i]
            i += 1
    a[i], a[hi] = a[hi], a[i]
    return i


def qsort(a, lo=0, hi=None):
    if hi is None:
        hi = len(a) - 1
    if lo < hi:
        i = partition(a, lo, hi)
        qsort(a, lo, i - 1)
        qsort(a, i + 1, hi)
    return a


@program(case(V8))
def quicksort_with_partition(x):
    return np.sum(qsort(x * 2.0) * np.arange(8))


@program(case(V8))
def quicksort_result_and_argument(x):
    a = x * 2.0
    b = qsort(a)
    b[0] = b[0] * 3.0
    return np.sum(a * np.arange(1, 9)) + b[1]


def halve(a):
    n = len(a)
    if n == 1:
        a[0] = a[0] ** 2
        return
    halve(a[: n // 2])
    halve(a[n // 2 :])
    a[0] += a[-1]


@program(case(V8))
def halves_as_views(x):
    a = x * 1.0
    halve(a)
    return np.sum(a**2)


def shift(a, b, n):
    if n == 0:
        return
    a[0] += b[1]
    shift(b, a, n - 1)
    b[2] *= a[0]


@program(case(V3, V4[:3]), wrt=(0, 1))
def arguments_swapped(x, y):
    a = x.copy()
    b = y.copy()
    shift(a, b, 4)
    return np.sum(a * b)


@program(case(V3), may_refuse=True)
def one_array_twice(x):
    a = x.copy()
    shift(a, a, 3)
    return np.sum(a * a)


@program(case(V4), may_refuse=True)
def overlapping_slices(x):
    a = x.copy()
    shift(a[:3], a[1:], 2)
    return np.sum(a * a)


def scale_rows(A, i):
    if i == len(A):
        return
    row = A[i]
    row *= i + 1.0
    row[0] = np.sin(row[0])
    scale_rows(A, i + 1)
    row[1] += A[0, 0]


@program(case(A33))
def rows_of_argument(B):
    A = B.copy()
    keep = A[1]
    scale_rows(A, 0)
    return np.sum(A * A) + np.sum(keep)


def fill(memo, n, x):
    if memo[n] > 0:
        return memo[n]
    memo[n] = x * fill(memo, n - 1, x) + fill(memo, n - 2, x)
    return memo[n]


@program(case(0.7, 6))
def memo_array(x, n):
    memo = np.zeros(n + 1)
    memo[0] = 1.0
    memo[1] = 1.0
    return fill(memo, n, x)


def even(a, i):
    if i < len(a):
        a[i] = a[i] ** 2
        odd(a, i + 1)


def odd(a, i):
    if i < len(a):
        a[i] = np.sin(a[i]) * a[i - 1]
        even(a, i + 1)


@program(case(V5))
def mutually(x):
    a = x.copy()
    even(a, 0)
    return np.sum(a)


@program(case(V5))
def nested_recursive(x):
    a = x.copy()
    total = []

    def visit(i):
        if i >= len(a):
            return 0.0
        a[i] *= 1.5
        return a[i] ** 2 + visit(2 * i + 1) + visit(2 * i + 2)

    return visit(0) * np.sum(a)


@program(case(V5, 3), case(V5, 0))
def itself(x, n):
    if n == 0:
        return np.sum(x**2)
    x[n] *= x[n - 1]
    return itself(x, n - 1) + x[0]


@program(case(V5, 3))
def itself_by_caller(x, n):
    y = x * 1.0
    z = y[1:]
    s = itself(y, n)
    return s * np.sum(z)


def grow(u, n):
    u[0] += 1.0
    if n > 0:
        u = u * 2.0
        u[1] = u[0] ** 2
        u = grow(u, n - 1)
    return u


@program(case(V3, 3))
def returned_or_new(x, n):
    u = x.copy()
    v = grow(u, n)
    return np.sum(v * v)


@program(case(V3, 3), may_refuse=True)
def returned_or_new_read_after(x, n):
    u = x.copy()
    v = grow(u, n)
    return np.sum(v * u)


@program(case(V3, 3), may_refuse=True)
def returned_or_new_seen_by_view(x, n):
    u = x.copy()
    w = u[:2]
    v = grow(u, n)
    v[0] = 3.0
    return np.sum(v) + np.sum(w)


def heapify(a, n, i):
    largest = i
    left = 2 * i + 1
    right = 2 * i + 2
    if left < n and a[left] > a[largest]:
        largest = left
    if right < n and a[right] > a[largest]:
        largest = right
    if largest != i:
        a[i], a[largest] = a[largest], a[i]
        heapify(a, n, largest)


@program(case(V8))
def heapsort(x):
    a = x.copy()
    n = len(a)
    for i in range(n // 2 - 1, -1, -1):
        heapify(a, n, i)
    for i in range(n - 1, 0, -1):
        a[0], a[i] = a[i], a[0]
        heapify(a, i, 0)
    return np.sum(a * np.arange(8))


def lu_rec(A, k):
    n = A.shape[0]
    if k == n - 1:
        return
    A[k + 1 :, k] /= A[k, k]
    A[k + 1 :, k + 1 :] -= np.outer(A[k + 1 :, k], A[k, k + 1 :])
    lu_rec(A, k + 1)


@program(case(A33))
def lu_recursive(M):
    A = M + 2 * np.eye(3)
    lu_rec(A, 0)
    return np.prod(np.diag(A)) + A[2, 0]


def chol_rec(A):
    n = len(A)
    if n == 0:
        return
    A[0, 0] = math.sqrt(A[0, 0])
    A[1:, 0] = A[1:, 0] / A[0, 0]
    A[0, 1:] = 0
    A[1:, 1:] -= np.outer(A[1:, 0], A[1:, 0])
    chol_rec(A[1:, 1:])


@program(case(A33))
def cholesky_recursive(M):
    A = M @ M.T + np.eye(3)
    chol_rec(A)
    return np.sum(np.log(np.diag(A))) + A[2, 1]


def dfs(W, i, visited, dist):
    visited[i] = True
    for j in range(len(W)):
        if not visited[j]:
            dist[j] = dist[i] + W[i, j]
            dfs(W, j, visited, dist)


@program(case(A33))
def depth_first_distances(W):
    visited = np.zeros(3, dtype=bool)
    dist = np.zeros(3)
    dfs(W, 0, visited, dist)
    return np.sum(dist**2)


def simpson_adaptive(f, a, b, eps, out, depth):
    m = 0.5 * (a + b)
    whole = (b - a) / 6 * (f(a) + 4 * f(m) + f(b))
    lm, rm = 0.5 * (a + m), 0.5 * (m + b)
    left = (m - a) / 6 * (f(a) + 4 * f(lm) + f(m))
    right = (b - m) / 6 * (f(m) + 4 * f(rm) + f(b))
    out[depth] += 1.0 * left
    if abs(left + right - whole) < eps or depth > 5:
        return left + right
    return simpson_adaptive(f, a, m, eps / 2, out, depth + 1) + simpson_adaptive(
        f, m, b, eps / 2, out, depth + 1
    )


@program(case(0.4, 1.2), wrt=(0, 1))
def adaptive_quadrature_counts(k, b):
    out = np.zeros(8)
    q = simpson_adaptive(lambda x: np.exp(-k * x * x) * np.sin(5 * x), 0.0, b, 1e-4, out, 0)
    return q + np.sum(out)


class Sorter:
    def __init__(self, a):
        self.a = a
        self.swaps = 0

    def sort(self, lo, hi):
        if hi - lo < 1:
            return
        mid = (lo + hi) // 2
        self.sort(lo, mid)
        self.sort(mid + 1, hi)
        for i in range(lo, hi):
            if self.a[i] > self.a[i + 1]:
                self.a[i], self.a[i + 1] = self.a[i + 1], self.a[i]
                self.swaps += 1


@program(case(V5))
def sorter_object(x):
    s = Sorter(x * x)
    s.sort(0, len(x) - 1)
    return np.sum(s.a * np.arange(5)) + s.swaps * x[0]


def _fft_inplace(re, im):
    n = len(re)
    if n == 1:
        return
    er, ei = re[0::2].copy(), im[0::2].copy()
    odr, odi = re[1::2].copy(), im[1::2].copy()
    _fft_inplace(er, ei)
    _fft_inplace(odr, odi)
    for k in range(n // 2):
        c, s = math.cos(-2 * math.pi * k / n), math.sin(-2 * math.pi * k / n)
        tr = c * odr[k] - s * odi[k]
        ti = s * odr[k] + c * odi[k]
        re[k] = er[k] + tr
        im[k] = ei[k] + ti
        re[k + n // 2] = er[k] - tr
        im[k + n // 2] = ei[k] - ti


@program(case(V8))
def fft_recursive_inplace(x):
    re = x.copy()
    im = np.zeros_like(x)
    _fft_inplace(re, im)
    return np.sum(np.sqrt(re**2 + im**2) * np.arange(8))


def merge_sort(a):
    if len(a) > 1:
        mid = len(a) // 2
        left = a[:mid].copy()
        right = a[mid:].copy()
        merge_sort(left)
        merge_sort(right)
        i = j = k = 0
        while i < len(left) and j < len(right):
            if left[i] < right[j]:
                a[k] = left[i]
                i += 1
            else:
                a[k] = right[j]
                j += 1
            k += 1
        while i < len(left):
            a[k] = left[i]
            i += 1
            k += 1
        while j < len(right):
            a[k] = right[j]
            j += 1
            k += 1


@program(case(V8))
def mergesort_inplace(x):
    a = x * 2.0
    merge_sort(a)
    return np.sum(a**2 * np.arange(8))


def _vcycle(u, f, h):
    n = len(u) - 1
    if n <= 2:
        u[1] = 0.5 * (u[0] + u[2] + h * h * f[1])
        return
    for _ in range(2):
        for i in range(1, n):
            u[i] = 0.5 * (u[i - 1] + u[i + 1] + h * h * f[i])
    r = np.zeros(n + 1)
    for i in range(1, n):
        r[i] = f[i] + (u[i - 1] - 2 * u[i] + u[i + 1]) / (h * h)
    rc = np.zeros(n // 2 + 1)
    for i in range(1, n // 2):
        rc[i] = 0.25 * (r[2 * i - 1] + 2 * r[2 * i] + r[2 * i + 1])
    ec = np.zeros(n // 2 + 1)
    _vcycle(ec, rc, 2 * h)
    for i in range(1, n // 2):
        u[2 * i] += ec[i]
    for i in range(n // 2):
        u[2 * i + 1] += 0.5 * (ec[i] + ec[i + 1])
    for i in range(1, n):
        u[i] = 0.5 * (u[i - 1] + u[i + 1] + h * h * f[i])


@program(case(np.linspace(0.2, 1.3, 9), 2))
def multigrid_vcycle(f, cycles):
    u = np.zeros(9)
    for _ in range(cycles):
        _vcycle(u, f, 1.0 / 8)
    return np.sum(u**2)


def _vcycle_functional(u, f, h):
    n = u.size - 1
    for _ in range(2):
        u[1:-1] = u[1:-1] + 0.6 * 0.5 * (u[:-2] - 2 * u[1:-1] + u[2:] + h**2 * f[1:-1])
    if n > 2:
        res = np.zeros_like(u)
        res[1:-1] = f[1:-1] - (2 * u[1:-1] - u[:-2] - u[2:]) / h**2
        rc = res[::2].copy()
        e = _vcycle_functional(np.zeros_like(rc), rc, 2 * h)
        corr = np.zeros_like(u)
        corr[::2] = e
        corr[1::2] = 0.5 * (e[:-1] + e[1:])
        u = u + corr
    return u


@program(case(np.linspace(0.2, 1.3, 9), 2))
def multigrid_returning(f, cycles):
    u = np.zeros(9)
    for _ in range(cycles):
        u = _vcycle_functional(u, f, 0.125)
    return np.sum(u**2)


def _hanoi(n, a, b, c, cost):
    if n == 0:
        return
    _hanoi(n - 1, a, c, b, cost)
    cost[a] += 0.5 * cost[c] * n
    _hanoi(n - 1, b, a, c, cost)


@program(case(V3, 3))
def hanoi_costs(x, n):
    cost = x.copy()
    _hanoi(n, 0, 1, 2, cost)
    return np.sum(cost**2)


def _flood(grid, i, j, v):
    if i < 0 or j < 0 or i >= grid.shape[0] or j >= grid.shape[1]:
        return
    if grid[i, j] >= 1.0:
        return
    grid[i, j] = 1.0 + v * grid[i, j]
    _flood(grid, i + 1, j, v)
    _flood(grid, i - 1, j, v)
    _flood(grid, i, j + 1, v)
    _flood(grid, i, j - 1, v)


@program(case(A33, 0.7), wrt=(0, 1))
def flood_fill(g, v):
    grid = g.copy()
    _flood(grid, 0, 0, v)
    return np.sum(grid**2)


def _haar(a, n):
    if n < 2:
        return
    half = n // 2
    tmp = a[:n].copy()
    a[:half] = (tmp[0::2] + tmp[1::2]) / 2
    a[half:n] = (tmp[0::2] - tmp[1::2]) * 0.5
    _haar(a, half)


@program(case(V8))
def haar_recursive(x):
    a = x**2
    _haar(a, 8)
    return np.sum(a**3)


def _permute(a, k, out):
    if k == len(a):
        out.append(a[0] * a[1] ** 2 * a[2] ** 3)
        return
    for i in range(k, len(a)):
        a[k], a[i] = a[i], a[k]
        _permute(a, k + 1, out)
        a[k], a[i] = a[i], a[k]


@program(case(0.7, 1.3, 0.9), wrt=(0, 1, 2))
def permutations_backtracking(a, b, c):
    out = []
    _permute([a, b, c], 0, out)
    return sum(out)


# Tables that a function inside fills as it calls itself.


@program(case(np.array([1.0, 2.0, 1.5, 0.7]), 0.5), wrt=(0, 1))
def matrix_chain_with_a_table(dims, temperature):
    n = len(dims) - 1
    memo = [[None] * n for _ in range(n)]

    def cost(i, j):
        if i == j:
            return 0.0
        if memo[i][j] is not None:
            return memo[i][j]
        candidates = []
        for k in range(i, j):
            candidates.append(cost(i, k) + cost(k + 1, j) + dims[i] * dims[k + 1] * dims[j + 1])
        c = np.array(candidates)
        low = c.min()
        memo[i][j] = low - temperature * np.log(np.sum(np.exp(-(c - low) / temperature)))
        return memo[i][j]

    return cost(0, n - 1)


@program(case(1.1, 4))
def paths_in_a_triangle(x, n):
    memo = [[None] * n for _ in range(n)]

    def paths(i, j):
        if i == j:
            return x
        if memo[i][j] is not None:
            return memo[i][j]
        best = paths(i, j - 1) + paths(i + 1, j) * x
        memo[i][j] = best
        return best

    return paths(0, n - 1)


@program(case(np.array([0.2, 1.0, 0.3, -0.4]), 0.3), wrt=(0, 1))
def chebyshev_series_by_a_growing_list(coeffs, x):
    values = [1.0, x]

    def t(n):
        if n < len(values):
            return values[n]
        value = 2 * x * t(n - 1) - t(n - 2)
        values.append(value)
        return value

    return sum(c * t(k) for k, c in enumerate(coeffs))
