"""Lists that are copied, taken apart and turned, whose length only the run tells."""

from __future__ import annotations

import copy
from collections import deque

import numpy as np

from tests.programs.registry import case, program

V = np.array([0.7, 1.3, -0.4, 2.1, 0.9])


@program(case(V))
def ends_and_middle(x):
    xs = []
    for v in x:
        if v > 0:
            xs.append(v * v)
    a, *mid, z = xs
    return a * z + sum((m**3 for m in mid))


@program(case(V))
def ends_and_middle_of_array(x):
    a, *mid, z = x
    return a * z + sum(m * m * m for m in mid)


@program(case(V))
def middle_changed(x):
    xs = [v * 2 for v in x if v > 0]
    a, *mid, z = xs
    mid[0] *= a
    mid.append(z)
    return sum(m * m for m in mid) + xs[1]


@program(case(V))
def slice_changed(x):
    xs = []
    for v in x:
        if v > 0:
            xs.append(v)
    ys = xs[:]
    ys[0] *= 2
    ys[-1] = xs[0] * ys[1]
    return sum((a * b for a, b in zip(xs, ys)))


@program(case(V))
def list_changed(x):
    xs = [v for v in x if v > 0]
    ys = list(xs)
    for i in range(len(ys)):
        ys[i] = ys[i] * i + xs[0]
    return sum((v * v for v in ys)) + xs[0] * xs[-1]


@program(case(V))
def copies_in_loop(x):
    xs = [v for v in x if v > 0]
    best = xs.copy()
    for k in range(3):
        new = best.copy()
        for i in range(1, len(new)):
            new[i] = best[i - 1] * best[i] + 0.1
        if sum(new) > sum(best):
            best = new
    return sum(best) * xs[0]


@program(case(V))
def deep_copy_of_rows(x):
    m = []
    for i in range(len(x)):
        if x[i] > 0:
            m.append([x[i], x[i] * 2, 1.0])
    k = copy.deepcopy(m)
    k[0][0] *= 3.0
    k[1][2] = m[0][0]
    return sum((a * b for r, s in zip(m, k) for a, b in zip(r, s)))


@program(case(V))
def shallow_copy_longer(x):
    xs = [v for v in x if v > 0]
    ys = copy.copy(xs)
    ys[0] = ys[0] ** 3
    ys.append(xs[0])
    return sum(ys) * sum(xs)


@program(case(V))
def turned_and_changed(x):
    q = deque(x)
    q.rotate(2)
    q[0] *= 2
    return sum(a * b for a, b in zip(q, x))


@program(case(V))
def turned_in_loop(x):
    q = deque()
    for v in x:
        if v > 0:
            q.append(v)
    for k in range(3):
        q.rotate(k)
        q[0] *= 2.0
        q[-1] += q[0] * q[1]
    return sum((i * v * v for i, v in enumerate(q)))


@program(case(V))
def every_third_leaves(x):
    q = deque(x)
    t = 1.0
    while len(q) > 1:
        q.rotate(-2)
        v = q.popleft()
        q[0] = q[0] + 0.5 * v
        t *= 1 + v * v
    return t + q[0]


@program(case(V))
def previous_row(x):
    cur = [v for v in x if v > 0]
    for k in range(3):
        prev = cur[:]
        for i in range(1, len(cur)):
            cur[i] = prev[i - 1] * 0.5 + cur[i] * 0.3
        prev[0] = prev[1]
        cur[0] += prev[0]
    return sum(v * v for v in cur)


@program(case(V))
def copy_returned(x):
    xs = [v for v in x if v > 0]

    def same(a):
        return list(a)

    ys = same(xs)
    ys[0] *= 3
    xs[1] += 1
    return sum((a * b for a, b in zip(xs, ys)))


def bump(a):
    a[0] = a[0] * 2
    return sum(a)


@program(case(V))
def copy_handed_over(x):
    xs = [v for v in x if v > 0]
    s = bump(xs[:])
    return s * xs[0]


@program(case(V))
def tuple_of_list(x):
    xs = [v for v in x if v > 0]
    t = tuple(xs)
    xs[0] = 5.0 * xs[1]
    return t[0] * xs[0] + sum(t)


