"""Writes to memory that several names see."""

import numpy as np

from tests.programs.registry import case, program

V3 = np.array([0.7, 1.3, 0.9])
V4 = np.array([0.7, 1.3, 0.9, 1.1])
A33 = np.array([[0.5, 1.2, 0.7], [1.1, 0.4, 0.9], [0.3, 0.8, 1.3]])


@program(case(V3))
def two_names_for_one_array(x):
    y = x * x
    z = y
    z[0] = x[1] * 3.0
    return np.sum(y * z * x)


@program(case(V3, 1), case(V3, -1))
def alias_in_one_arm(x, c):
    y = x * x
    if c > 0:
        z = y
    else:
        z = y.copy()
    z[0] = x[1] * z[1]
    return np.sum(y * z * x)


@program(case(A33))
def row_view_written(a):
    b = a * a
    row = b[1]
    row[0] = a[0, 0] * a[0, 1]
    return np.sum(b * row)


@program(case(V4))
def slice_view_written(x):
    y = np.sin(x)
    z = y[1:]
    z[0] = x[0] * x[1]
    y[2] = z[0] * y[0]
    return np.sum(y * y) * z[1]


@program(case(A33), case(A33.T), case(A33[:, ::-1]))
def reshape_view_written(a):
    x = a * a
    y = x.reshape(-1)
    y[2] = a[0, 0] * a[1, 1]
    return np.sum(x * a) * y[2]


@program(case(A33), case(np.asfortranarray(A33)))
def reshape_of_parameter_written(a):
    y = a.reshape(-1)
    y[1] = y[0] * y[2]
    return np.sum(a * a)


@program(case(A33))
def transpose_view_written(a):
    b = a * 2.0
    t = b.T
    t[0, 1] = b[2, 2] * b[0, 0]
    return np.sum(b * a)


@program(case(V4))
def overlapping_augmented_slice(x):
    y = x * x
    y[1:] += y[:-1]
    return np.sum(y * x)


@program(case(V4))
def overlapping_slice_assignment(x):
    y = x * x
    y[1:] = y[:-1]
    y[:-1] *= y[::-1][1:]
    return np.sum(y * x)


@program(case(V4))
def view_updated_in_place(x):
    y = x * x
    z = y[1:3]
    z += x[0]
    z *= x[1:3]
    return np.sum(y * y)


@program(case(V4, 3))
def elements_swapped(x, n):
    y = x * 1.0
    for i in range(n):
        y[i], y[i + 1] = y[i + 1], y[i] * np.sin(y[i + 1])
    return np.sum(y * x)


@program(case(V4))
def slices_swapped(x):
    y = x * 1.0
    y[:2], y[2:] = y[2:], y[:2]
    return np.sum(y * x)


@program(case(A33, 3))
def rows_written_through_views(a, n):
    b = np.zeros((3, 3))
    for i in range(n):
        row = b[i]
        row[0] = a[i, 0] * a[i, 1]
        row[1] = row[0] * a[i, 2]
        row = b[0]
        row[2] = row[2] + np.sum(b * a)
    return np.sum(b * b)


@program(case(A33))
def rows_of_a_loop_written(a):
    b = a * a
    for row in b:
        row[0] = row[1] * row[2]
    return np.sum(b * a)


@program(case(V3, 3), case(V3, 4))
def ping_pong_buffers(x, n):
    a = x * 1.0
    b = np.zeros(3)
    for _ in range(n):
        b[0] = a[1] * a[2]
        b[1] = a[0] * x[1]
        b[2] = np.sin(a[0])
        a, b = b, a
    return np.sum(a * a)


@program(case(V3))
def written_through_a_tuple(x):
    y = x * x
    p = (y, x)
    p[0][1] = x[0] * x[2]
    q, _ = p
    q += x
    return np.sum(y * y)


@program(case(V3))
def written_through_a_dict(x):
    d = {"y": x * x}
    y = d["y"]
    d["y"][0] = x[1] * y[2]
    d["y"] += x
    return np.sum(y * d["y"])


