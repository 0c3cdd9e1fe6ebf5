"""What the statements of a batched function are written with: names, states, new statements."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.batch.flags import Flags, State
from fpad.transforms.errors import refused
from fpad.transforms.ir import (
    NOWHERE,
    Block,
    Const,
    Copy,
    Fresh,
    Func,
    Let,
    Load,
    Operand,
    Return,
    Statement,
    all_names,
    names,
    reads,
)
from fpad.transforms.kinds import Num
from fpad.transforms.memory_classes import Classes, written_names
from fpad.transforms.rules.batch import Case, Each
from fpad.transforms.rules.core import rule_of
from fpad.transforms.rules.trace import Builder, Sym, quote

if TYPE_CHECKING:
    from fpad.transforms.batch.programs import Batching

States = tuple[State, ...]
REMEDY = "take it out of the mapped function, or call it in a loop over the examples"


class Names(ABC):
    """One function, for states of its parameters, while it is written."""

    def __init__(
        self, owner: Batching, func: Func, states: States, flags: Flags, name: str
    ) -> None:
        self.owner = owner
        self.func = func
        self.flags = flags
        self.state = flags.state
        self.joined = flags.joined
        self.kinds = owner.deriver.kinds(func)
        self.fresh = Fresh(all_names(func))
        self.name = name
        self.classes = Classes(func, self.kinds, owner.deriver.result_aliases)
        self.written = written_names(func.body, self.classes)
        self.states = states
        self.mask: str | None = None
        self._examples: dict[int, str] = {}
        self.out: list[Statement] = []
        self.head: list[Statement] = []
        self.n = self.fresh("n_examples")
        self.begun: set[str] = set()
        """What has values from the start, as only some examples set it."""

    def builder(self, s: Statement | None = None) -> Builder:
        """What new statements are written with, as derived from this one."""
        origin, role = getattr(s, "origin", NOWHERE), getattr(s, "role", "primal")
        return Builder(self.fresh, origin, role, out=self.out)

    def named(self, name: str) -> Sym:
        """A name as an operand."""
        return Sym(name, self.builder())

    def case(self, s: Statement | None = None) -> Case:
        """What batch rules are called with."""
        b = self.builder(s)
        return Case(b, Sym(self.n, b), None if self.mask is None else Sym(self.mask, b))

    def batched(self, name: str) -> bool:
        """Does the name differ from example to example?"""
        return self.state.get(name) is True

    def any(self, *operands: Any) -> bool:
        """Is one of the names in the operands batched, or residuals that hold some that are?"""
        return any(self.state.get(n) for n in names(*operands))

    def each(self, o: Operand, c: Case) -> Any:
        """What a batch rule sees of an operand."""
        if isinstance(o, str):
            kind = self.kinds.get(o)
            v = Sym(o, c.builder)
            if not isinstance(kind, Num):
                return Each(v, self.batched(o), None)
            written = kind.array and o in self.written
            rank = kind.rank if kind.array else 0
            return Each(v, self.batched(o), rank, num=kind.num, written=written)
        if isinstance(o, tuple):
            return tuple(self.each(p, c) for p in o)
        return c.builder.unquote(o)

    def spread(self, o: Operand, s: Statement | None = None) -> str:
        """An operand for each example, in memory of its own if it is written."""
        c = self.case(s)
        return c.builder.emit(fp.for_each, c.builder.unquote(o), c.n).name

    def define(self, target: str, value: Any, batched: bool, s: Statement | None = None) -> None:
        """Set a name of the function; `batched`: the value differs from example to example."""
        if self.batched(target) and not batched:
            value = Sym(self.spread(quote(value), s), self.builder(s))
            if target in self.written:
                value = self.builder(s).emit(fp.own, value)
        name = quote(value)
        last = self.out[-1] if self.out else None
        temporary = isinstance(last, Let | Load) and last.target == name not in self.kinds
        if temporary and isinstance(last, Let | Load) and target not in reads(last):
            self.out[-1] = replace(last, target=target)
        else:
            origin = getattr(s, "origin", NOWHERE)
            self.out.append(Copy(target, name, origin, getattr(s, "role", "primal")))

    def blank(self, target: str, kind: Num, out: list[Statement]) -> None:
        """Set a name to values that are never used."""
        b = Builder(self.fresh, NOWHERE, "primal", out=out)
        value = {"int": 0, "bool": False}.get(kind.num, np.nan)
        made = b.emit(fp.for_each, value, Sym(self.n, b))
        rank = kind.rank if kind.array else 0
        made = b.emit(fp.lifted, made, rank) if rank else made
        out.append(Copy(target, made.name))

    def refuse(self, s: Statement, reason: str, remedy: str) -> None:
        """Raise a refusal at the statement."""
        origin = getattr(s, "origin", self.func.origin)
        raise refused(origin, f"vmap: {reason}", remedy)

    def along(self, rank: int) -> str:
        """The name of 0, 1, .. n - 1, with so many axes behind."""
        if rank not in self._examples:
            t = self.fresh("examples")
            self.head.append(Let(t, np.arange, (self.n,)))
            if rank:
                u = self.fresh("examples")
                self.head.append(Let(u, np.reshape, (t, (self.n, *(Const(1),) * rank))))
                t = u
            self._examples[rank] = t
        return self._examples[rank]

    @abstractmethod
    def statement(self, s: Statement) -> None:
        """Write a statement for all examples."""

    def block(self, block: Iterable[Statement]) -> None:
        """Write the statements of a block."""
        for s in block:
            self.statement(s)

    def inner(self, block: Iterable[Statement]) -> Block:
        """The statements of a block of its own."""
        outer, self.out = self.out, []
        self.block(block)
        inner, self.out = tuple(self.out), outer
        return inner


def has_effect(s: Statement) -> bool:
    """Is the statement an operation that happens exactly once?"""
    rule = rule_of(s.op) if isinstance(s, Let) else None
    return rule is not None and rule.effect


def returned(func: Func) -> tuple[Operand, ...]:
    """What the function returns."""
    last = func.body[-1]
    assert isinstance(last, Return)
    return last.values
