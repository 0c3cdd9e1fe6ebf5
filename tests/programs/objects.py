"""Programs with objects: classes of the user, dataclasses, operators, changes that callers see."""

from __future__ import annotations

import dataclasses
import math
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np

from tests.programs.registry import case, program


class Vector:
    """Two numbers, with the operators that textbooks give them."""

    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __sub__(self, other):
        return Vector(self.x - other.x, self.y - other.y)

    def __mul__(self, k):
        return Vector(self.x * k, self.y * k)

    __rmul__ = __mul__

    def __neg__(self):
        return Vector(-self.x, -self.y)

    def __getitem__(self, k):
        return (self.x, self.y)[k]

    def __abs__(self):
        return self.norm

    def dot(self, other):
        return self.x * other.x + self.y * other.y

    @property
    def norm(self):
        return math.sqrt(self.dot(self))

    def scale(self, k):
        self.x *= k
        self.y *= k
        return self

    @classmethod
    def polar(cls, r, angle):
        return cls(r * math.cos(angle), r * math.sin(angle))

    @staticmethod
    def square(v):
        return v * v


@program(case(1.3, 0.4))
def vectors(a, b):
    v = Vector(a, b) + 2.0 * Vector(b, a * a)
    v.scale(b).scale(a)
    w = -Vector.polar(a, b) - v
    return v.norm + abs(w) + v.dot(w) * w[0] + Vector.square(v[-1])


@dataclasses.dataclass
class Weights:
    """A dataclass whose step changes itself."""

    w: float
    history: list = dataclasses.field(default_factory=list)
    steps: int = 3

    def step(self, x):
        self.w = self.w * math.sin(x) + 0.1
        self.history.append(self.w)


@program(case(0.7))
def a_dataclass_that_steps(x):
    p = Weights(x)
    for i in range(p.steps):
        p.step(x + i)
    return sum(p.history) * p.w


@program(case(0.7, 4), case(0.7, 0))
def a_dataclass_that_steps_often(x, n):
    p = Weights(x, history=[x])
    for i in range(n):
        p.step(x + 0.1 * i)
    return sum(p.history) * p.w + len(p.history)


class Layer:
    """Something with a weight."""

    gain = 2.0

    def __init__(self, w):
        self.w = w

    def forward(self, x):
        return self.w * x


class Biased(Layer):
    """A subclass that asks its base."""

    def __init__(self, w, b):
        super().__init__(w)
        self.b = b
        self.calls = 0

    def forward(self, x):
        self.calls += 1
        return super().forward(x) * self.gain + self.b * self.calls

    def __call__(self, x):
        return np.tanh(self.forward(x))


@program(case(np.array([0.3, 0.8]), 0.4))
def inherited(w, b):
    layer = Biased(w, b)
    y = layer(w) + layer(np.array([0.5, -0.2]))
    return np.sum(y * layer.w) + layer.calls * b


class Reading(NamedTuple):
    """A namedtuple with a method."""

    value: float
    error: float

    def weighted(self):
        return self.value / self.error**2


@program(case(1.2, 0.7))
def namedtuples_with_methods(v, e):
    readings = [Reading(v, e), Reading(v * v, 2.0 * e)]
    top = sum(r.weighted() for r in readings)
    return top / sum(1.0 / r.error**2 for r in readings)


@program(case(0.8))
def a_namespace(x):
    state = SimpleNamespace(x=x, v=0.0, names=["x"])
    for _ in range(3):
        state.v -= 0.1 * state.x
        state.x += 0.1 * state.v
    state.energy = state.x**2 + state.v**2
    return state.energy * len(state.names)


@program(case(0.8))
def one_object_under_two_names(x):
    a = Layer(x)
    b = a
    pair = (a, [b])
    b.w = a.w * a.w
    pair[1][0].w += 1.0
    return a.w + b.w * pair[0].w


def _move(body, dt):
    body.x = body.x + dt * body.v
    body.v = body.v - dt * math.sin(body.x)


