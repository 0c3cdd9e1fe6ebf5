"""Sets whose members only the run tells: emptied by loops, joined, compared."""

from __future__ import annotations

import math

import numpy as np

from tests.programs.registry import case, program

V = np.array([0.713, 1.327, 0.441, 2.117, 0.933])
W = np.abs(np.outer(V, V)[::-1] + np.arange(25).reshape(5, 5) % 7 * 0.3)


@program(case(W))
def dijkstra_unvisited(w):
    n = len(w)
    d = [math.inf] * n
    d[0] = 0.0
    out = set(range(n))
    while out:
        u = min(out, key=lambda j: d[j])
        out.remove(u)
        for v in out:
            alt = d[u] + w[u, v]
            if alt < d[v]:
                d[v] = alt
    return sum((d[i] * (i + 1) for i in range(n)))


@program(case(W))
def dijkstra_discard(w):
    n = len(w)
    dist = {v: float("inf") for v in range(n)}
    dist[0] = 0.0
    unvisited = set(range(n))
    while unvisited:
        u = min(unvisited, key=dist.get)
        unvisited.discard(u)
        for v in range(n):
            if v in unvisited and w[u, v] > 0:
                dist[v] = min(dist[v], dist[u] + w[u, v])
    return sum(dist.values())


@program(case(W))
def nearest_of_the_rest(w):
    out = {0, 1, 2, 3, 4}
    cur = 0
    out.remove(0)
    total = 0.0
    while out:
        d = min((w[cur, j] for j in out))
        nxt = min(out, key=lambda j: w[cur, j])
        total += d * w[nxt, nxt]
        out.remove(nxt)
        cur = nxt
    return total


@program(case(W))
def smallest_first(x):
    d = x[0]
    out = {3, 1, 4}
    t = 0.0
    while out:
        j = min(out)
        out.remove(j)
        t = t * 0.5 + d[j] * (1 + len(out))
    return t


@program(case(W))
def frontiers(w):
    frontier = {0}
    visited = set()
    t = 0.0
    depth = 1.0
    while frontier:
        visited |= frontier
        nxt = set()
        for u in frontier:
            for v in range(5):
                if w[u, v] > 1.2:
                    nxt.add(v)
        for v in nxt - visited:
            t += depth * w[0, v]
        frontier = nxt - visited
        depth *= 0.5
    return t


@program(case(W))
def set_operators(w):
    a = {i for i in range(5) if w[0, i] > 1}
    b = {i for i in range(5) if w[1, i] > 1}
    t = 0.0
    for i in a & b:
        t += w[0, i] * w[1, i]
    for i in a | b:
        t += w[2, i]
    for i in a ^ b:
        t += w[3, i] ** 2
    if a <= b:
        t *= 2
    if a.isdisjoint({7, 8}):
        t += 1
    return t


@program(case(W))
def cover_with_sets(x):
    unc = {0, 1, 2, 3, 4, 5}
    subsets = [{0, 1, 2}, {2, 3}, {3, 4, 5}, {1, 4}, {5}]
    cost = x[0]
    total = 0.0
    while unc:
        k = max(range(5), key=lambda s: len(subsets[s] & unc) / cost[s])
        total += cost[k] ** 2
        unc -= subsets[k]
    return total


@program(case(W))
def dijkstra_of_dict(w):
    n = 5
    d = {0: 0.0}
    done = set()
    while len(done) < n:
        m = min(d[j] for j in d if j not in done)
        u = [j for j in d if j not in done and d[j] == m][0]
        done.add(u)
        for v in range(n):
            if v not in done:
                if v not in d or d[u] + w[u, v] < d[v]:
                    d[v] = d[u] + w[u, v]
    return sum(d[v] * v for v in range(n))


@program(case(V))
def order_after_removal(x):
    s = set()
    for v in x:
        s.add(int(v * 40))
    t = 0.0
    k = 1.0
    s.remove(int(x[1] * 40))
    for j in s:
        t += k * j * x[0]
        k *= 0.7 * x[1]
    s.add(3)
    for j in s:
        t += k * j * x[0]
        k *= 0.7 * x[1]
    s.discard(1000)
    s.discard(int(x[0] * 40))
    for j in s:
        t += k * j * x[0]
        k *= 0.7 * x[1]
    return t


@program(case(V))
def order_of_many(x):
    n = 12
    s = set(range(n))
    t = 0.0
    k = 1.0
    for q in range(8):
        j = int(x[q % 5] * 5 + q) % n
        s.discard(j)
        for i in s:
            t += k * i * x[1]
            k *= 0.9
    return t


@program(case(V))
def set_changed_in_place(x):
    s = set()
    r = s
    for v in x:
        s.add(int(v * 10))
    r -= {int(x[0] * 10)}
    return sum((j * x[1] for j in sorted(s))) * len(r)


