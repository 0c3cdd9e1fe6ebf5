"""Which names may share memory at each in-place write (flow-sensitive).

    for t in range(n):
        new = np.zeros_like(old)      # new shares with nothing: it is made here
        new[1:] = old[:-1]            # so this write changes no other name
        old = new                     # old shares with new, until new is made again

The state says for each name which others may share its memory.  A definition ends that for its
name; a copy or a view takes over the mates of its source; where ways join, states are united.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from fpad import runtime as fp
from fpad.transforms.ir import (
    Block,
    Break,
    Call,
    Copy,
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
    Slice,
    Statement,
    Store,
    StoreAdd,
    Unpack,
    While,
    names,
    targets,
    walk,
)
from fpad.transforms.kinds import Kind, Num, ShapeKind
from fpad.transforms.repeats import OF_NUMBERS, put_together, rows_of_loops
from fpad.transforms.rules.core import rule_of


@dataclass(frozen=True)
class Aliases:
    """What the memory of one result of a function may be: that of parameters, of other results.

    `readonly`: or a view, of a number that was broadcast, that nobody may write.
    """

    params: frozenset[int]
    results: frozenset[int] = frozenset()
    readonly: bool = False


ResultAliases = Callable[[str], "tuple[Aliases, ...]"]
State = dict[str, frozenset[str]]
"""Name -> names that may share its memory; never without the opposite, never with nobody."""
NOBODY: frozenset[str] = frozenset()
READONLY = "memory that nobody may write"
TWICE = "an array that a list may hold twice"


def scalar(kind: Kind | None) -> bool:
    """A number without shape, which nobody can write in place."""
    return isinstance(kind, Num) and not kind.array


def is_array(kind: Kind | None) -> bool:
    """An array, or a scalar where the rank is not known."""
    return isinstance(kind, Num) and kind.array


def _is_vector(kind: Kind | None) -> bool:
    return isinstance(kind, Num) and kind.array and kind.rank == 1


def copies(index: Operand, kinds: Mapping[str, Kind]) -> bool:
    """Does reading with this index certainly give new memory: is an array in it?

    What may be a NumPy integer is none: reading a row with it makes a view.
    """
    parts = index if isinstance(index, tuple) else (index,)
    return any(isinstance(p, str) and _certainly_array(kinds.get(p)) for p in parts)


def _certainly_array(kind: Kind | None) -> bool:
    return isinstance(kind, Num) and kind.array and (bool(kind.rank) or kind.num == "bool")


def may_be_element(index: Operand, kinds: Mapping[str, Kind]) -> bool:
    """Could reading with this index give a single element: integers only?"""
    parts = index if isinstance(index, tuple) else (index,)
    return not any(isinstance(p, Slice | tuple) for p in parts) and not copies(index, kinds)


def sources(
    s: Statement, kinds: Mapping[str, Kind], result_aliases: ResultAliases
) -> list[tuple[str, frozenset[str]]]:
    """(name, names whose memory it may share from here on) for what a statement binds or fills."""
    match s:
        case Copy(target=t, value=v):
            return [(t, frozenset(names(v)))]
        case Push(tape=t, value=v):
            return [(t, frozenset(names(v)))]
        case Pop(target=t, tape=tape):
            return [(t, frozenset((tape,)))]
        case Load(target=t, base=b, index=i):
            return [(t, frozenset() if copies(i, kinds) else frozenset((b,)))]
        case Let(target=t):
            rule = rule_of(s.op)
            if rule is None or (s.op in OF_NUMBERS and _is_vector(kinds.get(t))):
                return [(t, frozenset())]
            found = names(*rule.viewed(s.args))
            return [(t, frozenset(n for n in found if not isinstance(kinds.get(n), ShapeKind)))]
        case Pack(target=t):
            return [(t, frozenset(names(*s.items)))]
        case Unpack():
            return [(t, frozenset(names(s.value))) for t in s.targets]
        case Call():
            aliases = result_aliases(s.func)
            return [
                (t, frozenset(n for k in a.params for n in names(s.args[k])))
                for t, a in zip(s.targets, aliases, strict=True)
            ]
        case _:
            return [(t, frozenset()) for t in targets(s)]


def argument(p: str) -> str:
    """What stands for the memory that a parameter was given, whatever its name holds later."""
    return f"{p} as given"


def _extra(s: Statement, result_aliases: ResultAliases) -> dict[str, frozenset[str]]:
    """What targets share that is no name in front of the statement."""
    match s:
        case Let(target=t):
            rule = rule_of(s.op)
            return {t: frozenset((READONLY,))} if rule is not None and rule.readonly else {}
        case Call():
            return {
                t: frozenset(s.targets[k] for k in a.results)
                | frozenset((READONLY,) if a.readonly else ())
                for t, a in zip(s.targets, result_aliases(s.func), strict=True)
            }
        case _:
            return {}


class Sharing:
    """Runs the analysis.

    `at(s, base)` answers for a write of the function (by identity), `at_end(n)` for its end.
    """

    def __init__(
        self, func: Func, kinds: Mapping[str, Kind], result_aliases: ResultAliases
    ) -> None:
        self._kinds = kinds
        self._aliases = result_aliases
        self._at: dict[int, frozenset[str]] = {}
        self._exits: list[State] = []
        self._apart = rows_of_loops(func) if any(map(put_together, walk(func.body))) else ()
        self._end: State = {}
        start: State = {}
        for p in func.params:
            if not scalar(kinds.get(p)):
                _pair(start, p, {argument(p)})
        self._block(func.body, start)

    def at(self, s: Statement, base: str) -> frozenset[str]:
        """Other names that may share the memory of `base` at the statement."""
        found = self._at.get(id(s), frozenset())
        return found - {base}

    def at_end(self, n: str) -> frozenset[str]:
        """Other names, `argument(p)` and `READONLY` that may share the memory of n at the end."""
        return self._mates(n, self._end)

    def _mates(self, n: str, state: State) -> frozenset[str]:
        return state.get(n, NOBODY)

    def _block(self, block: Block, state: State) -> State | None:
        """Take a state, which is changed, through the block; None if a Break leaves it."""
        for s in block:
            match s:
                case Break():
                    self._exits.append(state)
                    return None
                case If():
                    ends = [self._block(b, dict(state)) for b in (s.then, s.orelse)]
                    going = [e for e in ends if e is not None]
                    if not going:
                        return None
                    state = _united(going)
                case For() | While():
                    state = self._loop(s, state)
                case Return():
                    self._end = state
                case _:
                    self._simple(s, state)
        return state

    def _simple(self, s: Statement, state: State) -> None:
        base = s.base if isinstance(s, Store | StoreAdd) else None
        if base is None and isinstance(s, Let) and s.args and isinstance(s.args[0], str):
            base = s.args[0]  # `y += e` writes its first operand
        if base is not None:
            self._at[id(s)] = self._at.get(id(s), NOBODY) | self._mates(base, state)
        found = sources(s, self._kinds, self._aliases)
        extra = _extra(s, self._aliases)
        if self._twice(s, state):
            extra = {t: frozenset((TWICE,)) for t, _ in found}
        made = [
            (t, extra.get(t, NOBODY).union(from_, *(self._mates(n, state) for n in from_)))
            for t, from_ in found
            if not scalar(self._kinds.get(t))
        ]
        if not isinstance(s, Push):
            for t, _ in found:
                _part(state, t)
        for t, mates in made:
            _pair(state, t, {n for n in mates if n != t and not scalar(self._kinds.get(n))})

    def _twice(self, s: Statement, state: State) -> bool:
        """May the list that a statement makes hold an array twice?"""
        if isinstance(s, Let) and _is_vector(self._kinds.get(s.target)):
            return False  # of numbers, which are at one place each
        parts = [n for n in put_together(s) if not scalar(self._kinds.get(n))]
        if isinstance(s, Let) and s.op is fp.repeated:
            return bool(parts)
        if len(parts) < 2 or id(s) in self._apart:
            return False
        pairs = itertools.combinations(parts, 2)
        return any(a == b or b in self._mates(a, state) for a, b in pairs)

    def _loop(self, s: For | While, state: State) -> State:
        while True:
            outer, self._exits = self._exits, []
            begin = dict(state)
            if isinstance(s, While):
                begin = self._block(s.pre, begin) or {}
            end = self._block(s.body, dict(begin))
            exits, self._exits = self._exits, outer
            new = state if end is None else _united([state, end])
            if new == state:
                return _united([begin, *exits]) if exits else begin
            state = new


def _part(state: State, name: str) -> None:
    """The name holds something new."""
    for mate in state.pop(name, NOBODY):
        left = state[mate] - {name}
        if left:
            state[mate] = left
        else:
            del state[mate]


def _pair(state: State, name: str, mates: AbstractSet[str]) -> None:
    """The name may share memory with these."""
    if mates:
        state[name] = state.get(name, NOBODY) | mates
        for mate in mates:
            state[mate] = state.get(mate, NOBODY) | {name}


def _united(states: Sequence[State]) -> State:
    out = dict(states[0])
    for state in states[1:]:
        for name, mates in state.items():
            out[name] = out.get(name, NOBODY) | mates
    return out
