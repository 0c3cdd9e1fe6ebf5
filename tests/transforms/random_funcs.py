"""Random level-2 functions that try to make a statement move where it must not.

Scalars and arrays, two names for one memory, writes, effects, calls, tapes, branches and loops;
temporaries are used soon and mostly once.  Every function ends.
"""

import operator
import random
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.ir import (
    Block,
    Break,
    Call,
    Const,
    Copy,
    Do,
    For,
    Func,
    If,
    Let,
    Load,
    Origin,
    Pop,
    Program,
    Push,
    Range,
    Return,
    Slice,
    Statement,
    Store,
    StoreAdd,
    While,
)
from fpad.transforms.kinds import ARRAY, BOOL, FLOAT, INT, Kind
from tests.transforms.level2 import note

SCALAR_OPS = (operator.add, operator.sub, operator.mul, operator.neg)
ARRAY_OPS = (operator.add, operator.sub, operator.mul, np.maximum, np.negative, operator.neg)
NONE = Const(None)


class Maker:
    """Writes one function of a seed.

    `fails`: divisions that may raise are among the operations.
    """

    def __init__(self, seed: int, fails: bool) -> None:
        self.random = random.Random(seed)
        self.fails = fails
        self.count = 0
        self.lines = 0
        self.budget = 30
        self.kinds: dict[str, Kind] = {}
        self.scalars = ["x", "y"]
        self.arrays = ["a", "b"]
        self.tests = list[str]()
        self.frozen = set[str]()

    def program(self) -> tuple[Program, dict[str, Kind]]:
        """The program, and the kinds of all names of its entry."""
        self.kinds = {"x": FLOAT, "y": FLOAT, "a": ARRAY, "b": ARRAY}
        body = self.block(0, self.random.randrange(6, 24))
        results = (self.scalar(), self.array(), self.scalar())
        main = Func(
            "f", ("x", "y", "a", "b"), (*body, Return(results)), (FLOAT, FLOAT, ARRAY, ARRAY)
        )
        return Program("f", {"f": main, "g": CALLEE}), self.kinds

    # ------------------------------------------------------------ operands

    def new(self, kind: Kind, temporary: float = 0.8) -> str:
        """A name to assign: mostly a new temporary, sometimes a variable again."""
        known = self.scalars if kind == FLOAT else self.arrays if kind == ARRAY else self.tests
        if self.random.random() < temporary or kind == BOOL:
            self.count += 1
            name = f"t{self.count}"
        else:
            free = [n for n in known if n not in self.frozen and n not in ("a", "b")]
            name = self.random.choice(["u", "v"] if kind == FLOAT else ["c", "d"])
            if free and self.random.random() < 0.5:
                name = self.random.choice(free)
        if name in self.frozen:
            return self.new(kind, 1.0)
        self.kinds[name] = kind
        return name

    def known(self, name: str) -> str:
        kind = self.kinds[name]
        names = self.scalars if kind == FLOAT else self.arrays if kind == ARRAY else self.tests
        if name not in names:
            names.append(name)
        return name

    def pick(self, names: list[str]) -> str:
        """Mostly one of the latest."""
        return names[-1 - min(int(self.random.expovariate(0.7)), len(names) - 1)]

    def scalar(self) -> Any:
        if self.random.random() < 0.15:
            return Const(self.random.choice((0.0, -0.0, 0.5, -3.0, 2)))
        return self.pick(self.scalars)

    def array(self) -> str:
        return self.pick(self.arrays)

    def index(self) -> Any:
        """An index that gives an element."""
        return Const(self.random.randrange(-2, 2))

    # ------------------------------------------------------------ statements

    def block(self, depth: int, length: int) -> Block:
        out: list[Statement] = []
        for _ in range(length):
            if self.budget > 0:
                self.budget -= 1
                out += self.statement(depth)
        return tuple(out)

    def line(self) -> Origin:
        self.lines += 1
        return Origin("f.py", "f", self.lines, 1, f"line {self.lines}", self.lines)

    def statement(self, depth: int) -> list[Statement]:
        kinds: list[Any] = [self.let] * 8 + [self.load] * 3 + [self.copy] * 2
        kinds += [self.store, self.store, self.effect, self.call, self.call, self.select]
        if depth < 2:
            kinds += [self.branch, self.loop, self.pushed, self.choice, self.choice]
            kinds += [self.repeat, self.twice]
        made: list[Statement] = self.random.choice(kinds)(depth)
        return made

    def let(self, _: int) -> list[Statement]:
        o = self.line()
        if self.random.random() < 0.6:
            op = self.random.choice(SCALAR_OPS)
            if self.fails and self.random.random() < 0.3:
                op = operator.truediv
            args = (self.scalar(),) if op is operator.neg else (self.scalar(), self.scalar())
            target = self.new(FLOAT)
        else:
            op = self.random.choice(ARRAY_OPS)
            one = op in (np.negative, operator.neg)
            args = (
                (self.array(),)
                if one
                else (self.array(), self.random.choice([self.array(), self.scalar()]))
            )
            target = self.new(ARRAY)
        if target in args:
            return []
        return [Let(self.known(target), op, args, (), o)]

    def load(self, _: int) -> list[Statement]:
        base = self.array()
        if self.random.random() < 0.6:
            value, target = self.index(), self.new(FLOAT)
        else:
            value, target = Slice(NONE, NONE, Const(-1)), self.new(ARRAY)  # a view
        return [] if base == target else [Load(self.known(target), base, value, self.line())]

    def copy(self, _: int) -> list[Statement]:
        kind = self.random.choice((FLOAT, ARRAY))
        value = self.scalar() if kind == FLOAT else self.array()
        target = self.new(kind, 0.5)
        return [] if value == target else [Copy(self.known(target), value, self.line())]

    def store(self, _: int) -> list[Statement]:
        make = self.random.choice((Store, StoreAdd))
        return [make(self.array(), self.index(), self.scalar(), self.line())]

    def effect(self, _: int) -> list[Statement]:
        value = self.random.choice([self.scalar(), self.array()])
        return [Do(note, (value,), (), self.line())]

    def call(self, _: int) -> list[Statement]:
        args = (self.scalar(), self.array())
        target = self.new(FLOAT)
        return [] if target in args else [Call((self.known(target),), "g", args, self.line())]

    def test(self) -> list[Statement]:
        op = self.random.choice((operator.lt, operator.ge, operator.eq))
        return [
            Let(self.known(self.new(BOOL)), op, (self.scalar(), self.scalar()), (), self.line())
        ]

    def select(self, _: int) -> list[Statement]:
        out = self.test()
        args = (self.tests[-1], self.scalar(), self.scalar())
        target = self.new(FLOAT)
        return (
            out
            if target in args
            else [*out, Let(self.known(target), fp.where, args, (), self.line())]
        )

    def pushed(self, depth: int) -> list[Statement]:
        self.count += 1
        tape, value = f"tape{self.count}", self.scalar()
        inner = self.block(depth, 3)
        target = self.known(self.new(FLOAT, 0.3))
        return [Let(tape, fp.tape, ()), Push(tape, value), *inner, Pop(target, tape)]

    # ------------------------------------------------------------ compound statements

    def inside(self, depth: int, length: int, frozen: set[str]) -> Block:
        """A block whose new names are not seen outside."""
        saved = [list(names) for names in (self.scalars, self.arrays, self.tests)]
        old, self.frozen = self.frozen, self.frozen | frozen
        out = self.block(depth + 1, length)
        self.frozen = old
        self.scalars, self.arrays, self.tests = saved
        return out

    def branch(self, depth: int) -> list[Statement]:
        out = self.test()
        test = self.tests[-1]
        arms = [self.inside(depth, self.random.randrange(0, 4), {test}) for _ in range(2)]
        return [*out, If(test, arms[0], arms[1], self.line())]

    def choice(self, depth: int) -> list[Statement]:
        """`target = p if test else q`, `test and p` or `test or p`, as they are lowered."""
        out, o = self.test(), self.line()
        test = self.tests[-1]
        target = self.new(FLOAT)
        if target in self.frozen:
            return out
        arms: list[Block] = []
        for _ in range(2):
            a, b = self.scalar(), self.scalar()
            if target in (a, b) or self.random.random() < 0.3:
                value = Const(2.0) if target == a else a
                arms.append((Copy(target, value, o),))
            elif self.random.random() < 0.4:
                self.count += 1
                t = f"t{self.count}"
                self.kinds[t] = FLOAT
                arms.append(
                    (Let(t, operator.mul, (a, b), (), o), Let(target, operator.add, (t, a), (), o))
                )
            else:
                arms.append((Let(target, self.random.choice(SCALAR_OPS[:3]), (a, b), (), o),))
        if self.fails and self.random.random() < 0.3:  # NumPy refuses to subtract truth values
            arms[self.random.randrange(2)] = (Copy(target, test, o),)
        return [*out, If(test, arms[0], arms[1], o)] if self.known(target) else []

    def loop(self, depth: int) -> list[Statement]:
        self.count += 1
        i = f"i{self.count}"
        self.kinds[i] = INT
        body = self.inside(depth, self.random.randrange(1, 5), {i})
        if self.random.random() < 0.4:
            stop = f"stop_{i}"
            self.kinds[stop] = BOOL
            rest = self.inside(depth, 2, {i, stop})
            test = Let(stop, operator.gt, ("x", Const(0.5)), (), self.line())
            body = (*body, test, If(stop, (Break(),), rest))
        r = Range((Const(self.random.randrange(0, 3)),), None, self.random.random() < 0.3)
        return [For(i, r, body, (), self.line())]

    def twice(self, depth: int) -> list[Statement]:
        """A while whose test is given before; it leaves after two trips."""
        out = self.test()
        test = self.tests[-1]
        self.count += 1
        k, nxt, stop = f"k{self.count}", f"t{self.count}1", f"t{self.count}2"
        self.kinds |= {k: INT, nxt: INT, stop: BOOL}
        body = (
            Let(nxt, operator.add, (k, Const(1))),
            Copy(k, nxt),
            *self.inside(depth, self.random.randrange(1, 4), {test, k}),
            Let(stop, operator.gt, (k, Const(1))),
            If(stop, (Break(),)),
        )
        return [Copy(k, Const(0)), *out, While((), test, body, (), self.line())]

    def repeat(self, depth: int) -> list[Statement]:
        self.count += 1
        k, low, nxt = f"k{self.count}", f"t{self.count}0", f"t{self.count}1"
        self.kinds |= {k: INT, low: BOOL, nxt: INT}
        body = self.inside(depth, self.random.randrange(1, 4), {k, low})
        pre: Block = (Let(low, operator.lt, (k, Const(2))),)
        if self.random.random() < 0.3:
            pre = (*pre, Do(note, (k,)))
        step = (Let(nxt, operator.add, (k, Const(1))), Copy(k, nxt))
        return [Copy(k, Const(0)), While(pre, low, (*step, *body), (), self.line())]


CALLEE = Func(
    "g",
    ("p", "q"),
    (
        Do(note, ("p",)),
        StoreAdd("q", Const(1), "p"),
        Load("t1", "q", Const(0)),
        Let("t2", operator.mul, ("p", "t1")),
        Return(("t2",)),
    ),
    (FLOAT, ARRAY),
)


def made(seed: int, fails: bool = True) -> tuple[Program, dict[str, Kind]]:
    """The program of a seed, and the kinds of the names of its entry."""
    return Maker(seed, fails).program()


def arguments(seed: int) -> tuple[Any, ...]:
    """Arguments of a random function."""
    draw = random.Random(seed + 10**6)
    x, y = (draw.choice((0.0, -0.0, 0.7, -1.3, 3.0, float("inf"))) for _ in range(2))
    a = np.array([draw.uniform(-2, 2) for _ in range(3)])
    return x, y, a, np.array([1.5, -0.0, -2.5])
