"""Lists that values are taken out of, and put into, at places that only the run tells."""

from __future__ import annotations

import bisect

import numpy as np

from tests.programs.registry import case, program

V = np.array([0.7, 1.3, 0.4, 2.1, 0.9])
A4 = np.outer(V, V[::-1])[:4, :4] + np.diag([3.0, 2.0, 1.0, 4.0])


@program(case(V))
def all_but_one(x):
    xs = [x[0], x[1], x[2], x[3]]
    k = int(x[3])
    ys = xs[:k] + xs[k + 1 :]
    return sum(v * v for v in ys) * xs[k]


@program(case(V))
def one_deleted(x):
    xs = [v for v in x]
    i = int(x[3])
    del xs[i]
    return sum(k * v for k, v in enumerate(xs))


@program(case(V))
def one_of_known_deleted(x):
    xs = [x[0], x[1] * 2, x[2], x[3]]
    i = int(x[3])
    del xs[i]
    return sum((k + 1) * v * v for k, v in enumerate(xs))


@program(case(V))
def small_ones_deleted(x):
    xs = list(x)
    i = 0
    while i < len(xs):
        if xs[i] < 0.8:
            del xs[i]
        else:
            xs[i] *= 2
            i += 1
    return sum((v * v for v in xs))


@program(case(V))
def slice_deleted(x):
    xs = [v for v in x if v > 0]
    k = int(x[3])
    del xs[1 : k + 1]
    xs[0] *= 3
    return sum((i + 1) * v for i, v in enumerate(xs))


@program(case(V))
def largest_first(x):
    xs = [v for v in x if v > 0]
    t = 1.0
    while xs:
        k = max(range(len(xs)), key=lambda i: xs[i])
        v = xs.pop(k)
        t = t * 0.5 + v * v
    return t


@program(case(V))
def one_of_known_taken(x):
    xs = [x[0], x[1], x[2]]
    k = int(x[1])
    v = xs.pop(k)
    return v * v * xs[0] + xs[1]


@program(case(V))
def selection_sort_pop(x):
    xs = list(x)
    out = []
    while xs:
        m = min(xs)
        out.append(xs.pop(xs.index(m)))
    return sum((i * v * v for i, v in enumerate(out)))


@program(case(V))
def without_extremes(x):
    xs = [v for v in x]
    m = max(xs)
    xs.remove(m)
    xs.remove(min(xs))
    return sum(v * v for v in xs) / len(xs)


@program(case(V))
def without_largest(x):
    xs = [x[0], x[1], x[2], x[3]]
    xs.remove(max(xs))
    return sum(v * v for v in xs) * xs[0]


@program(case(V))
def nearest_neighbour_list(x):
    left = list(range(5))
    t = 0.0
    cur = 0
    left.remove(0)
    while left:
        nxt = min(left, key=lambda j: abs(x[j] - x[cur]))
        t += (x[nxt] - x[cur]) ** 2
        left.remove(nxt)
        cur = nxt
    return t


@program(case(V))
def insertion_by_hand(x):
    xs = []
    for v in x:
        i = 0
        while i < len(xs) and xs[i] < v:
            i += 1
        xs.insert(i, v)
    return sum(((i + 1) * v * v for i, v in enumerate(xs)))


@program(case(V))
def insertion_by_bisect(x):
    xs = []
    for v in x:
        bisect.insort(xs, v)
    return sum((i + 1) * v * v for i, v in enumerate(xs))


@program(case(V))
def put_among_known(x):
    xs = [x[0], x[1], x[2]]
    k = int(x[3])
    xs.insert(k, x[4])
    return sum((i + 1) * v * v for i, v in enumerate(xs))


@program(case(V))
def knot_inserted(x):
    ts = [0.5, 1.0, 1.5]
    vals = [x[0], x[1], x[2]]
    k = bisect.bisect(ts, float(x[4]))
    ts.insert(k, x[4])
    vals.insert(k, x[3])
    return sum((0.5 * (vals[i] + vals[i + 1]) * (ts[i + 1] - ts[i]) for i in range(len(ts) - 1)))


