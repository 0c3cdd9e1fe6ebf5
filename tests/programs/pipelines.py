"""Iterators that go from function to function, and whose values are computed ahead of time."""

import math
from itertools import accumulate, tee

import numpy as np

from tests.programs.registry import case, program

X = np.array([0.5, 0.7, 0.2, 0.9])


def _smoothed(stream, weight):
    last = None
    for p in stream:
        last = p if last is None else last * (1 - weight) + p * weight
        yield last


def _filtered(samples, gain):
    state = 0.0
    for s in samples:
        state = gain * state + s
        yield state


def _total(values):
    total = 0.0
    for v in values:
        total += v * v
    return total


class _Chain:
    def __init__(self, gain):
        self.gain = gain

    def run(self, *parts, scale=1.0):
        for p in parts:
            yield self.gain * p * scale


@program(case(X, 0.3))
def crossing_averages(prices, weight):
    """Two generators side by side, each of which has read the same array."""
    out = []
    for fast, slow in zip(_smoothed(prices, weight), _smoothed(prices, weight / 2)):
        out.append(fast - slow)
    return sum(v * v for v in out)


@program(case(X, 0.3))
def filter_bank(x, gain):
    """A stream that goes through one filter after the other."""
    stream = (math.sin(v * gain) for v in x)
    for g in (0.5, gain):
        stream = _filtered(stream, g)
    return math.sqrt(sum(v * v for v in stream))


@program(case(X, 0.3))
def handed_to_functions(x, gain):
    return _total(v * gain for v in x) + _total(map(math.sin, x)) + _total(iter(x * gain))


@program(case(X, 0.3))
def one_for_each(x, gain):
    first, second = tee(iter(x), 2)
    crossed = [a - b for a, b in zip(_smoothed(first, gain), _smoothed(second, gain / 2))]
    return sum(c * s for c, s in zip(crossed, _smoothed(iter(crossed), 0.3)))


@program(case(X, 0.3))
def starred(x, gain):
    """Generators that are called with *args, and as methods of what is made there."""
    given = (x * gain, 0.4)
    total = sum(v**2 for v in _smoothed(*given)).sum()
    for v in _Chain(gain).run(*[1.0, 2.0], scale=x[0]):
        total += v
    return total + max(_Chain(x[1]).run(1.0, 2.5))


@program(case(X, 0.3))
def changed_afterwards(x, gain):
    """What an iterator was computed from changes when that makes no difference any more."""
    total = 0.0
    for k in range(3):
        xs = [v * gain * k for v in x]
        for v in map(lambda v: v * v, xs):
            total += v
        sums = list(accumulate(xs))
        xs[0] = total
        total += sum(xs) * 0.1 + sums[-1]
    return total


@program(case(X, 0.3))
def written_elsewhere(x, gain):
    out = np.zeros(len(x))
    for k, v in enumerate(map(lambda v: v * gain, x)):
        out[k] = v * v
    return np.sum(out * x)
