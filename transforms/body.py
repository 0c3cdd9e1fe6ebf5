"""Level 1 -> level 2 for the body of one function: control flow over abstract values.

    def f(xs, n):                       def f(xs_0, xs_1, n):         # xs is a list of two floats
        s = (0.0, 1.0)                      s_0 = 0.0
        for x in xs:                        s_1 = 1.0
            s = (s[0] + x, s[1] * x)   ->   ..
        if n is None: return 0.0            return s_0
        return s[0]

Each statement is run on what its operands hold and writes what is left of it.  A loop is run until
what holds at its head covers what holds at its end; what is written in that last round stays.
Tests that are known are decided here, and what is not reached is not looked at.  A loop over a
structure is unrolled; so is a loop over a range of known length that indexes one.
"""

from __future__ import annotations

import builtins
import operator
from abc import abstractmethod
from collections.abc import Hashable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from fpad import runtime as fp
from fpad.transforms import ahead, choices, chosen_keys, grown, rings, uneven
from fpad.transforms.abstract import (
    UNKNOWN,
    Either,
    Env,
    Held,
    Static,
    Steps,
    Structure,
    Unknown,
    Value,
    Woven,
    is_array,
    is_grown,
    uses,
)
from fpad.transforms.closures import Nested
from fpad.transforms.describing import describe, python_name
from fpad.transforms.guarding import Raised
from fpad.transforms.heap import given_up
from fpad.transforms.ir import (
    Apply,
    Attr,
    Block,
    Break,
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
    Return,
    Statement,
    Store,
    StoreAdd,
    Unpack,
    While,
    targets,
)
from fpad.transforms.iteration import items_of, without_ranges
from fpad.transforms.kinds import INT, Num, ShapeKind
from fpad.transforms.liveness import live_before
from fpad.transforms.memory_classes import AUGMENTED
from fpad.transforms.moves import moves
from fpad.transforms.reading import Reading
from fpad.transforms.source import Source
from fpad.transforms.streams import bare
from fpad.transforms.writer import NumberAsKey, Refused, refuse


@dataclass
class Loop:
    """A loop that is being written: where its breaks go, and what holds there.

    Attributes:
        stuck: why something has no place yet where a trip begins, or where breaks go.
    """

    exit: Env | None = None
    breaks: list[Env] = field(default_factory=list)
    flag: str | None = None
    stuck: Refused | None = None