@program(case(V))
def set_made_new(x):
    s = set()
    for v in x:
        s.add(int(v * 10))
    r = s
    r = r - {int(x[0] * 10)}
    return sum((j * x[1] for j in sorted(s))) * len(r)


@program(case(V))
def set_methods(x):
    a = {int(v * 3) for v in x}
    b = {int(v * v * 2) for v in x}
    t = 0.0
    for c in (a.union(b), a.intersection(b), a.difference(b), a.symmetric_difference(b)):
        for i, k in enumerate(sorted(c)):
            t += (i + 1) * k * x[0]
    a.update([1, 2, int(x[3])])
    b.intersection_update(a)
    if a.issuperset(b):
        t += x[1]
    if b.issubset({100}):
        t += 100 * x[1]
    if a.isdisjoint({77}):
        t += x[2]
    if a == b:
        t += 50 * x[2]
    if a > b:
        t += x[3]
    return t * x[4] + sum(sorted(b)) * x[0]


@program(case(V))
def empty_sets(x):
    s = set()
    t = 0.0
    for v in x:
        s |= {int(v * 2)}
    t += len(s) * x[0]
    u = set()
    u &= s
    w = s - u
    if not u:
        t += len(w) * x[1]
    if u <= s:
        t += x[2]
    return t


@program(case(V))
def pairs_in_order(x):
    s = set()
    for i in range(5):
        for j in range(i):
            if x[i] > x[j]:
                s.add((i, j))
    t = 0.0
    while s:
        a, b = min(s)
        s.remove((a, b))
        t = t * 0.9 + x[a] * x[b] ** 2
    return t


@program(case(V))
def known_set_thinned(x):
    s = {0, 1, 2, 3, 4}
    s.remove(2)
    t = 0.0
    k = 1.0
    for j in s:
        t += k * x[j] ** 2
        k *= x[0]
    s -= {4}
    for j in s:
        t += k * x[j] ** 2
        k *= x[0]
    return t


@program(case(V))
def either_set(x):
    s = {0, 1, 2, 3, 4}
    if x[0] > 0.5:
        s.remove(1)
    else:
        s.add(9)
    t = 0.0
    k = 1.0
    for j in s:
        t += k * x[j % 5] ** 2
        k *= x[0]
    return t


@program(case(V))
def components(x):
    W = np.abs(np.subtract.outer(x, x))
    left = set(range(5))
    t = 1.0
    while left:
        comp = {min(left)}
        frontier = set(comp)
        while frontier:
            nxt = set()
            for u in frontier:
                for v in left:
                    if v not in comp and abs(x[u] - x[v]) < 0.35:
                        nxt.add(v)
            comp |= nxt
            frontier = nxt
        s = 0.0
        for k in sorted(comp):
            s += x[k]
        t *= 1 + s * s
        left -= comp
    return t


@program(case(V))
def greedy_cover(x):
    universe = set(range(6))
    sets = [{0, 1, 2}, {2, 3}, {3, 4, 5}, {1, 4}, {5}]
    covered = set()
    t = 0.0
    while covered != universe:
        best = None
        bv = -1
        for i, s in enumerate(sets):
            r = len(s - covered) / x[i]
            if r > bv:
                bv = r
                best = i
        covered |= sets[best]
        t += x[best] ** 2
    return t


KNOTS = [0.75, 0.0, 0.0, 0.5, 1.0, 1.0, 0.5]


@program(case(V, KNOTS), case(V, np.array(KNOTS)))
def spans_of_knots(x, knots):
    spans = sorted(set(knots))
    total = sum(x[0] * (b - a) ** 2 for a, b in zip(spans[:-1], spans[1:]))
    return total + len(set(knots)) * x[1] + (x[2] if 0.75 in set(knots) else 0.0)


@program(case(V, KNOTS))
def floats_seen_before(x, knots):
    seen, total = set(), 0.0
    for k in knots:
        if k not in seen:
            seen.add(k)
            total += x[0] ** 2 * k
    for k in seen:
        total = 0.9 * total + x[1] * k
    return total + max(seen - {0.0}) * x[2]


@program(case(V))
def a_set_of_what_is_differentiated(x):
    values = set(x)
    total = 0.0
    for v in sorted(values):
        total = total * 0.5 + v**2
    return total + sum(v**3 for v in values)


@program(case(np.array([1.3, 0.6, 0.9])))
def of_texts_that_the_run_tells(x):
    g = {}
    for i, v in enumerate(x):
        g[str(i)] = v
    some, named = set(g), {"0", "1", "c"}
    t = x[1] if some >= {"0", "2"} else x[2]
    for r in (some & named, some | named, some - named, some ^ named, g.keys() & named):
        t = t + sum(g.get(k, 2.0) * (j + 1) for j, k in enumerate(sorted(r))) * x[0] + len(r)
    return t
