"""Managers that methods make, of generators and of objects, and dicts that get keys around them."""

from contextlib import contextmanager

import numpy as np

from tests.programs.registry import case, program

X = np.array([1.2, -0.7, 2.0])


class Tracer:
    """Counts what is open, and adds up what is measured in it."""

    def __init__(self):
        self.times = {}
        self.level = 0
        self.names = []

    @contextmanager
    def scope(self, name):
        """One level deeper."""
        old = self.level
        self.level = old + 1
        self.names.append(name)
        try:
            yield self
        finally:
            self.names.pop()
            self.level = old

    @contextmanager
    def timed(self, key):
        start = self.level * 1.5
        yield
        took = self.level - start
        self.times[key] = self.times.get(key, 0.0) + took

    def use(self, x):
        with self.scope("use"), self.timed("k"):
            return x * self.level + len(self.names)


class Scaled:
    """A manager of the user's own, which a method makes."""

    def __init__(self, owner, factor):
        self.owner, self.factor = owner, factor

    def __enter__(self):
        self.owner.size *= self.factor
        return self.owner

    def __exit__(self, *_):
        self.owner.size /= self.factor


class Owner:
    """What is scaled."""

    def __init__(self):
        self.size = 1.0
        self.made = {}

    def scaled(self, factor):
        return Scaled(self, factor)

    def set_size(self, size):
        self.size = size
        return self


@program(case(X))
def nested_scopes(x):
    tracer, t = Tracer(), 0.0
    with tracer.scope("a") as inner:
        t += x[0] * inner.level
        with inner.scope("b"):
            t += x[1] * tracer.level**2 * len(tracer.names)
    return t * (tracer.level + 1)


@program(case(X))
def left_by_return(x):
    tracer = Tracer()
    both = tracer.use(x[0]) + tracer.use(x[1] * 2)
    return both * tracer.times["k"] + len(tracer.names)


@program(case(X))
def left_by_continue(x):
    tracer, t = Tracer(), 0
    for k, v in enumerate(x):
        with tracer.scope(k):
            if k == 1:
                continue
            with tracer.timed("a"):
                t += v * tracer.level
                tracer.level += v
    return t * tracer.times["a"]


@program(case(X))
def object_made_by_a_method(x):
    owner, y = Owner(), 0.0
    for v in x:
        with owner.scaled(v) as scaled:
            if v > 1.5:
                continue
            y += scaled.size * x[0]
            with owner.scaled(2.0):
                y += owner.size**2
    return y + owner.size * x[2]


@program(case(X))
def dict_with_a_key_from_the_second_trip_on(x):
    owner = Owner()
    for v in x:
        same = owner.set_size(v * v)
        owner.made["a"] = owner.made.get("a", 0.0) + same.size
    return owner.made["a"] ** 2


@program(case(X))
def dict_that_a_call_may_fill(x):
    def add(table, key, value):
        table[key] = table.get(key, 0.0) + value
        return table

    table = {}
    twice = [table, table]
    for v in x:
        add(table, "a", v)
        if v > 1.0:
            add(twice[0], "b", v * v)
        last = add(twice[1], "c", 1.0)
    return table["a"] * last["b"] * table["c"]