class Body(Reading):
    """Specialises the body of one function; what names and calls mean is left to subclasses.

    Attributes:
        tries: how many loops around this are tried as loops, and written out where that is refused.
        lengthy: may lists get a length of their own in these?
        unsure: new idents for results of calls that may be arguments of these instead: variables
            that hold these, and whether nobody else does.
    """

    def __init__(self, source: Source, func: Func) -> None:
        super().__init__(source, func)
        self.result: Value = UNKNOWN
        self.whole: list[Statement] = []
        self.index_name = "i"
        self.loops: list[Loop] = []
        self.tries = 0
        self.lengthy = self.recursive = False
        self.facts: dict[str, tuple[Either, tuple[bool, ...]]] = {}
        self.live_after: dict[int, frozenset[str]] = {}
        self.unsure: list[tuple[Hashable, frozenset[str], bool]] = []
        live_before(func.body, frozenset(), self._visit, handled=True)

    def _visit(self, s: Statement, live: AbstractSet[str]) -> None:
        self.live_after[id(s)] = self.live_after.get(id(s), frozenset()) | live

    # ------------------------------------------------------------ for subclasses

    @abstractmethod
    def operator(self, variable: str | None, op: Any, args: Sequence[Value]) -> Value:
        """The result of an operator of the syntax."""

    @abstractmethod
    def dict_of(self, pairs: Sequence[tuple[Value, Value]]) -> Value:
        """A new dict of these keys and values."""

    @abstractmethod
    def attribute(self, s: Attr, base: Value) -> Value:
        """The value of base.name."""

    @abstractmethod
    def closure(self, made: Nested, parts: Sequence[Value]) -> Value:
        """The value of a function that is defined here."""

    @abstractmethod
    def looped(self, value: Value) -> Value:
        """What a loop over a value runs over: of an object, what its `__iter__` gives."""

    @abstractmethod
    def unpacked(self, value: Value, n: int) -> Sequence[Value] | None:
        """What n names get of an object that has only `__getitem__`; None: it is another value."""

    @abstractmethod
    def listed(self, value: Value) -> Structure:
        """All that a loop over the value sees, as a list of unknown length."""

    @abstractmethod
    def repeated(self, base: Structure, count: Value) -> Value:
        """The list or tuple of one value, repeated as often as only the run tells."""

    @abstractmethod
    def joined(self, make: Any, lists: Sequence[Structure]) -> Structure:
        """The lists or tuples, one behind the other; the length of one is not known."""

    @abstractmethod
    def asked(self, value: Value) -> Value:
        """What a test of a value tests: of an object, what its `__bool__` or `__len__` gives."""

    @abstractmethod
    def set_attribute(self, base: Value, name: str, value: Value) -> None:
        """Write base.name = value."""

    @abstractmethod
    def delete(self, base: Value, index: Operand) -> None:
        """Write del base[index]."""

    @abstractmethod
    def apply(
        self, s: Apply, func: Value, args: Sequence[Value], kwargs: dict[str, Value]
    ) -> Value:
        """The result of a call."""

    @abstractmethod
    def load(self, variable: str | None, base: Value, index: Operand) -> Value:
        """The value of base[index]."""

    @abstractmethod
    def element(self, variable: str | None, base: Held, index: Operand) -> Held:
        """Write variable = base[index], given the level-2 operand of an index."""

    @abstractmethod
    def store(self, s: Store | StoreAdd, base: Value, value: Value) -> None:
        """Write base[index] = value, or base[index] += value."""

    @abstractmethod
    def for_(self, s: For) -> None:
        """Write what is left of a loop."""

    @abstractmethod
    def while_(self, s: While) -> None:
        """Write what is left of a loop."""

    # ------------------------------------------------------------ reading

    # ------------------------------------------------------------ blocks and statements

    def run(self) -> Block:
        """Write the whole body up to its return; the value returned is left in `result`."""

        def write() -> None:
            self.whole = self.out
            ahead.enter(self)
            uneven.given(self)
            self.block(self.func.body[:-1])
            last = self.func.body[-1]
            assert isinstance(last, Return)
            if self.dead:
                return
            self.origin = last.origin
            try:
                self.result = without_ranges(
                    self, bare(self.read(last.values[0]), self.origin_of, True)
                )
            except Refused as refused:
                self.refuse(refused)

        return self.captured(write)

    def block(self, block: Block) -> None:
        """Write what is left of a block."""
        for s in block:
            if self.dead:
                return
            self.origin = getattr(s, "origin", self.origin)
            self._attempt(s)
            if self.unsure:  # it called functions on its own account
                self.give_up({ident for ident, *_ in self.unsure})
                self.unsure = []
            live = self.live_after.get(id(s))
            if live is not None:
                wanted = live | self.kept
                self.env = rings.kept(self, wanted)

    def _attempt(self, s: Statement) -> None:
        """Write what is left of a statement, or that it raises, or note that it is refused."""
        try:
            self.statement(s)
        except Refused as refused:
            if isinstance(refused, NumberAsKey) and self.tries:
                raise
            region = self.handler(refused.error)
            if region is not None and refused.error is not None:
                raise Raised(region, refused.error) from None
            self.origin = getattr(s, "origin", self.origin)
            if self.raises_later(refused.error):
                self.raised.append(self.refusal(refused.reason, refused.remedy))
                return
            self.refuse(refused)
            for t in targets(s):
                self.env[t] = UNKNOWN

    def statement(self, s: Statement) -> None:
        """Write what is left of a statement."""
        if isinstance(s, Attr) and choices.bound(self, s):
            return
        chosen_keys.settle(self, s)
        choice = choices.undecided(self, s)
        if choice is not None:
            choices.decide(self, s, *choice, lambda: self._attempt(s))
            return
        match s:
            case Copy():
                self.assign(s.target, self.read(s.value))
            case Let():
                if isinstance(s.op, Nested):
                    self.env[s.target] = self.closure(s.op, [self.read(a) for a in s.args])
                    return
                if s.op in AUGMENTED:
                    self._before_update(s)
                args = [self.read(a) for a in s.args]
                self.assign(s.target, self.operator(s.target, s.op, args))
            case Do(op=operator.delitem, args=(base, index)):
                self.delete(self.read(base), index)
            case Do(op=builtins.setattr, args=(base, Const(value=name), value)):
                self.set_attribute(self.read(base), name, self.read(value))
            case Do():
                self.effect(s)
            case Attr():
                self.assign(s.target, self.attribute(s, self.read(s.base)))
            case Apply():
                func = self.read(s.func)
                kwargs = {k: self.read(v) for k, v in s.kwargs}
                found = self.apply(s, func, [self.read(a) for a in s.args], kwargs)
                self.assign(s.target, self._owned(s, found))
            case Load():
                self.assign(s.target, self.load(s.target, self.read(s.base), s.index))
            case Store() | StoreAdd():
                self.store(s, self.read(s.base), self.read(s.value))
            case Pack():
                self.env[s.target] = self._pack(s)
            case Unpack():
                self._unpack(s)
            case If():
                self._if(s)
            case For():
                self.for_(s)
            case While():
                self.while_(s)
            case Break():
                self._break()
            case _:
                raise AssertionError(f"{type(s).__name__} at level 1")

    def _owned(self, s: Apply, value: Value) -> Value:
        """The result of a call, which nobody may change if it may be what others hold."""
        unsure, self.unsure = self.unsure, []
        if not unsure:
            return value
        wanted = (self.live_after.get(id(s), self.locals) | self.kept) - {s.target}
        lost = {i for i, names, sure in unsure if len(unsure) > 1 or names & wanted or not sure}
        self.give_up(lost)
        return given_up({"": value}, lost)[""]

    def effect(self, s: Do) -> None:
        """Write an effect."""
        args = [self.read(a) for a in s.args]
        if s.op is fp.enter:
            self.enter(args, {k: self.read(v) for k, v in s.kwargs})
        elif s.op is fp.leave:
            self.leave()
        else:
            self.fail(*args, **{k: self.read(v) for k, v in s.kwargs})

    def _before_update(self, s: Let) -> None:
        """Make it seen by name who else holds an array that `y += e` writes in place.

        The passes that follow prove from the names that nobody else reads it, or refuse.
        """
        y = s.args[0]
        value = self.env.get(y) if isinstance(y, str) else None
        if not isinstance(y, str) or not isinstance(value, Held) or not is_array(value):
            return
        live = self.live_after.get(id(s), self.locals) | self.kept
        name = str(value.atom)
        others = [v for v, x in self.env.items() if v != y and v in live and uses(x, name)]
        if y in self.users:
            self.part_ways(name, others)
        elif others or name in self.rows:  # an array in a tuple, list or dict
            self.env[y] = self.own_name(value)

    def own_name(self, value: Held) -> Held:
        """Another name for an array that is about to be written in place."""
        name = self.fresh("part")
        self.emit(Copy(name, value.atom, self.origin))
        if value.atom in self.rows:
            self.rows[name] = self.rows[str(value.atom)]
        return self.wrote(name, value.kind)

    def _pack(self, s: Pack) -> Value:
        items = tuple(map(self.read, s.items))
        if s.kind == "tuple":
            return Structure(tuple, tuple(range(len(items))), items)
        if s.kind == "list":
            return Structure(list, tuple(range(len(items))), items, self.new_ident())
        return self.dict_of(tuple(zip(map(self.read, s.keys), items, strict=True)))

    def _unpack(self, s: Unpack) -> None:
        whole, n = self.read(s.value), len(s.targets)
        by_index = self.unpacked(whole, n)
        value = self.looped(whole) if by_index is None else whole
        found = None
        if by_index is None and isinstance(value, Woven | Steps):
            found = items_of(self, value, at_once=True)
            value = self.listed(value) if found is None else value
        match value:
            case _ if by_index is not None:
                parts = by_index
            case Unknown():
                parts = [UNKNOWN] * n
            case Structure() if is_grown(value):
                leaf = grown.first_leaf(value)
                self.emit(Do(fp.parts, (leaf.atom, Const(n)), (), s.origin))
                parts = [grown.item(self, value, Const(k)) for k in range(n)]
            case Held(kind=ShapeKind()):
                goals = [self.target(t, INT) for t in s.targets]
                self.emit(Unpack(tuple(goals), value.atom, s.origin))
                parts = [self.wrote(goal, INT) for goal in goals]
            case Held(kind=Num(array=True)):
                self.emit(Do(fp.parts, (value.atom, Const(n)), (), s.origin))
                parts = [self.element(None, value, Const(k)) for k in range(n)]
            case _:
                found = items_of(self, value, at_once=True) if found is None else found
                if found is None:
                    error = TypeError(f"cannot unpack non-iterable {python_name(value)}")
                    advice = "unpack a tuple or a list."
                    refuse(f"{describe(value)} cannot be unpacked.", advice, error)
                parts = found
        if len(parts) != n:
            refuse(
                f"{describe(value)} is unpacked into {n} names.",
                "give as many names as values.",
                ValueError(f"expected {n} values, got {len(parts)}"),
            )
        hidden = [f"{k} of {n}" for k in range(n)]
        self.env.update(zip(hidden, parts, strict=True))
        for t, h in zip(s.targets, hidden, strict=True):
            self.assign(t, self.env.pop(h))

    def _if(self, s: If) -> None:
        value = self.asked(self.read(s.test))
        known = self.truth(value)
        region = self.region_of(s)
        if region is not None:
            loops, tries, lengthy = len(self.loops), self.tries, self.lengthy
            self.tried(s, region)
            del self.loops[loops:]
            self.tries, self.lengthy = tries, lengthy
            return
        if known is not None:
            self.block(s.then if known else s.orelse)
            return
        test = self.test(value)
        then, orelse = choices.arms(self, test)

        def arm(env: Env, block: Block) -> None:
            self.env = dict(env)
            self.block(block)
            uneven.met(self)

        self.branch(
            test,
            lambda: arm(then, s.then),
            lambda: arm(orelse, s.orelse),
            s.origin,
            keep=bool(s.origin.text),
        )

    def _break(self) -> None:
        loop = self.loops[-1]
        if loop.flag is not None:
            self.env[loop.flag] = Static(True)
            return
        loop.breaks.append(dict(self.env))
        self.go(loop.exit)
        self.out.append(Break(self.origin))
        self.dead = True

    def go(self, there: Env | None) -> None:
        """Move everything to where it lies at the head of a loop, or behind it.

        What has no place there, a third text where there were two, gets one in the next round.
        """
        if there is None or self.dead:
            return
        try:
            found = moves(self.env, there)
        except Refused as refused:
            self.loops[-1].stuck = refused
            return
        self.move_at_end(self.out, found)

    def hold(self, value: Value) -> str:
        """A hidden variable that holds the value until the loop is over."""
        name = self.fresh("over")
        self.kept.add(name)
        self.env[name] = value
        return name
