"""Tapes, residuals, and calls of functions that are batched too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from fpad.transforms.batch.flags import Bundle, State
from fpad.transforms.batch.names import REMEDY, Names, States, has_effect
from fpad.transforms.ir import (
    NOWHERE,
    Call,
    Const,
    Copy,
    Do,
    Func,
    Let,
    Operand,
    Pack,
    Pop,
    Push,
    Statement,
    Unpack,
    hook_of,
    reads,
    walk,
    with_reads,
)
from fpad.transforms.kinds import ResidualKind
from fpad.transforms.rules.trace import Sym


class Passing(Names):
    """Push, Pop, Pack, Unpack and Call."""

    def _push(self, s: Push) -> None:
        state = self.state_of(s.value)
        if self.batched(s.tape) and state is not True:
            s = replace(s, value=self.spread(s.value, s))
        self.out.append(s)

    def _pop(self, s: Pop) -> None:
        if self.batched(s.target) and not self.state.get(s.tape):
            t = self.fresh.temp()
            self.out.append(replace(s, target=t))
            self.define(s.target, Sym(t, self.builder(s)), False, s)
        else:
            self.out.append(s)

    def _pack(self, s: Pack) -> None:
        states = tuple(self.state_of(o) for o in s.items)
        self.bundle(s, Bundle(s.kind, states) if any(states) else False)

    def bundle(self, s: Let | Pack | Copy, have: State | None = None) -> None:
        """Residuals, made with the items batched that are batched wherever the name is set."""
        if have is None:
            found = [self.state_of(n) for n in sorted(reads(s)) if self.state_of(n)]
            have = found[0] if found else False
        want = self.state.get(s.target, False)
        if isinstance(s, Let) and isinstance(want, Bundle):
            new: dict[str, Operand] = {}
            for n in sorted(reads(s)):
                if isinstance(self.kinds.get(n), ResidualKind) and self.state_of(n) != want:
                    new[n] = t = self.fresh.temp()
                    self._repack(t, n, self.state_of(n), want, s)
            self.out.append(with_reads(s, new))
            return
        if isinstance(s, Pack) and isinstance(have, Bundle):
            s = replace(s, kind=self.owner.layout(have))
        if have == want or not isinstance(want, Bundle):
            self.out.append(s)
            return
        t = self.fresh.temp()
        self.out.append(replace(s, target=t))
        self._repack(s.target, t, have, want, s)

    def _repack(self, target: str, value: str, have: State, want: Bundle, s: Statement) -> None:
        """Residuals again, with more of their items batched."""
        old = have.items if isinstance(have, Bundle) else (False,) * len(want.items)
        items = [self.fresh.temp() for _ in old]
        self.out.append(Unpack(tuple(items), value, getattr(s, "origin", NOWHERE), "adjoint"))
        for k, (mine, wanted) in enumerate(zip(old, want.items, strict=True)):
            if isinstance(wanted, Bundle) and mine != wanted:
                t = self.fresh.temp()
                self._repack(t, items[k], mine, wanted, s)
                items[k] = t
            elif wanted is True and mine is not True:
                items[k] = self.spread(items[k], s)
        layout = self.owner.layout(want)
        origin = getattr(s, "origin", NOWHERE)
        self.out.append(Pack(target, layout, tuple(items), (), origin, "adjoint"))

    def state_of(self, o: Operand) -> State:
        """Whether an operand is batched, or which of its items are."""
        return self.state.get(o, False) if isinstance(o, str) else False

    def _unpack(self, s: Unpack) -> None:
        state = self.state.get(s.value) if isinstance(s.value, str) else None
        items = state.items if isinstance(state, Bundle) else (False,) * len(s.targets)
        self.received(s, tuple(items))

    def received(self, s: Unpack | Call, states: States) -> None:
        """A statement with several results, of which some must be spread."""
        held = [
            self.fresh.temp() if self.batched(t) and state is not True else t
            for t, state in zip(s.targets, states, strict=True)
        ]
        self.out.append(replace(s, targets=tuple(held)))
        for t, h in zip(s.targets, held, strict=True):
            if t != h:
                self.define(t, Sym(h, self.builder(s)), False, s)

    def _call(self, s: Call) -> None:
        states = tuple(self.state_of(a) for a in s.args)
        if self.mask is not None and _effects(self.owner.funcs, s.func):
            self.refuse(
                s,
                "a function with effects, or one that calls itself, is called for some "
                "examples only",
                REMEDY,
            )
        if not any(states):
            self.received(s, (False,) * len(s.targets))
            return
        results = self.owner.results(s.func, states)
        self.received(replace(s, func=self.owner.function(s.func, states)), results)

    def hooked(self, s: Let) -> Let:
        """A statement whose adjoint goes through a function, which is mapped too."""
        _, taken = s.args
        assert isinstance(taken, tuple)
        hook, states = hook_of(s), (True, *map(self.state_of, taken))
        if self.owner.results(hook, states) != (True,):
            self.refuse(
                s,
                "a hook gives the same for all examples, whatever the adjoint is",
                "add 0.0 times the adjoint",
            )
        if self.mask is not None and _effects(self.owner.funcs, hook):
            self.refuse(s, "a hook with effects is called for some examples only", REMEDY)
        return replace(s, kwargs=(("hook", Const(self.owner.function(hook, states))),))


def _effects(funcs: Mapping[str, Func], name: str, inside: frozenset[str] = frozenset()) -> bool:
    """Does a function have effects, or call itself?"""
    if name in inside:
        return True
    for s in walk(funcs[name].body):
        if isinstance(s, Do) or has_effect(s):
            return True
        if isinstance(s, Call) and _effects(funcs, s.func, inside | {name}):
            return True
    return False
