"""Operations for many examples: by their batch rule, or one example after the other."""

from __future__ import annotations

import operator
from dataclasses import replace

from fpad import runtime as fp
from fpad.transforms.batch.flags import Bundle, placeholder
from fpad.transforms.batch.names import REMEDY, has_effect
from fpad.transforms.batch.passing import Passing
from fpad.transforms.ir import (
    NOWHERE,
    Const,
    Copy,
    Do,
    For,
    Let,
    Load,
    Operand,
    Pop,
    Range,
    Statement,
    Store,
    reads,
    with_reads,
)
from fpad.transforms.kinds import Num, ResidualKind
from fpad.transforms.rules.batch import SAME_MEMORY, SINGLE, Refused, rule_for
from fpad.transforms.rules.core import rule_of
from fpad.transforms.rules.trace import Sym

_PURE = {
    getattr(fp, f"i{n}"): getattr(operator, n)
    for n in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul")
}
"""Updates of numbers, which are no arrays before they are batched."""


class Operations(Passing):
    """Let and Copy."""

    def let(self, s: Let) -> None:
        """An operation, for all examples at once where there is a way."""
        lists = getattr(s.op, "__module__", "") == fp.rows.__module__ and s.op is not fp.plain
        if lists and self.mask is not None:
            self.refuse(s, "a list is made or grows for some examples only", REMEDY)
        s = replace(s, under=frozenset())
        if s.op in _PURE and self._is_number(s.args[0]):
            s = replace(s, op=_PURE[s.op])
        if isinstance(self.kinds.get(s.target), ResidualKind):
            self.bundle(s)
            return
        if not self.any(s.args, tuple(v for _, v in s.kwargs)):
            if self.mask is not None and has_effect(s):
                self.refuse(s, "this happens for some examples only", REMEDY)
            self.plain(s)
            return
        if s.op is fp.hooked and s.kwargs:
            s = self.hooked(s)
        c = self.case(s)
        rule = rule_of(s.op)
        batch = SINGLE.get(s.op) or rule_for(s.op, rule is not None and rule.pointwise)
        mark = len(self.out)
        result = None
        if batch is not None:
            operands = [self.each(a, c) for a in s.args]
            try:
                result = batch(c, *operands, **{k: self.each(v, c) for k, v in s.kwargs})
            except Refused as refusal:
                self.refuse(s, *refusal.args)
        if result is None:
            del self.out[mark:]
            if s.op in SINGLE:
                self.refuse(s, "this cannot be done for several examples", REMEDY)
            self._looped(s)
            return
        maybe = rule is not None and rule.view == "maybe" and s.op not in SAME_MEMORY
        # What derivative code writes in place owns its memory: nobody else reads it.
        if s.target in self.written and maybe and s.role == "primal":
            self.refuse(
                s, "this may share memory that is written", "write the memory by its own name"
            )
        self.define(s.target, result, s.op not in SINGLE, s)

    def _is_number(self, o: Operand) -> bool:
        kind = self.kinds.get(o) if isinstance(o, str) else None
        return not isinstance(kind, Num) or not kind.array

    def plain(self, s: Let | Load | Pop) -> None:
        """A statement that is the same for all examples."""
        if self.batched(s.target) and isinstance(self.kinds.get(s.target), Num):
            t = self.fresh.temp()
            self.out.append(replace(s, target=t))
            self.define(s.target, Sym(t, self.builder(s)), False, s)
        else:
            self.out.append(s)

    def _looped(self, s: Let | Load) -> None:
        """One example after the other, for what NumPy does not do for several."""
        kind = self.kinds.get(s.target)
        rule = rule_of(s.op) if isinstance(s, Let) else None
        shares = isinstance(s, Let) and s.role == "primal"  # as for views, see `let`
        shares = shares and (rule is None or rule.view != "never")
        if not isinstance(kind, Num) or (shares and s.target in self.written) or has_effect(s):
            self.refuse(s, "this cannot be done for several examples", REMEDY)
        b = self.builder(s)
        self.out.append(Do(fp.some_examples, (self.n,), (), s.origin, s.role))
        first = self._example(s, Const(0))
        room = b.emit(fp.example_room, Sym(first, b), Sym(self.n, b)).name
        k = self.fresh("example")
        outer, self.out = self.out, []
        value = self._example(s, k)
        value = self.builder(s).emit(fp.example_of, self.named(value), self.named(room)).name
        self.out.append(Store(room, k, value, s.origin, s.role))
        body, self.out = tuple(self.out), outer
        self.out.append(For(k, Range((self.n,)), body, origin=s.origin, role=s.role))
        self.define(s.target, Sym(room, b), True, s)

    def _example(self, s: Let | Load, k: Operand) -> str:
        """The result of a statement for one example."""
        new = self.taken(s, k)
        t = self.fresh.temp()
        self.out.append(replace(with_reads(s, new), target=t))  # type: ignore[call-arg]
        return t

    def taken(self, s: Statement, k: Operand) -> dict[str, Operand]:
        """The batched operands of one example: name -> its value for the example."""
        new: dict[str, Operand] = {}
        for name in sorted(reads(s)):
            if self.batched(name):
                new[name] = t = self.fresh.temp()
                self.out.append(Load(t, name, k, getattr(s, "origin", NOWHERE)))
        return new

    def _copy(self, s: Copy) -> None:
        begun = self.mask is not None or s.target in self.begun
        if placeholder(s) and s.target in self.joined and begun:
            return
        kind = self.kinds.get(s.target)
        number = isinstance(kind, Num) and (not kind.array or (kind.rank and kind.num == "float"))
        if placeholder(s) and self.batched(s.target) and number:
            assert isinstance(kind, Num)
            self.blank(s.target, kind, self.out)  # a function it is handed to may compute with it
            return
        state = self.state_of(s.value)
        if isinstance(self.state.get(s.target), Bundle) and not placeholder(s):
            self.bundle(s, state)
        elif self.batched(s.target) and state is not True:
            value = self.builder(s).unquote(s.value)
            self.define(s.target, value, placeholder(s), s)
        else:
            self.out.append(s)
