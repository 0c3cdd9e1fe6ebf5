"""Which definitions of a name a statement may read: reaching definitions, within one function.

    x = a           # 1
    for i in r:
        y = x * x   #       reads x of 1 and of 2
        x = y       # 2

A write into memory, `x[i] = v`, adds a definition of x and ends none.  Statements are told apart by
identity, so the function must hold each of them once: `separate` sees to that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from fpad.transforms.ir import (
    Block,
    Break,
    For,
    Func,
    If,
    Program,
    Statement,
    Store,
    StoreAdd,
    While,
    blocks,
    reads,
    targets,
    walk,
    with_blocks,
)

Env = dict[str, frozenset[int]]
GIVEN = -1
"""Stands for the definition of a parameter by the call."""


def separate(program: Program) -> Program:
    """The program with every statement an object of its own."""
    funcs = {n: replace(f, body=_separate(f.body)) for n, f in program.funcs.items()}
    return Program(program.entry, funcs)


def _separate(block: Block) -> Block:
    return tuple(replace(with_blocks(s, tuple(map(_separate, blocks(s))))) for s in block)


class Reaching:
    """Reaching definitions of one function.

    Attributes:
        inside: for each statement, by identity, the compound statements around it, outer first.
        order: for each statement, its place in the text.
    """

    def __init__(self, func: Func) -> None:
        self.func = func
        self.inside: dict[int, tuple[Statement, ...]] = {}
        self.order: dict[int, int] = {}
        self._by_id: dict[int, Statement] = {}
        self._read: dict[tuple[int, str], frozenset[int]] = {}
        self._readers: dict[int, list[Statement]] = {}
        self._exits: list[Env] = []
        self._note(func.body, ())
        self._block(func.body, dict.fromkeys(func.params, frozenset((GIVEN,))))
        for s in walk(func.body):
            for n in sorted(reads(s)):
                for d in self._found(s, n):
                    self._readers.setdefault(d, []).append(s)

    def definitions(self, s: Statement, name: str) -> list[Statement]:
        """The statements that may have given the name the value that s reads, in order."""
        return [self._by_id[d] for d in self._found(s, name)]

    def given(self, s: Statement, name: str) -> bool:
        """May the value that s reads be that of a parameter, as it was given?"""
        return GIVEN in self._read.get((id(s), name), ())

    def readers(self, s: Statement) -> list[Statement]:
        """The statements that may read what s defines, in order."""
        return self._readers.get(id(s), [])

    def _found(self, s: Statement, name: str) -> list[int]:
        found = self._read.get((id(s), name), frozenset()) - {GIVEN}
        return sorted(found, key=self.order.__getitem__)

    def loops(self, s: Statement) -> list[Statement]:
        """The loops around a statement, outer first."""
        return [q for q in self.inside[id(s)] if isinstance(q, For | While)]

    def _note(self, block: Block, around: tuple[Statement, ...]) -> None:
        for s in block:
            self._by_id[id(s)] = s
            self.order[id(s)] = len(self.order)
            self.inside[id(s)] = around
            for b in blocks(s):
                self._note(b, (*around, s))

    def _block(self, block: Block, env: Env) -> Env | None:
        """The definitions after the block; None if it always leaves the loop."""
        for s in block:
            self._reads(s, env)
            match s:
                case Break():
                    self._exits.append(env)
                    return None
                case If():
                    ends = [self._block(b, env) for b in (s.then, s.orelse)]
                    going = [e for e in ends if e is not None]
                    if not going:
                        return None
                    env = _joined(*going)
                case For() | While():
                    env = self._loop(s, env)
                case Store() | StoreAdd():
                    env = {**env, s.base: env.get(s.base, frozenset()) | {id(s)}}
                case _:
                    env = {**env, **{t: frozenset((id(s),)) for t in targets(s)}}
        return env

    def _loop(self, s: For | While, env: Env) -> Env:
        while True:
            outer, self._exits = self._exits, []
            begin: Env | None = env
            if isinstance(s, While):
                begin = self._block(s.pre, env)
                assert begin is not None
                self._reads(s, begin)  # its test
            else:
                begin = {**env, s.target: env.get(s.target, frozenset()) | {id(s)}}
            end = self._block(s.body, begin)
            exits, self._exits = self._exits, outer
            new = env if end is None else _joined(env, end)
            if new == env:
                return _joined(begin, *exits)
            env = new

    def _reads(self, s: Statement, env: Mapping[str, frozenset[int]]) -> None:
        for n in reads(s):
            key = (id(s), n)
            self._read[key] = self._read.get(key, frozenset()) | env.get(n, frozenset())


def _joined(*envs: Env) -> Env:
    names: Iterator[str] = (n for e in envs for n in e)
    return {
        n: frozenset().union(*(e.get(n, frozenset()) for e in envs)) for n in dict.fromkeys(names)
    }
