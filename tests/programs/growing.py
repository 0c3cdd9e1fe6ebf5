"""Programs with lists of a length that only the run tells."""

from __future__ import annotations

import math

import numpy as np

from tests.programs.registry import case, program

V3 = np.array([0.7, 1.3, 0.9])
X = np.array([0.3, 1.2, -0.7])


@program(case(0.7, 4), case(0.7, 0))
def a_path_of_numbers(x, n):
    path = [x]
    s = x
    for _ in range(n):
        s = s * 0.9 + 0.1 * math.sin(s)
        path.append(s)
    return sum(path) * path[-1] + len(path)


@program(case(X))
def comprehensions_over_an_array(x):
    return sum(v**2 for v in x) + max([abs(v) for v in x])


@program(case(0.8, 4), case(0.8, 0))
def a_recurrence_in_a_list(x, n):
    f = [x, x * 0.5]
    for k in range(n):
        f.append(f[-1] * f[-2] + f[k])
    return f[-1]


@program(case(0.6, 3))
def pairs_in_a_list(x, n):
    out = []
    for i in range(n):
        out.append((x * i, math.sin(x)))
    return sum(a * b for a, b in out) + out[0][1]


@program(case(X, 3), case(X, 0))
def a_trajectory_of_arrays(u, n):
    path = [u]
    for _ in range(n):
        u = u + 0.1 * np.cos(u)
        path.append(u.copy())
    table = np.array(path)
    return np.sum(table[-1] * table[0]) + np.mean(table)


@program(case(1.0, 0.3))
def a_stack_of_intervals(x, tolerance):
    stack = [(0.0, x)]
    total = 0.0
    while stack:
        a, b = stack.pop()
        m = 0.5 * (a + b)
        if b - a < tolerance:
            total += (b - a) * math.sin(m)
        else:
            stack.append((a, m))
            stack.append((m, b))
    return total


@program(case(0.6, 4), case(0.6, 0))
def a_list_that_is_filled(x, n):
    c = [0.0] * (n + 1)
    c[0] = x
    for i in range(1, n + 1):
        c[i] = c[i - 1] * x / i
    c[-1] += x * x
    return sum(c) + sum([c[j] * j for j in range(n + 1)])


@program(case(0.6, 1), case(0.6, -1))
def a_tuple_with_a_moving_index(x, i):
    t = (x, x * x, math.sin(x))
    return t[i] * 2.0 + sum(t[: i + 2])


@program(case(0.6))
def a_filtered_comprehension(x):
    good = [v for v in (x, -x, 2 * x) if v > 0.0]
    return sum(g * g for g in good)


@program(case([1.0, 2.0, 3.0], X), wrt=(0, 1))
def a_list_zipped_with_an_array(w, xs):
    return sum(wi * math.exp(xi) for wi, xi in zip(w, xs))


@program(case(0.4, 4))
def both_ends_of_a_list(x, n):
    values = []
    while len(values) < n:
        values.insert(0, x * len(values))
        values.append(x * x)
    values += [x, 2.0]
    s = sum(values[1:-1]) + values[0] * 3 + values.pop() + values.pop(0)
    values.reverse()
    return s + sum(reversed(values)) + values[0] * x


@program(case(X))
def rows_of_a_matrix(x):
    table = x[:, None] * x
    norms = [math.sqrt(sum(v * v for v in row)) for row in table]
    return sum(norms) * max(norms)


@program(case(0.9, 5))
def newton_with_a_history(x, n):
    history, step = [], 1.0
    while abs(step) > 1e-3 and len(history) < n:
        step = (x * x - 2.0) / (2.0 * x)
        x -= step
        history.append(x)
    return sum(h * k for k, h in enumerate(history)) + history[-1]


def _collect(values, x, n):
    for k in range(n):
        values.append(x * k)
    return len(values)


@program(case(0.9, 3))
def a_list_that_a_function_extends(x, n):
    values = [x]
    count = _collect(values, x, n) + _collect(values, x * x, n)
    return sum(values) * count


@program(case(0.9, 3))
def a_list_put_together_in_two_loops(x, n):
    rows = []
    for i in range(n):
        row = [x**j for j in range(n)]
        rows.append(sum(row) * i)
    return np.dot(np.array(rows), np.array(rows))


@program(case(0.4, 3))
def a_table_of_lists(x, n):
    table = [[0.0] * n for _ in range(n)]
    for i in range(n):
        for j in range(n):
            table[i][j] = x * i + j
    for i in range(1, n):
        table[i][0] += table[i - 1][0] * x
    return sum(table[i][i] ** 2 for i in range(n)) + table[-1][0]


@program(case(np.array([0.3, 1.2, 0.7])))
def rows_filled_after_they_are_put_into_a_list(a):
    rows = []
    for i in range(len(a)):
        rows.append([0.0] * len(a))
        rows[i][0] = a[i] * 2.0
    return rows[0][0] + 3.0 * rows[1][0]


@program(case(np.array([0.3, 1.2]), 0.3))
def de_casteljau(a, t):
    points = [a, 2.0 * a, a * a]
    while len(points) > 1:
        points = [p + t * q for p, q in zip(points[:-1], points[1:])]
    return np.sum(points[0])


