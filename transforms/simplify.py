"""Statements that nothing needs, and second names of one value.  No arithmetic is ever changed.

`dead`:

    y = np.sin(x)                          by = 1.0
    n_i = 0                                bx = by * np.cos(x)
    for i in range(3):           ->        return bx
        t_tape.append(y)
        n_i = n_i + 1
    by = 1.0
    bx = by * np.cos(x)
    return bx

`copies`:

    t1 = by                                by2 = by * c
    by2 = t1 * c                 ->        bx = by * s
    bx = t1 * s
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Any, NamedTuple

from fpad import runtime as fp
from fpad.transforms.copies import NONE, Names, copies, is_temporary
from fpad.transforms.ir import (
    Block,
    Break,
    Call,
    Copy,
    Do,
    For,
    Func,
    If,
    Let,
    Load,
    Note,
    Pack,
    Pop,
    Program,
    Push,
    Statement,
    Store,
    StoreAdd,
    Unpack,
    While,
    names,
    reads,
    targets,
    walk,
    with_blocks,
)
from fpad.transforms.memory_classes import Classes
from fpad.transforms.rules.core import rule_of
from fpad.transforms.sharing import Aliases


def simplify(program: Program, temporary: Callable[[str], bool] = is_temporary) -> Program:
    """`copies` and then `dead` for every function of a program."""
    clean = {name: copies(f, temporary) for name, f in program.funcs.items()}
    known = effects(replace(program, funcs=clean))
    return replace(program, funcs={name: dead(f, known) for name, f in clean.items()})


# ---------------------------------------------------------------- dead statements


def dead(func: Func, known: Mapping[str, bool] | None = None) -> Func:
    """Remove what nothing needs: unread values, tapes only filled and emptied, empty ifs and loops.

        n_i = 0                                for i in range(n):
        for i in range(n):                         x = x * s
            n_i = n_i + 1          ->          return x
            if x > 2.0:
                t1 = x * x
            x = x * s
        return x

    Kept whatever their results: `Do`, calls of functions that have effects, writes to memory that
    is read, returned or a parameter.

    Args:
        func: level 2.
        known: which of the functions that it calls have effects (`effects`); without it all have.
    """
    while True:
        facts = _Facts(func, known)
        new = facts.needed()
        if new == func.body:
            return func
        func = replace(func, body=new)
        if not facts.writes:  # else: what is gone no longer joins names to one memory
            return func


def _checks(op: Callable[..., Any]) -> bool:
    """Has the operation an effect, or does it raise where its operand is not one it takes?

    Draws have effects; math.log(0.0) raises, and so does a row that stands for an element.
    """
    rule = rule_of(op)
    if rule is not None and rule.effect:
        return True
    return op is fp.element or getattr(op, "__module__", None) == "math"


class _Exit(NamedTuple):
    """Where a Break goes: what is live there, and whether the loop is kept."""

    live: Names
    keep: bool


class _Facts:
    """What is needed, as far as it is known; grows from one backward pass to the next.

    Values are followed along the flow.  Memory is not: a write is needed if any name that may
    share its memory (`seen`) is read by a needed statement, other than to write to it.
    """

    def __init__(self, func: Func, effects_of: Mapping[str, bool] | None) -> None:
        self._body = func.body
        self._effects = effects_of
        self._classes = _classes(func)
        self._local = _own_tapes(func)
        self._tapes: set[str] = set()
        self._seen: set[str] = set()
        self._missed: set[tuple[str, str]] = set()
        self._kept: set[int] = set()  # loops, by identity, that are needed: they stay so
        self._heads: dict[int, Names] = {}  # what is live where a loop begins: it only grows
        self.writes = False
        for p in func.params:
            self._seen.add(self._classes.find(p))

    def needed(self) -> Block:
        """What is needed of the body."""
        while True:
            self._missed.clear()
            body = self.block(self._body, set(), _Exit(NONE, True))
            found = {"tape": self._tapes, "memory": self._seen}
            if not any(name in found[what] for what, name in self._missed):
                return body

    def block(self, block: Block, live: set[str], leave: _Exit) -> Block:
        """What is needed of a block; `live` goes from what is after it to what is before it."""
        out: list[Statement] = []
        for s in reversed(block):
            out += reversed(self._statement(s, live, leave))
        return tuple(reversed(out))

    def _statement(self, s: Statement, live: set[str], leave: _Exit) -> Block:
        match s:
            case Break():
                live.clear()
                live |= leave.live
                return (s,) if leave.keep else ()
            case If():
                before = set(live), set(live)
                then = self.block(s.then, before[0], leave)
                orelse = self.block(s.orelse, before[1], leave)
                if not (_matters(then) or _matters(orelse)):
                    return ()
                self._read(s)
                live.clear()
                live |= before[0] | before[1] | reads(s)
                return (replace(s, then=then, orelse=orelse),)
            case For() | While():
                return self._loop(s, live)
            case _:
                if not self._needed(s, live):
                    return ()
                self._read(s)
                live.difference_update(targets(s))
                live |= reads(s)
                return (s,)

    def _loop(self, s: For | While, live: set[str]) -> Block:
        """A loop is needed if more than its own control is needed in it."""
        after = frozenset(live)
        if id(s) not in self._kept:
            idle = self._around(s, after, keep=False)
            if not ((isinstance(s, For) and s.target in after) or any(map(_matters, idle))):
                return ()
            self._kept.add(id(s))
        self._read(s)
        inner = self._around(s, after, keep=True)
        live |= self._heads[id(s)]
        if isinstance(s, For):
            live |= reads(s)
        return (with_blocks(s, inner),)

    def _around(self, s: For | While, after: Names, *, keep: bool) -> tuple[Block, ...]:
        """Backwards around the loop until nothing more becomes live at its head."""
        leave = _Exit(after, keep)
        test = reads(s) if keep else NONE
        head = after | self._heads.get(id(s), NONE)
        inner: tuple[Block, ...]
        while True:
            new = set(head)
            body = self.block(s.body, new, leave)
            if isinstance(s, For):
                new.discard(s.target)
                inner = (body, s.orelse)
            else:
                new |= after
                new |= test
                inner = (self.block(s.pre, new, leave), body, s.orelse)
            if new <= head:
                self._heads[id(s)] = head
                return inner
            head |= new

    def _needed(self, s: Statement, live: AbstractSet[str]) -> bool:
        match s:
            case Let() if _checks(s.op):
                return True
            case Let() | Copy() | Load() | Pack() | Unpack():
                return not live.isdisjoint(targets(s))
            case Store() | StoreAdd():
                self.writes = True
                memory = self._classes.find(s.base)
                if memory not in self._seen:
                    self._missed.add(("memory", memory))
                return memory in self._seen
            case Call():
                pure = self._effects is not None and not self._effects.get(s.func, True)
                return not (pure and live.isdisjoint(targets(s)))
            case Pop():
                return s.target in live or self._tape_needed(s.tape)
            case Push():
                return self._tape_needed(s.tape)
            case _:
                return True

    def _tape_needed(self, tape: str) -> bool:
        needed = tape not in self._local or tape in self._tapes
        if not needed:
            self._missed.add(("tape", tape))
        return needed

    def _read(self, s: Statement) -> None:
        """A needed statement: what it reads is seen."""
        seen = reads(s)
        if isinstance(s, Push | Pop):
            self._tapes.add(s.tape)
            seen -= {s.tape}
        elif isinstance(s, Store | StoreAdd):
            seen = frozenset(names(s.index, s.value))
        self._tapes |= seen & self._local
        self._seen |= {self._classes.find(n) for n in seen}


def _matters(block: Block) -> bool:
    """Is there anything in it but comments?"""
    return any(not isinstance(s, Note) for s in block)


def _classes(func: Func) -> Classes:
    """Who may share memory with whom; a callee may return any of its arguments."""
    aliases = {
        s.func: (Aliases(frozenset(range(len(s.args)))),) * len(s.targets)
        for s in walk(func.body)
        if isinstance(s, Call)
    }
    return Classes(func, {}, lambda name: aliases[name])


def _own_tapes(func: Func) -> Names:
    """Tapes that are made here; what happens to any other is seen outside."""
    made = [s.target for s in walk(func.body) if isinstance(s, Let) and s.op is fp.tape]
    times = Counter(t for s in walk(func.body) for t in targets(s))
    return frozenset(t for t in made if times[t] == made.count(t))


def effects(program: Program) -> dict[str, bool]:
    """For each function: is a call more than its results (effects, writes that the caller sees)?"""
    found = {name: _has_own_effect(f) for name, f in program.funcs.items()}
    changed = True
    while changed:
        changed = False
        for name, f in program.funcs.items():
            calls = (s.func for s in walk(f.body) if isinstance(s, Call))
            if not found[name] and any(found.get(g, True) for g in calls):
                found[name] = changed = True
    return found


def _draws(s: Let) -> bool:
    rule = rule_of(s.op)
    return rule is not None and rule.effect


def _has_own_effect(func: Func) -> bool:
    classes, tapes = _classes(func), _own_tapes(func)
    outside = {classes.find(p) for p in func.params}
    return any(
        isinstance(s, Do)
        or (isinstance(s, Let) and _draws(s))
        or (isinstance(s, Store | StoreAdd) and classes.find(s.base) in outside)
        or (isinstance(s, Push | Pop) and s.tape not in tapes)
        for s in walk(func.body)
    )


# ---------------------------------------------------------------- second names
