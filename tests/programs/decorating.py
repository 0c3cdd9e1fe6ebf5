"""Decorators, generic functions, context managers and chained dicts of people's own programs."""

import contextlib
import functools
from collections import ChainMap
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property, singledispatch, singledispatchmethod, wraps

from tests.programs.registry import case, program


@dataclass
class Spring:
    k: float
    x: float


@dataclass
class Mass:
    m: float
    v: float

    @cached_property
    def momentum(self):
        return self.m * self.v


@singledispatch
def energy(obj):
    raise TypeError(type(obj))


@energy.register
def _(obj: Spring):
    return 0.5 * obj.k * obj.x**2


@energy.register(Mass)
def _(obj):
    return obj.momentum**2 / (2 * obj.m)


@energy.register(list)
@energy.register(tuple)
def _(obj):
    return sum(map(energy, obj))


@energy.register(float)
@energy.register(int)
def _number(obj):
    return obj * 2.0


class Renderer:
    def __init__(self, gain):
        self.gain = gain

    @singledispatchmethod
    def draw(self, what):
        return 0.0

    @draw.register
    def _(self, what: Spring):
        return self.gain * what.x

    @draw.register(list)
    def _several(self, what):
        return sum(self.draw(w) for w in what)


@program(case(0.7, 1.1, 0.9), wrt=(0, 1, 2))
def chosen_by_class(k, x, m):
    heavy = replace(Mass(m, x), m=2 * m)
    drawn = Renderer(k).draw([Spring(x, m), [Spring(m, k)], heavy])
    return energy([Spring(k, x), heavy, (Spring(x, k), m)]) + energy(3) + energy(x) * drawn


def memoized(f):
    """Keep results."""
    cache = {}

    @wraps(f)
    def wrapper(*args):
        if args not in cache:
            cache[args] = f(*args)
        return cache[args]

    wrapper.cache = cache
    return wrapper


def remembered(f):
    memo = {}

    def helper(n):
        if n not in memo:
            memo[n] = f(n)
        return memo[n]

    return helper


def counted(f):
    calls = 0

    @functools.wraps(f)
    def wrapper(*args, **kwargs):
        nonlocal calls
        calls += 1
        return f(*args, **kwargs) + 0.01 * calls

    return wrapper


@program(case(0.7, 5))
def legendre_memoized(z, n):
    @memoized
    def legendre(k, x):
        if k == 0:
            return 1.0
        if k == 1:
            return x
        return ((2 * k - 1) * x * legendre(k - 1, x) - (k - 1) * legendre(k - 2, x)) / k

    return sum(legendre(i, z) for i in range(n))


@program(case(0.7))
def chebyshev_remembered(z):
    @remembered
    def chebyshev(k):
        return 1.0 if k == 0 else z if k == 1 else 2 * z * chebyshev(k - 1) - chebyshev(k - 2)

    return chebyshev(5) + chebyshev(3)


@program(case(0.7))
def power_counted(z):
    @counted
    def power(k):
        return z if k <= 1 else power(k // 2) * power(k - k // 2)

    return power(5) + power(2)


@contextmanager
def damped(x, rate=0.5):
    y = x * rate
    try:
        yield y
    finally:
        pass


@contextmanager
def both(a):
    b = a * 2
    yield a, b


@contextmanager
def noted(log):
    log.append(1.0)
    yield
    log.append(2.0)


DEPTH = []


@contextmanager
def deeper(name):
    DEPTH.append(name)
    try:
        yield len(DEPTH)
    finally:
        DEPTH.pop()


class Scope:
    def __init__(self, k):
        self.k = k
        self.n = 0

    def __enter__(self):
        self.n += 1
        return self

    def __exit__(self, *exc):
        self.n += 10
        return False

    def scale(self, v):
        return v * self.k


@program(case(0.7))
def managers_of_generators(x):
    log = [x]
    with damped(x) as d, both(x) as (p, q):
        z = d * p * q
    for _ in range(3):
        with damped(z, rate=0.9) as z:
            z = z + x
    with noted(log):
        z = z * x
    with deeper("a") as m, deeper("b") as n:
        z = z * (m + n)
    return z * len(log) + sum(log)


@program(case(0.7, 1.1), case(-0.7, 1.1), wrt=(0, 1))
def managers_that_are_objects(x, k):
    s = Scope(k)
    with s as t:
        y = t.scale(x)
    with Scope(y) as u:
        if x > 0:
            y = y + u.k
        y = y * u.n
    with Scope(k) as v:
        if x > 0.5:
            return v.scale(y) * v.n + s.n
    with contextlib.suppress(ValueError):
        y = y * 2
    return y * s.n + u.n


@program(case(0.7, 1.1), wrt=(0, 1))
def settings_in_layers(x, y):
    c = ChainMap({"scale": x}, {"scale": 1.0, "shift": y})
    d = c.new_child({"w": x * y})
    d["scale"] = 3.0 * x
    s = c["scale"] * c["shift"] + d["w"] * d.get("shift") + d["scale"] + c["scale"]
    return s + sum(d.values()) * len(d) + ("w" in c) + d.maps[0]["w"] * d.parents["scale"]


class CountCalls:
    def __init__(self, f):
        functools.update_wrapper(self, f)
        self.f = f
        self.n = 0

    def __call__(self, *args, **kwargs):
        self.n += 1
        return self.f(*args, **kwargs)


class ScaledBy:
    def __init__(self, k):
        self.k = k

    def __call__(self, f):
        @functools.wraps(f)
        def wrapper(*args):
            return self.k * f(*args)

        return wrapper


@ScaledBy(3.0)
def cube(x):
    return x**3


@program(case(0.7))
def decorators_that_are_objects(x):
    @CountCalls
    def g(y):
        return y * y

    @ScaledBy(x)
    def h(y):
        return y + 1

    return g(x) + g(2 * x) * g.n + cube(x) + h(x)


class Cell:
    def __init__(self):
        self.alive = False
        self.k = 2.0

    def set_state(self, state, gain=1.0):
        self.alive = state
        self.k *= gain
        return self

    activate = functools.partialmethod(set_state, True, gain=3.0)
    stop = functools.partialmethod(set_state, False)


@program(case(0.7))
def partial_methods(x):
    c = Cell()
    c.k = x
    c.activate()
    if c.alive:
        c.stop()
    return c.k**2 + c.alive
