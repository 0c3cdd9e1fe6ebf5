"""Conditions and loops of which examples take different ways, and whole functions."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.batch.flags import Bundle, Flags, placeholder
from fpad.transforms.batch.loops import lowered
from fpad.transforms.batch.memory import Memory
from fpad.transforms.batch.names import REMEDY, States, returned
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
    Operand,
    Pack,
    Pop,
    Push,
    Return,
    Statement,
    Store,
    StoreAdd,
    Unpack,
    While,
    blocks,
    defined,
    reads,
    renamed,
    targets,
    with_blocks,
    with_reads,
)
from fpad.transforms.kinds import BOOL, Num, ResidualKind, TapeKind
from fpad.transforms.rules.batch import Each
from fpad.transforms.rules.trace import Sym


class Batched(Memory):
    """One function, for states of its parameters."""

    def function(self, results: States) -> Func:
        """The batched function, its results in these states."""
        params = list(self.func.params)
        batched = []
        for k, (p, state) in enumerate(zip(params, self.states, strict=True)):
            if state is True:
                batched.append(p)
            elif self.state.get(p) is True:  # a memory that examples write
                params[k] = self.fresh(f"{p}_single")
                self.define(p, Sym(params[k], self.builder()), False)
        size: list[Statement] = [Let(self.n, fp.batch_size, tuple(batched))]
        first = size if batched else self._size(params)
        begun = self._begun()
        self.block(self.func.body[:-1])
        values: list[Operand] = []
        for v, state in zip(returned(self.func), results, strict=True):
            mine = self.state_of(v)
            values.append(self.spread(v) if state is True and mine is not True else v)
        body = (*first, *self.head, *begun, *self.out, Return(tuple(values)))
        kinds = tuple(
            self.owner.kind(kind, state)
            for kind, state in zip(self.func.kinds, self.states, strict=True)
        )
        return Func(self.name, tuple(params), body, kinds)

    def _size(self, params: list[str]) -> list[Statement]:
        """Only residuals are batched: one of their items tells how many examples there are."""
        for p, state in zip(params, self.states, strict=True):
            if isinstance(state, Bundle):
                return self._size_of(p, state)
        raise AssertionError(f"{self.func.name}: nothing is batched")

    def _size_of(self, residuals: str, state: Bundle) -> list[Statement]:
        """The residuals are taken apart, until one of the items is batched.

        A tape tells by what was pushed; other items are asked first, as it may be empty.
        """
        kinds = self.owner.deriver.layout(ResidualKind(state.layout))
        tapes = [isinstance(kind, TapeKind) for kind in kinds]
        items = tuple(self.fresh.temp() if item else self.fresh("_") for item in state.items)
        found = list(zip(items, state.items, tapes, strict=True))
        out: list[Statement] = [Unpack(items, residuals)]
        for t, inner, tape in found:
            if inner is True and not tape:
                return [*out, Let(self.n, fp.batch_size, (t,))]
        for t, inner, tape in found:
            if isinstance(inner, Bundle) and not tape:
                return [*out, *self._size_of(t, inner)]
        asked = tuple(t for t, inner, _ in found if inner is True)
        if not asked:
            self.refuse(
                self.func.body[0],
                "how many examples there are is only known from residuals on a tape",
                REMEDY,
            )
        return [*out, Let(self.n, fp.batch_size, asked)]

    def _begun(self) -> list[Statement]:
        """Values, never used, of what only some examples assign."""
        out: list[Statement] = []
        late = _first_for_some(self.func.body, self.flags, set(self.func.params))
        self.begun |= self.joined & late
        for t in sorted(self.begun):
            kind = self.kinds[t]
            assert isinstance(kind, Num)
            rank = kind.rank if kind.array else 0
            if rank != 0 and kind.num != "float":
                self.refuse(
                    self.func.body[0],
                    f"{t} is set for some examples only, and its number of axes is not known",
                    f"set {t} in front of the condition or the loop",
                )
            self.blank(t, kind, out)
        return out

    def _do(self, s: Do) -> None:
        if s.op is fp.fail and self.mask is not None and not self.any(s.args, s.kwargs):
            some = self.builder(s).emit(fp.any_example, Sym(self.mask, self.builder(s))).name
            self.out.append(If(some, (s,), (), s.origin, s.role))
            return
        if s.op in _OF_SHAPE and self.mask is None:
            b = self.builder(s)
            one = {n: b.emit(fp.one_like, self.named(n)).name for n in reads(s) if self.batched(n)}
            self.out.append(with_reads(s, one))
            return
        if s.op in _OF_SHAPES and self.mask is None:
            self.out.append(with_reads(s, self.taken(s, Const(0))))
            return
        if self.any(s.args, tuple(v for _, v in s.kwargs)) or self.mask is not None:
            self.refuse(s, "this effect would be different for each example", REMEDY)
        self.out.append(s)

    def _if(self, s: If) -> None:
        if not self.any(s.test):
            arms = tuple(map(self.inner, blocks(s)))
            self.out.append(with_blocks(s, arms))
            return
        c = self.case(s)
        test: Any = Sym(str(s.test), c.builder)
        kind = self.kinds.get(str(s.test))
        if not isinstance(kind, Num) or kind.num != "bool":
            test = c.builder.emit(operator.ne, test, False)
        elif str(s.test) in self.joined:  # it may be set in an arm
            test = Sym(self.fresh.temp(), c.builder)
            self.out.append(Copy(test.name, s.test, s.origin, s.role))
        mask = self.mask
        arms_taken: list[dict[str, str]] = []
        for holds, arm in ((True, s.then), (False, s.orelse)):
            condition: Any = test if holds else c.builder.emit(np.logical_not, test)
            if mask is not None:
                condition = c.builder.emit(np.logical_and, Sym(mask, c.builder), condition)
            self.mask = condition.name
            arms_taken.append(self._arm(arm, "then" if holds else "else"))
            self.mask = mask
        then, other = arms_taken
        for t in sorted(then.keys() | other.keys()):
            kind = self.kinds[t]
            assert isinstance(kind, Num)
            rank: Any = kind.rank if kind.array else 0
            values = [Sym(a.get(t, t), c.builder) for a in (then, other)]
            if rank is None:
                rank = c.rank(*(Each(v, True, None) for v in values))
            lifted = [c.lift(Each(v, True, None if kind.array else 0), rank) for v in values]
            if rank != 0 if isinstance(rank, int) else True:
                old = 0 if t in other and t not in then else 1  # what may not have been set before
                lifted[old] = c.builder.emit(fp.fitting, lifted[old], lifted[1 - old])
            picked = c.builder.emit(fp.where, c.lift(Each(test, True, 0), rank), *lifted)
            self.define(t, picked, True, s)

    def _arm(self, arm: Block, suffix: str) -> dict[str, str]:
        """Both arms are run, on names of their own: name -> the name that it has in this one."""
        mine = sorted(t for t in defined(*arm) if t in self.joined)
        new = {t: self.fresh(f"{t}_{suffix}") for t in mine}
        for t, u in new.items():
            self.kinds[u] = self.kinds[t]
            self.state[u] = True
            self.joined.add(u)
            self.flags.entangled |= {u} if t in self.flags.entangled else set()
            self.written |= {u} if t in self.written else set()
            if t in self.written & self.flags.entangled:
                self.refuse(
                    arm[0],
                    f"{t}, whose memory is written, is set for some examples only",
                    "choose with np.where",
                )
            self.out.append(Copy(u, t))
        self.block(_renamed(arm, new))
        return new

    def _for(self, s: For) -> None:
        if self.flags.masks(s):
            self.block(lowered(s, self))
            return
        target = s.target
        head: Block = ()
        if self.batched(target):
            target = self.fresh(target)
            head = (Copy(s.target, target, s.origin, s.role),)
        self.out.append(replace(s, target=target, body=self.inner((*head, *s.body))))

    def _while(self, s: While) -> None:
        if self.flags.masks(s):
            self.block(lowered(s, self))
            return
        self.out.append(replace(s, pre=self.inner(s.pre), body=self.inner(s.body)))

    def statement(self, s: Statement) -> None:
        """Write a statement for all examples."""
        handler = _HANDLERS.get(type(s))
        assert handler is not None, s
        handler(self, s)

    def differs(self, *operands: Any) -> bool:
        """Does one of these differ from example to example?"""
        return self.any(*operands)

    def introduce(self, base: str) -> str:
        """A new truth value, which differs from example to example."""
        name = self.fresh(base)
        self.kinds[name] = BOOL
        self.state[name] = True
        self.joined.add(name)
        return name

    def _break(self, s: Break) -> None:
        self.out.append(s)


_OF_SHAPE = (
    *(fp.parts, fp.at_least, fp.enough_axes, fp.scalar_output, fp.real_output, fp.out_axis),
)
"""Checks of the shape and the type, which are the same for all examples."""
_OF_SHAPES = (fp.fits, fp.mixed, fp.same_shape)
"""Checks of what is the same for all examples, made for the first."""


_HANDLERS: Mapping[type, Callable[[Batched, Any], None]] = {
    Let: Batched.let,
    Copy: Batched._copy,
    Load: Batched._load,
    Store: Batched.store,
    StoreAdd: Batched.store,
    Push: Batched._push,
    Pop: Batched._pop,
    Pack: Batched._pack,
    Unpack: Batched._unpack,
    Call: Batched._call,
    Do: Batched._do,
    If: Batched._if,
    For: Batched._for,
    Break: Batched._break,
    While: Batched._while,
}


def _renamed(block: Block, new: Mapping[str, str]) -> Block:
    """The block with names replaced, where they are bound and where they are read."""
    out = []
    for s in block:
        inner = blocks(s)
        if inner:
            s = with_blocks(s, tuple(_renamed(b, new) for b in inner))
        if isinstance(s, If | While):
            out.append(with_reads(s, new))
        elif isinstance(s, Pack | Unpack | Call) or targets(s):
            out.append(renamed(s, new))
        else:
            out.append(with_reads(s, new))
    return tuple(out)


def _first_for_some(block: Block, flags: Flags, seen: set[str]) -> set[str]:
    """Names that are set for some examples before they are set for all; `seen` are those set."""
    out: set[str] = set()
    for s in block:
        if flags.masks(s):
            out |= defined(s) - seen
            seen |= defined(s)
            continue
        if not placeholder(s):
            seen |= set(targets(s))
        for b in blocks(s):
            out |= _first_for_some(b, flags, seen)
    return out
