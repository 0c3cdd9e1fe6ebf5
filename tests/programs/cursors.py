"""Iterators over lists that several loops and functions read, one after the other."""

from __future__ import annotations

import itertools
import math
from itertools import islice

import numpy as np

from tests.programs.registry import case, program

V = np.array([0.713, -0.327, 1.441, 0.517, 0.933, -0.241, 1.117])
L = [0.713, -0.327, 1.441, 0.517, 0.933, -0.241, 1.117]


def chunks(values, n):
    it = iter(values)
    while chunk := list(islice(it, n)):
        yield chunk


@program(case(L), case(V))
def means_of_chunks(x):
    return sum(sum(v * v for v in c) / len(c) * c[0] for c in chunks(x, 3))


@program(case(V))
def tuples_until_empty(x):
    it = iter(x)
    total = 0.0
    while True:
        block = tuple(islice(it, 2))
        if not block:
            break
        total += math.sin(sum(block)) * block[0]
    return total


@program(case(L))
def blocks_until_empty(x):
    it = iter(x)
    return sum(b[0] ** 2 * b[-1] for b in iter(lambda: list(islice(it, 2)), []))


@program(case(L))
def until_sentinel(x):
    it = iter([*x, -99.0, 5.0])
    t = 0.0
    for v in iter(lambda: next(it), -99.0):
        t = t * 0.5 + v * v
    return t


class Reader:
    def __init__(self, values):
        self.values, self.at = values, 0

    def read(self):
        if self.at >= len(self.values):
            return None
        self.at += 1
        return self.values[self.at - 1]


@program(case(L))
def until_none_is_read(x):
    t = 1.0
    for v in iter(Reader(x).read, None):
        t = t * 0.5 + v**2
    else:
        t *= 2.0
    return t


def header(it):
    return next(it), next(it)


def body(it, scale):
    t = 0.0
    for v in it:
        t += scale * v**2
    return t


@program(case(L), case(V))
def header_and_body(x):
    it = iter(x)
    a, b = header(it)
    return a * body(it, b)


@program(case(L), case(V))
def goes_on_after_a_break(x):
    it = iter(x)
    t = 0.0
    for v in it:
        if v > 1.0:
            break
        t += v
    for v in it:
        t += v**2
    return t


@program(case(L))
def next_inside_a_loop(x):
    it = iter(x)
    t = 0.0
    for v in it:
        t += v * next(it, 1.5)
    return t


@program(case(L))
def skips_a_header(x):
    it = iter(x)
    for _ in islice(it, 2):
        pass
    return sum(v * v for v in it)


@program(case(L))
def part_that_is_read_later(x):
    it = iter(x)
    part = islice(it, 2)
    a = next(it)
    t = 0.0
    for v in part:
        t += v**2
    return t * a + sum(it) ** 2


@program(case(L))
def parts_at_once(x):
    it = iter(x)
    a, b = sum(islice(it, 2)), max(islice(it, 3))
    c = sum(v * v for v in islice(it, 1))
    return a * b * c * next(it)


@program(case(L))
def part_with_a_break(x):
    it = iter(x)
    t = 0.0
    for v in islice(it, 4):
        if v > 1.0:
            break
        t += v
    return t * next(it)


def found(it):
    for v in it:
        if v < 0:
            return v
    return 1.0


@program(case(L))
def found_twice(x):
    it = iter(x)
    a = found(it)
    return a * found(it) ** 2


def evaluated(it, env):
    op = next(it)
    if op in env:
        return env[op]
    a = evaluated(it, env)
    b = evaluated(it, env)
    return a + b if op == "+" else a * b


@program(case(0.31, 1.27), wrt=(0, 1))
def polish_notation(x, y):
    return evaluated(iter("+*xx*+xyy"), {"x": x, "y": y})


@program(case(L))
def commands_with_operands(x):
    it = iter(["add", x[0], "neg", "mul", x[1], "add", x[2], "end", "mul"])
    t = 1.0
    for op in it:
        if op == "end":
            break
        if op == "neg":
            t = -t
            continue
        v = next(it)
        t = t + v if op == "add" else t * v
    return t


@program(case(V))
def parameters_by_shape(theta):
    it = iter(theta)

    def take(n):
        return np.array(list(islice(it, n)))

    w, b, v = take(3), take(1), take(3)
    return np.tanh(w @ v + b[0])


@program(case(L))
def list_that_changes_meanwhile(x):
    values = list(x)
    it = iter(values)
    a = next(it)
    values[1] = a * 2.0
    values.append(3.0)
    b = next(it)
    return a * b + sum(v for v in it)


@program(case(L))
def pairs_with_others(x):
    it = iter("sLpCsR")
    t = 0.0
    for (how, what), v in zip(zip(it, it), x):
        t += v**2 if how == "s" else math.sin(v) * len(what)
    return t


@program(case(L), case(V))
def groups_filled_up(x):
    its = [iter(x)] * 3
    return sum(a * b - c for a, b, c in itertools.zip_longest(*its, fillvalue=0.5))


@program(case(L), case(V))
def mapped_by_turns(x):
    it = iter(x)
    return sum(map(lambda a, b: a * b * b, it, it))


@program(case(L))
def every_second_one(x):
    it = iter([*x, 0.0])
    return sum(v**2 for v in itertools.compress(it, it))


@program(case(L))
def kept_by_what_they_are(x):
    rising = itertools.takewhile(lambda v: v < 1.0, itertools.accumulate(x))
    late = itertools.dropwhile(lambda v: v < 1.0, x)
    return sum(filter(lambda v: v > 0.0, x)) ** 2 * max(rising) + sum(v**3 for v in late)


@program(case(L))
def pairs_that_are_kept(x):
    weights = range(1, 8)
    kept = filter(lambda p: p[0] > 0, zip(x, weights))
    return sum(a * b for a, b in kept) * sum(itertools.filterfalse(None, x), 1.0)
