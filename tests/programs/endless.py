"""Generator expressions that never end, and iterators that have a name."""

import math
from itertools import count, islice, takewhile

import numpy as np

from tests.programs.registry import case, program


def _terms(x):
    k = 0
    while True:
        yield x**k / math.factorial(k)
        k += 1


@program(case(0.7))
def exponential_series(x):
    terms = _terms(x)
    total = 0.0
    for term in takewhile(lambda t: t > 1e-9, terms):
        total += term
    return total * sum(takewhile(lambda t: t > 1e-4, _terms(0.5 * x)))


@program(case(0.7))
def named_one_after_another(x):
    terms = (x**k / math.factorial(k) for k in count())
    large = takewhile(lambda t: t > 1e-9, terms)
    return sum(large)


@program(case(0.7))
def loop_that_breaks(x):
    total = 0.0
    for k, term in enumerate(x**j for j in count(1)):
        if term < 1e-6:
            break
        total += k * term
    return total


@program(case(0.7))
def some_of_endlessly_many(x):
    first = next(v for v in (x**k for k in count(1)) if v < 0.05)
    positive = (t for t in (x**k - 0.2 for k in count()) if t > 0.0)
    some = sum(islice(positive, 3))
    pairs = zip((x**j for j in count()), [1.0, 2.0, 3.0])
    return first + some + sum(a * b for a, b in pairs)


@program(case(np.array([0.7, 0.4, 1.3])))
def iterator_that_goes_on(values):
    each = iter(values)
    squares = (v * v for v in each)
    return next(squares) * next(each)


@program(case(0.7))
def created_before_a_change(x):
    values = [x, 2.0 * x]
    squares = (v**2 for v in values)
    factor = 3.0
    cubes = (factor * v for v in squares)
    return sum(cubes)