@program(case(V))
def merge_sort_pop(x):

    def ms(a):
        if len(a) <= 1:
            return a
        m = len(a) // 2
        l = ms(a[:m])
        r = ms(a[m:])
        out = []
        while l and r:
            out.append(l.pop(0) if l[0] <= r[0] else r.pop(0))
        return out + l + r

    return sum(((i + 1) * v * v for i, v in enumerate(ms(list(x)))))


@program(case(A4))
def gauss_rows_swapped(A):
    n = 3
    M = [[A[i, j] for j in range(n)] + [A[i, 3]] for i in range(n)]
    for k in range(n):
        p = max(range(k, n), key=lambda r: abs(M[r][k]))
        M[k], M[p] = M[p], M[k]
        for i in range(k + 1, n):
            f = M[i][k] / M[k][k]
            for j in range(k, n + 1):
                M[i][j] -= f * M[k][j]
    s = [0.0] * n
    for i in range(n - 1, -1, -1):
        s[i] = (M[i][n] - sum(M[i][j] * s[j] for j in range(i + 1, n))) / M[i][i]
    return sum(s)


@program(case(V))
def gauss_augmented(x):
    n = 3
    A = [[x[i] * x[j] + (3.0 if i == j else 0.0) for j in range(n)] for i in range(n)]
    b = [x[i] for i in range(n)]
    M = [row[:] + [bi] for row, bi in zip(A, b)]
    for k in range(n):
        p = max(range(k, n), key=lambda r: abs(M[r][k]))
        M[k], M[p] = M[p], M[k]
        for i in range(k + 1, n):
            f = M[i][k] / M[k][k]
            for j in range(k, n + 1):
                M[i][j] -= f * M[k][j]
    s = [0.0] * n
    for i in range(n - 1, -1, -1):
        s[i] = (M[i][n] - sum(M[i][j] * s[j] for j in range(i + 1, n))) / M[i][i]
    return sum(si * bi for si, bi in zip(s, b))


@program(case(V))
def pairs_by_value(x):
    ps = [(v, i) for i, v in enumerate(x) if v > 0]
    t = 0.0
    while ps:
        k = 0
        for j in range(1, len(ps)):
            if ps[j][0] < ps[k][0]:
                k = j
        v, i = ps.pop(k)
        t = t * 0.5 + v * v * (i + 1)
    return t


@program(case(V))
def negative_places(x):
    xs = [v for v in x]
    k = -int(x[3])
    a = xs.pop(k)
    del xs[-2]
    xs.insert(k, a * a)
    return sum((i + 1) * v for i, v in enumerate(xs))


@program(case(V))
def slices_assigned(x):
    xs = [v for v in x if v > 0]
    k = int(x[3])
    xs[k : k + 2] = [xs[0] * xs[1]]
    xs[:1] = [1.0, x[1]]
    xs[3:1] = [x[2]]
    xs[-2:] = []
    return sum((i + 1) * v for i, v in enumerate(xs))


@program(case(V))
def slice_of_known_assigned(x):
    xs = [x[0], x[1], x[2], x[3]]
    k = int(x[3])
    xs[k:] = [xs[0] * xs[1]]
    xs[:0] = [x[4]]
    return sum((i + 1) * v for i, v in enumerate(xs))


@program(case(V))
def row_taken(x):
    m = [[v, v * v] for v in x if v > 0]
    k = int(x[3])
    r = m.pop(k)
    m[0][1] *= 3
    r[0] += 1
    return sum(a * b for a, b in m) + r[0] * r[1]


@program(case(V))
def row_deleted(x):
    m = [[x[i] * x[j] for j in range(3)] for i in range(4)]
    k = int(x[3])
    del m[k]
    m[1][1] += x[0]
    m.insert(k - 1, [x[4], 1.0, 2.0])
    for r in m:
        r[0] *= x[1]
    return sum((sum((v * v for v in r)) for r in m))


