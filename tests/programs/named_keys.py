"""Namedtuples that are compared and looked up, keys that are one of several, sums of objects."""

from collections import namedtuple

import numpy as np

from tests.programs.registry import case, program

X = np.array([1.2, -0.7, 2.0])
State = namedtuple("State", ["row", "col"])


class Grid:
    MOVES = {"up": (-1, 0), "down": (1, 0), "left": (0, -1)}

    def __init__(self, rows, cols, goal, pits=()):
        self.shape = rows, cols
        self.goal, self.pits = State(*goal), {State(*p) for p in pits}
        self.slip = 0.1

    @property
    def states(self):
        return [State(i, j) for i in range(self.shape[0]) for j in range(self.shape[1])]

    def move(self, at, name):
        di, dj = self.MOVES[name]
        row = min(max(at.row + di, 0), self.shape[0] - 1)
        return State(row, min(max(at.col + dj, 0), self.shape[1] - 1))

    def transitions(self, at, name):
        names = list(self.MOVES)
        for other in names:
            yield self.slip / len(names) + (1 - self.slip) * (other == name), self.move(at, other)


@program(case(X, 3, 4))
def equal_or_among(x, rows, cols):
    grid = Grid(rows, cols, (2, 3), [(1, 1)])
    total = 0.0
    for at in grid.states:
        if at == grid.goal:
            total += x[0] ** 2
        elif at in grid.pits or at == (0, 0):
            total -= x[1]
        elif at != State(0, 1):
            total += x[2] * at.row
    return total


@program(case(X, 3, 4))
def values_by_state(x, rows, cols):
    grid = Grid(rows, cols, (2, 3), [(1, 1)])
    values = dict.fromkeys(grid.states, 0.0)
    for _ in range(3):
        for at in grid.states:
            if at == grid.goal:
                values[at] = x[0]
            else:
                values[at] = 0.9 * x[1] * values[grid.move(at, "down")] + 0.1 * at.col
    return values[State(0, 3)] + values[1, 1] + sum(at.row * v for at, v in values.items())


@program(case(X, 2))
def expectation_over_a_generator(x, n):
    grid = Grid(n, n, (1, 1))
    values = {at: x[0] * at.row + x[1] ** 2 * at.col for at in grid.states}
    total = 0.0
    for at in grid.states:
        each = [sum(p * values[to] for p, to in grid.transitions(at, a)) for a in grid.MOVES]
        total += max(each) + np.log(sum(np.exp(v) for v in each))
    return total


def moved(x, name):
    di, dj = Grid.MOVES[name]
    return x**2 * di + x * dj


@program(case(X), case(-X))
def a_key_that_may_be_missing(x):
    name = "nowhere"
    if x[0] > 0.0:
        name = "up"
    elif x[0] > -3.0:
        name = "down"
    return moved(x[0], name)


class Dual:
    def __init__(self, value, slope=0.0):
        self.value, self.slope = value, slope

    @staticmethod
    def of(other):
        return other if isinstance(other, Dual) else Dual(other)

    def __add__(self, other):
        other = Dual.of(other)
        return Dual(self.value + other.value, self.slope + other.slope)

    __radd__ = __add__

    def __mul__(self, other):
        other = Dual.of(other)
        return Dual(self.value * other.value, self.value * other.slope + self.slope * other.value)

    __rmul__ = __mul__


@program(case(1.3, X))
def sums_of_objects(k, data):
    duals = [Dual(k, 1.0) * v for v in data]
    squares = sum(a * a for a in duals)
    return sum(duals).slope * k + squares.slope + sum(duals, Dual(k)).value * squares.value


@program(case(1.3, X))
def numbers_that_become_objects(k, data):
    total, product = 0, 1.0
    for v in data:
        total = total + Dual(k, 1.0) * v
        product = Dual(k, 1.0) * product
    return total.value * product.slope


@program(case(X, np.arange(12.0).reshape(6, 2), np.array([0, 1, 1, 0, 2, 2])))
def stacked_means(x, data, labels):
    centres = x[:, None] * data[:3]
    for _ in range(3):
        centres = np.stack(
            [
                data[labels == j].mean(0) * x[0] + centres[j] if np.any(labels == j) else centres[j]
                for j in range(len(centres))
            ]
        )
    return np.sum(centres**2)