@program(case(np.array([0.3, 1.2, 0.7])))
def dicts_in_a_list(x):
    records = []
    for i in range(len(x)):
        records.append({"v": x[i], "w": np.array([x[i], 1.0])})
    return records[1]["v"] * np.sum(records[0]["w"])


@program(case(0.7, 3), case(0.7, 0))
def an_empty_list_is_false(x, n):
    values = []
    for _ in range(n):
        values.append(x)
    if not values:
        return x * 3
    del values[0]
    return sum(values) + x


@program(case(np.array([0.3, 1.2, 0.7])))
def a_list_of_the_entries_of_an_array(ya):
    p = list(ya)
    for i in range(len(p) - 1):
        p[i] = (p[i] + 2 * p[i + 1]) / 3.0
    return p[0] * p[1]


@program(case(np.array([0.3, 1.2, 0.7])))
def a_list_that_is_returned(x):
    return [v * v for v in x]


@program(case(np.array([[1.3, 1.2], [0.7, 0.4]])), may_refuse=True)
def a_list_of_rows_that_are_written(m):
    m = m.copy()
    rows = [m[i] for i in range(len(m))]
    rows[0] *= 2.0
    rows[1][0] = 5.0
    return np.sum(m**2)


@program(case(np.array([1.3, 1.2]), 3), may_refuse=True)
def one_array_put_into_a_list_again_and_again(u, n):
    path = []
    for _ in range(n):
        path.append(u)
        u *= 1.5
    return np.sum(np.array(path))


@program(case(np.array([0.7, -1.3, 2.1])))
def mapped_over_an_array(x):
    y = list(map(math.exp, x))
    z = list(map(lambda a, b: a * b, y, x[1:]))
    return sum(map(abs, x)) + sum(z) * len(z) + y[0]


@program(case(np.array([0.7, -1.3, 2.1])))
def pairs_of_an_array_in_a_list(x):
    pairs = list(zip(x, x[1:]))
    numbered = list(enumerate(x))
    return sum(a * b for a, b in pairs) + sum(i * v for i, v in numbered) + len(pairs)


@program(case(np.array([0.7, -1.3, 2.1])))
def an_array_sorted(x):
    s = sorted(x)
    r = sorted([v * v for v in x], reverse=True)
    return s[0] * r[0] + s[-1]


@program(case(V3, 4))
def row_then_item_rebound(x, n):
    lst = [x * (k + 1) for k in range(n)]
    row = lst[0]
    lst[0] = row * 2.0
    return np.sum(row * lst[0]) + np.sum(lst[1])


@program(case(V3, 4))
def row_then_inplace(x, n):
    lst = [x * (k + 1) for k in range(n)]
    row = lst[0]
    row[0] = 5.0 * x[1]
    lst[1] *= 2.0
    return np.sum(row * lst[0]) + np.sum(lst[1])


@program(case(V3, 4), may_refuse=True)
def row_put_then_written(x, n):
    lst = [x * (k + 1) for k in range(n)]
    new = x * x
    lst[0] = new
    new[0] = 5.0 * x[1]
    return np.sum(new * lst[0]) + np.sum(lst[1])


@program(case(V3, 4), may_refuse=True)
def row_put_then_written2(x, n):
    lst = [x * (k + 1) for k in range(n)]
    new = x * x
    lst[0] = new
    lst[0][1] = 3.0
    return np.sum(new * lst[0]) + np.sum(lst[1])


@program(case(V3, 4), may_refuse=True)
def rows_swapped(x, n):
    lst = [x * (k + 1) for k in range(n)]
    lst[0], lst[1] = lst[1], lst[0]
    lst[0][0] = 7.0
    return np.sum(lst[1] * lst[0])


@program(case(V3, 4))
def rows_in_loop(x, n):
    lst = [x * (k + 1) for k in range(n)]
    for r in lst:
        r += 1.0
        r[0] = r[1]
    s = 0.0
    for i in range(n):
        a = lst[i]
        lst[i] = a * 2.0
        s += np.sum(a)
    return s + np.sum(lst[n - 1] * lst[0])


@program(case(V3, 4), may_refuse=True)
def appended_then_written(x, n):
    lst = []
    u = x.copy()
    for k in range(n):
        lst.append(u)
        u[0] = u[1] * k
    return sum(np.sum(l) for l in lst)


@program(case(V3, 4), may_refuse=True)
def appended_then_written2(x, n):
    lst = []
    u = x.copy()
    for k in range(n):
        lst.append(u)
        u += 1.0
    return sum(np.sum(l) for l in lst)


@program(case(V3, 4))
def appended_then_copied(x, n):
    lst = []
    u = x.copy()
    for k in range(n):
        u = u + 1.0
        lst.append(u)
    lst[0][1] = 5.0
    lst[2] *= x[0]
    return sum(np.sum(l * l) for l in lst)


@program(case(V3))
def sorted_tuples(x):
    ps = [(v, v * v) for v in x]
    ps.sort(key=lambda p: p[0])
    s = 0.0
    for k, p in enumerate(ps):
        s += k * p[1]
    return s
