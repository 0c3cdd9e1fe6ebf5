"""Random Lipschitz programs of several numbers, as text, in strata.

0  piecewise linear: abs, max, min, clip of sums
1  with products and squares, and quotients that are defined everywhere
2  arrays, loops, small networks, sorts
"""

from __future__ import annotations

import random

LINEAR = (
    "({a} + {b})",
    "({a} - {b})",
    "({k} * {a})",
    "abs({a})",
    "np.maximum({a}, {b})",
    "np.minimum({a}, {b})",
    "np.maximum(0, {a})",
    "np.maximum({a}, 0)",
    "max({a}, {b}, {c})",
    "min({a}, {b})",
    "np.clip({a}, -1, {k1})",
)
PRODUCTS = (
    *LINEAR,
    "({a} * {b})",
    "({a} * {b})",
    "({a})**2",
    "({a} * abs({b}))",
    "({a} / (1 + ({b})**2))",
    "np.maximum({a} * {b}, {c})",
)
ARRAYS = (
    *LINEAR,
    "np.max(np.array([{a}, {b}, {c}]))",
    "np.min(np.array([{a}, {b}]))",
    "np.sum(np.maximum(np.array([{a}, {b}]), {c}))",
    "np.sum(np.abs(np.stack([{a}, {b}])))",
    "np.sort(np.array([{a}, {b}, {c}]))[1]",
    "net(np.array([{a}, {b}]))",
    "np.sum(relu(v))",
    "looped({a}, {b})",
)
STRATA = (LINEAR, PRODUCTS, ARRAYS)
PRELUDE = """import numpy as np


def relu(z):
    return np.maximum(z, 0)


def net(u):
    W = np.array([{W}])
    return np.array([{w}]) @ relu(W @ u + np.array([{b}]))


def looped(a, b):
    for i in range(3):
        a = np.maximum(a - b, abs(b) - i * a)
    return a


"""


class Writer:
    """Writes one program of n numbers."""

    def __init__(self, rng: random.Random, stratum: int, n: int) -> None:
        self.rng = rng
        self.shapes = STRATA[stratum]
        self.atoms = [f"v[{k}]" for k in range(n)]
        self.names: list[str] = []

    def atom(self) -> str:
        r = self.rng.random()
        if r < 0.15:
            return self.rng.choice(("0", "1", "(-1)", "2"))
        if self.names and r < 0.45:
            return self.rng.choice(self.names)
        return self.rng.choice(self.atoms)

    def linear(self) -> str:
        one, other = self.rng.choice(self.atoms), self.atom()
        return f"({self.rng.choice(('', '2 * ', '-'))}{one} {self.rng.choice('+-')} {other})"

    def expression(self, depth: int) -> str:
        if depth == 0:
            return self.atom() if self.rng.random() < 0.5 else self.linear()
        shape = self.rng.choice(self.shapes)
        parts = {n: self.expression(self.rng.randint(0, depth - 1)) for n in "abc"}
        parts["a"] = parts["a"] if "v[" in parts["a"] else self.linear()
        return shape.format(**parts, k=self.rng.choice((2, 3, -1)), k1=self.rng.choice((0, 1, 2)))


def program(rng: random.Random, stratum: int, n: int) -> str:
    """The text of a module whose last function is f(v), v an array of n numbers."""
    w = Writer(rng, stratum, n)
    lines = []
    for k in range(rng.randint(1, 4)):
        lines.append(f"    w{k} = {w.expression(rng.randint(1, 2))}")
        w.names.append(f"w{k}")

    def row(m: int) -> str:
        return ", ".join(str(rng.randint(-1, 1)) for _ in range(m))

    prelude = PRELUDE.format(W=", ".join(f"[{row(2)}]" for _ in range(3)), w=row(3), b=row(3))
    body = "\n".join(lines)
    total = " + ".join(w.names)
    return f"{prelude}def f(v):\n{body}\n    return {total} + {w.expression(1)} + 0 * v[0]\n"


def point(rng: random.Random, n: int) -> list[int]:
    """A point with many ties."""
    return [rng.choice((-1, 0, 0, 0, 1)) for _ in range(n)]
