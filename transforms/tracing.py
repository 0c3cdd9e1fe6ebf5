"""Values of a derived program followed back to the user: what they are, and who made them.

t = fp.copy(x)                      the operand x of cos(x), below, is the x of line 4,
push t on x_tape                    behind a copy and a tape
x = np.sin(x)      # line 4   ->
...
x = pop x_tape
u = np.cos(x)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fpad import runtime as fp
from fpad.transforms.calls import Deriver
from fpad.transforms.copies import is_temporary
from fpad.transforms.explanation import Place
from fpad.transforms.inference import Inference
from fpad.transforms.ir import (
    NOWHERE,
    Call,
    Copy,
    Func,
    Let,
    Load,
    Operand,
    Origin,
    Pack,
    Pop,
    Program,
    Push,
    Statement,
    Store,
    StoreAdd,
    Unpack,
    names,
    reads,
    targets,
    walk,
)
from fpad.transforms.kinds import ResidualKind, TapeKind
from fpad.transforms.memory_classes import Classes
from fpad.transforms.phrases import expression
from fpad.transforms.reaching import Reaching

REVERSE = frozenset(("adjoint", "recompute"))
_KEEPS = frozenset((fp.copy, fp.like))
_PART = re.compile(r"t\d+_")
"""A part of a temporary that holds a structure."""
Tape = tuple[str, str]
"""A tape, by one of the functions that know it and the name that it has there."""


def origin_of(s: Statement) -> Origin:
    """Where a statement comes from."""
    found: Origin = getattr(s, "origin", NOWHERE)
    return found


def prepares(s: Statement) -> bool:
    """Does the statement only make what is saved of something else: a copy, its shape?"""
    if origin_of(s) is not NOWHERE or getattr(s, "role", "") != "adjoint":
        return False
    return isinstance(s, Copy) or (isinstance(s, Let) and s.op in _KEEPS)


@dataclass(frozen=True)
class Value:
    """What an operand is, behind copies, stand-ins for shapes, and tapes.

    Attributes:
        name: its name where it was made.
        made: the statements that may have made it.
        given: may it be an argument, as it was given.
        copied, shape, restored: what lies between.
        reader: the last statement on the way, which reads the name.
    """

    name: str
    made: tuple[Statement, ...]
    given: bool
    copied: bool
    shape: bool
    restored: bool
    reader: Statement


def _second_name(s: Copy) -> bool:
    """Is what is copied called better by its own name?"""
    return origin_of(s) is NOWHERE and not (
        is_temporary(str(s.value)) and not is_temporary(s.target)
    )


class Traced:
    """A derived program, its definitions, kinds and tapes.

    Args:
        program: level 2, with every statement an object of its own.
        shown: leaf of an argument -> how the user writes it.
    """

    def __init__(self, program: Program, shown: Mapping[str, str]) -> None:
        self.program, self.shown = program, shown
        inference = Inference(program)
        self.deriver = Deriver(program)
        self.order = sorted(program.funcs, key=lambda n: (n != program.entry, n))
        self.reaching = {n: Reaching(program.funcs[n]) for n in self.order}
        self.kinds = {n: inference.func(program.funcs[n]) for n in self.order}
        self._same = self._same_tapes()
        self.pushes: dict[Tape, list[tuple[str, Push]]] = {}
        self.pops: dict[Tape, list[tuple[str, Pop]]] = {}
        for n in self.order:
            for s in walk(program.funcs[n].body):
                if isinstance(s, Push):
                    self.pushes.setdefault(self.tape(n, s.tape), []).append((n, s))
                elif isinstance(s, Pop):
                    self.pops.setdefault(self.tape(n, s.tape), []).append((n, s))

    # ---------------------------------------------------------------- tapes and residuals

    def unpacked(self) -> Iterator[tuple[str, Unpack, str, tuple[Operand, ...]]]:
        """(function, where it takes residuals apart, who packed them, what was packed)."""
        for g in self.order:
            for s in walk(self.program.funcs[g].body):
                if isinstance(s, Unpack) and isinstance(s.value, str):
                    kind = self.kinds[g].get(s.value)
                    packed = self._packed(kind.layout) if isinstance(kind, ResidualKind) else ()
                    if isinstance(kind, ResidualKind) and len(packed) == len(s.targets):
                        yield g, s, kind.layout, packed

    def _packed(self, layout: str) -> tuple[Operand, ...]:
        func = self.program.funcs.get(layout)
        packs = (s for s in walk(func.body if func else ()) if isinstance(s, Pack))
        return next((s.items for s in packs if s.kind == layout), ())

    def _same_tapes(self) -> dict[Tape, Tape]:
        """Tapes that residuals hand to another function are one tape."""
        return {
            (g, t): (source, item)
            for g, s, source, items in self.unpacked()
            for t, item in zip(s.targets, items, strict=True)
            if isinstance(item, str) and isinstance(self.kinds[g].get(t), TapeKind)
        }

    def tape(self, function: str, name: str) -> Tape:
        """The tape that has this name in this function."""
        key = function, name
        seen = {key}
        while key in self._same and self._same[key] not in seen:
            key = self._same[key]
            seen.add(key)
        return key

    # ---------------------------------------------------------------- where values come from

    def value(self, func: Func, s: Statement, name: str) -> Value:
        """What an operand of s is."""
        r = self.reaching[func.name]
        copied = shape = restored = False
        while True:
            made = [d for d in r.definitions(s, name) if name in targets(d)]
            given = r.given(s, name)
            if len(made) != 1 or given:
                break
            (d,) = made
            if isinstance(d, Pop):
                pushed = self.pushes.get(self.tape(func.name, d.tape), ())
                if len(pushed) != 1 or pushed[0][0] != func.name:
                    break
                d, restored = pushed[0][1], True
                if not isinstance(d.value, str):
                    break
                s, name = d, d.value
            elif isinstance(d, Copy) and isinstance(d.value, str) and _second_name(d):
                s, name = d, d.value
            elif isinstance(d, Let) and prepares(d) and isinstance(d.args[0], str):
                copied |= d.op is fp.copy
                shape |= d.op is fp.like
                s, name = d, d.args[0]
            else:
                break
        return Value(name, tuple(made), given, copied, shape, restored, s)

    def made_at(self, func: Func, at: Statement, value: Value) -> Origin:
        """Where a value was made: in the innermost loop around its use, if it is made there."""
        r = self.reaching[func.name]
        found = [d for d in value.made if origin_of(d).line]
        if not found:  # an argument that is written into, say
            found = [d for d in r.definitions(value.reader, value.name) if origin_of(d).line]
        for loop in reversed(r.loops(at)):
            inner = [d for d in found if loop in r.loops(d)]
            if inner:
                return origin_of(inner[-1])
        if found:
            return origin_of(found[-1])
        around = [q for q in r.inside[id(at)] if origin_of(q).line]
        if around and not value.given:
            return origin_of(around[-1])
        return func.origin if func.origin.line else self._called_at(func.name)

    def _called_at(self, function: str) -> Origin:
        for g in self.order:
            for s in walk(self.program.funcs[g].body):
                if isinstance(s, Call) and s.func == function:
                    return s.origin
        return NOWHERE

    def readers(self, function: str, s: Statement, target: str) -> list[tuple[str, Statement]]:
        """Who reads what a statement binds, behind second names of it."""
        r = self.reaching[function]
        out: list[tuple[str, Statement]] = []
        todo, seen = [(s, target)], set()
        for d, name in todo:
            for q in r.readers(d):
                if name not in reads(q) or (id(q), name) in seen:
                    continue
                seen.add((id(q), name))
                if isinstance(q, Copy) and origin_of(q) is NOWHERE:
                    todo.append((q, q.target))
                else:
                    out.append((function, q))
        return out

    def overwrites(self, func: Func, name: str) -> tuple[Place, ...]:
        """The user's writes into the memory of a name: in the function, or where it is called."""
        found = self._writes(func, name)
        if not found and name in func.params:
            k = func.params.index(name)
            for g in self.order:
                for s in walk(self.program.funcs[g].body):
                    if isinstance(s, Call) and s.func == func.name and isinstance(s.args[k], str):
                        found += self._writes(self.program.funcs[g], str(s.args[k]))
        return tuple(dict.fromkeys(found))

    def _writes(self, func: Func, name: str) -> list[Place]:
        members = Classes(func, self.kinds[func.name], self.deriver.result_aliases).members(name)
        return [
            Place(s.origin.line, s.origin.text)
            for s in walk(func.body)
            if isinstance(s, Store | StoreAdd) and s.role == "primal" and s.base in members
        ]

    # ---------------------------------------------------------------- the user's words

    def at(self, func: Func, name: str, origin: Origin) -> tuple[str, str, int, str]:
        """The first fields of a finding: the user's function, a name, a line and its text."""
        known = origin.function or func.origin.function or func.name
        return known, name, origin.line, origin.text

    def expression(self, func: Func, s: Statement) -> str:
        """What a statement computes."""
        r = self.reaching[func.name]

        def source(reader: Statement, name: str) -> Statement | None:
            found = r.definitions(reader, name)
            if len(found) != 1 or r.given(reader, name):
                return None
            return found[0] if isinstance(found[0], Let | Copy | Load | Call) else None

        return expression(s, source, self.shown)

    def operand(self, func: Func, s: Statement, o: Operand) -> str:
        """An operand of a statement."""
        if isinstance(o, str):
            return self.called(func, self.value(func, s, o))
        return " and ".join(names(o)) or "a number"

    def called(self, func: Func, value: Value) -> str:
        """A value: by its name, or by the expression where it has none."""
        if not is_temporary(value.name) and not _PART.match(value.name):
            return self.shown.get(value.name, value.name)
        if len(value.made) == 1 and isinstance(value.made[0], Let | Copy | Load | Call):
            return self.expression(func, value.made[0])
        return value.name
