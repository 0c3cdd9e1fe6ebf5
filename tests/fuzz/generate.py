"""Seeded random programs: `source(seed)` is the text of a module that says all about one.

    def program(x, v, p, n=2): ..        what is differentiated
    POINTS = [((0.6, ..), {}), ..]       where
    WRT = (0, 1)                         with respect to what

A seed first chooses the features that its program uses, then writes helpers and the program; the
same seed always gives the same text.
"""

from __future__ import annotations

import random
from collections.abc import Iterable

from tests.fuzz.collecting import HELPERS
from tests.fuzz.typed import (
    FLOAT,
    Array,
    Dict,
    Float,
    Function,
    Int,
    Kind,
    List,
    Parameter,
    Record,
    Scope,
    Tuple,
    parts,
)
from tests.fuzz.writer import Writer

HEADER = ["import functools", "import math", "", "import numpy as np", ""]
GROUPS = {
    "arrays": 0.85,
    "matrices": 0.4,
    "slices": 0.4,
    "stores": 0.6,
    "piecewise": 0.45,
    "branches": 0.5,
    "jumps": 0.5,
    "functions": 0.5,
    "closures": 0.3,
    "containers": 0.4,
    "comprehensions": 0.3,
    "aliases": 0.2,
    "effects": 0.15,
    "raises": 0.15,
    "structured": 0.3,
    "odd": 0.1,
    "narrow": 0.04,
    "globals": 0.2,
    "library": 0.1,
    "stars": 0.12,
    "open": 0.05,
    "growth": 0.25,
    "objects": 0.2,
    "collections": 0.0,
}
"""How often a program uses a feature."""

POINTS = 2
INTEGER = Int(2, 3)