class P:
    def __init__(s, a):
        s.a = a


@program(case(V))
def heaviest_merges(x):
    ps = [P(v) for v in x]
    t = 0.0
    while len(ps) > 1:
        k = max(range(len(ps)), key=lambda i: ps[i].a)
        p = ps.pop(k)
        ps[0].a += 0.1 * p.a
        t += p.a**2
    return t + ps[0].a


@program(case(V))
def removed_while_looping(x):
    xs = [v for v in x]
    for v in xs[:]:
        if v < 0.8:
            xs.remove(v)
    return sum((v * v for v in xs)) / len(xs)


@program(case(V))
def two_names_of_one(x):
    a = [v for v in x if v > 0]
    b = a
    a.pop(int(x[1]))
    b[0] *= 2
    return sum(a) * b[1]


@program(case(V))
def array_taken(x):
    us = [x * k for k in range(4) if x[0] > 0]
    u = us.pop(int(x[1]))
    us.insert(int(x[3]), u * u)
    us[0] = us[0] + x
    return sum(float(v @ v) * (k + 1) for k, v in enumerate(us))


@program(case(V))
def middle_turned(x):
    xs = [v for v in x if v > 0]
    i, j = 1, len(xs) - 1
    xs[i:j] = xs[i:j][::-1]
    return sum((k + 1) * v for k, v in enumerate(xs))


@program(case(V))
def cheapest_insertion(x):
    tour = [0, 1]
    left = [2, 3, 4]

    def d(a, b):
        return abs(x[a] - x[b]) ** 1.5

    while left:
        c = left.pop()
        best = None
        for k in range(len(tour)):
            cost = (
                d(tour[k], c)
                + d(c, tour[(k + 1) % len(tour)])
                - d(tour[k], tour[(k + 1) % len(tour)])
            )
            if best is None or cost < best[0]:
                best = (cost, k + 1)
        tour.insert(best[1], c)
    return sum((d(tour[k], tour[(k + 1) % 5]) for k in range(5)))


@program(case(V))
def patience_piles(x):
    tails = []
    for v in x:
        k = bisect.bisect_left(tails, v)
        if k == len(tails):
            tails.append(v)
        else:
            tails[k] = v
    return sum((v * v for v in tails))


@program(case(V))
def running_median(x):
    xs = []
    t = 0.0
    for v in x:
        bisect.insort(xs, v)
        n = len(xs)
        t += xs[n // 2] if n % 2 else 0.5 * (xs[n // 2 - 1] + xs[n // 2])
    return t * t


@program(case(V))
def argument_or_new(x):
    xs = [v for v in x if v > 0]

    def g(a):
        if len(a) <= 2:
            return a
        l = g(a[1:])
        l.pop(0)
        return a + l

    l = g(xs[:4])
    return sum((v * v for v in l))


@program(case(V))
def merged_while_both(x):
    xs = [v for v in x if v > 0]
    l = xs[:2]
    r = xs[2:]
    out = []
    while l and r:
        if l[0] <= r[0]:
            out.append(l.pop(0))
        else:
            out.append(r.pop(0))
    out = out + l + r
    return sum((i * v * v for i, v in enumerate(out)))


@program(case(V))
def last_row_taken(x):
    m = [[v, v * v] for v in x if v > 0]
    r = m.pop()
    r[0] += 1
    m[0][1] *= 2
    return sum(a * b for a, b in m) + r[0] * r[1]


@program(case(V))
def row_taken_of_two_names(x):
    m = [[v, v * v] for v in x if v > 0]
    k = m
    r = m.pop(0)
    r[0] += 1
    return sum(a * b for a, b in k) + r[0] * r[1]


@program(case(np.array([1.2, -0.7, 2.0])))
def reversed_and_grown(x):
    values = []
    for v in x:
        values.append(v * v)
    values.reverse()
    values.append(x[0])
    again = values[::-1]
    again.append(x[1])
    return sum((k + 1) * v for k, v in enumerate(values)) + sum(k * v for k, v in enumerate(again))
