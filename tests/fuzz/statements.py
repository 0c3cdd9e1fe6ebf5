"""Random simple statements: assignments of every kind, in-place writes, containers, effects."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.fuzz.expressions import Expressions
from tests.fuzz.forms import SHAPES
from tests.fuzz.typed import (
    FLOAT,
    Array,
    Dict,
    Kind,
    List,
    Record,
    Scope,
    Tuple,
)

UPDATES = ("+= 0.3 * ({})", "-= 0.2 * ({})", "*= np.cos({})", "/= 1.2 + ({}) ** 2")
KEYS = ("a", "b", "w")


class Statements(Expressions):
    """Writes the simple statements of one function.

    Attributes:
        lines: what has been written, indented from the body of the function.
        result: the type of what the function returns.
    """

    def __init__(
        self, rng: random.Random, scope: Scope, groups: frozenset[str], result: Kind
    ) -> None:
        super().__init__(rng, scope, groups)
        self.result = result
        self.lines: list[str] = []
        self.depth = 1
        self.loops = 0
        self.nested = 0

    # Writing -------------------------------------------------------------------------------------

    def emit(self, line: str) -> None:
        """Writes a line at the present depth."""
        self.lines.append("    " * self.depth + line)

    @contextmanager
    def block(self) -> Iterator[Scope]:
        """An indented block with a scope of its own."""
        outer, self.scope = self.scope, self.scope.copy()
        self.depth += 1
        yield self.scope
        self.depth -= 1
        self.scope = outer

    def target(self, kind: Kind, prefix: str) -> str:
        """A name to assign: mostly one that exists, so that values are overwritten."""
        names = [
            n for n, k in self.scope.kinds.items() if k == kind and n not in self.scope.constant
        ]
        if names and self.chance(0.6):
            return self.rng.choice(names)
        return self.fresh_name(prefix)

    def define(self, name: str, kind: Kind) -> None:
        """Notes that a name is defined from here on."""
        self.scope.kinds[name] = kind
        self.scope.frozen.discard(name)

    def writable(self, accept: Callable[[tuple[int, ...]], bool]) -> list[tuple[str, Array]]:
        """The arrays that may be written in place."""
        found = [(t, k) for t, k in self.scope.arrays(accept) if not root_of(t).isupper()]
        if "aliases" in self.groups:
            return found
        blocked = self.scope.frozen | self.scope.constant
        return [(text, kind) for text, kind in found if root_of(text) not in blocked]

    # Simple statements ---------------------------------------------------------------------------

    def assign_number(self) -> None:
        """`s = expression`, in one of the ways that Python has."""
        name = self.target(FLOAT, "s")
        roll = self.rng.random()
        if roll < 0.08:
            other = self.target(FLOAT, "s")
            self.emit(f"{name} = {other} = {self.number(2)}")
            self.define(other, FLOAT)
        elif roll < 0.16:
            walrus = self.fresh_name("q")
            self.emit(f"{name} = ({walrus} := {self.number(2)}) * 0.5 + {walrus} * {self.atom()}")
            self.define(walrus, FLOAT)
        elif roll < 0.22:
            first, rest = self.fresh_name("s"), self.fresh_name("r")
            values = ", ".join(self.number(1) for _ in range(3))
            self.emit(f"{first}, *{rest} = {values}")
            self.define(first, FLOAT)
            self.define(rest, List((FLOAT, FLOAT)))
            return
        elif roll < 0.27:
            self.emit(f"{name}: float = {self.number(2)}")
        else:
            self.emit(f"{name} = {self.number(3)}")
        self.define(name, FLOAT)

    def update_number(self) -> None:
        """`s += expression` and its kin, of a name or an entry of a list or dict."""
        names = [
            n for n, k in self.scope.kinds.items() if k == FLOAT and n not in self.scope.constant
        ]
        places = names + self._entries(FLOAT)
        if not places:
            return self.assign_number()
        self.emit(f"{self.rng.choice(places)} {self.rng.choice(UPDATES).format(self.number(1))}")
        return None

    def _entries(self, kind: Kind) -> list[str]:
        """The places of a type that are entries of lists, dicts and objects."""
        found = []
        for name, whole in self.scope.kinds.items():
            hidden = name in self.scope.frozen and "aliases" not in self.groups
            if name in self.scope.constant or hidden:
                continue
            if isinstance(whole, List) and not whole.grows:
                found += [f"{name}[{k}]" for k, item in enumerate(whole.items) if item == kind]
            if isinstance(whole, Record):
                found += [f"{name}.{key}" for key, item in whole.items if item == kind]
            if isinstance(whole, Dict):
                found += [f"{name}[{key!r}]" for key, item in whole.items if item == kind]
        return found

    def swap(self) -> None:
        """`s, t = t, expression`."""
        names = [
            n for n, k in self.scope.kinds.items() if k == FLOAT and n not in self.scope.constant
        ]
        if len(names) < 2:
            return self.assign_number()
        s, t = self.rng.sample(names, 2)
        self.emit(f"{s}, {t} = {t}, {self.number(2)}")
        return None

    def assign_array(self) -> None:
        """`w = expression`, mostly a new array."""
        same = [kind.shape for _, kind in self.scope.arrays(lambda s: True)]
        shapes = [s for s in SHAPES if len(s) == 1 or "matrices" in self.groups]
        shape = self.rng.choice([*shapes, *same, *same])
        name = self.target(Array(shape), "w")
        text = f"np.zeros({shape})" if self.chance(0.15) else self.own(self.array(shape, 2))
        self.emit(f"{name} = {text}")
        self.define(name, Array(shape))

    def update_array(self) -> None:
        """`w += expression`, in place."""
        found = [(t, k) for t, k in self.writable(lambda s: True) if t.isidentifier()]
        if not found:
            return self.assign_array()
        name, kind = self.rng.choice(found)
        value = self.atom() if self.chance(0.3) else self.array(kind.shape, 1)
        self.emit(f"{name} {self.rng.choice(UPDATES).format(value)}")
        return None

    def store(self) -> None:
        """A write to an element, a slice, a row or what a mask or an index array selects."""
        found = self.writable(lambda s: s != () and 0 not in s)
        if not found:
            return self.assign_array()
        name, kind = self.rng.choice(found)
        n = kind.shape[0]
        if self.chance(0.08):
            first, second = self.element(name, kind), self.element(name, kind)
            self.emit(f"{first}, {second} = {second}, {self.rng.choice([first, self.number(1)])}")
            return None
        if self.chance(0.5):
            where = self.element(name, kind)
            value = self.number(2)
        elif len(kind.shape) == 2 and self.chance(0.5):
            where, width = f"{name}[{self.index(n)}]", kind.shape[1]
            if self.chance(0.4):
                where, width = f"{name}[:, {self.index(kind.shape[1])}]", n
            value = self.array((width,), 1) if self.chance(0.7) else self.number(1)
        elif self.may("slices", 0.4):
            picked = self.rng.sample(range(n), min(n, 2))
            options = [
                f"{name}[{self.mask(kind.shape, name)}]",
                f"{name}[{picked}]",
                f"{name}[...]",
            ]
            where, value = self.rng.choice(options), self.number(1)
        elif self.chance(0.25):
            where, value = f"{name}[:]", self.array(kind.shape, 1)
        else:
            where, value = f"{name}[{self.slice(n)}]", self.number(1)
        how = self.rng.choice(["= {}", "= {}", "+= 0.3 * ({})", "*= np.cos({})", "-= 0.2 * ({})"])
        self.emit(f"{where} {how.format(value)}")
        return None

    def alias(self) -> None:
        """A second name for an array, or a view that is read or written."""
        found = self.scope.arrays(lambda s: s != () and 0 not in s)
        found = [(t, k) for t, k in found if not root_of(t).isupper()]
        if not found:
            return self.assign_array()
        text, kind = self.rng.choice(found)
        n, name = kind.shape[0], self.fresh_name("z")
        forms = [(text, kind.shape), (f"{text}[::-1]", kind.shape), (f"{text}[...]", kind.shape)]
        if n > 1:
            forms += 2 * [(f"{text}[1:]", (n - 1, *kind.shape[1:]))]
        if len(kind.shape) == 2:
            forms += [(f"{text}.T", kind.shape[::-1]), (f"{text}[{self.index(n)}]", kind.shape[1:])]
            forms += [(f"{text}.ravel()", (n * kind.shape[1],)), (f"{text}[:, 0]", (n,))]
            forms += [(f"{text}.reshape(-1)", (n * kind.shape[1],))]
        view, shape = self.rng.choice(forms)
        self.emit(f"{name} = {view}")
        self.define(name, Array(shape))
        if self.chance(0.4):
            how = self.rng.choice(["=", "+="])
            self.emit(f"{self.element(name, Array(shape))} {how} {self.number(1)}")
        return None

    # Containers ----------------------------------------------------------------------------------

    def container_kind(self, depth: int = 1) -> Kind:
        """A type of tuple, list or dict."""
        n = self.rng.randint(2, 3)
        items: list[Kind] = [FLOAT] * n if self.chance(0.4) else []
        while len(items) < n:
            roll = self.rng.random()
            if depth and roll < 0.2:
                items.append(self.container_kind(0))
            elif roll < 0.5:
                items.append(Array(self.rng.choice([(4,), (3,), (2,)])))
            else:
                items.append(FLOAT)
        match self.rng.randrange(3):
            case 0:
                return Tuple(tuple(items))
            case 1:
                return List(tuple(items))
            case _:
                return Dict(tuple(zip(KEYS, items, strict=False)))

    def pack(self) -> None:
        """A container that is made."""
        kinds = [k for _, k in self.scope.kinds.items() if isinstance(k, Tuple | List | Dict)]
        kinds = [k for k in kinds if not (isinstance(k, List) and k.grows)]
        kind = self.rng.choice(kinds) if kinds and self.chance(0.4) else self.container_kind()
        name = self.target(kind, "p")
        self.emit(f"{name} = {self.value(kind, 1)}")
        self.define(name, kind)

    def instance(self) -> None:
        """An object that is made, called or changed, maybe under a second name."""
        kind = Record("State", (("a", FLOAT), ("b", FLOAT)))
        names = [n for n, k in self.scope.kinds.items() if k == kind]
        entries = [e for e in self._entries(FLOAT) if "." in e]
        if entries and self.chance(0.5):
            how = self.rng.choice(["= {}", "+= 0.3 * ({})", "*= np.cos({})"])
            self.emit(f"{self.rng.choice(entries)} {how.format(self.number(2))}")
        elif names and self.chance(0.3):
            self.emit(f"{self.rng.choice(names)}.step({self.atom()})")
        else:
            name = self.target(kind, "o")
            text = f"scaled({names[0]}, {self.atom()})" if names and self.chance(0.2) else ""
            self.emit(f"{name} = {text or self.record(kind, 1)}")
            self.define(name, kind)

    def unpack(self) -> None:
        """A container that is taken apart, or an entry of it that is set."""
        entries = self._entries(FLOAT)
        if entries and self.chance(0.5):
            self.emit(f"{self.rng.choice(entries)} = {self.number(2)}")
            return None
        found = [(n, k) for n, k in self.scope.of(Tuple) if all(i == FLOAT for i in k.items)]  # type: ignore[union-attr]
        found += [(n, k) for n, k in self.scope.of(List) if all(i == FLOAT for i in k.items)]  # type: ignore[union-attr]
        found = [(n, k) for n, k in found if not getattr(k, "grows", False)]
        if not found:
            return self.pack()
        name, kind = self.rng.choice(found)
        names = [self.fresh_name("s") for _ in kind.items]  # type: ignore[union-attr]
        self.emit(f"{', '.join(names)} = {name}")
        for s in names:
            self.define(s, FLOAT)
        return None

    # Noise ---------------------------------------------------------------------------------------

    def effect(self) -> None:
        """Something printed."""
        shown = self.rng.choice([f"{{{self.atom()}:.4f}}", f"{{{self.integer()}}}", "here"])
        text = f'"at", f"{shown}"' if '"' not in shown else '"at"'
        self.emit(f"print({text})")

    def stop(self) -> None:
        """An assert or a raise that seldom strikes."""
        limit = self.rng.choice(["50.0", "50.0", "1.0"])
        if self.chance(0.5):
            self.emit(f'assert {self.atom()} < {limit}, "stop"')
        else:
            self.emit(f"if {self.atom()} > {limit}:")
            self.emit(f'    raise ValueError(f"stop {{{self.integer()}}}")')

    def forget(self) -> None:
        """`del` of a name that nobody reads again."""
        name = self.fresh_name("d")
        self.emit(f"{name} = {self.number(1)}")
        self.emit(f"{self.target(FLOAT, 's')} = {name} * 0.5" if self.chance(0) else f"del {name}")

    def out_argument(self) -> None:
        """A ufunc that writes into an array."""
        found = self.writable(lambda s: s != () and 0 not in s)
        if not found:
            return self.assign_array()
        name, kind = self.rng.choice(found)
        same = self.array(kind.shape, 0)
        forms = [
            f"np.add({same}, {self.atom()}, out={name})",
            f"np.multiply({name}, 0.8, out={name})",
        ]
        forms += [f"np.add.at({name}, [0, 0], {self.atom()})", f"{name}.fill({self.atom()})"]
        forms += [f"np.copyto({name}, {same})", f"{name}[:], x = {same}, {self.atom()}"]
        self.emit(self.rng.choice(forms))
        return None


def root_of(text: str) -> str:
    """The name that a place starts from."""
    return text.partition("[")[0].partition(".")[0]
