"""Objects that hold methods of themselves: tables of commands, states, handlers, callbacks."""

from __future__ import annotations

import copy
import functools
import math
from dataclasses import dataclass, field

import numpy as np

from tests.programs.registry import case, program

V = np.array([1.2, 0.5, 2.3, 1.7, 0.2])


class Turtle:
    def __init__(self, angle):
        self.angle = angle
        self.position = np.zeros(2)
        self.heading = 0.3
        self.stack = []
        self.tips = []
        self.commands = {"F": self.forward, "+": self.left, "-": self.right}
        self.commands.update({"[": self.push, "]": self.pop})

    def forward(self):
        step = np.array([math.cos(self.heading), math.sin(self.heading)])
        self.position = self.position + step

    def left(self):
        self.heading += self.angle

    def right(self):
        self.heading -= 0.5 * self.angle

    def push(self):
        self.stack.append((self.position, self.heading))

    def pop(self):
        self.tips.append(self.position)
        self.position, self.heading = self.stack.pop()

    def draw(self, text):
        for letter in text:
            action = self.commands.get(letter)
            if action is not None:
                action()
        return self


@program(case(0.43))
def turtle_with_a_table_of_commands(angle):
    turtle = Turtle(angle).draw("F[+FXF]-F[-F]F")
    tips = np.array(turtle.tips)
    return np.sum(tips**2) + turtle.position @ np.array([0.3, 1.1])


@program(case(0.43, np.array([0, 1, 0, 3, 2, 0])))
def turtle_that_reads_numbers(angle, codes):
    turtle = Turtle(angle)
    for k in codes:
        action = turtle.commands.get("F+-X"[k], turtle.left)
        action()
        if "F+-X"[k] in turtle.commands:
            turtle.heading *= 1.1
    return turtle.position[0] * turtle.position[1]


class Thermostat:
    def __init__(self, rate):
        self.rate = rate
        self.value = rate
        self.state = self.heat

    def heat(self, x):
        self.value = self.value + self.rate * x
        if self.value > 2:
            self.state = self.cool

    def cool(self, x):
        self.value = self.value * 0.5 * x
        if self.value < 1:
            self.state = self.heat

    def step(self, x):
        self.state(x)


@program(case(0.83, V))
def state_that_is_a_method(rate, xs):
    machine = Thermostat(rate)
    for x in xs:
        machine.step(x)
    return machine.value


@program(case(0.83, V))
def many_machines_with_states(rate, xs):
    machines = [Thermostat(rate * x) for x in xs]
    for machine in machines:
        machine.step(2.0)
        machine.step(1.5)
    return sum(machine.value for machine in machines)


class Bus:
    def __init__(self):
        self.handlers = {}

    def subscribe(self, name, handler):
        self.handlers.setdefault(name, []).append(handler)

    def publish(self, name, *args):
        for handler in self.handlers.get(name, []):
            handler(*args)


class Component:
    def __init__(self, bus, gain):
        self.bus = bus
        self.gain = gain
        self.total = 0.0
        bus.subscribe("tick", self.on_tick)
        bus.subscribe("done", self.on_done)

    def on_tick(self, x):
        self.total += self.gain * x
        self.bus.publish("done", x)

    def on_done(self, x):
        self.total += x**2


@program(case(0.7))
def bus_that_its_component_holds(a):
    bus = Bus()
    component = Component(bus, a)
    bus.publish("tick", 2.0 * a)
    bus.publish("tick", a)
    return component.total


class Cell:
    def __init__(self, a):
        self.a = a
        self.s = a
        self.change = self.add
        self.table = {"add": self.add, "scale": self.scale}
        self.shown = lambda x: x * self.s

    def add(self, x=1.0):
        self.s = self.s + x * self.a
        return self.s

    def scale(self, x=2.0):
        self.s = self.s * x
        return self.s


@program(case(0.7))
def methods_that_change_hands(a):
    p, q = Cell(a), Cell(a * a)
    p.change, q.change = q.change, p.change
    p.table["scale"] = q.scale
    q.table = p.table
    p.change(2.0)
    q.change(3.0)
    q.table["add"]()
    q.table["scale"]()
    return 1.3 * p.s + q.shown(a)


@program(case(0.7))
def copies_of_what_holds_its_methods(a):
    p = Cell(a)
    deep, shallow, table = copy.deepcopy(p), copy.copy(p), copy.deepcopy(p.table)
    deep.change(2.0)
    deep.table["scale"]()
    shallow.s = 5.0 * a
    shallow.table["add"](3.0)
    inside = table["add"](4.0)
    return p.s + 2.0 * deep.s + 3.0 * shallow.s + 4.0 * inside + 5.0 * deep.shown(a)


@program(case(0.7))
def partial_and_lambda_of_the_object(a):
    p = Cell(a)
    p.by_five = functools.partial(p.add, 5.0)
    p.product = lambda x: p.add(x) * p.a
    p.by_five()
    y = p.product(2.0)
    p.a = 3.0 * a
    p.by_five()
    return y + p.product(1.0)


@program(case(0.7, V), case(2.1, V))
def table_that_one_way_changes(a, xs):
    p = Cell(a)
    if a > 1:
        p.table["add"] = p.scale
    for x in xs:
        p.change(x)
        p.table["add" if x > 1 else "scale"](1.1)
        p.change = p.scale if p.s > 2 else p.add
    return p.s


@program(case(0.7))
def table_whose_object_nobody_holds(a):
    def made(b):
        return Cell(b).table

    table = made(a)
    table["add"](a)
    table["scale"](3.0)
    return table["add"]()


@dataclass
class Ops:
    a: float
    s: float = 0.0
    ops: dict = field(default_factory=dict)

    def __post_init__(self):
        self.ops = {"up": self.up}
        self.ops["down"] = self.down

    def up(self, x):
        self.s += self.a * x

    def down(self, x):
        self.s -= self.a**2 * x


@program(case(0.7))
def dataclass_with_operations(a):
    d = Ops(a)
    for name, x in [("up", 1.0), ("down", 0.5), ("up", 2.0)]:
        d.ops[name](x)
    for f in list(d.ops.values()):
        f(a)
    return d.s


def kept_by_object(function):
    @functools.wraps(function)
    def wrapper(self, *args):
        cache = self.__dict__.setdefault("_cache", {})
        key = (function.__name__, *args)
        if key not in cache:
            cache[key] = function(self, *args)
            self.misses = getattr(self, "misses", 0) + 1
        return cache[key]

    return wrapper


class Powers:
    def __init__(self, a):
        self.a = a

    @kept_by_object
    def power(self, n):
        return self.a**n

    @kept_by_object
    def series(self, n):
        return self.power(n) if n == 0 else self.power(n) + self.series(n - 1)


@program(case(0.7))
def results_kept_in_the_dict_of_an_object(a):
    p = Powers(a)
    first = p.__dict__.setdefault("a", 5.0) * p.__dict__.setdefault("b", 3.0 * a)
    return p.power(2) + p.power(2) + p.series(3) + p.misses + first * p.b


@program(case(0.7, V))
def dict_of_an_object_that_gets_attributes_in_a_loop(a, xs):
    p, total = Powers(a), 0.0
    for x in xs:
        total = total + p.__dict__.setdefault("last", x) + p.__dict__.get("best", a)
        p.last = a
        p.best = a * x
    return total
