"""Lists and dicts that get what is computed from them: each value sees what has come before it."""

from collections import Counter, deque

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


@program(case(V))
def entries_that_are_missing(v):
    """Keys that a dict has not yet, and what it holds by then."""
    found = {"a": v[0]}
    found.update((k, 0.5 * len(found) * v[1]) for k in ("a", "b", "c") if k not in found)
    found.update((k, found["a"] * t) for k, t in zip("abd", v, strict=True))
    return found["a"] * found["b"] + found["c"] ** 2 + found["d"]


class Register:
    """Rates by name, and which names have been seen."""

    def __init__(self):
        self.rates, self.seen = {"u": 1.0}, {0}

    def note(self, values):
        self.rates.update((k, self.rates["u"] * t) for k, t in zip("vuw", values, strict=True))
        self.seen.update(len(self.seen) + k for k in range(3) if k not in self.seen)
        return self.rates["u"] * self.rates["v"] * self.rates["w"] * sum(self.seen)


@program(case(V))
def register_read_while_filled(v):
    register = Register()
    return register.note(v) + register.note(2.0 * v)


@program(case(V))
def letters_counted_once(v):
    counts = Counter("b")
    counts.update(w for w in "abca" if counts[w] < 2)
    seen = {0}
    seen.update(len(seen) + n for n in range(3))
    return v[0] * counts["a"] + v[1] ** counts["b"] + sum(seen) * v[2]