def source(seed: int, size: int | None = None, wanted: Iterable[str] = ()) -> str:
    """The text of the random program of a seed.

    Args:
        seed: the same seed gives the same program.
        size: about its number of statements.
        wanted: features of `GROUPS` that it has in any case.
    """
    rng = random.Random(f"fpad {seed}")
    groups = frozenset(g for g, p in GROUPS.items() if p and rng.random() < p) | frozenset(wanted)
    if "collections" in groups:
        groups -= {"narrow"}  # a list of float32 and of Python's floats holds doubles
    size = size or rng.choice([2, 2, 3, 3, 3, 4, 4, 5, 6, 9])
    module = Module(rng, groups)
    if "collections" in groups:
        module.lines += HELPERS
    module.data()
    module.classes()
    module.stars()
    if "functions" in groups:
        for number in range(rng.randint(1, 2)):
            module.helper(f"helper_{number}", max(1, size // 3))
    module.program(size)
    return "\n".join([*HEADER, *module.lines]) + "\n"


class Module:
    """Writes a module; `outside` is what its functions see of it."""

    def __init__(self, rng: random.Random, groups: frozenset[str]) -> None:
        self.rng, self.groups = rng, groups
        self.lines: list[str] = []
        self.outside = Scope()

    def data(self) -> None:
        """Data that functions read from the module."""
        if "globals" in self.groups:
            self.lines += ["GAIN = 0.8", "TABLE = np.array([0.3, -0.5, 0.8, 0.1])", ""]
            self._offer("GAIN", FLOAT)
            self._offer("TABLE", Array((4,)))

    def classes(self) -> None:
        """A class with numeric attributes; methods and functions that read and change it."""
        if "objects" not in self.groups:
            return
        own = Scope({"self.a": FLOAT, "self.b": FLOAT, "t": FLOAT})
        method, change = (Writer(self.rng, own, frozenset(), FLOAT) for _ in range(2))
        self.lines.insert(0, "from dataclasses import dataclass")
        self.lines += ["", "@dataclass", "class State:", "    a: float", "    b: float", ""]
        self.lines += ["    def energy(self, t):", f"        return {method.number(2)}", ""]
        self.lines += ["    def step(self, t):", f"        self.a = {change.number(2)}"]
        self.lines += ["        self.b += 0.2 * self.a * t", "        return self", "", "", ""]
        kind = Record("State", (("a", FLOAT), ("b", FLOAT)))
        self.lines += ["def moved(state, t):", "    state.a = state.a + 0.3 * t * state.b"]
        self.lines += ["    return state.energy(t) + state.b", "", ""]
        self.lines += [
            "def scaled(state, t):",
            "    return State(state.a * t, b=0.5 * state.b)",
            "",
            "",
        ]
        taken = (Parameter("state", kind), Parameter("t", FLOAT))
        self._offer("moved", Function(taken, FLOAT))
        self._offer("scaled", Function(taken, kind))

    def stars(self) -> None:
        """A helper of any number of arguments, and one that returns a function."""
        if "stars" not in self.groups:
            return
        self.lines += ["def spread(a, *rest, scale=0.5, **more):"]
        self.lines += ["    for r in rest:", "        a = 0.6 * a * r + 0.2 * math.sin(a)"]
        self.lines += ["    if 'b' in more:", "        a = a * more['b']"]
        self.lines += ["    return a * scale"]
        inside = Writer(self.rng, Scope({"a": FLOAT, "z": FLOAT}), frozenset(), FLOAT)
        self.lines += ["", "", "def factory(a):", "    def made(z):"]
        self.lines += [f"        return {inside.number(2)}", "", "    return made", "", ""]
        self.outside.forms = (
            *("spread(<f>, <g>)", "spread(<g>, <g>, <f>, b=<g>)", "spread(<g>, scale=<f>)"),
            *("spread(*[<f>, <g>, <c>])", "spread(<g>, **{'b': <f>, 'c': <g>})"),
            *("factory(<g>)(<f>)", "factory(<f>)(factory(<g>)(<c>))"),
        )

    def _offer(self, name: str, kind: Kind) -> None:
        self.outside.kinds[name] = kind
        self.outside.constant.add(name)

    def scope(self, parameters: tuple[Parameter, ...]) -> Scope:
        """What a function with these parameters starts with."""
        scope = self.outside.copy()
        for p in parameters:
            scope.kinds[p.name] = p.kind
            if isinstance(p.kind, Int | Function):
                scope.constant.add(p.name)
        return scope

    # Helpers -------------------------------------------------------------------------------------

    def helper(self, name: str, size: int) -> None:
        """A user function: of numbers, arrays, structures or functions, maybe recursive."""
        kinds: list[Kind] = [FLOAT, FLOAT, Array((4,)), Array((3,)), Int(0, 2)]
        if "containers" in self.groups:
            kinds += [Tuple((FLOAT, FLOAT)), Dict((("a", FLOAT), ("b", Array((3,)))))]
        if "closures" in self.groups:
            kinds += 2 * [Function((Parameter("z", FLOAT),), FLOAT)]
        chosen = [FLOAT, *(self.rng.choice(kinds) for _ in range(self.rng.randint(0, 2)))]
        parameters = []
        for k, kind in enumerate(chosen):
            default, keyword = "", bool(parameters) and self.rng.random() < 0.15
            defaults_begin = any(p.default for p in parameters)
            if isinstance(kind, Float | Int) and k and (defaults_begin or self.rng.random() < 0.3):
                default = "1" if isinstance(kind, Int) else "0.7"
            elif defaults_begin:
                keyword = True
            if parameters and parameters[-1].keyword:
                keyword = True
            parameters.append(Parameter("abcde"[k], kind, default, keyword))
        recursive = self.rng.random() < 0.2
        if recursive:
            parameters.insert(1, Parameter("m", Int(0, 2)))
        results: list[Kind] = [FLOAT, FLOAT, Array((4,)), Array((3,))]
        if "containers" in self.groups:
            results += [Tuple((FLOAT, FLOAT)), Dict((("a", FLOAT), ("b", FLOAT)))]
        kind = Function(tuple(parameters), FLOAT if recursive else self.rng.choice(results))
        self.lines += self.function(name, kind, size, recursive)
        self._offer(name, kind)

    def function(self, name: str, kind: Function, size: int, recursive: bool = False) -> list[str]:
        """The text of a function."""
        scope = self.scope(kind.parameters)
        if "aliases" not in self.groups:
            scope.frozen |= {
                p.name
                for p in kind.parameters
                if any(isinstance(part, Array | List | Dict) for _, part in parts("", p.kind))
            }
        body = Writer(self.rng, scope, self.groups, kind.result)
        lines = [f"def {name}({signature(kind.parameters)}):"]
        if recursive:
            body.emit("if m <= 0:")
            body.emit("    return np.sin(a)")
        body.statements(self.rng.randint(1, size))
        last = body.value(kind.result, 2)
        if recursive:
            rest = [f"{p.name}={p.name}" for p in kind.parameters[2:]]
            again = ", ".join([body.number(1), "m - 1", *rest])
            last = f"0.5 * {name}({again}) + 0.5 * ({last})"
        body.emit(f"return {last}")
        return [*lines, *body.lines, "", ""]

    # The program ---------------------------------------------------------------------------------

    def program(self, size: int) -> None:
        """The function that is differentiated, its points and what it is differentiated by."""
        parameters = self.parameters()
        scope = self.scope(parameters)
        if "aliases" not in self.groups:
            scope.frozen |= {p.name for p in parameters if isinstance(p.kind, List | Dict | Tuple)}
        result: Kind = FLOAT
        if "structured" in self.groups and self.rng.random() < 0.5:
            result = self.rng.choice(
                [Tuple((FLOAT, Array((3,)))), Array((3,)), Dict((("a", FLOAT), ("b", FLOAT)))]
            )
        body = Writer(self.rng, scope, self.groups, result)
        body.statements(size)
        if result == FLOAT:
            body.emit(f"return {total(body, self.rng)}")
        else:
            body.emit(f"return {body.value(result, 2)}")
        self.lines += [f"def program({signature(parameters)}):", *body.lines, "", ""]
        wrt = [k for k, p in enumerate(parameters) if not isinstance(p.kind, Int)]
        if len(wrt) > 1 and self.rng.random() < 0.2:
            wrt.remove(self.rng.choice(wrt))
        points = [self.point(parameters) for _ in range(POINTS)]
        self.lines += ["POINTS = [", *(f"    {point}," for point in points), "]"]
        self.lines += [f"WRT = {tuple(wrt)}"]

    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters of the program."""
        kinds: list[tuple[str, Kind]] = [("x", FLOAT)]
        if self.rng.random() < 0.6:
            kinds.append(("y", FLOAT))
        if "arrays" in self.groups:
            shape = (4,)
            if "odd" in self.groups:
                shape = self.rng.choice([(4,), (), (0,), (1,), (2, 0)])
            kinds.append(("v", Array(shape)))
        if "matrices" in self.groups:
            kinds.append(("m", Array(self.rng.choice([(3, 4), (2, 3), (2, 2)]))))
        if "structured" in self.groups:
            structure = self.rng.choice(
                [
                    Tuple((FLOAT, Array((3,)))),
                    List((FLOAT, FLOAT)),
                    Dict((("a", FLOAT), ("b", FLOAT))),
                    Dict((("w", Array((3,))), ("b", FLOAT))),
                    Dict((("l", List((Array((3,)), FLOAT))), ("b", FLOAT))),
                ]
            )
            kinds.append(("p", structure))
        found = [Parameter(name, kind) for name, kind in kinds]
        if self.rng.random() < 0.7:
            found.append(Parameter("n", INTEGER, "2" if self.rng.random() < 0.3 else ""))
        return tuple(found)

    def point(self, parameters: tuple[Parameter, ...]) -> str:
        """The text of the arguments of a call."""
        args, kwargs = [], []
        for p in parameters:
            if p.default and self.rng.random() < 0.3:
                continue
            if p.default and self.rng.random() < 0.5:
                kwargs.append(f"{p.name!r}: {self.datum(p.kind, True)}")
            else:
                args.append(self.datum(p.kind, True))
        return f"(({', '.join(args)},), {{{', '.join(kwargs)}}})"

    def datum(self, kind: Kind, plain: bool = False) -> str:
        """The text of random data of a type; `plain`: it is an argument, not a part of one."""
        match kind:
            case Float():
                number = repr(round(self.rng.uniform(-1.3, 1.3), 3))
                if "odd" in self.groups and plain:
                    return self.rng.choice(
                        [number, f"np.float64({number})", f"np.array({number})", "1"]
                    )
                return number
            case Int(low, high):
                return str(self.rng.randint(low, high))
            case Array(shape):
                narrow = ", np.float32" if "narrow" in self.groups else ""
                return (
                    f"np.array({self._nest(shape)}{narrow})"
                    if 0 not in shape
                    else f"np.zeros({shape})"
                )
            case Tuple(items):
                return f"({', '.join(map(self.datum, items))},)"
            case List(items):
                return f"[{', '.join(map(self.datum, items))}]"
            case Dict(items):
                return f"{{{', '.join(f'{key!r}: {self.datum(item)}' for key, item in items)}}}"
            case _:
                raise TypeError(kind)

    def _nest(self, shape: tuple[int, ...]) -> str:
        if not shape:
            return self.datum(FLOAT)
        return f"[{', '.join(self._nest(shape[1:]) for _ in range(shape[0]))}]"


def signature(parameters: tuple[Parameter, ...]) -> str:
    """The parameters of a function as text."""
    texts = []
    starred = False
    for p in parameters:
        if p.keyword and not starred:
            texts.append("*")
            starred = True
        texts.append(f"{p.name}={p.default}" if p.default else p.name)
    return ", ".join(texts)


def total(body: Writer, rng: random.Random) -> str:
    """A number that depends on all that the function has computed."""
    terms = []
    for name, kind in body.scope.kinds.items():
        if name in body.scope.constant and name.isupper():
            continue
        for text, part in parts(name, kind):
            if isinstance(part, Float):
                terms.append(text)
            elif isinstance(part, Array):
                terms.append(f"0.5 * np.sum({text} * {text})")
    rng.shuffle(terms)
    return " + ".join(terms or ["0.5"])
