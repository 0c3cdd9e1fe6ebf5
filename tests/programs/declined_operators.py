"""Operators that give NotImplemented on some ways, comparisons with other things, sentinels."""

import functools
from dataclasses import dataclass, field

import numpy as np

from tests.programs.registry import case, program

X = np.array([1.2, -0.7, 2.0])
MISSING = object


class Dual:
    """A number that knows what it can be added to."""

    def __init__(self, value):
        self.value = value

    def __add__(self, other):
        if not isinstance(other, Dual):
            return NotImplemented
        return Dual(self.value + other.value)

    def __radd__(self, other):
        return self if other == 0 else NotImplemented

    def __mul__(self, other):
        if isinstance(other, Dual):
            return Dual(self.value * other.value)
        if isinstance(other, (int, float)):
            return Dual(self.value * other)
        return NotImplemented

    __rmul__ = __mul__


class Scaled(Dual):
    """What is derived from it is asked first."""

    def __radd__(self, other):
        return Dual(self.value * other.value) if isinstance(other, Dual) else NotImplemented


class Level:
    """Compared by size with its like."""

    def __init__(self, height):
        self.height = height

    def __eq__(self, other):
        if not isinstance(other, Level):
            return NotImplemented
        return bool(self.height == other.height)


@program(case(X))
def summed_with_zero(x):
    return sum(Dual(v) for v in x).value ** 2


@program(case(X))
def summed_with_both_factors(x):
    return sum([2 * Dual(v) * Dual(v) * 0.5 for v in x]).value ** 2


@program(case(X))
def added_up_from_zero(x):
    total = 0
    for v in x:
        total += Dual(v)
    return total.value**3


@program(case(X))
def derived_class_on_the_right(x):
    return (Dual(x[0]) + Scaled(x[1])).value + (Scaled(x[1]) + Dual(x[2])).value


@program(case(X))
def declined_in_a_try(x):
    try:
        return (Dual(x[0]) + 3).value
    except TypeError:
        return x[0] * x[1]


@program(case(X))
def objects_and_numbers_are_never_equal(x):
    y = x[0] ** 2 if Dual(x[0]) == 0 else x[1] ** 2
    z = x[0] ** 3 if Level(x[0]) != 3 else x[2]
    return y + (z if None != Level(x[1]) else x[1])


@program(case(X))
def equal_by_what_they_say(x):
    return x[0] ** 2 if Level(x[0]) == Level(x[1]) else x[1] ** 3


def looked_up(x, k):
    return x * k if k < 2 else MISSING


@program(case(X))
def global_sentinel(x):
    total = 0.0
    for k in range(4):
        found = looked_up(x[0], k)
        if found is MISSING:
            found = x[1] ** 2
        total = total + found * x[2]
    return total


@program(case(X))
def returned_from_a_body_that_raises(x):
    try:
        return [1.0, 2.0][3]
    except IndexError:
        return x[0] * 5.0


@program(case(X))
def sought_where_it_is_not(x):
    try:
        k = [3, 5].index(4)
    except ValueError:
        k = 1
    return x[k] ** 2


@functools.total_ordering
class Rank:
    """Ordered by one method, from which functools makes the others."""

    def __init__(self, size):
        self.size = size

    def __eq__(self, other):
        return bool(self.size == other.size)

    def __lt__(self, other):
        return bool(self.size < other.size)


@dataclass(order=True)
class Event:
    """Ordered by its time."""

    time: float
    name: str = field(compare=False)


@program(case(X))
def ordered_by_methods(x):
    a, b, c = Rank(x[0]), Rank(x[1]), Rank(x[2])
    first = a.size if a < b else b.size * 2
    second = b.size**2 if b > c else c.size**3
    return first + second * (1.0 if a >= c else 3.0) + (x[0] if b <= c else x[2])


@program(case(X))
def ordered_by_fields(x):
    a, b = Event(x[0], "a"), Event(x[1], "b")
    early = a if a < b else b
    late = a if a > b else b
    return early.time**2 + 3 * late.time * (1.0 if early <= late else 5.0)
