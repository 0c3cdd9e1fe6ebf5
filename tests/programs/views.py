"""Writes through views, second names, index arrays and callees, which other names see."""

import numpy as np

from tests.programs.registry import case, program

V3 = np.array([0.7, 1.3, 0.9])
V4 = np.array([0.7, 1.3, 0.9, 1.1])
V6 = np.array([0.7, 1.3, 0.9, 1.1, 0.4, 0.8])
A33 = np.array([[0.5, 1.2, 0.7], [1.1, 0.4, 0.9], [0.3, 0.8, 1.3]])
A23 = np.array([[0.5, 1.2, 0.7], [1.1, 0.4, 0.9]])
A234 = np.linspace(0.3, 1.4, 24).reshape(2, 3, 4)


# ---------------------------------------------------------------- parts


@program(case(A33), case(A33[:, :2]))
def rows_swapped_through_a_tuple(a):
    b = a * 1.5
    b[0], b[1] = b[1], b[0]  # both rows are views: the second write sees the first
    return np.sum(b * a)


@program(case(A33))
def rows_swapped_with_copies(a):
    b = a * 1.5
    b[0], b[2] = b[2].copy(), b[0].copy()
    return np.sum(b * a)


@program(case(A33), case(A33[:2]), case(np.zeros((0, 3))))
def rows_of_an_iteration_updated(a):
    b = np.sin(a)
    for row in b:
        row += row[0]
        row *= 2.0
    return np.sum(b * b)


@program(case(A33))
def row_updated_and_read_whole(a):
    b = a * a
    for i in range(3):
        row = b[i]
        row /= np.sum(row)
        row[i] += 1.0
    return np.sum(b * a)


@program(case(A234))
def rows_of_rows(a):
    b = a * 1.0
    for plane in b:
        for row in plane:
            row[1:] += row[:-1]
            row[0] *= plane[0, 1]
    return np.sum(b * b * a)


@program(case(V6))
def slice_of_a_slice(x):
    y = x * x
    z = y[1:][1:4]
    z[0] = x[0] * z[1]
    z += x[2]
    w = y[::-1][::2]
    w *= x[:3]
    return np.sum(y * x) + z[2] * w[0]


@program(case(V6, 2), case(V6, 0), case(V6, 5))
def element_of_a_slice(x, k):
    y = np.sin(x)
    tail = y[k:]
    tail[0] = x[0] * x[k]
    tail[-1] *= tail[0]
    back = y[::-1]
    back[0] += y[0] * back[1]
    return np.sum(y * y)


@program(case(A33))
def column_written_through_a_view(a):
    b = a * a
    column = b[:, 1]
    column[0] = a[0, 0] * column[2]
    column *= a[0]
    corner = b[1:, 1:]
    corner[0, 0] = np.sum(column)
    corner[:, 1] = corner[:, 0] * a[0, 0]
    corner[1] += column[1:]
    return np.sum(b * a)


@program(case(A33))
def reversed_view_written(a):
    b = a * 2.0
    r = b[::-1]
    r[0] = a[0] * b[1]
    r[0, 0] += b[2, 2]
    r *= a
    return np.sum(b * b)


@program(case(V4))
def new_axis_view_written(x):
    y = x * x
    column = y[:, None]
    column[1, 0] = x[0] * y[2]
    column += x[3]
    row = y[None]
    row[0, 1:] *= x[1:]
    return np.sum(y * x) + np.sum(column * row)


@program(case(A234))
def ellipsis_view_written(a):
    b = a * a
    last = b[..., 0]
    last[0, 1] = np.sum(b[..., 1])
    last *= 0.5
    b[...] = b * a
    return np.sum(b * last[..., None])


@program(case(V4, 3))
def index_of_a_view_changes_later(x, n):
    y = x * x
    i = 0
    z = y[i:]
    for k in range(n):
        i = k + 1
        z[i] = z[i - 1] * x[i]
        w = y[k]
        y[k] = w + z[0]
    return np.sum(y * z)


@program(case(A33, 1), case(A33, -1))
def row_chosen_in_an_arm(a, c):
    b = a * a
    if c > 0:
        row = b[0]
    else:
        row = b[2]
    row[1] = a[1, 1] * row[0]
    row += a[1]
    return np.sum(b * a) * row[2]


