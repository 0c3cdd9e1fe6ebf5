"""What Python calls by itself: indices for loops; methods taken from classes; loops without end."""

import datetime
import itertools
import math
import re
import statistics
from collections import Counter
from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from tests.programs.registry import case, program

X = np.array([0.6, 0.9, 1.3])


class Quaternion:
    """Has `__getitem__` but no `__iter__`; its methods spread an array over parameters."""

    def __init__(self, w, x=0.0, y=0.0, z=0.0):
        self.q = np.array([w, x, y, z])

    @classmethod
    def of(cls, values):
        return cls(*values)

    def __mul__(self, other):
        if not isinstance(other, Quaternion):
            return Quaternion.of(self.q * other)
        w1, x1, y1, z1 = self
        w2, x2, y2, z2 = other
        return Quaternion(
            w1 * w2 - x1 * x2 - y1 * y2 - z1 * z2,
            w1 * x2 + x1 * w2 + y1 * z2 - z1 * y2,
            w1 * y2 - x1 * z2 + y1 * w2 + z1 * x2,
            w1 * z2 + x1 * y2 - y1 * x2 + z1 * w2,
        )

    def conjugate(self):
        return Quaternion.of(self.q * np.array([1, -1, -1, -1]))

    def __getitem__(self, k):
        return self.q[k]


@program(case(X), wrt=0)
def rotated_by_gyroscope(rates):
    q = Quaternion(1.0)
    for step in range(3):
        change = q * Quaternion(0.0, *(rates * step)) * 0.05
        q = Quaternion.of(q.q + change.q)
        q = q * (1 / math.sqrt(sum(c * c for c in q.q)))
    turned = q * Quaternion(0.0, *rates) * q.conjugate()
    return turned[1] + 2 * turned[3] ** 2


class Samples:
    """Has `__getitem__` and `__len__`, and may change while a loop runs over it."""

    def __init__(self, *values):
        self.values = list(values)

    def __len__(self):
        return len(self.values)

    def __getitem__(self, k):
        return self.values[k]

    def __setitem__(self, k, value):
        self.values[k] = value


@program(case(0.7), wrt=0)
def samples_by_index(x):
    samples, total = Samples(x, x**2, 3 * x), 0.0
    for k, v in enumerate(samples):
        if k < 2:
            samples[k + 1] = v * v + 1.0
        total += v
    return total * max(samples) + sum(v * v for v in samples)


class Body:
    def __init__(self, mass, position):
        self.mass, self.position, self.velocity = mass, position, 0.0


def attract(a, b, g):
    gap = b.position - a.position
    pull = g / (gap * gap + 0.1)
    a.velocity += pull * b.mass * math.copysign(1.0, gap)
    b.velocity -= pull * a.mass * math.copysign(1.0, gap)


@program(case(X, 0.4))
def pairs_of_bodies(x, g):
    """combinations gives the objects themselves, of a list of known length and of another."""
    few = [Body(1.0, x[0]), Body(2.0, x[1]), Body(0.5, x[2])]
    many = [Body(v, v * v) for v in x]
    for _ in range(2):
        for a, b in itertools.combinations(few, 2):
            attract(a, b, g)
        for a, b in itertools.combinations(many, 2):
            attract(a, b, g)
        for body in itertools.chain(few, many):
            body.position += 0.1 * body.velocity
    return sum(body.position * body.mass for body in few + many)


@program(case(0.7), wrt=0)
def as_long_as_it_takes(x):
    """Loops over count, cycle and repeat, which a jump ends."""
    y = x
    for sweep in itertools.count():
        new = 0.5 * (y + x / y)
        if abs(new - y) < 1e-12:
            break
        y = new
    series = 0.0
    for k, sign in enumerate(itertools.cycle((1.0, -1.0))):
        term = sign * x ** (2 * k + 1) / (2 * k + 1)
        if abs(term) < 1e-6:
            break
        series += term
    for _ in itertools.repeat(None):
        series = math.sin(series)
        if series < 0.3:
            return series * y + sweep
    return y


REACTIONS = """
    2 A + B -> C
    C -> A + 2 B
"""


@program(case({"forward": 0.8, "backward": 0.3}, X))
def rates_of_a_text(rates, x):
    """Methods of str that are mapped, parts of matches, means of the values of a dict."""
    amounts = dict(zip("ABC", x, strict=True))
    change = dict.fromkeys(amounts, 0.0)
    for line, k in zip(
        filter(None, map(str.strip, REACTIONS.splitlines())), rates.values(), strict=True
    ):
        sides = []
        for side in line.split("->"):
            count = Counter()
            for term in map(str.strip, side.split("+")):
                found = re.fullmatch(r"(?:(\d+)\s+)?(\w+)", term)
                count[found[2]] += int(found[1] or 1)
            sides.append(count)
        speed = k * math.prod(amounts[s] ** n for s, n in sides[0].items())
        for s, n in sides[0].items():
            change[s] -= n * speed
        for s, n in sides[1].items():
            change[s] += n * speed
    return statistics.fmean(change.values()) + statistics.pstdev(rates.values()) * change["C"]


@program(case(np.outer(X, X), 0.7))
def points_of_grids(a, width):
    """np.mgrid and np.ogrid."""
    rows, columns = np.mgrid[: a.shape[0], : a.shape[1]]
    points = np.mgrid[0:1:3j, 0:width:3j]
    p, q = np.ogrid[0:3, 0.0:3.0]
    bump = np.exp(-((p - a[0, 0]) ** 2) - (q - a[1, 1]) ** 2)
    centre = (a * (rows + 2 * columns)).sum() / a.sum()
    return centre + np.sum(bump * points[1] * a) + np.mgrid[0:3] @ a[0]


