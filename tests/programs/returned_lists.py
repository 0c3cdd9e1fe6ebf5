"""Recursive functions that return lists whose lengths only the run tells, and stacks of objects."""

import numpy as np

from tests.programs.registry import case, program

V = np.array([0.53, 0.71, 0.22, 1.13, 0.97])


@program(case(V, 0.3), wrt=(0, 1))
def quicksort(x, a):
    def ordered(values):
        if not values:
            return []
        pivot, *rest = values
        below = [v for v in rest if v < pivot]
        above = [v for v in rest if v >= pivot]
        return ordered(below) + [pivot] + ordered(above)

    return sum(k * v**2 for k, v in enumerate(ordered([a * v for v in x])))


class Leaf:
    def __init__(self, key, value):
        self.key, self.value = key, value
        self.left = self.right = None


class Search:
    def __init__(self):
        self.root = None

    def insert(self, key, value):
        if self.root is None:
            self.root = Leaf(key, value)
            return
        node = self.root
        while True:
            if key < node.key:
                if node.left is None:
                    node.left = Leaf(key, value)
                    return
                node = node.left
            else:
                if node.right is None:
                    node.right = Leaf(key, value)
                    return
                node = node.right

    def walk(self, node):
        if node is None:
            return []
        return self.walk(node.left) + [node.value] + self.walk(node.right)


@program(case(V, 0.3), wrt=(0, 1))
def in_order(x, a):
    tree = Search()
    for v in x:
        tree.insert(v, v * a)
    return sum((k + 1) * v**2 for k, v in enumerate(tree.walk(tree.root)))


class Stack:
    def __init__(self):
        self._items = []

    def push(self, item):
        self._items.append(item)

    def pop(self):
        return self._items.pop()

    def peek(self):
        return self._items[-1]

    def __len__(self):
        return len(self._items)

    def empty(self):
        return not self._items


@program(case(V, 0.3), wrt=(0, 1))
def monotone_stack(x, a):
    stack = Stack()
    total = 0.0
    for i, v in enumerate(x):
        while not stack.empty() and stack.peek()[1] < v:
            j, w = stack.pop()
            total += (i - j) * w * a
        stack.push((i, v))
    while len(stack):
        total += stack.pop()[1] ** 2
    return total


def analysed(x, level):
    if level == 0 or len(x) < 2:
        return [x]
    low, high = (x[::2] + x[1::2]) / 2, (x[::2] - x[1::2]) / 2
    return analysed(low, level - 1) + [high]


def synthesised(parts):
    low, *rest = parts
    if not rest:
        return low
    high = rest[0]
    x = np.zeros(2 * len(low))
    x[::2] = low + high
    x[1::2] = low - high
    return synthesised([x, *rest[1:]])


W = np.array([0.53, 0.71, 0.22, 1.13, 0.97, 0.31, 0.85, 1.44])


@program(case(W, 0.3), wrt=(0, 1))
def wavelets_and_back(x, a):
    parts = analysed(x, 3)
    parts[1:] = [np.tanh(p * a) for p in parts[1:]]
    return np.sum((synthesised(parts) - x) ** 2)


@program(case(W, 0.3), wrt=(0, 1))
def pyramid(x, a):
    levels, y = [], x
    while y.shape[0] > 1:
        mean = (y[::2] + y[1::2]) / 2
        levels.append(y - np.repeat(mean, 2))
        y = mean
    total = a * sum(np.sum(v) * len(v) for v in levels[1:])
    while levels:
        level = levels.pop()
        y = np.repeat(y, 2) + np.sin(a * level)
        total += np.sum(level**2)
    return total + np.prod(y)


@program(case(V[:4], 0.3), wrt=(0, 1))
def subsets(x, a):
    def every(values):
        if not values:
            return [[]]
        rest = every(values[1:])
        return rest + [[values[0], *r] for r in rest]

    found = [[]]
    for v in x:
        found += [[*s, v] for s in found]
    return sum(np.prod(s) * len(s) for s in every(list(x))) * a + sum(sum(s) for s in found)


@program(case(V, 0.3), wrt=(0, 1), may_refuse=True)
def two_lists_hold_the_same_lists(x, a):
    rows = []
    for i in range(len(x)):
        if x[i] > 0.6:
            rows.append([x[i] * k for k in range(i + 1)])
    more = rows + [[a, a * a]]
    rows[0].append(x[0])
    return sum(rows[0]) + sum(sum(r) * (k + 1) for k, r in enumerate(more))


@program(case(np.arange(64.0).reshape(8, 8) / 20 + 0.1, 0.3), wrt=(0, 1))
def pyramid_of_images(image, a):
    levels = []
    while image.shape[0] > 1:
        mean = (image[::2, ::2] + image[1::2, ::2] + image[::2, 1::2] + image[1::2, 1::2]) / 4
        levels.append(image - np.repeat(np.repeat(mean, 2, axis=0), 2, axis=1))
        image = mean
    total = levels[0][0, -1] * levels[-1].shape[0] + sum(np.sum(v) * a for v in levels[1:])
    for level in reversed(levels):
        image = np.repeat(np.repeat(image, 2, axis=0), 2, axis=1) + np.tanh(a * level)
    return total + np.sum(image**2)


class Network:
    def __init__(self, sizes, a):
        self.weights, self.offsets = [], []
        for i in range(len(sizes) - 1):
            n, m = sizes[i], sizes[i + 1]
            self.weights.append(np.arange(n * m).reshape(m, n) * 0.05 + a)
            self.offsets.append(np.zeros(m) + 0.1 * i)

    def forward(self, x):
        self.values = [x]
        for weight, offset in zip(self.weights, self.offsets, strict=True):
            self.values.append(np.tanh(weight @ self.values[-1] + offset))
        return self.values[-1]

    def backward(self, dy):
        found = []
        for i in reversed(range(len(self.weights))):
            dz = dy * (1 - self.values[i + 1] ** 2)
            found.append(np.outer(dz, self.values[i]))
            dy = self.weights[i].T @ dz
        return found[::-1]


@program(case(V[:3], 0.3, np.array([3, 2, 1])), wrt=(0, 1))
def layers_of_several_sizes(x, a, sizes):
    network = Network(sizes, a)
    y = network.forward(x)
    for i, g in enumerate(network.backward(y - 1.0)):
        network.weights[i] = network.weights[i] - 0.1 * g
    return np.sum(network.forward(x) ** 2) + sum(np.sum(w**2) for w in network.weights)