@program(case(A33, 2), case(A33, 0))
def row_kept_from_trip_to_trip(a, n):
    b = a * 1.0
    row = b[2]
    for i in range(n):
        row[0] = row[0] * b[i, 1]
        row = b[i]
        row *= np.sum(b[2])
    row[1] = 0.5 * row[1] + a[0, 0]
    return np.sum(b * a)


@program(case(A33))
def row_outlives_the_name_of_its_matrix(a):
    b = a * a
    row = b[1]
    other = b[1:]
    b = np.zeros(3)
    row[0] = a[0, 0] * row[1]
    other[0, 2] += row[0]
    b[0] = row[2]
    return np.sum(row * row) + np.sum(other) * b[0]


@program(case(V4))
def element_and_slice_of_one_array(x):
    y = x * x
    e = y[1]
    part = y[1:3]
    part[0] = e * x[0]
    y[1] += e
    return np.sum(part * y[:2]) * e


# ---------------------------------------------------------------- second names


@program(case(V3))
def second_name_updated(x):
    y = x * x
    z = y
    z += x
    y *= z
    w = z
    w[0] = y[1]
    return np.sum(y * z * w)


@program(case(V3, 3), case(V3, 0))
def two_names_take_turns(x, n):
    a = x * 1.0
    b = np.zeros(3)
    for _ in range(n):
        b[:] = np.sin(a)
        row = b[1:]
        row[0] = a[2] * x[1]
        a, b = b, a
        a += x
        row *= a[0]
    return np.sum(a * a)


@program(case(V3, 3), case(V3, 0), may_refuse=True)
def two_names_take_turns_and_a_third_stays(x, n):
    a = x * 1.0
    b = np.zeros(3)
    first = a
    for _ in range(n):
        b[:] = np.sin(a)
        a, b = b, a
    return np.sum(a * a) + np.sum(first)


@program(case(V3, 1), case(V3, -1))
def second_name_or_copy(x, c):
    y = x * x
    if c > 0:
        z = y
    else:
        z = np.sin(y)
    z[0] = x[1] * y[0]
    y[1] = z[0] * z[1]
    z += y
    return np.sum(y * x) + np.sum(z * z)


@program(case(V3, 2), case(V3, 5))
def view_in_some_trips(x, n):
    y = x * x
    z = y.copy()
    for k in range(n):
        z[0] = z[1] * x[0]
        if k == 1:
            z = y
        y[1] = y[1] * 0.5 + z[0]
    return np.sum(y * x) + np.sum(z)


@program(case(V4))
def walrus_and_chained_names(x):
    a = b = x * x
    a[0] = x[1] * b[1]
    c = (d := a)
    d[1] = c[0] * x[2]
    return np.sum(a * x) + b[1] * c[0]


@program(case(np.array(0.7)), case(np.array(1.2)))
def arrays_without_axes(x):
    y = x.copy()
    z = y
    z += x * x
    y *= 3.0
    z[...] = z * y
    return y * z


@program(case(V3))
def arrays_in_a_list_written(x):
    rows = [x * 1.0, x * 2.0, x * 3.0]
    for k in range(3):
        rows[k][0] = rows[k - 1][1] * x[k]
    rows[0] += rows[1]
    first = rows[0]
    first[2] = x[0]
    return np.sum(rows[0] * rows[1] * rows[2])


# ---------------------------------------------------------------- other arrangements


@program(case(A23), case(A23.T))
def transpose_written(a):
    b = a * a
    b.T[0, 1] = a[0, 0] * b[0, 0]
    t = b.T
    t[1] *= 2.0
    t += b[0, 0]
    b[1, 1] = t[0, 0]
    return np.sum(t.T * b)


@program(case(A23), case(A23.T), case(A33[::2]), case(A33[:, ::-1]))
def ravel_may_be_a_view(a):
    r = a.ravel()
    r[1] = a[0, 0] * a[1, 1]
    a[0, 0] = r[1] * r[2]
    r[0] += a[0, 1]
    return np.sum(a * a) + np.sum(r)


@program(case(A23, 4), case(A23.T, 4), case(A23, 0))
def loop_over_a_flat_view(a, n):
    b = a * a
    flat = b.reshape(-1)
    for i in range(n):
        flat[i + 1] = flat[i] * np.sin(flat[i + 1])
    b[0] *= 2.0
    return np.sum(b * a) + flat[1]


