"""Attributes whose names only the run tells: dispatch on what data says."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field

import numpy as np

from tests.programs.registry import case, program

V = np.array([1.2, 0.5, 2.3, 1.7, 0.2])
CODES = np.array([0, 1, 2, 0, 1])


@dataclass(order=True)
class Event:
    time: float
    kind: str = field(compare=False)
    size: float = field(compare=False, default=1.0)


class Simulation:
    def __init__(self, rate):
        self.rate = rate
        self.now = 0.0
        self.level = 1.0
        self.cost = 0.0
        self.queue = []

    def push(self, time, kind, **more):
        heapq.heappush(self.queue, Event(time, kind, **more))

    def on_arrive(self, event):
        self.level = self.level + event.size
        if self.now < 4.0:
            self.push(self.now + event.size / self.rate, "serve", size=0.5 * event.size)

    def on_serve(self, event):
        self.level = self.level * 0.9
        self.cost = self.cost + event.size * self.now

    def run(self):
        while self.queue:
            event = heapq.heappop(self.queue)
            self.now = event.time
            getattr(self, "on_" + event.kind)(event)
        return self.cost + self.level


@program(case(1.3, V))
def events_with_handlers_by_name(rate, sizes):
    simulation = Simulation(rate)
    for k, size in enumerate(sizes):
        simulation.push(1.1 * k, "arrive", size=size)
    return simulation.run()


class Model:
    gain_low = 2.0
    gain_high = 3.0

    def __init__(self, a):
        self.a = a
        self.s = a
        self.weight_one = 2.0 * a
        self.weight_two = a * a

    def do_add(self, x):
        self.s = self.s + x * self.a

    def do_scale(self, x):
        self.s = self.s * x

    def do_square(self, x):
        self.s = self.s**2 + x

    @property
    def view_linear(self):
        return 3.0 * self.s

    @property
    def view_cubic(self):
        return self.s**3

    def follow(self, names):
        for name in names:
            getattr(self, f"do_{name}")(1.5)
        return self


NAMES = ["add", "scale", "square", "none"]


@program(case(0.7, CODES))
def method_of_one_of_several_names(a, codes):
    model = Model(a)
    for k in codes:
        getattr(model, "do_" + NAMES[k])(1.5)
    return model.s


@program(case(0.7, CODES))
def methods_named_by_a_list_of_texts(a, codes):
    return Model(a).follow([NAMES[k] for k in codes]).s


@program(case(0.7, np.array([0, 3, 2, 3])))
def names_with_a_default(a, codes):
    model = Model(a)
    for k in codes:
        getattr(model, "do_" + NAMES[k], model.do_scale)(1.2)
        action = getattr(model, f"do_{NAMES[k]}", None)
        if action is None:
            model.s = 0.5 * model.s
        else:
            action(1.1)
        if hasattr(model, "do_" + NAMES[k]):
            model.s += a
    return model.s


@program(case(0.7, np.array([0, 1, 1])))
def numbers_and_properties_by_name(a, codes):
    model, total = Model(a), 0.0
    for k in codes:
        total = total + getattr(model, "weight_" + ["one", "two"][k]) * model.s
        total = total + getattr(model, "view_" + ["linear", "cubic"][k])
        total = total + a * getattr(model, "gain_" + ["low", "high"][k])
        model.s = 1.1 * model.s
    return total


@program(case(0.7, CODES))
def many_objects_by_name(a, codes):
    models = [Model(a * k) for k in range(len(codes))]
    for model, k in zip(models, codes):
        getattr(model, "do_" + NAMES[k])(1.5)
    return sum(model.s for model in models)


@dataclass
class Op:
    kind: str
    x: float


class Visitor:
    def visit(self, op, v):
        return getattr(self, "visit_" + op.kind, self.generic)(op, v)

    def visit_add(self, op, v):
        return v + op.x

    def visit_scale(self, op, v):
        return v * op.x

    def generic(self, op, v):
        return 0.9 * v


@program(case(0.7, CODES))
def visitor_with_a_generic_method(a, codes):
    ops = [Op(NAMES[k], 1.1 * a) for k in codes]
    v = a
    for op in ops:
        v = Visitor().visit(op, v)
    return v
