"""Lists under keys that are one of several texts, and lists of lists that are put in order."""

from collections import Counter, defaultdict

import numpy as np

from tests.programs.registry import case, program

V = np.array([0.51, 0.73, 0.22, 1.13, 0.97, 0.34, 0.86, 1.41])


@program(case(V, 0.3), wrt=(0, 1))
def lists_under_chosen_names(x, a):
    found = defaultdict(list)
    for i, v in enumerate(x):
        found["even" if i % 2 == 0 else "odd"].append(v * a)
    middle = sum(np.mean(v) ** 2 for v in found.values())
    return middle + max(found["odd"]) + found["even"][-1]


@program(case(V, 0.3), wrt=(0, 1))
def pairs_under_names_of_branches(x, a):
    found = defaultdict(list)
    for i, v in enumerate(x):
        if v > 0.6:
            found["big"].append((i, v))
        else:
            found["small"].append((i, v * a))
    total = 0.0
    for _name, pairs in sorted(found.items()):
        for i, v in pairs:
            total = total * 1.1 + (i + 1) * v**2
    return total + len(found["big"]) * found["small"][0][1]


@program(case(V, 0.3), wrt=(0, 1))
def sums_under_names_of_branches(x, a):
    total, count = defaultdict(float), Counter()
    for v in x:
        if v > 0.6:
            total["big"] += v
        elif v < 0.3:
            total["small"] += v * a
        else:
            total["middle"] += v * v
        count["low" if v < 0.5 else "high"] += 1
    return total["big"] * total["small"] + sum(total.values()) * count["low"] + count["none"]


@program(case(V, 0.3), wrt=(0, 1))
def lists_that_are_set_where_they_lack(x, a):
    first, second = {}, {}
    for v in x:
        key = "high" if v > 0.6 else "low"
        first.setdefault(key, []).append(v * a)
        if key not in second:
            second[key] = []
        second[key].append(v * v)
    return sum(len(v) * sum(v) for v in first.values()) * second["high"][0] + sum(second["low"])


@program(case(V, 0.3), wrt=(0, 1))
def ledgers(x, a):
    ledger, balance = defaultdict(list), defaultdict(float)
    for i, v in enumerate(x):
        who = ["ann", "bob", "cid"][i % 3]
        balance[who] += v * a
        ledger[who].append(balance[who])
    return sum(v[-1] ** 2 for v in ledger.values()) + max(balance.values()) + len(ledger)


@program(case(V, 0.3), wrt=(0, 1))
def longest_run(x, a):
    runs, run = [], [x[0]]
    for p, q in zip(x, x[1:], strict=False):
        if q > p:
            run.append(q)
        else:
            runs.append(run)
            run = [q * a]
    runs.append(run)
    longest = max(runs, key=len)
    best = min(runs, key=lambda r: sum(r) / len(r))
    order = sorted(runs, key=lambda r: -r[0])
    return sum(longest) + sum(r[0] * r[-1] * (k + 1) for k, r in enumerate(order)) * a + best[-1]


@program(case(V, 0.3), wrt=(0, 1))
def groups_by_their_sums(x, a):
    found = defaultdict(list)
    for v in x:
        found[int(v * 3)].append(v * a)
    key, top = max(found.items(), key=lambda item: sum(item[1]))
    most = max(found.values(), key=len)
    total = 0.0
    for j, (k, v) in enumerate(sorted(found.items(), key=lambda item: -len(item[1]))):
        total += (j + 1) * sum(v) + k * v[0]
    for _k, v in sorted(found.items()):
        total = total * 1.1 + max(v)
    return total + sum(top) * key + sum(most)


@program(case(V, 0.3), wrt=(0, 1), may_refuse=True)
def a_list_is_changed_that_was_put_in_order(x, a):
    found = defaultdict(list)
    for v in x:
        found[int(v * 3)].append(v * a)
    order = sorted(found.values(), key=len)
    first = order[0]
    for k in (0, 1, 2):
        found[k].append(a)
    return sum(first) ** 2


@program(case(V, 0.3), wrt=(0, 1), may_refuse=True)
def a_list_of_the_lists_of_a_dict_is_changed(x, a):
    found = defaultdict(list)
    for v in x:
        found[int(v * 3)].append(v * a)
    rows = list(found.values())
    rows[0].append(a)
    return sum(len(v) * sum(v) for v in found.values())


def put(rows, k, v):
    rows[k].append(v)


@program(case(V, 0.3), wrt=(0, 1))
def functions_fill_lists_of_lists(x, a):
    rows, found, named = [[] for _ in x], [[] for _ in range(3)], defaultdict(list)

    def sort_in(v):
        found[int(v * 2.9) % 3].append(v * a)

    def name(v):
        named[int(v * 2)].append(v)

    for i, v in enumerate(x):
        put(rows, i // 2, a * i + v)
        sort_in(v)
        name(v)
    total = sum(sum(r) * len(r) for r in rows) + sum(sum(r) ** 2 for r in found)
    return total * sum(len(r) * sum(r) for r in named.values())