@program(case({"x": V3, "y": V4}), may_refuse=True)
def dict_parameter_written(p):
    p["x"][0] = p["x"][1] * p["y"][3]
    p["y"] *= 2.0
    return np.sum(p["x"] * p["x"]) + np.sum(p["y"] ** 2)


@program(case([0.7, 1.3, 0.9]), may_refuse=True)
def list_parameter_written(xs):
    xs[0] = xs[1] * xs[2]
    xs[1] += xs[0]
    return xs[0] * xs[1] + xs[2]


@program(case(V3, 0.4), wrt=(0, 1))
def augmented_name_that_aliases_a_parameter(x, s):
    y = x
    y += s
    y *= y
    return np.sum(x * y)


def put(v, s):
    v[0] = s * v[1]
    return v[0] * s


@program(case(V3))
def callee_writes_its_argument(x):
    y = x * x
    s = put(y, x[1])
    s = s * put(y, x[2])
    return np.sum(y * y) * s


def tail_of(v):
    v[1] = v[0] * v[2]
    return v[1:]


@program(case(V3))
def callee_returns_a_view(x):
    y = x * x
    z = tail_of(y)
    z[0] = z[0] * x[0]
    return np.sum(y * z[1])


def same(v):
    return v


@program(case(V3))
def callee_returns_its_argument(x):
    y = x * x
    z = same(y)
    z[0] = x[1] * x[2]
    z += x
    return np.sum(y * y)


@program(case(V4, 4), case(V4 * 2.0, 4))
def view_written_before_break(x, n):
    y = x * x
    for i in range(n):
        z = y[i:]
        z[0] = z[0] * x[i]
        if z[0] > 3.0:
            break
        z[0] = np.sin(y[i])
    return np.sum(y * y)


@program(case(V3))
def index_array_makes_a_copy(x):
    i = np.array([0, 2, 0])
    y = x * x
    z = y[i]
    z[0] = x[1]
    y[0] = z[2] * z[1]
    return np.sum(y * y) + np.sum(z * z)


@program(case(V4, np.array([0, 2])), case(V4, np.array([3, 1, 1])))
def stores_through_an_index_array(x, i):
    y = x * x
    y[i] = 2.0 * x[i]
    y[i] += x[0]
    return np.sum(y * x)


@program(case(V3))
def element_is_a_copy(x):
    y = x * x
    a = y[0]
    y[0] = a * x[1]
    a += y[0]
    y[1] = a
    return np.sum(y * y) * a


@program(case(V3, V3 * 2.0), wrt=(0, 1))
def arrays_kept_in_a_list(x, y):
    vs = [x * y, np.sin(y)]
    a = vs[0]
    vs[0] = vs[1] * a
    vs[1] = a
    a[0] = x[1]
    return np.sum(vs[0] * vs[1] * x)


@program(case(V3))
def result_is_written_view(x):
    y = x * x
    z = y[1:]
    z *= 2.0
    return y


@program(case(0.7, 2))
def inner_function_over_local(x, n):
    k = x * x

    def step(a):
        return a * k + np.sin(k)

    y = x
    for _ in range(n):
        y = step(y) * 0.5
    return y


@program(case(V3, 2))
def accumulator_shared_by_two_names(x, n):
    total = x * 0.0
    first = total
    for k in range(n):
        total += x * x * (k + 1.0)
    return np.sum(first * total)


@program(case(V3, 2))
def accumulator_rebound_then_updated(x, n):
    total = x
    for _ in range(n):
        total = total + x
        total += np.sin(x)
    return np.sum(total * x)


@program(case(np.array(0.7)), case(0.7))
def augmented_scalar_or_array(x):
    y = x * 1.0
    z = y
    z += x
    return y * z


@program(case(V3), case(-V3))
def one_or_the_other_written(x):
    y = 2.0 * x
    part = x if x[0] > 0.0 else y
    part[0] = 0.0
    return np.sum(x * x[1])


@program(case(V3), case(-V3))
def one_or_the_other_written_and_read(x):
    a = x * x
    y = 2.0 * x
    part = a if x[0] > 0.0 else y
    part[0] = x[1] ** 2
    a[1] *= 3.0
    part[2] += a[1]
    return np.sum(a * x[1]) + np.sum(part * x)
