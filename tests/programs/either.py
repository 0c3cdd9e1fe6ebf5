"""Programs with variables that hold one thing or another, whichever way was taken."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from tests.programs.registry import case, program


@program(case(np.array([0.9, 0.3, 1.4])), case(np.array([0.2])))
def the_best_so_far(xs):
    best = None
    for v in xs:
        if best is None or v < best:
            best = v
    return best * best + xs[0]


@program(case(np.array([0.9, 0.3]), 3), case(np.array([0.9, 0.3]), 1))
def products_from_nothing(x, n):
    total = None
    for k in range(n):
        m = x * (k + 1)
        total = m if total is None else total * m
    return np.sum(total)


@program(case(0.7, 1), case(0.7, 2), case(0.7, 3))
def a_function_that_is_chosen(x, n):
    if n == 1:
        g = math.sin
    elif n == 2:
        g = math.exp
    else:
        g = _cube
    return g(x) * x + g(2.0 * x)


def _cube(x):
    return x**3


@program(case(0.4), case(-0.6))
def functions_inside_that_are_chosen(x):
    if x > 0.0:

        def step(y):
            return y * x

    else:

        def step(y):
            return y + x * x

    return step(step(1.5))


class Hit(NamedTuple):
    """Where a ray meets a sphere."""

    t: float
    height: float


def _hit(origin, radius):
    d = radius * radius - origin * origin
    if d < 0.0:
        return None
    t = math.sqrt(d)
    return Hit(t, origin * t)


@program(case(0.3, 0.8), case(0.9, 0.8), case(-0.7, 0.8))
def rays(x, radius):
    light = 0.1 * x
    for k in range(3):
        hit = _hit(x + 0.3 * k, radius)
        if hit is None:
            continue
        light += hit.t * hit.height
    return light


@program(case(0.5, None), case(0.5, 0.3))
def an_argument_that_may_be_missing(x, scale):
    if scale is None and x > 0.0:
        scale = 2.0 * x
    return x * scale if scale is not None else x


@program(case(0.8, 3), case(0.8, 0))
def the_value_before(x, n):
    before, total = None, 0.0
    for k in range(n):
        y = math.sin(x * (k + 1))
        if before is not None:
            total += (y - before) ** 2
        before = y
    return total + (before if before else x)


@program(case(1.7), case(0.4))
def an_early_none(x):
    def safe_log(v):
        if v <= 0.0:
            return None
        return math.log(v)

    y = safe_log(x)
    z = safe_log(-x)
    return (y or 0.0) + (0.0 if z is None else z)


@program(case(0.6, 2), case(0.6, 5))
def either_a_number_or_a_pair(x, n):
    state = x
    for k in range(n):
        if k % 2 == 0:
            state = (x * k, x) if not isinstance(state, tuple) else state
        else:
            state = state[0] + state[1] if isinstance(state, tuple) else state
    return sum(state) if isinstance(state, tuple) else state * 2.0


class _Account:
    def __init__(self, a):
        self.held = {"cash": a}
        self.seen = [a]

    def begin(self):
        self.before = dict(self.held)

    def end(self, failed):
        if failed:
            self.held.clear()
            self.held.update(self.before)


@program(case(0.7, 3), case(0.7, 6), case(0.7, 0), wrt=0)
def attribute_that_a_method_sets_in_a_loop(x, n):
    """An object gets an attribute in the first trip, from a method; what it holds changes too."""
    account = _Account(x)
    for m in range(n):
        account.begin()
        account.held["cash"] += x * m
        account.seen[0] = account.seen[0] * x + account.held["cash"]
        account.end(m > 3)
    return account.held["cash"] + account.seen[0]


class Square:
    def __init__(self, side):
        self.side = side

    def area(self):
        return self.side**2

    def grow(self, by):
        self.side = self.side * by


class Rectangle:
    def __init__(self, side, other):
        self.side, self.other = side, other

    def area(self):
        return self.side * self.other

    def grow(self, by):
        self.other += by


@program(case(np.array([0.7, 0.9, 1.2]), 5), case(np.array([0.7, 0.9, 1.2]), 40))
def one_of_several_things(x, n):
    """Only the run tells which object, or function, of a list it is."""
    things = [Square(x[0]), Rectangle(x[1], x[2]), Square(x[2])]
    steps = [math.sin, np.exp, lambda u: u * u * x[1], abs]
    total, t = 0.0, x[0]
    for k in range(n):
        t = steps[k % 4](t) - 0.3
        total += things[(k * k + 1) % 3].area() * math.sin(k)
    for k in range(n % 7):
        things[-1 - k % 3].grow(x[k % 3])
        things[k % 2].side += 0.1
    best = max(range(3), key=lambda i: things[i].area())
    chosen = things[best]
    chosen.side *= 2.0
    same = sum(1.0 for s in things if s is chosen)
    return total * t + sum(s.area() for s in things) + chosen.area() + same * x[0]