@program(case(list(X)))
def flows_on_dates(x):
    """Dates are constants: their differences count days."""
    start = date(2019, 3, 15)
    flows = [(start.replace(year=2019 + k, month=3 + 2 * k), -c) for k, c in enumerate(x)]
    flows.append((date.fromisoformat("2024-06-30"), 2.0))
    first = min(d for d, _ in flows)
    years = [((d - first).days / 365.0, amount) for d, amount in flows]
    value = sum(amount / (1 + x[0] / 10) ** t for t, amount in years)
    for d, amount in flows:
        following = d + timedelta(days=90)
        if following.weekday() >= 5 or following.month == 12:
            value += 0.01 * amount
    hours = datetime.datetime(2020, 1, 1, 12) - datetime.datetime(2019, 12, 31)
    return value * hours.total_seconds() / 86400


@program(case({"a": 0.6, "b": 0.9, "c": 1.4}, 0.3))
def shares_of_coalitions(cost, synergy):
    """Sets of texts, whose order is another one in each process; and a memo of their worth."""

    @lru_cache(maxsize=None)
    def worth(coalition):
        if not coalition:
            return 0.0
        total = sum(cost[p] for p in coalition)
        return max(cost[p] for p in coalition) + synergy * total**2 / (1 + len(coalition))

    shares, n = dict.fromkeys(cost, 0.0), len(cost)
    for p in cost:
        for r in range(n):
            weight = math.factorial(r) * math.factorial(n - r - 1) / math.factorial(n)
            for others in itertools.combinations([q for q in cost if q != p], r):
                before = frozenset(others)
                shares[p] += weight * (worth(before | {p}) - worth(before))
    return -sum(s * math.log(s) for s in shares.values())


@lru_cache(maxsize=None)
def _hermite(n, x):
    if n < 2:
        return 1.0 if n == 0 else 2 * x
    return 2 * x * _hermite(n - 1, x) - 2 * (n - 1) * _hermite(n - 2, x)


class Rally:
    def __init__(self, p):
        self.p = p

    @lru_cache(maxsize=None)  # noqa: B019
    def win(self, a, b):
        if a == 3 or b == 3:
            return float(a == 3)
        return self.p * self.win(a + 1, b) + (1 - self.p) * self.win(a, b + 1)


@program(case(0.6))
def recursions_that_keep_their_results(p):
    """Without what is kept, the first would be called a million times."""

    @lru_cache(maxsize=None)
    def score(a, b):
        if a >= 11 and a - b >= 2:
            return 1.0
        if b >= 11 and b - a >= 2:
            return 0.0
        if a == b == 10:
            return p * p / (p * p + (1 - p) ** 2)
        return p * score(a + 1, b) + (1 - p) * score(a, b + 1)

    return score(0, 0) + _hermite(20, p) / _hermite(19, p * p) + Rally(p).win(0, 0)


class Chain:
    def __init__(self, means):
        self.means = means

    @property
    def states(self):
        return range(len(self.means))


def _weighted(indices, values):
    return sum(values[k] * len(indices) for k in indices)


def _powers(x):
    for n in itertools.count():
        yield x**n / math.factorial(n)


@program(case(X), case(list(X)))
def ranges_handed_over(x):
    """Ranges that functions get and give, numbers after a star, series without end."""
    chain = Chain(x)
    total = sum(chain.means[k] * k for k in chain.states) + _weighted(range(2), x)
    total += _weighted(range(len(x) - 1, -1, -1), x) * math.hypot(*[v * 2 for v in x])
    return total + sum(itertools.takewhile(lambda v: v > 1e-9, _powers(x[0])))


@program(case(np.outer(X, X)))
def rows_and_columns_of_a_zigzag(a):
    """Positions in tuples whose length only the run tells, inside an index."""
    n = len(a)
    order = sorted(itertools.product(range(n), repeat=2), key=lambda ij: (sum(ij), ij[0]))
    rows, columns = zip(*order, strict=True)
    first, *others = a[rows, columns]
    upper = tuple(k for k in range(n) if k)
    return first * others[3] + sum(v * k for k, v in enumerate(others)) + a[upper, 0][1]


@program(case(0.7))
def results_that_are_kept(x):
    """What a kept result is of stays what it was: effects happen once, and variables change."""
    calls, factor = [], x

    @lru_cache(maxsize=None)
    def growth(n):
        calls.append(n)
        return factor if n < 2 else growth(n - 1) + growth(n - 2) * x

    @lru_cache(maxsize=None)
    def pair(n):
        if n == 0:
            return (x, 1.0)
        a, b = pair(n - 1)
        return (a * b, a + x)

    first = growth(5)
    factor = x * 2
    total = first + growth(8) * len(calls)
    return total + pair(7)[0] + pair(3)[1]


class Annealed:
    """Gets attributes in the loop of its method, as fitted models do."""

    def __init__(self, rate=0.1, steps=50):
        self.rate, self.steps = rate, steps

    def fit(self, x):
        self.centre = x.mean()
        for self.n_iter in range(self.steps):
            self.weights = np.exp(-((x - self.centre) ** 2))
            new = (self.weights * x).sum() / self.weights.sum()
            self.shift = new - self.centre
            self.centre = self.centre + self.rate * self.shift
            if abs(self.shift) < 1e-9:
                break
        return self


@program(case(X**2, 0.3))
def fitted_in_a_loop(x, rate):
    model = Annealed(rate=rate).fit(x)
    return model.centre + (model.weights * x).sum() + model.shift + 0.01 * model.n_iter
