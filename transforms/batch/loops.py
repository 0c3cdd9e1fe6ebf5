"""Loops that examples leave at different trips, as conditions that differ.

    while x > 1.0:           t = x > 1.0;  go = t
        x = x / 2.0   ->     while np.any(go):
                                 if go:                   # for some examples
                                     x = x / 2.0
                                     t = x > 1.0
                                     go = t

    for i in range(k):       for i in range(np.max(k)):
        s = s + x[i]  ->         if i < k:
                                     s = s + x[i]

A `break` that some examples take sets `go` to False.
"""

from __future__ import annotations

import operator
from dataclasses import replace
from typing import Any, Protocol

import numpy as np

from fpad import runtime as fp
from fpad.transforms.ir import (
    Block,
    Break,
    Const,
    Copy,
    For,
    Fresh,
    If,
    Let,
    Pop,
    Range,
    Statement,
    While,
    blocks,
    has_break,
    reads,
    walk,
    with_blocks,
)


class Owner(Protocol):
    """What is asked about the function that the loop is in."""

    fresh: Fresh

    def differs(self, *operands: Any) -> bool:
        """Does one of these differ from example to example?"""
        ...

    def introduce(self, base: str) -> str:
        """A new truth value, which differs from example to example."""
        ...

    def refuse(self, s: Statement, reason: str, remedy: str) -> None:
        """Refuse the statement."""
        ...


def lowered(s: For | While, owner: Owner) -> Block:
    """The loop with conditions in the place of ways out."""
    return _while(s, owner) if isinstance(s, While) else _for(s, owner)


def _while(s: While, owner: Owner) -> Block:
    go, going, some = owner.introduce("go"), owner.introduce("going"), owner.fresh("some")
    at: dict[str, Any] = {"origin": s.origin, "role": s.role}
    again: Block = (*s.pre, Copy(going, s.test, **at))
    body = s.body
    if has_break(body):
        stay = owner.introduce("stay")
        body = (Copy(stay, Const(True), **at), *_flagged(body, stay))
        again = (If(stay, again, (Copy(going, Const(False), **at),), **at),)
    return (
        *s.pre,
        Copy(going, s.test, **at),
        While(
            (Let(some, fp.any_example, (going,), **at),),
            some,
            (Copy(go, going, **at), If(go, (*body, *again), (), **at)),
            **at,
        ),
    )


def _for(s: For, owner: Owner) -> Block:
    at: dict[str, Any] = {"origin": s.origin, "role": s.role}
    assert isinstance(s.iterable, Range)
    iterable, body = s.iterable, s.body
    head: list[Statement] = []
    tests: list[str] = []
    first: list[Statement] = []
    if owner.differs(iterable.args, iterable.count):
        start, stop, step = _bounds(s, iterable, owner)
        inside, down = owner.introduce("inside"), step.value < 0
        if owner.differs(stop):
            last = owner.fresh("last")
            head.append(Let(last, fp.least if down else fp.most, (stop,), **at))
            iterable = replace(iterable, args=(start, last, step))
        if iterable.count is not None and owner.differs(
            iterable.count
        ):  # the first trips, of those that there are
            most, gone, trip = (owner.fresh(n) for n in ("most", "gone", "trip"))
            head.append(Let(most, fp.most, (iterable.count,), **at))
            first += [
                Let(gone, operator.sub, (s.target, start), **at),
                Let(trip, operator.floordiv, (gone, step), **at),
                Let(inside, operator.lt, (trip, iterable.count), **at),
            ]
            iterable = replace(iterable, count=most)
        else:
            compare = operator.gt if down else operator.lt
            first.append(Let(inside, compare, (s.target, stop), **at))
        tests.append(inside)
        if any(isinstance(q, Pop) for q in walk(body)) and not iterable.reverse:
            if any(s.target in reads(q) for q in walk(body)):
                owner.refuse(s, "a derivative of this loop is mapped", _AROUND)
            iterable = replace(iterable, reverse=True)  # what was saved last comes first
    after: list[Statement] = []
    if has_break(body):
        go, some = owner.introduce("go"), owner.fresh("some")
        head.append(Copy(go, Const(True), **at))
        body = _flagged(body, go)
        tests.append(go)
        after = [Let(some, fp.any_example, (go,), **at), If(some, (), (Break(),), **at)]
    test = tests[0]
    if len(tests) > 1:
        test = owner.introduce("both")
        first.append(Let(test, np.logical_and, (tests[0], tests[1]), **at))
    return (
        *head,
        replace(s, iterable=iterable, body=(*first, If(test, body, (), **at), *after)),
    )


def _bounds(s: For, iterable: Range, owner: Owner) -> tuple[Any, Any, Const]:
    """Start, stop and step of a loop of which only the stop differs."""
    args = iterable.args
    start, stop = (Const(0), args[0]) if len(args) == 1 else args[:2]
    step = args[2] if len(args) > 2 else Const(1)
    if owner.differs(start, step) or not isinstance(step, Const):
        owner.refuse(s, "the beginning or the step of this loop is not the same for all", _AROUND)
    assert isinstance(step, Const)
    return start, stop, step


def _flagged(block: Block, flag: str) -> Block:
    """The body of a loop, its ways out as assignments to a flag."""
    out: list[Statement] = []
    for q in block:
        if isinstance(q, Break):
            out.append(Copy(flag, Const(False), q.origin))
        elif isinstance(q, If):
            out.append(with_blocks(q, tuple(_flagged(b, flag) for b in blocks(q))))
        else:
            out.append(q)
    return tuple(out)


_AROUND = "map the function first and differentiate the mapped one"
