"""Small models as textbooks and repositories have them: classes, dicts of names, iterators."""

import functools
import heapq
import itertools
import math
from collections import Counter
from dataclasses import dataclass

import numpy as np

from tests.programs.registry import case, program

COEFFICIENTS = [0.3, 0.7, 1.2]


@program(case([0.4, 1.1, 2.3]))
def interpolated_at_a_list(heights):
    """np.interp takes lists and tuples in all places."""
    at = [0.3 + 0.1 * k for k in range(3)]
    inside = np.interp(at, [0.0, 0.5, 2.0], heights)
    ends = np.interp((-1.0, heights[0]), (0.0, 0.5, 2.0), [h * h for h in heights], right=3.0)
    return inside.sum() + ends @ ends


@program(case([0.3, -0.8, 0.1]))
def reaction_network(logs):
    """Keys of dicts are sets beside one another."""
    sides = []
    for line in ("A + B -> C", "C -> A + B", "2 C -> D"):
        side = []
        for text in line.split("->"):
            amounts = Counter()
            for term in text.split("+"):
                *n, name = term.split()
                amounts[name] += int(n[0]) if n else 1
            side.append(amounts)
        sides.append(side)
    species = sorted(set().union(*(a.keys() | b.keys() for a, b in sides)))
    held = dict.fromkeys(species, 0.5)
    for (before, after), log in zip(sides, logs, strict=True):
        speed = 10**log
        for name, n in before.items():
            speed *= held[name] ** n
        for name in sorted(before.keys() - after.keys()):
            held[name] -= 0.1 * before[name] * speed
        for name in sorted(after.keys() - ["A"]):
            held[name] += 0.1 * after[name] * speed
    assert held.keys() == {"A", "B", "C", "D"}
    return sum(k * held[name] for k, name in enumerate(species))


@program(case([0.3, 0.7, 1.2]), case([0.9, 0.1, 2.3]))
def keys_that_the_run_tells(values):
    some, every = {}, {}
    for k, v in enumerate(values):
        some[int(7 * v) % 5] = v
        every[k] = v * v
    total = 0.0
    for k in sorted(some.keys() | every.keys()):
        total += some.get(k, 1.0) * every.get(k, 3.0) * (k + 1)
    for k in sorted(some.keys() & every.keys()):
        total += some[k] * every[k]
    if some.keys() - {0} and some.keys() != every.keys():
        total += values[0]
    return total + len(some.keys() ^ {17})


class Rows:
    """Something with indices, so that loops may run over it."""

    def __init__(self, rows):
        self.rows = rows

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, k):
        return self.rows[k]


class Convolved:
    """A polynomial, whose product asks an iterator for all pairs at once."""

    def __init__(self, *coefficients):
        self.coefficients = list(coefficients)

    def __len__(self):
        return len(self.coefficients)

    def __mul__(self, other):
        out = [0] * (len(self) + len(other) - 1)
        pairs = itertools.product(enumerate(self.coefficients), enumerate(other.coefficients))
        for (i, a), (j, b) in pairs:
            out[i + j] += a * b
        return Convolved(*out)

    def __call__(self, x):
        total = 0.0
        for c in reversed(self.coefficients):
            total = total * x + c
        return total


@program(case(COEFFICIENTS))
def power_of_a_polynomial(coefficients):
    power, base, n = Convolved(1.0), Convolved(*coefficients), len(coefficients)
    while n:
        if n & 1:
            power = power * base
        base = base * base
        n >>= 1
    return power(0.3)


@program(case(COEFFICIENTS))
def pairs_taken_before_a_change(values):
    """What combinations has read does not change any more."""
    rows = Rows([v * v for v in values if v > 0.4])
    out = np.zeros(3)
    for (i, a), (j, b) in itertools.combinations(enumerate(rows), 2):
        out[i] += a * b
        rows.rows[j] = a
    grid = np.array(values)
    for a, (j, b) in itertools.product(Rows(grid), enumerate(Rows(grid))):
        out[j] += a * b
        grid[2] = 1.1 * grid[2]
    return out @ out + rows.rows[1] + grid[2]


@program(case([0.3, 0.7, 1.2, 1.4]))
def iterators_without_end(values):
    """What goes round, counts or repeats, from somewhere on and every so many."""
    total = 0.0
    for v, w in zip(values, itertools.islice(itertools.cycle(values), 2, None)):
        total += math.atan2(v * v, w)
    for v, k in zip(values, itertools.islice(itertools.count(3, 2), 1, None, 3)):
        total += k * v
    for v, w in zip(values, itertools.islice(itertools.cycle(values), 1, None, 3)):
        total += v * w
    total += sum(itertools.compress(values, itertools.cycle([1, 0])))
    some = [2.0 * v * v for v in values if v > 0.5]
    return total + sum(itertools.compress(some, itertools.cycle([True, True, False])))


