"""Which variables of the user are active, and why: the activity analysis with its reasons kept.

    t = x * a           t is active: from x on line 1, to the result on line 3
    k = np.floor(x)     k is not: from x only through np.floor, whose derivative is 0
    y = t + k

Active is what `activity.active_names` says; the ways are the shortest in the graph of its single
steps.  Functions that are called are taken together over all of their calls.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterable, Mapping
from dataclasses import dataclass, field

from fpad.transforms.activity import active_names, differentiable, made_active
from fpad.transforms.calls import Deriver
from fpad.transforms.copies import is_temporary
from fpad.transforms.explanation import Link, Variable
from fpad.transforms.ir import (
    NOWHERE,
    Call,
    Const,
    Copy,
    Func,
    Let,
    Origin,
    Program,
    Return,
    Statement,
    Store,
    StoreAdd,
    leaves,
    names,
    reads,
    targets,
    walk,
)
from fpad.transforms.kinds import Kind, Num, ShapeKind
from fpad.transforms.phrases import called, leaf_names, listed, numbered

Step = tuple[str, str, Statement]
"""A statement that carries a value from one name to another."""

LINKS = 8
"""How many links of a way are told: those that are next to the variable."""
SHOWN = 4
"""How many lines, or names, the words name."""
_STRENGTH = ("active", "unused", "inactive")


@dataclass
class _Uses:
    """What is asked of one function: which parameters vary, and which results matter."""

    varying: set[str] = field(default_factory=set)
    wanted: set[int] = field(default_factory=set)
    calls: list[Origin] = field(default_factory=list)


def variables(
    program: Program, wrt: Iterable[str], wanted: Iterable[int], own: Container[str]
) -> list[Variable]:
    """The variables of all functions of a program, in the order of the program.

    Args:
        program: level 2, before any derivative.
        wrt: parameters of the entry that are differentiated (leaves).
        wanted: which of its results are.
        own: the functions whose variables are the user's.
    """
    deriver = Deriver(program)
    uses = {program.entry: _Uses(set(wrt), set(wanted))}
    graphs: dict[str, _Graph] = {}
    todo = [program.entry]
    while todo:
        name = todo.pop(0)
        func = program.funcs[name]
        graph = graphs[name] = _Graph(func, deriver, uses[name])
        for s in walk(func.body):
            if isinstance(s, Call) and s.func in program.funcs and graph.ask(s, uses, program):
                todo.append(s.func)
    # A function of the user may have been specialised more than once: its strongest claim counts.
    out: dict[tuple[str, str], Variable] = {}
    told = (n for n in graphs if n in own)
    for name in sorted(told, key=lambda n: (n != program.entry, program.funcs[n].origin.line, n)):
        for v in graphs[name].variables(name == program.entry):
            old = out.setdefault((v.function, v.name), v)
            if _STRENGTH.index(v.status) < _STRENGTH.index(old.status):
                out[v.function, v.name] = v
    return list(out.values())


class _Graph:
    """One function: its steps, and the ways through them."""

    def __init__(self, func: Func, deriver: Deriver, uses: _Uses) -> None:
        self.func, self.uses = func, uses
        self.kinds = deriver.kinds(func)
        self.shown: dict[str, str] = {}
        for p in func.boundary.parameters if func.boundary is not None else ():
            self.shown |= dict(leaf_names(p.name, p.tree))
        wrt = [p for p in func.params if p in uses.varying]
        self.active = active_names(func, wrt, self.kinds, deriver.active_results)
        self.wrt = [p for p in wrt if p in self.active]
        self.active_steps: list[Step] = []
        self.steps: list[Step] = []
        for s in walk(func.body):
            changed = _changed(s)
            for n in sorted(reads(s)):
                self.steps += [(n, t, s) for t in changed if t != n]
                if n in self.active:
                    made = set(made_active(s, {n}, deriver.active_results))
                    steps = (t for t in changed if t in made and t in self.active and t != n)
                    self.active_steps += [(n, t, s) for t in steps]
        last = func.body[-1]
        assert isinstance(last, Return)
        self.results = last.values
        ends = [self.results[k] for k in sorted(uses.wanted) if k < len(self.results)]
        self.ends = [n for o in ends for n in names(o)]
        self.before = _ways(self.wrt, self.active_steps)
        self.after = _ways(self.ends, [(t, n, s) for n, t, s in self.active_steps])
        self.reached = {p: _ways([p], self.active_steps) for p in self.wrt}
        self.touched = _ways(self.wrt, self.steps)

    def ask(self, s: Call, uses: dict[str, _Uses], program: Program) -> bool:
        """Tell a callee what this call asks of it; is that more than before?"""
        known = uses.get(s.func)
        of = uses.setdefault(s.func, _Uses())
        params = program.funcs[s.func].params
        varying = {p for p, a in zip(params, s.args, strict=True) if set(names(a)) & self.active}
        wanted = {k for k, t in enumerate(s.targets) if t in self.after}
        if s.origin not in of.calls:
            of.calls.append(s.origin)
        if known is not None and varying <= of.varying and wanted <= of.wanted:
            return False
        of.varying |= varying
        of.wanted |= wanted
        return True

    # ---------------------------------------------------------------- what is told

    def variables(self, entry: bool) -> list[Variable]:
        """The user's variables of this function."""
        found: dict[str, Origin] = dict.fromkeys(self.func.params, self.func.origin)
        for s in walk(self.func.body):
            for t in _changed(s):
                origin = getattr(s, "origin", NOWHERE)
                if not is_temporary(t) and _written_as(t, origin.text):
                    found.setdefault(t, origin)
        return [self._variable(n, at, entry) for n, at in found.items()]

    def _variable(self, n: str, at: Origin, entry: bool) -> Variable:
        depends = self._links(self.before, n)[::-1]
        reaches = self._links(self.after, n)
        status = "inactive"
        if n in self.active:
            status = "active" if n in self.after else "unused"
        reason = self._inactive(n, entry)
        if n in self.active:
            reason = self._active(n, depends, reaches, entry)
        own = at.function or self.func.name
        return Variable(own, self._shown(n), at.line, at.text, reason, status, depends, reaches)

    def _shown(self, n: str) -> str:
        """A name as the user writes it."""
        return self.shown.get(n, n)

    def _active(
        self, n: str, depends: tuple[Link, ...], reaches: tuple[Link, ...], entry: bool
    ) -> str:
        if n in self.wrt:
            told = "differentiated" if entry else f"varies in the call on {self._calls()}"
        else:
            told = (
                f"from {_some(dict.fromkeys(self._origins(n)))} through {_through(depends, True)}"
            )
        if n not in self.after:
            return f"{told}, but never reaches the result"
        if n in self.ends and not reaches:
            return f"{told}; the result" if entry else f"{told}; a result"
        return f"{told}; to the result through {_through(reaches, False)}"

    def _origins(self, n: str) -> list[str]:
        """The inputs that a name depends on."""
        return [self._shown(p) for p, found in self.reached.items() if n in found]

    def _inactive(self, n: str, entry: bool) -> str:
        kind = self.kinds.get(n)
        if isinstance(kind, Num | ShapeKind) and not differentiable(kind):
            return _discrete(kind)
        parameters = self.func.boundary.parameters if self.func.boundary is not None else ()
        live = {str(a) for p in parameters if p.use == "live" for a in leaves(p.tree)}
        if n in live:
            return "read from outside the function"
        if n in self.func.params and n not in self.touched:
            return (
                "an argument that is not differentiated" if entry else "does not vary in any call"
            )
        if n in self.touched:
            return self._blocked(n)
        defs = [s for s in walk(self.func.body) if n in _changed(s)]
        if all(isinstance(s, Copy) and isinstance(s.value, Const) for s in defs):
            return "a constant"
        given = listed(map(self._shown, self.wrt), "or") or "anything that varies"
        return f"does not depend on {given}"

    def _blocked(self, n: str) -> str:
        """The first step on the way to a name that no derivative takes."""
        way: list[Step] = []
        while (step := self.touched[n]) is not None:
            way.append(step)
            n = step[0]
        n = self._shown(n)
        for source, target, s in reversed(way):
            if source in self.active and target not in self.active:
                line = getattr(s, "origin", NOWHERE).line
                kind = self.kinds.get(target)
                if isinstance(kind, Num | ShapeKind) and not differentiable(kind):
                    return f"from {n} through {_discrete(kind)} only, on line {line}"
                what = called(s.op) if isinstance(s, Let) else "a part that does not vary"
                return f"from {n} only through {what} on line {line}, whose derivative is 0"
        return f"from {n}, through values that do not vary"

    def _links(self, ways: Mapping[str, Step | None], n: str) -> tuple[Link, ...]:
        """The way from a name, back or forth; one link for each line, with the user's name."""
        links: list[Link] = []
        while True:
            step = ways.get(n)
            if step is None or len(links) > LINKS:
                return tuple(links[:LINKS])
            origin = getattr(step[2], "origin", NOWHERE)
            name = _changed(step[2])[0]
            link = Link(origin.line, origin.text, "" if is_temporary(name) else name)
            if links and links[-1].line == link.line:
                if not links[-1].variable:
                    links[-1] = link
            elif origin.line:
                links.append(link)
            n = step[0]

    def _calls(self) -> str:
        return numbered(o.line for o in self.uses.calls)


