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