@program(case(V6))
def matrix_over_a_vector(x):
    y = x * x
    m = y.reshape(2, 3)
    m[0, 1] = x[0] * x[5]
    m[1] += m[0]
    y[0] = m[1, 1] * y[3]
    for row in m:
        row[2] *= row[0]
    return np.sum(y * x) * m[0, 0]


@program(case(A234))
def axes_moved_and_written(a):
    b = a * a
    s = np.swapaxes(b, 0, 2)
    s[1, 0, 0] = a[0, 0, 0] * b[1, 1, 1]
    t = np.transpose(b, (1, 2, 0))
    t[0] *= s[0, 0, 0]
    e = np.expand_dims(b, 1)
    e[0, 0, 1, 1] += t[0, 0, 0]
    q = np.squeeze(e)
    q[1] = q[0] * a[0]
    return np.sum(b * a)


@program(case(A33), case(A33.T))
def views_of_views(a):
    b = a * 1.0
    t = b.T
    row = t[1]
    row[0] = a[0, 0] * b[1, 1]
    tail = row[1:]
    tail *= b[0, 1]
    flat = t.reshape(-1)
    flat[2] = row[0] + tail[0]
    return np.sum(b * a) + np.sum(t[1] * flat[2])


@program(case(V4))
def asarray_is_the_same_array(x):
    y = x * x
    z = np.asarray(y)
    z[0] = y[1] * x[3]
    y[2] *= z[0]
    return np.sum(z * x)


@program(case(A23), case(A23.T), case(A33[:, ::2]))
def flat_iterators_written(a):
    b = a * a
    b.flat[1] = b[0, 0] * a[1, 1]
    b.T.flat[2:] *= b[0, 1]
    a.flat[0] = b.flat[3]
    b.flat[:] += np.sin(a).flat
    return np.sum(b * a) + b.flat[2]


@program(case(A33, 0.4), wrt=(0, 1))
def filled_and_copied_to(a, s):
    b = np.empty((3, 3))
    b.fill(s)
    row = b[1]
    row.fill(a[0, 0])
    np.copyto(b[2], a[1] * row)
    c = a * b
    np.fill_diagonal(c, s * row[0])
    c.T[1:].fill(a[0, 1])
    return np.sum(b * c)


@program(case(A23))
def flatten_is_a_copy(a):
    b = a * a
    f = b.flatten()
    f[0] = a[0, 1] * a[1, 1]
    b[0, 0] += f[0]
    return np.sum(b * a) + np.sum(f)


@program(case(V6))
def name_given_away_to_its_own_view(x):
    y = x * x
    y = y.reshape(2, 3)
    y[0, 1] *= x[0]
    y = y.T
    y[1] += y[0]
    y = y[1:]
    y[0, 0] = x[1]
    return np.sum(y * y)


# ---------------------------------------------------------------- overlapping operands


@program(case(V4))
def overlapping_operands(x):
    y = x * 1.0
    y[1:] += y[:-1]
    y[:-1] *= y[1:]
    y[:] = y[::-1]
    y[1:] -= 0.5 * y[:-1] * x[1:]
    y += y
    y *= y[::-1]
    return np.sum(y * x)


@program(case(V6, 3), case(V6, 0))
def stencil_in_place(u, n):
    v = u * 1.0
    inner, left, right = v[1:-1], v[:-2], v[2:]
    for _ in range(n):
        inner[:] = 0.5 * inner + 0.25 * (left + right)
        inner *= 1.0 + 0.1 * left
    return np.sum(v * v)


@program(case(V4, 2))
def running_sums_by_doubling(x, n):
    y = x * x
    for k in range(n):
        s = 2**k
        y[s:] = y[s:] + y[:-s]
    return np.sum(y * x)


# ---------------------------------------------------------------- index arrays


@program(case(V4, np.array([0, 2])), case(V4, np.array([3, 1, 1])), case(V4, np.array([-1, 3])))
def written_through_an_index_array(x, i):
    y = x * x
    y[i] = np.sin(x[i]) * np.arange(1.0, 1.0 + len(i))
    y[i] *= x[0]
    y[i] += x[1]
    return np.sum(y * x)


