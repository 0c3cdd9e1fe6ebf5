"""Programs of everyday sorts: what they have in common is that they were once refused."""

from __future__ import annotations

import itertools
import math
import re
from typing import NamedTuple

import numpy as np

from tests.programs.registry import case, program


class Car(NamedTuple):
    x: float
    y: float
    angle: float
    v: float

    def energy(self):
        return 0.5 * self.v**2


def driven(car, control, dt=0.1):
    a, steering = control
    return car._replace(
        x=car.x + car.v * math.cos(car.angle) * dt,
        y=car.y + car.v * math.sin(car.angle) * dt,
        angle=car.angle + car.v / 2.0 * math.tan(steering) * dt,
        v=car.v + a * dt,
    )


@program(case([(0.5, 0.1), (0.4, 0.2), (0.1, -0.1)]))
def drive(controls):
    car = Car(0.0, 0.0, 0.1, v=1.0)
    path = [car]
    for control in controls:
        car = driven(car, control)
        path.append(car)
    last = path[-1]._asdict()
    assert list(last) == list(car._fields)
    return (last["x"] - 2.0) ** 2 + last["y"] ** 2 + car.energy()


@program(case(np.array([0.3, 0.4, 0.6])))
def functions_of_entries(p):
    a, b, c = p
    decay = np.vectorize(lambda t: t**3 * math.exp(-c * t) if t > 0 else 0.0)

    @np.vectorize
    def larger(u, w):
        return u * w + a if u > w else b

    x = np.array([0.1, 1.0, -0.5])
    sines = np.vectorize(math.sin, otypes=[float])
    return np.sum(decay(x)) + np.sum(larger(x, 0.2)) + np.sum(sines(x * a))


def turn(o, a, b):
    return (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0])


POINTS = np.array([[0.0, 0.1], [1.0, 0.0], [1.1, 1.2], [0.1, 0.9], [0.5, 0.5], [0.6, 0.4]])


@program(case(POINTS))
def area_of_the_hull(pts):
    points = sorted([tuple(p) for p in pts])

    def half(points):
        out = []
        for p in points:
            while len(out) >= 2 and turn(out[-2], out[-1], p) <= 0:
                out.pop()
            out.append(p)
        return out[:-1]

    hull = half(points) + half(points[::-1])
    area = 0.0
    for (x1, y1), (x2, y2) in zip(hull, hull[1:] + hull[:1], strict=True):
        area += x1 * y2 - x2 * y1
    return abs(area) / 2


@program(case(np.array([0.5, 1.5, 2.5])))
def lists_repeated(x):
    squares = [v**2 for v in x]
    twice, thrice, none = squares * 2, 3 * squares, squares * 0
    squares *= 2
    assert len(none) == 0
    return sum(twice) + twice[4] * thrice[7] + len(twice) * x[0] + len(squares) * squares[-1]


@program(case(np.array([0.3, 1.2, 0.7, 2.1])))
def values_taken_out(x):
    active = list(range(len(x)))
    total = 0.0
    while len(active) > 1:
        worst = active[int(np.argmin(x[active]))]
        active.remove(worst)
        total += x[active].sum() ** 2
    values = [v**2 for v in x]
    best = values.pop(int(np.argmax(x)))
    del values[1]
    rest = [v for v in x]
    for k in range(2):
        total += 3.0 * rest.pop(k - 2)
    return total + best + sum(values) + sum(rest)


@program(case({"growth": 0.1, "margin": 0.2}))
def taken_apart_at_once(given):
    growth, margin = (given[name] for name in ("growth", "margin"))
    revenue = 100.0
    for year in range(3):
        revenue *= 1 + growth * 0.9**year
    return revenue * margin


@program(case(np.arange(6.0) ** 2), case(np.arange(6.0) ** 2, 2))
def folds(x, k=3, scale=2):
    parts = np.array_split(np.arange(len(x)), k)
    errors = []
    for i, test in enumerate(parts):
        train = np.concatenate([part for j, part in enumerate(parts) if j != i])
        errors.append((x[train].mean() - x[test].mean()) ** 2)
    return np.mean(errors) * scale


@program(case(1.7), case(0.6, 4))
def by_turns(x, n=5):
    def even(k, s):
        return s if k == 0 else odd(k - 1, s * x)

    def odd(k, s):
        return s * 2.0 if k == 0 else even(k - 1, s + x)

    return even(n, x) + odd(n, 1.0)


@program(case(1.7))
def a_formula_read(x, text="3*x + 2*(x - 1)/-4"):
    tokens = re.findall(r"\d+\.?\d*|[-+*/()x]", text)
    place = 0

    def peek():
        return tokens[place] if place < len(tokens) else None

    def advance():
        nonlocal place
        place += 1
        return tokens[place - 1]

    def factor():
        token = advance()
        if token == "(":
            inside = expression()
            advance()
            return inside
        if token == "-":
            return -factor()
        return x if token == "x" else float(token)

    def term():
        value = factor()
        while peek() in ("*", "/"):
            if advance() == "*":
                value = value * factor()
            else:
                value = value / factor()
        return value

    def expression():
        value = term()
        while peek() in ("+", "-"):
            sign = advance()
            more = term()
            value = value + more if sign == "+" else value - more
        return value

    return expression() ** 2


@program(case(np.arange(12.0).reshape(3, 4) / 5.0))
def heads(x):
    rows = x[range(len(x) - 1)]
    query, key = np.split(rows, 2, axis=-1)
    first, second = np.array_split(x, 2, axis=-2)
    upper, lower = np.split(x[np.arange(2)], [1], axis=-2)
    return np.sum(query * key) + np.sum(first**3) + np.sum(second) + np.sum(upper * lower)


@program(case(np.array([0.1, 0.2, 0.3])))
def equal_correlations(volatilities, rho=0.3):
    n = len(volatilities)
    correlation = np.full((n, n), rho)
    np.fill_diagonal(correlation, 1.0)
    weights = np.full(n, 1.0 / n) + np.full(volatilities.shape, 0.1) * volatilities
    return weights @ (np.outer(volatilities, volatilities) * correlation) @ weights


@program(case(0.3))
def functions_in_every_order(x):
    functions = [math.sin, lambda t: t * t, math.exp]
    total = 0.0
    for r in range(1, 3):
        for chosen in itertools.permutations(functions, r):
            value = x
            for f in chosen:
                value = f(value)
            total += value
    return total


@program(case(np.array([[0.3, 1.2, -0.4], [0.7, 0.1, 0.9]])))
def largest_entry_away(a):
    a = a.copy()
    for _ in range(2):
        i, j = np.unravel_index(np.argmax(np.abs(a)), a.shape)
        a[i, j] = a[i, j] * a[i - 1, j - 1] * 0.3
    where = np.unravel_index(np.argmin(a), a.shape)
    return a[where] * np.sum(a**2)


@program(case(np.array([0.4, 0.3, 0.2])))
def names_beside_numbers(weights):
    links = {"a": ["b", "c"], "b": ["c"], "c": ["a"]}
    rank = dict(zip(links, weights, strict=True))
    for _ in range(2):
        new = {n: 0.1 * rank[n] for n in links}
        for name, v in zip(links, weights, strict=True):
            for other in links[name]:
                new[other] += 0.9 * rank[name] * v / len(links[name])
        rank = new
    return sum(v * k for k, v in enumerate(rank.values(), 1)) + rank["c"] ** 2
