"""Specialised programs over arrays compute what Python computes, and show who shares memory."""

import math

import numpy as np
import pytest

from fpad.transforms import ir
from tests.transforms.execution import define
from tests.transforms.specialised import (
    agrees,
    compare,
    in_place_is_provable,
    special,
    statements,
)

V = np.array([0.7, 1.3, 0.9])

ARRAYS = {
    "shapes": """
def f(x):
    n, m = x.shape
    y = np.zeros(x.shape[::-1]) + np.ones(x.T.shape)
    if x.shape == (2, 3):
        y = y * 2
    z = np.zeros(x.shape + (2,))
    return y * n + m, z, x.shape[0], len(x.shape), x.ndim, x.size, tuple(x.shape)
""",
    "displays": """
def f(x):
    a = x[0, 0]
    b = np.array([a, 1])
    c = np.array([[a, 1.0], [2.0, a]])
    d = np.array([[1.0, 2.0], [3.0, 4.0]])
    e = np.concatenate((b, [a, 3.0])) + np.dot([1.0, a], [2.0, 3.0])
    return c, d, np.stack([b, b], axis=1), e, np.maximum([a, 0.0], 0.5), np.array([])
""",
    "indices": """
def f(x):
    i = [1, 0]
    s = x[0][::-1]
    return x[i], x[..., None], x[None, 0, 1:], x[-1, 1], x[x > 0.5], x[[True, False]], s[:-1]
""",
    "loops over arrays": """
def f(x):
    s = 0.0
    for row in x:
        for e in row:
            s = s * 0.5 + e
    for i, (a, b) in enumerate(zip(x[0], x[1])):
        if i == 1:
            continue
        s = s + a * b * i
    for row in reversed(x):
        s = s * row[0]
    for x in x:
        s = s + x[1]
    return s, e, row, x
""",
    "rows unpacked": """
def f(x):
    a, b = x
    (p, q, r), t = x
    return a * b, p + q * r, t
""",
    "methods": """
def f(x):
    y = x.copy()
    y[y > 1] = 0.0
    z = y.reshape(3, 2).T.sum(axis=0) + y.astype(float).max()
    return z, y.mean(), x.dot(x.T), x.transpose(1, 0), x.reshape((-1,)), y.sum(1, keepdims=True)
""",
    "masks": """
def f(x):
    m = (x > 0.8) & (x < 1.2) | ~(x > 0.1)
    return np.where(m, x, 0.0), np.where(x > 1, [1.0, 2.0, 3.0], x), m
""",
    "elements counted by an array of indices": """
def f(x):
    labels = np.array([0, 2, 0])
    c = np.zeros(3)
    for i in range(len(labels)):
        c[labels[i]] += x[0, i]
    k = labels[1]
    c[k] = 2.0
    return c
""",
    "arrays of ints": """
def f(x):
    y = np.zeros(3, dtype=int)
    y[0] = 2
    y[1:] = y[:2]
    return x * y
""",
    "structures of arrays": """
def f(x):
    layers = [{"w": x, "b": x[0]}, {"w": x * 2.0, "b": x[1]}]
    h = x[0]
    for layer in layers:
        h = h * layer["b"] + np.sum(layer["w"])
    return h, {"layers": layers, "h": (h,)}
""",
}


@pytest.mark.parametrize("name", ARRAYS)
def test_arrays(name: str) -> None:
    f = define(ARRAYS[name], np=np, math=math)
    agrees(f, np.array([[0.2, 0.9, -0.4], [1.1, 0.3, 0.6]]))


def test_scalar_updates_are_plain_and_array_updates_are_not() -> None:
    f = define("def f(x, y):\n    x += 1.0\n    y += 1.0\n    return x, y\n")
    ops = [s.op.__name__ for s in statements(agrees(f, 2.0, V).program.main, ir.Let)]
    assert ops == ["add", "iadd"]


# In-place updates: what else sees the array has to be visible by name, or nothing can be proved.
UPDATES = {
    "in a tuple": ("y = x * 1.0; p = (y, 2.0); y += x; r = p[0] * y", False),
    "in a list": ("y = x * 1.0; p = [y]; y *= 2.0; r = p[0]", False),
    "a part that is in a tuple too": (
        "a = x * 1.0; d = {'y': a}; e = (d['y'], 1.0); d['y'] += x; r = e[0] * d['y']",
        False,
    ),
    "two parts that are one": (
        "a = x * 1.0; d = {'y': a, 'z': a}; d['y'] += x; r = d['z'] * d['y']",
        False,
    ),
    "a part with a name": ("a = x * 1.0; d = {'y': a}; d['y'] *= x; r = a * d['y']", False),
    "a part of its own": ("d = {'y': x * 1.0}; d['y'] += x; d['y'] *= x; r = d['y']", True),
    "parts of a list": ("p = [x * 1.0, x * 2.0]; p[0] += x; p[1] -= p[0]; r = p[0] * p[1]", True),
    "a part unpacked": ("p = (x * 1.0, x * 2.0); a, b = p; a += x; r = a * b", True),
    "a part unpacked and read": ("p = (x * 1.0, 2.0); a, b = p; a += x; r = p[0]", False),
    "one of two": ("y = x * 1.0; p = (y if b else x, 1); y += x; r = p[0]", False),
}


@pytest.mark.parametrize("name", UPDATES)
def test_updates_of_arrays_in_structures(name: str) -> None:
    text, provable = UPDATES[name]
    f = define(f"def f(x, b=True):\n    {text}\n    return r\n")
    made = special(f, V)
    assert in_place_is_provable(made) == provable
    if provable:
        compare(made, f, V)


def test_an_array_updated_while_a_loop_runs_over_it() -> None:
    text = "def f(x):\n    s = 0.0\n    for v in x:\n        x += v\n        s = s + v\n"
    f = define(text + "    return s\n")
    assert not in_place_is_provable(special(f, V))
