"""In-place writes that one name sees: local arrays, slices, elements, and written parameters."""

import numpy as np

from tests.programs.registry import case, program

V3 = np.array([0.7, 1.3, 0.9])
V4 = np.array([0.7, 1.3, 0.9, -1.1])
V5 = np.array([0.2, 0.9, 0.4, 1.1, 0.6])
M33 = np.array([[2.0, 0.3, 0.5], [0.3, 1.5, -0.2], [0.5, -0.2, 1.8]])


@program(case(V5), case(np.array([0.4])), case(np.array([])))
def prefix_sums(x):
    y = np.zeros(x.shape[0])
    s = 0.0
    for i in range(x.shape[0]):
        s += x[i] * x[i]
        y[i] = s
    return y


@program(case(0.8, V5), case(1.1, np.array([0.4])), wrt=(0, 1))
def recurrence_in_an_array(a, x):
    y = np.zeros_like(x)
    y[0] = x[0]
    for i in range(1, x.shape[0]):
        y[i] = a * y[i - 1] + np.sin(x[i])
    return np.sum(y * y)


@program(case(V5), case(V5[:3]))
def moving_average(x):
    n = x.shape[0] - 2
    y = np.zeros(n)
    for i in range(n):
        for j in range(3):
            y[i] += x[i + j] / 3.0
    return np.sum(y**3)


@program(case(V5, 0.2), case(np.array([0.1, 2.0, -1.0]), 0.4), wrt=(0, 1))
def heat_equation(u, r, steps=3):
    for _ in range(steps):
        new = u.copy()
        new[1:-1] = u[1:-1] + r * (u[2:] - 2.0 * u[1:-1] + u[:-2])
        u = new
    return np.sum(u * u)


@program(case(V5))
def heat_equation_element_by_element(u):
    old = np.zeros(5)
    for i in range(5):
        old[i] = u[i]
    for _ in range(2):
        new = np.zeros(5)
        new[0] = old[0]
        new[4] = old[4] * 0.9
        for i in range(1, 4):
            new[i] = 0.25 * old[i - 1] + 0.5 * old[i] + 0.25 * old[i + 1] ** 2
        old = new
    return old


@program(
    case(np.array([-0.3, 0.2]), np.array([2.0, 2.5, 1.8]), np.array([0.4, -0.1]), V3),
    wrt=(0, 1, 2, 3),
)
def tridiagonal_solve(lower, diagonal, upper, rhs):
    n = diagonal.shape[0]
    c = np.zeros(n)
    d = np.zeros(n)
    c[0] = upper[0] / diagonal[0]
    d[0] = rhs[0] / diagonal[0]
    for i in range(1, n):
        w = diagonal[i] - lower[i - 1] * c[i - 1]
        if i < n - 1:
            c[i] = upper[i] / w
        d[i] = (rhs[i] - lower[i - 1] * d[i - 1]) / w
    x = np.zeros(n)
    x[n - 1] = d[n - 1]
    for i in range(n - 2, -1, -1):
        x[i] = d[i] - c[i] * x[i + 1]
    return x


@program(case(M33), case(M33[:2, :2]))
def cholesky_log_determinant(a):
    n = a.shape[0]
    c = np.zeros((n, n))
    for i in range(n):
        for j in range(i + 1):
            s = a[i, j]
            for k in range(j):
                s = s - c[i, k] * c[j, k]
            if i == j:
                c[i, i] = np.sqrt(s)
            else:
                c[i, j] = s / c[j, j]
    total = 0.0
    for i in range(n):
        total += 2.0 * np.log(c[i, i])
    return total


@program(case(M33, V3), wrt=(0, 1))
def gauss_elimination_in_copies(a, b):
    m = a.copy()
    y = b.copy()
    for k in range(2):
        for i in range(k + 1, 3):
            f = m[i, k] / m[k, k]
            for j in range(k, 3):
                m[i, j] -= f * m[k, j]
            y[i] -= f * y[k]
    x = np.zeros(3)
    for i in range(2, -1, -1):
        s = y[i]
        for j in range(i + 1, 3):
            s -= m[i, j] * x[j]
        x[i] = s / m[i, i]
    return np.sum(x * x)


@program(case(V3), case(V4.astype(np.float32)))
def element_overwritten(x):
    y = x * 1.0
    y[0] = x[1] * x[2]
    return np.sum(y * y)


@program(case(V3))
def element_overwritten_after_it_was_read(x):
    y = x * x
    a = y[0] * y[1]
    y[0] = a * x[2]
    b = y[0] * y[1]
    y[1] = b + a
    y[1] = y[1] * y[1]
    return np.sum(y) * a


@program(case(V3), case(V4))
def every_augmented_update(x):
    y = x * x
    y[1] += x[0] * x[2]
    y[0] -= x[1]
    y[2] *= y[1] + x[0]
    y[1] /= 2.0 + x[0] * x[0]
    y[0] **= 2
    y += x
    y *= np.cos(x)
    y -= 0.5
    y /= 3.0
    s = x[0]
    s += y[0]
    s *= s
    s -= x[1]
    s /= 1.0 + y[2] * y[2]
    return np.sum(y * y) + s


