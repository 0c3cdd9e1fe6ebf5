"""Random work on lists, dicts, heaps and objects whose lengths or keys only the run tells."""

from __future__ import annotations

from collections.abc import Sequence

from tests.fuzz.statements import Statements
from tests.fuzz.typed import FLOAT, Int

LIST = (
    *("{x}.append({v})", "{x}.append({v})", "{x}.append({u} * {x}[-1])", "{x} += [{v}]"),
    *("{x}.insert(0, {v})", "{x}.insert({k} % len({x}), {v})", "{x} = {x} + [{v}]"),
    *("{x}.extend([{u}, {v}])", "{x}.extend({x}[:2])", "{x} = [{u}, *{x}]", "{x}.pop()"),
    *("{x}.pop(0)", "{x}.pop({k} % len({x}))", "del {x}[0]", "{x}[-1] = {v}", "{x}[0] *= {u}"),
    *("{x}[{k} % len({x})] += {v}", "{x}[{k} % 2] = {u} * {x}[-1]", "{x}.reverse()", "{x}.sort()"),
    *("{x} = sorted({x}, key=lambda e: -e)", "{x}[0], {x}[-1] = {x}[-1], {x}[0]", "{x} = {x}[1:]"),
    *("{x} = {x}[::-1]", "{x} = [e * {u} for e in {x}]", "{x} = [e for e in {x} if e > -0.7]"),
    *("{y} = {x}", "{y} = {x}[:]", "{y} = list({x})", "{y} = {x}.copy()", "{y}.append({u})"),
    *("{y}[0] = {v}", "{x} = {y}", "{x}, {y} = {y}, {x}", "{x} = {x} * 2", "{x} = {y} + {x}"),
    *("put({x}, {u})", "{x}[1:2] = [{v}]", "{x} = {x}[-3:]", "{x} = [{x}[0], {x}[-1] * {u}]"),
    *("{t} = {t} + {x}[-1]", "{t} = 0.5 * {t} + {x}[{k} % len({x})]", "{t} += sum({x})"),
    *("{t} += {x}.pop()", "{t} += max({y})", "{t} += {y}[0] * len({x})", "{x}.append({t})"),
)
"""Lists of numbers: {x} and {y} may be one list, {t} is a number, {k} counts."""
ROWS = (
    *("{x}.append({r})", "{x}.append({x}[-1] * {u})", "{x}.append({x}[0])", "{x}[-1][0] = {v}"),
    *(
        "{x}[0][{k} % 3] += {u}",
        "{x}[{k} % len({x})] = {r}",
        "{y} = {x}[-1]",
        "{y} = {x}[0].copy()",
    ),
    *("{y}[1] = {u}", "{y} *= 0.7", "{y} = {y} + {r}", "{x}.insert(0, {r})", "{x}.pop(0)"),
    *("{x}[0], {x}[-1] = {x}[-1], {x}[0]", "{x} = [e + {u} for e in {x}]", "{x} = {x}[::-1]"),
    *("{t} += np.sum({x}[-1])", "{t} += {x}[0][1]", "{t} += np.max(np.array({x}))"),
    *("{t} += np.sum(np.stack({x})[:, 0])", "{t} = {t} + {y}[2]", "{x} = list({x})"),
)
TABLE = (
    *("{x}.append([{v}, {u}])", "{x}.append([{v}])", "{x}[0].append({v})", "{x}[-1].append({u})"),
    *("{x}[{k} % len({x})].append({v})", "{x}[{k} % len({x})][0] *= {u}", "{y} = {x}[0]"),
    *("{y} = {x}[{k} % len({x})]", "{y}.append({v})", "{y}[-1] = {u}", "{x}.append(list({x}[0]))"),
    *("{x} = [list(e) for e in {x}]", "{x}[0], {x}[-1] = {x}[-1], {x}[0]", "{x}[-1] = [{u}, {v}]"),
    *("{t} += sum({x}[0])", "{t} += sum(sum(e) for e in {x})", "{t} += {x}[-1][-1]"),
    *(
        "{t} += len({x}[-1]) * {u}",
        "{t} += {x}[0].pop()",
        "{x}.append({y}[:])",
        "{x}[0] = {y}[::-1]",
    ),
)
DICT = (
    *("{x}[{k} % 3] = {v}", "{x}[{k}] = {v}", "{x}[{i}] = {x}.get({i}, 0.3) * {u}"),
    *(
        "{x}[{i}] = {x}.setdefault({k}, {v}) + {u}",
        "{x}.pop({i}, None)",
        "{x}.update({{{i}: {v}}})",
    ),
    *("{y} = {x}", "{y} = dict({x})", "{y}[{k} % 2] = {u}", "{t} += sum({x}.values())"),
    *(
        "{t} += {x}.get({k} - 1, {u})",
        "{t} += len({x}) * {v}",
        "{t} += sum(i * e for i, e in {x}.items())",
    ),
    *(
        "{x} = {{i: e * {u} for i, e in {x}.items()}}",
        "{t} = {t} + ({x}[{i}] if {i} in {x} else {v})",
    ),
    *("{x} = {{i: e for i, e in {x}.items() if i != {k}}}", "{x}.pop(next(iter({x})))"),
    *("{t} += max({x}.values())", "{x}[max({x})] *= {u}", "{x}[min({x}, key={x}.get)] = {v}"),
)
GROUPS_OF = (
    *("{x}[{i}].append({v})", "{x}[{k} % 2].append({u})", "{x}[{k}].append({v})"),
    *("{t} += sum(sum(e) for e in {x}.values())", "{t} += sum({x}[{i}])", "{t} += len({x}) * {u}"),
    *("{x}[{i}] = [{u}, {v}]", "{t} += sum({x}[{k} % 2]) * 0.3", "{x}[{i}].extend([{u}, {v}])"),
)
MEMO = (
    *("{x}[{i}] = {v}", "{x}[{k} % 4] = {u} if {x}[{k} % 4] is None else {x}[{k} % 4] * {v}"),
    *("{t} += {v} if {x}[{i}] is None else {x}[{i}]", "{x}[-1] = {t}", "{x}[{i}] = None"),
    *("{t} += sum(e for e in {x} if e is not None)", "{x}[0] = {x}[{i}]", "{x}.append({u})"),
)
HEAP = (
    *("heapq.heappush({x}, {v})", "heapq.heappush({x}, {u} * {x}[0])", "{t} += {x}[0]"),
    *("{t} += heapq.heappop({x})", "heapq.heapreplace({x}, {v})", "{t} += sum({x})"),
    *("{y} = heapq.nsmallest(2, {x})", "{t} += {y}[0]", "{t} += heapq.heappushpop({x}, {u})"),
)
STACK = (
    *("{x}.append(({v}, {k}))", "{x}.append(({u} * {x}[-1][0], {x}[0][1]))", "{y} = {x}.pop()"),
    *("{t} += {y}[0] * {y}[1]", "{y} = {x}[-1]", "{x} = [(e * {u}, i + 1) for e, i in {x}]"),
    *("{t} += sum(e * i for e, i in {x})", "{x}.sort()", "{x}.sort(key=lambda e: -e[1])"),
    *("{t} += max({x})[0]", "{x}[0] = ({v}, len({x}))", "{x}.insert(0, ({u}, {k}))"),
)
QUEUE = (
    *("{x}.append({v})", "{x}.appendleft({v})", "{t} += {x}.popleft()", "{t} += {x}.pop()"),
    *(
        "{x}.rotate(1)",
        "{t} += {x}[0] * {u}",
        "{x}[-1] = {v}",
        "{t} += sum({x})",
        "{y}.append({u})",
    ),
    *("{y} = {x}", "{y} = {x}.copy()", "{x}.extend([{u}, {v}])"),
)
BODIES = (
    *(
        "{x}.append(Body({v}, {u}))",
        "{x}[-1].a += {v}",
        "{x}[0].b = {u}",
        "{y} = {x}[{k} % len({x})]",
    ),
    *(
        "{y}.a *= {u}",
        "{x}.append({y})",
        "{t} += sum(e.a * e.b for e in {x})",
        "{t} += {y}.total()",
    ),
    *("{y} = Body({u}, {v})", "{x}[{k} % len({x})] = {y}", "{x}[-1].move({u})", "{t} += {x}[0].a"),
    *("{x} = sorted({x}, key=lambda e: e.a)", "{x}.pop(0)", "{x} = [e for e in {x} if e.a > -0.8]"),
)
SCENES: tuple[tuple[str, str, Sequence[str], str], ...] = (
    ("[{v}]", "[{u}]", LIST, "sum({x}) + 0.5 * sum({y}) + len({x})"),
    ("[{v}, {u}]", "[{u}]", LIST, "sum(e * i for i, e in enumerate({x})) + {y}[-1]"),
    ("[]", "[{v}, {u}]", LIST, "sum({x}) - sum({y})"),
    ("[{r}]", "{r}", ROWS, "np.sum(np.array({x})[0] * {y}) + np.sum({x}[-1])"),
    ("[[{v}]]", "[{u}]", TABLE, "sum(sum(e) for e in {x}) + sum({y})"),
    ("[[{v}, {u}], [{u}, {v}]]", "[{u}]", TABLE, "{x}[0][0] * {x}[-1][-1] + sum({y})"),
    ("{{}}", "{{}}", DICT, "sum({x}.values()) + 0.3 * sum(i * e for i, e in {y}.items())"),
    ("{{0: {v}, 1: {u}}}", "{{}}", DICT, "sum(e * i for i, e in {x}.items()) + len({y})"),
    ("defaultdict(float)", "{{}}", DICT, "sum({x}.values()) + len({y})"),
    ("defaultdict(list)", "0.0", GROUPS_OF, "sum(sum(e) * i for i, e in {x}.items())"),
    ("[None] * 4", "0.0", MEMO, "sum(e * 0.5 for e in {x} if e is not None)"),
    ("[{v}, {u}]", "[{u}]", HEAP, "sum(e * i for i, e in enumerate(sorted({x}))) + {y}[0]"),
    ("[({v}, 1)]", "({u}, 2)", STACK, "sum(e * i for e, i in {x}) + {y}[0]"),
    (
        "deque([{v}, {u}])",
        "deque([{u}])",
        QUEUE,
        "sum(e * i for i, e in enumerate({x})) + sum({y})",
    ),
    ("deque([{v}], 3)", "deque()", QUEUE, "sum({x}) + sum({y})"),
    ("[Body({v}, {u})]", "Body({u}, {v})", BODIES, "sum(e.a + e.b for e in {x}) + {y}.a * {y}.b"),
)
"""What {x} and {y} are first, what is done with them, and what is read at the end."""
HELPERS = [
    *("import heapq", "from collections import defaultdict, deque", ""),
    *("", "def put(values, e):", "    values.append(0.7 * e)", "    values[0] += e", "", ""),
    *("class Body:", "    def __init__(self, a, b):", "        self.a, self.b = a, b", ""),
    *("    def move(self, t):", "        self.a, self.b = self.a + t * self.b, self.b * 0.9", ""),
    *("    def total(self):", "        return self.a + 0.5 * self.b", "", ""),
]
"""What the module of a program that does such work needs."""


