"""Random small programs full of jumps; every one ends, and logs what it does with `e`."""

import random

NAMES = ("a", "b", "c")


class Writer:
    """Writes one program of a seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.lines: list[str] = []
        self.loops = 0
        self.budget = 40

    def write(self, depth: int, text: str) -> None:
        self.lines.append("    " * depth + text)

    def value(self) -> str:
        choose = self.random.random()
        if choose < 0.45:
            return self.random.choice((*NAMES, "n", "x"))
        if choose < 0.7:
            return self.random.choice(("0", "1", "2", "-3", "0.5", "-0.0"))
        if choose < 0.8:
            return f"e({self.value()})"
        if choose < 0.92:
            sign = self.random.choice("+-*")
            return f"({self.value()} {sign} {self.value()})"
        if choose < 0.96:
            return f"({self.value()} if {self.test()} else {self.value()})"
        return f"v[{self.random.randrange(3)}]"

    def test(self) -> str:
        choose = self.random.random()
        sign = self.random.choice(("<", "<=", ">", "==", "!="))
        if choose < 0.6:
            return f"{self.value()} {sign} {self.value()}"
        if choose < 0.7:
            return f"{self.value()} {sign} {self.value()} < {self.value()}"
        if choose < 0.9:
            word = self.random.choice(("and", "or"))
            return f"({self.test()} {word} {self.test()})"
        return f"not {self.value()}"

    def simple(self, depth: int) -> None:
        choose = self.random.random()
        name, other = self.random.sample(NAMES, 2)
        if choose < 0.3:
            self.write(depth, f"e(({name}, {self.value()}))")
        elif choose < 0.6:
            self.write(depth, f"{name} = {self.value()}")
        elif choose < 0.7:
            self.write(depth, f"{name} {self.random.choice('+-')}= {self.value()}")
        elif choose < 0.8:
            self.write(depth, f"{name}, {other} = {self.value()}, {self.value()}")
        elif choose < 0.9:
            sign = self.random.choice(("", "+", "-"))
            self.write(depth, f"v[{self.random.randrange(3)}] {sign}= {self.value()}")
        else:
            self.write(depth, f"{name} = {self.test()}")

    def block(self, depth: int, in_loop: bool) -> None:
        for _ in range(self.random.randint(1, 4)):
            self.budget -= 1
            choose = self.random.random()
            if self.budget < 0 or depth > 5 or choose < 0.35:
                self.simple(depth)
            elif choose < 0.65:
                self.branch(depth, in_loop)
            elif choose < 0.85:
                self.loop(depth)
            elif choose < 0.93 and in_loop:
                self.write(depth, self.random.choice(("break", "continue")))
            else:
                self.write(depth, self.random.choice(("return", f"return {self.value()}", "pass")))

    def branch(self, depth: int, in_loop: bool) -> None:
        self.write(depth, f"if {self.test()}:")
        self.block(depth + 1, in_loop)
        if self.random.random() < 0.3:
            self.write(depth, f"elif {self.test()}:")
            self.block(depth + 1, in_loop)
        if self.random.random() < 0.5:
            self.write(depth, "else:")
            self.block(depth + 1, in_loop)

    def loop(self, depth: int) -> None:
        """A loop of at most three trips; a while counts them itself."""
        self.loops += 1
        k = f"k{self.loops}"
        choose = self.random.random()
        if choose < 0.6:
            target = self.random.choice((*NAMES, k))
            trips = self.random.choice(("range(3)", "range(n % 3)", "list(v)", "[2, 0.5]"))
            self.write(depth, f"for {target} in {trips}:")
        else:
            self.write(depth, f"{k} = 0")
            if choose < 0.8:
                self.write(depth, f"while {k} < 3 and {self.test()}:")
            else:
                self.write(depth, f"while {self.random.choice(('True', '1'))}:")
            self.write(depth + 1, f"{k} += 1")
            self.write(depth + 1, f"if {k} > 3:")
            self.write(depth + 2, self.random.choice(("break", f"return {self.value()}")))
        self.block(depth + 1, True)
        if self.random.random() < 0.35:
            self.write(depth, "else:")
            self.block(depth + 1, depth > 1 and self.in_loop(depth))

    def in_loop(self, depth: int) -> bool:
        """Is the line being written inside a loop that is still open at this depth?"""
        level = depth
        for line in reversed(self.lines):
            indent = (len(line) - len(line.lstrip())) // 4
            if indent < level:
                level = indent
                if line.lstrip().startswith(("for ", "while ")):
                    return True
        return False


def program(seed: int) -> str:
    """The text of a function of `n` and `x`."""
    writer = Writer(seed)
    writer.write(0, "def f(n, x):")
    writer.write(1, "a = b = x")
    writer.write(1, "v = [n, 1.5, x]")
    if writer.random.random() < 0.9:
        writer.write(1, "c = 1")
    writer.block(1, False)
    writer.block(1, False)
    if writer.random.random() < 0.8:
        writer.write(1, "return a, b, c, v")
    return "\n".join(writer.lines) + "\n"
