# ruff: noqa: SIM108
"""Programs over arrays: linear algebra, reductions, shapes, broadcasting, indexing."""

import numpy as np

from tests.programs.registry import case, program

A33 = np.array([[0.5, 1.2, 0.7], [1.1, 0.4, 0.9], [0.3, 0.8, 1.3]])
SPD3 = np.array([[2.0, 0.3, 0.5], [0.3, 1.5, -0.2], [0.5, -0.2, 1.8]])
V3 = np.array([0.7, 1.3, 0.9])
V4 = np.array([0.7, 1.3, 0.9, -1.1])
V32 = np.array([0.7, 1.3, 0.9], dtype=np.float32)
NODES = np.array(
    [-0.9061798459386640, -0.5384693101056831, 0.0, 0.5384693101056831, 0.906179845938664]
)


@program(case(V4), case(np.array([1.0])), case(V32), case(np.array([[0.2, 0.9], [1.1, -0.3]])))
def log_sum_exp(x):
    m = np.max(x)
    return m + np.log(np.sum(np.exp(x - m)))


@program(case(np.array([[0.2, 0.9, -0.4], [1.1, -0.3, 0.6]])), case(np.zeros((0, 3)) + 0.0))
def softmax_of_rows(z):
    e = np.exp(z - np.max(z, axis=1, keepdims=True))
    return e / np.sum(e, axis=1, keepdims=True)