class Collecting(Statements):
    """Writes such work, in a loop."""

    def collect(self) -> None:
        """Two containers, and what happens to them in a loop."""
        first, second, doings, last = self.rng.choice(SCENES)
        x, y, k, t = (self.fresh_name(n) for n in ("c", "c", "k", "s"))
        names = {"x": x, "y": y, "k": k, "t": t}
        self.emit(f"{x} = {self._filled(first, names)}")
        self.emit(f"{y} = {self._filled(second, names)}")
        self.emit(f"{t} = {self.number(1)}")
        for _ in range(self.rng.randint(0, 2)):
            self._doing(doings, {**names, "k": "1"})
        trips = ["3", "n", "n + 1"] if "n" in self.scope.kinds else ["3", "2"]
        self.emit(f"for {k} in range({self.rng.choice(trips)}):")
        with self.block() as scope:
            scope.kinds[k] = Int(0, 2)
            scope.kinds[t] = FLOAT
            for _ in range(self.rng.randint(1, 4)):
                self._doing(doings, names)
            if self.chance(0.15):
                self.emit(f"if {self.condition()}:")
                self.emit(f"    {self.rng.choice(['continue', 'break'])}")
                self._doing(doings, names)
        for _ in range(self.rng.randint(0, 2)):
            self._doing(doings, {**names, "k": "2"})
        self.emit(f"{t} = 0.4 * {t} + 0.3 * ({self._filled(last, names)})")
        self.define(t, FLOAT)

    def _doing(self, doings: Sequence[str], names: dict[str, str]) -> None:
        text = self._filled(self.rng.choice(doings), names)
        roll = self.rng.random()
        if roll < 0.2:
            self.emit(f"if {self.condition()}:")
        elif roll < 0.4:
            test = self.rng.choice(["{k} % 2 == 0", "{k} > 0", "len({x}) > 1"])
            self.emit(f"if {test.format(**names)}:")
        self.emit(f"{'    ' if roll < 0.4 else ''}{text}")

    def _filled(self, text: str, names: dict[str, str]) -> str:
        """The template with random numbers, rows and keys."""
        index = self.rng.choice(["{k} % 2", "0", "1", "({k} + 1) % 3", "2"])
        holes = {
            "u": self.atom(),
            "v": self.number(1),
            "r": self.own(self.array((3,), 1)) if "{r}" in text else "",
            "i": index.format(k=names["k"]),
        }
        return text.format(**names, **holes)
