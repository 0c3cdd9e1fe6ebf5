"""Texts that only the run tells: in heaps, sorted, compared, and as keys of dicts."""

import heapq
import math
from collections import Counter, defaultdict

import numpy as np

from tests.programs.registry import case, program

ROADS = {"a": ["b", "c"], "b": ["d"], "c": ["d", "b"], "d": []}
LENGTHS = {("a", "b"): 0, ("a", "c"): 1, ("b", "d"): 2, ("c", "d"): 3, ("c", "b"): 4}
W = np.array([0.9, 0.3, 0.5, 1.4, 0.2])


@program(case(W))
def shortest_way_by_names(w):
    distance = {n: float("inf") for n in ROADS}
    distance["a"] = 0.0
    before = {}
    queue = [(0.0, "a")]
    while queue:
        d, name = heapq.heappop(queue)
        if d > distance[name]:
            continue
        for other in ROADS[name]:
            new = d + w[LENGTHS[name, other]]
            if new < distance[other]:
                distance[other] = new
                before[other] = name
                heapq.heappush(queue, (new, other))
    total, name = 0.0, "d"
    while name in before:
        total += distance[name] ** 2
        name = before[name]
    return total


@program(case(W, 5))
def scores_in_order(w, n):
    scores = []
    for k in range(n):
        scores.append((w[k] ** 2, f"item {k}"))
    scores.sort(reverse=True)
    best, worst = max(scores), min(scores, key=lambda pair: pair[1])
    return scores[0][0] * scores[1][0] + best[0] + worst[0] * len(scores[2][1])


@program(case(W[:3]))
def pairs_with_known_names(w):
    scored = []
    for k, name in enumerate(["beta", "al", "gam"]):
        scored.append((w[k], name))
    scored.sort()
    return sum(s * rank * len(name) for rank, (s, name) in enumerate(scored, 1))


@program(case(W, 7), case(W, 1))
def sums_by_name(w, n):
    sums = {}
    for k in range(n):
        name = f"k{k % 3}"
        sums[name] = sums.get(name, 0.2) * w[k % 5] + k
    if "k2" in sums:
        sums["k2"] *= 1.5
    del sums["k0"]
    return sum(v * len(name) for name, v in sums.items()) + len(sums)


@program(case(W, 6))
def lists_by_name(w, n):
    groups = defaultdict(list)
    for k in range(n):
        groups["odd" if k % 2 else f"even{k % 4}"].append(w[k % 5] * k)
    return sum(math.prod(v) * len(v) for v in groups.values()) + sum(groups["odd"])


@program(case(W, 6))
def counted_names(w, n):
    counts = Counter()
    for k in range(n):
        counts[f"n{k * k % 4}"] += w[k % 5]
    top = max(counts, key=counts.get)
    return counts[top] ** 2 + sum(counts.values()) * len(top)


@program(case(W, 4))
def two_names_and_a_number(w, n):
    table = {}
    for k in range(n):
        table[f"a{k % 2}", f"b{k}", k % 3] = w[k] * w[k + 1]
    total = 0.0
    for (first, second, number), v in table.items():
        total += v * (number + len(first) + len(second))
    return total + table["a1", "b1", 1]


@program(case(W, 3))
def functions_by_name(w, n):
    functions = {"sin": math.sin, "square": lambda t: t * t, "exp": math.exp}
    names = ["square", "exp", "sin"]
    total = w[0]
    for k in range(n):
        total = functions[names[k % 3]](total) * w[k]
    return total


@program(case(W, 4))
def events_by_name(w, n):
    """A heap of times and names, which first holds one name only."""
    queue = [(0.1 * w[0], "arrive")]
    seen = {"arrive": 0.0, "leave": 0.0}
    for k in range(n):
        t, name = heapq.heappop(queue)
        seen[name] += t * (k + 1)
        if name == "arrive":
            heapq.heappush(queue, (t + w[k], "leave"))
            heapq.heappush(queue, (t + 1.3 * w[k + 1], "arrive"))
    return seen["arrive"] + seen["leave"] ** 2


EDGES = {("a", "b"): 1.0, ("b", "c"): 2.0, ("a", "c"): 3.5, ("c", "d"): 1.5, ("b", "d"): 4.1}


@program(case(EDGES))
def distances_that_are_found_on_the_way(edges):
    distance, heap, done = {"a": 0.0}, [(0.0, "a")], set()
    while heap:
        d, u = heapq.heappop(heap)
        if u in done:
            continue
        done.add(u)
        for (p, q), w in edges.items():
            if p == u:
                c = d + w
                if q not in distance or c < distance[q]:
                    distance[q] = c
                    heapq.heappush(heap, (c, q))
    return distance["d"] * len(done)


@program(case(EDGES))
def ways_back_by_names(edges):
    def around(node):
        for (a, b), w in edges.items():
            if a == node:
                yield b, w
            elif b == node:
                yield a, w

    def shortest(source):
        distance, before, heap, done = {source: 0.0}, {}, [(0.0, source)], {source}
        while heap:
            d, u = heapq.heappop(heap)
            done.add(u)
            for v, w in around(u):
                if v not in distance or d + w < distance[v]:
                    distance[v] = d + w
                    before[v] = u
                    heapq.heappush(heap, (d + w, v))
        return distance, before, sorted(done)

    total = 0.0
    for source in ("a", "d"):
        distance, before, done = shortest(source)
        for node in sorted(distance):
            hops, now = 0, node
            while now != source:
                now = before[now]
                hops += 1
            total += distance[node] ** 2 * (hops + 1) * len(done)
    return total


@program(case(W, 4))
def sets_of_names(w, n):
    names = ["arrive", "leave", "wait"]
    seen, total = set(), 0.0
    for k in range(n):
        name = names[int(w[k] * 7) % 3]
        if name in seen:
            total += w[k] ** 2
            seen.discard(name)
        else:
            seen.add(name)
        total += len(seen) * w[k] + ("leave" in seen)
    for place, name in enumerate(sorted(seen)):
        total += w[place] * len(name)
    return total


@program(case(W, 2), case(W, 4))
def scores_that_some_names_have(w, n):
    scores = {}
    if w[0] > 0.5:
        scores["high"] = w[0]
    if w[1] > 0.5:
        scores["low"] = w[1]
    for k in range(n):
        if w[k] > 0.45:
            scores["more"] = scores.get("more", 0.0) + w[k]
    return sum(scores.values()) * scores.get("low", 1.0) * len(scores)


@program(case(W))
def names_that_are_sought(w):
    names = ["a", "b", "c"]
    found = [names[int(v * 7) % 3] for v in w]
    name = "a" if w[1] > 0.4 else "c"
    total = w[names.index(name)] * names.count(name) + w[2] * (name in names)
    return total * found.count("a") + w[found.index("c")] * found.count(name)
