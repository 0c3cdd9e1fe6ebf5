"""Objects whose dicts get keys, and whose attributes stop being None, in the middle of a loop.

Random programs over such objects have found what stands here (tests/fuzz/owners.py).
"""

import numpy as np

from tests.programs.registry import case, program

X = np.array([1.3, 0.6, 0.9])


class Owner:
    """Holds a number, a table, and another owner."""

    def __init__(self):
        self.number = 0.5
        self.table = {}
        self.other = None

    def link(self, other):
        self.other = other
        return other


class Late:
    """Has no attribute until it is given one."""

    def better(self, v):
        self.best = v

    def link(self, other):
        self.other = other
        return other


def fill(table, k, v):
    if k in table:
        table[k] = table[k] * v
    else:
        table[k] = v
    return table


def table_of(owner):
    return owner.table


def same(value):
    return value


@program(case(X))
def linked_and_changed(x):
    p, q = Owner(), Owner()
    for v in x:
        p.link(q).number += v
    return q.number * p.other.number


@program(case(X), case(X + 0.7))
def one_of_two_ways_links(x):
    p, q, t = Owner(), Owner(), 0.0
    for v in x:
        t += q.number
        if v > 1.1:
            q.table = {}
        else:
            p.other = q
            q.number += v
        if p.other is None:
            t += 1.0
    return t


@program(case(X))
def table_that_a_function_gives_back(x):
    q = Owner()
    for v in x:
        fill(q.table, "b", v * 0.7)
    table_of(q)["a"] = x[0]
    return sum(q.table.values()) * len(q.table)


@program(case(X))
def table_given_back_as_it_is(x):
    table = {}
    for v in x:
        fill(table, "b", v * 0.7)
    again = same(table)
    again["a"] = x[0]
    return sum(table.values())


@program(case(X), case(X - 0.5))
def views_of_what_may_have_a_key(x):
    q, v = Owner(), x[0]
    for k in range(3):
        if v > 1.1:
            q.table["a"] = x[2]
        for _, z in q.table.items():
            v = v + z * 2
        for z in q.table.values():
            v = v * z
        for name in q.table:
            v = v * q.table[name]
        v = v + sum(q.table.values()) + len(q.table.keys()) * k
    return v


@program(case(X), case(X + 1.0))
def attributes_of_one_way(x):
    p, q = Late(), Late()
    for k in range(len(x)):
        if x[k] < 0.8:
            p.better(0.2)
        q.link(p).number = x[k] ** 2
    return p.number
