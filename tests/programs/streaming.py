"""Chains of generators beside a class whose objects are looped over; kernels times numbers."""

import functools
import math
import operator
from collections import deque

import numpy as np

from tests.programs.registry import case, program

PRICES = [10.0, 10.4, 10.1, 10.9, 11.3, 11.0, 11.8]


class Path:
    """Its points; that it has a generator makes every loop of this module ask for one."""

    def __init__(self, points):
        self.points = points

    def __iter__(self):
        yield from self.points


def windows(values, size):
    window = deque(maxlen=size)
    for v in values:
        window.append(v)
        if len(window) == size:
            yield tuple(window)


def smoothed(values, rate=0.3):
    state = None
    for v in values:
        state = v if state is None else rate * v + (1 - rate) * state
        yield state


def scores(groups):
    for w in groups:
        mean = sum(w) / len(w)
        spread = sum((v - mean) ** 2 for v in w) / (len(w) - 1)
        yield (w[-1] - mean) / math.sqrt(spread + 1e-3)


@program(case(PRICES))
def trading(prices):
    returns = [math.log(b / a) for a, b in zip(prices[:-1], prices[1:], strict=True)]
    gain, last = 0.0, 0.0
    for k, z in enumerate(scores(windows(smoothed(returns, rate=0.4), 3))):
        position = math.tanh(z)
        if k + 3 < len(returns):
            gain += position * returns[k + 3]
        gain -= 0.001 * (position - last) ** 2
        last = position
    return 100 * gain + sum(k * p for k, p in enumerate(Path(prices)))


class Kernel:
    """A covariance; numbers are kernels where they are multiplied."""

    def __add__(self, other):
        return Sum(self, other)

    def __mul__(self, other):
        if isinstance(other, (int, float)):
            other = Constant(other)
        return Product(self, other)

    __rmul__ = __mul__


class Constant(Kernel):
    def __init__(self, value):
        self.value = value

    def __call__(self, a, b):
        return self.value * np.ones((len(a), len(b)))


class Gauss(Kernel):
    def __init__(self, length):
        self.length = length

    def __call__(self, a, b):
        return np.exp(-0.5 * ((a[:, None] - b[None, :]) / self.length) ** 2)


class Sum(Kernel):
    def __init__(self, *parts):
        self.parts = parts

    def __call__(self, a, b):
        return functools.reduce(operator.add, (k(a, b) for k in self.parts))


class Product(Sum):
    def __call__(self, a, b):
        first, second = self.parts
        return first(a, b) * second(a, b)


@program(case({"amp": 0.8, "length": 0.7}))
def covariance(theta):
    """Whether a float is one only the run tells for certain: it is taken for one, and checked."""
    x = np.array([0.1, 0.5, 0.9])
    kernel = Constant(theta["amp"]) * Gauss(theta["length"]) + 0.5 * Gauss(1.2)
    k = (kernel * theta["amp"])(x, x) + 0.1 * np.eye(3)
    return np.log(np.linalg.det(k)) + x @ np.linalg.solve(k, x)
