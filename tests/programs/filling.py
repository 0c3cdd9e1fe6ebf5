"""Lists and dicts that get what is computed from them: each value sees what has come before it."""

from collections import deque

import numpy as np

from tests.programs.registry import case, program

V = np.array([0.3, 0.7, 1.2])


@program(case(V))
def extended_by_its_last(v):
    """Each value is the last one so far, times a number."""
    xs, recent, every = [v[0]], deque([v[1]], maxlen=3), [1.0]
    xs.extend(xs[-1] * t for t in v)
    recent.extend(recent[-1] + recent[0] * t for t in v)
    every += (
        every[k - 2] * t + s for k, t in enumerate(v, 1) for s in (0.5, len(every)) if t > 0.5
    )
    t = 2.0
    return sum(k * x for k, x in enumerate(xs + every)) * t + sum(recent)


@program(case(V))
def extended_by_a_generator(v):
    xs = [v[0]]

    def products():
        for t in v:
            yield xs[-1] * t

    xs.extend(products())
    return sum(xs) + xs[-1] ** 2


class Chain:
    """What holds a list, which it makes longer by methods of its own."""

    def __init__(self, first):
        self.links, self.rate = [first], 2.0
        self.shares = {"a": first, "b": 1.0 - first}

    def following(self, t):
        return self.links[-1] * t

    def products(self, values):
        for t in values:
            yield self.links[-1] * t

    def grow(self, values):
        self.links.extend(self.following(t) for t in values)
        self.links.extend(map(self.following, values))
        self.links.extend(self.products(values))
        self.links.extend(self.rate * t for t in values)
        total = sum(self.shares.values())
        self.shares.update((k, s / total) for k, s in self.shares.items())
        self.shares.update(zip(self.shares, (s * s for s in self.shares.values()), strict=True))


@program(case(V))
def links_of_a_chain(v):
    chain = Chain(v[0])
    chain.grow(v)
    chain.grow(v[1:])
    return sum(k * x for k, x in enumerate(chain.links)) + chain.shares["a"] * chain.shares["b"]


@program(case(V))
def mirrored(v):
    """What a list gets that was read before."""
    xs = [x * x for x in v if x > 0.4]
    xs.extend(reversed(xs))
    xs += [2.0 * x for x in xs]
    xs.extend(3.0 * x for x in v)
    return sum(k * x for k, x in enumerate(xs))
