"""Random piecewise programs of one number, as text, in strata.

0  kinks of Lipschitz pieces: abs, max, min, relu, clip, extremes of arrays, loops
1  jumps and guards: if, where, sign, comparisons as numbers, quotients, equality
2  floors, remainders, roots, integers as indices, while
"""

from __future__ import annotations

import random

ARITHMETIC = ("({a} + {b})", "({a} - {b})", "({a} * {b})")
STRATA: tuple[tuple[str, ...], ...] = (
    (
        *ARITHMETIC,
        "abs({a})",
        "np.maximum({a}, {b})",
        "min({a}, {b})",
        "max({a}, {b}, {c})",
        "np.maximum(0, {a})",
        "np.maximum({a}, 0.0)",
        "np.clip({a}, -1.0, {k})",
        "np.max(np.array([{a}, {b}, {c}]))",
        "np.sum(np.minimum(np.array([{a}, {b}]), {c}))",
        "({a})**2",
        "np.fmax({a}, {b})",
        "helper({a}, {b})",
        "min({a}, np.inf)",
        "np.mean(np.abs(np.stack([{a}, {b}])))",
    ),
    (
        *ARITHMETIC,
        "({a} if {p} else {b})",
        "np.where({p}, {a}, {b})",
        "np.sign({a})",
        "({a} > {b}) * {c}",
        "({a} / {b})",
        "({a} / 4)",
        "np.where({a} != 0, {b} / {a}, {c})",
        "np.array([{a}, {b}])[np.argmax(np.array([{b}, {c}]))]",
        "({a})**3",
        "np.maximum({a}, {b})",
        "abs({a})",
        "guarded({a}, {b})",
        "np.where(np.logical_and({p}, {q}), {a}, {b})",
    ),
    (
        *ARITHMETIC,
        "np.floor({a})",
        "({a} % 2.0)",
        "({a} // 0.5)",
        "float(int({a}))",
        "np.round({a})",
        "np.sqrt(({a})**2)",
        "np.sqrt(abs({a}))",
        "np.cbrt({a})",
        "np.trunc({a})",
        "({a} if {p} else {b})",
        "np.array([{a}, {b}, {c}])[int(np.clip({a}, 0.0, 2.0))]",
        "doubled({a}, {b})",
        "abs({a})",
        "np.hypot({a}, {b})",
    ),
)
TESTS = (
    "{a} > {b}",
    "{a} >= {b}",
    "{a} < {k}",
    "{a} == {b}",
    "{a} != {k}",
    "not {a} <= {b}",
    "({a} > {b} and {c} > {k})",
    "({a} < {b} or {c} == {k})",
)
ARRAY_TESTS = TESTS[:5]
CONSTANTS = ("0", "1", "2", "-1", "0.5", "3", "1/2", "1/3", "0.1")
PRELUDE = """import numpy as np


def helper(a, b):
    if a > b:
        return a - b
    return abs(b)


def guarded(a, b):
    for i in range(3):
        if a == b:
            return a
        if i > 1:
            break
        b = b + a
    return b


def doubled(a, b):
    n = 0
    while a < 1 and n < 3:
        a = a * 2 + b * b
        n += 1
    return a - n


"""


class Writer:
    """Writes one program."""

    def __init__(self, rng: random.Random, stratum: int) -> None:
        self.rng = rng
        self.stratum = stratum
        self.names = ["x"]
        self.lines: list[str] = []

    def atom(self) -> str:
        if self.rng.random() < 0.75:
            return self.rng.choice(self.names)
        return f"({self.rng.choice(CONSTANTS)})"

    def expression(self, depth: int) -> str:
        if depth == 0:
            return self.atom()
        shapes = STRATA[self.stratum]
        if self.stratum and self.rng.random() < 0.3:
            shapes = STRATA[self.rng.randrange(self.stratum + 1)]
        return self.fill(self.rng.choice(shapes), depth - 1)

    def fill(self, shape: str, depth: int) -> str:
        parts = {n: self.expression(self.rng.randint(0, depth)) for n in "abc"}
        where = "where" in shape
        for n in "pq":
            if f"{{{n}}}" in shape:
                test = self.rng.choice(ARRAY_TESTS if where else TESTS)
                parts[n] = "(" + self.fill(test, 0) + ")"
        return shape.format(**parts, k=self.rng.choice(("0.0", "1.0", "2.0")))

    def block(self, indent: str, depth: int) -> None:
        for _ in range(self.rng.randint(1, 3)):
            kind = self.rng.random()
            if depth and kind < 0.25:
                self.branch(indent)
            elif depth and kind < 0.35 and len(self.names) > 1:
                name = self.rng.choice(self.names[1:])
                self.lines.append(f"{indent}for i in range({self.rng.randint(1, 3)}):")
                self.lines.append(f"{indent}    {name} = {self.expression(1)} + i * {name}")
            elif depth and kind < 0.42:
                self.array(indent)
            else:
                self.assign(indent)

    def assign(self, indent: str) -> None:
        value = self.expression(self.rng.randint(1, 2))
        if len(self.names) > 1 and self.rng.random() < 0.3:
            name = self.rng.choice(self.names[1:])
        else:
            name = f"v{len(self.names)}"
        self.lines.append(f"{indent}{name} = {value}")
        if name not in self.names:
            self.names.append(name)

    def array(self, indent: str) -> None:
        """An array that is written into."""
        index = len(self.lines)
        name = f"v{len(self.names)}"
        self.lines += [
            f"{indent}w{index} = np.zeros(3)",
            f"{indent}w{index}[0] = {self.expression(1)}",
            f"{indent}w{index}[1:] += {self.atom()}",
            f"{indent}w{index}[2] = w{index}[0] * {self.atom()}",
            f"{indent}{name} = np.sum(w{index}) - w{index}[1]",
        ]
        self.names.append(name)

    def branch(self, indent: str) -> None:
        tests = TESTS if self.stratum else TESTS[:2]
        self.lines.append(f"{indent}if {self.fill(self.rng.choice(tests), 0)}:")
        known = list(self.names)
        self.assign(indent + "    ")
        self.names = list(known)
        self.lines.append(f"{indent}else:")
        self.assign(indent + "    ")
        self.names = known


def program(rng: random.Random, stratum: int) -> str:
    """The text of a module whose last function is f(x)."""
    w = Writer(rng, stratum)
    w.block("    ", 1)
    body = "\n".join(w.lines)
    return f"{PRELUDE}def f(x):\n{body}\n    return {w.expression(1)} + 0.0 * x\n"