@program(case(V5))
def slices_written(x):
    y = np.zeros(5)
    y[:] = x
    y[1:3] = x[0:2] * x[3]
    y[::2] *= 2.0
    y[-1] = y[0] * y[1]
    y[2:] += 0.5
    y[:2] -= np.sin(y[3:])
    return np.sum(y * y * y)


@program(case(0.4, V3), case(1.2, V3), wrt=(0, 1))
def scalar_stored_over_a_slice(s, x):
    m = np.ones((2, 3))
    m[0] = s
    m[1, 1:] = s * s
    m[:, 0] = x[0]
    m[1] += x
    return np.sum(m * m)


@program(case(M33))
def rows_and_columns_written(a):
    b = np.zeros((3, 3))
    for i in range(3):
        b[i] = a[i] * a[i, i]
        b[i, 0] = a[0, i] * a[1, i]
    for j in range(3):
        b[:, j] += a[j] * b[0, j]
    return np.sum(b * b)


@program(case(V3), case(V4.astype(np.float32)))
def parameter_written(x):
    x[0] = x[1] * x[2]
    x[1] = x[0] * x[0]
    return np.sum(x * x)


@program(case(V3, 0.5), case(V3, np.array([0.3])), wrt=(0, 1))
def parameter_updated_in_place(x, s):
    x += s
    x *= x
    x[1:] -= s * s
    return np.sum(x * x)


@program(case(V5, 3), case(V5, 0))
def parameter_written_in_a_loop(x, n):
    for i in range(n):
        x[i + 1] = x[i] * np.sin(x[i + 1])
        x[0] += x[i + 1]
    return np.sum(x * x)


@program(case(V3, V4[:3]), wrt=1)
def parameter_outside_wrt_written(work, x):
    for i in range(3):
        work[i] = x[i] * x[i] + work[i]
    return np.sum(work * x)


@program(case(V4, 3), case(V4, 1))
def store_before_break(x, n):
    y = np.ones(4)
    for i in range(4):
        y[i] = x[i] * y[i - 1]
        if i >= n:
            y[i] += x[0]
            break
        y[i] = y[i] * y[i]
    return np.sum(y * x)


@program(case(V4), case(V4 * 2.0))
def store_in_one_arm(x):
    y = x * x
    for i in range(3):
        if y[i] > 1.0:
            y[i + 1] = y[i] * x[i]
        elif y[i] > 0.6:
            continue
        else:
            y[0] = y[i] + y[i + 1]
    return np.sum(y)


@program(case(V4, 2), case(V4, 9))
def return_between_stores(x, n):
    y = np.zeros_like(x)
    for i in range(4):
        y[i] = x[i] * (x[i - 1] + 1.0)
        if i == n:
            return np.sum(y * y) * x[0]
        y[i] *= 0.5
    return np.sum(y)


@program(case(np.array([0.9, 0.1, 0.5])))
def array_rebound_after_writes(x):
    y = np.zeros(3)
    y[0] = x[0] * x[1]
    y = y + x
    y[1] = y[0] * y[0]
    y = np.sin(y)
    y[2] = y[1] * x[2]
    return np.sum(y)


@program(case(V3, 0), case(V3, 2))
def fresh_array_in_every_trip(x, n):
    s = x * 1.0
    for k in range(n):
        t = np.zeros(3)
        t[k] = s[k] * s[k]
        t[2 - k] += x[k]
        s = s + t
    return np.sum(s * s)


@program(case(V4))
def histogram_of_weights(x):
    bins = np.zeros(2)
    for e in x:
        k = 0
        if e > 0.8:
            k = 1
        bins[k] += e * e
    return bins


@program(case(V3, V4), wrt=(0, 1))
def convolution(x, k):
    y = np.zeros(x.shape[0] + k.shape[0] - 1)
    for i in range(x.shape[0]):
        for j in range(k.shape[0]):
            y[i + j] += x[i] * k[j]
    return y


@program(case(0.3, 0.7, 4), wrt=(0, 1))
def pascal_like_triangle(p, q, n):
    t = np.zeros((n + 1, n + 1))
    t[0, 0] = 1.0
    for i in range(1, n + 1):
        for j in range(i + 1):
            v = q * t[i - 1, j]
            if j > 0:
                v = v + p * t[i - 1, j - 1]
            t[i, j] = v
    s = 0.0
    for j in range(n + 1):
        s += t[n, j] * j * j
    return s


@program(case(V4), case(V4 * 0.5))
def stores_through_a_mask(x):
    y = x * x
    y[y > 1.0] = 0.5
    y[x > 0.8] *= 2.0
    return np.sum(y * x)


@program(case(V5))
def cumulative_product_written_in_place(x):
    p = x.copy()
    for i in range(1, 5):
        p[i] *= p[i - 1]
    return p


@program(case(np.array(0.7)), case(np.array(0.7, dtype=np.float32)))
def zero_dimensional_parameter_updated(x):
    y = x * x
    x += y
    return x * y


@program(case(np.array([1, 2, 3]), V3), wrt=(0, 1))
def integer_array_copied_under_wrt(k, x):
    y = k * x
    y[0] += k[2] * k[1]
    return np.sum(y)
