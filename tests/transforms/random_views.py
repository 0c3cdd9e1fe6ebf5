"""Random programs that write arrays through views, second names, branches, loops and callees.

The text is an ordinary function of one matrix and two integers; shapes are followed while it is
made, so that every statement runs.
"""

from __future__ import annotations

import random

Shape = tuple[int, ...]
CALLEES = """
import numpy as np


def fill(u, v):
    u[...] = np.tanh(u + v)


def bump(u, s):
    u *= 0.5
    u[0] += s
    return np.sum(u)


def tail(u):
    return u[1:]


"""


class Writer:
    """Writes one program; `forgets`: not all names are read at the end, and loops may count."""

    def __init__(self, seed: int, forgets: bool = False) -> None:
        self.forgets = forgets
        self.random = random.Random(seed)
        self.lines: list[str] = []
        self.count = 0

    def emit(self, depth: int, text: str) -> None:
        """Add a line."""
        self.lines.append("    " * depth + text)

    def name(self) -> str:
        """A new name."""
        self.count += 1
        return f"v{self.count}"

    def program(self) -> str:
        """The text of a module whose `f(x, n, c)` is the program."""
        self.emit(0, "def f(x, n, c):")
        names: dict[str, Shape] = {"x": (3, 4)}
        self.emit(1, "y = x * 1.5" if self.random.random() < 0.7 else "y = np.sin(x.T).T")
        names["y"] = (3, 4)
        self.block(1, names, self.random.randint(5, 10), 2)
        read = [v for v in names if v != "x"]
        if self.forgets:
            read = [v for v in read if v == "y" or self.random.random() < 0.7]
        total = " + ".join(f"{k + 1}.0 * np.sum({v} * {v})" for k, v in enumerate(read))
        self.emit(1, f"return {total} + np.sum(x * x)")
        return CALLEES + "\n".join(self.lines) + "\n"

    def block(self, depth: int, names: dict[str, Shape], length: int, nesting: int) -> None:
        """Statements; `names` is what may be used, and grows."""
        for _ in range(length):
            kind = self.random.random()
            if kind < 0.32:
                self.define(depth, names)
            elif kind < 0.78 or nesting == 0:
                self.write(depth, names)
            elif kind < 0.9:
                self.branch(depth, names, nesting)
            else:
                self.loop(depth, names, nesting)

    def branch(self, depth: int, names: dict[str, Shape], nesting: int) -> None:
        """An if; a name may be defined in both arms, as a view of different things."""
        v, shape = self.pick(names)
        shared = self.random.random() < 0.5
        new = self.name()
        self.emit(depth, f"if c > {self.random.randint(0, 2)}:")
        for arm in range(2):
            inner = dict(names)
            if shared:
                source = v if self.random.random() < 0.5 else f"{v} * 1.25"
                self.emit(depth + 1, f"{new} = {source}")
                inner[new] = shape
            self.block(depth + 1, inner, self.random.randint(1, 3), nesting - 1)
            if arm == 0:
                self.emit(depth, "else:")
        if shared:
            names[new] = shape

    def loop(self, depth: int, names: dict[str, Shape], nesting: int) -> None:
        """A loop; rows may be iterated over."""
        inner = dict(names)
        if self.random.random() < 0.4:
            v, shape = self.pick(names, least=1)
            if len(shape) > 1:
                row = self.name()
                self.emit(depth, f"for {row} in {v}:")
                inner[row] = shape[1:]
                self.block(depth + 1, inner, self.random.randint(1, 3), nesting - 1)
                return
        counted = self.forgets and self.random.random() < 0.4
        self.count += counted
        i = f"i{self.count}"
        self.emit(depth, f"{i} = 0" if counted else f"for {i} in range(n):")
        if counted:
            self.emit(depth, f"while {i} < n:")
        v, shape = self.pick(names, least=1)
        if len(shape) > 1 and shape[0] >= 2:
            row = self.name()
            self.emit(depth + 1, f"{row} = {v}[{i}]")
            inner[row] = shape[1:]
        self.block(depth + 1, inner, self.random.randint(1, 3), nesting - 1)
        if counted:
            self.emit(depth + 1, f"{i} += 1")
            self.block(depth + 1, inner, self.random.randint(0, 1), nesting - 1)
        if self.random.random() < 0.3:
            self.emit(depth + 1, f"if np.sum({v}) > 4.0 + c:")
            self.emit(depth + 2, "break")

    def pick(self, names: dict[str, Shape], least: int = 0) -> tuple[str, Shape]:
        """A name with at least so many axes."""
        fit = [v for v, shape in names.items() if len(shape) >= least]
        v = self.random.choice(fit)
        return v, names[v]

    def define(self, depth: int, names: dict[str, Shape]) -> None:
        """A view, a second name or a copy; now and then under a name that exists."""
        v, shape = self.pick(names, least=1)
        text, made = self.view(v, shape)
        same = [n for n, s in names.items() if s == made and n not in (v, "x")]
        old = same and self.random.random() < 0.2
        target = self.random.choice(same) if old else self.name()
        self.emit(depth, f"{target} = {text}")
        names[target] = made

    def view(self, v: str, shape: Shape) -> tuple[str, Shape]:
        """An expression that may be a view of v, and its shape."""
        size = 1
        for n in shape:
            size *= n
        choices: list[tuple[str, Shape]] = [
            (v, shape),
            (f"{v}[::-1]", shape),
            (f"{v}.ravel()", (size,)),
            (f"{v}.reshape(-1)", (size,)),
            (f"{v}.T", shape[::-1]),
            (f"{v}[None]", (1, *shape)),
            (f"np.asarray({v})", shape),
            (f"{v}.copy()", shape),
            (f"np.cos({v})", shape),
        ]
        if shape[0] > 1:
            lower = self.random.randint(0, 1)
            choices += [
                (f"{v}[{lower}:]", (shape[0] - lower, *shape[1:])),
                (f"{v}[1:]", (shape[0] - 1, *shape[1:])),
                (f"tail({v})", (shape[0] - 1, *shape[1:])),
                (f"{v}[[1, 0, 1]]", (3, *shape[1:])),
                (f"{v}[::2]", ((shape[0] + 1) // 2, *shape[1:])),
            ]
        if len(shape) > 1:
            i, j = self.random.randrange(shape[0]), self.random.randrange(shape[1])
            choices += [
                (f"{v}[{i}]", shape[1:]),
                (f"{v}[{i} - {shape[0]}]", shape[1:]),
                (f"{v}[:, {j}]", (shape[0], *shape[2:])),
                (f"np.swapaxes({v}, 0, 1)", (shape[1], shape[0], *shape[2:])),
            ]
        if len(shape) > 1 and shape[-1] > 1:
            choices.append((f"{v}[..., 1:]", (*shape[:-1], shape[-1] - 1)))
        if size % 2 == 0 and len(shape) < 3:
            choices.append((f"{v}.reshape(2, -1)", (2, size // 2)))
        return self.random.choice(choices)

    def value(self, names: dict[str, Shape], shape: Shape) -> str:
        """An expression that broadcasts to a shape."""
        same = [v for v, s in names.items() if s == shape]
        if same and self.random.random() < 0.6:
            v = self.random.choice(same)
            return self.random.choice([v, f"np.sin({v})", f"{v} * 0.3"])
        v, _ = self.pick(names)
        return f"np.tanh(np.sum({v}))"

    def write(self, depth: int, names: dict[str, Shape]) -> None:
        """A write through a name."""
        v, shape = self.pick(names)
        kind = self.random.random()
        if kind < 0.15:
            e = self.value(names, shape)
            self.emit(depth, f"{v}[...] = {e}")
        elif kind < 0.4:
            op = self.random.choice(["+=", "-=", "*="])
            self.emit(depth, f"{v} {op} {self.value(names, shape)}")
        elif kind < 0.5:
            s = self.value(names, ())
            callee = f"fill({v}, {s})" if self.random.random() < 0.5 else f"bump({v}, {s})"
            self.emit(depth, callee)
        elif kind < 0.6 and shape[0] > 1:
            self.emit(depth, f"{v}[0], {v}[1] = {v}[1], {v}[0]")
        else:
            text, part = self.index(shape)
            op = self.random.choice(["=", "=", "+=", "*="])
            self.emit(depth, f"{v}[{text}] {op} {self.value(names, part)}")

    def index(self, shape: Shape) -> tuple[str, Shape]:
        """An index, and the shape of what it picks."""
        i = self.random.randrange(shape[0])
        choices: list[tuple[str, Shape]] = [
            (str(i), shape[1:]),
            (f"{i}:", (shape[0] - i, *shape[1:])),
            ("::-1", shape),
            (f"[{i}, 0, {i}]", (3, *shape[1:])),
        ]
        if len(shape) > 1:
            j = self.random.randrange(shape[1])
            choices += [
                (f"{i}, {j}", shape[2:]),
                (f":, {j}", (shape[0], *shape[2:])),
                (f"{i}, {j}:", (shape[1] - j, *shape[2:])),
                (f"[{i}, 0], {j}", (2, *shape[2:])),
            ]
        return self.random.choice(choices)
