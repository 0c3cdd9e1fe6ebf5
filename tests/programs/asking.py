"""Values that iterators are asked for one by one, whose number only the run tells."""

from __future__ import annotations

import itertools

import numpy as np

from tests.programs.registry import case, program

V = np.array([0.713, 1.327, 0.441, 2.117, 0.933])


@program(case(V))
def products_of_neighbours(x):
    xs = []
    for v in x:
        if v > 0:
            xs.append(v)
    it = iter(xs)
    a = next(it)
    t = 0.0
    for b in it:
        t += a * b
        a = b
    return t


@program(case(V))
def first_then_rest(x):
    it = iter(x)
    prev = next(it)
    t = 0.0
    for v in it:
        t += (v - prev) ** 2 * v
        prev = v
    return t


@program(case(V))
def first_or_default(x):
    a = next((v for v in x if v > 100), x[0] * 3)
    b = next((i for i, v in enumerate(x) if v < 0), None)
    if b is None:
        return a
    return a * x[b] * x[b]


@program(case(V))
def until_none(x):
    xs = [v for v in x if v > 0]
    it = iter(xs)
    t = 0.0
    while True:
        v = next(it, None)
        if v is None:
            break
        t = t * 0.5 + v**3
    return t


@program(case(V))
def pairs_by_turns(x):
    it = iter(x[:4])
    t = 0.0
    for a, b in zip(it, it):
        t += a * b * b
    return t


@program(case(V))
def two_iterators(x):
    a = iter(sorted(x))
    b = iter([1.0, 2.0])
    u = next(a)
    v = next(b)
    return u * v * next(a) + next(b) * next(a)


@program(case(V))
def first_of_map(x):
    it = map(lambda v: v * v, x)
    first = next(it)
    return first * sum(it)


@program(case(V))
def first_of_enumerate(x):
    it = enumerate(x)
    i, v = next(it)
    t = v * v
    for i, w in it:
        t += i * w * v
    return t


@program(case(V))
def grouped(x):
    t = 0.0
    for a, b in zip(*[iter(x)] * 2):
        t += a * b * b
    return t


@program(case(V))
def list_changed_before(x):
    xs = [v for v in x if v > 0]
    it = iter(xs)
    xs.append(5.0 * x[0])
    t = 0.0
    for v in it:
        t = t * 0.5 + v * v
    return t


@program(case(V))
def array_changed_meanwhile(x):
    y = x * 1.0
    it = iter(y)
    a = next(it)
    y[2] = 7.0 * a
    t = a
    for v in it:
        t = t * 0.5 + v * v
    return t


@program(case(V))
def merged_by_next(x):
    a = iter(sorted(x))
    b = iter([v * v for v in x if v > 0.5])
    u = next(a)
    v = next(b)
    t = 0.0
    while u is not None and v is not None:
        if u < v:
            t += u
            u = next(a, None)
        else:
            t += 2 * v * v
            v = next(b, None)
    return t


@program(case(V))
def one_iterator_two_names(x):
    it = iter(x)
    jt = it
    a = next(it)
    b = next(jt)
    return a * b * b + sum(it)


@program(case(V))
def first_of_zip(x):
    it = zip(x, x[1:])
    a, b = next(it)
    return sum((q - p) ** 2 for p, q in it) + a * b


@program(case(V))
def first_place(x):
    k = next(i for i, v in enumerate(x) if v > 1)
    return x[k] * x[0]


@program(case(V))
def none_found(x):
    v = next((v for v in x if v > 99), None)
    return x[0] * x[1] if v is None else v


@program(case(V))
def from_behind(x):
    it = reversed(x)
    t = next(it)
    for v in it:
        t = t * 0.5 + v
    return t


def pairs_of_neighbours(values):
    a, b = itertools.tee(values)
    next(b, None)
    return zip(a, b)


@program(case(1.5))
def neighbours_by_two_iterators(x):
    found = [x, x**2, x**3]
    return sum(a * b**2 for a, b in pairs_of_neighbours(found))