@program(case(V4))
def written_through_a_list_of_indices(x):
    y = np.zeros(5)
    y[[0, 1]] = x[:2] * x[2]
    y[[3, 3]] = x[:2]  # the last one stays
    y[[2, 2, 4]] += x[1:]
    return np.sum(y * y)


@program(case(A33, np.array([0, 2, 2]), np.array([1, 1, 1])))
def written_through_two_index_arrays(a, i, j):
    b = a * a
    b[i, j] = a[0] * a[1]
    b[i, 0] += a[1]
    b[1:, j] *= a[0, 0]
    return np.sum(b * a)


@program(case(A234, np.array([1, 0, 1])))
def index_arrays_among_slices(a, i):
    b = a * a
    b[0, :, i] = a[0, :, :3] * 2.0
    b[:, i, 1:3] = a[:, :, :2]
    b[..., i] -= a[..., :3]
    return np.sum(b * a)


@program(case(A33))
def written_through_a_mask_and_a_part(a):
    b = a * a
    mask = a[:, 0] > 0.4
    b[mask, 0] = a[mask, 1] * 2.0
    b[mask, 1:] += a[mask, :1]
    b[mask] *= a[0]
    return np.sum(b * a)


@program(case(A33, np.array([0, 2]), np.array([1, 2])))
def written_through_an_open_mesh(a, r, c):
    b = a * a
    b[np.ix_(r, c)] = a[:2, :2] * a[0, 0]
    b[np.ix_([0, 1], [0, 2])] += a[1:, 1:]
    return np.sum(b * a) + np.sum(b[np.ix_(r, c)])


@program(case(A33, np.array([2, 0, 2])))
def rows_scattered_and_gathered(a, i):
    b = a * 1.0
    g = b[i]
    g[0] *= 2.0
    b[i] = g * a
    b[i, i] = g[:, 0]
    row = b[2]
    row[i] = g[1]
    return np.sum(b * a) + np.sum(g)


# ---------------------------------------------------------------- callees


def fill(u, v):
    u[:] = v


def swap(u, i, j):
    u[i], u[j] = u[j], u[i]


def scale_row(m, i, s):
    row = m[i]
    row *= s
    return np.sum(row)


def add_twice(u, v):
    add(u, v)
    add(u, v)


def add(u, v):
    u += v


@program(case(V3))
def filled_by_a_callee(x):
    y = np.zeros(3)
    fill(y, x * x)
    fill(y[1:], x[0])
    return np.sum(y * x)


@program(case(V4, 3), case(V4, 0))
def swapped_by_a_callee(x, n):
    y = x * x
    for i in range(n):
        if y[i] > y[i + 1]:
            swap(y, i, i + 1)
        y[i] *= x[i]
    return np.sum(y * x)


@program(case(A33))
def rows_scaled_by_a_callee(a):
    b = a * 1.0
    total = 0.0
    for i in range(3):
        total += scale_row(b, i, a[i, 0])
        total += scale_row(b.T, i, total)
    return np.sum(b * a) + total


@program(case(V3))
def one_array_given_twice(x):
    y = x * x
    add_twice(y, y)
    add_twice(y[1:], y[:-1])
    return np.sum(y * x)


def tail_and_all(v):
    v[0] = v[1] * v[2]
    return v[1:], v


@program(case(V4))
def callee_returns_what_it_wrote(x):
    y = x * x
    tail, whole = tail_and_all(y)
    tail[0] = whole[0] * x[0]
    whole[2] += tail[0]
    return np.sum(y * x)


def square_and_its_tail(v):
    y = v * v
    tail = y[1:]
    tail[0] = 2.0 * v[0]
    return y, tail


@program(case(V3))
def callee_returns_two_views(x):
    a, r = square_and_its_tail(x)
    b, q = square_and_its_tail(2.0 * x)
    r[0] *= b[0]
    q += r
    return np.sum(a * b)


def eliminate(m, rhs):
    n = len(rhs)
    for k in range(n):
        for i in range(k + 1, n):
            f = m[i, k] / m[k, k]
            m[i, k:] -= f * m[k, k:]
            rhs[i] -= f * rhs[k]


def back_substitute(m, rhs):
    n = len(rhs)
    for i in range(n - 1, -1, -1):
        rhs[i] = (rhs[i] - m[i, i + 1 :] @ rhs[i + 1 :]) / m[i, i]


