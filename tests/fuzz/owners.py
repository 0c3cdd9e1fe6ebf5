"""Random programs over objects that hold numbers, dicts, lists and one another, and change.

    def program(x):
        p, q = Owner(), Owner()
        for k, v in enumerate(x):
            fill(q.table, "b", v * 0.7)
            if p.other is None:
                p.link(q).number += v
        ..

Two names may stand for one object, dict or list; keys appear, and attributes stop being None, in
the middle of a loop; functions change what they are given, and give it back.
"""

from __future__ import annotations

import random

CLASSES = '''\
import numpy as np


class Owner:
    """Holds a number, a table, the best so far, a list, and another owner."""

    def __init__(self):
        self.table = {}
        self.number = 0.5
        self.best = None
        self.values = []
        self.other = None

    def bump(self, v):
        self.number = self.number + v
        return self.number

    def put(self, k, v):
        self.table[k] = self.table.get(k, 0.0) + v

    def better(self, v):
        if self.best is None or v > self.best:
            self.best = v
        return self

    def push(self, v):
        self.values.append(v)
        return self.values

    def link(self, other):
        self.other = other
        return other

    def total(self):
        return sum(self.values) + self.number + sum(self.table.values())

    def reset(self):
        self.table = {}
        self.values = []


class Holder:
    """Holds an owner, and what its number was."""

    def __init__(self, owner):
        self.owner = owner
        self.then = owner.number


def table_of(owner):
    return owner.table


def same(owner):
    return owner


def pair(a, b):
    return a, b


def set_number(owner, v):
    owner.number = v * 1.5


def fill(table, k, v):
    if k in table:
        table[k] = table[k] * v
    else:
        table[k] = v
    return table


def append(values, v):
    values.append(v)
    return len(values)


def swap(p, q):
    p.number, q.number = q.number, p.number


def keeping(owner):
    before = owner.number

    def back():
        owner.number = before

    return back


def given_if(owner, c):
    return owner if c else None


def either(p, q, c):
    return p if c else q


'''
AFTERWARDS = """\
    for w in (p, q):
        t = t + w.number + 0.3 * sum(w.values) + 0.7 * sum(w.table.values())
        t = t + (0.2 if w.best is None else 0.9 * w.best)
    return t
"""
LOOPS = (
    "for k, v in enumerate(x):",
    "for k in range(3):\n        v = x[k]",
    "for k in range(len(x)):\n        v = 1.1 * x[k]",
)
SIMPLE = (
    "{o}.bump({e})",
    "{o}.put('{k}', {e})",
    "{o}.better({e})",
    "{o}.push({e})",
    "set_number({o}, {e})",
    "fill({o}.table, '{k}', {e})",
    "t += append({o}.values, {e}) * 0.1",
    "{o}.table['{k}'] = {e}",
    "{o}.number = {e}",
    "{o}.best = None",
    "{o}.best = {e}",
    "{o}.values.append({e})",
    "t += {e}",
    "w = same({o}); w.number += {e}; t += {o}.number",
    "h = Holder({o}); h.owner.number += {e}; t += h.then * {q}.number",
    "d = table_of({o}); d['{k}'] = {e}",
    "swap({o}, {q})",
    "back = keeping({o}); {o}.number += {e}; t += {q}.number; back()",
    "m = given_if({o}, {c})\nif m is not None: m.number += {e}",
    "m = either({o}, {q}, {c}); m.number = {e}",
    "{o}.reset()",
    "t += {o}.total() * 0.1",
    "a, b = pair({o}, {q}); a.number += {e}; t += b.number",
    "{o}.link({q}).number += {e}",
    "if {o}.other is not None: {o}.other.number = 0.5 * ({e})",
    "{o}.table = {q}.table",
    "{o}.values = {q}.values",
    "{o}.table = dict({q}.table)",
    "{o}.values = list({q}.values) + [{e}]",
    "for z in {o}.values: t += z * 0.1",
    "for i, z in {o}.table.items(): t += z * 0.3",
)
TERMS = (
    "{v}",
    "x[0]",
    "{o}.number",
    "1.5 * {v}",
    "-0.4 * {v}",
    "(0.3 if {o}.best is None else {o}.best)",
    "{o}.table.get('{k}', 0.2)",
    "({o}.values[-1] if {o}.values else 0.1)",
    "0.1 * len({o}.values)",
    "0.2 * len({o}.table)",
)
TESTS = (
    "{v} > 1.1",
    "{v} < 0.8",
    "{o}.best is None",
    "'{k}' in {o}.table",
    "len({o}.values) > 1",
    "{o}.number > 0.9",
    "{o} is {q}",
    "k == 1",
    "k > 0",
    "{o}.other is None",
    "{o}.other is {q}",
)
POINTS = "POINTS = [((np.array([1.3, 0.6, 0.9]),), {}), ((np.array([0.7, 1.2, 1.6]),), {})]\n"


class _Body:
    """Writes the statements of one program."""

    def __init__(self, rng: random.Random, names: list[str]) -> None:
        self.rng = rng
        self.names = names

    def filled(self, templates: tuple[str, ...]) -> str:
        """One of these, with names, a key, a term and a test in it."""
        template = self.rng.choice(templates)
        o, q, k = self.rng.choice(self.names), self.rng.choice(self.names), self.rng.choice("ab")
        e = self.term() if "{e}" in template else ""
        c = self.filled(TESTS) if "{c}" in template else ""
        return template.format(o=o, q=q, k=k, e=e, c=c, v="v")

    def term(self) -> str:
        """A term, or two."""
        first = self.filled(TERMS)
        if self.rng.random() < 0.4:
            return f"({first} {self.rng.choice('+-*')} {self.filled(TERMS)})"
        return first

    def block(self, indent: int, depth: int, n: int) -> str:
        """This many statements."""
        return "".join(self.statement(indent, depth) for _ in range(n))

    def statement(self, indent: int, depth: int) -> str:
        """A statement, or an if with others in it."""
        space = "    " * indent
        if depth < 2 and self.rng.random() < 0.3:
            inner = self.block(indent + 1, depth + 1, self.rng.randint(1, 2))
            text = f"{space}if {self.filled(TESTS)}:\n{inner}"
            if self.rng.random() < 0.5:
                inner = self.block(indent + 1, depth + 1, self.rng.randint(1, 2))
                text += f"{space}else:\n{inner}"
            return text
        if depth == 0 and indent > 1 and self.rng.random() < 0.03:
            jump = self.rng.choice(("continue", "break"))
            return f"{space}if {self.filled(TESTS)}: {jump}\n"
        return "".join(f"{space}{line}\n" for line in self.filled(SIMPLE).splitlines())


def source(seed: int) -> str:
    """The text of the random program of a seed: the same one each time."""
    rng = random.Random(f"owners {seed}")
    names, text = ["p", "q"], "def program(x):\n    p, q, t = Owner(), Owner(), 0.0\n"
    text += "    x = x.tolist()  # a table of floats and NumPy's doubles holds doubles\n"
    text += "    k, v = 0, x[1]\n"
    if rng.random() < 0.4:
        names, text = ["p", "q", "u"], text + "    u = p\n"
    body = _Body(rng, names)
    text += body.block(1, 0, rng.randint(0, 3))
    text += f"    {rng.choice(LOOPS)}\n" + body.block(2, 0, rng.randint(2, 5))
    text += body.block(1, 0, rng.randint(0, 2))
    return CLASSES + text + AFTERWARDS + "\n\n" + POINTS + "WRT = (0,)\n"