@program(case([0.3, 0.7, 1.2, 1.4]))
def chained_lists_of_any_length(values):
    """A few lists, whose lengths only the run tells."""
    low, high = [v for v in values if v < 1.0], [v * v for v in values if v >= 1.0]
    first, *middle, last = itertools.chain.from_iterable([low, high, (2.0, values[0])])
    bins = {"low": low, "high": high, "more": [values[1]]}
    p, q = itertools.chain.from_iterable(((first,), (last,)))
    return p / q + first * sum(middle) + sum(itertools.chain.from_iterable(bins.values()))


class Layer:
    """A layer that is called."""

    def __init__(self):
        self.params = {}

    def __call__(self, x):
        return self.forward(x)

    def parameters(self):
        yield from self.params.values()


class Dense(Layer):
    """A matrix, and a function of each entry."""

    def __init__(self, w, activation=None):
        super().__init__()
        self.params["w"] = w
        self.activation = activation or (lambda z: z)

    def forward(self, x):
        return self.activation(x @ self.params["w"])


class Centred(Layer):
    """What it was given less its mean, which it keeps."""

    def __init__(self, width):
        super().__init__()
        self.mean = np.zeros(width)

    def forward(self, x):
        self.mean = 0.9 * self.mean + 0.1 * x.mean(axis=0)
        return x - x.mean(axis=0)


class Sequential(Layer):
    """Layers one behind the other, of which one may be asked for by its number."""

    def __init__(self, *layers):
        super().__init__()
        self.layers = list(layers)

    def forward(self, x):
        return functools.reduce(lambda value, layer: layer(value), self.layers, x)

    def parameters(self):
        for layer in self.layers:
            yield from layer.parameters()

    def __getitem__(self, k):
        return self.layers[k]


@program(case(np.array([[0.3, -0.2], [0.5, 0.4]]), np.array([[1.0, 0.5], [-0.3, 0.8]])))
def layers_by_number(w, x):
    model = Sequential(Dense(w, np.tanh), Centred(2), Dense(w.T))
    first, last = model[0], model[-1]
    y = model(x) + first(x) * last.params["w"][0, 0]
    return np.sum(y * y) + model[1].mean @ x[0] + sum(np.sum(p**3) for p in model.parameters())


class Part:
    """What has a number of its own, from a counter of the class."""

    numbers = itertools.count(1)

    def __init__(self, ends, value):
        self.ends, self.value = ends, value
        self.name = f"part {next(self.numbers)}"
        self.number = next(Part.numbers)


SERIAL = itertools.count()


@program(case([0.7, 1.3, 0.9]))
def numbered_parts(values):
    """Counters outside give every part and every entry of a heap another number."""
    parts = [Part(("in", "out"), v) for v in values]
    heap = []
    for part in parts:
        heapq.heappush(heap, (part.value**2, next(SERIAL)))
    total = sum(p.value for p in parts if p.name) + (parts[1].number > parts[0].number)
    while heap:
        key, _ = heapq.heappop(heap)
        total = 0.5 * total + key
    return total


@dataclass
class Circle:
    """One of the shapes of `area`."""

    radius: float


@dataclass
class Rectangle:
    """The other one."""

    width: float
    height: float


@functools.singledispatch
def area(shape):
    return 1.0


@area.register
def _(shape: Circle):
    return 3.0 * shape.radius**2


@area.register
def _(shape: Rectangle):
    return shape.width * shape.height


class Outline:
    """A visitor."""

    @functools.singledispatchmethod
    def of(self, shape):
        return 0.5

    @of.register
    def _(self, shape: Circle):
        return 6.0 * shape.radius

    @of.register
    def _(self, shape: Rectangle):
        return 2.0 * (shape.width + shape.height)


@program(case([0.3, 0.7, 1.2]), case([0.9, 0.1, 0.4]))
def chosen_by_the_class_of_one_of_several(sizes):
    """Which function it is only the run tells: it knows which shape it is."""
    shapes = [Circle(s) if s > 0.5 else Rectangle(s, s * s) for s in sizes]
    one = Circle(sizes[0]) if sizes[1] > 0.5 else Rectangle(sizes[2], sizes[0])
    total = area(one) * Outline().of(one)
    return total + sum(area(s) ** 2 for s in shapes) + sum(Outline().of(s) for s in shapes)
