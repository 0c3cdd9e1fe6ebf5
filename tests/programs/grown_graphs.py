"""Graphs and trees that grow while the program runs, of objects that hold lists of each other."""

import numpy as np

from tests.programs.registry import case, program

V = np.array([0.51, 0.73, 0.22])


class Value:
    def __init__(self, data, children=(), op=""):
        self.data, self.grad, self.op = data, 0.0, op
        self.children = list(children)

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, (self, other), "+")

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, (self, other), "*")

    def backward(self):
        order, seen = [], set()

        def build(v):
            if v not in seen:
                seen.add(v)
                for c in v.children:
                    build(c)
                order.append(v)

        build(self)
        self.grad = 1.0
        for v in reversed(order):
            if v.op == "+":
                for c in v.children:
                    c.grad += v.grad
            elif v.op == "*":
                p, q = v.children
                p.grad += q.data * v.grad
                q.grad += p.data * v.grad


@program(case(V, 0.31), wrt=(0, 1))
def backward_through_a_graph(x, a):
    leaves = [Value(v) for v in x]
    y = leaves[0] * leaves[1] + leaves[2] * a
    y = y * y + leaves[0]
    y.backward()
    return sum(v.grad * (i + 1) for i, v in enumerate(leaves))


class Square:
    def __init__(self, x, y, size):
        self.x, self.y, self.size = x, y, size
        self.points, self.parts = [], []

    def insert(self, point):
        if self.parts:
            self.part_of(point).insert(point)
            return
        self.points.append(point)
        if len(self.points) > 1 and self.size > 0.1:
            half = self.size / 2
            for i in range(2):
                for j in range(2):
                    self.parts.append(Square(self.x + i * half, self.y + j * half, half))
            for other in self.points:
                self.part_of(other).insert(other)
            self.points = []

    def part_of(self, point):
        half = self.size / 2
        return self.parts[2 * int(point[0] >= self.x + half) + int(point[1] >= self.y + half)]

    def mass(self):
        return sum(p[2] for p in self.points) * self.size + sum(p.mass() for p in self.parts)


@program(case(np.array([1.1, 0.5, 0.7, 0.9])))
def quadtree(masses):
    tree = Square(0.0, 0.0, 1.0)
    places = ((0.11, 0.51), (0.83, 0.73), (0.42, 0.22), (0.63, 0.13))
    for (x, y), m in zip(places, masses, strict=True):
        tree.insert((x, y, m))
    return tree.mass() ** 2
