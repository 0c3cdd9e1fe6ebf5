"""Seeded random programs: nested loops, jumps, branches, in-place stores, calls and tuples.

`source(seed)` is the text of a module with a function `program(x, y, v, n)` of two floats, an array
of four and an integer; the same seed always gives the same text. Operations are smooth and damped,
so that values stay near one and differences can be trusted. Arrays that are written have one name,
except with `aliases=True`, where a compiler may refuse the program.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager

LENGTH = 4
HEADER = ["import math", "", "import numpy as np", ""]


class Scope:
    """The names that are certainly defined at a point of a function, by kind."""

    def __init__(self, scalars: list[str], arrays: list[str], ints: list[str]) -> None:
        """Starts from the parameters."""
        self.scalars, self.arrays, self.ints = list(scalars), list(arrays), list(ints)
        self.indices: list[str] = []

    def copy(self) -> Scope:
        """An independent copy, for a block whose definitions end with it."""
        other = Scope(self.scalars, self.arrays, self.ints)
        other.indices = list(self.indices)
        return other


class Generator:
    """Writes one function of a random program."""

    def __init__(
        self, rng: random.Random, scope: Scope, helpers: list[Helper], aliases: bool
    ) -> None:
        """Prepares to write a function whose parameters are in `scope`."""
        self.rng, self.scope, self.helpers, self.aliases = rng, scope, helpers, aliases
        self.lines: list[str] = []
        self.depth = 1
        self.loops = 0
        self.names = 0
        self.result: Callable[[], str] = self.scalar

    # Expressions ---------------------------------------------------------------------------------

    def constant(self) -> str:
        """A small positive constant."""
        return str(self.rng.choice([0.2, 0.3, 0.5, 0.7, 0.9, 1.1, 1.3]))

    def index(self) -> str:
        """A valid subscript of an array of `LENGTH`."""
        choices = [str(k) for k in range(LENGTH)] + ["-1"] + 3 * self.scope.indices
        name = self.rng.choice(choices)
        return f"{name} - 1" if name in self.scope.indices and self.rng.random() < 0.2 else name

    def atom(self) -> str:
        """A float: a name, an element, or seldom a constant."""
        roll = self.rng.random()
        if roll < 0.62:
            return self.rng.choice(self.scope.scalars)
        if roll < 0.88 and self.scope.arrays:
            return f"{self.rng.choice(self.scope.arrays)}[{self.index()}]"
        if roll < 0.94 and self.scope.ints:
            return f"0.2 * {self.rng.choice(self.scope.ints)}"
        return self.constant()

    def scalar(self, depth: int = 2) -> str:
        """A float expression of bounded value."""
        if depth <= 0:
            return self.atom()
        p, q = self.scalar(depth - 1), self.scalar(depth - 2)
        forms = [
            f"np.sin({p} + {q})",
            f"math.cos({p} * {q})",
            f"np.tanh({p} - {self.constant()} * {q})",
            f"np.exp(-({p}) ** 2)",
            f"math.sqrt(1.0 + ({p}) ** 2) - 1.0",
            f"np.log(2.0 + math.sin({p}))",
            f"{self.constant()} * ({p}) - 0.4 * ({q})",
            f"0.4 * ({p}) * ({q})",
            f"({p}) / (1.5 + ({q}) ** 2)",
        ]
        if self.scope.arrays:
            w = self.array(depth - 1)
            forms += [f"np.mean({w})", f"0.3 * np.sum({w})", f"0.3 * np.dot({w}, {self.array(0)})"]
        if depth > 1:
            forms.append(f"({p} if {self.condition()} else {q})")
        return self.rng.choice(forms)

    def array(self, depth: int = 1) -> str:
        """An array expression of length four; a bare name where depth is 0."""
        w = self.rng.choice(self.scope.arrays)
        if depth <= 0:
            return w
        u, s = self.array(depth - 1), self.atom()
        return self.rng.choice(
            [
                f"np.sin({u} + {s})",
                f"np.tanh({u} * {w})",
                f"0.5 * {w} + 0.4 * ({u})",
                f"{w} * ({s})",
                f"np.cos({u})[::-1] * {w}",
                f"np.where({w} > {self.constant()}, {u} * {u}, 0.5 * {w})",
                f"np.concatenate([({u})[2:], {w}[:2]]) * 0.9",
                f"{w} / (1.5 + ({u}) ** 2)",
                f"np.zeros({LENGTH}) + {s}",
                f"({s}) * np.ones({LENGTH})",
                f"np.stack([{s}, {self.atom()}, {w}[0], {w}[{self.index()}]]) * 0.8",
            ]
        )

    def condition(self) -> str:
        """A test on floats or integers."""
        roll = self.rng.random()
        if roll < 0.35 and self.scope.ints:
            name = self.rng.choice(self.scope.ints)
            return self.rng.choice([f"{name} % 2 == 0", f"{name} > 1", f"{name} != 2"])
        test = f"{self.atom()} {self.rng.choice(['<', '>'])} {self.atom()} * {self.constant()}"
        if roll > 0.85:
            other = f"{self.atom()} > {self.constant()}"
            return f"{test} {self.rng.choice(['and', 'or', 'and not'])} {other}"
        return test

    # Statements ----------------------------------------------------------------------------------

    def emit(self, line: str) -> None:
        """Writes a line at the present depth."""
        self.lines.append("    " * self.depth + line)

    def fresh(self, prefix: str) -> str:
        """A name that the function does not use yet."""
        self.names += 1
        return f"{prefix}{self.names}"

    def target(self, pool: list[str], prefix: str) -> str:
        """A name to assign: mostly one that exists, so that values are overwritten."""
        if pool and self.rng.random() < 0.6:
            return self.rng.choice(pool)
        return self.fresh(prefix)

    def assign_scalar(self) -> None:
        """`s = expression`."""
        text = self.scalar(3)
        name = self.target(self.scope.scalars, "s")
        self.emit(f"{name} = {text}")
        self.define(self.scope.scalars, name)

    def update_scalar(self) -> None:
        """`s += expression` and its kin."""
        name = self.rng.choice(self.scope.scalars)
        form = self.rng.choice(
            ["+= 0.3 * ({})", "-= 0.2 * ({})", "*= np.cos({})", "/= 1.2 + ({}) ** 2"]
        )
        self.emit(f"{name} {form.format(self.scalar(1))}")

    def swap(self) -> None:
        """`s, t = t, expression`."""
        if len(self.scope.scalars) < 2:
            return self.assign_scalar()
        s, t = self.rng.sample(self.scope.scalars, 2)
        self.emit(f"{s}, {t} = {t}, {self.scalar(2)}")
        return None

    def assign_array(self) -> None:
        """`w = expression`, always a new array."""
        text = self.array(2) if self.scope.arrays else f"np.zeros({LENGTH}) + {self.atom()}"
        if self.rng.random() < 0.2:
            text = f"np.zeros({LENGTH})"
        name = self.target(self.scope.arrays, "w")
        self.emit(f"{name} = {text}")
        self.define(self.scope.arrays, name)

    def store(self) -> None:
        """A write to an element or a slice."""
        name = self.rng.choice(self.scope.arrays)
        w = self.rng.choice(self.scope.arrays)
        i = self.index()
        forms = [f"{name}[{i}] = {self.scalar(2)}", f"{name}[{i}] += 0.3 * ({self.scalar(1)})"]
        forms += [
            f"{name}[{i}] *= np.cos({self.scalar(1)})",
            f"{name}[1:3] = np.sin({w}[:2]) * {self.atom()}",
            f"{name}[2:] += 0.3 * {self.atom()}",
            f"{name}[:] = {self.array(1)} * 0.9",
            f"{name}[::2] *= {self.atom()}",
        ]
        self.emit(self.rng.choice([*forms[:3], *forms]))

    def update_array(self) -> None:
        """`w += expression`, in place."""
        name = self.rng.choice(self.scope.arrays)
        form = self.rng.choice(["+= 0.3 * ({})", "*= np.cos({})", "-= 0.2 * ({})"])
        self.emit(f"{name} {form.format(self.array(1))}")

    def alias(self) -> None:
        """A second name for an array, or a view that is written."""
        w = self.rng.choice(self.scope.arrays)
        roll = self.rng.random()
        if roll < 0.2 and len(self.scope.arrays) > 1:
            u, w = self.rng.sample(self.scope.arrays, 2)
            self.emit(f"{u}, {w} = {w}, {u}")
            return
        if roll < 0.6:
            name = self.fresh("w")
            self.emit(f"{name} = {w}")
            self.define(self.scope.arrays, name)
            return
        name = self.fresh("z")
        self.emit(f"{name} = {w}[1:]")
        self.emit(
            f"{name}[{self.rng.randrange(3)}] {self.rng.choice(['=', '+='])} {self.scalar(1)}"
        )

    def pack(self) -> None:
        """A tuple that is made, carried and taken apart."""
        name = self.fresh("p")
        parts = [self.scalar(1), self.array(1) if self.scope.arrays else self.atom(), self.atom()]
        self.emit(f"{name} = ({', '.join(parts)})")
        first = self.target(self.scope.scalars, "s")
        middle = f" * {name}[1][{self.index()}]" if self.scope.arrays else f" * {name}[1]"
        self.emit(f"{first} = {name}[0] * 0.5 + 0.4 * {name}[-1]{middle}")
        self.define(self.scope.scalars, first)

    def call(self) -> None:
        """A call of a helper."""
        if not self.helpers:
            return self.assign_scalar()
        helper = self.rng.choice(self.helpers)
        text = helper.call(self)
        if helper.results == 2:
            s, t = self.target(self.scope.scalars, "s"), self.fresh("s")
            self.emit(f"{s}, {t} = {text}")
            self.define(self.scope.scalars, t)
        else:
            s = self.target(self.scope.scalars, "s")
            self.emit(f"{s} = {self.constant()} * {text}")
        self.define(self.scope.scalars, s)
        return None

    def jump(self) -> None:
        """`if ..: break | continue | return`."""
        kinds = ["break", "continue", "break", "return"] if self.loops else ["return"]
        kind = self.rng.choice(kinds)
        self.emit(f"if {self.condition()}:")
        with self.block():
            if self.rng.random() < 0.3:
                self.assign_scalar()
            self.emit(f"return {self.result()}" if kind == "return" else kind)

    def branch(self, budget: int) -> None:
        """`if / elif / else`; what every arm defines is defined afterwards."""
        self.emit(f"if {self.condition()}:")
        arms = [self.arm(budget)]
        if self.rng.random() < 0.3:
            self.emit(f"elif {self.condition()}:")
            arms.append(self.arm(budget))
        if self.rng.random() < 0.6:
            self.emit("else:")
            arms.append(self.arm(budget))
            self.scope.scalars = [s for s in arms[0].scalars if all(s in a.scalars for a in arms)]
            self.scope.arrays = [w for w in arms[0].arrays if all(w in a.arrays for a in arms)]

    def arm(self, budget: int) -> Scope:
        """One arm of a branch; returns what is defined at its end."""
        with self.block() as scope:
            self.statements(max(1, budget // 2))
        return scope

    def loop(self, budget: int) -> None:
        """A for loop over a range or an array, or a while loop that counts."""
        kind = self.rng.choice(["range", "range", "while", "array", "true"])
        over = ""
        counter = self.fresh("k_")
        if kind in ("while", "true"):
            self.emit(f"{counter} = 0")
            test = f"{counter} < {self.rng.choice([2, 3])}"
            if self.rng.random() < 0.4:
                test += f" and ({self.condition()})"
            self.emit("while True:" if kind == "true" else f"while {test}:")
        elif kind == "array" and self.scope.arrays:
            over = self.rng.choice(self.scope.arrays)
            self.emit(f"for e{counter} in {over}:")
        else:
            bounds = [
                "3",
                f"1, {LENGTH}",
                f"{LENGTH - 1}, 0, -1",
                "n" if "n" in self.scope.ints else "2",
            ]
            self.emit(f"for {counter} in range({self.rng.choice(bounds)}):")
            kind = "range"
        self.loops += 1
        with self.block() as scope:
            if kind == "range":
                scope.ints.append(counter)
                scope.indices.append(counter)
            elif kind == "array":
                scope.scalars.append(f"e{counter}")
                if not self.aliases:  # the loop sees it: it is not written here
                    scope.arrays.remove(over)
            else:
                self.emit(f"{counter} += 1")
                scope.ints.append(counter)
            if kind == "true":  # the exit stands before anything that may continue
                self.assign_scalar()
                self.emit(f"if {counter} > 2 or {self.condition()}:")
                self.emit("    break")
            self.statements(budget)
        self.loops -= 1

    def define(self, pool: list[str], name: str) -> None:
        """Notes that a name is defined from here on."""
        if name not in pool:
            pool.append(name)

    @contextmanager
    def block(self) -> Iterator[Scope]:
        """An indented block with a scope of its own."""
        outer = self.scope
        self.scope = outer.copy()
        self.depth += 1
        yield self.scope
        self.depth -= 1
        self.scope = outer

    def statements(self, budget: int) -> None:
        """Writes about `budget` statements, compound ones counted with their bodies."""
        while budget > 0:
            nested = self.depth <= 3 and budget >= 2
            choices: list[Callable[[], None]] = [self.assign_scalar] * 4
            choices += [self.update_scalar, self.update_scalar, self.swap, self.call, self.pack]
            choices += [self.assign_array]
            if self.scope.arrays:
                choices += [self.store] * 4 + [self.update_array]
                if self.aliases:
                    choices += [self.alias] * 3
            if self.depth > 1:
                choices += [self.jump] * 2
            if nested and self.rng.random() < 0.45:
                inside = self.rng.randint(2, 4)
                (self.loop if self.rng.random() < 0.55 else self.branch)(min(inside, budget))
                budget -= inside
                continue
            self.rng.choice(choices)()
            budget -= 1


class Helper:
    """A user function that the program calls.

    Attributes:
        results: How many floats it returns.
    """

    def __init__(
        self, rng: random.Random, number: int, earlier: list[Helper], aliases: bool
    ) -> None:
        """Writes the helper; it may call earlier ones."""
        self.name = f"helper_{number}"
        self.kind = rng.choice(["plain", "pair", "array", "recursive"])
        self.results = 2 if self.kind == "pair" else 1
        parameters = {"array": ["a", "w"], "recursive": ["a", "m"]}.get(self.kind, ["a", "b"])
        scope = Scope(
            [p for p in parameters if p in "ab"],
            [p for p in parameters if p == "w"],
            [p for p in parameters if p == "m"],
        )
        self.lines = [f"def {self.name}({', '.join(parameters)}):"]
        if self.kind == "recursive":
            self.lines += ["    if m <= 0:", "        return np.sin(a)"]
        body = Generator(rng, scope, earlier, aliases)
        if self.kind == "array" and not aliases:
            body.emit("w = w * 1.0")
        if self.kind == "pair":
            body.result = lambda: f"{body.scalar(1)}, {body.scalar(2)}"
        body.statements(rng.randint(1, 4))
        last = body.result()
        if self.kind == "recursive":
            last = f"0.5 * {self.name}({body.scalar(1)}, m - 1) + 0.5 * ({last})"
        body.emit(f"return {last}")
        self.lines += [*body.lines, "", ""]

    def call(self, caller: Generator) -> str:
        """A call with arguments from the caller's scope."""
        if self.kind == "array" and caller.scope.arrays:
            return f"{self.name}({caller.scalar(1)}, {caller.array(caller.rng.randint(0, 1))})"
        if self.kind == "array":
            return f"{self.name}({caller.scalar(1)}, np.ones({LENGTH}))"
        if self.kind == "recursive":
            return f"{self.name}({caller.scalar(1)}, {caller.rng.randint(0, 2)})"
        return f"{self.name}({caller.scalar(1)}, {caller.scalar(1)})"


def source(seed: int, *, aliases: bool = False) -> str:
    """The text of the random program of a seed."""
    rng = random.Random(f"{seed} {aliases}")
    helpers: list[Helper] = []
    for number in range(rng.randint(0, 2)):
        helpers.append(Helper(rng, number, list(helpers), aliases))
    main = Generator(rng, Scope(["x", "y"], ["v"], ["n"]), helpers, aliases)
    if rng.random() < 0.7:
        main.assign_array()
    main.statements(rng.randint(4, 10))
    total = [*main.scope.scalars]
    total += [f"0.5 * np.sum({w} * {w})" for w in main.scope.arrays]
    rng.shuffle(total)
    main.emit(f"return {' + '.join(total)}")
    lines = [*HEADER, ""]
    for helper in helpers:
        lines += helper.lines
    lines += ["def program(x, y, v, n):", *main.lines]
    return "\n".join(lines) + "\n"
