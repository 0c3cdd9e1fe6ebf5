"""Objects that hold each other and functions: tapes, and graphs that are run backwards."""

import math

import numpy as np

from tests.programs.registry import case, program

V = np.array([0.5, -1.2, 0.3])


class Value:
    """A number that knows how to hand its gradient on: the usual small teaching design."""

    def __init__(self, data, children=(), op=""):
        self.data = data
        self.grad = 0
        self._backward = lambda: None
        self._prev = set(children)
        self._op = op

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other), "+")

        def _backward():
            self.grad += out.grad
            other.grad += out.grad

        out._backward = _backward
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other), "*")

        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._backward = _backward
        return out

    def __pow__(self, power):
        assert isinstance(power, int | float)
        out = Value(self.data**power, (self,), f"**{power}")

        def _backward():
            self.grad += power * self.data ** (power - 1) * out.grad

        out._backward = _backward
        return out

    def tanh(self):
        t = math.tanh(self.data)
        out = Value(t, (self,), "tanh")

        def _backward():
            self.grad += (1 - t**2) * out.grad

        out._backward = _backward
        return out

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + (-other)

    __radd__, __rmul__ = __add__, __mul__

    def backward(self):
        topo, visited = [], set()

        def build(v):
            if v not in visited:
                visited.add(v)
                for child in v._prev:
                    build(child)
                topo.append(v)

        build(self)
        self.grad = 1.0
        for v in reversed(topo):
            v._backward()


@program(case(0.7, -0.3), wrt=(0, 1))
def gradient_penalty(x, y):
    a, b = Value(x), Value(y)
    (a * b * a).backward()
    return a.grad**2 + a.data * b.grad


@program(case(1.3, 1.7), wrt=(0, 1))
def as_many_nodes_as_it_takes(x, k):
    v, w = Value(x), Value(k)
    while v.data < 10.0:
        v = v * w
    v.backward()
    return w.grad * v.data


# A tape of functions, in a list of a length that only the run tells.


class Var:
    def __init__(self, v):
        self.v = v
        self.g = 0.0


@program(case(V, 0.7), wrt=(0, 1))
def tape_of_functions(xs, y):
    tape = []

    def mul(a, b):
        out = Var(a.v * b.v)

        def back():
            a.g += out.g * b.v
            b.g += out.g * a.v

        tape.append(back)
        return out

    def sin(a):
        out = Var(math.sin(a.v))
        tape.append(lambda: add_to(a, out.g * math.cos(a.v)))
        return out

    def add_to(a, g):
        a.g += g

    w, s = Var(y), Var(1.0)
    for x in xs:
        s = mul(sin(s), w) if x > 0 else sin(mul(mul(s, w), Var(x)))
    s.g = 1.0
    for back in reversed(tape):
        back()
    return w.g


@program(case(0.3, 4))
def functions_in_a_list(x, n):
    fs = []
    for k in range(n):
        fs.append(math.sin if k % 2 == 0 else math.exp)
    for f in fs:
        x = f(x)
    return x


# Operations told by a text, parents in tuples of several lengths.


class Node:
    def __init__(self, op, parents, value):
        self.op = op
        self.parents = parents
        self.value = value
        self.adj = 0.0


@program(case(0.7, 0.4), wrt=(0, 1))
def told_by_texts(x, y):
    a, b = Node("leaf", (), x), Node("leaf", (), y)
    c = Node("*", (a, b), a.value * b.value)
    d = Node("sin", (c,), math.sin(c.value))
    order = []

    def visit(n):
        if n in order:
            return
        for p in n.parents:
            visit(p)
        order.append(n)

    visit(d)
    d.adj = 1.0
    for n in order[::-1]:
        if n.op == "*":
            left, right = n.parents
            left.adj += n.adj * right.value
            right.adj += n.adj * left.value
        elif n.op == "sin":
            (only,) = n.parents
            only.adj += n.adj * math.cos(only.value)
    return a.adj + 2.0 * b.adj


# Each node holds its children with the local derivatives.


class Local:
    def __init__(self, v, children=()):
        self.v = v
        self.children = children
        self.g = 0.0

    def __mul__(self, o):
        return Local(self.v * o.v, ((self, o.v), (o, self.v)))

    def sin(self):
        return Local(math.sin(self.v), ((self, math.cos(self.v)),))

    def back(self, seed=1.0):
        self.g += seed
        for child, local in self.children:
            child.back(seed * local)


@program(case(0.7, 0.4), wrt=(0, 1))
def children_with_local_derivatives(x, y):
    a, b = Local(x), Local(y)
    ((a * b).sin() * b).back()
    return a.g * b.g


# Methods as values, None until there is one.


class Gate:
    def __init__(self, v):
        self.v = v
        self.g = 0.0
        self.back = None
        self.left = None
        self.right = None

    def back_mul(self):
        self.left.g += self.g * self.right.v
        self.right.g += self.g * self.left.v

    def back_add(self):
        self.left.g += self.g
        self.right.g += self.g


@program(case(0.7, 0.4), wrt=(0, 1))
def methods_as_values(x, y):
    tape = []

    def gate(a, b, times):
        o = Gate(a.v * b.v if times else a.v + b.v)
        o.left, o.right = a, b
        o.back = o.back_mul if times else o.back_add
        tape.append(o)
        return o

    a, b = Gate(x), Gate(y)
    z = gate(gate(a, b, False), gate(a, a, True), True)
    z.g = 1.0
    for o in reversed(tape):
        o.back()
    return a.g * b.g


# Objects that are members of sets, as themselves or by their id.


@program(case(1.2, 0.7), wrt=(0, 1))
def told_apart_by_id(x, y):
    vs = [Var(x), Var(y)]
    row = []
    for v in vs:
        row.append(v)
    seen, ids = set(), set()
    t = 0.0
    for v in [row[0], row[1], row[0]]:
        if v not in seen:
            seen.add(v)
            t += v.v**2
        if id(v) in ids:
            t += v.v
        ids.add(id(v))
    if id(row[0]) == id(vs[0]) and id(row[0]) != id(vs[1]):
        t = t * 1.5
    if row[1] in [vs[0], vs[1]] and row[1] not in [vs[0]]:
        t = t * y
    for v in seen:
        t += v.v * x
    return t * len(seen) + len(ids) * y