@program(case(V))
def name_and_copy(x):
    xs = [v for v in x if v > 0]
    ys = xs
    zs = xs[:]
    ys[0] = 2 * zs[1]
    zs[1] = xs[0] * xs[0]
    return xs[0] * ys[0] + zs[0] + sum(zs)


@program(case(V))
def rows_shared(x):
    m = []
    for v in x:
        m.append([v, v * v])
    k = m[:]
    k[0][0] = 3.0 * x[1]
    return m[0][0] ** 2 + k[0][1]


@program(case(V))
def deep_copy_of_dict(x):
    m = []
    for v in x:
        m.append([v, v * v])
    d = {"m": m, "b": x[0]}
    e = copy.deepcopy(d)
    e["m"][1][1] *= 4
    e["m"].append([1.0, 2.0])
    return sum((sum(r) for r in m)) * sum((sum(r) for r in e["m"]))


class P:
    def __init__(s, a):
        s.a = a


@program(case(V))
def deep_copy_of_objects(x):
    ps = [P(v) for v in x if v > 0]
    qs = copy.deepcopy(ps)
    qs[0].a *= 5
    return sum(p.a for p in ps) * sum(q.a for q in qs)


@program(case(V))
def copy_of_object(x):
    ps = [P(v) for v in x if v > 0]
    q = copy.copy(ps[0])
    q.a *= 5
    return sum(p.a for p in ps) * q.a


@program(case(V))
def deep_copy_of_one(x):
    ps = [P(v) for v in x if v > 0]
    q = copy.deepcopy(ps[1])
    q.a *= 5
    return sum(p.a for p in ps) * q.a


@program(case(V))
def joined_with_nothing(x):
    xs = [v for v in x if v > 0]
    ys = xs + []
    ys[0] *= 2
    zs = [] + xs
    zs[1] *= 3
    return sum(a * b * c for a, b, c in zip(xs, ys, zs))


@program(case(V))
def copies_of_deque(x):
    q = deque()
    for v in x:
        q.append(v)
    r = q.copy()
    r[0] *= 2
    s = deque(q)
    s[1] *= 3
    t = copy.copy(q)
    t.append(1.0)
    t[2] = t[0]
    return sum((a * b * c * d for a, b, c, d in zip(q, r, s, t)))


@program(case(V))
def either_is_changed(x):
    xs = [v for v in x if v > 0]
    ys = xs[:]
    if x[0] > 0.5:
        ys[0] = xs[1] * 2
    else:
        xs[0] = ys[1]
    return sum((a * b for a, b in zip(xs, ys)))


@program(case(V))
def every_other(x):
    xs = [v for v in x if v > -9]
    ev = xs[::2]
    od = xs[1::2]
    ev[0] *= 2
    od[-1] += ev[0]
    return sum(ev) * sum(od) + xs[0]


@program(case(V))
def merge_sort_copies(x):
    a = [v for v in x if v > -9]

    def ms(a):
        if len(a) <= 1:
            return a
        m = len(a) // 2
        L = ms(a[:m])
        R = ms(a[m:])
        i = j = k = 0
        out = a[:]
        while i < len(L) and j < len(R):
            if L[i] < R[j]:
                out[k] = L[i]
                i += 1
            else:
                out[k] = R[j]
                j += 1
            k += 1
        while i < len(L):
            out[k] = L[i]
            i += 1
            k += 1
        while j < len(R):
            out[k] = R[j]
            j += 1
            k += 1
        return out

    b = ms(a)
    return sum((i * v * v for i, v in enumerate(b))) + a[0]


@program(case(V))
def merge_sort_in_place(x):
    a = [v for v in x if v > -9]

    def ms(a):
        if len(a) > 1:
            m = len(a) // 2
            L = a[:m]
            R = a[m:]
            ms(L)
            ms(R)
            i = j = k = 0
            while i < len(L) and j < len(R):
                if L[i] < R[j]:
                    a[k] = L[i]
                    i += 1
                else:
                    a[k] = R[j]
                    j += 1
                k += 1
            while i < len(L):
                a[k] = L[i]
                i += 1
                k += 1
            while j < len(R):
                a[k] = R[j]
                j += 1
                k += 1

    ms(a)
    return sum((i * v * v for i, v in enumerate(a)))
