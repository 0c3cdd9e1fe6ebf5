"""Random expressions of a wanted type, over what is in scope.

All operations are damped, so that values stay near one and differences can be trusted.
"""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.fuzz.forms import ARRAYS, CONSTANTS, FLOATS
from tests.fuzz.typed import (
    FLOAT,
    Array,
    Dict,
    Float,
    Function,
    Int,
    Kind,
    List,
    Record,
    Scope,
    Tuple,
    parts,
)

OWN = (ast.BinOp, ast.UnaryOp, ast.ListComp, ast.DictComp)
"""Expressions whose value is in memory that nothing else sees."""


class Expressions:
    """Writes expressions; `groups` are the features that this program may use."""

    def __init__(self, rng: random.Random, scope: Scope, groups: frozenset[str]) -> None:
        self.rng, self.scope, self.groups = rng, scope, groups
        self.names = 0

    def fresh_name(self, prefix: str) -> str:
        """A name that the function does not use yet."""
        self.names += 1
        return f"{prefix}{self.names}"

    def chance(self, p: float) -> bool:
        """True with a probability."""
        return self.rng.random() < p

    def may(self, group: str, p: float) -> bool:
        """True with a probability, in a program that has the feature."""
        return group in self.groups and self.chance(p)

    def constant(self) -> str:
        """A small positive constant."""
        return str(self.rng.choice(CONSTANTS))

    # Holes ---------------------------------------------------------------------------------------

    def fill(self, template: str, depth: int, shape: tuple[int, ...] = ()) -> str:
        """A template with its holes filled; `depth` bounds what is nested."""
        length = self.rng.choice([s for s in self.shapes() if len(s) == 1] or [(4,)])[0]
        fillers: dict[str, Callable[[], str]] = {
            "f": lambda: self.number(depth - 1),
            "g": self.atom,
            "c": self.constant,
            "s": lambda: self.array(shape, depth - 1),
            "t": lambda: self.array(shape, 0),
            "a": lambda: self.array(self.rng.choice(self.shapes()), depth - 1),
            "v": lambda: self.array((length,), depth - 1),
            "w": lambda: self.array((length,), 0),
            "b": self.condition,
            "m": lambda: self.mask(shape),
            "i": self.integer,
        }
        return re.sub(r"<(\w)>", lambda hole: fillers[hole.group(1)](), template)

    def shapes(self) -> list[tuple[int, ...]]:
        """The shapes of the arrays in scope, or of one that can be made; none of them empty."""
        found = [kind.shape for _, kind in self.scope.arrays(lambda s: 0 not in s and s != ())]
        return found or [(4,)]

    def form(self, table: dict[str, list[str]], common: str = "core") -> str:
        """A template of a table, from one of the features that the program has."""
        groups = [g for g in table if g in self.groups and g != common] + [common] * 3
        return self.rng.choice(table[self.rng.choice(groups)])

    # Numbers -------------------------------------------------------------------------------------

    def atom(self) -> str:
        """A number: a place, an element, or seldom a constant."""
        roll = self.rng.random()
        floats = self.scope.floats()
        arrays = self.scope.arrays(lambda s: 0 not in s and s != ())
        if roll < 0.62 and floats:
            return self.rng.choice(floats)
        if roll < 0.9 and arrays:
            return self.element(*self.rng.choice(arrays))
        integers = self.scope.places(lambda kind: isinstance(kind, Int))
        if roll < 0.95 and integers:
            return f"0.2 * {self.rng.choice(integers)}"
        return self.rng.choice(floats) if floats and self.chance(0.5) else self.constant()

    def element(self, text: str, kind: Array) -> str:
        """An element of an array."""
        if len(kind.shape) == 2 and self.chance(0.3):
            return f"{text}[{self.index(kind.shape[0])}][{self.index(kind.shape[1])}]"
        return f"{text}[{', '.join(self.index(n) for n in kind.shape)}]"

    def index(self, n: int) -> str:
        """A valid subscript of an axis."""
        choices = [str(k) for k in range(n)] + ["-1"]
        for name, kind in self.scope.of(Int):
            assert isinstance(kind, Int)
            if kind.low >= -n and kind.high < n:
                choices += 3 * [name]
            if kind.low - 1 >= -n and kind.high - 1 < n:
                choices += [f"{name} - 1"]
            if kind.low >= 0 and kind.high < n:
                choices += [f"-{name} - 1", f"{n - 1} - {name}"]
            choices += [f"{name} % {n}"]
        return self.rng.choice(choices)

    def integer(self) -> str:
        """An integer expression."""
        names = self.scope.places(lambda kind: isinstance(kind, Int))
        return self.rng.choice([*names, *names, "2", "1"])

    def number(self, depth: int = 2) -> str:
        """A number of bounded value."""
        if depth <= 0:
            return self.atom()
        if self.scope.forms and self.chance(0.12):
            return self.fill(self.rng.choice(self.scope.forms), depth)
        if self.may("functions", 0.2):
            called = self.call(FLOAT, depth - 1)
            if called:
                return f"0.6 * {called}"
        states = self.scope.of(Record)
        if states and self.chance(0.2):
            name = self.rng.choice(states)[0]
            form = self.rng.choice(["{}.energy({})", "{}.step({}).b", "moved({}, {})"])
            return f"0.6 * {form.format(name, self.atom())}"
        if self.may("comprehensions", 0.15):
            return self.reduction(depth)
        if self.may("slices", 0.15):
            return self.of_part(depth)
        return self.fill(self.form(FLOATS), depth)

    def of_part(self, depth: int) -> str:
        """A number made from a part of an array."""
        found = self.scope.arrays(lambda s: 0 not in s and s != ())
        if not found:
            return self.atom()
        text, kind = self.rng.choice(found)
        return self.rng.choice(
            [
                f"0.3 * np.sum({text}[{self.slice(kind.shape[0])}])",
                f"0.3 * np.sum({text}[{self.mask(kind.shape, text)}])",
                f"np.mean({text}[[{', '.join(self.index(kind.shape[0]) for _ in range(3))}]])",
                f"0.2 * np.sum({text}[..., {self.index(kind.shape[-1])}])",
                f"0.2 * np.sum({text}.T[{self.index(kind.shape[-1])}])",
            ]
        )

    def slice(self, n: int) -> str:
        """A slice of an axis that holds at least one entry."""
        choices = [":", "::-1", "::2", "-1:", ":1"]
        if n > 1:
            choices += ["1:", ":-1", "1::2", "-2:", f"{n - 1}::-1", f":{n - 1}"]
        return self.rng.choice(choices)

    def reduction(self, depth: int) -> str:
        """`sum(.. for ..)` and its kin."""
        with self.inner():
            text, loop = self.comprehension(depth)
        form = self.rng.choice(["0.3 * sum({} {})", "0.3 * sum([{} {}])", "0.3 * np.sum([{} {}])"])
        if "piecewise" in self.groups:
            form = self.rng.choice([form, form, "0.5 * max([{} {}])", "0.5 * min([{} {}])"])
        return form.format(text, loop)

    def comprehension(self, depth: int) -> tuple[str, str]:
        """An element and its `for`, over what is in scope; its names are in scope afterwards."""
        e, k = self.fresh_name("e"), self.fresh_name("k")
        vectors = self.scope.arrays(lambda s: len(s) == 1 and s[0] > 0)
        trips = self.rng.choice([2, 3])
        forms: list[tuple[str, dict[str, Kind]]] = [
            (f"{k} in range({trips})", {k: Int(0, trips - 1)}),
            (f"{e} in [{self.atom()}, {self.atom()}]", {e: FLOAT}),
        ]
        for name, whole in self.scope.kinds.items():
            if isinstance(whole, Tuple | List) and len(set(whole.items)) == 1:
                forms += [(f"{e} in {name}", {e: whole.items[0]})]
                forms += [(f"{k}, {e} in enumerate({name})", {k: Int(0, 1), e: whole.items[0]})]
            if isinstance(whole, Dict) and len({item for _, item in whole.items}) == 1:
                forms += [(f"{k}, {e} in {name}.items()", {e: whole.items[0][1]})]
        if vectors and "growth" in self.groups:  # how long these get is known at run time only
            text, kind = self.rng.choice(vectors)
            other, second = self.rng.choice(vectors)[0], self.fresh_name("e")
            index = Int(0, kind.shape[0] - 1)
            forms += [(f"{e} in {text}", {e: FLOAT}), (f"{k} in range(len({text}))", {k: index})]
            forms += [(f"{e}, {second} in zip({text}, {other})", {e: FLOAT, second: FLOAT})]
            forms += [(f"{k}, {e} in enumerate({text})", {k: index, e: FLOAT})]
        loop, bound = self.rng.choice(forms)
        test = ""
        if self.may("growth", 0.4):
            test = f" if {self.condition()}"
        elif k in bound and "range" in loop and self.chance(0.2):
            test = f" if {k} % 2 == 0"
        self.scope.kinds.update(bound)
        if any(isinstance(kind, Array) for kind in bound.values()):
            return f"0.3 * np.sum({e} * {self.atom()})", f"for {loop}{test}"
        return self.number(min(depth - 1, 1)), f"for {loop}{test}"

    @contextmanager
    def inner(self) -> Iterator[Scope]:
        """A scope for names that end with the expression."""
        outer, self.scope = self.scope, self.scope.copy()
        yield self.scope
        self.scope = outer

    # Conditions ----------------------------------------------------------------------------------

    def condition(self) -> str:
        """A test on floats, integers or arrays."""
        integers = self.scope.places(lambda kind: isinstance(kind, Int))
        roll = self.rng.random()
        if roll < 0.3 and integers:
            name = self.rng.choice(integers)
            return self.rng.choice(
                [f"{name} % 2 == 0", f"{name} > 1", f"{name} != 2", f"{name} < 1"]
            )
        order = self.rng.choice(["<", ">", "<=", ">="])
        test = f"{self.atom()} {order} {self.atom()} * {self.constant()}"
        if roll > 0.93:
            return self.fill("np.any(<a> > <c>)", 1)
        if roll > 0.86:
            return f"-{self.constant()} < {self.atom()} <= {self.atom()}"
        if roll > 0.76:
            other = f"{self.atom()} > {self.constant()}"
            return f"({test} {self.rng.choice(['and', 'or', 'and not'])} {other})"
        return f"not {test}" if roll > 0.72 else test

    def mask(self, shape: tuple[int, ...], text: str = "") -> str:
        """A boolean array of a shape."""
        text = text or self.array(shape, 0)
        return self.rng.choice(
            [
                f"{text} > {self.constant()}",
                f"{text} < {self.atom()}",
                f"({text} > -{self.constant()}) & ({text} < {self.constant()})",
                f"~({text} > {self.constant()})",
            ]
        )

    # Arrays --------------------------------------------------------------------------------------

    def array(self, shape: tuple[int, ...], depth: int = 1) -> str:
        """An array of a shape; a place if there is one and `depth` is 0."""
        same = self.scope.arrays(lambda s: s == shape)
        if depth <= 0 and same:
            return self.rng.choice(same)[0]
        if depth <= 0 or (not same and self.chance(0.3)):
            return self.rng.choice(
                [f"np.full({shape}, {self.atom()})", f"{self.atom()} * np.ones({shape})"]
            )
        if self.may("functions", 0.15):
            called = self.call(Array(shape), depth - 1)
            if called:
                return called
        if 0 not in shape and len(shape) == 1 and self.chance(0.35):
            return self.vector(shape[0], depth)
        if 0 not in shape and len(shape) == 2 and self.chance(0.4):
            return self.matrix(shape[0], shape[1], depth)
        return self.fill(self.form(ARRAYS), depth, shape)

    def vector(self, n: int, depth: int) -> str:
        """A vector made from parts of others."""
        v = lambda k=n: f"({self.array((k,), 0)})"  # noqa: E731
        numbers = ", ".join(self.number(min(depth - 1, 1)) for _ in range(n))
        forms = [f"np.array([{numbers}])", f"np.stack([{numbers}]) * 0.8", f"{v()}[::-1]"]
        forms += [f"({self.array((n,), depth - 1)})[{[self.rng.randrange(n) for _ in range(n)]}]"]
        if n > 1:
            k = self.rng.randrange(1, n)
            halves = f"{self.array((k,), depth - 1)}, {self.array((n - k,), 0)}"
            forms += [f"np.concatenate([{halves}]) * 0.9", f"np.concatenate(({halves}))"]
        for text, kind in self.scope.arrays(lambda s: len(s) == 1 and s[0] > n):
            k = self.rng.randrange(kind.shape[0] - n + 1)
            forms += [f"{text}[{k}:{k + n}]"]
            if (kind.shape[0] + 1) // 2 == n:
                forms += [f"{text}[::2]", f"{text}[::-2]"]
        for text, kind in self.scope.arrays(lambda s: len(s) == 2 and n in s):
            rows, columns = kind.shape
            if columns == n:
                forms += [f"{text}[{self.index(rows)}]", f"0.4 * np.sum({text}, axis=0)"]
                forms += [f"0.3 * {v(rows)} @ {text}", f"0.3 * ({text}.T @ {v(rows)})"]
            if rows == n:
                forms += [f"{text}[:, {self.index(columns)}]", f"{text}.mean(axis=1)"]
                forms += [f"0.3 * {text} @ {v(columns)}", f"0.3 * np.dot({text}, {v(columns)})"]
                if "piecewise" in self.groups:
                    forms += [f"{text}.max(axis=1)", f"np.min({text}, axis=-1)"]
        if "comprehensions" in self.groups:
            with self.inner() as scope:
                k_name = self.fresh_name("k")
                scope.kinds[k_name] = Int(0, n - 1)
                text = self.number(1)
            forms += 2 * [f"np.array([{text} for {k_name} in range({n})])"]
        return self.rng.choice(forms)

    def matrix(self, rows: int, columns: int, depth: int) -> str:
        """A matrix made from vectors and other matrices."""
        row = lambda d=0: self.array((columns,), d)  # noqa: E731
        column = lambda d=0: self.array((rows,), d)  # noqa: E731
        forms = [
            f"np.outer({column(depth - 1)}, {row()})",
            f"({column()})[:, None] * {row(depth - 1)}",
            f"np.stack([{', '.join(row(depth - 1) for _ in range(rows))}])",
            f"0.4 * ({self.array((rows, columns), depth - 1)} + {row()})",
            f"({self.array((columns, rows), depth - 1)}).T",
            f"({self.array((rows, columns), depth - 1)})[::-1]",
            f"0.3 * ({self.array((rows, 2), 0)}) @ ({self.array((2, columns), 0)})",
            f"np.concatenate([{row()}] * {rows}).reshape({rows}, {columns})",
            f"np.reshape({self.array((rows, columns), depth - 1)} * 0.8, ({rows}, -1))",
            f"np.array([{', '.join(row() for _ in range(rows))}])",
        ]
        return self.rng.choice(forms)

    # Everything else -----------------------------------------------------------------------------

    def value(self, kind: Kind, depth: int = 1) -> str:
        """An expression of a type, a new object where it can be changed."""
        match kind:
            case Float():
                return self.number(depth)
            case Int(low, high):
                return str(self.rng.randint(low, high))
            case Array(shape):
                return self.own(self.array(shape, depth))
            case Tuple(items):
                inside = ", ".join(self.value(item, depth) for item in items)
                return f"({inside},)" if len(items) == 1 else f"({inside})"
            case List(items):
                return f"[{', '.join(self.value(item, depth) for item in items)}]"
            case Dict(items):
                pairs = ", ".join(f"{key!r}: {self.value(item, depth)}" for key, item in items)
                return f"{{{pairs}}}"
            case Function():
                names = [name for name, other in self.scope.of(Function) if other == kind]
                return self.rng.choice(names) if names else self.lambda_of(kind)
            case _:
                return self.record(kind, depth)

    def record(self, kind: Record, depth: int) -> str:
        """An instance: a new one, or one that there is, perhaps after a step."""
        names = [n for n, other in self.scope.of(Record) if other == kind]
        if names and self.chance(0.5):
            name = self.rng.choice(names)
            return self.rng.choice([name, f"{name}.step({self.atom()})"])
        parts_ = ", ".join(self.value(item, min(depth, 1)) for _, item in kind.items)
        return f"{kind.cls}({parts_})"

    def own(self, text: str) -> str:
        """The text, so that its value is in memory of its own, unless aliases are wanted."""
        if self.may("aliases", 0.5):
            return text
        node = ast.parse(text, mode="eval").body
        if isinstance(node, OWN):
            return text
        if isinstance(node, ast.Call) and re.match(
            r"np\.(sin|tanh|exp|sqrt|array|full|where|stack|concatenate|max|min|abs|clip|log|outer)",
            text,
        ):
            return text
        return self.rng.choice([f"({text}).copy()", f"1.0 * ({text})", f"np.array({text})"])

    def lambda_of(self, kind: Function) -> str:
        """A lambda of a type; it may close over what is in scope."""
        with self.inner() as scope:
            scope.kinds.update({p.name: p.kind for p in kind.parameters})
            body = self.value(kind.result, 1)
        names = ", ".join(f"{p.name}={p.default}" if p.default else p.name for p in kind.parameters)
        return f"(lambda {names}: {body})" if names else f"(lambda: {body})"

    def call(self, result: Kind, depth: int) -> str:
        """A call of a function in scope that returns a type; empty if there is none."""
        found = [
            (text, kind)
            for name, whole in self.scope.kinds.items()
            for text, kind in self._functions(name, whole)
            if kind.result == result
        ]
        if not found:
            return ""
        return self.call_of(*self.rng.choice(found), depth)

    def _functions(self, name: str, whole: Kind) -> Iterator[tuple[str, Function]]:
        for text, kind in parts(name, whole):
            if isinstance(kind, Function):
                yield text, kind

    def call_of(self, text: str, kind: Function, depth: int) -> str:
        """A call of a function: by position, by keyword, with defaults left out."""
        given: list[str] = []
        named = False
        for p in kind.parameters:
            if p.default and self.chance(0.4):
                named = True
                continue
            named = named or p.keyword or (bool(p.name) and p.name[0] != "_" and self.chance(0.1))
            value = self.value(p.kind, min(depth, 1))
            given.append(f"{p.name}={value}" if named else value)
        return f"{text}({', '.join(given)})"
