"""Objects that hold lists of each other: trees with parents, springs between bodies, graphs."""

import copy
import math
from collections import deque
from dataclasses import dataclass, field

import numpy as np

from tests.programs.registry import case, program

V = np.array([0.51, 0.73, 0.22, 1.13, 0.97])


class Bone:
    def __init__(self, length, angle=0.0, parent=None):
        self.length, self.angle, self.parent = length, angle, parent
        self.children = []
        if parent is not None:
            parent.children.append(self)

    @property
    def world_angle(self):
        return self.angle + (self.parent.world_angle if self.parent else 0.0)

    @property
    def end(self):
        x, y = self.parent.end if self.parent else (0.0, 0.0)
        a = self.world_angle
        return x + self.length * math.cos(a), y + self.length * math.sin(a)

    def total(self):
        return self.length + sum(c.total() for c in self.children)


@program(case(V, 0.3), wrt=(0, 1))
def arm_of_bones(lengths, a):
    bone = root = Bone(lengths[0], a)
    for k in range(1, len(lengths)):
        bone = Bone(lengths[k], a * k, bone)
    x, y = bone.end
    return x * y + root.total() ** 2 + len(root.children)


class Item:
    def __init__(self, name, x):
        self.name, self.x = name, x
        self.parent = None
        self.children = []

    def add(self, child):
        child.parent = self
        self.children.append(child)
        return child

    def where(self):
        return self.x if self.parent is None else math.sin(self.parent.where()) + self.x


@program(case(V, 0.3), wrt=(0, 1))
def scene_graph(x, a):
    root = Item("root", x[0])
    arm = root.add(Item("arm", x[1]))
    hand = arm.add(Item("hand", x[2] * a))
    root.add(Item("leg", a))

    def visit(item):
        return item.where() ** 2 + sum(visit(c) for c in item.children)

    return visit(root) + hand.where()


class Body:
    def __init__(self, mass, x):
        self.mass, self.x, self.v = mass, x, 0.0
        self.springs = []


class Spring:
    def __init__(self, a, b, k):
        self.a, self.b, self.k = a, b, k
        a.springs.append(self)
        b.springs.append(self)

    def force(self):
        return self.k * (self.b.x - self.a.x - 1.0)


@program(case(V[:3], 0.7), wrt=(0, 1))
def bodies_and_springs(x, k):
    bodies = [Body(1.0 + v, i + v) for i, v in enumerate(x)]
    springs = [Spring(p, q, k) for p, q in zip(bodies, bodies[1:], strict=False)]
    for _ in range(2):
        for b in bodies:
            f = 0.0
            for s in b.springs:
                f += s.force() if s.a is b else -s.force()
            b.v += 0.1 * f / b.mass
        for b in bodies:
            b.x += 0.1 * b.v
    return sum(b.x**2 for b in bodies) + sum(s.force() for s in springs)


class Agent:
    def __init__(self, x):
        self.x = x
        self.near = []
        self.history = [x]

    def step(self, rate):
        if self.near:
            mean = sum(n.x for n in self.near) / len(self.near)
            self.x = self.x + rate * (mean - self.x)
        self.history.append(self.x)


@program(case(V, 0.31), wrt=(0, 1))
def consensus(x, rate):
    agents = [Agent(v) for v in x]
    for i, p in enumerate(agents):
        for q in agents[:i]:
            if abs(p.x - q.x) < 0.5:
                p.near.append(q)
                q.near.append(p)
    for _ in range(2):
        for p in agents:
            p.step(rate)
    return sum(p.history[-1] ** 2 + p.history[1] for p in agents) + max(agents[0].history)


class Bag:
    def __init__(self, v, items=None):
        self.v = v
        self.items = [] if items is None else items

    def add(self, item):
        self.items.append(item)
        return self

    def total(self):
        return self.v + sum(self.items)


@program(case(V, 0.31), wrt=(0, 1))
def one_list_in_two_objects(x, a):
    bags = [Bag(v) for v in x[:3]]
    bags[1].items = shared = bags[0].items
    bags[1].add(a)
    bags[2].add(x[3])
    bags[0].add(a * a)
    shared.append(x[4])
    return sum(b.total() ** 2 for b in bags) * shared[1]


@program(case(V, 0.31), wrt=(0, 1))
def lists_of_objects_are_edited(x, a):
    bags = [Bag(v) for v in x[:3]]
    for i, b in enumerate(bags):
        for k in range(i + 2):
            b.add(a * k - x[i] * k * k)
    for b in bags:
        b.items[0] = b.items[-1] * a
        b.items.sort()
        b.items.insert(0, b.items.pop() + a)
        b.items = [v * 2 for v in b.items if v > -1.0]
    for v in bags[0].items:
        bags[1].add(v * v)
    return sum(b.total() ** 2 * b.items[0] for b in bags)


@program(case(V, 0.31), wrt=(0, 1))
def copies_of_objects_with_lists(x, a):
    bags = [Bag(v) for v in x[:3]]
    for i, b in enumerate(bags):
        b.add(a * i + 1.0)
    others = copy.deepcopy(bags)
    twin = copy.copy(bags[0])
    others[0].add(x[3])
    twin.add(x[4])
    return sum(b.total() ** 2 for b in bags) + 2.0 * sum(b.total() ** 2 for b in others)


def longer(items, v):
    items.append(v)
    return sum(items)


@program(case(V, 0.31), wrt=(0, 1))
def a_function_changes_the_list_of_an_object(x, a):
    bags = [Bag(v) for v in x]
    total = 0.0
    for i, b in enumerate(bags):
        total += longer(bags[i // 2].items, a * b.v)
    return total + sum(b.total() ** 2 for b in bags)


@program(case(V, 0.31), wrt=(0, 1))
def breadth_first(x, a):
    root = Item("root", x[0])
    for v in x[1:3]:
        child = root.add(Item("child", v))
        for w in x[3:]:
            child.add(Item("leaf", w * v))
    queue = deque([root])
    total = 0.0
    while queue:
        item = queue.popleft()
        if item.parent is not None:
            item.x = item.x * item.parent.x * a
        queue.extend(item.children)
        total += item.x
    return total


@dataclass
class Track:
    number: int
    points: list = field(default_factory=list)

    def last(self):
        return self.points[-1]


@program(case(np.array([0.51, 0.73, 0.22, 1.13, 0.97, 0.34, 0.86, 1.41]), 0.3), wrt=(0, 1))
def tracks(x, gate):
    found = [Track(0, [x[0]]), Track(1, [x[1]])]
    for v in x[2:]:
        track = min(found, key=lambda t: abs(t.last() - v))
        if abs(track.last() - v) < gate:
            track.points.append(v)
        else:
            found.append(Track(len(found), [v * gate]))
    return sum(sum(t.points) ** 2 / len(t.points) for t in found)