@program(case(0.5, 0.2))
def bodies_moved_by_a_function(x, v):
    bodies = [SimpleNamespace(x=x, v=v), SimpleNamespace(x=v, v=x)]
    for _ in range(2):
        for body in bodies:
            _move(body, 0.1)
    return bodies[0].x * bodies[1].v


def _fill(values, table, v):
    values.append(v)
    values[0] = v * 2.0
    table["last"] = v
    table.setdefault("all", []).append(v)
    return values


@program(case(0.6))
def containers_changed_by_a_function(x):
    values, table = [x], {}
    for k in range(3):
        same = _fill(values, table, x * (k + 1))
    same.append(table["last"])
    return sum(values) * values[0] + sum(table["all"])


@program(case(1.3))
def methods_of_lists(x):
    p = [x, x * x]
    q = p
    q.append(math.sin(x))
    q.extend([x * 3.0, 1.0])
    q.insert(0, x**3)
    v = p.pop(1)
    p[1:3] = [v * x]
    del q[0]
    p += [x * 2.0]
    p.reverse()
    return sum(a * a for a in p) * p[0]


@program(case(0.7))
def methods_of_dicts(x):
    d = {"a": x}
    e = {"in": d}
    d["b"] = x * x
    e["in"]["c"] = math.cos(x)
    d.update(z=x * 3.0, a=x * x)
    t = d.pop("b")
    d.setdefault("q", []).append(t)
    d.setdefault("q", 3).append(x)
    del d["z"]
    return sum(d["q"]) * d["a"] + d["c"] * len(d)


@program(case(1.1, 4), case(1.1, 0))
def lists_made_anew_in_a_loop(x, n):
    now, before = [x, 1.0], [0.0, 0.0]
    for _ in range(n):
        before = now
        now = [now[0] * math.sin(x), now[1] + now[0]]
        before[0] = now[0] * 2.0
        if now[1] > 2.0:
            now[1] = x
    return now[0] + now[1] + before[0] * before[1]


class Table:
    """A list with a name, indexed."""

    def __init__(self, values):
        self.values = values

    def __getitem__(self, k):
        return self.values[k]

    def __setitem__(self, k, v):
        self.values[k] = v

    def __len__(self):
        return len(self.values)


@program(case(0.7))
def an_object_that_is_indexed(x):
    table = Table([x, x * x, 3.0])
    table[1] = table[0] * table[2]
    table[2] += x
    setattr(table, "scale", x)
    return table[1] * table[2] * len(table) * table.scale


@dataclasses.dataclass(frozen=True)
class State:
    """A frozen dataclass."""

    x: float
    v: float = 2.0


@program(case(0.7))
def frozen_states_replaced(x):
    state = State(x)
    for _ in range(3):
        state = dataclasses.replace(state, x=state.x + 0.1 * state.v, v=state.v - 0.1 * state.x)
    return state.x * state.v


class Matrix:
    """A matrix of lists."""

    def __init__(self, rows):
        self.rows = rows

    def __matmul__(self, other):
        out = []
        for i in range(len(self.rows)):
            row = []
            for j in range(len(other.rows[0])):
                row.append(sum(self.rows[i][k] * other.rows[k][j] for k in range(len(other.rows))))
            out.append(row)
        return Matrix(out)

    def trace(self):
        return sum(self.rows[i][i] for i in range(len(self.rows)))


@program(case(0.4, 0.7), wrt=(0, 1))
def matrices_of_lists(a, b):
    return (Matrix([[a, b], [1.0, a * b]]) @ Matrix([[b, 2.0], [a, a]])).trace()


@program(case(0.4, 2))
def lists_of_lists_read_at_run_time(a, n):
    table, s = [[a, 1.0], [2.0, a * a]], 0.0
    for i in range(n):
        for j in range(n):
            s += table[i][j] * (i + 1)
    return s


@program(case(0.4, 2), may_refuse=True)
def lists_of_lists_read_at_run_time_and_written(a, n):
    table, s = [[a, 1.0], [2.0, a * a]], 0.0
    for i in range(n):
        row = table[i]
        row[0] += 1.0
        s += row[0] * table[i][1]
    return s + table[0][0]
