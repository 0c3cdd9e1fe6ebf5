"""Objects outside whose == is their own, and refuses what is of another class."""

import numpy as np

from tests.programs.registry import case, program

X = np.array([1.2, -0.7, 2.0])


class Gain:
    """A factor; it has no hash, and only those of its class may be compared with it."""

    def __init__(self, factor):
        self.factor = factor

    def __eq__(self, other):
        if not isinstance(other, Gain):
            raise TypeError("a gain is compared with something else")
        return self.factor == other.factor

    def __call__(self, *values):
        return self.factor * sum(values)

    def __mul__(self, value):
        return Gain(self.factor * value)

    __rmul__ = __mul__


GAIN = Gain(2.0)
TABLE = {"gain": GAIN}


@program(case(X))
def called_by_map(x):
    return sum(map(GAIN, x)) * x[0]


@program(case(X))
def called_from_a_dict(x):
    return TABLE["gain"](x[0], x[1]) + (x[2] if GAIN is not None else 0.0)


@program(case(X))
def compared_with_another(x):
    mine = Gain(3.0)
    return x[0] ** 2 if mine == GAIN else x[1] ** 2


@program(case(X))
def multiplied_from_both_sides(x):
    return (x[0] * GAIN * x[1]).factor + (2.0 * GAIN)(x[2])


@program(case(X, GAIN))
def given(x, gain):
    return gain(x[0], x[1]) * x[2]
