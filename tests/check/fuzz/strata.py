"""Random piecewise programs, in strata, with the point that they are checked at.

    made(seed, 2) -> Made(text="import numpy as np\n\n\ndef f(x, y): ..", point=[0, 1], ..)

{a}, {b}, {c} stand for expressions; {z}, {w} for sums of multiples of variables, mostly such that
are zero at the point, so that the kinks there are touched.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

SMOOTH = (
    "({a} + {b})",
    "({a} - {b})",
    "({k} * {a})",
    "({a} * {b})",
    "({a})**2",
    "({a} / (1 + ({b})**2))",
)
LIPSCHITZ = (
    "abs({z})",
    "abs({a})",
    "np.abs({z} - {a})",
    "np.maximum({a}, {b})",
    "np.minimum({a}, {z})",
    "np.maximum(0, {z})",
    "np.maximum({z}, 0.0)",
    "np.maximum({z}, 0)**2",
    "max({a}, {b}, {z})",
    "min({a}, {z})",
    "np.clip({z}, -1, {k1})",
    "np.clip({a}, 0, {k1})",
    "({z} * abs({w}))",
    "({a} * np.maximum({z}, {w}))",
    "(np.maximum({z}, 0) - np.maximum(-({z}), 0))",
    "np.fmax({a}, {w})",
    "np.max(np.array([{a}, {b}, {z}]))",
    "np.min(np.array([{z}, {b}]))",
    "np.sum(np.abs(np.array([{z}, {w}])))",
    "net({z}, {w})",
    "min({a}, np.inf)",
    "np.mean(np.abs(np.stack([{a}, {z}])))",
    "max(abs({z}), 0)",
)
JUMPS = (
    "({a} if {p} else {b})",
    "({z} if {p} else 0 * {z})",
    "np.where({z} > 0, {z}, {w})",
    "np.where({p}, {a}, {b})",
    "np.sign({z})",
    "({z} * np.sign({z}))",
    "({z} > {b}) * {c}",
    "({z} * ({w} > 0))",
    "np.heaviside({z}, 0.5)",
    "(({z}) if {w} > 0 else -({z}))",
    "(({z})**2 if {z} >= 0 else -({z})**2)",
    "({a} + {z} * {w} if {z} > 0 else {a})",
    "helper({z}, {a})",
    "np.where(np.logical_and({p}, {q}), {a}, {b})",
)
EQUALITY = (
    "({a} if {z} == 0 else {b})",
    "({a} if {z} == 0 else {a} + {z})",
    "({a} if {z} == 0 else {a} + ({z})**2)",
    "({a} if {z} != {w} else {b})",
    "np.where({z} != 0, {w} / {z}, {a})",
    "np.where({z} != 0, ({z})**2 / {z}, {z})",
    "(0 * {z} if {z} == 0 else ({w})**2 / {z})",
    "({a} if np.maximum({z}, 0) == 0 else {a} + {z})",
    "({a} if np.maximum({z}, 0) == 0 else {b})",
    "({a} if abs({z}) == {w} else {b})",
    "({a} if {z} == 0 and {w} == 0 else {b})",
    "({a} if {z} == 0 and {w} == 0 else {a} + {z} * abs({w}))",
    "({z} == {w}) * {a}",
    "guarded({z}, {a})",
    "(1 * {z} if ({z})**2 == {w} else 2 * {z})",
)
DEGENERATE = (
    "({a} if ({z})**2 > 0 else {b})",
    "({a} if ({z})**3 > 0 else {b})",
    "({a} if ({z}) * ({w}) >= 0 else {b})",
    "({a} if ({z}) * ({w}) > 0 else {a} + ({z}) * ({w}))",
    "({a} if ({z})**2 + ({w})**2 > 0 else {b})",
    "({z} if abs({w}) > 0 else 0 * {z})",
    "np.maximum(({z})**2 - abs({w}), 0)",
    "np.maximum(({z})**2, ({w})**2)",
    "np.maximum({z} * {w}, {a})",
    "abs(({z})**2 - ({w})**2)",
    "abs(({z})**3)",
    "abs({z} * {w})",
    "({a} if ({z})**2 > ({w})**3 else {b})",
    "(1.0 if ({z})**2 == {w} and {z} != 0 else 0.0) * {a}",
    "({z} if abs({w}) <= ({z})**2 else 0 * {z})",
    "np.where(({z})**2 > ({w})**2, {a}, {b})",
    "np.where(({z})**3 < 0, ({z})**2, {z} * {w})",
)
ROOTS = (
    "np.sqrt(abs({z}))",
    "np.sqrt(({z})**2)",
    "np.sqrt(({z})**2 + ({w})**2)",
    "np.sqrt(({z})**4)",
    "np.cbrt({z})",
    "np.cbrt({z})**3",
    "(np.sqrt(abs({z})) * np.sqrt(abs({w})))",
    "({w} * np.sqrt(abs({z})))",
    "np.sqrt(abs({z}) + ({w})**2)",
    "np.hypot({z}, {w})",
    "np.linalg.norm(np.array([{z}, {w}]))",
    "np.linalg.norm(np.array([{z}, {w}]))**2",
    "({z} * np.hypot({z}, {w}))",
    "np.sqrt(np.maximum({z}, 0))",
    "np.sqrt({z} + 1)",
    "np.sqrt({z})",
    "np.cbrt(({z})**2 * {w})",
    "(np.cbrt({z}) if {p} else {a})",
)
ORDER = (
    "np.sort(np.array([{a}, {b}, {z}]))[1]",
    "np.sort(np.array([{z}, {w}]))[0]",
    "np.sum(np.sort(np.array([{a}, {b}, {z}])) * np.array([1, {k}, 2]))",
    "np.array([{a}, {b}])[np.argmax(np.array([{z}, {w}]))]",
    "np.array([{a}, {b}, {z}])[np.argmin(np.array([{z}, {w}, {a}]))]",
    "np.array([{z}, {w}])[np.argmax(np.array([{z}, {w}]))]",
    "np.median(np.array([{a}, {z}, {w}]))",
    "np.median(np.array([{z}, {w}]))",
    "np.max(np.array([{a}, {z}, {w}]))",
    "np.sort(np.abs(np.array([{z}, {w}, {a}])))[2]",
    "sorted([{z}, {w}, {a}])[1]",
    "(np.sort(np.array([{z}, {w}]))[0] + np.sort(np.array([{z}, {w}]))[1])",
)
FLOORS = (
    "np.floor({z})",
    "({z} * np.floor({w}))",
    "np.ceil({a} + 0.0 * {z})",
    "np.round({z} + 0.5)",
    "np.rint({z})",
    "np.trunc({z} + 1)",
    "({z} % 2.0)",
    "({z} % 1)",
    "({z} // 0.5)",
    "float(int({z}))",
    "({z} * float(int({w} + 1)))",
    "(({z}) * (({z}) // 1) * ({z}))",
    "({z} - np.floor({z}) * np.floor({z}))",
    "np.array([{a}, {b}, {z}])[int(np.clip({z}, 0.0, 2.0))]",
    "divmod({z}, 2.0)[1]",
    "np.floor(abs({z}))",
    "np.floor(({z})**2)",
    "np.floor(-({z})**2)",
)
STRATA: dict[str, tuple[str, ...]] = {
    "kinks": LIPSCHITZ,
    "jumps": JUMPS,
    "equality": EQUALITY,
    "degenerate": DEGENERATE,
    "roots": ROOTS,
    "order": ORDER,
    "floors": FLOORS,
    "loops": ("looped({z}, {a})", "summed({a}, {z})", "doubled({z}, {a})", "left({a}, {z})"),
}
WEAK = {"kinks": "", "jumps": "kinks", "equality": "kinks jumps", "degenerate": "kinks jumps"}
WEAK |= {"roots": "kinks", "order": "kinks", "floors": "kinks jumps", "loops": "kinks jumps"}
"""What else programs of a stratum are made of."""
TESTS = (
    "{z} > 0",
    "{z} >= 0",
    "{z} < {w}",
    "{z} > {a}",
    "not {z} <= 0",
    "({z} > 0 and {w} > 0)",
    "({z} < 0 or {w} >= 0)",
)
EQUALITIES = ("{z} == 0", "{z} != 0", "{z} == {w}", "({z} == 0 or {w} > 0)")
DEGENERATES = ("({z})**2 > 0", "{z} * {w} > 0", "({z})**3 >= 0", "({z})**2 > {w}")
POINTS: tuple[Any, ...] = (0, 0, 0, 0, 1, -1, 2, Fraction(1, 2), Fraction(1, 3), 0.1)
HEAD = "import numpy as np\n\n\n"
HELPERS = {
    "net": """def net(a, b):
    W = np.array([{W}])
    h = np.maximum(W @ np.array([a, b]) + np.array([{b}]), 0)
    return np.array([{w}]) @ h