def _ways(start: Iterable[str], steps: Iterable[Step]) -> dict[str, Step | None]:
    """For each name that can be reached, the last step of a shortest way to it."""
    out: dict[str, Step | None] = dict.fromkeys(start)
    by_source: dict[str, list[Step]] = {}
    for step in steps:
        by_source.setdefault(step[0], []).append(step)
    todo = list(out)
    for n in todo:
        for step in by_source.get(n, ()):
            if step[1] not in out:
                out[step[1]] = step
                todo.append(step[1])
    return out


def _changed(s: Statement) -> tuple[str, ...]:
    return (s.base,) if isinstance(s, Store | StoreAdd) else targets(s)


def _written_as(name: str, text: str) -> bool:
    """Does the line name the variable, or the structure that it is a part of?"""
    parts = name.split("_")
    bases = ["_".join(parts[:k]) for k in range(len(parts), 0, -1)]
    bases += [b.rstrip("0123456789") for b in bases]
    return any(b and re.search(rf"\b{re.escape(b)}\b", text) for b in bases)


def _some(given: Collection[str]) -> str:
    """The names; of many the first ones, and how many more there are."""
    first = list(given)
    if len(first) > SHOWN:
        first[SHOWN - 1 :] = [f"{len(given) - SHOWN + 1} more"]
    return listed(first)


def _through(links: tuple[Link, ...], back: bool) -> str:
    """The lines of a way; of a long one those that are next to the variable."""
    lines = [str(k.line) for k in links]
    if len(lines) > SHOWN:
        lines = ["..", *lines[-SHOWN + 1 :]] if back else [*lines[: SHOWN - 1], ".."]
    return f"line{'s' if len(lines) > 1 else ''} {', '.join(lines)}"


def _discrete(kind: Kind) -> str:
    if isinstance(kind, ShapeKind):
        return "a shape"
    assert isinstance(kind, Num)
    what = {"int": ("an integer", "integers"), "bool": ("a truth value", "truth values")}
    return what[kind.num][kind.array]