@program(case(V4), case(np.array([1.0, 1.0, 1.2])), case(np.array([0.3])))
def rosenbrock(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


@program(case(A33 @ A33.T), case(SPD3))
def power_iteration(a):
    v = np.ones(a.shape[0])
    for _ in range(6):
        v = a @ v
        v = v / np.sqrt(np.sum(v * v))
    return v @ a @ v


@program(case(SPD3, V3), wrt=(0, 1))
def quadratic_form(a, x):
    return 0.5 * np.dot(x, np.dot(a, x)) - np.sum(x)


@program(case(SPD3, V3), wrt=(0, 1))
def jacobi_iteration(a, b):
    x = np.zeros_like(b)
    d = np.zeros(3) + np.array([1.0, 1.0, 1.0])
    for k in range(3):
        d[k] = a[k, k]
    for _ in range(5):
        x = x + (b - a @ x) / d
    return np.sum(x * x)


@program(case(SPD3, V3), wrt=(0, 1))
def conjugate_gradient(a, b):
    x = np.zeros(b.shape)
    r = b - a.dot(x)
    p = r
    rr = r.dot(r)
    for _ in range(2):
        q = a.dot(p)
        alpha = rr / p.dot(q)
        x = x + alpha * p
        r = r - alpha * q
        new = r.dot(r)
        p = r + new / rr * p
        rr = new
    return (x * x).sum()


@program(case(V3, V4, A33), wrt=(0, 1, 2))
def matmul_in_every_rank(x, y, m):
    outer = x.reshape(3, 1) @ y.reshape(1, 4)
    left = x @ outer
    right = m @ x
    stacked = np.stack([m, m.T]) @ np.stack([m, m])
    inner = x @ right
    return np.sum(left * y) + inner + np.sum(stacked) + np.matmul(m, m).mean()


@program(case(V3, A33), wrt=(0, 1))
def transposes(x, m):
    y = m.T @ x
    z = np.transpose(m) @ y
    w = np.transpose(m.reshape(3, 3, 1), (2, 1, 0))
    return np.sum(y * z) + np.sum(w[0] * m) + (x @ m.T).sum()


@program(case(0.4, V3, A33), case(np.array(0.4), V3, A33), wrt=("s", "v", "m"))
def broadcasting(s, v, m):
    a = m + v
    b = v.reshape(3, 1) * v
    c = s * m - b / (1.0 + s * s)
    d = np.array([[[1.0]], [[2.0]]]) * c
    return np.sum(d) + np.sum(a * c) + np.sum(s + v)


@program(case(np.array([[0.7, 1.3], [0.9, -1.1], [0.2, 0.4]])))
def reductions(x):
    a = np.sum(x, axis=0) * np.mean(x, axis=0)
    b = x.sum(axis=1, keepdims=True) * x
    c = np.max(x, axis=1) - x.min(axis=1)
    d = x.mean() + x.max() + np.sum(x, axis=(0, 1)) + np.mean(x, axis=-1, keepdims=True)
    return np.sum(a) + b.sum() + np.sum(c * c) + np.sum(d)


@program(case(V3, V4), case(V3, np.array([])), wrt=(0, 1))
def concatenation(x, y):
    z = np.concatenate([x, y * 2.0, x[:1]])
    w = np.concatenate((x.reshape(1, 3), np.ones((2, 3))), axis=0)
    return np.sum(z * z * np.arange(z.shape[0])) + np.sum(w @ x)


@program(case(V3, V3 + 0.5), wrt=(0, 1))
def stacking(x, y):
    s = np.stack([x, y, x * y])
    t = np.stack((x, y), axis=1)
    return np.sum(s @ t)


@program(case(V4), case(V4.astype(np.float32)))
def fresh_arrays(x):
    z = np.zeros((2, 2)) + np.ones((2, 2)) * x[0]
    w = np.zeros_like(x) + np.ones_like(x) * x + np.arange(4) * x + np.arange(0.0, 2.0, 0.5)
    return np.sum(z) + np.sum(w * w)


@program(case(A33), case(A33.T), case(np.asfortranarray(A33)), case(A33[::-1]))
def indexing(m):
    a = m[0, 1] * m[-1, -1]
    b = m[1]
    c = m[:, 1]
    d = m[1:, ::2]
    e = m[::-1, 0]
    f = m[..., None] * c
    g = m[np.newaxis, 2]
    return a + np.sum(b * c) + np.sum(d * d) + np.sum(e * b) + np.sum(f) + np.sum(g * g)


@program(case(V4, np.array([0, 2, 0, -1])), case(V4, np.array([1])))
def integer_array_index(x, i):
    y = x[i]
    z = x[[1, 1, 3]]
    return np.sum(y * y * y) + np.sum(z * z)


@program(case(V4, np.array([True, False, True, True])))
def boolean_mask_index(x, keep):
    y = x[keep]
    return np.sum(y * y) + np.mean(x[x > 0.0])


@program(case(V4), case(np.array([0.4, 0.2])))
def reshape_methods(x):
    a = x.reshape(-1, 2)
    b = np.reshape(x * x, (2, -1))
    c = a.reshape(x.shape)
    return np.sum(a.T @ b.T) + np.sum(c * x)


@program(case(V3), case(np.array([])), case(np.zeros((2, 0))))
def sum_of_squares(x):
    return np.sum(x * x)


@program(case(np.array([])), case(V3))
def elementwise_on_empty(x):
    return np.sin(x) * 2.0 + np.exp(-x)


@program(case(V3, 2.0), case(np.array([1.4, 0.6]), 0.5), wrt=(0, 1))
def power_of_array(x, p):
    y = x**p
    z = x**2 + x**-1 + 2.0**x
    w = p**x
    return np.sum(y * z) + np.sum(w)


@program(case(V3, V32), case(V32, V3), case(V32, V32), wrt=(0, 1))
def mixed_dtypes(x, y):
    z = x * y + np.sin(y)
    return np.sum(z * z)


@program(case(V4), case(V4 * 3.0))
def piecewise_array_operations(x):
    a = np.maximum(x, 0.3) * np.minimum(x, 0.8)
    b = np.abs(x) + np.sign(x) * x
    c = np.clip(x, -1.0, 1.0) ** 2
    d = np.where(x > 0.5, x * x, -x)
    return np.sum(a + b + c + d)


@program(case(V3, V4[:3] * 1.1), wrt=(0, 1))
def maximum_of_two(x, y):
    return np.sum(np.maximum(x, y) * np.minimum(x * x, y))


@program(case(V4))
def remainder_and_floor(x):
    q = x // 0.4
    r = x % 0.4
    return np.sum(q * r) + np.sum(r * r) + np.sum(-x % 1.5)


@program(case(np.array([[0.2, 1.1], [1.9, -0.4], [0.8, 0.8]])))
def pairwise_distances(p):
    d = p[:, None, :] - p[None, :, :]
    r2 = np.sum(d * d, axis=-1)
    return np.sum(np.exp(-r2)) + np.sum(r2 / (1.0 + r2))


@program(case(V4), case(np.array([2.0])))
def variance_by_hand(x):
    m = np.mean(x)
    c = x - m
    return np.mean(c * c) + m * np.sqrt(1.0 + np.mean(x**2))


@program(case(np.array([1.0, -0.5, 0.25]), np.array([0.1, 0.5, 0.9, 1.4])), wrt=(0, 1))
def polynomial_at_many_points(c, x):
    y = np.zeros_like(x)
    for k in range(c.shape[0]):
        y = y * x + c[k]
    return y


@program(case(0.3, 1.4), wrt=(0, 1))
def quadrature_with_data(a, b):
    x = 0.5 * (b - a) * NODES + 0.5 * (a + b)
    y = np.exp(-x * x) * np.cos(3.0 * x)
    return 0.5 * (b - a) * np.mean(y)


@program(case(V3, V3), case(V4, V4 * 0.5), wrt=(0, 1))
def same_array_twice(x, y):
    return np.sum(x * y * y) + np.dot(x, y)


@program(case(np.array([3, 1, 2]), V3), case([2, 3], V3), wrt=(0, 1))
def integers_under_wrt(k, x):
    return np.sum(x) * k[0] * k[1] + k[1] * k[1]


@program(case(np.float64(0.4), np.float32(0.7), np.array(1.5), V32), wrt=(0, 1, 2, 3))
def every_kind_of_leaf(a, b, c, d):
    return np.sum(d * a) + b * c * a


@program(case(V3, 0.4), wrt=(0, 1))
def returns_array_and_scalar(x, s):
    y = np.tanh(x * s)
    return y, np.sum(y) * s, (s, y[0])


@program(case(V4))
def returns_view_of_argument(x):
    return x[1:]


@program(case(V3))
def returns_argument(x):
    return x


@program(case(V3, A33), wrt=(0, 1))
def returns_same_array_twice(x, m):
    y = m @ x
    return y, y, m.T


@program(case(V4), case(V4[::2]), case(np.arange(8.0)[1::2] + 0.5))
def views_that_are_only_read(x):
    y = x * x
    head = y[:-1]
    tail = y[1:]
    z = y.reshape(-1, 1)
    again = head
    return np.sum(head * tail) + np.sum(z * y) + np.sum(again * head * tail)


@program(case(A33))
def views_of_views(m):
    b = m * m
    t = b.T
    row = t[1]
    part = row[1:]
    return np.sum(part * b[0, :2]) * np.sum(t @ b)


@program(case(V4, 3))
def arrays_carried_by_a_loop(x, n):
    v = x * 0.5
    p = x
    for _ in range(n):
        v = v - 0.1 * np.sin(p)
        p = p + 0.1 * v
    return np.sum(p * v)


@program(case(np.array([[1.0, 0.2], [0.4, 2.0]]), np.array([1.0, 0.5])), wrt=(0, 1))
def matrix_exponential_times_vector(a, v):
    term = v
    total = v.copy()
    for k in range(1, 9):
        term = a @ term / k
        total = total + term
    return total


@program(case(A33, 3), case(A33, 0))
def matrix_power(a, n):
    p = np.zeros((3, 3))
    for i in range(3):
        p[i, i] = 1.0
    for _ in range(n):
        p = p @ a
    return np.sum(p * a)


@program(case(2.0, V4), case(np.array(2.0), V4), case(np.array([2.0]), V4))
def scalar_spread_over_an_array(a, v):
    w = np.zeros(4) + a
    u = v - a
    z = a * np.ones((2, 4)) + v
    t = np.where(v > 0.5, a, v)
    m = np.maximum(a, v - 9.0)
    c = np.clip(a + 0.0 * v[0], v - 9.0, 9.0)
    return np.dot(w, w) + np.sum(w) + np.sum(u) + np.mean(z) + np.sum(t) + np.sum(m) + np.sum(c)


@program(case(np.array([0.7, 1.3]), 3), case(np.array([[0.7, 1.3]]), 2))
def row_spread_over_a_matrix(x, n):
    m = np.zeros((n, 2)) + x
    k = np.ones((n, 2)) - x
    p = (-x) * np.ones((n, 1))
    return (
        np.sum(m) + np.sum(k) * 2.0 + np.mean(p) + np.sum(m[1:]) + np.sum((x + np.ones((n, 2))).T)
    )


@program(case(0.7), case(np.array(0.7)))
def result_spread_over_an_array(a):
    return np.zeros(3) + a, np.ones((2, 1)) - a, a + np.array([[1.0, 2.0]])


@program(case(np.arange(6.0).reshape(2, 3) / 4.0))
def blocks_of_several_depths(m):
    row = np.block([[m, m[:, :1] ** 2]])
    deep = np.block([[[m, m]], [[2.0 * m, m * m]]])
    mixed = np.block([[m[0], 1.0], [m, np.zeros((2, 1))]])
    return np.sum(np.sin(row)) + np.sum(deep[1] * deep[0]) + np.sum(mixed**2)