@program(case(A33 + 2.0 * np.eye(3), V3), wrt=(0, 1))
def gauss_elimination_in_place(a, b):
    eliminate(a, b)
    back_substitute(a, b)
    return np.sum(b * b)


@program(case(np.array([0.4, 1.2, -0.3, 0.8, 0.1, -0.7, 0.9, 0.5])))
def butterflies_on_slices(x):
    y = x * 1.0
    n = len(y)
    half = 1
    while half < n:
        for start in range(0, n, 2 * half):
            lo = y[start : start + half]
            hi = y[start + half : start + 2 * half]
            s = lo + hi
            hi[:] = (lo - hi) * (1.0 + 0.1 * half)
            lo[:] = s
        half *= 2
    return np.sum(y * y * x)


@program(case(A33), case(A33[:2, :2]))
def cholesky_by_columns(a):
    m = a @ a.T + np.eye(a.shape[0])
    n = m.shape[0]
    for k in range(n):
        column = m[k:, k]
        column /= np.sqrt(column[0])
        for j in range(k + 1, n):
            rest = m[j:, j]
            rest -= column[j - k :] * m[j, k]
    total = 0.0
    for k in range(n):
        total += np.log(m[k, k])
    return total


@program(case(V4), case(V4 * 2.0))
def view_in_a_while_loop(x):
    y = x * x
    k = 0
    rest = y[0:]
    while k < 3 and rest[0] < 4.0:
        rest[1] += rest[0] * x[k]
        k += 1
        rest = y[k:]
        rest[0] *= 0.5
    return np.sum(y * x)


@program(case(V4), may_refuse=True)
def tail_of_a_tail(x):
    y = x * x
    rest = y
    while len(rest) > 1:
        rest[1] += rest[0]
        rest = rest[1:]
    return np.sum(y * x)


@program(case(V4), case(V4 - 1.0))
def view_returned_early(x):
    y = x * x
    z = y[1:]
    for k in range(3):
        z[k] += y[k]
        if x[k] < 0.0:
            y[0] = z[k]
            return np.sum(z)
    z *= x[0]
    return np.sum(y)


@program(case(V4), case(V4[:1]))
def view_of_a_view_left_behind(x):
    """What was written two views away is seen, also where an index or the first view changes."""
    y, n = np.zeros((len(x), 2)), 0
    while n < len(x):
        row = y[n].reshape(-1)
        column = row.reshape((2, 1))
        column[...] = x[n] ** 2
        n += 1
    z = np.zeros((2, 1))
    first = z[0].reshape(-1)
    second = first.reshape((1,))
    second[...] = x[0] ** 3
    first = 2.0 * x
    return np.sum(y * y) + np.sum(z) + first[0]


@program(case(V4))
def entries_of_two_arrays(x):
    y, z, n = np.zeros(len(x)), np.zeros(len(x)), 0
    while n < len(x):
        u, v = y[n, ...], z[n, ...]
        v[...] = x[n] ** 2
        u += v * x[0]
        n += 1
    return np.sum(y * z) + z[-1]


@program(case(V4))
def broadcast_views_follow(x):
    """What is broadcast shows what is written to the memory below."""
    y = x * 1.0
    wide = np.broadcast_to(y, (2, len(x)))
    row, before = wide[1], np.sum(wide)
    for k in range(len(x)):
        y[k] += row[k - 1] * before
    tall = np.broadcast_to(y, np.shape(wide)).T
    y[0] = x[1] ** 2
    return np.sum(wide) + row[0] + np.sum(tall * np.arange(8.0).reshape(4, 2))


@program(case(V4.reshape(2, 2), 0), case(V4.reshape(2, 2), 2))
def view_on_one_way(x, c):
    """On the other way the memory changes under the first view, which nobody reads any more."""
    first = x.T
    if c > 1:
        second = first * 1.25
        x *= x * 0.3
    else:
        second = first
        second[0] = x[0, 1] ** 2
    return np.sum(second * second) + np.sum(x * x)


@program(case(V4, 0), case(V4, 1), case(V4, 2))
def view_of_what_one_way_lacks(x, c):
    y = x * 1.0
    a = np.cos(y)
    if c > 1:
        y *= 2.0
    else:
        if c > 0:
            w = y * 1.25
        else:
            w = y
            y *= y
        a = w
    a[...] = x * x
    return np.sum(y * y) + np.sum(a)
