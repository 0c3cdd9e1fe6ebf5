"""Scopes, classes inside functions, messages, and other statements that are met less often."""

from __future__ import annotations

import contextlib
import logging
import math
from collections import namedtuple
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from tests.programs.registry import case, program

SCALE = 2.5
logger = logging.getLogger("tests.programs.scopes")
logger.addHandler(logging.NullHandler())
logger.propagate = False


# ---------------------------------------------------------------- variables that functions share


@program(case(1.3))
def late_bound_lambdas(x):
    fs = []
    for k in range(3):
        fs.append(lambda t: t * k + x)
    return sum(f(x) for f in fs)


@program(case(1.3, 4))
def loop_variable_closure(x, n):
    total = 0
    for i in range(n):

        def term(t):
            return t**i / (i + 1)

        total += term(x)
    i = 2
    return total * i


@program(case(np.array([0.3, 0.9, 1.4])))
def nonlocal_counter(v):
    count = 0

    def f(x):
        nonlocal count
        count += 1
        return math.sin(x) * x

    s = 0
    for x in v:
        s += f(x)
    return s / count


@program(case(0.5, 2.0), wrt=(0, 1))
def nonlocal_calls_newton(x0, a):
    evals = 0

    def f(x):
        nonlocal evals
        evals += 1
        return x * x - a

    x = x0 + 1.0
    for _ in range(6):
        fx = f(x)
        x = x - fx / (2 * x)
    return x * (1 if evals < 100 else 0)


@program(case(np.array([0.3, 0.9, 1.4])))
def nonlocal_total(v):
    total = 0.0

    def add(x):
        nonlocal total
        total += x * x

    for x in v:
        add(x)
    return total


@program(case(1.2, 0.3), wrt=(0, 1))
def nested_levels(x, y):
    total = 0.0

    def outer():
        def inner(v):
            nonlocal total
            total += v * x

        inner(y)
        inner(x)

    outer()
    outer()
    return total


@program(case(np.array([0.2, 0.4]), 3))
def make_counter(v, n):
    def counter():
        c = 0

        def inc():
            nonlocal c
            c += 1
            return c

        return inc

    a = counter()
    b = counter()
    s = 0.0
    for i in range(n):
        s += a() * v[0]
    return s + b() * v[1] * a()


@program(case(0.4, 3))
def running_total(x, n):
    total = 0
    history = []

    def add(v):
        nonlocal total
        total = total + v
        history.append(total)

    for i in range(n):
        add(x * i + 1)
    return total + sum(history)


@program(case(0.4, 3))
def last_closure(x, n):
    fs = []
    for i in range(3):

        def f(t):
            return t ** (i + 1) + x

        fs.append(f)
    return fs[0](x) + fs[1](x)


@program(case(0.4))
def while_closure(x):
    step = 0.1

    def f(t):
        return math.sin(t) * step

    y = x
    while step > 0.01:
        y = y + f(y)
        step /= 2
    return y


@program(case(0.4))
def nonlocal_best(x):
    best = None

    def consider(v):
        nonlocal best
        if best is None or v < best:
            best = v

    for k in (3.0, 1.0, 2.0):
        consider(k * x)
    return best * x


@program(case(0.4))
def nonlocal_flag(x):
    done = False

    def step(v):
        nonlocal done
        if v > 2:
            done = True
        return v * 1.5

    v = x
    while not done:
        v = step(v)
    return v


@program(case(np.array([1.0, 2.0, 4.0])))
def tuple_targets(v):
    a, b = 0.0, 1.0

    def upd(t):
        nonlocal a, b
        a, b = b, a + b * t

    for t in v:
        upd(t)
    return a * b


@program(case(1.2))
def global_read(x):
    return SCALE * math.exp(x / SCALE)


# ---------------------------------------------------------------- classes inside functions


@program(case(1.2, 0.3), wrt=(0, 1))
def class_inside(x, y):
    class Point:
        def __init__(self, x, y):
            self.x = x
            self.y = y

        def norm(self):
            return math.sqrt(self.x**2 + self.y**2)

        def __add__(self, other):
            return Point(self.x + other.x, self.y + other.y)

    p = Point(x, y) + Point(y, 2 * x)
    return p.norm()


@program(case(1.2, 0.3), wrt=(0, 1))
def namedtuple_inside(x, y):
    Pair = namedtuple("Pair", "a b")
    p = Pair(x * y, y)
    return p.a * p.b


@program(case(1.2, 0.3), wrt=(0, 1))
def local_dataclass(x, y):
    @dataclass
    class P:
        a: float
        b: float = 2.0

        def area(self):
            return self.a * self.b

    return P(x * y).area() + P(x, y).area()


@program(case(1.2, 0.3), wrt=(0, 1))
def local_namedtuple(x, y):
    class P(NamedTuple):
        a: float
        b: float

    p = P(x, y)
    return p.a * p.b + P(y, y).a


@program(case(1.2, 0.3), wrt=(0, 1))
def local_inherits(x, y):
    class Shape:
        def __init__(self, k):
            self.k = k

        def area(self):
            return 0.0

    class Square(Shape):
        def __init__(self, s):
            super().__init__(2.0)
            self.s = s

        def area(self):
            return self.k * self.s**2

    class Circle(Shape):
        def __init__(self, r):
            super().__init__(3.0)
            self.r = r

        @property
        def diameter(self):
            return 2 * self.r

        def area(self):
            return math.pi * self.r**2 * self.k + self.diameter

    return sum(s.area() for s in [Square(x), Circle(y), Shape(1.0)])


# ---------------------------------------------------------------- messages, and what is suppressed


@program(case(1.2))
def logs(x):
    logger.debug("x is %s", x)
    y = math.sin(x)
    logger.info(f"y = {y}")
    return y * x


@program(case(1.2))
def suppresses(x):
    y = x
    with contextlib.suppress(ZeroDivisionError):
        y = x * x
    return y
