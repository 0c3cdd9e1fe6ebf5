"""Which names differ from example to example, and which an example may leave as they were.

    for i in range(len(x)):        x: batched                 s: batched, and joined: an example for
        if x[i] > 0.0:             i, len(x): not             which the test fails keeps its s
            s = s + w[i]

A name is batched if one of its definitions is.  What is assigned under a condition that is batched
is batched if it is read elsewhere: such names are *joined*, by selecting.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from fpad.transforms.errors import refused
from fpad.transforms.ir import (
    Block,
    Break,
    Call,
    Const,
    Copy,
    For,
    Func,
    If,
    Let,
    Load,
    Pack,
    Pop,
    Push,
    Statement,
    Store,
    StoreAdd,
    Unpack,
    While,
    blocks,
    defined,
    names,
    reads,
    walk,
)
from fpad.transforms.kinds import Kind, Num, ResidualKind
from fpad.transforms.liveness import live_before
from fpad.transforms.memory_classes import Classes
from fpad.transforms.rules.batch import SINGLE


@dataclass(frozen=True)
class Bundle:
    """Residuals of which some items are batched: their layout, and the state of each item."""

    layout: str
    items: tuple[State, ...]


def _holds(state: State, layout: str) -> bool:
    """Are there residuals of this layout in others?"""
    if not isinstance(state, Bundle):
        return False
    return state.layout == layout or any(_holds(i, layout) for i in state.items)


def _joined(old: State, new: State) -> State:
    if isinstance(old, Bundle) and isinstance(new, Bundle) and old.layout == new.layout:
        return Bundle(old.layout, tuple(map(_joined, old.items, new.items)))
    return new or old


State: TypeAlias = "bool | Bundle"
Callee: TypeAlias = "Callable[[str, tuple[State, ...]], tuple[State, ...]]"


class Flags:
    """States of the names of a function, for states of its parameters.

    Attributes:
        state: name -> True if batched, a Bundle for residuals; absent if the same for all.
        joined: names that are selected where a batched condition ends.
        entangled: those that may share memory with what is read elsewhere.
    """

    def __init__(
        self,
        func: Func,
        states: Iterable[State],
        kinds: Mapping[str, Kind],
        classes: Classes,
        callee: Callee,
    ) -> None:
        self.state: dict[str, State] = {p: s for p, s in zip(func.params, states, strict=True) if s}
        self.joined: set[str] = set()
        self.entangled: set[str] = set()
        self._kinds = kinds
        self._classes = classes
        self._origin = func.origin
        self._callee = callee
        self._reads = Counter(n for s in walk(func.body) for n in reads(s))
        self._changed = True
        while self._changed:
            self._changed = False
            self._block(func.body, masked=False)

    def of(self, *operands: object) -> bool:
        """Is one of the names in the operands batched?"""
        return any(self.state.get(n) for n in names(*operands))  # type: ignore[arg-type]

    def breaks(self, block: Block, masked: bool = False) -> bool:
        """Is there a Break out of this loop body that some examples take and others do not?"""
        for s in block:
            if isinstance(s, Break) and masked:
                return True
            if isinstance(s, If):
                under = masked or self.of(s.test)
                if any(self.breaks(b, under) for b in blocks(s)):
                    return True
        return False

    def masks(self, s: Statement) -> bool:
        """Does the statement run its blocks for some examples and not for others?"""
        match s:
            case If(test=test):
                return self.of(test)
            case While(test=test, body=body):
                return self.of(test) or self.breaks(body)
            case For(iterable=iterable, body=body):
                return self.of(*_range_operands(iterable)) or self.breaks(body)
        return False

    def _set(self, name: str, state: State) -> None:
        old = self.state.get(name, False)
        if isinstance(state, Bundle) and any(_holds(i, state.layout) for i in state.items):
            raise refused(
                self._origin,
                "vmap: the derivative of a function that calls itself is mapped",
                "map the function first, and differentiate the mapped one",
            )
        new = _joined(old, state)
        if new != old:
            self.state[name] = new
            self._changed = True

    def _write(self, base: str) -> None:
        for n in self._classes.members(base):
            if isinstance(self._kinds.get(n), Num):  # residuals follow what they hold
                self._set(n, True)

    def _block(self, block: Block, masked: bool) -> None:
        for s in block:
            self._statement(s, masked)

    def _statement(self, s: Statement, masked: bool) -> None:
        match s:
            case Let(target=t, op=op, args=args, kwargs=kwargs):
                if isinstance(self._kinds.get(t), ResidualKind):  # zeros or a copy of residuals
                    for n in names(args):
                        self._set(t, self.state.get(n, False))
                elif op not in SINGLE and self.of(args, tuple(v for _, v in kwargs)):
                    self._set(t, True)
            case Copy(target=t, value=v):
                self._set(t, self.state.get(v, False) if isinstance(v, str) else False)
            case Load(target=t, base=base, index=index):
                if self.of(base, index) and isinstance(self._kinds.get(base), Num):
                    self._set(t, True)
            case Store(base=base, index=index, value=v) | StoreAdd(base=base, index=index, value=v):
                if masked or self.of(index, v):
                    self._write(base)
            case Push(tape=tape, value=v):
                self._set(tape, self.state.get(v, False) if isinstance(v, str) else False)
            case Pop(target=t, tape=tape):
                self._set(t, self.state.get(tape, False))
            case Pack(target=t, kind=layout, items=items):
                states = tuple(
                    self.state.get(o, False) if isinstance(o, str) else False for o in items
                )
                if any(states):
                    self._set(t, Bundle(layout, states))
            case Unpack(targets=ts, value=v):
                state = self.state.get(v) if isinstance(v, str) else None
                if isinstance(state, Bundle):
                    for t, item in zip(ts, state.items, strict=True):
                        self._set(t, item)
            case Call(targets=ts, func=f, args=args):
                given = tuple(
                    self.state.get(a, False) if isinstance(a, str) else False for a in args
                )
                if any(given):
                    for t, found in zip(ts, self._callee(f, given), strict=True):
                        self._set(t, found)
            case _:
                self._inside(s, masked)

    def _inside(self, s: Statement, masked: bool) -> None:
        if not blocks(s):
            return
        if self.masks(s):
            self._join(s)
            masked = True
        for b in blocks(s):
            self._block(b, masked)

    def _join(self, s: Statement) -> None:
        """What is assigned for some examples only, and read by others, is batched."""
        inside = Counter(n for q in walk((s,)) for n in reads(q))
        exposed = live_before((s,), frozenset())
        for t in defined(*(q for b in blocks(s) for q in b)):
            if isinstance(self._kinds.get(t), Num) and (self._reads[t] > inside[t] or t in exposed):
                self.joined.add(t)
                self._set(t, True)
                mates = self._classes.members(t) - {t}
                if any(self._reads[m] > inside[m] or m in exposed for m in mates):
                    self.entangled.add(t)


def _range_operands(iterable: object) -> tuple[object, ...]:
    args = getattr(iterable, "args", (iterable,))
    count = getattr(iterable, "count", None)
    return (*args, *(() if count is None else (count,)))


def placeholder(s: Statement) -> bool:
    """Is this the definition of a name that is set elsewhere?"""
    return isinstance(s, Copy) and s.value == Const(None)
