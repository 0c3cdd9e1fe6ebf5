"""Random small programs over floats and pairs of floats, with loops, jumps and calls of `h`.

The programs take (x, y, n, p): two floats, an int and a pair; every loop ends.
"""

import random

SCALARS = ("x", "y", "a", "b", "c")
PAIRS = ("p", "q", "r")
STARTS = {"a": "x", "b": "y * 0.5", "c": "1.0", "q": "(y, x)", "r": "(1.0, 2.0)"}
HELPER = "def h(u, v):\n    return u * v[1], v[0] + u\n"


class Writer:
    """Writes one program of a seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.lines: list[str] = []
        self.budget = 22
        self.loops = 0
        self.counters = 0

    def scalar(self, depth: int = 0) -> str:
        pick, choose = self.random.choice, self.random.random()
        if depth > 2 or choose < 0.35:
            return pick(SCALARS)
        if choose < 0.45:
            return pick(("1.5", "0.5", "2", "3.0", "True"))
        if choose < 0.6:
            return f"{pick(PAIRS)}[{pick((0, 1, -1))}]"
        left, right = self.scalar(depth + 1), self.scalar(depth + 1)
        if choose < 0.85:
            return f"({left} {pick('+-*')} {right})"
        if choose < 0.92:
            return f"math.sin({left})"
        if choose < 0.96:
            return f"({left} if {self.test(depth + 1)} else {right})"
        return f"h({left}, {self.pair(depth + 1)})[{pick((0, 1))}]"

    def test(self, depth: int = 0) -> str:
        pick, choose = self.random.choice, self.random.random()
        if choose < 0.6 or depth > 2:
            sign = pick(("<", ">", "<=", ">="))
            return f"{self.scalar(depth + 1)} {sign} {self.scalar(depth + 1)}"
        if choose < 0.9:
            return f"({self.test(depth + 1)} {pick(('and', 'or'))} {self.test(depth + 1)})"
        return f"not {self.test(depth + 1)}"

    def pair(self, depth: int = 0) -> str:
        pick, choose = self.random.choice, self.random.random()
        if depth > 2 or choose < 0.3:
            return pick(PAIRS)
        if choose < 0.75:
            return f"({self.scalar(depth + 1)}, {self.scalar(depth + 1)})"
        if choose < 0.85:
            return f"h({self.scalar(depth + 1)}, {self.pair(depth + 1)})"
        if choose < 0.92:
            test = self.test(depth + 1)
            return f"({self.pair(depth + 1)} if {test} else {self.pair(depth + 1)})"
        return f"{pick(PAIRS)}[::-1]"

    def write(self, depth: int, text: str) -> None:
        self.lines.append("    " * depth + text)

    def assignment(self, depth: int) -> None:
        choose = self.random.random()
        one, two = self.random.sample(SCALARS, 2)
        p, q = self.random.sample(PAIRS, 2)
        if choose < 0.35:
            self.write(depth, f"{one} = {self.scalar()}")
        elif choose < 0.45:
            self.write(depth, f"{one} {self.random.choice('+-*')}= {self.scalar()}")
        elif choose < 0.65:
            self.write(depth, f"{p} = {self.pair()}")
        elif choose < 0.75:
            self.write(depth, f"{one}, {two} = {self.pair()}")
        elif choose < 0.85:
            self.write(depth, f"{p}, {q} = {self.pair()}, {self.pair()}")
        elif choose < 0.9:
            right = f"({self.scalar()}, {self.pair()}), {self.scalar()}"
            self.write(depth, f"({one}, {p}), {two} = {right}")
        else:
            self.write(depth, f"{one} = {p}[{self.random.choice((0, 1))}]")

    def loop(self, depth: int) -> None:
        self.loops += 1
        pick, choose = self.random.choice, self.random.random()
        if choose < 0.5:
            target = pick(("i", "j", "i", "j", "x"))
            self.write(depth, f"for {target} in range({pick(('n', '2', '3', '1, 4'))}):")
        elif choose < 0.75:
            self.write(depth, f"for {pick(SCALARS)} in {self.pair()}:")
        else:
            self.counters += 1
            k = f"k{self.counters}"
            more = f" and {self.test()}" if self.random.random() < 0.4 else ""
            self.write(depth, f"{k} = 0")
            self.write(depth, f"while {k} < n{more}:")
            self.write(depth + 1, f"{k} = {k} + 1")
        self.block(depth + 1, inside=True)
        self.loops -= 1
        if self.random.random() < 0.25:
            self.write(depth, "else:")
            self.block(depth + 1, inside=self.loops > 0)

    def statement(self, depth: int, inside: bool) -> None:
        self.budget -= 1
        choose = self.random.random()
        if self.budget < 0 or choose < 0.65:
            self.assignment(depth)
        elif choose < 0.78:
            self.write(depth, f"if {self.test()}:")
            self.block(depth + 1, inside)
            if self.random.random() < 0.6:
                self.write(depth, "else:")
                self.block(depth + 1, inside)
        elif choose < 0.9 and self.loops < 2:
            self.loop(depth)
        elif choose < 0.95 and inside:
            self.write(depth, self.random.choice(("break", "continue")))
        elif choose < 0.97:
            self.write(depth, f"return {self.scalar()}, {self.pair()}")
        else:
            self.assignment(depth)

    def block(self, depth: int, inside: bool) -> None:
        for _ in range(self.random.randint(1, 3)):
            self.statement(depth, inside)

    def program(self) -> str:
        """The text of `h` and of the program `f`."""
        self.write(0, "def f(x, y, n, p):")
        for name, start in STARTS.items():
            if self.random.random() < 0.95:
                self.write(1, f"{name} = {start}")
        while self.budget > 0:
            self.statement(1, inside=False)
        self.write(1, f"return {self.scalar()}, {self.pair()}")
        return HELPER + "\n".join(self.lines) + "\n"


def program(seed: int) -> str:
    """The text of the program of a seed."""
    return Writer(seed).program()