""",
    "helper": """def helper(a, b):
    if a > b:
        return a - b
    return abs(b) * a


""",
    "guarded": """def guarded(a, b):
    for i in range(3):
        if a == b:
            return a
        if i > 1:
            break
        b = b + a
    return b


""",
    "looped": """def looped(a, b):
    for i in range(3):
        a = np.maximum(a - b, abs(b) - i * a)
    return a


""",
    "summed": """def summed(a, b):
    out = 0.0
    for i in range(3):
        b = b * i + a
        if b > 0:
            out += abs(b) * i
        else:
            out = out - b
    return out


""",
    "doubled": """def doubled(a, b):
    n = 0
    while a < 1 and n < 3:
        a = a * 2 + b * b
        n += 1
    return a - n


""",
    "left": """def left(a, b):
    out = a
    for i in range(4):
        if out * i > b:
            break
        out = out + abs(b) * i
    else:
        return out * b
    return out


""",
}


@dataclass(frozen=True)
class Made:
    """A program and a point.

    Attributes:
        text: of a module with a function f.
        point: exactly.
        shape: "array" where f has one argument, an array; else "numbers".
        stratum: which one.
    """

    text: str
    point: tuple[Any, ...]
    shape: str
    stratum: str

    @property
    def exact(self) -> tuple[Fraction, ...]:
        """The point, as rational numbers."""
        return tuple(map(Fraction, self.point))


class Writer:
    """Writes one program."""

    def __init__(self, rng: random.Random, stratum: str, point: Sequence[Any], shape: str) -> None:
        self.rng, self.point = rng, point
        self.special = STRATA[stratum]
        self.others = [t for n in WEAK[stratum].split() for t in STRATA[n]]
        self.tests = list(TESTS)
        if stratum == "equality":
            self.tests += EQUALITIES
        if stratum == "degenerate":
            self.tests += DEGENERATES
        names = [f"v[{k}]" for k in range(len(point))] if shape == "array" else ["x", "y", "z", "u"]
        self.atoms = names[: len(point)]
        self.names: list[str] = []
        self.kinks = rng.choice((1, 2, 2, 3, 3, 4, 5, 6, 8))
        self.lines: list[str] = []

    def form(self) -> str:
        """A sum of multiples of variables, that is zero at the point most of the time."""
        rng, n = self.rng, len(self.atoms)
        chosen = rng.sample(range(n), min(n, rng.choice((1, 1, 2, 3))))
        terms: list[str] = []
        level: Fraction = Fraction(0)
        odd = ""
        for k in chosen:
            c = rng.choice((1, 1, 1, -1, 2, -3))
            if self.point[k] == 0.1:
                c = 1
                odd += " - 0.1"
            else:
                level += c * self.point[k]
            terms.append(self.atoms[k] if c == 1 else f"{c} * {self.atoms[k]}")
        out = " + ".join(terms) + odd
        if rng.random() < 0.12:
            level += rng.choice((1, -1))
        if level:
            size = abs(level)
            text = str(size) if size.denominator == 1 else f"{size.numerator}/{size.denominator}"
            out += f" {'-' if level > 0 else '+'} {text}"
        return out if out in self.atoms else f"({out})"

    def plain(self) -> str:
        r = self.rng.random()
        if r < 0.18:
            return self.rng.choice(("0", "1", "(-1)", "2", "0.5"))
        if self.names and r < 0.5:
            return self.rng.choice(self.names)
        return self.form() if r < 0.75 else self.rng.choice(self.atoms)

    def expression(self, depth: int) -> str:
        if depth <= 0:
            return self.plain()
        r = self.rng.random()
        if not self.kinks or r < 0.35:
            shape = self.rng.choice(SMOOTH)
        else:
            self.kinks -= 1
            few = self.others and r < 0.55
            shape = self.rng.choice(self.others if few else self.special)
        return self.fill(shape, depth - 1)

    def fill(self, shape: str, depth: int) -> str:
        parts = {
            n: self.expression(self.rng.randint(0, depth)) for n in "abc" if f"{{{n}}}" in shape
        }
        if "{a}" in shape and not any(v in parts["a"] for v in (*self.atoms, "w")):
            parts["a"] = self.form()
        parts |= {"z": self.form(), "w": self.form()}
        for n in "pq":
            if f"{{{n}}}" in shape:
                parts[n] = "(" + self.fill(self.test("where" in shape), 0) + ")"
        return shape.format(**parts, k=self.rng.choice((2, 3, -1)), k1=self.rng.choice((0, 1, 2)))

    def test(self, arrays: bool) -> str:
        words = ("and", "or", "not")
        fit = [t for t in self.tests if not arrays or not any(w in t for w in words)]
        return self.rng.choice(fit)

    def assign(self, indent: str, name: str | None = None) -> None:
        value = self.expression(self.rng.choice((1, 2, 2, 3)))
        if name is None:
            name = f"w{len(self.names)}"
        self.lines.append(f"{indent}{name} = {value}")
        if name not in self.names:
            self.names.append(name)

    def branch(self) -> None:
        self.lines.append(f"    if {self.fill(self.test(False), 0)}:")
        name, known = f"w{len(self.names)}", list(self.names)
        self.assign("        ", name)
        self.names = known
        self.lines.append("    else:")
        self.assign("        ", name)

    def loop(self) -> None:
        name = self.rng.choice(self.names)
        self.lines.append(f"    for i in range({self.rng.randint(1, 3)}):")
        self.lines.append(f"        {name} = {self.expression(1)} + i * {name}")

    def array(self) -> None:
        """An array that is written into."""
        index, name = len(self.lines), f"w{len(self.names)}"
        self.lines += [
            f"    r{index} = np.zeros(3)",
            f"    r{index}[0] = {self.expression(1)}",
            f"    r{index}[1:] += {self.plain()}",
            f"    r{index}[2] = r{index}[0] * {self.plain()}",
            f"    {name} = np.sum(r{index}) - r{index}[1]",
        ]
        self.names.append(name)


def made(seed: int, stratum: str | None = None, size: int | None = None) -> Made:
    """The program of a seed."""
    names = list(STRATA)
    stratum = stratum or names[seed % len(names)]
    rng = random.Random(f"{seed} {stratum}")
    n = size or rng.choice((1, 1, 1, 2, 2, 2, 3, 3, 4))
    point = tuple(rng.choice(POINTS) for _ in range(n))
    if rng.random() < 0.3:
        point = tuple(Fraction(0) if v == 0 else v for v in point)
    shape = "array" if n > 1 and rng.random() < 0.5 else "numbers"
    w = Writer(rng, stratum, point, shape)
    for _ in range(rng.choice((1, 2, 2, 3, 4))):
        r = rng.random()
        if r < 0.2 and stratum != "kinks":
            w.branch()
        elif w.names and r < (0.6 if stratum == "loops" else 0.26):
            w.loop()
        elif r < 0.32:
            w.array()
        else:
            w.assign("    ")
    last = w.expression(1)
    total = " + ".join(w.names)
    body = "\n".join(w.lines)
    argument = "v" if shape == "array" else ", ".join(w.atoms)
    text = f"def f({argument}):\n{body}\n    return {total} + {last} + 0 * {w.atoms[0]}\n"
    helpers = "".join(h for name, h in HELPERS.items() if f"{name}(" in text)

    def row(m: int) -> str:
        return ", ".join(str(rng.randint(-1, 1)) for _ in range(m))

    if "net(" in text:
        W = ", ".join(f"[{row(2)}]" for _ in range(3))
        helpers = helpers.replace("{W}", W).replace("{w}", row(3)).replace("{b}", row(3))
    return Made(HEAD + helpers + text, point, shape, stratum)
