"""Random compound statements and functions inside functions: `Writer` writes a whole body."""

from __future__ import annotations

from collections.abc import Callable

from tests.fuzz.collecting import Collecting
from tests.fuzz.statements import root_of
from tests.fuzz.typed import FLOAT, Array, Dict, Function, Int, Kind, List, Parameter, Scope, Tuple

DEPTH = 3
"""How deep blocks are nested."""


class Writer(Collecting):
    """Writes the body of one function."""

    def grow(self) -> None:
        """A list that grows in a loop, and what is read from it."""
        name, k, s = self.fresh_name("l"), self.fresh_name("k"), self.target(FLOAT, "s")
        rows = self.chance(0.25)
        item: Kind = Array((3,)) if rows else FLOAT
        start = self.value(item, 1)
        self.emit(f"{name} = [{start}]")
        trips = self.rng.choice(["2", "3", "n" if "n" in self.scope.kinds else "2"])
        self.emit(f"for {k} in range({trips}):")
        with self.block() as scope:
            scope.kinds[k] = Int(0, 1)
            self.statement_once()
            if self.chance(0.25):
                self.emit(f"if {self.condition()}:")
                self.emit("    continue" if self.chance(0.5) else "    break")
            new = f"0.5 * {name}[-1] + {self.value(item, 1)}" if self.chance(0.5) else ""
            self.emit(f"{name}.append({new or self.value(item, 1)})")
            if self.chance(0.2):
                self.emit(f"{name}[0] = {name}[{k}] * {self.atom()}")
        read = [f"np.sum(np.array({name}))", f"np.sum({name}[-1] * {name}[0])"]
        read += [f"np.sum({name}[0]) + len({name})", f"np.mean(np.stack({name}))"]
        if not rows:
            read += [f"sum({name})", f"sum(e * e for e in {name})", f"max({name})"]
            read += [f"sum(e * u for e, u in zip({name}, {name}[1:]))"]
        if self.chance(0.2):
            self.emit(f"{name}.pop()")
            read = [f"sum(np.sum(e) for e in {name})"]
        self.emit(f"{s} = 0.3 * ({self.rng.choice(read)})")
        self.define(s, FLOAT)

    def guarded(self) -> None:
        """A block under `with`, or under `try`, that raises nothing."""
        kind = self.rng.randrange(3)
        self.emit("with np.errstate(all='ignore'):" if kind == 0 else "try:")
        with self.block() as scope:
            self.statements(2)
        if kind == 0:
            self.scope.meet([scope])
            return
        self.emit("except ZeroDivisionError:" if kind == 1 else "finally:")
        with self.block():
            self.statement_once()

    # Functions -----------------------------------------------------------------------------------

    def close_over(self) -> None:
        """A function inside the function, which takes values from around."""
        name = self.fresh_name("g")
        count = self.rng.randint(0, 2)
        kinds: list[Kind] = [self.rng.choice([FLOAT, FLOAT, Array((3,))]) for _ in range(count)]
        parameters = tuple(Parameter(self.fresh_name("a"), kind) for kind in kinds)
        kind = Function(parameters, self.rng.choice([FLOAT, FLOAT, Array((3,))]))
        taken = [n for n in self.scope.kinds if n not in self.scope.constant]
        if self.chance(0.4):
            self.emit(f"{name} = {self.lambda_of(kind)}")
        else:
            self.emit(f"def {name}({', '.join(p.name for p in parameters)}):")
            inside = Writer(self.rng, self.scope.copy(), self.groups - {"closures"}, kind.result)
            inside.scope.constant |= set(self.scope.kinds)
            inside.scope.kinds.update({p.name: p.kind for p in parameters})
            inside.names, inside.nested = self.names + 100, 1
            inside.depth = self.depth + 1
            inside.statements(self.rng.randint(0, 2))
            inside.emit(f"return {inside.value(kind.result, 2)}")
            self.lines += inside.lines
        # Python would look at the later value of what is taken, which is refused.
        if "aliases" not in self.groups or self.chance(0.8):
            written = "\n".join(self.lines[-8:])
            self.scope.constant |= {n for n in taken if n in written}
        self.define(name, kind)
        self.scope.constant.add(name)

    def layers(self) -> None:
        """A list of functions that are applied one after another."""
        names, f, s = self.fresh_name("h"), self.fresh_name("f"), self.fresh_name("s")
        kind = Function((Parameter("z", FLOAT),), FLOAT)
        before = dict(self.scope.kinds)
        functions = ", ".join(self.lambda_of(kind) for _ in range(self.rng.randint(2, 3)))
        self.emit(f"{names} = [{functions}]")
        self.scope.constant |= {n for n in before if n in functions}
        self.emit(f"{s} = {self.number(1)}")
        self.emit(f"for {f} in {names}:")
        self.emit(f"    {s} = 0.7 * {f}({s}) + 0.2 * {self.atom()}")
        self.define(s, FLOAT)

    # Compound statements -------------------------------------------------------------------------

    def jump(self) -> None:
        """`if ..: break | continue | return`."""
        kinds = ["break", "continue", "break", "continue", "return"] if self.loops else ["return"]
        kind = self.rng.choice(kinds)
        self.emit(f"if {self.condition()}:")
        with self.block():
            if self.chance(0.3):
                self.assign_number()
            self.emit(f"return {self.value(self.result, 1)}" if kind == "return" else kind)

    def branch(self, budget: int) -> None:
        """`if / elif / else` or `match`; what every arm defines is defined afterwards."""
        integers = self.scope.of(Int)
        if integers and self.chance(0.1):
            return self.match(self.rng.choice(integers)[0], budget)
        if self.chance(0.1):
            name = self.fresh_name("q")
            self.emit(f"if ({name} := {self.number(1)}) > {self.constant()}:")
            self.define(name, FLOAT)
        else:
            self.emit(f"if {self.condition()}:")
        arms = [self.arm(budget)]
        if self.chance(0.3):
            self.emit(f"elif {self.condition()}:")
            arms.append(self.arm(budget))
        if self.chance(0.6):
            self.emit("else:")
            arms.append(self.arm(budget))
        else:
            arms.append(self.scope)
        self.scope.meet(arms)
        return None

    def match(self, name: str, budget: int) -> None:
        """`match` on an integer."""
        self.emit(f"match {name}:")
        arms = []
        self.depth += 1
        for pattern in ("0", "1 | 2", "_"):
            self.emit(f"case {pattern}:")
            arms.append(self.arm(budget))
        self.depth -= 1
        self.scope.meet(arms)

    def arm(self, budget: int) -> Scope:
        """One arm of a branch; returns what is defined at its end."""
        with self.block() as scope:
            self.statements(max(1, budget // 2))
        return scope

    def loop(self, budget: int) -> None:
        """A loop over a range, an array, a zip, an enumerate, a dict; or a while loop."""
        self.rng.choice(
            [
                self.for_range,
                self.for_range,
                self.for_values,
                self.for_values,
                self.while_true,
                self.while_,
            ]
        )(budget)

    def for_range(self, budget: int) -> None:
        """`for k in range(..)`."""
        k = self.fresh_name("k")
        bounds = [("3", 0, 2), ("1, 4", 1, 3), ("3, 0, -1", 1, 3), ("2", 0, 1), ("0, 4, 2", 0, 2)]
        if self.scope.kinds.get("n") == Int(2, 3):
            bounds += 2 * [("n", 0, 2), ("n - 1", 0, 1), ("1, n", 1, 2)]
        text, low, high = self.rng.choice(bounds)
        self.emit(f"for {k} in range({text}):")
        self.body({k: Int(low, high)}, budget)

    def for_values(self, budget: int) -> None:
        """`for` over arrays and containers."""
        k, e, u = self.fresh_name("k"), self.fresh_name("e"), self.fresh_name("e")
        forms: list[tuple[str, dict[str, Kind], str]] = []
        vectors = self.scope.arrays(lambda s: len(s) == 1)
        for text, kind in vectors:
            (n,) = kind.shape
            index = Int(0, max(n - 1, 0))
            forms += [(f"{e} in {text}", {e: FLOAT}, text)]
            forms += [(f"{k}, {e} in enumerate({text})", {k: index, e: FLOAT}, text)]
            forms += [(f"{e} in reversed({text})", {e: FLOAT}, text)]
            forms += [(f"{k} in range(len({text}))", {k: index}, "")]
            other = self.rng.choice(vectors)[0]
            forms += [(f"{e}, {u} in zip({text}, {other})", {e: FLOAT, u: FLOAT}, text)]
        for text, kind in self.scope.arrays(lambda s: len(s) == 2):
            forms += 3 * [(f"{e} in {text}", {e: Array(kind.shape[1:])}, text)]
        plain = forms
        forms = []
        for name, whole in self.scope.kinds.items():
            if isinstance(whole, Dict) and len({item for _, item in whole.items}) == 1:
                item = whole.items[0][1]
                forms += 3 * [(f"{e} in {name}.values()", {e: item}, name)]
                forms += 3 * [(f"{k}, {e} in {name}.items()", {e: item}, name)]
                forms += 2 * [
                    (
                        f"{k} in {self.rng.choice([name, f'sorted({name})'])}",
                        {e: item},
                        f"{name}[{k}]",
                    )
                ]
            if isinstance(whole, Tuple | List) and len(set(whole.items)) == 1:
                forms += 3 * [(f"{e} in {name}", {e: whole.items[0]}, name)]
                forms += [
                    (f"{k}, {e} in enumerate({name})", {e: whole.items[0], k: Int(0, 1)}, name)
                ]
        if not forms or (plain and self.chance(0.4)):
            forms = plain
        if not forms:
            return self.for_range(budget)
        text, bound, over = self.rng.choice(forms)
        self.emit(f"for {text}:")
        self.body(bound, budget, over)
        return None

    def body(self, bound: dict[str, Kind], budget: int, over: str = "") -> None:
        """The body of a loop, and seldom its else; what is looped over is not written."""
        self.loops += 1
        with self.block() as scope:
            if "[k" in over:  # the keys of a dict
                self.emit(f"{next(iter(bound))} = {over}")
            scope.kinds.update(bound)
            scope.frozen |= {n for n, kind in bound.items() if isinstance(kind, Array)}
            if over:
                scope.frozen.add(root_of(over))
                scope.constant.add(root_of(over))
            scope.constant |= {n for n, kind in bound.items() if isinstance(kind, Int)}
            self.statements(budget)
            if self.may("jumps", 0.3):
                self.jump()
        self.loops -= 1
        if self.may("jumps", 0.15):
            self.emit("else:")
            with self.block():
                self.statements(1)

    def while_(self, budget: int) -> None:
        """A while loop that counts."""
        k = self.fresh_name("k_")
        self.emit(f"{k} = 0")
        test = f"{k} < {self.rng.choice([2, 3])}"
        self.emit(f"while {test} and {self.condition()}:" if self.chance(0.4) else f"while {test}:")
        with self.block():
            self.emit(f"{k} += 1")
        self.body({k: Int(1, 3)}, budget)

    def while_true(self, budget: int) -> None:
        """A loop whose exit stands before anything that may continue."""
        k = self.fresh_name("k_")
        self.emit(f"{k} = 0")
        self.emit("while True:")
        with self.block():
            self.emit(f"{k} += 1")
            if self.chance(0.5):
                self.assign_number()
            self.emit(f"if {k} > 2 or {self.condition()}:")
            self.emit("    break")
        self.body({k: Int(1, 3)}, budget)

    # Choosing ------------------------------------------------------------------------------------

    def statement_once(self) -> None:
        """A simple statement."""
        weighted: list[tuple[str, int, Callable[[], None]]] = [
            ("", 5, self.assign_number),
            ("", 2, self.update_number),
            ("", 1, self.swap),
            ("arrays", 2, self.assign_array),
            ("arrays", 1, self.update_array),
            ("stores", 5, self.store),
            ("aliases", 3, self.alias),
            ("containers", 3, self.pack),
            ("containers", 2, self.unpack),
            ("effects", 1, self.effect),
            ("raises", 1, self.stop),
            ("growth", 2, self.grow),
            ("collections", 4, self.collect),
            ("objects", 3, self.instance),
            ("open", 1, self.guarded),
            ("open", 1, self.out_argument),
            ("", 0.1, self.forget),  # type: ignore[list-item]
        ]
        if not self.loops and not self.nested:
            weighted += [("closures", 2, self.close_over), ("closures", 1, self.layers)]
        if self.depth > 1:
            weighted.append(("jumps", 3, self.jump))
        chosen = [(w, make) for group, w, make in weighted if not group or group in self.groups]
        self.rng.choices([m for _, m in chosen], [w for w, _ in chosen])[0]()

    def statements(self, budget: int) -> None:
        """Writes about `budget` statements, compound ones counted with their bodies."""
        budget = max(budget, 1)
        while budget > 0:
            if self.depth <= DEPTH and budget >= 2 and self.chance(0.42):
                inside = self.rng.randint(1, 3)
                (self.loop if self.chance(0.55) else self.branch)(min(inside, budget))
                budget -= inside + 1
                continue
            self.statement_once()
            budget -= 1
